/*
 * Pages being drawn: in millimetres, as PDF, as SVG, as PNG, or as one bit a dot for a printer.
 * Text is typeset.h, codes are qr.h, tables are table.h; none of them knows which it is. Knows
 * no database and no records of ours.
 *
 * Co-ordinates are millimetres from the top left corner of the page.
 */
#ifndef CUSTODY_PRINT_DOC_H
#define CUSTODY_PRINT_DOC_H

#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

#define PRINT_A4_WIDTH_MM  210.0
#define PRINT_A4_HEIGHT_MM 297.0
#define PRINT_A5_WIDTH_MM  148.0
#define PRINT_A5_HEIGHT_MM 210.0

struct print_doc;

struct print_box {
    double x_mm;
    double y_mm;
    double w_mm;
    double h_mm;
};

/* 0..1 each. */
struct print_colour {
    double red;
    double green;
    double blue;
};

/* One page as dots: rows from the top, each row_bytes long, the first dot in the highest bit,
 * 1 black, the bits behind the last dot 0. */
struct print_bits {
    size_t width_dots;
    size_t height_dots;
    size_t row_bytes;
    const uint8_t *rows;
};

enum print_format { PRINT_PDF, PRINT_SVG, PRINT_PNG, PRINT_BITS };

/*
 * width_mm, height_mm   of every page, 5..2000
 * dpi       PNG, BITS: 72..1200 and at most 30,000 dots a side, and what codes and rules snap
 *           to; PDF, SVG: not used
 * title     for the properties of a PDF; NULL for none; copied
 * to        PDF, SVG, PNG: as print_sink_open(). SVG and PNG have one page to a file: of more,
 *           page n of "tags.png" is "tags-n.png" (n from 1, padded to equal length at the
 *           commit); several do not go to "-" or a printer
 * on_page   BITS: called with each page when it is complete; page is borrowed for the call
 *
 * The creation date of a PDF is $SOURCE_DATE_EPOCH (seconds) when that is set to a time of
 * 2000-2099, else the clock: with it, equal input gives equal bytes in every format.
 */
struct print_setup {
    enum print_format format;
    double width_mm;
    double height_mm;
    double dpi;
    const char *title;
    const char *to;
    enum custody_status (*on_page)(void *closure, const struct print_bits *page,
                                   struct custody_error *err);
    void *closure;
};

/*
 * Begin a document.
 *
 * CUSTODY_ERR_INVALID   the setup, or as print_sink_open()
 * CUSTODY_ERR_IO        as print_sink_open(); nothing is left
 * CUSTODY_ERR_NOMEM     nothing is left
 */
enum custody_status print_doc_begin(const struct print_setup *setup, struct print_doc **ret_doc,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* A PDF file: print_doc_begin() with the rest of the setup empty. */
enum custody_status print_doc_open(const char *path, double width_mm, double height_mm,
                                   const char *title, struct print_doc **ret_doc,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * End this page and begin the next.
 *
 * CUSTODY_ERR_INVALID   a second SVG or PNG to "-" or a printer
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM, what on_page gave
 *
 * After a failure the document is lost and says the same again: print_doc_close() it.
 */
enum custody_status print_doc_break(struct print_doc *doc,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* A black line; errors appear at the next break or commit. */
void print_doc_rule(struct print_doc *doc, double x1_mm, double y1_mm, double x2_mm,
                    double y2_mm, double width_mm);

struct print_segment {
    double x1_mm;
    double y1_mm;
    double x2_mm;
    double y2_mm;
};

/* Rules of one width drawn at once, which is several times as fast. */
void print_doc_rules(struct print_doc *doc, const struct print_segment *rules, size_t count,
                     double width_mm);

/* A filled rectangle. In PRINT_BITS what is darker than half becomes black. */
void print_doc_fill(struct print_doc *doc, const struct print_box *box,
                    struct print_colour colour);

/* Rules round a box, inside it. */
void print_doc_frame(struct print_doc *doc, const struct print_box *box, double width_mm);

/* Side of a dot: 25.4 / dpi where the document has dots, else 0. */
double print_doc_dot_mm(const struct print_doc *doc);

/*
 * End the last page, make the files durable and rename them into place.
 *
 * CUSTODY_ERR_IO        full disk or the like: what stood at the path stands, nothing else is
 *                       left
 * CUSTODY_ERR_INVALID   one of several pictures has the name of what is no regular file: none
 *                       of them is named
 * CUSTODY_ERR_NOMEM     the same
 *
 * The document still wants print_doc_close(); a second commit is a bug.
 */
enum custody_status print_doc_commit(struct print_doc *doc,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* Free; what was not committed leaves no file behind. NULL is fine. */
void print_doc_close(struct print_doc *doc);

#endif
