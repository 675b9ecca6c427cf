/* folder.file, folder.amend: papers come into folders, and what is noted of them is put right
 * (FORMATS.md §19.3; A7, A9). An office's papers come in by ten thousands: a row of `paper`,
 * and nothing else, is written for each. */
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "instant.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

static const char *const ORIGINALS[] = {"copy", "original", NULL};
#define PAPER_N_MAX 9999

static const struct field FILED[] = {
    {.name = "copies", .type = FIELD_INT, .min = 1, .max = 999},
    {.name = "from", .type = FIELD_DAY, .is_nullable = true},
    {.name = "kind", .type = FIELD_CODE},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = PAPER_N_MAX},
    {.name = "original", .type = FIELD_ENUM, .values = ORIGINALS},
    {.name = "original_with", .type = FIELD_CODE, .is_nullable = true},
    {.name = "pages", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = "remark", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "title", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "to", .type = FIELD_DAY, .is_nullable = true},
    {.name = NULL},
};
static const struct field FILED_FOLDER[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "papers", .type = FIELD_LIST, .min = 1, .of = FILED, .key = "n"},
    {.name = "version", .type = FIELD_INT, .min = 1, .max = FOLDER_VERSION_MAX},
    {.name = NULL},
};
static const struct field FOLDER_FILE[] = {
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = FILED_FOLDER, .key = "item"},
    {.name = "received", .type = FIELD_DATE, .is_nullable = true},
    {.name = NULL},
};

static int64_t paper_int(const json_t *paper, const char *member)
{
    return json_integer_value(json_object_get(paper, member));
}

/* What is noted of a paper, in folder.file and folder.amend alike; its label is its kind's. */
static enum custody_status judge_paper(struct apply *a, const json_t *paper,
                                       const char **ret_label, struct custody_error *err)
{
    const char *from = body_member(paper, "from");
    const char *to = body_member(paper, "to");
    const char *with = body_member(paper, "original_with");
    const json_t *kind = policy_find(a->policy, "paper_kinds", body_member(paper, "kind"));
    NEED(kind != NULL, "policy",
         "The kind of a paper must be a code of the policy's paper_kinds: see custody site "
         "policy.");
    RULE(from == NULL || to == NULL || strcmp(from, to) <= 0, "structure",
         "The dates of a paper end before they begin: from is the earlier one.");
    RULE(with == NULL || strcmp(body_member(paper, "original"), "copy") == 0, "structure",
         "Only of a copy it is noted with whom the original is.");
    RULE(with == NULL || policy_lists(a->policy, "original_keepers", with), "policy",
         "The member original_with must be a code of the policy's original_keepers: see "
         "custody site policy.");
    *ret_label = body_member(kind, "label");
    return CUSTODY_OK;
}

/* ---- folder.file ---- */

/* Days since 1970 of a date that field_check took. */
static int64_t day_number(const char *date)
{
    char text[INSTANT_TEXT_SIZE];
    int64_t seconds = 0;
    (void)snprintf(text, sizeof text, "%.10sT00:00:00Z", date);
    return instant_parse(text, strlen(text), &seconds) ? seconds / 86400 : 0;
}

static enum custody_status judge_received(struct apply *a, struct custody_error *err)
{
    const char *received = body_text(a, "received");
    char today[11];
    if (received == NULL) {
        return CUSTODY_OK;
    }
    TRY(apply_local_day(a, a->at, today, err));
    RULE(strcmp(received, today) <= 0, "A9",
         "Papers cannot have been received after today: correct the day.");
    TRY(apply_local_day(a, a->t, today, err));
    int64_t days = day_number(today) - day_number(received);
    if (days > policy_int(a->policy, "folder_inventory_days")) {
        return apply_flag(a, err, "late-filed", "filed %lld days after they were received",
                          (long long)days);
    }
    return CUSTODY_OK;
}

/* A member {c,k} belongs to the folder in whose element it stands. */
static enum custody_status note_sealed(struct apply *a, const json_t *paper, const char *member,
                                       const char *folder, struct custody_error *err)
{
    const json_t *sealed = json_object_get(paper, member);
    return json_is_object(sealed) ? subject_note(a, sealed, folder, err) : CUSTODY_OK;
}

