/*
 * Personal fields without a vault: padding, key derivation, commitments, and where in a
 * payload they stand (FORMATS.md §7).
 *
 * Pure but for memory. Must not know who a subject is or where its key is kept.
 */
#include "vault.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "text.h"

#define PAD_BLOCK   64U
#define PAD_MARK    0x80U
#define POINTER_MAX 1024U
/* deeper than canonical JSON goes, so only a value made in memory can pass it */
#define WALK_DEPTH_MAX (CANON_DEPTH_MAX + 8)

static const char FIELD_LABEL[] = "custody/field/v1";
static const uint8_t PNG_SIGNATURE[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

void opening_clear(struct opening *opening)
{
    free(opening->pointer);
    opening->pointer = NULL;
    crypt_wipe(opening->k_com, sizeof opening->k_com);
    if (opening->padded.data != NULL) {
        crypt_wipe(opening->padded.data, opening->padded.cap);
    }
    buf_clear(&opening->padded);
}

void openings_free(struct opening *openings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        opening_clear(&openings[i]);
    }
    free(openings);
}

/* ---- padding ---- */

static enum custody_status check_plain(const void *plain, size_t len, struct custody_error *err)
{
    if (len >= sizeof PNG_SIGNATURE &&
        memcmp(plain, PNG_SIGNATURE, sizeof PNG_SIGNATURE) == 0) {
        return len <= VAULT_PLAIN_MAX
                   ? CUSTODY_OK
                   : custody_fail(err, CUSTODY_ERR_LIMIT,
                                  "a picture of more than 48 KiB; make it smaller");
    }
    if (len > VAULT_PLAIN_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT, "a text of more than %d characters",
                            CANON_STRING_CHARS_MAX);
    }
    if (!text_allowed(plain, len, len)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a text with characters that cannot be signed; write it without "
                            "control characters and signs of other scripts");
    }
    if (!text_allowed(plain, len, CANON_STRING_CHARS_MAX)) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "a text of more than %d characters; shorten it",
                            CANON_STRING_CHARS_MAX);
    }
    return CUSTODY_OK;
}

enum custody_status vault_pad(const void *plain, size_t len, struct buf *out,
                              struct custody_error *err)
{
    static const uint8_t PADDING[PAD_BLOCK] = {PAD_MARK};
    size_t old_len = out->len;
    enum custody_status rc = check_plain(plain, len, err);

    if (rc == CUSTODY_OK) {
        rc = buf_put(out, plain, len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, PADDING, PAD_BLOCK - len % PAD_BLOCK, err);
        if (rc != CUSTODY_OK) {
            out->len = old_len;
            out->data[old_len] = 0;
        }
    }
    return rc;
}

enum custody_status vault_unpad(const void *padded, size_t len, size_t *ret_plain_len,
                                struct custody_error *err)
{
    const uint8_t *bytes = padded;
    size_t end = len;

    if (len > 0 && len % PAD_BLOCK == 0 && len <= VAULT_PADDED_MAX) {
        while (end > len - PAD_BLOCK && bytes[end - 1] == 0) {
            end--;
        }
        if (end > len - PAD_BLOCK && bytes[end - 1] == PAD_MARK) {
            *ret_plain_len = end - 1;
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "an opening whose text is not padded as it must be; ask for it again");
}

/* ---- keys and commitments ---- */

void vault_field_keys(const uint8_t subject_key[32], const uint8_t nonce[16],
                      const char *pointer, uint8_t ret_k_enc[32], uint8_t ret_k_com[32])
{
    uint8_t kf[HASH_LEN];
    const struct hash_span spans[] = {
        /* label and its closing 00, the nonce, 00, the pointer */
        {FIELD_LABEL, sizeof FIELD_LABEL},
        {nonce, 16},
        {"", 1},
        {pointer, strlen(pointer)},
    };
    const struct hash_span enc = {"enc", 3};
    const struct hash_span com = {"com", 3};

    hash_hmac(subject_key, spans, sizeof spans / sizeof spans[0], kf);
    hash_hmac(kf, &enc, 1, ret_k_enc);
    hash_hmac(kf, &com, 1, ret_k_com);
    crypt_wipe(kf, sizeof kf);
}

void vault_commitment(const struct opening *opening, uint8_t out[HASH_LEN])
{
    const struct hash_span span = {opening->padded.data, opening->padded.len};

    hash_hmac(opening->k_com, &span, 1, out);
}

bool vault_opening_fits(const struct opening *opening, const char *c_hex)
{
    uint8_t wanted[HASH_LEN];
    uint8_t c[HASH_LEN];
    size_t plain_len = 0;

    if (!text_unhex(c_hex, strlen(c_hex), wanted, sizeof wanted) ||
        vault_unpad(opening->padded.data, opening->padded.len, &plain_len, NULL) !=
            CUSTODY_OK) {
        return false;
    }
    vault_commitment(opening, c);
    return crypt_equal(c, wanted, sizeof c);
}

/* ---- finding fields in a payload ---- */

static bool is_hex(const json_t *value, size_t byte_count)
{
    uint8_t bytes[HASH_LEN];

    assert(byte_count <= sizeof bytes);
    return json_is_string(value) &&
           text_unhex(json_string_value(value), json_string_length(value), bytes, byte_count);
}

static bool is_sealed(const json_t *value)
{
    return json_is_object(value) && json_object_size(value) == 2 &&
           is_hex(json_object_get(value, "c"), HASH_LEN) &&
           is_hex(json_object_get(value, "k"), VAULT_SUBJECT_ID_LEN);
}

/* One open object or array on the way down. */
struct frame {
    json_t *value;
    void *iter;         /* next member of an object */
    size_t index;       /* next element of an array */
    size_t pointer_len; /* of the path to value */
};

struct walk {
    struct frame frames[WALK_DEPTH_MAX];
    size_t depth;
    struct buf pointer; /* path to the child last returned */
};

static enum custody_status put_key(struct buf *pointer, const char *key,
                                   struct custody_error *err)
{
    enum custody_status rc = buf_put_byte(pointer, '/', err);

