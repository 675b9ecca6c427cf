/* What requests, approvals, the say of owners and their use share. */
#ifndef CUSTODY_CORE_APPROVAL_H
#define CUSTODY_CORE_APPROVAL_H

#include <stdio.h>

#include "../act.h"

#define NEEDS_MAX 64 /* different sets of approving roles in one act */

/* ---- requests ---- */
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

/* A request of the body's member `request` is decided: NEEDs it ("object"), judges that it was
 * open ("request"), and gives it the state. */
enum custody_status request_decide(struct apply *a, const char *state, uint8_t *ret_request,
                                   struct request_row *ret_row,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- which roles may approve ---- */

/* Sets of roles, each of which the approver must meet by one role. Borrowed from the policy. */
struct needs {
    size_t count;
    const json_t *roles[NEEDS_MAX];
};
/* Add what a key, or every key of a ring, needs for that act ("key.lend", "key.copy";
 * FORMATS.md §15, Approving roles of an item; §17.2). */
enum custody_status approval_needs_of_item(struct apply *a, const char *item, const char *act,
                                           struct needs *needs,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* Add a set once; empty and NULL are no need. */
void approval_needs_add(struct needs *needs, const json_t *roles);
/* Roles that decide where no item needs an approval, of folders the centre manager alone; the
 * caller's reference, NULL: no memory. */
json_t *approval_general_roles(const char *act);
/* Is that act one on folders? What is asked for are things then, no keys. */
bool request_is_of_folders(const char *act);

/* A key itself, or each key on a ring that is not void. */
typedef enum custody_status (*key_visit)(struct apply *a, const char *key,
                                         const char *key_class, void *ctx,
                                         struct custody_error *err);
enum custody_status item_each_key(struct apply *a, const char *item, key_visit visit, void *ctx,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does some lock of the key lie in a place of high_risk or beneath one? */
enum custody_status key_is_high_risk(struct apply *a, const char *key, bool *ret_risk,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* How somebody meets each set: by which role, and whose ("" own). */
struct decision {
    size_t count;
    const char *role[NEEDS_MAX];
    char giver[NEEDS_MAX][HANDLE_SIZE];
};
/*
 * A role of the set that `handle` holds at T(i), such that he and whom he acts for are none of
 * `apart`: an own role where there is one, else a delegated one. Adds it to the decision.
 * ret_holds: he holds one, apart or not; may be NULL.
 */
enum custody_status approval_meet_set(struct apply *a, const char *handle, const json_t *roles,
                                      const struct apart *apart, struct decision *decision,
                                      bool *ret_met, bool *ret_holds,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does `decider` hold an approving role of each item of the request, apart from both its ends?
 * Else the violation `check`. */
enum custody_status request_judge_decider(struct apply *a, const uint8_t *request,
                                          const struct request_row *row, const char *decider,
                                          const char *check, struct decision *decision,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Judge body.limits and write the approval of this act, of `approver`. */
extern const struct field APPROVAL_LIMITS[];
enum custody_status approval_add(struct apply *a, const uint8_t *request,
                                 const struct request_row *row, const char *approver,
                                 const struct decision *decision,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* By which roles, and whose, this act's approval is given. */
enum custody_status approval_note_roles(struct apply *a, const struct decision *decision,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does handle hold one of these roles, by whomever? */
enum custody_status holds_one_of(struct apply *a, const char *handle, const json_t *roles,
                                 bool *ret_holds, struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- approvals: request.approve, request.oral ---- */
struct approval_row {
    bool is_found, is_ended;
    char approver[40];
    int64_t t, until, uses_left;
    uint8_t request[HASH_LEN];
};
enum custody_status approval_load(struct apply *a, const uint8_t *act_id,
                                  struct approval_row *ret_row,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is who gave this act's say, folded as he was then, apart from the clerk? */
enum custody_status approval_is_apart(struct apply *a, const uint8_t *act_id,
                                      const char *approver, const char *clerk_giver,
                                      bool *ret_good,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Judges what holds for every use: of a request for that act, not ended, `uses` left, time. */
enum custody_status approval_judge(struct apply *a, const struct approval_row *approval,
                                   const struct request_row *request, const char *act,
                                   int64_t uses, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does the request list the item? */
enum custody_status request_lists(struct apply *a, const uint8_t *request, const char *item,
                                  bool *ret_lists,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* This act used the approval or consent so often. */
enum custody_status approval_spend(struct apply *a, const uint8_t *act_id, int64_t uses,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- their use for folders and papers (approval_folder.c) ---- */
struct folder_use {
    const char *act, *receiver, *purpose, *clerk_giver;
    int64_t due; /* 0: none */
};
/* Judge body.approval but for the things, and use it up. */
enum custody_status approval_use_of_folders(struct apply *a, const struct folder_use *use,
                                            uint8_t ret_request[HASH_LEN],
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* Judges that the request names the thing, or a paper's folder ("approval"). */
enum custody_status approval_names_thing(struct apply *a, const uint8_t *request,
                                         const char *item,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- party.authorise, party.consent, standing.grant ---- */
struct authority_row {
    bool is_found, is_ended;
    char kind[12]; /* authorise consent standing */
    char grantor[40], party[40], place[40], purpose[40], receiver[40];
    int64_t start, end;
    int64_t uses_left; /* -1: not counted */
};
enum custody_status authority_load(struct apply *a, const uint8_t *act_id,
                                   struct authority_row *ret_row,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* Not ended, not used up, start <= T(i) < end. */
bool authority_is_in_force(const struct apply *a, const struct authority_row *row);
/* Is the value among its acts ("act"), holders, items, places, purposes? */
enum custody_status authority_has(struct apply *a, const uint8_t *act_id, const char *kind,
                                  const char *value, bool *ret_has,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is a party.authorise for the act ("lend", "copy") in force at T(i) that covers the key, and
 * the receiver (NULL: not asked)? */
enum custody_status key_is_authorised(struct apply *a, const char *key, const char *act,
                                      const char *receiver, bool *ret_is,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does the authorisation cover that receiver (FORMATS.md §17.1)? */
enum custody_status authority_covers_receiver(struct apply *a, const uint8_t *act_id,
                                              const char *receiver, bool *ret_covers,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Does each lock of the key lie at or beneath one of the places of the standing.grant? */
enum custody_status key_lies_within(struct apply *a, const char *key, const uint8_t *grant,
                                    bool *ret_within,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
struct authority_draft {
    const char *kind, *grantor, *party, *place, *purpose, *receiver, *letter;
    int64_t start, end;
    int64_t uses_left; /* -1: not counted */
};
/* Write the row of this act. NULL members are null. */
enum custody_status authority_add(struct apply *a, const struct authority_draft *draft,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status authority_add_scope(struct apply *a, const char *kind, const char *value,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* party.end, standing.end: the one that body member `member` names, of that kind, ends here. */
enum custody_status authority_end_named(struct apply *a, const char *member, const char *kind,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- shared by the bodies ---- */
/* {end,start}, {count,until} in an object of the body; 0: malformed. */
int64_t time_in(const json_t *object, const char *member);
bool purpose_is_private(const struct apply *a, const char *purpose);
/* Purpose of the policy, not private ("policy", "K3"). */
enum custody_status judge_purpose(struct apply *a, const char *purpose,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* NEEDs a place not void ("object"). */
enum custody_status place_need(struct apply *a, const char *code,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
