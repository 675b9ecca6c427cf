/* Folders read, refused, given out on demand of the law (FORMATS.md §19.4; A5-A7). */
#include "folder_use_fixture.h"

#define REFUSE  "folder.refuse/1"
#define PRODUCE "folder.produce/1"
#define THE_ID  THING("F000000F1.2", LABEL_ID)
#define READING(approval, items, purpose, receipt, reader)                                     \
    "{'approval':" approval ",'items':[" items "],'on_behalf':'W-1','purpose':'" purpose       \
    "','reader':'" reader "','receipt':" receipt "}"
#define NO(kind, items, receiver, rule)                                                        \
    "{'asked':{'items':[" items "],'kind':'" kind "','purpose':'private','receiver':" receiver \
    "},'rule':'" rule "'}"
#define GIVEN(n, label, pages) "{'label':'" label "','n':" #n ",'pages':" #pages "}"
#define DEMAND_TO(authority, kind, due, folders, receiver)                                     \
    "{'authority':'" authority "','document':'2025-17','due':" due ",'folders':[" folders      \
    "],'kind':'" kind "','receiver':" receiver ",'slip':'9'}"
#define DEMAND(authority, kind, due, folders) DEMAND_TO(authority, kind, due, folders, "null")
#define OFFICER                               "{'text':'Officer Zhao'}"

static void folders_are_read_for_work_or_by_the_managers_approval(void **state)
{
    struct world *world = *state;
    approve(world, "folder.consult", "!F000000F1", "'P0000000A'", "private", "party");
    approve(world, "folder.consult", THE_ID, "null", "private", "private");
    approve(world, "folder.consult", "!F000000F1", "'arc'", "repair", "own");
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "loan");
    static const struct world_case cases[] = {
        {"for work", CONSULT, "arc chen",
         READING("null", "!F000000F1", "repair", SIGNED, "chen"), NULL},
        {"what is personal too", CONSULT, "arc chen",
         READING("null", "!F000000F1," THE_ID, "repair", SIGNED, "chen"), NULL},
        {"an outsider with it", CONSULT, "arc",
         READING("$party", "!F000000F1", "private", SLIP, "P0000000A"), NULL},
        {"an outsider a paper of it", CONSULT, "arc",
         READING("$party", THE_ID, "private", SLIP, "P0000000A"), NULL},
        {"privately with it", CONSULT, "arc chen",
         READING("$private", THE_ID, "private", SIGNED, "chen"), NULL},
        {"the archive custodian with it", CONSULT, "zhang arc",
         READING("$own", "!F000000F1", "repair", SIGNED, "arc"), NULL},
        {"an outsider", CONSULT, "arc",
         READING("null", "!F000000F1", "viewing", SLIP, "P0000000A"), "A6"},
        {"privately", CONSULT, "arc chen",
         READING("null", "!F000000F1", "private", SIGNED, "chen"), "A6"},
        {"the archive custodian", CONSULT, "zhang arc",
         READING("null", "!F000000F1", "repair", SIGNED, "arc"), "A5"},
        {"more than approved", CONSULT, "arc chen",
         READING("$private", "!F000000F1", "private", SIGNED, "chen"), "approval"},
        {"an approval to lend", CONSULT, "arc chen",
         READING("$loan", "!F000000F1", "repair", SIGNED, "chen"), "approval"},
        {"another's approval", CONSULT, "arc zhang",
         READING("$private", THE_ID, "private", SIGNED, "zhang"), "approval"},
        {"for another purpose", CONSULT, "arc chen",
         READING("$private", THE_ID, "repair", SIGNED, "chen"), "approval"},
        {"by the service staff", CONSULT, "zhang chen",
         READING("null", "!F000000F1", "repair", SIGNED, "chen"), "A5"},
        {"an auditor", CONSULT, "arc",
         READING("null", "!F000000F1", "repair", "{'kind':'screen'}", "aud"), "A6"},
        {"unsigned", CONSULT, "arc",
         READING("null", "!F000000F1", "repair", "{'kind':'screen'}", "chen"), "A8"},
        {"for no purpose known", CONSULT, "arc chen",
         READING("null", "!F000000F1", "fun", SIGNED, "chen"), "policy"},
        {"a folder unknown", CONSULT, "arc chen",
         READING("null", "!F00000099", "repair", SIGNED, "chen"), "object"},
        {"keys", CONSULT, "arc chen", READING("null", "!K00000001", "repair", SIGNED, "chen"),
         "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CONSULT, "zhang arc",
               READING("$own", "!F000000F1", "repair", SIGNED, "arc"));
    assert_string_equal(world->flags, "stand-in");
    world_must(world, CONSULT, "arc",
               READING("null", "!F000000F1,!F000000F2", "repair", "{'kind':'screen'}", "bao"));
    assert_string_equal(world->flags, "");
}

