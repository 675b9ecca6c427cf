/* Papers and folders that leave, move or end; tags, imports (FORMATS.md §19.3; A9, A11–A13). */
#include "folder_fixture.h"

#define ADD                                 "storage.add/1"
#define OPEN                                "folder.open/1"
#define FILE_IN                             "folder.file/1"
#define AMEND                               "folder.amend/1"
#define REMOVE                              "folder.remove/1"
#define MOVE                                "folder.move/1"
#define CLOSE                               "folder.close/1"
#define PRINT                               "tag.print/2"
#define NODES(nodes)                        "{'nodes':[" nodes "]}"
#define ON(place)                           "'" place "'"
#define ONE(item, class, place, party, box) OPEN_BODY(FOLDER_IN(item, class, place, party, box))
#define LABELLED(item, label)                                                                  \
    OPEN_BODY("{'box':null,'class':'owner','item':'" item "','label':'" label                  \
              "','name':null,'party':null,'place':'1-0-02'}")
#define FILED(folder, version, papers) FILE_BODY(FILED_IN(folder, version, papers))
#define AMENDED(n, kind, copies, pages, original, with)                                        \
    "{'copies':" #copies ",'from':null,'kind':'" kind "','n':" #n ",'original':'" original     \
    "','original_with':" with ",'pages':" #pages ",'to':null}"
#define AMENDS(folder, version, papers)                                                        \
    "{'folders':[" FILED_IN(folder, version, papers) "],'reason':'entry_error'}"
#define LEAVES(papers, version, party, slip, target)                                           \
    "{'item':'F000000F1','label':'L-F000000F1','papers':[" papers "],'party':" party           \
    ",'reason':'other','slip':" slip ",'target':" target ",'version':" #version "}"
#define INTO(folder, first, version)                                                           \
    "{'first':" #first ",'item':'" folder "','label':'L-" folder "','version':" #version "}"
#define GOES(folder, box, at)                                                                  \
    "{'at':" at ",'box':" box ",'item':'" folder "','label':'L-" folder "'}"
#define MOVES(folders) "{'folders':[" folders "],'reason':'other'}"
#define MOVED_AT(event_at, late)                                                               \
    "{'event_at':" event_at                                                                    \
    ",'folders':[" GOES("F000000F1", "!B000000B2", "null") "],"                                \
                                                           "'late':" late ",'reason':'other'}"
#define NOTICE NTH_PAPER(1, LABEL_NOTICE)
#define ID_2   NTH_PAPER(2, LABEL_ID)

/* ---- folder.remove ---- */

