/* The list that a change of custodians signs. */
#ifndef CUSTODY_CORE_DESK_LIST_H
#define CUSTODY_CORE_DESK_LIST_H

#include "hash.h"
#include "store.h"

/* SHA-256 of the lines "item TAB holder kind TAB holder LF" of the desk's items that are not
 * void or retired, in order of item, and their number. */
enum custody_status desk_list_digest(struct store *store, const char *desk, int64_t *ret_count,
                                     uint8_t ret_digest[HASH_LEN],
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
