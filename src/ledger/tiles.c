#include "tiles.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "text.h"

#define OTHERS_SHOWN       5
#define OTHERS_PENDING_MAX 100000U

/* ---- paths ---- */

void tile_path(int level, uint64_t index, unsigned width, char out[TILE_PATH_SIZE])
{
    char groups[40] = "";
    size_t used = 0;
    uint64_t unit = 1;

    while (index / unit >= 1000) {
        unit *= 1000;
    }
    for (; unit >= 1; unit /= 1000) {
        int wrote = snprintf(groups + used, sizeof groups - used, "%s%03" PRIu64 "%s",
                             unit > 1 ? "x" : "", index / unit % 1000, unit > 1 ? "/" : "");
        used += (size_t)wrote;
    }
    if (level == TILE_ENTRIES) {
        used = (size_t)snprintf(out, TILE_PATH_SIZE, "tile/entries/%s", groups);
    } else {
        used = (size_t)snprintf(out, TILE_PATH_SIZE, "tile/%d/%s", level, groups);
    }
    if (width < TILE_WIDTH) {
        (void)snprintf(out + used, TILE_PATH_SIZE - used, ".p/%u", width);
    }
}

bool tile_path_parse(const char *path, int *ret_level, uint64_t *ret_index, unsigned *ret_width)
{
    char again[TILE_PATH_SIZE];
    uint64_t index = 0;
    uint64_t number = 0;
    int level = TILE_ENTRIES;
    unsigned width = TILE_WIDTH;
    size_t digits = 0;

    if (strlen(path) >= TILE_PATH_SIZE || strncmp(path, "tile/", 5) != 0) {
        return false;
    }
    const char *at = path + 5;
    const char *slash = strchr(at, '/');
    if (slash == NULL) {
        return false;
    }
    if (strncmp(at, "entries/", 8) != 0) {
        if (!text_parse_u64(at, (size_t)(slash - at), 63, &number)) {
            return false;
        }
        level = (int)number;
    }
    for (at = slash + 1; *at != 0 && *at != '.'; at++) {
        if (*at >= '0' && *at <= '9' && digits < 15) {
            index = index * 10 + (uint64_t)(*at - '0');
            digits++;
        } else if (*at != 'x' && *at != '/') {
            return false;
        }
    }
    if (*at == '.') {
        if (strncmp(at, ".p/", 3) != 0 ||
            !text_parse_u64(at + 3, strlen(at + 3), TILE_WIDTH - 1, &number) || number == 0) {
            return false;
        }
        width = (unsigned)number;
    }
    /* One spelling for each file: the one we would write. */
    tile_path(level, index, width, again);
    if (strcmp(again, path) != 0) {
        return false;
    }
    *ret_level = level;
    *ret_index = index;
    *ret_width = width;
    return true;
}

/* ---- the growing tree ---- */

void tile_set_node(void *arg, unsigned level, uint64_t position, const uint8_t hash[HASH_LEN])
{
    struct tile_set *set = arg;

    if (level % 8 != 0 || level / 8 >= TILE_LEVELS) {
        return;
    }
    unsigned offset = (unsigned)(position % TILE_WIDTH);
    memcpy(set->levels[level / 8].hashes + (size_t)offset * HASH_LEN, hash, HASH_LEN);
    set->levels[level / 8].index = position / TILE_WIDTH;
    set->levels[level / 8].count = offset + 1;
}

enum custody_status tile_set_flush(struct tile_set *set, bool is_end,
                                   enum custody_status (*use)(void *arg, unsigned level,
                                                              uint64_t index, unsigned width,
                                                              const uint8_t *hashes,
                                                              struct custody_error *err),
                                   void *arg, struct custody_error *err)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        unsigned count = set->levels[level].count;
        if (count == 0 || (count < TILE_WIDTH && !is_end)) {
            continue;
        }
        enum custody_status rc =
            use(arg, level, set->levels[level].index, count, set->levels[level].hashes, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        set->levels[level].count = 0;
    }
    return CUSTODY_OK;
}

/* ---- checking files ---- */

enum custody_status tile_read(const char *dir, const char *path, size_t max, struct buf *out,
                              bool *ret_found, struct custody_error *err)
{
    char *whole = file_join(dir, path);
    struct custody_error inner = {0};

    if (whole == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
    }
    enum custody_status rc = file_read(whole, max, out, &inner);
    free(whole);
    /* A file that is too long is there, and is wrong: empty bytes say so. */
    *ret_found = rc == CUSTODY_OK || rc == CUSTODY_ERR_LIMIT;
    if (rc == CUSTODY_ERR_NOMEM || rc == CUSTODY_ERR_IO) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    return CUSTODY_OK;
}

