/* The parts of a C2SP tlog-proof. Internal to src/ledger; the face is in verify.h. */
#ifndef CUSTODY_LEDGER_RECEIPT_H
#define CUSTODY_LEDGER_RECEIPT_H

#include "buf.h"
#include "note.h"
#include "tree.h"

struct receipt {
    struct buf envelope; /* the extra line, decoded */
    uint64_t index;
    struct tree_proof proof;
    const uint8_t *note; /* within the data that was parsed */
    size_t note_len;
    struct checkpoint checkpoint;
};

/* ERR_INVALID: not a receipt of ours (one that carries its envelope). */
enum custody_status receipt_parse(const void *data, size_t len, struct receipt *ret_receipt,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
void receipt_clear(struct receipt *receipt);
/* Does the proof lead from the envelope to the checkpoint's root? */
bool receipt_is_included(const struct receipt *receipt);

#endif
