/* key.move, tray.issue and tray.settle, key.handover, key.deposit and key.withdraw (FORMATS.md
 * §17.1), their corrections (§17.5), and a return that finds what was lost (§17.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define MOVE            "key.move/1"
#define ISSUE           "tray.issue/1"
#define SETTLE          "tray.settle/1"
#define HANDOVER        "key.handover/1"
#define DEPOSIT         "key.deposit/1"
#define WITHDRAW        "key.withdraw/1"
#define CORRECT         "act.correct/1"
#define TO_ENG(items, rehome)                                                                  \
    "{'desk':'front','items':[" items "],'reason':'other','rehome':" rehome ",'to':'eng'}"
#define TRAY(items, receiver) "{'desk':'front','items':[" items "],'receiver':'" receiver "'}"
#define COUNTED(items, missing)                                                                \
    "{'desk':'front','from':'zhang','items':[" items "],'missing':[" missing "]}"
#define SCREEN "{'kind':'screen'}"
#define GIVEN(items, party, place, letter, receipt)                                            \
    "{'desk':'front','documents':['id_card'],'items':[" items "],'letter':" letter             \
    ",'party':'" party "','place':'" place "','receipt':" receipt "}"
#define KEPT(say, items, party)                                                                \
    "{'authorisation':" say ",'desk':'front','items':[" items "],'party':'" party              \
    "','slip':'7'}"
#define BACK(items, party, receipt)                                                            \
    "{'desk':'front','items':[" items "],'party':'" party "','receipt':" receipt "}"
#define WRONG(act) "{'act':" act ",'reason':'entry_error'}"

static void sql_is(struct world *world, const char *sql, const char *wanted)
{
    char value[120];
    assert_string_equal(world_value(world, sql, value, sizeof value), wanted);
}

/*
 * Homes 1-0-01 and 1-0-02, a home 2-0-01 in another building; at the front desk, owner's keys:
 *   K00000011 of 1-0-01, ring R00000010 with K00000012 K00000013 of 1-0-01, K00000021 of
 *   1-0-02, K00000031 of 2-0-01, K00000041 of building 1 (unit door), ring R00000018 with
 *   K00000014 of 1-0-01 and the public K00000015
 * parties: P0000000A owner of 1-0-01, P0000000B tenant of 1-0-02, P0000000C agent of no home,
 * P0000000D contractor of 1-0-01, P0000000E relative of 1-0-01
 */
static void add_homes(struct world *world)
{
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'1-0-02','kind':'home','label':'Flat 02','parent':'1'},"
               "{'code':'2','kind':'building','label':'Building 2','parent':null},"
               "{'code':'2-0-01','kind':'home','label':'Flat 2-01','parent':'2'}]}");
    world_must(world, "lock.add/1", "li sup",
               "{'locks':[{'code':'H2','kind':'antitheft','label':'Home 2','place':'1-0-02'},"
               "{'code':'H3','kind':'antitheft','label':'Home 3','place':'2-0-01'},"
               "{'code':'U1','kind':'unitdoor','label':'Unit','place':'1'}]}");
    world_must(
        world, "key.add/1", "li sup",
        "{'desk':'front','keys':["
        "{'copy':2,'item':'K00000011','label':'L-K00000011','locks':['H1'],'ring':null},"
        "{'copy':3,'item':'K00000012','label':'L-K00000012','locks':['H1'],'ring':!R00000010},"
        "{'copy':4,'item':'K00000013','label':'L-K00000013','locks':['H1'],'ring':!R00000010},"
        "{'copy':5,'item':'K00000014','label':'L-K00000014','locks':['H1'],'ring':!R00000018},"
        "{'copy':5,'item':'K00000015','label':'L-K00000015','locks':['D1'],'ring':!R00000018},"
        "{'copy':1,'item':'K00000021','label':'L-K00000021','locks':['H2'],'ring':null},"
        "{'copy':1,'item':'K00000031','label':'L-K00000031','locks':['H3'],'ring':null},"
        "{'copy':1,'item':'K00000041','label':'L-K00000041','locks':['U1'],'ring':null}]}");
    static const char *const parties[] = {
        "{'name':{'text':'T'},'party':'P0000000B','relation':'tenant','unit':'1-0-02'}",
        "{'name':{'text':'A'},'party':'P0000000C','relation':'agent','unit':null}",
        "{'name':{'text':'C'},'party':'P0000000D','relation':'contractor','unit':'1-0-01'}",
        "{'name':{'text':'R'},'party':'P0000000E','relation':'relative','unit':'1-0-01'}",
    };
    for (size_t i = 0; i < COUNT_OF(parties); i++) {
        world_must(world, "party.add/1", "zhang", parties[i]);
    }
    world_tick(world, 60);
}

