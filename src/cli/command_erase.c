/* erase: requests, the erasure itself, its certificate (FORMATS.md §7, §21; A15, P2). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/keeping.h"
#include "destruction_pick.h"
#include "name.h"
#include "print.h"
#include "session_act.h"

#define READS    (COMMAND_SITE | COMMAND_FOUNDED)
#define WRITES   (COMMAND_WRITE | COMMAND_FOUNDED)
#define ROWS_MAX 1000000

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static void say_number(const struct session *session, enum text_id what, const json_t *number)
{
    (void)fprintf(stderr, "custody: %s: %lld\n", text_of(session->lang, what),
                  (long long)json_integer_value(number));
}

/* ---- what an erasure rests on ---- */

/* The destruction.execute of a batch: the act that the witnesses' authority comes from. */
static enum custody_status execute_of(struct session *session, char out[SESSION_ID_SIZE],
                                      struct custody_error *err)
{
    json_t *batch = NULL;
    json_t *entry = NULL;
    enum custody_status rc =
        destruction_batch(session, option_get(session->args, "destruction"), &batch, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const json_t *idx = json_object_get(batch, "executed_idx");
    rc = json_is_integer(idx)
             ? custody_entry(session->site, json_integer_value(idx), session->lang, &entry, err)
             : custody_refuse(err, "state",
                              "nothing of this batch is destroyed yet; destruction execute "
                              "comes first");
    if (rc == CUSTODY_OK) {
        (void)snprintf(out, SESSION_ID_SIZE, "%.64s", text_member(entry, "act_id"));
    }
    json_decref(entry);
    json_decref(batch);
    return rc;
}

struct ground {
    const char *kind;
    char act[SESSION_ID_SIZE]; /* "" for expiry */
};

static enum custody_status find_ground(struct session *session, struct ground *ret_ground,
                                       struct custody_error *err)
{
    const struct arguments *args = session->args;
    struct ground ground = {.kind = "expiry", .act = ""};
    enum custody_status rc = CUSTODY_OK;
    if ((option_has(args, "destruction") ? 1 : 0) + (option_has(args, "request") ? 1 : 0) +
            (option_has(args, "expired") ? 1 : 0) !=
        1) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "say one of --destruction BATCH, --request ACT and --expired");
    }
    if (option_has(args, "destruction")) {
        ground.kind = "destruction";
        rc = execute_of(session, ground.act, err);
    } else if (option_has(args, "request")) {
        ground.kind = "request";
        rc = name_act(session, option_get(args, "request"), "ledger.log", ground.act, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_ground = ground;
    }
    return rc;
}

/* Counts and no names: what nobody will be able to read any more. */
static void say_what_goes(const struct session *session, const json_t *found)
{
    char about[600] = "";
    size_t len = 0;
    const char *member = NULL;
    const json_t *count = NULL;
    say_number(session, TEXT_ERASE_GOES, json_object_get(found, "count"));
    json_object_foreach((json_t *)json_object_get(found, "texts"), member, count)
    {
        const int n =
            snprintf(about + len, sizeof about - len, "%s%.40s %lld", len > 0 ? ", " : "",
                     member, (long long)json_integer_value(count));
        if (n > 0 && (size_t)n < sizeof about - len) {
            len += (size_t)n;
        }
    }
    (void)fprintf(stderr, "custody: %s\n", about);
    const json_t *owners = json_object_get(found, "owners");
    size_t i = 0;
    const json_t *owner = NULL;
    len = 0;
    json_array_foreach(owners, i, owner)
    {
        const int n = snprintf(about + len, sizeof about - len, "%s%s", i > 0 ? " " : "",
                               json_string_value(owner));
        if (n < 0 || (size_t)n >= sizeof about - len) {
            about[len] = '\0'; /* the count above has them all */
            break;
        }
        len += (size_t)n;
    }
    (void)fprintf(stderr, "custody: %s (%zu): %s\n", text_of(session->lang, TEXT_ERASE_OF),
                  json_array_size(owners), about);
    if (json_is_true(json_object_get(found, "more"))) {
        session_note(session, text_of(session->lang, TEXT_ERASE_MORE), "");
    }
}

