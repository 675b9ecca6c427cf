/* destruction.review, destruction.approve: line by line, by two further people (FORMATS.md §20;
 * A14). */
#include <string.h>

#include "destruction.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

static const char *const DECISIONS[] = {"defer", "destroy", "keep", NULL};
static const struct field LINE[] = {
    {.name = "decision", .type = FIELD_ENUM, .values = DECISIONS},
    {.name = "item", .type = FIELD_THING},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "reason", .type = FIELD_CODE, .is_nullable = true},
    {.name = NULL},
};
static const struct field DECIDE[] = {
    {.name = "batch", .type = FIELD_ID},
    {.name = "lines", .type = FIELD_LIST, .min = 1, .of = LINE, .key = "item"},
    {.name = NULL},
};

/* ---- who ---- */

/* `by` by this role, in a fold that meets none of apart; ret_seating tells the giver. */
static enum custody_status sits_apart(struct apply *a, const char *role,
                                      const struct apart *apart, struct seating *ret_seating,
                                      bool *ret_sits, struct custody_error *err)
{
    struct seat seats[1] = {
        {.kind = SEAT_ROLE, .roles = {role}, .person = a->by, .apart = apart}};
    TRY(seats_try(a, seats, 1, ret_seating, err));
    *ret_sits = ret_seating->is_filled && !apart_has(apart, a->by) &&
                !apart_has(apart, ret_seating->giver[0]);
    return CUSTODY_OK;
}

static const char *giver_of(const struct seating *seating)
{
    return seating->is_filled ? seating->giver[0] : "";
}

/* Could two of the office, neither of them the proposer, review and approve? */
static enum custody_status office_can_decide(struct apply *a, const char *proposer,
                                             bool *ret_can, struct custody_error *err)
{
#define HOLDS(role)                                                                            \
    "(EXISTS (SELECT 1 FROM role r WHERE r.handle = p.handle AND r.role = '" role "')"         \
    " OR EXISTS (SELECT 1 FROM delegation d JOIN role r ON r.handle = d.giver"                 \
    "  AND r.role = d.role JOIN person g ON g.handle = d.giver AND g.is_suspended = 0"         \
    "  WHERE d.taker = p.handle AND d.role = '" role "' AND d.start <= ?2 AND ?2 < d.end))"
    int64_t can = 0;
    /* One of each, and not the same one for want of another. */
    TRY(store_get_int(
        a->store, err, &can, NULL,
        "SELECT coalesce(max(reviews), 0) AND coalesce(max(approves), 0)"
        " AND count(*) FILTER (WHERE reviews OR approves) > 1 FROM"
        " (SELECT " HOLDS("supervisor") " AS reviews, " HOLDS(
            "centre_manager") " AS approves"
                              "  FROM person p WHERE p.handle <> ?1 AND p.is_suspended = 0"
                              "  AND EXISTS (SELECT 1 FROM credential c WHERE c.handle = "
                              "p.handle"
                              "              AND c.revoked_idx IS NULL)"
                              "  AND NOT EXISTS (SELECT 1 FROM role u WHERE u.handle = p.handle"
                              "                  AND u.role = 'auditor'))",
        "ti", proposer, a->t));
    *ret_can = can != 0;
    return CUSTODY_OK;
}

/* ---- the lines ---- */

/* column: of which of the two acts. */
static enum custody_status put_decision(struct apply *a, const uint8_t *batch, const char *item,
                                        bool is_approval, const char *decision,
                                        const char *reason, struct custody_error *err)
{
    return is_approval ? store_run(a->store, err,
                                   "UPDATE batch_line SET approval = ?3, approval_reason = ?4"
                                   " WHERE batch = ?1 AND item = ?2",
                                   "bttt", batch, (size_t)HASH_LEN, item, decision, reason)
                       : store_run(a->store, err,
                                   "UPDATE batch_line SET review = ?3, review_reason = ?4"
                                   " WHERE batch = ?1 AND item = ?2",
                                   "bttt", batch, (size_t)HASH_LEN, item, decision, reason);
}

static enum custody_status decide_line(struct apply *a, const uint8_t *batch, bool is_approval,
                                       const json_t *named, struct custody_error *err)
{
    const char *item = body_member(named, "item");
    const char *decision = body_member(named, "decision");
    const char *reason = body_member(named, "reason");
    const bool destroys = strcmp(decision, "destroy") == 0;
    struct batch_line line;
    struct thing thing;
    TRY(thing_need(a, named, &thing, err));
    TRY(batch_line_load(a, batch, item, &line, err));
    RULE(line.is_found, "A14", "%s is no line of this batch.", item);
    RULE(destroys == (reason == NULL), "A14",
         "What is deferred or kept has a reason, what is destroyed has none (%s).", item);
    if (reason != NULL) {
        TRY(line_judge_reason(a, reason, err));
    }
    RULE(!is_approval || !destroys || strcmp(line.review, "destroy") == 0, "A14",
         "%s was not cleared for destruction by the review.", item);
    return put_decision(a, batch, item, is_approval, decision, reason, err);
}

