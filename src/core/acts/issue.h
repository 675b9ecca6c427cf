/* Who signs when something goes into somebody's hand, and when it comes back: keys and papers
 * by the same rules, under other roles and rule ids (FORMATS.md §9, §15, §19.4). */
#ifndef CUSTODY_CORE_ISSUE_H
#define CUSTODY_CORE_ISSUE_H

#include "move.h"

struct issue_terms {
    const char *role;                        /* that the clerk holds */
    const char *clerk_rule, *clerk_sentence; /* broken when he does not */
    const char *receiver_rule;               /* nobody suspended, no auditor */
    const char *receipt_rule;                /* what a receipt breaks */
};
struct issue {
    struct receiver receiver;
    char clerk_giver[HANDLE_SIZE]; /* whom the clerk acts for, "" */
};
/* Judge receiver, body.receipt and seats of what `by` gives to the receiver. */
enum custody_status issue_open(struct apply *a, const struct issue_terms *terms,
                               const char *receiver, struct issue *ret_issue,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

struct handback_terms {
    const char *roles[2];                    /* of which the clerk holds one */
    const char *clerk_rule, *clerk_sentence; /* broken when he holds none */
    const char *receipt_rule;
};
/* Judge body.by_whom, body.receipt (or null) and seats of what `by` takes back; note who
 * brought it. */
enum custody_status handback_open(struct apply *a, const struct handback_terms *terms,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