static void papers_leave_by_two_for_a_slip_or_another_folder(void **state)
{
    struct world *world = *state;
    world_must(world, CLOSE, "arc", CLOSED_BY("F000000F2", "2025-10-31", "sold"));
    static const struct world_case cases[] = {
        {"given to its owner", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "'P0000000A'", "'7'", "null"), NULL},
        {"to another folder", REMOVE, "arc sup",
         LEAVES(NOTICE "," ID_2, 2, "null", "null", INTO("F000000F3", 1, 1)), NULL},
        {"with a number left out", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "null", "null", INTO("F000000F3", 9999, 1)), NULL},
        {"to nobody", REMOVE, "arc sup", LEAVES(NOTICE, 2, "null", "'7'", "null"), "A9"},
        {"without a slip", REMOVE, "arc sup", LEAVES(NOTICE, 2, "'P0000000A'", "null", "null"),
         "A9"},
        {"to both", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "'P0000000A'", "'7'", INTO("F000000F3", 1, 1)), "A9"},
        {"into itself", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "null", "null", INTO("F000000F1", 5, 2)), "A9"},
        {"into a closed folder", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "null", "null", INTO("F000000F2", 3, 2)), "A9"},
        {"into no folder", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "null", "null", INTO("F00000099", 1, 1)), "object"},
        {"into a box", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "null", "null", INTO("B000000B1", 1, 1)), "structure"},
        {"beyond the last number", REMOVE, "arc sup",
         LEAVES(NOTICE "," ID_2, 2, "null", "null", INTO("F000000F3", 9999, 1)), "structure"},
        {"into another version", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "null", "null", INTO("F000000F3", 1, 2)), "version"},
        {"from another version", REMOVE, "arc sup",
         LEAVES(NOTICE, 1, "'P0000000A'", "'7'", "null"), "version"},
        {"to a party unknown", REMOVE, "arc sup",
         LEAVES(NOTICE, 2, "'P00000099'", "'7'", "null"), "object"},
        {"under another label", REMOVE, "arc sup",
         LEAVES(NTH_PAPER(1, "L"), 2, "'P0000000A'", "'7'", "null"), "label"},
        {"a paper that is none", REMOVE, "arc sup",
         LEAVES(NTH_PAPER(9, "L"), 2, "'P0000000A'", "'7'", "null"), "object"},
        {"by the archive custodian alone", REMOVE, "arc",
         LEAVES(NOTICE, 2, "'P0000000A'", "'7'", "null"), "seats"},
        {"with the manager", REMOVE, "arc mgr", LEAVES(NOTICE, 2, "'P0000000A'", "'7'", "null"),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, REMOVE, "arc sup",
               LEAVES(NOTICE "," ID_2, 2, "null", "null", INTO("F000000F3", 3, 1)));
    expect_paper(world, "F000000F1.1", "removed");
    expect_paper(world, "F000000F1.2", "removed");
    expect_paper(world, "F000000F1.3", "filed");
    expect(world,
           "SELECT group_concat(n || kind || copies || pages || state, ' ') FROM paper"
           " WHERE folder = 'F000000F3'",
           "3move_in_notice23filed 4id_card11filed");
    expect(world, "SELECT version || '.' || last_n FROM folder WHERE item = 'F000000F3'",
           "1.4");
    expect(world,
           "SELECT group_concat(folder || version || kind || papers, ' ') FROM inventory"
           " WHERE idx = (SELECT max(idx) FROM act_log)",
           "F000000F1"
           "2remove2 F000000F3"
           "1receive2");
    expect(world, "SELECT folder || coalesce(party, '-') || target FROM folder_removal",
           "F000000F1-F000000F3");
    static const struct world_case gone[] = {
        {"what has left", REMOVE, "arc sup", LEAVES(NOTICE, 3, "'P0000000A'", "'7'", "null"),
         "state"},
        {"numbers given before", REMOVE, "arc sup",
         LEAVES(NTH_PAPER(3, LABEL_FORM), 3, "null", "null", INTO("F000000F3", 4, 2)),
         "exists"},
    };
    assert_int_equal(world_run_cases(world, gone, COUNT_OF(gone)), 0);
}

/* folder.hold is written elsewhere; the register's row is what counts here. */
static void what_is_held_does_not_leave_its_folder(void **state)
{
    struct world *world = *state;
    assert_true(world_sql(world, "INSERT INTO hold (act_id, item, idx, number, reason)"
                                 " VALUES (x'00', 'F000000F1.1', 0, 'N', 'other')"));
    assert_int_equal(
        world_act(world, REMOVE, "arc sup", LEAVES(NOTICE, 2, "'P0000000A'", "'7'", "null")),
        CUSTODY_ERR_REFUSED);
    assert_string_equal(world->err.rule, "A13");
    world_must(world, REMOVE, "arc sup", LEAVES(ID_2, 2, "'P0000000A'", "'7'", "null"));
    assert_true(world_sql(world, "UPDATE hold SET item = 'F000000F1'"));
    assert_int_equal(
        world_act(world, REMOVE, "arc sup",
                  LEAVES(NTH_PAPER(3, LABEL_FORM), 3, "'P0000000A'", "'7'", "null")),
        CUSTODY_ERR_REFUSED);
    assert_string_equal(world->err.rule, "A13");
    expect_paper(world, "F000000F1.3", "filed");
}

/* ---- folder.move, folder.close ---- */

static void folder_move_sets_where_a_folder_is(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"to another box", MOVE, "arc", MOVES(GOES("F000000F1", "!B000000B2", "null")), NULL},
        {"out for a while", MOVE, "arc",
         MOVES(GOES("F000000F1", "!B000000B1", "'1-PD'") "," GOES("F000000F2", "null", "'AR'")),
         NULL},
        {"later entered", MOVE, "arc", MOVED_AT("@-30", "'forgotten'"), NULL},
        {"to no box", MOVE, "arc", MOVES(GOES("F000000F1", "!B00000099", "null")), "object"},
        {"onto a shelf", MOVE, "arc", MOVES(GOES("F000000F1", "!S000000S1", "null")), "object"},
        {"to no place", MOVE, "arc", MOVES(GOES("F000000F1", "null", "'XX'")), "object"},
        {"a folder that is none", MOVE, "arc", MOVES(GOES("F00000099", "null", "null")),
         "object"},
        {"before it was opened", MOVE, "arc", MOVED_AT("@-3600", "'forgotten'"), "late"},
        {"by the supervisor", MOVE, "sup", MOVES(GOES("F000000F1", "!B000000B2", "null")),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, MOVE, "arc", MOVES(GOES("F000000F1", "!B000000B2", "'1-PD'")));
    expect(world, "SELECT box || at FROM folder WHERE item = 'F000000F1'", "B000000B21-PD");
    expect(world, "SELECT was_box || coalesce(was_at, '-') FROM folder_event", "B000000B1-");
    expect(world, "SELECT version FROM folder WHERE item = 'F000000F1'", "1");
}

