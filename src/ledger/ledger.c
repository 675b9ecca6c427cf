/*
 * The ledger on its store: reading, intake, append (FORMATS.md §2).
 *
 * Other processes append to the same file, so nothing in memory is trusted across a
 * transaction: the size is read each time and the frontier loaded anew when it has moved.
 */
#include "ledger.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- stored tree ---- */

enum custody_status ledger_fetch_node(void *arg, unsigned level, uint64_t position,
                                      uint8_t out[HASH_LEN], struct custody_error *err)
{
    struct store *store = arg;
    struct store_query query = {0};
    enum custody_status rc =
        level == 0
            ? store_query(store, &query, err,
                          "SELECT leaf_hash FROM ledger_entry WHERE idx = ?", "i",
                          (int64_t)position)
            : store_query(store, &query, err,
                          "SELECT hash FROM ledger_node WHERE level = ? AND position = ?", "ii",
                          (int64_t)level, (int64_t)position);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    size_t len = 0;
    const void *hash = query.has_row ? store_blob(&query, 0, &len) : NULL;
    if (hash == NULL || len != HASH_LEN) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the stored tree hashes do not fit the entries; verify the ledger, "
                          "then run site rebuild");
    } else {
        memcpy(out, hash, HASH_LEN);
    }
    store_end(&query);
    return rc;
}

static enum custody_status stored_root(struct ledger *ledger, int64_t size,
                                       uint8_t out[HASH_LEN], struct custody_error *err)
{
    uint8_t root[HASH_LEN];
    enum custody_status rc =
        tree_root_at(ledger_fetch_node, ledger->chain.store, (uint64_t)size, root, err);

    if (rc == CUSTODY_OK) {
        memcpy(out, root, HASH_LEN);
    }
    return rc;
}

/* Asked inside a transaction, where what is loaded is what is stored; most acts have seen all
 * that is there. */
static enum custody_status root_at(void *arg, int64_t size, uint8_t out[HASH_LEN],
                                   bool *ret_known, struct custody_error *err)
{
    struct ledger *ledger = arg;
    enum custody_status rc = CUSTODY_OK;

    if (ledger->is_loaded && size == ledger->chain.size) {
        tree_root(&ledger->chain.frontier, out);
    } else {
        rc = stored_root(ledger, size, out, err);
    }
    *ret_known = rc == CUSTODY_OK ? true : *ret_known;
    return rc;
}

static enum custody_status read_size(struct store *store, int64_t *ret_size,
                                     struct custody_error *err)
{
    return store_get_int(store, err, ret_size, NULL,
                         "SELECT coalesce(max(idx) + 1, 0) FROM ledger_entry", "");
}

/* T before the next entry, from the row of the last one (-1: a predecessor's). */
static enum custody_status read_time(struct store *store, int64_t size, int64_t *ret_t,
                                     bool *ret_has_t, struct custody_error *err)
{
    enum custody_status rc = store_get_int(
        store, err, ret_t, ret_has_t, "SELECT t FROM ledger_time WHERE idx = ?", "i", size - 1);

    if (rc == CUSTODY_OK && !*ret_has_t && size > 0) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "the stored times do not fit the entries; verify the ledger, then "
                            "run site rebuild");
    }
    return rc;
}

enum custody_status ledger_refresh(struct ledger *ledger, struct custody_error *err)
{
    struct chain *chain = &ledger->chain;
    struct tree_frontier frontier = {0};
    uint8_t id[HASH_LEN] = {0};
    int64_t size = 0;
    int64_t t = 0;
    bool has_t = false;
    enum custody_status rc = read_size(chain->store, &size, err);

    if (rc != CUSTODY_OK || (ledger->is_loaded && size == chain->size && size > 0)) {
        return rc;
    }
    rc = read_time(chain->store, size, &t, &has_t, err);
    if (rc == CUSTODY_OK) {
        rc = tree_load(ledger_fetch_node, chain->store, (uint64_t)size, &frontier, err);
    }
    if (rc == CUSTODY_OK && size > 0) {
        rc = ledger_fetch_node(chain->store, 0, 0, id, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    chain->size = size;
    chain->t = has_t ? t : 0;
    chain->has_t = has_t;
    chain->frontier = frontier;
    memcpy(chain->id, id, HASH_LEN);
    ledger->is_loaded = true;
    return CUSTODY_OK;
}

/* The newest entry is what a torn or edited file shows first, and costs one hash to check. */
static enum custody_status check_last_entry(struct ledger *ledger, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        ledger->chain.store, &query, err,
        "SELECT envelope, leaf_hash FROM ledger_entry ORDER BY idx DESC LIMIT 1", "");

    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (query.has_row) {
        size_t len = 0;
        size_t stored_len = 0;
        uint8_t leaf[HASH_LEN];
        const void *envelope = store_blob(&query, 0, &len);
        tree_leaf(envelope, len, leaf);
        const void *stored = store_blob(&query, 1, &stored_len);
        if (stored == NULL || stored_len != HASH_LEN || memcmp(stored, leaf, HASH_LEN) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                              "the last entry does not fit its stored hash; verify the ledger "
                              "and restore it from a backup or replica");
        }
    }
    store_end(&query);
    return rc;
}

enum custody_status ledger_open(struct store *store, const struct ledger_domain *domain,
                                struct ledger **ret_ledger, struct custody_error *err)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);

    if (ledger == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "opening the ledger");
    }
    ledger->domain = *domain;
    ledger->chain = (struct chain){.store = store,
                                   .domain = &ledger->domain,
                                   .root_at = root_at,
                                   .root_arg = ledger,
                                   .bad_from = JUDGE_NO_INDEX};
    enum custody_status rc = ledger_refresh(ledger, err);
    if (rc == CUSTODY_OK) {
        rc = check_last_entry(ledger, err);
    }
    if (rc != CUSTODY_OK) {
        ledger_close(ledger);
        return rc;
    }
    *ret_ledger = ledger;
    return CUSTODY_OK;
}

