/* destruction.execute (销毁): what was approved is destroyed before witnesses, line by line
 * checked once more; a stub remains for ever (FORMATS.md §20; A13, A15). */
#include <string.h>

#include "destruction.h"
#include "move.h"
#include "policy.h"
#include "register.h"
#include "retention.h"
#include "rows.h"

static const struct field LINE[] = {
    LINE_NUMBER("copies"),
    {.name = "item", .type = FIELD_THING},
    {.name = "label", .type = FIELD_LABEL},
    LINE_NUMBER("pages"),
    LINE_NUMBER("papers"),
    {.name = NULL},
};
static const struct field STRUCK[] = {
    {.name = "item", .type = FIELD_THING},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};
static const struct field EXECUTE[] = {
    {.name = "batch", .type = FIELD_ID},
    {.name = "destroyer", .type = FIELD_HANDLE, .is_nullable = true},
    {.name = "firm", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "lines", .type = FIELD_LIST, .min = 1, .of = LINE, .key = "item"},
    {.name = "method", .type = FIELD_CODE},
    {.name = "place", .type = FIELD_PLACE},
    {.name = "receipt", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "recheck", .type = FIELD_HANDLE},
    ACT_SIGNED_TOGETHER,
    {.name = "struck", .type = FIELD_LIST, .min = 0, .of = STRUCK, .key = "item"},
    {.name = "witnesses", .type = FIELD_HANDLES, .min = 2},
    {.name = NULL},
};

/* ---- lines ---- */

struct execution {
    struct batch_state batch;
    struct retention retention;
    struct folder_state folder; /* whose single papers are being destroyed; item "" none */
    int64_t papers;             /* of it so far */
};

/* An approved line of this batch. */
static enum custody_status need_line(struct apply *a, const struct execution *run,
                                     const json_t *named, struct thing *ret_thing,
                                     struct batch_line *ret_line, struct custody_error *err)
{
    const char *item = body_member(named, "item");
    TRY(thing_need(a, named, ret_thing, err));
    TRY(batch_line_load(a, run->batch.id, item, ret_line, err));
    RULE(ret_line->is_found && strcmp(ret_line->approval, "destroy") == 0, "A15",
         "%s was not approved for destruction in this batch.", item);
    return CUSTODY_OK;
}

/* Nothing stands in its way now, and it is still what was proposed, reviewed, approved. */
static enum custody_status judge_line(struct apply *a, const struct execution *run,
                                      const json_t *named, const struct batch_line *line,
                                      struct custody_error *err)
{
    const char *item = body_member(named, "item");
    const struct line_numbers counted = {
        .papers = json_integer_value(json_object_get(named, "papers")),
        .copies = json_integer_value(json_object_get(named, "copies")),
        .pages = json_integer_value(json_object_get(named, "pages"))};
    const struct retention_line asked = {.item = item,
                                         .reason = line->is_found ? line->reason : "expired",
                                         .numbers = &counted,
                                         .batch = run->batch.id};
    unsigned obstacles = 0;
    TRY(retention_find_obstacles(&run->retention, &asked, &obstacles, err));
    for (unsigned i = 0; i < OBSTACLE_COUNT; i++) {
        RULE(i == OBSTACLE_IN_BATCH || (obstacles & OBSTACLE_BIT(i)) == 0, "A13",
             "%s %s; strike it out, or see to that first.", item, obstacle_sentence(i));
    }
    RULE(!line->is_found || (counted.papers == line->papers && counted.copies == line->copies &&
                             counted.pages == line->pages),
         "A13", "%s has other numbers than were approved: strike it out and propose it again.",
         item);
    return CUSTODY_OK;
}

/* The single papers of one folder stand together: its inventory changes once. */
static enum custody_status close_folder(struct apply *a, struct execution *run,
                                        struct custody_error *err)
{
    if (run->folder.item[0] != '\0') {
        TRY(folder_next_version(a, &run->folder, NULL, "destroy", run->papers, err));
    }
    run->folder.item[0] = '\0';
    run->papers = 0;
    return CUSTODY_OK;
}

