/*
 * A stock: the geometry of a sheet of labels and what stands where on one, read from a text
 * file of sections and "name = value" lines. A loaded stock is known to be printable.
 */
#ifndef CUSTODY_LABEL_STOCK_H
#define CUSTODY_LABEL_STOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"
#include "custody/label.h"

#define STOCK_TEXTS_MAX 8

/* What a text place shows: a line of the label by its index, or the code for people. */
enum stock_value { STOCK_LINE_1, STOCK_LINE_2, STOCK_LINE_3, STOCK_LINE_4, STOCK_HUMAN };

struct stock_point {
    double x_mm;
    double y_mm;
};

struct stock_text {
    struct stock_point at;
    double w_mm;
    double h_mm;
    double size_pt;
    double min_pt;
    bool bold;
    enum stock_value value;
};

struct stock {
    char name[CUSTODY_LABEL_NAME_LEN + 1];
    struct stock_point page; /* width and height */
    double w_mm, h_mm;       /* a label */
    double x0_mm, y0_mm;     /* the first one */
    double dx_mm, dy_mm;     /* from one to the next */
    size_t nx, ny;
    struct stock_point qr_at;
    double qr_box_mm; /* the code with its quiet zone */
    size_t qr_quiet;  /* modules */
    double qr_dpi;    /* modules are whole dots of such a printer */
    struct stock_text texts[STOCK_TEXTS_MAX];
    size_t text_count;
};

/* As custody_label_stock_read(). ret_stock owns nothing. */
enum custody_status stock_load(const char *path, struct stock *ret_stock,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* Can this be printed and read? ERR_INVALID with the rule that it breaks. name as for people.
 */
enum custody_status stock_check(const struct stock *stock, const char *name,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* Side of a module, in whole dots of qr_dpi. */
double stock_module_mm(const struct stock *stock);

#endif
