/*
 * The append-only ledger on a store (FORMATS.md §1-§3). Usable with any domain: what acts mean
 * comes in through struct ledger_domain.
 */
#ifndef CUSTODY_LEDGER_H
#define CUSTODY_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "envelope.h"
#include "judge.h"
#include "note.h"
#include "store.h"
#include "tree.h"

struct ledger_credential {
    char handle[HANDLE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_LEN];
    int64_t enrolled_idx;
    bool is_live; /* enrolled and not revoked */
};

struct ledger_limits {
    int64_t seen_max_entries;
    int64_t submit_window_s;
};

/* One act as apply sees it. */
struct ledger_act {
    int64_t idx;
    int64_t t; /* T(idx) */
    const struct payload *payload;
    const uint8_t *act_id; /* 32 bytes */
    struct judge *judge;
};

enum ledger_act_kind {
    LEDGER_ACT_KNOWN,
    LEDGER_ACT_NEWER, /* known noun.verb, version above the highest known: incomplete */
    LEDGER_ACT_UNKNOWN
};

/* What the ledger asks of its domain. All read and write the same store, in the transaction
 * that the ledger holds. */
struct ledger_domain {
    void *ctx;
    enum ledger_act_kind (*classify)(void *ctx, const char *act);
    /* State of a credential before the current entry. *ret_found false: never enrolled. */
    enum custody_status (*find_credential)(void *ctx, const uint8_t keyid[HASH_LEN],
                                           struct ledger_credential *ret_credential,
                                           bool *ret_found, struct custody_error *err);
    /* Policy in force at (idx, t); idx INT64_MAX before entry 0 of a successor. ERR_NOT_FOUND
     * at audit when a bad entry 0 brought none. */
    enum custody_status (*limits)(void *ctx, int64_t idx, int64_t t,
                                  struct ledger_limits *ret_limits, struct custody_error *err);
    /* Is handle an officer now? (intake's 45-day rule) */
    enum custody_status (*is_officer)(void *ctx, const char *handle, int64_t t,
                                      bool *ret_officer, struct custody_error *err);
    /* Judge and apply the body; runs inside a savepoint that the ledger rolls back when the
     * status is not OK. Reports broken rules through act->judge. ERR_REFUSED out of an audit
     * means: cannot be applied, objects missing (already recorded as a violation). */
    enum custody_status (*apply)(void *ctx, const struct ledger_act *act,
                                 struct custody_error *err);
    /* log vkey in force after the entries applied so far, "" before entry 0. */
    enum custody_status (*log_vkey)(void *ctx, char *out, size_t out_size,
                                    struct custody_error *err);
};

struct ledger;

/* SQL of the ledger's own tables: permanent (ledger_entry, ledger_checkpoint,
 * ledger_cosignature, ledger_old_entry, triggers) and rebuildable (ledger_node, ledger_time,
 * ledger_actor, ledger_sight). Run by whoever creates the database or a scratch store. */
extern const char LEDGER_SCHEMA_PERMANENT[];
extern const char LEDGER_SCHEMA_REBUILDABLE[];
/* Names for store_guard() and store_compare(), NULL-terminated. */
extern const char *const LEDGER_TABLES_PERMANENT[];
extern const char *const LEDGER_TABLES_REBUILDABLE[];

