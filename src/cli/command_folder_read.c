/* folder: list, show and the other questions (core's folder.* reads). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "name.h"
#include "private_read.h"
#include "session_act.h"

#define READS (COMMAND_SITE | COMMAND_FOUNDED)

/* A folder, or one paper of it. For people its papers stand beneath; --json is the read. */
static enum custody_status run_show(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    struct name_match match;
    enum custody_status rc = name_resolve(session, session->args->words[0], "F", &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct command_question questions[2] = {
        {.read = "folder.show", .params = json_pack("{s:s}", "item", match.id)},
        {.read = "folder.papers", .params = json_pack("{s:s}", "item", match.id)}};
    if (session->is_json) {
        json_decref(questions[1].params);
    }
    return command_print_reads(session, questions, session->is_json ? 1 : 2, err);
}

/* A day that is none would be after or before all others, and the list wrong. */
static enum custody_status run_due(struct session *session, const struct command *command,
                                   struct custody_error *err)
{
    (void)command;
    char day[SESSION_TIME_SIZE];
    int64_t limit = 0;
    json_t *params = json_object();
    const char *until = option_get(session->args, "until");
    enum custody_status rc = session_packed(params, err);
    if (rc == CUSTODY_OK && until != NULL &&
        (strlen(until) != strlen("2026-12-01") ||
         custody_time_parse(until, 0, day, NULL) != CUSTODY_OK)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE, "--until is a day, like 2026-12-01");
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(session->args, "limit", 0, 0, INT64_C(1) << 53, &limit, err);
    }
    if (rc == CUSTODY_OK && until != NULL &&
        json_object_set_new(params, "until", json_string(until)) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK && option_has(session->args, "limit") &&
        json_object_set_new(params, "limit", json_integer(limit)) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(params);
        return rc;
    }
    return command_print_read(session, "folder.due", params, err);
}

#define OPT_LIMIT                                                                              \
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many")
#define OPT_PLACE                                                                              \
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "位置(含其下)",                     \
              "those of this place and beneath")
#define OPT_FROM OPT_PARAM("from", "TIME", OPTION_TIME, "from", NULL, "起", "from this time")
#define OPT_TO   OPT_PARAM("to", "TIME", OPTION_TIME, "to", NULL, "止", "before this time")

static const struct option_spec list_options[] = {
    OPT_PLACE,
    OPT_PARAM("class", "CODE", OPTION_TEXT, "class", NULL, "档案类别", "those of this class"),
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "状态 open closed destroyed",
              "open, closed or destroyed"),
    OPT_PARAM("box", "BOX", OPTION_TEXT, "box", "B", "档案盒", "those of this box"),
    OPT_LIMIT,
    OPT_PARAM("after", "ITEM", OPTION_TEXT, "after", NULL, "从此编号之后",
              "go on after this item"),
};
static const struct option_spec papers_options[] = {
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "状态,如 filed lent missing",
              "those in this state: filed, lent, missing …"),
    PRIVATE_READ_OPT,
};
static const struct option_spec show_options[] = {
    PRIVATE_READ_OPT,
};
static const struct option_spec gaps_options[] = {
    OPT_PLACE,
    OPT_LIMIT,
};
static const struct option_spec due_options[] = {
    OPT_PARAM("until", "DATE", OPTION_TEXT, "until", NULL, "到此日期满(默认昨天)",
              "over by this day (default: yesterday)"),
    OPT_LIMIT,
};
static const struct option_spec loans_options[] = {
    OPT_PARAM("holder", "HANDLE|PARTY", OPTION_TEXT, "holder", "HP", "借阅人",
              "those of this person or party"),
    {"overdue", NULL, OPTION_FLAG, 0, "overdue", NULL, "只看逾期", "overdue ones only"},
    OPT_PARAM("folder", "FOLDER", OPTION_TEXT, "item", "F", "档案", "those of this folder"),
    OPT_LIMIT,
};
static const struct option_spec limit_options[] = {
    OPT_LIMIT,
};
static const struct option_spec holds_options[] = {
    OPT_PARAM("folder", "FOLDER|PAPER", OPTION_TEXT, "item", "FT", "档案或资料",
              "those on this folder or paper"),
    OPT_PARAM("state", "live|all", OPTION_TEXT, "state", NULL, "live 未解除(默认) all 全部",
              "live (default) or all"),
    OPT_LIMIT,
};
static const struct option_spec consults_options[] = {
    OPT_FROM,
    OPT_TO,
    OPT_PARAM("folder", "FOLDER|PAPER", OPTION_TEXT, "item", "FT", "档案或资料",
              "of this folder or paper"),
    OPT_PARAM("reader", "HANDLE|PARTY", OPTION_TEXT, "reader", "HP", "查阅人",
              "by this person or party"),
    OPT_LIMIT,
};

