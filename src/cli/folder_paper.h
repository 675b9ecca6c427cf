/* Papers as a line describes them: kind=lease,pages=12,copies=1,original,from=2026-01-01 */
#ifndef CUSTODY_CLI_FOLDER_PAPER_H
#define CUSTODY_CLI_FOLDER_PAPER_H

#include "session.h"

/*
 * A new paper n of folder.file from a description. kind (code, label or alias of the policy),
 * pages, and original or copy must be said; with, from, to may be; title and remark are
 * personal: texts in a batch, - for a line of standard input elsewhere. ERR_USAGE.
 */
enum custody_status folder_paper_new(const struct session *session, const json_t *policy,
                                     const char *text, int64_t n, json_t **ret_paper,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * A paper of folder.amend: n=3 names it among the rows of folder.papers, what else is said is
 * different from the register. An empty value (from=) takes away. ERR_USAGE, ERR_NOT_FOUND.
 */
enum custody_status folder_paper_amend(const struct session *session, const json_t *policy,
                                       const char *text, const json_t *rows, json_t **ret_paper,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
