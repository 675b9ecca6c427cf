/*
 * Inside of the vault, shared by vault.c (opening, subject keys), vault_key.c (the file of the
 * KEK), vault_rows.c (fields), vault_erase.c and vault_recovery.c. Nobody else includes this.
 */
#ifndef CUSTODY_CORE_VAULT_IMPL_H
#define CUSTODY_CORE_VAULT_IMPL_H

#include "secret.h"
#include "vault.h"

#define VAULT_SUBJECT_KEY_LEN 32U
#define VAULT_KEK_LEN         32U
#define VAULT_WRAPPED_MAX     256U
#define VAULT_APPLICATION_ID  0x43555654 /* "CUVT" */
#define VAULT_KEY_FILE        "vault.key"
#define VAULT_STORE_FILE      "vault.db"

/* A subject key that no transaction has stored yet. */
struct fresh_subject {
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    struct secret key;
    struct fresh_subject *next;
};

/*
 * What vault.key holds: one KEK, or, while the other one is being destroyed, {old, new}. Which
 * of two is in force is told by vault.db alone: the one that opens its check value.
 */
struct vault_keys {
    struct secret kek[2];
    size_t count; /* 1 or 2 */
};

struct vault {
    struct store *store;
    char *dir;
    struct secret kek; /* in force when this handle last looked */
    bool is_read_only;
    struct fresh_subject *fresh;
};

/* ---- vault_key.c: vault.key ---- */

/* ERR_NOT_FOUND; ERR_CRYPTO: damaged. vault_keys_clear() it. */
enum custody_status vault_keys_read(const char *dir, struct vault_keys *ret_keys,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
void vault_keys_clear(struct vault_keys *keys); /* zeroed is fine */
/* A vault.key where there is none; second may be NULL. ERR_REFUSED: there is one. */
enum custody_status vault_keys_create(const char *dir, const struct secret *first,
                                      const struct secret *second,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Durably instead of the old one, whose bytes are then overwritten as far as that goes. The
 * caller holds the vault's write lock; after ERR_IO either file may stand. */
enum custody_status vault_keys_replace(const char *dir, const struct secret *first,
                                       const struct secret *second,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Overwrite and remove what a killed replacement has left beside vault.key; under the write
 * lock. *ret_found: there was some (NULL: not asked; is_dry: only look). */
enum custody_status vault_keys_sweep(const char *dir, bool is_dry, bool *ret_found,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* The KEK of keys that opens the store's check value, copied; ERR_CRYPTO: none does. */
enum custody_status vault_keys_pick(struct store *store, const struct vault_keys *keys,
                                    struct secret *ret_kek,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* The check value of a KEK, for kek_check. */
enum custody_status vault_kek_check_value(const struct secret *kek, struct buf *out,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* The write lock, and the KEK that is in force under it: BEGIN IMMEDIATE, then the KEK is read
 * again if another process has changed it. End with store_commit or store_rollback. */
enum custody_status vault_begin(struct vault *vault,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Read vault.key again. */
enum custody_status vault_refresh(struct vault *vault,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* vault.key = the KEK in force and nothing else; no half-written file stays beside it. */
enum custody_status vault_settle_key(struct vault *vault,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- vault_erase.c ---- */

/*
 * End the caller's transaction: a fresh KEK, durable in vault.key beside the present one, then
 * every row of vault.db written anew under it, the subjects whose k is fenced left out; commit;
 * the fresh KEK alone is the handle's and vault.key's. On failure all is rolled back, but for
 * vault.key, which may have both until it is settled.
 */
enum custody_status vault_rewrap(struct vault *vault,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- vault.c ---- */

extern const char VAULT_SCHEMA_SUBJECTS[], VAULT_SCHEMA_FIELDS[];

/* A subject key out of or into its wrapped form under a KEK; ERR_CRYPTO: does not open. */
enum custody_status vault_unwrap(const struct secret *kek,
                                 const uint8_t k[VAULT_SUBJECT_ID_LEN], const void *wrapped,
                                 size_t len, uint8_t ret_key[VAULT_SUBJECT_KEY_LEN],
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status vault_wrap(const struct secret *kek, const uint8_t k[VAULT_SUBJECT_ID_LEN],
                               const uint8_t key[VAULT_SUBJECT_KEY_LEN], struct buf *out,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* A handle without KEK or store; vault_close() it. */
enum custody_status vault_new(const char *dir, bool is_read_only, struct vault **ret_vault,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Its vault.db. */
enum custody_status vault_open_store(struct vault *vault,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* Fill err with check id "openings"; returns status. */
enum custody_status vault_fail_opening(struct custody_error *err, enum custody_status status,
                                       const char *text);
enum custody_status vault_want_writable(const struct vault *vault,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* ERR_REFUSED rule "openings" when k was erased. */
enum custody_status vault_refuse_fenced(struct vault *vault,
                                        const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* The subject's key from memory or from the store; the caller wipes it. ERR_NOT_FOUND;
 * ERR_TAMPERED: the wrapped key does not open. */
enum custody_status vault_load_subject_key(struct vault *vault,
                                           const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                           uint8_t ret_key[VAULT_SUBJECT_KEY_LEN],
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* A new subject in memory; owned by the vault. */
enum custody_status vault_make_fresh(struct vault *vault, struct fresh_subject **ret_subject,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
const struct fresh_subject *vault_find_fresh(const struct vault *vault,
                                             const uint8_t k[VAULT_SUBJECT_ID_LEN]);
void vault_drop_fresh(struct vault *vault,
                      const struct fresh_subject *subject); /* NULL: fine */
/* Write the wrapped key within the caller's transaction; one that is there stays. */
enum custody_status vault_store_subject(struct vault *vault,
                                        const struct fresh_subject *subject, int64_t now,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
