/*
 * Strict DSSE and the payload around the body (FORMATS.md §1).
 *
 * The envelope is matched against one template, never parsed as JSON: of all the spellings DSSE
 * allows, one stands for a signed act here, so one act has one leaf. The payload bytes that
 * were decoded are the bytes that are hashed, verified and parsed.
 */
#include "envelope.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "instant.h"
#include "text.h"

#define HEAD             "{\"payload\":\""
#define MIDDLE           "\",\"payloadType\":\"" ENVELOPE_TYPE "\",\"signatures\":["
#define SIGNATURE_HEAD   "{\"keyid\":\""
#define SIGNATURE_MIDDLE "\",\"sig\":\""
#define SIGNATURE_TAIL   "\"}"
#define TAIL             "]}"
#define SIG_CHARS        88U /* base64 of 64 bytes */
#define KEYID_CHARS      (2U * HASH_LEN)
#define INTEGER_MAX      INT64_C(9007199254740991)
#define PAE_HEAD_MAX     80U /* what stands before the payload, two numbers in it */

static enum custody_status malformed(struct custody_error *err, const char *check,
                                     const char *format, ...) CUSTODY_PRINTF(3, 4);

static enum custody_status malformed(struct custody_error *err, const char *check,
                                     const char *format, ...)
{
    char text[300];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    enum custody_status rc = custody_fail(err, CUSTODY_ERR_INVALID, "%s", text);
    if (err != NULL) {
        (void)snprintf(err->rule, sizeof err->rule, "%s", check);
    }
    return rc;
}

/* ---- PAE and act id ---- */

enum custody_status envelope_pae(const void *payload, size_t len, struct buf *out,
                                 struct custody_error *err)
{
    size_t before = out->len;
    enum custody_status rc = buf_reserve(out, len + PAE_HEAD_MAX, err);

    if (rc == CUSTODY_OK) {
        rc = buf_printf(out, err, "DSSEv1 %zu %s %zu ", sizeof ENVELOPE_TYPE - 1, ENVELOPE_TYPE,
                        len);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, payload, len, err);
    }
    if (rc != CUSTODY_OK && out->data != NULL) {
        out->len = before;
        out->data[before] = 0;
    }
    return rc;
}

enum custody_status envelope_act_id(const void *payload, size_t len, uint8_t out[HASH_LEN],
                                    struct custody_error *err)
{
    struct buf pae = BUF_INIT(ENVELOPE_MAX);
    enum custody_status rc = envelope_pae(payload, len, &pae, err);

    if (rc == CUSTODY_OK) {
        hash_sha256(pae.data, pae.len, out);
    }
    buf_clear(&pae);
    return rc;
}

/* ---- writing ---- */

static enum custody_status put_signature(struct buf *out, const struct signature *signature,
                                         struct custody_error *err)
{
    char keyid[KEYID_CHARS + 1];

    text_hex(signature->keyid, HASH_LEN, keyid);
    enum custody_status rc = buf_printf(out, err, SIGNATURE_HEAD "%s" SIGNATURE_MIDDLE, keyid);
    if (rc == CUSTODY_OK) {
        rc = text_put_base64(out, signature->bytes, SIGN_LEN, err);
    }
    return rc == CUSTODY_OK ? buf_put_text(out, SIGNATURE_TAIL, err) : rc;
}

static int compare_signatures(const void *a, const void *b)
{
    const struct signature *x = a;
    const struct signature *y = b;

    return memcmp(x->keyid, y->keyid, HASH_LEN);
}

enum custody_status envelope_write(const void *payload, size_t len,
                                   const struct signature *signatures, size_t count,
                                   struct buf *out, struct custody_error *err)
{
    struct signature sorted[SIGNERS_MAX];
    struct buf made = BUF_INIT(ENVELOPE_MAX);
    enum custody_status rc = CUSTODY_OK;

