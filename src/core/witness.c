/* Witnesses: see custody/witness.h. */
#include "custody/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "credstore.h"
#include "file.h"
#include "instant.h"
#include "ledger.h"
#include "note.h"
#include "site_impl.h"
#include "store.h"
#include "text.h"
#include "trust.h"
#include "verify.h"

#define HASH_LINE_LEN 44U /* base64 of a hash */
#define TRUST_BYTES   (64U * 1024U)
#define ANSWER_LINES  16

struct add_checkpoint {
    int64_t old_size;
    struct tree_proof proof;
    const char *note; /* within the request */
    size_t note_len;
};

static enum custody_status malformed(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "this is no request for a cosignature; have the office make it with "
                        "ledger witness-request");
}

/* ---- the office asks ---- */

static enum custody_status write_request(struct buf *out, int64_t old_size,
                                         const struct tree_proof *proof, const char *note,
                                         struct custody_error *err)
{
    TRY(buf_printf(out, err, "old %lld\n", (long long)old_size));
    for (size_t i = 0; i < proof->count; i++) {
        TRY(text_put_base64(out, proof->hashes[i], HASH_LEN, err));
        TRY(buf_put(out, "\n", 1, err));
    }
    TRY(buf_put(out, "\n", 1, err));
    return buf_put_text(out, note, err);
}

enum custody_status custody_witness_request(struct custody_site *site, int64_t old_size,
                                            char **ret_text, struct custody_error *err)
{
    char *note = NULL;
    char code[33];
    struct checkpoint checkpoint;
    struct tree_proof proof = {0};
    struct buf text = BUF_INIT(NOTE_MAX + 8192U);
    TRY(custody_checkpoint(site, &note, code, err));
    enum custody_status rc = checkpoint_parse(note, strlen(note), &checkpoint, err);
    if (rc == CUSTODY_OK && (old_size < 0 || (uint64_t)old_size > checkpoint.size)) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the ledger has %llu entries and the witness saw %lld: do not go on, "
                          "verify the ledger against what the witness holds",
                          (unsigned long long)checkpoint.size, (long long)old_size);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_prove_consistency(site->ledger, old_size, (int64_t)checkpoint.size, &proof,
                                      err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_request(&text, old_size, &proof, note, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_text = (char *)buf_detach(&text, NULL);
    }
    buf_clear(&text);
    free(note);
    return rc;
}

/* ---- the witness answers ---- */

/* The line at *pos without its line feed; false at the end or in an unfinished line. */
static bool next_line(const char *text, size_t len, size_t *pos, const char **ret_line,
                      size_t *ret_len)
{
    const char *end = memchr(text + *pos, '\n', len - *pos);
    if (end == NULL) {
        return false;
    }
    *ret_line = text + *pos;
    *ret_len = (size_t)(end - *ret_line);
    *pos += *ret_len + 1;
    return true;
}

static bool parse_request(const char *text, size_t len, struct add_checkpoint *ret_request)
{
    struct add_checkpoint request = {0};
    size_t pos = 0;
    size_t line_len = 0;
    const char *line = NULL;
    uint64_t old = 0;
    if (!next_line(text, len, &pos, &line, &line_len) || line_len < 5 ||
        memcmp(line, "old ", 4) != 0 ||
        !text_parse_u64(line + 4, line_len - 4, (uint64_t)INT64_MAX, &old)) {
        return false;
    }
    request.old_size = (int64_t)old;
    for (;;) {
        if (!next_line(text, len, &pos, &line, &line_len)) {
            return false;
        }
        if (line_len == 0) {
            break;
        }
        if (request.proof.count == TREE_PROOF_MAX || line_len != HASH_LINE_LEN ||
            !text_unbase64(line, line_len, request.proof.hashes[request.proof.count],
                           HASH_LEN)) {
            return false;
        }
        request.proof.count++;
    }
    request.note = text + pos;
    request.note_len = len - pos;
    *ret_request = request;
    return true;
}

/* Is it the log's own head? The trust file is the witness's, so it decides whose. */
static enum custody_status check_note(const struct trust *trust,
                                      const struct add_checkpoint *request,
                                      struct checkpoint *ret_checkpoint,
                                      struct custody_error *err)
{
    uint64_t good = 0;
    TRY(checkpoint_parse(request->note, request->note_len, ret_checkpoint, err));
    TRY(note_verify(request->note, request->note_len, &trust->log, 1, &good, NULL, err));
    if (good == 0 || strcmp(ret_checkpoint->origin, trust->log.name) != 0) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "the log of the trust file did not sign this checkpoint; do not "
                            "cosign it and ask the office where it comes from");
    }
    if (ret_checkpoint->size == 0 || ret_checkpoint->size > (uint64_t)INT64_MAX) {
        return malformed(err);
    }
    return CUSTODY_OK;
}

static enum custody_status read_trust(const char *path, struct trust *ret_trust,
                                      struct custody_error *err)
{
    struct buf bytes = BUF_INIT(TRUST_BYTES);
    enum custody_status rc = file_read(path, TRUST_BYTES, &bytes, err);
    if (rc == CUSTODY_OK) {
        rc = trust_parse(bytes.data, bytes.len, ret_trust, err);
    }
    buf_clear(&bytes);
    return rc;
}

