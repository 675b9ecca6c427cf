/*
 * The regulation's rules K1 to K20 and unit.transfer, each in a nutshell: what it permits is
 * taken and verifies; what it forbids is refused by its id, and in a perfectly signed ledger
 * verification finds it with its index and that id (the other verifier too, which reads the
 * same ledgers: tests/oracle/agree.py). tests/README.md has the table; the many edges are with
 * the acts, in the other test_acts_*.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "text.h"
#include "world.h"

#define COUNT_OF(array)   (sizeof(array) / sizeof(array)[0])
#define RUN(world, cases) assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0)
#define LEND(approval, desk, items, due, purpose, receiver)                                    \
    "{'accepted':[],'approval':" approval ",'desk':'" desk "','due':" due ",'items':[" items   \
    "],'on_behalf':'W-1','purpose':'" purpose                                                  \
    "','receipt':{'kind':'credential'},'receiver':'" receiver "'}"
#define LOAN(items, due, purpose) LEND("null", "front", items, due, purpose, "chen")
#define ASK(what, items)                                                                       \
    "{'for':'" what "','items':[" items "],'purpose':'repair','window':{'end':@+86400,"        \
    "'start':@-60}}"
#define YES(request) "{'limits':{'count':1,'until':@+3600},'request':" request "}"

static const char *value(struct world *world, const char *sql)
{
    static char text[12000];
    return world_value(world, sql, text, sizeof text);
}

/* ---- K1, K6: classes and kinds are data ---- */

/* The policy with something put before a text of it; both sides stay canonical. */
static const char *policy_with(char *out, size_t size, const char *policy, const char *start,
                               const char *const changes[][2], size_t count)
{
    char text[12000];
    (void)snprintf(text, sizeof text, "%s", policy);
    for (size_t i = 0; i < count; i++) {
        char *at = strstr(text, changes[i][0]);
        size_t more = strlen(changes[i][1]);
        assert_non_null(at);
        assert_true(strlen(text) + more < sizeof text);
        memmove(at + more, at, strlen(at) + 1);
        memcpy(at, changes[i][1], more);
    }
    (void)snprintf(out, size, "{'policy':%s,'sheet':'1','start':%s}", text, start);
    return out;
}

static void k1_classes_of_keys_are_the_policys(void **state)
{
    struct world *world = *state;
    static char good[13000];
    static char bad[13000];
    char policy[12000];
    /* access cards: a class, a kind of lock, and a desk that keeps them */
    static const char *const card[][2] = {
        {"{\"code\":\"facility\"", "{\"code\":\"card\",\"consent\":false,\"copy_approval\":"
                                   "[\"engineering_manager\"],\"label\":\"Card\","
                                   "\"lend_approval\":[],\"rule\":\"K10\"},"},
        {"{\"class\":\"facility\",\"code\":\"firecontrol\"",
         "{\"class\":\"card\",\"code\":\"cardlock\",\"label\":\"Card lock\"},"},
        {"\"owner\",\"public\"],\"code\":\"front\"", "\"card\","}};
    static const char *const stray[][2] = {
        {"{\"class\":\"facility\",\"code\":\"firecontrol\"",
         "{\"class\":\"badge\",\"code\":\"cardlock\",\"label\":\"Badge\"},"}};
    (void)snprintf(policy, sizeof policy, "%s",
                   value(world, "SELECT body FROM policy ORDER BY idx DESC LIMIT 1"));
    const struct world_case cases[] = {
        {"a class more", "policy.set/1", "adm mgr",
         policy_with(good, sizeof good, policy, "@+604800", card, COUNT_OF(card)), NULL},
        {"a kind of no class", "policy.set/1", "adm mgr",
         policy_with(bad, sizeof bad, policy, "@+604800", stray, COUNT_OF(stray)), "policy"},
    };
    RUN(world, cases);
    world_must(world, "policy.set/1", "adm mgr", good);
    world_tick(world, 604860);
    world_must(world, "lock.add/1", "li sup",
               "{'locks':[{'code':'C1','kind':'cardlock','label':'Gate','place':'1'}]}");
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K00000021','label':'L-K00000021',"
               "'locks':['C1'],'ring':null},{'copy':2,'item':'K00000022',"
               "'label':'L-K00000022','locks':['C1'],'ring':null}]}");
    world_must(world, "key.lend/2", "li chen", LOAN("!K00000021", "@+3600", "repair"));
    assert_string_equal(value(world, "SELECT class FROM item WHERE item = 'K00000021'"),
                        "card");
    assert_true(world_is_verified(world));
}

