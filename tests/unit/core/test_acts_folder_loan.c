/* Papers lent, extended, asked back, returned, missed (FORMATS.md §19.4; A5, A7-A9, P3). */
#include "folder_use_fixture.h"

#define EXTEND                "folder.extend/1"
#define RECALL                "folder.recall/1"
#define MISSING               "folder.missing/1"
#define WRITEOFF              "folder.writeoff/1"
#define F1(lent)              FROM("F000000F1", lent, WITHHELD_1)
#define THE_NOTICE            THING("F000000F1.1", LABEL_NOTICE)
#define THE_RECORD            THING("F000000F1.4", LABEL_RECORD)
#define TO_CHEN(due, folders) LOAN("$approval", due, folders, "repair", SIGNED, "chen")
#define LONGER(due, items)    "{'due':" due ",'items':[" items "],'reason':'other'}"
#define ASK_BACK(due, items)                                                                   \
    "{'channel':'phone','due':" due ",'items':[" items "],'reason':'other','result':'"         \
    "promised'}"
#define MISSED(found, items) "{'found':" found ",'items':[" items "],'reason':'other'}"
#define GIVEN_UP(folder, version, papers)                                                      \
    "{'folders':[" FILED_IN(folder, version, papers) "],'reason':'lost'}"

static void lend(struct world *world)
{
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    world_must(world, LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE "," RECORD)));
    world_keep(world, "loan");
}

static void a_folder_is_lent_by_the_managers_approval(void **state)
{
    struct world *world = *state;
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    approve(world, "folder.lend", THE_NOTICE, "null", "repair", "one");
    approve(world, "folder.consult", "!F000000F1", "null", "repair", "read");
    approve(world, "folder.lend", "!F000000F1", "'P0000000A'", "repair", "party");
    approve(world, "folder.lend", "!F000000F1", "'arc'", "repair", "own");
    world_must(world, "request.open/1", "chen",
               "{'for':'key.lend','items':[!K00000001],'party':null,'purpose':'repair',"
               "'window':{'end':@+864000,'start':@-60}}");
    world_keep(world, "asked");
    world_must(world, APPROVE, "sup", YES("$asked"));
    world_keep(world, "keys");
    static const struct world_case cases[] = {
        {"to who signs", LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE)), NULL},
        {"two papers", LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE "," RECORD)), NULL},
        {"the paper approved", LEND, "arc chen",
         LOAN("$one", "@+" DAY, F1(NOTICE), "repair", SIGNED, "chen"), NULL},
        {"to a party by slip", LEND, "arc",
         LOAN("$party", "@+" DAY, F1(NOTICE), "repair", SLIP, "P0000000A"), NULL},
        {"to the archive custodian by a colleague", LEND, "zhang arc",
         LOAN("$own", "@+" DAY, F1(NOTICE), "repair", SIGNED, "arc"), NULL},
        {"until the window ends", LEND, "arc chen", TO_CHEN("@+863000", F1(NOTICE)), NULL},
        {"past the window", LEND, "arc chen", TO_CHEN("@+864001", F1(NOTICE)), "approval"},
        {"past the policy's days", LEND, "arc chen", TO_CHEN("@+1209601", F1(NOTICE)), "A8"},
        {"due before it begins", LEND, "arc chen", TO_CHEN("@+0", F1(NOTICE)), "A8"},
        {"another paper than approved", LEND, "arc chen",
         LOAN("$one", "@+" DAY, F1(RECORD), "repair", SIGNED, "chen"), "approval"},
        {"another folder", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("F000000F2", LENT(1, LABEL_FIRE, 1), NTH_PAPER(2, LABEL_ID))),
         "approval"},
        {"an approval to read", LEND, "arc chen",
         LOAN("$read", "@+" DAY, F1(NOTICE), "repair", SIGNED, "chen"), "approval"},
        {"an approval of keys", LEND, "arc chen",
         LOAN("$keys", "@+" DAY, F1(NOTICE), "repair", SIGNED, "chen"), "approval"},
        {"an owner's word", LEND, "arc chen",
         LOAN("$authorised", "@+" DAY, F1(NOTICE), "repair", SIGNED, "chen"), "approval"},
        {"another purpose", LEND, "arc chen",
         LOAN("$approval", "@+" DAY, F1(NOTICE), "inspection", SIGNED, "chen"), "approval"},
        {"another receiver", LEND, "arc zhang",
         LOAN("$approval", "@+" DAY, F1(NOTICE), "repair", SIGNED, "zhang"), "approval"},
        {"privately", LEND, "arc chen",
         LOAN("$approval", "@+" DAY, F1(NOTICE), "private", SIGNED, "chen"), "A5"},
        {"for a purpose unknown", LEND, "arc chen",
         LOAN("$approval", "@+" DAY, F1(NOTICE), "fun", SIGNED, "chen"), "policy"},
        {"to an auditor", LEND, "arc",
         LOAN("$approval", "@+" DAY, F1(NOTICE), "repair", "{'kind':'screen'}", "aud"), "A8"},
        {"by paper without a slip", LEND, "arc",
         LOAN("$party", "@+" DAY, F1(NOTICE), "repair", "{'kind':'paper'}", "P0000000A"), "A8"},
        {"unsigned without a reason", LEND, "arc",
         LOAN("$approval", "@+" DAY, F1(NOTICE), "repair", "{'kind':'screen'}", "chen"), "A8"},
        {"by the service staff", LEND, "zhang chen", TO_CHEN("@+" DAY, F1(NOTICE)), "A8"},
        {"by the keys' custodian", LEND, "li chen", TO_CHEN("@+" DAY, F1(NOTICE)), "A8"},
        {"by the archive custodian alone", LEND, "arc", TO_CHEN("@+" DAY, F1(NOTICE)), "seats"},
        {"to herself by herself", LEND, "arc",
         LOAN("$own", "@+" DAY, F1(NOTICE), "repair", "{'kind':'screen'}", "arc"), "A8"},
        {"a paper that is none", LEND, "arc chen",
         TO_CHEN("@+" DAY, F1(LENT(9, LABEL_NOTICE, 3))), "object"},
        {"under another label", LEND, "arc chen", TO_CHEN("@+" DAY, F1(LENT(1, LABEL_FIRE, 3))),
         "label"},
        {"with other pages", LEND, "arc chen", TO_CHEN("@+" DAY, F1(LENT(1, LABEL_NOTICE, 2))),
         "count"},
        {"keys as folders", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("K00000001", NOTICE, WITHHELD_1)), "structure"},
        {"a folder unknown", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("F00000099", NOTICE, WITHHELD_1)), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "zhang arc",
               LOAN("$own", "@+" DAY, F1(NOTICE), "repair", SIGNED, "arc"));
    assert_string_equal(world->flags, "stand-in");
}

