/*
 * Which credentials a directory holds.
 *
 * Must not open a box. A file that is damaged hides none of the others.
 */
#include "credstore_impl.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"

#define LIST_MAX 4096U

void credential_infos_free(struct credential_info *infos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        credential_info_clear(&infos[i]);
    }
    free(infos);
}

struct listed {
    struct credential_info info;
    struct timespec changed;
};

/* Newest first; equal times by path, so that the order is always the same. */
static int compare_listed(const void *a, const void *b)
{
    const struct listed *left = a;
    const struct listed *right = b;

    if (left->changed.tv_sec != right->changed.tv_sec) {
        return left->changed.tv_sec > right->changed.tv_sec ? -1 : 1;
    }
    if (left->changed.tv_nsec != right->changed.tv_nsec) {
        return left->changed.tv_nsec > right->changed.tv_nsec ? -1 : 1;
    }
    return strcmp(left->info.path, right->info.path);
}

struct listing {
    struct listed *items;
    size_t count;
    bool has_damaged;
    struct custody_error damaged; /* of the last file passed over */
};

/* Does the name end as ours do, and begin with the handle when one is given? */
static bool name_fits(const char *name, const char *handle)
{
    size_t len = strlen(name);
    size_t suffix_len = sizeof CREDENTIAL_SUFFIX - 1;
    size_t handle_len = handle != NULL ? strlen(handle) : 0;

    return len > suffix_len && strcmp(name + len - suffix_len, CREDENTIAL_SUFFIX) == 0 &&
           strncmp(name, handle != NULL ? handle : "", handle_len) == 0;
}

static enum custody_status list_file(const char *dir, const char *name, const char *handle,
                                     struct listing *listing, struct custody_error *err)
{
    struct credential_info info = {0};
    struct stat status;
    char *path = file_join(dir, name);
    enum custody_status rc = path != NULL ? CUSTODY_OK : credstore_no_memory(err);

    if (rc == CUSTODY_OK) {
        rc = credstore_read_info(path, &info, &listing->damaged);
        if (rc == CUSTODY_ERR_NOMEM) {
            (void)credstore_no_memory(err);
            goto out;
        }
        if (rc != CUSTODY_OK || stat(path, &status) != 0) {
            (void)custody_fail(&listing->damaged, CUSTODY_ERR_INVALID,
                               "%s is damaged; put back its copy", name);
            listing->has_damaged = true;
            rc = CUSTODY_OK;
            goto out;
        }
    }
    if (rc != CUSTODY_OK || (handle != NULL && strcmp(handle, info.handle) != 0)) {
        goto out;
    }
    if (listing->count == LIST_MAX) {
        rc = custody_fail(err, CUSTODY_ERR_LIMIT, "more than %u credentials in one directory",
                          LIST_MAX);
        goto out;
    }
    if (listing->count % 16 == 0) {
        struct listed *items = realloc(listing->items, (listing->count + 16) * sizeof *items);
        if (items == NULL) {
            rc = credstore_no_memory(err);
            goto out;
        }
        listing->items = items;
    }
    info.path = path;
    path = NULL;
    listing->items[listing->count++] = (struct listed){.info = info, .changed = status.st_mtim};
out:
    free(path);
    return rc;
}

static enum custody_status detach_listing(struct listing *listing,
                                          struct credential_info **ret_infos, size_t *ret_count,
                                          struct custody_error *err)
{
    if (listing->count == 0 && listing->has_damaged) {
        return custody_fail(err, listing->damaged.status, "%s", listing->damaged.text);
    }
    if (listing->count == 0) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no such credential here; make one with `custody "
                            "credential new`");
    }
    struct credential_info *infos = calloc(listing->count, sizeof *infos);
    if (infos == NULL) {
        return credstore_no_memory(err);
    }
    qsort(listing->items, listing->count, sizeof *listing->items, compare_listed);
    for (size_t i = 0; i < listing->count; i++) {
        infos[i] = listing->items[i].info;
    }
    *ret_infos = infos;
    *ret_count = listing->count;
    listing->count = 0; /* the paths belong to infos now */
    return CUSTODY_OK;
}

enum custody_status credential_list(const char *dir, const char *handle,
                                    struct credential_info **ret_infos, size_t *ret_count,
                                    struct custody_error *err)
{
    struct listing listing = {0};
    enum custody_status rc = CUSTODY_OK;
    DIR *stream = opendir(dir);

    if (stream == NULL && errno != ENOENT) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "the directory of credentials cannot be read");
    }
    for (const struct dirent *entry = NULL;
         stream != NULL && rc == CUSTODY_OK && (entry = readdir(stream)) != NULL;) {
        if (name_fits(entry->d_name, handle)) {
            rc = list_file(dir, entry->d_name, handle, &listing, err);
        }
    }
    if (stream != NULL) {
        (void)closedir(stream);
    }
    if (rc == CUSTODY_OK) {
        rc = detach_listing(&listing, ret_infos, ret_count, err);
    }
    for (size_t i = 0; i < listing.count; i++) {
        credential_info_clear(&listing.items[i].info);
    }
    free(listing.items);
    return rc;
}
