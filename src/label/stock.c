/*
 * Reading stock files: see stock.h. The fields are one table; every field of a section must
 * stand in it exactly once, so that a forgotten or misspelt line never means a default.
 */
#include "stock.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "file.h"
#include "qr.h"
#include "text.h"

#define STOCK_BYTES_MAX ((size_t)64 * 1024)
#define LENGTH_MAX      2000.0

enum section { SECTION_STOCK, SECTION_LAYOUT, SECTION_QR, SECTION_TEXT, SECTION_NONE };

enum field_kind {
    FIELD_NAME,
    FIELD_PAGE,
    FIELD_LENGTH,
    FIELD_POINT,
    FIELD_COUNT,
    FIELD_FLAG,
    FIELD_VALUE
};

struct field {
    enum section section;
    enum field_kind kind;
    const char *name;
    size_t offset; /* in struct stock, or in struct stock_text */
};

#define IN_STOCK(member) offsetof(struct stock, member)
#define IN_TEXT(member)  offsetof(struct stock_text, member)

static const struct field FIELDS[] = {
    {SECTION_STOCK, FIELD_NAME, "name", IN_STOCK(name)},
    {SECTION_STOCK, FIELD_PAGE, "page", IN_STOCK(page)},
    {SECTION_LAYOUT, FIELD_LENGTH, "w", IN_STOCK(w_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, "h", IN_STOCK(h_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, "x0", IN_STOCK(x0_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, "y0", IN_STOCK(y0_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, "dx", IN_STOCK(dx_mm)},
    {SECTION_LAYOUT, FIELD_LENGTH, "dy", IN_STOCK(dy_mm)},
    {SECTION_LAYOUT, FIELD_COUNT, "nx", IN_STOCK(nx)},
    {SECTION_LAYOUT, FIELD_COUNT, "ny", IN_STOCK(ny)},
    {SECTION_QR, FIELD_POINT, "at", IN_STOCK(qr_at)},
    {SECTION_QR, FIELD_LENGTH, "box", IN_STOCK(qr_box_mm)},
    {SECTION_QR, FIELD_COUNT, "quiet", IN_STOCK(qr_quiet)},
    {SECTION_QR, FIELD_LENGTH, "dpi", IN_STOCK(qr_dpi)},
    {SECTION_TEXT, FIELD_VALUE, "value", IN_TEXT(value)},
    {SECTION_TEXT, FIELD_POINT, "at", IN_TEXT(at)},
    {SECTION_TEXT, FIELD_LENGTH, "w", IN_TEXT(w_mm)},
    {SECTION_TEXT, FIELD_LENGTH, "h", IN_TEXT(h_mm)},
    {SECTION_TEXT, FIELD_LENGTH, "size", IN_TEXT(size_pt)},
    {SECTION_TEXT, FIELD_LENGTH, "min", IN_TEXT(min_pt)},
    {SECTION_TEXT, FIELD_FLAG, "bold", IN_TEXT(bold)},
};

#define FIELD_TOTAL (sizeof FIELDS / sizeof FIELDS[0])

static const char *const SECTIONS[] = {
    [SECTION_STOCK] = "stock", [SECTION_LAYOUT] = "layout", [SECTION_QR] = "qr"};

struct reader {
    const char *path;
    size_t line;
    struct stock *stock;
    enum section section;
    bool seen[FIELD_TOTAL]; /* of the section being read */
    bool had_section[SECTION_NONE];
};

static enum custody_status refuse(const struct reader *reader, const char *what,
                                  struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%s, line %zu: %s: correct the stock file",
                        reader->path, reader->line, what);
}

/* Digits with at most three decimals. Not strtod: what it reads depends on the locale. */
static bool read_number(const char *text, size_t len, double *ret_value)
{
    double value = 0.0;
    double unit = 1.0;
    size_t digits = 0;
    size_t decimals = 0;
    bool has_point = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '.' && !has_point && digits > 0) {
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9' || (has_point && ++decimals > 3) || ++digits > 8) {
            return false;
        }
        value = value * 10.0 + (c - '0');
        unit *= has_point ? 10.0 : 1.0;
    }
    if (digits == 0 || (has_point && decimals == 0) || value / unit > LENGTH_MAX) {
        return false;
    }
    *ret_value = value / unit;
    return true;
}

static bool read_point(const char *text, size_t len, struct stock_point *ret_point)
{
    const char *comma = memchr(text, ',', len);
    if (comma == NULL) {
        return false;
    }
    size_t first = (size_t)(comma - text);
    struct stock_point point = {0.0, 0.0};
    if (!read_number(text, first, &point.x_mm) ||
        !read_number(comma + 1, len - first - 1, &point.y_mm)) {
        return false;
    }
    *ret_point = point;
    return true;
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

static bool read_page(const char *text, size_t len, struct stock_point *ret_page)
{
    if (is_word(text, len, "A4")) {
        *ret_page = (struct stock_point){PRINT_A4_WIDTH_MM, PRINT_A4_HEIGHT_MM};
        return true;
    }
    return read_point(text, len, ret_page);
}

static bool read_name(const char *text, size_t len, char *out)
{
    if (len == 0 || len > CUSTODY_LABEL_NAME_LEN) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0' ||
            strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text[i]) == NULL) {
            return false;
        }
    }
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}

