/* Incidents and reads of personal data (FORMATS.md §21; P1, P3). */
#include "folder_use_fixture.h"

#define REPORT "incident.report/1"
#define UPDATE "incident.update/1"
#define CLOSE  "incident.close/1"
#define READ   "privacy.read/1"
#define WRITTEN(items, kind, at, party, text)                                                  \
    "{'items':[" items "],'kind':'" kind "','noticed_at':" at ",'party':" party                \
    ",'text':" text "}"
#define SEEN(items, kind, at, party) WRITTEN(items, kind, at, party, "null")
#define STEP(incident, step)         "{'incident':" incident ",'note':null,'step':'" step "'}"
#define OVER(incident, result)       "{'incident':" incident ",'lesson':null,'result':'" result "'}"
#define LOOK(items, purpose)         "{'items':[" items "],'purpose':'" purpose "'}"
#define OWNER                        "{'item':'P0000000A','label':'P0000000A'}"

static void an_incident_is_reported_by_anybody(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"by staff", REPORT, "chen", SEEN("!F000000F1", "leak", "@-3600", "'P0000000A'"), NULL},
        {"of nothing named", REPORT, "chen", SEEN("", "leak_risk", "@+0", "null"), NULL},
        {"by a witness", REPORT, "wit",
         SEEN(THING("F000000F1.2", LABEL_ID), "loss", "@-60", "null"), NULL},
        {"by an auditor", REPORT, "aud", SEEN("", "leak", "@-60", "null"), "seats"},
        {"before it was noticed", REPORT, "chen", SEEN("", "leak", "@+60", "null"), "P3"},
        {"of no kind known", REPORT, "chen", SEEN("", "theft", "@-60", "null"), "policy"},
        {"of a folder unknown", REPORT, "chen", SEEN("!F00000099", "leak", "@-60", "null"),
         "object"},
        {"of a party unknown", REPORT, "chen", SEEN("", "leak", "@-60", "'P0000000Z'"),
         "object"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(
        world, REPORT, "chen",
        WRITTEN("!F000000F1", "leak", "@-3600", "'P0000000A'", "{'text':'left on a desk'}"));
    expect(world, "SELECT kind || party || reporter || state FROM incident",
           "leakP0000000Achenopen");
    expect(world, "SELECT item FROM incident_item", "F000000F1");
    /* What was written is nobody's but the incident's. */
    expect(world,
           "SELECT count(*) FROM commitment c LEFT JOIN subject s ON s.k = c.k"
           " WHERE c.pointer = '/body/text' AND s.k IS NULL",
           "1");
    assert_true(world_is_verified(world));
}

static void an_incident_is_closed_by_another_than_its_reporter(void **state)
{
    struct world *world = *state;
    world_must(world, REPORT, "sup", SEEN("", "leak", "@-60", "null"));
    world_keep(world, "his");
    world_must(world, REPORT, "chen", SEEN("", "leak", "@-60", "null"));
    world_keep(world, "leak");
    world_must(world, "role.delegate/1", "sup zhang",
               "{'end':@+86400,'from':'sup','reason':'absence','roles':['supervisor'],"
               "'start':@+0,'to':'zhang'}");
    static const struct world_case cases[] = {
        {"a step", UPDATE, "chen", STEP("$leak", "contained"), NULL},
        {"a step by an auditor", UPDATE, "aud", STEP("$leak", "contained"), "seats"},
        {"a step of no incident", UPDATE, "chen", STEP("$authorised", "informed"), "object"},
        {"by a supervisor", CLOSE, "sup", OVER("$leak", "confirmed"), NULL},
        {"by the manager", CLOSE, "mgr", OVER("$his", "unfounded"), NULL},
        {"by his reporter", CLOSE, "sup", OVER("$his", "unfounded"), "P3"},
        {"by his reporter's delegate", CLOSE, "zhang", OVER("$his", "unfounded"), "P3"},
        {"by a delegate", CLOSE, "zhang", OVER("$leak", "confirmed"), NULL},
        {"by the archive custodian", CLOSE, "arc", OVER("$leak", "confirmed"), "P3"},
        {"of no incident", CLOSE, "sup", OVER("$authorised", "confirmed"), "object"},
        {"corrected", CORRECT, "adm mgr", UNDO("$leak"), "state"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, UPDATE, "chen", STEP("$leak", "contained"));
    world_must(world, UPDATE, "arc", STEP("$leak", "informed"));
    world_must(world, CLOSE, "sup", OVER("$leak", "confirmed"));
    expect(world, "SELECT group_concat(step) FROM incident_step", "contained,informed");
    expect(world, "SELECT state || result FROM incident WHERE reporter = 'chen'",
           "closedconfirmed");
    static const struct world_case closed[] = {
        {"a step too late", UPDATE, "chen", STEP("$leak", "informed"), "state"},
        {"closed again", CLOSE, "sup", OVER("$leak", "confirmed"), "state"},
    };
    assert_int_equal(world_run_cases(world, closed, COUNT_OF(closed)), 0);
    assert_true(world_is_verified(world));
}

static void who_reads_personal_data_says_why(void **state)
{
    struct world *world = *state;
    world_must(
        world, "person.enrol/1", "adm mgr",
        "{'credential':^none,'handle':'none','proof':~none:none,'roles':['staff','witness'],"
        "'staff_no':'E001'}");
    static const struct world_case cases[] = {
        {"a folder and its owner", READ, "arc", LOOK("!F000000F1," OWNER, "repair"), NULL},
        {"the manager", READ, "mgr", LOOK(OWNER, "repair"), NULL},
        {"the administrator", READ, "adm", LOOK(OWNER, "repair"), NULL},
        {"the service staff", READ, "zhang", LOOK(OWNER, "repair"), NULL},
        {"on duty", READ, "duty", LOOK(OWNER, "repair"), NULL},
        {"the keys' custodian", READ, "li", LOOK(OWNER, "repair"), NULL},
        {"engineering's custodian", READ, "eng", LOOK(OWNER, "repair"), NULL},
        {"engineering's manager", READ, "fm", LOOK(OWNER, "repair"), NULL},
        {"staff", READ, "chen", LOOK(OWNER, "repair"), "P1"},
        {"a witness", READ, "wit", LOOK(OWNER, "repair"), "P1"},
        {"staff and witness", READ, "none", LOOK(OWNER, "repair"), "P1"},
        {"an auditor", READ, "aud", LOOK(OWNER, "repair"), "P1"},
        {"privately", READ, "arc", LOOK(OWNER, "private"), "P1"},
        {"for no purpose known", READ, "arc", LOOK(OWNER, "fun"), "policy"},
        {"a party by another label", READ, "arc",
         LOOK("{'item':'P0000000A','label':'Wang'}", "repair"), "label"},
        {"a party unknown", READ, "arc",
         LOOK("{'item':'P0000000Z','label':'P0000000Z'}", "repair"), "object"},
        {"a folder unknown", READ, "arc", LOOK("!F00000099", "repair"), "object"},
        {"a key", READ, "arc", LOOK("!K00000001", "repair"), "structure"},
        {"nothing", READ, "arc", LOOK("", "repair"), "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, READ, "zhang", LOOK("!F000000F1," OWNER, "repair"));
    expect(world, "SELECT group_concat(item || reader || purpose) FROM privacy_read",
           "F000000F1zhangrepair,P0000000Azhangrepair");
    assert_true(world_is_verified(world));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(an_incident_is_reported_by_anybody),
        CASE(an_incident_is_closed_by_another_than_its_reporter),
        CASE(who_reads_personal_data_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
