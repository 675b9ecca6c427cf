/* Lines of a batch, cut into words as a shell would. */
#include "quote.h"

#include <stdbool.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

enum custody_status quote_split(char *line, const char **words, size_t max, size_t *ret_count,
                                struct custody_error *err)
{
    const char *in = line;
    char *out = line; /* never ahead of in: a word only gets shorter */
    size_t count = 0;
    for (;;) {
        while (is_blank(*in)) {
            in++;
        }
        if (*in == '\0' || *in == '#') {
            break;
        }
        if (count == max) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "a line has at most %zu words; split it", max);
        }
        words[count++] = out;
        char quote = '\0';
        while (*in != '\0' && (quote != '\0' || !is_blank(*in))) {
            const char c = *in++;
            if (c == quote && quote != '\0') {
                quote = '\0';
            } else if (quote == '\0' && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == '\\' && *in != '\0' &&
                       (quote == '\0' || (quote == '"' && (*in == '"' || *in == '\\')))) {
                *out++ = *in++;
            } else {
                *out++ = c;
            }
        }
        if (quote != '\0') {
            return custody_fail(err, CUSTODY_ERR_USAGE, "a quote %c is not closed; close it",
                                quote);
        }
        const bool is_end = *in == '\0';
        if (!is_end) {
            in++;
        }
        *out++ = '\0';
        if (is_end) {
            break;
        }
    }
    *ret_count = count;
    return CUSTODY_OK;
}
