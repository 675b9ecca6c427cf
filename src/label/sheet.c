/* Labels on pages: see sheet.h. */
#include "sheet.h"

#include <math.h>
#include <string.h>

#include "qr.h"
#include "typeset.h"

#define TEXT_GRID_PT 0.5 /* finer than anybody sees, and short numbers in a PDF */
#define HUMAN_SIZE   15  /* "K-4F7Q-2M9X-88" and the 0 */
#define HUMAN_HALF   7   /* "K-4F7Q-" */
#define CUT_MM       0.1

static const char *record_of(const struct custody_label *label)
{
    return label->record != NULL ? label->record : "a label without a name";
}

/* The code for people, made from the scanned one: a tag that reads two ways is never printed.
 */
static enum custody_status human_code(const struct custody_label *label, char out[HUMAN_SIZE],
                                      struct custody_error *err)
{
    out[0] = '\0';
    if (label->code[0] == '\0') {
        return CUSTODY_OK;
    }
    struct custody_tag tag;
    if (memchr(label->code, '\0', sizeof label->code) == NULL ||
        strlen(label->code) != CUSTODY_TAG_LEN ||
        custody_tag_parse(label->code, &tag, NULL) != CUSTODY_OK) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the code is no tag: take it from the register",
                            record_of(label));
    }
    /* The parser forgives what people type; a printed code has exactly the one form. */
    char exact[CUSTODY_TAG_LEN + 1];
    custody_tag_print(tag.item, tag.generation, tag.site, exact);
    if (memcmp(exact, label->code, sizeof exact) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the code is not written as printed: take it from the register",
                            record_of(label));
    }
    custody_item_print(tag.item, out);
    return CUSTODY_OK;
}

static enum custody_status check_fields(const struct custody_label *label, const char *human,
                                        struct custody_error *err)
{
    if (label->field_count > CUSTODY_LABEL_FIELDS_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: a label has at most %d fields: leave some out",
                            record_of(label), CUSTODY_LABEL_FIELDS_MAX);
    }
    for (size_t i = 0; i < label->field_count; i++) {
        const struct custody_label_field *field = &label->fields[i];
        if (field->name == NULL) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: a field of the label has no name: name it",
                                record_of(label));
        }
        if (strcmp(field->name, STOCK_HUMAN) == 0 && field->text != NULL &&
            field->text[0] != '\0' && strcmp(field->text, human) != 0) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: the code to scan and the code for people name two things: "
                                "take both from the register",
                                record_of(label));
        }
    }
    return CUSTODY_OK;
}

static bool read_hex(const char *text, double *ret_value)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *high = text[0] != '\0' ? strchr(digits, text[0]) : NULL;
    const char *low = high != NULL && text[1] != '\0' ? strchr(digits, text[1]) : NULL;
    if (low == NULL) {
        return false;
    }
    *ret_value = (double)((high - digits) % 16 * 16 + (low - digits) % 16) / 255.0;
    return true;
}

/* "#rrggbb" */
static bool read_colour(const char *text, struct print_colour *ret_colour)
{
    struct print_colour colour;
    if (strlen(text) != 7 || text[0] != '#' || !read_hex(text + 1, &colour.red) ||
        !read_hex(text + 3, &colour.green) || !read_hex(text + 5, &colour.blue)) {
        return false;
    }
    *ret_colour = colour;
    return true;
}

