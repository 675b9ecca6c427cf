/* Sign and submit, and request files between machines (FORMATS.md §2, §8). */
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "instant.h"
#include "sentence.h"
#include "site_impl.h"
#include "text.h"

/* ---- request files ---- */

enum custody_status custody_request_read(const void *data, size_t len,
                                         struct custody_request **ret_request,
                                         struct custody_error *err)
{
    struct custody_request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    enum custody_status rc = request_parse(data, len, &request->request, err);
    if (rc == CUSTODY_OK) {
        *ret_request = request;
    } else {
        free(request);
    }
    return rc;
}

enum custody_status custody_request_write(const struct custody_request *request,
                                          char **ret_data, size_t *ret_len,
                                          struct custody_error *err)
{
    struct buf out = BUF_INIT(REQUEST_MAX);
    enum custody_status rc = request_write(&request->request, &out, err);
    if (rc == CUSTODY_OK) {
        *ret_data = (char *)buf_detach(&out, ret_len);
    }
    buf_clear(&out);
    return rc;
}

/* Consistency proof between two sizes of this ledger, in whichever order. */
static enum custody_status prove_between(struct custody_site *site, int64_t a, int64_t b,
                                         struct tree_proof *ret_proof,
                                         struct custody_error *err)
{
    return ledger_prove_consistency(site->ledger, a < b ? a : b, a < b ? b : a, ret_proof, err);
}

/* The largest head that any of a person's credentials is known to have seen. */
static enum custody_status known_seen(struct custody_site *site, const char *signer,
                                      int64_t *ret_size, struct custody_error *err)
{
    struct store_query query = {0};
    int64_t size = 0;
    enum custody_status rc = store_query(
        site->store, &query, err,
        "SELECT keyid FROM credential WHERE handle = ?1 AND revoked_idx IS NULL", "t", signer);
    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        int64_t seen = 0;
        const void *keyid = store_blob(&query, 0, &len);
        if (len == HASH_LEN) {
            rc = ledger_last_seen(site->ledger, keyid, &seen, err);
        }
        size = seen > size ? seen : size;
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_size = size;
    }
    return rc;
}

static enum custody_status note_of_size(struct custody_site *site, int64_t size,
                                        struct buf *out, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        site->store, &query, err,
        "SELECT note FROM ledger_checkpoint WHERE size = ?1 ORDER BY at DESC LIMIT 1", "i",
        size);
    if (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        if (store_column_type(&query, 0) == 'b') {
            const void *note = store_blob(&query, 0, &len);
            rc = buf_put(out, note, len, err);
        } else {
            rc = buf_put_text(out, store_text(&query, 0), err);
        }
    }
    store_end(&query);
    return rc;
}

enum custody_status custody_request_export(struct custody_site *site,
                                           struct custody_request *request, const char *signer,
                                           int64_t from, char **ret_data, size_t *ret_len,
                                           struct custody_error *err)
{
    struct payload payload = {0};
    struct vault *vault = NULL;
    char *note = NULL;
    char code[33];
    TRY(payload_parse(request->request.payload.data, request->request.payload.len, &payload,
                      err));
    enum custody_status rc = CUSTODY_OK;
    int64_t size = payload.seen_size;
    if (size > 0) {
        /* A checkpoint of exactly that size: issued now when the ledger has not moved on. */
        request->request.checkpoint.max = NOTE_MAX;
        buf_clear(&request->request.checkpoint);
        rc = note_of_size(site, size, &request->request.checkpoint, err);
        int64_t now_size = 0;
        if (rc == CUSTODY_OK && request->request.checkpoint.len == 0) {
            rc = ledger_size(site->ledger, &now_size, err);
        }
        if (rc == CUSTODY_OK && now_size == size) {
            rc = custody_checkpoint(site, &note, code, err);
            if (rc == CUSTODY_OK) {
                rc = buf_put_text(&request->request.checkpoint, note, err);
            }
        }
        if (rc == CUSTODY_OK && from < 0) {
            rc = known_seen(site, signer, &from, err);
        }
        if (rc == CUSTODY_OK) {
            request->request.from = from;
            rc = prove_between(site, from, size, &request->request.proof, err);
        }
    }
    if (rc == CUSTODY_OK && request->request.opening_count > 0) {
        rc = site_vault(site, &vault, err);
        if (rc == CUSTODY_OK) {
            rc = vault_keep_subjects(vault, instant_now(), err);
        }
    }
    free(note);
    payload_clear(&payload);
    TRY(rc);
    return custody_request_write(request, ret_data, ret_len, err);
}

