/*
 * The audit: every generation from its source through the replay, past every signed head
 * (FORMATS.md §5).
 */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "heads.h"
#include "replay.h"
#include "source.h"
#include "tiles.h"

#define CLOCK_TOLERANCE_S 3600
#define PROGRESS_STEP     1024

struct audit {
    struct ledger_source *source;
    struct replay replay;
    struct heads heads;
    struct tile_set *tiles; /* exports */
    const struct ledger_verify_options *options;
    struct ledger_verify_result *result;
    struct judge *judge;
    bool is_log_trusted;
    int64_t done; /* entries of all generations */
    int64_t all;
};

static void point_at(struct audit *audit, int64_t idx)
{
    audit->judge->idx = idx;
    audit->judge->has_act_id = false;
}

/* ---- around the entries of one generation ---- */

/* A predecessor's export may go on beyond the head that its successor kept. */
static enum custody_status read_limit(struct audit *audit, int generation, int64_t *ret_limit,
                                      struct custody_error *err)
{
    struct buf first = BUF_INIT(ENVELOPE_MAX + 2);
    bool found = false;
    int64_t size = -1;

    *ret_limit = INT64_MAX;
    if (generation == audit->source->predecessor_count) {
        return CUSTODY_OK;
    }
    enum custody_status rc = source_first(audit->source, generation + 1, &first, &found, err);
    if (rc == CUSTODY_OK && found) {
        size = replay_head_left(first.data, first.len);
    }
    if (rc == CUSTODY_OK && size > 0) {
        *ret_limit = size;
    }
    buf_clear(&first);
    return rc;
}

static enum custody_status check_log_key(struct audit *audit, struct custody_error *err)
{
    if (audit->options->trust == NULL || audit->is_log_trusted ||
        audit->source->generation != audit->source->predecessor_count) {
        return CUSTODY_OK;
    }
    return heads_is_trusted(&audit->heads, &audit->is_log_trusted, err);
}

static enum custody_status after_entry(struct audit *audit, bool is_first,
                                       struct custody_error *err)
{
    struct ledger_source *source = audit->source;
    enum custody_status rc = CUSTODY_OK;

    if (is_first) {
        bool is_current = source->generation == source->predecessor_count;
        rc = heads_begin(&audit->heads, is_current ? source->store : NULL, is_current, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_log_key(audit, err);
    }
    if (rc == CUSTODY_OK) {
        rc = heads_pass(&audit->heads, err);
    }
    if (rc == CUSTODY_OK && audit->tiles != NULL) {
        struct tile_reader reader = {
            .dir = source->open_dir, .judge = audit->judge, .chain = &audit->replay.chain};
        rc = tile_set_flush(audit->tiles, false, tile_check, &reader, err);
    }
    audit->done++;
    if (audit->options->progress != NULL && audit->done % PROGRESS_STEP == 0) {
        audit->options->progress(audit->options->progress_arg, audit->done, audit->all);
    }
    return rc;
}

static enum custody_status end_generation(struct audit *audit, bool is_cut,
                                          struct custody_error *err)
{
    struct ledger_source *source = audit->source;
    struct replay *replay = &audit->replay;
    bool is_current = source->generation == source->predecessor_count;
    bool is_complete = source->is_complete && !replay->is_stopped;
    struct tile_reader reader = {
        .dir = source->open_dir, .judge = audit->judge, .chain = &replay->chain};
    enum custody_status rc = heads_end(&audit->heads, is_complete, err);

    if (rc == CUSTODY_OK && audit->tiles != NULL && is_complete && !is_cut) {
        rc = tile_set_flush(audit->tiles, true, tile_check, &reader, err);
    }
    if (rc == CUSTODY_OK && audit->tiles != NULL) {
        rc = tile_count_others(source->open_dir, source->size, audit->judge,
                               &audit->result->other_file_count, err);
    }
    /* Each export has its own checkpoint; a predecessor's counts when all of it was kept. */
    if (rc == CUSTODY_OK && !is_cut && (is_current || source->has_checkpoint) &&
        (source->store == NULL ? source->has_checkpoint : is_current)) {
        rc = heads_check_own(&audit->heads, source->store == NULL ? &source->note : NULL,
                             is_complete, err);
    }
    return rc;
}

static enum custody_status audit_generation(struct audit *audit, int generation,
                                            struct custody_error *err)
{
    struct ledger_source *source = audit->source;
    struct replay *replay = &audit->replay;
    int64_t limit = INT64_MAX;
    bool found = true;
    bool is_cut = false;
    enum custody_status rc = read_limit(audit, generation, &limit, err);

    if (rc == CUSTODY_OK) {
        rc = source_open(source, generation, audit->judge, err);
    }
    if (rc == CUSTODY_OK && generation > 0) {
        rc = replay_next_generation(replay, err);
    }
    if (rc == CUSTODY_OK && audit->tiles != NULL) {
        memset(audit->tiles, 0, sizeof *audit->tiles);
    }
    audit->all += rc == CUSTODY_OK ? source->size : 0;
    while (rc == CUSTODY_OK && !replay->is_stopped) {
        struct source_entry entry;
        int64_t before = replay->chain.size;
        if (replay->chain.size >= limit) {
            is_cut = source->next_idx < source->size;
            break;
        }
        rc = source_next(source, audit->judge, &entry, &found, err);
        if (rc != CUSTODY_OK || !found) {
            break;
        }
        rc = replay_entry(replay, &entry, err);
        if (rc == CUSTODY_OK && !replay->is_stopped && replay->chain.size != before) {
            rc = after_entry(audit, before == 0, err);
        }
    }
    if (rc == CUSTODY_OK && replay->chain.size == 0 && !replay->is_stopped) {
        replay->is_stopped = true;
        point_at(audit, JUDGE_NO_INDEX);
        return source->is_complete
                   ? judge_violate(audit->judge, err, "genesis", "there is no entry to verify")
                   : judge_incomplete(audit->judge, err, "genesis", "no entry could be read");
    }
    if (rc == CUSTODY_OK && !replay->is_stopped) {
        rc = end_generation(audit, is_cut, err);
    }
    return rc;
}

/* ---- the whole ---- */

static enum custody_status check_trust(struct audit *audit, struct custody_error *err)
{
    const struct trust *trust = audit->options->trust;

