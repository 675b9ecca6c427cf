/*
 * Who proposes, reviews, approves, witnesses, re-checks and destroys (FORMATS.md §20; A14,
 * A15): nobody fills two of the seats that must differ, under any name, delegation or second
 * credential. Random offices against a small oracle that tries every choice of delegations.
 * CUSTODY_SEED picks the run, CUSTODY_LONG=1 makes it long.
 */
#include "destruction_fixture.h"

#include <time.h>

#include "buf.h"

/* ---- by hand ---- */

static void the_three_who_decide_are_three(void **state)
{
    struct world *world = *state;
    lend_role(world, "sup", "chen", "supervisor");
    lend_role(world, "arc", "zhang", "archive_custodian");
    lend_role(world, "mgr", "chen", "centre_manager");
    grant_role(world, "arc", "supervisor");
    propose_both(world);
    static const struct world_case reviews[] = {
        {"by the supervisor", REVIEW, "sup", BOTH_YES, NULL},
        {"by his delegate", REVIEW, "chen", BOTH_YES, NULL},
        {"reviewed by the proposer", REVIEW, "arc", BOTH_YES, "A14"},
        {"reviewed by no supervisor", REVIEW, "zhang", BOTH_YES, "A14"},
        {"reviewed by the manager", REVIEW, "mgr", BOTH_YES, "A14"},
        {"reviewed by a witness without need", REVIEW, "wit", BOTH_YES, "A14"},
    };
    assert_int_equal(world_run_cases(world, reviews, COUNT_OF(reviews)), 0);
    world_must(world, REVIEW, "chen", BOTH_YES); /* for sup */
    expect(world, "SELECT reviewer || ' ' || reviewer_giver FROM batch", "chen sup");
    static const struct world_case approvals[] = {
        {"by the manager", APPROVE, "mgr", BOTH_YES, NULL},
        {"approved by the reviewer, as another's delegate", APPROVE, "chen", BOTH_YES, "A14"},
        {"approved by no manager", APPROVE, "adm", BOTH_YES, "A14"},
    };
    assert_int_equal(world_run_cases(world, approvals, COUNT_OF(approvals)), 0);
    /* whom somebody acts for has acted: the proposer's giver does not review */
    world_must(world, CANCEL, "mgr", "{'batch':$batch,'reason':'other'}");
    world_must(world, PROPOSE, "zhang", PROPOSED("X-2", F1_LINE "," F2_LINE));
    world_keep(world, "batch");
    expect(world, "SELECT proposer || ' ' || proposer_giver FROM batch WHERE number = 'X-2'",
           "zhang arc");
    static const struct world_case givers[] = {
        {"reviewed by whom the proposer acted for", REVIEW, "arc", BOTH_YES, "A14"},
        {"reviewed by somebody else", REVIEW, "sup", BOTH_YES, NULL},
    };
    assert_int_equal(world_run_cases(world, givers, COUNT_OF(givers)), 0);
    assert_true(world_is_verified(world));
}

