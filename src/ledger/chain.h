/*
 * Where a ledger stands and the one judgement of its next act: intake (ledger.c) and audit
 * (replay.c) both walk these functions, so they cannot disagree. Internal to src/ledger.
 */
#ifndef CUSTODY_LEDGER_CHAIN_H
#define CUSTODY_LEDGER_CHAIN_H

#include "ledger.h"
#include "memo.h"

#define CHAIN_SUCCEED_ACT "ledger.succeed/1"

struct chain {
    struct store *store; /* holds the rebuildable tables */
    const struct ledger_domain *domain;
    int64_t size;
    int64_t t;  /* T of the last entry, of the predecessor's last one before entry 0, or 0 */
    bool has_t; /* false only before entry 0 of a first ledger */
    uint8_t id[HASH_LEN]; /* leaf of entry 0, valid once size > 0 */
    struct tree_frontier frontier;
    /* Root at a size 1..size; *ret_known false: too old to know. */
    enum custody_status (*root_at)(void *arg, int64_t size, uint8_t out[HASH_LEN],
                                   bool *ret_known, struct custody_error *err);
    void *root_arg;
    /* Told of every perfect subtree that an entry completes; NULL is fine. */
    void (*on_node)(void *arg, unsigned level, uint64_t position, const uint8_t hash[HASH_LEN]);
    void *on_node_arg;
    struct chain_memo *memo; /* replay: remembers what the tables say; NULL: ask them */
    /* Audit: from this size on, different roots are explained by the finding at bad_idx. */
    int64_t bad_from; /* JUDGE_NO_INDEX: none */
    int64_t bad_idx;
};

/* What holds at intake only. NULL in its place: audit, or entries appended again. */
struct chain_intake {
    int64_t now;
};

/* The signatures of one act and what is known of their credentials. */
struct chain_signers {
    struct ledger_credential credentials[SIGNERS_MAX]; /* beside envelope.signatures */
    bool is_found[SIGNERS_MAX];
};

/* T of the entry that comes next if its time is `at`. */
int64_t chain_next_t(const struct chain *chain, int64_t at);
/* Act name, ledger, actor_seq, seen and time of the next act, before it is applied.
 * *ret_applies false: nothing can apply it (unknown, or a newer version). */
enum custody_status chain_check_payload(struct chain *chain, const struct payload *payload,
                                        const struct chain_intake *intake, struct judge *judge,
                                        bool *ret_applies,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Persons and credentials of the next act; the signatures themselves are for the caller to
 * verify with ret_signers' public keys. */
enum custody_status chain_check_signers(struct chain *chain, const struct envelope *envelope,
                                        struct judge *judge, struct chain_signers *ret_signers,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* The domain's apply. At audit in a savepoint: an act that cannot be applied is undone and
 * passed over. At intake the caller rolls its transaction back. */
enum custody_status chain_apply(struct chain *chain, const struct payload *payload,
                                const uint8_t act_id[HASH_LEN], struct judge *judge,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Write the rebuildable rows of the next entry and step past it. envelope and signers NULL: it
 * did not parse. */
enum custody_status chain_record(struct chain *chain, const uint8_t leaf[HASH_LEN],
                                 const struct envelope *envelope,
                                 const struct chain_signers *signers,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Empty the rebuildable tables for a successor that carries T on. */
enum custody_status chain_restart(struct chain *chain,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
