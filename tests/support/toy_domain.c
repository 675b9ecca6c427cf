#include "toy_domain.h"

#include <assert.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "instant.h"
#include "scratch.h"
#include "text.h"

const char *const TOY_HANDLES[TOY_PEOPLE] = {"ann", "bob", "cho"};

const char TOY_SCHEMA[] =
    "CREATE TABLE toy_credential (keyid BLOB NOT NULL PRIMARY KEY, handle TEXT NOT NULL,"
    " public_key BLOB NOT NULL, enrolled_idx INTEGER NOT NULL, is_live INTEGER NOT NULL)"
    " WITHOUT ROWID, STRICT;\n"
    "CREATE TABLE toy_log (number INTEGER PRIMARY KEY, vkey TEXT NOT NULL) STRICT;\n"
    "CREATE TABLE toy_note (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;\n";

static void must(enum custody_status rc, const struct custody_error *err)
{
    if (rc != CUSTODY_OK) {
        (void)fprintf(stderr, "toy site: %s\n", err != NULL ? err->text : "failed");
        abort();
    }
}

/* ---- the domain ---- */

static enum ledger_act_kind classify(void *ctx, const char *act)
{
    static const char *const KNOWN[] = {"site.found/1", "toy.note/1", "toy.rotate/1",
                                        "toy.revoke/1", "ledger.succeed/1"};

    (void)ctx;
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (strcmp(act, KNOWN[i]) == 0) {
            return LEDGER_ACT_KNOWN;
        }
    }
    return strncmp(act, "toy.note/", 9) == 0 ? LEDGER_ACT_NEWER : LEDGER_ACT_UNKNOWN;
}

static enum custody_status find_credential(void *ctx, const uint8_t keyid[HASH_LEN],
                                           struct ledger_credential *ret_credential,
                                           bool *ret_found, struct custody_error *err)
{
    struct toy *toy = ctx;
    struct store_query query = {0};
    enum custody_status rc =
        store_query(toy->store, &query, err,
                    "SELECT handle, public_key, enrolled_idx, is_live FROM toy_credential"
                    " WHERE keyid = ?",
                    "b", keyid, (size_t)HASH_LEN);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_found = query.has_row;
    if (query.has_row) {
        size_t len = 0;
        const void *key = store_blob(&query, 1, &len);
        (void)snprintf(ret_credential->handle, sizeof ret_credential->handle, "%s",
                       store_text(&query, 0));
        memcpy(ret_credential->public_key, key, SIGN_PUBLIC_LEN);
        ret_credential->enrolled_idx = store_int(&query, 2);
        ret_credential->is_live = store_int(&query, 3) != 0;
    }
    store_end(&query);
    return CUSTODY_OK;
}

static enum custody_status limits(void *ctx, int64_t idx, int64_t t,
                                  struct ledger_limits *ret_limits, struct custody_error *err)
{
    const struct toy *toy = ctx;

    (void)idx;
    (void)t;
    (void)err;
    *ret_limits = toy->limits;
    return CUSTODY_OK;
}

static enum custody_status is_officer(void *ctx, const char *handle, int64_t t,
                                      bool *ret_officer, struct custody_error *err)
{
    const struct toy *toy = ctx;

    (void)t;
    (void)err;
    *ret_officer = toy->officer != NULL && strcmp(toy->officer, handle) == 0;
    return CUSTODY_OK;
}

static enum custody_status enrol(struct toy *toy, const struct ledger_act *act,
                                 const json_t *founder, struct custody_error *err)
{
    uint8_t key[SIGN_PUBLIC_LEN];
    uint8_t keyid[HASH_LEN];
    const char *hex = json_string_value(json_object_get(founder, "credential"));
    const char *handle = json_string_value(json_object_get(founder, "handle"));

    if (hex == NULL || handle == NULL || !text_unhex(hex, strlen(hex), key, sizeof key)) {
        enum custody_status rc =
            judge_violate(act->judge, err, "structure", "a founder is malformed");
        return rc == CUSTODY_OK ? CUSTODY_ERR_REFUSED : rc;
    }
    sign_keyid(key, keyid);
    return store_run(toy->store, err, "INSERT INTO toy_credential VALUES (?, ?, ?, ?, 1)",
                     "btbi", (const void *)keyid, sizeof keyid, handle, (const void *)key,
                     sizeof key, act->idx);
}

