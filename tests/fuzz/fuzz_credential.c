/* A credential file that is taken has a sound handle and the keyid of its key. */
#include "credstore_impl.h"
#include "fuzz.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct credential_info info = {0};
    uint8_t keyid[HASH_LEN];
    struct fuzz_file file = fuzz_file_open(data, size);
    enum custody_status rc = credstore_read_info(file.path, &info, &err);

    if (rc == CUSTODY_OK) {
        CLAIM(text_is_handle(info.handle) && info.path == NULL);
        sign_keyid(info.public_key, keyid);
        CLAIM(memcmp(keyid, info.keyid, HASH_LEN) == 0);
    } else {
        claim_told(rc, &err);
        CLAIM(info.handle[0] == '\0');
    }
    fuzz_file_close(&file);
    return 0;
}