static void folder_close_notes_by_what_and_when(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"today", CLOSE, "arc", CLOSED_BY("F000000F1", "2025-10-31", "sold"), NULL},
        {"long ago", CLOSE, "arc", CLOSED_BY("F000000F1", "2001-01-01", "lease_ended"), NULL},
        {"tomorrow", CLOSE, "arc", CLOSED_BY("F000000F1", "2025-11-01", "sold"), "A12"},
        {"by a whim", CLOSE, "arc", CLOSED_BY("F000000F1", "2025-10-31", "whim"), "structure"},
        {"closed by service staff", CLOSE, "zhang",
         CLOSED_BY("F000000F1", "2025-10-31", "sold"), "seats"},
        {"what is none", CLOSE, "arc", CLOSED_BY("F00000099", "2025-10-31", "sold"), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CLOSE, "arc", CLOSED_BY("F000000F1", "2025-10-30", "sold"));
    world_must(world, CLOSE, "arc", CLOSED_BY("F000000F1", "2025-10-29", "other"));
    expect(world,
           "SELECT state || trigger_code || trigger_date FROM folder WHERE item = 'F000000F1'",
           "closedother2025-10-29");
    /* A stub is not acted on any more. */
    assert_true(world_sql(world, "UPDATE folder SET state = 'destroyed'"
                                 " WHERE item IN ('F000000F1', 'F000000F3')"));
    static const struct {
        const char *act, *signers, *body;
    } acts[] = {
        {CLOSE, "arc", CLOSED_BY("F000000F1", "2025-10-31", "sold")},
        {MOVE, "arc", MOVES(GOES("F000000F1", "!B000000B2", "null"))},
        {FILE_IN, "arc", FILED("F000000F3", 1, PAPER(1, "lease", 1, 1))},
        {AMEND, "arc",
         AMENDS("F000000F1", 2, AMENDED(1, "move_in_notice", 1, 4, "copy", "null"))},
        {REMOVE, "arc sup", LEAVES(NOTICE, 2, "'P0000000A'", "'7'", "null")},
        {PRINT, "arc",
         "{'items':[{'generation':'1','item':'F000000F1','label':'L-F000000F1'}],"
         "'profile':'blind','stock':'bag'}"},
    };
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        assert_int_equal(world_act(world, acts[i].act, acts[i].signers, acts[i].body),
                         CUSTODY_ERR_REFUSED);
        assert_string_equal(world->err.rule, "state");
    }
    /* Its label is free again. */
    world_must(world, OPEN, "arc", LABELLED("F00000031", "L-F000000F1"));
}

/* ---- tags, imports, an older policy ---- */

#define TAG(generation, item)                                                                  \
    "{'generation':'" generation "','item':'" item "','label':'L-" item "'}"
#define PRINTED(tags) "{'items':[" tags "],'profile':'blind','stock':'bag'}"

static void tag_print_2_prints_what_stands_in_the_archive(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"all three", PRINT, "arc",
         PRINTED(TAG("1", "B000000B1") "," TAG("1", "F000000F1") "," TAG("1", "S000000S1")),
         NULL},
        {"printed by an officer", PRINT, "mgr", PRINTED(TAG("1", "F000000F1")), NULL},
        {"printed by a key custodian", PRINT, "li", PRINTED(TAG("1", "F000000F1")), "seats"},
        {"printed by two", PRINT, "arc mgr", PRINTED(TAG("1", "F000000F1")), "seats"},
        {"a key", PRINT, "arc", PRINTED(TAG("1", "K00000002")), "structure"},
        {"an unknown box", PRINT, "arc", PRINTED(TAG("1", "B00000099")), "object"},
        {"an unknown folder", PRINT, "arc", PRINTED(TAG("1", "F00000099")), "object"},
        {"another generation", PRINT, "arc", PRINTED(TAG("2", "F000000F1")), "generation"},
        {"another label", PRINT, "arc",
         PRINTED("{'generation':'1','item':'B000000B1','label':'Box'}"), "label"},
        {"a folder by version 1", "tag.print/1", "li", PRINTED(TAG("1", "F000000F1")),
         "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, PRINT, "arc", PRINTED(TAG("1", "F000000F1")));
    world_must(world, PRINT, "adm", PRINTED(TAG("2", "F000000F1")));
    expect(world, "SELECT item || generation FROM tag_print", "F000000F12");
}