static void a_witness_reviews_where_the_office_is_too_small(void **state)
{
    struct world *world = *state;
    propose_both(world);
    world_must(world, "person.suspend/1", "adm", "{'handle':'sup','reason':'absence'}");
    static const struct world_case alone[] = {
        {"by a witness", REVIEW, "wit", BOTH_YES, NULL},
        {"by service staff", REVIEW, "zhang", BOTH_YES, "A14"},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
    /* supervisor and manager in one person are still too few; two are enough */
    world_must(world, "role.grant/1", "mgr adm",
               "{'handle':'mgr','roles':['supervisor'],'sheet':'1'}");
    world_must(world, REVIEW, "wit", BOTH_YES);
    assert_string_equal(world->flags, "outside-review");
    world_must(world, APPROVE, "mgr", BOTH_YES);
    /* the sole supervisor approved it: he re-checks all the same, but witnesses nothing */
    static const struct world_case execution[] = {
        {"re-checked by the approver", EXECUTE, "chen mgr wit2 zhang",
         EXECUTED(F1_DONE "," F2_DONE, "", WHO("chen", "mgr", "'wit2','zhang'")), NULL},
        {"witnessed by the approver", EXECUTE, "chen mgr wit2",
         EXECUTED(F1_DONE "," F2_DONE, "", WHO("chen", "mgr", "'mgr','wit2'")), "A15"},
        {"witnessed by the reviewer", EXECUTE, "chen mgr wit wit2",
         EXECUTED(F1_DONE "," F2_DONE, "", WHO("chen", "mgr", "'wit','wit2'")), NULL},
    };
    assert_int_equal(world_run_cases(world, execution, COUNT_OF(execution)), 0);
    grant_role(world, "duty", "supervisor");
    static const struct world_case other[] = {
        {"re-checked by the approver without need", EXECUTE, "chen mgr wit2 zhang",
         EXECUTED(F1_DONE "," F2_DONE, "", WHO("chen", "mgr", "'wit2','zhang'")), "A15"},
        {"re-checked by the other", EXECUTE, "chen duty wit2 zhang",
         EXECUTED(F1_DONE "," F2_DONE, "", WHO("chen", "duty", "'wit2','zhang'")), NULL},
    };
    assert_int_equal(world_run_cases(world, other, COUNT_OF(other)), 0);
    assert_true(world_is_verified(world));
}

static void those_who_are_present_are_who_they_must_be(void **state)
{
    struct world *world = *state;
#define ALL F1_DONE "," F2_DONE
    approve_both(world);
    static const struct world_case cases[] = {
        {"two witnesses and the rest", EXECUTE, USUAL_SIGNED, EXECUTED(ALL, "", USUAL), NULL},
        {"who re-checks is a witness", EXECUTE, "chen sup wit",
         EXECUTED(ALL, "", WHO("chen", "sup", "'sup','wit'")), NULL},
        {"the proposer destroys", EXECUTE, "arc sup wit wit2",
         EXECUTED(ALL, "", WHO("arc", "sup", "'wit','wit2'")), NULL},
        {"service staff witness", EXECUTE, "chen sup wit zhang",
         EXECUTED(ALL, "", WHO("chen", "sup", "'wit','zhang'")), NULL},
        {"one witness signs for two", EXECUTE, "chen sup wit",
         EXECUTED(ALL, "", WHO("chen", "sup", "'wit','wit2'")), "seats"},
        {"who re-checks does not sign", EXECUTE, "chen wit wit2",
         EXECUTED(ALL, "", WHO("chen", "sup", "'wit','wit2'")), "seats"},
        {"the destroyer does not sign", EXECUTE, "sup wit wit2",
         EXECUTED(ALL, "", WHO("chen", "sup", "'wit','wit2'")), "seats"},
        {"somebody else signs", EXECUTE, "chen duty sup wit wit2",
         EXECUTED(ALL, "", WHO("chen", "sup", "'wit','wit2'")), "seats"},
        {"the proposer witnesses", EXECUTE, "arc chen sup wit",
         EXECUTED(ALL, "", WHO("chen", "sup", "'arc','wit'")), "A15"},
        {"the approver witnesses", EXECUTE, "chen mgr sup wit",
         EXECUTED(ALL, "", WHO("chen", "sup", "'mgr','wit'")), "A15"},
        {"the destroyer witnesses", EXECUTE, "sup wit wit2",
         EXECUTED(ALL, "", WHO("wit", "sup", "'wit','wit2'")), "A15"},
        {"staff witness", EXECUTE, "chen li sup wit",
         EXECUTED(ALL, "", WHO("chen", "sup", "'li','wit'")), "A15"},
        {"no supervisor re-checks", EXECUTE, "chen duty wit wit2",
         EXECUTED(ALL, "", WHO("chen", "duty", "'wit','wit2'")), "A15"},
        {"an auditor destroys", EXECUTE, "aud sup wit wit2",
         EXECUTED(ALL, "", WHO("aud", "sup", "'wit','wit2'")), "seats"},
        {"one witness", EXECUTE, "chen sup wit", EXECUTED(ALL, "", WHO("chen", "sup", "'wit'")),
         "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_save(world);
    bend_policy(world, "destruction_witnesses", "3");
    refused(world, EXECUTE, USUAL_SIGNED, EXECUTED(ALL, "", USUAL), "A15");
    world_restore(world);
    bend_policy(world, "recheck_witness", "false");
    refused(world, EXECUTE, "chen sup wit",
            EXECUTED(ALL, "", WHO("chen", "sup", "'sup','wit'")), "A15");
    world_must(world, EXECUTE, USUAL_SIGNED, EXECUTED(ALL, "", USUAL));
}

static void nobody_decides_through_a_delegate(void **state)
{
    struct world *world = *state;
    world_must(world, "role.grant/1", "mgr adm",
               "{'handle':'mgr','roles':['supervisor'],'sheet':'1'}");
    grant_role(world, "arc", "supervisor");
    lend_role(world, "mgr", "chen", "supervisor");
    lend_role(world, "arc", "zhang", "supervisor");
    lend_role(world, "mgr", "wit", "centre_manager");
    propose_both(world);
    static const struct world_case reviews[] = {
        {"reviewed by the proposer's delegate", REVIEW, "zhang", BOTH_YES, "A14"},
        {"by the manager's", REVIEW, "chen", BOTH_YES, NULL},
    };
    assert_int_equal(world_run_cases(world, reviews, COUNT_OF(reviews)), 0);
    world_save(world);
    world_must(world, REVIEW, "chen", BOTH_YES); /* for mgr */
    static const struct world_case approvals[] = {
        {"approved by whom the reviewer acted for", APPROVE, "mgr", BOTH_YES, "A14"},
        {"approved by another delegate of the same", APPROVE, "wit", BOTH_YES, "A14"},
    };
    assert_int_equal(world_run_cases(world, approvals, COUNT_OF(approvals)), 0);
    /* with two to act for he sits by the one that fits */
    lend_role(world, "arc", "chen", "supervisor");
    world_must(world, CANCEL, "mgr", "{'batch':$batch,'reason':'other'}");
    world_must(world, PROPOSE, "arc", PROPOSED("X-2", F1_LINE "," F2_LINE));
    world_keep(world, "batch");
    world_must(world, REVIEW, "chen", BOTH_YES);
    expect(world, "SELECT reviewer_giver FROM batch WHERE number = 'X-2'", "mgr");
    assert_true(world_is_verified(world));
}

static void nobody_witnesses_through_a_delegate(void **state)
{
    struct world *world = *state;
    grant_role(world, "sup", "witness");
    world_must(world, "role.grant/1", "mgr adm",
               "{'handle':'mgr','roles':['witness'],'sheet':'1'}");
    lend_role(world, "mgr", "duty", "centre_manager");
    lend_role(world, "wit", "chen", "witness");
    lend_role(world, "wit2", "chen", "witness");
    lend_role(world, "wit", "li", "witness");
    lend_role(world, "mgr", "wang", "witness");
    propose_both(world);
    world_must(world, REVIEW, "sup", BOTH_YES);
    world_must(world, APPROVE, "duty", BOTH_YES); /* for mgr */
    static const struct world_case cases[] = {
        {"whom the approver acted for witnesses", EXECUTE, "mgr sup wit zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'mgr','wit'")), "A15"},
        {"a delegate of whom the approver acted for witnesses", EXECUTE, "sup wang wit zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'wang','wit'")), "A15"},
        {"a witness and his delegate", EXECUTE, "li sup wit zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'li','wit'")), "A15"},
        {"a delegate of the destroyer", EXECUTE, "li sup wit wit2",
         EXECUTED(ALL, "", WHO("wit", "sup", "'li','wit2'")), "A15"},
        {"two delegates of two", EXECUTE, "chen li sup zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'chen','li'")), NULL},
        {"two delegates of two and one of those", EXECUTE, "chen li sup wit2 zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'chen','li','wit2'")), "A15"},
        {"who re-checks is a witness and lent it to nobody here", EXECUTE, "chen sup wit zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'chen','wit'")), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "role.delegate/1", "chen wit2",
               "{'end':@+0,'from':'wit2','reason':'absence','roles':['witness'],'start':@+0,"
               "'to':'chen'}");
    static const struct world_case one[] = {
        {"two delegates of one", EXECUTE, "chen li sup zhang",
         EXECUTED(ALL, "", WHO("zhang", "sup", "'chen','li'")), "A15"},
    };
    assert_int_equal(world_run_cases(world, one, COUNT_OF(one)), 0);
    assert_true(world_is_verified(world));
}

