/* Clerk, receiver, receipt: who signs a loan and a return (FORMATS.md §15, §19.4). */
#include "issue.h"

#include <stdio.h>
#include <string.h>

#include "policy.h"

/* ---- what goes out ---- */

/*
 * Who sits where. The clerk holds the role; a clerk's own loan is issued by another one or,
 * where there is none, by a colleague, flagged 代签. The second seat is the receiver's, or a
 * countersigning colleague's, or missing: as the receipt rule says.
 */
static enum custody_status issue_seats(struct apply *a, const struct issue_terms *terms,
                                       struct issue *issue, bool receiver_signs,
                                       bool wants_colleague, struct custody_error *err)
{
    const struct receiver *receiver = &issue->receiver;
    const char *role = terms->role;
    const char *other = receiver->is_party ? NULL : receiver->id;
    struct apart apart;
    struct seat seats[2] = {{.kind = SEAT_ROLE,
                             .roles = {role},
                             .person = a->by,
                             .except = {other},
                             .apart = &apart},
                            {.kind = SEAT_ANY, .except = {other}}};
    struct seating seating;
    size_t count = receiver_signs || wants_colleague ? 2 : 1;
    if (receiver_signs) {
        seats[1] = (struct seat){.kind = SEAT_PERSON, .person = receiver->id};
    }
    issue->clerk_giver[0] = '\0';
    apart.count = 0;
    TRY(approval_apart(a, &apart, err));
    TRY(seats_try(a, seats, count, &seating, err));
    if (!seating.is_filled) {
        /* Stand-in: only for the role's own holder, with no other one at hand. */
        int64_t others = 0;
        bool is_custodian = false;
        char giver[HANDLE_SIZE];
        if (other != NULL) {
            TRY(state_holds_role(a->state, other, role, a->t, 0, &is_custodian, giver, err));
        }
        TRY(count_other_holders(a, role, other != NULL ? other : "", &others, err));
        if (is_custodian && others == 0) {
            seats[0] = (struct seat){.kind = SEAT_ANY, .person = a->by, .except = {other}};
            TRY(seats_try(a, seats, count, &seating, err));
            RULE(seating.is_filled, "seats",
                 "A custodian's own loan is issued by a colleague "
                 "who signs as the clerk.");
            return apply_flag(a, err, "stand-in",
                              "a colleague issued the custodian's own loan");
        }
    }
    bool by_holds = false;
    char by_giver[HANDLE_SIZE];
    TRY(state_holds_role(a->state, a->by, role, a->t, 0, &by_holds, by_giver, err));
    RULE(by_holds, terms->clerk_rule, "%s", terms->clerk_sentence);
    RULE(seating.is_filled, "seats",
         "It is signed by the custodian, for somebody else, and by the receiver or a colleague "
         "where the receipt wants one; by nobody else.");
    if (seating.is_filled) {
        (void)snprintf(issue->clerk_giver, HANDLE_SIZE, "%s", seating.giver[0]);
    }
    return CUSTODY_OK;
}

static enum custody_status check_issue_receipt(struct apply *a, const char *rule,
                                               const struct receiver *receiver,
                                               bool *ret_receiver_signs, bool *ret_colleague,
                                               struct custody_error *err)
{
    const json_t *receipt = json_object_get(a->body, "receipt");
    const char *kind = body_member(receipt, "kind");
    const char *reason = body_member(receipt, "unsigned_reason");
    const char *slip = body_member(receipt, "slip");
    bool has_image = json_is_object(json_object_get(receipt, "image"));
    *ret_receiver_signs = strcmp(kind, "credential") == 0;
    *ret_colleague = false;
    if (*ret_receiver_signs) {
        RULE(!receiver->is_party && reason == NULL && slip == NULL && !has_image, rule,
             "A receipt by credential is the receiver's own signature and nothing else.");
        return CUSTODY_OK;
    }
    RULE(strcmp(kind, "paper") != 0 || slip != NULL, rule,
         "A receipt on paper bears the number of its slip (--slip).");
    if (!receiver->is_party && receiver->person.has_live_credential) {
        RULE(reason == NULL || policy_lists(a->policy, "unsigned_reasons", reason), "policy",
             "The reason for not signing is none of the policy's unsigned_reasons.");
        RULE(reason != NULL, rule,
             "A receiver with a live credential signs, or a reason of the policy's "
             "unsigned_reasons and a colleague's countersignature stand in.");
        *ret_colleague = true;
        return apply_flag(a, err, "unsigned-receipt", "the receiver did not sign: %s", kind);
    }
    RULE(reason == NULL, rule, "Without a live credential no reason for not signing is due.");
    return CUSTODY_OK;
}

