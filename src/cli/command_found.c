/* site init; site policy show, set. */
#include <string.h>

#include "command.h"
#include "credential.h"
#include "name.h"
#include "output.h"
#include "print.h"
#include "session_act.h"

#define HANDLE_SIZE  33
#define FOUNDERS_MIN 3

/* One founder of the line. */
struct founder {
    char handle[HANDLE_SIZE];
    char staff_no[HANDLE_SIZE];
    const char *roles; /* rest of the line's text */
};

/* "HANDLE:STAFFNO:ROLE+ROLE" */
static enum custody_status parse_founder(const char *text, struct founder *ret_founder,
                                         struct custody_error *err)
{
    const size_t handle_len = strcspn(text, ":");
    const char *staff = text + handle_len + (text[handle_len] == ':' ? 1 : 0);
    const size_t staff_len = strcspn(staff, ":");
    if (handle_len == 0 || handle_len >= HANDLE_SIZE || staff_len == 0 ||
        staff_len >= HANDLE_SIZE || staff[staff_len] != ':' || staff[staff_len + 1] == '\0') {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "--founder is HANDLE:STAFFNO:ROLE+ROLE, like "
                            "li:1001:administrator+key_custodian");
    }
    *ret_founder = (struct founder){.roles = staff + staff_len + 1};
    memcpy(ret_founder->handle, text, handle_len);
    memcpy(ret_founder->staff_no, staff, staff_len);
    return CUSTODY_OK;
}

/* What --credential HANDLE=HEX:PROOF says of a founder; NULL when nothing. */
static const char *given_credential(const struct session *session, const char *handle)
{
    const size_t len = strlen(handle);
    for (size_t i = 0; i < option_count(session->args, "credential"); i++) {
        const char *text = option_at(session->args, "credential", i);
        if (strncmp(text, handle, len) == 0 && text[len] == '=') {
            return text + len + 1;
        }
    }
    return NULL;
}

static int compare_founders(const struct founder *a, const struct founder *b)
{
    return strcmp(a->handle, b->handle);
}

/* Insertion sort: at most sixteen. */
static void sort_founders(struct founder *founders, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t k = i; k > 0 && compare_founders(&founders[k - 1], &founders[k]) > 0; k--) {
            const struct founder other = founders[k];
            founders[k] = founders[k - 1];
            founders[k - 1] = other;
        }
    }
}

/* [{credential, handle, proof, roles, staff_no}], and the plan's signers. */
static enum custody_status collect_founders(struct session *session, const char *origin,
                                            struct founder *founders, size_t count,
                                            struct session_plan *plan, json_t **ret_list,
                                            struct custody_error *err)
{
    json_t *list = json_array();
    enum custody_status rc = session_packed(list, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        const char *given = given_credential(session, founders[i].handle);
        struct credential_proof proof = {0};
        json_t *roles = NULL;
        rc = given != NULL
                 ? credential_proof_parse(given, &proof, err)
                 : credential_proof_local(session, founders[i].handle, origin, &proof, err);
        if (rc == CUSTODY_OK) {
            rc = name_set_text(founders[i].roles, &roles, err);
        }
        if (rc != CUSTODY_OK) {
            break;
        }
        json_t *founder = json_pack("{s:s,s:s,s:s,s:o,s:s}", "credential", proof.public_key,
                                    "handle", founders[i].handle, "proof", proof.proof, "roles",
                                    roles, "staff_no", founders[i].staff_no);
        rc = session_packed(founder, err);
        if (rc == CUSTODY_OK && json_array_append_new(list, founder) != 0) {
            rc = session_packed(NULL, err);
        }
        if (rc == CUSTODY_OK) {
            const bool is_local = given == NULL && !option_has(session->args, "no-sign");
            rc = session_plan_add(plan, founders[i].handle, is_local, err);
        }
    }
    if (rc == CUSTODY_OK) {
        *ret_list = list;
        list = NULL;
    }
    json_decref(list);
    return rc;
}

static enum custody_status parse_founders(const struct session *session,
                                          struct founder *founders, size_t *ret_count,
                                          struct custody_error *err)
{
    const size_t count = option_count(session->args, "founder");
    if (count < FOUNDERS_MIN || count > SESSION_SIGNERS_MAX) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a site has %d to %d founders, the recovery officer among them; "
                            "give --founder once for each",
                            FOUNDERS_MIN, SESSION_SIGNERS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        const enum custody_status rc =
            parse_founder(option_at(session->args, "founder", i), &founders[i], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    sort_founders(founders, count);
    for (size_t i = 1; i < count; i++) {
        if (compare_founders(&founders[i - 1], &founders[i]) == 0) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "%s founds twice; name each person once", founders[i].handle);
        }
    }
    *ret_count = count;
    return CUSTODY_OK;
}

