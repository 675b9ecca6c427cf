/*
 * What somebody with the database can do: bits of every column of the ledger, any other byte of
 * the file, rows and schema of the read model. A sample from a seeded offset; all of it is
 * tests/fault/flips.c's.
 */
#include "tamper_fixture.h"

#include "file.h"

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
    assert_int_equal(
        buf_put(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0), NULL),
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
        print_message("bit %lld of %s of entry %lld: %s\n", (long long)bit, what,
                      (long long)idx, world_findings(report, text, sizeof text));
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
            size_t step = c < 2 ? 197 : 4999;
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
        for (unsigned bit = 0; bit < 64; bit += 13) {
            char sql[400];
            int64_t other = (int64_t)((uint64_t)idx ^ (UINT64_C(1) << bit));
            static const char swap[] =
                "UPDATE ledger_entry SET idx = 1000000000001 WHERE idx = %lld;"
                "UPDATE ledger_entry SET idx = %lld WHERE idx = %lld;"
                "UPDATE ledger_entry SET idx = %lld WHERE idx = 1000000000001";
            (void)snprintf(sql, sizeof sql, swap, (long long)idx, (long long)idx,
                           (long long)other, (long long)other);
            assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
            expect_found(world,
                         other >= 0 && other < idx ? other
                         : other < 0               ? other
                                                   : idx,
                         "idx", bit);
            assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
            flips++;
        }
    }
    (void)sqlite3_close(db);
    print_message("%lld bits\n", (long long)flips);
    assert_true(world_is_verified(world));
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
    assert_true(database_digest(path, before));
    for (int i = 0; i < 100; i++) {
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
        enum custody_status rc = custody_verify(world->path, &options, &report, &verdict, &err);
        json_decref(report);
        if (rc != CUSTODY_OK || verdict != CUSTODY_OK) {
            found++;
        } else {
            uint8_t after[HASH_LEN];
            if (!database_digest(path, after) || memcmp(before, after, HASH_LEN) != 0) {
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
        /* bytes that are no UTF-8, in what the finding quotes */
        {"UPDATE movement SET item = CAST(x'4bb030303030303031' AS TEXT) WHERE idx = 9", "row"},
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
            is_found = is_found || strcmp(json_string_value(json_object_get(finding, "check")),
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup_twelve, world_teardown)
    const struct CMUnitTest tests[] = {
        T(every_flipped_bit_of_every_column_of_the_ledger_is_found),
        T(another_byte_of_the_database_is_found_or_changes_nothing),
        T(what_is_added_changed_or_taken_from_the_read_model_is_found),
        T(a_rebuild_mends_the_read_model),
    };
    return cmocka_run_group_tests_name("tampering with the database", tests, NULL, NULL);
}
