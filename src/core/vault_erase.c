/*
 * Erasing subjects from the vault (FORMATS.md §7), and the change of the KEK that goes with it.
 *
 * Must not know who asked or whether they may: the caller has an erase.intent in the ledger.
 * Invariants: the KEK that the rows are wrapped under is in vault.key at every moment; after
 * the commit no page of vault.db has a byte of what was erased.
 *
 * secure_delete alone does not give the second one: when pages are merged or split, SQLite
 * leaves copies of rows in the unused middle of a page, and deleting the row does not reach
 * them. So the tables are dropped and filled anew in the same transaction: dropped pages are
 * overwritten whole.
 */
#include "vault_impl.h"

#include <stdlib.h>
#include <string.h>

#include "seal.h"

/* a damaged row may be of any length */
#define KEPT_MAX (1U << 20)

enum custody_status vault_has_remains(struct vault *vault,
                                      const uint8_t k[VAULT_SUBJECT_ID_LEN], bool *ret_has,
                                      struct custody_error *err)
{
    int64_t count = 0;
    enum custody_status rc =
        store_get_int(vault->store, err, &count, NULL,
                      "SELECT EXISTS (SELECT 1 FROM subject_key WHERE k = ?1)"
                      " OR EXISTS (SELECT 1 FROM field WHERE k = ?1)",
                      "b", k, (size_t)VAULT_SUBJECT_ID_LEN);

    if (rc == CUSTODY_OK) {
        *ret_has = count != 0;
    }
    return rc;
}

