/*
 * Fields of the vault: committing texts for a payload that is being built, and the rows that
 * keep them from intake on (FORMATS.md §2, §7).
 *
 * Must not know acts or rules. Invariants: a row is written only when its text fits the
 * commitment in the payload under the vault's own subject key; `pending` rows become `live`
 * with an index or age out; a live row is never overwritten.
 */
#include "vault_impl.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "seal.h"
#include "text.h"

#define NONCE_LEN 16U
#define BOXED_MAX (VAULT_PADDED_MAX + SEAL_NONCE_LEN + SEAL_TAG_LEN)

/* ---- committing and storing fields ---- */

enum custody_status vault_commit_field(struct vault *vault, const char *subject_k,
                                       const uint8_t nonce[16], const char *pointer,
                                       const char *text, json_t **ret_field,
                                       struct opening *ret_opening, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct opening opening = {.padded = {.max = VAULT_PADDED_MAX}};
    struct fresh_subject *made = NULL;
    json_t *field = NULL;
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    uint8_t key[VAULT_SUBJECT_KEY_LEN] = {0};
    uint8_t k_enc[HASH_LEN];
    uint8_t c[HASH_LEN];
    char c_hex[2 * HASH_LEN + 1];
    char k_hex[2 * VAULT_SUBJECT_ID_LEN + 1];

    rc = vault_pad(text, strlen(text), &opening.padded, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (subject_k == NULL) {
        rc = vault_make_fresh(vault, &made, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
        memcpy(k, made->k, sizeof k);
    } else if (!text_unhex(subject_k, strlen(subject_k), k, sizeof k)) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID, "a subject is named by 32 hex digits");
        goto out;
    }
    rc = vault_refuse_fenced(vault, k, err);
    if (rc == CUSTODY_OK) {
        rc = vault_load_subject_key(vault, k, key, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    vault_field_keys(key, nonce, pointer, k_enc, opening.k_com);
    vault_commitment(&opening, c);
    text_hex(c, sizeof c, c_hex);
    text_hex(k, sizeof k, k_hex);
    opening.pointer = text_dup(pointer);
    field = json_pack("{s:s, s:s}", "c", c_hex, "k", k_hex);
    if (opening.pointer == NULL || field == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; nothing was committed");
        goto out;
    }
    *ret_field = field;
    *ret_opening = opening;
    field = NULL;
    memset(&opening, 0, sizeof opening);
out:
    if (rc != CUSTODY_OK && made != NULL) {
        vault_drop_fresh(vault, made);
    }
    crypt_wipe(key, sizeof key);
    crypt_wipe(k_enc, sizeof k_enc);
    json_decref(field);
    opening_clear(&opening);
    return rc;
}

static const struct opening *find_opening(const struct opening *openings, size_t count,
                                          const char *pointer)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(openings[i].pointer, pointer) == 0) {
            return &openings[i];
        }
    }
    return NULL;
}

/* Check one field against its opening and the vault's own key, then write its row. */
static enum custody_status store_field(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                       const uint8_t nonce[16],
                                       const struct sealed_field *field,
                                       const struct opening *opening, int64_t now,
                                       struct custody_error *err)
{
    struct buf boxed = BUF_INIT(BOXED_MAX);
    uint8_t k[VAULT_SUBJECT_ID_LEN] = {0};
    uint8_t key[VAULT_SUBJECT_KEY_LEN] = {0};
    uint8_t k_enc[HASH_LEN];
    uint8_t k_com[HASH_LEN];
    const struct fresh_subject *fresh = NULL;
    enum custody_status rc = CUSTODY_OK;

