/*
 * Reading stock files: see stock.h. The fields are one table. What has no safe default must
 * stand, nothing may stand twice, so that a forgotten or misspelt line never means something.
 */
#include "stock.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "settings.h"
#include "text.h"

#define LENGTH_MAX      2000.0
#define LENGTH_DECIMALS 3
#define NAME_CHARS      "abcdefghijklmnopqrstuvwxyz0123456789-"

enum section {
    SECTION_STOCK,
    SECTION_LAYOUT,
    SECTION_QR,
    SECTION_BAND,
    SECTION_TEXT,
    SECTION_NONE
};

enum field_kind {
    FIELD_NAME,
    FIELD_TITLE,
    FIELD_PAGE,
    FIELD_LENGTH,
    FIELD_POINT,
    FIELD_COUNT,
    FIELD_FLAG,
    FIELD_ALIGN,
    FIELD_VALUE
};

enum field_need { NEEDED, OPTIONAL, NEEDED_OF_SHEETS };

struct field {
    enum section section;
    enum field_kind kind;
    enum field_need need;
    const char *name;
    size_t offset; /* in struct stock, or in struct stock_text */
};

#define IN_STOCK(member) offsetof(struct stock, member)
#define IN_TEXT(member)  offsetof(struct stock_text, member)

static const struct field FIELDS[] = {
    {SECTION_STOCK, FIELD_NAME, NEEDED, "name", IN_STOCK(name)},
    {SECTION_STOCK, FIELD_TITLE, OPTIONAL, "title", IN_STOCK(title)},
    {SECTION_STOCK, FIELD_PAGE, NEEDED, "page", 0},
    {SECTION_LAYOUT, FIELD_LENGTH, NEEDED, "w", IN_STOCK(w_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, NEEDED, "h", IN_STOCK(h_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, NEEDED_OF_SHEETS, "x0", IN_STOCK(grids[0].x0_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, NEEDED_OF_SHEETS, "y0", IN_STOCK(grids[0].y0_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, NEEDED_OF_SHEETS, "dx", IN_STOCK(grids[0].dx_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, NEEDED_OF_SHEETS, "dy", IN_STOCK(grids[0].dy_mm)},
    {SECTION_LAYOUT, FIELD_COUNT, NEEDED_OF_SHEETS, "nx", IN_STOCK(grids[0].nx)},
    {SECTION_LAYOUT, FIELD_COUNT, NEEDED_OF_SHEETS, "ny", IN_STOCK(grids[0].ny)},
    {SECTION_LAYOUT, FIELD_FLAG, OPTIONAL, "cut", IN_STOCK(has_cut)},
    {SECTION_QR, FIELD_POINT, NEEDED, "at", IN_STOCK(code.at)},
    {SECTION_QR, FIELD_LENGTH, NEEDED, "box", IN_STOCK(code.box_mm)},
    {SECTION_QR, FIELD_COUNT, NEEDED, "quiet", IN_STOCK(code.quiet)},
    {SECTION_QR, FIELD_LENGTH, NEEDED, "dpi", IN_STOCK(code.dpi)},
    {SECTION_QR, FIELD_FLAG, OPTIONAL, "optional", IN_STOCK(code.optional)},
    {SECTION_BAND, FIELD_POINT, NEEDED, "at", IN_STOCK(band.at)},
    {SECTION_BAND, FIELD_LENGTH, NEEDED, "w", IN_STOCK(band.w_mm)},
    {SECTION_BAND, FIELD_LENGTH, NEEDED, "h", IN_STOCK(band.h_mm)},
    {SECTION_TEXT, FIELD_VALUE, NEEDED, "value", IN_TEXT(value)},
    {SECTION_TEXT, FIELD_POINT, NEEDED, "at", IN_TEXT(at)},
    {SECTION_TEXT, FIELD_LENGTH, NEEDED, "w", IN_TEXT(w_mm)},
    {SECTION_TEXT, FIELD_LENGTH, NEEDED, "h", IN_TEXT(h_mm)},
    {SECTION_TEXT, FIELD_LENGTH, NEEDED, "size", IN_TEXT(size_pt)},
    {SECTION_TEXT, FIELD_LENGTH, NEEDED, "min", IN_TEXT(min_pt)},
    {SECTION_TEXT, FIELD_FLAG, NEEDED, "bold", IN_TEXT(bold)},
    {SECTION_TEXT, FIELD_ALIGN, OPTIONAL, "align", IN_TEXT(align)},
    {SECTION_TEXT, FIELD_FLAG, OPTIONAL, "vertical", IN_TEXT(vertical)},
    {SECTION_TEXT, FIELD_FLAG, OPTIONAL, "wrap", IN_TEXT(wrap)},
};

#define FIELD_TOTAL (sizeof FIELDS / sizeof FIELDS[0])

static const struct {
    const char *name;
    bool optional;
} SECTIONS[] = {
    [SECTION_STOCK] = {"stock", false},
    [SECTION_LAYOUT] = {"layout", false},
    [SECTION_QR] = {"qr", true},
    [SECTION_BAND] = {"band", true},
};

#define SECTION_TOTAL (sizeof SECTIONS / sizeof SECTIONS[0])

struct reader {
    const char *path;
    size_t line;
    struct stock *stock;
    enum section section;
    bool seen[FIELD_TOTAL]; /* of the section being read */
    bool had_section[SECTION_TOTAL];
};

static enum custody_status refuse(const struct reader *reader, const char *what,
                                  struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%s, line %zu: %s: correct the stock file",
                        reader->path, reader->line, what);
}

static bool read_length(struct settings_span span, double *ret_length)
{
    return settings_read_number(span, LENGTH_DECIMALS, 0.0, LENGTH_MAX, ret_length);
}

static bool read_point(struct settings_span span, struct stock_point *ret_point)
{
    struct stock_point point = {0.0, 0.0};
    if (!settings_read_pair(span, LENGTH_DECIMALS, 0.0, LENGTH_MAX, &point.x_mm, &point.y_mm)) {
        return false;
    }
    *ret_point = point;
    return true;
}

/* A roll has the size of its label, which is not known yet. */
static bool read_page(struct settings_span span, struct stock *stock)
{
    if (settings_is_word(span, "A4")) {
        stock->page = (struct stock_point){PRINT_A4_WIDTH_MM, PRINT_A4_HEIGHT_MM};
        return true;
    }
    if (settings_is_word(span, "roll")) {
        stock->is_roll = true;
        return true;
    }
    return read_point(span, &stock->page);
}

static bool read_align(struct settings_span span, enum print_align *ret_align)
{
    static const struct {
        const char *name;
        enum print_align align;
    } aligns[] = {{"left", PRINT_LEFT}, {"center", PRINT_CENTER}, {"right", PRINT_RIGHT}};
    for (size_t i = 0; i < sizeof aligns / sizeof aligns[0]; i++) {
        if (settings_is_word(span, aligns[i].name)) {
            *ret_align = aligns[i].align;
            return true;
        }
    }
    return false;
}

static bool read_count(struct settings_span span, size_t *ret_count)
{
    uint64_t value = 0;
    if (!text_parse_u64(span.text, span.len, 1000, &value)) {
        return false;
    }
    *ret_count = (size_t)value;
    return true;
}

static bool read_field(const struct field *field, struct settings_span span, void *base)
{
    void *to = (char *)base + field->offset;
    switch (field->kind) {
    case FIELD_NAME:
        return settings_copy_name(span, NAME_CHARS, to, CUSTODY_LABEL_NAME_LEN + 1);
    case FIELD_TITLE:
        return settings_copy_words(span, to, CUSTODY_LABEL_TITLE_LEN + 1);
    case FIELD_PAGE:
        return read_page(span, base);
    case FIELD_LENGTH:
        return read_length(span, to);
    case FIELD_POINT:
        return read_point(span, to);
    case FIELD_COUNT:
        return read_count(span, to);
    case FIELD_FLAG:
        return settings_read_flag(span, to);
    case FIELD_ALIGN:
        return read_align(span, to);
    case FIELD_VALUE:
        return settings_copy_words(span, to, STOCK_TEMPLATE_LEN + 1) &&
               stock_template_is_valid(to);
    }
    return false;
}

static bool is_needed(const struct reader *reader, const struct field *field)
{
    return field->need == NEEDED ||
           (field->need == NEEDED_OF_SHEETS && !reader->stock->is_roll);
}

/* What is needed must have stood in the section that ends here. */
static enum custody_status end_section(struct reader *reader, struct custody_error *err)
{
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (FIELDS[i].section != reader->section) {
            continue;
        }
        if (!reader->seen[i] && is_needed(reader, &FIELDS[i])) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s, before line %zu: \"%s\" is missing: add it to the stock "
                                "file",
                                reader->path, reader->line + 1, FIELDS[i].name);
        }
        if (reader->seen[i] && FIELDS[i].need == NEEDED_OF_SHEETS && reader->stock->is_roll) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s, before line %zu: a roll has no \"%s\", one label is its "
                                "page: take it out of the stock file",
                                reader->path, reader->line + 1, FIELDS[i].name);
        }
        reader->seen[i] = false;
    }
    return CUSTODY_OK;
}

