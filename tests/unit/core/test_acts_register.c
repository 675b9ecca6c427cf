/* The register: places, locks, keys, parties, imports, corrections (FORMATS.md §10, §15). */
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
#define PLACE(code, label, parent)                                                             \
    "{'code':'" code "','kind':'room','label':'" label "','parent':" parent "}"
#define PLACES(list) "{'places':[" list "]}"
#define LOCK(code, kind, place)                                                                \
    "{'code':'" code "','kind':'" kind "','label':'Lock " code "','place':'" place "'}"
#define LOCKS(list) "{'locks':[" list "]}"
#define KEY(item, lock, ring)                                                                  \
    "{'copy':1,'item':'" item "','label':'L-" item "','locks':['" lock "'],'ring':" ring "}"
#define KEYS(desk, list) "{'desk':'" desk "','keys':[" list "]}"

static void places_and_locks_want_a_custodian_and_a_supervisor(void **state)
{
    static const struct world_case cases[] = {
        {"place", "place.add/1", "li sup", PLACES(PLACE("2", "B2", "null")), NULL},
        {"place by engineering", "place.add/1", "eng sup", PLACES(PLACE("2", "B2", "null")),
         NULL},
        {"child in one list", "place.add/1", "li sup",
         PLACES(PLACE("2", "B2", "null") "," PLACE("2-1", "B2 1", "'2'")), NULL},
        {"custodian alone", "place.add/1", "li", PLACES(PLACE("2", "B2", "null")), "seats"},
        {"two custodians", "place.add/1", "li wang", PLACES(PLACE("2", "B2", "null")), "seats"},
        {"officers", "place.add/1", "adm mgr", PLACES(PLACE("2", "B2", "null")), "seats"},
        {"code again", "place.add/1", "li sup", PLACES(PLACE("1", "B2", "null")), "exists"},
        {"label again", "place.add/1", "li sup", PLACES(PLACE("2", "Flat 01", "null")),
         "exists"},
        {"label twice in the list", "place.add/1", "li sup",
         PLACES(PLACE("2", "B2", "null") "," PLACE("3", "B2", "null")), "exists"},
        {"no parent", "place.add/1", "li sup", PLACES(PLACE("2", "B2", "'9'")), "object"},
        {"parent later in the list", "place.add/1", "li sup",
         PLACES(PLACE("2-1", "B2 1", "'3'") "," PLACE("3", "B3", "null")), "object"},
        {"unsorted", "place.add/1", "li sup",
         PLACES(PLACE("3", "B3", "null") "," PLACE("2", "B2", "null")), "structure"},
        {"lock", "lock.add/1", "li sup", LOCKS(LOCK("X1", "pump", "1")), NULL},
        {"lock by the supervisor alone", "lock.add/1", "sup", LOCKS(LOCK("X1", "pump", "1")),
         "seats"},
        {"lock again", "lock.add/1", "li sup", LOCKS(LOCK("D1", "pump", "1")), "exists"},
        {"lock at no place", "lock.add/1", "li sup", LOCKS(LOCK("X1", "pump", "9")), "object"},
        {"lock of no kind", "lock.add/1", "li sup", LOCKS(LOCK("X1", "magic", "1")), "policy"},
    };
    assert_int_equal(world_run_cases(*state, cases, COUNT_OF(cases)), 0);
}

