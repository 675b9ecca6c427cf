/* A founded site for tests: persons with keys, short bodies, acts taken, refused and pushed. */
#include "world.h"

#include <ftw.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act.h"
#include "canon.h"
#include "credstore.h"
#include "file.h"
#include "instant.h"
#include "site_impl.h"
#include "text.h"

#define BODY_MAX 16384
#define DB_MAX (64u << 20)
#define PERSONS_MAX 16

static void die(const struct custody_error *err, const char *what)
{
    (void)fprintf(stderr, "world: %s: %s [%s]\n", what, err != NULL ? err->text : "failed",
                  err != NULL ? err->rule : "");
    abort();
}

static void must(enum custody_status rc, const struct custody_error *err, const char *what)
{
    if (rc != CUSTODY_OK) {
        die(err, what);
    }
}

/* ---- keys from names ---- */

static void key_of(const char *name, size_t len, struct sign_key *ret_key)
{
    uint8_t seed[HASH_LEN];
    hash_sha256(name, len, seed);
    must(sign_key_from_seed(seed, ret_key, NULL), NULL, "key");
}

/* ---- bodies ---- */

struct writer {
    char text[BODY_MAX];
    size_t len;
};

static void put(struct writer *out, const char *text, size_t len)
{
    if (out->len + len >= sizeof out->text) {
        die(NULL, "a body is too long");
    }
    memcpy(out->text + out->len, text, len);
    out->len += len;
    out->text[out->len] = '\0';
}

static void put_quoted(struct writer *out, const char *text)
{
    put(out, "\"", 1);
    put(out, text, strlen(text));
    put(out, "\"", 1);
}

