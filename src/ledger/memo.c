/*
 * Slots by a number made of the name, one name a slot: who comes later takes the slot over,
 * after what it held was written. So a hostile ledger makes this slow, never large or wrong.
 */
#include "memo.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS    1024U  /* a power of two; more people than a site has */
#define AT_SLOTS 65540U /* the largest seen_max_entries that a policy may say, and a little */

struct actor {
    bool is_there;
    bool is_dirty;
    char handle[HANDLE_SIZE];
    int64_t seq;
};

struct sight {
    bool is_there;
    bool is_dirty;
    uint8_t keyid[HASH_LEN];
    int64_t by_size; /* -1: nothing was signed */
    int64_t any_size;
};

struct entry_time {
    int64_t next; /* index + 1, 0: empty slot */
    int64_t at;
};

struct chain_memo {
    struct store *store;
    struct actor actors[SLOTS];
    struct sight sights[SLOTS];
    struct entry_time times[AT_SLOTS];
};

enum custody_status chain_memo_make(struct store *store, struct chain_memo **ret_memo,
                                    struct custody_error *err)
{
    struct chain_memo *memo = calloc(1, sizeof *memo);

    if (memo == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
    }
    memo->store = store;
    *ret_memo = memo;
    return CUSTODY_OK;
}

void chain_memo_free(struct chain_memo *memo)
{
    free(memo);
}

void chain_memo_forget(struct chain_memo *memo)
{
    struct store *store = memo->store;

    *memo = (struct chain_memo){.store = store};
}

/* ---- writing back ---- */

static enum custody_status write_actor(struct chain_memo *memo, struct actor *actor,
                                       struct custody_error *err)
{
    if (!actor->is_dirty) {
        return CUSTODY_OK;
    }
    actor->is_dirty = false;
    return store_run(memo->store, err,
                     "INSERT INTO ledger_actor (handle, seq) VALUES (?, ?)"
                     " ON CONFLICT (handle) DO UPDATE SET seq = excluded.seq",
                     "ti", actor->handle, actor->seq);
}

static enum custody_status write_sight(struct chain_memo *memo, struct sight *sight,
                                       struct custody_error *err)
{
    if (!sight->is_dirty) {
        return CUSTODY_OK;
    }
    sight->is_dirty = false;
    return store_run(memo->store, err,
                     "INSERT INTO ledger_sight (keyid, by_size, any_size) VALUES (?, ?, ?)"
                     " ON CONFLICT (keyid) DO UPDATE SET by_size = excluded.by_size,"
                     " any_size = excluded.any_size",
                     "bii", sight->keyid, (size_t)HASH_LEN, sight->by_size, sight->any_size);
}

enum custody_status chain_memo_flush(struct chain_memo *memo, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    for (size_t i = 0; i < SLOTS && rc == CUSTODY_OK; i++) {
        rc = write_actor(memo, &memo->actors[i], err);
        if (rc == CUSTODY_OK) {
            rc = write_sight(memo, &memo->sights[i], err);
        }
    }
    return rc;
}

/* ---- slots ---- */

static enum custody_status find_actor(struct chain_memo *memo, const char *handle,
                                      struct actor **ret_actor, struct custody_error *err)
{
    uint32_t mixed = 2166136261U;

    for (const char *at = handle; *at != 0; at++) {
        mixed = (mixed ^ (uint8_t)*at) * 16777619U;
    }
    struct actor *slot = &memo->actors[(mixed ^ mixed >> 16) & (SLOTS - 1)];
    *ret_actor = slot;
    if (slot->is_there && strcmp(slot->handle, handle) == 0) {
        return CUSTODY_OK;
    }
    struct actor fresh = {.is_there = true};
    bool found = false;
    enum custody_status rc = write_actor(memo, slot, err);
    if (rc == CUSTODY_OK) {
        rc = store_get_int(memo->store, err, &fresh.seq, &found,
                           "SELECT seq FROM ledger_actor WHERE handle = ?", "t", handle);
    }
    if (rc == CUSTODY_OK) {
        memcpy(fresh.handle, handle, strlen(handle) + 1); /* at most HANDLE_SIZE: parsed */
        *slot = fresh;
    }
    return rc;
}

