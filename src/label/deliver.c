/*
 * A rendered job waits here until its act is recorded: see custody/label_tools.h. It waits in a
 * directory of its own beside its target, because a job of several pictures is several files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "custody/label_tools.h"
#include "file.h"
#include "sink.h"

#define PART        ".part-XXXXXX"
#define BLOCK       65536
#define STREAM_NAME "labels"

struct custody_label_delivery {
    char *to;
    char *parent; /* directory that the files go to; NULL: a stream */
    char *dir;    /* where they wait */
    bool is_made;
    char *path; /* what the job renders to */
    struct print_sink *sink;
};

static bool is_stream(const char *to)
{
    return strcmp(to, "-") == 0 || strncmp(to, "tcp://", 6) == 0;
}

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to deliver labels");
}

static char *copy_text(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

/* The names: `to` in its parts, and the directory that waits beside it. */
static enum custody_status make_names(struct custody_label_delivery *delivery, const char *to,
                                      struct custody_error *err)
{
    const char *slash = strrchr(to, '/');
    const char *name = slash != NULL ? slash + 1 : to;
    const char *tmp = getenv("TMPDIR");
    char *base = NULL;
    delivery->to = copy_text(to, strlen(to));
    if (is_stream(to)) {
        base = file_join(tmp != NULL && tmp[0] == '/' ? tmp : "/tmp", "custody-labels");
        name = STREAM_NAME;
    } else {
        base = copy_text(to, strlen(to));
        delivery->parent = slash != NULL ? copy_text(to, slash == to ? 1 : (size_t)(slash - to))
                                         : copy_text(".", 1);
    }
    if (base == NULL || delivery->to == NULL || (!is_stream(to) && delivery->parent == NULL)) {
        free(base);
        return no_memory(err);
    }
    const size_t room = strlen(base) + sizeof PART;
    delivery->dir = malloc(room);
    if (delivery->dir != NULL) {
        (void)snprintf(delivery->dir, room, "%s" PART, base);
        delivery->path = file_join(delivery->dir, name);
    }
    free(base);
    return delivery->path != NULL ? CUSTODY_OK : no_memory(err);
}

static enum custody_status check_target(const char *to, struct custody_error *err)
{
    struct stat there;
    const size_t len = strlen(to);
    if (len == 0 || to[len - 1] == '/' || (stat(to, &there) == 0 && !S_ISREG(there.st_mode))) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%.200s is no file; name a file, or - and lead the output there",
                            to);
    }
    return CUSTODY_OK;
}

enum custody_status custody_label_delivery_open(const char *to,
                                                struct custody_label_delivery **ret_delivery,
                                                struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct custody_label_delivery *delivery = calloc(1, sizeof *delivery);
    if (delivery == NULL) {
        return no_memory(err);
    }
    if (!is_stream(to)) {
        rc = check_target(to, err);
    }
    if (rc == CUSTODY_OK) {
        rc = make_names(delivery, to, err);
    }
    if (rc == CUSTODY_OK && mkdtemp(delivery->dir) == NULL) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "%.200s cannot be made",
                             is_stream(to) ? delivery->dir : to);
    } else if (rc == CUSTODY_OK) {
        delivery->is_made = true;
        /* The random part of the directory's name is in the path as well. */
        memcpy(delivery->path, delivery->dir, strlen(delivery->dir));
        *ret_delivery = delivery;
        delivery = NULL;
    }
    custody_label_delivery_close(delivery);
    return rc;
}

const char *custody_label_delivery_path(const struct custody_label_delivery *delivery)
{
    return delivery->path;
}

enum custody_status custody_label_delivery_connect(struct custody_label_delivery *delivery,
                                                   struct custody_error *err)
{
    if (delivery->parent != NULL || delivery->sink != NULL) {
        return CUSTODY_OK;
    }
    return print_sink_open(delivery->to, &delivery->sink, err);
}

