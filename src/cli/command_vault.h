/* What `site show` says about the vault, and the passphrases of its recovery. */
#ifndef CUSTODY_CLI_COMMAND_VAULT_H
#define CUSTODY_CLI_COMMAND_VAULT_H

#include "command.h"
#include "prompt.h"

/* The erasures that are open, when there are any. */
enum custody_status vault_print_open(struct session *session,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* Passphrase of the nth keeper (0, 1) of the recovery secret: the nth --passphrase-file of the
 * line, else asked for; about as in prompt_secret_ask. Its errors. */
enum custody_status vault_keeper_secret(const struct session *session, size_t n,
                                        const char *about, struct prompt_secret *ret_secret,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
