/* shift.handover, shift.close, shift.check and the numbers of a desk (FORMATS.md §17.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define HANDOVER        "shift.handover/1"
#define CLOSE           "shift.close/1"
#define CHECK           "shift.check/1"

#define COUNTED(board, open, overdue, sealed)                                                  \
    "'counted':{'board':" #board ",'open':" #open ",'overdue':" #overdue ",'sealed':" #sealed  \
    "}"
#define NOTHING COUNTED(0, 0, 0, 0)
#define HANDED(desk, outgoing, incoming, counted, more)                                        \
    "{" counted ",'desk':'" desk "','incoming':'" incoming "','outgoing':'" outgoing "'" more  \
    "}"
#define CLOSED(desk, guard, counted, more)                                                     \
    "{" counted ",'desk':'" desk "','doors_locked':true,'guard':'" guard                       \
    "','power_off':false" more "}"
#define CHECKED(day, result, more)                                                             \
    "{'day':'" day "','desk':'front','result':'" result "'" more "}"
#define LOAN(items, due, receiver)                                                             \
    "{'desk':'front','due':" due ",'items':[" items "],'on_behalf':'W-1','purpose':'repair',"  \
    "'receipt':{'kind':'credential'},'receiver':'" receiver "'}"
#define BACK(items) "{'condition':'ok','desk':'front','items':[" items "]}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[200];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

static void suspend(struct world *world, const char *handle)
{
    char body[80];
    (void)snprintf(body, sizeof body, "{'handle':'%s','reason':'absence'}", handle);
    world_must(world, "person.suspend/1", "adm", body);
}

static void shift_handover_is_signed_by_who_goes_and_who_comes(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"custodian to custodian", HANDOVER, "li wang",
         HANDED("front", "li", "wang", NOTHING, ""), NULL},
        {"acted by who comes", HANDOVER, "wang li", HANDED("front", "li", "wang", NOTHING, ""),
         NULL},
        {"to the officer on duty", HANDOVER, "li duty",
         HANDED("front", "li", "duty", NOTHING, ""), NULL},
        {"from the officer on duty", HANDOVER, "duty eng",
         HANDED("eng", "duty", "eng", NOTHING, ""), NULL},
        {"entered late", HANDOVER, "li wang",
         HANDED("front", "li", "wang", NOTHING, ",'event_at':@-60,'late':'power_cut'"), NULL},
        {"late without a reason", HANDOVER, "li wang",
         HANDED("front", "li", "wang", NOTHING, ",'event_at':@-60"), "late"},
        {"to himself", HANDOVER, "li", HANDED("front", "li", "li", NOTHING, ""), "K12"},
        {"to himself, another signs", HANDOVER, "li wang",
         HANDED("front", "li", "li", NOTHING, ""), "K12"},
        {"who comes did not sign", HANDOVER, "li", HANDED("front", "li", "wang", NOTHING, ""),
         "seats"},
        {"another signs for who comes", HANDOVER, "li duty",
         HANDED("front", "li", "wang", NOTHING, ""), "seats"},
        {"another signs for who goes", HANDOVER, "duty wang",
         HANDED("front", "li", "wang", NOTHING, ""), "seats"},
        {"three sign", HANDOVER, "li wang duty", HANDED("front", "li", "wang", NOTHING, ""),
         "seats"},
        {"to a colleague without need", HANDOVER, "li zhang",
         HANDED("front", "li", "zhang", NOTHING, ""), "seats"},
        {"from a colleague without need", HANDOVER, "zhang li",
         HANDED("front", "zhang", "li", NOTHING, ""), "seats"},
        {"to the other desk's custodian", HANDOVER, "li eng",
         HANDED("front", "li", "eng", NOTHING, ""), "seats"},
        {"to a supervisor", HANDOVER, "li sup", HANDED("front", "li", "sup", NOTHING, ""),
         "seats"},
        {"no such desk", HANDOVER, "li wang", HANDED("cellar", "li", "wang", NOTHING, ""),
         "policy"},
        {"nobody by that name", HANDOVER, "li wang",
         HANDED("front", "li", "nobody", NOTHING, ""), "object"},
        {"a reason though all is right", HANDOVER, "li wang",
         HANDED("front", "li", "wang", NOTHING, ",'reason':'other'"), "K12"},
        {"a difference without a reason", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 0, 0, 0), ""), "K12"},
        {"a difference for no known reason", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 0, 0, 0), ",'reason':'whim'"), "K12"},
        {"a negative count", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(-1, 0, 0, 0), ""), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, HANDOVER, "wang li", HANDED("front", "li", "wang", NOTHING, ""));
    assert_string_equal(world->flags, "");
    expect(world,
           "SELECT kind || desk || outgoing || incoming || board || open || overdue || sealed"
           " || is_differing || ifnull(reason, '-') FROM shift",
           "handoverfrontliwang00000-");
    assert_true(world_is_verified(world));
}

static void nobody_relieves_himself_by_a_delegation(void **state)
{
    struct world *world = *state;
    world_must(world, "role.delegate/1", "li zhang",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"giver to taker", HANDOVER, "li zhang", HANDED("front", "li", "zhang", NOTHING, ""),
         "seats"},
        {"taker to giver", HANDOVER, "zhang li", HANDED("front", "zhang", "li", NOTHING, ""),
         "seats"},
        {"taker to another custodian", HANDOVER, "zhang wang",
         HANDED("front", "zhang", "wang", NOTHING, ""), NULL},
        {"the taker closes with the guard", CLOSE, "zhang duty",
         CLOSED("front", "duty", NOTHING, ""), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* the same where the giver is the guard, and would stand in */
    suspend(world, "wang");
    suspend(world, "duty");
    static const struct world_case alone[] = {
        {"giver to taker, alone", HANDOVER, "li zhang",
         HANDED("front", "li", "zhang", NOTHING, ""), "seats"},
        {"the giver stands in as the guard", CLOSE, "zhang li",
         CLOSED("front", "li", NOTHING, ""), "seats"},
        {"a colleague stands in as the guard", CLOSE, "zhang chen",
         CLOSED("front", "chen", NOTHING, ""), NULL},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
}

