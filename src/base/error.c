/*
 * Status codes and the error struct.
 *
 * Must not know who reports an error or who reads it: it only formats. The text is built in a
 * local buffer first, because callers wrap an earlier error by passing its own text along.
 */
#include "custody/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define TEXT_SIZE sizeof(((struct custody_error *)0)->text)

struct status_row {
    int exit_code;
    const char *text;
};

static const struct status_row STATUS_ROWS[] = {
#define X(name, code, text) {code, text},
    CUSTODY_STATUS_LIST(X)
#undef X
};

static const struct status_row *status_row(enum custody_status status)
{
    size_t index = (size_t)status;

    return index < sizeof STATUS_ROWS / sizeof STATUS_ROWS[0] ? &STATUS_ROWS[index] : NULL;
}

const char *custody_status_text(enum custody_status status)
{
    const struct status_row *row = status_row(status);

    return row != NULL ? row->text : "unknown status";
}

int custody_status_exit_code(enum custody_status status)
{
    const struct status_row *row = status_row(status);

    return row != NULL ? row->exit_code : 1;
}

static void format_text(char text[TEXT_SIZE], const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void format_text(char text[TEXT_SIZE], const char *format, va_list args)
{
    int written = vsnprintf(text, TEXT_SIZE, format, args);

    if (written < 0) {
        (void)snprintf(text, TEXT_SIZE, "an error whose text could not be written");
    }
    text_make_utf8(text); /* a file's name or value may be quoted, the end may be cut */
}

static void fill(struct custody_error *err, enum custody_status status, int os_error,
                 const char *text)
{
    memset(err, 0, sizeof *err);
    err->status = status;
    err->os_error = os_error;
    (void)snprintf(err->text, sizeof err->text, "%s", text);
}

enum custody_status custody_fail(struct custody_error *err, enum custody_status status,
                                 const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list args;

    if (err == NULL) {
        return status;
    }
    va_start(args, format);
    format_text(text, format, args);
    va_end(args);
    fill(err, status, 0, text);
    return status;
}

/* Append ": what errno says" as far as it fits. */
static void append_os_text(char text[TEXT_SIZE], int os_error)
{
    char buffer[128];
    const char *os_text = strerror_r(os_error, buffer, sizeof buffer);
    size_t len = strlen(text);

    int written = snprintf(text + len, TEXT_SIZE - len, ": %s", os_text);
    if (written < 0 || (size_t)written >= TEXT_SIZE - len) {
        text_make_utf8(text);
    }
}

enum custody_status custody_fail_os(struct custody_error *err, enum custody_status status,
                                    int os_error, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list args;

    if (err == NULL) {
        return status;
    }
    va_start(args, format);
    format_text(text, format, args);
    va_end(args);
    append_os_text(text, os_error);
    fill(err, status, os_error, text);
    return status;
}

enum custody_status custody_refuse(struct custody_error *err, const char *rule,
                                   const char *format, ...)
{
    char text[TEXT_SIZE];
    char rule_copy[sizeof err->rule];
    va_list args;

    if (err == NULL) {
        return CUSTODY_ERR_REFUSED;
    }
    va_start(args, format);
    format_text(text, format, args);
    va_end(args);
    /* the rule may live in err itself when an error is passed on */
    (void)snprintf(rule_copy, sizeof rule_copy, "%.*s", (int)sizeof rule_copy - 1,
                   rule != NULL ? rule : "");
    text_make_utf8(rule_copy);
    fill(err, CUSTODY_ERR_REFUSED, 0, text);
    memcpy(err->rule, rule_copy, sizeof err->rule);
    return CUSTODY_ERR_REFUSED;
}
