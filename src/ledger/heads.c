#include "heads.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "receipt.h"

static void point_at(struct heads *heads, int64_t idx)
{
    heads->replay->judge->idx = idx;
    heads->replay->judge->has_act_id = false;
}

/* ---- reading the anchors ---- */

static int compare_known(const void *a, const void *b)
{
    const struct head_known *x = a;
    const struct head_known *y = b;

    return (x->checkpoint.size > y->checkpoint.size) -
           (x->checkpoint.size < y->checkpoint.size);
}

/* "Anything that ends in a note": the text before it, of a receipt or of a mail, is passed
 * over line by line. */
static enum custody_status find_note(const struct ledger_known *given, struct head_known *ret,
                                     bool *ret_found, struct custody_error *err)
{
    const uint8_t *data = given->data;
    size_t start = given->len > NOTE_MAX ? given->len - NOTE_MAX : 0;

    *ret_found = false;
    while (start < given->len) {
        struct checkpoint checkpoint;
        enum custody_status rc =
            checkpoint_parse(data + start, given->len - start, &checkpoint, NULL);
        if (rc == CUSTODY_ERR_NOMEM) {
            return custody_fail(err, rc, "reading %s: out of memory", given->label);
        }
        if (rc == CUSTODY_OK) {
            *ret = (struct head_known){.given = given,
                                       .checkpoint = checkpoint,
                                       .note = data + start,
                                       .note_len = given->len - start};
            *ret_found = true;
            return CUSTODY_OK;
        }
        const uint8_t *end = memchr(data + start, '\n', given->len - start);
        if (end == NULL) {
            return CUSTODY_OK;
        }
        start = (size_t)(end - data) + 1;
    }
    return CUSTODY_OK;
}

enum custody_status heads_init(struct heads *heads, struct replay *replay,
                               const struct ledger_domain *domain,
                               const struct ledger_verify_options *options,
                               struct ledger_verify_result *result, struct custody_error *err)
{
    *heads = (struct heads){
        .replay = replay, .domain = domain, .options = options, .result = result};
    if (options->known_count == 0) {
        return CUSTODY_OK;
    }
    heads->known = calloc(options->known_count, sizeof *heads->known);
    if (heads->known == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
    }
    for (size_t i = 0; i < options->known_count; i++) {
        const struct ledger_known *given = &options->known[i];
        bool found = false;
        enum custody_status rc =
            find_note(given, &heads->known[heads->known_count], &found, err);
        if (rc == CUSTODY_OK && !found) {
            point_at(heads, JUDGE_NO_INDEX);
            rc = judge_incomplete(replay->judge, err, "known",
                                  "%.100s holds no signed checkpoint and could not be used",
                                  given->label);
        }
        if (rc != CUSTODY_OK) {
            heads_clear(heads);
            return rc;
        }
        heads->known_count += found ? 1 : 0;
    }
    qsort(heads->known, heads->known_count, sizeof heads->known[0], compare_known);
    return CUSTODY_OK;
}

void heads_clear(struct heads *heads)
{
    store_end(&heads->stored);
    free(heads->known);
    heads->known = NULL;
}

/* ---- one head ---- */

/* The log key in force after the entries applied so far. */
static enum custody_status read_log_key(struct heads *heads, struct note_key *ret_key,
                                        struct custody_error *err)
{
    char vkey[512] = "";
    enum custody_status rc =
        heads->domain->log_vkey(heads->domain->ctx, vkey, sizeof vkey, err);

    if (rc == CUSTODY_OK && note_key_parse(vkey, ret_key, NULL) != CUSTODY_OK) {
        /* The domain accepted it at entry 0 or a rotation; a finding stands there already. */
        *ret_key = (struct note_key){0};
    }
    return rc;
}

/* Did the log sign this note, and nobody known sign it badly? */
static enum custody_status is_signed(struct heads *heads, const void *note, size_t len,
                                     bool *ret_signed, struct custody_error *err)
{
    struct note_key key;
    uint64_t good = 0;
    enum custody_status rc = read_log_key(heads, &key, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = note_verify(note, len, &key, 1, &good, NULL, NULL);
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "verifying: out of memory");
    }
    *ret_signed = rc == CUSTODY_OK && good == 1;
    return CUSTODY_OK;
}

static bool has_root(const struct heads *heads, const struct checkpoint *checkpoint)
{
    uint8_t root[HASH_LEN];

    tree_root(&heads->replay->chain.frontier, root);
    return crypt_equal(root, checkpoint->root, HASH_LEN);
}

