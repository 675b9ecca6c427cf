/*
 * CSV as spreadsheets write it.
 *
 * The whole file stands in memory as UTF-8 and is cut up in place: what a field becomes is
 * never longer than what it was, so reading rows allocates nothing.
 */
#include "csv.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "text.h"

struct csv {
    char *data; /* owned, closed with a 0 at data[len] */
    size_t len;
    size_t pos;  /* next byte to read */
    size_t line; /* 1-based line of pos */
    char delimiter;
    bool is_mending; /* csv_mend() */
    const char *fields[CSV_COLUMN_MAX];
};

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory; close other programs and try again");
}

/* ---- encoding ---- */

static bool is_utf8(const char *text, size_t len)
{
    size_t pos = 0;

    while (pos < len) {
        if (text_next(text, len, &pos) < 0) {
            return false;
        }
    }
    return true;
}

/* What is certainly no CSV text: NUL bytes (UTF-16, binary), UTF-16 marks, a zip archive. */
static bool is_other_format(const uint8_t *data, size_t len)
{
    if (len >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0)) {
        return true;
    }
    return (len >= 4 && memcmp(data, "PK\x03\x04", 4) == 0) ||
           (len > 0 && memchr(data, 0, len) != NULL);
}

static enum custody_status bad_encoding(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "neither UTF-8 nor GB18030 text; save it as CSV UTF-8");
}

/* Strict GB18030 to UTF-8, appended. */
static enum custody_status put_gb18030(struct buf *out, const char *data, size_t len,
                                       struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    char piece[4096];
    union { /* iconv() does not write to its input, but its prototype does not say so */
        const char *in;
        char *out;
    } from = {.in = data};
    size_t left = len;

    iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1) { /* NOLINT(performance-no-int-to-ptr): POSIX says so */
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "this machine cannot read GB18030; save the file as CSV UTF-8");
    }
    while (left > 0 && rc == CUSTODY_OK) {
        char *to = piece;
        size_t room = sizeof piece;
        size_t done = iconv(converter, &from.out, &left, &to, &room);
        if (done == (size_t)-1 && errno != E2BIG) {
            rc = bad_encoding(err);
        } else {
            rc = buf_put(out, piece, sizeof piece - room, err);
        }
    }
    (void)iconv_close(converter);
    return rc;
}

/* Strict UTF-8 of characters that a register may hold, and white space? */
static bool is_plausible(const char *text, size_t len)
{
    size_t pos = 0;

    while (pos < len) {
        int32_t c = text_next(text, len, &pos);
        if (!text_char_allowed(c) && c != '\t' && c != '\n' && c != '\r' && c != 0xA0 &&
            c != 0x3000) {
            return false;
        }
    }
    return true;
}

/* Text without a mark. Some Chinese characters of GB18030 are good UTF-8 by accident (the one
 * for "key" reads as U+053F): where UTF-8 gives letters of no use here and GB18030 does not,
 * it is GB18030. */
static enum custody_status put_unmarked(struct buf *out, const char *text, size_t len,
                                        struct custody_error *err)
{
    if (is_plausible(text, len)) {
        return buf_put(out, text, len, err);
    }
    if (!is_utf8(text, len)) {
        return put_gb18030(out, text, len, err);
    }
    if (put_gb18030(out, text, len, NULL) == CUSTODY_OK &&
        is_plausible((const char *)out->data, out->len)) {
        return CUSTODY_OK;
    }
    buf_clear(out);
    return buf_put(out, text, len, err);
}

/* out is empty. */
static enum custody_status put_as_utf8(struct buf *out, const uint8_t *data, size_t len,
                                       struct custody_error *err)
{
    const char *text = (const char *)data;

    if (len == 0) {
        return buf_put(out, "", 0, err);
    }
    if (is_other_format(data, len)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "looks like an .xlsx or UTF-16, save as CSV UTF-8");
    }
    if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        return is_utf8(text + 3, len - 3) ? buf_put(out, text + 3, len - 3, err)
                                          : bad_encoding(err);
    }
    return put_unmarked(out, text, len, err);
}