#define HOME_LOCK(code, kind)                                                                  \
    "{'locks':[{'code':'" code "','kind':'" kind "','label':'" code "','place':'1-0-01'}]}"

static void k6_the_five_kinds_of_a_home_are_kept_apart(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"a security door", "lock.add/1", "li sup", HOME_LOCK("X1", "antitheft"), NULL},
        {"a unit door", "lock.add/1", "li sup", HOME_LOCK("X1", "unitdoor"), NULL},
        {"an inner door", "lock.add/1", "li sup", HOME_LOCK("X1", "inner"), NULL},
        {"an intercom", "lock.add/1", "li sup", HOME_LOCK("X1", "intercom"), NULL},
        {"a mailbox", "lock.add/1", "li sup", HOME_LOCK("X1", "mailbox"), NULL},
        {"a kind nobody knows", "lock.add/1", "li sup", HOME_LOCK("X1", "catflap"), "policy"},
    };
    RUN(world, cases);
}

/* ---- lending ---- */

static void k2_only_the_desks_custodian_lends(void **state)
{
    static const struct world_case cases[] = {
        {"the custodian lends", "key.lend/2", "li chen", LOAN("!K00000002", "@+3600", "repair"),
         NULL},
        {"the custodian and a supervisor take a building over", "key.takeover/1", "li sup",
         "{'counts':[{'kinds':[{'counted':3,'kind':'publicdoor','listed':4}],'place':'1'}],"
         "'desk':'front','letter':'List','scope':'1'}",
         NULL},
        {"service staff lend", "key.lend/2", "zhang chen",
         LOAN("!K00000002", "@+3600", "repair"), "K2"},
        {"a place outside what is taken over", "key.takeover/1", "li sup",
         "{'counts':[{'kinds':[{'counted':3,'kind':'publicdoor','listed':4}],'place':'1'}],"
         "'desk':'front','letter':'List','scope':'1-PD'}",
         "K2"},
    };
    RUN(*state, cases);
}

static void k3_nothing_is_lent_in_a_private_name(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"for work", "key.lend/2", "li chen", LOAN("!K00000002", "@+3600", "repair"), NULL},
        {"the refusal is recorded", "key.refuse/1", "li",
         "{'asked':{'items':[!K00000002],'purpose':'private','receiver':'chen'},'rule':'K3'}",
         NULL},
        {"in a private name", "key.lend/2", "li chen", LOAN("!K00000002", "@+3600", "private"),
         "K3"},
        {"asked for in a private name", "request.open/1", "chen",
         "{'for':'key.lend','items':[!K00000002],'purpose':'private','window':{'end':@+7200,"
         "'start':@-60}}",
         "K3"},
    };
    RUN(world, cases);
}

static void k4_a_loan_is_registered_and_ends(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/2", "li chen", LOAN("!K00000003", "@+3600", "repair"));
    static const struct world_case cases[] = {
        {"to be back in 30 days", "key.lend/2", "li chen",
         LOAN("!K00000002", "@+2592000", "repair"), NULL},
        {"a return by whoever brings it", "key.return/1", "li",
         "{'condition':'ok','desk':'front','items':[!K00000003]}", NULL},
        {"what is out already", "key.lend/2", "wang chen",
         LOAN("!K00000003", "@+3600", "repair"), "K4"},
        {"to be back a second later", "key.lend/2", "li chen",
         LOAN("!K00000002", "@+2592001", "repair"), "K4"},
    };
    RUN(world, cases);
}

#define PRINTED(generation)                                                                    \
    "{'items':[{'generation':'" generation "','item':'K00000002','label':'L-K00000002'}],"     \
    "'profile':'address','stock':'fob-22x32'}"

