/* From a page to what the job asked for: a document, or dots in a printer's language. */
#ifndef CUSTODY_LABEL_OUTPUT_H
#define CUSTODY_LABEL_OUTPUT_H

#include <stddef.h>

#include "custody/label.h"
#include "doc.h"
#include "printer.h"
#include "sink.h"

/*
 * printer, title, to   borrowed while it is open
 * copies               of the page being drawn; the caller may change it before each break
 * doc                  to draw on
 */
struct output {
    enum custody_label_format format;
    const struct printer *printer;
    double width_mm;
    double height_mm;
    const char *title;
    const char *to;
    size_t copies;
    struct print_doc *doc;
    struct print_sink *sink; /* of a format that is dots */
};

/* Begin: all but doc and sink is set, and output stays where it is. Errors as print_doc_begin()
 * and print_sink_open(). output_close() it in any case. */
enum custody_status output_open(struct output *output,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* End the last page and deliver. Errors as print_doc_commit(), print_sink_commit(). */
enum custody_status output_commit(struct output *output,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/* Free; what was not committed leaves no file. */
void output_close(struct output *output);

#endif
