/* What the say of owners and of the engineering manager covers: places, keys, receivers
 * (FORMATS.md §17.1, §17.2). The tree of places only ever grows downwards; UNION keeps a
 * damaged one from going round. */
#include "authority.h"

#include <string.h>

#include "approval.h"
#include "policy.h"

/* A place and all above it; all beneath it. */
#define UP(name, start)                                                                        \
    name "(code) AS (" start " UNION SELECT p.parent FROM place p JOIN " name                  \
         " ON p.code = " name ".code WHERE p.parent IS NOT NULL)"
#define DOWN(name, start)                                                                      \
    name "(code) AS (" start " UNION SELECT p.code FROM place p JOIN " name                    \
         " ON p.parent = " name ".code)"
#define LOCKS_OF_KEY                                                                           \
    "SELECT l.place FROM key_lock k JOIN lock l ON l.code = k.lock WHERE k.item = ?1"

/* ---- places and keys ---- */

enum custody_status place_is_beneath(struct apply *a, const char *inner, const char *outer,
                                     bool *ret_beneath, struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(
        a->store, err, &one, ret_beneath,
        "WITH RECURSIVE " UP("up", "SELECT ?1") " SELECT 1 FROM up WHERE code = ?2", "tt",
        inner, outer);
}

enum custody_status place_need(struct apply *a, const char *code, struct custody_error *err)
{
    int64_t one = 0;
    bool is_found = false;
    TRY(store_get_int(a->store, err, &one, &is_found,
                      "SELECT 1 FROM place WHERE code = ?1 AND void_idx IS NULL", "t", code));
    NEED(is_found, "object", "There is no place of the code %s: add it first.", code);
    return CUSTODY_OK;
}

/* Places of a key's locks, one by one. */
typedef enum custody_status (*place_visit)(struct apply *a, const char *place, void *ctx,
                                           struct custody_error *err);
