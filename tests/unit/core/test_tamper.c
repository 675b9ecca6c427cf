/*
 * What somebody with the files can do, and that it is found: bits of an export, bits of every
 * column of the ledger, other bytes of the database, entries moved about, acts that should never
 * have been. CUSTODY_LONG=1 flips every bit; otherwise every so manieth from a seeded offset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <fts.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "hash.h"
#include "text.h"
#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define FILE_MAX (64u << 20)

static bool is_long(void)
{
    const char *text = getenv("CUSTODY_LONG");
    return text != NULL && strcmp(text, "1") == 0;
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static uint32_t first_random(void)
{
    const char *text = getenv("CUSTODY_SEED");
    uint32_t seed = text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 20261122u;
    print_message("seed %u\n", (unsigned)seed);
    return seed != 0 ? seed : 1;
}

/* Twelve acts: people, a place, locks, keys, a loan and its return. */
static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        return -1;
    }
    world_open(world);
#define ENROL(handle, role, number)                                                            \
    "{'credential':^" handle ",'handle':'" handle "','proof':~" handle ":" handle               \
    ",'roles':['" role "'],'staff_no':'" number "'}"
    world_must(world, "person.enrol/1", "adm mgr", ENROL("li", "key_custodian", "1"));
    world_must(world, "person.enrol/1", "adm mgr", ENROL("sup", "supervisor", "2"));
    world_must(world, "person.enrol/1", "adm mgr", ENROL("chen", "staff", "3"));
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

/* ---- an export ---- */

struct export {
    char dir[96];
    char trust[96];
};

static void make_export(struct world *world, struct export *export)
{
    struct custody_error err = {0};
    char *text = NULL;
    (void)snprintf(export->dir, sizeof export->dir, "%s/export", world->dir);
    (void)snprintf(export->trust, sizeof export->trust, "%s/trust", world->dir);
    assert_int_equal(custody_export(world->site, export->dir, &err), CUSTODY_OK);
    assert_int_equal(custody_trust(world->site, &text, &err), CUSTODY_OK);
    assert_int_equal(file_write_durable(export->trust, text, strlen(text), 0600, &err),
                     CUSTODY_OK);
    free(text);
}

static void flip(int fd, off_t offset, unsigned bit)
{
    uint8_t byte = 0;
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte = (uint8_t)(byte ^ (1u << bit));
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
}

static int64_t flip_file(struct world *world, const struct export *export, const char *path,
                         int64_t step, int64_t start)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    int64_t bits = (int64_t)lseek(fd, 0, SEEK_END) * 8;
    int64_t flips = 0;
    for (int64_t i = start % step; i < bits; i += step) {
        enum custody_status verdict = CUSTODY_OK;
        flip(fd, (off_t)(i / 8), (unsigned)(i % 8));
        json_decref(world_verify(world, export->dir, export->trust, &verdict));
        if (verdict != CUSTODY_ERR_TAMPERED && verdict != CUSTODY_ERR_UNCHECKED) {
            print_message("bit %lld of byte %lld of %s is not found\n", (long long)(i % 8),
                          (long long)(i / 8), path);
        }
        assert_true(verdict == CUSTODY_ERR_TAMPERED || verdict == CUSTODY_ERR_UNCHECKED);
        flip(fd, (off_t)(i / 8), (unsigned)(i % 8));
        flips++;
    }
    (void)close(fd);
    return flips;
}