static enum custody_status file_paper(struct apply *a, const struct folder_state *folder,
                                      const json_t *paper, size_t folder_at, size_t paper_at,
                                      struct custody_error *err)
{
    const int64_t n = paper_int(paper, "n");
    const char *label = NULL;
    char item[THING_SIZE];
    char suffix[60];
    char pointer[80];
    int64_t title_idx = 0;
    TRY(judge_paper(a, paper, &label, err));
    paper_name(folder->item, n, item);
    (void)snprintf(suffix, sizeof suffix, "/folders/%zu/papers/%zu/title", folder_at, paper_at);
    body_pointer(a, suffix, pointer, sizeof pointer, &title_idx);
    TRY(store_run(
        a->store, err,
        "INSERT INTO paper (item, folder, n, kind, label, original, original_with, copies,"
        " pages, from_day, to_day, state, event_at, since_idx, idx, title_idx, title_pointer)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'filed', ?12, ?13, ?13,"
        " iif(?15 IS NULL, NULL, ?14), ?15)",
        "ttittttiittiiit", item, folder->item, n, body_member(paper, "kind"), label,
        body_member(paper, "original"), body_member(paper, "original_with"),
        paper_int(paper, "copies"), paper_int(paper, "pages"), body_member(paper, "from"),
        body_member(paper, "to"), a->at, a->idx, title_idx,
        json_is_object(json_object_get(paper, "title")) ? pointer : NULL));
    TRY(note_sealed(a, paper, "title", folder->item, err));
    return note_sealed(a, paper, "remark", folder->item, err);
}

enum custody_status folder_take_numbers(struct apply *a, struct folder_state *folder,
                                        int64_t first, int64_t last, struct custody_error *err)
{
    NEED(first > folder->last_n, "exists",
         "%s had a paper %lld before: numbers are never given twice, go on from %lld.",
         folder->item, (long long)first, (long long)folder->last_n + 1);
    NEED(last <= PAPER_N_MAX, "structure", "%s would have a paper beyond number 9999.",
         folder->item);
    folder->last_n = last;
    return store_run(a->store, err, "UPDATE folder SET last_n = ?2 WHERE item = ?1", "ti",
                     folder->item, last);
}

enum custody_status folder_touch_new_papers(struct apply *a, const char *folder, int64_t first,
                                            struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO act_item (item, idx)"
                     " SELECT item, ?3 FROM paper WHERE folder = ?1 AND n >= ?2",
                     "tii", folder, first, a->idx);
}

static enum custody_status file_into(struct apply *a, const json_t *named, size_t at,
                                     struct custody_error *err)
{
    const json_t *papers = json_object_get(named, "papers");
    const size_t count = json_array_size(papers);
    const int64_t first = paper_int(json_array_get(papers, 0), "n");
    struct folder_state folder;
    size_t i = 0;
    const json_t *paper = NULL;
    TRY(folder_need(a, named, &folder, err));
    RULE(strcmp(folder.state, "open") == 0, "state",
         "%s is not open: papers are filed in an open folder.", folder.item);
    TRY(folder_take_numbers(a, &folder, first,
                            paper_int(json_array_get(papers, count - 1), "n"), err));
    TRY(folder_next_version(a, &folder, named, "file", (int64_t)count, err));
    json_array_foreach(papers, i, paper)
    {
        TRY(file_paper(a, &folder, paper, at, i, err));
    }
    return folder_touch_new_papers(a, folder.item, first, err);
}

