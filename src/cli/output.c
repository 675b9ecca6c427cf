/* Files the command line reads and writes, whole. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CANNOT_WRITE  "%.200s cannot be written; make room, or name another file"
#define JSON_FILE_MAX ((size_t)1024 * 1024)

/* Everything of fd, at most max bytes, and a 0. */
static enum custody_status read_all(int fd, const char *path, size_t max, char **ret_data,
                                    size_t *ret_len, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    size_t len = 0;
    size_t room = 4096;
    char *data = malloc(room);
    if (data == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read %.200s", path);
        goto out;
    }
    for (;;) {
        if (len + 1 >= room) {
            char *more = realloc(data, room * 2);
            if (more == NULL) {
                rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read %.200s",
                                  path);
                goto out;
            }
            data = more;
            room *= 2;
        }
        const ssize_t n = read(fd, data + len, room - len - 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                                 "%.200s cannot be read; name a file", path);
            goto out;
        }
        if (n == 0) {
            break;
        }
        len += (size_t)n;
        if (len > max) {
            rc = custody_fail(err, CUSTODY_ERR_LIMIT,
                              "%.200s is longer than the %zu bytes allowed; is it the right "
                              "file?",
                              path, max);
            goto out;
        }
    }
    data[len] = '\0';
    *ret_data = data;
    *ret_len = len;
    data = NULL;
out:
    free(data);
    return rc;
}

enum custody_status output_read(const char *path, size_t max, char **ret_data, size_t *ret_len,
                                struct custody_error *err)
{
    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, "standard input", max, ret_data, ret_len, err);
    }
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return custody_fail_os(err, CUSTODY_ERR_NOT_FOUND, errno,
                               "there is no file %.200s; check the name", path);
    }
    if (fd < 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno, "%.200s cannot be opened", path);
    }
    const enum custody_status rc = read_all(fd, path, max, ret_data, ret_len, err);
    close(fd);
    return rc;
}

enum custody_status output_read_json(const char *path, json_t **ret_value,
                                     struct custody_error *err)
{
    char *data = NULL;
    size_t len = 0;
    enum custody_status rc = output_read(path, JSON_FILE_MAX, &data, &len, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_error_t where;
    json_t *value = json_loadb(data, len, JSON_REJECT_DUPLICATES, &where);
    free(data);
    if (value == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%.200s is not JSON in line %d: %.100s; correct it there", path,
                            where.line, where.text);
    }
    *ret_value = value;
    return CUSTODY_OK;
}

static enum custody_status write_all(int fd, const char *path, const char *data, size_t len,
                                     struct custody_error *err)
{
    size_t done = 0;
    while (done < len) {
        const ssize_t n = write(fd, data + done, len - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
        }
        done += (size_t)n;
    }
    if (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
    }
    return CUSTODY_OK;
}

/* A device or a pipe cannot be renamed over: it is written straight. */
static enum custody_status write_through(const char *path, const char *data, size_t len,
                                         struct custody_error *err)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
    }
    enum custody_status rc = write_all(fd, path, data, len, err);
    if (close(fd) != 0 && rc == CUSTODY_OK) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
    }
    return rc;
}

/* The name of the new file survives a power cut only when its directory is synced. */
static enum custody_status sync_directory(const char *path, struct custody_error *err)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 1;
    char *parent = malloc(len + 1);
    if (parent != NULL) {
        memcpy(parent, slash != NULL ? path : ".", len);
        parent[len] = '\0';
    } else {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to write %.200s", path);
    }
    enum custody_status rc = CUSTODY_OK;
    const int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(parent);
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "%.200s cannot be made to last", path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

enum custody_status output_write(const char *path, const void *data, size_t len, unsigned mode,
                                 struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct stat old;
    if (stat(path, &old) == 0 && !S_ISREG(old.st_mode)) {
        return write_through(path, data, len, err);
    }
    int fd = -1;
    int closed = 0;
    bool is_made = false;
    const size_t room = strlen(path) + sizeof ".part-XXXXXX";
    char *part = malloc(room);
    if (part == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to write %.200s", path);
    }
    (void)snprintf(part, room, "%s.part-XXXXXX", path);
    fd = mkostemp(part, O_CLOEXEC);
    if (fd < 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
        goto out;
    }
    is_made = true;
    rc = write_all(fd, path, data, len, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (fchmod(fd, (mode_t)mode) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
        goto out;
    }
    closed = close(fd);
    fd = -1;
    if (closed != 0 || rename(part, path) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, CANNOT_WRITE, path);
        goto out;
    }
    is_made = false;
    rc = sync_directory(path, err);
out:
    if (fd >= 0) {
        close(fd);
    }
    if (is_made) {
        (void)unlink(part);
    }
    free(part);
    return rc;
}
