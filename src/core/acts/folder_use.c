/* folder.consult (查阅), folder.refuse, folder.produce (依法提供): FORMATS.md §19.4; A5-A7. */
#include "folder_use.h"

#include <string.h>

#include "approval.h"
#include "policy.h"
#include "rows.h"

/* ---- shared ---- */

enum custody_status use_need_folder(struct apply *a, const json_t *named,
                                    struct folder_state *ret_folder, struct custody_error *err)
{
    TRY(folder_need(a, named, ret_folder, err));
    return folder_need_whole(a, ret_folder, err);
}

static enum custody_status judge_filed(struct apply *a, const struct paper_state *paper,
                                       struct custody_error *err)
{
    RULE(strcmp(paper->state, "filed") == 0, "state",
         "%s is not in its folder: see custody folder show.", paper->item);
    return CUSTODY_OK;
}

enum custody_status use_need_filed(struct apply *a, const struct folder_state *folder,
                                   const json_t *named, struct paper_state *ret_paper,
                                   struct custody_error *err)
{
    TRY(paper_need(a, folder, named, ret_paper, err));
    return judge_filed(a, ret_paper, err);
}

enum custody_status use_count_pages(struct apply *a, const struct paper_state *paper,
                                    const json_t *named, struct custody_error *err)
{
    RULE(json_integer_value(json_object_get(named, "pages")) == paper->pages, "count",
         "%s has %lld pages in the register: count again, or amend the inventory first.",
         paper->item, (long long)paper->pages);
    return CUSTODY_OK;
}

enum custody_status use_signs_front(struct apply *a, const char *check, const char *sentence,
                                    struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", "service_staff", NULL};
    return folder_signs_alone(a, roles, check, sentence, err);
}

enum custody_status use_signs_custodian(struct apply *a, const char *check,
                                        const char *sentence, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    return folder_signs_alone(a, roles, check, sentence, err);
}

enum custody_status folder_loan_add(struct apply *a, const struct folder_loan *loan,
                                    struct custody_error *err)
{
    uint8_t approval[HASH_LEN];
    bool has_approval = body_hex(a, "approval", approval, sizeof approval);
    return store_run(a->store, err,
                     "INSERT INTO folder_loan (idx, kind, clerk, receiver, purpose, on_behalf,"
                     " due, event_at, receipt, slip, document, how, approval)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8, ?9, ?10, ?11, ?12,"
                     " ?13)",
                     "itttttiittttb", a->idx, loan->kind, a->by, loan->receiver, loan->purpose,
                     loan->on_behalf, loan->due, loan->event_at, loan->receipt, loan->slip,
                     loan->document, loan->how, has_approval ? approval : NULL,
                     has_approval ? sizeof approval : (size_t)0);
}

enum custody_status folder_loan_add_line(struct apply *a, const char *item, bool is_withheld,
                                         const json_t *named, struct custody_error *err)
{
    const char *condition = body_member(named, "condition");
    const json_t *pages = json_object_get(named, "pages");
    if (pages == NULL) {
        return store_run(a->store, err,
                         "INSERT OR IGNORE INTO folder_loan_line (idx, item, is_withheld)"
                         " VALUES (?1, ?2, ?3)",
                         "iti", a->idx, item, (int64_t)is_withheld);
    }
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO folder_loan_line (idx, item, is_withheld,"
                     " condition, pages) VALUES (?1, ?2, ?3, ?4, ?5)",
                     "ititi", a->idx, item, (int64_t)is_withheld, condition,
                     json_integer_value(pages));
}

/* ---- folder.consult ---- */

