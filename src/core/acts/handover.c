/*
 * key.handover 发放, key.deposit 托管, key.withdraw 取回: keys of homes between the desk and
 * the people whose homes they open (FORMATS.md §17.1; K7, K10a).
 */
#include <stdio.h>
#include <string.h>

#include "approval.h"
#include "authority.h"
#include "buf.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

#define DOCUMENTS_MAX 40000 /* 1,024 codes of 32 */

/* A key of a home that stands where it should and belongs to the place. */
struct home_check {
    struct stands stands;
    const char *place;
};

static enum custody_status check_home_key(struct apply *a, const struct item_state *item,
                                          const void *arg, struct custody_error *err)
{
    const struct home_check *check = arg;
    bool all = false;
    bool any = false;
    bool belongs = false;
    TRY(move_check_stands(a, item, &check->stands, err));
    TRY(item_wants_consent(a, item->item, &all, &any, err));
    RULE(all, check->stands.rule, "%s is no key of a home.", item->item);
    TRY(item_belongs_to(a, item->item, check->place, &belongs, err));
    RULE(belongs, check->stands.rule, "%s opens no door of this home.", item->item);
    return CUSTODY_OK;
}

/* The receipt of somebody from outside: on the screen, by thumb, or on a numbered slip. */
static enum custody_status check_party_receipt(struct apply *a, struct custody_error *err)
{
    const json_t *receipt = json_object_get(a->body, "receipt");
    const char *kind = body_member(receipt, "kind");
    RULE(strcmp(kind, "credential") != 0 && body_member(receipt, "unsigned_reason") == NULL,
         "K7", "The owner's side signs on the screen, on paper or by thumb.");
    RULE(strcmp(kind, "paper") != 0 || body_member(receipt, "slip") != NULL, "K7",
         "A receipt on paper bears the number of its slip (--slip).");
    return CUSTODY_OK;
}

static enum custody_status note(struct apply *a, const char *kind, const char *place,
                                const char *documents, const char *receipt, const char *slip,
                                struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT INTO handover (idx, kind, party, place, letter, documents,"
                     " receipt, slip) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                     "itttt"
                     "ttt",
                     a->idx, kind, body_text(a, "party"), place, body_text(a, "letter"),
                     documents, receipt, slip);
}

/* ---- key.handover ---- */

static const struct field HANDOVER[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "documents", .type = FIELD_CODES, .min = 1},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "letter", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "place", .type = FIELD_PLACE},
    {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Out of the own tray, or from the desk: by its custodian, or by service staff and him. */
static enum custody_status handover_seats(struct apply *a, const json_t *desk, bool in_tray,
                                          struct custody_error *err)
{
    struct seating seating;
    struct seat custodian = seat_clerk(a, desk);
    struct seat staff = {.kind = SEAT_ROLE, .roles = {"service_staff"}, .person = a->by};
    if (a->signer_count > 1) {
        struct seat seats[2] = {staff, custodian};
        seats[1].person = NULL;
        RULE(!in_tray, "K7", "Keys out of the own tray are handed over by one alone.");
        return seats_require(a, seats, 2, "K7",
                             "Service staff hand keys over from the desk together with the "
                             "desk's custodian.",
                             &seating, err);
    }
    if (!in_tray) {
        return seats_require(a, &custodian, 1, "K7",
                             "Keys at the desk are handed over by its custodian, or by "
                             "service staff together with him.",
                             &seating, err);
    }
    seat_any_custodian(a, &custodian);
    TRY(seats_try(a, &custodian, 1, &seating, err));
    return seating.is_filled
               ? CUSTODY_OK
               : seats_require(a, &staff, 1, "K7",
                               "A tray is handed over by service staff or a custodian.",
                               &seating, err);
}

static enum custody_status check_recipient(struct apply *a, const char *place,
                                           struct custody_error *err)
{
    static const char *const at_home[] = {"owner", "tenant", "relative"};
    struct party_row party;
    TRY(party_need(a, body_text(a, "party"), &party, err));
    bool is_right = strcmp(party.relation, "agent") == 0 && body_text(a, "letter") != NULL;
    for (size_t i = 0; i < sizeof at_home / sizeof at_home[0]; i++) {
        is_right = is_right ||
                   (strcmp(party.relation, at_home[i]) == 0 && strcmp(party.unit, place) == 0);
    }
    RULE(is_right, "K7",
         "Keys of a home go to its owner, tenant or relative, or to an agent with a letter "
         "(--letter).");
    return CUSTODY_OK;
}

static enum custody_status join_documents(struct apply *a, struct buf *out,
                                          struct custody_error *err)
{
    size_t i = 0;
    const json_t *code = NULL;
    json_array_foreach(json_object_get(a->body, "documents"), i, code)
    {
        RULE(policy_lists(a->policy, "documents", json_string_value(code)), "policy",
             "A paper that was seen is none of the policy's documents: see custody site "
             "policy.");
        TRY(buf_printf(out, err, "%s%s", i > 0 ? "," : "", json_string_value(code)));
    }
    return CUSTODY_OK;
}

static enum custody_status handover_apply(struct apply *a, struct custody_error *err)
{
    const json_t *items = json_object_get(a->body, "items");
    const json_t *receipt = json_object_get(a->body, "receipt");
    const char *desk_code = body_text(a, "desk");
    const char *place = body_text(a, "place");
    struct move move = {
        .kind = "handover", .holder_kind = "party", .holder = body_text(a, "party")};
    struct item_state first;
    const json_t *desk = NULL;
    TRY(apply_desk(a, desk_code, &desk, err));
    TRY(place_need(a, place, err));
    TRY(item_need(a, json_array_get(items, 0), &first, err));
    /* Where the first one is decides where all must be. */
    bool in_tray = strcmp(first.holder_kind, "tray") == 0;
    const struct home_check check = {.stands = {.holder_kind = in_tray ? "tray" : "desk",
                                                .holder = in_tray ? a->by : desk_code,
                                                .rule = "K7"},
                                     .place = place};
    TRY(handover_seats(a, desk, in_tray, err));
    TRY(check_recipient(a, place, err));
    TRY(check_party_receipt(a, err));
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(move_items(a, items, &move, check_home_key, &check, err));
    struct buf documents = BUF_INIT(DOCUMENTS_MAX);
    enum custody_status rc = join_documents(a, &documents, err);
    if (rc == CUSTODY_OK) {
        rc = note(a, "handover", place, (const char *)documents.data,
                  body_member(receipt, "kind"), body_member(receipt, "slip"), err);
    }
    buf_clear(&documents);
    return rc;
}

const struct act ACT_KEY_HANDOVER = {
    .name = "key.handover/1",
    .fields = HANDOVER,
    .signers_max = 2,
    .rules = "K5 K7",
    .signed_by = "the desk's custodian, or service staff out of the own tray, or both",
    .apply = handover_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 向 {party} 发放 {place} 的 {items}，查验 {documents}，委托书 {letter}",
    .en = "{by} hands {items} of {place} to {party}, papers seen: {documents}, letter {letter}",
};

/* ---- key.deposit ---- */

static const struct field DEPOSIT[] = {
    {.name = "authorisation", .type = FIELD_ID},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "slip", .type = FIELD_TEXT, .is_nullable = true},
    {.name = NULL},
};