    for (const char *at = key; *at != 0 && rc == CUSTODY_OK; at++) {
        if (*at == '~' || *at == '/') { /* RFC 6901 §3 */
            rc = buf_put_text(pointer, *at == '~' ? "~0" : "~1", err);
        } else {
            rc = buf_put_byte(pointer, (uint8_t)*at, err);
        }
    }
    return rc;
}

static enum custody_status walk_enter(struct walk *walk, json_t *value,
                                      struct custody_error *err)
{
    if (walk->depth == WALK_DEPTH_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT, "the payload is nested too deep");
    }
    walk->frames[walk->depth++] = (struct frame){
        .value = value, .iter = json_object_iter(value), .pointer_len = walk->pointer.len};
    return CUSTODY_OK;
}

/* Next child of the innermost frame, its path in walk->pointer; NULL: the frame is done. */
static enum custody_status walk_next(struct walk *walk, json_t **ret_child,
                                     struct custody_error *err)
{
    struct frame *frame = &walk->frames[walk->depth - 1];
    enum custody_status rc = CUSTODY_OK;

    walk->pointer.len = frame->pointer_len;
    if (json_is_object(frame->value) && frame->iter != NULL) {
        rc = put_key(&walk->pointer, json_object_iter_key(frame->iter), err);
        *ret_child = json_object_iter_value(frame->iter);
        frame->iter = json_object_iter_next(frame->value, frame->iter);
    } else if (json_is_array(frame->value) && frame->index < json_array_size(frame->value)) {
        rc = buf_printf(&walk->pointer, err, "/%zu", frame->index);
        *ret_child = json_array_get(frame->value, frame->index);
        frame->index++;
    } else {
        *ret_child = NULL;
    }
    return rc;
}

static enum custody_status add_field(struct sealed_fields *fields, const json_t *value,
                                     const struct buf *pointer, struct custody_error *err)
{
    if (fields->count == VAULT_FIELDS_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "more than %u personal fields in one act; split it",
                            VAULT_FIELDS_MAX);
    }
    /* grown in steps: most payloads have none or two */
    if (fields->count % 16 == 0) {
        struct sealed_field *items =
            realloc(fields->items, (fields->count + 16) * sizeof *items);
        if (items == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; try again");
        }
        fields->items = items;
    }
    char *copy = text_dup_n((const char *)pointer->data, pointer->len);
    if (copy == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; try again");
    }
    fields->items[fields->count++] = (struct sealed_field){
        .pointer = copy,
        .c = json_string_value(json_object_get(value, "c")),
        .k = json_string_value(json_object_get(value, "k")),
    };
    return CUSTODY_OK;
}

static int compare_fields(const void *a, const void *b)
{
    const struct sealed_field *left = a;
    const struct sealed_field *right = b;

    return strcmp(left->pointer, right->pointer);
}

enum custody_status vault_find_fields(const json_t *payload_root, struct sealed_fields *ret,
                                      struct custody_error *err)
{
    struct walk walk = {.depth = 0, .pointer = {.max = POINTER_MAX}};
    struct sealed_fields fields = {0};
    /* jansson's iterators want a value that is not const; nothing here changes it */
    union {
        const json_t *given;
        json_t *used;
    } root = {.given = payload_root};
    enum custody_status rc = walk_enter(&walk, root.used, err);

    while (rc == CUSTODY_OK && walk.depth > 0) {
        json_t *child = NULL;
        rc = walk_next(&walk, &child, err);
        if (rc != CUSTODY_OK) {
            break;
        }
        if (child == NULL) {
            walk.depth--;
        } else if (is_sealed(child)) {
            rc = add_field(&fields, child, &walk.pointer, err);
        } else if (json_is_object(child) || json_is_array(child)) {
            rc = walk_enter(&walk, child, err);
        }
    }
    if (rc == CUSTODY_OK) {
        if (fields.count > 1) {
            qsort(fields.items, fields.count, sizeof *fields.items, compare_fields);
        }
        *ret = fields;
        memset(&fields, 0, sizeof fields);
    }
    sealed_fields_clear(&fields);
    buf_clear(&walk.pointer);
    return rc;
}

void sealed_fields_clear(struct sealed_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        free(fields->items[i].pointer);
    }
    free(fields->items);
    fields->items = NULL;
    fields->count = 0;
}
