/* The log's key file: a seed that signs checkpoints, readable by the site's account only. */
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "site_impl.h"
#include "text.h"

enum custody_status logkey_create(const char *dir, const char *name, struct custody_error *err)
{
    struct sign_key key = {0};
    uint8_t seed[SIGN_SEED_LEN];
    char seed_hex[65];
    char public_hex[65];
    char *path = NULL;
    json_t *root = NULL;
    struct buf text = BUF_INIT(1024);
    enum custody_status rc = sign_key_make(&key, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    sign_key_seed(&key, seed);
    text_hex(seed, sizeof seed, seed_hex);
    text_hex(key.public_key, SIGN_PUBLIC_LEN, public_hex);
    rc = site_path(dir, name, &path, err);
    if (rc == CUSTODY_OK) {
        rc = json_give(
            json_pack("{s:s,s:s,s:i}", "public", public_hex, "seed", seed_hex, "version", 1),
            &root, err);
    }
    if (rc == CUSTODY_OK) {
        rc = canon_write(&text, root, CANON_FILE, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_write_durable(path, text.data, text.len, 0600, err);
    }
    crypt_wipe(seed, sizeof seed);
    crypt_wipe(seed_hex, sizeof seed_hex);
    if (text.data != NULL) {
        crypt_wipe(text.data, text.len);
    }
    buf_clear(&text);
    json_decref(root);
    free(path);
    sign_key_clear(&key);
    return rc;
}

enum custody_status logkey_load(const char *dir, const char *name, const char *origin,
                                struct note_key *ret_key, struct sign_key *ret_secret,
                                struct custody_error *err)
{
    char *path = NULL;
    json_t *root = NULL;
    uint8_t seed[SIGN_SEED_LEN];
    struct sign_key secret = {0};
    struct buf text = BUF_INIT(1024);
    enum custody_status rc = site_path(dir, name, &path, err);
    if (rc == CUSTODY_OK) {
        rc = file_read(path, 1024, &text, err);
    }
    if (rc == CUSTODY_OK) {
        rc = canon_parse(text.data, text.len, CANON_FILE, &root, err);
    }
    const char *seed_hex = json_string_value(json_object_get(root, "seed"));
    if (rc == CUSTODY_OK &&
        (seed_hex == NULL || !text_unhex(seed_hex, strlen(seed_hex), seed, sizeof seed))) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "%s is damaged: take it from a backup of the site.", name);
    }
    if (rc == CUSTODY_OK) {
        rc = sign_key_from_seed(seed, &secret, err);
    }
    if (rc == CUSTODY_OK) {
        rc = note_key_make(origin, NOTE_ED25519, secret.public_key, ret_key, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_secret = secret;
    } else {
        sign_key_clear(&secret);
    }
    crypt_wipe(seed, sizeof seed);
    if (text.data != NULL) {
        crypt_wipe(text.data, text.len);
    }
    buf_clear(&text);
    json_decref(root);
    free(path);
    return rc;
}

enum custody_status logkey_vkey(const struct note_key *key, char **ret_vkey,
                                struct custody_error *err)
{
    struct buf text = BUF_INIT(512);
    enum custody_status rc = note_key_write(key, &text, err);
    if (rc == CUSTODY_OK) {
        *ret_vkey = (char *)buf_detach(&text, NULL);
    }
    buf_clear(&text);
    return rc;
}
