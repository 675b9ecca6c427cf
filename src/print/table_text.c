/* Texts of cells: see table_text.h. */
#include "table_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_impl.h"
#include "fit.h"
#include "layout.h"

#define SLOTS       8192U /* a power of two */
#define HASH_START  UINT64_C(14695981039346656037)
#define HASH_FACTOR UINT64_C(1099511628211)

static enum custody_status fail_nomem(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory while printing: print fewer at a time");
}

static double to_mm(int units)
{
    return units / (double)PANGO_SCALE / PRINT_PT_PER_MM;
}

static size_t slot_of(const char *text, double room_mm, bool is_bold)
{
    uint64_t hash = HASH_START ^ (uint64_t)lround(room_mm * PANGO_SCALE) ^ (is_bold ? 1U : 0U);
    for (size_t i = 0; text[i] != '\0'; i++) {
        hash = (hash ^ (unsigned char)text[i]) * HASH_FACTOR;
    }
    return (size_t)((hash ^ hash >> 32) & (SLOTS - 1));
}

/* Index of a font among the batches; TABLE_FONTS_MAX when there are too many. */
static size_t find_font(struct table_texts *texts, PangoFont *font)
{
    cairo_scaled_font_t *scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
    for (size_t i = 0; i < texts->font_count; i++) {
        if (texts->batches[i].font == scaled) {
            return i;
        }
    }
    if (scaled == NULL || texts->font_count == TABLE_FONTS_MAX) {
        return TABLE_FONTS_MAX;
    }
    texts->batches[texts->font_count].font = cairo_scaled_font_reference(scaled);
    return texts->font_count++;
}

/* Bytes of the cluster that begins with glyph i; *end moves behind its last glyph. */
static int next_cluster(const PangoGlyphItem *run, int i, int *end)
{
    const int *starts = run->glyphs->log_clusters;
    *end = i + 1;
    while (*end < run->glyphs->num_glyphs && starts[*end] == starts[i]) {
        (*end)++;
    }
    return (*end < run->glyphs->num_glyphs ? starts[*end] : run->item->length) - starts[i];
}

/* Add a run's glyphs at *used, from *x on; false when glyphs alone do not tell it. */
static bool take_run(struct table_texts *texts, const PangoGlyphItem *run,
                     struct table_glyph *out, size_t *used, int *x)
{
    size_t font = find_font(texts, run->item->analysis.font);
    if (run->item->analysis.level % 2 != 0 || font == TABLE_FONTS_MAX) {
        return false;
    }
    for (int i = 0, end = 0; i < run->glyphs->num_glyphs; i = end) {
        const PangoGlyphInfo *info = &run->glyphs->glyphs[i];
        int at = run->item->offset + run->glyphs->log_clusters[i];
        int len = next_cluster(run, i, &end);
        if (end - i != 1 || len < 1 || len > UINT8_MAX || at > UINT16_MAX) {
            return false;
        }
        /* The blank at which a line was broken is nothing. */
        if (info->glyph != PANGO_GLYPH_EMPTY) {
            out[(*used)++] = (struct table_glyph){info->glyph,
                                                  *x + info->geometry.x_offset,
                                                  info->geometry.y_offset,
                                                  (uint16_t)at,
                                                  (uint8_t)len,
                                                  (uint8_t)font};
        }
        *x += info->geometry.width;
    }
    return true;
}

static bool take_line(struct table_texts *texts, PangoLayoutLine *line, struct table_glyph *out,
                      size_t *used)
{
    int x = 0;
    for (const GSList *run = line->runs; run != NULL; run = run->next) {
        if (!take_run(texts, run->data, out, used, &x)) {
            return false;
        }
    }
    return true;
}

static size_t count_glyphs(PangoLayout *layout, int lines)
{
    size_t count = 0;
    for (int i = 0; i < lines; i++) {
        const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
        for (const GSList *run = line->runs; run != NULL; run = run->next) {
            const PangoGlyphItem *item = run->data;
            count += (size_t)item->glyphs->num_glyphs;
        }
    }
    return count;
}

