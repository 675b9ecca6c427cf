/* stocktake.open, stocktake.scan, stocktake.finish (FORMATS.md §17.5; K14). */
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

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define OPEN            "stocktake.open/1"
#define SCAN            "stocktake.scan/1"
#define FINISH          "stocktake.finish/1"

#define OPENED(desk, kind, places) "{'desk':'" desk "','kind':'" kind "','places':[" places "]}"
#define SEEN(desk, items, unknown)                                                             \
    "{'desk':'" desk "','items':[" items "],'stocktake':$count,'unknown':[" unknown "]}"
/* found misplaced missing out repeated sealed unknown */
#define FINISHED(f, mp, ms, o, r, s, u, missing)                                               \
    "{'counts':{'found':" #f ",'misplaced':" #mp ",'missing':" #ms ",'out':" #o                \
    ",'repeated':" #r ",'sealed':" #s ",'unknown':" #u "},'missing':[" missing                 \
    "],'stocktake':$count}"
#define LOAN(items)                                                                            \
    "{'desk':'front','due':@+600,'items':[" items "],'on_behalf':'W-1','purpose':'repair',"    \
    "'receipt':{'kind':'credential'},'receiver':'chen'}"
#define LINES                                                                                  \
    "SELECT group_concat(item || expected) FROM (SELECT item, expected FROM stocktake_line"    \
    " WHERE stocktake = (SELECT act_id FROM stocktake ORDER BY idx DESC LIMIT 1)"              \
    " ORDER BY item)"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[400];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

/* ---- open ---- */

static void stocktake_open_wants_its_clerk_and_its_places(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"monthly", OPEN, "li", OPENED("front", "monthly", ""), NULL},
        {"monthly by the supervisor", OPEN, "sup", OPENED("eng", "monthly", ""), NULL},
        {"yearly", OPEN, "li", OPENED("front", "yearly", "'1'"), NULL},
        {"yearly of a place twice over", OPEN, "li", OPENED("front", "yearly", "'1','1-0-01'"),
         NULL},
        {"monthly with a place", OPEN, "li", OPENED("front", "monthly", "'1'"), "K14"},
        {"yearly with none", OPEN, "li", OPENED("front", "yearly", ""), "K14"},
        {"an unknown place", OPEN, "li", OPENED("front", "yearly", "'9'"), "object"},
        {"no such desk", OPEN, "sup", OPENED("cellar", "monthly", ""), "policy"},
        {"another kind", OPEN, "li", OPENED("front", "weekly", ""), "structure"},
        {"opened by duty", OPEN, "duty", OPENED("front", "monthly", ""), "seats"},
        {"opened by the other custodian", OPEN, "eng", OPENED("front", "monthly", ""), "seats"},
        {"opened by two", OPEN, "li sup", OPENED("front", "monthly", ""), "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    static const struct world_case second[] = {
        {"while one is open", OPEN, "wang", OPENED("front", "yearly", "'1'"), "state"},
        {"at the other desk", OPEN, "eng", OPENED("eng", "monthly", ""), NULL},
    };
    assert_int_equal(world_run_cases(world, second, COUNT_OF(second)), 0);
    expect(world, "SELECT desk || kind || state || (finished_idx IS NULL) FROM stocktake",
           "frontmonthlyopen1");
}

