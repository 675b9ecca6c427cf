/* One run of the command line: the site that is open, the credentials unlocked so far. */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define UTC_OFFSET_DEFAULT_MIN 480

void session_lock(struct session *session)
{
    for (size_t i = 0; i < session->credential_count; i++) {
        custody_credential_close(session->credentials[i].credential);
        free(session->credentials[i].name);
        free(session->credentials[i].dir);
    }
    session->credential_count = 0;
}

void session_clear(struct session *session)
{
    session_forget_site(session);
    session_lock(session);
    json_decref(session->recorded);
    *session = (struct session){0};
}

enum custody_status session_use(struct session *session, const struct arguments *args,
                                struct custody_error *err)
{
    const char *lang = option_get(args, "lang");
    if (lang != NULL && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--lang is zh or en");
    }
    if (lang == NULL) {
        lang = getenv("LC_ALL");
        if (lang == NULL || lang[0] == '\0') {
            lang = getenv("LANG");
        }
    }
    session->args = args;
    session->lang = lang != NULL && strncmp(lang, "zh", 2) == 0 ? CUSTODY_ZH : CUSTODY_EN;
    session->is_json = option_has(args, "json");
    return CUSTODY_OK;
}

/* An option, else a variable of the environment that is not empty, else NULL. */
static const char *option_or_env(const struct session *session, const char *option,
                                 const char *variable)
{
    const char *value = option_get(session->args, option);
    if (value == NULL) {
        value = getenv(variable);
    }
    return value == NULL || value[0] == '\0' ? NULL : value;
}

const char *session_site_dir(const struct session *session)
{
    const char *dir = option_or_env(session, "site", "CUSTODY_SITE");
    return dir != NULL ? dir : ".";
}

/* A dead clock would sign times that nobody believes later: said once, at start-up. */
static void warn_of_clock(const struct session *session)
{
    json_t *info = NULL;
    if (custody_site_info(session->site, &info, NULL) != CUSTODY_OK) {
        return;
    }
    if (json_array_size(json_object_get(info, "warnings")) > 0) {
        char seconds[32];
        (void)snprintf(seconds, sizeof seconds, "%lld",
                       (long long)json_integer_value(json_object_get(info, "clock_ahead_s")));
        session_note(session, text_of(session->lang, TEXT_CLOCK_BEHIND), seconds);
    }
    json_decref(info);
}

enum custody_status session_open(struct session *session, bool is_write,
                                 struct custody_error *err)
{
    const char *dir = session_site_dir(session);
    if (session->site != NULL && strcmp(session->site_dir, dir) == 0 &&
        (session->is_site_write || !is_write)) {
        return CUSTODY_OK;
    }
    session_forget_site(session);
    char *copy = session_copy(dir);
    if (copy == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to open the site");
    }
    const enum custody_status rc = custody_site_open(dir, is_write, &session->site, err);
    if (rc != CUSTODY_OK) {
        free(copy);
        return rc;
    }
    session->site_dir = copy;
    session->is_site_write = is_write;
    if (is_write) {
        warn_of_clock(session);
    }
    return CUSTODY_OK;
}

void session_forget_site(struct session *session)
{
    custody_site_close(session->site);
    free(session->site_dir);
    session->site = NULL;
    session->site_dir = NULL;
    session->is_site_write = false;
}

int session_offset(const struct session *session)
{
    return session->site != NULL ? custody_site_utc_offset_min(session->site)
                                 : UTC_OFFSET_DEFAULT_MIN;
}

