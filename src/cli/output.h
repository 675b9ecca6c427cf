/* Files the command line reads and writes, whole. */
#ifndef CUSTODY_CLI_OUTPUT_H
#define CUSTODY_CLI_OUTPUT_H

#include <jansson.h>
#include <stddef.h>

#include "custody/error.h"

/* Read a file ("-": standard input) of at most max bytes; a 0 follows the last byte. free()
 * it. ERR_NOT_FOUND, ERR_LIMIT, ERR_IO, ERR_NOMEM; ret_* untouched. */
enum custody_status output_read(const char *path, size_t max, char **ret_data, size_t *ret_len,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* A JSON file of at most 1 MiB. ERR_INVALID says where; else as above. */
enum custody_status output_read_json(const char *path, json_t **ret_value,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Write beside, fsync, rename: the file at path is old or new, never half. ERR_IO (a full disk
 * too): the old file stands. */
enum custody_status output_write(const char *path, const void *data, size_t len, unsigned mode,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
