/*
 * Checkpoints and the signer state (FORMATS.md §3): the log never signs two histories. The
 * state file is durable before a signature leaves, so a restored database is noticed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "internal.h"
#include "text.h"

#define STATE_MAX       4096U
#define LOCK_TIMEOUT_MS 10000

struct head {
    int64_t size;
    uint8_t root[HASH_LEN];
};

static enum custody_status fail_state(struct custody_error *err, enum custody_status status,
                                      const char *sentence)
{
    enum custody_status rc = custody_fail(err, status, "%s", sentence);

    if (err != NULL) {
        (void)snprintf(err->rule, sizeof err->rule, "signer-state");
    }
    return rc;
}

/* Size, root and id of the ledger now. */
static enum custody_status read_head(struct ledger *ledger, struct head *ret_head,
                                     uint8_t ret_id[HASH_LEN], struct custody_error *err)
{
    struct head head;
    enum custody_status rc = store_begin_read(ledger->chain.store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = ledger_size(ledger, &head.size, err);
    if (rc == CUSTODY_OK) {
        rc = ledger_root(ledger, head.size, head.root, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_id(ledger, ret_id, err);
    }
    store_rollback(ledger->chain.store);
    if (rc == CUSTODY_OK) {
        *ret_head = head;
    }
    return rc;
}

static bool parse_state(const json_t *root, uint8_t ret_id[HASH_LEN], struct head *ret_head)
{
    const json_t *size = json_object_get(root, "size");
    const char *id_hex = json_string_value(json_object_get(root, "ledger"));
    const char *root_hex = json_string_value(json_object_get(root, "root"));
    size_t members = json_object_get(root, "confirmed") != NULL ? 4 : 3;

    if (json_object_size(root) != members || !json_is_integer(size) ||
        json_integer_value(size) < 0 || id_hex == NULL || root_hex == NULL) {
        return false;
    }
    ret_head->size = json_integer_value(size);
    return text_unhex(id_hex, strlen(id_hex), ret_id, HASH_LEN) &&
           text_unhex(root_hex, strlen(root_hex), ret_head->root, HASH_LEN);
}

static enum custody_status read_state(const char *state_path, uint8_t ret_id[HASH_LEN],
                                      struct head *ret_head, struct custody_error *err)
{
    struct buf bytes = BUF_INIT(STATE_MAX);
    json_t *root = NULL;
    enum custody_status rc = file_read(state_path, STATE_MAX, &bytes, err);

    if (rc == CUSTODY_OK) {
        rc = canon_parse(bytes.data, bytes.len, CANON_SIGNED, &root, err);
        if (rc == CUSTODY_OK && !parse_state(root, ret_id, ret_head)) {
            rc = CUSTODY_ERR_INVALID;
        }
        if (rc == CUSTODY_ERR_INVALID) {
            rc = fail_state(err, CUSTODY_ERR_TAMPERED,
                            "the file signer-state is damaged; restore it, or rebuild it with "
                            "two officers from an outside head");
        }
    }
    json_decref(root);
    buf_clear(&bytes);
    return rc;
}

/* Does the ledger hold what was signed last? */
static enum custody_status check_state(struct ledger *ledger, const uint8_t id[HASH_LEN],
                                       const struct head *state, struct custody_error *err)
{
    int64_t size = 0;
    uint8_t root[HASH_LEN];
    uint8_t own_id[HASH_LEN];
    enum custody_status rc = ledger_size(ledger, &size, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (state->size > size) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the ledger has %" PRId64 " entries but %" PRId64
                          " were signed: a restored backup or a cut tail; append the missing "
                          "entries from an export or replica first",
                          size, state->size);
        if (err != NULL) {
            (void)snprintf(err->rule, sizeof err->rule, "signer-state");
        }
        return rc;
    }
    rc = ledger_root(ledger, state->size, root, err);
    if (rc == CUSTODY_OK && size > 0) {
        rc = ledger_id(ledger, own_id, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!crypt_equal(root, state->root, HASH_LEN) ||
        (size > 0 && !crypt_equal(own_id, id, HASH_LEN))) {
        return fail_state(err, CUSTODY_ERR_TAMPERED,
                          "the ledger is not the one that was signed last; stop, keep both and "
                          "verify against paper slips and exports");
    }
    return CUSTODY_OK;
}

static enum custody_status write_state(const char *state_path, const uint8_t id[HASH_LEN],
                                       const struct head *head, struct custody_error *err)
{
    char text[256];
    char id_hex[2 * HASH_LEN + 1];
    char root_hex[2 * HASH_LEN + 1];

    text_hex(id, HASH_LEN, id_hex);
    text_hex(head->root, HASH_LEN, root_hex);
    int len =
        snprintf(text, sizeof text, "{\"ledger\":\"%s\",\"root\":\"%s\",\"size\":%" PRId64 "}",
                 id_hex, root_hex, head->size);
    return file_write_durable(state_path, text, (size_t)len, 0600, err);
}

static enum custody_status lock_state(const char *state_path, int *ret_fd,
                                      struct custody_error *err)
{
    struct buf path = BUF_INIT(4096);
    enum custody_status rc = buf_printf(&path, err, "%s.lock", state_path);

    if (rc == CUSTODY_OK) {
        rc = file_lock((const char *)path.data, LOCK_TIMEOUT_MS, ret_fd, err);
    }
    buf_clear(&path);
    return rc;
}

enum custody_status ledger_check_signer_state(struct ledger *ledger, const char *state_path,
                                              struct custody_error *err)
{
    struct head state = {0};
    uint8_t id[HASH_LEN];
    enum custody_status rc = read_state(state_path, id, &state, err);

    if (rc == CUSTODY_ERR_NOT_FOUND) {
        return fail_state(err, CUSTODY_ERR_REFUSED,
                          "the file signer-state is missing; two officers rebuild it from an "
                          "outside head (slip, export, replica)");
    }
    return rc == CUSTODY_OK ? check_state(ledger, id, &state, err) : rc;
}

enum custody_status ledger_write_signer_state(struct ledger *ledger, const char *state_path,
                                              struct custody_error *err)
{
    struct head head = {0};
    struct head state = {0};
    uint8_t id[HASH_LEN];
    uint8_t state_id[HASH_LEN];
    int fd = -1;
    enum custody_status rc = lock_state(state_path, &fd, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = read_state(state_path, state_id, &state, err);
    if (rc == CUSTODY_OK) {
        rc = check_state(ledger, state_id, &state, err);
    } else if (rc == CUSTODY_ERR_NOT_FOUND) {
        rc = CUSTODY_OK;
    }
    if (rc == CUSTODY_OK) {
        rc = read_head(ledger, &head, id, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_state(state_path, id, &head, err);
    }
    file_unlock(fd);
    return rc;
}

/* ---- checkpoint ---- */

/* The newest note issued for that size, appended; *ret_found false: none. */
static enum custody_status find_issued(struct ledger *ledger, const struct head *head,
                                       const struct note_key *key, struct buf *out,
                                       bool *ret_found, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(ledger->chain.store, &query, err,
                                         "SELECT note FROM ledger_checkpoint WHERE size = ?"
                                         " ORDER BY at DESC LIMIT 1",
                                         "i", head->size);
    bool is_found = false;

    if (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *note = store_blob(&query, 0, &len);
        struct checkpoint checkpoint;
        uint64_t good = 0;
        rc = checkpoint_parse(note, len, &checkpoint, err);
        if (rc == CUSTODY_OK) {
            rc = note_verify(note, len, key, 1, &good, NULL, err);
        }
        /* A stored note that is not ours is for the verifier to report; sign a new one. */
        is_found =
            rc == CUSTODY_OK && good == 1 && crypt_equal(checkpoint.root, head->root, HASH_LEN);
        if (rc != CUSTODY_ERR_NOMEM) {
            rc = CUSTODY_OK;
        }
        if (is_found) {
            rc = buf_put(out, note, len, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_found = is_found;
    }
    return rc;
}

static enum custody_status keep_note(struct ledger *ledger, const struct head *head,
                                     int64_t now, const struct buf *note,
                                     struct custody_error *err)
{
    struct store *store = ledger->chain.store;
    enum custody_status rc = store_begin(store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    store_unlock(store);
    rc = store_run(store, err,
                   "INSERT INTO ledger_checkpoint (size, note, at) SELECT ?1, ?2, ?3"
                   " WHERE NOT EXISTS (SELECT 1 FROM ledger_checkpoint"
                   " WHERE size = ?1 AND note = ?2)",
                   "ibi", head->size, (const void *)note->data, note->len, now);
    if (rc == CUSTODY_OK) {
        rc = store_commit(store, err);
    } else {
        store_rollback(store);
    }
    store_lock(store);
    return rc;
}

/* Is key what the ledger names as its log key now? */
static enum custody_status check_key(struct ledger *ledger, const struct note_key *key,
                                     struct custody_error *err)
{
    struct buf own = BUF_INIT(1024);
    char named[512] = "";
    enum custody_status rc =
        ledger->domain.log_vkey(ledger->domain.ctx, named, sizeof named, err);

    if (rc == CUSTODY_OK) {
        rc = note_key_write(key, &own, err);
    }
    if (rc == CUSTODY_OK && strcmp((const char *)own.data, named) != 0) {
        rc = custody_refuse(err, "checkpoint",
                            "the log key at hand is not the one that the ledger names; restore "
                            "log.key, or rotate it");
    }
    buf_clear(&own);
    return rc;
}

enum custody_status ledger_checkpoint(struct ledger *ledger, const char *state_path,
                                      const struct note_key *key, const struct sign_key *secret,
                                      int64_t now, struct buf *out, struct custody_error *err)
{
    struct buf note = BUF_INIT(NOTE_MAX);
    struct head head = {0};
    uint8_t id[HASH_LEN];
    bool is_found = false;
    int fd = -1;
    enum custody_status rc = lock_state(state_path, &fd, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = ledger_check_signer_state(ledger, state_path, err);
    if (rc == CUSTODY_OK) {
        rc = check_key(ledger, key, err);
    }
    if (rc == CUSTODY_OK) {
        rc = read_head(ledger, &head, id, err);
    }
    if (rc == CUSTODY_OK) {
        rc = find_issued(ledger, &head, key, &note, &is_found, err);
    }
    if (rc == CUSTODY_OK && !is_found) {
        rc = write_state(state_path, id, &head, err);
        if (rc == CUSTODY_OK) {
            rc = checkpoint_sign(key, secret, (uint64_t)head.size, head.root, &note, err);
        }
        if (rc == CUSTODY_OK) {
            rc = keep_note(ledger, &head, now, &note, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, note.data, note.len, err);
    }
    file_unlock(fd);
    buf_clear(&note);
    return rc;
}
