/* A receipt that checks carries an envelope and its index; under the corpus's key only its
 * own checkpoint can stand below. */
#include "corpus_key.h"
#include "fuzz.h"
#include "receipt.h"
#include "verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct receipt receipt = {0};
    struct note_key log;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX + 2);
    int64_t idx = -77;
    enum custody_status parsed = receipt_parse(data, size, &receipt, &err);

    if (parsed != CUSTODY_OK) {
        claim_told(parsed, &err);
    } else {
        CLAIM(receipt.note >= data && receipt.note_len <= size);
        CLAIM(receipt.note + receipt.note_len <= data + size);
    }
    CLAIM(note_key_parse(CORPUS_VKEY, &log, &err) == CUSTODY_OK);
    enum custody_status rc = ledger_receipt_check(data, size, &log, &idx, &envelope, &err);
    if (rc == CUSTODY_OK) {
        CLAIM(parsed == CUSTODY_OK && receipt_is_included(&receipt));
        CLAIM(idx >= 0 && (uint64_t)idx < receipt.checkpoint.size && envelope.len > 0);
        CLAIM(memcmp(receipt.note, CORPUS_NOTE_TEXT, strlen(CORPUS_NOTE_TEXT)) == 0);
    } else {
        CLAIM(idx == -77 && envelope.len == 0 && err.text[0] != '\0');
    }
    buf_clear(&envelope);
    receipt_clear(&receipt);
    return 0;
}
