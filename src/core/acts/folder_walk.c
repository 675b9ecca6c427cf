/* folder.walk: a box is walked along, and what stands in it compared with the register;
 * storeroom.check (FORMATS.md §19.3; A4, A11). */
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "move.h"
#include "register.h"
#include "rows.h"

#define COUNT_MAX 1000000

static const struct field COUNTS[] = {
    {.name = "misfiled", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "missing", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "out_of_order", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "unknown", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = NULL},
};
static const struct field SEEN[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 1024},
    {.name = NULL},
};
static const struct field UNKNOWN[] = {
    {.name = "text", .type = FIELD_TEXT},
    {.name = NULL},
};
static const struct field FOLDER_WALK[] = {
    {.name = "counts", .type = FIELD_OBJECT, .of = COUNTS},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "seen", .type = FIELD_LIST, .min = 0, .of = SEEN, .key = "n"},
    {.name = "unknown", .type = FIELD_LIST, .min = 0, .of = UNKNOWN, .key = "text"},
    {.name = NULL},
};

/* ---- the order of folders ---- */

#define NUMBER_DIGITS_MAX 18

/* Digits alone, at most 18: a number. */
static bool is_number(const char *part, size_t len, int64_t *ret_number)
{
    int64_t number = 0;
    if (len == 0 || len > NUMBER_DIGITS_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (part[i] < '0' || part[i] > '9') {
            return false;
        }
        number = number * 10 + (part[i] - '0');
    }
    *ret_number = number;
    return true;
}

static int compare_parts(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int64_t a_number = 0;
    int64_t b_number = 0;
    const bool a_is_number = is_number(a, a_len, &a_number);
    const bool b_is_number = is_number(b, b_len, &b_number);
    if (a_is_number != b_is_number) {
        return a_is_number ? -1 : 1;
    }
    if (a_is_number) {
        return (a_number > b_number) - (a_number < b_number);
    }
    const int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

int folder_order_compare(const char *place_a, const char *label_a, const char *place_b,
                         const char *label_b)
{
    for (;;) {
        const size_t a_len = strcspn(place_a, "-");
        const size_t b_len = strcspn(place_b, "-");
        const int order = compare_parts(place_a, a_len, place_b, b_len);
        if (order != 0) {
            return order;
        }
        const bool a_ends = place_a[a_len] == '\0';
        const bool b_ends = place_b[b_len] == '\0';
        if (a_ends || b_ends) {
            return a_ends && b_ends ? strcmp(label_a, label_b) : (a_ends ? -1 : 1);
        }
        place_a += a_len + 1;
        place_b += b_len + 1;
    }
}

/* ---- folder.walk ---- */

/* 1, 2, 3 …, each folder once: those who walked counted what they saw. */
static enum custody_status judge_seen(struct apply *a, struct custody_error *err)
{
    const json_t *seen = json_object_get(a->body, "seen");
    size_t i = 0;
    const json_t *one = NULL;
    TRY(folder_need_class(a, seen, err));
    json_array_foreach(seen, i, one)
    {
        NEED(json_integer_value(json_object_get(one, "n")) == (json_int_t)i + 1, "structure",
             "The folders seen are numbered 1, 2, 3 and so on, front to back.");
    }
    return CUSTODY_OK;
}

struct walk {
    int64_t misfiled, missing, out_of_order;
    struct folder_state *last; /* the greatest of the expected ones seen so far */
    bool has_last;
};

static enum custody_status put_line(struct apply *a, const char *item, int64_t n,
                                    const char *outcome, struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT INTO walk_line (idx, item, n, outcome)"
                     " VALUES (?1, ?2, nullif(?3, 0), ?4)",
                     "itit", a->idx, item, n, outcome);
}

static enum custody_status see(struct apply *a, const json_t *seen, struct walk *walk,
                               struct custody_error *err)
{
    const char *item = body_member(seen, "item");
    const char *outcome = "seen";
    struct folder_state folder = {0};
    bool is_found = false;
    int64_t one = 0;
    bool is_twice = false;
    TRY(folder_load(a, item, &folder, &is_found, err));
    NEED(is_found, "object", "%s is no folder of the register: note it as unknown.", item);
    TRY(store_get_int(a->store, err, &one, &is_twice,
                      "SELECT 1 FROM walk_line WHERE idx = ?1 AND item = ?2", "it", a->idx,
                      item));
    NEED(!is_twice, "structure", "%s is named twice among the folders seen.", item);
    if (strcmp(folder.state, "destroyed") == 0 || folder.at[0] != '\0' ||
        strcmp(folder.box, body_text(a, "item")) != 0) {
        outcome = "misfiled";
        walk->misfiled++;
    } else if (walk->has_last &&
               folder_order_compare(folder.place, folder.label, walk->last->place,
                                    walk->last->label) < 0) {
        outcome = "out_of_order";
        walk->out_of_order++;
    } else {
        *walk->last = folder;
        walk->has_last = true;
    }
    TRY(put_line(a, item, json_integer_value(json_object_get(seen, "n")), outcome, err));
    return thing_touch(a, item, err);
}

/* What should be there and was not seen, by the index of folders by box. */
static enum custody_status put_missing(struct apply *a, struct walk *walk,
                                       struct custody_error *err)
{
    TRY(store_run(a->store, err,
                  "INSERT INTO walk_line (idx, item, n, outcome)"
                  " SELECT ?1, f.item, NULL, 'missing' FROM folder f WHERE f.box = ?2"
                  " AND f.at IS NULL AND f.state <> 'destroyed' AND NOT EXISTS"
                  " (SELECT 1 FROM walk_line l WHERE l.idx = ?1 AND l.item = f.item)",
                  "it", a->idx, body_text(a, "item")));
    walk->missing = store_changes(a->store);
    return CUSTODY_OK;
}