static void every_flipped_bit_of_an_export_is_found(void **state)
{
    struct world *world = *state;
    struct export export;
    enum custody_status verdict = CUSTODY_ERR_IO;
    uint32_t random = first_random();
    make_export(world, &export);
    json_decref(world_verify(world, export.dir, export.trust, &verdict));
    assert_int_equal(verdict, CUSTODY_OK);
    char *roots[] = {export.dir, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    assert_non_null(tree);
    int files = 0;
    for (FTSENT *entry = fts_read(tree); entry != NULL; entry = fts_read(tree)) {
        if (entry->fts_info != FTS_F) {
            continue;
        }
        bool is_bundle = strstr(entry->fts_path, "/entries/") != NULL;
        int64_t step = is_long() ? 1 : is_bundle ? 97 : 5;
        int64_t flips = flip_file(world, &export, entry->fts_path, step,
                                  (int64_t)next_random(&random));
        print_message("%s: %lld bits\n", strstr(entry->fts_path, "/export/") + 8,
                      (long long)flips);
        files++;
    }
    (void)fts_close(tree);
    assert_int_equal(files, 3); /* checkpoint, one tile, one bundle */
    json_decref(world_verify(world, export.dir, export.trust, &verdict));
    assert_int_equal(verdict, CUSTODY_OK);
}

static void a_missing_file_is_incomplete_and_a_cut_one_is_found(void **state)
{
    struct world *world = *state;
    struct export export;
    make_export(world, &export);
    static const char *const names[] = {"checkpoint", "tile/0/000.p/12",
                                        "tile/entries/000.p/12"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct buf bytes = BUF_INIT(FILE_MAX);
        struct custody_error err = {0};
        enum custody_status verdict = CUSTODY_OK;
        char *path = file_join(export.dir, names[i]);
        assert_int_equal(file_read(path, FILE_MAX, &bytes, &err), CUSTODY_OK);
        assert_int_equal(unlink(path), 0);
        json_decref(world_verify(world, export.dir, export.trust, &verdict));
        assert_int_equal(verdict, CUSTODY_ERR_UNCHECKED);
        for (size_t cut = 0; cut < bytes.len; cut += 1 + bytes.len / 16) {
            assert_int_equal(file_write_durable(path, bytes.data, cut, 0600, &err), CUSTODY_OK);
            json_decref(world_verify(world, export.dir, export.trust, &verdict));
            assert_true(verdict == CUSTODY_ERR_TAMPERED || verdict == CUSTODY_ERR_UNCHECKED);
        }
        assert_int_equal(file_write_durable(path, bytes.data, bytes.len, 0600, &err),
                         CUSTODY_OK);
        json_decref(world_verify(world, export.dir, export.trust, &verdict));
        assert_int_equal(verdict, CUSTODY_OK);
        buf_clear(&bytes);
        free(path);
    }
}

/* ---- the database ---- */

/* A connection that no trigger and no guard holds back. */
static sqlite3 *open_raw(struct world *world)
{
    char path[128];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void set_blob(sqlite3 *db, const char *column, int64_t idx, const void *data, size_t len)
{
    char sql[96];
    sqlite3_stmt *stmt = NULL;
    (void)snprintf(sql, sizeof sql, "UPDATE ledger_entry SET %s = ?1 WHERE idx = ?2", column);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_blob(stmt, 1, data, (int)len, SQLITE_TRANSIENT), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int64(stmt, 2, idx), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(db), 1);
    (void)sqlite3_finalize(stmt);
}

static void get_blob(sqlite3 *db, const char *column, int64_t idx, struct buf *out)
{
    char sql[96];
    sqlite3_stmt *stmt = NULL;
    (void)snprintf(sql, sizeof sql, "SELECT %s FROM ledger_entry WHERE idx = ?1", column);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int64(stmt, 1, idx), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(buf_put(out, sqlite3_column_blob(stmt, 0),
                             (size_t)sqlite3_column_bytes(stmt, 0), NULL),
                     CUSTODY_OK);
    (void)sqlite3_finalize(stmt);
}

/* Found, and at no entry before the one that was changed. */
static void expect_found(struct world *world, int64_t idx, const char *what, int64_t bit)
{
    enum custody_status verdict = CUSTODY_OK;
    size_t i = 0;
    const json_t *finding = NULL;
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    bool is_early = false;
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        const json_t *at = json_object_get(finding, "index");
        is_early = is_early || (json_is_integer(at) && json_integer_value(at) < idx);
    }
    if (verdict != CUSTODY_ERR_TAMPERED || is_early) {
        char text[400];
        print_message("bit %lld of %s of entry %lld: %s\n", (long long)bit, what, (long long)idx,
                      world_findings(report, text, sizeof text));
    }
    assert_int_equal(verdict, CUSTODY_ERR_TAMPERED);
    assert_false(is_early);
    json_decref(report);
}

