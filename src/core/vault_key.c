/*
 * vault.key: the KEK that wraps the subject keys of vault.db, or two of them while one takes
 * over from the other.
 *
 * Must not know subjects or fields. Invariants: a KEK that vault.db is wrapped under is in
 * vault.key before vault.db is and until vault.db is no longer; vault.key is replaced under the
 * write lock of vault.db only, so that two processes never write it in turn.
 */
#include "vault_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "seal.h"
#include "text.h"

#define HEX_LEN ((size_t)2 * VAULT_KEK_LEN)
/* opening and reading again while another process puts a new KEK in place */
#define PICK_TRIES 3

/* vault.key, byte for byte around the hex digits. Read without a JSON parser, so that no copy
 * of the key stays behind in a parser's memory. */
static const char HEAD[] = "{\"kek\":[\"";
static const char BETWEEN[] = "\",\"";
static const char TAIL[] = "\"],\"version\":1}";
static const char TEMP_HEAD[] = VAULT_KEY_FILE ".tmp-";
static const char CHECK_AD[] = "custody/vault/v1";

#define LEN(text)    (sizeof(text) - 1)
#define ONE_LEN      (LEN(HEAD) + HEX_LEN + LEN(TAIL))
#define TWO_LEN      (ONE_LEN + LEN(BETWEEN) + HEX_LEN)
#define FILE_LEN_MAX 4096U

/* ---- the bytes ---- */

static size_t format(const struct secret *first, const struct secret *second,
                     char out[TWO_LEN + 1])
{
    char *at = out;

    memcpy(at, HEAD, LEN(HEAD));
    at += LEN(HEAD);
    text_hex(first->data, VAULT_KEK_LEN, at);
    at += HEX_LEN;
    if (second != NULL) {
        memcpy(at, BETWEEN, LEN(BETWEEN));
        at += LEN(BETWEEN);
        text_hex(second->data, VAULT_KEK_LEN, at);
        at += HEX_LEN;
    }
    memcpy(at, TAIL, sizeof TAIL);
    return (size_t)(at - out) + LEN(TAIL);
}

static enum custody_status take_kek(const char *hex, struct secret *ret_kek, bool *ret_good,
                                    struct custody_error *err)
{
    uint8_t kek[VAULT_KEK_LEN];
    enum custody_status rc = CUSTODY_OK;

    *ret_good = text_unhex(hex, HEX_LEN, kek, sizeof kek);
    if (*ret_good) {
        rc = secret_copy(kek, sizeof kek, ret_kek, err);
    }
    crypt_wipe(kek, sizeof kek);
    return rc;
}

/* *ret_good false: not a vault.key. keys may be half-filled, the caller clears them. */
static enum custody_status parse(const char *text, size_t len, struct vault_keys *keys,
                                 bool *ret_good, struct custody_error *err)
{
    const char *second = text + LEN(HEAD) + HEX_LEN + LEN(BETWEEN);
    bool is_two = len == TWO_LEN;

    *ret_good = (is_two || len == ONE_LEN) && memcmp(text, HEAD, LEN(HEAD)) == 0 &&
                memcmp(text + len - LEN(TAIL), TAIL, LEN(TAIL)) == 0 &&
                (!is_two || memcmp(second - LEN(BETWEEN), BETWEEN, LEN(BETWEEN)) == 0);
    if (!*ret_good) {
        return CUSTODY_OK;
    }
    enum custody_status rc = take_kek(text + LEN(HEAD), &keys->kek[0], ret_good, err);
    if (rc == CUSTODY_OK && *ret_good && is_two) {
        rc = take_kek(second, &keys->kek[1], ret_good, err);
    }
    keys->count = is_two ? 2 : 1;
    return rc;
}

void vault_keys_clear(struct vault_keys *keys)
{
    secret_clear(&keys->kek[0]);
    secret_clear(&keys->kek[1]);
    keys->count = 0;
}

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault was not changed");
}