    if (trust == NULL || audit->source->generation != audit->source->predecessor_count ||
        audit->replay.chain.size == 0) {
        return CUSTODY_OK;
    }
    point_at(audit, JUDGE_NO_INDEX);
    if (!crypt_equal(trust->genesis, audit->replay.chain.id, HASH_LEN)) {
        return judge_violate(audit->judge, err, "genesis",
                             "this is not the ledger that the trust file pins");
    }
    audit->result->is_pinned = true;
    if (!audit->is_log_trusted && !audit->replay.is_stopped && audit->source->is_complete) {
        return judge_violate(audit->judge, err, "checkpoint",
                             "the trust file's log key is not one of this ledger");
    }
    return CUSTODY_OK;
}

static enum custody_status check_clock(struct audit *audit, struct custody_error *err)
{
    const struct chain *chain = &audit->replay.chain;
    int64_t idx = chain->size - 1;
    bool found = false;

    if (chain->size == 0 || chain->t <= audit->options->now + CLOCK_TOLERANCE_S) {
        return CUSTODY_OK;
    }
    /* Name the entry that brought that time. */
    enum custody_status rc = store_get_int(
        chain->store, err, &idx, &found,
        "SELECT idx FROM ledger_time WHERE t = ? ORDER BY idx LIMIT 1", "i", chain->t);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    point_at(audit, idx);
    return judge_violate(audit->judge, err, "time-ahead",
                         "the ledger's time lies ahead of this computer's clock; check the "
                         "clock");
}

static enum custody_status run(struct audit *audit, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    for (int generation = 0; rc == CUSTODY_OK && !audit->replay.is_stopped &&
                             generation <= audit->source->predecessor_count;
         generation++) {
        rc = audit_generation(audit, generation, err);
    }
    if (rc == CUSTODY_OK) {
        rc = heads_finish(&audit->heads, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_trust(audit, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_clock(audit, err);
    }
    if (rc == CUSTODY_OK) {
        rc = sigcheck_finish(audit->replay.sigs, audit->judge, err);
    }
    return rc;
}

static void fill_result(struct audit *audit)
{
    struct ledger_verify_result *result = audit->result;
    const struct chain *chain = &audit->replay.chain;

    result->size = chain->size;
    tree_root(&chain->frontier, result->root);
    memcpy(result->genesis, chain->id, HASH_LEN);
    memcpy(result->origin, audit->heads.origin, sizeof result->origin);
    result->signature_count = sigcheck_count(audit->replay.sigs);
    result->last_t = chain->t;
    result->predecessor_count = audit->source->predecessor_count;
}

/* How many entries there may be, for the size of the tables only. */
static enum custody_status guess_size(struct audit *audit, int64_t *ret_size,
                                      struct custody_error *err)
{
    struct judge ignored;

    judge_init(&ignored, true, 0);
    enum custody_status rc =
        source_open(audit->source, audit->source->predecessor_count, &ignored, err);
    if (rc == CUSTODY_OK) {
        *ret_size = audit->source->size;
    }
    judge_clear(&ignored);
    return rc;
}

enum custody_status ledger_verify(struct ledger_source *source, struct store *scratch,
                                  const struct ledger_domain *domain,
                                  const struct ledger_verify_options *options,
                                  struct judge *judge, struct ledger_verify_result *ret_result,
                                  struct custody_error *err)
{
    struct ledger_verify_result result = {.anchor_size = -1};
    struct audit audit = {
        .source = source, .options = options, .result = &result, .judge = judge};
    int64_t expected = 0;
    enum custody_status rc = guess_size(&audit, &expected, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = replay_init(&audit.replay, scratch, domain, judge, options->threads, expected, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    audit.replay.is_export = source->store == NULL;
    rc = heads_init(&audit.heads, &audit.replay, domain, options, &result, err);
    if (rc == CUSTODY_OK) {
        rc = chain_memo_make(scratch, &audit.replay.chain.memo, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (source->store == NULL) {
        audit.tiles = calloc(1, sizeof *audit.tiles);
        if (audit.tiles == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
            goto out;
        }
        audit.replay.chain.on_node = tile_set_node;
        audit.replay.chain.on_node_arg = audit.tiles;
    }
    /* One transaction from an empty store: nothing is there that a journal would have to keep,
     * so it stays small however long the ledger is. */
    rc = store_begin(scratch, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    store_unlock(scratch);
    rc = run(&audit, err);
    if (rc == CUSTODY_OK) {
        rc = chain_memo_flush(audit.replay.chain.memo, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_commit(scratch, err);
    } else {
        store_rollback(scratch);
    }
    store_lock(scratch);
    if (rc == CUSTODY_OK) {
        fill_result(&audit);
        judge_sort(judge);
        *ret_result = result;
    }
out:
    heads_clear(&audit.heads);
    free(audit.tiles);
    chain_memo_free(audit.replay.chain.memo);
    replay_clear(&audit.replay);
    return rc;
}
