/*
 * Prepare: state -> exact payload bytes (design.md, "Three verbs"). A dry run of the act's own
 * apply decides; personal texts become commitments on the way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "instant.h"
#include "policy.h"
#include "site_impl.h"
#include "text.h"

#define OPENINGS_MAX 256

struct builder {
    struct custody_site *site;
    struct request *request;
    uint8_t nonce[16];
    char subject_k[33]; /* one subject an act, and one a folder: name and phone of one person
                           share a key */
};

/* Text -> {c,k} at pointer, with its opening. */
static enum custody_status seal_text(struct builder *builder, const char *pointer,
                                     const char *text, json_t **ret_field,
                                     struct custody_error *err)
{
    struct vault *vault = NULL;
    struct request *request = builder->request;
    if (request->opening_count == OPENINGS_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT, "Too many personal fields in one act.");
    }
    struct opening *grown =
        realloc(request->openings, (request->opening_count + 1) * sizeof *grown);
    if (grown == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    request->openings = grown;
    memset(&grown[request->opening_count], 0, sizeof *grown);
    TRY(site_vault(builder->site, &vault, err));
    TRY(vault_commit_field(vault, builder->subject_k[0] != '\0' ? builder->subject_k : NULL,
                           builder->nonce, pointer, text, ret_field,
                           &grown[request->opening_count], err));
    request->opening_count++;
    const char *k = json_string_value(json_object_get(*ret_field, "k"));
    (void)snprintf(builder->subject_k, sizeof builder->subject_k, "%s", k);
    return CUSTODY_OK;
}

static enum custody_status complete(struct builder *builder, const struct field *fields,
                                    json_t *body, const char *pointer, bool is_line,
                                    struct custody_error *err);

/* Elements of a list. The texts of a folder have a key that no other folder of the act shares:
 * each is erased for itself (FORMATS.md §7, §21). */
static enum custody_status complete_list(
    struct builder *builder, /* NOLINT(misc-no-recursion) */
    const struct field *fields, const json_t *list, const char *pointer,
    struct custody_error *err)
{
    size_t i = 0;
    json_t *element = NULL;
    json_array_foreach(list, i, element)
    {
        char path[200];
        const char *item = json_string_value(json_object_get(element, "item"));
        const bool is_folder = item != NULL && item[0] == 'F';
        if (!json_is_object(element)) {
            continue; /* refused when the body is checked */
        }
        if (is_folder) {
            builder->subject_k[0] = '\0';
        }
        (void)snprintf(path, sizeof path, "%s/%zu", pointer, i);
        TRY(complete(builder, fields, element, path, false, err));
        if (is_folder) {
            builder->subject_k[0] = '\0';
        }
    }
    return CUSTODY_OK;
}

/*
 * Put in what the caller may leave out and seal what is personal. Nesting of bodies is at most
 * three tables deep, so the recursion is bounded by the act table.
 */
