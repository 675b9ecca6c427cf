/* destruction.propose, destruction.cancel: a batch begins, and ends without being carried out
 * (FORMATS.md §20; A13, A14). */
#include "destruction.h"

#include <stdio.h>
#include <string.h>

#include "move.h"
#include "policy.h"
#include "register.h"
#include "retention.h"
#include "rows.h"

#define BATCH_LINES_MAX 600

#define COLUMN(row, member, column)                                                            \
    (void)snprintf((row)->member, sizeof(row)->member, "%s",                                   \
                   store_is_null(&query, column) ? "" : store_text(&query, column))

enum custody_status batch_need(struct apply *a, struct batch_state *ret_batch,
                               struct custody_error *err)
{
    struct store_query query = {0};
    struct batch_state batch = {.state = ""};
    NEED(body_hex(a, "batch", batch.id, sizeof batch.id), "structure", "The id is malformed.");
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT state, proposer, proposer_giver, reviewer, reviewer_giver,"
                    " approver, approver_giver, approved_t FROM batch WHERE act_id = ?1",
                    "b", batch.id, (size_t)HASH_LEN);
    bool is_found = rc == CUSTODY_OK && query.has_row;
    if (is_found) {
        COLUMN(&batch, state, 0);
        COLUMN(&batch, proposer, 1);
        COLUMN(&batch, proposer_giver, 2);
        COLUMN(&batch, reviewer, 3);
        COLUMN(&batch, reviewer_giver, 4);
        COLUMN(&batch, approver, 5);
        COLUMN(&batch, approver_giver, 6);
        batch.approved_t = store_is_null(&query, 7) ? 0 : store_int(&query, 7);
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "There is no batch of destruction of this id.");
    *ret_batch = batch;
    return CUSTODY_OK;
}

enum custody_status batch_line_load(struct apply *a, const uint8_t *batch, const char *item,
                                    struct batch_line *ret_line, struct custody_error *err)
{
    struct store_query query = {0};
    struct batch_line line = {.is_found = false};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT reason, review, approval, papers, copies, pages FROM batch_line"
                    " WHERE batch = ?1 AND item = ?2",
                    "bt", batch, (size_t)HASH_LEN, item);
    if (rc == CUSTODY_OK && query.has_row) {
        line.is_found = true;
        COLUMN(&line, reason, 0);
        COLUMN(&line, review, 1);
        COLUMN(&line, approval, 2);
        line.papers = store_int(&query, 3);
        line.copies = store_int(&query, 4);
        line.pages = store_int(&query, 5);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_line = line;
    }
    return rc;
}

void apart_add_fold(struct apart *apart, const char *handle, const char *giver)
{
    if (handle[0] != '\0') {
        apart_add(apart, handle);
    }
    if (giver[0] != '\0') {
        apart_add(apart, giver);
    }
}

enum custody_status line_judge_reason(struct apply *a, const char *reason,
                                      struct custody_error *err)
{
    RULE(policy_lists(a->policy, "reasons", reason), "policy",
         "%s is no reason of the policy's reasons: see custody site policy.", reason);
    return CUSTODY_OK;
}

/* ---- destruction.propose ---- */

static const char *const REASONS[] = {"expired", "without_value", NULL};
static const struct field LINE[] = {
    LINE_NUMBER("copies"),
    {.name = "item", .type = FIELD_THING},
    {.name = "label", .type = FIELD_LABEL},
    LINE_NUMBER("pages"),
    LINE_NUMBER("papers"),
    {.name = "reason", .type = FIELD_ENUM, .values = REASONS},
    {.name = NULL},
};
static const struct field PROPOSE[] = {
    {.name = "lines",
     .type = FIELD_LIST,
     .min = 1,
     .max = BATCH_LINES_MAX,
     .of = LINE,
     .key = "item"},
    {.name = "method", .type = FIELD_CODE},
    {.name = "number", .type = FIELD_LABEL},
    {.name = "place", .type = FIELD_PLACE},
    {.name = NULL},
};

static int64_t number_in(const json_t *line, const char *member)
{
    return json_integer_value(json_object_get(line, member));
}

static enum custody_status propose_line(struct apply *a, const struct retention *retention,
                                        const json_t *line, struct custody_error *err)
{
    const char *item = body_member(line, "item");
    const struct line_numbers numbers = {.papers = number_in(line, "papers"),
                                         .copies = number_in(line, "copies"),
                                         .pages = number_in(line, "pages")};
    const struct retention_line asked = {.item = item,
                                         .reason = body_member(line, "reason"),
                                         .numbers = &numbers,
                                         .batch = a->act_id};
    unsigned obstacles = 0;
    struct thing thing;
    TRY(thing_need(a, line, &thing, err));
    TRY(retention_find_obstacles(retention, &asked, &obstacles, err));
    for (unsigned i = 0; i < OBSTACLE_COUNT; i++) {
        RULE((obstacles & OBSTACLE_BIT(i)) == 0, obstacle_check(i), "%s %s.", item,
             obstacle_sentence(i));
    }
    return store_run(a->store, err,
                     "INSERT INTO batch_line (batch, item, papers, copies, pages, reason)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "btiiit", a->act_id, (size_t)HASH_LEN, item, numbers.papers,
                     numbers.copies, numbers.pages, asked.reason);
}

