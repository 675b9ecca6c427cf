/* Text on a page: see typeset.h. */
#include "typeset.h"

#include <math.h>

#include "doc_impl.h"
#include "fit.h"
#include "layout.h"

#define SIZE_STEP_PT 0.25
/* Where the baseline stands in the em box of Chinese type. */
#define EM_ASCENT 0.88
/* From line to line in a box, in ems: a font's own 1.45 would waste half a label. */
#define LINE_PITCH 1.15
/* Lengths come back from pango in 1/1024 pt. */
#define SLACK_MM 0.001

static double to_mm(int units)
{
    return units / (double)PANGO_SCALE / PRINT_PT_PER_MM;
}

double print_fit_em_mm(double size_pt)
{
    return size_pt / PRINT_PT_PER_MM;
}

double print_fit_depth_mm(int lines, double size_pt, double pitch)
{
    return ((lines - 1) * pitch + 1.0) * print_fit_em_mm(size_pt);
}

/* The widest of the lines as they were wrapped. */
static double widest_mm(PangoLayout *layout, int lines)
{
    int widest = 0;
    for (int i = 0; i < lines; i++) {
        PangoRectangle logical;
        pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, i), NULL,
                                      &logical);
        widest = logical.width > widest ? logical.width : widest;
    }
    return to_mm(widest);
}

enum custody_status print_fit_at(struct print_doc *doc, const struct print_style *style,
                                 double length_mm, const char *text, const char *record,
                                 struct print_fit *ret_fit, struct custody_error *err)
{
    const struct print_layout_key key = {.size_pt = style->size_pt,
                                         .width_mm = length_mm,
                                         .bold = style->bold,
                                         .vertical = style->vertical};
    PangoLayout *layout = NULL;
    enum custody_status rc = print_layout_get(doc, &key, text, record, &layout, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    int lines = pango_layout_get_line_count(layout);
    *ret_fit = (struct print_fit){layout, style->size_pt, widest_mm(layout, lines), lines};
    return CUSTODY_OK;
}

/* The largest size, in steps, at which the line fits; below min_pt: none does. */
static double fitting_size(double size_pt, double width_mm, double box_mm)
{
    double size = floor(size_pt * box_mm / width_mm / SIZE_STEP_PT) * SIZE_STEP_PT;
    return size < size_pt ? size : size_pt - SIZE_STEP_PT;
}

static enum custody_status fail_long(const char *record, double min_pt,
                                     struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "%s: a line is too long for its place even at %.2f pt: shorten it",
                        record, min_pt);
}

