/*
 * Status codes and the one error struct of libcustody.
 *
 * Every fallible function returns enum custody_status (0 is success) and takes a
 * struct custody_error as its last parameter, which may be NULL and is written only on
 * failure. Outputs named ret_* are written only on success.
 *
 * Three families are kept apart: a bug asserts; an expected failure is a status; a verdict of
 * a verification is a result (custody/verify.h), never just a status.
 */
#ifndef CUSTODY_ERROR_H
#define CUSTODY_ERROR_H

#if defined(__GNUC__)
#define CUSTODY_MUST_CHECK   __attribute__((warn_unused_result))
#define CUSTODY_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define CUSTODY_MUST_CHECK
#define CUSTODY_PRINTF(f, a)
#endif

/* X(name, exit code of the command line, text for people) */
#define CUSTODY_STATUS_LIST(X)                                                                 \
    X(OK, 0, "ok")                                                                             \
    X(ERR_NOMEM, 1, "out of memory")                                                           \
    X(ERR_IO, 1, "reading or writing failed")                                                  \
    X(ERR_INVALID, 1, "malformed input")                                                       \
    X(ERR_LIMIT, 1, "larger than allowed")                                                     \
    X(ERR_CRYPTO, 1, "wrong passphrase or damaged secret")                                     \
    X(ERR_USAGE, 2, "not a valid command line")                                                \
    X(ERR_TAMPERED, 3, "does not verify")                                                      \
    X(ERR_REFUSED, 4, "refused by a rule")                                                     \
    X(ERR_NOT_FOUND, 5, "not found")                                                           \
    X(ERR_UNCHECKED, 6, "could not be checked")                                                \
    X(ERR_BUSY, 75, "busy, try again")

enum custody_status {
#define X(name, code, text) CUSTODY_##name,
    CUSTODY_STATUS_LIST(X)
#undef X
};

/*
 * What went wrong, for people and for callers.
 *
 * status    same as the returned status
 * rule      rule id of regulation.md or check id of schema/FORMATS.md ("K3", "seats"), "" if
 * none sql_code  SQLite extended result code, 0 if none os_error  errno, 0 if none text one
 * sentence that says what to do next; never a secret, never personal data
 */
struct custody_error {
    enum custody_status status;
    char rule[24];
    int sql_code;
    int os_error;
    char text[400];
};

/* Name of a status for people ("refused by a rule"); never NULL. */
const char *custody_status_text(enum custody_status status);

/* Exit code of the command line for a status (design.md, "Command line"). */
int custody_status_exit_code(enum custody_status status);

/*
 * Fill err (NULL is fine) and return status: `return custody_fail(err, CUSTODY_ERR_IO, "…")`.
 * rule, sql_code and os_error are cleared.
 */
enum custody_status custody_fail(struct custody_error *err, enum custody_status status,
                                 const char *format, ...) CUSTODY_PRINTF(3, 4);

/* The same, with errno (os_error) recorded and its text appended. */
enum custody_status custody_fail_os(struct custody_error *err, enum custody_status status,
                                    int os_error, const char *format, ...) CUSTODY_PRINTF(4, 5);

/* The same, status CUSTODY_ERR_REFUSED with a rule or check id. */
enum custody_status custody_refuse(struct custody_error *err, const char *rule,
                                   const char *format, ...) CUSTODY_PRINTF(3, 4);

#endif
