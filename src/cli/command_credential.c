/* credential: new, list, card, prove, add, revoke. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "credential.h"
#include "name.h"
#include "output.h"
#include "print.h"
#include "session_act.h"
#include "slip_output.h"

enum custody_status credential_proof_parse(const char *text, struct credential_proof *ret_proof,
                                           struct custody_error *err)
{
    if (strlen(text) != CREDENTIAL_PUBLIC_LEN + 1 + CREDENTIAL_PROOF_LEN ||
        strspn(text, "0123456789abcdef") != CREDENTIAL_PUBLIC_LEN ||
        text[CREDENTIAL_PUBLIC_LEN] != ':') {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a credential is given as 64 hex digits, a colon and 88 characters "
                            "of proof; paste what credential prove printed");
    }
    *ret_proof = (struct credential_proof){.is_none = false};
    memcpy(ret_proof->public_key, text, CREDENTIAL_PUBLIC_LEN);
    memcpy(ret_proof->proof, text + CREDENTIAL_PUBLIC_LEN + 1, CREDENTIAL_PROOF_LEN);
    return CUSTODY_OK;
}

enum custody_status credential_proof_local(struct session *session, const char *handle,
                                           const char *origin,
                                           struct credential_proof *ret_proof,
                                           struct custody_error *err)
{
    char site_origin[CREDENTIAL_ORIGIN_SIZE];
    struct custody_credential *credential = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (origin == NULL) {
        rc = session_site_text(session, "origin", site_origin, sizeof site_origin, err);
        origin = site_origin;
    }
    if (rc == CUSTODY_OK) {
        rc = session_credential(session, handle, &credential, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_proof = (struct credential_proof){.is_none = false};
        memcpy(ret_proof->public_key, custody_credential_public(credential),
               CREDENTIAL_PUBLIC_LEN);
        custody_credential_prove(credential, origin, ret_proof->proof);
    }
    return rc;
}

enum custody_status credential_proof_option(struct session *session, const char *handle,
                                            const char *origin, const char *fallback,
                                            struct credential_proof *ret_proof,
                                            struct custody_error *err)
{
    const char *text = option_get(session->args, "credential");
    text = text == NULL ? fallback : text;
    if (strcmp(text, "none") == 0) {
        *ret_proof = (struct credential_proof){.is_none = true};
        return CUSTODY_OK;
    }
    if (strcmp(text, "local") == 0) {
        return credential_proof_local(session, handle, origin, ret_proof, err);
    }
    return credential_proof_parse(text, ret_proof, err);
}

static enum custody_status run_new(struct session *session, const struct command *command,
                                   struct custody_error *err)
{
    (void)command;
    const char *handle = session->args->words[0];
    struct prompt_secret secret = {.len = 0};
    json_t *info = NULL;
    enum custody_status rc = session_passphrase(session, handle, true, &secret, err);
    if (rc == CUSTODY_OK) {
        rc = custody_credential_create(session_credential_dir(session), handle, secret.text,
                                       secret.len, &info, err);
    }
    prompt_wipe(&secret);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (session->is_json) {
        rc = print_json(session->out, info, false, err);
    } else {
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_CREDENTIAL_MADE));
        print_object(session->out, info, "  ", session->lang, session_offset(session));
        (void)fprintf(session->out, "%s\n", text_of(session->lang, TEXT_CREDENTIAL_NEXT));
    }
    json_decref(info);
    return rc;
}

static const struct custody_column local_columns[] = {
    {"handle", "text", "账号", "handle"},
    {"keyid", "text", "电子签名编号", "keyid"},
    {"path", "text", "文件", "file"},
};

static enum custody_status run_list(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    json_t *infos = NULL;
    if (option_has(session->args, "enrolled")) {
        enum custody_status opened = session_open(session, false, err);
        if (opened != CUSTODY_OK) {
            return opened;
        }
        const char *handle = session->args->word_count > 0 ? session->args->words[0] : NULL;
        return command_print_read(
            session, "credential.list",
            handle != NULL ? json_pack("{s:s}", "handle", handle) : json_object(), err);
    }
    if (session->args->word_count > 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a handle goes with --enrolled; without it the local credentials "
                            "are listed");
    }
    enum custody_status rc =
        custody_credential_list(session_credential_dir(session), &infos, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = session->is_json ? print_json(session->out, infos, true, err)
                          : print_rows(session->out, infos, local_columns,
                                       sizeof local_columns / sizeof local_columns[0],
                                       session->lang, session_offset(session), err);
    json_decref(infos);
    return rc;
}

/* Public key of a handle: of the local credential, else of the live one in the ledger. */
static enum custody_status find_public(struct session *session, const char *handle,
                                       char out[CREDENTIAL_PUBLIC_LEN + 1],
                                       struct custody_error *err)
{
    json_t *infos = NULL;
    const char *found = NULL;
    enum custody_status rc =
        custody_credential_list(session_credential_dir(session), &infos, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < json_array_size(infos) && found == NULL; i++) {
        const json_t *info = json_array_get(infos, i);
        const char *name = json_string_value(json_object_get(info, "handle"));
        const char *text = json_string_value(json_object_get(info, "public"));
        if (name != NULL && text != NULL && strcmp(name, handle) == 0) {
            found = text;
        }
    }
    if (found == NULL || strlen(found) != CREDENTIAL_PUBLIC_LEN) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "there is no credential of %.40s here; print the card where it was "
                          "made, or name its directory with --credentials",
                          handle);
    } else {
        memcpy(out, found, CREDENTIAL_PUBLIC_LEN + 1);
    }
    json_decref(infos);
    return rc;
}

