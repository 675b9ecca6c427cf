/*
 * Credential files: a person's Ed25519 seed sealed under a passphrase, and proofs made with
 * the key.
 *
 * Must not know ledgers or acts. Invariants: the seed is in a file only inside the box, which
 * opens for the handle and public key it stands beside and for no other; a file is never
 * replaced.
 */
#include "credstore_impl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "text.h"

#define FILE_MAX     (16U * 1024U)
#define MEMBER_COUNT 7U
#define BOX_LEN      (SEAL_NONCE_LEN + SIGN_SEED_LEN + SEAL_TAG_LEN)

static const char SEAL_LABEL[] = "custody/credential/v1";
static const char PROOF_LABEL[] = "custody/possession/v1";
static const char SUFFIX[] = CREDENTIAL_SUFFIX;

/* label 00 name 00 raw public key: what boxes are bound to */
#define AD_MAX (sizeof SEAL_LABEL + HANDLE_SIZE + SIGN_PUBLIC_LEN)

/* A credential file as read; nothing in it is secret without the passphrase. */
struct sealed_credential {
    struct credential_info info; /* path NULL */
    struct seal_cost cost;
    uint8_t salt[SEAL_SALT_LEN];
    uint8_t box[BOX_LEN];
};

void credential_info_clear(struct credential_info *info)
{
    free(info->path);
    memset(info, 0, sizeof *info);
}

enum custody_status credstore_no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory for a credential; try again");
}

enum custody_status credential_default_dir(char **ret_dir, struct custody_error *err)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    const char *tail = "custody";
    const char *base = config;

    if (base == NULL || base[0] != '/') { /* a relative one is to be ignored, says XDG */
        base = home;
        tail = ".config/custody";
    }
    if (base == NULL || base[0] != '/') {
        return custody_fail(
            err, CUSTODY_ERR_NOT_FOUND,
            "no home directory is known; name the directory of your credential");
    }
    char *dir = file_join(base, tail);
    if (dir == NULL) {
        return credstore_no_memory(err);
    }
    *ret_dir = dir;
    return CUSTODY_OK;
}

/* ---- the file ---- */

static size_t make_ad(const char *handle, const uint8_t public_key[SIGN_PUBLIC_LEN],
                      uint8_t out[AD_MAX])
{
    size_t handle_len = strlen(handle);

    assert(handle_len < HANDLE_SIZE);
    memcpy(out, SEAL_LABEL, sizeof SEAL_LABEL);
    memcpy(out + sizeof SEAL_LABEL, handle, handle_len + 1);
    memcpy(out + sizeof SEAL_LABEL + handle_len + 1, public_key, SIGN_PUBLIC_LEN);
    return sizeof SEAL_LABEL + handle_len + 1 + SIGN_PUBLIC_LEN;
}

static json_t *base64_value(const uint8_t *data, size_t len)
{
    struct buf text = BUF_INIT(FILE_MAX);
    json_t *value = NULL;

    if (text_put_base64(&text, data, len, NULL) == CUSTODY_OK) {
        value = json_stringn((const char *)text.data, text.len);
    }
    buf_clear(&text);
    return value;
}

static enum custody_status write_file(const struct sealed_credential *sealed, const char *path,
                                      struct custody_error *err)
{
    struct buf text = BUF_INIT(FILE_MAX);
    char public_hex[2 * SIGN_PUBLIC_LEN + 1];

    text_hex(sealed->info.public_key, SIGN_PUBLIC_LEN, public_hex);
    json_t *root = json_pack("{s:o, s:s, s:I, s:I, s:s, s:o, s:i}", "box",
                             base64_value(sealed->box, BOX_LEN), "handle", sealed->info.handle,
                             "memory", (json_int_t)sealed->cost.memory_bytes, "ops",
                             (json_int_t)sealed->cost.ops, "public", public_hex, "salt",
                             base64_value(sealed->salt, SEAL_SALT_LEN), "version", 1);
    enum custody_status rc =
        root != NULL ? canon_write(&text, root, CANON_FILE, err) : credstore_no_memory(err);
    if (rc == CUSTODY_OK) {
        rc = file_create_durable(path, text.data, text.len, 0600, err);
    }
    json_decref(root);
    buf_clear(&text);
    return rc;
}

