/* key.lend, key.return, key.refuse, event times and `who` (FORMATS.md §10, §15). */
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
#define LEND            "key.lend/1"
#define RETURN          "key.return/1"
#define REFUSE          "key.refuse/1"
#define SIGNED          "{'kind':'credential'}"
/* A loan from the front desk. */
#define LOAN(items, due, purpose, receipt, receiver)                                           \
    "{'desk':'front','due':" due ",'items':[" items "],'on_behalf':'W-1','purpose':'" purpose  \
    "','receipt':" receipt ",'receiver':'" receiver "'}"
#define LATE(items, event_at, late)                                                            \
    "{'desk':'front','due':@+3600,'event_at':" event_at ",'items':[" items "],'late':" late    \
    ",'on_behalf':'W-1','purpose':'repair','receipt':" SIGNED ",'receiver':'chen'}"
#define BACK(items, by_whom, receipt)                                                          \
    "{'by_whom':" by_whom ",'condition':'ok','desk':'front','items':[" items                   \
    "],'receipt':" receipt "}"

static void key_lend_is_the_clerks_and_the_receipt_says_who_signs(void **state)
{
    struct world *world = *state;
    world_must(world, "person.suspend/1", "adm", "{'handle':'duty','reason':'absence'}");
    static const struct world_case cases[] = {
        {"receiver signs", LEND, "li chen",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), NULL},
        {"two items", LEND, "wang chen",
         LOAN("!K00000002,!K00000003", "@+60", "repair", SIGNED, "chen"), NULL},
        {"to another custodian", LEND, "li wang",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "wang"), NULL},
        {"to a party on paper", LEND, "li",
         LOAN("!K00000002", "@+60", "viewing", "{'kind':'paper','slip':'7'}", "P0000000A"),
         NULL},
        {"to a party on the screen", LEND, "li",
         LOAN("!K00000002", "@+60", "viewing", "{'kind':'screen'}", "P0000000A"), NULL},
        {"to who has no credential", LEND, "li",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'thumb'}", "bao"), NULL},
        {"unsigned with a colleague", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'no_device'}",
              "chen"),
         NULL},
        {"unsigned, the later custodian acts", LEND, "wang li",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'no_device'}",
              "chen"),
         NULL},
        {"as long as the policy has it", LEND, "li chen",
         LOAN("!K00000002", "@+2592000", "repair", SIGNED, "chen"), NULL},
        {"a plain facility key", LEND, "chen eng",
         "{'desk':'eng','due':@+60,'items':[!K00000007],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         "K2"},
        {"a plain facility key by its clerk", LEND, "eng chen",
         "{'desk':'eng','due':@+60,'items':[!K00000007],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         NULL},
        {"high risk without approval", LEND, "eng chen",
         "{'desk':'eng','due':@+60,'items':[!K00000006],'on_behalf':'W-1','purpose':'repair',"
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         "K10"},
        {"not the clerk", LEND, "zhang chen",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "K2"},
        {"the other desk's clerk", LEND, "eng chen",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "K2"},
        {"the receiver acts", LEND, "chen li",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "K2"},
        {"to himself", LEND, "li", LOAN("!K00000002", "@+60", "repair", SIGNED, "li"), "seats"},
        {"to himself with a colleague while another custodian is there", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "li"), "seats"},
        {"receiver did not sign", LEND, "li",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "seats"},
        {"signed by another", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "seats"},
        {"one signature too many", LEND, "li chen zhang",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "seats"},
        {"signed, with a slip", LEND, "li chen",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'credential','slip':'7'}", "chen"),
         "K4"},
        {"paper without a slip", LEND, "li",
         LOAN("!K00000002", "@+60", "viewing", "{'kind':'paper'}", "P0000000A"), "K4"},
        {"a party with a colleague", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "viewing", "{'kind':'screen'}", "P0000000A"), "seats"},
        {"a reason that is not owed", LEND, "li",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'no_device'}",
              "bao"),
         "K4"},
        {"unsigned without a reason", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen'}", "chen"), "K4"},
        {"unsigned for no known reason", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'whim'}",
              "chen"),
         "policy"},
        {"unsigned without a colleague", LEND, "li",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'no_device'}",
              "chen"),
         "seats"},
        {"unsigned, the receiver as colleague", LEND, "li chen",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'no_device'}",
              "chen"),
         "seats"},
        {"unsigned, an auditor as colleague", LEND, "li aud",
         LOAN("!K00000002", "@+60", "repair", "{'kind':'screen','unsigned_reason':'no_device'}",
              "chen"),
         "seats"},
        {"private", LEND, "li chen", LOAN("!K00000002", "@+60", "private", SIGNED, "chen"),
         "K3"},
        {"purpose", LEND, "li chen", LOAN("!K00000002", "@+60", "fun", SIGNED, "chen"),
         "policy"},
        {"due at once", LEND, "li chen", LOAN("!K00000002", "@+0", "repair", SIGNED, "chen"),
         "K4"},
        {"due too late", LEND, "li chen",
         LOAN("!K00000002", "@+2592001", "repair", SIGNED, "chen"), "K4"},
        {"of the other desk", LEND, "li chen",
         LOAN("!K00000007", "@+60", "repair", SIGNED, "chen"), "K4"},
        {"unknown item", LEND, "li chen", LOAN("!K00000099", "@+60", "repair", SIGNED, "chen"),
         "object"},
        {"another label", LEND, "li chen",
         LOAN("{'item':'K00000002','label':'L'}", "@+60", "repair", SIGNED, "chen"), "label"},
        {"a home's key without approval", LEND, "li chen",
         LOAN("!K00000001", "@+60", "repair", SIGNED, "chen"), "K10a"},
        {"to nobody", LEND, "li", LOAN("!K00000002", "@+60", "repair", SIGNED, "nobody"),
         "object"},
        {"to an unknown party", LEND, "li",
         LOAN("!K00000002", "@+60", "viewing", "{'kind':'screen'}", "P0000000Z"), "object"},
        {"to a suspended", LEND, "li duty",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "duty"), "K4"},
        {"to an auditor", LEND, "li aud", LOAN("!K00000002", "@+60", "repair", SIGNED, "aud"),
         "K4"},
        {"no such desk", LEND, "li chen",
         "{'desk':'cellar','due':@+60,'items':[!K00000002],'on_behalf':'W-1','purpose':'repair'"
         ","
         "'receipt':{'kind':'credential'},'receiver':'chen'}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen", LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"));
    static const struct world_case out[] = {
        {"out already", LEND, "li wang", LOAN("!K00000002", "@+60", "repair", SIGNED, "wang"),
         "K4"},
        {"the holder lends it on", LEND, "chen zhang",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "zhang"), "K2"},
    };
    assert_int_equal(world_run_cases(world, out, COUNT_OF(out)), 0);
}

