/* The audit's walk over entries (FORMATS.md §5). Internal to src/ledger. */
#ifndef CUSTODY_LEDGER_REPLAY_H
#define CUSTODY_LEDGER_REPLAY_H

#include "chain.h"
#include "sigcheck.h"
#include "source.h"

/* The ledger before: what a successor's entry 0 must name. */
struct replay_past {
    bool is_there;
    uint8_t id[HASH_LEN];
    int64_t size;
    uint8_t root[HASH_LEN];
};

struct replay_root {
    int64_t size; /* 0: empty slot */
    uint8_t root[HASH_LEN];
};

/* Act ids seen, by their first 16 bytes: finding two acts with one such beginning costs 2^64
 * hashes and would only bring the finder a finding. */
struct replay_ids {
    uint8_t (**chunks)[16];
    size_t chunk_count;
    size_t count;
    uint32_t *slots;   /* 1 + number of the id, 0 free */
    size_t slot_count; /* a power of two */
    uint64_t salt;
};

struct replay {
    struct chain chain;
    struct judge *judge;
    struct sigcheck *sigs;
    bool is_export;
    struct replay_root *ring;
    struct replay_ids ids;
    struct replay_past past;
    bool is_stopped;    /* entry 0 founded nothing: the rest cannot be judged */
    bool is_incomplete; /* … because what came before is missing */
};

/* expected: entries of all generations, for the size of the tables. The store must be unlocked
 * and in a transaction. */
enum custody_status replay_init(struct replay *replay, struct store *store,
                                const struct ledger_domain *domain, struct judge *judge,
                                unsigned threads, int64_t expected,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
void replay_clear(struct replay *replay);
/* Begin the next generation; past: the one before, kept in replay->past. */
enum custody_status replay_next_generation(struct replay *replay,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* Judge, apply and record one entry. */
enum custody_status replay_entry(struct replay *replay, const struct source_entry *entry,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is this different root explained by a finding? Then it is counted there. */
bool replay_explains(struct replay *replay, int64_t size);
/* Compare body.old of a successor's entry 0 with the past. */
enum custody_status replay_check_succession(const struct payload *payload,
                                            const struct replay_past *past, struct judge *judge,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* body.old.head_left.size of an envelope, or -1. */
int64_t replay_head_left(const void *envelope, size_t len);

#endif
