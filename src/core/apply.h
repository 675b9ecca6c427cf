/*
 * What every act's `apply` works with: the act at hand, the state before it, and the one way
 * to refuse (FORMATS.md §5: live a broken rule refuses, at audit it is recorded and the act is
 * applied all the same where its objects exist).
 */
#ifndef CUSTODY_CORE_APPLY_H
#define CUSTODY_CORE_APPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "custody/error.h"
#include "ledger.h"
#include "store.h"

/* State shared by the acts of one store. */
struct state {
    struct store *store;
    json_t *policy; /* of policy_idx, parsed; NULL: not loaded */
    int64_t policy_idx;
    int64_t policy_until;     /* replay: no other policy before that T */
    bool is_replay;           /* an audit in a store that nobody else writes to */
    struct people_kept *kept; /* people_kept.h; NULL: nothing remembered */
    bool is_keeping;
};
void state_clear(struct state *state);

struct apply {
    struct state *state;
    struct store *store; /* = state->store */
    struct judge *judge;
    const struct act *row;
    json_t *body;
    const json_t *policy; /* in force at idx; the own one for entry 0 */
    int64_t idx, t, at;
    const char *by;
    const char *const *signers;
    size_t signer_count;
    const uint8_t *act_id;
    int64_t flag_count;
    int64_t line_at; /* inside an import.close: index of the line's entry, else -1 */
};

#define TRY(expression)                                                                        \
    do {                                                                                       \
        enum custody_status try_rc_ = (expression);                                            \
        if (try_rc_ != CUSTODY_OK) {                                                           \
            return try_rc_;                                                                    \
        }                                                                                      \
    } while (0)

/* A rule: live it refuses, at audit it is recorded and apply goes on. */
#define RULE(holds, check, ...)                                                                \
    do {                                                                                       \
        if (!(holds)) {                                                                        \
            TRY(judge_violate(a->judge, err, check, __VA_ARGS__));                             \
        }                                                                                      \
    } while (0)

/* Without this the act cannot be applied at all: recorded, then refused also at audit. */
#define NEED(holds, check, ...)                                                                \
    do {                                                                                       \
        if (!(holds)) {                                                                        \
            TRY(judge_violate(a->judge, err, check, __VA_ARGS__));                             \
            return custody_refuse(err, check, __VA_ARGS__);                                    \
        }                                                                                      \
    } while (0)

/* ---- body ---- */
const char *body_text(const struct apply *a, const char *member); /* NULL for null */
int64_t body_int(const struct apply *a, const char *member);
int64_t body_time(const struct apply *a, const char *member); /* 0 for null */
bool body_hex(const struct apply *a, const char *member, uint8_t *out, size_t len);

/* ---- flags: kept in the read model and told to the judge ---- */
enum custody_status apply_flag(struct apply *a, struct custody_error *err, const char *code,
                               const char *format, ...) CUSTODY_PRINTF(4, 5) CUSTODY_MUST_CHECK;

