/* site.found, policy.set, log.rotate, terminals (FORMATS.md §9, §13, §15). */
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

/* ---- founding ---- */

/* Put value (body text) at a path like "founders/0/roles" or "policy/version". */
static void set_at(struct world *world, json_t *root, const char *path, const char *value)
{
    char part[40];
    json_t *parent = root;
    for (;;) {
        size_t len = strcspn(path, "/");
        (void)snprintf(part, sizeof part, "%.*s", (int)len, path);
        bool is_last = path[len] == '\0';
        json_t *made = is_last ? world_body(world, value) : NULL;
        if (json_is_array(parent)) {
            size_t at = (size_t)strtoul(part, NULL, 10);
            if (is_last) {
                assert_int_equal(json_array_set_new(parent, at, made), 0);
                return;
            }
            parent = json_array_get(parent, at);
        } else {
            if (is_last) {
                assert_int_equal(json_object_set_new(parent, part, made), 0);
                return;
            }
            parent = json_object_get(parent, part);
        }
        assert_non_null(parent);
        path += len + 1;
    }
}

struct change {
    const char *label, *signers, *path, *value, *check;
};

static int run_founding(struct world *world, const struct change *change)
{
    json_t *body = world_found_body(world);
    if (change->path != NULL) {
        set_at(world, body, change->path, change->value);
    }
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    struct world_case one = {change->label, "site.found/1",
                             change->signers != NULL ? change->signers : "adm hq mgr", text,
                             change->check};
    int bad = world_run_cases(world, &one, 1);
    free(text);
    return bad;
}

static void a_site_is_founded_by_its_officers_and_all_founders_sign(void **state)
{
    static const struct change changes[] = {
        {"as it should", NULL, NULL, NULL, NULL},
        {"one founder did not sign", "adm hq", NULL, NULL, "seats"},
        {"an auditor alone with that role", NULL, "founders/1/roles", "['auditor']",
         "officers"},
        {"the manager is none", NULL, "founders/2/roles", "['staff']", "officers"},
        {"two administrators, no manager", NULL, "founders/2/roles", "['administrator']",
         "officers"},
        {"the recovery officer is none", NULL, "founders/1/roles", "['staff']", "officers"},
        {"the recovery officer is no founder", NULL, "policy/recovery_officer", "'boss'",
         "officers"},
        {"an auditor besides", NULL, "founders/2/roles", "['auditor','centre_manager']",
         "role"},
        {"a founder's key twice", NULL, "founders/2/credential", "^adm", "proof"},
        {"a proof of somebody else", NULL, "founders/2/proof", "~adm:mgr", "proof"},
        {"a staff number twice", NULL, "founders/2/staff_no", "'A001'", "exists"},
        {"the log's key is a founder's", NULL, "log", "*adm", "exists"},
        {"the log has another name", NULL, "origin", "'else.example/custody'", "structure"},
        {"two founders", NULL, "founders", "[]", "structure"},
        {"offset", NULL, "utc_offset_min", "841", "structure"},
        {"policy below a floor", NULL, "policy/submit_window", "59", "policy"},
        {"policy above", NULL, "policy/submit_window", "3601", "policy"},
        {"policy without a private purpose", NULL, "policy/purposes",
         "[{'code':'repair','label':'R','private':false}]", "floor"},
        {"policy version", NULL, "policy/version", "2", "policy"},
        {"desk of an unknown class", NULL, "policy/desks/0/classes", "['gold']", "policy"},
        {"desk of no custodian", NULL, "policy/desks/0/custodian_role", "'supervisor'",
         "policy"},
        {"lock kind of an unknown class", NULL, "policy/lock_kinds/0/class", "'gold'",
         "policy"},
    };
    struct world *world = calloc(1, sizeof *world);
    int bad = 0;
    (void)state;
    assert_non_null(world);
    world_open_bare(world);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        bad += run_founding(world, &changes[i]);
    }
    world_close(world);
    free(world);
    assert_int_equal(bad, 0);
}

static void another_act_founds_nothing_and_founding_happens_once(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    (void)state;
    assert_non_null(world);
    world_open(world);
    json_t *body = world_found_body(world);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    world_save(world);
    assert_true(
        world_refuses(world, "founded twice", "site.found/1", "adm hq mgr", text, "structure"));
    free(text);
    world_close(world);
    world_open_bare(world);
    world_save(world);
    assert_true(world_refuses(world, "founded by another act", "person.suspend/1", "adm",
                              "{'handle':'adm','reason':'absence'}", "structure"));
    world_close(world);
    free(world);
}

/* ---- policy ---- */