static void a_custodians_own_loan_has_a_stand_in_only_when_alone(void **state)
{
    struct world *world = *state;
    static const struct world_case not_alone[] = {
        {"another custodian is there", LEND, "zhang li",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "li"), "K2"},
    };
    assert_int_equal(world_run_cases(world, not_alone, 1), 0);
    world_must(world, "role.delegate/1", "li duty",
               "{'end':@+1800,'from':'li','reason':'absence','roles':['key_custodian'],"
               "'start':@+0,'to':'duty'}");
    world_must(world, "person.suspend/1", "adm", "{'handle':'wang','reason':'absence'}");
    static const struct world_case delegate_there[] = {
        {"a delegate holds the role", LEND, "zhang li",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "li"), "K2"},
        {"the delegate acts for the receiver", LEND, "duty li",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "li"), "seats"},
    };
    assert_int_equal(world_run_cases(world, delegate_there, COUNT_OF(delegate_there)), 0);
    world_tick(world, 1800);
    static const struct world_case alone[] = {
        {"a colleague", LEND, "zhang li", LOAN("!K00000002", "@+60", "repair", SIGNED, "li"),
         NULL},
        {"himself acts, a colleague signs", LEND, "li zhang",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "li"), "seats"},
        {"an auditor", LEND, "aud li", LOAN("!K00000002", "@+60", "repair", SIGNED, "li"),
         "seats"},
        {"a stranger for somebody else", LEND, "zhang chen",
         LOAN("!K00000002", "@+60", "repair", SIGNED, "chen"), "K2"},
    };
    assert_int_equal(world_run_cases(world, alone, COUNT_OF(alone)), 0);
    world_must(world, LEND, "zhang li", LOAN("!K00000002", "@+60", "repair", SIGNED, "li"));
    assert_string_equal(world->flags, "stand-in");
}

