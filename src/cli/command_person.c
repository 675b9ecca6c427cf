/* person: enrol, list, show, grant, revoke, suspend, reinstate, delegate. */
#include <string.h>

#include "command.h"
#include "credential.h"
#include "name.h"
#include "personal.h"
#include "session_act.h"

static enum custody_status run_enrol(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    const char *handle = session->args->words[0];
    json_t *roles = NULL;
    struct credential_proof proof = {0};
    enum custody_status rc = name_set_option(session, "role", &roles, err);
    if (rc == CUSTODY_OK) {
        rc = credential_proof_option(session, handle, NULL, "local", &proof, err);
    }
    json_t *name = NULL;
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "name", &name, err);
    }
    if (rc == CUSTODY_OK) {
        const char *public_key = proof.is_none ? NULL : proof.public_key;
        const char *signature = proof.is_none ? NULL : proof.proof;
        rc = session_act(session, "person.enrol/1",
                         json_pack("{s:s?,s:s,s:o,s:s?,s:O,s:s}", "credential", public_key,
                                   "handle", handle, "name", name, "proof", signature, "roles",
                                   roles, "staff_no", option_get(session->args, "staff-no")),
                         err);
    }
    json_decref(roles);
    return rc;
}

static enum custody_status run_roles(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    const bool is_grant = strcmp(command->name, "person grant") == 0;
    json_t *roles = NULL;
    enum custody_status rc =
        name_set(session->args->words + 1, session->args->word_count - 1, &roles, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(
        session, is_grant ? "role.grant/1" : "role.revoke/1",
        json_pack("{s:s,s:o}", "handle", session->args->words[0], "roles", roles), err);
}

static enum custody_status run_suspend(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    return session_act(session, "person.suspend/1",
                       json_pack("{s:s,s:s}", "handle", session->args->words[0], "reason",
                                 option_get(session->args, "reason")),
                       err);
}

static enum custody_status run_reinstate(struct session *session, const struct command *command,
                                         struct custody_error *err)
{
    (void)command;
    return session_act(session, "person.reinstate/1",
                       json_pack("{s:s}", "handle", session->args->words[0]), err);
}

static enum custody_status run_delegate(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    char start[SESSION_TIME_SIZE];
    char end[SESSION_TIME_SIZE];
    json_t *roles = NULL;
    enum custody_status rc = session_time(session, "start", "now", start, err);
    if (rc == CUSTODY_OK) {
        rc = session_time(session, "end", NULL, end, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_set_option(session, "role", &roles, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "role.delegate/1",
                       json_pack("{s:s,s:s,s:s,s:o,s:s,s:s}", "end", end, "from",
                                 option_get(session->args, "giver"), "reason",
                                 option_get(session->args, "reason"), "roles", roles, "start",
                                 start, "to", option_get(session->args, "to")),
                       err);
}

static const struct option_spec enrol_options[] = {
    OPT("staff-no", "NO", OPTION_REQUIRED, "工号", "staff number"),
    OPT("role", "ROLE", OPTION_REQUIRED | OPTION_REPEAT, "职务代码", "role code"),
    OPT("name", "-", 0, "姓名(加密保存；- 从标准输入读一行)",
        "name (kept sealed; - reads a line of standard input)"),
    OPT("credential", "local|HEX:PROOF|none", 0, "电子签名:本机、公钥与证明、暂无",
        "credential: the local one, public key and proof, or none yet"),
};

static const struct option_spec reason_options[] = {
    BODY_OPT_REASON,
};

static const struct option_spec delegate_options[] = {
    OPT("giver", "HANDLE", OPTION_REQUIRED, "委托人", "who gives the role"),
    OPT("to", "HANDLE", OPTION_REQUIRED, "受托人", "who takes it"),
    OPT("role", "ROLE", OPTION_REQUIRED | OPTION_REPEAT, "职务代码", "role code"),
    OPT("start", "TIME", 0, "开始(默认现在)", "from when (default: now)"),
    OPT("end", "TIME", OPTION_REQUIRED, "结束(与开始相同即终止委托)",
        "until when (equal to the start: ends the delegation)"),
    BODY_OPT_REASON,
};

static const struct command rows[] = {
    {.name = "person enrol",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(enrol_options),
     .zh = "登记人员(两名负责人签名)",
     .en = "enrol a person (two officers sign)",
     .run = run_enrol},
    {.name = "person list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "person.list",
     .zh = "人员名单",
     .en = "list the people",
     .run = command_run_read},
    {.name = "person show",
     .words = "HANDLE|STAFFNO",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "person.show",
     .target = "handle",
     .kinds = "H",
     .zh = "查看一名人员",
     .en = "show a person",
     .run = command_run_read},
    {.name = "person delegations",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "delegation.list",
     .zh = "职务委托",
     .en = "list delegated roles",
     .run = command_run_read},
    {.name = "person grant",
     .words = "HANDLE ROLE...",
     .words_min = 2,
     .words_max = 16,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "授予职务(两名负责人签名)",
     .en = "grant roles (two officers sign)",
     .run = run_roles},
    {.name = "person revoke",
     .words = "HANDLE ROLE...",
     .words_min = 2,
     .words_max = 16,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "收回职务",
     .en = "revoke roles",
     .run = run_roles},
    {.name = "person suspend",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(reason_options),
     .zh = "停用人员",
     .en = "suspend a person",
     .run = run_suspend},
    {.name = "person reinstate",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "恢复人员(两名负责人签名)",
     .en = "reinstate a person (two officers sign)",
     .run = run_reinstate},
    {.name = "person delegate",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(delegate_options),
     .zh = "委托职务(委托人与受托人签名)",
     .en = "delegate roles (giver and taker sign)",
     .run = run_delegate},
};

const struct command_group command_group_person = COMMAND_GROUP(rows);