/* The card as a page. The person need not be enrolled, nor any site be there. */
static enum custody_status print_card(const struct session *session, const char *handle,
                                      const char *public_key, const struct slip_output *output,
                                      struct custody_error *err)
{
    char fingerprint[33];
    enum custody_status rc = custody_credential_fingerprint(public_key, fingerprint, err);
    if (rc == CUSTODY_OK) {
        const struct custody_slip_card card = {.lang =
                                                   session->lang == CUSTODY_ZH ? "zh_CN" : "en",
                                               .handle = handle,
                                               .public_hex = public_key,
                                               .fingerprint = fingerprint,
                                               .record = handle};
        rc = custody_slip_card_print(&card, &output->print, err);
    }
    if (rc == CUSTODY_OK) {
        slip_output_tell(session);
    }
    return rc;
}

static enum custody_status run_card(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const char *handle = session->args->words[0];
    struct slip_output output;
    char public_key[CREDENTIAL_PUBLIC_LEN + 1];
    char *card = NULL;
    enum custody_status rc = slip_output_take(session, CUSTODY_SLIP_A5, &output, err);
    if (rc == CUSTODY_OK) {
        rc = find_public(session, handle, public_key, err);
    }
    if (rc == CUSTODY_OK && !output.is_text) {
        return print_card(session, handle, public_key, &output, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_credential_card(handle, public_key, session->lang, &card, err);
    }
    if (rc == CUSTODY_OK) {
        rc = slip_output_text(session, card, err);
    }
    free(card);
    return rc;
}

static enum custody_status run_prove(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    const char *handle = session->args->words[0];
    const char *origin = option_get(session->args, "origin");
    struct credential_proof proof = {.is_none = false};
    enum custody_status rc = CUSTODY_OK;
    if (origin == NULL) {
        rc = session_open(session, false, err);
    }
    if (rc == CUSTODY_OK) {
        rc = credential_proof_local(session, handle, origin, &proof, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!session->is_json) {
        (void)fprintf(session->out, "%s:%s\n", proof.public_key, proof.proof);
        return CUSTODY_OK;
    }
    json_t *result = json_pack("{s:s,s:s,s:s}", "handle", handle, "proof", proof.proof,
                               "public", proof.public_key);
    rc = session_packed(result, err);
    if (rc == CUSTODY_OK) {
        rc = print_json(session->out, result, false, err);
    }
    json_decref(result);
    return rc;
}

static enum custody_status run_add(struct session *session, const struct command *command,
                                   struct custody_error *err)
{
    (void)command;
    const char *handle = session->args->words[0];
    struct credential_proof proof = {.is_none = false};
    enum custody_status rc =
        credential_proof_option(session, handle, NULL, "local", &proof, err);
    if (rc == CUSTODY_OK && proof.is_none) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "--credential none adds nothing; give local or HEX:PROOF");
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "credential.add/1",
                       json_pack("{s:s,s:s?,s:s,s:s,s:s}", "credential", proof.public_key,
                                 "fingerprint_card", option_get(session->args, "card"),
                                 "handle", handle, "proof", proof.proof, "reason",
                                 option_get(session->args, "reason")),
                       err);
}

/* Is a row of credential.list live? Whatever says that it ended is empty then. */
static bool is_live(const json_t *row)
{
    static const char *const ends[] = {"revoked_at", "revoked_idx", "revoked"};
    const json_t *live = json_object_get(row, "live");
    if (live != NULL) {
        return json_is_true(live) || json_integer_value(live) != 0;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const json_t *end = json_object_get(row, ends[i]);
        if (end != NULL && !json_is_null(end) && !json_is_false(end)) {
            return false;
        }
    }
    return true;
}

