/*
 * What the printing of labels needs beside the job itself (custody/label.h): a place where a
 * job waits until its act is recorded, reading back what was rendered.
 */
#ifndef CUSTODY_LABEL_TOOLS_H
#define CUSTODY_LABEL_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"
#include "custody/label.h"

/* ---- delivery: render, record, then deliver ---- */

struct custody_label_delivery;

/*
 * Prepare to deliver to `to` (as custody_label_job.to). A directory for what is rendered is
 * made beside a path (PATH.part-XXXXXX), else among the temporary files.
 *
 * CUSTODY_ERR_INVALID   a path that is something other than a regular file, or a malformed
 *                       address
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 */
enum custody_status custody_label_delivery_open(const char *to,
                                                struct custody_label_delivery **ret_delivery,
                                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* The file to render into: `to` of the job. */
const char *custody_label_delivery_path(const struct custody_label_delivery *delivery);
/* Is the far end there? A printer is connected to; a file has nothing to connect to.
 * CUSTODY_ERR_IO: nobody answers. */
enum custody_status custody_label_delivery_connect(
    struct custody_label_delivery *delivery, struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Hand over what was rendered, once.
 *
 * CUSTODY_ERR_IO   a full disk: what stood at the path stands; or a printer that stopped: it
 *                  may have printed a part
 */
enum custody_status custody_label_delivery_send(struct custody_label_delivery *delivery,
                                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Free, and remove what was not delivered. NULL is fine. */
void custody_label_delivery_close(struct custody_label_delivery *delivery);

/* Remove what was not delivered, and no more: the program is about to end. Of all functions
 * here the one that a signal handler may call. */
void custody_label_delivery_abandon(const struct custody_label_delivery *delivery);

/* ---- reading back ---- */

/* One cell of a sheet or roll; page, row and column count from 1. text: what the code says, ""
 * when none was read; is_empty: because nothing is printed there. */
struct custody_label_cell {
    size_t page;
    size_t row;
    size_t column;
    bool is_empty;
    char text[64];
};

/*
 * Read the codes of a picture, cell by cell of the stock: a PNG or the PBM pages of a job, a
 * page each, or a scan cut to the edges of the page; turned or shrunk a little does no harm.
 *
 * ret_cells  free() it; empty cells too
 *
 * CUSTODY_ERR_UNCHECKED   this program was built without zbar, or the stock has no code
 * CUSTODY_ERR_INVALID     not such a picture, or not of this stock's proportions
 * and as custody_label_stock_read()
 */
enum custody_status custody_label_decode(const char *picture, const char *stock,
                                         struct custody_label_cell **ret_cells,
                                         size_t *ret_count,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Render a job to bits as its printer would and read every code back; writes nothing.
 *
 * CUSTODY_ERR_TAMPERED    a code reads as something else or not at all: the sentence names its
 *                         record
 * CUSTODY_ERR_UNCHECKED   as above
 * and as custody_label_print()
 */
enum custody_status custody_label_verify(const struct custody_label_job *job,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * The first label of a job alone, cut out of its page, as a PNG at job->to, a path.
 *
 * As custody_label_print().
 */
enum custody_status custody_label_preview(const struct custody_label_job *job,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
