/* Folders and papers: loading, judging, moving them (FORMATS.md §19). */
#include "folder.h"

#include <stdio.h>
#include <string.h>

#include "instant.h"
#include "move.h"
#include "policy.h"
#include "text.h"

#define COLUMN(row, member, column)                                                            \
    (void)snprintf((row)->member, sizeof(row)->member, "%s",                                   \
                   store_is_null(&query, column) ? "" : store_text(&query, column))

enum custody_status folder_load(struct apply *a, const char *item,
                                struct folder_state *ret_folder, bool *ret_found,
                                struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT label, class, place, party, box, at, state, trigger_code,"
                    " trigger_date, version, last_n, event_at, idx FROM folder WHERE item = ?1",
                    "t", item);
    if (rc == CUSTODY_OK && query.has_row) {
        *ret_folder = (struct folder_state){.version = store_int(&query, 9),
                                            .last_n = store_int(&query, 10),
                                            .event_at = store_int(&query, 11),
                                            .idx = store_int(&query, 12)};
        (void)snprintf(ret_folder->item, sizeof ret_folder->item, "%s", item);
        COLUMN(ret_folder, label, 0);
        COLUMN(ret_folder, folder_class, 1);
        COLUMN(ret_folder, place, 2);
        COLUMN(ret_folder, party, 3);
        COLUMN(ret_folder, box, 4);
        COLUMN(ret_folder, at, 5);
        COLUMN(ret_folder, state, 6);
        COLUMN(ret_folder, trigger_code, 7);
        COLUMN(ret_folder, trigger_date, 8);
    }
    if (rc == CUSTODY_OK) {
        *ret_found = query.has_row;
    }
    store_end(&query);
    return rc;
}

enum custody_status paper_load(struct apply *a, const char *item, struct paper_state *ret_paper,
                               bool *ret_found, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT folder, kind, label, original, original_with, from_day, to_day,"
                    " state, holder_kind, holder, n, copies, pages, due, event_at, since_idx"
                    " FROM paper WHERE item = ?1",
                    "t", item);
    if (rc == CUSTODY_OK && query.has_row) {
        *ret_paper =
            (struct paper_state){.n = store_int(&query, 10),
                                 .copies = store_int(&query, 11),
                                 .pages = store_int(&query, 12),
                                 .due = store_is_null(&query, 13) ? 0 : store_int(&query, 13),
                                 .event_at = store_int(&query, 14),
                                 .since_idx = store_int(&query, 15)};
        (void)snprintf(ret_paper->item, sizeof ret_paper->item, "%s", item);
        COLUMN(ret_paper, folder, 0);
        COLUMN(ret_paper, kind, 1);
        COLUMN(ret_paper, label, 2);
        COLUMN(ret_paper, original, 3);
        COLUMN(ret_paper, original_with, 4);
        COLUMN(ret_paper, from_day, 5);
        COLUMN(ret_paper, to_day, 6);
        COLUMN(ret_paper, state, 7);
        COLUMN(ret_paper, holder_kind, 8);
        COLUMN(ret_paper, holder, 9);
    }
    if (rc == CUSTODY_OK) {
        *ret_found = query.has_row;
    }
    store_end(&query);
    return rc;
}

enum custody_status thing_touch(struct apply *a, const char *item, struct custody_error *err)
{
    return item_touch(a, item, err);
}

void paper_name(const char *folder, int64_t n, char out[THING_SIZE])
{
    (void)snprintf(out, THING_SIZE, "%.9s.%u", folder, (unsigned)(n & 0x3fff));
}

enum custody_status folder_need(struct apply *a, const json_t *named,
                                struct folder_state *ret_folder, struct custody_error *err)
{
    bool is_found = false;
    const char *item = body_member(named, "item");
    *ret_folder = (struct folder_state){0};
    TRY(folder_load(a, item, ret_folder, &is_found, err));
    NEED(is_found, "object", "%s is no folder of the register.", item);
    RULE(strcmp(ret_folder->label, body_member(named, "label")) == 0, "label",
         "%s bears another label in the register than in this act.", item);
    return thing_touch(a, item, err);
}

enum custody_status paper_need(struct apply *a, const struct folder_state *folder,
                               const json_t *named, struct paper_state *ret_paper,
                               struct custody_error *err)
{
    bool is_found = false;
    char item[THING_SIZE];
    *ret_paper = (struct paper_state){0};
    paper_name(folder->item, json_integer_value(json_object_get(named, "n")), item);
    TRY(paper_load(a, item, ret_paper, &is_found, err));
    NEED(is_found, "object", "The folder has no paper %s.", item);
    const char *label = body_member(named, "label");
    RULE(label == NULL || strcmp(ret_paper->label, label) == 0, "label",
         "%s bears another label in the register than in this act.", item);
    return thing_touch(a, item, err);
}