static enum custody_status begin_section(struct reader *reader, struct settings_span name,
                                         struct custody_error *err)
{
    enum custody_status rc = end_section(reader, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!reader->had_section[SECTION_STOCK] && !settings_is_word(name, "stock")) {
        return refuse(reader, "the first section is [stock]", err);
    }
    if (name.len > 5 && memcmp(name.text, "text.", 5) == 0) {
        uint64_t number = 0;
        if (!text_parse_u64(name.text + 5, name.len - 5, STOCK_TEXTS_MAX, &number) ||
            number != reader->stock->text_count + 1) {
            return refuse(reader, "text sections count from 1 to 8 in order", err);
        }
        reader->stock->texts[reader->stock->text_count++].align = PRINT_CENTER;
        reader->section = SECTION_TEXT;
        return CUSTODY_OK;
    }
    for (size_t i = 0; i < SECTION_TOTAL; i++) {
        if (settings_is_word(name, SECTIONS[i].name)) {
            if (reader->had_section[i]) {
                return refuse(reader, "this section stands twice", err);
            }
            reader->had_section[i] = true;
            reader->section = (enum section)i;
            return CUSTODY_OK;
        }
    }
    return refuse(reader, "this section is not known", err);
}

static enum custody_status read_assignment(struct reader *reader,
                                           const struct settings_line *line,
                                           struct custody_error *err)
{
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (FIELDS[i].section != reader->section ||
            !settings_is_word(line->name, FIELDS[i].name)) {
            continue;
        }
        if (reader->seen[i]) {
            return refuse(reader, "this name stands twice", err);
        }
        reader->seen[i] = true;
        struct stock *stock = reader->stock;
        void *base = reader->section == SECTION_TEXT
                         ? (void *)&stock->texts[stock->text_count - 1]
                         : (void *)stock;
        return read_field(&FIELDS[i], line->value, base)
                   ? CUSTODY_OK
                   : refuse(reader, "this value is not understood", err);
    }
    return refuse(reader, "this name is not known here", err);
}

