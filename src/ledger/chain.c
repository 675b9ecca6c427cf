/* The judgement of one act around its body (FORMATS.md §1), and its rows. */
#include "chain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CLOCK_AHEAD_MAX_S INT64_C(300)
#define CLOCK_JUMP_MAX_S  (INT64_C(45) * 86400)

int64_t chain_next_t(const struct chain *chain, int64_t at)
{
    return chain->has_t && chain->t > at ? chain->t : at;
}

/* ---- before apply ---- */

static enum custody_status check_name(struct chain *chain, const struct payload *payload,
                                      struct judge *judge, bool *ret_applies,
                                      struct custody_error *err)
{
    *ret_applies = false;
    switch (chain->domain->classify(chain->domain->ctx, payload->act)) {
    case LEDGER_ACT_KNOWN:
        *ret_applies = true;
        return CUSTODY_OK;
    case LEDGER_ACT_NEWER:
        if (judge->is_audit) {
            return judge_incomplete(judge, err, "newer-act",
                                    "%s is newer than this program; verify with a newer one",
                                    payload->act);
        }
        return judge_violate(judge, err, "newer-act",
                             "%s is newer than this program; use a newer one", payload->act);
    case LEDGER_ACT_UNKNOWN:
        break;
    }
    return judge_violate(judge, err, "unknown-act", "there is no act %s", payload->act);
}

static enum custody_status check_ledger(struct chain *chain, const struct payload *payload,
                                        struct judge *judge, struct custody_error *err)
{
    if (chain->size == 0) {
        return payload->has_ledger
                   ? judge_violate(judge, err, "structure",
                                   "entry 0 names a ledger, which begins only with it")
                   : CUSTODY_OK;
    }
    if (!payload->has_ledger) {
        return judge_violate(judge, err, "structure", "the act names no ledger");
    }
    if (!crypt_equal(payload->ledger, chain->id, HASH_LEN)) {
        return judge_violate(judge, err, "cross-ledger",
                             "the act was signed for another ledger");
    }
    return CUSTODY_OK;
}

static enum custody_status check_sequence(struct chain *chain, const struct payload *payload,
                                          struct judge *judge, struct custody_error *err)
{
    int64_t last = 0;
    bool found = false;
    enum custody_status rc =
        chain->memo != NULL
            ? chain_memo_seq(chain->memo, payload->by, &last, err)
            : store_get_int(chain->store, err, &last, &found,
                            "SELECT seq FROM ledger_actor WHERE handle = ?", "t", payload->by);

    if (rc != CUSTODY_OK || payload->actor_seq == last + 1) {
        return rc;
    }
    if (!judge->is_audit && payload->actor_seq <= last) {
        rc = custody_fail(err, CUSTODY_ERR_BUSY,
                          "number %" PRId64 " of %s was taken by another act; prepare and sign "
                          "again",
                          payload->actor_seq, payload->by);
        if (err != NULL) {
            (void)snprintf(err->rule, sizeof err->rule, "sequence");
        }
        return rc;
    }
    return judge_violate(judge, err, "sequence",
                         "act number %" PRId64 " of %s, expected was %" PRId64
                         "; prepare and sign again",
                         payload->actor_seq, payload->by, last + 1);
}

/* A root that differs is a finding, unless an earlier finding explains it: one changed leaf
 * changes every later root. A later root that fits takes the explanation back. */
static enum custody_status check_seen_root(struct chain *chain, const struct payload *payload,
                                           struct judge *judge, struct custody_error *err)
{
    uint8_t root[HASH_LEN];
    bool is_known = false;
    bool is_explained =
        chain->bad_from != JUDGE_NO_INDEX && payload->seen_size >= chain->bad_from;
    enum custody_status rc =
        chain->root_at(chain->root_arg, payload->seen_size, root, &is_known, err);

