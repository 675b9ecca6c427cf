/* Batches of destruction and their lines as a command names them (FORMATS.md §20). */
#ifndef CUSTODY_CLI_DESTRUCTION_PICK_H
#define CUSTODY_CLI_DESTRUCTION_PICK_H

#include "session.h"

/* The row of destruction.list that a number, an act id, its first 8 characters or
 * "@destruction.propose" names. ERR_NOT_FOUND: none, or several. */
enum custody_status destruction_batch(struct session *session, const char *text,
                                      json_t **ret_batch,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Its lines by item, each as custody_destruction_check gives it and with "review",
 * "review_reason" and "approval" (null: not yet). */
enum custody_status destruction_lines(struct session *session, const json_t *batch,
                                      json_t **ret_lines,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Every --option ITEM=REASON: the line of that item gets the member `mark` with the mark and
 * `mark_reason` with the reason's code. ERR_NOT_FOUND: no line has the item; ERR_USAGE: no
 * "=", or a line is marked twice.
 */
enum custody_status destruction_mark(struct session *session, const char *option,
                                     const char *mark, json_t *lines,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
size_t destruction_count_obstacles(const json_t *lines);
/* Name the lines that something stands in the way of, with the codes, on standard error. */
void destruction_note_obstacles(const struct session *session, enum text_id what,
                                const json_t *lines);
/* Lines with numbers and obstacles, as a table or as JSON. */
enum custody_status destruction_print_lines(struct session *session, json_t *lines,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
