/* Putting tables made elsewhere in place of those of a store, in one transaction. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define SQL_SIZE 2048

static enum custody_status exec(struct store *store, const char *sql, struct custody_error *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? CUSTODY_OK
                             : store_fail_sql(store, code, "replacing tables", err);
}

static bool is_listed(const char *name, const char *const *names)
{
    for (const char *const *at = names; *at != NULL; at++) {
        if (strcmp(*at, name) == 0) {
            return true;
        }
    }
    return false;
}

/* First object of `to` that must go: a listed table, or what is neither listed nor known. */
static enum custody_status find_doomed(struct store *to, struct store *from,
                                       const char *const *tables, char *out, size_t size,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        to, &query, err,
        "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY type = 'table', name",
        "");
    out[0] = '\0';
    while (rc == CUSTODY_OK && query.has_row && out[0] == '\0') {
        const char *type = store_text(&query, 0);
        const char *name = store_text(&query, 1);
        int64_t one = 0;
        bool is_known = false;
        rc = store_get_int(from, err, &one, &is_known,
                           "SELECT 1 FROM sqlite_schema WHERE type = ?1 AND name = ?2", "tt",
                           type, name);
        bool is_doomed = !is_known || (strcmp(type, "table") == 0 && is_listed(name, tables));
        if (rc == CUSTODY_OK && is_doomed && strchr(name, '"') == NULL) {
            (void)snprintf(out, size, "DROP %s \"%s\"", type, name);
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

/* CREATE statements of a table, its indexes and triggers, as `from` has them. */
static enum custody_status create_like(struct store *to, struct store *from, const char *table,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(from, &query, err,
                    "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL"
                    " ORDER BY type <> 'table', rowid",
                    "t", table);
    while (rc == CUSTODY_OK && query.has_row) {
        rc = exec(to, store_text(&query, 0), err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status copy_rows(struct store *to, struct store *from, const char *table,
                                     struct custody_error *err)
{
    char sql[SQL_SIZE];
    sqlite3_stmt *read = NULL;
    sqlite3_stmt *write = NULL;
    enum custody_status rc = CUSTODY_OK;
    (void)snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    int code = sqlite3_prepare_v2(from->db, sql, -1, &read, NULL);
    int columns = code == SQLITE_OK ? sqlite3_column_count(read) : 0;
    int used = snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (?", table);
    for (int i = 1; i < columns && (size_t)used + 4 < sizeof sql; i++) {
        used += snprintf(sql + used, sizeof sql - (size_t)used, ",?");
    }
    (void)snprintf(sql + used, sizeof sql - (size_t)used, ")");
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(to->db, sql, -1, &write, NULL);
    }
    while (code == SQLITE_OK && (code = sqlite3_step(read)) == SQLITE_ROW) {
        code = SQLITE_OK;
        for (int i = 0; i < columns && code == SQLITE_OK; i++) {
            code = sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
        }
        if (code == SQLITE_OK && sqlite3_step(write) != SQLITE_DONE) {
            code = sqlite3_errcode(to->db);
        }
        (void)sqlite3_reset(write);
    }
    if (code != SQLITE_DONE) {
        rc = store_fail_sql(to, code, "replacing tables", err);
    }
    (void)sqlite3_finalize(read);
    (void)sqlite3_finalize(write);
    return rc;
}

enum custody_status store_replace(struct store *to, struct store *from,
                                  const char *const *tables, struct custody_error *err)
{
    char sql[SQL_SIZE];
    enum custody_status rc = store_begin(to, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    store_unlock(to);
    do {
        rc = find_doomed(to, from, tables, sql, sizeof sql, err);
        if (rc == CUSTODY_OK && sql[0] != '\0') {
            rc = exec(to, sql, err);
        }
    } while (rc == CUSTODY_OK && sql[0] != '\0');
    for (const char *const *table = tables; rc == CUSTODY_OK && *table != NULL; table++) {
        rc = create_like(to, from, *table, err);
        if (rc == CUSTODY_OK) {
            rc = copy_rows(to, from, *table, err);
        }
    }
    store_lock(to);
    if (rc != CUSTODY_OK) {
        store_rollback(to);
        return rc;
    }
    return store_commit(to, err);
}
