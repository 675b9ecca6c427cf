/*
 * Options of a command line, parsed from tables. Options of every command ("global") may stand
 * anywhere; those of one command stand after its name. A parsed line can have a parent (the
 * `batch` command that holds it), whose global options then serve as defaults.
 */
#ifndef CUSTODY_CLI_OPTION_H
#define CUSTODY_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_INT, OPTION_TIME };

#define OPTION_REPEAT   1U
#define OPTION_REQUIRED 2U

/*
 * name   without the dashes
 * meta   what stands for the value in help, NULL for a flag
 * param  member of a read's parameters that takes the value, NULL: none
 * kinds  the value is a name of these kinds (custody_resolve) and its id is what counts
 */
struct option_spec {
    const char *name;
    const char *meta;
    enum option_type type;
    unsigned flags;
    const char *param;
    const char *kinds;
    const char *zh;
    const char *en;
};

#define OPT(name, meta, flags, zh, en)                                                         \
    {                                                                                          \
        name, meta, OPTION_TEXT, flags, NULL, NULL, zh, en                                     \
    }
#define OPT_FLAG(name, zh, en)                                                                 \
    {                                                                                          \
        name, NULL, OPTION_FLAG, 0, NULL, NULL, zh, en                                         \
    }
#define OPT_PARAM(name, meta, type, param, kinds, zh, en)                                      \
    {                                                                                          \
        name, meta, type, 0, param, kinds, zh, en                                              \
    }

struct option_table {
    const struct option_spec *specs;
    size_t count;
};
#define OPTION_TABLE(array)                                                                    \
    {                                                                                          \
        array, sizeof(array) / sizeof((array)[0])                                              \
    }

/* The options of every command. */
extern const struct option_table option_globals;

struct option_pair {
    const char *name; /* of its spec */
    const char *value;
};

/* Values and words are borrowed from what was parsed. Zeroed is fine to clear. */
struct arguments {
    const struct arguments *parent;
    struct option_pair *pairs;
    size_t pair_count;
    const char **words;
    size_t word_count;
};

/*
 * The first words of a line before any option that is not global, at most max of them; finds
 * the command's name before its options are known. Gives their number.
 */
size_t option_leading_words(int argc, const char *const *argv, const char **words, size_t max);
/*
 * Parse a line; table has the command's own options beside the global ones. ERR_USAGE names
 * the option at fault; ERR_NOMEM. ret_arguments untouched on failure, else option_clear() it.
 */
enum custody_status option_parse(int argc, const char *const *argv,
                                 const struct option_table *table,
                                 const struct arguments *parent,
                                 struct arguments *ret_arguments,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* ERR_USAGE naming the first required option of the table that is not there. */
enum custody_status option_check_required(const struct arguments *arguments,
                                          const struct option_table *table,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
void option_clear(struct arguments *arguments);

/* Value of an option (its first), NULL when not given; flags have the value "". */
const char *option_get(const struct arguments *arguments, const char *name);
bool option_has(const struct arguments *arguments, const char *name);
/* How often, and the nth; the nearest line that has the option at all decides. */
size_t option_count(const struct arguments *arguments, const char *name);
const char *option_at(const struct arguments *arguments, const char *name, size_t n);
/* Whole number min..max; fallback when not given. ERR_USAGE. */
enum custody_status option_int(const struct arguments *arguments, const char *name,
                               int64_t fallback, int64_t min, int64_t max, int64_t *ret_value,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same of any text; what names it in the error. */
enum custody_status option_int_of(const char *text, const char *what, int64_t min, int64_t max,
                                  int64_t *ret_value,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
