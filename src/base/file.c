/*
 * Files: bounded reads, durable writes, locks.
 *
 * A durable write is: temporary file beside the target, all bytes, fsync, rename, fsync of the
 * directory. Until the rename the old file stands untouched; after it the new one is whole.
 */
#include "file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define READ_PIECE   65536U
#define LOCK_POLL_MS 10

/* ---- reading ---- */

static enum custody_status open_failed(const char *path, int os_error,
                                       struct custody_error *err)
{
    bool is_missing = os_error == ENOENT || os_error == ENOTDIR;

    return custody_fail_os(err, is_missing ? CUSTODY_ERR_NOT_FOUND : CUSTODY_ERR_IO, os_error,
                           "cannot open %.200s; check the path and its permissions", path);
}

static enum custody_status too_long(const char *path, size_t max_bytes,
                                    struct custody_error *err)
{
    return custody_fail(
        err, CUSTODY_ERR_LIMIT,
        "%.200s is longer than the %zu bytes allowed; check that it is the right "
        "file",
        path, max_bytes);
}

static enum custody_status read_all(int fd, const char *path, size_t max_bytes, struct buf *out,
                                    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    size_t total = 0;
    uint8_t *piece = malloc(READ_PIECE);

    if (piece == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory; close other programs and try again");
    }
    while (rc == CUSTODY_OK) {
        ssize_t got = read(fd, piece, READ_PIECE);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno == EISDIR) {
            rc = custody_fail(err, CUSTODY_ERR_IO,
                              "%.200s is a directory; name the file that is meant", path);
        } else if (got < 0) {
            rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                                 "cannot read %.200s; check the disk", path);
        } else if ((size_t)got > max_bytes - total) {
            rc = too_long(path, max_bytes, err);
        } else if (got == 0) {
            break;
        } else {
            total += (size_t)got;
            rc = buf_put(out, piece, (size_t)got, err);
        }
    }
    explicit_bzero(piece, READ_PIECE); /* the file may have been a sealed or secret one */
    free(piece);
    return rc;
}

enum custody_status file_read(const char *path, size_t max_bytes, struct buf *out,
                              struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    size_t before = out->len;
    bool is_stdin = strcmp(path, "-") == 0;
    struct stat info;

    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return open_failed(path, errno, err);
    }
    /* a huge regular file is refused before a byte of it is read */
    if (!is_stdin && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (uintmax_t)info.st_size > max_bytes) {
        rc = too_long(path, max_bytes, err);
    } else {
        rc = read_all(fd, is_stdin ? "standard input" : path, max_bytes, out, err);
    }
    if (rc != CUSTODY_OK && out->data != NULL) {
        out->len = before;
        out->data[before] = 0;
    }
    if (!is_stdin) {
        (void)close(fd);
    }
    return rc;
}

bool file_exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

char *file_join(const char *dir, const char *name)
{
    size_t size = strlen(dir) + strlen(name) + 2;
    char *path = malloc(size);

    if (path != NULL) {
        (void)snprintf(path, size, "%s/%s", dir, name);
    }
    return path;
}

/* ---- directories ---- */

enum custody_status file_sync_dir(const char *path, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return open_failed(path, errno, err);
    }
    /* some file systems cannot sync a directory and say EINVAL: nothing more can be done */
    if (fsync(fd) != 0 && errno != EINVAL) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "cannot sync %.200s; check the disk",
                             path);
    }
    (void)close(fd);
    return rc;
}

/* The directory part of path, malloc'ed: "." when there is none. NULL: out of memory. */
static char *parent_of(const char *path)
{
    size_t len = strlen(path);

    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    while (len > 0 && path[len - 1] != '/') {
        len--;
    }
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    return len == 0 ? text_dup(".") : text_dup_n(path, len);
}

static enum custody_status sync_parent(const char *path, struct custody_error *err)
{
    char *parent = parent_of(path);

    if (parent == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory; close other programs and try again");
    }
    enum custody_status rc = file_sync_dir(parent, err);
    free(parent);
    return rc;
}

static enum custody_status make_one_dir(const char *path, unsigned mode,
                                        struct custody_error *err)
{
    struct stat info;

    if (mkdir(path, (mode_t)mode) == 0) {
        return sync_parent(path, err);
    }
    int os_error = errno;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        return CUSTODY_OK; /* EEXIST, or EROFS and EACCES where it is there all the same */
    }
    return custody_fail_os(
        err, CUSTODY_ERR_IO, os_error,
        "cannot make the directory %.200s; check the path and its permissions", path);
}

enum custody_status file_make_dir(const char *path, unsigned mode, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    char *partial = text_dup(path);

    if (partial == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory; close other programs and try again");
    }
    for (size_t i = 1; partial[0] != 0 && partial[i] != 0 && rc == CUSTODY_OK; i++) {
        if (partial[i] == '/' && partial[i - 1] != '/') {
            partial[i] = 0;
            rc = make_one_dir(partial, mode, err);
            partial[i] = '/';
        }
    }
    if (rc == CUSTODY_OK) {
        rc = make_one_dir(path, mode, err);
    }
    free(partial);
    return rc;
}

