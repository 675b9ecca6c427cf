/* Where things come out: rulers along two edges, crosses at the cells of the stock. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "test_sheet.h"

#define FINE_MM     0.1
#define CORNER_MM   2.0 /* arms of a cross */
#define CENTRE_MM   1.2
#define NUMBER_PT   6.0
#define NUMBER_H_MM 2.4

/* Printers leave some millimetres at the edges of a sheet white. */
static double ruler_base(const struct marks *marks)
{
    return marks->is_small ? 0.0 : 4.0;
}

static double line_mm(const struct marks *marks)
{
    return fmax(FINE_MM, (double)marks->step_dots * marks->dot_mm);
}

static double tick_mm(long mm)
{
    return mm % 10 == 0 ? 2.6 : mm % 5 == 0 ? 1.8 : 1.0;
}

/* Would a cross of a cell strike through it? */
static bool is_crossed(const struct marks *marks, const struct print_box *number)
{
    const struct stock *stock = marks->sheet->stock;
    double right = number->x_mm + number->w_mm + CORNER_MM;
    double below = number->y_mm + number->h_mm + CORNER_MM;
    for (size_t i = 0; !marks->is_small && i < stock_cells(stock); i++) {
        struct stock_point at = stock_cell(stock, i);
        for (int corner = 0; corner < 4; corner++) {
            double x = at.x_mm + (corner % 2 == 1 ? stock->w_mm : 0.0);
            double y = at.y_mm + (corner / 2 == 1 ? stock->h_mm : 0.0);
            if (x > number->x_mm - CORNER_MM && x < right && y > number->y_mm - CORNER_MM &&
                y < below) {
                return true;
            }
        }
    }
    return false;
}

/* The ticks of a millimetre each say how far from the edge of the paper they should be. */
static enum custody_status draw_ruler(const struct marks *marks, bool is_across,
                                      struct custody_error *err)
{
    const struct stock *stock = marks->sheet->stock;
    double base = ruler_base(marks);
    double length = is_across ? stock->page.x_mm : stock->page.y_mm;
    double width = line_mm(marks);
    enum custody_status rc = CUSTODY_OK;
    /* The corner belongs to neither. */
    for (long mm = marks->is_small ? 0 : 8; (double)mm <= length - base && rc == CUSTODY_OK;
         mm++) {
        double end = base + tick_mm(mm);
        double at = (double)mm;
        char digits[16];
        if (is_across) {
            double x = marks_x(marks, at);
            print_doc_rule(marks->doc, x, marks_y(marks, base), x, marks_y(marks, end), width);
        } else {
            double y = marks_y(marks, at);
            print_doc_rule(marks->doc, marks_x(marks, base), y, marks_x(marks, end), y, width);
        }
        const struct print_box number =
            is_across ? (struct print_box){at - 2.5, end + 0.2, 5.0, NUMBER_H_MM}
                      : (struct print_box){end + 0.4, at - NUMBER_H_MM / 2.0, 5.0, NUMBER_H_MM};
        if (mm % 10 != 0 || at < base + 8.0 || at + 3.0 > length - base ||
            is_crossed(marks, &number)) {
            continue;
        }
        rc = marks_text(marks, marks_number(digits, at), &number, NUMBER_PT,
                        is_across ? PRINT_CENTER : PRINT_LEFT, false, err);
    }
    return rc;
}

static void draw_cross(const struct marks *marks, struct stock_point at, double arm_mm)
{
    double width = line_mm(marks);
    print_doc_rule(marks->doc, at.x_mm - arm_mm, at.y_mm, at.x_mm + arm_mm, at.y_mm, width);
    print_doc_rule(marks->doc, at.x_mm, at.y_mm - arm_mm, at.x_mm, at.y_mm + arm_mm, width);
}

/* Crosses on the corners and in the middle of a cell, and its number. */
static enum custody_status draw_cell(const struct marks *marks, size_t index,
                                     struct custody_error *err)
{
    const struct stock *stock = marks->sheet->stock;
    struct stock_point at = sheet_cell(marks->sheet, index);
    struct stock_point middle = {at.x_mm + stock->w_mm / 2.0, at.y_mm + stock->h_mm / 2.0};
    char digits[16];
    for (int corner = 0; corner < 4; corner++) {
        struct stock_point there = {at.x_mm + (corner % 2 == 1 ? stock->w_mm : 0.0),
                                    at.y_mm + (corner / 2 == 1 ? stock->h_mm : 0.0)};
        draw_cross(marks, there, fmin(CORNER_MM, fmin(stock->w_mm, stock->h_mm) / 4.0));
    }
    draw_cross(marks, middle, fmin(CENTRE_MM, fmin(stock->w_mm, stock->h_mm) / 4.0));
    if (stock->w_mm < 10.0 || stock->h_mm < 2.0 * (CENTRE_MM + NUMBER_H_MM)) {
        return CUSTODY_OK;
    }
    const struct print_box box = {middle.x_mm - 4.0, middle.y_mm + CENTRE_MM + 0.3, 8.0,
                                  NUMBER_H_MM};
    const struct print_style style = {
        .size_pt = NUMBER_PT, .min_pt = PRINT_SIZE_FLOOR_PT, .align = PRINT_CENTER};
    return print_text_line(marks->doc, &style, marks_number(digits, (double)index + 1.0), &box,
                           "the test sheet", err);
}

