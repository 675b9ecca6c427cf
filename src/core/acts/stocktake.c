/* stocktake.open, .scan, .finish: what should be there, what was seen (FORMATS.md §17.5; K14).
 * The lines are fixed at the opening; a key is counted once, its first sight decides. */
#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

/* ---- stocktake.open ---- */

static const char *const KINDS[] = {"monthly", "yearly", NULL};
static const struct field OPEN[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "kind", .type = FIELD_ENUM, .values = KINDS},
    {.name = "places", .type = FIELD_PLACES, .min = 0},
    {.name = NULL},
};

/* Keys of the desk that a count can find or explain. */
#define COUNTABLE                                                                              \
    " i.item >= 'K' AND i.item < 'L' AND i.desk = ?2"                                          \
    " AND i.holder_kind NOT IN ('void', 'retired', 'lost', 'home')"                            \
    " AND NOT (i.holder_kind = 'party' AND i.due IS NULL)"
#define EXPECTED                                                                               \
    " CASE i.holder_kind WHEN 'desk' THEN 'desk' WHEN 'seal' THEN 'seal' ELSE 'out' END"

static enum custody_status put_yearly_lines(struct apply *a, const char *desk,
                                            struct custody_error *err)
{
    size_t i = 0;
    const json_t *place = NULL;
    json_array_foreach(json_object_get(a->body, "places"), i, place)
    {
        TRY(register_need_place(a, json_string_value(place), err));
        /* From the places down to the keys: the cost is that of the building, not the site. */
        TRY(store_run(a->store, err,
                      "INSERT OR IGNORE INTO stocktake_line (stocktake, item, expected)"
                      " WITH RECURSIVE beneath(code) AS (SELECT ?3 UNION"
                      "  SELECT p.code FROM beneath b CROSS JOIN place p ON p.parent = b.code)"
                      " SELECT ?1, i.item," EXPECTED " FROM beneath b"
                      " CROSS JOIN lock l ON l.place = b.code"
                      " CROSS JOIN key_lock k ON k.lock = l.code"
                      " CROSS JOIN item i ON i.item = k.item WHERE" COUNTABLE,
                      "btt", a->act_id, (size_t)HASH_LEN, desk, json_string_value(place)));
    }
    return CUSTODY_OK;
}

/* Where the last finished stock-take of the desk was opened; before all if there is none. */
static enum custody_status find_last(struct apply *a, const char *desk, int64_t *ret_idx,
                                     struct custody_error *err)
{
    return store_get_int(a->store, err, ret_idx, NULL,
                         "SELECT coalesce(max(idx), -0x7fffffffffffffff) FROM stocktake"
                         " WHERE desk = ?1 AND state = 'finished'",
                         "t", desk);
}

struct drawn {
    uint8_t digest[HASH_LEN];
    char item[10];
};

#define SAMPLE_MAX 500 /* the policy's limit */

/* Keep the `max` smallest digests, sorted: most keys fall behind the last one at once. */
static void draw(struct drawn *drawn, size_t *count, size_t max, const struct drawn *key)
{
    size_t at = *count;
    if (max == 0 || (at == max && memcmp(key->digest, drawn[max - 1].digest, HASH_LEN) >= 0)) {
        return;
    }
    at = at == max ? max - 1 : at;
    *count = at + 1;
    while (at > 0 && memcmp(key->digest, drawn[at - 1].digest, HASH_LEN) < 0) {
        drawn[at] = drawn[at - 1];
        at--;
    }
    drawn[at] = *key;
}

