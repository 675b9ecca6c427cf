/*
 * Texts laid out by pango and kept, for the files of src/print: what stands on a thousand
 * labels (a building, a class) is shaped once.
 */
#ifndef CUSTODY_PRINT_LAYOUT_H
#define CUSTODY_PRINT_LAYOUT_H

#include <pango/pango.h>
#include <stdbool.h>

#include "custody/error.h"
#include "doc.h"

#define PRINT_LAYOUTS 1024 /* a power of two */

/* width_mm: wrapped to it; 0: one line. */
struct print_layout_key {
    double size_pt;
    double width_mm;
    bool bold;
    bool vertical;
};

struct print_layout {
    PangoLayout *layout; /* NULL: empty */
    char *text;
    struct print_layout_key key;
};

/*
 * text laid out, checked, every character with a glyph; borrowed until the next call.
 *
 * CUSTODY_ERR_INVALID   not text of FORMATS.md §1, or a character without a glyph; names record
 * CUSTODY_ERR_NOMEM
 */
enum custody_status print_layout_get(struct print_doc *doc, const struct print_layout_key *key,
                                     const char *text, const char *record,
                                     PangoLayout **ret_layout,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* Forget all, for another font. */
void print_layout_clear(struct print_doc *doc);

/* Fonts and contexts of a document whose surface stands; and their end. */
enum custody_status print_layout_open(struct print_doc *doc,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
void print_layout_close(struct print_doc *doc);

#endif
