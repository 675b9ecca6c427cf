/* Tables: measuring them and finding their pages; see table.h. Drawing is table_draw.c. */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc_impl.h"
#include "fit.h"
#include "table_impl.h"
#include "text.h"

#define PLACE_SIZE 200
/* Kerning may set a few letters further apart than one by one. */
#define KERNING 1.04

struct print_style table_style(const struct table_set *set, size_t column, bool is_head)
{
    struct print_style style = {.size_pt = set->size_pt, .min_pt = set->size_pt};
    style.bold = is_head;
    style.align = is_head ? PRINT_CENTER : set->table->columns[column].align;
    return style;
}

void table_name_place(const struct table_set *set, size_t row, size_t column, char *out,
                      size_t size)
{
    const char *record = set->table->record != NULL ? set->table->record : "table";
    if (row > 0) {
        (void)snprintf(out, size, "%.100s, row %zu, column %zu", record, row, column);
    } else if (column > 0) {
        (void)snprintf(out, size, "%.100s, head of column %zu", record, column);
    } else {
        (void)snprintf(out, size, "%.100s", record);
    }
}

static double cell_width(const struct table_set *set, size_t column)
{
    return set->column_left_mm[column + 1] - set->column_left_mm[column] - 2.0 * TABLE_PAD_X_MM;
}

/* The width of an ASCII character, asked once. 0 when it cannot be had: the text is then laid
 * out and fails there. */
static double ascii_advance(struct table_set *set, unsigned char c)
{
    if (set->advance_mm[c] <= 0.0) {
        const char text[] = {(char)c, '\0'};
        const struct print_style style = {.size_pt = set->size_pt};
        struct print_fit fit = {.layout = NULL};
        if (print_fit_at(set->doc, &style, 0.0, text, "table", &fit, NULL) != CUSTODY_OK) {
            return 0.0;
        }
        set->advance_mm[c] = fit.width_mm;
    }
    return set->advance_mm[c];
}

static bool is_square(int32_t c)
{
    return (c >= 0x3000 && c <= 0x303F) || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xFF01 && c <= 0xFF5E);
}

/*
 * Is this surely one line? Adding up widths takes a hundredth of laying out, and of a table's
 * cells nearly all are short. False: lay it out and see. What is true here is set on one line
 * later, and its characters are checked then.
 */
static bool is_surely_a_line(struct table_set *set, const char *text, double width_mm)
{
    double em = print_fit_em_mm(set->size_pt);
    double sum = 0.0;
    size_t len = strlen(text);
    for (size_t pos = 0; pos < len;) {
        int32_t c = text_next(text, len, &pos);
        double advance = is_square(c) ? em : 0.0;
        if (c >= ' ' && c < 0x7F) {
            advance = ascii_advance(set, (unsigned char)c);
        }
        if (advance <= 0.0) {
            return false;
        }
        sum += advance;
        if (sum * KERNING > width_mm) {
            return false;
        }
    }
    return true;
}

/* Height of a cell with its padding. */
static enum custody_status measure_cell(struct table_set *set, size_t row, size_t column,
                                        const char *text, double *ret_height_mm,
                                        struct custody_error *err)
{
    bool is_head = row == 0;
    double width = cell_width(set, column);
    int lines = 1;
    if (text[0] != '\0' && (is_head || !is_surely_a_line(set, text, width))) {
        char place[PLACE_SIZE];
        struct print_style style = table_style(set, column, is_head);
        const struct table_text *laid = NULL;
        table_name_place(set, row, column + 1, place, sizeof place);
        enum custody_status rc =
            table_text_get(&set->texts, set->doc, &style, width, text, place, &laid, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (laid->width_mm > width + 0.001) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: not one character fits into the column: give it a larger "
                                "share",
                                place);
        }
        lines = laid->line_count;
    }
    *ret_height_mm =
        print_fit_depth_mm(lines, set->size_pt, TABLE_PITCH) + 2.0 * TABLE_PAD_Y_MM;
    return CUSTODY_OK;
}

static enum custody_status measure_head(struct table_set *set, struct custody_error *err)
{
    for (size_t column = 0; column < set->table->column_count; column++) {
        double height = 0.0;
        enum custody_status rc =
            measure_cell(set, 0, column, set->table->columns[column].title, &height, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        set->head_mm = fmax(set->head_mm, height);
    }
    return CUSTODY_OK;
}

static enum custody_status measure_row(struct table_set *set, size_t row,
                                       struct custody_error *err)
{
    const struct print_table *table = set->table;
    const char *cells[PRINT_COLUMNS_MAX] = {NULL};
    double room = set->bottom_mm - table->margin_mm - set->head_mm;
    set->heights_mm[row] = 0.0;
    enum custody_status rc = table->row(table->closure, row, cells, err);
    for (size_t column = 0; rc == CUSTODY_OK && column < table->column_count; column++) {
        double height = 0.0;
        rc = measure_cell(set, row + 1, column, cells[column], &height, err);
        if (rc == CUSTODY_OK && height > room) {
            char place[PLACE_SIZE];
            table_name_place(set, row + 1, column + 1, place, sizeof place);
            rc = custody_fail(err, CUSTODY_ERR_INVALID,
                              "%s: the text is higher than a page: shorten it, or give the "
                              "column a larger share",
                              place);
        }
        set->heights_mm[row] = fmax(set->heights_mm[row], height);
    }
    return rc;
}

/* Wrapped lines over the width that is left for them, pitch ems each. */
static enum custody_status measure_lines(struct table_set *set, const char *const *texts,
                                         double width_mm, double pitch, double *ret_height_mm,
                                         struct custody_error *err)
{
    char place[PLACE_SIZE];
    const struct print_style style = {.size_pt = set->size_pt};
    double height = 0.0;
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
        height += fit.lines * pitch * print_fit_em_mm(set->size_pt);
    }
    *ret_height_mm = height;
    return CUSTODY_OK;
}

