/* folder: lend, return, consult, refuse, produce, extend, recall, missing, found, writeoff —
 * use (FORMATS.md §19.4). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "folder_pick.h"
#include "name.h"
#include "personal.h"
#include "session_act.h"

#define WRITES (COMMAND_WRITE | COMMAND_FOUNDED)

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* Put one more member into a body that is built; takes over the reference of value. */
static enum custody_status put(json_t *body, const char *member, json_t *value,
                               struct custody_error *err)
{
    return json_object_set_new(body, member, value) == 0 ? CUSTODY_OK
                                                         : session_packed(NULL, err);
}

/* Carry out body and list under the name of member; takes over both references. */
static enum custody_status act_with(struct session *session, const char *act, json_t *body,
                                    const char *member, json_t *list, enum custody_status rc,
                                    struct custody_error *err)
{
    if (rc == CUSTODY_OK) {
        rc = put(body, member, json_incref(list), err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, act, json_incref(body), err);
    }
    json_decref(body);
    json_decref(list);
    return rc;
}

/* ---- lend, return ---- */

/* What stays in the bag is said before anybody signs (A7). */
static void note_withheld(const struct session *session, const json_t *folders)
{
    size_t i = 0;
    size_t j = 0;
    const json_t *folder = NULL;
    const json_t *paper = NULL;
    json_array_foreach(folders, i, folder)
    {
        char list[400] = "";
        size_t len = 0;
        json_array_foreach(json_object_get(folder, "withheld"), j, paper)
        {
            const int n =
                snprintf(list + len, sizeof list - len, "%s%lld %s", j == 0 ? "" : ", ",
                         (long long)json_integer_value(json_object_get(paper, "n")),
                         text_member(paper, "label"));
            if (n < 0 || (size_t)n >= sizeof list - len) {
                list[len] = '\0'; /* no half name; the act has them all */
                break;
            }
            len += (size_t)n;
        }
        if (len > 0) {
            char about[600];
            (void)snprintf(about, sizeof about, "%.12s: %s", text_member(folder, "item"), list);
            session_note(session, text_of(session->lang, TEXT_WITHHELD), about);
        }
    }
}

