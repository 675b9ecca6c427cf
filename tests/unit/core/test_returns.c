/*
 * A return is never refused for what comes back (K4): wherever the register has the key, the
 * counter takes it, says what was odd about it in a flag, and the report of flags has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define SIGNED          "{'kind':'credential'}"
#define SCREEN          "{'kind':'screen'}"
#define LOAN(items, due, receiver, receipt)                                                    \
    "{'desk':'front','due':" due ",'items':[" items "],'on_behalf':'W-1','purpose':'repair',"  \
    "'receipt':" receipt ",'receiver':'" receiver "'}"
#define BACK_AT(desk, items, by_whom, receipt, condition)                                      \
    "{'by_whom':" by_whom ",'condition':'" condition "','desk':'" desk "','items':[" items     \
    "],'receipt':" receipt "}"
#define BACK(items, by_whom, receipt) BACK_AT("front", items, by_whom, receipt, "ok")
#define LEFT(items)                   BACK(items, "null", "null")

struct step {
    const char *act, *signers, *body;
    int64_t later; /* seconds that pass before it */
};
struct comes_back {
    const char *label;
    struct step before[3];
    const char *signers, *body;
    const char *flags; /* all of them, sorted */
    const char *moved; /* items that then stand at desk, sorted */
    const char *desk;
};

/* What was there before the program: sealed, at an owner's, lost, each registered so. */
#define OPENING(state, holder, seal)                                                           \
    {                                                                                          \
        "opening.balance/1", "li sup",                                                         \
            "{'desk':'front','keys':[{'holder':" holder                                        \
            ",'item':'K00000001','label':'L-K00000001',"                                       \
            "'page':'7','seal':" seal ",'state':'" state "'}],'place':'1-0-01'}",              \
            0                                                                                  \
    }
#define LENT(items)                                                                            \
    {                                                                                          \
        "key.lend/1", "li chen", LOAN(items, "@+3600", "chen", SIGNED), 0                      \
    }

