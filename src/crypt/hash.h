/* SHA-256, HMAC-SHA-256, random bytes. Only src/crypt includes sodium.h. */
#ifndef CUSTODY_CRYPT_HASH_H
#define CUSTODY_CRYPT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

#define HASH_LEN 32

/* Start libsodium; call once per process before anything else of this layer (thread-safe,
 * repeatable). ERR_CRYPTO when the system gives no random numbers. */
enum custody_status crypt_start(struct custody_error *err) CUSTODY_MUST_CHECK;

struct hash_span {
    const void *data;
    size_t len;
};

void hash_sha256(const void *data, size_t len, uint8_t out[HASH_LEN]);
/* SHA-256 over the concatenation of the spans. */
void hash_sha256_spans(const struct hash_span *spans, size_t span_count, uint8_t out[HASH_LEN]);
/* SHA-256 over what comes in pieces: init, put any number of times, end once. */
struct hash_stream {
    uint64_t state[16]; /* libcrypto's; nobody else looks inside */
};
void hash_stream_init(struct hash_stream *stream);
void hash_stream_put(struct hash_stream *stream, const void *data, size_t len);
void hash_stream_end(struct hash_stream *stream, uint8_t out[HASH_LEN]);
void hash_hmac(const uint8_t key[32], const struct hash_span *spans, size_t span_count,
               uint8_t out[HASH_LEN]);
void crypt_random(void *out, size_t len);
/* Constant time. */
bool crypt_equal(const void *a, const void *b, size_t len);
void crypt_wipe(void *data, size_t len);

#endif