/* The keys at the desk that are no lines yet, by SHA-256(act id ‖ item): nobody can choose. */
static enum custody_status draw_sample(struct apply *a, const char *desk, struct drawn *drawn,
                                       size_t *ret_count, struct custody_error *err)
{
    struct store_query query = {0};
    int64_t wanted = policy_int(a->policy, "stocktake_sample");
    size_t max = wanted < SAMPLE_MAX ? (size_t)wanted : SAMPLE_MAX;
    size_t count = 0;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT i.item FROM item i WHERE" COUNTABLE
                    " AND +i.holder_kind = 'desk' AND +i.holder = ?2"
                    " AND NOT EXISTS (SELECT 1 FROM stocktake_line l WHERE l.stocktake = ?1"
                    "                 AND l.item = i.item)",
                    "bt", a->act_id, (size_t)HASH_LEN, desk);
    while (rc == CUSTODY_OK && query.has_row) {
        struct drawn key;
        (void)snprintf(key.item, sizeof key.item, "%s", store_text(&query, 0));
        const struct hash_span spans[2] = {{a->act_id, HASH_LEN}, {key.item, strlen(key.item)}};
        hash_sha256_spans(spans, 2, key.digest);
        draw(drawn, &count, max, &key);
        rc = store_next(&query, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_count = count;
    }
    return rc;
}

static enum custody_status put_monthly_lines(struct apply *a, const char *desk,
                                             struct custody_error *err)
{
    struct drawn drawn[SAMPLE_MAX];
    size_t count = 0;
    int64_t last = 0;
    TRY(find_last(a, desk, &last, err));
    TRY(store_run(a->store, err,
                  "INSERT INTO stocktake_line (stocktake, item, expected)"
                  " SELECT ?1, i.item," EXPECTED " FROM item i WHERE" COUNTABLE
                  " AND ((i.due IS NOT NULL AND i.holder_kind IN ('person', 'party'))"
                  "  OR i.holder_kind = 'tray'"
                  "  OR EXISTS (SELECT 1 FROM board b WHERE b.item = i.item AND b.desk = ?2)"
                  /* Wherever the seal was broken: the home desk counts its key. */
                  "  OR EXISTS (SELECT 1 FROM unsealed u WHERE u.item = i.item"
                  "             AND u.idx > ?3))",
                  "bti", a->act_id, (size_t)HASH_LEN, desk, last));
    TRY(draw_sample(a, desk, drawn, &count, err));
    for (size_t i = 0; i < count; i++) {
        TRY(store_run(a->store, err,
                      "INSERT INTO stocktake_line (stocktake, item, expected)"
                      " VALUES (?1, ?2, 'desk')",
                      "bt", a->act_id, (size_t)HASH_LEN, drawn[i].item));
    }
    return CUSTODY_OK;
}

static enum custody_status open_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    bool is_yearly = strcmp(body_text(a, "kind"), "yearly") == 0;
    int64_t one = 0;
    bool is_open = false;
    TRY(desk_signs_alone(a, desk, "supervisor", "seats", err));
    TRY(store_get_int(a->store, err, &one, &is_open,
                      "SELECT 1 FROM stocktake WHERE desk = ?1 AND state = 'open'", "t", desk));
    RULE(!is_open, "state", "A stock-take of this desk is open: finish it first.");
    RULE(is_yearly == (json_array_size(json_object_get(a->body, "places")) > 0), "K14",
         "A yearly stock-take names its places, a monthly one none.");
    TRY(store_run(a->store, err,
                  "INSERT INTO stocktake (act_id, idx, desk, kind, state)"
                  " VALUES (?1, ?2, ?3, ?4, 'open')",
                  "bitt", a->act_id, (size_t)HASH_LEN, a->idx, desk, body_text(a, "kind")));
    return is_yearly ? put_yearly_lines(a, desk, err) : put_monthly_lines(a, desk, err);
}

const struct act ACT_STOCKTAKE_OPEN = {
    .name = "stocktake.open/1",
    .fields = OPEN,
    .signers_max = 1,
    .rules = "K14",
    .signed_by = "the desk's custodian, or a supervisor",
    .apply = open_apply,
    .keeps_people = true,
    .zh = "{by} 开始盘点 {desk}（{kind}）：{places}",
    .en = "{by} opens a {kind} stock-take of {desk}: {places}",
};

/* ---- what scan and finish act on ---- */

struct stocktake {
    uint8_t id[HASH_LEN];
    char desk[40];
};