/* What to do with the page, over the cells in its middle. */
static enum custody_status draw_panel(const struct marks *marks, struct custody_error *err)
{
    static const char *const how[] = {
        "一、打印时选“实际大小”或 100 %，不要“适合页面”。",
        "二、把本页与标签纸叠齐，对着光看：十字应落在每格的四角，中间是格号。",
        "三、用尺量：刻度上的数就是离纸边的毫米数。横尺整体偏右 0.5，把 offset 的第一个数"
        "减 0.5；纵尺整体偏下，减第二个数。",
        "四、越往后偏得越多：相隔 180 mm 的两道长刻度量得 179.6 mm，把 pitch 的第一个数乘以 "
        "180÷179.6；纵尺用第二个数。",
        "五、改好配置文件，再打一张核对。",
    };
    const struct stock *stock = marks->sheet->stock;
    const struct print_colour white = {1.0, 1.0, 1.0};
    const struct print_style head = {.size_pt = 13.0, .min_pt = 8.0, .bold = true};
    const struct print_style body = {.size_pt = 9.0, .min_pt = 9.0};
    double w = fmin(140.0, stock->page.x_mm - 40.0);
    double inner = w - 10.0;
    double height = 12.0;
    double part = 0.0;
    char line[MARKS_TEXT_SIZE];
    char across[16];
    char down[16];
    enum custody_status rc = CUSTODY_OK;
    (void)snprintf(line, sizeof line, "测试页 %s：%zu 格，每格 %s×%s mm", stock->name,
                   stock_cells(stock), marks_number(across, stock->w_mm),
                   marks_number(down, stock->h_mm));
    for (size_t i = 0; i < sizeof how / sizeof how[0] && rc == CUSTODY_OK; i++) {
        rc = print_text_measure(marks->doc, &body, how[i], inner, "the test sheet", &part, err);
        height += part + 1.0;
    }
    struct print_box box = {(stock->page.x_mm - w) / 2.0,
                            (stock->page.y_mm - height - 5.0) / 2.0, w, height + 5.0};
    if (rc != CUSTODY_OK) {
        return rc;
    }
    print_doc_fill(marks->doc, &box, white);
    print_doc_frame(marks->doc, &box, 0.3);
    const struct print_box title = {box.x_mm + 5.0, box.y_mm + 4.0, inner, 6.0};
    rc = print_text_line(marks->doc, &head, line, &title, "the test sheet", err);
    double y = box.y_mm + 13.0;
    for (size_t i = 0; i < sizeof how / sizeof how[0] && rc == CUSTODY_OK; i++) {
        rc = print_text_block(marks->doc, &body, how[i], box.x_mm + 5.0, y, inner,
                              "the test sheet", &part, err);
        y += part + 1.0;
    }
    return rc;
}

static enum custody_status draw_sheet(const struct marks *marks, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; i < stock_cells(marks->sheet->stock) && rc == CUSTODY_OK; i++) {
        rc = draw_cell(marks, i, err);
    }
    return rc == CUSTODY_OK ? draw_panel(marks, err) : rc;
}

/* A label: its edges, its middle, and what it should be. */
static enum custody_status draw_label(const struct marks *marks, struct custody_error *err)
{
    const struct stock *stock = marks->sheet->stock;
    const struct print_box edges = {marks_x(marks, 0.0), marks_y(marks, 0.0), stock->page.x_mm,
                                    stock->page.y_mm};
    struct stock_point middle = {marks_x(marks, stock->page.x_mm / 2.0),
                                 marks_y(marks, stock->page.y_mm / 2.0)};
    char line[MARKS_TEXT_SIZE];
    char across[16];
    char down[16];
    print_doc_frame(marks->doc, &edges, line_mm(marks));
    draw_cross(marks, middle, 3.0);
    (void)snprintf(line, sizeof line, "%s×%s mm，四边都应有细线",
                   marks_number(across, stock->page.x_mm),
                   marks_number(down, stock->page.y_mm));
    const struct print_box box = {7.5, stock->page.y_mm / 2.0 + 3.4, stock->page.x_mm - 9.0,
                                  stock->page.y_mm / 2.0 - 4.4};
    if (box.w_mm < 12.0 || box.h_mm < 2.2) {
        return CUSTODY_OK;
    }
    return marks_text(marks, line, &box, 8.0, PRINT_CENTER, false, err);
}

enum custody_status marks_draw_place(const struct marks *marks, struct custody_error *err)
{
    enum custody_status rc = marks->is_small ? draw_label(marks, err) : draw_sheet(marks, err);
    if (rc == CUSTODY_OK) {
        rc = draw_ruler(marks, true, err);
    }
    return rc == CUSTODY_OK ? draw_ruler(marks, false, err) : rc;
}