/* ---- opening ---- */

/* Which of comma, semicolon and tab stands most often in the first line that says anything. */
static char find_delimiter(const char *text, size_t len)
{
    static const char CANDIDATES[3] = {',', ';', '\t'};
    size_t counts[3] = {0, 0, 0};
    bool is_quoted = false;
    bool has_text = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '"') {
            is_quoted = !is_quoted;
        }
        if (!is_quoted && (c == '\n' || c == '\r')) {
            if (has_text) {
                break;
            }
            memset(counts, 0, sizeof counts);
        } else {
            const char *hit = is_quoted ? NULL : memchr(CANDIDATES, c, sizeof CANDIDATES);
            if (hit != NULL) {
                counts[hit - CANDIDATES]++;
            } else if (c != ' ') {
                has_text = true;
            }
        }
    }
    size_t best = counts[1] > counts[0] ? 1 : 0;
    return CANDIDATES[counts[2] > counts[best] ? 2 : best];
}

enum custody_status csv_open_memory(const void *data, size_t len, struct csv **ret_csv,
                                    struct custody_error *err)
{
    /* two bytes of GB18030 become at most three of UTF-8, four become at most four */
    struct buf text = BUF_INIT(CSV_FILE_MAX * 2);

    if (len > CSV_FILE_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "more than %zu bytes; split the file and import the parts",
                            CSV_FILE_MAX);
    }
    struct csv *csv = calloc(1, sizeof *csv);
    if (csv == NULL) {
        return no_memory(err);
    }
    enum custody_status rc = put_as_utf8(&text, data, len, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    csv->delimiter = find_delimiter((const char *)text.data, text.len);
    csv->line = 1;
    csv->data = (char *)buf_detach(&text, &csv->len);
    *ret_csv = csv;
    csv = NULL;
out:
    buf_clear(&text);
    csv_close(csv);
    return rc;
}

enum custody_status csv_open(const char *path, struct csv **ret_csv, struct custody_error *err)
{
    struct buf bytes = BUF_INIT(CSV_FILE_MAX);
    enum custody_status rc = file_read(path, CSV_FILE_MAX, &bytes, err);

    if (rc == CUSTODY_OK) {
        rc = csv_open_memory(bytes.data, bytes.len, ret_csv, err);
    }
    buf_clear(&bytes);
    return rc;
}

void csv_close(struct csv *csv)
{
    if (csv == NULL) {
        return;
    }
    free(csv->data);
    free(csv);
}

/* ---- rows ---- */

/* What a row turned out to be, besides its fields. */
enum row_fault { ROW_GOOD, ROW_TORN, ROW_JUNK, ROW_LONG, ROW_WIDE };

struct row {
    size_t count;
    size_t line;
    enum row_fault fault; /* the first one found; the row is read to its end all the same */
    bool has_text;
};

static void note_fault(struct row *row, enum row_fault fault)
{
    if (row->fault == ROW_GOOD) {
        row->fault = fault;
    }
}

/* Length of the white space that text begins with, 0 when it begins with none. */
static size_t space_len(const char *text, size_t len)
{
    if (len >= 1 && strchr(" \t\r\n\v\f", text[0]) != NULL) {
        return 1;
    }
    if (len >= 2 && memcmp(text, "\xC2\xA0", 2) == 0) { /* no-break space */
        return 2;
    }
    return len >= 3 && memcmp(text, "\xE3\x80\x80", 3) == 0 ? 3 : 0; /* ideographic space */
}

/* Cut white space off both ends of text[0..len) and close it with a 0. */
static const char *trim(char *text, size_t len)
{
    size_t start = 0;
    size_t end = 0; /* behind the last character that is no white space */

    while (start < len && space_len(text + start, len - start) > 0) {
        start += space_len(text + start, len - start);
    }
    end = start;
    for (size_t i = start; i < len;) {
        size_t space = space_len(text + i, len - i);
        i += space > 0 ? space : 1;
        if (space == 0) {
            end = i;
        }
    }
    text[end] = 0;
    return text + start;
}

