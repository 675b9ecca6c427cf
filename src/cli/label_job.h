/* A job of labels carried through: rendered, recorded, delivered. */
#ifndef CUSTODY_CLI_LABEL_JOB_H
#define CUSTODY_CLI_LABEL_JOB_H

#include "custody/label.h"
#include "label_record.h"
#include "session.h"

/*
 * Render the labels as the line's --printer, --format, --start, --copies, --mask, --verify say,
 * record the acts (bodies NULL: nothing to record), deliver to --out, say what was done.
 *
 * stock_name  of the stock, as custody_label_stock_read() takes it
 *
 * Until the acts are recorded nothing is delivered and nothing is left,
 * not by an interrupt either. A delivery that fails
 * thereafter says that they are.
 */
enum custody_status label_job_run(struct session *session, const char *stock_name,
                                  const struct custody_label_stock *stock,
                                  const struct custody_label *labels, size_t count,
                                  struct label_acts *acts,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* The first label as a PNG to --preview. */
enum custody_status label_job_preview(struct session *session, const char *stock_name,
                                      const struct custody_label *label,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Set the job's format: --format; else, without a printer, what the name of the file ends in,
 * where that is one. ERR_USAGE. */
enum custody_status label_job_format(const struct arguments *args,
                                     struct custody_label_job *job,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
