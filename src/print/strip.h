/*
 * Codes drawn as stencils: those in a row of a sheet become one picture, which is a third of
 * the bytes of one picture each. For the files of src/print.
 */
#ifndef CUSTODY_PRINT_STRIP_H
#define CUSTODY_PRINT_STRIP_H

#include <cairo.h>

#include "doc.h"
#include "qr.h"

/*
 * The stencil that is being filled.
 *
 * dots        one bit each, as wide as the page; NULL: none yet
 * x_mm, y_mm  of its left upper corner
 * dot_mm      side of a dot
 * module_dots, height   of all its codes
 * from, to    the columns that hold codes
 */
struct print_strip {
    cairo_surface_t *dots;
    double x_mm;
    double y_mm;
    double dot_mm;
    int module_dots;
    int height;
    int from;
    int to;
};

/* Add a code; draws what was filled before when the code does not stand in line with it. */
void print_strip_put(struct print_doc *doc, const struct print_qr *qr, double x_mm, double y_mm,
                     double module_mm, int module_dots);

/* Draw what is filled and begin anew: before a page ends. Errors are the document's. */
void print_strip_flush(struct print_doc *doc);

/* Forget it. */
void print_strip_free(struct print_doc *doc);

#endif