static const struct comes_back CASES[] = {
    {"in time by who had it",
     {LENT("!K00000002")},
     "li chen",
     BACK("!K00000002", "'chen'", SIGNED),
     "",
     "K00000002",
     "front"},
    {"overdue",
     {LENT("!K00000002"),
      {"key.chase/1", "li",
       "{'channel':'phone','items':[!K00000002],'promised':null,'result':'no_answer'}", 90000}},
     "li chen",
     BACK("!K00000002", "'chen'", SIGNED),
     "",
     "K00000002",
     "front"},
    {"by a suspended holder",
     {LENT("!K00000002"),
      {"person.suspend/1", "adm", "{'handle':'chen','reason':'absence'}", 0}},
     "li chen",
     BACK("!K00000002", "'chen'", SIGNED),
     "",
     "K00000002",
     "front"},
    {"by another than the holder",
     {LENT("!K00000002")},
     "li zhang",
     BACK("!K00000002", "'zhang'", SIGNED),
     "not-holder",
     "K00000002",
     "front"},
    {"by nobody who is known",
     {LENT("!K00000002")},
     "li",
     LEFT("!K00000002"),
     "",
     "K00000002",
     "front"},
    {"to the officer on duty at night",
     {LENT("!K00000002")},
     "duty",
     LEFT("!K00000002"),
     "",
     "K00000002",
     "front"},
    {"damaged",
     {LENT("!K00000002")},
     "li",
     BACK_AT("front", "!K00000002", "null", "null", "damaged"),
     "damaged",
     "K00000002",
     "front"},
    {"at another desk",
     {LENT("!K00000002")},
     "eng",
     BACK_AT("eng", "!K00000002", "null", "null", "ok"),
     "other-desk",
     "K00000002",
     "eng"},
    {"never lent", {{NULL}}, "li", LEFT("!K00000002"), "not-out", "K00000002", "front"},
    {"of another desk and never lent",
     {{NULL}},
     "li",
     LEFT("!K00000007"),
     "not-out other-desk",
     "K00000007",
     "front"},
    {"retired",
     {{"key.retire/1", "li sup", "{'desk':'front','items':[!K00000002],'reason':'replaced'}",
       0}},
     "li",
     LEFT("!K00000002"),
     "retired",
     "K00000002",
     "front"},
    {"reported lost",
     {LENT("!K00000002"),
      {"key.lost/1", "li",
       "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':null}", 0}},
     "li",
     LEFT("!K00000002"),
     "lost-item",
     "K00000002",
     "front"},
    {"reported lost, brought by a party",
     {LENT("!K00000002"),
      {"key.lost/1", "li",
       "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':null}", 0}},
     "li",
     BACK("!K00000002", "'P0000000A'", SCREEN),
     "lost-item not-holder",
     "K00000002",
     "front"},
    {"reported lost, brought by who had it",
     {LENT("!K00000002"),
      {"key.lost/1", "li",
       "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':null}", 0}},
     "li chen",
     BACK("!K00000002", "'chen'", SIGNED),
     "lost-item not-holder",
     "K00000002",
     "front"},
    {"lost since before the program, its holder unknown",
     {OPENING("lost", "null", "null")},
     "li",
     LEFT("!K00000001"),
     "lost-item",
     "K00000001",
     "front"},
    {"sealed",
     {{"key.seal/1", "li", "{'desk':'front','items':[!K00000002],'seal':'S-1'}", 0}},
     "li",
     BACK("!K00000002", "'chen'", SCREEN),
     "not-holder seal-broken",
     "K00000002",
     "front"},
    {"one of two under a seal",
     {{"key.seal/1", "li", "{'desk':'front','items':[!K00000002,!K00000003],'seal':'S-1'}", 0}},
     "li",
     LEFT("!K00000002"),
     "seal-broken",
     "K00000002",
     "front"},
    {"the other of two, its seal broken already",
     {{"key.seal/1", "li", "{'desk':'front','items':[!K00000002,!K00000003],'seal':'S-1'}", 0},
      {"key.return/1", "li", LEFT("!K00000002"), 0}},
     "li",
     LEFT("!K00000003"),
     "",
     "K00000003",
     "front"},
    {"sealed since before the program",
     {OPENING("sealed", "null", "'S-9'")},
     "li",
     LEFT("!K00000001"),
     "seal-broken",
     "K00000001",
     "front"},
    {"in a tray, by who has it",
     {{"tray.issue/1", "li zhang", "{'desk':'front','items':[!K00000001],'receiver':'zhang'}",
       0}},
     "li zhang",
     BACK("!K00000001", "'zhang'", SIGNED),
     "",
     "K00000001",
     "front"},
    {"in a tray, by another",
     {{"tray.issue/1", "li zhang", "{'desk':'front','items':[!K00000001],'receiver':'zhang'}",
       0}},
     "li chen",
     BACK("!K00000001", "'chen'", SIGNED),
     "not-holder",
     "K00000001",
     "front"},
    {"handed to its owner",
     {{"key.handover/1", "li",
       "{'desk':'front','documents':['id_card'],'items':[!K00000001],'letter':null,'party':"
       "'P0000000A','place':'1-0-01','receipt':" SCREEN "}",
       0}},
     "li",
     BACK("!K00000001", "'P0000000A'", SCREEN),
     "",
     "K00000001",
     "front"},
    {"with an owner whom nobody named",
     {OPENING("owner", "null", "null")},
     "li",
     BACK("!K00000001", "'P0000000A'", SCREEN),
     "not-holder",
     "K00000001",
     "front"},
    {"taken in an emergency",
     {{"key.emergency/1", "li zhang",
       "{'called':{'at':null,'party':null,'result':'no_number'},'cause':'fire','desk':'front',"
       "'items':[!K00000001],'place':'1-0-01','receiver':'zhang'}",
       0}},
     "duty zhang",
     BACK("!K00000001", "'zhang'", SIGNED),
     "",
     "K00000001",
     "front"},
    {"a ring",
     {LENT("!R00000009")},
     "li chen",
     BACK("!R00000009", "'chen'", SIGNED),
     "",
     "K00000004,K00000005,R00000009",
     "front"},
    {"a ring and one of its keys beside it",
     {LENT("!R00000009")},
     "li chen",
     BACK("!K00000005,!R00000009", "'chen'", SIGNED),
     "",
     "K00000004,K00000005,R00000009",
     "front"},
    {"a single key of a ring, the ring stays out",
     {LENT("!R00000009")},
     "li chen",
     BACK("!K00000004", "'chen'", SIGNED),
     "",
     "K00000004",
     "front"},
    {"a ring short of a key that another has",
     {LENT("!K00000004"),
      {"key.lend/1", "wang zhang", LOAN("!R00000009", "@+3600", "zhang", SIGNED), 0}},
     "li zhang",
     BACK("!R00000009", "'zhang'", SIGNED),
     "ring-short",
     "K00000005,R00000009",
     "front"},
    {"everything at once",
     {LENT("!K00000002"),
      {"key.retire/1", "li sup", "{'desk':'front','items':[!K00000003],'reason':'replaced'}",
       0},
      {"key.lost/1", "li",
       "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':null}", 0}},
     "eng chen",
     BACK_AT("eng", "!K00000002,!K00000003", "'chen'", SIGNED, "damaged"),
     "damaged lost-item not-holder other-desk retired",
     "K00000002,K00000003",
     "eng"},
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* "a b" of world.flags, sorted, each once. */
static const char *sorted(const char *flags, char *out, size_t size)
{
    char words[16][24];
    size_t count = 0;
    size_t len = 0;
    while (*flags != '\0') {
        size_t word = strcspn(flags, " ");
        assert_true(count < 16);
        (void)snprintf(words[count++], sizeof words[0], "%.*s", (int)word, flags);
        flags += word + (flags[word] == ' ' ? 1 : 0);
    }
    qsort(words, count, sizeof words[0], compare_words);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(words[i], words[i - 1]) != 0) {
            len +=
                (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? " " : "", words[i]);
        }
    }
    return out;
}