static void every_flipped_bit_of_every_column_of_the_ledger_is_found(void **state)
{
    static const char *const columns[] = {"act_id", "leaf_hash", "envelope"};
    struct world *world = *state;
    sqlite3 *db = open_raw(world);
    uint32_t random = first_random();
    int64_t flips = 0;
    for (int64_t idx = 0; idx < 12; idx++) {
        for (size_t c = 0; c < COUNT_OF(columns); c++) {
            struct buf bytes = BUF_INIT(ENVELOPE_MAX);
            get_blob(db, columns[c], idx, &bytes);
            size_t step = is_long() ? 1 : c < 2 ? 17 : 331;
            for (size_t i = next_random(&random) % step; i < bytes.len * 8; i += step) {
                bytes.data[i / 8] ^= (uint8_t)(1u << (i % 8));
                set_blob(db, columns[c], idx, bytes.data, bytes.len);
                expect_found(world, idx, columns[c], (int64_t)i);
                bytes.data[i / 8] ^= (uint8_t)(1u << (i % 8));
                flips++;
            }
            set_blob(db, columns[c], idx, bytes.data, bytes.len);
            buf_clear(&bytes);
        }
        /* idx: a row leaves its place, or two change places when the other one is taken */
        for (unsigned bit = 0; bit < 64; bit += is_long() ? 1 : 7) {
            char sql[400];
            int64_t other = (int64_t)((uint64_t)idx ^ (UINT64_C(1) << bit));
            static const char swap[] =
                "UPDATE ledger_entry SET idx = 1000000000001 WHERE idx = %lld;"
                "UPDATE ledger_entry SET idx = %lld WHERE idx = %lld;"
                "UPDATE ledger_entry SET idx = %lld WHERE idx = 1000000000001";
            (void)snprintf(sql, sizeof sql, swap, (long long)idx, (long long)idx,
                           (long long)other, (long long)other);
            assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
            expect_found(world, other >= 0 && other < idx ? other : other < 0 ? other : idx,
                         "idx", bit);
            assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
            flips++;
        }
    }
    (void)sqlite3_close(db);
    print_message("%lld bits\n", (long long)flips);
    assert_true(world_is_verified(world));
}

/* SHA-256 over every value of every table; `at` of ledger_checkpoint is left out: it is when
 * this machine issued the note, told by nothing that is signed. */
static bool dump(const char *path, uint8_t out[HASH_LEN])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *names = NULL;
    struct buf all = BUF_INIT(FILE_MAX);
    bool is_good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                   sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table'"
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

static void another_byte_of_the_database_is_found_or_changes_nothing(void **state)
{
    struct world *world = *state;
    char path[128];
    uint8_t before[HASH_LEN];
    struct buf bytes = BUF_INIT(FILE_MAX);
    struct custody_error err = {0};
    uint32_t random = first_random();
    int found = 0;
    int same = 0;
    char *note = NULL;
    char code[33];
    assert_int_equal(custody_checkpoint(world->site, &note, code, &err), CUSTODY_OK);
    free(note);
    custody_site_close(world->site); /* folds the log into the file */
    world->site = NULL;
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    assert_int_equal(file_read(path, FILE_MAX, &bytes, &err), CUSTODY_OK);
    assert_true(dump(path, before));
    for (int i = 0; i < (is_long() ? 20000 : 400); i++) {
        size_t at = next_random(&random) % bytes.len;
        if (i % 4 == 0) { /* where most of the structure is: heads of pages */
            at = at / 4096 * 4096 + at % 64;
        }
        uint8_t mask = (uint8_t)(1u << (next_random(&random) % 8));
        enum custody_status verdict = CUSTODY_OK;
        json_t *report = NULL;
        struct custody_verify_options options = {.threads = 1};
        bytes.data[at] ^= mask;
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
        assert_int_equal(fclose(file), 0);
        enum custody_status rc =
            custody_verify(world->path, &options, &report, &verdict, &err);
        json_decref(report);
        if (rc != CUSTODY_OK || verdict != CUSTODY_OK) {
            found++;
        } else {
            uint8_t after[HASH_LEN];
            if (!dump(path, after) || memcmp(before, after, HASH_LEN) != 0) {
                print_message("byte %zu, mask %02x: neither found nor the same\n", at, mask);
                fail();
            }
            same++;
        }
        bytes.data[at] ^= mask;
    }
    print_message("%d found, %d logically the same\n", found, same);
    assert_true(found > 0);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    buf_clear(&bytes);
    world_reopen(world);
    assert_true(world_is_verified(world));
}

