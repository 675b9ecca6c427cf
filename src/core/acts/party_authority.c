/* party.authorise (托管委托书), party.end, party.consent: the say of owners (FORMATS.md §17.2).
 */
#include <string.h>

#include "../people.h"
#include "approval.h"
#include "authority.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

/* ---- party.authorise ---- */

static const struct field NAMED[] = {
    {.name = "holder", .type = FIELD_HOLDER},
    {.name = NULL},
};
static const struct field AUTHORISE[] = {
    {.name = "end", .type = FIELD_TIME},
    {.name = "letter", .type = FIELD_TEXT},
    {.name = "named", .type = FIELD_LIST, .min = 0, .of = NAMED, .key = "holder"},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "place", .type = FIELD_PLACE},
    {.name = "scope", .type = FIELD_CODES, .min = 1},
    ACT_SIGNED_TOGETHER,
    {.name = "start", .type = FIELD_TIME},
    {.name = NULL},
};

/*
 * Who registers what an owner said, and the supervisor who answers for it: theirs are two
 * seats. ret_grantor: the supervisor, "" where the seats stayed empty (at audit).
 */
static enum custody_status judge_seats(struct apply *a, const char *not_supervisor,
                                       struct seating *ret_seating, struct custody_error *err)
{
    struct seat seats[2] = {
        {.kind = SEAT_ROLE},
        {.kind = SEAT_ROLE, .roles = {"supervisor"}, .except = {not_supervisor}}};
    size_t count = 0;
    seat_any_custodian(a, &seats[0]);
    while (count < SEAT_ROLES_MAX - 1 && seats[0].roles[count] != NULL) {
        count++;
    }
    seats[0].roles[count] = "service_staff";
    return seats_require(
        a, seats, 2, "seats",
        "An owner's word is registered by service staff or a custodian, and by "
        "a supervisor who is not the receiver: two persons.",
        ret_seating, err);
}

/* The supervisor's say, and whose role it was; at audit, where nobody sat there, of `by`. */
static enum custody_status note_grantor(struct apply *a, const struct seating *seating,
                                        struct custody_error *err)
{
    struct decision decision = {.count = 0};
    if (seating->is_filled) {
        decision.role[0] = seating->role[1];
        copy_text(decision.giver[0], HANDLE_SIZE, seating->giver[1]);
        decision.count = 1;
    }
    return approval_note_roles(a, &decision, err);
}

static const char *grantor_of(const struct apply *a, const struct seating *seating)
{
    return seating->is_filled ? seating->handle[1] : a->by;
}

