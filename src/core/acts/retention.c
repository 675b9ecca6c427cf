/* Due days, appraisals, numbers, and what stands in the way of a destruction (FORMATS.md
 * §19.5). Every question goes by an index: a batch has hundreds of lines. */
#include "retention.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "move.h"
#include "policy.h"

#define COLUMN(row, member, column)                                                            \
    (void)snprintf((row)->member, sizeof(row)->member, "%s",                                   \
                   store_is_null(&query, column) ? "" : store_text(&query, column))

enum custody_status retention_of_act(struct apply *a, struct retention *ret_retention,
                                     struct custody_error *err)
{
    struct retention retention = {.store = a->store, .policy = a->policy};
    TRY(apply_local_day(a, a->t, retention.today, err));
    *ret_retention = retention;
    return CUSTODY_OK;
}

enum custody_status retention_load_appraisal(const struct retention *retention,
                                             const char *item, struct appraisal *ret_appraisal,
                                             struct custody_error *err)
{
    struct store_query query = {0};
    struct appraisal appraisal = {.opinion = ""};
    enum custody_status rc = store_query(retention->store, &query, err,
                                         "SELECT opinion, until, why FROM appraisal"
                                         " WHERE item = ?1 ORDER BY idx DESC LIMIT 1",
                                         "t", item);
    if (rc == CUSTODY_OK && query.has_row) {
        COLUMN(&appraisal, opinion, 0);
        COLUMN(&appraisal, until, 1);
        COLUMN(&appraisal, why, 2);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_appraisal = appraisal;
    }
    return rc;
}

static bool has_trigger(const json_t *retention, const char *code)
{
    size_t i = 0;
    const json_t *trigger = NULL;
    json_array_foreach(json_object_get(retention, "triggers"), i, trigger)
    {
        if (strcmp(json_string_value(trigger), code) == 0) {
            return true;
        }
    }
    return false;
}

/* Class, trigger and date say when; an appraisal may say later, never earlier. */
static void find_due_day(const struct retention *retention, struct retention_folder *folder)
{
    const json_t *row = policy_find(retention->policy, "folder_classes", folder->folder_class);
    const json_t *rule = json_object_get(row, "retention");
    const json_t *months = json_object_get(rule, "months");
    folder->has_retention = json_is_object(rule);
    if (!json_is_integer(months) || strcmp(folder->state, "closed") != 0 ||
        !has_trigger(rule, folder->trigger_code)) {
        return;
    }
    day_add_months(folder->trigger_date, json_integer_value(months), folder->due_day);
    if (strcmp(folder->opinion.opinion, "keep_until") == 0 &&
        strcmp(folder->opinion.until, folder->due_day) > 0) {
        (void)snprintf(folder->due_day, sizeof folder->due_day, "%.10s", folder->opinion.until);
    }
    folder->is_expired = strcmp(retention->today, folder->due_day) > 0;
}

enum custody_status retention_load_folder(const struct retention *retention, const char *item,
                                          struct retention_folder *ret_folder,
                                          struct custody_error *err)
{
    struct store_query query = {0};
    struct retention_folder folder = {.is_found = false};
    enum custody_status rc =
        store_query(retention->store, &query, err,
                    "SELECT state, class, at, trigger_code, trigger_date FROM folder"
                    " WHERE item = ?1",
                    "t", item);
    if (rc == CUSTODY_OK && query.has_row) {
        folder.is_found = true;
        COLUMN(&folder, state, 0);
        COLUMN(&folder, folder_class, 1);
        COLUMN(&folder, at, 2);
        COLUMN(&folder, trigger_code, 3);
        COLUMN(&folder, trigger_date, 4);
    }
    store_end(&query);
    if (rc == CUSTODY_OK && folder.is_found) {
        rc = retention_load_appraisal(retention, item, &folder.opinion, err);
        find_due_day(retention, &folder);
    }
    if (rc == CUSTODY_OK) {
        *ret_folder = folder;
    }
    return rc;
}

