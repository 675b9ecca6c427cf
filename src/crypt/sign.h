/*
 * Ed25519 (RFC 8032) with the project's acceptance rule (FORMATS.md §1): good if and only if
 * crypto_core_ed25519_is_valid_point(key) and crypto_sign_verify_detached accept.
 */
#ifndef CUSTODY_CRYPT_SIGN_H
#define CUSTODY_CRYPT_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "hash.h"
#include "secret.h"

#define SIGN_PUBLIC_LEN 32
#define SIGN_SEED_LEN   32
#define SIGN_LEN        64

/* A private signing key; lives in guarded memory. */
struct sign_key {
    struct secret secret; /* libsodium's 64-byte secret key */
    uint8_t public_key[SIGN_PUBLIC_LEN];
};

/* Fresh key. ERR_NOMEM. sign_key_clear() it. */
enum custody_status sign_key_make(struct sign_key *ret_key,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status sign_key_from_seed(const uint8_t seed[SIGN_SEED_LEN],
                                       struct sign_key *ret_key,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Copy the seed out (caller wipes it). */
void sign_key_seed(const struct sign_key *key, uint8_t out[SIGN_SEED_LEN]);
void sign_key_clear(struct sign_key *key);
void sign_detached(const struct sign_key *key, const void *data, size_t len,
                   uint8_t out[SIGN_LEN]);
/* Is this a public key we ever accept? */
bool sign_public_is_valid(const uint8_t public_key[SIGN_PUBLIC_LEN]);
/* The acceptance rule above. Thread-safe. */
bool sign_verify(const uint8_t public_key[SIGN_PUBLIC_LEN], const void *data, size_t len,
                 const uint8_t signature[SIGN_LEN]);
/* The second half only, for a key already known to be a valid point. */
bool sign_verify_known(const uint8_t public_key[SIGN_PUBLIC_LEN], const void *data, size_t len,
                       const uint8_t signature[SIGN_LEN]);
/* keyid = SHA-256 of the raw public key. */
void sign_keyid(const uint8_t public_key[SIGN_PUBLIC_LEN], uint8_t out[HASH_LEN]);

#endif