/* A receipt says more than its checkpoint: that its envelope stands at its index. */
static enum custody_status check_receipt(struct heads *heads, const struct head_known *known,
                                         struct custody_error *err)
{
    struct receipt receipt = {0};
    enum custody_status rc =
        receipt_parse(known->given->data, known->given->len, &receipt, NULL);

    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "verifying: out of memory");
    }
    if (rc != CUSTODY_OK) {
        return CUSTODY_OK; /* not a receipt */
    }
    if (!receipt_is_included(&receipt)) {
        point_at(heads, (int64_t)receipt.index);
        rc = judge_violate(heads->replay->judge, err, "known",
                           "the entry of %.100s is not at its place", known->given->label);
    }
    receipt_clear(&receipt);
    return rc;
}

static enum custody_status accept_known(struct heads *heads, const struct head_known *known,
                                        struct custody_error *err)
{
    int64_t at = 0;
    bool found = false;
    int64_t size = (int64_t)known->checkpoint.size;

    if (!heads->is_current || size < 1 || size < heads->result->anchor_size) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        store_get_int(heads->replay->chain.store, err, &at, &found,
                      "SELECT at FROM ledger_time WHERE idx = ?", "i", size - 1);
    if (rc == CUSTODY_OK) {
        heads->result->anchor_size = size;
        heads->result->anchor_time = found ? at : 0;
    }
    return rc;
}

static enum custody_status check_known(struct heads *heads, struct head_known *known,
                                       struct custody_error *err)
{
    struct judge *judge = heads->replay->judge;
    bool is_good = false;
    enum custody_status rc = is_signed(heads, known->note, known->note_len, &is_good, err);

    known->is_done = true;
    point_at(heads, JUDGE_NO_INDEX);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!is_good) {
        return judge_incomplete(judge, err, "known",
                                "%.100s is not signed by the log key then in force and could "
                                "not be used",
                                known->given->label);
    }
    if (!has_root(heads, &known->checkpoint)) {
        if (replay_explains(heads->replay, (int64_t)known->checkpoint.size)) {
            return CUSTODY_OK;
        }
        return judge_violate(judge, err, "known",
                             "%.100s shows another history of %" PRIu64
                             " entries; keep it as evidence",
                             known->given->label, known->checkpoint.size);
    }
    rc = check_receipt(heads, known, err);
    return rc == CUSTODY_OK ? accept_known(heads, known, err) : rc;
}

/* ---- stored checkpoints ---- */

static enum custody_status start_stored(struct heads *heads, struct custody_error *err)
{
    heads->has_stored = heads->store != NULL;
    if (!heads->has_stored) {
        return CUSTODY_OK;
    }
    return store_query(heads->store, &heads->stored, err,
                       "SELECT size, note FROM ledger_checkpoint ORDER BY size", "");
}

static enum custody_status check_stored(struct heads *heads, struct custody_error *err)
{
    struct judge *judge = heads->replay->judge;
    struct checkpoint checkpoint;
    int64_t size = store_int(&heads->stored, 0);
    size_t len = 0;
    bool is_good = false;
    const void *note = store_blob(&heads->stored, 1, &len);
    enum custody_status rc = checkpoint_parse(note, len, &checkpoint, NULL);

    point_at(heads, size - 1);
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "verifying: out of memory");
    }
    if (rc != CUSTODY_OK || checkpoint.size != (uint64_t)size ||
        strcmp(checkpoint.origin, heads->origin) != 0) {
        return judge_violate(judge, err, "checkpoint",
                             "the checkpoint stored for size %" PRId64 " is not one", size);
    }
    rc = is_signed(heads, note, len, &is_good, err);
    if (rc == CUSTODY_OK && !is_good) {
        return judge_violate(judge, err, "checkpoint",
                             "the checkpoint stored for size %" PRId64
                             " is not signed by the log key then in force",
                             size);
    }
    if (rc == CUSTODY_OK && !has_root(heads, &checkpoint) &&
        !replay_explains(heads->replay, size)) {
        return judge_violate(judge, err, "checkpoint",
                             "the checkpoint issued at size %" PRId64
                             " has another root than the entries give",
                             size);
    }
    return rc;
}

/* ---- passing through ---- */

static void find_next(struct heads *heads)
{
    heads->next_size = INT64_MAX;
    while (heads->next_known < heads->known_count &&
           (heads->known[heads->next_known].is_done ||
            strcmp(heads->known[heads->next_known].checkpoint.origin, heads->origin) != 0)) {
        heads->next_known++;
    }
    if (heads->next_known < heads->known_count) {
        heads->next_size = (int64_t)heads->known[heads->next_known].checkpoint.size;
    }
    if (heads->has_stored && heads->stored.has_row &&
        store_int(&heads->stored, 0) < heads->next_size) {
        heads->next_size = store_int(&heads->stored, 0);
    }
}