/* ---- what stands in the database besides ---- */

static void what_is_added_changed_or_taken_from_the_read_model_is_found(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *sql, *check;
    } cases[] = {
        {"CREATE TABLE extra (a)", "schema"},
        {"CREATE VIEW extra AS SELECT * FROM item", "schema"},
        {"CREATE INDEX extra ON item (due, desk)", "schema"},
        {"CREATE TRIGGER extra AFTER INSERT ON item BEGIN SELECT 1; END", "schema"},
        {"DROP TRIGGER ledger_entry_update", "schema"},
        {"DROP INDEX item_holder", "schema"},
        {"ALTER TABLE item ADD COLUMN extra TEXT", "schema"},
        {"DROP TRIGGER ledger_entry_insert; CREATE TRIGGER ledger_entry_insert BEFORE INSERT ON"
         " ledger_entry WHEN 0 BEGIN SELECT 1; END",
         "schema"},
        {"UPDATE item SET holder = 'li', holder_kind = 'person'", "row"},
        {"DELETE FROM movement WHERE idx = 9", "row"},
        {"INSERT INTO role VALUES ('chen', 'key_custodian')", "row"},
        {"UPDATE credential SET revoked_idx = 3 WHERE handle = 'sup'", "row"},
        {"UPDATE approval SET uses_left = 1", "row"},
        {"UPDATE person SET is_suspended = 1.0 WHERE handle = 'li'", NULL},
        {"UPDATE policy SET body = replace(body, '172800', '172801')", "row"},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum custody_status verdict = CUSTODY_OK;
        size_t f = 0;
        const json_t *finding = NULL;
        bool is_found = cases[i].check == NULL;
        assert_true(world_sql(world, cases[i].sql));
        json_t *report = world_verify(world, NULL, NULL, &verdict);
        assert_int_equal(verdict, CUSTODY_ERR_TAMPERED);
        assert_string_equal(json_string_value(json_object_get(report, "ledger")), "verified");
        assert_string_equal(json_string_value(json_object_get(report, "read_model")), "failed");
        json_array_foreach(json_object_get(report, "findings"), f, finding)
        {
            is_found = is_found ||
                       strcmp(json_string_value(json_object_get(finding, "check")),
                              cases[i].check) == 0;
            assert_true(json_is_null(json_object_get(finding, "index")));
        }
        if (!is_found) {
            print_message("%s\n", cases[i].sql);
        }
        assert_true(is_found);
        json_decref(report);
        world_restore(world);
    }
    assert_true(world_is_verified(world));
}

static void a_rebuild_mends_the_read_model(void **state)
{
    struct world *world = *state;
    struct custody_error err = {0};
    assert_true(world_sql(world, "UPDATE item SET holder = 'li'; DELETE FROM movement;"
                                 "CREATE VIEW extra AS SELECT * FROM item"));
    enum custody_status verdict = CUSTODY_OK;
    json_decref(world_verify(world, NULL, NULL, &verdict));
    assert_int_equal(verdict, CUSTODY_ERR_TAMPERED);
    assert_int_equal(custody_site_rebuild(world->site, &err), CUSTODY_OK);
    assert_true(world_is_verified(world));
}

/* ---- entries ---- */

