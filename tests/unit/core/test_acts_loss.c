/* Losses, finds, damage, changed locks, accepted risks, retiring (FORMATS.md §17.3; K13). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define LOST            "key.lost/1"
#define FOUND           "key.found/1"
#define DAMAGE          "key.damage/1"
#define REKEY           "lock.rekey/1"
#define ACCEPT          "risk.accept/1"
#define RETIRE          "key.retire/1"
#define LOSE(items, reporter)                                                                  \
    "{'desk':'front','items':[" items "],'reason':'lost','reporter':" reporter "}"
#define FIND(items)    "{'condition':'ok','desk':'front','items':[" items "]}"
#define DOOR(code)     "{'code':'" code "','label':'Door'}"
#define CHANGED(locks) "{'locks':[" locks "],'reason':'lost'}"
#define RISK(items, letter, party)                                                             \
    "{'items':[" items "],'letter':" letter ",'party':" party ",'reason':'not_needed'}"
#define RETIRED(items) "{'desk':'front','items':[" items "],'reason':'replaced'}"
#define LEND(items, receiver)                                                                  \
    "{'desk':'front','due':@+3600,'items':[" items "],'on_behalf':'W-1','purpose':'repair',"   \
    "'receipt':{'kind':'credential'},'receiver':'" receiver "'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[200];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

#define HOLDER(item) "SELECT holder_kind || ':' || holder FROM item WHERE item = '" item "'"
#define LOSS(item)   "SELECT group_concat(state) FROM loss WHERE item = '" item "'"

static void a_loss_is_registered_at_the_desk_and_signed_by_who_reports_it(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"lost custodian", LOST, "li", LOSE("!K00000002", "null"), NULL},
        {"lost duty", LOST, "duty", LOSE("!K00000002", "'chen'"), NULL},
        {"lost reporter signs", LOST, "li chen", LOSE("!K00000002", "'chen'"), NULL},
        {"lost reported by a party", LOST, "li", LOSE("!K00000002", "'P0000000A'"), NULL},
        {"lost reported by who registers", LOST, "li", LOSE("!K00000002", "'li'"), NULL},
        {"lost by staff", LOST, "zhang", LOSE("!K00000002", "'zhang'"), "K13"},
        {"lost by the other desk", LOST, "eng", LOSE("!K00000002", "null"), "K13"},
        {"lost the reporter acts", LOST, "chen li", LOSE("!K00000002", "'chen'"), "K13"},
        {"lost another signs", LOST, "li zhang", LOSE("!K00000002", "'chen'"), "seats"},
        {"lost one signs for himself", LOST, "li zhang", LOSE("!K00000002", "'li'"), "seats"},
        {"lost one signs for a party", LOST, "li zhang", LOSE("!K00000002", "'P0000000A'"),
         "seats"},
        {"lost three sign", LOST, "li chen zhang", LOSE("!K00000002", "'chen'"), "seats"},
        {"lost an auditor signs", LOST, "li aud", LOSE("!K00000002", "'aud'"), "seats"},
        {"lost unknown reporter", LOST, "li", LOSE("!K00000002", "'nobody'"), "object"},
        {"lost unknown party", LOST, "li", LOSE("!K00000002", "'P0000000Z'"), "object"},
        {"lost unknown item", LOST, "li", LOSE("!K00000099", "null"), "object"},
        {"lost label", LOST, "li", LOSE("{'item':'K00000002','label':'L'}", "null"), "label"},
        {"lost reason", LOST, "li",
         "{'desk':'front','items':[!K00000002],'reason':'whim','reporter':null}", "policy"},
        {"lost desk", LOST, "li",
         "{'desk':'cellar','items':[!K00000002],'reason':'lost','reporter':null}", "policy"},
        {"lost before it came", LOST, "li",
         "{'desk':'front','event_at':@-3600,'items':[!K00000002],'late':'forgotten',"
         "'reason':'lost','reporter':null}",
         "late"},
        {"lost beside its ring", LOST, "li", LOSE("!K00000004,!R00000009", "null"), "K4"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* one who sits by the reporter's own role is not a second person */
    world_must(world, "role.delegate/1", "li zhang",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case folded[] = {
        {"lost the delegate registers", LOST, "zhang", LOSE("!K00000002", "'li'"), NULL},
        {"lost by the reporter's delegate", LOST, "zhang li", LOSE("!K00000002", "'li'"),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, folded, COUNT_OF(folded)), 0);
}

