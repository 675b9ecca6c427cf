/*
 * Between import_read.c (problems, order), import_file.c (headings, cells), import_row.c,
 * import_key.c, import_folder.c and import_folder_paper.c (what a row may say), import_tidy.c,
 * import_messy.c, import_repeat.c, import_reject.c, import_opening.c and import_opening_key.c
 * (messy files). For these alone.
 */
#ifndef CUSTODY_CORE_IMPORT_IMPL_H
#define CUSTODY_CORE_IMPORT_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "import_read.h"
#include "item.h"

#define IMPORT_CARRIED_COUNT 5U  /* columns that a merged cell may hand down */
#define IMPORT_CODE_SIZE     33U /* of a place, a lock or a policy code, with its 0 */

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
    COLUMN_BUILDING,
    COLUMN_UNIT,
    COLUMN_STATE,
    COLUMN_HOLDER,
    COLUMN_PAGE,
    COLUMN_SEAL,
    COLUMN_QUANTITY,
    COLUMN_CLASS,
    COLUMN_BOX,
    COLUMN_PAPER,
    COLUMN_ORIGINAL,
    COLUMN_WITH,
    COLUMN_COPIES,
    COLUMN_PAGES,
    COLUMN_FROM,
    COLUMN_TO,
    COLUMN_REMARK,
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
    /* ---- messy files alone ---- */
    bool is_skipped; /* a title, a total, a repeat: bytes say why */
    bool is_mended;  /* understood otherwise than written */
    bool is_taken;   /* became a row */
    char *raw;       /* owned; its raw_count fields as they stand, each closed with a 0 */
    size_t raw_size;
    size_t raw_count;
    char *reasons;                       /* owned; why it was rejected, NULL: it was not */
    struct import_found {                /* opening balances */
        char item[CUSTODY_ITEM_LEN + 1]; /* named by tag or copy, "" otherwise */
        char place[IMPORT_CODE_SIZE];    /* of the body */
    } found;
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
    struct import_index by_item;     /* messy: keys that rows name */
    struct import_key *keys;         /* opening balances: room to look keys up */
    struct import_asked {            /* what keys[0..count) are the answer to */
        const char *place, *kind;    /* codes of the register and the policy; NULL: nothing */
        size_t count;
    } asked;
    struct import_folder *folders; /* as far as rows mentioned them */
    size_t folder_count;
    size_t folder_cap;
    json_t *folder_by_label; /* label -> index in folders */
    struct item_set items;   /* given out or typed in this file */
    bool is_messy;
    struct import_source *current; /* messy: whose problems are noted */
    size_t heading_source;         /* messy: the source that has the headings, SIZE_MAX: none */
    size_t place_fields[IMPORT_CARRIED_COUNT]; /* messy: fields of IMPORT_CARRIED; SIZE_MAX:
                                                  none */
    enum custody_status status;                /* sticks at the first failure of the machine */
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

/* The column of each field, COLUMN_COUNT for a note or none. A field without a heading may only
 * be empty. */
struct import_heading {
    enum import_column map[CSV_COLUMN_MAX];
    bool is_named[CSV_COLUMN_MAX];
};

/* The file's rows into job->sources; complains about its headings. */
void import_read_file(struct import_job *job, enum import_kind kind, struct csv *csv);
/* The same of a messy file. */
void import_read_messy(struct import_job *job, enum import_kind kind, struct csv *csv);
/* The columns of a row of headings. False: without those that are missing no row says
 * anything. is_tried: say nothing about it. */
bool import_read_heading(struct import_job *job, enum import_kind kind,
                         const char *const *fields, size_t field_count, size_t line,
                         bool is_tried, struct import_heading *ret_heading);
/* Room for one more row, zeroed; counted when the caller says so (source_count). NULL with
 * job->status set. */
struct import_source *import_new_source(struct import_job *job, size_t line);
/* Keep a row that the CSV reader could not cut up. */
void import_keep_broken(struct import_job *job, const struct custody_error *why, size_t line);
/* Where the first value stands that has no heading, from 1; 0: nowhere. */
size_t import_find_stray(const char *const *fields, size_t field_count,
                         const struct import_heading *heading);