static bool read_value(const char *text, size_t len, enum stock_value *ret_value)
{
    static const char *const names[] = {
        [STOCK_LINE_1] = "line1", [STOCK_LINE_2] = "line2", [STOCK_LINE_3] = "line3",
        [STOCK_LINE_4] = "line4", [STOCK_HUMAN] = "human",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_word(text, len, names[i])) {
            *ret_value = (enum stock_value)i;
            return true;
        }
    }
    return false;
}

static bool read_flag(const char *text, size_t len, bool *ret_flag)
{
    if (!is_word(text, len, "yes") && !is_word(text, len, "no")) {
        return false;
    }
    *ret_flag = text[0] == 'y';
    return true;
}

static bool read_count(const char *text, size_t len, size_t *ret_count)
{
    uint64_t value = 0;
    if (!text_parse_u64(text, len, 1000, &value)) {
        return false;
    }
    *ret_count = (size_t)value;
    return true;
}

static bool read_field(const struct field *field, const char *text, size_t len, void *base)
{
    void *to = (char *)base + field->offset;
    switch (field->kind) {
    case FIELD_NAME:
        return read_name(text, len, to);
    case FIELD_PAGE:
        return read_page(text, len, to);
    case FIELD_LENGTH:
        return read_number(text, len, to);
    case FIELD_POINT:
        return read_point(text, len, to);
    case FIELD_COUNT:
        return read_count(text, len, to);
    case FIELD_FLAG:
        return read_flag(text, len, to);
    case FIELD_VALUE:
        return read_value(text, len, to);
    }
    return false;
}

/* Every field of the section that ends here must have stood in it. */
static enum custody_status end_section(struct reader *reader, struct custody_error *err)
{
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (FIELDS[i].section == reader->section && !reader->seen[i]) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s, before line %zu: \"%s\" is missing: add it to the stock "
                                "file",
                                reader->path, reader->line + 1, FIELDS[i].name);
        }
        reader->seen[i] = false;
    }
    return CUSTODY_OK;
}

