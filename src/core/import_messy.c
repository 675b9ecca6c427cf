/*
 * Messy files: which rows there are (import_repeat.c: which say the same; import_reject.c: what
 * becomes of those that are not understood).
 *
 * Titles above the headings, headings again at each printed page, totals, notes and repeats are
 * passed over. A blank place beneath a filled one is a merged cell and takes its text, as long
 * as nothing stands between that could have held another.
 */
#include "import_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#define HEADING_LINES 20U /* above which the headings are looked for */

const enum import_column IMPORT_CARRIED[IMPORT_CARRIED_COUNT] = {
    COLUMN_BUILDING, COLUMN_UNIT, COLUMN_PLACE, COLUMN_LABEL, COLUMN_CLASS};

struct reader {
    struct import_job *job;
    enum import_kind kind;
    struct import_heading heading;
    bool has_heading;
    bool may_carry;
    char *carried[IMPORT_CARRIED_COUNT]; /* owned, NULL: nothing to hand down */
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
    for (size_t i = from; i < IMPORT_CARRIED_COUNT; i++) {
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
    for (size_t i = 0; i < IMPORT_CARRIED_COUNT; i++) {
        const char *cell = source->cells[IMPORT_CARRIED[i]];
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
            source->cells[IMPORT_CARRIED[i]] = *at;
            source->is_mended = true;
            *at += len;
        }
    }
}

/* A row that names no folder and no home belongs to the folder of the row above. */
static void carry_folder(struct reader *reader, struct import_source *source, char **at)
{
    bool is_named = false;
    bool has_more = false;

    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        has_more = has_more || *source->cells[column] != 0;
    }
    for (size_t i = 0; i < IMPORT_CARRIED_COUNT; i++) {
        is_named = is_named || (IMPORT_CARRIED[i] != COLUMN_CLASS &&
                                *source->cells[IMPORT_CARRIED[i]] != 0);
    }
    for (size_t i = 0; has_more && i < IMPORT_CARRIED_COUNT; i++) {
        const enum import_column column = IMPORT_CARRIED[i];
        if (is_named) {
            free(reader->carried[i]);
            reader->carried[i] =
                *source->cells[column] != 0 ? text_dup(source->cells[column]) : NULL;
            if (reader->carried[i] == NULL && *source->cells[column] != 0) {
                import_no_memory(reader->job);
                return;
            }
        } else if (reader->carried[i] != NULL && *source->cells[column] == 0) {
            size_t len = strlen(reader->carried[i]) + 1;
            memcpy(*at, reader->carried[i], len);
            source->cells[column] = *at;
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
    for (size_t i = 0; i < IMPORT_CARRIED_COUNT; i++) {
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
        (reader->kind == IMPORT_FOLDERS ? carry_folder : carry)(reader, source, &at);
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
        for (size_t j = 0; j < IMPORT_CARRIED_COUNT; j++) {
            if (reader->heading.map[i] == IMPORT_CARRIED[j]) {
                job->place_fields[j] = i;
            }
        }
        /* lines of a file of rejects stood apart: none is merged with the one above */
        reader->may_carry = reader->may_carry && strcmp(tidy, IMPORT_REJECT_REASON) != 0;
    }
    reader->may_carry =
        reader->may_carry && (reader->kind == IMPORT_OPENING || reader->kind == IMPORT_FOLDERS);
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
    const char *at = first != NULL ? first->raw : NULL;
    const size_t field_count = first != NULL ? first->raw_count : 0; /* no table at all: none */
    for (size_t i = 0; i < field_count; i++) {
        fields[i] = at;
        at += strlen(at) + 1;
    }
    (void)import_read_heading(job, reader->kind, fields, field_count,
                              first != NULL ? first->line : 1, false, &reader->heading);
}

/* Notes beside the row do not make it one: those of a file of rejects stand before it. */
static const char *find_idle(const struct reader *reader, const char *const *fields,
                             size_t field_count)
{
    const char *said[CSV_COLUMN_MAX];

    if (reader->may_carry ||
        (reader->kind != IMPORT_OPENING && reader->kind != IMPORT_FOLDERS)) {
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
    for (size_t i = 0; i < IMPORT_CARRIED_COUNT; i++) {
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
