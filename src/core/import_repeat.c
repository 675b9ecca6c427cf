/*
 * Messy files: rows that say what another one says. The later ones are passed over; where they
 * may as well mean another key, the clerk is asked to say.
 */
#include "import_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

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

/* Papers that read alike: two of them, or the row twice? Only a person can say. */
static void mark_papers(struct import_job *job, struct import_source **sources, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        job->current = sources[i];
        import_complain(job, sources[i]->line,
                        "the same as line %zu: another such paper, or the row twice? delete "
                        "one, or tell them apart by 份数 (copies), a date or 备注 (remark)",
                        sources[0]->line);
        job->current = NULL;
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

    if (kind == IMPORT_FOLDERS) {
        mark_papers(job, sources, count);
        return;
    }

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