static void keys_belong_to_the_desk_that_keeps_their_class(void **state)
{
    static const struct world_case cases[] = {
        {"key", "key.add/1", "li sup", KEYS("front", KEY("K0000000C", "D1", "null")), NULL},
        {"onto a ring that is there", "key.add/1", "li sup",
         KEYS("front", KEY("K0000000C", "D1", "!R00000009")), NULL},
        {"onto a new ring", "key.add/1", "li sup",
         KEYS("front", KEY("K0000000C", "D1", "!R0000000B")), NULL},
        {"by the other custodian", "key.add/1", "eng sup",
         KEYS("front", KEY("K0000000C", "D1", "null")), "seats"},
        {"by the custodian alone", "key.add/1", "li",
         KEYS("front", KEY("K0000000C", "D1", "null")), "seats"},
        {"a class of the other desk", "key.add/1", "li sup",
         KEYS("front", KEY("K0000000C", "P1", "null")), "K8"},
        {"no such desk", "key.add/1", "li sup", KEYS("cellar", KEY("K0000000C", "D1", "null")),
         "policy"},
        {"no such lock", "key.add/1", "li sup", KEYS("front", KEY("K0000000C", "X9", "null")),
         "object"},
        {"item again", "key.add/1", "li sup", KEYS("front", KEY("K00000002", "D1", "null")),
         "exists"},
        {"symbols of a ring", "key.add/1", "li sup",
         KEYS("front", KEY("K00000009", "D1", "null")), "exists"},
        {"symbols of a party", "key.add/1", "li sup",
         "{'desk':'front','keys':[{'copy':1,'item':'K0000000C','label':'L-K0000000C','locks':"
         "['D1'],'ring':{'item':'R0000000A','label':'X'}}]}",
         "exists"},
        {"symbols of a party, as a key", "key.add/1", "li sup",
         KEYS("front", KEY("K0000000A", "D1", "null")), "exists"},
        {"a ring as a key", "key.add/1", "li sup",
         KEYS("front", KEY("R0000000B", "D1", "null")), "structure"},
        {"ring with another label", "key.add/1", "li sup",
         KEYS("front", KEY("K0000000C", "D1", "{'item':'R00000009','label':'X'}")), "label"},
        {"ring of the other desk", "key.add/1", "eng sup",
         KEYS("eng", KEY("K0000000C", "F1", "!R00000009")), "state"},
        {"copy 0", "key.add/1", "li sup",
         "{'desk':'front','keys':[{'copy':0,'item':'K0000000C','label':'L-K0000000C','locks':"
         "['D1'],'ring':null}]}",
         "structure"},
        {"no lock", "key.add/1", "li sup",
         "{'desk':'front','keys':[{'copy':1,'item':'K0000000C','label':'L-K0000000C','locks':"
         "[],'ring':null}]}",
         "structure"},
    };
    assert_int_equal(world_run_cases(*state, cases, COUNT_OF(cases)), 0);
}

static void parties_are_registered_by_service_staff_or_a_custodian(void **state)
{
    /* pushed acts bear a commitment that nothing opens: only the rule is asked for here */
#define PARTY(party, relation, unit)                                                           \
    "{'name':{'c':'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',"         \
    "'k':'00112233445566778899aabbccddeeff'},'party':'" party                                  \
    "','phone':null,'relation':'" relation "','unit':" unit "}"
    static const struct world_case refused[] = {
        {"by staff", "party.add/1", "chen", PARTY("P0000000B", "owner", "null"), "seats"},
        {"by the supervisor", "party.add/1", "sup", PARTY("P0000000B", "owner", "null"),
         "seats"},
        {"by two", "party.add/1", "li zhang", PARTY("P0000000B", "owner", "null"), "seats"},
        {"again", "party.add/1", "zhang", PARTY("P0000000A", "owner", "null"), "exists"},
        {"symbols of a key", "party.add/1", "zhang", PARTY("P00000002", "owner", "null"),
         "exists"},
        {"no such unit", "party.add/1", "zhang", PARTY("P0000000B", "owner", "'9'"), "object"},
        {"relation", "party.add/1", "zhang", PARTY("P0000000B", "friend", "null"), "structure"},
        {"no party id", "party.add/1", "zhang", PARTY("K0000000B", "owner", "null"),
         "structure"},
    };
    static const struct world_case permitted[] = {
        {"service staff", "party.add/1", "zhang",
         "{'name':{'text':'A'},'party':'P0000000B','relation':'tenant','unit':'1-0-01'}", NULL},
        {"custodian", "party.add/1", "eng",
         "{'name':{'text':'A'},'party':'P0000000B','phone':{'text':'1'},'relation':'agent'}",
         NULL},
    };
    assert_int_equal(world_run_cases(*state, refused, COUNT_OF(refused)), 0);
    assert_int_equal(world_run_cases(*state, permitted, COUNT_OF(permitted)), 0);
}