static enum custody_status need_open(struct apply *a, struct stocktake *ret_stocktake,
                                     struct custody_error *err)
{
    struct store_query query = {0};
    bool is_open = false;
    *ret_stocktake = (struct stocktake){0};
    NEED(body_hex(a, "stocktake", ret_stocktake->id, HASH_LEN), "structure",
         "The id is malformed.");
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT desk, state = 'open' FROM stocktake"
                                         " WHERE act_id = ?1",
                                         "b", ret_stocktake->id, (size_t)HASH_LEN);
    bool is_found = rc == CUSTODY_OK && query.has_row;
    if (is_found) {
        (void)snprintf(ret_stocktake->desk, sizeof ret_stocktake->desk, "%s",
                       store_text(&query, 0));
        is_open = store_int(&query, 1) != 0;
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "There is no stock-take of this id.");
    RULE(is_open, "state", "This stock-take is finished: open another one.");
    return CUSTODY_OK;
}

/* ---- stocktake.scan ---- */

static const struct field UNKNOWN[] = {
    {.name = "text", .type = FIELD_TEXT},
    {.name = NULL},
};
static const struct field SCAN[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "items", .type = FIELD_ITEMS, .min = 0},
    {.name = "stocktake", .type = FIELD_ID},
    {.name = "unknown", .type = FIELD_LIST, .min = 0, .of = UNKNOWN, .key = "text"},
    {.name = NULL},
};

/* What is no line, kept once: *ret_new false when it was seen before. */
static enum custody_status put_extra(struct apply *a, const struct stocktake *stocktake,
                                     const char *what, const char *outcome, bool *ret_new,
                                     struct custody_error *err)
{
    TRY(store_run(a->store, err,
                  "INSERT OR IGNORE INTO stocktake_extra (stocktake, what, outcome, seen_idx,"
                  " seen_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                  "bttit", stocktake->id, (size_t)HASH_LEN, what, outcome, a->idx,
                  body_text(a, "desk")));
    *ret_new = store_changes(a->store) > 0;
    return CUSTODY_OK;
}

/* One key was seen at the act's desk; is_here: the register has it there too. */
static enum custody_status see_key(struct apply *a, const struct stocktake *stocktake,
                                   const char *item, bool is_here, struct custody_error *err)
{
    bool is_new = false;
    int64_t is_line = 0;
    /* Found: expected at a desk, and at this one by the register. */
    TRY(store_run(a->store, err,
                  "UPDATE stocktake_line SET seen_idx = ?3, seen_at = ?4, outcome ="
                  " iif(expected = 'desk' AND ?5 = 1, 'found', 'misplaced')"
                  " WHERE stocktake = ?1 AND item = ?2 AND seen_idx IS NULL",
                  "btiti", stocktake->id, (size_t)HASH_LEN, item, a->idx, body_text(a, "desk"),
                  (int64_t)is_here));
    is_new = store_changes(a->store) > 0;
    if (!is_new) {
        TRY(store_get_int(a->store, err, &is_line, NULL,
                          "SELECT count(*) FROM stocktake_line WHERE stocktake = ?1"
                          " AND item = ?2",
                          "bt", stocktake->id, (size_t)HASH_LEN, item));
        if (is_line == 0) {
            TRY(put_extra(a, stocktake, item, "misplaced", &is_new, err));
        }
    }
    if (!is_new) {
        /* In one act only a key named beside its ring is seen twice. */
        TRY(store_run(a->store, err,
                      "INSERT OR IGNORE INTO stocktake_repeat (stocktake, idx, item)"
                      " VALUES (?1, ?2, ?3)",
                      "bit", stocktake->id, (size_t)HASH_LEN, a->idx, item));
    }
    return item_touch(a, item, err);
}

