/* folder.return (归还): never refused for what comes back (FORMATS.md §19.4; A8, A9, P3). */
#include <string.h>

#include "folder_use.h"
#include "incident.h"
#include "rows.h"

static const char *const CONDITIONS[] = {"damaged", "good", "worn", NULL};
static const struct field BACK[] = {
    {.name = "condition", .type = FIELD_ENUM, .values = CONDITIONS},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = "pages", .type = FIELD_INT, .min = 0, .max = 9999},
    {.name = NULL},
};
static const struct field BACK_OF[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "papers", .type = FIELD_LIST, .min = 1, .of = BACK, .key = "n"},
    {.name = NULL},
};
static const struct field RETURN[] = {
    {.name = "by_whom", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = BACK_OF, .key = "item"},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "receipt", .type = FIELD_OBJECT, .is_nullable = true, .of = RECEIPT_FIELDS},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* What is wrong with the paper is flagged, and is a matter of the act's one incident. */
static enum custody_status judge_condition(struct apply *a, const struct paper_state *paper,
                                           const json_t *line, bool *ret_bad,
                                           struct custody_error *err)
{
    int64_t pages = json_integer_value(json_object_get(line, "pages"));
    bool is_damaged = strcmp(body_member(line, "condition"), "damaged") == 0;
    bool is_short = pages < paper->pages;
    if (is_damaged) {
        TRY(apply_flag(a, err, "damaged", "%s came back damaged", paper->item));
    }
    if (is_short) {
        TRY(apply_flag(a, err, "pages-missing", "%s came back with %lld of %lld pages",
                       paper->item, (long long)pages, (long long)paper->pages));
    }
    *ret_bad = is_damaged || is_short;
    return CUSTODY_OK;
}

/* Back into the folder, where the register has it elsewhere and still has it. */
static enum custody_status put_back(struct apply *a, const struct paper_state *paper,
                                    const struct paper_move *move, struct custody_error *err)
{
    const char *by_whom = body_text(a, "by_whom");
    bool is_lent = strcmp(paper->state, "lent") == 0;
    if (strcmp(paper->state, "filed") == 0) {
        return apply_flag(a, err, "not-out", "%s was in its folder", paper->item);
    }
    if (!is_lent && strcmp(paper->state, "missing") != 0) {
        return apply_flag(a, err, "written-off", "%s was given up in the register",
                          paper->item);
    }
    if (is_lent && by_whom != NULL &&
        (strcmp(paper->holder_kind, "authority") == 0 || strcmp(paper->holder, by_whom) != 0)) {
        TRY(apply_flag(a, err, "not-holder", "%s came back by somebody else", paper->item));
    }
    return paper_move(a, paper, move, err);
}

static enum custody_status return_folder(struct apply *a, const json_t *named,
                                         const struct paper_move *move,
                                         struct custody_error *err)
{
    struct folder_state folder;
    const json_t *papers = json_object_get(named, "papers");
    size_t i = 0;
    const json_t *line = NULL;
    TRY(folder_need(a, named, &folder, err));
    json_array_foreach(papers, i, line)
    {
        struct paper_state paper;
        bool is_bad = false;
        TRY(paper_need(a, &folder, line, &paper, err));
        TRY(put_back(a, &paper, move, err));
        TRY(judge_condition(a, &paper, line, &is_bad, err));
        if (is_bad) {
            TRY(incident_open(a, "paper_damage", NULL, move->event_at, err));
            TRY(incident_add_item(a, paper.item, err));
        }
        TRY(store_run(a->store, err,
                      "INSERT INTO folder_return_line (idx, item, condition, pages)"
                      " VALUES (?1, ?2, ?3, ?4)",
                      "itti", a->idx, paper.item, body_member(line, "condition"),
                      (int64_t)json_integer_value(json_object_get(line, "pages"))));
    }
    return folder_next_version(a, &folder, NULL, "return", (int64_t)json_array_size(papers),
                               err);
}

static enum custody_status return_apply(struct apply *a, struct custody_error *err)
{
    static const struct handback_terms terms = {
        .roles = {"archive_custodian", "service_staff"},
        .clerk_rule = "A8",
        .clerk_sentence = "Only the archive custodian or the service staff take papers back.",
        .receipt_rule = "A8"};
    struct paper_move move = {.kind = "return", .state = "filed"};
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(handback_open(a, &terms, err));
    TRY(apply_event_time(a, &move.event_at, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "folders"), i, named)
    {
        TRY(return_folder(a, named, &move, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_RETURN = {
    .name = "folder.return/1",
    .fields = RETURN,
    .signers_max = 2,
    .rules = "A8 A9 P3",
    .signed_by = "the archive custodian or service_staff, and the returner when present with a "
                 "credential",
    .apply = return_apply,
    .undo = undo_papers,
    .keeps_people = true,
    .zh = "{by} 收回 {folders} 中所列资料，归还人 {by_whom}",
    .en = "{by} takes back the papers listed of {folders} from {by_whom}",
};
