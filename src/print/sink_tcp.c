/*
 * A printer's raw port: see sink.h. Whether a printer took everything shows only at the end: a
 * sent byte may lie in this machine's buffers, and a printer that went away answers with a
 * reset.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sink_impl.h"
#include "text.h"

#define PREFIX_LEN   6 /* tcp:// */
#define PORT_DEFAULT "9100"
#define PORT_MAX     65535
#define HOST_CHARS   "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_"
#define IPV6_CHARS   HOST_CHARS ":%"
/* Between looks at what the printer has not yet acknowledged. */
#define ACK_POLL_MS 20

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Like poll() on one descriptor until the deadline; 0 when it passes. */
static int wait_for(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left = deadline_ms - now_ms();
        struct pollfd wanted = {.fd = fd, .events = events};
        int n = poll(&wanted, 1, left > 0 ? (int)left : 0);
        if (n >= 0 || errno != EINTR) {
            return n;
        }
    }
}

/* Split HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT; both malloc'ed, also on failure. */
static enum custody_status split_address(const char *to, char **ret_host, char **ret_port,
                                         struct custody_error *err)
{
    const char *host = to + PREFIX_LEN;
    const char *port = NULL;
    size_t len = 0;
    uint64_t number = 0;
    bool is_good = true;
    if (host[0] == '[') {
        host++;
        len = strspn(host, IPV6_CHARS);
        is_good = host[len] == ']';
        port = is_good ? host + len + 1 : host + len;
    } else {
        len = strspn(host, HOST_CHARS);
        port = host + len;
    }
    if (port[0] == ':') {
        port++;
        is_good =
            is_good && text_parse_u64(port, strlen(port), PORT_MAX, &number) && number > 0;
    } else {
        is_good = is_good && port[0] == '\0';
        port = PORT_DEFAULT;
    }
    if (!is_good || len == 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%.100s is not a printer's address: write tcp://HOST or "
                            "tcp://HOST:PORT",
                            to);
    }
    *ret_host = text_dup_n(host, len);
    *ret_port = text_dup(port);
    if (*ret_host == NULL || *ret_port == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory before printing: close other programs");
    }
    return CUSTODY_OK;
}

/* A connected descriptor, or -1 with errno. */
static int connect_one(const struct addrinfo *to, int64_t deadline_ms)
{
    int fd =
        socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    int os_error = connect(fd, to->ai_addr, to->ai_addrlen) == 0 ? 0 : errno;
    if (os_error == EINPROGRESS) {
        socklen_t len = sizeof os_error;
        int n = wait_for(fd, POLLOUT, deadline_ms);
        if (n == 0) {
            os_error = ETIMEDOUT;
        } else if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &os_error, &len) != 0) {
            os_error = errno;
        }
    }
    if (os_error != 0) {
        (void)close(fd);
        errno = os_error;
        return -1;
    }
    return fd;
}

enum custody_status print_tcp_open(struct print_sink *sink, struct custody_error *err)
{
    char *host = NULL;
    char *port = NULL;
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    int64_t deadline = 0;
    int os_error = 0;
    int gai = 0;
    enum custody_status rc = split_address(sink->to, &host, &port, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* Has no timeout of ours: see PRINT_SINK_TIMEOUT_MS. The connection's begins after it. */
    gai = getaddrinfo(host, port, &hints, &found);
    if (gai != 0) {
        found = NULL;
        rc = gai == EAI_MEMORY
                 ? custody_fail(err, CUSTODY_ERR_NOMEM,
                                "out of memory before printing: close other programs")
                 : custody_fail(err, CUSTODY_ERR_IO,
                                "%.100s is no known host: check the printer's address",
                                sink->to);
        goto out;
    }
    deadline = now_ms() + sink->timeout_ms;
    for (const struct addrinfo *to = found; to != NULL && sink->fd < 0; to = to->ai_next) {
        sink->fd = connect_one(to, deadline);
        os_error = errno;
    }
    if (sink->fd < 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, os_error,
                             "%.100s does not answer: switch the printer on, check its address "
                             "and print again",
                             sink->to);
    }
out:
    if (found != NULL) {
        freeaddrinfo(found);
    }
    free(host);
    free(port);
    return rc;
}

