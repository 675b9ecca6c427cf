/* Lines of a batch, cut into words as a shell would. */
#ifndef CUSTODY_CLI_QUOTE_H
#define CUSTODY_CLI_QUOTE_H

#include <stddef.h>

#include "custody/error.h"

/*
 * Cut a line in place. Blanks separate; '…' keeps all, "…" keeps all but \" and \\, a
 * backslash elsewhere keeps the next character; # at the start of a word ends the line.
 * words point into line. ERR_USAGE: a quote without its end, more than max words.
 */
enum custody_status quote_split(char *line, const char **words, size_t max, size_t *ret_count,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
