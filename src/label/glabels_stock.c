/* A product of the gLabels database as a stock, its layout made by rule: see glabels.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "glabels.h"
#include "qr.h"

#define DPI           300.0
#define QUIET         PRINT_QR_QUIET
#define SIDE          (PRINT_QR_TAG_WIDTH + 2 * QUIET) /* of code and quiet zone, in modules */
#define DOTS_MIN      4 /* of a module: 3 of 203 dpi are more than 4 */
#define DOTS_MAX      10
#define BOX_MIN       12.4 /* so that 203 dpi printers have their 3 dots */
#define MARGIN_MM     1.0  /* where the maker says nothing */
#define MARGIN_MAX_MM 3.0  /* some say so much that no label is left */
#define GAP_MM        0.8
#define ROWS_MAX      5
#define ROW_MIN_MM    2.3
#define ROW_MAX_MM    7.0
#define HUMAN_MM      15.0 /* the code for people on one line at the smallest type */
#define HUMAN_HALF_MM 8.0  /* on two */
/* Lengths of the database are rounded: so much too much is cut off the label. */
#define ROUNDING_MM 0.5

/* The largest upright rectangle of a label where print is safe. */
static struct print_box inner_of_disc(const struct glabels_template *product, double margin)
{
    double radius = product->diameter_mm / 2.0 - margin;
    double inner = product->hole_mm / 2.0 + margin;
    double high_max = product->h_mm / 2.0 - margin;
    double wide_max = product->w_mm / 2.0 - margin;
    struct print_box best = {0.0, 0.0, 0.0, 0.0};
    /* Above the hole: from its edge up to where the disc grows narrow. */
    for (double top = inner; top <= fmin(radius, high_max); top += 0.25) {
        double half = fmin(sqrt(radius * radius - top * top), wide_max);
        if (half > 0.0 && 2.0 * half * (top - inner) > best.w_mm * best.h_mm) {
            best = (struct print_box){product->w_mm / 2.0 - half, product->h_mm / 2.0 - top,
                                      2.0 * half, top - inner};
        }
    }
    return best;
}

static struct print_box inner_of(const struct glabels_template *product)
{
    double margin =
        product->margin_mm > 0.0 ? fmin(product->margin_mm, MARGIN_MAX_MM) : MARGIN_MM;
    if (product->shape == GLABELS_CD) {
        return inner_of_disc(product, margin);
    }
    double share = product->shape == GLABELS_RECTANGLE ? 1.0 : 1.0 / sqrt(2.0);
    double w = (product->w_mm - 2.0 * margin) * share;
    double h = (product->h_mm - 2.0 * margin) * share;
    return (struct print_box){(product->w_mm - w) / 2.0, (product->h_mm - h) / 2.0, w, h};
}

static double box_of(int dots)
{
    return fmax(SIDE * dots * 25.4 / DPI, BOX_MIN);
}

/* Where things stand for one size of the code. */
struct plan {
    double box_mm;
    struct stock_point code;
    struct print_box human;
    bool human_wraps;
    struct print_box texts; /* all of them */
};

/* Code left, its code for people below it, texts at the right. */
static bool plan_left(const struct print_box *inner, double box, struct plan *ret_plan)
{
    double column = inner->w_mm - box - GAP_MM;
    double human_h = 2.6;
    if (box < HUMAN_MM || box + human_h > inner->h_mm || column < ROW_MIN_MM) {
        return false;
    }
    double top = inner->y_mm + (inner->h_mm - box - human_h) / 2.0;
    *ret_plan = (struct plan){
        .box_mm = box,
        .code = {inner->x_mm, top},
        .human = {inner->x_mm, top + box, box, human_h},
        .texts = {inner->x_mm + box + GAP_MM, inner->y_mm, column, inner->h_mm},
    };
    return true;
}

/* Code left, all texts at the right, that for people the lowest. */
static bool plan_beside(const struct print_box *inner, double box, struct plan *ret_plan)
{
    double column = inner->w_mm - box - GAP_MM;
    double human_h = 2.6;
    if (box > inner->h_mm || column < HUMAN_MM || inner->h_mm < human_h) {
        return false;
    }
    double x = inner->x_mm + box + GAP_MM;
    *ret_plan = (struct plan){
        .box_mm = box,
        .code = {inner->x_mm, inner->y_mm + (inner->h_mm - box) / 2.0},
        .human = {x, inner->y_mm + inner->h_mm - human_h, column, human_h},
        .texts = {x, inner->y_mm, column, inner->h_mm - human_h},
    };
    return true;
}

