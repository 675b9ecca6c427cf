/* destruction: propose, review, approve, and what stands in the way (FORMATS.md §20). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/keeping.h"
#include "destruction_pick.h"
#include "folder_pick.h"
#include "name.h"
#include "session_act.h"

#define READS    (COMMAND_SITE | COMMAND_FOUNDED)
#define WRITES   (COMMAND_WRITE | COMMAND_FOUNDED)
#define ROWS_MAX 1000000
/* What the lines of an act may take of its payload (47,000 bytes), the rest left for signers.
 */
#define LINES_BYTES_MAX 40000

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* ---- what is proposed ---- */

static enum custody_status due_things(struct session *session, json_t **ret_things,
                                      struct custody_error *err)
{
    json_t *rows = NULL;
    json_t *things = json_array();
    size_t i = 0;
    const json_t *row = NULL;
    bool is_new = false;
    enum custody_status rc = session_packed(things, err);
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "folder.due", json_pack("{s:i}", "limit", ROWS_MAX), &rows,
                          err);
    }
    json_array_foreach(rows, i, row)
    {
        if (rc == CUSTODY_OK) {
            rc = folder_put_sorted(things, "item",
                                   json_pack("{s:O,s:O}", "item", json_object_get(row, "item"),
                                             "label", json_object_get(row, "label")),
                                   &is_new, err);
        }
    }
    if (rc == CUSTODY_OK && json_array_size(things) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "no folder's retention is over; see folder due");
    }
    json_decref(rows);
    if (rc != CUSTODY_OK) {
        json_decref(things);
        return rc;
    }
    *ret_things = things;
    return CUSTODY_OK;
}

/* The words or --expired, with numbers of the register and what stands in the way. */
static enum custody_status named_lines(struct session *session, json_t **ret_lines,
                                       struct custody_error *err)
{
    const struct arguments *args = session->args;
    const char *reason = option_get(args, "reason");
    const bool is_expired = option_has(args, "expired");
    json_t *things = NULL;
    size_t i = 0;
    json_t *thing = NULL;
    if (is_expired == (args->word_count > 0)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "name folders or papers, or say --expired for all that are due");
    }
    if (reason != NULL && strcmp(reason, "expired") != 0 &&
        (is_expired || strcmp(reason, "without_value") != 0)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "--reason is expired or without_value; with --expired leave it "
                            "out");
    }
    enum custody_status rc = is_expired ? due_things(session, &things, err)
                                        : folder_pick_things(session, NULL, &things, err);
    json_array_foreach(things, i, thing)
    {
        if (rc == CUSTODY_OK &&
            json_object_set_new(thing, "reason",
                                json_string(reason != NULL ? reason : "expired")) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = custody_destruction_check(session->site, things, NULL, ret_lines, err);
    }
    json_decref(things);
    return rc;
}

/* {copies,item,label,pages,papers,reason} of the lines with nothing in their way, as many as
 * one act holds. */
