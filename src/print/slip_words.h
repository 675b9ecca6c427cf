/* What the two forms of a slip share: the check of its strings and the fixed words. */
#ifndef CUSTODY_PRINT_SLIP_WORDS_H
#define CUSTODY_PRINT_SLIP_WORDS_H

#include <stdbool.h>

#include "custody/slip.h"

#define SLIP_CODE_SYMBOLS 26
#define SLIP_CODE_LEN     32 /* with the spaces between groups of four */

struct slip_words {
    const char *statement;
    const char *act;
    const char *checkpoint;
    const char *code;
    const char *keep;
};

const struct slip_words *slip_words(const char *lang);

/* Is there something to print? */
bool slip_has(const char *text);

/* ERR_INVALID, ERR_LIMIT as in custody/slip.h; a slip that passes has all it requires. */
enum custody_status slip_check(const struct custody_slip *slip,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
