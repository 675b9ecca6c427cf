/*
 * Erasure at the level of a site (FORMATS.md §7): what the ledger orders is carried out in the
 * vault and in every other file of the site directory that could keep a copy.
 *
 * Must not decide who may erase: the entries were judged. Invariants: what `erased` of the read
 * model names is never read; the steps can be repeated from the beginning at any time.
 */
#include "site_erase.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "instant.h"
#include "policy.h"
#include "text.h"

#define SIGNER_STATE "signer-state"
/* The fresh backup of the vault, without vault.key: opened with vault.recovery alone. */
#define BACKUP_DIR      "vault-backup"
#define BACKUP_DIR_NEXT "vault-backup.next"
#define TEMP_MARK       ".tmp-"
#define TEMP_DIGITS     16U
/* a temporary file of the program that is older than this belongs to nobody any more */
#define TEMP_MAX_AGE_S 3600

static const char *const BACKUP_FILES[] = {"vault.db", "vault.db-journal", VAULT_RECOVERY_FILE,
                                           NULL};

/* ---- what the ledger says ---- */

struct fences {
    struct vault_fence *items;
    size_t count, room;
};

static enum custody_status add_fence(struct fences *fences, const struct store_query *query,
                                     struct custody_error *err)
{
    size_t len = 0;
    const void *k = store_blob(query, 0, &len);
    if (k == NULL || len != VAULT_SUBJECT_ID_LEN) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "A row of the read model was changed: run custody site rebuild.");
    }
    if (fences->count == fences->room) {
        size_t room = fences->room == 0 ? 64 : fences->room * 2;
        struct vault_fence *items = realloc(fences->items, room * sizeof *items);
        if (items == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
        fences->items = items;
        fences->room = room;
    }
    memcpy(fences->items[fences->count].k, k, VAULT_SUBJECT_ID_LEN);
    fences->items[fences->count].idx = store_int(query, 1);
    fences->count++;
    return CUSTODY_OK;
}

/* A ledger.db of before this table: `site rebuild` must be able to open it. */
static enum custody_status has_table(struct store *store, bool *ret_has,
                                     struct custody_error *err)
{
    int64_t count = 0;
    enum custody_status rc = store_get_int(
        store, err, &count, NULL,
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'erased'", "");
    if (rc == CUSTODY_OK) {
        *ret_has = count == 1;
    }
    return rc;
}

/* free(ret->items) */
static enum custody_status read_fences(struct custody_site *site, struct fences *ret,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    struct fences fences = {0};
    bool has = false;
    TRY(has_table(site->store, &has, err));
    if (!has) {
        *ret = fences;
        return CUSTODY_OK;
    }
    enum custody_status rc =
        store_query(site->store, &query, err, "SELECT k, idx FROM erased ORDER BY k", "");
    while (rc == CUSTODY_OK && query.has_row) {
        rc = add_fence(&fences, &query, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc != CUSTODY_OK) {
        free(fences.items);
        return rc;
    }
    *ret = fences;
    return CUSTODY_OK;
}

enum custody_status site_erased_at(struct store *store, const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                   int64_t *ret_idx, bool *ret_is_erased,
                                   struct custody_error *err)
{
    return store_get_int(store, err, ret_idx, ret_is_erased,
                         "SELECT idx FROM erased WHERE k = ?", "b", k,
                         (size_t)VAULT_SUBJECT_ID_LEN);
}

/* Is all that the ledger erased gone from the vault? With is_to_settle it is seen to. */
static enum custody_status hold_to_ledger(struct custody_site *site, bool is_to_settle,
                                          bool *ret_was, struct custody_error *err)
{
    struct fences fences = {0};
    struct vault *vault = NULL;
    bool was = true;
    TRY(read_fences(site, &fences, err));
    enum custody_status rc = CUSTODY_OK;
    if (fences.count > 0) {
        rc = site_vault(site, &vault, err);
        if (rc == CUSTODY_OK) {
            rc = vault_is_erased(vault, fences.items, fences.count, &was, err);
        }
        if (rc == CUSTODY_OK && !was && is_to_settle) {
            rc = vault_erase(vault, fences.items, fences.count, err);
        }
    }
    free(fences.items);
    if (rc == CUSTODY_OK) {
        *ret_was = was;
    }
    return rc;
}

enum custody_status site_erase_is_settled(struct custody_site *site, bool *ret_is,
                                          struct custody_error *err)
{
    return hold_to_ledger(site, false, ret_is, err);
}

enum custody_status site_erase_settle(struct custody_site *site, struct custody_error *err)
{
    bool was = false;
    return hold_to_ledger(site, true, &was, err);
}

/* ---- reading ---- */

/* A site whose signer-state is missing was restored and has not been vouched for. */
static enum custody_status want_confirmed(struct custody_site *site, struct custody_error *err)
{
    char *path = NULL;
    TRY(site_path(site->dir, SIGNER_STATE, &path, err));
    bool is_there = file_exists(path);
    free(path);
    if (site->is_founded && !is_there) {
        return custody_refuse(err, "signer-state",
                              "Two officers confirm the head of a restored site before its "
                              "personal texts are read (custody site confirm-head).");
    }
    return CUSTODY_OK;
}

/* Field at pointer of an entry's payload; its c and k are borrowed from the envelope. */
static const struct sealed_field *find_field(const struct sealed_fields *fields,
                                             const char *pointer)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->items[i].pointer, pointer) == 0) {
            return &fields->items[i];
        }
    }
    return NULL;
}

