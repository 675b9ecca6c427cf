/* person.enrol, credential.add, credential.revoke, person.suspend, person.reinstate. */
#include "../people.h"

#include <string.h>

#include "policy.h"
#include "rows.h"

static const struct field ENROL[] = {
    {.name = "credential", .type = FIELD_PUBKEY, .is_nullable = true},
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "name", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "proof", .type = FIELD_SIG, .is_nullable = true},
    {.name = "roles", .type = FIELD_ROLES, .min = 1},
    ACT_SIGNED_TOGETHER,
    {.name = "staff_no", .type = FIELD_STAFF_NO},
    {.name = NULL},
};

static enum custody_status enrol_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    const char *credential = body_text(a, "credential");
    const char *proof = body_text(a, "proof");
    bool has_name = json_is_object(json_object_get(a->body, "name"));
    TRY(seats_two_officers(a, NULL, err));
    RULE((credential == NULL) == (proof == NULL), "proof",
         "A credential is enrolled with its possession proof, both or neither.");
    TRY(people_add(a, handle, body_text(a, "staff_no"),
                   has_name ? (a->line_at < 0 ? "/body/name" : "/body/body/name") : NULL,
                   json_object_get(a->body, "roles"), err));
    if (credential != NULL && proof != NULL) {
        char origin[NOTE_NAME_SIZE];
        TRY(people_origin(a, origin, sizeof origin, err));
        TRY(people_enrol_key(a, handle, credential, proof, origin, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_PERSON_ENROL = {
    .name = "person.enrol/1",
    .fields = ENROL,
    .signers_max = 2,
    .rules = "",
    .signed_by = "two officers",
    .apply = enrol_apply,
    .is_line = true,
    .zh = "登记人员 {handle}（工号 {staff_no}），职务：{roles}",
    .en = "enrol {handle} (staff no. {staff_no}) as {roles}",
};

static const char *const ADD_REASONS[] = {"add", "first", "lost", NULL};
static const struct field CREDENTIAL_ADD[] = {
    {.name = "credential", .type = FIELD_PUBKEY},
    {.name = "fingerprint_card", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "proof", .type = FIELD_SIG},
    {.name = "reason", .type = FIELD_ENUM, .values = ADD_REASONS},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* reason add: the person and two officers, one of whom the person may be. */
static enum custody_status seats_add(struct apply *a, const char *handle,
                                     struct custody_error *err)
{
    struct seat apart[3] = {
        {.kind = SEAT_SELF, .person = handle}, {.kind = SEAT_OFFICER}, {.kind = SEAT_OFFICER}};
    struct seat both[2] = {{.kind = SEAT_OFFICER}, {.kind = SEAT_OFFICER}};
    struct seating seating;
    TRY(seats_try(a, apart, 3, &seating, err));
    if (seating.is_filled) {
        return CUSTODY_OK;
    }
    TRY(seats_try(a, both, 2, &seating, err));
    bool has_person = seating.is_filled && (strcmp(seating.handle[0], handle) == 0 ||
                                            strcmp(seating.handle[1], handle) == 0);
    RULE(has_person, "seats",
         "A further credential wants the person's own signature and two officers'.");
    return CUSTODY_OK;
}

/* reason lost: two other officers, and where fewer remain what §9 allows, flagged. */
static enum custody_status seats_lost(struct apply *a, const char *handle,
                                      struct custody_error *err)
{
    const char *recovery = policy_text(a->policy, "recovery_officer");
    struct seat two[2] = {{.kind = SEAT_OFFICER, .except = {handle}},
                          {.kind = SEAT_OFFICER, .except = {handle}}};
    struct seat one[2] = {{.kind = SEAT_LIVE_OFFICER, .except = {handle}},
                          {.kind = SEAT_ANY, .except = {handle}}};
    struct seat none[2] = {{.kind = SEAT_PERSON, .person = recovery, .except = {handle}},
                           {.kind = SEAT_ANY, .except = {handle}}};
    struct seating seating = {.is_filled = false};
    int64_t officers = 0;
    TRY(state_count_live_officers(a, handle, &officers, err));
    if (officers >= 1) {
        TRY(seats_try(a, two, 2, &seating, err));
        if (seating.is_filled) {
            return CUSTODY_OK;
        }
    }
    if (officers == 1) {
        TRY(seats_try(a, one, 2, &seating, err));
    }
    if (officers == 0 || (!seating.is_filled && officers == 1)) {
        TRY(seats_try(a, none, 2, &seating, err));
    }
    RULE(seating.is_filled, "seats",
         "A lost credential is replaced by two other officers; with one left, by that officer "
         "and a colleague; with none, by the recovery officer and a colleague.");
    TRY(apply_flag(a, err, "lost-one-officer",
                   "a lost credential was replaced with fewer than two officers"));
    return people_want_ratification(a, handle, err);
}

static enum custody_status credential_add_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    const char *reason = body_text(a, "reason");
    char origin[NOTE_NAME_SIZE];
    struct person person;
    int64_t had = 0;
    TRY(people_need(a, handle, &person, err));
    TRY(store_get_int(a->store, err, &had, NULL,
                      "SELECT count(*) FROM credential WHERE handle = ?1", "t", handle));
    TRY(people_origin(a, origin, sizeof origin, err));
    if (strcmp(reason, "first") == 0) {
        RULE(had == 0, "state", "%s has had a credential: the reason is add or lost.", handle);
        TRY(seats_two_officers(a, handle, err));
    } else if (strcmp(reason, "add") == 0) {
        RULE(person.has_live_credential, "state",
             "%s has no live credential: the reason is first or lost.", handle);
        TRY(seats_add(a, handle, err));
    } else {
        RULE(had > 0, "state", "%s never had a credential: the reason is first.", handle);
        TRY(seats_lost(a, handle, err));
        TRY(people_revoke_keys(a, handle, "lost", err));
        TRY(approvals_end(a, handle, NULL, false, err));
    }
    return people_enrol_key(a, handle, body_text(a, "credential"), body_text(a, "proof"),
                            origin, err);
}

const struct act ACT_CREDENTIAL_ADD = {
    .name = "credential.add/1",
    .fields = CREDENTIAL_ADD,
    .signers_max = 3,
    .rules = "",
    .signed_by =
        "first: two officers; add: two officers and the person; lost: two other "
        "officers, or with fewer the remaining or the recovery officer and a colleague",
    .apply = credential_add_apply,
    .zh = "为 {handle} 登记电子签名（{reason}），指纹卡 {fingerprint_card}",
    .en = "register a credential for {handle} ({reason}), fingerprint card {fingerprint_card}",
};

static const struct field CREDENTIAL_REVOKE[] = {
    {.name = "keyid", .type = FIELD_ID},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "suspect_from", .type = FIELD_TIME, .is_nullable = true},
    {.name = NULL},
};

static enum custody_status owner_of(struct apply *a, const uint8_t *keyid, char *out,
                                    bool *ret_live, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT handle, revoked_idx IS NULL FROM credential WHERE keyid = ?1", "b",
                    keyid, (size_t)HASH_LEN);
    out[0] = '\0';
    *ret_live = false;
    if (rc == CUSTODY_OK && query.has_row) {
        (void)strncpy(out, store_text(&query, 0), HANDLE_SIZE - 1);
        out[HANDLE_SIZE - 1] = '\0';
        *ret_live = store_int(&query, 1) != 0;
    }
    store_end(&query);
    return rc;
}

static enum custody_status revoke_apply(struct apply *a, struct custody_error *err)
{
    uint8_t keyid[HASH_LEN] = {0};
    char owner[HANDLE_SIZE];
    bool is_live = false;
    int64_t suspect_from = body_time(a, "suspect_from");
    const char *reason = body_text(a, "reason");
    NEED(body_hex(a, "keyid", keyid, sizeof keyid), "structure", "The keyid is malformed.");
    TRY(owner_of(a, keyid, owner, &is_live, err));
    NEED(owner[0] != '\0', "object", "No credential of this keyid was ever enrolled.");
    RULE(is_live, "state", "This credential is revoked already.");
    TRY(apply_code(a, "reason", "reasons", err));
    struct seating seating;
    struct seat own[1] = {{.kind = SEAT_OWNER, .person = owner}};
    struct seat officer[1] = {{.kind = SEAT_OFFICER}};
    TRY(seats_try(a, own, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, officer, 1, "seats",
                          "A credential is revoked by its owner or by an officer.", &seating,
                          err));
    }
    TRY(store_run(a->store, err,
                  "UPDATE credential SET revoked_idx = ?2, reason = ?3,"
                  " suspect_from = nullif(?4, 0) WHERE keyid = ?1 AND revoked_idx IS NULL",
                  "biti", keyid, (size_t)HASH_LEN, a->idx, reason, suspect_from));
    if (strcmp(reason, "lost") == 0 || strcmp(reason, "compromised") == 0) {
        TRY(approvals_end(a, owner, NULL, false, err));
    }
    if (suspect_from != 0) {
        int64_t count = 0;
        TRY(store_get_int(
            a->store, err, &count, NULL,
            "SELECT count(*) FROM act_signer s CROSS JOIN act_log l ON l.idx = s.idx"
            " WHERE s.handle = ?1 AND l.at >= ?2 AND l.idx < ?3",
            "tii", owner, suspect_from, a->idx));
        if (count > 0) {
            TRY(apply_flag(a, err, "suspect", "%lld acts of this person since then are suspect",
                           (long long)count));
        }
    }
    return CUSTODY_OK;
}

