/* Sealed spares: key.seal, key.unseal (FORMATS.md §17.3; K15). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array)     (sizeof(array) / sizeof(array)[0])
#define SEAL                "key.seal/1"
#define UNSEAL              "key.unseal/1"
#define SEALED(items, seal) "{'desk':'front','items':[" items "],'seal':'" seal "'}"
#define OPENED(items, seal)                                                                    \
    "{'desk':'front','items':[" items "],'reason':'not_needed','seal':'" seal "'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[400];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

#define HOLDER(item) "SELECT holder_kind || ':' || holder FROM item WHERE item = '" item "'"

static void spares_are_sealed_by_the_desks_custodian_under_a_fresh_number(void **state)
{
    struct world *world = *state;
    world_must(world, SEAL, "li", SEALED("!K00000003", "S-1"));
    world_must(world, "key.lend/1", "li chen",
               "{'desk':'front','due':@+3600,'items':[!K00000004],'on_behalf':'W-1',"
               "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}");
    static const struct world_case cases[] = {
        {"seal", SEAL, "wang", SEALED("!K00000002", "S-2"), NULL},
        {"seal a home's key", SEAL, "li", SEALED("!K00000001", "S-2"), NULL},
        {"seal by duty", SEAL, "duty", SEALED("!K00000002", "S-2"), "K15"},
        {"seal by the other desk", SEAL, "eng", SEALED("!K00000002", "S-2"), "K15"},
        {"seal by two", SEAL, "li sup", SEALED("!K00000002", "S-2"), "seats"},
        {"seal what is out", SEAL, "li", SEALED("!K00000004", "S-2"), "K15"},
        {"seal what is sealed", SEAL, "li", SEALED("!K00000003", "S-2"), "K15"},
        {"seal the other desk's", SEAL, "li", SEALED("!K00000007", "S-2"), "K15"},
        {"seal under a used number", SEAL, "li", SEALED("!K00000002", "S-1"), "exists"},
        {"seal unknown", SEAL, "li", SEALED("!K00000099", "S-2"), "object"},
        {"seal label", SEAL, "li", SEALED("{'item':'K00000002','label':'L'}", "S-2"), "label"},
        {"seal beside its ring", SEAL, "li", SEALED("!K00000005,!R00000009", "S-2"), "K4"},
        {"seal before it came", SEAL, "li",
         "{'desk':'front','event_at':@-3600,'items':[!K00000002],'late':'forgotten',"
         "'seal':'S-2'}",
         "late"},
        {"lend what is sealed", "key.lend/1", "li chen",
         "{'desk':'front','due':@+3600,'items':[!K00000003],'on_behalf':'W-1',"
         "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}",
         "K4"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    expect(world, HOLDER("K00000003"), "seal:S-1");
    expect(world, "SELECT desk || coalesce(opened_idx, ' whole') FROM seal", "front whole");
    assert_true(world_is_verified(world));
}

static void a_seal_is_opened_by_two_who_name_all_that_it_holds(void **state)
{
    struct world *world = *state;
    world_must(world, SEAL, "li", SEALED("!K00000002,!R00000009", "S-1"));
    expect(world, HOLDER("K00000005"), "seal:S-1");
    world_must(world, SEAL, "eng", "{'desk':'eng','items':[!K00000007],'seal':'E-1'}");
    static const struct world_case cases[] = {
        {"unseal", UNSEAL, "li zhang", OPENED("!K00000002,!R00000009", "S-1"), NULL},
        {"unseal by duty", UNSEAL, "duty zhang", OPENED("!K00000002,!R00000009", "S-1"), NULL},
        {"unseal the colleague acts", UNSEAL, "zhang li",
         OPENED("!K00000002,!R00000009", "S-1"), NULL},
        {"unseal alone", UNSEAL, "li", OPENED("!K00000002,!R00000009", "S-1"), "K15"},
        {"unseal by strangers", UNSEAL, "zhang chen", OPENED("!K00000002,!R00000009", "S-1"),
         "seats"},
        {"unseal by the other desk", UNSEAL, "eng zhang",
         OPENED("!K00000002,!R00000009", "S-1"), "seats"},
        {"unseal with an auditor", UNSEAL, "li aud", OPENED("!K00000002,!R00000009", "S-1"),
         "seats"},
        {"unseal by three", UNSEAL, "li wang zhang", OPENED("!K00000002,!R00000009", "S-1"),
         "seats"},
        {"unseal a part", UNSEAL, "li zhang", OPENED("!K00000002", "S-1"), "K15"},
        {"unseal a part of the ring", UNSEAL, "li zhang",
         OPENED("!K00000002,!K00000004", "S-1"), "K15"},
        {"unseal more than it holds", UNSEAL, "li zhang",
         OPENED("!K00000002,!K00000003,!R00000009", "S-1"), "K15"},
        {"unseal no such seal", UNSEAL, "li zhang", OPENED("!K00000002,!R00000009", "S-2"),
         "state"},
        {"unseal the other desk's", UNSEAL, "li zhang", OPENED("!K00000007", "E-1"), "state"},
        {"unseal reason", UNSEAL, "li zhang",
         "{'desk':'front','items':[!K00000002,!R00000009],'reason':'whim','seal':'S-1'}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, UNSEAL, "duty li", OPENED("!K00000002,!R00000009", "S-1"));
    expect(world, HOLDER("K00000005"), "desk:front");
    expect(world, HOLDER("K00000002"), "desk:front");
    expect(world, "SELECT kind FROM movement WHERE item = 'K00000005' ORDER BY idx DESC",
           "unseal");
    expect(world, "SELECT opened_by FROM seal WHERE seal = 'S-1' AND opened_idx > idx",
           "unseal");
    expect(world, "SELECT count(*) FROM unsealed", "0");
    static const struct world_case broken[] = {
        {"unseal twice", UNSEAL, "li zhang", OPENED("!K00000002,!R00000009", "S-1"), "state"},
        {"seal under the broken number", SEAL, "li", SEALED("!K00000002", "S-1"), "exists"},
    };
    assert_int_equal(world_run_cases(world, broken, COUNT_OF(broken)), 0);
    assert_true(world_is_verified(world));
}

static void one_person_of_many_roles_opens_no_seal(void **state)
{
    struct world *world = *state;
    world_must(world, SEAL, "li", SEALED("!K00000002", "S-1"));
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'li','roles':['duty','supervisor'],'sheet':'9'}");
    world_must(world, "credential.add/1", "adm mgr li",
               "{'credential':^li2,'handle':'li','proof':~li2:li,'reason':'add'}");
    static const struct world_case cases[] = {
        {"unseal by one with every role", UNSEAL, "li", OPENED("!K00000002", "S-1"), "K15"},
        {"unseal by one at a second device", UNSEAL, "li=li2", OPENED("!K00000002", "S-1"),
         "K15"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

/* Seal numbers are texts of up to 200 characters, and the ring's members still go with it. */
static void the_longest_seal_number_holds_a_ring(void **state)
{
    struct world *world = *state;
    char number[801] = "";
    char body[1200];
    for (size_t i = 0; i < 200; i++) {
        (void)strcat(number, "\xf0\xa0\x80\x80");
    }
    (void)snprintf(body, sizeof body, "{'desk':'front','items':[!R00000009],'seal':'%s'}",
                   number);
    world_must(world, SEAL, "li", body);
    expect(world, "SELECT length(holder) FROM item WHERE item = 'K00000004'", "200");
    (void)snprintf(body, sizeof body,
                   "{'desk':'front','items':[!R00000009],'reason':'other','seal':'%s'}",
                   number);
    world_must(world, UNSEAL, "li zhang", body);
    expect(world, HOLDER("K00000004"), "desk:front");
    assert_true(world_is_verified(world));
}

