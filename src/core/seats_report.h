/* The seats of each act as a report can weigh them: seats_report.c. Its test holds them to what
 * intake takes. */
#ifndef CUSTODY_CORE_SEATS_REPORT_H
#define CUSTODY_CORE_SEATS_REPORT_H

#include <stdbool.h>

#define SEATS_PER_ACT 3

/*
 * act       name without version; behind a blank, of what other act
 * seats     roles "duty|C" of each. C: the desk's custodian role; A: that of any desk; S: a
 * role of standing_approval; D: one of destruction_witness_roles; "*": any colleague; "="
 * before them: whoever holds it by a delegation sits as himself alone
 */
struct seats_pattern {
    const char *act;
    bool is_per_desk;
    const char *seats[SEATS_PER_ACT]; /* NULL-terminated when fewer */
};

extern const struct seats_pattern SEATS_PATTERNS[]; /* ended by an act NULL */

#endif
