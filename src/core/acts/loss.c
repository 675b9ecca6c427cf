/* key.lost, key.found, key.damage, risk.accept (FORMATS.md §17.3; K13). */
#include "loss.h"

#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "authority.h"
#include "move.h"
#include "rows.h"
#include "seal.h"

/* ---- losses ---- */

enum custody_status loss_open(struct apply *a, const char *item, const char *reason,
                              const char *reporter, struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO loss (item, idx, reason, reporter, state)"
                     " VALUES (?1, ?2, ?3, ?4, 'open')",
                     "titt", item, a->idx, reason, reporter);
}

enum custody_status loss_close(struct apply *a, const char *item, const char *state,
                               struct custody_error *err)
{
    return store_run(a->store, err,
                     "UPDATE loss SET state = ?2, closed_idx = ?3"
                     " WHERE item = ?1 AND state = 'open'",
                     "tti", item, state, a->idx);
}

/* Rings are never lost as such: what opens doors is the keys on them. */
enum custody_status losses_open_moved(struct apply *a, const char *reason, const char *reporter,
                                      struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO loss (item, idx, reason, reporter, state)"
                     " SELECT t.item, t.idx, ?2, ?3, 'open' FROM act_item t"
                     " JOIN movement m ON m.item = t.item AND m.idx = t.idx"
                     " WHERE t.idx = ?1 AND t.item >= 'K' AND t.item < 'L'",
                     "itt", a->idx, reason, reporter);
}

enum custody_status losses_close_moved(struct apply *a, const char *state,
                                       struct custody_error *err)
{
    int64_t one = 0;
    bool has_open = false;
    /* Asked first: nearly nothing that comes back was lost, and the update collects what it
     * looks for before it looks. */
    TRY(store_get_int(a->store, err, &one, &has_open,
                      "SELECT 1 FROM act_item t CROSS JOIN loss s ON s.item = t.item"
                      " WHERE t.idx = ?1 AND s.state = 'open' LIMIT 1",
                      "i", a->idx));
    if (!has_open) {
        return CUSTODY_OK;
    }
    return store_run(a->store, err,
                     "UPDATE loss SET state = ?2, closed_idx = ?1 WHERE state = 'open'"
                     " AND item IN (SELECT t.item FROM act_item t"
                     "  JOIN movement m ON m.item = t.item AND m.idx = t.idx"
                     "  WHERE t.idx = ?1)",
                     "it", a->idx, state);
}

/* ---- key.lost ---- */

static const struct field LOST[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "reporter", .type = FIELD_HOLDER, .is_nullable = true},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Custodian of the desk or duty; and, when two sign, the one who reports the loss. */
static enum custody_status lost_seats(struct apply *a, const char *role,
                                      struct custody_error *err)
{
    const char *reporter = body_text(a, "reporter");
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {role, "duty"}, .person = a->by},
                            {.kind = SEAT_PERSON, .person = reporter}};
    bool is_person = reporter != NULL && !is_party_id(reporter) && strcmp(reporter, a->by) != 0;
    bool is_custodian = false;
    bool is_duty = false;
    char giver[HANDLE_SIZE];
    if (reporter != NULL) {
        struct receiver known;
        TRY(receiver_load(a, reporter, &known, err));
    }
    TRY(state_holds_role(a->state, a->by, role, a->t, 0, &is_custodian, giver, err));
    TRY(state_holds_role(a->state, a->by, "duty", a->t, 0, &is_duty, giver, err));
    RULE(is_custodian || is_duty, "K13",
         "A loss is registered by the desk's custodian or the officer on duty.");
    return seats_require(a, seats, is_person && a->signer_count == 2 ? 2 : 1, "seats",
                         "A loss is signed by who registers it and, where that is another "
                         "person, by the one who "
                         "reports it; by nobody else.",
                         &seating, err);
}

/*
 * Where a lost item is kept is with "who held it last", each item its own: the check sees it
 * before it moves and says so to the move.
 */
struct lost_from {
    struct move *move;
    char *holder;
    size_t size;
};

