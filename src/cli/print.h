/* What is printed: tables with Chinese characters counted as two columns, and JSON. */
#ifndef CUSTODY_CLI_PRINT_H
#define CUSTODY_CLI_PRINT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "custody/site.h"

/* Columns a text takes on a terminal; bytes that are no UTF-8 count one. */
size_t print_width(const char *text);
/* Text with control characters replaced, so that no file can drive the terminal. */
void print_text(FILE *out, const char *text);
/* Text, then spaces up to width columns. */
void print_padded(FILE *out, const char *text, size_t width);
/* A JSON value as people read it: a text as it is, true as a word, an array or object compact,
 * null as "-". type as in struct custody_column, NULL for none; times become local. Empty when
 * out of memory. free() it. */
char *print_value(const json_t *value, const char *type, enum custody_lang lang,
                  int utc_offset_min);
/* Rows (array of objects) under their columns. ERR_NOMEM. */
enum custody_status print_rows(FILE *out, const json_t *rows,
                               const struct custody_column *columns, size_t column_count,
                               enum custody_lang lang, int utc_offset_min,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Words for codes in rows that are about to be printed (custody/words.h): in Chinese, with the
 * policy of site where there is one. NULL: fixed words only. */
enum custody_status print_words(struct custody_site *site, enum custody_lang lang, json_t *rows,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* One object, a member a line: "name: value". */
void print_object(FILE *out, const json_t *object, const char *indent, enum custody_lang lang,
                  int utc_offset_min);
/* JSON and LF: indented when is_wide, else one line. ERR_NOMEM. */
enum custody_status print_json(FILE *out, const json_t *value, bool is_wide,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
