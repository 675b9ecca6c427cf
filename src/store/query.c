/* Statements: the cache, binding, stepping, columns. */
#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "internal.h"

/* ---- preparing ---- */

static size_t slot_of(const char *sql)
{
    uint64_t mixed = (uint64_t)(uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);

    return (size_t)(mixed >> 32) & (STORE_CACHE_SLOTS - 1);
}

/* The slot that holds sql, or the free one where it would go. */
static struct cached_statement *find_slot(struct store *store, const char *sql)
{
    size_t slot = slot_of(sql);

    while (store->cache[slot].sql != NULL && store->cache[slot].sql != sql) {
        slot = (slot + 1) & (STORE_CACHE_SLOTS - 1);
    }
    return &store->cache[slot];
}

static enum custody_status prepare(struct store *store, const char *sql, unsigned flags,
                                   sqlite3_stmt **ret_stmt, struct custody_error *err)
{
    store->saw_guarded = false;
    int code = sqlite3_prepare_v3(store->db, sql, -1, flags, ret_stmt, NULL);

    if (code != SQLITE_OK) {
        return store_fail_sql(store, code, "preparing a query", err);
    }
    return CUSTODY_OK;
}

static enum custody_status take_statement(struct store *store, const char *sql,
                                          sqlite3_stmt **ret_stmt, bool *ret_is_cached,
                                          struct custody_error *err)
{
    struct cached_statement *slot = find_slot(store, sql);
    enum custody_status rc = CUSTODY_OK;

    if (slot->sql == sql && sqlite3_stmt_busy(slot->stmt) == 0 &&
        strcmp(sqlite3_sql(slot->stmt), sql) == 0) {
        if (slot->is_guarded && store->unlock_depth == 0) {
            return store_fail_sql(store, SQLITE_AUTH, "writing to a guarded table", err);
        }
        *ret_stmt = slot->stmt;
        *ret_is_cached = true;
        return CUSTODY_OK;
    }
    if (slot->sql != NULL || store->cached_count >= STORE_CACHE_SLOTS / 4 * 3) {
        *ret_is_cached = false;
        return prepare(store, sql, 0, ret_stmt, err);
    }
    rc = prepare(store, sql, SQLITE_PREPARE_PERSISTENT, &slot->stmt, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    slot->sql = sql;
    slot->is_guarded = store->saw_guarded;
    store->cached_count++;
    *ret_stmt = slot->stmt;
    *ret_is_cached = true;
    return CUSTODY_OK;
}

static void give_back(sqlite3_stmt *stmt, bool is_cached)
{
    if (!is_cached) {
        (void)sqlite3_finalize(stmt);
        return;
    }
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
}

/* ---- binding ---- */

/* destructor: SQLITE_STATIC when the statement ends before the caller's values do. */
static enum custody_status bind_all(struct store *store, sqlite3_stmt *stmt, const char *types,
                                    va_list args, sqlite3_destructor_type destructor,
                                    struct custody_error *err)
{
    int code = SQLITE_OK;
    int column = 1;

