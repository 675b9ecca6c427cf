/*
 * What a signer must be able to rely on before an act request is shown (FORMATS.md §8).
 *
 * Must not know acts beyond the six member names that carry act ids, nor who signs.
 */
#include "request.h"

#include <string.h>

#include "note.h"
#include "text.h"

#define NAMED_MAX 6U

static enum custody_status differs(struct custody_error *err, const char *rule,
                                   const char *text)
{
    (void)custody_refuse(err, rule, "%s; do not sign, ask the sender for a new request", text);
    if (err != NULL) {
        err->status = CUSTODY_ERR_TAMPERED;
    }
    return CUSTODY_ERR_TAMPERED;
}

/* One opening per commitment, each fitting, none besides. */
static enum custody_status check_openings(const struct request *request,
                                          const struct payload *payload,
                                          struct custody_error *err)
{
    struct sealed_fields fields = {0};
    enum custody_status rc = vault_find_fields(payload->root, &fields, err);

    if (rc == CUSTODY_OK && fields.count != request->opening_count) {
        rc = differs(err, "openings", "not every commitment comes with exactly one text");
    }
    for (size_t i = 0; i < fields.count && rc == CUSTODY_OK; i++) {
        const struct opening *found = NULL;
        for (size_t j = 0; j < request->opening_count; j++) {
            if (strcmp(request->openings[j].pointer, fields.items[i].pointer) == 0) {
                found = &request->openings[j];
                break;
            }
        }
        /* as many openings as fields and one for each: none is left over or double */
        if (found == NULL || !vault_opening_fits(found, fields.items[i].c)) {
            rc = differs(err, "openings", "a text shown is not the one committed in the act");
        }
    }
    sealed_fields_clear(&fields);
    return rc;
}

/* Distinct act ids that the body names; a member that holds no id (an act name, null) names
 * none. Returns how many. */
static size_t named_ids(const json_t *body, uint8_t ids[NAMED_MAX][HASH_LEN])
{
    static const char *const MEMBERS[NAMED_MAX] = {"act",     "approval", "authorisation",
                                                   "request", "standing", "stocktake"};
    size_t count = 0;

    for (size_t i = 0; i < NAMED_MAX; i++) { /* so ids[count] is always within */
        const json_t *value = json_object_get(body, MEMBERS[i]);
        bool is_new = json_is_string(value) &&
                      text_unhex(json_string_value(value), json_string_length(value),
                                 ids[count], HASH_LEN);
        for (size_t j = 0; j < count && is_new; j++) {
            is_new = memcmp(ids[j], ids[count], HASH_LEN) != 0;
        }
        if (is_new) {
            count++;
        }
    }
    return count;
}

static enum custody_status check_refs(const struct request *request,
                                      const struct payload *payload, struct custody_error *err)
{
    uint8_t named[NAMED_MAX][HASH_LEN] = {{0}};
    bool is_there[NAMED_MAX] = {false};
    size_t named_count = named_ids(payload->body, named);

    if (request->ref_count != named_count) {
        return differs(err, "object", "it does not carry exactly the acts that it names");
    }
    for (size_t i = 0; i < request->ref_count; i++) {
        uint8_t id[HASH_LEN];
        struct payload ref;
        enum custody_status rc =
            payload_parse(request->refs[i].data, request->refs[i].len, &ref, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        payload_clear(&ref);
        rc = envelope_act_id(request->refs[i].data, request->refs[i].len, id, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        size_t at = 0;
        while (at < named_count && memcmp(named[at], id, HASH_LEN) != 0) {
            at++;
        }
        if (at == named_count || is_there[at]) {
            return differs(err, "object", "an act it carries is not the one that it names");
        }
        is_there[at] = true;
    }
    return CUSTODY_OK;
}

static enum custody_status check_checkpoint(const struct request *request,
                                            const struct payload *payload,
                                            struct custody_error *err)
{
    struct checkpoint checkpoint;

    if (request->checkpoint.len == 0) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        checkpoint_parse(request->checkpoint.data, request->checkpoint.len, &checkpoint, err);
    if (rc == CUSTODY_OK && (checkpoint.size != (uint64_t)payload->seen_size ||
                             memcmp(checkpoint.root, payload->seen_root, HASH_LEN) != 0)) {
        rc = differs(err, "checkpoint", "its checkpoint is not the head that the act names");
    }
    return rc;
}

static enum custody_status check_signatures(const struct request *request,
                                            const struct payload *payload,
                                            struct custody_error *err)
{
    bool is_good = request->signature_count <= payload->signer_count;

    for (size_t i = 0; i < request->signature_count && is_good; i++) {
        for (size_t j = 0; j < i && is_good; j++) {
            is_good = memcmp(request->signatures[i].keyid, request->signatures[j].keyid,
                             HASH_LEN) != 0;
        }
    }
    if (!is_good) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a request with more signatures than signers or one of them twice; "
                            "ask the sender for a new request");
    }
    return CUSTODY_OK;
}

enum custody_status request_check(const struct request *request, struct payload *ret_payload,
                                  struct custody_error *err)
{
    struct payload payload;
    enum custody_status rc =
        payload_parse(request->payload.data, request->payload.len, &payload, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = check_openings(request, &payload, err);
    if (rc == CUSTODY_OK) {
        rc = check_refs(request, &payload, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_checkpoint(request, &payload, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_signatures(request, &payload, err);
    }
    if (rc != CUSTODY_OK) {
        payload_clear(&payload);
        return rc;
    }
    *ret_payload = payload;
    return CUSTODY_OK;
}
