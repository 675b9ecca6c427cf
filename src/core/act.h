/*
 * The act table: one row per act and version. Intake, replay, the signing screen,
 * schema/acts.json and the tests walk it; adding an act means adding a row.
 */
#ifndef CUSTODY_CORE_ACT_H
#define CUSTODY_CORE_ACT_H

#include "apply.h"
#include "field.h"

struct act {
    const char *name; /* "key.lend/1" */
    const struct field *fields;
    size_t signers_max;    /* 1: signed by `by` alone; else the body has sheet and terminals */
    const char *rules;     /* rule ids, space-separated, "" for none */
    const char *signed_by; /* for schema/acts.json: who signs, in words */
    /* The only decider. Item by item; the caller holds a savepoint. */
    enum custody_status (*apply)(struct apply *a, struct custody_error *err);
    /* Undo for act.correct; NULL: not correctable. target: index of the corrected act. */
    enum custody_status (*undo)(struct apply *a, int64_t target, const json_t *target_body,
                                struct custody_error *err);
    bool is_line;      /* may stand in import.line */
    bool keeps_people; /* changes no person, role, credential or delegation */
    /* Sentence templates: {member}, {by}; lists are joined, times local. */
    const char *zh, *en;
};

extern const struct act *const ACT_TABLE[]; /* NULL-terminated, sorted by name */

const struct act *act_find(const char *name);
/* Known noun.verb with a version above the highest known? */
bool act_is_newer(const char *name);
/* sheet and terminals, for rows with signers_max > 1. */
#define ACT_SIGNED_TOGETHER                                                                    \
    {.name = "sheet", .type = FIELD_TEXT, .is_nullable = true},                                \
    {                                                                                          \
        .name = "terminals", .type = FIELD_INT, .min = 1, .max = 16                            \
    }

/* Apply one line of an import.close: the act of `name` with `body`, judged for the closing
 * act's signers (src/core/domain.c). */
enum custody_status act_apply_line(struct apply *closing, const struct act *row, json_t *body,
                                   int64_t line, struct custody_error *err) CUSTODY_MUST_CHECK;

/* The ledger_domain of core over a store; state outlives it. */
struct ledger_domain act_domain(struct state *state);

#endif
