/* The policy document, version 1: form, floors, what loosens (FORMATS.md §13). */
#ifndef CUSTODY_CORE_POLICY_H
#define CUSTODY_CORE_POLICY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "custody/error.h"

/* Form and floors. ERR_REFUSED rule "policy" (malformed) or "floor". */
enum custody_status policy_check(const json_t *policy,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does `next` loosen anything that `now` holds? */
bool policy_loosens(const json_t *now, const json_t *next);

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
