/* Stocks by name: the labels directory and what is told of a stock (custody/label.h). */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "glabels.h"
#include "stock.h"
#include "text.h"

#define STOCK_BYTES_MAX ((size_t)64 * 1024)
#define STOCKS_MAX      1000
#define SUFFIX          ".label"
#define SUFFIX_LEN      (sizeof SUFFIX - 1)
/* By this file a directory is known as ours. */
#define KNOWN_STOCK "fob-22x32" SUFFIX
/* build/asan/tests/unit/label is as deep as a program of ours stands. */
#define PARENTS_MAX 6

static bool is_ours(const char *dir)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof path, "%s/" KNOWN_STOCK, dir);
    return len > 0 && (size_t)len < sizeof path && file_exists(path);
}

const char *custody_label_dir(void)
{
    static _Thread_local char found[PATH_MAX];
    const char *named = getenv("CUSTODY_LABELS");
    if (named != NULL && named[0] != '\0') {
        int len = snprintf(found, sizeof found, "%s", named);
        return len > 0 && (size_t)len < sizeof found ? found : NULL;
    }
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len <= 0) {
        return NULL;
    }
    program[len] = '\0';
    for (int i = 0; i < PARENTS_MAX; i++) {
        char *slash = strrchr(program, '/');
        if (slash == NULL) {
            break;
        }
        *slash = '\0';
        static const char *const places[] = {"share/custody/labels", "labels"};
        for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
            int n = snprintf(found, sizeof found, "%s/%s", program, places[k]);
            if (n > 0 && (size_t)n < sizeof found && is_ours(found)) {
                return found;
            }
        }
    }
    return NULL;
}

static bool has_suffix(const char *name)
{
    size_t len = strlen(name);
    return len > SUFFIX_LEN && strcmp(name + len - SUFFIX_LEN, SUFFIX) == 0;
}

static enum custody_status load_file(const char *path, struct stock *ret_stock,
                                     struct custody_error *err)
{
    struct buf bytes = BUF_INIT(STOCK_BYTES_MAX);
    enum custody_status rc = file_read(path, STOCK_BYTES_MAX, &bytes, err);
    if (rc == CUSTODY_OK) {
        /* An empty file has no bytes to point at. */
        rc = stock_parse(bytes.data != NULL ? (const char *)bytes.data : "", bytes.len, path,
                         ret_stock, err);
    }
    buf_clear(&bytes);
    return rc;
}

enum custody_status stock_load(const char *name, struct stock *ret_stock,
                               struct custody_error *err)
{
    if (strncmp(name, GLABELS_PREFIX, sizeof GLABELS_PREFIX - 1) == 0) {
        return glabels_load(name + sizeof GLABELS_PREFIX - 1, ret_stock, err);
    }
    if (strchr(name, '/') != NULL || has_suffix(name)) {
        return load_file(name, ret_stock, err);
    }
    const char *dir = custody_label_dir();
    if (dir == NULL) {
        return custody_fail(
            err, CUSTODY_ERR_NOT_FOUND,
            "there is no directory of stocks: set CUSTODY_LABELS to it or name a "
            "stock file");
    }
    char path[PATH_MAX];
    int len = snprintf(path, sizeof path, "%s/%s" SUFFIX, dir, name);
    if (len <= 0 || (size_t)len >= sizeof path || !file_exists(path)) {
        return custody_fail(
            err, CUSTODY_ERR_NOT_FOUND,
            "there is no stock \"%.60s\": choose one of the list (custody label "
            "stocks) or name a stock file",
            name);
    }
    return load_file(path, ret_stock, err);
}

size_t stock_cells(const struct stock *stock)
{
    size_t cells = 0;
    for (size_t i = 0; i < stock->grid_count; i++) {
        cells += stock->grids[i].nx * stock->grids[i].ny;
    }
    return cells;
}

