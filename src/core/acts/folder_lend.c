/* folder.lend (借出): item by item, never what is personal (FORMATS.md §19.4; A5, A7, A8). */
#include <string.h>

#include "approval.h"
#include "folder_use.h"
#include "policy.h"
#include "rows.h"

static const char *const CONDITIONS[] = {"damaged", "good", "worn", NULL};
static const struct field LENT[] = {
    {.name = "condition", .type = FIELD_ENUM, .values = CONDITIONS},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = "pages", .type = FIELD_INT, .min = 0, .max = 9999},
    {.name = NULL},
};
static const struct field WITHHELD[] = {
    {.name = "label", .type = FIELD_LABEL},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = NULL},
};
static const struct field LENT_OF[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "lent", .type = FIELD_LIST, .min = 1, .of = LENT, .key = "n"},
    {.name = "withheld", .type = FIELD_LIST, .min = 0, .of = WITHHELD, .key = "n"},
    {.name = NULL},
};
static const struct field LEND[] = {
    {.name = "approval", .type = FIELD_ID},
    {.name = "due", .type = FIELD_TIME},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = LENT_OF, .key = "item"},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "on_behalf", .type = FIELD_LABEL},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},
    {.name = "receiver", .type = FIELD_HOLDER},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Numbers of papers, in order: does the list of {n, …}, sorted by n, name this one? */
static bool names_paper(const json_t *papers, int64_t n)
{
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(papers, i, named)
    {
        if (json_integer_value(json_object_get(named, "n")) == n) {
            return true;
        }
    }
    return false;
}

/* Withheld are the papers in the folder that are personal: these, and no other (A7). */
static enum custody_status judge_withheld(struct apply *a, const char *folder,
                                          const json_t *withheld, struct custody_error *err)
{
    struct store_query query = {0};
    size_t count = 0;
    bool all_named = true;
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT n, kind FROM paper WHERE folder = ?1 AND state = 'filed'", "t", folder);
    while (rc == CUSTODY_OK && query.has_row) {
        if (paper_is_personal(a, store_text(&query, 1))) {
            count++;
            all_named = all_named && names_paper(withheld, store_int(&query, 0));
        }
        rc = store_next(&query, err);
    }
    store_end(&query);
    TRY(rc);
    RULE(all_named && count == json_array_size(withheld), "A7",
         "A folder is lent without its personal papers: the line of %s lists each of them as "
         "withheld, and nothing else.",
         folder);
    return CUSTODY_OK;
}

static enum custody_status withhold(struct apply *a, const struct folder_state *folder,
                                    const json_t *withheld, struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    TRY(judge_withheld(a, folder->item, withheld, err));
    json_array_foreach(withheld, i, named)
    {
        struct paper_state paper;
        TRY(paper_need(a, folder, named, &paper, err));
        TRY(folder_loan_add_line(a, paper.item, true, named, err));
    }
    return CUSTODY_OK;
}

static enum custody_status lend_folder(struct apply *a, const json_t *named,
                                       const uint8_t *request, const struct paper_move *move,
                                       struct custody_error *err)
{
    struct folder_state folder;
    size_t i = 0;
    const json_t *line = NULL;
    TRY(use_need_folder(a, named, &folder, err));
    TRY(withhold(a, &folder, json_object_get(named, "withheld"), err));
    json_array_foreach(json_object_get(named, "lent"), i, line)
    {
        struct paper_state paper;
        TRY(use_need_filed(a, &folder, line, &paper, err));
        RULE(!paper_is_personal(a, paper.kind), "A7",
             "%s is personal: no approval lends it. What the law demands goes by custody "
             "folder produce.",
             paper.item);
        TRY(use_count_pages(a, &paper, line, err));
        TRY(approval_names_thing(a, request, paper.item, err));
        TRY(folder_loan_add_line(a, paper.item, false, line, err));
        TRY(paper_move(a, &paper, move, err));
    }
    return CUSTODY_OK;
}

static enum custody_status lend_apply(struct apply *a, struct custody_error *err)
{
    static const struct issue_terms terms = {
        .role = "archive_custodian",
        .clerk_rule = "A8",
        .clerk_sentence = "Folders are lent by the archive custodian only.",
        .receiver_rule = "A8",
        .receipt_rule = "A8"};
    const json_t *receipt = json_object_get(a->body, "receipt");
    struct issue issue;
    uint8_t request[HASH_LEN] = {0};
    struct paper_move move = {.kind = "lend", .state = "lent", .due = body_time(a, "due")};
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(issue_open(a, &terms, body_text(a, "receiver"), &issue, err));
    TRY(apply_code(a, "purpose", "purposes", err));
    RULE(!purpose_is_private(a, body_text(a, "purpose")), "A5",
         "Papers are not lent in a private name; record the refusal (custody folder refuse).");
    TRY(apply_event_time(a, &move.event_at, err));
    RULE(move.due > move.event_at &&
             move.due <= move.event_at + policy_int(a->policy, "folder_loan_max_days") * 86400,
         "A8",
         "The time due lies after the event and within the policy's folder_loan_max_days.");
    const struct folder_use use = {.act = "folder.lend",
                                   .receiver = issue.receiver.id,
                                   .purpose = body_text(a, "purpose"),
                                   .clerk_giver = issue.clerk_giver,
                                   .due = move.due};
    TRY(approval_use_of_folders(a, &use, request, err));
    move.holder_kind = issue.receiver.is_party ? "party" : "person";
    move.holder = issue.receiver.id;
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "folders"), i, named)
    {
        TRY(lend_folder(a, named, request, &move, err));
    }
    const struct folder_loan loan = {.kind = "lend",
                                     .receiver = issue.receiver.id,
                                     .purpose = body_text(a, "purpose"),
                                     .on_behalf = body_text(a, "on_behalf"),
                                     .receipt = body_member(receipt, "kind"),
                                     .slip = body_member(receipt, "slip"),
                                     .due = move.due,
                                     .event_at = move.event_at};
    return folder_loan_add(a, &loan, err);
}

const struct act ACT_FOLDER_LEND = {
    .name = "folder.lend/1",
    .fields = LEND,
    .signers_max = 2,
    .rules = "A5 A7 A8",
    .signed_by = "the archive custodian, and the receiver as the receipt rule says",
    .apply = lend_apply,
    .undo = undo_papers,
    .keeps_people = true,
    .zh =
        "{by} 依批准 {approval} 借出 {folders} 中所列资料给 {receiver}，代表 {on_behalf}，用途 "
        "{purpose}，应还 {due}",
    .en = "{by} lends by the approval {approval} the papers listed of {folders} to {receiver} "
          "for {on_behalf}, purpose {purpose}, due {due}",
};
