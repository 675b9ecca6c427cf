/*
 * Sealing: under a passphrase, under a key, to a recipient.
 *
 * Every opener appends to the caller's buffer only after the authentication tag was checked;
 * the working copy of a plain text is wiped.
 */
#include "seal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(SEAL_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(SEAL_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(SEAL_TAG_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
_Static_assert(SEAL_SALT_LEN == crypto_pwhash_argon2id_SALTBYTES, "salt");

#define MIB        ((uint64_t)1024 * 1024)
#define OPS_MIN    2U
#define OPS_MAX    16U
#define MEMORY_MIN (64 * MIB)
#define MEMORY_MAX (1024 * MIB)

const struct seal_cost SEAL_COST_INTERACTIVE = {.ops = OPS_MIN, .memory_bytes = MEMORY_MIN};

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory; close other programs and try again");
}

static enum custody_status does_not_open(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_CRYPTO,
                        "the seal does not open: wrong passphrase or key, or damaged bytes; "
                        "try again or use the backup");
}

enum custody_status seal_key_from_passphrase(const struct secret *passphrase,
                                             const uint8_t salt[SEAL_SALT_LEN],
                                             struct seal_cost cost, struct secret *ret_key,
                                             struct custody_error *err)
{
    struct secret key = {.data = NULL, .len = 0};

    if (cost.ops < OPS_MIN || cost.ops > OPS_MAX || cost.memory_bytes < MEMORY_MIN ||
        cost.memory_bytes > MEMORY_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a passphrase cost outside the allowed range; the file is damaged "
                            "or forged, use the backup");
    }
    enum custody_status rc = secret_make(SEAL_KEY_LEN, &key, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    union {
        uint8_t *bytes;
        char *text;
    } typed = {.bytes = passphrase->data};
    if (crypto_pwhash(key.data, SEAL_KEY_LEN, typed.text, passphrase->len, salt, cost.ops,
                      (size_t)cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        rc = no_memory(err);
        secret_clear(&key);
        return rc;
    }
    *ret_key = key;
    return CUSTODY_OK;
}

enum custody_status seal_box(const uint8_t key[SEAL_KEY_LEN], const void *ad, size_t ad_len,
                             const void *plain, size_t plain_len, struct buf *out,
                             struct custody_error *err)
{
    const size_t extra = SEAL_NONCE_LEN + SEAL_TAG_LEN;

    if (plain_len > SIZE_MAX - extra) {
        return no_memory(err);
    }
    uint8_t *boxed = malloc(plain_len + extra);
    if (boxed == NULL) {
        return no_memory(err);
    }
    randombytes_buf(boxed, SEAL_NONCE_LEN);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(boxed + SEAL_NONCE_LEN, NULL, plain,
                                                     plain_len, ad, ad_len, NULL, boxed, key);
    enum custody_status rc = buf_put(out, boxed, plain_len + extra, err);
    free(boxed);
    return rc;
}

/* Append plain and wipe the working copy, whatever happens. */
static enum custody_status give_plain(uint8_t *plain, size_t plain_len, struct buf *out,
                                      struct custody_error *err)
{
    enum custody_status rc = buf_put(out, plain, plain_len, err);

    sodium_memzero(plain, plain_len);
    free(plain);
    return rc;
}

enum custody_status seal_open(const uint8_t key[SEAL_KEY_LEN], const void *ad, size_t ad_len,
                              const void *boxed, size_t boxed_len, struct buf *out,
                              struct custody_error *err)
{
    const uint8_t *bytes = boxed;

    if (boxed_len < SEAL_NONCE_LEN + SEAL_TAG_LEN) {
        return does_not_open(err);
    }
    size_t plain_len = boxed_len - SEAL_NONCE_LEN - SEAL_TAG_LEN;
    uint8_t *plain = malloc(plain_len + 1);
    if (plain == NULL) {
        return no_memory(err);
    }
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes + SEAL_NONCE_LEN,
                                                   boxed_len - SEAL_NONCE_LEN, ad, ad_len,
                                                   bytes, key) != 0) {
        free(plain);
        return does_not_open(err);
    }
    return give_plain(plain, plain_len, out, err);
}

enum custody_status seal_recipient_make(uint8_t ret_public[32], struct secret *ret_secret,
                                        struct custody_error *err)
{
    struct secret secret;
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    enum custody_status rc = secret_make(crypto_box_SECRETKEYBYTES, &secret, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    (void)crypto_box_keypair(public_key, secret.data);
    memcpy(ret_public, public_key, sizeof public_key);
    *ret_secret = secret;
    return CUSTODY_OK;
}

enum custody_status seal_to_recipient(const uint8_t public_key[32], const void *plain,
                                      size_t plain_len, struct buf *out,
                                      struct custody_error *err)
{
    if (plain_len > SIZE_MAX - crypto_box_SEALBYTES) {
        return no_memory(err);
    }
    uint8_t *boxed = malloc(plain_len + crypto_box_SEALBYTES);
    if (boxed == NULL) {
        return no_memory(err);
    }
    if (crypto_box_seal(boxed, plain, plain_len, public_key) != 0) {
        free(boxed);
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "not a recipient's public key; check the recovery key on file");
    }
    enum custody_status rc = buf_put(out, boxed, plain_len + crypto_box_SEALBYTES, err);
    free(boxed);
    return rc;
}

enum custody_status seal_open_recipient(const uint8_t public_key[32],
                                        const struct secret *secret, const void *boxed,
                                        size_t boxed_len, struct buf *out,
                                        struct custody_error *err)
{
    if (boxed_len < crypto_box_SEALBYTES || secret->len != crypto_box_SECRETKEYBYTES) {
        return does_not_open(err);
    }
    size_t plain_len = boxed_len - crypto_box_SEALBYTES;
    uint8_t *plain = malloc(plain_len + 1);
    if (plain == NULL) {
        return no_memory(err);
    }
    if (crypto_box_seal_open(plain, boxed, boxed_len, public_key, secret->data) != 0) {
        free(plain);
        return does_not_open(err);
    }
    return give_plain(plain, plain_len, out, err);
}