static const struct field CONSULT[] = {
    {.name = "approval", .type = FIELD_ID, .is_nullable = true},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "on_behalf", .type = FIELD_LABEL},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "reader", .type = FIELD_HOLDER},
    {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status consult_approval(struct apply *a, const struct issue *issue,
                                            struct custody_error *err)
{
    const struct folder_use use = {.act = "folder.consult",
                                   .receiver = issue->receiver.id,
                                   .purpose = body_text(a, "purpose"),
                                   .clerk_giver = issue->clerk_giver};
    uint8_t request[HASH_LEN] = {0};
    bool keeps_them = false;
    if (body_text(a, "approval") != NULL) {
        size_t i = 0;
        const json_t *named = NULL;
        TRY(approval_use_of_folders(a, &use, request, err));
        json_array_foreach(json_object_get(a->body, "items"), i, named)
        {
            TRY(approval_names_thing(a, request, body_member(named, "item"), err));
        }
        return CUSTODY_OK;
    }
    RULE(!issue->receiver.is_party && !purpose_is_private(a, use.purpose), "A6",
         "Who is not of the office, and who reads for himself, needs the centre manager's "
         "approval: open a request (custody request open).");
    if (!issue->receiver.is_party) {
        char giver[HANDLE_SIZE];
        TRY(state_holds_role(a->state, issue->receiver.id, "archive_custodian", a->t, 0,
                             &keeps_them, giver, err));
    }
    RULE(!keeps_them, "A5",
         "The archive custodian reads with the centre manager's approval only: open a "
         "request.");
    return CUSTODY_OK;
}

static enum custody_status consult_apply(struct apply *a, struct custody_error *err)
{
    static const struct issue_terms terms = {
        .role = "archive_custodian",
        .clerk_rule = "A5",
        .clerk_sentence = "Folders are given to be read by the archive custodian only.",
        .receiver_rule = "A6",
        .receipt_rule = "A8"};
    const json_t *receipt = json_object_get(a->body, "receipt");
    struct issue issue;
    int64_t event_at = 0;
    TRY(folder_need_policy(a, err));
    TRY(issue_open(a, &terms, body_text(a, "reader"), &issue, err));
    TRY(apply_code(a, "purpose", "purposes", err));
    TRY(apply_event_time(a, &event_at, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct thing thing;
        TRY(thing_need(a, named, &thing, err));
        TRY(folder_need_whole(a, &thing.folder, err));
        if (thing.is_paper) {
            TRY(judge_filed(a, &thing.paper, err));
        }
        TRY(store_run(a->store, err,
                      "INSERT INTO folder_consult_line (idx, item) VALUES (?1, ?2)", "it",
                      a->idx, body_member(named, "item")));
    }
    TRY(consult_approval(a, &issue, err));
    uint8_t approval[HASH_LEN];
    bool has_approval = body_hex(a, "approval", approval, sizeof approval);
    return store_run(a->store, err,
                     "INSERT INTO folder_consult (idx, clerk, reader, purpose, on_behalf,"
                     " event_at, receipt, slip, approval)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                     "itttt"
                     "ittb",
                     a->idx, a->by, issue.receiver.id, body_text(a, "purpose"),
                     body_text(a, "on_behalf"), event_at, body_member(receipt, "kind"),
                     body_member(receipt, "slip"), has_approval ? approval : NULL,
                     has_approval ? sizeof approval : (size_t)0);
}

const struct act ACT_FOLDER_CONSULT = {
    .name = "folder.consult/1",
    .fields = CONSULT,
    .signers_max = 2,
    .rules = "A5 A6 A8",
    .signed_by = "the archive custodian, and the reader as the receipt rule says",
    .apply = consult_apply,
    .keeps_people = true,
    .zh = "{by} 提供 {items} 给 {reader} 查阅，代表 {on_behalf}，用途 {purpose}",
    .en = "{by} gives {items} to {reader} to be read for {on_behalf}, purpose {purpose}",
};

/* ---- folder.refuse ---- */

static const char *const ASKED_KINDS[] = {"consult", "copy", "disclose", "lend", NULL};
static const struct field ASKED[] = {
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "kind", .type = FIELD_ENUM, .values = ASKED_KINDS},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "receiver", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = NULL},
};
static const struct field REFUSE[] = {
    {.name = "asked", .type = FIELD_OBJECT, .of = ASKED},
    {.name = "rule", .type = FIELD_RULE},
    {.name = NULL},
};

