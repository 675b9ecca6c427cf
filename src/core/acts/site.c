/* site.found, log.rotate, ledger.succeed, policy.set (FORMATS.md §9, §13, §15). */
#include <string.h>

#include "../people.h"
#include "canon.h"
#include "note.h"
#include "policy.h"
#include "rows.h"
#include "text.h"

static const struct field FOUNDER[] = {
    {.name = "credential", .type = FIELD_PUBKEY},
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "proof", .type = FIELD_SIG},
    {.name = "roles", .type = FIELD_ROLES, .min = 1},
    {.name = "staff_no", .type = FIELD_STAFF_NO},
    {.name = NULL},
};
static const struct field FOUND[] = {
    {.name = "founders",
     .type = FIELD_LIST,
     .min = 3,
     .max = 16,
     .of = FOUNDER,
     .key = "handle"},
    {.name = "log", .type = FIELD_VKEY},
    {.name = "name", .type = FIELD_LABEL},
    {.name = "origin", .type = FIELD_LABEL},
    {.name = "policy", .type = FIELD_POLICY},
    ACT_SIGNED_TOGETHER,
    {.name = "utc_offset_min", .type = FIELD_INT, .min = -720, .max = 840},
    {.name = NULL},
};

static enum custody_status put_policy(struct apply *a, int64_t start, const json_t *policy,
                                      struct custody_error *err)
{
    struct buf text = BUF_INIT(ENVELOPE_MAX);
    enum custody_status rc = canon_write(&text, policy, CANON_SIGNED, err);
    if (rc == CUSTODY_OK) {
        rc = store_run(a->store, err,
                       "INSERT INTO policy (idx, start, body) VALUES (?1, ?2, ?3)", "iit",
                       a->idx, start, (const char *)text.data);
    }
    buf_clear(&text);
    return rc;
}

/* The vkey must be an Ed25519 note key of the origin's name, and nobody's credential. */
static enum custody_status put_log_key(struct apply *a, const char *vkey, const char *origin,
                                       struct note_key *ret_key, struct custody_error *err)
{
    NEED(note_key_parse(vkey, ret_key, NULL) == CUSTODY_OK &&
             ret_key->algorithm == NOTE_ED25519 && strcmp(ret_key->name, origin) == 0,
         "structure", "The log key is no Ed25519 vkey of the name %s.", origin);
    uint8_t keyid[HASH_LEN];
    int64_t one = 0;
    bool is_taken = false;
    sign_keyid(ret_key->public_key, keyid);
    TRY(store_get_int(a->store, err, &one, &is_taken,
                      "SELECT 1 FROM credential WHERE keyid = ?1", "b", keyid,
                      (size_t)HASH_LEN));
    if (!is_taken) {
        TRY(people_is_log_key(a, ret_key->public_key, &is_taken, err));
    }
    RULE(!is_taken, "exists", "The log key was in use before: make a fresh one.");
    return store_run(a->store, err, "INSERT INTO log_key (idx, vkey) VALUES (?1, ?2)", "it",
                     a->idx, vkey);
}

static enum custody_status found_apply(struct apply *a, struct custody_error *err)
{
    const json_t *founders = json_object_get(a->body, "founders");
    const char *origin = body_text(a, "origin");
    const char *recovery = policy_text(a->policy, "recovery_officer");
    struct note_key key;
    int officers = 0;
    bool has_administrator = false;
    bool has_manager = false;
    bool has_recovery = false;
    TRY(store_run(a->store, err,
                  "INSERT INTO site (id, name, origin, utc_offset_min) VALUES (1, ?1, ?2, ?3)",
                  "tti", body_text(a, "name"), origin, body_int(a, "utc_offset_min")));
    TRY(put_policy(a, 0, a->policy, err));
    TRY(put_log_key(a, body_text(a, "log"), origin, &key, err));
    size_t i = 0;
    json_t *founder = NULL;
    json_array_foreach(founders, i, founder)
    {
        const char *handle = json_string_value(json_object_get(founder, "handle"));
        const json_t *roles = json_object_get(founder, "roles");
        TRY(people_add(a, handle, json_string_value(json_object_get(founder, "staff_no")), NULL,
                       roles, err));
        TRY(people_enrol_key(
            a, handle, json_string_value(json_object_get(founder, "credential")),
            json_string_value(json_object_get(founder, "proof")), origin, err));
        RULE(i < a->signer_count && strcmp(a->signers[i], handle) == 0, "seats",
             "The founding act is signed by exactly the founders.");
        if (strcmp(handle, recovery) == 0) {
            has_recovery = strings_have(roles, "administrator");
            continue;
        }
        officers += roles_have_officer(roles) ? 1 : 0;
        has_administrator = has_administrator || strings_have(roles, "administrator");
        has_manager = has_manager || strings_have(roles, "centre_manager");
    }
    RULE(a->signer_count == json_array_size(founders), "seats",
         "The founding act is signed by exactly the founders.");
    RULE(has_recovery, "officers",
         "The policy's recovery officer must be a founder and an administrator.");
    RULE(officers >= 2 && has_administrator && has_manager, "officers",
         "Besides the recovery officer a site is founded by two officers at least, with an "
         "administrator and a centre manager among them.");
    return CUSTODY_OK;
}

const struct act ACT_SITE_FOUND = {
    .name = "site.found/1",
    .fields = FOUND,
    .signers_max = 16,
    .rules = "",
    .signed_by = "all founders",
    .apply = found_apply,
    .zh = "建立站点「{name}」（{origin}），创始人：{founders}",
    .en = "found the site \"{name}\" ({origin}); founders: {founders}",
};