enum custody_status sheet_check_label(const struct sheet *sheet,
                                      const struct custody_label *label,
                                      struct custody_error *err)
{
    const struct stock *stock = sheet->stock;
    char human[HUMAN_SIZE];
    enum custody_status rc = human_code(label, human, err);
    if (rc == CUSTODY_OK) {
        rc = check_fields(label, human, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct print_colour colour;
    if (label->colour != NULL && !read_colour(label->colour, &colour)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: a colour is written #rrggbb: correct it", record_of(label));
    }
    if (stock->has_code && !stock->code.optional && label->code[0] == '\0') {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "%s: stock %s prints a code and this label has none: choose a stock "
            "without one",
            record_of(label), stock->name);
    }
    return CUSTODY_OK;
}

struct stock_point sheet_cell(const struct sheet *sheet, size_t index)
{
    struct stock_point at = stock_cell(sheet->stock, index);
    at.x_mm = at.x_mm * sheet->printer->pitch_x + sheet->printer->dx_mm;
    at.y_mm = at.y_mm * sheet->printer->pitch_y + sheet->printer->dy_mm;
    return at;
}

/* Takes what is drawn of a label into the area from `low` to `high`. */
static void grow(struct stock_point *low, struct stock_point *high, struct stock_point at,
                 double w_mm, double h_mm)
{
    low->x_mm = fmin(low->x_mm, at.x_mm);
    low->y_mm = fmin(low->y_mm, at.y_mm);
    high->x_mm = fmax(high->x_mm, at.x_mm + w_mm);
    high->y_mm = fmax(high->y_mm, at.y_mm + h_mm);
}

enum custody_status sheet_check(const struct sheet *sheet, struct custody_error *err)
{
    const struct stock *stock = sheet->stock;
    struct stock_point low = {stock->w_mm, stock->h_mm};
    struct stock_point high = {0.0, 0.0};
    if (stock->has_code) {
        grow(&low, &high, stock->code.at, stock->code.box_mm, stock->code.box_mm);
    }
    if (stock->has_band && sheet->has_band) {
        grow(&low, &high, stock->band.at, stock->band.w_mm, stock->band.h_mm);
    }
    for (size_t i = 0; i < stock->text_count; i++) {
        grow(&low, &high, stock->texts[i].at, stock->texts[i].w_mm, stock->texts[i].h_mm);
    }
    for (size_t i = 0; i < stock_cells(stock); i++) {
        struct stock_point at = sheet_cell(sheet, i);
        if (at.x_mm + low.x_mm < -STOCK_SLACK_MM || at.y_mm + low.y_mm < -STOCK_SLACK_MM ||
            at.x_mm + high.x_mm > stock->page.x_mm + STOCK_SLACK_MM ||
            at.y_mm + high.y_mm > stock->page.y_mm + STOCK_SLACK_MM) {
            return custody_fail(
                err, CUSTODY_ERR_INVALID,
                "printer %s moves a label of %s off its page: correct offset or "
                "pitch of the profile",
                sheet->printer->name, stock->name);
        }
    }
    return stock_check_dpi(stock, sheet->printer->dpi, err);
}

/* Where cells touch there is one line: a second upon it would be darker than the others. */
static bool has_gap(double end_mm, double next_mm)
{
    return fabs(next_mm - end_mm) > CUT_MM;
}

static void draw_grid(const struct sheet *sheet, struct print_doc *doc, size_t first,
                      const struct stock_grid *grid)
{
    const struct stock *stock = sheet->stock;
    struct stock_point start = sheet_cell(sheet, first);
    struct stock_point end = sheet_cell(sheet, first + grid->nx * grid->ny - 1);
    end.x_mm += stock->w_mm;
    end.y_mm += stock->h_mm;
    for (size_t i = 0; i < grid->nx; i++) {
        const double x = sheet_cell(sheet, first + i).x_mm;
        const double right = x + stock->w_mm;
        print_doc_rule(doc, x, start.y_mm, x, end.y_mm, CUT_MM);
        if (i + 1 == grid->nx || has_gap(right, sheet_cell(sheet, first + i + 1).x_mm)) {
            print_doc_rule(doc, right, start.y_mm, right, end.y_mm, CUT_MM);
        }
    }
    for (size_t i = 0; i < grid->ny; i++) {
        const size_t row = first + i * grid->nx;
        const double y = sheet_cell(sheet, row).y_mm;
        const double bottom = y + stock->h_mm;
        print_doc_rule(doc, start.x_mm, y, end.x_mm, y, CUT_MM);
        if (i + 1 == grid->ny || has_gap(bottom, sheet_cell(sheet, row + grid->nx).y_mm)) {
            print_doc_rule(doc, start.x_mm, bottom, end.x_mm, bottom, CUT_MM);
        }
    }
}

void sheet_begin_page(const struct sheet *sheet, struct print_doc *doc)
{
    size_t first = 0;
    if (!sheet->stock->has_cut) {
        return;
    }
    for (size_t i = 0; i < sheet->stock->grid_count; i++) {
        const struct stock_grid *grid = &sheet->stock->grids[i];
        draw_grid(sheet, doc, first, grid);
        first += grid->nx * grid->ny;
    }
}

static enum custody_status draw_code(const struct sheet *sheet, struct print_doc *doc,
                                     const char *code, struct stock_point cell,
                                     struct custody_error *err)
{
    struct print_qr qr;
    enum custody_status rc = print_qr_tag(code, &qr, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    double dpi = sheet->printer->dpi;
    double module = stock_module_mm(sheet->stock, dpi);
    struct stock_point at = stock_code_at(sheet->stock, cell, dpi);
    if (sheet->use_mask) {
        print_qr_draw_mask(doc, &qr, at.x_mm, at.y_mm, module,
                           (int)lround(module * dpi / 25.4));
    } else {
        print_qr_draw(doc, &qr, at.x_mm, at.y_mm, module);
    }
    return CUSTODY_OK;
}

/* The code for people on two lines: read aloud in groups, it is never broken within one. */
static enum custody_status draw_halves(struct print_doc *doc, const struct print_style *style,
                                       const char *human, const struct print_box *box,
                                       const char *record, struct custody_error *err)
{
    struct print_box half = *box;
    char first[HUMAN_SIZE];
    memcpy(first, human, HUMAN_HALF);
    first[HUMAN_HALF] = '\0';
    half.h_mm /= 2.0;
    enum custody_status rc = print_text_line(doc, style, first, &half, record, err);
    half.y_mm += half.h_mm;
    return rc == CUSTODY_OK
               ? print_text_line(doc, style, human + HUMAN_HALF, &half, record, err)
               : rc;
}

static enum custody_status draw_text(struct print_doc *doc, const struct stock_text *place,
                                     const struct custody_label *label, const char *human,
                                     struct stock_point cell, struct custody_error *err)
{
    char text[STOCK_TEXT_SIZE];
    if (!stock_template_fill(place->value, label->fields, label->field_count, human, text)) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "%s: a text is too long: shorten it",
                            record_of(label));
    }
    if (text[0] == '\0') {
        return CUSTODY_OK;
    }
    struct print_style style = {.size_pt = place->size_pt,
                                .min_pt = place->min_pt,
                                .bold = place->bold,
                                .align = place->align,
                                .vertical = place->vertical,
                                .grid_pt = TEXT_GRID_PT};
    struct print_box box = {cell.x_mm + place->at.x_mm, cell.y_mm + place->at.y_mm, place->w_mm,
                            place->h_mm};
    if (place->wrap && text[0] != '\0' && strcmp(text, human) == 0) {
        return draw_halves(doc, &style, text, &box, record_of(label), err);
    }
    return place->wrap || place->vertical
               ? print_text_box(doc, &style, text, &box, record_of(label), err)
               : print_text_line(doc, &style, text, &box, record_of(label), err);
}

