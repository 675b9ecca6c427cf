/* Lines of a batch, cut into words as a shell would. */
#include "quote.h"

#include <stdbool.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Copy one word from in to out; gives where it ended, and the quote left open or 0. */
static const char *copy_word(const char *in, char **out, char *ret_quote)
{
    char quote = '\0';
    while (*in != '\0' && (quote != '\0' || !is_blank(*in))) {
        const char c = *in++;
        const bool is_escape = c == '\\' && *in != '\0' &&
                               (quote == '\0' || (quote == '"' && (*in == '"' || *in == c)));
        if (is_escape) {
            *(*out)++ = *in++;
        } else if (quote != '\0' && c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else {
            *(*out)++ = c;
        }
    }
    *ret_quote = quote;
    return in;
}

enum custody_status quote_split(char *line, const char **words, size_t max, size_t *ret_count,
                                struct custody_error *err)
{
    const char *in = line;
    char *out = line; /* never ahead of in: a word only gets shorter */
    size_t count = 0;
    for (bool is_end = false; !is_end;) {
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
        char quote = '\0';
        words[count++] = out;
        in = copy_word(in, &out, &quote);
        if (quote != '\0') {
            return custody_fail(err, CUSTODY_ERR_USAGE, "a quote %c is not closed; close it",
                                quote);
        }
        is_end = *in == '\0';
        in += is_end ? 0 : 1; /* over the blank, whose place the 0 may take */
        *out++ = '\0';
    }
    *ret_count = count;
    return CUSTODY_OK;
}