static enum custody_status fail_lost(struct print_sink *sink, int os_error,
                                     struct custody_error *err)
{
    sink->has_failed = true;
    sink->os_error = os_error;
    if (os_error == ETIMEDOUT) {
        return custody_fail_os(err, CUSTODY_ERR_IO, os_error,
                               "%.100s stopped taking data after %zu bytes: see what was "
                               "printed, then print the rest",
                               sink->to, sink->sent);
    }
    return custody_fail_os(err, CUSTODY_ERR_IO, os_error,
                           "%.100s closed the connection after at most %zu bytes: see what was "
                           "printed, then print the rest",
                           sink->to, sink->sent);
}

enum custody_status print_tcp_send(struct print_sink *sink, const unsigned char *data,
                                   size_t len, struct custody_error *err)
{
    if (sink->has_failed) {
        return fail_lost(sink, sink->os_error, err);
    }
    while (len > 0) {
        ssize_t n = send(sink->fd, data, len, MSG_NOSIGNAL);
        if (n >= 0) {
            data += n;
            len -= (size_t)n;
            sink->sent += (size_t)n;
            continue;
        }
        if (errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN) {
            return fail_lost(sink, errno, err);
        }
        int ready = wait_for(sink->fd, POLLOUT, now_ms() + sink->timeout_ms);
        if (ready <= 0) {
            return fail_lost(sink, ready == 0 ? ETIMEDOUT : errno, err);
        }
    }
    return CUSTODY_OK;
}

/* errno of what happened to the connection, 0 while it is well. */
static int pending_error(int fd)
{
    int os_error = 0;
    socklen_t len = sizeof os_error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &os_error, &len) == 0 ? os_error : errno;
}

/* Bytes that the printer has not acknowledged; our end of the stream counts as one. */
static int unacknowledged(int fd)
{
    int left = 0;
    return ioctl(fd, SIOCOUTQ, &left) == 0 ? left : 0;
}

/*
 * Read and drop what the printer says (its status) until it closes; 0 or errno. A printer that
 * prints a long job out of what was sent may be silent for longer than timeout_ms: it is given
 * up when it also took nothing meanwhile.
 */
static int drain(int fd, int timeout_ms)
{
    char dropped[256];
    int left = unacknowledged(fd);
    for (;;) {
        ssize_t n = recv(fd, dropped, sizeof dropped, 0);
        if (n == 0) {
            return 0;
        }
        if (n > 0 || errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN) {
            return errno;
        }
        int ready = wait_for(fd, POLLIN, now_ms() + timeout_ms);
        if (ready < 0) {
            return errno;
        }
        if (ready == 0) {
            int before = left;
            left = unacknowledged(fd);
            if (left >= before) {
                return ETIMEDOUT;
            }
        }
    }
}

/*
 * The printer may have closed its side before all was sent; that alone is no fault. It has
 * everything when nothing is left to be acknowledged and no reset came.
 */
static int await_acks(int fd, int64_t deadline_ms)
{
    for (;;) {
        int left = unacknowledged(fd);
        int os_error = pending_error(fd);
        if (os_error != 0 || left == 0) {
            return os_error;
        }
        if (now_ms() >= deadline_ms) {
            return ETIMEDOUT;
        }
        (void)poll(NULL, 0, ACK_POLL_MS);
    }
}

enum custody_status print_tcp_finish(struct print_sink *sink, struct custody_error *err)
{
    int os_error = shutdown(sink->fd, SHUT_WR) == 0 ? 0 : errno;
    if (os_error == 0) {
        os_error = drain(sink->fd, sink->timeout_ms);
    }
    if (os_error == 0) {
        os_error = await_acks(sink->fd, now_ms() + sink->timeout_ms);
    }
    if (os_error == ETIMEDOUT) {
        sink->has_failed = true;
        sink->os_error = os_error;
        return custody_fail_os(
            err, CUSTODY_ERR_IO, os_error,
            "%.100s was sent all %zu bytes and did not say that it has them: "
            "see what was printed",
            sink->to, sink->sent);
    }
    return os_error == 0 ? CUSTODY_OK : fail_lost(sink, os_error, err);
}