static bool take_bytes(const json_t *value, uint8_t *out, size_t len)
{
    return json_is_string(value) &&
           text_unbase64(json_string_value(value), json_string_length(value), out, len);
}

static bool take_members(const json_t *root, struct sealed_credential *sealed)
{
    const char *handle = json_string_value(json_object_get(root, "handle"));
    const json_t *memory = json_object_get(root, "memory");
    const json_t *ops = json_object_get(root, "ops");
    const json_t *public_key = json_object_get(root, "public");
    const json_t *version = json_object_get(root, "version");

    if (!json_is_object(root) || json_object_size(root) != MEMBER_COUNT ||
        !text_is_handle(handle) || !json_is_integer(memory) || !json_is_integer(ops) ||
        json_integer_value(memory) < 0 || json_integer_value(ops) < 0 ||
        !json_is_integer(version) || json_integer_value(version) != 1 ||
        !json_is_string(public_key) ||
        !text_unhex(json_string_value(public_key), json_string_length(public_key),
                    sealed->info.public_key, SIGN_PUBLIC_LEN) ||
        !take_bytes(json_object_get(root, "salt"), sealed->salt, SEAL_SALT_LEN) ||
        !take_bytes(json_object_get(root, "box"), sealed->box, BOX_LEN)) {
        return false;
    }
    (void)snprintf(sealed->info.handle, sizeof sealed->info.handle, "%s", handle);
    sign_keyid(sealed->info.public_key, sealed->info.keyid);
    sealed->cost.memory_bytes = (uint64_t)json_integer_value(memory);
    sealed->cost.ops = (uint64_t)json_integer_value(ops);
    return true;
}

static enum custody_status read_file(const char *path, struct sealed_credential *ret_sealed,
                                     struct custody_error *err)
{
    struct buf text = BUF_INIT(FILE_MAX);
    struct sealed_credential sealed = {0};
    json_t *root = NULL;
    enum custody_status rc = file_read(path, FILE_MAX, &text, err);

    if (rc == CUSTODY_OK) {
        rc = canon_parse(text.data, text.len, CANON_FILE, &root, err);
    }
    if (rc == CUSTODY_ERR_INVALID || rc == CUSTODY_ERR_LIMIT ||
        (rc == CUSTODY_OK && !take_members(root, &sealed))) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "this is no credential file; pass the file that ends in %s", SUFFIX);
    }
    if (rc == CUSTODY_OK) {
        *ret_sealed = sealed;
    }
    json_decref(root);
    buf_clear(&text);
    return rc;
}

enum custody_status credstore_read_info(const char *path, struct credential_info *ret_info,
                                        struct custody_error *err)
{
    struct sealed_credential sealed;
    enum custody_status rc = read_file(path, &sealed, err);

    if (rc == CUSTODY_OK) {
        *ret_info = sealed.info;
    }
    return rc;
}

/* ---- create ---- */

static char *file_path(const char *dir, const struct credential_info *info)
{
    char name[HANDLE_SIZE + 1 + 8 + sizeof SUFFIX];
    char hex[2 * HASH_LEN + 1];

    text_hex(info->keyid, HASH_LEN, hex);
    (void)snprintf(name, sizeof name, "%s-%.8s%s", info->handle, hex, SUFFIX);
    return file_join(dir, name);
}