static void no_approval_lends_what_is_personal(void **state)
{
    struct world *world = *state;
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    approve(world, "folder.lend",
            "!F000000F1," THING("F000000F1.2", LABEL_ID) "," THING("F000000F1.3", LABEL_FORM),
            "null", "repair", "personal");
    static const struct world_case cases[] = {
        {"an identity card", LEND, "arc chen",
         LOAN("$personal", "@+" DAY, FROM("F000000F1", LENT(2, LABEL_ID, 1), WITHHELD_1),
              "repair", SIGNED, "chen"),
         "A7"},
        {"not even not withheld", LEND, "arc chen",
         LOAN("$personal", "@+" DAY,
              FROM("F000000F1", LENT(2, LABEL_ID, 1), NTH_PAPER(3, LABEL_FORM)), "repair",
              SIGNED, "chen"),
         "A7"},
        {"none listed", LEND, "arc chen", TO_CHEN("@+" DAY, FROM("F000000F1", NOTICE, "")),
         "A7"},
        {"one not listed", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("F000000F1", NOTICE, NTH_PAPER(3, LABEL_FORM))), "A7"},
        {"one too many", LEND, "arc chen",
         TO_CHEN("@+" DAY,
                 FROM("F000000F1", NOTICE, WITHHELD_1 "," NTH_PAPER(4, LABEL_RECORD))),
         "A7"},
        {"another one", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("F000000F1", NOTICE,
                                NTH_PAPER(2, LABEL_ID) "," NTH_PAPER(4, LABEL_RECORD))),
         "A7"},
        {"under another label", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("F000000F1", NOTICE,
                                NTH_PAPER(2, LABEL_FORM) "," NTH_PAPER(3, LABEL_FORM))),
         "label"},
        {"as it should be", LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE)), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* What is missing is not in the folder: it is not withheld either. */
    world_must(world, MISSING, "arc", MISSED("false", THING("F000000F1.2", LABEL_ID)));
    static const struct world_case missing[] = {
        {"what is there", LEND, "arc chen",
         TO_CHEN("@+" DAY, FROM("F000000F1", NOTICE, NTH_PAPER(3, LABEL_FORM))), NULL},
        {"what is missing", LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE)), "A7"},
    };
    assert_int_equal(world_run_cases(world, missing, COUNT_OF(missing)), 0);
}

