/* Reading files of the gLabels database: see glabels.h. */
#include <expat.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "glabels.h"
#include "text.h"

#define TEMPLATES_MAX 20000
#define PAPERS_MAX    1000
#define CELLS_A_SIDE  1000
#define LENGTH_MAX_MM 5000.0

struct reader {
    XML_Parser parser;
    const char *path;
    struct glabels *glabels;
    size_t template_room;
    size_t paper_room;
    bool in_template;
    bool in_label; /* the first of its template: others are ignored, as gLabels does */
    bool had_label;
    enum custody_status rc;
    struct custody_error *err;
};

static void stop(struct reader *reader, enum custody_status status, const char *what)
{
    if (reader->rc != CUSTODY_OK) {
        return;
    }
    reader->rc = custody_fail(
        reader->err, status, "%.200s, line %lu: %s: install the gLabels database anew",
        reader->path, (unsigned long)XML_GetCurrentLineNumber(reader->parser), what);
    (void)XML_StopParser(reader->parser, XML_FALSE);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent of a number, -20..20; *text moves behind it. */
static bool read_exponent(const char **text, int *ret_exponent)
{
    const char *pos = *text + 1;
    bool is_negative = *pos == '-';
    int value = 0;
    pos += *pos == '-' || *pos == '+';
    if (!is_digit(*pos)) {
        return false;
    }
    for (; is_digit(*pos); pos++) {
        value = value < 100 ? value * 10 + (*pos - '0') : value;
    }
    *text = pos;
    *ret_exponent = is_negative ? -value : value;
    return true;
}

/* "12.5", "-3", "3.9e-16"; none at all is 0, as gLabels reads it. Not strtod: what that reads
 * depends on the locale. */
static bool read_number(const char **text, double *ret_value)
{
    const char *pos = *text;
    double value = 0.0;
    int exponent = 0;
    int decimals = 0;
    bool is_negative = *pos == '-';
    pos += *pos == '-' || *pos == '+';
    for (; is_digit(*pos); pos++) {
        value = value * 10.0 + (*pos - '0');
    }
    if (*pos == '.') {
        for (pos++; is_digit(*pos); pos++) {
            value = value * 10.0 + (*pos - '0');
            decimals++;
        }
    }
    if ((*pos == 'e' || *pos == 'E') && !read_exponent(&pos, &exponent)) {
        return false;
    }
    value *= pow(10.0, exponent - decimals);
    if (!isfinite(value)) {
        return false;
    }
    *text = pos;
    *ret_value = is_negative ? -value : value;
    return true;
}

static bool read_length(const char *text, double *ret_mm)
{
    static const struct {
        const char *name;
        double mm;
    } units[] = {{"", 25.4 / 72.0}, {"pt", 25.4 / 72.0}, {"mm", 1.0},
                 {"cm", 10.0},      {"in", 25.4},        {"pc", 25.4 / 6.0}};
    double value = 0.0;
    text += strspn(text, " ");
    if (!read_number(&text, &value)) {
        return false;
    }
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text, units[i].name) == 0) {
            value *= units[i].mm;
            if (fabs(value) > LENGTH_MAX_MM) {
                return false;
            }
            *ret_mm = value;
            return true;
        }
    }
    return false;
}

static const char *find(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], name) == 0) {
            return attributes[i + 1];
        }
    }
    return NULL;
}

/* A length that may be absent: then ret_mm stays. */
static void get_length(struct reader *reader, const char **attributes, const char *name,
                       double *ret_mm)
{
    const char *text = find(attributes, name);
    if (text != NULL && !read_length(text, ret_mm)) {
        stop(reader, CUSTODY_ERR_INVALID, "a length is none");
    }
}

/* A name that may be absent: then it is "". */
static void get_name(struct reader *reader, const char **attributes, const char *name,
                     char out[GLABELS_NAME_LEN + 1])
{
    const char *text = find(attributes, name);
    size_t len = text != NULL ? strlen(text) : 0;
    if (len > GLABELS_NAME_LEN || !text_allowed(text != NULL ? text : "", len, len)) {
        stop(reader, CUSTODY_ERR_INVALID, "a name is too long");
        return;
    }
    if (len > 0) {
        memcpy(out, text, len);
    }
    out[len] = '\0';
}

