/* custody/site.h, credentials: thin over the credential store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "seal.h"
#include "site_impl.h"
#include "text.h"

static enum custody_status store_dir(const char *dir, char **ret_dir, struct custody_error *err)
{
    if (dir == NULL) {
        return credential_default_dir(ret_dir, err);
    }
    char *copy = text_dup(dir);
    if (copy == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_dir = copy;
    return CUSTODY_OK;
}

static enum custody_status info_json(const struct credential_info *info, json_t **ret_info,
                                     struct custody_error *err)
{
    char keyid[65];
    char public_hex[65];
    text_hex(info->keyid, HASH_LEN, keyid);
    text_hex(info->public_key, SIGN_PUBLIC_LEN, public_hex);
    return json_give(json_pack("{s:s,s:s,s:s,s:s}", "handle", info->handle, "keyid", keyid,
                               "path", info->path, "public", public_hex),
                     ret_info, err);
}

enum custody_status custody_credential_create(const char *dir, const char *handle,
                                              const void *passphrase, size_t len,
                                              json_t **ret_info, struct custody_error *err)
{
    char *where = NULL;
    struct secret secret = {0};
    struct credential_info info = {0};
    enum custody_status rc = store_dir(dir, &where, err);
    if (rc == CUSTODY_OK) {
        rc = secret_copy(passphrase, len, &secret, err);
    }
    if (rc == CUSTODY_OK) {
        rc = credential_create(where, handle, &secret, SEAL_COST_INTERACTIVE, &info, err);
    }
    if (rc == CUSTODY_OK) {
        rc = info_json(&info, ret_info, err);
    }
    credential_info_clear(&info);
    secret_clear(&secret);
    free(where);
    return rc;
}

enum custody_status custody_credential_list(const char *dir, json_t **ret_infos,
                                            struct custody_error *err)
{
    char *where = NULL;
    struct credential_info *infos = NULL;
    size_t count = 0;
    json_t *array = json_array();
    enum custody_status rc = array == NULL
                                 ? custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.")
                                 : store_dir(dir, &where, err);
    if (rc == CUSTODY_OK) {
        rc = credential_list(where, NULL, &infos, &count, err);
        rc = rc == CUSTODY_ERR_NOT_FOUND ? CUSTODY_OK : rc;
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        json_t *info = NULL;
        rc = info_json(&infos[i], &info, err);
        if (rc == CUSTODY_OK && json_array_append_new(array, info) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
    }
    credential_infos_free(infos, count);
    free(where);
    if (rc == CUSTODY_OK) {
        *ret_infos = array;
    } else {
        json_decref(array);
    }
    return rc;
}

static bool starts_with_keyid(const struct credential_info *info, const char *name)
{
    char keyid[65];
    text_hex(info->keyid, HASH_LEN, keyid);
    return strlen(name) >= 8 && strncmp(keyid, name, strlen(name)) == 0;
}

/* By handle, the newest; else by the first characters of a keyid. */
static enum custody_status find_credential_file(const char *dir, const char *name,
                                                char **ret_path, struct custody_error *err)
{
    struct credential_info *infos = NULL;
    size_t count = 0;
    const struct credential_info *found = NULL;
    enum custody_status rc = credential_list(dir, NULL, &infos, &count, err);
    for (size_t i = 0; rc == CUSTODY_OK && found == NULL && i < count; i++) {
        found = strcmp(infos[i].handle, name) == 0 ? &infos[i] : NULL;
    }
    for (size_t i = 0; rc == CUSTODY_OK && found == NULL && i < count; i++) {
        found = starts_with_keyid(&infos[i], name) ? &infos[i] : NULL;
    }
    if (rc == CUSTODY_OK || rc == CUSTODY_ERR_NOT_FOUND) {
        char *path = found != NULL ? text_dup(found->path) : NULL;
        rc = path != NULL
                 ? CUSTODY_OK
                 : custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                                "There is no credential of %.40s here: make one with custody "
                                "credential new, or name the directory with --credentials.",
                                name);
        if (rc == CUSTODY_OK) {
            *ret_path = path;
        }
    }
    credential_infos_free(infos, count);
    return rc;
}

