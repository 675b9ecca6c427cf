/* key.move 移交: keys go from one desk to another (FORMATS.md §17.1; K8). */
#include <string.h>

#include "move.h"
#include "policy.h"
#include "rows.h"

static const struct field MOVE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "rehome", .type = FIELD_BOOL},
    {.name = "to", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/*
 * Both desks' custodians. Where nobody but the one who sits in the other seat holds the role of
 * the open one, a colleague takes it (代签): which seat that is, is tried in turn.
 */
static enum custody_status move_seats(struct apply *a, const json_t *desk, const json_t *to,
                                      struct custody_error *err)
{
    const char *roles[2] = {body_member(desk, "custodian_role"),
                            body_member(to, "custodian_role")};
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {roles[0]}},
                            {.kind = SEAT_ROLE, .roles = {roles[1]}}};
    struct seating seating;
    TRY(seats_try(a, seats, 2, &seating, err));
    for (int open = 1; !seating.is_filled && open >= 0; open--) {
        int64_t others = 0;
        struct seat pair[2] = {{.kind = SEAT_ROLE, .roles = {roles[1 - open]}},
                               {.kind = SEAT_ANY}};
        TRY(seats_try(a, pair, 2, &seating, err));
        if (!seating.is_filled) {
            continue;
        }
        TRY(count_other_holders(a, roles[open], seating.handle[0], &others, err));
        seating.is_filled = others == 0;
        if (seating.is_filled) {
            return apply_flag(a, err, "stand-in", "a colleague signed for the desk %s",
                              open == 0 ? body_text(a, "desk") : body_text(a, "to"));
        }
    }
    RULE(seating.is_filled, "seats",
         "Keys go from desk to desk with the signatures of both desks' custodians, two "
         "persons.");
    return CUSTODY_OK;
}

static enum custody_status move_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const char *to_code = body_text(a, "to");
    const struct stands at_desk = {.holder_kind = "desk", .holder = desk_code, .rule = "K8"};
    struct move move = {.kind = "move", .holder_kind = "desk", .holder = to_code};
    const json_t *desk = NULL;
    const json_t *to = NULL;
    TRY(apply_desk(a, desk_code, &desk, err));
    TRY(apply_desk(a, to_code, &to, err));
    RULE(strcmp(desk_code, to_code) != 0, "K8", "Keys are moved to another desk than theirs.");
    TRY(move_seats(a, desk, to, err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(move_items(a, json_object_get(a->body, "items"), &move, move_check_stands, &at_desk,
                   err));
    if (!json_is_true(json_object_get(a->body, "rehome"))) {
        return CUSTODY_OK;
    }
    TRY(move_check_classes(a, to, err));
    TRY(store_run(a->store, err, "INSERT INTO rehome (idx, desk) VALUES (?1, ?2)", "it", a->idx,
                  to_code));
    return store_run(a->store, err,
                     "UPDATE item SET desk = ?2 WHERE item IN (SELECT m.item FROM act_item t"
                     " JOIN movement m ON m.item = t.item AND m.idx = t.idx WHERE t.idx = ?1)",
                     "it", a->idx, to_code);
}

static enum custody_status move_undo(struct apply *a, int64_t target, const json_t *body,
                                     struct custody_error *err)
{
    int64_t one = 0;
    bool is_rehoming = false;
    TRY(store_get_int(a->store, err, &one, &is_rehoming, "SELECT 1 FROM rehome WHERE idx = ?1",
                      "i", target));
    NEED(!is_rehoming, "state",
         "Keys that changed their home desk are moved back by a new act, not corrected.");
    return undo_movements(a, target, body, err);
}

const struct act ACT_KEY_MOVE = {
    .name = "key.move/1",
    .fields = MOVE,
    .signers_max = 2,
    .rules = "K8",
    .signed_by = "the custodians of both desks",
    .apply = move_apply,
    .undo = move_undo,
    .keeps_people = true,
    .zh = "从 {desk} 向 {to} 移交 {items}，原因 {reason}，改变所属保管台：{rehome}",
    .en = "{items} go from {desk} to {to}, reason {reason}, for good: {rehome}",
};
