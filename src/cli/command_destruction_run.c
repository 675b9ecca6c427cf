/* destruction: execute, cancel, list, show, lines (FORMATS.md §20). */
#include <string.h>

#include "command.h"
#include "destruction_pick.h"
#include "folder_pick.h"
#include "name.h"
#include "session_act.h"

#define READS  (COMMAND_SITE | COMMAND_FOUNDED)
#define WRITES (COMMAND_WRITE | COMMAND_FOUNDED)

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* ---- execute ---- */

/* Approved lines: struck out, or destroyed with the numbers of the batch. */
static enum custody_status split_lines(const json_t *lines, json_t *destroyed, json_t *struck,
                                       struct custody_error *err)
{
    size_t i = 0;
    const json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        const bool is_struck = json_object_get(line, "mark") != NULL;
        if (strcmp(text_member(line, "approval"), "destroy") != 0) {
            if (is_struck) {
                return custody_fail(err, CUSTODY_ERR_USAGE,
                                    "%s was not approved, there is nothing to strike out",
                                    text_member(line, "item"));
            }
            continue;
        }
        json_t *one =
            is_struck
                ? json_pack("{s:O,s:O,s:O}", "item", json_object_get(line, "item"), "label",
                            json_object_get(line, "label"), "reason",
                            json_object_get(line, "mark_reason"))
                : json_pack("{s:O,s:O,s:O,s:O,s:O}", "copies", json_object_get(line, "copies"),
                            "item", json_object_get(line, "item"), "label",
                            json_object_get(line, "label"), "pages",
                            json_object_get(line, "pages"), "papers",
                            json_object_get(line, "papers"));
        if (json_array_append_new(is_struck ? struck : destroyed, one) != 0) {
            return session_packed(NULL, err);
        }
    }
    return json_array_size(destroyed) > 0
               ? CUSTODY_OK
               : custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                              "no line of this batch is approved and left to destroy; see "
                              "destruction lines");
}

/* What came between since the approval is said before anybody signs (A13). */
static enum custody_status check_obstacles(const struct session *session, const json_t *lines,
                                           struct custody_error *err)
{
    json_t *going = json_array();
    size_t i = 0;
    json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        if (json_object_get(line, "mark") == NULL &&
            strcmp(text_member(line, "approval"), "destroy") == 0) {
            (void)json_array_append(going, line);
        }
    }
    const size_t count = destruction_count_obstacles(going);
    destruction_note_obstacles(session, TEXT_OBSTACLE, going);
    json_decref(going);
    return count == 0 ? CUSTODY_OK
                      : custody_refuse(err, "A13",
                                       "something stands in the way of %zu lines; see to it, "
                                       "or strike them out with --strike ITEM=REASON",
                                       count);
}

static const char *given(const struct session *session, const char *option, const json_t *batch,
                         const char *member)
{
    const char *text = option_get(session->args, option);
    return text != NULL ? text : text_member(batch, member);
}

