/* The say of owners, and what a loan may name as its approval (FORMATS.md §17.1 Owner's say,
 * body.approval; §17.2). */
#include "authority_fixture.h"

static void party_authorise_is_the_units_own_and_two_people_register_it(void **state)
{
    struct world *world = *state;
    world_must(world, "role.delegate/1", "sup zhang",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'zhang'}");
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    world_must(world, "role.delegate/1", "chen sup",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'chen'}");
    static const struct world_case cases[] = {
        {"by service staff", AUTHORISE, "zhang sup",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), NULL},
        {"by a custodian", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "'copy','lend'", NAMED("chen"), "@+0", "@+86400"), NULL},
        {"the supervisor acts", AUTHORISE, "sup li",
         LETTER("P0000000R", "1-0-01", "'copy'", NAMED("P0000000R") "," NAMED("chen"), "@+60",
                "@+86400"),
         NULL},
        {"a tenant's", AUTHORISE, "eng sup",
         LETTER("P0000000T", "1-0-02", "'lend'", "", "@-60", "@+60"), NULL},
        {"by a delegate", AUTHORISE, "li zhang",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), NULL},
        {"by the giver and his delegate", AUTHORISE, "chen sup",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), "seats"},
        {"without the supervisor", AUTHORISE, "li",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), "seats"},
        {"two custodians", AUTHORISE, "li wang",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), "seats"},
        {"by two delegates of one", AUTHORISE, "chen zhang",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), "seats"},
        {"by staff", AUTHORISE, "fm sup",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), "seats"},
        {"by three", AUTHORISE, "li sup wang",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+86400"), "seats"},
        {"another's home", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-02", "'lend'", "", "@+0", "@+86400"), "K10a"},
        {"the building", AUTHORISE, "li sup",
         LETTER("P0000000A", "1", "'lend'", "", "@+0", "@+86400"), "K10a"},
        {"of nothing", AUTHORISE, "li sup",
         LETTER("P0000000N", "1-0-01", "'lend'", "", "@+0", "@+86400"), "K10a"},
        {"end before start", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@+60", "@+60"), "K10a"},
        {"over", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "'lend'", "", "@-60", "@+0"), "K10a"},
        {"unknown party", AUTHORISE, "li sup",
         LETTER("P0000000Z", "1-0-01", "'lend'", "", "@+0", "@+86400"), "object"},
        {"unknown place", AUTHORISE, "li sup",
         LETTER("P0000000A", "9", "'lend'", "", "@+0", "@+86400"), "object"},
        {"unknown person named", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "'lend'", NAMED("nobody"), "@+0", "@+86400"), "object"},
        {"unknown party named", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "'lend'", NAMED("P0000000Z"), "@+0", "@+86400"),
         "object"},
        {"another scope", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "'sell'", "", "@+0", "@+86400"), "structure"},
        {"no scope", AUTHORISE, "li sup",
         LETTER("P0000000A", "1-0-01", "", "", "@+0", "@+86400"), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, AUTHORISE, "li zhang",
               LETTER("P0000000A", "1-0-01", "'lend'", NAMED("chen"), "@+0", "@+86400"));
    assert_string_equal(value(world,
                              "SELECT group_concat(kind || ' ' || grantor || ' ' || party"
                              " || ' ' || place) FROM (SELECT * FROM authority ORDER BY idx)"),
                        "authorise sup P0000000A 1-0-01,authorise zhang P0000000A 1-0-01");
    assert_string_equal(value(world, "SELECT giver FROM approval_role WHERE giver NOT NULL"),
                        "sup");
    assert_string_equal(value(world, "SELECT count(*) FROM authority_scope"
                                     " WHERE kind = 'holder' AND value = 'chen'"),
                        "1");
    assert_true(world_is_verified(world));
}