static enum custody_status measure_around(struct table_set *set, struct custody_error *err)
{
    const struct print_table *table = set->table;
    double beside_code = set->width_mm - (table->code != NULL ? TABLE_QR_MM : 0.0);
    enum custody_status rc =
        measure_lines(set, table->above, beside_code, TABLE_PITCH, &set->lines_mm, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    set->above_mm = TABLE_TITLE_MM + set->lines_mm + TABLE_GAP_MM;
    if (table->code != NULL) {
        set->above_mm = fmax(set->above_mm, TABLE_QR_MM);
    }
    rc =
        measure_lines(set, table->below, set->width_mm, TABLE_BELOW_PITCH, &set->below_mm, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    set->below_mm += set->below_mm > 0.0 ? TABLE_GAP_MM : 0.0;
    double room = set->bottom_mm - table->margin_mm;
    if (set->above_mm + set->head_mm > room || set->below_mm + set->head_mm > room) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%.100s: the lines above or below the table are more than a page: "
                            "shorten them",
                            table->record != NULL ? table->record : "table");
    }
    return CUSTODY_OK;
}

/* Rows go onto a page until one does not fit. What stands below the table takes the last row
 * along when it does not fit behind it. */
static void find_pages(struct table_set *set)
{
    double top = set->table->margin_mm;
    double y = top + set->above_mm + set->head_mm;
    size_t count = set->table->row_count;
    set->pages = 1;
    set->firsts[0] = 0;
    for (size_t row = 0; row < count; row++) {
        if (y + set->heights_mm[row] > set->bottom_mm) {
            set->firsts[set->pages++] = row;
            y = top + set->head_mm;
        }
        y += set->heights_mm[row];
    }
    if (y + set->below_mm > set->bottom_mm) {
        bool has_two = count > 0 && count - set->firsts[set->pages - 1] >= 2;
        bool fits =
            has_two &&
            top + set->head_mm + set->heights_mm[count - 1] + set->below_mm <= set->bottom_mm;
        set->firsts[set->pages++] = fits ? count - 1 : count;
    }
}

enum custody_status table_plan(struct table_set *set, struct custody_error *err)
{
    size_t rows = set->table->row_count;
    set->heights_mm = calloc(rows + 1, sizeof *set->heights_mm);
    set->firsts = calloc(rows + 3, sizeof *set->firsts);
    if (set->heights_mm == NULL || set->firsts == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory while printing: print fewer at a time");
    }
    enum custody_status rc = measure_head(set, err);
    if (rc == CUSTODY_OK) {
        rc = measure_around(set, err);
    }
    for (size_t row = 0; rc == CUSTODY_OK && row < rows; row++) {
        rc = measure_row(set, row, err);
    }
    if (rc == CUSTODY_OK) {
        find_pages(set);
    }
    return rc;
}

static enum custody_status check_table(const struct print_table *table,
                                       struct custody_error *err)
{
    if (table->column_count > PRINT_COLUMNS_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "a table has at most %d columns: leave some out",
                            PRINT_COLUMNS_MAX);
    }
    bool is_good = table->column_count > 0 && table->title != NULL;
    for (size_t i = 0; is_good && i < table->column_count; i++) {
        is_good = table->columns[i].share > 0.0 && table->columns[i].title != NULL;
    }
    if (!is_good) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a table has a title and columns with a title and a share each: "
                            "correct it");
    }
    return CUSTODY_OK;
}

static void place_columns(struct table_set *set)
{
    const struct print_table *table = set->table;
    double sum = 0.0;
    double before = 0.0;
    for (size_t i = 0; i < table->column_count; i++) {
        sum += table->columns[i].share;
    }
    for (size_t i = 0; i <= table->column_count; i++) {
        set->column_left_mm[i] = set->left_mm + set->width_mm * before / sum;
        before += i < table->column_count ? table->columns[i].share : 0.0;
    }
}

enum custody_status print_table(struct print_doc *doc, const struct print_table *table,
                                size_t *ret_pages, struct custody_error *err)
{
    struct table_set set = {
        .doc = doc, .table = table, .texts = {.bytes_max = TABLE_TEXT_BYTES}};
    enum custody_status rc = check_table(table, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    set.size_pt = fmax(table->size_pt, PRINT_SIZE_FLOOR_PT);
    set.left_mm = table->margin_mm;
    set.width_mm = doc->width_mm - 2.0 * table->margin_mm;
    set.bottom_mm = doc->height_mm - table->margin_mm - TABLE_FOOT_MM;
    place_columns(&set);
    rc = table_plan(&set, err);
    if (rc == CUSTODY_OK) {
        rc = table_draw(&set, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_pages = set.pages;
    }
    table_text_free(&set.texts);
    free(set.heights_mm);
    free(set.firsts);
    return rc;
}
