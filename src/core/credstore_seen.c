/*
 * The person's witness: what a credential saw of each ledger.
 *
 * Must not know what an act means or how it is signed. Invariants: the head kept never shrinks
 * and never changes branch; a damaged record is never taken for an empty one; a record is
 * replaced only by who knows the one it replaces.
 */
#include "credstore_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "text.h"

/* A payload in base64 and the rest; twice a group's, of which one replaces the other. */
#define SEEN_FILE_MAX   (72U * 1024U + CREDENTIAL_GROUP_BYTES_MAX / 3U * 8U)
#define LOCK_TIMEOUT_MS 5000
#define MEMBER_COUNT    6U /* "earlier" beside them after acts signed together */

static enum custody_status fail_rule(struct custody_error *err, enum custody_status status,
                                     const char *rule, const char *text)
{
    (void)custody_refuse(err, rule, "%s", text);
    if (err != NULL) {
        err->status = status;
    }
    return status;
}

/* ---- the record ---- */

static enum custody_status record_path(const struct credential *credential,
                                       const uint8_t ledger[HASH_LEN], const char *suffix,
                                       char **ret_path, struct custody_error *err)
{
    char keyid_hex[2 * HASH_LEN + 1];
    char ledger_hex[2 * HASH_LEN + 1];
    char name[2 * HASH_LEN + 1 + 16 + 8];

    text_hex(credential->info.keyid, HASH_LEN, keyid_hex);
    text_hex(ledger, HASH_LEN, ledger_hex);
    (void)snprintf(name, sizeof name, "%s.%.16s%s", keyid_hex, ledger_hex, suffix);
    char *path = file_join(credential->dir, name);
    if (path == NULL) {
        return credstore_no_memory(err);
    }
    *ret_path = path;
    return CUSTODY_OK;
}

static bool take_hex(const json_t *value, uint8_t out[HASH_LEN])
{
    return json_is_string(value) &&
           text_unhex(json_string_value(value), json_string_length(value), out, HASH_LEN);
}

/* Is it an act of this person in this ledger, with that id and number? why: want of memory. */
static bool is_own_act(const struct credential *credential, const uint8_t ledger[HASH_LEN],
                       const struct buf *bytes, const uint8_t act_id[HASH_LEN],
                       int64_t actor_seq, struct custody_error *why)
{
    struct payload payload;
    uint8_t id[HASH_LEN];

    if (envelope_act_id(bytes->data, bytes->len, id, why) != CUSTODY_OK ||
        memcmp(id, act_id, HASH_LEN) != 0 ||
        payload_parse(bytes->data, bytes->len, &payload, why) != CUSTODY_OK) {
        return false;
    }
    bool is_own = payload.actor_seq == actor_seq && payload.has_ledger &&
                  memcmp(payload.ledger, ledger, HASH_LEN) == 0 &&
                  strcmp(payload.by, credential->info.handle) == 0;
    payload_clear(&payload);
    return is_own;
}

/* One of the acts signed together with the last one. */
static bool take_act(const json_t *value, const struct credential *credential,
                     const uint8_t ledger[HASH_LEN], int64_t actor_seq, struct buf *payload,
                     struct custody_error *why)
{
    const json_t *text = json_object_get(value, "payload");
    uint8_t act_id[HASH_LEN];

    return json_object_size(value) == 2 && take_hex(json_object_get(value, "act_id"), act_id) &&
           json_is_string(text) &&
           text_put_unbase64(payload, json_string_value(text), json_string_length(text), why) ==
               CUSTODY_OK &&
           is_own_act(credential, ledger, payload, act_id, actor_seq, why);
}

/* There is no such member when the last act was signed alone. */
static bool take_earlier(const json_t *root, const struct credential *credential,
                         const uint8_t ledger[HASH_LEN], struct credstore_record *record,
                         struct custody_error *why)
{
    const json_t *list = json_object_get(root, "earlier");
    const size_t count = json_array_size(list);
    bool is_good = true;

