/* key.seal, key.unseal (FORMATS.md §17.3; K15). */
#include "seal.h"

#include <string.h>

#include "move.h"
#include "rows.h"

enum custody_status seal_is_whole(struct apply *a, const char *seal, const char *desk,
                                  bool *ret_whole, struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(a->store, err, &one, ret_whole,
                         "SELECT 1 FROM seal WHERE seal = ?1 AND desk = ?2"
                         " AND opened_idx IS NULL",
                         "tt", seal, desk);
}

enum custody_status seal_make(struct apply *a, const char *seal, const char *desk,
                              bool may_be_mine, struct custody_error *err)
{
    int64_t taken = 0;
    TRY(store_get_int(a->store, err, &taken, NULL,
                      "SELECT count(*) FROM seal WHERE seal = ?1"
                      " AND NOT (?2 AND idx = ?3 AND desk = ?4)",
                      "tiit", seal, (int64_t)may_be_mine, a->idx, desk));
    RULE(taken == 0, "exists", "A seal of this number was used before: take a fresh one.");
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO seal (seal, desk, idx) VALUES (?1, ?2, ?3)", "tti",
                     seal, desk, a->idx);
}

enum custody_status seal_break(struct apply *a, const char *seal, const char *how,
                               bool *ret_broken, struct custody_error *err)
{
    TRY(store_run(a->store, err,
                  "UPDATE seal SET opened_idx = ?2, opened_by = ?3"
                  " WHERE seal = ?1 AND opened_idx IS NULL",
                  "tit", seal, a->idx, how));
    *ret_broken = store_changes(a->store) > 0;
    return CUSTODY_OK;
}

enum custody_status seal_break_flagged(struct apply *a, const struct item_state *item,
                                       const char *how, bool *ret_broken,
                                       struct custody_error *err)
{
    *ret_broken = false;
    if (strcmp(item->holder_kind, "seal") != 0) {
        return CUSTODY_OK;
    }
    TRY(seal_break(a, item->holder, how, ret_broken, err));
    return *ret_broken ? apply_flag(a, err, "seal-broken", "%s left a seal that nobody opened",
                                    item->item)
                       : CUSTODY_OK;
}

/* ---- key.seal ---- */

static const struct field SEAL[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "seal", .type = FIELD_TEXT},
    {.name = NULL},
};

static enum custody_status seal_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const char *seal = body_text(a, "seal");
    const json_t *desk = NULL;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ROLE}};
    struct stands stands = {.holder_kind = "desk", .holder = desk_code, .rule = "K15"};
    struct move move = {.kind = "seal", .holder_kind = "seal", .holder = seal};
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    TRY(seats_require(a, seats, 1, "K15", "Spare keys are sealed by the desk's custodian.",
                      &seating, err));
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(seal_make(a, seal, desk_code, false, err));
    return move_items(a, json_object_get(a->body, "items"), &move, move_check_stands, &stands,
                      err);
}

const struct act ACT_KEY_SEAL = {
    .name = "key.seal/1",
    .fields = SEAL,
    .signers_max = 1,
    .rules = "K15",
    .signed_by = "the desk's custodian",
    .apply = seal_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 封存 {items}，封号 {seal}",
    .en = "{by} seals at {desk} {items} under the seal {seal}",
};

/* ---- key.unseal ---- */

static const struct field UNSEAL[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "seal", .type = FIELD_TEXT},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status unseal_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const char *seal = body_text(a, "seal");
    const json_t *desk = NULL;
    bool is_whole = false;
    int64_t left = 0;
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {NULL, "duty"}}, {.kind = SEAT_ANY}};
    struct stands stands = {.holder_kind = "seal", .holder = seal, .rule = "K15"};
    struct move move = {.kind = "unseal", .holder_kind = "desk", .holder = desk_code};
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    TRY(seats_require(a, seats, 2, a->signer_count == 1 ? "K15" : "seats",
                      "A seal is opened by the desk's custodian or the officer on duty and a "
                      "colleague, two persons.",
                      &seating, err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(seal_is_whole(a, seal, desk_code, &is_whole, err));
    RULE(is_whole, "state", "This desk has no unbroken seal of this number.");
    TRY(move_items(a, json_object_get(a->body, "items"), &move, move_check_stands, &stands,
                   err));
    TRY(store_get_int(a->store, err, &left, NULL,
                      "SELECT count(*) FROM item WHERE holder_kind = 'seal' AND holder = ?1",
                      "t", seal));
    RULE(left == 0, "K15", "The seal holds %lld more items: name all that it holds.",
         (long long)left);
    return seal_break(a, seal, "unseal", &is_whole, err);
}

const struct act ACT_KEY_UNSEAL = {
    .name = "key.unseal/1",
    .fields = UNSEAL,
    .signers_max = 2,
    .rules = "K15",
    .signed_by = "the desk's custodian or duty, and a colleague",
    .apply = unseal_apply,
    .keeps_people = true,
    .zh = "{desk} 启封 {seal}，取出 {items}，原因 {reason}",
    .en = "open at {desk} the seal {seal} and take out {items}, reason {reason}",
};
