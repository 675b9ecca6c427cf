/* place and lock: where keys belong. */
#include <string.h>

#include "command.h"
#include "name.h"
#include "session_act.h"

static enum custody_status run_place_add(struct session *session, const struct command *command,
                                         struct custody_error *err)
{
    (void)command;
    json_t *parent = NULL;
    enum custody_status rc = name_option(session, "parent", "L", &parent, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "place.add/1",
                       json_pack("{s:[{s:s,s:s,s:s,s:o}]}", "places", "code",
                                 session->args->words[0], "kind",
                                 option_get(session->args, "kind"), "label",
                                 option_get(session->args, "label"), "parent", parent),
                       err);
}

static enum custody_status run_lock_add(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    json_t *place = NULL;
    enum custody_status rc = name_option(session, "place", "L", &place, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "lock.add/1",
                       json_pack("{s:[{s:s,s:s,s:s,s:o}]}", "locks", "code",
                                 session->args->words[0], "kind",
                                 option_get(session->args, "kind"), "label",
                                 option_get(session->args, "label"), "place", place),
                       err);
}

static const struct option_spec place_add_options[] = {
    OPT("kind", "KIND", OPTION_REQUIRED, "area building unit floor home room",
        "area building unit floor home room"),
    OPT("label", "TEXT", OPTION_REQUIRED, "标签,如 3栋-2单元-1201",
        "label, like 3栋-2单元-1201"),
    OPT("parent", "PLACE", 0, "上级位置", "the place it is in"),
};
static const struct option_spec place_list_options[] = {
    OPT_PARAM("parent", "PLACE", OPTION_TEXT, "parent", "L", "上级位置", "those in this place"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("after", "CODE", OPTION_TEXT, "after", NULL, "从此代码之后",
              "go on after this code"),
};
static const struct option_spec lock_add_options[] = {
    OPT("kind", "KIND", OPTION_REQUIRED, "锁具种类代码", "kind of lock, a code of the policy"),
    OPT("label", "TEXT", OPTION_REQUIRED, "标签", "label"),
    OPT("place", "PLACE", OPTION_REQUIRED, "所在位置", "where it is"),
};
static const struct option_spec lock_list_options[] = {
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "所在位置", "those in this place"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("after", "CODE", OPTION_TEXT, "after", NULL, "从此代码之后",
              "go on after this code"),
};

static const struct command rows[] = {
    {.name = "place add",
     .words = "CODE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(place_add_options),
     .zh = "增加位置(保管员与主管签名)",
     .en = "add a place (custodian and supervisor sign)",
     .run = run_place_add},
    {.name = "place list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(place_list_options),
     .read = "place.list",
     .zh = "位置清单",
     .en = "list the places",
     .run = command_run_read},
    {.name = "place show",
     .words = "PLACE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "place.show",
     .target = "place",
     .kinds = "L",
     .zh = "查看一个位置",
     .en = "show a place",
     .run = command_run_read},
    {.name = "lock add",
     .words = "CODE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(lock_add_options),
     .zh = "增加锁具(保管员与主管签名)",
     .en = "add a lock (custodian and supervisor sign)",
     .run = run_lock_add},
    {.name = "lock list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(lock_list_options),
     .read = "lock.list",
     .zh = "锁具清单",
     .en = "list the locks",
     .run = command_run_read},
    {.name = "lock show",
     .words = "LOCK",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "lock.show",
     .target = "lock",
     .kinds = "U",
     .zh = "查看一把锁",
     .en = "show a lock",
     .run = command_run_read},
};

const struct command_group command_group_place = COMMAND_GROUP(rows);
