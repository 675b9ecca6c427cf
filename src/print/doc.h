/*
 * A PDF being written: pages in millimetres, rules, and the file that appears whole or not at
 * all. Text is typeset.h, codes are qr.h. Knows no database and no records of ours.
 *
 * Co-ordinates are millimetres from the top left corner of the page.
 */
#ifndef CUSTODY_PRINT_DOC_H
#define CUSTODY_PRINT_DOC_H

#include "custody/error.h"

#define PRINT_A4_WIDTH_MM  210.0
#define PRINT_A4_HEIGHT_MM 297.0
#define PRINT_A5_WIDTH_MM  148.0
#define PRINT_A5_HEIGHT_MM 210.0

struct print_doc;

struct print_box {
    double x_mm;
    double y_mm;
    double w_mm;
    double h_mm;
};

/*
 * Begin a PDF of pages of one size. It is written to a temporary file beside path (mode 0600)
 * and becomes path only by print_doc_commit(); an existing file stands until then.
 *
 * path      a new or regular file
 * title     for the document's properties; NULL for none; copied
 *
 * The creation date is $SOURCE_DATE_EPOCH (seconds) when that is set to a time of 2000-2099,
 * else the clock: with it, equal input gives equal bytes.
 *
 * CUSTODY_ERR_INVALID   path is something other than a regular file
 * CUSTODY_ERR_IO        the directory takes no file; nothing is left
 * CUSTODY_ERR_NOMEM     nothing is left
 */
enum custody_status print_doc_open(const char *path, double width_mm, double height_mm,
                                   const char *title, struct print_doc **ret_doc,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * End this page and begin the next.
 *
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM   the document is lost: print_doc_close() it
 */
enum custody_status print_doc_break(struct print_doc *doc,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* A black line; errors appear at the next break or commit. */
void print_doc_rule(struct print_doc *doc, double x1_mm, double y1_mm, double x2_mm,
                    double y2_mm, double width_mm);

/*
 * End the last page, make the file durable and rename it over path.
 *
 * CUSTODY_ERR_IO        full disk or the like: what stood at path stands, nothing else is left
 * CUSTODY_ERR_NOMEM     the same
 *
 * The document still wants print_doc_close(); a second commit is a bug.
 */
enum custody_status print_doc_commit(struct print_doc *doc,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* Free; what was not committed leaves no file behind. NULL is fine. */
void print_doc_close(struct print_doc *doc);

#endif
