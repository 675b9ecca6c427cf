/* What gets a label: the keys, rings and people that a line names, in the order of printing. */
#ifndef CUSTODY_CLI_LABEL_SELECT_H
#define CUSTODY_CLI_LABEL_SELECT_H

#include "session.h"

/*
 * Collect what the line's words and --place, --ring, --key, --class, --kind, --all, --csv,
 * --person, --party name, each once, in the order of --order.
 *
 * plain     the labels carry no code: a CSV then gives their words (columns building, room,
 *           what ...), unless it has a column of keys
 * ret_list  array of rows: keys and rings {"item","label","class","copy","ring","locks"}, cards
 *           {"item","label","person","number"}, words from a CSV {"line","fields":{…}}
 *
 * ERR_NOT_FOUND: nothing fits, or a name means nothing; ERR_USAGE; a row of a CSV is named by
 * its line.
 */
enum custody_status label_select(struct session *session, bool plain, json_t **ret_list,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* Rows of a read that is paged by the item, all of them; calls back with each. member, value: a
 * parameter; NULL: none. */
enum custody_status label_each_row(struct session *session, const char *read,
                                   const char *member, const char *value,
                                   enum custody_status (*call)(void *arg, const json_t *row,
                                                               struct custody_error *err),
                                   void *arg, struct custody_error *err) CUSTODY_MUST_CHECK;

/* Members of a row; "" when it has none. */
const char *label_member(const json_t *row, const char *name);

#endif