static enum custody_status seal_seed(const struct sign_key *key,
                                     const struct secret *passphrase,
                                     struct sealed_credential *sealed,
                                     struct custody_error *err)
{
    struct secret seal_key = {0};
    struct buf box = BUF_INIT(BOX_LEN);
    uint8_t seed[SIGN_SEED_LEN];
    uint8_t ad[AD_MAX];
    size_t ad_len = make_ad(sealed->info.handle, sealed->info.public_key, ad);
    enum custody_status rc =
        seal_key_from_passphrase(passphrase, sealed->salt, sealed->cost, &seal_key, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    sign_key_seed(key, seed);
    rc = seal_box(seal_key.data, ad, ad_len, seed, sizeof seed, &box, err);
    crypt_wipe(seed, sizeof seed);
    if (rc == CUSTODY_OK) {
        assert(box.len == BOX_LEN);
        memcpy(sealed->box, box.data, BOX_LEN);
    }
    secret_clear(&seal_key);
    buf_clear(&box);
    return rc;
}

enum custody_status credential_create(const char *dir, const char *handle,
                                      const struct secret *passphrase, struct seal_cost cost,
                                      struct credential_info *ret_info,
                                      struct custody_error *err)
{
    struct sealed_credential sealed = {.cost = cost};
    struct sign_key key = {0};
    enum custody_status rc = CUSTODY_OK;

