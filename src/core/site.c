/*
 * Opening and making a site. Order matters: entry 0 is durable before signer-state is written,
 * and every step that a crash can leave half-done is finished by site_settle at the next open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canon.h"
#include "file.h"
#include "instant.h"
#include "policy.h"
#include "schema.h"
#include "site_erase.h"
#include "site_impl.h"
#include "text.h"

#define SITE_CONF    "site.conf"
#define LEDGER_DB    "ledger.db"
#define SIGNER_STATE "signer-state"
/* Stands from create until entry 0 and signer-state are both there. */
#define FOUNDING          "founding"
#define PENDING_MAX_AGE_S 3600

enum custody_status custody_start(struct custody_error *err)
{
    store_start();
    return crypt_start(err);
}

const char *custody_version(void)
{
    return "custody 0.1.0";
}

int64_t custody_now(void)
{
    return instant_now();
}

enum custody_status site_path(const char *dir, const char *name, char **ret_path,
                              struct custody_error *err)
{
    char *path = file_join(dir, name);
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_path = path;
    return CUSTODY_OK;
}

enum custody_status json_give(json_t *value, json_t **ret_value, struct custody_error *err)
{
    if (value == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_value = value;
    return CUSTODY_OK;
}

static bool exists_in(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    bool exists = path != NULL && file_exists(path);
    free(path);
    return exists;
}

static void remove_in(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    if (path != NULL) {
        (void)unlink(path);
    }
    free(path);
}

enum custody_status site_make_schema(struct store *store, struct custody_error *err)
{
    const char *const scripts[] = {
        LEDGER_SCHEMA_PERMANENT,  LEDGER_SCHEMA_REBUILDABLE, READ_MODEL_SCHEMA,
        READ_MODEL_SCHEMA_MORE,   READ_MODEL_SCHEMA_DESK,    READ_MODEL_SCHEMA_DESK_MORE,
        READ_MODEL_SCHEMA_FOLDER, READ_MODEL_SCHEMA_USE,     READ_MODEL_SCHEMA_DESTRUCTION};
    /* one transaction: one wait for the disk instead of one a table */
    TRY(store_begin(store, err));
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof scripts / sizeof scripts[0]; i++) {
        rc = store_script(store, scripts[i], err);
    }
    if (rc != CUSTODY_OK) {
        store_rollback(store);
        return rc;
    }
    return store_commit(store, err);
}

static enum custody_status write_conf(const char *dir, const char *origin,
                                      struct custody_error *err)
{
    char *path = NULL;
    json_t *root = NULL;
    struct buf text = BUF_INIT(1024);
    enum custody_status rc = site_path(dir, SITE_CONF, &path, err);
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:s,s:i}", "origin", origin, "version", 1), &root, err);
    }
    if (rc == CUSTODY_OK) {
        rc = canon_write(&text, root, CANON_FILE, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_create_durable(path, text.data, text.len, 0600, err);
    }
    buf_clear(&text);
    json_decref(root);
    free(path);
    return rc;
}

static enum custody_status create_ledger(const char *dir, struct custody_error *err)
{
    char *path = NULL;
    struct store *store = NULL;
    enum custody_status rc = site_path(dir, LEDGER_DB, &path, err);
    if (rc == CUSTODY_OK) {
        rc = store_open(path, STORE_CREATE, STORE_WAL, SITE_APPLICATION_ID, &store, err);
    }
    if (rc == CUSTODY_OK) {
        rc = site_make_schema(store, err);
    }
    store_close(store);
    free(path);
    return rc;
}

static enum custody_status write_marker(const char *dir, struct custody_error *err)
{
    char *path = NULL;
    TRY(site_path(dir, FOUNDING, &path, err));
    enum custody_status rc = file_write_durable(path, "", 0, 0600, err);
    free(path);
    return rc;
}

/* What a new site is made of, in the order in which it is removed again: the marker goes last,
 * so that an interrupted removal is still known for what it is. */
static const char *const SITE_FILES[] = {
    SITE_CONF,  LEDGER_DB,          LEDGER_DB "-wal", LEDGER_DB "-shm", LEDGER_DB "-journal",
    "vault.db", "vault.db-journal", "vault.key",      LOG_KEY_FILE,     FOUNDING,
    NULL};

static void remove_site_files(const char *dir)
{
    for (const char *const *name = SITE_FILES; *name != NULL; name++) {
        remove_in(dir, *name);
    }
}

static bool has_site_files(const char *dir)
{
    for (const char *const *name = SITE_FILES; *name != NULL; name++) {
        if (exists_in(dir, *name)) {
            return true;
        }
    }
    return false;
}