static void k5_what_belongs_together_hangs_on_one_ring(void **state)
{
    static const struct world_case cases[] = {
        {"keys are tied to a ring", "ring.make/1", "li",
         "{'desk':'front','items':[!K00000002,!K00000003],'ring':!R00000033}", NULL},
        {"a key goes without its ring, flagged", "key.lend/2", "li chen",
         LOAN("!K00000004", "@+3600", "repair"), NULL},
        {"a key of one ring on another", "ring.make/1", "li",
         "{'desk':'front','items':[!K00000004],'ring':!R00000033}", "K5"},
        {"off a ring on which it does not hang", "ring.break/1", "li",
         "{'desk':'front','items':[!K00000002],'ring':!R00000009}", "K5"},
        /* labelled: a key bears its newest tag, one after the other */
        {"its first tag is printed", "tag.print/1", "li", PRINTED("1"), NULL},
        {"a second tag that has no first", "tag.print/1", "li", PRINTED("2"), "generation"},
    };
    RUN(*state, cases);
}

#define HANDED(item)                                                                           \
    "{'desk':'front','documents':['id_card'],'items':[" item                                   \
    "],'letter':null,'party':'P0000000A','place':'1-0-01','receipt':{'kind':'screen'}}"

static void k7_who_moves_in_signs_for_the_keys_of_the_home(void **state)
{
    static const struct world_case cases[] = {
        {"its owner signs for the home's key", "key.handover/1", "li", HANDED("!K00000001"),
         NULL},
        {"a bag for service staff", "tray.issue/1", "li zhang",
         "{'desk':'front','items':[!K00000001],'receiver':'zhang'}", NULL},
        {"a public key is handed over", "key.handover/1", "li", HANDED("!K00000002"), "K7"},
        {"a bag for who is no service staff", "tray.issue/1", "li chen",
         "{'desk':'front','items':[!K00000001],'receiver':'chen'}", "K7"},
    };
    RUN(*state, cases);
}

static void k8_facility_keys_are_engineerings(void **state)
{
    static const struct world_case cases[] = {
        {"both custodians move a key", "key.move/1", "li eng",
         "{'desk':'front','items':[!K00000002],'reason':'other','rehome':false,'to':'eng'}",
         NULL},
        {"one custodian moves it", "key.move/1", "li",
         "{'desk':'front','items':[!K00000002],'reason':'other','rehome':false,'to':'eng'}",
         "seats"},
        {"a facility key at the front desk", "key.add/1", "li sup",
         "{'desk':'front','keys':[{'copy':2,'item':'K00000034','label':'L-K00000034',"
         "'locks':['F1'],'ring':null}]}",
         "K8"},
        {"a public key for good at engineering's", "key.move/1", "li eng",
         "{'desk':'front','items':[!K00000002],'reason':'other','rehome':true,'to':'eng'}",
         "K8"},
    };
    RUN(*state, cases);
}

#define COPY(approval, of)                                                                     \
    "{'approval':" approval ",'copies':[{'copy':9,'item':'K00000035','label':'L-K00000035',"   \
    "'ring':null}],'desk':'front','of':" of "}"

static void k9_no_copy_without_who_may_allow_it(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "chen", ASK("key.copy", "!K00000002"));
    world_keep(world, "asked");
    world_must(world, "request.approve/1", "fm", YES("$asked"));
    world_keep(world, "public");
    world_must(world, "request.open/1", "chen", ASK("key.copy", "!K00000003"));
    world_keep(world, "other");
    world_must(world, "request.open/1", "chen", ASK("key.copy", "!K00000001"));
    world_keep(world, "asked");
    world_must(world, "request.approve/1", "sup", YES("$asked"));
    world_keep(world, "home");
    static const struct world_case cases[] = {
        {"a public key by the engineering manager's word", "key.copy/1", "li",
         COPY("$public", "!K00000002"), NULL},
        {"a home's by its owner's and the supervisor's", "key.copy/1", "li",
         COPY("$home", "!K00000001"), NULL},
        {"a public key by the supervisor's word", "request.approve/1", "sup", YES("$other"),
         "seats"},
        {"a public key by the owner of a home", "key.copy/1", "li",
         COPY("$authorised", "!K00000002"), "approval"},
    };
    RUN(world, cases);
    world_must(world, "party.end/1", "li",
               "{'authorisation':$authorised,'reason':'not_needed'}");
    static const struct world_case after[] = {
        {"a home's without its owner's", "key.copy/1", "li", COPY("$home", "!K00000001"), "K9"},
    };
    RUN(world, after);
}

