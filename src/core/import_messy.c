/*
 * Messy files: which rows there are, and what becomes of those that are not understood.
 *
 * Titles above the headings, headings again at each printed page, totals, notes and repeats are
 * passed over. A blank place beneath a filled one is a merged cell and takes its text, as long
 * as nothing stands between that could have held another. Every line that did not become a row
 * goes to the file of rejects, so that lines in and lines out can be counted against each
 * other.
 */
#include "import_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#define HEADING_LINES  20U /* above which the headings are looked for */
#define REJECT_BYTES   (CSV_FILE_MAX * 4)
#define REJECT_LINE    "行号"
#define REJECT_REASON  "原因"
#define REJECT_HEADING "\xEF\xBB\xBF" REJECT_LINE " (line)," REJECT_REASON " (reason)"

/* What a merged cell hands down, from the outside in. */
static const enum import_column CARRIED[3] = {COLUMN_BUILDING, COLUMN_UNIT, COLUMN_PLACE};

struct reader {
    struct import_job *job;
    enum import_kind kind;
    struct import_heading heading;
    bool has_heading;
    bool may_carry;
    char *carried[3]; /* owned, NULL: nothing to hand down */
};

/* ---- keeping rows ---- */

/* The fields as they stand. */
static bool keep_raw(struct import_job *job, struct import_source *source,
                     const char *const *fields, size_t field_count)
{
    size_t size = 1;

    for (size_t i = 0; i < field_count; i++) {
        size += strlen(fields[i]) + 1;
    }
    source->raw = malloc(size);
    if (source->raw == NULL) {
        import_no_memory(job);
        return false;
    }
    char *at = source->raw;
    for (size_t i = 0; i < field_count; i++) {
        size_t len = strlen(fields[i]) + 1;
        memcpy(at, fields[i], len);
        at += len;
    }
    source->raw_count = field_count;
    source->raw_size = (size_t)(at - source->raw);
    return true;
}

/* A row that is passed over, with the reason. */
static void keep_skipped(struct import_job *job, const char *const *fields, size_t field_count,
                         size_t line, const char *reason)
{
    struct import_source *source = import_new_source(job, line);

    if (source == NULL) {
        return;
    }
    job->source_count++;
    source->is_skipped = true;
    source->bytes = text_dup(reason);
    if (source->bytes == NULL) {
        import_no_memory(job);
        return;
    }
    (void)keep_raw(job, source, fields, field_count);
}

static void forget_carried(struct reader *reader, size_t from)
{
    for (size_t i = from; i < 3; i++) {
        free(reader->carried[i]);
        reader->carried[i] = NULL;
    }
}

/* A place of the row is kept for those beneath; a blank one is filled from above. Outer ones
 * first: a new building ends the units of the one before. */
static void carry(struct reader *reader, struct import_source *source, char **at)
{
    bool has_more = false;

    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        bool is_place = column == COLUMN_BUILDING || column == COLUMN_UNIT ||
                        column == COLUMN_PLACE || column == COLUMN_PAGE;
        has_more = has_more || (!is_place && *source->cells[column] != 0);
    }
    if (!has_more || *source->cells[COLUMN_TAG] != 0) {
        /* nothing to carry to; and a tag is enough, its row may be anywhere in the house */
        if (*source->cells[COLUMN_PLACE] != 0) {
            forget_carried(reader, 0);
        }
        return;
    }
    if (address_is_whole(source->cells[COLUMN_PLACE])) {
        forget_carried(reader, 0); /* it needs no building from above, and may lie elsewhere */
    }
    for (size_t i = 0; i < 3; i++) {
        const char *cell = source->cells[CARRIED[i]];
        if (reader->job->place_fields[i] == SIZE_MAX) {
            continue;
        }
        if (*cell != 0) {
            forget_carried(reader, i);
            reader->carried[i] = text_dup(cell);
            if (reader->carried[i] == NULL) {
                import_no_memory(reader->job);
                return;
            }
        } else if (reader->carried[i] != NULL) {
            size_t len = strlen(reader->carried[i]) + 1;
            memcpy(*at, reader->carried[i], len);
            source->cells[CARRIED[i]] = *at;
            source->is_mended = true;
            *at += len;
        }
    }
}