const struct act ACT_CREDENTIAL_REVOKE = {
    .name = "credential.revoke/1",
    .fields = CREDENTIAL_REVOKE,
    .signers_max = 1,
    .rules = "",
    .signed_by = "the person or one officer",
    .apply = revoke_apply,
    .zh = "注销电子签名 {keyid}，原因 {reason}，存疑起始 {suspect_from}",
    .en = "revoke the credential {keyid}, reason {reason}, suspect from {suspect_from}",
};

static const struct field SUSPEND[] = {
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status suspend_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    struct person person;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_OFFICER, .except = {handle}}};
    int64_t before = 0;
    TRY(people_need(a, handle, &person, err));
    TRY(seats_require(a, seats, 1, "seats",
                      "A person is suspended by an officer who is not that person.", &seating,
                      err));
    RULE(!person.is_suspended, "state", "%s is suspended already.", handle);
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(state_count_live_officers(a, NULL, &before, err));
    TRY(store_run(a->store, err, "UPDATE person SET is_suspended = 1 WHERE handle = ?1", "t",
                  handle));
    TRY(people_check_officers(a, before, err));
    return approvals_end(a, handle, NULL, true, err);
}

const struct act ACT_PERSON_SUSPEND = {
    .name = "person.suspend/1",
    .fields = SUSPEND,
    .signers_max = 1,
    .rules = "",
    .signed_by = "one officer, never the person",
    .apply = suspend_apply,
    .zh = "停用人员 {handle}，原因 {reason}",
    .en = "suspend {handle}, reason {reason}",
};

static const struct field REINSTATE[] = {
    {.name = "handle", .type = FIELD_HANDLE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status reinstate_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    struct person person;
    TRY(people_need(a, handle, &person, err));
    TRY(seats_two_officers(a, handle, err));
    RULE(person.is_suspended, "state", "%s is not suspended.", handle);
    return store_run(a->store, err, "UPDATE person SET is_suspended = 0 WHERE handle = ?1", "t",
                     handle);
}

const struct act ACT_PERSON_REINSTATE = {
    .name = "person.reinstate/1",
    .fields = REINSTATE,
    .signers_max = 2,
    .rules = "",
    .signed_by = "two officers, never the person",
    .apply = reinstate_apply,
    .zh = "恢复人员 {handle}",
    .en = "reinstate {handle}",
};