static void k10_high_risk_rooms_want_an_approval(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "chen", ASK("key.lend", "!K00000006"));
    world_keep(world, "asked");
    world_must(world, "request.approve/1", "fm", YES("$asked"));
    world_keep(world, "risky");
    static const struct world_case cases[] = {
        {"a plain facility key", "key.lend/1", "eng chen",
         "{'desk':'eng','due':@+3600,'items':[!K00000007],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         NULL},
        {"a high-risk room with its approval", "key.lend/1", "eng chen",
         "{'approval':$risky,'desk':'eng','due':@+3600,'items':[!K00000006],'on_behalf':'W-1',"
         "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}",
         NULL},
        {"a high-risk room without one", "key.lend/1", "eng chen",
         "{'desk':'eng','due':@+3600,'items':[!K00000006],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         "K10"},
        {"rounds for more than a year", "standing.grant/1", "fm",
         "{'end':@+31708800,'named':[{'holder':'chen'}],'places':['1'],'post':'Rounds',"
         "'purposes':['inspection'],'start':@+0}",
         "K10"},
    };
    RUN(world, cases);
}

static void k10a_a_homes_key_is_lent_by_its_owners_say(void **state)
{
    static const struct world_case cases[] = {
        {"by the owner's letter", "key.lend/1", "li chen",
         "{'approval':$authorised,'desk':'front','due':@+3600,'items':[!K00000001],"
         "'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'credential'},"
         "'receiver':'chen'}",
         NULL},
        {"escorted instead", "key.escort/1", "li zhang",
         "{'desk':'front','due':@+3600,'items':[!K00000001],'on_behalf':'W-1',"
         "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'zhang'}",
         NULL},
        {"without a word of the owner", "key.lend/1", "li chen",
         "{'desk':'front','due':@+3600,'items':[!K00000001],'on_behalf':'W-1',"
         "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}",
         "K10a"},
        {"escorted by who may not", "key.escort/1", "li chen",
         "{'desk':'front','due':@+3600,'items':[!K00000001],'on_behalf':'W-1',"
         "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}",
         "K10a"},
    };
    RUN(*state, cases);
}

#define LONGER(due) "{'desk':'front','due':" due ",'items':[!K00000002],'reason':'other'}"

static void k11_keys_come_back_after_the_job(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/2", "wang li",
               LEND("null", "front", "!K00000002", "@+3600", "repair", "li"));
    static const struct world_case cases[] = {
        {"a longer loan by another clerk", "key.extend/1", "wang", LONGER("@+7200"), NULL},
        {"who has it is asked", "key.chase/1", "duty",
         "{'channel':'phone','items':[!K00000002],'promised':@+600,'result':'promised'}", NULL},
        {"who has it makes his loan longer", "key.extend/1", "li", LONGER("@+7200"), "K11"},
        {"longer than a loan may be", "key.extend/1", "wang", LONGER("@+2592001"), "K11"},
        {"a promise of no time", "key.chase/1", "duty",
         "{'channel':'phone','items':[!K00000002],'promised':null,'result':'promised'}", "K11"},
    };
    RUN(world, cases);
}

/* ---- counting and the shift ---- */

#define SHIFT(open, incoming, more)                                                            \
    "{'counted':{'board':0,'open':" #open ",'overdue':0,'sealed':0},'desk':'front',"           \
    "'incoming':'" incoming "','outgoing':'li'" more "}"

static void k12_who_leaves_and_who_comes_sign_the_same_count(void **state)
{
    static const struct world_case cases[] = {
        {"both sign what is there", "shift.handover/1", "li wang", SHIFT(0, "wang", ""), NULL},
        {"a difference with its reason", "shift.handover/1", "li wang",
         SHIFT(1, "wang", ",'reason':'other'"), NULL},
        {"a difference without one", "shift.handover/1", "li wang", SHIFT(1, "wang", ""),
         "K12"},
        {"to himself", "shift.handover/1", "li", SHIFT(0, "li", ""), "K12"},
        {"alone", "shift.handover/1", "li", SHIFT(0, "wang", ""), "seats"},
    };
    RUN(*state, cases);
}

