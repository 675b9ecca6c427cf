/* privacy: reading somebody's personal data, which is recorded first (FORMATS.md §21; P1). */
#include <string.h>

#include "command.h"
#include "custody/keeping.h"
#include "folder_pick.h"
#include "name.h"
#include "print.h"
#include "session_act.h"

/* [{item,label}] by item; a party has no label but its id. */
static enum custody_status named_items(struct session *session, json_t **ret_items,
                                       struct custody_error *err)
{
    const struct arguments *args = session->args;
    json_t *items = json_array();
    enum custody_status rc = session_packed(items, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        struct name_match match;
        bool is_new = false;
        rc = name_resolve(session, args->words[i], "FP", &match, err);
        if (rc == CUSTODY_OK) {
            rc = folder_put_sorted(items, "item",
                                   json_pack("{s:s,s:s}", "item", match.id, "label",
                                             match.kind == 'P' ? match.id : match.label),
                                   &is_new, err);
        }
        if (rc == CUSTODY_OK && !is_new) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE, "%s is named twice; name it once",
                              match.id);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(items);
        return rc;
    }
    *ret_items = items;
    return CUSTODY_OK;
}

/* All texts of all items; each row says whose it is. */
static enum custody_status read_texts(struct session *session, const json_t *items,
                                      json_t **ret_texts, struct custody_error *err)
{
    json_t *texts = json_array();
    size_t i = 0;
    const json_t *item = NULL;
    enum custody_status rc = session_packed(texts, err);
    json_array_foreach(items, i, item)
    {
        json_t *rows = NULL;
        size_t j = 0;
        json_t *row = NULL;
        if (rc == CUSTODY_OK) {
            rc = custody_personal_texts(
                session->site, json_string_value(json_object_get(item, "item")), &rows, err);
        }
        json_array_foreach(rows, j, row)
        {
            if (json_object_set(row, "item", json_object_get(item, "item")) != 0 ||
                json_array_append(texts, row) != 0) {
                rc = session_packed(NULL, err);
            }
        }
        json_decref(rows);
    }
    if (rc != CUSTODY_OK) {
        json_decref(texts);
        return rc;
    }
    *ret_texts = texts;
    return CUSTODY_OK;
}

static enum custody_status print_texts(struct session *session, json_t *result,
                                       const json_t *items, struct custody_error *err)
{
    static const struct custody_column columns[] = {
        {"item", "text", "编号", "item"},      {"member", "text", "项目", "what"},
        {"text", "text", "内容", "text"},      {"act", "text", "事项", "act"},
        {"idx", "int", "账目号", "entry"},     {"at", "time", "时间", "at"},
        {"erased", "int", "删除于", "erased"},
    };
    json_t *texts = NULL;
    enum custody_status rc = read_texts(session, items, &texts, err);
    if (rc == CUSTODY_OK && session->is_json) {
        rc = json_object_set(result, "texts", texts) == 0 ? CUSTODY_OK
                                                          : session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    if (rc == CUSTODY_OK && !session->is_json) {
        rc = print_rows(session->out, texts, columns, sizeof columns / sizeof columns[0],
                        session->lang, session_offset(session), err);
    }
    json_decref(texts);
    return rc;
}

/* Shown only once the reading is in the ledger: not tried, not prepared for later. */
static enum custody_status run_read(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    struct session_plan plan = {.by = NULL};
    json_t *items = NULL;
    json_t *body = NULL;
    json_t *result = NULL;
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc == CUSTODY_OK) {
        rc = named_items(session, &items, err);
    }
    if (rc == CUSTODY_OK) {
        body = json_pack("{s:O,s:s}", "items", items, "purpose",
                         option_get(session->args, "purpose"));
        rc = session_packed(body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_run(session, &plan, "privacy.read/1", body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = json_is_integer(json_object_get(result, "idx"))
                 ? print_texts(session, result, items, err)
                 : session_act_print(session, result, err);
    }
    json_decref(items);
    json_decref(body);
    json_decref(result);
    return rc;
}

static const struct option_spec read_options[] = {
    BODY_OPT_PURPOSE,
};
static const struct option_spec list_options[] = {
    OPT_PARAM("from", "TIME", OPTION_TIME, "from", NULL, "起", "from this time"),
    OPT_PARAM("to", "TIME", OPTION_TIME, "to", NULL, "止", "before this time"),
    OPT_PARAM("of", "FOLDER|PARTY", OPTION_TEXT, "item", "FP", "档案或当事人",
              "of this folder or party"),
    OPT_PARAM("reader", "HANDLE", OPTION_TEXT, "reader", "H", "查看人", "by this person"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
};

static const struct command rows[] = {
    {.name = "privacy read",
     .words = "FOLDER|PARTY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(read_options),
     .zh = "查看个人信息(先登记)",
     .en = "show personal data; who reads is recorded first",
     .run = run_read},
    {.name = "privacy list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(list_options),
     .read = "privacy.list",
     .zh = "个人信息查看记录",
     .en = "list who read whose data",
     .run = command_run_read},
};

const struct command_group command_group_privacy = COMMAND_GROUP(rows);
