/* The rules a stock must keep so that what is printed can be read: see stock.h. */
#include <math.h>
#include <string.h>

#include "qr.h"
#include "stock.h"

#define PAGE_MIN_MM 5.0
#define PAGE_MAX_MM 2000.0
#define CELLS_MAX   10000

/* Chinese characters fill up below this, whatever the printer. */
#define TYPE_DOTS_MIN 14.0
/* A module of fewer is not read from the hand. */
#define MODULE_DOTS_MIN 3.0
/* Most label printers have so many; every code must be printable on one of them. */
#define COMMON_DPI 203.0

double stock_module_mm(const struct stock *stock, double dpi)
{
    return print_qr_module_mm(PRINT_QR_TAG_WIDTH, (int)stock->code.quiet, stock->code.box_mm,
                              dpi);
}

struct stock_point stock_code_at(const struct stock *stock, struct stock_point cell, double dpi)
{
    double dot = 25.4 / dpi;
    double side = PRINT_QR_TAG_WIDTH * stock_module_mm(stock, dpi);
    double inset = (stock->code.box_mm - side) / 2.0;
    return (struct stock_point){round((cell.x_mm + stock->code.at.x_mm + inset) / dot) * dot,
                                round((cell.y_mm + stock->code.at.y_mm + inset) / dot) * dot};
}

static enum custody_status refuse(const char *name, const char *what, struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%s: %s: correct the stock", name, what);
}

static enum custody_status check_grid(const struct stock *stock, const struct stock_grid *grid,
                                      const char *name, struct custody_error *err)
{
    if (grid->nx == 0 || grid->ny == 0 || grid->nx > CELLS_MAX / grid->ny) {
        return refuse(name, "a page without labels, or with more than 10000 (nx, ny)", err);
    }
    if ((grid->nx > 1 && grid->dx_mm < stock->w_mm - STOCK_SLACK_MM) ||
        (grid->ny > 1 && grid->dy_mm < stock->h_mm - STOCK_SLACK_MM)) {
        return refuse(name, "labels overlap (dx is less than w, or dy less than h)", err);
    }
    double right = grid->x0_mm + (double)(grid->nx - 1) * grid->dx_mm + stock->w_mm;
    double bottom = grid->y0_mm + (double)(grid->ny - 1) * grid->dy_mm + stock->h_mm;
    if (grid->x0_mm < -STOCK_SLACK_MM || grid->y0_mm < -STOCK_SLACK_MM ||
        right > stock->page.x_mm + STOCK_SLACK_MM ||
        bottom > stock->page.y_mm + STOCK_SLACK_MM) {
        return refuse(name, "a label reaches beyond the page (x0, dx, nx or y0, dy, ny)", err);
    }
    return CUSTODY_OK;
}