/* text is what stands between the brackets. */
static enum custody_status begin_section(struct reader *reader, const char *text, size_t len,
                                         struct custody_error *err)
{
    enum custody_status rc = end_section(reader, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (len > 5 && memcmp(text, "text.", 5) == 0) {
        uint64_t number = 0;
        if (!text_parse_u64(text + 5, len - 5, STOCK_TEXTS_MAX, &number) ||
            number != reader->stock->text_count + 1) {
            return refuse(reader, "text sections count from 1 to 8 in order", err);
        }
        reader->stock->text_count++;
        reader->section = SECTION_TEXT;
        return CUSTODY_OK;
    }
    for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0]; i++) {
        if (is_word(text, len, SECTIONS[i])) {
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

static void trim(const char **text, size_t *len)
{
    while (*len > 0 && strchr(" \t\r", (*text)[0]) != NULL) {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && strchr(" \t\r", (*text)[*len - 1]) != NULL) {
        (*len)--;
    }
}

static enum custody_status read_assignment(struct reader *reader, const char *text, size_t len,
                                           struct custody_error *err)
{
    const char *equals = memchr(text, '=', len);
    if (equals == NULL) {
        return refuse(reader, "neither a section nor \"name = value\"", err);
    }
    const char *name = text;
    size_t name_len = (size_t)(equals - text);
    const char *value = equals + 1;
    size_t value_len = len - name_len - 1;
    trim(&name, &name_len);
    trim(&value, &value_len);
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (FIELDS[i].section != reader->section || !is_word(name, name_len, FIELDS[i].name)) {
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
        return read_field(&FIELDS[i], value, value_len, base)
                   ? CUSTODY_OK
                   : refuse(reader, "this value is not understood", err);
    }
    return refuse(reader, "this name is not known here", err);
}

static enum custody_status read_line(struct reader *reader, const char *text, size_t len,
                                     struct custody_error *err)
{
    trim(&text, &len);
    if (len == 0 || text[0] == '#') {
        return CUSTODY_OK;
    }
    if (text[0] == '[') {
        return text[len - 1] == ']' ? begin_section(reader, text + 1, len - 2, err)
                                    : refuse(reader, "the bracket is not closed", err);
    }
    return read_assignment(reader, text, len, err);
}

static enum custody_status read_all(struct reader *reader, const char *text, size_t len,
                                    struct custody_error *err)
{
    for (size_t pos = 0; pos < len;) {
        const char *end = memchr(text + pos, '\n', len - pos);
        size_t line_len = end != NULL ? (size_t)(end - text) - pos : len - pos;
        reader->line++;
        enum custody_status rc = read_line(reader, text + pos, line_len, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        pos += line_len + 1;
    }
    enum custody_status rc = end_section(reader, err);
    for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0] && rc == CUSTODY_OK; i++) {
        if (!reader->had_section[i]) {
            rc = custody_fail(err, CUSTODY_ERR_INVALID,
                              "%s: section [%s] is missing: add it to the stock file",
                              reader->path, SECTIONS[i]);
        }
    }
    return rc;
}

enum custody_status stock_load(const char *path, struct stock *ret_stock,
                               struct custody_error *err)
{
    struct buf bytes = BUF_INIT(STOCK_BYTES_MAX);
    struct stock stock = {0};
    struct reader reader = {.path = path, .stock = &stock, .section = SECTION_NONE};
    enum custody_status rc = file_read(path, STOCK_BYTES_MAX, &bytes, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* An empty file has no bytes to point at. */
    rc = read_all(&reader, bytes.data != NULL ? (const char *)bytes.data : "", bytes.len, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = stock_check(&stock, path, err);
    if (rc == CUSTODY_OK) {
        *ret_stock = stock;
    }
out:
    buf_clear(&bytes);
    return rc;
}

enum custody_status custody_label_stock_read(const char *stock_path,
                                             struct custody_label_stock *ret_stock,
                                             struct custody_error *err)
{
    struct stock stock;
    enum custody_status rc = stock_load(stock_path, &stock, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_stock = (struct custody_label_stock){
        .width_mm = stock.w_mm, .height_mm = stock.h_mm, .per_page = stock.nx * stock.ny};
    memcpy(ret_stock->name, stock.name, sizeof ret_stock->name);
    for (size_t i = 0; i < stock.text_count; i++) {
        ret_stock->lines += stock.texts[i].value != STOCK_HUMAN;
    }
    return CUSTODY_OK;
}
