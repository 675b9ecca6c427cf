/*
 * Lines from a scanner, a keyboard or a pipe: read with an idle limit, full-width characters
 * (a Chinese input method left on) made plain, so that what a wedge scanner types is understood
 * whatever the state of the keyboard.
 */
#ifndef CUSTODY_CLI_SCAN_H
#define CUSTODY_CLI_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"

#define SCAN_LINE_MAX 512

struct scan_input {
    int fd;
    char buffer[4096];
    size_t start, end;
    bool is_over;
};

enum scan_event { SCAN_LINE, SCAN_IDLE, SCAN_END };

/*
 * The next line, without its end, trimmed and plain. idle_ms < 0: wait for ever. A line longer
 * than SCAN_LINE_MAX - 1 bytes is given as its first bytes with *ret_long set; the rest is
 * skipped. ERR_IO.
 */
enum custody_status scan_read(struct scan_input *input, int idle_ms, char line[SCAN_LINE_MAX],
                              bool *ret_long, enum scan_event *ret_event,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* U+FF01..U+FF5E -> ASCII, U+3000 -> space, in place; surrounding blanks cut. */
void scan_make_plain(char *line);

#endif
