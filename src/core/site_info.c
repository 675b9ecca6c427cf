/* What a site says about itself, bodies of acts about the site, and its ledger's documents. */
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "custody/tag.h"
#include "instant.h"
#include "sentence.h"
#include "site_erase.h"
#include "text.h"
#include "verify.h"

#define SIGNER_STATE        "signer-state"
#define CLOCK_BEHIND_WARN_S 300

enum custody_status site_first_ledger(struct custody_site *site, uint8_t out[HASH_LEN],
                                      struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        site->store, &query, err,
        "SELECT leaf_hash FROM ledger_old_entry WHERE idx = 0 ORDER BY generation LIMIT 1", "");
    bool is_found = false;
    if (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *hash = store_blob(&query, 0, &len);
        if (len == HASH_LEN) {
            memcpy(out, hash, HASH_LEN);
            is_found = true;
        }
    }
    store_end(&query);
    TRY(rc);
    return is_found ? CUSTODY_OK : ledger_id(site->ledger, out, err);
}

struct info {
    int64_t size, t, checkpoint_size, policy_idx;
    uint8_t root[HASH_LEN], id[HASH_LEN], first[HASH_LEN];
    char name[400];
};

static enum custody_status read_info(struct custody_site *site, struct info *info,
                                     struct custody_error *err)
{
    bool is_found = false;
    TRY(ledger_size(site->ledger, &info->size, err));
    TRY(ledger_root(site->ledger, info->size, info->root, err));
    if (info->size == 0) {
        return CUSTODY_OK;
    }
    TRY(ledger_time(site->ledger, &info->t, err));
    TRY(ledger_id(site->ledger, info->id, err));
    TRY(site_first_ledger(site, info->first, err));
    TRY(store_get_int(site->store, err, &info->checkpoint_size, &is_found,
                      "SELECT max(size) FROM ledger_checkpoint", ""));
    const json_t *policy = NULL;
    TRY(state_policy(&site->state, info->size, info->t, &policy, err));
    info->policy_idx = site->state.policy_idx;
    struct store_query query = {0};
    enum custody_status rc =
        store_query(site->store, &query, err, "SELECT name FROM site WHERE id = 1", "");
    if (rc == CUSTODY_OK && query.has_row) {
        (void)strncpy(info->name, store_text(&query, 0), sizeof info->name - 1);
    }
    store_end(&query);
    return rc;
}

enum custody_status custody_site_info(struct custody_site *site, json_t **ret_info,
                                      struct custody_error *err)
{
    struct info info = {.size = 0};
    char root[65];
    char id[65];
    char t[INSTANT_TEXT_SIZE] = "";
    char code[CUSTODY_SITE_LEN + 1] = "";
    TRY(read_info(site, &info, err));
    text_hex(info.root, HASH_LEN, root);
    text_hex(info.id, HASH_LEN, id);
    int64_t ahead = info.t - instant_now();
    json_t *warnings = json_array();
    if (info.size > 0) {
        instant_format(info.t, t);
        custody_site_code(info.first, code);
        if (ahead > CLOCK_BEHIND_WARN_S) {
            (void)json_array_append_new(warnings, json_string("clock-behind"));
        }
    }
    return json_give(json_pack("{s:I,s:I,s:s,s:b,s:s*,s:s,s:s,s:I,s:s,s:s,s:I,s:s*,s:o}",
                               "checkpoint_size", (json_int_t)info.checkpoint_size,
                               "clock_ahead_s", (json_int_t)(ahead > 0 ? ahead : 0), "dir",
                               site->dir, "founded", (int)site->is_founded, "ledger",
                               info.size > 0 ? id : NULL, "name", info.name, "origin",
                               site->origin, "policy_idx", (json_int_t)info.policy_idx, "root",
                               root, "site_code", code, "size", (json_int_t)info.size, "t",
                               info.size > 0 ? t : NULL, "warnings", warnings),
                     ret_info, err);
}

enum custody_status custody_site_policy(struct custody_site *site, json_t **ret_policy,
                                        struct custody_error *err)
{
    const json_t *policy = NULL;
    int64_t size = 0;
    int64_t t = 0;
    TRY(ledger_size(site->ledger, &size, err));
    TRY(ledger_time(site->ledger, &t, err));
    int64_t now = instant_now();
    TRY(state_policy(&site->state, size, now > t ? now : t, &policy, err));
    return json_give(json_deep_copy(policy), ret_policy, err);
}

enum custody_status custody_site_found_body(struct custody_site *site, const char *name,
                                            int utc_offset_min, const json_t *policy,
                                            const json_t *founders, json_t **ret_body,
                                            struct custody_error *err)
{
    struct note_key key;
    struct sign_key secret = {0};
    char *vkey = NULL;
    enum custody_status rc =
        logkey_load(site->dir, LOG_KEY_FILE, site->origin, &key, &secret, err);
    if (rc == CUSTODY_OK) {
        rc = logkey_vkey(&key, &vkey, err);
    }
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:o,s:s,s:s,s:s,s:o,s:n,s:i,s:i}", "founders",
                                 json_deep_copy(founders), "log", vkey, "name", name, "origin",
                                 site->origin, "policy", json_deep_copy(policy), "sheet",
                                 "terminals", 1, "utc_offset_min", utc_offset_min),
                       ret_body, err);
    }
    free(vkey);
    sign_key_clear(&secret);
    return rc;
}

