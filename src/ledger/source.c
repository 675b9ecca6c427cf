#include "source.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "text.h"

#define PREDECESSORS_MAX 1000

enum custody_status source_missing(struct judge *judge, struct custody_error *err,
                                   const char *check, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (judge->is_audit) {
        return judge_incomplete(judge, err, check, "%s", text);
    }
    enum custody_status rc = custody_fail(err, CUSTODY_ERR_UNCHECKED, "%s", text);
    if (err != NULL) {
        (void)snprintf(err->rule, sizeof err->rule, "%s", check);
    }
    return rc;
}

static void point_at(struct judge *judge, int64_t idx)
{
    judge->idx = idx;
    judge->has_act_id = false;
}

/* ---- opening ---- */

/* Only real tables of the expected shape are read: a view could run for ever. */
static enum custody_status check_tables(struct store *store, struct custody_error *err)
{
    int64_t count = 0;
    enum custody_status rc =
        store_get_int(store, err, &count, NULL,
                      "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                      " AND name IN ('ledger_entry', 'ledger_old_entry', 'ledger_checkpoint',"
                      " 'ledger_cosignature') AND sql LIKE 'CREATE TABLE %'",
                      "");

    if (rc == CUSTODY_OK && count != 4) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the database lacks the ledger's tables; verify an export instead");
        if (err != NULL) {
            (void)snprintf(err->rule, sizeof err->rule, "schema");
        }
    }
    return rc;
}

static struct ledger_source *new_source(void)
{
    struct ledger_source *source = calloc(1, sizeof *source);

    if (source != NULL) {
        source->note = (struct buf)BUF_INIT(NOTE_MAX);
        source->bundle.data = (struct buf)BUF_INIT(BUNDLE_MAX);
        source->bundle.tile = (struct buf)BUF_INIT(TILE_BYTES);
    }
    return source;
}

enum custody_status ledger_source_open_store(struct store *store,
                                             struct ledger_source **ret_source,
                                             struct custody_error *err)
{
    int64_t generations = 0;
    enum custody_status rc = check_tables(store, err);

    if (rc == CUSTODY_OK) {
        rc = store_get_int(store, err, &generations, NULL,
                           "SELECT coalesce(max(generation) + 1, 0) FROM ledger_old_entry", "");
    }
    if (rc == CUSTODY_OK && (generations < 0 || generations > PREDECESSORS_MAX)) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the database claims more ledgers before this one than can be");
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct ledger_source *source = new_source();
    if (source == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "opening a ledger: out of memory");
    }
    source->store = store;
    source->predecessor_count = (int)generations;
    *ret_source = source;
    return CUSTODY_OK;
}

/* Directory of a generation of an export, malloc'ed. */
static char *generation_dir(const struct ledger_source *source, int generation)
{
    char name[40];

    if (generation == source->predecessor_count) {
        return text_dup(source->dir);
    }
    (void)snprintf(name, sizeof name, "predecessor/%d", generation + 1);
    return file_join(source->dir, name);
}

static bool is_directory(const char *path)
{
    DIR *dir = opendir(path);

    if (dir != NULL) {
        (void)closedir(dir);
    }
    return dir != NULL;
}

enum custody_status ledger_source_open_export(const char *dir,
                                              struct ledger_source **ret_source,
                                              struct custody_error *err)
{
    struct ledger_source *source = NULL;
    bool is_there = true;

    if (!is_directory(dir)) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no export here; name its directory");
    }
    source = new_source();
    if (source == NULL) {
        goto no_memory;
    }
    source->dir = text_dup(dir);
    if (source->dir == NULL) {
        goto no_memory;
    }
    while (is_there && source->predecessor_count < PREDECESSORS_MAX) {
        char name[40];
        (void)snprintf(name, sizeof name, "predecessor/%d", source->predecessor_count + 1);
        char *path = file_join(dir, name);
        if (path == NULL) {
            goto no_memory;
        }
        is_there = is_directory(path);
        free(path);
        source->predecessor_count += is_there ? 1 : 0;
    }
    *ret_source = source;
    return CUSTODY_OK;
no_memory:
    ledger_source_close(source);
    return custody_fail(err, CUSTODY_ERR_NOMEM, "opening an export: out of memory");
}

static void close_generation(struct ledger_source *source)
{
    store_end(&source->query);
    free(source->open_dir);
    source->open_dir = NULL;
    source->is_open = false;
    buf_clear(&source->note);
    buf_clear(&source->bundle.data);
    buf_clear(&source->bundle.tile);
    source->bundle.count = 0;
    source->bundle.next = 0;
}

