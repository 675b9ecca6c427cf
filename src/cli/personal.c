/* Personal texts come by standard input or from a batch, not by argv. */
#include "personal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "option.h"

#define LINE_SIZE 8192

static enum custody_status read_line(const char *name, char *line, struct custody_error *err)
{
    if (isatty(STDIN_FILENO) != 0) {
        (void)fprintf(stderr, "%s: ", name);
        (void)fflush(stderr);
    }
    if (fgets(line, LINE_SIZE, stdin) == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "--%s - wants a line on standard input, and there was none", name);
    }
    line[strcspn(line, "\r\n")] = '\0';
    return CUSTODY_OK;
}

enum custody_status personal_option(const struct session *session, const char *name,
                                    json_t **ret_field, struct custody_error *err)
{
    return personal_field(session, name, option_get(session->args, name), ret_field, err);
}

enum custody_status personal_field(const struct session *session, const char *name,
                                   const char *text, json_t **ret_field,
                                   struct custody_error *err)
{
    char line[LINE_SIZE];
    if (text == NULL) {
        *ret_field = json_null();
        return CUSTODY_OK;
    }
    if (!session->is_batch) {
        if (strcmp(text, "-") != 0) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "personal data do not belong on a command line, which other "
                                "users can read: write --%s - and give the text on standard "
                                "input, or put the line into a batch",
                                name);
        }
        enum custody_status rc = read_line(name, line, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        text = line;
    }
    json_t *field = json_pack("{s:s}", "text", text);
    explicit_bzero(line, sizeof line);
    enum custody_status rc = session_packed(field, err);
    if (rc == CUSTODY_OK) {
        *ret_field = field;
    }
    return rc;
}
