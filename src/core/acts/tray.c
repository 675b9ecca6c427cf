/* tray.issue, tray.settle: home bags that service staff take along to hand over, and the count
 * when they come back (FORMATS.md §17.1; K7). */
#include <string.h>

#include "../people.h"
#include "authority.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

/* ---- tray.issue ---- */

static const struct field ISSUE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "receiver", .type = FIELD_HANDLE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* At the desk, and all of it keys of homes. */
static enum custody_status check_for_tray(struct apply *a, const struct item_state *item,
                                          const void *arg, struct custody_error *err)
{
    bool all = false;
    bool any = false;
    TRY(move_check_stands(a, item, arg, err));
    TRY(item_wants_consent(a, item->item, &all, &any, err));
    RULE(all, "K7", "%s is no key of a home: service staff take along only those.", item->item);
    return CUSTODY_OK;
}

static enum custody_status tray_seats(struct apply *a, const json_t *desk, const char *other,
                                      const char *sentence, struct custody_error *err)
{
    struct person person;
    struct seating seating;
    struct seat seats[2] = {seat_clerk(a, desk), {.kind = SEAT_PERSON, .person = other}};
    TRY(people_need(a, other, &person, err));
    return seats_require(a, seats, 2, "seats", sentence, &seating, err);
}

static enum custody_status issue_apply(struct apply *a, struct custody_error *err)
{
    const char *receiver = body_text(a, "receiver");
    const struct stands at_desk = {
        .holder_kind = "desk", .holder = body_text(a, "desk"), .rule = "K7"};
    struct move move = {.kind = "tray", .holder_kind = "tray", .holder = receiver};
    const json_t *desk = NULL;
    bool holds = false;
    char giver[HANDLE_SIZE];
    TRY(apply_desk(a, body_text(a, "desk"), &desk, err));
    TRY(tray_seats(a, desk, receiver,
                   "A tray is given out by the desk's custodian to another person, who "
                   "signs too.",
                   err));
    TRY(state_holds_role(a->state, receiver, "service_staff", a->t, 0, &holds, giver, err));
    RULE(holds, "K7", "A tray of home keys goes to service staff only.");
    TRY(apply_event_time(a, &move.event_at, err));
    return move_items(a, json_object_get(a->body, "items"), &move, check_for_tray, &at_desk,
                      err);
}

const struct act ACT_TRAY_ISSUE = {
    .name = "tray.issue/1",
    .fields = ISSUE,
    .signers_max = 2,
    .rules = "K5 K7",
    .signed_by = "the desk's custodian and the receiving service staff",
    .apply = issue_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 从 {desk} 将待发放的 {items} 交 {receiver}",
    .en = "{by} gives from {desk} {items} to {receiver} to hand them to the owners",
};

/* ---- tray.settle ---- */

static const struct field SETTLE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "from", .type = FIELD_HANDLE},
    {.name = "items", .type = FIELD_ITEMS, .min = 0},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "missing", .type = FIELD_ITEMS, .min = 0},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static bool is_in_tray(const struct item_state *item, const char *from)
{
    return strcmp(item->holder_kind, "tray") == 0 && strcmp(item->holder, from) == 0;
}

/* What comes back is taken, wherever it should have been. */
static enum custody_status check_settled(struct apply *a, const struct item_state *item,
                                         const void *arg, struct custody_error *err)
{
    if (!is_in_tray(item, arg)) {
        return apply_flag(a, err, "not-holder", "%s was not in this tray", item->item);
    }
    return CUSTODY_OK;
}

static enum custody_status settle_missing(struct apply *a, const char *from,
                                          struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    const json_t *missing = json_object_get(a->body, "missing");
    json_array_foreach(missing, i, named)
    {
        struct item_state item;
        TRY(item_need(a, named, &item, err));
        RULE(is_in_tray(&item, from), "K7", "%s is not in this tray: it cannot miss there.",
             item.item);
        TRY(item_touch(a, item.item, err));
    }
    if (i == 0) {
        return CUSTODY_OK;
    }
    return apply_flag(a, err, "tray-short", "%zu items of the tray did not come back", i);
}

/* After all has moved: what is still in the tray was named as missing. */
static enum custody_status check_counted(struct apply *a, const char *from,
                                         struct custody_error *err)
{
    const json_t *missing = json_object_get(a->body, "missing");
    struct store_query query = {0};
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT item FROM item WHERE holder_kind = 'tray'"
                                         " AND holder = ?1 ORDER BY item",
                                         "t", from);
    while (rc == CUSTODY_OK && query.has_row) {
        if (!items_name(missing, store_text(&query, 0))) {
            rc = judge_violate(a->judge, err, "K7",
                               "%s is in the tray too: count it back, or name it as missing.",
                               store_text(&query, 0));
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status settle_apply(struct apply *a, struct custody_error *err)
{
    const char *from = body_text(a, "from");
    const json_t *items = json_object_get(a->body, "items");
    const json_t *missing = json_object_get(a->body, "missing");
    struct move move = {.kind = "settle",
                        .holder_kind = "desk",
                        .holder = body_text(a, "desk"),
                        .stays = missing};
    const json_t *desk = NULL;
    const json_t *named = NULL;
    size_t i = 0;
    TRY(apply_desk(a, move.holder, &desk, err));
    json_array_foreach(missing, i, named)
    {
        NEED(!items_name(items, body_member(named, "item")), "structure",
             "An item cannot be back and missing at once.");
    }
    TRY(tray_seats(a, desk, from,
                   "A tray is counted back by the desk's custodian and by who had it.", err));
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(settle_missing(a, from, err));
    TRY(move_items(a, items, &move, check_settled, from, err));
    return check_counted(a, from, err);
}

const struct act ACT_TRAY_SETTLE = {
    .name = "tray.settle/1",
    .fields = SETTLE,
    .signers_max = 2,
    .rules = "K5 K7",
    .signed_by = "the desk's custodian and who had the tray",
    .apply = settle_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 点收 {from} 未发放的 {items}，缺 {missing}",
    .en = "{by} counts back at {desk} from {from} {items}, missing {missing}",
};