static void a_colleague_stands_in_only_where_nobody_has_the_role(void **state)
{
    struct world *world = *state;
    suspend(world, "wang");
    static const struct world_case duty_is_there[] = {
        {"though duty could come", HANDOVER, "li zhang",
         HANDED("front", "li", "zhang", NOTHING, ""), "seats"},
    };
    assert_int_equal(world_run_cases(world, duty_is_there, COUNT_OF(duty_is_there)), 0);
    suspend(world, "duty");
    static const struct world_case alone[] = {
        {"a colleague comes", HANDOVER, "li zhang", HANDED("front", "li", "zhang", NOTHING, ""),
         NULL},
        {"a colleague goes", HANDOVER, "zhang li", HANDED("front", "zhang", "li", NOTHING, ""),
         NULL},
        {"another than named stands in", HANDOVER, "li chen",
         HANDED("front", "li", "zhang", NOTHING, ""), "seats"},
        {"an auditor stands in", HANDOVER, "li aud", HANDED("front", "li", "aud", NOTHING, ""),
         "seats"},
        {"two colleagues", HANDOVER, "zhang chen",
         HANDED("front", "zhang", "chen", NOTHING, ""), "seats"},
        {"the custodian himself", HANDOVER, "li", HANDED("front", "li", "li", NOTHING, ""),
         "K12"},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
    world_must(world, HANDOVER, "li zhang", HANDED("front", "li", "zhang", NOTHING, ""));
    assert_string_equal(world->flags, "stand-in");
    assert_true(world_is_verified(world));
}

static void shift_close_is_the_custodians_with_the_guard(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"with the guard", CLOSE, "li duty", CLOSED("front", "duty", NOTHING, ""), NULL},
        {"closed late", CLOSE, "eng duty",
         CLOSED("eng", "duty", NOTHING, ",'event_at':@-60,'late':'forgotten'"), NULL},
        {"close late for no reason", CLOSE, "li duty",
         CLOSED("front", "duty", NOTHING, ",'event_at':@-60"), "late"},
        {"the guard acts", CLOSE, "duty li", CLOSED("front", "duty", NOTHING, ""), "K12"},
        {"he is the guard", CLOSE, "li", CLOSED("front", "li", NOTHING, ""), "K12"},
        {"he is the guard, another signs", CLOSE, "li duty", CLOSED("front", "li", NOTHING, ""),
         "K12"},
        {"the guard did not sign", CLOSE, "li", CLOSED("front", "duty", NOTHING, ""), "seats"},
        {"another guard than named", CLOSE, "li zhang", CLOSED("front", "duty", NOTHING, ""),
         "seats"},
        {"a colleague as guard", CLOSE, "li zhang", CLOSED("front", "zhang", NOTHING, ""),
         "seats"},
        {"another custodian as guard", CLOSE, "li wang", CLOSED("front", "wang", NOTHING, ""),
         "seats"},
        {"the other desk's custodian", CLOSE, "eng duty", CLOSED("front", "duty", NOTHING, ""),
         "seats"},
        {"unknown guard", CLOSE, "li duty", CLOSED("front", "nobody", NOTHING, ""), "object"},
        {"close of no desk", CLOSE, "li duty", CLOSED("cellar", "duty", NOTHING, ""), "policy"},
        {"close, differing", CLOSE, "li duty", CLOSED("front", "duty", COUNTED(0, 0, 0, 2), ""),
         "K12"},
        {"close with a needless reason", CLOSE, "li duty",
         CLOSED("front", "duty", NOTHING, ",'reason':'other'"), "K12"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CLOSE, "li duty",
               CLOSED("front", "duty", COUNTED(0, 0, 0, 2), ",'reason':'other'"));
    assert_string_equal(world->flags, "count-differs");
    expect(world,
           "SELECT kind || outgoing || incoming || sealed || reason || is_differing"
           " || doors_locked || power_off FROM shift",
           "closeliduty2other110");
    suspend(world, "duty");
    static const struct world_case alone[] = {
        {"a colleague for the guard", CLOSE, "li wang", CLOSED("front", "wang", NOTHING, ""),
         NULL},
        {"an auditor for the guard", CLOSE, "li aud", CLOSED("front", "aud", NOTHING, ""),
         "seats"},
        {"a colleague for the custodian", CLOSE, "zhang li", CLOSED("front", "li", NOTHING, ""),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
    world_must(world, CLOSE, "li zhang", CLOSED("front", "zhang", NOTHING, ""));
    assert_string_equal(world->flags, "stand-in");
    assert_true(world_is_verified(world));
}

static void nobody_stands_in_for_the_custodian_who_closes(void **state)
{
    struct world *world = *state;
    suspend(world, "li");
    suspend(world, "wang");
    static const struct world_case cases[] = {
        {"a colleague with the guard", CLOSE, "zhang duty",
         CLOSED("front", "duty", NOTHING, ""), "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

static void the_numbers_of_a_desk_are_the_registers(void **state)
{
    struct world *world = *state;
    world_must(world, "board.set/1", "li",
               "{'add':[!K00000002,!K00000003,!K00000004],'desk':'front','remove':[]}");
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003", "@+600", "chen"));
    /* the ring counts once with the two keys on it */
    world_must(world, "key.lend/1", "li zhang", LOAN("!R00000009", "@+7200", "zhang"));
    static const struct world_case out[] = {
        {"board 1, out 2", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 2, 0, 0), ""), NULL},
        {"the other desk has nothing", HANDOVER, "eng duty",
         HANDED("eng", "eng", "duty", NOTHING, ""), NULL},
        {"one more on the board", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(2, 2, 0, 0), ""), "K12"},
        {"members counted too", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 4, 0, 0), ""), "K12"},
        {"overdue though not yet", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 2, 1, 0), ""), "K12"},
        {"a seal that is none", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 2, 0, 1), ""), "K12"},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
    world_tick(world, 600);
    static const struct world_case due_now[] = {
        {"due now is not overdue", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 2, 0, 0), ""), NULL},
    };
    assert_int_equal(world_run_cases(world, due_now, COUNT_OF(due_now)), 0);
    world_tick(world, 1);
    static const struct world_case overdue[] = {
        {"overdue 1", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 2, 1, 0), ""), NULL},
        {"overdue not told", HANDOVER, "li wang",
         HANDED("front", "li", "wang", COUNTED(1, 2, 0, 0), ""), "K12"},
    };
    assert_int_equal(world_run_cases(world, overdue, COUNT_OF(overdue)), 0);
    /* the ring back, one of its keys not: it counts for itself */
    world_must(world, "key.return/1", "wang", BACK("!R00000009"));
    world_must(world, "key.lend/1", "wang chen", LOAN("!K00000005", "@+7200", "chen"));
    world_must(world, HANDOVER, "li wang",
               HANDED("front", "li", "wang", COUNTED(2, 2, 1, 0), ""));
    assert_string_equal(world->flags, "");
    assert_true(world_is_verified(world));
    /* Trays, seals, owners and what is lost, straight into the read model. */
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'tray', holder = 'zhang'"
                                 " WHERE item = 'K00000001'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'lost', due = NULL"
                                 " WHERE item = 'K00000003'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'party', holder = 'P0000000A'"
                                 " WHERE item = 'K00000002'"));
    assert_true(world_sql(world, "INSERT INTO seal VALUES ('S1', 'front', 1, NULL, NULL),"
                                 " ('S2', 'front', 1, 2, 'unseal'), ('S3', 'eng', 1, NULL,"
                                 " NULL)"));
    world_must(world, HANDOVER, "li wang",
               HANDED("front", "li", "wang", COUNTED(1, 2, 0, 1), ""));
    assert_string_equal(world->flags, "");
}