static void keep_row(struct reader *reader, const char *const *fields, size_t field_count,
                     size_t line)
{
    struct import_job *job = reader->job;
    const enum import_column *map = reader->heading.map;
    size_t size = 1;

    for (size_t i = 0; i < field_count; i++) {
        size += strlen(fields[i]) + 1;
    }
    for (size_t i = 0; i < 3; i++) {
        size += reader->carried[i] == NULL ? 0 : strlen(reader->carried[i]) + 1;
    }
    struct import_source *source = import_new_source(job, line);
    if (source == NULL) {
        return;
    }
    source->bytes = malloc(size);
    if (source->bytes == NULL) {
        import_no_memory(job);
        return;
    }
    job->source_count++;
    source->stray_column = import_find_stray(fields, field_count, &reader->heading);
    char *at = source->bytes;
    for (size_t i = 0; i < field_count; i++) {
        if (map[i] == COLUMN_COUNT) {
            continue;
        }
        memcpy(at, fields[i], strlen(fields[i]) + 1);
        import_tidy_cell(reader->kind, map[i], at);
        source->is_mended = source->is_mended || strcmp(at, fields[i]) != 0;
        source->cells[map[i]] = at;
        at += strlen(at) + 1;
    }
    if (keep_raw(job, source, fields, field_count) && reader->may_carry) {
        carry(reader, source, &at);
    }
}

/* ---- headings ---- */

static bool is_heading_again(const struct import_job *job, const char *const *fields,
                             size_t field_count)
{
    const struct import_source *heading = &job->sources[job->heading_source];
    const char *at = heading->raw;

    for (size_t i = 0; i < heading->raw_count; i++) {
        if (strcmp(at, i < field_count ? fields[i] : "") != 0) {
            return false;
        }
        at += strlen(at) + 1;
    }
    return true;
}

/* A column 序号 counts rows where another one tells the keys apart; alone it may be either. */
static bool check_running_number(struct reader *reader, const char *const *fields,
                                 size_t field_count, size_t line)
{
    bool is_apart = reader->kind != IMPORT_OPENING;

    for (size_t i = 0; i < field_count; i++) {
        is_apart = is_apart || reader->heading.map[i] == COLUMN_COPY ||
                   reader->heading.map[i] == COLUMN_TAG;
    }
    for (size_t i = 0; i < field_count && !is_apart; i++) {
        char tidy[64];
        import_tidy_heading(fields[i], tidy, sizeof tidy);
        if (strcmp(tidy, "序号") == 0 || strcmp(tidy, "no") == 0) {
            import_complain(reader->job, line,
                            "column %s: does it number the rows or the keys of a lock? head it "
                            "备注 (note) or 第几把 (copy)",
                            import_quote(fields[i]).text);
            return false;
        }
    }
    return true;
}

/* Is this the row of headings? If so, what is wrong with it is told. */
static bool take_heading(struct reader *reader, const char *const *fields, size_t field_count,
                         size_t line)
{
    struct import_job *job = reader->job;

    if (!import_read_heading(job, reader->kind, fields, field_count, line, true,
                             &reader->heading)) {
        return false;
    }
    bool is_good = import_read_heading(job, reader->kind, fields, field_count, line, false,
                                       &reader->heading);
    is_good = check_running_number(reader, fields, field_count, line) && is_good;
    keep_skipped(job, fields, field_count, line, "");
    job->heading_source = job->source_count - 1;
    reader->may_carry = true;
    for (size_t i = 0; i < field_count; i++) {
        char tidy[64];
        import_tidy_heading(fields[i], tidy, sizeof tidy);
        for (size_t j = 0; j < 3; j++) {
            if (reader->heading.map[i] == CARRIED[j]) {
                job->place_fields[j] = i;
            }
        }
        /* lines of a file of rejects stood apart: none is merged with the one above */
        reader->may_carry = reader->may_carry && strcmp(tidy, REJECT_REASON) != 0;
    }
    reader->may_carry = reader->may_carry && reader->kind == IMPORT_OPENING;
    return is_good;
}

