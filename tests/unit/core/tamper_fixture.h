/* Twelve acts to tamper with, shared by the tests of export and database. */
#ifndef CUSTODY_TEST_TAMPER_FIXTURE_H
#define CUSTODY_TEST_TAMPER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define FILE_MAX        (64u << 20)

static inline uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static inline uint32_t first_random(void)
{
    const char *text = getenv("CUSTODY_SEED");
    uint32_t seed = text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 20261122u;
    print_message("seed %u\n", (unsigned)seed);
    return seed != 0 ? seed : 1;
}

/* Twelve acts: people, a place, locks, keys, a loan and its return. */
static inline int setup_twelve(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        return -1;
    }
    world_open(world);
#define TWELVE_ENROL(handle, role, number)                                                     \
    "{'credential':^" handle ",'handle':'" handle "','proof':~" handle ":" handle              \
    ",'roles':['" role "'],'staff_no':'" number "'}"
    world_must(world, "person.enrol/1", "adm mgr", TWELVE_ENROL("li", "key_custodian", "1"));
    world_must(world, "person.enrol/1", "adm mgr", TWELVE_ENROL("sup", "supervisor", "2"));
    world_must(world, "person.enrol/1", "adm mgr", TWELVE_ENROL("chen", "staff", "3"));
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'1','kind':'area','label':'Yard','parent':null}]}");
    world_must(world, "lock.add/1", "li sup",
               "{'locks':[{'code':'D1','kind':'publicdoor','label':'Gate','place':'1'}]}");
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K00000001','label':'L-K00000001',"
               "'locks':['D1'],'ring':null}]}");
    world_tick(world, 60);
    world_must(world, "request.open/1", "chen",
               "{'for':'key.lend','items':[!K00000001],'purpose':'repair',"
               "'window':{'end':@+3600,'start':@-60}}");
    world_keep(world, "request");
    world_must(world, "request.approve/1", "sup",
               "{'limits':{'count':1,'until':@+3600},'request':$request}");
    world_keep(world, "approval");
    world_must(world, "key.lend/1", "li chen",
               "{'approval':$approval,'desk':'front','due':@+600,'items':[!K00000001],"
               "'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'credential'},"
               "'receiver':'chen'}");
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000001]}");
    world_must(world, "key.refuse/1", "li",
               "{'asked':{'items':[!K00000001],'purpose':'private','receiver':'chen'},"
               "'rule':'K3'}");
    world_tick(world, 60);
    assert_int_equal(world_size(world), 12);
    *state = world;
    return 0;
}

/* A connection that no trigger and no guard holds back. */
static inline sqlite3 *open_raw(struct world *world)
{
    char path[128];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

/* SHA-256 over every value of every table; `at` of ledger_checkpoint is left out: it is when
 * this machine issued the note, told by nothing that is signed. */
static inline bool database_digest(const char *path, uint8_t out[HASH_LEN])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *names = NULL;
    struct buf all = BUF_INIT(FILE_MAX);
    bool is_good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                   sqlite3_prepare_v2(db,
                                      "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                      " ORDER BY name",
                                      -1, &names, NULL) == SQLITE_OK;
    while (is_good && sqlite3_step(names) == SQLITE_ROW) {
        char sql[160];
        sqlite3_stmt *rows = NULL;
        const char *name = (const char *)sqlite3_column_text(names, 0);
        (void)snprintf(sql, sizeof sql, "SELECT %s FROM %.80s",
                       strcmp(name, "ledger_checkpoint") == 0 ? "size, note" : "*", name);
        is_good = sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK;
        int rc = SQLITE_DONE;
        while (is_good && (rc = sqlite3_step(rows)) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(rows); c++) {
                int type = sqlite3_column_type(rows, c);
                const void *bytes = sqlite3_column_blob(rows, c);
                int len = sqlite3_column_bytes(rows, c);
                is_good = is_good && buf_put_byte(&all, (uint8_t)type, NULL) == CUSTODY_OK &&
                          buf_put_u64be(&all, (uint64_t)len, NULL) == CUSTODY_OK &&
                          (len == 0 || buf_put(&all, bytes, (size_t)len, NULL) == CUSTODY_OK);
            }
        }
        is_good = is_good && rc == SQLITE_DONE;
        (void)sqlite3_finalize(rows);
    }
    (void)sqlite3_finalize(names);
    (void)sqlite3_close(db);
    hash_sha256(all.data, all.len, out);
    buf_clear(&all);
    return is_good;
}

#endif