enum custody_status custody_credential_unlock(const char *dir, const char *name,
                                              const void *passphrase, size_t len,
                                              struct custody_credential **ret_credential,
                                              struct custody_error *err)
{
    char *where = NULL;
    char *path = NULL;
    struct secret secret = {0};
    struct custody_credential *credential = calloc(1, sizeof *credential);
    enum custody_status rc = credential == NULL
                                 ? custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.")
                                 : store_dir(dir, &where, err);
    if (rc == CUSTODY_OK) {
        rc = find_credential_file(where, name, &path, err);
    }
    if (rc == CUSTODY_OK) {
        rc = secret_copy(passphrase, len, &secret, err);
    }
    if (rc == CUSTODY_OK) {
        rc = credential_unlock(path, &secret, &credential->credential, err);
    }
    if (rc == CUSTODY_OK) {
        const struct credential_info *info = credential_info(credential->credential);
        text_hex(info->keyid, HASH_LEN, credential->keyid);
        text_hex(info->public_key, SIGN_PUBLIC_LEN, credential->public_hex);
        *ret_credential = credential;
        credential = NULL;
    }
    secret_clear(&secret);
    free(path);
    free(where);
    free(credential);
    return rc;
}

void custody_credential_close(struct custody_credential *credential)
{
    if (credential != NULL) {
        credential_close(credential->credential);
        free(credential);
    }
}

const char *custody_credential_handle(const struct custody_credential *credential)
{
    return credential_info(credential->credential)->handle;
}

const char *custody_credential_keyid(const struct custody_credential *credential)
{
    return credential->keyid;
}

const char *custody_credential_public(const struct custody_credential *credential)
{
    return credential->public_hex;
}

/* Base64 of 64 bytes into a fixed array; no allocation can fail in the caller's face. */
static void signature_base64(const uint8_t signature[SIGN_LEN], char out[89])
{
    struct buf text = BUF_INIT(96);
    out[0] = '\0';
    if (text_put_base64(&text, signature, SIGN_LEN, NULL) == CUSTODY_OK) {
        (void)snprintf(out, 89, "%s", (const char *)text.data);
    }
    buf_clear(&text);
}

void custody_credential_prove(const struct custody_credential *credential, const char *origin,
                              char out[89])
{
    uint8_t proof[SIGN_LEN];
    credential_prove(credential->credential, origin,
                     credential_info(credential->credential)->handle, proof);
    signature_base64(proof, out);
}

enum custody_status custody_credential_fingerprint(const char *public_hex, char out[33],
                                                   struct custody_error *err)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];
    uint8_t keyid[HASH_LEN];
    if (!text_unhex(public_hex, strlen(public_hex), public_key, sizeof public_key)) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "A public key has 64 hex digits.");
    }
    sign_keyid(public_key, keyid);
    text_paper_code(keyid, out);
    return CUSTODY_OK;
}

enum custody_status custody_credential_card(const char *handle, const char *public_hex,
                                            enum custody_lang lang, char **ret_text,
                                            struct custody_error *err)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];
    uint8_t keyid[HASH_LEN];
    char code[33];
    struct buf text = BUF_INIT(4096);
    if (!text_is_handle(handle) ||
        !text_unhex(public_hex, strlen(public_hex), public_key, sizeof public_key)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "A card needs a handle and a public key of 64 hex digits.");
    }
    sign_keyid(public_key, keyid);
    text_paper_code(keyid, code);
    enum custody_status rc =
        lang == CUSTODY_ZH
            ? buf_printf(
                  &text, err,
                  "电子签名指纹卡\n\n登录名：%s\n指纹：%s\n公钥：%.32s\n      %.32s\n\n"
                  "本人确认以上指纹为本人电子签名。\n本人签字：____________  日期：________\n"
                  "第二名负责人签字：____________  日期：________\n",
                  handle, code, public_hex, public_hex + 32)
            : buf_printf(&text, err,
                         "Fingerprint card of a credential\n\nhandle: %s\nfingerprint: %s\n"
                         "public key: %.32s\n            %.32s\n\nI confirm that this is my "
                         "credential.\nsigned: ____________  date: ________\n"
                         "second officer: ____________  date: ________\n",
                         handle, code, public_hex, public_hex + 32);
    if (rc == CUSTODY_OK) {
        *ret_text = (char *)buf_detach(&text, NULL);
    }
    buf_clear(&text);
    return rc;
}

