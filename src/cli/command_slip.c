/* slip, slip blanks: what people take along or sign on paper. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/words.h"
#include "name.h"
#include "slip_output.h"
#include "slip_rows.h"

#define NAME_SIZE  400
#define WORDS_MAX  32
#define SLIPS_MOST 1000000 /* of one series: numbers have six digits */

static const char *slip_lang(const struct session *session)
{
    return session->lang == CUSTODY_ZH ? "zh_CN" : "en";
}

/* ---- slip ---- */

static enum custody_status give_slip(struct session *session, const struct custody_slip *slip,
                                     const struct slip_output *output,
                                     struct custody_error *err)
{
    char *text = NULL;
    if (!output->is_text) {
        const enum custody_status printed = custody_slip_print(slip, &output->print, err);
        if (printed == CUSTODY_OK) {
            slip_output_tell(session);
        }
        return printed;
    }
    enum custody_status rc = custody_slip_text(slip, &text, err);
    if (rc == CUSTODY_OK) {
        rc = slip_output_text(session, text, err);
    }
    free(text);
    return rc;
}

/* The act as the command's word or as --act, which batches have used since before. */
static enum custody_status named_act(const struct session *session, const char **ret_act,
                                     struct custody_error *err)
{
    const char *option = option_get(session->args, "act");
    const bool has_word = session->args->word_count > 0;
    if (has_word == (option != NULL)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "name the act that the slip is about, once: its entry or its id");
    }
    *ret_act = has_word ? session->args->words[0] : option;
    return CUSTODY_OK;
}

static enum custody_status run_slip(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    struct slip_rows rows = {.session = session};
    struct slip_output output;
    const char *act = NULL;
    int64_t idx = 0;
    char site_name[NAME_SIZE];
    char record[48];
    char paper_code[33];
    char *note = NULL;
    json_t *entry = NULL;
    enum custody_status rc = slip_output_take(session, CUSTODY_SLIP_A5, &output, err);
    if (rc == CUSTODY_OK) {
        rc = named_act(session, &act, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_entry(session, act, &idx, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_entry(session->site, idx, session->lang, &entry, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_site_text(session, "name", site_name, sizeof site_name, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_checkpoint(session->site, &note, paper_code, err);
    }
    if (rc == CUSTODY_OK) {
        rc = slip_rows_fill(&rows, session, entry, err);
    }
    if (rc == CUSTODY_OK) {
        (void)snprintf(record, sizeof record, "entry %lld", (long long)idx);
        const struct custody_slip slip = {
            .lang = slip_lang(session),
            .title = rows.title,
            .site = site_name,
            .rows = rows.rows,
            .row_count = rows.count,
            .list = (const char *const *)rows.list,
            .list_count = rows.list_count,
            .list_title = rows.list_title,
            .statement = json_string_value(json_object_get(entry, "sentence")),
            .act_id = json_string_value(json_object_get(entry, "act_id")),
            .note = note,
            .note_len = strlen(note),
            .paper_code = paper_code,
            .signatures = rows.signatures,
            .signature_count = rows.signature_count,
            .record = record};
        rc = give_slip(session, &slip, &output, err);
    }
    slip_rows_clear(&rows);
    json_decref(entry);
    free(note);
    return rc;
}

/* ---- slip blanks ---- */

/*
 * Only numbers that an act gave to a desk, and that are not accounted for, are printed: else
 * there would be two slips of one number, or one that nobody answers for.
 */
static enum custody_status check_numbers(struct session *session, const char *series,
                                         int64_t first, int64_t count, char desk[NAME_SIZE],
                                         struct custody_error *err)
{
    json_t *rows = NULL;
    int64_t next = first;
    enum custody_status rc =
        session_read(session, "slip.list",
                     json_pack("{s:s,s:i}", "series", series, "limit", SLIPS_MOST), &rows, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const int64_t number = json_integer_value(json_object_get(row, "number"));
        const char *at = json_string_value(json_object_get(row, "desk"));
        if (number != next || next == first + count) {
            continue;
        }
        if (json_is_integer(json_object_get(row, "closed_idx"))) {
            rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                              "slip %lld of %.40s is accounted for already: print those that "
                              "are open (custody slip list)",
                              (long long)number, series);
        } else if (next > first && strcmp(at != NULL ? at : "", desk) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "slip %lld of %.40s is another desk's: print each desk's by "
                              "themselves",
                              (long long)number, series);
        }
        (void)snprintf(desk, NAME_SIZE, "%s", at != NULL ? at : "");
        next++;
    }
    if (rc == CUSTODY_OK && next != first + count) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "slip %lld of %.40s was not issued to a desk: issue it first "
                          "(custody slip issue)",
                          (long long)next, series);
    }
    json_decref(rows);
    return rc;
}

