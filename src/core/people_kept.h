/*
 * Persons remembered between the acts of an audit, which asks for the same few at every act.
 *
 * Only while replaying: there nobody else writes to the store. Live, another process may have
 * suspended a person a moment ago, so every question goes to the store.
 */
#ifndef CUSTODY_CORE_PEOPLE_KEPT_H
#define CUSTODY_CORE_PEOPLE_KEPT_H

#include "apply.h"

/*
 * Before an act is applied. may_keep: an audit's act that changes no person, role, credential,
 * delegation or policy; else all that was remembered is forgotten.
 */
void people_keep_begin(struct state *state, bool may_keep);
/* After it, also when it failed: outside of acts nothing is remembered. */
void people_keep_end(struct state *state);

struct kept_person {
    bool is_there; /* the slot is filled; handle may still be nobody's */
    char handle[HANDLE_SIZE];
    struct person person;
    uint32_t own_roles; /* bits by index into ROLE_NAMES */
    bool is_taker;      /* of any delegation, whenever */
};
/* What is known of handle, read from the store when it is new. NULL: nothing is remembered now.
 * Valid until the next call. */
enum custody_status people_kept_get(struct state *state, const char *handle,
                                    const struct kept_person **ret_kept,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* A credential that is enrolled, while replaying; NULL: ask the store. */
const struct ledger_credential *people_kept_credential(const struct state *state,
                                                       const uint8_t keyid[HASH_LEN]);
void people_keep_credential(struct state *state, const uint8_t keyid[HASH_LEN],
                            const struct ledger_credential *credential);
/* Bit of a role, 0 when it is none. */
uint32_t people_kept_role(const char *role);

#endif
