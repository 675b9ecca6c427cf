/*
 * The vault of a site: its two files, and the keys of its subjects wrapped by the KEK.
 *
 * Must not know what a field is or means. Invariants: a subject key is in vault.db only in its
 * wrapped form, bound to its k; one KEK opens all of them; a fenced k has no key and gets none
 * again. No function here makes a fence: that belongs to erasure.
 */
#include "vault_impl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "seal.h"
#include "text.h"

#define APPLICATION_ID 0x43555654 /* "CUVT" */
#define KEK_LEN        32U
#define WRAPPED_MAX    256U

/* vault.key, byte for byte around the 64 hex digits. Read without a JSON parser, so that no
 * copy of the key stays behind in a parser's memory. */
static const char KEY_FILE_HEAD[] = "{\"kek\":[\"";
static const char KEY_FILE_TAIL[] = "\"],\"version\":1}";
#define KEY_FILE_LEN (sizeof KEY_FILE_HEAD - 1 + (size_t)2 * KEK_LEN + sizeof KEY_FILE_TAIL - 1)

static const char SUBJECT_AD[] = "custody/subject/v1";
static const char CHECK_AD[] = "custody/vault/v1";

static const char SCHEMA[] =
    "CREATE TABLE kek_check (id INTEGER PRIMARY KEY CHECK (id = 1), boxed BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE subject_key (k BLOB NOT NULL PRIMARY KEY CHECK (length(k) = 16),"
    " wrapped BLOB NOT NULL, made_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE field (act_id BLOB NOT NULL CHECK (length(act_id) = 32),"
    " pointer TEXT NOT NULL, k BLOB NOT NULL REFERENCES subject_key (k),"
    " nonce BLOB NOT NULL CHECK (length(nonce) = 16), boxed BLOB NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('pending','live')), idx INTEGER,"
    " stored_at INTEGER NOT NULL, PRIMARY KEY (act_id, pointer),"
    " CHECK ((state = 'live') = (idx IS NOT NULL))) STRICT;"
    "CREATE INDEX field_subject ON field (k);"
    "CREATE INDEX field_pending ON field (act_id) WHERE state = 'pending';"
    "CREATE TABLE fence (k BLOB NOT NULL PRIMARY KEY CHECK (length(k) = 16),"
    " idx INTEGER NOT NULL) STRICT;";

enum custody_status vault_fail_opening(struct custody_error *err, enum custody_status status,
                                       const char *text)
{
    (void)custody_refuse(err, "openings", "%s", text);
    if (err != NULL) {
        err->status = status;
    }
    return status;
}

/* ---- vault.key ---- */

static enum custody_status write_key_file(const char *path, const uint8_t kek[KEK_LEN],
                                          struct custody_error *err)
{
    char text[KEY_FILE_LEN + 1];
    size_t head_len = sizeof KEY_FILE_HEAD - 1;

    memcpy(text, KEY_FILE_HEAD, head_len);
    text_hex(kek, KEK_LEN, text + head_len);
    memcpy(text + head_len + (size_t)2 * KEK_LEN, KEY_FILE_TAIL, sizeof KEY_FILE_TAIL);
    enum custody_status rc = file_create_durable(path, text, KEY_FILE_LEN, 0600, err);
    crypt_wipe(text, sizeof text);
    return rc;
}

static enum custody_status read_key_file(const char *path, struct secret *ret_kek,
                                         struct custody_error *err)
{
    struct buf text = BUF_INIT(4096);
    uint8_t kek[KEK_LEN];
    size_t head_len = sizeof KEY_FILE_HEAD - 1;
    enum custody_status rc = file_read(path, text.max, &text, err);