/* Whoever is destroyed with his folder is no line of his own: a folder's papers follow it. */
static enum custody_status need_no_paper_beside_folder(struct apply *a, const json_t *lines,
                                                       struct custody_error *err)
{
    const char *folder = "";
    size_t i = 0;
    const json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        const char *item = body_member(line, "item");
        if (strlen(item) == CUSTODY_ITEM_LEN) {
            folder = item;
            continue;
        }
        NEED(folder[0] == '\0' || strncmp(item, folder, CUSTODY_ITEM_LEN) != 0, "structure",
             "%s stands beside its folder, with which it goes anyway: leave it out.", item);
    }
    return CUSTODY_OK;
}

static enum custody_status propose_apply(struct apply *a, struct custody_error *err)
{
    const json_t *lines = json_object_get(a->body, "lines");
    struct seating seating;
    struct seat seats[1] = {
        {.kind = SEAT_ROLE, .roles = {"archive_custodian"}, .person = a->by}};
    struct retention retention;
    int64_t one = 0;
    bool is_taken = false;
    size_t i = 0;
    const json_t *line = NULL;
    TRY(folder_need_policy(a, err));
    TRY(seats_require(a, seats, 1, "A14",
                      "A destruction is proposed by the archive custodian, alone.", &seating,
                      err));
    TRY(need_no_paper_beside_folder(a, lines, err));
    TRY(store_get_int(a->store, err, &one, &is_taken, "SELECT 1 FROM batch WHERE number = ?1",
                      "t", body_text(a, "number")));
    NEED(!is_taken, "exists", "A batch has this number: take the next one.");
    TRY(apply_code(a, "method", "destruction_methods", err));
    TRY(register_need_place(a, body_text(a, "place"), err));
    TRY(retention_of_act(a, &retention, err));
    TRY(store_run(a->store, err,
                  "INSERT INTO batch (act_id, idx, number, state, method, place, proposer,"
                  " proposer_giver) VALUES (?1, ?2, ?3, 'proposed', ?4, ?5, ?6,"
                  " nullif(?7, ''))",
                  "bittttt", a->act_id, (size_t)HASH_LEN, a->idx, body_text(a, "number"),
                  body_text(a, "method"), body_text(a, "place"), a->by,
                  seating.is_filled ? seating.giver[0] : ""));
    json_array_foreach(lines, i, line)
    {
        TRY(propose_line(a, &retention, line, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_DESTRUCTION_PROPOSE = {
    .name = "destruction.propose/1",
    .fields = PROPOSE,
    .signers_max = 1,
    .rules = "A10 A13 A14",
    .signed_by = "archive_custodian",
    .apply = propose_apply,
    .keeps_people = true,
    .zh = "{by} 填写过期文件处理登记表 {number}，{#lines} 行：{lines}，拟以 {method} 于 "
          "{place} 销毁",
    .en = "{by} proposes the destruction {number} of {#lines} lines: {lines}, by {method} at "
          "{place}",
};

/* ---- destruction.cancel ---- */

static const struct field CANCEL[] = {
    {.name = "batch", .type = FIELD_ID},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status cancel_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[SEAT_ROLES_MAX] = {"archive_custodian", "supervisor",
                                                      "centre_manager"};
    struct batch_state batch;
    TRY(folder_need_policy(a, err));
    TRY(folder_signs_alone(a, roles, "seats",
                           "A destruction is cancelled by the archive custodian, a supervisor "
                           "or the centre manager, alone.",
                           err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(batch_need(a, &batch, err));
    const bool is_over =
        strcmp(batch.state, "executed") == 0 || strcmp(batch.state, "cancelled") == 0;
    NEED(!is_over, "state", "This batch is executed or cancelled already.");
    return store_run(a->store, err,
                     "UPDATE batch SET state = 'cancelled', cancelled_idx = ?2"
                     " WHERE act_id = ?1",
                     "bi", batch.id, (size_t)HASH_LEN, a->idx);
}

const struct act ACT_DESTRUCTION_CANCEL = {
    .name = "destruction.cancel/1",
    .fields = CANCEL,
    .signers_max = 1,
    .rules = "",
    .signed_by = "archive_custodian, supervisor or centre_manager",
    .apply = cancel_apply,
    .keeps_people = true,
    .zh = "{by} 撤回销毁 {batch}，原因 {reason}",
    .en = "{by} cancels the destruction {batch}, reason {reason}",
};
