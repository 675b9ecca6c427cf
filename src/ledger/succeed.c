/*
 * After a disaster (FORMATS.md §3): entries that an export or replica still has are appended
 * again; where history forked, a successor ledger takes the predecessor over.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "replay.h"
#include "source.h"
#include "verify.h"

/* ---- successor ---- */

/* Copy an entry among the predecessors. */
static enum custody_status keep_old(struct store *store, int64_t generation,
                                    const struct source_entry *entry, struct custody_error *err)
{
    struct envelope envelope;
    uint8_t leaf[HASH_LEN];
    enum custody_status rc = envelope_parse_outer(entry->envelope, entry->len, &envelope, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    tree_leaf(entry->envelope, entry->len, leaf);
    rc = store_run(store, err,
                   "INSERT INTO ledger_old_entry (generation, idx, act_id, leaf_hash, envelope)"
                   " VALUES (?, ?, ?, ?, ?)",
                   "iibbb", generation, entry->idx, envelope.act_id, (size_t)HASH_LEN, leaf,
                   (size_t)HASH_LEN, (const void *)entry->envelope, entry->len);
    envelope_clear(&envelope);
    return rc;
}

/* Any finding at all: history that does not verify is not carried on. */
static enum custody_status refuse_findings(struct judge *judge, struct custody_error *err)
{
    const struct finding *first = NULL;

    if (judge->violation_count == 0 && judge->incomplete_count == 0) {
        return CUSTODY_OK;
    }
    judge_sort(judge);
    first = judge->finding_count > 0 ? &judge->findings[0] : NULL;
    return custody_refuse(err, first != NULL ? first->check : "integrity",
                          "the old ledger does not verify at entry %" PRId64
                          " (%.200s); take another copy of it",
                          first != NULL ? first->idx : 0, first != NULL ? first->text : "");
}

static enum custody_status adopt_generation(struct replay *replay, struct ledger_source *source,
                                            int generation, int64_t limit,
                                            struct custody_error *err)
{
    bool found = true;
    enum custody_status rc = source_open(source, generation, replay->judge, err);

    if (rc == CUSTODY_OK && generation > 0) {
        rc = replay_next_generation(replay, err);
    }
    while (rc == CUSTODY_OK && replay->chain.size < limit) {
        struct source_entry entry;
        rc = source_next(source, replay->judge, &entry, &found, err);
        if (rc != CUSTODY_OK || !found) {
            break;
        }
        rc = keep_old(replay->chain.store, generation, &entry, err);
        if (rc == CUSTODY_OK) {
            rc = replay_entry(replay, &entry, err);
        }
        if (rc == CUSTODY_OK) {
            rc = refuse_findings(replay->judge, err);
        }
    }
    if (rc == CUSTODY_OK && limit != INT64_MAX && replay->chain.size != limit) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the old ledger has %" PRId64 " entries, not %" PRId64,
                          replay->chain.size, limit);
    }
    return rc;
}

static enum custody_status adopt_all(struct ledger *ledger, struct ledger_source *source,
                                     int64_t size, struct judge *judge,
                                     struct custody_error *err)
{
    struct replay replay;
    enum custody_status rc =
        replay_init(&replay, ledger->chain.store, &ledger->domain, judge, 1, size, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    replay.is_export = source->store == NULL;
    for (int generation = 0; rc == CUSTODY_OK && generation <= source->predecessor_count;
         generation++) {
        rc = adopt_generation(&replay, source, generation,
                              generation == source->predecessor_count ? size : INT64_MAX, err);
    }
    if (rc == CUSTODY_OK) {
        rc = sigcheck_finish(replay.sigs, judge, err);
    }
    if (rc == CUSTODY_OK) {
        rc = refuse_findings(judge, err);
    }
    if (rc == CUSTODY_OK) {
        rc = chain_restart(&replay.chain, err);
    }
    replay_clear(&replay);
    return rc;
}

enum custody_status ledger_adopt(struct ledger *ledger, struct ledger_source *source,
                                 int64_t size, struct custody_error *err)
{
    struct store *store = ledger->chain.store;
    struct judge judge;
    int64_t have = 0;
    int64_t old = 0;
    enum custody_status rc = ledger_size(ledger, &have, err);

    if (rc == CUSTODY_OK) {
        rc = store_get_int(store, err, &old, NULL, "SELECT count(*) FROM ledger_old_entry", "");
    }
    if (rc == CUSTODY_OK && (have != 0 || old != 0 || size < 1)) {
        rc = custody_refuse(err, "genesis",
                            "a successor begins in an empty ledger and keeps at least one "
                            "entry; use a new site directory");
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    judge_init(&judge, true, 16);
    rc = store_begin(store, err);
    if (rc == CUSTODY_OK) {
        store_unlock(store);
        rc = adopt_all(ledger, source, size, &judge, err);
        if (rc == CUSTODY_OK) {
            rc = store_commit(store, err);
        } else {
            store_rollback(store);
        }
        store_lock(store);
    }
    judge_clear(&judge);
    ledger->is_loaded = false;
    return rc == CUSTODY_OK ? ledger_refresh(ledger, err) : rc;
}

enum custody_status ledger_read_past(struct store *store, struct replay_past *ret_past,
                                     struct custody_error *err)
{
    struct store_query query = {0};
    struct tree_frontier frontier = {0};
    struct replay_past past = {0};
    enum custody_status rc =
        store_query(store, &query, err,
                    "SELECT leaf_hash FROM ledger_old_entry WHERE generation ="
                    " (SELECT max(generation) FROM ledger_old_entry) ORDER BY idx",
                    "");

    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *leaf = store_blob(&query, 0, &len);
        if (leaf == NULL || len != HASH_LEN) {
            rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                              "the entries of the ledger before this one are damaged; adopt "
                              "them again");
            break;
        }
        if (frontier.size == 0) {
            memcpy(past.id, leaf, HASH_LEN);
            past.is_there = true;
        }
        tree_append(&frontier, leaf, NULL, NULL);
        rc = store_next(&query, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        past.size = (int64_t)frontier.size;
        tree_root(&frontier, past.root);
        *ret_past = past;
    }
    return rc;
}

enum custody_status ledger_head_left(struct ledger *ledger, uint8_t ret_id[HASH_LEN],
                                     int64_t *ret_size, uint8_t ret_root[HASH_LEN],
                                     struct custody_error *err)
{
    struct replay_past past;
    enum custody_status rc = ledger_read_past(ledger->chain.store, &past, err);

