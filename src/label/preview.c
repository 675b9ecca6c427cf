/* One label of a job as a picture: see custody/label_tools.h. */
#include <cairo.h>
#include <math.h>

#include "custody/label_tools.h"
#include "stock.h"

#define WHITE 1.0

/* The label's part of a page, as a picture of its own. */
static enum custody_status cut_label(const struct stock *stock, cairo_surface_t *page,
                                     const char *out, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const double scale = (double)cairo_image_surface_get_width(page) / stock->page.x_mm;
    const struct stock_point at = stock_cell(stock, 0);
    cairo_surface_t *label = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)lround(stock->w_mm * scale), (int)lround(stock->h_mm * scale));
    cairo_t *cr = cairo_create(label);
    cairo_set_source_rgb(cr, WHITE, WHITE, WHITE);
    cairo_paint(cr);
    /* By whole dots: a picture that is moved by parts of one is blurred. */
    cairo_set_source_surface(cr, page, -round(at.x_mm * scale), -round(at.y_mm * scale));
    cairo_paint(cr);
    if (cairo_status(cr) != CAIRO_STATUS_SUCCESS) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for a picture");
    } else if (cairo_surface_write_to_png(label, out) != CAIRO_STATUS_SUCCESS) {
        rc = custody_fail(err, CUSTODY_ERR_IO,
                          "the picture cannot be written; is the disk full?");
    }
    cairo_destroy(cr);
    cairo_surface_destroy(label);
    return rc;
}

enum custody_status custody_label_preview(const struct custody_label_job *job,
                                          struct custody_error *err)
{
    struct custody_label_delivery *delivery = NULL;
    struct custody_label_delivery *page = NULL;
    struct custody_label_job one = *job;
    struct stock stock;
    size_t sheets = 0;
    enum custody_status rc = stock_load(job->stock, &stock, err);
    if (rc == CUSTODY_OK) {
        rc = custody_label_delivery_open(job->to, &delivery, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_delivery_open("-", &page, err);
    }
    if (rc == CUSTODY_OK) {
        one.count = 1;
        one.copies = 1;
        one.start_position = 1;
        one.format = CUSTODY_LABEL_PNG;
        one.has_format = true;
        one.to = custody_label_delivery_path(page);
        rc = custody_label_print(&one, &sheets, err);
    }
    if (rc == CUSTODY_OK) {
        cairo_surface_t *whole = cairo_image_surface_create_from_png(one.to);
        rc = cairo_surface_status(whole) != CAIRO_STATUS_SUCCESS
                 ? custody_fail(err, CUSTODY_ERR_IO,
                                "the rendered label cannot be read; try again")
                 : cut_label(&stock, whole, custody_label_delivery_path(delivery), err);
        cairo_surface_destroy(whole);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_delivery_send(delivery, err);
    }
    custody_label_delivery_close(page);
    custody_label_delivery_close(delivery);
    return rc;
}
