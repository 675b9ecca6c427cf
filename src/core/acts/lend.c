/* key.lend/1 and /2, and what key.escort shares with them (FORMATS.md §15, §17.1; K2-K5, K10,
 * K10a). */
#include "lend.h"

#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "policy.h"
#include "rows.h"

/*
 * Who sits where in a loan. The clerk is a custodian of the desk; a clerk's own loan is issued
 * by another one or, where there is none, by a colleague, flagged 代签. The second seat is the
 * receiver's, or a countersigning colleague's, or missing: as the receipt rule says.
 */
static enum custody_status lend_seats(struct apply *a, struct lending *lending,
                                      bool receiver_signs, bool wants_colleague,
                                      struct custody_error *err)
{
    const struct receiver *receiver = &lending->receiver;
    const char *role = body_member(lending->desk, "custodian_role");
    const char *other = receiver->is_party ? NULL : receiver->id;
    struct apart apart;
    struct seat seats[2] = {{.kind = SEAT_ROLE,
                             .roles = {role},
                             .person = a->by,
                             .except = {other},
                             .apart = &apart},
                            {.kind = SEAT_ANY, .except = {other}}};
    struct seating seating;
    size_t count = receiver_signs || wants_colleague ? 2 : 1;
    if (receiver_signs) {
        seats[1] = (struct seat){.kind = SEAT_PERSON, .person = receiver->id};
    }
    lending->clerk_giver[0] = '\0';
    apart.count = 0;
    TRY(approval_apart(a, &apart, err));
    TRY(seats_try(a, seats, count, &seating, err));
    if (!seating.is_filled) {
        /* Stand-in: only for the desk's own custodian, with no other one at hand. */
        int64_t others = 0;
        bool is_custodian = false;
        char giver[HANDLE_SIZE];
        if (other != NULL) {
            TRY(state_holds_role(a->state, other, role, a->t, 0, &is_custodian, giver, err));
        }
        TRY(count_other_holders(a, role, other != NULL ? other : "", &others, err));
        if (is_custodian && others == 0) {
            seats[0] = (struct seat){.kind = SEAT_ANY, .person = a->by, .except = {other}};
            TRY(seats_try(a, seats, count, &seating, err));
            RULE(seating.is_filled, "seats",
                 "A custodian's own loan is issued by a colleague "
                 "who signs as the clerk.");
            return apply_flag(a, err, "stand-in",
                              "a colleague issued the custodian's own loan");
        }
    }
    bool by_holds = false;
    char by_giver[HANDLE_SIZE];
    TRY(state_holds_role(a->state, a->by, role, a->t, 0, &by_holds, by_giver, err));
    RULE(by_holds, "K2", "Only the desk's custodian lends from it.");
    RULE(seating.is_filled, "seats",
         "A loan is signed by the desk's custodian, to somebody else, and by the receiver or a "
         "colleague where the receipt wants one; by nobody else.");
    if (seating.is_filled) {
        (void)snprintf(lending->clerk_giver, HANDLE_SIZE, "%s", seating.giver[0]);
    }
    return CUSTODY_OK;
}

static enum custody_status check_lend_receipt(struct apply *a, const struct receiver *receiver,
                                              bool *ret_receiver_signs, bool *ret_colleague,
                                              struct custody_error *err)
{
    const json_t *receipt = json_object_get(a->body, "receipt");
    const char *kind = body_member(receipt, "kind");
    const char *reason = body_member(receipt, "unsigned_reason");
    const char *slip = body_member(receipt, "slip");
    bool has_image = json_is_object(json_object_get(receipt, "image"));
    *ret_receiver_signs = strcmp(kind, "credential") == 0;
    *ret_colleague = false;
    if (*ret_receiver_signs) {
        RULE(!receiver->is_party && reason == NULL && slip == NULL && !has_image, "K4",
             "A receipt by credential is the receiver's own signature and nothing else.");
        return CUSTODY_OK;
    }
    RULE(strcmp(kind, "paper") != 0 || slip != NULL, "K4",
         "A receipt on paper bears the number of its slip (--slip).");
    if (!receiver->is_party && receiver->person.has_live_credential) {
        RULE(reason == NULL || policy_lists(a->policy, "unsigned_reasons", reason), "policy",
             "The reason for not signing is none of the policy's unsigned_reasons.");
        RULE(reason != NULL, "K4",
             "A receiver with a live credential signs, or a reason of the policy's "
             "unsigned_reasons and a colleague's countersignature stand in.");
        *ret_colleague = true;
        return apply_flag(a, err, "unsigned-receipt", "the receiver did not sign: %s", kind);
    }
    RULE(reason == NULL, "K4", "Without a live credential no reason for not signing is due.");
    return CUSTODY_OK;
}

enum custody_status lending_open(struct apply *a, const char *kind, struct lending *ret_lending,
                                 struct custody_error *err)
{
    struct lending it = {.desk_code = body_text(a, "desk"),
                         .purpose = body_text(a, "purpose"),
                         .move = {.kind = kind, .due = body_time(a, "due")}};
    bool receiver_signs = false;
    bool wants_colleague = false;
    TRY(apply_desk(a, it.desk_code, &it.desk, err));
    TRY(receiver_load(a, body_text(a, "receiver"), &it.receiver, err));
    RULE(it.receiver.is_party ||
             (!it.receiver.person.is_suspended && !it.receiver.person.is_auditor),
         "K4", "Nothing is lent to a suspended person or an auditor.");
    TRY(check_lend_receipt(a, &it.receiver, &receiver_signs, &wants_colleague, err));
    TRY(lend_seats(a, &it, receiver_signs, wants_colleague, err));
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
