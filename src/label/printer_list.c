/* The printer profiles that there are: see custody/printer.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "printer.h"

#define SUFFIX       ".printer"
#define PRINTERS_MAX 512

static bool is_profile(const char *file)
{
    size_t len = strlen(file);
    size_t suffix = strlen(SUFFIX);
    return file[0] != '.' && len > suffix && strcmp(file + len - suffix, SUFFIX) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct custody_printer *)a)->name,
                  ((const struct custody_printer *)b)->name);
}

/* A profile is found by the name of its file; one that calls itself otherwise misleads. */
static enum custody_status check_name(const char *file, const char *name,
                                      struct custody_error *err)
{
    size_t len = strlen(file) - strlen(SUFFIX);
    if (strlen(name) != len || memcmp(file, name, len) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the profile %s names itself %s: give both the same name", file,
                            name);
    }
    return CUSTODY_OK;
}

static enum custody_status add(const char *dir, const char *file, struct buf *rows,
                               struct custody_error *err)
{
    struct printer printer;
    char *path = file_join(dir, file);
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory while listing printers");
    }
    enum custody_status rc = printer_load(path, &printer, err);
    free(path);
    if (rc == CUSTODY_OK) {
        rc = check_name(file, printer.name, err);
    }
    if (rc == CUSTODY_OK) {
        struct custody_printer row = {.language = printer.language, .dpi = printer.dpi};
        memcpy(row.name, printer.name, sizeof row.name);
        memcpy(row.title, printer.title, sizeof row.title);
        rc = buf_put(rows, &row, sizeof row, err);
    }
    return rc;
}

static enum custody_status read_dir(const char *path, struct buf *rows,
                                    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return custody_fail_os(err, errno == ENOENT ? CUSTODY_ERR_NOT_FOUND : CUSTODY_ERR_IO,
                               errno, "%s cannot be read: set CUSTODY_LABELS to the labels",
                               path);
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            if (errno != 0) {
                rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "%s cannot be read", path);
            }
            break;
        }
        rc = is_profile(entry->d_name) ? add(path, entry->d_name, rows, err) : CUSTODY_OK;
        if (rc != CUSTODY_OK) {
            break;
        }
    }
    (void)closedir(dir);
    return rc;
}

enum custody_status custody_printer_list(struct custody_printer **ret_printers,
                                         size_t *ret_count, struct custody_error *err)
{
    struct buf rows = BUF_INIT(PRINTERS_MAX * sizeof(struct custody_printer));
    const char *labels = custody_label_dir();
    if (labels == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no labels directory: set CUSTODY_LABELS to it");
    }
    char *path = file_join(labels, "printers");
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory while listing printers");
    }
    enum custody_status rc = buf_reserve(&rows, sizeof(struct custody_printer), err);
    if (rc == CUSTODY_OK) {
        rc = read_dir(path, &rows, err);
    }
    if (rc == CUSTODY_OK) {
        size_t len = 0;
        void *printers = buf_detach(&rows, &len);
        *ret_count = len / sizeof **ret_printers;
        qsort(printers, *ret_count, sizeof **ret_printers, by_name);
        *ret_printers = printers;
    }
    free(path);
    buf_clear(&rows);
    return rc;
}
