/* folder: hold, release, appraise — keeping (FORMATS.md §19.5). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "folder_pick.h"
#include "name.h"
#include "session_act.h"

#define WRITES (COMMAND_WRITE | COMMAND_FOUNDED)

static enum custody_status run_hold(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *things = NULL;
    enum custody_status rc = folder_pick_things(session, NULL, &things, err);
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "folder.hold/1",
                         json_pack("{s:O,s:s,s:s,s:s?}", "items", things, "number",
                                   option_get(args, "number"), "reason",
                                   option_get(args, "reason"), "until",
                                   option_get(args, "until")),
                         err);
    }
    json_decref(things);
    return rc;
}

/* What is still held by a hold, by the register's own labels. */
static enum custody_status held_by(struct session *session, const char *hold,
                                   json_t **ret_things, struct custody_error *err)
{
    json_t *rows = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    size_t count = 0;
    enum custody_status rc =
        session_read(session, "folder.holds", json_pack("{s:i}", "limit", 1000000), &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char **items = calloc(json_array_size(rows) + 1, sizeof *items);
    if (items == NULL) {
        rc = session_packed(NULL, err);
        goto out;
    }
    json_array_foreach(rows, i, row)
    {
        const char *of = json_string_value(json_object_get(row, "hold"));
        const char *item = json_string_value(json_object_get(row, "item"));
        if (of != NULL && item != NULL && strcmp(of, hold) == 0) {
            items[count++] = item;
        }
    }
    rc = count > 0
             ? name_items(session, items, count, "FT", ret_things, err)
             : custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "nothing is held by %.8s any more; folder holds lists what is",
                            hold);
out:
    free(items);
    json_decref(rows);
    return rc;
}

static enum custody_status run_release(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    char hold[SESSION_ID_SIZE];
    json_t *things = NULL;
    enum custody_status rc =
        name_act(session, option_get(args, "hold"), "ledger.log", hold, err);
    if (rc == CUSTODY_OK && (args->word_count > 0 || option_has(args, "paper"))) {
        rc = folder_pick_things(session, NULL, &things, err);
    } else if (rc == CUSTODY_OK) {
        rc = held_by(session, hold, &things, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "folder.release/1",
                         json_pack("{s:s,s:O,s:s}", "hold", hold, "items", things, "reason",
                                   option_get(args, "reason")),
                         err);
    }
    json_decref(things);
    return rc;
}

static enum custody_status run_appraise(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *things = NULL;
    size_t i = 0;
    json_t *line = NULL;
    enum custody_status rc = folder_pick_things(session, NULL, &things, err);
    json_array_foreach(things, i, line)
    {
        const char *until = option_get(args, "until");
        int bad =
            json_object_set_new(line, "opinion", json_string(option_get(args, "opinion")));
        bad |= json_object_set_new(line, "until",
                                   until != NULL ? json_string(until) : json_null());
        bad |= json_object_set_new(line, "why", json_string(option_get(args, "why")));
        if (rc == CUSTODY_OK && bad != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc =
            session_act(session, "folder.appraise/1", json_pack("{s:O}", "lines", things), err);
    }
    json_decref(things);
    return rc;
}

#define OPT_PAPER OPT("paper", "N", OPTION_REPEAT, "只限这几件(件号)", "only these papers")

static const struct option_spec hold_options[] = {
    OPT("number", "NO", OPTION_REQUIRED, "案号或文号", "number of the case or letter"),
    BODY_OPT_REASON,
    OPT("until", "DATE", 0, "提醒日期", "a day to be reminded"),
    OPT_PAPER,
};
static const struct option_spec release_options[] = {
    OPT("hold", "ACT", OPTION_REQUIRED, "冻结事项编号", "act id of the hold"),
    BODY_OPT_REASON,
    OPT_PAPER,
};
static const struct option_spec appraise_options[] = {
    OPT("opinion", "OPINION", OPTION_REQUIRED, "意见 keep keep_until without_value",
        "keep, keep_until or without_value"),
    OPT("until", "DATE", 0, "保管至(keep_until)", "the day of keep_until"),
    OPT("why", "CODE", OPTION_REQUIRED, "理由代码", "why, a code"),
    OPT_PAPER,
};

static const struct command rows[] = {
    {.name = "folder hold",
     .words = "FOLDER|PAPER...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(hold_options),
     .zh = "冻结:不得销毁",
     .en = "hold: nothing of it is destroyed",
     .run = run_hold},
    {.name = "folder release",
     .words = "[FOLDER|PAPER...]",
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(release_options),
     .zh = "解除冻结(两人；默认该冻结的全部)",
     .en = "lift a hold (two people; default: from all that it holds)",
     .run = run_release},
    {.name = "folder appraise",
     .words = "FOLDER|PAPER...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(appraise_options),
     .zh = "鉴定(两人)",
     .en = "appraise: keep, keep until, without value (two people)",
     .run = run_appraise},
};

const struct command_group command_group_folder_keep = COMMAND_GROUP(rows);