static void a_ring_takes_its_members_along(void **state)
{
    struct world *world = *state;
    char holder[40];
    static const struct world_case cases[] = {
        {"ring", LEND, "li chen", LOAN("!R00000009", "@+60", "repair", SIGNED, "chen"), NULL},
        {"a member beside it", LEND, "li chen",
         LOAN("!K00000004,!R00000009", "@+60", "repair", SIGNED, "chen"), "K4"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen", LOAN("!K00000004", "@+60", "repair", SIGNED, "chen"));
    assert_string_equal(world->flags, "from-ring");
    static const struct world_case short_by_one[] = {
        {"the member that is out, beside it", LEND, "li wang",
         LOAN("!K00000004,!R00000009", "@+60", "repair", SIGNED, "wang"), "K4"},
    };
    assert_int_equal(world_run_cases(world, short_by_one, 1), 0);
    world_must(world, LEND, "li zhang", LOAN("!R00000009", "@+60", "repair", SIGNED, "zhang"));
    assert_string_equal(world->flags, "ring-short");
    assert_string_equal(world_value(world, "SELECT holder FROM item WHERE item = 'K00000005'",
                                    holder, sizeof holder),
                        "zhang");
    /* a return is never refused: the ring, its member by name, and the one that was elsewhere
     */
    world_must(world, RETURN, "li",
               BACK("!K00000004,!K00000005,!R00000009", "'zhang'", "{'kind':'screen'}"));
    assert_string_equal(world_value(world,
                                    "SELECT count(*) FROM item WHERE holder = 'front'"
                                    " AND ring = 'R00000009'",
                                    holder, sizeof holder),
                        "2");
    assert_true(world_is_verified(world));
}

static void key_return_is_never_refused_for_what_comes_back(void **state)
{
    struct world *world = *state;
    world_must(world, LEND, "li chen",
               LOAN("!K00000002,!R00000009", "@+60", "repair", SIGNED, "chen"));
    world_must(world, LEND, "wang li", LOAN("!K00000003", "@+60", "repair", SIGNED, "li"));
    world_must(world, "person.suspend/1", "adm", "{'handle':'chen','reason':'absence'}");
    static const struct world_case cases[] = {
        {"a suspended returner signs", RETURN, "li chen",
         BACK("!K00000002,!R00000009", "'chen'", SIGNED), NULL},
        {"nobody named", RETURN, "wang", BACK("!K00000002", "null", "null"), NULL},
        {"by another", RETURN, "li zhang", BACK("!K00000002", "'zhang'", SIGNED), NULL},
        {"by a party", RETURN, "li", BACK("!K00000002", "'P0000000A'", "{'kind':'screen'}"),
         NULL},
        {"unsigned with a reason", RETURN, "li",
         BACK("!K00000002", "'chen'", "{'kind':'screen','unsigned_reason':'other'}"), NULL},
        {"at night to the duty officer", RETURN, "duty", BACK("!K00000002", "null", "null"),
         NULL},
        {"what stood at the desk", RETURN, "li", BACK("!K00000001", "null", "null"), NULL},
        {"of the other desk", RETURN, "li", BACK("!K00000007", "null", "null"), NULL},
        {"the clerk's own on the screen", RETURN, "li",
         BACK("!K00000003", "'li'", "{'kind':'screen'}"), NULL},
        {"the clerk's own on paper", RETURN, "li",
         BACK("!K00000003", "'li'", "{'kind':'paper','slip':'1'}"), "K4"},
        {"the clerk's own, signed as another", RETURN, "li", BACK("!K00000003", "'li'", SIGNED),
         "K4"},
        {"by a colleague", RETURN, "zhang", BACK("!K00000002", "null", "null"), "K2"},
        {"by the other desk's custodian", RETURN, "eng", BACK("!K00000002", "null", "null"),
         "K2"},
        {"by the suspended", RETURN, "chen", BACK("!K00000002", "null", "null"), "K2"},
        {"returner did not sign", RETURN, "li", BACK("!K00000002", "'zhang'", SIGNED), "seats"},
        {"a stranger signs", RETURN, "li zhang", BACK("!K00000002", "null", "null"), "seats"},
        {"another signs", RETURN, "li zhang", BACK("!K00000002", "'chen'", SIGNED), "seats"},
        {"signed though on the screen", RETURN, "li zhang",
         BACK("!K00000002", "'zhang'", "{'kind':'screen'}"), "seats"},
        {"an auditor signs", RETURN, "li aud", BACK("!K00000002", "'aud'", SIGNED), "seats"},
        {"receipt without returner", RETURN, "li",
         BACK("!K00000002", "null", "{'kind':'screen'}"), "K4"},
        {"returner without receipt", RETURN, "li", BACK("!K00000002", "'chen'", "null"), "K4"},
        {"the clerk's own without receipt", RETURN, "li", BACK("!K00000003", "'li'", "null"),
         "K4"},
        {"unknown returner", RETURN, "li", BACK("!K00000002", "'nobody'", "{'kind':'screen'}"),
         "object"},
        {"unknown reason", RETURN, "li",
         BACK("!K00000002", "'chen'", "{'kind':'screen','unsigned_reason':'whim'}"), "policy"},
        {"unknown item", RETURN, "li", BACK("!K00000099", "null", "null"), "object"},
        {"another label", RETURN, "li",
         BACK("{'item':'K00000002','label':'L'}", "null", "null"), "label"},
        {"no such desk", RETURN, "li",
         "{'condition':'ok','desk':'cellar','items':[!K00000002]}", "policy"},
        {"condition", RETURN, "li", "{'condition':'fine','desk':'front','items':[!K00000002]}",
         "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, RETURN, "eng zhang",
               "{'by_whom':'zhang','condition':'damaged','desk':'eng','items':[!K00000002],"
               "'receipt':{'kind':'credential'}}");
    assert_non_null(strstr(world->flags, "damaged"));
    assert_non_null(strstr(world->flags, "not-holder"));
    assert_non_null(strstr(world->flags, "other-desk"));
}

/* FORMATS.md §15, §17.3: what was lost or retired comes back like everything else. */
static void a_return_finds_what_was_lost(void **state)
{
    struct world *world = *state;
    char value[80];
    assert_true(world_sql(
        world,
        "UPDATE item SET holder_kind = 'lost', holder = 'chen'"
        " WHERE item IN ('R00000009', 'K00000004', 'K00000005');"
        "UPDATE item SET holder_kind = 'retired' WHERE item = 'K00000003';"
        "INSERT INTO loss (item, idx, reason, state, closed_idx) VALUES"
        " ('K00000002', 1, 'lost', 'open', NULL), ('K00000004', 1, 'lost', 'open', NULL),"
        " ('K00000005', 1, 'lost', 'accepted', 1)"));
    world_must(world, RETURN, "li", BACK("!K00000003,!R00000009", "null", "null"));
    world_keep(world, "return");
    assert_string_equal(world->flags, "lost-item retired");
    static const char sql[] = "SELECT group_concat(item || ' ' || state || ' ' ||"
                              " coalesce(closed_idx - (SELECT max(idx) FROM act_log), '-'))"
                              " FROM (SELECT * FROM loss ORDER BY item)";
    char wanted[120];
    (void)snprintf(wanted, sizeof wanted,
                   "K00000002 open -,K00000004 found 0,K00000005 accepted %lld",
                   (long long)(1 - world->idx));
    assert_string_equal(world_value(world, sql, value, sizeof value), wanted);
    assert_string_equal(world_value(world,
                                    "SELECT count(*) FROM item WHERE holder = 'front' AND item"
                                    " IN ('R00000009', 'K00000004', 'K00000005', 'K00000003')",
                                    value, sizeof value),
                        "4");
    /* a return that was none: it is lost again */
    world_must(world, "act.correct/1", "li sup", "{'act':$return,'reason':'entry_error'}");
    assert_string_equal(world_value(world,
                                    "SELECT state || ' ' || (closed_idx IS NULL) FROM loss"
                                    " WHERE item = 'K00000004'",
                                    value, sizeof value),
                        "open 1");
}

static void key_refuse_is_recorded_by_who_could_lend(void **state)
{
    static const struct world_case cases[] = {
        {"custodian", REFUSE, "li",
         "{'asked':{'items':[!K00000002],'purpose':'private','receiver':'chen'},'rule':'K3'}",
         NULL},
        {"duty", REFUSE, "duty",
         "{'asked':{'items':[!K00000002],'purpose':'anything'},'rule':'K10a'}", NULL},
        {"to a party", REFUSE, "eng",
         "{'asked':{'items':[!K00000002],'purpose':'private','receiver':'P0000000A'},"
         "'rule':'K3'}",
         NULL},
        {"by staff", REFUSE, "zhang",
         "{'asked':{'items':[!K00000002],'purpose':'private'},'rule':'K3'}", "K2"},
        {"by two", REFUSE, "duty li",
         "{'asked':{'items':[!K00000002],'purpose':'private'},'rule':'K3'}", "seats"},
        {"unknown item", REFUSE, "li",
         "{'asked':{'items':[!K00000099],'purpose':'private'},'rule':'K3'}", "object"},
        {"no items", REFUSE, "li", "{'asked':{'items':[],'purpose':'private'},'rule':'K3'}",
         "structure"},
        {"no rule id", REFUSE, "li",
         "{'asked':{'items':[!K00000002],'purpose':'private'},'rule':'k3'}", "structure"},
    };
    assert_int_equal(world_run_cases(*state, cases, COUNT_OF(cases)), 0);
}

static void a_late_entry_needs_its_reason_and_fits_the_item(void **state)
{
    struct world *world = *state;
    world_tick(world, 10 * 86400);
    world_must(world, "key.refuse/1", "li",
               "{'asked':{'items':[!K00000002],'purpose':'private'},'rule':'K3'}");
    static const struct world_case cases[] = {
        {"late", LEND, "li chen", LATE("!K00000002", "@-86400", "'forgotten'"), NULL},
        {"as late as may be", LEND, "li chen", LATE("!K00000002", "@-604800", "'power_cut'"),
         NULL},
        {"later than may be", LEND, "li chen", LATE("!K00000002", "@-604801", "'power_cut'"),
         "late"},
        {"in the future", LEND, "li chen", LATE("!K00000002", "@+1", "'forgotten'"), "late"},
        {"without a reason", LEND, "li chen", LATE("!K00000002", "@-60", "null"), "late"},
        {"a reason alone", LEND, "li chen", LATE("!K00000002", "null", "'forgotten'"), "late"},
        {"for no known reason", LEND, "li chen", LATE("!K00000002", "@-60", "'whim'"), "late"},
        {"due before the event", LEND, "li chen",
         "{'desk':'front','due':@-3600,'event_at':@-60,'items':[!K00000002],'late':'forgotten',"
         "'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'credential'},"
         "'receiver':'chen'}",
         "K4"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "li chen", LATE("!K00000002", "@-3600", "'forgotten'"));
    assert_string_equal(world->flags, "late");
    static const struct world_case moved[] = {
        {"returned before it was lent", RETURN, "li",
         "{'condition':'ok','desk':'front','event_at':@-3601,'items':[!K00000002],"
         "'late':'forgotten'}",
         "late"},
        {"returned at that moment", RETURN, "li",
         "{'condition':'ok','desk':'front','event_at':@-3600,'items':[!K00000002],"
         "'late':'forgotten'}",
         NULL},
    };
    assert_int_equal(world_run_cases(world, moved, COUNT_OF(moved)), 0);
}

/* Holder of K00000002 at a moment, as known at a moment (0: now). */
static void expect_who(struct world *world, int64_t at, int64_t known_at, const char *wanted)
{
    char text[2][INSTANT_TEXT_SIZE];
    json_t *rows = NULL;
    struct custody_error err = {0};
    json_t *params = json_pack("{s:s,s:s}", "kind", "K", "target", "K00000002");
    if (at != 0) {
        instant_format(at, text[0]);
        (void)json_object_set_new(params, "at", json_string(text[0]));
    }
    if (known_at != 0) {
        instant_format(known_at, text[1]);
        (void)json_object_set_new(params, "known_at", json_string(text[1]));
    }
    enum custody_status rc = custody_read(world->site, "who", params, &rows, &err);
    if (rc != CUSTODY_OK) {
        print_message("%s\n", err.text);
    }
    assert_int_equal(rc, CUSTODY_OK);
    if (wanted == NULL) {
        assert_int_equal(json_array_size(rows), 0);
    } else {
        assert_int_equal(json_array_size(rows), 1);
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(rows, 0), "holder")), wanted);
    }
    json_decref(rows);
    json_decref(params);
}

static void who_tells_the_world_and_the_record_apart(void **state)
{
    struct world *world = *state;
    int64_t t0 = world->now;
    world_tick(world, 7200); /* t0+7200: entered that chen had it from t0+3600 on */
    world_must(world, LEND, "li chen",
               "{'desk':'front','due':@+7200,'event_at':@-3600,'items':[!K00000002],"
               "'late':'forgotten','on_behalf':'W-1','purpose':'repair',"
               "'receipt':{'kind':'credential'},'receiver':'chen'}");
    world_keep(world, "loan");
    expect_who(world, t0 + 3599, 0, "front");
    expect_who(world, t0 + 3600, 0, "chen");
    expect_who(world, t0 + 5000, 0, "chen");
    expect_who(world, t0 + 5000, t0 + 7199, "front"); /* nobody knew yet */
    expect_who(world, t0 + 5000, t0 + 7200, "chen");
    expect_who(world, WORLD_EPOCH - 1, 0, NULL); /* before it was registered */
    world_tick(world, 600);
    world_must(world, "act.correct/1", "li sup", "{'act':$loan,'reason':'entry_error'}");
    int64_t corrected = world->now;
    expect_who(world, t0 + 5000, 0, "front"); /* as now known it never left */
    expect_who(world, t0 + 5000, corrected - 1, "chen");
    expect_who(world, t0 + 5000, t0 + 7199, "front");
    world_tick(world, 600);
    world_must(world, LEND, "li zhang", LOAN("!K00000002", "@+60", "repair", SIGNED, "zhang"));
    expect_who(world, 0, 0, "zhang");
    expect_who(world, world->now - 1, 0, "front");
    assert_true(world_is_verified(world));
    world_reopen(world);
    expect_who(world, t0 + 5000, corrected - 1, "chen");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(key_lend_is_the_clerks_and_the_receipt_says_who_signs),
        T(a_custodians_own_loan_has_a_stand_in_only_when_alone),
        T(a_ring_takes_its_members_along),
        T(key_return_is_never_refused_for_what_comes_back),
        T(a_return_finds_what_was_lost),
        T(key_refuse_is_recorded_by_who_could_lend),
        T(a_late_entry_needs_its_reason_and_fits_the_item),
        T(who_tells_the_world_and_the_record_apart),
    };
    return cmocka_run_group_tests_name("acts about keys", tests, NULL, NULL);
}
