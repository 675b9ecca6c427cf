/* storage, folder.open, .file, .amend (FORMATS.md §19.3; A1–A4, A7, A9). */
#include "folder_fixture.h"

#define ADD                "storage.add/1"
#define SHIFT              "storage.move/1"
#define OPEN               "folder.open/1"
#define FILE_IN            "folder.file/1"
#define AMEND              "folder.amend/1"
#define REMOVE             "folder.remove/1"
#define CLOSE              "folder.close/1"
#define NODES(nodes)       "{'nodes':[" nodes "]}"
#define NODES_MOVED(nodes) "{'nodes':[" nodes "],'reason':'other'}"
#define ON(place)          "'" place "'"
#define BOX_LABELLED(item, label, place)                                                       \
    "{'item':'" item "','label':'" label "','place':'" place "','within':null}"
#define ONE(item, class, place, party, box) OPEN_BODY(FOLDER_IN(item, class, place, party, box))
#define LABELLED(item, label)                                                                  \
    OPEN_BODY("{'box':null,'class':'owner','item':'" item "','label':'" label                  \
              "','name':null,'party':null,'place':'1-0-02'}")
#define FILED(folder, version, papers) FILE_BODY(FILED_IN(folder, version, papers))
#define DETAILED(n, kind, original, with, from, to)                                            \
    "{'copies':1,'from':" from ",'kind':'" kind "','n':" #n ",'original':'" original           \
    "','original_with':" with ",'pages':1,'remark':null,'title':null,'to':" to "}"
#define RECEIVED(day)                                                                          \
    "{'folders':[" FILED_IN("F000000F3", 1, PAPER(1, "lease", 1, 5)) "],'received':'" day "'}"
#define AMENDED(n, kind, copies, pages, original, with)                                        \
    "{'copies':" #copies ",'from':null,'kind':'" kind "','n':" #n ",'original':'" original     \
    "','original_with':" with ",'pages':" #pages ",'to':null}"
#define AMENDS(folder, version, papers)                                                        \
    "{'folders':[" FILED_IN(folder, version, papers) "],'reason':'entry_error'}"
#define LEAVES(papers, version, party, slip, target)                                           \
    "{'item':'F000000F1','label':'L-F000000F1','papers':[" papers "],'party':" party           \
    ",'reason':'other','slip':" slip ",'target':" target ",'version':" #version "}"

/* ---- storage ---- */

