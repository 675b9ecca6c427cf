/*
 * Signed heads that the replay must pass through: outside anchors, stored checkpoints, the
 * export's own (FORMATS.md §4, §5). Internal to src/ledger.
 */
#ifndef CUSTODY_LEDGER_HEADS_H
#define CUSTODY_LEDGER_HEADS_H

#include "replay.h"
#include "verify.h"

struct head_known {
    const struct ledger_known *given;
    struct checkpoint checkpoint;
    const uint8_t *note; /* within given->data */
    size_t note_len;
    bool is_done;
};

struct heads {
    struct replay *replay;
    const struct ledger_domain *domain;
    const struct ledger_verify_options *options;
    struct ledger_verify_result *result;
    struct head_known *known; /* by size */
    size_t known_count;
    size_t next_known;
    struct store *store; /* of stored checkpoints, NULL: an export */
    struct store_query stored;
    bool has_stored;
    bool is_current;   /* the generation that is audited, not one before it */
    int64_t next_size; /* nothing to do before */
    char origin[NOTE_NAME_SIZE];
    struct note_key log; /* in force at the last head looked at */
};

/* Reads the anchors; those that are no notes are found incomplete at once. ERR_NOMEM. */
enum custody_status heads_init(struct heads *heads, struct replay *replay,
                               const struct ledger_domain *domain,
                               const struct ledger_verify_options *options,
                               struct ledger_verify_result *result,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
void heads_clear(struct heads *heads);
/* After entry 0 of a generation. store: where its checkpoints are kept, or NULL. */
enum custody_status heads_begin(struct heads *heads, struct store *store, bool is_current,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* After each entry. */
enum custody_status heads_pass(struct heads *heads,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* After the last one: heads beyond it. is_complete false: entries could not be read. */
enum custody_status heads_end(struct heads *heads, bool is_complete,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* The newest signed head of the audited ledger itself, with the trust file's quorum. note NULL:
 * the newest stored one. */
enum custody_status heads_check_own(struct heads *heads, const struct buf *note,
                                    bool is_complete,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* Anchors that fitted no generation. */
enum custody_status heads_finish(struct heads *heads,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does the trust file's log key sign for this ledger? Ask while the replay goes on. */
enum custody_status heads_is_trusted(struct heads *heads, bool *ret_trusted,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
