/* Options of slips: see slip_output.h. */
#include "slip_output.h"

#include <string.h>

#include "output.h"

static const char *const papers[] = {[CUSTODY_SLIP_A5] = "a5",
                                     [CUSTODY_SLIP_A4X2] = "a4x2",
                                     [CUSTODY_SLIP_ROLL58] = "roll58",
                                     [CUSTODY_SLIP_ROLL80] = "roll80"};

static enum custody_status take_paper(const struct session *session,
                                      enum custody_slip_paper fallback,
                                      enum custody_slip_paper *ret_paper,
                                      struct custody_error *err)
{
    const char *text = option_get(session->args, "paper");
    if (text == NULL) {
        *ret_paper = fallback;
        return CUSTODY_OK;
    }
    for (size_t i = 0; i < sizeof papers / sizeof papers[0]; i++) {
        if (strcmp(papers[i], text) == 0) {
            *ret_paper = (enum custody_slip_paper)i;
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_USAGE,
                        "there is no paper \"%.20s\"; say a5, a4x2, roll58 or roll80", text);
}

static enum custody_status take_format(const struct session *session,
                                       struct slip_output *output, struct custody_error *err)
{
    const char *out = option_get(session->args, "out");
    const char *text = option_get(session->args, "format");
    const char *dot = out != NULL ? strrchr(out, '.') : NULL;
    if (text == NULL) {
        text = out == NULL ? "text" : (dot != NULL ? dot + 1 : "");
        text = strcmp(text, "txt") == 0 ? "text" : text;
    }
    if (strcmp(text, "pdf") == 0) {
        output->print.format = CUSTODY_SLIP_PDF;
    } else if (strcmp(text, "png") == 0) {
        output->print.format = CUSTODY_SLIP_PNG;
    } else if (strcmp(text, "text") == 0) {
        output->is_text = true;
    } else {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a slip is written as pdf, png or text: say which by --format");
    }
    if (!output->is_text && out == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "name the file to write: --out FILE, or --out - for standard "
                            "output");
    }
    if (output->is_text && option_get(session->args, "paper") != NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a text has no paper: give --out FILE.pdf, or leave --paper out");
    }
    output->print.to = out;
    return CUSTODY_OK;
}

enum custody_status slip_output_take(const struct session *session,
                                     enum custody_slip_paper paper,
                                     struct slip_output *ret_output, struct custody_error *err)
{
    struct slip_output output = {.is_text = false};
    int64_t dpi = 0;
    enum custody_status rc = take_format(session, &output, err);
    if (rc == CUSTODY_OK) {
        rc = take_paper(session, paper, &output.print.paper, err);
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(session->args, "dpi", 0, 203, 1200, &dpi, err);
    }
    if (rc == CUSTODY_OK) {
        output.print.dpi = (double)dpi;
        *ret_output = output;
    }
    return rc;
}

void slip_output_tell(const struct session *session)
{
    const char *out = option_get(session->args, "out");
    if (out != NULL && strcmp(out, "-") != 0) {
        (void)fprintf(session->out, "%s: %s\n", text_of(session->lang, TEXT_WRITTEN), out);
    }
}

enum custody_status slip_output_text(const struct session *session, const char *text,
                                     struct custody_error *err)
{
    const char *out = option_get(session->args, "out");
    if (out == NULL || strcmp(out, "-") == 0) {
        (void)fputs(text, session->out);
        return CUSTODY_OK;
    }
    const enum custody_status rc = output_write(out, text, strlen(text), 0644, err);
    if (rc == CUSTODY_OK) {
        slip_output_tell(session);
    }
    return rc;
}
