/* ring.make, ring.break, board.set, person.tag, roster.set, key.takeover (FORMATS.md §17.4). */
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
#define MAKE            "ring.make/1"
#define BREAK           "ring.break/1"
#define BOARD           "board.set/1"
#define TAG             "person.tag/1"
#define ROSTER          "roster.set/1"
#define TAKEOVER        "key.takeover/1"

#define RINGED(desk, items, ring)   "{'desk':'" desk "','items':[" items "],'ring':" ring "}"
#define BOARDED(desk, add, remove)  "{'add':[" add "],'desk':'" desk "','remove':[" remove "]}"
#define WORN(handle, tag)           "{'handle':'" handle "','tag':'" tag "'}"
#define ROSTERED(day, desk, shifts) "{'day':'" day "','desk':'" desk "','shifts':[" shifts "]}"
#define TAKEN(desk, scope, counts, more)                                                       \
    "{'counts':[" counts "],'desk':'" desk "','letter':'List 7','scope':'" scope "'" more "}"
#define KINDS(place, kinds) "{'kinds':[" kinds "],'place':'" place "'}"
#define KIND(counted, kind, listed)                                                            \
    "{'counted':" counted ",'kind':'" kind "','listed':" listed "}"
#define LEND_OUT(items)                                                                        \
    "{'desk':'front','due':@+3600,'items':[" items "],'on_behalf':'W-1','purpose':'repair',"   \
    "'receipt':{'kind':'credential'},'receiver':'chen'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[200];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

static void add_key(struct world *world, const char *item)
{
    char body[200];
    (void)snprintf(body, sizeof body,
                   "{'desk':'front','keys':[{'copy':1,'item':'%s','label':'L-%s',"
                   "'locks':['D1'],'ring':null}]}",
                   item, item);
    world_must(world, "key.add/1", "li sup", body);
}

/* ---- rings ---- */

