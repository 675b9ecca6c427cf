/*
 * The regulation's rules A1 to A15 and P1 to P3, as test_acts_rules.c has K1 to K20: each in a
 * nutshell, what it permits and what it forbids; tests/README.md has the table. The many edges
 * are with the acts, in test_acts_folder*.c, test_acts_hold.c, test_acts_destruction*.c,
 * test_acts_erase.c and test_acts_incident.c.
 */
#include <stdlib.h>

#include "folder_use_fixture.h"

/* Both fixtures have these names, for bodies of their own: from here on destruction's. */
#undef APPROVE
#undef YES
#include "destruction_fixture.h"

#define RUN(world, cases) assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0)

/* ---- what a folder is, and where it stands ---- */

#define FILED(folder, version, papers)      FILE_BODY(FILED_IN(folder, version, papers))
#define ONE(item, class, place, party, box) OPEN_BODY(FOLDER_IN(item, class, place, party, box))

static void a1_an_owners_folder_holds_the_kinds_of_the_policy(void **state)
{
    static const struct world_case cases[] = {
        {"a paper of the owner's list", "folder.file/1", "arc",
         FILED("F000000F1", 2, PAPER(5, "prior_service_agreement", 1, 6)), NULL},
        {"what is only by the way", "folder.file/1", "arc",
         FILED("F000000F1", 2, PAPER(5, "other_paper", 1, 1)), NULL},
        {"a paper of no kind", "folder.file/1", "arc",
         FILED("F000000F1", 2, PAPER(5, "photo", 1, 1)), "policy"},
        {"by service staff", "folder.file/1", "zhang",
         FILED("F000000F1", 2, PAPER(5, "fire_safety", 1, 1)), "seats"},
    };
    RUN(*state, cases);
}

static void a2_a_tenants_folder_is_of_a_class_with_its_own_list(void **state)
{
    static const struct world_case cases[] = {
        {"a tenant's folder", "folder.open/1", "arc",
         ONE("F00000031", "tenant", "1-0-01", "null", "null"), NULL},
        {"of a tenant let elsewhere", "folder.open/1", "arc",
         ONE("F00000031", "tenant_light", "1-0-01", "null", "null"), NULL},
        {"a lease in it", "folder.file/1", "arc",
         FILED("F000000F3", 1, PAPER(1, "lease", 1, 9)), NULL},
        {"a folder of no class", "folder.open/1", "arc",
         ONE("F00000031", "guest", "1-0-01", "null", "null"), "policy"},
    };
    RUN(*state, cases);
}

#define LABELLED(label)                                                                        \
    OPEN_BODY("{'box':null,'class':'owner','item':'F00000031','label':'" label                 \
              "','name':null,'party':null,'place':'1-0-02'}")

static void a3_a_bag_has_a_label_of_its_own(void **state)
{
    static const struct world_case cases[] = {
        {"a label of its own", "folder.open/1", "arc", LABELLED("1-0-02 owner"), NULL},
        {"its tag is printed", "tag.print/2", "arc",
         "{'items':[{'generation':'1','item':'F000000F1','label':'L-F000000F1'}],"
         "'profile':'address','stock':'fob-22x32'}",
         NULL},
        {"the label of another bag", "folder.open/1", "arc", LABELLED("L-F000000F1"), "exists"},
        {"a folder of no home", "folder.open/1", "arc",
         ONE("F00000031", "owner", "9-9-99", "null", "null"), "object"},
    };
    RUN(*state, cases);
}

#define WALKED(misfiled, missing, disorder, seen)                                              \
    "{'counts':{'misfiled':" #misfiled ",'missing':" #missing ",'out_of_order':" #disorder     \
    ",'unknown':0},'item':'B000000B1','label':'L-B000000B1','seen':[" seen "],'unknown':[]}"
#define SEEN(n, item) "{'item':'" item "','n':" #n "}"

static void a4_folders_stand_in_the_order_of_their_homes(void **state)
{
    static const struct world_case cases[] = {
        {"in order", "folder.walk/1", "arc",
         WALKED(0, 0, 0, SEEN(1, "F000000F1") "," SEEN(2, "F000000F2")), NULL},
        {"disorder, said", "folder.walk/1", "arc",
         WALKED(0, 0, 1, SEEN(1, "F000000F2") "," SEEN(2, "F000000F1")), NULL},
        {"disorder, not said", "folder.walk/1", "arc",
         WALKED(0, 0, 0, SEEN(1, "F000000F2") "," SEEN(2, "F000000F1")), "count"},
        {"another box's folder, not said", "folder.walk/1", "arc",
         WALKED(0, 1, 0, SEEN(1, "F000000F1") "," SEEN(2, "F000000F3")), "count"},
    };
    RUN(*state, cases);
}

