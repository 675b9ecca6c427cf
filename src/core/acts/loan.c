/* What happens to a loan while it lasts: key.extend 续借, key.chase 催还 (FORMATS.md §17.1;
 * K11). */
#include <stdio.h>
#include <string.h>

#include "move.h"
#include "policy.h"
#include "rows.h"

/* ---- key.extend ---- */

static const struct field EXTEND[] = {
    {.name = "approval", .type = FIELD_ID, .is_nullable = true},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "due", .type = FIELD_TIME},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

/* The movement by which an item is out, and its loan. */
struct outing {
    bool is_loan;
    int64_t due, event_at;
    char kind[16];
    char desk[40], receiver[40], purpose[40];
    int64_t approved_until; /* end of what the loan's approval allows; 0: none */
};

static enum custody_status outing_load(struct apply *a, const char *item,
                                       struct outing *ret_outing, struct custody_error *err)
{
    struct store_query query = {0};
    uint8_t id[HASH_LEN] = {0};
    bool has_approval = false;
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT i.due, m.event_at, m.kind, n.desk, n.receiver, n.purpose, n.approval"
        " FROM item i JOIN movement m ON m.item = i.item AND m.idx = i.since_idx"
        " JOIN loan n ON n.idx = m.idx"
        " WHERE i.item = ?1 AND i.due IS NOT NULL AND i.holder_kind IN ('person', 'party')"
        " AND m.kind IN ('lend', 'escort', 'emergency')",
        "t", item);
    if (rc == CUSTODY_OK) {
        *ret_outing = (struct outing){.is_loan = query.has_row};
        if (query.has_row) {
            struct outing *it = ret_outing;
            it->due = store_int(&query, 0);
            it->event_at = store_int(&query, 1);
            (void)snprintf(it->kind, sizeof it->kind, "%s", store_text(&query, 2));
            (void)snprintf(it->desk, sizeof it->desk, "%s", store_text(&query, 3));
            (void)snprintf(it->receiver, sizeof it->receiver, "%s", store_text(&query, 4));
            (void)snprintf(it->purpose, sizeof it->purpose, "%s", store_text(&query, 5));
            size_t len = 0;
            const void *approval = store_blob(&query, 6, &len);
            has_approval = len == sizeof id;
            if (has_approval) {
                memcpy(id, approval, sizeof id);
            }
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK && has_approval) {
        rc = approval_window_end(a, id, &ret_outing->approved_until, err);
    }
    return rc;
}

/* The persons with whom the items lie. */
static enum custody_status add_holders(struct apply *a, struct apart *apart,
                                       struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct item_state item;
        bool is_found = false;
        TRY(item_load(a, body_member(named, "item"), &item, &is_found, err));
        if (is_found && strcmp(item.holder_kind, "person") == 0) {
            apart_add(apart, item.holder);
        }
    }
    return CUSTODY_OK;
}

/* Nobody extends his own loan, neither himself nor by another's role. */
static enum custody_status extend_seat(struct apply *a, const json_t *desk,
                                       char ret_giver[HANDLE_SIZE], struct custody_error *err)
{
    struct apart holders;
    struct apart apart;
    struct seating seating;
    struct seat seats[1] = {seat_clerk(a, desk)};
    holders.count = 0;
    TRY(add_holders(a, &holders, err));
    apart = holders;
    TRY(approval_apart(a, &apart, err));
    seats[0].apart = &apart;
    TRY(seats_require(a, seats, 1, "K2", "A loan is extended by the desk's custodian.",
                      &seating, err));
    const char *giver = seating.is_filled ? seating.giver[0] : "";
    RULE(!apart_has(&holders, a->by) && (giver[0] == '\0' || !apart_has(&holders, giver)),
         "K11", "A loan is extended by another than who holds the keys.");
    (void)snprintf(ret_giver, HANDLE_SIZE, "%s", giver);
    return CUSTODY_OK;
}

static enum custody_status extend_item(struct apply *a, const json_t *named, int64_t due,
                                       struct outing *first, struct custody_error *err)
{
    struct item_state item;
    struct outing it;
    TRY(item_need(a, named, &item, err));
    TRY(outing_load(a, item.item, &it, err));
    NEED(it.is_loan, "state", "%s is not on loan: only what was lent is extended.", item.item);
    RULE(strcmp(it.desk, body_text(a, "desk")) == 0, "K2",
         "%s was lent by another desk: it is extended there.", item.item);
    RULE(due > a->t && due > it.due &&
             due <= it.event_at + policy_int(a->policy, "loan_max_days") * 86400,
         "K11",
         "The new time due of %s lies in the future, after the old one, and within the "
         "policy's loan_max_days of the loan.",
         item.item);
    RULE(strcmp(it.kind, "escort") != 0 ||
             due <= it.event_at + policy_int(a->policy, "escort_max_min") * 60,
         "K11", "%s is escorted: it comes back within the policy's escort_max_min.", item.item);
    RULE(it.approved_until == 0 || due <= it.approved_until || body_text(a, "approval") != NULL,
         "K11", "What allowed the loan of %s ends before that: name a new approval.",
         item.item);
    if (!first->is_loan) {
        *first = it;
    }
    RULE(body_text(a, "approval") == NULL || (strcmp(first->receiver, it.receiver) == 0 &&
                                              strcmp(first->purpose, it.purpose) == 0),
         "K11", "An approval extends loans to one receiver for one purpose: %s differs.",
         item.item);
    TRY(store_run(a->store, err, "UPDATE item SET due = ?2 WHERE item = ?1", "ti", item.item,
                  due));
    TRY(store_run(a->store, err,
                  "INSERT INTO extension (item, idx, due, reason) VALUES (?1, ?2, ?3, ?4)",
                  "tiit", item.item, a->idx, due, body_text(a, "reason")));
    return item_touch(a, item.item, err);
}

