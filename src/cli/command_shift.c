/* Shifts: hand-over, closing, the supervisor's check. */
#include <string.h>

#include "command.h"
#include "folder_pick.h"
#include "name.h"
#include "session_act.h"

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* "--shift day=li+wang" -> [{code,handles}], sorted by code. */
static enum custody_status run_roster_set(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    struct name_match desk;
    json_t *shifts = json_array();
    enum custody_status rc = session_packed(shifts, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(args, "desk"), "D", &desk, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "shift"); i++) {
        const char *text = option_at(args, "shift", i);
        const char *equals = strchr(text, '=');
        json_t *handles = NULL;
        size_t at = 0;
        if (equals == NULL || equals == text) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "--shift is CODE=HANDLE+HANDLE, like day=li+wang");
            break;
        }
        rc = name_set_text(equals + 1, &handles, err);
        json_t *shift =
            json_pack("{s:s%,s:o}", "code", text, (size_t)(equals - text), "handles", handles);
        while (at < json_array_size(shifts) &&
               strcmp(text_member(json_array_get(shifts, at), "code"),
                      text_member(shift, "code")) < 0) {
            at++;
        }
        if (rc == CUSTODY_OK && json_array_insert_new(shifts, at, shift) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "roster.set/1",
                         json_pack("{s:s,s:s,s:O}", "day", args->words[0], "desk", desk.id,
                                   "shifts", shifts),
                         err);
    }
    json_decref(shifts);
    return rc;
}

/* The custodian's list is the register's, counted by the people who sign. */
static enum custody_status run_custodian_change(struct session *session,
                                                const struct command *command,
                                                struct custody_error *err)
{
    static const struct body_member members[] = {
        {"desk", BODY_DESK, "desk", NULL},  {"gone", BODY_FLAG, "gone", NULL},
        {"incoming", BODY_NAME, "to", "H"}, {"outgoing", BODY_NAME, "from", "H"},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    json_t *body = NULL;
    json_t *list = NULL;
    enum custody_status rc = body_build(session, members, &body, err);
    if (rc == CUSTODY_OK) {
        rc = custody_desk_list(session->site, text_member(body, "desk"), &list, err);
    }
    if (rc == CUSTODY_OK && json_object_set(body, "list", list) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "custodian.change/1", json_incref(body), err);
    }
    json_decref(list);
    json_decref(body);
    return rc;
}

/* Does one of --stays name it? */
static enum custody_status stays(struct session *session, const char *item, bool *ret_stays,
                                 struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, "stays"); i++) {
        struct name_match match;
        rc = name_resolve(session, option_at(session->args, "stays", i), "F", &match, err);
        *ret_stays = *ret_stays || (rc == CUSTODY_OK && strcmp(match.id, item) == 0);
    }
    return rc;
}

/* The open folders of the home itself: with --trigger they close, but those that --stays names;
 * without it all stay. */
static enum custody_status settle_folders(struct session *session, const json_t *place,
                                          json_t *folders, struct custody_error *err)
{
    const char *trigger = option_get(session->args, "trigger");
    const char *date = option_get(session->args, "date");
    json_t *rows = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    if ((trigger == NULL) != (date == NULL)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "folders close by --trigger EVENT and --date DATE together");
    }
    enum custody_status rc = session_read(
        session, "folder.list",
        json_pack("{s:O,s:s,s:i}", "place", place, "state", "open", "limit", 1000000), &rows,
        err);
    json_array_foreach(rows, i, row)
    {
        bool is_kept = trigger == NULL;
        bool is_new = false;
        const char *item = json_string_value(json_object_get(row, "item"));
        if (rc != CUSTODY_OK || item == NULL ||
            json_equal(json_object_get(row, "place"), place) == 0) {
            continue; /* of a place beneath */
        }
        rc = stays(session, item, &is_kept, err);
        if (rc == CUSTODY_OK) {
            rc = folder_put_sorted(
                folders, "item",
                json_pack("{s:s?,s:s,s:O,s:s,s:s?}", "date", is_kept ? NULL : date, "item",
                          item, "label", json_object_get(row, "label"), "outcome",
                          is_kept ? "stays" : "closes", "trigger", is_kept ? NULL : trigger),
                &is_new, err);
        }
    }
    json_decref(rows);
    return rc;
}

