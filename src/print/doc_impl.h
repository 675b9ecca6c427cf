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

/* The surface's unit is the point, so that type sizes and PDF numbers stay plain. */
#define PRINT_PT_PER_MM (72.0 / 25.4)

#define PRINT_LAYOUT_CACHE 32

/* A layout with its font set; making one costs more than setting a text. */
struct print_layout {
    PangoLayout *layout;
    double size_pt;
    bool bold;
};

struct print_doc {
    char *path;
    char *temp_path;
    int fd;       /* -1: none */
    int os_error; /* errno of the first write that failed */
    bool has_temp;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoContext *text;
    struct print_layout layouts[PRINT_LAYOUT_CACHE];
    size_t layout_count;
    size_t layout_victim; /* next one to give way when the cache is full */
};

#endif