/* ---- who uses them ---- */

#define READING(approval, items, purpose, receipt, reader)                                     \
    "{'approval':" approval ",'items':[" items "],'on_behalf':'W-1','purpose':'" purpose       \
    "','reader':'" reader "','receipt':" receipt "}"
#define FOR_WORK(reader) READING("null", "!F000000F1", "repair", SIGNED, reader)

static void a5_folders_are_read_for_work_at_their_custodians(void **state)
{
    struct world *world = *state;
    approve(world, "folder.consult", "!F000000F1", "'arc'", "repair", "own");
    static const struct world_case cases[] = {
        {"for work", "folder.consult/1", "arc chen", FOR_WORK("chen"), NULL},
        {"the archive custodian, approved", "folder.consult/1", "zhang arc",
         READING("$own", "!F000000F1", "repair", SIGNED, "arc"), NULL},
        {"handed out by service staff", "folder.consult/1", "zhang chen", FOR_WORK("chen"),
         "A5"},
        {"the archive custodian by herself", "folder.consult/1", "zhang arc", FOR_WORK("arc"),
         "A5"},
        {"a loan asked for privately", "request.open/2", "chen",
         ASKED("folder.lend", "!F000000F1", "null", "private", "@-60", "@+864000"), "A5"},
    };
    RUN(world, cases);
}

static void a6_outsiders_read_by_the_centre_managers_word(void **state)
{
    struct world *world = *state;
    approve(world, "folder.consult", "!F000000F1", "'P0000000A'", "viewing", "allowed");
    static const struct world_case cases[] = {
        {"an outsider, approved", "folder.consult/1", "arc",
         READING("$allowed", "!F000000F1", "viewing", SLIP, "P0000000A"), NULL},
        {"an outsider", "folder.consult/1", "arc",
         READING("null", "!F000000F1", "viewing", SLIP, "P0000000A"), "A6"},
        {"for private reasons", "folder.consult/1", "arc chen",
         READING("null", "!F000000F1", "private", SIGNED, "chen"), "A6"},
        {"another folder than approved", "folder.consult/1", "arc",
         READING("$allowed", "!F000000F2", "viewing", SLIP, "P0000000A"), "approval"},
    };
    RUN(world, cases);
    world_must(
        world, "request.open/2", "chen",
        ASKED("folder.consult", "!F000000F2", "'P0000000A'", "viewing", "@-60", "@+864000"));
    world_keep(world, "asked");
#define ALLOWED "{'limits':{'count':1,'until':@+86400},'request':$asked}"
    static const struct world_case approvals[] = {
        {"allowed by the centre manager", "request.approve/1", "mgr", ALLOWED, NULL},
        {"allowed by the supervisor", "request.approve/1", "sup", ALLOWED, "seats"},
    };
    RUN(world, approvals);
}

#define F1(lent)         FROM("F000000F1", lent, WITHHELD_1)
#define TO_CHEN(folders) LOAN("$approval", "@+" DAY, folders, "repair", SIGNED, "chen")
#define DEMAND(kind)                                                                           \
    "{'authority':'police','document':'2025-17','due':null,'folders':[{'item':'F000000F1',"    \
    "'label':'L-F000000F1','papers':[{'label':'" LABEL_ID                                      \
    "','n':2,'pages':1}]}],'kind':'" kind "','receiver':null,'slip':'9'}"

