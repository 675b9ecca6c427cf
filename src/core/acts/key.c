/* key.return, key.refuse (FORMATS.md §10, §15, §17.3; K2-K4, K13). */
#include <stdio.h>
#include <string.h>

#include "issue.h"
#include "loss.h"
#include "move.h"
#include "rows.h"
#include "seal.h"

/* ---- key.return ---- */

static const char *const CONDITIONS[] = {"damaged", "ok", NULL};
static const struct field RETURN[] = {
    {.name = "by_whom", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "condition", .type = FIELD_ENUM, .values = CONDITIONS},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "receipt", .type = FIELD_OBJECT, .is_nullable = true, .of = RECEIPT_FIELDS},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Who had it last is no holder of what is lost, and a seal's number is no name. */
static bool is_held_by(const struct item_state *item, const char *who)
{
    const char *kind = item->holder_kind;
    return strcmp(item->holder, who) == 0 &&
           (strcmp(kind, "person") == 0 || strcmp(kind, "party") == 0 ||
            strcmp(kind, "tray") == 0);
}

static enum custody_status return_item(struct apply *a, const json_t *named, const char *desk,
                                       const struct move *move, struct custody_error *err)
{
    struct item_state item;
    int64_t missing = 0;
    bool is_broken = false;
    const char *by_whom = body_text(a, "by_whom");
    TRY(item_need(a, named, &item, err));
    RULE(move->event_at >= item.event_at, "late", "%s has moved since that event time.",
         item.item);
    bool at_desk = strcmp(item.holder_kind, "desk") == 0;
    if (at_desk) {
        TRY(apply_flag(a, err, "not-out", "%s stood at a desk when it was returned",
                       item.item));
    }
    if (strcmp(item.holder_kind, "lost") == 0) {
        TRY(apply_flag(a, err, "lost-item", "%s was reported lost", item.item));
    }
    if (strcmp(item.holder_kind, "retired") == 0) {
        TRY(apply_flag(a, err, "retired", "%s was retired", item.item));
    }
    if (by_whom != NULL && !is_held_by(&item, by_whom)) {
        TRY(apply_flag(a, err, "not-holder", "%s came back by somebody else", item.item));
    }
    if (strcmp(item.desk, desk) != 0) {
        TRY(apply_flag(a, err, "other-desk", "%s belongs to the desk %s", item.item,
                       item.desk));
    }
    TRY(seal_break_flagged(a, &item, "return", &is_broken, err));
    if (item.item[0] == 'R') {
        TRY(move_members(a, &item, move, &missing, err));
        if (missing > 0) {
            TRY(apply_flag(a, err, "ring-short", "%s comes back with %lld keys missing",
                           item.item, (long long)missing));
        }
    }
    return item_move(a, item.item, move->kind, move->holder_kind, move->holder, move->event_at,
                     0, err);
}

static enum custody_status return_apply(struct apply *a, struct custody_error *err)
{
    const json_t *items = json_object_get(a->body, "items");
    const char *desk_code = body_text(a, "desk");
    const json_t *desk = NULL;
    struct move move = {.kind = "return", .holder_kind = "desk", .holder = desk_code, .due = 0};
    TRY(apply_desk(a, desk_code, &desk, err));
    const struct handback_terms terms = {
        .roles = {body_member(desk, "custodian_role"), "duty"},
        .clerk_rule = "K2",
        .clerk_sentence = "Only the desk's custodian or the officer on duty takes keys back.",
        .receipt_rule = "K4"};
    TRY(handback_open(a, &terms, err));
    TRY(apply_event_time(a, &move.event_at, err));
    if (strcmp(body_text(a, "condition"), "damaged") == 0) {
        TRY(apply_flag(a, err, "damaged", "something came back damaged"));
    }
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(items, i, named)
    {
        if (body_member(named, "item")[0] == 'R') {
            TRY(return_item(a, named, desk_code, &move, err));
        }
    }
    json_array_foreach(items, i, named)
    {
        if (body_member(named, "item")[0] != 'R') {
            TRY(return_item(a, named, desk_code, &move, err));
        }
    }
    /* What came back is not lost any more (K13). */
    return losses_close_moved(a, "found", err);
}

static enum custody_status return_undo(struct apply *a, int64_t target, const json_t *body,
                                       struct custody_error *err)
{
    TRY(store_run(a->store, err,
                  "UPDATE loss SET state = 'open', closed_idx = NULL"
                  " WHERE state = 'found' AND closed_idx = ?1"
                  " AND item IN (SELECT item FROM act_item WHERE idx = ?1)",
                  "i", target));
    TRY(store_run(a->store, err,
                  "UPDATE seal SET opened_idx = NULL, opened_by = NULL"
                  " WHERE opened_idx = ?1 AND opened_by = 'return'",
                  "i", target));
    return undo_movements(a, target, body, err);
}

const struct act ACT_KEY_RETURN = {
    .name = "key.return/1",
    .fields = RETURN,
    .signers_max = 2,
    .rules = "K2 K4 K13",
    .signed_by =
        "the desk's custodian or duty, and the returner when present with a credential",
    .apply = return_apply,
    .undo = return_undo,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 收回 {items}，归还人 {by_whom}，状况 {condition}",
    .en = "{by} takes back at {desk} {items} from {by_whom}, condition {condition}",
};

/* ---- key.refuse ---- */

static const struct field ASKED[] = {
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "receiver", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = NULL},
};
static const struct field REFUSE[] = {
    {.name = "asked", .type = FIELD_OBJECT, .of = ASKED},
    {.name = "rule", .type = FIELD_RULE},
    {.name = NULL},
};

static enum custody_status refuse_apply(struct apply *a, struct custody_error *err)
{
    const json_t *asked = json_object_get(a->body, "asked");
    struct seating seating;
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    struct seat duty[1] = {{.kind = SEAT_ROLE, .roles = {"duty"}}};
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, duty, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, custodian, 1, "K2",
                          "A refusal is recorded by a custodian or the officer on duty.",
                          &seating, err));
    }
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(asked, "items"), i, named)
    {
        struct item_state item;
        TRY(item_need(a, named, &item, err));
        TRY(item_touch(a, item.item, err));
    }
    return store_run(a->store, err,
                     "INSERT INTO refusal (idx, clerk, rule, purpose, receiver)"
                     " VALUES (?1, ?2, ?3, ?4, ?5)",
                     "itttt", a->idx, a->by, body_text(a, "rule"),
                     body_member(asked, "purpose"), body_member(asked, "receiver"));
}

const struct act ACT_KEY_REFUSE = {
    .name = "key.refuse/1",
    .fields = REFUSE,
    .signers_max = 1,
    .rules = "K3",
    .signed_by = "the clerk",
    .apply = refuse_apply,
    .keeps_people = true,
    .zh = "{by} 依 {rule} 拒绝借出 {asked.items} 给 {asked.receiver}，用途 {asked.purpose}",
    .en = "{by} refuses by {rule} to lend {asked.items} to {asked.receiver}, purpose "
          "{asked.purpose}",
};
