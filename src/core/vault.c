/*
 * The vault of a site: its two files, and the keys of its subjects wrapped by the KEK.
 *
 * Must not know what a field is or means. Invariants: a subject key is in vault.db only in its
 * wrapped form, bound to its k; one KEK opens all of them; a fenced k has no key and gets none
 * again. No function here makes a fence: that is vault_erase.c.
 */
#include "vault_impl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "seal.h"
#include "text.h"

static const char SUBJECT_AD[] = "custody/subject/v1";

static const char SCHEMA[] =
    "CREATE TABLE kek_check (id INTEGER PRIMARY KEY CHECK (id = 1), boxed BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE fence (k BLOB NOT NULL PRIMARY KEY CHECK (length(k) = 16),"
    " idx INTEGER NOT NULL) STRICT;";
/* On their own: an erasure makes these two anew. */
const char VAULT_SCHEMA_SUBJECTS[] =
    "CREATE TABLE subject_key (k BLOB NOT NULL PRIMARY KEY CHECK (length(k) = 16),"
    " wrapped BLOB NOT NULL, made_at INTEGER NOT NULL) STRICT;";
const char VAULT_SCHEMA_FIELDS[] =
    "CREATE TABLE field (act_id BLOB NOT NULL CHECK (length(act_id) = 32),"
    " pointer TEXT NOT NULL, k BLOB NOT NULL REFERENCES subject_key (k),"
    " nonce BLOB NOT NULL CHECK (length(nonce) = 16), boxed BLOB NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('pending','live')), idx INTEGER,"
    " stored_at INTEGER NOT NULL, PRIMARY KEY (act_id, pointer),"
    " CHECK ((state = 'live') = (idx IS NOT NULL))) STRICT;"
    "CREATE INDEX field_subject ON field (k);"
    "CREATE INDEX field_pending ON field (act_id) WHERE state = 'pending';";

enum custody_status vault_fail_opening(struct custody_error *err, enum custody_status status,
                                       const char *text)
{
    (void)custody_refuse(err, "openings", "%s", text);
    if (err != NULL) {
        err->status = status;
    }
    return status;
}

/* ---- create, open, close ---- */

static enum custody_status fill_new_store(struct store *store, const struct secret *kek,
                                          struct custody_error *err)
{
    struct buf boxed = BUF_INIT(VAULT_WRAPPED_MAX);
    enum custody_status rc = store_script(store, SCHEMA, err);

