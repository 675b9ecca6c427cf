/*
 * Time: seconds since 1970-01-01 UTC as int64_t; text YYYY-MM-DDThh:mm:ssZ, real dates
 * 2000-2099, seconds <= 59 (FORMATS.md). The only clock.
 */
#ifndef CUSTODY_BASE_INSTANT_H
#define CUSTODY_BASE_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSTANT_TEXT_SIZE 21 /* with the closing 0 */
#define INSTANT_MIN       INT64_C(946684800)
#define INSTANT_MAX       INT64_C(4102444799)

/* Strict parse of exactly 20 characters; false: not such a time. */
bool instant_parse(const char *text, size_t len, int64_t *ret_s);
/* Is it YYYY-MM-DD, exactly 10 characters, a day that exists, 2000-2099? */
bool instant_is_date(const char *text, size_t len);
/* "YYYY-MM-DD" of a day that exists, from 1900-01-01 to 2099-12-31: of papers. */
bool instant_is_day(const char *text, size_t len);
/* Format; s must be within INSTANT_MIN..INSTANT_MAX (asserted). */
void instant_format(int64_t s, char out[INSTANT_TEXT_SIZE]);
/*
 * What a person types: YYYY-MM-DD, YYYY-MM-DDThh:mm, YYYY-MM-DD hh:mm, with :ss, with Z or
 * without (then local at utc_offset_min). A bare date is 00:00. False: not understood.
 */
bool instant_parse_local(const char *text, int utc_offset_min, int64_t *ret_s);
/* "2026-11-22 16:03:11" at utc_offset_min. */
void instant_format_local(int64_t s, int utc_offset_min, char out[INSTANT_TEXT_SIZE]);
/* The clock, in seconds. Tests and the demo may set $CUSTODY_CLOCK to a file whose first line
 * is such a time (read anew at each call); everything else reads CLOCK_REALTIME. */
int64_t instant_now(void);

#endif
