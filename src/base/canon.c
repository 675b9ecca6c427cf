/*
 * Canonical JSON (FORMATS.md §1).
 *
 * There is one definition of canonical, the writer below; parsing is jansson followed by
 * writing the value anew and comparing bytes. So whatever jansson lets pass (spaces, \u0041,
 * -0, key order) cannot get into signed bytes unless the writer would write it so. Bytes that
 * are canonical and plain take a quicker way first (canon_quick.h): it never decides against.
 *
 * No message quotes the input: it may hold personal data.
 */
#include "canon.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon_quick.h"
#include "text.h"

#define INTEGER_MAX INT64_C(9007199254740991) /* 2^53 - 1: what every JSON reader can hold */

/* One object or array that is being written. */
struct frame {
    json_t *container;
    size_t next;       /* members written so far */
    size_t count;      /* members altogether */
    void *iter;        /* objects whose keys already stand in order */
    const char **keys; /* other objects: the keys in order, owned; NULL else */
};

struct writer {
    struct buf *out;
    size_t max_chars;
    size_t depth; /* frames in use */
    struct frame frames[CANON_DEPTH_MAX];
};

/* jansson iterates over const values only through pointers to non-const ones. */
static json_t *unconst(const json_t *value)
{
    union {
        const json_t *in;
        json_t *out;
    } both = {.in = value};

    return both.out;
}

static enum custody_status write_string(struct writer *writer, const char *text, size_t len,
                                        struct custody_error *err)
{
    if (!text_allowed(text, len, writer->max_chars)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a text is longer than %d characters or holds a character that is "
                            "not allowed; retype it without special characters",
                            CANON_STRING_CHARS_MAX);
    }
    enum custody_status rc = buf_put_byte(writer->out, '"', err);
    size_t start = 0;
    for (size_t i = 0; i < len && rc == CUSTODY_OK; i++) {
        if (text[i] == '"' || text[i] == '\\') {
            rc = buf_put(writer->out, text + start, i - start, err);
            if (rc == CUSTODY_OK) {
                rc = buf_put_byte(writer->out, '\\', err);
            }
            start = i; /* the character itself opens the next run */
        }
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(writer->out, text + start, len - start, err);
    }
    return rc == CUSTODY_OK ? buf_put_byte(writer->out, '"', err) : rc;
}

static enum custody_status write_integer(struct writer *writer, json_int_t value,
                                         struct custody_error *err)
{
    char text[24];

    if (value > INTEGER_MAX || value < -INTEGER_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "an integer is beyond 2^53-1; use a smaller number");
    }
    int len = snprintf(text, sizeof text, "%" PRId64, (int64_t)value);
    if (len < 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "an integer cannot be written");
    }
    return buf_put(writer->out, text, (size_t)len, err);
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

static int compare_keys(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;

    return strcmp(*left, *right); /* by unsigned byte, as C17 7.24.4 says */
}

/* Check every key; tell whether they stand in order already, as in all parsed good bytes. */
static enum custody_status check_keys(json_t *object, bool *ret_is_sorted,
                                      struct custody_error *err)
{
    const char *last = NULL;
    bool is_sorted = true;

    for (void *iter = json_object_iter(object); iter != NULL;
         iter = json_object_iter_next(object, iter)) {
        const char *key = json_object_iter_key(iter);
        if (!is_key(key, json_object_iter_key_len(iter))) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "a member name has other characters than a-z, 0-9 and _; "
                                "the file was not written by this program");
        }
        if (last != NULL && strcmp(last, key) >= 0) {
            is_sorted = false;
        }
        last = key;
    }
    *ret_is_sorted = is_sorted;
    return CUSTODY_OK;
}

static enum custody_status sort_keys(struct frame *frame, struct custody_error *err)
{
    size_t used = 0;
    const char **keys = calloc(frame->count, sizeof *keys);

    if (keys == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory; close other programs and try again");
    }
    for (void *iter = json_object_iter(frame->container); iter != NULL && used < frame->count;
         iter = json_object_iter_next(frame->container, iter)) {
        keys[used++] = json_object_iter_key(iter);
    }
    qsort(keys, used, sizeof *keys, compare_keys);
    frame->keys = keys;
    return CUSTODY_OK;
}

static enum custody_status push(struct writer *writer, json_t *container,
                                struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    bool is_object = json_is_object(container);

    if (writer->depth == CANON_DEPTH_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "nested more than %d deep; the file was not written by this "
                            "program",
                            CANON_DEPTH_MAX);
    }
    struct frame *frame = &writer->frames[writer->depth];
    memset(frame, 0, sizeof *frame);
    frame->container = container;
    frame->count = is_object ? json_object_size(container) : json_array_size(container);
    if (is_object && frame->count > 0) {
        bool is_sorted = false;
        rc = check_keys(container, &is_sorted, err);
        if (rc == CUSTODY_OK && is_sorted) {
            frame->iter = json_object_iter(container);
        } else if (rc == CUSTODY_OK) {
            rc = sort_keys(frame, err);
        }
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    writer->depth++;
    return buf_put_byte(writer->out, is_object ? '{' : '[', err);
}

