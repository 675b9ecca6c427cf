/*
 * Slips: what people take along or sign on paper after an act, as pages and as text for a
 * terminal; emergency slips to fill in by hand; fingerprint cards. A slip carries the ledger's
 * checkpoint as a QR code and as a code to read aloud (FORMATS.md §4, Paper), so that any old
 * slip can be checked against today's ledger. It never carries the scannable tag of an item: a
 * slip in a pocket must not pass for a key.
 *
 * Plain strings in, no database: whoever fills the structs decides the words.
 */
#ifndef CUSTODY_SLIP_H
#define CUSTODY_SLIP_H

#include <stddef.h>

#include "custody/error.h"

#define CUSTODY_SLIP_ROWS_MAX       64
#define CUSTODY_SLIP_LIST_MAX       2048
#define CUSTODY_SLIP_SIGNATURES_MAX 8
#define CUSTODY_SLIP_BLANKS_MAX     1000
#define CUSTODY_SLIP_NUMBER_MAX     999999

/*
 * A5     one sheet, upright
 * A4X2   A4 across, two equal copies with a line to cut along: one for each party
 * ROLL58 a receipt roll of 58 mm, of which 48 mm are printed, as long as it takes
 * ROLL80 the same of 80 mm, 72 mm
 */
enum custody_slip_paper {
    CUSTODY_SLIP_A5,
    CUSTODY_SLIP_A4X2,
    CUSTODY_SLIP_ROLL58,
    CUSTODY_SLIP_ROLL80
};

enum custody_slip_format { CUSTODY_SLIP_PDF, CUSTODY_SLIP_PNG };

/*
 * dpi   of a PNG, 72..1200; 0: 203 on rolls (their printers'), else 300
 * to    a path, "-" for standard output, or tcp://HOST:PORT; a PNG of several pages becomes
 *       several files, "slip-1.png" and so on, and does not go to "-" or a printer
 */
struct custody_slip_output {
    enum custody_slip_paper paper;
    enum custody_slip_format format;
    double dpi;
    const char *to;
};

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
 * list          things handed over, numbered from 1, at most CUSTODY_SLIP_LIST_MAX, none NULL
 * list_title    what they are, like "钥匙"; required with a list
 * statement     what was signed, in words
 * act_id        64 hex digits
 * note          the signed checkpoint note, the bytes of the QR code; NULL: no checkpoint on
 *               this slip. Above 666 bytes (cosignatures) only the code to read aloud is
 *               printed, and the slip says so
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
    const char *const *list;
    size_t list_count;
    const char *list_title;
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
 * Print a slip. What is too long for a sheet goes on with "page x of y"; the lines to sign on
 * and the checkpoint are together on the last page. With $SOURCE_DATE_EPOCH set, equal input
 * gives equal bytes. A file is whole or not there; one that stood there is replaced on success
 * only.
 *
 * CUSTODY_ERR_INVALID   a required string is missing or malformed, the note is no signed
 *                       checkpoint (an item's tag, say), a character has no glyph, a title is
 *                       too long, no such place to write to
 * CUSTODY_ERR_LIMIT     more rows or signatures than there may be, or a roll of more than 2 m
 * CUSTODY_ERR_IO        not written; a printer may have taken a part
 * CUSTODY_ERR_NOMEM
 */
enum custody_status custody_slip_print(const struct custody_slip *slip,
                                       const struct custody_slip_output *output,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* The same as a PDF on A5. */
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

/*
 * Pre-numbered emergency slips (应急登记单, rule K20) to be filled in by hand while the program
 * is down: A5, or two on an A4 sheet with a line to cut along. They carry no code.
 *
 * series, desk   the book, and the desk it was issued to, both required
 * first, count   the numbers printed, 1..CUSTODY_SLIP_NUMBER_MAX, at most
 *                CUSTODY_SLIP_BLANKS_MAX
 * purposes, causes   words to tick, NULL-terminated; NULL: a line to write on
 * lang, site, record as above
 *
 * CUSTODY_ERR_INVALID   as custody_slip_print(), or another paper
 * CUSTODY_ERR_LIMIT, CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 */
struct custody_slip_blanks {
    const char *lang;
    const char *site;
    const char *desk;
    const char *series;
    size_t first;
    size_t count;
    const char *const *purposes;
    const char *const *causes;
    const char *record;
};
enum custody_status custody_slip_blanks_print(const struct custody_slip_blanks *blanks,
                                              const struct custody_slip_output *output,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Fingerprint card of a person's credential, to be signed on paper and filed: the fingerprint
 * in groups to compare by eye, the public key, and both with the handle as a QR code of three
 * lines ("custody-credential", HANDLE, PUBLIC), which is no tag of anything.
 *
 * name          the person's, where it is to stand there
 * handle        required
 * public_hex    64 hex digits, required
 * fingerprint   26 symbols in groups of four, required
 * lang, site, record as above
 *
 * Errors as custody_slip_print().
 */
struct custody_slip_card {
    const char *lang;
    const char *site;
    const char *name;
    const char *handle;
    const char *public_hex;
    const char *fingerprint;
    const char *record;
};
enum custody_status custody_slip_card_print(const struct custody_slip_card *card,
                                            const struct custody_slip_output *output,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