/* A ring stands for the members that the register has at this desk. */
static enum custody_status see_ring(struct apply *a, const struct stocktake *stocktake,
                                    const char *ring, const char *desk,
                                    struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT item FROM item WHERE ring = ?1 AND holder = ?2"
                                         " AND holder_kind = 'desk' ORDER BY item",
                                         "tt", ring, desk);
    while (rc == CUSTODY_OK && query.has_row) {
        char item[10];
        (void)snprintf(item, sizeof item, "%s", store_text(&query, 0));
        rc = see_key(a, stocktake, item, true, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    TRY(rc);
    return item_touch(a, ring, err);
}

static enum custody_status scan_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const json_t *row = NULL;
    struct stocktake stocktake;
    struct seating seating;
    struct seat colleague = {.kind = SEAT_ANY};
    size_t i = 0;
    const json_t *named = NULL;
    TRY(need_open(a, &stocktake, err));
    TRY(seats_require(a, &colleague, 1, "seats",
                      "What is counted is signed by one enrolled person, no auditor.", &seating,
                      err));
    TRY(apply_desk(a, desk, &row, err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct item_state item;
        NEED(body_member(named, "item")[0] == 'K' || body_member(named, "item")[0] == 'R',
             "structure", "Only keys and rings are counted.");
        TRY(item_need(a, named, &item, err));
        TRY(item.item[0] == 'R'
                ? see_ring(a, &stocktake, item.item, desk, err)
                : see_key(a, &stocktake, item.item, item_stands_at(&item, desk), err));
    }
    json_array_foreach(json_object_get(a->body, "unknown"), i, named)
    {
        bool is_new = false;
        TRY(put_extra(a, &stocktake, body_member(named, "text"), "unknown", &is_new, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_STOCKTAKE_SCAN = {
    .name = "stocktake.scan/1",
    .fields = SCAN,
    .signers_max = 1,
    .rules = "K14",
    .signed_by = "a colleague",
    .apply = scan_apply,
    .keeps_people = true,
    .zh = "{by} 盘点 {stocktake}：在 {desk} 见到 {#items} 项 {items}，无法识别 {#unknown} 项",
    .en = "{by} counts for {stocktake}: at {desk} {#items} seen, {items}; {#unknown} unknown",
};

/* ---- stocktake.finish ---- */

#define COUNT_MAX   1000000
#define MISSING_MAX 400 /* more would not fit into one act; the scans prove the rest */

static const struct field COUNTS[] = {
    {.name = "found", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "misplaced", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "missing", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "out", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "repeated", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "sealed", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "unknown", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = NULL},
};
static const struct field FINISH[] = {
    {.name = "counts", .type = FIELD_OBJECT, .of = COUNTS},
    {.name = "missing", .type = FIELD_ITEMS, .min = 0, .max = MISSING_MAX},
    {.name = "stocktake", .type = FIELD_ID},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status finish_signs(struct apply *a, const char *desk,
                                        struct custody_error *err)
{
    const struct seat colleague = {.kind = SEAT_ANY};
    RULE(a->signer_count > 1, "K14",
         "A stock-take is finished by two persons: one more signs.");
    if (a->signer_count > 1) {
        TRY(desk_signs_with(a, desk, colleague,
                            "A stock-take is finished by the desk's custodian and a colleague.",
                            err));
    }
    return CUSTODY_OK;
}

/* Each of the seven numbers against the scans, one query a table. */
static enum custody_status check_counts(struct apply *a, const struct stocktake *stocktake,
                                        struct custody_error *err)
{
    static const char *const names[] = {"found",  "misplaced", "missing", "out",
                                        "sealed", "repeated",  "unknown"};
    const json_t *counts = json_object_get(a->body, "counts");
    int64_t is[sizeof names / sizeof names[0]] = {0};
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT count(*) FILTER (WHERE outcome = 'found'),"
        " count(*) FILTER (WHERE outcome = 'misplaced') + (SELECT count(*)"
        "  FROM stocktake_extra WHERE stocktake = ?1 AND outcome = 'misplaced'),"
        " count(*) FILTER (WHERE seen_idx IS NULL AND expected = 'desk'),"
        " count(*) FILTER (WHERE seen_idx IS NULL AND expected = 'out'),"
        " count(*) FILTER (WHERE seen_idx IS NULL AND expected = 'seal'),"
        " (SELECT count(*) FROM stocktake_repeat WHERE stocktake = ?1),"
        " (SELECT count(*) FROM stocktake_extra WHERE stocktake = ?1 AND outcome = 'unknown')"
        " FROM stocktake_line WHERE stocktake = ?1",
        "b", stocktake->id, (size_t)HASH_LEN);
    for (int i = 0; rc == CUSTODY_OK && i < (int)(sizeof names / sizeof names[0]); i++) {
        is[i] = store_int(&query, i);
    }
    store_end(&query);
    TRY(rc);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        RULE(json_integer_value(json_object_get(counts, names[i])) == is[i], "count",
             "The scans give %lld %s; the number signed is another one.", (long long)is[i],
             names[i]);
    }
    is[2] = is[2] < MISSING_MAX ? is[2] : MISSING_MAX;
    RULE(json_array_size(json_object_get(a->body, "missing")) == (size_t)is[2], "count",
         "The list of what is missing has not the %lld keys that it should have.",
         (long long)is[2]);
    return CUSTODY_OK;
}

/* Sorted, each once, as many as there should be (check_counts), each missing, none left out
 * before the last: so exactly the first of those missing. */
static enum custody_status check_missing(struct apply *a, const struct stocktake *stocktake,
                                         struct custody_error *err)
{
    size_t i = 0;
    int64_t before = 0;
    const char *last = "";
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "missing"), i, named)
    {
        struct item_state item;
        int64_t one = 0;
        bool is_found = false;
        const char *name = body_member(named, "item");
        /* A key whose registration was corrected meanwhile stays a line: not item_need. */
        TRY(item_load(a, name, &item, &is_found, err));
        NEED(is_found, "object", "%s is not in the register.", name);
        RULE(strcmp(item.label, body_member(named, "label")) == 0, "label",
             "%s bears another label in the register than in this act.", name);
        TRY(store_get_int(a->store, err, &one, &is_found,
                          "SELECT 1 FROM stocktake_line WHERE stocktake = ?1 AND item = ?2"
                          " AND expected = 'desk' AND seen_idx IS NULL",
                          "bt", stocktake->id, (size_t)HASH_LEN, name));
        RULE(is_found, "count", "%s is not missing in this stock-take.", name);
        TRY(item_touch(a, name, err));
        last = name;
    }
    TRY(store_get_int(a->store, err, &before, NULL,
                      "SELECT count(*) FROM stocktake_line WHERE stocktake = ?1 AND item <= ?2"
                      " AND expected = 'desk' AND seen_idx IS NULL",
                      "bt", stocktake->id, (size_t)HASH_LEN, last));
    RULE(before == (int64_t)json_array_size(json_object_get(a->body, "missing")), "count",
         "The list of what is missing leaves keys out: it begins with the first %d.",
         MISSING_MAX);
    return CUSTODY_OK;
}

static enum custody_status finish_apply(struct apply *a, struct custody_error *err)
{
    struct stocktake stocktake;
    TRY(need_open(a, &stocktake, err));
    TRY(finish_signs(a, stocktake.desk, err));
    TRY(check_counts(a, &stocktake, err));
    TRY(check_missing(a, &stocktake, err));
    TRY(store_run(a->store, err,
                  "UPDATE stocktake_line SET outcome = CASE expected WHEN 'desk' THEN 'missing'"
                  " WHEN 'out' THEN 'out' ELSE 'sealed' END"
                  " WHERE stocktake = ?1 AND seen_idx IS NULL",
                  "b", stocktake.id, (size_t)HASH_LEN));
    return store_run(a->store, err,
                     "UPDATE stocktake SET state = 'finished', finished_idx = ?2"
                     " WHERE act_id = ?1",
                     "bi", stocktake.id, (size_t)HASH_LEN, a->idx);
}

const struct act ACT_STOCKTAKE_FINISH = {
    .name = "stocktake.finish/1",
    .fields = FINISH,
    .signers_max = 2,
    .rules = "K14",
    .signed_by = "the desk's custodian and a colleague",
    .apply = finish_apply,
    .keeps_people = true,
    .zh = "盘点 {stocktake} 结束：在位 {counts.found}，错放 {counts.misplaced}，缺失 "
          "{counts.missing}（{missing}），在外 {counts.out}，封存 {counts.sealed}，重复 "
          "{counts.repeated}，无法识别 {counts.unknown}",
    .en = "the stock-take {stocktake} is finished: {counts.found} found, {counts.misplaced} "
          "misplaced, {counts.missing} missing ({missing}), {counts.out} out, {counts.sealed} "
          "sealed, {counts.repeated} repeated, {counts.unknown} unknown",
};
