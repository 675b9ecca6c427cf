/*
 * Export in C2SP tlog-tiles (FORMATS.md §4). One walk over the entries makes bundles and tiles
 * of every level; nothing stored but the envelopes goes into a file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "internal.h"
#include "text.h"
#include "tiles.h"
#include "verify.h"

struct exporter {
    struct store *store;
    char *dir;
    struct tree_frontier frontier;
    struct tile_set *tiles;
    struct buf bundle;
    char last_dir[TILE_PATH_SIZE]; /* made already */
};

/* Make the directories of a file below dir, once for many files. */
static enum custody_status make_place(struct exporter *exporter, const char *path,
                                      struct custody_error *err)
{
    char dir[TILE_PATH_SIZE];

    (void)snprintf(dir, sizeof dir, "%s", path);
    *strrchr(dir, '/') = 0;
    if (strcmp(dir, exporter->last_dir) == 0) {
        return CUSTODY_OK;
    }
    char *whole = file_join(exporter->dir, dir);
    if (whole == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "exporting: out of memory");
    }
    enum custody_status rc = file_make_dir(whole, 0755, err);
    free(whole);
    if (rc == CUSTODY_OK) {
        memcpy(exporter->last_dir, dir, sizeof dir);
    }
    return rc;
}

/* Write a file that never changes once it is there. */
static enum custody_status put_file(struct exporter *exporter, const char *path,
                                    const uint8_t *data, size_t len, struct custody_error *err)
{
    struct buf have = BUF_INIT(BUNDLE_MAX);
    bool found = false;
    enum custody_status rc = tile_read(exporter->dir, path, BUNDLE_MAX, &have, &found, err);

    if (rc == CUSTODY_OK && found) {
        if (have.len != len || memcmp(have.data, data, len) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                              "%s is there with other bytes; verify that export and use an "
                              "empty directory",
                              path);
        }
        buf_clear(&have);
        return rc;
    }
    buf_clear(&have);
    if (rc == CUSTODY_OK) {
        rc = make_place(exporter, path, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    char *whole = file_join(exporter->dir, path);
    if (whole == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "exporting: out of memory");
    }
    rc = file_write_durable(whole, data, len, 0644, err);
    free(whole);
    return rc;
}

static enum custody_status put_tile(void *arg, unsigned level, uint64_t index, unsigned width,
                                    const uint8_t *hashes, struct custody_error *err)
{
    char path[TILE_PATH_SIZE];

    tile_path((int)level, index, width, path);
    return put_file(arg, path, hashes, (size_t)width * HASH_LEN, err);
}

static enum custody_status put_bundle(struct exporter *exporter, struct custody_error *err)
{
    uint64_t size = exporter->frontier.size;
    unsigned width = (unsigned)(size % TILE_WIDTH);
    char path[TILE_PATH_SIZE];

    tile_path(TILE_ENTRIES, (size - 1) / TILE_WIDTH, width == 0 ? TILE_WIDTH : width, path);
    enum custody_status rc =
        put_file(exporter, path, exporter->bundle.data, exporter->bundle.len, err);
    buf_clear(&exporter->bundle);
    return rc;
}