static int run_policy(struct world *world, const struct change *change, const char *start)
{
    struct custody_error err = {0};
    json_t *policy = NULL;
    assert_int_equal(custody_site_policy(world->site, &policy, &err), CUSTODY_OK);
    if (change->path != NULL) {
        set_at(world, policy, change->path, change->value);
    }
    json_t *body = json_pack("{s:o,s:n,s:o,s:i}", "policy", policy, "sheet", "start",
                             world_body(world, start), "terminals", 2);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    struct world_case one = {change->label, "policy.set/1",
                             change->signers != NULL ? change->signers : "adm mgr", text,
                             change->check};
    int bad = world_run_cases(world, &one, 1);
    free(text);
    return bad;
}

static void policy_set_wants_the_centre_manager_and_a_week_for_what_loosens(void **state)
{
    static const struct change loosening[] = {
        {"approval_life", NULL, "approval_life", "172801", NULL},
        {"delegation_days", NULL, "delegation_days", "31", NULL},
        {"late_max_days", NULL, "late_max_days", "8", NULL},
        {"loan_max_days", NULL, "loan_max_days", "31", NULL},
        {"seen_max_entries", NULL, "seen_max_entries", "4097", NULL},
        {"submit_window", NULL, "submit_window", "901", NULL},
        {"desk role", NULL, "desks/0/custodian_role", "'duty'", NULL},
        {"desk classes", NULL, "desks/1/classes", "['owner']", NULL},
        {"class approval", NULL, "key_classes/1/lend_approval", "[]", NULL},
        {"class rule", NULL, "key_classes/1/rule", "'K10'", NULL},
        {"lock class", NULL, "lock_kinds/0/class", "'public'", NULL},
        {"high_risk", NULL, "high_risk", "[]", NULL},
        {"high_risk_approval", NULL, "high_risk_approval", "['supervisor']", NULL},
        {"recovery officer", NULL, "recovery_officer", "'adm'", NULL},
        {"vault_recovery", NULL, "vault_recovery",
         "'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'", NULL},
        {"two_terminals", NULL, "two_terminals", "[]", NULL},
        {"late reason", NULL, "late_reasons/0/code", "'a_new_one'", NULL},
        {"unsigned reason", NULL, "unsigned_reasons/0/code", "'a_new_one'", NULL},
        {"purpose new", NULL, "purposes/0/code", "'a_new_one'", NULL},
        {"purpose was private", NULL, "purposes/6",
         "{'code':'private','label':'P','private':false}", "floor"},
    };
    struct world *world = *state;
    int bad = 0;
    for (size_t i = 0; i < COUNT_OF(loosening); i++) {
        struct change at_once = loosening[i];
        at_once.check = "floor";
        bad += run_policy(world, &at_once, "@+604799");
        bad += run_policy(world, &loosening[i], "@+604800");
    }
    static const struct change at_once[] = {
        {"the same", NULL, NULL, NULL, NULL},
        {"tighter", NULL, "approval_life", "3600", NULL},
        {"label", NULL, "desks/0/label", "'Desk'", NULL},
        {"reason", NULL, "reasons/0/code", "'a_new_one'", NULL},
        {"more high risk", NULL, "high_risk", "['1-0-01','1-PD']", NULL},
        {"recovery officer and manager", "hq mgr", NULL, NULL, NULL},
        {"no manager", "adm hq", NULL, NULL, "seats"},
        {"the manager alone", "mgr", NULL, NULL, "terminals"},
        {"a custodian", "li mgr", NULL, NULL, "seats"},
        {"below the floor", NULL, "approval_life", "3599", "policy"},
        {"above", NULL, "approval_life", "2592001", "policy"},
        {"no such recovery officer", NULL, "recovery_officer", "'nobody'", "floor"},
        {"rule", NULL, "key_classes/0/rule", "'X'", "policy"},
        {"desks unsorted", NULL, "desks/0/code", "'zoo'", "policy"},
        {"act with a version", NULL, "two_terminals",
         "['key.lend/1','policy.set','role.grant']", "policy"},
    };
    for (size_t i = 0; i < COUNT_OF(at_once); i++) {
        bad += run_policy(world, &at_once[i], "@+0");
    }
    static const struct change past = {"in the past", NULL, NULL, NULL, "floor"};
    static const struct change recovery = {"recovery officer who is no administrator", NULL,
                                           "recovery_officer", "'mgr'", "policy"};
    bad += run_policy(world, &past, "@-901");
    bad += run_policy(world, &recovery, "@+604800");
    assert_int_equal(bad, 0);
}

