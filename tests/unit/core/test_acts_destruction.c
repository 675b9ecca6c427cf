/* destruction.propose, .review, .approve, .execute, .cancel (FORMATS.md §19.5, §20; A10, A13,
 * A14, A15); who may sit where is in test_acts_destruction_seats. */
#include "destruction_fixture.h"

#define BATCH                                                                                  \
    "SELECT number || ' ' || state || ' ' || method || ' ' || proposer || ' ' ||"              \
    " coalesce(reviewer, '-') || ' ' || coalesce(approver, '-') FROM batch"
#define LINES                                                                                  \
    "SELECT group_concat(item || ' ' || papers || '/' || copies || '/' || pages || ' ' ||"     \
    " reason || ' ' || coalesce(review, '-') || ' ' || coalesce(approval, '-') || ' ' ||"      \
    " coalesce(outcome, '-') || ' ' || coalesce(struck_reason, '-'), '; ')"                    \
    " FROM (SELECT * FROM batch_line ORDER BY batch, item)"
#define PAPER_LINE(n, label, papers, copies, pages, reason)                                    \
    LINE_OF("F000000F1." #n, label, papers, copies, pages, reason)
#define APPRAISED(item, label, opinion, until)                                                 \
    "{'lines':[{'item':'" item "','label':'" label "','opinion':'" opinion "','until':" until  \
    ",'why':'other'}]}"
#define HELD(item, label) "{'items':[" THING(item, label) "],'number':'H-1','reason':'other'}"

/* ---- propose ---- */

static void a_batch_is_proposed_by_the_archive_custodian(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"one folder", PROPOSE, "arc", PROPOSED("X-1", F2_LINE), NULL},
        {"two folders", PROPOSE, "arc", PROPOSED("X-1", F1_LINE "," F2_LINE), NULL},
        {"a paper of a closed folder", PROPOSE, "arc",
         PROPOSED("X-1", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")), NULL},
        {"proposed by the supervisor", PROPOSE, "sup", PROPOSED("X-1", F2_LINE), "A14"},
        {"proposed by two", PROPOSE, "arc sup", PROPOSED("X-1", F2_LINE), "seats"},
        {"a paper beside its folder", PROPOSE, "arc",
         PROPOSED("X-1", F1_LINE "," PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")),
         "structure"},
        {"a method nobody knows", PROPOSE, "arc",
         "{'lines':[" F2_LINE "],'method':'eating','number':'X-1','place':'AR'}", "policy"},
        {"a place nobody knows", PROPOSE, "arc",
         "{'lines':[" F2_LINE "],'method':'pulping','number':'X-1','place':'9'}", "object"},
        {"a folder nobody knows", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F9", "L-F000000F9", 0, 0, 0, "expired")), "object"},
        {"another label", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F1", 2, 2, 2, "expired")), "label"},
        {"a class without retention", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F3", "L-F000000F3", 0, 0, 0, "expired")), "A13"},
        {"an open folder", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F4", "L-F000000F4", 0, 0, 0, "without_value")),
         "state"},
        {"one paper too few", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F2", 1, 2, 2, "expired")), "A13"},
        {"one copy too many", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F2", 2, 3, 2, "expired")), "A13"},
        {"pages of one copy only", PROPOSE, "arc",
         PROPOSED("X-1", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 3, "expired")), "A13"},
        {"without value, not appraised so", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F2", 2, 2, 2, "without_value")), "A13"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    propose_both(world);
    expect(world, BATCH, "X-1 proposed shredding arc - -");
    expect(world, LINES, "F000000F1 4/5/13 expired - - - -; F000000F2 2/2/2 expired - - - -");
    static const struct world_case second[] = {
        {"a number again", PROPOSE, "arc",
         PROPOSED("X-1", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")), "exists"},
        {"a folder of another batch", PROPOSE, "arc", PROPOSED("X-2", F2_LINE), "state"},
    };
    assert_int_equal(world_run_cases(world, second, COUNT_OF(second)), 0);
    world_must(world, CANCEL, "arc", "{'batch':$batch,'reason':'entry_error'}");
    world_must(world, PROPOSE, "arc", PROPOSED("X-2", F2_LINE)); /* free again */
    assert_true(world_is_verified(world));
}

static void nothing_is_destroyed_before_its_day(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *date, *trigger, *check;
    } days[] = {
        {"2024-10-30", "sold", NULL},         /* due 2025-10-30, today is the 31st */
        {"2024-10-31", "sold", "A13"},        /* due today: not yet over */
        {"2024-12-31", "moved_out", "A13"},   /* next year */
        {"2020-01-01", "lease_ended", "A13"}, /* no trigger of its class: never */
        {"2020-01-01", "other", "A13"},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        char body[300];
        (void)snprintf(body, sizeof body,
                       "{'folders':[{'date':'%s','item':'F000000F2','label':'L-F000000F2',"
                       "'trigger':'%s'}],'reason':'other'}",
                       days[i].date, days[i].trigger);
        world_must(world, "folder.close/1", "arc", body);
        if (days[i].check == NULL) {
            world_must(world, PROPOSE, "arc", PROPOSED("X-1", F2_LINE));
        } else {
            refused(world, PROPOSE, "arc", PROPOSED("X-1", F2_LINE), days[i].check);
        }
        world_restore(world);
    }
    /* kept for ever; and no period at all */
    bend_policy(world, "folder_classes[0].retention.months", "null");
    refused(world, PROPOSE, "arc", PROPOSED("X-1", F2_LINE), "A13");
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F2", "L-F000000F2", "without_value", "null"));
    world_must(world, PROPOSE, "arc",
               PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F2", 2, 2, 2, "without_value")));
    world_restore(world);
    bend_policy(world, "folder_classes[0].retention", "null");
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F2", "L-F000000F2", "without_value", "null"));
    refused(world, PROPOSE, "arc",
            PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F2", 2, 2, 2, "without_value")),
            "A13");
}

static void the_newest_appraisal_decides(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *item, *label, *opinion, *until, *line, *check;
    } said[] = {
        {"F000000F2", "L-F000000F2", "keep", "null", F2_LINE, "A13"},
        {"F000000F2", "L-F000000F2", "keep_until", "'2025-10-31'", F2_LINE, "A13"},
        {"F000000F2", "L-F000000F2", "keep_until", "'2025-10-30'", F2_LINE, NULL},
        {"F000000F2", "L-F000000F2", "without_value", "null", F2_LINE, NULL},
        {"F000000F2", "L-F000000F2", "without_value", "null",
         LINE_OF("F000000F2", "L-F000000F2", 2, 2, 2, "without_value"), NULL},
        {"F000000F2", "L-F000000F2", "keep_until", "'2020-01-01'",
         LINE_OF("F000000F2", "L-F000000F2", 2, 2, 2, "without_value"), "A13"},
        /* of the folder, for a paper that has none; of the paper, which goes first */
        {"F000000F1", "L-F000000F1", "keep", "null",
         PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired"), "A13"},
        {"F000000F1.1", LABEL_NOTICE, "keep", "null",
         PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired"), "A13"},
        {"F000000F1.2", LABEL_ID, "keep", "null",
         PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired"), NULL},
        {"F000000F1", "L-F000000F1", "without_value", "null",
         PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "without_value"), NULL},
    };
    char body[600];
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(said); i++) {
        (void)snprintf(body, sizeof body,
                       "{'lines':[{'item':'%s','label':'%s','opinion':'%s','until':%s,"
                       "'why':'other'}]}",
                       said[i].item, said[i].label, said[i].opinion, said[i].until);
        world_must(world, "folder.appraise/1", "arc sup", body);
        (void)snprintf(body, sizeof body, PROPOSED("X-1", "%s"), said[i].line);
        if (said[i].check == NULL) {
            world_must(world, PROPOSE, "arc", body);
        } else {
            refused(world, PROPOSE, "arc", body, said[i].check);
        }
        world_restore(world);
    }
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F2", "L-F000000F2", "keep", "null"));
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F2", "L-F000000F2", "without_value", "null"));
    world_must(world, PROPOSE, "arc", PROPOSED("X-1", F2_LINE));
    world_restore(world);
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F1", "L-F000000F1", "without_value", "null"));
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F1.1", LABEL_NOTICE, "keep", "null"));
    refused(world, PROPOSE, "arc",
            PROPOSED("X-1", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "without_value")), "A13");
    assert_true(world_is_verified(world));
}

static void what_is_held_lent_missing_or_elsewhere_stays(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"a held paper's folder", PROPOSE, "arc", PROPOSED("X-1", F1_LINE), "A13"},
        {"the held paper", PROPOSE, "arc",
         PROPOSED("X-1", PAPER_LINE(2, LABEL_ID, 1, 1, 1, "expired")), "A13"},
        {"another paper of that folder", PROPOSE, "arc",
         PROPOSED("X-1", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")), NULL},
        {"another folder", PROPOSE, "arc", PROPOSED("X-1", F2_LINE), NULL},
    };
    world_must(world, HOLD, "sup", HELD("F000000F1.2", LABEL_ID));
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, HOLD, "mgr", HELD("F000000F2", "L-F000000F2"));
    static const struct world_case held[] = {
        {"a held folder", PROPOSE, "arc", PROPOSED("X-1", F2_LINE), "A13"},
        {"a paper of a held folder", PROPOSE, "arc",
         PROPOSED("X-1", LINE_OF("F000000F2.1", LABEL_FIRE, 1, 1, 1, "expired")), "A13"},
    };
    assert_int_equal(world_run_cases(world, held, COUNT_OF(held)), 0);
    static const char *const bends[] = {
        "UPDATE paper SET state = 'lent', holder_kind = 'person', holder = 'chen' WHERE item ="
        " 'F000000F1.1'",
        "UPDATE paper SET state = 'missing' WHERE item = 'F000000F1.1'",
        "UPDATE folder SET at = '1-0-01' WHERE item = 'F000000F1'",
    };
    world_restore(world);
    assert_true(world_sql(world, "DELETE FROM hold"));
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(bends); i++) {
        assert_true(world_sql(world, bends[i]));
        world_reopen(world);
        refused(world, PROPOSE, "arc", PROPOSED("X-1", F1_LINE), "A13");
        refused(world, PROPOSE, "arc",
                PROPOSED("X-1", LINE_OF("F000000F1", "L-F000000F1", 3, 3, 7, "expired")),
                "A13");
        refused(world, PROPOSE, "arc",
                PROPOSED("X-1", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")), "A13");
        world_restore(world);
    }
}

/* ---- review, approve ---- */

static void each_line_is_reviewed_and_approved(void **state)
{
    struct world *world = *state;
    propose_both(world);
    static const struct world_case reviews[] = {
        {"all reviewed", REVIEW, "sup", BOTH_YES, NULL},
        {"deferred and kept with a reason", REVIEW, "sup",
         DECISIONS(DECIDED("F000000F1", "defer", "'other'") "," DECIDED("F000000F2", "keep",
                                                                        "'other'")),
         NULL},
        {"a line left out", REVIEW, "sup", DECISIONS(YES("F000000F1")), "A14"},
        {"a line too many", REVIEW, "sup",
         DECISIONS(YES("F000000F1") "," YES("F000000F2") "," YES("F000000F3")), "A14"},
        {"another line", REVIEW, "sup", DECISIONS(YES("F000000F1") "," YES("F000000F3")),
         "A14"},
        {"deferred without a reason", REVIEW, "sup",
         DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "defer", "null")), "A14"},
        {"destroyed for a reason", REVIEW, "sup",
         DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "destroy", "'other'")), "A14"},
        {"a reason nobody knows", REVIEW, "sup",
         DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "keep", "'mood'")), "policy"},
        {"another label", REVIEW, "sup",
         DECISIONS(
             YES("F000000F1") "," DECIDED_ON("F000000F2", "L-F000000F3", "destroy", "null")),
         "label"},
        {"a batch nobody proposed", REVIEW, "sup",
         "{'batch':$authorised,'lines':[" YES("F000000F1") "]}", "object"},
        {"approved before the review", APPROVE, "mgr", BOTH_YES, "state"},
    };
    assert_int_equal(world_run_cases(world, reviews, COUNT_OF(reviews)), 0);
    world_must(world, REVIEW, "sup",
               DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "defer", "'other'")));
    expect(world, BATCH, "X-1 reviewed shredding arc sup -");
    static const struct world_case approvals[] = {
        {"as reviewed", APPROVE, "mgr",
         DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "defer", "'other'")), NULL},
        {"kept what was cleared", APPROVE, "mgr",
         DECISIONS(DECIDED("F000000F1", "keep", "'other'") "," DECIDED("F000000F2", "keep",
                                                                       "'other'")),
         NULL},
        {"what the review deferred", APPROVE, "mgr", BOTH_YES, "A14"},
        {"a line left out", APPROVE, "mgr", DECISIONS(YES("F000000F1")), "A14"},
        {"reviewed again", REVIEW, "sup", BOTH_YES, "state"},
    };
    assert_int_equal(world_run_cases(world, approvals, COUNT_OF(approvals)), 0);
    world_must(world, APPROVE, "mgr",
               DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "keep", "'other'")));
    expect(world, BATCH, "X-1 approved shredding arc sup mgr");
    expect(world, LINES,
           "F000000F1 4/5/13 expired destroy destroy - -; "
           "F000000F2 2/2/2 expired defer keep - -");
    static const struct world_case over[] = {
        {"approved again", APPROVE, "mgr",
         DECISIONS(YES("F000000F1") "," DECIDED("F000000F2", "keep", "'other'")), "state"},
        {"destroyed, though kept", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE "," F2_DONE, "", USUAL), "A15"},
        {"struck, though kept", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE, STRUCK("F000000F2", "other"), USUAL), "A15"},
        {"what was approved", EXECUTE, USUAL_SIGNED, EXECUTED(F1_DONE, "", USUAL), NULL},
    };
    assert_int_equal(world_run_cases(world, over, COUNT_OF(over)), 0);
    assert_true(world_is_verified(world));
}

