/*
 * SQLite behind a small face; the only layer that includes sqlite3.h.
 *
 * SQL is always a string literal (checked by tests/check_sources.sh); statements are prepared
 * once and cached by the literal's address. Values are bound by a type string:
 *   i int64_t · t const char * (NULL binds NULL) · b const void *, size_t (NULL binds NULL)
 *   n nothing, binds NULL
 * One store belongs to one thread at a time.
 */
#ifndef CUSTODY_STORE_H
#define CUSTODY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

struct store;
struct sqlite3_stmt;

enum store_mode {
    STORE_READ,   /* existing file, read-only, query_only */
    STORE_WRITE,  /* existing file */
    STORE_CREATE, /* must not exist yet; mode 0600 */
    STORE_SCRATCH /* temporary file that nobody else sees, synchronous=OFF, deleted at close;
                     path names the directory, NULL: $TMPDIR or /tmp */
};

enum store_journal {
    STORE_WAL,   /* WAL, synchronous=FULL: one fdatasync a commit */
    STORE_DELETE /* rollback journal, synchronous=FULL, secure_delete=ON (vault) */
};

/*
 * Once per process, before other threads run and before a store is opened: SQLite then counts
 * no memory, which costs it a lock at every allocation. Called late, or never, all works.
 */
void store_start(void);

/*
 * Open. Sets foreign_keys=ON, trusted_schema=OFF, recursive_triggers=ON, defensive, no
 * extensions, cell_size_check, busy timeout 10 s; checks application_id before trusting the
 * file (application_id 0 in STORE_CREATE is set to the one given).
 * ERR_NOT_FOUND; ERR_INVALID not a database of ours; ERR_BUSY; ERR_IO; ERR_NOMEM.
 */
enum custody_status store_open(const char *path, enum store_mode mode,
                               enum store_journal journal, int32_t application_id,
                               struct store **ret_store,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
void store_close(struct store *store); /* NULL is fine; an open transaction is rolled back */

/*
 * Writes to the named tables are refused by an authorizer unless inside
 * store_unlock()/store_lock(). tables: NULL-terminated, static; NULL: everything is free.
 */
void store_guard(struct store *store, const char *const *tables);
void store_unlock(struct store *store);
void store_lock(struct store *store);

/* Run a multi-statement script (schema). Not cached. */
enum custody_status store_script(struct store *store, const char *sql,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

enum custody_status store_begin(struct store *store, struct custody_error *err)
    CUSTODY_MUST_CHECK; /* BEGIN IMMEDIATE; ERR_BUSY after the timeout */
enum custody_status store_begin_read(struct store *store, struct custody_error *err)
    CUSTODY_MUST_CHECK; /* BEGIN: one snapshot for many reads */
/* ERR_IO, ERR_BUSY: rolled back, nothing of the transaction remains. */
enum custody_status store_commit(struct store *store,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
void store_rollback(struct store *store); /* fine outside a transaction */
enum custody_status store_savepoint(struct store *store,
                                    struct custody_error *err) CUSTODY_MUST_CHECK; /* nests */
enum custody_status store_release(struct store *store,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
void store_rollback_to(struct store *store); /* innermost savepoint: undone and released */

/* Run one statement to its end. ERR_REFUSED when a constraint or trigger stops it. */
enum custody_status store_run(struct store *store, struct custody_error *err, const char *sql,
                              const char *types, ...) CUSTODY_MUST_CHECK;
/* Rows changed by the last store_run. */
int64_t store_changes(const struct store *store);

/* A running query. Zero-initialise; store_end() it (twice is fine). */
struct store_query {
    struct store *store;
    struct sqlite3_stmt *stmt;
    bool is_cached;
    bool has_row;
};
/* Prepare, bind and step to the first row: query->has_row says whether there is one. */
enum custody_status store_query(struct store *store, struct store_query *query,
                                struct custody_error *err, const char *sql, const char *types,
                                ...) CUSTODY_MUST_CHECK;
/* One value when the number of parameters is known only at run time: null, a blob (data), a
 * text, or else a number. */
struct store_value {
    bool is_null;
    const char *text;
    const void *data;
    size_t len;
    int64_t number;
};
/* As store_query. count >= parameters of sql; the first ones are bound, the rest is ignored. */
enum custody_status store_query_values(struct store *store, struct store_query *query,
                                       struct custody_error *err, const char *sql,
                                       const struct store_value *values,
                                       size_t count) CUSTODY_MUST_CHECK;
enum custody_status store_next(struct store_query *query,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
void store_end(struct store_query *query);

/* Columns of the current row; text and blob live until the next step. NULL: 0, NULL, len 0. */
int64_t store_int(const struct store_query *query, int column);
const char *store_text(const struct store_query *query, int column);
const void *store_blob(const struct store_query *query, int column, size_t *ret_len);
bool store_is_null(const struct store_query *query, int column);
int store_column_count(const struct store_query *query);
const char *store_column_name(const struct store_query *query, int column);
/* 'i', 't', 'b', 'n' (a float counts as 'f') */
char store_column_type(const struct store_query *query, int column);

/* First column of the first row as int; *ret_found false (value untouched) without a row.
 * ret_found may be NULL: then no row is ERR_NOT_FOUND. */
enum custody_status store_get_int(struct store *store, struct custody_error *err,
                                  int64_t *ret_value, bool *ret_found, const char *sql,
                                  const char *types, ...) CUSTODY_MUST_CHECK;

/* Online backup into a new file at path (must not exist), then synced. */
enum custody_status store_backup(struct store *store, const char *path,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* PRAGMA integrity_check said ok. ERR_TAMPERED with SQLite's first complaint. */
enum custody_status store_check(struct store *store,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Compare two stores schema object by object and, for each table in tables, row by row in
 * primary-key order, types and NULLs included. report(arg, object, key) is called for each
 * difference (object: table or schema object, key: short text of the primary key or ""), at
 * most limit times; *ret_count counts all. Objects that SQLite itself makes are skipped.
 */
enum custody_status store_compare(
    struct store *expected, struct store *actual, const char *const *tables,
    void (*report)(void *arg, const char *object, const char *key), void *arg, size_t limit,
    size_t *ret_count, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Remember the schema of a store, once, for store_compare(): it is what is expected even when
 * indexes have been dropped since. */
enum custody_status store_keep_schema(struct store *store,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Make the listed tables of `to` what they are in `from` - schema, indexes, triggers, rows -
 * and drop every object that `from` does not have, in one transaction. Tables that are not
 * listed keep their rows. On any error `to` is as before.
 */
enum custody_status store_replace(struct store *to, struct store *from,
                                  const char *const *tables,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