    assert((size_t)sqlite3_bind_parameter_count(stmt) == strlen(types));
    for (const char *type = types; *type != 0 && code == SQLITE_OK; type++, column++) {
        switch (*type) {
        case 'i':
            code = sqlite3_bind_int64(stmt, column, va_arg(args, int64_t));
            break;
        case 't':
            code = sqlite3_bind_text(stmt, column, va_arg(args, const char *), -1, destructor);
            break;
        case 'b': {
            const void *data = va_arg(args, const void *);
            size_t len = va_arg(args, size_t);
            code = sqlite3_bind_blob64(stmt, column, data, len, destructor);
            break;
        }
        default:
            assert(*type == 'n');
            code = sqlite3_bind_null(stmt, column);
            break;
        }
    }
    return code == SQLITE_OK ? CUSTODY_OK
                             : store_fail_sql(store, code, "preparing a query", err);
}

/* ---- running ---- */

enum custody_status store_run(struct store *store, struct custody_error *err, const char *sql,
                              const char *types, ...)
{
    sqlite3_stmt *stmt = NULL;
    bool is_cached = false;
    va_list args;
    enum custody_status rc = take_statement(store, sql, &stmt, &is_cached, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    va_start(args, types);
    rc = bind_all(store, stmt, types, args, SQLITE_STATIC, err);
    va_end(args);
    if (rc == CUSTODY_OK) {
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) {
            code = sqlite3_step(stmt);
        }
        if (code == SQLITE_DONE) {
            store->changes = sqlite3_changes64(store->db);
        } else {
            rc = store_fail_sql(store, code, "writing to the database", err);
        }
    }
    give_back(stmt, is_cached);
    return rc;
}

int64_t store_changes(const struct store *store)
{
    return store->changes;
}

static enum custody_status start_query(struct store *store, struct store_query *query,
                                       struct custody_error *err, const char *sql,
                                       const char *types, va_list args,
                                       sqlite3_destructor_type destructor)
{
    struct store_query fresh = {.store = store, .has_row = true};
    enum custody_status rc = take_statement(store, sql, &fresh.stmt, &fresh.is_cached, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = bind_all(store, fresh.stmt, types, args, destructor, err);
    if (rc == CUSTODY_OK) {
        rc = store_next(&fresh, err);
    }
    if (rc != CUSTODY_OK) {
        store_end(&fresh);
        return rc;
    }
    store_end(query);
    *query = fresh;
    return CUSTODY_OK;
}

enum custody_status store_query(struct store *store, struct store_query *query,
                                struct custody_error *err, const char *sql, const char *types,
                                ...)
{
    va_list args;

    va_start(args, types);
    enum custody_status rc = start_query(store, query, err, sql, types, args, SQLITE_TRANSIENT);
    va_end(args);
    return rc;
}

enum custody_status store_query_values(struct store *store, struct store_query *query,
                                       struct custody_error *err, const char *sql,
                                       const struct store_value *values, size_t count)
{
    struct store_query fresh = {.store = store, .has_row = true};
    enum custody_status rc = take_statement(store, sql, &fresh.stmt, &fresh.is_cached, err);
    int code = SQLITE_OK;

    if (rc != CUSTODY_OK) {
        return rc;
    }
    int wanted = sqlite3_bind_parameter_count(fresh.stmt);
    assert((size_t)wanted <= count);
    for (int column = 1; column <= wanted && code == SQLITE_OK; column++) {
        const struct store_value *value = &values[column - 1];
        if (value->is_null) {
            code = sqlite3_bind_null(fresh.stmt, column);
        } else if (value->data != NULL) {
            code = sqlite3_bind_blob64(fresh.stmt, column, value->data, value->len,
                                       SQLITE_TRANSIENT);
        } else if (value->text != NULL) {
            code = sqlite3_bind_text(fresh.stmt, column, value->text, -1, SQLITE_TRANSIENT);
        } else {
            code = sqlite3_bind_int64(fresh.stmt, column, value->number);
        }
    }
    rc = code == SQLITE_OK ? store_next(&fresh, err)
                           : store_fail_sql(store, code, "preparing a query", err);
    if (rc != CUSTODY_OK) {
        store_end(&fresh);
        return rc;
    }
    store_end(query);
    *query = fresh;
    return CUSTODY_OK;
}

/* SQLite ends a text with its NUL when it is asked for, which may want memory: asked for here,
 * where that can be said, and not found NULL by whoever reads the row. */
static bool has_texts(sqlite3_stmt *stmt)
{
    for (int i = 0; i < sqlite3_data_count(stmt); i++) {
        if (sqlite3_column_type(stmt, i) == SQLITE_TEXT &&
            sqlite3_column_text(stmt, i) == NULL) {
            return false;
        }
    }
    return true;
}

enum custody_status store_next(struct store_query *query, struct custody_error *err)
{
    if (!query->has_row) {
        return CUSTODY_OK; /* at the end: one more step would start over */
    }
    int code = sqlite3_step(query->stmt);
    if (code == SQLITE_ROW && !has_texts(query->stmt)) {
        code = SQLITE_NOMEM;
    }
    query->has_row = code == SQLITE_ROW;
    if (code == SQLITE_DONE) {
        /* Let go of the read lock without waiting for store_end(). */
        (void)sqlite3_reset(query->stmt);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return store_fail_sql(query->store, code, "reading the database", err);
    }
    return CUSTODY_OK;
}

void store_end(struct store_query *query)
{
    if (query->stmt != NULL) {
        give_back(query->stmt, query->is_cached);
    }
    *query = (struct store_query){0};
}

enum custody_status store_get_int(struct store *store, struct custody_error *err,
                                  int64_t *ret_value, bool *ret_found, const char *sql,
                                  const char *types, ...)
{
    struct store_query query = {0};
    va_list args;

    va_start(args, types);
    enum custody_status rc = start_query(store, &query, err, sql, types, args, SQLITE_STATIC);
    va_end(args);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    bool found = query.has_row;
    if (found) {
        *ret_value = store_int(&query, 0);
    }
    store_end(&query);
    if (ret_found != NULL) {
        *ret_found = found;
    } else if (!found) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND, "there is no such record");
    }
    return CUSTODY_OK;
}

/* ---- columns ---- */

int64_t store_int(const struct store_query *query, int column)
{
    return sqlite3_column_int64(query->stmt, column);
}

const char *store_text(const struct store_query *query, int column)
{
    return (const char *)sqlite3_column_text(query->stmt, column);
}

const void *store_blob(const struct store_query *query, int column, size_t *ret_len)
{
    const void *data = sqlite3_column_blob(query->stmt, column);

    *ret_len = (size_t)sqlite3_column_bytes(query->stmt, column);
    return data;
}

bool store_is_null(const struct store_query *query, int column)
{
    return sqlite3_column_type(query->stmt, column) == SQLITE_NULL;
}

int store_column_count(const struct store_query *query)
{
    return sqlite3_column_count(query->stmt);
}

const char *store_column_name(const struct store_query *query, int column)
{
    return sqlite3_column_name(query->stmt, column);
}

char store_column_type(const struct store_query *query, int column)
{
    switch (sqlite3_column_type(query->stmt, column)) {
    case SQLITE_INTEGER:
        return 'i';
    case SQLITE_TEXT:
        return 't';
    case SQLITE_BLOB:
        return 'b';
    case SQLITE_FLOAT:
        return 'f';
    default:
        return 'n';
    }
}