/* Code above, texts below. */
static bool plan_above(const struct print_box *inner, double box, struct plan *ret_plan)
{
    bool wraps = inner->w_mm < HUMAN_MM;
    double human_h = wraps ? 5.0 : 2.8;
    double rest = inner->h_mm - box - human_h;
    if (box > inner->w_mm || inner->w_mm < HUMAN_HALF_MM || rest < ROW_MIN_MM) {
        return false;
    }
    /* Of a long strip the middle: few printers reach its ends. */
    double spare = fmax(rest - ROWS_MAX * ROW_MAX_MM, 0.0);
    double top = inner->y_mm + spare / 2.0;
    rest -= spare;
    *ret_plan = (struct plan){
        .box_mm = box,
        .code = {inner->x_mm + (inner->w_mm - box) / 2.0, top},
        .human = {inner->x_mm, top + box, inner->w_mm, human_h},
        .human_wraps = wraps,
        .texts = {inner->x_mm, top + box + human_h, inner->w_mm, rest},
    };
    return true;
}

static size_t rows_of(const struct plan *plan, double row_mm)
{
    double rows = floor(plan->texts.h_mm / row_mm + 1e-6);
    return rows < 1.0 ? 0 : (rows > ROWS_MAX ? ROWS_MAX : (size_t)rows);
}

/* The largest code that leaves room for so many rows of so wide and high texts. */
static bool choose(const struct print_box *inner, size_t rows, double row_mm, double width_mm,
                   struct plan *ret_plan)
{
    static bool (*const plans[])(const struct print_box *, double,
                                 struct plan *) = {plan_left, plan_beside, plan_above};
    for (int dots = DOTS_MAX; dots >= DOTS_MIN; dots--) {
        for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
            struct plan plan;
            if (plans[i](inner, box_of(dots), &plan) && rows_of(&plan, row_mm) >= rows &&
                plan.texts.w_mm >= width_mm) {
                *ret_plan = plan;
                return true;
            }
        }
    }
    return false;
}

/* A text of one line into a box: as large as it is high, to shrink to the floor. */
static void put_text(struct stock *stock, const char *value, const struct print_box *box,
                     bool is_bold, bool wraps, enum print_align align)
{
    struct stock_text *text = &stock->texts[stock->text_count++];
    double lines = wraps && strcmp(value, "{" STOCK_HUMAN "}") == 0 ? 2.0 : 1.0;
    *text = (struct stock_text){.at = {box->x_mm, box->y_mm},
                                .w_mm = box->w_mm,
                                .h_mm = box->h_mm,
                                .size_pt = floor(box->h_mm / lines * 72.0 / 25.4 * 3.6) / 4.0,
                                .min_pt = PRINT_SIZE_FLOOR_PT,
                                .bold = is_bold,
                                .wrap = wraps,
                                .align = align};
    text->size_pt = fmax(text->size_pt, PRINT_SIZE_FLOOR_PT);
    (void)snprintf(text->value, sizeof text->value, "%s", value);
}

static void put_texts(struct stock *stock, const struct plan *plan)
{
    static const char *const values[ROWS_MAX][ROWS_MAX] = {
        {"{class} {address} {note}"},
        {"{building} {room} {note}", "{class} {what} {copy}"},
        {"{building}", "{room} {note}", "{class} {what} {copy}"},
        {"{building}", "{room}", "{what}", "{class} {copy} {note}"},
        {"{building}", "{room}", "{what}", "{class} {copy}", "{note}"},
    };
    bool is_left = plan->texts.x_mm > plan->code.x_mm + plan->box_mm;
    enum print_align align = is_left ? PRINT_LEFT : PRINT_CENTER;
    put_text(stock, "{" STOCK_HUMAN "}", &plan->human, true, plan->human_wraps,
             plan->human.x_mm > plan->code.x_mm ? align : PRINT_CENTER);
    size_t rows = rows_of(plan, ROW_MIN_MM);
    /* Fewer rows and larger type rather than all at the floor. */
    for (double row_mm = 3.5; rows > 3 && row_mm > ROW_MIN_MM; row_mm -= 0.25) {
        size_t fewer = rows_of(plan, row_mm);
        if (fewer >= 3) {
            rows = fewer;
            break;
        }
    }
    double row_mm = fmin(plan->texts.h_mm / (double)rows, ROW_MAX_MM);
    double top = plan->texts.y_mm;
    if (is_left) {
        top += (plan->texts.h_mm - row_mm * (double)rows) / 2.0;
    }
    for (size_t i = 0; i < rows; i++) {
        struct print_box box = {plan->texts.x_mm, top + row_mm * (double)i, plan->texts.w_mm,
                                row_mm};
        put_text(stock, values[rows - 1][i], &box, i < 2, row_mm >= 4.4, align);
    }
}