static void ring_make_ties_what_lies_at_the_desk(void **state)
{
    struct world *world = *state;
    add_key(world, "K00000008");
    world_keep(world, "eight");
    world_must(world, "key.add/1", "eng sup",
               "{'desk':'eng','keys':[{'copy':1,'item':'K0000000E','label':'L-K0000000E',"
               "'locks':['F1'],'ring':!R0000000B}]}");
    world_must(world, "key.lend/1", "li chen", LEND_OUT("!K00000003"));
    static const struct world_case cases[] = {
        {"a new ring", MAKE, "li", RINGED("front", "!K00000002,!K00000008", "!R0000000C"),
         NULL},
        {"onto a ring", MAKE, "wang", RINGED("front", "!K00000002", "!R00000009"), NULL},
        {"make by duty", MAKE, "duty", RINGED("front", "!K00000002", "!R0000000C"), "K2"},
        {"make by a supervisor", MAKE, "sup", RINGED("front", "!K00000002", "!R0000000C"),
         "K2"},
        {"make by the other custodian", MAKE, "eng",
         RINGED("front", "!K00000002", "!R0000000C"), "K2"},
        {"make by two", MAKE, "li sup", RINGED("front", "!K00000002", "!R0000000C"), "seats"},
        {"make at no desk", MAKE, "li", RINGED("cellar", "!K00000002", "!R0000000C"), "policy"},
        {"make of what is out", MAKE, "li", RINGED("front", "!K00000003", "!R0000000C"), "K5"},
        {"make of another desk's", MAKE, "li", RINGED("front", "!K00000007", "!R0000000C"),
         "K5"},
        {"make of what hangs on a ring", MAKE, "li",
         RINGED("front", "!K00000004", "!R0000000C"), "K5"},
        {"onto its own ring again", MAKE, "li", RINGED("front", "!K00000004", "!R00000009"),
         "K5"},
        {"onto another desk's ring", MAKE, "li", RINGED("front", "!K00000002", "!R0000000B"),
         "K5"},
        {"a ring with a key's id", MAKE, "li",
         RINGED("front", "!K00000002", "{'item':'R00000007','label':'L'}"), "exists"},
        {"a ring with a party's id", MAKE, "li",
         RINGED("front", "!K00000002", "{'item':'R0000000A','label':'L'}"), "exists"},
        {"a key as the ring", MAKE, "li", RINGED("front", "!K00000002", "!K0000000C"),
         "structure"},
        {"a ring on the ring", MAKE, "li", RINGED("front", "!R00000009", "!R0000000C"),
         "structure"},
        {"make of nothing", MAKE, "li", RINGED("front", "", "!R0000000C"), "structure"},
        {"make of an unknown key", MAKE, "li", RINGED("front", "!K00000099", "!R0000000C"),
         "object"},
        {"another label of the key", MAKE, "li",
         RINGED("front", "{'item':'K00000002','label':'L'}", "!R0000000C"), "label"},
        {"another label of the ring", MAKE, "li",
         RINGED("front", "!K00000002", "{'item':'R00000009','label':'L'}"), "label"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000007,!R0000000B]}");
    static const struct world_case strangers[] = {
        {"make of another desk's key that lies here", MAKE, "li",
         RINGED("front", "!K00000007", "!R0000000C"), "K5"},
        {"onto another desk's ring that lies here", MAKE, "li",
         RINGED("front", "!K00000002", "!R0000000B"), "K5"},
        {"off another desk's ring that lies here", BREAK, "li",
         RINGED("front", "!K0000000E", "!R0000000B"), NULL},
    };
    assert_int_equal(world_run_cases(world, strangers, COUNT_OF(strangers)), 0);
    world_must(world, MAKE, "li", RINGED("front", "!K00000002,!K00000008", "!R0000000C"));
    expect(world,
           "SELECT group_concat(item) FROM (SELECT item FROM item WHERE ring = 'R0000000C'"
           " ORDER BY item)",
           "K00000002,K00000008");
    expect(world,
           "SELECT desk || holder_kind || holder || label FROM item WHERE item = 'R0000000C'",
           "frontdeskfrontL-R0000000C");
    /* it goes out as a ring */
    world_must(world, "key.lend/1", "li chen", LEND_OUT("!R0000000C"));
    expect(world, "SELECT holder FROM item WHERE item = 'K00000008'", "chen");
    static const struct world_case out[] = {
        {"onto a ring that is out", MAKE, "li", RINGED("front", "!K00000001", "!R0000000C"),
         "K5"},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
    assert_true(world_is_verified(world));
}

static void a_ring_that_was_unregistered_is_never_made_anew(void **state)
{
    struct world *world = *state;
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K00000008','label':'L-K00000008',"
               "'locks':['D1'],'ring':!R0000000C}]}");
    world_keep(world, "added");
    world_must(world, "act.correct/1", "li sup", "{'act':$added,'reason':'entry_error'}");
    static const struct world_case cases[] = {
        {"a void ring", MAKE, "li", RINGED("front", "!K00000002", "!R0000000C"), "exists"},
        {"a void key", MAKE, "li", RINGED("front", "!K00000008", "!R00000009"), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

static void ring_break_takes_off_what_hangs_there(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"one key", BREAK, "li", RINGED("front", "!K00000004", "!R00000009"), NULL},
        {"all keys", BREAK, "wang", RINGED("front", "!K00000004,!K00000005", "!R00000009"),
         NULL},
        {"break by duty", BREAK, "duty", RINGED("front", "!K00000004", "!R00000009"), "seats"},
        {"break by a supervisor", BREAK, "sup", RINGED("front", "!K00000004", "!R00000009"),
         "seats"},
        {"break of what hangs nowhere", BREAK, "li",
         RINGED("front", "!K00000002", "!R00000009"), "K5"},
        {"break of an unknown ring", BREAK, "li", RINGED("front", "!K00000004", "!R0000000C"),
         "object"},
        {"break of an unknown key", BREAK, "li", RINGED("front", "!K00000099", "!R00000009"),
         "object"},
        {"another label of the ring", BREAK, "li",
         RINGED("front", "!K00000004", "{'item':'R00000009','label':'L'}"), "label"},
        {"another label of the key", BREAK, "li",
         RINGED("front", "{'item':'K00000004','label':'L'}", "!R00000009"), "label"},
        {"a key as the ring", BREAK, "li", RINGED("front", "!K00000004", "!K00000005"),
         "structure"},
        {"break at another desk", BREAK, "eng", RINGED("eng", "!K00000004", "!R00000009"),
         "K5"},
        {"break at no desk", BREAK, "li", RINGED("cellar", "!K00000004", "!R00000009"),
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "key.lend/1", "li chen", LEND_OUT("!K00000005"));
    static const struct world_case member_out[] = {
        {"a member that is out", BREAK, "li", RINGED("front", "!K00000005", "!R00000009"),
         "K5"},
        {"the member that is there", BREAK, "li", RINGED("front", "!K00000004", "!R00000009"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, member_out, COUNT_OF(member_out)), 0);
    world_must(world, "key.lend/1", "li chen", LEND_OUT("!R00000009"));
    static const struct world_case ring_out[] = {
        {"with the ring out", BREAK, "li", RINGED("front", "!K00000004", "!R00000009"), "K5"},
    };
    assert_int_equal(world_run_cases(world, ring_out, COUNT_OF(ring_out)), 0);
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000005,!R00000009]}");
    world_must(world, BREAK, "li", RINGED("front", "!K00000004", "!R00000009"));
    expect(world, "SELECT ring IS NULL FROM item WHERE item = 'K00000004'", "1");
    expect(world, "SELECT ring FROM item WHERE item = 'K00000005'", "R00000009");
    /* and it may hang on another now */
    world_must(world, MAKE, "li", RINGED("front", "!K00000004", "!R0000000C"));
    expect(world, "SELECT ring FROM item WHERE item = 'K00000004'", "R0000000C");
    assert_true(world_is_verified(world));
}

/* ---- the board ---- */

static void board_set_changes_the_board_of_the_home_desk(void **state)
{
    struct world *world = *state;
    world_must(world, BOARD, "li", BOARDED("front", "!K00000002,!R00000009", ""));
    expect(world,
           "SELECT group_concat(item) FROM (SELECT item FROM board WHERE desk = 'front'"
           " ORDER BY item)",
           "K00000002,R00000009");
    static const struct world_case cases[] = {
        {"on and off", BOARD, "wang", BOARDED("front", "!K00000003", "!K00000002"), NULL},
        {"off alone", BOARD, "li", BOARDED("front", "", "!R00000009"), NULL},
        {"board by duty", BOARD, "duty", BOARDED("front", "!K00000003", ""), "seats"},
        {"board by a supervisor", BOARD, "sup", BOARDED("front", "!K00000003", ""), "seats"},
        {"board of another desk's key", BOARD, "li", BOARDED("front", "!K00000007", ""), "K12"},
        {"off, of another desk's key", BOARD, "li", BOARDED("front", "", "!K00000007"), "K12"},
        {"on twice", BOARD, "li", BOARDED("front", "!K00000002", ""), "state"},
        {"off though never on", BOARD, "li", BOARDED("front", "", "!K00000003"), "state"},
        {"on and off at once", BOARD, "li", BOARDED("front", "!K00000003", "!K00000003"),
         "state"},
        {"off and on at once", BOARD, "li", BOARDED("front", "!K00000002", "!K00000002"),
         "state"},
        {"neither on nor off", BOARD, "li", BOARDED("front", "", ""), "structure"},
        {"an unknown key", BOARD, "li", BOARDED("front", "!K00000099", ""), "object"},
        {"another label", BOARD, "li", BOARDED("front", "{'item':'K00000003','label':'L'}", ""),
         "label"},
        {"board of no desk", BOARD, "li", BOARDED("cellar", "!K00000003", ""), "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, BOARD, "li", BOARDED("front", "!K00000003", "!K00000002"));
    expect(world,
           "SELECT group_concat(item) FROM (SELECT item FROM board WHERE desk = 'front'"
           " ORDER BY item)",
           "K00000003,R00000009");
    assert_true(world_is_verified(world));
}

/* ---- tags of persons ---- */

static void person_tag_names_the_person_who_wears_it(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"by a custodian", TAG, "li", WORN("chen", "P0000000D"), NULL},
        {"by the other desk's", TAG, "eng", WORN("chen", "P0000000D"), NULL},
        {"by an officer", TAG, "mgr", WORN("bao", "P0000000D"), NULL},
        {"tag by staff", TAG, "zhang", WORN("chen", "P0000000D"), "seats"},
        {"tag by a supervisor", TAG, "sup", WORN("chen", "P0000000D"), "seats"},
        {"tag by the auditor", TAG, "aud", WORN("aud", "P0000000D"), "seats"},
        {"tag by two", TAG, "li chen", WORN("chen", "P0000000D"), "seats"},
        {"tag of nobody", TAG, "li", WORN("nobody", "P0000000D"), "object"},
        {"a party's id", TAG, "li", WORN("chen", "P0000000A"), "exists"},
        {"a key's id", TAG, "li", WORN("chen", "P00000001"), "exists"},
        {"a ring's id", TAG, "li", WORN("chen", "P00000009"), "exists"},
        {"not of class P", TAG, "li", WORN("chen", "K0000000D"), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, TAG, "li", WORN("chen", "P0000000D"));
    world_must(world, TAG, "li", WORN("chen", "P0000000E"));
    expect(world, "SELECT group_concat(handle) FROM person_tag", "chen,chen");
    static const struct world_case again[] = {
        {"a tag that is worn", TAG, "li", WORN("zhang", "P0000000D"), "exists"},
        {"a tag given to its wearer again", TAG, "li", WORN("chen", "P0000000D"), "exists"},
        {"a ring with a tag's id", MAKE, "li",
         RINGED("front", "!K00000002", "{'item':'R0000000D','label':'L'}"), "exists"},
    };
    assert_int_equal(world_run_cases(world, again, COUNT_OF(again)), 0);
    json_t *matches = NULL;
    struct custody_error err = {0};
    assert_int_equal(custody_resolve(world->site, "P0000000E", "HP", &matches, &err),
                     CUSTODY_OK);
    assert_int_equal(json_array_size(matches), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(matches, 0), "kind")),
                        "H");
    assert_string_equal(json_string_value(json_object_get(json_array_get(matches, 0), "id")),
                        "chen");
    json_decref(matches);
    /* where only things are asked for, a person's tag is none */
    assert_int_equal(custody_resolve(world->site, "P0000000E", "KR", &matches, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_true(world_is_verified(world));
}

/* ---- the roster ---- */

static void roster_set_replaces_the_day(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"a day", ROSTER, "sup",
         ROSTERED("2025-11-01", "front",
                  "{'code':'day','handles':['li','wang']},{'code':'night','handles':['duty']}"),
         NULL},
        {"nobody on it", ROSTER, "sup",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':[]}"), NULL},
        {"roster by a custodian", ROSTER, "li",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['li']}"), "K11"},
        {"roster by an officer", ROSTER, "mgr",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['li']}"), "K11"},
        {"roster by two", ROSTER, "sup li",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['li']}"), "seats"},
        {"an unknown shift", ROSTER, "sup",
         ROSTERED("2025-11-01", "front", "{'code':'dawn','handles':['li']}"), "policy"},
        {"no such desk", ROSTER, "sup",
         ROSTERED("2025-11-01", "cellar", "{'code':'day','handles':['li']}"), "policy"},
        {"nobody by that name", ROSTER, "sup",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['nobody']}"), "object"},
        {"no such day", ROSTER, "sup",
         ROSTERED("2025-02-29", "front", "{'code':'day','handles':['li']}"), "structure"},
        {"handles not sorted", ROSTER, "sup",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['wang','li']}"),
         "structure"},
        {"a handle twice", ROSTER, "sup",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['li','li']}"), "structure"},
        {"no handle", ROSTER, "sup",
         ROSTERED("2025-11-01", "front", "{'code':'day','handles':['Li']}"), "structure"},
        {"no shift", ROSTER, "sup", ROSTERED("2025-11-01", "front", ""), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, ROSTER, "sup",
               ROSTERED("2025-11-01", "front",
                        "{'code':'day','handles':['li','wang']},"
                        "{'code':'night','handles':['duty']}"));
    world_must(world, ROSTER, "sup",
               ROSTERED("2025-11-01", "eng", "{'code':'day','handles':['eng']}"));
    world_must(world, ROSTER, "sup",
               ROSTERED("2025-11-02", "front", "{'code':'day','handles':['li']}"));
    world_must(world, ROSTER, "sup",
               ROSTERED("2025-11-01", "front", "{'code':'night','handles':['wang']}"));
    expect(world,
           "SELECT group_concat(x) FROM (SELECT day || desk || shift || handle AS x"
           " FROM roster ORDER BY 1)",
           "2025-11-01engdayeng,2025-11-01frontnightwang,2025-11-02frontdayli");
    assert_true(world_is_verified(world));
}

/* ---- taking over a building ---- */

static void key_takeover_counts_a_building_against_its_list(void **state)
{
    struct world *world = *state;
    world_must(
        world, "place.add/1", "li sup",
        "{'places':[{'code':'2','kind':'building','label':'Building 2','parent':null}]}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Builder'},'party':'P0000000B','relation':'developer'}");
    static const struct world_case cases[] = {
        {"all as listed", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ",'party':'P0000000B'"),
         NULL},
        {"without a party", TAKEOVER, "sup li",
         TAKEN("front", "1",
               KINDS("1-0-01", KIND("2", "antitheft", "2") "," KIND("0", "mailbox", "1")), ""),
         NULL},
        {"entered late", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")),
               ",'event_at':@-60,'late':'forgotten'"),
         NULL},
        {"late without a reason", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ",'event_at':@-60"),
         "late"},
        {"the custodian alone", TAKEOVER, "li",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ""), "seats"},
        {"two custodians", TAKEOVER, "li wang",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ""), "seats"},
        {"the other desk's custodian", TAKEOVER, "eng sup",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ""), "seats"},
        {"a place outside", TAKEOVER, "li sup",
         TAKEN(
             "front", "1",
             KINDS("1", KIND("3", "publicdoor", "3")) "," KINDS("2", KIND("1", "window", "1")),
             ""),
         "K2"},
        {"a place above", TAKEOVER, "li sup",
         TAKEN("front", "1-0-01", KINDS("1", KIND("3", "publicdoor", "3")), ""), "K2"},
        {"an unknown place", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("9", KIND("3", "publicdoor", "3")), ""), "object"},
        {"an unknown scope", TAKEOVER, "li sup",
         TAKEN("front", "9", KINDS("1", KIND("3", "publicdoor", "3")), ""), "object"},
        {"an unknown party", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ",'party':'P0000000Z'"),
         "object"},
        {"an unknown kind", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("1", KIND("3", "catflap", "3")), ""), "policy"},
        {"no such desk", TAKEOVER, "li sup",
         TAKEN("cellar", "1", KINDS("1", KIND("3", "publicdoor", "3")), ""), "policy"},
        {"more than may be counted", TAKEOVER, "li sup",
         TAKEN("front", "1", KINDS("1", KIND("10001", "publicdoor", "3")), ""), "structure"},
        {"nothing counted", TAKEOVER, "li sup", TAKEN("front", "1", "", ""), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, TAKEOVER, "li sup",
               TAKEN("front", "1", KINDS("1", KIND("3", "publicdoor", "3")), ""));
    assert_string_equal(world->flags, "");
    world_must(world, TAKEOVER, "li sup",
               TAKEN("front", "1",
                     KINDS("1", KIND("2", "publicdoor", "3")) "," KINDS(
                         "1-0-01", KIND("5", "antitheft", "5") "," KIND("0", "mailbox", "1")),
                     ",'party':'P0000000B'"));
    assert_string_equal(world->flags, "takeover-differs");
    expect(world, "SELECT differing || party || scope FROM takeover ORDER BY idx DESC LIMIT 1",
           "2P0000000B1");
    expect(world,
           "SELECT listed || '/' || counted FROM takeover_count WHERE place = '1-0-01'"
           " AND kind = 'mailbox'",
           "1/0");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(ring_make_ties_what_lies_at_the_desk),
        T(a_ring_that_was_unregistered_is_never_made_anew),
        T(ring_break_takes_off_what_hangs_there),
        T(board_set_changes_the_board_of_the_home_desk),
        T(person_tag_names_the_person_who_wears_it),
        T(roster_set_replaces_the_day),
        T(key_takeover_counts_a_building_against_its_list),
    };
    return cmocka_run_group_tests_name("acts of the register", tests, NULL, NULL);
}