/* Length of the line end at pos, 0 when there is none: LF, CRLF or a lone CR. */
static size_t line_end_len(const struct csv *csv, size_t pos)
{
    if (pos < csv->len && csv->data[pos] == '\r') {
        return pos + 1 < csv->len && csv->data[pos + 1] == '\n' ? 2 : 1;
    }
    return pos < csv->len && csv->data[pos] == '\n' ? 1 : 0;
}

static bool at_field_end(const struct csv *csv)
{
    return csv->pos == csv->len || csv->data[csv->pos] == csv->delimiter ||
           line_end_len(csv, csv->pos) > 0;
}

/* Read on behind an opening quote, writing what it says to the front. The length. */
static size_t read_quoted(struct csv *csv, char *to, struct row *row)
{
    size_t len = 0;

    while (csv->pos < csv->len) {
        char c = csv->data[csv->pos];
        size_t line_end = line_end_len(csv, csv->pos);
        if (c == '"' && csv->data[csv->pos + 1] != '"') {
            csv->pos++;
            return len;
        }
        if (line_end > 0) {
            c = '\n';
            csv->line++;
        }
        csv->pos += c == '"' ? 2 : (line_end > 0 ? line_end : 1);
        to[len++] = c;
    }
    note_fault(row, ROW_TORN);
    return len;
}

/* One field; csv->pos then stands at what ended it. */
static void read_field(struct csv *csv, struct row *row, char **ret_text, size_t *ret_len)
{
    char *text = csv->data + csv->pos;
    size_t len = 0;

    if (csv->pos < csv->len && *text == '"') {
        csv->pos++;
        len = read_quoted(csv, text, row);
        while (!at_field_end(csv)) {
            if (csv->data[csv->pos] != ' ') {
                note_fault(row, ROW_JUNK);
            }
            csv->pos++;
        }
    } else {
        while (!at_field_end(csv)) {
            csv->pos++;
        }
        len = (size_t)(csv->data + csv->pos - text);
    }
    if (len > CSV_FIELD_MAX) {
        note_fault(row, ROW_LONG);
    }
    *ret_text = text;
    *ret_len = len;
}

/* Read one row to its end, whatever is wrong with it. */
static void read_row(struct csv *csv, struct row *row)
{
    bool is_last = false;

    memset(row, 0, sizeof *row);
    row->line = csv->line;
    while (!is_last) {
        char *text = NULL;
        size_t len = 0;
        read_field(csv, row, &text, &len);
        /* step over what ended the field before its closing 0 overwrites it */
        size_t line_end = line_end_len(csv, csv->pos);
        is_last = csv->pos == csv->len || line_end > 0;
        csv->line += line_end > 0 ? 1 : 0;
        csv->pos += csv->pos == csv->len ? 0 : (line_end > 0 ? line_end : 1);
        const char *field = trim(text, len);
        row->has_text = row->has_text || *field != 0;
        if (row->count == CSV_COLUMN_MAX) {
            note_fault(row, ROW_WIDE);
        } else {
            csv->fields[row->count++] = field;
        }
    }
}

static enum custody_status row_failed(const struct row *row, struct custody_error *err)
{
    const char *what = "";

    switch (row->fault) {
    case ROW_GOOD:
        break;
    case ROW_TORN:
        what = "a quotation mark is opened and never closed; close it";
        break;
    case ROW_JUNK:
        what = "text follows a closing quotation mark; double the marks inside the field";
        break;
    case ROW_LONG:
        what = "a field is too long; shorten it, or look for a missing quotation mark";
        break;
    case ROW_WIDE:
        what = "too many columns; remove those that are not needed";
        break;
    }
    return custody_fail(err, CUSTODY_ERR_INVALID, "line %zu: %s", row->line, what);
}

/* ---- messy files ---- */

#define MEND_LINES 20U /* among which the headings are */

