/*
 * C2SP signed-note, tlog-checkpoint and tlog-cosignature.
 *
 * A note is text, an empty line, signature lines. The text may itself hold empty lines, so it
 * ends at the last one. Which keys count is the caller's list and never the note's.
 */
#include "note.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "text.h"

#define DASH            "\xE2\x80\x94 " /* U+2014 and a space open a signature line */
#define ROOT_CHARS      44U             /* base64 of 32 bytes */
#define KEY_ID_LEN      4U
#define COSIGNATURE_LEN (8U + SIGN_LEN)

static enum custody_status malformed(struct custody_error *err, enum custody_status status,
                                     const char *sentence)
{
    enum custody_status rc = custody_fail(err, status, "%s", sentence);

    if (err != NULL) {
        (void)snprintf(err->rule, sizeof err->rule, "checkpoint");
    }
    return rc;
}

static uint32_t get_u32be(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static uint64_t get_u64be(const uint8_t *data)
{
    return (uint64_t)get_u32be(data) << 32 | get_u32be(data + 4);
}

/* ---- keys ---- */

static bool is_space(int32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static bool is_name(const char *name, size_t len)
{
    if (len == 0 || len >= NOTE_NAME_SIZE) {
        return false;
    }
    for (size_t pos = 0; pos < len;) {
        int32_t c = text_next(name, len, &pos);
        if (c < 0x20 || c == '+' || is_space(c)) {
            return false;
        }
    }
    return true;
}

bool note_name_is_valid(const char *name)
{
    return is_name(name, strlen(name));
}

static uint32_t key_id(const char *name, uint8_t algorithm,
                       const uint8_t public_key[SIGN_PUBLIC_LEN])
{
    const uint8_t line_feed_and_type[2] = {'\n', algorithm};
    const struct hash_span spans[] = {{name, strlen(name)},
                                      {line_feed_and_type, sizeof line_feed_and_type},
                                      {public_key, SIGN_PUBLIC_LEN}};
    uint8_t hash[HASH_LEN];

    hash_sha256_spans(spans, 3, hash);
    return get_u32be(hash);
}

enum custody_status note_key_make(const char *name, enum note_algorithm algorithm,
                                  const uint8_t public_key[SIGN_PUBLIC_LEN],
                                  struct note_key *ret_key, struct custody_error *err)
{
    struct note_key key = {.algorithm = (uint8_t)algorithm};

    if (!note_name_is_valid(name)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the name of a log or witness is one word without spaces or '+', "
                            "shorter than %d bytes",
                            NOTE_NAME_SIZE);
    }
    if (!sign_public_is_valid(public_key)) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "this is not a safe public key");
    }
    (void)snprintf(key.name, sizeof key.name, "%s", name);
    memcpy(key.public_key, public_key, SIGN_PUBLIC_LEN);
    key.id = key_id(key.name, key.algorithm, public_key);
    *ret_key = key;
    return CUSTODY_OK;
}

enum custody_status note_key_parse(const char *vkey, struct note_key *ret_key,
                                   struct custody_error *err)
{
    uint8_t bytes[1 + SIGN_PUBLIC_LEN];
    char name[NOTE_NAME_SIZE];
    uint8_t id[KEY_ID_LEN];
    struct note_key key;
    enum custody_status rc = CUSTODY_OK;
    /* The base64 may hold a '+' as well: only the first two divide. */
    const char *first = strchr(vkey, '+');
    const char *second = first != NULL ? strchr(first + 1, '+') : NULL;

    if (second == NULL || !is_name(vkey, (size_t)(first - vkey)) ||
        !text_unhex(first + 1, (size_t)(second - first - 1), id, sizeof id)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "this is not a verifier key (name+id+key); copy it whole");
    }
    memcpy(name, vkey, (size_t)(first - vkey));
    name[first - vkey] = 0;
    if (!text_unbase64(second + 1, strlen(second + 1), bytes, sizeof bytes) ||
        (bytes[0] != NOTE_ED25519 && bytes[0] != NOTE_COSIGNATURE_V1)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "this verifier key is damaged or of an algorithm that is not "
                            "supported");
    }
    rc = note_key_make(name, (enum note_algorithm)bytes[0], bytes + 1, &key, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (key.id != get_u32be(id)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the id of this verifier key does not fit its key; copy it whole");
    }
    *ret_key = key;
    return CUSTODY_OK;
}

enum custody_status note_key_write(const struct note_key *key, struct buf *out,
                                   struct custody_error *err)
{
    uint8_t bytes[1 + SIGN_PUBLIC_LEN];
    enum custody_status rc = buf_printf(out, err, "%s+%08" PRIx32 "+", key->name, key->id);

