/* What is printed: tables with Chinese characters counted as two columns, and JSON. */
#include "print.h"

#include <stdlib.h>
#include <string.h>

#include "custody/words.h"
#include "text.h"

#define GAP           2  /* spaces between columns */
#define TIME_TEXT_LEN 20 /* of a signed time, "2026-11-22T08:03:11Z" */
#define SHORT_ID      12 /* digits of an act id in a table; eight name an act */

/* Length in bytes of the UTF-8 character at text, 1 for a stray byte; its code point. */
static size_t next_char(const char *text, unsigned *ret_code)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t more = 0;
    unsigned code = s[0];
    if (s[0] >= 0xF0 && s[0] < 0xF8) {
        more = 3;
        code = s[0] & 0x07U;
    } else if (s[0] >= 0xE0) {
        more = s[0] < 0xF0 ? 2 : 0;
        code = s[0] & 0x0FU;
    } else if (s[0] >= 0xC0) {
        more = 1;
        code = s[0] & 0x1FU;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            *ret_code = s[0];
            return 1;
        }
        code = code << 6 | (s[i] & 0x3FU);
    }
    *ret_code = code;
    return more + 1;
}

static bool is_wide_char(unsigned code)
{
    static const unsigned ranges[][2] = {
        {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0x33FF}, {0x3400, 0x4DBF},
        {0x4E00, 0x9FFF}, {0xA000, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
        {0xFE30, 0xFE4F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x20000, 0x3FFFD},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code >= ranges[i][0] && code <= ranges[i][1]) {
            return true;
        }
    }
    return false;
}

size_t print_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        unsigned code = 0;
        text += next_char(text, &code);
        width += is_wide_char(code) ? 2 : 1;
    }
    return width;
}

void print_text(FILE *out, const char *text)
{
    while (*text != '\0') {
        unsigned code = 0;
        const size_t len = next_char(text, &code);
        /* C0, DEL and C1: what could move the cursor or start an escape sequence. */
        if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            (void)fputc('?', out);
        } else {
            (void)fwrite(text, 1, len, out);
        }
        text += len;
    }
}

void print_padded(FILE *out, const char *text, size_t width)
{
    print_text(out, text);
    for (size_t used = print_width(text); used < width; used++) {
        (void)fputc(' ', out);
    }
}

static char *copy_text(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* Elements of a list of texts, joined by a comma. */
static char *join_list(const json_t *list)
{
    size_t room = 1;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL) {
            return json_dumps(list, JSON_COMPACT);
        }
        room += strlen(text) + 2;
    }
    char *joined = malloc(room);
    if (joined == NULL) {
        return NULL;
    }
    size_t len = 0;
    joined[0] = '\0';
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        const int n = snprintf(joined + len, room - len, "%s%s", i == 0 ? "" : ", ", text);
        if (n < 0) {
            break;
        }
        len += (size_t)n;
    }
    return joined;
}

/* Does a text look like a signed time? Only such are shown local. */
static bool is_time(const char *text)
{
    return strlen(text) == TIME_TEXT_LEN && text[4] == '-' && text[7] == '-' &&
           text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == 'Z';
}

static char *text_value(const char *text, const char *type, int utc_offset_min)
{
    const bool is_id = type != NULL && strcmp(type, "id") == 0;
    if (is_id && strlen(text) > SHORT_ID) {
        char short_id[SHORT_ID + 1] = "";
        memcpy(short_id, text, SHORT_ID);
        return copy_text(short_id);
    }
    if (is_time(text) && (type == NULL || strcmp(type, "time") == 0)) {
        char local[21];
        custody_time_local(text, utc_offset_min, local);
        return copy_text(local);
    }
    return copy_text(text[0] == '\0' ? "-" : text);
}