static void a7_personal_papers_are_neither_lent_nor_copied(void **state)
{
    struct world *world = *state;
    /* the centre manager approves an identity card by name: that does not lift the ban */
    approve(world, "folder.lend", "!F000000F1," THING("F000000F1.2", LABEL_ID), "null",
            "repair", "approval");
    static const struct world_case cases[] = {
        {"the folder without them", "folder.lend/1", "arc chen", TO_CHEN(F1(NOTICE)), NULL},
        {"a copy on demand of the law, by two", "folder.produce/1", "arc mgr", DEMAND("copy"),
         NULL},
        {"the refusal is recorded", "folder.refuse/1", "arc",
         "{'asked':{'items':[" THING(
             "F000000F1.2",
             LABEL_ID) "],'kind':'copy','purpose':'private','receiver':null},'rule':'A7'}",
         NULL},
        {"an identity card, approved", "folder.lend/1", "arc chen",
         TO_CHEN(F1(LENT(2, LABEL_ID, 1))), "A7"},
        {"an identity card, not even withheld", "folder.lend/1", "arc chen",
         TO_CHEN(FROM("F000000F1", LENT(2, LABEL_ID, 1), NTH_PAPER(3, LABEL_FORM))), "A7"},
        {"the withheld not listed", "folder.lend/1", "arc chen",
         TO_CHEN(FROM("F000000F1", NOTICE, "")), "A7"},
        {"a copy by the archive custodian alone", "folder.produce/1", "arc", DEMAND("copy"),
         "A7"},
        {"made less secret by one", "folder.amend/1", "arc",
         "{'folders':[{'item':'F000000F1','label':'L-F000000F1','papers':[{'copies':1,"
         "'from':null,'kind':'settlement','n':2,'original':'copy','original_with':null,"
         "'pages':1,'to':null}],'version':2}],'reason':'entry_error'}",
         "A7"},
    };
    RUN(world, cases);
}

static void a8_a_loan_is_approved_counted_and_ends(void **state)
{
    struct world *world = *state;
    approve(world, "folder.lend", "!F000000F1", "null", "repair", "approval");
    static const struct world_case cases[] = {
        {"to who signs for it", "folder.lend/1", "arc chen", TO_CHEN(F1(NOTICE)), NULL},
        {"beyond the days of the policy", "folder.lend/1", "arc chen",
         LOAN("$approval", "@+1209601", F1(NOTICE), "repair", SIGNED, "chen"), "A8"},
        {"lent by service staff", "folder.lend/1", "zhang chen", TO_CHEN(F1(NOTICE)), "A8"},
        {"miscounted", "folder.lend/1", "arc chen", TO_CHEN(F1(LENT(1, LABEL_NOTICE, 2))),
         "count"},
        {"on no approval", "folder.lend/1", "arc chen",
         LOAN("$authorised", "@+" DAY, F1(NOTICE), "repair", SIGNED, "chen"), "approval"},
    };
    RUN(world, cases);
    world_must(world, "folder.lend/1", "arc chen", TO_CHEN(F1(NOTICE)));
    world_tick(world, 60);
    static const struct world_case after[] = {
        {"on one approval twice", "folder.lend/1", "arc chen", TO_CHEN(F1(RECORD)), "approval"},
        {"counted when it comes back", "folder.return/1", "arc chen",
         RETURNED("'chen'", CAME("F000000F1", NOTICE), SIGNED), NULL},
        {"with a page less all the same", "folder.return/1", "arc chen",
         RETURNED("'chen'", CAME("F000000F1", LENT(1, LABEL_NOTICE, 2)), SIGNED), NULL},
    };
    RUN(world, after);
}

#define LEAVES(party, slip, version)                                                           \
    "{'item':'F000000F1','label':'L-F000000F1','papers':[" NTH_PAPER(                          \
        1, LABEL_NOTICE) "],"                                                                  \
                         "'party':" party ",'reason':'other','slip':" slip                     \
                         ",'target':null,'version':" #version "}"
#define GIVEN_UP                                                                               \
    "{'folders':[" FILED_IN("F000000F2", 2, NTH_PAPER(1, LABEL_FIRE)) "],'reason':'lost'}"

static void a9_nothing_enters_or_leaves_without_an_inventory(void **state)
{
    struct world *world = *state;
    world_must(
        world, "folder.missing/1", "arc",
        "{'found':false,'items':[" THING("F000000F2.1", LABEL_FIRE) "],'reason':'other'}");
    static const struct world_case cases[] = {
        {"filed as the next version", "folder.file/1", "arc",
         FILED("F000000F1", 2, PAPER(5, "fire_safety", 1, 1)), NULL},
        {"given to its owner for a slip", "folder.remove/1", "arc sup",
         LEAVES("'P0000000A'", "'7'", 2), NULL},
        {"written off by two", "folder.writeoff/1", "arc sup", GIVEN_UP, NULL},
        {"filed as the version before", "folder.file/1", "arc",
         FILED("F000000F1", 1, PAPER(5, "fire_safety", 1, 1)), "version"},
        {"given to nobody", "folder.remove/1", "arc sup", LEAVES("null", "'7'", 2), "A9"},
        {"written off by one", "folder.writeoff/1", "arc", GIVEN_UP, "A9"},
        {"received tomorrow", "folder.file/1", "arc",
         "{'folders':[" FILED_IN("F000000F1", 2,
                                 PAPER(5, "fire_safety", 1, 1)) "],"
                                                                "'received':'2025-11-01'}",
         "A9"},
    };
    RUN(world, cases);
}