/* Room for one more of *items; NULL: none, and the reader has stopped. */
static void *grow(struct reader *reader, void *items, size_t size, size_t count, size_t *room,
                  size_t max)
{
    if (count < *room) {
        return items;
    }
    if (count >= max) {
        stop(reader, CUSTODY_ERR_LIMIT, "the database is too large");
        return NULL;
    }
    size_t more = *room < 64 ? 64 : *room * 2;
    void *grown = realloc(items, more * size);
    if (grown == NULL) {
        stop(reader, CUSTODY_ERR_NOMEM, "out of memory");
        return NULL;
    }
    *room = more;
    return grown;
}

static void begin_paper(struct reader *reader, const char **attributes)
{
    struct glabels *glabels = reader->glabels;
    struct glabels_paper paper = {.id = ""};
    struct glabels_paper *papers = grow(reader, glabels->papers, sizeof paper,
                                        glabels->paper_count, &reader->paper_room, PAPERS_MAX);
    if (papers == NULL) {
        return;
    }
    glabels->papers = papers;
    get_name(reader, attributes, "id", paper.id);
    get_length(reader, attributes, "width", &paper.w_mm);
    get_length(reader, attributes, "height", &paper.h_mm);
    papers[glabels->paper_count++] = paper;
}

static void begin_template(struct reader *reader, const char **attributes)
{
    struct glabels *glabels = reader->glabels;
    struct glabels_template product = {.brand = ""};
    struct glabels_template *products =
        grow(reader, glabels->templates, sizeof product, glabels->template_count,
             &reader->template_room, TEMPLATES_MAX);
    if (products == NULL) {
        return;
    }
    glabels->templates = products;
    get_name(reader, attributes, "brand", product.brand);
    get_name(reader, attributes, "part", product.part);
    get_name(reader, attributes, "equiv", product.equiv);
    get_name(reader, attributes, "size", product.size);
    get_length(reader, attributes, "width", &product.page.x_mm);
    get_length(reader, attributes, "height", &product.page.y_mm);
    if (product.brand[0] == '\0' || product.part[0] == '\0') {
        stop(reader, CUSTODY_ERR_INVALID, "a product has no brand or no part");
        return;
    }
    products[glabels->template_count++] = product;
    reader->in_template = true;
    reader->had_label = false;
}

static struct glabels_template *current(struct reader *reader)
{
    return &reader->glabels->templates[reader->glabels->template_count - 1];
}

static void begin_label(struct reader *reader, enum glabels_shape shape,
                        const char **attributes)
{
    struct glabels_template *product = current(reader);
    double radius = 0.0;
    double hole = 0.0;
    product->shape = shape;
    get_length(reader, attributes, "radius", &radius);
    get_length(reader, attributes, "hole", &hole);
    product->diameter_mm = 2.0 * radius;
    product->hole_mm = 2.0 * hole;
    product->w_mm = product->diameter_mm;
    product->h_mm = product->diameter_mm;
    get_length(reader, attributes, "width", &product->w_mm);
    get_length(reader, attributes, "height", &product->h_mm);
    reader->in_label = true;
    reader->had_label = true;
}

static size_t get_count(struct reader *reader, const char **attributes, const char *name)
{
    const char *text = find(attributes, name);
    uint64_t value = 0;
    if (text == NULL || !text_parse_u64(text, strlen(text), CELLS_A_SIDE, &value)) {
        stop(reader, CUSTODY_ERR_INVALID, "a layout has no number of labels");
    }
    return (size_t)value;
}

