/* A document's life, and what is drawn without text: see doc.h. Its pages are page.c. */
#include "doc.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_impl.h"
#include "instant.h"
#include "layout.h"
#include "text.h"

#define SIDE_MIN_MM 5.0
#define SIDE_MAX_MM 2000.0
#define DPI_MIN     72.0
#define DPI_MAX     1200.0
#define MM_PER_INCH 25.4
#define DOTS_MAX    30000.0 /* cairo counts in 16 bits */

static enum custody_status fail_nomem(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory before printing: close other programs");
}

static bool is_side(double mm)
{
    return mm >= SIDE_MIN_MM && mm <= SIDE_MAX_MM;
}

/* Of PNG and BITS: a number of dots that can be drawn. */
static enum custody_status check_dots(const struct print_setup *setup,
                                      struct custody_error *err)
{
    if (!(setup->dpi >= DPI_MIN && setup->dpi <= DPI_MAX)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "dots are from 72 to 1200 an inch: correct the dpi");
    }
    if (fmax(setup->width_mm, setup->height_mm) * setup->dpi > DOTS_MAX * MM_PER_INCH) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a page has at most %.0f dots a side: choose a lower dpi",
                            DOTS_MAX);
    }
    return CUSTODY_OK;
}

static enum custody_status check_setup(const struct print_setup *setup,
                                       struct custody_error *err)
{
    if (!is_side(setup->width_mm) || !is_side(setup->height_mm)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a page is from 5 to 2000 mm wide and high: correct its size");
    }
    if (setup->format == PRINT_PNG || setup->format == PRINT_BITS) {
        enum custody_status rc = check_dots(setup, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    if (setup->format == PRINT_BITS ? setup->on_page == NULL : setup->to == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "there is no place to print to: name a file");
    }
    return CUSTODY_OK;
}

static int64_t creation_time(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t value = 0;
    if (text != NULL && text_parse_u64(text, strlen(text), (uint64_t)INSTANT_MAX, &value) &&
        value >= (uint64_t)INSTANT_MIN) {
        return (int64_t)value;
    }
    int64_t now = instant_now();
    if (now < INSTANT_MIN) {
        return INSTANT_MIN;
    }
    return now > INSTANT_MAX ? INSTANT_MAX : now;
}

static void set_metadata(struct print_doc *doc, const char *title)
{
    char date[INSTANT_TEXT_SIZE];
    instant_format(creation_time(), date);
    cairo_pdf_surface_set_metadata(doc->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    if (title != NULL) {
        cairo_pdf_surface_set_metadata(doc->surface, CAIRO_PDF_METADATA_TITLE, title);
    }
}

enum custody_status print_doc_begin(const struct print_setup *setup, struct print_doc **ret_doc,
                                    struct custody_error *err)
{
    enum custody_status rc = check_setup(setup, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct print_doc *doc = calloc(1, sizeof *doc);
    if (doc == NULL) {
        return fail_nomem(err);
    }
    doc->format = setup->format;
    doc->width_mm = setup->width_mm;
    doc->height_mm = setup->height_mm;
    doc->on_page = setup->on_page;
    doc->closure = setup->closure;
    if (setup->format == PRINT_PNG || setup->format == PRINT_BITS) {
        doc->dot_mm = MM_PER_INCH / setup->dpi;
    }
    if (setup->format != PRINT_BITS) {
        doc->to = text_dup(setup->to);
        if (doc->to == NULL) {
            rc = fail_nomem(err);
            goto out;
        }
    }
    rc = print_page_open(doc, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (doc->format == PRINT_PDF) {
        set_metadata(doc, setup->title);
    }
    rc = print_layout_open(doc, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    *ret_doc = doc;
    doc = NULL;
out:
    print_doc_close(doc);
    return rc;
}

enum custody_status print_doc_open(const char *path, double width_mm, double height_mm,
                                   const char *title, struct print_doc **ret_doc,
                                   struct custody_error *err)
{
    const struct print_setup setup = {.format = PRINT_PDF,
                                      .width_mm = width_mm,
                                      .height_mm = height_mm,
                                      .title = title,
                                      .to = path};
    return print_doc_begin(&setup, ret_doc, err);
}

enum custody_status print_doc_check(struct print_doc *doc, struct custody_error *err)
{
    cairo_status_t status = cairo_status(doc->cairo);
    if (status == CAIRO_STATUS_SUCCESS) {
        status = cairo_surface_status(doc->surface);
    }
    if (doc->failure.status != CUSTODY_OK) {
        if (err != NULL) {
            *err = doc->failure;
        }
        return doc->failure.status;
    }
    if (status == CAIRO_STATUS_SUCCESS) {
        return CUSTODY_OK;
    }
    if (status == CAIRO_STATUS_NO_MEMORY) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "drawing a page ran out of memory: print fewer at a time");
    }
    return custody_fail(err, CUSTODY_ERR_IO, "drawing a page failed (%s): report this",
                        cairo_status_to_string(status));
}

enum custody_status print_doc_break(struct print_doc *doc, struct custody_error *err)
{
    return print_page_end(doc, false, err);
}

enum custody_status print_doc_commit(struct print_doc *doc, struct custody_error *err)
{
    enum custody_status rc = print_page_end(doc, true, err);
    return rc == CUSTODY_OK ? print_page_commit(doc, err) : rc;
}

void print_doc_close(struct print_doc *doc)
{
    if (doc == NULL) {
        return;
    }
    print_layout_close(doc);
    print_page_close(doc);
    free(doc->to);
    free(doc);
}

bool print_doc_has_dots(const struct print_doc *doc)
{
    return doc->dot_mm > 0.0;
}

double print_doc_dot_mm(const struct print_doc *doc)
{
    return doc->dot_mm;
}

int print_doc_dots(const struct print_doc *doc, double mm)
{
    return (int)floor(mm / doc->dot_mm + 0.5 + 1e-6);
}

void print_doc_ink(struct print_doc *doc, struct print_colour colour)
{
    if (doc->format != PRINT_BITS) {
        cairo_set_operator(doc->cairo, CAIRO_OPERATOR_OVER);
        cairo_set_source_rgb(doc->cairo, colour.red, colour.green, colour.blue);
        return;
    }
    /* As the eye weighs them: yellow is lighter than blue. */
    double light = 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue;
    cairo_set_source_rgb(doc->cairo, 0.0, 0.0, 0.0);
    cairo_set_operator(doc->cairo, light < 0.5 ? CAIRO_OPERATOR_OVER : CAIRO_OPERATOR_DEST_OUT);
}

/* A filled box between two corners: whole dots where there are dots, at least one each way. */
static void fill_box(struct print_doc *doc, double left_mm, double top_mm, double right_mm,
                     double bottom_mm)
{
    double x = left_mm * PRINT_PT_PER_MM;
    double y = top_mm * PRINT_PT_PER_MM;
    double w = (right_mm - left_mm) * PRINT_PT_PER_MM;
    double h = (bottom_mm - top_mm) * PRINT_PT_PER_MM;
    cairo_new_path(doc->cairo);
    if (print_doc_has_dots(doc)) {
        double dot = doc->dot_mm * PRINT_PT_PER_MM;
        int x_dots = print_doc_dots(doc, left_mm);
        int y_dots = print_doc_dots(doc, top_mm);
        int w_dots = print_doc_dots(doc, right_mm) - x_dots;
        int h_dots = print_doc_dots(doc, bottom_mm) - y_dots;
        x = x_dots * dot;
        y = y_dots * dot;
        w = (w_dots > 0 ? w_dots : 1) * dot;
        h = (h_dots > 0 ? h_dots : 1) * dot;
    }
    cairo_rectangle(doc->cairo, x, y, w, h);
    cairo_fill(doc->cairo);
}

void print_doc_rule(struct print_doc *doc, double x1_mm, double y1_mm, double x2_mm,
                    double y2_mm, double width_mm)
{
    const struct print_colour black = {0.0, 0.0, 0.0};
    print_doc_ink(doc, black);
    if (print_doc_has_dots(doc)) {
        /* Rules of one width are of one width: its dots are counted once, not at each edge. */
        int dots = print_doc_dots(doc, width_mm);
        double width = (dots > 0 ? dots : 1) * doc->dot_mm;
        double left = fmin(x1_mm, x2_mm);
        double top = fmin(y1_mm, y2_mm);
        if (fabs(y1_mm - y2_mm) < doc->dot_mm / 2.0) {
            double y = print_doc_dots(doc, top - width / 2.0) * doc->dot_mm;
            fill_box(doc, left, y, fmax(x1_mm, x2_mm), y + width);
            return;
        }
        if (fabs(x1_mm - x2_mm) < doc->dot_mm / 2.0) {
            double x = print_doc_dots(doc, left - width / 2.0) * doc->dot_mm;
            fill_box(doc, x, top, x + width, fmax(y1_mm, y2_mm));
            return;
        }
        width_mm = fmax(width_mm, doc->dot_mm);
    }
    cairo_new_path(doc->cairo);
    cairo_set_line_width(doc->cairo, width_mm * PRINT_PT_PER_MM);
    cairo_move_to(doc->cairo, x1_mm * PRINT_PT_PER_MM, y1_mm * PRINT_PT_PER_MM);
    cairo_line_to(doc->cairo, x2_mm * PRINT_PT_PER_MM, y2_mm * PRINT_PT_PER_MM);
    cairo_stroke(doc->cairo);
}

void print_doc_rules(struct print_doc *doc, const struct print_segment *rules, size_t count,
                     double width_mm)
{
    const struct print_colour black = {0.0, 0.0, 0.0};
    if (print_doc_has_dots(doc)) {
        for (size_t i = 0; i < count; i++) {
            print_doc_rule(doc, rules[i].x1_mm, rules[i].y1_mm, rules[i].x2_mm, rules[i].y2_mm,
                           width_mm);
        }
        return;
    }
    print_doc_ink(doc, black);
    cairo_new_path(doc->cairo);
    cairo_set_line_width(doc->cairo, width_mm * PRINT_PT_PER_MM);
    for (size_t i = 0; i < count; i++) {
        cairo_move_to(doc->cairo, rules[i].x1_mm * PRINT_PT_PER_MM,
                      rules[i].y1_mm * PRINT_PT_PER_MM);
        cairo_line_to(doc->cairo, rules[i].x2_mm * PRINT_PT_PER_MM,
                      rules[i].y2_mm * PRINT_PT_PER_MM);
    }
    cairo_stroke(doc->cairo);
}

void print_doc_fill(struct print_doc *doc, const struct print_box *box,
                    struct print_colour colour)
{
    print_doc_ink(doc, colour);
    fill_box(doc, box->x_mm, box->y_mm, box->x_mm + box->w_mm, box->y_mm + box->h_mm);
}

void print_doc_frame(struct print_doc *doc, const struct print_box *box, double width_mm)
{
    double half = width_mm / 2.0;
    double right = box->x_mm + box->w_mm;
    double bottom = box->y_mm + box->h_mm;
    print_doc_rule(doc, box->x_mm, box->y_mm + half, right, box->y_mm + half, width_mm);
    print_doc_rule(doc, box->x_mm, bottom - half, right, bottom - half, width_mm);
    print_doc_rule(doc, box->x_mm + half, box->y_mm, box->x_mm + half, bottom, width_mm);
    print_doc_rule(doc, right - half, box->y_mm, right - half, bottom, width_mm);
}
