/*
 * Ed25519 with the acceptance rule of FORMATS.md §1.
 *
 * The rule has two halves because verifiers disagree about odd keys: with the first half
 * (a key must be a canonical point of the prime-order group, not the identity) every verifier
 * that could be measured gives the same answer.
 */
#include "sign.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

_Static_assert(SIGN_PUBLIC_LEN == crypto_sign_PUBLICKEYBYTES, "public key of 32 bytes");
_Static_assert(SIGN_SEED_LEN == crypto_sign_SEEDBYTES, "seed of 32 bytes");
_Static_assert(SIGN_LEN == crypto_sign_BYTES, "signature of 64 bytes");

enum custody_status sign_key_make(struct sign_key *ret_key, struct custody_error *err)
{
    struct sign_key key;
    enum custody_status rc = secret_make(crypto_sign_SECRETKEYBYTES, &key.secret, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    (void)crypto_sign_keypair(key.public_key, key.secret.data);
    *ret_key = key;
    return CUSTODY_OK;
}

enum custody_status sign_key_from_seed(const uint8_t seed[SIGN_SEED_LEN],
                                       struct sign_key *ret_key, struct custody_error *err)
{
    struct sign_key key;
    enum custody_status rc = secret_make(crypto_sign_SECRETKEYBYTES, &key.secret, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    (void)crypto_sign_seed_keypair(key.public_key, key.secret.data, seed);
    *ret_key = key;
    return CUSTODY_OK;
}

void sign_key_seed(const struct sign_key *key, uint8_t out[SIGN_SEED_LEN])
{
    assert(key->secret.len == crypto_sign_SECRETKEYBYTES);
    (void)crypto_sign_ed25519_sk_to_seed(out, key->secret.data);
}

void sign_key_clear(struct sign_key *key)
{
    secret_clear(&key->secret);
    memset(key->public_key, 0, sizeof key->public_key);
}

void sign_detached(const struct sign_key *key, const void *data, size_t len,
                   uint8_t out[SIGN_LEN])
{
    assert(key->secret.len == crypto_sign_SECRETKEYBYTES);
    (void)crypto_sign_detached(out, NULL, data, len, key->secret.data);
}

bool sign_public_is_valid(const uint8_t public_key[SIGN_PUBLIC_LEN])
{
    return crypto_core_ed25519_is_valid_point(public_key) == 1;
}

bool sign_verify(const uint8_t public_key[SIGN_PUBLIC_LEN], const void *data, size_t len,
                 const uint8_t signature[SIGN_LEN])
{
    return sign_public_is_valid(public_key) &&
           sign_verify_known(public_key, data, len, signature);
}

bool sign_verify_known(const uint8_t public_key[SIGN_PUBLIC_LEN], const void *data, size_t len,
                       const uint8_t signature[SIGN_LEN])
{
    return crypto_sign_verify_detached(signature, data, len, public_key) == 0;
}

void sign_keyid(const uint8_t public_key[SIGN_PUBLIC_LEN], uint8_t out[HASH_LEN])
{
    hash_sha256(public_key, SIGN_PUBLIC_LEN, out);
}