/* One line from size_pt downwards until it is at most length_mm; *ret_fits tells. */
static enum custody_status fit_line(struct print_doc *doc, const struct print_style *style,
                                    const char *text, double length_mm, const char *record,
                                    bool *ret_fits, struct print_fit *ret_fit,
                                    struct custody_error *err)
{
    struct print_style at = *style;
    for (;;) {
        enum custody_status rc = print_fit_at(doc, &at, 0.0, text, record, ret_fit, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        *ret_fits = ret_fit->width_mm <= length_mm + SLACK_MM;
        if (*ret_fits) {
            return CUSTODY_OK;
        }
        at.size_pt = fitting_size(at.size_pt, ret_fit->width_mm, length_mm);
        if (at.size_pt < style->min_pt || at.size_pt <= 0.0) {
            return CUSTODY_OK;
        }
    }
}

/* Where a line begins in a place of length_mm. */
static double aligned(enum print_align align, double length_mm, double width_mm)
{
    switch (align) {
    case PRINT_LEFT:
        return 0.0;
    case PRINT_CENTER:
        return (length_mm - width_mm) / 2.0;
    case PRINT_RIGHT:
        return length_mm - width_mm;
    }
    return 0.0;
}

static double on_grid(double at_pt, double grid_pt)
{
    return grid_pt > 0.0 ? round(at_pt / grid_pt) * grid_pt : at_pt;
}

/* A line with its em box's top left corner at (x_mm, y_mm). */
static void show_line(struct print_doc *doc, PangoLayoutLine *line,
                      const struct print_style *style, double size_pt, double x_mm, double y_mm)
{
    double ascent_mm = EM_ASCENT * print_fit_em_mm(size_pt);
    if (style->vertical) {
        /* The line's middle, which is all that upright and turned characters share. */
        PangoRectangle logical;
        pango_layout_line_get_extents(line, NULL, &logical);
        ascent_mm = print_fit_em_mm(size_pt) / 2.0 - to_mm(logical.y + logical.height / 2);
    }
    cairo_move_to(doc->cairo, on_grid(x_mm * PRINT_PT_PER_MM, style->grid_pt),
                  on_grid((y_mm + ascent_mm) * PRINT_PT_PER_MM, style->grid_pt));
    pango_cairo_show_layout_line(doc->cairo, line);
}

void print_fit_place_line(const struct print_style *style, int lines, int i, double width_mm,
                          const struct print_box *box, double pitch, double *ret_x_mm,
                          double *ret_y_mm)
{
    double em = print_fit_em_mm(style->size_pt);
    double depth = print_fit_depth_mm(lines, style->size_pt, pitch);
    *ret_x_mm = box->x_mm + aligned(style->align, box->w_mm, width_mm);
    *ret_y_mm = box->y_mm + (box->h_mm - depth) / 2.0 + (i * pitch + EM_ASCENT) * em;
}

void print_fit_show(struct print_doc *doc, const struct print_style *style,
                    const struct print_fit *fit, const struct print_box *box, double pitch)
{
    double depth = print_fit_depth_mm(fit->lines, fit->size_pt, pitch);
    double y = box->y_mm + (box->h_mm - depth) / 2.0;
    print_doc_ink(doc, style->colour);
    for (int i = 0; i < fit->lines; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(fit->layout, i);
        PangoRectangle logical;
        pango_layout_line_get_extents(line, NULL, &logical);
        show_line(doc, line, style, fit->size_pt,
                  box->x_mm + aligned(style->align, box->w_mm, to_mm(logical.width)),
                  y + i * pitch * print_fit_em_mm(fit->size_pt));
    }
}

enum custody_status print_text_line(struct print_doc *doc, const struct print_style *style,
                                    const char *text, const struct print_box *box,
                                    const char *record, struct custody_error *err)
{
    struct print_style level = *style;
    struct print_fit fit = {.layout = NULL};
    bool fits = false;
    if (text[0] == '\0') {
        return CUSTODY_OK;
    }
    level.vertical = false;
    enum custody_status rc = fit_line(doc, &level, text, box->w_mm, record, &fits, &fit, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!fits) {
        return fail_long(record, style->min_pt, err);
    }
    print_fit_show(doc, &level, &fit, box, LINE_PITCH);
    return CUSTODY_OK;
}

static enum custody_status wrap_text(struct print_doc *doc, const struct print_style *style,
                                     const char *text, double width_mm, const char *record,
                                     PangoLayout **ret_layout, struct custody_error *err)
{
    const struct print_layout_key key = {
        .size_pt = style->size_pt, .width_mm = width_mm, .bold = style->bold};
    return print_layout_get(doc, &key, text, record, ret_layout, err);
}

enum custody_status print_text_measure(struct print_doc *doc, const struct print_style *style,
                                       const char *text, double width_mm, const char *record,
                                       double *ret_height_mm, struct custody_error *err)
{
    PangoLayout *layout = NULL;
    int height = 0;
    enum custody_status rc = wrap_text(doc, style, text, width_mm, record, &layout, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    pango_layout_get_size(layout, NULL, &height);
    *ret_height_mm = to_mm(height);
    return CUSTODY_OK;
}

static PangoAlignment pango_alignment(enum print_align align)
{
    switch (align) {
    case PRINT_LEFT:
        return PANGO_ALIGN_LEFT;
    case PRINT_CENTER:
        return PANGO_ALIGN_CENTER;
    case PRINT_RIGHT:
        return PANGO_ALIGN_RIGHT;
    }
    return PANGO_ALIGN_LEFT;
}

enum custody_status print_text_block(struct print_doc *doc, const struct print_style *style,
                                     const char *text, double x_mm, double y_mm,
                                     double width_mm, const char *record, double *ret_height_mm,
                                     struct custody_error *err)
{
    PangoLayout *layout = NULL;
    int height = 0;
    enum custody_status rc = wrap_text(doc, style, text, width_mm, record, &layout, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    pango_layout_set_alignment(layout, pango_alignment(style->align));
    pango_layout_get_size(layout, NULL, &height);
    print_doc_ink(doc, style->colour);
    cairo_move_to(doc->cairo, x_mm * PRINT_PT_PER_MM, y_mm * PRINT_PT_PER_MM);
    pango_cairo_show_layout(doc->cairo, layout);
    *ret_height_mm = to_mm(height);
    return CUSTODY_OK;
}

/* Several lines within length_mm by depth_mm, as large as they can. */
static enum custody_status fit_lines(struct print_doc *doc, const struct print_style *style,
                                     const char *text, double length_mm, double depth_mm,
                                     const char *record, struct print_fit *ret_fit,
                                     struct custody_error *err)
{
    struct print_style at = *style;
    double min_pt = fmin(style->min_pt > 0.0 ? style->min_pt : SIZE_STEP_PT, style->size_pt);
    for (;;) {
        enum custody_status rc = print_fit_at(doc, &at, length_mm, text, record, ret_fit, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (print_fit_depth_mm(ret_fit->lines, at.size_pt, LINE_PITCH) <= depth_mm + SLACK_MM &&
            ret_fit->width_mm <= length_mm + SLACK_MM) {
            return CUSTODY_OK;
        }
        if (at.size_pt <= min_pt) {
            return fail_long(record, min_pt, err);
        }
        at.size_pt = fmax(at.size_pt - SIZE_STEP_PT, min_pt);
    }
}

enum custody_status print_text_box(struct print_doc *doc, const struct print_style *style,
                                   const char *text, const struct print_box *box,
                                   const char *record, struct custody_error *err)
{
    struct print_fit fit = {.layout = NULL};
    bool fits = false;
    /* Along the lines, and across them. */
    double length = style->vertical ? box->h_mm : box->w_mm;
    double depth = style->vertical ? box->w_mm : box->h_mm;
    if (text[0] == '\0') {
        return CUSTODY_OK;
    }
    enum custody_status rc = fit_line(doc, style, text, length, record, &fits, &fit, err);
    if (rc == CUSTODY_OK && !(fits && print_fit_em_mm(fit.size_pt) <= depth + SLACK_MM)) {
        rc = fit_lines(doc, style, text, length, depth, record, &fit, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!style->vertical) {
        print_fit_show(doc, style, &fit, box, LINE_PITCH);
        return CUSTODY_OK;
    }
    const struct print_box turned = {0.0, 0.0, length, depth};
    cairo_save(doc->cairo);
    cairo_translate(doc->cairo, (box->x_mm + box->w_mm) * PRINT_PT_PER_MM,
                    box->y_mm * PRINT_PT_PER_MM);
    cairo_rotate(doc->cairo, G_PI / 2.0);
    print_fit_show(doc, style, &fit, &turned, LINE_PITCH);
    cairo_restore(doc->cairo);
    return CUSTODY_OK;
}