struct stock_point stock_cell(const struct stock *stock, size_t index)
{
    const struct stock_grid *grid = stock->grids;
    while (index >= grid->nx * grid->ny) {
        index -= grid->nx * grid->ny;
        grid++;
    }
    return (struct stock_point){grid->x0_mm + (double)(index % grid->nx) * grid->dx_mm,
                                grid->y0_mm + (double)(index / grid->nx) * grid->dy_mm};
}

void stock_describe(const struct stock *stock, struct custody_label_stock *ret_info)
{
    struct custody_label_stock info = {.page_width_mm = stock->page.x_mm,
                                       .page_height_mm = stock->page.y_mm,
                                       .width_mm = stock->w_mm,
                                       .height_mm = stock->h_mm,
                                       .per_page = stock_cells(stock),
                                       .is_roll = stock->is_roll,
                                       .has_code = stock->has_code,
                                       .needs_code = stock->has_code && !stock->code.optional,
                                       .has_band = stock->has_band};
    memcpy(info.name, stock->name, sizeof info.name);
    memcpy(info.title, stock->title, sizeof info.title);
    for (size_t i = 0; i < stock->text_count; i++) {
        /* stock_check() has seen that there is room. */
        (void)stock_template_list(stock->texts[i].value, info.fields, sizeof info.fields);
    }
    *ret_info = info;
}

enum custody_status custody_label_stock_read(const char *name,
                                             struct custody_label_stock *ret_stock,
                                             struct custody_error *err)
{
    struct stock stock;
    enum custody_status rc = stock_load(name, &stock, err);
    if (rc == CUSTODY_OK) {
        stock_describe(&stock, ret_stock);
    }
    return rc;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
}

/* Paths of the stock files of a directory, by name. */
static enum custody_status list_files(const char *dir_path, char ***ret_paths,
                                      size_t *ret_count, struct custody_error *err)
{
    size_t count = 0;
    enum custody_status rc = CUSTODY_OK;
    char **paths = calloc(STOCKS_MAX, sizeof *paths);
    if (paths == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory while listing stocks: close other programs");
    }
    DIR *dir = opendir(dir_path);
    if (dir == NULL) {
        rc = custody_fail_os(err, CUSTODY_ERR_NOT_FOUND, errno,
                             "the directory of stocks %.200s cannot be read: correct "
                             "CUSTODY_LABELS",
                             dir_path);
        goto out;
    }
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (!has_suffix(entry->d_name) || entry->d_name[0] == '.') {
            continue;
        }
        if (count == STOCKS_MAX) {
            rc = custody_fail(err, CUSTODY_ERR_LIMIT,
                              "%.200s has more than %d stocks: move some elsewhere", dir_path,
                              STOCKS_MAX);
            goto out;
        }
        paths[count] = file_join(dir_path, entry->d_name);
        if (paths[count] == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM,
                              "out of memory while listing stocks: close other programs");
            goto out;
        }
        count++;
    }
    qsort(paths, count, sizeof *paths, compare_names);
    *ret_paths = paths;
    *ret_count = count;
    paths = NULL;
out:
    if (dir != NULL) {
        (void)closedir(dir);
    }
    if (paths != NULL) {
        free_names(paths, count);
    }
    return rc;
}

enum custody_status custody_label_stock_list(bool glabels,
                                             struct custody_label_stock **ret_stocks,
                                             size_t *ret_count, struct custody_error *err)
{
    char **paths = NULL;
    size_t path_count = 0;
    struct custody_label_stock *stocks = NULL;
    size_t count = 0;
    const char *dir = custody_label_dir();
    if (dir == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no directory of stocks: set CUSTODY_LABELS to it");
    }
    enum custody_status rc = list_files(dir, &paths, &path_count, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    stocks = calloc(path_count + 1, sizeof *stocks);
    if (stocks == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM,
                          "out of memory while listing stocks: close other programs");
        goto out;
    }
    for (; count < path_count; count++) {
        rc = custody_label_stock_read(paths[count], &stocks[count], err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    if (glabels) {
        rc = glabels_list(&stocks, &count, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    *ret_stocks = stocks;
    *ret_count = count;
    stocks = NULL;
out:
    free(stocks);
    free_names(paths, path_count);
    return rc;
}
