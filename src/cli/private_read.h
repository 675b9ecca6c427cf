/*
 * Private columns at the command line: texts of customers, which a read verb shows only after
 * who reads whose, and why, stands in the ledger (privacy.read/1, FORMATS.md §21; P2).
 */
#ifndef CUSTODY_CLI_PRIVATE_READ_H
#define CUSTODY_CLI_PRIVATE_READ_H

#include "session.h"

/* The option of every verb whose read has private columns. */
#define PRIVATE_READ_OPT                                                                       \
    OPT("purpose", "CODE", 0, "查阅客户信息的事由代码(先登记查阅人、对象、事由,再显示)",       \
        "why customers' texts are read: recorded first, shown then")

bool private_read_has_columns(const struct custody_read *read);
/*
 * Add whose the private texts of these rows are to owners (an object of ids).
 */
enum custody_status private_read_owners(const struct custody_read *read, const json_t *rows,
                                        json_t *owners,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Record that the line's actor reads the texts of owners for its --purpose: one act, or as many
 * as 1,024 owners each take. Opens the site for writing. Nothing may be shown unless this
 * succeeds; ret_reveal then says what may (its reader belongs to the line). No owners: no act,
 * and nothing is revealed.
 */
enum custody_status private_read_record(struct session *session, json_t *owners,
                                        struct custody_reveal *ret_reveal,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* For people: "(not read)" where a private column of rows is null and the row is not all
 * owners' (NULL: nothing was recorded, every row is marked). */
enum custody_status private_read_mark(const struct session *session,
                                      const struct custody_read *read, const json_t *owners,
                                      json_t *rows,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