static bool is_alive(const struct paper_state *paper)
{
    return strcmp(paper->state, "filed") == 0 || strcmp(paper->state, "lent") == 0 ||
           strcmp(paper->state, "missing") == 0;
}

static enum custody_status destroy_paper(struct apply *a, struct execution *run,
                                         const struct thing *thing, struct custody_error *err)
{
    const struct paper_move move = {.kind = "destroy", .state = "destroyed", .event_at = a->at};
    if (strcmp(run->folder.item, thing->folder.item) != 0) {
        TRY(close_folder(a, run, err));
        run->folder = thing->folder;
    }
    if (!is_alive(&thing->paper)) {
        return CUSTODY_OK;
    }
    run->papers++;
    return paper_move(a, &thing->paper, &move, err);
}

/* A folder with all that is in it; what left it before keeps its state. */
static enum custody_status destroy_folder(struct apply *a, struct folder_state *folder,
                                          struct custody_error *err)
{
#define ALIVE " folder = ?1 AND state IN ('filed', 'lent', 'missing')"
    int64_t last = 0;
    TRY(store_get_int(a->store, err, &last, NULL,
                      "SELECT coalesce(max(event_at), ?2) FROM paper WHERE" ALIVE, "ti",
                      folder->item, a->at));
    RULE(a->at >= last, "late", "A paper of %s has moved since that event time.", folder->item);
    TRY(store_run(a->store, err,
                  "INSERT INTO paper_event (item, idx, event_at, known_at, kind, state,"
                  " was_state, was_holder_kind, was_holder, was_due, was_event_at, was_idx)"
                  " SELECT item, ?2, ?3, ?4, 'destroy', 'destroyed', state, holder_kind,"
                  " holder, due, event_at, since_idx FROM paper WHERE" ALIVE,
                  "tiii", folder->item, a->idx, a->at, a->t));
    TRY(store_run(a->store, err,
                  "UPDATE paper SET state = 'destroyed', holder_kind = NULL, holder = NULL,"
                  " due = NULL, event_at = ?3, since_idx = ?2 WHERE" ALIVE,
                  "tii", folder->item, a->idx, a->at));
    TRY(folder_next_version(a, folder, NULL, "destroy", store_changes(a->store), err));
    return store_run(a->store, err,
                     "UPDATE folder SET state = 'destroyed', destroyed_idx = ?2"
                     " WHERE item = ?1",
                     "ti", folder->item, a->idx);
}

static enum custody_status put_outcome(struct apply *a, const struct execution *run,
                                       const char *item, const char *outcome,
                                       const char *reason, struct custody_error *err)
{
    return store_run(a->store, err,
                     "UPDATE batch_line SET outcome = ?3, struck_reason = ?4"
                     " WHERE batch = ?1 AND item = ?2",
                     "bttt", run->batch.id, (size_t)HASH_LEN, item, outcome, reason);
}

static enum custody_status execute_line(struct apply *a, struct execution *run,
                                        const json_t *named, struct custody_error *err)
{
    struct thing thing;
    struct batch_line line;
    TRY(need_line(a, run, named, &thing, &line, err));
    RULE(!items_name(json_object_get(a->body, "struck"), body_member(named, "item")), "A15",
         "%s is destroyed or struck out, not both.", body_member(named, "item"));
    TRY(judge_line(a, run, named, &line, err));
    if (thing.is_paper) {
        TRY(destroy_paper(a, run, &thing, err));
    } else if (strcmp(thing.folder.state, "destroyed") != 0) {
        TRY(close_folder(a, run, err));
        TRY(destroy_folder(a, &thing.folder, err));
    }
    return put_outcome(a, run, body_member(named, "item"), "destroyed", NULL, err);
}

static enum custody_status strike_line(struct apply *a, const struct execution *run,
                                       const json_t *named, struct custody_error *err)
{
    struct thing thing;
    struct batch_line line;
    TRY(need_line(a, run, named, &thing, &line, err));
    TRY(line_judge_reason(a, body_member(named, "reason"), err));
    return put_outcome(a, run, body_member(named, "item"), "struck",
                       body_member(named, "reason"), err);
}