enum custody_status heads_begin(struct heads *heads, struct store *store, bool is_current,
                                struct custody_error *err)
{
    struct note_key key;
    enum custody_status rc = read_log_key(heads, &key, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    memcpy(heads->origin, key.name, sizeof heads->origin);
    heads->store = store;
    heads->is_current = is_current;
    heads->next_known = 0;
    rc = start_stored(heads, err);
    if (rc == CUSTODY_OK) {
        find_next(heads);
    }
    return rc;
}

enum custody_status heads_pass(struct heads *heads, struct custody_error *err)
{
    int64_t size = heads->replay->chain.size;
    enum custody_status rc = CUSTODY_OK;

    while (heads->next_size <= size && rc == CUSTODY_OK) {
        if (heads->has_stored && heads->stored.has_row &&
            store_int(&heads->stored, 0) <= size) {
            rc = check_stored(heads, err);
            if (rc == CUSTODY_OK) {
                rc = store_next(&heads->stored, err);
            }
        } else {
            /* A head of size 0 is passed at size 1 and says nothing. */
            struct head_known *known = &heads->known[heads->next_known];
            if (known->checkpoint.size == 0) {
                known->is_done = true;
            } else {
                rc = check_known(heads, known, err);
            }
        }
        find_next(heads);
    }
    return rc;
}

static enum custody_status beyond_known(struct heads *heads, struct head_known *known,
                                        bool is_complete, struct custody_error *err)
{
    struct judge *judge = heads->replay->judge;
    int64_t size = heads->replay->chain.size;
    bool is_good = false;
    enum custody_status rc = is_signed(heads, known->note, known->note_len, &is_good, err);

    known->is_done = true;
    point_at(heads, JUDGE_NO_INDEX);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!is_good || !is_complete) {
        return judge_incomplete(judge, err, "known",
                                is_good ? "%.100s lies beyond what could be read"
                                        : "%.100s is not signed by a log key in force and "
                                          "could not be used",
                                known->given->label);
    }
    /* Against the end, not at an entry: what is missing has no index here. */
    return judge_violate(
        judge, err, heads->is_current ? "known" : "lost",
        heads->is_current ? "entries %" PRId64 "..%" PRIu64 " are missing: %.100s has seen them"
                          : "entries %" PRId64 "..%" PRIu64
                            " lost by act ledger.succeed: %.100s has seen them",
        size, known->checkpoint.size - 1, known->given->label);
}

enum custody_status heads_end(struct heads *heads, bool is_complete, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    while (rc == CUSTODY_OK && heads->next_known < heads->known_count) {
        find_next(heads);
        if (heads->next_known < heads->known_count) {
            rc = beyond_known(heads, &heads->known[heads->next_known], is_complete, err);
        }
    }
    while (rc == CUSTODY_OK && heads->has_stored && heads->stored.has_row) {
        point_at(heads, heads->replay->chain.size);
        rc = judge_violate(heads->replay->judge, err, "checkpoint",
                           "a checkpoint of %" PRId64 " entries was issued but only %" PRId64
                           " are there: a cut tail or a restored backup",
                           store_int(&heads->stored, 0), heads->replay->chain.size);
        if (rc == CUSTODY_OK) {
            rc = store_next(&heads->stored, err);
        }
    }
    store_end(&heads->stored);
    heads->has_stored = false;
    return rc;
}

