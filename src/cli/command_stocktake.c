/* Counting: stock-takes, by scanning; the list of a desk; pre-numbered slips. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "name.h"
#include "session_act.h"

#define SCAN_LINE_MAX 256
#define SCANS_PER_ACT 400 /* an act holds about 64 kB */

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* --stocktake ACT, else the one that is open at the desk. */
static enum custody_status find_stocktake(struct session *session, const char *desk,
                                          char out[SESSION_ID_SIZE], struct custody_error *err)
{
    const char *text = option_get(session->args, "stocktake");
    json_t *rows = NULL;
    if (text != NULL) {
        return name_act(session, text, "ledger.log", out, err);
    }
    enum custody_status rc =
        session_read(session, "stocktake.list",
                     json_pack("{s:s,s:s}", "desk", desk, "state", "open"), &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *id = text_member(json_array_get(rows, 0), "stocktake");
    if (strlen(id) != SESSION_ID_SIZE - 1) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "no stock-take of this desk is open; begin one with stocktake start");
    } else {
        memcpy(out, id, SESSION_ID_SIZE);
    }
    json_decref(rows);
    return rc;
}

/* ---- scan ---- */

struct scans {
    const char *desk;
    char stocktake[SESSION_ID_SIZE];
    json_t *items;   /* {item,label}, sorted */
    json_t *unknown; /* {text}, sorted */
};

/* Keep a list sorted by a member, each once. */
static enum custody_status insert_sorted(json_t *list, const char *member, json_t *element,
                                         struct custody_error *err)
{
    const char *name = text_member(element, member);
    size_t low = 0;
    size_t high = json_array_size(list);
    enum custody_status rc = session_packed(element, err);
    while (rc == CUSTODY_OK && low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(text_member(json_array_get(list, middle), member), name);
        if (order == 0) {
            json_decref(element);
            return CUSTODY_OK;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (rc == CUSTODY_OK && json_array_insert_new(list, low, element) != 0) {
        rc = session_packed(NULL, err);
    }
    return rc;
}

static enum custody_status add_scan(struct session *session, struct scans *scans,
                                    const char *text, struct custody_error *err)
{
    struct name_match match;
    struct custody_error inner = {0};
    enum custody_status rc = name_resolve(session, text, "KR", &match, &inner);
    if (rc == CUSTODY_OK) {
        return insert_sorted(scans->items, "item",
                             json_pack("{s:s,s:s}", "item", match.id, "label", match.label),
                             err);
    }
    if (rc == CUSTODY_ERR_REFUSED && strcmp(inner.rule, "superseded") == 0) {
        /* No unknown thing: what it hangs on is counted by its new tag, or is missing. */
        session_note(session, inner.text, text);
        return CUSTODY_OK;
    }
    if (rc == CUSTODY_ERR_NOT_FOUND || rc == CUSTODY_ERR_INVALID || rc == CUSTODY_ERR_REFUSED) {
        session_note(session, inner.text, text);
        return insert_sorted(scans->unknown, "text", json_pack("{s:s}", "text", text), err);
    }
    if (err != NULL) {
        *err = inner;
    }
    return rc;
}

static enum custody_status submit_scans(struct session *session, struct scans *scans,
                                        struct custody_error *err)
{
    if (json_array_size(scans->items) + json_array_size(scans->unknown) == 0) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        session_act(session, "stocktake.scan/1",
                    json_pack("{s:s,s:O,s:s,s:O}", "desk", scans->desk, "items", scans->items,
                              "stocktake", scans->stocktake, "unknown", scans->unknown),
                    err);
    (void)json_array_clear(scans->items);
    (void)json_array_clear(scans->unknown);
    return rc;
}

/* One scan a line until the end of standard input; every few hundred make an act. */
static enum custody_status scan_lines(struct session *session, struct scans *scans,
                                      struct custody_error *err)
{
    char line[SCAN_LINE_MAX];
    enum custody_status rc = CUSTODY_OK;
    while (rc == CUSTODY_OK && fgets(line, sizeof line, stdin) != NULL) {
        const size_t len = strcspn(line, "\r\n");
        if (line[len] == '\0' && !feof(stdin)) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "a line of standard input is no scan; one tag or name a line");
            break;
        }
        line[len] = '\0';
        if (len == 0) {
            continue;
        }
        rc = add_scan(session, scans, line, err);
        if (rc == CUSTODY_OK &&
            json_array_size(scans->items) + json_array_size(scans->unknown) >= SCANS_PER_ACT) {
            rc = submit_scans(session, scans, err);
        }
    }
    if (rc == CUSTODY_OK && ferror(stdin) != 0) {
        rc = custody_fail(err, CUSTODY_ERR_IO, "standard input could not be read; scan again");
    }
    return rc;
}