static void an_authorisation_covers_keys_receivers_and_time(void **state)
{
    struct world *world = *state;
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'lend'", NAMED("P0000000R") "," NAMED("chen"),
                      "@+0", "@+7200"));
    world_keep(world, "named");
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'copy'", "", "@+0", "@+86400"));
    world_keep(world, "copying");
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000T", "1-0-02", "'lend'", "", "@+600", "@+86400"));
    world_keep(world, "later");
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    static const struct world_case cases[] = {
        {"by the authorisation alone", LEND, "li chen",
         LOAN("$authorised", "!K00000001", "@+3600", "repair", "chen"), NULL},
        {"with a key that needs nothing", LEND, "li chen",
         LOAN("$authorised", "!K00000001,!K00000002", "@+3600", "repair", "chen"), NULL},
        {"a lock above the home", LEND, "li chen",
         LOAN("$authorised", "!K0000000C", "@+3600", "repair", "chen"), NULL},
        {"to one named, until its end", LEND, "li chen",
         LOAN("$named", "!K00000001", "@+7200", "repair", "chen"), NULL},
        {"to a party named", LEND, "li",
         TO_PARTY("$named", "!K00000001", "@+3600", "viewing", "P0000000R"), NULL},
        {"none", LEND, "li chen", LOAN("null", "!K00000001", "@+3600", "repair", "chen"),
         "K10a"},
        {"due after its end", LEND, "li chen",
         LOAN("$named", "!K00000001", "@+7201", "repair", "chen"), "approval"},
        {"to a person not named", LEND, "li zhang",
         LOAN("$named", "!K00000001", "@+3600", "repair", "zhang"), "approval"},
        {"to a party while nobody is named", LEND, "li",
         TO_PARTY("$authorised", "!K00000001", "@+3600", "viewing", "P0000000R"), "approval"},
        {"another home's key", LEND, "li chen",
         LOAN("$authorised", "!K0000000B", "@+3600", "repair", "chen"), "approval"},
        {"another home's key beside", LEND, "li chen",
         LOAN("$authorised", "!K00000001,!K0000000B", "@+3600", "repair", "chen"), "approval"},
        {"a ring with another home's key", LEND, "li chen",
         LOAN("$authorised", "!R0000000D", "@+3600", "repair", "chen"), "approval"},
        {"for copying only", LEND, "li chen",
         LOAN("$copying", "!K00000001", "@+3600", "repair", "chen"), "approval"},
        {"not begun", LEND, "li chen", LOAN("$later", "!K0000000B", "@+3600", "repair", "chen"),
         "approval"},
        {"the supervisor who registered it as clerk", LEND, "sup chen",
         LOAN("$authorised", "!K00000001", "@+3600", "repair", "chen"), "approval"},
        {"a private name all the same", LEND, "li chen",
         LOAN("$authorised", "!K00000001", "@+3600", "private", "chen"), "K3"},
        {"a high-risk room never", LEND, "eng chen",
         ENG_LOAN("$authorised", "!K00000006", "@+3600", "repair"), "K10"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* it serves again and again */
    for (int i = 0; i < 2; i++) {
        world_must(world, LEND, "li chen",
                   LOAN("$authorised", "!K00000001", "@+3600", "repair", "chen"));
        assert_string_equal(value(world, "SELECT holder FROM item WHERE item = 'K00000001'"),
                            "chen");
        world_must(world, "key.return/1", "li",
                   "{'condition':'ok','desk':'front','items':[!K00000001]}");
    }
    world_tick(world, 600);
    static const struct world_case begun[] = {
        {"begun", LEND, "li chen", LOAN("$later", "!K0000000B", "@+3600", "repair", "chen"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, begun, 1), 0);
    world_tick(world, 6600);
    static const struct world_case over[] = {
        {"over", LEND, "li chen", LOAN("$named", "!K00000001", "@+60", "repair", "chen"),
         "approval"},
    };
    assert_int_equal(world_run_cases(world, over, 1), 0);
}

static void a_supervisors_approval_needs_the_owners_say_beside_it(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "chen",
               ASK("!K00000001,!K0000000B,!K0000000C", "repair", "@-60", "@+7200"));
    world_keep(world, "asked");
    world_must(world, "request.approve/1", "sup", YES("$asked", "@+3600"));
    world_keep(world, "yes");
    static const struct world_case cases[] = {
        {"with it", LEND, "li chen", LOAN("$yes", "!K00000001", "@+3600", "repair", "chen"),
         NULL},
        {"with it, a lock above", LEND, "li chen",
         LOAN("$yes", "!K0000000C", "@+3600", "repair", "chen"), NULL},
        {"a home whose owner said nothing", LEND, "li chen",
         LOAN("$yes", "!K0000000B", "@+3600", "repair", "chen"), "K10a"},
        {"one of two", LEND, "li chen",
         LOAN("$yes", "!K00000001,!K0000000B", "@+3600", "repair", "chen"), "K10a"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, END, "zhang", ENDS("$authorised"));
    static const struct world_case without[] = {
        {"after its end", LEND, "li chen",
         LOAN("$yes", "!K00000001", "@+3600", "repair", "chen"), "K10a"},
    };
    assert_int_equal(world_run_cases(world, without, 1), 0);
    /* for copying, for another receiver, not yet: none of them serves */
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'copy'", "", "@+0", "@+86400"));
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'lend'", NAMED("zhang"), "@+0", "@+86400"));
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'lend'", "", "@+600", "@+86400"));
    assert_int_equal(world_run_cases(world, without, 1), 0);
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000R", "1-0-01", "'lend'", NAMED("chen"), "@+0", "@+86400"));
    world_must(world, LEND, "li chen", LOAN("$yes", "!K00000001", "@+3600", "repair", "chen"));
    assert_true(world_is_verified(world));
}

static void party_end_ends_what_is_in_force_or_to_come(void **state)
{
    struct world *world = *state;
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'lend'", "", "@+0", "@+60"));
    world_keep(world, "brief");
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'lend'", "", "@+3600", "@+7200"));
    world_keep(world, "later");
    world_must(world, CONSENT, "li sup",
               SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"));
    world_keep(world, "consent");
    world_tick(world, 60);
    static const struct world_case cases[] = {
        {"by service staff", END, "zhang", ENDS("$authorised"), NULL},
        {"by a custodian", END, "wang", ENDS("$later"), NULL},
        {"by the supervisor", END, "sup", ENDS("$authorised"), NULL},
        {"by staff", END, "chen", ENDS("$authorised"), "seats"},
        {"by the manager", END, "mgr", ENDS("$authorised"), "seats"},
        {"by two", END, "zhang sup", ENDS("$authorised"), "seats"},
        {"over", END, "zhang", ENDS("$brief"), "state"},
        {"a consent is none", END, "zhang", ENDS("$consent"), "object"},
        {"unknown", END, "zhang", ENDS("%nobody"), "object"},
        {"reason", END, "zhang", "{'authorisation':$authorised,'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, END, "zhang", ENDS("$authorised"));
    static const struct world_case ended[] = {
        {"ended before", END, "zhang", ENDS("$authorised"), "state"},
        {"used after its end", LEND, "li chen",
         LOAN("$authorised", "!K00000001", "@+60", "repair", "chen"), "approval"},
    };
    assert_int_equal(world_run_cases(world, ended, COUNT_OF(ended)), 0);
}

static void party_consent_is_the_owners_for_one_act(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"of the owner", CONSENT, "zhang sup",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"), NULL},
        {"of the tenant, to a party", CONSENT, "li sup",
         SAYS("!K0000000B", "P0000000T", "P0000000R", "viewing", "lend", "@+0", "@+3600"),
         NULL},
        {"to copy", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "copy", "@+0", "@+3600"), NULL},
        {"of a lock above", CONSENT, "li sup",
         SAYS("!K0000000C", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"), NULL},
        {"of a relative", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000R", "chen", "repair", "lend", "@+0", "@+3600"), "K10a"},
        {"of another home's", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000T", "chen", "repair", "lend", "@+0", "@+3600"), "K10a"},
        {"of an owner of nothing", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000N", "chen", "repair", "lend", "@+0", "@+3600"), "K10a"},
        {"a ring with another home's key", CONSENT, "li sup",
         SAYS("!R0000000D", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"), "K10a"},
        {"window backwards", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@+60", "@+60"), "K10a"},
        {"over", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@-60", "@+0"), "K10a"},
        {"private", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "chen", "private", "lend", "@+0", "@+3600"), "K3"},
        {"purpose", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "chen", "fun", "lend", "@+0", "@+3600"), "policy"},
        {"channel", CONSENT, "li sup",
         "{'channel':'smoke','items':[!K00000001],'party':'P0000000A','purpose':'repair',"
         "'receiver':'chen','scope':'lend','window':{'end':@+3600,'start':@+0}}",
         "policy"},
        {"scope", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "sell", "@+0", "@+3600"),
         "structure"},
        {"the supervisor receives", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "sup", "repair", "lend", "@+0", "@+3600"), "seats"},
        {"without the supervisor", CONSENT, "li zhang",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"), "seats"},
        {"by one", CONSENT, "sup",
         SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"), "seats"},
        {"unknown party", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000Z", "chen", "repair", "lend", "@+0", "@+3600"), "object"},
        {"unknown receiver", CONSENT, "li sup",
         SAYS("!K00000001", "P0000000A", "nobody", "repair", "lend", "@+0", "@+3600"),
         "object"},
        {"unknown item", CONSENT, "li sup",
         SAYS("!K00000099", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"), "object"},
        {"another label", CONSENT, "li sup",
         SAYS("{'item':'K00000001','label':'L'}", "P0000000A", "chen", "repair", "lend", "@+0",
              "@+3600"),
         "label"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "role.delegate/1", "sup zhang",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case folded[] = {
        {"the giver receives, his delegate consents", CONSENT, "li zhang",
         SAYS("!K00000001", "P0000000A", "sup", "repair", "lend", "@+0", "@+3600"), "seats"},
    };
    assert_int_equal(world_run_cases(world, folded, 1), 0);
}

static void a_consent_serves_once_what_it_says(void **state)
{
    struct world *world = *state;
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    world_must(world, CONSENT, "zhang sup",
               SAYS("!K00000002,!K0000000B,!K0000000C", "P0000000T", "chen", "repair", "lend",
                    "@+0", "@+3600"));
    world_keep(world, "lend");
    world_must(world, CONSENT, "zhang sup",
               SAYS("!K0000000B", "P0000000T", "chen", "repair", "copy", "@+0", "@+3600"));
    world_keep(world, "copy");
    world_must(world, CONSENT, "zhang sup",
               SAYS("!K0000000B", "P0000000T", "chen", "repair", "lend", "@+600", "@+3600"));
    world_keep(world, "later");
    world_must(
        world, CONSENT, "zhang sup",
        SAYS("!K0000000B", "P0000000T", "P0000000R", "viewing", "lend", "@+0", "@+3600"));
    world_keep(world, "party");
    static const struct world_case cases[] = {
        {"as said, until the window ends", LEND, "li chen",
         LOAN("$lend", "!K0000000B", "@+3600", "repair", "chen"), NULL},
        {"all of it", LEND, "li chen",
         LOAN("$lend", "!K00000002,!K0000000B,!K0000000C", "@+60", "repair", "chen"), NULL},
        {"to a party", LEND, "li",
         TO_PARTY("$party", "!K0000000B", "@+60", "viewing", "P0000000R"), NULL},
        {"another key", LEND, "li chen", LOAN("$lend", "!K00000001", "@+60", "repair", "chen"),
         "approval"},
        {"one key more", LEND, "li chen",
         LOAN("$lend", "!K00000003,!K0000000B", "@+60", "repair", "chen"), "approval"},
        {"another receiver", LEND, "li zhang",
         LOAN("$lend", "!K0000000B", "@+60", "repair", "zhang"), "approval"},
        {"another purpose", LEND, "li chen",
         LOAN("$lend", "!K0000000B", "@+60", "cleaning", "chen"), "approval"},
        {"due after the window", LEND, "li chen",
         LOAN("$lend", "!K0000000B", "@+3601", "repair", "chen"), "approval"},
        {"before the window", LEND, "li chen",
         LOAN("$later", "!K0000000B", "@+3600", "repair", "chen"), "approval"},
        {"for copying", LEND, "li chen", LOAN("$copy", "!K0000000B", "@+60", "repair", "chen"),
         "approval"},
        {"the supervisor who registered it as clerk", LEND, "sup chen",
         LOAN("$lend", "!K0000000B", "@+60", "repair", "chen"), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen", LOAN("$lend", "!K0000000B", "@+3600", "repair", "chen"));
    static const struct world_case used[] = {
        {"used up", LEND, "li chen", LOAN("$lend", "!K0000000C", "@+60", "repair", "chen"),
         "approval"},
    };
    assert_int_equal(world_run_cases(world, used, 1), 0);
    assert_string_equal(value(world, "SELECT count(*) FROM authority a JOIN approval_use u"
                                     " ON u.approval = a.act_id WHERE a.uses_left = 0"),
                        "1");
}

/* ---- what other acts look back at ---- */

static void what_the_say_refers_to_stays_in_the_register(void **state)
{
    struct world *world = *state;
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'5','kind':'building','label':'Five','parent':null}]}");
    world_keep(world, "five");
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'6','kind':'building','label':'Six','parent':null}]}");
    world_keep(world, "six");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'M'},'party':'P0000000M','relation':'visitor'}");
    world_keep(world, "named");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Q'},'party':'P0000000Q','relation':'visitor'}");
    world_keep(world, "free");
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':9,'item':'K0000000H','label':'L-K0000000H',"
               "'locks':['H1'],'ring':null}]}");
    world_keep(world, "key");
    world_must(world, GRANT, "fm",
               POST(NAMED("chen"), "'5'", "'inspection'", "@+0", "@+86400"));
    world_must(world, AUTHORISE, "li sup",
               LETTER("P0000000A", "1-0-01", "'lend'", NAMED("P0000000M"), "@+0", "@+60"));
    world_must(world, CONSENT, "li sup",
               SAYS("!K0000000H", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"));
#define WRONG(what) "{'act':" what ",'reason':'entry_error'}"
    static const struct world_case cases[] = {
        {"a place granted", "act.correct/1", "adm mgr", WRONG("$five"), "state"},
        {"a place nobody names", "act.correct/1", "adm mgr", WRONG("$six"), NULL},
        {"a party named", "act.correct/1", "adm mgr", WRONG("$named"), "state"},
        {"a party nobody names", "act.correct/1", "adm mgr", WRONG("$free"), NULL},
        {"a key consented to", "act.correct/1", "li sup", WRONG("$key"), "state"},
        {"an authorisation", "act.correct/1", "adm mgr", WRONG("$authorised"), "state"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(party_authorise_is_the_units_own_and_two_people_register_it),
        T(an_authorisation_covers_keys_receivers_and_time),
        T(a_supervisors_approval_needs_the_owners_say_beside_it),
        T(party_end_ends_what_is_in_force_or_to_come),
        T(party_consent_is_the_owners_for_one_act),
        T(a_consent_serves_once_what_it_says),
        T(what_the_say_refers_to_stays_in_the_register),
    };
    return cmocka_run_group_tests_name("authority", tests, NULL, NULL);
}