/* A ring, a member that is out and one that is on it: each was last held by somebody else. */
static void a_lost_ring_takes_what_hangs_on_it(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/1", "li chen", LEND("!K00000004", "chen"));
    world_must(world, LOST, "li chen", LOSE("!K00000002,!R00000009", "'chen'"));
    assert_string_equal(world->flags, "ring-short");
    expect(world, HOLDER("R00000009"), "lost:front");
    expect(world, HOLDER("K00000005"), "lost:front");
    expect(world, HOLDER("K00000004"), "person:chen");
    world_must(world, LOST, "duty", LOSE("!K00000004", "'chen'"));
    expect(world, HOLDER("K00000004"), "lost:chen");
    expect(world, "SELECT group_concat(item) FROM (SELECT item FROM loss WHERE state = 'open')",
           "K00000002,K00000004,K00000005");
    expect(world, "SELECT reporter || reason FROM loss WHERE item = 'K00000005'", "chenlost");
    static const struct world_case cases[] = {
        {"lost twice", LOST, "li", LOSE("!K00000002", "null"), "state"},
        {"lent though lost", "key.lend/1", "li chen", LEND("!K00000002", "chen"), "K4"},
        {"found by the custodian", FOUND, "li", FIND("!K00000002"), NULL},
        {"found by duty", FOUND, "duty",
         "{'by_whom':'P0000000A','condition':'damaged','desk':'front','items':[!K00000002]}",
         NULL},
        {"found by staff", FOUND, "zhang", FIND("!K00000002"), "K2"},
        {"found by the other desk", FOUND, "eng", FIND("!K00000002"), "K2"},
        {"found by two", FOUND, "li zhang", FIND("!K00000002"), "seats"},
        {"found what was not lost", FOUND, "li", FIND("!K00000003"), "state"},
        {"found beside its ring", FOUND, "li", FIND("!K00000005,!R00000009"), "K4"},
        {"found by nobody", FOUND, "li",
         "{'by_whom':'nobody','condition':'ok','desk':'front','items':[!K00000002]}", "object"},
        {"found earlier than lost", FOUND, "li",
         "{'condition':'ok','desk':'front','event_at':@-3600,'items':[!K00000002],"
         "'late':'forgotten'}",
         "late"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    assert_true(world_is_verified(world));
}

static void what_is_found_closes_its_loss(void **state)
{
    struct world *world = *state;
    world_must(world, LOST, "li", LOSE("!K00000002,!R00000009", "null"));
    world_must(world, FOUND, "duty",
               "{'by_whom':'zhang','condition':'damaged','desk':'front','items':[!R00000009]}");
    assert_string_equal(world->flags, "damaged");
    expect(world, HOLDER("R00000009"), "desk:front");
    expect(world, HOLDER("K00000005"), "desk:front");
    expect(world, LOSS("K00000004"), "found");
    expect(world, LOSS("K00000005"), "found");
    expect(world, LOSS("K00000002"), "open");
    expect(world, "SELECT by_whom FROM handback ORDER BY idx DESC LIMIT 1", "zhang");
    expect(world, "SELECT kind FROM movement WHERE item = 'K00000005' ORDER BY idx DESC",
           "found");
    /* lost again: a new loss beside the closed one */
    world_must(world, LOST, "li", LOSE("!K00000005", "null"));
    expect(world, LOSS("K00000005"), "found,open");
    assert_true(world_is_verified(world));
}

static void damage_is_marked_by_the_desks_custodian(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"damage", DAMAGE, "li", RETIRED("!K00000002,!R00000009"), NULL},
        {"damage of the other desk's", DAMAGE, "li", RETIRED("!K00000007"), NULL},
        {"damage by duty", DAMAGE, "duty", RETIRED("!K00000002"), "K2"},
        {"damage by the other desk", DAMAGE, "eng", RETIRED("!K00000002"), "K2"},
        {"damage by two", DAMAGE, "li sup", RETIRED("!K00000002"), "seats"},
        {"damage unknown", DAMAGE, "li", RETIRED("!K00000099"), "object"},
        {"damage label", DAMAGE, "li", RETIRED("{'item':'K00000002','label':'L'}"), "label"},
        {"damage reason", DAMAGE, "li", "{'desk':'front','items':[!K00000002],'reason':'whim'}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, DAMAGE, "li", RETIRED("!K00000002"));
    world_must(world, DAMAGE, "wang", "{'desk':'front','items':[!K00000002],'reason':'other'}");
    expect(world, "SELECT count(*) || reason FROM damage", "1other");
    expect(world, HOLDER("K00000002"), "desk:front");
    world_must(world, RETIRE, "li sup", RETIRED("!K00000003"));
    static const struct world_case retired[] = {
        {"damage of a retired key", DAMAGE, "li", RETIRED("!K00000003"), "state"},
    };
    assert_int_equal(world_run_cases(world, retired, 1), 0);
    assert_true(world_is_verified(world));
}

static void changed_locks_are_signed_by_a_custodian_and_a_chief(void **state)
{
    static const struct world_case cases[] = {
        {"rekey", REKEY, "li sup", CHANGED(DOOR("D1")), NULL},
        {"rekey with the engineering manager", REKEY, "fm eng", CHANGED(DOOR("D1")), NULL},
        {"rekey any custodian", REKEY, "eng sup", CHANGED(DOOR("D1")), NULL},
        {"rekey late", REKEY, "li sup",
         "{'event_at':@-86400,'late':'forgotten','locks':[" DOOR("D1") "],'reason':'lost'}",
         NULL},
        {"rekey too late", REKEY, "li sup",
         "{'event_at':@-864000,'late':'forgotten','locks':[" DOOR("D1") "],'reason':'lost'}",
         "late"},
        {"rekey alone", REKEY, "li", CHANGED(DOOR("D1")), "seats"},
        {"rekey two custodians", REKEY, "li wang", CHANGED(DOOR("D1")), "seats"},
        {"rekey two chiefs", REKEY, "sup fm", CHANGED(DOOR("D1")), "seats"},
        {"rekey by three", REKEY, "li sup fm", CHANGED(DOOR("D1")), "seats"},
        {"rekey unknown", REKEY, "li sup", CHANGED(DOOR("D9")), "object"},
        {"rekey label", REKEY, "li sup", CHANGED("{'code':'D1','label':'Gate'}"), "label"},
        {"rekey nothing", REKEY, "li sup", CHANGED(""), "structure"},
        {"rekey reason", REKEY, "li sup", "{'locks':[" DOOR("D1") "],'reason':'whim'}",
         "policy"},
    };
    struct world *world = *state;
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* he who holds both roles is one person, and so is he with his delegate */
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'li','roles':['supervisor'],'sheet':'9'}");
    world_must(world, "role.delegate/1", "li zhang",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case folded[] = {
        {"rekey by one with both roles", REKEY, "li", CHANGED(DOOR("D1")), "seats"},
        {"rekey by one and his delegate", REKEY, "li zhang", CHANGED(DOOR("D1")), "seats"},
    };
    assert_int_equal(world_run_cases(world, folded, COUNT_OF(folded)), 0);
}

static void a_loss_closes_when_all_its_locks_were_changed_after_it(void **state)
{
    struct world *world = *state;
    world_must(world, "lock.add/1", "li sup",
               "{'locks':[{'code':'D2','kind':'publicdoor','label':'Door','place':'1'}]}");
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K000000A1','label':'L-K000000A1',"
               "'locks':['D1','D2'],'ring':null}]}");
    world_tick(world, 7200);
    world_must(world, LOST, "li", LOSE("!K00000002,!K000000A1", "null"));
    /* entered now, done before the loss */
    world_tick(world, 3600);
    world_must(world, REKEY, "li sup",
               "{'event_at':@-3601,'late':'forgotten','locks':[" DOOR("D1") "," DOOR(
                   "D2") "],'reason':'lost'}");
    assert_string_equal(world->flags, "late stale-keys");
    expect(world, LOSS("K00000002"), "open");
    expect(world, "SELECT text FROM flag WHERE code = 'stale-keys'",
           "5 keys no longer open these locks: retire them");
    /* at the moment of the loss, one of two locks */
    world_must(
        world, REKEY, "li sup",
        "{'event_at':@-3600,'late':'forgotten','locks':[" DOOR("D1") "],'reason':'lost'}");
    expect(world, LOSS("K00000002"), "rekeyed");
    expect(world, LOSS("K000000A1"), "open");
    world_must(world, REKEY, "eng sup", CHANGED(DOOR("D2")));
    expect(world, LOSS("K000000A1"), "rekeyed");
    expect(world, HOLDER("K000000A1"), "lost:front");
    /* keys that were cut afterwards are good, and retired ones are no longer counted */
    world_must(world, RETIRE, "li sup", RETIRED("!K000000A1"));
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K000000B1','label':'L-K000000B1',"
               "'locks':['D2'],'ring':null}]}");
    world_save(world);
    world_must(world, REKEY, "li sup", CHANGED(DOOR("D2")));
    assert_string_equal(world->flags, "stale-keys");
    world_restore(world);
    world_must(world, RETIRE, "li sup", RETIRED("!K000000B1"));
    world_must(world, REKEY, "li sup", CHANGED(DOOR("D2")));
    assert_string_equal(world->flags, "");
    assert_true(world_is_verified(world));
}

