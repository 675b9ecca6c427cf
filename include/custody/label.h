/*
 * Tags on paper: sheets of labels as a PDF, laid out by a stock file (labels/).
 */
#ifndef CUSTODY_LABEL_H
#define CUSTODY_LABEL_H

#include <stddef.h>

#include "custody/error.h"
#include "custody/tag.h"

#define CUSTODY_LABEL_LINES    4
#define CUSTODY_LABEL_NAME_LEN 31

/*
 * One label. Strings are UTF-8 of the characters of FORMATS.md §1, borrowed for the call.
 *
 * code      the 20 characters of the QR code (custody_tag_print)
 * lines     address lines and the kind of key, from the top; NULL or "" for none
 * human     what people type, like "K-4F7Q-2M9X-88"; NULL: made from code. Given, it must be
 *           the same item's: a tag that reads two ways is never printed
 * record    how an error names this label, like "row 12"; required, no personal data
 */
struct custody_label {
    char code[CUSTODY_TAG_LEN + 1];
    const char *lines[CUSTODY_LABEL_LINES];
    const char *human;
    const char *record;
};

/* What a stock is, for lists and for choosing a start position. */
struct custody_label_stock {
    char name[CUSTODY_LABEL_NAME_LEN + 1];
    double width_mm;
    double height_mm;
    size_t per_page;
    size_t lines; /* how many of a label's lines it has places for */
};

/*
 * Read and check a stock file.
 *
 * CUSTODY_ERR_NOT_FOUND, CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 * CUSTODY_ERR_INVALID   not a stock file, or one that cannot be printed: a cell outside the
 *                       page, the code's quiet zone outside the label or below four modules,
 *                       text over the code, fewer than three dots per module at 203 dpi; the
 *                       sentence names the line or the rule
 */
enum custody_status custody_label_stock_read(const char *stock_path,
                                             struct custody_label_stock *ret_stock,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Print labels as a PDF, row by row, as many pages as it takes.
 *
 * stock_path      a stock file
 * count           labels, at least 1
 * start_position  first free cell of the first sheet, 1..per_page; the cells before it stay
 *                 empty (a sheet used before)
 * pdf_path        a new or regular file; whole or as before
 *
 * CUSTODY_ERR_INVALID   as custody_label_stock_read; or a label's code or text is wrong, a
 *                       character has no glyph, a line is too long or has no place on this
 *                       stock: the sentence names the record
 * CUSTODY_ERR_NOT_FOUND the stock file
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 *
 * On every failure pdf_path is as it was and nothing is left beside it.
 *
 * Source: FORMATS.md §6.
 */
enum custody_status custody_label_print(const char *stock_path,
                                        const struct custody_label *labels, size_t count,
                                        size_t start_position, const char *pdf_path,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
