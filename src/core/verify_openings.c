/*
 * Do the texts behind the commitments of acts open them (FORMATS.md §5): those of a site's
 * vault, or those of an openings file beside an export.
 */
#include "verify_impl.h"

#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "site_erase.h"
#include "text.h"

#define OPENINGS_MAX_BYTES ((size_t)1 << 30)

struct opened {
    struct judge *judge;
    struct store *replayed;
    const json_t *openings; /* of a file, or NULL */
    struct vault *vault;    /* of a site, or NULL */
    size_t next;            /* into openings */
    bool has_any;
};

static bool same_opening(const json_t *opening, int64_t idx, const char *pointer)
{
    const char *where = json_string_value(json_object_get(opening, "pointer"));
    return json_integer_value(json_object_get(opening, "entry")) == idx && where != NULL &&
           strcmp(where, pointer) == 0;
}

static enum custody_status opening_from_json(const json_t *json, struct opening *ret_opening,
                                             struct custody_error *err)
{
    const char *k_com = json_string_value(json_object_get(json, "k_com"));
    const char *pt = json_string_value(json_object_get(json, "pt"));
    ret_opening->padded = (struct buf)BUF_INIT(VAULT_PLAIN_MAX + 64);
    if (k_com == NULL || pt == NULL ||
        !text_unhex(k_com, strlen(k_com), ret_opening->k_com, HASH_LEN)) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "An opening is malformed.");
    }
    return text_put_unbase64(&ret_opening->padded, pt, strlen(pt), err);
}

/* A text that the vault kept in spite of its erasure: still to be done, or a lie of the act
 * that says it was. */
static enum custody_status check_remains(struct opened *opened, const uint8_t *k,
                                         int64_t erased_at, const char *pointer,
                                         struct custody_error *err)
{
    int64_t done_count = 0;
    bool has = false;
    TRY(vault_has_remains(opened->vault, k, &has, err));
    if (!has) {
        return CUSTODY_OK;
    }
    TRY(store_get_int(opened->replayed, err, &done_count, NULL,
                      "SELECT count(*) FROM erasure WHERE idx = ? AND done_idx IS NOT NULL",
                      "i", erased_at));
    if (done_count > 0) {
        return judge_violate(opened->judge, err, "openings",
                             "The vault still holds the text at %s, which entry %lld erased: "
                             "open the site for writing, which erases it.",
                             pointer, (long long)erased_at);
    }
    return CUSTODY_OK;
}

/* Under a subject that was erased nothing is to be opened: the entry that erased it is the
 * authority, and only what stood before it is covered. */
static enum custody_status check_erased(struct opened *opened, int64_t idx,
                                        const struct sealed_field *field, const uint8_t *k,
                                        int64_t erased_at, struct custody_error *err)
{
    if (idx > erased_at) {
        return judge_violate(opened->judge, err, "openings",
                             "The text at %s is committed under a subject that entry %lld had "
                             "erased.",
                             field->pointer, (long long)erased_at);
    }
    return opened->vault == NULL ? CUSTODY_OK
                                 : check_remains(opened, k, erased_at, field->pointer, err);
}

/* One commitment: opens and matches, was erased, or what is wrong. */
static enum custody_status check_field(struct opened *opened, const struct envelope *envelope,
                                       int64_t idx, const struct sealed_field *field,
                                       struct custody_error *err)
{
    struct opening opening = {0};
    enum custody_status rc = CUSTODY_ERR_NOT_FOUND;
    struct custody_error inner = {0};
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    int64_t erased_at = 0;
    bool is_erased = false;
    opened->judge->idx = idx;
    opened->judge->has_act_id = true;
    memcpy(opened->judge->act_id, envelope->act_id, HASH_LEN);
    if (text_unhex(field->k, strlen(field->k), k, sizeof k)) {
        TRY(site_erased_at(opened->replayed, k, &erased_at, &is_erased, err));
    }
    /* an openings file may be older than the erasure: what it gives is judged all the same */
    bool is_given =
        opened->next < json_array_size(opened->openings) &&
        same_opening(json_array_get(opened->openings, opened->next), idx, field->pointer);
    if (is_erased && (!is_given || idx > erased_at)) {
        opened->next += is_given ? 1 : 0;
        return check_erased(opened, idx, field, k, erased_at, err);
    }
    if (opened->vault != NULL) {
        rc = vault_read_opening(opened->vault, envelope->act_id, envelope->payload.nonce,
                                field->pointer, &opening, &inner);
    } else if (is_given) {
        rc =
            opening_from_json(json_array_get(opened->openings, opened->next), &opening, &inner);
        opened->next++;
    }
    if (rc == CUSTODY_ERR_NOMEM || rc == CUSTODY_ERR_IO || rc == CUSTODY_ERR_BUSY) {
        if (err != NULL) {
            *err = inner;
        }
        opening_clear(&opening);
        return rc;
    }
    bool fits = rc == CUSTODY_OK && vault_opening_fits(&opening, field->c);
    opening_clear(&opening);
    opened->has_any = opened->has_any || fits;
    if (fits) {
        return CUSTODY_OK;
    }
    return judge_violate(opened->judge, err, "openings",
                         rc == CUSTODY_ERR_NOT_FOUND
                             ? "The text at %s is missing and no erasure was authorised."
                             : "The text at %s does not match its commitment.",
                         field->pointer);
}