#define LOST(items, reporter)                                                                  \
    "{'desk':'front','items':[" items "],'reason':'lost','reporter':" reporter "}"
#define OPENED_BY(seal) "SELECT coalesce(opened_by, 'whole') FROM seal WHERE seal = '" seal "'"

static void a_loss_from_a_seal_is_signed_by_two_and_breaks_it(void **state)
{
    struct world *world = *state;
    world_must(world, SEAL, "li", SEALED("!K00000002,!K00000003,!R00000009", "S-1"));
    static const struct world_case cases[] = {
        {"lost with the reporter", "key.lost/1", "li chen", LOST("!K00000002", "'chen'"), NULL},
        {"lost by one", "key.lost/1", "li", LOST("!K00000002", "null"), "K15"},
        {"lost by one for another", "key.lost/1", "li", LOST("!K00000002", "'chen'"), "K15"},
        {"its reporter is by", "key.lost/1", "li", LOST("!K00000002", "'li'"), "K15"},
        {"a ring by one", "key.lost/1", "duty", LOST("!R00000009", "null"), "K15"},
        {"another signs", "key.lost/1", "li wang", LOST("!K00000002", "'chen'"), "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    expect(world, OPENED_BY("S-1"), "whole");
    world_must(world, "key.lost/1", "li chen", LOST("!K00000002", "'chen'"));
    assert_string_equal(world->flags, "seal-broken");
    expect(world, OPENED_BY("S-1"), "lost");
    expect(world, HOLDER("K00000002"), "lost:S-1");
    expect(world, HOLDER("K00000004"), "seal:S-1"); /* the rest stays listed under it */
    static const struct world_case broken[] = {
        {"the rest by one", "key.lost/1", "li", LOST("!K00000003", "null"), NULL},
        {"unseal what is broken", UNSEAL, "li zhang", OPENED("!K00000003,!R00000009", "S-1"),
         "state"},
    };
    assert_int_equal(world_run_cases(world, broken, COUNT_OF(broken)), 0);
    assert_true(world_is_verified(world));
}

static void a_return_from_a_seal_is_taken_and_breaks_it(void **state)
{
    static const char back[] = "{'condition':'ok','desk':'front','items':[!R00000009]}";
    struct world *world = *state;
    world_must(world, SEAL, "li", SEALED("!K00000002,!R00000009", "S-1"));
    world_must(world, "key.return/1", "li", back);
    world_keep(world, "back");
    assert_string_equal(world->flags, "seal-broken");
    expect(world, OPENED_BY("S-1"), "return");
    expect(world, HOLDER("K00000005"), "desk:front");
    expect(world, HOLDER("K00000002"), "seal:S-1");
    /* a return that was none leaves the seal as it was */
    world_must(world, "act.correct/1", "li sup", "{'act':$back,'reason':'entry_error'}");
    expect(world, OPENED_BY("S-1"), "whole");
    expect(world, HOLDER("K00000005"), "seal:S-1");
    world_must(world, "key.return/1", "li", back);
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000002]}");
    world_keep(world, "second");
    assert_string_equal(world->flags, "");
    world_must(world, "act.correct/1", "li sup", "{'act':$second,'reason':'entry_error'}");
    expect(world, OPENED_BY("S-1"), "return");
    assert_true(world_is_verified(world));
}

static void who_returns_from_a_seal_of_his_name_is_not_its_holder(void **state)
{
    struct world *world = *state;
    world_must(world, SEAL, "li", SEALED("!K00000002", "zhang"));
    world_must(world, "key.return/1", "li",
               "{'by_whom':'zhang','condition':'ok','desk':'front','items':[!K00000002],"
               "'receipt':{'kind':'screen'}}");
    assert_non_null(strstr(world->flags, "not-holder"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(spares_are_sealed_by_the_desks_custodian_under_a_fresh_number),
        T(a_seal_is_opened_by_two_who_name_all_that_it_holds),
        T(one_person_of_many_roles_opens_no_seal),
        T(the_longest_seal_number_holds_a_ring),
        T(a_loss_from_a_seal_is_signed_by_two_and_breaks_it),
        T(a_return_from_a_seal_is_taken_and_breaks_it),
        T(who_returns_from_a_seal_of_his_name_is_not_its_holder),
    };
    return cmocka_run_group_tests_name("acts about seals", tests, NULL, NULL);
}