static enum custody_status add_entry(struct exporter *exporter, const uint8_t *envelope,
                                     size_t len, struct custody_error *err)
{
    uint8_t leaf[HASH_LEN];

    if (len > UINT16_MAX) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "an entry is larger than an export can hold; verify the ledger");
    }
    enum custody_status rc = buf_put_u16be(&exporter->bundle, (uint16_t)len, err);
    if (rc == CUSTODY_OK) {
        rc = buf_put(&exporter->bundle, envelope, len, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    tree_leaf(envelope, len, leaf);
    tree_append(&exporter->frontier, leaf, tile_set_node, exporter->tiles);
    rc = tile_set_flush(exporter->tiles, false, put_tile, exporter, err);
    if (rc == CUSTODY_OK && exporter->frontier.size % TILE_WIDTH == 0) {
        rc = put_bundle(exporter, err);
    }
    return rc;
}

/* generation -1: the ledger itself. */
static enum custody_status add_entries(struct exporter *exporter, int64_t generation,
                                       int64_t size, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        generation < 0
            ? store_query(exporter->store, &query, err,
                          "SELECT envelope FROM ledger_entry WHERE idx < ? ORDER BY idx", "i",
                          size)
            : store_query(exporter->store, &query, err,
                          "SELECT envelope FROM ledger_old_entry"
                          " WHERE generation = ? AND idx < ? ORDER BY idx",
                          "ii", generation, size);

    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *envelope = store_blob(&query, 0, &len);
        rc = add_entry(exporter, envelope, len, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK && exporter->frontier.size % TILE_WIDTH != 0) {
        rc = put_bundle(exporter, err);
    }
    return rc == CUSTODY_OK ? tile_set_flush(exporter->tiles, true, put_tile, exporter, err)
                            : rc;
}

static enum custody_status export_one(struct store *store, const char *dir, int64_t generation,
                                      int64_t size, struct tree_frontier *ret_frontier,
                                      struct custody_error *err)
{
    struct exporter exporter = {.store = store, .bundle = BUF_INIT(BUNDLE_MAX)};
    enum custody_status rc = CUSTODY_OK;

    exporter.dir = text_dup(dir);
    exporter.tiles = calloc(1, sizeof *exporter.tiles);
    if (exporter.dir == NULL || exporter.tiles == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "exporting: out of memory");
        goto out;
    }
    rc = file_make_dir(dir, 0755, err);
    if (rc == CUSTODY_OK) {
        rc = add_entries(&exporter, generation, size, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_frontier = exporter.frontier;
    }
out:
    buf_clear(&exporter.bundle);
    free(exporter.tiles);
    free(exporter.dir);
    return rc;
}

static enum custody_status export_predecessors(struct store *store, const char *dir,
                                               struct custody_error *err)
{
    int64_t count = 0;
    enum custody_status rc =
        store_get_int(store, err, &count, NULL,
                      "SELECT coalesce(max(generation) + 1, 0) FROM ledger_old_entry", "");

    for (int64_t generation = 0; rc == CUSTODY_OK && generation < count; generation++) {
        struct tree_frontier frontier;
        char name[48];
        (void)snprintf(name, sizeof name, "predecessor/%" PRId64, generation + 1);
        char *path = file_join(dir, name);
        if (path == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "exporting: out of memory");
        }
        rc = export_one(store, path, generation, INT64_MAX, &frontier, err);
        free(path);
    }
    return rc;
}

enum custody_status ledger_export(struct ledger *ledger, const char *dir, const void *note,
                                  size_t note_len, struct custody_error *err)
{
    struct store *store = ledger->chain.store;
    struct checkpoint checkpoint;
    struct tree_frontier frontier;
    uint8_t root[HASH_LEN];
    enum custody_status rc = checkpoint_parse(note, note_len, &checkpoint, err);

    if (rc == CUSTODY_OK) {
        rc = ledger_root(ledger, (int64_t)checkpoint.size, root, err);
    }
    if (rc == CUSTODY_OK && !crypt_equal(root, checkpoint.root, HASH_LEN)) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "the checkpoint is not of this ledger; take a fresh one");
    }
    if (rc == CUSTODY_OK) {
        rc = export_predecessors(store, dir, err);
    }
    if (rc == CUSTODY_OK) {
        rc = export_one(store, dir, -1, (int64_t)checkpoint.size, &frontier, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    /* What was written is what was hashed: a checkpoint goes only over files that fit it. */
    tree_root(&frontier, root);
    if (frontier.size != checkpoint.size || !crypt_equal(root, checkpoint.root, HASH_LEN)) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "the entries do not give the root of the checkpoint; verify the "
                            "ledger, the export has no new checkpoint");
    }
    char *path = file_join(dir, "checkpoint");
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "exporting: out of memory");
    }
    rc = file_write_durable(path, note, note_len, 0644, err);
    free(path);
    return rc;
}
