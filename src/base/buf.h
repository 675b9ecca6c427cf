/*
 * Growing byte buffer with a ceiling. On failure the content is as before the call.
 * A zero-initialised struct with max set is valid; buf_clear() makes it reusable.
 */
#ifndef CUSTODY_BASE_BUF_H
#define CUSTODY_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

struct buf {
    uint8_t *data; /* always followed by one 0 byte that len does not count, once non-NULL */
    size_t len;
    size_t cap;
    size_t max; /* ceiling in bytes */
};

#define BUF_INIT(max_bytes)                                                                    \
    {                                                                                          \
        .data = NULL, .len = 0, .cap = 0, .max = (max_bytes)                                   \
    }

/* Free the bytes; the buffer is empty and usable again. NULL data is fine. */
void buf_clear(struct buf *buf);
/* ERR_LIMIT: would pass max; ERR_NOMEM. Buffer unchanged on failure. */
enum custody_status buf_put(struct buf *buf, const void *data, size_t len,
                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* Make room for len more bytes, so that putting them piece by piece moves nothing. */
enum custody_status buf_reserve(struct buf *buf, size_t len,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status buf_put_text(struct buf *buf, const char *text,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status buf_put_byte(struct buf *buf, uint8_t byte,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status buf_printf(struct buf *buf, struct custody_error *err, const char *format,
                               ...) CUSTODY_PRINTF(3, 4) CUSTODY_MUST_CHECK;
enum custody_status buf_put_u16be(struct buf *buf, uint16_t value,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status buf_put_u64be(struct buf *buf, uint64_t value,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Give the bytes away (free() them); the buffer is empty. NULL when nothing was ever put. */
uint8_t *buf_detach(struct buf *buf, size_t *ret_len);

#endif
