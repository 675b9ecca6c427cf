/* ledger verify, ledger check: does it hold? */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "print.h"

#define KNOWN_MAX 64

/* The verdict in the reader's language; an unknown one as it is. */
static const char *verdict_text(enum custody_lang lang, const char *verdict)
{
    static const enum text_id known[] = {TEXT_VERIFIED, TEXT_FAILED, TEXT_INCOMPLETE,
                                         TEXT_NOT_IN_SCOPE};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(text_of(CUSTODY_EN, known[i]), verdict) == 0) {
            return text_of(lang, known[i]);
        }
    }
    return verdict;
}

static void print_verdicts(const struct session *session, const json_t *report)
{
    static const struct {
        const char *member;
        enum text_id label;
    } scopes[] = {{"ledger", TEXT_VERDICT_LEDGER},
                  {"read_model", TEXT_VERDICT_READ_MODEL},
                  {"openings", TEXT_VERDICT_OPENINGS}};
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        const char *verdict = json_string_value(json_object_get(report, scopes[i].member));
        (void)fprintf(session->out, "%s: %s\n", text_of(session->lang, scopes[i].label),
                      verdict != NULL ? verdict_text(session->lang, verdict) : "?");
    }
}

static void print_findings(const struct session *session, const json_t *list,
                           enum text_id title)
{
    if (json_array_size(list) == 0) {
        return;
    }
    (void)fprintf(session->out, "%s:\n", text_of(session->lang, title));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *finding = json_array_get(list, i);
        const char *check = json_string_value(json_object_get(finding, "check"));
        const char *text = json_string_value(json_object_get(finding, "text"));
        const json_t *index = json_object_get(finding, "index");
        const json_t *after = json_object_get(finding, "after");
        (void)fputs("  ", session->out);
        if (json_is_integer(index)) {
            (void)fprintf(session->out, "#%lld ", (long long)json_integer_value(index));
        }
        (void)fprintf(session->out, "%s: ", check != NULL ? check : "?");
        print_text(session->out, text != NULL ? text : "");
        if (json_is_integer(after) && json_integer_value(after) >= 0) {
            (void)fprintf(session->out, " (after %lld)", (long long)json_integer_value(after));
        }
        (void)fputc('\n', session->out);
    }
}

static enum custody_status print_report(struct session *session, const json_t *report,
                                        bool is_short, struct custody_error *err)
{
    if (session->is_json) {
        return print_json(session->out, report, true, err);
    }
    const json_t *summaries = json_object_get(report, "summary");
    const char *summary = json_string_value(
        json_object_get(summaries, session->lang == CUSTODY_ZH ? "zh" : "en"));
    print_text(session->out, summary != NULL ? summary : "");
    (void)fputc('\n', session->out);
    if (!is_short) {
        json_t *facts = json_object();
        static const char *const shown[] = {"origin", "genesis", "pinned",
                                            "size",   "root",    "signatures"};
        for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
            json_t *value = json_object_get(report, shown[i]);
            if (value != NULL) {
                (void)json_object_set(facts, shown[i], value);
            }
        }
        print_object(session->out, facts, "", session->lang, session_offset(session));
        json_decref(facts);
    }
    print_verdicts(session, report);
    print_findings(session, json_object_get(report, "findings"), TEXT_FINDINGS);
    if (!is_short) {
        print_findings(session, json_object_get(report, "flags"), TEXT_FLAGS);
    }
    return CUSTODY_OK;
}

