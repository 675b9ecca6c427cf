/* request: open, list, show, approve, reject, cancel. */
#include <string.h>

#include "command.h"
#include "folder_pick.h"
#include "name.h"
#include "session_act.h"

static enum custody_status run_open(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    const char *purpose_of = option_get(args, "for");
    const bool is_folder = purpose_of != NULL && strncmp(purpose_of, "folder.", 7) == 0;
    char start[SESSION_TIME_SIZE];
    char end[SESSION_TIME_SIZE];
    json_t *party = NULL;
    json_t *items = NULL;
    enum custody_status rc = session_time(session, "start", "now", start, err);
    if (rc == CUSTODY_OK) {
        rc = is_folder ? folder_time(session, "end", end, err)
                       : session_time(session, "end", NULL, end, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "receiver", "HP", &party, err);
    }
    if (rc == CUSTODY_OK) {
        rc = is_folder ? folder_pick_things(session, NULL, &items, err)
                       : name_items(session, args->words, args->word_count, "KR", &items, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, is_folder ? "request.open/2" : "request.open/1",
                         json_pack("{s:s,s:O,s:O,s:s,s:{s:s,s:s}}", "for",
                                   purpose_of != NULL ? purpose_of : "key.lend", "items", items,
                                   "party", party, "purpose", option_get(args, "purpose"),
                                   "window", "end", end, "start", start),
                         err);
    }
    json_decref(items);
    json_decref(party);
    return rc;
}

/* How often and until when: once, and as long as the policy lets an approval live. */
static enum custody_status limits_of(struct session *session, json_t **ret_limits,
                                     struct custody_error *err)
{
    char longest[SESSION_TIME_SIZE];
    char until[SESSION_TIME_SIZE];
    int64_t count = 1;
    json_t *policy = NULL;
    enum custody_status rc = custody_site_policy(session->site, &policy, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const int64_t life = json_integer_value(json_object_get(policy, "approval_life"));
    json_decref(policy);
    session_time_text(custody_now() + life, longest);
    rc = session_time(session, "until", longest, until, err);
    if (rc == CUSTODY_OK) {
        rc = option_int(session->args, "count", 1, 1, 1000, &count, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_limits = json_pack("{s:I,s:s}", "count", (json_int_t)count, "until", until);
        rc = session_packed(*ret_limits, err);
    }
    return rc;
}

static enum custody_status run_approve(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    char request[SESSION_ID_SIZE];
    json_t *limits = NULL;
    enum custody_status rc =
        name_act(session, session->args->words[0], "request.list", request, err);
    if (rc == CUSTODY_OK) {
        rc = limits_of(session, &limits, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "request.approve/1",
                       json_pack("{s:o,s:s}", "limits", limits, "request", request), err);
}

/* Approved by word of mouth: the custodian and a witness sign what they heard (K17). */
static enum custody_status run_oral(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    char request[SESSION_ID_SIZE];
    char heard_at[SESSION_TIME_SIZE];
    struct name_match approver;
    json_t *limits = NULL;
    enum custody_status rc = name_act(session, args->words[0], "request.list", request, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(args, "approver"), "H", &approver, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_time(session, "heard-at", "now", heard_at, err);
    }
    if (rc == CUSTODY_OK) {
        rc = limits_of(session, &limits, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "request.oral/1",
                       json_pack("{s:s,s:s,s:s,s:o,s:s}", "approver", approver.id, "channel",
                                 option_get(args, "channel"), "heard_at", heard_at, "limits",
                                 limits, "request", request),
                       err);
}

static enum custody_status run_close(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    const bool is_reject = strcmp(command->name, "request reject") == 0;
    char request[SESSION_ID_SIZE];
    const enum custody_status rc =
        name_act(session, session->args->words[0], "request.list", request, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, is_reject ? "request.reject/1" : "request.cancel/1",
                       json_pack("{s:s,s:s}", "reason", option_get(session->args, "reason"),
                                 "request", request),
                       err);
}

static enum custody_status run_show(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    char request[SESSION_ID_SIZE];
    const enum custody_status rc =
        name_act(session, session->args->words[0], "request.list", request, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return command_print_read(session, "request.show", json_pack("{s:s}", "request", request),
                              err);
}

static const struct option_spec open_options[] = {
    OPT("for", "ACT", 0, "申请何事:key.lend(默认)、folder.lend、folder.consult 等",
        "what is asked for: key.lend (default), folder.lend, folder.consult …"),
    OPT("receiver", "HANDLE|PARTY", 0, "领用人(默认申请人)",
        "who receives (default: the requester)"),
    BODY_OPT_PURPOSE,
    OPT("start", "TIME", 0, "从何时起(默认现在)", "from when (default: now)"),
    OPT("end", "TIME", OPTION_REQUIRED, "到何时止", "until when"),
};
static const struct option_spec list_options[] = {
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "状态", "those in this state"),
};
static const struct option_spec approve_options[] = {
    OPT("until", "TIME", 0, "批准有效至(默认制度所定最长)",
        "until when it can be used (default: as long as the policy allows)"),
    OPT("count", "N", 0, "可用几次,增配钥匙时为把数(默认 1)",
        "how often; for copies how many (default: 1)"),
};
static const struct option_spec oral_options[] = {
    OPT("approver", "HANDLE", OPTION_REQUIRED, "口头批准的人", "who approved"),
    OPT("channel", "CODE", OPTION_REQUIRED, "联系方式代码", "how he was spoken to"),
    OPT("heard-at", "TIME", 0, "听到的时间(默认现在)", "when it was heard (default: now)"),
    OPT("until", "TIME", 0, "批准有效至(默认制度所定最长)",
        "until when it can be used (default: as long as the policy allows)"),
    OPT("count", "N", 0, "可用几次(默认 1)", "how often (default: 1)"),
};
static const struct option_spec reason_options[] = {
    BODY_OPT_REASON,
};

static const struct command rows[] = {
    {.name = "request open",
     .words = "KEY|FOLDER|PAPER...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(open_options),
     .zh = "提出申请",
     .en = "ask for an approval",
     .run = run_open},
    {.name = "request list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(list_options),
     .read = "request.list",
     .zh = "申请清单",
     .en = "list the requests",
     .run = command_run_read},
    {.name = "request show",
     .words = "ID",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .zh = "查看一件申请",
     .en = "show a request",
     .run = run_show},
    {.name = "request oral",
     .words = "REQUEST",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(oral_options),
     .zh = "登记口头批准(待补签)",
     .en = "record an approval by word of mouth; its giver signs later",
     .run = run_oral},
    {.name = "request approve",
     .words = "ID",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(approve_options),
     .zh = "批准申请",
     .en = "approve a request",
     .run = run_approve},
    {.name = "request reject",
     .words = "ID",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(reason_options),
     .zh = "驳回申请",
     .en = "reject a request",
     .run = run_close},
    {.name = "request cancel",
     .words = "ID",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(reason_options),
     .zh = "撤回申请",
     .en = "cancel a request",
     .run = run_close},
};

const struct command_group command_group_request = COMMAND_GROUP(rows);