static void entries_moved_about_are_found_where_they_were(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *label, *sql;
        int64_t idx;
        const char *check;
    } cases[] = {
        {"two swapped",
         "UPDATE ledger_entry SET idx = 100 WHERE idx = 4; UPDATE ledger_entry SET idx = 4"
         " WHERE idx = 5; UPDATE ledger_entry SET idx = 5 WHERE idx = 100",
         4, "row"},
        {"one removed",
         "DELETE FROM ledger_entry WHERE idx = 4;"
         "UPDATE ledger_entry SET idx = idx - 1 WHERE idx > 4",
         4, NULL},
        {"a hole", "DELETE FROM ledger_entry WHERE idx = 4", 4, "gap"},
        {"the tail cut", "DELETE FROM ledger_entry WHERE idx > 9", -1, "row"},
        {"one repeated",
         "INSERT INTO ledger_entry SELECT 12, x'00', leaf_hash, envelope FROM ledger_entry"
         " WHERE idx = 9",
         12, "duplicate"},
    };
    (void)state;
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        sqlite3 *db = open_raw(world);
        enum custody_status verdict = CUSTODY_OK;
        char text[600];
        char *message = NULL;
        if (sqlite3_exec(db, cases[i].sql, NULL, NULL, &message) != SQLITE_OK) {
            print_message("%s: %s\n", cases[i].label, message);
            fail();
        }
        (void)sqlite3_close(db);
        json_t *report = world_verify(world, NULL, NULL, &verdict);
        (void)world_findings(report, text, sizeof text);
        if (verdict != CUSTODY_ERR_TAMPERED) {
            print_message("%s: %s\n", cases[i].label, text);
        }
        assert_int_equal(verdict, CUSTODY_ERR_TAMPERED);
        if (cases[i].idx >= 0) {
            char at[24];
            (void)snprintf(at, sizeof at, "@%lld", (long long)cases[i].idx);
            if (strstr(text, at) == NULL) {
                print_message("%s: %s\n", cases[i].label, text);
            }
            assert_non_null(strstr(text, at));
        }
        if (cases[i].check != NULL && strstr(text, cases[i].check) == NULL) {
            print_message("%s: %s, wanted %s\n", cases[i].label, text, cases[i].check);
            assert_non_null(strstr(text, cases[i].check));
        }
        json_decref(report);
        world_restore(world);
    }
}

/* Envelope bytes that are almost right: pushed past the checks and found at their index. */
static void expect_bytes_found(struct world *world, const char *label, const struct buf *bytes,
                               const char *check, enum custody_status wanted)
{
    enum custody_status verdict = CUSTODY_OK;
    char text[400];
    int64_t idx = world_size(world);
    enum custody_status rc = world_append(world, bytes);
    if (rc == CUSTODY_OK || strcmp(world->err.rule, check) != 0) {
        print_message("%s: intake %s\n", label, rc == CUSTODY_OK ? "taken" : world->err.rule);
    }
    assert_int_not_equal(rc, CUSTODY_OK);
    assert_string_equal(world->err.rule, check);
    assert_int_equal(world_size(world), idx);
    world_push(world, bytes);
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    (void)world_findings(report, text, sizeof text);
    bool is_found = world_finds(report, idx, check);
    if (verdict != wanted || !is_found) {
        print_message("%s: %s\n", label, text);
    }
    assert_int_equal(verdict, wanted);
    assert_true(is_found);
    json_decref(report);
    world_restore(world);
}

/* Replace the first `from` in a buffer. */
static void replace_in(struct buf *bytes, const char *from, const char *to)
{
    struct buf made = BUF_INIT(ENVELOPE_MAX);
    const char *at = strstr((const char *)bytes->data, from);
    assert_non_null(at);
    size_t before = (size_t)(at - (const char *)bytes->data);
    size_t after = before + strlen(from);
    assert_int_equal(buf_put(&made, bytes->data, before, NULL), CUSTODY_OK);
    assert_int_equal(buf_put_text(&made, to, NULL), CUSTODY_OK);
    assert_int_equal(buf_put(&made, bytes->data + after, bytes->len - after, NULL), CUSTODY_OK);
    buf_clear(bytes);
    *bytes = made;
}

#define ASK                                                                                    \
    "{'for':'key.lend','items':[!K00000001],'purpose':'repair',"                                \
    "'window':{'end':@+3600,'start':@-60}}"

