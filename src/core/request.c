/*
 * Act request files: exact bytes in and out, and what makes one fit to be shown and signed.
 *
 * Must not know rules, roles or credential stores. Invariant: bytes that request_parse accepts
 * are the bytes request_write makes from the result.
 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "note.h"
#include "text.h"

#define POINTER_MAX  1024U
#define MEMBER_COUNT 7U
#define SIZE_LIMIT   INT64_C(9007199254740991) /* integers of canonical JSON */

void request_clear(struct request *request)
{
    buf_clear(&request->checkpoint);
    openings_free(request->openings, request->opening_count);
    buf_clear(&request->payload);
    for (size_t i = 0; i < request->ref_count; i++) {
        buf_clear(&request->refs[i]);
    }
    memset(request, 0, sizeof *request);
}

static enum custody_status out_of_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory for an act request; try again");
}

/* ---- writing ---- */

/* NULL when out of memory (or longer than a request can be, which canon_write would say). */
static json_t *base64_value(const uint8_t *data, size_t len)
{
    struct buf text = BUF_INIT(2 * REQUEST_MAX);
    json_t *value = NULL;

    if (text_put_base64(&text, data, len, NULL) == CUSTODY_OK) {
        value =
            text.len > 0 ? json_stringn((const char *)text.data, text.len) : json_string("");
    }
    if (text.data != NULL) {
        crypt_wipe(text.data, text.cap); /* it may be a personal text */
    }
    buf_clear(&text);
    return value;
}

static json_t *hex_value(const uint8_t data[HASH_LEN])
{
    char hex[2 * HASH_LEN + 1];

    text_hex(data, HASH_LEN, hex);
    return json_string(hex);
}

/* False when out of memory; takes value over, which may be NULL. */
static bool put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static json_t *opening_value(const struct opening *opening)
{
    json_t *object = json_object();

    if (!put(object, "k_com", hex_value(opening->k_com)) ||
        !put(object, "pointer", json_string(opening->pointer)) ||
        !put(object, "pt", base64_value(opening->padded.data, opening->padded.len))) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *signature_value(const struct signature *signature)
{
    json_t *object = json_object();

    if (!put(object, "keyid", hex_value(signature->keyid)) ||
        !put(object, "sig", base64_value(signature->bytes, SIGN_LEN))) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* Openings in order of pointer, as indexes into the request's. */
static void sort_openings(const struct request *request, size_t order[VAULT_FIELDS_MAX])
{
    for (size_t i = 0; i < request->opening_count; i++) {
        size_t at = i;
        while (at > 0 && strcmp(request->openings[order[at - 1]].pointer,
                                request->openings[i].pointer) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

static bool fill_lists(const struct request *request, const size_t *order, json_t *openings,
                       json_t *proof, json_t *refs, json_t *signatures)
{
    bool is_ok = true;

    for (size_t i = 0; i < request->opening_count && is_ok; i++) {
        is_ok =
            json_array_append_new(openings, opening_value(&request->openings[order[i]])) == 0;
    }
    for (size_t i = 0; i < request->proof.count && is_ok; i++) {
        is_ok =
            json_array_append_new(proof, base64_value(request->proof.hashes[i], HASH_LEN)) == 0;
    }
    for (size_t i = 0; i < request->ref_count && is_ok; i++) {
        is_ok = json_array_append_new(
                    refs, base64_value(request->refs[i].data, request->refs[i].len)) == 0;
    }
    for (size_t i = 0; i < request->signature_count && is_ok; i++) {
        is_ok =
            json_array_append_new(signatures, signature_value(&request->signatures[i])) == 0;
    }
    return is_ok;
}

/* The whole file as a value; NULL when out of memory. */
static json_t *request_value(const struct request *request, const size_t *order)
{
    json_t *object = json_object();
    json_t *openings = json_array();
    json_t *proof = json_array();
    json_t *refs = json_array();
    json_t *signatures = json_array();
    bool is_ok = fill_lists(request, order, openings, proof, refs, signatures);

    /* each put takes its value over, so all must run */
    is_ok = put(object, "openings", openings) && is_ok;
    is_ok = put(object, "proof", proof) && is_ok;
    is_ok = put(object, "refs", refs) && is_ok;
    is_ok = put(object, "signatures", signatures) && is_ok;
    is_ok = is_ok &&
            put(object, "checkpoint",
                request->checkpoint.len > 0
                    ? base64_value(request->checkpoint.data, request->checkpoint.len)
                    : json_null()) &&
            put(object, "from", json_integer((json_int_t)request->from)) &&
            put(object, "payload", base64_value(request->payload.data, request->payload.len));
    if (!is_ok) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* Counts and lengths: afterwards only memory and the total can be short. */
static enum custody_status check_extent(const struct request *request,
                                        struct custody_error *err)
{
    if (request->opening_count > VAULT_FIELDS_MAX || request->proof.count > TREE_PROOF_MAX ||
        request->ref_count > REQUEST_REFS_MAX || request->signature_count > SIGNERS_MAX ||
        request->from < 0 || request->from > SIZE_LIMIT) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "an act request holds more than it can; prepare the act again");
    }
    size_t total = request->payload.len;
    for (size_t i = 0; i < request->opening_count && total <= REQUEST_MAX; i++) {
        total += request->openings[i].padded.len;
    }
    for (size_t i = 0; i < request->ref_count && total <= REQUEST_MAX; i++) {
        total += request->refs[i].len;
    }
    if (total > REQUEST_MAX || request->checkpoint.len > REQUEST_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "an act request of more than 256 KiB; split the act");
    }
    return CUSTODY_OK;
}

enum custody_status request_write(const struct request *request, struct buf *out,
                                  struct custody_error *err)
{
    struct buf text = BUF_INIT(REQUEST_MAX);
    size_t order[VAULT_FIELDS_MAX] = {0};
    json_t *value = NULL;
    enum custody_status rc = check_extent(request, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    sort_openings(request, order);
    for (size_t i = 1; i < request->opening_count; i++) {
        if (strcmp(request->openings[order[i - 1]].pointer,
                   request->openings[order[i]].pointer) == 0) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "two openings of one field; prepare the act again");
        }
    }
    value = request_value(request, order);
    rc = value != NULL ? canon_write(&text, value, CANON_FILE, err) : out_of_memory(err);
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, text.data, text.len, err);
    }
    json_decref(value);
    if (text.data != NULL) {
        crypt_wipe(text.data, text.cap);
    }
    buf_clear(&text);
    return rc;
}