static enum custody_status complete(struct builder *builder, /* NOLINT(misc-no-recursion) */
                                    const struct field *fields, json_t *body,
                                    const char *pointer, bool is_line,
                                    struct custody_error *err)
{
    char path[160];
    for (const struct field *field = fields; field->name != NULL; field++) {
        bool is_together =
            strcmp(field->name, "sheet") == 0 || strcmp(field->name, "terminals") == 0;
        json_t *value = json_object_get(body, field->name);
        if (is_line && is_together) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", pointer, field->name);
        if (value == NULL && strcmp(field->name, "terminals") == 0 &&
            field->type == FIELD_INT) {
            if (json_object_set_new(body, field->name, json_integer(1)) != 0) {
                return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
            }
        } else if (value == NULL && field->is_nullable) {
            if (json_object_set_new(body, field->name, json_null()) != 0) {
                return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
            }
        } else if (field->type == FIELD_SEALED && json_object_get(value, "text") != NULL) {
            json_t *sealed = NULL;
            const char *text = json_string_value(json_object_get(value, "text"));
            if (text == NULL) {
                return custody_fail(err, CUSTODY_ERR_INVALID, "A personal text must be text.");
            }
            TRY(seal_text(builder, path, text, &sealed, err));
            if (json_object_set_new(body, field->name, sealed) != 0) {
                return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
            }
        } else if (field->type == FIELD_OBJECT && json_is_object(value)) {
            TRY(complete(builder, field->of, value, path, false, err));
        } else if (field->type == FIELD_LIST && json_is_array(value)) {
            TRY(complete_list(builder, field->of, value, path, err));
        } else if (field->type == FIELD_LINE && json_is_object(value)) {
            const char *name = json_string_value(json_object_get(body, "act"));
            const struct act *row = name != NULL ? act_find(name) : NULL;
            if (row != NULL) {
                TRY(complete(builder, row->fields, value, path, true, err));
            }
        }
    }
    return CUSTODY_OK;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* by and signers, sorted, each once. */
static enum custody_status put_signers(const struct custody_draft *draft, json_t *root,
                                       struct custody_error *err)
{
    const char *handles[SIGNERS_MAX + 1];
    size_t count = 0;
    if (draft->signer_count > SIGNERS_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT, "An act has at most 16 signers.");
    }
    handles[count++] = draft->by;
    for (size_t i = 0; i < draft->signer_count; i++) {
        if (strcmp(draft->signers[i], draft->by) != 0) {
            handles[count++] = draft->signers[i];
        }
    }
    qsort(handles, count, sizeof *handles, compare_text);
    json_t *array = json_array();
    int bad = array == NULL;
    for (size_t i = 0; bad == 0 && i < count; i++) {
        if (i == 0 || strcmp(handles[i], handles[i - 1]) != 0) {
            bad = json_array_append_new(array, json_string(handles[i]));
        }
    }
    if (bad != 0 || json_object_set_new(root, "signers", array) != 0) {
        json_decref(bad != 0 ? array : NULL);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    return CUSTODY_OK;
}

struct head {
    int64_t size, at, seq;
    uint8_t root[HASH_LEN];
    uint8_t id[HASH_LEN];
};

/* What the signers' sides will be shown: one snapshot. */
static enum custody_status read_head(struct custody_site *site, const char *by,
                                     struct head *head, struct custody_error *err)
{
    *head = (struct head){.seq = 1, .at = instant_now()};
    memcpy(head->root, TREE_EMPTY_ROOT, HASH_LEN);
    TRY(store_begin_read(site->store, err));
    enum custody_status rc = ledger_size(site->ledger, &head->size, err);
    if (rc == CUSTODY_OK && head->size > 0) {
        int64_t last = 0;
        rc = ledger_root(site->ledger, head->size, head->root, err);
        if (rc == CUSTODY_OK) {
            rc = ledger_id(site->ledger, head->id, err);
        }
        if (rc == CUSTODY_OK) {
            rc = ledger_next_seq(site->ledger, by, &head->seq, err);
        }
        if (rc == CUSTODY_OK) {
            rc = ledger_at(site->ledger, head->size - 1, &last, err);
        }
        if (rc == CUSTODY_OK && last > head->at) {
            head->at = last; /* the clock is behind what was signed (FORMATS.md §1, Time) */
        }
    }
    store_rollback(site->store);
    return rc;
}

static enum custody_status build_root(const struct custody_draft *draft,
                                      const struct head *head, const uint8_t nonce[16],
                                      json_t *body, json_t **ret_root,
                                      struct custody_error *err)
{
    char at[INSTANT_TEXT_SIZE];
    char nonce_hex[33];
    char root_hex[65];
    char id_hex[65];
    json_t *root = NULL;
    instant_format(head->at, at);
    text_hex(nonce, 16, nonce_hex);
    text_hex(head->root, HASH_LEN, root_hex);
    text_hex(head->id, HASH_LEN, id_hex);
    TRY(json_give(json_pack("{s:s,s:I,s:s,s:O,s:s,s:s,s:{s:s,s:I}}", "act", draft->act,
                            "actor_seq", (json_int_t)head->seq, "at", at, "body", body, "by",
                            draft->by, "nonce", nonce_hex, "seen", "root", root_hex, "size",
                            (json_int_t)head->size),
                  &root, err));
    enum custody_status rc = put_signers(draft, root, err);
    if (rc == CUSTODY_OK && head->size > 0 &&
        json_object_set_new(root, "ledger", json_string(id_hex)) != 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    if (rc == CUSTODY_OK) {
        *ret_root = root;
    } else {
        json_decref(root);
    }
    return rc;
}

/* Payloads of the acts that this one names by id, so that nobody signs a number. */
static enum custody_status add_refs(struct custody_site *site, struct request *request,
                                    const json_t *body, struct custody_error *err)
{
    static const char *const names[] = {
        "act", "approval", "authorisation", "request", "standing", "stocktake", NULL};
    for (const char *const *name = names; *name != NULL; name++) {
        uint8_t id[HASH_LEN];
        int64_t idx = 0;
        struct envelope envelope = {0};
        const char *text = json_string_value(json_object_get(body, *name));
        if (text == NULL || !text_unhex(text, strlen(text), id, sizeof id)) {
            continue;
        }
        enum custody_status rc = ledger_find(site->ledger, id, &idx, err);
        if (rc == CUSTODY_ERR_NOT_FOUND) {
            return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                                "There is no act of the id %.16s… in this ledger.", text);
        }
        TRY(rc);
        TRY(site_entry(site, idx, &envelope, err));
        struct buf *ref = &request->refs[request->ref_count];
        *ref = (struct buf)BUF_INIT(PAYLOAD_MAX);
        rc = buf_put(ref, envelope.payload_bytes.data, envelope.payload_bytes.len, err);
        request->ref_count += rc == CUSTODY_OK ? 1 : 0;
        envelope_clear(&envelope);
        TRY(rc);
    }
    return CUSTODY_OK;
}

static enum custody_status try_payload(struct custody_site *site,
                                       struct custody_request *request,
                                       struct custody_error *err)
{
    struct judge judge;
    judge_init(&judge, false, 256);
    enum custody_status rc =
        ledger_try(site->ledger, request->request.payload.data, request->request.payload.len,
                   instant_now(), &judge, err);
    if (rc == CUSTODY_OK) {
        rc = judge_flags_json(&judge, &request->flags, err);
    }
    judge_clear(&judge);
    return rc;
}

/* The payload of the act that stands `ahead` acts of this person further on. It was tried as
 * the next one: the acts between are not in the ledger yet. */
static enum custody_status move_ahead(struct request *request, json_t *root, int64_t seq,
                                      struct custody_error *err)
{
    if (json_object_set_new(root, "actor_seq", json_integer((json_int_t)seq)) != 0) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    buf_clear(&request->payload);
    return canon_write(&request->payload, root, CANON_SIGNED, err);
}

enum custody_status site_prepare(struct custody_site *site, const struct custody_draft *draft,
                                 int64_t ahead, struct custody_request **ret_request,
                                 struct custody_error *err)
{
    const struct act *row = act_find(draft->act);
    struct head head;
    json_t *body = NULL;
    json_t *root = NULL;
    struct builder builder = {.site = site};
    struct custody_request *request = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (row == NULL) {
        return custody_refuse(err, "unknown-act", "This program has no act of the name %.60s.",
                              draft->act);
    }
    request = calloc(1, sizeof *request);
    body = json_deep_copy(draft->body);
    if (request == NULL || body == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        goto out;
    }
    builder.request = &request->request;
    request->request.payload = (struct buf)BUF_INIT(PAYLOAD_MAX);
    crypt_random(builder.nonce, sizeof builder.nonce);
    rc = complete(&builder, row->fields, body, "/body", false, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = read_head(site, draft->by, &head, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = build_root(draft, &head, builder.nonce, body, &root, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = canon_write(&request->request.payload, root, CANON_SIGNED, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = add_refs(site, &request->request, body, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = draft->is_untried ? json_give(json_array(), &request->flags, err)
                           : try_payload(site, request, err);
    if (rc == CUSTODY_OK && ahead > 0) {
        rc = move_ahead(&request->request, root, head.seq + ahead, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_request = request;
        request = NULL;
    }
out:
    json_decref(root);
    json_decref(body);
    custody_request_free(request);
    return rc;
}

enum custody_status custody_prepare(struct custody_site *site,
                                    const struct custody_draft *draft,
                                    struct custody_request **ret_request,
                                    struct custody_error *err)
{
    return site_prepare(site, draft, 0, ret_request, err);
}

void custody_request_free(struct custody_request *request)
{
    if (request != NULL) {
        request_clear(&request->request);
        json_decref(request->flags);
        free(request);
    }
}