static enum custody_status check_deposited(struct apply *a, const struct item_state *item,
                                           const void *arg, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    bool covers = false;
    RULE(strcmp(item->holder_kind, "home") == 0 ||
             (strcmp(item->holder_kind, "party") == 0 && strcmp(item->holder, party) == 0),
         "K10a", "%s is not with this party.", item->item);
    TRY(authorisation_covers(a, arg, party, NULL, item->item, &covers, err));
    RULE(covers, "K10a",
         "%s is taken into custody by an authorisation of this party, in force and for its "
         "home.",
         item->item);
    return CUSTODY_OK;
}

static enum custody_status deposit_apply(struct apply *a, struct custody_error *err)
{
    struct move move = {
        .kind = "deposit", .holder_kind = "desk", .holder = body_text(a, "desk")};
    uint8_t authorisation[HASH_LEN] = {0};
    struct party_row party;
    struct seating seating;
    const json_t *desk = NULL;
    TRY(apply_desk(a, move.holder, &desk, err));
    struct seat seats[1] = {seat_clerk(a, desk)};
    TRY(seats_require(a, seats, 1, "K2", "Keys are taken into custody by the desk's custodian.",
                      &seating, err));
    TRY(party_need(a, body_text(a, "party"), &party, err));
    NEED(body_hex(a, "authorisation", authorisation, sizeof authorisation), "structure",
         "The id is malformed.");
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(move_items(a, json_object_get(a->body, "items"), &move, check_deposited, authorisation,
                   err));
    TRY(move_check_classes(a, desk, err));
    return note(a, "deposit", NULL, NULL, NULL, body_text(a, "slip"), err);
}

const struct act ACT_KEY_DEPOSIT = {
    .name = "key.deposit/1",
    .fields = DEPOSIT,
    .signers_max = 1,
    .rules = "K2 K5 K8 K10a",
    .signed_by = "the desk's custodian",
    .apply = deposit_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 按托管委托书 {authorisation} 收存 {party} 的 {items}",
    .en = "{by} takes at {desk} {items} of {party} into custody by {authorisation}",
};

/* ---- key.withdraw ---- */

static const struct field WITHDRAW[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},
    {.name = NULL},
};

static enum custody_status withdraw_apply(struct apply *a, struct custody_error *err)
{
    const json_t *receipt = json_object_get(a->body, "receipt");
    struct move move = {
        .kind = "withdraw", .holder_kind = "party", .holder = body_text(a, "party")};
    struct party_row party;
    struct seating seating;
    const json_t *desk = NULL;
    TRY(apply_desk(a, body_text(a, "desk"), &desk, err));
    struct seat seats[1] = {seat_clerk(a, desk)};
    TRY(seats_require(a, seats, 1, "K2", "Keys in custody are given back by the custodian.",
                      &seating, err));
    TRY(party_need(a, move.holder, &party, err));
    RULE(party.unit[0] != '\0', "K10a", "The party is of no home.");
    TRY(check_party_receipt(a, err));
    TRY(apply_event_time(a, &move.event_at, err));
    const struct home_check check = {
        .stands = {.holder_kind = "desk", .holder = body_text(a, "desk"), .rule = "K10a"},
        .place = party.unit};
    TRY(move_items(a, json_object_get(a->body, "items"), &move, check_home_key, &check, err));
    return note(a, "withdraw", party.unit[0] != '\0' ? party.unit : NULL, NULL,
                body_member(receipt, "kind"), body_member(receipt, "slip"), err);
}

const struct act ACT_KEY_WITHDRAW = {
    .name = "key.withdraw/1",
    .fields = WITHDRAW,
    .signers_max = 1,
    .rules = "K2 K5 K7 K10a",
    .signed_by = "the desk's custodian",
    .apply = withdraw_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 从 {desk} 将托管的 {items} 交还 {party}",
    .en = "{by} gives {items} in custody at {desk} back to {party}",
};