enum custody_status thing_need(struct apply *a, const json_t *named, struct thing *ret_thing,
                               struct custody_error *err)
{
    bool is_found = false;
    const char *item = body_member(named, "item");
    const char *label = body_member(named, "label");
    *ret_thing = (struct thing){.is_paper = strlen(item) > CUSTODY_ITEM_LEN};
    if (ret_thing->is_paper) {
        TRY(paper_load(a, item, &ret_thing->paper, &is_found, err));
        NEED(is_found, "object", "%s is no paper of the register.", item);
        RULE(strcmp(ret_thing->paper.label, label) == 0, "label",
             "%s bears another label in the register than in this act.", item);
        TRY(thing_touch(a, item, err));
        TRY(folder_load(a, ret_thing->paper.folder, &ret_thing->folder, &is_found, err));
        return thing_touch(a, ret_thing->paper.folder, err);
    }
    return folder_need(a, named, &ret_thing->folder, err);
}

enum custody_status folder_need_policy(struct apply *a, struct custody_error *err)
{
    NEED(policy_has_folders(a->policy), "policy",
         "The policy in force has no folders: set one of version 2 first (custody site "
         "policy).");
    return CUSTODY_OK;
}

enum custody_status folder_need_class(struct apply *a, const json_t *folders,
                                      struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(folders, i, named)
    {
        NEED(body_member(named, "item")[0] == 'F', "structure", "%s is no folder.",
             body_member(named, "item"));
    }
    return CUSTODY_OK;
}

enum custody_status folder_need_whole(struct apply *a, const struct folder_state *folder,
                                      struct custody_error *err)
{
    RULE(strcmp(folder->state, "destroyed") != 0, "state",
         "%s is destroyed: only its stub is left.", folder->item);
    return CUSTODY_OK;
}

bool paper_is_personal(const struct apply *a, const char *kind)
{
    const json_t *row = policy_find(a->policy, "paper_kinds", kind);
    const char *secrecy = body_member(row, "secrecy");
    return secrecy == NULL || strcmp(secrecy, "personal") == 0;
}

enum custody_status folder_signs_alone(struct apply *a, const char *const *roles,
                                       const char *check, const char *sentence,
                                       struct custody_error *err)
{
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ROLE, .person = a->by}};
    for (size_t i = 0; i < SEAT_ROLES_MAX && roles[i] != NULL; i++) {
        seats[0].roles[i] = roles[i];
    }
    return seats_require(a, seats, 1, check, sentence, &seating, err);
}

enum custody_status folder_two_sign(struct apply *a, const char *check, const char *sentence,
                                    struct custody_error *err)
{
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {"archive_custodian"}},
                            {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    return seats_require(a, seats, 2, check, sentence, &seating, err);
}

enum custody_status thing_is_held(struct apply *a, const char *item, bool *ret_held,
                                  struct custody_error *err)
{
    int64_t held = 0;
    bool is_paper = strlen(item) > CUSTODY_ITEM_LEN;
    /* A folder's papers are the items from "F…….": '/' follows '.'. */
    enum custody_status rc =
        is_paper ? store_get_int(a->store, err, &held, NULL,
                                 "SELECT EXISTS (SELECT 1 FROM hold WHERE released_idx IS NULL"
                                 " AND item IN (?1, substr(?1, 1, 9)))",
                                 "t", item)
                 : store_get_int(a->store, err, &held, NULL,
                                 "SELECT EXISTS (SELECT 1 FROM hold WHERE released_idx IS NULL"
                                 " AND item >= ?1 AND item < ?1 || '/')",
                                 "t", item);
    if (rc == CUSTODY_OK) {
        *ret_held = held != 0;
    }
    return rc;
}

enum custody_status apply_local_day(struct apply *a, int64_t t, char out[11],
                                    struct custody_error *err)
{
    int64_t offset_min = 0;
    char local[INSTANT_TEXT_SIZE];
    TRY(store_get_int(a->store, err, &offset_min, NULL,
                      "SELECT utc_offset_min FROM site WHERE id = 1", ""));
    instant_format_local(t, (int)offset_min, local);
    (void)snprintf(out, 11, "%.10s", local);
    return CUSTODY_OK;
}

enum custody_status folder_next_version(struct apply *a, struct folder_state *folder,
                                        const json_t *named, const char *kind, int64_t papers,
                                        struct custody_error *err)
{
    int64_t version = folder->version + 1;
    if (named != NULL) {
        RULE(json_integer_value(json_object_get(named, "version")) == version, "version",
             "%s has another inventory by now: its next version is %lld.", folder->item,
             (long long)version);
    }
    folder->version = version;
    TRY(store_run(a->store, err, "UPDATE folder SET version = ?2 WHERE item = ?1", "ti",
                  folder->item, version));
    return store_run(a->store, err,
                     "INSERT INTO inventory (folder, version, idx, kind, papers)"
                     " VALUES (?1, ?2, ?3, ?4, ?5)",
                     "tiiti", folder->item, version, a->idx, kind, papers);
}

