/* The grounds of an erasure: a destruction, a resident's request, a period that is over; and
 * who signs for each (FORMATS.md §21; A15, P2). */
#include <stdio.h>
#include <string.h>

#include "erase.h"
#include "folder.h"
#include "hash.h"
#include "policy.h"

/* A subject of this act (erased e) belongs to nobody, or to somebody who does not fit: of
 * several owners each must (FORMATS.md §21). fits: of subject s. */
#define MISFITS(fits)                                                                          \
    "SELECT count(*) FROM erased e WHERE e.idx = ?1 AND (NOT EXISTS"                           \
    " (SELECT 1 FROM subject s WHERE s.k = e.k) OR EXISTS"                                     \
    " (SELECT 1 FROM subject s WHERE s.k = e.k AND NOT (" fits ")))"

/* The subjects of this act that belong to nobody whom the ground covers. */
static enum custody_status judge_none_left(struct apply *a, int64_t left, const char *check,
                                           const char *sentence, struct custody_error *err)
{
    RULE(left == 0, check, "%s", sentence);
    return CUSTODY_OK;
}

/* ---- signers ---- */

static enum custody_status is_witness(struct apply *a, const uint8_t *batch, const char *handle,
                                      bool *ret_is, struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(a->store, err, &one, ret_is,
                         "SELECT 1 FROM batch_witness WHERE batch = ?1 AND handle = ?2", "bt",
                         batch, (size_t)HASH_LEN, handle);
}

/* Two or more of the witnesses, and nobody else. */
static enum custody_status judge_witnesses(struct apply *a, const uint8_t *batch,
                                           struct custody_error *err)
{
    bool are_witnesses = a->signer_count >= 2;
    for (size_t i = 0; i < a->signer_count && are_witnesses; i++) {
        struct person person = {0};
        TRY(is_witness(a, batch, a->signers[i], &are_witnesses, err));
        TRY(state_person(a->state, a->signers[i], &person, err));
        are_witnesses = are_witnesses && !person.is_suspended && !person.is_auditor;
    }
    RULE(are_witnesses, "A15",
         "What a destruction erases is signed for by two or more of its witnesses, and by "
         "nobody else.");
    return CUSTODY_OK;
}

static enum custody_status judge_manager_and_second(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat seats[2] = {
        {.kind = SEAT_ROLE, .roles = {"centre_manager"}},
        {.kind = SEAT_ROLE, .roles = {"supervisor", "archive_custodian", "administrator"}}};
    return seats_require(a, seats, 2, "P2",
                         "An erasure is signed by the centre manager and by a supervisor, "
                         "archive custodian or administrator, two persons.",
                         &seating, err);
}

/* ---- a destruction ---- */

enum custody_status erase_judge_destruction(struct apply *a, const uint8_t *execute,
                                            struct custody_error *err)
{
    struct store_query query = {0};
    uint8_t batch[HASH_LEN] = {0};
    bool is_found = false;
    int64_t left = 0;
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT b.act_id FROM act_log l CROSS JOIN batch b"
                                         " ON b.executed_idx = l.idx WHERE l.act_id = ?1",
                                         "b", execute, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *id = store_blob(&query, 0, &len);
        is_found = id != NULL && len == sizeof batch;
        if (is_found) {
            memcpy(batch, id, sizeof batch);
        }
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "There is no executed destruction of this id.");
    TRY(judge_witnesses(a, batch, err));
    TRY(store_get_int(a->store, err, &left, NULL,
                      MISFITS("EXISTS (SELECT 1 FROM batch_line l WHERE l.batch = ?2"
                              " AND l.item = s.owner AND l.outcome = 'destroyed')"),
                      "ib", a->idx, batch, (size_t)HASH_LEN));
    return judge_none_left(
        a, left, "A15", "A subject belongs to no folder that was destroyed there whole.", err);
}

/* ---- a party ---- */

/* Nothing of the party is open: a folder, a key, a paper. */
#define HAS_OPEN(party)                                                                        \
    "(EXISTS (SELECT 1 FROM folder f WHERE f.party = " party " AND f.state <> 'destroyed')"    \
    " OR EXISTS (SELECT 1 FROM item i WHERE i.holder_kind = 'party' AND i.holder = " party ")" \
    " OR EXISTS (SELECT 1 FROM paper p WHERE p.holder = " party                                \
    "  AND p.holder_kind = 'party' AND p.state = 'lent'))"

static enum custody_status need_request(struct apply *a, const uint8_t *request, char *party,
                                        size_t size, struct custody_error *err)
{
    struct store_query query = {0};
    bool is_open = false;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT party FROM erase_request WHERE act_id = ?1 AND state = 'open'", "b",
                    request, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK && query.has_row) {
        is_open = true;
        (void)snprintf(party, size, "%s", store_text(&query, 0));
    }
    store_end(&query);
    TRY(rc);
    NEED(is_open, "object", "There is no open request to erase of this id.");
    return CUSTODY_OK;
}

enum custody_status erase_judge_request(struct apply *a, const uint8_t *request,
                                        struct custody_error *err)
{
    char party[CUSTODY_ITEM_LEN + 1] = "";
    int64_t open = 0;
    int64_t left = 0;
    TRY(need_request(a, request, party, sizeof party, err));
    TRY(judge_manager_and_second(a, err));
    TRY(store_get_int(a->store, err, &open, NULL, "SELECT " HAS_OPEN("?1"), "t", party));
    RULE(open == 0, "P2",
         "%s still has a folder, a key or a paper here: settle that first, or refuse the "
         "request.",
         party);
    TRY(store_get_int(a->store, err, &left, NULL,
                      MISFITS("s.owner = ?2 OR EXISTS (SELECT 1 FROM folder f"
                              " WHERE f.item = s.owner AND f.party = ?2"
                              " AND f.state = 'destroyed')"),
                      "it", a->idx, party));
    TRY(judge_none_left(a, left, "P2",
                        "A subject belongs neither to the party that asked nor to a destroyed "
                        "folder of it.",
                        err));
    return store_run(a->store, err,
                     "UPDATE erase_request SET state = 'granted', closed_idx = ?2"
                     " WHERE act_id = ?1",
                     "bi", request, (size_t)HASH_LEN, a->idx);
}