/* ---- random offices ---- */

enum { ARC, CHEN, MGR, SUP, WIT, WIT2, ZHANG, PERSONS };
static const char *const NAMES[PERSONS] = {"arc", "chen", "mgr",  "sup",
                                           "wit", "wit2", "zhang"}; /* sorted */
enum { CUSTODIAN, MANAGER, STAFF, SUPERVISOR, WITNESS, ROLES };
static const char *const CODES[ROLES] = {"archive_custodian", "centre_manager", "service_staff",
                                         "supervisor", "witness"};
#define LENT_MAX 8
#define BIT(p)   (1u << (unsigned)(p))

struct office {
    struct world *world;
    uint32_t random;
    bool own[PERSONS][ROLES];
    struct {
        int giver, taker, role;
    } lent[LENT_MAX];
    int lent_count;
    bool review_witness, recheck_witness;
    unsigned proposer, reviewer, approver; /* folds */
    int p, r, a;
    int tried, taken, wrong;
};

static int roll(struct office *o, int below)
{
    o->random ^= o->random << 13;
    o->random ^= o->random >> 17;
    o->random ^= o->random << 5;
    return (int)(o->random % (uint32_t)below);
}

/* Folds in which p holds the role. */
static int ways(const struct office *o, int p, int role, unsigned folds[LENT_MAX])
{
    int count = 0;
    if (o->own[p][role]) {
        folds[0] = BIT(p);
        return 1;
    }
    for (int i = 0; i < o->lent_count; i++) {
        if (o->lent[i].taker == p && o->lent[i].role == role) {
            folds[count++] = BIT(p) | BIT(o->lent[i].giver);
        }
    }
    return count;
}

