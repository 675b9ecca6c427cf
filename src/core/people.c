/* Shared by the acts about people. */
#include "people.h"

#include <stdio.h>
#include <string.h>

#include "credstore.h"
#include "policy.h"
#include "text.h"

enum custody_status people_origin(struct apply *a, char *out, size_t size,
                                  struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err, "SELECT origin FROM site WHERE id = 1", "");
    if (rc == CUSTODY_OK) {
        (void)snprintf(out, size, "%s", query.has_row ? store_text(&query, 0) : "");
    }
    store_end(&query);
    return rc;
}

enum custody_status people_need(struct apply *a, const char *handle, struct person *ret_person,
                                struct custody_error *err)
{
    TRY(state_person(a->state, handle, ret_person, err));
    NEED(ret_person->is_known, "object", "Nobody of the handle %s is enrolled.", handle);
    return CUSTODY_OK;
}

enum custody_status people_is_log_key(struct apply *a, const uint8_t *public_key, bool *ret_is,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(a->store, &query, err, "SELECT vkey FROM log_key", "");
    bool is_same = false;
    while (rc == CUSTODY_OK && query.has_row) {
        struct note_key key;
        if (note_key_parse(store_text(&query, 0), &key, NULL) == CUSTODY_OK &&
            memcmp(key.public_key, public_key, SIGN_PUBLIC_LEN) == 0) {
            is_same = true;
        }
        rc = store_next(&query, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_is = is_same;
    }
    return rc;
}

enum custody_status people_enrol_key(struct apply *a, const char *handle,
                                     const char *public_hex, const char *proof,
                                     const char *origin, struct custody_error *err)
{
    uint8_t public_key[SIGN_PUBLIC_LEN] = {0};
    uint8_t keyid[HASH_LEN];
    struct buf raw = BUF_INIT(96);
    uint8_t signature[SIGN_LEN] = {0};
    NEED(text_unhex(public_hex, strlen(public_hex), public_key, sizeof public_key) &&
             sign_public_is_valid(public_key),
         "structure", "The public key of %s is none that is ever accepted.", handle);
    TRY(text_put_unbase64(&raw, proof, strlen(proof), err));
    if (raw.len == SIGN_LEN) {
        memcpy(signature, raw.data, SIGN_LEN);
    }
    buf_clear(&raw);
    RULE(credential_proof_fits(public_key, origin, handle, signature), "proof",
         "The possession proof of %s does not fit: make it anew with custody credential prove.",
         handle);
    bool is_log_key = false;
    TRY(people_is_log_key(a, public_key, &is_log_key, err));
    RULE(!is_log_key, "exists", "The log's key cannot be a person's credential.");
    sign_keyid(public_key, keyid);
    int64_t one = 0;
    bool is_taken = false;
    TRY(store_get_int(a->store, err, &one, &is_taken,
                      "SELECT 1 FROM credential WHERE keyid = ?1", "b", keyid,
                      (size_t)HASH_LEN));
    NEED(!is_taken, "exists", "This public key was enrolled before; make a fresh credential.");
    return store_run(a->store, err,
                     "INSERT INTO credential (keyid, handle, public_key, enrolled_idx)"
                     " VALUES (?1, ?2, ?3, ?4)",
                     "btbi", keyid, (size_t)HASH_LEN, handle, public_key,
                     (size_t)SIGN_PUBLIC_LEN, a->idx);
}

enum custody_status people_add(struct apply *a, const char *handle, const char *staff_no,
                               const char *name_pointer, const json_t *roles,
                               struct custody_error *err)
{
    int64_t one = 0;
    bool is_taken = false;
    TRY(store_get_int(a->store, err, &one, &is_taken,
                      "SELECT 1 FROM person WHERE handle = ?1 OR staff_no = ?2", "tt", handle,
                      staff_no));
    NEED(!is_taken, "exists",
         "The handle %s or its staff number was given before; both are never reused.", handle);
    RULE(!strings_have(roles, "auditor") || json_array_size(roles) == 1, "role",
         "An auditor holds no other role.");
    if (name_pointer != NULL) {
        TRY(store_run(a->store, err,
                      "INSERT INTO person (handle, staff_no, name_idx, name_pointer,"
                      " enrolled_idx, is_suspended) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
                      "ttiti", handle, staff_no, a->line_at >= 0 ? a->line_at : a->idx,
                      name_pointer, a->idx));
    } else {
        TRY(store_run(a->store, err,
                      "INSERT INTO person (handle, staff_no, enrolled_idx, is_suspended)"
                      " VALUES (?1, ?2, ?3, 0)",
                      "tti", handle, staff_no, a->idx));
    }
    size_t i = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        TRY(store_run(a->store, err, "INSERT INTO role (handle, role) VALUES (?1, ?2)", "tt",
                      handle, json_string_value(role)));
    }
    return CUSTODY_OK;
}

enum custody_status people_check_officers(struct apply *a, int64_t before,
                                          struct custody_error *err)
{
    int64_t after = 0;
    TRY(state_count_live_officers(a, NULL, &after, err));
    RULE(after >= 2 || after >= before, "officers",
         "Fewer than two officers with a live credential would remain: appoint another first.");
    return CUSTODY_OK;
}

enum custody_status people_revoke_keys(struct apply *a, const char *handle, const char *reason,
                                       struct custody_error *err)
{
    return store_run(a->store, err,
                     "UPDATE credential SET revoked_idx = ?2, reason = ?3"
                     " WHERE handle = ?1 AND revoked_idx IS NULL AND enrolled_idx < ?2",
                     "tit", handle, a->idx, reason);
}

enum custody_status people_want_ratification(struct apply *a, const char *subject,
                                             struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT INTO ratification (target, subject) VALUES (?1, ?2)", "it", a->idx,
                     subject);
}
