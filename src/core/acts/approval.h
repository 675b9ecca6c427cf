/* What requests and the use of their approvals share (request.c, approval.c). */
#ifndef CUSTODY_CORE_APPROVAL_H
#define CUSTODY_CORE_APPROVAL_H

#include <stdio.h>

#include "../apply.h"

#define NEEDS_MAX 64 /* different sets of approving roles in one act */

struct request_row {
    bool is_found, is_open;
    char requester[40], receiver[40], act[64], purpose[40];
    int64_t start, end;
};

static inline void copy_text(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text != NULL ? text : "");
}

/* The request of an act id; is_found says whether there is one. */
enum custody_status request_load(struct apply *a, const uint8_t *act_id,
                                 struct request_row *ret_row,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* Sets of roles, each of which the approver must meet by one role. Borrowed from the policy. */
struct needs {
    size_t count;
    const json_t *roles[NEEDS_MAX];
    char rule[8]; /* of the first set */
};

/* Add a set once; empty and NULL are no need. rule: kept of the first set. */
void approval_needs_add(struct needs *needs, const json_t *roles, const char *rule);
/* Add what a key, or every key of a ring, needs (FORMATS.md §15, Approving roles of an item).
 */
enum custody_status approval_needs_of_item(struct apply *a, const char *item,
                                           struct needs *needs,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;

/* Roles that decide where no item needs an approval; the caller's reference, NULL: no memory.
 */
json_t *approval_general_roles(void);

#endif