enum custody_status custody_site_rotate_body(struct custody_site *site, json_t **ret_body,
                                             struct custody_error *err)
{
    struct note_key key;
    struct sign_key secret = {0};
    char *vkey = NULL;
    uint8_t proof[SIGN_LEN];
    struct buf base64 = BUF_INIT(96);
    enum custody_status rc = logkey_create(site->dir, LOG_KEY_NEXT, err);
    if (rc == CUSTODY_OK) {
        rc = logkey_load(site->dir, LOG_KEY_NEXT, site->origin, &key, &secret, err);
    }
    if (rc == CUSTODY_OK) {
        rc = logkey_vkey(&key, &vkey, err);
    }
    if (rc == CUSTODY_OK) {
        credential_prove_key(&secret, site->origin, "", proof);
        rc = text_put_base64(&base64, proof, sizeof proof, err);
    }
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:s,s:s}", "log", vkey, "proof", (char *)base64.data),
                       ret_body, err);
    }
    buf_clear(&base64);
    free(vkey);
    sign_key_clear(&secret);
    return rc;
}

/* ---- ledger documents ---- */

enum custody_status custody_checkpoint(struct custody_site *site, char **ret_note,
                                       char paper_code[33], struct custody_error *err)
{
    struct note_key key;
    struct sign_key secret = {0};
    char *state = NULL;
    uint8_t hash[HASH_LEN];
    struct checkpoint checkpoint;
    struct buf note = BUF_INIT(NOTE_MAX);
    enum custody_status rc =
        logkey_load(site->dir, LOG_KEY_FILE, site->origin, &key, &secret, err);
    if (rc == CUSTODY_OK) {
        rc = site_path(site->dir, SIGNER_STATE, &state, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_checkpoint(site->ledger, state, &key, &secret, instant_now(), &note, err);
    }
    if (rc == CUSTODY_OK) {
        rc = checkpoint_parse(note.data, note.len, &checkpoint, err);
    }
    if (rc == CUSTODY_OK) {
        hash_sha256(note.data, checkpoint.text_len, hash);
        text_paper_code(hash, paper_code);
        *ret_note = (char *)buf_detach(&note, NULL);
    }
    buf_clear(&note);
    free(state);
    sign_key_clear(&secret);
    return rc;
}

enum custody_status custody_export(struct custody_site *site, const char *dir,
                                   struct custody_error *err)
{
    char *note = NULL;
    char code[33];
    struct buf cosigned = BUF_INIT(NOTE_MAX);
    TRY(custody_checkpoint(site, &note, code, err));
    enum custody_status rc = buf_put_text(&cosigned, note, err);
    if (rc == CUSTODY_OK) {
        rc = ledger_put_cosignatures(site->ledger, note, strlen(note), &cosigned, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_export(site->ledger, dir, cosigned.data, cosigned.len, err);
    }
    buf_clear(&cosigned);
    free(note);
    return rc;
}

enum custody_status custody_trust(struct custody_site *site, char **ret_text,
                                  struct custody_error *err)
{
    char vkey[400];
    struct note_key key;
    uint8_t id[HASH_LEN];
    struct buf text = BUF_INIT(4096);
    TRY(ledger_id(site->ledger, id, err));
    TRY(site->domain.log_vkey(site->domain.ctx, vkey, sizeof vkey, err));
    TRY(note_key_parse(vkey, &key, err));
    enum custody_status rc = trust_write(id, &key, &text, err);
    if (rc == CUSTODY_OK) {
        *ret_text = (char *)buf_detach(&text, NULL);
    }
    buf_clear(&text);
    return rc;
}

enum custody_status custody_receipt(struct custody_site *site, int64_t idx, char **ret_text,
                                    struct custody_error *err)
{
    char *note = NULL;
    char code[33];
    struct buf text = BUF_INIT(4 * ENVELOPE_MAX);
    TRY(custody_checkpoint(site, &note, code, err));
    enum custody_status rc =
        ledger_receipt_write(site->ledger, idx, note, strlen(note), &text, err);
    if (rc == CUSTODY_OK) {
        *ret_text = (char *)buf_detach(&text, NULL);
    }
    buf_clear(&text);
    free(note);
    return rc;
}

static enum custody_status entry_flags(struct custody_site *site, int64_t idx, json_t *flags,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(site->store, &query, err,
                    "SELECT code, text FROM flag WHERE idx = ?1 ORDER BY n", "i", idx);
    while (rc == CUSTODY_OK && query.has_row) {
        if (json_array_append_new(flags, json_pack("{s:s,s:s}", "code", store_text(&query, 0),
                                                   "text", store_text(&query, 1))) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
            break;
        }
        rc = store_next(&query, err);
    }
    store_end(&query);
    return rc;
}

enum custody_status custody_entry(struct custody_site *site, int64_t idx,
                                  enum custody_lang lang, json_t **ret_entry,
                                  struct custody_error *err)
{
    struct envelope envelope = {0};
    char id_hex[65];
    int64_t t = 0;
    bool is_found = false;
    char t_text[INSTANT_TEXT_SIZE];
    const json_t *policy = NULL;
    json_t *sentence = NULL;
    TRY(site_entry(site, idx, &envelope, err));
    json_t *flags = json_array();
    text_hex(envelope.act_id, HASH_LEN, id_hex);
    enum custody_status rc = store_get_int(site->store, err, &t, &is_found,
                                           "SELECT t FROM act_log WHERE idx = ?1", "i", idx);
    if (rc == CUSTODY_OK) {
        instant_format(is_found ? t : envelope.payload.at, t_text);
        /* Entry 0 brings the first policy and has none yet. */
        rc = idx > 0 ? state_policy(&site->state, idx, t, &policy, err) : CUSTODY_OK;
    }
    if (rc == CUSTODY_OK) {
        rc = sentence_json(&envelope.payload, policy, lang, site->utc_offset_min, &sentence,
                           err);
    }
    if (rc == CUSTODY_OK) {
        rc = entry_flags(site, idx, flags, err);
    }
    if (rc == CUSTODY_OK) {
        const json_t *root = envelope.payload.root;
        rc = json_give(json_pack("{s:s,s:s,s:O,s:O,s:s,s:O,s:I,s:O,s:O,s:s}", "act",
                                 envelope.payload.act, "act_id", id_hex, "at",
                                 json_object_get(root, "at"), "body",
                                 json_object_get(root, "body"), "by", envelope.payload.by,
                                 "flags", flags, "idx", (json_int_t)idx, "sentence", sentence,
                                 "signers", json_object_get(root, "signers"), "t", t_text),
                       ret_entry, err);
    }
    json_decref(sentence);
    json_decref(flags);
    envelope_clear(&envelope);
    return rc;
}

/* ---- openings of all personal fields ---- */

static enum custody_status opening_json(int64_t idx, const struct opening *opening,
                                        json_t **ret_opening, struct custody_error *err)
{
    char k_com[65];
    struct buf base64 = BUF_INIT(128 * 1024);
    text_hex(opening->k_com, HASH_LEN, k_com);
    enum custody_status rc =
        text_put_base64(&base64, opening->padded.data, opening->padded.len, err);
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:I,s:s,s:s,s:s}", "entry", (json_int_t)idx, "k_com", k_com,
                                 "pointer", opening->pointer, "pt", (char *)base64.data),
                       ret_opening, err);
    }
    buf_clear(&base64);
    return rc;
}

