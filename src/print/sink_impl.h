/*
 * Inside of struct print_sink, for the files of src/print and their tests: a document of
 * several files names them only when it knows how many they are.
 */
#ifndef CUSTODY_PRINT_SINK_IMPL_H
#define CUSTODY_PRINT_SINK_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "sink.h"

#define PRINT_SINK_BUFFER 65536

enum print_sink_kind { PRINT_SINK_FILE, PRINT_SINK_STREAM, PRINT_SINK_PRINTER };

struct print_sink {
    enum print_sink_kind kind;
    int fd; /* -1: none */
    char *to;
    char *temp_path; /* FILE */
    bool has_temp;
    bool has_failed; /* nothing more is taken */
    int os_error;    /* why; 0: no errno for it */
    int timeout_ms;
    size_t sent; /* bytes that left the buffer */
    size_t fill;
    unsigned char buffer[PRINT_SINK_BUFFER];
};

/* What kind of sink to is. */
enum print_sink_kind print_sink_kind_of(const char *to);

/* FILE: all is written and durable, under its temporary name still; the descriptor is closed.
 */
enum custody_status print_sink_finish(struct print_sink *sink,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* FILE, finished: rename it over path; the directory is not yet synced. */
enum custody_status print_sink_rename(struct print_sink *sink, const char *path,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* ERR_INVALID when path is something other than a regular file or nothing. */
enum custody_status print_sink_check_target(const char *path,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

/* The directory of path, to be synced after a rename; free() it. Asked for before the rename: a
 * file that stands whole must not be called a failure for want of memory. */
enum custody_status print_sink_parent(const char *path, char **ret_parent,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* sink_tcp.c. Open: sink->to is the address. Send: the bytes given, counted in sink->sent.
 * Finish: wait until the printer has taken all and closed. */
enum custody_status print_tcp_open(struct print_sink *sink,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status print_tcp_send(struct print_sink *sink, const unsigned char *data,
                                   size_t len, struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status print_tcp_finish(struct print_sink *sink,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
