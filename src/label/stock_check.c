/* The rules a stock must keep so that what is printed can be read: see stock.h. */
#include "qr.h"
#include "stock.h"
#include "typeset.h"

/* Sums of lengths with three decimals are not exact in binary. */
#define SLACK_MM 0.0005

double stock_module_mm(const struct stock *stock)
{
    return print_qr_module_mm(PRINT_QR_TAG_WIDTH, (int)stock->qr_quiet, stock->qr_box_mm,
                              stock->qr_dpi);
}

static enum custody_status refuse(const char *name, const char *what, struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%s: %s: correct the stock file", name, what);
}

static enum custody_status check_cells(const struct stock *stock, const char *name,
                                       struct custody_error *err)
{
    if (stock->nx == 0 || stock->ny == 0 || stock->w_mm < 1.0 || stock->h_mm < 1.0) {
        return refuse(name, "a page without labels (nx, ny, w, h)", err);
    }
    if ((stock->nx > 1 && stock->dx_mm < stock->w_mm - SLACK_MM) ||
        (stock->ny > 1 && stock->dy_mm < stock->h_mm - SLACK_MM)) {
        return refuse(name, "labels overlap (dx is less than w, or dy less than h)", err);
    }
    double right = stock->x0_mm + (double)(stock->nx - 1) * stock->dx_mm + stock->w_mm;
    double bottom = stock->y0_mm + (double)(stock->ny - 1) * stock->dy_mm + stock->h_mm;
    if (right > stock->page.x_mm + SLACK_MM || bottom > stock->page.y_mm + SLACK_MM) {
        return refuse(name, "a label reaches beyond the page (x0, dx, nx or y0, dy, ny)", err);
    }
    return CUSTODY_OK;
}

static enum custody_status check_code(const struct stock *stock, const char *name,
                                      struct custody_error *err)
{
    if (stock->qr_quiet < PRINT_QR_QUIET) {
        return refuse(name, "the code needs 4 modules of white around it (quiet)", err);
    }
    if (stock->qr_at.x_mm + stock->qr_box_mm > stock->w_mm + SLACK_MM ||
        stock->qr_at.y_mm + stock->qr_box_mm > stock->h_mm + SLACK_MM) {
        return refuse(
            name, "the code with its quiet zone reaches beyond the label (qr at, box)", err);
    }
    if (stock->qr_dpi < 100.0 || stock->qr_dpi > 1200.0 ||
        stock_module_mm(stock) < PRINT_QR_MODULE_MIN_MM - SLACK_MM) {
        return refuse(name, "the code has fewer than 3 dots a module at 203 dpi (box, dpi)",
                      err);
    }
    return CUSTODY_OK;
}

struct area {
    double left, top, right, bottom;
};

static struct area text_area(const struct stock_text *text)
{
    return (struct area){text->at.x_mm, text->at.y_mm, text->at.x_mm + text->w_mm,
                         text->at.y_mm + text->h_mm};
}

static bool overlap(const struct area *a, const struct area *b)
{
    return a->left < b->right - SLACK_MM && b->left < a->right - SLACK_MM &&
           a->top < b->bottom - SLACK_MM && b->top < a->bottom - SLACK_MM;
}

static enum custody_status check_text(const struct stock *stock, size_t index, const char *name,
                                      struct custody_error *err)
{
    const struct stock_text *text = &stock->texts[index];
    struct area area = text_area(text);
    struct area code = {stock->qr_at.x_mm, stock->qr_at.y_mm,
                        stock->qr_at.x_mm + stock->qr_box_mm,
                        stock->qr_at.y_mm + stock->qr_box_mm};
    if (text->w_mm < 1.0 || area.right > stock->w_mm + SLACK_MM ||
        area.bottom > stock->h_mm + SLACK_MM) {
        return refuse(name, "a text reaches beyond the label (text at, w, h)", err);
    }
    if (overlap(&area, &code)) {
        return refuse(name, "a text stands on the code or its quiet zone (text at, w, h)", err);
    }
    if (text->min_pt < PRINT_SIZE_FLOOR_PT || text->min_pt > text->size_pt) {
        return refuse(name, "a text's min is below 4.96 pt or above its size", err);
    }
    if (text->size_pt * 25.4 / 72.0 > text->h_mm + SLACK_MM) {
        return refuse(name, "a text's size is more than its height (text size, h)", err);
    }
    for (size_t i = 0; i < index; i++) {
        struct area other = text_area(&stock->texts[i]);
        if (overlap(&area, &other)) {
            return refuse(name, "two texts stand on each other (text at, w, h)", err);
        }
        if (stock->texts[i].value == text->value) {
            return refuse(name, "two texts show the same (text value)", err);
        }
    }
    return CUSTODY_OK;
}

enum custody_status stock_check(const struct stock *stock, const char *name,
                                struct custody_error *err)
{
    enum custody_status rc = check_cells(stock, name, err);
    if (rc == CUSTODY_OK) {
        rc = check_code(stock, name, err);
    }
    bool has_human = false;
    for (size_t i = 0; i < stock->text_count && rc == CUSTODY_OK; i++) {
        rc = check_text(stock, i, name, err);
        has_human = has_human || stock->texts[i].value == STOCK_HUMAN;
    }
    if (rc == CUSTODY_OK && !has_human) {
        /* A tag whose QR code is worn must still be typed. */
        return refuse(name, "no text shows the code for people (value = human)", err);
    }
    return rc;
}