static enum custody_status want_not_erased(struct custody_site *site, const char *k_hex,
                                           struct custody_error *err)
{
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    int64_t idx = 0;
    bool is_erased = false;
    bool has = false;
    TRY(has_table(site->store, &has, err));
    if (has && text_unhex(k_hex, strlen(k_hex), k, sizeof k)) {
        TRY(site_erased_at(site->store, k, &idx, &is_erased, err));
    }
    if (is_erased) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND, "Entry %lld erased this text.",
                            (long long)idx);
    }
    return CUSTODY_OK;
}

static enum custody_status read_opening(struct custody_site *site,
                                        const struct envelope *envelope,
                                        const struct sealed_field *field, struct buf *out,
                                        struct custody_error *err)
{
    struct vault *vault = NULL;
    struct opening opening = {0};
    size_t len = 0;
    TRY(site_vault(site, &vault, err));
    TRY(vault_read_opening(vault, envelope->act_id, envelope->payload.nonce, field->pointer,
                           &opening, err));
    enum custody_status rc =
        vault_opening_fits(&opening, field->c)
            ? vault_unpad(opening.padded.data, opening.padded.len, &len, err)
            : custody_fail(err, CUSTODY_ERR_TAMPERED,
                           "A text of the vault is not the one that was committed: run custody "
                           "ledger verify.");
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, opening.padded.data, len, err);
    }
    opening_clear(&opening);
    return rc;
}

enum custody_status site_read_field(struct custody_site *site, const struct envelope *envelope,
                                    const char *pointer, struct buf *out,
                                    struct custody_error *err)
{
    struct sealed_fields fields = {0};
    TRY(want_confirmed(site, err));
    TRY(vault_find_fields(envelope->payload.root, &fields, err));
    const struct sealed_field *field = find_field(&fields, pointer);
    enum custody_status rc =
        field != NULL
            ? want_not_erased(site, field->k, err)
            : custody_fail(err, CUSTODY_ERR_NOT_FOUND, "The entry has no personal text there.");
    if (rc == CUSTODY_OK) {
        rc = read_opening(site, envelope, field, out, err);
    }
    sealed_fields_clear(&fields);
    return rc;
}

/* ---- temporary files, the sealed backup ---- */

/* NAME.tmp-0123456789abcdef, as durable writes leave them when they are killed. */
static bool is_temp_name(const char *name)
{
    const char *mark = strstr(name, TEMP_MARK);
    const char *digits = mark != NULL ? mark + sizeof TEMP_MARK - 1 : "";
    return strlen(digits) == TEMP_DIGITS && strspn(digits, "0123456789abcdef") == TEMP_DIGITS;
}

/* Those of the vault at once, others when nobody can be writing them any more. */
static bool is_purged(const char *name, const char *path)
{
    struct stat info;
    if (!is_temp_name(name)) {
        return false;
    }
    return strncmp(name, "vault.recovery", strlen("vault.recovery")) == 0 ||
           (stat(path, &info) == 0 && info.st_mtime < instant_now() - TEMP_MAX_AGE_S);
}

static enum custody_status remove_file(const char *path, struct custody_error *err)
{
    if (unlink(path) != 0 && errno != ENOENT) {
        return custody_fail_os(
            err, CUSTODY_ERR_IO, errno,
            "cannot remove %.200s; remove it by hand, then finish the erasure", path);
    }
    return CUSTODY_OK;
}

static enum custody_status purge_temps(const char *dir, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    DIR *stream = opendir(dir);
    if (stream == NULL) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "cannot list %.200s; check its permissions", dir);
    }
    for (const struct dirent *entry = NULL;
         rc == CUSTODY_OK && (entry = readdir(stream)) != NULL;) {
        char *path = NULL;
        rc = site_path(dir, entry->d_name, &path, err);
        if (rc == CUSTODY_OK && is_purged(entry->d_name, path)) {
            rc = remove_file(path, err);
        }
        free(path);
    }
    (void)closedir(stream);
    return rc;
}

