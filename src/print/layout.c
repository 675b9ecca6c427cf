/* Texts laid out and kept: see layout.h. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_impl.h"
#include "text.h"
#include "typeset.h"

#define FIGURES        "0123456789"
#define LETTERS        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define ASCII          FIGURES LETTERS " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
#define FONT_FAMILY    "Noto Sans CJK SC"
#define TEXT_CHARS_MAX 2000
#define HASH_START     UINT64_C(14695981039346656037)
#define HASH_FACTOR    UINT64_C(1099511628211)

static enum custody_status fail_nomem(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory while printing: print fewer at a time");
}

/* Type is laid out in ideal metrics: hinted advances would depend on the dpi, and a line that
 * fits on paper would not on a printer's label. */
static PangoContext *make_context(struct print_doc *doc, PangoGravity gravity)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    if (doc->format == PRINT_BITS) {
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE);
    } else if (doc->format == PRINT_PNG) {
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    }
    PangoContext *context = pango_font_map_create_context(doc->fonts);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_round_glyph_positions(context, FALSE);
    /* Han glyphs have Japanese and Chinese forms; the language chooses. */
    pango_context_set_language(context, pango_language_from_string("zh-CN"));
    pango_context_set_base_gravity(context, gravity);
    cairo_font_options_destroy(options);
    return context;
}

enum custody_status print_layout_open(struct print_doc *doc, struct custody_error *err)
{
    doc->family = text_dup(FONT_FAMILY);
    doc->layouts = calloc(PRINT_LAYOUTS, sizeof *doc->layouts);
    if (doc->family == NULL || doc->layouts == NULL) {
        return fail_nomem(err);
    }
    doc->fonts = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(doc->fonts), 72.0);
    doc->text = make_context(doc, PANGO_GRAVITY_SOUTH);
    /* Lines that run downwards: the page is turned under them, and Han stands up again. */
    doc->text_vertical = make_context(doc, PANGO_GRAVITY_EAST);
    return CUSTODY_OK;
}

void print_layout_clear(struct print_doc *doc)
{
    for (size_t i = 0; doc->layouts != NULL && i < PRINT_LAYOUTS; i++) {
        if (doc->layouts[i].layout != NULL) {
            g_object_unref(doc->layouts[i].layout);
        }
        free(doc->layouts[i].text);
        doc->layouts[i] = (struct print_layout){.layout = NULL};
    }
}

void print_layout_close(struct print_doc *doc)
{
    print_layout_clear(doc);
    free(doc->layouts);
    free(doc->family);
    if (doc->text != NULL) {
        g_object_unref(doc->text);
    }
    if (doc->text_vertical != NULL) {
        g_object_unref(doc->text_vertical);
    }
    if (doc->fonts != NULL) {
        g_object_unref(doc->fonts);
    }
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

/* Lengths that differ by less than pango's unit are one. */
static int to_units(double pt)
{
    return (int)lround(pt * PANGO_SCALE);
}

static bool is_key(const struct print_layout *entry, const struct print_layout_key *key)
{
    return entry->layout != NULL && entry->key.bold == key->bold &&
           entry->key.vertical == key->vertical &&
           to_units(entry->key.size_pt) == to_units(key->size_pt) &&
           to_units(entry->key.width_mm) == to_units(key->width_mm);
}

static size_t slot_of(const struct print_layout_key *key, const char *text)
{
    uint64_t hash = HASH_START;
    const uint64_t numbers[] = {(uint64_t)to_units(key->size_pt),
                                (uint64_t)to_units(key->width_mm),
                                (key->bold ? 1U : 0U) | (key->vertical ? 2U : 0U)};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        hash = (hash ^ numbers[i]) * HASH_FACTOR;
    }
    for (size_t i = 0; text[i] != '\0'; i++) {
        hash = (hash ^ (unsigned char)text[i]) * HASH_FACTOR;
    }
    return (size_t)((hash ^ hash >> 32) & (PRINT_LAYOUTS - 1));
}

static void style_layout(const struct print_doc *doc, PangoLayout *layout,
                         const struct print_layout_key *key)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, doc->family);
    pango_font_description_set_size(font, to_units(key->size_pt));
    pango_font_description_set_weight(font,
                                      key->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(
        layout, key->width_mm > 0.0 ? to_units(key->width_mm * PRINT_PT_PER_MM) : -1);
}

static void insert_at(PangoAttrList *attributes, PangoAttribute *attribute, size_t at,
                      size_t len)
{
    attribute->start_index = (guint)at;
    attribute->end_index = (guint)(at + len);
    pango_attr_list_insert(attributes, attribute);
}

