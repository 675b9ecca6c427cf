/*
 * Tables over as many pages as they take: a title and lines above, the column heads repeated on
 * every page, rows that are never split or clipped, "page x of y" below.
 */
#ifndef CUSTODY_PRINT_TABLE_H
#define CUSTODY_PRINT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"
#include "doc.h"
#include "typeset.h"

#define PRINT_COLUMNS_MAX 32

struct print_column {
    const char *title;
    double share;           /* of the width; > 0 */
    enum print_align align; /* of the cells; heads are centred */
};

/*
 * title           over the first page, centred; required
 * above           lines between title and table on the first page, NULL-terminated; NULL: none
 * below           lines after the last row, as above; lines to sign on, say. They are kept
 *                 together on the last page and take the last row along when it would be empty
 * page_format     like "第 %zu 页 共 %zu 页": two numbers, the page and the pages
 * foot            small print at the left of every foot (checkpoint code, who, when); NULL
 * code            a QR code at the right of the title on the first page; NULL
 * size_pt         of a cell; wraps within its column, never below PRINT_SIZE_FLOOR_PT
 * row             writes pointers to the cells of row i, "" for an empty one; borrowed until
 *                 the next call; called at least twice for each row (measured, then drawn)
 * record          how an error names the table; the row is added
 */
struct print_qr;
struct print_table {
    const char *title;
    const char *const *above;
    const char *const *below;
    const char *page_format;
    const char *foot;
    const struct print_qr *code;
    double margin_mm;
    double size_pt;
    const struct print_column *columns;
    size_t column_count;
    size_t row_count;
    enum custody_status (*row)(void *closure, size_t i, const char **ret_cells,
                               struct custody_error *err);
    void *closure;
    const char *record;
};

/*
 * Set the table from the current page of doc on.
 *
 * CUSTODY_ERR_INVALID   a cell with a character that has no glyph or is not allowed, or one
 *                       higher than a page: the sentence names the row and the column
 * CUSTODY_ERR_LIMIT     more than PRINT_COLUMNS_MAX columns
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM, or what row() gave
 *
 * After a failure the document is to be closed, not committed.
 */
enum custody_status print_table(struct print_doc *doc, const struct print_table *table,
                                size_t *ret_pages,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