static void a_risk_is_accepted_by_the_supervisor_or_the_owner(void **state)
{
    struct world *world = *state;
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Tenant One'},'party':'P0000000B','relation':'tenant',"
               "'unit':'1-0-01'}");
    world_must(world, LOST, "li", LOSE("!K00000001,!K00000002", "null"));
    static const struct world_case cases[] = {
        {"risk supervisor", ACCEPT, "sup", RISK("!K00000001,!K00000002", "null", "null"), NULL},
        {"risk owner by staff", ACCEPT, "zhang", RISK("!K00000001", "'L-7'", "'P0000000A'"),
         NULL},
        {"risk owner by a custodian", ACCEPT, "eng", RISK("!K00000001", "'L-7'", "'P0000000A'"),
         NULL},
        {"risk by the custodian", ACCEPT, "li", RISK("!K00000001", "null", "null"), "seats"},
        {"risk by two", ACCEPT, "sup li", RISK("!K00000001", "null", "null"), "seats"},
        {"risk owner by the supervisor", ACCEPT, "sup",
         RISK("!K00000001", "'L-7'", "'P0000000A'"), "K13"},
        {"risk owner without a letter", ACCEPT, "zhang",
         RISK("!K00000001", "null", "'P0000000A'"), "K13"},
        {"risk a tenant", ACCEPT, "zhang", RISK("!K00000001", "'L-7'", "'P0000000B'"), "K13"},
        {"risk of another's key", ACCEPT, "eng", RISK("!K00000006", "'L-7'", "'P0000000A'"),
         "K13"},
        {"risk unknown party", ACCEPT, "zhang", RISK("!K00000001", "'L-7'", "'P0000000Z'"),
         "object"},
        {"risk without a loss", ACCEPT, "sup", RISK("!K00000003", "null", "null"), "state"},
        {"risk of a ring", ACCEPT, "sup", RISK("!R00000009", "null", "null"), "structure"},
        {"risk label", ACCEPT, "sup", RISK("{'item':'K00000001','label':'L'}", "null", "null"),
         "label"},
        {"risk reason", ACCEPT, "sup", "{'items':[!K00000001],'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, ACCEPT, "zhang", RISK("!K00000001", "'L-7'", "'P0000000A'"));
    expect(world, LOSS("K00000001"), "accepted");
    expect(world, LOSS("K00000002"), "open");
    expect(world, HOLDER("K00000001"), "lost:front");
    static const struct world_case again[] = {
        {"risk accepted before", ACCEPT, "sup", RISK("!K00000001", "null", "null"), "state"},
    };
    assert_int_equal(world_run_cases(world, again, 1), 0);
    assert_true(world_is_verified(world));
}

static void keys_are_retired_by_two_from_the_desk_or_from_the_lost(void **state)
{
    struct world *world = *state;
    world_must(world, LOST, "li", LOSE("!K00000002", "null"));
    static const struct world_case cases[] = {
        {"retire", RETIRE, "li sup", RETIRED("!K00000003,!R00000009"), NULL},
        {"retire what is lost", RETIRE, "li sup", RETIRED("!K00000002"), NULL},
        {"retire alone", RETIRE, "li", RETIRED("!K00000003"), "seats"},
        {"retire two custodians", RETIRE, "li wang", RETIRED("!K00000003"), "seats"},
        {"retire duty", RETIRE, "duty sup", RETIRED("!K00000003"), "seats"},
        {"retire the other desk's", RETIRE, "li sup", RETIRED("!K00000007"), "state"},
        {"retire a member beside its ring", RETIRE, "li sup", RETIRED("!K00000004,!R00000009"),
         "K4"},
        {"retire unknown", RETIRE, "li sup", RETIRED("!K00000099"), "object"},
        {"retire reason", RETIRE, "li sup",
         "{'desk':'front','items':[!K00000003],'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "key.lend/1", "li chen", LEND("!K00000004", "chen"));
    static const struct world_case out[] = {
        {"retire what is out", RETIRE, "li sup", RETIRED("!K00000004"), "state"},
        {"retire a ring with a key elsewhere", RETIRE, "li sup", RETIRED("!R00000009"), "K5"},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
    world_must(world, LOST, "li", LOSE("!K00000004", "null"));
    world_must(world, RETIRE, "li sup", RETIRED("!K00000004"));
    expect(world, HOLDER("K00000004"), "retired:front");
    expect(world, LOSS("K00000004"), "open");
    world_must(world, RETIRE, "li sup", RETIRED("!K00000002,!R00000009"));
    expect(world, HOLDER("K00000005"), "retired:front");
    expect(world, HOLDER("R00000009"), "retired:front");
    static const struct world_case retired[] = {
        {"retired lost", LOST, "li", LOSE("!K00000005", "null"), "state"},
        {"retired lent", "key.lend/1", "li chen", LEND("!K00000005", "chen"), "K4"},
        {"retired twice", RETIRE, "li sup", RETIRED("!K00000005"), "state"},
        {"retired found", FOUND, "li", FIND("!K00000005"), "state"},
    };
    assert_int_equal(world_run_cases(world, retired, COUNT_OF(retired)), 0);
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a_loss_is_registered_at_the_desk_and_signed_by_who_reports_it),
        T(a_lost_ring_takes_what_hangs_on_it),
        T(what_is_found_closes_its_loss),
        T(damage_is_marked_by_the_desks_custodian),
        T(changed_locks_are_signed_by_a_custodian_and_a_chief),
        T(a_loss_closes_when_all_its_locks_were_changed_after_it),
        T(a_risk_is_accepted_by_the_supervisor_or_the_owner),
        T(keys_are_retired_by_two_from_the_desk_or_from_the_lost),
    };
    return cmocka_run_group_tests_name("acts about losses", tests, NULL, NULL);
}
