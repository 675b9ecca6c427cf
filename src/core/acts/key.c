/* key.lend, key.return, key.refuse (FORMATS.md §10, §15; K2-K5, K8, K10, K10a). */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

/* ---- key.lend ---- */

static const struct field LEND[] = {
    {.name = "approval", .type = FIELD_ID, .is_nullable = true},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "due", .type = FIELD_TIME},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "on_behalf", .type = FIELD_LABEL},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},
    {.name = "receiver", .type = FIELD_HOLDER},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/*
 * Who sits where in a loan. The clerk is a custodian of the desk; a clerk's own loan is issued
 * by another one or, where there is none, by a colleague, flagged 代签. The second seat is the
 * receiver's, or a countersigning colleague's, or missing: as the receipt rule says.
 */
static enum custody_status lend_seats(struct apply *a, const json_t *desk,
                                      const struct receiver *receiver, bool receiver_signs,
                                      bool wants_colleague, char ret_giver[HANDLE_SIZE],
                                      struct custody_error *err)
{
    const char *role = body_member(desk, "custodian_role");
    const char *other = receiver->is_party ? NULL : receiver->id;
    struct seat seats[2] = {
        {.kind = SEAT_ROLE, .roles = {role}, .person = a->by, .except = {other}},
        {.kind = SEAT_ANY, .except = {other}}};
    struct seating seating;
    size_t count = receiver_signs || wants_colleague ? 2 : 1;
    if (receiver_signs) {
        seats[1] = (struct seat){.kind = SEAT_PERSON, .person = receiver->id};
    }
    ret_giver[0] = '\0';
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
        (void)snprintf(ret_giver, HANDLE_SIZE, "%s", seating.giver[0]);
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

static enum custody_status lend_item(struct apply *a, const json_t *named, const char *desk,
                                     const struct move *move, struct custody_error *err)
{
    struct item_state item;
    int64_t missing = 0;
    TRY(item_need(a, named, &item, err));
    RULE(item.item[0] == 'K' || item.item[0] == 'R', "structure",
         "Only keys and rings are lent.");
    RULE(strcmp(item.holder_kind, "desk") == 0 && strcmp(item.holder, desk) == 0, "K4",
         "%s is not at this desk: it is out already, or kept elsewhere.", item.item);
    RULE(move->event_at >= item.event_at, "late", "%s has moved since that event time.",
         item.item);
    if (item.item[0] == 'R') {
        TRY(move_members(a, &item, move, &missing, err));
        if (missing > 0) {
            TRY(apply_flag(a, err, "ring-short", "%s goes out with %lld keys missing",
                           item.item, (long long)missing));
        }
    } else if (item.ring[0] != '\0' &&
               !items_name(json_object_get(a->body, "items"), item.ring)) {
        TRY(apply_flag(a, err, "from-ring", "%s goes out without its ring %s", item.item,
                       item.ring));
    }
    return item_move(a, item.item, move->kind, move->holder_kind, move->holder, move->event_at,
                     move->due, err);
}

static enum custody_status find_needed_rule(struct apply *a, const json_t *items, char *out,
                                            struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    out[0] = '\0';
    json_array_foreach(items, i, named)
    {
        if (out[0] == '\0') {
            TRY(approval_needed(a, body_member(named, "item"), out, err));
        }
    }
    return CUSTODY_OK;
}

static enum custody_status lend_apply(struct apply *a, struct custody_error *err)
{
    const json_t *items = json_object_get(a->body, "items");
    const char *desk_code = body_text(a, "desk");
    const char *purpose = body_text(a, "purpose");
    const json_t *desk = NULL;
    struct receiver receiver;
    bool receiver_signs = false;
    bool wants_colleague = false;
    char clerk_giver[HANDLE_SIZE];
    char rule[8];
    struct move move = {.kind = "lend", .due = body_time(a, "due")};
    TRY(apply_desk(a, desk_code, &desk, err));
    TRY(receiver_load(a, body_text(a, "receiver"), &receiver, err));
    RULE(receiver.is_party || (!receiver.person.is_suspended && !receiver.person.is_auditor),
         "K4", "Nothing is lent to a suspended person or an auditor.");
    TRY(check_lend_receipt(a, &receiver, &receiver_signs, &wants_colleague, err));
    TRY(lend_seats(a, desk, &receiver, receiver_signs, wants_colleague, clerk_giver, err));
    TRY(apply_code(a, "purpose", "purposes", err));
    const json_t *purpose_row = policy_find(a->policy, "purposes", purpose);
    RULE(purpose_row == NULL || !json_is_true(json_object_get(purpose_row, "private")), "K3",
         "Keys are not lent in a private name; record the refusal (custody key refuse).");
    TRY(apply_event_time(a, &move.event_at, err));
    RULE(move.due > move.event_at &&
             move.due <= move.event_at + policy_int(a->policy, "loan_max_days") * 86400,
         "K4", "The time due lies after the event and within the policy's loan_max_days.");
    TRY(find_needed_rule(a, items, rule, err));
    TRY(approval_use(a, items, receiver.id, purpose, move.due, clerk_giver,
                     rule[0] != '\0' ? rule : NULL, err));
    move.holder_kind = receiver.is_party ? "party" : "person";
    move.holder = receiver.id;
    size_t i = 0;
    const json_t *named = NULL;
    /* Rings first: a key named beside its ring must be found where it was. */
    json_array_foreach(items, i, named)
    {
        if (body_member(named, "item")[0] == 'R') {
            TRY(lend_item(a, named, desk_code, &move, err));
        }
    }
    json_array_foreach(items, i, named)
    {
        if (body_member(named, "item")[0] != 'R') {
            TRY(lend_item(a, named, desk_code, &move, err));
        }
    }
    uint8_t approval[HASH_LEN];
    bool has_approval = body_hex(a, "approval", approval, sizeof approval);
    const json_t *receipt = json_object_get(a->body, "receipt");
    return store_run(a->store, err,
                     "INSERT INTO loan (idx, desk, clerk, receiver, purpose, on_behalf, due,"
                     " receipt, slip, approval)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                     "ittttt"
                     "ittb",
                     a->idx, desk_code, a->by, receiver.id, purpose, body_text(a, "on_behalf"),
                     move.due, body_member(receipt, "kind"), body_member(receipt, "slip"),
                     has_approval ? approval : NULL,
                     has_approval ? sizeof approval : (size_t)0);
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

static enum custody_status return_seats(struct apply *a, const json_t *desk,
                                        struct custody_error *err)
{
    const json_t *receipt = json_object_get(a->body, "receipt");
    const char *by_whom = body_text(a, "by_whom");
    const char *reason = body_member(receipt, "unsigned_reason");
    bool signs =
        json_is_object(receipt) && strcmp(body_member(receipt, "kind"), "credential") == 0;
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE,
                             .roles = {body_member(desk, "custodian_role"), "duty"},
                             .person = a->by},
                            {.kind = SEAT_RETURNER, .person = by_whom}};
    RULE(json_is_null(receipt) == (by_whom == NULL), "K4",
         "A receipt goes with the one who returns: give both, or neither.");
    if (by_whom != NULL) {
        struct receiver returner;
        TRY(receiver_load(a, by_whom, &returner, err));
        RULE(!signs || (!returner.is_party && strcmp(by_whom, a->by) != 0), "K4",
             "A receipt by credential is the signature of a returner other than the clerk.");
        signs = signs && !returner.is_party;
        RULE(strcmp(by_whom, a->by) != 0 || strcmp(body_member(receipt, "kind"), "screen") == 0,
             "K4",
             "A clerk who returns keys himself signs alone, with the receipt kind screen.");
    }
    RULE(reason == NULL || policy_lists(a->policy, "unsigned_reasons", reason), "policy",
         "The reason for not signing is none of the policy's unsigned_reasons.");
    bool by_custodian = false;
    bool by_duty = false;
    char giver[HANDLE_SIZE];
    TRY(state_holds_role(a->state, a->by, body_member(desk, "custodian_role"), a->t, 0,
                         &by_custodian, giver, err));
    TRY(state_holds_role(a->state, a->by, "duty", a->t, 0, &by_duty, giver, err));
    RULE(by_custodian || by_duty, "K2",
         "Only the desk's custodian or the officer on duty takes keys back.");
    TRY(seats_require(
        a, seats, signs && by_whom != NULL ? 2 : 1, "seats",
        "A return is signed by who takes the keys back, and by the returner where "
        "the receipt says so; by nobody else.",
        &seating, err));
    return CUSTODY_OK;
}

