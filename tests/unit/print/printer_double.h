/* A printer on this machine's loopback: takes what it is told to take and behaves as told. */
#ifndef CUSTODY_TEST_PRINT_PRINTER_DOUBLE_H
#define CUSTODY_TEST_PRINT_PRINTER_DOUBLE_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum printer_habit {
    PRINTER_TAKES_ALL,    /* and closes when the sender has */
    PRINTER_ANSWERS,      /* the same, saying something before */
    PRINTER_CLOSES_EARLY, /* after limit bytes, the rest unread */
    PRINTER_CLOSES_FIRST, /* after exactly limit bytes, before the sender does */
    PRINTER_STOPS,        /* takes nothing until told that it is over */
    PRINTER_HANGS         /* takes all, does not close until told that it is over */
};

struct printer_double {
    enum printer_habit habit;
    size_t limit;
    int listener;
    int over[2]; /* a pipe; closed: the test is over */
    pthread_t thread;
    char address[64];
    size_t taken;
    unsigned char *bytes; /* what was taken; PRINTER_BYTES_MAX */
};

#define PRINTER_BYTES_MAX (32u << 20)

static inline void printer_wait_until_over(struct printer_double *printer)
{
    char nothing = 0;
    while (read(printer->over[0], &nothing, 1) > 0) {
    }
}

static inline void *printer_run(void *closure)
{
    struct printer_double *printer = closure;
    int fd = accept(printer->listener, NULL, NULL);
    size_t limit =
        printer->habit == PRINTER_CLOSES_EARLY || printer->habit == PRINTER_CLOSES_FIRST
            ? printer->limit
            : PRINTER_BYTES_MAX;
    if (printer->habit == PRINTER_ANSWERS && send(fd, "ready\r\n", 7, MSG_NOSIGNAL) != 7) {
        abort();
    }
    while (printer->habit != PRINTER_STOPS && printer->taken < limit) {
        size_t room = limit - printer->taken;
        ssize_t n = read(fd, printer->bytes + printer->taken, room < 4096 ? room : 4096);
        if (n <= 0) {
            break;
        }
        printer->taken += (size_t)n;
    }
    if (printer->habit == PRINTER_STOPS || printer->habit == PRINTER_HANGS) {
        printer_wait_until_over(printer);
    }
    (void)close(fd);
    return NULL;
}

static inline void printer_start(struct printer_double *printer, enum printer_habit habit,
                                 size_t limit)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int small = 4096;
    *printer = (struct printer_double){.habit = habit, .limit = limit};
    printer->bytes = malloc(PRINTER_BYTES_MAX);
    printer->listener = socket(AF_INET, SOCK_STREAM, 0);
    /* Little fits between sender and printer, as in a printer. */
    if (printer->bytes == NULL || pipe(printer->over) != 0 ||
        setsockopt(printer->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) != 0 ||
        bind(printer->listener, (struct sockaddr *)&at, len) != 0 ||
        listen(printer->listener, 1) != 0 ||
        getsockname(printer->listener, (struct sockaddr *)&at, &len) != 0 ||
        pthread_create(&printer->thread, NULL, printer_run, printer) != 0) {
        abort();
    }
    (void)snprintf(printer->address, sizeof printer->address, "tcp://127.0.0.1:%u",
                   (unsigned)ntohs(at.sin_port));
}

/* Ends it; taken and bytes stay until printer_free(). */
static inline void printer_stop(struct printer_double *printer)
{
    (void)close(printer->over[1]);
    (void)pthread_join(printer->thread, NULL);
    (void)close(printer->over[0]);
    (void)close(printer->listener);
}

static inline void printer_free(struct printer_double *printer)
{
    free(printer->bytes);
    printer->bytes = NULL;
}

#endif
