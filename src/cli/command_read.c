/* Commands that only ask: parameters from the line, rows as a table or JSON. */
#include <string.h>

#include "command.h"
#include "name.h"
#include "print.h"
#include "private_read.h"

#define PAGE     1000
#define LOG_ROWS 50
#define ROWS_MAX 1000000

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

/* One page after another until one is not full. The first column is what `after` goes by. */
static enum custody_status read_pages(struct session *session, const struct custody_read *row,
                                      json_t *params, const struct custody_reveal *reveal,
                                      json_t *all, struct custody_error *err)
{
    for (;;) {
        json_t *rows = NULL;
        enum custody_status rc =
            json_object_set_new(params, "limit", json_integer(PAGE)) == 0
                ? custody_read_private(session->site, row->name, params, reveal, &rows, err)
                : session_packed(NULL, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        const size_t count = json_array_size(rows);
        json_t *last = json_object_get(json_array_get(rows, count - 1), row->columns[0].name);
        if (json_array_extend(all, rows) != 0 ||
            (last != NULL && json_object_set(params, "after", last) != 0)) {
            rc = session_packed(NULL, err);
        }
        json_decref(rows);
        if (rc != CUSTODY_OK || count < PAGE || last == NULL) {
            return rc;
        }
    }
}

/* The newest entries, when the line does not say from where. */
static enum custody_status newest_entries(struct session *session, json_t *params,
                                          struct custody_error *err)
{
    json_t *info = NULL;
    const json_t *limit_given = json_object_get(params, "limit");
    enum custody_status rc = custody_site_info(session->site, &info, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const json_int_t limit = limit_given != NULL ? json_integer_value(limit_given) : LOG_ROWS;
    const json_int_t size = json_integer_value(json_object_get(info, "size"));
    json_decref(info);
    const bool is_set = json_object_set_new(params, "limit", json_integer(limit)) == 0;
    if (json_object_set_new(params, "from", json_integer(size > limit ? size - limit : 0)) !=
            0 ||
        !is_set) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

/* All rows: a list must not look whole when a default limit cut it. */
static enum custody_status read_all(struct session *session, const struct custody_read *row,
                                    json_t *params, const struct custody_reveal *reveal,
                                    json_t **ret_rows, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const bool has_limit = json_object_get(params, "limit") != NULL;
    if (!has_limit && strstr(row->params, "after?") != NULL) {
        json_t *all = json_array();
        rc = session_packed(all, err);
        if (rc == CUSTODY_OK) {
            rc = read_pages(session, row, params, reveal, all, err);
        }
        if (rc != CUSTODY_OK) {
            json_decref(all);
            return rc;
        }
        *ret_rows = all;
        return CUSTODY_OK;
    }
    if (strcmp(row->name, "ledger.log") == 0 && json_object_get(params, "from") == NULL &&
        json_object_get(params, "item") == NULL && json_object_get(params, "handle") == NULL) {
        rc = newest_entries(session, params, err);
    } else if (!has_limit && strstr(row->params, "limit?") != NULL &&
               json_object_set_new(params, "limit", json_integer(ROWS_MAX)) != 0) {
        rc = session_packed(NULL, err);
    }
    return rc == CUSTODY_OK
               ? custody_read_private(session->site, row->name, params, reveal, ret_rows, err)
               : rc;
}

/* Rows of every question. Its parameters stay as they were: pages change a copy. */
static enum custody_status ask(struct session *session, struct command_question *questions,
                               size_t count, const struct custody_reveal *reveal,
                               struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        json_t *rows = NULL;
        json_t *params = json_deep_copy(questions[i].params);
        rc = session_packed(params, err);
        if (rc == CUSTODY_OK) {
            rc = read_all(session, questions[i].row, params, reveal, &rows, err);
        }
        json_decref(params);
        if (rc == CUSTODY_OK) {
            json_decref(questions[i].rows);
            questions[i].rows = rows;
        }
    }
    return rc;
}

/* With --purpose: whose texts these are, their reading recorded, and the texts. What comes
 * between the two looks is not shown: nobody recorded that. */
static enum custody_status ask_private(struct session *session,
                                       struct command_question *questions, size_t count,
                                       json_t **ret_owners, struct custody_error *err)
{
    struct custody_reveal reveal = {.reader = ""};
    json_t *owners = json_object();
    enum custody_status rc = session_packed(owners, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        if (private_read_has_columns(questions[i].row)) {
            rc = private_read_owners(questions[i].row, questions[i].rows, owners, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = private_read_record(session, owners, &reveal, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ask(session, questions, count, &reveal, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(owners);
        return rc;
    }
    *ret_owners = owners;
    return CUSTODY_OK;
}

static enum custody_status print_question(struct session *session,
                                          const struct command_question *question,
                                          const json_t *owners, struct custody_error *err)
{
    const struct custody_read *row = question->row;
    if (session->is_json) {
        return print_json(session->out, question->rows, true, err);
    }
    enum custody_status rc = print_words(session->site, session->lang, question->rows, err);
    if (rc == CUSTODY_OK) {
        rc = private_read_mark(session, row, owners, question->rows, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_rows(session->out, question->rows, row->columns, row->column_count,
                        session->lang, session_offset(session), err);
    }
    return rc;
}

enum custody_status command_print_reads(struct session *session,
                                        struct command_question *questions, size_t count,
                                        struct custody_error *err)
{
    json_t *owners = NULL;
    bool is_private = false;
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        questions[i].row = find_read(questions[i].read);
        if (questions[i].row == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                              "this version cannot answer \"%s\"; custody reads lists what it "
                              "can",
                              questions[i].read);
        } else {
            rc = session_packed(questions[i].params, err);
            is_private = is_private || private_read_has_columns(questions[i].row);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = ask(session, questions, count, NULL, err);
    }
    if (rc == CUSTODY_OK && is_private && option_get(session->args, "purpose") != NULL) {
        rc = ask_private(session, questions, count, &owners, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        if (i > 0) {
            (void)fputc('\n', session->out);
        }
        rc = print_question(session, &questions[i], owners, err);
    }
    for (size_t i = 0; i < count; i++) {
        json_decref(questions[i].params);
        json_decref(questions[i].rows);
        questions[i].params = NULL;
        questions[i].rows = NULL;
    }
    json_decref(owners);
    return rc;
}

enum custody_status command_print_read(struct session *session, const char *read,
                                       json_t *params, struct custody_error *err)
{
    struct command_question question = {.read = read, .params = params};
    return command_print_reads(session, &question, 1, err);
}

/* The value of one option as a parameter; JSON null when it is not given. */
static enum custody_status param_of(struct session *session, const struct option_spec *spec,
                                    json_t **ret_value, struct custody_error *err)
{
    const char *text = option_get(session->args, spec->name);
    json_t *value = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (text == NULL) {
        *ret_value = json_null();
        return CUSTODY_OK;
    }
    if (spec->kinds != NULL) {
        return name_option(session, spec->name, spec->kinds, ret_value, err);
    }
    switch (spec->type) {
    case OPTION_FLAG: { /* the one flag there is: what is overdue now */
        char now[SESSION_TIME_SIZE];
        session_time_text(custody_now(), now);
        value = json_string(now);
        break;
    }
    case OPTION_TEXT:
        value = json_string(text);
        break;
    case OPTION_INT: {
        int64_t number = 0;
        rc = option_int(session->args, spec->name, 0, 0, INT64_C(1) << 53, &number, err);
        value = json_integer(number);
        break;
    }
    case OPTION_TIME: {
        char time[SESSION_TIME_SIZE];
        rc = session_time(session, spec->name, NULL, time, err);
        value = rc == CUSTODY_OK ? json_string(time) : NULL;
        break;
    }
    }
    if (rc == CUSTODY_OK) {
        rc = session_packed(value, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_value = value;
        value = NULL;
    }
    json_decref(value);
    return rc;
}

enum custody_status command_run_read(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    json_t *params = json_object();
    enum custody_status rc = session_packed(params, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < command->options.count; i++) {
        const struct option_spec *spec = &command->options.specs[i];
        json_t *value = NULL;
        if (spec->param == NULL) {
            continue;
        }
        rc = param_of(session, spec, &value, err);
        if (rc == CUSTODY_OK && !json_is_null(value) &&
            json_object_set_new(params, spec->param, value) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK && command->target != NULL && session->args->word_count > 0) {
        const char *word = session->args->words[0];
        struct name_match match;
        if (command->kinds != NULL) {
            rc = name_resolve(session, word, command->kinds, &match, err);
            word = match.id;
        }
        if (rc == CUSTODY_OK &&
            json_object_set_new(params, command->target, json_string(word)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(params);
        return rc;
    }
    return command_print_read(session, command->read, params, err);
}
