/*
 * import: CSV to line acts signed by --as alone, then closing acts that everybody signs
 * (FORMATS.md §1, §15). Nothing takes effect before its closing act; a file with a bad row
 * imports nothing, or with --reject FILE all but its bad rows, which go to that file.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "name.h"
#include "output.h"
#include "print.h"
#include "session_act.h"

#define CLOSE_LINES_MAX 600
#define PROBLEMS_SHOWN  40

/* The bad rows, and the failure they are. */
static enum custody_status report_problems(struct session *session, const json_t *import,
                                           struct custody_error *err)
{
    const json_t *problems = json_object_get(import, "problems");
    const json_int_t total = json_integer_value(json_object_get(import, "problem_total"));
    size_t shown = json_array_size(problems);
    if (shown > PROBLEMS_SHOWN && !option_has(session->args, "all-problems")) {
        shown = PROBLEMS_SHOWN;
    }
    for (size_t i = 0; !session->is_json && i < shown; i++) {
        const json_t *problem = json_array_get(problems, i);
        const char *reason = json_string_value(json_object_get(problem, "reason"));
        (void)fprintf(session->out, "%s %lld%s: ", text_of(session->lang, TEXT_LINE),
                      (long long)json_integer_value(json_object_get(problem, "line")),
                      text_of(session->lang, TEXT_LINE_AFTER));
        print_text(session->out, reason != NULL ? reason : "");
        (void)fputc('\n', session->out);
    }
    if (!session->is_json && (json_int_t)shown < total) {
        (void)fprintf(session->out, "… %lld (--all-problems)\n",
                      (long long)total - (long long)shown);
    }
    const bool is_fatal = option_get(session->args, "reject") == NULL ||
                          json_integer_value(json_object_get(import, "file_problem_total")) > 0;
    if (total > 0 && is_fatal) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%lld problems, nothing was imported; correct the rows and import "
                            "again",
                            (long long)total);
    }
    return CUSTODY_OK;
}

static bool is_chinese(const struct session *session)
{
    return session->lang == CUSTODY_ZH;
}

/* How a messy file was understood. */
static void print_understood(const struct session *session, const json_t *import)
{
    if (session->is_json || option_get(session->args, "reject") == NULL) {
        return;
    }
    (void)fprintf(session->out,
                  is_chinese(session)
                      ? "整理后看懂 %lld 行，原样看懂 %lld 行，退回 %lld 行，跳过 %lld 行\n"
                      : "understood %lld, as written %lld, rejected %lld, passed over %lld\n",
                  (long long)json_integer_value(json_object_get(import, "understood")),
                  (long long)json_integer_value(json_object_get(import, "as_written")),
                  (long long)json_integer_value(json_object_get(import, "rejected")),
                  (long long)json_integer_value(json_object_get(import, "skipped")));
}

/* The lines that were not understood, before anything is signed: without the file nobody would
 * know them. */
static enum custody_status write_rejects(struct session *session, const json_t *import,
                                         struct custody_error *err)
{
    const char *path = option_get(session->args, "reject");
    const char *text = json_string_value(json_object_get(import, "rejects"));
    if (path == NULL || text == NULL) {
        return CUSTODY_OK;
    }
    const enum custody_status rc = output_write(path, text, strlen(text), 0600, err);
    if (rc == CUSTODY_OK && !session->is_json) {
        (void)fprintf(session->out, "%s: ", text_of(session->lang, TEXT_WRITTEN));
        print_text(session->out, path);
        (void)fputc('\n', session->out);
    }
    return rc;
}

static enum custody_status print_counts(struct session *session, const json_t *import,
                                        struct custody_error *err)
{
    if (session->is_json) {
        json_t *counts = json_pack("{s:O,s:O,s:O,s:O,s:O,s:O,s:O}", "as_written",
                                   json_object_get(import, "as_written"), "problem_total",
                                   json_object_get(import, "problem_total"), "problems",
                                   json_object_get(import, "problems"), "rejected",
                                   json_object_get(import, "rejected"), "rows",
                                   json_object_get(import, "rows"), "skipped",
                                   json_object_get(import, "skipped"), "understood",
                                   json_object_get(import, "understood"));
        enum custody_status rc = session_packed(counts, err);
        if (rc == CUSTODY_OK) {
            rc = print_json(session->out, counts, true, err);
        }
        json_decref(counts);
        return rc;
    }
    (void)fprintf(session->out, "%s: %lld, %s: %lld [%s]\n", text_of(session->lang, TEXT_ROWS),
                  (long long)json_integer_value(json_object_get(import, "rows")),
                  text_of(session->lang, TEXT_PROBLEMS),
                  (long long)json_integer_value(json_object_get(import, "problem_total")),
                  text_of(session->lang, TEXT_DRY_RUN));
    return CUSTODY_OK;
}

