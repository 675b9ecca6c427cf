/*
 * A preloaded library that lets the n-th change of a file below a directory fail, so that a
 * campaign can stop the program at every write, sync and rename in turn. Reads are left alone.
 *
 * IOFAULT_DIR   only files below this directory (an absolute path without links) count
 * IOFAULT_AT    number of the call to hit, from 1; 0 or absent: none
 * IOFAULT_KIND  what happens there:
 *   eio          this one call fails with EIO
 *   enospc       this one call fails with ENOSPC
 *   full         this and all later calls that need room fail with ENOSPC
 *   dead         this and all later calls fail with EIO
 *   short        a write takes half, then the disk is full as above
 *   kill-before  SIGKILL instead of the call
 *   kill-after   SIGKILL when the call is done
 *   kill-torn    SIGKILL when a write is half done (other calls: as kill-before)
 * IOFAULT_LOG   append "number name path" for every call counted
 * IOFAULT_TRACE append what every call counted did, its bytes too, for run_power.py to replay:
 *               "op inode offset length path\n", length bytes, "\n"; op W write, T truncate
 *               (offset: the size), S sync, C create, M mkdir, U unlink, R rename (the bytes:
 *               the old path); links are not made by what is traced
 *
 * Pages that SQLite changes through mapped memory (the index of its write-ahead log) are not
 * seen here; that index is thrown away and rebuilt after a crash anyway.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum verdict { PASS, FAIL, HALF, KILL_BEFORE, KILL_AFTER, KILL_TORN };

/* What a call does to the disk decides what a full one does to it. */
enum need { NEEDS_ROOM, NEEDS_NONE };

static struct {
    pthread_mutex_t lock;
    bool is_read; /* the environment was */
    char dir[PATH_MAX];
    size_t dir_len;
    long at;
    char kind[16];
    char log[PATH_MAX];
    char trace[PATH_MAX];
    long count;
    bool is_full;
    bool is_dead;
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void copy_variable(const char *name, char *out, size_t size)
{
    const char *value = getenv(name);
    (void)snprintf(out, size, "%s", value != NULL ? value : "");
}

static void read_environment(void)
{
    char number[32];
    copy_variable("IOFAULT_DIR", fault.dir, sizeof fault.dir);
    copy_variable("IOFAULT_KIND", fault.kind, sizeof fault.kind);
    copy_variable("IOFAULT_LOG", fault.log, sizeof fault.log);
    copy_variable("IOFAULT_TRACE", fault.trace, sizeof fault.trace);
    copy_variable("IOFAULT_AT", number, sizeof number);
    fault.dir_len = strlen(fault.dir);
    fault.at = strtol(number, NULL, 10);
    fault.is_read = true;
}

static bool is_ours(const char *path)
{
    return fault.dir_len > 0 && strncmp(path, fault.dir, fault.dir_len) == 0 &&
           (path[fault.dir_len] == '/' || path[fault.dir_len] == '\0');
}

/* The call is made directly: the C library's names are the ones replaced here. */
static void write_log(const char *name, const char *path)
{
    char line[PATH_MAX + 64];
    if (fault.log[0] == '\0') {
        return;
    }
    const int len = snprintf(line, sizeof line, "%ld %s %s\n", fault.count, name, path);
    const long fd = syscall(SYS_openat, AT_FDCWD, fault.log,
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0 && len > 0) {
        (void)syscall(SYS_write, fd, line, (size_t)len);
        (void)syscall(SYS_close, fd);
    }
}

static _Noreturn void die(void)
{
    (void)syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) {
        (void)pause();
    }
}

