/* Short bodies and keys made from names, for tests with a world. */
#include "world_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "credstore.h"
#include "instant.h"
#include "note.h"
#include "text.h"

#define BODY_MAX 16384

_Noreturn void world_die(const struct custody_error *err, const char *what)
{
    (void)fprintf(stderr, "world: %s: %s [%s]\n", what, err != NULL ? err->text : "failed",
                  err != NULL ? err->rule : "");
    abort();
}

void world_need(enum custody_status rc, const struct custody_error *err, const char *what)
{
    if (rc != CUSTODY_OK) {
        world_die(err, what);
    }
}

/* ---- keys from names ---- */

void world_key(const char *name, size_t len, struct sign_key *ret_key)
{
    uint8_t seed[HASH_LEN];
    hash_sha256(name, len, seed);
    world_need(sign_key_from_seed(seed, ret_key, NULL), NULL, "key");
}

/* ---- bodies ---- */

struct writer {
    char text[BODY_MAX];
    size_t len;
};

static void put(struct writer *out, const char *text, size_t len)
{
    if (out->len + len >= sizeof out->text) {
        world_die(NULL, "a body is too long");
    }
    memcpy(out->text + out->len, text, len);
    out->len += len;
    out->text[out->len] = '\0';
}

static void put_quoted(struct writer *out, const char *text)
{
    put(out, "\"", 1);
    put(out, text, strlen(text));
    put(out, "\"", 1);
}

static size_t name_len(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

static void put_key(struct writer *out, const char *name, size_t len, bool is_keyid)
{
    struct sign_key key;
    uint8_t keyid[HASH_LEN];
    char hex[65];
    world_key(name, len, &key);
    sign_keyid(key.public_key, keyid);
    text_hex(is_keyid ? keyid : key.public_key, HASH_LEN, hex);
    sign_key_clear(&key);
    put_quoted(out, hex);
}

static void put_vkey(struct writer *out, const char *name, size_t len)
{
    struct sign_key key;
    struct note_key note;
    struct buf text = BUF_INIT(400);
    world_key(name, len, &key);
    world_need(note_key_make(WORLD_ORIGIN, NOTE_ED25519, key.public_key, &note, NULL), NULL,
               "vkey");
    world_need(note_key_write(&note, &text, NULL), NULL, "vkey");
    put_quoted(out, (const char *)text.data);
    buf_clear(&text);
    sign_key_clear(&key);
}

static void put_proof(struct writer *out, const char *name, size_t len, const char *handle,
                      size_t handle_len)
{
    struct sign_key key;
    uint8_t proof[SIGN_LEN];
    char person[40];
    struct buf text = BUF_INIT(128);
    (void)snprintf(person, sizeof person, "%.*s", (int)handle_len, handle);
    world_key(name, len, &key);
    credential_prove_key(&key, WORLD_ORIGIN, person, proof);
    sign_key_clear(&key);
    world_need(text_put_base64(&text, proof, sizeof proof, NULL), NULL, "proof");
    put_quoted(out, (const char *)text.data);
    buf_clear(&text);
}

static const char *id_of(const struct world *world, const char *name, size_t len)
{
    for (size_t i = world->name_count; i > 0; i--) {
        const struct world_name *kept = &world->names[i - 1];
        if (strlen(kept->name) == len && memcmp(kept->name, name, len) == 0) {
            return kept->id;
        }
    }
    (void)fprintf(stderr, "world: no act is called %.*s\n", (int)len, name);
    abort();
}

/* One token at text; returns what it used, 0: it is none. */
static size_t put_token(const struct world *world, struct writer *out, const char *text)
{
    size_t len = name_len(text + 1);
    if (text[0] == '@' && (text[1] == '+' || text[1] == '-')) {
        char *end = NULL;
        char at[INSTANT_TEXT_SIZE];
        instant_format(world->now + strtoll(text + 1, &end, 10), at);
        put_quoted(out, at);
        return (size_t)(end - text);
    }
    if (text[0] == '!') {
        char named[80];
        (void)snprintf(named, sizeof named, "{\"item\":\"%.9s\",\"label\":\"L-%.9s\"}",
                       text + 1, text + 1);
        put(out, named, strlen(named));
        return 10;
    }
    if (len > 0 && text[0] == '$') {
        put_quoted(out, id_of(world, text + 1, len));
        return 1 + len;
    }
    if (len > 0 && (text[0] == '^' || text[0] == '%')) {
        put_key(out, text + 1, len, text[0] == '%');
        return 1 + len;
    }
    if (len > 0 && text[0] == '*') {
        put_vkey(out, text + 1, len);
        return 1 + len;
    }
    if (len > 0 && text[0] == '~' && text[1 + len] == ':') {
        size_t handle_len = name_len(text + 2 + len);
        put_proof(out, text + 1, len, text + 2 + len, handle_len);
        return 2 + len + handle_len;
    }
    return 0;
}

json_t *world_body(struct world *world, const char *text)
{
    struct writer *out = calloc(1, sizeof *out);
    json_error_t error;
    if (out == NULL) {
        world_die(NULL, "memory");
    }
    for (const char *at = text; *at != '\0';) {
        size_t used = put_token(world, out, at);
        if (used == 0) {
            put(out, *at == '\'' ? "\"" : at, 1);
            used = 1;
        }
        at += used;
    }
    json_t *body = json_loads(out->text, JSON_DECODE_ANY, &error);
    if (body == NULL) {
        (void)fprintf(stderr, "world: %s in %s\n", error.text, out->text);
        abort();
    }
    free(out);
    return body;
}

/* What prepare would put in: nulls, one terminal. */
void world_complete(json_t *body, const char *act)
{
    const struct act *row = act_find(act);
    if (row == NULL) {
        return;
    }
    for (const struct field *field = row->fields; field->name != NULL; field++) {
        if (json_object_get(body, field->name) != NULL) {
            if (field->type == FIELD_OBJECT &&
                json_is_object(json_object_get(body, field->name))) {
                for (const struct field *in = field->of; in->name != NULL; in++) {
                    json_t *value = json_object_get(body, field->name);
                    if (in->is_nullable && json_object_get(value, in->name) == NULL) {
                        (void)json_object_set_new(value, in->name, json_null());
                    }
                }
            }
            continue;
        }
        if (strcmp(field->name, "terminals") == 0) {
            (void)json_object_set_new(body, field->name, json_integer(1));
        } else if (field->is_nullable) {
            (void)json_object_set_new(body, field->name, json_null());
        }
    }
}
