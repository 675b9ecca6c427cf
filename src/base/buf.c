/*
 * Growing byte buffer with a ceiling.
 *
 * Invariants: len <= max; data is NULL with cap 0, or cap > len and data[len] is 0.
 */
#include "buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 64U

void buf_clear(struct buf *buf)
{
    free(buf->data);
    buf->data = NULL;
    buf->len = 0;
    buf->cap = 0;
}

enum custody_status buf_reserve(struct buf *buf, size_t extra, struct custody_error *err)
{
    assert(buf->len <= buf->max);
    if (extra > buf->max - buf->len || extra > SIZE_MAX / 2 - buf->len - 1) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "more than the %zu bytes allowed here; split the input", buf->max);
    }
    size_t needed = buf->len + extra + 1;
    if (needed <= buf->cap) {
        return CUSTODY_OK;
    }
    size_t cap = buf->cap < FIRST_CAP ? FIRST_CAP : buf->cap;
    while (cap < needed) {
        cap *= 2; /* needed <= SIZE_MAX / 2, so this cannot wrap */
    }
    if (cap - 1 > buf->max) {
        cap = buf->max + 1;
    }
    uint8_t *data = realloc(buf->data, cap);
    if (data == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory for %zu bytes; close other programs and try again",
                            cap);
    }
    data[buf->len] = 0;
    buf->data = data;
    buf->cap = cap;
    return CUSTODY_OK;
}

enum custody_status buf_put(struct buf *buf, const void *data, size_t len,
                            struct custody_error *err)
{
    enum custody_status rc = buf_reserve(buf, len, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (len > 0) {
        memcpy(buf->data + buf->len, data, len);
    }
    buf->len += len;
    buf->data[buf->len] = 0;
    return CUSTODY_OK;
}

enum custody_status buf_put_text(struct buf *buf, const char *text, struct custody_error *err)
{
    return buf_put(buf, text, strlen(text), err);
}

enum custody_status buf_put_byte(struct buf *buf, uint8_t byte, struct custody_error *err)
{
    return buf_put(buf, &byte, 1, err);
}

enum custody_status buf_printf(struct buf *buf, struct custody_error *err, const char *format,
                               ...)
{
    va_list args;

    va_start(args, format);
    int measured = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (measured < 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "text that cannot be formatted");
    }
    enum custody_status rc = buf_reserve(buf, (size_t)measured, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    va_start(args, format);
    int written = vsnprintf((char *)buf->data + buf->len, (size_t)measured + 1, format, args);
    va_end(args);
    if (written != measured) {
        buf->data[buf->len] = 0;
        return custody_fail(err, CUSTODY_ERR_INVALID, "text that cannot be formatted");
    }
    buf->len += (size_t)measured;
    return CUSTODY_OK;
}

enum custody_status buf_put_u16be(struct buf *buf, uint16_t value, struct custody_error *err)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)(value & 0xFF)};

    return buf_put(buf, bytes, sizeof bytes, err);
}

enum custody_status buf_put_u64be(struct buf *buf, uint64_t value, struct custody_error *err)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    }
    return buf_put(buf, bytes, sizeof bytes, err);
}

uint8_t *buf_detach(struct buf *buf, size_t *ret_len)
{
    uint8_t *data = buf->data;

    if (ret_len != NULL) {
        *ret_len = buf->len;
    }
    buf->data = NULL;
    buf->len = 0;
    buf->cap = 0;
    return data;
}
