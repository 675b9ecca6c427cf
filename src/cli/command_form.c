/* report form, report forms: the registers of the regulation as PDF, XLSX or CSV. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/label.h"
#include "form_cells.h"
#include "form_cover.h"
#include "name.h"
#include "print.h"
#include "private_read.h"

#define LINE_SIZE 1000

/* What was asked for: the form, its read, and over what. */
struct order {
    const char *word; /* as it was named */
    struct custody_form form;
    const struct custody_read *read;
    enum custody_form_format format;
    json_t *params;
    struct name_match place;
    struct name_match desk;
    struct name_match thing;      /* the folder or the box */
    char from[SESSION_TIME_SIZE]; /* "": not given */
    char to[SESSION_TIME_SIZE];
};

static const struct custody_read *find_read(const char *name)
{
    const struct custody_read *read = NULL;
    for (size_t i = 0; (read = custody_read_at(i)) != NULL; i++) {
        if (strcmp(read->name, name) == 0) {
            return read;
        }
    }
    return NULL;
}

/* Is `name` one of "desk? class? place? limit?"? */
static bool has_param(const struct custody_read *read, const char *name)
{
    const size_t len = strlen(name);
    for (const char *at = read->params; *at != '\0';) {
        const size_t word = strcspn(at, " ");
        if (word >= len && memcmp(at, name, len) == 0 &&
            (word == len || (word == len + 1 && at[len] == '?'))) {
            return true;
        }
        at += word + strspn(at + word, " ");
    }
    return false;
}

static bool has_member(const struct custody_read *read, const char *member)
{
    bool is_found = member[0] == '\0' || strcmp(member, "n") == 0;
    for (size_t i = 0; !is_found && i < read->column_count; i++) {
        is_found = strcmp(read->columns[i].name, member) == 0;
    }
    return is_found;
}

/* Does the form fit the read that fills it? A form of the office's own may not. */
static enum custody_status check_form(struct order *order, struct custody_error *err)
{
    const struct custody_form *form = &order->form;
    order->read = find_read(form->read);
    if (order->read == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s, line %zu: there is no read \"%.40s\": correct the form file "
                            "(custody reads lists them)",
                            order->word, form->read_line, form->read);
    }
    for (size_t i = 0; i < form->column_count; i++) {
        if (!has_member(order->read, form->columns[i].member)) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s, line %zu: %s has no member \"%s\": correct the form file "
                                "(custody reads lists the members)",
                                order->word, form->columns[i].line, form->read,
                                form->columns[i].member);
        }
    }
    for (size_t i = 0; i < form->cover_count; i++) {
        if (!has_member(order->read, form->covers[i].member)) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s, line %zu: %s has no member \"%s\": correct the form file "
                                "(custody reads lists the members)",
                                order->word, form->covers[i].line, form->read,
                                form->covers[i].member);
        }
    }
    for (size_t i = 0; i < form->param_count; i++) {
        if (!has_param(order->read, form->params[i].name)) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s, line %zu: %s is not asked with \"%s\" (it has: %s): "
                                "correct the form file",
                                order->word, form->params[i].line, form->read,
                                form->params[i].name, order->read->params);
        }
        if (json_object_set_new(order->params, form->params[i].name,
                                json_string(form->params[i].value)) != 0) {
            return session_packed(NULL, err);
        }
    }
    return CUSTODY_OK;
}

static enum custody_status set_param(struct order *order, const char *name, const char *value,
                                     struct custody_error *err)
{
    if (!has_param(order->read, name) || json_object_get(order->params, name) != NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "the form %s is not made by --%s; leave it out", order->word, name);
    }
    return json_object_set_new(order->params, name, json_string(value)) == 0
               ? CUSTODY_OK
               : session_packed(NULL, err);
}

static enum custody_status take_time(struct session *session, struct order *order,
                                     const char *name, char out[SESSION_TIME_SIZE],
                                     struct custody_error *err)
{
    enum custody_status rc = session_time(session, name, NULL, out, err);
    return rc == CUSTODY_OK && out[0] != '\0' ? set_param(order, name, out, err) : rc;
}

static enum custody_status take_name(struct session *session, struct order *order,
                                     const char *name, const char *kinds,
                                     struct name_match *ret_match, struct custody_error *err)
{
    const char *text = option_get(session->args, name);
    if (text == NULL) {
        return CUSTODY_OK;
    }
    enum custody_status rc = name_resolve(session, text, kinds, ret_match, err);
    return rc == CUSTODY_OK ? set_param(order, name, ret_match->id, err) : rc;
}