/* One piece of memory: the head, the lines, the glyphs, the text. *ret_size: its bytes. */
static struct table_text *make_text(struct table_texts *texts, const struct print_fit *fit,
                                    const char *text, size_t *ret_size)
{
    size_t lines_size = (size_t)fit->lines * sizeof(struct table_line);
    size_t glyphs_size = count_glyphs(fit->layout, fit->lines) * sizeof(struct table_glyph);
    size_t text_size = strlen(text) + 1;
    size_t size = sizeof(struct table_text) + lines_size + glyphs_size + text_size;
    struct table_text *made = malloc(size);
    if (made == NULL) {
        return NULL;
    }
    struct table_line *lines = (struct table_line *)(made + 1);
    struct table_glyph *glyphs = (struct table_glyph *)(lines + fit->lines);
    char *copy = (char *)glyphs + glyphs_size;
    memcpy(copy, text, text_size);
    *made = (struct table_text){.is_plain = true,
                                .line_count = fit->lines,
                                .width_mm = fit->width_mm,
                                .lines = lines,
                                .glyphs = glyphs,
                                .text = copy};
    size_t used = 0;
    for (int i = 0; i < fit->lines; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(fit->layout, i);
        PangoRectangle logical;
        pango_layout_line_get_extents(line, NULL, &logical);
        made->is_plain = made->is_plain && take_line(texts, line, glyphs, &used);
        lines[i] = (struct table_line){.glyphs_end = used, .width_mm = to_mm(logical.width)};
    }
    *ret_size = size;
    return made;
}

/* Full, it keeps what it has: rows come in the same order a second time, and what made room
 * for others would be gone just before it is wanted. */
static void keep_text(struct table_texts *texts, struct table_text *made, size_t size,
                      size_t slot)
{
    if (texts->bytes + size > texts->bytes_max) {
        free(texts->spare);
        texts->spare = made;
        return;
    }
    texts->bytes += size;
    made->next = texts->kept[slot];
    texts->kept[slot] = made;
}

