/* incident: leaks and losses, from the report to the end (FORMATS.md §21; P3). */
#include <string.h>

#include "command.h"
#include "name.h"
#include "personal.h"
#include "private_read.h"
#include "session_act.h"

#define READS  (COMMAND_SITE | COMMAND_FOUNDED)
#define WRITES (COMMAND_WRITE | COMMAND_FOUNDED)

static enum custody_status run_report(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    char noticed[SESSION_TIME_SIZE];
    json_t *items = NULL;
    json_t *party = NULL;
    json_t *text = NULL;
    enum custody_status rc = session_time(session, "noticed", "now", noticed, err);
    if (rc == CUSTODY_OK) {
        rc = name_items(session, args->words, args->word_count, "FT", &items, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "party", "P", &party, err);
    }
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "text", &text, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "incident.report/1",
                         json_pack("{s:O,s:s,s:s,s:O,s:O}", "items", items, "kind",
                                   option_get(args, "kind"), "noticed_at", noticed, "party",
                                   party, "text", text),
                         err);
    }
    json_decref(items);
    json_decref(party);
    json_decref(text);
    return rc;
}

/* update and close: the incident, one word of what came of it, and a text. */
static enum custody_status run_step(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    const bool is_update = strcmp(command->name, "incident update") == 0;
    const char *text_name = is_update ? "note" : "lesson";
    const char *word_name = is_update ? "step" : "result";
    char id[SESSION_ID_SIZE];
    json_t *text = NULL;
    enum custody_status rc = name_act(session, session->args->words[0], "ledger.log", id, err);
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, text_name, &text, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, is_update ? "incident.update/1" : "incident.close/1",
                         json_pack("{s:s,s:O,s:s}", "incident", id, text_name, text, word_name,
                                   option_get(session->args, word_name)),
                         err);
    }
    json_decref(text);
    return rc;
}

static enum custody_status run_show(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    char id[SESSION_ID_SIZE];
    enum custody_status rc = name_act(session, session->args->words[0], "ledger.log", id, err);
    return rc == CUSTODY_OK ? command_print_read(session, "incident.show",
                                                 json_pack("{s:s}", "incident", id), err)
                            : rc;
}

static const struct option_spec report_options[] = {
    OPT("kind", "CODE", OPTION_REQUIRED, "种类代码", "kind, a code of the policy"),
    OPT("noticed", "TIME", 0, "发现时间(默认现在)", "when it was noticed (default: now)"),
    OPT("party", "PARTY", 0, "当事人", "whom it concerns"),
    OPT("text", "-", 0, "情况(加密保存；- 从标准输入读一行)",
        "what happened (kept sealed; - reads a line of standard input)"),
};
static const struct option_spec update_options[] = {
    OPT("step", "STEP", OPTION_REQUIRED, "处理 contained informed investigated",
        "contained, informed or investigated"),
    OPT("note", "-", 0, "说明(加密保存；- 从标准输入读一行)",
        "note (kept sealed; - reads a line of standard input)"),
};
static const struct option_spec close_options[] = {
    OPT("result", "RESULT", OPTION_REQUIRED, "结论 confirmed unfounded",
        "confirmed or unfounded"),
    OPT("lesson", "-", 0, "整改(加密保存；- 从标准输入读一行)",
        "lesson (kept sealed; - reads a line of standard input)"),
};
static const struct option_spec list_options[] = {
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "状态 open closed",
              "open or closed"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    PRIVATE_READ_OPT,
};
static const struct option_spec show_options[] = {
    PRIVATE_READ_OPT,
};

static const struct command rows[] = {
    {.name = "incident report",
     .words = "[FOLDER|PAPER...]",
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(report_options),
     .zh = "报告信息安全事件",
     .en = "report a leak, a loss, a risk",
     .run = run_report},
    {.name = "incident update",
     .words = "INCIDENT",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(update_options),
     .zh = "登记事件处理",
     .en = "enter what was done about it",
     .run = run_step},
    {.name = "incident close",
     .words = "INCIDENT",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(close_options),
     .zh = "事件结案(非报告人)",
     .en = "close it (another than who reported it)",
     .run = run_step},
    {.name = "incident list",
     .needs = READS,
     .options = OPTION_TABLE(list_options),
     .read = "incident.list",
     .zh = "信息安全事件目录",
     .en = "list the incidents",
     .run = command_run_read},
    {.name = "incident show",
     .words = "INCIDENT",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .options = OPTION_TABLE(show_options),
     .zh = "查看一件信息安全事件",
     .en = "show an incident",
     .run = run_show},
};

const struct command_group command_group_incident = COMMAND_GROUP(rows);