static enum custody_status check_lost(struct apply *a, const struct item_state *item,
                                      const void *arg, struct custody_error *err)
{
    const struct lost_from *from = arg;
    RULE(strcmp(item->holder_kind, "lost") != 0 && strcmp(item->holder_kind, "retired") != 0,
         "state", "%s is lost or retired already.", item->item);
    bool is_broken = false;
    TRY(seal_break_flagged(a, item, "lost", &is_broken, err));
    RULE(!is_broken || a->signer_count == 2, "K15",
         "%s lies under a seal: its loss breaks the seal, so who reports it signs too.",
         item->item);
    (void)snprintf(from->holder, from->size, "%s", item->holder);
    from->move->holder = from->holder;
    return CUSTODY_OK;
}

static enum custody_status lost_apply(struct apply *a, struct custody_error *err)
{
    const json_t *desk = NULL;
    struct item_state last; /* for the size of its holder */
    struct move move = {.kind = "lost", .holder_kind = "lost", .holder = ""};
    const struct lost_from from = {
        .move = &move, .holder = last.holder, .size = sizeof last.holder};
    last.holder[0] = '\0';
    TRY(apply_desk(a, body_text(a, "desk"), &desk, err));
    TRY(lost_seats(a, body_member(desk, "custodian_role"), err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(apply_event_time(a, &move.event_at, err));
    TRY(move_items(a, json_object_get(a->body, "items"), &move, check_lost, &from, err));
    return losses_open_moved(a, body_text(a, "reason"), body_text(a, "reporter"), err);
}

const struct act ACT_KEY_LOST = {
    .name = "key.lost/1",
    .fields = LOST,
    .signers_max = 2,
    .rules = "K13",
    .signed_by = "the desk's custodian or duty, and the reporter when present",
    .apply = lost_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 登记遗失 {items}，申报人 {reporter}，原因 {reason}",
    .en = "{by} registers at {desk} the loss of {items}, reported by {reporter}, reason "
          "{reason}",
};

/* ---- key.found ---- */

static const char *const CONDITIONS[] = {"damaged", "ok", NULL};
static const struct field FOUND[] = {
    {.name = "by_whom", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "condition", .type = FIELD_ENUM, .values = CONDITIONS},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = NULL},
};

static enum custody_status found_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const char *by_whom = body_text(a, "by_whom");
    const json_t *desk = NULL;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ROLE, .roles = {NULL, "duty"}}};
    struct stands stands = {.holder_kind = "lost", .rule = "state"};
    struct move move = {.kind = "found", .holder_kind = "desk", .holder = desk_code};
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    TRY(seats_require(
        a, seats, 1, "K2",
        "What was lost is taken in by the desk's custodian or the officer on duty.", &seating,
        err));
    if (by_whom != NULL) {
        struct receiver finder;
        TRY(receiver_load(a, by_whom, &finder, err));
        TRY(store_run(a->store, err, "INSERT INTO handback (idx, by_whom) VALUES (?1, ?2)",
                      "it", a->idx, by_whom));
    }
    TRY(apply_event_time(a, &move.event_at, err));
    if (strcmp(body_text(a, "condition"), "damaged") == 0) {
        TRY(apply_flag(a, err, "damaged", "something was found damaged"));
    }
    TRY(move_items(a, json_object_get(a->body, "items"), &move, move_check_stands, &stands,
                   err));
    return losses_close_moved(a, "found", err);
}

const struct act ACT_KEY_FOUND = {
    .name = "key.found/1",
    .fields = FOUND,
    .signers_max = 1,
    .rules = "K2 K13",
    .signed_by = "the desk's custodian or duty",
    .apply = found_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 收到找回的 {items}，交来人 {by_whom}，状况 {condition}",
    .en = "{by} takes in at {desk} {items}, lost and found by {by_whom}, condition {condition}",
};

/* ---- key.damage ---- */