enum custody_status table_text_get(struct table_texts *texts, struct print_doc *doc,
                                   const struct print_style *style, double room_mm,
                                   const char *text, const char *record,
                                   const struct table_text **ret_text,
                                   struct custody_error *err)
{
    if (texts->kept == NULL) {
        texts->kept = calloc(SLOTS, sizeof(struct table_text *));
        if (texts->kept == NULL) {
            return fail_nomem(err);
        }
    }
    size_t slot = slot_of(text, room_mm, style->bold);
    for (const struct table_text *kept = texts->kept[slot]; kept != NULL; kept = kept->next) {
        if (kept->is_bold == style->bold && fabs(kept->room_mm - room_mm) < 1e-9 &&
            strcmp(kept->text, text) == 0) {
            *ret_text = kept;
            return CUSTODY_OK;
        }
    }
    struct print_fit fit = {.layout = NULL};
    size_t size = 0;
    enum custody_status rc = print_fit_at(doc, style, room_mm, text, record, &fit, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct table_text *made = make_text(texts, &fit, text, &size);
    if (made == NULL) {
        return fail_nomem(err);
    }
    made->room_mm = room_mm;
    made->is_bold = style->bold;
    keep_text(texts, made, size, slot);
    *ret_text = made;
    return CUSTODY_OK;
}

/* Room for one more glyph and its text. */
static bool grow_batch(struct table_batch *batch, size_t text_len)
{
    if (batch->count == batch->cap) {
        size_t cap = batch->cap > 0 ? batch->cap * 2 : 512;
        cairo_glyph_t *glyphs = realloc(batch->glyphs, cap * sizeof *glyphs);
        batch->glyphs = glyphs != NULL ? glyphs : batch->glyphs;
        cairo_text_cluster_t *clusters = realloc(batch->clusters, cap * sizeof *clusters);
        batch->clusters = clusters != NULL ? clusters : batch->clusters;
        if (glyphs == NULL || clusters == NULL) {
            return false;
        }
        batch->cap = cap;
    }
    if (batch->text_len + text_len > batch->text_cap) {
        size_t cap = batch->text_cap > 0 ? batch->text_cap * 2 : 2048;
        char *text = realloc(batch->text, cap);
        if (text == NULL) {
            return false;
        }
        batch->text = text;
        batch->text_cap = cap;
    }
    return true;
}

static bool put_glyph(struct table_texts *texts, const struct table_text *text,
                      const struct table_glyph *glyph, double x_pt, double y_pt)
{
    struct table_batch *batch = &texts->batches[glyph->font];
    if (!grow_batch(batch, glyph->text_len)) {
        return false;
    }
    batch->glyphs[batch->count] = (cairo_glyph_t){.index = glyph->index,
                                                  .x = x_pt + glyph->x / (double)PANGO_SCALE,
                                                  .y = y_pt + glyph->y / (double)PANGO_SCALE};
    batch->clusters[batch->count] =
        (cairo_text_cluster_t){.num_bytes = glyph->text_len, .num_glyphs = 1};
    batch->count++;
    memcpy(batch->text + batch->text_len, text->text + glyph->text_at, glyph->text_len);
    batch->text_len += glyph->text_len;
    return true;
}

enum custody_status table_text_put(struct table_texts *texts, struct print_doc *doc,
                                   const struct print_style *style,
                                   const struct table_text *text, const struct print_box *box,
                                   double pitch, const char *record, struct custody_error *err)
{
    if (!text->is_plain) {
        struct print_fit fit = {.layout = NULL};
        enum custody_status rc =
            print_fit_at(doc, style, text->room_mm, text->text, record, &fit, err);
        if (rc == CUSTODY_OK) {
            print_fit_show(doc, style, &fit, box, pitch);
        }
        return rc;
    }
    size_t at = 0;
    for (int i = 0; i < text->line_count; i++) {
        const struct table_line *line = &text->lines[i];
        double x_mm = 0.0;
        double y_mm = 0.0;
        print_fit_place_line(style, text->line_count, i, line->width_mm, box, pitch, &x_mm,
                             &y_mm);
        for (; at < line->glyphs_end; at++) {
            if (!put_glyph(texts, text, &text->glyphs[at], x_mm * PRINT_PT_PER_MM,
                           y_mm * PRINT_PT_PER_MM)) {
                return fail_nomem(err);
            }
        }
    }
    return CUSTODY_OK;
}

void table_text_show(struct table_texts *texts, struct print_doc *doc)
{
    const struct print_colour black = {0.0, 0.0, 0.0};
    for (size_t i = 0; i < texts->font_count; i++) {
        struct table_batch *batch = &texts->batches[i];
        if (batch->count > 0) {
            print_doc_ink(doc, black);
            cairo_set_scaled_font(doc->cairo, batch->font);
            cairo_show_text_glyphs(doc->cairo, batch->text, (int)batch->text_len, batch->glyphs,
                                   (int)batch->count, batch->clusters, (int)batch->count, 0);
        }
        batch->count = 0;
        batch->text_len = 0;
    }
}

void table_text_free(struct table_texts *texts)
{
    for (size_t i = 0; i < TABLE_FONTS_MAX; i++) {
        struct table_batch *batch = &texts->batches[i];
        if (batch->font != NULL) {
            cairo_scaled_font_destroy(batch->font);
        }
        free(batch->glyphs);
        free(batch->clusters);
        free(batch->text);
    }
    for (size_t slot = 0; texts->kept != NULL && slot < SLOTS; slot++) {
        for (struct table_text *text = texts->kept[slot]; text != NULL;) {
            struct table_text *next = text->next;
            free(text);
            text = next;
        }
    }
    free(texts->kept);
    free(texts->spare);
    *texts = (struct table_texts){.kept = NULL};
}
