/*
 * How long folders are kept, and what stands in the way of destroying them (FORMATS.md §19.5).
 * For acts and for reads alike: a store, the policy in force and a day are all it asks.
 */
#ifndef CUSTODY_CORE_RETENTION_H
#define CUSTODY_CORE_RETENTION_H

#include <jansson.h>

#include "folder.h"

struct retention {
    struct store *store;
    const json_t *policy; /* in force */
    char today[11];       /* local day of T(i), or of now */
};
/* That of an act: its policy, and the local day of T(i). */
enum custody_status retention_of_act(struct apply *a, struct retention *ret_retention,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* The newest appraisal of a thing; opinion "" where there is none. */
struct appraisal {
    char opinion[16]; /* keep keep_until without_value */
    char until[16];
    char why[40];
};
enum custody_status retention_load_appraisal(const struct retention *retention,
                                             const char *item, struct appraisal *ret_appraisal,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

/* What retention asks of a folder. */
struct retention_folder {
    bool is_found;
    char state[12]; /* open closed destroyed */
    char folder_class[40];
    char at[40]; /* "" */
    char trigger_code[16], trigger_date[16];
    bool has_retention;       /* its class has one (A10) */
    char due_day[11];         /* "" none: open, kept for ever, closed by something else */
    bool is_expired;          /* today is after the due day */
    struct appraisal opinion; /* of the folder itself */
};
enum custody_status retention_load_folder(const struct retention *retention, const char *item,
                                          struct retention_folder *ret_folder,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;

/* Numbers of a line: its papers filed (a paper: itself), their copies, copies × pages. */
struct line_numbers {
    int64_t papers, copies, pages;
};
enum custody_status retention_count_line(const struct retention *retention, const char *item,
                                         struct line_numbers *ret_numbers,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

/* In the order of FORMATS.md §19.5. */
enum obstacle {
    OBSTACLE_DESTROYED,
    OBSTACLE_NO_RETENTION,
    OBSTACLE_OPEN,
    OBSTACLE_LENT,
    OBSTACLE_MISSING,
    OBSTACLE_HELD,
    OBSTACLE_EARLY,
    OBSTACLE_NOT_IN_PLACE,
    OBSTACLE_INVENTORY,
    OBSTACLE_IN_BATCH,
    OBSTACLE_COUNT
};
#define OBSTACLE_BIT(obstacle) (1U << (unsigned)(obstacle))
/* "no_retention"; and what to do about it, to be put behind the thing's name. */
const char *obstacle_code(enum obstacle obstacle);
const char *obstacle_sentence(enum obstacle obstacle);
/* Which check a batch that has it breaks when it is proposed: "state" or "A13". */
const char *obstacle_check(enum obstacle obstacle);

/* A thing that somebody wants destroyed. */
struct retention_line {
    const char *item;
    const char *reason;                 /* expired, without_value */
    const struct line_numbers *numbers; /* as written in a batch; NULL: not compared */
    const uint8_t *batch;               /* its own one, HASH_LEN bytes; NULL: in none yet */
};
/* All that stands in its way, as OBSTACLE_BITs. A thing nobody registered is `destroyed`. */
enum custody_status retention_find_obstacles(const struct retention *retention,
                                             const struct retention_line *line,
                                             unsigned *ret_obstacles,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