/* ---- how long they are kept ---- */

#define APPRAISED(item, opinion)                                                               \
    "{'lines':[{'item':'" item "','label':'L-" item "','opinion':'" opinion                    \
    "','until':null,'why':'other'}]}"

static void a10_what_has_no_period_is_not_destroyed(void **state)
{
    struct world *world = *state;
    /* not even what two people found to be without value */
    world_must(world, "folder.appraise/1", "arc sup", APPRAISED("F000000F3", "without_value"));
    static const struct world_case cases[] = {
        {"whose class has a period", "destruction.propose/1", "arc", PROPOSED("X-1", F2_LINE),
         NULL},
        {"whose class has none", "destruction.propose/1", "arc",
         PROPOSED("X-1", LINE_OF("F000000F3", "L-F000000F3", 0, 0, 0, "without_value")), "A13"},
    };
    RUN(world, cases);
}

#define CHECKED(result, reason)                                                                \
    "{'humidity_pct':50,'place':'AR','reason':" reason ",'result':'" result                    \
    "','temperature_c':21}"

static void a11_the_storeroom_is_checked(void **state)
{
    static const struct world_case cases[] = {
        {"all is well", "storeroom.check/1", "arc", CHECKED("ok", "null"), NULL},
        {"it is not, and why", "storeroom.check/1", "sup", CHECKED("remarks", "'other'"), NULL},
        {"it is not, without a word", "storeroom.check/1", "arc", CHECKED("remarks", "null"),
         "A11"},
        {"by service staff", "storeroom.check/1", "zhang", CHECKED("ok", "null"), "seats"},
    };
    RUN(*state, cases);
}

static void a12_a_period_begins_with_what_has_happened(void **state)
{
    static const struct world_case cases[] = {
        {"sold today", "folder.close/1", "arc", CLOSED_BY("F000000F1", "2025-10-31", "sold"),
         NULL},
        {"sold tomorrow", "folder.close/1", "arc", CLOSED_BY("F000000F1", "2025-11-01", "sold"),
         "A12"},
        {"sold, its folder forgotten", "unit.transfer/2", "arc li",
         "{'folders':[],'items':[],'party_in':null,'party_out':null,'place':'1-0-10',"
         "'reason':'other'}",
         "A12"},
    };
    RUN(*state, cases);
}

#define HELD(item) "{'items':[!" item "],'number':'H-1','reason':'investigation'}"
#define FREED      "{'hold':$hold,'items':[!F000000F1],'reason':'not_needed'}"

static void a13_what_is_held_kept_or_early_is_not_destroyed(void **state)
{
    struct world *world = *state;
    world_must(world, "folder.hold/1", "mgr", HELD("F000000F1"));
    world_keep(world, "hold");
    static const struct world_case cases[] = {
        {"whose time is over", "destruction.propose/1", "arc", PROPOSED("X-1", F2_LINE), NULL},
        {"what is held", "destruction.propose/1", "arc", PROPOSED("X-1", F1_LINE), "A13"},
        {"a hold is lifted by two", "folder.release/1", "arc sup", FREED, NULL},
        {"a hold is lifted by one", "folder.release/1", "sup", FREED, "A13"},
        {"appraised by two", "folder.appraise/1", "arc sup", APPRAISED("F000000F2", "keep"),
         NULL},
        {"appraised by one", "folder.appraise/1", "arc", APPRAISED("F000000F2", "keep"), "A13"},
        {"another inventory", "destruction.propose/1", "arc",
         PROPOSED("X-1", LINE_OF("F000000F2", "L-F000000F2", 1, 1, 1, "expired")), "A13"},
    };
    RUN(world, cases);
    world_must(world, "folder.close/1", "arc", CLOSED_BY("F000000F2", "2024-10-31", "sold"));
    static const struct world_case early[] = {
        {"on its last day", "destruction.propose/1", "arc", PROPOSED("X-1", F2_LINE), "A13"},
    };
    RUN(world, early);
}