/* ---- describe ---- */

/* Replace {c,k} at pointer with the opened text. Pointers here have no escapes to undo: member
 * names of bodies are plain. */
static int show_opening(json_t *root, const struct opening *opening)
{
    size_t plain = 0;
    char name[64];
    json_t *parent = root;
    const char *at = opening->pointer;
    if (vault_unpad(opening->padded.data, opening->padded.len, &plain, NULL) != CUSTODY_OK) {
        return 0;
    }
    while (parent != NULL && *at == '/') {
        size_t len = strcspn(at + 1, "/");
        if (len >= sizeof name) {
            return 0;
        }
        memcpy(name, at + 1, len);
        name[len] = '\0';
        at += len + 1;
        if (*at == '\0') {
            json_t *text = json_stringn((const char *)opening->padded.data, plain);
            if (text == NULL) {
                text = json_string("(image)");
            }
            return json_is_object(parent) ? json_object_set_new(parent, name, text) : 0;
        }
        parent = json_is_array(parent) ? json_array_get(parent, (size_t)strtoul(name, NULL, 10))
                                       : json_object_get(parent, name);
    }
    return 0;
}

static enum custody_status describe_refs(const struct request *request, enum custody_lang lang,
                                         int offset, json_t *refs, struct custody_error *err)
{
    for (size_t i = 0; i < request->ref_count; i++) {
        struct payload payload = {0};
        uint8_t id[HASH_LEN];
        char id_hex[65];
        json_t *sentence = NULL;
        const struct buf *ref = &request->refs[i];
        TRY(payload_parse(ref->data, ref->len, &payload, err));
        enum custody_status rc = envelope_act_id(ref->data, ref->len, id, err);
        if (rc == CUSTODY_OK) {
            rc = sentence_json(&payload, NULL, lang, offset, &sentence, err);
        }
        payload_clear(&payload);
        TRY(rc);
        text_hex(id, sizeof id, id_hex);
        if (json_array_append_new(
                refs, json_pack("{s:s,s:o}", "act_id", id_hex, "sentence", sentence)) != 0) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
    }
    return CUSTODY_OK;
}