static enum custody_status clear_lines(const json_t *lines, json_t **ret_clear, bool *ret_more,
                                       struct custody_error *err)
{
    size_t bytes = 0;
    size_t i = 0;
    json_t *line = NULL;
    bool is_more = false;
    json_t *clear = json_array();
    enum custody_status rc = session_packed(clear, err);
    json_array_foreach(lines, i, line)
    {
        if (rc != CUSTODY_OK || json_array_size(json_object_get(line, "obstacles")) > 0) {
            continue;
        }
        json_t *one = json_copy(line);
        if (one == NULL || json_object_del(one, "obstacles") != 0) {
            json_decref(one);
            rc = session_packed(NULL, err);
            continue;
        }
        bytes += json_dumpb(one, NULL, 0, JSON_COMPACT) + 1;
        if (json_array_size(clear) == CUSTODY_BATCH_LINES_MAX || bytes > LINES_BYTES_MAX) {
            json_decref(one);
            is_more = true;
            break;
        }
        if (json_array_append_new(clear, one) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(clear);
        return rc;
    }
    *ret_clear = clear;
    *ret_more = is_more;
    return CUSTODY_OK;
}

/* "2026-1": the year and the next number of it that no batch has. */
static enum custody_status next_number(struct session *session, char *out, size_t size,
                                       struct custody_error *err)
{
    char now[SESSION_TIME_SIZE];
    json_t *rows = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    long long last = 0;
    session_time_text(custody_now() + (int64_t)session_offset(session) * 60, now);
    enum custody_status rc = session_read(session, "destruction.list",
                                          json_pack("{s:i}", "limit", ROWS_MAX), &rows, err);
    json_array_foreach(rows, i, row)
    {
        const char *number = text_member(row, "number");
        if (strncmp(number, now, 5) == 0) {
            int64_t n = 0;
            if (option_int_of(number + 5, "number", 0, ROWS_MAX, &n, NULL) == CUSTODY_OK &&
                n > last) {
                last = n;
            }
        }
    }
    json_decref(rows);
    if (rc == CUSTODY_OK) {
        (void)snprintf(out, size, "%.4s-%lld", now, last + 1);
    }
    return rc;
}

static enum custody_status submit_proposal(struct session *session, const json_t *lines,
                                           struct custody_error *err)
{
    const struct arguments *args = session->args;
    const char *number = option_get(args, "number");
    const char *method = option_get(args, "method");
    char next[40] = "";
    json_t *place = NULL;
    json_t *policy = NULL;
    json_t *clear = NULL;
    bool is_more = false;
    enum custody_status rc = clear_lines(lines, &clear, &is_more, err);
    if (rc == CUSTODY_OK && json_array_size(clear) == 0) {
        rc = custody_refuse(err, "A13", "something stands in the way of every line; see to it");
    }
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "place", "L", &place, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    if (rc == CUSTODY_OK && number == NULL) {
        rc = next_number(session, next, sizeof next, err);
    }
    if (rc == CUSTODY_OK) {
        const char *code = folder_policy_code(policy, "destruction_methods", method);
        if (is_more) {
            session_note(session, text_of(session->lang, TEXT_BATCH_FULL), "");
        }
        rc = session_act(session, "destruction.propose/1",
                         json_pack("{s:O,s:s,s:s,s:O}", "lines", clear, "method",
                                   code != NULL ? code : method, "number",
                                   number != NULL ? number : next, "place", place),
                         err);
    }
    json_decref(place);
    json_decref(policy);
    json_decref(clear);
    return rc;
}

static enum custody_status run_propose(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *lines = NULL;
    if (!option_has(args, "check") &&
        (option_get(args, "method") == NULL || option_get(args, "place") == NULL)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "say how and where: --method CODE --place PLACE (or --check)");
    }
    enum custody_status rc = named_lines(session, &lines, err);
    const size_t count = destruction_count_obstacles(lines);
    if (rc == CUSTODY_OK && option_has(args, "check")) {
        rc = destruction_print_lines(session, lines, err);
    } else if (rc == CUSTODY_OK) {
        const bool leaves = option_has(args, "leave-out-problems");
        destruction_note_obstacles(session, leaves ? TEXT_LEFT_OUT : TEXT_OBSTACLE, lines);
        rc = count == 0 || leaves
                 ? submit_proposal(session, lines, err)
                 : custody_refuse(err, "A13",
                                  "something stands in the way of %zu of %zu lines; see to it, "
                                  "or add --leave-out-problems",
                                  count, json_array_size(lines));
    }
    json_decref(lines);
    return rc;
}

static enum custody_status run_problems(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    json_t *lines = NULL;
    enum custody_status rc = named_lines(session, &lines, err);
    if (rc == CUSTODY_OK) {
        rc = destruction_print_lines(session, lines, err);
    }
    json_decref(lines);
    return rc;
}

/* ---- review, approval ---- */

/* As said on the line; what the review did not let pass stays so (A14); else destroy. */
static json_t *decision_of(const json_t *line)
{
    const char *mark = text_member(line, "mark");
    const char *reason = text_member(line, "mark_reason");
    if (mark[0] == '\0' && text_member(line, "review")[0] != '\0') {
        mark = text_member(line, "review");
        reason = text_member(line, "review_reason");
    }
    const bool is_kept = mark[0] != '\0' && strcmp(mark, "destroy") != 0;
    return json_pack("{s:s,s:O,s:O,s:s?}", "decision", is_kept ? mark : "destroy", "item",
                     json_object_get(line, "item"), "label", json_object_get(line, "label"),
                     "reason", is_kept ? reason : NULL);
}

