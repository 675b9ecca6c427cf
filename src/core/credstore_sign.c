/*
 * Signing act requests with a credential, on top of what it saw (credstore_seen.c).
 *
 * Must not know rules, roles or what an act means. Invariant: no signature by this key leaves
 * before the record that accounts for it is durable, nor before the person was asked about
 * these very bytes.
 */
#include "credstore_impl.h"

#include <assert.h>
#include <stdlib.h>
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

/* One act of those that are signed at one go. */
struct signing {
    struct request *request;
    struct payload payload;
    bool is_parsed;
    uint8_t act_id[HASH_LEN];
    bool is_repeat; /* these very bytes were signed before */
};

/* The act of that number among the last ones signed; NULL: none of them. */
static const struct buf *find_signed(const struct credstore_record *record, int64_t actor_seq)
{
    const int64_t back = record->seen.actor_seq - actor_seq;

    if (back == 0) {
        return &record->payload;
    }
    return back > 0 && back <= (int64_t)record->earlier_count
               ? &record->earlier[record->earlier_count - (size_t)back]
               : NULL;
}

/* What the running number of the person's own acts asks for. replaced is filled when
 * question->replaced points at it. */
static enum custody_status check_sequence(const struct credstore_record *record,
                                          struct signing *it,
                                          struct credential_question *question,
                                          struct payload *replaced, struct custody_error *err)
{
    const int64_t actor_seq = it->payload.actor_seq;
    const struct buf *before = find_signed(record, actor_seq);
    uint8_t act_id[HASH_LEN];

    if (actor_seq > record->seen.actor_seq) {
        question->skipped_acts = actor_seq - record->seen.actor_seq - 1;
        return CUSTODY_OK;
    }
    if (before == NULL) {
        return custody_refuse(err, "sequence",
                              "this credential has signed its act number %lld already, and "
                              "this one is number %lld; prepare it again",
                              (long long)record->seen.actor_seq, (long long)actor_seq);
    }
    enum custody_status rc = envelope_act_id(before->data, before->len, act_id, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (memcmp(act_id, it->act_id, HASH_LEN) == 0) {
        it->is_repeat = true;
        return CUSTODY_OK;
    }
    rc = payload_parse(before->data, before->len, replaced, err);
    if (rc == CUSTODY_OK) {
        question->replaced = replaced;
    }
    return rc;
}

/* Ask about one act, with what the store remembers about its number. */
static enum custody_status ask_about(const struct credstore_record *record, bool is_actor,
                                     struct signing *it, ask_person ask, void *arg,
                                     struct custody_error *err)
{
    struct payload replaced;
    struct credential_question question = {.payload = &it->payload,
                                           .request = it->request,
                                           .is_first_head = record->seen.size == 0};
    enum custody_status rc =
        is_actor ? check_sequence(record, it, &question, &replaced, err) : CUSTODY_OK;

    if (rc == CUSTODY_OK && !it->is_repeat) {
        rc = put_question(ask, arg, &question, err);
    }
    if (question.replaced != NULL) {
        payload_clear(&replaced);
    }
    return rc;
}

/* The record after acts of this person: these, and of the last ones signed those behind. What
 * is before the first one is in the ledger, else it could not be the next. */
static enum custody_status advance_record(struct credstore_record *record,
                                          const struct signing *signings, size_t count,
                                          struct custody_error *err)
{
    const int64_t first = signings[0].payload.actor_seq;
    const int64_t last = signings[count - 1].payload.actor_seq;
    const int64_t highest = last > record->seen.actor_seq ? last : record->seen.actor_seq;
    struct credstore_record after = {.seen = record->seen, .payload = {.max = PAYLOAD_MAX}};
    enum custody_status rc = CUSTODY_OK;

    after.seen.actor_seq = highest;
    if (highest == last) {
        memcpy(after.seen.act_id, signings[count - 1].act_id, HASH_LEN);
    }
    if (highest > first) {
        after.earlier = calloc((size_t)(highest - first), sizeof *after.earlier);
        if (after.earlier == NULL) {
            return credstore_no_memory(err);
        }
        after.earlier_count = (size_t)(highest - first);
    }
    for (int64_t number = first; number <= highest && rc == CUSTODY_OK; number++) {
        const struct buf *from = number <= last ? &signings[number - first].request->payload
                                                : find_signed(record, number);
        struct buf *to = number == highest ? &after.payload : &after.earlier[number - first];
        to->max = PAYLOAD_MAX;
        rc = buf_put(to, from->data, from->len, err);
    }
    if (rc != CUSTODY_OK) {
        credstore_record_clear(&after);
        return rc;
    }
    credstore_record_clear(record);
    *record = after;
    return CUSTODY_OK;
}

/* Acts on a ledger that is there, of which one head is offered. */
static enum custody_status sign_next_entries(const struct credential *credential,
                                             struct signing *signings, size_t count,
                                             ask_person ask, void *arg,
                                             struct custody_error *err)
{
    const struct payload *offered = &signings[0].payload;
    const struct request *request = signings[0].request;
    const bool is_actor = strcmp(offered->by, credential->info.handle) == 0;
    struct credstore_record record;
    bool is_new = false;
    enum custody_status rc = credstore_read_record(credential, offered->ledger, &record, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct credential_seen before = record.seen;
    rc = credstore_check_head(&before, offered->seen_size, offered->seen_root, request->from,
                              &request->proof, err);
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        rc = ask_about(&record, is_actor, &signings[i], ask, arg, err);
        is_new = is_new || !signings[i].is_repeat;
    }
    if (rc == CUSTODY_OK) {
        credstore_keep_larger_head(&record.seen, offered->seen_size, offered->seen_root);
        is_new = is_new || record.seen.size != before.size;
    }
    if (rc == CUSTODY_OK && is_actor) {
        rc = advance_record(&record, signings, count, err);
    }
    if (rc == CUSTODY_OK && is_new) {
        rc = credstore_replace_record(credential, offered->ledger, &before, &record, err);
    }
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        rc = add_signature(credential, signings[i].request, err);
    }
    credstore_record_clear(&record);
    return rc;
}