void ledger_source_close(struct ledger_source *source)
{
    if (source == NULL) {
        return;
    }
    close_generation(source);
    free(source->dir);
    free(source);
}

/* ---- exports ---- */

/* How many entries the bundles hold, for an export without a readable checkpoint. */
static enum custody_status count_bundles(struct ledger_source *source,
                                         struct custody_error *err)
{
    int64_t size = 0;
    char path[TILE_PATH_SIZE];

    for (uint64_t index = 0;; index++) {
        tile_path(TILE_ENTRIES, index, TILE_WIDTH, path);
        char *whole = file_join(source->open_dir, path);
        if (whole == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
        }
        bool is_there = file_exists(whole);
        free(whole);
        if (is_there) {
            size += TILE_WIDTH;
            continue;
        }
        for (unsigned width = TILE_WIDTH - 1; width > 0; width--) {
            tile_path(TILE_ENTRIES, index, width, path);
            whole = file_join(source->open_dir, path);
            if (whole == NULL) {
                return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
            }
            is_there = file_exists(whole);
            free(whole);
            if (is_there) {
                size += width;
                break;
            }
        }
        break;
    }
    source->size = size;
    return CUSTODY_OK;
}

static enum custody_status open_export(struct ledger_source *source, struct judge *judge,
                                       struct custody_error *err)
{
    struct custody_error inner = {0};
    bool found = false;

    source->has_checkpoint = false;
    source->open_dir = generation_dir(source, source->generation);
    if (source->open_dir == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
    }
    enum custody_status rc =
        tile_read(source->open_dir, "checkpoint", NOTE_MAX, &source->note, &found, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    point_at(judge, JUDGE_NO_INDEX);
    if (!found) {
        /* The ledger before a successor may have stopped at a size that was never signed. */
        if (source->generation == source->predecessor_count) {
            source->is_complete = false;
            rc = source_missing(judge, err, "checkpoint",
                                "the export has no checkpoint: nothing says where it ends");
        }
        return rc == CUSTODY_OK ? count_bundles(source, err) : rc;
    }
    rc = checkpoint_parse(source->note.data, source->note.len, &source->checkpoint, &inner);
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "reading an export: out of memory");
    }
    if (rc != CUSTODY_OK) {
        rc = judge_violate(judge, err, "checkpoint", "the export's checkpoint is malformed: %s",
                           inner.text);
        return rc == CUSTODY_OK ? count_bundles(source, err) : rc;
    }
    source->has_checkpoint = true;
    source->size = (int64_t)source->checkpoint.size;
    return CUSTODY_OK;
}

/* Split the bundle into its entries; false: cut off or with something left over. */
static bool split_bundle(struct source_bundle *bundle)
{
    size_t at = 0;

    bundle->count = 0;
    bundle->offsets[0] = 0;
    while (at < bundle->data.len && bundle->count < TILE_WIDTH) {
        if (bundle->data.len - at < 2) {
            return false;
        }
        size_t len = (size_t)bundle->data.data[at] << 8 | bundle->data.data[at + 1];
        if (len > bundle->data.len - at - 2) {
            return false;
        }
        at += 2 + len;
        bundle->count++;
        bundle->offsets[bundle->count] = at;
    }
    return at == bundle->data.len;
}

static enum custody_status read_tile(struct ledger_source *source, uint64_t index,
                                     unsigned width, struct custody_error *err)
{
    struct source_bundle *bundle = &source->bundle;
    char path[TILE_PATH_SIZE];
    bool found = false;

    buf_clear(&bundle->tile);
    tile_path(0, index, width, path);
    enum custody_status rc =
        tile_read(source->open_dir, path, TILE_BYTES, &bundle->tile, &found, err);
    if (rc == CUSTODY_OK && !found && width < TILE_WIDTH) {
        tile_path(0, index, TILE_WIDTH, path);
        rc = tile_read(source->open_dir, path, TILE_BYTES, &bundle->tile, &found, err);
    }
    /* That it is missing or of a wrong length is found when the tile is complete. */
    if (rc == CUSTODY_OK && bundle->tile.len < (size_t)width * HASH_LEN) {
        buf_clear(&bundle->tile);
    }
    return rc;
}

