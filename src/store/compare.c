/*
 * Whole-file work: integrity check, online backup, and the comparison that decides the
 * read-model verdict (FORMATS.md §5). The file compared may be hostile: rows are read only from
 * tables whose definition is the expected one, so that no view or virtual table of its own
 * runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "internal.h"
#include "text.h"

#define KEY_TEXT_SIZE 160

struct comparison {
    struct store *expected;
    struct store *actual;
    void (*report)(void *arg, const char *object, const char *key);
    void *arg;
    size_t limit;
    size_t count;
};

static void note_difference(struct comparison *cmp, const char *object, const char *key)
{
    if (cmp->count < cmp->limit && cmp->report != NULL) {
        cmp->report(cmp->arg, object, key);
    }
    cmp->count++;
}

/* ---- schema ---- */

enum custody_status store_keep_schema(struct store *store, struct custody_error *err)
{
    return store_script(store,
                        "CREATE TEMP TABLE kept_schema AS"
                        " SELECT type, name, tbl_name, sql FROM main.sqlite_schema",
                        err);
}

/* Names that SQLite itself makes begin with sqlite_, and nobody else may use that beginning. */
#define SCHEMA_SQL(table)                                                                      \
    "SELECT type, name, tbl_name, sql FROM " table                                             \
    " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name"

static int compare_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

/* By type and name; who has no row comes last. */
static int compare_objects(const struct store_query *left, const struct store_query *right)
{
    if (!left->has_row || !right->has_row) {
        return left->has_row ? -1 : 1;
    }
    const int order = compare_text(store_text(left, 0), store_text(right, 0));
    return order != 0 ? order : compare_text(store_text(left, 1), store_text(right, 1));
}

static enum custody_status compare_schema(struct comparison *cmp, struct custody_error *err)
{
    struct store_query left = {0};
    struct store_query right = {0};
    int64_t is_kept = 0;
    enum custody_status rc =
        store_get_int(cmp->expected, err, &is_kept, NULL,
                      "SELECT count(*) FROM sqlite_temp_schema WHERE name = 'kept_schema'", "");

    if (rc == CUSTODY_OK) {
        rc = store_query(
            cmp->expected, &left, err,
            is_kept ? SCHEMA_SQL("temp.kept_schema") : SCHEMA_SQL("main.sqlite_schema"), "");
    }
    if (rc == CUSTODY_OK) {
        rc = store_query(cmp->actual, &right, err, SCHEMA_SQL("main.sqlite_schema"), "");
    }
    while (rc == CUSTODY_OK && (left.has_row || right.has_row)) {
        const int order = compare_objects(&left, &right);
        if (order != 0) {
            note_difference(cmp, store_text(order < 0 ? &left : &right, 1), "");
        } else if (compare_text(store_text(&left, 2), store_text(&right, 2)) != 0 ||
                   compare_text(store_text(&left, 3), store_text(&right, 3)) != 0) {
            note_difference(cmp, store_text(&left, 1), "");
        }
        if (order <= 0) {
            rc = store_next(&left, err);
        }
        if (rc == CUSTODY_OK && order >= 0) {
            rc = store_next(&right, err);
        }
    }
    store_end(&left);
    store_end(&right);
    return rc;
}

/* Is the table defined in both stores, by the same text? */
static enum custody_status same_table(struct comparison *cmp, const char *table, bool *ret_same,
                                      struct custody_error *err)
{
    static const char SQL[] = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?";
    struct store_query left = {0};
    struct store_query right = {0};
    enum custody_status rc = store_query(cmp->expected, &left, err, SQL, "t", table);

    if (rc == CUSTODY_OK) {
        rc = store_query(cmp->actual, &right, err, SQL, "t", table);
    }
    if (rc == CUSTODY_OK) {
        *ret_same = left.has_row && right.has_row &&
                    compare_text(store_text(&left, 0), store_text(&right, 0)) == 0;
    }
    store_end(&left);
    store_end(&right);
    return rc;
}

/* ---- rows ---- */

/*
 * "SELECT <key columns>, <other columns> FROM table ORDER BY <key columns>". sqlite3_free() it.
 * A table without a declared key is ordered by rowid, which then stands first.
 */
static enum custody_status build_select(struct comparison *cmp, const char *table,
                                        char **ret_sql, int *ret_key_columns,
                                        struct custody_error *err)
{
    struct store_query query = {0};
    int key_columns = 0;
    sqlite3_str *columns = sqlite3_str_new(cmp->expected->db);
    sqlite3_str *order = sqlite3_str_new(cmp->expected->db);
    enum custody_status rc = store_query(
        cmp->expected, &query, err,
        "SELECT name, pk FROM pragma_table_info(?) ORDER BY pk = 0, pk, cid", "t", table);

