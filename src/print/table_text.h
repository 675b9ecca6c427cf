/*
 * The texts of a table's cells, for table*.c: laid out once, kept as bare glyphs from the
 * measuring to the drawing, and shown a page at a time. A cell shown by itself costs several
 * times its layout: cairo weighs every call against all others on the page.
 */
#ifndef CUSTODY_PRINT_TABLE_TEXT_H
#define CUSTODY_PRINT_TABLE_TEXT_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "typeset.h"

#define TABLE_TEXT_BYTES ((size_t)16 << 20)
#define TABLE_FONTS_MAX  16 /* a regular and a bold one, and those that fill their gaps */

/* A glyph and its text. x, y: pango's units from the beginning of the line. */
struct table_glyph {
    uint32_t index;
    int32_t x;
    int32_t y;
    uint16_t text_at;
    uint8_t text_len;
    uint8_t font;
};

struct table_line {
    size_t glyphs_end; /* those of the line before end where these begin */
    double width_mm;
};

/*
 * A text laid out.
 *
 * next         of the same hash
 * width_mm     of the widest line
 * is_plain     false: something that glyphs alone do not tell (a script that runs leftwards, a
 *              character of several glyphs; FORMATS.md §1 lets in neither, a font might): lay
 *              it out again to show it
 */
struct table_text {
    struct table_text *next;
    double room_mm;
    bool is_bold;
    bool is_plain;
    int line_count;
    double width_mm;
    const struct table_line *lines;
    const struct table_glyph *glyphs;
    const char *text;
};

/* What is to be shown in one font. */
struct table_batch {
    cairo_scaled_font_t *font;
    cairo_glyph_t *glyphs;
    cairo_text_cluster_t *clusters;
    size_t count;
    size_t cap;
    char *text;
    size_t text_len;
    size_t text_cap;
};

/*
 * kept         by hash; NULL until the first one
 * bytes_max    how much to keep, TABLE_TEXT_BYTES as a rule; what comes later is laid out again
 * bytes        of all that is kept
 * spare        the last one that was not kept
 */
struct table_texts {
    struct table_text **kept;
    size_t bytes_max;
    size_t bytes;
    struct table_text *spare;
    struct table_batch batches[TABLE_FONTS_MAX];
    size_t font_count;
};

/*
 * text at size_pt, on one line (room_mm 0) or wrapped; borrowed until the next call. One table
 * has one size. Errors as print_fit_at().
 */
enum custody_status table_text_get(struct table_texts *texts, struct print_doc *doc,
                                   const struct print_style *style, double room_mm,
                                   const char *text, const char *record,
                                   const struct table_text **ret_text,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Put a text into a box, as print_fit_show() would, to be shown with the rest.
 *
 * CUSTODY_ERR_NOMEM, and errors as print_fit_at() of what is not plain
 */
enum custody_status table_text_put(struct table_texts *texts, struct print_doc *doc,
                                   const struct print_style *style,
                                   const struct table_text *text, const struct print_box *box,
                                   double pitch, const char *record,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/* Show what was put: before a page ends. Errors are the document's. */
void table_text_show(struct table_texts *texts, struct print_doc *doc);

void table_text_free(struct table_texts *texts);

#endif