/* Fenced, with nothing left? */
static enum custody_status is_done(struct vault *vault, const struct vault_fence *fence,
                                   bool *ret_is, struct custody_error *err)
{
    int64_t count = 0;
    bool has = false;
    enum custody_status rc =
        store_get_int(vault->store, err, &count, NULL, "SELECT count(*) FROM fence WHERE k = ?",
                      "b", fence->k, (size_t)VAULT_SUBJECT_ID_LEN);

    if (rc == CUSTODY_OK) {
        rc = vault_has_remains(vault, fence->k, &has, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_is = count == 1 && !has;
    }
    return rc;
}

enum custody_status vault_is_erased(struct vault *vault, const struct vault_fence *fences,
                                    size_t count, bool *ret_is, struct custody_error *err)
{
    bool is = true;
    enum custody_status rc = CUSTODY_OK;

    for (size_t i = 0; rc == CUSTODY_OK && is && i < count; i++) {
        rc = is_done(vault, &fences[i], &is, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_is = is;
    }
    return rc;
}

/* ---- every row anew ---- */

/* The survivors aside. Their texts are sealed under their own keys and move as they are. */
static const char SET_ASIDE[] =
    "CREATE TABLE kept_key (k BLOB NOT NULL, wrapped BLOB NOT NULL, made_at INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE kept_field (act_id BLOB NOT NULL, pointer TEXT NOT NULL, k BLOB NOT NULL,"
    " nonce BLOB NOT NULL, boxed BLOB NOT NULL, state TEXT NOT NULL, idx INTEGER,"
    " stored_at INTEGER NOT NULL) STRICT;"
    "INSERT INTO kept_key SELECT k, wrapped, made_at FROM subject_key"
    " WHERE k NOT IN (SELECT k FROM fence) ORDER BY k;"
    "INSERT INTO kept_field SELECT act_id, pointer, k, nonce, boxed, state, idx, stored_at"
    " FROM field WHERE k NOT IN (SELECT k FROM fence) ORDER BY act_id, pointer;"
    "DROP TABLE field;"
    "DROP TABLE subject_key;";
static const char PUT_BACK[] =
    "INSERT INTO field SELECT act_id, pointer, k, nonce, boxed, state, idx, stored_at"
    " FROM kept_field ORDER BY rowid;"
    "DROP TABLE kept_field;"
    "DROP TABLE kept_key;";

/* One subject key from the old KEK to the new one. */
static enum custody_status carry_key(struct vault *vault, const struct store_query *query,
                                     const struct secret *kek, struct custody_error *err)
{
    uint8_t key[VAULT_SUBJECT_KEY_LEN] = {0};
    struct buf wrapped = BUF_INIT(KEPT_MAX);
    size_t k_len = 0;
    size_t len = 0;
    const uint8_t *k = store_blob(query, 0, &k_len);
    const void *old = store_blob(query, 1, &len);
    enum custody_status rc =
        old == NULL ? CUSTODY_ERR_CRYPTO : vault_unwrap(&vault->kek, k, old, len, key, err);

    if (rc == CUSTODY_OK) {
        rc = vault_wrap(kek, k, key, &wrapped, err);
    } else if (rc == CUSTODY_ERR_CRYPTO) {
        /* damaged before: it stays for verification to find, and stops nobody's erasure */
        rc = buf_put(&wrapped, old, len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_run(vault->store, err,
                       "INSERT INTO subject_key (k, wrapped, made_at) VALUES (?, ?, ?)", "bbi",
                       k, k_len, wrapped.data, wrapped.len, store_int(query, 2));
    }
    crypt_wipe(key, sizeof key);
    buf_clear(&wrapped);
    return rc;
}

static enum custody_status carry_keys(struct vault *vault, const struct secret *kek,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(vault->store, &query, err,
                    "SELECT k, wrapped, made_at FROM kept_key ORDER BY rowid", "");

    while (rc == CUSTODY_OK && query.has_row) {
        rc = carry_key(vault, &query, kek, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status write_check_value(struct vault *vault, const struct secret *kek,
                                             struct custody_error *err)
{
    struct buf boxed = BUF_INIT(VAULT_WRAPPED_MAX);
    enum custody_status rc = vault_kek_check_value(kek, &boxed, err);

    if (rc == CUSTODY_OK) {
        rc = store_run(vault->store, err, "UPDATE kek_check SET boxed = ? WHERE id = 1", "b",
                       boxed.data, boxed.len);
    }
    buf_clear(&boxed);
    return rc;
}

enum custody_status vault_rewrap(struct vault *vault, struct custody_error *err)
{
    struct secret kek = {0};
    enum custody_status rc = secret_make(VAULT_KEK_LEN, &kek, err);

    if (rc == CUSTODY_OK) {
        crypt_random(kek.data, VAULT_KEK_LEN);
        rc = vault_keys_replace(vault->dir, &vault->kek, &kek, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_script(vault->store, SET_ASIDE, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_script(vault->store, VAULT_SCHEMA_SUBJECTS, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_script(vault->store, VAULT_SCHEMA_FIELDS, err);
    }
    if (rc == CUSTODY_OK) {
        rc = carry_keys(vault, &kek, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_script(vault->store, PUT_BACK, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_check_value(vault, &kek, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_commit(vault->store, err);
    }
    if (rc != CUSTODY_OK) {
        store_rollback(vault->store);
        secret_clear(&kek);
        return rc;
    }
    secret_clear(&vault->kek);
    vault->kek = kek;
    return vault_settle_key(vault, err);
}

/* ---- erasing ---- */

static enum custody_status put_fences(struct vault *vault, const struct vault_fence *fences,
                                      size_t count, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        rc = store_run(vault->store, err,
                       "INSERT INTO fence (k, idx) VALUES (?, ?) ON CONFLICT (k) DO NOTHING",
                       "bi", fences[i].k, (size_t)VAULT_SUBJECT_ID_LEN, fences[i].idx);
    }
    return rc;
}

/* Keys that only this handle knew. */
static void forget_fenced(struct vault *vault, const struct vault_fence *fences, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        vault_drop_fresh(vault, vault_find_fresh(vault, fences[i].k));
    }
}

enum custody_status vault_erase(struct vault *vault, const struct vault_fence *fences,
                                size_t count, struct custody_error *err)
{
    bool is_erased = false;
    enum custody_status rc = vault_begin(vault, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    forget_fenced(vault, fences, count);
    rc = vault_is_erased(vault, fences, count, &is_erased, err);
    if (rc != CUSTODY_OK || is_erased) {
        store_rollback(vault->store);
        return rc == CUSTODY_OK ? vault_settle_key(vault, err) : rc;
    }
    rc = put_fences(vault, fences, count, err);
    if (rc != CUSTODY_OK) {
        store_rollback(vault->store);
        return rc;
    }
    return vault_rewrap(vault, err);
}
