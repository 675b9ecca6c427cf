/* An accepted vkey is written back the same, and its key is one that we accept. */
#include "fuzz.h"
#include "note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct note_key key = {.id = 77};
    struct buf out = BUF_INIT(1024);
    char *vkey = fuzz_text(data, size);
    enum custody_status rc = note_key_parse(vkey, &key, &err);

    if (rc == CUSTODY_OK) {
        CLAIM(note_name_is_valid(key.name) && sign_public_is_valid(key.public_key));
        CLAIM(note_key_write(&key, &out, &err) == CUSTODY_OK);
        CLAIM(out.len == strlen(vkey) && memcmp(out.data, vkey, out.len) == 0);
    } else {
        claim_told(rc, &err);
        CLAIM(key.id == 77);
    }
    buf_clear(&out);
    free(vkey);
    return 0;
}
