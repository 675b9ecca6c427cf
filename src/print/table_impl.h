/* What the measuring and the drawing of a table share, for the files of src/print. */
#ifndef CUSTODY_PRINT_TABLE_IMPL_H
#define CUSTODY_PRINT_TABLE_IMPL_H

#include "table.h"
#include "table_text.h"

#define TABLE_PITCH       1.25 /* from line to line, in ems */
#define TABLE_PAD_X_MM    0.8
#define TABLE_PAD_Y_MM    0.9
#define TABLE_GAP_MM      2.0
#define TABLE_TITLE_PT    15.0
#define TABLE_TITLE_MM    11.0
#define TABLE_FOOT_PT     7.0
#define TABLE_FOOT_MM     7.0
#define TABLE_BELOW_PITCH 2.0 /* people sign on these lines */
#define TABLE_QR_MM       30.0
#define TABLE_QR_DPI      300.0

/*
 * A table being set. Heights are measured first, for only then is the number of pages known.
 *
 * advance_mm   of ASCII characters at the cells' size, 0: not yet known
 * texts        of the cells, from their measuring to their drawing
 * heights_mm   of each row
 * firsts       first row of each page
 */
struct table_set {
    struct print_doc *doc;
    const struct print_table *table;
    double size_pt;
    double left_mm;
    double width_mm;
    double bottom_mm; /* where rows end */
    double column_left_mm[PRINT_COLUMNS_MAX + 1];
    double above_mm; /* title and lines of the first page */
    double lines_mm; /* the lines alone */
    double head_mm;
    double below_mm;
    double advance_mm[128];
    struct table_texts texts;
    double *heights_mm;
    size_t *firsts;
    size_t pages;
};

/* Style of the cells of a column; -1: of its head. */
struct print_style table_style(const struct table_set *set, size_t column, bool is_head);

/* Measure everything and find the pages; heights_mm and firsts are the caller's to free. */
enum custody_status table_plan(struct table_set *set,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* Draw what was planned. */
enum custody_status table_draw(struct table_set *set,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* "record, row 12, column 3"; row and column from 1, 0: not said. */
void table_name_place(const struct table_set *set, size_t row, size_t column, char *out,
                      size_t size);

#endif
