/* slip.issue, slip.close: numbered slips for the power cut (FORMATS.md §17.5; K20). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define ISSUE           "slip.issue/1"
#define CLOSE           "slip.close/1"

#define ISSUED(desk, first, last, series)                                                      \
    "{'desk':'" desk "','first':" #first ",'last':" #last ",'series':'" series "'}"
#define CLOSED(desk, slips)     "{'desk':'" desk "','series':'red','slips':[" slips "]}"
#define SLIP(number, use, acts) "{'acts':[" acts "],'number':" #number ",'use':'" use "'}"
#define LENT(event_at, late)                                                                   \
    "{'desk':'front','due':@+3600,'event_at':" event_at ",'items':[!K00000002],'late':" late   \
    ",'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'credential'},"                   \
    "'receiver':'chen'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[200];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

static void slip_issue_gives_each_number_once(void **state)
{
    struct world *world = *state;
    world_must(world, ISSUE, "li", ISSUED("front", 100, 199, "red"));
    expect(world,
           "SELECT count(*) || min(number) || max(number) || count(use) FROM slip"
           " WHERE series = 'red' AND desk = 'front'",
           "1001001990");
    static const struct world_case cases[] = {
        {"the next ones", ISSUE, "wang", ISSUED("front", 200, 299, "red"), NULL},
        {"to the other desk", ISSUE, "eng", ISSUED("eng", 1, 99, "red"), NULL},
        {"another series", ISSUE, "sup", ISSUED("front", 100, 199, "blue"), NULL},
        {"one", ISSUE, "li", ISSUED("front", 999999, 999999, "red"), NULL},
        {"as many as may be", ISSUE, "li", ISSUED("front", 1, 1000, "blue"), NULL},
        {"one too many", ISSUE, "li", ISSUED("front", 1, 1001, "blue"), "structure"},
        {"backwards", ISSUE, "li", ISSUED("front", 2, 1, "blue"), "structure"},
        {"number zero", ISSUE, "li", ISSUED("front", 0, 1, "blue"), "structure"},
        {"beyond six digits", ISSUE, "li", ISSUED("front", 999999, 1000000, "blue"),
         "structure"},
        {"the same again", ISSUE, "li", ISSUED("front", 100, 199, "red"), "exists"},
        {"overlapping above", ISSUE, "li", ISSUED("front", 199, 250, "red"), "exists"},
        {"overlapping below", ISSUE, "li", ISSUED("front", 50, 100, "red"), "exists"},
        {"the same to another desk", ISSUE, "sup", ISSUED("eng", 150, 150, "red"), "exists"},
        {"issued by duty", ISSUE, "duty", ISSUED("front", 1, 2, "blue"), "seats"},
        {"issued by the other custodian", ISSUE, "eng", ISSUED("front", 1, 2, "blue"), "seats"},
        {"issued by two", ISSUE, "li sup", ISSUED("front", 1, 2, "blue"), "seats"},
        {"no such desk", ISSUE, "sup", ISSUED("cellar", 1, 2, "blue"), "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    assert_true(world_is_verified(world));
}

static void slip_close_accounts_for_each_number(void **state)
{
    struct world *world = *state;
    world_tick(world, 600);
    world_must(world, ISSUE, "li", ISSUED("front", 1, 9, "red"));
    world_must(world, ISSUE, "eng", ISSUED("eng", 11, 19, "red"));
    world_must(world, "key.lend/1", "li chen", LENT("@-60", "'power_cut'"));
    world_keep(world, "late");
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','event_at':@-30,'items':[!K00000002],"
               "'late':'power_cut'}");
    world_keep(world, "back");
    world_must(world, "key.lend/1", "li chen", LENT("null", "null"));
    world_keep(world, "prompt");
    world_must(world, "key.return/1", "eng",
               "{'condition':'ok','desk':'eng','items':[!K00000003]}");
    world_keep(world, "flagged");
    static const struct world_case cases[] = {
        {"all three ways", CLOSE, "li sup",
         CLOSED("front", SLIP(1, "used", "$late,$back") "," SLIP(2, "void",
                                                                 "") "," SLIP(3, "blank", "")),
         NULL},
        {"the supervisor acts", CLOSE, "sup li", CLOSED("front", SLIP(9, "blank", "")), NULL},
        {"the custodian alone", CLOSE, "li", CLOSED("front", SLIP(1, "blank", "")), "seats"},
        {"two custodians", CLOSE, "li wang", CLOSED("front", SLIP(1, "blank", "")), "seats"},
        {"the other desk's custodian", CLOSE, "eng sup", CLOSED("front", SLIP(1, "blank", "")),
         "seats"},
        {"never issued", CLOSE, "li sup", CLOSED("front", SLIP(10, "blank", "")), "K20"},
        {"issued to the other desk", CLOSE, "li sup", CLOSED("front", SLIP(11, "blank", "")),
         "K20"},
        {"used for nothing", CLOSE, "li sup", CLOSED("front", SLIP(1, "used", "")), "K20"},
        {"blank with an act", CLOSE, "li sup", CLOSED("front", SLIP(1, "blank", "$late")),
         "K20"},
        {"void with an act", CLOSE, "li sup", CLOSED("front", SLIP(1, "void", "$late")), "K20"},
        {"for an act not late", CLOSE, "li sup", CLOSED("front", SLIP(1, "used", "$prompt")),
         "K20"},
        {"for an act flagged otherwise", CLOSE, "li sup",
         CLOSED("front", SLIP(1, "used", "$flagged")), "K20"},
        {"for a late act and one not", CLOSE, "li sup",
         CLOSED("front", SLIP(1, "used", "$late,$prompt")), "K20"},
        {"for no act of here", CLOSE, "li sup",
         CLOSED("front", SLIP(1, "used",
                              "'00000000000000000000000000000000"
                              "00000000000000000000000000000000'")),
         "K20"},
        {"an act twice", CLOSE, "li sup", CLOSED("front", SLIP(1, "used", "$late,$late")),
         "structure"},
        {"a slip twice", CLOSE, "li sup",
         CLOSED("front", SLIP(1, "blank", "") "," SLIP(1, "void", "")), "structure"},
        {"out of order", CLOSE, "li sup",
         CLOSED("front", SLIP(2, "blank", "") "," SLIP(1, "void", "")), "structure"},
        {"no slip", CLOSE, "li sup", CLOSED("front", ""), "structure"},
        {"close at no desk", CLOSE, "li sup", CLOSED("cellar", SLIP(1, "blank", "")), "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CLOSE, "li sup",
               CLOSED("front", SLIP(1, "used", "$late,$back") "," SLIP(2, "void", "")));
    expect(world,
           "SELECT group_concat(number || ifnull(use, '-')) FROM (SELECT * FROM slip"
           " WHERE desk = 'front' AND number < 4 ORDER BY number)",
           "1used,2void,3-");
    expect(world, "SELECT count(*) FROM slip_act WHERE series = 'red' AND number = 1", "2");
    static const struct world_case again[] = {
        {"closed already", CLOSE, "li sup", CLOSED("front", SLIP(2, "void", "")), "K20"},
        {"one of them closed already", CLOSE, "li sup",
         CLOSED("front", SLIP(2, "void", "") "," SLIP(3, "void", "")), "K20"},
        {"the rest", CLOSE, "li sup", CLOSED("front", SLIP(3, "blank", "")), NULL},
        {"a closed number issued again", ISSUE, "li", ISSUED("front", 2, 2, "red"), "exists"},
    };
    assert_int_equal(world_run_cases(world, again, COUNT_OF(again)), 0);
    assert_true(world_is_verified(world));
}

static void a_delegate_and_his_supervisor_are_not_two_persons(void **state)
{
    struct world *world = *state;
    world_must(world, ISSUE, "li", ISSUED("front", 1, 9, "red"));
    world_must(world, "role.delegate/1", "sup li",
               "{'end':@+1800,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'li'}");
    static const struct world_case cases[] = {
        {"both roles in one hand", CLOSE, "li", CLOSED("front", SLIP(1, "blank", "")), "seats"},
        {"another custodian and the delegate", CLOSE, "wang li",
         CLOSED("front", SLIP(1, "blank", "")), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(slip_issue_gives_each_number_once),
        T(slip_close_accounts_for_each_number),
        T(a_delegate_and_his_supervisor_are_not_two_persons),
    };
    return cmocka_run_group_tests_name("acts of slips", tests, NULL, NULL);
}