char *print_value(const json_t *value, const char *type, enum custody_lang lang,
                  int utc_offset_min)
{
    if (value == NULL || json_is_null(value)) {
        return copy_text("-");
    }
    if (json_is_string(value)) {
        return text_value(json_string_value(value), type, utc_offset_min);
    }
    if (json_is_boolean(value)) {
        return copy_text(text_of(lang, json_is_true(value) ? TEXT_YES : TEXT_NO));
    }
    if (json_is_integer(value)) {
        char number[32];
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        return copy_text(number);
    }
    if (json_is_array(value)) {
        return json_array_size(value) == 0 ? copy_text("-") : join_list(value);
    }
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

/* Fill row r of cells, 0 being the head; widths grow. False: out of memory. */
static bool fill_row(char **cells, size_t *widths, const json_t *rows, size_t r,
                     const struct custody_column *columns, size_t column_count,
                     enum custody_lang lang, int utc_offset_min)
{
    const json_t *row = r == 0 ? NULL : json_array_get(rows, r - 1);
    for (size_t c = 0; c < column_count; c++) {
        const struct custody_column *column = &columns[c];
        char *cell = row == NULL ? copy_text(lang == CUSTODY_ZH ? column->zh : column->en)
                                 : print_value(json_object_get(row, column->name), column->type,
                                               lang, utc_offset_min);
        if (cell == NULL) {
            return false;
        }
        cells[r * column_count + c] = cell;
        const size_t width = print_width(cell);
        widths[c] = width > widths[c] ? width : widths[c];
    }
    return true;
}

static void print_row(FILE *out, char *const *cells, const size_t *widths, size_t column_count)
{
    for (size_t c = 0; c + 1 < column_count; c++) {
        print_padded(out, cells[c], widths[c] + GAP);
    }
    print_text(out, cells[column_count - 1]);
    (void)fputc('\n', out);
}

enum custody_status print_rows(FILE *out, const json_t *rows,
                               const struct custody_column *columns, size_t column_count,
                               enum custody_lang lang, int utc_offset_min,
                               struct custody_error *err)
{
    const size_t row_count = json_array_size(rows);
    if (row_count == 0 || column_count == 0) {
        (void)fprintf(out, "%s\n", text_of(lang, TEXT_NOTHING));
        return CUSTODY_OK;
    }
    char **cells = calloc((row_count + 1) * column_count, sizeof *cells);
    size_t *widths = calloc(column_count, sizeof *widths);
    bool is_filled = cells != NULL && widths != NULL;
    for (size_t r = 0; is_filled && r <= row_count; r++) {
        is_filled =
            fill_row(cells, widths, rows, r, columns, column_count, lang, utc_offset_min);
    }
    for (size_t r = 0; is_filled && r <= row_count; r++) {
        print_row(out, cells + r * column_count, widths, column_count);
    }
    for (size_t i = 0; cells != NULL && i < (row_count + 1) * column_count; i++) {
        free(cells[i]);
    }
    free(cells);
    free(widths);
    return is_filled ? CUSTODY_OK
                     : custody_fail(err, CUSTODY_ERR_NOMEM,
                                    "not enough memory to print; ask for less");
}

enum custody_status print_words(struct custody_site *site, enum custody_lang lang, json_t *rows,
                                struct custody_error *err)
{
    json_t *policy = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (lang != CUSTODY_ZH) {
        return CUSTODY_OK;
    }
    if (site != NULL && custody_site_is_founded(site)) {
        rc = custody_site_policy(site, &policy, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_words_apply(policy, lang, rows, err);
    }
    json_decref(policy);
    return rc;
}

void print_object(FILE *out, const json_t *object, const char *indent, enum custody_lang lang,
                  int utc_offset_min)
{
    json_t *members = json_deep_copy(object); /* iteration wants one that may change */
    const char *name;
    json_t *value;
    json_object_foreach(members, name, value)
    {
        char *text = print_value(value, NULL, lang, utc_offset_min);
        (void)fprintf(out, "%s%s: ", indent, name);
        print_text(out, text != NULL ? text : "");
        (void)fputc('\n', out);
        free(text);
    }
    json_decref(members);
}

enum custody_status print_json(FILE *out, const json_t *value, bool is_wide,
                               struct custody_error *err)
{
    char *text = json_dumps(value, (is_wide ? (size_t)JSON_INDENT(1) : (size_t)JSON_COMPACT) |
                                       (size_t)JSON_ENCODE_ANY);
    if (text == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to print; ask for less");
    }
    (void)fputs(text, out);
    (void)fputc('\n', out);
    free(text);
    return CUSTODY_OK;
}
