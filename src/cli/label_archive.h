/* Labels of the archive: shelves, boxes, and the bags of folders (regulation A3; tag.print/2).
 */
#ifndef CUSTODY_CLI_LABEL_ARCHIVE_H
#define CUSTODY_CLI_LABEL_ARCHIVE_H

#include "label_pick.h"

/* Is the row a folder, a box or a shelf? */
bool label_is_archive(const json_t *row);
/* Code of the class of a key, ring or folder, of a box whose folders are all of one; "": none.
 */
const char *label_class_of(const json_t *row);

/* Classes that --folders, --boxes and --shelves ask for: "F", "BS" …; "": none of them. */
const char *label_archive_bulk(const struct session *session);
/*
 * All folders, boxes, shelves that these options ask for; is_limited: only those of --place (a
 * folder is where its home is, a box where it stands), --shelf and --box. What is destroyed is
 * passed over.
 */
enum custody_status label_archive_add_bulk(struct session *session, struct label_picks *picks,
                                           bool is_limited,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;

/* A key or ring by its name, address or tag; where none is called so, a folder, box or shelf.
 * With --folders and the like only what they ask for. ERR_NOT_FOUND; ERR_REFUSED "state": the
 * folder is destroyed. */
enum custody_status label_add_named(struct session *session, struct label_picks *picks,
                                    const char *text,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* A folder, box or shelf by its item. ERR_REFUSED as above. */
enum custody_status label_archive_add_item(struct session *session, struct label_picks *picks,
                                           const char *item,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* A folder, and nothing else of that name. */
enum custody_status label_archive_add_folder(struct session *session, struct label_picks *picks,
                                             const char *text,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* A box: its own tag, then those of the folders whose place it is. */
enum custody_status label_archive_add_box(struct session *session, struct label_picks *picks,
                                          const char *text,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* A shelf: its own tag, then those of its boxes. */
enum custody_status label_archive_add_shelf(struct session *session, struct label_picks *picks,
                                            const char *text,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The act that printing the rows is: tag.print/2 for the archive's, tag.print/1 for all others;
 * static. ERR_USAGE: both are among them.
 */
enum custody_status label_act_name(const json_t *list, const char **ret_act,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* The stock that rows are printed on where none is named: bag, spine-30 or shelf; static.
 * ERR_USAGE: they are of several kinds, or none of the archive's. */
enum custody_status label_default_stock(const json_t *list, const char **ret_stock,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