static enum custody_status each_lock_place(struct apply *a, const char *key, place_visit visit,
                                           void *ctx, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(a->store, &query, err, LOCKS_OF_KEY, "t", key);
    while (rc == CUSTODY_OK && query.has_row) {
        char place[40];
        copy_text(place, sizeof place, store_text(&query, 0));
        rc = visit(a, place, ctx, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

struct beneath {
    const char *place;
    bool all, any;
};

static enum custody_status ask_beneath(struct apply *a, const char *place, void *ctx,
                                       struct custody_error *err)
{
    struct beneath *beneath = ctx;
    bool is_beneath = false;
    TRY(place_is_beneath(a, place, beneath->place, &is_beneath, err));
    beneath->all = beneath->all && is_beneath;
    beneath->any = beneath->any || is_beneath;
    return CUSTODY_OK;
}

enum custody_status key_lies_beneath(struct apply *a, const char *key, const char *place,
                                     bool every, bool *ret_beneath, struct custody_error *err)
{
    struct beneath beneath = {.place = place, .all = true, .any = false};
    TRY(each_lock_place(a, key, ask_beneath, &beneath, err));
    *ret_beneath = beneath.any && (!every || beneath.all);
    return CUSTODY_OK;
}

struct within {
    const uint8_t *grant;
    bool all, any;
};

static enum custody_status ask_within(struct apply *a, const char *place, void *ctx,
                                      struct custody_error *err)
{
    struct within *within = ctx;
    int64_t one = 0;
    bool is_within = false;
    TRY(store_get_int(
        a->store, err, &one, &is_within,
        "WITH RECURSIVE " UP(
            "up",
            "SELECT ?1") " SELECT 1 FROM up"
                         " JOIN authority_scope s ON s.authority = ?2 AND s.kind = 'place'"
                         "  AND s.value = up.code LIMIT 1",
        "tb", place, within->grant, (size_t)HASH_LEN));
    within->all = within->all && is_within;
    within->any = within->any || is_within;
    return CUSTODY_OK;
}

enum custody_status key_lies_within(struct apply *a, const char *key, const uint8_t *grant,
                                    bool *ret_within, struct custody_error *err)
{
    struct within within = {.grant = grant, .all = true, .any = false};
    TRY(each_lock_place(a, key, ask_within, &within, err));
    *ret_within = within.any && within.all;
    return CUSTODY_OK;
}

/* Some lock lies at the place or beneath it, or the place lies beneath some lock's. */
static enum custody_status key_belongs_to(struct apply *a, const char *key, const char *place,
                                          bool *ret_belongs, struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(
        a->store, err, &one, ret_belongs,
        "WITH RECURSIVE " UP("up", LOCKS_OF_KEY) ", " UP(
            "above", "SELECT ?2") " SELECT 1 WHERE EXISTS (SELECT 1 FROM up WHERE code = ?2)"
                                  " OR EXISTS (SELECT 1 FROM above WHERE code IN (" LOCKS_OF_KEY
                                  "))",
        "tt", key, place);
}

struct consent_of {
    const char *place; /* NULL: coverage is not asked */
    int64_t with, without;
    bool all_belong;
};

static enum custody_status ask_consent(struct apply *a, const char *key, const char *key_class,
                                       void *ctx, struct custody_error *err)
{
    struct consent_of *of = ctx;
    const json_t *row = policy_find(a->policy, "key_classes", key_class);
    if (!json_is_true(json_object_get(row, "consent"))) {
        of->without++;
        return CUSTODY_OK;
    }
    of->with++;
    return of->place != NULL && of->all_belong
               ? key_belongs_to(a, key, of->place, &of->all_belong, err)
               : CUSTODY_OK;
}

enum custody_status item_wants_consent(struct apply *a, const char *item, bool *ret_all,
                                       bool *ret_any, struct custody_error *err)
{
    struct consent_of of = {.place = NULL};
    TRY(item_each_key(a, item, ask_consent, &of, err));
    *ret_all = of.with > 0 && of.without == 0;
    *ret_any = of.with > 0;
    return CUSTODY_OK;
}

enum custody_status item_belongs_to(struct apply *a, const char *item, const char *place,
                                    bool *ret_belongs, struct custody_error *err)
{
    struct consent_of of = {.place = place, .all_belong = true};
    if (item[0] != 'R') {
        return key_belongs_to(a, item, place, ret_belongs, err);
    }
    TRY(item_each_key(a, item, ask_consent, &of, err));
    *ret_belongs = of.all_belong;
    return CUSTODY_OK;
}

/* ---- parties ---- */

enum custody_status party_need(struct apply *a, const char *party, struct party_row *ret_party,
                               struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT relation, unit FROM party WHERE party = ?1 AND void_idx IS NULL", "t", party);
    bool is_found = rc == CUSTODY_OK && query.has_row;
    if (is_found) {
        copy_text(ret_party->relation, sizeof ret_party->relation, store_text(&query, 0));
        copy_text(ret_party->unit, sizeof ret_party->unit,
                  store_is_null(&query, 1) ? "" : store_text(&query, 1));
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "The party %s is not in the register.", party);
    return CUSTODY_OK;
}

/* ---- rows of authority ---- */

enum custody_status authority_load(struct apply *a, const uint8_t *act_id,
                                   struct authority_row *ret_row, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT kind, grantor, party, place, purpose, receiver, start, end,"
                    " coalesce(uses_left, -1), ended_idx IS NOT NULL"
                    " FROM authority WHERE act_id = ?1",
                    "b", act_id, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK) {
        *ret_row = (struct authority_row){.is_found = query.has_row};
        if (query.has_row) {
            copy_text(ret_row->kind, sizeof ret_row->kind, store_text(&query, 0));
            copy_text(ret_row->grantor, sizeof ret_row->grantor, store_text(&query, 1));
            copy_text(ret_row->party, sizeof ret_row->party, store_text(&query, 2));
            copy_text(ret_row->place, sizeof ret_row->place, store_text(&query, 3));
            copy_text(ret_row->purpose, sizeof ret_row->purpose, store_text(&query, 4));
            copy_text(ret_row->receiver, sizeof ret_row->receiver, store_text(&query, 5));
            ret_row->start = store_int(&query, 6);
            ret_row->end = store_int(&query, 7);
            ret_row->uses_left = store_int(&query, 8);
            ret_row->is_ended = store_int(&query, 9) != 0;
        }
    }
    store_end(&query);
    return rc;
}

bool authority_is_in_force(const struct apply *a, const struct authority_row *row)
{
    return !row->is_ended && row->uses_left != 0 && row->start <= a->t && a->t < row->end;
}

enum custody_status authority_has(struct apply *a, const uint8_t *act_id, const char *kind,
                                  const char *value, bool *ret_has, struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(a->store, err, &one, ret_has,
                         "SELECT 1 FROM authority_scope"
                         " WHERE authority = ?1 AND kind = ?2 AND value = ?3",
                         "btt", act_id, (size_t)HASH_LEN, kind, value);
}

enum custody_status authority_covers_receiver(struct apply *a, const uint8_t *act_id,
                                              const char *receiver, bool *ret_covers,
                                              struct custody_error *err)
{
    int64_t named = 0;
    bool has_him = false;
    TRY(authority_has(a, act_id, "holder", receiver, &has_him, err));
    TRY(store_get_int(a->store, err, &named, NULL,
                      "SELECT count(*) FROM authority_scope"
                      " WHERE authority = ?1 AND kind = 'holder'",
                      "b", act_id, (size_t)HASH_LEN));
    *ret_covers = has_him || (named == 0 && !is_party_id(receiver));
    return CUSTODY_OK;
}

enum custody_status key_is_authorised(struct apply *a, const char *key, const char *act,
                                      const char *receiver, bool *ret_is,
                                      struct custody_error *err)
{
    int64_t one = 0;
    /* From the locks' places upwards and downwards: those are the homes the key belongs to. */
    return store_get_int(
        a->store, err, &one, ret_is,
        "WITH RECURSIVE " UP("up", LOCKS_OF_KEY) ", " DOWN(
            "down",
            LOCKS_OF_KEY) " SELECT 1 FROM authority y"
                          " WHERE y.place IN (SELECT code FROM up UNION SELECT code FROM down)"
                          " AND y.kind = 'authorise' AND y.ended_idx IS NULL AND y.start <= ?2 "
                          "AND ?2 < y.end"
                          " AND EXISTS (SELECT 1 FROM authority_scope s"
                          "             WHERE s.authority = y.act_id AND s.kind = 'act' AND "
                          "s.value = ?3)"
                          " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM authority_scope s"
                          "             WHERE s.authority = y.act_id AND s.kind = 'holder' AND "
                          "s.value = ?4)"
                          "  OR (?5 AND NOT EXISTS (SELECT 1 FROM authority_scope s"
                          "             WHERE s.authority = y.act_id AND s.kind = 'holder'))) "
                          "LIMIT 1",
        "titti", key, a->t, act, receiver,
        (int64_t)(receiver != NULL && !is_party_id(receiver)));
}

enum custody_status authorisation_covers(struct apply *a, const uint8_t *act_id,
                                         const char *party, const char *scope, const char *item,
                                         bool *ret_covers, struct custody_error *err)
{
    struct authority_row row;
    bool covers = false;
    TRY(authority_load(a, act_id, &row, err));
    covers = row.is_found && strcmp(row.kind, "authorise") == 0 &&
             strcmp(row.party, party) == 0 && authority_is_in_force(a, &row);
    if (covers && scope != NULL) {
        TRY(authority_has(a, act_id, "act", scope, &covers, err));
    }
    if (covers) {
        TRY(item_belongs_to(a, item, row.place, &covers, err));
    }
    *ret_covers = covers;
    return CUSTODY_OK;
}

enum custody_status authorisations_end_at(struct apply *a, const char *place,
                                          struct custody_error *err)
{
    return store_run(a->store, err,
                     "UPDATE authority SET ended_idx = ?2 WHERE place = ?1"
                     " AND kind = 'authorise' AND ended_idx IS NULL AND end > ?3",
                     "tii", place, a->idx, a->t);
}

enum custody_status authority_add(struct apply *a, const struct authority_draft *draft,
                                  struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT INTO authority (act_id, idx, kind, grantor, party, place, purpose,"
                     " receiver, letter, start, end, uses_left)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, nullif(?12, -1))",
                     "bitttttttiii", a->act_id, (size_t)HASH_LEN, a->idx, draft->kind,
                     draft->grantor, draft->party, draft->place, draft->purpose,
                     draft->receiver, draft->letter, draft->start, draft->end,
                     draft->uses_left);
}

enum custody_status authority_add_scope(struct apply *a, const char *kind, const char *value,
                                        struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO authority_scope (authority, kind, value)"
                     " VALUES (?1, ?2, ?3)",
                     "btt", a->act_id, (size_t)HASH_LEN, kind, value);
}

enum custody_status authority_end_named(struct apply *a, const char *member, const char *kind,
                                        struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct authority_row row;
    NEED(body_hex(a, member, id, sizeof id), "structure", "The id is malformed.");
    TRY(authority_load(a, id, &row, err));
    NEED(row.is_found && strcmp(row.kind, kind) == 0, "object",
         "There is no authorisation of this id: see custody request list.");
    RULE(!row.is_ended && a->t < row.end, "state", "This authorisation is over already.");
    return store_run(a->store, err,
                     "UPDATE authority SET ended_idx = ?2"
                     " WHERE act_id = ?1 AND ended_idx IS NULL",
                     "bi", id, (size_t)HASH_LEN, a->idx);
}