/* A directory with our own files; whatever else is in it stays, and so does the directory. */
static enum custody_status remove_backup(const char *dir, const char *name,
                                         struct custody_error *err)
{
    char *path = NULL;
    TRY(site_path(dir, name, &path, err));
    enum custody_status rc = CUSTODY_OK;
    if (file_exists(path)) {
        rc = purge_temps(path, err);
        for (const char *const *file = BACKUP_FILES; rc == CUSTODY_OK && *file != NULL;
             file++) {
            char *inside = NULL;
            rc = site_path(path, *file, &inside, err);
            if (rc == CUSTODY_OK) {
                rc = remove_file(inside, err);
            }
            free(inside);
        }
        if (rc == CUSTODY_OK && rmdir(path) != 0) {
            rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                                 "cannot remove %.200s; clear it by hand, then finish the "
                                 "erasure",
                                 path);
        }
    }
    free(path);
    return rc;
}

enum custody_status site_write_recovery(struct custody_site *site, struct vault *vault,
                                        const char *dir, bool *ret_has,
                                        struct custody_error *err)
{
    json_t *policy = NULL;
    char *path = NULL;
    uint8_t public_key[32];
    uint8_t id[HASH_LEN];
    bool has = false;
    struct buf bytes = BUF_INIT(8192);
    enum custody_status rc =
        site->is_founded ? custody_site_policy(site, &policy, err) : CUSTODY_OK;
    const char *hex = policy != NULL ? policy_text(policy, "vault_recovery") : NULL;
    has = rc == CUSTODY_OK && hex != NULL &&
          text_unhex(hex, strlen(hex), public_key, sizeof public_key);
    if (has) {
        rc = ledger_id(site->ledger, id, err);
        if (rc == CUSTODY_OK) {
            rc = vault_seal_recovery(vault, public_key, id, &bytes, err);
        }
        if (rc == CUSTODY_OK) {
            rc = site_path(dir, VAULT_RECOVERY_FILE, &path, err);
        }
        if (rc == CUSTODY_OK) {
            rc = file_write_durable(path, bytes.data, bytes.len, 0600, err);
        }
    }
    if (rc == CUSTODY_OK && ret_has != NULL) {
        *ret_has = has;
    }
    json_decref(policy);
    buf_clear(&bytes);
    free(path);
    return rc;
}

/* The new one is whole before it gets its name; the one of before is gone by then, and its
 * place stays empty when this is stopped in between: the next call makes it. */