    while (rc == CUSTODY_OK && query.has_row) {
        const char *comma = sqlite3_str_length(columns) > 0 ? ", " : "";
        if (store_int(&query, 1) > 0) {
            sqlite3_str_appendf(order, "%s\"%w\" COLLATE BINARY", comma, store_text(&query, 0));
            key_columns++;
        } else if (key_columns == 0) {
            sqlite3_str_appendall(columns, "rowid");
            sqlite3_str_appendall(order, "rowid");
            comma = ", ";
            key_columns = 1;
        }
        sqlite3_str_appendf(columns, "%s\"%w\"", comma, store_text(&query, 0));
        rc = store_next(&query, err);
    }
    store_end(&query);
    char *column_text = sqlite3_str_finish(columns);
    char *order_text = sqlite3_str_finish(order);
    if (rc == CUSTODY_OK) {
        char *sql = NULL;
        if (column_text != NULL && order_text != NULL) {
            sql = sqlite3_mprintf("SELECT %s FROM \"%w\" ORDER BY %s", column_text, table,
                                  order_text);
        }
        if (sql == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "comparing two databases");
        } else {
            *ret_sql = sql;
            *ret_key_columns = key_columns;
        }
    }
    sqlite3_free(column_text);
    sqlite3_free(order_text);
    return rc;
}

/* SQLite's own order: NULL, numbers, text, blobs. */
static int type_rank(int type)
{
    switch (type) {
    case SQLITE_NULL:
        return 0;
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        return 1;
    case SQLITE_TEXT:
        return 2;
    default:
        return 3;
    }
}

static int compare_numbers(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    if (sqlite3_column_type(a, column) == SQLITE_INTEGER &&
        sqlite3_column_type(b, column) == SQLITE_INTEGER) {
        int64_t x = sqlite3_column_int64(a, column);
        int64_t y = sqlite3_column_int64(b, column);
        return (x > y) - (x < y);
    }
    double x = sqlite3_column_double(a, column);
    double y = sqlite3_column_double(b, column);
    if (x > y || x < y) {
        return x > y ? 1 : -1;
    }
    /* An integer and a float of equal value are still two different stored values. */
    return sqlite3_column_type(a, column) - sqlite3_column_type(b, column);
}

static int compare_column(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    int rank_a = type_rank(sqlite3_column_type(a, column));
    int rank_b = type_rank(sqlite3_column_type(b, column));

    if (rank_a != rank_b || rank_a == 0) {
        return rank_a - rank_b;
    }
    if (rank_a == 1) {
        return compare_numbers(a, b, column);
    }
    const void *x = sqlite3_column_blob(a, column);
    const void *y = sqlite3_column_blob(b, column);
    int x_len = sqlite3_column_bytes(a, column);
    int y_len = sqlite3_column_bytes(b, column);
    int shorter = x_len < y_len ? x_len : y_len;
    int order = shorter > 0 ? memcmp(x, y, (size_t)shorter) : 0;
    return order != 0 ? order : (x_len > y_len) - (x_len < y_len);
}

static int compare_columns(sqlite3_stmt *a, sqlite3_stmt *b, int from, int to)
{
    int order = 0;

    for (int column = from; column < to && order == 0; column++) {
        order = compare_column(a, b, column);
    }
    return order;
}

