/* Requests, approvals and their use (FORMATS.md §15): what is permitted and what is refused. */
#include "folder_fixture.h"

#define OPEN    "request.open/1"
#define APPROVE "request.approve/1"
#define REJECT  "request.reject/1"
#define CANCEL  "request.cancel/1"
#define LEND    "key.lend/1"
#define ASK(items, party, purpose, start, end)                                                 \
    "{'for':'key.lend','items':[" items "],'party':" party ",'purpose':'" purpose              \
    "','window':{'end':" end ",'start':" start "}}"
#define YES(request, until) "{'limits':{'count':1,'until':" until "},'request':" request "}"
#define NO(request)         "{'reason':'not_needed','request':" request "}"
/* A loan of a home's key with its approval: by credential to chen. */
#define LOAN(approval, items, due, purpose, receiver)                                          \
    "{'approval':" approval ",'desk':'front','due':" due ",'items':[" items                    \
    "],'on_behalf':'W-1','purpose':'" purpose                                                  \
    "','receipt':{'kind':'credential'},'receiver':'" receiver "'}"

static void request_open_is_for_registered_keys_and_work(void **state)
{
    static const struct world_case cases[] = {
        {"for oneself", OPEN, "chen", ASK("!K00000001", "null", "repair", "@-60", "@+7200"),
         NULL},
        {"for a party", OPEN, "zhang",
         ASK("!K00000001", "'P0000000A'", "viewing", "@-60", "@+7200"), NULL},
        {"for a colleague", OPEN, "zhang",
         ASK("!K00000001", "'chen'", "repair", "@-60", "@+7200"), NULL},
        {"by an auditor", OPEN, "aud", ASK("!K00000001", "null", "repair", "@-60", "@+7200"),
         "seats"},
        {"by two", OPEN, "chen zhang", ASK("!K00000001", "null", "repair", "@-60", "@+7200"),
         "seats"},
        {"no items", OPEN, "chen", ASK("", "null", "repair", "@-60", "@+7200"), "request"},
        {"unknown item", OPEN, "chen", ASK("!K00000099", "null", "repair", "@-60", "@+7200"),
         "object"},
        {"another label", OPEN, "chen",
         ASK("{'item':'K00000001','label':'L'}", "null", "repair", "@-60", "@+7200"), "label"},
        {"one item twice", OPEN, "chen",
         ASK("!K00000001,!K00000001", "null", "repair", "@-60", "@+7200"), "structure"},
        {"unknown party", OPEN, "chen",
         ASK("!K00000001", "'P0000000Z'", "repair", "@-60", "@+7200"), "object"},
        {"unknown colleague", OPEN, "chen",
         ASK("!K00000001", "'nobody'", "repair", "@-60", "@+7200"), "object"},
        {"private", OPEN, "chen", ASK("!K00000001", "null", "private", "@-60", "@+7200"), "K3"},
        {"purpose", OPEN, "chen", ASK("!K00000001", "null", "fun", "@-60", "@+7200"), "policy"},
        {"window backwards", OPEN, "chen", ASK("!K00000001", "null", "repair", "@+60", "@+60"),
         "request"},
        {"for another act", OPEN, "chen",
         "{'for':'key.return','items':[!K00000001],'purpose':'repair',"
         "'window':{'end':@+7200,'start':@-60}}",
         "request"},
    };
    assert_int_equal(world_run_cases(*state, cases, COUNT_OF(cases)), 0);
}

/* home: of chen; risky: of chen, needs the engineering manager; plain: of chen, needs nobody;
 * both: a home's and a risky key; his: of sup for chen; to: of zhang for sup. */
