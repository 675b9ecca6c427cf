#include "settings.h"

#include <string.h>

#include "text.h"

#define DIGITS_MAX 9U /* more than any length in micrometres; exact in a double */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct settings_span settings_trim(struct settings_span span)
{
    while (span.len > 0 && is_blank(span.text[0])) {
        span.text++;
        span.len--;
    }
    while (span.len > 0 && is_blank(span.text[span.len - 1])) {
        span.len--;
    }
    return span;
}

bool settings_is_word(struct settings_span span, const char *word)
{
    return strlen(word) == span.len && memcmp(span.text, word, span.len) == 0;
}

/* line is not blank and no remark. */
static struct settings_line take_line(struct settings_span line, size_t number)
{
    if (line.text[0] == '[') {
        if (line.len < 2 || line.text[line.len - 1] != ']') {
            return (struct settings_line){.kind = SETTINGS_BRACKET, .number = number};
        }
        return (struct settings_line){
            .kind = SETTINGS_SECTION, .number = number, .name = {line.text + 1, line.len - 2}};
    }
    const char *equals = memchr(line.text, '=', line.len);
    if (equals == NULL) {
        return (struct settings_line){.kind = SETTINGS_NEITHER, .number = number};
    }
    size_t name_len = (size_t)(equals - line.text);
    return (struct settings_line){
        .kind = SETTINGS_VALUE,
        .number = number,
        .name = settings_trim((struct settings_span){line.text, name_len}),
        .value = settings_trim((struct settings_span){equals + 1, line.len - name_len - 1}),
    };
}

bool settings_next(struct settings *settings, struct settings_line *ret_line)
{
    while (settings->pos < settings->len) {
        const char *start = settings->text + settings->pos;
        size_t left = settings->len - settings->pos;
        const char *end = memchr(start, '\n', left);
        size_t line_len = end != NULL ? (size_t)(end - start) : left;
        struct settings_span line = settings_trim((struct settings_span){start, line_len});
        settings->pos += line_len + 1;
        settings->line++;
        if (line.len > 0 && line.text[0] != '#') {
            *ret_line = take_line(line, settings->line);
            return true;
        }
    }
    return false;
}

bool settings_next_part(struct settings_span *rest, struct settings_span *ret_part)
{
    const char *comma = rest->len > 0 ? memchr(rest->text, ',', rest->len) : NULL;
    if (comma == NULL) {
        return false;
    }
    size_t len = (size_t)(comma - rest->text);
    *ret_part = settings_trim((struct settings_span){rest->text, len});
    *rest = settings_trim((struct settings_span){comma + 1, rest->len - len - 1});
    return true;
}

static bool copy(struct settings_span span, char *out)
{
    memcpy(out, span.text, span.len);
    out[span.len] = '\0';
    return true;
}

bool settings_copy_name(struct settings_span span, const char *allowed, char *out, size_t size)
{
    if (span.len == 0 || span.len >= size) {
        return false;
    }
    for (size_t i = 0; i < span.len; i++) {
        if (span.text[i] == '\0' || strchr(allowed, span.text[i]) == NULL) {
            return false;
        }
    }
    return copy(span, out);
}

bool settings_copy_words(struct settings_span span, char *out, size_t size)
{
    return span.len > 0 && span.len < size && text_allowed(span.text, span.len, span.len) &&
           copy(span, out);
}

bool settings_read_flag(struct settings_span span, bool *ret_flag)
{
    if (!settings_is_word(span, "yes") && !settings_is_word(span, "no")) {
        return false;
    }
    *ret_flag = span.text[0] == 'y';
    return true;
}

bool settings_read_number(struct settings_span span, unsigned decimals, double min, double max,
                          double *ret_value)
{
    double value = 0.0;
    double unit = 1.0;
    unsigned digit_count = 0;
    unsigned decimal_count = 0;
    bool has_point = false;
    size_t start = min < 0.0 && span.len > 0 && span.text[0] == '-' ? 1 : 0;
    for (size_t i = start; i < span.len; i++) {
        char c = span.text[i];
        if (c == '.' && !has_point && digit_count > 0) {
            has_point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digit_count > DIGITS_MAX ||
            (has_point && ++decimal_count > decimals)) {
            return false;
        }
        value = value * 10.0 + (c - '0');
        unit *= has_point ? 10.0 : 1.0;
    }
    value /= unit;
    if (start == 1 && value > 0.0) {
        value = -value;
    }
    if (digit_count == 0 || (has_point && decimal_count == 0) || value < min || value > max) {
        return false;
    }
    *ret_value = value;
    return true;
}

bool settings_read_pair(struct settings_span span, unsigned decimals, double min, double max,
                        double *ret_x, double *ret_y)
{
    const char *comma = span.len > 0 ? memchr(span.text, ',', span.len) : NULL;
    double x = 0.0;
    if (comma == NULL) {
        return false;
    }
    size_t first = (size_t)(comma - span.text);
    if (!settings_read_number((struct settings_span){span.text, first}, decimals, min, max,
                              &x) ||
        !settings_read_number((struct settings_span){comma + 1, span.len - first - 1}, decimals,
                              min, max, ret_y)) {
        return false;
    }
    *ret_x = x;
    return true;
}