static enum custody_status run_scan(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    struct name_match desk;
    struct scans scans = {.items = json_array(), .unknown = json_array()};
    enum custody_status rc = session_packed(scans.items, err);
    if (rc == CUSTODY_OK) {
        rc = session_packed(scans.unknown, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(args, "desk"), "D", &desk, err);
    }
    if (rc == CUSTODY_OK) {
        scans.desk = desk.id;
        rc = find_stocktake(session, desk.id, scans.stocktake, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = add_scan(session, &scans, args->words[i], err);
    }
    if (rc == CUSTODY_OK && args->word_count == 0) {
        rc = scan_lines(session, &scans, err);
    }
    if (rc == CUSTODY_OK) {
        rc = submit_scans(session, &scans, err);
    }
    json_decref(scans.items);
    json_decref(scans.unknown);
    return rc;
}

#define MISSING_MAX 400U

static enum custody_status run_finish(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    struct name_match desk;
    char stocktake[SESSION_ID_SIZE];
    json_t *counts = NULL;
    json_t *missing = NULL;
    enum custody_status rc =
        name_resolve(session, option_get(session->args, "desk"), "D", &desk, err);
    if (rc == CUSTODY_OK) {
        rc = find_stocktake(session, desk.id, stocktake, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "stocktake.counts",
                          json_pack("{s:s}", "stocktake", stocktake), &counts, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "stocktake.missing",
                          json_pack("{s:s}", "stocktake", stocktake), &missing, err);
    }
    /* An act has room for the first of them; its counts have them all (FORMATS.md §17.5). */
    while (rc == CUSTODY_OK && json_array_size(missing) > MISSING_MAX) {
        (void)json_array_remove(missing, json_array_size(missing) - 1);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "stocktake.finish/1",
                         json_pack("{s:O,s:O,s:s}", "counts", json_array_get(counts, 0),
                                   "missing", missing, "stocktake", stocktake),
                         err);
    }
    json_decref(counts);
    json_decref(missing);
    return rc;
}

/* ---- slips ---- */

