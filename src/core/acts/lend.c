/* key.lend/1 and /2, and what key.escort shares with them (FORMATS.md §15, §17.1; K2-K5, K10,
 * K10a). */
#include "lend.h"

#include <stdio.h>

#include "issue.h"
#include "policy.h"
#include "rows.h"

enum custody_status lending_open(struct apply *a, const char *kind, struct lending *ret_lending,
                                 struct custody_error *err)
{
    struct lending it = {.desk_code = body_text(a, "desk"),
                         .purpose = body_text(a, "purpose"),
                         .move = {.kind = kind, .due = body_time(a, "due")}};
    struct issue issue;
    TRY(apply_desk(a, it.desk_code, &it.desk, err));
    const struct issue_terms terms = {.role = body_member(it.desk, "custodian_role"),
                                      .clerk_rule = "K2",
                                      .clerk_sentence =
                                          "Only the desk's custodian lends from it.",
                                      .receiver_rule = "K4",
                                      .receipt_rule = "K4"};
    TRY(issue_open(a, &terms, body_text(a, "receiver"), &issue, err));
    it.receiver = issue.receiver;
    (void)snprintf(it.clerk_giver, HANDLE_SIZE, "%s", issue.clerk_giver);
    TRY(apply_code(a, "purpose", "purposes", err));
    const json_t *purpose_row = policy_find(a->policy, "purposes", it.purpose);
    RULE(purpose_row == NULL || !json_is_true(json_object_get(purpose_row, "private")), "K3",
         "Keys are not lent in a private name; record the refusal (custody key refuse).");
    TRY(apply_event_time(a, &it.move.event_at, err));
    RULE(it.move.due > it.move.event_at &&
             it.move.due <= it.move.event_at + policy_int(a->policy, "loan_max_days") * 86400,
         "K4", "The time due lies after the event and within the policy's loan_max_days.");
    it.move.holder_kind = it.receiver.is_party ? "party" : "person";
    it.move.holder = it.receiver.id;
    *ret_lending = it;
    return CUSTODY_OK;
}

enum custody_status lending_close(struct apply *a, const struct lending *lending,
                                  struct custody_error *err)
{
    const struct stands at_desk = {
        .holder_kind = "desk", .holder = lending->desk_code, .rule = "K4"};
    uint8_t approval[HASH_LEN];
    bool has_approval = body_hex(a, "approval", approval, sizeof approval);
    const json_t *receipt = json_object_get(a->body, "receipt");
    TRY(move_items(a, json_object_get(a->body, "items"), &lending->move, move_check_stands,
                   &at_desk, err));
    return store_run(a->store, err,
                     "INSERT INTO loan (idx, desk, clerk, receiver, purpose, on_behalf, due,"
                     " receipt, slip, approval)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                     "ittttt"
                     "ittb",
                     a->idx, lending->desk_code, a->by, lending->receiver.id, lending->purpose,
                     body_text(a, "on_behalf"), lending->move.due, body_member(receipt, "kind"),
                     body_member(receipt, "slip"), has_approval ? approval : NULL,
                     has_approval ? sizeof approval : (size_t)0);
}

static enum custody_status lend(struct apply *a, bool with_warnings, struct custody_error *err)
{
    struct lending it;
    TRY(lending_open(a, "lend", &it, err));
    TRY(approval_use(a, json_object_get(a->body, "items"), it.receiver.id, it.purpose,
                     it.move.due, it.clerk_giver, APPROVAL_FOR_LOAN, err));
    if (with_warnings) {
        TRY(warnings_check(a, &it, err));
    }
    return lending_close(a, &it, err);
}

#define LEND_FIELDS                                                                            \
    {.name = "approval", .type = FIELD_ID, .is_nullable = true},                               \
        {.name = "desk", .type = FIELD_CODE}, {.name = "due", .type = FIELD_TIME},             \
        {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},                         \
        {.name = "items", .type = FIELD_ITEMS, .min = 1},                                      \
        {.name = "late", .type = FIELD_CODE, .is_nullable = true},                             \
        {.name = "on_behalf", .type = FIELD_LABEL}, {.name = "purpose", .type = FIELD_CODE},   \
        {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},                       \
        {.name = "receiver", .type = FIELD_HOLDER}, ACT_SIGNED_TOGETHER,                       \
    {                                                                                          \
        .name = NULL                                                                           \
    }

static const struct field LEND[] = {LEND_FIELDS};

static enum custody_status lend_apply(struct apply *a, struct custody_error *err)
{
    return lend(a, false, err);
}

const struct act ACT_KEY_LEND = {
    .name = "key.lend/1",
    .fields = LEND,
    .signers_max = 2,
    .rules = "K2 K3 K4 K5 K10 K10a",
    .signed_by = "the desk's custodian, and the receiver as the receipt rule says",
    .apply = lend_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 从 {desk} 借出 {items} 给 {receiver}，代表 {on_behalf}，用途 {purpose}，应还 "
          "{due}",
    .en =
        "{by} lends from {desk} {items} to {receiver} for {on_behalf}, purpose {purpose}, due "
        "{due}",
};

static const char *const WARNINGS[] = {"holder-overdue", "last-spare", "off-shift", "reserved",
                                       NULL};
static const struct field ACCEPTED[] = {
    {.name = "reason", .type = FIELD_CODE},
    {.name = "warning", .type = FIELD_ENUM, .values = WARNINGS},
    {.name = NULL},
};
static const struct field LEND_2[] = {
    {.name = "accepted", .type = FIELD_LIST, .min = 0, .of = ACCEPTED, .key = "warning"},
    LEND_FIELDS};

static enum custody_status lend_2_apply(struct apply *a, struct custody_error *err)
{
    return lend(a, true, err);
}

const struct act ACT_KEY_LEND_2 = {
    .name = "key.lend/2",
    .fields = LEND_2,
    .signers_max = 2,
    .rules = "K2 K3 K4 K5 K10 K10a K11",
    .signed_by = "the desk's custodian, and the receiver as the receipt rule says",
    .apply = lend_2_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 从 {desk} 借出 {items} 给 {receiver}，代表 {on_behalf}，用途 {purpose}，应还 "
          "{due}；已知悉的提示：{accepted}",
    .en = "{by} lends from {desk} {items} to {receiver} for {on_behalf}, purpose {purpose}, "
          "due {due}; warnings accepted: {accepted}",
};
