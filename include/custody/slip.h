/*
 * Slips: what people take along or sign on paper after an act, as one A5 page and as text for
 * a terminal or a receipt roll. A slip carries the ledger's checkpoint as a QR code and as a
 * code to read aloud (FORMATS.md §4, Paper), so that any old slip can be checked against
 * today's ledger. It never carries the scannable tag of an item: a slip in a pocket must not
 * pass for a key.
 *
 * Plain strings in, no database: whoever fills the struct decides the words.
 */
#ifndef CUSTODY_SLIP_H
#define CUSTODY_SLIP_H

#include <stddef.h>

#include "custody/error.h"

#define CUSTODY_SLIP_ROWS_MAX       64
#define CUSTODY_SLIP_SIGNATURES_MAX 8

struct custody_slip_row {
    const char *label;
    const char *value;
};

/*
 * All strings are UTF-8 of the characters of FORMATS.md §1, borrowed for the call; NULL or ""
 * where nothing is to be printed, unless it says required.
 *
 * lang          language of the few fixed words: "zh_CN" (also any "zh…") or English
 * title         required, like "钥匙借出单"
 * site          name of the site
 * rows          label and value, both required, at most CUSTODY_SLIP_ROWS_MAX
 * statement     what was signed, in words
 * act_id        64 hex digits
 * note          the signed checkpoint note, the bytes of the QR code, 1..666 of them; NULL:
 *               no checkpoint on this slip
 * note_len      bytes of note
 * paper_code    26 symbols in groups of four, as made from the note; required with a note
 * signatures    captions of the lines to sign on, at most CUSTODY_SLIP_SIGNATURES_MAX
 * record        how an error names this slip, like "slip 2026-0412"; required, no personal
 *               data
 */
struct custody_slip {
    const char *lang;
    const char *title;
    const char *site;
    const struct custody_slip_row *rows;
    size_t row_count;
    const char *statement;
    const char *act_id;
    const char *note;
    size_t note_len;
    const char *paper_code;
    const char *const *signatures;
    size_t signature_count;
    const char *record;
};

/*
 * Write the slip as a PDF of one A5 page. The file is whole or not there; one that stood at
 * path is replaced on success only.
 *
 * CUSTODY_ERR_INVALID   a required string is missing or malformed, the note is no signed
 *                       checkpoint (an item's tag, say), a character has no glyph, a line is
 *                       too long; path as before
 * CUSTODY_ERR_LIMIT     too much for one page, or the note for its code; path as before
 * CUSTODY_ERR_IO        not written; path as before
 * CUSTODY_ERR_NOMEM     path as before
 */
enum custody_status custody_slip_pdf(const struct custody_slip *slip, const char *path,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * The slip as text of at most 40 columns (a Chinese character takes two), lines ended by LF,
 * the checkpoint as its code to read aloud.
 *
 * ret_text      free() it
 *
 * CUSTODY_ERR_INVALID, CUSTODY_ERR_LIMIT, CUSTODY_ERR_NOMEM   as above; ret_text untouched
 */
enum custody_status custody_slip_text(const struct custody_slip *slip, char **ret_text,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
