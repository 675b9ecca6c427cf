/* What the three formats of a form share. */
#ifndef CUSTODY_PRINT_FORM_IMPL_H
#define CUSTODY_PRINT_FORM_IMPL_H

#include "buf.h"
#include "custody/form.h"

#define FORM_CELL_MAX 32767U /* characters that a spreadsheet takes in one cell */

/* Rows below the head that a spreadsheet has. */
#define FORM_ROWS_MAX 1048575U

/* A form from the bytes of its file; path as errors name it. As custody_form_read(). */
enum custody_status form_parse(const char *text, size_t len, const char *path,
                               struct custody_form *ret_form,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Row i for a spreadsheet: cells of the characters of FORMATS.md §1, none too long, none NULL.
 * cells has room for CUSTODY_FORM_COLUMNS_MAX.
 *
 * CUSTODY_ERR_INVALID   the sentence names row and column; or what job->row gave
 */
enum custody_status form_sheet_row(const struct custody_form_job *job, size_t i,
                                   const char **cells,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/* Is this a whole number of at most 15 digits, and the column one of numbers? */
bool form_is_number(const struct custody_form_column *column, const char *cell);

/* Would a spreadsheet that reads it from CSV take it for a formula? */
bool form_is_formula(const char *cell);

enum custody_status form_write_csv(const struct custody_form_job *job,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status form_write_xlsx(const struct custody_form_job *job,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status form_write_pdf(const struct custody_form_job *job,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