static void a_seal_counts_until_it_is_broken(void **state)
{
    struct world *world = *state;
    world_must(world, "key.seal/1", "li", "{'desk':'front','items':[!K00000002],'seal':'S-1'}");
    world_must(world, HANDOVER, "li wang",
               HANDED("front", "li", "wang", COUNTED(0, 0, 0, 1), ""));
    assert_string_equal(world->flags, "");
    world_must(world, "key.unseal/1", "li zhang",
               "{'desk':'front','items':[!K00000002],'reason':'other','seal':'S-1'}");
    world_must(world, HANDOVER, "wang li", HANDED("front", "wang", "li", NOTHING, ""));
    assert_string_equal(world->flags, "");
    assert_true(world_is_verified(world));
}

static void shift_check_is_the_supervisors_for_a_day_that_came(void **state)
{
    struct world *world = *state;
    /* 16:01 on the 31st in the office */
    static const struct world_case cases[] = {
        {"today", CHECK, "sup", CHECKED("2025-10-31", "ok", ""), NULL},
        {"an earlier day", CHECK, "sup",
         CHECKED("2025-10-01", "remarks", ",'reason':'entry_error'"), NULL},
        {"tomorrow", CHECK, "sup", CHECKED("2025-11-01", "ok", ""), "K12"},
        {"check by a custodian", CHECK, "li", CHECKED("2025-10-31", "ok", ""), "K12"},
        {"check by the manager", CHECK, "mgr", CHECKED("2025-10-31", "ok", ""), "K12"},
        {"check by two", CHECK, "sup li", CHECKED("2025-10-31", "ok", ""), "seats"},
        {"remarks without a reason", CHECK, "sup", CHECKED("2025-10-31", "remarks", ""), "K12"},
        {"fine with a reason", CHECK, "sup", CHECKED("2025-10-31", "ok", ",'reason':'other'"),
         "K12"},
        {"remarks for no known reason", CHECK, "sup",
         CHECKED("2025-10-31", "remarks", ",'reason':'whim'"), "policy"},
        {"another result", CHECK, "sup", CHECKED("2025-10-31", "fine", ""), "structure"},
        {"a day that does not exist", CHECK, "sup", CHECKED("2025-09-31", "ok", ""),
         "structure"},
        {"check of no desk", CHECK, "sup", "{'day':'2025-10-31','desk':'cellar','result':'ok'}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_tick(world, 8 * 3600); /* 00:01 in the office, still the 31st in London */
    world_must(world, CHECK, "sup", CHECKED("2025-11-01", "remarks", ",'reason':'other'"));
    expect(world,
           "SELECT kind || desk || outgoing || day || result || reason || is_differing"
           " FROM shift",
           "checkfrontsup2025-11-01remarksother0");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(shift_handover_is_signed_by_who_goes_and_who_comes),
        T(nobody_relieves_himself_by_a_delegation),
        T(a_colleague_stands_in_only_where_nobody_has_the_role),
        T(shift_close_is_the_custodians_with_the_guard),
        T(nobody_stands_in_for_the_custodian_who_closes),
        T(the_numbers_of_a_desk_are_the_registers),
        T(a_seal_counts_until_it_is_broken),
        T(shift_check_is_the_supervisors_for_a_day_that_came),
    };
    return cmocka_run_group_tests_name("acts of the shift", tests, NULL, NULL);
}
