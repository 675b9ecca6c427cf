/*
 * Item numbers: fresh ones (custody_item_random, custody/tag.h), and a set of those given out
 * in one go. Within a ledger the eight id symbols are unique over all classes (FORMATS.md §6,
 * §14), so the set looks at them alone and never at the class letter.
 */
#ifndef CUSTODY_CORE_ITEM_H
#define CUSTODY_CORE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "custody/tag.h"

/* A zeroed struct is an empty set. */
struct item_set {
    uint64_t *slots;   /* id + 1, 0: free */
    size_t slot_count; /* a power of two, or 0 */
    size_t count;
};

void item_set_clear(struct item_set *set); /* empty and usable again */
/*
 * Put the id of an item into the set.
 *
 * item       asserted valid (custody_item_is_valid); any class
 * ret_added  false: its id was in the set already
 *
 * CUSTODY_ERR_NOMEM  the set is as before
 */
enum custody_status item_set_add(struct item_set *set, const char *item, bool *ret_added,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
