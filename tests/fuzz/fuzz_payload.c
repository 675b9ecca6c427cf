/*
 * An accepted payload holds what its struct promises; a body that its act's fields admit can be
 * told as a sentence in both languages, and its personal fields can be found.
 */
#include "act.h"
#include "canon.h"
#include "fuzz.h"
#include "sentence.h"
#include "vault.h"

static void tell(const struct payload *payload)
{
    struct custody_error err = {0};

    for (int lang = CUSTODY_ZH; lang <= CUSTODY_EN; lang++) {
        struct buf sentence = BUF_INIT(1u << 20);
        enum custody_status rc =
            sentence_write(payload, NULL, (enum custody_lang)lang, 480, &sentence, &err);
        CLAIM(rc == CUSTODY_OK ? sentence.len > 0 : err.text[0] != '\0');
        buf_clear(&sentence);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct payload payload = {0};
    struct sealed_fields fields = {0};
    struct buf out = BUF_INIT(PAYLOAD_MAX);
    bool is_by_there = false;
    enum custody_status rc = payload_parse(data, size, &payload, &err);

    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(payload.root == NULL);
        return 0;
    }
    CLAIM(size <= PAYLOAD_MAX && payload.actor_seq >= 1 && payload.seen_size >= 0);
    CLAIM(payload.signer_count >= 1 && payload.signer_count <= SIGNERS_MAX);
    for (size_t i = 0; i < payload.signer_count; i++) {
        is_by_there = is_by_there || strcmp(payload.by, payload.signers[i]) == 0;
        CLAIM(i == 0 || strcmp(payload.signers[i - 1], payload.signers[i]) < 0);
    }
    CLAIM(is_by_there);
    CLAIM(canon_write(&out, payload.root, CANON_SIGNED, &err) == CUSTODY_OK);
    CLAIM(out.len == size && memcmp(out.data, data, size) == 0);
    const struct act *row = act_find(payload.act);
    if (row != NULL) {
        rc = field_check(row->fields, payload.body, &err);
        if (rc != CUSTODY_OK) {
            claim_told(rc, &err);
            CLAIM(err.rule[0] != '\0');
        }
    }
    tell(&payload); /* also of bodies that are no good: the verifier names them */
    if (vault_find_fields(payload.root, &fields, &err) == CUSTODY_OK) {
        CLAIM(fields.count <= VAULT_FIELDS_MAX);
    }
    sealed_fields_clear(&fields);
    buf_clear(&out);
    payload_clear(&payload);
    return 0;
}