static bool sits(const struct office *o, int p, int role, unsigned apart)
{
    unsigned folds[LENT_MAX];
    for (int i = ways(o, p, role, folds); i > 0; i--) {
        if ((folds[i - 1] & apart) == 0) {
            return true;
        }
    }
    return false;
}

static bool office_decides(const struct office *o)
{
    for (int s = 0; s < PERSONS; s++) {
        for (int m = 0; m < PERSONS; m++) {
            if (s != m && s != o->p && m != o->p && sits(o, s, SUPERVISOR, 0) &&
                sits(o, m, MANAGER, 0)) {
                return true;
            }
        }
    }
    return false;
}

/* Can these witnesses be seated, each in a fold that meets nobody else's nor taken? */
static bool seat_rest(const struct office *o, const int *who, int count, unsigned taken)
{
    unsigned folds[4 * LENT_MAX];
    int found = 0;
    if (count == 0) {
        return true;
    }
    static const int roles[] = {STAFF, SUPERVISOR, WITNESS};
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        found += ways(o, who[0], roles[i], folds + found);
    }
    if (o->review_witness && who[0] == o->r) {
        folds[found++] = o->reviewer;
    }
    for (int i = 0; i < found; i++) {
        if ((folds[i] & taken) == 0 && seat_rest(o, who + 1, count - 1, taken | folds[i])) {
            return true;
        }
    }
    return false;
}

static bool is_other_supervisor(const struct office *o, int recheck)
{
    for (int x = 0; x < PERSONS; x++) {
        if (x != recheck && x != o->p && x != o->a && sits(o, x, SUPERVISOR, 0)) {
            return true;
        }
    }
    return false;
}