/* ---- durable writing ---- */

static enum custody_status write_failed(const char *path, int os_error,
                                        struct custody_error *err)
{
    return custody_fail_os(
        err, CUSTODY_ERR_IO, os_error,
        "cannot write %.200s, nothing was changed; check space and permissions", path);
}

/* 0 or errno. */
static int write_all(int fd, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    size_t done = 0;

    while (done < len) {
        ssize_t put = write(fd, bytes + done, len - done);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return put < 0 ? errno : EIO;
        }
        done += (size_t)put;
    }
    return fsync(fd) == 0 ? 0 : errno;
}

/* path + ".tmp-" + 16 random hex digits, malloc'ed; NULL with errno. */
static char *temp_path(const char *path)
{
    uint8_t random[8];
    char digits[2 * sizeof random + 1];
    size_t size = strlen(path) + strlen(".tmp-") + sizeof digits;

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return NULL;
    }
    text_hex(random, sizeof random, digits);
    char *temp = malloc(size);
    if (temp != NULL) {
        (void)snprintf(temp, size, "%s.tmp-%s", path, digits);
    }
    return temp;
}

/* Write data into a fresh file beside path. On failure there is none. */
static enum custody_status write_temp(const char *path, const void *data, size_t len,
                                      unsigned mode, char **ret_temp, struct custody_error *err)
{
    errno = ENOMEM;
    char *temp = temp_path(path);
    if (temp == NULL) {
        return errno == ENOMEM
                   ? custody_fail(err, CUSTODY_ERR_NOMEM,
                                  "out of memory; close other programs and try again")
                   : write_failed(path, errno, err);
    }
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0) {
        int os_error = errno;
        free(temp);
        return write_failed(path, os_error, err);
    }
    int os_error = write_all(fd, data, len);
    if (close(fd) != 0 && os_error == 0) {
        os_error = errno;
    }
    if (os_error != 0) {
        (void)unlink(temp);
        free(temp);
        return write_failed(path, os_error, err);
    }
    *ret_temp = temp;
    return CUSTODY_OK;
}

enum custody_status file_write_durable(const char *path, const void *data, size_t len,
                                       unsigned mode, struct custody_error *err)
{
    char *temp = NULL;
    enum custody_status rc = write_temp(path, data, len, mode, &temp, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    assert(temp != NULL);
    if (rename(temp, path) != 0) {
        rc = write_failed(path, errno, err);
        (void)unlink(temp);
    } else {
        rc = sync_parent(path, err);
    }
    free(temp);
    return rc;
}

/* Give temp the name path unless something has it. 0 or errno; temp is gone on success. */
static int rename_if_free(const char *temp, const char *path)
{
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return errno;
    }
    /* a file system without that flag: link() refuses an existing name just as atomically */
    if (link(temp, path) != 0) {
        return errno;
    }
    (void)unlink(temp);
    return 0;
}

enum custody_status file_create_durable(const char *path, const void *data, size_t len,
                                        unsigned mode, struct custody_error *err)
{
    char *temp = NULL;
    enum custody_status rc = write_temp(path, data, len, mode, &temp, err);

    if (rc != CUSTODY_OK) {
        return rc;
    }
    assert(temp != NULL);
    int os_error = rename_if_free(temp, path);
    if (os_error == 0) {
        rc = sync_parent(path, err);
    } else {
        (void)unlink(temp);
        rc = os_error == EEXIST
                 ? custody_refuse(err, "exists",
                                  "%.200s exists already; choose another name or move it away",
                                  path)
                 : write_failed(path, os_error, err);
    }
    free(temp);
    return rc;
}

/* ---- locks ---- */

static int64_t monotonic_ms(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum custody_status file_lock(const char *path, int timeout_ms, int *ret_fd,
                              struct custody_error *err)
{
    static const struct timespec POLL = {.tv_sec = 0, .tv_nsec = LOCK_POLL_MS * 1000000L};
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        return open_failed(path, errno, err);
    }
    int64_t deadline = monotonic_ms() + timeout_ms;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int os_error = errno;
        if (os_error != EWOULDBLOCK && os_error != EINTR) {
            (void)close(fd);
            return custody_fail_os(err, CUSTODY_ERR_IO, os_error,
                                   "cannot lock %.200s; check the file system", path);
        }
        if (monotonic_ms() >= deadline) {
            (void)close(fd);
            return custody_fail(err, CUSTODY_ERR_BUSY,
                                "another program holds %.200s; wait until it is done, then try "
                                "again",
                                path);
        }
        (void)nanosleep(&POLL, NULL);
    }
    *ret_fd = fd;
    return CUSTODY_OK;
}

void file_unlock(int fd)
{
    if (fd >= 0) {
        (void)close(fd); /* the lock belongs to this open file and goes with it */
    }
}
