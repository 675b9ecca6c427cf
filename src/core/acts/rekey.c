/* lock.rekey: the lock is changed, and the keys of before no longer open it (FORMATS.md §17.3).
 */
#include <string.h>

#include "move.h"
#include "rows.h"

static const struct field LOCK[] = {
    {.name = "code", .type = FIELD_PLACE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field REKEY[] = {
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "locks", .type = FIELD_LIST, .min = 1, .of = LOCK, .key = "code"},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status rekey_lock(struct apply *a, const json_t *lock, int64_t event_at,
                                      struct custody_error *err)
{
    const char *code = body_member(lock, "code");
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT label FROM lock WHERE code = ?1 AND void_idx IS NULL", "t", code);
    bool is_found = rc == CUSTODY_OK && query.has_row;
    bool is_same = is_found && strcmp(store_text(&query, 0), body_member(lock, "label")) == 0;
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "There is no lock of the code %s.", code);
    RULE(is_same, "label", "The lock %s bears another label in the register than in this act.",
         code);
    return store_run(a->store, err,
                     "INSERT INTO rekey (lock, idx, event_at) VALUES (?1, ?2, ?3)", "tii", code,
                     a->idx, event_at);
}

/* Keys that this act made useless for a lock; those that are retired nobody tries any more. */
static enum custody_status flag_stale(struct apply *a, struct custody_error *err)
{
    int64_t count = 0;
    TRY(store_get_int(a->store, err, &count, NULL,
                      "SELECT count(DISTINCT k.item) FROM rekey r"
                      " JOIN key_lock k ON k.lock = r.lock JOIN item i ON i.item = k.item"
                      " WHERE r.idx = ?1 AND i.idx < ?1"
                      " AND i.holder_kind NOT IN ('void', 'retired')",
                      "i", a->idx));
    if (count == 0) {
        return CUSTODY_OK;
    }
    return apply_flag(a, err, "stale-keys", "%lld keys no longer open these locks: retire them",
                      (long long)count);
}

static enum custody_status rekey_apply(struct apply *a, struct custody_error *err)
{
    int64_t event_at = 0;
    struct seating seating;
    struct seat seats[2] = {
        {.kind = SEAT_ROLE},
        {.kind = SEAT_ROLE,
         .roles = {"supervisor", "engineering_manager", "engineering_supervisor"}}};
    seat_any_custodian(a, &seats[0]);
    TRY(seats_require(a, seats, 2, "seats",
                      "Changed locks are registered by a custodian with a supervisor, the "
                      "engineering manager or an engineering supervisor, two persons.",
                      &seating, err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(apply_event_time(a, &event_at, err));
    size_t i = 0;
    const json_t *lock = NULL;
    json_array_foreach(json_object_get(a->body, "locks"), i, lock)
    {
        TRY(rekey_lock(a, lock, event_at, err));
    }
    TRY(flag_stale(a, err));
    /* A loss is over when no lock is left that the lost key opens. */
    return store_run(a->store, err,
                     "UPDATE loss SET state = 'rekeyed', closed_idx = ?1 WHERE state = 'open'"
                     " AND NOT EXISTS (SELECT 1 FROM key_lock k WHERE k.item = loss.item"
                     "  AND NOT EXISTS (SELECT 1 FROM rekey r WHERE r.lock = k.lock"
                     "   AND r.event_at >= (SELECT m.event_at FROM movement m"
                     "    WHERE m.item = loss.item AND m.idx = loss.idx)))",
                     "i", a->idx);
}

const struct act ACT_LOCK_REKEY = {
    .name = "lock.rekey/1",
    .fields = REKEY,
    .signers_max = 2,
    .rules = "K13",
    .signed_by =
        "any custodian, and a supervisor, engineering manager or engineering supervisor",
    .apply = rekey_apply,
    .keeps_people = true,
    .zh = "登记换锁（换锁芯）：{locks}，原因 {reason}",
    .en = "register that the locks {locks} were changed, reason {reason}",
};
