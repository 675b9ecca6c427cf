/*
 * A sheet to calibrate a printer with: see custody/label.h. One page to see where things come
 * out, and one (of a roll: some labels) to see how. The words are Chinese: whoever stands at
 * the printer reads them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "test_sheet.h"

#define SMALL_MM 90.0

double marks_x(const struct marks *marks, double x_mm)
{
    const struct printer *printer = marks->sheet->printer;
    double x = x_mm * printer->pitch_x + printer->dx_mm;
    return round(x / marks->dot_mm) * marks->dot_mm;
}

double marks_y(const struct marks *marks, double y_mm)
{
    const struct printer *printer = marks->sheet->printer;
    double y = y_mm * printer->pitch_y + printer->dy_mm;
    return round(y / marks->dot_mm) * marks->dot_mm;
}

enum custody_status marks_text(const struct marks *marks, const char *text,
                               const struct print_box *box, double size_pt,
                               enum print_align align, bool is_white, struct custody_error *err)
{
    struct print_style style = {
        .size_pt = size_pt, .min_pt = PRINT_SIZE_FLOOR_PT, .bold = true, .align = align};
    if (is_white) {
        style.colour = (struct print_colour){1.0, 1.0, 1.0};
    }
    const struct print_box there = {marks_x(marks, box->x_mm), marks_y(marks, box->y_mm),
                                    box->w_mm, box->h_mm};
    return print_text_box(marks->doc, &style, text, &there, "the test sheet", err);
}

const char *marks_number(char out[16], double value)
{
    long thousandths = lround(fabs(value) * 1000.0);
    int len = snprintf(out, 16, "%s%ld.%03ld", value < 0.0 && thousandths > 0 ? "-" : "",
                       thousandths / 1000, thousandths % 1000);
    while (len > 1 && out[len - 1] == '0') {
        out[--len] = '\0';
    }
    if (len > 1 && out[len - 1] == '.') {
        out[--len] = '\0';
    }
    return out;
}

const char *marks_profile_line(const struct marks *marks, size_t i, char out[MARKS_TEXT_SIZE])
{
    const struct printer *printer = marks->sheet->printer;
    bool is_tspl = printer->language == CUSTODY_LABEL_TSPL;
    bool has_head = is_tspl || printer->language == CUSTODY_LABEL_ZPL;
    char a[16];
    char b[16];
    switch (i) {
    case 0:
        (void)snprintf(out, MARKS_TEXT_SIZE, "打印机 %s，语言 %s", printer->name,
                       custody_label_format_name(printer->language));
        return out;
    case 1:
        (void)snprintf(out, MARKS_TEXT_SIZE, "dpi = %s：每点 %s mm",
                       marks_number(a, printer->dpi), marks_number(b, marks->dot_mm));
        return out;
    case 2:
        (void)snprintf(out, MARKS_TEXT_SIZE, "offset = %s,%s：向右、向下移 mm",
                       marks_number(a, printer->dx_mm), marks_number(b, printer->dy_mm));
        return out;
    case 3:
        (void)snprintf(out, MARKS_TEXT_SIZE, "pitch = %s,%s：横、纵比例",
                       marks_number(a, printer->pitch_x), marks_number(b, printer->pitch_y));
        return out;
    case 4:
        if (!has_head || printer->density < 0) {
            return has_head ? "density：按打印机自身设置" : NULL;
        }
        (void)snprintf(out, MARKS_TEXT_SIZE, "density = %d：浓度，%s，越大越黑",
                       printer->density, is_tspl ? "0 至 15" : "0 至 30");
        return out;
    case 5:
        if (printer->speed == 0) {
            return "speed：按打印机自身设置";
        }
        (void)snprintf(out, MARKS_TEXT_SIZE, "speed = %d：速度，英寸每秒", printer->speed);
        return out;
    case 6:
        (void)snprintf(out, MARKS_TEXT_SIZE, "direction = %d：出纸方向，0 或 1",
                       printer->direction);
        return out;
    case 7:
        if (!is_tspl) {
            return NULL;
        }
        (void)snprintf(out, MARKS_TEXT_SIZE, "gap = %s：标签间隙 mm",
                       marks_number(a, printer->gap_mm));
        return out;
    case 8:
        return printer->invert ? "invert = yes：黑白反转" : "invert = no：黑白不反转";
    default:
        return NULL;
    }
}

/* The same choice of printer and format as custody_label_print(). */
static enum custody_status prepare(const struct custody_label_job *job, struct stock *stock,
                                   struct printer *printer, enum custody_label_format *format,
                                   struct custody_error *err)
{
    enum custody_status rc = stock_load(job->stock, stock, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *printer = printer_default(stock->is_roll);
    if (job->printer != NULL) {
        rc = printer_load(job->printer, printer, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    *format = job->has_format ? job->format : printer->language;
    if (!stock->is_roll && (*format == CUSTODY_LABEL_TSPL || *format == CUSTODY_LABEL_ZPL)) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "%s is a sheet and label printers take rolls: choose a roll stock or "
            "print a PDF",
            stock->name);
    }
    if (job->to == NULL || job->to[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the test sheet has nowhere to go: name a file or a printer");
    }
    return CUSTODY_OK;
}

enum custody_status custody_label_test_sheet(const struct custody_label_job *job,
                                             struct custody_error *err)
{
    struct stock stock;
    struct printer printer;
    struct output output = {.copies = 1};
    enum custody_status rc = prepare(job, &stock, &printer, &output.format, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct sheet sheet = {.stock = &stock, .printer = &printer};
    struct marks marks = {.sheet = &sheet,
                          .dot_mm = 25.4 / printer.dpi,
                          .step_dots = printer.dpi < 400.0 ? 1 : (size_t)(printer.dpi / 200.0),
                          .is_small = stock.page.x_mm < SMALL_MM || stock.page.y_mm < SMALL_MM};
    output.printer = &printer;
    output.width_mm = stock.page.x_mm;
    output.height_mm = stock.page.y_mm;
    output.title = stock.name;
    output.to = job->to;
    rc = output_open(&output, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    marks.doc = output.doc;
    rc = marks_draw_place(&marks, err);
    if (rc == CUSTODY_OK) {
        rc = print_doc_break(output.doc, err);
    }
    if (rc == CUSTODY_OK) {
        rc = marks_draw_blocks(&marks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = output_commit(&output, err);
    }
out:
    output_close(&output);
    return rc;
}
