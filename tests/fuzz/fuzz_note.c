/*
 * Checkpoint notes. The form that is accepted is written back the same; under the key of the
 * corpus, which signed one text, no other text is ever good.
 */
#include "corpus_key.h"
#include "fuzz.h"
#include "note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct checkpoint checkpoint = {.text_len = 77};
    struct note_key key;
    struct buf text = BUF_INIT(NOTE_MAX);
    uint64_t good = 0;
    uint64_t time = 0;
    enum custody_status rc = checkpoint_parse(data, size, &checkpoint, &err);

    CLAIM(note_key_parse(CORPUS_VKEY, &key, &err) == CUSTODY_OK);
    if (rc == CUSTODY_OK) {
        CLAIM(size <= NOTE_MAX && checkpoint.text_len < size);
        CLAIM(checkpoint_write_text(checkpoint.origin, checkpoint.size, checkpoint.root, &text,
                                    &err) == CUSTODY_OK);
        CLAIM(text.len == checkpoint.text_len && memcmp(text.data, data, text.len) == 0);
    } else {
        claim_told(rc, &err);
        CLAIM(checkpoint.text_len == 77);
    }
    rc = note_verify(data, size, &key, 1, &good, &time, &err);
    CLAIM(rc == CUSTODY_OK || (good == 0 && err.text[0] != '\0'));
    if (good != 0) {
        CLAIM(good == 1 && size > strlen(CORPUS_NOTE_TEXT));
        CLAIM(memcmp(data, CORPUS_NOTE_TEXT, strlen(CORPUS_NOTE_TEXT)) == 0);
    }
    buf_clear(&text);
    return 0;
}