    if (rc == CUSTODY_ERR_LIMIT ||
        (rc == CUSTODY_OK &&
         (text.len != KEY_FILE_LEN || memcmp(text.data, KEY_FILE_HEAD, head_len) != 0 ||
          !text_unhex((const char *)text.data + head_len, (size_t)2 * KEK_LEN, kek, KEK_LEN) ||
          memcmp(text.data + head_len + (size_t)2 * KEK_LEN, KEY_FILE_TAIL,
                 sizeof KEY_FILE_TAIL - 1) != 0))) {
        rc = custody_fail(err, CUSTODY_ERR_CRYPTO,
                          "vault.key is damaged; put back the copy that belongs to vault.db");
    }
    if (rc == CUSTODY_OK) {
        rc = secret_copy(kek, KEK_LEN, ret_kek, err);
    }
    crypt_wipe(kek, sizeof kek);
    if (text.data != NULL) {
        crypt_wipe(text.data, text.cap);
    }
    buf_clear(&text);
    return rc;
}

/* ---- create, open, close ---- */

static enum custody_status fill_new_store(struct store *store, const uint8_t kek[KEK_LEN],
                                          struct custody_error *err)
{
    struct buf boxed = BUF_INIT(WRAPPED_MAX);
    enum custody_status rc = store_script(store, SCHEMA, err);

