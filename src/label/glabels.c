/* The installed gLabels database: see glabels.h. */
#include "glabels.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "file.h"

#define PAPERS       "paper-sizes.xml"
#define PRODUCTS     "-templates.xml"
#define FILES_MAX    500
#define ALIASES_DEEP 8

static const char *database_dir(void)
{
    const char *named = getenv(GLABELS_ENV);
    return named != NULL && named[0] != '\0' ? named : GLABELS_DIR;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static enum custody_status read_file(const char *dir, const char *name, struct glabels *glabels,
                                     struct custody_error *err)
{
    struct buf bytes = BUF_INIT(GLABELS_BYTES_MAX);
    char *path = file_join(dir, name);
    enum custody_status rc = CUSTODY_OK;
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory while reading label products: close other programs");
    }
    rc = file_read(path, GLABELS_BYTES_MAX, &bytes, err);
    if (rc == CUSTODY_OK) {
        rc = glabels_parse(bytes.data != NULL ? (const char *)bytes.data : "", bytes.len, path,
                           glabels, err);
    }
    buf_clear(&bytes);
    free(path);
    return rc;
}

static int is_ours(const struct dirent *entry)
{
    return strcmp(entry->d_name, PAPERS) == 0 || ends_with(entry->d_name, PRODUCTS);
}

enum custody_status glabels_read(struct glabels *ret_glabels, struct custody_error *err)
{
    struct glabels glabels = {0};
    struct dirent **names = NULL;
    const char *dir = database_dir();
    enum custody_status rc = CUSTODY_OK;
    int count = scandir(dir, &names, is_ours, alphasort);
    if (count <= 0) {
        rc = count < 0 && errno == ENOMEM
                 ? custody_fail(err, CUSTODY_ERR_NOMEM,
                                "out of memory while reading label products: close other "
                                "programs")
                 : custody_fail(
                       err, CUSTODY_ERR_NOT_FOUND,
                       "there is no gLabels database in %.200s: install glabels-data or "
                       "set " GLABELS_ENV,
                       dir);
        goto out;
    }
    if (count > FILES_MAX) {
        rc = custody_fail(
            err, CUSTODY_ERR_LIMIT,
            "%.200s has more files than the gLabels database: correct " GLABELS_ENV, dir);
    }
    for (int i = 0; rc == CUSTODY_OK && i < count; i++) {
        rc = read_file(dir, names[i]->d_name, &glabels, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_glabels = glabels;
        glabels = (struct glabels){0};
    }
out:
    for (int i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
    glabels_clear(&glabels);
    return rc;
}

/* Products are few and looked for once: no index. */
static const struct glabels_template *find_part(const struct glabels *glabels,
                                                const char *brand, size_t brand_len,
                                                const char *part)
{
    for (size_t i = 0; i < glabels->template_count; i++) {
        const struct glabels_template *product = &glabels->templates[i];
        if (strlen(product->brand) == brand_len &&
            strncasecmp(product->brand, brand, brand_len) == 0 &&
            strcasecmp(product->part, part) == 0) {
            return product;
        }
    }
    return NULL;
}

static const struct glabels_template *follow(const struct glabels *glabels,
                                             const struct glabels_template *product)
{
    for (int i = 0; product != NULL && product->equiv[0] != '\0'; i++) {
        if (i == ALIASES_DEEP) {
            return NULL;
        }
        product = find_part(glabels, product->brand, strlen(product->brand), product->equiv);
    }
    return product;
}

const struct glabels_template *glabels_find(const struct glabels *glabels, const char *name)
{
    /* Brands have blanks too ("Online Labels OL9600"): each may be the one that divides. */
    for (const char *blank = strchr(name, ' '); blank != NULL; blank = strchr(blank + 1, ' ')) {
        const struct glabels_template *product =
            find_part(glabels, name, (size_t)(blank - name), blank + 1);
        if (product != NULL) {
            return follow(glabels, product);
        }
    }
    return NULL;
}

/* "glabels:BRAND PART" into a stock's name. False: too long. */
static bool put_name(char out[CUSTODY_LABEL_NAME_LEN + 1], const char *brand, const char *part)
{
    int len = snprintf(out, CUSTODY_LABEL_NAME_LEN + 1, GLABELS_PREFIX "%s %s", brand, part);
    return len > 0 && len <= CUSTODY_LABEL_NAME_LEN;
}

enum custody_status glabels_load(const char *name, struct stock *ret_stock,
                                 struct custody_error *err)
{
    struct glabels glabels = {0};
    char stock_name[CUSTODY_LABEL_NAME_LEN + 1];
    enum custody_status rc = glabels_read(&glabels, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct glabels_template *product = glabels_find(&glabels, name);
    int len = snprintf(stock_name, sizeof stock_name, GLABELS_PREFIX "%s", name);
    if (product == NULL || len < 0 || len > CUSTODY_LABEL_NAME_LEN) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the gLabels database has no product \"%.60s\": write it like "
                          "\"" GLABELS_PREFIX "Avery L4732\"",
                          name);
    } else {
        rc = glabels_make_stock(&glabels, product, stock_name, ret_stock, err);
    }
    glabels_clear(&glabels);
    return rc;
}

enum custody_status glabels_list(struct custody_label_stock **stocks, size_t *count,
                                 struct custody_error *err)
{
    struct glabels glabels = {0};
    enum custody_status rc = glabels_read(&glabels, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    size_t used = *count;
    struct custody_label_stock *list =
        realloc(*stocks, (used + glabels.template_count + 1) * sizeof *list);
    if (list == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM,
                          "out of memory while listing stocks: close other programs");
        goto out;
    }
    *stocks = list;
    for (size_t i = 0; i < glabels.template_count; i++) {
        struct stock stock;
        char name[CUSTODY_LABEL_NAME_LEN + 1];
        const struct glabels_template *alias = &glabels.templates[i];
        const struct glabels_template *product = follow(&glabels, alias);
        /* What is too small for a code is no stock of ours. */
        if (product != NULL && put_name(name, alias->brand, alias->part) &&
            glabels_make_stock(&glabels, product, name, &stock, NULL) == CUSTODY_OK) {
            stock_describe(&stock, &list[used++]);
        }
    }
    *count = used;
out:
    glabels_clear(&glabels);
    return rc;
}
