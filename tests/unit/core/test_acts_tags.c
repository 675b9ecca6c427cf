/* tag.print, tag.blank, and what a scanned tag then names (FORMATS.md §18; K5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custody/tag.h"
#include "text.h"
#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define PRINT           "tag.print/1"
#define BLANK           "tag.blank/1"
#define ADD             "key.add/1"

#define TAG(generation, item, label)                                                           \
    "{'generation':'" generation "','item':'" item "','label':'" label "'}"
#define NTH(generation, item) TAG(generation, item, "L-" item)
#define PRINTED(tags)         "{'items':[" tags "],'profile':'address','stock':'fob-22x32'}"
#define BLANKS(class, tags)   "{'class':'" class "','stock':'fob-22x32','tags':[" tags "]}"
#define ID(item)              "{'item':'" item "'}"
#define KEY(item, ring)                                                                        \
    "{'desk':'front','keys':[{'copy':1,'item':'" item "','label':'L-" item                     \
    "','locks':['D1'],'ring':" ring "}]}"
#define PARTY(party)                                                                           \
    "{'name':{'c':'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',"         \
    "'k':'00112233445566778899aabbccddeeff'},'party':'" party                                  \
    "','phone':null,'relation':'owner','unit':null}"
#define CORRECT(what) "{'act':" what ",'reason':'entry_error'}"

static void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[400];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

static const char PRINTS[] =
    "SELECT group_concat(item || generation || profile, ' ') FROM tag_print ORDER BY item";

/* ---- tag.print ---- */

static void tag_print_is_signed_by_one_who_keeps_keys(void **state)
{
    static const struct world_case cases[] = {
        {"by a custodian", PRINT, "li", PRINTED(NTH("1", "K00000002")), NULL},
        {"by the other desk's", PRINT, "eng", PRINTED(NTH("1", "K00000002")), NULL},
        {"by an officer", PRINT, "mgr", PRINTED(NTH("1", "K00000002")), NULL},
        {"print by staff", PRINT, "zhang", PRINTED(NTH("1", "K00000002")), "seats"},
        {"print by a supervisor", PRINT, "sup", PRINTED(NTH("1", "K00000002")), "seats"},
        {"print by the auditor", PRINT, "aud", PRINTED(NTH("1", "K00000002")), "seats"},
        {"print by two", PRINT, "li sup", PRINTED(NTH("1", "K00000002")), "seats"},
        {"blank by a custodian", BLANK, "li", BLANKS("K", ID("K00000041")), NULL},
        {"blank by an officer", BLANK, "adm", BLANKS("R", ID("R00000041")), NULL},
        {"blank by staff", BLANK, "zhang", BLANKS("K", ID("K00000041")), "seats"},
        {"blank by duty", BLANK, "duty", BLANKS("K", ID("K00000041")), "seats"},
        {"blank by two", BLANK, "li wang", BLANKS("K", ID("K00000041")), "seats"},
    };
    assert_int_equal(world_run_cases(*state, cases, COUNT_OF(cases)), 0);
}