/* ---- execute ---- */

static void what_is_destroyed_leaves_a_stub(void **state)
{
    struct world *world = *state;
    approve_both(world);
    static const struct world_case cases[] = {
        {"all of it", EXECUTE, USUAL_SIGNED, EXECUTED(F1_DONE "," F2_DONE, "", USUAL), NULL},
        {"one struck out", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE, STRUCK("F000000F2", "other"), USUAL), NULL},
        {"one forgotten", EXECUTE, USUAL_SIGNED, EXECUTED(F1_DONE, "", USUAL), "A15"},
        {"one destroyed and struck out", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE "," F2_DONE, STRUCK("F000000F2", "other"), USUAL), "A15"},
        {"one that is no line", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE "," F2_DONE "," DONE_LINE("F000000F3", "L-F000000F3", 0, 0, 0), "",
                  USUAL),
         "A15"},
        {"another count", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE "," DONE_LINE("F000000F2", "L-F000000F2", 2, 2, 3), "", USUAL),
         "A13"},
        {"struck for no reason of the policy", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE, STRUCK("F000000F2", "mood"), USUAL), "policy"},
        {"a method nobody knows", EXECUTE, USUAL_SIGNED,
         "{'batch':$batch,'lines':[" F1_DONE "," F2_DONE
         "],'method':'eating','place':'AR','struck':[]," USUAL "}",
         "policy"},
        {"by nobody", EXECUTE, "sup wit wit2",
         EXECUTED(F1_DONE "," F2_DONE, "", "'recheck':'sup','witnesses':['wit','wit2']"),
         "A15"},
        {"by a firm", EXECUTE, "sup wit wit2",
         EXECUTED(F1_DONE "," F2_DONE, "",
                  "'firm':'Pulp Ltd','receipt':'R-7','recheck':'sup','witnesses':['wit',"
                  "'wit2']"),
         NULL},
        {"by a firm without a receipt", EXECUTE, "sup wit wit2",
         EXECUTED(F1_DONE "," F2_DONE, "",
                  "'firm':'Pulp Ltd','recheck':'sup','witnesses':['wit','wit2']"),
         "A15"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, EXECUTE, USUAL_SIGNED,
               EXECUTED(F1_DONE, STRUCK("F000000F2", "other"), USUAL));
    assert_string_equal(world->flags, "struck");
    expect(world, BATCH, "X-1 executed pulping arc sup mgr");
    expect(world, LINES,
           "F000000F1 4/5/13 expired destroy destroy destroyed -; "
           "F000000F2 2/2/2 expired destroy destroy struck other");
    expect(world, "SELECT group_concat(handle) FROM batch_witness", "wit,wit2");
    expect(world,
           "SELECT state || ' ' || class || ' ' || place || ' ' || version FROM folder"
           " WHERE item = 'F000000F1'",
           "destroyed owner 1-0-01 2");
    expect(world,
           "SELECT kind || ' ' || papers FROM inventory WHERE folder = 'F000000F1' AND"
           " version = 2",
           "destroy 4");
    expect(world,
           "SELECT group_concat(state || ' ' || kind || ' ' || copies || '/' || pages)"
           " FROM paper WHERE folder = 'F000000F1'",
           "destroyed move_in_notice 2/3,destroyed id_card 1/1,destroyed owner_form 1/2,"
           "destroyed acceptance_record 1/4");
    expect(world, "SELECT state || ' ' || version FROM folder WHERE item = 'F000000F2'",
           "closed 1");
    expect_paper(world, "F000000F2.1", "filed");
    static const struct world_case over[] = {
        {"executed twice", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE, STRUCK("F000000F2", "other"), USUAL), "state"},
        {"cancelled afterwards", CANCEL, "mgr", "{'batch':$batch,'reason':'other'}", "state"},
        {"proposed once more", PROPOSE, "arc", PROPOSED("X-2", F1_LINE), "state"},
        {"held afterwards", HOLD, "sup", HELD("F000000F1", "L-F000000F1"), "state"},
        {"what was struck out, anew", PROPOSE, "arc", PROPOSED("X-2", F2_LINE), NULL},
        {"corrected", "act.correct/1", "arc sup", "{'act':$batch,'reason':'entry_error'}",
         "state"},
    };
    assert_int_equal(world_run_cases(world, over, COUNT_OF(over)), 0);
    assert_true(world_is_verified(world));
}

