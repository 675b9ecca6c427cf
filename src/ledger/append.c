/*
 * The append path, the only writer of the ledger's tables (FORMATS.md §2):
 * signatures checked without a lock, then one transaction that judges, applies and inserts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Is this act in the ledger already? Then its index and success is the whole answer. */
static enum custody_status find_repeat(struct ledger *ledger, const uint8_t act_id[HASH_LEN],
                                       struct ledger_appended *ret_appended, bool *ret_found,
                                       struct custody_error *err)
{
    int64_t idx = 0;
    enum custody_status rc = store_get_int(ledger->chain.store, err, &idx, ret_found,
                                           "SELECT idx FROM ledger_entry WHERE act_id = ?", "b",
                                           act_id, (size_t)HASH_LEN);

    if (rc == CUSTODY_OK && *ret_found) {
        *ret_appended = (struct ledger_appended){.idx = idx, .is_repeat = true};
        memcpy(ret_appended->act_id, act_id, HASH_LEN);
    }
    return rc;
}

/* sign_verify, with the first half remembered. */
static bool fits(struct ledger *ledger, const uint8_t key[SIGN_PUBLIC_LEN],
                 const struct envelope *envelope, size_t i)
{
    size_t slot = key[0] & (LEDGER_KNOWN_KEYS - 1);

    if (!ledger->known_keys[slot].is_there ||
        memcmp(ledger->known_keys[slot].key, key, SIGN_PUBLIC_LEN) != 0) {
        if (!sign_public_is_valid(key)) {
            return false;
        }
        ledger->known_keys[slot].is_there = true;
        memcpy(ledger->known_keys[slot].key, key, SIGN_PUBLIC_LEN);
    }
    return sign_verify_known(key, envelope->pae.data, envelope->pae.len,
                             envelope->signatures[i].bytes);
}

static enum custody_status check_signature(struct ledger *ledger,
                                           const struct envelope *envelope, size_t i,
                                           const struct ledger_credential *credential,
                                           struct judge *judge, struct custody_error *err)
{
    if (fits(ledger, credential->public_key, envelope, i)) {
        return CUSTODY_OK;
    }
    return judge_violate(judge, err, "signature",
                         "the signature of %s does not fit the act; sign it again",
                         credential->handle);
}

/* One act on its way in. */
struct incoming {
    const void *data;
    size_t len;
    struct envelope envelope;
    struct chain_signers early; /* whose signatures were verified before the lock */
    struct ledger_appended appended;
    bool is_parsed;
    bool is_repeat;
};

/* In one snapshot: is the act there already, and whose credentials are these? */
static enum custody_status look_up(struct ledger *ledger, struct incoming *it,
                                   struct custody_error *err)
{
    const struct ledger_domain *domain = &ledger->domain;
    const struct envelope *envelope = &it->envelope;
    enum custody_status rc = store_begin_read(ledger->chain.store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = find_repeat(ledger, envelope->act_id, &it->appended, &it->is_repeat, err);
    for (size_t i = 0; i < envelope->signature_count && rc == CUSTODY_OK && !it->is_repeat;
         i++) {
        rc = domain->find_credential(domain->ctx, envelope->signatures[i].keyid,
                                     &it->early.credentials[i], &it->early.is_found[i], err);
    }
    store_rollback(ledger->chain.store);
    return rc;
}

/* The slow part, before the write lock is taken. What a key id stands for never changes, so
 * what is good here is good in the transaction. */
static enum custody_status verify_early(struct ledger *ledger, const struct envelope *envelope,
                                        const struct chain_signers *signers,
                                        struct judge *judge, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    for (size_t i = 0; i < envelope->signature_count && rc == CUSTODY_OK; i++) {
        if (signers->is_found[i]) {
            rc = check_signature(ledger, envelope, i, &signers->credentials[i], judge, err);
        }
    }
    return rc;
}

static enum custody_status check_persons(struct ledger *ledger, const struct envelope *envelope,
                                         const bool has_verified[SIGNERS_MAX],
                                         struct judge *judge, struct chain_signers *ret_signers,
                                         struct custody_error *err)
{
    enum custody_status rc =
        chain_check_signers(&ledger->chain, envelope, judge, ret_signers, err);