static void a_loan_is_in_the_register(void **state)
{
    struct world *world = *state;
    lend(world);
    expect(world,
           "SELECT group_concat(n || state || coalesce(holder_kind || holder, ''), ' ')"
           " FROM paper WHERE folder = 'F000000F1'",
           "1lentpersonchen 2filed 3filed 4lentpersonchen");
    expect(world,
           "SELECT kind || clerk || receiver || purpose || on_behalf || receipt ||"
           " (due - event_at) || (approval IS NOT NULL) FROM folder_loan",
           "lendarcchenrepairW-1credential864001");
    expect(world,
           "SELECT group_concat(item || is_withheld || coalesce(condition || pages, ''), ' ')"
           " FROM folder_loan_line",
           "F000000F1.10good3 F000000F1.21 F000000F1.31 F000000F1.40good4");
    expect(world, "SELECT version FROM folder WHERE item = 'F000000F1'", "1");
    expect(world, "SELECT uses_left FROM approval", "0");
    static const struct world_case cases[] = {
        {"what is out", LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE)), "state"},
    };
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    assert_true(world_is_verified(world));
}

static void an_approval_serves_once_and_not_its_giver(void **state)
{
    struct world *world = *state;
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    world_must(world, "role.delegate/1", "arc mgr",
               "{'end':@+86400,'from':'arc','reason':'absence',"
               "'roles':['archive_custodian'],'start':@+0,'to':'mgr'}");
    static const struct world_case cases[] = {
        {"the approver as clerk", LEND, "mgr chen", TO_CHEN("@+" DAY, F1(NOTICE)), "approval"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE)));
    static const struct world_case again[] = {
        {"a second use", LEND, "arc chen", TO_CHEN("@+" DAY, F1(RECORD)), "approval"},
    };
    assert_int_equal(world_run_cases(world, again, COUNT_OF(again)), 0);
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    world_tick(world, 86400);
    assert_int_equal(world_run_cases(world, again, COUNT_OF(again)), 0); /* it is over */
}

/* ---- folder.return ---- */