static void single_papers_are_destroyed_and_the_folder_stays(void **state)
{
    struct world *world = *state;
#define TWO                                                                                    \
    PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")                                            \
    "," PAPER_LINE(4, LABEL_RECORD, 1, 1, 4, "expired")
#define TWO_YES                                                                                \
    DECISIONS(DECIDED_ON("F000000F1.1", LABEL_NOTICE, "destroy", "null") "," DECIDED_ON(       \
        "F000000F1.4", LABEL_RECORD, "destroy", "null"))
    world_must(world, PROPOSE, "arc", PROPOSED("X-1", TWO));
    world_keep(world, "batch");
    world_must(world, REVIEW, "sup", TWO_YES);
    world_must(world, APPROVE, "mgr", TWO_YES);
    world_must(world, EXECUTE, USUAL_SIGNED,
               EXECUTED(DONE_LINE("F000000F1.1", LABEL_NOTICE, 1, 2,
                                  6) "," DONE_LINE("F000000F1.4", LABEL_RECORD, 1, 1, 4),
                        "", USUAL));
    expect(world,
           "SELECT group_concat(state) FROM (SELECT state FROM paper WHERE folder ="
           " 'F000000F1' ORDER BY n)",
           "destroyed,filed,filed,destroyed");
    /* the inventory changed once */
    expect(world,
           "SELECT state || ' ' || version || ' ' || (SELECT count(*) || '/' ||"
           " max(papers) FROM inventory i WHERE i.folder = f.item AND kind = 'destroy')"
           " FROM folder f WHERE item = 'F000000F1'",
           "closed 2 1/2");
    /* what is left of it has the numbers of what is left */
    static const struct world_case rest[] = {
        {"as it was", PROPOSE, "arc", PROPOSED("X-2", F1_LINE), "A13"},
        {"as it is", PROPOSE, "arc",
         PROPOSED("X-2", LINE_OF("F000000F1", "L-F000000F1", 2, 2, 3, "expired")), NULL},
        {"a paper that is gone", PROPOSE, "arc",
         PROPOSED("X-2", PAPER_LINE(1, LABEL_NOTICE, 1, 2, 6, "expired")), "state"},
    };
    assert_int_equal(world_run_cases(world, rest, COUNT_OF(rest)), 0);
    assert_true(world_is_verified(world));
}

