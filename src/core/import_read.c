/*
 * Registers from CSV as rows of a body: problems, what repeats in a file, order.
 *
 * Two passes. The first (import_file.c) keeps every row; the second checks row by row in the
 * order of lines, so that the problems come out in that order too and a row may refer to a
 * later one. What a row may say is in import_row.c and import_key.c. Must not know acts, the
 * ledger or the register but through the callbacks.
 */
#include "import_read.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_impl.h"

#define FIRST_CAP 64U

/* ---- problems ---- */

/* Length of the longest beginning of text of at most max bytes that tears no character. */
static size_t whole_len(const char *text, size_t len, size_t max)
{
    if (len <= max) {
        return len;
    }
    while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80) {
        max--;
    }
    return max;
}

struct import_quote import_quote_part(const char *part, size_t len)
{
    static const char MORE[] = "…";
    struct import_quote quote;
    size_t whole = whole_len(part, len, sizeof quote.text - sizeof MORE - 2);

    (void)snprintf(quote.text, sizeof quote.text, "\"%.*s%s\"", (int)whole, part,
                   whole < len ? MORE : "");
    for (char *at = quote.text; *at != 0; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            *at = ' ';
        }
    }
    return quote;
}

struct import_quote import_quote(const char *cell)
{
    return import_quote_part(cell, strlen(cell));
}

void import_no_memory(struct import_job *job)
{
    if (job->status == CUSTODY_OK) {
        job->status = custody_fail(job->err, CUSTODY_ERR_NOMEM,
                                   "out of memory; close other programs and try again");
    }
}

/* Room for one more problem, NULL when there are enough or with job->status set. */
static struct import_problem *new_problem(struct import_job *job)
{
    struct import_rows *rows = &job->rows;

    if (rows->problem_count == IMPORT_PROBLEM_MAX) {
        return NULL;
    }
    if (rows->problem_count == job->problem_cap) {
        size_t cap = job->problem_cap == 0 ? FIRST_CAP : job->problem_cap * 2;
        struct import_problem *grown = realloc(rows->problems, cap * sizeof *grown);
        if (grown == NULL) {
            import_no_memory(job);
            return NULL;
        }
        rows->problems = grown;
        job->problem_cap = cap;
    }
    return &rows->problems[rows->problem_count++];
}

/* One more reason why a row is rejected, behind the others. */
static void add_reason(struct import_job *job, struct import_source *source, const char *text)
{
    static const char BETWEEN[] = "; ";
    size_t before = source->reasons == NULL ? 0 : strlen(source->reasons);
    size_t len = strlen(text);
    char *grown = realloc(source->reasons, before + sizeof BETWEEN + len);

    if (grown == NULL) {
        import_no_memory(job);
        return;
    }
    source->reasons = grown;
    if (before > 0) {
        memcpy(grown + before, BETWEEN, sizeof BETWEEN - 1);
        before += sizeof BETWEEN - 1;
    }
    memcpy(grown + before, text, len + 1);
}

void import_complain(struct import_job *job, size_t line, const char *format, ...)
{
    char text[2 * sizeof job->rows.problems[0].reason];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    job->rows.problem_total++;
    struct import_problem *problem = new_problem(job);
    if (job->is_messy && job->current == NULL) {
        job->rows.file_problem_total++;
    }
    if (job->current != NULL) {
        add_reason(job, job->current, text);
    }
    if (problem != NULL) {
        size_t len = whole_len(text, strlen(text), sizeof problem->reason - 1);
        problem->line = line;
        memcpy(problem->reason, text, len);
        problem->reason[len] = 0;
    }
}

/* ---- second pass ---- */

static int compare_entries(const void *a, const void *b)
{
    const struct import_index_entry *x = a;
    const struct import_index_entry *y = b;
    int order = strcmp(x->first, y->first);

    if (order == 0) {
        order = strcmp(x->second, y->second);
    }
    if (order == 0) {
        order = x->row < y->row ? -1 : x->row > y->row;
    }
    return order;
}

/* second COLUMN_COUNT: the index has one column. Empty cells are not indexed. */
static void make_index(struct import_job *job, struct import_index *index,
                       enum import_column first, enum import_column second)
{
    if (job->status != CUSTODY_OK || job->source_count == 0) {
        return;
    }
    index->entries = malloc(job->source_count * sizeof *index->entries);
    if (index->entries == NULL) {
        import_no_memory(job);
        return;
    }
    for (size_t row = 0; row < job->source_count; row++) {
        const char *const *cells = job->sources[row].cells;
        if (*cells[first] != 0) {
            index->entries[index->entry_count++] = (struct import_index_entry){
                .first = cells[first],
                .second = second == COLUMN_COUNT ? "" : cells[second],
                .row = row,
            };
        }
    }
    import_index_sort(index);
}