static void a_policy_rules_from_its_start(void **state)
{
    struct world *world = *state;
    struct custody_error err = {0};
    json_t *policy = NULL;
    assert_int_equal(custody_site_policy(world->site, &policy, &err), CUSTODY_OK);
    set_at(world, policy, "loan_max_days", "1");
    assert_int_equal(world_act_json(world, "policy.set/1", "adm mgr",
                                    json_pack("{s:o,s:o,s:i}", "policy", policy, "start",
                                              world_body(world, "@+3600"), "terminals", 2)),
                     CUSTODY_OK);
#define LOAN                                                                                   \
    "{'desk':'front','due':@+172800,'items':[!K00000002],'on_behalf':'W-1','purpose':'repair'" \
    ","                                                                                        \
    "'receipt':{'kind':'credential'},'receiver':'chen'}"
    static const struct world_case before[] = {
        {"before", "key.lend/1", "li chen", LOAN, NULL},
    };
    static const struct world_case after[] = {
        {"after", "key.lend/1", "li chen", LOAN, "K4"},
    };
    world_tick(world, 3599);
    assert_int_equal(world_run_cases(world, before, 1), 0);
    world_tick(world, 1);
    assert_int_equal(world_run_cases(world, after, 1), 0);
}

static void log_rotate_wants_two_officers_and_a_fresh_proven_key(void **state)
{
    struct world *world = *state;
    struct custody_error err = {0};
    json_t *body = NULL;
    static const struct world_case cases[] = {
        {"rotate", "log.rotate/1", "adm mgr", "{'log':*log2,'proof':~log2:}", NULL},
        {"one officer", "log.rotate/1", "adm", "{'log':*log2,'proof':~log2:}", "seats"},
        {"custodians", "log.rotate/1", "li wang", "{'log':*log2,'proof':~log2:}", "seats"},
        {"a person's key", "log.rotate/1", "adm mgr", "{'log':*li,'proof':~li:}", "exists"},
        {"another's proof", "log.rotate/1", "adm mgr", "{'log':*log2,'proof':~log3:}", "proof"},
        {"a proof for a handle", "log.rotate/1", "adm mgr", "{'log':*log2,'proof':~log2:adm}",
         "proof"},
        {"no vkey", "log.rotate/1", "adm mgr", "{'log':'log','proof':~log2:}", "structure"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    /* the program's own way: the new key file takes the old one's place */
    char *note = NULL;
    char code[33];
    assert_int_equal(custody_checkpoint(world->site, &note, code, &err), CUSTODY_OK);
    free(note);
    assert_int_equal(custody_site_rotate_body(world->site, &body, &err), CUSTODY_OK);
    assert_int_equal(world_act_json(world, "log.rotate/1", "adm mgr", body), CUSTODY_OK);
    assert_int_equal(custody_checkpoint(world->site, &note, code, &err), CUSTODY_OK);
    free(note);
    assert_true(world_is_verified(world));
    static const struct world_case taken[] = {
        {"the log's key as a person's", "person.enrol/1", "adm mgr",
         "{'credential':^log4,'handle':'new','proof':~log4:new,'roles':['staff'],"
         "'staff_no':'N1'}",
         "exists"},
    };
    world_must(world, "log.rotate/1", "adm mgr", "{'log':*log4,'proof':~log4:}");
    assert_int_equal(world_run_cases(world, taken, 1), 0);
}

static void two_signers_want_two_terminals_or_a_sheet_where_the_policy_says_so(void **state)
{
    static const struct world_case cases[] = {
        {"two terminals", "role.grant/1", "adm mgr",
         "{'handle':'li','roles':['duty'],'terminals':2}", NULL},
        {"a sheet", "role.grant/1", "adm mgr", "{'handle':'li','roles':['duty'],'sheet':'12'}",
         NULL},
        {"one terminal", "role.grant/1", "adm mgr", "{'handle':'li','roles':['duty']}",
         "terminals"},
        {"one terminal where it does not matter", "person.enrol/1", "adm mgr",
         "{'handle':'new','roles':['staff'],'staff_no':'N1'}", NULL},
        {"17 terminals", "role.grant/1", "adm mgr",
         "{'handle':'li','roles':['duty'],'terminals':17}", "structure"},
        {"two terminals, one signer", "key.return/1", "li",
         "{'condition':'ok','desk':'front','items':[!K00000002],'terminals':2}", "terminals"},
        {"a sheet, one signer", "key.return/1", "li",
         "{'condition':'ok','desk':'front','items':[!K00000002],'sheet':'1'}", "terminals"},
    };
    assert_int_equal(world_run_cases(*state, cases, COUNT_OF(cases)), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_founded_by_its_officers_and_all_founders_sign),
        cmocka_unit_test(another_act_founds_nothing_and_founding_happens_once),
        T(policy_set_wants_the_centre_manager_and_a_week_for_what_loosens),
        T(a_policy_rules_from_its_start),
        T(log_rotate_wants_two_officers_and_a_fresh_proven_key),
        T(two_signers_want_two_terminals_or_a_sheet_where_the_policy_says_so),
    };
    return cmocka_run_group_tests_name("the site's own acts", tests, NULL, NULL);
}
