/* A founded site for tests: persons with keys, acts prepared, signed and submitted. */
#include "world_impl.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canon.h"
#include "file.h"
#include "instant.h"
#include "scratch.h"
#include "site_impl.h"
#include "text.h"

#define PERSONS_MAX 16

void world_keep(struct world *world, const char *name)
{
    if (world->name_count == WORLD_NAMES_MAX) {
        world_die(NULL, "too many names");
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
            world_die(NULL, "too many signers");
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
    world_need(envelope_pae(payload, len, &pae, NULL), NULL, "pae");
    for (size_t i = 0; i < people->count; i++) {
        struct sign_key key;
        world_key(people->keys[i], strlen(people->keys[i]), &key);
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
            make_signatures(request->request.payload.data, request->request.payload.len,
                            &people, request->request.signatures);
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
        world_die(&world->err, "refused");
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
        world_need(ledger_root(world->site->ledger, size, root, &err), &err, "root");
        world_need(ledger_id(world->site->ledger, id, &err), &err, "id");
        world_need(ledger_next_seq(world->site->ledger, people.handles[0], &seq, &err), &err,
                   "seq");
    }
    text_hex(root, sizeof root, root_hex);
    text_hex(id, sizeof id, id_hex);
    (void)snprintf(nonce, sizeof nonce, "%032x", ++world->nonce);
    instant_format(draft->at != 0 ? draft->at : world->now, at);
    json_t *body =
        draft->json != NULL ? json_deep_copy(draft->json) : world_body(world, draft->body);
    world_complete(body, draft->act);
    char by[40];
    (void)snprintf(by, sizeof by, "%s", people.handles[0]);
    qsort(people.handles, people.count, sizeof people.handles[0], compare_handles);
    json_t *signers = json_array();
    for (size_t i = 0; i < people.count; i++) {
        (void)json_array_append_new(signers, json_string(people.handles[i]));
    }
    json_t *payload = json_pack(
        "{s:s,s:I,s:s,s:o,s:s,s:s,s:s,s:{s:s,s:I},s:o}", "act", draft->act, "actor_seq",
        (json_int_t)(draft->seq != 0 ? draft->seq : seq), "at", at, "body", body, "by", by,
        "ledger", draft->ledger != NULL ? draft->ledger : id_hex, "nonce", nonce, "seen",
        "root", root_hex, "size", (json_int_t)size, "signers", signers);
    if (is_first) {
        (void)json_object_del(payload, "ledger");
    }
    world_need(canon_write(out, payload, CANON_SIGNED, &err), &err, "payload");
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
    world_need(envelope_write(payload->data, payload->len, signatures, count, envelope, &err),
               &err, "envelope");
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
    world_need(ledger_push_unchecked(world->site->ledger, envelope->data, envelope->len, &err),
               &err, "push");
}

/* ---- looking in ---- */

int64_t world_size(struct world *world)
{
    int64_t size = 0;
    struct custody_error err = {0};
    world_need(ledger_size(world->site->ledger, &size, &err), &err, "size");
    return size;
}

static sqlite3 *raw_open(struct world *world)
{
    char path[128];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        world_die(NULL, "open");
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

void world_write_clock(struct world *world)
{
    char path[96];
    char at[INSTANT_TEXT_SIZE];
    (void)snprintf(path, sizeof path, "%s/clock", world->dir);
    instant_format(world->now, at);
    FILE *file = fopen(path, "we");
    if (file == NULL || fprintf(file, "%s\n", at) < 0 || fclose(file) != 0) {
        world_die(NULL, "clock");
    }
}

void world_tick(struct world *world, int64_t seconds)
{
    world->now += seconds;
    world_write_clock(world);
}

void world_reopen(struct world *world)
{
    struct custody_error err = {0};
    custody_site_close(world->site);
    world->site = NULL;
    world_need(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}

json_t *world_found_body(struct world *world)
{
    struct buf text = BUF_INIT(65536);
    struct custody_error err = {0};
    json_t *policy = NULL;
    json_t *body = NULL;
    json_error_t error;
    world_need(file_read("tests/data/office/policy.json", 65536, &text, &err), &err, "policy");
    policy = json_loads((const char *)text.data, 0, &error);
    buf_clear(&text);
    if (policy == NULL) {
        world_die(NULL, error.text);
    }
    json_t *founders = world_body(
        world, "[{'credential':^adm,'handle':'adm','proof':~adm:adm,'roles':['administrator'],"
               "'staff_no':'A001'},"
               "{'credential':^hq,'handle':'hq','proof':~hq:hq,'roles':['administrator'],"
               "'staff_no':'H001'},"
               "{'credential':^mgr,'handle':'mgr','proof':~mgr:mgr,'roles':['centre_manager'],"
               "'staff_no':'A002'}]");
    world_need(
        custody_site_found_body(world->site, "World", 480, policy, founders, &body, &err), &err,
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
    world_need(custody_start(&err), &err, "start");
    (void)snprintf(world->dir, sizeof world->dir, "%s/custody-world-XXXXXX", scratch_base());
    if (mkdtemp(world->dir) == NULL) {
        world_die(NULL, "mkdtemp");
    }
    (void)snprintf(world->path, sizeof world->path, "%s/site", world->dir);
    (void)snprintf(clock, sizeof clock, "%s/clock", world->dir);
    (void)setenv("CUSTODY_CLOCK", clock, 1);
    world_write_clock(world);
    world_need(custody_site_create(world->path, WORLD_ORIGIN, &err), &err, "create");
    world_need(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}

void world_open(struct world *world)
{
    world_open_bare(world);
    if (world_act_json(world, "site.found/1", "adm hq mgr", world_found_body(world)) !=
        CUSTODY_OK) {
        world_die(&world->err, "found");
    }
}

static void enrol(struct world *world, const char *handle, const char *role,
                  const char *staff_no, bool has_credential)
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
        "{'copy':2,'item':'K00000005','label':'L-K00000005','locks':['D1'],'ring':!R00000009}]"
        "}");
    world_must(
        world, "key.add/1", "eng sup",
        "{'desk':'eng','keys':["
        "{'copy':1,'item':'K00000006','label':'L-K00000006','locks':['P1'],'ring':null},"
        "{'copy':1,'item':'K00000007','label':'L-K00000007','locks':['F1'],'ring':null}]}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Owner One'},'party':'P0000000A','relation':'owner',"
               "'unit':'1-0-01'}");
    world_must(world, "party.authorise/1", "zhang sup",
               "{'end':@+31536000,'letter':'W-1','named':[],'party':'P0000000A',"
               "'place':'1-0-01','scope':['copy','lend'],'start':@+0}");
    world_keep(world, "authorised");
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
    world_need(file_read(path, DB_MAX, &world->saved, &err), &err, "save");
    world->saved_now = world->now;
    world_need(custody_site_open(world->path, true, &world->site, &err), &err, "open");
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
        world_die(NULL, "restore");
    }
    world->now = world->saved_now;
    world_write_clock(world);
    world_need(custody_site_open(world->path, true, &world->site, &err), &err, "open");
}