size_t import_index_first(const struct import_index *index, const char *first,
                          const char *second)
{
    const struct import_index_entry wanted = {.first = first, .second = second, .row = 0};
    size_t low = 0;
    size_t high = index->entry_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_entries(&index->entries[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct import_index_entry *found = &index->entries[low];
    return low < index->entry_count && strcmp(found->first, first) == 0 &&
                   strcmp(found->second, second) == 0
               ? found->row
               : SIZE_MAX;
}

size_t import_index_conflict(const struct import_job *job, const struct import_index *index,
                             const char *first, const char *second, size_t row)
{
    size_t earliest =
        index->entry_count == 0 ? SIZE_MAX : import_index_first(index, first, second);

    if (earliest < row || earliest == SIZE_MAX || !job->is_messy) {
        return earliest < row ? earliest : SIZE_MAX;
    }
    const struct import_index_entry own = {.first = first, .second = second, .row = row};
    const struct import_index_entry *found = bsearch(&own, index->entries, index->entry_count,
                                                     sizeof *index->entries, compare_entries);
    if (found == NULL || found + 1 == index->entries + index->entry_count ||
        strcmp(found[1].first, first) != 0 || strcmp(found[1].second, second) != 0) {
        return SIZE_MAX;
    }
    return found[1].row;
}

void import_index_sort(struct import_index *index)
{
    qsort(index->entries, index->entry_count, sizeof *index->entries, compare_entries);
}

static void make_indices(struct import_job *job, enum import_kind kind)
{
    switch (kind) {
    case IMPORT_PLACES:
        make_index(job, &job->by_code, COLUMN_CODE, COLUMN_COUNT);
        make_index(job, &job->by_label, COLUMN_LABEL, COLUMN_COUNT);
        break;
    case IMPORT_LOCKS:
        make_index(job, &job->by_code, COLUMN_CODE, COLUMN_COUNT);
        break;
    case IMPORT_KEYS:
        make_index(job, &job->by_label, COLUMN_LABEL, COLUMN_COPY);
        make_index(job, &job->by_ring, COLUMN_RING, COLUMN_COUNT);
        import_read_tags(job);
        break;
    case IMPORT_PEOPLE:
        make_index(job, &job->by_code, COLUMN_HANDLE, COLUMN_COUNT);
        make_index(job, &job->by_staff_no, COLUMN_STAFF_NO, COLUMN_COUNT);
        break;
    case IMPORT_OPENING:
        import_find_keys(job);
        break;
    case IMPORT_FOLDERS: /* which folder a row means is found out row by row */
        break;
    }
}

/* All rows of one register have the same member to sort by. */
static int compare_by(const char *member, const void *a, const void *b)
{
    const struct import_row *x = a;
    const struct import_row *y = b;

    return strcmp(json_string_value(json_object_get(x->value, member)),
                  json_string_value(json_object_get(y->value, member)));
}

static int compare_codes(const void *a, const void *b)
{
    return compare_by("code", a, b);
}

static int compare_items(const void *a, const void *b)
{
    return compare_by("item", a, b);
}

static int compare_handles(const void *a, const void *b)
{
    return compare_by("handle", a, b);
}

/* By the place of the body: each place makes bodies of its own. */
static int compare_openings(const void *a, const void *b)
{
    const struct import_row *x = a;
    const struct import_row *y = b;
    int order = strcmp(x->place, y->place);

    return order != 0 ? order : compare_items(a, b);
}

/* Folder by folder; the papers of each as they stand in the file. */
static int compare_papers(const void *a, const void *b)
{
    const struct import_row *x = a;
    const struct import_row *y = b;
    int order = compare_items(a, b);

    return order != 0 ? order : (x->source > y->source) - (x->source < y->source);
}

/* How rows are checked and sorted. */
static const struct {
    json_t *(*check)(struct import_job *job, size_t row);
    int (*compare)(const void *a, const void *b);
} REGISTERS[] = {
    [IMPORT_PLACES] = {import_row_place, compare_codes},
    [IMPORT_LOCKS] = {import_row_lock, compare_codes},
    [IMPORT_KEYS] = {import_row_key, compare_items},
    [IMPORT_PEOPLE] = {import_row_person, compare_handles},
    [IMPORT_OPENING] = {import_row_opening, compare_openings},
    [IMPORT_FOLDERS] = {import_row_folder, compare_papers},
};

/* Check one row, and keep it when nothing is wrong with it. */
static void take_row(struct import_job *job, enum import_kind kind, size_t row)
{
    struct import_source *source = &job->sources[row];

    if (source->is_skipped) {
        return;
    }
    if (source->is_broken) {
        import_complain(job, source->line, "%s", source->bytes);
        return;
    }
    if (kind == IMPORT_KEYS && import_row_is_elsewhere(job, row)) {
        return;
    }
    if (source->stray_column > 0) {
        import_complain(job, source->line,
                        "field %zu has a value but no heading; look for a comma too many, or "
                        "head it 备注 (note)",
                        source->stray_column);
    }
    json_t *value = REGISTERS[kind].check(job, row);
    if (value == NULL || source->stray_column > 0 || source->reasons != NULL) {
        json_decref(value);
        return;
    }
    struct import_row *taken = &job->rows.rows[job->rows.row_count++];
    taken->line = source->line;
    taken->value = value;
    taken->source = row;
    source->is_taken = true;
    memcpy(taken->desk, source->desk, sizeof taken->desk);
    memcpy(taken->place, source->found.place, sizeof taken->place);
}

static void take_rows(struct import_job *job, enum import_kind kind)
{
    if (job->status == CUSTODY_OK && job->source_count <= (job->is_messy ? 1 : 0) &&
        job->rows.problem_total == 0) {
        import_complain(job, 0,
                        "the file has no rows; export the sheet with its headings in the "
                        "first row and the data beneath");
    }
    if (job->is_messy) {
        import_mark_repeats(job, kind);
    }
    make_indices(job, kind);
    if (job->status != CUSTODY_OK || job->source_count == 0) {
        return;
    }
    job->rows.rows = calloc(job->source_count, sizeof *job->rows.rows);
    if (job->rows.rows == NULL) {
        import_no_memory(job);
        return;
    }
    for (size_t row = 0; row < job->source_count && job->status == CUSTODY_OK; row++) {
        job->current = job->is_messy ? &job->sources[row] : NULL;
        take_row(job, kind, row);
    }
    job->current = NULL;
    if (job->status == CUSTODY_OK) {
        qsort(job->rows.rows, job->rows.row_count, sizeof *job->rows.rows,
              REGISTERS[kind].compare);
    }
    if (job->status == CUSTODY_OK && job->is_messy) {
        import_settle(job, kind);
    }
}

/* ---- the whole ---- */

static enum custody_status read_csv(enum import_kind kind, struct csv *csv,
                                    const struct import_context *context,
                                    struct import_rows *ret_rows, struct custody_error *err)
{
    struct import_job job = {.context = context, .status = CUSTODY_OK, .err = err};

    assert(context != NULL);
    job.is_messy = context->is_messy || kind == IMPORT_OPENING || kind == IMPORT_FOLDERS;
    if (job.is_messy) {
        csv_mend(csv);
        import_read_messy(&job, kind, csv);
    } else {
        import_read_file(&job, kind, csv);
    }
    take_rows(&job, kind);
    if (job.status == CUSTODY_OK) {
        *ret_rows = job.rows;
    } else {
        import_rows_clear(&job.rows);
    }
    for (size_t row = 0; row < job.source_count; row++) {
        free(job.sources[row].bytes);
        free(job.sources[row].raw);
        free(job.sources[row].reasons);
    }
    free(job.sources);
    free(job.by_code.entries);
    free(job.by_label.entries);
    free(job.by_ring.entries);
    free(job.by_staff_no.entries);
    free(job.by_item.entries);
    free(job.keys);
    import_folders_clear(&job);
    item_set_clear(&job.items);
    return job.status;
}

enum custody_status import_read(enum import_kind kind, const char *path,
                                const struct import_context *context,
                                struct import_rows *ret_rows, struct custody_error *err)
{
    struct csv *csv = NULL;
    enum custody_status rc = csv_open(path, &csv, err);

    if (rc == CUSTODY_OK) {
        rc = read_csv(kind, csv, context, ret_rows, err);
    }
    csv_close(csv);
    return rc;
}

enum custody_status import_read_memory(enum import_kind kind, const void *data, size_t len,
                                       const struct import_context *context,
                                       struct import_rows *ret_rows, struct custody_error *err)
{
    struct csv *csv = NULL;
    enum custody_status rc = csv_open_memory(data, len, &csv, err);

    if (rc == CUSTODY_OK) {
        rc = read_csv(kind, csv, context, ret_rows, err);
    }
    csv_close(csv);
    return rc;
}

void import_rows_clear(struct import_rows *rows)
{
    for (size_t i = 0; i < rows->row_count; i++) {
        json_decref(rows->rows[i].value);
    }
    free(rows->rows);
    free(rows->problems);
    free(rows->rejects);
    memset(rows, 0, sizeof *rows);
}