/* No row was one of headings: say what the first lacks. */
static void miss_heading(struct reader *reader)
{
    struct import_job *job = reader->job;
    const char *fields[CSV_COLUMN_MAX];
    const struct import_source *first = NULL;

    for (size_t i = 0; i < job->source_count && first == NULL; i++) {
        first = job->sources[i].raw_count > 1 ? &job->sources[i] : NULL;
    }
    if (first == NULL) {
        return;
    }
    const char *at = first->raw;
    for (size_t i = 0; i < first->raw_count; i++) {
        fields[i] = at;
        at += strlen(at) + 1;
    }
    (void)import_read_heading(job, reader->kind, fields, first->raw_count, first->line, false,
                              &reader->heading);
}

/* Notes beside the row do not make it one: those of a file of rejects stand before it. */
static const char *find_idle(const struct reader *reader, const char *const *fields,
                             size_t field_count)
{
    const char *said[CSV_COLUMN_MAX];

    if (reader->may_carry || reader->kind != IMPORT_OPENING) {
        return import_idle_row(fields, field_count);
    }
    for (size_t i = 0; i < field_count; i++) {
        bool is_idle = reader->heading.is_named[i] && reader->heading.map[i] == COLUMN_COUNT;
        said[i] = is_idle ? "" : fields[i];
    }
    return import_idle_row(said, field_count);
}

static void read_row(struct reader *reader, const char *const *fields, size_t field_count,
                     size_t line)
{
    struct import_job *job = reader->job;

    if (!reader->has_heading) {
        reader->has_heading = take_heading(reader, fields, field_count, line);
        if (!reader->has_heading) {
            keep_skipped(job, fields, field_count, line, "a title above the headings, no row");
        }
        return;
    }
    const char *idle = find_idle(reader, fields, field_count);
    if (idle == NULL && is_heading_again(job, fields, field_count)) {
        idle = "the headings again, no row";
    }
    if (idle != NULL) {
        keep_skipped(job, fields, field_count, line, idle);
        forget_carried(reader, 0);
    } else {
        keep_row(reader, fields, field_count, line);
    }
}

void import_read_messy(struct import_job *job, enum import_kind kind, struct csv *csv)
{
    struct reader reader = {.job = job, .kind = kind};
    bool is_done = false;

    job->heading_source = SIZE_MAX;
    for (size_t i = 0; i < 3; i++) {
        job->place_fields[i] = SIZE_MAX;
    }
    while (job->status == CUSTODY_OK && !is_done) {
        struct custody_error why = {.status = CUSTODY_OK};
        const char *const *fields = NULL;
        size_t field_count = 0;
        size_t line = 0;
        enum custody_status rc = csv_next(csv, &fields, &field_count, &line, &why);
        if (rc != CUSTODY_OK && rc != CUSTODY_ERR_INVALID) {
            job->status = custody_fail(job->err, rc, "%s", why.text);
        } else if (rc != CUSTODY_OK) {
            size_t at = job->source_count;
            import_keep_broken(job, &why, line);
            if (job->source_count > at) {
                (void)keep_raw(job, &job->sources[at], fields, field_count);
            }
            forget_carried(&reader, 0);
        } else if (field_count == 0) {
            is_done = true;
        } else {
            read_row(&reader, fields, field_count, line);
        }
        is_done = is_done || (!reader.has_heading && job->source_count >= HEADING_LINES) ||
                  job->rows.file_problem_total > 0;
    }
    if (job->status == CUSTODY_OK && !reader.has_heading && job->rows.file_problem_total == 0) {
        miss_heading(&reader);
    }
    forget_carried(&reader, 0);
}