/* Words of one of the policy's lists, NULL-terminated; private purposes are nothing to tick. */
static void policy_words(const json_t *policy, enum custody_lang lang, const char *list,
                         const char *column, const char *words[WORDS_MAX + 1])
{
    size_t count = 0;
    const json_t *codes = json_object_get(policy, list);
    for (size_t i = 0; i < json_array_size(codes) && count < WORDS_MAX; i++) {
        const json_t *code = json_array_get(codes, i);
        const char *text = json_string_value(json_object_get(code, "code"));
        if (text != NULL && !json_is_true(json_object_get(code, "private"))) {
            words[count++] = custody_word(policy, lang, column, text);
        }
    }
    words[count] = NULL;
}

static enum custody_status take_numbers(const struct session *session, int64_t *ret_first,
                                        int64_t *ret_count, struct custody_error *err)
{
    enum custody_status rc =
        option_int(session->args, "from", 1, 1, CUSTODY_SLIP_NUMBER_MAX, ret_first, err);
    return rc == CUSTODY_OK ? option_int(session->args, "count", 1, 1, CUSTODY_SLIP_BLANKS_MAX,
                                         ret_count, err)
                            : rc;
}

static enum custody_status run_blanks(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const char *series = option_get(session->args, "series");
    const char *purposes[WORDS_MAX + 1];
    const char *causes[WORDS_MAX + 1];
    struct slip_output output;
    char site_name[NAME_SIZE];
    char desk[NAME_SIZE] = "";
    char record[64];
    int64_t first = 0;
    int64_t count = 0;
    json_t *policy = NULL;
    enum custody_status rc = slip_output_take(session, CUSTODY_SLIP_A4X2, &output, err);
    if (rc == CUSTODY_OK && output.is_text) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "slips to write on are pages: name a file, --out FILE.pdf");
    }
    if (rc == CUSTODY_OK) {
        rc = take_numbers(session, &first, &count, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_numbers(session, series, first, count, desk, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_site_text(session, "name", site_name, sizeof site_name, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    if (rc == CUSTODY_OK) {
        policy_words(policy, session->lang, "purposes", "purpose", purposes);
        policy_words(policy, session->lang, "causes", "cause", causes);
        (void)snprintf(record, sizeof record, "slips of %.40s", series);
        const struct custody_slip_blanks blanks = {
            .lang = slip_lang(session),
            .site = site_name,
            .desk = custody_word(policy, session->lang, "desk", desk),
            .series = series,
            .first = (size_t)first,
            .count = (size_t)count,
            .purposes = purposes,
            .causes = causes,
            .record = record};
        rc = custody_slip_blanks_print(&blanks, &output.print, err);
    }
    if (rc == CUSTODY_OK) {
        slip_output_tell(session);
    }
    json_decref(policy);
    return rc;
}

static const struct option_spec slip_options[] = {
    OPT("act", "INDEX|ACT", 0, "哪一件登记事项", "the act it is about"),
    SLIP_OUTPUT_OPTIONS,
};
static const struct option_spec blank_options[] = {
    OPT("series", "CODE", OPTION_REQUIRED, "本号", "code of the book of slips"),
    OPT_PARAM("from", "N", OPTION_INT, NULL, NULL, "起号(默认 1)", "first number (default: 1)"),
    OPT_PARAM("count", "N", OPTION_INT, NULL, NULL, "张数(默认 1)", "how many (default: 1)"),
    SLIP_OUTPUT_OPTIONS,
};

static const struct command rows[] = {
    {.name = "slip",
     .words = "[INDEX|ACT]",
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(slip_options),
     .zh = "打印登记事项的单据",
     .en = "print the slip of an act",
     .run = run_slip},
    {.name = "slip blanks",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(blank_options),
     .zh = "打印已领用的应急登记单(空白,手写)",
     .en = "print issued emergency slips to fill in by hand",
     .run = run_blanks},
};

const struct command_group command_group_slip = COMMAND_GROUP(rows);
