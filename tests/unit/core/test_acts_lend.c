/* key.lend/2 and its warnings, key.escort, key.extend, key.chase (FORMATS.md §17.1): what is
 * permitted, what is refused by each sentence, and what is kept of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"
#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define LEND            "key.lend/2"
#define ESCORT          "key.escort/1"
#define EXTEND          "key.extend/1"
#define CHASE           "key.chase/1"
#define SIGNED          "{'kind':'credential'}"
#define LOAN_AT(desk, accepted, items, due, receiver)                                          \
    "{'accepted':[" accepted "],'desk':'" desk "','due':" due ",'items':[" items               \
    "],'on_behalf':'W-1','purpose':'repair','receipt':" SIGNED ",'receiver':'" receiver "'}"
#define LOAN(accepted, items, due, receiver) LOAN_AT("front", accepted, items, due, receiver)
#define ACCEPT(warning, reason)              "{'reason':'" reason "','warning':'" warning "'}"
#define ACCOMPANY(items, due, purpose, receipt, receiver)                                      \
    "{'desk':'front','due':" due ",'items':[" items "],'on_behalf':'W-1','purpose':'" purpose  \
    "','receipt':" receipt ",'receiver':'" receiver "'}"
#define LONGER(approval, items, due)                                                           \
    "{'approval':" approval ",'desk':'front','due':" due ",'items':[" items                    \
    "],'reason':'other'}"
#define ASKED(items, promised, result)                                                         \
    "{'channel':'phone','items':[" items "],'promised':" promised ",'result':'" result "'}"
#define SAY(start, end, scope)                                                                 \
    "{'end':" end ",'letter':'L-1','named':[],'party':'P0000000A','place':'1-0-01',"           \
    "'scope':[" scope "],'start':" start "}"

static void expect_sql(struct world *world, const char *sql, const char *wanted)
{
    char value[80];
    assert_string_equal(world_value(world, sql, value, sizeof value), wanted);
}

/* Members of the policy become others, at once. */
static void change_policy(struct world *world, const char *members)
{
    json_error_t error;
    json_t *policy = json_load_file("tests/data/office/policy.json", 0, &error);
    json_t *changed = world_body(world, members);
    assert_non_null(policy);
    assert_int_equal(json_object_update(policy, changed), 0);
    json_decref(changed);
    json_t *body = world_body(world, "{'sheet':'1','start':@+0}");
    (void)json_object_set_new(body, "policy", policy);
    assert_int_equal(world_act_json(world, "policy.set/1", "adm mgr", body), CUSTODY_OK);
    world_tick(world, 1);
}

/* ---- key.lend/2 ---- */

static void key_lend_2_wants_what_key_lend_1_wants(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"no warning arises", LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"), NULL},
        {"one accepted that does not arise", LEND, "li chen",
         LOAN(ACCEPT("reserved", "other"), "!K00000002", "@+60", "chen"), NULL},
        {"accepted for no known reason", LEND, "li chen",
         LOAN(ACCEPT("reserved", "whim"), "!K00000002", "@+60", "chen"), "policy"},
        {"a warning nobody knows", LEND, "li chen",
         LOAN(ACCEPT("thunder", "other"), "!K00000002", "@+60", "chen"), "structure"},
        {"one warning twice", LEND, "li chen",
         LOAN(ACCEPT("reserved", "other") "," ACCEPT("reserved", "urgent"), "!K00000002",
              "@+60", "chen"),
         "structure"},
        {"warnings out of order", LEND, "li chen",
         LOAN(ACCEPT("reserved", "other") "," ACCEPT("off-shift", "other"), "!K00000002",
              "@+60", "chen"),
         "structure"},
        {"accepted left out", LEND, "li chen",
         "{'desk':'front','due':@+60,'items':[!K00000002],'on_behalf':'W-1',"
         "'purpose':'repair','receipt':" SIGNED ",'receiver':'chen'}",
         "structure"},
        {"not the clerk", LEND, "zhang chen", LOAN("", "!K00000002", "@+60", "chen"), "K2"},
        {"to himself", LEND, "li", LOAN("", "!K00000002", "@+60", "li"), "seats"},
        {"receiver did not sign", LEND, "li", LOAN("", "!K00000002", "@+60", "chen"), "seats"},
        {"of the other desk", LEND, "li chen",
         LOAN(ACCEPT("last-spare", "other"), "!K00000007", "@+60", "chen"), "K4"},
        {"due too late", LEND, "li chen", LOAN("", "!K00000002", "@+2592001", "chen"), "K4"},
        {"a home's key without approval", LEND, "li chen",
         LOAN(ACCEPT("last-spare", "other"), "!K00000001", "@+60", "chen"), "K10a"},
        {"high risk without approval", LEND, "eng chen",
         LOAN_AT("eng", ACCEPT("last-spare", "other"), "!K00000006", "@+60", "chen"), "K10"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen",
               LOAN(ACCEPT("reserved", "other"), "!K00000002", "@+60", "chen"));
    assert_string_equal(world->flags, "");
    expect_sql(world, "SELECT count(*) FROM warning", "0");
    expect_sql(world, "SELECT holder FROM item WHERE item = 'K00000002'", "chen");
    expect_sql(world, "SELECT receiver FROM loan", "chen");
}

