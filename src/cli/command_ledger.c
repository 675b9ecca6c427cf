/* ledger log, show, checkpoint, export, trust, prove, openings. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/witness.h"
#include "name.h"
#include "output.h"
#include "print.h"

#define WITNESSES_MAX 32

static enum custody_status run_show(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    int64_t idx = 0;
    json_t *entry = NULL;
    enum custody_status rc = name_entry(session, session->args->words[0], &idx, err);
    if (rc == CUSTODY_OK) {
        rc = custody_entry(session->site, idx, session->lang, &entry, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (session->is_json) {
        rc = print_json(session->out, entry, true, err);
    } else {
        const char *sentence = json_string_value(json_object_get(entry, "sentence"));
        json_t *body = json_incref(json_object_get(entry, "body"));
        print_text(session->out, sentence != NULL ? sentence : "");
        (void)fputc('\n', session->out);
        (void)json_object_del(entry, "sentence");
        (void)json_object_del(entry, "body");
        print_object(session->out, entry, "  ", session->lang, session_offset(session));
        (void)fprintf(session->out, "  %s:\n", text_of(session->lang, TEXT_FIELDS));
        print_object(session->out, body, "    ", session->lang, session_offset(session));
        json_decref(body);
    }
    json_decref(entry);
    return rc;
}

static enum custody_status run_checkpoint(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    char *note = NULL;
    char code[33];
    const char *path = option_get(session->args, "out");
    enum custody_status rc = custody_checkpoint(session->site, &note, code, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (path != NULL) {
        rc = output_write(path, note, strlen(note), 0644, err);
    }
    if (rc != CUSTODY_OK) {
        free(note);
        return rc;
    }
    if (session->is_json) {
        json_t *result = json_pack("{s:s,s:s}", "note", note, "paper_code", code);
        rc = session_packed(result, err);
        if (rc == CUSTODY_OK) {
            rc = print_json(session->out, result, false, err);
        }
        json_decref(result);
    } else {
        if (path == NULL) {
            (void)fputs(note, session->out);
            (void)fputc('\n', session->out);
        }
        (void)fprintf(session->out, "%s: %s\n", text_of(session->lang, TEXT_PAPER_CODE), code);
    }
    free(note);
    return rc;
}

static void print_written(const struct session *session, const char *path)
{
    (void)fprintf(session->out, "%s: ", text_of(session->lang, TEXT_WRITTEN));
    print_text(session->out, path);
    (void)fputc('\n', session->out);
}

static enum custody_status run_export(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const char *dir = session->args->words[0];
    const enum custody_status rc = custody_export(session->site, dir, err);
    if (rc == CUSTODY_OK) {
        print_written(session, dir);
    }
    return rc;
}

/* Text into a file; "-" prints it. */
static enum custody_status give_text(struct session *session, const char *path,
                                     const char *text, unsigned mode, struct custody_error *err)
{
    if (strcmp(path, "-") == 0) {
        (void)fputs(text, session->out);
        return CUSTODY_OK;
    }
    const enum custody_status rc = output_write(path, text, strlen(text), mode, err);
    if (rc == CUSTODY_OK) {
        print_written(session, path);
    }
    return rc;
}

static enum custody_status run_trust(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    char *text = NULL;
    const struct arguments *args = session->args;
    const size_t count = option_count(args, "witness");
    const char *vkeys[WITNESSES_MAX] = {NULL};
    int64_t needed = 0;
    enum custody_status rc = CUSTODY_OK;
    if (count > WITNESSES_MAX) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE, "name at most 32 witnesses");
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        vkeys[i] = option_at(args, "witness", i);
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(args, "quorum", (int64_t)count, count > 0 ? 1 : 0, (int64_t)count,
                        &needed, err);
    }
    if (rc == CUSTODY_OK) {
        rc = count == 0 ? custody_trust(session->site, &text, err)
                        : custody_trust_witnessed(session->site, vkeys, count, (size_t)needed,
                                                  &text, err);
    }
    if (rc == CUSTODY_OK) {
        rc = give_text(session, session->args->words[0], text, 0644, err);
    }
    free(text);
    return rc;
}

static enum custody_status run_openings(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    char *text = NULL;
    enum custody_status rc = custody_openings(session->site, &text, err);
    if (rc == CUSTODY_OK) {
        rc = give_text(session, session->args->words[0], text, 0600, err);
        explicit_bzero(text, strlen(text)); /* names and telephone numbers of everybody */
    }
    free(text);
    return rc;
}

static enum custody_status run_prove(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    int64_t idx = 0;
    char *text = NULL;
    enum custody_status rc = name_entry(session, session->args->words[0], &idx, err);
    if (rc == CUSTODY_OK) {
        rc = custody_receipt(session->site, idx, &text, err);
    }
    if (rc == CUSTODY_OK) {
        rc = give_text(session, session->args->words[1], text, 0644, err);
    }
    free(text);
    return rc;
}

static const struct option_spec log_options[] = {
    OPT_PARAM("from", "N", OPTION_INT, "from", NULL, "从第几条起(默认最近的)",
              "from this entry on (default: the newest ones)"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("item", "KEY|RING|PARTY", OPTION_TEXT, "item", "KRP", "涉及的物品",
              "those about this item"),
    OPT_PARAM("handle", "HANDLE", OPTION_TEXT, "handle", NULL, "签名人",
              "those signed by this person"),
};
static const struct option_spec checkpoint_options[] = {
    OPT("out", "FILE", 0, "写入文件", "write the note to a file"),
};

static const struct option_spec trust_options[] = {
    OPT("witness", "VKEY", OPTION_REPEAT, "要求此联署人联署", "want this witness's signature"),
    OPT("quorum", "N", 0, "至少几名联署人(默认全部)", "so many of them (default: all)"),
};

static const struct command rows[] = {
    {.name = "ledger log",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(log_options),
     .read = "ledger.log",
     .zh = "流水账",
     .en = "list the entries",
     .run = command_run_read},
    {.name = "ledger show",
     .words = "INDEX|ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .zh = "查看一条",
     .en = "show an entry",
     .run = run_show},
    {.name = "ledger checkpoint",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(checkpoint_options),
     .zh = "签发账本校验码",
     .en = "sign and print a checkpoint",
     .run = run_checkpoint},
    {.name = "ledger export",
     .words = "DIR",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "导出流水账",
     .en = "export the ledger for an auditor or a replica",
     .run = run_export},
    {.name = "ledger trust",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(trust_options),
     .zh = "写出信任文件(交审计人员保管)",
     .en = "write the trust file, for the auditor to keep",
     .run = run_trust},
    {.name = "ledger prove",
     .words = "INDEX|ACT FILE",
     .words_min = 2,
     .words_max = 2,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "写出一条的回执",
     .en = "write the receipt of an entry",
     .run = run_prove},
    {.name = "ledger openings",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "写出个人信息的开封文件(注意保密)",
     .en = "write the openings of all personal fields; keep the file safe",
     .run = run_openings},
};

const struct command_group command_group_ledger = COMMAND_GROUP(rows);
