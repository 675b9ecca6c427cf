/* Padding of openings: what unpads was padded just so, and a text pads and unpads to itself. */
#include "fuzz.h"
#include "vault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct buf padded = BUF_INIT(VAULT_PADDED_MAX);
    size_t plain = 77777777;
    enum custody_status rc = vault_unpad(data, size, &plain, &err);

    if (rc == CUSTODY_OK) {
        CLAIM(plain < size && size - plain <= 64 && size % 64 == 0 && data[plain] == 0x80);
        for (size_t i = plain + 1; i < size; i++) {
            CLAIM(data[i] == 0);
        }
        if (vault_pad(data, plain, &padded, &err) == CUSTODY_OK) {
            CLAIM(padded.len == size && memcmp(padded.data, data, size) == 0);
        }
    } else {
        claim_told(rc, &err);
        CLAIM(plain == 77777777);
    }
    buf_clear(&padded);
    if (vault_pad(data, size, &padded, &err) == CUSTODY_OK) {
        CLAIM(vault_unpad(padded.data, padded.len, &plain, &err) == CUSTODY_OK);
        CLAIM(plain == size);
    }
    buf_clear(&padded);
    return 0;
}