static void k14_a_count_is_finished_by_two(void **state)
{
    struct world *world = *state;
    world_must(world, "stocktake.open/1", "eng", "{'desk':'eng','kind':'monthly','places':[]}");
    world_keep(world, "count");
#define FINISHED                                                                               \
    "{'counts':{'found':0,'misplaced':0,'missing':2,'out':0,'repeated':0,'sealed':0,"          \
    "'unknown':0},'missing':[!K00000006,!K00000007],'stocktake':$count}"
    static const struct world_case cases[] = {
        {"the custodian and a second person", "stocktake.finish/1", "eng chen", FINISHED, NULL},
        {"a yearly count of a building", "stocktake.open/1", "li",
         "{'desk':'front','kind':'yearly','places':['1']}", NULL},
        {"the custodian alone", "stocktake.finish/1", "eng", FINISHED, "K14"},
        {"a yearly count of nothing", "stocktake.open/1", "li",
         "{'desk':'front','kind':'yearly','places':[]}", "K14"},
    };
    RUN(world, cases);
}

/* ---- loss, seals, emergencies ---- */

static void k13_a_loss_is_declared_and_settled(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lost/1", "li",
               "{'desk':'front','items':[!K00000003],'reason':'lost'}");
    world_must(world, "key.lost/1", "li",
               "{'desk':'front','items':[!K00000001],'reason':'lost'}");
    static const struct world_case cases[] = {
        {"declared at the desk", "key.lost/1", "li chen",
         "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':'chen'}", NULL},
        {"the lock is changed", "lock.rekey/1", "li sup",
         "{'locks':[{'code':'D1','label':'Door'}],'reason':'lost'}", NULL},
        {"the supervisor accepts the risk", "risk.accept/1", "sup",
         "{'items':[!K00000003],'letter':null,'party':null,'reason':'not_needed'}", NULL},
        {"declared by staff", "key.lost/1", "chen",
         "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':'chen'}", "K13"},
        {"the owner's risk without a letter", "risk.accept/1", "li",
         "{'items':[!K00000001],'letter':null,'party':'P0000000A','reason':'not_needed'}",
         "K13"},
    };
    RUN(world, cases);
}

#define SEALED        "{'desk':'front','items':[!K00000002,!K00000003],'seal':'S-1'}"
#define OPENED(items) "{'desk':'front','items':[" items "],'reason':'not_needed','seal':'S-1'}"

static void k15_a_seal_is_opened_by_two(void **state)
{
    struct world *world = *state;
    world_must(world, "key.seal/1", "li", SEALED);
    static const struct world_case cases[] = {
        {"by the custodian and a colleague", "key.unseal/1", "li chen",
         OPENED("!K00000002,!K00000003"), NULL},
        {"by one", "key.unseal/1", "li", OPENED("!K00000002,!K00000003"), "K15"},
        {"for a part of it", "key.unseal/1", "li chen", OPENED("!K00000002"), "K15"},
        {"what is sealed already", "key.seal/1", "li",
         "{'desk':'front','items':[!K00000002],'seal':'S-2'}", "K15"},
    };
    RUN(world, cases);
}

#define EMERGENCY(receiver)                                                                    \
    "{'called':{'result':'no_number'},'cause':'water_leak','desk':'front',"                    \
    "'items':[!K00000001],'place':'1-0-01','receiver':'" receiver "'}"

static void k16_an_emergency_is_two_peoples_and_ratified(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"two on duty take the keys", "key.emergency/1", "duty zhang", EMERGENCY("zhang"),
         NULL},
        {"one on duty", "key.emergency/1", "duty", EMERGENCY("duty"), "K16"},
        {"for a third", "key.emergency/1", "duty zhang", EMERGENCY("chen"), "K16"},
    };
    RUN(world, cases);
    world_must(world, "key.emergency/1", "duty zhang", EMERGENCY("zhang"));
    world_keep(world, "help");
    int64_t idx = world->idx;
    world_save(world);
    /* in time it is no finding, a second later it is one */
    static const struct {
        int64_t after;
        bool is_finding;
    } ways[] = {{86400, false}, {86401, true}};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        enum custody_status verdict = CUSTODY_OK;
        world_tick(world, ways[i].after);
        world_must(world, "act.ratify/1", "sup", "{'act':$help}");
        json_t *report = world_verify(world, NULL, NULL, &verdict);
        assert_int_equal(world_finds(report, idx, "K16"), ways[i].is_finding);
        assert_int_equal(verdict, ways[i].is_finding ? CUSTODY_ERR_TAMPERED : CUSTODY_OK);
        json_decref(report);
        world_restore(world);
    }
}