/* ---- a period that is over ---- */

/*
 * The newest local second that a party's last day may have: it is walked down from today, since
 * months differ in length and the day that counts is last day + months.
 */
static enum custody_status find_last_day(struct apply *a, char out[11],
                                         struct custody_error *err)
{
    const int64_t months = policy_int(a->policy, "party_retention_months");
    char today[11];
    char due[11];
    int64_t t = a->t - months * 28 * 86400; /* no later than this many months ago */
    TRY(apply_local_day(a, a->t, today, err));
    for (;; t -= 86400) {
        TRY(apply_local_day(a, t, out, err));
        day_add_months(out, months, due);
        if (strcmp(due, today) <= 0) {
            return CUSTODY_OK;
        }
    }
}

/*
 * Subjects of this act of which nobody is a party settled in time or a destroyed folder. A
 * replay has no index of movements by holder: their parties are gathered in one pass.
 */
static enum custody_status count_early(struct apply *a, const char *last_day, int64_t *ret_left,
                                       struct custody_error *err)
{
    return store_get_int(
        a->store, err, ret_left, NULL,
        "WITH mine AS MATERIALIZED (SELECT DISTINCT s.owner FROM erased e CROSS JOIN subject s"
        "  ON s.k = e.k WHERE e.idx = ?1),"
        " days AS MATERIALIZED (SELECT p.party, max(l.t) AS t FROM mine m CROSS JOIN party p"
        "   ON p.party = m.owner CROSS JOIN act_log l ON l.idx = p.idx GROUP BY p.party"
        "  UNION ALL SELECT v.holder, max(max(v.known_at), max(coalesce(v.ended_t, 0)))"
        "   FROM movement v WHERE v.holder IN (SELECT owner FROM mine)"
        "   AND v.holder_kind = 'party' AND v.void_idx IS NULL GROUP BY v.holder"
        "  UNION ALL SELECT f.party, max(l.t) FROM mine m CROSS JOIN folder f"
        "   ON f.party = m.owner CROSS JOIN act_log l ON l.idx = f.destroyed_idx"
        "   GROUP BY f.party),"
        " late AS (SELECT party FROM days GROUP BY party HAVING"
        "  date(max(t) + 60 * (SELECT utc_offset_min FROM site WHERE id = 1), 'unixepoch')"
        "  > ?2)"
        " " MISFITS("EXISTS (SELECT 1 FROM folder f WHERE f.item = s.owner"
                    "  AND f.state = 'destroyed')"
                    " OR (EXISTS (SELECT 1 FROM party p WHERE p.party = s.owner)"
                    "  AND s.owner NOT IN (SELECT party FROM late)"
                    "  AND NOT " HAS_OPEN("s.owner") ")"),
        "it", a->idx, last_day);
}

enum custody_status erase_judge_expiry(struct apply *a, struct custody_error *err)
{
    char last_day[11];
    int64_t left = 0;
    TRY(judge_manager_and_second(a, err));
    TRY(find_last_day(a, last_day, err));
    TRY(count_early(a, last_day, &left, err));
    return judge_none_left(a, left, "P2",
                           "A subject belongs to a party that still has something here or went "
                           "too lately (party_retention_months), or to a folder that is there.",
                           err);
}

/* ---- done ---- */

#define DONE_ROLES                                                                             \
    {                                                                                          \
        "centre_manager", "supervisor", "archive_custodian", "administrator"                   \
    }

enum custody_status erase_judge_done(struct apply *a, const uint8_t *intent,
                                     struct custody_error *err)
{
    struct seating seating = {.is_filled = false};
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = DONE_ROLES},
                            {.kind = SEAT_ROLE, .roles = DONE_ROLES}};
    /* Each signer sits by his role, or as himself where he was a witness. */
    for (unsigned choice = 0; choice < 4 && !seating.is_filled; choice++) {
        bool may = a->signer_count == 2;
        for (size_t i = 0; i < 2 && may; i++) {
            const bool as_witness = (choice & (1U << i)) != 0;
            seats[i].kind = as_witness ? SEAT_PERSON : SEAT_ROLE;
            seats[i].person = a->signers[i];
            if (as_witness) {
                int64_t one = 0;
                TRY(store_get_int(a->store, err, &one, &may,
                                  "SELECT 1 FROM erasure r CROSS JOIN act_log l"
                                  " ON l.act_id = r.act CROSS JOIN batch b"
                                  " ON b.executed_idx = l.idx CROSS JOIN batch_witness w"
                                  " ON w.batch = b.act_id AND w.handle = ?2"
                                  " WHERE r.act_id = ?1 AND r.kind = 'destruction'",
                                  "bt", intent, (size_t)HASH_LEN, a->signers[i]));
            }
        }
        if (may) {
            TRY(seats_try(a, seats, 2, &seating, err));
        }
    }
    RULE(
        seating.is_filled, "seats",
        "That it is done is signed by two of centre manager, supervisor, archive custodian and "
        "administrator, or of the destruction's witnesses.");
    return CUSTODY_OK;
}