static enum custody_status open_signing(const struct credential *credential, struct signing *it,
                                        struct custody_error *err)
{
    enum custody_status rc = request_check(it->request, &it->payload, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    it->is_parsed = true;
    rc = check_signer(credential, it->request, &it->payload, err);
    return rc == CUSTODY_OK ? envelope_act_id(it->request->payload.data,
                                              it->request->payload.len, it->act_id, err)
                            : rc;
}

static void close_signing(struct signing *it)
{
    if (it->is_parsed) {
        payload_clear(&it->payload);
    }
}

enum custody_status credential_sign(struct credential *credential, struct request *request,
                                    ask_person ask, void *arg, struct custody_error *err)
{
    struct signing it = {.request = request};
    enum custody_status rc = open_signing(credential, &it, err);

    if (rc == CUSTODY_OK) {
        rc = it.payload.has_ledger
                 ? sign_next_entries(credential, &it, 1, ask, arg, err)
                 : sign_first_entry(credential, request, &it.payload, ask, arg, err);
    }
    close_signing(&it);
    return rc;
}

/* One actor, one ledger, one head, one number after the other. */
static enum custody_status check_group(const struct credential *credential,
                                       const struct signing *signings, size_t count,
                                       struct custody_error *err)
{
    const struct payload *first = &signings[0].payload;
    size_t bytes = 0;
    bool is_group = first->has_ledger && strcmp(first->by, credential->info.handle) == 0;
    bool is_one_head = true;

    for (size_t i = 0; i < count && is_group; i++) {
        const struct payload *it = &signings[i].payload;
        bytes += signings[i].request->payload.len;
        is_group = it->has_ledger && memcmp(it->ledger, first->ledger, HASH_LEN) == 0 &&
                   strcmp(it->by, first->by) == 0 && signings[i].request->signature_count == 0;
        is_one_head = is_one_head && it->seen_size == first->seen_size &&
                      memcmp(it->seen_root, first->seen_root, HASH_LEN) == 0 &&
                      it->actor_seq == first->actor_seq + (int64_t)i;
    }
    if (!is_group) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "these acts cannot be signed at one go; sign them one by one");
    }
    if (!is_one_head) {
        return custody_fail(err, CUSTODY_ERR_BUSY,
                            "the ledger has grown while these acts were prepared; prepare them "
                            "again");
    }
    if (bytes > CREDENTIAL_GROUP_BYTES_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "too much to sign at one go; sign it in smaller parts");
    }
    return CUSTODY_OK;
}

enum custody_status credential_sign_group(struct credential *credential,
                                          struct request *const *requests, size_t count,
                                          ask_person ask, void *arg, struct custody_error *err)
{
    struct signing *signings = NULL;
    enum custody_status rc = CUSTODY_OK;

    if (count == 0 || count > CREDENTIAL_GROUP_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "from 1 to %u acts are signed at one go; sign them in parts",
                            CREDENTIAL_GROUP_MAX);
    }
    signings = calloc(count, sizeof *signings);
    if (signings == NULL) {
        return credstore_no_memory(err);
    }
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        signings[i].request = requests[i];
        rc = open_signing(credential, &signings[i], err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_group(credential, signings, count, err);
    }
    if (rc == CUSTODY_OK) {
        rc = sign_next_entries(credential, signings, count, ask, arg, err);
        for (size_t i = 0; rc != CUSTODY_OK && i < count; i++) {
            /* one that was signed before memory ran out; check_group saw that it had none */
            memset(&requests[i]->signatures[0], 0, sizeof requests[i]->signatures[0]);
            requests[i]->signature_count = 0;
        }
    }
    for (size_t i = 0; i < count; i++) {
        close_signing(&signings[i]);
    }
    free(signings);
    return rc;
}
