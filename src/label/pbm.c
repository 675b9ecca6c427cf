/* A page as a portable bitmap: see printer.h. */
#include "printer.h"

enum custody_status printer_write_pbm(struct print_sink *sink, const struct print_bits *bits,
                                      struct custody_error *err)
{
    struct buf out = BUF_INIT(PRINTER_LABEL_BYTES_MAX);
    size_t row_bytes = (bits->width_dots + 7) / 8;
    enum custody_status rc =
        buf_printf(&out, err, "P4\n%zu %zu\n", bits->width_dots, bits->height_dots);
    if (rc == CUSTODY_OK) {
        rc = buf_reserve(&out, row_bytes * bits->height_dots, err);
    }
    for (size_t y = 0; y < bits->height_dots && rc == CUSTODY_OK; y++) {
        rc = buf_put(&out, bits->rows + y * bits->row_bytes, row_bytes, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_write(sink, out.data, out.len, err);
    }
    buf_clear(&out);
    return rc;
}
