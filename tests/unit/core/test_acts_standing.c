/* Standing authorisations, oral approvals, and how the say of whoever gave it ends (FORMATS.md
 * §17.1 body.approval; §17.2). */
#include "authority_fixture.h"

static void standing_grant_is_the_engineering_managers_for_others(void **state)
{
    struct world *world = *state;
    world_must(world, "role.delegate/1", "fm sup",
               "{'end':@+86400,'from':'fm','reason':'absence',"
               "'roles':['engineering_manager'],'start':@+0,'to':'sup'}");
    static const struct world_case cases[] = {
        {"for the rounds", GRANT, "fm",
         POST(NAMED("chen") "," NAMED("zhang"), "'1','1-PD'", "'cleaning','inspection'", "@+0",
              "@+86400"),
         NULL},
        {"for a year", GRANT, "fm",
         POST(NAMED("chen"), "'1'", "'inspection'", "@-60", "@+31622340"), NULL},
        {"by a delegate", GRANT, "sup",
         POST(NAMED("chen"), "'1'", "'inspection'", "@+0", "@+86400"), NULL},
        {"longer than a year", GRANT, "fm",
         POST(NAMED("chen"), "'1'", "'inspection'", "@-60", "@+31622341"), "K10"},
        {"end before start", GRANT, "fm",
         POST(NAMED("chen"), "'1'", "'inspection'", "@+60", "@+60"), "K10"},
        {"over", GRANT, "fm", POST(NAMED("chen"), "'1'", "'inspection'", "@-60", "@+0"), "K10"},
        {"by the custodian", GRANT, "eng",
         POST(NAMED("chen"), "'1'", "'inspection'", "@+0", "@+86400"), "K10"},
        {"by the centre manager", GRANT, "mgr",
         POST(NAMED("chen"), "'1'", "'inspection'", "@+0", "@+86400"), "K10"},
        {"for himself", GRANT, "fm",
         POST(NAMED("chen") "," NAMED("fm"), "'1'", "'inspection'", "@+0", "@+86400"), "seats"},
        {"a delegate for himself", GRANT, "sup",
         POST(NAMED("sup"), "'1'", "'inspection'", "@+0", "@+86400"), "seats"},
        {"a delegate for his giver", GRANT, "sup",
         POST(NAMED("fm"), "'1'", "'inspection'", "@+0", "@+86400"), "seats"},
        {"by two", GRANT, "fm sup",
         POST(NAMED("chen"), "'1'", "'inspection'", "@+0", "@+86400"), "seats"},
        {"unknown place", GRANT, "fm",
         POST(NAMED("chen"), "'9'", "'inspection'", "@+0", "@+86400"), "object"},
        {"unknown person", GRANT, "fm",
         POST(NAMED("nobody"), "'1'", "'inspection'", "@+0", "@+86400"), "object"},
        {"a party", GRANT, "fm",
         POST(NAMED("P0000000A"), "'1'", "'inspection'", "@+0", "@+86400"), "structure"},
        {"for nobody", GRANT, "fm", POST("", "'1'", "'inspection'", "@+0", "@+86400"),
         "structure"},
        {"private", GRANT, "fm", POST(NAMED("chen"), "'1'", "'private'", "@+0", "@+86400"),
         "K3"},
        {"purpose", GRANT, "fm", POST(NAMED("chen"), "'1'", "'fun'", "@+0", "@+86400"),
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

/* Public keys want an approval here: the policy of this site is stricter than the office's. */
static void make_public_strict(struct world *world)
{
    json_t *policy = NULL;
    struct custody_error err = {0};
    size_t i = 0;
    json_t *row = NULL;
    assert_int_equal(custody_site_policy(world->site, &policy, &err), CUSTODY_OK);
    json_array_foreach(json_object_get(policy, "key_classes"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "code")), "public") == 0) {
            (void)json_object_set_new(row, "lend_approval",
                                      json_pack("[s]", "engineering_manager"));
        }
    }
    json_t *body = world_body(world, "{'start':@+604800,'terminals':2,'sheet':null}");
    (void)json_object_set_new(body, "policy", policy);
    if (world_act_json(world, "policy.set/1", "adm mgr", body) != CUSTODY_OK) {
        fail_msg("%s", world->err.text);
    }
    world_tick(world, 604800);
}

