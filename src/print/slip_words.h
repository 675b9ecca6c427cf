/* What all slips share: the check of their strings and the fixed words. */
#ifndef CUSTODY_PRINT_SLIP_WORDS_H
#define CUSTODY_PRINT_SLIP_WORDS_H

#include <stdbool.h>

#include "custody/slip.h"

#define SLIP_CODE_SYMBOLS 26
#define SLIP_CODE_LEN     32 /* with the spaces between groups of four */
#define SLIP_NOTE_QR_MAX  666

#define SLIP_TEXT_CHARS_MAX 2000
#define SLIP_TEXT_BYTES_MAX (4 * SLIP_TEXT_CHARS_MAX)

/* The fixed words in one language. */
struct slip_words {
    const char *statement;
    const char *act;
    const char *checkpoint;
    const char *code;
    const char *keep;
    const char *no_qr;   /* the checkpoint is too long for one */
    const char *page[3]; /* around "x" and "y" */
    const char *card_title;
    const char *handle;
    const char *name;
    const char *fingerprint;
    const char *public_key;
    const char *card_statement;
    const char *card_signs[4];
};

const struct slip_words *slip_words(const char *lang);

/* Is there something to print? */
bool slip_has(const char *text);

/* ERR_INVALID: a character that is not allowed, or too many. NULL is no text and fine. */
enum custody_status slip_check_text(const char *record, const char *text,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* 26 symbols in groups of four? */
bool slip_is_paper_code(const char *code);
/* 64 hex digits? */
bool slip_is_hex(const char *text);

/* ERR_INVALID, ERR_LIMIT as in custody/slip.h; a slip that passes has all it requires. */
enum custody_status slip_check(const struct custody_slip *slip,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