static enum custody_status execute_body(struct session *session, const json_t *batch,
                                        const json_t *lines, json_t **ret_body,
                                        struct custody_error *err)
{
    const struct arguments *args = session->args;
    json_t *destroyed = json_array();
    json_t *struck = json_array();
    json_t *witnesses = NULL;
    json_t *policy = NULL;
    json_t *body = NULL;
    struct name_match place;
    enum custody_status rc = session_packed(destroyed, err);
    if (rc == CUSTODY_OK) {
        rc = session_packed(struck, err);
    }
    if (rc == CUSTODY_OK) {
        rc = split_lines(lines, destroyed, struck, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_set_option(session, "witness", &witnesses, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, given(session, "place", batch, "place"), "L", &place, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    if (rc == CUSTODY_OK) {
        const char *method = given(session, "method", batch, "method");
        const char *code = folder_policy_code(policy, "destruction_methods", method);
        body = json_pack("{s:O,s:s?,s:s?,s:O,s:s,s:s,s:s?,s:s,s:O,s:O}", "batch",
                         json_object_get(batch, "batch"), "destroyer",
                         option_get(args, "destroyer"), "firm", option_get(args, "firm"),
                         "lines", destroyed, "method", code != NULL ? code : method, "place",
                         place.id, "receipt", option_get(args, "receipt"), "recheck",
                         option_get(args, "recheck"), "struck", struck, "witnesses", witnesses);
        rc = session_packed(body, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_body = body;
    }
    json_decref(destroyed);
    json_decref(struck);
    json_decref(witnesses);
    json_decref(policy);
    return rc;
}

/* Whoever is named on the line signs: here, unless the line says elsewhere. */
static enum custody_status plan_signers(const struct session *session,
                                        struct session_plan *ret_plan,
                                        struct custody_error *err)
{
    const struct arguments *args = session->args;
    const bool is_local = !option_has(args, "no-sign");
    enum custody_status rc = session_plan_make(session, ret_plan, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "witness"); i++) {
        rc = session_plan_add(ret_plan, option_at(args, "witness", i), is_local, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_plan_add(ret_plan, option_get(args, "recheck"), is_local, err);
    }
    if (rc == CUSTODY_OK && option_has(args, "destroyer")) {
        rc = session_plan_add(ret_plan, option_get(args, "destroyer"), is_local, err);
    }
    return rc;
}

static enum custody_status run_execute(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    struct session_plan plan = {.by = NULL};
    json_t *batch = NULL;
    json_t *lines = NULL;
    json_t *body = NULL;
    json_t *result = NULL;
    enum custody_status rc = plan_signers(session, &plan, err);
    if (rc == CUSTODY_OK) {
        rc = destruction_batch(session, session->args->words[0], &batch, err);
    }
    if (rc == CUSTODY_OK && strcmp(text_member(batch, "state"), "approved") != 0) {
        rc = custody_refuse(err, "state",
                            "this batch is %.20s; only an approved one is executed",
                            text_member(batch, "state"));
    }
    if (rc == CUSTODY_OK) {
        rc = destruction_lines(session, batch, &lines, err);
    }
    if (rc == CUSTODY_OK) {
        rc = destruction_mark(session, "strike", "struck", lines, err);
    }
    if (rc == CUSTODY_OK) {
        rc = execute_body(session, batch, lines, &body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_obstacles(session, lines, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_sheet_members(session, &plan, body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_run(session, &plan, "destruction.execute/1", body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    json_decref(batch);
    json_decref(lines);
    json_decref(body);
    json_decref(result);
    return rc;
}

/* ---- cancel, list, show, lines ---- */

static enum custody_status run_cancel(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    json_t *batch = NULL;
    enum custody_status rc = destruction_batch(session, session->args->words[0], &batch, err);
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "destruction.cancel/1",
                         json_pack("{s:O,s:s}", "batch", json_object_get(batch, "batch"),
                                   "reason", option_get(session->args, "reason")),
                         err);
    }
    json_decref(batch);
    return rc;
}

static enum custody_status print_of(struct session *session, const char *read,
                                    const json_t *batch, struct custody_error *err)
{
    return command_print_read(
        session, read, json_pack("{s:O}", "batch", json_object_get(batch, "batch")), err);
}

/* One batch; for people its lines stand beneath, --json is the read. */
static enum custody_status run_show(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    const bool is_show = strcmp(command->name, "destruction show") == 0;
    json_t *batch = NULL;
    enum custody_status rc = destruction_batch(session, session->args->words[0], &batch, err);
    if (rc == CUSTODY_OK && is_show) {
        rc = print_of(session, "destruction.show", batch, err);
    }
    if (rc == CUSTODY_OK && is_show && !session->is_json) {
        (void)fputc('\n', session->out);
    }
    if (rc == CUSTODY_OK && (!is_show || !session->is_json)) {
        rc = print_of(session, "destruction.lines", batch, err);
    }
    json_decref(batch);
    return rc;
}

static const struct option_spec execute_options[] = {
    OPT("witness", "HANDLE", OPTION_REQUIRED | OPTION_REPEAT, "监销人(至少两人)",
        "who watches, two or more"),
    OPT("recheck", "HANDLE", OPTION_REQUIRED, "复核人(主管)", "the supervisor who re-checks"),
    OPT("destroyer", "HANDLE", 0, "销毁人", "who destroys"),
    OPT("firm", "TEXT", 0, "销毁单位", "the firm that destroys"),
    OPT("receipt", "NO", 0, "销毁单位回执编号", "number of the firm's receipt"),
    OPT("method", "CODE", 0, "销毁方式(默认清册所填)", "how (default: as proposed)"),
    OPT("place", "PLACE", 0, "销毁地点(默认清册所填)", "where (default: as proposed)"),
    OPT("strike", "ITEM=REASON", OPTION_REPEAT, "划除的行", "a line to be struck out"),
};
static const struct option_spec cancel_options[] = {
    BODY_OPT_REASON,
};
static const struct option_spec list_options[] = {
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL,
              "状态 proposed reviewed approved executed cancelled",
              "proposed, reviewed, approved, executed or cancelled"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
};

static const struct command rows[] = {
    {.name = "destruction execute",
     .words = "BATCH",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(execute_options),
     .zh = "销毁(监销人、复核人、销毁人共同签名)",
     .en = "destroy before witnesses, who all sign",
     .run = run_execute},
    {.name = "destruction cancel",
     .words = "BATCH",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(cancel_options),
     .zh = "撤回销毁清册",
     .en = "cancel a batch",
     .run = run_cancel},
    {.name = "destruction list",
     .needs = READS,
     .options = OPTION_TABLE(list_options),
     .read = "destruction.list",
     .zh = "销毁清册目录",
     .en = "list the batches",
     .run = command_run_read},
    {.name = "destruction show",
     .words = "BATCH",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .zh = "查看一份销毁清册",
     .en = "show a batch and its lines",
     .run = run_show},
    {.name = "destruction lines",
     .words = "BATCH",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .zh = "销毁清册各行",
     .en = "list the lines of a batch",
     .run = run_show},
};

const struct command_group command_group_destruction_run = COMMAND_GROUP(rows);