static void a_standing_authorisation_serves_its_post(void **state)
{
    struct world *world = *state;
    make_public_strict(world);
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'fm','roles':['key_custodian'],'terminals':2}");
    world_must(world, GRANT, "fm",
               POST(NAMED("chen"), "'1'", "'cleaning','inspection'", "@+0", "@+7200"));
    world_keep(world, "rounds");
    world_must(world, GRANT, "fm",
               POST(NAMED("chen"), "'1','2'", "'inspection'", "@+0", "@+86400"));
    world_keep(world, "both");
    world_must(world, GRANT, "fm",
               POST(NAMED("chen"), "'1'", "'inspection'", "@+600", "@+86400"));
    world_keep(world, "later");
    static const struct world_case cases[] = {
        {"in its place", LEND, "li chen",
         LOAN("$rounds", "!K00000002", "@+7200", "inspection", "chen"), NULL},
        {"due after it ends", LEND, "li chen",
         LOAN("$rounds", "!K00000002", "@+7201", "inspection", "chen"), "approval"},
        {"a ring", LEND, "li chen", LOAN("$rounds", "!R00000009", "@+3600", "cleaning", "chen"),
         NULL},
        {"each lock in another place of it", LEND, "li chen",
         LOAN("$both", "!K0000000G", "@+3600", "inspection", "chen"), NULL},
        {"one lock elsewhere", LEND, "li chen",
         LOAN("$rounds", "!K0000000G", "@+3600", "inspection", "chen"), "approval"},
        {"none", LEND, "li chen", LOAN("null", "!K00000002", "@+3600", "inspection", "chen"),
         "K10"},
        {"another receiver", LEND, "li zhang",
         LOAN("$rounds", "!K00000002", "@+3600", "inspection", "zhang"), "approval"},
        {"another purpose", LEND, "li chen",
         LOAN("$rounds", "!K00000002", "@+3600", "repair", "chen"), "approval"},
        {"not begun", LEND, "li chen",
         LOAN("$later", "!K00000002", "@+3600", "inspection", "chen"), "approval"},
        {"its giver as clerk", LEND, "fm chen",
         LOAN("$rounds", "!K00000002", "@+3600", "inspection", "chen"), "approval"},
        {"a home's key never", LEND, "li chen",
         LOAN("$rounds", "!K00000001", "@+3600", "inspection", "chen"), "K10a"},
        {"a high-risk room never", LEND, "eng chen",
         ENG_LOAN("$rounds", "!K00000006", "@+3600", "inspection"), "K10"},
        {"an owner's word serves no public key", LEND, "li chen",
         LOAN("$authorised", "!K00000002", "@+3600", "repair", "chen"), "K10"},
        {"end by the custodian", OVER, "eng", ENDED("$rounds"), "seats"},
        {"end by two", OVER, "fm li", ENDED("$rounds"), "seats"},
        {"end an authorisation", OVER, "fm", ENDED("$authorised"), "object"},
        {"end unknown", OVER, "fm", ENDED("%nobody"), "object"},
        {"end for a whim", OVER, "fm", "{'reason':'whim','standing':$rounds}", "policy"},
        {"end what is to come", OVER, "fm", ENDED("$later"), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, OVER, "fm", ENDED("$both"));
    world_tick(world, 7200);
    static const struct world_case over[] = {
        {"over", LEND, "li chen", LOAN("$rounds", "!K00000002", "@+60", "inspection", "chen"),
         "approval"},
        {"ended", LEND, "li chen", LOAN("$both", "!K00000002", "@+60", "inspection", "chen"),
         "approval"},
        {"end what is over", OVER, "fm", ENDED("$rounds"), "state"},
        {"end what is ended", OVER, "fm", ENDED("$both"), "state"},
        {"begun", LEND, "li chen", LOAN("$later", "!K00000002", "@+60", "inspection", "chen"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, over, COUNT_OF(over)), 0);
}

/* What the grantor loses ends his say for good; what he does not need does not. */
static void the_say_ends_with_who_gave_it(void **state)
{
    struct world *world = *state;
    make_public_strict(world);
    world_must(world, GRANT, "fm",
               POST(NAMED("chen"), "'1'", "'inspection'", "@+0", "@+86400"));
    world_keep(world, "standing");
    world_must(world, CONSENT, "zhang sup",
               SAYS("!K00000001", "P0000000A", "chen", "repair", "lend", "@+0", "@+3600"));
    world_keep(world, "consent");
    world_must(world, "role.delegate/1", "fm sup",
               "{'end':@+1800,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'fm'}");
    world_must(world, AUTHORISE, "zhang fm",
               LETTER("P0000000T", "1-0-02", "'lend'", "", "@+0", "@+86400"));
    world_keep(world, "folded");
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    static const struct {
        const char *label, *act, *signers, *body;
        bool ends[4]; /* authorised, consent, standing, folded */
    } ways[] = {
        {"supervisor suspended",
         "person.suspend/1",
         "adm",
         "{'handle':'sup','reason':'absence'}",
         {true, true, false, true}},
        {"supervisor's role revoked",
         "role.revoke/1",
         "adm",
         "{'handle':'sup','roles':['supervisor']}",
         {true, true, false, true}},
        {"another role revoked",
         "role.revoke/1",
         "adm",
         "{'handle':'sup','roles':['key_custodian']}",
         {false, false, false, false}},
        {"supervisor's credential lost",
         "credential.revoke/1",
         "sup",
         "{'keyid':%sup,'reason':'lost'}",
         {true, true, false, false}},
        {"supervisor's credential replaced",
         "credential.revoke/1",
         "sup",
         "{'keyid':%sup,'reason':'replaced'}",
         {false, false, false, false}},
        {"manager suspended",
         "person.suspend/1",
         "adm",
         "{'handle':'fm','reason':'absence'}",
         {false, false, true, true}},
        {"manager's role revoked",
         "role.revoke/1",
         "adm",
         "{'handle':'fm','roles':['engineering_manager']}",
         {false, false, true, false}},
        {"manager's credential compromised",
         "credential.revoke/1",
         "adm",
         "{'keyid':%fm,'reason':'compromised'}",
         {false, false, true, true}},
    };
    world_save(world);
    struct buf before = BUF_INIT(64u << 20);
    assert_int_equal(buf_put(&before, world->saved.data, world->saved.len, NULL), CUSTODY_OK);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        static const char *const bodies[] = {
            LOAN("$authorised", "!K00000001", "@+60", "repair", "chen"),
            LOAN("$consent", "!K00000001", "@+60", "repair", "chen"),
            LOAN("$standing", "!K00000002", "@+60", "inspection", "chen"),
            LOAN("$folded", "!K0000000B", "@+60", "repair", "chen"),
        };
        world_must(world, ways[i].act, ways[i].signers, ways[i].body);
        for (size_t j = 0; j < 4; j++) {
            const struct world_case use[] = {{ways[i].label, LEND, "li chen", bodies[j],
                                              ways[i].ends[j] ? "approval" : NULL}};
            if (world_run_cases(world, use, 1) != 0) {
                fail_msg("%s: %s", ways[i].label, bodies[j]);
            }
        }
        if (i == 0) { /* for good */
            const struct world_case use[] = {
                {"reinstated", LEND, "li chen", bodies[0], "approval"}};
            world_must(world, "person.reinstate/1", "adm mgr", "{'handle':'sup'}");
            assert_int_equal(world_run_cases(world, use, 1), 0);
        }
        buf_clear(&world->saved);
        assert_int_equal(buf_put(&world->saved, before.data, before.len, NULL), CUSTODY_OK);
        world_restore(world);
    }
    buf_clear(&before);
    /* whom he acted for may not issue either */
    static const struct world_case folded[] = {
        {"the giver as clerk", LEND, "sup chen",
         LOAN("$folded", "!K0000000B", "@+60", "repair", "chen"), "approval"},
    };
    assert_int_equal(world_run_cases(world, folded, 1), 0);
}

