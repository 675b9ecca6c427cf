/* Copies of keys: request, approval, key.copy, copy.close (FORMATS.md §17.2; K9); whose desk a
 * correction is (§17.5). */
#include "authority_fixture.h"

#define OPEN    "request.open/1"
#define APPROVE "request.approve/1"
#define COPY    "key.copy/1"
#define CLOSE   "copy.close/1"
#define FOR_COPY(items)                                                                        \
    "{'for':'key.copy','items':[" items "],'purpose':'repair','window':{'end':@+7200,"         \
    "'start':@-60}}"
#define COPIES(request, count)                                                                 \
    "{'limits':{'count':" count ",'until':@+3600},'request':" request "}"
#define CUT(item, copy, ring)                                                                  \
    "{'copy':" copy ",'item':'" item "','label':'L-" item "','ring':" ring "}"
#define COPY_OF(approval, copies, desk, of)                                                    \
    "{'approval':" approval ",'copies':[" copies "],'desk':'" desk "','of':" of "}"
#define SHUT(approval) "{'approval':" approval ",'reason':'not_needed'}"

static void copies_are_asked_for_and_approved_by_the_role_of_the_class(void **state)
{
    struct world *world = *state;
    world_must(world, OPEN, "chen", FOR_COPY("!K00000002,!K00000003"));
    world_keep(world, "public");
    world_must(world, OPEN, "chen", FOR_COPY("!K00000006"));
    world_keep(world, "risky");
    world_must(world, OPEN, "chen", FOR_COPY("!K00000001"));
    world_keep(world, "home");
    world_must(world, OPEN, "chen", FOR_COPY("!K00000001,!K00000002"));
    world_keep(world, "both");
    world_must(world, OPEN, "fm", FOR_COPY("!K00000002"));
    world_keep(world, "fms");
    static const struct world_case cases[] = {
        {"ask", OPEN, "chen", FOR_COPY("!K00000002"), NULL},
        {"ask for a ring's", OPEN, "chen", FOR_COPY("!R00000009"), "request"},
        {"ask for nothing", OPEN, "chen", FOR_COPY(""), "request"},
        {"ask for a party", OPEN, "chen",
         "{'for':'key.copy','items':[!K00000002],'party':'P0000000A','purpose':'repair',"
         "'window':{'end':@+7200,'start':@-60}}",
         "request"},
        {"ask in a private name", OPEN, "chen",
         "{'for':'key.copy','items':[!K00000002],'purpose':'private',"
         "'window':{'end':@+7200,'start':@-60}}",
         "K3"},
        {"public", APPROVE, "fm", COPIES("$public", "1"), NULL},
        {"a hundred", APPROVE, "fm", COPIES("$public", "100"), NULL},
        {"high risk is not asked", APPROVE, "fm", COPIES("$risky", "2"), NULL},
        {"a home's", APPROVE, "sup", COPIES("$home", "2"), NULL},
        {"more than a hundred", APPROVE, "fm", COPIES("$public", "101"), "approval"},
        {"none", APPROVE, "fm", COPIES("$public", "0"), "structure"},
        {"public by the supervisor", APPROVE, "sup", COPIES("$public", "1"), "seats"},
        {"public by the centre manager", APPROVE, "mgr", COPIES("$public", "1"), "seats"},
        {"a home's by the engineering manager", APPROVE, "fm", COPIES("$home", "1"), "seats"},
        {"both by one of them", APPROVE, "fm", COPIES("$both", "1"), "seats"},
        {"his own", APPROVE, "fm", COPIES("$fms", "1"), "seats"},
        {"orally", ORAL, "li wang", HEARD("fm", "phone", "@-60", "100", "@+3600", "$public"),
         NULL},
        {"orally of the supervisor", ORAL, "li wang",
         HEARD("sup", "phone", "@-60", "1", "@+3600", "$public"), "K17"},
        {"orally more than a hundred", ORAL, "li wang",
         HEARD("fm", "phone", "@-60", "101", "@+3600", "$public"), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

static void key_copy_uses_up_what_was_approved(void **state)
{
    struct world *world = *state;
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'fm','roles':['key_custodian'],'terminals':2}");
    world_must(world, OPEN, "chen", FOR_COPY("!K00000002,!K00000003"));
    world_keep(world, "asked");
    world_must(world, APPROVE, "fm", COPIES("$asked", "3"));
    world_keep(world, "yes");
    world_must(world, OPEN, "chen", ASK("!K00000002", "repair", "@-60", "@+7200"));
    world_keep(world, "loan");
    world_must(world, APPROVE, "fm", COPIES("$loan", "1"));
    world_keep(world, "lendyes");
    world_must(world, CONSENT, "li sup",
               SAYS("!K00000002", "P0000000A", "chen", "repair", "copy", "@+0", "@+3600"));
    world_keep(world, "door");
    world_must(world, GRANT, "fm", POST(NAMED("chen"), "'1'", "'repair'", "@+0", "@+86400"));
    world_keep(world, "standing");
    static const struct world_case cases[] = {
        {"one", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000002"), NULL},
        {"three, one on a ring", COPY, "wang",
         COPY_OF("$yes",
                 CUT("K000000C1", "9", "null") "," CUT("K000000C2", "10", "!R00000009") "," CUT(
                     "K000000C3", "11", "!R000000C9"),
                 "front", "!K00000003"),
         NULL},
        {"entered late", COPY, "li",
         "{'approval':$yes,'copies':[" CUT(
             "K000000C1", "9", "null") "],'desk':'front',"
                                       "'event_at':@-60,'late':'forgotten','of':!K00000002}",
         NULL},
        {"late without a reason", COPY, "li",
         "{'approval':$yes,'copies':[" CUT("K000000C1", "9",
                                           "null") "],'desk':'front',"
                                                   "'event_at':@-60,'of':!K00000002}",
         "late"},
        {"four", COPY, "li",
         COPY_OF("$yes",
                 CUT("K000000C1", "9", "null") "," CUT("K000000C2", "10", "null") "," CUT(
                     "K000000C3", "11", "null") "," CUT("K000000C4", "12", "null"),
                 "front", "!K00000002"),
         "approval"},
        {"of another key", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000004"), "approval"},
        {"by a loan's approval", COPY, "li",
         COPY_OF("$lendyes", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "approval"},
        {"a copy's approval lends nothing", LEND, "li chen",
         LOAN("$yes", "!K00000002", "@+60", "repair", "chen"), "approval"},
        {"by a standing authorisation", COPY, "li",
         COPY_OF("$standing", CUT("K000000C1", "9", "null"), "front", "!K00000002"),
         "approval"},
        {"an owner's word for a public key", COPY, "li",
         COPY_OF("$door", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "K9"},
        {"without an approval", COPY, "li",
         COPY_OF("%nobody", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "approval"},
        {"by the approver", COPY, "fm",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "approval"},
        {"by the supervisor", COPY, "sup",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "K2"},
        {"by two", COPY, "li wang",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "seats"},
        {"at another desk", COPY, "eng",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "eng", "!K00000002"), "K2"},
        {"of a ring", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!R00000009"), "structure"},
        {"a ring as copy", COPY, "li",
         COPY_OF("$yes", CUT("R000000C1", "9", "null"), "front", "!K00000002"), "structure"},
        {"a number given before", COPY, "li",
         COPY_OF("$yes", CUT("K00000003", "9", "null"), "front", "!K00000002"), "exists"},
        {"a party's number", COPY, "li",
         COPY_OF("$yes", CUT("K0000000A", "9", "null"), "front", "!K00000002"), "exists"},
        {"an unknown key", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000099"), "object"},
        {"another label", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front",
                 "{'item':'K00000002','label':'L'}"),
         "label"},
        {"another label of the ring", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "{'item':'R00000009','label':'L'}"), "front",
                 "!K00000002"),
         "label"},
        {"close the rest", CLOSE, "eng", SHUT("$yes"), NULL},
        {"close by staff", CLOSE, "chen", SHUT("$yes"), "seats"},
        {"close by two", CLOSE, "li wang", SHUT("$yes"), "seats"},
        {"close a loan's", CLOSE, "li", SHUT("$lendyes"), "state"},
        {"close unknown", CLOSE, "li", SHUT("$asked"), "object"},
        {"close for a whim", CLOSE, "li", "{'approval':$yes,'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, COPY, "li",
               COPY_OF("$yes",
                       CUT("K000000C1", "9", "null") "," CUT("K000000C2", "10", "!R00000009"),
                       "front", "!K00000002"));
    assert_string_equal(
        value(world, "SELECT group_concat(i.item || ' ' || i.class || ' ' || i.desk || ' ' ||"
                     " i.holder || ' ' || coalesce(i.ring, '') || ' ' || k.lock || ' ' || c.of)"
                     " FROM item i JOIN key_lock k ON k.item = i.item"
                     " JOIN key_copy c ON c.item = i.item"),
        "K000000C1 public front front  D1 K00000002,"
        "K000000C2 public front front R00000009 D1 K00000002");
    assert_string_equal(value(world, "SELECT a.uses_left FROM approval a JOIN request r"
                                     " ON r.act_id = a.request WHERE r.act = 'key.copy'"),
                        "1");
    world_must(world, CLOSE, "li", SHUT("$yes"));
    static const struct world_case closed[] = {
        {"after the close", COPY, "li",
         COPY_OF("$yes", CUT("K000000C3", "11", "null"), "front", "!K00000002"), "approval"},
        {"close again", CLOSE, "li", SHUT("$yes"), "state"},
        {"a copy is lent like any key", LEND, "li chen",
         LOAN("null", "!K000000C1", "@+60", "repair", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, closed, COUNT_OF(closed)), 0);
}

static void a_copys_approval_is_over_in_time_and_with_its_approver(void **state)
{
    struct world *world = *state;
    world_must(world, OPEN, "chen", FOR_COPY("!K00000002"));
    world_keep(world, "asked");
    world_must(world, ORAL, "li wang", HEARD("fm", "phone", "@-60", "2", "@+3600", "$asked"));
    world_keep(world, "oral");
    static const struct world_case heard[] = {
        {"by word of mouth", COPY, "li",
         COPY_OF("$oral", CUT("K000000C1", "9", "null"), "front", "!K00000002"), NULL},
    };
    assert_int_equal(world_run_cases(world, heard, 1), 0);
    world_save(world);
    static const struct world_case over[] = {
        {"over", COPY, "li",
         COPY_OF("$oral", CUT("K000000C1", "9", "null"), "front", "!K00000002"), "approval"},
    };
    world_must(world, "role.revoke/1", "adm",
               "{'handle':'fm','roles':['engineering_manager']}");
    struct buf before = BUF_INIT(64u << 20);
    assert_int_equal(buf_put(&before, world->saved.data, world->saved.len, NULL), CUSTODY_OK);
    assert_int_equal(world_run_cases(world, over, 1), 0);
    static const struct world_case nothing[] = {
        {"close what is ended", CLOSE, "li", SHUT("$oral"), "state"},
    };
    assert_int_equal(world_run_cases(world, nothing, 1), 0);
    buf_clear(&world->saved);
    assert_int_equal(buf_put(&world->saved, before.data, before.len, NULL), CUSTODY_OK);
    buf_clear(&before);
    world_restore(world);
    world_tick(world, 3600);
    assert_int_equal(world_run_cases(world, over, 1), 0);
}

static void a_homes_key_is_copied_by_the_owners_word(void **state)
{
    struct world *world = *state;
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    world_must(world, OPEN, "chen", FOR_COPY("!K00000001,!K0000000B"));
    world_keep(world, "asked");
    world_must(world, APPROVE, "sup", COPIES("$asked", "2"));
    world_keep(world, "yes");
    world_must(world, CONSENT, "li sup",
               SAYS("!K0000000B", "P0000000T", "chen", "repair", "copy", "@+0", "@+3600"));
    world_keep(world, "consent");
    world_must(world, CONSENT, "li sup",
               SAYS("!K0000000B", "P0000000T", "chen", "repair", "lend", "@+0", "@+3600"));
    world_keep(world, "lending");
    world_must(world, CONSENT, "li sup",
               SAYS("!K0000000B", "P0000000T", "chen", "repair", "copy", "@+600", "@+3600"));
    world_keep(world, "later");
    static const struct world_case cases[] = {
        {"with the authorisation", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null") "," CUT("K000000C2", "10", "!R000000C9"),
                 "front", "!K00000001"),
         NULL},
        {"without it", COPY, "li",
         COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K0000000B"), "K9"},
        {"the authorisation alone", COPY, "li",
         COPY_OF("$authorised", CUT("K000000C1", "9", "null"), "front", "!K00000001"),
         "approval"},
        {"by consent", COPY, "li",
         COPY_OF("$consent", CUT("K000000C1", "9", "null"), "front", "!K0000000B"), NULL},
        {"two by consent", COPY, "li",
         COPY_OF("$consent", CUT("K000000C1", "9", "null") "," CUT("K000000C2", "10", "null"),
                 "front", "!K0000000B"),
         "approval"},
        {"another key by consent", COPY, "li",
         COPY_OF("$consent", CUT("K000000C1", "9", "null"), "front", "!K0000000C"), "approval"},
        {"consent to lend", COPY, "li",
         COPY_OF("$lending", CUT("K000000C1", "9", "null"), "front", "!K0000000B"), "approval"},
        {"consent not begun", COPY, "li",
         COPY_OF("$later", CUT("K000000C1", "9", "null"), "front", "!K0000000B"), "approval"},
        {"by the supervisor who registered the consent", COPY, "sup",
         COPY_OF("$consent", CUT("K000000C1", "9", "null"), "front", "!K0000000B"), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, COPY, "li",
               COPY_OF("$consent", CUT("K000000C1", "9", "null"), "front", "!K0000000B"));
    static const struct world_case used[] = {
        {"consent used up", COPY, "li",
         COPY_OF("$consent", CUT("K000000C2", "10", "null"), "front", "!K0000000B"),
         "approval"},
    };
    assert_int_equal(world_run_cases(world, used, 1), 0);
    world_must(world, END, "zhang", ENDS("$authorised"));
    static const struct world_case ended[] = {
        {"after the authorisation's end", COPY, "li",
         COPY_OF("$yes", CUT("K000000C2", "10", "null"), "front", "!K00000001"), "K9"},
    };
    assert_int_equal(world_run_cases(world, ended, 1), 0);
}

/* The desk is the one that the corrected act names, wherever its keys came from or went. */
static void a_correction_is_the_named_desks(void **state)
{
    struct world *world = *state;
    world_must(world, LEND, "eng chen", ENG_LOAN("null", "!K00000007", "@+3600", "repair"));
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000007]}");
    world_keep(world, "back");
    world_must(world, OPEN, "chen", FOR_COPY("!K00000002"));
    world_keep(world, "asked");
    world_must(world, APPROVE, "fm", COPIES("$asked", "2"));
    world_keep(world, "yes");
    world_must(world, COPY, "li",
               COPY_OF("$yes", CUT("K000000C1", "9", "null"), "front", "!K00000002"));
    world_keep(world, "copies");
    static const struct world_case cases[] = {
        {"of the desk named", "act.correct/1", "li sup", "{'act':$back,'reason':'entry_error'}",
         NULL},
        {"of the keys' home desk", "act.correct/1", "eng sup",
         "{'act':$back,'reason':'entry_error'}", "seats"},
        {"copies are never uncut", "act.correct/1", "li sup",
         "{'act':$copies,'reason':'entry_error'}", "state"},
        {"approvals stay", "act.correct/1", "adm mgr", "{'act':$yes,'reason':'entry_error'}",
         "state"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

/* A loan dressed up as an emergency: the read model is all that ratification looks at. */
static void an_emergency_is_ratified_by_a_superior_who_had_no_part(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *signers, *check;
    } tries[] = {
        {"li", "seats"},      {"fm", "seats"},  {"chen", "seats"}, {"zhang", "seats"},
        {"mgr sup", "seats"}, {"sup", "seats"}, {"mgr", NULL},
    };
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'chen','roles':['supervisor'],'terminals':2}");
    world_must(world, "role.delegate/1", "sup zhang",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'zhang'}");
    world_must(world, LEND, "li chen", LOAN("null", "!K00000002", "@+60", "repair", "chen"));
    world_keep(world, "act");
    char sql[700];
    (void)snprintf(sql, sizeof sql,
                   "UPDATE act_log SET act = 'key.emergency/1' WHERE idx = %lld;"
                   "INSERT INTO emergency (idx, cause, place, receiver, called, deadline)"
                   " VALUES (%lld, 'fire', '1', 'sup', 'no_answer', %lld);"
                   "INSERT INTO ratification (target, subject) VALUES (%lld, 'sup')",
                   (long long)world->idx, (long long)world->idx,
                   (long long)(world->now + 86400), (long long)world->idx);
    assert_true(world_sql(world, sql));
    for (size_t i = 0; i < COUNT_OF(tries); i++) {
        enum custody_status rc = world_act(world, RATIFY, tries[i].signers, "{'act':$act}");
        if (tries[i].check == NULL) {
            assert_int_equal(rc, CUSTODY_OK);
            assert_string_equal(world->flags, "");
        } else {
            assert_int_equal(rc, CUSTODY_ERR_REFUSED);
            assert_string_equal(world->err.rule, tries[i].check);
        }
    }
    assert_string_equal(value(world, "SELECT ratified_t NOT NULL FROM emergency"), "1");
    assert_int_equal(world_act(world, RATIFY, "mgr", "{'act':$act}"), CUSTODY_ERR_REFUSED);
    assert_string_equal(world->err.rule, "state");
}

static void a_late_ratification_is_flagged_and_taken(void **state)
{
    struct world *world = *state;
    world_must(world, LEND, "li chen", LOAN("null", "!K00000002", "@+60", "repair", "chen"));
    world_keep(world, "act");
    char sql[700];
    (void)snprintf(sql, sizeof sql,
                   "UPDATE act_log SET act = 'key.emergency/1' WHERE idx = %lld;"
                   "INSERT INTO emergency (idx, cause, place, receiver, called, deadline)"
                   " VALUES (%lld, 'fire', '1', 'chen', 'no_answer', %lld);"
                   "INSERT INTO ratification (target, subject) VALUES (%lld, 'chen')",
                   (long long)world->idx, (long long)world->idx, (long long)world->now,
                   (long long)world->idx);
    assert_true(world_sql(world, sql));
    world_tick(world, 1);
    world_must(world, RATIFY, "sup", "{'act':$act}");
    assert_string_equal(world->flags, "late-ratified");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(copies_are_asked_for_and_approved_by_the_role_of_the_class),
        T(key_copy_uses_up_what_was_approved),
        T(a_copys_approval_is_over_in_time_and_with_its_approver),
        T(a_homes_key_is_copied_by_the_owners_word),
        T(a_correction_is_the_named_desks),
        T(an_emergency_is_ratified_by_a_superior_who_had_no_part),
        T(a_late_ratification_is_flagged_and_taken),
    };
    return cmocka_run_group_tests_name("copies", tests, NULL, NULL);
}