enum custody_status vault_keys_read(const char *dir, struct vault_keys *ret_keys,
                                    struct custody_error *err)
{
    struct buf text = BUF_INIT(FILE_LEN_MAX);
    struct vault_keys keys = {.count = 0};
    bool is_good = false;
    char *path = file_join(dir, VAULT_KEY_FILE);
    enum custody_status rc =
        path != NULL ? file_read(path, text.max, &text, err) : no_memory(err);

    if (rc == CUSTODY_OK) {
        rc = parse((const char *)text.data, text.len, &keys, &is_good, err);
    }
    if (rc == CUSTODY_ERR_LIMIT || (rc == CUSTODY_OK && !is_good)) {
        rc = custody_fail(err, CUSTODY_ERR_CRYPTO,
                          "vault.key is damaged; put back the copy that belongs to vault.db, "
                          "or use its recovery (custody site vault-recover)");
    }
    if (rc == CUSTODY_OK) {
        *ret_keys = keys;
        memset(&keys, 0, sizeof keys);
    }
    vault_keys_clear(&keys);
    if (text.data != NULL) {
        crypt_wipe(text.data, text.cap);
    }
    buf_clear(&text);
    free(path);
    return rc;
}

enum custody_status vault_keys_create(const char *dir, const struct secret *first,
                                      const struct secret *second, struct custody_error *err)
{
    char text[TWO_LEN + 1];
    char *path = file_join(dir, VAULT_KEY_FILE);
    size_t len = format(first, second, text);
    enum custody_status rc =
        path != NULL ? file_create_durable(path, text, len, 0600, err) : no_memory(err);

    crypt_wipe(text, sizeof text);
    free(path);
    return rc;
}

/* ---- what must not stay on the disk ---- */

/* Zeros over a file that no name leads to any more. Best effort: on flash and on file systems
 * that copy on write the old blocks stay, which is why no KEK protects anything for long. */
static void overwrite(int fd)
{
    static const char ZEROS[TWO_LEN];
    struct stat info;

    if (fstat(fd, &info) == 0 && info.st_nlink == 0 && S_ISREG(info.st_mode) &&
        info.st_size > 0 && (size_t)info.st_size <= sizeof ZEROS &&
        pwrite(fd, ZEROS, (size_t)info.st_size, 0) == info.st_size) {
        (void)fsync(fd);
    }
}

enum custody_status vault_keys_replace(const char *dir, const struct secret *first,
                                       const struct secret *second, struct custody_error *err)
{
    char text[TWO_LEN + 1];
    char *path = file_join(dir, VAULT_KEY_FILE);
    size_t len = 0;

    if (path == NULL) {
        return no_memory(err);
    }
    int old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    len = format(first, second, text);
    enum custody_status rc = file_write_durable(path, text, len, 0600, err);
    crypt_wipe(text, sizeof text);
    if (old >= 0) {
        if (rc == CUSTODY_OK) {
            overwrite(old);
        }
        (void)close(old);
    }
    free(path);
    return rc;
}

/* Remove one file, its bytes first made unreadable where that can be done. */
static enum custody_status destroy(const char *dir, const char *name, struct custody_error *err)
{
    char *path = file_join(dir, name);

    if (path == NULL) {
        return no_memory(err);
    }
    enum custody_status rc = CUSTODY_OK;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (unlink(path) != 0 && errno != ENOENT) {
        rc =
            custody_fail_os(err, CUSTODY_ERR_IO, errno,
                            "cannot remove %.200s, which holds a key; remove it by hand", path);
    }
    if (fd >= 0) {
        overwrite(fd);
        (void)close(fd);
    }
    free(path);
    return rc;
}

enum custody_status vault_keys_sweep(const char *dir, bool is_dry, bool *ret_found,
                                     struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    bool is_found = false;
    DIR *stream = opendir(dir);

    if (stream == NULL) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "cannot list %.200s; check its permissions", dir);
    }
    for (const struct dirent *entry = NULL;
         rc == CUSTODY_OK && (entry = readdir(stream)) != NULL;) {
        if (strncmp(entry->d_name, TEMP_HEAD, LEN(TEMP_HEAD)) == 0) {
            is_found = true;
            rc = is_dry ? CUSTODY_OK : destroy(dir, entry->d_name, err);
        }
    }
    (void)closedir(stream);
    if (rc == CUSTODY_OK && is_found && !is_dry) {
        rc = file_sync_dir(dir, err);
    }
    if (rc == CUSTODY_OK && ret_found != NULL) {
        *ret_found = is_found;
    }
    return rc;
}

