/* who: who held what, at a moment of the world or of the record. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "name.h"
#include "output.h"
#include "print.h"

#define PATH_SIZE 4096

static enum custody_status write_within(const char *dir, const char *name, const char *text,
                                        struct custody_error *err)
{
    char path[PATH_SIZE];
    const int len = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "the name of the directory is too long; choose another");
    }
    return output_write(path, text, strlen(text), 0644, err);
}

/* A receipt for every act that the answer rests on: acts[i] is in a file of its index. */
static enum custody_status write_receipts(struct session *session, const char *dir,
                                          const json_t *rows, struct custody_error *err)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *idx = json_object_get(json_array_get(rows, i), "idx");
        char name[64];
        char *receipt = NULL;
        if (!json_is_integer(idx)) {
            continue;
        }
        (void)snprintf(name, sizeof name, "%lld.tlog-proof",
                       (long long)json_integer_value(idx));
        enum custody_status rc =
            custody_receipt(session->site, json_integer_value(idx), &receipt, err);
        if (rc == CUSTODY_OK) {
            rc = write_within(dir, name, receipt, err);
        }
        free(receipt);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

/*
 * The answer with what proves it, in a new directory: the rows, the checkpoint, and the act of
 * each row with its proof of inclusion. That nothing came later is for a verified export to
 * show.
 */
static enum custody_status write_evidence(struct session *session, const char *dir,
                                          const json_t *params, struct custody_error *err)
{
    char *note = NULL;
    char code[33];
    char *text = NULL;
    json_t *rows = NULL;
    json_t *answer = NULL;
    if (mkdir(dir, 0755) != 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "%s cannot be made: name a directory that does not exist", dir);
    }
    enum custody_status rc = session_open(session, true, err);
    if (rc == CUSTODY_OK) {
        rc = custody_checkpoint(session->site, &note, code, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "who", json_deep_copy(params), &rows, err);
    }
    if (rc == CUSTODY_OK) {
        answer = json_pack("{s:O,s:s,s:O}", "asked", params, "paper_code", code, "rows", rows);
        text = answer != NULL ? json_dumps(answer, JSON_INDENT(1)) : NULL;
        rc = text != NULL ? write_within(dir, "answer.json", text, err)
                          : session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_within(dir, "checkpoint", note, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_receipts(session, dir, rows, err);
    }
    free(text);
    free(note);
    json_decref(answer);
    json_decref(rows);
    return rc;
}

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
    const char *evidence = option_get(session->args, "evidence");
    if (evidence != NULL) {
        rc = write_evidence(session, evidence, params, err);
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
    OPT("evidence", "DIR", 0, "另存证据(校验码与每条登记的回执)",
        "write the evidence too: checkpoint, and a receipt for each act"),
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
