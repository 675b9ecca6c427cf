/*
 * When something went wrong: backup, rebuild of the read model, a lost signer-state, entries
 * appended again from an export, a successor ledger (FORMATS.md §3).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canon.h"
#include "file.h"
#include "instant.h"
#include "schema.h"
#include "site_erase.h"
#include "site_impl.h"
#include "text.h"
#include "verify.h"

#define SIGNER_STATE "signer-state"
#define FILE_MAX     65536U
#define VAULT_MAX    ((size_t)8 << 30)

/* ---- backup ---- */

static enum custody_status copy_file(const char *from_dir, const char *to_dir, const char *name,
                                     size_t max_bytes, struct custody_error *err)
{
    char *from = NULL;
    char *to = NULL;
    struct buf bytes = BUF_INIT(max_bytes);
    enum custody_status rc = site_path(from_dir, name, &from, err);
    if (rc == CUSTODY_OK) {
        rc = site_path(to_dir, name, &to, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_read(from, max_bytes, &bytes, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_create_durable(to, bytes.data, bytes.len, 0600, err);
    }
    if (bytes.data != NULL) {
        crypt_wipe(bytes.data, bytes.len);
    }
    buf_clear(&bytes);
    free(from);
    free(to);
    return rc;
}

static enum custody_status backup_store(const char *to_dir, const char *name,
                                        struct store *open_store, struct custody_error *err)
{
    char *to = NULL;
    TRY(site_path(to_dir, name, &to, err));
    enum custody_status rc = store_backup(open_store, to, err);
    free(to);
    return rc;
}

static enum custody_status copy_vault(struct custody_site *site, const char *dir,
                                      struct custody_error *err)
{
    struct vault *vault = NULL;
    TRY(site_vault(site, &vault, err));
    TRY(vault_backup(vault, dir, true, err));
    return site_write_recovery(site, vault, dir, NULL, err);
}

/* A backup of which somebody has kept vault.key apart, or lost it: what there is. */
static enum custody_status copy_locked_vault(struct custody_site *site, const char *dir,
                                             struct custody_error *err)
{
    enum custody_status rc = copy_file(site->dir, dir, "vault.db", VAULT_MAX, err);
    if (rc == CUSTODY_OK) {
        rc = copy_file(site->dir, dir, VAULT_RECOVERY_FILE, FILE_MAX, err);
    }
    return rc;
}

/* Everything but signer-state; site.conf last, a directory without it is no site. */
static enum custody_status copy_site(struct custody_site *site, const char *dir,
                                     bool has_vault_key, struct custody_error *err)
{
    char *inside = NULL;
    TRY(site_path(dir, "site.conf", &inside, err));
    bool is_taken = file_exists(inside);
    free(inside);
    if (is_taken) {
        return custody_refuse(err, "exists",
                              "There is a site or a backup in that directory: name a new one.");
    }
    TRY(file_make_dir(dir, 0700, err));
    /* vault first: every act in the ledger copy then finds its texts */
    TRY(has_vault_key ? copy_vault(site, dir, err) : copy_locked_vault(site, dir, err));
    TRY(backup_store(dir, "ledger.db", site->store, err));
    TRY(copy_file(site->dir, dir, LOG_KEY_FILE, FILE_MAX, err));
    return copy_file(site->dir, dir, "site.conf", FILE_MAX, err);
}

enum custody_status custody_site_backup(struct custody_site *site, const char *dir,
                                        struct custody_error *err)
{
    bool is_settled = false;
    TRY(site_erase_is_settled(site, &is_settled, err));
    if (!is_settled) {
        return custody_refuse(
            err, "state",
            "What was to be erased still stands in the vault: run custody site "
            "erase-finish, then back up.");
    }
    return copy_site(site, dir, true, err);
}

/* ---- rebuild ---- */

static enum custody_status all_rebuildable(const char **out, size_t size,
                                           struct custody_error *err)
{
    size_t count = 0;
    for (const char *const *name = READ_MODEL_TABLES; *name != NULL && count + 1 < size;
         name++) {
        out[count++] = *name;
    }
    for (const char *const *name = LEDGER_TABLES_REBUILDABLE; *name != NULL && count + 1 < size;
         name++) {
        out[count++] = *name;
    }
    out[count] = NULL;
    return count > 0 ? CUSTODY_OK : custody_fail(err, CUSTODY_ERR_INVALID, "No tables.");
}

enum custody_status custody_site_rebuild(struct custody_site *site, struct custody_error *err)
{
    const char *tables[128];
    struct store *scratch = NULL;
    struct state state = {0};
    struct ledger_source *source = NULL;
    struct judge judge;
    struct ledger_verify_result result;
    struct ledger_verify_options options = {.now = instant_now(), .threads = 1};
    judge_init(&judge, true, 1);
    TRY(all_rebuildable(tables, sizeof tables / sizeof tables[0], err));
    enum custody_status rc =
        store_open(NULL, STORE_SCRATCH, STORE_WAL, SITE_APPLICATION_ID, &scratch, err);
    if (rc == CUSTODY_OK) {
        rc = site_make_schema(scratch, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_source_open_store(site->store, &source, err);
    }
    state.store = scratch;
    struct ledger_domain domain = act_domain(&state);
    if (rc == CUSTODY_OK) {
        rc = ledger_verify(source, scratch, &domain, &options, &judge, &result, err);
    }
    if (rc == CUSTODY_OK && judge.violation_count > 0) {
        const struct finding *finding = judge.finding_count > 0 ? &judge.findings[0] : NULL;
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "The ledger itself does not verify (%s at entry %lld); nothing was "
                          "rebuilt. Run custody ledger verify.",
                          finding != NULL ? finding->check : "?",
                          finding != NULL ? (long long)finding->idx : -1LL);
    }
    ledger_source_close(source);
    if (rc == CUSTODY_OK) {
        rc = store_replace(site->store, scratch, tables, err);
    }
    judge_clear(&judge);
    state_clear(&state);
    store_close(scratch);
    /* what the ledger says was erased, whatever the tables said before */
    return rc == CUSTODY_OK ? site_erase_settle(site, err) : rc;
}

/* ---- signer-state ---- */

/* A site opened for writing but for the check of signer-state. */
static enum custody_status open_unchecked(const char *dir, struct custody_site **ret_site,
                                          struct custody_error *err)
{
    char *path = NULL;
    struct custody_site *site = NULL;
    struct store *store = NULL;
    TRY(custody_site_open(dir, false, &site, err));
    enum custody_status rc = site_path(dir, "ledger.db", &path, err);
    if (rc == CUSTODY_OK) {
        rc = store_open(path, STORE_WRITE, STORE_WAL, SITE_APPLICATION_ID, &store, err);
    }
    if (rc == CUSTODY_OK) {
        /* swap the read-only store for the writing one */
        ledger_close(site->ledger);
        site->ledger = NULL;
        state_clear(&site->state);
        store_close(site->store);
        site->store = store;
        store = NULL;
        store_guard(site->store, SITE_TABLES);
        site->state.store = site->store;
        site->domain = act_domain(&site->state);
        site->is_write = true;
        rc = ledger_open(site->store, &site->domain, &site->ledger, err);
    }
    free(path);
    store_close(store);
    if (rc == CUSTODY_OK) {
        *ret_site = site;
    } else {
        custody_site_close(site);
    }
    return rc;
}

/* An officer's live credential, by the register. */
static enum custody_status need_officer(struct custody_site *site,
                                        const struct custody_credential *credential,
                                        struct custody_error *err)
{
    struct ledger_credential known;
    const struct credential_info *info = credential_info(credential->credential);
    bool is_found = false;
    bool is_officer = false;
    int64_t t = 0;
    TRY(ledger_time(site->ledger, &t, err));
    TRY(site->domain.find_credential(site->domain.ctx, info->keyid, &known, &is_found, err));
    if (is_found && known.is_live) {
        TRY(site->domain.is_officer(site->domain.ctx, known.handle, t, &is_officer, err));
    }
    if (!is_officer) {
        return custody_refuse(
            err, "officers",
            "The head is confirmed by two officers with a live credential; %s "
            "is none.",
            info->handle);
    }
    return CUSTODY_OK;
}

/* The outside head must be of this ledger's log and not ahead of it. */
static enum custody_status check_outside_head(struct custody_site *site, const void *known,
                                              size_t known_len, struct custody_error *err)
{
    char vkey[400];
    struct note_key key;
    struct checkpoint checkpoint;
    uint64_t good = 0;
    int64_t size = 0;
    uint8_t root[HASH_LEN];
    TRY(site->domain.log_vkey(site->domain.ctx, vkey, sizeof vkey, err));
    TRY(note_key_parse(vkey, &key, err));
    TRY(checkpoint_parse(known, known_len, &checkpoint, err));
    TRY(note_verify(known, known_len, &key, 1, &good, NULL, err));
    if (good == 0) {
        return custody_fail(
            err, CUSTODY_ERR_TAMPERED,
            "The head shown is not signed by this ledger's log key: show a slip, "
            "a receipt or an export's checkpoint of this site.");
    }
    TRY(ledger_size(site->ledger, &size, err));
    if (checkpoint.size > (uint64_t)size) {
        return custody_fail(
            err, CUSTODY_ERR_TAMPERED,
            "The head shown has %llu entries, this ledger only %lld: append the "
            "lost ones from an export first (custody site reappend).",
            (unsigned long long)checkpoint.size, (long long)size);
    }
    TRY(ledger_root(site->ledger, (int64_t)checkpoint.size, root, err));
    if (memcmp(root, checkpoint.root, HASH_LEN) != 0) {
        return custody_fail(
            err, CUSTODY_ERR_TAMPERED,
            "The head shown belongs to another history than this ledger's: keep "
            "both and run custody ledger verify --known.");
    }
    return CUSTODY_OK;
}

enum custody_status custody_site_confirm_head(const char *dir, const void *known,
                                              size_t known_len,
                                              struct custody_credential *first,
                                              struct custody_credential *second,
                                              struct custody_error *err)
{
    struct custody_site *site = NULL;
    char *state = NULL;
    if (strcmp(custody_credential_handle(first), custody_credential_handle(second)) == 0) {
        return custody_refuse(err, "officers", "Two officers confirm the head, two persons.");
    }
    TRY(open_unchecked(dir, &site, err));
    enum custody_status rc = need_officer(site, first, err);
    if (rc == CUSTODY_OK) {
        rc = need_officer(site, second, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_outside_head(site, known, known_len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = site_path(dir, SIGNER_STATE, &state, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_write_signer_state(site->ledger, state, err);
    }
    free(state);
    custody_site_close(site);
    return rc;
}

/* Append what the export has beyond the ledger; then the intents among it are carried out. */
static enum custody_status reappend(struct custody_site *site, const char *export_dir,
                                    int64_t *ret_count, struct custody_error *err)
{
    struct ledger_source *source = NULL;
    struct judge judge;
    judge_init(&judge, false, 100);
    enum custody_status rc = ledger_source_open_export(export_dir, &source, err);
    if (rc == CUSTODY_OK) {
        rc = ledger_reappend(site->ledger, source, &judge, ret_count, err);
    }
    ledger_source_close(source);
    judge_clear(&judge);
    return rc == CUSTODY_OK ? site_erase_settle(site, err) : rc;
}

enum custody_status custody_site_reappend(const char *dir, const char *export_dir,
                                          int64_t *ret_count, struct custody_error *err)
{
    struct custody_site *site = NULL;
    int64_t count = 0;
    TRY(open_unchecked(dir, &site, err));
    enum custody_status rc = reappend(site, export_dir, &count, err);
    custody_site_close(site);
    if (rc == CUSTODY_OK) {
        *ret_count = count;
    }
    return rc;
}

/* ---- restore ---- */

static enum custody_status copy_backup(const char *backup, const char *dir,
                                       bool *ret_has_vault_key, struct custody_error *err)
{
    struct custody_site *site = NULL;
    char *key = NULL;
    TRY(site_path(backup, "vault.key", &key, err));
    bool has_vault_key = file_exists(key);
    free(key);
    TRY(custody_site_open(backup, false, &site, err));
    enum custody_status rc = copy_site(site, dir, has_vault_key, err);
    custody_site_close(site);
    if (rc == CUSTODY_OK) {
        *ret_has_vault_key = has_vault_key;
    }
    return rc;
}

enum custody_status custody_site_restore(const char *backup, const char *dir,
                                         const char *export_dir, json_t **ret_result,
                                         struct custody_error *err)
{
    struct custody_site *site = NULL;
    bool has_vault_key = false;
    int64_t appended = 0;
    int64_t size = 0;
    TRY(copy_backup(backup, dir, &has_vault_key, err));
    TRY(open_unchecked(dir, &site, err));
    enum custody_status rc = CUSTODY_OK;
    if (!has_vault_key) {
        rc =
            export_dir == NULL
                ? CUSTODY_OK
                : custody_refuse(err, "state",
                                 "The backup has no vault.key: restore it without entries, run "
                                 "custody site vault-recover, then custody site reappend.");
    } else if (export_dir != NULL) {
        rc = reappend(site, export_dir, &appended, err);
    } else {
        rc = site_erase_settle(site, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_size(site->ledger, &size, err);
    }
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:I,s:I,s:b}", "appended", (json_int_t)appended, "size",
                                 (json_int_t)size, "vault_key", (int)has_vault_key),
                       ret_result, err);
    }
    custody_site_close(site);
    return rc;
}

/* ---- successor ---- */

static enum custody_status succeed_body(struct custody_site *site, const char *reason,
                                        int64_t known_size, const uint8_t *known_root,
                                        json_t **ret_body, struct custody_error *err)
{
    struct note_key key;
    struct sign_key secret = {0};
    char *vkey = NULL;
    uint8_t id[HASH_LEN];
    uint8_t root[HASH_LEN];
    char id_hex[65];
    char left_hex[65];
    char known_hex[65];
    int64_t left = 0;
    enum custody_status rc = ledger_head_left(site->ledger, id, &left, root, err);
    if (rc == CUSTODY_OK) {
        rc = logkey_load(site->dir, LOG_KEY_FILE, site->origin, &key, &secret, err);
    }
    if (rc == CUSTODY_OK) {
        rc = logkey_vkey(&key, &vkey, err);
    }
    if (rc == CUSTODY_OK) {
        text_hex(id, HASH_LEN, id_hex);
        text_hex(root, HASH_LEN, left_hex);
        text_hex(known_size > left ? known_root : root, HASH_LEN, known_hex);
        rc = json_give(json_pack("{s:s,s:{s:{s:s,s:I},s:{s:s,s:I},s:s},s:s,s:s}", "log", vkey,
                                 "old", "head_known", "root", known_hex, "size",
                                 (json_int_t)(known_size > left ? known_size : left),
                                 "head_left", "root", left_hex, "size", (json_int_t)left,
                                 "ledger", id_hex, "origin", site->origin, "reason", reason),
                       ret_body, err);
    }
    free(vkey);
    sign_key_clear(&secret);
    return rc;
}

/* vault and its key come along: the texts of the kept entries stay readable. */
static enum custody_status take_vault(struct custody_site *old, const char *new_dir,
                                      struct custody_error *err)
{
    static const char *const files[] = {"vault.db-journal", "vault.db", "vault.key", NULL};
    struct vault *vault = NULL;
    for (const char *const *name = files; *name != NULL; name++) {
        char *path = NULL;
        TRY(site_path(new_dir, *name, &path, err));
        (void)unlink(path);
        free(path);
    }
    TRY(site_vault(old, &vault, err));
    return vault_backup(vault, new_dir, true, err);
}

/* The files of the successor, or those that an interrupted run has left there. */
static enum custody_status make_successor(const char *new_dir, const char *origin,
                                          struct custody_error *err)
{
    struct custody_site *site = NULL;
    enum custody_status rc = custody_site_create(new_dir, origin, err);
    if (rc != CUSTODY_ERR_REFUSED || !site_is_being_founded(new_dir)) {
        return rc;
    }
    rc = custody_site_open(new_dir, false, &site, err);
    if (rc == CUSTODY_OK && (site->is_founded || strcmp(site->origin, origin) != 0)) {
        rc = custody_refuse(err, "exists",
                            "There is another site in the new directory: choose another.");
    }
    custody_site_close(site);
    return rc;
}

/* Keep the old ledger's entries in the new one, unless an earlier run did. */
static enum custody_status adopt(struct custody_site *old, struct custody_site *site,
                                 struct custody_error *err)
{
    struct ledger_source *source = NULL;
    int64_t size = 0;
    int64_t left = 0;
    uint8_t old_id[HASH_LEN];
    uint8_t id[HASH_LEN];
    uint8_t root[HASH_LEN];
    TRY(ledger_size(old->ledger, &size, err));
    enum custody_status rc = ledger_head_left(site->ledger, id, &left, root, err);
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        rc = ledger_source_open_store(old->store, &source, err);
        if (rc == CUSTODY_OK) {
            rc = ledger_adopt(site->ledger, source, size, err);
        }
        ledger_source_close(source);
        return rc;
    }
    if (rc == CUSTODY_OK) {
        rc = ledger_id(old->ledger, old_id, err);
    }
    if (rc == CUSTODY_OK && (left != size || memcmp(id, old_id, HASH_LEN) != 0)) {
        rc = custody_refuse(err, "exists",
                            "The new directory holds an unfinished successor of another state "
                            "of the ledger: choose another directory.");
    }
    return rc;
}

enum custody_status custody_site_succeed(const char *old_dir, const char *new_dir,
                                         const char *origin, const char *reason,
                                         const void *known, size_t known_len, json_t **ret_body,
                                         struct custody_error *err)
{
    struct custody_site *old = NULL;
    struct custody_site *site = NULL;
    struct checkpoint head = {.size = 0};
    if (known != NULL) {
        TRY(checkpoint_parse(known, known_len, &head, err));
    }
    TRY(custody_site_open(old_dir, false, &old, err));
    enum custody_status rc = make_successor(new_dir, origin, err);
    if (rc == CUSTODY_OK) {
        rc = take_vault(old, new_dir, err);
    }
    if (rc == CUSTODY_OK) {
        rc = open_unchecked(new_dir, &site, err);
    }
    if (rc == CUSTODY_OK) {
        rc = adopt(old, site, err);
    }
    if (rc == CUSTODY_OK) {
        rc = succeed_body(site, reason, (int64_t)head.size, head.root, ret_body, err);
    }
    custody_site_close(site);
    custody_site_close(old);
    return rc;
}
