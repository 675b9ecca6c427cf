/* sign, submit: acts on their way between machines (FORMATS.md §8). */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "output.h"
#include "print.h"
#include "session_act.h"

#define REQUEST_FILE_MAX ((size_t)256 * 1024)

static enum custody_status read_request(const char *path, struct custody_request **ret_request,
                                        struct custody_error *err)
{
    char *data = NULL;
    size_t len = 0;
    enum custody_status rc = output_read(path, REQUEST_FILE_MAX, &data, &len, err);
    if (rc == CUSTODY_OK) {
        rc = custody_request_read(data, len, ret_request, err);
    }
    free(data);
    return rc;
}

/* The site at hand, when it is the ledger of the request: its own tree then makes the proof.
 * Who signs elsewhere has no site, and the request brings the proof along. */
static struct custody_site *site_of(struct session *session, const json_t *description)
{
    const char *ledger = json_string_value(json_object_get(description, "ledger"));
    char own[SESSION_ID_SIZE];
    struct custody_error ignored = {0};
    if (ledger == NULL || session_open(session, false, &ignored) != CUSTODY_OK ||
        !custody_site_is_founded(session->site) ||
        session_site_text(session, "ledger", own, sizeof own, &ignored) != CUSTODY_OK ||
        strcmp(own, ledger) != 0) {
        return NULL;
    }
    return session->site;
}

static bool is_listed(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *member = json_string_value(json_array_get(list, i));
        if (member != NULL && strcmp(member, text) == 0) {
            return true;
        }
    }
    return false;
}

/* Who signs: --as, else the one signer whose credential is here and who has not yet. */
static enum custody_status choose_signer(const struct session *session,
                                         const json_t *description, const char **ret_handle,
                                         struct custody_error *err)
{
    const json_t *signers = json_object_get(description, "signers");
    const json_t *done = json_object_get(description, "signed");
    const char *chosen = session_actor_or_null(session);
    json_t *infos = NULL;
    size_t found = 0;
    if (chosen != NULL) {
        *ret_handle = chosen;
        return CUSTODY_OK;
    }
    enum custody_status rc =
        custody_credential_list(session_credential_dir(session), &infos, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < json_array_size(signers); i++) {
        const char *signer = json_string_value(json_array_get(signers, i));
        bool is_here = false;
        for (size_t k = 0; k < json_array_size(infos) && signer != NULL; k++) {
            const char *handle =
                json_string_value(json_object_get(json_array_get(infos, k), "handle"));
            is_here = is_here || (handle != NULL && strcmp(handle, signer) == 0);
        }
        if (is_here && !is_listed(done, signer)) {
            chosen = signer;
            found++;
        }
    }
    json_decref(infos);
    if (found != 1) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            found == 0 ? "no signer still wanted has a credential here; name "
                                         "the directory with --credentials"
                                       : "several signers have credentials here; say who signs "
                                         "with --as HANDLE");
    }
    *ret_handle = chosen;
    return CUSTODY_OK;
}

static enum custody_status run_sign(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const char *path = session->args->words[0];
    const char *out = option_get(session->args, "out");
    struct custody_request *request = NULL;
    struct custody_credential *credential = NULL;
    struct session_asking asking = {.session = session};
    struct custody_site *site = NULL;
    json_t *description = NULL;
    json_t *result = NULL;
    char *data = NULL;
    size_t len = 0;
    enum custody_status rc = read_request(path, &request, err);
    if (rc == CUSTODY_OK) {
        rc = custody_request_describe(request, session->lang, session_offset(session),
                                      &description, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    site = site_of(session, description);
    if (!session->is_json) {
        session_describe(session, session->out, description);
    }
    if (option_has(session->args, "show")) {
        rc = session->is_json ? print_json(session->out, description, true, err) : CUSTODY_OK;
        goto out;
    }
    rc = choose_signer(session, description, &asking.handle, err);
    if (rc == CUSTODY_OK) {
        rc = session_asks(session, &asking.is_asked, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_credential(session, asking.handle, &credential, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_sign(site, request, credential, session->lang, session_ask, &asking, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_request_write(request, &data, &len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = output_write(out != NULL ? out : path, data, len, 0600, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (session->is_json) {
        result = json_pack("{s:O,s:s,s:s}", "act_id", json_object_get(description, "act_id"),
                           "path", out != NULL ? out : path, "signer", asking.handle);
        rc = session_packed(result, err);
        if (rc == CUSTODY_OK) {
            rc = print_json(session->out, result, false, err);
        }
    } else {
        (void)fprintf(session->out, "%s: %s\n", text_of(session->lang, TEXT_SIGNED_NOW),
                      asking.handle);
    }
out:
    session_asking_clear(&asking);
    custody_request_free(request);
    json_decref(description);
    json_decref(result);
    free(data);
    return rc;
}

static enum custody_status run_submit(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    struct custody_request *request = NULL;
    json_t *result = NULL;
    enum custody_status rc = read_request(session->args->words[0], &request, err);
    if (rc == CUSTODY_OK) {
        rc = custody_submit(session->site, request, session->lang, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    custody_request_free(request);
    json_decref(result);
    return rc;
}

static const struct option_spec sign_options[] = {
    OPT("out", "FILE", 0, "签名后写入此文件(默认原文件)",
        "write the signed file here (default: over the old one)"),
    OPT_FLAG("show", "只显示,不签名", "show it and do not sign"),
};

static const struct command rows[] = {
    {.name = "sign",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .options = OPTION_TABLE(sign_options),
     .zh = "查看并签署待签文件",
     .en = "look at a request file and sign it",
     .run = run_sign},
    {.name = "submit",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE,
     .zh = "提交签好的文件",
     .en = "submit a signed request file",
     .run = run_submit},
};

const struct command_group command_group_sign = COMMAND_GROUP(rows);
