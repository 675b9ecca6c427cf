/*
 * QR codes: encoding, and drawing as one traced outline or as one stencil. (A fill per module
 * leaves hairlines between neighbours that make renderers' output unreadable.)
 */
#ifndef CUSTODY_PRINT_QR_H
#define CUSTODY_PRINT_QR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "doc.h"

#define PRINT_QR_TAG_WIDTH 25 /* modules of version 2 */
#define PRINT_QR_WIDTH_MAX 97 /* modules of version 20 */
#define PRINT_QR_QUIET     4  /* modules of white that the standard wants on each side */

/* Three dots of a 203 dpi printer: less is not read by hand-held scanners. */
#define PRINT_QR_MODULE_MIN_MM (3.0 * 25.4 / 203.0)

struct print_qr {
    int width;                                                /* modules a side */
    uint8_t modules[PRINT_QR_WIDTH_MAX * PRINT_QR_WIDTH_MAX]; /* 1 dark; row by row */
};

/*
 * Encode a tag: QR version 2, level H, alphanumeric (FORMATS.md §6).
 *
 * code      20 characters of 0-9 A-Z
 *
 * CUSTODY_ERR_INVALID   anything else
 * CUSTODY_ERR_NOMEM
 */
enum custody_status print_qr_tag(const char *code, struct print_qr *ret_qr,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Encode bytes (a checkpoint note) at level M in the smallest version.
 *
 * len       1..666 (version 20)
 *
 * CUSTODY_ERR_LIMIT     none, or more than that
 * CUSTODY_ERR_NOMEM
 */
enum custody_status print_qr_bytes(const void *data, size_t len, struct print_qr *ret_qr,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/* Is the module at (x, y) dark? Outside the code everything is light. */
bool print_qr_is_dark(const struct print_qr *qr, int x, int y);

/*
 * The largest module of whole dots at dpi such that width modules and the quiet zone fit into
 * box_mm; 0 when not even one dot does.
 */
double print_qr_module_mm(int width, int quiet, double box_mm, double dpi);

/*
 * Draw as one outline, the top left dark corner at (x_mm, y_mm); the quiet zone is the
 * caller's care. Exact at any scale: for single codes. Where the document has dots the corner
 * goes to the nearest and a module is cut to whole ones, the code in the middle of its place.
 */
void print_qr_draw(struct print_doc *doc, const struct print_qr *qr, double x_mm, double y_mm,
                   double module_mm);

/*
 * The same as a stencil of one bit a dot, each module dots by dots of them (1..100): several
 * times as fast and a fifth of the size, for sheets of tags. Codes of one height whose places
 * are whole dots apart become one stencil, so that a sheet is best drawn row by row; it is
 * drawn when a code comes that is not in its row, or when the page ends. At full dot
 * resolution, so that a viewer that smooths pictures against the rules blurs at most a fraction
 * of a module. Documents other than PDF draw as print_qr_draw().
 */
void print_qr_draw_mask(struct print_doc *doc, const struct print_qr *qr, double x_mm,
                        double y_mm, double module_mm, int dots);

#endif
