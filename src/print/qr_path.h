/* A code as a cairo path and as dots, for the files of src/print and their tests. */
#ifndef CUSTODY_PRINT_QR_PATH_H
#define CUSTODY_PRINT_QR_PATH_H

#include <cairo.h>

#include "qr.h"

/* Append closed outlines around all dark areas, dark on the right hand; fill it once. */
void print_qr_path(cairo_t *cairo, const struct print_qr *qr, double x, double y,
                   double module);

/* Set the dark modules in an A1 surface, each dots by dots of its own. */
void print_qr_blacken(cairo_surface_t *surface, const struct print_qr *qr, int left, int top,
                      int dots);

#endif