static void an_import_has_no_effect_before_everybody_closes_it(void **state)
{
    struct world *world = *state;
    char count[16];
    static const struct world_case lines[] = {
        {"line", "import.line/1", "zhang",
         "{'act':'place.add/1','body':" PLACES(PLACE("2", "B2", "null")) "}", NULL},
        {"by an auditor", "import.line/1", "aud",
         "{'act':'place.add/1','body':" PLACES(PLACE("2", "B2", "null")) "}", "seats"},
        {"by two", "import.line/1", "li zhang",
         "{'act':'place.add/1','body':" PLACES(PLACE("2", "B2", "null")) "}", "seats"},
        {"of an act without lines", "import.line/1", "zhang",
         "{'act':'person.suspend/1','body':{'handle':'li','reason':'absence'}}", "lines"},
        {"with a sheet", "import.line/1", "zhang",
         "{'act':'place.add/1','body':{'places':[" PLACE("2", "B2", "null") "],'sheet':null,"
                                                                            "'terminals':1}}",
         "structure"},
        {"malformed", "import.line/1", "zhang", "{'act':'place.add/1','body':{'places':[]}}",
         "structure"},
    };
    assert_int_equal(world_run_cases(world, lines, COUNT_OF(lines)), 0);
    world_must(world, "import.line/1", "li",
               "{'act':'place.add/1','body':" PLACES(PLACE("2", "B2", "null")) "}");
    world_keep(world, "first");
    world_must(world, "import.line/1", "li",
               "{'act':'place.add/1','body':" PLACES(PLACE("2-1", "B2 1", "'2'")) "}");
    world_keep(world, "second");
    world_must(world, "import.line/1", "zhang",
               "{'act':'place.add/1','body':" PLACES(PLACE("4", "B4", "null")) "}");
    world_keep(world, "zhangs");
    world_must(world, "import.line/1", "li",
               "{'act':'lock.add/1','body':" LOCKS(LOCK("X1", "pump", "1")) "}");
    world_keep(world, "lock");
    world_must(world, "import.line/1", "li",
               "{'act':'place.add/1','body':" PLACES(PLACE("5", "Flat 01", "null")) "}");
    world_keep(world, "bad");
    assert_string_equal(world_value(world, "SELECT count(*) FROM place", count, sizeof count),
                        "3");
    static const struct world_case closes[] = {
        {"close", "import.close/1", "li sup", "{'act':'place.add/1','lines':[$first,$second]}",
         NULL},
        {"in another order", "import.close/1", "li sup",
         "{'act':'place.add/1','lines':[$second,$first]}", "object"},
        {"without the seats", "import.close/1", "li", "{'act':'place.add/1','lines':[$first]}",
         "seats"},
        {"without who entered a line", "import.close/1", "li sup",
         "{'act':'place.add/1','lines':[$zhangs]}", "lines"},
        {"of another act", "import.close/1", "li sup", "{'act':'place.add/1','lines':[$lock]}",
         "lines"},
        {"of no act with lines", "import.close/1", "li sup",
         "{'act':'person.suspend/1','lines':[$lock]}", "lines"},
        {"unknown line", "import.close/1", "li sup", "{'act':'place.add/1','lines':[%nobody]}",
         "lines"},
        {"a line that is refused refuses all", "import.close/1", "li sup",
         "{'act':'place.add/1','lines':[$first,$bad]}", "exists"},
        {"one line twice", "import.close/1", "li sup",
         "{'act':'place.add/1','lines':[$first,$first]}", "structure"},
    };
    assert_int_equal(world_run_cases(world, closes, COUNT_OF(closes)), 0);
    assert_string_equal(world_value(world, "SELECT count(*) FROM place", count, sizeof count),
                        "3");
    world_must(world, "import.close/1", "li sup",
               "{'act':'place.add/1','lines':[$first,$second]}");
    assert_string_equal(world_value(world, "SELECT count(*) FROM place", count, sizeof count),
                        "5");
    static const struct world_case again[] = {
        {"closed before", "import.close/1", "li sup", "{'act':'place.add/1','lines':[$first]}",
         "lines"},
    };
    assert_int_equal(world_run_cases(world, again, 1), 0);
}

#define CORRECT   "act.correct/1"
#define UNDO(act) "{'act':" act ",'reason':'entry_error'}"
#define LOAN(items, receiver)                                                                  \
    "{'desk':'front','due':@+3600,'items':[" items "],'on_behalf':'W-1','purpose':'repair',"   \
    "'receipt':{'kind':'credential'},'receiver':'" receiver "'}"