static enum custody_status return_item(struct apply *a, const json_t *named, const char *desk,
                                       const struct move *move, struct custody_error *err)
{
    struct item_state item;
    int64_t missing = 0;
    const char *by_whom = body_text(a, "by_whom");
    TRY(item_need(a, named, &item, err));
    RULE(move->event_at >= item.event_at, "late", "%s has moved since that event time.",
         item.item);
    if (strcmp(item.holder_kind, "desk") == 0) {
        TRY(apply_flag(a, err, "not-out", "%s stood at a desk when it was returned",
                       item.item));
    }
    if (by_whom != NULL && strcmp(by_whom, item.holder) != 0) {
        TRY(apply_flag(a, err, "not-holder", "%s came back by somebody else", item.item));
    }
    if (strcmp(item.desk, desk) != 0) {
        TRY(apply_flag(a, err, "other-desk", "%s belongs to the desk %s", item.item,
                       item.desk));
    }
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
    TRY(return_seats(a, desk, err));
    TRY(apply_event_time(a, &move.event_at, err));
    if (body_text(a, "by_whom") != NULL) {
        TRY(store_run(a->store, err, "INSERT INTO handback (idx, by_whom) VALUES (?1, ?2)",
                      "it", a->idx, body_text(a, "by_whom")));
    }
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
    return CUSTODY_OK;
}

const struct act ACT_KEY_RETURN = {
    .name = "key.return/1",
    .fields = RETURN,
    .signers_max = 2,
    .rules = "K2 K4",
    .signed_by =
        "the desk's custodian or duty, and the returner when present with a credential",
    .apply = return_apply,
    .undo = undo_movements,
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
