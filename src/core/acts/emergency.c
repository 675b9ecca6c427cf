/* key.emergency: water or fire, two people on duty, ratified afterwards (FORMATS.md §17.3;
 * K16).
 */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "move.h"
#include "policy.h"
#include "rows.h"
#include "seal.h"

static const char *const RESULTS[] = {"no_answer", "no_number", "reached", NULL};
static const struct field CALLED[] = {
    {.name = "at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "party", .type = FIELD_PARTY, .is_nullable = true},
    {.name = "result", .type = FIELD_ENUM, .values = RESULTS},
    {.name = NULL},
};
static const struct field EMERGENCY[] = {
    {.name = "called", .type = FIELD_OBJECT, .of = CALLED},
    {.name = "cause", .type = FIELD_CODE},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "place", .type = FIELD_PLACE},
    {.name = "receiver", .type = FIELD_HANDLE},
    {.name = "seal", .type = FIELD_TEXT, .is_nullable = true},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* For whom the clerk acted when he sat by a lent role: that one does not ratify either. */
static enum custody_status keep_giver(struct apply *a, const struct seating *seating,
                                      struct custody_error *err)
{
    if (!seating->is_filled || seating->giver[0][0] == '\0') {
        return CUSTODY_OK;
    }
    return store_run(a->store, err,
                     "INSERT INTO approval_role (approval, role, giver) VALUES (?1, ?2, ?3)",
                     "btt", a->act_id, (size_t)HASH_LEN, seating->role[0], seating->giver[0]);
}

static enum custody_status emergency_people(struct apply *a, const json_t *desk,
                                            const char *receiver, struct custody_error *err)
{
    const char *role = body_member(desk, "custodian_role");
    struct seating seating;
    struct person person;
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {role, "duty"}, .person = a->by},
                            {.kind = SEAT_ANY}};
    bool is_signer = false;
    bool is_duty = false;
    char giver[HANDLE_SIZE];
    TRY(people_need(a, receiver, &person, err));
    TRY(state_holds_role(a->state, a->by, "duty", a->t, 0, &is_duty, giver, err));
    if (is_duty && giver[0] == '\0') {
        /* An own role before a lent one: then nobody else is drawn in. */
        seats[0].roles[0] = "duty";
        seats[0].roles[1] = role;
    }
    TRY(seats_require(a, seats, 2, "K16",
                      "In an emergency the desk's custodian or the officer on duty issues the "
                      "keys, and a colleague signs: two persons.",
                      &seating, err));
    for (size_t i = 0; i < a->signer_count; i++) {
        is_signer = is_signer || strcmp(a->signers[i], receiver) == 0;
    }
    RULE(is_signer, "K16", "Who takes the keys in an emergency is one of the two who sign.");
    return keep_giver(a, &seating, err);
}

/* The call to the owner: whom, when, with which result. *ret_at: 0 for none. */
static enum custody_status check_called(struct apply *a, const json_t *called, int64_t *ret_at,
                                        struct custody_error *err)
{
    struct apply inner = *a; /* for its body alone */
    const char *party = body_member(called, "party");
    bool has_number = strcmp(body_member(called, "result"), "no_number") != 0;
    inner.body = json_object_get(a->body, "called");
    *ret_at = body_time(&inner, "at");
    RULE((body_member(called, "at") != NULL) == has_number, "K16",
         "The time of the call goes with a call that was made (reached, no_answer).");
    if (party != NULL) {
        struct receiver known;
        TRY(receiver_load(a, party, &known, err));
    }
    return CUSTODY_OK;
}

/* Items stand at the desk, or under the seal that this act breaks. */
static enum custody_status check_emergency(struct apply *a, const struct item_state *item,
                                           const void *arg, struct custody_error *err)
{
    const char *seal = body_text(a, "seal");
    const char *desk = arg;
    bool is_here = strcmp(item->holder_kind, "desk") == 0 && strcmp(item->holder, desk) == 0;
    bool is_sealed = seal != NULL && strcmp(item->holder_kind, "seal") == 0 &&
                     strcmp(item->holder, seal) == 0;
    RULE(is_here || is_sealed, "K16",
         "%s stands neither at this desk nor under the seal that was broken.", item->item);
    return CUSTODY_OK;
}

/* Everything that lay under the seal was in reach from now on: the next stock-take counts it.
 */
static enum custody_status note_unsealed(struct apply *a, const char *seal, const char *desk,
                                         struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT INTO unsealed (item, idx, desk) SELECT item, ?2, ?3 FROM item"
                     " WHERE holder_kind = 'seal' AND holder = ?1"
                     " AND item >= 'K' AND item < 'L'",
                     "tit", seal, a->idx, desk);
}

/* What nobody took out of the broken seal stands at the desk again. One query an item: each
 * leaves the set that is walked. */
