/* place.add, lock.add, party.add (FORMATS.md §10, §15). */
#include <string.h>

#include "../people.h"
#include "folder.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

static const char *const PLACE_KINDS[] = {"area", "building", "unit", "floor",
                                          "home", "room",     NULL};
static const struct field PLACE[] = {
    {.name = "code", .type = FIELD_PLACE},
    {.name = "kind", .type = FIELD_ENUM, .values = PLACE_KINDS},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "parent", .type = FIELD_PLACE, .is_nullable = true},
    {.name = NULL},
};
static const struct field PLACE_ADD[] = {
    {.name = "places", .type = FIELD_LIST, .min = 1, .of = PLACE, .key = "code"},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static enum custody_status register_seats(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE}, {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    seat_any_custodian(a, &seats[0]);
    return seats_require(
        a, seats, 2, "seats",
        "The register is changed by a custodian and a supervisor, two persons.", &seating, err);
}

static enum custody_status need_place(struct apply *a, const char *code,
                                      struct custody_error *err)
{
    int64_t one = 0;
    bool is_found = false;
    TRY(store_get_int(a->store, err, &one, &is_found,
                      "SELECT 1 FROM place WHERE code = ?1 AND void_idx IS NULL", "t", code));
    NEED(is_found, "object", "There is no place of the code %s: add it first.", code);
    return CUSTODY_OK;
}

static enum custody_status place_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *place = NULL;
    TRY(register_seats(a, err));
    json_array_foreach(json_object_get(a->body, "places"), i, place)
    {
        const char *code = member(place, "code");
        const char *parent = member(place, "parent");
        int64_t taken = 0;
        TRY(store_get_int(a->store, err, &taken, NULL,
                          "SELECT count(*) FROM place WHERE code = ?1 OR label = ?2", "tt",
                          code, member(place, "label")));
        NEED(taken == 0, "exists", "A place of the code or label of %s exists already.", code);
        if (parent != NULL) {
            TRY(need_place(a, parent, err));
        }
        TRY(store_run(a->store, err,
                      "INSERT INTO place (code, kind, label, parent, idx)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      "tttti", code, member(place, "kind"), member(place, "label"), parent,
                      a->idx));
    }
    return CUSTODY_OK;
}

/* Nothing may refer to what is undone. */
/* Do folders, their storage or what is done with them name a place of this act (§19.2)? */
static enum custody_status folders_need_place(struct apply *a, int64_t target,
                                              struct custody_error *err)
{
    int64_t used = 0;
    TRY(store_get_int(a->store, err, &used, NULL,
                      "SELECT count(*) FROM place p WHERE p.idx = ?1 AND ("
                      " EXISTS (SELECT 1 FROM storage s WHERE s.place = p.code)"
                      " OR EXISTS (SELECT 1 FROM folder f WHERE f.place = p.code"
                      "            OR f.at = p.code)"
                      " OR EXISTS (SELECT 1 FROM folder_event e WHERE e.at = p.code"
                      "            AND e.void_idx IS NULL)"
                      " OR EXISTS (SELECT 1 FROM storeroom_check c WHERE c.place = p.code)"
                      " OR EXISTS (SELECT 1 FROM batch b WHERE b.place = p.code))",
                      "i", target));
    NEED(used == 0, "state",
         "A folder, box or check belongs to a place of this act; it stays.");
    return CUSTODY_OK;
}

static enum custody_status undo_place(struct apply *a, int64_t target, const json_t *body,
                                      struct custody_error *err)
{
    (void)body;
    int64_t used = 0;
    TRY(folders_need_place(a, target, err));
    TRY(store_get_int(a->store, err, &used, NULL,
                      "SELECT (SELECT count(*) FROM place c JOIN place p ON c.parent = p.code"
                      "        WHERE p.idx = ?1 AND c.idx <> ?1 AND c.void_idx IS NULL)"
                      " + (SELECT count(*) FROM lock l JOIN place p ON l.place = p.code"
                      "    WHERE p.idx = ?1 AND l.void_idx IS NULL)"
                      " + (SELECT count(*) FROM party y JOIN place p ON y.unit = p.code"
                      "    WHERE p.idx = ?1 AND y.void_idx IS NULL)"
                      " + (SELECT count(*) FROM authority_scope s JOIN place p"
                      "    ON p.code = s.value WHERE s.kind = 'place' AND p.idx = ?1)"
                      " + (SELECT count(*) FROM place p WHERE p.idx = ?1 AND ("
                      "    EXISTS (SELECT 1 FROM authority y WHERE y.place = p.code)"
                      "    OR EXISTS (SELECT 1 FROM emergency e WHERE e.place = p.code)"
                      "    OR EXISTS (SELECT 1 FROM opening o WHERE o.place = p.code)"
                      "    OR EXISTS (SELECT 1 FROM unit_transfer u WHERE u.place = p.code)"
                      "    OR EXISTS (SELECT 1 FROM takeover t WHERE t.scope = p.code)"
                      "    OR EXISTS (SELECT 1 FROM takeover_count t WHERE t.place = p.code)"
                      "    OR EXISTS (SELECT 1 FROM handover h WHERE h.place = p.code AND"
                      "     NOT EXISTS (SELECT 1 FROM correction c WHERE c.target = h.idx))))",
                      "i", target));
    NEED(used == 0, "state", "Something refers to a place of this act; it stays.");
    return store_run(a->store, err, "UPDATE place SET void_idx = ?2 WHERE idx = ?1", "ii",
                     target, a->idx);
}

