/* folder.hold, folder.release, folder.appraise, and what they mean for keeping (FORMATS.md
 * §19.5; A13). */
#include "destruction_fixture.h"

#include <time.h>

#include "retention.h"
#include "schema.h"
#include "store.h"
#include "text.h"

#define RELEASE  "folder.release/1"
#define APPRAISE "folder.appraise/1"
#define HOLDING(items)                                                                         \
    "{'items':[" items "],'number':'院函 7','reason':'investigation','until':'2026-01-01'}"
#define RELEASED(hold, items) "{'hold':" hold ",'items':[" items "],'reason':'not_needed'}"
#define OPINION(item, label, opinion, until, why)                                              \
    "{'lines':[{'item':'" item "','label':'" label "','opinion':'" opinion "','until':" until  \
    ",'why':'" why "'}]}"

static void a_hold_is_laid_by_one(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"by the archive custodian", HOLD, "arc", HOLDING("!F000000F1"), NULL},
        {"by the supervisor", HOLD, "sup", HOLDING("!F000000F1,!F000000F2"), NULL},
        {"by the centre manager", HOLD, "mgr", HOLDING(THING("F000000F1.2", LABEL_ID)), NULL},
        {"of an open folder", HOLD, "arc", HOLDING("!F000000F4"), NULL},
        {"held by service staff", HOLD, "zhang", HOLDING("!F000000F1"), "seats"},
        {"held by two", HOLD, "arc sup", HOLDING("!F000000F1"), "seats"},
        {"of nothing registered", HOLD, "arc", HOLDING("!F000000F9"), "object"},
        {"of no paper there is", HOLD, "arc", HOLDING(THING("F000000F1.9", LABEL_ID)),
         "object"},
        {"under another label", HOLD, "arc", HOLDING(THING("F000000F1.2", LABEL_FIRE)),
         "label"},
        {"of a key", HOLD, "arc", HOLDING("!K00000001"), "structure"},
        {"for no reason of the policy", HOLD, "arc",
         "{'items':[!F000000F1],'number':'H','reason':'mood'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, HOLD, "arc", HOLDING("!F000000F1," THING("F000000F2.1", LABEL_FIRE)));
    expect(world,
           "SELECT group_concat(item || ' ' || number || ' ' || until || ' ' ||"
           " (released_idx IS NULL), '; ') FROM (SELECT * FROM hold ORDER BY item)",
           "F000000F1 院函 7 2026-01-01 1; F000000F2.1 院函 7 2026-01-01 1");
    /* a paper's folder has it in its history too */
    expect(world, "SELECT count(*) FROM act_item WHERE idx = (SELECT max(idx) FROM act_log)",
           "3");
    assert_true(world_is_verified(world));
}

