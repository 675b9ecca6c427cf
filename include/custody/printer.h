/* The printer profiles of an office: labels/printers/NAME.printer. */
#ifndef CUSTODY_PRINTER_H
#define CUSTODY_PRINTER_H

#include <stddef.h>

#include "custody/error.h"
#include "custody/label.h"

#define CUSTODY_PRINTER_NAME_LEN   31
#define CUSTODY_PRINTER_TITLE_SIZE 128

/*
 * name      for struct custody_label_job
 * title     words for people
 * language  what custody_label_print() writes for it unless told otherwise
 */
struct custody_printer {
    char name[CUSTODY_PRINTER_NAME_LEN + 1];
    char title[CUSTODY_PRINTER_TITLE_SIZE];
    enum custody_label_format language;
    double dpi;
};

/* "pdf", "svg", "png", "pbm", "tspl", "zpl"; as in profiles. */
const char *custody_label_format_name(enum custody_label_format format);

/*
 * All profiles of the labels directory, by name.
 *
 * ret_printers  free() it
 *
 * CUSTODY_ERR_NOT_FOUND   no labels directory, or it has no printers/
 * CUSTODY_ERR_INVALID     one of them is malformed: the sentence names it and the line
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 */
enum custody_status custody_printer_list(struct custody_printer **ret_printers,
                                         size_t *ret_count,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