static enum custody_status authorise_apply(struct apply *a, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    const char *place = body_text(a, "place");
    const json_t *scope = json_object_get(a->body, "scope");
    const json_t *named = json_object_get(a->body, "named");
    int64_t start = body_time(a, "start");
    int64_t end = body_time(a, "end");
    struct party_row owner;
    struct seating seating;
    size_t i = 0;
    const json_t *element = NULL;
    TRY(judge_seats(a, NULL, &seating, err));
    TRY(party_need(a, party, &owner, err));
    TRY(place_need(a, place, err));
    RULE(strcmp(owner.unit, place) == 0, "K10a",
         "The party has no say over this place: it is not the party's unit.");
    RULE(start < end && end > a->t, "K10a",
         "An authorisation ends after it starts, and in the future.");
    json_array_foreach(scope, i, element)
    {
        const char *act = json_string_value(element);
        RULE(strcmp(act, "lend") == 0 || strcmp(act, "copy") == 0, "structure",
             "The scope of an authorisation is lend, copy or both.");
    }
    const struct authority_draft draft = {.kind = "authorise",
                                          .grantor = grantor_of(a, &seating),
                                          .party = party,
                                          .place = place,
                                          .letter = body_text(a, "letter"),
                                          .start = start,
                                          .end = end,
                                          .uses_left = -1};
    TRY(authority_add(a, &draft, err));
    TRY(note_grantor(a, &seating, err));
    json_array_foreach(scope, i, element)
    {
        TRY(authority_add_scope(a, "act", json_string_value(element), err));
    }
    json_array_foreach(named, i, element)
    {
        struct receiver holder;
        TRY(receiver_load(a, body_member(element, "holder"), &holder, err));
        TRY(authority_add_scope(a, "holder", holder.id, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_PARTY_AUTHORISE = {
    .name = "party.authorise/1",
    .fields = AUTHORISE,
    .signers_max = 2,
    .rules = "K9 K10a",
    .signed_by = "service_staff or a custodian, and a supervisor",
    .apply = authorise_apply,
    .keeps_people = true,
    .zh = "登记托管委托书 {letter}：{party} 就 {place} 委托 {scope}，指定 {named}，{start} 至 "
          "{end}",
    .en =
        "register the authorisation {letter} of {party} over {place}: {scope}, named {named}, "
        "{start} to {end}",
};

/* ---- party.end ---- */

static const struct field END[] = {
    {.name = "authorisation", .type = FIELD_ID},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status end_apply(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    struct seat other[1] = {{.kind = SEAT_ROLE, .roles = {"service_staff", "supervisor"}}};
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, custodian, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, other, 1, "seats",
                          "An authorisation is ended by service staff, a custodian or a "
                          "supervisor.",
                          &seating, err));
    }
    TRY(apply_code(a, "reason", "reasons", err));
    return authority_end_named(a, "authorisation", "authorise", err);
}

const struct act ACT_PARTY_END = {
    .name = "party.end/1",
    .fields = END,
    .signers_max = 1,
    .rules = "K10a",
    .signed_by = "service_staff, a custodian or a supervisor",
    .apply = end_apply,
    .keeps_people = true,
    .zh = "{by} 终止托管委托 {authorisation}，原因 {reason}",
    .en = "{by} ends the authorisation {authorisation}, reason {reason}",
};

/* ---- party.consent ---- */

static const char *const SCOPES[] = {"copy", "lend", NULL};
static const struct field WINDOW[] = {
    {.name = "end", .type = FIELD_TIME},
    {.name = "start", .type = FIELD_TIME},
    {.name = NULL},
};
static const struct field CONSENT[] = {
    {.name = "channel", .type = FIELD_CODE},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "receiver", .type = FIELD_HOLDER},
    {.name = "scope", .type = FIELD_ENUM, .values = SCOPES},
    ACT_SIGNED_TOGETHER,
    {.name = "window", .type = FIELD_OBJECT, .of = WINDOW},
    {.name = NULL},
};

struct say {
    const char *unit;
    bool has_it;
};

/* Of every key, a home's or not: an owner gives nothing that is not his. */
static enum custody_status ask_say(struct apply *a, const char *key, const char *key_class,
                                   void *ctx, struct custody_error *err)
{
    struct say *say = ctx;
    (void)key_class;
    return say->has_it ? item_belongs_to(a, key, say->unit, &say->has_it, err) : CUSTODY_OK;
}

static enum custody_status consent_item(struct apply *a, const json_t *named, const char *unit,
                                        struct custody_error *err)
{
    struct item_state item;
    struct say say = {.unit = unit, .has_it = unit[0] != '\0'};
    TRY(item_need(a, named, &item, err));
    TRY(item_each_key(a, item.item, ask_say, &say, err));
    RULE(say.has_it, "K10a",
         "The party has no say over %s: it opens nothing of the party's unit.", item.item);
    TRY(authority_add_scope(a, "item", item.item, err));
    return item_touch(a, item.item, err);
}

static enum custody_status consent_apply(struct apply *a, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    const char *purpose = body_text(a, "purpose");
    const json_t *window = json_object_get(a->body, "window");
    int64_t start = time_in(window, "start");
    int64_t end = time_in(window, "end");
    struct party_row owner;
    struct receiver receiver;
    struct seating seating;
    size_t i = 0;
    const json_t *named = NULL;
    TRY(party_need(a, party, &owner, err));
    TRY(receiver_load(a, body_text(a, "receiver"), &receiver, err));
    TRY(judge_seats(a, receiver.id, &seating, err));
    RULE(strcmp(owner.relation, "owner") == 0 || strcmp(owner.relation, "tenant") == 0, "K10a",
         "Only an owner or a tenant consents to what is done with a home's keys.");
    TRY(apply_code(a, "channel", "channels", err));
    TRY(judge_purpose(a, purpose, err));
    RULE(start < end && end > a->t, "K10a",
         "The window of a consent ends after it starts, and in the future.");
    const struct authority_draft draft = {.kind = "consent",
                                          .grantor = grantor_of(a, &seating),
                                          .party = party,
                                          .place = owner.unit[0] != '\0' ? owner.unit : NULL,
                                          .purpose = purpose,
                                          .receiver = receiver.id,
                                          .start = start,
                                          .end = end,
                                          .uses_left = 1};
    TRY(authority_add(a, &draft, err));
    TRY(note_grantor(a, &seating, err));
    TRY(authority_add_scope(a, "act", body_text(a, "scope"), err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(consent_item(a, named, owner.unit, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_PARTY_CONSENT = {
    .name = "party.consent/1",
    .fields = CONSENT,
    .signers_max = 2,
    .rules = "K3 K9 K10a",
    .signed_by = "service_staff or a custodian, and a supervisor who is not the receiver",
    .apply = consent_apply,
    .keeps_people = true,
    .zh = "登记 {party} 经 {channel} 同意：{scope} {items} 给 {receiver}，用途 {purpose}，"
          "{window.start} 至 {window.end}",
    .en =
        "register that {party} consents ({channel}) to {scope} {items} to {receiver}, purpose "
        "{purpose}, {window.start} to {window.end}",
};