/* ---- authority, the register, paper ---- */

#define HEARD(approver, heard_at)                                                              \
    "{'approver':'" approver "','channel':'phone','heard_at':" heard_at                        \
    ",'limits':{'count':1,'until':@+3600},'request':$asked}"

static void k17_an_oral_approval_is_heard_by_two_and_named(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "chen", ASK("key.lend", "!K00000006"));
    world_keep(world, "asked");
    static const struct world_case cases[] = {
        {"the manager's, heard by two", "request.oral/1", "eng li", HEARD("fm", "@-60"), NULL},
        {"heard by one", "request.oral/1", "eng", HEARD("fm", "@-60"), "seats"},
        {"of who could not approve", "request.oral/1", "eng li", HEARD("sup", "@-60"), "K17"},
        {"heard the day before yesterday", "request.oral/1", "eng li", HEARD("fm", "@-86401"),
         "K17"},
    };
    RUN(world, cases);
}

static const char *change(struct world *world, char *out, size_t size, const char *incoming)
{
    uint8_t digest[HASH_LEN];
    char hex[65];
    char lines[2000];
    (void)snprintf(lines, sizeof lines, "%s",
                   value(world, "SELECT group_concat(item || char(9) || holder_kind || char(9)"
                                " || holder || char(10), '') FROM (SELECT * FROM item WHERE"
                                " desk = 'front' ORDER BY item)"));
    hash_sha256(lines, strlen(lines), digest);
    text_hex(digest, sizeof digest, hex);
    (void)snprintf(out, size,
                   "{'desk':'front','gone':false,'incoming':'%s','list':{'count':%s,"
                   "'digest':'%s'},'outgoing':'li'}",
                   incoming, value(world, "SELECT count(*) FROM item WHERE desk = 'front'"),
                   hex);
    return out;
}

static void k18_a_desk_changes_hands_before_a_third(void **state)
{
    struct world *world = *state;
    char body[3][300];
    const struct world_case cases[] = {
        {"who goes, who comes, and a supervisor", "custodian.change/1", "li wang sup",
         change(world, body[0], sizeof body[0], "wang"), NULL},
        {"who goes and who comes", "custodian.change/1", "li wang",
         change(world, body[1], sizeof body[1], "wang"), "seats"},
        {"to who is no custodian", "custodian.change/1", "li zhang sup",
         change(world, body[2], sizeof body[2], "zhang"), "K18"},
    };
    RUN(world, cases);
}

#define BALANCE(item, state)                                                                   \
    "{'desk':'front','keys':[{'holder':" state ",'item':'" item "','label':'L-" item           \
    "','page':'12','seal':null,'state':'lent'}],'place':'1'}"

static void k19_what_was_before_the_program_is_carried_over_once(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/2", "li chen", LOAN("!K00000003", "@+3600", "repair"));
    static const struct world_case cases[] = {
        {"lent since before", "opening.balance/1", "li sup", BALANCE("K00000002", "'chen'"),
         NULL},
        {"by the custodian alone", "opening.balance/1", "li", BALANCE("K00000002", "'chen'"),
         "seats"},
        {"lent to nobody", "opening.balance/1", "li sup", BALANCE("K00000002", "null"), "K19"},
        {"what has moved since", "opening.balance/1", "li sup", BALANCE("K00000003", "'chen'"),
         "K19"},
    };
    RUN(world, cases);
}

#define SLIP(number, use, acts)                                                                \
    "{'desk':'front','series':'red','slips':[{'acts':[" acts "],'number':" #number             \
    ",'use':'" use "'}]}"