static void the_lines_are_what_a_count_can_find(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003"));
    /* what lies at another desk is not drawn, but is the building's */
    world_save(world);
    world_must(world, "key.return/1", "eng",
               "{'condition':'ok','desk':'eng','items':[!K00000002]}");
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    expect(world, LINES, "K00000001desk,K00000003out,K00000004desk,K00000005desk");
    assert_true(world_sql(world, "UPDATE stocktake SET state = 'finished'"));
    world_must(world, OPEN, "li", OPENED("front", "yearly", "'1'"));
    expect(world, LINES,
           "K00000001desk,K00000002desk,K00000003out,K00000004desk,K00000005desk");
    world_restore(world);
    /* the sample of 30 takes in all that lies at this small desk */
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    expect(world, LINES,
           "K00000001desk,K00000002desk,K00000003out,K00000004desk,K00000005desk");
    assert_true(world_is_verified(world));
    world_must(world, OPEN, "eng", OPENED("eng", "yearly", "'1-PD'"));
    expect(world, LINES, "K00000006desk");
    world_save(world);
    assert_true(world_sql(world, "UPDATE stocktake SET state = 'finished'"));
    world_must(world, OPEN, "li", OPENED("front", "yearly", "'1-0-01'"));
    expect(world, LINES, "K00000001desk");
    world_restore(world);
    /* Lost, retired, an owner's: not counted. In trays, under seals: expected there. */
    assert_true(world_sql(world, "UPDATE stocktake SET state = 'finished'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'lost' WHERE item ="
                                 " 'K00000001'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'tray', holder = 'zhang'"
                                 " WHERE item = 'K00000002'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'party', holder = 'P0000000A',"
                                 " due = NULL WHERE item = 'K00000004'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'seal', holder = 'S1'"
                                 " WHERE item = 'K00000005'"));
    world_must(world, OPEN, "li", OPENED("front", "yearly", "'1'"));
    expect(world, LINES, "K00000002out,K00000003out,K00000005seal");
    assert_true(world_sql(world, "UPDATE stocktake SET state = 'finished'"));
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    expect(world, LINES, "K00000002out,K00000003out"); /* a seal is not opened for it */
    assert_true(world_sql(world, "UPDATE stocktake SET state = 'finished'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'retired', holder = 'front'"
                                 " WHERE item = 'K00000002'"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'home', holder = '1-0-01'"
                                 " WHERE item = 'K00000003'"));
    world_must(world, OPEN, "li", OPENED("front", "yearly", "'1'"));
    expect(world, LINES, "K00000005seal");
}

/* ---- the sample ---- */

#define MANY 60

static void add_many(struct world *world)
{
    char item[10];
    json_t *keys = json_array();
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(item, sizeof item, "K000001%02u", (unsigned)i % 100U);
        (void)json_array_append_new(keys,
                                    json_pack("{s:i,s:s,s:s,s:[s],s:n}", "copy", 1, "item",
                                              item, "label", item, "locks", "D1", "ring"));
    }
    json_t *body = world_body(world, "{'desk':'front'}");
    (void)json_object_set_new(body, "keys", keys);
    assert_int_equal(world_act_json(world, "key.add/1", "li sup", body), CUSTODY_OK);
}

struct drawn {
    uint8_t digest[HASH_LEN];
    char item[10];
};

static int compare_drawn(const void *a, const void *b)
{
    return memcmp(a, b, HASH_LEN);
}

static int compare_items(const void *a, const void *b)
{
    return strcmp(((const struct drawn *)a)->item, ((const struct drawn *)b)->item);
}

/* The 30 of 63 keys that the act id draws, written down as LINES are. */
static void draw(const char *act_id, char *out, size_t size)
{
    static const char *const others[] = {"K00000001", "K00000004", "K00000005"};
    struct drawn keys[MANY + 3];
    uint8_t id[HASH_LEN];
    assert_true(text_unhex(act_id, 64, id, sizeof id));
    for (int i = 0; i < MANY + 3; i++) {
        uint8_t bytes[HASH_LEN + 9];
        if (i < MANY) {
            (void)snprintf(keys[i].item, sizeof keys[i].item, "K000001%02u",
                           (unsigned)i % 100U);
        } else {
            (void)snprintf(keys[i].item, sizeof keys[i].item, "%s", others[i - MANY]);
        }
        memcpy(bytes, id, HASH_LEN);
        memcpy(bytes + HASH_LEN, keys[i].item, 9);
        hash_sha256(bytes, sizeof bytes, keys[i].digest);
    }
    qsort(keys, MANY + 3, sizeof keys[0], compare_drawn);
    qsort(keys, 30, sizeof keys[0], compare_items);
    out[0] = '\0';
    for (int i = 0; i < 30; i++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, size - len, "%s%sdesk", i > 0 ? "," : "", keys[i].item);
    }
}