static enum custody_status put_back_rest(struct apply *a, const char *seal, const char *desk,
                                         int64_t event_at, struct custody_error *err)
{
    char item[10] = "";
    for (bool has_more = true; has_more;) {
        struct store_query query = {0};
        int64_t before = 0;
        enum custody_status rc =
            store_query(a->store, &query, err,
                        "SELECT item, event_at FROM item WHERE holder_kind = 'seal'"
                        " AND holder = ?1 AND item > ?2 ORDER BY item LIMIT 1",
                        "tt", seal, item);
        has_more = rc == CUSTODY_OK && query.has_row;
        if (has_more) {
            (void)snprintf(item, sizeof item, "%s", store_text(&query, 0));
            before = store_int(&query, 1);
        }
        store_end(&query);
        TRY(rc);
        if (has_more) {
            RULE(event_at >= before, "late", "%s has moved since that event time.", item);
            TRY(item_move(a, item, "unseal", "desk", desk, event_at, 0, err));
        }
    }
    return CUSTODY_OK;
}

static enum custody_status break_seal(struct apply *a, const char *seal, const char *desk,
                                      struct custody_error *err)
{
    bool is_whole = false;
    TRY(seal_is_whole(a, seal, desk, &is_whole, err));
    RULE(is_whole, "K16", "This desk has no unbroken seal of this number.");
    TRY(note_unsealed(a, seal, desk, err));
    TRY(seal_break(a, seal, "emergency", &is_whole, err));
    return apply_flag(a, err, "seal-broken", "a seal was broken in an emergency");
}

/* The loan and what the audit will ask about it. */
static enum custody_status keep_emergency(struct apply *a, const char *receiver, int64_t due,
                                          int64_t called_at, struct custody_error *err)
{
    const json_t *called = json_object_get(a->body, "called");
    TRY(store_run(a->store, err,
                  "INSERT INTO loan (idx, desk, clerk, receiver, purpose, on_behalf, due,"
                  " receipt) VALUES (?1, ?2, ?3, ?4, 'emergency', ?5, ?6, 'credential')",
                  "itttti", a->idx, body_text(a, "desk"), a->by, receiver,
                  body_text(a, "place"), due));
    TRY(store_run(a->store, err,
                  "INSERT INTO emergency (idx, cause, place, receiver, seal, called, party,"
                  " called_at, deadline)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, 0), ?9)",
                  "itttt"
                  "ttii",
                  a->idx, body_text(a, "cause"), body_text(a, "place"), receiver,
                  body_text(a, "seal"), body_member(called, "result"),
                  body_member(called, "party"), called_at,
                  a->t + policy_int(a->policy, "ratify_h") * 3600));
    return people_want_ratification(a, receiver, err);
}

static enum custody_status emergency_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const char *receiver = body_text(a, "receiver");
    const char *seal = body_text(a, "seal");
    const json_t *desk = NULL;
    int64_t one = 0;
    int64_t called_at = 0;
    bool is_place = false;
    struct move move = {.kind = "emergency", .holder_kind = "person", .holder = receiver};
    TRY(apply_desk(a, desk_code, &desk, err));
    TRY(emergency_people(a, desk, receiver, err));
    TRY(apply_code(a, "cause", "causes", err));
    TRY(store_get_int(a->store, err, &one, &is_place,
                      "SELECT 1 FROM place WHERE code = ?1 AND void_idx IS NULL", "t",
                      body_text(a, "place")));
    NEED(is_place, "object", "There is no place of the code %s.", body_text(a, "place"));
    TRY(check_called(a, json_object_get(a->body, "called"), &called_at, err));
    TRY(apply_event_time(a, &move.event_at, err));
    move.due = move.event_at + policy_int(a->policy, "emergency_due_h") * 3600;
    if (seal != NULL) {
        TRY(break_seal(a, seal, desk_code, err));
    }
    TRY(move_items(a, json_object_get(a->body, "items"), &move, check_emergency, desk_code,
                   err));
    if (seal != NULL) {
        TRY(put_back_rest(a, seal, desk_code, move.event_at, err));
    }
    return keep_emergency(a, receiver, move.due, called_at, err);
}

const struct act ACT_KEY_EMERGENCY = {
    .name = "key.emergency/1",
    .fields = EMERGENCY,
    .signers_max = 2,
    .rules = "K15 K16",
    .signed_by = "the desk's custodian or duty, and a colleague; the receiver is one of them",
    .apply = emergency_apply,
    .keeps_people = true,
    .zh = "{by} 从 {desk} 应急发出 {items} 给 {receiver}，用于 {place}，险情 "
          "{cause}，启用封号 {seal}，联系业主 {called.party}：{called.result}",
    .en = "{by} issues from {desk} in an emergency {items} to {receiver} for {place}, cause "
          "{cause}, breaking the seal {seal}, owner {called.party} called: {called.result}",
};
