/*
 * Printing a tag is an act (FORMATS.md §18): the register knows which generation of a tag is
 * the newest, so that an older one found on the floor opens nothing.
 */
#ifndef CUSTODY_CLI_LABEL_RECORD_H
#define CUSTODY_CLI_LABEL_RECORD_H

#include "session.h"
#include "session_act.h"

#define LABEL_STOCK_SIZE 33

/* Name of a stock as acts have it: at most 32 of letters, digits, "-", ".", ":" and blanks. */
void label_stock_name(const char *name, char out[LABEL_STOCK_SIZE]);

/* Give each row that has an item its "profile" (--profile, --blind) and the "generation" that
 * comes next. ERR_USAGE; ERR_REFUSED: a tag was printed as often as it can be. */
enum custody_status label_generations_set(struct session *session, json_t *list,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;

/* Bodies of tag.print for the rows, as few as acts can hold. */
enum custody_status label_print_bodies(const json_t *list, const char *stock,
                                       json_t **ret_bodies,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Acts that belong together, by one person who agrees and unlocks once. Every one is tried
 * before the first is recorded.
 *
 * label_acts_try()     the line's plan; for a dry run nothing is left to do, and the results
 *                      are printed
 * label_acts_agree()   ask, unlock
 * label_acts_record()  sign and append; ret_results: array of custody_submit()'s
 */
struct label_acts {
    const char *act;
    json_t *bodies;
    struct session_plan plan;
    json_t *tried; /* what the first would say */
};
enum custody_status label_acts_try(struct session *session, struct label_acts *acts,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status label_acts_agree(struct session *session, struct label_acts *acts,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status label_acts_record(struct session *session, struct label_acts *acts,
                                      json_t **ret_results,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
void label_acts_clear(struct label_acts *acts); /* zeroed is fine */

#endif