static enum custody_status refresh_backup(struct custody_site *site, bool *ret_has,
                                          struct custody_error *err)
{
    struct vault *vault = NULL;
    char *next = NULL;
    char *final = NULL;
    bool has = false;
    TRY(remove_backup(site->dir, BACKUP_DIR, err));
    TRY(remove_backup(site->dir, BACKUP_DIR_NEXT, err));
    TRY(site_vault(site, &vault, err));
    enum custody_status rc = site_path(site->dir, BACKUP_DIR_NEXT, &next, err);
    if (rc == CUSTODY_OK) {
        rc = site_path(site->dir, BACKUP_DIR, &final, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_make_dir(next, 0700, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_backup(vault, next, false, err);
    }
    if (rc == CUSTODY_OK) {
        rc = site_write_recovery(site, vault, next, &has, err);
    }
    if (rc == CUSTODY_OK && !has) {
        rc = remove_backup(site->dir, BACKUP_DIR_NEXT, err);
    } else if (rc == CUSTODY_OK && rename(next, final) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                             "cannot put %.200s in place; finish the erasure again", final);
    }
    if (rc == CUSTODY_OK) {
        rc = file_sync_dir(site->dir, err);
    }
    free(next);
    free(final);
    if (rc == CUSTODY_OK) {
        *ret_has = has;
    }
    return rc;
}

/* ---- open erasures ---- */

/* "" or 64 hex of a blob column. */
static void hex_column(const struct store_query *query, int column, char out[65])
{
    size_t len = 0;
    const void *id = store_blob(query, column, &len);
    out[0] = '\0';
    if (id != NULL && len == HASH_LEN) {
        text_hex(id, len, out);
    }
}

static json_t *row_json(const struct store_query *query)
{
    char intent[65];
    char act[65];
    hex_column(query, 0, intent);
    hex_column(query, 3, act);
    return json_pack("{s:s?,s:I,s:I,s:s,s:s,s:I}", "act", act[0] != '\0' ? act : NULL, "count",
                     (json_int_t)store_int(query, 4), "idx", (json_int_t)store_int(query, 1),
                     "intent", intent, "kind", store_text(query, 2), "subjects",
                     (json_int_t)store_int(query, 5));
}

enum custody_status custody_site_erase_open(struct custody_site *site, json_t **ret_rows,
                                            struct custody_error *err)
{
    struct store_query query = {0};
    bool has = false;
    TRY(has_table(site->store, &has, err));
    json_t *rows = json_array();
    enum custody_status rc =
        rows != NULL ? CUSTODY_OK : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    if (rc == CUSTODY_OK && has) {
        rc = store_query(site->store, &query, err,
                         "SELECT act_id, idx, kind, act, count, subjects FROM erasure"
                         " WHERE done_idx IS NULL ORDER BY idx",
                         "");
    }
    while (rc == CUSTODY_OK && query.has_row) {
        if (json_array_append_new(rows, row_json(&query)) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        } else {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_rows = json_incref(rows);
    }
    json_decref(rows);
    return rc;
}

/* What the certificate names: codes of FORMATS.md §21, sorted. */
static json_t *done_body(const json_t *row, bool has_backup)
{
    json_t *media = json_array();
    int bad = media == NULL;
    if (bad == 0 && has_backup) {
        bad = json_array_append_new(media, json_string("backup"));
    }
    if (bad == 0) {
        bad = json_array_append_new(media, json_string("temp")) |
              json_array_append_new(media, json_string("vault"));
    }
    if (bad != 0) {
        json_decref(media);
        return NULL;
    }
    return json_pack("{s:{s:O,s:O},s:O,s:o}", "counts", "fields", json_object_get(row, "count"),
                     "subjects", json_object_get(row, "subjects"), "intent",
                     json_object_get(row, "intent"), "media", media);
}

static enum custody_status done_bodies(const json_t *rows, bool has_backup, json_t **ret_bodies,
                                       struct custody_error *err)
{
    json_t *bodies = json_array();
    int bad = bodies == NULL;
    for (size_t i = 0; bad == 0 && i < json_array_size(rows); i++) {
        bad = json_array_append_new(bodies, done_body(json_array_get(rows, i), has_backup));
    }
    if (bad != 0) {
        json_decref(bodies);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_bodies = bodies;
    return CUSTODY_OK;
}

enum custody_status custody_site_erase_finish(struct custody_site *site, json_t **ret_bodies,
                                              struct custody_error *err)
{
    json_t *rows = NULL;
    bool has_backup = false;
    TRY(custody_site_erase_open(site, &rows, err));
    enum custody_status rc = site_erase_settle(site, err);
    if (rc == CUSTODY_OK && json_array_size(rows) > 0) {
        rc = purge_temps(site->dir, err);
        if (rc == CUSTODY_OK) {
            rc = refresh_backup(site, &has_backup, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = done_bodies(rows, has_backup, ret_bodies, err);
    }
    json_decref(rows);
    return rc;
}

/* ---- escrow ---- */

static enum custody_status recover(struct custody_site *site, const char *sealed,
                                   const char *secret_path, const struct secret *first,
                                   const struct secret *second, struct custody_error *err)
{
    struct buf bytes = BUF_INIT(16384);
    struct secret secret = {0};
    uint8_t public_key[32];
    uint8_t id[HASH_LEN];
    TRY(ledger_id(site->ledger, id, err));
    enum custody_status rc = file_read(sealed, bytes.max, &bytes, err);
    if (rc == CUSTODY_OK) {
        rc = recovery_open(secret_path, first, second, public_key, &secret, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_recover(site->dir, bytes.data, bytes.len, public_key, &secret, id, err);
    }
    secret_clear(&secret);
    buf_clear(&bytes);
    return rc;
}

enum custody_status custody_site_vault_recover(const char *dir, const char *sealed,
                                               const char *secret, const void *first,
                                               size_t first_len, const void *second,
                                               size_t second_len, struct custody_error *err)
{
    struct custody_site *site = NULL;
    struct secret one = {0};
    struct secret two = {0};
    TRY(custody_site_open(dir, false, &site, err));
    enum custody_status rc =
        site->is_founded && first_len > 0 && second_len > 0
            ? secret_copy(first, first_len, &one, err)
            : custody_fail(err, CUSTODY_ERR_INVALID,
                           "A founded site and two passphrases are needed for this.");
    if (rc == CUSTODY_OK) {
        rc = secret_copy(second, second_len, &two, err);
    }
    if (rc == CUSTODY_OK) {
        rc = recover(site, sealed, secret, &one, &two, err);
    }
    secret_clear(&one);
    secret_clear(&two);
    custody_site_close(site);
    return rc;
}
