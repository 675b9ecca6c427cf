/* correct, ratify. */
#include <string.h>

#include "command.h"
#include "name.h"
#include "personal.h"
#include "session_act.h"

static enum custody_status run_correct(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    char act[SESSION_ID_SIZE];
    json_t *note = NULL;
    enum custody_status rc = name_act(session, session->args->words[0], "ledger.log", act, err);
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "note", &note, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "act.correct/1",
                       json_pack("{s:s,s:o,s:s}", "act", act, "note", note, "reason",
                                 option_get(session->args, "reason")),
                       err);
}

static enum custody_status run_ratify(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    char act[SESSION_ID_SIZE];
    const enum custody_status rc =
        name_act(session, session->args->words[0], "ledger.log", act, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "act.ratify/1", json_pack("{s:s}", "act", act), err);
}

static const struct option_spec correct_options[] = {
    BODY_OPT_REASON,
    OPT("note", "-", 0, "说明(加密保存；- 从标准输入读一行)",
        "a note (kept sealed; - reads a line of standard input)"),
};

static const struct command rows[] = {
    {.name = "correct",
     .words = "ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(correct_options),
     .zh = "更正一件登记事项(两者都保留)",
     .en = "undo an act by another one; both stay visible",
     .run = run_correct},
    {.name = "ratify",
     .words = "ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "追认一件被标记的事项",
     .en = "ratify a flagged act",
     .run = run_ratify},
};

const struct command_group command_group_correct = COMMAND_GROUP(rows);
