/* folder.hold, folder.release: what must not be destroyed, and by whose word it may be again
 * (FORMATS.md §19.5; A13). */
#include <string.h>

#include "folder.h"
#include "hash.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

/* ---- folder.hold ---- */

static const struct field HOLD[] = {
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "number", .type = FIELD_LABEL},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "until", .type = FIELD_DATE, .is_nullable = true},
    {.name = NULL},
};

static enum custody_status hold_item(struct apply *a, const json_t *named,
                                     struct custody_error *err)
{
    struct thing thing;
    TRY(thing_need(a, named, &thing, err));
    RULE(strcmp(thing.folder.state, "destroyed") != 0, "state",
         "%s is destroyed: there is nothing left to hold.", body_member(named, "item"));
    return store_run(a->store, err,
                     "INSERT INTO hold (act_id, item, idx, number, reason, until)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "btittt", a->act_id, (size_t)HASH_LEN, body_member(named, "item"), a->idx,
                     body_text(a, "number"), body_text(a, "reason"), body_text(a, "until"));
}

static enum custody_status hold_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[SEAT_ROLES_MAX] = {"archive_custodian", "supervisor",
                                                      "centre_manager"};
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_signs_alone(
        a, roles, "seats",
        "A hold is laid by the archive custodian, a supervisor or the centre "
        "manager, alone.",
        err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(hold_item(a, named, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_HOLD = {
    .name = "folder.hold/1",
    .fields = HOLD,
    .signers_max = 1,
    .rules = "A13",
    .signed_by = "archive_custodian, supervisor or centre_manager",
    .apply = hold_apply,
    .keeps_people = true,
    .zh = "{by} 冻结 {items}，不得销毁：文号 {number}，原因 {reason}，提醒日期 {until}",
    .en = "{by} holds {items} by {number}, reason {reason}, to be looked at again {until}",
};

/* ---- folder.release ---- */

static const struct field RELEASE[] = {
    {.name = "hold", .type = FIELD_ID},
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status release_item(struct apply *a, const uint8_t *hold,
                                        const json_t *named, struct custody_error *err)
{
    int64_t one = 0;
    bool is_held = false;
    struct thing thing;
    TRY(thing_need(a, named, &thing, err));
    RULE(strcmp(thing.folder.state, "destroyed") != 0, "state",
         "%s is destroyed: there is nothing left to release.", body_member(named, "item"));
    TRY(store_get_int(a->store, err, &one, &is_held,
                      "SELECT 1 FROM hold WHERE act_id = ?1 AND item = ?2"
                      " AND released_idx IS NULL",
                      "bt", hold, (size_t)HASH_LEN, body_member(named, "item")));
    RULE(is_held, "state", "%s is not held by this hold: see custody folder show.",
         body_member(named, "item"));
    return store_run(a->store, err,
                     "UPDATE hold SET released_idx = ?3 WHERE act_id = ?1 AND item = ?2"
                     " AND released_idx IS NULL",
                     "bti", hold, (size_t)HASH_LEN, body_member(named, "item"), a->idx);
}

static enum custody_status release_apply(struct apply *a, struct custody_error *err)
{
    uint8_t hold[HASH_LEN] = {0};
    int64_t one = 0;
    bool is_found = false;
    size_t i = 0;
    const json_t *named = NULL;
    struct seating seating;
    struct seat seats[2] = {
        {.kind = SEAT_ROLE, .roles = {"supervisor", "centre_manager"}},
        {.kind = SEAT_ROLE, .roles = {"archive_custodian", "supervisor", "centre_manager"}}};
    TRY(folder_need_policy(a, err));
    TRY(seats_require(
        a, seats, 2, "A13",
        "A hold is lifted by two persons: a supervisor or the centre manager, and "
        "another one of them or the archive custodian.",
        &seating, err));
    TRY(apply_code(a, "reason", "reasons", err));
    NEED(body_hex(a, "hold", hold, sizeof hold), "structure", "The id is malformed.");
    TRY(store_get_int(a->store, err, &one, &is_found,
                      "SELECT 1 FROM hold WHERE act_id = ?1 LIMIT 1", "b", hold,
                      (size_t)HASH_LEN));
    NEED(is_found, "object", "There is no hold of this id.");
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(release_item(a, hold, named, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_RELEASE = {
    .name = "folder.release/1",
    .fields = RELEASE,
    .signers_max = 2,
    .rules = "A13",
    .signed_by = "supervisor or centre_manager, and another one of them or archive_custodian",
    .apply = release_apply,
    .keeps_people = true,
    .zh = "解除冻结 {hold}：{items}，原因 {reason}",
    .en = "lift the hold {hold} from {items}, reason {reason}",
};