/* ---- how they are destroyed ---- */

#define BOTH_LINES F1_LINE "," F2_LINE
#define BOTH_DONE  F1_DONE "," F2_DONE

static void a14_three_propose_review_and_approve(void **state)
{
    struct world *world = *state;
    grant_role(world, "arc", "supervisor"); /* who proposes could review, and approve */
    lend_role(world, "mgr", "arc", "centre_manager");
    static const struct world_case proposals[] = {
        {"by the archive custodian", "destruction.propose/1", "arc",
         PROPOSED("X-1", BOTH_LINES), NULL},
        {"proposed by the supervisor", "destruction.propose/1", "sup",
         PROPOSED("X-1", BOTH_LINES), "A14"},
    };
    RUN(world, proposals);
    propose_both(world);
    static const struct world_case reviews[] = {
        {"reviewed by the supervisor", "destruction.review/1", "sup", BOTH_YES, NULL},
        {"reviewed by who proposed", "destruction.review/1", "arc", BOTH_YES, "A14"},
        {"reviewed but for a line", "destruction.review/1", "sup", DECISIONS(YES("F000000F1")),
         "A14"},
    };
    RUN(world, reviews);
    world_must(world, "destruction.review/1", "sup", BOTH_YES);
    static const struct world_case approvals[] = {
        {"approved by the centre manager", "destruction.approve/1", "mgr", BOTH_YES, NULL},
        {"approved by who proposed", "destruction.approve/1", "arc", BOTH_YES, "A14"},
        {"approved by the supervisor", "destruction.approve/1", "sup", BOTH_YES, "A14"},
    };
    RUN(world, approvals);
}

static void a15_two_witness_and_a_supervisor_rechecks(void **state)
{
    struct world *world = *state;
    approve_both(world);
    static const struct world_case cases[] = {
        {"two witnesses over one list", "destruction.execute/1", "chen sup wit wit2",
         EXECUTED(BOTH_DONE, "", USUAL), NULL},
        {"a line struck out at the last moment", "destruction.execute/1", "chen sup wit wit2",
         EXECUTED(F1_DONE, STRUCK("F000000F2", "investigation"), USUAL), NULL},
        {"who proposed it witnesses", "destruction.execute/1", "arc chen sup wit",
         EXECUTED(BOTH_DONE, "", WHO("chen", "sup", "'arc','wit'")), "A15"},
        {"who approved it witnesses", "destruction.execute/1", "chen mgr sup wit",
         EXECUTED(BOTH_DONE, "", WHO("chen", "sup", "'mgr','wit'")), "A15"},
        {"no supervisor checks again", "destruction.execute/1", "chen duty wit wit2",
         EXECUTED(BOTH_DONE, "", WHO("chen", "duty", "'wit','wit2'")), "A15"},
        {"a line forgotten", "destruction.execute/1", "chen sup wit wit2",
         EXECUTED(F1_DONE, "", USUAL), "A15"},
        {"one witness for two", "destruction.execute/1", "chen sup wit",
         EXECUTED(BOTH_DONE, "", USUAL), "seats"},
    };
    RUN(world, cases);
    world_must(world, "folder.hold/1", "mgr", HELD("F000000F2"));
    static const struct world_case held[] = {
        {"held since the approval", "destruction.execute/1", "chen sup wit wit2",
         EXECUTED(BOTH_DONE, "", USUAL), "A13"},
    };
    RUN(world, held);
}

/* ---- personal data ---- */

#define LOOK(purpose)                                                                          \
    "{'items':[!F000000F1,{'item':'P0000000A','label':'P0000000A'}],'purpose':'" purpose "'}"

static void p1_who_reads_personal_data_says_why(void **state)
{
    static const struct world_case cases[] = {
        {"the service staff, for a repair", "privacy.read/1", "zhang", LOOK("repair"), NULL},
        {"who has no business with it", "privacy.read/1", "chen", LOOK("repair"), "P1"},
        {"out of curiosity", "privacy.read/1", "zhang", LOOK("private"), "P1"},
    };
    RUN(*state, cases);
}