static void holds_and_loans_are_looked_at_again_at_the_last_moment(void **state)
{
    struct world *world = *state;
    approve_both(world);
    world_save(world);
    world_must(world, HOLD, "arc", HELD("F000000F2.1", LABEL_FIRE));
    static const struct world_case held[] = {
        {"a hold since the approval", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE "," F2_DONE, "", USUAL), "A13"},
        {"what is held struck out", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE, STRUCK("F000000F2", "investigation"), USUAL), NULL},
    };
    assert_int_equal(world_run_cases(world, held, COUNT_OF(held)), 0);
    world_restore(world);
    world_must(world, "folder.appraise/1", "arc sup",
               APPRAISED("F000000F2", "L-F000000F2", "keep", "null"));
    static const struct world_case kept[] = {
        {"appraised since the approval", EXECUTE, USUAL_SIGNED,
         EXECUTED(F1_DONE "," F2_DONE, "", USUAL), "A13"},
    };
    assert_int_equal(world_run_cases(world, kept, COUNT_OF(kept)), 0);
    static const char *const bends[] = {
        "UPDATE paper SET state = 'lent', holder_kind = 'person', holder = 'chen' WHERE item ="
        " 'F000000F2.1'",
        "UPDATE paper SET state = 'missing' WHERE item = 'F000000F2.1'",
        "UPDATE folder SET at = '1-0-01' WHERE item = 'F000000F2'",
        "UPDATE folder SET state = 'open' WHERE item = 'F000000F2'",
        "UPDATE paper SET state = 'written_off' WHERE item = 'F000000F2.1'",
    };
    for (size_t i = 0; i < COUNT_OF(bends); i++) {
        world_restore(world);
        assert_true(world_sql(world, "DELETE FROM hold; DELETE FROM appraisal"));
        assert_true(world_sql(world, bends[i]));
        world_reopen(world);
        refused(world, EXECUTE, USUAL_SIGNED, EXECUTED(F1_DONE "," F2_DONE, "", USUAL), "A13");
        /* nor with the numbers of the day: others were approved */
        refused(world, EXECUTE, USUAL_SIGNED,
                EXECUTED(F1_DONE "," DONE_LINE("F000000F2", "L-F000000F2", 1, 1, 1), "", USUAL),
                "A13");
        world_must(world, EXECUTE, USUAL_SIGNED,
                   EXECUTED(F1_DONE, STRUCK("F000000F2", "other"), USUAL));
    }
}

