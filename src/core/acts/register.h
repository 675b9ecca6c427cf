/* What the acts of the register and of counting share (FORMATS.md §17.4, §17.5). */
#ifndef CUSTODY_CORE_REGISTER_H
#define CUSTODY_CORE_REGISTER_H

#include "move.h"

/* The numbers of a desk at i: its board, what is out, overdue, and its unbroken seals. */
struct desk_numbers {
    int64_t board, open, overdue, sealed;
};
enum custody_status desk_count(struct apply *a, const char *desk,
                               struct desk_numbers *ret_numbers,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* The seat of a desk's custodian, and of others by role (NULL: nobody else). NEEDs the desk
 * (check "policy"). */
enum custody_status seat_desk_custodian(struct apply *a, const char *desk,
                                        const char *other_role, struct seat *ret_seat,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Signed by the desk's custodian, or the other role's holder, alone; else `check`. */
enum custody_status desk_signs_alone(struct apply *a, const char *desk, const char *other_role,
                                     const char *check,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Signed by the desk's custodian and by the second seat; else "seats". */
enum custody_status desk_signs_with(struct apply *a, const char *desk, struct seat second,
                                    const char *sentence,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* The eight symbols of an item or tag were never given before, blank tags included, else NEEDs
 * ("exists"). */
enum custody_status register_need_fresh_id(struct apply *a, const char *item,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same for an item that is being registered: the blank tag of this very item is claimed,
 * used up by that and the item's first tag (FORMATS.md §18). */
enum custody_status register_claim_id(struct apply *a, const char *item,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* A place in the register; NEEDs it (check "object"). */
enum custody_status register_need_place(struct apply *a, const char *place,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does the item stand at this desk? */
bool item_stands_at(const struct item_state *item, const char *desk);

#endif
