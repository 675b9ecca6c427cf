/*
 * Escrow of the KEK: sealed to a recovery key whose secret two people hold under a passphrase
 * each (FORMATS.md §9), and a vault opened with it whose vault.key is lost.
 *
 * Invariants: nothing is written before everything was opened and found to fit; the KEK that
 * came out of the escrow is replaced by a new one at once.
 */
#include "vault_impl.h"

#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "file.h"
#include "seal.h"
#include "text.h"

#define FILE_MAX 16384U
#define BOX_MAX  1024U

static const char LABEL[] = "custody/vault-recovery/v1"; /* with its closing 00 */
static const char SECRET_AD[] = "custody/recovery/v1";

#define SEALED_LEN (sizeof LABEL + HASH_LEN + VAULT_KEK_LEN)

/* ---- vault.recovery ---- */

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault was not changed");
}

static enum custody_status write_sealed(const struct buf *box, const uint8_t public_key[32],
                                        const uint8_t owner[HASH_LEN], struct buf *out,
                                        struct custody_error *err)
{
    struct buf base64 = BUF_INIT(FILE_MAX);
    char public_hex[65];
    char owner_hex[65];
    json_t *root = NULL;
    enum custody_status rc = text_put_base64(&base64, box->data, box->len, err);

    text_hex(public_key, 32, public_hex);
    text_hex(owner, HASH_LEN, owner_hex);
    if (rc == CUSTODY_OK) {
        root = json_pack("{s:s,s:s,s:s,s:i}", "box", (const char *)base64.data, "ledger",
                         owner_hex, "public", public_hex, "version", 1);
        rc = root != NULL ? canon_write(out, root, CANON_FILE, err) : no_memory(err);
    }
    json_decref(root);
    buf_clear(&base64);
    return rc;
}

enum custody_status vault_seal_recovery(struct vault *vault, const uint8_t public_key[32],
                                        const uint8_t owner[HASH_LEN], struct buf *out,
                                        struct custody_error *err)
{
    struct buf box = BUF_INIT(BOX_MAX);
    uint8_t plain[SEALED_LEN];

    memcpy(plain, LABEL, sizeof LABEL);
    memcpy(plain + sizeof LABEL, owner, HASH_LEN);
    memcpy(plain + sizeof LABEL + HASH_LEN, vault->kek.data, VAULT_KEK_LEN);
    enum custody_status rc = seal_to_recipient(public_key, plain, sizeof plain, &box, err);
    crypt_wipe(plain, sizeof plain);
    if (rc == CUSTODY_OK) {
        rc = write_sealed(&box, public_key, owner, out, err);
    }
    buf_clear(&box);
    return rc;
}

static enum custody_status not_a_recovery(struct custody_error *err)
{
    return custody_fail(
        err, CUSTODY_ERR_INVALID,
        "this is no vault.recovery, or it is damaged; take the one of the newest "
        "backup");
}

static bool take_hex(const json_t *root, const char *member, uint8_t *out, size_t len)
{
    const json_t *value = json_object_get(root, member);

    return json_is_string(value) &&
           text_unhex(json_string_value(value), json_string_length(value), out, len);
}

static bool has_version(const json_t *root, size_t members)
{
    const json_t *version = json_object_get(root, "version");

    return json_is_object(root) && json_object_size(root) == members &&
           json_is_integer(version) && json_integer_value(version) == 1;
}

/* box out of base64; ERR_INVALID with the sentence of `otherwise`. */
static enum custody_status take_box(const json_t *root, struct buf *box,
                                    enum custody_status (*otherwise)(struct custody_error *err),
                                    struct custody_error *err)
{
    const json_t *value = json_object_get(root, "box");
    enum custody_status rc =
        json_is_string(value)
            ? text_put_unbase64(box, json_string_value(value), json_string_length(value), err)
            : CUSTODY_ERR_INVALID;

    return rc == CUSTODY_OK || rc == CUSTODY_ERR_NOMEM ? rc : otherwise(err);
}

/* The file's members, box opened: the KEK. */
static enum custody_status open_sealed(const json_t *root, const uint8_t public_key[32],
                                       const struct secret *secret,
                                       const uint8_t owner[HASH_LEN], struct secret *ret_kek,
                                       struct custody_error *err)
{
    uint8_t their_public[32];
    uint8_t their_owner[HASH_LEN];
    struct buf box = BUF_INIT(BOX_MAX);
    struct buf plain = BUF_INIT(BOX_MAX);
    enum custody_status rc = CUSTODY_OK;

