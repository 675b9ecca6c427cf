/*
 * C2SP tlog-tiles: paths, and the tiles of a growing tree. Internal to src/ledger.
 */
#ifndef CUSTODY_LEDGER_TILES_H
#define CUSTODY_LEDGER_TILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain.h"

#define TILE_WIDTH     256U
#define TILE_LEVELS    8U
#define TILE_ENTRIES   (-1) /* level of the entry bundles */
#define TILE_PATH_SIZE 64U
#define TILE_BYTES     ((size_t)TILE_WIDTH * HASH_LEN)
#define BUNDLE_MAX     ((size_t)TILE_WIDTH * (2U + ENVELOPE_MAX + 2U))

/* "tile/0/x001/234.p/5": width 256 is the full one. */
void tile_path(int level, uint64_t index, unsigned width, char out[TILE_PATH_SIZE]);
/* The reverse, canonical spellings only. */
bool tile_path_parse(const char *path, int *ret_level, uint64_t *ret_index,
                     unsigned *ret_width);

/* The newest tile of each level while leaves are added. */
struct tile_set {
    struct {
        uint64_t index;
        unsigned count;
        uint8_t hashes[TILE_BYTES];
    } levels[TILE_LEVELS];
};
/* For chain.on_node or tree_append. */
void tile_set_node(void *arg, unsigned level, uint64_t position, const uint8_t hash[HASH_LEN]);
/* Call after each leaf, and once with is_end: hands every full tile, at the end every partial
 * one too, to use(), and empties it. */
enum custody_status tile_set_flush(struct tile_set *set, bool is_end,
                                   enum custody_status (*use)(void *arg, unsigned level,
                                                              uint64_t index, unsigned width,
                                                              const uint8_t *hashes,
                                                              struct custody_error *err),
                                   void *arg, struct custody_error *err) CUSTODY_MUST_CHECK;

/* Files of one export, being checked. */
struct tile_reader {
    const char *dir;
    struct judge *judge;
    struct chain *chain;
    bool is_gone; /* a tile was missing */
};
/* use() of tile_set_flush: compare with the files, earlier partial tiles too. */
enum custody_status tile_check(void *arg, unsigned level, uint64_t index, unsigned width,
                               const uint8_t *hashes,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Compare each published partial file beside a tile or bundle with the start of the whole:
 * offsets[w] is the length of width w. Widths from limit on are left alone. */
enum custody_status tile_check_partials(const struct tile_reader *reader, int level,
                                        uint64_t index, unsigned limit, const uint8_t *whole,
                                        const size_t *offsets,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Read dir/path; *ret_found false when there is none. */
enum custody_status tile_read(const char *dir, const char *path, size_t max, struct buf *out,
                              bool *ret_found, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Count the files below dir that are no part of an export of `size` entries, and flag the
 * first few. predecessor/ is passed over. */
enum custody_status tile_count_others(const char *dir, int64_t size, struct judge *judge,
                                      int64_t *ret_count,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
