/*
 * Opening, guarding and transactions. Statements live in query.c, comparison and backup in
 * compare.c.
 *
 * A file may come from an attacker, so everything that lets a schema act on its own is off
 * before the first page is trusted.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "internal.h"
#include "text.h"

#define BUSY_TIMEOUT_MS 10000

enum custody_status store_fail_sql(const struct store *store, int code, const char *what,
                                   struct custody_error *err)
{
    const char *said =
        store != NULL && store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    enum custody_status status = CUSTODY_ERR_INVALID;

    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = custody_fail(err, CUSTODY_ERR_BUSY,
                              "%s: another program is writing to the database; try again in a "
                              "moment",
                              what);
        break;
    case SQLITE_NOMEM:
        status = custody_fail(err, CUSTODY_ERR_NOMEM, "%s: out of memory", what);
        break;
    case SQLITE_CONSTRAINT:
    case SQLITE_AUTH:
        status =
            custody_fail(err, CUSTODY_ERR_REFUSED, "%s: the database refused: %s", what, said);
        break;
    case SQLITE_FULL:
        status = custody_fail(err, CUSTODY_ERR_IO,
                              "%s: the disk is full; free space and try again", what);
        break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
        status = custody_fail(err, CUSTODY_ERR_IO,
                              "%s: %s; check the disk and the file's permissions", what, said);
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        status =
            custody_fail(err, CUSTODY_ERR_TAMPERED,
                         "%s: %s; the file is damaged, restore it from a backup", what, said);
        break;
    case SQLITE_TOOBIG:
        status = custody_fail(err, CUSTODY_ERR_LIMIT, "%s: a value is too large", what);
        break;
    default:
        status = custody_fail(err, CUSTODY_ERR_INVALID,
                              "%s: %s; the file does not have the expected tables", what, said);
        break;
    }
    if (err != NULL) {
        err->sql_code = code;
    }
    return status;
}

/* ---- guard ---- */

