/*
 * The warnings of key.lend/2 (FORMATS.md §17.1): what a clerk should know before a loan that
 * breaks no rule. Computed at every loan, so each is a few look-ups by an index however long
 * the ledger is.
 */
#include <stdio.h>
#include <string.h>

#include "instant.h"
#include "lend.h"
#include "policy.h"

#define DAY_S INT64_C(86400)

static const json_t *accepted_row(const struct apply *a, const char *warning)
{
    size_t i = 0;
    const json_t *row = NULL;
    json_array_foreach(json_object_get(a->body, "accepted"), i, row)
    {
        if (strcmp(body_member(row, "warning"), warning) == 0) {
            return row;
        }
    }
    return NULL;
}

static enum custody_status warn(struct apply *a, const char *warning, const char *text,
                                struct custody_error *err)
{
    const json_t *row = accepted_row(a, warning);
    TRY(apply_flag(a, err, warning, "%s", text));
    RULE(row != NULL, "warning",
         "The warning %s arises (%s): accept it with a reason of the policy's "
         "warning_reasons.",
         warning, text);
    if (row == NULL) {
        return CUSTODY_OK;
    }
    return store_run(a->store, err,
                     "INSERT INTO warning (idx, warning, reason) VALUES (?1, ?2, ?3)", "itt",
                     a->idx, warning, body_member(row, "reason"));
}

/* ---- last-spare ---- */

/* Keys with this first lock that stand at a desk or under a seal and are not lent by this act.
 * At most `enough` are counted. */
static enum custody_status count_spares(struct apply *a, const struct lending *lending,
                                        const char *lock, int64_t enough, int64_t *ret_count,
                                        struct custody_error *err)
{
    const json_t *items = json_object_get(a->body, "items");
    struct store_query query = {0};
    int64_t count = 0;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT i.item, i.ring, i.holder_kind, i.holder FROM key_lock k"
                    " JOIN item i ON i.item = k.item"
                    " WHERE k.lock = ?1 AND k.n = 0 AND i.holder_kind IN ('desk', 'seal')",
                    "t", lock);
    while (rc == CUSTODY_OK && query.has_row && count < enough) {
        bool is_here = strcmp(store_text(&query, 2), "desk") == 0 &&
                       strcmp(store_text(&query, 3), lending->desk_code) == 0;
        bool is_lent =
            items_name(items, store_text(&query, 0)) ||
            (is_here && !store_is_null(&query, 1) && items_name(items, store_text(&query, 1)));
        count += is_lent ? 0 : 1;
        rc = store_next(&query, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_count = count;
    }
    return rc;
}

/* First locks of what one named item takes out: its own, or those of the ring's members that
 * stand at the desk. seen: locks looked at before. */