/* ---- request.oral ---- */

static void an_oral_approval_is_heard_by_two_who_are_apart(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "chen", ASK("!K00000001", "repair", "@-60", "@+7200"));
    world_keep(world, "home");
    world_must(world, "request.open/1", "chen", ASK("!K00000006", "repair", "@-60", "@+7200"));
    world_keep(world, "risky");
    world_must(world, "request.open/1", "sup", ASK("!K00000001", "repair", "@-60", "@+7200"));
    world_keep(world, "his");
    world_must(world, "request.open/1", "li", ASK("!K00000001", "repair", "@-60", "@+7200"));
    world_keep(world, "lis");
    world_must(world, "request.open/1", "chen", ASK("!K00000001", "repair", "@-60", "@-1"));
    world_keep(world, "gone");
    world_must(world, "request.open/1", "chen", ASK("!K00000001", "repair", "@-60", "@+60"));
    world_keep(world, "done");
    world_must(world, "request.cancel/1", "chen", "{'reason':'not_needed','request':$done}");
    world_must(world, "role.delegate/1", "duty li",
               "{'end':@+86400,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'duty'}");
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    world_must(world, "role.delegate/1", "sup zhang",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"a custodian and a colleague", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), NULL},
        {"the officer on duty", ORAL, "duty zhang",
         HEARD("sup", "phone", "@-86400", "1", "@+172800", "$home"), NULL},
        {"of the engineering manager", ORAL, "eng li",
         HEARD("fm", "wechat", "@+0", "1", "@+3600", "$risky"), NULL},
        {"alone", ORAL, "li", HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "seats"},
        {"by staff", ORAL, "fm li", HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"),
         "seats"},
        {"with the approver", ORAL, "li sup",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "seats"},
        {"by the approver", ORAL, "sup li",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "seats"},
        {"by the approver's delegate", ORAL, "zhang li",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "seats"},
        {"with the receiver", ORAL, "li chen",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "seats"},
        {"by the receiver", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$lis"), "seats"},
        {"with an auditor", ORAL, "li aud",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "seats"},
        {"of who may not", ORAL, "li wang",
         HEARD("mgr", "phone", "@-60", "1", "@+3600", "$home"), "K17"},
        {"of the wrong one", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$risky"), "K17"},
        {"of the requester", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$his"), "K17"},
        {"heard too long ago", ORAL, "li wang",
         HEARD("sup", "phone", "@-86401", "1", "@+3600", "$home"), "K17"},
        {"heard later", ORAL, "li wang", HEARD("sup", "phone", "@+60", "1", "@+3600", "$home"),
         "K17"},
        {"channel", ORAL, "li wang", HEARD("sup", "smoke", "@-60", "1", "@+3600", "$home"),
         "policy"},
        {"twice usable", ORAL, "li wang", HEARD("sup", "phone", "@-60", "2", "@+3600", "$home"),
         "approval"},
        {"too long", ORAL, "li wang", HEARD("sup", "phone", "@-60", "1", "@+172801", "$home"),
         "approval"},
        {"window over", ORAL, "li wang", HEARD("sup", "phone", "@-60", "1", "@+3600", "$gone"),
         "approval"},
        {"decided", ORAL, "li wang", HEARD("sup", "phone", "@-60", "1", "@+3600", "$done"),
         "request"},
        {"unknown request", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "%nobody"), "object"},
        {"unknown approver", ORAL, "li wang",
         HEARD("nobody", "phone", "@-60", "1", "@+3600", "$home"), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "person.suspend/1", "adm", "{'handle':'sup','reason':'absence'}");
    static const struct world_case suspended[] = {
        {"of the suspended", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"), "K17"},
    };
    assert_int_equal(world_run_cases(world, suspended, 1), 0);
}

static void an_oral_approval_serves_and_is_ratified_by_the_approver(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "chen", ASK("!K00000001", "repair", "@-60", "@+7200"));
    world_keep(world, "home");
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    world_must(world, ORAL, "li wang", HEARD("sup", "phone", "@-60", "1", "@+3600", "$home"));
    world_keep(world, "oral");
    assert_string_equal(value(world, "SELECT approver || ' ' || channel || ' ' || witness"
                                     " FROM oral"),
                        "sup phone wang");
    static const struct world_case cases[] = {
        {"used by who heard it", LEND, "li chen",
         LOAN("$oral", "!K00000001", "@+3600", "repair", "chen"), NULL},
        {"another receiver", LEND, "li zhang",
         LOAN("$oral", "!K00000001", "@+3600", "repair", "zhang"), "approval"},
        {"the approver as clerk", LEND, "sup chen",
         LOAN("$oral", "!K00000001", "@+3600", "repair", "chen"), "approval"},
        {"decided", "request.approve/1", "sup", YES("$home", "@+3600"), "request"},
        {"ratified by the approver", RATIFY, "sup", "{'act':$oral}", NULL},
        {"by who heard it", RATIFY, "li", "{'act':$oral}", "seats"},
        {"by another", RATIFY, "fm", "{'act':$oral}", "seats"},
        {"by the approver and another", RATIFY, "fm sup", "{'act':$oral}", "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen", LOAN("$oral", "!K00000001", "@+3600", "repair", "chen"));
    static const struct world_case used[] = {
        {"twice", LEND, "li chen", LOAN("$oral", "!K00000001", "@+3600", "repair", "chen"),
         "approval"},
    };
    assert_int_equal(world_run_cases(world, used, 1), 0);
    world_must(world, RATIFY, "sup", "{'act':$oral}");
    static const struct world_case ratified[] = {
        {"again", RATIFY, "sup", "{'act':$oral}", "state"},
    };
    assert_int_equal(world_run_cases(world, ratified, 1), 0);
    assert_string_equal(value(world, "SELECT count(*) FROM ratification WHERE idx NOT NULL"),
                        "1");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(standing_grant_is_the_engineering_managers_for_others),
        T(a_standing_authorisation_serves_its_post),
        T(the_say_ends_with_who_gave_it),
        T(an_oral_approval_is_heard_by_two_who_are_apart),
        T(an_oral_approval_serves_and_is_ratified_by_the_approver),
    };
    return cmocka_run_group_tests_name("standing and oral", tests, NULL, NULL);
}