/* "3/li/0a1b…": the key columns joined by a slash, cut where the text is full. */
static void key_text(sqlite3_stmt *stmt, int key_columns, char out[KEY_TEXT_SIZE])
{
    size_t used = 0;

    out[0] = 0;
    for (int column = 0; column < key_columns && used + 1 < KEY_TEXT_SIZE; column++) {
        char part[2 * 32 + 1] = "";
        const char *shown = part;
        if (sqlite3_column_type(stmt, column) == SQLITE_BLOB) {
            int len = sqlite3_column_bytes(stmt, column);
            text_hex(sqlite3_column_blob(stmt, column), (size_t)(len < 32 ? len : 32), part);
        } else {
            shown = (const char *)sqlite3_column_text(stmt, column);
        }
        int wrote = snprintf(out + used, KEY_TEXT_SIZE - used, "%s%s", column > 0 ? "/" : "",
                             shown == NULL ? "" : shown);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

static enum custody_status step(struct store *store, sqlite3_stmt *stmt, bool *ret_has_row,
                                struct custody_error *err)
{
    int code = sqlite3_step(stmt);

    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return store_fail_sql(store, code, "comparing two databases", err);
    }
    *ret_has_row = code == SQLITE_ROW;
    return CUSTODY_OK;
}

static enum custody_status merge_rows(struct comparison *cmp, const char *table,
                                      sqlite3_stmt *left, sqlite3_stmt *right, int key_columns,
                                      struct custody_error *err)
{
    bool has_left = false;
    bool has_right = false;
    char key[KEY_TEXT_SIZE];
    enum custody_status rc = step(cmp->expected, left, &has_left, err);

    if (rc == CUSTODY_OK) {
        rc = step(cmp->actual, right, &has_right, err);
    }
    while (rc == CUSTODY_OK && (has_left || has_right)) {
        int order = has_left ? -1 : 1;
        if (has_left && has_right) {
            order = compare_columns(left, right, 0, key_columns);
        }
        if (order != 0 ||
            compare_columns(left, right, key_columns, sqlite3_column_count(left)) != 0) {
            key_text(order <= 0 ? left : right, key_columns, key);
            note_difference(cmp, table, key);
        }
        if (order <= 0) {
            rc = step(cmp->expected, left, &has_left, err);
        }
        if (rc == CUSTODY_OK && order >= 0) {
            rc = step(cmp->actual, right, &has_right, err);
        }
    }
    return rc;
}

static enum custody_status compare_table(struct comparison *cmp, const char *table,
                                         struct custody_error *err)
{
    char *sql = NULL;
    sqlite3_stmt *left = NULL;
    sqlite3_stmt *right = NULL;
    int key_columns = 0;
    int code = SQLITE_OK;
    bool is_same = false;
    enum custody_status rc = same_table(cmp, table, &is_same, err);

    if (rc != CUSTODY_OK || !is_same) {
        return rc; /* the schema comparison has reported it */
    }
    rc = build_select(cmp, table, &sql, &key_columns, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    code = sqlite3_prepare_v2(cmp->expected->db, sql, -1, &left, NULL);
    if (code != SQLITE_OK) {
        rc = store_fail_sql(cmp->expected, code, "comparing two databases", err);
        goto out;
    }
    code = sqlite3_prepare_v2(cmp->actual->db, sql, -1, &right, NULL);
    if (code != SQLITE_OK) {
        rc = store_fail_sql(cmp->actual, code, "comparing two databases", err);
        goto out;
    }
    rc = merge_rows(cmp, table, left, right, key_columns, err);
out:
    (void)sqlite3_finalize(left);
    (void)sqlite3_finalize(right);
    sqlite3_free(sql);
    return rc;
}

enum custody_status store_compare(
    struct store *expected, struct store *actual, const char *const *tables,
    void (*report)(void *arg, const char *object, const char *key), void *arg, size_t limit,
    size_t *ret_count, struct custody_error *err)
{
    struct comparison cmp = {
        .expected = expected, .actual = actual, .report = report, .arg = arg, .limit = limit};
    enum custody_status rc = compare_schema(&cmp, err);

    for (size_t i = 0; rc == CUSTODY_OK && tables[i] != NULL; i++) {
        rc = compare_table(&cmp, tables[i], err);
    }
    if (rc == CUSTODY_OK) {
        *ret_count = cmp.count;
    }
    return rc;
}

/* ---- integrity and backup ---- */

enum custody_status store_check(struct store *store, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(store, &query, err, "PRAGMA integrity_check(1)", "");

    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *said = query.has_row ? store_text(&query, 0) : NULL;
    char no_memory[32];
    (void)snprintf(no_memory, sizeof no_memory, "error code=%d", SQLITE_NOMEM);
    if (said != NULL && strstr(said, no_memory) != NULL) {
        /* SQLite names here what it could not read, and why */
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "checking the database: out of memory");
    } else if (said == NULL || strcmp(said, "ok") != 0) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the database file is damaged (%s); restore it from a backup",
                          said == NULL ? "no answer" : said);
        if (err != NULL) {
            (void)snprintf(err->rule, sizeof err->rule, "integrity");
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status sync_file(const char *path, struct custody_error *err)
{
    char *dir = text_dup(path);
    char *slash = NULL;
    enum custody_status rc = CUSTODY_OK;
    int fd = -1;

    if (dir == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "backing up a database");
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "cannot make the backup durable");
        goto out;
    }
    slash = strrchr(dir, '/');
    if (slash == NULL) {
        rc = file_sync_dir(".", err);
    } else {
        slash[slash == dir ? 1 : 0] = 0;
        rc = file_sync_dir(dir, err);
    }
out:
    if (fd >= 0) {
        (void)close(fd);
    }
    free(dir);
    return rc;
}

enum custody_status store_backup(struct store *store, const char *path,
                                 struct custody_error *err)
{
    struct store target = {0};
    enum custody_status rc = CUSTODY_OK;
    int code = SQLITE_OK;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        if (errno == EEXIST) {
            return custody_refuse(err, "exists",
                                  "the backup exists already; name another file");
        }
        return custody_fail_os(err, CUSTODY_ERR_IO, errno, "cannot make the backup file");
    }
    (void)close(fd);
    code = sqlite3_open_v2(path, &target.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(target.db, "main", store->db, "main");
        code = sqlite3_errcode(target.db);
        if (backup != NULL) {
            /* One step: in WAL mode nobody waits for us, and the copy is one moment's. */
            (void)sqlite3_backup_step(backup, -1);
            code = sqlite3_backup_finish(backup);
        }
    }
    if (code != SQLITE_OK) {
        rc = store_fail_sql(&target, code, "backing up a database", err);
    }
    (void)sqlite3_close(target.db);
    if (rc == CUSTODY_OK) {
        rc = sync_file(path, err);
    }
    if (rc != CUSTODY_OK) {
        (void)unlink(path);
    }
    return rc;
}
