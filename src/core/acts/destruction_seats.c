/*
 * Who stands where when a batch is destroyed (FORMATS.md §20, destruction.execute; A15).
 * Whoever sits by a delegated role counts as himself and as one giver, of his choice; people
 * who must differ need disjoint folds. With handles given, that is a matching of those who sit
 * by a delegation to givers of whom nobody else makes use.
 */
#include <stdio.h>
#include <string.h>

#include "destruction.h"
#include "move.h"
#include "policy.h"

#define SITTERS_MAX 17 /* as many as sign an act, and one of them twice */
#define GIVERS_MAX  60 /* of one of them; all of them fit into a struct apart */

struct sitter {
    const char *handle;
    bool sits, is_plain;        /* has a role at all; needs no giver for it */
    const struct apart *barred; /* whom his fold must not meet */
    size_t giver_count;         /* of whom one is to be his */
    char givers[GIVERS_MAX][HANDLE_SIZE];
};
struct table {
    size_t count;
    struct sitter sitters[SITTERS_MAX];
    size_t owner_count; /* givers that are taken, and by which sitter */
    char giver[SITTERS_MAX][HANDLE_SIZE];
    size_t owner[SITTERS_MAX];
};

/* ---- by which role ---- */

static void add_giver(struct sitter *sitter, const char *giver)
{
    for (size_t i = 0; i < sitter->giver_count; i++) {
        if (strcmp(sitter->givers[i], giver) == 0) {
            return;
        }
    }
    if (sitter->giver_count < GIVERS_MAX) {
        (void)snprintf(sitter->givers[sitter->giver_count++], HANDLE_SIZE, "%s", giver);
    }
}

static enum custody_status add_role(struct apply *a, struct sitter *sitter, const char *role,
                                    struct custody_error *err)
{
    for (int n = 0;; n++) {
        char giver[HANDLE_SIZE];
        bool holds = false;
        TRY(state_holds_role(a->state, sitter->handle, role, a->t, n, &holds, giver, err));
        if (!holds) {
            return CUSTODY_OK;
        }
        sitter->sits = true;
        if (giver[0] == '\0') {
            sitter->is_plain = true;
            return CUSTODY_OK;
        }
        add_giver(sitter, giver);
    }
}

/* 监销人: a witness, a holder of a role that the policy admits, or who reviewed the batch. */
static enum custody_status add_witness_roles(struct apply *a, struct sitter *sitter,
                                             const struct batch_state *batch,
                                             struct custody_error *err)
{
    struct person person = {0};
    size_t i = 0;
    const json_t *role = NULL;
    TRY(add_role(a, sitter, "witness", err));
    json_array_foreach(json_object_get(a->policy, "destruction_witness_roles"), i, role)
    {
        TRY(add_role(a, sitter, json_string_value(role), err));
    }
    TRY(state_person(a->state, sitter->handle, &person, err));
    if (strcmp(sitter->handle, batch->reviewer) == 0 && !person.is_suspended &&
        !person.is_auditor && json_is_true(json_object_get(a->policy, "review_witness"))) {
        sitter->sits = true;
        sitter->is_plain = sitter->is_plain || batch->reviewer_giver[0] == '\0';
        if (!sitter->is_plain) { /* for whom he reviewed, he counts as here too */
            add_giver(sitter, batch->reviewer_giver);
        }
    }
    return CUSTODY_OK;
}

/* ---- the matching ---- */

static bool is_at_table(const struct table *table, const char *handle)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->sitters[i].handle, handle) == 0) {
            return true;
        }
    }
    return false;
}

static size_t find_owner(const struct table *table, const char *giver)
{
    size_t at = 0;
    while (at < table->owner_count && strcmp(table->giver[at], giver) != 0) {
        at++;
    }
    return at;
}

