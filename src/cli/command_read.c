/* Commands that only ask: parameters from the line, rows as a table or JSON. */
#include <string.h>

#include "command.h"
#include "name.h"
#include "print.h"

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
                                      json_t *params, json_t *all, struct custody_error *err)
{
    for (;;) {
        json_t *rows = NULL;
        enum custody_status rc =
            json_object_set_new(params, "limit", json_integer(PAGE)) == 0
                ? custody_read(session->site, row->name, params, &rows, err)
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
                                    json_t *params, json_t **ret_rows,
                                    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const bool has_limit = json_object_get(params, "limit") != NULL;
    if (!has_limit && strstr(row->params, "after?") != NULL) {
        json_t *all = json_array();
        rc = session_packed(all, err);
        if (rc == CUSTODY_OK) {
            rc = read_pages(session, row, params, all, err);
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
    return rc == CUSTODY_OK ? custody_read(session->site, row->name, params, ret_rows, err)
                            : rc;
}

enum custody_status command_print_read(struct session *session, const char *read,
                                       json_t *params, struct custody_error *err)
{
    json_t *rows = NULL;
    const struct custody_read *row = find_read(read);
    if (row == NULL || params == NULL) {
        json_decref(params);
        if (row != NULL) {
            return session_packed(NULL, err);
        }
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "this version cannot answer \"%s\"; custody reads lists what it "
                            "can",
                            read);
    }
    enum custody_status rc = read_all(session, row, params, &rows, err);
    json_decref(params);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (session->is_json) {
        rc = print_json(session->out, rows, true, err);
    } else {
        rc = print_words(session->site, session->lang, rows, err);
    }
    if (rc == CUSTODY_OK && !session->is_json) {
        rc = print_rows(session->out, rows, row->columns, row->column_count, session->lang,
                        session_offset(session), err);
    }
    json_decref(rows);
    return rc;
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