void csv_mend(struct csv *csv)
{
    static const char CANDIDATES[3] = {',', ';', '\t'};
    size_t counts[3] = {0, 0, 0};
    size_t best = 0;
    size_t lines = 0;

    csv->is_mending = true;
    for (size_t i = csv->pos; i < csv->len && lines < MEND_LINES; i++) {
        const char *hit = memchr(CANDIDATES, csv->data[i], sizeof CANDIDATES);
        if (hit != NULL) {
            counts[hit - CANDIDATES]++;
        }
        lines += csv->data[i] == '\n' ? 1 : 0;
    }
    for (size_t i = 1; i < sizeof CANDIDATES; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    csv->delimiter = CANDIDATES[best];
}

/* What is wrong with a quoted field at *pos, which is moved behind its closing quote. */
static enum row_fault scan_quoted(const struct csv *csv, size_t *pos)
{
    size_t start = *pos;
    bool has_break = false;
    bool has_delimiter = false;

    for (size_t at = start + 1; at < csv->len && at - start <= CSV_FIELD_MAX; at++) {
        char c = csv->data[at];
        if (c == '"' && csv->data[at + 1] != '"') {
            *pos = at + 1;
            return has_break && has_delimiter ? ROW_TORN : ROW_GOOD;
        }
        at += c == '"' ? 1 : 0;
        has_break = has_break || c == '\n' || c == '\r';
        has_delimiter = has_delimiter || c == csv->delimiter;
    }
    return ROW_TORN;
}

/* What read_row() would find, without writing: it spoils what it reads. */
static enum row_fault scan_row(const struct csv *csv)
{
    enum row_fault fault = ROW_GOOD;
    size_t columns = 1;
    size_t start = csv->pos;

    for (size_t at = csv->pos; fault == ROW_GOOD;) {
        bool is_quoted = at == start && at < csv->len && csv->data[at] == '"';
        if (is_quoted) {
            fault = scan_quoted(csv, &at);
        }
        while (fault == ROW_GOOD && at < csv->len && csv->data[at] != csv->delimiter &&
               line_end_len(csv, at) == 0) {
            fault = is_quoted && csv->data[at] != ' ' ? ROW_JUNK : ROW_GOOD;
            at++;
        }
        if (at - start > CSV_FIELD_MAX && fault == ROW_GOOD) {
            fault = ROW_LONG;
        }
        if (fault != ROW_GOOD || at == csv->len || line_end_len(csv, at) > 0) {
            break;
        }
        at++;
        start = at;
        fault = ++columns > CSV_COLUMN_MAX ? ROW_WIDE : ROW_GOOD;
    }
    return fault;
}

/* The line at pos as the one field of a row. */
static void read_line(struct csv *csv, struct row *row)
{
    size_t start = csv->pos;

    while (csv->pos < csv->len && line_end_len(csv, csv->pos) == 0) {
        csv->pos++;
    }
    size_t len = csv->pos - start;
    size_t line_end = line_end_len(csv, csv->pos);
    row->line = csv->line;
    row->count = 1;
    csv->pos += line_end;
    csv->line += line_end > 0 ? 1 : 0;
    csv->fields[0] = trim(csv->data + start, len);
}

enum custody_status csv_next(struct csv *csv, const char *const **ret_fields, size_t *ret_count,
                             size_t *ret_line, struct custody_error *err)
{
    struct row row;

    while (csv->pos < csv->len) {
        enum row_fault fault = csv->is_mending ? scan_row(csv) : ROW_GOOD;
        if (fault != ROW_GOOD) {
            memset(&row, 0, sizeof row);
            read_line(csv, &row);
            row.fault = fault;
            *ret_fields = csv->fields;
            *ret_count = 1;
            *ret_line = row.line;
            return row_failed(&row, err);
        }
        read_row(csv, &row);
        if (row.fault != ROW_GOOD) {
            return row_failed(&row, err);
        }
        if (row.has_text) {
            *ret_fields = csv->fields;
            *ret_count = row.count;
            *ret_line = row.line;
            return CUSTODY_OK;
        }
    }
    *ret_fields = csv->fields;
    *ret_count = 0;
    *ret_line = csv->line;
    return CUSTODY_OK;
}