static bool is_guarded_name(const struct store *store, const char *name)
{
    if (store->guarded == NULL || name == NULL) {
        return false;
    }
    for (size_t i = 0; store->guarded[i] != NULL; i++) {
        if (sqlite3_stricmp(store->guarded[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* SQLite asks this while it prepares; statements prepared while unlocked carry is_guarded, so
 * that running them later is checked as well. */
static int authorize(void *arg, int action, const char *first, const char *second,
                     const char *schema, const char *trigger)
{
    struct store *store = arg;
    const char *table = NULL;

    (void)schema;
    (void)trigger;
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TEMP_TABLE:
        table = first;
        break;
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_CREATE_INDEX:
    case SQLITE_DROP_INDEX:
    case SQLITE_ALTER_TABLE:
        table = second;
        break;
    case SQLITE_ATTACH:
        return store->guarded != NULL && store->unlock_depth == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        break;
    }
    if (!is_guarded_name(store, table)) {
        return SQLITE_OK;
    }
    store->saw_guarded = true;
    return store->unlock_depth > 0 ? SQLITE_OK : SQLITE_DENY;
}

static const char *const UNDO_SQL[UNDO_COUNT] = {"ROLLBACK", "ROLLBACK TO custody",
                                                 "RELEASE custody"};

static void forget_undo(struct store *store)
{
    for (size_t i = 0; i < UNDO_COUNT; i++) {
        (void)sqlite3_finalize(store->undo[i]);
        store->undo[i] = NULL;
    }
}

static void prepare_undo(struct store *store)
{
    forget_undo(store);
    for (size_t i = 0; i < UNDO_COUNT; i++) {
        if (sqlite3_prepare_v3(store->db, UNDO_SQL[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->undo[i], NULL) != SQLITE_OK) {
            store->undo[i] = NULL;
        }
    }
}

static void undo(struct store *store, enum undo what)
{
    if (store->undo[what] != NULL) {
        (void)sqlite3_step(store->undo[what]);
        (void)sqlite3_reset(store->undo[what]);
    } else {
        (void)sqlite3_exec(store->db, UNDO_SQL[what], NULL, NULL, NULL);
    }
}

void store_guard(struct store *store, const char *const *tables)
{
    store->guarded = tables;
    /* What was prepared before knows no guard. */
    for (size_t i = 0; i < STORE_CACHE_SLOTS; i++) {
        (void)sqlite3_finalize(store->cache[i].stmt);
        store->cache[i] = (struct cached_statement){0};
    }
    store->cached_count = 0;
    (void)sqlite3_set_authorizer(store->db, tables != NULL ? authorize : NULL, store);
    prepare_undo(store); /* a new guard makes statements stale */
}

void store_unlock(struct store *store)
{
    store->unlock_depth++;
}

void store_lock(struct store *store)
{
    assert(store->unlock_depth > 0);
    store->unlock_depth--;
}

/* ---- open and close ---- */

void store_start(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum custody_status run_pragmas(struct store *store, const char *sql,
                                       struct custody_error *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? CUSTODY_OK
                             : store_fail_sql(store, code, "opening the database", err);
}

static enum custody_status harden(struct store *store, struct custody_error *err)
{
    static const int ON[] = {SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_ENABLE_FKEY};
    static const int OFF[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                              SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_DQS_DML,
                              SQLITE_DBCONFIG_DQS_DDL};
    int code = SQLITE_OK;

    for (size_t i = 0; code == SQLITE_OK && i < sizeof ON / sizeof ON[0]; i++) {
        code = sqlite3_db_config(store->db, ON[i], 1, NULL);
    }
    for (size_t i = 0; code == SQLITE_OK && i < sizeof OFF / sizeof OFF[0]; i++) {
        code = sqlite3_db_config(store->db, OFF[i], 0, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
    }
    if (code != SQLITE_OK) {
        return store_fail_sql(store, code, "opening the database", err);
    }
    return run_pragmas(store,
                       "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
                       "PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON;"
                       "PRAGMA temp_store=MEMORY;",
                       err);
}

/* Also the first read of the file: something that is no database shows here. */
static enum custody_status check_application(struct store *store, enum store_mode mode,
                                             int32_t application_id, struct custody_error *err)
{
    int64_t found = 0;
    enum custody_status rc =
        store_get_int(store, err, &found, NULL, "PRAGMA application_id", "");

    if (rc == CUSTODY_ERR_TAMPERED) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "this file is not a database; name the right file");
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if ((mode == STORE_CREATE || mode == STORE_SCRATCH) && found == 0) {
        char sql[64];
        (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d", (int)application_id);
        return run_pragmas(store, sql, err);
    }
    if (found != application_id) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "this database belongs to another program or purpose; name the "
                            "right file");
    }
    return CUSTODY_OK;
}

static enum custody_status set_up(struct store *store, enum store_mode mode,
                                  enum store_journal journal, int32_t application_id,
                                  struct custody_error *err)
{
    enum custody_status rc = harden(store, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = check_application(store, mode, application_id, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    switch (mode) {
    case STORE_READ:
        return run_pragmas(store, "PRAGMA query_only=ON;", err);
    case STORE_SCRATCH:
        /* The rollback journal stays in memory: savepoints need one, a crash does not. */
        return run_pragmas(store,
                           "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
                           "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536;",
                           err);
    case STORE_WRITE:
    case STORE_CREATE:
        break;
    }
    /* EXTRA: removing a rollback journal is what commits; unless its directory is synced, a
     * power cut brings the journal back and takes the commit away - after the ledger, which
     * commits next, has named what the vault then lacks. */
    return run_pragmas(store,
                       journal == STORE_WAL
                           ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                             "PRAGMA wal_autocheckpoint=10000; PRAGMA cache_size=-65536;"
                           : "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
                             "PRAGMA secure_delete=ON;",
                       err);
}

/* Make the empty file ourselves: SQLite would choose the mode by umask and follow what is
 * there already. */
static enum custody_status create_file(const char *path, struct custody_error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        int os_error = errno;
        if (os_error == EEXIST) {
            return custody_refuse(err, "exists",
                                  "the database exists already; name another file");
        }
        return custody_fail_os(err, CUSTODY_ERR_IO, os_error, "cannot make the database file");
    }
    (void)close(fd);
    return CUSTODY_OK;
}

static enum custody_status make_scratch_file(const char *dir, char **ret_path,
                                             struct custody_error *err)
{
    char *path = NULL;
    int fd = -1;

    if (dir == NULL) {
        dir = getenv("TMPDIR");
    }
    if (dir == NULL || dir[0] == 0) {
        dir = "/tmp";
    }
    path = file_join(dir, "custody-scratch-XXXXXX");
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "opening a temporary database");
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        int os_error = errno;
        free(path);
        return custody_fail_os(err, CUSTODY_ERR_IO, os_error,
                               "cannot make a temporary file; set TMPDIR to a directory with "
                               "free space");
    }
    (void)close(fd);
    *ret_path = path;
    return CUSTODY_OK;
}

/*
 * A crash can leave a rollback journal, which only a writer may play back: done here before a
 * reader looks. Best effort: who may not write is told so when reading.
 */
static void play_back_journal(const char *path)
{
    sqlite3 *db = NULL;
    const size_t size = strlen(path) + sizeof "-journal";
    char *journal = malloc(size);

    if (journal == NULL) {
        return;
    }
    (void)snprintf(journal, size, "%s-journal", path);
    if (file_exists(journal)) {
        if (sqlite3_open_v2(path, &db, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) ==
            SQLITE_OK) {
            (void)sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
            (void)sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL);
        }
        (void)sqlite3_close(db);
    }
    free(journal);
}

enum custody_status store_open(const char *path, enum store_mode mode,
                               enum store_journal journal, int32_t application_id,
                               struct store **ret_store, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    int code = SQLITE_OK;
    char *made_path = NULL; /* a file to remove again when opening fails */
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    struct store *store = calloc(1, sizeof *store);

    if (store == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "opening the database");
    }
    if (mode == STORE_SCRATCH) {
        rc = make_scratch_file(path, &made_path, err);
        path = made_path;
    } else if (mode == STORE_CREATE) {
        rc = create_file(path, err);
        if (rc == CUSTODY_OK) {
            made_path = text_dup(path);
            if (made_path == NULL) {
                (void)unlink(path);
                rc = custody_fail(err, CUSTODY_ERR_NOMEM, "opening the database");
            }
        }
    } else if (!file_exists(path)) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "there is no database here; name the site directory with --site");
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (mode == STORE_READ) {
        play_back_journal(path);
    }
    code = sqlite3_open_v2(path, &store->db, flags, NULL);
    if (code != SQLITE_OK) {
        rc = store_fail_sql(store, code, "opening the database", err);
        goto out;
    }
    rc = set_up(store, mode, journal, application_id, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    prepare_undo(store);
    if (mode == STORE_SCRATCH) {
        /* Gone from the directory at once: no crash leaves it behind. */
        (void)unlink(made_path);
    }
    free(made_path);
    made_path = NULL;
    *ret_store = store;
    store = NULL;
out:
    store_close(store);
    if (made_path != NULL) {
        (void)unlink(made_path);
        free(made_path);
    }
    return rc;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < STORE_CACHE_SLOTS; i++) {
        (void)sqlite3_finalize(store->cache[i].stmt);
    }
    if (store->db != NULL) {
        store_rollback(store);
        forget_undo(store);
        (void)sqlite3_close_v2(store->db);
    }
    free(store);
}

/* ---- transactions ---- */

enum custody_status store_script(struct store *store, const char *sql,
                                 struct custody_error *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? CUSTODY_OK
                             : store_fail_sql(store, code, "setting up the database", err);
}

enum custody_status store_begin(struct store *store, struct custody_error *err)
{
    assert(sqlite3_get_autocommit(store->db) != 0);
    return store_run(store, err, "BEGIN IMMEDIATE", "");
}

enum custody_status store_begin_read(struct store *store, struct custody_error *err)
{
    assert(sqlite3_get_autocommit(store->db) != 0);
    return store_run(store, err, "BEGIN", "");
}

enum custody_status store_commit(struct store *store, struct custody_error *err)
{
    enum custody_status rc = store_run(store, err, "COMMIT", "");

    if (rc != CUSTODY_OK) {
        store_rollback(store);
    }
    return rc;
}

void store_rollback(struct store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0) {
        undo(store, UNDO_ALL); /* fails only when SQLite has rolled back already */
    }
}

/* Savepoints of one name nest: RELEASE and ROLLBACK TO mean the innermost. */
enum custody_status store_savepoint(struct store *store, struct custody_error *err)
{
    return store_run(store, err, "SAVEPOINT custody", "");
}

enum custody_status store_release(struct store *store, struct custody_error *err)
{
    return store_run(store, err, "RELEASE custody", "");
}

void store_rollback_to(struct store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0) {
        undo(store, UNDO_TO_SAVEPOINT);
        undo(store, UNDO_RELEASE);
    }
}