static enum custody_status draw_texts(const struct sheet *sheet, struct print_doc *doc,
                                      const struct custody_label *label,
                                      struct stock_point cell, struct custody_error *err)
{
    const struct stock *stock = sheet->stock;
    char human[HUMAN_SIZE];
    enum custody_status rc = human_code(label, human, err);

    for (size_t i = 0; i < stock->text_count && rc == CUSTODY_OK; i++) {
        rc = draw_text(doc, &stock->texts[i], label, human, cell, err);
    }
    return rc;
}

static void draw_band(const struct sheet *sheet, struct print_doc *doc,
                      const struct custody_label *label, struct stock_point cell)
{
    const struct stock *stock = sheet->stock;
    struct print_colour colour = {0.0, 0.0, 0.0};
    const struct print_box box = {cell.x_mm + stock->band.at.x_mm,
                                  cell.y_mm + stock->band.at.y_mm, stock->band.w_mm,
                                  stock->band.h_mm};

    if (stock->has_band && sheet->has_band && label->colour != NULL &&
        read_colour(label->colour, &colour)) {
        print_doc_fill(doc, &box, colour);
    }
}

enum custody_status sheet_draw(const struct sheet *sheet, struct print_doc *doc,
                               enum sheet_part part, const struct custody_label *label,
                               size_t index, struct custody_error *err)
{
    const struct stock_point cell = sheet_cell(sheet, index);

    switch (part) {
    case SHEET_BANDS:
        draw_band(sheet, doc, label, cell);
        return CUSTODY_OK;
    case SHEET_CODES:
        return sheet->stock->has_code && label->code[0] != '\0'
                   ? draw_code(sheet, doc, label->code, cell, err)
                   : CUSTODY_OK;
    case SHEET_TEXTS:
        break;
    }
    return draw_texts(sheet, doc, label, cell, err);
}
