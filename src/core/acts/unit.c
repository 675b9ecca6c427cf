/* unit.transfer: a home changes hands (FORMATS.md §17.4; K10a, regulation §3). */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "authority.h"
#include "folder.h"
#include "move.h"
#include "rows.h"

static const char *const OUTCOMES[] = {"passes", "recalled", "stays", NULL};
static const struct field ITEM[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "outcome", .type = FIELD_ENUM, .values = OUTCOMES},
    {.name = NULL},
};
#define TRANSFER_FIELDS                                                                        \
    {.name = "items", .type = FIELD_LIST, .of = ITEM, .key = "item"},                          \
        {.name = "late", .type = FIELD_CODE, .is_nullable = true},                             \
        {.name = "party_in", .type = FIELD_PARTY, .is_nullable = true},                        \
        {.name = "party_out", .type = FIELD_PARTY, .is_nullable = true},                       \
        {.name = "place", .type = FIELD_PLACE}, {.name = "reason", .type = FIELD_CODE},        \
        ACT_SIGNED_TOGETHER,                                                                   \
    {                                                                                          \
        .name = NULL                                                                           \
    }
static const struct field TRANSFER[] = {
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true}, TRANSFER_FIELDS};

/*
 * Does a colleague stand in for one seat, while one signer sits in the other by its role and
 * nobody but him holds the open one? Each seat and each signer is tried.
 */
static enum custody_status stand_in(struct apply *a, const struct seat both[2], bool *ret_fits,
                                    struct custody_error *err)
{
    *ret_fits = false;
    for (size_t open = 0; open < 2; open++) {
        for (size_t s = 0; s < a->signer_count && !*ret_fits; s++) {
            struct seat seats[2] = {both[1 - open], {.kind = SEAT_ANY}};
            struct seating seating;
            int64_t others = 0;
            seats[0].person = a->signers[s];
            TRY(seats_try(a, seats, 2, &seating, err));
            if (!seating.is_filled) {
                continue;
            }
            TRY(count_other_holders(a, both[open].roles[0], a->signers[s], &others, err));
            *ret_fits = others == 0;
        }
    }
    return CUSTODY_OK;
}

static enum custody_status transfer_seats(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    bool fits = false;
    const struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {"archive_custodian"}},
                                  {.kind = SEAT_ROLE, .roles = {"key_custodian"}}};
    TRY(seats_try(a, seats, 2, &seating, err));
    if (seating.is_filled) {
        return CUSTODY_OK;
    }
    TRY(stand_in(a, seats, &fits, err));
    RULE(fits, "seats",
         "A home's change of hands is signed by the archive custodian and the key custodian, "
         "two "
         "persons; a colleague stands in only where nobody else holds the role.");
    return fits ? apply_flag(a, err, "stand-in", "a colleague signed for a missing custodian")
                : CUSTODY_OK;
}

/* The party belongs to this home; who comes in may be registered without one. */
static enum custody_status check_party(struct apply *a, const char *party, bool may_be_free,
                                       struct custody_error *err)
{
    struct party_row row;
    if (party == NULL) {
        return CUSTODY_OK;
    }
    TRY(party_need(a, party, &row, err));
    RULE(strcmp(row.unit, body_text(a, "place")) == 0 || (may_be_free && row.unit[0] == '\0'),
         "K10a", "The party %s belongs to another home.", party);
    return CUSTODY_OK;
}

/* ---- which keys it is about ---- */

