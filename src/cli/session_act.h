/*
 * Acts at the command line: prepare, have the local signers sign, submit; or write a request
 * file for those who sign elsewhere.
 */
#ifndef CUSTODY_CLI_SESSION_ACT_H
#define CUSTODY_CLI_SESSION_ACT_H

#include "session.h"

/* Who signs what where. Handles are borrowed from the line. */
struct session_plan {
    const char *by;
    const char *signers[SESSION_SIGNERS_MAX]; /* by among them */
    bool is_local[SESSION_SIGNERS_MAX];
    size_t signer_count;
    const char *prepare_path; /* NULL: submit */
    bool is_dry_run;
    bool is_untried; /* of custody_draft */
    bool is_agreed;  /* the signer has agreed already: do not ask */
};

/* From --as, --with, --sign-by, --prepare, --dry-run. ERR_USAGE. */
enum custody_status session_plan_make(const struct session *session,
                                      struct session_plan *ret_plan,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Add a signer, once. ERR_USAGE: more than sixteen. */
enum custody_status session_plan_add(struct session_plan *plan, const char *handle,
                                     bool is_local,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
bool session_plan_has(const struct session_plan *plan, const char *handle);

/*
 * Carry one act through. A taken number or a locked database is tried again up to eight times;
 * a signer is then asked again only if the sentence changed. body: as custody_draft wants it,
 * borrowed.
 *
 * ret_result  of custody_submit; for a dry run {"act","dry_run","flags","sentence"}; for a
 *             request file {"act","act_id","missing","path","sentence","signed"}
 */
enum custody_status session_act_run(struct session *session, const struct session_plan *plan,
                                    const char *act, const json_t *body, json_t **ret_result,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* What was tried until now; begin with the time. */
struct session_tries {
    int64_t start; /* custody_now() */
    int count;
};
/* A taken number or a locked database: wait a moment and say whether to try again. */
bool session_tries_again(struct session_tries *tries, enum custody_status rc);
/* Print such a result as the line says. */
enum custody_status session_act_print(struct session *session, const json_t *result,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The usual case: the line's plan, --sheet and --terminals put into body, run, print. Takes
 * over the reference of body; NULL fails as session_packed.
 */
enum custody_status session_act(struct session *session, const char *act, json_t *body,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Put --sheet and --terminals into a body that may have them. */
enum custody_status session_sheet_members(const struct session *session,
                                          const struct session_plan *plan, json_t *body,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Put --event-at and --late into a body that moves custody. */
enum custody_status session_event_members(const struct session *session, json_t *body,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;

/* Shows a description and asks the person at the terminal; a custody_ask. */
struct session_asking {
    const struct session *session;
    const char *handle;
    bool is_asked;                           /* false: agree without a question */
    char *sentence;                          /* that was shown last */
    const char *agreed[SESSION_SIGNERS_MAX]; /* who agreed to it */
    size_t agreed_count;
};
bool session_ask(void *arg, const json_t *description);
void session_asking_clear(struct session_asking *asking);
/* What a signer must see, in full. */
void session_describe(const struct session *session, FILE *out, const json_t *description);

#endif