static size_t name_len(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

static void put_key(struct writer *out, const char *name, size_t len, bool is_keyid)
{
    struct sign_key key;
    uint8_t keyid[HASH_LEN];
    char hex[65];
    key_of(name, len, &key);
    sign_keyid(key.public_key, keyid);
    text_hex(is_keyid ? keyid : key.public_key, HASH_LEN, hex);
    sign_key_clear(&key);
    put_quoted(out, hex);
}

static void put_vkey(struct writer *out, const char *name, size_t len)
{
    struct sign_key key;
    struct note_key note;
    struct buf text = BUF_INIT(400);
    key_of(name, len, &key);
    must(note_key_make(WORLD_ORIGIN, NOTE_ED25519, key.public_key, &note, NULL), NULL, "vkey");
    must(note_key_write(&note, &text, NULL), NULL, "vkey");
    put_quoted(out, (const char *)text.data);
    buf_clear(&text);
    sign_key_clear(&key);
}

static void put_proof(struct writer *out, const char *name, size_t len, const char *handle,
                      size_t handle_len)
{
    struct sign_key key;
    uint8_t proof[SIGN_LEN];
    char person[40];
    struct buf text = BUF_INIT(128);
    (void)snprintf(person, sizeof person, "%.*s", (int)handle_len, handle);
    key_of(name, len, &key);
    credential_prove_key(&key, WORLD_ORIGIN, person, proof);
    sign_key_clear(&key);
    must(text_put_base64(&text, proof, sizeof proof, NULL), NULL, "proof");
    put_quoted(out, (const char *)text.data);
    buf_clear(&text);
}

static const char *id_of(const struct world *world, const char *name, size_t len)
{
    for (size_t i = world->name_count; i > 0; i--) {
        const struct world_name *kept = &world->names[i - 1];
        if (strlen(kept->name) == len && memcmp(kept->name, name, len) == 0) {
            return kept->id;
        }
    }
    (void)fprintf(stderr, "world: no act is called %.*s\n", (int)len, name);
    abort();
}

/* One token at text; returns what it used, 0: it is none. */
static size_t put_token(const struct world *world, struct writer *out, const char *text)
{
    size_t len = name_len(text + 1);
    if (text[0] == '@' && (text[1] == '+' || text[1] == '-')) {
        char *end = NULL;
        char at[INSTANT_TEXT_SIZE];
        instant_format(world->now + strtoll(text + 1, &end, 10), at);
        put_quoted(out, at);
        return (size_t)(end - text);
    }
    if (text[0] == '!') {
        char named[80];
        (void)snprintf(named, sizeof named, "{\"item\":\"%.9s\",\"label\":\"L-%.9s\"}", text + 1,
                       text + 1);
        put(out, named, strlen(named));
        return 10;
    }
    if (len > 0 && text[0] == '$') {
        put_quoted(out, id_of(world, text + 1, len));
        return 1 + len;
    }
    if (len > 0 && (text[0] == '^' || text[0] == '%')) {
        put_key(out, text + 1, len, text[0] == '%');
        return 1 + len;
    }
    if (len > 0 && text[0] == '*') {
        put_vkey(out, text + 1, len);
        return 1 + len;
    }
    if (len > 0 && text[0] == '~' && text[1 + len] == ':') {
        size_t handle_len = name_len(text + 2 + len);
        put_proof(out, text + 1, len, text + 2 + len, handle_len);
        return 2 + len + handle_len;
    }
    return 0;
}

json_t *world_body(struct world *world, const char *text)
{
    struct writer *out = calloc(1, sizeof *out);
    json_error_t error;
    if (out == NULL) {
        die(NULL, "memory");
    }
    for (const char *at = text; *at != '\0';) {
        size_t used = put_token(world, out, at);
        if (used == 0) {
            put(out, *at == '\'' ? "\"" : at, 1);
            used = 1;
        }
        at += used;
    }
    json_t *body = json_loads(out->text, JSON_DECODE_ANY, &error);
    if (body == NULL) {
        (void)fprintf(stderr, "world: %s in %s\n", error.text, out->text);
        abort();
    }
    free(out);
    return body;
}

/* What prepare would put in: nulls, one terminal. */
static void complete(json_t *body, const char *act)
{
    const struct act *row = act_find(act);
    if (row == NULL) {
        return;
    }
    for (const struct field *field = row->fields; field->name != NULL; field++) {
        if (json_object_get(body, field->name) != NULL) {
            if (field->type == FIELD_OBJECT && json_is_object(json_object_get(body, field->name))) {
                for (const struct field *in = field->of; in->name != NULL; in++) {
                    json_t *value = json_object_get(body, field->name);
                    if (in->is_nullable && json_object_get(value, in->name) == NULL) {
                        (void)json_object_set_new(value, in->name, json_null());
                    }
                }
            }
            continue;
        }
        if (strcmp(field->name, "terminals") == 0) {
            (void)json_object_set_new(body, field->name, json_integer(1));
        } else if (field->is_nullable) {
            (void)json_object_set_new(body, field->name, json_null());
        }
    }
}

void world_keep(struct world *world, const char *name)
{
    if (world->name_count == WORLD_NAMES_MAX) {
        die(NULL, "too many names");
    }
    struct world_name *kept = &world->names[world->name_count++];
    (void)snprintf(kept->name, sizeof kept->name, "%s", name);
    (void)snprintf(kept->id, sizeof kept->id, "%s", world->id);
}

/* ---- signers ---- */

struct people {
    size_t count;
    char handles[PERSONS_MAX][40];
    char keys[PERSONS_MAX][40];
};

static void split(const char *signers, struct people *people)
{
    people->count = 0;
    while (*signers != '\0') {
        size_t len = strcspn(signers, " ");
        size_t handle = strcspn(signers, " =");
        if (people->count == PERSONS_MAX) {
            die(NULL, "too many signers");
        }
        (void)snprintf(people->handles[people->count], 40, "%.*s", (int)handle, signers);
        (void)snprintf(people->keys[people->count], 40, "%.*s",
                       (int)(handle < len ? len - handle - 1 : len),
                       handle < len ? signers + handle + 1 : signers);
        people->count++;
        signers += len + (signers[len] == ' ' ? 1 : 0);
    }
}

static size_t make_signatures(const void *payload, size_t len, const struct people *people,
                              struct signature out[SIGNERS_MAX])
{
    struct buf pae = BUF_INIT(ENVELOPE_MAX);
    must(envelope_pae(payload, len, &pae, NULL), NULL, "pae");
    for (size_t i = 0; i < people->count; i++) {
        struct sign_key key;
        key_of(people->keys[i], strlen(people->keys[i]), &key);
        sign_keyid(key.public_key, out[i].keyid);
        sign_detached(&key, pae.data, pae.len, out[i].bytes);
        sign_key_clear(&key);
    }
    buf_clear(&pae);
    return people->count;
}

/* ---- acts ---- */

static void take_result(struct world *world, json_t *result)
{
    size_t i = 0;
    const json_t *flag = NULL;
    (void)snprintf(world->id, sizeof world->id, "%s",
                   json_string_value(json_object_get(result, "act_id")));
    world->idx = json_integer_value(json_object_get(result, "idx"));
    world->flags[0] = '\0';
    json_array_foreach(json_object_get(result, "flags"), i, flag)
    {
        size_t len = strlen(world->flags);
        (void)snprintf(world->flags + len, sizeof world->flags - len, "%s%s", i > 0 ? " " : "",
                       json_string_value(json_object_get(flag, "code")));
    }
    json_decref(result);
}

enum custody_status world_act_json(struct world *world, const char *act, const char *signers,
                                   json_t *body)
{
    struct people people;
    const char *handles[PERSONS_MAX];
    struct custody_request *request = NULL;
    json_t *result = NULL;
    split(signers, &people);
    for (size_t i = 0; i < people.count; i++) {
        handles[i] = people.handles[i];
    }
    struct custody_draft draft = {.act = act,
                                  .body = body,
                                  .by = people.handles[0],
                                  .signers = handles,
                                  .signer_count = people.count};
    world->err = (struct custody_error){0};
    enum custody_status rc = custody_prepare(world->site, &draft, &request, &world->err);
    if (rc == CUSTODY_OK) {
        request->request.signature_count =
            make_signatures(request->request.payload.data, request->request.payload.len, &people,
                            request->request.signatures);
        rc = custody_submit(world->site, request, CUSTODY_EN, &result, &world->err);
    }
    if (rc == CUSTODY_OK) {
        take_result(world, result);
    }
    custody_request_free(request);
    json_decref(body);
    return rc;
}

enum custody_status world_act(struct world *world, const char *act, const char *signers,
                              const char *body)
{
    return world_act_json(world, act, signers, world_body(world, body));
}

void world_must(struct world *world, const char *act, const char *signers, const char *body)
{
    if (world_act(world, act, signers, body) != CUSTODY_OK) {
        (void)fprintf(stderr, "world: %s by %s %s\n", act, signers, body);
        die(&world->err, "refused");
    }
}

static int compare_handles(const void *a, const void *b)
{
    return strcmp(a, b);
}

void world_payload(struct world *world, const struct world_draft *draft, struct buf *out)
{
    struct people people;
    uint8_t root[HASH_LEN];
    uint8_t id[HASH_LEN] = {0};
    char root_hex[65];
    char id_hex[65];
    char nonce[33];
    char at[INSTANT_TEXT_SIZE];
    int64_t seq = 0;
    struct custody_error err = {0};
    split(draft->signers, &people);
    int64_t size = draft->seen_size != 0 ? draft->seen_size : world_size(world);
    bool is_first = size == 0;
    memcpy(root, TREE_EMPTY_ROOT, sizeof root);
    seq = 1;
    if (!is_first) {
        must(ledger_root(world->site->ledger, size, root, &err), &err, "root");
        must(ledger_id(world->site->ledger, id, &err), &err, "id");
        must(ledger_next_seq(world->site->ledger, people.handles[0], &seq, &err), &err, "seq");
    }
    text_hex(root, sizeof root, root_hex);
    text_hex(id, sizeof id, id_hex);
    (void)snprintf(nonce, sizeof nonce, "%032x", ++world->nonce);
    instant_format(draft->at != 0 ? draft->at : world->now, at);
    json_t *body = draft->json != NULL ? json_deep_copy(draft->json)
                                       : world_body(world, draft->body);
    complete(body, draft->act);
    char by[40];
    (void)snprintf(by, sizeof by, "%s", people.handles[0]);
    qsort(people.handles, people.count, sizeof people.handles[0], compare_handles);
    json_t *signers = json_array();
    for (size_t i = 0; i < people.count; i++) {
        (void)json_array_append_new(signers, json_string(people.handles[i]));
    }
    json_t *payload = json_pack("{s:s,s:I,s:s,s:o,s:s,s:s,s:s,s:{s:s,s:I},s:o}", "act",
                                draft->act, "actor_seq",
                                (json_int_t)(draft->seq != 0 ? draft->seq : seq), "at", at,
                                "body", body, "by", by, "ledger",
                                draft->ledger != NULL ? draft->ledger : id_hex, "nonce", nonce,
                                "seen", "root", root_hex, "size", (json_int_t)size, "signers",
                                signers);
    if (is_first) {
        (void)json_object_del(payload, "ledger");
    }
    must(canon_write(out, payload, CANON_SIGNED, &err), &err, "payload");
    json_decref(payload);
}

void world_sign(struct world *world, const struct buf *payload, const char *signers,
                struct buf *envelope)
{
    struct people people;
    struct signature signatures[SIGNERS_MAX];
    struct custody_error err = {0};
    (void)world;
    split(signers, &people);
    size_t count = make_signatures(payload->data, payload->len, &people, signatures);
    must(envelope_write(payload->data, payload->len, signatures, count, envelope, &err), &err,
         "envelope");
}

void world_envelope(struct world *world, const struct world_draft *draft, struct buf *envelope)
{
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    envelope->max = ENVELOPE_MAX;
    world_payload(world, draft, &payload);
    world_sign(world, &payload, draft->signers, envelope);
    buf_clear(&payload);
}

enum custody_status world_append(struct world *world, const struct buf *envelope)
{
    struct judge judge;
    struct ledger_appended appended;
    judge_init(&judge, false, 256);
    world->err = (struct custody_error){0};
    enum custody_status rc = ledger_append(world->site->ledger, envelope->data, envelope->len,
                                           instant_now(), &judge, &appended, &world->err);
    judge_clear(&judge);
    if (rc == CUSTODY_OK) {
        world->idx = appended.idx;
        text_hex(appended.act_id, HASH_LEN, world->id);
    }
    return rc;
}

void world_push(struct world *world, const struct buf *envelope)
{
    struct custody_error err = {0};
    world->idx = world_size(world);
    must(ledger_push_unchecked(world->site->ledger, envelope->data, envelope->len, &err), &err,
         "push");
}

/* ---- looking in ---- */

int64_t world_size(struct world *world)
{
    int64_t size = 0;
    struct custody_error err = {0};
    must(ledger_size(world->site->ledger, &size, &err), &err, "size");
    return size;
}

static sqlite3 *raw_open(struct world *world)
{
    char path[128];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        die(NULL, "open");
    }
    return db;
}