static enum custody_status send_stream(struct custody_label_delivery *delivery,
                                       struct custody_error *err)
{
    enum custody_status rc = custody_label_delivery_connect(delivery, err);
    char *block = malloc(BLOCK);
    const int fd = open(delivery->path, O_RDONLY | O_CLOEXEC);
    if (rc == CUSTODY_OK && block == NULL) {
        rc = no_memory(err);
    }
    if (rc == CUSTODY_OK && fd < 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "the rendered labels cannot be read");
    }
    while (rc == CUSTODY_OK) {
        const ssize_t n = read(fd, block, BLOCK);
        if (n == 0) {
            rc = print_sink_commit(delivery->sink, err);
            break;
        }
        if (n > 0) {
            rc = print_sink_write(delivery->sink, block, (size_t)n, err);
        } else if (errno != EINTR) {
            rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                                 "the rendered labels cannot be read");
        }
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(block);
    return rc;
}

/* Call back for each file that waits: its path, its name. The first failure ends it. */
static enum custody_status each_file(
    struct custody_label_delivery *delivery,
    enum custody_status (*call)(const struct custody_label_delivery *delivery, const char *path,
                                const char *name, struct custody_error *err),
    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    DIR *dir = opendir(delivery->dir);
    if (dir == NULL) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno, "%.200s cannot be read",
                               delivery->dir);
    }
    const struct dirent *entry = NULL;
    while (rc == CUSTODY_OK && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char *path = file_join(delivery->dir, entry->d_name);
        rc = path != NULL ? call(delivery, path, entry->d_name, err) : no_memory(err);
        free(path);
    }
    (void)closedir(dir);
    return rc;
}

static enum custody_status move_file(const struct custody_label_delivery *delivery,
                                     const char *path, const char *name,
                                     struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    char *target = file_join(delivery->parent, name);
    if (target == NULL) {
        return no_memory(err);
    }
    if (rename(path, target) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno, "%.200s cannot be written", target);
    }
    free(target);
    return rc;
}

static enum custody_status remove_file(const struct custody_label_delivery *delivery,
                                       const char *path, const char *name,
                                       struct custody_error *err)
{
    (void)delivery;
    (void)name;
    (void)err;
    (void)unlink(path);
    return CUSTODY_OK;
}

enum custody_status custody_label_delivery_send(struct custody_label_delivery *delivery,
                                                struct custody_error *err)
{
    if (delivery->parent == NULL) {
        return send_stream(delivery, err);
    }
    const enum custody_status rc = each_file(delivery, move_file, err);
    return rc == CUSTODY_OK ? file_sync_dir(delivery->parent, err) : rc;
}

/* A signal may come at any time: no memory is asked for, no list of the library's read. */
void custody_label_delivery_abandon(const struct custody_label_delivery *delivery)
{
    char names[4096] __attribute__((aligned(8)));
    const int error = errno;
    const int fd = delivery->is_made ? open(delivery->dir, O_RDONLY | O_DIRECTORY) : -1;
    ssize_t len = 0;
    while (fd >= 0 && (len = getdents64(fd, names, sizeof names)) > 0) {
        for (ssize_t at = 0; at < len;) {
            const struct dirent64 *entry = (const struct dirent64 *)(names + at);
            (void)unlinkat(fd, entry->d_name, 0); /* not "." and ".." */
            at += entry->d_reclen;
        }
    }
    if (fd >= 0) {
        (void)close(fd);
        (void)rmdir(delivery->dir);
    }
    errno = error;
}

void custody_label_delivery_close(struct custody_label_delivery *delivery)
{
    if (delivery == NULL) {
        return;
    }
    if (delivery->is_made) {
        (void)!each_file(delivery, remove_file, NULL);
        (void)rmdir(delivery->dir);
    }
    print_sink_close(delivery->sink);
    free(delivery->to);
    free(delivery->parent);
    free(delivery->dir);
    free(delivery->path);
    free(delivery);
}