static enum custody_status set_log(struct toy *toy, const struct ledger_act *act,
                                   struct custody_error *err)
{
    const char *vkey = json_string_value(json_object_get(act->payload->body, "log"));
    struct note_key key;

    if (vkey == NULL || note_key_parse(vkey, &key, NULL) != CUSTODY_OK) {
        enum custody_status rc =
            judge_violate(act->judge, err, "structure", "there is no log key");
        return rc == CUSTODY_OK ? CUSTODY_ERR_REFUSED : rc;
    }
    return store_run(toy->store, err, "INSERT INTO toy_log (vkey) VALUES (?)", "t", vkey);
}

static enum custody_status found(struct toy *toy, const struct ledger_act *act,
                                 struct custody_error *err)
{
    const json_t *founders = json_object_get(act->payload->body, "founders");
    enum custody_status rc = set_log(toy, act, err);

    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(founders); i++) {
        rc = enrol(toy, act, json_array_get(founders, i), err);
    }
    return rc;
}

static enum custody_status note(struct toy *toy, const struct ledger_act *act,
                                struct custody_error *err)
{
    const char *text = json_string_value(json_object_get(act->payload->body, "text"));

    if (text == NULL || toy->refuses_notes) {
        enum custody_status rc = judge_violate(
            act->judge, err, text == NULL ? "structure" : "K4", "notes are refused today");
        return rc == CUSTODY_OK ? CUSTODY_ERR_REFUSED : rc;
    }
    return store_run(toy->store, err, "INSERT INTO toy_note (text) VALUES (?)", "t", text);
}

static enum custody_status revoke_key(struct toy *toy, const struct ledger_act *act,
                                      struct custody_error *err)
{
    const char *hex = json_string_value(json_object_get(act->payload->body, "keyid"));
    uint8_t keyid[HASH_LEN];

    if (hex == NULL || !text_unhex(hex, strlen(hex), keyid, sizeof keyid)) {
        return CUSTODY_ERR_REFUSED;
    }
    return store_run(toy->store, err, "UPDATE toy_credential SET is_live = 0 WHERE keyid = ?",
                     "b", (const void *)keyid, sizeof keyid);
}

static enum custody_status apply(void *ctx, const struct ledger_act *act,
                                 struct custody_error *err)
{
    struct toy *toy = ctx;
    const char *name = act->payload->act;

    if (strcmp(name, "site.found/1") == 0) {
        return found(toy, act, err);
    }
    if (strcmp(name, "ledger.succeed/1") == 0) {
        enum custody_status rc =
            store_run(toy->store, err, "UPDATE toy_credential SET enrolled_idx = 0", "");
        return rc == CUSTODY_OK ? set_log(toy, act, err) : rc;
    }
    if (strcmp(name, "toy.rotate/1") == 0) {
        return set_log(toy, act, err);
    }
    return strcmp(name, "toy.revoke/1") == 0 ? revoke_key(toy, act, err) : note(toy, act, err);
}

static enum custody_status log_vkey(void *ctx, char *out, size_t out_size,
                                    struct custody_error *err)
{
    struct toy *toy = ctx;
    struct store_query query = {0};
    enum custody_status rc = store_query(
        toy->store, &query, err, "SELECT vkey FROM toy_log ORDER BY number DESC LIMIT 1", "");

    if (rc == CUSTODY_OK) {
        (void)snprintf(out, out_size, "%s", query.has_row ? store_text(&query, 0) : "");
        store_end(&query);
    }
    return rc;
}

struct ledger_domain toy_domain(struct toy *toy)
{
    return (struct ledger_domain){.ctx = toy,
                                  .classify = classify,
                                  .find_credential = find_credential,
                                  .limits = limits,
                                  .is_officer = is_officer,
                                  .apply = apply,
                                  .log_vkey = log_vkey};
}

/* ---- the site ---- */

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *place)
{
    (void)info;
    (void)flag;
    (void)place;
    return remove(path);
}

