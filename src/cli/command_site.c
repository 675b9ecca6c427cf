/* site: show, backup, rebuild, confirm-head, reappend, succeed, rotate-log, recovery-key. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_vault.h"
#include "output.h"
#include "print.h"
#include "session_act.h"

#define NOTE_MAX ((size_t)256 * 1024)

static enum custody_status run_show(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    json_t *info = NULL;
    enum custody_status rc = custody_site_info(session->site, &info, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (session->is_json) {
        rc = print_json(session->out, info, true, err);
    } else {
        print_object(session->out, info, "", session->lang, session_offset(session));
        rc = vault_print_open(session, err);
    }
    json_decref(info);
    return rc;
}

static void print_path(const struct session *session, enum text_id what, const char *path)
{
    (void)fprintf(session->out, "%s: ", text_of(session->lang, what));
    print_text(session->out, path);
    (void)fputc('\n', session->out);
}

static enum custody_status run_backup(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const char *dir = session->args->words[0];
    const enum custody_status rc = custody_site_backup(session->site, dir, err);
    if (rc == CUSTODY_OK) {
        print_path(session, TEXT_WRITTEN, dir);
    }
    return rc;
}

static enum custody_status run_rebuild(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    const enum custody_status rc = custody_site_rebuild(session->site, err);
    if (rc == CUSTODY_OK) {
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_DONE));
    }
    return rc;
}

/* Two officers vouch for a head from outside. The site cannot be open: that is what is being
 * put right. */
static enum custody_status run_confirm(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    const char *second_name = option_get(session->args, "with");
    const char *first_name = NULL;
    struct custody_credential *first = NULL;
    struct custody_credential *second = NULL;
    char *known = NULL;
    size_t len = 0;
    enum custody_status rc = session_actor(session, &first_name, err);
    if (rc == CUSTODY_OK && second_name == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "two officers confirm a head; add --with HANDLE for the second");
    }
    if (rc == CUSTODY_OK) {
        rc = output_read(session->args->words[0], NOTE_MAX, &known, &len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_credential(session, first_name, &first, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_credential(session, second_name, &second, err);
    }
    if (rc == CUSTODY_OK) {
        session_forget_site(session);
        rc = custody_site_confirm_head(session_site_dir(session), known, len, first, second,
                                       err);
    }
    if (rc == CUSTODY_OK) {
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_DONE));
    }
    free(known);
    return rc;
}

static enum custody_status run_reappend(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    int64_t count = 0;
    session_forget_site(session);
    const enum custody_status rc =
        custody_site_reappend(session_site_dir(session), session->args->words[0], &count, err);
    if (rc == CUSTODY_OK) {
        (void)fprintf(session->out, "%s: %lld\n", text_of(session->lang, TEXT_APPENDED),
                      (long long)count);
    }
    return rc;
}

/* Make the successor, then its first act: two officers of the old ledger sign it. */
static enum custody_status run_succeed(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    char *known = NULL;
    size_t len = 0;
    json_t *body = NULL;
    struct session_plan plan;
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc == CUSTODY_OK) {
        rc = output_read(option_get(args, "known"), NOTE_MAX, &known, &len, err);
    }
    if (rc == CUSTODY_OK) {
        session_forget_site(session);
        rc = custody_site_succeed(args->words[0], args->words[1], option_get(args, "origin"),
                                  option_get(args, "reason"), known, len, &body, err);
    }
    if (rc == CUSTODY_OK) {
        session->site_dir = session_copy(args->words[1]);
        rc = session->site_dir == NULL
                 ? custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the successor")
                 : custody_site_open(args->words[1], true, &session->site, err);
        session->is_site_write = true;
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "ledger.succeed/1", body, err);
        body = NULL; /* after a failure the same line goes on where this one stopped */
    }
    session_forget_site(session); /* the line's site is another one */
    json_decref(body);
    free(known);
    return rc;
}

/* A fresh key for the log; it signs checkpoints as soon as two officers have put it in. */
static enum custody_status run_rotate_log(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    json_t *body = NULL;
    struct session_plan plan; /* who signs, before there is a new key */
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc == CUSTODY_OK) {
        rc = custody_site_rotate_body(session->site, &body, err);
    }
    return rc == CUSTODY_OK ? session_act(session, "log.rotate/1", body, err) : rc;
}

static enum custody_status run_recovery(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    struct prompt_secret first = {.len = 0};
    struct prompt_secret second = {.len = 0};
    char public_key[65];
    const size_t files = option_count(session->args, "passphrase-file");
    enum custody_status rc = CUSTODY_OK;
    if (files == 1) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "two people keep this secret; give --passphrase-file twice or not "
                            "at all");
    }
    rc = vault_keeper_secret(session, 0, "vault_recovery", &first, err);
    if (rc == CUSTODY_OK) {
        rc = vault_keeper_secret(session, 1, "vault_recovery", &second, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_recovery_create(session->args->words[0], first.text, first.len,
                                     second.text, second.len, public_key, err);
    }
    prompt_wipe(&first);
    prompt_wipe(&second);
    if (rc == CUSTODY_OK) {
        (void)fprintf(session->out, "%s: %s\n", text_of(session->lang, TEXT_RECOVERY_PUBLIC),
                      public_key);
    }
    return rc;
}

static const struct option_spec succeed_options[] = {
    OPT("origin", "ORIGIN", OPTION_REQUIRED, "新账名称", "name of the new ledger"),
    BODY_OPT_REASON,
    OPT("known", "FILE", OPTION_REQUIRED, "旧账最后的外部校验码",
        "newest head of the old ledger known from outside"),
};

static const struct command rows[] = {
    {.name = "site show",
     .needs = COMMAND_SITE,
     .zh = "站点概况",
     .en = "show the site",
     .run = run_show},
    {.name = "site backup",
     .words = "DIR",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE,
     .zh = "备份到新目录",
     .en = "back up into a new directory",
     .run = run_backup},
    {.name = "site rebuild",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "由流水账重建查询表",
     .en = "rebuild the read model from the ledger",
     .run = run_rebuild},
    {.name = "site confirm-head",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .zh = "signer-state 遗失后,由两名负责人确认账本",
     .en = "after signer-state was lost: two officers confirm a head from outside",
     .run = run_confirm},
    {.name = "site reappend",
     .words = "EXPORT",
     .words_min = 1,
     .words_max = 1,
     .zh = "从导出补登缺少的条目",
     .en = "append from an export what a restored ledger lacks",
     .run = run_reappend},
    {.name = "site succeed",
     .words = "OLD NEW",
     .words_min = 2,
     .words_max = 2,
     .options = OPTION_TABLE(succeed_options),
     .zh = "建立后继账本(两名负责人签名)",
     .en = "make a successor ledger (two officers sign)",
     .run = run_succeed},
    {.name = "site rotate-log",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .zh = "更换流水账的签名钥(两名负责人签名)",
     .en = "change the key that signs the log's checkpoints (two officers sign)",
     .run = run_rotate_log},
    {.name = "site recovery-key",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .zh = "建立恢复密封件,两人各持一个口令",
     .en = "make the vault recovery secret, sealed by two passphrases",
     .run = run_recovery},
};

const struct command_group command_group_site = COMMAND_GROUP(rows);