/* Give this one a giver; whoever has it looks for another. Depth: those at the table. */
static bool find_giver(struct table *table, /* NOLINT(misc-no-recursion) */
                       size_t who, struct apart *tried)
{
    struct sitter *sitter = &table->sitters[who];
    for (size_t i = 0; i < sitter->giver_count; i++) {
        const char *giver = sitter->givers[i];
        if (apart_has(tried, giver) || apart_has(sitter->barred, giver) ||
            is_at_table(table, giver)) {
            continue;
        }
        apart_add(tried, giver);
        const size_t at = find_owner(table, giver);
        if (at == table->owner_count) {
            (void)snprintf(table->giver[at], HANDLE_SIZE, "%s", giver);
            table->owner_count++;
        } else if (!find_giver(table, table->owner[at], tried)) {
            continue;
        }
        table->owner[at] = who;
        return true;
    }
    return false;
}

static bool can_sit(struct table *table, size_t who)
{
    const struct sitter *sitter = &table->sitters[who];
    struct apart tried;
    tried.count = 0;
    if (!sitter->sits || apart_has(sitter->barred, sitter->handle)) {
        return false;
    }
    return sitter->is_plain || find_giver(table, who, &tried);
}

static struct sitter *add_sitter(struct table *table, const char *handle,
                                 const struct apart *barred)
{
    struct sitter *sitter = &table->sitters[table->count++];
    sitter->handle = handle;
    sitter->barred = barred;
    sitter->sits = sitter->is_plain = false;
    sitter->giver_count = 0;
    return sitter;
}

/* ---- witnesses, re-check, destroyer ---- */

static enum custody_status seat_witnesses(struct apply *a, const struct batch_state *batch,
                                          const struct apart *barred, struct table *table,
                                          struct custody_error *err)
{
    const json_t *witnesses = json_object_get(a->body, "witnesses");
    size_t i = 0;
    const json_t *handle = NULL;
    RULE((int64_t)json_array_size(witnesses) >= policy_int(a->policy, "destruction_witnesses"),
         "A15", "The policy wants %lld witnesses of a destruction (destruction_witnesses).",
         (long long)policy_int(a->policy, "destruction_witnesses"));
    NEED(json_array_size(witnesses) < SITTERS_MAX, "seats",
         "No act has so many signers: name at most %d witnesses.", SITTERS_MAX - 1);
    json_array_foreach(witnesses, i, handle)
    {
        TRY(add_witness_roles(a, add_sitter(table, json_string_value(handle), barred), batch,
                              err));
    }
    return CUSTODY_OK;
}

static enum custody_status judge_witnesses(struct apply *a, struct table *table, size_t count,
                                           struct custody_error *err)
{
    for (size_t i = 0; i < count; i++) {
        RULE(can_sit(table, i), "A15",
             "%s cannot witness this destruction: a witness has a role that the policy admits, "
             "is not proposer, approver or destroyer, and acts for nobody who is, or who is "
             "another witness.",
             table->sitters[i].handle);
    }
    return CUSTODY_OK;
}

/* Is there a supervisor beside these three who could have re-checked it? */
static enum custody_status has_other_supervisor(struct apply *a, const char *recheck,
                                                const struct batch_state *batch, bool *ret_has,
                                                struct custody_error *err)
{
    int64_t has = 0;
    TRY(store_get_int(
        a->store, err, &has, NULL,
        "SELECT EXISTS (SELECT 1 FROM person p WHERE p.handle NOT IN (?1, ?2, ?3)"
        " AND p.is_suspended = 0 AND EXISTS (SELECT 1 FROM credential c"
        "  WHERE c.handle = p.handle AND c.revoked_idx IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM role u WHERE u.handle = p.handle"
        "  AND u.role = 'auditor')"
        " AND (EXISTS (SELECT 1 FROM role r WHERE r.handle = p.handle"
        "   AND r.role = 'supervisor')"
        "  OR EXISTS (SELECT 1 FROM delegation d JOIN role r ON r.handle = d.giver"
        "   AND r.role = d.role JOIN person g ON g.handle = d.giver AND g.is_suspended = 0"
        "   WHERE d.taker = p.handle AND d.role = 'supervisor' AND d.start <= ?4"
        "   AND ?4 < d.end)))",
        "ttti", recheck, batch->proposer, batch->approver, a->t));
    *ret_has = has != 0;
    return CUSTODY_OK;
}