/* Enter bodies[first..end) as lines that --as alone signs, a group of them by one commit; their
 * ids go to lines. */
static enum custody_status enter_lines(struct session *session, const char *by,
                                       const json_t *bodies, size_t first, size_t end,
                                       json_t *lines, struct custody_error *err)
{
    struct custody_credential *credential = NULL;
    struct custody_draft *drafts = calloc(end - first, sizeof *drafts);
    size_t done = 0;
    enum custody_status rc = session_packed(lines, err);
    if (drafts == NULL) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_credential(session, by, &credential, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < end - first; i++) {
        drafts[i] = (struct custody_draft){
            .act = "import.line/1", .body = json_array_get(bodies, first + i), .by = by};
    }
    struct session_tries tries = {.start = custody_now()};
    while (rc == CUSTODY_OK && done < end - first) {
        json_t *ids = NULL;
        rc = custody_act_group(session->site, drafts + done, end - first - done, credential,
                               &ids, err);
        if (rc == CUSTODY_OK) {
            done += json_array_size(ids);
            tries = (struct session_tries){.start = custody_now()};
            rc = json_array_extend(lines, ids) == 0 ? CUSTODY_OK : session_packed(NULL, err);
        } else if (session_tries_again(&tries, rc)) {
            rc = CUSTODY_OK;
        }
        json_decref(ids);
    }
    free(drafts);
    return rc;
}

/* Where the lines of one closing act end: as many as it names, all of one act. */
static size_t part_end(const json_t *bodies, size_t first)
{
    const json_t *act = json_object_get(json_array_get(bodies, first), "act");
    size_t end = first + 1;
    while (end < json_array_size(bodies) && end - first < CLOSE_LINES_MAX &&
           json_equal(json_object_get(json_array_get(bodies, end), "act"), act) != 0) {
        end++;
    }
    return end;
}

/* Submit the lines from first on, at most as many as one closing act names, and close them. */
static enum custody_status import_part(struct session *session, const struct session_plan *plan,
                                       const json_t *bodies, size_t first, json_t **ret_result,
                                       struct custody_error *err)
{
    json_t *lines = json_array();
    json_t *close = NULL;
    const json_t *act = json_object_get(json_array_get(bodies, first), "act");
    const size_t end = part_end(bodies, first);
    enum custody_status rc = enter_lines(session, plan->by, bodies, first, end, lines, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    close = json_pack("{s:O,s:O}", "act", act, "lines", lines);
    rc = session_packed(close, err);
    if (rc == CUSTODY_OK) {
        rc = session_sheet_members(session, plan, close, err);
    }
    if (rc == CUSTODY_OK) {
        struct session_plan closing = *plan;
        closing.is_untried = plan->prepare_path == NULL && !plan->is_dry_run;
        rc = session_act_run(session, &closing, "import.close/1", close, ret_result, err);
    }
out:
    json_decref(close);
    json_decref(lines);
    return rc;
}

/*
 * Would these signers be taken for this act? Tried with the first line as an act of its own, so
 * that no line is entered for a closing that is refused.
 */
static enum custody_status try_signers(struct session *session, const struct session_plan *plan,
                                       const json_t *bodies, struct custody_error *err)
{
    const json_t *first = json_array_get(bodies, 0);
    struct custody_request *request = NULL;
    struct custody_draft draft = {
        .act = json_string_value(json_object_get(first, "act")),
        .by = plan->by,
        .signers = plan->signers,
        .signer_count = plan->signer_count,
    };
    json_t *body = first != NULL ? json_deep_copy(json_object_get(first, "body")) : NULL;
    enum custody_status rc = session_packed(body, err);
    if (rc == CUSTODY_OK) {
        rc = session_sheet_members(session, plan, body, err);
    }
    if (rc == CUSTODY_OK) {
        draft.body = body;
        rc = custody_prepare(session->site, &draft, &request, err);
    }
    custody_request_free(request);
    json_decref(body);
    return rc;
}

static enum custody_status import_bodies(struct session *session, const json_t *import,
                                         struct custody_error *err)
{
    const json_t *bodies = json_object_get(import, "bodies");
    const json_int_t row_count = json_integer_value(json_object_get(import, "rows"));
    struct session_plan plan;
    bool is_asking = false;
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc == CUSTODY_OK && option_has(session->args, "no-sign")) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "the lines of an import are signed at once; leave out --no-sign");
    }
    if (rc == CUSTODY_OK && plan.prepare_path != NULL && json_array_size(bodies) > 0 &&
        part_end(bodies, 0) < json_array_size(bodies)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "this file needs several closing acts; with --prepare import it in "
                          "smaller files");
    }
    if (rc == CUSTODY_OK) {
        rc = session_asks(session, &is_asking, err);
    }
    if (rc == CUSTODY_OK && is_asking) {
        char question[120];
        (void)snprintf(question, sizeof question, "%s (%s: %lld)",
                       text_of(session->lang, TEXT_IMPORT_THIS),
                       text_of(session->lang, TEXT_ROWS), (long long)row_count);
        if (!prompt_agrees(plan.by, question)) {
            rc = custody_refuse(err, "declined", "not signed; nothing was imported");
        }
    }
    if (rc == CUSTODY_OK && json_array_size(bodies) > 0) {
        rc = try_signers(session, &plan, bodies, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(bodies);
         i = part_end(bodies, i)) {
        json_t *result = NULL;
        rc = import_part(session, &plan, bodies, i, &result, err);
        if (rc == CUSTODY_OK) {
            rc = session_act_print(session, result, err);
        }
        json_decref(result);
    }
    if (rc == CUSTODY_OK && !session->is_json && plan.prepare_path == NULL) {
        (void)fprintf(session->out, "%s: %lld\n", text_of(session->lang, TEXT_IMPORTED),
                      (long long)row_count);
    }
    return rc;
}

