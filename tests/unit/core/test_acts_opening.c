/* opening.balance, custodian.change, unit.transfer (FORMATS.md §17.4; K19, K18, K10a). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "text.h"
#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define OPENING         "opening.balance/1"
#define CHANGE          "custodian.change/1"
#define TRANSFER        "unit.transfer/1"
#define KEY(item, state, holder, seal)                                                         \
    "{'holder':" holder ",'item':'" item "','label':'L-" item "','page':'12','seal':" seal     \
    ",'state':'" state "'}"
#define BALANCE(keys) "{'desk':'front','keys':[" keys "],'place':'1-0-01'}"
#define OUTCOME(item, outcome)                                                                 \
    "{'item':'" item "','label':'L-" item "','outcome':'" outcome "'}"
#define SOLD(items, party_in, party_out)                                                       \
    "{'items':[" items "],'party_in':" party_in ",'party_out':" party_out                      \
    ",'place':'1-0-01','reason':'duty_change'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[400];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

#define HOLDER(item) "SELECT holder_kind || ':' || holder FROM item WHERE item = '" item "'"

/* ---- opening.balance ---- */

static void an_opening_balance_says_where_each_key_was(void **state)
{
    struct world *world = *state;
    world_must(world, "key.seal/1", "li", "{'desk':'front','items':[!K00000005],'seal':'S-1'}");
    static const struct world_case cases[] = {
        {"opening at the desk", OPENING, "li sup",
         BALANCE(KEY("K00000001", "at_desk", "null", "null")), NULL},
        {"opening lent to staff", OPENING, "wang sup",
         BALANCE(KEY("K00000002", "lent", "'bao'", "null")), NULL},
        {"opening lent to nobody", OPENING, "li sup",
         BALANCE(KEY("K00000002", "lent", "null", "null")), "K19"},
        {"opening lent to a stranger", OPENING, "li sup",
         BALANCE(KEY("K00000002", "lent", "'nobody'", "null")), "object"},
        {"opening an owner who is staff", OPENING, "li sup",
         BALANCE(KEY("K00000001", "owner", "'chen'", "null")), "K19"},
        {"opening a desk with a holder", OPENING, "li sup",
         BALANCE(KEY("K00000001", "at_desk", "'chen'", "null")), "K19"},
        {"opening lost with a holder", OPENING, "li sup",
         BALANCE(KEY("K00000001", "lost", "'chen'", "null")), "K19"},
        {"opening sealed without a seal", OPENING, "li sup",
         BALANCE(KEY("K00000001", "sealed", "null", "null")), "K19"},
        {"opening sealed with a holder", OPENING, "li sup",
         BALANCE(KEY("K00000001", "sealed", "'chen'", "'S-9'")), "K19"},
        {"opening a seal without sealing", OPENING, "li sup",
         BALANCE(KEY("K00000001", "at_desk", "null", "'S-9'")), "K19"},
        {"opening under a used seal", OPENING, "li sup",
         BALANCE(KEY("K00000001", "sealed", "null", "'S-1'")), "exists"},
        {"opening what moved", OPENING, "li sup",
         BALANCE(KEY("K00000005", "at_desk", "null", "null")), "K19"},
        {"opening a ring", OPENING, "li sup",
         BALANCE(KEY("R00000009", "at_desk", "null", "null")), "K19"},
        {"opening the other desk's", OPENING, "li sup",
         BALANCE(KEY("K00000007", "at_desk", "null", "null")), "K19"},
        {"opening alone", OPENING, "li", BALANCE(KEY("K00000001", "at_desk", "null", "null")),
         "seats"},
        {"opening by two custodians", OPENING, "li wang",
         BALANCE(KEY("K00000001", "at_desk", "null", "null")), "seats"},
        {"opening by the other desk", OPENING, "eng sup",
         BALANCE(KEY("K00000001", "at_desk", "null", "null")), "seats"},
        {"opening unknown", OPENING, "li sup",
         BALANCE(KEY("K00000099", "at_desk", "null", "null")), "object"},
        {"opening place", OPENING, "li sup",
         "{'desk':'front','keys':[" KEY("K00000001", "at_desk", "null",
                                        "null") "],'place':'9'}",
         "object"},
        {"opening desk", OPENING, "li sup",
         "{'desk':'cellar','keys':[" KEY("K00000001", "at_desk", "null",
                                         "null") "],'place':'1'}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, OPENING, "li sup",
               BALANCE(KEY("K00000001", "owner", "'P0000000A'", "null") "," KEY(
                   "K00000002", "lent", "'bao'",
                   "null") "," KEY("K00000003", "lost", "null",
                                   "null") "," KEY("K00000004", "sealed", "null", "'S-2'")));
    assert_string_equal(world->flags, "");
    expect(world, HOLDER("K00000001"), "party:P0000000A");
    expect(world, HOLDER("K00000002"), "person:bao");
    expect(world, HOLDER("K00000003"), "lost:front");
    expect(world, HOLDER("K00000004"), "seal:S-2");
    expect(world, "SELECT item || state FROM loss", "K00000003open");
    expect(world, "SELECT desk FROM seal WHERE seal = 'S-2' AND opened_idx IS NULL", "front");
    expect(world, "SELECT group_concat(state || page || place, ' ') FROM opening",
           "owner121-0-01 lent121-0-01 lost121-0-01 sealed121-0-01");
    expect(world, "SELECT count(*) FROM movement WHERE kind = 'opening' AND due IS NULL", "4");
    static const struct world_case again[] = {
        {"opening twice", OPENING, "li sup",
         BALANCE(KEY("K00000002", "at_desk", "null", "null")), "K19"},
    };
    assert_int_equal(world_run_cases(world, again, 1), 0);
    assert_true(world_is_verified(world));
}

static void an_owner_whom_nobody_named_has_the_home_as_holder(void **state)
{
    struct world *world = *state;
    world_must(world, OPENING, "li sup", BALANCE(KEY("K00000001", "owner", "null", "null")));
    expect(world, HOLDER("K00000001"), "home:1-0-01");
    assert_true(world_is_verified(world));
}

static void opening_balances_come_in_lines_that_share_their_seals(void **state)
{
    struct world *world = *state;
    world_must(world, "import.line/1", "li",
               "{'act':'opening.balance/1','body':" BALANCE(
                   KEY("K00000001", "sealed", "null", "'S-1'")) "}");
    world_keep(world, "one");
    world_must(world, "import.line/1", "li",
               "{'act':'opening.balance/1','body':" BALANCE(
                   KEY("K00000002", "sealed", "null", "'S-1'") "," KEY("K00000003", "lost",
                                                                       "null", "null")) "}");
    world_keep(world, "two");
    world_must(world, "import.line/1", "li",
               "{'act':'opening.balance/1','body':" BALANCE(
                   KEY("K00000003", "at_desk", "null", "null")) "}");
    world_keep(world, "same");
    expect(world, "SELECT count(*) FROM opening", "0");
    static const struct world_case cases[] = {
        {"opening lines without the supervisor", "import.close/1", "li",
         "{'act':'opening.balance/1','lines':[$one,$two]}", "seats"},
        {"opening lines of one key", "import.close/1", "li sup",
         "{'act':'opening.balance/1','lines':[$two,$same]}", "K19"},
        {"opening lines", "import.close/1", "li sup",
         "{'act':'opening.balance/1','lines':[$one,$two]}", NULL},
        {"opening a line with a sheet", "import.line/1", "li",
         "{'act':'opening.balance/1','body':{'desk':'front','keys':[" KEY(
             "K00000001", "lost", "null", "null") "],'place':'1','sheet':null,'terminals':1}}",
         "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "import.close/1", "li sup",
               "{'act':'opening.balance/1','lines':[$one,$two]}");
    expect(world, HOLDER("K00000001"), "seal:S-1");
    expect(world, HOLDER("K00000002"), "seal:S-1");
    expect(world, "SELECT item FROM loss WHERE state = 'open'", "K00000003");
    static const struct world_case used[] = {
        {"opening under another act's seal", OPENING, "li sup",
         BALANCE(KEY("K00000004", "sealed", "null", "'S-1'")), "exists"},
    };
    assert_int_equal(world_run_cases(world, used, 1), 0);
    assert_true(world_is_verified(world));
}

/* ---- custodian.change ---- */

/* A body with the list as the lines of FORMATS.md §17.4 say, written out by hand. */
static const char *change_body(char *out, size_t size, const char *outgoing,
                               const char *incoming, const char *gone, int count,
                               const char *lines)
{
    uint8_t digest[HASH_LEN];
    char hex[65];
    hash_sha256(lines, strlen(lines), digest);
    text_hex(digest, sizeof digest, hex);
    (void)snprintf(
        out, size,
        "{'desk':'front','gone':%s,'incoming':'%s','list':{'count':%d,'digest':'%s'},"
        "'outgoing':'%s'}",
        gone, incoming, count, hex, outgoing);
    return out;
}

#define LINES                                                                                  \
    "K00000001\tdesk\tfront\nK00000002\tperson\tchen\nK00000004\tdesk\tfront\n"                \
    "K00000005\tseal\tS-1\nR00000009\tdesk\tfront\n"

static void a_change_of_custodian_pins_the_desks_whole_list(void **state)
{
    struct world *world = *state;
    char body[10][500];
    world_must(world, "key.lend/1", "li chen",
               "{'desk':'front','due':@+3600,'items':[!K00000002],'on_behalf':'W-1',"
               "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}");
    world_must(world, "key.seal/1", "li", "{'desk':'front','items':[!K00000005],'seal':'S-1'}");
    world_must(world, "key.retire/1", "li sup",
               "{'desk':'front','items':[!K00000003],'reason':'replaced'}");
    const char *good = change_body(body[0], 500, "li", "wang", "false", 5, LINES);
    const char *miscounted = change_body(body[1], 500, "li", "wang", "false", 6, LINES);
    const char *altered = change_body(body[2], 500, "li", "wang", "false", 5, LINES "\n");
    const char *stranger = change_body(body[3], 500, "li", "zhang", "false", 5, LINES);
    const char *from_stranger = change_body(body[4], 500, "zhang", "wang", "false", 5, LINES);
    const char *same = change_body(body[5], 500, "li", "li", "false", 5, LINES);
    const char *gone = change_body(body[6], 500, "li", "wang", "true", 5, LINES);
    const char *nobody = change_body(body[7], 500, "nobody", "wang", "true", 5, LINES);
    const struct world_case cases[] = {
        {"change", CHANGE, "li wang sup", good, NULL},
        {"change without the outgoing", CHANGE, "wang sup", good, "seats"},
        {"change without the incoming", CHANGE, "li sup", good, "seats"},
        {"change without a supervisor", CHANGE, "li wang zhang", good, "seats"},
        {"change miscounted", CHANGE, "li wang sup", miscounted, "count"},
        {"change with another list", CHANGE, "li wang sup", altered, "count"},
        {"change to no custodian", CHANGE, "li zhang sup", stranger, "K18"},
        {"change from no custodian", CHANGE, "sup wang zhang", from_stranger, "K18"},
        {"change to himself", CHANGE, "li sup", same, "K18"},
        {"change the outgoing gone", CHANGE, "sup wang", gone, NULL},
        {"change gone with another", CHANGE, "chen sup", gone, NULL},
        {"change gone and signing", CHANGE, "sup li", gone, "seats"},
        {"change gone alone", CHANGE, "sup", gone, "seats"},
        {"change gone without a supervisor", CHANGE, "wang zhang", gone, "seats"},
        {"change from nobody", CHANGE, "sup wang", nobody, "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CHANGE, "li wang sup", good);
    expect(world,
           "SELECT desk || outgoing || incoming || gone || count || length(digest)"
           " FROM custodian_change",
           "frontliwang0532");
    assert_true(world_is_verified(world));
    /* who sits for the outgoing by a lent role is not a third person */
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'li','roles':['supervisor'],'sheet':'9'}");
    world_must(world, "role.delegate/1", "li zhang",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'zhang'}");
    const struct world_case folded[] = {
        {"change with the outgoing's delegate", CHANGE, "li wang zhang", good, "seats"},
        {"change gone, counted by his delegate", CHANGE, "zhang wang", gone, "seats"},
        {"change by the outgoing as supervisor", CHANGE, "li wang", good, "seats"},
    };
    assert_int_equal(world_run_cases(world, folded, COUNT_OF(folded)), 0);
}

/* ---- unit.transfer ---- */

/* The home's keys: at the desk K00000001, lent K000000A1 (due), in a tray none, sealed
 * K000000A2, the owner's K000000A3, another party's K000000A4; and the building's K00000002. */
static void furnish_home(struct world *world)
{
    static const char *const states[] = {KEY("K000000A2", "sealed", "null", "'S-1'"),
                                         KEY("K000000A3", "owner", "'P0000000A'", "null"),
                                         KEY("K000000A4", "owner", "'P0000000C'", "null")};
    char body[600];
    world_must(world, "person.enrol/1", "adm mgr",
               "{'credential':^arc,'handle':'arc','proof':~arc:arc,"
               "'roles':['archive_custodian'],'staff_no':'B011'}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Owner Two'},'party':'P0000000B','relation':'owner',"
               "'unit':null}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Relative'},'party':'P0000000C','relation':'relative',"
               "'unit':'1-0-01'}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Elsewhere'},'party':'P0000000D','relation':'owner',"
               "'unit':'1-PD'}");
    for (int i = 1; i <= 4; i++) {
        (void)snprintf(body, sizeof body,
                       "{'desk':'front','keys':[{'copy':%d,'item':'K000000A%d',"
                       "'label':'L-K000000A%d','locks':['H1'],'ring':null}]}",
                       i + 1, i, i);
        world_must(world, "key.add/1", "li sup", body);
    }
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        (void)snprintf(body, sizeof body, "{'desk':'front','keys':[%s],'place':'1-0-01'}",
                       states[i]);
        world_must(world, OPENING, "li sup", body);
    }
    world_must(world, "key.emergency/1", "li zhang",
               "{'called':{'result':'no_number'},'cause':'fire','desk':'front',"
               "'items':[!K000000A1],'place':'1-0-01','receiver':'zhang','seal':null}");
}

#define STAYS    OUTCOME("K00000001", "stays")
#define RECALLED OUTCOME("K000000A1", "recalled")
#define SPARE    OUTCOME("K000000A2", "stays")
#define PASSES   OUTCOME("K000000A3", "passes")
#define ALL      STAYS "," RECALLED "," SPARE "," PASSES

static void a_home_changes_hands_with_every_key_settled(void **state)
{
    struct world *world = *state;
    furnish_home(world);
    static const struct world_case cases[] = {
        {"transfer", TRANSFER, "arc li", SOLD(ALL, "'P0000000B'", "'P0000000A'"), NULL},
        {"transfer the custodian acts", TRANSFER, "wang arc",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), NULL},
        {"transfer nobody leaves", TRANSFER, "arc li",
         SOLD(STAYS "," RECALLED "," SPARE, "'P0000000B'", "null"), NULL},
        {"transfer alone", TRANSFER, "arc", SOLD(ALL, "'P0000000B'", "'P0000000A'"), "seats"},
        {"transfer by a colleague", TRANSFER, "arc zhang",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), "seats"},
        {"transfer by the other desk", TRANSFER, "arc eng",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), "seats"},
        {"transfer without the archive", TRANSFER, "li sup",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), "seats"},
        {"transfer a key unlisted", TRANSFER, "arc li",
         SOLD(STAYS "," RECALLED "," PASSES, "'P0000000B'", "'P0000000A'"), "K10a"},
        {"transfer nothing listed", TRANSFER, "arc li", SOLD("", "'P0000000B'", "'P0000000A'"),
         "K10a"},
        {"transfer the building's key", TRANSFER, "arc li",
         SOLD(STAYS "," OUTCOME("K00000002", "stays") "," RECALLED "," SPARE "," PASSES,
              "'P0000000B'", "'P0000000A'"),
         "K10a"},
        {"transfer another party's key", TRANSFER, "arc li",
         SOLD(ALL "," OUTCOME("K000000A4", "passes"), "'P0000000B'", "'P0000000A'"), "K10a"},
        {"transfer what is out stays", TRANSFER, "arc li",
         SOLD(STAYS "," OUTCOME("K000000A1", "stays") "," SPARE "," PASSES, "'P0000000B'",
              "'P0000000A'"),
         "K10a"},
        {"transfer what stays is recalled", TRANSFER, "arc li",
         SOLD(OUTCOME("K00000001", "recalled") "," RECALLED "," SPARE "," PASSES, "'P0000000B'",
              "'P0000000A'"),
         "K10a"},
        {"transfer the desk's key passes", TRANSFER, "arc li",
         SOLD(OUTCOME("K00000001", "passes") "," RECALLED "," SPARE "," PASSES, "'P0000000B'",
              "'P0000000A'"),
         "K10a"},
        {"transfer the owner's key stays", TRANSFER, "arc li",
         SOLD(STAYS "," RECALLED "," SPARE "," OUTCOME("K000000A3", "stays"), "'P0000000B'",
              "'P0000000A'"),
         "K10a"},
        {"transfer to nobody", TRANSFER, "arc li", SOLD(ALL, "null", "'P0000000A'"), "K10a"},
        {"transfer to another home's party", TRANSFER, "arc li",
         SOLD(ALL, "'P0000000D'", "'P0000000A'"), "K10a"},
        {"transfer from another home's party", TRANSFER, "arc li",
         SOLD(STAYS "," RECALLED "," SPARE, "'P0000000B'", "'P0000000D'"), "K10a"},
        {"transfer to an unknown party", TRANSFER, "arc li",
         SOLD(ALL, "'P0000000Z'", "'P0000000A'"), "object"},
        {"transfer a building", TRANSFER, "arc li",
         "{'items':[],'party_in':null,'party_out':null,'place':'1','reason':'duty_change'}",
         "structure"},
        {"transfer no such place", TRANSFER, "arc li",
         "{'items':[],'party_in':null,'party_out':null,'place':'9','reason':'duty_change'}",
         "object"},
        {"transfer a room without such keys", TRANSFER, "arc li",
         "{'items':[],'party_in':null,'party_out':null,'place':'1-PD','reason':'duty_change'}",
         NULL},
        {"transfer before it moved", TRANSFER, "arc li",
         "{'event_at':@-3600,'items':[" ALL "],'late':'forgotten','party_in':'P0000000B',"
         "'party_out':'P0000000A','place':'1-0-01','reason':'duty_change'}",
         "late"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, TRANSFER, "arc li", SOLD(ALL, "'P0000000B'", "'P0000000A'"));
    assert_string_equal(world->flags, "");
    expect(world, HOLDER("K00000001"), "desk:front");
    expect(world, HOLDER("K000000A1"), "person:zhang");
    expect(world,
           "SELECT due - (SELECT t FROM act_log ORDER BY idx DESC LIMIT 1) FROM item"
           " WHERE item = 'K000000A1'",
           "0");
    expect(world, HOLDER("K000000A2"), "seal:S-1");
    expect(world, HOLDER("K000000A3"), "party:P0000000B");
    expect(world, HOLDER("K000000A4"), "party:P0000000C");
    expect(world, "SELECT kind FROM movement WHERE item = 'K000000A3' ORDER BY idx DESC",
           "transfer");
    expect(world, "SELECT group_concat(outcome) FROM unit_transfer_item",
           "stays,recalled,stays,passes");
    expect(world, "SELECT party_out || party_in FROM unit_transfer", "P0000000AP0000000B");
    assert_true(world_is_verified(world));
}

