/* who: who held what, at a moment of the world or of the record. */
#include <string.h>

#include "command.h"
#include "name.h"

static enum custody_status run_who(struct session *session, const struct command *command,
                                   struct custody_error *err)
{
    (void)command;
    struct name_match match;
    char at[SESSION_TIME_SIZE];
    char known_at[SESSION_TIME_SIZE];
    enum custody_status rc = session_time(session, "at", NULL, at, err);
    if (rc == CUSTODY_OK) {
        rc = session_time(session, "as-known-at", NULL, known_at, err);
    }
    if (rc == CUSTODY_OK) {
        const bool is_board = option_has(session->args, "board");
        rc = name_resolve_first(session, session->args->words[0], is_board ? "D" : "LKRHPDU",
                                &match, err);
        match.kind = is_board ? 'B' : match.kind;
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char kind[2] = {match.kind, '\0'};
    json_t *params = json_pack("{s:s,s:s}", "kind", kind, "target", match.id);
    if (at[0] != '\0' && json_object_set_new(params, "at", json_string(at)) != 0) {
        rc = session_packed(NULL, err);
    }
    if (known_at[0] != '\0' &&
        json_object_set_new(params, "known_at", json_string(known_at)) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(params);
        return rc;
    }
    return command_print_read(session, "who", params, err);
}

static const struct option_spec who_options[] = {
    OPT("at", "TIME", 0, "某一时刻(按现在所知)", "at this moment, as now known"),
    OPT("as-known-at", "TIME", 0, "按某一时刻的记录", "as the record stood at this moment"),
    OPT_FLAG("board", "该保管台名下的全部钥匙", "all that is at home at the desk"),
};

static const struct option_spec flag_options[] = {
    OPT_PARAM("code", "CODE", OPTION_TEXT, "code", NULL, "标记代码", "those with this code"),
};

static const struct command rows[] = {
    {.name = "who",
     .words = "KEY|RING|PLACE|PERSON|DESK",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(who_options),
     .zh = "钥匙在谁手里",
     .en = "who holds, or held, what",
     .run = run_who},
    {.name = "flags",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(flag_options),
     .read = "flag.list",
     .zh = "标记事项清单",
     .en = "list the flags",
     .run = command_run_read},
};

const struct command_group command_group_who = COMMAND_GROUP(rows);