static void the_waiting_period_is_waited_out(void **state)
{
    struct world *world = *state;
    bend_policy(world, "destruction_wait_days", "3");
    approve_both(world);
    world_tick(world, 3 * 86400 - 5);
    refused(world, EXECUTE, USUAL_SIGNED, EXECUTED(F1_DONE "," F2_DONE, "", USUAL), "A14");
    world_tick(world, 10);
    world_must(world, EXECUTE, USUAL_SIGNED, EXECUTED(F1_DONE "," F2_DONE, "", USUAL));
}

static void a_batch_that_is_not_executed_can_be_cancelled(void **state)
{
    struct world *world = *state;
    propose_both(world);
    static const struct world_case cases[] = {
        {"by the archive custodian", CANCEL, "arc", "{'batch':$batch,'reason':'other'}", NULL},
        {"by the supervisor", CANCEL, "sup", "{'batch':$batch,'reason':'other'}", NULL},
        {"by the centre manager", CANCEL, "mgr", "{'batch':$batch,'reason':'other'}", NULL},
        {"by a witness", CANCEL, "wit", "{'batch':$batch,'reason':'other'}", "seats"},
        {"for no reason of the policy", CANCEL, "arc", "{'batch':$batch,'reason':'mood'}",
         "policy"},
        {"no batch", CANCEL, "arc", "{'batch':$authorised,'reason':'other'}", "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CANCEL, "sup", "{'batch':$batch,'reason':'other'}");
    expect(world, BATCH, "X-1 cancelled shredding arc - -");
    static const struct world_case over[] = {
        {"cancelled twice", CANCEL, "arc", "{'batch':$batch,'reason':'other'}", "state"},
        {"reviewed when cancelled", REVIEW, "sup", BOTH_YES, "state"},
    };
    assert_int_equal(world_run_cases(world, over, COUNT_OF(over)), 0);
    assert_true(world_is_verified(world));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_batch_is_proposed_by_the_archive_custodian),
        TEST(nothing_is_destroyed_before_its_day),
        TEST(the_newest_appraisal_decides),
        TEST(what_is_held_lent_missing_or_elsewhere_stays),
        TEST(each_line_is_reviewed_and_approved),
        TEST(what_is_destroyed_leaves_a_stub),
        TEST(single_papers_are_destroyed_and_the_folder_stays),
        TEST(holds_and_loans_are_looked_at_again_at_the_last_moment),
        TEST(the_waiting_period_is_waited_out),
        TEST(a_batch_that_is_not_executed_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