static enum custody_status decide_lines(struct apply *a, const uint8_t *batch, bool is_approval,
                                        struct custody_error *err)
{
    const json_t *lines = json_object_get(a->body, "lines");
    int64_t count = 0;
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(lines, i, named)
    {
        TRY(decide_line(a, batch, is_approval, named, err));
    }
    TRY(store_get_int(a->store, err, &count, NULL,
                      "SELECT count(*) FROM batch_line WHERE batch = ?1", "b", batch,
                      (size_t)HASH_LEN));
    RULE((size_t)count == json_array_size(lines), "A14",
         "Every line of the batch is decided on: this act has %zu of %lld.",
         json_array_size(lines), (long long)count);
    return CUSTODY_OK;
}

/* ---- destruction.review ---- */

static enum custody_status judge_reviewer(struct apply *a, const struct batch_state *batch,
                                          struct seating *ret_seating,
                                          struct custody_error *err)
{
    struct apart apart = {.count = 0};
    bool sits = false;
    bool can = false;
    apart_add_fold(&apart, batch->proposer, batch->proposer_giver);
    TRY(sits_apart(a, "supervisor", &apart, ret_seating, &sits, err));
    if (sits) {
        return CUSTODY_OK;
    }
    TRY(sits_apart(a, "witness", &apart, ret_seating, &sits, err));
    RULE(sits, "A14",
         "A destruction is reviewed by a supervisor, or a witness from outside, who neither "
         "proposed it nor acts for who did, nor has him act for himself.");
    TRY(office_can_decide(a, batch->proposer, &can, err));
    RULE(!can, "A14",
         "A witness from outside reviews only where the office has no supervisor and centre "
         "manager, two persons, beside the proposer: let the supervisor review.");
    return apply_flag(a, err, "outside-review", "reviewed by a witness from outside");
}

static enum custody_status review_apply(struct apply *a, struct custody_error *err)
{
    struct batch_state batch;
    struct seating seating = {.is_filled = false};
    TRY(folder_need_policy(a, err));
    TRY(batch_need(a, &batch, err));
    RULE(strcmp(batch.state, "proposed") == 0, "state",
         "This batch is not waiting for a review.");
    TRY(judge_reviewer(a, &batch, &seating, err));
    TRY(decide_lines(a, batch.id, false, err));
    return store_run(a->store, err,
                     "UPDATE batch SET state = 'reviewed', reviewer = ?2,"
                     " reviewer_giver = nullif(?3, ''), reviewed_idx = ?4 WHERE act_id = ?1",
                     "btti", batch.id, (size_t)HASH_LEN, a->by, giver_of(&seating), a->idx);
}

const struct act ACT_DESTRUCTION_REVIEW = {
    .name = "destruction.review/1",
    .fields = DECIDE,
    .signers_max = 1,
    .rules = "A14",
    .signed_by = "supervisor, not the proposer; where the office has too few, a witness",
    .apply = review_apply,
    .keeps_people = true,
    .zh = "{by} 审核销毁 {batch}，{#lines} 行：{lines}",
    .en = "{by} reviews the destruction {batch}, {#lines} lines: {lines}",
};

/* ---- destruction.approve ---- */

static enum custody_status approve_apply(struct apply *a, struct custody_error *err)
{
    struct batch_state batch;
    struct apart apart = {.count = 0};
    struct seating seating = {.is_filled = false};
    bool sits = false;
    TRY(folder_need_policy(a, err));
    TRY(batch_need(a, &batch, err));
    RULE(strcmp(batch.state, "reviewed") == 0, "state",
         "This batch is not waiting for an approval.");
    apart_add_fold(&apart, batch.proposer, batch.proposer_giver);
    apart_add_fold(&apart, batch.reviewer, batch.reviewer_giver);
    TRY(sits_apart(a, "centre_manager", &apart, &seating, &sits, err));
    RULE(
        sits, "A14",
        "A destruction is approved by the centre manager, who neither proposed nor reviewed it "
        "nor acts for who did, nor has one of them act for himself.");
    TRY(decide_lines(a, batch.id, true, err));
    return store_run(a->store, err,
                     "UPDATE batch SET state = 'approved', approver = ?2,"
                     " approver_giver = nullif(?3, ''), approved_idx = ?4, approved_t = ?5"
                     " WHERE act_id = ?1",
                     "bttii", batch.id, (size_t)HASH_LEN, a->by, giver_of(&seating), a->idx,
                     a->t);
}

const struct act ACT_DESTRUCTION_APPROVE = {
    .name = "destruction.approve/1",
    .fields = DECIDE,
    .signers_max = 1,
    .rules = "A14",
    .signed_by = "centre_manager, neither proposer nor reviewer",
    .apply = approve_apply,
    .keeps_people = true,
    .zh = "{by} 批准销毁 {batch}，{#lines} 行：{lines}",
    .en = "{by} approves the destruction {batch}, {#lines} lines: {lines}",
};
