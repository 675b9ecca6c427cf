/* What several acts about people share: enrolling a credential, roles, officers' numbers. */
#ifndef CUSTODY_CORE_PEOPLE_H
#define CUSTODY_CORE_PEOPLE_H

#include "act.h"

/* Enrol a public key (64 hex) for handle with its possession proof (88 characters) over origin.
 * Checks "proof", "exists", "structure" (not a valid point). */
enum custody_status people_enrol_key(struct apply *a, const char *handle,
                                     const char *public_hex, const char *proof,
                                     const char *origin,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Was this public key ever a log's, of this ledger or one before it? */
enum custody_status people_is_log_key(struct apply *a, const uint8_t *public_key, bool *ret_is,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Add a person with roles. Checks "exists", "role" (auditor alone). name: pointer or NULL. */
enum custody_status people_add(struct apply *a, const char *handle, const char *staff_no,
                               const char *name_pointer, const json_t *roles,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Person must exist ("object"). */
enum custody_status people_need(struct apply *a, const char *handle, struct person *ret_person,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Refuses ("officers") when fewer than two live officers remain after and fewer than before. */
enum custody_status people_check_officers(struct apply *a, int64_t before,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Origin of this ledger, from the site row. out: NOTE_NAME_SIZE. */
enum custody_status people_origin(struct apply *a, char *out, size_t size,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Revoke all live credentials of handle but keep (keyid, may be NULL); reason. */
enum custody_status people_revoke_keys(struct apply *a, const char *handle, const char *reason,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Remember that this act wants a later act.ratify; subject: whom it benefited. */
enum custody_status people_want_ratification(struct apply *a, const char *subject,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
