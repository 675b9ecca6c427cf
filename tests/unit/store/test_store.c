/* The database behind its small face: opening, guarding, transactions, statements, comparing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "scratch.h"
#include "store.h"

#define APPLICATION 0x1234

struct place {
    char dir[64];
    char path[96];
    struct store *store;
};

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *place)
{
    (void)info;
    (void)flag;
    (void)place;
    return remove(path);
}

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    if (place == NULL) {
        return -1;
    }
    (void)snprintf(place->dir, sizeof place->dir, "%s/custody-store-XXXXXX", scratch_base());
    if (mkdtemp(place->dir) == NULL) {
        return -1;
    }
    (void)snprintf(place->path, sizeof place->path, "%s/a.db", place->dir);
    *state = place;
    return store_open(place->path, STORE_CREATE, STORE_WAL, APPLICATION, &place->store, NULL) ==
                       CUSTODY_OK &&
                   store_script(place->store,
                                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, data BLOB)"
                                " STRICT;"
                                "CREATE TABLE other (k TEXT NOT NULL PRIMARY KEY, v INTEGER)"
                                " WITHOUT ROWID, STRICT;",
                                NULL) == CUSTODY_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    struct place *place = *state;

    store_close(place->store);
    (void)nftw(place->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(place);
    return 0;
}

static int64_t count(struct store *store)
{
    int64_t value = -1;

    assert_int_equal(store_get_int(store, NULL, &value, NULL, "SELECT count(*) FROM t", ""),
                     CUSTODY_OK);
    return value;
}

/* ---- opening ---- */