bool import_column_is_folded(enum import_column column);
/* Name of a column for people, both languages. */
const char *import_column_title(enum import_column column);
/* Full-width ASCII twins (U+FF01..FF5E) to ASCII, in place: never longer. */
void import_fold(char *text);

/* The first row with these texts, SIZE_MAX: none. second "" where the index has one column. */
size_t import_index_first(const struct import_index *index, const char *first,
                          const char *second);
/* The row with these texts that spoils this one, SIZE_MAX: none. It is an earlier one; in a
 * messy file any other, since of several rows none can be told to be right. */
size_t import_index_conflict(const struct import_job *job, const struct import_index *index,
                             const char *first, const char *second, size_t row);
void import_index_sort(struct import_index *index);

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
/* Is the cell of this form, and does no other row of the file say the same? */
bool import_check_code(struct import_job *job, size_t row, enum import_column column,
                       const struct import_index *index, bool (*is_form)(const char *),
                       const char *form);
/* Is it new to the register? */
bool import_check_new(struct import_job *job, size_t row, enum import_column column,
                      bool (*has)(void *arg, const char *text));
/* Does part say code (full width allowed) or exactly the label (may be NULL)? */
bool import_says(const char *part, size_t len, const char *code, const char *label);
/* Next part of a cell between ; or ； or white space (neither codes nor titles hold any); false
 * at its end. */
bool import_next_part(const char **cursor, const char **ret_part, size_t *ret_len);
/* Element of a list of the policy whose code or label the cell is; NULL: none. Borrowed. */
const json_t *import_policy_named(const struct import_job *job, const char *list,
                                  const char *cell);

/* ---- messy files ---- */

#define IMPORT_NUMERALS_MAX  99U
#define IMPORT_REJECT_REASON "原因" /* heads the reasons in a file of rejects */

/* What a merged cell hands down, from the outside in. */
extern const enum import_column IMPORT_CARRIED[IMPORT_CARRIED_COUNT];

/* A heading without units, spaces, width and case, in out. */
void import_tidy_heading(const char *heading, char *out, size_t size);
/* The column that a tidy heading means; COLUMN_COUNT: none that is known. */
enum import_column import_alias(enum import_kind kind, const char *heading);
/* Is a tidy heading one whose column says nothing here (a note, a running number)? */
bool import_is_idle_heading(enum import_kind kind, const char *heading);
/* A cell without what programs leave in it: invisible characters, an apostrophe before a
 * number, .0 behind it; "第二把" as 2. In place, never longer. */
void import_tidy_cell(enum import_kind kind, enum import_column column, char *cell);
/* Is the row no row of a register: why, or NULL. */
const char *import_idle_row(const char *const *fields, size_t field_count);
/* Mark rows that say what an earlier one says. */
void import_mark_repeats(struct import_job *job, enum import_kind kind);
/* After the rows: reject what hangs on a rejected row, count, write the rejects. */
void import_settle(struct import_job *job, enum import_kind kind);
/* Opening balances: which keys the rows mean, before import_row_opening. */
void import_find_keys(struct import_job *job);

/* ---- folders: import_folder.c and import_folder_paper.c ---- */

/* A folder of the file. */
struct import_folder {
    size_t row;   /* that mentions it first */
    json_t *open; /* element of folder.open; NULL: it was rejected */
};
/* Code of an element of a policy list that the cell says by code, label or alias, width
 * aside; NULL: none. */
const char *import_policy_code(const struct import_job *job, const char *list,
                               const char *cell);
/* The paper of a row as folder.file has it, without its n. NULL after a complaint. */
json_t *import_folder_paper(struct import_job *job, size_t row);
/* Does the row name a paper at all? */
bool import_has_paper(const struct import_job *job, size_t row);

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
json_t *import_row_opening(struct import_job *job, size_t row);
/* Folders: the row's paper with what opens its folder (import_folder.c). */
json_t *import_row_folder(struct import_job *job, size_t row);
void import_folders_clear(struct import_job *job);
/* An item that neither this file nor the register has. */
void import_fresh_item(struct import_job *job, char item_class, char out[CUSTODY_ITEM_LEN + 1]);
/* Before the first import_row_key: the tags that are typed, so that no fresh item meets one. */
void import_read_tags(struct import_job *job);

#endif