/* Each of the flags is in the list of flags that the office reads, at this entry. */
static bool are_reported(struct world *world, const char *flags)
{
    json_t *params = json_pack("{s:i}", "limit", 1000);
    json_t *rows = NULL;
    char listed[256] = "";
    char text[256];
    size_t i = 0;
    const json_t *row = NULL;
    assert_int_equal(custody_read(world->site, "flag.list", params, &rows, &world->err),
                     CUSTODY_OK);
    json_array_foreach(rows, i, row)
    {
        if (json_integer_value(json_object_get(row, "idx")) == world->idx) {
            size_t len = strlen(listed);
            (void)snprintf(listed + len, sizeof listed - len, "%s%s", len > 0 ? " " : "",
                           json_string_value(json_object_get(row, "code")));
            /* and what the flag says is a sentence with something in it */
            assert_true(strlen(json_string_value(json_object_get(row, "text"))) > 8);
        }
    }
    json_decref(rows);
    json_decref(params);
    return strcmp(sorted(listed, text, sizeof text), flags) == 0;
}

static bool comes_back(struct world *world, const struct comes_back *it)
{
    char text[256];
    char sql[300];
    for (size_t i = 0; i < COUNT_OF(it->before) && it->before[i].act != NULL; i++) {
        if (it->before[i].later > 0) {
            world_tick(world, it->before[i].later);
        }
        world_must(world, it->before[i].act, it->before[i].signers, it->before[i].body);
    }
    if (world_act(world, "key.return/1", it->signers, it->body) != CUSTODY_OK) {
        print_error("# %s: refused [%s: %s]\n", it->label, world->err.rule, world->err.text);
        return false;
    }
    bool is_good = true;
    if (strcmp(sorted(world->flags, text, sizeof text), it->flags) != 0) {
        print_error("# %s: flags \"%s\", wanted \"%s\"\n", it->label, text, it->flags);
        is_good = false;
    }
    if (!are_reported(world, it->flags)) {
        print_error("# %s: the list of flags says otherwise\n", it->label);
        is_good = false;
    }
    (void)snprintf(sql, sizeof sql,
                   "SELECT group_concat(item) FROM (SELECT item FROM item WHERE since_idx ="
                   " %lld AND holder_kind = 'desk' AND holder = '%s' AND due IS NULL ORDER BY"
                   " item)",
                   (long long)world->idx, it->desk);
    if (strcmp(world_value(world, sql, text, sizeof text), it->moved) != 0) {
        print_error("# %s: at the desk \"%s\", wanted \"%s\"\n", it->label, text, it->moved);
        is_good = false;
    }
    if (!world_is_verified(world)) {
        print_error("# %s: the ledger does not verify\n", it->label);
        is_good = false;
    }
    return is_good;
}

static void no_return_is_refused_wherever_the_register_has_the_key(void **state)
{
    struct world *world = *state;
    int bad = 0;
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        bad += comes_back(world, &CASES[i]) ? 0 : 1;
        world_restore(world);
    }
    assert_int_equal(bad, 0);
}

/* What came back can be lent again: no state of before holds it. */
static void what_came_back_can_be_lent_again(void **state)
{
    struct world *world = *state;
    static const struct step ways[] = {
        {"key.lost/1", "li",
         "{'desk':'front','items':[!K00000002],'reason':'lost','reporter':null}", 0},
        {"key.seal/1", "li", "{'desk':'front','items':[!K00000002],'seal':'S-1'}", 0},
        LENT("!K00000002"),
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        world_must(world, ways[i].act, ways[i].signers, ways[i].body);
        world_must(world, "key.return/1", "wang", LEFT("!K00000002"));
        world_must(world, "key.lend/1", "wang chen",
                   LOAN("!K00000002", "@+60", "chen", SIGNED));
        assert_true(world_is_verified(world));
        world_restore(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_return_is_refused_wherever_the_register_has_the_key,
                                        world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(what_came_back_can_be_lent_again, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