static enum custody_status write_value(struct writer *writer, json_t *value,
                                       struct custody_error *err)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return push(writer, value, err);
    case JSON_STRING:
        return write_string(writer, json_string_value(value), json_string_length(value), err);
    case JSON_INTEGER:
        return write_integer(writer, json_integer_value(value), err);
    case JSON_TRUE:
        return buf_put_text(writer->out, "true", err);
    case JSON_FALSE:
        return buf_put_text(writer->out, "false", err);
    case JSON_NULL:
        return buf_put_text(writer->out, "null", err);
    case JSON_REAL:
        break;
    }
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "a number with a fraction or exponent; only whole numbers are allowed");
}

/* Write the next member's name and hand out its value. */
static enum custody_status next_member(struct writer *writer, struct frame *frame,
                                       json_t **ret_value, struct custody_error *err)
{
    const char *key = NULL;
    json_t *value = NULL;

    if (frame->keys != NULL) {
        key = frame->keys[frame->next];
        value = json_object_get(frame->container, key);
    } else {
        key = json_object_iter_key(frame->iter);
        value = json_object_iter_value(frame->iter);
        frame->iter = json_object_iter_next(frame->container, frame->iter);
    }
    enum custody_status rc = buf_put_byte(writer->out, '"', err);
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(writer->out, key, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(writer->out, "\":", 2, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_value = value;
    }
    return rc;
}

static enum custody_status pop(struct writer *writer, struct custody_error *err)
{
    struct frame *frame = &writer->frames[writer->depth - 1];

    free(frame->keys);
    frame->keys = NULL;
    writer->depth--;
    return buf_put_byte(writer->out, json_is_object(frame->container) ? '}' : ']', err);
}

/* Write the next element of the innermost container, or close it. */
static enum custody_status step(struct writer *writer, struct custody_error *err)
{
    struct frame *frame = &writer->frames[writer->depth - 1];
    enum custody_status rc = CUSTODY_OK;
    json_t *value = NULL;

    if (frame->next == frame->count) {
        return pop(writer, err);
    }
    if (frame->next > 0) {
        rc = buf_put_byte(writer->out, ',', err);
    }
    if (rc == CUSTODY_OK && json_is_object(frame->container)) {
        rc = next_member(writer, frame, &value, err);
    } else if (rc == CUSTODY_OK) {
        value = json_array_get(frame->container, frame->next);
    }
    frame->next++;
    return rc == CUSTODY_OK ? write_value(writer, value, err) : rc;
}

enum custody_status canon_write(struct buf *out, const json_t *value, enum canon_mode mode,
                                struct custody_error *err)
{
    size_t before = out->len;
    struct writer writer = {.out = out};

    writer.max_chars = mode == CANON_FILE ? SIZE_MAX : CANON_STRING_CHARS_MAX;
    enum custody_status rc = write_value(&writer, unconst(value), err);
    while (rc == CUSTODY_OK && writer.depth > 0) {
        rc = step(&writer, err);
    }
    while (writer.depth > 0) {
        writer.depth--;
        free(writer.frames[writer.depth].keys);
    }
    if (rc != CUSTODY_OK && out->data != NULL) {
        out->len = before;
        out->data[before] = 0;
    }
    return rc;
}

/* Past the string that begins at at; at itself when it has no end or holds what it may not. */
static size_t skip_string(const uint8_t *data, size_t len, size_t at)
{
    for (size_t i = at + 1; i < len; i++) {
        if (data[i] == '"') {
            return i + 1;
        }
        if (data[i] < ' ' ||
            (data[i] == '\\' && (++i == len || (data[i] != '"' && data[i] != '\\')))) {
            break;
        }
    }
    return at;
}

/* Past the number or word that begins at at; at itself when there is none. */
static size_t skip_plain(const uint8_t *data, size_t len, size_t at)
{
    static const char *const WORDS[] = {"true", "false", "null"};
    size_t start = at;

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        size_t word_len = strlen(WORDS[i]);
        if (len - at >= word_len && memcmp(data + at, WORDS[i], word_len) == 0) {
            return at + word_len;
        }
    }
    at += data[at] == '-' ? 1 : 0;
    size_t digits = at;
    while (at < len && data[at] >= '0' && data[at] <= '9') {
        at++;
    }
    bool is_number = at == digits + 1 || (at > digits && data[digits] != '0');
    return is_number ? at : start;
}

/* Past "name": to where its value begins; at when there is none. */
static size_t skip_name(const uint8_t *data, size_t len, size_t at)
{
    const size_t colon = data[at] == '"' ? skip_string(data, len, at) : at;

    return colon > at && colon < len && data[colon] == ':' ? colon + 1 : at;
}

/* Where a walk over a text is. */
struct grammar {
    bool is_object[CANON_DEPTH_MAX]; /* what is open, objects or arrays */
    size_t depth;
    bool wants_value;
    bool may_close; /* right after { or [ */
};

