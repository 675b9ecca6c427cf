/* Accepted envelopes are written back byte for byte, and both readers agree on the outside. */
#include "envelope.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct envelope whole = {0};
    struct envelope outer = {0};
    struct buf out = BUF_INIT(ENVELOPE_MAX);
    uint8_t id[HASH_LEN];
    enum custody_status whole_rc = envelope_parse(data, size, &whole, &err);

    if (whole_rc != CUSTODY_OK) {
        claim_told(whole_rc, &err);
        CLAIM(err.rule[0] != '\0' && whole.payload_bytes.data == NULL);
    }
    enum custody_status outer_rc = envelope_parse_outer(data, size, &outer, &err);
    CLAIM(whole_rc != CUSTODY_OK || outer_rc == CUSTODY_OK);
    if (outer_rc == CUSTODY_OK) {
        CLAIM(size <= ENVELOPE_MAX && outer.payload.root == NULL);
        CLAIM(envelope_write(outer.payload_bytes.data, outer.payload_bytes.len,
                             outer.signatures, outer.signature_count, &out,
                             &err) == CUSTODY_OK);
        CLAIM(out.len == size && memcmp(out.data, data, size) == 0);
        CLAIM(envelope_act_id(outer.payload_bytes.data, outer.payload_bytes.len, id, &err) ==
              CUSTODY_OK);
        CLAIM(memcmp(id, outer.act_id, HASH_LEN) == 0);
    }
    if (whole_rc == CUSTODY_OK) {
        CLAIM(memcmp(whole.act_id, outer.act_id, HASH_LEN) == 0);
        CLAIM(whole.payload.root != NULL);
    }
    buf_clear(&out);
    envelope_clear(&outer);
    envelope_clear(&whole);
    return 0;
}
