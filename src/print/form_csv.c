/* Forms as CSV, and the rules of cells that XLSX keeps too. */
#include <string.h>

#include "form_impl.h"
#include "sink.h"
#include "text.h"

#define CHUNK_BYTES ((size_t)64 * 1024)
#define ROW_BYTES   ((size_t)CUSTODY_FORM_COLUMNS_MAX * FORM_CELL_MAX * 4)

bool form_is_number(const struct custody_form_column *column, const char *cell)
{
    const char *digits = cell[0] == '-' ? cell + 1 : cell;
    const size_t len = strspn(digits, "0123456789");
    /* "007" is a text: as a number it would come back as 7. */
    return column->is_number && len > 0 && len <= 15 && digits[len] == '\0' &&
           (digits[0] != '0' || (len == 1 && digits == cell));
}

bool form_is_formula(const char *cell)
{
    /* The full-width ones too: a Chinese spreadsheet reads them as the narrow ones. */
    static const char *const starts[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(cell, starts[i], strlen(starts[i])) == 0) {
            return true;
        }
    }
    return false;
}

enum custody_status form_sheet_row(const struct custody_form_job *job, size_t i,
                                   const char **cells, struct custody_error *err)
{
    memset(cells, 0, CUSTODY_FORM_COLUMNS_MAX * sizeof *cells);
    enum custody_status rc = job->row(job->closure, i, cells, err);
    for (size_t c = 0; rc == CUSTODY_OK && c < job->form->column_count; c++) {
        cells[c] = cells[c] != NULL ? cells[c] : "";
        const size_t len = strlen(cells[c]);
        /* One character is left for an apostrophe. */
        if (!text_allowed(cells[c], len, FORM_CELL_MAX - 1)) {
            rc = custody_fail(err, CUSTODY_ERR_INVALID,
                              "row %zu, column \"%s\": the text is too long for a spreadsheet "
                              "or has characters that cannot be signed: leave the column out",
                              i + 1, job->form->columns[c].title);
        }
    }
    return rc;
}

static enum custody_status put_cell(struct buf *out, const struct custody_form_column *column,
                                    const char *cell, struct custody_error *err)
{
    const bool is_guarded = !form_is_number(column, cell) && form_is_formula(cell);
    const bool is_quoted = strpbrk(cell, "\",\r\n") != NULL;
    enum custody_status rc = CUSTODY_OK;
    if (is_quoted) {
        rc = buf_put_byte(out, '"', err);
    }
    if (rc == CUSTODY_OK && is_guarded) {
        rc = buf_put_byte(out, '\'', err);
    }
    while (rc == CUSTODY_OK && *cell != '\0') {
        const size_t len = strcspn(cell, "\"");
        rc = buf_put(out, cell, len, err);
        cell += len;
        if (rc == CUSTODY_OK && *cell == '"') {
            rc = buf_put_text(out, "\"\"", err);
            cell++;
        }
    }
    if (rc == CUSTODY_OK && is_quoted) {
        rc = buf_put_byte(out, '"', err);
    }
    return rc;
}

static enum custody_status put_line(struct buf *out, const struct custody_form *form,
                                    const char *const *cells, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    for (size_t c = 0; rc == CUSTODY_OK && c < form->column_count; c++) {
        if (c > 0) {
            rc = buf_put_byte(out, ',', err);
        }
        if (rc == CUSTODY_OK) {
            rc = put_cell(out, &form->columns[c], cells[c], err);
        }
    }
    return rc == CUSTODY_OK ? buf_put_text(out, "\r\n", err) : rc;
}

enum custody_status form_write_csv(const struct custody_form_job *job,
                                   struct custody_error *err)
{
    const char *cells[CUSTODY_FORM_COLUMNS_MAX];
    struct buf out = BUF_INIT(CHUNK_BYTES + ROW_BYTES);
    struct print_sink *sink = NULL;
    enum custody_status rc = print_sink_open(job->to, &sink, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    /* Without the mark Excel takes UTF-8 for the code page of the machine. */
    rc = buf_put_text(&out, "\xEF\xBB\xBF", err);
    for (size_t c = 0; c < job->form->column_count; c++) {
        cells[c] = job->form->columns[c].title;
    }
    if (rc == CUSTODY_OK) {
        rc = put_line(&out, job->form, cells, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < job->row_count; i++) {
        rc = form_sheet_row(job, i, cells, err);
        if (rc == CUSTODY_OK) {
            rc = put_line(&out, job->form, cells, err);
        }
        if (rc == CUSTODY_OK && out.len >= CHUNK_BYTES) {
            rc = print_sink_write(sink, out.data, out.len, err);
            out.len = 0;
        }
    }
    if (rc == CUSTODY_OK && out.len > 0) {
        rc = print_sink_write(sink, out.data, out.len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_commit(sink, err);
    }
    buf_clear(&out);
    print_sink_close(sink);
    return rc;
}

enum custody_status custody_form_write(const struct custody_form_job *job,
                                       struct custody_error *err)
{
    if (job->row_count > FORM_ROWS_MAX) {
        return custody_fail(
            err, CUSTODY_ERR_LIMIT,
            "%zu rows are more than a spreadsheet has: choose a shorter time or "
            "one place",
            job->row_count);
    }
    switch (job->format) {
    case CUSTODY_FORM_PDF:
        return form_write_pdf(job, err);
    case CUSTODY_FORM_XLSX:
        return form_write_xlsx(job, err);
    case CUSTODY_FORM_CSV:
        return form_write_csv(job, err);
    }
    return custody_fail(err, CUSTODY_ERR_INVALID, "a form is written as pdf, xlsx or csv");
}
