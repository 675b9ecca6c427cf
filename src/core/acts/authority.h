/*
 * The say of owners and of the engineering manager (FORMATS.md §17.2): party.authorise,
 * party.consent, standing.grant, and what of the keys and places they cover.
 */
#ifndef CUSTODY_CORE_AUTHORITY_H
#define CUSTODY_CORE_AUTHORITY_H

#include "../apply.h"

/* Are the item's keys (of a ring: its members not void) all, or any, of a class with consent?
 * A ring without members: neither. */
enum custody_status item_wants_consent(struct apply *a, const char *item, bool *ret_all,
                                       bool *ret_any,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Does the item belong to the place (FORMATS.md §17.1, "covers the item")? A key: some lock of
 * it lies at the place, beneath it, or directly at a place above it. A ring: each member of a
 * class with consent does.
 */
enum custody_status item_belongs_to(struct apply *a, const char *item, const char *place,
                                    bool *ret_belongs,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* Does some lock (every: each lock) of a key lie at or beneath the place? */
enum custody_status key_lies_beneath(struct apply *a, const char *key, const char *place,
                                     bool every, bool *ret_beneath,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is place `inner` the place `outer` or beneath it? */
enum custody_status place_is_beneath(struct apply *a, const char *inner, const char *outer,
                                     bool *ret_beneath,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* A live party's relation and unit ("" for none); NEEDs it (check "object"). */
struct party_row {
    char relation[16], unit[40];
};
enum custody_status party_need(struct apply *a, const char *party, struct party_row *ret_party,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* Is act_id a party.authorise of this party in force at T(i), whose place the item belongs to?
 * scope NULL: whatever its scope. */
enum custody_status authorisation_covers(struct apply *a, const uint8_t *act_id,
                                         const char *party, const char *scope, const char *item,
                                         bool *ret_covers,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/* End all authorisations of a place in force or to come (unit.transfer). */
enum custody_status authorisations_end_at(struct apply *a, const char *place,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
