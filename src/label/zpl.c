/*
 * ZPL: a label as ^GF fields, one for each of its columns that white divides, of hexadecimal
 * digits with the run codes of that command: G..Y repeat the next digit 1..19 times,
 * g..z 20..400 times in steps of 20, "," is white to the end of the row, "!" black to its end,
 * ":" the row above once more.
 */
#include <string.h>

#include "printer.h"

#define RUN_MAX 419 /* "zY" */
#define GAP     1   /* so many bytes of white divide two columns */

static const char DIGITS[16] = "0123456789ABCDEF";

/* Rows become at most their digits and a byte: a run of one digit is that digit. */
struct coder {
    uint8_t *out;
    size_t len;
};

static void put_run(struct coder *coder, unsigned digit, size_t count)
{
    while (count > 0) {
        size_t now = count < RUN_MAX ? count : RUN_MAX;
        size_t twenties = now / 20;
        size_t ones = now % 20;
        count -= now;
        if (now > 2) {
            if (twenties > 0) {
                coder->out[coder->len++] = (uint8_t)('f' + twenties);
            }
            if (ones > 0) {
                coder->out[coder->len++] = (uint8_t)('F' + ones);
            }
            now = 1;
        }
        for (size_t i = 0; i < now; i++) {
            coder->out[coder->len++] = (uint8_t)DIGITS[digit];
        }
    }
}

static void put_row(struct coder *coder, const uint8_t *row, size_t len)
{
    size_t end = len;
    while (end > 0 && row[end - 1] == 0) {
        end--;
    }
    unsigned digit = 16; /* none */
    size_t count = 0;
    for (size_t i = 0; i < end; i++) {
        unsigned high = row[i] >> 4U;
        unsigned low = row[i] & 15U;
        if (high == digit && low == digit) {
            count += 2;
            continue;
        }
        if (high == digit) {
            put_run(coder, digit, count + 1);
            digit = low;
            count = 1;
            continue;
        }
        put_run(coder, digit & 15U, count);
        if (high == low) {
            digit = low;
            count = 2;
            continue;
        }
        coder->out[coder->len++] = (uint8_t)DIGITS[high];
        digit = low;
        count = 1;
    }
    put_run(coder, digit & 15U, count);
    if (end < len) {
        coder->out[coder->len++] = ',';
    }
}

/* Bytes from..to of every row. */
static enum custody_status put_field(struct buf *out, const struct print_bits *bits,
                                     size_t from, size_t to, struct custody_error *err)
{
    size_t row_bytes = to - from;
    size_t total = row_bytes * bits->height_dots;
    enum custody_status rc =
        buf_printf(out, err, "^FO%zu,0^GFA,%zu,%zu,%zu,", from * 8, total, total, row_bytes);
    if (rc == CUSTODY_OK) {
        rc = buf_reserve(out, (2 * row_bytes + 1) * bits->height_dots, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct coder coder = {.out = out->data, .len = out->len};
    for (size_t y = 0; y < bits->height_dots; y++) {
        const uint8_t *row = bits->rows + y * bits->row_bytes + from;
        if (y > 0 && memcmp(row, row - bits->row_bytes, row_bytes) == 0) {
            coder.out[coder.len++] = ':';
        } else {
            put_row(&coder, row, row_bytes);
        }
    }
    out->len = coder.len;
    out->data[out->len] = 0;
    return buf_put_text(out, "^FS\n", err);
}

/* How many bytes are white in every row from `from` on, at most up to row_bytes. */
static size_t count_white(const struct print_bits *bits, size_t from, size_t row_bytes)
{
    size_t at = from;
    for (; at < row_bytes; at++) {
        for (size_t y = 0; y < bits->height_dots; y++) {
            if (bits->rows[y * bits->row_bytes + at] != 0) {
                return at - from;
            }
        }
    }
    return at - from;
}

/* A code and the texts beside it apart: else no row of the code is like the one above it, and
 * the label twice as long. */
static enum custody_status put_fields(struct buf *out, const struct print_bits *bits,
                                      struct custody_error *err)
{
    size_t row_bytes = (bits->width_dots + 7) / 8;
    size_t from = 0;
    enum custody_status rc = CUSTODY_OK;
    for (size_t at = 0; at < row_bytes && rc == CUSTODY_OK; at++) {
        size_t white = count_white(bits, at, row_bytes);
        bool is_end = at + white >= row_bytes;
        if (white >= GAP && !is_end && at > from) {
            rc = put_field(out, bits, from, at, err);
            from = at + white;
        }
        at += white;
    }
    return rc == CUSTODY_OK ? put_field(out, bits, from, row_bytes, err) : rc;
}

static enum custody_status put_head(struct buf *out, const struct printer *printer,
                                    const struct print_bits *bits, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    /* ~SD is the darkness itself; ^MD would add to what another program left. */
    if (printer->density >= 0 && printer->language == CUSTODY_LABEL_ZPL) {
        rc = buf_printf(out, err, "~SD%02d\n", printer->density);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_printf(out, err, "^XA^PW%zu^LL%zu^LH0,0^PO%c\n", bits->width_dots,
                        bits->height_dots, printer->direction == 0 ? 'N' : 'I');
    }
    if (rc == CUSTODY_OK && printer->speed > 0) {
        rc = buf_printf(out, err, "^PR%d\n", printer->speed);
    }
    return rc;
}

enum custody_status printer_write_zpl(struct print_sink *sink, const struct printer *printer,
                                      const struct print_bits *bits, double width_mm,
                                      double height_mm, size_t copies,
                                      struct custody_error *err)
{
    struct buf out = BUF_INIT(PRINTER_LABEL_BYTES_MAX);
    enum custody_status rc =
        printer_check_label(printer, bits, width_mm, height_mm, copies, err);
    if (rc == CUSTODY_OK) {
        rc = put_head(&out, printer, bits, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_fields(&out, bits, err);
    }
    if (rc == CUSTODY_OK) {
        rc = buf_printf(&out, err, "^PQ%zu^XZ\n", copies);
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_write(sink, out.data, out.len, err);
    }
    buf_clear(&out);
    return rc;
}