/* ---- the papers of a line ---- */

struct line_papers {
    struct line_numbers numbers; /* of those filed */
    int64_t alive, lent, missing;
};

/* The papers of a folder, or the paper itself: that one counts wherever it is. */
static enum custody_status count_papers(const struct retention *retention, const char *item,
                                        struct line_papers *ret_papers,
                                        struct custody_error *err)
{
#define COUNTS(counted)                                                                        \
    "SELECT count(*) FILTER (WHERE " counted "),"                                              \
    " coalesce(sum(copies) FILTER (WHERE " counted "), 0),"                                    \
    " coalesce(sum(copies * pages) FILTER (WHERE " counted "), 0),"                            \
    " count(*) FILTER (WHERE state IN ('filed', 'lent', 'missing')),"                          \
    " count(*) FILTER (WHERE state = 'lent'), count(*) FILTER (WHERE state = 'missing')"       \
    " FROM paper WHERE "
    struct store_query query = {0};
    enum custody_status rc =
        strlen(item) > CUSTODY_ITEM_LEN
            ? store_query(retention->store, &query, err, COUNTS("1") "item = ?1", "t", item)
            : store_query(retention->store, &query, err,
                          COUNTS("state = 'filed'") "folder = ?1", "t", item);
    if (rc == CUSTODY_OK) {
        *ret_papers = (struct line_papers){
            .numbers = {store_int(&query, 0), store_int(&query, 1), store_int(&query, 2)},
            .alive = store_int(&query, 3),
            .lent = store_int(&query, 4),
            .missing = store_int(&query, 5)};
    }
    store_end(&query);
    return rc;
}

enum custody_status retention_count_line(const struct retention *retention, const char *item,
                                         struct line_numbers *ret_numbers,
                                         struct custody_error *err)
{
    struct line_papers papers = {0};
    TRY(count_papers(retention, item, &papers, err));
    *ret_numbers = papers.numbers;
    return CUSTODY_OK;
}

/* ---- obstacles ---- */

static const struct {
    const char *code, *check, *sentence;
} OBSTACLES[OBSTACLE_COUNT] = {
    [OBSTACLE_DESTROYED] = {"destroyed", "state", "is no longer there to be destroyed"},
    [OBSTACLE_NO_RETENTION] = {"no_retention", "A13",
                               "is of a class without a retention period: set one in the "
                               "policy first (A10)"},
    [OBSTACLE_OPEN] = {"open", "state", "is still open: close the folder first"},
    [OBSTACLE_LENT] = {"lent", "A13", "is lent, or a paper of it is: take it back first"},
    [OBSTACLE_MISSING] = {"missing", "A13",
                          "lacks a paper that is missing: find it or write it off first"},
    [OBSTACLE_HELD] = {"held", "A13", "is held: every hold must be released first"},
    [OBSTACLE_EARLY] = {"early", "A13",
                        "is to be kept: its period is not over, or the newest appraisal says "
                        "so"},
    [OBSTACLE_NOT_IN_PLACE] = {"not_in_place", "A13",
                               "is not at its place: put it back there first"},
    [OBSTACLE_INVENTORY] = {"inventory", "A13",
                            "has other numbers in the register: count it again"},
    [OBSTACLE_IN_BATCH] = {"in_batch", "state",
                           "is in another batch that is neither executed nor cancelled"},
};

const char *obstacle_code(enum obstacle obstacle)
{
    return OBSTACLES[obstacle].code;
}

const char *obstacle_sentence(enum obstacle obstacle)
{
    return OBSTACLES[obstacle].sentence;
}

const char *obstacle_check(enum obstacle obstacle)
{
    return OBSTACLES[obstacle].check;
}

