/* key.emergency, its ratification and K16 at audit (FORMATS.md §17.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "file.h"
#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define EMERGENCY       "key.emergency/1"
#define RATIFY          "act.ratify/1"
#define DAY             86400
#define REACHED         "{'at':@-60,'party':'P0000000A','result':'reached'}"
#define TAKEN(items, receiver, seal)                                                           \
    "{'called':" REACHED ",'cause':'water_leak','desk':'front','items':[" items                \
    "],'place':'1-0-01','receiver':'" receiver "','seal':" seal "}"
#define CALLED(called, cause, place)                                                           \
    "{'called':" called ",'cause':'" cause                                                     \
    "','desk':'front','items':[!K00000001],'place':'" place                                    \
    "','receiver':'zhang','seal':null}"
#define REFUSED_ASK "{'asked':{'items':[!K00000002],'purpose':'private'},'rule':'K3'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[400];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

#define HOLDER(item) "SELECT holder_kind || ':' || holder FROM item WHERE item = '" item "'"

static void an_emergency_is_issued_by_two_of_whom_one_takes_the_keys(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"emergency", EMERGENCY, "li zhang", TAKEN("!K00000001", "zhang", "null"), NULL},
        {"emergency the clerk goes", EMERGENCY, "li zhang", TAKEN("!K00000001", "li", "null"),
         NULL},
        {"emergency duty", EMERGENCY, "duty chen", TAKEN("!K00000001", "chen", "null"), NULL},
        {"emergency a ring", EMERGENCY, "duty chen",
         TAKEN("!K00000001,!R00000009", "chen", "null"), NULL},
        {"emergency no answer", EMERGENCY, "li zhang",
         CALLED("{'at':@-60,'result':'no_answer'}", "fire", "1"), NULL},
        {"emergency no number", EMERGENCY, "li zhang",
         CALLED("{'result':'no_number'}", "gas", "1-0-01"), NULL},
        {"emergency high risk", EMERGENCY, "eng chen",
         "{'called':{'result':'no_number'},'cause':'power','desk':'eng','items':[!K00000006],"
         "'place':'1-PD','receiver':'chen','seal':null}",
         NULL},
        {"emergency alone", EMERGENCY, "li", TAKEN("!K00000001", "li", "null"), "K16"},
        {"emergency by staff", EMERGENCY, "zhang chen", TAKEN("!K00000001", "zhang", "null"),
         "K16"},
        {"emergency the colleague acts", EMERGENCY, "zhang li",
         TAKEN("!K00000001", "zhang", "null"), "K16"},
        {"emergency by the other desk", EMERGENCY, "eng zhang",
         TAKEN("!K00000001", "zhang", "null"), "K16"},
        {"emergency with an auditor", EMERGENCY, "li aud", TAKEN("!K00000001", "li", "null"),
         "K16"},
        {"emergency by three", EMERGENCY, "li wang zhang", TAKEN("!K00000001", "zhang", "null"),
         "K16"},
        {"emergency to a third", EMERGENCY, "li zhang", TAKEN("!K00000001", "chen", "null"),
         "K16"},
        {"emergency to nobody", EMERGENCY, "li zhang", TAKEN("!K00000001", "nobody", "null"),
         "object"},
        {"emergency cause", EMERGENCY, "li zhang", CALLED(REACHED, "boredom", "1"), "policy"},
        {"emergency place", EMERGENCY, "li zhang", CALLED(REACHED, "fire", "9"), "object"},
        {"emergency party", EMERGENCY, "li zhang",
         CALLED("{'at':@-60,'party':'P0000000Z','result':'reached'}", "fire", "1"), "object"},
        {"emergency reached at no time", EMERGENCY, "li zhang",
         CALLED("{'result':'reached'}", "fire", "1"), "K16"},
        {"emergency a call without a number", EMERGENCY, "li zhang",
         CALLED("{'at':@-60,'result':'no_number'}", "fire", "1"), "K16"},
        {"emergency another result", EMERGENCY, "li zhang",
         CALLED("{'at':@-60,'result':'busy'}", "fire", "1"), "structure"},
        {"emergency the other desk's", EMERGENCY, "li zhang",
         TAKEN("!K00000007", "zhang", "null"), "K16"},
        {"emergency unknown", EMERGENCY, "li zhang", TAKEN("!K00000099", "zhang", "null"),
         "object"},
        {"emergency no such seal", EMERGENCY, "li zhang", TAKEN("!K00000001", "zhang", "'S-1'"),
         "K16"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "role.delegate/1", "li zhang",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case folded[] = {
        {"emergency by a delegate", EMERGENCY, "zhang chen",
         TAKEN("!K00000001", "chen", "null"), NULL},
        {"emergency by one and his delegate", EMERGENCY, "zhang li",
         TAKEN("!K00000001", "li", "null"), "K16"},
    };
    assert_int_equal(world_run_cases(world, folded, COUNT_OF(folded)), 0);
}

static void an_emergency_breaks_the_seal_and_the_rest_stands_at_the_desk(void **state)
{
    struct world *world = *state;
    world_must(world, "key.seal/1", "li",
               "{'desk':'front','items':[!K00000001,!K00000003,!R00000009],'seal':'S-1'}");
    world_must(world, "key.seal/1", "eng", "{'desk':'eng','items':[!K00000007],'seal':'E-1'}");
    static const struct world_case cases[] = {
        {"emergency under an unnamed seal", EMERGENCY, "li zhang",
         TAKEN("!K00000001", "zhang", "null"), "K16"},
        {"emergency the other desk's seal", EMERGENCY, "li zhang",
         TAKEN("!K00000007", "zhang", "'E-1'"), "K16"},
        {"emergency under another seal", EMERGENCY, "eng zhang",
         "{'called':{'result':'no_number'},'cause':'power','desk':'eng','items':[!K00000001],"
         "'place':'1','receiver':'zhang','seal':'E-1'}",
         "K16"},
        {"emergency a sealed member", EMERGENCY, "li zhang",
         TAKEN("!K00000004", "zhang", "'S-1'"), NULL},
        {"emergency all of it", EMERGENCY, "li zhang",
         TAKEN("!K00000001,!K00000003,!R00000009", "zhang", "'S-1'"), NULL},
        {"emergency earlier than sealed", EMERGENCY, "li zhang",
         "{'called':{'result':'no_number'},'cause':'power','desk':'front','event_at':@-3600,"
         "'items':[!K00000001],'late':'urgent','place':'1','receiver':'zhang','seal':'S-1'}",
         "late"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, EMERGENCY, "li zhang", TAKEN("!K00000001,!K00000002", "zhang", "'S-1'"));
    assert_string_equal(world->flags, "seal-broken");
    expect(world, HOLDER("K00000001"), "person:zhang");
    expect(world, HOLDER("K00000002"), "person:zhang");
    expect(world, HOLDER("K00000003"), "desk:front");
    expect(world, HOLDER("R00000009"), "desk:front");
    expect(world, HOLDER("K00000005"), "desk:front");
    expect(world, "SELECT kind FROM movement WHERE item = 'K00000005' ORDER BY idx DESC",
           "unseal");
    expect(world, "SELECT kind FROM movement WHERE item = 'K00000001' ORDER BY idx DESC",
           "emergency");
    expect(world, "SELECT group_concat(item || desk, ' ') FROM unsealed",
           "K00000001front K00000003front K00000004front K00000005front");
    expect(world, "SELECT opened_by FROM seal WHERE seal = 'S-1' AND opened_idx > idx",
           "emergency");
    expect(world,
           "SELECT purpose || ' ' || on_behalf || ' ' || receiver || ' ' || clerk || ' ' ||"
           " (due - (SELECT event_at FROM item WHERE item = 'K00000001')) FROM loan",
           "emergency 1-0-01 zhang li 86400");
    expect(world,
           "SELECT cause || ' ' || called || ' ' || party || ' ' || seal || ' ' ||"
           " (deadline - (SELECT t FROM act_log l WHERE l.idx = e.idx)) || ' ' ||"
           " (called_at - (SELECT t FROM act_log l WHERE l.idx = e.idx))"
           " FROM emergency e",
           "water_leak reached P0000000A S-1 86400 -60");
    static const struct world_case broken[] = {
        {"emergency from the broken seal", EMERGENCY, "li zhang",
         TAKEN("!K00000003", "zhang", "'S-1'"), "K16"},
        {"unseal the broken seal", "key.unseal/1", "li zhang",
         "{'desk':'front','items':[!K00000003],'reason':'other','seal':'S-1'}", "state"},
    };
    assert_int_equal(world_run_cases(world, broken, COUNT_OF(broken)), 0);
    assert_true(world_is_verified(world));
}

static void an_emergency_is_ratified_by_a_superior_who_had_no_part_in_it(void **state)
{
    struct world *world = *state;
    world_must(world, "role.delegate/1", "sup duty",
               "{'end':@+1800,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'duty'}");
    world_must(world, EMERGENCY, "duty mgr", TAKEN("!K00000001", "mgr", "null"));
    world_keep(world, "help");
    static const struct world_case cases[] = {
        {"ratified by the supervisor", RATIFY, "sup", "{'act':$help}", NULL},
        {"ratified by the receiver", RATIFY, "mgr", "{'act':$help}", "seats"},
        {"ratified by who issued", RATIFY, "duty", "{'act':$help}", "seats"},
        {"ratified by staff", RATIFY, "chen", "{'act':$help}", "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* who issued by a lent role drew in him who lent it */
    world_must(world, "role.delegate/1", "sup chen",
               "{'end':@+1800,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'chen'}");
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'sheet':'9'}");
    world_must(world, "role.delegate/1", "sup zhang",
               "{'end':@+1800,'from':'sup','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    world_must(world, EMERGENCY, "zhang wang", TAKEN("!K00000002", "wang", "null"));
    world_keep(world, "lent");
    static const struct world_case lent[] = {
        {"ratified by who lent the role", RATIFY, "sup", "{'act':$lent}", "seats"},
        {"ratified by the manager", RATIFY, "mgr", "{'act':$lent}", NULL},
    };
    assert_int_equal(world_run_cases(world, lent, COUNT_OF(lent)), 0);
    world_must(world, RATIFY, "mgr", "{'act':$lent}");
    assert_string_equal(world->flags, "");
    assert_true(world_is_verified(world));
}