const struct act ACT_PLACE_ADD = {
    .name = "place.add/1",
    .fields = PLACE_ADD,
    .signers_max = 2,
    .rules = "K5",
    .signed_by = "a custodian and a supervisor",
    .apply = place_apply,
    .undo = undo_place,
    .is_line = true,
    .keeps_people = true,
    .zh = "登记位置：{places}",
    .en = "register the places {places}",
};

static const struct field LOCK[] = {
    {.name = "code", .type = FIELD_PLACE},
    {.name = "kind", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "place", .type = FIELD_PLACE},
    {.name = NULL},
};
static const struct field LOCK_ADD[] = {
    {.name = "locks", .type = FIELD_LIST, .min = 1, .of = LOCK, .key = "code"},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status lock_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *lock = NULL;
    TRY(register_seats(a, err));
    json_array_foreach(json_object_get(a->body, "locks"), i, lock)
    {
        const char *code = member(lock, "code");
        int64_t one = 0;
        bool is_taken = false;
        TRY(store_get_int(a->store, err, &one, &is_taken, "SELECT 1 FROM lock WHERE code = ?1",
                          "t", code));
        NEED(!is_taken, "exists", "A lock of the code %s exists already.", code);
        RULE(policy_lists(a->policy, "lock_kinds", member(lock, "kind")), "policy",
             "The kind of the lock %s is none of the policy's lock_kinds.", code);
        TRY(need_place(a, member(lock, "place"), err));
        TRY(store_run(a->store, err,
                      "INSERT INTO lock (code, kind, label, place, idx)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      "tttti", code, member(lock, "kind"), member(lock, "label"),
                      member(lock, "place"), a->idx));
    }
    return CUSTODY_OK;
}

static enum custody_status undo_lock(struct apply *a, int64_t target, const json_t *body,
                                     struct custody_error *err)
{
    (void)body;
    int64_t used = 0;
    TRY(store_get_int(a->store, err, &used, NULL,
                      "SELECT (SELECT count(*) FROM key_lock k JOIN lock l"
                      "        ON l.code = k.lock JOIN item i ON i.item = k.item"
                      "        WHERE l.idx = ?1 AND i.holder_kind <> 'void')"
                      " + (SELECT count(*) FROM rekey r JOIN lock l ON l.code = r.lock"
                      "    WHERE l.idx = ?1)",
                      "i", target));
    NEED(used == 0, "state",
         "A key belongs to a lock of this act, or it was changed since; it stays.");
    return store_run(a->store, err, "UPDATE lock SET void_idx = ?2 WHERE idx = ?1", "ii",
                     target, a->idx);
}

const struct act ACT_LOCK_ADD = {
    .name = "lock.add/1",
    .fields = LOCK_ADD,
    .signers_max = 2,
    .rules = "K6",
    .signed_by = "a custodian and a supervisor",
    .apply = lock_apply,
    .undo = undo_lock,
    .is_line = true,
    .keeps_people = true,
    .zh = "登记锁：{locks}",
    .en = "register the locks {locks}",
};

static const char *const RELATIONS[] = {"agent",    "contractor", "developer", "owner",
                                        "relative", "tenant",     "visitor",   NULL};
static const struct field PARTY_ADD[] = {
    {.name = "name", .type = FIELD_SEALED},
    {.name = "party", .type = FIELD_PARTY},
    {.name = "phone", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "relation", .type = FIELD_ENUM, .values = RELATIONS},
    {.name = "unit", .type = FIELD_PLACE, .is_nullable = true},
    {.name = NULL},
};

static enum custody_status party_apply(struct apply *a, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    const char *unit = body_text(a, "unit");
    bool has_phone = json_is_object(json_object_get(a->body, "phone"));
    struct seating seating;
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    struct seat service[1] = {{.kind = SEAT_ROLE, .roles = {"service_staff"}}};
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, service, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, custodian, 1, "seats",
                          "A party is registered by service staff or a custodian.", &seating,
                          err));
    }
    TRY(register_need_fresh_id(a, party, err));
    if (unit != NULL) {
        TRY(need_place(a, unit, err));
    }
    TRY(subject_note(a, json_object_get(a->body, "name"), party, err));
    TRY(subject_note(a, json_object_get(a->body, "phone"), party, err));
    return store_run(
        a->store, err,
        "INSERT INTO party (party, relation, unit, name_pointer, phone_pointer, idx)"
        " VALUES (?1, ?2, ?3, '/body/name', ?4, ?5)",
        "tttti", party, body_text(a, "relation"), unit, has_phone ? "/body/phone" : NULL,
        a->idx);
}