/* What it signs, after the head was remembered. */
static enum custody_status give_answer(const struct credential *credential, const char *name,
                                       const struct add_checkpoint *request, char **ret_answer,
                                       char **ret_vkey, struct custody_error *err)
{
    struct note_key key;
    struct buf line = BUF_INIT(NOTE_MAX);
    struct buf vkey = BUF_INIT(1024);
    enum custody_status rc = credential_cosign(credential, name, instant_now(), request->note,
                                               request->note_len, &line, &key, err);
    if (rc == CUSTODY_OK) {
        rc = note_key_write(&key, &vkey, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_answer = (char *)buf_detach(&line, NULL);
        *ret_vkey = (char *)buf_detach(&vkey, NULL);
    }
    buf_clear(&line);
    buf_clear(&vkey);
    return rc;
}

enum custody_status custody_witness_cosign(const char *trust_path, const void *request,
                                           size_t len, struct custody_credential *credential,
                                           const char *name, char **ret_answer, char **ret_vkey,
                                           struct custody_error *err)
{
    struct trust trust = {0};
    struct add_checkpoint asked;
    struct checkpoint checkpoint;
    struct credential_seen seen;
    if (!note_name_is_valid(name)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a witness's name has no blanks and no +, like "
                            "auditor.example/custody; choose another");
    }
    TRY(read_trust(trust_path, &trust, err));
    if (!parse_request(request, len, &asked)) {
        return malformed(err);
    }
    TRY(check_note(&trust, &asked, &checkpoint, err));
    TRY(credential_seen(credential->credential, trust.genesis, &seen, err));
    TRY(credential_remember(credential->credential, trust.genesis, (int64_t)checkpoint.size,
                            checkpoint.root, asked.old_size,
                            seen.size > 0 ? &asked.proof : NULL, err));
    return give_answer(credential->credential, name, &asked, ret_answer, ret_vkey, err);
}

/* ---- the office keeps it ---- */

/* Which stored checkpoint does this line cosign? Newest first. *ret_size -1: none. */
static enum custody_status find_cosigned(struct custody_site *site, const struct note_key *key,
                                         const char *line, size_t len, int64_t *ret_size,
                                         struct custody_error *err)
{
    struct store_query query = {0};
    int64_t size = -1;
    enum custody_status rc =
        store_query(site->store, &query, err,
                    "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC", "");
    while (rc == CUSTODY_OK && query.has_row && size < 0) {
        struct buf note = BUF_INIT(2U * NOTE_MAX);
        size_t note_len = 0;
        const void *stored = store_blob(&query, 1, &note_len);
        uint64_t good = 0;
        rc = buf_put(&note, stored, note_len, err);
        if (rc == CUSTODY_OK) {
            rc = buf_put(&note, line, len, err);
        }
        if (rc == CUSTODY_OK &&
            note_verify(note.data, note.len, key, 1, &good, NULL, NULL) == CUSTODY_OK &&
            good != 0) {
            size = store_int(&query, 0);
        }
        buf_clear(&note);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    *ret_size = size;
    return rc;
}

enum custody_status custody_witness_add(struct custody_site *site, const char *vkey,
                                        const void *answer, size_t len, int64_t *ret_size,
                                        struct custody_error *err)
{
    struct note_key key;
    size_t pos = 0;
    int64_t size = -1;
    const char *line = NULL;
    size_t line_len = 0;
    TRY(note_key_parse(vkey, &key, err));
    if (key.algorithm != NOTE_COSIGNATURE_V1) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "this verifier key is no witness's; ask the witness for his");
    }
    for (size_t i = 0; i < ANSWER_LINES && size < 0 && pos < len; i++) {
        if (!next_line(answer, len, &pos, &line, &line_len)) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "the answer is cut off; ask the witness for the whole file");
        }
        TRY(find_cosigned(site, &key, line, line_len + 1, &size, err));
    }
    if (size < 0) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "this answer cosigns no checkpoint of this ledger; ask the witness "
                            "again with a new request");
    }
    TRY(ledger_add_cosignature(site->ledger, size, line, line_len + 1, err));
    *ret_size = size;
    return CUSTODY_OK;
}

/* ---- trust files that want witnesses ---- */

static enum custody_status write_witnesses(struct buf *out, const char *const *vkeys,
                                           size_t count, size_t needed,
                                           struct custody_error *err)
{
    for (size_t i = 0; i < count; i++) {
        TRY(buf_printf(out, err, "witness w%zu %s\n", i + 1, vkeys[i]));
    }
    TRY(buf_printf(out, err, "group witnesses %zu", needed));
    for (size_t i = 0; i < count; i++) {
        TRY(buf_printf(out, err, " w%zu", i + 1));
    }
    return buf_put_text(out, "\nquorum witnesses\n", err);
}

enum custody_status custody_trust_witnessed(struct custody_site *site, const char *const *vkeys,
                                            size_t count, size_t needed, char **ret_text,
                                            struct custody_error *err)
{
    static const char none[] = "quorum none\n";
    struct buf text = BUF_INIT(TRUST_BYTES);
    struct trust trust;
    char *plain = NULL;
    if (count == 0 || needed < 1 || needed > count || count > TRUST_WITNESSES_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a quorum is 1 to as many witnesses as are named; correct it");
    }
    TRY(custody_trust(site, &plain, err));
    char *end = strstr(plain, none);
    enum custody_status rc = end != NULL ? CUSTODY_OK : malformed(err);
    if (rc == CUSTODY_OK) {
        *end = '\0';
        rc = buf_put_text(&text, plain, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_witnesses(&text, vkeys, count, needed, err);
    }
    if (rc == CUSTODY_OK) {
        rc = trust_parse(text.data, text.len, &trust, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_text = (char *)buf_detach(&text, NULL);
    }
    buf_clear(&text);
    free(plain);
    return rc;
}
