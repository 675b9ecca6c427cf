/* Secrets in memory that is locked, fenced by guard pages and wiped when given back. */
#include "secret.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define SECRET_MAX 65536U

enum custody_status secret_make(size_t len, struct secret *ret_secret,
                                struct custody_error *err)
{
    if (len == 0 || len > SECRET_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a secret of %zu bytes; enter 1 to %u bytes", len, SECRET_MAX);
    }
    uint8_t *data = sodium_malloc(len);
    if (data == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of locked memory; close other programs and try again");
    }
    sodium_memzero(data, len);
    ret_secret->data = data;
    ret_secret->len = len;
    return CUSTODY_OK;
}

enum custody_status secret_copy(const void *data, size_t len, struct secret *ret_secret,
                                struct custody_error *err)
{
    struct secret copy = {.data = NULL, .len = 0};
    enum custody_status rc = secret_make(len, &copy, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    assert(copy.data != NULL);
    memcpy(copy.data, data, len);
    *ret_secret = copy;
    return CUSTODY_OK;
}

void secret_clear(struct secret *secret)
{
    sodium_free(secret->data); /* wipes; NULL is fine */
    secret->data = NULL;
    secret->len = 0;
}