static void the_last_spare_of_a_lock_is_lent_with_a_reason(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"the only key", LEND, "eng chen", LOAN_AT("eng", "", "!K00000007", "@+60", "chen"),
         "warning"},
        {"another warning accepted", LEND, "eng chen",
         LOAN_AT("eng", ACCEPT("reserved", "other"), "!K00000007", "@+60", "chen"), "warning"},
        {"accepted", LEND, "eng chen",
         LOAN_AT("eng", ACCEPT("last-spare", "only_one"), "!K00000007", "@+60", "chen"), NULL},
        {"key.lend/1 knows no warnings", "key.lend/1", "eng chen",
         "{'desk':'eng','due':@+60,'items':[!K00000007],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':" SIGNED ",'receiver':'chen'}",
         NULL},
        {"three of four", LEND, "li chen", LOAN("", "!K00000002,!R00000009", "@+60", "chen"),
         NULL},
        {"all four, two of them on a ring", LEND, "li chen",
         LOAN("", "!K00000002,!K00000003,!R00000009", "@+60", "chen"), "warning"},
        {"all four by name", LEND, "li chen",
         LOAN("", "!K00000002,!K00000003,!K00000004,!K00000005", "@+60", "chen"), "warning"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "eng chen",
               LOAN_AT("eng", ACCEPT("last-spare", "only_one"), "!K00000007", "@+60", "chen"));
    assert_string_equal(world->flags, "last-spare");
    expect_sql(world, "SELECT warning || ' ' || reason FROM warning", "last-spare only_one");
    /* one key of the door stands at the other desk: a spare is a spare wherever it stands */
    world_must(world, "key.move/1", "li eng",
               "{'desk':'front','items':[!K00000003],'reason':'other','rehome':false,"
               "'to':'eng'}");
    static const struct world_case elsewhere[] = {
        {"a spare at the other desk", LEND, "li chen",
         LOAN("", "!K00000002,!R00000009", "@+60", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, elsewhere, 1), 0);
    change_policy(world, "{'spare_min':2}");
    static const struct world_case two[] = {
        {"two are left", LEND, "li chen", LOAN("", "!K00000002,!K00000004", "@+60", "chen"),
         NULL},
        {"one is left", LEND, "li chen", LOAN("", "!K00000002,!R00000009", "@+60", "chen"),
         "warning"},
    };
    assert_int_equal(world_run_cases(world, two, COUNT_OF(two)), 0);
}