/* In a column figures stand upright one below the other, as on the spine of every book of
 * accounts: nobody turns his head for 1201. */
static void stand_figures(PangoAttrList *attributes, const char *text)
{
    for (size_t at = strcspn(text, FIGURES); text[at] != '\0';) {
        const size_t len = strspn(text + at, FIGURES);
        insert_at(attributes, pango_attr_gravity_hint_new(PANGO_GRAVITY_HINT_STRONG), at, len);
        at += len;
        at += strcspn(text + at, FIGURES);
    }
}

/*
 * Words with Latin letters come from the same font by another name, so that cairo embeds their
 * glyphs by themselves. It leaves out what subroutines the glyphs of a page do not call, but
 * loses count over two of F, I and L (hints within a subroutine it has read before) and then
 * embeds all of them: 0.85 MB with the Han subroutines, 20 kB without. An axis that a font does
 * not have changes nothing but its identity.
 */
static PangoAttribute *by_another_name(void)
{
    PangoFontDescription *other = pango_font_description_new();
    pango_font_description_set_variations_static(other, "none=0");
    PangoAttribute *attribute = pango_attr_font_desc_new(other);
    pango_font_description_free(other);
    return attribute;
}

static void part_latin(PangoAttrList *attributes, const char *text, bool is_pdf)
{
    for (size_t at = 0; text[at] != '\0';) {
        const size_t len = strspn(text + at, ASCII);
        const bool has_letter = strcspn(text + at, LETTERS) < len;
        if (has_letter && is_pdf) {
            insert_at(attributes, by_another_name(), at, len);
        }
        if (has_letter && strcspn(text + at, FIGURES) < len) {
            /* a code: its signs stand evenly, none nearer to its neighbour than the next */
            insert_at(attributes, pango_attr_font_features_new("kern=0"), at, len);
        }
        at += len;
        at += strcspn(text + at, ASCII);
    }
}

/* What holds for parts of the text. */
static void set_attributes(const struct print_doc *doc, PangoLayout *layout, const char *text,
                           bool is_vertical)
{
    PangoAttrList *attributes = pango_attr_list_new();
    /* pango would write a hyphen where it breaks a word, and K-4F7Q is not K-4F-7Q. */
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    if (is_vertical) {
        stand_figures(attributes, text);
    }
    part_latin(attributes, text, doc->format == PRINT_PDF);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
}

enum custody_status print_layout_get(struct print_doc *doc, const struct print_layout_key *key,
                                     const char *text, const char *record,
                                     PangoLayout **ret_layout, struct custody_error *err)
{
    struct print_layout *entry = &doc->layouts[slot_of(key, text)];
    if (is_key(entry, key) && strcmp(entry->text, text) == 0) {
        *ret_layout = entry->layout;
        return CUSTODY_OK;
    }
    enum custody_status rc = check_text(text, record, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    char *copy = text_dup(text);
    if (copy == NULL) {
        return fail_nomem(err);
    }
    if (entry->layout != NULL && entry->key.vertical != key->vertical) {
        g_object_unref(entry->layout);
        entry->layout = NULL;
    }
    if (entry->layout == NULL) {
        entry->layout = pango_layout_new(key->vertical ? doc->text_vertical : doc->text);
        entry->key = (struct print_layout_key){.size_pt = 0.0};
    }
    /* Setting a font costs more than setting a text. */
    if (!is_key(entry, key)) {
        style_layout(doc, entry->layout, key);
    }
    set_attributes(doc, entry->layout, text, key->vertical);
    pango_layout_set_text(entry->layout, text, -1);
    free(entry->text);
    entry->text = copy;
    entry->key = *key;
    rc = check_glyphs(entry->layout, record, err);
    if (rc != CUSTODY_OK) {
        /* What is kept has been checked. */
        g_object_unref(entry->layout);
        entry->layout = NULL;
        return rc;
    }
    *ret_layout = entry->layout;
    return CUSTODY_OK;
}

enum custody_status print_font_set(struct print_doc *doc, const char *family,
                                   struct custody_error *err)
{
    PangoFontFamily **families = NULL;
    int count = 0;
    bool is_found = false;
    pango_font_map_list_families(doc->fonts, &families, &count);
    for (int i = 0; i < count && !is_found; i++) {
        is_found = strcasecmp(pango_font_family_get_name(families[i]), family) == 0;
    }
    g_free(families);
    if (!is_found) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "no font %.80s is installed: install it or name another (fc-list)",
                            family);
    }
    char *copy = text_dup(family);
    if (copy == NULL) {
        return fail_nomem(err);
    }
    print_layout_clear(doc);
    free(doc->family);
    doc->family = copy;
    return CUSTODY_OK;
}
