/* The outline of a code as a cairo path, for the files of src/print and their tests. */
#ifndef CUSTODY_PRINT_QR_PATH_H
#define CUSTODY_PRINT_QR_PATH_H

#include <cairo.h>

#include "qr.h"

/* Append closed outlines around all dark areas, dark on the right hand; fill it once. */
void print_qr_path(cairo_t *cairo, const struct print_qr *qr, double x, double y,
                   double module);

#endif