void ledger_close(struct ledger *ledger)
{
    free(ledger);
}

/* ---- reading ---- */

enum custody_status ledger_size(struct ledger *ledger, int64_t *ret_size,
                                struct custody_error *err)
{
    return read_size(ledger->chain.store, ret_size, err);
}

/* Is 0 <= size <= the ledger's? */
static enum custody_status check_size(struct ledger *ledger, int64_t size,
                                      struct custody_error *err)
{
    int64_t have = 0;
    enum custody_status rc = read_size(ledger->chain.store, &have, err);

    if (rc == CUSTODY_OK && (size < 0 || size > have)) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "the ledger has %" PRId64 " entries, not %" PRId64, have, size);
    }
    return rc;
}

enum custody_status ledger_root(struct ledger *ledger, int64_t size, uint8_t out[HASH_LEN],
                                struct custody_error *err)
{
    enum custody_status rc = check_size(ledger, size, err);

    return rc == CUSTODY_OK ? stored_root(ledger, size, out, err) : rc;
}

enum custody_status ledger_prove_consistency(struct ledger *ledger, int64_t old_size,
                                             int64_t new_size, struct tree_proof *ret_proof,
                                             struct custody_error *err)
{
    enum custody_status rc = check_size(ledger, new_size, err);

    if (rc == CUSTODY_OK) {
        rc = check_size(ledger, old_size, err);
    }
    return rc == CUSTODY_OK
               ? tree_prove_consistency(ledger_fetch_node, ledger->chain.store,
                                        (uint64_t)old_size, (uint64_t)new_size, ret_proof, err)
               : rc;
}

enum custody_status ledger_prove_inclusion(struct ledger *ledger, int64_t idx, int64_t size,
                                           struct tree_proof *ret_proof,
                                           struct custody_error *err)
{
    enum custody_status rc = check_size(ledger, size, err);

    if (rc == CUSTODY_OK) {
        rc = check_size(ledger, idx, err);
    }
    return rc == CUSTODY_OK
               ? tree_prove_inclusion(ledger_fetch_node, ledger->chain.store, (uint64_t)idx,
                                      (uint64_t)size, ret_proof, err)
               : rc;
}

enum custody_status ledger_id(struct ledger *ledger, uint8_t out[HASH_LEN],
                              struct custody_error *err)
{
    int64_t size = 0;
    enum custody_status rc = read_size(ledger->chain.store, &size, err);

    if (rc == CUSTODY_OK && size == 0) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "the ledger is empty; found the site first");
    }
    return rc == CUSTODY_OK ? ledger_fetch_node(ledger->chain.store, 0, 0, out, err) : rc;
}

enum custody_status ledger_time(struct ledger *ledger, int64_t *ret_t,
                                struct custody_error *err)
{
    int64_t t = 0;
    bool found = false;
    enum custody_status rc =
        store_get_int(ledger->chain.store, err, &t, &found,
                      "SELECT t FROM ledger_time ORDER BY idx DESC LIMIT 1", "");

    if (rc == CUSTODY_OK) {
        *ret_t = found ? t : 0;
    }
    return rc;
}

enum custody_status ledger_at(struct ledger *ledger, int64_t idx, int64_t *ret_at,
                              struct custody_error *err)
{
    return store_get_int(ledger->chain.store, err, ret_at, NULL,
                         "SELECT at FROM ledger_time WHERE idx = ?", "i", idx);
}

enum custody_status ledger_next_seq(struct ledger *ledger, const char *handle, int64_t *ret_seq,
                                    struct custody_error *err)
{
    int64_t last = 0;
    bool found = false;
    enum custody_status rc =
        store_get_int(ledger->chain.store, err, &last, &found,
                      "SELECT seq FROM ledger_actor WHERE handle = ?", "t", handle);

    if (rc == CUSTODY_OK) {
        *ret_seq = last + 1;
    }
    return rc;
}

enum custody_status ledger_last_seen(struct ledger *ledger, const uint8_t keyid[HASH_LEN],
                                     int64_t *ret_size, struct custody_error *err)
{
    int64_t size = 0;
    bool found = false;
    enum custody_status rc = store_get_int(ledger->chain.store, err, &size, &found,
                                           "SELECT any_size FROM ledger_sight WHERE keyid = ?",
                                           "b", keyid, (size_t)HASH_LEN);

    if (rc == CUSTODY_OK) {
        *ret_size = size;
    }
    return rc;
}

enum custody_status ledger_find(struct ledger *ledger, const uint8_t act_id[HASH_LEN],
                                int64_t *ret_idx, struct custody_error *err)
{
    return store_get_int(ledger->chain.store, err, ret_idx, NULL,
                         "SELECT idx FROM ledger_entry WHERE act_id = ?", "b", act_id,
                         (size_t)HASH_LEN);
}

enum custody_status ledger_entry(struct ledger *ledger, int64_t idx, struct buf *out,
                                 struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(ledger->chain.store, &query, err,
                    "SELECT envelope FROM ledger_entry WHERE idx = ?", "i", idx);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (query.has_row) {
        size_t len = 0;
        const void *data = store_blob(&query, 0, &len);
        rc = buf_put(out, data, len, err);
    } else {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND, "the ledger has no entry %" PRId64, idx);
    }
    store_end(&query);
    return rc;
}