    if (rc == CUSTODY_OK) {
        rc = seal_box(kek, CHECK_AD, sizeof CHECK_AD - 1, NULL, 0, &boxed, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_run(store, err, "INSERT INTO kek_check (id, boxed) VALUES (1, ?)", "b",
                       boxed.data, boxed.len);
    }
    buf_clear(&boxed);
    return rc;
}

enum custody_status vault_create(const char *dir, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct store *store = NULL;
    uint8_t kek[KEK_LEN];
    bool is_key_ours = false;
    bool is_store_ours = false;
    char *key_path = file_join(dir, "vault.key");
    char *store_path = file_join(dir, "vault.db");

    crypt_random(kek, sizeof kek);
    if (key_path == NULL || store_path == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault was not made");
        goto out;
    }
    if (file_exists(key_path) || file_exists(store_path)) {
        rc = custody_refuse(err, "exists", "this directory has a vault already; open that one");
        goto out;
    }
    rc = write_key_file(key_path, kek, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    is_key_ours = true;
    rc = store_open(store_path, STORE_CREATE, STORE_DELETE, APPLICATION_ID, &store, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    is_store_ours = true;
    rc = fill_new_store(store, kek, err);
    if (rc == CUSTODY_OK) {
        rc = file_sync_dir(dir, err);
    }
out:
    store_close(store);
    if (rc != CUSTODY_OK) {
        /* never remove a file that stood there before this call */
        if (is_store_ours) {
            (void)unlink(store_path);
        }
        if (is_key_ours) {
            (void)unlink(key_path);
        }
    }
    crypt_wipe(kek, sizeof kek);
    free(store_path);
    free(key_path);
    return rc;
}

/* Does the key open the check value that vault_create put there? */
static enum custody_status check_kek(struct vault *vault, struct custody_error *err)
{
    struct store_query query = {0};
    struct buf plain = BUF_INIT(WRAPPED_MAX);
    enum custody_status rc =
        store_query(vault->store, &query, err, "SELECT boxed FROM kek_check WHERE id = 1", "");

    if (rc == CUSTODY_OK) {
        size_t len = 0;
        const void *boxed = query.has_row ? store_blob(&query, 0, &len) : NULL;
        if (boxed == NULL || seal_open(vault->kek.data, CHECK_AD, sizeof CHECK_AD - 1, boxed,
                                       len, &plain, NULL) != CUSTODY_OK) {
            rc = custody_fail(err, CUSTODY_ERR_CRYPTO,
                              "vault.key does not belong to vault.db; put back both from the "
                              "same backup");
        }
    }
    store_end(&query);
    buf_clear(&plain);
    return rc;
}

enum custody_status vault_open(const char *dir, bool is_read_only, struct vault **ret_vault,
                               struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    char *key_path = file_join(dir, "vault.key");
    char *store_path = file_join(dir, "vault.db");
    struct vault *vault = calloc(1, sizeof *vault);

    if (key_path == NULL || store_path == NULL || vault == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault stays closed");
        goto out;
    }
    vault->is_read_only = is_read_only;
    rc = read_key_file(key_path, &vault->kek, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = store_open(store_path, is_read_only ? STORE_READ : STORE_WRITE, STORE_DELETE,
                    APPLICATION_ID, &vault->store, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = check_kek(vault, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    *ret_vault = vault;
    vault = NULL;
out:
    vault_close(vault);
    free(store_path);
    free(key_path);
    return rc;
}

static void forget_fresh(struct vault *vault)
{
    while (vault->fresh != NULL) {
        struct fresh_subject *first = vault->fresh;
        vault->fresh = first->next;
        secret_clear(&first->key);
        free(first);
    }
}

void vault_close(struct vault *vault)
{
    if (vault == NULL) {
        return;
    }
    forget_fresh(vault);
    store_close(vault->store);
    secret_clear(&vault->kek);
    free(vault);
}

enum custody_status vault_want_writable(const struct vault *vault, struct custody_error *err)
{
    if (vault->is_read_only) {
        return custody_fail(err, CUSTODY_ERR_REFUSED,
                            "the vault is open for reading only; open it for writing");
    }
    return CUSTODY_OK;
}

/* ---- subject keys ---- */

struct subject_ad {
    uint8_t bytes[sizeof SUBJECT_AD - 1 + VAULT_SUBJECT_ID_LEN];
};

static struct subject_ad make_subject_ad(const uint8_t k[VAULT_SUBJECT_ID_LEN])
{
    struct subject_ad ad;

    memcpy(ad.bytes, SUBJECT_AD, sizeof SUBJECT_AD - 1);
    memcpy(ad.bytes + sizeof SUBJECT_AD - 1, k, VAULT_SUBJECT_ID_LEN);
    return ad;
}

const struct fresh_subject *vault_find_fresh(const struct vault *vault,
                                             const uint8_t k[VAULT_SUBJECT_ID_LEN])
{
    for (const struct fresh_subject *s = vault->fresh; s != NULL; s = s->next) {
        if (memcmp(s->k, k, VAULT_SUBJECT_ID_LEN) == 0) {
            return s;
        }
    }
    return NULL;
}

/* A new subject, kept in memory only. */
enum custody_status vault_make_fresh(struct vault *vault, struct fresh_subject **ret_subject,
                                     struct custody_error *err)
{
    struct fresh_subject *subject = calloc(1, sizeof *subject);

    if (subject == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; nothing was committed");
    }
    enum custody_status rc = secret_make(VAULT_SUBJECT_KEY_LEN, &subject->key, err);
    if (rc != CUSTODY_OK) {
        free(subject);
        return rc;
    }
    crypt_random(subject->k, sizeof subject->k);
    crypt_random(subject->key.data, VAULT_SUBJECT_KEY_LEN);
    subject->next = vault->fresh;
    vault->fresh = subject;
    *ret_subject = subject;
    return CUSTODY_OK;
}

void vault_drop_fresh(struct vault *vault, const struct fresh_subject *subject)
{
    for (struct fresh_subject **at = &vault->fresh; *at != NULL; at = &(*at)->next) {
        if (*at == subject) {
            struct fresh_subject *found = *at;
            *at = found->next;
            secret_clear(&found->key);
            free(found);
            return;
        }
    }
}

enum custody_status vault_refuse_fenced(struct vault *vault,
                                        const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                        struct custody_error *err)
{
    int64_t idx = 0;
    bool is_fenced = false;
    enum custody_status rc =
        store_get_int(vault->store, err, &idx, &is_fenced, "SELECT idx FROM fence WHERE k = ?",
                      "b", k, (size_t)VAULT_SUBJECT_ID_LEN);

    if (rc == CUSTODY_OK && is_fenced) {
        rc = custody_refuse(err, "openings",
                            "the data of this subject was erased by entry %lld; start anew "
                            "with a new subject",
                            (long long)idx);
    }
    return rc;
}

enum custody_status vault_load_subject_key(struct vault *vault,
                                           const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                           uint8_t ret_key[VAULT_SUBJECT_KEY_LEN],
                                           struct custody_error *err)
{
    struct store_query query = {0};
    struct buf plain = BUF_INIT(WRAPPED_MAX);
    const struct subject_ad ad = make_subject_ad(k);
    const struct fresh_subject *fresh = vault_find_fresh(vault, k);
    const void *wrapped = NULL;
    size_t len = 0;

    if (fresh != NULL) {
        memcpy(ret_key, fresh->key.data, VAULT_SUBJECT_KEY_LEN);
        return CUSTODY_OK;
    }
    enum custody_status rc =
        store_query(vault->store, &query, err, "SELECT wrapped FROM subject_key WHERE k = ?",
                    "b", k, (size_t)VAULT_SUBJECT_ID_LEN);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (!query.has_row) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the vault has no key for this subject; look it up again");
        goto out;
    }
    wrapped = store_blob(&query, 0, &len);
    rc = seal_open(vault->kek.data, ad.bytes, sizeof ad.bytes, wrapped, len, &plain, err);
    if (rc != CUSTODY_OK && rc != CUSTODY_ERR_CRYPTO) {
        goto out;
    }
    if (rc == CUSTODY_ERR_CRYPTO || plain.len != VAULT_SUBJECT_KEY_LEN) {
        rc = vault_fail_opening(
            err, CUSTODY_ERR_TAMPERED,
            "a subject key in vault.db was changed; restore the vault from backup");
        goto out;
    }
    memcpy(ret_key, plain.data, VAULT_SUBJECT_KEY_LEN);
out:
    store_end(&query);
    if (plain.data != NULL) {
        crypt_wipe(plain.data, plain.cap);
    }
    buf_clear(&plain);
    return rc;
}

enum custody_status vault_store_subject(struct vault *vault,
                                        const struct fresh_subject *subject, int64_t now,
                                        struct custody_error *err)
{
    struct buf wrapped = BUF_INIT(WRAPPED_MAX);
    const struct subject_ad ad = make_subject_ad(subject->k);
    enum custody_status rc = seal_box(vault->kek.data, ad.bytes, sizeof ad.bytes,
                                      subject->key.data, VAULT_SUBJECT_KEY_LEN, &wrapped, err);

    if (rc == CUSTODY_OK) {
        rc = store_run(vault->store, err,
                       "INSERT INTO subject_key (k, wrapped, made_at) VALUES (?, ?, ?)"
                       " ON CONFLICT (k) DO NOTHING",
                       "bbi", subject->k, sizeof subject->k, wrapped.data, wrapped.len, now);
    }
    buf_clear(&wrapped);
    return rc;
}

enum custody_status vault_keep_subjects(struct vault *vault, int64_t now,
                                        struct custody_error *err)
{
    enum custody_status rc = vault_want_writable(vault, err);

    if (rc != CUSTODY_OK || vault->fresh == NULL) {
        return rc;
    }
    rc = store_begin(vault->store, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (const struct fresh_subject *s = vault->fresh; s != NULL && rc == CUSTODY_OK;
         s = s->next) {
        rc = vault_store_subject(vault, s, now, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_commit(vault->store, err);
    }
    if (rc != CUSTODY_OK) {
        store_rollback(vault->store);
        return rc;
    }
    forget_fresh(vault);
    return CUSTODY_OK;
}

enum custody_status vault_backup(struct vault *vault, const char *dir,
                                 struct custody_error *err)
{
    char *path = file_join(dir, "vault.db");
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    enum custody_status rc = store_backup(vault->store, path, err);
    free(path);
    return rc;
}
