/*
 * Signing act requests with a credential, on top of what it saw (credstore_seen.c).
 *
 * Must not know rules, roles or what an act means. Invariant: no signature by this key leaves
 * before the record that accounts for it is durable, nor before the person was asked about
 * these very bytes.
 */
#include "credstore_impl.h"

#include <assert.h>
#include <string.h>

/* Among the signers, and not signed yet. */
static enum custody_status check_signer(const struct credential *credential,
                                        const struct request *request,
                                        const struct payload *payload,
                                        struct custody_error *err)
{
    bool is_named = false;

    for (size_t i = 0; i < payload->signer_count; i++) {
        is_named = is_named || strcmp(payload->signers[i], credential->info.handle) == 0;
    }
    if (!is_named) {
        return custody_refuse(err, "person",
                              "%s is not among the signers of this act; use the credential of "
                              "one who is",
                              credential->info.handle);
    }
    for (size_t i = 0; i < request->signature_count; i++) {
        if (memcmp(request->signatures[i].keyid, credential->info.keyid, HASH_LEN) == 0) {
            return custody_refuse(
                err, "person", "this credential has signed this request already; pass it on");
        }
    }
    if (request->signature_count >= payload->signer_count) {
        return custody_refuse(err, "person",
                              "this request has all its signatures already; submit it");
    }
    return CUSTODY_OK;
}

static enum custody_status add_signature(const struct credential *credential,
                                         struct request *request, struct custody_error *err)
{
    struct buf pae = BUF_INIT(PAYLOAD_MAX + 256U);
    enum custody_status rc =
        envelope_pae(request->payload.data, request->payload.len, &pae, err);

    if (rc == CUSTODY_OK) {
        /* check_signer left room: at most one signature a signer */
        assert(request->signature_count < SIGNERS_MAX);
        struct signature *signature = &request->signatures[request->signature_count];
        memcpy(signature->keyid, credential->info.keyid, HASH_LEN);
        sign_detached(&credential->key, pae.data, pae.len, signature->bytes);
        request->signature_count++;
    }
    buf_clear(&pae);
    return rc;
}

typedef bool (*ask_person)(void *arg, const struct credential_question *question);

static enum custody_status put_question(ask_person ask, void *arg,
                                        const struct credential_question *question,
                                        struct custody_error *err)
{
    return ask(arg, question)
               ? CUSTODY_OK
               : custody_refuse(err, "declined", "the act was not signed; nothing has changed");
}

/* Entry 0: there is no ledger yet of which anything could have been seen. */
static enum custody_status sign_first_entry(const struct credential *credential,
                                            struct request *request,
                                            const struct payload *payload, ask_person ask,
                                            void *arg, struct custody_error *err)
{
    const struct credential_question question = {.payload = payload, .request = request};

    /* an act that only looks like a first entry must not slip past the witness */
    if ((strncmp(payload->act, "site.found/", 11) != 0 &&
         strncmp(payload->act, "ledger.succeed/", 15) != 0) ||
        payload->seen_size != 0 || payload->actor_seq != 1) {
        return custody_refuse(err, "seen",
                              "an act without a ledger can only found one; prepare it again");
    }
    enum custody_status rc = put_question(ask, arg, &question, err);
    return rc == CUSTODY_OK ? add_signature(credential, request, err) : rc;
}

/* What the running number of the person's own acts asks for. *ret_is_repeat: these very bytes
 * were signed before. replaced is filled when question->replaced points at it. */
static enum custody_status check_sequence(const struct credstore_record *record,
                                          const struct payload *payload,
                                          const uint8_t act_id[HASH_LEN],
                                          struct credential_question *question,
                                          struct payload *replaced, bool *ret_is_repeat,
                                          struct custody_error *err)
{
    const struct credential_seen *seen = &record->seen;

    if (payload->actor_seq < seen->actor_seq) {
        return custody_refuse(err, "sequence",
                              "this credential has signed its act number %lld already, and "
                              "this one is number %lld; prepare it again",
                              (long long)seen->actor_seq, (long long)payload->actor_seq);
    }
    if (payload->actor_seq > seen->actor_seq) {
        question->skipped_acts = payload->actor_seq - seen->actor_seq - 1;
        return CUSTODY_OK;
    }
    if (memcmp(act_id, seen->act_id, HASH_LEN) == 0) {
        *ret_is_repeat = true;
        return CUSTODY_OK;
    }
    enum custody_status rc =
        payload_parse(record->payload.data, record->payload.len, replaced, err);
    if (rc == CUSTODY_OK) {
        question->replaced = replaced;
    }
    return rc;
}

/* The record after this act. */
static enum custody_status advance_record(struct credstore_record *record,
                                          const struct request *request,
                                          const struct payload *payload,
                                          const uint8_t act_id[HASH_LEN], bool is_actor,
                                          struct custody_error *err)
{
    credstore_keep_larger_head(&record->seen, payload->seen_size, payload->seen_root);
    if (!is_actor) {
        return CUSTODY_OK;
    }
    record->seen.actor_seq = payload->actor_seq;
    memcpy(record->seen.act_id, act_id, HASH_LEN);
    buf_clear(&record->payload);
    return buf_put(&record->payload, request->payload.data, request->payload.len, err);
}

static enum custody_status sign_next_entry(const struct credential *credential,
                                           struct request *request,
                                           const struct payload *payload, ask_person ask,
                                           void *arg, struct custody_error *err)
{
    struct credstore_record record;
    struct payload replaced;
    struct credential_question question = {.payload = payload, .request = request};
    bool is_actor = strcmp(payload->by, credential->info.handle) == 0;
    bool is_repeat = false;
    uint8_t act_id[HASH_LEN];
    enum custody_status rc =
        envelope_act_id(request->payload.data, request->payload.len, act_id, err);

    if (rc == CUSTODY_OK) {
        rc = credstore_read_record(credential, payload->ledger, &record, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct credential_seen before = record.seen;
    question.is_first_head = before.size == 0;
    rc = credstore_check_head(&before, payload->seen_size, payload->seen_root, request->from,
                              &request->proof, err);
    if (rc == CUSTODY_OK && is_actor) {
        rc = check_sequence(&record, payload, act_id, &question, &replaced, &is_repeat, err);
    }
    if (rc == CUSTODY_OK && !is_repeat) {
        rc = put_question(ask, arg, &question, err);
    }
    if (rc == CUSTODY_OK) {
        rc = advance_record(&record, request, payload, act_id, is_actor, err);
    }
    if (rc == CUSTODY_OK && (!is_repeat || record.seen.size != before.size)) {
        rc = credstore_replace_record(credential, payload->ledger, &before, &record, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_signature(credential, request, err);
    }
    if (question.replaced != NULL) {
        payload_clear(&replaced);
    }
    credstore_record_clear(&record);
    return rc;
}

enum custody_status credential_sign(struct credential *credential, struct request *request,
                                    ask_person ask, void *arg, struct custody_error *err)
{
    struct payload payload;
    enum custody_status rc = request_check(request, &payload, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = check_signer(credential, request, &payload, err);
    if (rc == CUSTODY_OK) {
        rc = payload.has_ledger
                 ? sign_next_entry(credential, request, &payload, ask, arg, err)
                 : sign_first_entry(credential, request, &payload, ask, arg, err);
    }
    payload_clear(&payload);
    return rc;
}
