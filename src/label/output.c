/* From a page to what the job asked for: see output.h. */
#include "output.h"

static enum print_format page_format(enum custody_label_format format)
{
    switch (format) {
    case CUSTODY_LABEL_PDF:
        return PRINT_PDF;
    case CUSTODY_LABEL_SVG:
        return PRINT_SVG;
    case CUSTODY_LABEL_PNG:
        return PRINT_PNG;
    case CUSTODY_LABEL_PBM:
    case CUSTODY_LABEL_TSPL:
    case CUSTODY_LABEL_ZPL:
        break;
    }
    return PRINT_BITS;
}

static enum custody_status write_page(void *closure, const struct print_bits *page,
                                      struct custody_error *err)
{
    const struct output *output = closure;
    enum custody_status rc = CUSTODY_OK;
    if (output->format == CUSTODY_LABEL_TSPL) {
        return printer_write_tspl(output->sink, output->printer, page, output->width_mm,
                                  output->height_mm, output->copies, err);
    }
    if (output->format == CUSTODY_LABEL_ZPL) {
        return printer_write_zpl(output->sink, output->printer, page, output->width_mm,
                                 output->height_mm, output->copies, err);
    }
    for (size_t i = 0; i < output->copies && rc == CUSTODY_OK; i++) {
        rc = printer_write_pbm(output->sink, page, err);
    }
    return rc;
}

enum custody_status output_open(struct output *output, struct custody_error *err)
{
    const struct print_setup setup = {.format = page_format(output->format),
                                      .width_mm = output->width_mm,
                                      .height_mm = output->height_mm,
                                      .dpi = output->printer->dpi,
                                      .title = output->title,
                                      .to = output->to,
                                      .on_page = write_page,
                                      .closure = output};
    enum custody_status rc = CUSTODY_OK;
    output->doc = NULL;
    output->sink = NULL;
    if (setup.format == PRINT_BITS) {
        rc = print_sink_open(output->to, &output->sink, err);
    }
    return rc == CUSTODY_OK ? print_doc_begin(&setup, &output->doc, err) : rc;
}

enum custody_status output_commit(struct output *output, struct custody_error *err)
{
    enum custody_status rc = print_doc_commit(output->doc, err);
    if (rc == CUSTODY_OK && output->sink != NULL) {
        rc = print_sink_commit(output->sink, err);
    }
    return rc;
}

void output_close(struct output *output)
{
    print_doc_close(output->doc);
    print_sink_close(output->sink);
    output->doc = NULL;
    output->sink = NULL;
}