/* A value, with its name in an object: past it or past its { or [; at when there is none. */
static size_t take_value(struct grammar *grammar, const uint8_t *data, size_t len, size_t at)
{
    const bool is_member = grammar->depth > 0 && grammar->is_object[grammar->depth - 1];
    const size_t value = is_member ? skip_name(data, len, at) : at;

    if (value == len || (is_member && value == at)) {
        return at;
    }
    grammar->may_close = data[value] == '{' || data[value] == '[';
    if (grammar->may_close) {
        if (grammar->depth == CANON_DEPTH_MAX) {
            return at;
        }
        grammar->is_object[grammar->depth++] = data[value] == '{';
        return value + 1;
    }
    const size_t next =
        data[value] == '"' ? skip_string(data, len, value) : skip_plain(data, len, value);
    grammar->wants_value = false;
    return next > value ? next : at;
}

/* One step: past a bracket, a comma or a value; at when none of them may stand there. */
static size_t take(struct grammar *grammar, const uint8_t *data, size_t len, size_t at)
{
    const bool is_inside = grammar->depth > 0 && (grammar->may_close || !grammar->wants_value);

    if (is_inside && data[at] == (grammar->is_object[grammar->depth - 1] ? '}' : ']')) {
        grammar->depth--;
        grammar->wants_value = false;
        grammar->may_close = false;
        return at + 1;
    }
    if (grammar->wants_value) {
        return take_value(grammar, data, len, at);
    }
    grammar->wants_value = data[at] == ',' && grammar->depth > 0;
    return grammar->wants_value ? at + 1 : at;
}

/*
 * Has this the grammar of canonical JSON? Takes no memory: asked when jansson refused a text,
 * since it says "invalid token" also where its memory ran out. Text that is canonical by
 * grammar and refused without another reason was refused for want of memory.
 */
static bool has_canonical_grammar(const uint8_t *data, size_t len)
{
    struct grammar grammar = {.wants_value = true};
    size_t at = 0;

    while (at < len) {
        const size_t next = take(&grammar, data, len, at);
        if (next == at) {
            return false;
        }
        at = next;
    }
    return grammar.depth == 0 && !grammar.wants_value;
}

/* Reasons to refuse that are not the grammar's. */
static bool is_own_reason(enum json_error_code code)
{
    return code == json_error_duplicate_key || code == json_error_invalid_utf8 ||
           code == json_error_numeric_overflow || code == json_error_stack_overflow ||
           code == json_error_null_character;
}

static enum custody_status parse_failed(const json_error_t *cause, const void *data, size_t len,
                                        struct custody_error *err)
{
    enum json_error_code code = json_error_code(cause);

    if (code == json_error_out_of_memory ||
        (!is_own_reason(code) && has_canonical_grammar(data, len))) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory; close other programs and try again");
    }
    if (code == json_error_duplicate_key) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the same member name twice, before byte %d; do not trust this "
                            "file",
                            cause->position);
    }
    return custody_fail(err, CUSTODY_ERR_INVALID, "not JSON, at byte %d; ask for the file anew",
                        cause->position);
}

static enum custody_status compare(const struct buf *canonical, const uint8_t *data, size_t len,
                                   struct custody_error *err)
{
    size_t same = 0;

    if (canonical->len == len && memcmp(canonical->data, data, len) == 0) {
        return CUSTODY_OK;
    }
    while (same < len && same < canonical->len && canonical->data[same] == data[same]) {
        same++;
    }
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "not canonical JSON, from byte %zu on (a space, the order of members, "
                        "an escape or a number written another way); ask for the file anew",
                        same + 1);
}

enum custody_status canon_parse(const void *data, size_t len, enum canon_mode mode,
                                json_t **ret_value, struct custody_error *err)
{
    json_error_t cause;
    struct buf canonical = BUF_INIT(len);

    json_t *value = canon_quick_parse(data, len, mode);
    if (value != NULL) {
        *ret_value = value;
        return CUSTODY_OK;
    }
    value = json_loadb(data, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &cause);
    if (value == NULL) {
        return parse_failed(&cause, data, len, err);
    }
    enum custody_status rc = canon_write(&canonical, value, mode, err);
    if (rc == CUSTODY_ERR_LIMIT) {
        /* canonical form longer than the input, for example a raw control character */
        rc =
            custody_fail(err, CUSTODY_ERR_INVALID, "not canonical JSON; ask for the file anew");
    }
    if (rc == CUSTODY_OK) {
        rc = compare(&canonical, data, len, err);
    }
    buf_clear(&canonical);
    if (rc != CUSTODY_OK) {
        json_decref(value);
        return rc;
    }
    *ret_value = value;
    return CUSTODY_OK;
}

json_t *canon_copy_members(const json_t *object)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)object);
    if (copy != NULL && json_object_size(copy) != json_object_size(object)) {
        json_decref(copy);
        return NULL;
    }
    return copy;
}
