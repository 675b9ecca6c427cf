/*
 * CSV as Excel and WPS write it: UTF-8 with or without BOM, or GB18030; CRLF or LF; quotes;
 * comma, semicolon or tab. Streams from memory; a row of at most CSV_ROW_MAX bytes.
 */
#ifndef CUSTODY_BASE_CSV_H
#define CUSTODY_BASE_CSV_H

#include <stddef.h>

#include "buf.h"
#include "custody/error.h"

#define CSV_FILE_MAX   ((size_t)64 * 1024 * 1024)
#define CSV_FIELD_MAX  8192U
#define CSV_COLUMN_MAX 64U

struct csv;

/* Read path whole ("-": standard input), detect and convert the encoding. ERR_INVALID (neither
 * UTF-8 nor GB18030; NUL bytes: "looks like an .xlsx or UTF-16, save as CSV UTF-8"),
 * ERR_LIMIT (file longer than CSV_FILE_MAX), ERR_IO, ERR_NOT_FOUND, ERR_NOMEM. */
enum custody_status csv_open(const char *path, struct csv **ret_csv,
                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same from bytes (copied). */
enum custody_status csv_open_memory(const void *data, size_t len, struct csv **ret_csv,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Next row: *ret_fields points at ret_count strings owned by the csv until the next call,
 * surrounding white space (ideographic space too) trimmed; *ret_line is the 1-based line where
 * the row began. Rows whose fields are all empty are skipped. At the end: OK with count 0.
 * ERR_INVALID: a torn quote, a field too long, too many columns - the sentence names the line;
 * the reader then stands at the next line and may go on (a torn quote runs to the end of file).
 */
enum custody_status csv_next(struct csv *csv, const char *const **ret_fields, size_t *ret_count,
                             size_t *ret_line, struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Read a messy file, from here on: a row that cannot be cut up ends with its first line, and
 * ERR_INVALID then gives that line, whole, as the one field of ret_fields; so does a field that
 * holds both a line break and the delimiter (a torn quote that swallowed rows). The delimiter
 * is looked for beneath title lines too.
 */
void csv_mend(struct csv *csv);
void csv_close(struct csv *csv); /* NULL is fine */

#endif
