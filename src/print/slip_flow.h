/*
 * What is printed by hand-sized pages: a cursor that goes down a sheet or a roll, measures
 * before it draws, and goes on with a further page. What stands on them is slip_print.c,
 * slip_blank.c, slip_card.c.
 */
#ifndef CUSTODY_PRINT_SLIP_FLOW_H
#define CUSTODY_PRINT_SLIP_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/slip.h"
#include "doc.h"
#include "qr.h"
#include "slip_words.h"
#include "typeset.h"

#define SLIP_RULE_MM 0.25
#define SLIP_GAP_MM  2.0

/*
 * width_mm    of one slip (half of an A4 sheet that has two)
 * height_mm   0: a roll, as long as it takes
 * copies      side by side on a sheet
 * dpi         what a PNG has unless told, and what codes in a PDF are whole dots of
 * size_pt     of the words; titles and small print follow
 * label_mm    what labels of rows take of the width
 * across      lines to sign on beside each other
 * qr_mm       box of the checkpoint with its quiet zone
 */
struct slip_paper {
    double width_mm;
    double height_mm;
    double margin_mm;
    size_t copies;
    double dpi;
    double size_pt;
    double label_mm;
    size_t across;
    double qr_mm;
};

/*
 * words, paper, record, dpi   for all of the slip; dpi of what codes are whole dots of
 * left_mm    where its texts begin on the sheet
 * width_mm   of its texts
 * y_mm       the cursor
 * page       on which the cursor is, from 1
 * copy       which of the sheet's, from 0
 * scale      of the words
 */
struct slip_flow {
    const struct slip_words *words;
    const struct slip_paper *paper;
    const char *record;
    double dpi;
    double left_mm;
    double width_mm;
    double y_mm;
    size_t page;
    size_t copy;
    double scale;
    /* private: */
    struct print_doc *doc;
    const char *title;
    size_t shown; /* the page that is being drawn; 0: nothing is */
};

/*
 * One set of pages.
 *
 * title     of a continued page, and of the PDF
 * is_shrunk   words may shrink a little so that a sheet will do
 * has_own_numbers   no "page x of y"
 * content   puts everything from the top on; called several times, drawing or not: it puts the
 *           same whenever copy is the same
 */
struct slip_job {
    const char *lang;
    const char *title;
    const char *record;
    bool is_shrunk;
    bool has_own_numbers;
    enum custody_status (*content)(void *closure, struct slip_flow *flow,
                                   struct custody_error *err);
    void *closure;
};

/* ERR_INVALID: no such paper, a resolution below 203 dpi; ERR_LIMIT: a roll of more than 2 m;
 * what content gave, what writing gave. */
enum custody_status slip_flow_print(const struct slip_job *job,
                                    const struct custody_slip_output *output,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* Is what is put now drawn too? */
bool slip_flow_draws(const struct slip_flow *flow);
/* How far down a page may go. */
double slip_flow_bottom_mm(const struct slip_flow *flow);

/* Go on with a further page, at its top. */
void slip_flow_next(struct slip_flow *flow);
/* The same, under its title, when height_mm no longer fits on this one. */
enum custody_status slip_flow_need(struct slip_flow *flow, double height_mm,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* A wrapped text x_mm from the left, at y_mm; the cursor stays. */
enum custody_status slip_flow_block(const struct slip_flow *flow, double size_pt, bool is_bold,
                                    const char *text, double x_mm, double y_mm, double width_mm,
                                    double *ret_height_mm,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* A wrapped text over the whole width; the cursor goes below it, over pages if need be. */
enum custody_status slip_flow_text(struct slip_flow *flow, double size_pt, bool is_bold,
                                   const char *text,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* One line within a box that lies x_mm from the left, shrunk to fit. */
enum custody_status slip_flow_line(const struct slip_flow *flow, double size_pt, bool is_bold,
                                   enum print_align align, const char *text,
                                   struct print_box box,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* A text within a box that lies x_mm from the left, shrunk and wrapped to fit. */
enum custody_status slip_flow_box(const struct slip_flow *flow, double size_pt, bool is_bold,
                                  enum print_align align, const char *text,
                                  struct print_box box,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* A rule across with half a gap above and below; the cursor goes below it. */
void slip_flow_rule(struct slip_flow *flow);
/* A rule at y_mm between two places from the left. */
void slip_flow_stroke(const struct slip_flow *flow, double x1_mm, double x2_mm, double y_mm);
/* A box x_mm from the left. */
void slip_flow_frame(const struct slip_flow *flow, struct print_box box);
/* Title and name of the site; the cursor goes below them. */
enum custody_status slip_flow_title(struct slip_flow *flow, const char *title, const char *site,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* A code in the middle of a square, modules in whole dots; false: they would be too small. */
bool slip_flow_qr(const struct slip_flow *flow, const struct print_qr *qr, double x_mm,
                  double y_mm, double box_mm);
/* Height of the lines to sign on, and the lines, from the cursor on. */
double slip_flow_signatures_mm(const struct slip_flow *flow, size_t count);
enum custody_status slip_flow_signatures(struct slip_flow *flow, const char *const *captions,
                                         size_t count,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