static const struct field ROTATE[] = {
    {.name = "log", .type = FIELD_VKEY},
    {.name = "proof", .type = FIELD_SIG},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status rotate_apply(struct apply *a, struct custody_error *err)
{
    char origin[NOTE_NAME_SIZE];
    struct note_key key;
    TRY(seats_two_officers(a, NULL, err));
    TRY(people_origin(a, origin, sizeof origin, err));
    TRY(put_log_key(a, body_text(a, "log"), origin, &key, err));
    struct buf raw = BUF_INIT(96);
    const char *proof = body_text(a, "proof");
    uint8_t signature[SIGN_LEN] = {0};
    TRY(text_put_unbase64(&raw, proof, strlen(proof), err));
    if (raw.len == SIGN_LEN) {
        memcpy(signature, raw.data, SIGN_LEN);
    }
    buf_clear(&raw);
    RULE(credential_proof_fits(key.public_key, origin, "", signature), "proof",
         "The possession proof of the new log key does not fit.");
    return CUSTODY_OK;
}

const struct act ACT_LOG_ROTATE = {
    .name = "log.rotate/1",
    .fields = ROTATE,
    .signers_max = 2,
    .rules = "",
    .signed_by = "two officers",
    .apply = rotate_apply,
    .zh = "更换流水账的签名钥：{log}",
    .en = "change the log's key to {log}",
};

static const struct field HEAD[] = {
    {.name = "root", .type = FIELD_ID},
    {.name = "size", .type = FIELD_INT, .min = 1, .max = INT64_C(9007199254740991)},
    {.name = NULL},
};
static const struct field OLD[] = {
    {.name = "head_known", .type = FIELD_OBJECT, .of = HEAD},
    {.name = "head_left", .type = FIELD_OBJECT, .of = HEAD},
    {.name = "ledger", .type = FIELD_ID},
    {.name = NULL},
};
static const struct field SUCCEED[] = {
    {.name = "log", .type = FIELD_VKEY},
    {.name = "old", .type = FIELD_OBJECT, .of = OLD},
    {.name = "origin", .type = FIELD_LABEL},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status succeed_apply(struct apply *a, struct custody_error *err)
{
    char old_origin[NOTE_NAME_SIZE];
    const char *origin = body_text(a, "origin");
    const json_t *old = json_object_get(a->body, "old");
    struct note_key key;
    int64_t known =
        json_integer_value(json_object_get(json_object_get(old, "head_known"), "size"));
    int64_t left =
        json_integer_value(json_object_get(json_object_get(old, "head_left"), "size"));
    TRY(seats_two_officers(a, NULL, err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(people_origin(a, old_origin, sizeof old_origin, err));
    RULE(strcmp(old_origin, origin) != 0, "exists", "A successor needs an origin of its own.");
    RULE(known >= left, "structure", "The head known is behind the head left.");
    RULE(known != left ||
             json_equal(json_object_get(old, "head_known"), json_object_get(old, "head_left")),
         "root", "Two roots are named for one size of the old ledger.");
    TRY(store_run(a->store, err, "UPDATE site SET origin = ?1 WHERE id = 1", "t", origin));
    return put_log_key(a, body_text(a, "log"), origin, &key, err);
}

const struct act ACT_LEDGER_SUCCEED = {
    .name = "ledger.succeed/1",
    .fields = SUCCEED,
    .signers_max = 2,
    .rules = "",
    .signed_by = "two officers as of head_left",
    .apply = succeed_apply,
    .zh = "以新流水账 {origin} 接续旧账（旧账留存 {old.head_left.size} 项，已知 "
          "{old.head_known.size} 项），原因 {reason}",
    .en = "succeed the old ledger by {origin} (kept {old.head_left.size} entries of "
          "{old.head_known.size} known), reason {reason}",
};

static const struct field POLICY_SET[] = {
    {.name = "policy", .type = FIELD_POLICY},
    ACT_SIGNED_TOGETHER,
    {.name = "start", .type = FIELD_TIME},
    {.name = NULL},
};

static enum custody_status policy_apply(struct apply *a, struct custody_error *err)
{
    static const char *const manager[SEAT_ROLES_MAX] = {"centre_manager"};
    const json_t *next = json_object_get(a->body, "policy");
    int64_t start = body_time(a, "start");
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE}, {.kind = SEAT_OFFICER}};
    memcpy(seats[0].roles, manager, sizeof manager);
    TRY(seats_require(a, seats, 2, "seats",
                      "A policy wants two officers, one of them the centre manager.", &seating,
                      err));
    RULE(start >= a->t - policy_int(a->policy, "submit_window"), "floor",
         "A policy cannot start in the past.");
    RULE(policy_int(next, "version") >= policy_int(a->policy, "version"), "policy",
         "A policy of version 1 does not follow one of version 2: keep the members for folders.");
    RULE(!policy_loosens(a->policy, next) || start >= a->t + 604800, "floor",
         "What loosens the policy starts seven days after it is set, not earlier.");
    const char *recovery = policy_text(next, "recovery_officer");
    bool is_administrator = false;
    TRY(state_has_own_role(a->state, recovery, "administrator", &is_administrator, err));
    RULE(is_administrator, "policy", "The recovery officer must be an enrolled administrator.");
    return put_policy(a, start, next, err);
}

const struct act ACT_POLICY_SET = {
    .name = "policy.set/1",
    .fields = POLICY_SET,
    .signers_max = 2,
    .rules = "",
    .signed_by = "two officers, one the centre_manager",
    .apply = policy_apply,
    .zh = "设定制度参数，自 {start} 起施行",
    .en = "set the policy, in force from {start}",
};