    if (list == NULL) {
        return true;
    }
    if (count == 0 || count >= CREDENTIAL_GROUP_MAX ||
        (int64_t)count >= record->seen.actor_seq) {
        return false;
    }
    record->earlier = calloc(count, sizeof *record->earlier);
    if (record->earlier == NULL) {
        (void)credstore_no_memory(why);
        return false;
    }
    record->earlier_count = count;
    for (size_t i = 0; i < count && is_good; i++) {
        record->earlier[i] = (struct buf)BUF_INIT(PAYLOAD_MAX);
        is_good =
            take_act(json_array_get(list, i), credential, ledger,
                     record->seen.actor_seq - (int64_t)(count - i), &record->earlier[i], why);
    }
    return is_good;
}

/* The act signed last: null and "" or an id and the payload that has it. */
static bool take_last_act(const json_t *root, const struct credential *credential,
                          const uint8_t ledger[HASH_LEN], struct credstore_record *record,
                          struct custody_error *why)
{
    const json_t *act_id = json_object_get(root, "act_id");
    const json_t *payload = json_object_get(root, "payload");

    if (!json_is_string(payload) ||
        text_put_unbase64(&record->payload, json_string_value(payload),
                          json_string_length(payload), why) != CUSTODY_OK) {
        return false;
    }
    if (json_is_null(act_id)) {
        return record->payload.len == 0 && record->seen.actor_seq == 0;
    }
    return take_hex(act_id, record->seen.act_id) &&
           is_own_act(credential, ledger, &record->payload, record->seen.act_id,
                      record->seen.actor_seq, why);
}

static bool take_record(const json_t *root, const struct credential *credential,
                        const uint8_t ledger[HASH_LEN], struct credstore_record *record,
                        struct custody_error *why)
{
    const json_t *actor_seq = json_object_get(root, "actor_seq");
    const json_t *size = json_object_get(root, "size");
    uint8_t ledger_in_file[HASH_LEN];

    const size_t more = json_object_get(root, "earlier") != NULL ? 1 : 0;

    if (!json_is_object(root) || json_object_size(root) != MEMBER_COUNT + more ||
        !json_is_integer(actor_seq) || json_integer_value(actor_seq) < 0 ||
        !json_is_integer(size) || json_integer_value(size) < 1 ||
        !take_hex(json_object_get(root, "root"), record->seen.root) ||
        !take_hex(json_object_get(root, "ledger"), ledger_in_file) ||
        memcmp(ledger_in_file, ledger, HASH_LEN) != 0) {
        return false;
    }
    record->seen.actor_seq = (int64_t)json_integer_value(actor_seq);
    record->seen.size = (int64_t)json_integer_value(size);
    return take_last_act(root, credential, ledger, record, why) &&
           take_earlier(root, credential, ledger, record, why);
}

void credstore_record_clear(struct credstore_record *record)
{
    buf_clear(&record->payload);
    for (size_t i = 0; i < record->earlier_count; i++) {
        buf_clear(&record->earlier[i]);
    }
    free(record->earlier);
    memset(record, 0, sizeof *record);
}

enum custody_status credstore_read_record(const struct credential *credential,
                                          const uint8_t ledger[HASH_LEN],
                                          struct credstore_record *ret_record,
                                          struct custody_error *err)
{
    struct buf text = BUF_INIT(SEEN_FILE_MAX);
    struct credstore_record record = {.payload = {.max = PAYLOAD_MAX}};
    struct custody_error why = {0};
    bool is_bad = false;
    json_t *root = NULL;
    char *path = NULL;
    enum custody_status rc = record_path(credential, ledger, ".seen", &path, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = file_read(path, SEEN_FILE_MAX, &text, err);
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        rc = CUSTODY_OK;
        goto out;
    }
    if (rc == CUSTODY_OK) {
        rc = canon_parse(text.data, text.len, CANON_FILE, &root, err);
    }
    is_bad = rc == CUSTODY_ERR_INVALID || rc == CUSTODY_ERR_LIMIT ||
             (rc == CUSTODY_OK && !take_record(root, credential, ledger, &record, &why));
    if (is_bad && why.status == CUSTODY_ERR_NOMEM) {
        rc = credstore_no_memory(err);
    } else if (is_bad) {
        rc = fail_rule(err, CUSTODY_ERR_INVALID, "seen",
                       "the record of what this credential saw is damaged; put back its copy, "
                       "or have an officer enrol a new credential");
    }
out:
    if (rc == CUSTODY_OK) {
        *ret_record = record;
        memset(&record, 0, sizeof record);
    }
    credstore_record_clear(&record);
    json_decref(root);
    buf_clear(&text);
    free(path);
    return rc;
}

