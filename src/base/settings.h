/*
 * Text files of settings: lines "[section]", "name = value", "# remark", blank ones. Stocks,
 * printer profiles and forms are such files; what the names mean is theirs.
 */
#ifndef CUSTODY_BASE_SETTINGS_H
#define CUSTODY_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of the text; not terminated, borrowed. */
struct settings_span {
    const char *text;
    size_t len;
};

enum settings_kind {
    SETTINGS_SECTION, /* name: between the brackets, untrimmed */
    SETTINGS_VALUE,   /* name and value, trimmed, either may be empty */
    SETTINGS_BRACKET, /* a bracket is not closed */
    SETTINGS_NEITHER  /* no '=' */
};

struct settings_line {
    enum settings_kind kind;
    size_t number; /* 1, 2, … over all lines */
    struct settings_span name, value;
};

/* Start with {.text, .len}, the rest zero. */
struct settings {
    const char *text;
    size_t len;
    size_t pos, line;
};

/* The next line that is neither blank nor a remark; false at the end, *ret_line untouched. */
bool settings_next(struct settings *settings, struct settings_line *ret_line);

/* Without the blanks, tabs and returns around it. */
struct settings_span settings_trim(struct settings_span span);
bool settings_is_word(struct settings_span span, const char *word);
/* What stands before the next comma is cut off *rest, both trimmed; false: no comma. */
bool settings_next_part(struct settings_span *rest, struct settings_span *ret_part);

/*
 * Copy a piece into out (size bytes, NUL included): one that is not empty, fits, and has only
 * characters out of `allowed` (_name) or that can be signed and printed (_words). False: out
 * untouched.
 */
bool settings_copy_name(struct settings_span span, const char *allowed, char *out, size_t size);
bool settings_copy_words(struct settings_span span, char *out, size_t size);
/* "yes" or "no". */
bool settings_read_flag(struct settings_span span, bool *ret_flag);
/*
 * A decimal number from min to max: a minus where min is below 0, digits, at most `decimals`
 * (0–6) of them after a point. Not strtod: what it reads depends on the locale. Never -0.
 */
bool settings_read_number(struct settings_span span, unsigned decimals, double min, double max,
                          double *ret_value);
/* Two of them with a comma between; blanks around neither. */
bool settings_read_pair(struct settings_span span, unsigned decimals, double min, double max,
                        double *ret_x, double *ret_y);

#endif