/* "17=void", "18=used:ACT+ACT", "19=blank" */
static enum custody_status slip_of(struct session *session, const char *word, json_t *slips,
                                   struct custody_error *err)
{
    char number_text[16];
    char use[16];
    int64_t number = 0;
    const char *equals = strchr(word, '=');
    const size_t number_len = equals != NULL ? (size_t)(equals - word) : 0;
    const size_t use_len = equals != NULL ? strcspn(equals + 1, ":") : 0;
    if (number_len == 0 || number_len >= sizeof number_text || use_len == 0 ||
        use_len >= sizeof use) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "\"%.60s\" is no slip; write 17=void, 18=blank or 19=used:ACT+ACT",
                            word);
    }
    memcpy(number_text, word, number_len);
    number_text[number_len] = '\0';
    memcpy(use, equals + 1, use_len);
    use[use_len] = '\0';
    json_t *texts = NULL;
    json_t *acts = json_array();
    enum custody_status rc = session_packed(acts, err);
    if (rc == CUSTODY_OK) {
        rc = option_int_of(number_text, "the number of a slip", 1, 999999, &number, err);
    }
    if (rc == CUSTODY_OK && equals[1 + use_len] == ':') {
        rc = name_set_text(equals + 1 + use_len + 1, &texts, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(texts); i++) {
        char id[SESSION_ID_SIZE];
        rc = name_act(session, json_string_value(json_array_get(texts, i)), "ledger.log", id,
                      err);
        if (rc == CUSTODY_OK && json_array_append_new(acts, json_string(id)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        size_t at = 0;
        while (at < json_array_size(slips) &&
               json_integer_value(json_object_get(json_array_get(slips, at), "number")) <
                   number) {
            at++;
        }
        if (json_array_insert_new(slips, at,
                                  json_pack("{s:O,s:I,s:s}", "acts", acts, "number",
                                            (json_int_t)number, "use", use)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(texts);
    json_decref(acts);
    return rc;
}

static enum custody_status run_slip_close(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    struct name_match desk;
    json_t *slips = json_array();
    enum custody_status rc = session_packed(slips, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(args, "desk"), "D", &desk, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = slip_of(session, args->words[i], slips, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "slip.close/1",
                         json_pack("{s:s,s:s,s:O}", "desk", desk.id, "series",
                                   option_get(args, "series"), "slips", slips),
                         err);
    }
    json_decref(slips);
    return rc;
}

static const struct option_spec start_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("kind", "monthly|yearly", 0, "月盘或按楼年盘(默认 monthly)",
        "monthly or yearly (default: monthly)"),
    OPT("place", "PLACE", OPTION_REPEAT, "年盘的楼栋", "buildings of a yearly one"),
};
static const struct body_member start_members[] = {
    {"desk", BODY_DESK, "desk", NULL},
    {"kind", BODY_TEXT, "kind", "monthly"},
    {"places", BODY_PLACES, "place", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec scan_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("stocktake", "ACT", 0, "盘点编号(默认该台未结的)",
        "the stock-take (default: the desk's open one)"),
};
static const struct option_spec slip_issue_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("series", "CODE", OPTION_REQUIRED, "本号", "code of the book of slips"),
    OPT("first", "N", OPTION_REQUIRED, "起号", "first number"),
    OPT("last", "N", OPTION_REQUIRED, "止号", "last number"),
};
static const struct body_member slip_issue_members[] = {
    {"desk", BODY_DESK, "desk", NULL}, {"first", BODY_INT, "first", NULL},
    {"last", BODY_INT, "last", NULL},  {"series", BODY_TEXT, "series", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec slip_close_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("series", "CODE", OPTION_REQUIRED, "本号", "code of the book of slips"),
};

static const struct command rows[] = {
    {.name = "stocktake start",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(start_options),
     .act = "stocktake.open/1",
     .members = start_members,
     .zh = "开始盘点",
     .en = "begin a stock-take",
     .run = command_run_act},
    {.name = "stocktake scan",
     .words = "[KEY...]",
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(scan_options),
     .zh = "扫码清点(不给钥匙时从标准输入逐行读取)",
     .en = "count by scanning (without keys: one a line from standard input)",
     .run = run_scan},
    {.name = "stocktake finish",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(scan_options),
     .zh = "结束盘点,两人签名",
     .en = "end a stock-take; two people sign",
     .run = run_finish},
    {.name = "slip issue",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(slip_issue_options),
     .act = "slip.issue/1",
     .members = slip_issue_members,
     .zh = "领用带编号的应急单",
     .en = "give a desk pre-numbered emergency slips",
     .run = command_run_act},
    {.name = "slip close",
     .words = "NUMBER=USE[:ACT+ACT]...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(slip_close_options),
     .zh = "应急单销号:用于、作废、空白",
     .en = "account for emergency slips: used, void, blank",
     .run = run_slip_close},
};

const struct command_group command_group_stocktake = COMMAND_GROUP(rows);
