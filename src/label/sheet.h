/* Drawing labels on pages, whatever the pages become. */
#ifndef CUSTODY_LABEL_SHEET_H
#define CUSTODY_LABEL_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/label.h"
#include "doc.h"
#include "printer.h"
#include "stock.h"

/*
 * printer    its dpi is what codes snap to, its offset and pitch move the cells
 * use_mask   codes as stencils
 * has_band   bands in the colour of the class
 */
struct sheet {
    const struct stock *stock;
    const struct printer *printer;
    bool use_mask;
    bool has_band;
};

/*
 * Does everything stay on the page where the printer's offset and pitch put it, and is it fine
 * enough? ERR_INVALID with the profile's line.
 */
enum custody_status sheet_check(const struct sheet *sheet,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* All of a label that can be known before a page is begun. ERR_INVALID, naming the record. */
enum custody_status sheet_check_label(const struct sheet *sheet,
                                      const struct custody_label *label,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* Top left corner of a cell where this printer puts it. */
struct stock_point sheet_cell(const struct sheet *sheet, size_t index);

/* What belongs to a page before its labels: hairlines to cut along. */
void sheet_begin_page(const struct sheet *sheet, struct print_doc *doc);

/* In the order of drawing: nothing may cover a code, and a text is seen on whatever it meets.
 */
enum sheet_part { SHEET_BANDS, SHEET_CODES, SHEET_TEXTS };

/* Draw this part of a label into a cell. Errors as print_text_line(), naming the record. */
enum custody_status sheet_draw(const struct sheet *sheet, struct print_doc *doc,
                               enum sheet_part part, const struct custody_label *label,
                               size_t index, struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
