/* What a slip lists: keys, folders, papers with their pages, lines of a destruction. */
#ifndef CUSTODY_CLI_SLIP_LIST_H
#define CUSTODY_CLI_SLIP_LIST_H

#include "slip_rows.h"

/* The list of the slip out of the body of its act, and the row of what is not lent (A7). */
enum custody_status slip_list_fill(struct slip_rows *rows, const json_t *body,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