/* ---- vault recovery: sealed under two passphrases of two people, nested (FORMATS.md §9) ----
 */

struct layer {
    uint8_t salt[SEAL_SALT_LEN];
    char salt_hex[33];
};

static enum custody_status seal_layer(const void *passphrase, size_t len, const void *plain,
                                      size_t plain_len, struct layer *layer, struct buf *out,
                                      struct custody_error *err)
{
    static const char ad[] = "custody/recovery/v1";
    struct secret secret = {0};
    struct secret key = {0};
    crypt_random(layer->salt, sizeof layer->salt);
    text_hex(layer->salt, sizeof layer->salt, layer->salt_hex);
    enum custody_status rc = secret_copy(passphrase, len, &secret, err);
    if (rc == CUSTODY_OK) {
        rc = seal_key_from_passphrase(&secret, layer->salt, SEAL_COST_INTERACTIVE, &key, err);
    }
    if (rc == CUSTODY_OK) {
        rc = seal_box(key.data, ad, sizeof ad - 1, plain, plain_len, out, err);
    }
    secret_clear(&key);
    secret_clear(&secret);
    return rc;
}

static enum custody_status write_recovery(const char *path, const char *public_hex,
                                          const struct layer *inner, const struct layer *outer,
                                          const struct buf *box, struct custody_error *err)
{
    json_t *root = NULL;
    struct buf base64 = BUF_INIT(4096);
    struct buf text = BUF_INIT(8192);
    enum custody_status rc = text_put_base64(&base64, box->data, box->len, err);
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:s,s:I,s:I,s:s,s:s,s:s,s:i}", "box", (char *)base64.data,
                                 "memory", (json_int_t)SEAL_COST_INTERACTIVE.memory_bytes,
                                 "ops", (json_int_t)SEAL_COST_INTERACTIVE.ops, "public",
                                 public_hex, "salt_first", inner->salt_hex, "salt_second",
                                 outer->salt_hex, "version", 1),
                       &root, err);
    }
    if (rc == CUSTODY_OK) {
        rc = canon_write(&text, root, CANON_FILE, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_create_durable(path, text.data, text.len, 0600, err);
    }
    json_decref(root);
    buf_clear(&base64);
    buf_clear(&text);
    return rc;
}

enum custody_status custody_recovery_create(const char *path, const void *first,
                                            size_t first_len, const void *second,
                                            size_t second_len, char ret_public[65],
                                            struct custody_error *err)
{
    uint8_t public_key[32];
    char public_hex[65];
    struct secret recipient = {0};
    struct layer inner;
    struct layer outer;
    struct buf once = BUF_INIT(1024);
    struct buf twice = BUF_INIT(2048);
    if (first_len < 8 || second_len < 8) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "Each of the two passphrases needs at least 8 characters.");
    }
    TRY(seal_recipient_make(public_key, &recipient, err));
    text_hex(public_key, sizeof public_key, public_hex);
    enum custody_status rc =
        seal_layer(first, first_len, recipient.data, recipient.len, &inner, &once, err);
    if (rc == CUSTODY_OK) {
        rc = seal_layer(second, second_len, once.data, once.len, &outer, &twice, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_recovery(path, public_hex, &inner, &outer, &twice, err);
    }
    if (rc == CUSTODY_OK) {
        memcpy(ret_public, public_hex, sizeof public_hex);
    }
    secret_clear(&recipient);
    buf_clear(&once);
    buf_clear(&twice);
    return rc;
}
