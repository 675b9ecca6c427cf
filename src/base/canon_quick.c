/* One pass over the bytes that builds the value and checks the form on the way. */
#include "canon_quick.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

#define DIGITS_MAX  16
#define INTEGER_MAX INT64_C(9007199254740991)

/* An object or array that is still open. */
struct open_container {
    json_t *value; /* owned by the container around it, the first one by the scan */
    const char *last_key;
    size_t last_key_len;
    bool is_empty;
};

struct scan {
    const char *at;
    const char *end;
    size_t max_chars;
    json_t *root;
    size_t depth;
    struct open_container open[CANON_DEPTH_MAX];
};

static bool take(struct scan *scan, const char *word, size_t len)
{
    if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0) {
        return false;
    }
    scan->at += len;
    return true;
}

/* The inside of a string that has no escape; scan stands behind its closing quote. */
static bool take_string(struct scan *scan, const char **ret_text, size_t *ret_len)
{
    if (scan->at == scan->end || *scan->at != '"') {
        return false;
    }
    const char *text = scan->at + 1;
    const char *quote = memchr(text, '"', (size_t)(scan->end - text));
    if (quote == NULL || memchr(text, '\\', (size_t)(quote - text)) != NULL) {
        return false;
    }
    *ret_text = text;
    *ret_len = (size_t)(quote - text);
    scan->at = quote + 1;
    return true;
}

static bool is_key(const char *key, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = key[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return len > 0;
}

/* Bytewise; a key that another one begins with comes first. */
static bool is_after(const char *key, size_t len, const struct open_container *open)
{
    size_t common = len < open->last_key_len ? len : open->last_key_len;
    int order = open->last_key != NULL ? memcmp(key, open->last_key, common) : 1;

    return order > 0 || (order == 0 && len > open->last_key_len);
}

static json_t *take_integer(struct scan *scan)
{
    bool is_negative = take(scan, "-", 1);
    const char *digits = scan->at;
    int64_t value = 0;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        if (scan->at - digits == DIGITS_MAX) {
            return NULL;
        }
        value = value * 10 + (*scan->at - '0');
        scan->at++;
    }
    size_t count = (size_t)(scan->at - digits);
    bool is_plain_zero = value == 0 && count == 1 && !is_negative;
    if (count == 0 || value > INTEGER_MAX || (*digits == '0' && !is_plain_zero)) {
        return NULL;
    }
    return json_integer((json_int_t)(is_negative ? -value : value));
}

/* One value; of an object or array only its beginning. NULL: leave it to canon_parse. */
static json_t *take_value(struct scan *scan)
{
    const char *text = NULL;
    size_t len = 0;

    if (scan->at == scan->end) {
        return NULL;
    }
    switch (*scan->at) {
    case '{':
        scan->at++;
        return json_object();
    case '[':
        scan->at++;
        return json_array();
    case '"':
        return take_string(scan, &text, &len) && text_allowed(text, len, scan->max_chars)
                   ? json_stringn_nocheck(text, len)
                   : NULL;
    case 't':
        return take(scan, "true", 4) ? json_true() : NULL;
    case 'f':
        return take(scan, "false", 5) ? json_false() : NULL;
    case 'n':
        return take(scan, "null", 4) ? json_null() : NULL;
    default:
        return take_integer(scan);
    }
}

/* A member or element of the innermost container, and its comma before. */
static bool take_element(struct scan *scan)
{
    struct open_container *inner = &scan->open[scan->depth - 1];
    const char *key = NULL;
    size_t key_len = 0;
    bool is_object = json_is_object(inner->value);

    if (!inner->is_empty && !take(scan, ",", 1)) {
        return false;
    }
    if (is_object && (!take_string(scan, &key, &key_len) || !is_key(key, key_len) ||
                      !is_after(key, key_len, inner) || !take(scan, ":", 1))) {
        return false;
    }
    json_t *value = take_value(scan);
    bool is_container = json_is_object(value) || json_is_array(value);
    if (value == NULL || (is_container && scan->depth == CANON_DEPTH_MAX)) {
        json_decref(value);
        return false;
    }
    /* The container takes the reference, also when it fails. */
    if ((is_object ? json_object_setn_new_nocheck(inner->value, key, key_len, value)
                   : json_array_append_new(inner->value, value)) != 0) {
        return false;
    }
    inner->last_key = key;
    inner->last_key_len = key_len;
    inner->is_empty = false;
    if (is_container) {
        scan->open[scan->depth++] = (struct open_container){.value = value, .is_empty = true};
    }
    return true;
}

static bool scan_all(struct scan *scan)
{
    scan->root = take_value(scan);
    if (scan->root == NULL) {
        return false;
    }
    if (json_is_object(scan->root) || json_is_array(scan->root)) {
        scan->open[scan->depth++] =
            (struct open_container){.value = scan->root, .is_empty = true};
    }
    while (scan->depth > 0) {
        bool is_object = json_is_object(scan->open[scan->depth - 1].value);
        if (take(scan, is_object ? "}" : "]", 1)) {
            scan->depth--;
        } else if (!take_element(scan)) {
            return false;
        }
    }
    return scan->at == scan->end;
}

json_t *canon_quick_parse(const void *data, size_t len, enum canon_mode mode)
{
    struct scan scan = {.at = data, .max_chars = CANON_STRING_CHARS_MAX};

    if (data == NULL) {
        return NULL;
    }
    scan.end = scan.at + len;
    if (mode == CANON_FILE) {
        scan.max_chars = SIZE_MAX;
    }
    if (!scan_all(&scan)) {
        json_decref(scan.root);
        return NULL;
    }
    return scan.root;
}
