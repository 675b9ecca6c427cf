/* A text as it will stand in a place, for the files of src/print. */
#ifndef CUSTODY_PRINT_FIT_H
#define CUSTODY_PRINT_FIT_H

#include <pango/pango.h>

#include "custody/error.h"
#include "doc.h"
#include "typeset.h"

/* Borrowed from the cache of layouts: of use until the next text is laid out. */
struct print_fit {
    PangoLayout *layout;
    double size_pt;
    double width_mm; /* of the widest line */
    int lines;
};

double print_fit_em_mm(double size_pt);

/* Height of so many lines, pitch ems from one to the next. */
double print_fit_depth_mm(int lines, double size_pt, double pitch);

/*
 * At style's size: on one line (length_mm 0) or wrapped to length_mm. Errors as
 * print_layout_get(); a character that is wider than length_mm gives a width above it.
 */
enum custody_status print_fit_at(struct print_doc *doc, const struct print_style *style,
                                 double length_mm, const char *text, const char *record,
                                 struct print_fit *ret_fit,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* Where line i of so many begins when they stand centred in the height of box: its baseline,
 * for lines that are not vertical. */
void print_fit_place_line(const struct print_style *style, int lines, int i, double width_mm,
                          const struct print_box *box, double pitch, double *ret_x_mm,
                          double *ret_y_mm);

/* Show it centred in the height of box, aligned and coloured by style; vertical: box is as the
 * reader sees it when the page is turned. */
void print_fit_show(struct print_doc *doc, const struct print_style *style,
                    const struct print_fit *fit, const struct print_box *box, double pitch);

#endif