/* The auditor's tables; a column's width is the printer's affair. */
static enum custody_status print_audit(struct session *session, const json_t *tables,
                                       struct custody_error *err)
{
    const bool is_zh = session->lang == CUSTODY_ZH;
    for (size_t i = 0; i < json_array_size(tables); i++) {
        const json_t *table = json_array_get(tables, i);
        const json_t *columns = json_object_get(table, "columns");
        json_t *rows = json_object_get(table, "rows");
        struct custody_column shown[16];
        size_t count = 0;
        for (; count < json_array_size(columns) && count < sizeof shown / sizeof shown[0];
             count++) {
            const json_t *column = json_array_get(columns, count);
            shown[count] = (struct custody_column){
                .name = json_string_value(json_object_get(column, "name")),
                .type = json_string_value(json_object_get(column, "type")),
                .zh = json_string_value(json_object_get(column, "zh")),
                .en = json_string_value(json_object_get(column, "en")),
            };
        }
        const char *title = json_string_value(json_object_get(table, is_zh ? "zh" : "en"));
        (void)fprintf(session->out, "\n-- %s\n", title != NULL ? title : "?");
        enum custody_status rc = print_words(session->site, session->lang, rows, err);
        if (rc == CUSTODY_OK) {
            rc = print_rows(session->out, rows, shown, count, session->lang,
                            session_offset(session), err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

static enum custody_status run_seats(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    static const struct custody_column columns[] = {
        {"act", "text", "登记事项", "act"},
        {"desk", "text", "保管台", "desk"},
        {"seats", "text", "需要", "seats"},
    };
    (void)command;
    json_t *rows = NULL;
    enum custody_status rc = custody_site_seats(session->site, &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (session->is_json) {
        rc = print_json(session->out, rows, true, err);
    } else if (json_array_size(rows) == 0) {
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_SEATS_FULL));
    } else {
        rc = print_words(session->site, session->lang, rows, err);
        if (rc == CUSTODY_OK) {
            rc = print_rows(session->out, rows, columns, sizeof columns / sizeof columns[0],
                            session->lang, session_offset(session), err);
        }
    }
    json_decref(rows);
    return rc;
}

static enum custody_status run_verify(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    const struct arguments *args = session->args;
    const bool is_check = strcmp(command->name, "ledger check") == 0;
    const bool is_audit = strcmp(command->name, "audit") == 0;
    const char *dir = args->word_count > 0 ? args->words[0] : session_site_dir(session);
    const char *known[KNOWN_MAX];
    struct custody_verify_options options = {.trust_path = option_get(args, "trust"),
                                             .openings_path = option_get(args, "openings"),
                                             .known_paths = known};
    json_t *report = NULL;
    enum custody_status verdict = CUSTODY_OK;
    int64_t limit = 0;
    int64_t threads = 0;
    enum custody_status rc = option_int(args, "limit", 0, 1, 1000000, &limit, err);
    if (rc == CUSTODY_OK) {
        rc = option_int(args, "threads", 0, 1, 64, &threads, err);
    }
    if (rc == CUSTODY_OK && option_count(args, "known") > KNOWN_MAX) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "at most %d known heads can be named; give the newest ones",
                          KNOWN_MAX);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < option_count(args, "known"); i++) {
        known[options.known_count++] = option_at(args, "known", i);
    }
    options.limit = (size_t)limit;
    options.threads = (unsigned)threads;
    options.with_audit = is_audit;
    rc = custody_verify(dir, &options, &report, &verdict, err);
    if (rc == CUSTODY_OK) {
        rc = print_report(session, report, is_check || is_audit, err);
    }
    if (rc == CUSTODY_OK && is_audit && !session->is_json) {
        rc = print_audit(session, json_object_get(report, "audit"), err);
    }
    json_decref(report);
    if (rc != CUSTODY_OK || verdict == CUSTODY_OK) {
        return rc;
    }
    if (verdict == CUSTODY_ERR_TAMPERED) {
        return custody_fail(err, verdict,
                            "the findings are above; leave this directory as it is and compare "
                            "it with a backup, a replica or slips on paper");
    }
    return custody_fail(err, verdict,
                        "part of what was asked for could not be checked, see above; supply "
                        "what is missing and verify again");
}

static const struct option_spec verify_options[] = {
    OPT("trust", "FILE", 0, "审计人员自己的信任文件", "the auditor's own trust file"),
    OPT("known", "FILE", OPTION_REPEAT, "外部已知的账本校验码或回执",
        "a head known from outside: checkpoint, slip, receipt"),
    OPT("openings", "FILE", 0, "个人信息开封文件", "openings of personal fields"),
    OPT("limit", "N", 0, "最多列出几个问题", "list at most so many findings"),
    OPT("threads", "N", 0, "线程数", "how many threads"),
};

static const struct command rows[] = {
    {.name = "ledger verify",
     .words = "[DIR]",
     .words_max = 1,
     .options = OPTION_TABLE(verify_options),
     .zh = "校验站点或导出目录:签名、顺序、制度逐条重演",
     .en = "verify a site or an export: signatures, order, every rule replayed",
     .run = run_verify},
    {.name = "ledger check",
     .words = "[DIR]",
     .words_max = 1,
     .options = OPTION_TABLE(verify_options),
     .zh = "校验,只给结论",
     .en = "verify and give the result alone",
     .run = run_verify},
    {.name = "audit",
     .words = "[DIR]",
     .words_max = 1,
     .options = OPTION_TABLE(verify_options),
     .zh = "审计:校验,并列出人员、同签、签收方式、补登、盘点差异等",
     .en = "audit: verify, and show people, pairs, receipts, late acts, differences",
     .run = run_verify},
    {.name = "site seats",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .zh = "现有人员无法完成的登记事项",
     .en = "acts that nobody could complete with the people enrolled",
     .run = run_seats},
};

const struct command_group command_group_verify = COMMAND_GROUP(rows);