/* Whatever keeps the approval from serving the loan so long is K11 here: it is judged apart. */
static enum custody_status extend_by_approval(struct apply *a, const struct outing *loan,
                                              int64_t due, const char *clerk_giver,
                                              struct custody_error *err)
{
    struct judge judge;
    struct apply probe = *a;
    enum approval_want want =
        strcmp(loan->kind, "lend") == 0 ? APPROVAL_FOR_LOAN : APPROVAL_FOR_ESCORT;
    judge_init(&judge, true, 1);
    probe.judge = &judge;
    enum custody_status rc =
        approval_use(&probe, json_object_get(a->body, "items"), loan->receiver, loan->purpose,
                     due, clerk_giver, want, err);
    bool serves = judge.violation_count == 0;
    judge_clear(&judge);
    if (!serves && (rc == CUSTODY_OK || rc == CUSTODY_ERR_REFUSED)) {
        RULE(false, "K11",
             "The approval does not serve this loan until then: see custody request show.");
        return CUSTODY_OK;
    }
    return rc;
}

static enum custody_status extend_apply(struct apply *a, struct custody_error *err)
{
    const json_t *desk = NULL;
    const json_t *named = NULL;
    int64_t due = body_time(a, "due");
    struct outing first = {.is_loan = false};
    char giver[HANDLE_SIZE] = "";
    size_t i = 0;
    TRY(apply_desk(a, body_text(a, "desk"), &desk, err));
    TRY(extend_seat(a, desk, giver, err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(extend_item(a, named, due, &first, err));
    }
    if (body_text(a, "approval") == NULL) {
        return CUSTODY_OK;
    }
    return extend_by_approval(a, &first, due, giver, err);
}

const struct act ACT_KEY_EXTEND = {
    .name = "key.extend/1",
    .fields = EXTEND,
    .signers_max = 1,
    .rules = "K2 K10 K10a K11",
    .signed_by = "the desk's custodian, who is not the holder",
    .apply = extend_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 同意 {items} 续借至 {due}，原因 {reason}",
    .en = "{by} extends at {desk} the loan of {items} until {due}, reason {reason}",
};

/* ---- key.chase ---- */

static const char *const RESULTS[] = {"no_answer", "promised", "refused", NULL};
static const struct field CHASE[] = {
    {.name = "channel", .type = FIELD_CODE},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "promised", .type = FIELD_TIME, .is_nullable = true},
    {.name = "result", .type = FIELD_ENUM, .values = RESULTS},
    {.name = NULL},
};

static enum custody_status chase_item(struct apply *a, const json_t *named,
                                      struct custody_error *err)
{
    struct item_state item;
    int64_t due = 0;
    bool is_out = false;
    int64_t promised = body_time(a, "promised");
    TRY(item_need(a, named, &item, err));
    TRY(store_get_int(a->store, err, &due, &is_out,
                      "SELECT due FROM item WHERE item = ?1 AND due IS NOT NULL"
                      " AND holder_kind IN ('person', 'party')",
                      "t", item.item));
    RULE(is_out, "state", "%s is not on loan: there is nobody to ask for it.", item.item);
    TRY(promised != 0
            ? store_run(a->store, err,
                        "INSERT INTO chase (item, idx, clerk, channel, result, promised)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        "titt"
                        "ti",
                        item.item, a->idx, a->by, body_text(a, "channel"),
                        body_text(a, "result"), promised)
            : store_run(a->store, err,
                        "INSERT INTO chase (item, idx, clerk, channel, result)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)",
                        "titt"
                        "t",
                        item.item, a->idx, a->by, body_text(a, "channel"),
                        body_text(a, "result")));
    return item_touch(a, item.item, err);
}

static enum custody_status chase_apply(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    struct seat duty[1] = {{.kind = SEAT_ROLE, .roles = {"duty"}}};
    size_t i = 0;
    const json_t *named = NULL;
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, duty, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, custodian, 1, "seats",
                          "Keys are asked for by a custodian or the officer on duty.", &seating,
                          err));
    }
    TRY(apply_code(a, "channel", "channels", err));
    RULE((strcmp(body_text(a, "result"), "promised") == 0) == (body_time(a, "promised") != 0),
         "K11", "The time promised goes with the result promised, and only with it.");
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(chase_item(a, named, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_KEY_CHASE = {
    .name = "key.chase/1",
    .fields = CHASE,
    .signers_max = 1,
    .rules = "K11",
    .signed_by = "a custodian or duty",
    .apply = chase_apply,
    .keeps_people = true,
    .zh = "{by} 催还 {items}，联系方式 {channel}，结果 {result}，答应归还 {promised}",
    .en = "{by} asks for {items} back by {channel}: {result}, promised for {promised}",
};