static enum custody_status file_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    size_t i = 0;
    const json_t *folder = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(folder_signs_alone(a, roles, "seats", "Papers are filed by the archive custodian.",
                           err));
    TRY(judge_received(a, err));
    json_array_foreach(json_object_get(a->body, "folders"), i, folder)
    {
        TRY(file_into(a, folder, i, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_FILE = {
    .name = "folder.file/1",
    .fields = FOLDER_FILE,
    .signers_max = 1,
    .rules = "A1 A2 A9",
    .signed_by = "the archive custodian",
    .apply = file_apply,
    .is_line = true,
    .keeps_people = true,
    .zh = "{by} 归档，收到日期 {received}，存入档案 {#folders} 卷：{folders}",
    .en = "{by} files papers received on {received} in {#folders} folders: {folders}",
};

/* ---- folder.amend ---- */

static const struct field AMENDED[] = {
    {.name = "copies", .type = FIELD_INT, .min = 1, .max = 999},
    {.name = "from", .type = FIELD_DAY, .is_nullable = true},
    {.name = "kind", .type = FIELD_CODE},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = PAPER_N_MAX},
    {.name = "original", .type = FIELD_ENUM, .values = ORIGINALS},
    {.name = "original_with", .type = FIELD_CODE, .is_nullable = true},
    {.name = "pages", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = "to", .type = FIELD_DAY, .is_nullable = true},
    {.name = NULL},
};
static const struct field AMENDED_FOLDER[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "papers", .type = FIELD_LIST, .min = 1, .of = AMENDED, .key = "n"},
    {.name = "version", .type = FIELD_INT, .min = 1, .max = FOLDER_VERSION_MAX},
    {.name = NULL},
};
static const struct field FOLDER_AMEND[] = {
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = AMENDED_FOLDER, .key = "item"},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status amend_paper(struct apply *a, const struct folder_state *folder,
                                       const json_t *paper, bool *ret_opens_up,
                                       struct custody_error *err)
{
    const char *kind = body_member(paper, "kind");
    const char *label = NULL;
    struct paper_state was;
    TRY(paper_need(a, folder, paper, &was, err));
    RULE(strcmp(was.state, "filed") == 0, "state",
         "%s is not in its folder: what is noted of it stays until it is back.", was.item);
    TRY(judge_paper(a, paper, &label, err));
    *ret_opens_up =
        *ret_opens_up || (paper_is_personal(a, was.kind) && !paper_is_personal(a, kind));
    return store_run(
        a->store, err,
        "UPDATE paper SET kind = ?2, label = ?3, original = ?4, original_with = ?5,"
        " copies = ?6, pages = ?7, from_day = ?8, to_day = ?9 WHERE item = ?1",
        "tttttiitt", was.item, kind, label, body_member(paper, "original"),
        body_member(paper, "original_with"), paper_int(paper, "copies"),
        paper_int(paper, "pages"), body_member(paper, "from"), body_member(paper, "to"));
}

/* The archive custodian; and a supervisor exactly when a paper is personal no longer, so that
 * nobody lends or copies it on his own word. */
static enum custody_status amend_seats(struct apply *a, bool opens_up,
                                       struct custody_error *err)
{
    struct seating seating;
    struct seat alone = {.kind = SEAT_ROLE, .roles = {"archive_custodian"}};
    TRY(seats_try(a, &alone, 1, &seating, err));
    if (opens_up) {
        return folder_two_sign(
            a, seating.is_filled ? "A7" : "seats",
            "A paper that was personal becomes another by the archive custodian and a "
            "supervisor, two persons.",
            err);
    }
    RULE(seating.is_filled, "seats",
         "What is noted of papers is amended by the archive custodian alone.");
    return CUSTODY_OK;
}

static enum custody_status amend_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    size_t j = 0;
    const json_t *named = NULL;
    const json_t *paper = NULL;
    bool opens_up = false;
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "folders"), i, named)
    {
        const json_t *papers = json_object_get(named, "papers");
        struct folder_state folder;
        TRY(folder_need(a, named, &folder, err));
        TRY(folder_need_whole(a, &folder, err));
        TRY(folder_next_version(a, &folder, named, "amend", (int64_t)json_array_size(papers),
                                err));
        json_array_foreach(papers, j, paper)
        {
            TRY(amend_paper(a, &folder, paper, &opens_up, err));
        }
    }
    return amend_seats(a, opens_up, err);
}

const struct act ACT_FOLDER_AMEND = {
    .name = "folder.amend/1",
    .fields = FOLDER_AMEND,
    .signers_max = 2,
    .rules = "A7 A9",
    .signed_by = "the archive custodian; and a supervisor, when a paper is personal no longer",
    .apply = amend_apply,
    .keeps_people = true,
    .zh = "{by} 更正卷内文件著录，档案 {folders}，原因 {reason}",
    .en = "{by} amends what is noted of papers in {folders}, reason {reason}",
};