static enum custody_status refuse_apply(struct apply *a, struct custody_error *err)
{
    const json_t *asked = json_object_get(a->body, "asked");
    TRY(folder_need_policy(a, err));
    TRY(use_signs_front(a, "seats",
                        "A refusal is recorded by the archive custodian or the service staff.",
                        err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(asked, "items"), i, named)
    {
        struct thing thing;
        TRY(thing_need(a, named, &thing, err));
        TRY(store_run(a->store, err,
                      "INSERT INTO folder_refusal_line (idx, item) VALUES (?1, ?2)", "it",
                      a->idx, body_member(named, "item")));
    }
    return store_run(a->store, err,
                     "INSERT INTO folder_refusal (idx, clerk, kind, rule, purpose, receiver)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "itttt"
                     "t",
                     a->idx, a->by, body_member(asked, "kind"), body_text(a, "rule"),
                     body_member(asked, "purpose"), body_member(asked, "receiver"));
}

const struct act ACT_FOLDER_REFUSE = {
    .name = "folder.refuse/1",
    .fields = REFUSE,
    .signers_max = 1,
    .rules = "A5 A6 A7",
    .signed_by = "the archive custodian or service_staff",
    .apply = refuse_apply,
    .keeps_people = true,
    .zh = "{by} 依 {rule} 拒绝 {asked.receiver} 对 {asked.items} 的申请（{asked.kind}），用途 "
          "{asked.purpose}",
    .en = "{by} refuses by {rule} what {asked.receiver} asked of {asked.items} "
          "({asked.kind}), purpose {asked.purpose}",
};

/* ---- folder.produce ---- */

static const char *const PRODUCE_KINDS[] = {"copy", "original", "view", NULL};
static const struct field PRODUCED[] = {
    {.name = "label", .type = FIELD_LABEL},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = "pages", .type = FIELD_INT, .min = 0, .max = 9999},
    {.name = NULL},
};
static const struct field PRODUCED_OF[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "papers", .type = FIELD_LIST, .min = 1, .of = PRODUCED, .key = "n"},
    {.name = NULL},
};
static const struct field PRODUCE[] = {
    {.name = "authority", .type = FIELD_CODE},
    {.name = "document", .type = FIELD_TEXT},
    {.name = "due", .type = FIELD_TIME, .is_nullable = true},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = PRODUCED_OF, .key = "item"},
    {.name = "kind", .type = FIELD_ENUM, .values = PRODUCE_KINDS},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "receiver", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "slip", .type = FIELD_TEXT},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status produce_folder(struct apply *a, const json_t *named,
                                          const struct paper_move *move,
                                          struct custody_error *err)
{
    struct folder_state folder;
    size_t i = 0;
    const json_t *line = NULL;
    TRY(use_need_folder(a, named, &folder, err));
    TRY(subject_note(a, json_object_get(a->body, "receiver"), folder.item, err));
    json_array_foreach(json_object_get(named, "papers"), i, line)
    {
        struct paper_state paper;
        TRY(use_need_filed(a, &folder, line, &paper, err));
        TRY(use_count_pages(a, &paper, line, err));
        TRY(folder_loan_add_line(a, paper.item, false, line, err));
        if (move != NULL) {
            TRY(paper_move(a, &paper, move, err));
        }
    }
    return CUSTODY_OK;
}

static enum custody_status produce_apply(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE, .roles = {"archive_custodian"}},
                            {.kind = SEAT_ROLE, .roles = {"centre_manager"}}};
    const char *kind = body_text(a, "kind");
    bool is_original = strcmp(kind, "original") == 0;
    int64_t due = body_time(a, "due");
    struct paper_move move = {.kind = "produce",
                              .state = "lent",
                              .holder_kind = "authority",
                              .holder = body_text(a, "authority"),
                              .due = due};
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(seats_require(a, seats, 2, "A7",
                      "What the law demands is given out by the archive custodian and the "
                      "centre manager, two persons.",
                      &seating, err));
    TRY(apply_code(a, "authority", "authorities", err));
    TRY(apply_event_time(a, &move.event_at, err));
    RULE(is_original ? due > move.event_at : due == 0, "A7",
         "An original that is given out comes back by a time due; a copy or a look has none.");
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "folders"), i, named)
    {
        TRY(produce_folder(a, named, is_original ? &move : NULL, err));
    }
    const struct folder_loan loan = {.kind = "produce",
                                     .receiver = body_text(a, "authority"),
                                     .slip = body_text(a, "slip"),
                                     .document = body_text(a, "document"),
                                     .how = kind,
                                     .due = due,
                                     .event_at = move.event_at};
    return folder_loan_add(a, &loan, err);
}

const struct act ACT_FOLDER_PRODUCE = {
    .name = "folder.produce/1",
    .fields = PRODUCE,
    .signers_max = 2,
    .rules = "A7",
    .signed_by = "the archive custodian and the centre manager",
    .apply = produce_apply,
    .keeps_people = true,
    .zh = "{by} 依 {authority} 文书 {document} 提供 {folders} 中的资料（{kind}），经手人 "
          "{receiver}，收条 {slip}，应还 {due}",
    .en = "{by} gives out papers of {folders} ({kind}) on demand of {authority}, document "
          "{document}, to {receiver}, slip {slip}, due {due}",
};