static void storage_is_shelves_in_places_and_boxes_on_them(void **state)
{
    struct world *world = *state;
    expect(world,
           "SELECT group_concat(item || coalesce(place, '') || coalesce(within, ''), ' ')"
           " FROM storage",
           "B000000B1S000000S1 B000000B2S000000S1 B000000B3AR S000000S1AR");
    world_must(world, "tag.blank/1", "li",
               "{'class':'K','stock':'fob-22x32','tags':[{'item':'K00000041'}]}");
    world_must(world, "key.add/1", "li sup",
               "{'desk':'front','keys':[{'copy':1,'item':'K00000042','label':'L',"
               "'locks':['D1'],'ring':null}]}");
    world_keep(world, "wrong");
    world_must(world, "act.correct/1", "li sup", "{'act':$wrong,'reason':'entry_error'}");
    static const struct world_case cases[] = {
        {"a box on the shelf of this act", ADD, "arc",
         NODES(BOX_IN("B00000031", "null", ON("S00000032")) "," BOX_IN("S00000032", ON("AR"),
                                                                       "null")),
         NULL},
        {"a shelf on a shelf", ADD, "arc", NODES(BOX_IN("S00000031", "null", ON("S000000S1"))),
         "structure"},
        {"a box nowhere", ADD, "arc", NODES(BOX_IN("B00000031", "null", "null")), "structure"},
        {"a box at two places", ADD, "arc",
         NODES(BOX_IN("B00000031", ON("AR"), ON("S000000S1"))), "structure"},
        {"a folder as a box", ADD, "arc", NODES(BOX_IN("F00000031", ON("AR"), "null")),
         "structure"},
        {"no such place", ADD, "arc", NODES(BOX_IN("B00000031", ON("XX"), "null")), "object"},
        {"no such shelf", ADD, "arc", NODES(BOX_IN("B00000031", "null", ON("S00000099"))),
         "object"},
        {"a box in a box", ADD, "arc", NODES(BOX_IN("B00000031", "null", ON("B000000B1"))),
         "object"},
        {"symbols of a key", ADD, "arc", NODES(BOX_IN("B00000001", ON("AR"), "null")),
         "exists"},
        {"symbols of a party", ADD, "arc", NODES(BOX_IN("B0000000A", ON("AR"), "null")),
         "exists"},
        {"symbols of a folder", ADD, "arc", NODES(BOX_IN("B000000F1", ON("AR"), "null")),
         "exists"},
        {"symbols of a shelf", ADD, "arc", NODES(BOX_IN("B000000S1", ON("AR"), "null")),
         "exists"},
        {"symbols of a blank", ADD, "arc", NODES(BOX_IN("B00000041", ON("AR"), "null")),
         "exists"},
        {"symbols of a corrected key", ADD, "arc", NODES(BOX_IN("B00000042", ON("AR"), "null")),
         "exists"},
        {"symbols twice in one act", ADD, "arc",
         NODES(BOX_IN("B00000031", ON("AR"), "null") "," BOX_IN("S00000031", ON("AR"), "null")),
         "exists"},
        {"another box's label", ADD, "arc",
         NODES(BOX_LABELLED("B00000031", "L-S000000S1", "AR")), "exists"},
        {"added by the supervisor", ADD, "sup", NODES(BOX_IN("B00000031", ON("AR"), "null")),
         "seats"},
        {"added by two", ADD, "arc sup", NODES(BOX_IN("B00000031", ON("AR"), "null")), "seats"},
        {"moved to a place", SHIFT, "arc", NODES_MOVED(BOX_IN("B000000B1", ON("1-PD"), "null")),
         NULL},
        {"moved onto no shelf", SHIFT, "arc",
         NODES_MOVED(BOX_IN("B000000B1", "null", ON("B000000B2"))), "object"},
        {"an unknown box moved", SHIFT, "arc",
         NODES_MOVED(BOX_IN("B00000031", ON("AR"), "null")), "object"},
        {"moved under another label", SHIFT, "arc",
         NODES_MOVED(BOX_LABELLED("B000000B1", "Box", "AR")), "label"},
        {"moved by a key custodian", SHIFT, "li",
         NODES_MOVED(BOX_IN("B000000B1", ON("1-PD"), "null")), "seats"},
        {"moved for no reason of the policy", SHIFT, "arc",
         "{'nodes':[" BOX_IN("B000000B1", "'1-PD'", "null") "],'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, SHIFT, "arc", NODES_MOVED(BOX_IN("B000000B1", ON("1-PD"), "null")));
    expect(world, "SELECT place || coalesce(within, '-') FROM storage WHERE item = 'B000000B1'",
           "1-PD-");
}

/* ---- folder.open ---- */

static void folder_open_gives_a_home_a_folder_of_its_own(void **state)
{
    struct world *world = *state;
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'B'},'party':'P0000000B','relation':'owner'}");
    world_keep(world, "wrong");
    world_must(world, "act.correct/1", "adm mgr", "{'act':$wrong,'reason':'entry_error'}");
    static const struct world_case cases[] = {
        {"a second one of a home", OPEN, "arc",
         ONE("F00000031", "tenant", "1-0-01", "null", "!B000000B3"), NULL},
        {"without a box", OPEN, "arc", ONE("F00000031", "owner", "1-0-01", "null", "null"),
         NULL},
        {"a box as a folder", OPEN, "arc", ONE("B00000031", "owner", "1-0-01", "null", "null"),
         "structure"},
        {"symbols of a folder", OPEN, "arc",
         ONE("F000000F1", "owner", "1-0-01", "null", "null"), "exists"},
        {"symbols of a box", OPEN, "arc", ONE("F000000B1", "owner", "1-0-01", "null", "null"),
         "exists"},
        {"the label of another", OPEN, "arc", LABELLED("F00000031", "L-F000000F1"), "exists"},
        {"one label twice in an act", OPEN, "arc",
         OPEN_BODY(FOLDER_IN("F00000031", "owner", "1-0-01", "null",
                             "null") ",{'box':null,'class':'owner','item':'F00000032',"
                                     "'label':'L-F00000031','name':null,'party':null,"
                                     "'place':'1-0-02'}"),
         "exists"},
        {"of no class of the policy", OPEN, "arc",
         ONE("F00000031", "guest", "1-0-01", "null", "null"), "policy"},
        {"of a class of keys", OPEN, "arc",
         ONE("F00000031", "facility", "1-0-01", "null", "null"), "policy"},
        {"of no home", OPEN, "arc", ONE("F00000031", "owner", "1-0-99", "null", "null"),
         "object"},
        {"of nobody", OPEN, "arc", ONE("F00000031", "owner", "1-0-01", "'P00000099'", "null"),
         "object"},
        {"of a party taken back", OPEN, "arc",
         ONE("F00000031", "owner", "1-0-01", "'P0000000B'", "null"), "object"},
        {"in no box", OPEN, "arc", ONE("F00000031", "owner", "1-0-01", "null", "!B00000099"),
         "object"},
        {"on a shelf", OPEN, "arc", ONE("F00000031", "owner", "1-0-01", "null", "!S000000S1"),
         "object"},
        {"in a box of another label", OPEN, "arc",
         ONE("F00000031", "owner", "1-0-01", "null", THING("B000000B1", "Box")), "label"},
        {"opened by service staff", OPEN, "zhang",
         ONE("F00000031", "owner", "1-0-01", "null", "null"), "seats"},
        {"opened by two", OPEN, "arc mgr", ONE("F00000031", "owner", "1-0-01", "null", "null"),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    expect(world,
           "SELECT class || place || party || box || version || last_n || state FROM folder"
           " WHERE item = 'F000000F1'",
           "owner1-0-01P0000000AB000000B114open");
    expect(world, "SELECT count(*) FROM act_item WHERE item = 'F000000F3'", "1");
}

static void what_is_sealed_in_a_folder_belongs_to_that_folder(void **state)
{
    struct world *world = *state;
    world_must(world, OPEN, "arc",
               "{'folders':[{'box':null,'class':'owner','item':'F00000031','label':'A',"
               "'name':{'text':'Bag one'},'party':null,'place':'1-0-01'},"
               "{'box':null,'class':'owner','item':'F00000032','label':'B',"
               "'name':{'text':'Bag two'},'party':null,'place':'1-0-02'}]}");
    expect(world, "SELECT group_concat(owner, ' ') FROM (SELECT owner FROM subject ORDER BY 1)",
           "F00000031 F00000032 P0000000A");
    expect(world,
           "SELECT name_pointer || (name_idx = idx) FROM folder WHERE item = 'F00000032'",
           "/body/folders/1/name1");
    expect(world,
           "SELECT group_concat(s.owner || c.pointer, ' ') FROM subject s JOIN commitment c"
           " ON c.k = s.k WHERE s.owner LIKE 'F%' ORDER BY 1",
           "F00000031/body/folders/0/name F00000032/body/folders/1/name");
    world_must(world, FILE_IN, "arc",
               "{'folders':[{'item':'F00000031','label':'A','papers':[{'copies':1,"
               "'kind':'other_paper','n':1,'original':'original','pages':2,"
               "'title':{'text':'T'},'remark':{'text':'R'}},{'copies':1,'kind':'id_card','n':2,"
               "'original':'copy','original_with':'owner','pages':2}],'version':1}]}");
    expect(world,
           "SELECT group_concat(coalesce(title_pointer || (title_idx = idx), '-'), ' ')"
           " FROM paper WHERE folder = 'F00000031'",
           "/body/folders/0/papers/0/title1 -");
    expect(world, "SELECT count(*) FROM subject WHERE owner = 'F00000031'", "2");
    world_must(world, FILE_IN, "arc",
               "{'folders':[{'item':'F00000032','label':'B','papers':[{'copies':1,"
               "'kind':'other_paper','n':1,'original':'original','pages':2,"
               "'remark':{'text':'R'}}],'version':1}]}");
    expect(world, "SELECT count(*) FROM subject WHERE owner = 'F00000032'", "2");
    assert_true(world_is_verified(world));
}

/* ---- folder.file ---- */

static void folder_file_notes_each_paper_once(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"the next", FILE_IN, "arc", FILED("F000000F1", 2, PAPER(5, "fire_safety", 1, 1)),
         NULL},
        {"with a number left out", FILE_IN, "arc",
         FILED("F000000F1", 2, PAPER(9999, "fire_safety", 999, 9999)), NULL},
        {"a number twice", FILE_IN, "arc", FILED("F000000F1", 2, PAPER(4, "fire_safety", 1, 1)),
         "exists"},
        {"a number before the last", FILE_IN, "arc",
         FILED("F000000F1", 2, PAPER(3, "fire_safety", 1, 1) "," PAPER(7, "lease", 1, 1)),
         "exists"},
        {"the version that is", FILE_IN, "arc",
         FILED("F000000F1", 1, PAPER(5, "fire_safety", 1, 1)), "version"},
        {"a version ahead", FILE_IN, "arc",
         FILED("F000000F1", 3, PAPER(5, "fire_safety", 1, 1)), "version"},
        {"of no kind of the policy", FILE_IN, "arc",
         FILED("F000000F1", 2, PAPER(5, "poem", 1, 1)), "policy"},
        {"no copy at all", FILE_IN, "arc", FILED("F000000F1", 2, PAPER(5, "lease", 0, 1)),
         "structure"},
        {"a copy, the original with finance", FILE_IN, "arc",
         FILED("F000000F1", 2, DETAILED(5, "lease", "copy", "'finance'", "null", "null")),
         NULL},
        {"a copy, the original anywhere", FILE_IN, "arc",
         FILED("F000000F1", 2, DETAILED(5, "lease", "copy", "null", "null", "null")), NULL},
        {"an original that is elsewhere", FILE_IN, "arc",
         FILED("F000000F1", 2, DETAILED(5, "lease", "original", "'finance'", "null", "null")),
         "structure"},
        {"an original with nobody we know", FILE_IN, "arc",
         FILED("F000000F1", 2, DETAILED(5, "lease", "copy", "'aunt'", "null", "null")),
         "policy"},
        {"of one day", FILE_IN, "arc",
         FILED("F000000F1", 2,
               DETAILED(5, "lease", "copy", "null", "'2024-02-29'", "'2024-02-29'")),
         NULL},
        {"ended before it began", FILE_IN, "arc",
         FILED("F000000F1", 2,
               DETAILED(5, "lease", "copy", "null", "'2024-03-01'", "'2024-02-29'")),
         "structure"},
        {"into no folder", FILE_IN, "arc", FILED("F00000099", 1, PAPER(1, "lease", 1, 1)),
         "object"},
        {"into a box", FILE_IN, "arc", FILED("B000000B1", 1, PAPER(1, "lease", 1, 1)),
         "structure"},
        {"under another label", FILE_IN, "arc",
         "{'folders':[{'item':'F000000F1','label':'L','papers':[" PAPER(
             5, "lease", 1, 1) "],'version':2}],'received':null}",
         "label"},
        {"filed by service staff", FILE_IN, "zhang",
         FILED("F000000F1", 2, PAPER(5, "lease", 1, 1)), "seats"},
        {"filed by two", FILE_IN, "arc sup", FILED("F000000F1", 2, PAPER(5, "lease", 1, 1)),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    expect(world,
           "SELECT kind || label || original || copies || pages || state FROM paper"
           " WHERE item = 'F000000F1.1'",
           "move_in_notice" LABEL_NOTICE "original23filed");
    world_must(world, FILE_IN, "arc",
               FILED("F000000F1", 2, PAPER(6, "lease", 1, 1) "," PAPER(8, "lease", 1, 2)));
    expect(world, "SELECT version || '.' || last_n FROM folder WHERE item = 'F000000F1'",
           "2.8");
    expect(world,
           "SELECT group_concat(version || kind || papers, ' ') FROM inventory"
           " WHERE folder = 'F000000F1'",
           "1file4 2file2");
    expect(world,
           "SELECT group_concat(item, ' ') FROM act_item WHERE idx = (SELECT max(idx) FROM"
           " act_log)",
           "F000000F1 F000000F1.6 F000000F1.8");
    world_must(world, CLOSE, "arc", CLOSED_BY("F000000F1", "2025-10-31", "sold"));
    static const struct world_case closed[] = {
        {"into a closed one", FILE_IN, "arc", FILED("F000000F1", 3, PAPER(9, "lease", 1, 1)),
         "state"},
    };
    assert_int_equal(world_run_cases(world, closed, COUNT_OF(closed)), 0);
}

/* It is 16:01 at the office on the 31st. */
static void papers_are_filed_within_the_days_of_the_policy(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"received today", FILE_IN, "arc", RECEIVED("2025-10-31"), NULL},
        {"received tomorrow", FILE_IN, "arc", RECEIVED("2025-11-01"), "A9"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_save(world);
    world_must(world, FILE_IN, "arc", RECEIVED("2025-10-24"));
    assert_string_equal(world->flags, "");
    world_restore(world);
    world_must(world, FILE_IN, "arc", RECEIVED("2025-10-23"));
    assert_string_equal(world->flags, "late-filed");
    assert_true(world_is_verified(world));
    world_restore(world);
    world_tick(world, INT64_C(8) * 3600); /* past midnight at the office, not at Greenwich */
    world_must(world, FILE_IN, "arc", RECEIVED("2025-11-01"));
    assert_string_equal(world->flags, "");
}

/* ---- folder.amend ---- */

static void folder_amend_makes_no_paper_less_secret_by_one(void **state)
{
    struct world *world = *state;
    world_save(world);
    world_must(world, FILE_IN, "arc", FILED("F000000F1", 2, PAPER(5, "lease", 1, 1)));
    world_must(world, REMOVE, "arc sup",
               LEAVES(NTH_PAPER(5, "租赁合同"), 3, "'P0000000A'", "'7'", "null"));
    static const struct world_case cases[] = {
        {"other numbers", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(1, "move_in_notice", 1, 4, "copy", "'owner'")), NULL},
        {"another kind, as secret", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(2, "tenant_id_card", 1, 1, "copy", "null")), NULL},
        {"more secret", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(1, "lease", 2, 3, "original", "null")), NULL},
        {"less secret by two", AMEND, "arc sup",
         AMENDS("F000000F1", 4, AMENDED(2, "settlement", 1, 1, "copy", "null")), NULL},
        {"less secret by one", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(2, "settlement", 1, 1, "copy", "null")), "A7"},
        {"less secret by the supervisor", AMEND, "sup",
         AMENDS("F000000F1", 4, AMENDED(2, "settlement", 1, 1, "copy", "null")), "seats"},
        {"as secret by two", AMEND, "arc sup",
         AMENDS("F000000F1", 4, AMENDED(1, "move_in_notice", 1, 4, "copy", "null")), "seats"},
        {"by service staff", AMEND, "zhang",
         AMENDS("F000000F1", 4, AMENDED(1, "move_in_notice", 1, 4, "copy", "null")), "seats"},
        {"a paper that left", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(5, "lease", 1, 4, "copy", "null")), "state"},
        {"a paper that never was", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(6, "lease", 1, 4, "copy", "null")), "object"},
        {"to no kind", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(1, "poem", 1, 4, "copy", "null")), "policy"},
        {"an original elsewhere", AMEND, "arc",
         AMENDS("F000000F1", 4, AMENDED(1, "lease", 1, 4, "original", "'legal'")), "structure"},
        {"the version that is", AMEND, "arc",
         AMENDS("F000000F1", 3, AMENDED(1, "move_in_notice", 1, 4, "copy", "null")), "version"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, AMEND, "arc sup",
               AMENDS("F000000F1", 4, AMENDED(2, "settlement", 3, 5, "copy", "'legal'")));
    expect(world,
           "SELECT kind || label || copies || pages || original || original_with || state"
           " FROM paper WHERE item = 'F000000F1.2'",
           "settlement前期费用结算清单35copylegalfiled");
    expect(world,
           "SELECT group_concat(version || kind || papers, ' ') FROM inventory"
           " WHERE folder = 'F000000F1'",
           "1file4 2file1 3remove1 4amend1");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(storage_is_shelves_in_places_and_boxes_on_them),
        T(folder_open_gives_a_home_a_folder_of_its_own),
        T(what_is_sealed_in_a_folder_belongs_to_that_folder),
        T(folder_file_notes_each_paper_once),
        T(papers_are_filed_within_the_days_of_the_policy),
        T(folder_amend_makes_no_paper_less_secret_by_one),
    };
    return cmocka_run_group_tests_name("acts of folders", tests, NULL, NULL);
}