/* The bundle is missing. What an earlier export left of it is read all the same: it may bring
 * the key that shows the checkpoint to be forged. *want becomes its width, 0: nothing. */
static enum custody_status read_shorter(struct ledger_source *source, struct judge *judge,
                                        uint64_t index, unsigned *want,
                                        struct custody_error *err)
{
    char path[TILE_PATH_SIZE];
    bool found = false;
    enum custody_status rc = CUSTODY_OK;

    source->is_complete = false;
    while (rc == CUSTODY_OK && !found && *want > 1) {
        --*want;
        tile_path(TILE_ENTRIES, index, *want, path);
        rc = tile_read(source->open_dir, path, BUNDLE_MAX, &source->bundle.data, &found, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *want = found ? *want : 0;
    tile_path(TILE_ENTRIES, index, TILE_WIDTH, path);
    point_at(judge, source->next_idx + *want);
    return source_missing(judge, err, "bundle",
                          "%s is missing: entries from %" PRId64 " on could not be checked",
                          path, source->next_idx + *want);
}

static enum custody_status read_bundle(struct ledger_source *source, struct judge *judge,
                                       bool *ret_found, struct custody_error *err)
{
    struct source_bundle *bundle = &source->bundle;
    const struct tile_reader reader = {.dir = source->open_dir, .judge = judge};
    uint64_t index = (uint64_t)source->next_idx / TILE_WIDTH;
    int64_t left = source->size - source->next_idx;
    unsigned want = left < (int64_t)TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
    char path[TILE_PATH_SIZE];
    bool found = false;
    bool is_whole_tile = want == TILE_WIDTH;

    *ret_found = false;
    buf_clear(&bundle->data);
    bundle->next = 0;
    bundle->count = 0;
    tile_path(TILE_ENTRIES, index, want, path);
    enum custody_status rc =
        tile_read(source->open_dir, path, BUNDLE_MAX, &bundle->data, &found, err);
    if (rc == CUSTODY_OK && !found && want < TILE_WIDTH) {
        tile_path(TILE_ENTRIES, index, TILE_WIDTH, path);
        rc = tile_read(source->open_dir, path, BUNDLE_MAX, &bundle->data, &found, err);
        is_whole_tile = true;
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!found) {
        rc = read_shorter(source, judge, index, &want, err);
        if (rc != CUSTODY_OK || want == 0) {
            return rc;
        }
        is_whole_tile = false;
        tile_path(TILE_ENTRIES, index, want, path);
    }
    point_at(judge, source->next_idx);
    bool is_clean = split_bundle(bundle);
    if (!is_clean || bundle->count < want || (bundle->count > want && !is_whole_tile) ||
        (is_whole_tile && bundle->count != TILE_WIDTH)) {
        rc = judge_violate(judge, err, "bundle", "%s does not hold just its %u entries", path,
                           want);
        if (bundle->count < want) {
            source->is_complete = false;
        }
    }
    if (bundle->count > want) {
        bundle->count = want;
    }
    if (rc == CUSTODY_OK) {
        rc = read_tile(source, index, want, err);
    }
    if (rc == CUSTODY_OK) {
        rc = tile_check_partials(&reader, TILE_ENTRIES, index, bundle->count, bundle->data.data,
                                 bundle->offsets, err);
    }
    *ret_found = bundle->count > 0;
    return rc;
}

static enum custody_status next_of_export(struct ledger_source *source, struct judge *judge,
                                          struct source_entry *ret_entry, bool *ret_found,
                                          struct custody_error *err)
{
    struct source_bundle *bundle = &source->bundle;
    enum custody_status rc = CUSTODY_OK;

    *ret_found = false;
    if (source->next_idx >= source->size) {
        return CUSTODY_OK;
    }
    if (bundle->next == bundle->count) {
        bool found = false;
        if (source->next_idx % (int64_t)TILE_WIDTH != 0) {
            return CUSTODY_OK; /* the bundle broke off; it was reported */
        }
        rc = read_bundle(source, judge, &found, err);
        if (rc != CUSTODY_OK || !found) {
            return rc;
        }
    }
    struct source_entry entry = {.idx = source->next_idx};
    entry.envelope = bundle->data.data + bundle->offsets[bundle->next] + 2;
    entry.len = bundle->offsets[bundle->next + 1] - bundle->offsets[bundle->next] - 2;
    if (bundle->tile.len > 0) {
        entry.has_leaf = true;
        memcpy(entry.leaf, bundle->tile.data + (size_t)bundle->next * HASH_LEN, HASH_LEN);
    }
    bundle->next++;
    source->next_idx++;
    *ret_entry = entry;
    *ret_found = true;
    return CUSTODY_OK;
}

/* ---- databases ---- */

static enum custody_status start_query(struct ledger_source *source, struct custody_error *err)
{
    if (source->generation == source->predecessor_count) {
        return store_query(source->store, &source->query, err,
                           "SELECT idx, envelope, leaf_hash, act_id FROM ledger_entry"
                           " ORDER BY idx",
                           "");
    }
    return store_query(source->store, &source->query, err,
                       "SELECT idx, envelope, leaf_hash, act_id FROM ledger_old_entry"
                       " WHERE generation = ? ORDER BY idx",
                       "i", (int64_t)source->generation);
}

static void take_hash(const struct store_query *query, int column, uint8_t out[HASH_LEN])
{
    size_t len = 0;
    const void *data = store_blob(query, column, &len);

    memset(out, 0, HASH_LEN); /* of a wrong length: differs from every hash */
    if (data != NULL && len == HASH_LEN) {
        memcpy(out, data, HASH_LEN);
    }
}

static enum custody_status next_of_store(struct ledger_source *source, struct judge *judge,
                                         struct source_entry *ret_entry, bool *ret_found,
                                         struct custody_error *err)
{
    struct custody_error inner = {0};
    enum custody_status rc = CUSTODY_OK;

    *ret_found = false;
    if (!source->has_started) {
        rc = start_query(source, &inner);
        source->has_started = true;
    } else if (source->query.stmt != NULL) {
        rc = store_next(&source->query, &inner);
    }
    if (rc == CUSTODY_ERR_TAMPERED) {
        store_end(&source->query);
        point_at(judge, source->next_idx);
        return judge_violate(judge, err, "integrity",
                             "the database file is damaged from entry %" PRId64 " on",
                             source->next_idx);
    }
    if (rc != CUSTODY_OK) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    if (source->query.stmt == NULL || !source->query.has_row) {
        return CUSTODY_OK;
    }
    struct source_entry entry = {
        .idx = store_int(&source->query, 0), .has_leaf = true, .has_act_id = true};
    entry.envelope = store_blob(&source->query, 1, &entry.len);
    take_hash(&source->query, 2, entry.leaf);
    take_hash(&source->query, 3, entry.act_id);
    source->next_idx = entry.idx + 1;
    *ret_entry = entry;
    *ret_found = true;
    return CUSTODY_OK;
}

/* ---- both ---- */

enum custody_status source_open(struct ledger_source *source, int generation,
                                struct judge *judge, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    close_generation(source);
    source->generation = generation;
    source->next_idx = 0;
    source->has_started = false;
    source->is_complete = true;
    if (source->store == NULL) {
        rc = open_export(source, judge, err);
    } else if (generation == source->predecessor_count) {
        rc = store_get_int(source->store, err, &source->size, NULL,
                           "SELECT coalesce(max(idx) + 1, 0) FROM ledger_entry", "");
    } else {
        rc = store_get_int(source->store, err, &source->size, NULL,
                           "SELECT coalesce(max(idx) + 1, 0) FROM ledger_old_entry"
                           " WHERE generation = ?",
                           "i", (int64_t)generation);
    }
    if (rc == CUSTODY_OK) {
        source->is_open = true;
    }
    return rc;
}

enum custody_status source_next(struct ledger_source *source, struct judge *judge,
                                struct source_entry *ret_entry, bool *ret_found,
                                struct custody_error *err)
{
    return source->store != NULL ? next_of_store(source, judge, ret_entry, ret_found, err)
                                 : next_of_export(source, judge, ret_entry, ret_found, err);
}

enum custody_status source_first(struct ledger_source *source, int generation, struct buf *out,
                                 bool *ret_found, struct custody_error *err)
{
    struct source_entry entry;
    struct judge judge;

    /* What is wrong with it is found when its turn comes. */
    judge_init(&judge, true, 0);
    enum custody_status rc = source_open(source, generation, &judge, err);
    if (rc == CUSTODY_OK) {
        rc = source_next(source, &judge, &entry, ret_found, err);
    }
    if (rc == CUSTODY_OK && *ret_found) {
        rc = buf_put(out, entry.envelope, entry.len, err);
    }
    judge_clear(&judge);
    close_generation(source);
    return rc;
}