/* Do folders or what is done with them name the party of this act (§19.2)? */
static enum custody_status folders_need_party(struct apply *a, int64_t target,
                                              struct custody_error *err)
{
    int64_t used = 0;
    TRY(store_get_int(a->store, err, &used, NULL,
                      "SELECT count(*) FROM party p WHERE p.idx = ?1 AND ("
                      " EXISTS (SELECT 1 FROM folder f WHERE f.party = p.party)"
                      " OR EXISTS (SELECT 1 FROM folder_loan l WHERE l.receiver = p.party"
                      "  AND NOT EXISTS (SELECT 1 FROM correction c WHERE c.target = l.idx))"
                      " OR EXISTS (SELECT 1 FROM folder_consult c WHERE c.reader = p.party)"
                      " OR EXISTS (SELECT 1 FROM folder_refusal r WHERE r.receiver = p.party)"
                      " OR EXISTS (SELECT 1 FROM folder_removal r WHERE r.party = p.party)"
                      " OR EXISTS (SELECT 1 FROM incident i WHERE i.party = p.party)"
                      " OR EXISTS (SELECT 1 FROM erase_request e WHERE e.party = p.party)"
                      " OR EXISTS (SELECT 1 FROM privacy_read r WHERE r.item = p.party))",
                      "i", target));
    NEED(used == 0, "state", "A folder or an act on one names this party; it stays.");
    return CUSTODY_OK;
}

static enum custody_status undo_party(struct apply *a, int64_t target, const json_t *body,
                                      struct custody_error *err)
{
    (void)body;
    int64_t used = 0;
    TRY(folders_need_party(a, target, err));
    TRY(store_get_int(
        a->store, err, &used, NULL,
        "SELECT (SELECT count(*) FROM item i JOIN party p ON p.party = i.holder"
        "        WHERE p.idx = ?1 AND i.holder_kind = 'party')"
        " + (SELECT count(*) FROM movement m JOIN party p ON p.party = m.holder"
        "    WHERE p.idx = ?1 AND m.node >= 0)"
        " + (SELECT count(*) FROM request r JOIN party p ON p.party = r.receiver"
        "    WHERE p.idx = ?1)"
        " + (SELECT count(*) FROM refusal f JOIN party p ON p.party = f.receiver"
        "    WHERE p.idx = ?1)"
        " + (SELECT count(*) FROM handback h JOIN party p ON p.party = h.by_whom"
        "    WHERE p.idx = ?1 AND NOT EXISTS"
        "     (SELECT 1 FROM correction c WHERE c.target = h.idx))"
        " + (SELECT count(*) FROM authority y JOIN party p"
        "    ON p.party = y.party OR p.party = y.receiver WHERE p.idx = ?1)"
        " + (SELECT count(*) FROM authority_scope s JOIN party p ON p.party = s.value"
        "    WHERE s.kind = 'holder' AND p.idx = ?1)"
        " + (SELECT count(*) FROM party p WHERE p.idx = ?1 AND ("
        "    EXISTS (SELECT 1 FROM unit_transfer u WHERE p.party IN (u.party_in, u.party_out))"
        "    OR EXISTS (SELECT 1 FROM takeover t WHERE t.party = p.party)"
        "    OR EXISTS (SELECT 1 FROM emergency e WHERE e.party = p.party)"
        "    OR EXISTS (SELECT 1 FROM loss l WHERE l.reporter = p.party)"
        "    OR EXISTS (SELECT 1 FROM escort e WHERE e.escorted = p.party AND NOT EXISTS"
        "     (SELECT 1 FROM correction c WHERE c.target = e.idx))))",
        "i", target));
    NEED(used == 0, "state", "A loan, request or another act names this party; it stays.");
    return store_run(a->store, err, "UPDATE party SET void_idx = ?2 WHERE idx = ?1", "ii",
                     target, a->idx);
}

const struct act ACT_PARTY_ADD = {
    .name = "party.add/1",
    .fields = PARTY_ADD,
    .signers_max = 1,
    .rules = "",
    .signed_by = "service_staff or a custodian",
    .apply = party_apply,
    .undo = undo_party,
    .keeps_people = true,
    .zh = "{by} 登记相关人 {party}（{relation}），房屋 {unit}",
    .en = "{by} registers the party {party} ({relation}) of {unit}",
};