    if (rc != CUSTODY_OK || !is_known) {
        return rc; /* too old to know is older than seen_max_entries: said there */
    }
    if (crypt_equal(root, payload->seen_root, HASH_LEN)) {
        if (is_explained) {
            chain->bad_from = JUDGE_NO_INDEX;
        }
        return CUSTODY_OK;
    }
    if (is_explained) {
        judge_count(judge, chain->bad_idx);
        return CUSTODY_OK;
    }
    if (judge->is_audit) {
        chain->bad_from = payload->seen_size;
        chain->bad_idx = chain->size;
    }
    return judge_violate(judge, err, "seen",
                         "the head that the signers saw at size %" PRId64
                         " is not this ledger's; stop and compare with paper slips",
                         payload->seen_size);
}

static enum custody_status check_seen(struct chain *chain, const struct payload *payload,
                                      const struct ledger_limits *limits, struct judge *judge,
                                      struct custody_error *err)
{
    if (chain->size == 0) {
        if (payload->seen_size != 0 ||
            !crypt_equal(payload->seen_root, TREE_EMPTY_ROOT, HASH_LEN)) {
            return judge_violate(judge, err, "seen", "entry 0 has seen an empty ledger only");
        }
        return CUSTODY_OK;
    }
    if (payload->seen_size < 1 || payload->seen_size > chain->size) {
        return judge_violate(judge, err, "seen",
                             "the act has seen %" PRId64 " entries where %" PRId64
                             " are before it; prepare and sign again",
                             payload->seen_size, chain->size);
    }
    if (chain->size - payload->seen_size > limits->seen_max_entries) {
        enum custody_status rc = judge_violate(
            judge, err, "seen",
            "the head that the signers saw is older than %" PRId64 " entries; prepare and sign "
            "again",
            limits->seen_max_entries);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return check_seen_root(chain, payload, judge, err);
}

static enum custody_status check_intake_time(struct chain *chain, const struct payload *payload,
                                             const struct chain_intake *intake,
                                             const struct ledger_limits *limits,
                                             bool has_limits, struct judge *judge,
                                             struct custody_error *err)
{
    int64_t latest = chain->has_t && chain->t > intake->now ? chain->t : intake->now;
    bool has_officer = false;