static void a_hold_is_lifted_by_two(void **state)
{
    struct world *world = *state;
    world_must(world, HOLD, "arc", HOLDING("!F000000F1"));
    world_keep(world, "first");
    world_must(world, HOLD, "sup", HOLDING("!F000000F1,!F000000F2"));
    world_keep(world, "second");
    grant_role(world, "zhang", "supervisor");
    static const struct world_case cases[] = {
        {"supervisor and custodian", RELEASE, "arc sup", RELEASED("$first", "!F000000F1"),
         NULL},
        {"manager and custodian", RELEASE, "arc mgr", RELEASED("$first", "!F000000F1"), NULL},
        {"manager and supervisor", RELEASE, "mgr sup", RELEASED("$first", "!F000000F1"), NULL},
        {"two supervisors", RELEASE, "sup zhang", RELEASED("$first", "!F000000F1"), NULL},
        {"one of two things", RELEASE, "mgr sup", RELEASED("$second", "!F000000F2"), NULL},
        {"lifted by one", RELEASE, "sup", RELEASED("$first", "!F000000F1"), "A13"},
        {"lifted by custodian and staff", RELEASE, "arc chen", RELEASED("$first", "!F000000F1"),
         "A13"},
        {"lifted by three", RELEASE, "arc mgr sup", RELEASED("$first", "!F000000F1"), "A13"},
        {"what it does not hold", RELEASE, "mgr sup", RELEASED("$first", "!F000000F2"),
         "state"},
        {"no hold", RELEASE, "mgr sup", RELEASED("$authorised", "!F000000F1"), "object"},
        {"lifted for no reason of the policy", RELEASE, "mgr sup",
         "{'hold':$first,'items':[!F000000F1],'reason':'mood'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* held as long as one hold is left */
    world_must(world, RELEASE, "mgr sup", RELEASED("$first", "!F000000F1"));
    refused(world, RELEASE, "mgr sup", RELEASED("$first", "!F000000F1"), "state");
    refused(world, PROPOSE, "arc", PROPOSED("X-1", F1_LINE), "A13");
    world_must(world, RELEASE, "mgr sup", RELEASED("$second", "!F000000F1"));
    world_must(world, PROPOSE, "arc", PROPOSED("X-1", F1_LINE));
    refused(world, PROPOSE, "arc", PROPOSED("X-2", F2_LINE), "A13");
    assert_true(world_is_verified(world));
}

static void nobody_lifts_a_hold_in_two_names(void **state)
{
    struct world *world = *state;
    world_must(world, HOLD, "arc", HOLDING("!F000000F1"));
    world_keep(world, "first");
    lend_role(world, "sup", "chen", "supervisor");
    lend_role(world, "sup", "zhang", "supervisor");
    static const struct world_case cases[] = {
        {"a delegate and his giver", RELEASE, "chen sup", RELEASED("$first", "!F000000F1"),
         "A13"},
        {"two delegates of one giver", RELEASE, "chen zhang", RELEASED("$first", "!F000000F1"),
         "A13"},
        {"a delegate and somebody else", RELEASE, "arc chen", RELEASED("$first", "!F000000F1"),
         NULL},
        {"appraised by a delegate and somebody else", APPRAISE, "arc chen",
         OPINION("F000000F1", "L-F000000F1", "keep", "null", "other"), NULL},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    lend_role(world, "arc", "sup", "archive_custodian");
    static const struct world_case own[] = {
        {"appraised by a delegate in both roles", APPRAISE, "chen sup",
         OPINION("F000000F1", "L-F000000F1", "keep", "null", "other"), "A13"},
    };
    assert_int_equal(world_run_cases(world, own, COUNT_OF(own)), 0);
}

static void an_appraisal_is_two_peoples(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"without value", APPRAISE, "arc sup",
         OPINION("F000000F1", "L-F000000F1", "without_value", "null", "not_needed"), NULL},
        {"keep a paper until", APPRAISE, "arc sup",
         OPINION("F000000F1.1", LABEL_NOTICE, "keep_until", "'2030-01-01'", "other"), NULL},
        {"until no day", APPRAISE, "arc sup",
         OPINION("F000000F1", "L-F000000F1", "keep_until", "null", "other"), "A13"},
        {"kept and a day", APPRAISE, "arc sup",
         OPINION("F000000F1", "L-F000000F1", "keep", "'2030-01-01'", "other"), "A13"},
        {"for no reason of the policy", APPRAISE, "arc sup",
         OPINION("F000000F1", "L-F000000F1", "keep", "null", "mood"), "policy"},
        {"another opinion", APPRAISE, "arc sup",
         OPINION("F000000F1", "L-F000000F1", "burn", "null", "other"), "structure"},
        {"by the custodian alone", APPRAISE, "arc",
         OPINION("F000000F1", "L-F000000F1", "keep", "null", "other"), "A13"},
        {"by custodian and manager", APPRAISE, "arc mgr",
         OPINION("F000000F1", "L-F000000F1", "keep", "null", "other"), "A13"},
        {"of nothing registered", APPRAISE, "arc sup",
         OPINION("F000000F9", "L-F000000F9", "keep", "null", "other"), "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, APPRAISE, "arc sup",
               OPINION("F000000F1.1", LABEL_NOTICE, "keep_until", "'2030-01-01'", "other"));
    expect(world, "SELECT item || ' ' || opinion || ' ' || until || ' ' || why FROM appraisal",
           "F000000F1.1 keep_until 2030-01-01 other");
    assert_true(world_is_verified(world));
}

/* ---- due days and obstacles, as a read asks for them ---- */

static struct retention open_retention(struct world *world, const char *today, json_t **policy)
{
    static char text[40000];
    char path[120];
    struct custody_error err = {0};
    struct retention retention = {.store = NULL};
    (void)snprintf(path, sizeof path, "%s/ledger.db", world->path);
    assert_int_equal(
        store_open(path, STORE_READ, STORE_WAL, SITE_APPLICATION_ID, &retention.store, &err),
        CUSTODY_OK);
    *policy =
        json_loads(world_value(world, "SELECT body FROM policy", text, sizeof text), 0, NULL);
    assert_non_null(*policy);
    retention.policy = *policy;
    (void)snprintf(retention.today, sizeof retention.today, "%s", today);
    return retention;
}

static void a_folder_is_due_so_many_months_after_its_trigger(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *date, *trigger, *until, *due;
    } days[] = {
        {"2024-01-31", "sold", NULL, "2025-01-31"},
        {"2024-02-29", "sold", NULL, "2025-02-28"},
        {"2024-01-31", "lease_ended", NULL, ""},
        {"2024-01-31", "sold", "2030-05-05", "2030-05-05"}, /* later */
        {"2024-01-31", "sold", "2024-05-05", "2025-01-31"}, /* never earlier */
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        char body[300];
        json_t *policy = NULL;
        struct custody_error err = {0};
        struct retention_folder folder;
        (void)snprintf(body, sizeof body,
                       "{'folders':[{'date':'%s','item':'F000000F2','label':'L-F000000F2',"
                       "'trigger':'%s'}],'reason':'other'}",
                       days[i].date, days[i].trigger);
        world_must(world, "folder.close/1", "arc", body);
        if (days[i].until != NULL) {
            (void)snprintf(body, sizeof body,
                           "{'lines':[{'item':'F000000F2','label':'L-F000000F2','opinion':"
                           "'keep_until','until':'%s','why':'other'}]}",
                           days[i].until);
            world_must(world, APPRAISE, "arc sup", body);
        }
        struct retention retention = open_retention(world, "2025-01-31", &policy);
        assert_int_equal(retention_load_folder(&retention, "F000000F2", &folder, &err),
                         CUSTODY_OK);
        assert_string_equal(folder.due_day, days[i].due);
        assert_true(folder.has_retention);
        assert_false(folder.is_expired); /* on the day itself it is not over */
        (void)snprintf(retention.today, sizeof retention.today, "2030-05-06");
        assert_int_equal(retention_load_folder(&retention, "F000000F2", &folder, &err),
                         CUSTODY_OK);
        assert_int_equal(folder.is_expired, days[i].due[0] != '\0');
        store_close(retention.store);
        json_decref(policy);
        world_restore(world);
    }
}

static void every_obstacle_is_named_at_once(void **state)
{
    struct world *world = *state;
    json_t *policy = NULL;
    struct custody_error err = {0};
    unsigned obstacles = 0;
    const struct line_numbers numbers = {.papers = 9};
    const struct retention_line line = {
        .item = "F000000F2", .reason = "expired", .numbers = &numbers};
    static const struct retention_line gone = {.item = "F000000F9", .reason = "expired"};
    propose_both(world);
    world_must(world, HOLD, "arc", HOLDING(THING("F000000F2.2", LABEL_ID)));
    assert_true(world_sql(world, "UPDATE paper SET state = 'lent' WHERE item = 'F000000F2.1'"));
    assert_true(
        world_sql(world, "UPDATE paper SET state = 'missing' WHERE item = 'F000000F2.2'"));
    assert_true(world_sql(world, "UPDATE folder SET at = 'AR', state = 'open', class = 'tenant'"
                                 " WHERE item = 'F000000F2'"));
    struct retention retention = open_retention(world, "2025-10-31", &policy);
    assert_int_equal(retention_find_obstacles(&retention, &line, &obstacles, &err), CUSTODY_OK);
    assert_int_equal(obstacles, (OBSTACLE_BIT(OBSTACLE_COUNT) - 1) & ~1U); /* but destroyed */
    assert_int_equal(retention_find_obstacles(&retention, &gone, &obstacles, &err), CUSTODY_OK);
    assert_true((obstacles & OBSTACLE_BIT(OBSTACLE_DESTROYED)) != 0);
    store_close(retention.store);
    json_decref(policy);
}

/* ---- size ---- */

#define MANY_FOLDERS 20000
#define MANY_LINES   600

static void fill_the_archive(struct world *world)
{
    assert_true(world_sql(
        world,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        " INSERT INTO folder (item, id, label, class, place, version, last_n, state,"
        " trigger_code, trigger_date, idx, event_at, since_idx)"
        " SELECT printf('F%08d', i), printf('%08d', i), 'x' || i, 'owner', '1-0-02', 1, 5,"
        " 'closed', 'sold', '2024-01-31', 1, 1, 1 FROM n"));
    assert_true(world_sql(
        world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)"
               " INSERT INTO paper (item, folder, n, kind, label, original, copies, pages,"
               " state, event_at, since_idx, idx) SELECT f.item || '.' || i, f.item, i,"
               " 'lease', 'l', 'copy', 1, 2, 'filed', 1, 1, 1 FROM n, folder f"
               " WHERE f.label LIKE 'x%'"));
    assert_true(world_sql(world,
                          "INSERT INTO inventory SELECT item, 1, 1, 'file', 5 FROM folder"
                          " WHERE label LIKE 'x%'"));
    assert_true(world_sql(
        world,
        "INSERT INTO hold (act_id, item, idx, number, reason) SELECT x'00', item || '.1',"
        " 1, 'H', 'other' FROM folder WHERE label LIKE 'x%' AND item > 'F00010000'"));
    world_reopen(world);
}