static void what_was_read_is_in_the_register(void **state)
{
    struct world *world = *state;
    approve(world, "folder.consult", "!F000000F1", "'P0000000A'", "private", "party");
    world_must(world, CONSULT, "arc",
               READING("$party", "!F000000F1," THE_ID, "private", SLIP, "P0000000A"));
    expect(world,
           "SELECT clerk || reader || purpose || on_behalf || receipt || slip ||"
           " (approval IS NOT NULL) FROM folder_consult",
           "arcP0000000AprivateW-1paper71");
    expect(world, "SELECT group_concat(item) FROM folder_consult_line",
           "F000000F1,F000000F1.2");
    expect(world, "SELECT uses_left FROM approval", "0");
    expect_paper(world, "F000000F1.2", "filed");
    static const struct world_case cases[] = {
        {"a second time", CONSULT, "arc",
         READING("$party", "!F000000F1", "private", SLIP, "P0000000A"), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "folder.missing/1", "arc",
               "{'found':false,'items':[" THE_ID "],'reason':'other'}");
    static const struct world_case missing[] = {
        {"what is not there", CONSULT, "arc chen",
         READING("null", THE_ID, "repair", SIGNED, "chen"), "state"},
        {"the rest of its folder", CONSULT, "arc chen",
         READING("null", "!F000000F1", "repair", SIGNED, "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, missing, COUNT_OF(missing)), 0);
    assert_true(world_is_verified(world));
}

static void a_refusal_is_an_act(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"to copy a personal paper", REFUSE, "arc", NO("copy", THE_ID, "'P0000000A'", "A7"),
         NULL},
        {"by the service staff", REFUSE, "zhang", NO("lend", "!F000000F1", "null", "A5"), NULL},
        {"by the keys' custodian", REFUSE, "li", NO("lend", "!F000000F1", "null", "A5"),
         "seats"},
        {"of what is not there", REFUSE, "arc", NO("lend", "!F00000099", "null", "A5"),
         "object"},
        {"by no rule", REFUSE, "arc", NO("lend", "!F000000F1", "null", "whim"), "structure"},
        {"of nothing", REFUSE, "arc", NO("lend", "", "null", "A5"), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, REFUSE, "arc", NO("copy", THE_ID, "'P0000000A'", "A7"));
    expect(world, "SELECT clerk || kind || rule || purpose || receiver FROM folder_refusal",
           "arccopyA7privateP0000000A");
    expect(world, "SELECT item FROM folder_refusal_line", "F000000F1.2");
    assert_true(world_is_verified(world));
}

static void the_law_gets_what_nobody_else_does_by_two(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"a copy", PRODUCE, "arc mgr",
         DEMAND("police", "copy", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), NULL},
        {"an original", PRODUCE, "arc mgr",
         DEMAND("court", "original", "@+8640000", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))),
         NULL},
        {"an original for ever", PRODUCE, "arc mgr",
         DEMAND("court", "original", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "A7"},
        {"an original until now", PRODUCE, "arc mgr",
         DEMAND("court", "original", "@+0", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "A7"},
        {"a copy that comes back", PRODUCE, "arc mgr",
         DEMAND("court", "copy", "@+60", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "A7"},
        {"by the archive custodian alone", PRODUCE, "arc",
         DEMAND("court", "view", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "A7"},
        {"with a supervisor", PRODUCE, "arc sup",
         DEMAND("court", "view", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "A7"},
        {"for no authority", PRODUCE, "arc mgr",
         DEMAND("press", "view", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "policy"},
        {"miscounted", PRODUCE, "arc mgr",
         DEMAND("court", "view", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 2))), "count"},
        {"what is not there", PRODUCE, "arc mgr",
         DEMAND("court", "view", "null", CAME("F000000F1", GIVEN(9, LABEL_ID, 1))), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, PRODUCE, "arc mgr",
               DEMAND_TO("police", "copy", "null",
                         CAME("F000000F1", GIVEN(2, LABEL_ID, 1)) "," CAME(
                             "F000000F2", GIVEN(2, LABEL_ID, 1)),
                         OFFICER));
    expect_paper(world, "F000000F1.2", "filed");
    expect(world,
           "SELECT kind || receiver || how || document || slip || (due IS NULL)"
           " FROM folder_loan",
           "producepolicecopy2025-1791");
    /* The officer's name is a matter of both folders. */
    expect(world,
           "SELECT group_concat(owner) FROM (SELECT s.owner FROM subject s JOIN commitment c"
           " ON c.k = s.k WHERE c.pointer = '/body/receiver' ORDER BY s.owner)",
           "F000000F1,F000000F2");
    world_must(
        world, PRODUCE, "arc mgr",
        DEMAND("court", "original", "@+8640000", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))));
    expect(world,
           "SELECT state || holder_kind || holder || (due - event_at) FROM paper"
           " WHERE item = 'F000000F1.2'",
           "lentauthoritycourt8640000");
    static const struct world_case out[] = {
        {"what is out", PRODUCE, "arc mgr",
         DEMAND("court", "view", "null", CAME("F000000F1", GIVEN(2, LABEL_ID, 1))), "state"},
        {"no loan to extend", "folder.extend/1", "arc",
         "{'due':@+8700000,'items':[" THE_ID "],'reason':'other'}", "state"},
        {"asked back", "folder.recall/1", "arc",
         "{'channel':'letter','due':@+86400,'items':[" THE_ID
         "],'reason':'other','result':'promised'}",
         NULL},
        {"brought back", BACK, "arc",
         RETURNED("'chen'", CAME("F000000F1", LENT(2, LABEL_ID, 1)), SLIP), NULL},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
    world_tick(world, 60);
    world_must(world, BACK, "arc",
               RETURNED("'zhang'", CAME("F000000F1", LENT(2, LABEL_ID, 1)), SLIP));
    assert_string_equal(world->flags, "not-holder");
    expect_paper(world, "F000000F1.2", "filed");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(folders_are_read_for_work_or_by_the_managers_approval),
        CASE(what_was_read_is_in_the_register),
        CASE(a_refusal_is_an_act),
        CASE(the_law_gets_what_nobody_else_does_by_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