bool site_is_being_founded(const char *dir)
{
    return exists_in(dir, FOUNDING);
}

enum custody_status custody_site_create(const char *dir, const char *origin,
                                        struct custody_error *err)
{
    if (!note_name_is_valid(origin)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "The origin must be a name without spaces and '+', like "
                            "estate.example/custody.");
    }
    /* The marker without the last of the files: a run that was stopped here. It never was a
     * site, nothing can have been signed for it. */
    if (exists_in(dir, FOUNDING) && !exists_in(dir, SITE_CONF)) {
        remove_site_files(dir);
    }
    if (has_site_files(dir)) {
        return custody_refuse(err, "exists",
                              "There is a site in this directory already: choose another.");
    }
    TRY(file_make_dir(dir, 0700, err));
    enum custody_status rc = write_marker(dir, err);
    if (rc == CUSTODY_OK) {
        rc = create_ledger(dir, err);
    }
    if (rc == CUSTODY_OK) {
        rc = vault_create(dir, err);
    }
    if (rc == CUSTODY_OK) {
        rc = logkey_create(dir, LOG_KEY_FILE, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_conf(dir, origin, err); /* last: a directory without it is no site */
    }
    if (rc != CUSTODY_OK) {
        remove_site_files(dir);
    }
    return rc;
}

static enum custody_status read_conf(struct custody_site *site, struct custody_error *err)
{
    char *path = NULL;
    json_t *root = NULL;
    struct buf text = BUF_INIT(4096);
    enum custody_status rc = site_path(site->dir, SITE_CONF, &path, err);
    if (rc == CUSTODY_OK) {
        rc = file_read(path, 4096, &text, err);
    }
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        rc =
            custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                         "There is no site in this directory: name it with --site, or make one "
                         "with custody site init.");
    }
    if (rc == CUSTODY_OK) {
        rc = canon_parse(text.data, text.len, CANON_FILE, &root, err);
    }
    const char *origin = json_string_value(json_object_get(root, "origin"));
    if (rc == CUSTODY_OK && (origin == NULL || !note_name_is_valid(origin))) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "site.conf is damaged: take it from a backup of the site.");
    }
    if (rc == CUSTODY_OK) {
        (void)snprintf(site->origin, sizeof site->origin, "%s", origin);
    }
    json_decref(root);
    buf_clear(&text);
    free(path);
    return rc;
}

enum custody_status site_refresh(struct custody_site *site, struct custody_error *err)
{
    int64_t offset = 480;
    int64_t size = 0;
    bool has_site = false;
    TRY(ledger_size(site->ledger, &size, err));
    TRY(store_get_int(site->store, err, &offset, &has_site,
                      "SELECT utc_offset_min FROM site WHERE id = 1", ""));
    site->is_founded = size > 0;
    site->utc_offset_min = (int)offset;
    return CUSTODY_OK;
}

/* A rotation was appended and its key file still stands beside the old one. */
static enum custody_status settle_log_key(struct custody_site *site, struct custody_error *err)
{
    struct note_key key;
    struct sign_key secret = {0};
    char in_force[400];
    char *vkey = NULL;
    char *from = NULL;
    char *to = NULL;
    if (!exists_in(site->dir, LOG_KEY_NEXT)) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        logkey_load(site->dir, LOG_KEY_NEXT, site->origin, &key, &secret, err);
    if (rc == CUSTODY_OK) {
        rc = logkey_vkey(&key, &vkey, err);
    }
    if (rc == CUSTODY_OK) {
        rc = site->domain.log_vkey(site->domain.ctx, in_force, sizeof in_force, err);
    }
    if (rc == CUSTODY_OK && strcmp(vkey, in_force) == 0) {
        rc = site_path(site->dir, LOG_KEY_NEXT, &from, err);
        if (rc == CUSTODY_OK) {
            rc = site_path(site->dir, LOG_KEY_FILE, &to, err);
        }
        if (rc == CUSTODY_OK && rename(from, to) != 0) {
            rc =
                custody_fail(err, CUSTODY_ERR_IO, "The new log key could not be put in place.");
        }
        if (rc == CUSTODY_OK) {
            rc = file_sync_dir(site->dir, err);
        }
    }
    free(vkey);
    free(from);
    free(to);
    sign_key_clear(&secret);
    return rc;
}

