/* The rows of the act table. */
#ifndef CUSTODY_CORE_ROWS_H
#define CUSTODY_CORE_ROWS_H

#include "../act.h"
#include "../credstore.h"

extern const struct act ACT_ACT_CORRECT, ACT_ACT_RATIFY, ACT_CREDENTIAL_ADD,
    ACT_CREDENTIAL_REVOKE, ACT_IMPORT_CLOSE, ACT_IMPORT_LINE, ACT_KEY_ADD, ACT_KEY_LEND,
    ACT_KEY_REFUSE, ACT_KEY_RETURN, ACT_LEDGER_SUCCEED, ACT_LOCK_ADD, ACT_LOG_ROTATE,
    ACT_PARTY_ADD, ACT_PERSON_ENROL, ACT_PERSON_REINSTATE, ACT_PERSON_SUSPEND, ACT_PLACE_ADD,
    ACT_POLICY_SET, ACT_REQUEST_APPROVE, ACT_REQUEST_CANCEL, ACT_REQUEST_OPEN,
    ACT_REQUEST_REJECT, ACT_ROLE_DELEGATE, ACT_ROLE_GRANT, ACT_ROLE_REVOKE, ACT_SITE_FOUND;

/* Undo of an act that moved items: every movement it made, if none of them moved since. */
enum custody_status undo_movements(struct apply *a, int64_t target, const json_t *body,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