static void who_holds_overdue_keys_is_lent_more_with_a_reason(void **state)
{
    struct world *world = *state;
    world_must(world, LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"));
    world_must(world, LEND, "li",
               "{'accepted':[],'desk':'front','due':@+60,'items':[!K00000004],"
               "'on_behalf':'W-1','purpose':'viewing','receipt':{'kind':'screen'},"
               "'receiver':'P0000000A'}");
    world_tick(world, 60);
    static const struct world_case due_now[] = {
        {"due at this moment", LEND, "li chen", LOAN("", "!K00000003", "@+60", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, due_now, 1), 0);
    world_tick(world, 1);
    static const struct world_case cases[] = {
        {"overdue", LEND, "li chen", LOAN("", "!K00000003", "@+60", "chen"), "warning"},
        {"overdue, accepted", LEND, "li chen",
         LOAN(ACCEPT("holder-overdue", "manager_informed"), "!K00000003", "@+60", "chen"),
         NULL},
        {"another receiver", LEND, "li zhang", LOAN("", "!K00000003", "@+60", "zhang"), NULL},
        {"a party that is overdue", LEND, "li",
         "{'accepted':[],'desk':'front','due':@+60,'items':[!K00000003],'on_behalf':'W-1',"
         "'purpose':'viewing','receipt':{'kind':'screen'},'receiver':'P0000000A'}",
         "warning"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, EXTEND, "li", LONGER("null", "!K00000002", "@+3600"));
    static const struct world_case extended[] = {
        {"extended", LEND, "li chen", LOAN("", "!K00000003", "@+60", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, extended, 1), 0);
}

#define WANT(who, items, start, end)                                                           \
    "{'for':'key.lend','items':[" items "],'party':" who                                       \
    ",'purpose':'repair','window':{'end':" end ",'start':" start "}}"
#define YES(request, until) "{'limits':{'count':1,'until':" until "},'request':" request "}"

static void a_key_that_is_reserved_is_lent_with_a_reason(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "zhang",
               WANT("null", "!K00000002,!R00000009", "@+3600", "@+7200"));
    world_keep(world, "request");
    static const struct world_case open[] = {
        {"asked for, not approved", LEND, "li chen", LOAN("", "!K00000002", "@+86400", "chen"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, open, 1), 0);
    world_must(world, "request.approve/1", "sup", YES("$request", "@+86400"));
    world_keep(world, "approval");
    static const struct world_case cases[] = {
        {"back when it begins", LEND, "li chen", LOAN("", "!K00000002", "@+3600", "chen"),
         NULL},
        {"back too late", LEND, "li chen", LOAN("", "!K00000002", "@+3601", "chen"), "warning"},
        {"back too late, accepted", LEND, "li chen",
         LOAN(ACCEPT("reserved", "returns_soon"), "!K00000002", "@+3601", "chen"), NULL},
        {"the ring", LEND, "li chen", LOAN("", "!R00000009", "@+7200", "chen"), "warning"},
        {"a key of the ring by itself", LEND, "li chen",
         LOAN("", "!K00000004", "@+7200", "chen"), NULL},
        {"another key", LEND, "li chen", LOAN("", "!K00000003", "@+7200", "chen"), NULL},
        {"to whom it is reserved", LEND, "li zhang", LOAN("", "!K00000002", "@+7200", "zhang"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_tick(world, 3600);
    static const struct world_case begun[] = {
        {"by the approval itself", LEND, "li zhang",
         "{'accepted':[],'approval':$approval,'desk':'front','due':@+60,'items':[!K00000002],"
         "'on_behalf':'W-1','purpose':'repair','receipt':" SIGNED ",'receiver':'zhang'}",
         NULL},
        {"in the window", LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"), "warning"},
    };
    assert_int_equal(world_run_cases(world, begun, COUNT_OF(begun)), 0);
    world_tick(world, 3600);
    static const struct world_case over[] = {
        {"the window is over", LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, over, 1), 0);
}

static void an_approval_that_cannot_be_used_reserves_nothing(void **state)
{
    struct world *world = *state;
    world_must(world, "request.open/1", "zhang", WANT("null", "!K00000002", "@-60", "@+90000"));
    world_keep(world, "request");
    world_must(world, "request.approve/1", "sup", YES("$request", "@+600"));
    world_keep(world, "approval");
    static const struct world_case live[] = {
        {"reserved", LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"), "warning"},
    };
    assert_int_equal(world_run_cases(world, live, 1), 0);
    world_must(world, "request.open/1", "zhang", WANT("null", "!K00000003", "@-60", "@+90000"));
    world_keep(world, "other");
    world_must(world, "request.approve/1", "fm", YES("$other", "@+86400"));
    world_must(world, "person.suspend/1", "adm", "{'handle':'fm','reason':'absence'}");
    world_must(world, LEND, "li zhang",
               "{'accepted':[],'approval':$approval,'desk':'front','due':@+60,"
               "'items':[!K00000002],'on_behalf':'W-1','purpose':'repair','receipt':" SIGNED
               ",'receiver':'zhang'}");
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000002]}");
    static const struct world_case cases[] = {
        {"used", LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"), NULL},
        {"ended with its approver", LEND, "li chen", LOAN("", "!K00000003", "@+60", "chen"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "request.open/1", "zhang", WANT("null", "!K00000004", "@-60", "@+90000"));
    world_keep(world, "late");
    world_must(world, "request.approve/1", "sup", YES("$late", "@+600"));
    world_tick(world, 600);
    static const struct world_case until[] = {
        {"its time is over", LEND, "li chen", LOAN("", "!K00000004", "@+60", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, until, 1), 0);
}

static void keys_due_when_nobody_is_there_are_lent_with_a_reason(void **state)
{
    struct world *world = *state;
    /* It is Friday 2025-10-31, 16:01 local: @-60 is 16:00. Front: Friday 8 to 18, Saturday 22
     * to Monday 0; Sunday 2025-11-02 is a holiday, but what began on Saturday goes on. */
    change_policy(
        world,
        "{'holidays':['2025-11-02','2025-11-07'],'shifts':["
        "{'code':'day','days':['fri','sun'],'desks':['front'],'end_min':1080,'label':'D',"
        "'start_min':480},"
        "{'code':'eng','days':['mon'],'desks':['eng'],'end_min':60,'label':'E',"
        "'start_min':0},"
        "{'code':'night','days':['sat'],'desks':['front'],'end_min':2880,'label':'N',"
        "'start_min':1320}]}");
    int64_t zero = WORLD_EPOCH - world->now; /* seconds from now to Friday 16:00 */
    static const struct {
        int64_t from_friday_16;
        bool is_on;
    } moments[] = {
        {2 * 3600, true},                  /* Friday 18:00 */
        {2 * 3600 + 1, false},             /* Friday 18:00:01 */
        {86400 + 6 * 3600 - 1, false},     /* Saturday 21:59:59 */
        {86400 + 6 * 3600, true},          /* Saturday 22:00 */
        {86400 + 8 * 3600, true},          /* Sunday 0:00, of Saturday's */
        {2 * 86400, true},                 /* Sunday 16:00: a holiday, Saturday's goes on */
        {2 * 86400 + 8 * 3600, true},      /* Monday 0:00 */
        {2 * 86400 + 8 * 3600 + 1, false}, /* Monday 0:00:01: eng's shift is not front's */
        {7 * 86400, false},                /* Friday again, a holiday */
        {9 * 86400, true},                 /* Sunday 16:00, no holiday */
        {14 * 86400 - 8 * 3600, true},     /* Friday after next 8:00 */
        {14 * 86400 - 8 * 3600 - 1, false},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        char body[400];
        char label[40];
        struct world_case it = {label, LEND, "li chen", body,
                                moments[i].is_on ? NULL : "warning"};
        (void)snprintf(label, sizeof label, "moment %zu", i);
        (void)snprintf(body, sizeof body,
                       "{'accepted':[],'desk':'front','due':@+%lld,'items':[!K00000002],"
                       "'on_behalf':'W-1','purpose':'repair','receipt':" SIGNED
                       ",'receiver':'chen'}",
                       (long long)(moments[i].from_friday_16 + zero));
        assert_int_equal(world_run_cases(world, &it, 1), 0);
    }
    static const struct world_case accepted[] = {
        {"accepted", LEND, "li chen",
         LOAN(ACCEPT("off-shift", "urgent"), "!K00000002", "@+43200", "chen"), NULL},
    };
    assert_int_equal(world_run_cases(world, accepted, 1), 0);
    change_policy(world, "{'shifts':[]}");
    static const struct world_case none[] = {
        {"no shifts, no warning", LEND, "li chen", LOAN("", "!K00000002", "@+43200", "chen"),
         NULL},
    };
    assert_int_equal(world_run_cases(world, none, 1), 0);
}

/* ---- key.escort ---- */

static void key_escort_is_for_those_who_escort_and_short(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"service staff with a home's key", ESCORT, "li zhang",
         ACCOMPANY("!K00000001", "@+14400", "viewing", SIGNED, "zhang"), NULL},
        {"duty", ESCORT, "li duty", ACCOMPANY("!K00000001", "@+60", "viewing", SIGNED, "duty"),
         NULL},
        {"another custodian of the desk", ESCORT, "li wang",
         ACCOMPANY("!K00000001", "@+60", "viewing", SIGNED, "wang"), NULL},
        {"who is escorted", ESCORT, "li zhang",
         "{'desk':'front','due':@+60,'escorted':'P0000000A','items':[!K00000001],"
         "'on_behalf':'W-1','purpose':'viewing','receipt':" SIGNED ",'receiver':'zhang'}",
         NULL},
        {"unsigned with a colleague", ESCORT, "li chen",
         ACCOMPANY("!K00000001", "@+60", "viewing",
                   "{'kind':'screen','unsigned_reason':'no_device'}", "zhang"),
         NULL},
        {"staff that does not escort", ESCORT, "li chen",
         ACCOMPANY("!K00000001", "@+60", "viewing", SIGNED, "chen"), "K10a"},
        {"the other desk's custodian", ESCORT, "li eng",
         ACCOMPANY("!K00000001", "@+60", "viewing", SIGNED, "eng"), "K10a"},
        {"a party", ESCORT, "li",
         ACCOMPANY("!K00000001", "@+60", "viewing", "{'kind':'screen'}", "P0000000A"),
         "structure"},
        {"too long", ESCORT, "li zhang",
         ACCOMPANY("!K00000001", "@+14401", "viewing", SIGNED, "zhang"), "K10a"},
        {"due at once", ESCORT, "li zhang",
         ACCOMPANY("!K00000001", "@+0", "viewing", SIGNED, "zhang"), "K4"},
        {"private", ESCORT, "li zhang",
         ACCOMPANY("!K00000001", "@+60", "private", SIGNED, "zhang"), "K3"},
        {"nobody of this name is escorted", ESCORT, "li zhang",
         "{'desk':'front','due':@+60,'escorted':'nobody','items':[!K00000001],"
         "'on_behalf':'W-1','purpose':'viewing','receipt':" SIGNED ",'receiver':'zhang'}",
         "object"},
        {"not the clerk", ESCORT, "chen zhang",
         ACCOMPANY("!K00000001", "@+60", "viewing", SIGNED, "zhang"), "K2"},
        {"he himself", ESCORT, "li", ACCOMPANY("!K00000001", "@+60", "viewing", SIGNED, "li"),
         "seats"},
        {"not at the desk", ESCORT, "li zhang",
         ACCOMPANY("!K00000007", "@+60", "viewing", SIGNED, "zhang"), "K4"},
        {"high risk", ESCORT, "eng duty",
         "{'desk':'eng','due':@+60,'items':[!K00000006],'on_behalf':'W-1',"
         "'purpose':'inspection','receipt':" SIGNED ",'receiver':'duty'}",
         "K10"},
        {"an approval of nothing", ESCORT, "li zhang",
         "{'approval':%adm,'desk':'front','due':@+60,'items':[!K00000001],'on_behalf':'W-1',"
         "'purpose':'viewing','receipt':" SIGNED ",'receiver':'zhang'}",
         "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "request.open/1", "duty",
               "{'for':'key.lend','items':[!K00000006],'purpose':'inspection',"
               "'window':{'end':@+7200,'start':@-60}}");
    world_keep(world, "request");
    world_must(world, "request.approve/1", "fm", YES("$request", "@+3600"));
    world_keep(world, "approval");
    static const struct world_case approved[] = {
        {"high risk, approved", ESCORT, "eng duty",
         "{'approval':$approval,'desk':'eng','due':@+60,'items':[!K00000006],"
         "'on_behalf':'W-1','purpose':'inspection','receipt':" SIGNED ",'receiver':'duty'}",
         NULL},
        {"approved for another purpose", ESCORT, "eng duty",
         "{'approval':$approval,'desk':'eng','due':@+60,'items':[!K00000006],"
         "'on_behalf':'W-1','purpose':'repair','receipt':" SIGNED ",'receiver':'duty'}",
         "approval"},
    };
    assert_int_equal(world_run_cases(world, approved, COUNT_OF(approved)), 0);
    world_must(world, ESCORT, "li zhang",
               "{'desk':'front','due':@+60,'escorted':'P0000000A','items':[!K00000001],"
               "'on_behalf':'W-1','purpose':'viewing','receipt':" SIGNED
               ",'receiver':'zhang'}");
    world_keep(world, "escort");
    expect_sql(world,
               "SELECT kind || ' ' || holder FROM movement WHERE item = 'K00000001'"
               " ORDER BY idx DESC LIMIT 1",
               "escort zhang");
    expect_sql(world, "SELECT escorted FROM escort", "P0000000A");
    expect_sql(world, "SELECT receiver || ' ' || purpose FROM loan", "zhang viewing");
    assert_true(world_is_verified(world));
    world_must(world, "act.correct/1", "li sup", "{'act':$escort,'reason':'entry_error'}");
    expect_sql(world, "SELECT holder FROM item WHERE item = 'K00000001'", "front");
    assert_true(world_is_verified(world));
}

/* ---- key.extend ---- */

static void lend_all(struct world *world)
{
    world_must(world, "party.authorise/1", "zhang sup", SAY("@-60", "@+7200", "'lend'"));
    world_keep(world, "say");
    world_must(world, LEND, "li chen", LOAN("", "!K00000002", "@+3600", "chen"));
    world_must(world, LEND, "wang li", LOAN("", "!K00000003", "@+3600", "li"));
    world_must(
        world, LEND, "li chen",
        "{'accepted':[" ACCEPT(
            "last-spare",
            "other") "],'approval':$say,"
                     "'desk':'front','due':@+3600,'items':[!K00000001],'on_behalf':'W-1',"
                     "'purpose':'repair','receipt':" SIGNED ",'receiver':'chen'}");
    world_keep(world, "home");
    world_must(world, LEND, "eng chen",
               LOAN_AT("eng", ACCEPT("last-spare", "other"), "!K00000007", "@+3600", "chen"));
}

static void key_extend_is_the_desks_and_never_the_holders(void **state)
{
    struct world *world = *state;
    lend_all(world);
    world_must(world, "role.delegate/1", "li zhang",
               "{'end':@+86400,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"by its clerk", EXTEND, "li", LONGER("null", "!K00000002", "@+7200"), NULL},
        {"by another custodian", EXTEND, "wang", LONGER("null", "!K00000002", "@+7200"), NULL},
        {"by a delegate", EXTEND, "zhang", LONGER("null", "!K00000002", "@+7200"), NULL},
        {"two loans", EXTEND, "wang", LONGER("null", "!K00000002,!K00000003", "@+7200"), NULL},
        {"as long as may be", EXTEND, "li", LONGER("null", "!K00000002", "@+2592000"), NULL},
        {"longer", EXTEND, "li", LONGER("null", "!K00000002", "@+2592001"), "K11"},
        {"no later than before", EXTEND, "li", LONGER("null", "!K00000002", "@+3600"), "K11"},
        {"the holder", EXTEND, "li", LONGER("null", "!K00000003", "@+7200"), "K11"},
        {"the holder among others", EXTEND, "li",
         LONGER("null", "!K00000002,!K00000003", "@+7200"), "K11"},
        {"the holder's delegate", EXTEND, "zhang", LONGER("null", "!K00000003", "@+7200"),
         "K11"},
        {"duty", EXTEND, "duty", LONGER("null", "!K00000002", "@+7200"), "K2"},
        {"the receiver", EXTEND, "chen", LONGER("null", "!K00000002", "@+7200"), "K2"},
        {"the other desk", EXTEND, "eng",
         "{'desk':'eng','due':@+7200,'items':[!K00000002],'reason':'other'}", "K2"},
        {"what the other desk lent", EXTEND, "li", LONGER("null", "!K00000007", "@+7200"),
         "K2"},
        {"what stands at the desk", EXTEND, "li", LONGER("null", "!K00000004", "@+7200"),
         "state"},
        {"by two", EXTEND, "li wang", LONGER("null", "!K00000002", "@+7200"), "seats"},
        {"unknown", EXTEND, "li", LONGER("null", "!K00000099", "@+7200"), "object"},
        {"another label", EXTEND, "li",
         LONGER("null", "{'item':'K00000002','label':'L'}", "@+7200"), "label"},
        {"no known reason", EXTEND, "li",
         "{'desk':'front','due':@+7200,'items':[!K00000002],'reason':'whim'}", "policy"},
        {"no such desk", EXTEND, "li",
         "{'desk':'cellar','due':@+7200,'items':[!K00000002],'reason':'other'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_tick(world, 7200);
    static const struct world_case overdue[] = {
        {"overdue already", EXTEND, "li", LONGER("null", "!K00000002", "@+60"), NULL},
        {"to what is past", EXTEND, "li", LONGER("null", "!K00000002", "@+0"), "K11"},
    };
    assert_int_equal(world_run_cases(world, overdue, COUNT_OF(overdue)), 0);
}

static void an_escort_is_extended_within_its_minutes(void **state)
{
    struct world *world = *state;
    char minutes[24];
    char body[200];
    world_must(world, ESCORT, "li zhang",
               ACCOMPANY("!K00000002", "@+60", "repair", SIGNED, "zhang"));
    json_t *policy = json_load_file("tests/data/office/policy.json", 0, NULL);
    assert_non_null(policy);
    int64_t most = json_integer_value(json_object_get(policy, "escort_max_min")) * 60;
    json_decref(policy);
    for (int64_t over = 1; over >= 0; over--) {
        (void)snprintf(minutes, sizeof minutes, "@+%lld", (long long)(most + over));
        (void)snprintf(body, sizeof body,
                       "{'desk':'front','due':%s,'items':[!K00000002],'reason':'other'}",
                       minutes);
        const struct world_case one = {"an escort longer", EXTEND, "li", body,
                                       over > 0 ? "K11" : NULL};
        assert_int_equal(world_run_cases(world, &one, 1), 0);
    }
}

static void what_a_loan_was_allowed_for_is_extended_by_a_new_approval(void **state)
{
    struct world *world = *state;
    lend_all(world);
    world_must(world, "party.authorise/1", "zhang sup", SAY("@-60", "@+90000", "'lend'"));
    world_keep(world, "new_say");
    world_must(world, "request.open/1", "chen",
               WANT("null", "!K00000001,!K00000002", "@-60", "@+90000"));
    world_keep(world, "request");
    world_must(world, "request.approve/1", "sup", YES("$request", "@+600"));
    world_keep(world, "approval");
    static const struct world_case cases[] = {
        {"within it", EXTEND, "li", LONGER("null", "!K00000001", "@+7200"), NULL},
        {"past it", EXTEND, "li", LONGER("null", "!K00000001", "@+7201"), "K11"},
        {"past it by the same", EXTEND, "li", LONGER("$say", "!K00000001", "@+7201"), "K11"},
        {"past it by a new one", EXTEND, "li", LONGER("$new_say", "!K00000001", "@+90000"),
         NULL},
        {"past the new one", EXTEND, "li", LONGER("$new_say", "!K00000001", "@+90001"), "K11"},
        {"by a request", EXTEND, "li", LONGER("$approval", "!K00000001", "@+7201"), NULL},
        {"not needed", EXTEND, "li", LONGER("$approval", "!K00000002", "@+7200"), NULL},
        {"for another's loan", EXTEND, "wang", LONGER("$approval", "!K00000003", "@+7200"),
         "K11"},
        {"for one loan of two", EXTEND, "wang",
         LONGER("$approval", "!K00000002,!K00000003", "@+7200"), "K11"},
        {"for two loans alike", EXTEND, "li",
         LONGER("$approval", "!K00000001,!K00000002", "@+7201"), NULL},
        {"of nothing", EXTEND, "li", LONGER("%adm", "!K00000001", "@+7201"), "K11"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, EXTEND, "li", LONGER("$approval", "!K00000001", "@+7201"));
    static const struct world_case used[] = {
        {"used up", EXTEND, "li", LONGER("$approval", "!K00000001", "@+7300"), "K11"},
    };
    assert_int_equal(world_run_cases(world, used, 1), 0);
    assert_true(world_is_verified(world));
}

static void an_extension_moves_the_due_and_not_the_record(void **state)
{
    struct world *world = *state;
    char due[40];
    char sql[120];
    world_must(world, LEND, "li chen", LOAN("", "!K00000002", "@+3600", "chen"));
    int64_t t0 = world->now;
    world_must(world, EXTEND, "li", LONGER("null", "!K00000002", "@+7200"));
    (void)snprintf(due, sizeof due, "%lld", (long long)t0 + 7200);
    expect_sql(world, "SELECT due FROM item WHERE item = 'K00000002'", due);
    expect_sql(world, "SELECT due FROM extension", due);
    (void)snprintf(due, sizeof due, "%lld", (long long)t0 + 3600);
    expect_sql(world,
               "SELECT due FROM movement WHERE item = 'K00000002' ORDER BY idx DESC LIMIT 1",
               due);
    world_tick(world, 60);
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000002]}");
    world_keep(world, "return");
    static const struct world_case back[] = {
        {"what came back", EXTEND, "li", LONGER("null", "!K00000002", "@+9000"), "state"},
    };
    assert_int_equal(world_run_cases(world, back, 1), 0);
    /* a return that was none: the loan goes on as it had been extended */
    world_must(world, "act.correct/1", "li sup", "{'act':$return,'reason':'entry_error'}");
    (void)snprintf(sql, sizeof sql,
                   "SELECT holder || ' ' || (due - %lld) FROM item WHERE item = 'K00000002'",
                   (long long)t0);
    expect_sql(world, sql, "chen 7200");
    assert_true(world_is_verified(world));
    /* and of another loan since, corrected, nothing is left */
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000002]}");
    world_keep(world, "return");
    world_must(world, LEND, "li zhang", LOAN("", "!K00000002", "@+100", "zhang"));
    world_keep(world, "wrong");
    world_must(world, EXTEND, "li", LONGER("null", "!K00000002", "@+50000"));
    world_must(world, "act.correct/1", "li sup", "{'act':$wrong,'reason':'entry_error'}");
    expect_sql(world, "SELECT due IS NULL FROM item WHERE item = 'K00000002'", "1");
    world_must(world, "act.correct/1", "li sup", "{'act':$return,'reason':'entry_error'}");
    expect_sql(world, sql, "chen 7200");
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000002]}");
    world_keep(world, "return");
    world_must(world, "act.correct/1", "li sup", "{'act':$return,'reason':'entry_error'}");
    expect_sql(world, sql, "chen 7200");
    assert_true(world_is_verified(world));
    world_must(world, EXTEND, "li", LONGER("null", "!K00000002", "@+60000"));
    world_keep(world, "extension");
    static const struct world_case none[] = {
        {"an extension is not corrected", "act.correct/1", "li sup",
         "{'act':$extension,'reason':'entry_error'}", "state"},
    };
    assert_int_equal(world_run_cases(world, none, 1), 0);
}

/* ---- key.chase ---- */

static void key_chase_is_about_what_is_out(void **state)
{
    struct world *world = *state;
    world_must(world, LEND, "li chen", LOAN("", "!K00000002", "@+60", "chen"));
    static const struct world_case cases[] = {
        {"custodian", CHASE, "li", ASKED("!K00000002", "null", "no_answer"), NULL},
        {"another desk's custodian", CHASE, "eng", ASKED("!K00000002", "null", "refused"),
         NULL},
        {"duty", CHASE, "duty", ASKED("!K00000002", "@+600", "promised"), NULL},
        {"staff", CHASE, "zhang", ASKED("!K00000002", "null", "no_answer"), "seats"},
        {"the holder", CHASE, "chen", ASKED("!K00000002", "null", "no_answer"), "seats"},
        {"by two", CHASE, "duty li", ASKED("!K00000002", "null", "no_answer"), "seats"},
        {"at the desk", CHASE, "li", ASKED("!K00000003", "null", "no_answer"), "state"},
        {"promised without a time", CHASE, "li", ASKED("!K00000002", "null", "promised"),
         "K11"},
        {"a time not promised", CHASE, "li", ASKED("!K00000002", "@+60", "no_answer"), "K11"},
        {"no such channel", CHASE, "li",
         "{'channel':'drum','items':[!K00000002],'result':'no_answer'}", "policy"},
        {"no such result", CHASE, "li", ASKED("!K00000002", "null", "shouted"), "structure"},
        {"unknown", CHASE, "li", ASKED("!K00000099", "null", "no_answer"), "object"},
        {"another label", CHASE, "li",
         ASKED("{'item':'K00000002','label':'L'}", "null", "no_answer"), "label"},
        {"no items", CHASE, "li", ASKED("", "null", "no_answer"), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CHASE, "duty", ASKED("!K00000002", "@+600", "promised"));
    world_keep(world, "chase");
    expect_sql(world,
               "SELECT item || ' ' || clerk || ' ' || channel || ' ' || result"
               " || ' ' || (promised > 0) FROM chase",
               "K00000002 duty phone promised 1");
    expect_sql(world, "SELECT holder FROM item WHERE item = 'K00000002'", "chen");
    static const struct world_case none[] = {
        {"is not corrected", "act.correct/1", "li sup", "{'act':$chase,'reason':'entry_error'}",
         "state"},
    };
    assert_int_equal(world_run_cases(world, none, 1), 0);
    assert_true(world_is_verified(world));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(key_lend_2_wants_what_key_lend_1_wants),
        T(the_last_spare_of_a_lock_is_lent_with_a_reason),
        T(who_holds_overdue_keys_is_lent_more_with_a_reason),
        T(a_key_that_is_reserved_is_lent_with_a_reason),
        T(an_approval_that_cannot_be_used_reserves_nothing),
        T(keys_due_when_nobody_is_there_are_lent_with_a_reason),
        T(key_escort_is_for_those_who_escort_and_short),
        T(key_extend_is_the_desks_and_never_the_holders),
        T(an_escort_is_extended_within_its_minutes),
        T(what_a_loan_was_allowed_for_is_extended_by_a_new_approval),
        T(an_extension_moves_the_due_and_not_the_record),
        T(key_chase_is_about_what_is_out),
    };
    return cmocka_run_group_tests_name("acts about loans", tests, NULL, NULL);
}