static void perfectly_signed_bytes_that_are_wrong_are_found(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *label, *from, *to, *check;
        enum custody_status verdict;
    } payloads[] = {
        {"duplicate key", "\"by\":\"chen\"", "\"by\":\"chen\",\"by\":\"chen\"", "canonical",
         CUSTODY_ERR_TAMPERED},
        {"duplicate key in the body", "\"purpose\":\"repair\"",
         "\"purpose\":\"private\",\"purpose\":\"repair\"", "canonical", CUSTODY_ERR_TAMPERED},
        {"a space", "\"by\":", "\"by\": ", "canonical", CUSTODY_ERR_TAMPERED},
        {"unknown member", "\"by\":", "\"bx\":1,\"by\":", "structure", CUSTODY_ERR_TAMPERED},
        {"unknown member of the body", "\"for\":", "\"before\":1,\"for\":", "structure",
         CUSTODY_ERR_TAMPERED},
        {"unknown act", "request.open/1", "request.shut/1", "unknown-act", CUSTODY_ERR_TAMPERED},
        {"version 0", "request.open/1", "request.open/0", "structure", CUSTODY_ERR_TAMPERED},
        {"a date that is none", "2026-10-31T08:02:00Z", "2026-10-32T08:02:00Z", "structure",
         CUSTODY_ERR_TAMPERED},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(payloads); i++) {
        struct buf payload = BUF_INIT(PAYLOAD_MAX);
        struct buf envelope = BUF_INIT(ENVELOPE_MAX);
        struct world_draft draft = {.act = "request.open/1", .signers = "chen", .body = ASK};
        world_payload(world, &draft, &payload);
        replace_in(&payload, payloads[i].from, payloads[i].to);
        world_sign(world, &payload, "chen", &envelope);
        expect_bytes_found(world, payloads[i].label, &envelope, payloads[i].check,
                           payloads[i].verdict);
        buf_clear(&payload);
        buf_clear(&envelope);
    }
}

static void the_right_act_in_the_wrong_place_or_name_is_found(void **state)
{
    struct world *world = *state;
    static const char other[] =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    static const struct {
        const char *label;
        struct world_draft draft;
        const char *keys; /* who really signs; NULL: the signers */
        const char *check;
    } acts[] = {
        {"of another ledger", {.ledger = other}, NULL, "cross-ledger"},
        {"a number skipped", {.seq = 7}, NULL, "sequence"},
        {"a number again", {.seq = 1}, NULL, "sequence"},
        {"before what was seen", {.at = WORLD_EPOCH - 1}, NULL, "time"},
        {"less seen than before", {.seen_size = 4}, NULL, "seen"},
        {"less seen than his enrolment", {.seen_size = 3}, NULL, "seen"},
        {"signed by another", {.act = NULL}, "li", "person"},
        {"signed by a stranger", {.act = NULL}, "stranger", "credential"},
        {"signed by one more", {.act = NULL}, "chen li", "person"},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct buf payload = BUF_INIT(PAYLOAD_MAX);
        struct buf envelope = BUF_INIT(ENVELOPE_MAX);
        struct world_draft draft = acts[i].draft;
        draft.act = "request.open/1";
        draft.signers = "chen";
        draft.body = ASK;
        world_payload(world, &draft, &payload);
        world_sign(world, &payload, acts[i].keys != NULL ? acts[i].keys : "chen", &envelope);
        expect_bytes_found(world, acts[i].label, &envelope, acts[i].check,
                           CUSTODY_ERR_TAMPERED);
        buf_clear(&payload);
        buf_clear(&envelope);
    }
}

static void two_keys_of_one_person_are_one_person(void **state)
{
    struct world *world = *state;
    world_must(world, "credential.add/1", "adm mgr",
               "{'credential':^adm2,'handle':'adm','proof':~adm2:adm,'reason':'add'}");
    world_save(world);
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = "person.enrol/1",
                                .signers = "adm mgr",
                                .body = "{'handle':'new','roles':['staff'],'staff_no':'N1'}"};
    world_payload(world, &draft, &payload);
    world_sign(world, &payload, "adm adm2", &envelope);
    expect_bytes_found(world, "adm twice", &envelope, "person", CUSTODY_ERR_TAMPERED);
    buf_clear(&envelope);
    world_sign(world, &payload, "adm adm2 mgr", &envelope);
    expect_bytes_found(world, "adm twice and mgr", &envelope, "person", CUSTODY_ERR_TAMPERED);
    buf_clear(&payload);
    buf_clear(&envelope);
}

