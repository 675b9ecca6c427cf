/* act.correct, act.ratify: what looks back at an earlier act. */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "approval.h"
#include "folder.h"
#include "policy.h"
#include "rows.h"

struct target {
    bool is_found;
    int64_t idx;
    char act[64];
    char subject[40]; /* ratification */
    bool is_pending;  /* ratification wanted and not given */
};

static enum custody_status load_target(struct apply *a, const uint8_t *act_id,
                                       struct target *ret_target, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT l.idx, l.act, r.subject, r.target IS NOT NULL AND r.idx IS NULL"
        " FROM act_log l LEFT JOIN ratification r ON r.target = l.idx WHERE l.act_id = ?1",
        "b", act_id, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK) {
        *ret_target = (struct target){.is_found = query.has_row};
        if (query.has_row) {
            ret_target->idx = store_int(&query, 0);
            (void)snprintf(ret_target->act, sizeof ret_target->act, "%s",
                           store_text(&query, 1));
            (void)snprintf(ret_target->subject, sizeof ret_target->subject, "%s",
                           store_is_null(&query, 2) ? "" : store_text(&query, 2));
            ret_target->is_pending = store_int(&query, 3) != 0;
        }
    }
    store_end(&query);
    return rc;
}

static const struct field CORRECT[] = {
    {.name = "act", .type = FIELD_ID},
    {.name = "note", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Desk that the body of the corrected act names. */
static enum custody_status desk_of(struct apply *a, const struct target *target, char *out,
                                   size_t size, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err, "SELECT desk FROM act_log WHERE idx = ?1", "i", target->idx);
    if (rc == CUSTODY_OK) {
        (void)snprintf(out, size, "%s",
                       query.has_row && !store_is_null(&query, 0) ? store_text(&query, 0) : "");
    }
    store_end(&query);
    return rc;
}

static enum custody_status correct_seats(struct apply *a, const struct target *target,
                                         struct custody_error *err)
{
    if (strncmp(target->act, "folder.", 7) == 0) {
        return folder_two_sign(a, "seats",
                               "A correction of what was done with folders wants the archive "
                               "custodian and a supervisor, two persons.",
                               err);
    }
    if (strncmp(target->act, "key.", 4) != 0 && strncmp(target->act, "tray.", 5) != 0) {
        return seats_two_officers(a, NULL, err);
    }
    char desk_code[40];
    const json_t *desk = NULL;
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE}, {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    TRY(desk_of(a, target, desk_code, sizeof desk_code, err));
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = json_string_value(json_object_get(desk, "custodian_role"));
    return seats_require(
        a, seats, 2, "seats",
        "A correction wants the desk's custodian and a supervisor, two persons.", &seating,
        err);
}

static enum custody_status correct_apply(struct apply *a, struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct target target;
    int64_t one = 0;
    bool is_corrected = false;
    NEED(body_hex(a, "act", id, sizeof id), "structure", "The id is malformed.");
    TRY(load_target(a, id, &target, err));
    NEED(target.is_found, "object", "There is no act of this id.");
    const struct act *row = act_find(target.act);
    NEED(row != NULL && row->undo != NULL, "state",
         "Acts of this kind are never corrected; enter what is right as a new act.");
    TRY(store_get_int(a->store, err, &one, &is_corrected,
                      "SELECT 1 FROM correction WHERE target = ?1", "i", target.idx));
    NEED(!is_corrected, "state", "This act was corrected before.");
    TRY(correct_seats(a, &target, err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(store_run(a->store, err, "INSERT INTO correction (target, idx) VALUES (?1, ?2)", "ii",
                  target.idx, a->idx));
    return row->undo(a, target.idx, NULL, err);
}

const struct act ACT_ACT_CORRECT = {
    .name = "act.correct/1",
    .fields = CORRECT,
    .signers_max = 2,
    .rules = "",
    .signed_by =
        "the desk's custodian, of folders the archive custodian, and a supervisor; of places, "
        "locks, parties two officers",
    .apply = correct_apply,
    .zh = "更正 {act}，原因 {reason}",
    .en = "correct {act}, reason {reason}",
};

static const struct field RATIFY[] = {
    {.name = "act", .type = FIELD_ID},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Handles of those whose act it was: signers, receiver, and for whom they acted. */
static enum custody_status load_emergency(struct apply *a, const struct target *target,
                                          struct apart *apart, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT handle FROM act_signer WHERE idx = ?1"
                    " UNION SELECT receiver FROM emergency WHERE idx = ?1"
                    " UNION SELECT r.giver FROM approval_role r JOIN act_log l"
                    "  ON l.act_id = r.approval WHERE l.idx = ?1 AND r.giver IS NOT NULL",
                    "i", target->idx);
    while (rc == CUSTODY_OK && query.has_row) {
        apart_add(apart, store_text(&query, 0));
        rc = store_next(&query, err);
    }
    store_end(&query);
    return rc;
}

/* An emergency is ratified by a superior who had no part in it, folded. */
static enum custody_status emergency_seats(struct apply *a, const struct target *target,
                                           struct custody_error *err)
{
    struct apart apart;
    struct decision decision = {.count = 0};
    bool is_met = false;
    json_t *roles = json_pack("[s,s]", "centre_manager", "supervisor");
    if (roles == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    apart.count = 0;
    enum custody_status rc = load_emergency(a, target, &apart, err);
    if (rc == CUSTODY_OK) {
        rc = approval_meet_set(a, a->by, roles, &apart, &decision, &is_met, NULL, err);
    }
    json_decref(roles);
    TRY(rc);
    RULE(a->signer_count == 1 && is_met, "seats",
         "An emergency is ratified by a supervisor or the centre manager alone, who had no "
         "part in it.");
    return CUSTODY_OK;
}

/* The time of it is told; that it came late is flagged, not refused. */
static enum custody_status note_emergency(struct apply *a, const struct target *target,
                                          struct custody_error *err)
{
    int64_t deadline = 0;
    bool is_found = false;
    TRY(store_get_int(a->store, err, &deadline, &is_found,
                      "SELECT deadline FROM emergency WHERE idx = ?1", "i", target->idx));
    TRY(store_run(a->store, err,
                  "UPDATE emergency SET ratified_t = ?2 WHERE idx = ?1 AND ratified_t IS NULL",
                  "ii", target->idx, a->t));
    if (is_found && a->t > deadline) {
        TRY(apply_flag(a, err, "late-ratified", "the emergency was ratified %lld minutes late",
                       (long long)((a->t - deadline + 59) / 60)));
    }
    return CUSTODY_OK;
}

static enum custody_status ratify_seats(struct apply *a, const struct target *target,
                                        struct custody_error *err)
{
    struct seating seating;
    int64_t officers = 0;
    if (strcmp(target->act, "role.delegate/1") == 0) {
        struct seat giver[1] = {{.kind = SEAT_PERSON, .person = target->subject}};
        return seats_require(a, giver, 1, "seats",
                             "A delegation without its giver is ratified by the giver.",
                             &seating, err);
    }
    if (strcmp(target->act, "request.oral/1") == 0) {
        struct seat approver[1] = {{.kind = SEAT_PERSON, .person = target->subject}};
        return seats_require(a, approver, 1, "seats",
                             "An oral approval is ratified by the approver it names, alone.",
                             &seating, err);
    }
    if (strcmp(target->act, "key.emergency/1") == 0) {
        return emergency_seats(a, target, err);
    }
    if (strcmp(target->act, "role.grant/1") == 0) {
        TRY(state_count_live_officers(a, target->subject, &officers, err));
        if (officers < 2) {
            struct seat other[1] = {{.kind = SEAT_OFFICER, .except = {target->subject}}};
            return seats_require(a, other, 1, "seats",
                                 "A grant to oneself is ratified by the other officer.",
                                 &seating, err);
        }
    }
    return seats_two_officers(a, target->subject, err);
}

static enum custody_status ratify_apply(struct apply *a, struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct target target;
    NEED(body_hex(a, "act", id, sizeof id), "structure", "The id is malformed.");
    TRY(load_target(a, id, &target, err));
    NEED(target.is_found, "object", "There is no act of this id.");
    RULE(target.is_pending, "state", "This act awaits no ratification.");
    TRY(ratify_seats(a, &target, err));
    TRY(note_emergency(a, &target, err));
    return store_run(a->store, err,
                     "UPDATE ratification SET idx = ?2 WHERE target = ?1 AND idx IS NULL", "ii",
                     target.idx, a->idx);
}

const struct act ACT_ACT_RATIFY = {
    .name = "act.ratify/1",
    .fields = RATIFY,
    .signers_max = 2,
    .rules = "K16 K17",
    .signed_by = "who that act normally wants, except its beneficiary where others exist",
    .apply = ratify_apply,
    .zh = "补签（追认）{act}",
    .en = "ratify {act}",
};
