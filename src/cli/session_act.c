/* Acts at the command line: prepare, sign, submit. */
#include "session_act.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output.h"
#include "print.h"

#define ATTEMPTS_MAX     8
#define ATTEMPTS_TIME_S  10        /* a database locked all that time stays so */
#define ATTEMPT_PAUSE_NS 15000000L /* times the number of the attempt */
#define SHORT_ID         8

bool session_plan_has(const struct session_plan *plan, const char *handle)
{
    for (size_t i = 0; i < plan->signer_count; i++) {
        if (strcmp(plan->signers[i], handle) == 0) {
            return true;
        }
    }
    return false;
}

enum custody_status session_plan_add(struct session_plan *plan, const char *handle,
                                     bool is_local, struct custody_error *err)
{
    if (session_plan_has(plan, handle)) {
        return CUSTODY_OK;
    }
    if (plan->signer_count == SESSION_SIGNERS_MAX) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "an act has at most %d signers; name fewer",
                            SESSION_SIGNERS_MAX);
    }
    plan->signers[plan->signer_count] = handle;
    plan->is_local[plan->signer_count++] = is_local;
    return CUSTODY_OK;
}

enum custody_status session_plan_make(const struct session *session,
                                      struct session_plan *ret_plan, struct custody_error *err)
{
    const struct arguments *args = session->args;
    struct session_plan plan = {.prepare_path = option_get(args, "prepare"),
                                .is_dry_run = option_has(args, "dry-run")};
    const bool is_local = !option_has(args, "no-sign");
    enum custody_status rc = session_actor(session, &plan.by, err);
    if (rc == CUSTODY_OK) {
        rc = session_plan_add(&plan, plan.by, is_local, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "with"); i++) {
        rc = session_plan_add(&plan, option_at(args, "with", i), is_local, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "sign-by"); i++) {
        const char *handle = option_at(args, "sign-by", i);
        if (session_plan_has(&plan, handle)) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "%.40s cannot sign both here and elsewhere; name each signer "
                                "once",
                                handle);
        }
        rc = session_plan_add(&plan, handle, false, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (plan.prepare_path == NULL && !plan.is_dry_run &&
        (option_has(args, "sign-by") || !is_local)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a signer elsewhere needs a request file; add --prepare FILE");
    }
    *ret_plan = plan;
    return CUSTODY_OK;
}

/* Unlock everybody who signs here, before anything is prepared: a clerk at a prompt must not
 * hold a number that others want. With a request file, who has no credential here signs later.
 */
static enum custody_status unlock_signers(struct session *session, struct session_plan *plan,
                                          struct custody_credential **credentials,
                                          struct custody_error *err)
{
    for (size_t i = 0; i < plan->signer_count; i++) {
        if (!plan->is_local[i]) {
            continue;
        }
        struct custody_error why = {0};
        const enum custody_status rc =
            session_credential(session, plan->signers[i], &credentials[i], &why);
        if (rc == CUSTODY_ERR_NOT_FOUND && plan->prepare_path != NULL) {
            plan->is_local[i] = false;
            session_note(session, text_of(session->lang, TEXT_NOT_LOCAL), plan->signers[i]);
        } else if (rc != CUSTODY_OK) {
            if (err != NULL) {
                *err = why;
            }
            return rc;
        }
    }
    return CUSTODY_OK;
}