    bool is_hex = text_unhex(field->k, strlen(field->k), k, sizeof k);
    assert(is_hex); /* vault_find_fields lets nothing else through */
    (void)is_hex;
    rc = vault_refuse_fenced(vault, k, err);
    if (rc == CUSTODY_OK) {
        rc = vault_load_subject_key(vault, k, key, err);
    }
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "the vault never made the subject key of %s; prepare this act on the "
                          "site's machine",
                          field->pointer);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    vault_field_keys(key, nonce, field->pointer, k_enc, k_com);
    if (!crypt_equal(k_com, opening->k_com, sizeof k_com) ||
        !vault_opening_fits(opening, field->c)) {
        rc = vault_fail_opening(err, CUSTODY_ERR_TAMPERED,
                                "a text does not fit its commitment; prepare the act again");
        goto out;
    }
    fresh = vault_find_fresh(vault, k);
    if (fresh != NULL) {
        rc = vault_store_subject(vault, fresh, now, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    rc = seal_box(k_enc, NULL, 0, opening->padded.data, opening->padded.len, &boxed, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* a retry after a crash finds its rows: they start to age anew, live ones stay */
    rc = store_run(vault->store, err,
                   "INSERT INTO field (act_id, pointer, k, nonce, boxed, state, stored_at)"
                   " VALUES (?, ?, ?, ?, ?, 'pending', ?)"
                   " ON CONFLICT (act_id, pointer) DO UPDATE SET boxed = excluded.boxed,"
                   " stored_at = excluded.stored_at WHERE field.state = 'pending'",
                   "btbbbi", act_id, (size_t)HASH_LEN, field->pointer, k, sizeof k, nonce,
                   (size_t)NONCE_LEN, boxed.data, boxed.len, now);
out:
    crypt_wipe(key, sizeof key);
    crypt_wipe(k_enc, sizeof k_enc);
    crypt_wipe(k_com, sizeof k_com);
    buf_clear(&boxed);
    return rc;
}

enum custody_status vault_store_pending(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                        const json_t *payload_root,
                                        const struct opening *openings, size_t count,
                                        int64_t now, struct custody_error *err)
{
    struct sealed_fields fields = {0};
    const char *nonce_hex = NULL;
    uint8_t nonce[NONCE_LEN];
    bool is_begun = false;
    enum custody_status rc = vault_find_fields(payload_root, &fields, err);

    if (rc != CUSTODY_OK || (fields.count == 0 && count == 0)) {
        goto out;
    }
    nonce_hex = json_string_value(json_object_get(payload_root, "nonce"));
    if (nonce_hex == NULL || !text_unhex(nonce_hex, strlen(nonce_hex), nonce, sizeof nonce)) {
        rc =
            custody_fail(err, CUSTODY_ERR_INVALID, "the payload has no nonce of 32 hex digits");
        goto out;
    }
    if (fields.count != count) {
        rc = vault_fail_opening(
            err, CUSTODY_ERR_INVALID,
            "not every commitment comes with its text; prepare the act again");
        goto out;
    }
    rc = vault_begin(vault, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    is_begun = true;
    for (size_t i = 0; i < fields.count; i++) {
        const struct opening *opening = find_opening(openings, count, fields.items[i].pointer);
        if (opening == NULL) {
            rc = vault_fail_opening(
                err, CUSTODY_ERR_INVALID,
                "a commitment comes without its text; prepare the act again");
            goto out;
        }
        rc = store_field(vault, act_id, nonce, &fields.items[i], opening, now, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    is_begun = false;
    rc = store_commit(vault->store, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* stored now: the copies in memory go */
    for (size_t i = 0; i < fields.count; i++) {
        uint8_t k[VAULT_SUBJECT_ID_LEN];
        if (text_unhex(fields.items[i].k, strlen(fields.items[i].k), k, sizeof k)) {
            vault_drop_fresh(vault, vault_find_fresh(vault, k));
        }
    }
out:
    if (is_begun) {
        store_rollback(vault->store);
    }
    sealed_fields_clear(&fields);
    return rc;
}

/* ---- settling ---- */

enum custody_status vault_make_live(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                    int64_t idx, struct custody_error *err)
{
    enum custody_status rc = vault_want_writable(vault, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    return store_run(vault->store, err,
                     "UPDATE field SET state = 'live', idx = ?"
                     " WHERE act_id = ? AND state = 'pending'",
                     "ib", idx, act_id, (size_t)HASH_LEN);
}

/* The smallest act id with pending rows above `after`, and the age of its newest row. */
static enum custody_status next_pending(struct vault *vault, const uint8_t after[HASH_LEN],
                                        bool is_first, uint8_t ret_act_id[HASH_LEN],
                                        int64_t *ret_stored_at, bool *ret_found,
                                        struct custody_error *err)
{
    struct store_query query = {0};
    size_t len = 0;
    enum custody_status rc = store_query(vault->store, &query, err,
                                         "SELECT act_id, max(stored_at) FROM field"
                                         " WHERE state = 'pending' AND (? = 1 OR act_id > ?)"
                                         " GROUP BY act_id ORDER BY act_id LIMIT 1",
                                         "ib", (int64_t)is_first, after, (size_t)HASH_LEN);

    if (rc == CUSTODY_OK) {
        *ret_found = query.has_row;
        if (query.has_row) {
            const void *act_id = store_blob(&query, 0, &len);
            assert(len == HASH_LEN); /* the table's CHECK */
            memcpy(ret_act_id, act_id, HASH_LEN);
            *ret_stored_at = store_int(&query, 1);
        }
    }
    store_end(&query);
    return rc;
}

/* Everything pending, one act after the other, within the caller's transaction. */
static enum custody_status settle(struct vault *vault, int64_t oldest_kept, vault_find_act find,
                                  void *arg, struct custody_error *err)
{
    uint8_t act_id[HASH_LEN] = {0};
    bool is_first = true;

    for (;;) {
        int64_t stored_at = 0;
        int64_t idx = 0;
        bool is_pending = false;
        bool is_found = false;
        enum custody_status rc =
            next_pending(vault, act_id, is_first, act_id, &stored_at, &is_pending, err);
        if (rc != CUSTODY_OK || !is_pending) {
            return rc;
        }
        is_first = false;
        rc = find(arg, act_id, &idx, &is_found, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (is_found) {
            rc = vault_make_live(vault, act_id, idx, err);
        } else if (stored_at < oldest_kept) {
            rc = store_run(vault->store, err,
                           "DELETE FROM field WHERE act_id = ? AND state = 'pending'", "b",
                           act_id, (size_t)HASH_LEN);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
}

enum custody_status vault_sweep(struct vault *vault, int64_t now, int64_t max_age_s,
                                vault_find_act find, void *arg, struct custody_error *err)
{
    enum custody_status rc = vault_want_writable(vault, err);

    if (rc == CUSTODY_OK) {
        rc = store_begin(vault->store, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = settle(vault, now - max_age_s, find, arg, err);
    if (rc == CUSTODY_OK) {
        /* keys whose acts never came hold nothing that anybody could still ask for */
        rc = store_run(vault->store, err,
                       "DELETE FROM subject_key WHERE made_at < ? AND NOT EXISTS"
                       " (SELECT 1 FROM field WHERE field.k = subject_key.k)",
                       "i", now - max_age_s);
    }
    if (rc == CUSTODY_OK) {
        rc = store_commit(vault->store, err);
    }
    if (rc != CUSTODY_OK) {
        store_rollback(vault->store);
    }
    return rc;
}

/* ---- reading ---- */

struct field_row {
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    uint8_t nonce[NONCE_LEN];
    struct buf boxed;
};

static enum custody_status load_row(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                    const char *pointer, struct field_row *row,
                                    struct custody_error *err)
{
    struct store_query query = {0};
    const void *k = NULL;
    const void *nonce = NULL;
    const void *boxed = NULL;
    size_t k_len = 0;
    size_t nonce_len = 0;
    size_t boxed_len = 0;
    enum custody_status rc =
        store_query(vault->store, &query, err,
                    "SELECT k, nonce, boxed FROM field WHERE act_id = ? AND pointer = ?", "bt",
                    act_id, (size_t)HASH_LEN, pointer);

    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (!query.has_row) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the vault has no text for this field; it was erased, or the vault "
                          "is not the one of this ledger");
        goto out;
    }
    k = store_blob(&query, 0, &k_len);
    nonce = store_blob(&query, 1, &nonce_len);
    boxed = store_blob(&query, 2, &boxed_len);
    if (k_len != sizeof row->k || nonce_len != sizeof row->nonce || boxed_len == 0) {
        rc = vault_fail_opening(err, CUSTODY_ERR_TAMPERED,
                                "a row of vault.db was changed; restore the vault from backup");
        goto out;
    }
    memcpy(row->k, k, k_len);
    memcpy(row->nonce, nonce, nonce_len);
    rc = buf_put(&row->boxed, boxed, boxed_len, err);
out:
    store_end(&query);
    return rc;
}

/* The opening of a row; nonce NULL: the one in the row. */
static enum custody_status open_row(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                    const uint8_t *nonce, const char *pointer,
                                    struct opening *ret_opening, struct custody_error *err)
{
    struct field_row row = {.boxed = {.max = BOXED_MAX}};
    struct opening opening = {.padded = {.max = VAULT_PADDED_MAX}};
    uint8_t key[VAULT_SUBJECT_KEY_LEN] = {0};
    uint8_t k_enc[HASH_LEN] = {0};
    size_t plain_len = 0;
    enum custody_status rc = load_row(vault, act_id, pointer, &row, err);

    if (rc == CUSTODY_OK) {
        rc = vault_load_subject_key(vault, row.k, key, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    vault_field_keys(key, nonce != NULL ? nonce : row.nonce, pointer, k_enc, opening.k_com);
    rc = seal_open(k_enc, NULL, 0, row.boxed.data, row.boxed.len, &opening.padded, err);
    if (rc == CUSTODY_OK) {
        rc = vault_unpad(opening.padded.data, opening.padded.len, &plain_len, err);
    }
    if (rc == CUSTODY_ERR_NOMEM) {
        goto out;
    }
    if (rc != CUSTODY_OK) {
        rc = vault_fail_opening(err, CUSTODY_ERR_TAMPERED,
                                "a text in vault.db does not open; restore the vault from "
                                "backup");
        goto out;
    }
    opening.pointer = text_dup(pointer);
    if (opening.pointer == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; try again");
        goto out;
    }
    *ret_opening = opening;
    memset(&opening, 0, sizeof opening);
out:
    crypt_wipe(key, sizeof key);
    crypt_wipe(k_enc, sizeof k_enc);
    opening_clear(&opening);
    buf_clear(&row.boxed);
    return rc;
}

enum custody_status vault_read(struct vault *vault, const uint8_t act_id[HASH_LEN],
                               const char *pointer, struct buf *out, struct custody_error *err)
{
    struct opening opening = {0};
    size_t len = 0;
    enum custody_status rc = open_row(vault, act_id, NULL, pointer, &opening, err);

    if (rc == CUSTODY_OK) {
        rc = vault_unpad(opening.padded.data, opening.padded.len, &len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, opening.padded.data, len, err);
    }
    opening_clear(&opening);
    return rc;
}

enum custody_status vault_read_opening(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                       const uint8_t nonce[16], const char *pointer,
                                       struct opening *ret_opening, struct custody_error *err)
{
    return open_row(vault, act_id, nonce, pointer, ret_opening, err);
}
