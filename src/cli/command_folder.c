/* folder: open, file, amend, remove, move, close — registering (FORMATS.md §19.3). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/tag.h"
#include "folder_paper.h"
#include "folder_pick.h"
#include "name.h"
#include "personal.h"
#include "session_act.h"

#define WRITES (COMMAND_WRITE | COMMAND_FOUNDED)

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* {item,label} of an option's box, or null. */
static enum custody_status box_of(struct session *session, json_t **ret_box,
                                  struct custody_error *err)
{
    struct name_match match;
    const char *text = option_get(session->args, "box");
    if (text == NULL) {
        *ret_box = json_null();
        return CUSTODY_OK;
    }
    const enum custody_status rc = name_resolve(session, text, "B", &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_box = json_pack("{s:s,s:s}", "item", match.id, "label", match.label);
    return session_packed(*ret_box, err);
}

/* What goes into the one element of "folders" with the rest of the body. */
static enum custody_status act_of_one(struct session *session, const char *act, json_t *element,
                                      const char *member, const char *value,
                                      struct custody_error *err)
{
    json_t *body = json_pack("{s:[O]}", "folders", element);
    enum custody_status rc = session_packed(body, err);
    if (rc == CUSTODY_OK && member != NULL &&
        json_object_set_new(body, member, value != NULL ? json_string(value) : json_null()) !=
            0) {
        rc = session_packed(NULL, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(body);
        return rc;
    }
    return session_act(session, act, body, err);
}

/* ---- open ---- */

/* The label: as given, else the home's and the class's: 3栋-2单元-1201 业主档案. */
static enum custody_status open_label(const struct session *session,
                                      const struct name_match *place, const json_t *policy,
                                      const char *class_code, char out[2 * NAME_LABEL_SIZE],
                                      struct custody_error *err)
{
    const char *title = class_code;
    size_t i = 0;
    const json_t *row = NULL;
    if (session->args->word_count > 0) {
        const char *word = session->args->words[0];
        if (strlen(word) >= NAME_LABEL_SIZE) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "a label has at most 80 characters; shorten it");
        }
        (void)snprintf(out, 2 * NAME_LABEL_SIZE, "%s", word);
        return CUSTODY_OK;
    }
    json_array_foreach(json_object_get(policy, "folder_classes"), i, row)
    {
        title = strcmp(text_member(row, "code"), class_code) == 0 ? text_member(row, "label")
                                                                  : title;
    }
    (void)snprintf(out, 2 * NAME_LABEL_SIZE, "%s %.200s", place->label, title);
    return CUSTODY_OK;
}

static enum custody_status run_open(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    char item[CUSTODY_ITEM_LEN + 1];
    char label[2 * NAME_LABEL_SIZE];
    struct name_match place;
    const char *class_text = option_get(session->args, "class");
    const char *class_code = NULL;
    json_t *policy = NULL;
    json_t *box = NULL;
    json_t *party = NULL;
    json_t *name = NULL;
    json_t *element = NULL;
    enum custody_status rc = custody_site_policy(session->site, &policy, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(session->args, "place"), "L", &place, err);
    }
    if (rc == CUSTODY_OK) {
        class_code = folder_policy_code(policy, "folder_classes", class_text);
        class_code = class_code != NULL ? class_code : class_text;
        rc = open_label(session, &place, policy, class_code, label, err);
    }
    if (rc == CUSTODY_OK) {
        rc = box_of(session, &box, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "party", "P", &party, err);
    }
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "name", &name, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_item_new(session->site, 'F', item, err);
    }
    if (rc == CUSTODY_OK) {
        element =
            json_pack("{s:O,s:s,s:s,s:s,s:O,s:O,s:s}", "box", box, "class", class_code, "item",
                      item, "label", label, "name", name, "party", party, "place", place.id);
        rc = session_packed(element, err);
    }
    if (rc == CUSTODY_OK) {
        rc = act_of_one(session, "folder.open/1", element, NULL, NULL, err);
    }
    json_decref(policy);
    json_decref(box);
    json_decref(party);
    json_decref(name);
    json_decref(element);
    return rc;
}

