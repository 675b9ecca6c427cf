/* Text on a page: see typeset.h. */
#include <math.h>
#include <string.h>

#include "doc_impl.h"
#include "text.h"
#include "typeset.h"

#define FONT_FAMILY    "Noto Sans CJK SC"
#define TEXT_CHARS_MAX 2000
#define SIZE_STEP_PT   0.25
/* Where the baseline stands in the em box of Chinese type. */
#define EM_ASCENT 0.88

static PangoLayout *new_layout(struct print_doc *doc, double size_pt, bool bold)
{
    PangoLayout *layout = pango_layout_new(doc->text);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, FONT_FAMILY);
    pango_font_description_set_size(font, (gint)lround(size_pt * PANGO_SCALE));
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    return layout;
}

/* Borrowed until the next call: the cache may drop it then. */
static PangoLayout *get_layout(struct print_doc *doc, double size_pt, bool bold)
{
    for (size_t i = 0; i < doc->layout_count; i++) {
        const struct print_layout *entry = &doc->layouts[i];
        if (entry->bold == bold && fabs(entry->size_pt - size_pt) < 0.01) {
            return entry->layout;
        }
    }
    size_t slot = doc->layout_count;
    if (slot == PRINT_LAYOUT_CACHE) {
        slot = doc->layout_victim;
        doc->layout_victim = (doc->layout_victim + 1) % PRINT_LAYOUT_CACHE;
        g_object_unref(doc->layouts[slot].layout);
    } else {
        doc->layout_count++;
    }
    doc->layouts[slot] = (struct print_layout){
        .layout = new_layout(doc, size_pt, bold), .size_pt = size_pt, .bold = bold};
    return doc->layouts[slot].layout;
}

static enum custody_status check_text(const char *text, const char *record,
                                      struct custody_error *err)
{
    if (!text_allowed(text, strlen(text), TEXT_CHARS_MAX)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: a text is too long or has a character that is not allowed: "
                            "correct it",
                            record);
    }
    return CUSTODY_OK;
}

static enum custody_status check_glyphs(PangoLayout *layout, const char *record,
                                        struct custody_error *err)
{
    if (pango_layout_get_unknown_glyphs_count(layout) > 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: a character is in none of the installed fonts: install "
                            "fonts-noto-cjk or correct the text",
                            record);
    }
    return CUSTODY_OK;
}

static double layout_width_mm(PangoLayout *layout)
{
    int width = 0;
    pango_layout_get_size(layout, &width, NULL);
    return width / (double)PANGO_SCALE / PRINT_PT_PER_MM;
}

/* The largest size, in steps, at which the line fits; below min_pt: none does. */
static double fitting_size(double size_pt, double width_mm, double box_mm)
{
    double size = floor(size_pt * box_mm / width_mm / SIZE_STEP_PT) * SIZE_STEP_PT;
    return size < size_pt ? size : size_pt - SIZE_STEP_PT;
}

enum custody_status print_text_line(struct print_doc *doc, const struct print_style *style,
                                    const char *text, const struct print_box *box,
                                    const char *record, struct custody_error *err)
{
    if (text[0] == '\0') {
        return CUSTODY_OK;
    }
    enum custody_status rc = check_text(text, record, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    double size = style->size_pt;
    PangoLayout *layout = NULL;
    double width = 0.0;
    for (;;) {
        layout = get_layout(doc, size, style->bold);
        pango_layout_set_width(layout, -1);
        pango_layout_set_text(layout, text, -1);
        rc = check_glyphs(layout, record, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        width = layout_width_mm(layout);
        if (width <= box->w_mm) {
            break;
        }
        size = fitting_size(size, width, box->w_mm);
        if (size < style->min_pt || size <= 0.0) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: a line is too long for its place even at %.2f pt: "
                                "shorten it",
                                record, style->min_pt);
        }
    }
    double x = box->x_mm;
    if (style->align != PRINT_LEFT) {
        x += (box->w_mm - width) * (style->align == PRINT_CENTER ? 0.5 : 1.0);
    }
    double em_mm = size / PRINT_PT_PER_MM;
    double baseline = box->y_mm + (box->h_mm - em_mm) / 2.0 + EM_ASCENT * em_mm;
    cairo_set_source_rgb(doc->cairo, 0.0, 0.0, 0.0);
    cairo_move_to(doc->cairo, x * PRINT_PT_PER_MM, baseline * PRINT_PT_PER_MM);
    pango_cairo_show_layout_line(doc->cairo, pango_layout_get_line_readonly(layout, 0));
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

static enum custody_status wrap_text(struct print_doc *doc, const struct print_style *style,
                                     const char *text, double width_mm, const char *record,
                                     PangoLayout **ret_layout, struct custody_error *err)
{
    enum custody_status rc = check_text(text, record, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    PangoLayout *layout = get_layout(doc, style->size_pt, style->bold);
    pango_layout_set_width(layout, (int)(width_mm * PRINT_PT_PER_MM * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, pango_alignment(style->align));
    pango_layout_set_text(layout, text, -1);
    rc = check_glyphs(layout, record, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_layout = layout;
    return CUSTODY_OK;
}

enum custody_status print_text_measure(struct print_doc *doc, const struct print_style *style,
                                       const char *text, double width_mm, const char *record,
                                       double *ret_height_mm, struct custody_error *err)
{
    PangoLayout *layout = NULL;
    enum custody_status rc = wrap_text(doc, style, text, width_mm, record, &layout, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    *ret_height_mm = height / (double)PANGO_SCALE / PRINT_PT_PER_MM;
    return CUSTODY_OK;
}

enum custody_status print_text_block(struct print_doc *doc, const struct print_style *style,
                                     const char *text, double x_mm, double y_mm,
                                     double width_mm, const char *record, double *ret_height_mm,
                                     struct custody_error *err)
{
    PangoLayout *layout = NULL;
    enum custody_status rc = wrap_text(doc, style, text, width_mm, record, &layout, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    cairo_set_source_rgb(doc->cairo, 0.0, 0.0, 0.0);
    cairo_move_to(doc->cairo, x_mm * PRINT_PT_PER_MM, y_mm * PRINT_PT_PER_MM);
    pango_cairo_show_layout(doc->cairo, layout);
    *ret_height_mm = height / (double)PANGO_SCALE / PRINT_PT_PER_MM;
    return CUSTODY_OK;
}