enum custody_status paper_move(struct apply *a, const struct paper_state *paper,
                               const struct paper_move *move, struct custody_error *err)
{
    int64_t one = 0;
    bool is_twice = false;
    TRY(store_get_int(a->store, err, &one, &is_twice,
                      "SELECT 1 FROM paper_event WHERE item = ?1 AND idx = ?2", "ti",
                      paper->item, a->idx));
    NEED(!is_twice, "structure", "%s is named twice in this act.", paper->item);
    RULE(move->event_at >= paper->event_at, "late", "%s has moved since that event time.",
         paper->item);
    TRY(store_run(a->store, err,
                  "INSERT INTO paper_event (item, idx, event_at, known_at, kind, state,"
                  " holder_kind, holder, due, was_state, was_holder_kind, was_holder, was_due,"
                  " was_event_at, was_idx)"
                  " SELECT item, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, 0), state, holder_kind,"
                  " holder, due, event_at, since_idx FROM paper WHERE item = ?1",
                  "tiiittt"
                  "ti",
                  paper->item, a->idx, move->event_at, a->t, move->kind, move->state,
                  move->holder_kind, move->holder, move->due));
    return store_run(a->store, err,
                     "UPDATE paper SET state = ?2, holder_kind = ?3, holder = ?4,"
                     " due = nullif(?5, 0), event_at = ?6, since_idx = ?7 WHERE item = ?1",
                     "ttttiii", paper->item, move->state, move->holder_kind, move->holder,
                     move->due, move->event_at, a->idx);
}

enum custody_status undo_papers(struct apply *a, int64_t target, const json_t *body,
                                struct custody_error *err)
{
    int64_t moved = 0;
    (void)body;
    TRY(store_get_int(a->store, err, &moved, NULL,
                      "SELECT (SELECT count(*) FROM paper_event e JOIN paper p"
                      "  ON p.item = e.item WHERE e.idx = ?1 AND p.since_idx <> ?1)"
                      " + (SELECT count(*) FROM folder_event e JOIN folder f"
                      "  ON f.item = e.item WHERE e.idx = ?1"
                      "  AND (f.since_idx <> ?1 OR f.state = 'destroyed'))",
                      "i", target));
    NEED(moved == 0, "state",
         "Something that this act moved has moved since; it can no longer be corrected.");
    TRY(store_run(a->store, err,
                  "UPDATE paper SET state = e.was_state, holder_kind = e.was_holder_kind,"
                  " holder = e.was_holder, due = e.was_due, event_at = e.was_event_at,"
                  " since_idx = e.was_idx FROM paper_event e"
                  " WHERE e.idx = ?1 AND e.item = paper.item",
                  "i", target));
    TRY(store_run(a->store, err,
                  "UPDATE paper_event SET void_idx = ?2, void_t = ?3 WHERE idx = ?1", "iii",
                  target, a->idx, a->t));
    TRY(store_run(a->store, err,
                  "UPDATE folder SET box = e.was_box, at = e.was_at,"
                  " event_at = e.was_event_at, since_idx = e.was_idx FROM folder_event e"
                  " WHERE e.idx = ?1 AND e.item = folder.item",
                  "i", target));
    TRY(store_run(a->store, err, "UPDATE folder_event SET void_idx = ?2 WHERE idx = ?1", "ii",
                  target, a->idx));
    TRY(store_run(a->store, err,
                  "UPDATE incident SET state = 'closed', result = 'unfounded',"
                  " closed_idx = ?2 WHERE idx = ?1 AND state = 'open'",
                  "ii", target, a->idx));
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO act_item (item, idx)"
                     " SELECT item, ?2 FROM act_item WHERE idx = ?1",
                     "ii", target, a->idx);
}

enum custody_status subject_note(struct apply *a, const json_t *sealed, const char *owner,
                                 struct custody_error *err)
{
    uint8_t k[16] = {0};
    const char *hex = body_member(sealed, "k");
    if (hex == NULL || owner == NULL || !text_unhex(hex, strlen(hex), k, sizeof k)) {
        return CUSTODY_OK;
    }
    return store_run(a->store, err, "INSERT OR IGNORE INTO subject (k, owner) VALUES (?1, ?2)",
                     "bt", k, sizeof k, owner);
}

void body_pointer(const struct apply *a, const char *suffix, char *out, size_t size,
                  int64_t *ret_idx)
{
    (void)snprintf(out, size, "/body%s%s", a->line_at >= 0 ? "/body" : "", suffix);
    *ret_idx = a->line_at >= 0 ? a->line_at : a->idx;
}

static int days_of(int64_t year, int64_t month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[(month - 1) % 12];
}

static int64_t digits(const char *text, size_t count)
{
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

void day_add_months(const char *day, int64_t months, char out[11])
{
    int64_t year = digits(day, 4);
    int64_t month = digits(day + 5, 2) - 1 + months;
    int64_t of_month = digits(day + 8, 2);
    year += month / 12;
    month = month % 12 + 1;
    if (of_month > days_of(year, month)) {
        of_month = days_of(year, month);
    }
    if (year > 9999) { /* no day is written beyond: never due */
        year = 9999;
    }
    (void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000U, (unsigned)month % 100U,
                   (unsigned)of_month % 100U);
}
