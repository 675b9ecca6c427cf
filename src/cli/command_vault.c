/* site: restore, vault-recover, erase-finish: what concerns the vault of personal texts. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_vault.h"
#include "output.h"
#include "print.h"
#include "session_act.h"

static void print_line(const struct session *session, enum text_id what, const char *value)
{
    (void)fprintf(session->out, "%s: ", text_of(session->lang, what));
    print_text(session->out, value);
    (void)fputc('\n', session->out);
}

static void print_number(const struct session *session, enum text_id what, const json_t *number)
{
    (void)fprintf(session->out, "%s: %lld\n", text_of(session->lang, what),
                  (long long)json_integer_value(number));
}

/* ---- restore ---- */

static enum custody_status run_restore(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    const char *dir = session->args->words[1];
    json_t *result = NULL;
    session_forget_site(session);
    enum custody_status rc = custody_site_restore(
        session->args->words[0], dir, option_get(session->args, "entries"), &result, err);
    if (rc == CUSTODY_OK && session->is_json) {
        rc = print_json(session->out, result, true, err);
    } else if (rc == CUSTODY_OK) {
        bool has_key = json_is_true(json_object_get(result, "vault_key"));
        print_line(session, TEXT_WRITTEN, dir);
        print_number(session, TEXT_APPENDED, json_object_get(result, "appended"));
        (void)fprintf(
            session->out, "%s\n",
            text_of(session->lang, has_key ? TEXT_RESTORE_CONFIRM : TEXT_RESTORE_KEY));
    }
    json_decref(result);
    return rc;
}

/* ---- vault-recover ---- */

enum custody_status vault_keeper_secret(const struct session *session, size_t n,
                                        const char *about, struct prompt_secret *ret_secret,
                                        struct custody_error *err)
{
    const char *path = option_at(session->args, "passphrase-file", n);
    if (path != NULL) {
        return prompt_secret_file(path, ret_secret, err);
    }
    return prompt_secret_ask(
        text_of(session->lang, n == 0 ? TEXT_PASSPHRASE_FIRST : TEXT_PASSPHRASE_SECOND), about,
        ret_secret, err);
}

static enum custody_status run_recover(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    struct prompt_secret first = {.len = 0};
    struct prompt_secret second = {.len = 0};
    if (option_count(session->args, "passphrase-file") == 1) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "two people keep this secret; give --passphrase-file twice or not "
                            "at all");
    }
    session_forget_site(session);
    enum custody_status rc = vault_keeper_secret(session, 0, NULL, &first, err);
    if (rc == CUSTODY_OK) {
        rc = vault_keeper_secret(session, 1, NULL, &second, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_vault_recover(session_site_dir(session), session->args->words[0],
                                        session->args->words[1], first.text, first.len,
                                        second.text, second.len, err);
    }
    prompt_wipe(&first);
    prompt_wipe(&second);
    if (rc == CUSTODY_OK) {
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_DONE));
    }
    return rc;
}

/* ---- erasures ---- */

static void print_media(const struct session *session, const json_t *media)
{
    size_t i = 0;
    const json_t *code = NULL;
    (void)fprintf(session->out, "  %s:", text_of(session->lang, TEXT_ERASE_MEDIA));
    json_array_foreach(media, i, code)
    {
        (void)fputc(' ', session->out);
        print_text(session->out, json_string_value(code));
    }
    (void)fputc('\n', session->out);
}

static void print_erasure(const struct session *session, const json_t *intent,
                          const json_t *fields, const json_t *subjects)
{
    (void)fprintf(
        session->out, "%s %.16s · %lld %s · %lld %s\n",
        text_of(session->lang, TEXT_ERASE_INTENT), json_string_value(intent),
        (long long)json_integer_value(fields), text_of(session->lang, TEXT_ERASE_FIELDS),
        (long long)json_integer_value(subjects), text_of(session->lang, TEXT_ERASE_SUBJECTS));
}

enum custody_status vault_print_open(struct session *session, struct custody_error *err)
{
    json_t *rows = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    const enum custody_status rc = custody_site_erase_open(session->site, &rows, err);
    if (rc == CUSTODY_OK && json_array_size(rows) > 0) {
        (void)fprintf(session->out, "%s:\n", text_of(session->lang, TEXT_ERASE_OPEN));
        json_array_foreach(rows, i, row)
        {
            print_erasure(session, json_object_get(row, "intent"),
                          json_object_get(row, "count"), json_object_get(row, "subjects"));
        }
    }
    json_decref(rows);
    return rc;
}

static enum custody_status run_finish(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    json_t *bodies = NULL;
    size_t i = 0;
    const json_t *body = NULL;
    enum custody_status rc = custody_site_erase_finish(session->site, &bodies, err);
    if (rc == CUSTODY_OK && session->is_json) {
        rc = print_json(session->out, bodies, true, err);
    } else if (rc == CUSTODY_OK) {
        json_array_foreach(bodies, i, body)
        {
            const json_t *counts = json_object_get(body, "counts");
            print_erasure(session, json_object_get(body, "intent"),
                          json_object_get(counts, "fields"),
                          json_object_get(counts, "subjects"));
            print_media(session, json_object_get(body, "media"));
        }
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_DONE));
    }
    json_decref(bodies);
    return rc;
}

static const struct option_spec restore_options[] = {
    OPT("entries", "EXPORT", 0, "导出,补备份之后的条目",
        "export with the entries since the backup"),
};

static const struct command rows[] = {
    {.name = "site restore",
     .words = "BACKUP NEW",
     .words_min = 2,
     .words_max = 2,
     .options = OPTION_TABLE(restore_options),
     .zh = "把备份恢复到新目录,先执行账上的删除",
     .en = "restore a backup into a new directory, erasures of the ledger first",
     .run = run_restore},
    {.name = "site vault-recover",
     .words = "SEALED SECRET",
     .words_min = 2,
     .words_max = 2,
     .zh = "vault.key 遗失后,由两名口令保管人恢复",
     .en = "after vault.key was lost: two keepers open the vault with its recovery",
     .run = run_recover},
    {.name = "site erase-finish",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "执行删除令之后的各步,可重复",
     .en = "carry out all steps of the erasures ordered, repeatable",
     .run = run_finish},
};

const struct command_group command_group_vault = COMMAND_GROUP(rows);
