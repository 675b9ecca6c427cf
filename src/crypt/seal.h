/*
 * Sealing: under a passphrase (Argon2id), under a 32-byte key (XChaCha20-Poly1305), to a
 * recipient's X25519 public key (crypto_box_seal).
 */
#ifndef CUSTODY_CRYPT_SEAL_H
#define CUSTODY_CRYPT_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "custody/error.h"
#include "secret.h"

#define SEAL_KEY_LEN   32
#define SEAL_SALT_LEN  16
#define SEAL_NONCE_LEN 24
#define SEAL_TAG_LEN   16

/* Argon2id parameters; floors: OPS >= 2, MEMORY >= 64 MiB (libsodium's interactive cost).
 * Ceilings (a hostile file must not hang us): OPS <= 16, MEMORY <= 1 GiB. */
struct seal_cost {
    uint64_t ops;
    uint64_t memory_bytes;
};
extern const struct seal_cost SEAL_COST_INTERACTIVE;

/* ERR_INVALID: cost outside floor and ceiling; ERR_NOMEM. ret_key: secret of 32 bytes. */
enum custody_status seal_key_from_passphrase(const struct secret *passphrase,
                                             const uint8_t salt[SEAL_SALT_LEN],
                                             struct seal_cost cost, struct secret *ret_key,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* out gets nonce ‖ ciphertext ‖ tag; ad is bound, may be NULL with 0. */
enum custody_status seal_box(const uint8_t key[SEAL_KEY_LEN], const void *ad, size_t ad_len,
                             const void *plain, size_t plain_len, struct buf *out,
                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* ERR_CRYPTO when it does not open. plain is appended to out. */
enum custody_status seal_open(const uint8_t key[SEAL_KEY_LEN], const void *ad, size_t ad_len,
                              const void *boxed, size_t boxed_len, struct buf *out,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* X25519 pair for the vault recovery secret. */
enum custody_status seal_recipient_make(uint8_t ret_public[32], struct secret *ret_secret,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status seal_to_recipient(const uint8_t public_key[32], const void *plain,
                                      size_t plain_len, struct buf *out,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status seal_open_recipient(const uint8_t public_key[32],
                                        const struct secret *secret, const void *boxed,
                                        size_t boxed_len, struct buf *out,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
