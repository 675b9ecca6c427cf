/*
 * A site of 10,000 folders with 100,000 papers, filled by SQL, for the reads of folders.
 */
#ifndef CUSTODY_TESTS_READS_FOLDER_FIXTURE_H
#define CUSTODY_TESTS_READS_FOLDER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "world.h"

static inline sqlite3 *open_raw(struct world *world)
{
    char path[120];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%.80s/ledger.db", world->path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static inline void fill(struct world *world, const char *sql)
{
    char *why = NULL;
    sqlite3 *db = open_raw(world);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        fail_msg("%s\n%s", why, sql);
    }
    (void)sqlite3_close(db);
}

/*
 * Folder i is at home 1-<i/30>-<i%30>, in box i/30; papers 1…10 of kinds of the policy, of
 * which 4 is an identity card. Every tenth folder is closed, on 2015-01-31; retention of
 * owner's folders is 120 months from the sale. Entries are those of the founding.
 */
static const char FILL[] =
    "BEGIN;"
    "UPDATE policy SET body = json_set(body, '$.folder_classes[0].retention', "
    "json('{\"mandate\""
    ":\"档案保存期限规定\",\"months\":120,\"triggers\":[\"moved_out\",\"sold\"]}'));"
    "CREATE TEMP TABLE i (i INTEGER PRIMARY KEY);"
    "WITH RECURSIVE c(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM c WHERE i < 9999)"
    " INSERT INTO i SELECT i FROM c;"
    "INSERT INTO storage (item, id, label, place, within, idx) VALUES"
    " ('S00000001', 'S0000001', '架1', '1', NULL, 0);"
    "INSERT INTO storage (item, id, label, place, within, idx)"
    " SELECT printf('B%08d', i), printf('B%07d', i), '盒' || i, NULL, 'S00000001', 0 FROM i"
    " WHERE i < 334;"
    "INSERT OR IGNORE INTO place (code, kind, label, parent, idx)"
    " SELECT '1-' || (i / 30) || '-' || (i % 30), 'home', '1栋-' || (i / 30) || '-' || (i % "
    "30),"
    " '1', 0 FROM i;"
    "INSERT INTO folder (item, id, label, class, place, box, version, last_n, state,"
    " trigger_code, trigger_date, idx, event_at, since_idx)"
    " SELECT printf('F%08d', i), printf('%08d', i), '1栋-' || (i / 30) || '-' || (i % 30),"
    " 'owner', '1-' || (i / 30) || '-' || (i % 30), printf('B%08d', i / 30), 1, 10,"
    " iif(i % 10 = 9, 'closed', 'open'), iif(i % 10 = 9, 'sold', NULL),"
    " iif(i % 10 = 9, '2015-01-31', NULL), 0, 0, 0 FROM i;"
    "CREATE TEMP TABLE k (n INTEGER PRIMARY KEY, kind TEXT);"
    "INSERT INTO k VALUES (1,'acceptance_record'),(2,'decoration_agreement'),(3,'fire_safety'),"
    "(4,'id_card'),(5,'interim_convention'),(6,'move_in_notice'),(7,'owner_form'),"
    "(8,'prior_service_agreement'),(9,'other_paper'),(10,'other_paper');"
    "INSERT INTO paper (item, folder, n, kind, label, original, original_with, copies, pages,"
    " from_day, state, event_at, since_idx, idx)"
    " SELECT printf('F%08d.%d', i, n), printf('F%08d', i), n, kind, kind, 'original', NULL, 1,"
    " 2, '2010-05-01', 'filed', 0, 0, 0 FROM i, k;"
    "INSERT INTO inventory (folder, version, idx, kind, papers)"
    " SELECT printf('F%08d', i), 1, 0, 'file', 10 FROM i;"
    "COMMIT;";

/* What version 2 of the default policy says of folders. */
static inline void take_policy(struct world *world)
{
    struct custody_error err;
    struct buf text = BUF_INIT(1 << 20);
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = open_raw(world);
    assert_int_equal(file_read("schema/policy.default.json", 1 << 20, &text, &err), CUSTODY_OK);
    assert_int_equal(
        sqlite3_prepare_v2(
            db,
            "UPDATE policy SET body = json_set(body, '$.folder_classes',"
            " json_extract(?1, '$.folder_classes'), '$.paper_kinds', json_extract(?1,"
            " '$.paper_kinds'), '$.purposes', json_extract(?1, '$.purposes'))",
            -1, &stmt, NULL),
        SQLITE_OK);
    (void)sqlite3_bind_text(stmt, 1, (const char *)text.data, (int)text.len, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    buf_clear(&text);
}

static inline int set_up(void **state)
{
    static struct world world;
    world_open(&world);
    world_furnish(&world);
    take_policy(&world);
    fill(&world, FILL);
    world_reopen(&world);
    *state = &world;
    return 0;
}

static inline int tear_down(void **state)
{
    world_close(*state);
    return 0;
}

#endif
