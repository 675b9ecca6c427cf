/* Secrets in guarded memory (sodium_malloc), wiped on clear. */
#ifndef CUSTODY_CRYPT_SECRET_H
#define CUSTODY_CRYPT_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

struct secret {
    uint8_t *data;
    size_t len;
};

/* len 1..65536 zero bytes. ERR_NOMEM. */
enum custody_status secret_make(size_t len, struct secret *ret_secret,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status secret_copy(const void *data, size_t len, struct secret *ret_secret,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
void secret_clear(struct secret *secret); /* zeroed struct is fine */

#endif