static void a_replay_from_another_site_of_the_same_people_is_found(void **state)
{
    struct world *world = *state;
    struct world *other = calloc(1, sizeof *other);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    assert_non_null(other);
    world_open(other);
    struct world_draft draft = {.act = "person.enrol/1",
                                .signers = "adm mgr",
                                .body = "{'handle':'new','roles':['staff'],'staff_no':'N1'}"};
    world_envelope(other, &draft, &envelope);
    assert_int_equal(world_append(other, &envelope), CUSTODY_OK); /* good where it belongs */
    world_close(other);
    free(other);
    world_tick(world, 0);
    char clock[96];
    (void)snprintf(clock, sizeof clock, "%s/clock", world->dir);
    assert_int_equal(setenv("CUSTODY_CLOCK", clock, 1), 0);
    world_save(world);
    expect_bytes_found(world, "replay", &envelope, "cross-ledger", CUSTODY_ERR_TAMPERED);
    buf_clear(&envelope);
}

static void a_rewrapped_or_repeated_envelope_is_one_act(void **state)
{
    struct world *world = *state;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = "request.open/1", .signers = "chen", .body = ASK};
    world_envelope(world, &draft, &envelope);
    assert_int_equal(world_append(world, &envelope), CUSTODY_OK);
    int64_t idx = world->idx;
    int64_t size = world_size(world);
    assert_int_equal(world_append(world, &envelope), CUSTODY_OK); /* a retry after a crash */
    assert_int_equal(world->idx, idx);
    assert_int_equal(world_size(world), size);
    world_save(world);
    static const char *const wraps[][2] = {
        {"{\"payload\":", "{ \"payload\":"},
        {"\"signatures\":[{", "\"signatures\":[ {"},
        {"\"}]}", "\",\"x\":1}]}"},
        {"\"}]}", "\"}]}\n"},
    };
    for (size_t i = 0; i < COUNT_OF(wraps); i++) {
        struct buf wrapped = BUF_INIT(ENVELOPE_MAX);
        assert_int_equal(buf_put(&wrapped, envelope.data, envelope.len, NULL), CUSTODY_OK);
        replace_in(&wrapped, wraps[i][0], wraps[i][1]);
        expect_bytes_found(world, wraps[i][1], &wrapped, "envelope", CUSTODY_ERR_TAMPERED);
        buf_clear(&wrapped);
    }
    buf_clear(&envelope);
}

static void a_newer_version_of_an_act_is_incomplete_never_verified(void **state)
{
    struct world *world = *state;
    enum custody_status verdict = CUSTODY_OK;
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = "request.open/1", .signers = "chen", .body = ASK};
    world_payload(world, &draft, &payload);
    replace_in(&payload, "request.open/1", "request.open/2");
    world_sign(world, &payload, "chen", &envelope);
    assert_int_equal(world_append(world, &envelope), CUSTODY_ERR_REFUSED);
    world_push(world, &envelope);
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    assert_int_equal(verdict, CUSTODY_ERR_UNCHECKED);
    assert_true(world_finds(report, world->idx, "newer-act"));
    json_decref(report);
    buf_clear(&payload);
    buf_clear(&envelope);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(every_flipped_bit_of_an_export_is_found),
        T(a_missing_file_is_incomplete_and_a_cut_one_is_found),
        T(every_flipped_bit_of_every_column_of_the_ledger_is_found),
        T(another_byte_of_the_database_is_found_or_changes_nothing),
        T(what_is_added_changed_or_taken_from_the_read_model_is_found),
        T(a_rebuild_mends_the_read_model),
        T(entries_moved_about_are_found_where_they_were),
        T(perfectly_signed_bytes_that_are_wrong_are_found),
        T(the_right_act_in_the_wrong_place_or_name_is_found),
        T(two_keys_of_one_person_are_one_person),
        T(a_replay_from_another_site_of_the_same_people_is_found),
        T(a_rewrapped_or_repeated_envelope_is_one_act),
        T(a_newer_version_of_an_act_is_incomplete_never_verified),
    };
    return cmocka_run_group_tests_name("tampering", tests, NULL, NULL);
}
