/*
 * The gLabels database of label products (Debian package glabels-data): brands, parts and their
 * geometry, in XML files that are installed apart from us and trusted no further than to be
 * read.
 */
#ifndef CUSTODY_LABEL_GLABELS_H
#define CUSTODY_LABEL_GLABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"
#include "stock.h"

#define GLABELS_PREFIX    "glabels:"
#define GLABELS_DIR       "/usr/share/libglabels-3.0/templates"
#define GLABELS_ENV       "CUSTODY_GLABELS" /* another directory */
#define GLABELS_NAME_LEN  63
#define GLABELS_BYTES_MAX ((size_t)4 * 1024 * 1024) /* of a file */

enum glabels_shape { GLABELS_RECTANGLE, GLABELS_ROUND, GLABELS_ELLIPSE, GLABELS_CD };

/* A paper size by its id. */
struct glabels_paper {
    char id[GLABELS_NAME_LEN + 1];
    double w_mm, h_mm;
};

/*
 * A product. Of an alias ("equiv") only brand, part and equiv are filled.
 *
 * round labels have w = h = the diameter; of a disc w and h are the part that is there, when it
 * is cut, and hole the diameter of the hole
 */
struct glabels_template {
    char brand[GLABELS_NAME_LEN + 1];
    char part[GLABELS_NAME_LEN + 1];
    char equiv[GLABELS_NAME_LEN + 1];
    char size[GLABELS_NAME_LEN + 1]; /* id of a paper, or "Other" and then page */
    struct stock_point page;
    enum glabels_shape shape;
    double w_mm, h_mm;
    double diameter_mm; /* of rounds and discs */
    double hole_mm;
    double margin_mm; /* white that the maker advises; 0 where it says nothing */
    struct stock_grid grids[STOCK_GRIDS_MAX];
    size_t grid_count;
};

/* What was read so far, in the order of the files. */
struct glabels {
    struct glabels_template *templates;
    size_t template_count;
    struct glabels_paper *papers;
    size_t paper_count;
};

/*
 * Add what one file has. Document types and entities are refused: no file of the database has
 * any.
 *
 * path   as the errors name it
 *
 * CUSTODY_ERR_INVALID   not XML, a length that is none, a name too long; glabels is to be
 *                       cleared
 * CUSTODY_ERR_LIMIT     more than 20,000 products
 * CUSTODY_ERR_NOMEM
 */
enum custody_status glabels_parse(const char *data, size_t len, const char *path,
                                  struct glabels *glabels,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Read the installed database.
 *
 * CUSTODY_ERR_NOT_FOUND   it is not installed
 * CUSTODY_ERR_IO, as glabels_parse()   glabels is as it was
 */
enum custody_status glabels_read(struct glabels *ret_glabels,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

void glabels_clear(struct glabels *glabels);

/* "BRAND PART" -> its product, aliases followed; NULL: none. Borrowed. */
const struct glabels_template *glabels_find(const struct glabels *glabels, const char *name);

/*
 * A product as a stock: the code left of the texts or above them, as large as whole dots at
 * 300 dpi allow, at least 3 dots of 203 dpi a module; as many texts as there is room for.
 *
 * name   as the stock is called
 *
 * CUSTODY_ERR_INVALID   no room for a code and its text; or as stock_check(): cells beyond the
 *                       page
 */
enum custody_status glabels_make_stock(const struct glabels *glabels,
                                       const struct glabels_template *product, const char *name,
                                       struct stock *ret_stock,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* "BRAND PART" -> a stock. ERR_NOT_FOUND, as glabels_read(), as glabels_make_stock(). */
enum custody_status glabels_load(const char *name, struct stock *ret_stock,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* Append every product that can be printed to *stocks (realloc). The list is as it was on
 * failure. */
enum custody_status glabels_list(struct custody_label_stock **stocks, size_t *count,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