/* Every key with the owner's say that is not settled must be listed. */
static enum custody_status check_complete(struct apply *a, struct custody_error *err)
{
    struct store_query query = {0};
    bool is_missing = false;
    char missing[10] = "";
    enum custody_status rc = store_query(
        a->store, &query, err,
        "WITH RECURSIVE beneath (code) AS (SELECT ?1 UNION SELECT p.code FROM beneath b"
        " JOIN place p ON p.parent = b.code)"
        " SELECT DISTINCT i.item FROM beneath b JOIN lock l ON l.place = b.code"
        " JOIN key_lock k ON k.lock = l.code JOIN item i ON i.item = k.item"
        " WHERE i.holder_kind IN ('desk', 'seal', 'tray') OR i.due IS NOT NULL"
        " OR (i.holder_kind = 'party' AND i.holder = ?2) ORDER BY i.item",
        "tt", body_text(a, "place"), body_text(a, "party_out"));
    while (rc == CUSTODY_OK && query.has_row && !is_missing) {
        bool all = false;
        bool any = false;
        (void)snprintf(missing, sizeof missing, "%s", store_text(&query, 0));
        rc = item_wants_consent(a, missing, &all, &any, err);
        is_missing =
            rc == CUSTODY_OK && any && !items_name(json_object_get(a->body, "items"), missing);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    TRY(rc);
    RULE(!is_missing, "K10a", "%s is a key of this home in our hands or the party's: list it.",
         missing);
    return CUSTODY_OK;
}

/* What one listed key is, as far as the outcome asks. */
static enum custody_status settle_item(struct apply *a, const json_t *named, int64_t event_at,
                                       struct custody_error *err)
{
    struct item_state item;
    int64_t due = 0;
    bool has_due = false;
    bool all = false;
    bool any = false;
    bool is_beneath = false;
    const char *outcome = body_member(named, "outcome");
    const char *party_in = body_text(a, "party_in");
    const char *party_out = body_text(a, "party_out");
    TRY(item_need(a, named, &item, err));
    RULE(item.item[0] == 'K', "structure", "A home's change of hands lists keys, not rings.");
    if (item.item[0] == 'K') {
        TRY(item_wants_consent(a, item.item, &all, &any, err));
        TRY(key_lies_beneath(a, item.item, body_text(a, "place"), false, &is_beneath, err));
    }
    RULE(any && is_beneath, "K10a", "%s is no key of this home.", item.item);
    TRY(store_get_int(a->store, err, &due, &has_due,
                      "SELECT due FROM item WHERE item = ?1 AND due IS NOT NULL", "t",
                      item.item));
    bool is_ours = strcmp(item.holder_kind, "desk") == 0 ||
                   strcmp(item.holder_kind, "seal") == 0 ||
                   strcmp(item.holder_kind, "tray") == 0;
    bool is_theirs = party_out != NULL && strcmp(item.holder_kind, "party") == 0 &&
                     strcmp(item.holder, party_out) == 0;
    bool passes = strcmp(outcome, "passes") == 0;
    bool is_recalled = strcmp(outcome, "recalled") == 0;
    RULE(passes ? is_theirs : (is_recalled ? has_due : is_ours), "K10a",
         "%s: what we keep stays, what is lent is recalled, what the party has passes.",
         item.item);
    RULE(!passes || party_in != NULL, "K10a", "%s passes to somebody: name the party.",
         item.item);
    TRY(store_run(a->store, err,
                  "INSERT INTO unit_transfer_item (idx, item, outcome) VALUES (?1, ?2, ?3)",
                  "itt", a->idx, item.item, outcome));
    if (passes && party_in != NULL) {
        RULE(event_at >= item.event_at, "late", "%s has moved since that event time.",
             item.item);
        return item_move(a, item.item, "transfer", "party", party_in, event_at, 0, err);
    }
    if (is_recalled) {
        TRY(store_run(a->store, err, "UPDATE item SET due = ?2 WHERE item = ?1 AND due > ?2",
                      "ti", item.item, a->t));
    }
    return item_touch(a, item.item, err);
}

static enum custody_status transfer_apply(struct apply *a, struct custody_error *err)
{
    const char *place = body_text(a, "place");
    int64_t is_home = 0;
    int64_t event_at = 0;
    bool is_found = false;
    TRY(transfer_seats(a, err));
    TRY(store_get_int(a->store, err, &is_home, &is_found,
                      "SELECT kind IN ('home', 'room') FROM place WHERE code = ?1"
                      " AND void_idx IS NULL",
                      "t", place));
    NEED(is_found, "object", "There is no place of the code %s.", place);
    RULE(is_home != 0, "structure", "Homes and rooms change hands, not buildings.");
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(check_party(a, body_text(a, "party_in"), true, err));
    TRY(check_party(a, body_text(a, "party_out"), false, err));
    TRY(apply_event_time(a, &event_at, err));
    TRY(check_complete(a, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(settle_item(a, named, event_at, err));
    }
    TRY(store_run(a->store, err,
                  "INSERT INTO unit_transfer (idx, place, party_out, party_in, reason)"
                  " VALUES (?1, ?2, ?3, ?4, ?5)",
                  "itttt", a->idx, place, body_text(a, "party_out"), body_text(a, "party_in"),
                  body_text(a, "reason")));
    return authorisations_end_at(a, place, err);
}

const struct act ACT_UNIT_TRANSFER = {
    .name = "unit.transfer/1",
    .fields = TRANSFER,
    .signers_max = 2,
    .rules = "K10a",
    .signed_by = "an archive custodian and a key custodian",
    .apply = transfer_apply,
    .keeps_people = true,
    .zh = "{place} 业主或租户变更：{party_out} 转 {party_in}，钥匙 {items}，原因 {reason}",
    .en = "{place} changes hands from {party_out} to {party_in}, keys {items}, reason {reason}",
};

/* ---- with the folders of the home (FORMATS.md §19.4; A12) ---- */

static const char *const FOLDER_OUTCOMES[] = {"closes", "stays", NULL};

static enum custody_status settle_folder(struct apply *a, const json_t *named,
                                         struct custody_error *err)
{
    struct folder_state folder;
    const char *date = body_member(named, "date");
    const char *trigger = body_member(named, "trigger");
    bool closes = strcmp(body_member(named, "outcome"), "closes") == 0;
    TRY(folder_need(a, named, &folder, err));
    RULE(strcmp(folder.place, body_text(a, "place")) == 0 && strcmp(folder.state, "open") == 0,
         "A12", "%s is no open folder of this home.", folder.item);
    RULE((date != NULL) == closes && (trigger != NULL) == closes, "A12",
         "%s: a folder that closes has the day and the trigger of it, one that stays neither.",
         folder.item);
    return closes && date != NULL && trigger != NULL
               ? folder_shut(a, folder.item, trigger, date, err)
               : CUSTODY_OK;
}

/* Every open folder of the place itself is listed. */
static enum custody_status check_folders(struct apply *a, const json_t *folders,
                                         struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT item FROM folder WHERE place = ?1 AND +state = 'open' ORDER BY item", "t",
        body_text(a, "place"));
    while (rc == CUSTODY_OK && query.has_row) {
        if (!items_name(folders, store_text(&query, 0))) {
            rc = judge_violate(a->judge, err, "A12",
                               "%s is an open folder of this home: list it.",
                               store_text(&query, 0));
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status transfer_2_apply(struct apply *a, struct custody_error *err)
{
    const json_t *folders = json_object_get(a->body, "folders");
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, folders, err));
    TRY(transfer_apply(a, err));
    TRY(check_folders(a, folders, err));
    json_array_foreach(folders, i, named)
    {
        TRY(settle_folder(a, named, err));
    }
    return CUSTODY_OK;
}

static const struct field FOLDER[] = {
    {.name = "date", .type = FIELD_DATE, .is_nullable = true},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "outcome", .type = FIELD_ENUM, .values = FOLDER_OUTCOMES},
    {.name = "trigger", .type = FIELD_ENUM, .is_nullable = true, .values = FOLDER_TRIGGERS},
    {.name = NULL},
};
static const struct field TRANSFER_2[] = {
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "folders", .type = FIELD_LIST, .of = FOLDER, .key = "item"},
    TRANSFER_FIELDS};

const struct act ACT_UNIT_TRANSFER_2 = {
    .name = "unit.transfer/2",
    .fields = TRANSFER_2,
    .signers_max = 2,
    .rules = "K10a A12",
    .signed_by = "an archive custodian and a key custodian",
    .apply = transfer_2_apply,
    .keeps_people = true,
    .zh =
        "{place} 业主或租户变更：{party_out} 转 {party_in}，钥匙 {items}，档案 {folders}，原因 "
        "{reason}",
    .en = "{place} changes hands from {party_out} to {party_in}, keys {items}, folders "
          "{folders}, reason {reason}",
};
