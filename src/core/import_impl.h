/*
 * Between import_read.c (problems, order), import_file.c (headings, cells), import_row.c and
 * import_key.c (what a row may say). For these four alone.
 */
#ifndef CUSTODY_CORE_IMPORT_IMPL_H
#define CUSTODY_CORE_IMPORT_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "import_read.h"
#include "item.h"

#define IMPORT_CODE_SIZE 33U /* of a place, a lock or a policy code, with its 0 */

enum import_column {
    COLUMN_CODE,
    COLUMN_LABEL,
    COLUMN_KIND,
    COLUMN_PARENT,
    COLUMN_PLACE,
    COLUMN_COPY,
    COLUMN_LOCKS,
    COLUMN_RING,
    COLUMN_DESK,
    COLUMN_TAG,
    COLUMN_HANDLE,
    COLUMN_STAFF_NO,
    COLUMN_ROLES,
    COLUMN_NAME,
    COLUMN_COUNT
};

/* One line of the file. */
struct import_source {
    size_t line;
    char *bytes;                     /* owned; the cells point into it */
    const char *cells[COLUMN_COUNT]; /* never NULL; "" where the file has no such column */
    char desk[33];                   /* keys: as found out, "" before */
    char item[CUSTODY_ITEM_LEN + 1];
    char ring[CUSTODY_ITEM_LEN + 1]; /* first row of a ring: its item, "" before */
    bool is_tag_repeated;
    size_t stray_column; /* from 1: a value without a heading; 0: none */
    bool is_broken;      /* no row at all; bytes say why */
};

/* Rows by the text of one or two columns. */
struct import_index {
    struct import_index_entry {
        const char *first;
        const char *second;
        size_t row;
    } * entries;
    size_t entry_count;
};

struct import_job {
    const struct import_context *context;
    struct import_source *sources;
    size_t source_count;
    size_t source_cap;
    struct import_rows rows;
    size_t problem_cap;
    struct import_index by_code;     /* places, locks: code; people: handle */
    struct import_index by_label;    /* places: label; keys: label and copy */
    struct import_index by_ring;     /* keys */
    struct import_index by_staff_no; /* people */
    struct item_set items;           /* given out or typed in this file */
    enum custody_status status;      /* sticks at the first failure of the machine */
    struct custody_error *err;
};

/* A cell as a sentence may quote it: short, without control characters. */
struct import_quote {
    char text[64];
};
struct import_quote import_quote(const char *cell);
struct import_quote import_quote_part(const char *part, size_t len);
/* Note a problem. Out of memory sticks in job->status. */
void import_complain(struct import_job *job, size_t line, const char *format, ...)
    CUSTODY_PRINTF(3, 4);
/* A failure of the machine; sticks. */
void import_no_memory(struct import_job *job);

/* The file's rows into job->sources; complains about its headings. */
void import_read_file(struct import_job *job, enum import_kind kind, struct csv *csv);
/* Name of a column for people, both languages. */
const char *import_column_title(enum import_column column);
/* Full-width ASCII twins (U+FF01..FF5E) to ASCII, in place: never longer. */
void import_fold(char *text);

/* The first row with these texts, SIZE_MAX: none. second "" where the index has one column. */
size_t import_index_first(const struct import_index *index, const char *first,
                          const char *second);

/* ---- shared by the row checks ---- */

extern const char IMPORT_PLACE_FORM[]; /* how a place or lock code looks, for people */
const char *import_cell(const struct import_job *job, size_t row, enum import_column column);
size_t import_line(const struct import_job *job, size_t row);
/* The value, or a failure of the machine when the JSON library could not make it. */
json_t *import_made(struct import_job *job, json_t *value);
/* Complain when the cell is empty; when it is too long or holds what cannot be signed
 * (is_personal: without quoting it); when it is no label. */
bool import_check_filled(struct import_job *job, size_t row, enum import_column column);
bool import_check_text(struct import_job *job, size_t row, enum import_column column,
                       bool is_personal);
bool import_check_label(struct import_job *job, size_t row);
/* Next part of a cell between ; or ； or white space (neither codes nor titles hold any); false
 * at its end. */
bool import_next_part(const char **cursor, const char **ret_part, size_t *ret_len);
/* Element of a list of the policy whose code or label the cell is; NULL: none. Borrowed. */
const json_t *import_policy_named(const struct import_job *job, const char *list,
                                  const char *cell);

/* ---- rows ---- */

/*
 * Check a row and say what it becomes: the body's element, or NULL after at least one
 * complaint (or with job->status not OK).
 */
json_t *import_row_place(struct import_job *job, size_t row);
json_t *import_row_lock(struct import_job *job, size_t row);
/* Keys: only default_desk is wanted and the row names another one. */
bool import_row_is_elsewhere(struct import_job *job, size_t row);
json_t *import_row_key(struct import_job *job, size_t row);
json_t *import_row_person(struct import_job *job, size_t row);
/* Before the first import_row_key: the tags that are typed, so that no fresh item meets one. */
void import_read_tags(struct import_job *job);

#endif
