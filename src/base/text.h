/*
 * Text: hex, base64, the 32-symbol alphabet, UTF-8 and the character list of FORMATS.md §1.
 */
#ifndef CUSTODY_BASE_TEXT_H
#define CUSTODY_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "custody/error.h"

/* Alphabet of tags and paper codes (FORMATS.md §6), values 0..31. */
extern const char TEXT_ALPHABET[33];

/* Lowercase hex with a closing 0; out has 2 * len + 1 bytes. */
void text_hex(const uint8_t *data, size_t len, char *out);
/* Strict lowercase hex of exactly 2 * len characters (text_len given). False: out untouched. */
bool text_unhex(const char *text, size_t text_len, uint8_t *out, size_t len);

/* Standard padded base64 without line feeds, appended. */
enum custody_status text_put_base64(struct buf *out, const uint8_t *data, size_t len,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* Strict: standard alphabet, padded, zero trailing bits, nothing else (RFC 4648 §3.5, §4).
 * ERR_INVALID; out then unchanged. Empty text decodes to nothing. */
enum custody_status text_put_unbase64(struct buf *out, const char *text, size_t text_len,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* The same into exactly len bytes, without taking memory. False: refused, out is undefined. */
bool text_unbase64(const char *text, size_t text_len, uint8_t *out, size_t len);

/*
 * What a message may quote, a damaged file's bytes included, becomes strict UTF-8 in place: a
 * byte that is not part of it turns into '?', a character cut in two at the end is left out.
 */
void text_make_utf8(char *text);
/* Next code point of strict UTF-8 at text[*pos]; advances *pos. -1: not UTF-8 (overlong,
 * surrogate, above 10FFFF, truncated); *pos is then unchanged. */
int32_t text_next(const char *text, size_t len, size_t *pos);
/* May this code point stand in a signed string? (the list of FORMATS.md §1) */
bool text_char_allowed(int32_t code_point);
/* Strict UTF-8, every character allowed, at most max_chars of them. */
bool text_allowed(const char *text, size_t len, size_t max_chars);

/* malloc'ed copy, NULL when out of memory. (strdup escapes the allocation-failure tests.) */
char *text_dup(const char *text);
char *text_dup_n(const char *text, size_t len);

/* Does all of text match? handle [a-z][a-z0-9-]{0,31} · staff number [0-9A-Z-]{1,16} ·
 * code [a-z][a-z0-9_]{0,31} · place code [0-9A-Z][0-9A-Z.-]{0,31} ·
 * act name [a-z]+\.[a-z]+/[1-9][0-9]{0,3}. NULL is no match. */
bool text_is_handle(const char *text);
bool text_is_staff_no(const char *text);
bool text_is_code(const char *text);
bool text_is_place_code(const char *text);
bool text_is_act_name(const char *text);

/* First 16 bytes of a hash and two zero bits as 26 symbols in groups of four separated by
 * spaces: "XXXX XXXX XXXX XXXX XXXX XXXX XX" + 0, out has 33 bytes (FORMATS.md §4, Paper). */
void text_paper_code(const uint8_t hash[32], char out[33]);

/* Decimal without sign, leading zero or anything else; false when > max. */
bool text_parse_u64(const char *text, size_t len, uint64_t max, uint64_t *ret_value);

#endif