/* Nobody decides without having seen what has changed since. Lines kept need no telling. */
static void note_changes(const struct session *session, const json_t *lines)
{
    json_t *going = json_array();
    size_t i = 0;
    json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        if (json_object_get(line, "mark") == NULL) {
            (void)json_array_append(going, line);
        }
    }
    destruction_note_obstacles(session, TEXT_OBSTACLE, going);
    json_decref(going);
}

static enum custody_status run_decide(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    const bool is_review = strcmp(command->name, "destruction review") == 0;
    json_t *batch = NULL;
    json_t *lines = NULL;
    json_t *decided = json_array();
    size_t i = 0;
    const json_t *line = NULL;
    enum custody_status rc = session_packed(decided, err);
    if (rc == CUSTODY_OK) {
        rc = destruction_batch(session, session->args->words[0], &batch, err);
    }
    if (rc == CUSTODY_OK) {
        rc = destruction_lines(session, batch, &lines, err);
    }
    if (rc == CUSTODY_OK) {
        rc = destruction_mark(session, "defer", "defer", lines, err);
    }
    if (rc == CUSTODY_OK) {
        rc = destruction_mark(session, "keep", "keep", lines, err);
    }
    json_array_foreach(lines, i, line)
    {
        if (rc == CUSTODY_OK && json_array_append_new(decided, decision_of(line)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        note_changes(session, lines);
        rc = session_act(
            session, is_review ? "destruction.review/1" : "destruction.approve/1",
            json_pack("{s:O,s:O}", "batch", json_object_get(batch, "batch"), "lines", decided),
            err);
    }
    json_decref(batch);
    json_decref(lines);
    json_decref(decided);
    return rc;
}

#define OPT_PAPER OPT("paper", "N", OPTION_REPEAT, "只限这几件(件号)", "only these papers")
#define OPT_EXPIRED                                                                            \
    OPT_FLAG("expired", "期满清单中的全部", "all folders whose retention is over")
#define OPT_WHY                                                                                \
    OPT("reason", "REASON", 0, "理由 expired(默认) without_value",                             \
        "expired (default) or without_value")

static const struct option_spec propose_options[] = {
    OPT("number", "NO", 0, "清册编号(默认本年下一号)", "number (default: the year's next)"),
    OPT("method", "CODE", 0, "销毁方式代码,如 shredding", "how: a method of the policy"),
    OPT("place", "PLACE", 0, "销毁地点", "where it is to be destroyed"),
    OPT_EXPIRED,
    OPT_WHY,
    OPT_PAPER,
    OPT_FLAG("check", "只列出各行与问题", "only list the lines and what stands in the way"),
    OPT_FLAG("leave-out-problems", "有问题的不列入", "propose the others"),
};
static const struct option_spec problems_options[] = {
    OPT_EXPIRED,
    OPT_WHY,
    OPT_PAPER,
};
static const struct option_spec decide_options[] = {
    OPT("defer", "ITEM=REASON", OPTION_REPEAT, "暂缓的行", "a line to be deferred"),
    OPT("keep", "ITEM=REASON", OPTION_REPEAT, "不同意销毁的行", "a line to be kept"),
};

static const struct command rows[] = {
    {.name = "destruction propose",
     .words = "[FOLDER|PAPER...]",
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(propose_options),
     .zh = "填报销毁清册",
     .en = "propose folders or papers for destruction",
     .run = run_propose},
    {.name = "destruction problems",
     .words = "[FOLDER|PAPER...]",
     .words_max = COMMAND_MANY,
     .needs = READS,
     .options = OPTION_TABLE(problems_options),
     .zh = "查看不能销毁的原因",
     .en = "what stands in the way of destroying",
     .run = run_problems},
    {.name = "destruction review",
     .words = "BATCH",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(decide_options),
     .zh = "审核销毁清册(其余各行同意销毁)",
     .en = "review a batch (all other lines: destroy)",
     .run = run_decide},
    {.name = "destruction approve",
     .words = "BATCH",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(decide_options),
     .zh = "批准销毁清册(其余各行从审核意见)",
     .en = "approve a batch (all other lines: as reviewed)",
     .run = run_decide},
};

const struct command_group command_group_destruction = COMMAND_GROUP(rows);