static double ms_since(const struct timespec *start)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)(now.tv_sec - start->tv_sec) * 1e3 +
           (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* 600 folders among 20,000 with 100,000 papers: what a batch asks about each goes by indexes.
 */
static void obstacles_are_found_without_walking_the_archive(void **state)
{
    struct world *world = *state;
    json_t *policy = NULL;
    struct custody_error err = {0};
    struct timespec start;
    fill_the_archive(world);
    struct retention retention = open_retention(world, "2025-10-31", &policy);
    const struct line_numbers numbers = {.papers = 5, .copies = 5, .pages = 10};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (int i = 1; i <= MANY_LINES; i++) {
        char item[16];
        unsigned obstacles = 0;
        const struct retention_line line = {
            .item = item, .reason = "expired", .numbers = &numbers};
        (void)snprintf(item, sizeof item, "F%08d", i * (MANY_FOLDERS / MANY_LINES));
        assert_int_equal(retention_find_obstacles(&retention, &line, &obstacles, &err),
                         CUSTODY_OK);
        assert_int_equal(obstacles,
                         strcmp(item, "F00010000") > 0 ? OBSTACLE_BIT(OBSTACLE_HELD) : 0);
    }
    double ms = ms_since(&start);
    print_message("# obstacles of 600 lines at 100,000 papers: %.1f ms\n", ms);
    assert_true(ms < 1500); /* a pass over the papers for each line would take far more */
    store_close(retention.store);
    json_decref(policy);
}

#define BATCH_LINES 450 /* about as many as the limit of a payload lets one act have */

/* `lines` of the first folders; what: the rest of each element. */
static json_t *body_of_many(struct world *world, const char *rest, const char *what)
{
    json_t *body = world_body(world, rest);
    json_t *lines = json_array();
    for (int i = 1; i <= BATCH_LINES; i++) {
        char item[16];
        char label[16];
        json_t *line = world_body(world, what);
        (void)snprintf(item, sizeof item, "F%08d", i);
        (void)snprintf(label, sizeof label, "x%d", i);
        (void)json_object_set_new(line, "item", json_string(item));
        (void)json_object_set_new(line, "label", json_string(label));
        (void)json_array_append_new(lines, line);
    }
    (void)json_object_set_new(body, "lines", lines);
    return body;
}

static void a_batch_as_long_as_can_be_goes_its_whole_way(void **state)
{
    struct world *world = *state;
    static const char decisions[] = "{'decision':'destroy','reason':null}";
    static const struct {
        const char *act, *signers, *body, *line;
    } acts[] = {
        {PROPOSE, "arc", "{'method':'pulping','number':'X-9','place':'AR'}",
         "{'copies':5,'pages':10,'papers':5,'reason':'expired'}"},
        {REVIEW, "sup", "{'batch':$batch}", decisions},
        {APPROVE, "mgr", "{'batch':$batch}", decisions},
        {EXECUTE, USUAL_SIGNED,
         "{'batch':$batch,'method':'pulping','place':'AR','struck':[]," USUAL "}",
         "{'copies':5,'pages':10,'papers':5}"},
    };
    fill_the_archive(world);
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct timespec start;
        json_t *body = body_of_many(world, acts[i].body, acts[i].line);
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        if (world_act_json(world, acts[i].act, acts[i].signers, body) != CUSTODY_OK) {
            fail_msg("%s: %s", acts[i].act, world->err.text);
        }
        double ms = ms_since(&start);
        print_message("# %s of %d lines: %.0f ms\n", acts[i].act, BATCH_LINES, ms);
        assert_true(ms < 6000);
        if (i == 0) {
            world_keep(world, "batch");
        }
    }
    expect(world, "SELECT count(*) FROM paper WHERE state = 'destroyed'", "2250");
    expect(world, "SELECT count(*) FROM folder WHERE state = 'destroyed' AND version = 2",
           "450");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_hold_is_laid_by_one),
        TEST(a_hold_is_lifted_by_two),
        TEST(nobody_lifts_a_hold_in_two_names),
        TEST(an_appraisal_is_two_peoples),
        TEST(a_folder_is_due_so_many_months_after_its_trigger),
        TEST(every_obstacle_is_named_at_once),
        TEST(obstacles_are_found_without_walking_the_archive),
        TEST(a_batch_as_long_as_can_be_goes_its_whole_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