static void a_loan_is_corrected_by_desk_and_supervisor_while_nothing_moved(void **state)
{
    struct world *world = *state;
    char holder[40];
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000002", "chen"));
    world_keep(world, "loan");
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003", "chen"));
    world_keep(world, "earlier");
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000003]}");
    world_keep(world, "return");
    world_must(world, "key.refuse/1", "li",
               "{'asked':{'items':[!K00000002],'purpose':'private'},'rule':'K3'}");
    world_keep(world, "refusal");
    static const struct world_case cases[] = {
        {"custodian and supervisor", CORRECT, "li sup", UNDO("$loan"), NULL},
        {"the desk's other custodian", CORRECT, "sup wang", UNDO("$loan"), NULL},
        {"a return", CORRECT, "li sup", UNDO("$return"), NULL},
        {"custodian alone", CORRECT, "li", UNDO("$loan"), "seats"},
        {"the other desk's custodian", CORRECT, "eng sup", UNDO("$loan"), "seats"},
        {"two officers", CORRECT, "adm mgr", UNDO("$loan"), "seats"},
        {"moved since", CORRECT, "li sup", UNDO("$earlier"), "state"},
        {"a refusal", CORRECT, "li sup", UNDO("$refusal"), "state"},
        {"no such act", CORRECT, "li sup", UNDO("%nobody"), "object"},
        {"reason", CORRECT, "li sup", "{'act':$loan,'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CORRECT, "li sup", UNDO("$return"));
    assert_string_equal(world_value(world, "SELECT holder FROM item WHERE item = 'K00000003'",
                                    holder, sizeof holder),
                        "chen");
    static const struct world_case then[] = {
        {"twice", CORRECT, "li sup", UNDO("$return"), "state"},
        {"now the loan", CORRECT, "li sup", UNDO("$earlier"), NULL},
        {"out again", "key.lend/1", "li chen", LOAN("!K00000003", "chen"), "K4"},
    };
    assert_int_equal(world_run_cases(world, then, COUNT_OF(then)), 0);
    world_must(world, CORRECT, "li sup", UNDO("$earlier"));
    assert_string_equal(world_value(world, "SELECT holder FROM item WHERE item = 'K00000003'",
                                    holder, sizeof holder),
                        "front");
    world_keep(world, "correction");
    static const struct world_case never[] = {
        {"a correction", CORRECT, "li sup", UNDO("$correction"), "state"},
    };
    assert_int_equal(world_run_cases(world, never, 1), 0);
}

static void what_is_registered_is_corrected_while_nothing_refers_to_it(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *name, *act, *signers, *body;
    } made[] = {
        {"place", "place.add/1", "li sup", PLACES(PLACE("2", "B2", "null"))},
        {"used", "place.add/1", "li sup", PLACES(PLACE("3", "B3", "null"))},
        {"lock", "lock.add/1", "li sup", LOCKS(LOCK("X1", "publicdoor", "3"))},
        {"usedlock", "lock.add/1", "li sup", LOCKS(LOCK("X2", "publicdoor", "1"))},
        {"key", "key.add/1", "li sup", KEYS("front", KEY("K0000000C", "X2", "null"))},
        {"asked", "key.add/1", "li sup", KEYS("front", KEY("K0000000D", "D1", "null"))},
        {"refused", "key.add/1", "li sup", KEYS("front", KEY("K0000000E", "D1", "null"))},
        {"ring", "key.add/1", "li sup", KEYS("front", KEY("K0000000F", "D1", "!R0000000G"))},
        {"hung", "key.add/1", "li sup", KEYS("front", KEY("K0000000H", "D1", "!R0000000G"))},
        {"lent", "key.add/1", "li sup", KEYS("front", KEY("K0000000J", "D1", "null"))},
        {"party", "party.add/1", "zhang",
         "{'name':{'text':'B'},'party':'P0000000M','relation':'owner'}"},
        {"holding", "party.add/1", "zhang",
         "{'name':{'text':'C'},'party':'P0000000N','relation':'owner'}"},
        {"turned", "party.add/1", "zhang",
         "{'name':{'text':'D'},'party':'P0000000Q','relation':'owner'}"},
        {"brought", "party.add/1", "zhang",
         "{'name':{'text':'E'},'party':'P0000000S','relation':'owner'}"},
        {"asking", "request.open/1", "chen",
         "{'for':'key.lend','items':[!K0000000D],'purpose':'repair',"
         "'window':{'end':@+60,'start':@-60}}"},
        {"no", "key.refuse/1", "li",
         "{'asked':{'items':[!K0000000E],'purpose':'private','receiver':'P0000000Q'},"
         "'rule':'K3'}"},
        {"loan", "key.lend/1", "li chen", LOAN("!K0000000J", "chen")},
        {"partyloan", "key.lend/1", "li",
         "{'desk':'front','due':@+3600,'items':[!K00000002],'on_behalf':'W-1',"
         "'purpose':'viewing','receipt':{'kind':'screen'},'receiver':'P0000000N'}"},
        {"back", "key.return/1", "li",
         "{'by_whom':'P0000000S','condition':'ok','desk':'front','items':[!K0000000J],"
         "'receipt':{'kind':'screen'}}"},
    };
    for (size_t i = 0; i < COUNT_OF(made); i++) {
        world_must(world, made[i].act, made[i].signers, made[i].body);
        world_keep(world, made[i].name);
    }
    static const struct world_case cases[] = {
        {"place", CORRECT, "adm mgr", UNDO("$place"), NULL},
        {"place by desk and supervisor", CORRECT, "li sup", UNDO("$place"), "seats"},
        {"place with a lock", CORRECT, "adm mgr", UNDO("$used"), "state"},
        {"lock", CORRECT, "adm mgr", UNDO("$lock"), NULL},
        {"lock with a key", CORRECT, "adm mgr", UNDO("$usedlock"), "state"},
        {"key", CORRECT, "li sup", UNDO("$key"), NULL},
        {"key by two officers", CORRECT, "adm mgr", UNDO("$key"), "seats"},
        {"key that was asked for", CORRECT, "li sup", UNDO("$asked"), "state"},
        {"key that was refused", CORRECT, "li sup", UNDO("$refused"), "state"},
        {"key that was lent and came back", CORRECT, "li sup", UNDO("$lent"), "state"},
        {"ring with a key of another act", CORRECT, "li sup", UNDO("$ring"), "state"},
        {"key on that ring", CORRECT, "li sup", UNDO("$hung"), NULL},
        {"party", CORRECT, "adm mgr", UNDO("$party"), NULL},
        {"party that holds", CORRECT, "adm mgr", UNDO("$holding"), "state"},
        {"party that was refused", CORRECT, "adm mgr", UNDO("$turned"), "state"},
        {"party that brought a key", CORRECT, "adm mgr", UNDO("$brought"), "state"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CORRECT, "li sup", UNDO("$hung"));
    world_must(world, CORRECT, "li sup", UNDO("$key"));
    world_must(world, CORRECT, "adm mgr", UNDO("$lock"));
    world_must(world, CORRECT, "li sup", UNDO("$back"));
    static const struct world_case then[] = {
        {"the ring is bare", CORRECT, "li sup", UNDO("$ring"), NULL},
        {"the lock is free", CORRECT, "adm mgr", UNDO("$usedlock"), NULL},
        {"the place is free", CORRECT, "adm mgr", UNDO("$used"), NULL},
        {"the party brought nothing", CORRECT, "adm mgr", UNDO("$brought"), NULL},
        {"codes are never reused", "lock.add/1", "li sup", LOCKS(LOCK("X1", "pump", "1")),
         "exists"},
        {"nor items", "key.add/1", "li sup", KEYS("front", KEY("K0000000C", "D1", "null")),
         "exists"},
        {"a void key is unknown", "key.lend/1", "li chen", LOAN("!K0000000C", "chen"),
         "object"},
    };
    assert_int_equal(world_run_cases(world, then, COUNT_OF(then)), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(places_and_locks_want_a_custodian_and_a_supervisor),
        T(keys_belong_to_the_desk_that_keeps_their_class),
        T(parties_are_registered_by_service_staff_or_a_custodian),
        T(an_import_has_no_effect_before_everybody_closes_it),
        T(a_loan_is_corrected_by_desk_and_supervisor_while_nothing_moved),
        T(what_is_registered_is_corrected_while_nothing_refers_to_it),
    };
    return cmocka_run_group_tests_name("the register", tests, NULL, NULL);
}