/* ---- repeats ---- */

/* Rows by what they say, then by how it is written, then by line. */
static int compare_said(const struct import_source *x, const struct import_source *y)
{
    int order = 0;

    for (size_t column = 0; column < COLUMN_COUNT && order == 0; column++) {
        order = strcmp(x->cells[column], y->cells[column]);
    }
    return order;
}

static int compare_raw(const struct import_source *x, const struct import_source *y)
{
    size_t size = x->raw_size < y->raw_size ? x->raw_size : y->raw_size;
    int order = memcmp(x->raw, y->raw, size);

    return order != 0 ? order : (x->raw_size > y->raw_size) - (x->raw_size < y->raw_size);
}

static int compare_sources(const void *a, const void *b)
{
    const struct import_source *x = *(struct import_source *const *)a;
    const struct import_source *y = *(struct import_source *const *)b;
    int order = compare_said(x, y);

    order = order != 0 ? order : compare_raw(x, y);
    return order != 0 ? order : (x > y) - (x < y);
}

/* A row that says what the one of line does: passed over. */
static void skip_repeat(struct import_job *job, struct import_source *source, size_t line)
{
    char text[64];

    (void)snprintf(text, sizeof text, "says the same as line %zu", line);
    char *reason = text_dup(text);
    if (reason == NULL) {
        import_no_memory(job);
        return;
    }
    free(source->bytes);
    source->bytes = reason;
    source->is_skipped = true;
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        source->cells[column] = "";
    }
}

/* sources[0..count) say the same. */
static void mark_group(struct import_job *job, enum import_kind kind,
                       struct import_source **sources, size_t count)
{
    const char *const *cells = sources[0]->cells;
    bool is_open =
        kind == IMPORT_OPENING && *cells[COLUMN_TAG] == 0 && *cells[COLUMN_COPY] == 0;
    const struct import_source *first = sources[0];

    if (is_open && *cells[COLUMN_PLACE] == 0) {
        return; /* they do not say where */
    }
    for (size_t i = 1; i < count; i++) {
        first = sources[i] < first ? sources[i] : first;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_open && sources[i] != first) {
            skip_repeat(job, sources[i], first->line);
        } else if (is_open && i > 0 && compare_raw(sources[i - 1], sources[i]) == 0) {
            job->current = sources[i];
            import_complain(job, sources[i]->line,
                            "the same as line %zu: another key of the lock, or the row twice? "
                            "give 第几把 (copy) or the tag",
                            sources[i - 1]->line);
            job->current = NULL;
        }
    }
}

void import_mark_repeats(struct import_job *job, enum import_kind kind)
{
    size_t count = 0;

    if (job->status != CUSTODY_OK || job->source_count == 0) {
        return;
    }
    struct import_source **sorted = malloc(job->source_count * sizeof *sorted);
    if (sorted == NULL) {
        import_no_memory(job);
        return;
    }
    for (size_t row = 0; row < job->source_count; row++) {
        if (!job->sources[row].is_skipped && !job->sources[row].is_broken) {
            sorted[count++] = &job->sources[row];
        }
    }
    qsort(sorted, count, sizeof(struct import_source *), compare_sources);
    for (size_t start = 0; start < count;) {
        size_t end = start + 1;
        while (end < count && compare_said(sorted[start], sorted[end]) == 0) {
            end++;
        }
        mark_group(job, kind, sorted + start, end - start);
        start = end;
    }
    free(sorted);
}

/* ---- what is left ---- */

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
        for (size_t j = 0; j < 3 && *at == 0; j++) {
            if (i == job->place_fields[j] && !source->is_broken) {
                text = source->cells[CARRIED[j]];
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