    for (size_t i = 0; i < envelope->signature_count && rc == CUSTODY_OK; i++) {
        if (!has_verified[i] && ret_signers->is_found[i]) {
            rc = check_signature(ledger, envelope, i, &ret_signers->credentials[i], judge, err);
        }
    }
    return rc;
}

static void point_judge(struct judge *judge, int64_t idx, const uint8_t act_id[HASH_LEN])
{
    judge->idx = idx;
    judge->has_act_id = true;
    memcpy(judge->act_id, act_id, HASH_LEN);
}

static enum custody_status insert_entry(struct chain *chain, const uint8_t act_id[HASH_LEN],
                                        const uint8_t leaf[HASH_LEN], const void *envelope,
                                        size_t len, struct custody_error *err)
{
    return store_run(chain->store, err,
                     "INSERT INTO ledger_entry (idx, act_id, leaf_hash, envelope)"
                     " VALUES (?, ?, ?, ?)",
                     "ibbb", chain->size, act_id, (size_t)HASH_LEN, leaf, (size_t)HASH_LEN,
                     envelope, len);
}

/* Entry 0 of a successor names what was adopted; of a first ledger nothing was. */
static enum custody_status check_past(struct chain *chain, const struct payload *payload,
                                      struct judge *judge, struct custody_error *err)
{
    struct replay_past past;
    enum custody_status rc = ledger_read_past(chain->store, &past, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (past.is_there) {
        return replay_check_succession(payload, &past, judge, err);
    }
    if (strcmp(payload->act, CHAIN_SUCCEED_ACT) == 0) {
        return judge_violate(judge, err, "genesis",
                             "there is no old ledger to succeed; adopt its entries first");
    }
    return CUSTODY_OK;
}

/* Judge, apply, insert; inside the transaction. */
static enum custody_status take_in(struct ledger *ledger, const struct envelope *envelope,
                                   const void *data, size_t len,
                                   const struct chain_intake *intake,
                                   const bool has_verified[SIGNERS_MAX], struct judge *judge,
                                   struct custody_error *err)
{
    struct chain *chain = &ledger->chain;
    struct chain_signers signers;
    uint8_t leaf[HASH_LEN];
    bool applies = false;
    bool is_first = chain->size == 0;

