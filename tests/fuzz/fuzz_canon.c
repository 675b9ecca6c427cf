/* Accepted bytes are their own canonical form; what may be signed may stand in a file. */
#include "canon.h"
#include "fuzz.h"

static int try_mode(const uint8_t *data, size_t size, enum canon_mode mode)
{
    struct custody_error err = {0};
    struct buf out = BUF_INIT(size + 1);
    json_t *value = NULL;
    enum custody_status rc = canon_parse(data, size, mode, &value, &err);

    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(value == NULL);
        return 0;
    }
    CLAIM(canon_write(&out, value, mode, &err) == CUSTODY_OK);
    CLAIM(out.len == size && memcmp(out.data, data, size) == 0);
    buf_clear(&out);
    json_decref(value);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int is_signed = try_mode(data, size, CANON_SIGNED);
    int is_file = try_mode(data, size, CANON_FILE);

    CLAIM(!is_signed || is_file);
    return 0;
}