static enum custody_status read_line(struct reader *reader, const struct settings_line *line,
                                     struct custody_error *err)
{
    switch (line->kind) {
    case SETTINGS_SECTION:
        return begin_section(reader, line->name, err);
    case SETTINGS_VALUE:
        return read_assignment(reader, line, err);
    case SETTINGS_BRACKET:
        return refuse(reader, "the bracket is not closed", err);
    case SETTINGS_NEITHER:
        break;
    }
    return refuse(reader, "neither a section nor \"name = value\"", err);
}

static enum custody_status read_all(struct reader *reader, const char *text, size_t len,
                                    struct custody_error *err)
{
    struct settings settings = {.text = text, .len = len};
    struct settings_line line;
    while (settings_next(&settings, &line)) {
        reader->line = line.number;
        enum custody_status rc = read_line(reader, &line, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    reader->line = settings.line;
    enum custody_status rc = end_section(reader, err);
    for (size_t i = 0; i < SECTION_TOTAL && rc == CUSTODY_OK; i++) {
        if (!reader->had_section[i] && !SECTIONS[i].optional) {
            rc = custody_fail(err, CUSTODY_ERR_INVALID,
                              "%s: section [%s] is missing: add it to the stock file",
                              reader->path, SECTIONS[i].name);
        }
    }
    return rc;
}

enum custody_status stock_parse(const char *text, size_t len, const char *path,
                                struct stock *ret_stock, struct custody_error *err)
{
    struct stock stock = {.grid_count = 1};
    struct reader reader = {.path = path, .stock = &stock, .section = SECTION_NONE};
    enum custody_status rc = read_all(&reader, text, len, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    stock.has_code = reader.had_section[SECTION_QR];
    stock.has_band = reader.had_section[SECTION_BAND];
    if (stock.is_roll) {
        stock.page = (struct stock_point){stock.w_mm, stock.h_mm};
        stock.grids[0] = (struct stock_grid){.nx = 1, .ny = 1};
    }
    rc = stock_check(&stock, path, err);
    if (rc == CUSTODY_OK) {
        *ret_stock = stock;
    }
    return rc;
}