    if (!text_is_handle(handle)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a handle is 1 to 32 of a-z, 0-9 and hyphen, a letter first");
    }
    if (passphrase->len < CREDENTIAL_PASSPHRASE_MIN) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "choose a passphrase of at least %u characters",
                            CREDENTIAL_PASSPHRASE_MIN);
    }
    rc = sign_key_make(&key, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    (void)snprintf(sealed.info.handle, sizeof sealed.info.handle, "%s", handle);
    memcpy(sealed.info.public_key, key.public_key, SIGN_PUBLIC_LEN);
    sign_keyid(key.public_key, sealed.info.keyid);
    crypt_random(sealed.salt, sizeof sealed.salt);
    sealed.info.path = file_path(dir, &sealed.info);
    if (sealed.info.path == NULL) {
        rc = credstore_no_memory(err);
        goto out;
    }
    rc = seal_seed(&key, passphrase, &sealed, err);
    if (rc == CUSTODY_OK) {
        rc = file_make_dir(dir, 0700, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_file(&sealed, sealed.info.path, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_info = sealed.info;
        memset(&sealed.info, 0, sizeof sealed.info);
    }
out:
    credential_info_clear(&sealed.info);
    sign_key_clear(&key);
    return rc;
}

/* ---- unlock ---- */

static enum custody_status open_seed(const struct sealed_credential *sealed,
                                     const struct secret *passphrase, struct sign_key *ret_key,
                                     struct custody_error *err)
{
    struct secret seal_key = {0};
    struct buf seed = BUF_INIT(SIGN_SEED_LEN);
    uint8_t ad[AD_MAX];
    size_t ad_len = make_ad(sealed->info.handle, sealed->info.public_key, ad);
    enum custody_status rc =
        seal_key_from_passphrase(passphrase, sealed->salt, sealed->cost, &seal_key, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = seal_open(seal_key.data, ad, ad_len, sealed->box, BOX_LEN, &seed, err);
    if (rc == CUSTODY_OK) {
        assert(seed.len == SIGN_SEED_LEN);
        rc = sign_key_from_seed(seed.data, ret_key, err);
    } else if (rc == CUSTODY_ERR_CRYPTO) {
        rc = custody_fail(err, CUSTODY_ERR_CRYPTO,
                          "wrong passphrase, or the credential file is damaged; type it again");
    }
    secret_clear(&seal_key);
    if (seed.data != NULL) {
        crypt_wipe(seed.data, seed.cap);
    }
    buf_clear(&seed);
    return rc;
}

static char *dir_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) {
        return text_dup(".");
    }
    return slash == path ? text_dup("/") : text_dup_n(path, (size_t)(slash - path));
}

enum custody_status credential_unlock(const char *path, const struct secret *passphrase,
                                      struct credential **ret_credential,
                                      struct custody_error *err)
{
    struct sealed_credential sealed = {0};
    struct credential *credential = NULL;
    enum custody_status rc = read_file(path, &sealed, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    credential = calloc(1, sizeof *credential);
    if (credential == NULL) {
        return credstore_no_memory(err);
    }
    credential->info = sealed.info;
    credential->info.path = text_dup(path);
    credential->dir = dir_of(path);
    if (credential->info.path == NULL || credential->dir == NULL) {
        rc = credstore_no_memory(err);
        goto out;
    }
    rc = open_seed(&sealed, passphrase, &credential->key, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (memcmp(credential->key.public_key, sealed.info.public_key, SIGN_PUBLIC_LEN) != 0) {
        rc = custody_fail(err, CUSTODY_ERR_CRYPTO,
                          "the credential file holds another key than it says; put back its "
                          "copy");
        goto out;
    }
    *ret_credential = credential;
    credential = NULL;
out:
    credential_close(credential);
    return rc;
}

void credential_close(struct credential *credential)
{
    if (credential == NULL) {
        return;
    }
    sign_key_clear(&credential->key);
    credential_info_clear(&credential->info);
    free(credential->dir);
    free(credential);
}

const struct credential_info *credential_info(const struct credential *credential)
{
    return &credential->info;
}

/* ---- possession proofs ---- */

struct proof_text {
    uint8_t
        bytes[sizeof PROOF_LABEL + CREDENTIAL_ORIGIN_MAX + 1 + HANDLE_SIZE + SIGN_PUBLIC_LEN];
    size_t len;
};

/* False when origin or handle are longer than any that can stand in a ledger. */
static bool make_proof_text(const uint8_t public_key[SIGN_PUBLIC_LEN], const char *origin,
                            const char *handle, struct proof_text *text)
{
    size_t origin_size = strlen(origin) + 1; /* each with its 00 */
    size_t handle_size = strlen(handle) + 1;

    if (origin_size > CREDENTIAL_ORIGIN_MAX + 1 || handle_size > HANDLE_SIZE) {
        return false;
    }
    uint8_t *at = text->bytes;
    memcpy(at, PROOF_LABEL, sizeof PROOF_LABEL);
    at += sizeof PROOF_LABEL;
    memcpy(at, origin, origin_size);
    at += origin_size;
    memcpy(at, handle, handle_size);
    at += handle_size;
    memcpy(at, public_key, SIGN_PUBLIC_LEN);
    text->len = (size_t)(at - text->bytes) + SIGN_PUBLIC_LEN;
    return true;
}

void credential_prove_key(const struct sign_key *key, const char *origin, const char *handle,
                          uint8_t out[SIGN_LEN])
{
    struct proof_text text;
    bool is_made = make_proof_text(key->public_key, origin, handle, &text);

    assert(is_made);
    if (is_made) {
        sign_detached(key, text.bytes, text.len, out);
    }
}

void credential_prove(const struct credential *credential, const char *origin,
                      const char *handle, uint8_t out[SIGN_LEN])
{
    credential_prove_key(&credential->key, origin, handle, out);
}

enum custody_status credential_cosign(const struct credential *credential, const char *name,
                                      int64_t time_s, const void *note, size_t len,
                                      struct buf *out, struct note_key *ret_key,
                                      struct custody_error *err)
{
    enum custody_status rc =
        note_key_make(name, NOTE_COSIGNATURE_V1, credential->info.public_key, ret_key, err);

    return rc == CUSTODY_OK
               ? note_cosign(ret_key, &credential->key, (uint64_t)time_s, note, len, out, err)
               : rc;
}

bool credential_proof_fits(const uint8_t public_key[SIGN_PUBLIC_LEN], const char *origin,
                           const char *handle, const uint8_t proof[SIGN_LEN])
{
    struct proof_text text;

    return make_proof_text(public_key, origin, handle, &text) &&
           sign_verify(public_key, text.bytes, text.len, proof);
}