/* ---- file, amend ---- */

/* The papers that --paper describes: new ones after the last, or those of the rows changed. */
static enum custody_status described(struct session *session, const json_t *folder,
                                     const json_t *rows, json_t *papers,
                                     struct custody_error *err)
{
    json_t *policy = NULL;
    const int64_t last = json_integer_value(json_object_get(folder, "last_n"));
    enum custody_status rc = custody_site_policy(session->site, &policy, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, "paper"); i++) {
        const char *text = option_at(session->args, "paper", i);
        json_t *paper = NULL;
        bool is_new = false;
        rc = rows == NULL
                 ? folder_paper_new(session, policy, text, last + 1 + (int64_t)i, &paper, err)
                 : folder_paper_amend(session, policy, text, rows, &paper, err);
        if (rc == CUSTODY_OK) {
            rc = folder_put_sorted(papers, "n", paper, &is_new, err);
        }
        if (rc == CUSTODY_OK && !is_new) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "one paper is described twice; describe it once");
        }
    }
    json_decref(policy);
    return rc;
}

static enum custody_status run_papers(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    const bool is_filing = strcmp(command->name, "folder file") == 0;
    struct name_match match;
    json_t *folder = NULL;
    json_t *rows = NULL;
    json_t *papers = json_array();
    json_t *element = NULL;
    enum custody_status rc = session_packed(papers, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, session->args->words[0], "F", &match, err);
    }
    if (rc == CUSTODY_OK) {
        rc = folder_read(session, match.id, &folder, err);
    }
    if (rc == CUSTODY_OK && !is_filing) {
        rc = folder_read_papers(session, match.id, &rows, err);
    }
    if (rc == CUSTODY_OK) {
        rc = described(session, folder, rows, papers, err);
    }
    if (rc == CUSTODY_OK) {
        element = json_pack(
            "{s:s,s:s,s:O,s:I}", "item", match.id, "label", match.label, "papers", papers,
            "version", json_integer_value(json_object_get(folder, "version")) + (json_int_t)1);
        rc = session_packed(element, err);
    }
    if (rc == CUSTODY_OK) {
        rc = is_filing ? act_of_one(session, "folder.file/1", element, "received",
                                    option_get(session->args, "received"), err)
                       : act_of_one(session, "folder.amend/1", element, "reason",
                                    option_get(session->args, "reason"), err);
    }
    json_decref(folder);
    json_decref(rows);
    json_decref(papers);
    json_decref(element);
    return rc;
}

/* ---- remove ---- */

/* The folder that takes them in: its numbers go on from the last. */
static enum custody_status target_of(struct session *session, json_t **ret_target,
                                     struct custody_error *err)
{
    struct name_match match;
    json_t *folder = NULL;
    const char *text = option_get(session->args, "into");
    if (text == NULL) {
        *ret_target = json_null();
        return CUSTODY_OK;
    }
    enum custody_status rc = name_resolve(session, text, "F", &match, err);
    if (rc == CUSTODY_OK) {
        rc = folder_read(session, match.id, &folder, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_target =
            json_pack("{s:I,s:s,s:s,s:I}", "first",
                      json_integer_value(json_object_get(folder, "last_n")) + (json_int_t)1,
                      "item", match.id, "label", match.label, "version",
                      json_integer_value(json_object_get(folder, "version")) + (json_int_t)1);
        rc = session_packed(*ret_target, err);
    }
    json_decref(folder);
    return rc;
}

static enum custody_status run_remove(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    static const struct folder_wish wish = {
        .list = "papers", .states = "filed", .has_version = true};
    (void)command;
    const struct arguments *args = session->args;
    json_t *folders = NULL;
    json_t *target = NULL;
    json_t *party = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (!option_has(args, "paper") && strpbrk(args->words[0], "#.") == NULL) {
        /* A whole folder is taken apart on purpose or not at all. */
        return custody_fail(err, CUSTODY_ERR_USAGE, "say which papers: --paper N, or FOLDER#N");
    }
    rc = folder_pick_folders(session, &wish, &folders, err);
    if (rc == CUSTODY_OK && json_array_size(folders) != 1) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "papers are taken out of one folder at a time");
    }
    if (rc == CUSTODY_OK) {
        rc = target_of(session, &target, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "to", "P", &party, err);
    }
    if (rc == CUSTODY_OK) {
        const json_t *folder = json_array_get(folders, 0);
        rc = session_act(session, "folder.remove/1",
                         json_pack("{s:O,s:O,s:O,s:O,s:s,s:s?,s:O,s:O}", "item",
                                   json_object_get(folder, "item"), "label",
                                   json_object_get(folder, "label"), "papers",
                                   json_object_get(folder, "papers"), "party", party, "reason",
                                   option_get(args, "reason"), "slip", option_get(args, "slip"),
                                   "target", target, "version",
                                   json_object_get(folder, "version")),
                         err);
    }
    json_decref(folders);
    json_decref(target);
    json_decref(party);
    return rc;
}

