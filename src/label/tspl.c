/*
 * TSPL: a label as one bitmap. Each label says everything that it depends on, so that none
 * comes out by what another program left in the printer.
 */
#include "printer.h"

static enum custody_status put_head(struct buf *out, const struct printer *printer,
                                    double width_mm, double height_mm,
                                    struct custody_error *err)
{
    enum custody_status rc = buf_put_text(out, "SIZE ", err);
    if (rc == CUSTODY_OK) {
        rc = printer_put_mm(out, width_mm, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(out, " mm,", err);
    }
    if (rc == CUSTODY_OK) {
        rc = printer_put_mm(out, height_mm, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(out, " mm\r\nGAP ", err);
    }
    if (rc == CUSTODY_OK) {
        rc = printer_put_mm(out, printer->gap_mm, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_put_text(out, " mm,0 mm\r\n", err);
    }
    if (rc == CUSTODY_OK && printer->density >= 0 && printer->language == CUSTODY_LABEL_TSPL) {
        rc = buf_printf(out, err, "DENSITY %d\r\n", printer->density);
    }
    if (rc == CUSTODY_OK && printer->speed > 0) {
        rc = buf_printf(out, err, "SPEED %d\r\n", printer->speed);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_printf(out, err, "DIRECTION %d\r\nREFERENCE 0,0\r\nCLS\r\n",
                        printer->direction);
    }
    return rc;
}

/* In TSPL 0 is black. The bits behind the last dot are white on the page and stay so. */
static enum custody_status put_bitmap(struct buf *out, const struct print_bits *bits,
                                      bool invert, struct custody_error *err)
{
    size_t row_bytes = (bits->width_dots + 7) / 8;
    size_t len = row_bytes * bits->height_dots;
    uint8_t flip = invert ? 0x00 : 0xff;
    enum custody_status rc =
        buf_printf(out, err, "BITMAP 0,0,%zu,%zu,0,", row_bytes, bits->height_dots);
    if (rc == CUSTODY_OK) {
        rc = buf_reserve(out, len, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t y = 0; y < bits->height_dots; y++) {
        const uint8_t *from = bits->rows + y * bits->row_bytes;
        uint8_t *to = out->data + out->len;
        for (size_t i = 0; i < row_bytes; i++) {
            to[i] = (uint8_t)(from[i] ^ flip);
        }
        out->len += row_bytes;
    }
    out->data[out->len] = 0;
    return CUSTODY_OK;
}

enum custody_status printer_write_tspl(struct print_sink *sink, const struct printer *printer,
                                       const struct print_bits *bits, double width_mm,
                                       double height_mm, size_t copies,
                                       struct custody_error *err)
{
    struct buf out = BUF_INIT(PRINTER_LABEL_BYTES_MAX);
    enum custody_status rc =
        printer_check_label(printer, bits, width_mm, height_mm, copies, err);
    if (rc == CUSTODY_OK) {
        rc = put_head(&out, printer, width_mm, height_mm, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_bitmap(&out, bits, printer->invert, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_printf(&out, err, "\r\nPRINT 1,%zu\r\n", copies);
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_write(sink, out.data, out.len, err);
    }
    buf_clear(&out);
    return rc;
}