/* What the read knows under the very word: a batch's number, an incident's id. */
static enum custody_status take_word(const struct session *session, struct order *order,
                                     const char *name, struct custody_error *err)
{
    const char *text = option_get(session->args, name);
    return text != NULL ? set_param(order, name, text, err) : CUSTODY_OK;
}

/* --format, else the end of the file's name. */
static enum custody_status take_format(const struct session *session, struct order *order,
                                       struct custody_error *err)
{
    static const char *const names[] = {
        [CUSTODY_FORM_PDF] = "pdf", [CUSTODY_FORM_XLSX] = "xlsx", [CUSTODY_FORM_CSV] = "csv"};
    const char *out = option_get(session->args, "out");
    const char *text = option_get(session->args, "format");
    if (session->is_json) {
        return CUSTODY_OK;
    }
    if (out == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "name the file to write: --out FILE, or --out - for standard "
                            "output");
    }
    const char *dot = strrchr(out, '.');
    if (text == NULL && dot != NULL && strchr(dot, '/') == NULL) {
        text = dot + 1;
    }
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], text) == 0) {
            order->format = (enum custody_form_format)i;
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_USAGE,
                        "a form is written as pdf, xlsx or csv: say which by --format");
}

static enum custody_status take_order(struct session *session, struct order *order,
                                      struct custody_error *err)
{
    order->word = session->args->words[0];
    order->params = json_object();
    enum custody_status rc = session_packed(order->params, err);
    if (rc == CUSTODY_OK) {
        rc = take_format(session, order, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_form_read(custody_label_dir(), order->word, &order->form, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_form(order, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_time(session, order, "from", order->from, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_time(session, order, "to", order->to, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_name(session, order, "desk", "D", &order->desk, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_name(session, order, "place", "L", &order->place, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_name(session, order, "folder", "F", &order->thing, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_name(session, order, "box", "B", &order->thing, err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_word(session, order, "number", err);
    }
    if (rc == CUSTODY_OK) {
        rc = take_word(session, order, "incident", err);
    }
    return rc;
}

/* By entry, where rows have one; then by label as people file them: 2栋 before 10栋. */
static int compare_rows(const void *left, const void *right)
{
    const json_t *a = *(const json_t *const *)left;
    const json_t *b = *(const json_t *const *)right;
    const json_int_t idx_a = json_integer_value(json_object_get(a, "idx"));
    const json_int_t idx_b = json_integer_value(json_object_get(b, "idx"));
    if (idx_a != idx_b) {
        return idx_a < idx_b ? -1 : 1;
    }
    const char *label_a = json_string_value(json_object_get(a, "label"));
    const char *label_b = json_string_value(json_object_get(b, "label"));
    const int order =
        strverscmp(label_a != NULL ? label_a : "", label_b != NULL ? label_b : "");
    if (order != 0) {
        return order;
    }
    const json_int_t copy_a = json_integer_value(json_object_get(a, "copy"));
    const json_int_t copy_b = json_integer_value(json_object_get(b, "copy"));
    return (copy_a > copy_b) - (copy_a < copy_b);
}

/* In the order of the house. */
static enum custody_status sort_rows(json_t *rows, struct custody_error *err)
{
    const size_t count = json_array_size(rows);
    json_t **order = calloc(count > 0 ? count : 1, sizeof(json_t *));
    json_t *sorted = json_array();
    enum custody_status rc = session_packed(order != NULL ? sorted : NULL, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        order[i] = json_array_get(rows, i);
    }
    if (rc == CUSTODY_OK) {
        qsort(order, count, sizeof(json_t *), compare_rows);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        if (json_array_append(sorted, order[i]) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK &&
        (json_array_clear(rows) != 0 || json_array_extend(rows, sorted) != 0)) {
        rc = session_packed(NULL, err);
    }
    free(order);
    json_decref(sorted);
    return rc;
}

/* Lines over the table: the site, the time, the desk and the place asked for. */
struct heading {
    char site[LINE_SIZE];
    char scope[LINE_SIZE];
    struct form_cover cover;
    const char *lines[2 + FORM_COVER_LINES + 1];
};

static void add_words(char line[LINE_SIZE], const char *caption, const char *words)
{
    const size_t len = strlen(line);
    (void)snprintf(line + len, LINE_SIZE - len, "%s%s：%s", len > 0 ? "      " : "", caption,
                   words);
}

static enum custody_status make_heading(struct session *session, const struct order *order,
                                        struct form_cells *cells, struct heading *heading,
                                        struct custody_error *err)
{
    const enum custody_lang lang = session->lang;
    const int offset = session_offset(session);
    char name[400];
    char period[64];
    char from[SESSION_TIME_SIZE] = "…";
    char to[SESSION_TIME_SIZE] = "…";
    enum custody_status rc = session_site_text(session, "name", name, sizeof name, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    add_words(heading->site, text_of(lang, TEXT_FORM_SITE), name);
    add_words(heading->site, text_of(lang, TEXT_FORM_RULE), order->form.rule);
    (void)snprintf(period, sizeof period, "%zu", json_array_size(cells->rows));
    add_words(heading->site, text_of(lang, TEXT_ROWS), period);
    if (order->from[0] != '\0') {
        custody_time_local(order->from, offset, from);
    }
    if (order->to[0] != '\0') {
        custody_time_local(order->to, offset, to);
    }
    if (order->from[0] != '\0' || order->to[0] != '\0') {
        (void)snprintf(period, sizeof period, "%.16s – %.16s", from, to);
        add_words(heading->scope, text_of(lang, TEXT_FORM_PERIOD), period);
    }
    if (order->desk.id[0] != '\0') {
        add_words(heading->scope, text_of(lang, TEXT_SLIP_DESK),
                  form_cells_desk(cells, order->desk.id));
    }
    if (order->place.id[0] != '\0') {
        add_words(heading->scope, text_of(lang, TEXT_FORM_PLACE), order->place.label);
    }
    size_t count = 0;
    heading->lines[count++] = heading->site;
    if (heading->scope[0] != '\0') {
        heading->lines[count++] = heading->scope;
    }
    rc = form_cover_make(cells, &heading->cover, err);
    for (size_t i = 0; i < heading->cover.count; i++) {
        heading->lines[count++] = heading->cover.lines[i];
    }
    heading->lines[count] = NULL;
    return rc;
}

/* "printed 2026-11-22 16:03 · code of the checkpoint" */
static void make_foot(const struct session *session, const char *paper_code,
                      char foot[LINE_SIZE])
{
    char now[SESSION_TIME_SIZE];
    char local[SESSION_TIME_SIZE];
    session_time_text(custody_now(), now);
    custody_time_local(now, session_offset(session), local);
    (void)snprintf(foot, LINE_SIZE, "%s %.16s · %s %s",
                   text_of(session->lang, TEXT_FORM_PRINTED), local,
                   text_of(session->lang, TEXT_FORM_CODE), paper_code);
}

static enum custody_status write_form(struct session *session, const struct order *order,
                                      struct form_cells *cells, struct custody_error *err)
{
    const char *out = option_get(session->args, "out");
    struct heading heading = {.site = ""};
    char foot[LINE_SIZE] = "";
    char paper_code[33];
    char *note = NULL;
    struct custody_form_job job = {.form = &order->form,
                                   .format = order->format,
                                   .above = heading.lines,
                                   .foot = foot,
                                   .lang = session->lang == CUSTODY_ZH ? "zh_CN" : "en",
                                   .row_count = json_array_size(cells->rows),
                                   .row = form_cells_row,
                                   .closure = cells,
                                   .to = out};
    enum custody_status rc = make_heading(session, order, cells, &heading, err);
    if (rc == CUSTODY_OK && order->format != CUSTODY_FORM_CSV) {
        rc = custody_checkpoint(session->site, &note, paper_code, err);
    }
    if (rc == CUSTODY_OK && note != NULL) {
        make_foot(session, paper_code, foot);
        job.note = note;
        job.note_len = strlen(note);
    }
    /* What is on standard output so far stands before the form. */
    if (rc == CUSTODY_OK && strcmp(out, "-") == 0 && fflush(session->out) != 0) {
        rc = custody_fail(err, CUSTODY_ERR_IO,
                          "standard output cannot be written; make room and print again");
    }
    if (rc == CUSTODY_OK) {
        rc = custody_form_write(&job, err);
    }
    free(note);
    if (rc == CUSTODY_OK && strcmp(out, "-") != 0) {
        (void)fprintf(session->out, "%s: %zu, %s: %s\n", text_of(session->lang, TEXT_ROWS),
                      job.row_count, text_of(session->lang, TEXT_WRITTEN), out);
    }
    return rc;
}

/* Record whose texts and names the form is about to show, and read again with them. */
static enum custody_status read_private(struct session *session, const struct order *order,
                                        json_t **ret_owners, struct custody_reveal *ret_reveal,
                                        json_t **inout_rows, struct custody_error *err)
{
    json_t *rows = NULL;
    json_t *owners = json_object();
    enum custody_status rc = session_packed(owners, err);
    if (rc == CUSTODY_OK) {
        rc = private_read_owners(order->read, *inout_rows, owners, err);
    }
    if (rc == CUSTODY_OK) {
        rc = form_cells_parties(&order->form, *inout_rows, owners, err);
    }
    if (rc == CUSTODY_OK) {
        rc = private_read_record(session, owners, ret_reveal, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_read_private(session->site, order->form.read, order->params, ret_reveal,
                                  &rows, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(owners);
        return rc;
    }
    json_decref(*inout_rows);
    *inout_rows = rows;
    *ret_owners = owners;
    return CUSTODY_OK;
}

static enum custody_status run_form(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    struct order order = {.word = ""};
    struct form_cells cells = {.session = NULL};
    struct custody_reveal reveal = {.reader = ""};
    json_t *owners = NULL;
    json_t *rows = NULL;
    enum custody_status rc = take_order(session, &order, err);
    /* A checkpoint is issued under the site's lock, what has none is read only. */
    if (rc == CUSTODY_OK && !session->is_json && order.format != CUSTODY_FORM_CSV) {
        rc = session_open(session, true, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_read(session->site, order.form.read, order.params, &rows, err);
    }
    if (rc == CUSTODY_OK && option_get(session->args, "purpose") != NULL) {
        rc = read_private(session, &order, &owners, &reveal, &rows, err);
    }
    if (rc == CUSTODY_OK && has_member(order.read, "label")) {
        rc = sort_rows(rows, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (session->is_json) {
        rc = print_json(session->out, rows, true, err);
        goto out;
    }
    rc = private_read_mark(session, order.read, owners, rows, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = form_cells_open(&cells, session, &order.form, order.read, rows,
                         owners != NULL ? &reveal : NULL, err);
    rows = NULL; /* it is theirs */
    if (rc == CUSTODY_OK) {
        rc = write_form(session, &order, &cells, err);
    }
    form_cells_close(&cells);
out:
    json_decref(rows);
    json_decref(owners);
    json_decref(order.params);
    return rc;
}

static enum custody_status run_forms(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    static const struct custody_column columns[] = {
        {"name", "text", "名称", "name"},      {"rule", "text", "条款", "rule"},
        {"title", "text", "标题", "title"},    {"read", "text", "查询", "read"},
        {"columns", "int", "列数", "columns"},
    };
    struct custody_form *forms = NULL;
    size_t count = 0;
    enum custody_status rc = custody_form_list(custody_label_dir(), &forms, &count, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *rows = json_array();
    rc = session_packed(rows, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        const struct custody_form *form = &forms[i];
        json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:I}", "name", form->name, "rule", form->rule,
                                "title", form->title, "read", form->read, "columns",
                                (json_int_t)form->column_count);
        if (json_array_append_new(rows, row) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    free(forms);
    if (rc == CUSTODY_OK && session->is_json) {
        rc = print_json(session->out, rows, true, err);
    } else if (rc == CUSTODY_OK) {
        rc = print_rows(session->out, rows, columns, sizeof columns / sizeof columns[0],
                        session->lang, session_offset(session), err);
    }
    json_decref(rows);
    return rc;
}

static const struct option_spec form_options[] = {
    OPT("out", "FILE|-", 0, "写入的文件", "the file to write"),
    OPT("format", "FORMAT", 0, "pdf xlsx csv,默认依文件名",
        "pdf, xlsx or csv; default: by the name of the file"),
    OPT("from", "TIME", 0, "从(含)", "events from this time on"),
    OPT("to", "TIME", 0, "到(不含)", "events before this time"),
    OPT("desk", "DESK", 0, "保管台", "of this desk"),
    OPT("place", "PLACE", 0, "位置及其以下", "of this place and what is beneath it"),
    OPT("folder", "FOLDER", 0, "档案", "of this folder"),
    OPT("box", "BOX", 0, "档案盒", "of this box"),
    OPT("number", "NUMBER", 0, "销毁清册编号", "of the batch of this number"),
    OPT("incident", "INCIDENT", 0, "事件报告号", "of this incident"),
    PRIVATE_READ_OPT,
};

static const struct command rows[] = {
    {.name = "report form",
     .words = "NAME|FILE.form",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(form_options),
     .zh = "按规章表格输出登记表",
     .en = "a register or record of the regulation as PDF, XLSX or CSV",
     .run = run_form},
    {.name = "report forms",
     .zh = "可输出的表格",
     .en = "the forms there are",
     .run = run_forms},
};

const struct command_group command_group_form = COMMAND_GROUP(rows);
