/*
 * Export in tiles, and verification of a database or an export (FORMATS.md §4, §5).
 * Recomputes; trusts no tile, table, trigger, view or index.
 */
#ifndef CUSTODY_LEDGER_VERIFY_H
#define CUSTODY_LEDGER_VERIFY_H

#include "ledger.h"
#include "trust.h"

/*
 * Export into dir (made when missing): tiles, entry bundles, then `checkpoint` by rename, last.
 * note: a checkpoint of this ledger; its size is what is exported. Files that exist with the
 * right content are kept, earlier partial tiles too. A successor also writes
 * predecessor/<n>/… for each ledger before it, n = 1 the oldest (entries and tiles; their end
 * is signed by the successor's entry 0). ERR_TAMPERED when a file that exists differs; ERR_IO:
 * no new checkpoint was written.
 */
enum custody_status ledger_export(struct ledger *ledger, const char *dir, const void *note,
                                  size_t note_len,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/* Where entries come from. */
struct ledger_source;
enum custody_status ledger_source_open_store(struct store *store,
                                             struct ledger_source **ret_source,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status ledger_source_open_export(const char *dir,
                                              struct ledger_source **ret_source,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
void ledger_source_close(struct ledger_source *source);
/* Called with each envelope of the newest generation, in order, until it fails. */
typedef enum custody_status (*ledger_visit)(void *arg, int64_t idx, const uint8_t *envelope,
                                            size_t len, struct custody_error *err);
/* Walk a source. What is wrong with the carrier ends the walk silently: ledger_verify is what
 * reports it. Errors of visit are passed on. */
enum custody_status ledger_source_each(struct ledger_source *source, ledger_visit visit,
                                       void *arg, struct custody_error *err) CUSTODY_MUST_CHECK;

/* An outside anchor: bytes of a checkpoint note, a receipt (tlog-proof) or anything that ends
 * in a note. label names it in findings ("slip-0007.txt"). */
struct ledger_known {
    const char *label;
    const void *data;
    size_t len;
};

struct ledger_verify_options {
    const struct trust *trust; /* NULL: genesis not pinned */
    const struct ledger_known *known;
    size_t known_count;
    int64_t now;      /* own clock */
    unsigned threads; /* signature workers besides the replay; 0 or 1..8 */
    /* called now and then with entries done and all; NULL is fine */
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *progress_arg;
};

struct ledger_verify_result {
    int64_t size;
    uint8_t root[HASH_LEN];
    uint8_t genesis[HASH_LEN];
    char origin[NOTE_NAME_SIZE];
    bool is_pinned;          /* genesis matched a trust file */
    int64_t signature_count; /* checked */
    int64_t anchor_size;     /* newest outside anchor that fits, -1: none was given */
    int64_t anchor_time;     /* at() of its last entry or its cosignature time, 0 unknown */
    int64_t last_t;
    int64_t predecessor_count;
    int64_t other_file_count; /* files in an export that are none of ours (listed as flags) */
};

/*
 * Verify scope "ledger" by replaying into scratch: an empty store with the same schema as the
 * audited database, on which domain works. judge (audit) collects findings; the verdict is
 * failed when it holds violations, else incomplete when it holds incompletes, else verified.
 * A status other than OK means the verification itself could not run (ERR_NOMEM, ERR_IO).
 */
enum custody_status ledger_verify(struct ledger_source *source, struct store *scratch,
                                  const struct ledger_domain *domain,
                                  const struct ledger_verify_options *options,
                                  struct judge *judge, struct ledger_verify_result *ret_result,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Disaster, first way (§3): append the entries from `source` that this ledger lacks. The source
 * must continue it: same first entries. Everything is checked but the clock-bound rules of
 * intake. judge: live. *ret_count: entries appended, also on failure (each is durable).
 * ERR_REFUSED rule "root": another history; ERR_UNCHECKED: files missing.
 */
enum custody_status ledger_reappend(struct ledger *ledger, struct ledger_source *source,
                                    struct judge *judge, int64_t *ret_count,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Disaster, second way: make the empty ledger the successor of the first `size` entries of
 * `source`. Copies them and older generations into ledger_old_entry and replays them through
 * the domain, all in one transaction; any finding refuses. Then append ledger.succeed/1 as
 * entry 0: it is checked against ledger_head_left().
 */
enum custody_status ledger_adopt(struct ledger *ledger, struct ledger_source *source,
                                 int64_t size, struct custody_error *err) CUSTODY_MUST_CHECK;
/* body.old.ledger and body.old.head_left for ledger.succeed/1. ERR_NOT_FOUND: succeeds none. */
enum custody_status ledger_head_left(struct ledger *ledger, uint8_t ret_id[HASH_LEN],
                                     int64_t *ret_size, uint8_t ret_root[HASH_LEN],
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Keep a witness's signature line (with its line feed) for the checkpoint of that size; the
 * caller has verified it. Known already: nothing happens. */
enum custody_status ledger_add_cosignature(struct ledger *ledger, int64_t size,
                                           const void *line, size_t len,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append the cosignature lines that came for this checkpoint's size. */
enum custody_status ledger_put_cosignatures(struct ledger *ledger, const void *note,
                                            size_t note_len, struct buf *out,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

/* Receipt: C2SP tlog-proof with extra = base64 of the envelope, for entry idx under a note of
 * this ledger. */
enum custody_status ledger_receipt_write(struct ledger *ledger, int64_t idx, const void *note,
                                         size_t note_len, struct buf *out,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/* Check a receipt alone against a log key: note signature, inclusion of the envelope.
 * ret_idx, ret_envelope (appended) may be NULL. ERR_TAMPERED, ERR_INVALID. */
enum custody_status ledger_receipt_check(const void *data, size_t len,
                                         const struct note_key *log, int64_t *ret_idx,
                                         struct buf *ret_envelope,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
