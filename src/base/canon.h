/*
 * Canonical JSON (FORMATS.md §1): the only parser of signed bytes.
 *
 * Accepted bytes are exactly those that equal their own canonical form: objects with keys
 * [a-z0-9_]+ sorted by byte without duplicates, arrays, strings of the allowed characters
 * (<= 2,000 characters), integers within +-(2^53-1), true, false, null; no space; only the
 * escapes \" and \\; nesting <= 8 (an object or array at top level is nesting 1).
 *
 * Built on jansson; a parsed value is a json_t that the caller json_decref()s.
 */
#ifndef CUSTODY_BASE_CANON_H
#define CUSTODY_BASE_CANON_H

#include <jansson.h>
#include <stddef.h>

#include "buf.h"
#include "custody/error.h"

#define CANON_STRING_CHARS_MAX 2000
#define CANON_DEPTH_MAX        8

/* What the string rule is: FREE lifts length and character list for base64 members of the
 * files of §7 and §8 (still UTF-8 without control characters). */
enum canon_mode { CANON_SIGNED, CANON_FILE };

/*
 * Parse canonical bytes. ERR_INVALID with a sentence when the bytes are not canonical JSON;
 * ERR_NOMEM. ret_value untouched on failure.
 */
enum custody_status canon_parse(const void *data, size_t len, enum canon_mode mode,
                                json_t **ret_value,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* Append the canonical form of value. ERR_INVALID when value holds something that canonical
 * JSON cannot say (a real, a bad string, a bad key, too deep). */
enum custody_status canon_write(struct buf *out, const json_t *value, enum canon_mode mode,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

/* A copy of an object, its members shared; NULL without memory. json_copy() leaves out, without
 * a word, the members that it finds no memory for (json_deep_copy() does not). */
json_t *canon_copy_members(const json_t *object);

#endif
