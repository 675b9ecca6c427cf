/* What `site show` says about the vault. */
#ifndef CUSTODY_CLI_COMMAND_VAULT_H
#define CUSTODY_CLI_COMMAND_VAULT_H

#include "command.h"

/* The erasures that are open, when there are any. */
enum custody_status vault_print_open(struct session *session,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
