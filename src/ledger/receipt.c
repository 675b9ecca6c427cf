/* Receipts: one file that proves one act (FORMATS.md §4). */
#include "receipt.h"

#include <inttypes.h>
#include <string.h>

#include "internal.h"
#include "text.h"
#include "verify.h"

#define HEAD_LINE          "c2sp.org/tlog-proof@v1\n"
#define ENVELOPE_CHARS_MAX (4U * ((ENVELOPE_MAX + 2U) / 3U))
#define RECEIPT_MAX        (ENVELOPE_CHARS_MAX + TREE_PROOF_MAX * 48U + NOTE_MAX + 256U)

enum custody_status ledger_receipt_write(struct ledger *ledger, int64_t idx, const void *note,
                                         size_t note_len, struct buf *out,
                                         struct custody_error *err)
{
    struct buf made = BUF_INIT(RECEIPT_MAX);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct checkpoint checkpoint;
    struct tree_proof proof;
    uint8_t root[HASH_LEN];
    enum custody_status rc = checkpoint_parse(note, note_len, &checkpoint, err);

    if (rc == CUSTODY_OK) {
        rc = ledger_root(ledger, (int64_t)checkpoint.size, root, err);
    }
    if (rc == CUSTODY_OK && !crypt_equal(root, checkpoint.root, HASH_LEN)) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the checkpoint is not of this ledger; take a fresh one");
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_prove_inclusion(ledger, idx, (int64_t)checkpoint.size, &proof, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_entry(ledger, idx, &envelope, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(&made, HEAD_LINE "extra ", err);
    }
    if (rc == CUSTODY_OK) {
        rc = text_put_base64(&made, envelope.data, envelope.len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_printf(&made, err, "\nindex %" PRId64 "\n", idx);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < proof.count; i++) {
        rc = text_put_base64(&made, proof.hashes[i], HASH_LEN, err);
        if (rc == CUSTODY_OK) {
            rc = buf_put_byte(&made, '\n', err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_byte(&made, '\n', err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(&made, note, note_len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, made.data, made.len, err);
    }
    buf_clear(&envelope);
    buf_clear(&made);
    return rc;
}

/* ---- reading ---- */

struct lines {
    const char *at;
    size_t left;
};

static bool take_line(struct lines *lines, const char **ret_line, size_t *ret_len)
{
    const char *end = memchr(lines->at, '\n', lines->left);

    if (end == NULL) {
        return false;
    }
    *ret_line = lines->at;
    *ret_len = (size_t)(end - lines->at);
    lines->left -= *ret_len + 1;
    lines->at = end + 1;
    return true;
}

static bool begins(const char *line, size_t len, const char *with)
{
    return len >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

/* Lines after the index up to the empty one. ERR_INVALID: not hashes. */
static enum custody_status read_proof(struct lines *lines, struct tree_proof *proof,
                                      struct custody_error *err)
{
    struct buf hash = BUF_INIT(64);
    const char *line = NULL;
    size_t len = 0;
    enum custody_status rc = CUSTODY_ERR_INVALID;

    while (take_line(lines, &line, &len)) {
        if (len == 0) {
            rc = CUSTODY_OK;
            break;
        }
        buf_clear(&hash);
        if (proof->count == TREE_PROOF_MAX || len != 44) {
            break;
        }
        enum custody_status decoded = text_put_unbase64(&hash, line, len, NULL);
        if (decoded == CUSTODY_ERR_NOMEM) {
            rc = decoded;
        }
        if (decoded != CUSTODY_OK || hash.len != HASH_LEN) {
            break;
        }
        memcpy(proof->hashes[proof->count++], hash.data, HASH_LEN);
    }
    buf_clear(&hash);
    return rc == CUSTODY_OK ? rc : custody_fail(err, rc, "the receipt's proof is malformed");
}

static enum custody_status malformed(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "this is not a receipt; take the whole file (.tlog-proof)");
}

enum custody_status receipt_parse(const void *data, size_t len, struct receipt *ret_receipt,
                                  struct custody_error *err)
{
    struct receipt receipt = {.envelope = BUF_INIT(ENVELOPE_MAX)};
    struct lines lines = {data, len};
    const char *line = NULL;
    size_t line_len = 0;
    enum custody_status rc = CUSTODY_OK;

    if (len > RECEIPT_MAX || !begins(data, len, HEAD_LINE)) {
        return malformed(err);
    }
    (void)take_line(&lines, &line, &line_len);
    if (!take_line(&lines, &line, &line_len) || !begins(line, line_len, "extra ")) {
        return malformed(err);
    }
    rc = text_put_unbase64(&receipt.envelope, line + 6, line_len - 6, err);
    if (rc == CUSTODY_ERR_INVALID || rc == CUSTODY_ERR_LIMIT) {
        rc = malformed(err);
    }
    if (rc == CUSTODY_OK &&
        (!take_line(&lines, &line, &line_len) || !begins(line, line_len, "index ") ||
         !text_parse_u64(line + 6, line_len - 6, INT64_MAX, &receipt.index))) {
        rc = malformed(err);
    }
    if (rc == CUSTODY_OK) {
        rc = read_proof(&lines, &receipt.proof, err);
    }
    if (rc == CUSTODY_OK) {
        receipt.note = (const uint8_t *)lines.at;
        receipt.note_len = lines.left;
        rc = checkpoint_parse(lines.at, lines.left, &receipt.checkpoint, err);
    }
    if (rc != CUSTODY_OK) {
        receipt_clear(&receipt);
        return rc;
    }
    *ret_receipt = receipt;
    return CUSTODY_OK;
}

void receipt_clear(struct receipt *receipt)
{
    buf_clear(&receipt->envelope);
}

bool receipt_is_included(const struct receipt *receipt)
{
    uint8_t leaf[HASH_LEN];

    tree_leaf(receipt->envelope.data, receipt->envelope.len, leaf);
    return tree_verify_inclusion(leaf, receipt->index, receipt->checkpoint.size,
                                 receipt->proof.hashes, receipt->proof.count,
                                 receipt->checkpoint.root);
}

enum custody_status ledger_receipt_check(const void *data, size_t len,
                                         const struct note_key *log, int64_t *ret_idx,
                                         struct buf *ret_envelope, struct custody_error *err)
{
    struct receipt receipt;
    uint64_t good = 0;
    enum custody_status rc = receipt_parse(data, len, &receipt, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = note_verify(receipt.note, receipt.note_len, log, 1, &good, NULL, err);
    if (rc == CUSTODY_OK && (good != 1 || strcmp(receipt.checkpoint.origin, log->name) != 0)) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the receipt is not signed by this log; check which site it is from");
    }
    if (rc == CUSTODY_OK && !receipt_is_included(&receipt)) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the receipt's act is not in the ledger that its checkpoint signs");
    }
    if (rc == CUSTODY_OK && ret_envelope != NULL) {
        rc = buf_put(ret_envelope, receipt.envelope.data, receipt.envelope.len, err);
    }
    if (rc == CUSTODY_OK && ret_idx != NULL) {
        *ret_idx = (int64_t)receipt.index;
    }
    receipt_clear(&receipt);
    return rc;
}