static void tag_print_prints_what_the_register_has(void **state)
{
    struct world *world = *state;
    world_must(world, "person.tag/1", "li", "{'handle':'chen','tag':'P0000000D'}");
    world_must(world, ADD, "li sup", KEY("K00000051", "null"));
    world_must(world, "key.retire/1", "li sup",
               "{'desk':'front','items':[!K00000051],'reason':'replaced'}");
    world_must(world, ADD, "li sup", KEY("K00000052", "null"));
    world_keep(world, "wrong");
    world_must(world, "act.correct/1", "li sup", CORRECT("$wrong"));
    world_must(world, "key.lost/1", "li",
               "{'desk':'front','items':[!K00000003],'reason':'lost','reporter':null}");
    static const struct world_case cases[] = {
        {"key, ring", PRINT, "li", PRINTED(NTH("1", "K00000002") "," NTH("1", "R00000009")),
         NULL},
        {"a lost key's, found without its tag", PRINT, "li", PRINTED(NTH("1", "K00000003")),
         NULL},
        {"a person's", PRINT, "li", PRINTED(TAG("1", "P0000000D", "chen")), NULL},
        {"a party's", PRINT, "li", PRINTED(TAG("1", "P0000000A", "P0000000A")), NULL},
        {"a retired key's", PRINT, "li", PRINTED(NTH("1", "K00000051")), "state"},
        {"an unregistered key's", PRINT, "li", PRINTED(NTH("1", "K00000052")), "object"},
        {"an unknown key's", PRINT, "li", PRINTED(NTH("1", "K0000009Z")), "object"},
        {"a key under a ring's symbols", PRINT, "li", PRINTED(NTH("1", "K00000009")), "object"},
        {"an unknown person's", PRINT, "li", PRINTED(TAG("1", "P0000009Z", "chen")), "object"},
        {"of another class", PRINT, "li", PRINTED(NTH("1", "H00000002")), "structure"},
        {"another label", PRINT, "li", PRINTED(TAG("1", "K00000002", "Flat 02")), "label"},
        {"another person's label", PRINT, "li", PRINTED(TAG("1", "P0000000D", "zhang")),
         "label"},
        {"a party's name for its label", PRINT, "li", PRINTED(TAG("1", "P0000000A", "Wang")),
         "label"},
        {"one twice", PRINT, "li", PRINTED(NTH("1", "K00000002") "," NTH("2", "K00000002")),
         "structure"},
        {"unsorted", PRINT, "li", PRINTED(NTH("1", "K00000003") "," NTH("1", "K00000002")),
         "structure"},
        {"nothing", PRINT, "li", PRINTED(""), "structure"},
        {"a profile nobody knows", PRINT, "li",
         "{'items':[" NTH("1", "K00000002") "],'profile':'full','stock':'fob-22x32'}",
         "structure"},
        {"no stock", PRINT, "li",
         "{'items':[" NTH("1", "K00000002") "],'profile':'blind','stock':''}", "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

/* 31 generations in the tag alphabet's order, each after the one before; then none. */
static void generations_follow_one_another_to_the_last(void **state)
{
    struct world *world = *state;
    static const char order[] = "123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static const struct world_case first[] = {
        {"the second before the first", PRINT, "li", PRINTED(NTH("2", "K00000002")),
         "generation"},
        {"generation 0", PRINT, "li", PRINTED(NTH("0", "K00000002")), "structure"},
        {"generation I", PRINT, "li", PRINTED(NTH("I", "K00000002")), "structure"},
        {"generation U", PRINT, "li", PRINTED(NTH("U", "K00000002")), "structure"},
        {"two digits", PRINT, "li", PRINTED(NTH("11", "K00000002")), "structure"},
    };
    assert_int_equal(world_run_cases(world, first, COUNT_OF(first)), 0);
    for (size_t i = 0; order[i] != '\0'; i++) {
        char body[200];
        (void)snprintf(
            body, sizeof body,
            "{'items':[{'generation':'%c','item':'K00000002','label':'L-K00000002'}],"
            "'profile':'%s','stock':'fob-22x32'}",
            order[i], i % 2 == 0 ? "blind" : "address");
        world_must(world, PRINT, "li", body);
        if (order[i] == '9') {
            static const struct world_case tenth[] = {
                {"ten is A", PRINT, "li", PRINTED(NTH("A", "K00000002")), NULL},
                {"the same again", PRINT, "li", PRINTED(NTH("9", "K00000002")), "generation"},
                {"an older one", PRINT, "li", PRINTED(NTH("1", "K00000002")), "generation"},
                {"one left out", PRINT, "li", PRINTED(NTH("B", "K00000002")), "generation"},
                {"the other in the list has its own", PRINT, "li",
                 PRINTED(NTH("A", "K00000002") "," NTH("A", "K00000003")), "generation"},
            };
            assert_int_equal(world_run_cases(world, tenth, COUNT_OF(tenth)), 0);
        }
    }
    expect(world, PRINTS, "K00000002Zblind");
    static const struct world_case after_z[] = {
        {"1 after Z", PRINT, "li", PRINTED(NTH("1", "K00000002")), "generation"},
        {"Z after Z", PRINT, "li", PRINTED(NTH("Z", "K00000002")), "generation"},
    };
    assert_int_equal(world_run_cases(world, after_z, COUNT_OF(after_z)), 0);
    assert_int_equal(world_act(world, PRINT, "li", PRINTED(NTH("1", "K00000002"))),
                     CUSTODY_ERR_REFUSED);
    assert_non_null(strstr(world->err.text, "register the thing anew"));
    expect(world, PRINTS, "K00000002Zblind");
    assert_true(world_is_verified(world));
}

static void a_printed_tag_keeps_no_mistake_in_the_register(void **state)
{
    struct world *world = *state;
    world_must(world, ADD, "li sup", KEY("K00000051", "null"));
    world_keep(world, "wrong");
    world_must(world, PRINT, "li", PRINTED(NTH("1", "K00000051")));
    world_keep(world, "print");
    static const struct world_case cases[] = {
        {"a printing is not corrected", "act.correct/1", "li sup", CORRECT("$print"), "state"},
        {"what it was printed for is", "act.correct/1", "li sup", CORRECT("$wrong"), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "act.correct/1", "li sup", CORRECT("$wrong"));
    assert_int_equal(world_act(world, PRINT, "li", PRINTED(NTH("2", "K00000051"))),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(world->err.rule, "object");
    assert_true(world_is_verified(world));
}

/* ---- tag.blank ---- */

static void a_blank_takes_symbols_that_nobody_had(void **state)
{
    struct world *world = *state;
    world_must(world, "person.tag/1", "li", "{'handle':'chen','tag':'P0000000D'}");
    world_must(world, BLANK, "li", BLANKS("K", ID("K00000041") "," ID("K00000042")));
    static const struct world_case cases[] = {
        {"of a key", BLANK, "li", BLANKS("K", ID("K00000002")), "exists"},
        {"of a ring", BLANK, "li", BLANKS("K", ID("K00000009")), "exists"},
        {"of a party", BLANK, "li", BLANKS("K", ID("K0000000A")), "exists"},
        {"of a person's tag", BLANK, "li", BLANKS("R", ID("R0000000D")), "exists"},
        {"of a blank", BLANK, "li", BLANKS("K", ID("K00000041")), "exists"},
        {"of a blank of the other class", BLANK, "li", BLANKS("R", ID("R00000041")), "exists"},
        {"a ring among keys", BLANK, "li", BLANKS("K", ID("K00000043") "," ID("R00000044")),
         "structure"},
        {"of persons", BLANK, "li", BLANKS("P", ID("P00000043")), "structure"},
        {"one twice", BLANK, "li", BLANKS("K", ID("K00000043") "," ID("K00000043")),
         "structure"},
        {"none", BLANK, "li", BLANKS("K", ""), "structure"},
        {"a party with a blank's symbols", "party.add/1", "li", PARTY("P00000041"), "exists"},
        {"a person's tag with a blank's symbols", "person.tag/1", "li",
         "{'handle':'chen','tag':'P00000041'}", "exists"},
        {"a ring with a key blank's symbols", "ring.make/1", "li",
         "{'desk':'front','items':[!K00000002],'ring':!R00000041}", "exists"},
        {"a tag printed for a blank", PRINT, "li", PRINTED(NTH("1", "K00000041")), "object"},
        {"lending a blank", "key.lend/1", "li chen",
         "{'desk':'front','due':@+3600,'items':[!K00000041],'on_behalf':'W-1','purpose':"
         "'repair','receipt':{'kind':'credential'},'receiver':'chen'}",
         "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    expect(world, "SELECT count(*) || ' ' || count(claimed_idx) FROM tag_blank", "2 0");
}

static void whoever_registers_a_blanks_item_claims_it(void **state)
{
    struct world *world = *state;
    world_must(world, BLANK, "li",
               BLANKS("K", ID("K00000041") "," ID("K00000042") "," ID("K00000043") "," ID(
                               "K00000044")));
    world_must(
        world, BLANK, "eng",
        "{'class':'R','stock':'roll-40x30','tags':[" ID("R00000045") "," ID("R00000046") "]}");
    world_must(world, ADD, "li sup", KEY("K00000041", "!R00000045"));
    world_keep(world, "added");
    world_must(world, "ring.make/1", "li",
               "{'desk':'front','items':[!K00000002],'ring':!R00000046}");
    world_must(world, "request.open/1", "chen",
               "{'for':'key.copy','items':[!K00000003],'purpose':'repair','window':{"
               "'end':@+86400,'start':@-60}}");
    world_keep(world, "asked");
    world_must(world, "request.approve/1", "fm",
               "{'limits':{'count':1,'until':@+3600},'request':$asked}");
    world_keep(world, "copying");
    world_must(world, "key.copy/1", "li",
               "{'approval':$copying,'copies':[{'copy':3,'item':'K00000042','label':"
               "'L-K00000042','ring':null}],'desk':'front','of':!K00000003}");
    world_must(world, "import.line/1", "li",
               "{'act':'key.add/1','body':" KEY("K00000043", "null") "}");
    world_keep(world, "line");
    world_must(world, "import.close/1", "li sup", "{'act':'key.add/1','lines':[$line]}");
    expect(world,
           "SELECT group_concat(item || generation || profile || stock || (idx <> since),"
           " ' ') FROM (SELECT p.item, p.generation, p.profile, p.stock, p.idx,"
           " i.idx AS since FROM tag_print p JOIN item i ON i.item = p.item ORDER BY 1)",
           "K000000411blindfob-22x321 K000000421blindfob-22x321 K000000431blindfob-22x321 "
           "R000000451blindroll-40x301 R000000461blindroll-40x301");
    expect(world, "SELECT group_concat(tag) FROM tag_blank WHERE claimed_idx IS NULL",
           "K00000044");
    static const struct world_case cases[] = {
        {"the claimed tag printed anew", PRINT, "li", PRINTED(NTH("2", "K00000041")), NULL},
        {"the claimed tag is its first", PRINT, "li", PRINTED(NTH("1", "K00000041")),
         "generation"},
        {"claimed twice", ADD, "li sup", KEY("K00000041", "null"), "exists"},
        {"printed as a blank again", BLANK, "li", BLANKS("K", ID("K00000041")), "exists"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, ADD, "li sup", KEY("K00000044", "null"));
    world_keep(world, "wrong");
    world_must(world, "act.correct/1", "li sup", CORRECT("$wrong"));
    static const struct world_case used_up[] = {
        {"used up by what was a mistake", ADD, "li sup", KEY("K00000044", "null"), "exists"},
    };
    assert_int_equal(world_run_cases(world, used_up, COUNT_OF(used_up)), 0);
    assert_true(world_is_verified(world));
}

/* ---- reads, and what a scan names ---- */

/* The tag of an item of this site, of a generation. */
static void tag_of(struct world *world, const char *item, char generation,
                   char out[CUSTODY_TAG_LEN + 1])
{
    json_t *info = NULL;
    assert_int_equal(custody_site_info(world->site, &info, NULL), CUSTODY_OK);
    custody_tag_print(item, generation, json_string_value(json_object_get(info, "site_code")),
                      out);
    json_decref(info);
}

/* "K K00000002 2 superseded": kind, id, printed generation of the one match; else the check or
 * status. */
static const char *scan(struct world *world, const char *text, const char *kinds)
{
    static char out[100];
    json_t *matches = NULL;
    const enum custody_status rc =
        custody_resolve(world->site, text, kinds, &matches, &world->err);
    if (rc != CUSTODY_OK) {
        (void)snprintf(out, sizeof out, "%s",
                       world->err.rule[0] != '\0'    ? world->err.rule
                       : rc == CUSTODY_ERR_NOT_FOUND ? "not found"
                       : rc == CUSTODY_ERR_INVALID   ? "mistyped"
                                                     : "failed");
        return out;
    }
    assert_int_equal(json_array_size(matches), 1);
    const json_t *match = json_array_get(matches, 0);
    const char *printed = json_string_value(json_object_get(match, "generation"));
    (void)snprintf(
        out, sizeof out, "%s %s %s%s", json_string_value(json_object_get(match, "kind")),
        json_string_value(json_object_get(match, "id")), printed != NULL ? printed : "-",
        json_is_true(json_object_get(match, "superseded")) ? " superseded" : "");
    json_decref(matches);
    return out;
}

static const char *scan_tag(struct world *world, const char *item, char generation)
{
    char tag[CUSTODY_TAG_LEN + 1];
    tag_of(world, item, generation, tag);
    return scan(world, tag, "KRHPLDU");
}

static void a_scanned_tag_is_told_from_the_newest(void **state)
{
    struct world *world = *state;
    char text[32];
    /* before any printing on record, tags of the first generation may hang about */
    assert_string_equal(scan_tag(world, "K00000002", '1'), "K K00000002 -");
    assert_string_equal(scan_tag(world, "K00000002", '2'), "generation");
    assert_string_equal(scan_tag(world, "R00000009", 'Z'), "generation");
    world_must(world, PRINT, "li", PRINTED(NTH("1", "K00000002")));
    assert_string_equal(scan_tag(world, "K00000002", '1'), "K K00000002 1");
    world_must(world, PRINT, "li", PRINTED(NTH("2", "K00000002")));
    assert_string_equal(scan_tag(world, "K00000002", '2'), "K K00000002 2");
    assert_string_equal(scan_tag(world, "K00000002", '1'), "K K00000002 2 superseded");
    assert_string_equal(scan_tag(world, "K00000002", '3'), "generation");
    assert_non_null(strstr(world->err.text, "not printed here"));
    /* what is typed has no generation: the code on the old tag names the thing all the same */
    custody_item_print("K00000002", text);
    assert_string_equal(scan(world, text, "KR"), "K K00000002 2");
    assert_string_equal(scan(world, "K00000002", "KR"), "K K00000002 -");
    /* persons and parties */
    world_must(world, "person.tag/1", "li", "{'handle':'chen','tag':'P0000000D'}");
    world_must(world, PRINT, "li",
               PRINTED(TAG("1", "P0000000A", "P0000000A") "," TAG("1", "P0000000D", "chen")));
    world_must(world, PRINT, "li", PRINTED(TAG("2", "P0000000D", "chen")));
    assert_string_equal(scan_tag(world, "P0000000D", '1'), "H chen 2 superseded");
    assert_string_equal(scan_tag(world, "P0000000D", '2'), "H chen 2");
    assert_string_equal(scan_tag(world, "P0000000A", '1'), "P P0000000A 1");
    assert_string_equal(scan_tag(world, "P0000000A", '2'), "generation");
    /* what is nowhere is nowhere, whatever its generation */
    assert_string_equal(scan_tag(world, "K0000009Z", '1'), "not found");
    assert_string_equal(scan_tag(world, "K0000009Z", '5'), "not found");
}

static void a_blank_names_nothing_before_it_is_claimed(void **state)
{
    struct world *world = *state;
    char tag[CUSTODY_TAG_LEN + 1];
    world_must(world, BLANK, "li", BLANKS("K", ID("K00000041")));
    tag_of(world, "K00000041", '1', tag);
    assert_string_equal(scan(world, tag, "KR"), "not found");
    assert_non_null(strstr(world->err.text, "blank tag"));
    assert_string_equal(scan(world, tag, "KN"), "N K00000041 -");
    assert_string_equal(scan_tag(world, "K00000041", '2'), "generation");
    world_must(world, ADD, "li sup", KEY("K00000041", "null"));
    assert_string_equal(scan(world, tag, "KN"), "K K00000041 1");
    assert_string_equal(scan(world, tag, "N"), "not found");
}

/* The ids of a read, "K00000002:2 ...". */
static const char *rows_of(struct world *world, const char *read, json_t *params,
                           const char *id, const char *value)
{
    static char out[400];
    json_t *rows = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    out[0] = '\0';
    assert_int_equal(custody_read(world->site, read, params, &rows, &world->err), CUSTODY_OK);
    json_array_foreach(rows, i, row)
    {
        const size_t len = strlen(out);
        (void)snprintf(out + len, sizeof out - len, "%s%s:%s", i > 0 ? " " : "",
                       json_string_value(json_object_get(row, id)),
                       json_string_value(json_object_get(row, value)));
    }
    json_decref(rows);
    json_decref(params);
    return out;
}

static void the_newest_tags_and_the_blanks_are_listed(void **state)
{
    struct world *world = *state;
    world_must(world, "person.tag/1", "li", "{'handle':'chen','tag':'P0000000D'}");
    world_must(world, PRINT, "li",
               PRINTED(NTH("1", "K00000002") "," TAG("1", "P0000000A", "P0000000A") "," TAG(
                   "1", "P0000000D", "chen") "," NTH("1", "R00000009")));
    world_must(world, PRINT, "eng", PRINTED(NTH("2", "K00000002")));
    world_must(world, BLANK, "li", BLANKS("K", ID("K00000041") "," ID("K00000042")));
    assert_string_equal(rows_of(world, "tag.prints", json_object(), "item", "generation"),
                        "K00000002:2 P0000000A:1 P0000000D:1 R00000009:1");
    assert_string_equal(rows_of(world, "tag.prints", json_object(), "label", "by"),
                        "L-K00000002:eng P0000000A:li chen:li L-R00000009:li");
    assert_string_equal(rows_of(world, "tag.prints", json_pack("{s:s}", "item", "K00000002"),
                                "item", "profile"),
                        "K00000002:address");
    assert_string_equal(rows_of(world, "tag.prints",
                                json_pack("{s:s,s:i}", "after", "K00000002", "limit", 2),
                                "item", "stock"),
                        "P0000000A:fob-22x32 P0000000D:fob-22x32");
    assert_string_equal(rows_of(world, "blank.list", json_object(), "tag", "by"),
                        "K00000041:li K00000042:li");
    world_must(world, ADD, "li sup", KEY("K00000041", "null"));
    assert_string_equal(rows_of(world, "blank.list", json_object(), "tag", "stock"),
                        "K00000042:fob-22x32");
}

/* ---- what is no tag of ours ---- */

static uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);

static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

/* Another symbol of the alphabet at a place of the tag. */
static void change(char *tag, uint32_t place)
{
    const char old = tag[place];
    while (tag[place] == old) {
        tag[place] = TEXT_ALPHABET[draw(32)];
    }
}

/*
 * A tenth is drawn anew but for our format and our site, the likeliest of forgeries; the rest
 * are tags of this register with one or two symbols changed. An older generation of what was
 * printed twice is no forgery: it is named as superseded.
 */
static void no_wrong_tag_is_taken_for_one_of_ours(void **state)
{
    struct world *world = *state;
    static const char *const items[] = {"K00000001", "K00000002", "K00000003", "K00000004",
                                        "K00000006", "R00000009", "P0000000A"};
    const char *all = getenv("CUSTODY_TAGS");
#if defined(__SANITIZE_ADDRESS__)
    const size_t wanted = all != NULL ? strtoul(all, NULL, 10) : 20000;
#else
    const size_t wanted = all != NULL ? strtoul(all, NULL, 10) : 1000000;
#endif
    char good[COUNT_OF(items)][CUSTODY_TAG_LEN + 1];
    size_t taken = 0;
    size_t by_check[4] = {0};
    world_must(world, PRINT, "li",
               PRINTED(NTH("1", "K00000002") "," TAG("1", "P0000000A", "P0000000A")));
    for (size_t i = 0; i < COUNT_OF(items); i++) {
        tag_of(world, items[i], '1', good[i]);
        assert_int_equal(strlen(scan(world, good[i], "KRP")), strlen("K K00000001 -"));
    }
    for (size_t n = 0; n < wanted; n++) {
        char tag[CUSTODY_TAG_LEN + 1];
        json_t *matches = NULL;
        struct custody_error err = {0};
        memcpy(tag, good[draw(COUNT_OF(items))], sizeof tag);
        if (n % 10 == 0) {
            for (uint32_t place = 3; place < CUSTODY_TAG_LEN; place++) {
                if (place < 12 || place > 17) {
                    change(tag, place);
                }
            }
        } else {
            const uint32_t first = draw(CUSTODY_TAG_LEN);
            change(tag, first);
            if (n % 2 == 0) {
                const uint32_t second = draw(CUSTODY_TAG_LEN - 1);
                change(tag, second + (second >= first ? 1 : 0));
            }
        }
        const enum custody_status rc =
            custody_resolve(world->site, tag, "KRHP", &matches, &err);
        taken += rc == CUSTODY_OK ? 1 : 0;
        by_check[rc == CUSTODY_ERR_INVALID             ? 0
                 : strcmp(err.rule, "site") == 0       ? 1
                 : strcmp(err.rule, "generation") == 0 ? 2
                                                       : 3]++;
        json_decref(matches);
    }
    print_message("%zu wrong tags: %zu mistyped, %zu of another site, %zu of no generation, "
                  "%zu of nothing here\n",
                  wanted, by_check[0], by_check[1], by_check[2], by_check[3]);
    assert_int_equal(taken, 0);
    assert_true(by_check[0] > wanted / 2 && by_check[1] > wanted / 10 &&
                by_check[2] > wanted / 100);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(tag_print_is_signed_by_one_who_keeps_keys),
        T(tag_print_prints_what_the_register_has),
        T(generations_follow_one_another_to_the_last),
        T(a_printed_tag_keeps_no_mistake_in_the_register),
        T(a_blank_takes_symbols_that_nobody_had),
        T(whoever_registers_a_blanks_item_claims_it),
        T(a_scanned_tag_is_told_from_the_newest),
        T(a_blank_names_nothing_before_it_is_claimed),
        T(the_newest_tags_and_the_blanks_are_listed),
        T(no_wrong_tag_is_taken_for_one_of_ours),
    };
    return cmocka_run_group_tests_name("acts of tags", tests, NULL, NULL);
}