static enum custody_status find_sight(struct chain_memo *memo, const uint8_t keyid[HASH_LEN],
                                      struct sight **ret_sight, struct custody_error *err)
{
    struct sight *slot = &memo->sights[(keyid[0] | (size_t)keyid[1] << 8) & (SLOTS - 1)];
    struct store_query query = {0};

    *ret_sight = slot;
    if (slot->is_there && memcmp(slot->keyid, keyid, HASH_LEN) == 0) {
        return CUSTODY_OK;
    }
    struct sight fresh = {.is_there = true, .by_size = -1, .any_size = -1};
    enum custody_status rc = write_sight(memo, slot, err);
    if (rc == CUSTODY_OK) {
        rc = store_query(memo->store, &query, err,
                         "SELECT by_size, any_size FROM ledger_sight WHERE keyid = ?", "b",
                         keyid, (size_t)HASH_LEN);
    }
    if (rc == CUSTODY_OK) {
        if (query.has_row) {
            fresh.by_size = store_int(&query, 0);
            fresh.any_size = store_int(&query, 1);
        }
        memcpy(fresh.keyid, keyid, HASH_LEN);
        *slot = fresh;
    }
    store_end(&query);
    return rc;
}

/* ---- asking and keeping ---- */

enum custody_status chain_memo_seq(struct chain_memo *memo, const char *handle,
                                   int64_t *ret_seq, struct custody_error *err)
{
    struct actor *actor = NULL;
    enum custody_status rc = find_actor(memo, handle, &actor, err);

    if (rc == CUSTODY_OK) {
        *ret_seq = actor->seq;
    }
    return rc;
}

enum custody_status chain_memo_keep_seq(struct chain_memo *memo, const char *handle,
                                        int64_t seq, struct custody_error *err)
{
    struct actor *actor = NULL;
    enum custody_status rc = find_actor(memo, handle, &actor, err);

    if (rc == CUSTODY_OK && seq > actor->seq) {
        actor->seq = seq;
        actor->is_dirty = true;
    }
    return rc;
}

enum custody_status chain_memo_sight(struct chain_memo *memo, const uint8_t keyid[HASH_LEN],
                                     int64_t *ret_by_size, struct custody_error *err)
{
    struct sight *sight = NULL;
    enum custody_status rc = find_sight(memo, keyid, &sight, err);

    if (rc == CUSTODY_OK) {
        *ret_by_size = sight->by_size;
    }
    return rc;
}

enum custody_status chain_memo_keep_sight(struct chain_memo *memo,
                                          const uint8_t keyid[HASH_LEN], int64_t by_size,
                                          int64_t any_size, struct custody_error *err)
{
    struct sight *sight = NULL;
    enum custody_status rc = find_sight(memo, keyid, &sight, err);

    if (rc == CUSTODY_OK && (by_size > sight->by_size || any_size > sight->any_size)) {
        sight->by_size = by_size > sight->by_size ? by_size : sight->by_size;
        sight->any_size = any_size > sight->any_size ? any_size : sight->any_size;
        sight->is_dirty = true;
    }
    return rc;
}

bool chain_memo_at(const struct chain_memo *memo, int64_t idx, int64_t *ret_at)
{
    if (idx < 0 || memo->times[idx % AT_SLOTS].next != idx + 1) {
        return false;
    }
    *ret_at = memo->times[idx % AT_SLOTS].at;
    return true;
}

void chain_memo_keep_at(struct chain_memo *memo, int64_t idx, int64_t at)
{
    memo->times[idx % AT_SLOTS] = (struct entry_time){.next = idx + 1, .at = at};
}
