/* Tables: drawing what was planned; see table.h and table_impl.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fit.h"
#include "qr.h"
#include "table_impl.h"

#define PLACE_SIZE 200
#define RULE_MM    0.2
#define HEAD_GREY  0.92
#define FOOT_PT    TABLE_FOOT_PT
#define FOOT_SHARE 0.75 /* of the width is the small print's; the rest, the page number's */
#define MARK       "%zu"
/* All of a page, as a rule; more than PRINT_COLUMNS_MAX and the two of the head. */
#define RULES_AT_ONCE 128

/* A cell's text in its place: as it was measured, on one line or wrapped. */
static enum custody_status draw_cell(struct table_set *set, size_t row, size_t column,
                                     const char *text, double y_mm, double height_mm,
                                     struct custody_error *err)
{
    char place[PLACE_SIZE];
    struct print_style style = table_style(set, column, row == 0);
    const struct table_text *laid = NULL;
    double left = set->column_left_mm[column] + TABLE_PAD_X_MM;
    double width = set->column_left_mm[column + 1] - TABLE_PAD_X_MM - left;
    /* Where no cell of the row has a second line, the text need not be wrapped again; and one
     * line, whatever column it stands in, is laid out once. */
    bool is_one = height_mm - 2.0 * TABLE_PAD_Y_MM < 1.5 * print_fit_em_mm(set->size_pt);
    if (text[0] == '\0') {
        return CUSTODY_OK;
    }
    table_name_place(set, row, column + 1, place, sizeof place);
    enum custody_status rc = table_text_get(&set->texts, set->doc, &style, is_one ? 0.0 : width,
                                            text, place, &laid, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct print_box box = {left, y_mm, width, height_mm};
    return table_text_put(&set->texts, set->doc, &style, laid, &box, TABLE_PITCH, place, err);
}

/* The rules of a page: above and below its head, below each row, beside each column. */
static void draw_rules(const struct table_set *set, double top_mm, size_t from, size_t to)
{
    struct print_segment rules[RULES_AT_ONCE];
    size_t count = 0;
    size_t columns = set->table->column_count;
    double right = set->left_mm + set->width_mm;
    double y = top_mm + set->head_mm;
    rules[count++] = (struct print_segment){set->left_mm, top_mm, right, top_mm};
    rules[count++] = (struct print_segment){set->left_mm, y, right, y};
    for (size_t row = from; row < to; row++) {
        y += set->heights_mm[row];
        rules[count++] = (struct print_segment){set->left_mm, y, right, y};
        if (count + columns + 1 >= RULES_AT_ONCE) {
            print_doc_rules(set->doc, rules, count, RULE_MM);
            count = 0;
        }
    }
    for (size_t i = 0; i <= columns; i++) {
        double x = set->column_left_mm[i];
        rules[count++] = (struct print_segment){x, top_mm, x, y};
    }
    print_doc_rules(set->doc, rules, count, RULE_MM);
}

static enum custody_status draw_head(struct table_set *set, double *y_mm,
                                     struct custody_error *err)
{
    const struct print_box band = {set->left_mm, *y_mm, set->width_mm, set->head_mm};
    const struct print_colour grey = {HEAD_GREY, HEAD_GREY, HEAD_GREY};
    print_doc_fill(set->doc, &band, grey);
    for (size_t column = 0; column < set->table->column_count; column++) {
        enum custody_status rc = draw_cell(set, 0, column, set->table->columns[column].title,
                                           *y_mm, set->head_mm, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    *y_mm += set->head_mm;
    return CUSTODY_OK;
}

static enum custody_status draw_row(struct table_set *set, size_t row, double *y_mm,
                                    struct custody_error *err)
{
    const struct print_table *table = set->table;
    const char *cells[PRINT_COLUMNS_MAX] = {NULL};
    enum custody_status rc = table->row(table->closure, row, cells, err);
    for (size_t column = 0; rc == CUSTODY_OK && column < table->column_count; column++) {
        rc = draw_cell(set, row + 1, column, cells[column], *y_mm, set->heights_mm[row], err);
    }
    *y_mm += set->heights_mm[row];
    return rc;
}

static enum custody_status draw_lines(struct table_set *set, const char *const *texts,
                                      double width_mm, double pitch, double *y_mm,
                                      struct custody_error *err)
{
    char place[PLACE_SIZE];
    const struct print_style style = {.size_pt = set->size_pt};
    table_name_place(set, 0, 0, place, sizeof place);
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        struct print_fit fit = {.lines = 1};
        if (texts[i][0] != '\0') {
            enum custody_status rc =
                print_fit_at(set->doc, &style, width_mm, texts[i], place, &fit, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
        }
        double height = fit.lines * pitch * print_fit_em_mm(set->size_pt);
        if (fit.layout != NULL) {
            const struct print_box box = {set->left_mm, *y_mm, width_mm, height};
            print_fit_show(set->doc, &style, &fit, &box, pitch);
        }
        *y_mm += height;
    }
    return CUSTODY_OK;
}

/* Title and lines of the first page, the code at their right. */
static enum custody_status draw_above(struct table_set *set, double *y_mm,
                                      struct custody_error *err)
{
    const struct print_table *table = set->table;
    char place[PLACE_SIZE];
    double code_mm = table->code != NULL ? TABLE_QR_MM : 0.0;
    /* Beside a high code the lines stand by the table, not by the title. */
    double y = *y_mm + set->above_mm - TABLE_GAP_MM - set->lines_mm;
    struct print_style style = {.size_pt = TABLE_TITLE_PT,
                                .min_pt = fmin(PRINT_SIZE_FLOOR_PT * 1.5, TABLE_TITLE_PT),
                                .bold = true,
                                .align = PRINT_CENTER};
    const struct print_box box = {set->left_mm + code_mm, *y_mm, set->width_mm - 2.0 * code_mm,
                                  TABLE_TITLE_MM};
    table_name_place(set, 0, 0, place, sizeof place);
    enum custody_status rc = print_text_box(set->doc, &style, table->title, &box, place, err);
    if (rc == CUSTODY_OK) {
        rc = draw_lines(set, table->above, set->width_mm - code_mm, TABLE_PITCH, &y, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (table->code != NULL) {
        double module =
            print_qr_module_mm(table->code->width, PRINT_QR_QUIET, TABLE_QR_MM, TABLE_QR_DPI);
        double side = module * table->code->width;
        print_qr_draw(set->doc, table->code, set->left_mm + set->width_mm - side, *y_mm,
                      module);
    }
    *y_mm += set->above_mm;
    return CUSTODY_OK;
}

/* format with its two marks replaced. */
static void page_words(const char *format, size_t page, size_t pages, char *out, size_t size)
{
    const size_t numbers[] = {page, pages};
    size_t used = 0;
    size_t next = 0;
    out[0] = '\0';
    while (*format != '\0' && used + 1 < size) {
        if (next < 2 && strncmp(format, MARK, sizeof MARK - 1) == 0) {
            int n = snprintf(out + used, size - used, "%zu", numbers[next++]);
            used += n > 0 ? (size_t)n : 0;
            format += sizeof MARK - 1;
            continue;
        }
        out[used++] = *format++;
        out[used] = '\0';
    }
}

static enum custody_status draw_foot(struct table_set *set, size_t page,
                                     struct custody_error *err)
{
    const struct print_table *table = set->table;
    char place[PLACE_SIZE];
    char words[PLACE_SIZE];
    struct print_style style = {.size_pt = FOOT_PT, .min_pt = PRINT_SIZE_FLOOR_PT};
    bool has_foot = table->foot != NULL && table->foot[0] != '\0';
    struct print_box box = {set->left_mm, set->bottom_mm + 1.0, set->width_mm * FOOT_SHARE,
                            TABLE_FOOT_MM - 1.0};
    table_name_place(set, 0, 0, place, sizeof place);
    if (has_foot) {
        enum custody_status rc =
            print_text_box(set->doc, &style, table->foot, &box, place, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        box.x_mm += box.w_mm;
        box.w_mm = set->width_mm - box.w_mm;
    } else {
        box.w_mm = set->width_mm;
    }
    if (table->page_format == NULL) {
        return CUSTODY_OK;
    }
    page_words(table->page_format, page, set->pages, words, sizeof words);
    style.align = has_foot ? PRINT_RIGHT : PRINT_CENTER;
    return print_text_line(set->doc, &style, words, &box, place, err);
}

static enum custody_status draw_page(struct table_set *set, size_t page,
                                     struct custody_error *err)
{
    size_t from = set->firsts[page];
    bool is_last = page + 1 == set->pages;
    size_t to = is_last ? set->table->row_count : set->firsts[page + 1];
    double y = set->table->margin_mm;
    enum custody_status rc = CUSTODY_OK;
    if (page == 0) {
        rc = draw_above(set, &y, err);
    }
    double top = y;
    if (rc == CUSTODY_OK) {
        rc = draw_head(set, &y, err);
    }
    for (size_t row = from; rc == CUSTODY_OK && row < to; row++) {
        rc = draw_row(set, row, &y, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    table_text_show(&set->texts, set->doc);
    draw_rules(set, top, from, to);
    if (is_last && set->below_mm > 0.0) {
        y += TABLE_GAP_MM;
        rc = draw_lines(set, set->table->below, set->width_mm, TABLE_BELOW_PITCH, &y, err);
    }
    return rc == CUSTODY_OK ? draw_foot(set, page + 1, err) : rc;
}

enum custody_status table_draw(struct table_set *set, struct custody_error *err)
{
    for (size_t page = 0; page < set->pages; page++) {
        enum custody_status rc = page > 0 ? print_doc_break(set->doc, err) : CUSTODY_OK;
        if (rc == CUSTODY_OK) {
            rc = draw_page(set, page, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}