    if (rc == CUSTODY_OK) {
        rc = store_script(store, VAULT_SCHEMA_SUBJECTS, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_script(store, VAULT_SCHEMA_FIELDS, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_kek_check_value(kek, &boxed, err);
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
    struct secret kek = {0};
    bool is_key_ours = false;
    bool is_store_ours = false;
    char *key_path = file_join(dir, VAULT_KEY_FILE);
    char *store_path = file_join(dir, VAULT_STORE_FILE);

    if (key_path == NULL || store_path == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault was not made");
        goto out;
    }
    if (file_exists(key_path) || file_exists(store_path)) {
        rc = custody_refuse(err, "exists", "this directory has a vault already; open that one");
        goto out;
    }
    rc = secret_make(VAULT_KEK_LEN, &kek, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    crypt_random(kek.data, VAULT_KEK_LEN);
    rc = vault_keys_create(dir, &kek, NULL, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    is_key_ours = true;
    rc = store_open(store_path, STORE_CREATE, STORE_DELETE, VAULT_APPLICATION_ID, &store, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    is_store_ours = true;
    rc = fill_new_store(store, &kek, err);
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
    secret_clear(&kek);
    free(store_path);
    free(key_path);
    return rc;
}

enum custody_status vault_new(const char *dir, bool is_read_only, struct vault **ret_vault,
                              struct custody_error *err)
{
    struct vault *vault = calloc(1, sizeof *vault);

    if (vault != NULL) {
        vault->is_read_only = is_read_only;
        vault->dir = text_dup(dir);
    }
    if (vault == NULL || vault->dir == NULL) {
        vault_close(vault);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault stays closed");
    }
    *ret_vault = vault;
    return CUSTODY_OK;
}

enum custody_status vault_open_store(struct vault *vault, struct custody_error *err)
{
    char *path = file_join(vault->dir, VAULT_STORE_FILE);

    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory; the vault stays closed");
    }
    enum custody_status rc = store_open(path, vault->is_read_only ? STORE_READ : STORE_WRITE,
                                        STORE_DELETE, VAULT_APPLICATION_ID, &vault->store, err);
    free(path);
    return rc;
}

/* Finish what a stopped erasure has left of vault.key: it took effect or it did not. */
static enum custody_status settle_at_open(struct vault *vault, struct custody_error *err)
{
    struct vault_keys keys = {.count = 0};
    bool is_left = false;
    enum custody_status rc = vault_keys_read(vault->dir, &keys, err);

    if (rc == CUSTODY_OK) {
        rc = vault_keys_sweep(vault->dir, true, &is_left, err);
    }
    is_left = is_left || keys.count > 1;
    vault_keys_clear(&keys);
    return rc == CUSTODY_OK && is_left ? vault_settle_key(vault, err) : rc;
}

enum custody_status vault_open(const char *dir, bool is_read_only, struct vault **ret_vault,
                               struct custody_error *err)
{
    struct vault *vault = NULL;
    struct vault_keys keys = {.count = 0};
    enum custody_status rc = vault_new(dir, is_read_only, &vault, err);

    if (rc == CUSTODY_OK) {
        rc = vault_keys_read(dir, &keys, err); /* its absence is told before vault.db's */
    }
    vault_keys_clear(&keys);
    if (rc == CUSTODY_OK) {
        rc = vault_open_store(vault, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_refresh(vault, err);
    }
    if (rc == CUSTODY_OK && !is_read_only) {
        rc = settle_at_open(vault, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_vault = vault;
        vault = NULL;
    }
    vault_close(vault);
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
    free(vault->dir);
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

enum custody_status vault_unwrap(const struct secret *kek,
                                 const uint8_t k[VAULT_SUBJECT_ID_LEN], const void *wrapped,
                                 size_t len, uint8_t ret_key[VAULT_SUBJECT_KEY_LEN],
                                 struct custody_error *err)
{
    struct buf plain = BUF_INIT(VAULT_WRAPPED_MAX);
    const struct subject_ad ad = make_subject_ad(k);
    enum custody_status rc =
        seal_open(kek->data, ad.bytes, sizeof ad.bytes, wrapped, len, &plain, err);

    if (rc == CUSTODY_OK && plain.len != VAULT_SUBJECT_KEY_LEN) {
        rc = custody_fail(err, CUSTODY_ERR_CRYPTO, "a wrapped key has another length");
    }
    if (rc == CUSTODY_OK) {
        memcpy(ret_key, plain.data, VAULT_SUBJECT_KEY_LEN);
    }
    if (plain.data != NULL) {
        crypt_wipe(plain.data, plain.cap);
    }
    buf_clear(&plain);
    return rc;
}

enum custody_status vault_wrap(const struct secret *kek, const uint8_t k[VAULT_SUBJECT_ID_LEN],
                               const uint8_t key[VAULT_SUBJECT_KEY_LEN], struct buf *out,
                               struct custody_error *err)
{
    const struct subject_ad ad = make_subject_ad(k);

    return seal_box(kek->data, ad.bytes, sizeof ad.bytes, key, VAULT_SUBJECT_KEY_LEN, out, err);
}

/* The wrapped key as it stands, appended; ERR_NOT_FOUND. */
static enum custody_status load_wrapped(struct vault *vault,
                                        const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                        struct buf *wrapped, struct custody_error *err)
{
    struct store_query query = {0};
    size_t len = 0;
    enum custody_status rc =
        store_query(vault->store, &query, err, "SELECT wrapped FROM subject_key WHERE k = ?",
                    "b", k, (size_t)VAULT_SUBJECT_ID_LEN);

    if (rc == CUSTODY_OK && !query.has_row) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the vault has no key for this subject; look it up again");
    }
    if (rc == CUSTODY_OK) {
        const void *bytes = store_blob(&query, 0, &len);
        rc = buf_put(wrapped, bytes, len, err);
    }
    store_end(&query);
    return rc;
}

enum custody_status vault_load_subject_key(struct vault *vault,
                                           const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                           uint8_t ret_key[VAULT_SUBJECT_KEY_LEN],
                                           struct custody_error *err)
{
    const struct fresh_subject *fresh = vault_find_fresh(vault, k);
    struct buf wrapped = BUF_INIT(VAULT_WRAPPED_MAX);

    if (fresh != NULL) {
        memcpy(ret_key, fresh->key.data, VAULT_SUBJECT_KEY_LEN);
        return CUSTODY_OK;
    }
    enum custody_status rc = load_wrapped(vault, k, &wrapped, err);
    if (rc == CUSTODY_OK) {
        rc = vault_unwrap(&vault->kek, k, wrapped.data, wrapped.len, ret_key, err);
    }
    if (rc == CUSTODY_ERR_CRYPTO) {
        /* another process may have erased, and with that changed the KEK, since this handle
         * was opened */
        buf_clear(&wrapped);
        wrapped = (struct buf)BUF_INIT(VAULT_WRAPPED_MAX);
        rc = vault_refresh(vault, err);
        if (rc == CUSTODY_OK) {
            rc = load_wrapped(vault, k, &wrapped, err);
        }
        if (rc == CUSTODY_OK) {
            rc = vault_unwrap(&vault->kek, k, wrapped.data, wrapped.len, ret_key, err);
        }
    }
    if (rc == CUSTODY_ERR_CRYPTO || rc == CUSTODY_ERR_LIMIT) {
        rc = vault_fail_opening(
            err, CUSTODY_ERR_TAMPERED,
            "a subject key in vault.db was changed; restore the vault from backup");
    }
    buf_clear(&wrapped);
    return rc;
}

enum custody_status vault_store_subject(struct vault *vault,
                                        const struct fresh_subject *subject, int64_t now,
                                        struct custody_error *err)
{
    struct buf wrapped = BUF_INIT(VAULT_WRAPPED_MAX);
    enum custody_status rc = vault_refuse_fenced(vault, subject->k, err);

    if (rc == CUSTODY_OK) {
        rc = vault_wrap(&vault->kek, subject->k, subject->key.data, &wrapped, err);
    }
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
    rc = vault_begin(vault, err);
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

enum custody_status vault_backup(struct vault *vault, const char *dir, bool with_key,
                                 struct custody_error *err)
{
    int64_t seen = 0;
    char *path = file_join(dir, VAULT_STORE_FILE);

    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    /* As long as this read lasts no erasure is committed: the KEK fits the copy. */
    enum custody_status rc = store_begin_read(vault->store, err);
    if (rc == CUSTODY_OK) {
        rc =
            store_get_int(vault->store, err, &seen, NULL, "SELECT count(*) FROM kek_check", "");
        if (rc == CUSTODY_OK) {
            rc = vault_refresh(vault, err);
        }
        if (rc == CUSTODY_OK) {
            rc = store_backup(vault->store, path, err);
        }
        store_rollback(vault->store);
    }
    if (rc == CUSTODY_OK && with_key) {
        rc = vault_keys_create(dir, &vault->kek, NULL, err);
    }
    free(path);
    return rc;
}