    bytes[0] = key->algorithm;
    memcpy(bytes + 1, key->public_key, SIGN_PUBLIC_LEN);
    return rc == CUSTODY_OK ? text_put_base64(out, bytes, sizeof bytes, err) : rc;
}

/* ---- the note's parts ---- */

struct parts {
    const char *text;
    size_t text_len;   /* with its last line feed */
    const char *lines; /* signature lines */
    size_t lines_len;
};

static bool has_only_text(const char *data, size_t len)
{
    for (size_t pos = 0; pos < len;) {
        int32_t c = text_next(data, len, &pos);
        if (c < 0x20 && c != '\n') {
            return false; /* not UTF-8, or a control character */
        }
    }
    return true;
}

static bool split_note(const void *note, size_t len, struct parts *ret_parts)
{
    const char *data = note;

    if (len < 2 || len > NOTE_MAX || data[len - 1] != '\n' || !has_only_text(data, len)) {
        return false;
    }
    for (size_t i = len - 1; i > 0; i--) {
        if (data[i] == '\n' && data[i - 1] == '\n') {
            *ret_parts = (struct parts){
                .text = data, .text_len = i, .lines = data + i + 1, .lines_len = len - i - 1};
            return ret_parts->lines_len > 0;
        }
    }
    return false;
}

struct signature_line {
    const char *name;
    size_t name_len;
    uint32_t id;
    uint8_t bytes[COSIGNATURE_LEN]; /* without the id; longer signatures are cut */
    size_t len;
};

/* Take the next line off. ERR_INVALID: not a signature line. */
static enum custody_status next_line(struct parts *parts, struct signature_line *ret_line,
                                     struct custody_error *err)
{
    struct buf bytes = BUF_INIT(NOTE_MAX);
    struct signature_line line = {0};
    const char *end = memchr(parts->lines, '\n', parts->lines_len);
    const char *at = parts->lines + sizeof DASH - 1;
    const char *space = NULL;
    enum custody_status rc = CUSTODY_ERR_INVALID;

    assert(end != NULL); /* split_note: the note ends in a line feed */
    if ((size_t)(end - parts->lines) < sizeof DASH - 1 ||
        memcmp(parts->lines, DASH, sizeof DASH - 1) != 0) {
        goto out;
    }
    space = memchr(at, ' ', (size_t)(end - at));
    if (space == NULL || !is_name(at, (size_t)(space - at))) {
        goto out;
    }
    rc = text_put_unbase64(&bytes, space + 1, (size_t)(end - space - 1), NULL);
    if (rc == CUSTODY_OK && bytes.len <= KEY_ID_LEN) {
        rc = CUSTODY_ERR_INVALID;
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    line.name = at;
    line.name_len = (size_t)(space - at);
    line.id = get_u32be(bytes.data);
    line.len = bytes.len - KEY_ID_LEN;
    memcpy(line.bytes, bytes.data + KEY_ID_LEN,
           line.len < sizeof line.bytes ? line.len : sizeof line.bytes);
    parts->lines_len -= (size_t)(end + 1 - parts->lines);
    parts->lines = end + 1;
    *ret_line = line;
out:
    buf_clear(&bytes);
    if (rc != CUSTODY_OK && rc != CUSTODY_ERR_NOMEM) {
        rc = malformed(err, CUSTODY_ERR_INVALID, "the note has a malformed signature line");
    } else if (rc != CUSTODY_OK) {
        rc = custody_fail(err, rc, "reading a note: out of memory");
    }
    return rc;
}

/* ---- checkpoints ---- */

enum custody_status checkpoint_write_text(const char *origin, uint64_t size,
                                          const uint8_t root[32], struct buf *out,
                                          struct custody_error *err)
{
    enum custody_status rc = buf_printf(out, err, "%s\n%" PRIu64 "\n", origin, size);

    if (rc == CUSTODY_OK) {
        rc = text_put_base64(out, root, HASH_LEN, err);
    }
    return rc == CUSTODY_OK ? buf_put_byte(out, '\n', err) : rc;
}

static enum custody_status put_signature_line(struct buf *out, const struct note_key *key,
                                              const uint8_t *bytes, size_t len,
                                              struct custody_error *err)
{
    uint8_t joined[KEY_ID_LEN + COSIGNATURE_LEN];