enum custody_status tile_check_partials(const struct tile_reader *reader, int level,
                                        uint64_t index, unsigned limit, const uint8_t *whole,
                                        const size_t *offsets, struct custody_error *err)
{
    char path[TILE_PATH_SIZE];
    struct buf data = BUF_INIT(BUNDLE_MAX);
    enum custody_status rc = CUSTODY_OK;

    tile_path(level, index, 1, path);
    path[strlen(path) - 2] = 0; /* the directory: without "/1" */
    char *dir_path = file_join(reader->dir, path);
    if (dir_path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
    }
    DIR *dir = opendir(dir_path);
    free(dir_path);
    if (dir == NULL) {
        return CUSTODY_OK;
    }
    for (struct dirent *item = readdir(dir); item != NULL && rc == CUSTODY_OK;
         item = readdir(dir)) {
        uint64_t width = 0;
        bool found = false;
        if (!text_parse_u64(item->d_name, strlen(item->d_name), TILE_WIDTH - 1, &width) ||
            width == 0 || width >= limit) {
            continue;
        }
        tile_path(level, index, (unsigned)width, path);
        buf_clear(&data);
        rc = tile_read(reader->dir, path, BUNDLE_MAX, &data, &found, err);
        if (rc == CUSTODY_OK && found &&
            (data.len != offsets[width] || memcmp(data.data, whole, data.len) != 0)) {
            reader->judge->idx = JUDGE_NO_INDEX;
            reader->judge->has_act_id = false;
            rc = judge_violate(reader->judge, err, level == TILE_ENTRIES ? "bundle" : "tile",
                               "%s differs from what the entries give", path);
        }
    }
    (void)closedir(dir);
    buf_clear(&data);
    return rc;
}

/* Does a finding on an entry beneath this tile explain that it differs? */
static bool is_explained(const struct chain *chain, unsigned level, uint64_t index,
                         unsigned width)
{
    uint64_t end = (index * TILE_WIDTH + width) << (8 * level);

    return chain->bad_from != JUDGE_NO_INDEX && chain->bad_idx >= 0 &&
           (uint64_t)chain->bad_idx < end;
}

static enum custody_status tile_differs(struct tile_reader *reader, unsigned level,
                                        uint64_t index, unsigned width, const char *path,
                                        struct custody_error *err)
{
    if (is_explained(reader->chain, level, index, width)) {
        judge_count(reader->judge, reader->chain->bad_idx);
        return CUSTODY_OK;
    }
    return judge_violate(reader->judge, err, "tile", "%s differs from what the entries give",
                         path);
}

