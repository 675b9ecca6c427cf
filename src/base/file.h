/* Files: bounded reads, durable writes, locks. All descriptors O_CLOEXEC. */
#ifndef CUSTODY_BASE_FILE_H
#define CUSTODY_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "custody/error.h"

/* Append the whole file to out. ERR_NOT_FOUND, ERR_LIMIT (longer than max_bytes), ERR_IO,
 * ERR_NOMEM; out unchanged on failure. Path "-" reads standard input. */
enum custody_status file_read(const char *path, size_t max_bytes, struct buf *out,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Write beside, fsync, rename over, fsync the directory: the file is old or new, never half.
 * mode like 0600. ERR_IO: the old file stands (the temporary one is removed). */
enum custody_status file_write_durable(const char *path, const void *data, size_t len,
                                       unsigned mode,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same but refuses to replace an existing file: ERR_REFUSED "exists". */
enum custody_status file_create_durable(const char *path, const void *data, size_t len,
                                        unsigned mode,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* mkdir, missing parents too; an existing directory is fine. */
enum custody_status file_make_dir(const char *path, unsigned mode,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* fsync a directory. */
enum custody_status file_sync_dir(const char *path,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
bool file_exists(const char *path);
/* dir + "/" + name, malloc'ed; NULL when out of memory. */
char *file_join(const char *dir, const char *name);
/* Exclusive flock on path (created 0600), waiting at most timeout_ms. ERR_BUSY when it stays
 * taken. ret_fd: file_unlock() it. */
enum custody_status file_lock(const char *path, int timeout_ms, int *ret_fd,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
void file_unlock(int fd); /* -1 is fine */

#endif
