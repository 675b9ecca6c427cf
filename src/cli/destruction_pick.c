/* Batches of destruction and their lines, from the register. */
#include "destruction_pick.h"

#include <stdlib.h>
#include <string.h>

#include "custody/keeping.h"
#include "folder_pick.h"
#include "name.h"
#include "print.h"

#define ROWS_MAX      1000000
#define SHORT_ACT_MIN 8

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* ---- batches ---- */

static bool is_named(const json_t *row, const char *text, const char *id)
{
    const size_t len = strlen(id);
    return strcmp(text_member(row, "number"), text) == 0 ||
           (len >= SHORT_ACT_MIN && strncmp(text_member(row, "batch"), id, len) == 0);
}

enum custody_status destruction_batch(struct session *session, const char *text,
                                      json_t **ret_batch, struct custody_error *err)
{
    char recorded[SESSION_ID_SIZE];
    const char *id = text;
    json_t *rows = NULL;
    json_t *found = NULL;
    size_t count = 0;
    size_t i = 0;
    json_t *row = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (text[0] == '@') {
        rc = name_act(session, text, "ledger.log", recorded, err);
        id = recorded;
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "destruction.list", json_pack("{s:i}", "limit", ROWS_MAX),
                          &rows, err);
    }
    json_array_foreach(rows, i, row)
    {
        if (is_named(row, text, id)) {
            found = row;
            count++;
        }
    }
    if (rc == CUSTODY_OK && count != 1) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          count == 0 ? "no batch is called %.70s; see destruction list"
                                     : "several batches are called %.70s; give more characters",
                          text);
    }
    if (rc == CUSTODY_OK) {
        *ret_batch = json_incref(found);
    }
    json_decref(rows);
    return rc;
}

/* ---- lines ---- */

/* What later steps said of a line; the check knows nothing of it. */
static int take_decisions(json_t *line, const json_t *row)
{
    static const char *const members[] = {"review", "review_reason", "approval"};
    int bad = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        bad |= json_object_set(line, members[i], json_object_get(row, members[i]));
    }
    return bad;
}

enum custody_status destruction_lines(struct session *session, const json_t *batch,
                                      json_t **ret_lines, struct custody_error *err)
{
    json_t *rows = NULL;
    json_t *lines = NULL;
    size_t i = 0;
    json_t *line = NULL;
    enum custody_status rc =
        session_read(session, "destruction.lines",
                     json_pack("{s:O}", "batch", json_object_get(batch, "batch")), &rows, err);
    if (rc == CUSTODY_OK) {
        rc = custody_destruction_check(session->site, rows, text_member(batch, "batch"), &lines,
                                       err);
    }
    json_array_foreach(lines, i, line)
    {
        if (take_decisions(line, json_array_get(rows, i)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(rows);
    if (rc != CUSTODY_OK) {
        json_decref(lines);
        return rc;
    }
    *ret_lines = lines;
    return CUSTODY_OK;
}

static enum custody_status mark_one(struct session *session, const char *option,
                                    const char *mark, const json_t *policy, json_t *lines,
                                    const char *text, struct custody_error *err)
{
    char word[NAME_LABEL_SIZE];
    struct name_match match;
    const char *equals = strrchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0' ||
        (size_t)(equals - text) >= sizeof word) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "write --%s ITEM=REASON, with a reason of the policy", option);
    }
    (void)snprintf(word, sizeof word, "%.*s", (int)(equals - text), text);
    enum custody_status rc = name_resolve(session, word, "FT", &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *item = json_string(match.id);
    json_t *line = folder_find(lines, "item", item);
    json_decref(item);
    if (line == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "%s is no line of this batch; see destruction lines", match.id);
    }
    if (json_object_get(line, "mark") != NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "%s is named twice; name it once",
                            match.id);
    }
    const char *code = folder_policy_code(policy, "reasons", equals + 1);
    if (json_object_set_new(line, "mark", json_string(mark)) != 0 ||
        json_object_set_new(line, "mark_reason",
                            json_string(code != NULL ? code : equals + 1)) != 0) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

enum custody_status destruction_mark(struct session *session, const char *option,
                                     const char *mark, json_t *lines, struct custody_error *err)
{
    const size_t count = option_count(session->args, option);
    json_t *policy = NULL;
    enum custody_status rc =
        count > 0 ? custody_site_policy(session->site, &policy, err) : CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        rc = mark_one(session, option, mark, policy, lines, option_at(session->args, option, i),
                      err);
    }
    json_decref(policy);
    return rc;
}

/* ---- obstacles ---- */

static bool has_obstacle(const json_t *line)
{
    return json_array_size(json_object_get(line, "obstacles")) > 0;
}

size_t destruction_count_obstacles(const json_t *lines)
{
    size_t count = 0;
    size_t i = 0;
    const json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        count += has_obstacle(line) ? 1 : 0;
    }
    return count;
}

void destruction_note_obstacles(const struct session *session, enum text_id what,
                                const json_t *lines)
{
    size_t i = 0;
    const json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        char about[700];
        size_t len = 0;
        size_t j = 0;
        const json_t *code = NULL;
        if (!has_obstacle(line)) {
            continue;
        }
        len = (size_t)snprintf(about, sizeof about, "%.16s %.360s:", text_member(line, "item"),
                               text_member(line, "label"));
        json_array_foreach(json_object_get(line, "obstacles"), j, code)
        {
            len += (size_t)snprintf(about + len, sizeof about - len, " %.20s",
                                    json_string_value(code));
        }
        session_note(session, text_of(session->lang, what), about);
    }
}

enum custody_status destruction_print_lines(struct session *session, json_t *lines,
                                            struct custody_error *err)
{
    static const struct custody_column columns[] = {
        {"item", "text", "编号", "item"},
        {"label", "text", "名称", "label"},
        {"papers", "int", "件数", "papers"},
        {"copies", "int", "份数", "copies"},
        {"pages", "int", "页数", "pages"},
        {"reason", "text", "理由", "reason"},
        {"obstacles", "list", "不能销毁", "obstacles"},
    };
    if (session->is_json) {
        return print_json(session->out, lines, true, err);
    }
    const enum custody_status rc = print_words(session->site, session->lang, lines, err);
    return rc == CUSTODY_OK
               ? print_rows(session->out, lines, columns, sizeof columns / sizeof columns[0],
                            session->lang, session_offset(session), err)
               : rc;
}