static enum custody_status execute_lines(struct apply *a, struct execution *run,
                                         struct custody_error *err)
{
    const json_t *lines = json_object_get(a->body, "lines");
    const json_t *struck = json_object_get(a->body, "struck");
    int64_t approved = 0;
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(struck, i, named)
    {
        TRY(strike_line(a, run, named, err));
    }
    json_array_foreach(lines, i, named)
    {
        TRY(execute_line(a, run, named, err));
    }
    TRY(close_folder(a, run, err));
    TRY(store_get_int(a->store, err, &approved, NULL,
                      "SELECT count(*) FROM batch_line WHERE batch = ?1"
                      " AND approval = 'destroy'",
                      "b", run->batch.id, (size_t)HASH_LEN));
    RULE(json_array_size(lines) + json_array_size(struck) == (size_t)approved, "A15",
         "Each of the %lld lines approved for destruction is destroyed or struck out.",
         (long long)approved);
    return json_array_size(struck) == 0
               ? CUSTODY_OK
               : apply_flag(a, err, "struck", "%zu lines struck out", json_array_size(struck));
}

/* ---- the act ---- */

static enum custody_status put_execution(struct apply *a, const struct execution *run,
                                         struct custody_error *err)
{
    size_t i = 0;
    const json_t *handle = NULL;
    TRY(store_run(a->store, err,
                  "UPDATE batch SET state = 'executed', executed_idx = ?2, destroyer = ?3,"
                  " firm = ?4, receipt = ?5, recheck = ?6, method = ?7, place = ?8"
                  " WHERE act_id = ?1",
                  "bitttttt", run->batch.id, (size_t)HASH_LEN, a->idx,
                  body_text(a, "destroyer"), body_text(a, "firm"), body_text(a, "receipt"),
                  body_text(a, "recheck"), body_text(a, "method"), body_text(a, "place")));
    json_array_foreach(json_object_get(a->body, "witnesses"), i, handle)
    {
        TRY(store_run(a->store, err,
                      "INSERT OR IGNORE INTO batch_witness (batch, handle) VALUES (?1, ?2)",
                      "bt", run->batch.id, (size_t)HASH_LEN, json_string_value(handle)));
    }
    return CUSTODY_OK;
}

static enum custody_status execute_apply(struct apply *a, struct custody_error *err)
{
    struct execution run = {.papers = 0};
    TRY(folder_need_policy(a, err));
    TRY(batch_need(a, &run.batch, err));
    RULE(strcmp(run.batch.state, "approved") == 0, "state",
         "This batch is not approved, or it is over.");
    RULE(a->t >= run.batch.approved_t +
                     policy_int(a->policy, "destruction_wait_days") * INT64_C(86400),
         "A14", "The policy wants %lld days between approval and destruction.",
         (long long)policy_int(a->policy, "destruction_wait_days"));
    TRY(destruction_judge_signers(a, &run.batch, err));
    TRY(apply_code(a, "method", "destruction_methods", err));
    TRY(register_need_place(a, body_text(a, "place"), err));
    TRY(retention_of_act(a, &run.retention, err));
    TRY(execute_lines(a, &run, err));
    return put_execution(a, &run, err);
}

const struct act ACT_DESTRUCTION_EXECUTE = {
    .name = "destruction.execute/1",
    .fields = EXECUTE,
    .signers_max = 16,
    .rules = "A13 A14 A15",
    .signed_by = "two or more witnesses, who re-checks (supervisor), and the destroyer",
    .apply = execute_apply,
    .keeps_people = true,
    .zh = "销毁 {batch}，{#lines} 行：{lines}；划去 {struck}；以 {method} 于 {place}，销毁人 "
          "{destroyer}，销毁单位 {firm}（回执 {receipt}），监销人 {witnesses}，复核 {recheck}",
    .en = "destroy {batch}, {#lines} lines: {lines}; struck out {struck}; by {method} at "
          "{place}, destroyer {destroyer}, firm {firm} (receipt {receipt}), witnesses "
          "{witnesses}, re-checked by {recheck}",
};