/* erase.intent of all that is sealed of a party, by its own request. */
static const char *erase_of(struct world *world, char *out, size_t size, const char *party,
                            const char *request)
{
    char sql[200];
    char subject[40];
    char count[20];
    (void)snprintf(sql, sizeof sql, "SELECT lower(hex(k)) FROM subject WHERE owner = '%s'",
                   party);
    (void)world_value(world, sql, subject, sizeof subject);
    assert_int_equal(strlen(subject), 32);
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM commitment WHERE k = (SELECT k FROM subject WHERE"
                   " owner = '%s')",
                   party);
    (void)snprintf(out, size,
                   "{'count':%s,'ground':{'act':%s,'kind':'request'},'subjects':['%s']}",
                   world_value(world, sql, count, sizeof count), request, subject);
    return out;
}

static void p2_who_has_nothing_open_is_erased_at_his_wish(void **state)
{
    struct world *world = *state;
    char gone[300];
    char stays[300];
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'Visitor'},'party':'P0000000B','relation':'contractor',"
               "'unit':null}");
    world_must(world, "erase.request/1", "zhang",
               "{'channel':'phone','party':'P0000000B','reason':'other'}");
    world_keep(world, "gone");
    world_must(world, "erase.request/1", "zhang",
               "{'channel':'phone','party':'P0000000A','reason':'other'}");
    world_keep(world, "stays");
    (void)erase_of(world, gone, sizeof gone, "P0000000B", "$gone");
    (void)erase_of(world, stays, sizeof stays, "P0000000A", "$stays");
    const struct world_case cases[] = {
        {"a visitor's name", "erase.intent/1", "mgr sup", gone, NULL},
        {"refused, with the ground", "erase.refuse/1", "mgr",
         "{'ground':'open_item','request':$stays}", NULL},
        {"an owner's whose folder is here", "erase.intent/1", "mgr sup", stays, "P2"},
        {"erased by one", "erase.intent/1", "mgr", gone, "P2"},
        {"erased without the centre manager", "erase.intent/1", "arc sup", gone, "P2"},
    };
    RUN(world, cases);
}

#define LEAK(noticed)                                                                          \
    "{'items':[!F000000F1],'kind':'leak','noticed_at':" noticed ",'party':null,'text':null}"
#define SETTLED(incident) "{'incident':" incident ",'lesson':null,'result':'confirmed'}"

static void p3_a_leak_is_closed_by_another_than_reported_it(void **state)
{
    struct world *world = *state;
    world_must(world, "incident.report/1", "sup", LEAK("@-60"));
    world_keep(world, "leak");
    static const struct world_case cases[] = {
        {"anybody reports one", "incident.report/1", "chen", LEAK("@-3600"), NULL},
        {"the centre manager closes it", "incident.close/1", "mgr", SETTLED("$leak"), NULL},
        {"who reported it closes it", "incident.close/1", "sup", SETTLED("$leak"), "P3"},
        {"noticed after it was reported", "incident.report/1", "chen", LEAK("@+60"), "P3"},
    };
    RUN(world, cases);
}

int main(void)
{
    /* the table of rules says that each is found: every day, not every other */
    (void)setenv("CUSTODY_LONG", "1", 1);
#define T(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
#define D(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a1_an_owners_folder_holds_the_kinds_of_the_policy),
        T(a2_a_tenants_folder_is_of_a_class_with_its_own_list),
        T(a3_a_bag_has_a_label_of_its_own),
        T(a4_folders_stand_in_the_order_of_their_homes),
        T(a5_folders_are_read_for_work_at_their_custodians),
        T(a6_outsiders_read_by_the_centre_managers_word),
        T(a7_personal_papers_are_neither_lent_nor_copied),
        T(a8_a_loan_is_approved_counted_and_ends),
        T(a9_nothing_enters_or_leaves_without_an_inventory),
        D(a10_what_has_no_period_is_not_destroyed),
        T(a11_the_storeroom_is_checked),
        T(a12_a_period_begins_with_what_has_happened),
        D(a13_what_is_held_kept_or_early_is_not_destroyed),
        D(a14_three_propose_review_and_approve),
        D(a15_two_witness_and_a_supervisor_rechecks),
        T(p1_who_reads_personal_data_says_why),
        T(p2_who_has_nothing_open_is_erased_at_his_wish),
        T(p3_a_leak_is_closed_by_another_than_reported_it),
    };
    return cmocka_run_group_tests_name("rules of folders", tests, NULL, NULL);
}