static void k20_every_emergency_slip_is_accounted_for(void **state)
{
    struct world *world = *state;
    world_must(world, "slip.issue/1", "li",
               "{'desk':'front','first':1,'last':9,'series':'red'}");
    world_must(world, "key.lend/1", "li chen",
               "{'desk':'front','due':@+3600,'event_at':@-30,'items':[!K00000002],"
               "'late':'power_cut','on_behalf':'W-1','purpose':'repair',"
               "'receipt':{'kind':'credential'},'receiver':'chen'}");
    world_keep(world, "late");
    world_must(world, "key.lend/2", "li chen", LOAN("!K00000003", "@+3600", "repair"));
    world_keep(world, "prompt");
    static const struct world_case cases[] = {
        {"used for an act entered late", "slip.close/1", "li sup", SLIP(1, "used", "$late"),
         NULL},
        {"blank", "slip.close/1", "li sup", SLIP(2, "blank", ""), NULL},
        {"used for an act of the day", "slip.close/1", "li sup", SLIP(1, "used", "$prompt"),
         "K20"},
        {"a number never given out", "slip.close/1", "li sup", SLIP(10, "blank", ""), "K20"},
        {"without the supervisor", "slip.close/1", "li", SLIP(2, "blank", ""), "seats"},
    };
    RUN(world, cases);
}

#define SOLD(items)                                                                            \
    "{'items':[" items "],'party_in':null,'party_out':'P0000000A','place':'1-0-01',"           \
    "'reason':'duty_change'}"
#define STAYS "{'item':'K00000001','label':'L-K00000001','outcome':'stays'}"

static void unit_transfer_settles_every_key_of_the_home(void **state)
{
    struct world *world = *state;
    world_must(world, "person.enrol/1", "adm mgr",
               "{'credential':^arc,'handle':'arc','proof':~arc:arc,"
               "'roles':['archive_custodian','key_custodian'],'staff_no':'B011'}");
    static const struct world_case cases[] = {
        {"the archive's and the keys' custodian", "unit.transfer/1", "arc li", SOLD(STAYS),
         NULL},
        {"one who is both", "unit.transfer/1", "arc", SOLD(STAYS), "seats"},
        {"a key left out", "unit.transfer/1", "arc li", SOLD(""), "K10a"},
    };
    RUN(world, cases);
    world_must(world, "unit.transfer/1", "arc li", SOLD(STAYS));
    static const struct world_case after[] = {
        {"by the former owner's letter", "key.lend/1", "li chen",
         "{'approval':$authorised,'desk':'front','due':@+3600,'items':[!K00000001],"
         "'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'credential'},"
         "'receiver':'chen'}",
         "approval"},
    };
    RUN(world, after);
}

int main(void)
{
    /* the table of rules says that each is found: every day, not every other */
    (void)setenv("CUSTODY_LONG", "1", 1);
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(k1_classes_of_keys_are_the_policys),
        T(k2_only_the_desks_custodian_lends),
        T(k3_nothing_is_lent_in_a_private_name),
        T(k4_a_loan_is_registered_and_ends),
        T(k5_what_belongs_together_hangs_on_one_ring),
        T(k6_the_five_kinds_of_a_home_are_kept_apart),
        T(k7_who_moves_in_signs_for_the_keys_of_the_home),
        T(k8_facility_keys_are_engineerings),
        T(k9_no_copy_without_who_may_allow_it),
        T(k10_high_risk_rooms_want_an_approval),
        T(k10a_a_homes_key_is_lent_by_its_owners_say),
        T(k11_keys_come_back_after_the_job),
        T(k12_who_leaves_and_who_comes_sign_the_same_count),
        T(k13_a_loss_is_declared_and_settled),
        T(k14_a_count_is_finished_by_two),
        T(k15_a_seal_is_opened_by_two),
        T(k16_an_emergency_is_two_peoples_and_ratified),
        T(k17_an_oral_approval_is_heard_by_two_and_named),
        T(k18_a_desk_changes_hands_before_a_third),
        T(k19_what_was_before_the_program_is_carried_over_once),
        T(k20_every_emergency_slip_is_accounted_for),
        T(unit_transfer_settles_every_key_of_the_home),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
