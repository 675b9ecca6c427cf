/* What stands on the slip of an act: its title, rows, things handed over, lines to sign on. */
#ifndef CUSTODY_CLI_SLIP_ROWS_H
#define CUSTODY_CLI_SLIP_ROWS_H

#include <jansson.h>

#include "custody/slip.h"
#include "session.h"

/* Texts belong to it; the title to the program. */
struct slip_rows {
    struct session *session;
    json_t *policy;
    const char *title;
    struct custody_slip_row rows[CUSTODY_SLIP_ROWS_MAX];
    char *values[CUSTODY_SLIP_ROWS_MAX];
    size_t count;
    const char *list_title;
    char **list;
    size_t list_count;
    size_t list_size;
    const char *signatures[CUSTODY_SLIP_SIGNATURES_MAX];
    size_t signature_count;
};

/* Fill from one entry (custody_entry). ERR_NOMEM, what the reads gave. slip_rows_clear() in any
 * case. */
enum custody_status slip_rows_fill(struct slip_rows *rows, struct session *session,
                                   const json_t *entry,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
void slip_rows_clear(struct slip_rows *rows);

#endif