static enum custody_status run_lend(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    static const struct folder_wish wish = {.list = "lent",
                                            .states = "filed",
                                            .has_pages = true,
                                            .condition = "good",
                                            .leaves_withheld = true};
    static const struct body_member members[] = {
        {"approval", BODY_ACT, "approval", NULL},
        {NULL, BODY_EVENT, NULL, NULL},
        {"on_behalf", BODY_TEXT, "for", NULL},
        {"purpose", BODY_TEXT, "purpose", NULL},
        {"receipt", BODY_RECEIPT, "to", NULL},
        {"receiver", BODY_NAME, "to", "HP"},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    char due[SESSION_TIME_SIZE];
    json_t *body = NULL;
    json_t *folders = NULL;
    enum custody_status rc = folder_pick_folders(session, &wish, &folders, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = folder_time(session, "due", due, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put(body, "due", json_string(due), err);
    }
    if (rc == CUSTODY_OK) {
        note_withheld(session, folders);
    }
    return act_with(session, "folder.lend/1", body, "folders", folders, rc, err);
}

static enum custody_status run_return(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    static const struct folder_wish wish = {
        .list = "papers", .states = "lent", .has_pages = true, .condition = "good"};
    static const struct body_member members[] = {
        {"by_whom", BODY_NAME, "by", "HP"},
        {NULL, BODY_EVENT, NULL, NULL},
        {"receipt", BODY_RECEIPT_NULL, "by", NULL},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    json_t *body = NULL;
    json_t *folders = NULL;
    enum custody_status rc = folder_pick_folders(session, &wish, &folders, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    return act_with(session, "folder.return/1", body, "folders", folders, rc, err);
}

/* ---- consult, refuse, produce ---- */

static enum custody_status run_consult(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    static const struct body_member members[] = {
        {"approval", BODY_ACT, "approval", NULL},
        {NULL, BODY_EVENT, NULL, NULL},
        {"on_behalf", BODY_TEXT, "for", NULL},
        {"purpose", BODY_TEXT, "purpose", NULL},
        {"reader", BODY_NAME, "to", "HP"},
        {"receipt", BODY_RECEIPT, "to", NULL},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    json_t *body = NULL;
    json_t *things = NULL;
    enum custody_status rc = folder_pick_things(session, NULL, &things, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    return act_with(session, "folder.consult/1", body, "items", things, rc, err);
}

static enum custody_status run_refuse(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *receiver = NULL;
    json_t *things = NULL;
    enum custody_status rc = name_option(session, "to", "HP", &receiver, err);
    if (rc == CUSTODY_OK) {
        rc = folder_pick_things(session, NULL, &things, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "folder.refuse/1",
                         json_pack("{s:{s:O,s:s,s:s,s:O},s:s}", "asked", "items", things,
                                   "kind", option_get(args, "kind"), "purpose",
                                   option_get(args, "purpose"), "receiver", receiver, "rule",
                                   option_get(args, "rule")),
                         err);
    }
    json_decref(things);
    json_decref(receiver);
    return rc;
}

static enum custody_status run_produce(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    static const struct folder_wish wish = {
        .list = "papers", .states = "filed", .has_pages = true};
    static const struct body_member members[] = {
        {"document", BODY_TEXT, "document", NULL},
        {NULL, BODY_EVENT, NULL, NULL},
        {"kind", BODY_TEXT, "kind", "view"},
        {"slip", BODY_TEXT, "slip", NULL},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    char due[SESSION_TIME_SIZE];
    const char *authority = option_get(session->args, "authority");
    json_t *policy = NULL;
    json_t *receiver = NULL;
    json_t *body = NULL;
    json_t *folders = NULL;
    enum custody_status rc = folder_pick_folders(session, &wish, &folders, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    if (rc == CUSTODY_OK) {
        const char *code = folder_policy_code(policy, "authorities", authority);
        rc = put(body, "authority", json_string(code != NULL ? code : authority), err);
    }
    if (rc == CUSTODY_OK) {
        rc = folder_time(session, "due", due, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put(body, "due", due[0] == '\0' ? json_null() : json_string(due), err);
    }
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "receiver", &receiver, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put(body, "receiver", receiver, err);
    }
    json_decref(policy);
    return act_with(session, "folder.produce/1", body, "folders", folders, rc, err);
}

/* ---- what is out, what is gone ---- */

static enum custody_status run_extend(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    char due[SESSION_TIME_SIZE];
    json_t *things = NULL;
    json_t *body = NULL;
    enum custody_status rc = folder_pick_things(session, "lent", &things, err);
    if (rc == CUSTODY_OK) {
        rc = folder_time(session, "due", due, err);
    }
    if (rc == CUSTODY_OK) {
        body =
            json_pack("{s:s,s:s}", "due", due, "reason", option_get(session->args, "reason"));
        rc = session_packed(body, err);
    }
    return act_with(session, "folder.extend/1", body, "items", things, rc, err);
}

static enum custody_status run_recall(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    static const struct body_member members[] = {
        {"channel", BODY_TEXT, "channel", NULL},
        {"reason", BODY_TEXT, "reason", NULL},
        {"result", BODY_TEXT, "result", NULL},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    char due[SESSION_TIME_SIZE];
    json_t *things = NULL;
    json_t *body = NULL;
    enum custody_status rc = folder_pick_things(session, "lent", &things, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = folder_time(session, "due", due, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put(body, "due", due[0] == '\0' ? json_null() : json_string(due), err);
    }
    return act_with(session, "folder.recall/1", body, "items", things, rc, err);
}

/* folder missing, folder found. A paper is missing one at a time, not a bag of them. */
static enum custody_status run_missing(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    const bool is_found = strcmp(command->name, "folder found") == 0;
    json_t *things = NULL;
    json_t *body = NULL;
    enum custody_status rc =
        folder_pick_things(session, is_found ? "missing" : NULL, &things, err);
    if (rc == CUSTODY_OK) {
        body = json_pack("{s:b,s:s}", "found", (int)is_found, "reason",
                         option_get(session->args, "reason"));
        rc = session_packed(body, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(things); i++) {
        const char *item = text_member(json_array_get(things, i), "item");
        if (strchr(item, '.') == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "say which papers of %s: --paper N, or FOLDER#N", item);
        }
    }
    return act_with(session, "folder.missing/1", body, "items", things, rc, err);
}

static enum custody_status run_writeoff(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    static const struct folder_wish wish = {
        .list = "papers", .states = "missing", .has_version = true};
    (void)command;
    json_t *folders = NULL;
    json_t *body = NULL;
    enum custody_status rc = folder_pick_folders(session, &wish, &folders, err);
    if (rc == CUSTODY_OK) {
        body = json_pack("{s:s}", "reason", option_get(session->args, "reason"));
        rc = session_packed(body, err);
    }
    return act_with(session, "folder.writeoff/1", body, "folders", folders, rc, err);
}

#define OPT_PAPER OPT("paper", "N", OPTION_REPEAT, "只限这几件(件号)", "only these papers")
#define OPT_PAGES                                                                              \
    OPT("pages", "N=COUNT", OPTION_REPEAT, "清点页数与清单不同的件,如 3=11",                   \
        "what was counted of a paper where it differs, like 3=11")
#define OPT_CONDITION                                                                          \
    OPT("condition", "[N=]CODE", OPTION_REPEAT, "完好情况 good worn damaged(默认 good)",       \
        "good (default), worn or damaged; 3=damaged for one paper")

static const struct option_spec lend_options[] = {
    OPT("to", "HANDLE|PARTY", OPTION_REQUIRED, "借阅人", "who receives them"),
    OPT("due", "TIME", OPTION_REQUIRED, "应还时间,如 2026-12-01(当日为止)或 +7d",
        "when they are due, like 2026-12-01 (its end) or +7d"),
    BODY_OPT_PURPOSE,
    BODY_OPT_FOR,
    OPT("approval", "ACT", OPTION_REQUIRED, "批准事项编号", "act id of the approval"),
    OPT_PAPER,
    OPT_PAGES,
    OPT_CONDITION,
    BODY_OPTS_RECEIPT,
};
static const struct option_spec return_options[] = {
    OPT("by", "HANDLE|PARTY", 0, "归还人", "who brings them back"),
    OPT_PAPER,
    OPT_PAGES,
    OPT_CONDITION,
    BODY_OPTS_RECEIPT,
};
static const struct option_spec consult_options[] = {
    OPT("to", "HANDLE|PARTY", OPTION_REQUIRED, "查阅人", "who reads them"),
    BODY_OPT_PURPOSE,
    BODY_OPT_FOR,
    BODY_OPT_APPROVAL,
    OPT_PAPER,
    BODY_OPTS_RECEIPT,
};
static const struct option_spec refuse_options[] = {
    OPT("kind", "KIND", OPTION_REQUIRED, "所请何事 consult copy disclose lend",
        "what was asked: consult copy disclose lend"),
    OPT("to", "HANDLE|PARTY", 0, "申请人", "who asked"),
    OPT("purpose", "CODE", OPTION_REQUIRED, "所述事由代码", "purpose that was given"),
    OPT("rule", "RULE", OPTION_REQUIRED, "依据的规则,如 A7",
        "the rule that forbids it, like A7"),
    OPT_PAPER,
};
static const struct option_spec produce_options[] = {
    OPT("authority", "CODE", OPTION_REQUIRED, "依法要求的机关(代码或名称)",
        "who demands it by law, a code of the policy"),
    OPT("document", "NO", OPTION_REQUIRED, "法律文书编号", "number of the demand"),
    OPT("slip", "NO", OPTION_REQUIRED, "签收单编号", "number of the slip signed for them"),
    OPT("kind", "KIND", 0, "view 查看(默认) copy 复制 original 提取原件",
        "view (default), copy or original"),
    OPT("due", "TIME", 0, "原件应还时间", "when originals are due"),
    OPT("receiver", "-", 0, "来人姓名(加密保存；- 从标准输入读一行)",
        "who came (kept sealed; - reads a line of standard input)"),
    OPT_PAPER,
    OPT_PAGES,
};
static const struct option_spec extend_options[] = {
    OPT("due", "TIME", OPTION_REQUIRED, "新的应还时间", "the new time due"),
    BODY_OPT_REASON,
    OPT_PAPER,
};
static const struct option_spec recall_options[] = {
    OPT("channel", "CODE", OPTION_REQUIRED, "联系方式代码", "how he was spoken to"),
    OPT("result", "RESULT", OPTION_REQUIRED, "结果 promised no_answer refused",
        "promised, no_answer or refused"),
    OPT("due", "TIME", 0, "提前到何时归还", "an earlier time due"),
    BODY_OPT_REASON,
    OPT_PAPER,
};
static const struct option_spec reason_options[] = {
    BODY_OPT_REASON,
    OPT_PAPER,
};

#define USE_ROW(verb, more, table, zh_text, en_text, function)                                 \
    {                                                                                          \
        .name = "folder " verb, .words = "FOLDER|PAPER...", .words_min = 1,                    \
        .words_max = COMMAND_MANY, .needs = WRITES | (more), .options = OPTION_TABLE(table),   \
        .zh = zh_text, .en = en_text, .run = function                                          \
    }

static const struct command rows[] = {
    USE_ROW("lend", 0, lend_options, "借出档案资料(不外借件自动留下)",
            "lend papers of folders; personal ones stay", run_lend),
    USE_ROW("return", COMMAND_OLD_TAG, return_options, "收回档案资料", "take papers back",
            run_return),
    USE_ROW("consult", 0, consult_options, "登记查阅", "record that somebody reads here",
            run_consult),
    USE_ROW("refuse", 0, refuse_options, "登记拒绝查阅、复印、借出或告知",
            "record that reading, copying, lending or telling was refused", run_refuse),
    USE_ROW("produce", 0, produce_options, "依法提供(两人)",
            "produce papers as the law demands (two people)", run_produce),
    USE_ROW("extend", 0, extend_options, "续借", "let a loan run on", run_extend),
    USE_ROW("recall", 0, recall_options, "催还或提前收回", "chase or call back papers",
            run_recall),
    USE_ROW("missing", 0, reason_options, "登记资料缺失", "papers are missing", run_missing),
    USE_ROW("found", COMMAND_OLD_TAG, reason_options, "缺失资料找回",
            "missing papers are found", run_missing),
    USE_ROW("writeoff", 0, reason_options, "核销缺失资料(两人)",
            "write missing papers off (two people)", run_writeoff),
};

const struct command_group command_group_folder_use = COMMAND_GROUP(rows);