/* ---- state ---- */
/* Policy in force at (idx, t); cached; borrowed until the next call. */
enum custody_status state_policy(struct state *state, int64_t idx, int64_t t,
                                 const json_t **ret_policy,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * A successor ledger begins (FORMATS.md §3): what the predecessor left in the read model moves
 * to indices below zero, credentials count as enrolled at entry 0.
 */
enum custody_status state_carry_over(struct state *state,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

struct person {
    bool is_known, is_suspended, is_auditor, has_live_credential;
};
enum custody_status state_person(struct state *state, const char *handle,
                                 struct person *ret_person,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same straight from the store. */
enum custody_status state_load_person(struct state *state, const char *handle,
                                      struct person *ret_person,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Own role (suspension not looked at). */
enum custody_status state_has_own_role(struct state *state, const char *handle,
                                       const char *role, bool *ret_has,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Does handle hold the role at (idx, t)? giver: "" when by an own role, else one giver (the
 * n-th, 0-based, by delegation order). *ret_holds false: not, or no n-th giver.
 */
enum custody_status state_holds_role(struct state *state, const char *handle, const char *role,
                                     int64_t t, int n, bool *ret_holds,
                                     char ret_giver[HANDLE_SIZE],
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Own administrator or centre_manager, no suspension, live credential, not the recovery
 * officer; except may be NULL. */
enum custody_status state_count_live_officers(struct apply *a, const char *except,
                                              int64_t *ret_count,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
bool is_officer_role(const char *role);
bool is_party_id(const char *holder);
/* May text stand as that role code list? true when any element is an officer role. */
bool roles_have_officer(const json_t *roles);

/* ---- seats (FORMATS.md §14) ---- */
enum seat_kind {
    SEAT_OFFICER,      /* administrator or centre_manager */
    SEAT_ROLE,         /* one of roles */
    SEAT_PERSON,       /* exactly `person`, no auditor, not suspended */
    SEAT_SELF,         /* the same, an auditor too: the person's seat of credential.add */
    SEAT_ANY,          /* any enrolled person, no auditor, not suspended */
    SEAT_LIVE_OFFICER, /* own officer role, not the recovery officer */
    SEAT_RETURNER,     /* exactly `person`, suspended or not, no auditor */
    SEAT_OWNER         /* exactly `person`, whoever that is: revoking an own credential */
};
#define SEAT_ROLES_MAX  6
#define SEAT_EXCEPT_MAX 3
/*
 * Persons from whom somebody, folded, is to be kept apart. In a seat: whom its fold had better
 * not hold. Who holds a role by several delegations sits
 * by one that fits (FORMATS.md §14); where none does, the rule that keeps them apart says so.
 */
#define APART_MAX 1056 /* as many as a list of an act names, and those who approved */
struct apart {
    size_t count;
    char handle[APART_MAX][HANDLE_SIZE];
};
void apart_add(struct apart *apart, const char *handle); /* each once */
bool apart_has(const struct apart *apart, const char *handle);
struct seat {
    enum seat_kind kind;
    const char *roles[SEAT_ROLES_MAX]; /* SEAT_ROLE, NULL-terminated when shorter */
    const char *person;                /* SEAT_ROLE, SEAT_ANY: NULL, or nobody else sits here */
    const char *except[SEAT_EXCEPT_MAX]; /* not in the fold */
    const struct apart *apart; /* nor these, where the seat can be filled without; NULL: none */
};
#define SEATS_MAX 16
struct seating {
    bool is_filled;
    const char *handle[SEATS_MAX];      /* who sits in each seat */
    const char *role[SEATS_MAX];        /* by which role, NULL for none */
    char giver[SEATS_MAX][HANDLE_SIZE]; /* "" when by an own role */
};
/* Try to fill the seats with this act's signers; reports nothing. */
enum custody_status seats_try(struct apply *a, const struct seat *seats, size_t count,
                              struct seating *ret_seating,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Fill them, or it is a violation "seats" (K2 … may be given) with the sentence. */
enum custody_status seats_require(struct apply *a, const struct seat *seats, size_t count,
                                  const char *check, const char *sentence,
                                  struct seating *ret_seating,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Any of several rows of seats. */
enum custody_status seats_two_officers(struct apply *a, const char *except,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Holder of the custodian_role of any desk: fills seat->roles. */
void seat_any_custodian(const struct apply *a, struct seat *seat);

/* ---- items ---- */
struct item_state {
    char item[10];
    char label[400];
    char desk[40];
    char key_class[40];
    char ring[10];       /* "" */
    char holder_kind[8]; /* FORMATS.md §17, Holder kinds */
    char holder[804];    /* a seal's number is a text of up to 200 characters */
    int64_t event_at, since_idx;
};
/* *ret_found false: no such item. */
enum custody_status item_load(struct apply *a, const char *item, struct item_state *ret_item,
                              bool *ret_found, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Load and compare the label (checks "object", "label"). NEEDs the item. */
enum custody_status item_need(struct apply *a, const json_t *named, struct item_state *ret_item,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* What is registered: key_class and ring NULL, copy 0 for a ring itself. */
struct new_item {
    const char *item, *label, *desk, *key_class, *ring;
    int64_t copy, event_at;
};
/* Register an item, which then stands at its desk. */
enum custody_status item_put(struct apply *a, const struct new_item *item,
                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* Move an item that is registered: movement row and current state. due 0: none. */
enum custody_status item_move(struct apply *a, const char *item, const char *kind,
                              const char *holder_kind, const char *holder, int64_t event_at,
                              int64_t due, struct custody_error *err) CUSTODY_MUST_CHECK;
/* movement.node of what covers no second, and of what is void; others are above 0. */
#define ITEM_NODE_NEVER 0
#define ITEM_NODE_VOID  (-1)
/* The item was named by this act (history), moved or not. */
enum custody_status item_touch(struct apply *a, const char *item,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Judge event_at and late against at and the policy (rule "late"); gives the event time. */
enum custody_status apply_event_time(struct apply *a, int64_t *ret_event_at,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Desk of the policy by code; NEEDs it (check "policy"). */
enum custody_status apply_desk(struct apply *a, const char *code, const json_t **ret_desk,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Code of body member in a policy list, or violation "policy". */
enum custody_status apply_code(struct apply *a, const char *member, const char *list,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- approvals (src/core/acts/approval.c) ---- */
/* End unused approvals of a person: as approver, and where is_giver as giver; roles NULL: all.
 */
enum custody_status approvals_end(struct apply *a, const char *handle, const json_t *roles,
                                  bool with_giver,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Use up a.body.approval, if any, for items to receiver (FORMATS.md §15, "Use of an approval";
 * §17.1, "body.approval", "Owner's say"); what it leaves open breaks the item's own rule. The
 * clerk is a->by; clerk_giver "" or whom he folds.
 */
enum approval_want {
    APPROVAL_FOR_LOAN,
    APPROVAL_FOR_ESCORT /* only high risk needs one; one that is given is judged all the same */
};
enum custody_status approval_use(struct apply *a, const json_t *items, const char *receiver,
                                 const char *purpose, int64_t due, const char *clerk_giver,
                                 enum approval_want want,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* When the window, term or validity of what a loan may name as its approval is over: window of
 * the request or consent, end of the authorisation or standing. 0: there is none of this id. */
enum custody_status approval_window_end(struct apply *a, const uint8_t *act_id,
                                        int64_t *ret_end,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Who gave the say that body.approval names, folded as he was then: added to apart. */
enum custody_status approval_apart(struct apply *a, struct apart *apart,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
