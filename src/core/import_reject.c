/*
 * Messy files: what is left when the rows are made. Every line that did not become a row goes
 * to the file of rejects, so that lines in and lines out can be counted against each other.
 */
#include "import_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define REJECT_BYTES   (CSV_FILE_MAX * 4)
#define REJECT_HEADING "\xEF\xBB\xBF行号 (line)," IMPORT_REJECT_REASON " (reason)"

static int compare_code(const void *a, const void *b)
{
    const struct import_row *row = b;

    return strcmp(a, json_string_value(json_object_get(row->value, "code")));
}

/* Places whose parent was rejected: not without it. Rows are in order of their codes, and a
 * parent's code sorts before its child's. */
static void drop_orphans(struct import_job *job)
{
    struct import_rows *rows = &job->rows;
    const struct import_context *context = job->context;
    size_t kept = 0;

    for (size_t i = 0; i < rows->row_count; i++) {
        struct import_row *row = &rows->rows[i];
        const char *parent = json_string_value(json_object_get(row->value, "parent"));
        if (parent == NULL ||
            bsearch(parent, rows->rows, kept, sizeof *row, compare_code) != NULL ||
            (context->has_place != NULL && context->has_place(context->arg, parent))) {
            rows->rows[kept++] = *row;
            continue;
        }
        job->current = &job->sources[row->source];
        job->current->is_taken = false;
        import_complain(job, row->line,
                        "上级 (parent) %s was rejected; correct that row and import both",
                        import_quote(parent).text);
        job->current = NULL;
        json_decref(row->value);
    }
    rows->row_count = kept;
}

static void put_field(struct buf *out, const char *text, enum custody_status *rc,
                      struct custody_error *err)
{
    bool is_quoted = strpbrk(text, ",\"\r\n") != NULL;

    if (*rc == CUSTODY_OK && is_quoted) {
        *rc = buf_put(out, "\"", 1, err);
    }
    for (const char *at = text; *rc == CUSTODY_OK && *at != 0;) {
        size_t len = strcspn(at, "\"");
        *rc = buf_put(out, at, len, err);
        at += len;
        if (*rc == CUSTODY_OK && *at == '"') {
            *rc = buf_put(out, "\"\"", 2, err);
            at++;
        }
    }
    if (*rc == CUSTODY_OK && is_quoted) {
        *rc = buf_put(out, "\"", 1, err);
    }
}

/* The fields of a row, each behind a comma; a merged cell with the text it stands for, since
 * the row above may be gone. */
static enum custody_status put_fields(const struct import_job *job, struct buf *out,
                                      const struct import_source *source,
                                      struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const char *at = source->raw;

    for (size_t i = 0; i < source->raw_count && rc == CUSTODY_OK; i++) {
        const char *text = at;
        for (size_t j = 0; j < IMPORT_CARRIED_COUNT && *at == 0; j++) {
            if (i == job->place_fields[j] && !source->is_broken) {
                text = source->cells[IMPORT_CARRIED[j]];
            }
        }
        rc = buf_put(out, ",", 1, err);
        put_field(out, text, &rc, err);
        at += strlen(at) + 1;
    }
    return rc == CUSTODY_OK ? buf_put(out, "\r\n", 2, err) : rc;
}

static enum custody_status put_reject(const struct import_job *job, struct buf *out,
                                      const struct import_source *source,
                                      struct custody_error *err)
{
    char line[24];
    enum custody_status rc = CUSTODY_OK;

    (void)snprintf(line, sizeof line, "%zu", source->line);
    put_field(out, line, &rc, err);
    if (rc == CUSTODY_OK) {
        rc = buf_put(out, ",", 1, err);
    }
    put_field(out,
              source->is_skipped        ? source->bytes
              : source->reasons != NULL ? source->reasons
                                        : "",
              &rc, err);
    return rc == CUSTODY_OK ? put_fields(job, out, source, err) : rc;
}

static enum custody_status write_rejects(struct import_job *job)
{
    struct buf out = BUF_INIT(REJECT_BYTES);
    enum custody_status rc = buf_put(&out, REJECT_HEADING, sizeof REJECT_HEADING - 1, job->err);

    if (rc == CUSTODY_OK && job->heading_source != SIZE_MAX) {
        rc = put_fields(job, &out, &job->sources[job->heading_source], job->err);
    }
    for (size_t row = 0; rc == CUSTODY_OK && row < job->source_count; row++) {
        const struct import_source *source = &job->sources[row];
        if (!source->is_taken && row != job->heading_source) {
            rc = put_reject(job, &out, source, job->err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put(&out, "", 1, job->err);
    }
    if (rc == CUSTODY_OK) {
        size_t len = 0;
        job->rows.rejects = (char *)buf_detach(&out, &len);
    }
    buf_clear(&out);
    return rc;
}

void import_settle(struct import_job *job, enum import_kind kind)
{
    struct import_rows *rows = &job->rows;

    if (kind == IMPORT_PLACES) {
        drop_orphans(job);
    }
    for (size_t row = 0; row < job->source_count; row++) {
        const struct import_source *source = &job->sources[row];
        if (row == job->heading_source) { /* kept among the skipped, and no line of data */
            continue;
        }
        rows->understood_count += source->is_taken && source->is_mended ? 1 : 0;
        rows->as_written_count += source->is_taken && !source->is_mended ? 1 : 0;
        rows->skipped_count += source->is_skipped ? 1 : 0;
        rows->rejected_count += !source->is_taken && !source->is_skipped ? 1 : 0;
    }
    if (job->status == CUSTODY_OK && rows->skipped_count + rows->rejected_count > 0) {
        job->status = write_rejects(job);
    }
}