static bool may_execute(const struct office *o, const int *witnesses, int count, int recheck,
                        int destroyer)
{
    const unsigned barred = o->proposer | o->approver | (destroyer >= 0 ? BIT(destroyer) : 0);
    unsigned from = o->proposer | (is_other_supervisor(o, recheck) ? o->approver : 0);
    unsigned folds[LENT_MAX];
    if (o->recheck_witness) {
        return seat_rest(o, witnesses, count, barred) && sits(o, recheck, SUPERVISOR, from);
    }
    for (int i = ways(o, recheck, SUPERVISOR, folds); i > 0; i--) {
        if ((folds[i - 1] & from) == 0 &&
            seat_rest(o, witnesses, count, barred | folds[i - 1])) {
            /* who re-checks may destroy: he is barred from the witnesses alone */
            return true;
        }
    }
    return false;
}

/* "arc chen=chen-two": each by one of his credentials. */
static void sign_as(struct office *o, unsigned who, char *out, size_t size)
{
    size_t len = 0;
    for (int p = 0; p < PERSONS; p++) {
        if ((who & BIT(p)) != 0) {
            const char *key = roll(o, 2) == 0 ? "" : "-two";
            len += (size_t)snprintf(out + len, size - len, "%s%s=%s%s", len > 0 ? " " : "",
                                    NAMES[p], NAMES[p], key);
        }
    }
}

static bool submit(struct office *o, const char *act, const char *signers, const char *body)
{
    struct buf envelope = BUF_INIT(0);
    struct world_draft draft = {.act = act, .signers = signers, .body = body};
    world_envelope(o->world, &draft, &envelope);
    enum custody_status rc = world_append(o->world, &envelope);
    buf_clear(&envelope);
    assert_true(rc == CUSTODY_OK || rc == CUSTODY_ERR_REFUSED || rc == CUSTODY_ERR_TAMPERED);
    o->tried++;
    o->taken += rc == CUSTODY_OK ? 1 : 0;
    return rc == CUSTODY_OK;
}

static void compare(struct office *o, const char *act, const char *signers, bool was, bool may)
{
    if (was == may) {
        return;
    }
    o->wrong++;
    print_message("# %s by %s: %s; proposer %x reviewer %x approver %x [%s: %s]\n", act,
                  signers, was ? "taken" : "refused", o->proposer, o->reviewer, o->approver,
                  o->world->err.rule, o->world->err.text);
    for (int i = 0; i < o->lent_count; i++) {
        print_message("#   %s lends %s to %s\n", NAMES[o->lent[i].giver],
                      CODES[o->lent[i].role], NAMES[o->lent[i].taker]);
    }
}

/* Which fold the program wrote down must be one of those in which he may sit. */
static unsigned fold_of(struct office *o, const char *column, int p)
{
    char sql[120];
    char text[40];
    (void)snprintf(sql, sizeof sql, "SELECT %s_giver FROM batch ORDER BY idx DESC LIMIT 1",
                   column);
    (void)world_value(o->world, sql, text, sizeof text);
    for (int g = 0; g < PERSONS; g++) {
        if (strcmp(NAMES[g], text) == 0) {
            return BIT(p) | BIT(g);
        }
    }
    assert_string_equal(text, "");
    return BIT(p);
}

