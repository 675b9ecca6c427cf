/*
 * A stock: the geometry of a sheet or roll of labels and what stands where on one, read from a
 * text file of sections and "name = value" lines. A loaded stock is known to be printable.
 */
#ifndef CUSTODY_LABEL_STOCK_H
#define CUSTODY_LABEL_STOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"
#include "custody/label.h"
#include "doc.h"
#include "typeset.h"

#define STOCK_TEXTS_MAX    8
#define STOCK_GRIDS_MAX    8
#define STOCK_TEMPLATE_LEN 95
#define STOCK_NAME_LEN     15 /* of a field */
#define STOCK_TEXT_SIZE    1024
#define STOCK_HUMAN        "human" /* the field that the code for people fills */

/* Lengths are sums of decimals, which are not exact in binary. */
#define STOCK_SLACK_MM 0.0005

struct stock_point {
    double x_mm;
    double y_mm;
};

/* Cells at equal distances. Of a roll: one cell, the label. */
struct stock_grid {
    double x0_mm, y0_mm; /* the first one */
    double dx_mm, dy_mm; /* from one to the next; may be 0 where there is one */
    size_t nx, ny;
};

struct stock_text {
    char value[STOCK_TEMPLATE_LEN + 1]; /* as stock_template_fill() */
    struct stock_point at;              /* within the label */
    double w_mm;
    double h_mm;
    double size_pt;
    double min_pt;
    bool bold;
    bool vertical;
    bool
        wrap; /* breaks into lines when it does not fit on one; {human}: always stands on two */
    enum print_align align;
};

/* The code and, round it, its quiet zone: a square. */
struct stock_code {
    struct stock_point at;
    double box_mm;
    size_t quiet;  /* modules */
    double dpi;    /* modules are whole dots of such a printer */
    bool optional; /* a label may have none */
};

/* Where the colour of the class stands. */
struct stock_band {
    struct stock_point at;
    double w_mm;
    double h_mm;
};

struct stock {
    char name[CUSTODY_LABEL_NAME_LEN + 1];
    char title[CUSTODY_LABEL_TITLE_LEN + 1];
    struct stock_point page; /* width and height; of a roll: as the label */
    bool is_roll;
    bool has_cut;      /* hairlines round the cells, to cut along */
    double w_mm, h_mm; /* a label */
    struct stock_grid grids[STOCK_GRIDS_MAX];
    size_t grid_count;
    bool has_code;
    struct stock_code code;
    bool has_band;
    struct stock_band band;
    struct stock_text texts[STOCK_TEXTS_MAX];
    size_t text_count;
};

/* A name, a path or a gLabels part, as custody_label_stock_read(). ret_stock owns nothing. */
enum custody_status stock_load(const char *name, struct stock *ret_stock,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* Bytes of a stock file, read and checked; path as the errors name it. */
enum custody_status stock_parse(const char *text, size_t len, const char *path,
                                struct stock *ret_stock,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* Can this be printed and read? ERR_INVALID with the rule that it breaks. name as for people.
 */
enum custody_status stock_check(const struct stock *stock, const char *name,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* The same of a printer of so many dots; CUSTODY_OK for one as fine as the stock asks. */
enum custody_status stock_check_dpi(const struct stock *stock, double dpi,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* What is known of it to others. */
void stock_describe(const struct stock *stock, struct custody_label_stock *ret_info);

/* Labels on a page. */
size_t stock_cells(const struct stock *stock);

/* Top left corner of a cell, counted from 0 row by row, grid by grid. */
struct stock_point stock_cell(const struct stock *stock, size_t index);

/* Side of a module, in whole dots of a printer. */
double stock_module_mm(const struct stock *stock, double dpi);

/* Where the first dark module stands within a label whose corner is at (x, y): in the middle of
 * the box, on a dot. */
struct stock_point stock_code_at(const struct stock *stock, struct stock_point cell,
                                 double dpi);

/*
 * Templates: words and "{name}"; name is 1..STOCK_NAME_LEN small letters.
 *
 * A word (what blanks enclose) whose names are all empty vanishes. Within a word, signs before
 * the first name and after the last stand only when that name has words; signs between two
 * names when something stands before them and the name behind has words. When no name of a
 * template has words, nothing of it stands.
 */
bool stock_template_is_valid(const char *text);

/* Does name stand in it? */
bool stock_template_has(const char *text, const char *name);

/* Add its names but STOCK_HUMAN to a list separated by blanks, each once. False: no room. */
bool stock_template_list(const char *text, char *list, size_t size);

/*
 * fields   of the label; of two of one name the first counts
 * human    what {human} stands for, "" for none
 * out      STOCK_TEXT_SIZE bytes
 *
 * False: it does not fit.
 */
bool stock_template_fill(const char *text, const struct custody_label_field *fields,
                         size_t field_count, const char *human, char out[STOCK_TEXT_SIZE]);

#endif