enum custody_status heads_finish(struct heads *heads, struct custody_error *err)
{
    for (size_t i = 0; i < heads->known_count; i++) {
        struct judge *judge = heads->replay->judge;
        if (heads->known[i].is_done) {
            continue;
        }
        point_at(heads, JUDGE_NO_INDEX);
        enum custody_status rc =
            heads->replay->is_stopped
                ? judge_incomplete(judge, err, "known", "%.100s could not be checked",
                                   heads->known[i].given->label)
                : judge_incomplete(judge, err, "known",
                                   "%.100s is of another log and says nothing about this one",
                                   heads->known[i].given->label);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

/* ---- the ledger's own head ---- */

/* The newest stored note with the cosignatures that came for it. */
static enum custody_status read_stored_note(struct heads *heads, struct buf *out,
                                            struct custody_error *err)
{
    struct store_query query = {0};
    int64_t size = -1;
    enum custody_status rc =
        store_query(heads->store, &query, err,
                    "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC, at DESC"
                    " LIMIT 1",
                    "");

    if (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *note = store_blob(&query, 1, &len);
        size = store_int(&query, 0);
        rc = buf_put(out, note, len, err);
    }
    store_end(&query);
    if (rc != CUSTODY_OK || size < 0) {
        return rc;
    }
    rc = store_query(heads->store, &query, err,
                     "SELECT line FROM ledger_cosignature WHERE size = ?", "i", size);
    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *line = store_blob(&query, 0, &len);
        rc = buf_put(out, line, len, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status check_quorum(struct heads *heads, uint64_t good_witnesses,
                                        const uint64_t *times, int64_t size,
                                        struct custody_error *err)
{
    const struct trust *trust = heads->options->trust;

    if (trust == NULL || !trust->has_quorum) {
        return CUSTODY_OK;
    }
    if (!trust_quorum_met(trust, good_witnesses)) {
        point_at(heads, JUDGE_NO_INDEX);
        return judge_violate(
            heads->replay->judge, err, "quorum",
            "the witnesses that the trust file wants did not cosign the newest "
            "checkpoint");
    }
    if (size >= heads->result->anchor_size) {
        heads->result->anchor_size = size;
        heads->result->anchor_time = 0;
        for (size_t i = 0; i < trust->witness_count; i++) {
            if ((good_witnesses >> i & 1) != 0 &&
                (int64_t)times[i] > heads->result->anchor_time) {
                heads->result->anchor_time = (int64_t)times[i];
            }
        }
    }
    return CUSTODY_OK;
}

static enum custody_status check_own_note(struct heads *heads, const struct buf *note,
                                          bool is_complete, struct custody_error *err)
{
    const struct trust *trust = heads->options->trust;
    struct judge *judge = heads->replay->judge;
    struct note_key keys[1 + TRUST_WITNESSES_MAX];
    uint64_t times[1 + TRUST_WITNESSES_MAX] = {0};
    struct checkpoint checkpoint;
    struct custody_error inner = {0};
    uint64_t good = 0;
    size_t count = 1;
    enum custody_status rc = read_log_key(heads, &keys[0], err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; trust != NULL && i < trust->witness_count; i++) {
        keys[count++] = trust->witnesses[i];
    }
    point_at(heads, JUDGE_NO_INDEX);
    rc = checkpoint_parse(note->data, note->len, &checkpoint, &inner);
    if (rc == CUSTODY_OK) {
        rc = note_verify(note->data, note->len, keys, count, &good, times, &inner);
    }
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "verifying: out of memory");
    }
    if (rc != CUSTODY_OK) {
        return judge_violate(judge, err, "checkpoint", "the newest checkpoint: %s", inner.text);
    }
    if (strcmp(checkpoint.origin, heads->origin) != 0) {
        return judge_violate(judge, err, "checkpoint", "the checkpoint is of another log");
    }
    /* When entries are missing the key then in force is not known. */
    if (is_complete && (good & 1) == 0) {
        return judge_violate(judge, err, "checkpoint",
                             "the checkpoint is not signed by the log key in force");
    }
    if (is_complete && checkpoint.size == (uint64_t)heads->replay->chain.size &&
        !has_root(heads, &checkpoint) &&
        !replay_explains(heads->replay, (int64_t)checkpoint.size)) {
        rc = judge_violate(judge, err, "root",
                           "the entries do not give the root of the checkpoint");
    }
    return rc == CUSTODY_OK
               ? check_quorum(heads, good >> 1, times + 1, (int64_t)checkpoint.size, err)
               : rc;
}

enum custody_status heads_check_own(struct heads *heads, const struct buf *note,
                                    bool is_complete, struct custody_error *err)
{
    struct buf stored = BUF_INIT(NOTE_MAX);
    enum custody_status rc = CUSTODY_OK;

    if (note == NULL) {
        rc = read_stored_note(heads, &stored, err);
        note = &stored;
    }
    if (rc == CUSTODY_OK) {
        /* A database that never issued a checkpoint has none; only a quorum asks for one. */
        rc = note->len > 0 ? check_own_note(heads, note, is_complete, err)
                           : check_quorum(heads, 0, NULL, 0, err);
    }
    buf_clear(&stored);
    return rc;
}

enum custody_status heads_is_trusted(struct heads *heads, bool *ret_trusted,
                                     struct custody_error *err)
{
    const struct note_key *trusted = &heads->options->trust->log;
    struct note_key key;
    enum custody_status rc = read_log_key(heads, &key, err);

    if (rc == CUSTODY_OK) {
        *ret_trusted = key.id == trusted->id && key.algorithm == trusted->algorithm &&
                       strcmp(key.name, trusted->name) == 0 &&
                       memcmp(key.public_key, trusted->public_key, SIGN_PUBLIC_LEN) == 0;
    }
    return rc;
}