    if (rc == CUSTODY_OK && !past.is_there) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND, "this ledger succeeds no other");
    }
    if (rc == CUSTODY_OK) {
        memcpy(ret_id, past.id, HASH_LEN);
        memcpy(ret_root, past.root, HASH_LEN);
        *ret_size = past.size;
    }
    return rc;
}

/* ---- append again ---- */

static enum custody_status reappend_from(struct ledger *ledger, struct ledger_source *source,
                                         int64_t size, struct judge *judge, int64_t *ret_count,
                                         struct custody_error *err)
{
    struct tree_frontier frontier = {0};
    uint8_t root[HASH_LEN];
    uint8_t own[HASH_LEN];
    int64_t count = 0;
    enum custody_status rc = ledger_root(ledger, size, own, err);

    while (rc == CUSTODY_OK) {
        struct source_entry entry;
        struct ledger_appended appended;
        uint8_t leaf[HASH_LEN];
        bool found = false;
        if (frontier.size == (uint64_t)size) {
            tree_root(&frontier, root);
            if (!crypt_equal(root, own, HASH_LEN)) {
                return custody_refuse(err, "root",
                                      "the export does not continue this ledger: its first "
                                      "%" PRId64 " entries are others",
                                      size);
            }
        }
        rc = source_next(source, judge, &entry, &found, err);
        if (rc != CUSTODY_OK || !found) {
            break;
        }
        tree_leaf(entry.envelope, entry.len, leaf);
        tree_append(&frontier, leaf, NULL, NULL);
        if (entry.idx < size) {
            continue;
        }
        rc =
            ledger_append_entry(ledger, entry.envelope, entry.len, NULL, judge, &appended, err);
        count += rc == CUSTODY_OK ? 1 : 0;
    }
    *ret_count = count;
    if (rc == CUSTODY_OK && frontier.size < (uint64_t)size) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "the export has fewer entries than this ledger; nothing to append");
    }
    return rc;
}

enum custody_status ledger_reappend(struct ledger *ledger, struct ledger_source *source,
                                    struct judge *judge, int64_t *ret_count,
                                    struct custody_error *err)
{
    int64_t size = 0;
    int64_t count = 0;
    enum custody_status rc = ledger_size(ledger, &size, err);

    if (rc == CUSTODY_OK && size == 0) {
        rc = custody_refuse(err, "genesis",
                            "this ledger is empty; restore a backup rather than append to it");
    }
    if (rc == CUSTODY_OK) {
        rc = source_open(source, source->predecessor_count, judge, err);
    }
    if (rc == CUSTODY_OK) {
        rc = reappend_from(ledger, source, size, judge, &count, err);
    }
    *ret_count = count;
    return rc;
}

/* ---- cosignatures ---- */

enum custody_status ledger_add_cosignature(struct ledger *ledger, int64_t size,
                                           const void *line, size_t len,
                                           struct custody_error *err)
{
    struct store *store = ledger->chain.store;
    enum custody_status rc = store_begin(store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    store_unlock(store);
    rc = store_run(store, err,
                   "INSERT INTO ledger_cosignature (size, line) SELECT ?1, ?2"
                   " WHERE NOT EXISTS (SELECT 1 FROM ledger_cosignature"
                   " WHERE size = ?1 AND line = ?2)",
                   "ib", size, line, len);
    if (rc == CUSTODY_OK) {
        rc = store_commit(store, err);
    } else {
        store_rollback(store);
    }
    store_lock(store);
    return rc;
}

enum custody_status ledger_put_cosignatures(struct ledger *ledger, const void *note,
                                            size_t note_len, struct buf *out,
                                            struct custody_error *err)
{
    struct checkpoint checkpoint;
    struct store_query query = {0};
    enum custody_status rc = checkpoint_parse(note, note_len, &checkpoint, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = store_query(ledger->chain.store, &query, err,
                     "SELECT line FROM ledger_cosignature WHERE size = ?1 ORDER BY line", "i",
                     (int64_t)checkpoint.size);
    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *line = store_blob(&query, 0, &len);
        rc = buf_put(out, line, len, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}