static void a_return_is_never_refused_for_what_comes_back(void **state)
{
    struct world *world = *state;
    lend(world);
    world_tick(world, 60);
    static const struct world_case cases[] = {
        {"by who has it", BACK, "arc chen",
         RETURNED("'chen'", CAME("F000000F1", NOTICE), SIGNED), NULL},
        {"by the service staff", BACK, "zhang",
         RETURNED("null", CAME("F000000F1", NOTICE), "null"), NULL},
        {"with a receipt and nobody", BACK, "arc",
         RETURNED("null", CAME("F000000F1", NOTICE), SLIP), "A8"},
        {"of somebody without one", BACK, "arc",
         RETURNED("'chen'", CAME("F000000F1", NOTICE), "null"), "A8"},
        {"signed by a party", BACK, "arc",
         RETURNED("'P0000000A'", CAME("F000000F1", NOTICE), SIGNED), "A8"},
        {"by the keys' custodian", BACK, "li chen",
         RETURNED("'chen'", CAME("F000000F1", NOTICE), SIGNED), "A8"},
        {"a colleague too many", BACK, "arc zhang",
         RETURNED("null", CAME("F000000F1", NOTICE), "null"), "seats"},
        {"no such paper", BACK, "arc",
         RETURNED("null", CAME("F000000F1", LENT(9, LABEL_ID, 1)), "null"), "object"},
        {"of keys", BACK, "arc", RETURNED("null", CAME("K00000001", NOTICE), "null"),
         "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* What was never out, and by somebody else. */
    world_must(world, BACK, "arc",
               RETURNED("'zhang'", CAME("F000000F1", LENT(2, LABEL_ID, 1) "," RECORD), SLIP));
    assert_string_equal(world->flags, "not-out not-holder");
    expect_paper(world, "F000000F1.2", "filed");
    expect_paper(world, "F000000F1.4", "filed");
    expect_paper(world, "F000000F1.1", "lent");
    expect(world,
           "SELECT group_concat(version || kind || papers) FROM inventory"
           " WHERE folder = 'F000000F1'",
           "1file4,2return2");
    expect(world, "SELECT count(*) FROM incident", "0");
    /* The suspended bring back what they have; what was given up stays so. */
    world_must(world, "person.suspend/1", "adm", "{'handle':'chen','reason':'absence'}");
    world_must(world, BACK, "arc chen", RETURNED("'chen'", CAME("F000000F1", NOTICE), SIGNED));
    world_must(world, MISSING, "arc", MISSED("false", THE_NOTICE "," THE_RECORD));
    world_must(world, WRITEOFF, "arc sup",
               GIVEN_UP("F000000F1", 4, NTH_PAPER(1, LABEL_NOTICE)));
    world_must(world, BACK, "arc",
               RETURNED("null", CAME("F000000F1", NOTICE "," RECORD), "null"));
    assert_string_equal(world->flags, "written-off");
    expect_paper(world, "F000000F1.1", "written_off");
    expect_paper(world, "F000000F1.4", "filed");
    assert_true(world_is_verified(world));
}

static void what_is_missing_or_damaged_is_one_incident(void **state)
{
    struct world *world = *state;
    lend(world);
    world_tick(world, 60);
    world_must(
        world, BACK, "arc",
        RETURNED("'chen'",
                 CAME("F000000F1",
                      LENT(1, LABEL_NOTICE, 2) ","
                                               "{'condition':'damaged','label':'" LABEL_RECORD
                                               "','n':4,'pages':4}"),
                 SLIP));
    world_keep(world, "back");
    assert_string_equal(world->flags, "pages-missing damaged");
    expect(world,
           "SELECT kind || reporter || state || (noticed_at = (SELECT event_at FROM act_log l"
           " WHERE l.idx = incident.idx)) FROM incident",
           "paper_damagearcopen1");
    expect(world, "SELECT group_concat(item) FROM incident_item", "F000000F1.1,F000000F1.4");
    expect(world, "SELECT group_concat(item || condition || pages) FROM folder_return_line",
           "F000000F1.1good2,F000000F1.4damaged4");
    static const struct world_case cases[] = {
        {"by the clerk", "incident.close/1", "arc",
         "{'incident':$back,'lesson':null,'result':'confirmed'}", "P3"},
        {"by another", "incident.close/1", "sup",
         "{'incident':$back,'lesson':null,'result':'confirmed'}", NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CORRECT, "arc sup", UNDO("$back"));
    expect(world, "SELECT state || result FROM incident", "closedunfounded");
    expect_paper(world, "F000000F1.1", "lent");
    expect(world, "SELECT count(*) FROM paper WHERE holder = 'chen' AND due IS NOT NULL", "2");
    assert_true(world_is_verified(world));
}

/* ---- corrections ---- */

static void a_loan_is_corrected_while_nothing_moved_since(void **state)
{
    struct world *world = *state;
    lend(world);
    static const struct world_case cases[] = {
        {"by the archive custodian and a supervisor", CORRECT, "arc sup", UNDO("$loan"), NULL},
        {"by the archive custodian alone", CORRECT, "arc", UNDO("$loan"), "seats"},
        {"by the keys' custodian", CORRECT, "li sup", UNDO("$loan"), "seats"},
        {"by two officers", CORRECT, "adm mgr", UNDO("$loan"), "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_tick(world, 60);
    world_must(world, EXTEND, "arc", LONGER("@+90000", THE_NOTICE));
    world_must(world, BACK, "arc", RETURNED("null", CAME("F000000F1", NOTICE), "null"));
    world_keep(world, "back");
    static const struct world_case moved[] = {
        {"what came back since", CORRECT, "arc sup", UNDO("$loan"), "state"},
    };
    assert_int_equal(world_run_cases(world, moved, COUNT_OF(moved)), 0);
    world_must(world, CORRECT, "arc sup", UNDO("$back"));
    expect(world,
           "SELECT (SELECT due FROM folder_extension) = due FROM paper"
           " WHERE item = 'F000000F1.1'",
           "1"); /* the due it had */
    world_must(world, CORRECT, "arc sup", UNDO("$loan"));
    expect(world,
           "SELECT group_concat(state || (holder IS NULL AND due IS NULL), ' ')"
           " FROM paper WHERE folder = 'F000000F1'",
           "filed1 filed1 filed1 filed1");
    expect(world, "SELECT uses_left FROM approval", "0"); /* it stays used */
    static const struct world_case again[] = {
        {"a second time", CORRECT, "arc sup", UNDO("$loan"), "state"},
    };
    assert_int_equal(world_run_cases(world, again, COUNT_OF(again)), 0);
    assert_true(world_is_verified(world));
}

/* ---- folder.extend, folder.recall ---- */

static void a_loan_is_extended_once_and_not_by_its_holder(void **state)
{
    struct world *world = *state;
    lend(world);
    approve(world, "folder.lend", "!F000000F2", "'arc'", "repair", "own");
    world_must(world, LEND, "zhang arc",
               LOAN("$own", "@+" DAY,
                    FROM("F000000F2", LENT(1, LABEL_FIRE, 1), NTH_PAPER(2, LABEL_ID)), "repair",
                    SIGNED, "arc"));
    world_must(world, "role.delegate/1", "arc zhang",
               "{'end':@+800000,'from':'arc','reason':'absence',"
               "'roles':['archive_custodian'],'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"a day more", EXTEND, "arc", LONGER("@+172800", THE_NOTICE), NULL},
        {"by a delegate", EXTEND, "zhang", LONGER("@+172800", THE_NOTICE), NULL},
        {"two papers", EXTEND, "arc", LONGER("@+172800", THE_NOTICE "," THE_RECORD), NULL},
        {"past the approved window", EXTEND, "arc", LONGER("@+864060", THE_NOTICE), "A8"},
        {"past the policy's days", EXTEND, "arc", LONGER("@+1209601", THE_NOTICE), "A8"},
        {"not longer", EXTEND, "arc", LONGER("@+" DAY, THE_NOTICE), "A8"},
        {"by the service staff", EXTEND, "li", LONGER("@+172800", THE_NOTICE), "A8"},
        {"by the holder", EXTEND, "arc", LONGER("@+172800", THING("F000000F2.1", LABEL_FIRE)),
         "A8"},
        {"for the holder he acts for", EXTEND, "zhang",
         LONGER("@+172800", THING("F000000F2.1", LABEL_FIRE)), "A8"},
        {"what is in", EXTEND, "arc", LONGER("@+172800", THING("F000000F1.2", LABEL_ID)),
         "state"},
        {"a folder", EXTEND, "arc", LONGER("@+172800", "!F000000F1"), "structure"},
        {"for no reason known", EXTEND, "arc",
         "{'due':@+172800,'items':[" THE_NOTICE "],'reason':'whim'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, EXTEND, "arc", LONGER("@+172800", THE_NOTICE));
    expect(world, "SELECT p.due = x.due FROM paper p JOIN folder_extension x USING (item)",
           "1");
    static const struct world_case again[] = {
        {"a second time", EXTEND, "arc", LONGER("@+200000", THE_NOTICE), "A8"},
        {"the other paper", EXTEND, "arc", LONGER("@+200000", THE_RECORD), NULL},
    };
    assert_int_equal(world_run_cases(world, again, COUNT_OF(again)), 0);
    /* A new loan begins anew. */
    world_must(world, BACK, "arc", RETURNED("null", CAME("F000000F1", NOTICE), "null"));
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    world_must(world, LEND, "arc chen", TO_CHEN("@+" DAY, F1(NOTICE)));
    world_must(world, EXTEND, "arc", LONGER("@+172800", THE_NOTICE));
    assert_true(world_is_verified(world));
}

static void papers_are_asked_back_sooner_never_later(void **state)
{
    struct world *world = *state;
    lend(world);
    static const struct world_case cases[] = {
        {"by the archive custodian", RECALL, "arc", ASK_BACK("@+3600", THE_NOTICE), NULL},
        {"by the service staff", RECALL, "zhang", ASK_BACK("null", THE_NOTICE), NULL},
        {"by the keys' custodian", RECALL, "li", ASK_BACK("null", THE_NOTICE), "seats"},
        {"later", RECALL, "arc", ASK_BACK("@+90000", THE_NOTICE), "A8"},
        {"for what is over", RECALL, "arc", ASK_BACK("@+0", THE_NOTICE), "A8"},
        {"what is in", RECALL, "arc", ASK_BACK("null", THING("F000000F1.2", LABEL_ID)),
         "state"},
        {"a folder", RECALL, "arc", ASK_BACK("null", "!F000000F1"), "structure"},
        {"by no channel", RECALL, "arc",
         "{'channel':'smoke','due':null,'items':[" THE_NOTICE
         "],'reason':'other','result':'promised'}",
         "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, RECALL, "zhang", ASK_BACK("@+3600", THE_NOTICE));
    expect(world,
           "SELECT (p.due = r.due) || r.clerk || r.channel || r.result FROM paper p"
           " JOIN folder_recall r USING (item)",
           "1zhangphonepromised");
    assert_true(world_is_verified(world));
}

/* ---- folder.missing, folder.writeoff ---- */

static void what_is_missing_is_found_or_written_off_by_two(void **state)
{
    struct world *world = *state;
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    world_must(world, LEND, "arc chen", TO_CHEN("@+" DAY, F1(RECORD)));
    static const struct world_case cases[] = {
        {"missing", MISSING, "arc", MISSED("false", THE_NOTICE), NULL},
        {"by the service staff", MISSING, "zhang", MISSED("false", THE_NOTICE), "seats"},
        {"found in its folder", MISSING, "arc", MISSED("true", THE_NOTICE), "state"},
        {"what is lent", MISSING, "arc", MISSED("false", THE_RECORD), "state"},
        {"a folder", MISSING, "arc", MISSED("false", "!F000000F1"), "structure"},
        {"written off unmissed", WRITEOFF, "arc sup",
         GIVEN_UP("F000000F1", 2, NTH_PAPER(1, LABEL_NOTICE)), "state"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, MISSING, "arc",
               MISSED("false", THE_NOTICE "," THING("F000000F1.2", LABEL_ID)));
    world_must(world, MISSING, "arc", MISSED("true", THING("F000000F1.2", LABEL_ID)));
    expect_paper(world, "F000000F1.1", "missing");
    expect_paper(world, "F000000F1.2", "filed");
    static const struct world_case missing[] = {
        {"by two", WRITEOFF, "arc sup", GIVEN_UP("F000000F1", 2, NTH_PAPER(1, LABEL_NOTICE)),
         NULL},
        {"alone", WRITEOFF, "arc", GIVEN_UP("F000000F1", 2, NTH_PAPER(1, LABEL_NOTICE)), "A9"},
        {"with the manager", WRITEOFF, "arc mgr",
         GIVEN_UP("F000000F1", 2, NTH_PAPER(1, LABEL_NOTICE)), "A9"},
        {"under an old version", WRITEOFF, "arc sup",
         GIVEN_UP("F000000F1", 1, NTH_PAPER(1, LABEL_NOTICE)), "version"},
        {"what was found", WRITEOFF, "arc sup",
         GIVEN_UP("F000000F1", 2, NTH_PAPER(2, LABEL_ID)), "state"},
        {"missing twice", MISSING, "arc", MISSED("false", THE_NOTICE), "state"},
    };
    assert_int_equal(world_run_cases(world, missing, COUNT_OF(missing)), 0);
    world_must(world, WRITEOFF, "arc sup",
               GIVEN_UP("F000000F1", 2, NTH_PAPER(1, LABEL_NOTICE)));
    expect_paper(world, "F000000F1.1", "written_off");
    expect(world, "SELECT version FROM folder WHERE item = 'F000000F1'", "2");
    expect(world, "SELECT kind || papers FROM inventory WHERE version = 2", "writeoff1");
    static const struct world_case gone[] = {
        {"found too late", MISSING, "arc", MISSED("true", THE_NOTICE), "state"},
        {"corrected", CORRECT, "arc sup", UNDO("$approval"), "state"},
    };
    assert_int_equal(world_run_cases(world, gone, COUNT_OF(gone)), 0);
    assert_true(world_is_verified(world));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_folder_is_lent_by_the_managers_approval),
        CASE(no_approval_lends_what_is_personal),
        CASE(a_loan_is_in_the_register),
        CASE(an_approval_serves_once_and_not_its_giver),
        CASE(a_return_is_never_refused_for_what_comes_back),
        CASE(what_is_missing_or_damaged_is_one_incident),
        CASE(a_loan_is_corrected_while_nothing_moved_since),
        CASE(a_loan_is_extended_once_and_not_by_its_holder),
        CASE(papers_are_asked_back_sooner_never_later),
        CASE(what_is_missing_is_found_or_written_off_by_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