enum custody_status tile_check(void *arg, unsigned level, uint64_t index, unsigned width,
                               const uint8_t *hashes, struct custody_error *err)
{
    struct tile_reader *reader = arg;
    struct buf data = BUF_INIT(TILE_BYTES);
    size_t offsets[TILE_WIDTH + 1];
    size_t want = (size_t)width * HASH_LEN;
    char path[TILE_PATH_SIZE];
    bool found = false;
    bool is_whole = false; /* the full tile stands in for a partial one */

    tile_path((int)level, index, width, path);
    enum custody_status rc = tile_read(reader->dir, path, TILE_BYTES, &data, &found, err);
    if (rc == CUSTODY_OK && !found && width < TILE_WIDTH) {
        char full[TILE_PATH_SIZE];
        tile_path((int)level, index, TILE_WIDTH, full);
        rc = tile_read(reader->dir, full, TILE_BYTES, &data, &found, err);
        is_whole = found;
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    reader->judge->idx = JUDGE_NO_INDEX;
    reader->judge->has_act_id = false;
    if (!found) {
        reader->is_gone = true;
        rc = reader->judge->is_audit
                 ? judge_incomplete(reader->judge, err, "tile", "%s is missing", path)
                 : custody_fail(err, CUSTODY_ERR_UNCHECKED,
                                "%s is missing; take a complete export", path);
        goto out;
    }
    if (data.len != (is_whole ? TILE_BYTES : want)) {
        rc = tile_differs(reader, level, index, width, path, err);
    } else if (level > 0 && memcmp(data.data, hashes, want) != 0) {
        /* Level 0 was compared entry by entry. */
        rc = tile_differs(reader, level, index, width, path, err);
    }
    if (rc == CUSTODY_OK) {
        for (unsigned i = 0; i <= TILE_WIDTH; i++) {
            offsets[i] = (size_t)i * HASH_LEN;
        }
        rc = tile_check_partials(reader, (int)level, index, width, hashes, offsets, err);
    }
out:
    buf_clear(&data);
    return rc;
}

/* ---- other files ---- */

/* Is this the path of a file that an export of that size has, or once had? */
static bool belongs(const char *path, int64_t size)
{
    int level = 0;
    uint64_t index = 0;
    unsigned width = 0;

    if (strcmp(path, "checkpoint") == 0) {
        return true;
    }
    if (!tile_path_parse(path, &level, &index, &width)) {
        return false;
    }
    unsigned shift = level == TILE_ENTRIES ? 0 : 8 * (unsigned)level;
    uint64_t count = shift < 63 ? (uint64_t)size >> shift : 0;
    uint64_t start = index * TILE_WIDTH;
    return start < count && (width == TILE_WIDTH || width <= count - start);
}

struct walk {
    char **pending; /* directories to visit, relative to dir, owned */
    size_t pending_count;
    size_t pending_cap;
};

static enum custody_status push_directory(struct walk *walk, char *path,
                                          struct custody_error *err)
{
    if (walk->pending_count == OTHERS_PENDING_MAX) {
        free(path);
        return CUSTODY_OK; /* enough to know that this is no export of ours */
    }
    if (walk->pending_count == walk->pending_cap) {
        size_t cap = walk->pending_cap == 0 ? 64 : walk->pending_cap * 2;
        char **grown = realloc(walk->pending, cap * sizeof *grown);
        if (grown == NULL) {
            free(path);
            return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
        }
        walk->pending = grown;
        walk->pending_cap = cap;
    }
    walk->pending[walk->pending_count++] = path;
    return CUSTODY_OK;
}

static bool is_plain(const char *path)
{
    for (const char *c = path; *c != 0; c++) {
        if (*c < 0x21 || *c > 0x7E) {
            return false;
        }
    }
    return strlen(path) < 120;
}

static enum custody_status visit_file(const char *path, int64_t size, struct judge *judge,
                                      int64_t *count, struct custody_error *err)
{
    if (belongs(path, size)) {
        return CUSTODY_OK;
    }
    ++*count;
    if (*count > OTHERS_SHOWN) {
        return CUSTODY_OK;
    }
    judge->idx = JUDGE_NO_INDEX;
    judge->has_act_id = false;
    return judge_flag(judge, err, "bundle", "%s is no part of the export and was not read",
                      is_plain(path) ? path : "a file with an odd name");
}

static enum custody_status visit_directory(struct walk *walk, const char *dir, const char *path,
                                           int64_t size, struct judge *judge, int64_t *count,
                                           struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    bool is_top = strcmp(path, ".") == 0;
    char *whole = file_join(dir, path);

    if (whole == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
    }
    DIR *stream = opendir(whole);
    free(whole);
    if (stream == NULL) {
        return CUSTODY_OK;
    }
    for (struct dirent *item = readdir(stream); item != NULL && rc == CUSTODY_OK;
         item = readdir(stream)) {
        struct stat info;
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) {
            continue;
        }
        if (is_top && strcmp(item->d_name, "predecessor") == 0) {
            continue;
        }
        char *name = is_top ? text_dup(item->d_name) : file_join(path, item->d_name);
        if (name == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "reading an export: out of memory");
            break;
        }
        if (fstatat(dirfd(stream), item->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(info.st_mode)) {
            rc = push_directory(walk, name, err);
            continue;
        }
        rc = visit_file(name, size, judge, count, err);
        free(name);
    }
    (void)closedir(stream);
    return rc;
}

enum custody_status tile_count_others(const char *dir, int64_t size, struct judge *judge,
                                      int64_t *ret_count, struct custody_error *err)
{
    struct walk walk = {0};
    int64_t count = 0;
    enum custody_status rc = visit_directory(&walk, dir, ".", size, judge, &count, err);

    while (rc == CUSTODY_OK && walk.pending_count > 0) {
        char *path = walk.pending[--walk.pending_count];
        rc = visit_directory(&walk, dir, path, size, judge, &count, err);
        free(path);
    }
    while (walk.pending_count > 0) {
        free(walk.pending[--walk.pending_count]);
    }
    free(walk.pending);
    if (rc == CUSTODY_OK) {
        *ret_count += count;
    }
    return rc;
}
