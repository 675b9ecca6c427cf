/* What the acts that put keys into somebody's hand until a time due share: key.lend in both
 * versions, key.escort (FORMATS.md §15, §17.1). */
#ifndef CUSTODY_CORE_LEND_H
#define CUSTODY_CORE_LEND_H

#include "move.h"

struct lending {
    const char *desk_code, *purpose;
    const json_t *desk;
    struct receiver receiver;
    char clerk_giver[HANDLE_SIZE]; /* whom the clerk acts for, "" */
    struct move move;
};

/*
 * Judge desk, receiver, receipt, seats, purpose, event time and the time due; nothing moves.
 * kind: of the movement.
 */
enum custody_status lending_open(struct apply *a, const char *kind, struct lending *ret_lending,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Move the items and enter the loan. */
enum custody_status lending_close(struct apply *a, const struct lending *lending,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * The warnings of key.lend/2, before anything moves (warning.c): each that arises is a flag
 * and must have been accepted with a reason.
 */
enum custody_status warnings_check(struct apply *a, const struct lending *lending,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