enum custody_status issue_open(struct apply *a, const struct issue_terms *terms,
                               const char *receiver, struct issue *ret_issue,
                               struct custody_error *err)
{
    struct issue it = {.clerk_giver = ""};
    bool receiver_signs = false;
    bool wants_colleague = false;
    TRY(receiver_load(a, receiver, &it.receiver, err));
    RULE(it.receiver.is_party ||
             (!it.receiver.person.is_suspended && !it.receiver.person.is_auditor),
         terms->receiver_rule, "Nothing is given to a suspended person or an auditor.");
    TRY(check_issue_receipt(a, terms->receipt_rule, &it.receiver, &receiver_signs,
                            &wants_colleague, err));
    TRY(issue_seats(a, terms, &it, receiver_signs, wants_colleague, err));
    *ret_issue = it;
    return CUSTODY_OK;
}

/* ---- what comes back ---- */

/* Does the receipt have the returner sign? */
static enum custody_status check_handback_receipt(struct apply *a, const char *rule,
                                                  bool *ret_signs, struct custody_error *err)
{
    const json_t *receipt = json_object_get(a->body, "receipt");
    const char *by_whom = body_text(a, "by_whom");
    const char *kind = body_member(receipt, "kind"); /* NULL: no receipt */
    const char *reason = body_member(receipt, "unsigned_reason");
    bool signs = kind != NULL && strcmp(kind, "credential") == 0;
    RULE((kind == NULL) == (by_whom == NULL), rule,
         "A receipt goes with the one who returns: give both, or neither.");
    if (by_whom != NULL) {
        struct receiver returner;
        TRY(receiver_load(a, by_whom, &returner, err));
        RULE(!signs || (!returner.is_party && strcmp(by_whom, a->by) != 0), rule,
             "A receipt by credential is the signature of a returner other than the clerk.");
        signs = signs && !returner.is_party;
        RULE(strcmp(by_whom, a->by) != 0 || kind == NULL || strcmp(kind, "screen") == 0, rule,
             "A clerk who returns what he holds himself signs alone, with the receipt kind "
             "screen.");
    }
    RULE(reason == NULL || policy_lists(a->policy, "unsigned_reasons", reason), "policy",
         "The reason for not signing is none of the policy's unsigned_reasons.");
    *ret_signs = signs && by_whom != NULL;
    return CUSTODY_OK;
}

enum custody_status handback_open(struct apply *a, const struct handback_terms *terms,
                                  struct custody_error *err)
{
    const char *by_whom = body_text(a, "by_whom");
    bool signs = false;
    bool holds = false;
    struct seating seating;
    struct seat seats[2] = {
        {.kind = SEAT_ROLE, .roles = {terms->roles[0], terms->roles[1]}, .person = a->by},
        {.kind = SEAT_RETURNER, .person = by_whom}};
    TRY(check_handback_receipt(a, terms->receipt_rule, &signs, err));
    for (size_t i = 0; i < 2 && !holds; i++) {
        char giver[HANDLE_SIZE];
        TRY(state_holds_role(a->state, a->by, terms->roles[i], a->t, 0, &holds, giver, err));
    }
    RULE(holds, terms->clerk_rule, "%s", terms->clerk_sentence);
    TRY(seats_require(
        a, seats, signs ? 2 : 1, "seats",
        "A return is signed by who takes it back, and by the returner where the receipt says "
        "so; by nobody else.",
        &seating, err));
    return by_whom == NULL
               ? CUSTODY_OK
               : store_run(a->store, err, "INSERT INTO handback (idx, by_whom) VALUES (?1, ?2)",
                           "it", a->idx, by_whom);
}