static void a_change_of_hands_ends_the_authorisations_of_the_home(void **state)
{
    struct world *world = *state;
    furnish_home(world);
    world_must(world, "party.authorise/1", "li sup",
               "{'end':@+864000,'letter':'A-7','named':[],'party':'P0000000A',"
               "'place':'1-0-01','scope':['lend'],'start':@+3600}");
    world_must(world, TRANSFER, "arc li", SOLD(ALL, "'P0000000B'", "'P0000000A'"));
    expect(world, "SELECT count(*) FROM authority WHERE place = '1-0-01' AND ended_idx IS NULL",
           "0");
    assert_true(world_is_verified(world));
}

static void a_colleague_stands_in_only_for_a_role_that_nobody_else_holds(void **state)
{
    struct world *world = *state;
    furnish_home(world);
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'li','roles':['archive_custodian'],'sheet':'9'}");
    world_must(world, "person.suspend/1", "adm", "{'handle':'arc','reason':'absence'}");
    static const struct world_case there[] = {
        {"transfer li for the archive", TRANSFER, "li wang",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), NULL},
        {"transfer li as key custodian, nobody else of the archive", TRANSFER, "li zhang",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), NULL},
        {"transfer wang and a colleague though li is there", TRANSFER, "wang zhang",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), "seats"},
        {"transfer by one with both roles", TRANSFER, "li",
         SOLD(ALL, "'P0000000B'", "'P0000000A'"), "seats"},
    };
    assert_int_equal(world_run_cases(world, there, COUNT_OF(there)), 0);
    world_must(world, "person.suspend/1", "adm", "{'handle':'wang','reason':'absence'}");
    world_must(world, TRANSFER, "li zhang", SOLD(ALL, "'P0000000B'", "'P0000000A'"));
    assert_string_equal(world->flags, "stand-in");
    static const struct world_case alone[] = {
        {"transfer stand-in by an auditor", TRANSFER, "li aud",
         "{'items':[],'party_in':null,'party_out':null,'place':'1-PD','reason':'duty_change'}",
         "seats"},
        {"transfer by two colleagues", TRANSFER, "chen zhang",
         "{'items':[],'party_in':null,'party_out':null,'place':'1-PD','reason':'duty_change'}",
         "seats"},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
    /* his own delegate counts as one who holds the role, and is no second person */
    world_must(world, "role.delegate/1", "li chen",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['archive_custodian',"
               "'key_custodian'],'start':@+0,'to':'chen'}");
    static const struct world_case folded[] = {
        {"transfer by one and his delegate", TRANSFER, "li chen",
         "{'items':[],'party_in':null,'party_out':null,'place':'1-PD','reason':'duty_change'}",
         "seats"},
    };
    assert_int_equal(world_run_cases(world, folded, 1), 0);
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(an_opening_balance_says_where_each_key_was),
        T(an_owner_whom_nobody_named_has_the_home_as_holder),
        T(opening_balances_come_in_lines_that_share_their_seals),
        T(a_change_of_custodian_pins_the_desks_whole_list),
        T(a_home_changes_hands_with_every_key_settled),
        T(a_change_of_hands_ends_the_authorisations_of_the_home),
        T(a_colleague_stands_in_only_for_a_role_that_nobody_else_holds),
    };
    return cmocka_run_group_tests_name("opening balance, changes of hands", tests, NULL, NULL);
}