/* expired: the folder is, and no newer word keeps the thing. without_value: that word is. */
static bool is_early(const struct retention *retention, const char *reason,
                     const struct retention_folder *folder, const struct appraisal *appraisal)
{
    if (strcmp(reason, "without_value") == 0) {
        return strcmp(appraisal->opinion, "without_value") != 0;
    }
    return !folder->is_expired || strcmp(appraisal->opinion, "keep") == 0 ||
           (strcmp(appraisal->opinion, "keep_until") == 0 &&
            strcmp(retention->today, appraisal->until) <= 0);
}

static bool numbers_differ(const struct line_numbers *a, const struct line_numbers *b)
{
    return a->papers != b->papers || a->copies != b->copies || a->pages != b->pages;
}

static enum custody_status is_in_other_batch(const struct retention *retention,
                                             const struct retention_line *line, bool *ret_is,
                                             struct custody_error *err)
{
    static const uint8_t none[HASH_LEN] = {0};
    int64_t count = 0;
    TRY(store_get_int(retention->store, err, &count, NULL,
                      "SELECT EXISTS (SELECT 1 FROM batch_line l CROSS JOIN batch b"
                      "  ON b.act_id = l.batch WHERE l.item = ?1 AND l.batch <> ?2"
                      "  AND b.state NOT IN ('executed', 'cancelled'))",
                      "tb", line->item, line->batch != NULL ? line->batch : none,
                      (size_t)HASH_LEN));
    *ret_is = count != 0;
    return CUSTODY_OK;
}

static enum custody_status is_held(const struct retention *retention, const char *item,
                                   bool *ret_held, struct custody_error *err)
{
    struct apply reader = {.store = retention->store};
    return thing_is_held(&reader, item, ret_held, err);
}

enum custody_status retention_find_obstacles(const struct retention *retention,
                                             const struct retention_line *line,
                                             unsigned *ret_obstacles, struct custody_error *err)
{
    const bool is_paper = strlen(line->item) > CUSTODY_ITEM_LEN;
    char of[CUSTODY_ITEM_LEN + 1];
    struct retention_folder folder = {.is_found = false};
    struct appraisal appraisal = {.opinion = ""};
    struct line_papers papers = {0};
    bool found[OBSTACLE_COUNT] = {false};
    unsigned obstacles = 0;
    (void)snprintf(of, sizeof of, "%.9s", line->item);
    TRY(retention_load_folder(retention, of, &folder, err));
    TRY(count_papers(retention, line->item, &papers, err));
    TRY(is_held(retention, line->item, &found[OBSTACLE_HELD], err));
    TRY(is_in_other_batch(retention, line, &found[OBSTACLE_IN_BATCH], err));
    appraisal = folder.opinion;
    if (is_paper) {
        TRY(retention_load_appraisal(retention, line->item, &appraisal, err));
        appraisal = appraisal.opinion[0] == '\0' ? folder.opinion : appraisal;
    }
    found[OBSTACLE_DESTROYED] = !folder.is_found || strcmp(folder.state, "destroyed") == 0 ||
                                (is_paper && papers.alive == 0);
    found[OBSTACLE_NO_RETENTION] = !folder.has_retention;
    found[OBSTACLE_OPEN] = !is_paper && strcmp(folder.state, "open") == 0;
    found[OBSTACLE_LENT] = papers.lent > 0;
    found[OBSTACLE_MISSING] = papers.missing > 0;
    found[OBSTACLE_EARLY] = is_early(retention, line->reason, &folder, &appraisal);
    found[OBSTACLE_NOT_IN_PLACE] = folder.at[0] != '\0';
    found[OBSTACLE_INVENTORY] =
        line->numbers != NULL && numbers_differ(line->numbers, &papers.numbers);
    for (unsigned i = 0; i < OBSTACLE_COUNT; i++) {
        obstacles |= found[i] ? OBSTACLE_BIT(i) : 0;
    }
    *ret_obstacles = obstacles;
    return CUSTODY_OK;
}