static void open_refuses_what_is_not_ours_and_leaves_no_store(void **state)
{
    struct place *place = *state;
    struct store *store = NULL;
    char path[128];
    struct custody_error err = {0};

    (void)snprintf(path, sizeof path, "%s/none.db", place->dir);
    assert_int_equal(store_open(path, STORE_WRITE, STORE_WAL, APPLICATION, &store, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_false(file_exists(path));
    assert_int_equal(
        store_open(place->path, STORE_CREATE, STORE_WAL, APPLICATION, &store, &err),
        CUSTODY_ERR_REFUSED);
    assert_int_equal(
        store_open(place->path, STORE_READ, STORE_WAL, APPLICATION + 1, &store, &err),
        CUSTODY_ERR_INVALID);
    assert_int_equal(file_write_durable(path,
                                        "this is no database, only some text that goes on", 48,
                                        0600, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_open(path, STORE_WRITE, STORE_WAL, APPLICATION, &store, &err),
                     CUSTODY_ERR_INVALID);
    (void)snprintf(path, sizeof path, "%s/no/where.db", place->dir);
    assert_int_equal(store_open(path, STORE_CREATE, STORE_WAL, APPLICATION, &store, &err),
                     CUSTODY_ERR_IO);
    assert_null(store);
    assert_int_not_equal(err.text[0], 0);
}

static void created_files_are_private(void **state)
{
    struct place *place = *state;
    struct stat info;

    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_read_store_writes_nothing(void **state)
{
    struct place *place = *state;
    struct store *store = NULL;

    assert_int_equal(store_run(place->store, NULL, "INSERT INTO t VALUES (1, 'a', NULL)", ""),
                     CUSTODY_OK);
    assert_int_equal(store_open(place->path, STORE_READ, STORE_WAL, APPLICATION, &store, NULL),
                     CUSTODY_OK);
    assert_int_equal(count(store), 1);
    assert_int_equal(store_run(store, NULL, "DELETE FROM t", ""), CUSTODY_ERR_IO);
    assert_int_equal(count(store), 1);
    store_close(store);
}

static void a_scratch_store_leaves_no_file(void **state)
{
    struct place *place = *state;
    struct store *store = NULL;
    struct stat info;

    assert_int_equal(rmdir(place->dir), -1);
    assert_int_equal(
        store_open(place->dir, STORE_SCRATCH, STORE_WAL, APPLICATION, &store, NULL),
        CUSTODY_OK);
    assert_int_equal(store_script(store, "CREATE TABLE x (y BLOB)", NULL), CUSTODY_OK);
    /* Larger than the cache: pages go to a file that has no name. */
    assert_int_equal(store_begin(store, NULL), CUSTODY_OK);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(store_savepoint(store, NULL), CUSTODY_OK);
        assert_int_equal(store_run(store, NULL, "INSERT INTO x VALUES (zeroblob(1000000))", ""),
                         CUSTODY_OK);
        if (i % 2 == 0) {
            assert_int_equal(store_release(store, NULL), CUSTODY_OK);
        } else {
            store_rollback_to(store);
        }
    }
    assert_int_equal(store_commit(store, NULL), CUSTODY_OK);
    int64_t rows = 0;
    assert_int_equal(store_get_int(store, NULL, &rows, NULL, "SELECT count(*) FROM x", ""),
                     CUSTODY_OK);
    assert_int_equal(rows, 10);
    store_close(store);
    assert_int_equal(stat(place->dir, &info), 0);
    assert_int_equal(info.st_nlink, 2);
    store_close(place->store);
    place->store = NULL;
    (void)unlink(place->path);
    assert_int_equal(rmdir(place->dir), 0); /* nothing else was in it */
}

static void the_vault_journal_is_chosen(void **state)
{
    struct place *place = *state;
    struct store *store = NULL;
    struct store_query query = {0};
    char path[128];

    (void)snprintf(path, sizeof path, "%s/vault.db", place->dir);
    assert_int_equal(store_open(path, STORE_CREATE, STORE_DELETE, APPLICATION, &store, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_query(store, &query, NULL, "PRAGMA journal_mode", ""), CUSTODY_OK);
    assert_string_equal(store_text(&query, 0), "delete");
    store_end(&query);
    assert_int_equal(store_query(store, &query, NULL, "PRAGMA secure_delete", ""), CUSTODY_OK);
    assert_int_equal(store_int(&query, 0), 1);
    store_end(&query);
    assert_int_equal(store_query(place->store, &query, NULL, "PRAGMA journal_mode", ""),
                     CUSTODY_OK);
    assert_string_equal(store_text(&query, 0), "wal");
    store_end(&query);
    assert_int_equal(store_query(place->store, &query, NULL, "PRAGMA synchronous", ""),
                     CUSTODY_OK);
    assert_int_equal(store_int(&query, 0), 2);
    store_end(&query);
    store_close(store);
}

/* ---- statements ---- */

static void values_come_back_as_they_went(void **state)
{
    struct place *place = *state;
    struct store_query query = {0};
    size_t len = 77;

    assert_int_equal(store_run(place->store, NULL, "INSERT INTO t VALUES (?, ?, ?)", "itb",
                               INT64_MIN, "\xE6\xA0\x8B", (const void *)"a\0b", (size_t)3),
                     CUSTODY_OK);
    assert_int_equal(store_changes(place->store), 1);
    assert_int_equal(store_run(place->store, NULL, "INSERT INTO t VALUES (?, ?, ?)", "itn",
                               INT64_MAX, (const char *)NULL),
                     CUSTODY_OK);
    assert_int_equal(store_query(place->store, &query, NULL, "SELECT * FROM t ORDER BY id", ""),
                     CUSTODY_OK);
    assert_true(query.has_row);
    assert_int_equal(store_column_count(&query), 3);
    assert_string_equal(store_column_name(&query, 2), "data");
    assert_true(store_int(&query, 0) == INT64_MIN);
    assert_string_equal(store_text(&query, 1), "\xE6\xA0\x8B");
    assert_memory_equal(store_blob(&query, 2, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    assert_int_equal(store_column_type(&query, 0), 'i');
    assert_int_equal(store_column_type(&query, 1), 't');
    assert_int_equal(store_column_type(&query, 2), 'b');
    assert_int_equal(store_next(&query, NULL), CUSTODY_OK);
    assert_true(query.has_row);
    assert_true(store_is_null(&query, 1));
    assert_int_equal(store_column_type(&query, 2), 'n');
    assert_null(store_text(&query, 1));
    assert_int_equal(store_next(&query, NULL), CUSTODY_OK);
    assert_false(query.has_row);
    assert_int_equal(store_next(&query, NULL), CUSTODY_OK); /* stays at the end */
    assert_false(query.has_row);
    store_end(&query);
    store_end(&query);
}

static void one_statement_runs_within_itself(void **state)
{
    struct place *place = *state;
    struct store_query outer = {0};
    static const char SQL[] = "SELECT id FROM t WHERE id >= ? ORDER BY id";
    int64_t sum = 0;

    for (int64_t i = 1; i <= 3; i++) {
        assert_int_equal(store_run(place->store, NULL, "INSERT INTO t (id) VALUES (?)", "i", i),
                         CUSTODY_OK);
    }
    assert_int_equal(store_query(place->store, &outer, NULL, SQL, "i", (int64_t)1), CUSTODY_OK);
    while (outer.has_row) {
        struct store_query inner = {0};
        assert_int_equal(
            store_query(place->store, &inner, NULL, SQL, "i", store_int(&outer, 0)),
            CUSTODY_OK);
        while (inner.has_row) {
            sum += store_int(&inner, 0);
            assert_int_equal(store_next(&inner, NULL), CUSTODY_OK);
        }
        store_end(&inner);
        assert_int_equal(store_next(&outer, NULL), CUSTODY_OK);
    }
    store_end(&outer);
    assert_int_equal(sum, 6 + 5 + 3);
}

static void get_int_tells_no_row_from_a_value(void **state)
{
    struct place *place = *state;
    int64_t value = 77;
    bool found = true;

    assert_int_equal(store_get_int(place->store, NULL, &value, &found,
                                   "SELECT id FROM t WHERE id = ?", "i", (int64_t)5),
                     CUSTODY_OK);
    assert_false(found);
    assert_int_equal(store_get_int(place->store, NULL, &value, NULL,
                                   "SELECT id FROM t WHERE id = ?", "i", (int64_t)5),
                     CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(value, 77);
}

static void errors_are_told_apart(void **state)
{
    struct place *place = *state;
    struct custody_error err = {0};

    assert_int_equal(store_run(place->store, NULL, "INSERT INTO t (id) VALUES (1)", ""),
                     CUSTODY_OK);
    assert_int_equal(store_run(place->store, &err, "INSERT INTO t (id) VALUES (1)", ""),
                     CUSTODY_ERR_REFUSED);
    assert_int_not_equal(err.sql_code, 0);
    assert_int_equal(store_run(place->store, &err, "INSERT INTO nowhere VALUES (1)", ""),
                     CUSTODY_ERR_INVALID);
    /* Strict tables and no double-quoted strings. */
    assert_int_equal(store_run(place->store, &err, "INSERT INTO t (name) VALUES (x'00')", ""),
                     CUSTODY_ERR_REFUSED);
    assert_int_equal(store_run(place->store, &err, "INSERT INTO t (name) VALUES (\"x\")", ""),
                     CUSTODY_ERR_INVALID);
    assert_int_equal(count(place->store), 1);
}

/* ---- transactions ---- */

static void savepoints_nest(void **state)
{
    struct place *place = *state;
    struct store *store = place->store;
    static const char SQL[] = "INSERT INTO t (name) VALUES ('x')";

    assert_int_equal(store_begin(store, NULL), CUSTODY_OK);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK);
    assert_int_equal(store_savepoint(store, NULL), CUSTODY_OK);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK);
    assert_int_equal(store_savepoint(store, NULL), CUSTODY_OK);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK);
    assert_int_equal(count(store), 3);
    store_rollback_to(store);
    assert_int_equal(count(store), 2);
    assert_int_equal(store_release(store, NULL), CUSTODY_OK);
    assert_int_equal(store_commit(store, NULL), CUSTODY_OK);
    assert_int_equal(count(store), 2);
    assert_int_equal(store_begin(store, NULL), CUSTODY_OK);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK);
    store_rollback(store);
    store_rollback(store);
    assert_int_equal(count(store), 2);
}

static void a_snapshot_stays_while_another_writes(void **state)
{
    struct place *place = *state;
    struct store *reader = NULL;

    assert_int_equal(store_open(place->path, STORE_READ, STORE_WAL, APPLICATION, &reader, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_begin_read(reader, NULL), CUSTODY_OK);
    assert_int_equal(count(reader), 0);
    assert_int_equal(store_run(place->store, NULL, "INSERT INTO t (id) VALUES (1)", ""),
                     CUSTODY_OK);
    assert_int_equal(count(reader), 0);
    store_rollback(reader);
    assert_int_equal(count(reader), 1);
    store_close(reader);
}

/* ---- guard ---- */

static void guarded_tables_take_writes_only_while_unlocked(void **state)
{
    struct place *place = *state;
    struct store *store = place->store;
    static const char *const TABLES[] = {"t", NULL};
    static const char SQL[] = "INSERT INTO t (name) VALUES ('x')";
    static const char *const DENIED[] = {
        "DELETE FROM t",
        "UPDATE t SET name = 'y'",
        "REPLACE INTO t VALUES (1, 'y', NULL)",
        "DROP TABLE t",
        "ALTER TABLE t ADD COLUMN z INTEGER",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM other; END",
        "CREATE TEMP TRIGGER tr BEFORE INSERT ON t BEGIN DELETE FROM other; END",
        "CREATE INDEX ix ON t (name)",
        "ATTACH '' AS second",
    };

    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK); /* cached without a guard */
    store_guard(store, TABLES);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_ERR_REFUSED);
    store_unlock(store);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK);
    store_unlock(store);
    store_lock(store);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK); /* nests */
    store_lock(store);
    /* The statement stands prepared in the cache and is refused all the same. */
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_ERR_REFUSED);
    for (size_t i = 0; i < sizeof DENIED / sizeof DENIED[0]; i++) {
        struct custody_error err = {0};
        if (store_script(store, DENIED[i], &err) != CUSTODY_ERR_REFUSED) {
            fail_msg("taken: %s %s", DENIED[i], err.text);
        }
    }
    assert_int_equal(count(store), 3);
    assert_int_equal(store_run(store, NULL, "INSERT INTO other VALUES ('a', 1)", ""),
                     CUSTODY_OK);
    store_guard(store, NULL);
    assert_int_equal(store_run(store, NULL, SQL, ""), CUSTODY_OK);
}