static enum verdict at_the_point(enum need need, bool is_write)
{
    const char *kind = fault.kind;
    if (strcmp(kind, "kill-before") == 0) {
        return KILL_BEFORE;
    }
    if (strcmp(kind, "kill-after") == 0) {
        return KILL_AFTER;
    }
    if (strcmp(kind, "kill-torn") == 0) {
        return is_write ? KILL_TORN : KILL_BEFORE;
    }
    if (strcmp(kind, "enospc") == 0) {
        errno = ENOSPC;
        return FAIL;
    }
    if (strcmp(kind, "full") == 0 || strcmp(kind, "short") == 0) {
        fault.is_full = true;
        if (is_write && strcmp(kind, "short") == 0) {
            return HALF;
        }
        errno = ENOSPC;
        return need == NEEDS_ROOM ? FAIL : PASS;
    }
    fault.is_dead = strcmp(kind, "dead") == 0;
    errno = EIO;
    return FAIL;
}

/* Count a call on path and say what becomes of it; errno is set for FAIL. */
static enum verdict judge(const char *name, const char *path, enum need need, bool is_write)
{
    enum verdict verdict = PASS;
    const int saved = errno;
    (void)pthread_mutex_lock(&fault.lock);
    if (!fault.is_read) {
        read_environment();
    }
    errno = saved;
    if (is_ours(path)) {
        fault.count++;
        write_log(name, path);
        errno = saved;
        if (fault.is_dead) {
            errno = EIO;
            verdict = FAIL;
        } else if (fault.is_full && need == NEEDS_ROOM) {
            errno = ENOSPC;
            verdict = FAIL;
        } else if (fault.count == fault.at) {
            verdict = at_the_point(need, is_write);
        }
    }
    (void)pthread_mutex_unlock(&fault.lock);
    if (verdict == KILL_BEFORE) {
        die();
    }
    return verdict;
}

static void path_of_fd(int fd, char out[PATH_MAX])
{
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t len = readlink(link, out, PATH_MAX - 1);
    out[len > 0 ? len : 0] = '\0';
}

/* dir_fd and path as one absolute path. */
static void path_of(int dir_fd, const char *path, char out[PATH_MAX])
{
    char base[PATH_MAX];
    int len = 0;
    if (path[0] == '/') {
        len = snprintf(out, PATH_MAX, "%s", path);
    } else {
        if (dir_fd == AT_FDCWD) {
            if (getcwd(base, sizeof base) == NULL) {
                base[0] = '\0';
            }
        } else {
            path_of_fd(dir_fd, base);
        }
        len = snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, path);
    }
    if (len < 0) {
        out[0] = '\0';
    }
}

static enum verdict judge_fd(const char *name, int fd, enum need need, bool is_write)
{
    char path[PATH_MAX];
    const int saved = errno;
    path_of_fd(fd, path);
    errno = saved;
    return judge(name, path, need, is_write);
}

static enum verdict judge_path(const char *name, int dir_fd, const char *relative,
                               enum need need)
{
    char path[PATH_MAX];
    const int saved = errno;
    path_of(dir_fd, relative, path);
    errno = saved;
    return judge(name, path, need, false);
}

/* ---- the trace ---- */

