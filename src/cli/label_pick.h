/* The selection of labels while it grows (label_select.c, label_archive.c, label_csv.c,
 * label_filter.c, label_order.c). */
#ifndef CUSTODY_CLI_LABEL_PICK_H
#define CUSTODY_CLI_LABEL_PICK_H

#include "session.h"

/* seen: items, so that none is printed twice. */
struct label_picks {
    json_t *list;
    json_t *seen;
};

/* A row of a read; one that is there already is passed over. */
enum custody_status label_picks_add(struct label_picks *picks, const json_t *row,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* A key or ring by its item. */
enum custody_status label_picks_add_item(struct session *session, struct label_picks *picks,
                                         const char *item,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/* Keys and rings of a place and of all beneath it. */
enum custody_status label_picks_add_place(struct session *session, struct label_picks *picks,
                                          const char *code,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * What the rows of a CSV name: its column of codes, tags, names or addresses (a home: its ring
 * and keys), with a column copy beside it one of several keys of one name. plain: or the words
 * of labels without a code, a column each. A bad row ends it all, named by its line.
 */
enum custody_status label_csv_add(struct session *session, struct label_picks *picks,
                                  const char *path, bool plain,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* A ring is of the class of its keys: the first that hangs on it. */
enum custody_status label_set_ring_classes(struct session *session, struct label_picks *picks,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* --class and --kind leave out what is of none of them; a ring has no kind, nor has a folder.
 */
enum custody_status label_filter_picks(struct session *session, struct label_picks *picks,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Labels as people file them: runs of digits compare as numbers, 2栋 before 10栋. */
int label_compare_natural(const char *a, const char *b);
/* Sort as --order says. ERR_USAGE. */
enum custody_status label_order(struct session *session, json_t **list,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
