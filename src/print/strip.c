/* Rows of codes as one stencil: see strip.h. */
#include "strip.h"

#include <math.h>
#include <string.h>

#include "doc_impl.h"
#include "qr_path.h"

/* A code that is this far off the dots of its row has a stencil of its own. */
#define OFF_MAX_MM 0.005
/* Columns are copied in words of 32. */
#define WORD_DOTS 32

static bool is_same(double a, double b)
{
    return fabs(a - b) < 1e-6;
}

/* Does a code at x_mm stand on the strip's dots and rows? */
static bool is_in_line(const struct print_strip *strip, int height, double x_mm, double y_mm,
                       double dot_mm, int module_dots)
{
    if (strip->dots == NULL || strip->module_dots != module_dots || strip->height != height ||
        !is_same(strip->y_mm, y_mm) || !is_same(strip->dot_mm, dot_mm)) {
        return false;
    }
    double column = (x_mm - strip->x_mm) / dot_mm;
    return fabs(column - round(column)) * dot_mm <= OFF_MAX_MM;
}

static void begin_strip(struct print_doc *doc, int height, double x_mm, double y_mm,
                        double dot_mm, int module_dots)
{
    int before = (int)ceil(fmax(x_mm, 0.0) / dot_mm);
    int width = (int)ceil(doc->width_mm / dot_mm) + 1;
    width = width > before + height ? width : before + height;
    doc->strip = (struct print_strip){
        .dots = cairo_image_surface_create(CAIRO_FORMAT_A1, width, height),
        .x_mm = x_mm - before * dot_mm,
        .y_mm = y_mm,
        .dot_mm = dot_mm,
        .module_dots = module_dots,
        .height = height,
        .from = width,
        .to = 0,
    };
}

void print_strip_put(struct print_doc *doc, const struct print_qr *qr, double x_mm, double y_mm,
                     double module_mm, int module_dots)
{
    struct print_strip *strip = &doc->strip;
    double dot_mm = module_mm / module_dots;
    int side = qr->width * module_dots;
    if (!is_in_line(strip, side, x_mm, y_mm, dot_mm, module_dots)) {
        print_strip_flush(doc);
        begin_strip(doc, side, x_mm, y_mm, dot_mm, module_dots);
    }
    if (cairo_surface_status(strip->dots) != CAIRO_STATUS_SUCCESS) {
        return; /* out of memory: told when it is drawn */
    }
    int left = (int)lround((x_mm - strip->x_mm) / dot_mm);
    print_qr_blacken(strip->dots, qr, left, 0, module_dots);
    strip->from = left < strip->from ? left : strip->from;
    strip->to = left + side > strip->to ? left + side : strip->to;
}

/* The columns from..to, from being a multiple of a word. */
static cairo_surface_t *cut(const struct print_strip *strip, int from, int to)
{
    cairo_surface_t *part =
        cairo_image_surface_create(CAIRO_FORMAT_A1, to - from, strip->height);
    if (cairo_surface_status(part) != CAIRO_STATUS_SUCCESS) {
        return part;
    }
    cairo_surface_flush(strip->dots);
    cairo_surface_flush(part);
    const unsigned char *source = cairo_image_surface_get_data(strip->dots);
    unsigned char *target = cairo_image_surface_get_data(part);
    size_t source_stride = (size_t)cairo_image_surface_get_stride(strip->dots);
    size_t target_stride = (size_t)cairo_image_surface_get_stride(part);
    for (int y = 0; y < strip->height; y++) {
        memcpy(target + (size_t)y * target_stride,
               source + (size_t)y * source_stride + from / 8, target_stride);
    }
    cairo_surface_mark_dirty(part);
    return part;
}

void print_strip_flush(struct print_doc *doc)
{
    const struct print_strip *strip = &doc->strip;
    const struct print_colour black = {0.0, 0.0, 0.0};
    if (strip->dots == NULL) {
        return;
    }
    int from = strip->from / WORD_DOTS * WORD_DOTS;
    int to = strip->to;
    /* A surface in error puts the document into the same state. */
    cairo_surface_t *part = cairo_surface_status(strip->dots) == CAIRO_STATUS_SUCCESS
                                ? cut(strip, from, to)
                                : cairo_surface_reference(strip->dots);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(part);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    double scale = strip->dot_mm * PRINT_PT_PER_MM;
    cairo_save(doc->cairo);
    print_doc_ink(doc, black);
    cairo_translate(doc->cairo, (strip->x_mm + from * strip->dot_mm) * PRINT_PT_PER_MM,
                    strip->y_mm * PRINT_PT_PER_MM);
    cairo_scale(doc->cairo, scale, scale);
    cairo_mask(doc->cairo, pattern);
    cairo_restore(doc->cairo);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(part);
    print_strip_free(doc);
}

void print_strip_free(struct print_doc *doc)
{
    if (doc->strip.dots != NULL) {
        cairo_surface_destroy(doc->strip.dots);
        doc->strip.dots = NULL;
    }
}