static enum custody_status describe_payload(const struct custody_request *request,
                                            const struct payload *payload,
                                            enum custody_lang lang, int offset,
                                            json_t **ret_description, struct custody_error *err)
{
    uint8_t id[HASH_LEN];
    char id_hex[65];
    char root_hex[65];
    char ledger_hex[65];
    json_t *sentence = NULL;
    json_t *refs = json_array();
    json_t *root = json_deep_copy(payload->root);
    json_t *signed_by = json_array();
    int bad = refs == NULL || root == NULL || signed_by == NULL;
    enum custody_status rc = bad != 0 ? custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.")
                                      : envelope_act_id(request->request.payload.data,
                                                        request->request.payload.len, id, err);
    if (rc == CUSTODY_OK) {
        rc = sentence_json(payload, NULL, lang, offset, &sentence, err);
    }
    if (rc == CUSTODY_OK) {
        rc = describe_refs(&request->request, lang, offset, refs, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < request->request.opening_count; i++) {
        bad |= show_opening(root, &request->request.openings[i]);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < request->request.signature_count; i++) {
        char keyid[65];
        text_hex(request->request.signatures[i].keyid, HASH_LEN, keyid);
        bad |= json_array_append_new(signed_by, json_string(keyid));
    }
    if (rc == CUSTODY_OK && bad != 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    if (rc == CUSTODY_OK) {
        text_hex(id, sizeof id, id_hex);
        text_hex(payload->seen_root, HASH_LEN, root_hex);
        text_hex(payload->ledger, HASH_LEN, ledger_hex);
        json_t *flags = request->flags != NULL ? json_incref(request->flags) : json_array();
        rc = json_give(json_pack("{s:s,s:s,s:O,s:s,s:O,s:o,s:{s:s,s:I},s:s*,s:O,s:O,s:O,s:O}",
                                 "act", payload->act, "act_id", id_hex, "at",
                                 json_object_get(root, "at"), "by", payload->by, "fields",
                                 json_object_get(root, "body"), "flags", flags, "head", "root",
                                 root_hex, "size", (json_int_t)payload->seen_size, "ledger",
                                 payload->has_ledger ? ledger_hex : NULL, "refs", refs,
                                 "sentence", sentence, "signed", signed_by, "signers",
                                 json_object_get(root, "signers")),
                       ret_description, err);
    }
    json_decref(sentence);
    json_decref(refs);
    json_decref(root);
    json_decref(signed_by);
    return rc;
}

enum custody_status custody_request_describe(const struct custody_request *request,
                                             enum custody_lang lang, int utc_offset_min,
                                             json_t **ret_description,
                                             struct custody_error *err)
{
    struct payload payload = {0};
    TRY(payload_parse(request->request.payload.data, request->request.payload.len, &payload,
                      err));
    enum custody_status rc =
        describe_payload(request, &payload, lang, utc_offset_min, ret_description, err);
    payload_clear(&payload);
    return rc;
}

/* ---- sign ---- */

struct asking {
    const struct custody_request *request;
    enum custody_lang lang;
    int utc_offset_min;
    custody_ask ask;
    void *arg;
    enum custody_status rc;
    struct custody_error *err;
};

static bool ask_person(void *arg, const struct credential_question *question)
{
    struct asking *asking = arg;
    json_t *description = NULL;
    json_t *replaces = NULL;
    if (asking->ask == NULL) {
        return true;
    }
    asking->rc = describe_payload(asking->request, question->payload, asking->lang,
                                  asking->utc_offset_min, &description, asking->err);
    if (asking->rc == CUSTODY_OK && question->replaced != NULL) {
        asking->rc = sentence_json(question->replaced, NULL, asking->lang,
                                   asking->utc_offset_min, &replaces, asking->err);
    }
    bool answer = false;
    if (asking->rc == CUSTODY_OK &&
        (json_object_set_new(description, "first_head",
                             json_boolean(question->is_first_head)) != 0 ||
         json_object_set_new(description, "skipped_acts",
                             json_integer(question->skipped_acts)) != 0 ||
         json_object_set_new(description, "replaces",
                             replaces != NULL ? json_incref(replaces) : json_null()) != 0)) {
        asking->rc = custody_fail(asking->err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    if (asking->rc == CUSTODY_OK) {
        answer = asking->ask(asking->arg, description);
    }
    json_decref(replaces);
    json_decref(description);
    return answer;
}

enum custody_status site_prove_for(struct custody_site *site, struct request *request,
                                   const struct credential *credential,
                                   struct custody_error *err)
{
    struct credential_seen seen = {0};
    struct payload payload = {0};
    int64_t size = 0;
    TRY(payload_parse(request->payload.data, request->payload.len, &payload, err));
    bool has_ledger = payload.has_ledger;
    enum custody_status rc =
        has_ledger ? credential_seen(credential, payload.ledger, &seen, err) : CUSTODY_OK;
    int64_t offered = payload.seen_size;
    payload_clear(&payload);
    TRY(rc);
    if (!has_ledger) {
        return CUSTODY_OK;
    }
    TRY(ledger_size(site->ledger, &size, err));
    if (seen.size > size) {
        return custody_refuse(err, "seen",
                              "This credential has seen %lld entries of the ledger, which has "
                              "only %lld: it was restored or cut. Do not sign; append the lost "
                              "entries from an export (custody site reappend) first.",
                              (long long)seen.size, (long long)size);
    }
    request->from = seen.size;
    return prove_between(site, seen.size, offered, &request->proof, err);
}

enum custody_status custody_sign(struct custody_site *site, struct custody_request *request,
                                 struct custody_credential *credential, enum custody_lang lang,
                                 custody_ask ask, void *arg, struct custody_error *err)
{
    struct custody_error why = {0}; /* why nobody could be asked */
    struct asking asking = {.request = request,
                            .lang = lang,
                            .utc_offset_min = site != NULL ? site->utc_offset_min : 480,
                            .ask = ask,
                            .arg = arg,
                            .rc = CUSTODY_OK,
                            .err = &why};
    if (site != NULL) {
        TRY(site_prove_for(site, &request->request, credential->credential, err));
    }
    enum custody_status rc =
        credential_sign(credential->credential, &request->request, ask_person, &asking, err);
    if (asking.rc != CUSTODY_OK && err != NULL) {
        *err = why;
    }
    return asking.rc != CUSTODY_OK ? asking.rc : rc;
}

/* ---- submit ---- */

/* The answer, made before the act is appended: want of memory must not turn up after. */
static enum custody_status result_json(struct custody_site *site, const struct payload *payload,
                                       const uint8_t act_id[HASH_LEN], enum custody_lang lang,
                                       json_t **ret_result, struct custody_error *err)
{
    char id_hex[65];
    char at[INSTANT_TEXT_SIZE];
    const json_t *policy = NULL;
    json_t *sentence = NULL;
    text_hex(act_id, HASH_LEN, id_hex);
    instant_format(payload->at, at);
    if (site->is_founded) {
        int64_t size = 0;
        TRY(ledger_size(site->ledger, &size, err));
        TRY(state_policy(&site->state, size, payload->at, &policy, err));
    }
    TRY(sentence_json(payload, policy, lang, site->utc_offset_min, &sentence, err));
    return json_give(json_pack("{s:s,s:s,s:s,s:[],s:I,s:b,s:o}", "act", payload->act, "act_id",
                               id_hex, "at", at, "flags", "idx", (json_int_t)0, "repeat", 0,
                               "sentence", sentence),
                     ret_result, err);
}

/* Fill in what only the append could tell. Flags that find no memory are left out here; the
 * ledger has them (flag.list). */
static void complete_result(json_t *result, const struct ledger_appended *appended,
                            const struct judge *judge)
{
    json_t *flags = NULL;
    int bad = json_integer_set(json_object_get(result, "idx"), (json_int_t)appended->idx);
    bad |= json_object_set_new(result, "repeat", json_boolean(appended->is_repeat));
    if (judge_flags_json(judge, &flags, NULL) == CUSTODY_OK) {
        bad |= json_object_set_new(result, "flags", flags);
    }
    (void)bad;
}

/* From here on the act stands, so no failure is reported any more: what is left undone, the
 * next open for writing does (site_settle, vault_sweep). */
static void finish(struct custody_site *site, const struct payload *payload,
                   const struct ledger_appended *appended, struct vault *vault)
{
    bool is_done = vault == NULL ||
                   vault_make_live(vault, appended->act_id, appended->idx, NULL) == CUSTODY_OK;
    if (appended->idx == 0 || strcmp(payload->act, "log.rotate/1") == 0) {
        is_done = site_settle(site, NULL) == CUSTODY_OK && is_done;
        is_done = site_refresh(site, NULL) == CUSTODY_OK && is_done;
    }
    (void)is_done;
}

enum custody_status site_keep_texts(struct custody_site *site, const struct request *request,
                                    const struct payload *payload,
                                    const uint8_t act_id[HASH_LEN], struct vault **ret_vault,
                                    struct custody_error *err)
{
    if (request->opening_count == 0) {
        return CUSTODY_OK;
    }
    TRY(site_vault(site, ret_vault, err));
    return vault_store_pending(*ret_vault, act_id, payload->root, request->openings,
                               request->opening_count, instant_now(), err);
}

static enum custody_status append(struct custody_site *site, const struct request *request,
                                  const struct payload *payload, enum custody_lang lang,
                                  json_t **ret_result, struct custody_error *err)
{
    uint8_t act_id[HASH_LEN];
    struct ledger_appended appended;
    struct judge judge;
    struct vault *vault = NULL;
    json_t *result = NULL;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    judge_init(&judge, false, 256);
    enum custody_status rc =
        envelope_act_id(request->payload.data, request->payload.len, act_id, err);
    if (rc == CUSTODY_OK) {
        rc = envelope_write(request->payload.data, request->payload.len, request->signatures,
                            request->signature_count, &envelope, err);
    }
    if (rc == CUSTODY_OK) {
        rc = result_json(site, payload, act_id, lang, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = site_keep_texts(site, request, payload, act_id, &vault, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_append(site->ledger, envelope.data, envelope.len, instant_now(), &judge,
                           &appended, err);
    }
    if (rc == CUSTODY_OK) {
        finish(site, payload, &appended, vault);
        complete_result(result, &appended, &judge);
        *ret_result = result;
        result = NULL;
    }
    json_decref(result);
    buf_clear(&envelope);
    judge_clear(&judge);
    return rc;
}

enum custody_status custody_submit(struct custody_site *site,
                                   const struct custody_request *request,
                                   enum custody_lang lang, json_t **ret_result,
                                   struct custody_error *err)
{
    struct payload payload = {0};
    TRY(request_check(&request->request, &payload, err));
    enum custody_status rc = CUSTODY_OK;
    if (request->request.signature_count < payload.signer_count) {
        rc = custody_fail(
            err, CUSTODY_ERR_INVALID,
            "%zu of %zu signatures are there: have the others sign (custody sign).",
            request->request.signature_count, payload.signer_count);
    }
    if (rc == CUSTODY_OK) {
        rc = append(site, &request->request, &payload, lang, ret_result, err);
    }
    payload_clear(&payload);
    return rc;
}