static json_t *act_value(const struct buf *act)
{
    struct buf text = BUF_INIT(SEEN_FILE_MAX);
    uint8_t id[HASH_LEN];
    char id_hex[2 * HASH_LEN + 1];
    json_t *value = NULL;

    if (envelope_act_id(act->data, act->len, id, NULL) == CUSTODY_OK &&
        text_put_base64(&text, act->data, act->len, NULL) == CUSTODY_OK) {
        text_hex(id, HASH_LEN, id_hex);
        value = json_pack("{s:s, s:s}", "act_id", id_hex, "payload", (const char *)text.data);
    }
    buf_clear(&text);
    return value;
}

/* NULL: no memory. */
static json_t *earlier_value(const struct credstore_record *record)
{
    json_t *list = json_array();
    int bad = list == NULL;

    for (size_t i = 0; bad == 0 && i < record->earlier_count; i++) {
        bad = json_array_append_new(list, act_value(&record->earlier[i]));
    }
    if (bad != 0) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *record_value(const struct credstore_record *record,
                            const uint8_t ledger[HASH_LEN])
{
    struct buf payload = BUF_INIT(SEEN_FILE_MAX);
    char act_id[2 * HASH_LEN + 1];
    char ledger_hex[2 * HASH_LEN + 1];
    char root[2 * HASH_LEN + 1];
    json_t *value = NULL;

    text_hex(record->seen.act_id, HASH_LEN, act_id);
    text_hex(ledger, HASH_LEN, ledger_hex);
    text_hex(record->seen.root, HASH_LEN, root);
    if (text_put_base64(&payload, record->payload.data, record->payload.len, NULL) ==
        CUSTODY_OK) {
        const char *text = payload.data != NULL ? (const char *)payload.data : "";
        value = json_pack("{s:s?, s:I, s:s, s:s, s:s, s:I}", "act_id",
                          record->seen.actor_seq > 0 ? act_id : NULL, "actor_seq",
                          (json_int_t)record->seen.actor_seq, "ledger", ledger_hex, "payload",
                          text, "root", root, "size", (json_int_t)record->seen.size);
    }
    buf_clear(&payload);
    if (value != NULL && record->earlier_count > 0 &&
        json_object_set_new(value, "earlier", earlier_value(record)) != 0) {
        json_decref(value);
        return NULL;
    }
    return value;
}

static enum custody_status write_record(const struct credential *credential,
                                        const uint8_t ledger[HASH_LEN],
                                        const struct credstore_record *record,
                                        struct custody_error *err)
{
    struct buf text = BUF_INIT(SEEN_FILE_MAX);
    char *path = NULL;
    json_t *value = NULL;
    enum custody_status rc = record_path(credential, ledger, ".seen", &path, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    value = record_value(record, ledger);
    rc = value != NULL ? canon_write(&text, value, CANON_FILE, err) : credstore_no_memory(err);
    if (rc == CUSTODY_OK) {
        rc = file_write_durable(path, text.data, text.len, 0600, err);
    }
    json_decref(value);
    buf_clear(&text);
    free(path);
    return rc;
}

enum custody_status credential_seen(const struct credential *credential,
                                    const uint8_t ledger[HASH_LEN],
                                    struct credential_seen *ret_seen, struct custody_error *err)
{
    struct credstore_record record;
    enum custody_status rc = credstore_read_record(credential, ledger, &record, err);

    if (rc == CUSTODY_OK) {
        *ret_seen = record.seen;
        credstore_record_clear(&record);
    }
    return rc;
}

enum custody_status credstore_replace_record(const struct credential *credential,
                                             const uint8_t ledger[HASH_LEN],
                                             const struct credential_seen *before,
                                             const struct credstore_record *after,
                                             struct custody_error *err)
{
    struct credential_seen now;
    char *lock_path = NULL;
    int lock = -1;
    enum custody_status rc = record_path(credential, ledger, ".lock", &lock_path, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = file_lock(lock_path, LOCK_TIMEOUT_MS, &lock, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = credential_seen(credential, ledger, &now, err);
    if (rc == CUSTODY_OK && (now.size != before->size || now.actor_seq != before->actor_seq ||
                             memcmp(now.root, before->root, HASH_LEN) != 0 ||
                             memcmp(now.act_id, before->act_id, HASH_LEN) != 0)) {
        rc = custody_fail(err, CUSTODY_ERR_BUSY,
                          "this credential signed elsewhere in the meantime; prepare the act "
                          "again");
    }
    if (rc == CUSTODY_OK) {
        rc = write_record(credential, ledger, after, err);
    }
    file_unlock(lock);
out:
    free(lock_path);
    return rc;
}

/* ---- consistency ---- */

static enum custody_status refuse_head(const struct credential_seen *seen, int64_t size,
                                       const uint8_t root[HASH_LEN], struct custody_error *err)
{
    char own[2 * HASH_LEN + 1];
    char offered[2 * HASH_LEN + 1];

    text_hex(seen->root, HASH_LEN, own);
    text_hex(root, HASH_LEN, offered);
    return custody_refuse(err, "seen",
                          "the ledger shown (size %lld, root %.16s) does not continue the one "
                          "this credential saw (size %lld, root %.16s); do not sign, compare "
                          "with a paper slip and tell an auditor",
                          (long long)size, offered, (long long)seen->size, own);
}

enum custody_status credstore_check_head(const struct credential_seen *seen, int64_t size,
                                         const uint8_t root[HASH_LEN], int64_t from,
                                         const struct tree_proof *proof,
                                         struct custody_error *err)
{
    if (size < 1) {
        return custody_refuse(err, "seen",
                              "the act names no head of its ledger; prepare it again");
    }
    if (seen->size == 0) {
        return CUSTODY_OK; /* nothing to compare with: the question says so */
    }
    if (size == seen->size) {
        return memcmp(root, seen->root, HASH_LEN) == 0 ? CUSTODY_OK
                                                       : refuse_head(seen, size, root, err);
    }
    if (from != seen->size || proof == NULL) {
        (void)custody_refuse(err, "from",
                             "this credential last saw size %lld; prepare the request from "
                             "there",
                             (long long)seen->size);
        if (err != NULL) {
            err->status = CUSTODY_ERR_NOT_FOUND;
        }
        return CUSTODY_ERR_NOT_FOUND;
    }
    bool is_newer = size > seen->size;
    bool is_consistent =
        is_newer ? tree_verify_consistency((uint64_t)seen->size, seen->root, (uint64_t)size,
                                           root, proof->hashes, proof->count)
                 : tree_verify_consistency((uint64_t)size, root, (uint64_t)seen->size,
                                           seen->root, proof->hashes, proof->count);
    return is_consistent ? CUSTODY_OK : refuse_head(seen, size, root, err);
}

void credstore_keep_larger_head(struct credential_seen *seen, int64_t size,
                                const uint8_t root[HASH_LEN])
{
    if (size > seen->size) {
        seen->size = size;
        memcpy(seen->root, root, HASH_LEN);
    }
}

enum custody_status credential_remember(struct credential *credential,
                                        const uint8_t ledger[HASH_LEN], int64_t size,
                                        const uint8_t root[HASH_LEN], int64_t from,
                                        const struct tree_proof *proof,
                                        struct custody_error *err)
{
    struct credstore_record record;
    enum custody_status rc = credstore_read_record(credential, ledger, &record, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct credential_seen before = record.seen;
    rc = credstore_check_head(&before, size, root, from, proof, err);
    if (rc == CUSTODY_OK && size > before.size) {
        credstore_keep_larger_head(&record.seen, size, root);
        rc = credstore_replace_record(credential, ledger, &before, &record, err);
    }
    credstore_record_clear(&record);
    return rc;
}