static enum custody_status find_last_spare(struct apply *a, const struct lending *lending,
                                           const char *item, json_t *seen, bool *ret_arises,
                                           struct custody_error *err)
{
    struct store_query query = {0};
    int64_t enough = policy_int(a->policy, "spare_min");
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT lock FROM key_lock WHERE item = ?1 AND n = 0"
                    " UNION ALL"
                    " SELECT k.lock FROM item i JOIN key_lock k ON k.item = i.item AND k.n = 0"
                    " WHERE i.ring = ?1 AND +i.holder_kind = 'desk' AND i.holder = ?2",
                    "tt", item, lending->desk_code);
    while (rc == CUSTODY_OK && query.has_row && !*ret_arises) {
        int64_t spares = 0;
        char lock[40];
        (void)snprintf(lock, sizeof lock, "%s", store_text(&query, 0));
        if (json_object_get(seen, lock) == NULL) {
            rc = count_spares(a, lending, lock, enough, &spares, err);
            *ret_arises = rc == CUSTODY_OK && spares < enough;
            if (rc == CUSTODY_OK && json_object_set_new(seen, lock, json_true()) != 0) {
                rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
            }
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status warn_last_spare(struct apply *a, const struct lending *lending,
                                           struct custody_error *err)
{
    size_t i = 0;
    bool arises = false;
    const json_t *named = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (policy_int(a->policy, "spare_min") == 0) {
        return CUSTODY_OK;
    }
    json_t *seen = json_object();
    if (seen == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        if (rc == CUSTODY_OK && !arises) {
            rc = find_last_spare(a, lending, body_member(named, "item"), seen, &arises, err);
        }
    }
    json_decref(seen);
    TRY(rc);
    return arises ? warn(a, "last-spare", "too few keys of a lock would be left", err)
                  : CUSTODY_OK;
}

/* ---- holder-overdue, reserved ---- */

static enum custody_status warn_overdue(struct apply *a, const struct lending *lending,
                                        struct custody_error *err)
{
    int64_t one = 0;
    bool arises = false;
    TRY(store_get_int(a->store, err, &one, &arises,
                      "SELECT 1 FROM item WHERE holder_kind = ?1 AND holder = ?2 AND due < ?3"
                      " LIMIT 1",
                      "tti", lending->move.holder_kind, lending->receiver.id, a->t));
    return arises ? warn(a, "holder-overdue", "the receiver holds keys that are overdue", err)
                  : CUSTODY_OK;
}

/* Is the request that was approved of another receiver, for a time that meets the loan's? */
static enum custody_status request_meets(struct apply *a, const struct lending *lending,
                                         const void *request, bool *ret_meets,
                                         struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(a->store, err, &one, ret_meets,
                         "SELECT 1 FROM request WHERE act_id = ?1 AND act = 'key.lend'"
                         " AND receiver <> ?2 AND start < ?3 AND ?4 < end",
                         "btii", request, (size_t)HASH_LEN, lending->receiver.id,
                         lending->move.due, lending->move.event_at);
}

/* From the approvals that may still be used to their items: those are few at any time, while
 * a key may have been asked for thousands of times. */
static enum custody_status warn_reserved(struct apply *a, const struct lending *lending,
                                         struct custody_error *err)
{
    const json_t *items = json_object_get(a->body, "items");
    struct store_query query = {0};
    uint8_t used[HASH_LEN] = {0};
    bool arises = false;
    (void)body_hex(a, "approval", used, sizeof used);
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT q.item, p.request FROM approval p"
                    " CROSS JOIN request_item q ON q.request = p.request"
                    " WHERE p.uses_left > 0 AND p.ended_idx IS NULL AND p.until > ?1"
                    " AND p.act_id <> ?2",
                    "ib", a->t, used, sizeof used);
    while (rc == CUSTODY_OK && query.has_row && !arises) {
        size_t len = 0;
        uint8_t request[HASH_LEN] = {0};
        const void *blob = store_blob(&query, 1, &len);
        if (len == sizeof request && items_name(items, store_text(&query, 0))) {
            memcpy(request, blob, sizeof request);
            rc = request_meets(a, lending, request, &arises, err);
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    TRY(rc);
    return arises ? warn(a, "reserved", "somebody else has an approval for this time", err)
                  : CUSTODY_OK;
}

/* ---- off-shift ---- */

/* Is the local day, counted from 1970, one on which this shift is staffed? */
static bool shift_is_on(const struct apply *a, const json_t *shift, int64_t day)
{
    static const char *const names[] = {"thu", "fri", "sat", "sun", "mon", "tue", "wed"};
    char text[INSTANT_TEXT_SIZE];
    if (day * DAY_S < INSTANT_MIN || day * DAY_S > INSTANT_MAX) {
        return false;
    }
    instant_format(day * DAY_S, text);
    text[10] = '\0';
    return strings_have(json_object_get(shift, "days"), names[day % 7]) &&
           !strings_have(json_object_get(a->policy, "holidays"), text);
}

/* A shift ends up to two days after the day it starts on. */
static bool lies_in_shift(const struct apply *a, const json_t *shift, int64_t local_s)
{
    int64_t start = json_integer_value(json_object_get(shift, "start_min")) * 60;
    int64_t end = json_integer_value(json_object_get(shift, "end_min")) * 60;
    for (int64_t day = local_s / DAY_S; day >= local_s / DAY_S - 2; day--) {
        if (day * DAY_S + start <= local_s && local_s <= day * DAY_S + end &&
            shift_is_on(a, shift, day)) {
            return true;
        }
    }
    return false;
}

static enum custody_status warn_off_shift(struct apply *a, const struct lending *lending,
                                          struct custody_error *err)
{
    size_t i = 0;
    int64_t offset_min = 0;
    bool has_shift = false;
    bool is_in = false;
    const json_t *shift = NULL;
    if (json_array_size(json_object_get(a->policy, "shifts")) == 0) {
        return CUSTODY_OK;
    }
    TRY(store_get_int(a->store, err, &offset_min, NULL,
                      "SELECT utc_offset_min FROM site WHERE id = 1", ""));
    json_array_foreach(json_object_get(a->policy, "shifts"), i, shift)
    {
        if (strings_have(json_object_get(shift, "desks"), lending->desk_code)) {
            has_shift = true;
            is_in = is_in || lies_in_shift(a, shift, lending->move.due + offset_min * 60);
        }
    }
    return has_shift && !is_in
               ? warn(a, "off-shift", "nobody is on shift when the keys are due", err)
               : CUSTODY_OK;
}

enum custody_status warnings_check(struct apply *a, const struct lending *lending,
                                   struct custody_error *err)
{
    size_t i = 0;
    const json_t *row = NULL;
    json_array_foreach(json_object_get(a->body, "accepted"), i, row)
    {
        RULE(policy_lists(a->policy, "warning_reasons", body_member(row, "reason")), "policy",
             "A warning is accepted with a reason of the policy's warning_reasons: see custody "
             "site policy.");
    }
    TRY(warn_overdue(a, lending, err));
    TRY(warn_last_spare(a, lending, err));
    TRY(warn_off_shift(a, lending, err));
    return warn_reserved(a, lending, err);
}