static void begin_layout(struct reader *reader, const char **attributes)
{
    struct glabels_template *product = current(reader);
    struct stock_grid grid = {.nx = get_count(reader, attributes, "nx"),
                              .ny = get_count(reader, attributes, "ny")};
    get_length(reader, attributes, "x0", &grid.x0_mm);
    get_length(reader, attributes, "y0", &grid.y0_mm);
    get_length(reader, attributes, "dx", &grid.dx_mm);
    get_length(reader, attributes, "dy", &grid.dy_mm);
    if (product->grid_count == STOCK_GRIDS_MAX) {
        stop(reader, CUSTODY_ERR_LIMIT, "a product has more than 8 layouts");
        return;
    }
    product->grids[product->grid_count++] = grid;
}

/* Names stand with or without the prefix of a name space. */
static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

static void XMLCALL begin_element(void *closure, const XML_Char *full_name,
                                  const XML_Char **attributes)
{
    static const struct {
        const char *name;
        enum glabels_shape shape;
    } shapes[] = {{"Label-rectangle", GLABELS_RECTANGLE},
                  {"Label-round", GLABELS_ROUND},
                  {"Label-ellipse", GLABELS_ELLIPSE},
                  {"Label-cd", GLABELS_CD}};
    struct reader *reader = closure;
    const char *name = local_name(full_name);
    if (strcmp(name, "Paper-size") == 0) {
        begin_paper(reader, attributes);
    } else if (strcmp(name, "Template") == 0) {
        begin_template(reader, attributes);
    } else if (reader->in_label && strcmp(name, "Layout") == 0) {
        begin_layout(reader, attributes);
    } else if (reader->in_label && strcmp(name, "Markup-margin") == 0) {
        get_length(reader, attributes, "size", &current(reader)->margin_mm);
    } else if (reader->in_template && !reader->had_label) {
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
            if (strcmp(name, shapes[i].name) == 0) {
                begin_label(reader, shapes[i].shape, attributes);
            }
        }
    }
}

static void XMLCALL end_element(void *closure, const XML_Char *full_name)
{
    struct reader *reader = closure;
    const char *name = local_name(full_name);
    if (strcmp(name, "Template") == 0) {
        reader->in_template = false;
        reader->in_label = false;
    } else if (strncmp(name, "Label-", 6) == 0) {
        reader->in_label = false;
    }
}

static void XMLCALL refuse_doctype(void *closure, const XML_Char *name, const XML_Char *system,
                                   const XML_Char *public, int has_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    stop(closure, CUSTODY_ERR_INVALID, "it declares a document type, which may hide anything");
}

enum custody_status glabels_parse(const char *data, size_t len, const char *path,
                                  struct glabels *glabels, struct custody_error *err)
{
    if (len > GLABELS_BYTES_MAX) {
        return custody_fail(
            err, CUSTODY_ERR_LIMIT,
            "%.200s is longer than any file of the gLabels database: install it "
            "anew",
            path);
    }
    struct reader reader = {.path = path,
                            .glabels = glabels,
                            .template_room = glabels->template_count,
                            .paper_room = glabels->paper_count,
                            .err = err};
    reader.parser = XML_ParserCreate(NULL);
    if (reader.parser == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory while reading label products: close other programs");
    }
    XML_SetUserData(reader.parser, &reader);
    XML_SetElementHandler(reader.parser, begin_element, end_element);
    XML_SetStartDoctypeDeclHandler(reader.parser, refuse_doctype);
    if (XML_Parse(reader.parser, data, (int)len, 1) == XML_STATUS_ERROR &&
        reader.rc == CUSTODY_OK) {
        enum XML_Error code = XML_GetErrorCode(reader.parser);
        stop(&reader, code == XML_ERROR_NO_MEMORY ? CUSTODY_ERR_NOMEM : CUSTODY_ERR_INVALID,
             code == XML_ERROR_NO_MEMORY ? "out of memory" : "this is not XML");
    }
    XML_ParserFree(reader.parser);
    return reader.rc;
}

void glabels_clear(struct glabels *glabels)
{
    free(glabels->templates);
    free(glabels->papers);
    *glabels = (struct glabels){0};
}
