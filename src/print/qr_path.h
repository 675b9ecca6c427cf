/* A code as outlines and as dots, for the files of src/print and their tests. */
#ifndef CUSTODY_PRINT_QR_PATH_H
#define CUSTODY_PRINT_QR_PATH_H

#include <cairo.h>

#include "qr.h"

/* Fill the outlines of all dark areas at once, by the even-odd rule. Leaves no path. */
void print_qr_fill(cairo_t *cairo, const struct print_qr *qr, double x, double y,
                   double module);

/* Set the dark modules in an A1 surface, each dots by dots of its own. */
void print_qr_blacken(cairo_surface_t *surface, const struct print_qr *qr, int left, int top,
                      int dots);

#endif