static void a_monthly_sample_is_drawn_by_the_act_id(void **state)
{
    struct world *world = *state;
    char wanted[600];
    char is[600];
    add_many(world);
    world_must(world, "board.set/1", "li", "{'add':[!K00000002],'desk':'front','remove':[]}");
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003"));
    for (int round = 0; round < 2; round++) {
        world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
        expect(world,
               "SELECT group_concat(item || expected) FROM (SELECT * FROM stocktake_line"
               " WHERE item IN ('K00000002', 'K00000003') ORDER BY item)",
               round == 0 ? "K00000002desk,K00000003out"
                          : "K00000002desk,K00000002desk,K00000003out,K00000003out");
        draw(world->id, wanted, sizeof wanted);
        world_value(world,
                    "SELECT group_concat(item || expected) FROM (SELECT item, expected"
                    " FROM stocktake_line WHERE stocktake = (SELECT act_id FROM stocktake"
                    " ORDER BY idx DESC LIMIT 1) AND item NOT IN ('K00000002', 'K00000003')"
                    " ORDER BY item)",
                    is, sizeof is);
        assert_string_equal(is, wanted);
        assert_true(round == 1 || world_is_verified(world));
        assert_true(world_sql(world, "UPDATE stocktake SET state = 'finished'"));
    }
    /* A seal that an emergency broke since the last count was opened, at whichever desk; an
     * older one. The sample is drawn beside them. */
    assert_true(world_sql(world, "INSERT INTO unsealed SELECT 'K00000150', max(idx) + 1,"
                                 " 'front' FROM stocktake"));
    assert_true(world_sql(world, "INSERT INTO unsealed SELECT 'K00000151', max(idx), 'front'"
                                 " FROM stocktake"));
    assert_true(world_sql(world, "INSERT INTO unsealed SELECT 'K00000152', max(idx) + 1,"
                                 " 'eng' FROM stocktake"));
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    expect(world,
           "SELECT count(*) || sum(item IN ('K00000150', 'K00000152')) FROM stocktake_line"
           " WHERE stocktake = (SELECT act_id FROM stocktake ORDER BY idx DESC LIMIT 1)",
           "342");
}

/* ---- scan ---- */

