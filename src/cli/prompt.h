/* Asking at the terminal, and secrets on their way to the library. */
#ifndef CUSTODY_CLI_PROMPT_H
#define CUSTODY_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"

#define PROMPT_SECRET_MAX 1024

/* A passphrase; prompt_wipe() it on every path. */
struct prompt_secret {
    char text[PROMPT_SECRET_MAX];
    size_t len;
};

void prompt_wipe(struct prompt_secret *secret);
/* Is somebody there to be asked? */
bool prompt_has_terminal(void);
/* First line of a file, without its line feed. ERR_NOT_FOUND, ERR_IO, ERR_INVALID (empty or
 * too long); ret_secret is then wiped. */
enum custody_status prompt_secret_file(const char *path, struct prompt_secret *ret_secret,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Ask "question (about): " on the terminal without echo. ERR_IO: no terminal; ERR_REFUSED
 * "declined": interrupted; ret_secret is then wiped and the echo back on. */
enum custody_status prompt_secret_ask(const char *question, const char *about,
                                      struct prompt_secret *ret_secret,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Did the person at the terminal answer y, yes or 是? */
bool prompt_agrees(const char *who, const char *question);

#endif
