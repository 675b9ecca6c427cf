/* The sentence of an act in either language, from the template of its row. */
#ifndef CUSTODY_CORE_SENTENCE_H
#define CUSTODY_CORE_SENTENCE_H

#include "buf.h"
#include "custody/site.h"
#include "envelope.h"

/*
 * Append the sentence of a payload. Times are local at utc_offset_min; lists name their first
 * five elements and the count; null reads as a dash. An act this program does not know reads as
 * its name.
 */
/* policy: for the words of its codes; NULL where none is at hand. */
enum custody_status sentence_write(const struct payload *payload, const json_t *policy,
                                   enum custody_lang lang, int utc_offset_min, struct buf *out,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same as a JSON string. */
enum custody_status sentence_json(const struct payload *payload, const json_t *policy,
                                  enum custody_lang lang, int utc_offset_min, json_t **ret_text,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