/* Does not own the store. Loads the frontier. ERR_TAMPERED: stored hashes do not fit. */
enum custody_status ledger_open(struct store *store, const struct ledger_domain *domain,
                                struct ledger **ret_ledger,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
void ledger_close(struct ledger *ledger);

/* Current size, read inside the current transaction or a snapshot of its own. */
enum custody_status ledger_size(struct ledger *ledger, int64_t *ret_size,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Root of the first `size` entries. ERR_NOT_FOUND: larger than the ledger. */
enum custody_status ledger_root(struct ledger *ledger, int64_t size, uint8_t out[HASH_LEN],
                                struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status ledger_prove_consistency(struct ledger *ledger, int64_t old_size,
                                             int64_t new_size, struct tree_proof *ret_proof,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status ledger_prove_inclusion(struct ledger *ledger, int64_t idx, int64_t size,
                                           struct tree_proof *ret_proof,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* Leaf hash of entry 0. ERR_NOT_FOUND: empty. */
enum custody_status ledger_id(struct ledger *ledger, uint8_t out[HASH_LEN],
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* T of the last entry, 0 when empty; at(idx). */
enum custody_status ledger_time(struct ledger *ledger, int64_t *ret_t,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status ledger_at(struct ledger *ledger, int64_t idx, int64_t *ret_at,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Next actor_seq of a handle; largest seen.size the credential signed (0: none). */
enum custody_status ledger_next_seq(struct ledger *ledger, const char *handle, int64_t *ret_seq,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status ledger_last_seen(struct ledger *ledger, const uint8_t keyid[HASH_LEN],
                                     int64_t *ret_size,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Index of an act id; ERR_NOT_FOUND. */
enum custody_status ledger_find(struct ledger *ledger, const uint8_t act_id[HASH_LEN],
                                int64_t *ret_idx, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append the verbatim envelope of entry idx to out. ERR_NOT_FOUND. */
enum custody_status ledger_entry(struct ledger *ledger, int64_t idx, struct buf *out,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

struct ledger_appended {
    int64_t idx;
    uint8_t act_id[HASH_LEN];
    bool is_repeat; /* was already there: a retry after a crash */
};
/*
 * Check everything of §1 and §2, apply, insert, commit durably.
 * now: the clock, seconds; an act of several persons must come within submit_window of its
 * `at` (co-presence). judge: live; its flags are for the caller to show.
 * ERR_INVALID, ERR_REFUSED (rule or check id), ERR_BUSY (database locked, or actor_seq taken:
 * rule "sequence"), ERR_IO: nothing was appended.
 */
enum custody_status ledger_append(struct ledger *ledger, const void *envelope, size_t len,
                                  int64_t now, struct judge *judge,
                                  struct ledger_appended *ret_appended,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The same for several acts in their order, all of them by one commit or none: what a person
 * signs at one go. ret_appended: count of them. An empty group is an error of the caller.
 */
enum custody_status ledger_append_group(struct ledger *ledger, const struct buf *envelopes,
                                        size_t count, int64_t now, struct judge *judge,
                                        struct ledger_appended *ret_appended,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Dry run of a payload without signatures: the checks of §1 that do not need them, then apply,
 * then roll back. Takes the write lock for its moment. Errors as ledger_append.
 */
enum custody_status ledger_try(struct ledger *ledger, const void *payload, size_t len,
                               int64_t now, struct judge *judge,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append without the lock-free signature pass and without any check at all ("pushed past the
 * checks"): what an attacker with the database would do; tests and re-append tooling only.
 * The act is applied as at audit. */
enum custody_status ledger_push_unchecked(struct ledger *ledger, const void *envelope,
                                          size_t len,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Checkpoint on demand (§3) under flock on <state_path>.lock: signer-state read, size and root
 * checked against the ledger, new state durable, note signed, stored in ledger_checkpoint,
 * appended to out. A size already issued gives the stored note again.
 * ERR_TAMPERED: ledger behind or beside signer-state (restored backup?), the sentence says what
 * to do; ERR_REFUSED rule "signer-state": the file is missing.
 */
enum custody_status ledger_checkpoint(struct ledger *ledger, const char *state_path,
                                      const struct note_key *key, const struct sign_key *secret,
                                      int64_t now, struct buf *out,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same test without signing: call it before the first append of a process. */
enum custody_status ledger_check_signer_state(struct ledger *ledger, const char *state_path,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Write signer-state for the current head: at founding, or after two officers confirmed an
 * outside head (core decides that). Refuses to go back. */
enum custody_status ledger_write_signer_state(struct ledger *ledger, const char *state_path,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
