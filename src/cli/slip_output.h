/* Where a slip goes and how: the options --paper, --format, --dpi, --out of all of them. */
#ifndef CUSTODY_CLI_SLIP_OUTPUT_H
#define CUSTODY_CLI_SLIP_OUTPUT_H

#include "custody/slip.h"
#include "session.h"

#define SLIP_OUTPUT_OPTIONS                                                                    \
    OPT("out", "FILE|-|tcp://HOST", 0, "写到文件、标准输出或打印机",                           \
        "write to a file, standard output or a printer"),                                      \
        OPT("paper", "a5|a4x2|roll58|roll80", 0, "纸张:A5、A4 一式两份、58 或 80 毫米卷纸",    \
            "paper: A5, two copies on A4, a roll of 58 or 80 mm"),                             \
        OPT("format", "pdf|png|text", 0, "格式(默认按文件名,没有 --out 则打印文字)",           \
            "format (default: by the name of the file; text without --out)"),                  \
        OPT_PARAM("dpi", "N", OPTION_INT, NULL, NULL, "PNG 的分辨率", "resolution of a PNG")

struct slip_output {
    bool is_text;
    struct custody_slip_output print; /* where it is no text */
};

/* Read the options; paper is that of no --paper. ERR_USAGE. */
enum custody_status slip_output_take(const struct session *session,
                                     enum custody_slip_paper paper,
                                     struct slip_output *ret_output,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Give a text: to the file that the options name, else to standard output. */
enum custody_status slip_output_text(const struct session *session, const char *text,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Say which file was written; nothing where none was. */
void slip_output_tell(const struct session *session);

#endif