/* ---- parsing ---- */

static enum custody_status malformed(struct custody_error *err, const char *what)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "this is no act request (%s); ask the sender for the file again", what);
}

static enum custody_status take_base64(const json_t *value, size_t min, size_t max,
                                       struct buf *out, const char *what,
                                       struct custody_error *err)
{
    out->max = max;
    if (!json_is_string(value)) {
        return malformed(err, what);
    }
    enum custody_status rc =
        text_put_unbase64(out, json_string_value(value), json_string_length(value), err);
    if (rc == CUSTODY_ERR_NOMEM) {
        return rc;
    }
    if (rc != CUSTODY_OK || out->len < min) {
        return malformed(err, what);
    }
    return CUSTODY_OK;
}

/* Exactly len bytes of base64 into out. */
static enum custody_status take_fixed(const json_t *value, size_t len, uint8_t *out,
                                      const char *what, struct custody_error *err)
{
    struct buf bytes = {0};
    enum custody_status rc = take_base64(value, len, len, &bytes, what, err);

    if (rc == CUSTODY_OK) {
        memcpy(out, bytes.data, len);
    }
    buf_clear(&bytes);
    return rc;
}

static bool take_hex(const json_t *value, uint8_t out[HASH_LEN])
{
    return json_is_string(value) &&
           text_unhex(json_string_value(value), json_string_length(value), out, HASH_LEN);
}

static enum custody_status take_opening(const json_t *value, const char *previous,
                                        struct opening *opening, struct custody_error *err)
{
    const json_t *pointer = json_object_get(value, "pointer");

    if (!json_is_object(value) || json_object_size(value) != 3 || !json_is_string(pointer) ||
        !take_hex(json_object_get(value, "k_com"), opening->k_com)) {
        return malformed(err, "an opening");
    }
    const char *text = json_string_value(pointer);
    if (text[0] != '/' || json_string_length(pointer) > POINTER_MAX ||
        strlen(text) != json_string_length(pointer) ||
        (previous != NULL && strcmp(previous, text) >= 0)) {
        return malformed(err, "the order of the openings");
    }
    opening->pointer = text_dup(text);
    if (opening->pointer == NULL) {
        return out_of_memory(err);
    }
    return take_base64(json_object_get(value, "pt"), 1, VAULT_PADDED_MAX, &opening->padded,
                       "an opening's text", err);
}

