/* What happens to papers while they are lent: folder.extend 续借, folder.recall 催还
 * (FORMATS.md §19.4; A8). */
#include <stdio.h>
#include <string.h>

#include "approval.h"
#include "folder_use.h"
#include "policy.h"
#include "rows.h"

/* ---- folder.extend ---- */

static const struct field EXTEND[] = {
    {.name = "due", .type = FIELD_TIME},
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

/* The loan by which a paper is out. */
struct outing {
    bool is_loan; /* a folder.lend */
    int64_t idx, event_at;
    bool has_approval;
    uint8_t approval[HASH_LEN];
};

static enum custody_status outing_load(struct apply *a, const struct paper_state *paper,
                                       struct outing *ret_outing, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT idx, event_at, approval FROM folder_loan"
                                         " WHERE idx = ?1 AND kind = 'lend' AND ?2 = 'lent'",
                                         "it", paper->since_idx, paper->state);
    if (rc == CUSTODY_OK) {
        *ret_outing = (struct outing){.is_loan = query.has_row};
    }
    if (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *approval = store_blob(&query, 2, &len);
        ret_outing->idx = store_int(&query, 0);
        ret_outing->event_at = store_int(&query, 1);
        ret_outing->has_approval = len == HASH_LEN;
        memcpy(ret_outing->approval, approval, len == HASH_LEN ? HASH_LEN : 0);
    }
    store_end(&query);
    return rc;
}

/* The persons with whom the papers are. */
static enum custody_status add_holders(struct apply *a, struct apart *holders,
                                       struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct paper_state paper;
        bool is_found = false;
        TRY(paper_load(a, body_member(named, "item"), &paper, &is_found, err));
        if (is_found && strcmp(paper.holder_kind, "person") == 0) {
            apart_add(holders, paper.holder);
        }
    }
    return CUSTODY_OK;
}

/* Nobody extends his own loan, neither himself nor by another's role. */
static enum custody_status extend_seat(struct apply *a, struct custody_error *err)
{
    struct apart holders;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ROLE,
                             .roles = {"archive_custodian"},
                             .person = a->by,
                             .apart = &holders}};
    holders.count = 0;
    TRY(add_holders(a, &holders, err));
    TRY(seats_require(a, seats, 1, "A8",
                      "A loan of papers is extended by the archive custodian.", &seating, err));
    const char *giver = seating.is_filled ? seating.giver[0] : "";
    RULE(!apart_has(&holders, a->by) && (giver[0] == '\0' || !apart_has(&holders, giver)), "A8",
         "A loan is extended by another than who holds the papers.");
    return CUSTODY_OK;
}

/* How often, and how far. */
static enum custody_status judge_extension(struct apply *a, const struct paper_state *paper,
                                           const struct outing *loan, int64_t due,
                                           struct custody_error *err)
{
    int64_t times = 0;
    int64_t until = 0;
    RULE(
        due > a->t && due > paper->due &&
            due <= loan->event_at + policy_int(a->policy, "folder_loan_max_days") * 86400,
        "A8",
        "The new time due of %s lies in the future, after the old one, and within the policy's "
        "folder_loan_max_days of the loan.",
        paper->item);
    if (loan->has_approval) {
        TRY(approval_window_end(a, loan->approval, &until, err));
    }
    RULE(until == 0 || due <= until, "A8",
         "What allowed the loan of %s ends before that: have it brought back and lent anew.",
         paper->item);
    TRY(store_get_int(a->store, err, &times, NULL,
                      "SELECT count(*) FROM folder_extension WHERE item = ?1 AND idx > ?2",
                      "ti", paper->item, loan->idx));
    RULE(times < policy_int(a->policy, "folder_extensions"), "A8",
         "%s was extended as often as the policy's folder_extensions allow.", paper->item);
    return CUSTODY_OK;
}

static enum custody_status set_due(struct apply *a, const char *item, int64_t due,
                                   struct custody_error *err)
{
    return store_run(a->store, err, "UPDATE paper SET due = ?2 WHERE item = ?1", "ti", item,
                     due);
}

static enum custody_status extend_apply(struct apply *a, struct custody_error *err)
{
    int64_t due = body_time(a, "due");
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(extend_seat(a, err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct thing thing;
        struct outing loan;
        TRY(thing_need(a, named, &thing, err));
        NEED(thing.is_paper, "structure", "%s is a folder: papers are extended one by one.",
             body_member(named, "item"));
        TRY(outing_load(a, &thing.paper, &loan, err));
        NEED(loan.is_loan, "state", "%s is not on loan: only what was lent is extended.",
             thing.paper.item);
        TRY(judge_extension(a, &thing.paper, &loan, due, err));
        TRY(set_due(a, thing.paper.item, due, err));
        TRY(store_run(a->store, err,
                      "INSERT INTO folder_extension (item, idx, due, reason)"
                      " VALUES (?1, ?2, ?3, ?4)",
                      "tiit", thing.paper.item, a->idx, due, body_text(a, "reason")));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_EXTEND = {
    .name = "folder.extend/1",
    .fields = EXTEND,
    .signers_max = 1,
    .rules = "A8",
    .signed_by = "the archive custodian, who is not the holder",
    .apply = extend_apply,
    .keeps_people = true,
    .zh = "{by} 同意 {items} 续借至 {due}，原因 {reason}",
    .en = "{by} extends the loan of {items} until {due}, reason {reason}",
};

/* ---- folder.recall ---- */

static const char *const RESULTS[] = {"no_answer", "promised", "refused", NULL};
static const struct field RECALL[] = {
    {.name = "channel", .type = FIELD_CODE},
    {.name = "due", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "result", .type = FIELD_ENUM, .values = RESULTS},
    {.name = NULL},
};

static enum custody_status recall_item(struct apply *a, const json_t *named, int64_t due,
                                       struct custody_error *err)
{
    struct thing thing;
    TRY(thing_need(a, named, &thing, err));
    NEED(thing.is_paper, "structure", "%s is a folder: papers are asked for one by one.",
         body_member(named, "item"));
    NEED(strcmp(thing.paper.state, "lent") == 0, "state",
         "%s is not on loan: there is nobody to ask for it.", thing.paper.item);
    if (due != 0) {
        RULE(due > a->t && due < thing.paper.due, "A8",
             "%s is asked for by a time in the future, before the one it is due at.",
             thing.paper.item);
        TRY(set_due(a, thing.paper.item, due, err));
    }
    return store_run(a->store, err,
                     "INSERT INTO folder_recall (item, idx, clerk, due, channel, result)"
                     " VALUES (?1, ?2, ?3, nullif(?4, 0), ?5, ?6)",
                     "titi"
                     "tt",
                     thing.paper.item, a->idx, a->by, due, body_text(a, "channel"),
                     body_text(a, "result"));
}

static enum custody_status recall_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(use_signs_front(a, "seats",
                        "Papers are asked for by the archive custodian or the service staff.",
                        err));
    TRY(apply_code(a, "channel", "channels", err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(recall_item(a, named, body_time(a, "due"), err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_RECALL = {
    .name = "folder.recall/1",
    .fields = RECALL,
    .signers_max = 1,
    .rules = "A8",
    .signed_by = "the archive custodian or service_staff",
    .apply = recall_apply,
    .keeps_people = true,
    .zh = "{by} 催还 {items}，原因 {reason}，联系方式 {channel}，结果 {result}，提前至 {due}",
    .en = "{by} asks for {items} back by {channel}, reason {reason}: {result}, now due {due}",
};
