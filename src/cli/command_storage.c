/* storage: shelves and boxes; the storeroom they stand in (FORMATS.md §19.3). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/tag.h"
#include "folder_pick.h"
#include "name.h"
#include "session_act.h"

#define WRITES (COMMAND_WRITE | COMMAND_FOUNDED)

/* Where they stand: in a place, or a box on a shelf. */
static enum custody_status where(struct session *session, json_t **ret_place,
                                 json_t **ret_within, struct custody_error *err)
{
    const struct arguments *args = session->args;
    if (option_has(args, "place") == option_has(args, "within")) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "say where it stands: --place PLACE, or --within SHELF for a box");
    }
    enum custody_status rc = name_option(session, "place", "L", ret_place, err);
    if (rc == CUSTODY_OK) {
        rc = name_option(session, "within", "S", ret_within, err);
        if (rc != CUSTODY_OK) {
            json_decref(*ret_place);
            *ret_place = NULL;
        }
    }
    return rc;
}

static enum custody_status add_node(struct session *session, json_t *nodes, const char *item,
                                    const char *label, json_t *place, json_t *within,
                                    struct custody_error *err)
{
    bool is_new = false;
    enum custody_status rc =
        folder_put_sorted(nodes, "item",
                          json_pack("{s:s,s:s,s:O,s:O}", "item", item, "label", label, "place",
                                    place, "within", within),
                          &is_new, err);
    (void)session;
    if (rc == CUSTODY_OK && !is_new) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE, "%s is named twice; name it once", item);
    }
    return rc;
}

static enum custody_status run_nodes(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    const bool is_adding = strcmp(command->name, "storage add") == 0;
    const struct arguments *args = session->args;
    const char *kind = option_get(args, "kind");
    json_t *place = NULL;
    json_t *within = NULL;
    json_t *body = NULL;
    json_t *nodes = json_array();
    enum custody_status rc = session_packed(nodes, err);
    if (rc == CUSTODY_OK && is_adding && strcmp(kind, "box") != 0 &&
        strcmp(kind, "shelf") != 0) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE, "--kind is box or shelf");
    }
    if (rc == CUSTODY_OK) {
        rc = where(session, &place, &within, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        char item[CUSTODY_ITEM_LEN + 1];
        struct name_match match;
        if (is_adding) {
            rc = custody_item_new(session->site, kind[0] == 'b' ? 'B' : 'S', item, err);
        } else {
            rc = name_resolve(session, args->words[i], "BS", &match, err);
        }
        if (rc == CUSTODY_OK) {
            rc = add_node(session, nodes, is_adding ? item : match.id,
                          is_adding ? args->words[i] : match.label, place, within, err);
        }
    }
    if (rc == CUSTODY_OK) {
        body = json_pack("{s:O}", "nodes", nodes);
        rc = session_packed(body, err);
    }
    if (rc == CUSTODY_OK && !is_adding &&
        json_object_set_new(body, "reason", json_string(option_get(args, "reason"))) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, is_adding ? "storage.add/1" : "storage.move/1",
                         json_incref(body), err);
    }
    json_decref(place);
    json_decref(within);
    json_decref(nodes);
    json_decref(body);
    return rc;
}

/* A whole number, minus allowed, or null when it is not given. */
static enum custody_status reading(const struct session *session, const char *option,
                                   int64_t min, int64_t max, json_t **ret_value,
                                   struct custody_error *err)
{
    int64_t value = 0;
    const char *text = option_get(session->args, option);
    if (text == NULL) {
        *ret_value = json_null();
        return CUSTODY_OK;
    }
    const bool is_negative = text[0] == '-' && min < 0;
    if (option_int_of(text + (is_negative ? 1 : 0), option, 0, is_negative ? -min : max, &value,
                      NULL) != CUSTODY_OK) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--%s is a whole number from %lld to %lld",
                            option, (long long)min, (long long)max);
    }
    *ret_value = json_integer(is_negative ? -value : value);
    return session_packed(*ret_value, err);
}

static enum custody_status run_check(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    const char *reason = option_get(session->args, "remarks");
    struct name_match place;
    json_t *humidity = NULL;
    json_t *temperature = NULL;
    enum custody_status rc = name_resolve(session, session->args->words[0], "L", &place, err);
    if (rc == CUSTODY_OK) {
        rc = reading(session, "humidity", 0, 100, &humidity, err);
    }
    if (rc == CUSTODY_OK) {
        rc = reading(session, "temperature", -40, 60, &temperature, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "storeroom.check/1",
                         json_pack("{s:O,s:s,s:s?,s:s,s:O}", "humidity_pct", humidity, "place",
                                   place.id, "reason", reason, "result",
                                   reason != NULL ? "remarks" : "ok", "temperature_c",
                                   temperature),
                         err);
    }
    json_decref(humidity);
    json_decref(temperature);
    return rc;
}

#define OPT_PLACE  OPT("place", "PLACE", 0, "所在位置", "the place it stands in")
#define OPT_WITHIN OPT("within", "SHELF", 0, "所在档案架", "the shelf a box stands on")

static const struct option_spec add_options[] = {
    OPT("kind", "box|shelf", OPTION_REQUIRED, "box 档案盒 或 shelf 档案架", "box or shelf"),
    OPT_PLACE,
    OPT_WITHIN,
};
static const struct option_spec move_options[] = {
    OPT_PLACE,
    OPT_WITHIN,
    BODY_OPT_REASON,
};
static const struct option_spec list_options[] = {
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "所在位置", "those in this place"),
    OPT_PARAM("within", "SHELF", OPTION_TEXT, "within", "S", "所在档案架",
              "those on this shelf"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("after", "ITEM", OPTION_TEXT, "after", NULL, "从此编号之后",
              "go on after this item"),
};
static const struct option_spec check_options[] = {
    OPT("temperature", "C", 0, "温度(摄氏度)", "degrees Celsius"),
    OPT("humidity", "PERCENT", 0, "相对湿度(%)", "relative humidity"),
    OPT("remarks", "CODE", 0, "有问题时的原因代码", "what is not right, a reason code"),
};
static const struct option_spec checks_options[] = {
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "位置", "of this place"),
};

static const struct command rows[] = {
    {.name = "storage add",
     .words = "LABEL...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(add_options),
     .zh = "登记档案架或档案盒",
     .en = "register shelves or boxes",
     .run = run_nodes},
    {.name = "storage move",
     .words = "BOX|SHELF...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = WRITES,
     .options = OPTION_TABLE(move_options),
     .zh = "移动档案架或档案盒",
     .en = "move shelves or boxes",
     .run = run_nodes},
    {.name = "storage list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(list_options),
     .read = "storage.list",
     .zh = "档案架与档案盒清单",
     .en = "list the shelves and boxes",
     .run = command_run_read},
    {.name = "storage show",
     .words = "BOX|SHELF",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "storage.show",
     .target = "item",
     .kinds = "BS",
     .zh = "查看一个档案架或档案盒",
     .en = "show a shelf or a box",
     .run = command_run_read},
    {.name = "storage check",
     .words = "PLACE",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(check_options),
     .zh = "登记库房检查",
     .en = "record a check of a storeroom",
     .run = run_check},
    {.name = "storage checks",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(checks_options),
     .read = "storeroom.list",
     .zh = "库房检查记录",
     .en = "list the checks of storerooms",
     .run = command_run_read},
};

const struct command_group command_group_storage = COMMAND_GROUP(rows);
