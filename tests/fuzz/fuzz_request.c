/* An accepted request file is written back byte for byte; checking it may refuse, no more. */
#include "fuzz.h"
#include "request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct request request = {.from = 77};
    struct payload payload = {0};
    struct buf out = BUF_INIT(REQUEST_MAX);
    enum custody_status rc = request_parse(data, size, &request, &err);

    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(request.from == 77 && request.openings == NULL);
        return 0;
    }
    CLAIM(request_write(&request, &out, &err) == CUSTODY_OK);
    CLAIM(out.len == size && memcmp(out.data, data, size) == 0);
    rc = request_check(&request, &payload, &err);
    if (rc == CUSTODY_OK) {
        CLAIM(payload.root != NULL && request.signature_count <= payload.signer_count);
    } else {
        claim_told(rc, &err);
        CLAIM(payload.root == NULL);
    }
    payload_clear(&payload);
    buf_clear(&out);
    request_clear(&request);
    return 0;
}
