/*
 * Many small acts of one person at once: prepared on one head, signed with one durable step,
 * appended by one commit. The lines of an import are such acts: one an act, each with its own
 * wait for the disk, a home's keys took longer to write than to check.
 */
#include <stdlib.h>
#include <string.h>

#include "instant.h"
#include "site_impl.h"
#include "text.h"

/* Acts of one group. The last of them has seen a head as many entries old, and the least that a
 * policy may allow is 64 (seen_max_entries). */
#define GROUP_ACTS_MAX 32U

struct group {
    struct custody_site *site;
    struct custody_request *requests[GROUP_ACTS_MAX];
    size_t count;
    struct buf envelopes[GROUP_ACTS_MAX];
    struct ledger_appended appended[GROUP_ACTS_MAX];
    struct vault *vault; /* NULL: no personal texts */
};

static void clear_group(struct group *group)
{
    for (size_t i = 0; i < GROUP_ACTS_MAX; i++) {
        custody_request_free(group->requests[i]);
        buf_clear(&group->envelopes[i]);
    }
}

/* As many as surely fit, one at least. */
static enum custody_status prepare_group(struct group *group,
                                         const struct custody_draft *drafts, size_t count,
                                         struct custody_error *err)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count && i < GROUP_ACTS_MAX; i++) {
        if (bytes + PAYLOAD_MAX > CREDENTIAL_GROUP_BYTES_MAX) {
            break;
        }
        TRY(site_prepare(group->site, &drafts[i], (int64_t)i, &group->requests[i], err));
        bytes += group->requests[i]->request.payload.len;
        group->count++;
    }
    return CUSTODY_OK;
}

/* The person has agreed to the whole. */
static bool agree(void *arg, const struct credential_question *question)
{
    (void)arg;
    (void)question;
    return true;
}

static enum custody_status sign_group(struct group *group,
                                      const struct custody_credential *credential,
                                      struct custody_error *err)
{
    struct request *requests[GROUP_ACTS_MAX];
    for (size_t i = 0; i < group->count; i++) {
        requests[i] = &group->requests[i]->request;
    }
    TRY(site_prove_for(group->site, requests[0], credential->credential, err));
    return credential_sign_group(credential->credential, requests, group->count, agree, NULL,
                                 err);
}

static enum custody_status write_envelope(struct group *group, size_t i,
                                          struct custody_error *err)
{
    const struct request *request = &group->requests[i]->request;
    struct payload payload = {0};
    uint8_t act_id[HASH_LEN];
    TRY(request_check(request, &payload, err));
    enum custody_status rc =
        envelope_act_id(request->payload.data, request->payload.len, act_id, err);
    if (rc == CUSTODY_OK) {
        group->envelopes[i] = (struct buf)BUF_INIT(ENVELOPE_MAX);
        rc = envelope_write(request->payload.data, request->payload.len, request->signatures,
                            request->signature_count, &group->envelopes[i], err);
    }
    if (rc == CUSTODY_OK) {
        rc = site_keep_texts(group->site, request, &payload, act_id, &group->vault, err);
    }
    payload_clear(&payload);
    return rc;
}

static enum custody_status append_group(struct group *group, struct custody_error *err)
{
    struct judge judge;
    enum custody_status rc = CUSTODY_OK;
    judge_init(&judge, false, 256);
    for (size_t i = 0; rc == CUSTODY_OK && i < group->count; i++) {
        rc = write_envelope(group, i, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_append_group(group->site->ledger, group->envelopes, group->count,
                                 instant_now(), &judge, group->appended, err);
    }
    judge_clear(&judge);
    return rc;
}

/* The acts stand: what is left undone here, the next open for writing does (vault_sweep). */
static void make_texts_live(const struct group *group)
{
    for (size_t i = 0; group->vault != NULL && i < group->count; i++) {
        if (group->requests[i]->request.opening_count > 0 &&
            vault_make_live(group->vault, group->appended[i].act_id, group->appended[i].idx,
                            NULL) != CUSTODY_OK) {
            return;
        }
    }
}

/* Made before the acts are appended, so that want of memory cannot turn up after. */
static enum custody_status make_ids(const struct group *group, json_t **ret_ids,
                                    struct custody_error *err)
{
    json_t *ids = json_array();
    int bad = ids == NULL;
    for (size_t i = 0; bad == 0 && i < group->count; i++) {
        const struct buf *payload = &group->requests[i]->request.payload;
        uint8_t act_id[HASH_LEN];
        char id_hex[65];
        enum custody_status rc = envelope_act_id(payload->data, payload->len, act_id, err);
        if (rc != CUSTODY_OK) {
            json_decref(ids);
            return rc;
        }
        text_hex(act_id, HASH_LEN, id_hex);
        bad = json_array_append_new(ids, json_string(id_hex));
    }
    if (bad != 0) {
        json_decref(ids);
        ids = NULL;
    }
    return json_give(ids, ret_ids, err);
}

enum custody_status custody_act_group(struct custody_site *site,
                                      const struct custody_draft *drafts, size_t count,
                                      struct custody_credential *credential, json_t **ret_ids,
                                      struct custody_error *err)
{
    struct group group = {.site = site};
    json_t *ids = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (count == 0) {
        return json_give(json_array(), ret_ids, err);
    }
    rc = prepare_group(&group, drafts, count, err);
    if (rc == CUSTODY_OK) {
        rc = sign_group(&group, credential, err);
    }
    if (rc == CUSTODY_OK) {
        rc = make_ids(&group, &ids, err);
    }
    if (rc == CUSTODY_OK) {
        rc = append_group(&group, err);
    }
    if (rc == CUSTODY_OK) {
        make_texts_live(&group);
        *ret_ids = ids;
        ids = NULL;
    }
    json_decref(ids);
    clear_group(&group);
    return rc;
}