enum custody_status session_site_text(struct session *session, const char *member, char *out,
                                      size_t room, struct custody_error *err)
{
    json_t *info = NULL;
    enum custody_status rc = custody_site_info(session->site, &info, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *text = json_string_value(json_object_get(info, member));
    if (text == NULL || strlen(text) >= room) {
        rc = custody_fail(err, CUSTODY_ERR_REFUSED,
                          "the site is not founded yet; submit its founding act first");
    } else {
        memcpy(out, text, strlen(text) + 1);
    }
    json_decref(info);
    return rc;
}

const char *session_actor_or_null(const struct session *session)
{
    return option_or_env(session, "as", "CUSTODY_AS");
}

enum custody_status session_actor(const struct session *session, const char **ret_handle,
                                  struct custody_error *err)
{
    const char *handle = session_actor_or_null(session);
    if (handle == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "say who acts: add --as HANDLE or set CUSTODY_AS");
    }
    *ret_handle = handle;
    return CUSTODY_OK;
}

const char *session_credential_dir(const struct session *session)
{
    return option_or_env(session, "credentials", "CUSTODY_CREDENTIALS");
}

/* The file for a handle: "HANDLE=FILE" first, then one that names nobody. */
static const char *passphrase_path(const struct session *session, const char *handle)
{
    const size_t handle_len = strlen(handle);
    const char *anybody = NULL;
    for (const struct arguments *a = session->args; a != NULL; a = a->parent) {
        for (size_t i = 0; i < a->pair_count; i++) {
            if (strcmp(a->pairs[i].name, "passphrase-file") != 0) {
                continue;
            }
            const char *value = a->pairs[i].value;
            const size_t name_len = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-");
            if (value[name_len] != '=' || name_len == 0) {
                anybody = anybody == NULL ? value : anybody;
            } else if (name_len == handle_len && memcmp(value, handle, name_len) == 0) {
                return value + name_len + 1;
            }
        }
    }
    return anybody;
}

enum custody_status session_passphrase(const struct session *session, const char *handle,
                                       bool is_new, struct prompt_secret *ret_secret,
                                       struct custody_error *err)
{
    const char *path = passphrase_path(session, handle);
    if (path != NULL) {
        return prompt_secret_file(path, ret_secret, err);
    }
    enum custody_status rc =
        prompt_secret_ask(text_of(session->lang, TEXT_PASSPHRASE), handle, ret_secret, err);
    if (rc != CUSTODY_OK || !is_new) {
        return rc;
    }
    struct prompt_secret again;
    rc = prompt_secret_ask(text_of(session->lang, TEXT_PASSPHRASE_AGAIN), handle, &again, err);
    if (rc == CUSTODY_OK && (again.len != ret_secret->len ||
                             memcmp(again.text, ret_secret->text, again.len) != 0)) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "the two passphrases differ; try again, nothing was made");
    }
    prompt_wipe(&again);
    if (rc != CUSTODY_OK) {
        prompt_wipe(ret_secret);
    }
    return rc;
}

enum custody_status session_credential(struct session *session, const char *name,
                                       struct custody_credential **ret_credential,
                                       struct custody_error *err)
{
    const char *dir = session_credential_dir(session);
    const char *dir_name = dir != NULL ? dir : "";
    for (size_t i = 0; i < session->credential_count; i++) {
        const struct session_credential *known = &session->credentials[i];
        if (strcmp(known->name, name) == 0 && strcmp(known->dir, dir_name) == 0) {
            *ret_credential = known->credential;
            return CUSTODY_OK;
        }
    }
    if (session->credential_count == SESSION_CREDENTIALS_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "one run unlocks at most %d credentials; split the batch",
                            SESSION_CREDENTIALS_MAX);
    }
    /* Nobody should type a passphrase for a credential that is not here. */
    json_t *infos = NULL;
    enum custody_status rc = custody_credential_list(dir, &infos, err);
    if (rc == CUSTODY_OK) {
        bool is_here = false;
        for (size_t i = 0; i < json_array_size(infos) && !is_here; i++) {
            const json_t *info = json_array_get(infos, i);
            const char *handle = json_string_value(json_object_get(info, "handle"));
            const char *keyid = json_string_value(json_object_get(info, "keyid"));
            is_here = (handle != NULL && strcmp(handle, name) == 0) ||
                      (keyid != NULL && strncmp(keyid, name, strlen(name)) == 0);
        }
        json_decref(infos);
        if (!is_here) {
            rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                              "there is no credential of %.40s here; make one with credential "
                              "new, or name its directory with --credentials",
                              name);
        }
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct session_credential made = {.name = session_copy(name),
                                      .dir = session_copy(dir_name)};
    struct prompt_secret secret = {.len = 0};
    if (made.name == NULL || made.dir == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to unlock a credential");
        goto out;
    }
    rc = session_passphrase(session, name, false, &secret, err);
    if (rc == CUSTODY_OK) {
        rc = custody_credential_unlock(dir, name, secret.text, secret.len, &made.credential,
                                       err);
    }
    if (rc == CUSTODY_OK) {
        session->credentials[session->credential_count++] = made;
        *ret_credential = made.credential;
        made = (struct session_credential){0};
    }
