/*
 * Entries of a ledger and of those before it, from a database or from an export, one after the
 * other. What is wrong with the carrier itself is reported to the judge here. Internal to
 * src/ledger.
 */
#ifndef CUSTODY_LEDGER_SOURCE_H
#define CUSTODY_LEDGER_SOURCE_H

#include "chain.h"
#include "tiles.h"
#include "verify.h"

struct source_entry {
    int64_t idx;
    const uint8_t *envelope; /* until the next call */
    size_t len;
    bool has_leaf; /* the carrier claims a leaf hash */
    uint8_t leaf[HASH_LEN];
    bool has_act_id; /* and an act id */
    uint8_t act_id[HASH_LEN];
};

struct source_bundle {
    struct buf data;
    size_t offsets[TILE_WIDTH + 1]; /* of entry w; offsets[count] is the length */
    unsigned count;
    unsigned next;
    struct buf tile; /* level 0, empty when missing or malformed */
};

struct ledger_source {
    struct store *store; /* NULL: an export */
    char *dir;
    int predecessor_count;
    /* The generation that is open, 0 the oldest, predecessor_count the newest: */
    int generation;
    bool is_open;
    bool is_complete; /* nothing was missing so far */
    int64_t size;     /* entries that there should be */
    struct store_query query;
    bool has_started;
    char *open_dir;
    struct buf note; /* checkpoint of an export, empty when missing */
    bool has_checkpoint;
    struct checkpoint checkpoint;
    struct source_bundle bundle;
    int64_t next_idx;
};

/* Stand before entry 0 of a generation; judge hears of a missing or malformed checkpoint. */
enum custody_status source_open(struct ledger_source *source, int generation,
                                struct judge *judge,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Next entry; *ret_found false at the end or where reading cannot go on. */
enum custody_status source_next(struct ledger_source *source, struct judge *judge,
                                struct source_entry *ret_entry, bool *ret_found,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Envelope of entry 0 of a generation, appended; *ret_found false: not readable. */
enum custody_status source_first(struct ledger_source *source, int generation, struct buf *out,
                                 bool *ret_found, struct custody_error *err) CUSTODY_MUST_CHECK;
/* "Could not be checked": incomplete at audit, ERR_UNCHECKED else. */
enum custody_status source_missing(struct judge *judge, struct custody_error *err,
                                   const char *check, const char *format, ...)
    CUSTODY_PRINTF(4, 5) CUSTODY_MUST_CHECK;

#endif