static void ask_all(struct world *world)
{
    static const char *const asked[][3] = {
        {"home", "chen", ASK("!K00000001", "null", "repair", "@-60", "@+7200")},
        {"risky", "chen", ASK("!K00000006", "null", "repair", "@-60", "@+7200")},
        {"plain", "chen", ASK("!K00000002", "null", "repair", "@-60", "@+7200")},
        {"both", "chen", ASK("!K00000001,!K00000006", "null", "repair", "@-60", "@+7200")},
        {"his", "sup", ASK("!K00000001", "'chen'", "repair", "@-60", "@+7200")},
        {"to", "zhang", ASK("!K00000001", "'sup'", "repair", "@-60", "@+7200")},
        {"over", "chen", ASK("!K00000001", "null", "repair", "@-7200", "@-60")},
        {"done", "chen", ASK("!K00000001", "null", "repair", "@-60", "@+7200")},
    };
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        world_must(world, OPEN, asked[i][1], asked[i][2]);
        world_keep(world, asked[i][0]);
    }
    world_must(world, CANCEL, "chen", NO("$done"));
}

static void request_approve_is_for_the_approving_role_apart_from_both_ends(void **state)
{
    struct world *world = *state;
    ask_all(world);
    world_must(world, "role.delegate/1", "chen sup",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'chen'}");
    world_must(world, "role.delegate/1", "fm sup",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'fm'}");
    static const struct world_case cases[] = {
        {"home by the supervisor", APPROVE, "sup", YES("$home", "@+3600"), NULL},
        {"home by his delegate", APPROVE, "fm", YES("$home", "@+3600"), NULL},
        {"risky by the engineering manager", APPROVE, "fm", YES("$risky", "@+3600"), NULL},
        {"both by one who holds both", APPROVE, "fm", YES("$both", "@+3600"), NULL},
        {"plain by any superior", APPROVE, "fm", YES("$plain", "@+3600"), NULL},
        {"until its longest", APPROVE, "sup", YES("$home", "@+172800"), NULL},
        {"home by the centre manager", APPROVE, "mgr", YES("$home", "@+3600"), "seats"},
        {"home by a custodian", APPROVE, "li", YES("$home", "@+3600"), "seats"},
        {"risky by the supervisor", APPROVE, "sup", YES("$risky", "@+3600"), "seats"},
        {"both by the supervisor", APPROVE, "sup", YES("$both", "@+3600"), "seats"},
        {"plain by a custodian", APPROVE, "li", YES("$plain", "@+3600"), "seats"},
        {"his own", APPROVE, "sup", YES("$his", "@+3600"), "seats"},
        {"his own, by his delegate", APPROVE, "fm", YES("$his", "@+3600"), "seats"},
        {"to himself", APPROVE, "sup", YES("$to", "@+3600"), "seats"},
        {"to himself, by his delegate", APPROVE, "fm", YES("$to", "@+3600"), "seats"},
        {"by the requester as delegate", APPROVE, "chen", YES("$home", "@+3600"), "seats"},
        {"by an auditor", APPROVE, "aud", YES("$home", "@+3600"), "seats"},
        {"by two", APPROVE, "fm sup", YES("$home", "@+3600"), "seats"},
        {"too long", APPROVE, "sup", YES("$home", "@+172801"), "approval"},
        {"over", APPROVE, "sup", YES("$home", "@+0"), "approval"},
        {"window over", APPROVE, "sup", YES("$over", "@+3600"), "approval"},
        {"twice usable", APPROVE, "sup",
         "{'limits':{'count':2,'until':@+3600},'request':$home}", "approval"},
        {"decided", APPROVE, "sup", YES("$done", "@+3600"), "request"},
        {"unknown", APPROVE, "sup", YES("%nobody", "@+3600"), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

static void a_request_is_decided_once_by_who_may(void **state)
{
    struct world *world = *state;
    ask_all(world);
    static const struct world_case cases[] = {
        {"reject", REJECT, "sup", NO("$home"), NULL},
        {"reject by who could not approve", REJECT, "mgr", NO("$home"), "seats"},
        {"reject his own", REJECT, "sup", NO("$his"), "seats"},
        {"reject decided", REJECT, "sup", NO("$done"), "request"},
        {"reject reason", REJECT, "sup", "{'reason':'whim','request':$home}", "policy"},
        {"reject unknown", REJECT, "sup", NO("%nobody"), "object"},
        {"cancel", CANCEL, "chen", NO("$home"), NULL},
        {"cancel another's", CANCEL, "zhang", NO("$home"), "seats"},
        {"cancel by the receiver", CANCEL, "chen", NO("$his"), "seats"},
        {"cancel decided", CANCEL, "chen", NO("$done"), "request"},
        {"cancel reason", CANCEL, "chen", "{'reason':'whim','request':$home}", "policy"},
        {"cancel unknown", CANCEL, "chen", NO("%nobody"), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, REJECT, "sup", NO("$home"));
    static const struct world_case rejected[] = {
        {"approve rejected", APPROVE, "sup", YES("$home", "@+3600"), "request"},
        {"cancel rejected", CANCEL, "chen", NO("$home"), "request"},
    };
    assert_int_equal(world_run_cases(world, rejected, COUNT_OF(rejected)), 0);
}

static void an_approval_binds_items_receiver_purpose_window_and_clerk(void **state)
{
    struct world *world = *state;
    ask_all(world);
    world_must(world, OPEN, "chen",
               ASK("!K00000001,!K00000003", "null", "repair", "@+600", "@+7200"));
    world_keep(world, "later");
    world_must(world, APPROVE, "sup", YES("$home", "@+3600"));
    world_keep(world, "ok");
    world_must(world, APPROVE, "sup", YES("$plain", "@+3600"));
    world_keep(world, "plainok");
    world_must(world, APPROVE, "sup", YES("$later", "@+7200"));
    world_keep(world, "laterok");
    static const struct world_case cases[] = {
        {"used as approved", LEND, "li chen",
         LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"), NULL},
        {"until the end of the window", LEND, "li chen",
         LOAN("$ok", "!K00000001", "@+7200", "repair", "chen"), NULL},
        {"not needed and given", LEND, "li chen",
         LOAN("$plainok", "!K00000002", "@+3600", "repair", "chen"), NULL},
        {"none", LEND, "li chen", LOAN("null", "!K00000001", "@+3600", "repair", "chen"),
         "K10a"},
        {"another item", LEND, "li chen", LOAN("$ok", "!K00000002", "@+3600", "repair", "chen"),
         "approval"},
        {"one item more", LEND, "li chen",
         LOAN("$ok", "!K00000001,!K00000002", "@+3600", "repair", "chen"), "approval"},
        {"another receiver", LEND, "li zhang",
         LOAN("$ok", "!K00000001", "@+3600", "repair", "zhang"), "approval"},
        {"another purpose", LEND, "li chen",
         LOAN("$ok", "!K00000001", "@+3600", "cleaning", "chen"), "approval"},
        {"due after the window", LEND, "li chen",
         LOAN("$ok", "!K00000001", "@+7201", "repair", "chen"), "approval"},
        {"before the window", LEND, "li chen",
         LOAN("$laterok", "!K00000001", "@+3600", "repair", "chen"), "approval"},
        {"a request is no approval", LEND, "li chen",
         LOAN("$home", "!K00000001", "@+3600", "repair", "chen"), "approval"},
        {"unknown", LEND, "li chen", LOAN("%nobody", "!K00000001", "@+3600", "repair", "chen"),
         "approval"},
        {"for another plain item", LEND, "li chen",
         LOAN("$plainok", "!K00000003", "@+3600", "repair", "chen"), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen", LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"));
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000001]}");
    static const struct world_case used[] = {
        {"twice", LEND, "li chen", LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"),
         "approval"},
    };
    assert_int_equal(world_run_cases(world, used, COUNT_OF(used)), 0);
    world_tick(world, 3600);
    static const struct world_case late[] = {
        {"another one, later", LEND, "li chen",
         LOAN("$laterok", "!K00000001", "@+600", "repair", "chen"), NULL},
        {"after until", LEND, "li chen",
         LOAN("$plainok", "!K00000002", "@+600", "repair", "chen"), "approval"},
    };
    assert_int_equal(world_run_cases(world, late, COUNT_OF(late)), 0);
}

/* Each way an approval ends for good, and what does not end it. */
static void an_approval_ends_with_its_approver(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *label, *act, *signers, *body, *check;
    } ways[] = {
        {"suspension", "person.suspend/1", "adm", "{'handle':'sup','reason':'absence'}",
         "approval"},
        {"role revoked", "role.revoke/1", "adm", "{'handle':'sup','roles':['supervisor']}",
         "approval"},
        {"credential lost", "credential.revoke/1", "sup", "{'keyid':%sup,'reason':'lost'}",
         "approval"},
        {"credential compromised", "credential.revoke/1", "adm",
         "{'keyid':%sup,'reason':'compromised'}", "approval"},
        {"credential replaced as lost", "credential.add/1", "adm mgr",
         "{'credential':^sup2,'handle':'sup','proof':~sup2:sup,'reason':'lost'}", "approval"},
        {"credential merely replaced", "credential.revoke/1", "sup",
         "{'keyid':%sup,'reason':'replaced'}", NULL},
        {"another's suspension", "person.suspend/1", "adm",
         "{'handle':'wang','reason':'absence'}", NULL},
    };
    ask_all(world);
    world_must(world, APPROVE, "sup", YES("$home", "@+3600"));
    world_keep(world, "ok");
    world_save(world);
    struct buf before = BUF_INIT(64u << 20);
    assert_int_equal(buf_put(&before, world->saved.data, world->saved.len, NULL), CUSTODY_OK);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        world_must(world, ways[i].act, ways[i].signers, ways[i].body);
        const struct world_case use[] = {
            {ways[i].label, LEND, "li chen",
             LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"), ways[i].check},
        };
        assert_int_equal(world_run_cases(world, use, 1), 0);
        if (i == 0) { /* for good: what is given back does not bring it back */
            world_must(world, "person.reinstate/1", "adm mgr", "{'handle':'sup'}");
            assert_int_equal(world_run_cases(world, use, 1), 0);
        }
        buf_clear(&world->saved);
        assert_int_equal(buf_put(&world->saved, before.data, before.len, NULL), CUSTODY_OK);
        world_restore(world);
    }
    buf_clear(&before);
}

static void a_delegates_approval_ends_with_his_giver_and_keeps_from_both_clerks(void **state)
{
    struct world *world = *state;
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'sup','roles':['key_custodian'],'terminals':2}");
    world_must(world, "role.delegate/1", "fm sup",
               "{'end':@+1800,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'fm'}");
    world_must(world, "role.delegate/1", "duty sup",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'duty'}");
    ask_all(world);
    world_must(world, APPROVE, "fm", YES("$home", "@+7200"));
    world_keep(world, "ok");
    static const struct world_case cases[] = {
        {"another clerk", LEND, "li chen",
         LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"), NULL},
        {"his giver as clerk", LEND, "sup chen",
         LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"), "approval"},
        {"his giver's delegate as clerk", LEND, "duty chen",
         LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    struct buf before = BUF_INIT(64u << 20);
    assert_int_equal(buf_put(&before, world->saved.data, world->saved.len, NULL), CUSTODY_OK);
    static const struct world_case ended[] = {
        {"ended", LEND, "li chen", LOAN("$ok", "!K00000001", "@+3600", "repair", "chen"),
         "approval"},
    };
    world_must(world, "person.suspend/1", "adm", "{'handle':'sup','reason':'absence'}");
    assert_int_equal(world_run_cases(world, ended, 1), 0);
    buf_clear(&world->saved);
    assert_int_equal(buf_put(&world->saved, before.data, before.len, NULL), CUSTODY_OK);
    world_restore(world);
    world_must(world, "role.revoke/1", "adm", "{'handle':'sup','roles':['supervisor']}");
    assert_int_equal(world_run_cases(world, ended, 1), 0);
    buf_clear(&world->saved);
    assert_int_equal(buf_put(&world->saved, before.data, before.len, NULL), CUSTODY_OK);
    world_restore(world);
    world_tick(world, 1800); /* the delegation is over: he no longer holds the role at use */
    assert_int_equal(world_run_cases(world, ended, 1), 0);
    buf_clear(&before);
}

/* ---- of folders (§19.4): the centre manager's alone, whichever keys the classes name ---- */

#define ASK_2 "request.open/2"
#define ORAL  "request.oral/1"
#define ASK_FOLDER(act, items, party, purpose, start, end)                                     \
    "{'for':'" act "','items':[" items "],'party':" party ",'purpose':'" purpose               \
    "','window':{'end':" end ",'start':" start "}}"
#define NAMES(items) ASK_FOLDER("folder.lend", items, "null", "repair", "@-60", "@+7200")
#define HEARD(approver)                                                                        \
    "{'approver':'" approver "','channel':'phone','heard_at':@-60,"                            \
    "'limits':{'count':1,'until':@+3600},'request':$asked}"

static void request_open_names_folders_and_papers(void **state)
{
    struct world *world = *state;
    world_must(world, "folder.remove/1", "arc sup",
               "{'item':'F000000F2','label':'L-F000000F2','papers':["
               "{'label':'" LABEL_FIRE "','n':1}],'party':'P0000000A','reason':'other',"
               "'slip':'7','target':null,'version':2}");
    world_must(
        world, "folder.missing/1", "arc",
        "{'found':false,'items':[" THING("F000000F1.1", LABEL_NOTICE) "],'reason':'other'}");
    static const struct world_case cases[] = {
        {"a folder", ASK_2, "chen", NAMES("!F000000F1"), NULL},
        {"a paper", ASK_2, "chen", NAMES(THING("F000000F1.2", LABEL_ID)), NULL},
        {"a missing paper", ASK_2, "chen", NAMES(THING("F000000F1.1", LABEL_NOTICE)), NULL},
        {"a folder and a paper", ASK_2, "chen",
         NAMES("!F000000F1," THING("F000000F1.4", LABEL_RECORD)), NULL},
        {"to read it", ASK_2, "chen",
         ASK_FOLDER("folder.consult", "!F000000F1", "'P0000000A'", "private", "@-60", "@+7200"),
         NULL},
        {"to borrow it privately", ASK_2, "chen",
         ASK_FOLDER("folder.lend", "!F000000F1", "null", "private", "@-60", "@+7200"), "A5"},
        {"for no purpose known", ASK_2, "chen",
         ASK_FOLDER("folder.consult", "!F000000F1", "null", "fun", "@-60", "@+7200"), "policy"},
        {"for keys", ASK_2, "chen",
         ASK_FOLDER("key.lend", "!F000000F1", "null", "repair", "@-60", "@+7200"), "request"},
        {"to destroy it", ASK_2, "chen",
         ASK_FOLDER("folder.remove", "!F000000F1", "null", "repair", "@-60", "@+7200"),
         "request"},
        {"by the acts of keys", OPEN, "chen",
         ASK_FOLDER("folder.lend", "!K00000001", "null", "repair", "@-60", "@+7200"),
         "request"},
        {"nothing", ASK_2, "chen", NAMES(""), "structure"},
        {"a key", ASK_2, "chen", NAMES("!K00000001"), "structure"},
        {"what was taken out", ASK_2, "chen", NAMES(THING("F000000F2.1", LABEL_FIRE)), "state"},
        {"no such folder", ASK_2, "chen", NAMES("!F00000099"), "object"},
        {"no such paper", ASK_2, "chen", NAMES(THING("F000000F1.9", LABEL_ID)), "object"},
        {"under another label", ASK_2, "chen", NAMES(THING("F000000F1.2", LABEL_FIRE)),
         "label"},
        {"by an auditor", ASK_2, "aud", NAMES("!F000000F1"), "seats"},
        {"a window backwards", ASK_2, "chen",
         ASK_FOLDER("folder.lend", "!F000000F1", "null", "repair", "@+60", "@+60"), "request"},
        {"for a party unknown", ASK_2, "chen",
         ASK_FOLDER("folder.lend", "!F000000F1", "'P0000000Z'", "repair", "@-60", "@+60"),
         "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, ASK_2, "chen", NAMES("!F000000F1," THING("F000000F1.4", LABEL_RECORD)));
    expect(world, "SELECT group_concat(item) FROM request_item", "F000000F1,F000000F1.4");
    expect(world, "SELECT requester || act || receiver FROM request", "chenfolder.lendchen");
    assert_true(world_is_verified(world));
}

static void requests_of_folders_are_decided_by_the_centre_manager(void **state)
{
    struct world *world = *state;
    world_must(world, ASK_2, "chen",
               ASK_FOLDER("folder.consult", "!F000000F1", "'mgr'", "repair", "@-60", "@+7200"));
    world_keep(world, "own");
    world_must(world, ASK_2, "mgr", NAMES("!F000000F1"));
    world_keep(world, "asked_by");
    world_must(world, ASK_2, "chen", NAMES("!F000000F1"));
    world_keep(world, "asked");
    world_must(world, "role.delegate/1", "mgr zhang",
               "{'end':@+86400,'from':'mgr','reason':'absence','roles':['centre_manager'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"the manager", APPROVE, "mgr", YES("$asked", "@+3600"), NULL},
        {"a delegate", APPROVE, "zhang", YES("$asked", "@+3600"), NULL},
        {"a supervisor", APPROVE, "sup", YES("$asked", "@+3600"), "seats"},
        {"the archive custodian", APPROVE, "arc", YES("$asked", "@+3600"), "seats"},
        {"the engineering manager", APPROVE, "fm", YES("$asked", "@+3600"), "seats"},
        {"what is for himself", APPROVE, "mgr", YES("$own", "@+3600"), "seats"},
        {"his own, by a delegate", APPROVE, "zhang", YES("$asked_by", "@+3600"), "seats"},
        {"twice", APPROVE, "mgr", "{'limits':{'count':2,'until':@+3600},'request':$asked}",
         "approval"},
        {"rejected by the manager", REJECT, "mgr", NO("$asked"), NULL},
        {"rejected by a supervisor", REJECT, "sup", NO("$asked"), "seats"},
        {"by word of mouth", ORAL, "li wang", HEARD("mgr"), NULL},
        {"by a supervisor's word", ORAL, "li wang", HEARD("sup"), "K17"},
        {"cancelled", CANCEL, "chen", NO("$asked"), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, ORAL, "li wang", HEARD("mgr"));
    world_keep(world, "oral");
    static const struct world_case used[] = {
        {"lent by his word", "folder.lend/1", "arc chen",
         "{'approval':$oral,'due':@+3600,'folders':[{'item':'F000000F1','label':'L-F000000F1',"
         "'lent':[{'condition':'good','label':'" LABEL_NOTICE "','n':1,'pages':3}],"
         "'withheld':[" NTH_PAPER(2, LABEL_ID) "," NTH_PAPER(
             3,
             LABEL_FORM) "]}],"
                         "'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'credential'},"
                         "'receiver':'chen'}",
         NULL},
        {"keys by it", LEND, "li chen", LOAN("$oral", "!K00000001", "@+3600", "repair", "chen"),
         "approval"},
    };
    assert_int_equal(world_run_cases(world, used, COUNT_OF(used)), 0);
    /* It ends with the manager's role, as any approval does. */
    world_must(world, "role.grant/1", "adm mgr",
               "{'handle':'duty','roles':['centre_manager'],'terminals':2}");
    world_must(world, "person.suspend/1", "adm", "{'handle':'mgr','reason':'absence'}");
    expect(world, "SELECT ended_idx IS NOT NULL FROM approval", "1");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define F(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(request_open_is_for_registered_keys_and_work),
        T(request_approve_is_for_the_approving_role_apart_from_both_ends),
        T(a_request_is_decided_once_by_who_may),
        T(an_approval_binds_items_receiver_purpose_window_and_clerk),
        T(an_approval_ends_with_its_approver),
        T(a_delegates_approval_ends_with_his_giver_and_keeps_from_both_clerks),
        F(request_open_names_folders_and_papers),
        F(requests_of_folders_are_decided_by_the_centre_manager),
    };
    return cmocka_run_group_tests_name("requests and approvals", tests, NULL, NULL);
}
