/*
 * Asking at the terminal. Questions go to the controlling terminal, not to standard input or
 * output: both may be files. Secrets never pass a stdio buffer, which nobody could wipe.
 */
#include "prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define TERMINAL "/dev/tty"

void prompt_wipe(struct prompt_secret *secret)
{
    explicit_bzero(secret, sizeof *secret);
}

static int open_terminal(void)
{
    return open(TERMINAL, O_RDWR | O_CLOEXEC | O_NOCTTY);
}

bool prompt_has_terminal(void)
{
    const int fd = open_terminal();
    if (fd < 0) {
        return false;
    }
    close(fd);
    return true;
}

/*
 * Read up to a line feed. False: an error or interrupt; errno says which. open_mask: the
 * signals let in while waiting, and nowhere else, so that none is lost between two calls; NULL
 * when interrupts are left to end the program.
 */
static bool read_line(int fd, char *line, size_t room, size_t *ret_len,
                      const sigset_t *open_mask)
{
    size_t len = 0;
    for (;;) {
        char c = '\0';
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (open_mask != NULL && ppoll(&waiting, 1, NULL, open_mask) < 0) {
            return false;
        }
        const ssize_t n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        if (n == 0 || c == '\n') {
            break;
        }
        if (len + 1 >= room) {
            errno = E2BIG;
            return false;
        }
        line[len++] = c;
    }
    if (len > 0 && line[len - 1] == '\r') {
        len--;
    }
    line[len] = '\0';
    *ret_len = len;
    return true;
}

enum custody_status prompt_secret_file(const char *path, struct prompt_secret *ret_secret,
                                       struct custody_error *err)
{
    *ret_secret = (struct prompt_secret){.len = 0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return custody_fail_os(err, errno == ENOENT ? CUSTODY_ERR_NOT_FOUND : CUSTODY_ERR_IO,
                               errno, "the passphrase file %.200s cannot be opened", path);
    }
    const bool is_read =
        read_line(fd, ret_secret->text, sizeof ret_secret->text, &ret_secret->len, NULL);
    const int error = errno;
    close(fd);
    if (!is_read && error != E2BIG) {
        prompt_wipe(ret_secret);
        return custody_fail_os(err, CUSTODY_ERR_IO, error,
                               "the passphrase file %.200s cannot be read; name a file", path);
    }
    if (!is_read || ret_secret->len == 0) {
        prompt_wipe(ret_secret);
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the first line of the passphrase file %.200s must have 1 to %d "
                            "bytes",
                            path, PROMPT_SECRET_MAX - 1);
    }
    return CUSTODY_OK;
}

static void on_interrupt(int number)
{
    (void)number; /* its arrival ends the wait with EINTR; the echo can then be put back */
}

static void say(int fd, const char *text)
{
    size_t len = strlen(text);
    while (len > 0) {
        const ssize_t n = write(fd, text, len);
        if (n <= 0) {
            return;
        }
        text += n;
        len -= (size_t)n;
    }
}

enum custody_status prompt_secret_ask(const char *question, const char *about,
                                      struct prompt_secret *ret_secret,
                                      struct custody_error *err)
{
    *ret_secret = (struct prompt_secret){.len = 0};
    const int fd = open_terminal();
    struct termios before;
    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        if (fd >= 0) {
            close(fd);
        }
        return custody_fail(err, CUSTODY_ERR_IO,
                            "there is no terminal to ask for the passphrase of %.60s; give "
                            "--passphrase-file",
                            about);
    }
    struct sigaction interrupt = {.sa_handler = on_interrupt};
    struct sigaction old_interrupt;
    struct sigaction old_terminate;
    sigset_t held;
    sigset_t old_mask;
    sigset_t open_mask;
    (void)sigemptyset(&interrupt.sa_mask);
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGTSTP); /* stopping here would leave the shell without echo */
    (void)sigprocmask(SIG_BLOCK, &held, &old_mask);
    open_mask = old_mask;
    (void)sigdelset(&open_mask, SIGINT);
    (void)sigdelset(&open_mask, SIGTERM);
    (void)sigaddset(&open_mask, SIGTSTP);
    (void)sigaction(SIGINT, &interrupt, &old_interrupt);
    (void)sigaction(SIGTERM, &interrupt, &old_terminate);
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    (void)tcsetattr(fd, TCSAFLUSH, &silent);
    say(fd, question);
    say(fd, " (");
    say(fd, about);
    say(fd, "): ");
    const bool is_read =
        read_line(fd, ret_secret->text, sizeof ret_secret->text, &ret_secret->len, &open_mask);
    const int error = errno;
    say(fd, "\n");
    (void)tcsetattr(fd, TCSAFLUSH, &before);
    (void)sigaction(SIGINT, &old_interrupt, NULL);
    (void)sigaction(SIGTERM, &old_terminate, NULL);
    (void)sigprocmask(SIG_SETMASK, &old_mask, NULL);
    close(fd);
    if (is_read) {
        return CUSTODY_OK;
    }
    prompt_wipe(ret_secret);
    if (error == EINTR) {
        return custody_refuse(err, "declined", "interrupted; nothing was signed or changed");
    }
    return custody_fail_os(err, CUSTODY_ERR_IO, error, "the passphrase cannot be read");
}

bool prompt_agrees(const char *who, const char *question)
{
    char answer[64];
    size_t len = 0;
    const int fd = open_terminal();
    if (fd < 0) {
        return false;
    }
    say(fd, who);
    say(fd, ": ");
    say(fd, question);
    say(fd, " ");
    const bool is_read = read_line(fd, answer, sizeof answer, &len, NULL);
    close(fd);
    return is_read && (strcmp(answer, "y") == 0 || strcmp(answer, "Y") == 0 ||
                       strcmp(answer, "yes") == 0 || strcmp(answer, "是") == 0);
}
