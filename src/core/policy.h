/* The policy document, versions 1 and 2: form, floors, what loosens (FORMATS.md §13, §19.1). */
#ifndef CUSTODY_CORE_POLICY_H
#define CUSTODY_CORE_POLICY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "custody/error.h"
#include "field.h"

/* Form and floors. ERR_REFUSED rule "policy" (malformed) or "floor". */
enum custody_status policy_check(const json_t *policy,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does `next` loosen anything that `now` holds? */
bool policy_loosens(const json_t *now, const json_t *next);

/* Has the policy the members of version 2, without which there are no folders? */
bool policy_has_folders(const json_t *policy);

/* ---- what version 2 adds (policy_folder.c); only policy.c calls these ---- */
extern const struct field POLICY_FOLDER_FIELDS[];
enum custody_status policy_check_folders(const json_t *policy,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
bool policy_folders_loosen(const json_t *now, const json_t *next);
/* lease_ended, moved_out, other, sold: what closes a folder. */
bool folder_trigger_is_known(const char *code);

/* Accessors; policy is one that policy_check accepted. */
int64_t policy_int(const json_t *policy, const char *member);
const char *policy_text(const json_t *policy, const char *member); /* NULL for null */
/* Element of a list by its code; NULL: none. Borrowed. */
const json_t *policy_find(const json_t *policy, const char *list, const char *code);
/* Is code one of the list of codes? */
bool policy_lists(const json_t *policy, const char *list, const char *code);
/* Is text an element of a JSON array of strings? */
bool strings_have(const json_t *array, const char *text);

#endif