static void the_schema_cannot_be_edited_behind_sqlite(void **state)
{
    struct place *place = *state;

    /* The pragma is passed over in silence. */
    assert_int_equal(store_script(place->store, "PRAGMA writable_schema = ON", NULL),
                     CUSTODY_OK);
    assert_int_not_equal(store_run(place->store, NULL,
                                   "UPDATE sqlite_schema SET sql = 'x' WHERE name = 't'", ""),
                         CUSTODY_OK);
    assert_int_equal(count(place->store), 0);
}

/* ---- comparing, checking, backing up ---- */

struct report {
    size_t count;
    char objects[8][32];
    char keys[8][64];
};

static void keep(void *arg, const char *object, const char *key)
{
    struct report *report = arg;

    assert_true(report->count < 8);
    (void)snprintf(report->objects[report->count], 32, "%s", object);
    (void)snprintf(report->keys[report->count], 64, "%s", key);
    report->count++;
}

static void compare_names_every_difference(void **state)
{
    struct place *place = *state;
    struct store *copy = NULL;
    struct report report = {0};
    static const char *const TABLES[] = {"t", "other", NULL};
    char path[128];
    size_t differences = 77;

    assert_int_equal(store_script(place->store,
                                  "INSERT INTO t VALUES (1, 'a', x'00'), (2, NULL, x''),"
                                  " (3, '', NULL), (5, 'e', NULL);"
                                  "INSERT INTO other VALUES ('k', 1), ('l', 2);",
                                  NULL),
                     CUSTODY_OK);
    (void)snprintf(path, sizeof path, "%s/copy.db", place->dir);
    assert_int_equal(store_backup(place->store, path, NULL), CUSTODY_OK);
    assert_int_equal(store_backup(place->store, path, NULL), CUSTODY_ERR_REFUSED);
    assert_int_equal(store_open(path, STORE_WRITE, STORE_WAL, APPLICATION, &copy, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_check(copy, NULL), CUSTODY_OK);
    assert_int_equal(
        store_compare(place->store, copy, TABLES, keep, &report, 8, &differences, NULL),
        CUSTODY_OK);
    assert_int_equal(differences, 0);

    assert_int_equal(store_script(copy,
                                  "UPDATE t SET name = '' WHERE id = 2;" /* NULL and '' */
                                  "DELETE FROM t WHERE id = 3;"
                                  "INSERT INTO t VALUES (4, NULL, NULL);"
                                  "UPDATE t SET data = x'' WHERE id = 5;" /* NULL and x'' */
                                  "UPDATE other SET v = 3 WHERE k = 'l';",
                                  NULL),
                     CUSTODY_OK);
    assert_int_equal(
        store_compare(place->store, copy, TABLES, keep, &report, 8, &differences, NULL),
        CUSTODY_OK);
    assert_int_equal(differences, 5);
    static const char *const KEYS[] = {"2", "3", "4", "5", "l"};
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(report.keys[i], KEYS[i]);
        assert_string_equal(report.objects[i], i < 4 ? "t" : "other");
    }
    report.count = 0;
    assert_int_equal(
        store_compare(place->store, copy, TABLES, keep, &report, 2, &differences, NULL),
        CUSTODY_OK);
    assert_int_equal(report.count, 2);
    assert_int_equal(differences, 5);
    store_close(copy);
}