static void stocktake_scan_is_anybodys_while_it_is_open(void **state)
{
    struct world *world = *state;
    world_keep(world, "other");
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    world_keep(world, "count");
    static const struct world_case cases[] = {
        {"by the custodian", SCAN, "li", SEEN("front", "!K00000001", ""), NULL},
        {"by a colleague", SCAN, "chen", SEEN("front", "!R00000009", "{'text':'?'}"), NULL},
        {"at the other desk", SCAN, "eng", SEEN("eng", "!K00000001", ""), NULL},
        {"nothing", SCAN, "zhang", SEEN("front", "", ""), NULL},
        {"scanned by the auditor", SCAN, "aud", SEEN("front", "!K00000001", ""), "seats"},
        {"scanned by two", SCAN, "li chen", SEEN("front", "!K00000001", ""), "seats"},
        {"an unknown key", SCAN, "li", SEEN("front", "!K00000099", ""), "object"},
        {"another label", SCAN, "li", SEEN("front", "{'item':'K00000001','label':'L'}", ""),
         "label"},
        {"a party", SCAN, "li", SEEN("front", "!P0000000A", ""), "structure"},
        {"scanned at no desk", SCAN, "li", SEEN("cellar", "!K00000001", ""), "policy"},
        {"an unknown text twice", SCAN, "li", SEEN("front", "", "{'text':'?'},{'text':'?'}"),
         "structure"},
        {"for another act", SCAN, "li",
         "{'desk':'front','items':[],'stocktake':$other,'unknown':[]}", "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, FINISH, "li chen",
               FINISHED(0, 0, 5, 0, 0, 0, 0,
                        "!K00000001,!K00000002,!K00000003,!K00000004,!K00000005"));
    static const struct world_case closed[] = {
        {"when it is finished", SCAN, "li", SEEN("front", "!K00000001", ""), "state"},
        {"finished again", FINISH, "li chen",
         FINISHED(0, 0, 5, 0, 0, 0, 0,
                  "!K00000001,!K00000002,!K00000003,!K00000004,!K00000005"),
         "state"},
    };
    assert_int_equal(world_run_cases(world, closed, COUNT_OF(closed)), 0);
}

/* ---- the whole of it ---- */

static void stocktake_finish_says_what_the_scans_gave(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003"));
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    world_keep(world, "count");
    static const struct world_case cases[] = {
        {"nothing seen", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), NULL},
        {"a colleague acts", FINISH, "zhang wang",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), NULL},
        {"finished alone", FINISH, "li",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "K14"},
        {"two colleagues", FINISH, "zhang chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "seats"},
        {"the other desk's custodian", FINISH, "eng chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "seats"},
        {"with the auditor", FINISH, "li aud",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "seats"},
        {"one short in the list", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004"), "count"},
        {"another in the list", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000003,!K00000004"), "count"},
        {"found too many", FINISH, "li chen",
         FINISHED(1, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "count"},
        {"misplaced too many", FINISH, "li chen",
         FINISHED(0, 1, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "count"},
        {"missing too few", FINISH, "li chen",
         FINISHED(0, 0, 3, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004"), "count"},
        {"out too few", FINISH, "li chen",
         FINISHED(0, 0, 4, 0, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "count"},
        {"repeated too many", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 1, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "count"},
        {"sealed too many", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 1, 0, "!K00000001,!K00000002,!K00000004,!K00000005"), "count"},
        {"unknown too many", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 0, 1, "!K00000001,!K00000002,!K00000004,!K00000005"), "count"},
        {"another label", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0,
                  "!K00000001,!K00000002,!K00000004,{'item':'K00000005','label':'L'}"),
         "label"},
        {"an unknown key", FINISH, "li chen",
         FINISHED(0, 0, 4, 1, 0, 0, 0, "!K00000001,!K00000002,!K00000004,!K00000099"),
         "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* at home; out by the register though seen here; a ring, beside one of its keys */
    world_must(world, SCAN, "zhang",
               SEEN("front", "!K00000001,!K00000003,!K00000004,!R00000009", "{'text':'?'}"));
    expect(world,
           "SELECT group_concat(item || outcome) FROM (SELECT * FROM stocktake_line"
           " WHERE outcome IS NOT NULL ORDER BY item)",
           "K00000001found,K00000003misplaced,K00000004found,K00000005found");
    expect(world, "SELECT item FROM stocktake_repeat", "K00000004");
    /* twice; a stranger's key, twice; the same unknown tag again, and a known one as text */
    world_must(world, SCAN, "chen",
               SEEN("front", "!K00000001,!K00000007", "{'text':'?'},{'text':'K00000007'}"));
    world_must(world, SCAN, "chen", SEEN("eng", "!K00000007", ""));
    expect(world,
           "SELECT group_concat(what || outcome || seen_at) FROM (SELECT * FROM stocktake_extra"
           " ORDER BY outcome, what)",
           "K00000007misplacedfront,?unknownfront,K00000007unknownfront");
    static const struct world_case seen[] = {
        {"found 3, misplaced 2, missing 1, repeated 3, unknown 2", FINISH, "li zhang",
         FINISHED(3, 2, 1, 0, 3, 0, 2, "!K00000002"), NULL},
        {"what was found is missing", FINISH, "li zhang",
         FINISHED(3, 2, 1, 0, 3, 0, 2, "!K00000001"), "count"},
        {"nothing is missing", FINISH, "li zhang", FINISHED(3, 2, 0, 0, 3, 0, 2, ""), "count"},
    };
    assert_int_equal(world_run_cases(world, seen, COUNT_OF(seen)), 0);
    /* a line seen at the wrong desk stays misplaced when it is seen again at the right one */
    world_must(world, SCAN, "eng", SEEN("eng", "!K00000002", ""));
    world_must(world, SCAN, "li", SEEN("front", "!K00000002", ""));
    world_must(world, FINISH, "li zhang", FINISHED(3, 3, 0, 0, 4, 0, 2, ""));
    expect(world, "SELECT outcome || seen_at FROM stocktake_line WHERE item = 'K00000002'",
           "misplacedeng");
    expect(world, "SELECT state || (finished_idx > idx) FROM stocktake", "finished1");
    assert_true(world_is_verified(world));
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
}

static void what_is_never_seen_is_missing_out_or_sealed(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003"));
    assert_true(world_sql(world, "UPDATE item SET holder_kind = 'seal', holder = 'S1'"
                                 " WHERE item IN ('K00000001', 'K00000005')"));
    world_must(world, OPEN, "li", OPENED("front", "yearly", "'1'"));
    world_keep(world, "count");
    /* its seal must be broken */
    world_must(world, SCAN, "zhang", SEEN("front", "!K00000001,!R00000009", ""));
    world_must(world, FINISH, "li zhang", FINISHED(1, 1, 1, 1, 0, 1, 0, "!K00000002"));
    expect(world,
           "SELECT group_concat(item || outcome) FROM (SELECT * FROM stocktake_line"
           " ORDER BY item)",
           "K00000001misplaced,K00000002missing,K00000003out,K00000004found,K00000005sealed");
}

static void the_lines_are_those_of_the_opening(void **state)
{
    struct world *world = *state;
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000003"));
    world_must(world, OPEN, "li", OPENED("front", "monthly", ""));
    world_keep(world, "count");
    /* what came back since was expected out; what went out since was expected here */
    world_must(world, "key.return/1", "li",
               "{'condition':'ok','desk':'front','items':[!K00000003]}");
    world_must(world, "key.lend/1", "li chen", LOAN("!K00000002"));
    world_must(world, SCAN, "zhang", SEEN("front", "!K00000001,!K00000003,!R00000009", ""));
    world_must(world, FINISH, "li zhang", FINISHED(3, 1, 1, 0, 0, 0, 0, "!K00000002"));
    expect(world, "SELECT outcome FROM stocktake_line WHERE item = 'K00000003'", "misplaced");
    expect(world, "SELECT outcome FROM stocktake_line WHERE item = 'K00000002'", "missing");
    assert_true(world_is_verified(world));
}

static void a_key_unregistered_meanwhile_does_not_hold_the_count_up(void **state)
{
    struct world *world = *state;
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K00000008','label':'L-K00000008',"
               "'locks':['H1'],'ring':null}]}");
    world_keep(world, "added");
    world_must(world, OPEN, "li", OPENED("front", "yearly", "'1-0-01'"));
    world_keep(world, "count");
    /* Whether a line keeps the key registered or not, the count can be finished. */
    if (world_act(world, "act.correct/1", "li sup", "{'act':$added,'reason':'entry_error'}") ==
        CUSTODY_OK) {
        world_must(world, SCAN, "zhang", SEEN("front", "!K00000001", ""));
        world_must(world, FINISH, "li zhang", FINISHED(1, 0, 1, 0, 0, 0, 0, "!K00000008"));
    }
    assert_true(world_is_verified(world));
}

static void a_delegate_does_not_count_with_his_giver_alone(void **state)
{
    struct world *world = *state;
    world_must(world, OPEN, "eng", OPENED("eng", "yearly", "'1-PD'"));
    world_keep(world, "count");
    world_must(world, "role.delegate/1", "eng zhang",
               "{'end':@+1800,'from':'eng','reason':'absence',"
               "'roles':['engineering_custodian'],'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"the delegate alone", FINISH, "zhang", FINISHED(0, 0, 1, 0, 0, 0, 0, "!K00000006"),
         "K14"},
        {"the delegate and a colleague", FINISH, "zhang chen",
         FINISHED(0, 0, 1, 0, 0, 0, 0, "!K00000006"), NULL},
        {"the giver sits, the delegate is the colleague", FINISH, "zhang eng",
         FINISHED(0, 0, 1, 0, 0, 0, 0, "!K00000006"), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(stocktake_open_wants_its_clerk_and_its_places),
        T(the_lines_are_what_a_count_can_find),
        T(a_monthly_sample_is_drawn_by_the_act_id),
        T(stocktake_scan_is_anybodys_while_it_is_open),
        T(stocktake_finish_says_what_the_scans_gave),
        T(what_is_never_seen_is_missing_out_or_sealed),
        T(the_lines_are_those_of_the_opening),
        T(a_key_unregistered_meanwhile_does_not_hold_the_count_up),
        T(a_delegate_does_not_count_with_his_giver_alone),
    };
    return cmocka_run_group_tests_name("acts of stock-takes", tests, NULL, NULL);
}
