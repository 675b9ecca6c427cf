/*
 * Words for codes: what a Chinese office reads instead of "repair" or "stays". The codes stay
 * what is signed, stored and given as JSON; words are for screens and paper only.
 */
#ifndef CUSTODY_WORDS_H
#define CUSTODY_WORDS_H

#include <jansson.h>

#include "custody/error.h"
#include "custody/site.h"

/*
 * The word for a code. Policies name their own codes (purposes, reasons, kinds of locks, desks,
 * shifts ...); the fixed ones are in a table.
 *
 * policy   in force (custody_site_policy), borrowed; NULL: fixed words only
 * column   of a read, or member of an act's body, that holds the code, like "purpose": one code
 *          may mean two things ("duty" is a desk and a role)
 *
 * Gives code itself in English, and where there is no word. Belongs to policy, to code or to
 * nobody; no longer than policy lives.
 */
const char *custody_word(const json_t *policy, enum custody_lang lang, const char *column,
                         const char *code);

/*
 * Words instead of codes in the rows of a read, in place: texts, and texts in lists. A holder
 * that is a desk becomes the desk's label.
 *
 * rows     array of objects, not shared with anybody
 *
 * CUSTODY_ERR_NOMEM   rows is half changed
 */
enum custody_status custody_words_apply(const json_t *policy, enum custody_lang lang,
                                        json_t *rows,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