static enum custody_status judge_counts(struct apply *a, const struct walk *walk,
                                        struct custody_error *err)
{
    const json_t *counts = json_object_get(a->body, "counts");
    const int64_t unknown = (int64_t)json_array_size(json_object_get(a->body, "unknown"));
    const struct {
        const char *name;
        int64_t is;
    } numbers[] = {{"misfiled", walk->misfiled},
                   {"missing", walk->missing},
                   {"out_of_order", walk->out_of_order},
                   {"unknown", unknown}};
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        RULE(json_integer_value(json_object_get(counts, numbers[i].name)) == numbers[i].is,
             "count", "The register gives %lld %s; the number signed is another one.",
             (long long)numbers[i].is, numbers[i].name);
        sum += numbers[i].is;
    }
    if (sum > 0) {
        TRY(apply_flag(a, err, "walk-differs", "%lld differences", (long long)sum));
    }
    return store_run(a->store, err,
                     "INSERT INTO walk (idx, box, misfiled, missing, out_of_order, unknown)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "itiiii", a->idx, body_text(a, "item"), walk->misfiled, walk->missing,
                     walk->out_of_order, unknown);
}

static enum custody_status walk_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    struct folder_state last = {0};
    struct walk walk = {.last = &last};
    size_t i = 0;
    const json_t *seen = NULL;
    TRY(folder_need_policy(a, err));
    TRY(judge_seen(a, err));
    TRY(folder_signs_alone(a, roles, "seats", "A box is walked along by the archive custodian.",
                           err));
    TRY(box_need(a, a->body, err));
    json_array_foreach(json_object_get(a->body, "seen"), i, seen)
    {
        TRY(see(a, seen, &walk, err));
    }
    TRY(put_missing(a, &walk, err));
    return judge_counts(a, &walk, err);
}

const struct act ACT_FOLDER_WALK = {
    .name = "folder.walk/1",
    .fields = FOLDER_WALK,
    .signers_max = 1,
    .rules = "A4 A11",
    .signed_by = "the archive custodian",
    .apply = walk_apply,
    .keeps_people = true,
    .zh = "{by} 巡架 {label}（{item}）：见到 {#seen} 卷，错架 {counts.misfiled}，缺失 "
          "{counts.missing}，次序不符 {counts.out_of_order}，无法识别 {counts.unknown}",
    .en =
        "{by} walks along {label} ({item}): {#seen} folders seen, {counts.misfiled} misfiled, "
        "{counts.missing} missing, {counts.out_of_order} out of order, {counts.unknown} "
        "unknown",
};

/* ---- storeroom.check ---- */

static const char *const RESULTS[] = {"ok", "remarks", NULL};
static const struct field STOREROOM_CHECK[] = {
    {.name = "humidity_pct", .type = FIELD_INT, .is_nullable = true, .min = 0, .max = 100},
    {.name = "place", .type = FIELD_PLACE},
    {.name = "reason", .type = FIELD_CODE, .is_nullable = true},
    {.name = "result", .type = FIELD_ENUM, .values = RESULTS},
    {.name = "temperature_c", .type = FIELD_INT, .is_nullable = true, .min = -40, .max = 60},
    {.name = NULL},
};

/* A reading of an instrument; absent ones are null. */
static int64_t reading(const struct apply *a, const char *member, int64_t none)
{
    const json_t *value = json_object_get(a->body, member);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : none;
}

static enum custody_status check_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", "supervisor", NULL};
    const int64_t none = INT64_MIN;
    const char *place = body_text(a, "place");
    const char *reason = body_text(a, "reason");
    const bool has_remarks = strcmp(body_text(a, "result"), "remarks") == 0;
    TRY(folder_need_policy(a, err));
    TRY(folder_signs_alone(a, roles, "seats",
                           "The storeroom is checked by the archive custodian or a "
                           "supervisor.",
                           err));
    TRY(register_need_place(a, place, err));
    RULE(has_remarks == (reason != NULL), "A11",
         "Remarks have a reason, and a storeroom without remarks has none.");
    if (reason != NULL) {
        TRY(apply_code(a, "reason", "reasons", err));
    }
    return store_run(a->store, err,
                     "INSERT INTO storeroom_check (idx, place, result, reason, temperature_c,"
                     " humidity_pct)"
                     " VALUES (?1, ?2, ?3, ?4, nullif(?5, ?7), nullif(?6, ?7))",
                     "itttiii", a->idx, place, body_text(a, "result"), reason,
                     reading(a, "temperature_c", none), reading(a, "humidity_pct", none), none);
}

const struct act ACT_STOREROOM_CHECK = {
    .name = "storeroom.check/1",
    .fields = STOREROOM_CHECK,
    .signers_max = 1,
    .rules = "A11",
    .signed_by = "the archive custodian, or a supervisor",
    .apply = check_apply,
    .keeps_people = true,
    .zh = "{by} 检查档案库房 {place}：{result}，原因 {reason}，温度 {temperature_c}℃，相对湿度 "
          "{humidity_pct}",
    .en = "{by} checks the storeroom {place}: {result}, reason {reason}, temperature "
          "{temperature_c} °C, relative humidity {humidity_pct} per cent",
};