/* What an entry erased has no opening any more. */
static enum custody_status is_field_erased(struct custody_site *site,
                                           const struct sealed_field *field, bool *ret_is,
                                           struct custody_error *err)
{
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    int64_t idx = 0;
    return text_unhex(field->k, strlen(field->k), k, sizeof k)
               ? site_erased_at(site->store, k, &idx, ret_is, err)
               : custody_fail(err, CUSTODY_ERR_TAMPERED, "A subject of an entry is malformed.");
}

static enum custody_status entry_openings(struct custody_site *site, struct vault *vault,
                                          int64_t idx, json_t *array, struct custody_error *err)
{
    struct envelope envelope = {0};
    struct sealed_fields fields = {0};
    TRY(site_entry(site, idx, &envelope, err));
    enum custody_status rc = vault_find_fields(envelope.payload.root, &fields, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < fields.count; i++) {
        struct opening opening = {0};
        json_t *json = NULL;
        bool is_erased = false;
        rc = is_field_erased(site, &fields.items[i], &is_erased, err);
        if (rc != CUSTODY_OK || is_erased) {
            continue;
        }
        rc = vault_read_opening(vault, envelope.act_id, envelope.payload.nonce,
                                fields.items[i].pointer, &opening, err);
        if (rc == CUSTODY_OK) {
            rc = opening_json(idx, &opening, &json, err);
        }
        if (rc == CUSTODY_OK && json_array_append_new(array, json) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
        opening_clear(&opening);
    }
    sealed_fields_clear(&fields);
    envelope_clear(&envelope);
    return rc;
}

enum custody_status custody_openings(struct custody_site *site, char **ret_text,
                                     struct custody_error *err)
{
    struct vault *vault = NULL;
    int64_t size = 0;
    struct buf text = BUF_INIT((size_t)1 << 30);
    json_t *array = json_array();
    enum custody_status rc = array == NULL
                                 ? custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.")
                                 : site_vault(site, &vault, err);
    if (rc == CUSTODY_OK) {
        rc = ledger_size(site->ledger, &size, err);
    }
    for (int64_t idx = 0; rc == CUSTODY_OK && idx < size; idx++) {
        rc = entry_openings(site, vault, idx, array, err);
    }
    if (rc == CUSTODY_OK) {
        rc = canon_write(&text, array, CANON_FILE, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_text = (char *)buf_detach(&text, NULL);
    }
    json_decref(array);
    buf_clear(&text);
    return rc;
}