static void hire(struct office *o)
{
    static const int first[PERSONS] = {CUSTODIAN, -1,      MANAGER, SUPERVISOR,
                                       WITNESS,   WITNESS, STAFF};
    memset(o->own, 0, sizeof o->own);
    o->lent_count = 0;
    for (int p = 0; p < PERSONS; p++) {
        if (first[p] >= 0) {
            o->own[p][first[p]] = true;
        }
    }
    for (int n = roll(o, 5); n > 0; n--) {
        int p = roll(o, PERSONS);
        int role = roll(o, ROLES);
        if (p != MGR && !o->own[p][role]) {
            grant_role(o->world, NAMES[p], CODES[role]);
            o->own[p][role] = true;
        }
    }
    for (int n = 2 + roll(o, 8); n > 0 && o->lent_count < LENT_MAX; n--) {
        const int role = roll(o, ROLES);
        const int taker = roll(o, PERSONS);
        int giver = roll(o, PERSONS);
        for (int tries = 0; tries < 20 && !o->own[giver][role]; tries++) {
            giver = roll(o, PERSONS);
        }
        if (giver != taker && o->own[giver][role] && !o->own[taker][role]) {
            lend_role(o->world, NAMES[giver], NAMES[taker], CODES[role]);
            o->lent[o->lent_count].giver = giver;
            o->lent[o->lent_count].taker = taker;
            o->lent[o->lent_count++].role = role;
        }
    }
    o->review_witness = roll(o, 3) > 0;
    o->recheck_witness = roll(o, 3) > 0;
    if (!o->review_witness) {
        bend_policy(o->world, "review_witness", "false");
    }
    if (!o->recheck_witness) {
        bend_policy(o->world, "recheck_witness", "false");
    }
    world_tick(o->world, 60);
}

/* Everybody tries; one of those who may goes on. -1: nobody may. */
static int decide(struct office *o, const char *act, const char *body,
                  bool (*may)(const struct office *o, int p))
{
    char signers[40];
    int list[PERSONS];
    int count = 0;
    world_save(o->world);
    for (int p = 0; p < PERSONS; p++) {
        sign_as(o, BIT(p), signers, sizeof signers);
        bool was = submit(o, act, signers, body);
        compare(o, act, signers, was, may(o, p));
        if (was) {
            list[count++] = p;
            world_restore(o->world);
        }
    }
    if (count == 0) {
        return -1;
    }
    int p = list[roll(o, count)];
    world_must(o->world, act, NAMES[p], body);
    return p;
}

static bool may_propose(const struct office *o, int p)
{
    return sits(o, p, CUSTODIAN, 0);
}

static bool may_review(const struct office *o, int p)
{
    return sits(o, p, SUPERVISOR, o->proposer) ||
           (sits(o, p, WITNESS, o->proposer) && !office_decides(o));
}

static bool may_approve(const struct office *o, int p)
{
    return sits(o, p, MANAGER, o->proposer | o->reviewer);
}

/* One of them signs for another with his own second credential. */
static void steal(struct office *o, unsigned who, const char *body)
{
    char signers[200];
    int thief = roll(o, PERSONS);
    int victim = roll(o, PERSONS);
    size_t len = 0;
    if (thief == victim || (who & BIT(thief)) == 0 || (who & BIT(victim)) == 0) {
        return;
    }
    for (int p = 0; p < PERSONS; p++) {
        if ((who & BIT(p)) != 0) {
            len += (size_t)snprintf(signers + len, sizeof signers - len, "%s%s=%s%s",
                                    len > 0 ? " " : "", NAMES[p],
                                    NAMES[p == victim ? thief : p], p == victim ? "-two" : "");
        }
    }
    compare(o, "stolen", signers, submit(o, EXECUTE, signers, body), false);
}

