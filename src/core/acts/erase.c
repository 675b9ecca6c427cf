/* erase.request, erase.refuse, erase.intent, erase.done: the personal texts of somebody are
 * made unreadable for good. The acts are the authority; the vault does it (FORMATS.md §7, §21;
 * A15, P2). */
#include <string.h>

#include "../people.h"
#include "destruction.h"
#include "erase.h"
#include "move.h"
#include "policy.h"
#include "rows.h"
#include "text.h"

/* ---- erase.request ---- */

static const struct field REQUEST[] = {
    {.name = "channel", .type = FIELD_CODE},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status request_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[SEAT_ROLES_MAX] = {"service_staff", "archive_custodian"};
    const char *party = body_text(a, "party");
    struct receiver found;
    int64_t one = 0;
    bool is_open = false;
    TRY(folder_need_policy(a, err));
    TRY(folder_signs_alone(a, roles, "seats",
                           "A resident's wish is taken down by service staff or the archive "
                           "custodian, alone.",
                           err));
    TRY(apply_code(a, "channel", "channels", err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(receiver_load(a, party, &found, err));
    TRY(store_get_int(a->store, err, &one, &is_open,
                      "SELECT 1 FROM erase_request WHERE party = ?1 AND state = 'open'", "t",
                      party));
    RULE(!is_open, "state", "%s has asked already: that request is still open.", party);
    return store_run(a->store, err,
                     "INSERT INTO erase_request (act_id, idx, party, state)"
                     " VALUES (?1, ?2, ?3, 'open')",
                     "bit", a->act_id, (size_t)HASH_LEN, a->idx, party);
}

const struct act ACT_ERASE_REQUEST = {
    .name = "erase.request/1",
    .fields = REQUEST,
    .signers_max = 1,
    .rules = "P2",
    .signed_by = "service_staff or archive_custodian",
    .apply = request_apply,
    .keeps_people = true,
    .zh = "{by} 登记 {party} 要求删除个人信息（{channel}），原因 {reason}",
    .en = "{by} takes down that {party} wants the personal data erased ({channel}), reason "
          "{reason}",
};

/* ---- erase.refuse ---- */

static const char *const GROUNDS[] = {"held", "open_item", "retention_runs", NULL};
static const struct field REFUSE[] = {
    {.name = "ground", .type = FIELD_ENUM, .values = GROUNDS},
    {.name = "request", .type = FIELD_ID},
    {.name = NULL},
};

static enum custody_status refuse_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[SEAT_ROLES_MAX] = {"centre_manager"};
    uint8_t id[HASH_LEN] = {0};
    int64_t is_open = 0;
    bool is_found = false;
    TRY(folder_need_policy(a, err));
    TRY(folder_signs_alone(a, roles, "seats",
                           "Such a request is refused by the centre manager, alone.", err));
    NEED(body_hex(a, "request", id, sizeof id), "structure", "The id is malformed.");
    TRY(store_get_int(a->store, err, &is_open, &is_found,
                      "SELECT state = 'open' FROM erase_request WHERE act_id = ?1", "b", id,
                      (size_t)HASH_LEN));
    NEED(is_found, "object", "There is no request to erase of this id.");
    NEED(is_open != 0, "state", "This request was answered before.");
    return store_run(a->store, err,
                     "UPDATE erase_request SET state = 'refused', ground = ?2, closed_idx = ?3"
                     " WHERE act_id = ?1",
                     "bti", id, (size_t)HASH_LEN, body_text(a, "ground"), a->idx);
}

const struct act ACT_ERASE_REFUSE = {
    .name = "erase.refuse/1",
    .fields = REFUSE,
    .signers_max = 1,
    .rules = "P2",
    .signed_by = "centre_manager",
    .apply = refuse_apply,
    .keeps_people = true,
    .zh = "{by} 不同意删除个人信息的要求 {request}，依据 {ground}",
    .en = "{by} refuses the request to erase {request}, ground {ground}",
};

/* ---- erase.intent ---- */

static const char *const KINDS[] = {"destruction", "expiry", "request", NULL};
static const struct field GROUND[] = {
    {.name = "act", .type = FIELD_ID, .is_nullable = true},
    {.name = "kind", .type = FIELD_ENUM, .values = KINDS},
    {.name = NULL},
};
static const struct field INTENT[] = {
    {.name = "count", .type = FIELD_INT, .min = 0, .max = 1000000},
    {.name = "ground", .type = FIELD_OBJECT, .of = GROUND},
    {.name = "subjects", .type = FIELD_SUBJECTS, .min = 1},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* The subjects are there, with so many commitments before this act, and go. */
static enum custody_status put_subjects(struct apply *a, struct custody_error *err)
{
    int64_t total = 0;
    size_t i = 0;
    const json_t *subject = NULL;
    json_array_foreach(json_object_get(a->body, "subjects"), i, subject)
    {
        const char *hex = json_string_value(subject);
        uint8_t k[16] = {0};
        int64_t count = 0;
        int64_t one = 0;
        bool is_erased = false;
        NEED(text_unhex(hex, strlen(hex), k, sizeof k), "structure", "A subject is malformed.");
        TRY(store_get_int(a->store, err, &count, NULL,
                          "SELECT count(*) FROM commitment WHERE k = ?1 AND idx < ?2", "bi", k,
                          sizeof k, a->idx));
        NEED(count > 0, "object", "No personal text of the ledger is under the subject %s.",
             hex);
        TRY(store_get_int(a->store, err, &one, &is_erased, "SELECT 1 FROM erased WHERE k = ?1",
                          "b", k, sizeof k));
        RULE(!is_erased, "state", "The subject %s is erased already.", hex);
        TRY(store_run(a->store, err, "INSERT OR IGNORE INTO erased (k, idx) VALUES (?1, ?2)",
                      "bi", k, sizeof k, a->idx));
        total += count;
    }
    RULE(total == body_int(a, "count"), "count",
         "There are %lld personal texts under these subjects.", (long long)total);
    return CUSTODY_OK;
}

static enum custody_status intent_apply(struct apply *a, struct custody_error *err)
{
    const json_t *ground = json_object_get(a->body, "ground");
    const char *kind = body_member(ground, "kind");
    const char *act = body_member(ground, "act");
    uint8_t id[HASH_LEN] = {0};
    TRY(folder_need_policy(a, err));
    const bool is_expiry = strcmp(kind, "expiry") == 0;
    if (act != NULL) {
        NEED(text_unhex(act, strlen(act), id, sizeof id), "structure", "The id is malformed.");
    }
    RULE(!is_expiry || act == NULL, "structure",
         "What is erased because its time is over rests on no act.");
    NEED(is_expiry || act != NULL, "object",
         "Name the act this rests on: the destruction, or the resident's request.");
    TRY(put_subjects(a, err));
    if (strcmp(kind, "destruction") == 0) {
        TRY(erase_judge_destruction(a, id, err));
    } else if (is_expiry) {
        TRY(erase_judge_expiry(a, err));
    } else {
        TRY(erase_judge_request(a, id, err));
    }
    return store_run(a->store, err,
                     "INSERT INTO erasure (act_id, idx, kind, act, count, subjects)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "bitbii", a->act_id, (size_t)HASH_LEN, a->idx, kind,
                     act != NULL ? id : NULL, (size_t)HASH_LEN, body_int(a, "count"),
                     (int64_t)json_array_size(json_object_get(a->body, "subjects")));
}

const struct act ACT_ERASE_INTENT = {
    .name = "erase.intent/1",
    .fields = INTENT,
    .signers_max = 16,
    .rules = "A15 P2",
    .signed_by = "with a destruction two or more of its witnesses; else centre_manager and one "
                 "of supervisor, archive_custodian, administrator",
    .apply = intent_apply,
    .keeps_people = true,
    .zh = "删除 {#subjects} 个主体的个人信息共 {count} 处，依据 {ground.kind} {ground.act}",
    .en = "erase the personal data of {#subjects} subjects, {count} texts, ground "
          "{ground.kind} {ground.act}",
};

/* ---- erase.done ---- */

static const struct field COUNTS[] = {
    {.name = "fields", .type = FIELD_INT, .min = 0, .max = 1000000},
    {.name = "subjects", .type = FIELD_INT, .min = 0, .max = 1000000},
    {.name = NULL},
};
static const struct field DONE[] = {
    {.name = "counts", .type = FIELD_OBJECT, .of = COUNTS},
    {.name = "intent", .type = FIELD_ID},
    {.name = "media", .type = FIELD_CODES, .min = 0},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

struct intent {
    bool is_found, is_done;
    int64_t count, subjects;
};

static enum custody_status load_intent(struct apply *a, const uint8_t *id,
                                       struct intent *ret_intent, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT done_idx IS NOT NULL, count, subjects FROM erasure WHERE act_id = ?1", "b", id,
        (size_t)HASH_LEN);
    if (rc == CUSTODY_OK) {
        *ret_intent = (struct intent){.is_found = query.has_row};
        if (query.has_row) {
            ret_intent->is_done = store_int(&query, 0) != 0;
            ret_intent->count = store_int(&query, 1);
            ret_intent->subjects = store_int(&query, 2);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status judge_media(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *medium = NULL;
    json_array_foreach(json_object_get(a->body, "media"), i, medium)
    {
        const char *code = json_string_value(medium);
        RULE(strcmp(code, "backup") == 0 || strcmp(code, "temp") == 0 ||
                 strcmp(code, "vault") == 0,
             "structure", "The media of an erasure are backup, temp and vault.");
    }
    return CUSTODY_OK;
}

static enum custody_status done_apply(struct apply *a, struct custody_error *err)
{
    const json_t *counts = json_object_get(a->body, "counts");
    uint8_t id[HASH_LEN] = {0};
    struct intent intent = {.is_found = false};
    TRY(folder_need_policy(a, err));
    NEED(body_hex(a, "intent", id, sizeof id), "structure", "The id is malformed.");
    TRY(load_intent(a, id, &intent, err));
    NEED(intent.is_found, "object", "There is no intent to erase of this id.");
    NEED(!intent.is_done, "state", "This erasure is done already.");
    TRY(judge_media(a, err));
    TRY(erase_judge_done(a, id, err));
    RULE(json_integer_value(json_object_get(counts, "fields")) == intent.count &&
             json_integer_value(json_object_get(counts, "subjects")) == intent.subjects,
         "count", "The intent has %lld texts of %lld subjects.", (long long)intent.count,
         (long long)intent.subjects);
    return store_run(a->store, err, "UPDATE erasure SET done_idx = ?2 WHERE act_id = ?1", "bi",
                     id, (size_t)HASH_LEN, a->idx);
}

const struct act ACT_ERASE_DONE = {
    .name = "erase.done/1",
    .fields = DONE,
    .signers_max = 2,
    .rules = "P2",
    .signed_by = "two of centre_manager, supervisor, archive_custodian, administrator, or of "
                 "the destruction's witnesses",
    .apply = done_apply,
    .keeps_people = true,
    .zh = "删除 {intent} 已完成：{counts.subjects} 个主体、{counts.fields} 处，介质 {media}",
    .en = "the erasure {intent} is done: {counts.subjects} subjects, {counts.fields} texts, "
          "media {media}",
};