    if (!has_version(root, 4) || !take_hex(root, "public", their_public, 32) ||
        !take_hex(root, "ledger", their_owner, HASH_LEN)) {
        return not_a_recovery(err);
    }
    if (memcmp(their_public, public_key, 32) != 0) {
        return custody_fail(err, CUSTODY_ERR_CRYPTO,
                            "this vault.recovery was sealed to another recovery key; find the "
                            "secret whose public key begins with %02x%02x%02x%02x",
                            their_public[0], their_public[1], their_public[2], their_public[3]);
    }
    if (memcmp(their_owner, owner, HASH_LEN) != 0) {
        return custody_fail(err, CUSTODY_ERR_CRYPTO,
                            "this vault.recovery is of another site's vault; take the one of "
                            "this site's newest backup");
    }
    rc = take_box(root, &box, not_a_recovery, err);
    if (rc == CUSTODY_OK) {
        rc = seal_open_recipient(public_key, secret, box.data, box.len, &plain, err);
    }
    /* what was sealed says whose it is too: the members beside it are anybody's to change */
    if (rc == CUSTODY_ERR_CRYPTO ||
        (rc == CUSTODY_OK &&
         (plain.len != SEALED_LEN || memcmp(plain.data, LABEL, sizeof LABEL) != 0 ||
          memcmp(plain.data + sizeof LABEL, owner, HASH_LEN) != 0))) {
        rc = custody_fail(err, CUSTODY_ERR_CRYPTO,
                          "this vault.recovery does not open: it is damaged or was changed; "
                          "take the one of the newest backup");
    }
    if (rc == CUSTODY_OK) {
        rc = secret_copy(plain.data + sizeof LABEL + HASH_LEN, VAULT_KEK_LEN, ret_kek, err);
    }
    if (plain.data != NULL) {
        crypt_wipe(plain.data, plain.cap);
    }
    buf_clear(&plain);
    buf_clear(&box);
    return rc;
}

static enum custody_status parse_and_open(const void *sealed, size_t sealed_len,
                                          const uint8_t public_key[32],
                                          const struct secret *secret,
                                          const uint8_t owner[HASH_LEN], struct secret *ret_kek,
                                          struct custody_error *err)
{
    json_t *root = NULL;
    enum custody_status rc = canon_parse(sealed, sealed_len, CANON_FILE, &root, err);

    if (rc == CUSTODY_OK) {
        rc = open_sealed(root, public_key, secret, owner, ret_kek, err);
    } else if (rc != CUSTODY_ERR_NOMEM) {
        rc = not_a_recovery(err);
    }
    json_decref(root);
    return rc;
}

/* ---- a vault without its key ---- */

/* The handle's KEK fits its vault.db: under the write lock, vault.key appears with it and a new
 * one, the keys are wrapped anew, and the new one stays. */