const char *world_value(struct world *world, const char *sql, char *out, size_t out_size)
{
    sqlite3 *db = raw_open(world);
    sqlite3_stmt *stmt = NULL;
    out[0] = '\0';
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "world: %s\n", sqlite3_errmsg(db));
        abort();
    }
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0) != NULL) {
        (void)snprintf(out, out_size, "%s", (const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return out;
}

bool world_sql(struct world *world, const char *sql)
{
    sqlite3 *db = raw_open(world);
    bool is_good = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    if (!is_good) {
        (void)fprintf(stderr, "world: %s: %s\n", sqlite3_errmsg(db), sql);
    }
    (void)sqlite3_close(db);
    return is_good;
}

/* ---- open, close, save ---- */

static void write_clock(struct world *world)
{
    char path[96];
    char at[INSTANT_TEXT_SIZE];
    (void)snprintf(path, sizeof path, "%s/clock", world->dir);
    instant_format(world->now, at);
    FILE *file = fopen(path, "we");
    if (file == NULL || fprintf(file, "%s\n", at) < 0 || fclose(file) != 0) {
        die(NULL, "clock");
    }
}

void world_tick(struct world *world, int64_t seconds)
{
    world->now += seconds;
    write_clock(world);
}

void world_reopen(struct world *world)
{
    struct custody_error err = {0};
    custody_site_close(world->site);
    world->site = NULL;
    must(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}

json_t *world_found_body(struct world *world)
{
    struct buf text = BUF_INIT(65536);
    struct custody_error err = {0};
    json_t *policy = NULL;
    json_t *body = NULL;
    json_error_t error;
    must(file_read("tests/data/office/policy.json", 65536, &text, &err), &err, "policy");
    policy = json_loads((const char *)text.data, 0, &error);
    buf_clear(&text);
    if (policy == NULL) {
        die(NULL, error.text);
    }
    json_t *founders = world_body(
        world, "[{'credential':^adm,'handle':'adm','proof':~adm:adm,'roles':['administrator'],"
               "'staff_no':'A001'},"
               "{'credential':^hq,'handle':'hq','proof':~hq:hq,'roles':['administrator'],"
               "'staff_no':'H001'},"
               "{'credential':^mgr,'handle':'mgr','proof':~mgr:mgr,'roles':['centre_manager'],"
               "'staff_no':'A002'}]");
    must(custody_site_found_body(world->site, "World", 480, policy, founders, &body, &err), &err,
         "found body");
    (void)json_object_set_new(body, "sheet", json_string("1"));
    json_decref(policy);
    json_decref(founders);
    return body;
}

void world_open_bare(struct world *world)
{
    struct custody_error err = {0};
    char clock[96];
    *world = (struct world){.now = WORLD_EPOCH, .saved = BUF_INIT(DB_MAX)};
    must(custody_start(&err), &err, "start");
    const char *base = getenv("TMPDIR");
    if (base == NULL || strlen(base) > 36) {
        base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir; /* no disk to wait for */
    }
    (void)snprintf(world->dir, sizeof world->dir, "%s/custody-world-XXXXXX", base);
    if (mkdtemp(world->dir) == NULL) {
        die(NULL, "mkdtemp");
    }
    (void)snprintf(world->path, sizeof world->path, "%s/site", world->dir);
    (void)snprintf(clock, sizeof clock, "%s/clock", world->dir);
    (void)setenv("CUSTODY_CLOCK", clock, 1);
    write_clock(world);
    must(custody_site_create(world->path, WORLD_ORIGIN, &err), &err, "create");
    must(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}

void world_open(struct world *world)
{
    world_open_bare(world);
    if (world_act_json(world, "site.found/1", "adm hq mgr", world_found_body(world)) !=
        CUSTODY_OK) {
        die(&world->err, "found");
    }
}

static void enrol(struct world *world, const char *handle, const char *role, const char *staff_no,
                  bool has_credential)
{
    char body[512];
    if (has_credential) {
        (void)snprintf(body, sizeof body,
                       "{'credential':^%s,'handle':'%s','proof':~%s:%s,'roles':['%s'],"
                       "'staff_no':'%s'}",
                       handle, handle, handle, handle, role, staff_no);
    } else {
        (void)snprintf(body, sizeof body, "{'handle':'%s','roles':['%s'],'staff_no':'%s'}",
                       handle, role, staff_no);
    }
    world_must(world, "person.enrol/1", "adm mgr", body);
}

void world_furnish(struct world *world)
{
    enrol(world, "sup", "supervisor", "B001", true);
    enrol(world, "li", "key_custodian", "B002", true);
    enrol(world, "wang", "key_custodian", "B003", true);
    enrol(world, "eng", "engineering_custodian", "B004", true);
    enrol(world, "fm", "engineering_manager", "B005", true);
    enrol(world, "duty", "duty", "B006", true);
    enrol(world, "zhang", "service_staff", "B007", true);
    enrol(world, "chen", "staff", "B008", true);
    enrol(world, "aud", "auditor", "B009", true);
    enrol(world, "bao", "staff", "B010", false);
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'1','kind':'building','label':'Building 1','parent':null},"
               "{'code':'1-0-01','kind':'home','label':'Flat 01','parent':'1'},"
               "{'code':'1-PD','kind':'room','label':'Power room','parent':'1'}]}");
    world_must(world, "lock.add/1", "li sup",
               "{'locks':[{'code':'D1','kind':'publicdoor','label':'Door','place':'1'},"
               "{'code':'F1','kind':'pump','label':'Pump','place':'1'},"
               "{'code':'H1','kind':'antitheft','label':'Home door','place':'1-0-01'},"
               "{'code':'P1','kind':'power','label':'Power','place':'1-PD'}]}");
    world_must(
        world, "key.add/1", "li sup",
        "{'desk':'front','keys':["
        "{'copy':1,'item':'K00000001','label':'L-K00000001','locks':['H1'],'ring':null},"
        "{'copy':1,'item':'K00000002','label':'L-K00000002','locks':['D1'],'ring':null},"
        "{'copy':1,'item':'K00000003','label':'L-K00000003','locks':['D1'],'ring':null},"
        "{'copy':1,'item':'K00000004','label':'L-K00000004','locks':['D1'],'ring':!R00000009},"
        "{'copy':2,'item':'K00000005','label':'L-K00000005','locks':['D1'],'ring':!R00000009}]}");
    world_must(
        world, "key.add/1", "eng sup",
        "{'desk':'eng','keys':["
        "{'copy':1,'item':'K00000006','label':'L-K00000006','locks':['P1'],'ring':null},"
        "{'copy':1,'item':'K00000007','label':'L-K00000007','locks':['F1'],'ring':null}]}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Owner One'},'party':'P0000000A','relation':'owner',"
               "'unit':'1-0-01'}");
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *place)
{
    (void)info;
    (void)flag;
    (void)place;
    return remove(path);
}

void world_close(struct world *world)
{
    custody_site_close(world->site);
    world->site = NULL;
    buf_clear(&world->saved);
    (void)nftw(world->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    (void)unsetenv("CUSTODY_CLOCK");
}

int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        return -1;
    }
    world_open(world);
    world_furnish(world);
    world_tick(world, 60);
    *state = world;
    return 0;
}

int world_teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

/* Closing the last connection folds the write-ahead log into ledger.db. */
void world_save(struct world *world)
{
    char path[128];
    struct custody_error err = {0};
    custody_site_close(world->site);
    world->site = NULL;
    buf_clear(&world->saved);
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    must(file_read(path, DB_MAX, &world->saved, &err), &err, "save");
    world->saved_now = world->now;
    must(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}

void world_restore(struct world *world)
{
    char path[128];
    struct custody_error err = {0};
    custody_site_close(world->site);
    world->site = NULL;
    (void)snprintf(path, sizeof path, "%s/ledger.db-wal", world->path);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/ledger.db-shm", world->path);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    FILE *file = fopen(path, "we");
    if (file == NULL ||
        fwrite(world->saved.data, 1, world->saved.len, file) != world->saved.len ||
        fclose(file) != 0) {
        die(NULL, "restore");
    }
    world->now = world->saved_now;
    write_clock(world);
    must(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}

/* ---- verify ---- */

json_t *world_verify(struct world *world, const char *path, const char *trust,
                     enum custody_status *ret_verdict)
{
    struct custody_error err = {0};
    json_t *report = NULL;
    struct custody_verify_options options = {.trust_path = trust, .threads = 1};
    must(custody_verify(path != NULL ? path : world->path, &options, &report, ret_verdict, &err),
         &err, "verify");
    return report;
}

const char *world_findings(const json_t *report, char *out, size_t out_size)
{
    size_t i = 0;
    const json_t *finding = NULL;
    out[0] = '\0';
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        size_t len = strlen(out);
        const json_t *idx = json_object_get(finding, "index");
        (void)snprintf(out + len, out_size - len, "%s%s@%" PRId64, i > 0 ? " " : "",
                       json_string_value(json_object_get(finding, "check")),
                       json_is_integer(idx) ? (int64_t)json_integer_value(idx) : INT64_C(-1));
    }
    return out;
}

bool world_is_verified(struct world *world)
{
    char text[400];
    enum custody_status verdict = CUSTODY_ERR_IO;
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    if (verdict != CUSTODY_OK) {
        (void)fprintf(stderr, "world: not verified: %s\n",
                      world_findings(report, text, sizeof text));
    }
    json_decref(report);
    return verdict == CUSTODY_OK;
}

bool world_finds(const json_t *report, int64_t idx, const char *check)
{
    size_t i = 0;
    const json_t *finding = NULL;
    bool is_found = false;
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        const json_t *at = json_object_get(finding, "index");
        if (!json_is_integer(at)) {
            continue;
        }
        if (json_integer_value(at) < idx) {
            return false;
        }
        is_found = is_found ||
                   (json_integer_value(at) == idx &&
                    strcmp(json_string_value(json_object_get(finding, "check")), check) == 0);
    }
    return is_found;
}

/* ---- forbidden acts ---- */

static bool complain(const char *label, const char *what, const char *is, const char *wanted)
{
    (void)fprintf(stderr, "  %s: %s \"%s\", wanted \"%s\"\n", label, what, is, wanted);
    return false;
}

bool world_refuses(struct world *world, const char *label, const char *act, const char *signers,
                   const char *body, const char *check)
{
    char text[400];
    bool is_good = true;
    int64_t size = world_size(world);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = act, .signers = signers, .body = body};
    enum custody_status verdict = CUSTODY_OK;
    enum custody_status rc = world_act(world, act, signers, body);
    /* An id that nobody knows is told before the rules are asked. */
    bool is_lost = rc == CUSTODY_ERR_NOT_FOUND;
    if (!is_lost && (rc != CUSTODY_ERR_REFUSED || strcmp(world->err.rule, check) != 0)) {
        is_good = complain(label, "prepare", rc == CUSTODY_OK ? "taken" : world->err.rule, check);
    }
    if (rc == CUSTODY_OK) {
        world_restore(world);
        return false;
    }
    world_envelope(world, &draft, &envelope);
    rc = world_append(world, &envelope);
    if (rc != CUSTODY_ERR_REFUSED || strcmp(world->err.rule, check) != 0) {
        is_good = complain(label, "intake", rc == CUSTODY_OK ? "taken" : world->err.rule, check);
    }
    if (rc != CUSTODY_OK && world_size(world) != size) {
        is_good = complain(label, "size", "another", "the same");
    }
    if (rc == CUSTODY_OK) {
        world_restore(world);
    }
    world_push(world, &envelope);
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    if (verdict != CUSTODY_ERR_TAMPERED || !world_finds(report, size, check)) {
        is_good = complain(label, "pushed", world_findings(report, text, sizeof text), check);
    }
    json_decref(report);
    buf_clear(&envelope);
    world_restore(world);
    return is_good;
}

int world_run_cases(struct world *world, const struct world_case *cases, size_t count)
{
    int bad = 0;
    world_save(world);
    for (size_t i = 0; i < count; i++) {
        const struct world_case *it = &cases[i];
        if (it->check != NULL) {
            bad += world_refuses(world, it->label, it->act, it->signers, it->body, it->check)
                       ? 0
                       : 1;
            continue;
        }
        if (world_act(world, it->act, it->signers, it->body) != CUSTODY_OK) {
            bad += 1;
            (void)complain(it->label, "refused", world->err.rule, "taken");
            (void)fprintf(stderr, "    %s\n", world->err.text);
        } else if (!world_is_verified(world)) {
            bad += 1;
            (void)complain(it->label, "verdict", "not verified", "verified");
        }
        world_restore(world);
    }
    return bad;
}