static enum custody_status check_cells(const struct stock *stock, const char *name,
                                       struct custody_error *err)
{
    /* Written so that a size that is no number is refused too. */
    if (!(stock->page.x_mm >= PAGE_MIN_MM && stock->page.x_mm <= PAGE_MAX_MM &&
          stock->page.y_mm >= PAGE_MIN_MM && stock->page.y_mm <= PAGE_MAX_MM)) {
        return refuse(name, "a page is 5 to 2000 mm wide and high (page, or w and h of a roll)",
                      err);
    }
    if (!(stock->w_mm >= 1.0 && stock->h_mm >= 1.0) || stock->grid_count == 0) {
        return refuse(name, "a label is at least 1 mm wide and high (w, h)", err);
    }
    for (size_t i = 0; i < stock->grid_count; i++) {
        enum custody_status rc = check_grid(stock, &stock->grids[i], name, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

struct area {
    double left, top, right, bottom;
};

static struct area area_of(struct stock_point at, double w_mm, double h_mm)
{
    return (struct area){at.x_mm, at.y_mm, at.x_mm + w_mm, at.y_mm + h_mm};
}

static bool overlap(const struct area *a, const struct area *b)
{
    return a->left < b->right - STOCK_SLACK_MM && b->left < a->right - STOCK_SLACK_MM &&
           a->top < b->bottom - STOCK_SLACK_MM && b->top < a->bottom - STOCK_SLACK_MM;
}

static bool is_inside(const struct stock *stock, const struct area *area)
{
    return area->left >= -STOCK_SLACK_MM && area->top >= -STOCK_SLACK_MM &&
           area->right <= stock->w_mm + STOCK_SLACK_MM &&
           area->bottom <= stock->h_mm + STOCK_SLACK_MM;
}

static struct area code_area(const struct stock *stock)
{
    return area_of(stock->code.at, stock->code.box_mm, stock->code.box_mm);
}

static struct area band_area(const struct stock *stock)
{
    return area_of(stock->band.at, stock->band.w_mm, stock->band.h_mm);
}

static struct area text_area(const struct stock_text *text)
{
    return area_of(text->at, text->w_mm, text->h_mm);
}

/* Dots of a module at dpi; the hair's breadth as in print_qr_module_mm(). */
static double module_dots(const struct stock *stock, double dpi)
{
    return round(stock_module_mm(stock, dpi) * dpi / 25.4);
}

static enum custody_status check_code(const struct stock *stock, const char *name,
                                      struct custody_error *err)
{
    struct area code = code_area(stock);
    if (stock->code.quiet < PRINT_QR_QUIET || stock->code.quiet > 100) {
        return refuse(name, "the code needs 4 modules of white around it (quiet)", err);
    }
    if (!is_inside(stock, &code)) {
        return refuse(
            name, "the code with its quiet zone reaches beyond the label (qr at, box)", err);
    }
    if (!(stock->code.dpi >= 100.0 && stock->code.dpi <= 1200.0)) {
        return refuse(name, "a printer has 100 to 1200 dots an inch (qr dpi)", err);
    }
    if (module_dots(stock, stock->code.dpi) < MODULE_DOTS_MIN) {
        return refuse(name, "the code has fewer than 3 dots a module at its dpi (qr box, dpi)",
                      err);
    }
    if (module_dots(stock, COMMON_DPI) < MODULE_DOTS_MIN) {
        return refuse(name,
                      "the code has fewer than 3 dots a module at 203 dpi: its box is below "
                      "12.4 mm (qr box)",
                      err);
    }
    return CUSTODY_OK;
}

static enum custody_status check_band(const struct stock *stock, const char *name,
                                      struct custody_error *err)
{
    struct area band = band_area(stock);
    struct area code = code_area(stock);
    if (!(stock->band.w_mm > 0.0 && stock->band.h_mm > 0.0) || !is_inside(stock, &band)) {
        return refuse(name, "the band reaches beyond the label or is empty (band at, w, h)",
                      err);
    }
    if (stock->has_code && overlap(&band, &code)) {
        return refuse(name, "the band stands on the code or its quiet zone (band at, w, h)",
                      err);
    }
    return CUSTODY_OK;
}

static bool is_human(const struct stock_text *text)
{
    return strcmp(text->value, "{" STOCK_HUMAN "}") == 0;
}

static enum custody_status check_type(const struct stock_text *text, const char *name,
                                      struct custody_error *err)
{
    if (!(text->min_pt >= PRINT_SIZE_FLOOR_PT)) {
        return refuse(name,
                      "a text's min is below 4.96 pt, 14 dots at 203 dpi: Chinese fills up "
                      "(text min)",
                      err);
    }
    if (!(text->min_pt <= text->size_pt)) {
        return refuse(name, "a text's min is above its size (text min, size)", err);
    }
    double room_mm = text->vertical ? text->w_mm : text->h_mm;
    /* The code for people, when it wraps, stands on two lines. */
    room_mm /= text->wrap && is_human(text) ? 2.0 : 1.0;
    if (text->size_pt * 25.4 / 72.0 > room_mm + STOCK_SLACK_MM) {
        return refuse(name,
                      "a text's size is more than its height, or if vertical its width (text "
                      "size, h, w)",
                      err);
    }
    return CUSTODY_OK;
}

static enum custody_status check_text(const struct stock *stock, size_t index, const char *name,
                                      struct custody_error *err)
{
    const struct stock_text *text = &stock->texts[index];
    struct area area = text_area(text);
    struct area code = code_area(stock);
    struct area band = band_area(stock);
    if (!stock_template_is_valid(text->value)) {
        return refuse(name, "a text is not made of words and {name} (text value)", err);
    }
    if (!(text->w_mm >= 1.0) || !is_inside(stock, &area)) {
        return refuse(name, "a text reaches beyond the label (text at, w, h)", err);
    }
    if (stock->has_code && overlap(&area, &code)) {
        return refuse(name, "a text stands on the code or its quiet zone (text at, w, h)", err);
    }
    if (stock->has_band && overlap(&area, &band)) {
        return refuse(name, "a text stands on the band (text at, w, h)", err);
    }
    for (size_t i = 0; i < index; i++) {
        struct area other = text_area(&stock->texts[i]);
        if (overlap(&area, &other)) {
            return refuse(name, "two texts stand on each other (text at, w, h)", err);
        }
        if (strcmp(stock->texts[i].value, text->value) == 0) {
            return refuse(name, "two texts show the same (text value)", err);
        }
    }
    return check_type(text, name, err);
}

/* Under every code, alone in its place, the code for people: a worn one must still be typed. */
static enum custody_status check_human(const struct stock *stock, const char *name,
                                       struct custody_error *err)
{
    size_t alone = 0;
    size_t all = 0;
    for (size_t i = 0; i < stock->text_count; i++) {
        all += stock_template_has(stock->texts[i].value, STOCK_HUMAN);
        alone += is_human(&stock->texts[i]);
    }
    if (stock->has_code && (alone != 1 || all != 1)) {
        return refuse(name, "one text and no other shows the code for people (value = {human})",
                      err);
    }
    return CUSTODY_OK;
}

enum custody_status stock_check(const struct stock *stock, const char *name,
                                struct custody_error *err)
{
    char fields[sizeof((struct custody_label_stock *)0)->fields] = "";
    enum custody_status rc = check_cells(stock, name, err);
    if (rc == CUSTODY_OK && stock->has_code) {
        rc = check_code(stock, name, err);
    }
    if (rc == CUSTODY_OK && stock->has_band) {
        rc = check_band(stock, name, err);
    }
    if (rc == CUSTODY_OK && stock->text_count == 0 && !stock->has_code) {
        rc = refuse(name, "a label with neither text nor code ([text.1], [qr])", err);
    }
    for (size_t i = 0; i < stock->text_count && rc == CUSTODY_OK; i++) {
        rc = check_text(stock, i, name, err);
        if (rc == CUSTODY_OK &&
            !stock_template_list(stock->texts[i].value, fields, sizeof fields)) {
            rc = refuse(name, "the names of its texts are too many (text value)", err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = check_human(stock, name, err);
    }
    /* What it names itself must do; a printer's profile is checked when it prints. */
    return rc == CUSTODY_OK && stock->has_code ? stock_check_dpi(stock, stock->code.dpi, err)
                                               : rc;
}

enum custody_status stock_check_dpi(const struct stock *stock, double dpi,
                                    struct custody_error *err)
{
    if (stock->has_code && module_dots(stock, dpi) < MODULE_DOTS_MIN) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s has a code of fewer than 3 dots a module at %.0f dpi: choose a "
                            "larger stock or a finer printer",
                            stock->name, dpi);
    }
    for (size_t i = 0; i < stock->text_count; i++) {
        /* 4.96 pt at 203 dpi are 13.98 dots, which is what 14 dots mean. */
        if (stock->texts[i].min_pt * dpi / 72.0 < TYPE_DOTS_MIN - 0.05) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s may shrink type below 14 dots at %.0f dpi: choose a finer "
                                "printer",
                                stock->name, dpi);
        }
    }
    return CUSTODY_OK;
}