static enum custody_status check_entry_fields(void *arg, int64_t idx, const uint8_t *bytes,
                                              size_t len, struct custody_error *err)
{
    struct opened *opened = arg;
    struct envelope envelope = {0};
    struct sealed_fields fields = {0};
    enum custody_status rc = envelope_parse_outer(bytes, len, &envelope, err);
    if (rc != CUSTODY_OK) {
        return rc == CUSTODY_ERR_NOMEM ? rc : CUSTODY_OK; /* the ledger scope has found it */
    }
    /* Most acts have no personal field: their bytes tell without being parsed. */
    const struct buf *payload = &envelope.payload_bytes;
    bool has_fields = memmem(payload->data, payload->len, "{\"c\":\"", 6) != NULL;
    if (has_fields) {
        rc = payload_parse(payload->data, payload->len, &envelope.payload, err);
    }
    if (!has_fields || rc != CUSTODY_OK) {
        envelope_clear(&envelope);
        return rc == CUSTODY_ERR_NOMEM ? rc : CUSTODY_OK;
    }
    rc = vault_find_fields(envelope.payload.root, &fields, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < fields.count; i++) {
        rc = check_field(opened, &envelope, idx, &fields.items[i], err);
    }
    sealed_fields_clear(&fields);
    envelope_clear(&envelope);
    return rc;
}

enum custody_status verify_openings(struct ledger_source *source, struct store *replayed,
                                    const char *site_dir, const char *path, struct judge *judge,
                                    enum verdict *ret_verdict, struct custody_error *err)
{
    struct buf text = BUF_INIT(OPENINGS_MAX_BYTES);
    json_t *openings = NULL;
    struct vault *vault = NULL;
    int64_t violations = judge->violation_count;
    struct opened opened = {.judge = judge, .replayed = replayed};
    enum custody_status rc = CUSTODY_OK;
    if (path != NULL) {
        rc = file_read(path, OPENINGS_MAX_BYTES, &text, err);
        if (rc == CUSTODY_OK) {
            rc = canon_parse(text.data, text.len, CANON_FILE, &openings, err);
        }
        if (rc == CUSTODY_OK && !json_is_array(openings)) {
            rc = custody_fail(err, CUSTODY_ERR_INVALID, "The openings file is no list.");
        }
    } else if (site_dir != NULL) {
        struct custody_error inner = {0};
        if (vault_open(site_dir, true, &vault, &inner) != CUSTODY_OK) {
            judge->idx = JUDGE_NO_INDEX;
            rc = judge_incomplete(judge, err, "openings",
                                  "The vault could not be opened: %.200s", inner.text);
            if (rc == CUSTODY_OK) {
                *ret_verdict = VERDICT_INCOMPLETE;
            }
            goto out;
        }
    } else {
        goto out;
    }
    opened.openings = openings;
    opened.vault = vault;
    if (rc == CUSTODY_OK) {
        rc = ledger_source_each(source, check_entry_fields, &opened, err);
    }
    if (rc == CUSTODY_OK && opened.next < json_array_size(openings)) {
        judge->idx = JUDGE_NO_INDEX;
        judge->has_act_id = false;
        rc = judge_violate(judge, err, "openings",
                           "The openings file has texts that no commitment asks for, or is not "
                           "sorted.");
    }
    if (rc == CUSTODY_OK) {
        *ret_verdict = judge->violation_count > violations ? VERDICT_FAILED : VERDICT_VERIFIED;
    }
out:
    vault_close(vault);
    json_decref(openings);
    buf_clear(&text);
    return rc;
}
