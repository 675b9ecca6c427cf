/*
 * A slip as text of 40 columns, for terminals and receipt rolls: see custody/slip.h.
 *
 * Widths follow the habit of terminals: Chinese characters, their punctuation and full width
 * forms take two columns, everything else one.
 */
#include <string.h>

#include "buf.h"
#include "slip_words.h"
#include "text.h"

#define COLUMNS        40
#define TEXT_BYTES_MAX ((size_t)1024 * 1024)

static size_t char_columns(int32_t code_point)
{
    bool is_wide = (code_point >= 0x2460 && code_point <= 0x2473) ||
                   (code_point >= 0x2E80 && code_point <= 0xA4CF) ||
                   (code_point >= 0xFF01 && code_point <= 0xFF60) ||
                   (code_point >= 0xFFE0 && code_point <= 0xFFE6) || code_point >= 0x20000;
    return is_wide ? 2 : 1;
}

static size_t text_columns(const char *text)
{
    size_t columns = 0;
    size_t len = strlen(text);
    for (size_t pos = 0; pos < len;) {
        int32_t code_point = text_next(text, len, &pos);
        if (code_point < 0) {
            break;
        }
        columns += char_columns(code_point);
    }
    return columns;
}

static enum custody_status put_repeated(struct buf *out, char c, size_t count,
                                        struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        rc = buf_put_byte(out, (uint8_t)c, err);
    }
    return rc;
}

/*
 * How many bytes of text go on a line of so many columns: up to the last space that fits, or
 * between any two characters when one of them is wide or no space is near. At least one
 * character.
 */
static size_t line_bytes(const char *text, size_t len, size_t columns)
{
    size_t pos = 0;
    size_t used = 0;
    size_t good = 0; /* the last place where a break is fine */
    while (pos < len) {
        size_t before = pos;
        int32_t code_point = text_next(text, len, &pos);
        if (code_point < 0) {
            return len;
        }
        size_t wide = char_columns(code_point);
        if (code_point == ' ' || wide == 2) {
            good = before;
        }
        used += wide;
        if (used > columns) {
            if (good > 0) {
                return good;
            }
            return before > 0 ? before : pos;
        }
        if (wide == 2) {
            good = pos;
        }
    }
    return len;
}

/* The text from column `used` on, wrapped; later lines begin at `indent`. Ends with LF. */
static enum custody_status put_wrapped(struct buf *out, const char *text, size_t used,
                                       size_t indent, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    size_t len = strlen(text);
    size_t pos = 0;
    size_t room = COLUMNS - used;
    while (pos < len && rc == CUSTODY_OK) {
        if (pos > 0) {
            rc = put_repeated(out, ' ', indent, err);
            room = COLUMNS - indent;
        }
        size_t n = line_bytes(text + pos, len - pos, room);
        size_t shown = n;
        while (shown > 0 && text[pos + shown - 1] == ' ') {
            shown--;
        }
        if (rc == CUSTODY_OK) {
            rc = buf_put(out, text + pos, shown, err);
        }
        if (rc == CUSTODY_OK) {
            rc = buf_put_byte(out, '\n', err);
        }
        pos += n;
        while (pos < len && text[pos] == ' ') {
            pos++;
        }
    }
    return len > 0 ? rc : buf_put_byte(out, '\n', err);
}

static enum custody_status put_rule(struct buf *out, char c, struct custody_error *err)
{
    enum custody_status rc = put_repeated(out, c, COLUMNS, err);
    return rc == CUSTODY_OK ? buf_put_byte(out, '\n', err) : rc;
}

static enum custody_status put_centred(struct buf *out, const char *text,
                                       struct custody_error *err)
{
    size_t columns = text_columns(text);
    size_t indent = columns < COLUMNS ? (COLUMNS - columns) / 2 : 0;
    enum custody_status rc = put_repeated(out, ' ', indent, err);
    return rc == CUSTODY_OK ? put_wrapped(out, text, indent, 0, err) : rc;
}

static enum custody_status put_row(struct buf *out, const struct custody_slip_row *row,
                                   struct custody_error *err)
{
    size_t columns = text_columns(row->label) + 2;
    enum custody_status rc = CUSTODY_OK;
    /* A long label has its own line; an empty one goes on with the row before. */
    if (columns > COLUMNS / 2 || columns == 2) {
        rc = columns == 2 ? CUSTODY_OK : put_wrapped(out, row->label, 0, 0, err);
        if (rc == CUSTODY_OK) {
            rc = buf_put_text(out, "  ", err);
        }
        return rc == CUSTODY_OK ? put_wrapped(out, row->value, 2, 2, err) : rc;
    }
    rc = buf_printf(out, err, "%s: ", row->label);
    return rc == CUSTODY_OK ? put_wrapped(out, row->value, columns, columns, err) : rc;
}