/* Would writing b spoil a? */
static bool is_same_file(const char *a, const char *b)
{
    char *first = realpath(a, NULL);
    char *second = realpath(b, NULL);
    const bool is_same = first != NULL && second != NULL && strcmp(first, second) == 0;
    free(first);
    free(second);
    return is_same;
}

static enum custody_status run_import(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    const char *kind = command->name + strlen("import ");
    const char *desk_text = option_get(session->args, "desk");
    const char *path = session->args->words[0];
    const char *reject = option_get(session->args, "reject");
    struct name_match desk;
    json_t *import = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (desk_text != NULL) {
        rc = name_resolve(session, desk_text, "D", &desk, err);
    }
    if (rc == CUSTODY_OK && reject != NULL && is_same_file(path, reject)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "--reject names the file that is imported; name another one");
    }
    if (rc == CUSTODY_OK) {
        const char *only = desk_text != NULL ? desk.id : NULL;
        rc = reject != NULL
                 ? custody_import_read_messy(session->site, kind, path, only, &import, err)
                 : custody_import_read(session->site, kind, path, only, &import, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = report_problems(session, import, err);
    print_understood(session, import);
    if (rc == CUSTODY_OK && !option_has(session->args, "dry-run")) {
        rc = write_rejects(session, import, err);
        if (rc == CUSTODY_OK && reject != NULL &&
            json_array_size(json_object_get(import, "bodies")) == 0) {
            rc = custody_fail(err, CUSTODY_ERR_INVALID,
                              "no row was understood, nothing was imported; the reasons are in "
                              "the file of rejects");
        }
    }
    if (option_has(session->args, "dry-run") || (rc != CUSTODY_OK && session->is_json)) {
        const enum custody_status printed = print_counts(session, import, err);
        rc = rc == CUSTODY_OK ? printed : rc;
    } else if (rc == CUSTODY_OK) {
        rc = import_bodies(session, import, err);
        if (rc == CUSTODY_OK && session->is_json && reject != NULL) {
            rc = print_counts(session, import, err);
        }
    }
    json_decref(import);
    return rc;
}

static const struct option_spec import_options[] = {
    OPT("desk", "DESK", 0, "只导入此保管台的钥匙；未写保管台的也归它（结转必填）",
        "only the keys of this desk, and those whose row names none (opening: needed)"),
    OPT("reject", "FILE", 0, "看不懂的行写入此文件，其余照常导入",
        "write the rows that are not understood there and import the rest"),
    OPT_FLAG("all-problems", "列出全部有误的行", "list every bad row"),
};

#define IMPORT_ROW(what, zh_text, en_text)                                                     \
    {                                                                                          \
        .name = "import " what, .words = "FILE", .words_min = 1, .words_max = 1,               \
        .needs = COMMAND_WRITE | COMMAND_FOUNDED, .options = OPTION_TABLE(import_options),     \
        .zh = zh_text, .en = en_text, .run = run_import                                        \
    }

static const struct command rows[] = {
    IMPORT_ROW("places", "从表格导入位置 (CSV)", "import places from CSV"),
    IMPORT_ROW("locks", "从表格导入锁具 (CSV)", "import locks from CSV"),
    IMPORT_ROW("keys", "从表格导入钥匙 (CSV)", "import keys from CSV"),
    IMPORT_ROW("people", "从表格导入人员 (CSV)", "import people from CSV"),
    IMPORT_ROW("opening", "从表格结转一个保管台的钥匙 (CSV)",
               "import the opening balance of a desk from CSV"),
    IMPORT_ROW("folders", "从表格导入档案与资料清单 (CSV)",
               "import folders and their papers from CSV"),
};

const struct command_group command_group_import = COMMAND_GROUP(rows);
