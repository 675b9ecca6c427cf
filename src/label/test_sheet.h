/* What stands on a test sheet: see custody_label_test_sheet(). For src/label only. */
#ifndef CUSTODY_LABEL_TEST_SHEET_H
#define CUSTODY_LABEL_TEST_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/label.h"
#include "doc.h"
#include "printer.h"
#include "sheet.h"
#include "stock.h"
#include "typeset.h"

#define MARKS_TEXT_SIZE 256

/*
 * dot_mm      of the printer
 * step_dots   whole dots of about an eighth of a millimetre: 1 at 203 and 300 dpi, 3 at 600;
 *             what modules and patterns are multiples of
 * is_small    a label of a roll, and not a page
 * x_mm, y_mm, row_mm   where the next block goes, and how high its row is
 */
struct marks {
    struct print_doc *doc;
    const struct sheet *sheet;
    double dot_mm;
    size_t step_dots;
    bool is_small;
    double margin_mm;
    double x_mm;
    double y_mm;
    double row_mm;
};

/* A length where the profile puts it, on a dot. */
double marks_x(const struct marks *marks, double x_mm);
double marks_y(const struct marks *marks, double y_mm);

/* A line of text at (x, y) of the unshifted page, shrunk to fit; black unless is_white. */
enum custody_status marks_text(const struct marks *marks, const char *text,
                               const struct print_box *box, double size_pt,
                               enum print_align align, bool is_white,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* Digits of a number with at most three decimals, whatever the locale. Returns out. */
const char *marks_number(char out[16], double value);

/* What the profile says, in words, a line each; i from 0. NULL: no more. */
const char *marks_profile_line(const struct marks *marks, size_t i, char out[MARKS_TEXT_SIZE]);

/* First page: rulers, and the cells of the stock. */
enum custody_status marks_draw_place(const struct marks *marks,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* The pages after it: polarity, patterns, modules, sizes of type, the profile. */
enum custody_status marks_draw_blocks(struct marks *marks,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
