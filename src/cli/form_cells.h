/*
 * Cells of a form out of the rows of its read: times local and to the minute, codes in words,
 * staff by name where the vault opens it, customers where their reading is recorded (P2), lists
 * in one line, long ones counted.
 */
#ifndef CUSTODY_CLI_FORM_CELLS_H
#define CUSTODY_CLI_FORM_CELLS_H

#include "custody/form.h"
#include "session.h"

struct form_cells {
    struct session *session;
    const struct custody_form *form;
    const struct custody_read *read;
    json_t *rows;                          /* of the read */
    const struct custody_reveal *reveal;   /* whose names may stand there; NULL: ids alone */
    json_t *policy;                        /* in force: words for codes */
    json_t *people;                        /* handle or party id -> what the form says */
    char *texts[CUSTODY_FORM_COLUMNS_MAX]; /* of the row given last */
};

/* Add the parties whom the form names in these rows to owners: whose names are to be read. */
enum custody_status form_cells_parties(const struct custody_form *form, const json_t *rows,
                                       json_t *owners,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Prepare. Takes over the reference of rows in any case; reveal (NULL: none) must outlive cells.
 *
 * CUSTODY_ERR_NOMEM, what the reads gave
 */
enum custody_status form_cells_open(struct form_cells *cells, struct session *session,
                                    const struct custody_form *form,
                                    const struct custody_read *read, json_t *rows,
                                    const struct custody_reveal *reveal,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
void form_cells_close(struct form_cells *cells); /* zeroed is fine */

/* row of struct custody_form_job; closure is a struct form_cells. */
enum custody_status form_cells_row(void *closure, size_t i, const char **ret_cells,
                                   struct custody_error *err);

/* The label of a desk in the policy, else its code; belongs to cells. */
const char *form_cells_desk(const struct form_cells *cells, const char *code);

/* A member's text where all rows have the same, "" where they differ or there is none; free()
 * it. */
enum custody_status form_cells_shared(struct form_cells *cells, const char *member,
                                      char **ret_text,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