/* ---- done ---- */

/* Bodies of erase.done as if all steps had been carried out: a dry run touches no file. */
static enum custody_status dry_bodies(struct session *session, json_t **ret_bodies,
                                      struct custody_error *err)
{
    json_t *rows = NULL;
    json_t *bodies = json_array();
    size_t i = 0;
    const json_t *row = NULL;
    enum custody_status rc = session_packed(bodies, err);
    if (rc == CUSTODY_OK) {
        rc = custody_site_erase_open(session->site, &rows, err);
    }
    json_array_foreach(rows, i, row)
    {
        if (rc == CUSTODY_OK &&
            json_array_append_new(bodies,
                                  json_pack("{s:{s:O,s:O},s:O,s:[s,s]}", "counts", "fields",
                                            json_object_get(row, "count"), "subjects",
                                            json_object_get(row, "subjects"), "intent",
                                            json_object_get(row, "intent"), "media", "temp",
                                            "vault")) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(rows);
    if (rc != CUSTODY_OK) {
        json_decref(bodies);
        return rc;
    }
    *ret_bodies = bodies;
    return CUSTODY_OK;
}

/* Every step of the vault, then erase.done of this intent by the signers of the line. */
static enum custody_status finish(struct session *session, const struct session_plan *plan,
                                  const char *intent, struct custody_error *err)
{
    struct session_plan two = *plan;
    json_t *bodies = NULL;
    json_t *body = NULL;
    json_t *result = NULL;
    size_t i = 0;
    json_t *row = NULL;
    enum custody_status rc = plan->is_dry_run
                                 ? dry_bodies(session, &bodies, err)
                                 : custody_site_erase_finish(session->site, &bodies, err);
    json_array_foreach(bodies, i, row)
    {
        if (strcmp(text_member(row, "intent"), intent) == 0) {
            body = row;
        }
    }
    if (rc == CUSTODY_OK && body == NULL) {
        rc =
            custody_refuse(err, "state", "this erasure is done already; see erase certificate");
    }
    two.signer_count = two.signer_count > 2 ? 2 : two.signer_count; /* it has two seats */
    if (rc == CUSTODY_OK) {
        rc = session_sheet_members(session, &two, body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_run(session, &two, "erase.done/1", body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    json_decref(result);
    json_decref(bodies);
    return rc;
}

static enum custody_status start(struct session *session, const struct ground *ground,
                                 const json_t *found, struct custody_error *err)
{
    struct session_plan plan = {.by = NULL};
    json_t *result = NULL;
    json_t *body =
        json_pack("{s:O,s:{s:s?,s:s},s:O}", "count", json_object_get(found, "count"), "ground",
                  "act", ground->act[0] != '\0' ? ground->act : NULL, "kind", ground->kind,
                  "subjects", json_object_get(found, "subjects"));
    enum custody_status rc = session_packed(body, err);
    if (rc == CUSTODY_OK) {
        rc = session_plan_make(session, &plan, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_sheet_members(session, &plan, body, err);
    }
    if (rc == CUSTODY_OK) {
        say_what_goes(session, found);
        rc = session_act_run(session, &plan, "erase.intent/1", body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    if (rc == CUSTODY_OK && json_is_integer(json_object_get(result, "idx"))) {
        rc = finish(session, &plan, text_member(result, "act_id"), err);
        if (rc != CUSTODY_OK) { /* ordered, and to be carried out all the same */
            session_note(session, text_of(session->lang, TEXT_ERASE_UNFINISHED),
                         text_member(result, "act_id"));
        }
    } else if (rc == CUSTODY_OK && plan.prepare_path != NULL) {
        session_note(session, text_of(session->lang, TEXT_ERASE_THEN), "");
    }
    json_decref(result);
    json_decref(body);
    return rc;
}

static enum custody_status run_start(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    struct ground ground = {.kind = "expiry", .act = ""};
    json_t *found = NULL;
    enum custody_status rc = find_ground(session, &ground, err);
    if (rc == CUSTODY_OK) {
        rc = custody_erase_find(session->site, ground.kind, ground.act, &found, err);
    }
    if (rc == CUSTODY_OK && json_array_size(json_object_get(found, "subjects")) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "there is no personal text left to erase on this ground; see erase "
                          "list");
    }
    if (rc == CUSTODY_OK) {
        rc = start(session, &ground, found, err);
    }
    json_decref(found);
    return rc;
}

/* ---- one erasure ---- */

/* The row of erase.list that an act id or its beginning names. */
static enum custody_status find_intent(struct session *session, json_t **ret_row,
                                       struct custody_error *err)
{
    char id[SESSION_ID_SIZE];
    json_t *rows = NULL;
    json_t *found = NULL;
    size_t i = 0;
    json_t *row = NULL;
    enum custody_status rc = name_act(session, session->args->words[0], "ledger.log", id, err);
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "erase.list", json_pack("{s:i}", "limit", ROWS_MAX), &rows,
                          err);
    }
    json_array_foreach(rows, i, row)
    {
        if (strcmp(text_member(row, "id"), id) == 0 &&
            strcmp(text_member(row, "what"), "intent") == 0) {
            found = row;
        }
    }
    if (rc == CUSTODY_OK && found == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "%.16s is no erasure; erase list has the ids", id);
    }
    if (rc == CUSTODY_OK) {
        *ret_row = json_incref(found);
    }
    json_decref(rows);
    return rc;
}

static enum custody_status run_finish(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    struct session_plan plan = {.by = NULL};
    json_t *row = NULL;
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc == CUSTODY_OK) {
        rc = find_intent(session, &row, err);
    }
    if (rc == CUSTODY_OK) {
        rc = finish(session, &plan, text_member(row, "id"), err);
    }
    json_decref(row);
    return rc;
}

static void print_member(const struct session *session, enum text_id what, const json_t *value,
                         const char *type)
{
    char *text = print_value(value, type, session->lang, session_offset(session));
    (void)fprintf(session->out, "%s: ", text_of(session->lang, what));
    print_text(session->out, text != NULL ? text : "");
    (void)fputc('\n', session->out);
    free(text);
}

static enum custody_status entry_at(struct session *session, const json_t *idx,
                                    json_t **ret_entry, struct custody_error *err)
{
    if (!json_is_integer(idx)) {
        *ret_entry = json_null();
        return CUSTODY_OK;
    }
    return custody_entry(session->site, json_integer_value(idx), session->lang, ret_entry, err);
}

/* Names nobody: who may read it need not know whom it was about. */
static void print_certificate(const struct session *session, const json_t *intent,
                              const json_t *done)
{
    const json_t *body = json_object_get(intent, "body");
    const json_t *ground = json_object_get(body, "ground");
    const bool is_done = json_is_object(done);
    (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_CERTIFICATE));
    print_member(session, TEXT_ERASE_INTENT, json_object_get(intent, "act_id"), NULL);
    print_member(session, TEXT_ENTRY, json_object_get(intent, "idx"), NULL);
    print_member(session, TEXT_ERASE_SENTENCE, json_object_get(intent, "sentence"), NULL);
    if (json_is_string(json_object_get(ground, "act"))) {
        print_member(session, TEXT_ERASE_GROUND, json_object_get(ground, "act"), NULL);
    }
    print_member(session, TEXT_ERASE_FIELDS, json_object_get(body, "count"), NULL);
    print_member(session, TEXT_ERASE_ORDERED, json_object_get(intent, "t"), "time");
    print_member(session, TEXT_ERASE_SIGNED, json_object_get(intent, "signers"), NULL);
    if (is_done) {
        print_member(session, TEXT_ERASE_DONE, json_object_get(done, "t"), "time");
        print_member(session, TEXT_ENTRY, json_object_get(done, "idx"), NULL);
        print_member(session, TEXT_ERASE_SIGNED, json_object_get(done, "signers"), NULL);
        print_member(session, TEXT_ERASE_MEDIA,
                     json_object_get(json_object_get(done, "body"), "media"), NULL);
    }
    (void)fprintf(session->out, "%s\n",
                  text_of(session->lang, is_done ? TEXT_ERASE_LATENCY : TEXT_ERASE_NOT_DONE));
}

static enum custody_status run_certificate(struct session *session,
                                           const struct command *command,
                                           struct custody_error *err)
{
    (void)command;
    json_t *row = NULL;
    json_t *intent = NULL;
    json_t *done = NULL;
    enum custody_status rc = find_intent(session, &row, err);
    if (rc == CUSTODY_OK) {
        rc = entry_at(session, json_object_get(row, "idx"), &intent, err);
    }
    if (rc == CUSTODY_OK) {
        rc = entry_at(session, json_object_get(row, "done_idx"), &done, err);
    }
    if (rc == CUSTODY_OK && session->is_json) {
        json_t *both =
            json_pack("{s:O,s:O,s:s}", "done", done, "intent", intent, "latency",
                      text_of(session->lang,
                              json_is_object(done) ? TEXT_ERASE_LATENCY : TEXT_ERASE_NOT_DONE));
        rc = session_packed(both, err);
        if (rc == CUSTODY_OK) {
            rc = print_json(session->out, both, true, err);
        }
        json_decref(both);
    } else if (rc == CUSTODY_OK) {
        print_certificate(session, intent, done);
    }
    json_decref(row);
    json_decref(intent);
    json_decref(done);
    return rc;
}

static const struct option_spec request_options[] = {
    OPT("party", "PARTY", OPTION_REQUIRED, "提出要求的人", "who asks for it"),
    OPT("channel", "CODE", OPTION_REQUIRED, "方式代码", "how it was asked for"),
    BODY_OPT_REASON,
};
static const struct body_member request_members[] = {
    {"channel", BODY_TEXT, "channel", NULL},
    {"party", BODY_NAME, "party", "P"},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec refuse_options[] = {
    OPT("ground", "GROUND", OPTION_REQUIRED, "依据 held open_item retention_runs",
        "held, open_item or retention_runs"),
};
static const struct body_member refuse_members[] = {
    {"ground", BODY_TEXT, "ground", NULL},
    {"request", BODY_ACT_WORD, NULL, NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec start_options[] = {
    OPT("destruction", "BATCH", 0, "已销毁的清册(监销人签名)",
        "what a destroyed batch was about (its witnesses sign)"),
    OPT("request", "ACT", 0, "当事人的要求", "what a resident asked for"),
    OPT_FLAG("expired", "到期的当事人与已销毁的档案",
             "parties whose time is over, folders destroyed"),
};
static const struct option_spec list_options[] = {
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "状态 open done refused",
              "open, done or refused"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
};

static const struct command rows[] = {
    {.name = "erase request",
     .needs = WRITES,
     .options = OPTION_TABLE(request_options),
     .act = "erase.request/1",
     .members = request_members,
     .zh = "登记当事人要求删除个人信息",
     .en = "take down that a resident wants the personal data erased",
     .run = command_run_act},
    {.name = "erase refuse",
     .words = "REQUEST",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .options = OPTION_TABLE(refuse_options),
     .act = "erase.refuse/1",
     .members = refuse_members,
     .zh = "不同意删除,说明依据",
     .en = "refuse such a request, with the ground",
     .run = command_run_act},
    {.name = "erase start",
     .needs = WRITES,
     .options = OPTION_TABLE(start_options),
     .zh = "删除个人信息(两人,不可恢复)",
     .en = "erase personal data for good (two people)",
     .run = run_start},
    {.name = "erase finish",
     .words = "INTENT",
     .words_min = 1,
     .words_max = 1,
     .needs = WRITES,
     .zh = "完成未办结的删除(两人)",
     .en = "finish an erasure that is left open (two people)",
     .run = run_finish},
    {.name = "erase list",
     .needs = READS,
     .options = OPTION_TABLE(list_options),
     .read = "erase.list",
     .zh = "删除与要求目录",
     .en = "list the erasures and requests",
     .run = command_run_read},
    {.name = "erase certificate",
     .words = "INTENT",
     .words_min = 1,
     .words_max = 1,
     .needs = READS,
     .zh = "删除证明",
     .en = "what was erased, when and by whom",
     .run = run_certificate},
};

const struct command_group command_group_erase = COMMAND_GROUP(rows);