    assert(len <= COSIGNATURE_LEN);
    joined[0] = (uint8_t)(key->id >> 24);
    joined[1] = (uint8_t)(key->id >> 16 & 0xFFU);
    joined[2] = (uint8_t)(key->id >> 8 & 0xFFU);
    joined[3] = (uint8_t)(key->id & 0xFFU);
    memcpy(joined + KEY_ID_LEN, bytes, len);
    enum custody_status rc = buf_printf(out, err, DASH "%s ", key->name);
    if (rc == CUSTODY_OK) {
        rc = text_put_base64(out, joined, KEY_ID_LEN + len, err);
    }
    return rc == CUSTODY_OK ? buf_put_byte(out, '\n', err) : rc;
}

enum custody_status checkpoint_sign(const struct note_key *key, const struct sign_key *secret,
                                    uint64_t size, const uint8_t root[32], struct buf *out,
                                    struct custody_error *err)
{
    struct buf note = BUF_INIT(NOTE_MAX);
    uint8_t signature[SIGN_LEN];
    enum custody_status rc = CUSTODY_OK;

    if (key->algorithm != NOTE_ED25519 ||
        memcmp(key->public_key, secret->public_key, SIGN_PUBLIC_LEN) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the log's secret key does not belong to its verifier key");
    }
    rc = checkpoint_write_text(key->name, size, root, &note, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    sign_detached(secret, note.data, note.len, signature);
    rc = buf_put_byte(&note, '\n', err);
    if (rc == CUSTODY_OK) {
        rc = put_signature_line(&note, key, signature, sizeof signature, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, note.data, note.len, err);
    }
out:
    buf_clear(&note);
    return rc;
}

/* Take a line of the text off; false: none left. */
static bool take_text_line(struct parts *parts, const char **ret_line, size_t *ret_len)
{
    const char *end = memchr(parts->text, '\n', parts->text_len);

    if (end == NULL) {
        return false;
    }
    *ret_line = parts->text;
    *ret_len = (size_t)(end - parts->text);
    parts->text_len -= *ret_len + 1;
    parts->text = end + 1;
    return true;
}

static enum custody_status read_text(struct parts parts, struct checkpoint *ret_checkpoint,
                                     struct custody_error *err)
{
    struct checkpoint checkpoint = {.text_len = parts.text_len};
    struct buf root = BUF_INIT(ROOT_CHARS);
    const char *line = NULL;
    size_t len = 0;
    enum custody_status rc = CUSTODY_ERR_INVALID;

    if (!take_text_line(&parts, &line, &len) || !is_name(line, len)) {
        goto out;
    }
    memcpy(checkpoint.origin, line, len);
    if (!take_text_line(&parts, &line, &len) ||
        !text_parse_u64(line, len, INT64_MAX, &checkpoint.size)) {
        goto out;
    }
    if (!take_text_line(&parts, &line, &len) || len != ROOT_CHARS || parts.text_len != 0) {
        goto out;
    }
    rc = text_put_unbase64(&root, line, len, NULL);
    if (rc == CUSTODY_OK && root.len == HASH_LEN) {
        memcpy(checkpoint.root, root.data, HASH_LEN);
        *ret_checkpoint = checkpoint;
    } else if (rc == CUSTODY_OK) {
        rc = CUSTODY_ERR_INVALID;
    }
out:
    buf_clear(&root);
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "reading a checkpoint: out of memory");
    }
    return rc == CUSTODY_OK
               ? rc
               : malformed(err, CUSTODY_ERR_INVALID,
                           "this is not a checkpoint of three lines (origin, size, root)");
}

enum custody_status checkpoint_parse(const void *note, size_t len,
                                     struct checkpoint *ret_checkpoint,
                                     struct custody_error *err)
{
    struct parts parts;
    struct checkpoint checkpoint;
    size_t count = 0;
    enum custody_status rc = CUSTODY_OK;

