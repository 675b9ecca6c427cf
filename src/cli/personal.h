/* Personal texts (names, telephones, notes): never on a command line that others can read. */
#ifndef CUSTODY_CLI_PERSONAL_H
#define CUSTODY_CLI_PERSONAL_H

#include <jansson.h>

#include "session.h"

/*
 * The option `name` as {"text": …} for a personal field, null when it is not given. In a batch
 * the text stands in the line; elsewhere the option's value is - and the text is one line of
 * standard input (asked for when that is a terminal). ERR_USAGE otherwise: what stands in argv
 * is seen by every user of the machine.
 */
enum custody_status personal_option(const struct session *session, const char *name,
                                    json_t **ret_field,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same of a text that stands in another option; name says which it is. */
enum custody_status personal_field(const struct session *session, const char *name,
                                   const char *text, json_t **ret_field,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