/* A policy with folders: the act settles them too (unit.transfer/2). */
static enum custody_status put_folders(struct session *session, json_t *body, bool *ret_has,
                                       struct custody_error *err)
{
    json_t *policy = NULL;
    json_t *folders = json_array();
    enum custody_status rc = session_packed(folders, err);
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    *ret_has = rc == CUSTODY_OK && json_object_get(policy, "folder_classes") != NULL;
    if (*ret_has) {
        rc = settle_folders(session, json_object_get(body, "place"), folders, err);
        if (rc == CUSTODY_OK && json_object_set(body, "folders", folders) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(policy);
    json_decref(folders);
    return rc;
}

/* A home changes hands: what is settled how follows from where each key is. */
static enum custody_status run_unit_transfer(struct session *session,
                                             const struct command *command,
                                             struct custody_error *err)
{
    static const struct body_member members[] = {
        {"place", BODY_NAME_WORD, NULL, "L"},  {NULL, BODY_EVENT, NULL, NULL},
        {"party_in", BODY_NAME, "to", "P"},    {"party_out", BODY_NAME, "from", "P"},
        {"reason", BODY_TEXT, "reason", NULL}, {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    json_t *body = NULL;
    json_t *items = NULL;
    bool has_folders = false;
    enum custody_status rc = body_build(session, members, &body, err);
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "unit.items",
                          json_pack("{s:O,s:O}", "place", json_object_get(body, "place"),
                                    "party", json_object_get(body, "party_out")),
                          &items, err);
    }
    if (rc == CUSTODY_OK && json_object_set(body, "items", items) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_folders(session, body, &has_folders, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, has_folders ? "unit.transfer/2" : "unit.transfer/1",
                         json_incref(body), err);
    }
    json_decref(items);
    json_decref(body);
    return rc;
}

/* "3-2-1201:antitheft=3/2": listed 3, counted 2; grouped by place, both sorted. */
static enum custody_status add_count(struct session *session, const char *word, json_t *counts,
                                     struct custody_error *err)
{
    char place_text[200];
    char kind[40];
    char listed_text[16];
    int64_t listed = 0;
    int64_t counted = 0;
    struct name_match place;
    const char *colon = strrchr(word, ':');
    const char *equals = colon != NULL ? strchr(colon, '=') : NULL;
    const char *slash = equals != NULL ? strchr(equals, '/') : NULL;
    if (slash == NULL || (size_t)(colon - word) >= sizeof place_text ||
        (size_t)(equals - colon) > sizeof kind ||
        (size_t)(slash - equals) > sizeof listed_text) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "\"%.80s\" is no count; write PLACE:KIND=LISTED/COUNTED, like "
                            "3-2-12-1201:antitheft=3/3",
                            word);
    }
    (void)snprintf(place_text, sizeof place_text, "%.*s", (int)(colon - word), word);
    (void)snprintf(kind, sizeof kind, "%.*s", (int)(equals - colon - 1), colon + 1);
    (void)snprintf(listed_text, sizeof listed_text, "%.*s", (int)(slash - equals - 1),
                   equals + 1);
    enum custody_status rc =
        option_int_of(listed_text, "the number listed", 0, 10000, &listed, err);
    if (rc == CUSTODY_OK) {
        rc = option_int_of(slash + 1, "the number counted", 0, 10000, &counted, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, place_text, "L", &place, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    size_t at = 0;
    while (at < json_array_size(counts) &&
           strcmp(text_member(json_array_get(counts, at), "place"), place.id) < 0) {
        at++;
    }
    json_t *home = json_array_get(counts, at);
    if (home == NULL || strcmp(text_member(home, "place"), place.id) != 0) {
        if (json_array_insert_new(counts, at,
                                  json_pack("{s:[],s:s}", "kinds", "place", place.id)) != 0) {
            return session_packed(NULL, err);
        }
        home = json_array_get(counts, at);
    }
    json_t *kinds = json_object_get(home, "kinds");
    for (at = 0; at < json_array_size(kinds) &&
                 strcmp(text_member(json_array_get(kinds, at), "kind"), kind) < 0;) {
        at++;
    }
    return json_array_insert_new(kinds, at,
                                 json_pack("{s:I,s:s,s:I}", "counted", (json_int_t)counted,
                                           "kind", kind, "listed", (json_int_t)listed)) == 0
               ? CUSTODY_OK
               : session_packed(NULL, err);
}

static enum custody_status run_takeover(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    static const struct body_member members[] = {
        {"desk", BODY_DESK, "desk", NULL},     {NULL, BODY_EVENT, NULL, NULL},
        {"letter", BODY_TEXT, "letter", NULL}, {"party", BODY_NAME, "from", "P"},
        {"scope", BODY_NAME, "scope", "L"},    {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    const struct arguments *args = session->args;
    json_t *body = NULL;
    json_t *counts = json_array();
    enum custody_status rc = session_packed(counts, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = add_count(session, args->words[i], counts, err);
    }
    if (rc == CUSTODY_OK && json_object_set(body, "counts", counts) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.takeover/1", json_incref(body), err);
    }
    json_decref(counts);
    json_decref(body);
    return rc;
}

static const struct option_spec shift_handover_options[] = {
    OPT("from", "HANDLE", OPTION_REQUIRED, "交班人", "who goes"),
    OPT("to", "HANDLE", OPTION_REQUIRED, "接班人", "who comes"),
    BODY_OPT_DESK_REQUIRED,
    OPT("board", "N", 0, "日常板上", "keys on the board"),
    OPT("open", "N", 0, "未还", "not returned"),
    OPT("overdue", "N", 0, "逾期", "overdue"),
    OPT("sealed", "N", 0, "完好封条", "seals unbroken"),
    OPT("reason", "CODE", 0, "数目不符时的原因代码", "reason code where numbers differ"),
};
static const struct body_member shift_handover_members[] = {
    {"desk", BODY_DESK, "desk", NULL},    {"counted", BODY_COUNTED, NULL, NULL},
    {NULL, BODY_EVENT, NULL, NULL},       {"incoming", BODY_NAME, "to", "H"},
    {"outgoing", BODY_NAME, "from", "H"}, {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec shift_close_options[] = {
    OPT("guard", "HANDLE", OPTION_REQUIRED, "安全员", "the guard"),
    OPT_FLAG("doors-locked", "门窗已锁", "doors and windows are locked"),
    OPT_FLAG("power-off", "电源已关", "the power is off"),
    BODY_OPT_DESK_REQUIRED,
    OPT("board", "N", 0, "日常板上", "keys on the board"),
    OPT("open", "N", 0, "未还", "not returned"),
    OPT("overdue", "N", 0, "逾期", "overdue"),
    OPT("sealed", "N", 0, "完好封条", "seals unbroken"),
    OPT("reason", "CODE", 0, "数目不符时的原因代码", "reason code where numbers differ"),
};
static const struct body_member shift_close_members[] = {
    {"desk", BODY_DESK, "desk", NULL},
    {"counted", BODY_COUNTED, NULL, NULL},
    {"doors_locked", BODY_FLAG, "doors-locked", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"guard", BODY_NAME, "guard", "H"},
    {"power_off", BODY_FLAG, "power-off", NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec check_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("result", "ok|remarks", 0, "结果(默认 ok)", "result (default: ok)"),
    OPT("reason", "CODE", 0, "有问题时的原因代码", "reason code with remarks"),
};
static const struct body_member check_members[] = {
    {"day", BODY_DAY_WORD, NULL, NULL},    {"desk", BODY_DESK, "desk", NULL},
    {"reason", BODY_TEXT, "reason", NULL}, {"result", BODY_TEXT, "result", "ok"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec roster_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("shift", "CODE=HANDLE+HANDLE", OPTION_REPEAT, "班次与人员", "a shift and its people"),
};
static const struct option_spec custodian_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("from", "HANDLE", OPTION_REQUIRED, "移交人", "who goes"),
    OPT("to", "HANDLE", OPTION_REQUIRED, "接收人", "who comes"),
    OPT_FLAG("gone", "移交人不在场,主管与另一人清点", "who goes is not here to sign"),
};
static const struct option_spec transfer_options[] = {
    OPT("from", "PARTY", 0, "原业主或租户", "the party that leaves"),
    OPT("to", "PARTY", 0, "新业主或租户", "the party that comes"),
    BODY_OPT_REASON,
    OPT("trigger", "EVENT", 0, "结束该户档案的事由 lease_ended moved_out sold other",
        "close the home's folders: lease_ended moved_out sold other"),
    OPT("date", "DATE", 0, "事由发生日期", "the day of it"),
    OPT("stays", "FOLDER", OPTION_REPEAT, "不结束的档案", "a folder that stays open"),
};
static const struct option_spec takeover_options[] = {
    OPT("scope", "PLACE", OPTION_REQUIRED, "接管范围(楼栋)", "building or phase"),
    OPT("letter", "NO", OPTION_REQUIRED, "建设单位清单编号", "number of the builder's list"),
    OPT("from", "PARTY", 0, "建设单位", "the builder"),
    BODY_OPT_DESK_REQUIRED,
};

static const struct command rows[] = {
    {.name = "key takeover",
     .words = "PLACE:KIND=LISTED/COUNTED...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(takeover_options),
     .zh = "接管楼宇钥匙:逐户逐类清点",
     .en = "take a building's keys over, counted by home and kind",
     .run = run_takeover},
    {.name = "unit transfer",
     .words = "PLACE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(transfer_options),
     .zh = "房屋易主:结清托管与借用",
     .en = "a home changes hands: settle its keys",
     .run = run_unit_transfer},
    {.name = "custodian change",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(custodian_options),
     .zh = "钥匙保管移交",
     .en = "another custodian takes the desk over",
     .run = run_custodian_change},
    {.name = "roster set",
     .words = "DATE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(roster_options),
     .zh = "排班",
     .en = "who works which shift that day",
     .run = run_roster_set},
    {.name = "shift check",
     .words = "DATE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(check_options),
     .act = "shift.check/1",
     .members = check_members,
     .zh = "主管每日检查",
     .en = "the supervisor's daily check",
     .run = command_run_act},
    {.name = "shift handover",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(shift_handover_options),
     .act = "shift.handover/1",
     .members = shift_handover_members,
     .zh = "交接班",
     .en = "hand the shift over",
     .run = command_run_act},
    {.name = "shift close",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(shift_close_options),
     .act = "shift.close/1",
     .members = shift_close_members,
     .zh = "下班关台",
     .en = "close the desk for the day",
     .run = command_run_act},
};

const struct command_group command_group_shift = COMMAND_GROUP(rows);