    if (!split_note(note, len, &parts)) {
        return malformed(err, CUSTODY_ERR_INVALID,
                         "this is not a signed checkpoint; take the whole file or code");
    }
    rc = read_text(parts, &checkpoint, err);
    for (; rc == CUSTODY_OK && parts.lines_len > 0; count++) {
        struct signature_line line;
        if (count == NOTE_SIGNATURES_MAX) {
            return malformed(err, CUSTODY_ERR_INVALID, "the note has too many signature lines");
        }
        rc = next_line(&parts, &line, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_checkpoint = checkpoint;
    }
    return rc;
}

/* ---- verifying and cosigning ---- */

/* What a cosignature signs: its head, then the note's text. */
static enum custody_status put_cosigned(struct buf *out, uint64_t time_s, const char *text,
                                        size_t text_len, struct custody_error *err)
{
    enum custody_status rc = buf_printf(out, err, "cosignature/v1\ntime %" PRIu64 "\n", time_s);

    return rc == CUSTODY_OK ? buf_put(out, text, text_len, err) : rc;
}

static enum custody_status verify_line(const struct parts *whole, const struct note_key *key,
                                       const struct signature_line *line, bool *ret_good,
                                       uint64_t *ret_time, struct custody_error *err)
{
    *ret_good = false;
    *ret_time = 0;
    if (key->algorithm == NOTE_ED25519) {
        *ret_good = line->len == SIGN_LEN &&
                    sign_verify(key->public_key, whole->text, whole->text_len, line->bytes);
        return CUSTODY_OK;
    }
    uint64_t time_s = get_u64be(line->bytes);
    if (line->len != COSIGNATURE_LEN || time_s > INT64_MAX) {
        return CUSTODY_OK;
    }
    struct buf message = BUF_INIT(NOTE_MAX + 64);
    enum custody_status rc = put_cosigned(&message, time_s, whole->text, whole->text_len, err);
    if (rc == CUSTODY_OK) {
        *ret_good = sign_verify(key->public_key, message.data, message.len, line->bytes + 8);
        *ret_time = time_s;
    }
    buf_clear(&message);
    return rc;
}

static bool is_by(const struct signature_line *line, const struct note_key *key)
{
    return line->id == key->id && strlen(key->name) == line->name_len &&
           memcmp(key->name, line->name, line->name_len) == 0;
}

enum custody_status note_verify(const void *note, size_t len, const struct note_key *keys,
                                size_t key_count, uint64_t *ret_good, uint64_t *timestamps,
                                struct custody_error *err)
{
    struct parts parts;
    uint64_t good = 0;
    size_t count = 0;

    assert(key_count <= 64);
    if (!split_note(note, len, &parts)) {
        return malformed(err, CUSTODY_ERR_TAMPERED,
                         "this is not a signed note; take the whole file or code");
    }
    const struct parts whole = parts;
    for (; parts.lines_len > 0; count++) {
        struct signature_line line;
        if (count == NOTE_SIGNATURES_MAX) {
            return malformed(err, CUSTODY_ERR_TAMPERED,
                             "the note has too many signature lines");
        }
        enum custody_status rc = next_line(&parts, &line, err);
        if (rc == CUSTODY_ERR_INVALID) {
            return malformed(err, CUSTODY_ERR_TAMPERED,
                             "the note has a malformed signature line");
        }
        for (size_t k = 0; rc == CUSTODY_OK && k < key_count; k++) {
            bool is_good = false;
            uint64_t time_s = 0;
            if (!is_by(&line, &keys[k])) {
                continue;
            }
            rc = verify_line(&whole, &keys[k], &line, &is_good, &time_s, err);
            if (rc == CUSTODY_OK && !is_good) {
                return malformed(err, CUSTODY_ERR_TAMPERED,
                                 "a signature on the note is bad; do not rely on it");
            }
            good |= UINT64_C(1) << k;
            if (timestamps != NULL) {
                timestamps[k] = time_s;
            }
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    *ret_good = good;
    return CUSTODY_OK;
}

enum custody_status note_cosign(const struct note_key *key, const struct sign_key *secret,
                                uint64_t time_s, const void *note, size_t len, struct buf *out,
                                struct custody_error *err)
{
    struct parts parts;
    struct buf message = BUF_INIT(NOTE_MAX + 64);
    uint8_t bytes[COSIGNATURE_LEN];
    enum custody_status rc = CUSTODY_OK;

    if (key->algorithm != NOTE_COSIGNATURE_V1 || time_s > INT64_MAX ||
        memcmp(key->public_key, secret->public_key, SIGN_PUBLIC_LEN) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the witness's secret key does not belong to its verifier key");
    }
    if (!split_note(note, len, &parts)) {
        return malformed(err, CUSTODY_ERR_INVALID,
                         "this is not a signed note; take the whole file or code");
    }
    rc = put_cosigned(&message, time_s, parts.text, parts.text_len, err);
    if (rc == CUSTODY_OK) {
        for (unsigned i = 0; i < 8; i++) {
            bytes[i] = (uint8_t)(time_s >> (56 - 8 * i) & 0xFFU);
        }
        sign_detached(secret, message.data, message.len, bytes + 8);
        rc = put_signature_line(out, key, bytes, sizeof bytes, err);
    }
    buf_clear(&message);
    return rc;
}