/* ---- move, close ---- */

/* Where one folder goes: --box says its normal place, else that stays; --at where it is for
 * now, else it is there. */
static enum custody_status moved(struct session *session, const char *item, const json_t *box,
                                 const json_t *at, json_t **ret_element,
                                 struct custody_error *err)
{
    json_t *folder = NULL;
    json_t *own = NULL;
    enum custody_status rc = folder_read(session, item, &folder, err);
    if (rc == CUSTODY_OK) {
        const json_t *old = json_object_get(folder, "box");
        own = json_is_null(old) || option_has(session->args, "no-box")
                  ? json_null()
                  : json_pack("{s:O,s:O}", "item", old, "label",
                              json_object_get(folder, "box_label"));
        *ret_element = json_pack("{s:O,s:O,s:s,s:O}", "at", at, "box",
                                 option_has(session->args, "box") ? box : own, "item", item,
                                 "label", json_object_get(folder, "label"));
        rc = session_packed(*ret_element, err);
    }
    json_decref(own);
    json_decref(folder);
    return rc;
}

static enum custody_status run_move(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *named = NULL;
    json_t *box = NULL;
    json_t *at = NULL;
    json_t *folders = json_array();
    enum custody_status rc = session_packed(folders, err);
    if (rc == CUSTODY_OK && !option_has(args, "box") && !option_has(args, "at") &&
        !option_has(args, "back") && !option_has(args, "no-box")) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "say where to: --box BOX for good, --at PLACE for now, or --back");
    }
    if (rc == CUSTODY_OK) {
        rc = name_items(session, args->words, args->word_count, "F", &named, err);
    }
    if (rc == CUSTODY_OK) {
        rc = box_of(session, &box, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "at", "L", &at, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(named); i++) {
        json_t *element = NULL;
        rc = moved(session, text_member(json_array_get(named, i), "item"), box, at, &element,
                   err);
        if (rc == CUSTODY_OK && json_array_append_new(folders, element) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        json_t *body =
            json_pack("{s:O,s:s}", "folders", folders, "reason", option_get(args, "reason"));
        rc = session_packed(body, err);
        if (rc == CUSTODY_OK) {
            rc = session_event_members(session, body, err);
        }
        rc = rc == CUSTODY_OK ? session_act(session, "folder.move/1", json_incref(body), err)
                              : rc;
        json_decref(body);
    }
    json_decref(named);
    json_decref(box);
    json_decref(at);
    json_decref(folders);
    return rc;
}

static enum custody_status run_close(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *folders = NULL;
    size_t i = 0;
    json_t *folder = NULL;
    enum custody_status rc =
        name_items(session, args->words, args->word_count, "F", &folders, err);
    json_array_foreach(folders, i, folder)
    {
        const bool is_set =
            json_object_set_new(folder, "date", json_string(option_get(args, "date"))) == 0;
        if (json_object_set_new(folder, "trigger", json_string(option_get(args, "trigger"))) !=
                0 ||
            !is_set) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(
            session, "folder.close/1",
            json_pack("{s:O,s:s}", "folders", folders, "reason", option_get(args, "reason")),
            err);
    }
    json_decref(folders);
    return rc;
}

static const struct option_spec open_options[] = {
    OPT("class", "CLASS", OPTION_REQUIRED, "档案类别(代码或名称)",
        "class, a code of the policy"),
    OPT("place", "PLACE", OPTION_REQUIRED, "所属房屋", "the home it belongs to"),
    OPT("box", "BOX", 0, "所在档案盒", "the box it stands in"),
    OPT("party", "PARTY", 0, "业主或租户", "whose it is"),
    OPT("name", "-", 0, "袋面姓名(加密保存；- 从标准输入读一行)",
        "the name on the bag (kept sealed; - reads a line of standard input)"),
};
static const struct option_spec file_options[] = {
    OPT("paper", "MEMBERS", OPTION_REQUIRED | OPTION_REPEAT,
        "如 kind=租赁合同,pages=12,copies=1,copy,with=owner,from=2026-01-01,to=2026-12-31",
        "like kind=lease,pages=12,copies=1,copy,with=owner,from=2026-01-01,to=2026-12-31"),
    OPT("received", "DATE", 0, "收到资料的日期", "the day the papers were received"),
};
static const struct option_spec amend_options[] = {
    OPT("paper", "n=N,MEMBERS", OPTION_REQUIRED | OPTION_REPEAT, "件号与改动,如 n=3,pages=11",
        "the paper and what is different, like n=3,pages=11"),
    BODY_OPT_REASON,
};
static const struct option_spec remove_options[] = {
    OPT("paper", "N", OPTION_REPEAT, "取出的件号", "number of a paper taken out"),
    OPT("to", "PARTY", 0, "交还给谁", "the party it is given back to"),
    OPT("slip", "NO", 0, "交还单编号", "number of the slip he signed"),
    OPT("into", "FOLDER", 0, "转入的档案", "the folder it goes into"),
    BODY_OPT_REASON,
};
static const struct option_spec move_options[] = {
    OPT("box", "BOX", 0, "改放入此盒", "its box from now on"),
    OPT("at", "PLACE", 0, "暂放此处", "where it is for now"),
    OPT_FLAG("back", "放回原盒", "it is back in its box"),
    OPT_FLAG("no-box", "不再属于任何盒", "it stands in no box"),
    BODY_OPT_REASON,
};
static const struct option_spec close_options[] = {
    OPT("trigger", "EVENT", OPTION_REQUIRED, "事由 lease_ended moved_out sold other",
        "what ended it: lease_ended moved_out sold other"),
    OPT("date", "DATE", OPTION_REQUIRED, "事由发生日期", "the day of it"),
    BODY_OPT_REASON,
};

static const struct command rows[] = {
    {.name = "folder open",
     .words = "[LABEL]",
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(open_options),
     .zh = "建立档案(默认名称:房号加类别)",
     .en = "open a folder (default label: the home's and the class's)",
     .run = run_open},
    {.name = "folder file",
     .words = "FOLDER",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(file_options),
     .zh = "归档资料",
     .en = "file papers in a folder",
     .run = run_papers},
    {.name = "folder amend",
     .words = "FOLDER",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(amend_options),
     .zh = "更改资料清单",
     .en = "change what the inventory says of papers",
     .run = run_papers},
    {.name = "folder remove",
     .words = "FOLDER|PAPER...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(remove_options),
     .zh = "取出资料:交还本人或转入另一档案(两人)",
     .en = "take papers out: to whom they belong or into another folder (two people)",
     .run = run_remove},
    {.name = "folder move",
     .words = "FOLDER...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(move_options),
     .zh = "移动档案",
     .en = "move folders",
     .run = run_move},
    {.name = "folder close",
     .words = "FOLDER...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(close_options),
     .zh = "结束档案,开始计算保管期限",
     .en = "close folders; their retention runs from then",
     .run = run_close},
};

const struct command_group command_group_folder = COMMAND_GROUP(rows);
