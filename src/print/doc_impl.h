/*
 * Inside of struct print_doc, for the files of src/print only: the layers above draw through
 * doc.h, typeset.h and qr.h and never see cairo or pango.
 */
#ifndef CUSTODY_PRINT_DOC_IMPL_H
#define CUSTODY_PRINT_DOC_IMPL_H

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stddef.h>

#include "doc.h"
#include "picture_stream.h"
#include "sink_impl.h"
#include "strip.h"

/* The surface's unit is the point, so that type sizes and PDF numbers stay plain. */
#define PRINT_PT_PER_MM (72.0 / 25.4)

/*
 * The surface of PRINT_PDF is the document, of PRINT_SVG a page, of the others one picture that
 * every page is drawn on anew: PNG in colour, BITS in one bit.
 */
struct print_doc {
    enum print_format format;
    double width_mm;
    double height_mm;
    double dot_mm; /* 0: has no dots */
    char *to;
    size_t page_count; /* ended ones */
    bool is_closing;   /* what cairo still says goes nowhere */

    /* What sent the document astray first: cairo's own status says only that writing failed. */
    struct custody_error failure;

    /* PDF: the file. SVG, PNG: of the page, then of the pages that have ended. */
    struct print_sink *sink;
    struct print_sink **pages;
    size_t pages_cap;
    struct picture_stream picture;

    /* BITS */
    enum custody_status (*on_page)(void *closure, const struct print_bits *page,
                                   struct custody_error *err);
    void *closure;
    uint8_t *bits;

    cairo_surface_t *surface;
    cairo_t *cairo;
    struct print_strip strip; /* PDF */
    PangoFontMap *fonts;
    PangoContext *text;
    PangoContext *text_vertical;
    char *family;
    struct print_layout *layouts; /* layout.h */
};

/* Has it dots that things snap to? */
bool print_doc_has_dots(const struct print_doc *doc);

/* Whole dots from a length; the hair's breadth forgives what was written as just so many. */
int print_doc_dots(const struct print_doc *doc, double mm);

/* What is drawn next is of this colour; in one bit, black or rubbed out. */
void print_doc_ink(struct print_doc *doc, struct print_colour colour);

/* Status of everything drawn so far. */
enum custody_status print_doc_check(struct print_doc *doc,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* page.c: the surface of the first page; a page's end (and, if one follows, the next one's
 * beginning); the document's end. */
enum custody_status print_page_open(struct print_doc *doc,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status print_page_end(struct print_doc *doc, bool is_last,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status print_page_commit(struct print_doc *doc,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
void print_page_close(struct print_doc *doc);

/* raster.c: one page of an A1 surface as bits, packed. bits has height * ((width + 7) / 8)
 * bytes. */
void print_raster_pack(cairo_surface_t *surface, uint8_t *bits);

/* Blacken a box of dots of an A1 surface, what of it is within, behind cairo's back: between
 * cairo_surface_flush() and cairo_surface_mark_dirty(). */
void print_raster_blacken(cairo_surface_t *surface, int x, int y, int w, int h);

#endif