enum custody_status site_settle(struct custody_site *site, struct custody_error *err)
{
    char *state = NULL;
    int64_t size = 0;
    TRY(ledger_size(site->ledger, &size, err));
    if (size == 0) {
        return CUSTODY_OK;
    }
    TRY(site_path(site->dir, SIGNER_STATE, &state, err));
    enum custody_status rc = CUSTODY_OK;
    if (exists_in(site->dir, FOUNDING)) {
        if (size == 1 && !file_exists(state)) {
            rc = ledger_write_signer_state(site->ledger, state, err);
        }
        if (rc == CUSTODY_OK) {
            remove_in(site->dir, FOUNDING);
            rc = file_sync_dir(site->dir, err);
        }
    }
    free(state);
    TRY(rc);
    return settle_log_key(site, err);
}

static enum custody_status find_act(void *arg, const uint8_t act_id[HASH_LEN], int64_t *ret_idx,
                                    bool *ret_found, struct custody_error *err)
{
    struct custody_site *site = arg;
    enum custody_status rc = ledger_find(site->ledger, act_id, ret_idx, err);
    *ret_found = rc == CUSTODY_OK;
    return rc == CUSTODY_ERR_NOT_FOUND ? CUSTODY_OK : rc;
}

/* What a writer makes sure of before its first append. */
static enum custody_status open_for_writing(struct custody_site *site,
                                            struct custody_error *err)
{
    char *state = NULL;
    struct vault *vault = NULL;
    TRY(site_settle(site, err));
    if (site->is_founded) {
        TRY(site_path(site->dir, SIGNER_STATE, &state, err));
        enum custody_status rc = ledger_check_signer_state(site->ledger, state, err);
        free(state);
        TRY(rc);
    }
    TRY(site_vault(site, &vault, err));
    TRY(site_erase_settle(site, err));
    return vault_sweep(vault, instant_now(), PENDING_MAX_AGE_S, find_act, site, err);
}

enum custody_status custody_site_open(const char *dir, bool is_write,
                                      struct custody_site **ret_site, struct custody_error *err)
{
    char *path = NULL;
    struct custody_site *site = calloc(1, sizeof *site);
    if (site == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    enum custody_status rc = CUSTODY_OK;
    site->is_write = is_write;
    site->dir = text_dup(dir);
    if (site->dir == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        goto out;
    }
    rc = read_conf(site, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = site_path(dir, LEDGER_DB, &path, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = store_open(path, is_write ? STORE_WRITE : STORE_READ, STORE_WAL, SITE_APPLICATION_ID,
                    &site->store, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    store_guard(site->store, SITE_TABLES);
    site->state.store = site->store;
    site->domain = act_domain(&site->state);
    rc = ledger_open(site->store, &site->domain, &site->ledger, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = site_refresh(site, err);
    if (rc == CUSTODY_OK && is_write) {
        rc = open_for_writing(site, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_site = site;
        site = NULL;
    }
out:
    free(path);
    custody_site_close(site);
    return rc;
}

void custody_site_close(struct custody_site *site)
{
    if (site == NULL) {
        return;
    }
    vault_close(site->vault);
    ledger_close(site->ledger);
    state_clear(&site->state);
    store_close(site->store);
    free(site->dir);
    free(site);
}

enum custody_status site_vault(struct custody_site *site, struct vault **ret_vault,
                               struct custody_error *err)
{
    if (site->vault == NULL) {
        TRY(vault_open(site->dir, !site->is_write, &site->vault, err));
    }
    *ret_vault = site->vault;
    return CUSTODY_OK;
}

const char *custody_site_dir(const struct custody_site *site)
{
    return site->dir;
}

bool custody_site_is_founded(const struct custody_site *site)
{
    return site->is_founded;
}

int custody_site_utc_offset_min(const struct custody_site *site)
{
    return site->utc_offset_min;
}

enum custody_status site_entry(struct custody_site *site, int64_t idx,
                               struct envelope *ret_envelope, struct custody_error *err)
{
    struct buf bytes = BUF_INIT(ENVELOPE_MAX);
    enum custody_status rc = ledger_entry(site->ledger, idx, &bytes, err);
    if (rc == CUSTODY_OK) {
        rc = envelope_parse(bytes.data, bytes.len, ret_envelope, err);
    }
    buf_clear(&bytes);
    return rc;
}

enum custody_status judge_flags_json(const struct judge *judge, json_t **ret_flags,
                                     struct custody_error *err)
{
    json_t *flags = json_array();
    int bad = flags == NULL;
    for (size_t i = 0; bad == 0 && i < judge->finding_count; i++) {
        const struct finding *finding = &judge->findings[i];
        if (finding->is_flag) {
            bad = json_array_append_new(
                flags, json_pack("{s:s,s:s}", "code", finding->check, "text", finding->text));
        }
    }
    if (bad != 0) {
        json_decref(flags);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_flags = flags;
    return CUSTODY_OK;
}