static enum custody_status dry_run(struct session *session,
                                   const struct custody_request *request, json_t **ret_result,
                                   struct custody_error *err)
{
    json_t *description = NULL;
    enum custody_status rc = custody_request_describe(
        request, session->lang, session_offset(session), &description, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *flags = json_object_get(description, "flags");
    json_t *result =
        json_pack("{s:O,s:b,s:o,s:O}", "act", json_object_get(description, "act"), "dry_run", 1,
                  "flags", flags != NULL ? json_incref(flags) : json_array(), "sentence",
                  json_object_get(description, "sentence"));
    json_decref(description);
    rc = session_packed(result, err);
    if (rc == CUSTODY_OK) {
        *ret_result = result;
    }
    return rc;
}

/* Write the request with the signatures it has for the first signer it lacks. */
static enum custody_status write_request(struct session *session,
                                         const struct session_plan *plan,
                                         struct custody_request *request, json_t **ret_result,
                                         struct custody_error *err)
{
    json_t *description = NULL;
    json_t *signed_by = json_array();
    json_t *missing = json_array();
    json_t *result = NULL;
    char *data = NULL;
    size_t len = 0;
    int64_t from = -1;
    const char *awaited = NULL;
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; i < plan->signer_count; i++) {
        if (!plan->is_local[i] && awaited == NULL) {
            awaited = plan->signers[i];
        }
        (void)json_array_append_new(plan->is_local[i] ? signed_by : missing,
                                    json_string(plan->signers[i]));
    }
    rc = option_int(session->args, "from", -1, 0, INT64_C(1) << 53, &from, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = awaited != NULL
             ? custody_request_export(session->site, request, awaited, from, &data, &len, err)
             : custody_request_write(request, &data, &len, err);
    if (rc == CUSTODY_OK) {
        rc = custody_request_describe(request, session->lang, session_offset(session),
                                      &description, err);
    }
    if (rc == CUSTODY_OK) {
        rc = output_write(plan->prepare_path, data, len, 0600, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    result = json_pack("{s:O,s:O,s:O,s:s,s:O,s:O}", "act", json_object_get(description, "act"),
                       "act_id", json_object_get(description, "act_id"), "missing", missing,
                       "path", plan->prepare_path, "sentence",
                       json_object_get(description, "sentence"), "signed", signed_by);
    rc = session_packed(result, err);
    if (rc == CUSTODY_OK) {
        *ret_result = result;
    }
out:
    free(data);
    json_decref(signed_by);
    json_decref(missing);
    json_decref(description);
    return rc;
}

/* Prepare, sign, submit, once. */
static enum custody_status attempt(struct session *session, const struct session_plan *plan,
                                   const struct custody_draft *draft,
                                   struct custody_credential **credentials,
                                   struct session_asking *asking, json_t **ret_result,
                                   struct custody_error *err)
{
    struct custody_request *request = NULL;
    enum custody_status rc = custody_prepare(session->site, draft, &request, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (plan->is_dry_run) {
        rc = dry_run(session, request, ret_result, err);
        goto out;
    }
    for (size_t i = 0; i < plan->signer_count; i++) {
        if (credentials[i] == NULL) {
            continue;
        }
        asking->handle = plan->signers[i];
        rc = custody_sign(session->site, request, credentials[i], session->lang, session_ask,
                          asking, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    if (plan->prepare_path != NULL) {
        rc = write_request(session, plan, request, ret_result, err);
    } else {
        rc = custody_submit(session->site, request, session->lang, ret_result, err);
    }
out:
    custody_request_free(request);
    return rc;
}

/*
 * Was the request prepared from a head, or with a number, that the credential has left since,
 * because other processes signed with it? Then it is prepared anew. A refusal that comes again
 * in the same words is no race, and stands.
 */
static bool is_overtaken(enum custody_status rc, const struct custody_error *err, char *said,
                         size_t size)
{
    if (err == NULL || strcmp(err->text, said) == 0) {
        return false;
    }
    const bool is_race = (rc == CUSTODY_ERR_NOT_FOUND && strcmp(err->rule, "from") == 0) ||
                         (rc == CUSTODY_ERR_REFUSED && strcmp(err->rule, "sequence") == 0);
    if (!is_race) {
        return false;
    }
    (void)snprintf(said, size, "%s", err->text);
    return true;
}

bool session_tries_again(struct session_tries *tries, enum custody_status rc)
{
    if (rc != CUSTODY_ERR_BUSY || tries->count + 1 >= ATTEMPTS_MAX ||
        custody_now() - tries->start >= ATTEMPTS_TIME_S) {
        return false;
    }
    tries->count++;
    const struct timespec pause = {.tv_nsec = ATTEMPT_PAUSE_NS * tries->count};
    (void)nanosleep(&pause, NULL);
    return true;
}

enum custody_status session_act_run(struct session *session, const struct session_plan *plan,
                                    const char *act, const json_t *body, json_t **ret_result,
                                    struct custody_error *err)
{
    struct session_plan mine = *plan;
    struct custody_credential *credentials[SESSION_SIGNERS_MAX] = {0};
    struct session_asking asking = {.session = session};
    const struct custody_draft draft = {.act = act,
                                        .body = body,
                                        .by = mine.by,
                                        .signers = mine.signers,
                                        .signer_count = mine.signer_count,
                                        .is_untried = mine.is_untried};
    enum custody_status rc = CUSTODY_OK;
    bool is_signing = false;
    for (size_t i = 0; i < mine.signer_count; i++) {
        is_signing = is_signing || mine.is_local[i];
    }
    if (!mine.is_dry_run && is_signing) {
        if (!mine.is_agreed) {
            rc = session_asks(session, &asking.is_asked, err);
        }
        if (rc == CUSTODY_OK) {
            rc = unlock_signers(session, &mine, credentials, err);
        }
    }
    struct session_tries tries = {.start = custody_now()};
    char said[sizeof err->text] = "";
    while (rc == CUSTODY_OK) {
        rc = attempt(session, &mine, &draft, credentials, &asking, ret_result, err);
        const bool is_again = is_overtaken(rc, err, said, sizeof said);
        if (!session_tries_again(&tries, is_again ? CUSTODY_ERR_BUSY : rc)) {
            break;
        }
        rc = CUSTODY_OK;
    }
    session_asking_clear(&asking);
    return rc;
}

/* Remember what was recorded, for "@key.lend" in later lines of a batch. Forgetting it for want
 * of memory does no harm. */
static void remember(struct session *session, const json_t *result)
{
    const char *act = json_string_value(json_object_get(result, "act"));
    json_t *act_id = json_object_get(result, "act_id");
    char name[64] = "";
    if (!json_is_integer(json_object_get(result, "idx")) || act == NULL || act_id == NULL ||
        strcspn(act, "/") >= sizeof name) {
        return;
    }
    memcpy(name, act, strcspn(act, "/"));
    if (session->recorded == NULL) {
        session->recorded = json_object();
    }
    (void)json_object_set(session->recorded, name, act_id);
    (void)json_object_set(session->recorded, "last", act_id);
}

enum custody_status session_act_print(struct session *session, const json_t *result,
                                      struct custody_error *err)
{
    const enum custody_lang lang = session->lang;
    remember(session, result);
    if (session->is_json) {
        return print_json(session->out, result, false, err);
    }
    const json_t *flags = json_object_get(result, "flags");
    const char *sentence = json_string_value(json_object_get(result, "sentence"));
    const char *act_id = json_string_value(json_object_get(result, "act_id"));
    const json_t *idx = json_object_get(result, "idx");
    const char *path = json_string_value(json_object_get(result, "path"));
    print_text(session->out, sentence != NULL ? sentence : text_of(lang, TEXT_DONE));
    if (json_is_integer(idx)) {
        (void)fprintf(session->out, " [%s %lld, %s %.*s]", text_of(lang, TEXT_ENTRY),
                      (long long)json_integer_value(idx), text_of(lang, TEXT_ACT_ID), SHORT_ID,
                      act_id != NULL ? act_id : "");
    } else if (path != NULL) {
        char *missing = print_value(json_object_get(result, "missing"), NULL, lang,
                                    session_offset(session));
        (void)fprintf(session->out, " [%s: ", text_of(lang, TEXT_PREPARED));
        print_text(session->out, path);
        (void)fprintf(session->out, "; %s: %s]", text_of(lang, TEXT_STILL_TO_SIGN),
                      missing != NULL ? missing : "");
        free(missing);
    } else {
        (void)fprintf(session->out, " [%s]", text_of(lang, TEXT_DRY_RUN));
    }
    if (json_is_true(json_object_get(result, "repeat"))) {
        (void)fprintf(session->out, " (%s)", text_of(lang, TEXT_REPEATED));
    }
    (void)fputc('\n', session->out);
    for (size_t i = 0; i < json_array_size(flags); i++) {
        const json_t *flag = json_array_get(flags, i);
        const char *code = json_is_string(flag)
                               ? json_string_value(flag)
                               : json_string_value(json_object_get(flag, "code"));
        const char *text = json_string_value(json_object_get(flag, "text"));
        (void)fprintf(session->out, "%s: %s ", text_of(lang, TEXT_FLAG),
                      code != NULL ? code : "?");
        print_text(session->out, text != NULL ? text : "");
        (void)fputc('\n', session->out);
    }
    return CUSTODY_OK;
}

enum custody_status session_sheet_members(const struct session *session,
                                          const struct session_plan *plan, json_t *body,
                                          struct custody_error *err)
{
    const char *sheet = option_get(session->args, "sheet");
    int64_t terminals = 0;
    enum custody_status rc =
        option_int(session->args, "terminals", 0, 1, SESSION_SIGNERS_MAX, &terminals, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    /* Whoever signs elsewhere sits at another terminal. */
    if (terminals == 0 && option_has(session->args, "sign-by") && plan->signer_count > 1) {
        terminals = 2;
    }
    if (sheet != NULL && json_object_set_new(body, "sheet", json_string(sheet)) != 0) {
        return session_packed(NULL, err);
    }
    if (terminals != 0 &&
        json_object_set_new(body, "terminals", json_integer(terminals)) != 0) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

enum custody_status session_event_members(const struct session *session, json_t *body,
                                          struct custody_error *err)
{
    char event_at[SESSION_TIME_SIZE];
    const char *late = option_get(session->args, "late");
    enum custody_status rc = session_time(session, "event-at", NULL, event_at, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if ((event_at[0] == '\0') != (late == NULL)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a late entry needs both --event-at TIME and --late CODE");
    }
    json_t *time = event_at[0] == '\0' ? json_null() : json_string(event_at);
    json_t *code = late == NULL ? json_null() : json_string(late);
    const bool is_set = json_object_set_new(body, "event_at", time) == 0;
    if (json_object_set_new(body, "late", code) != 0 || !is_set) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

enum custody_status session_act(struct session *session, const char *act, json_t *body,
                                struct custody_error *err)
{
    struct session_plan plan = {.by = NULL};
    json_t *result = NULL;
    enum custody_status rc = session_packed(body, err);
    if (rc == CUSTODY_OK &&
        (option_has(session->args, "event-at") || option_has(session->args, "late")) &&
        json_object_get(body, "event_at") == NULL) {
        rc =
            custody_fail(err, CUSTODY_ERR_USAGE,
                         "--event-at and --late are for lending and returning; leave them out");
    }
    if (rc == CUSTODY_OK) {
        rc = session_plan_make(session, &plan, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_sheet_members(session, &plan, body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_run(session, &plan, act, body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    json_decref(result);
    json_decref(body);
    return rc;
}