static enum custody_status take_openings(const json_t *list, struct request *request,
                                         struct custody_error *err)
{
    size_t count = json_array_size(list);
    enum custody_status rc = CUSTODY_OK;

    if (!json_is_array(list) || count > VAULT_FIELDS_MAX) {
        return malformed(err, "openings");
    }
    if (count == 0) {
        return CUSTODY_OK;
    }
    request->openings = calloc(count, sizeof *request->openings);
    if (request->openings == NULL) {
        return out_of_memory(err);
    }
    request->opening_count = count;
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        rc = take_opening(json_array_get(list, i),
                          i > 0 ? request->openings[i - 1].pointer : NULL,
                          &request->openings[i], err);
    }
    return rc;
}

static enum custody_status take_proof(const json_t *list, struct request *request,
                                      struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    if (!json_is_array(list) || json_array_size(list) > TREE_PROOF_MAX) {
        return malformed(err, "proof");
    }
    request->proof.count = json_array_size(list);
    for (size_t i = 0; i < request->proof.count && rc == CUSTODY_OK; i++) {
        rc = take_fixed(json_array_get(list, i), HASH_LEN, request->proof.hashes[i], "proof",
                        err);
    }
    return rc;
}

static enum custody_status take_refs(const json_t *list, struct request *request,
                                     struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    if (!json_is_array(list) || json_array_size(list) > REQUEST_REFS_MAX) {
        return malformed(err, "refs");
    }
    request->ref_count = json_array_size(list);
    for (size_t i = 0; i < request->ref_count && rc == CUSTODY_OK; i++) {
        rc = take_base64(json_array_get(list, i), 1, PAYLOAD_MAX, &request->refs[i], "refs",
                         err);
    }
    return rc;
}

static enum custody_status take_signatures(const json_t *list, struct request *request,
                                           struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    if (!json_is_array(list) || json_array_size(list) > SIGNERS_MAX) {
        return malformed(err, "signatures");
    }
    request->signature_count = json_array_size(list);
    for (size_t i = 0; i < request->signature_count && rc == CUSTODY_OK; i++) {
        const json_t *value = json_array_get(list, i);
        struct signature *signature = &request->signatures[i];
        if (!json_is_object(value) || json_object_size(value) != 2 ||
            !take_hex(json_object_get(value, "keyid"), signature->keyid)) {
            return malformed(err, "a signature");
        }
        rc = take_fixed(json_object_get(value, "sig"), SIGN_LEN, signature->bytes,
                        "a signature", err);
    }
    return rc;
}

static enum custody_status take_members(const json_t *root, struct request *request,
                                        struct custody_error *err)
{
    const json_t *checkpoint = json_object_get(root, "checkpoint");
    const json_t *from = json_object_get(root, "from");
    enum custody_status rc = CUSTODY_OK;

    if (!json_is_object(root) || json_object_size(root) != MEMBER_COUNT || checkpoint == NULL) {
        return malformed(err, "its members");
    }
    if (!json_is_integer(from) || json_integer_value(from) < 0) {
        return malformed(err, "from");
    }
    request->from = (int64_t)json_integer_value(from);
    if (!json_is_null(checkpoint)) {
        rc = take_base64(checkpoint, 1, NOTE_MAX, &request->checkpoint, "checkpoint", err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_base64(json_object_get(root, "payload"), 1, PAYLOAD_MAX, &request->payload,
                         "payload", err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_openings(json_object_get(root, "openings"), request, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_proof(json_object_get(root, "proof"), request, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_refs(json_object_get(root, "refs"), request, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_signatures(json_object_get(root, "signatures"), request, err);
    }
    return rc;
}

enum custody_status request_parse(const void *data, size_t len, struct request *ret_request,
                                  struct custody_error *err)
{
    struct request request = {0};
    json_t *root = NULL;

    if (len > REQUEST_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "longer than an act request can be (256 KiB); pass the right file");
    }
    enum custody_status rc = canon_parse(data, len, CANON_FILE, &root, err);
    if (rc == CUSTODY_ERR_INVALID) {
        return malformed(err, "not canonical JSON");
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = take_members(root, &request, err);
    json_decref(root);
    if (rc != CUSTODY_OK) {
        request_clear(&request);
        return rc;
    }
    *ret_request = request;
    return CUSTODY_OK;
}
