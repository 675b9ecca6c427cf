/* Lines from a scanner. */
#include "scan.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void scan_make_plain(char *line)
{
    unsigned char *in = (unsigned char *)line;
    unsigned char *out = in;
    while (*in != '\0') {
        if (in[0] == 0xEF && in[1] >= 0xBC && in[1] <= 0xBD && in[2] >= 0x80 && in[2] <= 0xBF) {
            /* U+FF00 + n is EF BC 80 + n, from n = 0x40 on EF BD 80 */
            const unsigned n = (unsigned)(in[1] - 0xBC) * 0x40U + (unsigned)(in[2] - 0x80);
            if (n >= 0x01 && n <= 0x5E) {
                *out++ = (unsigned char)(n + 0x20);
                in += 3;
                continue;
            }
        }
        if (in[0] == 0xE3 && in[1] == 0x80 && in[2] == 0x80) {
            *out++ = ' ';
            in += 3;
            continue;
        }
        *out++ = *in++;
    }
    *out = '\0';
    const size_t lead = strspn(line, " \t");
    memmove(line, line + lead, strlen(line + lead) + 1);
    size_t len = strlen(line);
    while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t')) {
        line[--len] = '\0';
    }
}

/* More bytes: 1 got some, 0 nothing more will come, -1 nothing came in time, -2 error. */
static int fill(struct scan_input *input, int idle_ms)
{
    struct pollfd poll_fd = {.fd = input->fd, .events = POLLIN};
    for (;;) {
        const int ready = poll(&poll_fd, 1, idle_ms);
        if (ready == 0) {
            return -1;
        }
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready < 0) {
            return -2;
        }
        const ssize_t n = read(input->fd, input->buffer, sizeof input->buffer);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -2;
        }
        input->start = 0;
        input->end = (size_t)n;
        return n > 0 ? 1 : 0;
    }
}

enum custody_status scan_read(struct scan_input *input, int idle_ms, char line[SCAN_LINE_MAX],
                              bool *ret_long, enum scan_event *ret_event,
                              struct custody_error *err)
{
    size_t len = 0;
    bool is_long = false;
    bool is_line = false;
    while (!is_line && !input->is_over) {
        if (input->start == input->end) {
            /* A half-typed line is no idleness. */
            const int got = fill(input, len == 0 ? idle_ms : -1);
            if (got == -2) {
                return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                                       "the scanner's input could not be read; start the desk "
                                       "again");
            }
            if (got == -1) {
                *ret_event = SCAN_IDLE;
                return CUSTODY_OK;
            }
            input->is_over = got == 0;
            continue;
        }
        const char c = input->buffer[input->start++];
        if (c == '\n') {
            is_line = true;
        } else if (c == '\0' || c == '\r') {
            continue;
        } else if (len < SCAN_LINE_MAX - 1) {
            line[len++] = c;
        } else {
            is_long = true;
        }
    }
    line[len] = '\0';
    scan_make_plain(line);
    *ret_long = is_long;
    *ret_event = is_line || len > 0 ? SCAN_LINE : SCAN_END;
    return CUSTODY_OK;
}