    if (count == 0 || count > SIGNERS_MAX) {
        return malformed(err, "envelope", "an act has 1 to %u signatures, not %zu", SIGNERS_MAX,
                         count);
    }
    if (len > PAYLOAD_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "the act is larger than %u bytes; split it into several acts",
                            PAYLOAD_MAX);
    }
    memcpy(sorted, signatures, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], compare_signatures);
    for (size_t i = 1; i < count; i++) {
        if (compare_signatures(&sorted[i - 1], &sorted[i]) == 0) {
            return malformed(err, "envelope",
                             "one credential signed twice; each person signs once");
        }
    }
    rc = buf_put_text(&made, HEAD, err);
    if (rc == CUSTODY_OK) {
        rc = text_put_base64(&made, payload, len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(&made, MIDDLE, err);
    }
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        if (i > 0) {
            rc = buf_put_byte(&made, ',', err);
        }
        if (rc == CUSTODY_OK) {
            rc = put_signature(&made, &sorted[i], err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(&made, TAIL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, made.data, made.len, err);
    }
    buf_clear(&made);
    return rc;
}

/* ---- parsing the envelope ---- */

struct cursor {
    const char *at;
    size_t left;
};

static bool take(struct cursor *cursor, const char *text)
{
    size_t len = strlen(text);

    if (cursor->left < len || memcmp(cursor->at, text, len) != 0) {
        return false;
    }
    cursor->at += len;
    cursor->left -= len;
    return true;
}

/* Does the template match? */
static bool take_signature(struct cursor *cursor, struct signature *ret)
{
    if (!take(cursor, SIGNATURE_HEAD) || cursor->left < KEYID_CHARS ||
        !text_unhex(cursor->at, KEYID_CHARS, ret->keyid, HASH_LEN)) {
        return false;
    }
    cursor->at += KEYID_CHARS;
    cursor->left -= KEYID_CHARS;
    if (!take(cursor, SIGNATURE_MIDDLE) || cursor->left < SIG_CHARS ||
        !text_unbase64(cursor->at, SIG_CHARS, ret->bytes, SIGN_LEN)) {
        return false;
    }
    cursor->at += SIG_CHARS;
    cursor->left -= SIG_CHARS;
    return take(cursor, SIGNATURE_TAIL);
}

static enum custody_status parse_signatures(struct cursor *cursor, struct envelope *envelope,
                                            struct custody_error *err)
{
    bool is_good = true;

    do {
        struct signature *signature = &envelope->signatures[envelope->signature_count];
        if (envelope->signature_count == SIGNERS_MAX) {
            return malformed(err, "envelope", "an act has at most %u signatures", SIGNERS_MAX);
        }
        is_good = take_signature(cursor, signature);
        if (is_good && envelope->signature_count > 0 &&
            compare_signatures(signature - 1, signature) >= 0) {
            return malformed(err, "envelope",
                             "the signatures are not sorted by key id, or one stands twice");
        }
        envelope->signature_count++;
    } while (is_good && take(cursor, ","));
    if (!is_good || !take(cursor, TAIL) || cursor->left != 0) {
        return malformed(err, "envelope", "the envelope is not in its one exact form");
    }
    return CUSTODY_OK;
}

enum custody_status envelope_parse_outer(const void *data, size_t len,
                                         struct envelope *ret_envelope,
                                         struct custody_error *err)
{
    struct cursor cursor = {data, len};
    struct envelope envelope = {.payload_bytes = BUF_INIT(ENVELOPE_MAX),
                                .pae = BUF_INIT(ENVELOPE_MAX)};
    enum custody_status rc = CUSTODY_OK;
    const char *quote = NULL;
    size_t encoded_len = 0;

    if (len > ENVELOPE_MAX) {
        return malformed(err, "envelope", "the envelope is larger than %u bytes", ENVELOPE_MAX);
    }
    if (!take(&cursor, HEAD)) {
        return malformed(err, "envelope", "the envelope is not in its one exact form");
    }
    quote = memchr(cursor.at, '"', cursor.left);
    if (quote == NULL) {
        return malformed(err, "envelope", "the envelope is not in its one exact form");
    }
    encoded_len = (size_t)(quote - cursor.at);
    rc = text_put_unbase64(&envelope.payload_bytes, cursor.at, encoded_len, err);
    if (rc == CUSTODY_ERR_NOMEM) {
        goto out;
    }
    if (rc != CUSTODY_OK) {
        rc = malformed(err, "envelope", "the payload is not strict base64");
        goto out;
    }
    if (envelope.payload_bytes.len > PAYLOAD_MAX) {
        rc = malformed(err, "envelope", "the payload is larger than %u bytes", PAYLOAD_MAX);
        goto out;
    }
    cursor.at += encoded_len;
    cursor.left -= encoded_len;
    if (!take(&cursor, MIDDLE)) {
        rc = malformed(err, "envelope", "the envelope is not in its one exact form");
        goto out;
    }
    rc = parse_signatures(&cursor, &envelope, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = envelope_pae(envelope.payload_bytes.data, envelope.payload_bytes.len, &envelope.pae,
                      err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    hash_sha256(envelope.pae.data, envelope.pae.len, envelope.act_id);
    *ret_envelope = envelope;
    return CUSTODY_OK;
out:
    envelope_clear(&envelope);
    return rc;
}

enum custody_status envelope_parse(const void *data, size_t len, struct envelope *ret_envelope,
                                   struct custody_error *err)
{
    struct envelope envelope;
    enum custody_status rc = envelope_parse_outer(data, len, &envelope, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = payload_parse(envelope.payload_bytes.data, envelope.payload_bytes.len,
                       &envelope.payload, err);
    if (rc != CUSTODY_OK) {
        envelope_clear(&envelope);
        return rc;
    }
    *ret_envelope = envelope;
    return CUSTODY_OK;
}

void envelope_clear(struct envelope *envelope)
{
    buf_clear(&envelope->payload_bytes);
    buf_clear(&envelope->pae);
    payload_clear(&envelope->payload);
}

/* ---- parsing the payload ---- */

static const char *string_member(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool int_member(const json_t *object, const char *key, int64_t min, int64_t *ret)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < min ||
        json_integer_value(value) > INTEGER_MAX) {
        return false;
    }
    *ret = json_integer_value(value);
    return true;
}

static bool hex_member(const json_t *object, const char *key, uint8_t *out, size_t len)
{
    const char *text = string_member(object, key);

    return text != NULL && text_unhex(text, strlen(text), out, len);
}

static bool read_seen(struct payload *payload)
{
    const json_t *seen = json_object_get(payload->root, "seen");

    return json_object_size(seen) == 2 &&
           hex_member(seen, "root", payload->seen_root, HASH_LEN) &&
           int_member(seen, "size", 0, &payload->seen_size);
}

/* Sorted, each once, `by` among them. */
static bool read_signers(struct payload *payload)
{
    const json_t *list = json_object_get(payload->root, "signers");
    size_t count = json_array_size(list);
    bool has_by = false;

    if (!json_is_array(list) || count == 0 || count > SIGNERS_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *handle = json_string_value(json_array_get(list, i));
        if (!text_is_handle(handle) ||
            (i > 0 && strcmp(payload->signers[i - 1], handle) >= 0)) {
            return false;
        }
        has_by = has_by || strcmp(handle, payload->by) == 0;
        payload->signers[i] = handle;
    }
    payload->signer_count = count;
    return has_by;
}

/* The first member that is wrong, or NULL. */
static const char *read_members(struct payload *payload)
{
    const char *at = string_member(payload->root, "at");

    payload->act = string_member(payload->root, "act");
    payload->by = string_member(payload->root, "by");
    payload->body = json_object_get(payload->root, "body");
    payload->has_ledger = json_object_get(payload->root, "ledger") != NULL;
    if (json_object_size(payload->root) != (payload->has_ledger ? 9U : 8U)) {
        return "set of members";
    }
    if (!text_is_act_name(payload->act)) {
        return "act";
    }
    if (!int_member(payload->root, "actor_seq", 1, &payload->actor_seq)) {
        return "actor_seq";
    }
    if (at == NULL || !instant_parse(at, strlen(at), &payload->at)) {
        return "at";
    }
    if (!json_is_object(payload->body)) {
        return "body";
    }
    if (!text_is_handle(payload->by)) {
        return "by";
    }
    if (payload->has_ledger &&
        !hex_member(payload->root, "ledger", payload->ledger, HASH_LEN)) {
        return "ledger";
    }
    if (!hex_member(payload->root, "nonce", payload->nonce, sizeof payload->nonce)) {
        return "nonce";
    }
    if (!read_seen(payload)) {
        return "seen";
    }
    return read_signers(payload) ? NULL : "signers";
}

enum custody_status payload_parse(const void *data, size_t len, struct payload *ret_payload,
                                  struct custody_error *err)
{
    struct payload payload = {0};
    struct custody_error inner = {0};
    enum custody_status rc = CUSTODY_OK;

    if (len > PAYLOAD_MAX) {
        return malformed(err, "structure", "the payload is larger than %u bytes", PAYLOAD_MAX);
    }
    rc = canon_parse(data, len, CANON_SIGNED, &payload.root, &inner);
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "reading an act: out of memory");
    }
    if (rc != CUSTODY_OK) {
        return malformed(err, "canonical", "%.280s", inner.text);
    }
    const char *wrong = json_is_object(payload.root) ? read_members(&payload) : "top level";
    if (wrong != NULL) {
        payload_clear(&payload);
        return malformed(err, "structure", "the payload's %s is not as the format demands",
                         wrong);
    }
    *ret_payload = payload;
    return CUSTODY_OK;
}

void payload_clear(struct payload *payload)
{
    json_decref(payload->root);
    *payload = (struct payload){0};
}