    if (payload->at > latest + CLOCK_AHEAD_MAX_S) {
        return judge_violate(
            judge, err, "time",
            "the act's time is ahead of the clock; set the clock, then prepare "
            "and sign again");
    }
    if (has_limits && payload->signer_count > 1 &&
        intake->now - payload->at > limits->submit_window_s) {
        return judge_violate(judge, err, "time",
                             "the signatures were not all given within %" PRId64
                             " seconds; prepare and sign again together",
                             limits->submit_window_s);
    }
    if (!chain->has_t || payload->at <= chain->t + CLOCK_JUMP_MAX_S) {
        return CUSTODY_OK;
    }
    for (size_t i = 0; i < payload->signer_count && !has_officer; i++) {
        enum custody_status rc =
            chain->domain->is_officer(chain->domain->ctx, payload->signers[i],
                                      chain_next_t(chain, payload->at), &has_officer, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    if (!has_officer) {
        return judge_violate(judge, err, "time",
                             "the last entry is more than 45 days ago; check the clock and let "
                             "an officer sign first");
    }
    return CUSTODY_OK;
}

static enum custody_status check_time(struct chain *chain, const struct payload *payload,
                                      const struct ledger_limits *limits, bool has_limits,
                                      struct judge *judge, struct custody_error *err)
{
    int64_t seen_at = 0;
    bool found = false;

    if (payload->seen_size >= 1 && payload->seen_size <= chain->size) {
        enum custody_status rc = CUSTODY_OK;
        found =
            chain->memo != NULL && chain_memo_at(chain->memo, payload->seen_size - 1, &seen_at);
        if (!found) {
            rc = store_get_int(chain->store, err, &seen_at, &found,
                               "SELECT at FROM ledger_time WHERE idx = ?", "i",
                               payload->seen_size - 1);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (found && payload->at < seen_at) {
            return judge_violate(judge, err, "time",
                                 "the act's time is before that of the last entry its signers "
                                 "saw; set the clock, then prepare and sign again");
        }
    }
    if (chain->has_t && has_limits && payload->at < chain->t - limits->submit_window_s) {
        return judge_violate(judge, err, "time",
                             "the act's time is more than %" PRId64
                             " seconds before the last entry's; prepare and sign again",
                             limits->submit_window_s);
    }
    return CUSTODY_OK;
}

enum custody_status chain_check_payload(struct chain *chain, const struct payload *payload,
                                        const struct chain_intake *intake, struct judge *judge,
                                        bool *ret_applies, struct custody_error *err)
{
    struct ledger_limits limits = {0};
    /* Before a first ledger's entry 0 there is no policy. */
    bool has_limits = chain->has_t;
    enum custody_status rc = check_name(chain, payload, judge, ret_applies, err);

    if (rc == CUSTODY_OK) {
        rc = check_ledger(chain, payload, judge, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_sequence(chain, payload, judge, err);
    }
    if (rc == CUSTODY_OK && has_limits) {
        /* A successor's entry 0 is judged by the policy that it carries on. */
        rc = chain->domain->limits(chain->domain->ctx,
                                   chain->size == 0 ? INT64_MAX : chain->size,
                                   chain_next_t(chain, payload->at), &limits, err);
        if (rc == CUSTODY_ERR_NOT_FOUND && judge->is_audit) {
            /* Entry 0 did not apply, which is a finding already. */
            has_limits = false;
            limits.seen_max_entries = INT64_MAX;
            rc = CUSTODY_OK;
        }
    }
    if (rc == CUSTODY_OK) {
        rc = check_seen(chain, payload, &limits, judge, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_time(chain, payload, &limits, has_limits, judge, err);
    }
    if (rc == CUSTODY_OK && intake != NULL) {
        rc = check_intake_time(chain, payload, intake, &limits, has_limits, judge, err);
    }
    return rc;
}

/* ---- persons ---- */

static int find_signer(const struct payload *payload, const char *handle)
{
    for (size_t i = 0; i < payload->signer_count; i++) {
        if (strcmp(payload->signers[i], handle) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static enum custody_status check_credential(struct chain *chain, const struct payload *payload,
                                            const struct ledger_credential *credential,
                                            struct judge *judge, struct custody_error *err)
{
    if (!credential->is_live) {
        return judge_violate(judge, err, "credential",
                             "a credential of %s that signed was revoked before; sign with a "
                             "live one",
                             credential->handle);
    }
    if (chain->size > 0 && payload->seen_size <= credential->enrolled_idx) {
        return judge_violate(judge, err, "seen",
                             "%s signed without having seen the entry that enrolled the "
                             "credential; prepare and sign again",
                             credential->handle);
    }
    return CUSTODY_OK;
}

/* Among acts by one person with one credential, seen.size never decreases. */
static enum custody_status check_sight(struct chain *chain, const struct payload *payload,
                                       const uint8_t keyid[HASH_LEN], struct judge *judge,
                                       struct custody_error *err)
{
    int64_t by_size = 0;
    bool found = false;
    enum custody_status rc =
        chain->memo != NULL ? chain_memo_sight(chain->memo, keyid, &by_size, err)
                            : store_get_int(chain->store, err, &by_size, &found,
                                            "SELECT by_size FROM ledger_sight WHERE keyid = ?",
                                            "b", keyid, (size_t)HASH_LEN);

    if (rc == CUSTODY_OK && payload->seen_size < by_size) {
        return judge_violate(judge, err, "seen",
                             "%s has seen %" PRId64 " entries before and now only %" PRId64
                             "; prepare and sign again",
                             payload->by, by_size, payload->seen_size);
    }
    return rc;
}

enum custody_status chain_check_signers(struct chain *chain, const struct envelope *envelope,
                                        struct judge *judge, struct chain_signers *ret_signers,
                                        struct custody_error *err)
{
    const struct payload *payload = &envelope->payload;
    struct chain_signers signers = {0};
    bool has_signed[SIGNERS_MAX] = {false};
    enum custody_status rc = CUSTODY_OK;

    for (size_t i = 0; i < envelope->signature_count; i++) {
        const uint8_t *keyid = envelope->signatures[i].keyid;
        rc = chain->domain->find_credential(chain->domain->ctx, keyid, &signers.credentials[i],
                                            &signers.is_found[i], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (!signers.is_found[i]) {
            rc =
                judge_violate(judge, err, "credential",
                              "a credential that signed is not enrolled; enrol it or sign with "
                              "an enrolled one");
            if (rc != CUSTODY_OK) {
                return rc;
            }
            continue;
        }
        int signer = find_signer(payload, signers.credentials[i].handle);
        if (signer < 0 || has_signed[signer]) {
            rc = judge_violate(judge, err, "person", "%s signed %s",
                               signers.credentials[i].handle,
                               signer < 0 ? "without being named as a signer" : "twice");
            if (rc != CUSTODY_OK) {
                return rc;
            }
        }
        if (signer >= 0) {
            has_signed[signer] = true;
        }
        rc = check_credential(chain, payload, &signers.credentials[i], judge, err);
        if (rc == CUSTODY_OK && chain->size > 0 &&
            strcmp(signers.credentials[i].handle, payload->by) == 0) {
            rc = check_sight(chain, payload, keyid, judge, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    for (size_t i = 0; i < payload->signer_count; i++) {
        if (!has_signed[i]) {
            rc = judge_violate(judge, err, "person",
                               "%s is named as a signer but did not sign with an enrolled "
                               "credential",
                               payload->signers[i]);
            if (rc != CUSTODY_OK) {
                return rc;
            }
        }
    }
    *ret_signers = signers;
    return CUSTODY_OK;
}

/* ---- apply and record ---- */

enum custody_status chain_apply(struct chain *chain, const struct payload *payload,
                                const uint8_t act_id[HASH_LEN], struct judge *judge,
                                struct custody_error *err)
{
    const struct ledger_act act = {.idx = chain->size,
                                   .t = chain_next_t(chain, payload->at),
                                   .payload = payload,
                                   .act_id = act_id,
                                   .judge = judge};
    struct custody_error inner = {0};

    if (!judge->is_audit) {
        /* What is refused at intake is rolled back with its whole transaction. */
        return chain->domain->apply(chain->domain->ctx, &act, err);
    }
    enum custody_status rc = store_savepoint(chain->store, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = chain->domain->apply(chain->domain->ctx, &act, &inner);
    if (rc == CUSTODY_OK) {
        return store_release(chain->store, err);
    }
    store_rollback_to(chain->store);
    if (rc == CUSTODY_ERR_REFUSED) {
        return CUSTODY_OK;
    }
    if (err != NULL) {
        *err = inner;
    }
    return rc;
}

struct new_nodes {
    const struct chain *chain;
    size_t count;
    struct {
        unsigned level;
        uint64_t position;
        uint8_t hash[HASH_LEN];
    } nodes[64];
};

static void keep_node(void *arg, unsigned level, uint64_t position,
                      const uint8_t hash[HASH_LEN])
{
    struct new_nodes *fresh = arg;

    if (fresh->chain->on_node != NULL) {
        fresh->chain->on_node(fresh->chain->on_node_arg, level, position, hash);
    }
    /* Level 0 is ledger_entry.leaf_hash. */
    if (level > 0) {
        fresh->nodes[fresh->count].level = level;
        fresh->nodes[fresh->count].position = position;
        memcpy(fresh->nodes[fresh->count].hash, hash, HASH_LEN);
        fresh->count++;
    }
}

static enum custody_status record_actor(struct chain *chain, const struct payload *payload,
                                        struct custody_error *err)
{
    if (chain->memo != NULL) {
        return chain_memo_keep_seq(chain->memo, payload->by, payload->actor_seq, err);
    }
    return store_run(
        chain->store, err,
        "INSERT INTO ledger_actor (handle, seq) VALUES (?, ?)"
        " ON CONFLICT (handle) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq",
        "ti", payload->by, payload->actor_seq);
}

static enum custody_status record_sight(struct chain *chain, const uint8_t keyid[HASH_LEN],
                                        int64_t by_size, int64_t any_size,
                                        struct custody_error *err)
{
    if (chain->memo != NULL) {
        return chain_memo_keep_sight(chain->memo, keyid, by_size, any_size, err);
    }
    return store_run(chain->store, err,
                     "INSERT INTO ledger_sight (keyid, by_size, any_size) VALUES (?, ?, ?)"
                     " ON CONFLICT (keyid) DO UPDATE SET"
                     " by_size = max(by_size, excluded.by_size),"
                     " any_size = max(any_size, excluded.any_size)",
                     "bii", keyid, (size_t)HASH_LEN, by_size, any_size);
}

static enum custody_status record_persons(struct chain *chain, const struct envelope *envelope,
                                          const struct chain_signers *signers,
                                          struct custody_error *err)
{
    const struct payload *payload = &envelope->payload;
    enum custody_status rc = record_actor(chain, payload, err);

    for (size_t i = 0; i < envelope->signature_count && rc == CUSTODY_OK; i++) {
        bool is_actor = strcmp(signers->credentials[i].handle, payload->by) == 0;
        if (signers->is_found[i]) {
            rc = record_sight(chain, envelope->signatures[i].keyid,
                              is_actor ? payload->seen_size : 0, payload->seen_size, err);
        }
    }
    return rc;
}

enum custody_status chain_record(struct chain *chain, const uint8_t leaf[HASH_LEN],
                                 const struct envelope *envelope,
                                 const struct chain_signers *signers, struct custody_error *err)
{
    struct new_nodes fresh = {.chain = chain};
    int64_t at = envelope != NULL ? envelope->payload.at : chain->t;
    int64_t t = chain_next_t(chain, at);
    enum custody_status rc =
        store_run(chain->store, err, "INSERT INTO ledger_time (idx, at, t) VALUES (?, ?, ?)",
                  "iii", chain->size, at, t);

    if (chain->memo != NULL) {
        chain_memo_keep_at(chain->memo, chain->size, at);
    }
    if (rc == CUSTODY_OK && envelope != NULL) {
        rc = record_persons(chain, envelope, signers, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    tree_append(&chain->frontier, leaf, keep_node, &fresh);
    for (size_t i = 0; i < fresh.count && rc == CUSTODY_OK; i++) {
        rc = store_run(chain->store, err,
                       "INSERT INTO ledger_node (level, position, hash) VALUES (?, ?, ?)",
                       "iib", (int64_t)fresh.nodes[i].level, (int64_t)fresh.nodes[i].position,
                       fresh.nodes[i].hash, (size_t)HASH_LEN);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (chain->size == 0) {
        memcpy(chain->id, leaf, HASH_LEN);
    }
    chain->size++;
    chain->t = t;
    chain->has_t = true;
    return CUSTODY_OK;
}

enum custody_status chain_restart(struct chain *chain, struct custody_error *err)
{
    enum custody_status rc = store_run(chain->store, err, "DELETE FROM ledger_node", "");

    if (rc == CUSTODY_OK) {
        rc = store_run(chain->store, err, "DELETE FROM ledger_actor", "");
    }
    if (rc == CUSTODY_OK) {
        rc = store_run(chain->store, err, "DELETE FROM ledger_sight", "");
    }
    if (rc == CUSTODY_OK) {
        rc = store_run(chain->store, err, "DELETE FROM ledger_time", "");
    }
    if (rc == CUSTODY_OK && chain->has_t) {
        /* The row before entry 0 carries T on. */
        rc = store_run(chain->store, err,
                       "INSERT INTO ledger_time (idx, at, t) VALUES (-1, ?, ?)", "ii", chain->t,
                       chain->t);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (chain->memo != NULL) {
        chain_memo_forget(chain->memo);
    }
    chain->size = 0;
    chain->frontier = (struct tree_frontier){0};
    chain->bad_from = JUDGE_NO_INDEX;
    return CUSTODY_OK;
}