static void try_execution(struct office *o)
{
    char body[900];
    char names[80] = "";
    char signers[200];
    char by[16];
    int witnesses[3];
    int count = 0;
    unsigned set = BIT(roll(o, PERSONS)) | BIT(roll(o, PERSONS));
    set |= roll(o, 3) == 0 ? BIT(roll(o, PERSONS)) : 0;
    for (int p = 0; p < PERSONS; p++) {
        if ((set & BIT(p)) != 0) {
            size_t len = strlen(names);
            (void)snprintf(names + len, sizeof names - len, "%s'%s'", count > 0 ? "," : "",
                           NAMES[p]);
            witnesses[count++] = p;
        }
    }
    if (count < 2) {
        return;
    }
    const int recheck = roll(o, 3) == 0 ? roll(o, PERSONS) : roll(o, 2) == 0 ? SUP : o->r;
    const int destroyer = roll(o, 4) == 0 ? -1 : roll(o, PERSONS);
    set |= BIT(recheck) | (destroyer >= 0 ? BIT(destroyer) : 0);
    (void)snprintf(by, sizeof by, destroyer >= 0 ? "'%s'" : "null",
                   destroyer >= 0 ? NAMES[destroyer] : "");
    (void)snprintf(body, sizeof body,
                   EXECUTED(F1_DONE "," F2_DONE, "",
                            "'destroyer':%s,'firm':'Pulp Ltd','receipt':'R-7','recheck':'%s',"
                            "'sheet':'1','witnesses':[%s]"),
                   by, NAMES[recheck], names);
    sign_as(o, set, signers, sizeof signers);
    bool was = submit(o, EXECUTE, signers, body);
    compare(o, body, signers, was, may_execute(o, witnesses, count, recheck, destroyer));
    if (was) {
        world_restore(o->world);
        steal(o, set, body);
    }
}

static void run_office(struct office *o, int attempts)
{
    o->proposer = o->reviewer = o->approver = 0;
    o->p = o->r = o->a = -1;
    o->p = decide(o, PROPOSE, PROPOSED("X-1", F1_LINE "," F2_LINE), may_propose);
    world_keep(o->world, "batch");
    o->proposer = fold_of(o, "proposer", o->p);
    o->r = decide(o, REVIEW, BOTH_YES, may_review);
    if (o->r < 0) {
        return;
    }
    o->reviewer = fold_of(o, "reviewer", o->r);
    assert_int_equal(o->reviewer & o->proposer, 0);
    o->a = decide(o, APPROVE, BOTH_YES, may_approve);
    if (o->a < 0) {
        return;
    }
    o->approver = fold_of(o, "approver", o->a);
    assert_int_equal(o->approver & (o->proposer | o->reviewer), 0);
    world_save(o->world);
    for (int i = 0; i < attempts; i++) {
        try_execution(o);
    }
}

static void nobody_fills_two_of_the_seats_that_differ(void **state)
{
    const char *seed = getenv("CUSTODY_SEED");
    const bool is_long = getenv("CUSTODY_LONG") != NULL;
    struct office o = {.world = *state};
    struct world *world = *state;
    uint32_t start = seed != NULL ? (uint32_t)strtoul(seed, NULL, 10) : (uint32_t)time(NULL);
    print_message("# seed %u\n", (unsigned)start);
    o.random = start * 2654435761U + 1;
    for (int p = 0; p < PERSONS; p++) {
        char body[300];
        char signers[32];
        (void)snprintf(body, sizeof body,
                       "{'credential':^%s-two,'handle':'%s','proof':~%s-two:%s,"
                       "'reason':'add'}",
                       NAMES[p], NAMES[p], NAMES[p], NAMES[p]);
        (void)snprintf(signers, sizeof signers, p == MGR ? "adm mgr" : "adm mgr %s", NAMES[p]);
        world_must(world, "credential.add/1", signers, body);
    }
    world_save(world);
    struct buf base = world->saved;
    const unsigned nonce = world->saved_nonce;
    const int64_t now = world->saved_now;
    for (int i = 0; i < (is_long ? 200 : 12); i++) {
        world->saved = (struct buf)BUF_INIT(0);
        world->saved.max = base.max;
        hire(&o);
        run_office(&o, is_long ? 120 : 60);
        buf_clear(&world->saved);
        world->saved = base;
        world->saved_nonce = nonce;
        world->saved_now = now;
        world_restore(world);
    }
    print_message("# %d attempts, %d taken\n", o.tried, o.taken);
    assert_int_equal(o.wrong, 0);
    assert_true(o.taken > 50);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_three_who_decide_are_three),
        TEST(a_witness_reviews_where_the_office_is_too_small),
        TEST(those_who_are_present_are_who_they_must_be),
        TEST(nobody_decides_through_a_delegate),
        TEST(nobody_witnesses_through_a_delegate),
        TEST(nobody_fills_two_of_the_seats_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
