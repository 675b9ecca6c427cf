/* key.retire: keys and rings that go out of use for good (FORMATS.md §17.3). */
#include <string.h>

#include "move.h"
#include "rows.h"

static const struct field RETIRE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Every key of a ring that is not retired goes with it: it hangs on it here, or is named (which
 * the move itself judges). */
static enum custody_status check_ring(struct apply *a, const struct item_state *ring,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    bool has_other = false;
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT item FROM item WHERE ring = ?1"
                                         " AND holder_kind NOT IN ('void', 'retired')"
                                         " AND NOT (holder_kind = ?2 AND holder = ?3)",
                                         "ttt", ring->item, ring->holder_kind, ring->holder);
    while (rc == CUSTODY_OK && query.has_row) {
        has_other =
            has_other || !items_name(json_object_get(a->body, "items"), store_text(&query, 0));
        rc = store_next(&query, err);
    }
    store_end(&query);
    TRY(rc);
    RULE(!has_other, "K5", "%s has keys elsewhere: retire them, or take them off it, first.",
         ring->item);
    return CUSTODY_OK;
}

/* arg: the desk's code. */
static enum custody_status check_retire(struct apply *a, const struct item_state *item,
                                        const void *arg, struct custody_error *err)
{
    const char *desk = arg;
    bool is_here = strcmp(item->holder_kind, "desk") == 0 && strcmp(item->holder, desk) == 0;
    RULE((is_here || strcmp(item->holder_kind, "lost") == 0) && strcmp(item->desk, desk) == 0,
         "state", "%s is no key of this desk that stands here or is lost.", item->item);
    return item->item[0] == 'R' ? check_ring(a, item, err) : CUSTODY_OK;
}

static enum custody_status retire_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const json_t *desk = NULL;
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE}, {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    struct move move = {.kind = "retire", .holder_kind = "retired", .holder = desk_code};
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    TRY(seats_require(a, seats, 2, "seats",
                      "Keys are retired by the desk's custodian and a supervisor, two persons.",
                      &seating, err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(apply_event_time(a, &move.event_at, err));
    return move_items(a, json_object_get(a->body, "items"), &move, check_retire, desk_code,
                      err);
}

const struct act ACT_KEY_RETIRE = {
    .name = "key.retire/1",
    .fields = RETIRE,
    .signers_max = 2,
    .rules = "K5",
    .signed_by = "the desk's custodian and a supervisor",
    .apply = retire_apply,
    .keeps_people = true,
    .zh = "{desk} 报废（停用）钥匙 {items}，原因 {reason}",
    .en = "retire at {desk} the keys {items}, reason {reason}",
};