/* The policy file, with what the line says about recovery put in. */
static enum custody_status read_policy(const struct session *session, const char *path,
                                       json_t **ret_policy, struct custody_error *err)
{
    static const char *const options[] = {"recovery-officer", "vault-recovery"};
    static const char *const members[] = {"recovery_officer", "vault_recovery"};
    json_t *policy = NULL;
    enum custody_status rc = output_read_json(path, &policy, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!json_is_object(policy)) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "%.200s is no policy; it must be one JSON object", path);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < 2; i++) {
        const char *value = option_get(session->args, options[i]);
        if (value != NULL && json_object_set_new(policy, members[i], json_string(value)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(policy);
        return rc;
    }
    *ret_policy = policy;
    return CUSTODY_OK;
}

/* The files of the site; those of one whose founding was not finished serve. */
static enum custody_status make_site(struct session *session, const char *origin,
                                     struct custody_error *err)
{
    const char *dir = session_site_dir(session);
    struct custody_error why = {0};
    session_forget_site(session);
    enum custody_status rc = custody_site_create(dir, origin, &why);
    if (rc != CUSTODY_OK && rc != CUSTODY_ERR_REFUSED) {
        if (err != NULL) {
            *err = why;
        }
        return rc;
    }
    const bool is_new = rc == CUSTODY_OK;
    rc = session_open(session, true, is_new ? err : NULL);
    if (rc != CUSTODY_OK || (!is_new && custody_site_is_founded(session->site))) {
        session_forget_site(session);
        if (!is_new && err != NULL) {
            *err = why;
        }
        return is_new ? rc : CUSTODY_ERR_REFUSED;
    }
    return CUSTODY_OK;
}

static enum custody_status run_init(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    const char *origin = option_get(args, "origin");
    struct founder founders[SESSION_SIGNERS_MAX];
    size_t count = 0;
    int64_t offset_min = 0;
    struct session_plan plan = {.prepare_path = option_get(args, "prepare"),
                                .is_dry_run = option_has(args, "dry-run")};
    json_t *policy = NULL;
    json_t *list = NULL;
    json_t *body = NULL;
    json_t *result = NULL;
    enum custody_status rc = option_int(args, "utc-offset", 480, -720, 840, &offset_min, err);
    if (rc == CUSTODY_OK) {
        rc = parse_founders(session, founders, &count, err);
    }
    if (rc == CUSTODY_OK) {
        rc = read_policy(session, option_get(args, "policy"), &policy, err);
    }
    if (rc == CUSTODY_OK) {
        rc = collect_founders(session, origin, founders, count, &plan, &list, err);
    }
    if (rc == CUSTODY_OK && plan.prepare_path == NULL && !plan.is_dry_run) {
        for (size_t i = 0; rc == CUSTODY_OK && i < plan.signer_count; i++) {
            if (!plan.is_local[i]) {
                rc = custody_fail(err, CUSTODY_ERR_USAGE,
                                  "%s signs elsewhere; add --prepare FILE", plan.signers[i]);
            }
        }
    }
    if (rc == CUSTODY_OK) {
        rc = make_site(session, origin, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_found_body(session->site, option_get(args, "name"), (int)offset_min,
                                     policy, list, &body, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    plan.by = founders[0].handle;
    if (session_actor_or_null(session) != NULL &&
        session_plan_has(&plan, session_actor_or_null(session))) {
        plan.by = session_actor_or_null(session);
    }
    rc = session_sheet_members(session, &plan, body, err);
    if (rc == CUSTODY_OK) {
        rc = session_act_run(session, &plan, "site.found/1", body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    session_forget_site(session); /* founded now: open it afresh */
out:
    json_decref(policy);
    json_decref(list);
    json_decref(body);
    json_decref(result);
    return rc;
}

static enum custody_status run_policy_show(struct session *session,
                                           const struct command *command,
                                           struct custody_error *err)
{
    (void)command;
    json_t *policy = NULL;
    enum custody_status rc = custody_site_policy(session->site, &policy, err);
    if (rc == CUSTODY_OK) {
        rc = print_json(session->out, policy, true, err);
    }
    json_decref(policy);
    return rc;
}

static enum custody_status run_policy_set(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    char start[SESSION_TIME_SIZE];
    json_t *policy = NULL;
    enum custody_status rc = session_time(session, "start", "now", start, err);
    if (rc == CUSTODY_OK) {
        rc = read_policy(session, session->args->words[0], &policy, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "policy.set/1",
                       json_pack("{s:o,s:s}", "policy", policy, "start", start), err);
}

static const struct option_spec init_options[] = {
    OPT("name", "TEXT", OPTION_REQUIRED, "站点名称", "name of the site"),
    OPT("origin", "ORIGIN", OPTION_REQUIRED, "流水账名称,如 cuihu.example/custody",
        "name of the ledger, like cuihu.example/custody"),
    OPT("policy", "FILE", OPTION_REQUIRED, "制度参数文件", "policy file"),
    OPT("founder", "HANDLE:STAFFNO:ROLE+ROLE", OPTION_REQUIRED | OPTION_REPEAT, "创建人",
        "a founder"),
    OPT("credential", "HANDLE=HEX:PROOF", OPTION_REPEAT, "不在本机的创建人的公钥与证明",
        "public key and proof of a founder elsewhere"),
    OPT("utc-offset", "MIN", 0, "时区(东八区为 480)", "minutes east of UTC (default 480)"),
    OPT("recovery-officer", "HANDLE", 0, "恢复负责人(代替制度参数)",
        "recovery officer (in place of the policy's)"),
    OPT("vault-recovery", "HEX", 0, "恢复公钥(代替制度参数)",
        "recovery public key (in place of the policy's)"),
};
static const struct option_spec policy_options[] = {
    OPT("start", "TIME", 0, "何时生效(默认现在)", "from when (default: now)"),
};

static const struct command rows[] = {
    {.name = "site init",
     .options = OPTION_TABLE(init_options),
     .zh = "建立站点(全体创建人签名)",
     .en = "found a site (all founders sign)",
     .run = run_init},
    {.name = "site policy show",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .zh = "现行制度参数",
     .en = "print the policy in force",
     .run = run_policy_show},
    {.name = "site policy set",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(policy_options),
     .zh = "改变制度参数(两名负责人签名)",
     .en = "set the policy (two officers sign)",
     .run = run_policy_set},
};

const struct command_group command_group_policy = COMMAND_GROUP(rows);
