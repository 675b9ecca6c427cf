/*
 * A CSV file as people keep it (Excel, WPS; UTF-8 or GB18030; comma, semicolon or tab), whole.
 */
#ifndef CUSTODY_CSV_H
#define CUSTODY_CSV_H

#include <stddef.h>

#include "custody/error.h"

/* line: 1-based, where the row began. Cells are trimmed; rows without a word are left out. */
struct custody_csv_row {
    size_t line;
    size_t count;
    const char *const *cells;
};

struct custody_csv; /* owns its rows */

/*
 * Read path ("-": standard input).
 *
 * CUSTODY_ERR_INVALID     a row that cannot be cut into cells (the sentence names its line), or
 *                         bytes that are no text
 * CUSTODY_ERR_NOT_FOUND, CUSTODY_ERR_IO, CUSTODY_ERR_LIMIT, CUSTODY_ERR_NOMEM
 */
enum custody_status custody_csv_read(const char *path, struct custody_csv **ret_csv,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* The nth row, the headings first; NULL past the end. */
const struct custody_csv_row *custody_csv_row(const struct custody_csv *csv, size_t index);
void custody_csv_free(struct custody_csv *csv); /* NULL is fine */

#endif