static const struct field DAMAGE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status damage_apply(struct apply *a, struct custody_error *err)
{
    const json_t *desk = NULL;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ROLE}};
    TRY(apply_desk(a, body_text(a, "desk"), &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    TRY(seats_require(a, seats, 1, "K2", "Damage is registered by the desk's custodian.",
                      &seating, err));
    TRY(apply_code(a, "reason", "reasons", err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct item_state item;
        TRY(item_need(a, named, &item, err));
        RULE(strcmp(item.holder_kind, "retired") != 0, "state", "%s is retired.", item.item);
        TRY(store_run(a->store, err,
                      "INSERT INTO damage (item, idx, reason) VALUES (?1, ?2, ?3)"
                      " ON CONFLICT (item) DO UPDATE SET idx = ?2, reason = ?3",
                      "tit", item.item, a->idx, body_text(a, "reason")));
        TRY(item_touch(a, item.item, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_KEY_DAMAGE = {
    .name = "key.damage/1",
    .fields = DAMAGE,
    .signers_max = 1,
    .rules = "K2 K13",
    .signed_by = "the desk's custodian",
    .apply = damage_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 登记损坏 {items}，原因 {reason}",
    .en = "{by} registers at {desk} that {items} are damaged, reason {reason}",
};

/* ---- risk.accept ---- */

static const struct field ACCEPT[] = {
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "letter", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "party", .type = FIELD_PARTY, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

/* The supervisor answers for the office; an owner, by a letter, for his own home. */
static enum custody_status accept_seats(struct apply *a, const char *party,
                                        struct custody_error *err)
{
    struct seating seating;
    struct seat supervisor[1] = {{.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    struct seat staff[1] = {{.kind = SEAT_ROLE, .roles = {"service_staff"}}};
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    if (party == NULL) {
        return seats_require(a, supervisor, 1, "seats",
                             "The risk of a loss is accepted by a supervisor or an owner.",
                             &seating, err);
    }
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, staff, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, custodian, 1, "K13",
                          "An owner's letter is registered by service staff or a custodian.",
                          &seating, err));
    }
    return CUSTODY_OK;
}

static enum custody_status accept_item(struct apply *a, const json_t *named, const char *party,
                                       const struct party_row *owner, struct custody_error *err)
{
    struct item_state item;
    int64_t one = 0;
    bool is_open = false;
    TRY(item_need(a, named, &item, err));
    RULE(item.item[0] == 'K', "structure", "Losses are of keys, not of rings.");
    if (party != NULL) {
        bool belongs = false;
        if (owner->unit[0] != '\0') {
            TRY(item_belongs_to(a, item.item, owner->unit, &belongs, err));
        }
        RULE(belongs && strcmp(owner->relation, "owner") == 0, "K13",
             "%s is no key of a home that this party owns.", item.item);
    }
    TRY(store_get_int(a->store, err, &one, &is_open,
                      "SELECT 1 FROM loss WHERE item = ?1 AND state = 'open'", "t", item.item));
    RULE(is_open, "state", "%s has no open loss.", item.item);
    TRY(loss_close(a, item.item, "accepted", err));
    return item_touch(a, item.item, err);
}

static enum custody_status accept_apply(struct apply *a, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    struct party_row owner = {.relation = ""};
    TRY(accept_seats(a, party, err));
    TRY(apply_code(a, "reason", "reasons", err));
    if (party != NULL) {
        TRY(party_need(a, party, &owner, err));
        RULE(body_text(a, "letter") != NULL, "K13",
             "An owner accepts the risk by a letter: give its number or date.");
    }
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(accept_item(a, named, party, &owner, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_RISK_ACCEPT = {
    .name = "risk.accept/1",
    .fields = ACCEPT,
    .signers_max = 1,
    .rules = "K13",
    .signed_by = "a supervisor; with an owner's letter service staff or any custodian",
    .apply = accept_apply,
    .keeps_people = true,
    .zh = "{by} 登记接受 {items} 遗失的风险，业主 {party}，函件 {letter}，原因 {reason}",
    .en = "{by} registers that the risk of the lost {items} is accepted, owner {party}, letter "
          "{letter}, reason {reason}",
};
