/* Where bytes go: see sink.h. A file is old or new, never half. */
#include "sink_impl.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define TEMP_SUFFIX ".XXXXXX"
#define TCP_PREFIX  "tcp://"

enum print_sink_kind print_sink_kind_of(const char *to)
{
    if (strcmp(to, "-") == 0) {
        return PRINT_SINK_STREAM;
    }
    return strncmp(to, TCP_PREFIX, sizeof TCP_PREFIX - 1) == 0 ? PRINT_SINK_PRINTER
                                                               : PRINT_SINK_FILE;
}

/* A device or directory must not be renamed away by accident. */
enum custody_status print_sink_check_target(const char *path, struct custody_error *err)
{
    struct stat st;
    if (path[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "there is no name to write to: name a file");
    }
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s is not a regular file: name a file to write", path);
    }
    return CUSTODY_OK;
}

static enum custody_status fail_nomem(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory before printing: close other programs");
}

static enum custody_status open_temp(struct print_sink *sink, struct custody_error *err)
{
    enum custody_status rc = print_sink_check_target(sink->to, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    size_t size = strlen(sink->to) + sizeof TEMP_SUFFIX;
    sink->temp_path = malloc(size);
    if (sink->temp_path == NULL) {
        return fail_nomem(err);
    }
    (void)snprintf(sink->temp_path, size, "%s%s", sink->to, TEMP_SUFFIX);
    sink->fd = mkostemp(sink->temp_path, O_CLOEXEC);
    if (sink->fd < 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "%s cannot be written: choose another place", sink->to);
    }
    sink->has_temp = true;
    return CUSTODY_OK;
}

enum custody_status print_sink_open(const char *to, struct print_sink **ret_sink,
                                    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct print_sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL) {
        return fail_nomem(err);
    }
    sink->fd = -1;
    sink->kind = print_sink_kind_of(to);
    sink->timeout_ms = PRINT_SINK_TIMEOUT_MS;
    sink->to = text_dup(to);
    if (sink->to == NULL) {
        rc = fail_nomem(err);
        goto out;
    }
    switch (sink->kind) {
    case PRINT_SINK_FILE:
        rc = open_temp(sink, err);
        break;
    case PRINT_SINK_STREAM:
        sink->fd = STDOUT_FILENO;
        break;
    case PRINT_SINK_PRINTER:
        rc = print_tcp_open(sink, err);
        break;
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    *ret_sink = sink;
    sink = NULL;
out:
    print_sink_close(sink);
    return rc;
}

/* Also what a second write after a failure says: cairo goes on writing. */
static enum custody_status fail_write(struct print_sink *sink, struct custody_error *err)
{
    sink->has_failed = true;
    if (sink->kind == PRINT_SINK_STREAM) {
        return custody_fail_os(err, CUSTODY_ERR_IO, sink->os_error,
                               "writing to standard output failed: nothing of it is whole, "
                               "make room or choose another place");
    }
    return custody_fail_os(err, CUSTODY_ERR_IO, sink->os_error,
                           "writing %s failed: make room or choose another place", sink->to);
}

static enum custody_status put_out(struct print_sink *sink, const unsigned char *data,
                                   size_t len, struct custody_error *err)
{
    if (sink->kind == PRINT_SINK_PRINTER) {
        enum custody_status rc = print_tcp_send(sink, data, len, err);
        sink->has_failed = rc != CUSTODY_OK;
        return rc;
    }
    while (len > 0) {
        ssize_t n = write(sink->fd, data, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            sink->os_error = n < 0 ? errno : EIO;
            return fail_write(sink, err);
        }
        data += n;
        len -= (size_t)n;
        sink->sent += (size_t)n;
    }
    return CUSTODY_OK;
}

static enum custody_status flush(struct print_sink *sink, struct custody_error *err)
{
    size_t len = sink->fill;
    sink->fill = 0;
    return put_out(sink, sink->buffer, len, err);
}

static enum custody_status check_alive(struct print_sink *sink, struct custody_error *err)
{
    if (!sink->has_failed) {
        return CUSTODY_OK;
    }
    if (sink->kind == PRINT_SINK_PRINTER) {
        return print_tcp_send(sink, NULL, 0, err);
    }
    return fail_write(sink, err);
}

enum custody_status print_sink_write(struct print_sink *sink, const void *data, size_t len,
                                     struct custody_error *err)
{
    enum custody_status rc = check_alive(sink, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (len > PRINT_SINK_BUFFER - sink->fill) {
        rc = flush(sink, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    if (len >= PRINT_SINK_BUFFER) {
        return put_out(sink, data, len, err);
    }
    if (len > 0) {
        memcpy(sink->buffer + sink->fill, data, len);
        sink->fill += len;
    }
    return CUSTODY_OK;
}

enum custody_status print_sink_finish(struct print_sink *sink, struct custody_error *err)
{
    assert(sink->has_temp && sink->fd >= 0);
    enum custody_status rc = check_alive(sink, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = flush(sink, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (fsync(sink->fd) != 0) {
        sink->os_error = errno;
        return fail_write(sink, err);
    }
    int fd = sink->fd;
    sink->fd = -1;
    /* Network file systems say only here that the disk was full. */
    if (close(fd) != 0 && errno != EINTR) {
        sink->os_error = errno;
        return fail_write(sink, err);
    }
    return CUSTODY_OK;
}

enum custody_status print_sink_rename(struct print_sink *sink, const char *path,
                                      struct custody_error *err)
{
    assert(sink->has_temp && sink->fd < 0);
    if (rename(sink->temp_path, path) != 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "%s cannot be replaced: choose another place", path);
    }
    sink->has_temp = false;
    return CUSTODY_OK;
}

enum custody_status print_sink_parent(const char *path, char **ret_parent,
                                      struct custody_error *err)
{
    const char *slash = strrchr(path, '/');
    char *parent = NULL;
    if (slash == NULL) {
        parent = text_dup(".");
    } else {
        parent = slash == path ? text_dup("/") : text_dup_n(path, (size_t)(slash - path));
    }
    if (parent == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory while printing: close other programs");
    }
    *ret_parent = parent;
    return CUSTODY_OK;
}

static enum custody_status commit_file(struct print_sink *sink, struct custody_error *err)
{
    char *parent = NULL;
    enum custody_status rc = print_sink_parent(sink->to, &parent, err);
    if (rc == CUSTODY_OK) {
        rc = print_sink_finish(sink, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_rename(sink, sink->to, err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_sync_dir(parent, err);
    }
    free(parent);
    return rc;
}

enum custody_status print_sink_commit(struct print_sink *sink, struct custody_error *err)
{
    if (sink->kind == PRINT_SINK_FILE) {
        return commit_file(sink, err);
    }
    enum custody_status rc = check_alive(sink, err);
    if (rc == CUSTODY_OK) {
        rc = flush(sink, err);
    }
    if (rc == CUSTODY_OK && sink->kind == PRINT_SINK_PRINTER) {
        rc = print_tcp_finish(sink, err);
    }
    return rc;
}

void print_sink_close(struct print_sink *sink)
{
    if (sink == NULL) {
        return;
    }
    if (sink->fd >= 0 && sink->kind != PRINT_SINK_STREAM) {
        (void)close(sink->fd);
    }
    if (sink->has_temp) {
        (void)unlink(sink->temp_path);
    }
    free(sink->temp_path);
    free(sink->to);
    free(sink);
}
