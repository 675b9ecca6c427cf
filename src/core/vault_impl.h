/*
 * Inside of the vault, shared by vault.c (files, subject keys) and vault_rows.c (fields).
 * Nobody else includes this.
 */
#ifndef CUSTODY_CORE_VAULT_IMPL_H
#define CUSTODY_CORE_VAULT_IMPL_H

#include "secret.h"
#include "vault.h"

#define VAULT_SUBJECT_KEY_LEN 32U

/* A subject key that no transaction has stored yet. */
struct fresh_subject {
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    struct secret key;
    struct fresh_subject *next;
};

struct vault {
    struct store *store;
    struct secret kek;
    bool is_read_only;
    struct fresh_subject *fresh;
};

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