/* ---- which KEK is in force ---- */

enum custody_status vault_kek_check_value(const struct secret *kek, struct buf *out,
                                          struct custody_error *err)
{
    return seal_box(kek->data, CHECK_AD, LEN(CHECK_AD), NULL, 0, out, err);
}

/* *ret_fits: does kek open the check value? */
static enum custody_status fits(struct store *store, const struct secret *kek, bool *ret_fits,
                                struct custody_error *err)
{
    struct store_query query = {0};
    struct buf plain = BUF_INIT(VAULT_WRAPPED_MAX);
    struct custody_error inner = {0};
    size_t len = 0;
    enum custody_status rc =
        store_query(store, &query, err, "SELECT boxed FROM kek_check WHERE id = 1", "");

    if (rc == CUSTODY_OK) {
        const void *boxed = query.has_row ? store_blob(&query, 0, &len) : NULL;
        *ret_fits = false;
        if (boxed != NULL) {
            enum custody_status opened =
                seal_open(kek->data, CHECK_AD, LEN(CHECK_AD), boxed, len, &plain, &inner);
            *ret_fits = opened == CUSTODY_OK;
            rc = opened == CUSTODY_ERR_NOMEM ? no_memory(err) : CUSTODY_OK;
        }
    }
    store_end(&query);
    buf_clear(&plain);
    return rc;
}

enum custody_status vault_keys_pick(struct store *store, const struct vault_keys *keys,
                                    struct secret *ret_kek, struct custody_error *err)
{
    for (size_t i = 0; i < keys->count; i++) {
        bool does_fit = false;
        enum custody_status rc = fits(store, &keys->kek[i], &does_fit, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (does_fit) {
            return secret_copy(keys->kek[i].data, VAULT_KEK_LEN, ret_kek, err);
        }
    }
    return custody_fail(err, CUSTODY_ERR_CRYPTO,
                        "vault.key does not belong to vault.db; put back both from the same "
                        "backup");
}

enum custody_status vault_refresh(struct vault *vault, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_ERR_CRYPTO;

    /* between reading vault.key and looking into vault.db an erasure may have come to its end
     */
    for (int i = 0; rc == CUSTODY_ERR_CRYPTO && i < PICK_TRIES; i++) {
        struct vault_keys keys = {.count = 0};
        struct secret kek = {0};
        rc = vault_keys_read(vault->dir, &keys, err);
        if (rc == CUSTODY_OK) {
            rc = vault_keys_pick(vault->store, &keys, &kek, err);
        }
        vault_keys_clear(&keys);
        if (rc == CUSTODY_OK) {
            secret_clear(&vault->kek);
            vault->kek = kek;
        }
    }
    return rc;
}

enum custody_status vault_begin(struct vault *vault, struct custody_error *err)
{
    bool is_current = false;
    enum custody_status rc = vault_want_writable(vault, err);

    if (rc == CUSTODY_OK) {
        rc = store_begin(vault->store, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = fits(vault->store, &vault->kek, &is_current, err);
    if (rc == CUSTODY_OK && !is_current) {
        rc = vault_refresh(vault, err);
    }
    if (rc != CUSTODY_OK) {
        store_rollback(vault->store);
    }
    return rc;
}

enum custody_status vault_settle_key(struct vault *vault, struct custody_error *err)
{
    struct vault_keys keys = {.count = 0};
    enum custody_status rc = vault_begin(vault, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = vault_keys_read(vault->dir, &keys, err);
    if (rc == CUSTODY_OK && keys.count > 1) {
        rc = vault_keys_replace(vault->dir, &vault->kek, NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_keys_sweep(vault->dir, false, NULL, err);
    }
    vault_keys_clear(&keys);
    store_rollback(vault->store);
    return rc;
}