/* Who re-checks is barred from the proposer, and from the approver while the office has
 * another supervisor. */
static enum custody_status bar_recheck(struct apply *a, const struct batch_state *batch,
                                       struct apart *barred, struct custody_error *err)
{
    bool has_other = false;
    barred->count = 0;
    apart_add_fold(barred, batch->proposer, batch->proposer_giver);
    TRY(has_other_supervisor(a, body_text(a, "recheck"), batch, &has_other, err));
    if (has_other) {
        apart_add_fold(barred, batch->approver, batch->approver_giver);
    }
    return CUSTODY_OK;
}

/* Where who re-checks must be none of the witnesses he sits at their table, else at his own. */
static enum custody_status judge_present(struct apply *a, const struct batch_state *batch,
                                         const struct apart *barred, struct custody_error *err)
{
    const bool may_witness = json_is_true(json_object_get(a->policy, "recheck_witness"));
    struct table table;
    struct table own;
    struct table *his = may_witness ? &own : &table;
    struct apart from;
    table.count = table.owner_count = own.count = own.owner_count = 0;
    TRY(seat_witnesses(a, batch, barred, &table, err));
    const size_t witnesses = table.count;
    RULE(may_witness || !is_at_table(&table, body_text(a, "recheck")), "A15",
         "By the policy who re-checks is none of the witnesses (recheck_witness).");
    TRY(bar_recheck(a, batch, &from, err));
    TRY(add_role(a, add_sitter(his, body_text(a, "recheck"), &from), "supervisor", err));
    TRY(judge_witnesses(a, &table, witnesses, err));
    RULE(can_sit(his, his->count - 1), "A15",
         "What is destroyed is re-checked by a supervisor who is not the proposer; by the "
         "approver only where the office has no other.");
    return CUSTODY_OK;
}

static enum custody_status judge_signatures(struct apply *a, struct custody_error *err)
{
    struct apart wanted;
    size_t i = 0;
    const json_t *handle = NULL;
    wanted.count = 0;
    json_array_foreach(json_object_get(a->body, "witnesses"), i, handle)
    {
        apart_add(&wanted, json_string_value(handle));
    }
    apart_add(&wanted, body_text(a, "recheck"));
    if (body_text(a, "destroyer") != NULL) {
        apart_add(&wanted, body_text(a, "destroyer"));
    }
    bool is_exact = wanted.count == a->signer_count;
    for (i = 0; i < a->signer_count; i++) {
        is_exact = is_exact && apart_has(&wanted, a->signers[i]);
    }
    RULE(is_exact, "seats",
         "A destruction is signed by its witnesses, by who re-checks it and by its destroyer, "
         "and by nobody else.");
    return CUSTODY_OK;
}

static enum custody_status judge_destroyer(struct apply *a, struct custody_error *err)
{
    const char *destroyer = body_text(a, "destroyer");
    const char *firm = body_text(a, "firm");
    struct person person = {0};
    RULE(destroyer != NULL || firm != NULL, "A15",
         "Say who destroys: a person of the office, a firm, or both.");
    RULE(firm == NULL || body_text(a, "receipt") != NULL, "A15",
         "A firm that destroys gives a receipt: its number is missing.");
    if (destroyer != NULL) {
        TRY(state_person(a->state, destroyer, &person, err));
        RULE(person.is_known && !person.is_suspended && !person.is_auditor, "seats",
             "The destroyer is an enrolled person, not suspended and no auditor.");
    }
    return CUSTODY_OK;
}

enum custody_status destruction_judge_signers(struct apply *a, const struct batch_state *batch,
                                              struct custody_error *err)
{
    struct apart barred; /* from witnessing */
    barred.count = 0;
    apart_add_fold(&barred, batch->proposer, batch->proposer_giver);
    apart_add_fold(&barred, batch->approver, batch->approver_giver);
    if (body_text(a, "destroyer") != NULL) {
        apart_add(&barred, body_text(a, "destroyer"));
    }
    TRY(judge_destroyer(a, err));
    TRY(judge_signatures(a, err));
    return judge_present(a, batch, &barred, err);
}