    point_judge(judge, chain->size, envelope->act_id);
    enum custody_status rc =
        chain_check_payload(chain, &envelope->payload, intake, judge, &applies, err);
    if (rc == CUSTODY_OK && is_first) {
        rc = check_past(chain, &envelope->payload, judge, err);
    } else if (rc == CUSTODY_OK) {
        rc = check_persons(ledger, envelope, has_verified, judge, &signers, err);
    }
    if (rc == CUSTODY_OK) {
        rc = chain_apply(chain, &envelope->payload, envelope->act_id, judge, err);
    }
    /* The credentials of entry 0 come from its own body. */
    if (rc == CUSTODY_OK && is_first) {
        rc = check_persons(ledger, envelope, has_verified, judge, &signers, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    tree_leaf(data, len, leaf);
    rc = insert_entry(chain, envelope->act_id, leaf, data, len, err);
    return rc == CUSTODY_OK ? chain_record(chain, leaf, envelope, &signers, err) : rc;
}

/* BEGIN IMMEDIATE with the tables unlocked and the chain at the stored size. */
static enum custody_status begin(struct ledger *ledger, struct custody_error *err)
{
    enum custody_status rc = store_begin(ledger->chain.store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    store_unlock(ledger->chain.store);
    rc = ledger_refresh(ledger, err);
    if (rc != CUSTODY_OK) {
        store_lock(ledger->chain.store);
        store_rollback(ledger->chain.store);
    }
    return rc;
}

/* COMMIT when rc is OK, else undo everything and forget what the chain says. */
static enum custody_status end(struct ledger *ledger, enum custody_status rc,
                               struct custody_error *err)
{
    if (rc == CUSTODY_OK) {
        rc = store_commit(ledger->chain.store, err);
    } else {
        store_rollback(ledger->chain.store);
    }
    if (rc != CUSTODY_OK) {
        ledger->is_loaded = false;
    }
    store_lock(ledger->chain.store);
    return rc;
}

/* All that is done without a lock. */
static enum custody_status receive(struct ledger *ledger, struct incoming *it,
                                   struct judge *judge, struct custody_error *err)
{
    enum custody_status rc = envelope_parse(it->data, it->len, &it->envelope, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    it->is_parsed = true;
    rc = look_up(ledger, it, err);
    if (rc != CUSTODY_OK || it->is_repeat) {
        return rc;
    }
    point_judge(judge, JUDGE_NO_INDEX, it->envelope.act_id);
    return verify_early(ledger, &it->envelope, &it->early, judge, err);
}

/* Inside the transaction. */
static enum custody_status append_one(struct ledger *ledger, struct incoming *it,
                                      const struct chain_intake *intake, struct judge *judge,
                                      struct custody_error *err)
{
    /* Again under the lock: a second client may have been quicker with the same act. */
    enum custody_status rc =
        find_repeat(ledger, it->envelope.act_id, &it->appended, &it->is_repeat, err);

    if (rc != CUSTODY_OK || it->is_repeat) {
        return rc;
    }
    it->appended.idx = ledger->chain.size;
    memcpy(it->appended.act_id, it->envelope.act_id, HASH_LEN);
    return take_in(ledger, &it->envelope, it->data, it->len, intake, it->early.is_found, judge,
                   err);
}

/* All of them by one commit, or none. */
static enum custody_status append_all(struct ledger *ledger, struct incoming *incoming,
                                      size_t count, const struct chain_intake *intake,
                                      struct judge *judge, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    bool is_known = true; /* every one of them */

    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        rc = receive(ledger, &incoming[i], judge, err);
        is_known = is_known && incoming[i].is_repeat;
    }
    if (rc != CUSTODY_OK || is_known) {
        return rc;
    }
    rc = begin(ledger, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        rc = append_one(ledger, &incoming[i], intake, judge, err);
    }
    return end(ledger, rc, err);
}

enum custody_status ledger_append_entry(struct ledger *ledger, const void *envelope, size_t len,
                                        const struct chain_intake *intake, struct judge *judge,
                                        struct ledger_appended *ret_appended,
                                        struct custody_error *err)
{
    struct incoming it = {.data = envelope, .len = len};
    enum custody_status rc = append_all(ledger, &it, 1, intake, judge, err);

    if (rc == CUSTODY_OK) {
        *ret_appended = it.appended;
    }
    if (it.is_parsed) {
        envelope_clear(&it.envelope);
    }
    return rc;
}

enum custody_status ledger_append_group(struct ledger *ledger, const struct buf *envelopes,
                                        size_t count, int64_t now, struct judge *judge,
                                        struct ledger_appended *ret_appended,
                                        struct custody_error *err)
{
    const struct chain_intake intake = {.now = now};
    struct incoming *incoming = calloc(count, sizeof *incoming);

    if (incoming == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "appending: out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        incoming[i].data = envelopes[i].data;
        incoming[i].len = envelopes[i].len;
    }
    enum custody_status rc = append_all(ledger, incoming, count, &intake, judge, err);
    for (size_t i = 0; i < count; i++) {
        if (rc == CUSTODY_OK) {
            ret_appended[i] = incoming[i].appended;
        }
        if (incoming[i].is_parsed) {
            envelope_clear(&incoming[i].envelope);
        }
    }
    free(incoming);
    return rc;
}

enum custody_status ledger_append(struct ledger *ledger, const void *envelope, size_t len,
                                  int64_t now, struct judge *judge,
                                  struct ledger_appended *ret_appended,
                                  struct custody_error *err)
{
    const struct chain_intake intake = {.now = now};

    return ledger_append_entry(ledger, envelope, len, &intake, judge, ret_appended, err);
}

enum custody_status ledger_try(struct ledger *ledger, const void *payload, size_t len,
                               int64_t now, struct judge *judge, struct custody_error *err)
{
    const struct chain_intake intake = {.now = now};
    struct payload parsed;
    uint8_t act_id[HASH_LEN];
    bool applies = false;
    enum custody_status rc = payload_parse(payload, len, &parsed, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = envelope_act_id(payload, len, act_id, err);
    if (rc == CUSTODY_OK) {
        rc = begin(ledger, err);
    }
    if (rc == CUSTODY_OK) {
        point_judge(judge, ledger->chain.size, act_id);
        rc = chain_check_payload(&ledger->chain, &parsed, &intake, judge, &applies, err);
        if (rc == CUSTODY_OK) {
            rc = chain_apply(&ledger->chain, &parsed, act_id, judge, err);
        }
        /* Nothing was recorded, so the chain still says what the file says. */
        store_rollback(ledger->chain.store);
        store_lock(ledger->chain.store);
    }
    payload_clear(&parsed);
    return rc;
}

/* ---- past the checks ---- */

static enum custody_status push_parsed(struct ledger *ledger, const struct envelope *envelope,
                                       struct judge *judge, struct chain_signers *ret_signers,
                                       struct custody_error *err)
{
    struct chain *chain = &ledger->chain;
    bool applies = false;
    bool is_first = chain->size == 0;
    enum custody_status rc =
        chain_check_payload(chain, &envelope->payload, NULL, judge, &applies, err);

    if (rc == CUSTODY_OK && !is_first) {
        rc = chain_check_signers(chain, envelope, judge, ret_signers, err);
    }
    if (rc == CUSTODY_OK && applies) {
        rc = chain_apply(chain, &envelope->payload, envelope->act_id, judge, err);
    }
    if (rc == CUSTODY_OK && is_first) {
        rc = chain_check_signers(chain, envelope, judge, ret_signers, err);
    }
    return rc;
}

enum custody_status ledger_push_unchecked(struct ledger *ledger, const void *envelope,
                                          size_t len, struct custody_error *err)
{
    struct envelope parsed = {0};
    struct chain_signers signers;
    struct judge judge;
    uint8_t leaf[HASH_LEN];
    struct custody_error ignored;
    enum custody_status rc = envelope_parse(envelope, len, &parsed, &ignored);
    bool is_parsed = rc == CUSTODY_OK;

    judge_init(&judge, true, 0);
    tree_leaf(envelope, len, leaf);
    rc = begin(ledger, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (is_parsed) {
        point_judge(&judge, ledger->chain.size, parsed.act_id);
        rc = push_parsed(ledger, &parsed, &judge, &signers, err);
    }
    if (rc == CUSTODY_OK) {
        rc = insert_entry(&ledger->chain, is_parsed ? parsed.act_id : leaf, leaf, envelope, len,
                          err);
    }
    if (rc == CUSTODY_OK) {
        rc = chain_record(&ledger->chain, leaf, is_parsed ? &parsed : NULL,
                          is_parsed ? &signers : NULL, err);
    }
    rc = end(ledger, rc, err);
out:
    if (is_parsed) {
        envelope_clear(&parsed);
    }
    judge_clear(&judge);
    return rc;
}