/* ---- key.move ---- */

static void key_move_is_signed_by_both_desks(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"both custodians", MOVE, "li eng", TO_ENG("!K00000002", "false"), NULL},
        {"the other one acts", MOVE, "eng wang", TO_ENG("!K00000002", "false"), NULL},
        {"a ring", MOVE, "li eng", TO_ENG("!R00000009", "false"), NULL},
        {"one alone", MOVE, "li", TO_ENG("!K00000002", "false"), "seats"},
        {"two of one desk", MOVE, "li wang", TO_ENG("!K00000002", "false"), "seats"},
        {"a colleague while the other is there", MOVE, "li zhang",
         TO_ENG("!K00000002", "false"), "seats"},
        {"a colleague for the giving desk", MOVE, "eng zhang", TO_ENG("!K00000002", "false"),
         "seats"},
        {"nobody of either", MOVE, "chen zhang", TO_ENG("!K00000002", "false"), "seats"},
        {"one too many", MOVE, "li eng wang", TO_ENG("!K00000002", "false"), "seats"},
        {"to itself", MOVE, "li wang",
         "{'desk':'front','items':[!K00000002],'reason':'other','rehome':false,'to':'front'}",
         "K8"},
        {"not at the desk", MOVE, "li eng", TO_ENG("!K00000007", "false"), "K8"},
        {"for good, a class that is not kept there", MOVE, "li eng",
         TO_ENG("!K00000002", "true"), "K8"},
        {"a key beside its ring", MOVE, "li eng", TO_ENG("!K00000004,!R00000009", "false"),
         "K4"},
        {"unknown item", MOVE, "li eng", TO_ENG("!K00000099", "false"), "object"},
        {"another label", MOVE, "li eng", TO_ENG("{'item':'K00000002','label':'L'}", "false"),
         "label"},
        {"no such desk", MOVE, "li eng",
         "{'desk':'front','items':[!K00000002],'reason':'other','rehome':false,'to':'cellar'}",
         "policy"},
        {"no known reason", MOVE, "li eng",
         "{'desk':'front','items':[!K00000002],'reason':'whim','rehome':false,'to':'eng'}",
         "policy"},
        {"event time without a reason", MOVE, "li eng",
         "{'desk':'front','event_at':@-30,'items':[!K00000002],'reason':'other',"
         "'rehome':false,'to':'eng'}",
         "late"},
        {"before it was registered", MOVE, "li eng",
         "{'desk':'front','event_at':@-61,'items':[!K00000002],'late':'forgotten',"
         "'reason':'other','rehome':false,'to':'eng'}",
         "late"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, MOVE, "li eng", TO_ENG("!K00000002,!R00000009", "false"));
    world_keep(world, "move");
    sql_is(world,
           "SELECT group_concat(item || ' ' || holder || ' ' || desk) FROM (SELECT * FROM item"
           " WHERE holder = 'eng' AND desk = 'front' ORDER BY item)",
           "K00000002 eng front,K00000004 eng front,K00000005 eng front,R00000009 eng front");
    static const struct world_case correct[] = {
        {"by the receiving desk", CORRECT, "eng sup", WRONG("$move"), "seats"},
        {"by the giving desk", CORRECT, "li sup", WRONG("$move"), NULL},
        {"lent from where it stands", "key.lend/1", "eng chen",
         "{'desk':'eng','due':@+60,'items':[!K00000002],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         NULL},
    };
    assert_int_equal(world_run_cases(world, correct, COUNT_OF(correct)), 0);
    world_must(world, CORRECT, "li sup", WRONG("$move"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder = 'eng' AND desk = 'front'", "0");
    assert_true(world_is_verified(world));
}

static void key_move_has_a_stand_in_where_nobody_else_holds_the_seat(void **state)
{
    struct world *world = *state;
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'li','roles':['engineering_custodian'],'sheet':'1'}");
    static const struct world_case both[] = {
        {"he sits for both", MOVE, "li", TO_ENG("!K00000002", "false"), "seats"},
        {"he sits for both, with a colleague, while eng is there", MOVE, "li zhang",
         TO_ENG("!K00000002", "false"), "seats"},
        {"with eng", MOVE, "li eng", TO_ENG("!K00000002", "false"), NULL},
        {"with wang", MOVE, "li wang", TO_ENG("!K00000002", "false"), NULL},
    };
    assert_int_equal(world_run_cases(world, both, COUNT_OF(both)), 0);
    world_must(world, "role.delegate/1", "eng duty",
               "{'end':@+600,'from':'eng','reason':'absence','roles':"
               "['engineering_custodian'],'start':@+0,'to':'duty'}");
    world_must(world, "person.suspend/1", "adm", "{'handle':'eng','reason':'absence'}");
    static const struct world_case alone[] = {
        {"a delegate of the suspended holds nothing", MOVE, "li duty",
         TO_ENG("!K00000002", "false"), NULL},
        {"a colleague", MOVE, "li zhang", TO_ENG("!K00000002", "false"), NULL},
        {"an auditor", MOVE, "li aud", TO_ENG("!K00000002", "false"), "seats"},
        {"the suspended", MOVE, "li eng", TO_ENG("!K00000002", "false"), "seats"},
        {"wang is no custodian of eng, li is", MOVE, "wang zhang",
         TO_ENG("!K00000002", "false"), "seats"},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
    world_must(world, "role.delegate/1", "li chen",
               "{'end':@+600,'from':'li','reason':'absence','roles':"
               "['engineering_custodian'],'start':@+0,'to':'chen'}");
    static const struct world_case delegate[] = {
        {"his own delegate is not somebody else", MOVE, "chen li",
         TO_ENG("!K00000002", "false"), "seats"},
        {"the delegate with the other custodian", MOVE, "chen wang",
         TO_ENG("!K00000002", "false"), NULL},
        {"a colleague while a delegate holds the role", MOVE, "li zhang",
         TO_ENG("!K00000002", "false"), "seats"},
    };
    assert_int_equal(world_run_cases(world, delegate, COUNT_OF(delegate)), 0);
    world_tick(world, 600);
    world_must(world, MOVE, "li zhang", TO_ENG("!K00000002", "false"));
    assert_string_equal(world->flags, "stand-in");
    assert_true(world_is_verified(world));
}

static void a_key_moved_for_good_has_another_home_and_is_not_corrected(void **state)
{
    struct world *world = *state;
    json_error_t error;
    json_t *policy = json_load_file("tests/data/office/policy.json", 0, &error);
    assert_non_null(policy);
    /* the engineering desk keeps public keys too */
    json_t *classes =
        json_object_get(json_array_get(json_object_get(policy, "desks"), 0), "classes");
    assert_int_equal(json_array_append_new(classes, json_string("public")), 0);
    json_t *body = world_body(world, "{'sheet':'1','start':@+604800}");
    (void)json_object_set_new(body, "policy", policy);
    assert_int_equal(world_act_json(world, "policy.set/1", "adm mgr", body), CUSTODY_OK);
    world_tick(world, 604801);
    static const struct world_case cases[] = {
        {"a public key", MOVE, "li eng", TO_ENG("!K00000002", "true"), NULL},
        {"a home's key", MOVE, "li eng", TO_ENG("!K00000001", "true"), "K8"},
        {"a home's key among others", MOVE, "li eng", TO_ENG("!K00000001,!K00000002", "true"),
         "K8"},
        {"a home's key for a while", MOVE, "li eng", TO_ENG("!K00000001", "false"), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, MOVE, "li eng", TO_ENG("!K00000002,!R00000009", "true"));
    world_keep(world, "move");
    sql_is(world,
           "SELECT group_concat(item) FROM (SELECT * FROM item WHERE desk = 'eng'"
           " AND holder = 'eng' ORDER BY item)",
           "K00000002,K00000004,K00000005,K00000006,K00000007,R00000009");
    static const struct world_case correct[] = {
        {"not corrected", CORRECT, "li sup", WRONG("$move"), "state"},
        {"moved back for good", MOVE, "eng li",
         "{'desk':'eng','items':[!K00000002,!R00000009],'reason':'other','rehome':true,"
         "'to':'front'}",
         NULL},
    };
    assert_int_equal(world_run_cases(world, correct, COUNT_OF(correct)), 0);
    /* home again by a move that changes no home: that one is corrected */
    world_must(world, MOVE, "eng li",
               "{'desk':'eng','items':[!K00000002],'reason':'other','rehome':false,"
               "'to':'front'}");
    world_must(world, MOVE, "li eng", TO_ENG("!K00000002", "false"));
    world_keep(world, "home");
    world_must(world, CORRECT, "li sup", WRONG("$home"));
    sql_is(world, "SELECT holder || ' ' || desk FROM item WHERE item = 'K00000002'",
           "front eng");
    assert_true(world_is_verified(world));
}

/* ---- tray ---- */

static void a_tray_of_home_keys_goes_to_service_staff(void **state)
{
    struct world *world = *state;
    add_homes(world);
    static const struct world_case cases[] = {
        {"issue", ISSUE, "li zhang", TRAY("!K00000011,!K00000021", "zhang"), NULL},
        {"a ring", ISSUE, "wang zhang", TRAY("!R00000010", "zhang"), NULL},
        {"a key off its ring", ISSUE, "wang zhang", TRAY("!K00000012", "zhang"), NULL},
        {"a public key", ISSUE, "li zhang", TRAY("!K00000002", "zhang"), "K7"},
        {"a ring with a public key", ISSUE, "li zhang", TRAY("!R00000018", "zhang"), "K7"},
        {"no service staff", ISSUE, "li chen", TRAY("!K00000011", "chen"), "K7"},
        {"a custodian", ISSUE, "li wang", TRAY("!K00000011", "wang"), "K7"},
        {"by duty", ISSUE, "duty zhang", TRAY("!K00000011", "zhang"), "seats"},
        {"by the other desk", ISSUE, "eng zhang", TRAY("!K00000011", "zhang"), "seats"},
        {"the receiver acts", ISSUE, "zhang li", TRAY("!K00000011", "zhang"), "seats"},
        {"receiver did not sign", ISSUE, "li", TRAY("!K00000011", "zhang"), "seats"},
        {"another signs", ISSUE, "li chen", TRAY("!K00000011", "zhang"), "seats"},
        {"to nobody", ISSUE, "li zhang", TRAY("!K00000011", "nobody"), "object"},
        {"beside its ring", ISSUE, "li zhang", TRAY("!K00000012,!R00000010", "zhang"), "K4"},
        {"unknown", ISSUE, "li zhang", TRAY("!K00000099", "zhang"), "object"},
        {"label", ISSUE, "li zhang", TRAY("{'item':'K00000011','label':'L'}", "zhang"),
         "label"},
        {"not at this desk", ISSUE, "eng zhang",
         "{'desk':'eng','items':[!K00000011],'receiver':'zhang'}", "K7"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'li','roles':['service_staff'],'sheet':'1'}");
    world_must(world, "role.delegate/1", "li chen",
               "{'end':@+600,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'chen'}");
    static const struct world_case himself[] = {
        {"to himself", ISSUE, "li", TRAY("!K00000011", "li"), "seats"},
        {"to whom the clerk acts for", ISSUE, "chen li", TRAY("!K00000011", "li"), "seats"},
        {"to a custodian who is service staff too", ISSUE, "wang li", TRAY("!K00000011", "li"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, himself, COUNT_OF(himself)), 0);
    world_must(world, ISSUE, "li zhang", TRAY("!K00000011,!R00000010", "zhang"));
    world_keep(world, "issue");
    sql_is(world,
           "SELECT group_concat(item || ' ' || holder || ' ' || (due IS NULL)) FROM (SELECT *"
           " FROM item WHERE holder_kind = 'tray' ORDER BY item)",
           "K00000011 zhang 1,K00000012 zhang 1,K00000013 zhang 1,R00000010 zhang 1");
    static const struct world_case out[] = {
        {"out already", ISSUE, "li zhang", TRAY("!K00000011", "zhang"), "K7"},
        {"not taken out of a tray by an escort", "key.escort/1", "li duty",
         "{'desk':'front','due':@+60,'items':[!K00000011],'on_behalf':'W-1',"
         "'purpose':'viewing','receipt':{'kind':'credential'},'receiver':'duty'}",
         "K4"},
        {"corrected", CORRECT, "wang sup", WRONG("$issue"), NULL},
        {"corrected by one", CORRECT, "wang", WRONG("$issue"), "seats"},
        {"corrected by officers", CORRECT, "adm mgr", WRONG("$issue"), "seats"},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
    world_must(world, CORRECT, "wang sup", WRONG("$issue"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder_kind = 'tray'", "0");
    assert_true(world_is_verified(world));
}

static void a_tray_is_counted_back_whole(void **state)
{
    struct world *world = *state;
    add_homes(world);
    world_must(world, ISSUE, "li zhang", TRAY("!K00000011,!R00000010", "zhang"));
    static const struct world_case cases[] = {
        {"all back", SETTLE, "li zhang", COUNTED("!K00000011,!R00000010", ""), NULL},
        {"one missing", SETTLE, "li zhang", COUNTED("!R00000010", "!K00000011"), NULL},
        {"one off the ring missing", SETTLE, "li zhang",
         COUNTED("!K00000011,!R00000010", "!K00000013"), NULL},
        {"all missing", SETTLE, "li zhang",
         COUNTED("", "!K00000011,!K00000012,!K00000013,!R00000010"), NULL},
        {"something else besides", SETTLE, "li zhang",
         COUNTED("!K00000011,!K00000021,!R00000010", ""), NULL},
        {"one not named", SETTLE, "li zhang", COUNTED("!R00000010", ""), "K7"},
        {"nothing named", SETTLE, "li zhang", COUNTED("", ""), "K7"},
        {"a missing ring takes nothing along", SETTLE, "li zhang",
         COUNTED("!K00000011", "!R00000010"), "K7"},
        {"missing what was not there", SETTLE, "li zhang",
         COUNTED("!K00000011,!R00000010", "!K00000021"), "K7"},
        {"back and missing", SETTLE, "li zhang", COUNTED("!K00000011,!R00000010", "!K00000011"),
         "structure"},
        {"beside its ring", SETTLE, "li zhang", COUNTED("!K00000011,!K00000012,!R00000010", ""),
         "K4"},
        {"who had it did not sign", SETTLE, "li", COUNTED("!K00000011,!R00000010", ""),
         "seats"},
        {"another signs", SETTLE, "li chen", COUNTED("!K00000011,!R00000010", ""), "seats"},
        {"by duty", SETTLE, "duty zhang", COUNTED("!K00000011,!R00000010", ""), "seats"},
        {"who had it acts", SETTLE, "zhang li", COUNTED("!K00000011,!R00000010", ""), "seats"},
        {"unknown missing", SETTLE, "li zhang", COUNTED("!K00000011,!R00000010", "!K00000099"),
         "object"},
        {"missing by another label", SETTLE, "li zhang",
         COUNTED("!R00000010", "{'item':'K00000011','label':'L'}"), "label"},
        {"from nobody", SETTLE, "li zhang",
         "{'desk':'front','from':'nobody','items':[],'missing':[]}", "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, SETTLE, "li zhang",
               COUNTED("!K00000002,!R00000010", "!K00000011,!K00000013"));
    world_keep(world, "settle");
    assert_non_null(strstr(world->flags, "tray-short"));
    assert_non_null(strstr(world->flags, "not-holder"));
    assert_non_null(strstr(world->flags, "ring-short"));
    sql_is(world,
           "SELECT group_concat(item || ' ' || holder) FROM (SELECT * FROM item"
           " WHERE item IN ('K00000011', 'K00000012', 'K00000013', 'R00000010')"
           " ORDER BY item)",
           "K00000011 zhang,K00000012 front,K00000013 zhang,R00000010 front");
    assert_true(world_is_verified(world));
    /* what was missing is still in the tray, and found later */
    static const struct world_case later[] = {
        {"found later", SETTLE, "wang zhang", COUNTED("!K00000011,!K00000013", ""), NULL},
        {"one of them forgotten", SETTLE, "wang zhang", COUNTED("!K00000011", ""), "K7"},
        {"corrected", CORRECT, "wang sup", WRONG("$settle"), NULL},
    };
    assert_int_equal(world_run_cases(world, later, COUNT_OF(later)), 0);
    world_must(world, CORRECT, "wang sup", WRONG("$settle"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder_kind = 'tray'", "4");
    assert_true(world_is_verified(world));
}

/* ---- key.handover ---- */

static void key_handover_is_to_the_people_of_the_home(void **state)
{
    struct world *world = *state;
    add_homes(world);
    static const struct world_case cases[] = {
        {"by the custodian", HANDOVER, "li",
         GIVEN("!K00000011,!R00000010", "P0000000A", "1-0-01", "null", SCREEN), NULL},
        {"by service staff and the custodian", HANDOVER, "zhang li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), NULL},
        {"to a relative", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000E", "1-0-01", "null", SCREEN), NULL},
        {"to the tenant on paper", HANDOVER, "li",
         GIVEN("!K00000021", "P0000000B", "1-0-02", "null", "{'kind':'paper','slip':'7'}"),
         NULL},
        {"to an agent with a letter", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000C", "1-0-01", "'W-7'", "{'kind':'thumb'}"), NULL},
        {"the door of the building", HANDOVER, "li",
         GIVEN("!K00000041", "P0000000A", "1-0-01", "null", SCREEN), NULL},
        {"an agent without a letter", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000C", "1-0-01", "null", SCREEN), "K7"},
        {"a contractor", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000D", "1-0-01", "'W-7'", SCREEN), "K7"},
        {"to another home's tenant", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000B", "1-0-01", "null", SCREEN), "K7"},
        {"another home's key", HANDOVER, "li",
         GIVEN("!K00000021", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"one of two keys of another home", HANDOVER, "li",
         GIVEN("!K00000011,!K00000021", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"another building's key", HANDOVER, "li",
         GIVEN("!K00000031", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"a public key", HANDOVER, "li",
         GIVEN("!K00000002", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"a ring with a public key", HANDOVER, "li",
         GIVEN("!R00000018", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"by service staff alone", HANDOVER, "zhang",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"the custodian acts beside service staff", HANDOVER, "li zhang",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"two custodians", HANDOVER, "li wang",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"service staff and the other desk", HANDOVER, "zhang eng",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"by the other desk", HANDOVER, "eng",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"by credential", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", "{'kind':'credential'}"), "K7"},
        {"paper without a slip", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", "{'kind':'paper'}"), "K7"},
        {"a reason for not signing", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null",
               "{'kind':'screen','unsigned_reason':'other'}"),
         "K7"},
        {"no papers seen", HANDOVER, "li",
         "{'desk':'front','documents':[],'items':[!K00000011],'party':'P0000000A',"
         "'place':'1-0-01','receipt':" SCREEN "}",
         "structure"},
        {"unknown papers", HANDOVER, "li",
         "{'desk':'front','documents':['diploma'],'items':[!K00000011],'party':'P0000000A',"
         "'place':'1-0-01','receipt':" SCREEN "}",
         "policy"},
        {"unknown party", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000Z", "1-0-01", "null", SCREEN), "object"},
        {"unknown place", HANDOVER, "li", GIVEN("!K00000011", "P0000000A", "9", "null", SCREEN),
         "object"},
        {"unknown key", HANDOVER, "li",
         GIVEN("!K00000099", "P0000000A", "1-0-01", "null", SCREEN), "object"},
        {"another label", HANDOVER, "li",
         GIVEN("{'item':'K00000011','label':'L'}", "P0000000A", "1-0-01", "null", SCREEN),
         "label"},
        {"beside its ring", HANDOVER, "li",
         GIVEN("!K00000012,!R00000010", "P0000000A", "1-0-01", "null", SCREEN), "K4"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, HANDOVER, "li",
               "{'desk':'front','documents':['id_card','move_in_notice'],'items':[!K00000011,"
               "!R00000010],'letter':null,'party':'P0000000A','place':'1-0-01',"
               "'receipt':{'kind':'paper','slip':'7'}}");
    world_keep(world, "handover");
    sql_is(world,
           "SELECT group_concat(item || ' ' || (due IS NULL)) FROM (SELECT * FROM item"
           " WHERE holder_kind = 'party' AND holder = 'P0000000A' ORDER BY item)",
           "K00000011 1,K00000012 1,K00000013 1,R00000010 1");
    sql_is(world,
           "SELECT kind || ' ' || party || ' ' || place || ' ' || documents || ' ' || receipt"
           " || ' ' || slip FROM handover",
           "handover P0000000A 1-0-01 id_card,move_in_notice paper 7");
    static const struct world_case out[] = {
        {"with the owner already", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"no loan to chase", "key.chase/1", "li",
         "{'channel':'phone','items':[!K00000011],'result':'no_answer'}", "state"},
        {"no loan to extend", "key.extend/1", "li",
         "{'desk':'front','due':@+60,'items':[!K00000011],'reason':'other'}", "state"},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
    world_must(world, CORRECT, "li sup", WRONG("$handover"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder_kind = 'party'", "0");
    assert_true(world_is_verified(world));
}

static void keys_out_of_a_tray_are_handed_over_by_who_has_it(void **state)
{
    struct world *world = *state;
    add_homes(world);
    world_must(world, ISSUE, "li zhang", TRAY("!K00000011,!K00000041,!R00000010", "zhang"));
    static const struct world_case cases[] = {
        {"who has the tray", HANDOVER, "zhang",
         GIVEN("!K00000011,!R00000010", "P0000000A", "1-0-01", "null", SCREEN), NULL},
        {"with the custodian", HANDOVER, "zhang li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"the custodian alone", HANDOVER, "li",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"tray and desk mixed", HANDOVER, "zhang",
         GIVEN("!K00000001,!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, HANDOVER, "zhang",
               GIVEN("!K00000011,!R00000010", "P0000000A", "1-0-01", "null", SCREEN));
    world_keep(world, "handover");
    static const struct world_case after[] = {
        {"the rest comes back", SETTLE, "li zhang", COUNTED("!K00000041", ""), NULL},
        {"corrected by the desk named", CORRECT, "li sup", WRONG("$handover"), NULL},
        {"corrected by another desk", CORRECT, "eng sup", WRONG("$handover"), "seats"},
    };
    assert_int_equal(world_run_cases(world, after, COUNT_OF(after)), 0);
    world_must(world, CORRECT, "li sup", WRONG("$handover"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder_kind = 'tray'", "5");
    /* the role gone, the tray is only counted back */
    world_must(world, "role.revoke/1", "adm", "{'handle':'zhang','roles':['service_staff']}");
    static const struct world_case revoked[] = {
        {"no service staff any more", HANDOVER, "zhang",
         GIVEN("!K00000011", "P0000000A", "1-0-01", "null", SCREEN), "K7"},
        {"counts back", SETTLE, "li zhang", COUNTED("!K00000011,!K00000041,!R00000010", ""),
         NULL},
    };
    assert_int_equal(world_run_cases(world, revoked, COUNT_OF(revoked)), 0);
    assert_true(world_is_verified(world));
}

/* ---- key.deposit, key.withdraw ---- */

#define SAY(party, place, start, end)                                                          \
    "{'end':" end ",'letter':'L-1','named':[],'party':'" party "','place':'" place             \
    "','scope':['copy'],'start':" start "}"

static void key_deposit_wants_the_partys_authorisation(void **state)
{
    struct world *world = *state;
    add_homes(world);
    world_must(world, HANDOVER, "li",
               GIVEN("!K00000011,!R00000010", "P0000000A", "1-0-01", "null", SCREEN));
    world_must(world, HANDOVER, "li",
               GIVEN("!K00000021,!K00000041", "P0000000B", "1-0-02", "null", SCREEN));
    world_must(world, "party.authorise/1", "zhang sup",
               SAY("P0000000A", "1-0-01", "@-60", "@+7200"));
    world_keep(world, "say");
    world_must(world, "party.authorise/1", "zhang sup",
               SAY("P0000000B", "1-0-02", "@-60", "@+7200"));
    world_keep(world, "tenants");
    world_must(world, "party.authorise/1", "zhang sup",
               SAY("P0000000A", "1-0-01", "@+60", "@+7200"));
    world_keep(world, "to_come");
    world_must(world, "party.authorise/1", "zhang sup",
               SAY("P0000000A", "1-0-01", "@-60", "@+7200"));
    world_keep(world, "ended");
    world_must(world, "party.end/1", "zhang", "{'authorisation':$ended,'reason':'other'}");
    static const struct world_case cases[] = {
        {"deposit", DEPOSIT, "li", KEPT("$say", "!K00000011,!R00000010", "P0000000A"), NULL},
        {"by another custodian", DEPOSIT, "wang", KEPT("$say", "!K00000011", "P0000000A"),
         NULL},
        {"the tenant's, with the building's door", DEPOSIT, "li",
         KEPT("$tenants", "!K00000021,!K00000041", "P0000000B"), NULL},
        {"by service staff", DEPOSIT, "zhang", KEPT("$say", "!K00000011", "P0000000A"), "K2"},
        {"by duty", DEPOSIT, "duty", KEPT("$say", "!K00000011", "P0000000A"), "K2"},
        {"by two", DEPOSIT, "li wang", KEPT("$say", "!K00000011", "P0000000A"), "seats"},
        {"another's keys", DEPOSIT, "li", KEPT("$say", "!K00000021", "P0000000A"), "K10a"},
        {"another's authorisation", DEPOSIT, "li", KEPT("$tenants", "!K00000011", "P0000000A"),
         "K10a"},
        {"one that is to come", DEPOSIT, "li", KEPT("$to_come", "!K00000011", "P0000000A"),
         "K10a"},
        {"one that ended", DEPOSIT, "li", KEPT("$ended", "!K00000011", "P0000000A"), "K10a"},
        {"none of this id", DEPOSIT, "li", KEPT("%adm", "!K00000011", "P0000000A"), "K10a"},
        {"what stands at the desk", DEPOSIT, "li", KEPT("$say", "!K00000001", "P0000000A"),
         "K10a"},
        {"at a desk that keeps no home keys", DEPOSIT, "eng",
         "{'authorisation':$say,'desk':'eng','items':[!K00000011],'party':'P0000000A'}", "K8"},
        {"a ring at such a desk", DEPOSIT, "eng",
         "{'authorisation':$say,'desk':'eng','items':[!R00000010],'party':'P0000000A'}", "K8"},
        {"unknown party", DEPOSIT, "li", KEPT("$say", "!K00000011", "P0000000Z"), "object"},
        {"unknown key", DEPOSIT, "li", KEPT("$say", "!K00000099", "P0000000A"), "object"},
        {"another label", DEPOSIT, "li",
         KEPT("$say", "{'item':'K00000011','label':'L'}", "P0000000A"), "label"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, DEPOSIT, "li", KEPT("$say", "!K00000011,!R00000010", "P0000000A"));
    world_keep(world, "deposit");
    sql_is(world,
           "SELECT count(*) FROM item WHERE holder = 'front' AND item IN"
           " ('K00000011', 'K00000012', 'K00000013', 'R00000010')",
           "4");
    sql_is(world,
           "SELECT kind || ' ' || party || ' ' || slip FROM handover"
           " ORDER BY idx DESC LIMIT 1",
           "deposit P0000000A 7");
    world_must(world, CORRECT, "li sup", WRONG("$deposit"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder = 'P0000000A'", "4");
    assert_true(world_is_verified(world));
    world_tick(world, 7200);
    static const struct world_case over[] = {
        {"over", DEPOSIT, "li", KEPT("$say", "!K00000011", "P0000000A"), "K10a"},
    };
    assert_int_equal(world_run_cases(world, over, 1), 0);
}

static void key_withdraw_gives_a_home_its_keys_back(void **state)
{
    struct world *world = *state;
    add_homes(world);
    static const struct world_case cases[] = {
        {"withdraw", WITHDRAW, "li", BACK("!K00000011,!R00000010", "P0000000A", SCREEN), NULL},
        {"on paper", WITHDRAW, "wang",
         BACK("!K00000011", "P0000000A", "{'kind':'paper','slip':'7'}"), NULL},
        {"by service staff", WITHDRAW, "zhang", BACK("!K00000011", "P0000000A", SCREEN), "K2"},
        {"by the other desk", WITHDRAW, "eng", BACK("!K00000011", "P0000000A", SCREEN), "K2"},
        {"by two", WITHDRAW, "li wang", BACK("!K00000011", "P0000000A", SCREEN), "seats"},
        {"another home's", WITHDRAW, "li", BACK("!K00000021", "P0000000A", SCREEN), "K10a"},
        {"to who is of no home", WITHDRAW, "li", BACK("!K00000011", "P0000000C", SCREEN),
         "K10a"},
        {"a public key", WITHDRAW, "li", BACK("!K00000002", "P0000000A", SCREEN), "K10a"},
        {"a ring with a public key", WITHDRAW, "li", BACK("!R00000018", "P0000000A", SCREEN),
         "K10a"},
        {"not at this desk", WITHDRAW, "eng",
         "{'desk':'eng','items':[!K00000011],'party':'P0000000A','receipt':" SCREEN "}",
         "K10a"},
        {"by credential", WITHDRAW, "li",
         BACK("!K00000011", "P0000000A", "{'kind':'credential'}"), "K7"},
        {"paper without a slip", WITHDRAW, "li",
         BACK("!K00000011", "P0000000A", "{'kind':'paper'}"), "K7"},
        {"unknown party", WITHDRAW, "li", BACK("!K00000011", "P0000000Z", SCREEN), "object"},
        {"unknown key", WITHDRAW, "li", BACK("!K00000099", "P0000000A", SCREEN), "object"},
        {"another label", WITHDRAW, "li",
         BACK("{'item':'K00000011','label':'L'}", "P0000000A", SCREEN), "label"},
        {"beside its ring", WITHDRAW, "li", BACK("!K00000012,!R00000010", "P0000000A", SCREEN),
         "K4"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, WITHDRAW, "li", BACK("!K00000011,!K00000012", "P0000000A", SCREEN));
    world_keep(world, "withdraw");
    assert_string_equal(world->flags, "from-ring");
    sql_is(world, "SELECT count(*) FROM item WHERE holder = 'P0000000A' AND due IS NULL", "2");
    static const struct world_case out[] = {
        {"out already", WITHDRAW, "li", BACK("!K00000011", "P0000000A", SCREEN), "K10a"},
    };
    assert_int_equal(world_run_cases(world, out, 1), 0);
    world_must(world, CORRECT, "li sup", WRONG("$withdraw"));
    sql_is(world, "SELECT count(*) FROM item WHERE holder = 'P0000000A'", "0");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(key_move_is_signed_by_both_desks),
        T(key_move_has_a_stand_in_where_nobody_else_holds_the_seat),
        T(a_key_moved_for_good_has_another_home_and_is_not_corrected),
        T(a_tray_of_home_keys_goes_to_service_staff),
        T(a_tray_is_counted_back_whole),
        T(key_handover_is_to_the_people_of_the_home),
        T(keys_out_of_a_tray_are_handed_over_by_who_has_it),
        T(key_deposit_wants_the_partys_authorisation),
        T(key_withdraw_gives_a_home_its_keys_back),
    };
    return cmocka_run_group_tests_name("acts that move home keys", tests, NULL, NULL);
}