#define READ_ROW(verb, what, table, zh_text, en_text)                                          \
    {                                                                                          \
        .name = "folder " verb, .needs = READS, .options = OPTION_TABLE(table),                \
        .read = (what), .zh = zh_text, .en = en_text, .run = command_run_read                  \
    }

static const struct command rows[] = {
    READ_ROW("list", "folder.list", list_options, "档案清单", "list the folders"),
    {.name = "folder show",
     .words = "FOLDER",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .options = OPTION_TABLE(show_options),
     .zh = "查看一份档案及其资料",
     .en = "show a folder and its papers",
     .run = run_show},
    {.name = "folder papers",
     .words = "FOLDER",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .options = OPTION_TABLE(papers_options),
     .read = "folder.papers",
     .target = "item",
     .kinds = "F",
     .zh = "档案资料清单",
     .en = "list the papers of a folder",
     .run = command_run_read},
    {.name = "folder history",
     .words = "FOLDER|PAPER",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .read = "folder.history",
     .target = "item",
     .kinds = "FT",
     .zh = "一份档案或一件资料的经过",
     .en = "what happened to a folder or a paper",
     .run = command_run_read},
    {.name = "folder inventory",
     .words = "FOLDER",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .read = "folder.inventory",
     .target = "item",
     .kinds = "F",
     .zh = "备考表:清单的历次版本",
     .en = "the versions of a folder's inventory",
     .run = command_run_read},
    {.name = "folder gaps",
     .words = "[FOLDER]",
     .words_max = 1,
     .needs = READS,
     .options = OPTION_TABLE(gaps_options),
     .read = "folder.gaps",
     .target = "item",
     .kinds = "F",
     .zh = "缺项:应有而无、缺失、只有复印件",
     .en = "what folders lack: absent, missing, a copy alone",
     .run = command_run_read},
    {.name = "folder shelf",
     .words = "BOX",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .read = "folder.shelf",
     .target = "box",
     .kinds = "B",
     .zh = "盒内顺序",
     .en = "the folders of a box in their order",
     .run = command_run_read},
    {.name = "folder walks",
     .words = "[BOX]",
     .words_max = 1,
     .needs = READS,
     .read = "walk.show",
     .target = "box",
     .kinds = "B",
     .zh = "最近一次盒内清点",
     .en = "the last walk along each box",
     .run = command_run_read},
    {.name = "folder due",
     .needs = READS,
     .options = OPTION_TABLE(due_options),
     .zh = "期满清单",
     .en = "folders whose retention is over",
     .run = run_due},
    READ_ROW("loans", "folder.loans", loans_options, "在借的档案资料", "papers on loan"),
    READ_ROW("overdue", "folder.overdue", limit_options, "各部门、借阅人在借与逾期",
             "on loan and overdue by department and holder"),
    READ_ROW("waiting", "folder.waiting", limit_options, "预约待借",
             "requests that wait for what is out"),
    READ_ROW("lost", "folder.missing", limit_options, "缺失的资料", "papers that are missing"),
    READ_ROW("holds", "folder.holds", holds_options, "冻结清单", "list the holds"),
    READ_ROW("consults", "folder.consults", consults_options, "查阅记录", "list who read what"),
    READ_ROW("refusals", "folder.refusals", limit_options, "拒绝记录", "list the refusals"),
};

const struct command_group command_group_folder_read = COMMAND_GROUP(rows);