static bool put_all(long fd, const void *data, size_t len)
{
    const char *bytes = data;
    while (len > 0) {
        const long n = syscall(SYS_write, fd, bytes, len);
        if (n <= 0) {
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* A call that was done. A record that is not written whole would make a wrong replay. */
static void trace(char op, unsigned long long inode, long long offset, const void *data,
                  size_t len, const char *path)
{
    char head[PATH_MAX + 96];
    const int saved = errno;
    const int head_len =
        snprintf(head, sizeof head, "%c %llu %lld %zu %s\n", op, inode, offset, len, path);
    (void)pthread_mutex_lock(&fault.lock);
    const long fd = syscall(SYS_openat, AT_FDCWD, fault.trace,
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || head_len <= 0 || !put_all(fd, head, (size_t)head_len) ||
        !put_all(fd, data, len) || !put_all(fd, "\n", 1)) {
        abort();
    }
    (void)syscall(SYS_close, fd);
    (void)pthread_mutex_unlock(&fault.lock);
    errno = saved;
}

static void trace_fd(char op, int fd, long long offset, const void *data, long long len)
{
    char path[PATH_MAX];
    struct stat info;
    const int saved = errno;
    path_of_fd(fd, path);
    if (fault.trace[0] != '\0' && len >= 0 && is_ours(path) && fstat(fd, &info) == 0) {
        trace(op, info.st_ino, offset, data, (size_t)len, path);
    }
    errno = saved;
}

static void trace_path(char op, int dir_fd, const char *relative, const char *old)
{
    char path[PATH_MAX];
    struct stat info = {0};
    const int saved = errno;
    path_of(dir_fd, relative, path);
    if (fault.trace[0] != '\0' && is_ours(path) &&
        (op == 'U' || fstatat(AT_FDCWD, path, &info, AT_SYMLINK_NOFOLLOW) == 0)) {
        trace(op, info.st_ino, 0, old, strlen(old), path);
    }
    errno = saved;
}

/* ---- */

/* Die after a call when that is the verdict; else give its result back. */
static long after(enum verdict verdict, long result)
{
    if (verdict == KILL_AFTER || verdict == KILL_TORN) {
        die();
    }
    return result;
}

/* ---- writing ---- */

static size_t part(enum verdict verdict, size_t len)
{
    return (verdict == HALF || verdict == KILL_TORN) && len > 1 ? len / 2 : len;
}

EXPORT ssize_t write(int fd, const void *data, size_t len)
{
    const enum verdict verdict = judge_fd("write", fd, NEEDS_ROOM, true);
    if (verdict == FAIL) {
        return -1;
    }
    const ssize_t n = (ssize_t)after(verdict, syscall(SYS_write, fd, data, part(verdict, len)));
    if (fault.trace[0] != '\0' && n >= 0) {
        trace_fd('W', fd, lseek(fd, 0, SEEK_CUR) - n, data, n);
    }
    return n;
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
    const enum verdict verdict = judge_fd("pwrite", fd, NEEDS_ROOM, true);
    if (verdict == FAIL) {
        return -1;
    }
    const ssize_t n =
        (ssize_t)after(verdict, syscall(SYS_pwrite64, fd, data, part(verdict, len), offset));
    trace_fd('W', fd, offset, data, n);
    return n;
}

EXPORT ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
    return pwrite64(fd, data, len, offset);
}

EXPORT int ftruncate64(int fd, off64_t size)
{
    const enum verdict verdict = judge_fd("ftruncate", fd, NEEDS_ROOM, false);
    if (verdict == FAIL) {
        return -1;
    }
    const int rc = (int)after(verdict, syscall(SYS_ftruncate, fd, size));
    trace_fd('T', fd, size, "", rc);
    return rc;
}

EXPORT int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

EXPORT int fallocate64(int fd, int mode, off64_t offset, off64_t len)
{
    const enum verdict verdict = judge_fd("fallocate", fd, NEEDS_ROOM, false);
    return verdict == FAIL ? -1
                           : (int)after(verdict, syscall(SYS_fallocate, fd, mode, offset, len));
}

/* ---- durability ---- */

EXPORT int fsync(int fd)
{
    const enum verdict verdict = judge_fd("fsync", fd, NEEDS_NONE, false);
    if (verdict == FAIL) {
        return -1;
    }
    const int rc = (int)after(verdict, syscall(SYS_fsync, fd));
    trace_fd('S', fd, 0, "", rc);
    return rc;
}

EXPORT int fdatasync(int fd)
{
    const enum verdict verdict = judge_fd("fdatasync", fd, NEEDS_NONE, false);
    if (verdict == FAIL) {
        return -1;
    }
    const int rc = (int)after(verdict, syscall(SYS_fdatasync, fd));
    trace_fd('S', fd, 0, "", rc);
    return rc;
}

/* ---- names ---- */

EXPORT int renameat2(int old_fd, const char *old_path, int new_fd, const char *new_path,
                     unsigned flags)
{
    const enum verdict verdict = judge_path("rename", new_fd, new_path, NEEDS_NONE);
    char old[PATH_MAX];
    if (verdict == FAIL) {
        return -1;
    }
    const int rc =
        (int)after(verdict, syscall(SYS_renameat2, old_fd, old_path, new_fd, new_path, flags));
    if (rc == 0) {
        path_of(old_fd, old_path, old);
        trace_path('R', new_fd, new_path, old);
    }
    return rc;
}

EXPORT int renameat(int old_fd, const char *old_path, int new_fd, const char *new_path)
{
    return renameat2(old_fd, old_path, new_fd, new_path, 0);
}

EXPORT int rename(const char *old_path, const char *new_path)
{
    return renameat2(AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}

EXPORT int link(const char *old_path, const char *new_path)
{
    const enum verdict verdict = judge_path("link", AT_FDCWD, new_path, NEEDS_ROOM);
    return verdict == FAIL ? -1
                           : (int)after(verdict, syscall(SYS_linkat, AT_FDCWD, old_path,
                                                         AT_FDCWD, new_path, 0));
}

EXPORT int unlink(const char *path)
{
    const enum verdict verdict = judge_path("unlink", AT_FDCWD, path, NEEDS_NONE);
    if (verdict == FAIL) {
        return -1;
    }
    const int rc = (int)after(verdict, syscall(SYS_unlinkat, AT_FDCWD, path, 0));
    if (rc == 0) {
        trace_path('U', AT_FDCWD, path, "");
    }
    return rc;
}

EXPORT int mkdir(const char *path, mode_t mode)
{
    const enum verdict verdict = judge_path("mkdir", AT_FDCWD, path, NEEDS_ROOM);
    if (verdict == FAIL) {
        return -1;
    }
    const int rc = (int)after(verdict, syscall(SYS_mkdirat, AT_FDCWD, path, mode));
    if (rc == 0) {
        trace_path('M', AT_FDCWD, path, "");
    }
    return rc;
}

static int open_any(int dir_fd, const char *path, int flags, mode_t mode)
{
    enum verdict verdict = PASS;
    struct stat info;
    bool is_new = false;
    /* opening what is there changes nothing on the disk */
    if ((flags & O_CREAT) != 0 && fstatat(dir_fd, path, &info, 0) != 0) {
        verdict = judge_path("create", dir_fd, path, NEEDS_ROOM);
        is_new = true;
    }
    if (verdict == FAIL) {
        return -1;
    }
    const int fd = (int)after(verdict, syscall(SYS_openat, dir_fd, path, flags, mode));
    if (fd >= 0 && is_new) {
        trace_path('C', dir_fd, path, "");
    } else if (fd >= 0 && (flags & O_TRUNC) != 0) {
        trace_fd('T', fd, 0, "", 0);
    }
    return fd;
}

/* A name that does not exist until the call makes it. */
static int make_temporary(char *template, int flags)
{
    int (*real)(char *, int) = NULL;
    const enum verdict verdict = judge_path("create", AT_FDCWD, template, NEEDS_ROOM);
    *(void **)&real = dlsym(RTLD_NEXT, "mkostemp");
    if (verdict == FAIL || real == NULL) {
        return -1;
    }
    const int fd = (int)after(verdict, real(template, flags));
    if (fd >= 0) {
        trace_path('C', AT_FDCWD, template, "");
    }
    return fd;
}

EXPORT int mkostemp(char *template, int flags)
{
    return make_temporary(template, flags);
}

EXPORT int mkstemp(char *template)
{
    return make_temporary(template, 0);
}

/* The mode is there only when a file may be made. */
#define MODE_OF(flags, last)                                                                   \
    mode_t mode = 0;                                                                           \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {                                            \
        va_list arguments;                                                                     \
        va_start(arguments, last);                                                             \
        mode = va_arg(arguments, mode_t);                                                      \
        va_end(arguments);                                                                     \
    }

EXPORT int open(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return open_any(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return open_any(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

EXPORT int openat(int dir_fd, const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return open_any(dir_fd, path, flags, mode);
}

EXPORT int openat64(int dir_fd, const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return open_any(dir_fd, path, flags | O_LARGEFILE, mode);
}