out:
    prompt_wipe(&secret);
    free(made.name);
    free(made.dir);
    return rc;
}

enum custody_status session_asks(const struct session *session, bool *ret_asks,
                                 struct custody_error *err)
{
    bool is_asking = false;
    if (!option_has(session->args, "yes")) {
        if (prompt_has_terminal()) {
            is_asking = true;
        } else if (!option_has(session->args, "passphrase-file")) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "there is no terminal to ask at before signing; add --yes");
        }
    }
    *ret_asks = is_asking;
    return CUSTODY_OK;
}

void session_time_text(int64_t seconds, char out[SESSION_TIME_SIZE])
{
    const time_t when = (time_t)seconds;
    struct tm parts;
    out[0] = '\0';
    if (gmtime_r(&when, &parts) != NULL &&
        strftime(out, SESSION_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        out[0] = '\0';
    }
}

enum custody_status session_time(const struct session *session, const char *name,
                                 const char *fallback, char out[SESSION_TIME_SIZE],
                                 struct custody_error *err)
{
    const char *text = option_get(session->args, name);
    if (text == NULL) {
        text = fallback;
    }
    if (text == NULL) {
        out[0] = '\0';
        return CUSTODY_OK;
    }
    if (strcmp(text, "now") == 0) {
        session_time_text(custody_now(), out);
        return CUSTODY_OK;
    }
    struct custody_error why = {0};
    if (custody_time_parse(text, session_offset(session), out, &why) != CUSTODY_OK) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--%s: %s", name, why.text);
    }
    return CUSTODY_OK;
}

enum custody_status session_read_private(struct session *session, const char *name, json_t *params,
                                     const struct custody_reveal *reveal, json_t **ret_rows,
                                     struct custody_error *err)
{
    enum custody_status rc = session_packed(params, err);
    if (rc == CUSTODY_OK) {
        rc = custody_read_private(session->site, name, params, reveal, ret_rows, err);
    }
    json_decref(params);
    return rc;
}

enum custody_status session_read(struct session *session, const char *name, json_t *params,
                                 json_t **ret_rows, struct custody_error *err)
{
    return session_read_private(session, name, params, NULL, ret_rows, err);
}

enum custody_status session_read_paper(struct session *session, const char *name,
                                       json_t *params, json_t **ret_rows,
                                       struct custody_error *err)
{
    const struct custody_reveal on_paper = {.reader = "", .is_on_paper = true};
    return session_read_private(session, name, params, &on_paper, ret_rows, err);
}

enum custody_status session_packed(const json_t *value, struct custody_error *err)
{
    if (value != NULL) {
        return CUSTODY_OK;
    }
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "a text given is not UTF-8, or memory is out; check what was typed");
}

void session_note(const struct session *session, const char *text, const char *about)
{
    (void)fprintf(stderr, "custody: %s: %s%s%s\n", text_of(session->lang, TEXT_NOTE), text,
                  about[0] != '\0' ? ": " : "", about);
}

char *session_copy(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}