/* What the site's and its export's verification find about entry idx; both must say the same.
 */
static void expect_audit(struct world *world, int64_t idx, bool is_finding)
{
    char dir[128];
    char text[2][400];
    struct custody_error err = {0};
    enum custody_status verdict[2];
    (void)snprintf(dir, sizeof dir, "%s/export-%d", world->dir, (int)world_size(world));
    assert_int_equal(custody_export(world->site, dir, &err), CUSTODY_OK);
    for (int i = 0; i < 2; i++) {
        json_t *report = world_verify(world, i == 0 ? NULL : dir, NULL, &verdict[i]);
        (void)world_findings(report, text[i], sizeof text[i]);
        assert_int_equal(world_finds(report, idx, "K16"), is_finding);
        json_decref(report);
    }
    assert_string_equal(text[0], text[1]);
    assert_int_equal(verdict[0], verdict[1]);
    assert_int_equal(verdict[0], is_finding ? CUSTODY_ERR_TAMPERED : CUSTODY_OK);
}

static void an_emergency_that_nobody_ratifies_in_time_is_found(void **state)
{
    struct world *world = *state;
    world_must(world, EMERGENCY, "li zhang", TAKEN("!K00000001", "zhang", "null"));
    world_keep(world, "help");
    int64_t idx = world->idx;
    expect_audit(world, idx, false);
    /* in the last second */
    world_tick(world, DAY);
    world_must(world, "key.refuse/1", "li", REFUSED_ASK);
    expect_audit(world, idx, false);
    world_must(world, RATIFY, "sup", "{'act':$help}");
    assert_string_equal(world->flags, "");
    world_tick(world, DAY);
    world_must(world, "key.refuse/1", "li", REFUSED_ASK);
    expect_audit(world, idx, false);
}

static void an_emergency_ratified_too_late_stays_a_finding(void **state)
{
    struct world *world = *state;
    world_must(world, EMERGENCY, "li zhang", TAKEN("!K00000001", "zhang", "null"));
    world_keep(world, "help");
    int64_t idx = world->idx;
    world_tick(world, DAY + 1);
    expect_audit(world, idx, false); /* nothing in the ledger tells that the time is over */
    world_must(world, "key.refuse/1", "li", REFUSED_ASK);
    expect_audit(world, idx, true);
    world_must(world, RATIFY, "sup", "{'act':$help}");
    assert_string_equal(world->flags, "late-ratified");
    expect_audit(world, idx, true);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(an_emergency_is_issued_by_two_of_whom_one_takes_the_keys),
        T(an_emergency_breaks_the_seal_and_the_rest_stands_at_the_desk),
        T(an_emergency_is_ratified_by_a_superior_who_had_no_part_in_it),
        T(an_emergency_that_nobody_ratifies_in_time_is_found),
        T(an_emergency_ratified_too_late_stays_a_finding),
    };
    return cmocka_run_group_tests_name("emergencies", tests, NULL, NULL);
}