static enum custody_status give_new_kek(struct vault *vault, struct custody_error *err)
{
    enum custody_status rc = store_begin(vault->store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = vault_keys_create(vault->dir, &vault->kek, NULL, err);
    if (rc != CUSTODY_OK) {
        store_rollback(vault->store);
        return rc;
    }
    return vault_rewrap(vault, err);
}

enum custody_status vault_recover(const char *dir, const void *sealed, size_t sealed_len,
                                  const uint8_t public_key[32], const struct secret *secret,
                                  const uint8_t owner[HASH_LEN], struct custody_error *err)
{
    struct vault *vault = NULL;
    struct vault_keys keys = {.count = 0};
    char *path = file_join(dir, VAULT_KEY_FILE);
    enum custody_status rc = path != NULL ? CUSTODY_OK : no_memory(err);

    if (rc == CUSTODY_OK && file_exists(path)) {
        rc = custody_refuse(err, "exists",
                            "There is a vault.key: if it is of no use, move it away, then "
                            "recover.");
    }
    if (rc == CUSTODY_OK) {
        rc = parse_and_open(sealed, sealed_len, public_key, secret, owner, &keys.kek[0], err);
        keys.count = 1;
    }
    if (rc == CUSTODY_OK) {
        rc = vault_new(dir, false, &vault, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_open_store(vault, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_keys_pick(vault->store, &keys, &vault->kek, err);
        if (rc == CUSTODY_ERR_CRYPTO) {
            rc = custody_fail(err, rc,
                              "this vault.recovery is older or newer than vault.db, an erasure "
                              "or a recovery lies between; take both from the same backup");
        }
    }
    if (rc == CUSTODY_OK) {
        rc = give_new_kek(vault, err);
    }
    vault_keys_clear(&keys);
    vault_close(vault);
    free(path);
    return rc;
}

/* ---- the secret under two passphrases ---- */

static enum custody_status not_a_secret(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "this is no recovery secret, or it is damaged; name the file that "
                        "custody site recovery-key wrote");
}

struct sealed_secret {
    uint8_t public_key[32];
    uint8_t salt_first[SEAL_SALT_LEN];
    uint8_t salt_second[SEAL_SALT_LEN];
    struct seal_cost cost;
    struct buf box;
};

static enum custody_status read_secret(const json_t *root, struct sealed_secret *ret,
                                       struct custody_error *err)
{
    const json_t *memory = json_object_get(root, "memory");
    const json_t *ops = json_object_get(root, "ops");

    if (!has_version(root, 7) || !take_hex(root, "public", ret->public_key, 32) ||
        !take_hex(root, "salt_first", ret->salt_first, SEAL_SALT_LEN) ||
        !take_hex(root, "salt_second", ret->salt_second, SEAL_SALT_LEN) ||
        !json_is_integer(memory) || !json_is_integer(ops) || json_integer_value(memory) < 0 ||
        json_integer_value(ops) < 0) {
        return not_a_secret(err);
    }
    ret->cost = (struct seal_cost){.ops = (uint64_t)json_integer_value(ops),
                                   .memory_bytes = (uint64_t)json_integer_value(memory)};
    return take_box(root, &ret->box, not_a_secret, err);
}

static enum custody_status open_layer(const struct secret *passphrase,
                                      const uint8_t salt[SEAL_SALT_LEN], struct seal_cost cost,
                                      const struct buf *box, struct buf *out, const char *whose,
                                      struct custody_error *err)
{
    struct secret key = {0};
    enum custody_status rc = seal_key_from_passphrase(passphrase, salt, cost, &key, err);

    if (rc == CUSTODY_OK) {
        rc =
            seal_open(key.data, SECRET_AD, sizeof SECRET_AD - 1, box->data, box->len, out, err);
    }
    if (rc == CUSTODY_ERR_CRYPTO) {
        rc = custody_fail(err, rc,
                          "the %s passphrase does not open the recovery secret: it is wrong or "
                          "the file is damaged; nothing was changed, try again",
                          whose);
    }
    secret_clear(&key);
    return rc;
}

static enum custody_status open_layers(const struct sealed_secret *sealed,
                                       const struct secret *first, const struct secret *second,
                                       struct secret *ret_secret, struct custody_error *err)
{
    struct buf once = BUF_INIT(BOX_MAX);
    struct buf secret = BUF_INIT(BOX_MAX);
    enum custody_status rc = open_layer(second, sealed->salt_second, sealed->cost, &sealed->box,
                                        &once, "second", err);

    if (rc == CUSTODY_OK) {
        rc = open_layer(first, sealed->salt_first, sealed->cost, &once, &secret, "first", err);
    }
    if (rc == CUSTODY_OK && secret.len != 32) {
        rc = not_a_secret(err);
    }
    if (rc == CUSTODY_OK) {
        rc = secret_copy(secret.data, secret.len, ret_secret, err);
    }
    if (secret.data != NULL) {
        crypt_wipe(secret.data, secret.cap);
    }
    buf_clear(&secret);
    buf_clear(&once);
    return rc;
}

enum custody_status recovery_open(const char *path, const struct secret *first,
                                  const struct secret *second, uint8_t ret_public[32],
                                  struct secret *ret_secret, struct custody_error *err)
{
    struct buf text = BUF_INIT(FILE_MAX);
    struct sealed_secret sealed = {.box = BUF_INIT(BOX_MAX)};
    json_t *root = NULL;
    enum custody_status rc = file_read(path, text.max, &text, err);

    if (rc == CUSTODY_OK) {
        rc = canon_parse(text.data, text.len, CANON_FILE, &root, err);
    }
    if (rc == CUSTODY_ERR_INVALID || rc == CUSTODY_ERR_LIMIT) {
        rc = not_a_secret(err);
    }
    if (rc == CUSTODY_OK) {
        rc = read_secret(root, &sealed, err);
    }
    if (rc == CUSTODY_OK) {
        rc = open_layers(&sealed, first, second, ret_secret, err);
    }
    if (rc == CUSTODY_OK) {
        memcpy(ret_public, sealed.public_key, 32);
    }
    json_decref(root);
    buf_clear(&sealed.box);
    buf_clear(&text);
    return rc;
}