/* False: a paper that the database does not name. */
static bool get_page(const struct glabels *glabels, const struct glabels_template *product,
                     struct stock_point *ret_page)
{
    if (strcmp(product->size, "Other") == 0) {
        *ret_page = product->page;
        return true;
    }
    for (size_t i = 0; i < glabels->paper_count; i++) {
        const struct glabels_paper *paper = &glabels->papers[i];
        if (strcmp(paper->id, product->size) == 0) {
            *ret_page = (struct stock_point){paper->w_mm, paper->h_mm};
            return true;
        }
    }
    return false;
}

/* How much of `size` can stay when the last of n, `step` apart from `start`, ends at `end`. */
static double fit_size(double size, double start, double step, size_t n, double end)
{
    double over = start + (double)(n > 0 ? n - 1 : 0) * step + size - end;
    double room = size;
    if (over > 0.0 && over <= ROUNDING_MM) {
        room -= over;
    }
    if (n > 1 && step < room && room - step <= ROUNDING_MM) {
        room = step;
    }
    return room;
}

/* Take the geometry over; rounded lengths lose what they have too much. */
static void set_cells(struct stock *stock, const struct glabels_template *product)
{
    stock->w_mm = product->w_mm;
    stock->h_mm = product->h_mm;
    stock->grid_count = product->grid_count;
    for (size_t i = 0; i < product->grid_count; i++) {
        struct stock_grid *grid = &stock->grids[i];
        *grid = product->grids[i];
        grid->x0_mm = grid->x0_mm < 0.0 && grid->x0_mm >= -ROUNDING_MM ? 0.0 : grid->x0_mm;
        grid->y0_mm = grid->y0_mm < 0.0 && grid->y0_mm >= -ROUNDING_MM ? 0.0 : grid->y0_mm;
        stock->w_mm =
            fit_size(stock->w_mm, grid->x0_mm, grid->dx_mm, grid->nx, stock->page.x_mm);
        stock->h_mm =
            fit_size(stock->h_mm, grid->y0_mm, grid->dy_mm, grid->ny, stock->page.y_mm);
    }
}

static bool put_layout(struct stock *stock, const struct glabels_template *product)
{
    struct plan plan;
    struct glabels_template fitted = *product;
    fitted.w_mm = stock->w_mm;
    fitted.h_mm = stock->h_mm;
    struct print_box inner = inner_of(&fitted);
    /* A comfortable label if there is room for one, else one that can be read. */
    if (!choose(&inner, 4, 3.4, 22.0, &plan) && !choose(&inner, 3, 2.8, 16.0, &plan) &&
        !choose(&inner, 1, ROW_MIN_MM, 10.0, &plan)) {
        return false;
    }
    stock->has_code = true;
    stock->code =
        (struct stock_code){.at = plan.code, .box_mm = plan.box_mm, .quiet = QUIET, .dpi = DPI};
    put_texts(stock, &plan);
    return true;
}

enum custody_status glabels_make_stock(const struct glabels *glabels,
                                       const struct glabels_template *product, const char *name,
                                       struct stock *ret_stock, struct custody_error *err)
{
    struct stock stock = {0};
    (void)snprintf(stock.name, sizeof stock.name, "%s", name);
    if (!get_page(glabels, product, &stock.page)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%.60s is on paper of a size that the gLabels database does not "
                            "have: choose another product",
                            name);
    }
    set_cells(&stock, product);
    stock.is_roll = strcmp(product->size, "Other") == 0 && stock_cells(&stock) == 1 &&
                    product->shape == GLABELS_RECTANGLE;
    if (!put_layout(&stock, product)) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "%.60s (%.1f x %.1f mm) is too small for a code and its text: choose "
            "a larger product",
            name, product->w_mm, product->h_mm);
    }
    enum custody_status rc = stock_check(&stock, name, err);
    if (rc == CUSTODY_OK) {
        *ret_stock = stock;
    }
    return rc;
}
