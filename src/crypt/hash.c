/*
 * HMAC-SHA-256 and random bytes from libsodium. SHA-256 alone comes from OpenSSL's libcrypto:
 * an audit hashes every entry three times over, and libsodium's portable code takes twice as
 * long as this on plain processors, many times as long on those with SHA instructions.
 *
 * The plain functions and not EVP: they take no memory, so hashing cannot fail, and cost
 * nothing beside the 65 bytes of a tree node. OpenSSL 3 calls them deprecated and keeps them.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "hash.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

_Static_assert(HASH_LEN == SHA256_DIGEST_LENGTH, "SHA-256 has 32 bytes");
_Static_assert(HASH_LEN == crypto_auth_hmacsha256_BYTES, "HMAC-SHA-256 has 32 bytes");

enum custody_status crypt_start(struct custody_error *err)
{
    if (sodium_init() < 0) {
        return custody_fail(err, CUSTODY_ERR_CRYPTO,
                            "the system gives no random numbers; restart the machine");
    }
    /*
     * A point of order 8·L (the base point plus one of order 8): some libsodium releases took
     * such mixed-order keys for valid. Then no verdict of ours would be worth anything.
     */
    static const uint8_t mixed_order[32] = {0x98, 0x51, 0x9e, 0xad, 0xf3, 0x5b, 0x99, 0x52,
                                            0x33, 0xb5, 0x1b, 0x5c, 0xd2, 0x3e, 0x9c, 0xc5,
                                            0xa2, 0x8b, 0x63, 0x9b, 0x5a, 0x4a, 0xf0, 0xec,
                                            0x90, 0x3c, 0xb9, 0x60, 0xd8, 0x1b, 0x78, 0x19};
    if (crypto_core_ed25519_is_valid_point(mixed_order) != 0) {
        return custody_fail(err, CUSTODY_ERR_CRYPTO,
                            "this libsodium accepts keys of mixed order; install Debian's "
                            "security update of libsodium");
    }
    return CUSTODY_OK;
}

void hash_sha256(const void *data, size_t len, uint8_t out[HASH_LEN])
{
    const struct hash_span span = {data, len};

    hash_sha256_spans(&span, 1, out);
}

void hash_sha256_spans(const struct hash_span *spans, size_t span_count, uint8_t out[HASH_LEN])
{
    SHA256_CTX state;

    (void)SHA256_Init(&state);
    for (size_t i = 0; i < span_count; i++) {
        (void)SHA256_Update(&state, spans[i].data, spans[i].len);
    }
    (void)SHA256_Final(out, &state);
}

_Static_assert(sizeof(struct hash_stream) >= sizeof(SHA256_CTX) &&
                   _Alignof(struct hash_stream) >= _Alignof(SHA256_CTX),
               "a stream has room for libcrypto's state");

void hash_stream_init(struct hash_stream *stream)
{
    SHA256_CTX state;

    (void)SHA256_Init(&state);
    memcpy(stream->state, &state, sizeof state);
}

void hash_stream_put(struct hash_stream *stream, const void *data, size_t len)
{
    SHA256_CTX state;

    memcpy(&state, stream->state, sizeof state);
    (void)SHA256_Update(&state, data, len);
    memcpy(stream->state, &state, sizeof state);
}

void hash_stream_end(struct hash_stream *stream, uint8_t out[HASH_LEN])
{
    SHA256_CTX state;

    memcpy(&state, stream->state, sizeof state);
    (void)SHA256_Final(out, &state);
}

void hash_hmac(const uint8_t key[32], const struct hash_span *spans, size_t span_count,
               uint8_t out[HASH_LEN])
{
    crypto_auth_hmacsha256_state state;

    (void)crypto_auth_hmacsha256_init(&state, key, 32);
    for (size_t i = 0; i < span_count; i++) {
        (void)crypto_auth_hmacsha256_update(&state, spans[i].data, spans[i].len);
    }
    (void)crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state); /* both pads of the key stand in it */
}

void crypt_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

bool crypt_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void crypt_wipe(void *data, size_t len)
{
    sodium_memzero(data, len);
}