void toy_remove(const char *dir)
{
    (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_schema(struct store *store)
{
    struct custody_error err = {0};

    must(store_script(store, LEDGER_SCHEMA_PERMANENT, &err), &err);
    must(store_script(store, LEDGER_SCHEMA_REBUILDABLE, &err), &err);
    must(store_script(store, TOY_SCHEMA, &err), &err);
}

static const char *const GUARDED[] = {"ledger_entry", "ledger_checkpoint", "ledger_cosignature",
                                      "ledger_old_entry", NULL};

void toy_open(struct toy_site *site, unsigned seed)
{
    struct custody_error err = {0};
    char path[96];

    must(crypt_start(&err), &err);
    memset(site, 0, sizeof *site);
    (void)snprintf(site->dir, sizeof site->dir, "%s/custody-toy-XXXXXX", scratch_base());
    if (mkdtemp(site->dir) == NULL) {
        abort();
    }
    (void)snprintf(path, sizeof path, "%s/ledger.db", site->dir);
    (void)snprintf(site->state_path, sizeof site->state_path, "%s/signer-state", site->dir);
    site->toy.limits = (struct ledger_limits){.seen_max_entries = 4096, .submit_window_s = 900};
    site->now = TOY_EPOCH;
    must(store_open(path, STORE_CREATE, STORE_WAL, TOY_APPLICATION, &site->toy.store, &err),
         &err);
    make_schema(site->toy.store);
    store_guard(site->toy.store, GUARDED);
    for (unsigned i = 0; i <= TOY_PEOPLE; i++) {
        uint8_t raw[SIGN_SEED_LEN] = {(uint8_t)seed, (uint8_t)i, 7};
        must(sign_key_from_seed(raw, i < TOY_PEOPLE ? &site->people[i] : &site->log, &err),
             &err);
    }
    must(note_key_make(TOY_ORIGIN, NOTE_ED25519, site->log.public_key, &site->log_key, &err),
         &err);
    struct ledger_domain domain = toy_domain(&site->toy);
    must(ledger_open(site->toy.store, &domain, &site->ledger, &err), &err);
}

void toy_reopen(struct toy_site *site)
{
    struct custody_error err = {0};
    struct ledger_domain domain = toy_domain(&site->toy);

    ledger_close(site->ledger);
    site->ledger = NULL;
    must(ledger_open(site->toy.store, &domain, &site->ledger, &err), &err);
}

void toy_close(struct toy_site *site)
{
    ledger_close(site->ledger);
    store_close(site->toy.store);
    store_close(site->scratch);
    for (unsigned i = 0; i < TOY_PEOPLE; i++) {
        sign_key_clear(&site->people[i]);
    }
    sign_key_clear(&site->log);
    toy_remove(site->dir);
}

/* ---- acts ---- */

static void put_hex(json_t *object, const char *key, const uint8_t *data, size_t len)
{
    char hex[2 * HASH_LEN + 1];

    text_hex(data, len, hex);
    (void)json_object_set_new(object, key, json_string(hex));
}

static json_t *make_seen(struct toy_site *site, const struct toy_act *act)
{
    struct custody_error err = {0};
    uint8_t root[HASH_LEN];
    int64_t size = act->seen_size;
    json_t *seen = json_object();

    if (size == 0) {
        must(ledger_size(site->ledger, &size, &err), &err);
    }
    if (act->seen_root != NULL) {
        memcpy(root, act->seen_root, HASH_LEN);
    } else if (ledger_root(site->ledger, size, root, &err) != CUSTODY_OK) {
        memset(root, 0xAA, sizeof root);
    }
    put_hex(seen, "root", root, HASH_LEN);
    (void)json_object_set_new(seen, "size", json_integer(size));
    return seen;
}

void toy_payload(struct toy_site *site, const struct toy_act *act, struct buf *out)
{
    struct custody_error err = {0};
    char at[INSTANT_TEXT_SIZE];
    uint8_t nonce[16] = {0};
    uint8_t id[HASH_LEN];
    int64_t seq = act->seq;
    json_t *root = json_object();
    json_t *signers = json_array();

    site->nonce++;
    memcpy(nonce, &site->nonce, sizeof site->nonce);
    instant_format(act->at != 0 ? act->at : site->now, at);
    if (seq == 0) {
        must(ledger_next_seq(site->ledger, TOY_HANDLES[act->by], &seq, &err), &err);
    }
    for (int i = 0; i < TOY_PEOPLE; i++) {
        unsigned bits = act->signers != 0 ? act->signers : 1u << act->by;
        if ((bits >> i & 1) != 0) {
            (void)json_array_append_new(signers, json_string(TOY_HANDLES[i]));
        }
    }
    (void)json_object_set_new(root, "act",
                              json_string(act->act != NULL ? act->act : "toy.note/1"));
    (void)json_object_set_new(root, "actor_seq", json_integer(seq));
    (void)json_object_set_new(root, "at", json_string(at));
    (void)json_object_set_new(root, "body",
                              act->body != NULL ? json_incref(act->body)
                                                : json_pack("{ss}", "text", "hello"));
    (void)json_object_set_new(root, "by", json_string(TOY_HANDLES[act->by]));
    put_hex(root, "nonce", nonce, sizeof nonce);
    (void)json_object_set_new(root, "seen", make_seen(site, act));
    (void)json_object_set_new(root, "signers", signers);
    if (!act->no_ledger) {
        if (act->ledger_id != NULL) {
            memcpy(id, act->ledger_id, HASH_LEN);
        } else {
            must(ledger_id(site->ledger, id, &err), &err);
        }
        put_hex(root, "ledger", id, HASH_LEN);
    }
    must(canon_write(out, root, CANON_SIGNED, &err), &err);
    json_decref(root);
}

void toy_make(struct toy_site *site, struct toy_act act, struct buf *out)
{
    struct custody_error err = {0};
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct buf pae = BUF_INIT(ENVELOPE_MAX);
    struct signature signatures[TOY_PEOPLE];
    size_t count = 0;
    unsigned keys = act.keys != 0 ? act.keys : (act.signers != 0 ? act.signers : 1u << act.by);

    toy_payload(site, &act, &payload);
    must(envelope_pae(payload.data, payload.len, &pae, &err), &err);
    for (unsigned i = 0; i < TOY_PEOPLE; i++) {
        if ((keys >> i & 1) != 0) {
            sign_keyid(site->people[i].public_key, signatures[count].keyid);
            sign_detached(&site->people[i], pae.data, pae.len, signatures[count].bytes);
            count++;
        }
    }
    must(envelope_write(payload.data, payload.len, signatures, count, out, &err), &err);
    json_decref(act.body);
    buf_clear(&payload);
    buf_clear(&pae);
}

enum custody_status toy_append(struct toy_site *site, const struct buf *envelope,
                               struct custody_error *err)
{
    struct judge judge;
    struct ledger_appended appended;

    judge_init(&judge, false, 16);
    enum custody_status rc = ledger_append(site->ledger, envelope->data, envelope->len,
                                           site->now, &judge, &appended, err);
    judge_clear(&judge);
    return rc;
}

enum custody_status toy_act(struct toy_site *site, struct toy_act act,
                            struct custody_error *err)
{
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);

    toy_make(site, act, &envelope);
    enum custody_status rc = toy_append(site, &envelope, err);
    buf_clear(&envelope);
    return rc;
}

void toy_found(struct toy_site *site)
{
    toy_found_with(site, TOY_PEOPLE);
}

void toy_found_with(struct toy_site *site, int people)
{
    struct custody_error err = {0};
    struct buf vkey = BUF_INIT(512);
    json_t *founders = json_array();
    json_t *body = json_object();

    for (int i = 0; i < people; i++) {
        json_t *founder = json_object();
        put_hex(founder, "credential", site->people[i].public_key, SIGN_PUBLIC_LEN);
        (void)json_object_set_new(founder, "handle", json_string(TOY_HANDLES[i]));
        (void)json_array_append_new(founders, founder);
    }
    must(note_key_write(&site->log_key, &vkey, &err), &err);
    (void)json_object_set_new(body, "founders", founders);
    (void)json_object_set_new(body, "log", json_string((const char *)vkey.data));
    (void)json_object_set_new(body, "name", json_string("toy"));
    buf_clear(&vkey);
    must(toy_act(site,
                 (struct toy_act){.act = "site.found/1",
                                  .body = body,
                                  .signers = (1u << people) - 1,
                                  .no_ledger = true,
                                  .seen_root = TREE_EMPTY_ROOT},
                 &err),
         &err);
}

void toy_notes(struct toy_site *site, int count)
{
    struct custody_error err = {0};

    for (int i = 0; i < count; i++) {
        site->now++;
        must(toy_act(site, (struct toy_act){.by = i % 2, .signers = i % 5 == 0 ? 3 : 0}, &err),
             &err);
    }
}

void toy_checkpoint(struct toy_site *site, struct buf *out)
{
    struct custody_error err = {0};

    if (!file_exists(site->state_path)) {
        must(ledger_write_signer_state(site->ledger, site->state_path, &err), &err);
    }
    must(ledger_checkpoint(site->ledger, site->state_path, &site->log_key, &site->log,
                           site->now, out, &err),
         &err);
}

void toy_export(struct toy_site *site, const char *dir)
{
    struct custody_error err = {0};
    struct buf checkpoint = BUF_INIT(NOTE_MAX);

    toy_checkpoint(site, &checkpoint);
    must(ledger_export(site->ledger, dir, checkpoint.data, checkpoint.len, &err), &err);
    buf_clear(&checkpoint);
}

/* ---- verifying ---- */

enum custody_status toy_verify(struct toy_site *site, const char *dir,
                               const struct ledger_verify_options *options,
                               struct toy_verdict *ret)
{
    struct ledger_verify_options plain = {.now = site->now};
    struct custody_error err = {0};
    struct ledger_source *source = NULL;
    struct toy toy = site->toy;
    struct store *audited = NULL;
    char path[96];

    (void)snprintf(path, sizeof path, "%s/ledger.db", site->dir);
    judge_init(&ret->judge, true, 1000);
    if (site->scratch == NULL) {
        must(store_open(site->dir, STORE_SCRATCH, STORE_WAL, TOY_APPLICATION, &site->scratch,
                        &err),
             &err);
        make_schema(site->scratch);
    }
    toy.store = site->scratch;
    must(store_script(toy.store,
                      "DELETE FROM ledger_node; DELETE FROM ledger_time;"
                      "DELETE FROM ledger_actor; DELETE FROM ledger_sight;"
                      "DELETE FROM toy_credential; DELETE FROM toy_log; DELETE FROM toy_note;",
                      &err),
         &err);
    enum custody_status rc = CUSTODY_OK;
    if (dir != NULL) {
        rc = ledger_source_open_export(dir, &source, &err);
    } else {
        rc = store_open(path, STORE_READ, STORE_WAL, TOY_APPLICATION, &audited, &err);
        if (rc == CUSTODY_OK) {
            rc = ledger_source_open_store(audited, &source, &err);
        }
    }
    if (rc == CUSTODY_OK) {
        struct ledger_domain domain = toy_domain(&toy);
        rc = ledger_verify(source, toy.store, &domain, options != NULL ? options : &plain,
                           &ret->judge, &ret->result, &err);
    }
    ledger_source_close(source);
    store_close(audited);
    return rc;
}

void toy_verdict_clear(struct toy_verdict *verdict)
{
    judge_clear(&verdict->judge);
}

bool toy_has(const struct toy_verdict *verdict, const char *check, int64_t idx)
{
    for (size_t i = 0; i < verdict->judge.finding_count; i++) {
        const struct finding *finding = &verdict->judge.findings[i];
        if (strcmp(finding->check, check) == 0 && finding->idx == idx) {
            return true;
        }
    }
    return false;
}

/* ---- past the guards ---- */

bool toy_sql_works(struct toy_site *site, const char *sql)
{
    struct store *raw = NULL;
    struct custody_error err = {0};
    char path[96];

    (void)snprintf(path, sizeof path, "%s/ledger.db", site->dir);
    must(store_open(path, STORE_WRITE, STORE_WAL, TOY_APPLICATION, &raw, &err), &err);
    enum custody_status rc = store_script(raw, sql, &err);
    store_close(raw);
    return rc == CUSTODY_OK;
}

void toy_sql(struct toy_site *site, const char *sql)
{
    if (!toy_sql_works(site, sql)) {
        (void)fprintf(stderr, "toy site: refused: %s\n", sql);
        abort();
    }
}
