/*
 * One run of the command line: the site that is open, the credentials unlocked so far, the
 * command that runs. A batch keeps one session for all its lines, so that a passphrase is paid
 * for once (Argon2id makes a clerk wait).
 */
#ifndef CUSTODY_CLI_SESSION_H
#define CUSTODY_CLI_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "custody/site.h"
#include "option.h"
#include "prompt.h"
#include "text.h"

#define SESSION_CREDENTIALS_MAX 32
#define SESSION_SIGNERS_MAX     16
#define SESSION_ID_SIZE         65 /* 64 hex and 0 */
#define SESSION_TIME_SIZE       21

struct session_credential {
    char *name; /* as it was asked for */
    char *dir;  /* "" for the default store */
    struct custody_credential *credential;
};

struct session {
    FILE *out;
    const struct arguments *args; /* of the command that runs */
    enum custody_lang lang;
    bool is_json;
    bool is_batch;
    bool takes_old_tags; /* the command that runs lets a superseded tag name a thing */
    struct custody_site *site;
    char *site_dir;
    bool is_site_write;
    struct session_credential credentials[SESSION_CREDENTIALS_MAX];
    size_t credential_count;
    json_t *recorded; /* last act id of each act of this session: {"last":…,"key.lend":…} */
};

/* Closes site and credentials; zeroed is fine. */
void session_clear(struct session *session);
/* Take up a line's arguments: language and form of output. ERR_USAGE: unknown language. */
enum custody_status session_use(struct session *session, const struct arguments *args,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* --site, $CUSTODY_SITE or "."; belongs to the environment or the line. */
const char *session_site_dir(const struct session *session);
/* Open the line's site, or keep the one that is open when it serves. */
enum custody_status session_open(struct session *session, bool is_write,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Close the credentials: whoever acts next unlocks anew. */
void session_lock(struct session *session);
/* Close the site: something is about to happen to its files. */
void session_forget_site(struct session *session);
/* Minutes east of UTC of the open site; 480 with none. */
int session_offset(const struct session *session);
/* One string member of custody_site_info, at most room - 1 bytes. */
enum custody_status session_site_text(struct session *session, const char *member, char *out,
                                      size_t room,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* --as or $CUSTODY_AS; NULL when neither is there. */
const char *session_actor_or_null(const struct session *session);
/* The same, ERR_USAGE when neither is there. */
enum custody_status session_actor(const struct session *session, const char **ret_handle,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Directory of credentials, NULL for the default store. */
const char *session_credential_dir(const struct session *session);
/* Passphrase of a handle: from a file the line names, else asked for; is_new asks twice. */
enum custody_status session_passphrase(const struct session *session, const char *handle,
                                       bool is_new, struct prompt_secret *ret_secret,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Unlock, once per session. The credential is the session's. ERR_NOT_FOUND: none here. */
enum custody_status session_credential(struct session *session, const char *name,
                                       struct custody_credential **ret_credential,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Will anybody be asked before signing? ERR_USAGE when somebody ought to be and cannot. */
enum custody_status session_asks(const struct session *session, bool *ret_asks,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* Seconds since 1970 in the form of a signed time. */
void session_time_text(int64_t seconds, char out[SESSION_TIME_SIZE]);
/* A time option in signed form; "now" is understood. fallback NULL: out becomes "".
 * ERR_USAGE. */
enum custody_status session_time(const struct session *session, const char *name,
                                 const char *fallback, char out[SESSION_TIME_SIZE],
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* custody_read with the parameters' reference taken over (NULL: out of memory). */
enum custody_status session_read(struct session *session, const char *name, json_t *params,
                                 json_t **ret_rows,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* custody_read_private likewise. */
enum custody_status session_read_private(struct session *session, const char *name,
                                         json_t *params, const struct custody_reveal *reveal,
                                         json_t **ret_rows,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same with customers' texts, for slips (is_on_paper of custody_reveal). */
enum custody_status session_read_paper(struct session *session, const char *name,
                                       json_t *params, json_t **ret_rows,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Value or ERR_NOMEM: for json_pack, which is NULL when memory is out or a text is no UTF-8. */
enum custody_status session_packed(const json_t *value,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* "note: text" on standard error, which keeps standard output a result. */
void session_note(const struct session *session, const char *text, const char *about);
/* Malloc'ed copy; NULL when out of memory. */
char *session_copy(const char *text);

#endif