static enum custody_status put_head(struct buf *out, const struct custody_slip *slip,
                                    struct custody_error *err)
{
    enum custody_status rc = put_centred(out, slip->title, err);
    if (rc == CUSTODY_OK && slip_has(slip->site)) {
        rc = put_centred(out, slip->site, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_rule(out, '=', err);
    }
    for (size_t i = 0; i < slip->row_count && rc == CUSTODY_OK; i++) {
        rc = put_row(out, &slip->rows[i], err);
    }
    return rc;
}

/* "钥匙 (2):", then a line or more for each, numbered. */
static enum custody_status put_list(struct buf *out, const struct custody_slip *slip,
                                    struct custody_error *err)
{
    if (slip->list_count == 0) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        buf_printf(out, err, "%s (%zu):\n", slip->list_title, slip->list_count);
    for (size_t i = 0; i < slip->list_count && rc == CUSTODY_OK; i++) {
        rc = buf_printf(out, err, "%4zu. ", i + 1);
        if (rc == CUSTODY_OK) {
            rc = put_wrapped(out, slip->list[i], 6, 6, err);
        }
    }
    return rc;
}

static enum custody_status put_proof(struct buf *out, const struct custody_slip *slip,
                                     const struct slip_words *words, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    if (slip_has(slip->statement)) {
        rc = put_rule(out, '-', err);
        if (rc == CUSTODY_OK) {
            rc = buf_printf(out, err, "%s:\n", words->statement);
        }
        if (rc == CUSTODY_OK) {
            rc = put_wrapped(out, slip->statement, 0, 0, err);
        }
    }
    if (rc == CUSTODY_OK && (slip_has(slip->act_id) || slip->note != NULL)) {
        rc = put_rule(out, '-', err);
    }
    if (rc == CUSTODY_OK && slip_has(slip->act_id)) {
        rc = buf_printf(out, err, "%s:\n  %.32s\n  %s\n", words->act, slip->act_id,
                        slip->act_id + 32);
    }
    if (rc == CUSTODY_OK && slip->note != NULL) {
        rc = buf_printf(out, err, "%s, %s:\n  %s\n", words->checkpoint, words->code,
                        slip->paper_code);
        if (rc == CUSTODY_OK) {
            rc = put_wrapped(out, words->keep, 0, 0, err);
        }
    }
    return rc;
}

static enum custody_status put_signatures(struct buf *out, const struct custody_slip *slip,
                                          struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    if (slip->signature_count > 0) {
        rc = put_rule(out, '-', err);
    }
    for (size_t i = 0; i < slip->signature_count && rc == CUSTODY_OK; i++) {
        const char *caption = slip->signatures[i] != NULL ? slip->signatures[i] : "";
        size_t columns = text_columns(caption) + 1;
        rc = buf_put_byte(out, '\n', err);
        if (rc == CUSTODY_OK && columns > COLUMNS / 2) {
            rc = put_wrapped(out, caption, 0, 0, err);
            columns = 0;
        } else if (rc == CUSTODY_OK) {
            rc = buf_printf(out, err, "%s ", caption);
        }
        if (rc == CUSTODY_OK) {
            rc = put_repeated(out, '_', COLUMNS - columns, err);
        }
        if (rc == CUSTODY_OK) {
            rc = buf_put_byte(out, '\n', err);
        }
    }
    return rc;
}

enum custody_status custody_slip_text(const struct custody_slip *slip, char **ret_text,
                                      struct custody_error *err)
{
    enum custody_status rc = slip_check(slip, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct slip_words *words = slip_words(slip->lang);
    struct buf out = BUF_INIT(TEXT_BYTES_MAX);
    rc = put_head(&out, slip, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = put_list(&out, slip, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = put_proof(&out, slip, words, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = put_signatures(&out, slip, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* The buffer keeps a 0 after its bytes, so they are a string already. */
    *ret_text = (char *)buf_detach(&out, NULL);
out:
    buf_clear(&out);
    return rc;
}
