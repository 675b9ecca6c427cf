/* What the files of src/store share; nobody else includes this. */
#ifndef CUSTODY_STORE_INTERNAL_H
#define CUSTODY_STORE_INTERNAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store.h"

/* Slots of the statement cache: a power of two, never filled beyond three quarters. The whole
 * program has a few hundred statements. */
#define STORE_CACHE_SLOTS 1024U

struct cached_statement {
    const char *sql; /* the literal's address is the key */
    sqlite3_stmt *stmt;
    bool is_guarded; /* writes to a guarded table */
};

/* What undoes is prepared beforehand: it must not need memory when there is none left. */
enum undo { UNDO_ALL, UNDO_TO_SAVEPOINT, UNDO_RELEASE, UNDO_COUNT };

struct store {
    sqlite3 *db;
    sqlite3_stmt *undo[UNDO_COUNT]; /* NULL: could not be prepared, tried anew when wanted */
    const char *const *guarded;     /* NULL-terminated names, or NULL */
    unsigned unlock_depth;
    bool saw_guarded; /* set by the authorizer while a statement is prepared */
    int64_t changes;
    size_t cached_count;
    struct cached_statement cache[STORE_CACHE_SLOTS];
};

/* Turn an SQLite result into a status: sql_code kept, SQLite's own message in the sentence
 * (it names tables and columns, never values). what: "reading the ledger". */
enum custody_status store_fail_sql(const struct store *store, int code, const char *what,
                                   struct custody_error *err);

#endif