/* A keyid, its first digits, or the handle of a person with one live credential. */
static enum custody_status find_keyid(struct session *session, const char *text,
                                      char out[SESSION_ID_SIZE], struct custody_error *err)
{
    const size_t len = strlen(text);
    const bool is_hex = len >= 8 && strspn(text, "0123456789abcdef") == len;
    json_t *rows = NULL;
    size_t found = 0;
    if (is_hex && len == SESSION_ID_SIZE - 1) {
        memcpy(out, text, SESSION_ID_SIZE);
        return CUSTODY_OK;
    }
    enum custody_status rc =
        session_read(session, "credential.list", json_object(), &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *handle = json_string_value(json_object_get(row, "handle"));
        const char *keyid = json_string_value(json_object_get(row, "keyid"));
        if (keyid == NULL || strlen(keyid) != SESSION_ID_SIZE - 1) {
            continue;
        }
        const bool is_one = (handle != NULL && strcmp(handle, text) == 0 && is_live(row)) ||
                            (is_hex && strncmp(keyid, text, len) == 0);
        if (is_one) {
            memcpy(out, keyid, SESSION_ID_SIZE);
            found++;
        }
    }
    json_decref(rows);
    if (found != 1) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            found == 0 ? "\"%.70s\" has no credential in force; look it up "
                                         "with credential list --enrolled"
                                       : "\"%.70s\" has several credentials; give the keyid "
                                         "from credential list --enrolled",
                            text);
    }
    return CUSTODY_OK;
}

static enum custody_status run_revoke(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    char keyid[SESSION_ID_SIZE];
    char suspect_from[SESSION_TIME_SIZE];
    enum custody_status rc = session_time(session, "suspect-from", NULL, suspect_from, err);
    if (rc == CUSTODY_OK) {
        rc = find_keyid(session, session->args->words[0], keyid, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return session_act(session, "credential.revoke/1",
                       json_pack("{s:s,s:s,s:s?}", "keyid", keyid, "reason",
                                 option_get(session->args, "reason"), "suspect_from",
                                 suspect_from[0] == '\0' ? NULL : suspect_from),
                       err);
}

static const struct option_spec list_options[] = {
    OPT_FLAG("enrolled", "流水账中登记的,而非本机的",
             "those in the ledger, not the local ones"),
};
static const struct option_spec card_options[] = {SLIP_OUTPUT_OPTIONS};
static const struct option_spec prove_options[] = {
    OPT("origin", "ORIGIN", 0, "流水账名称(默认本站点)",
        "name of the ledger (default: the site's)"),
};
static const struct option_spec add_options[] = {
    OPT("reason", "first|add|lost", OPTION_REQUIRED, "首个、增加、遗失补办",
        "the first one, one more, or after a loss"),
    OPT("credential", "local|HEX:PROOF", 0, "本机的,或公钥与证明",
        "the local one, or public key and proof"),
    OPT("card", "NO", 0, "指纹卡编号", "number of the signed fingerprint card"),
};
static const struct option_spec revoke_options[] = {
    BODY_OPT_REASON,
    OPT("suspect-from", "TIME", 0, "自何时起可疑", "since when its acts are suspect"),
};

static const struct command rows[] = {
    {.name = "credential new",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .zh = "为本人建立电子签名",
     .en = "make a credential for a person, here",
     .run = run_new},
    {.name = "credential list",
     .words = "[HANDLE]",
     .words_max = 1,
     .options = OPTION_TABLE(list_options),
     .zh = "本机的(或已登记的)电子签名",
     .en = "list the local (or the enrolled) credentials",
     .run = run_list},
    {.name = "credential card",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .options = OPTION_TABLE(card_options),
     .zh = "打印指纹卡",
     .en = "print the fingerprint card",
     .run = run_card},
    {.name = "credential prove",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .options = OPTION_TABLE(prove_options),
     .zh = "打印公钥与持有证明,供登记时粘贴",
     .en = "print public key and proof of possession, to be pasted when enrolling",
     .run = run_prove},
    {.name = "credential add",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(add_options),
     .zh = "登记电子签名(两名负责人签名)",
     .en = "enrol a credential (two officers sign)",
     .run = run_add},
    {.name = "credential revoke",
     .words = "KEYID|HANDLE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(revoke_options),
     .zh = "撤销电子签名",
     .en = "revoke a credential",
     .run = run_revoke},
};

const struct command_group command_group_credential = COMMAND_GROUP(rows);