static void folders_are_imported_by_lines(void **state)
{
    struct world *world = *state;
    world_must(world, "import.line/1", "arc",
               "{'act':'storage.add/1','body':" NODES(BOX_IN("B0000003B", "'AR'", "null")) "}");
    world_keep(world, "box");
    world_must(world, "import.close/1", "arc", "{'act':'storage.add/1','lines':[$box]}");
    world_must(world, "import.line/1", "arc",
               "{'act':'folder.open/1','body':{'folders':[{'box':!B0000003B,'class':'owner',"
               "'item':'F00000031','label':'L-F00000031','name':{'text':'N'},'party':null,"
               "'place':'1-0-01'}]}}");
    world_keep(world, "folder");
    world_must(world, "import.close/1", "arc", "{'act':'folder.open/1','lines':[$folder]}");
    expect(world,
           "SELECT name_pointer || (f.idx - name_idx) || (s.owner = f.item) FROM folder f"
           " JOIN commitment c ON c.idx = f.name_idx AND c.pointer = f.name_pointer"
           " JOIN subject s ON s.k = c.k WHERE item = 'F00000031'",
           "/body/body/folders/0/name11");
    world_must(
        world, "import.line/1", "arc",
        "{'act':'folder.file/1','body':" FILED("F00000031", 1, PAPER(1, "lease", 1, 1)) "}");
    world_keep(world, "first");
    world_must(world, "import.line/1", "arc",
               "{'act':'folder.file/1','body':{'folders':[{'item':'F00000031',"
               "'label':'L-F00000031','papers':[{'copies':1,'kind':'other_paper','n':2,"
               "'original':'original','pages':2,'title':{'text':'T'}}],'version':2}]}}");
    world_keep(world, "second");
    static const struct world_case cases[] = {
        {"closed by another", "import.close/1", "sup",
         "{'act':'folder.file/1','lines':[$first]}", "lines"},
        {"closed by one more", "import.close/1", "arc sup",
         "{'act':'folder.file/1','lines':[$first]}", "seats"},
        {"out of order", "import.close/1", "arc",
         "{'act':'folder.file/1','lines':[$second,$first]}", "version"},
        {"a line with a sheet", "import.line/1", "arc",
         "{'act':'folder.open/1','body':{'folders':[],'sheet':null}}", "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, "import.close/1", "arc",
               "{'act':'folder.file/1','lines':[$first,$second]}");
    expect(world,
           "SELECT group_concat(n || coalesce(title_pointer || (idx - title_idx), '-'), ' ')"
           " FROM paper WHERE folder = 'F00000031'",
           "1- 2/body/body/folders/0/papers/0/title1");
    expect(world, "SELECT version FROM folder WHERE item = 'F00000031'", "2");
    assert_true(world_is_verified(world));
}

static void a_policy_without_folders_has_none(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"a box", ADD, "li", NODES(BOX_IN("B0000003B", ON("1"), "null")), "policy"},
        {"a folder", OPEN, "li", ONE("F00000031", "owner", "1-0-01", "null", "null"), "policy"},
        {"a storeroom", "storeroom.check/1", "sup",
         "{'humidity_pct':null,'place':'1','reason':null,'result':'ok',"
         "'temperature_c':null}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(papers_leave_by_two_for_a_slip_or_another_folder),
        T(what_is_held_does_not_leave_its_folder),
        T(folder_move_sets_where_a_folder_is),
        T(folder_close_notes_by_what_and_when),
        T(tag_print_2_prints_what_stands_in_the_archive),
        T(folders_are_imported_by_lines),
        cmocka_unit_test_setup_teardown(a_policy_without_folders_has_none, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests_name("folders that leave", tests, NULL, NULL);
}