static void compare_reads_no_view_in_place_of_a_table(void **state)
{
    struct place *place = *state;
    struct store *copy = NULL;
    struct report report = {0};
    static const char *const TABLES[] = {"t", "other", NULL};
    char path[128];
    size_t differences = 77;

    (void)snprintf(path, sizeof path, "%s/copy.db", place->dir);
    assert_int_equal(store_backup(place->store, path, NULL), CUSTODY_OK);
    assert_int_equal(store_open(path, STORE_WRITE, STORE_WAL, APPLICATION, &copy, NULL),
                     CUSTODY_OK);
    assert_int_equal(
        store_script(copy,
                     "DROP TABLE t; CREATE VIEW t AS WITH RECURSIVE n(i) AS"
                     " (SELECT 1 UNION ALL SELECT i FROM n) SELECT i AS id, '' AS name,"
                     " NULL AS data FROM n; CREATE INDEX ix ON other (v);",
                     NULL),
        CUSTODY_OK);
    assert_int_equal(
        store_compare(place->store, copy, TABLES, keep, &report, 8, &differences, NULL),
        CUSTODY_OK);
    assert_int_equal(differences, 3); /* index, table t gone, view t there */
    store_close(copy);
}

static void compare_expects_the_schema_that_was_kept(void **state)
{
    struct place *place = *state;
    struct store *copy = NULL;
    struct report report = {0};
    static const char *const TABLES[] = {"t", "other", NULL};
    char path[128];
    size_t differences = 77;

    assert_int_equal(store_script(place->store, "CREATE INDEX ix ON other (v)", NULL),
                     CUSTODY_OK);
    (void)snprintf(path, sizeof path, "%s/copy.db", place->dir);
    assert_int_equal(store_backup(place->store, path, NULL), CUSTODY_OK);
    assert_int_equal(store_open(path, STORE_WRITE, STORE_WAL, APPLICATION, &copy, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_keep_schema(place->store, NULL), CUSTODY_OK);
    assert_int_equal(store_script(place->store, "DROP INDEX ix", NULL), CUSTODY_OK);
    assert_int_equal(
        store_compare(place->store, copy, TABLES, keep, &report, 8, &differences, NULL),
        CUSTODY_OK);
    assert_int_equal(differences, 0);
    /* A copy without it, too, is not what is expected. */
    assert_int_equal(store_script(copy, "DROP INDEX ix", NULL), CUSTODY_OK);
    assert_int_equal(
        store_compare(place->store, copy, TABLES, keep, &report, 8, &differences, NULL),
        CUSTODY_OK);
    assert_int_equal(differences, 1);
    assert_string_equal(report.objects[0], "ix");
    store_close(copy);
}

static void check_finds_a_damaged_page(void **state)
{
    struct place *place = *state;
    struct store *copy = NULL;
    struct custody_error err = {0};
    char path[128];

    assert_int_equal(store_begin(place->store, NULL), CUSTODY_OK);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(store_run(place->store, NULL,
                                   "INSERT INTO t (name, data) VALUES ('x', zeroblob(100))",
                                   ""),
                         CUSTODY_OK);
    }
    assert_int_equal(store_commit(place->store, NULL), CUSTODY_OK);
    (void)snprintf(path, sizeof path, "%s/copy.db", place->dir);
    assert_int_equal(store_backup(place->store, path, NULL), CUSTODY_OK);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096 * 6, SEEK_SET), 0);
    for (int i = 0; i < 64; i++) {
        assert_int_equal(fputc(0x55, file), 0x55);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(store_open(path, STORE_READ, STORE_WAL, APPLICATION, &copy, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_check(copy, &err), CUSTODY_ERR_TAMPERED);
    store_close(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        CASE(open_refuses_what_is_not_ours_and_leaves_no_store),
        CASE(created_files_are_private),
        CASE(a_read_store_writes_nothing),
        CASE(a_scratch_store_leaves_no_file),
        CASE(the_vault_journal_is_chosen),
        CASE(values_come_back_as_they_went),
        CASE(one_statement_runs_within_itself),
        CASE(get_int_tells_no_row_from_a_value),
        CASE(errors_are_told_apart),
        CASE(savepoints_nest),
        CASE(a_snapshot_stays_while_another_writes),
        CASE(guarded_tables_take_writes_only_while_unlocked),
        CASE(the_schema_cannot_be_edited_behind_sqlite),
        CASE(compare_names_every_difference),
        CASE(compare_reads_no_view_in_place_of_a_table),
        CASE(compare_expects_the_schema_that_was_kept),
        CASE(check_finds_a_damaged_page),
#undef CASE
    };

    return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
