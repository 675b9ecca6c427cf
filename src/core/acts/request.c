/* request.open, approve, reject, cancel (FORMATS.md §9, §15). */
#include <stdio.h>
#include <string.h>

#include "approval.h"
#include "folder.h"
#include "instant.h"
#include "move.h"
#include "policy.h"
#include "rows.h"
#include "text.h"

#define COPIES_MAX 100

static const struct field WINDOW[] = {
    {.name = "end", .type = FIELD_TIME},
    {.name = "start", .type = FIELD_TIME},
    {.name = NULL},
};
static const struct field OPEN[] = {
    {.name = "for", .type = FIELD_NOUN},
    {.name = "items", .type = FIELD_ITEMS, .min = 0},
    {.name = "party", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "window", .type = FIELD_OBJECT, .of = WINDOW},
    {.name = NULL},
};

int64_t time_in(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    int64_t seconds = 0;
    return text != NULL && instant_parse(text, strlen(text), &seconds) ? seconds : 0;
}

bool purpose_is_private(const struct apply *a, const char *purpose)
{
    return json_is_true(
        json_object_get(policy_find(a->policy, "purposes", purpose), "private"));
}

enum custody_status judge_purpose(struct apply *a, const char *purpose,
                                  struct custody_error *err)
{
    RULE(policy_find(a->policy, "purposes", purpose) != NULL, "policy",
         "%s is no purpose of the policy's purposes: see custody site policy.", purpose);
    RULE(!purpose_is_private(a, purpose), "K3", "Keys are not lent in a private name.");
    return CUSTODY_OK;
}

/* A copy is cut of keys, for the office: of no ring and for no party. */
static enum custody_status judge_copy_request(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        RULE(body_member(named, "item")[0] == 'K', "request",
             "A request for copies names the keys to be copied, no rings.");
    }
    RULE(body_text(a, "party") == NULL, "request", "A request for copies is for no party.");
    return CUSTODY_OK;
}

static enum custody_status open_seat(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ANY}};
    return seats_require(a, seats, 1, "seats",
                         "A request is opened by an enrolled person who is "
                         "not suspended and no auditor.",
                         &seating, err);
}

/* Until when, for whom: what every request says. Writes its row. */
static enum custody_status open_row(struct apply *a, struct custody_error *err)
{
    const json_t *window = json_object_get(a->body, "window");
    const char *party = body_text(a, "party");
    const char *purpose = body_text(a, "purpose");
    RULE(time_in(window, "start") < time_in(window, "end"), "request",
         "The window of a request must end after it starts.");
    const char *receiver = party != NULL ? party : a->by;
    struct receiver found;
    TRY(receiver_load(a, receiver, &found, err));
    return store_run(
        a->store, err,
        "INSERT INTO request (act_id, idx, requester, act, receiver, purpose, start,"
        " end, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open')",
        "bittttii", a->act_id, (size_t)HASH_LEN, a->idx, a->by, body_text(a, "for"), receiver,
        purpose, time_in(window, "start"), time_in(window, "end"));
}

/* What is asked for: an item or a thing. */
static enum custody_status open_item(struct apply *a, const char *item,
                                     struct custody_error *err)
{
    return store_run(a->store, err, "INSERT INTO request_item (request, item) VALUES (?1, ?2)",
                     "bt", a->act_id, (size_t)HASH_LEN, item);
}

static enum custody_status open_apply(struct apply *a, struct custody_error *err)
{
    const json_t *items = json_object_get(a->body, "items");
    bool is_copy = strcmp(body_text(a, "for"), "key.copy") == 0;
    TRY(open_seat(a, err));
    RULE(is_copy || strcmp(body_text(a, "for"), "key.lend") == 0, "request",
         "Requests are for key.lend or key.copy.");
    RULE(json_array_size(items) > 0, "request", "Name at least one key.");
    if (is_copy) {
        TRY(judge_copy_request(a, err));
    }
    TRY(judge_purpose(a, body_text(a, "purpose"), err));
    TRY(open_row(a, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(items, i, named)
    {
        struct item_state item;
        TRY(item_need(a, named, &item, err));
        TRY(open_item(a, item.item, err));
        TRY(item_touch(a, item.item, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_REQUEST_OPEN = {
    .name = "request.open/1",
    .fields = OPEN,
    .signers_max = 1,
    .rules = "K3 K9 K10 K10a",
    .signed_by = "requester",
    .apply = open_apply,
    .keeps_people = true,
    .zh =
        "{by} 申请 {for}：{items}，给 {party}，事由 {purpose}，{window.start} 至 {window.end}",
    .en = "{by} asks for {for} of {items}, to {party} for {purpose}, {window.start} to "
          "{window.end}",
};

/* ---- of folders (FORMATS.md §19.4) ---- */

static const struct field OPEN_2[] = {
    {.name = "for", .type = FIELD_NOUN},
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "party", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "window", .type = FIELD_OBJECT, .of = WINDOW},
    {.name = NULL},
};

/* Not destroyed; a paper is in its folder, lent or missing. */
static bool thing_can_be_asked(const struct thing *thing)
{
    const char *state = thing->paper.state;
    return strcmp(thing->folder.state, "destroyed") != 0 &&
           (!thing->is_paper || strcmp(state, "filed") == 0 || strcmp(state, "lent") == 0 ||
            strcmp(state, "missing") == 0);
}

static enum custody_status open_2_apply(struct apply *a, struct custody_error *err)
{
    bool is_loan = strcmp(body_text(a, "for"), "folder.lend") == 0;
    TRY(folder_need_policy(a, err));
    TRY(open_seat(a, err));
    RULE(is_loan || strcmp(body_text(a, "for"), "folder.consult") == 0, "request",
         "Requests of folders are for folder.lend or folder.consult.");
    TRY(apply_code(a, "purpose", "purposes", err));
    RULE(!is_loan || !purpose_is_private(a, body_text(a, "purpose")), "A5",
         "Papers are not lent in a private name: ask to consult them here.");
    TRY(open_row(a, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct thing thing;
        TRY(thing_need(a, named, &thing, err));
        RULE(thing_can_be_asked(&thing), "state",
             "%s is not kept any more, or was taken out of its folder.",
             body_member(named, "item"));
        TRY(open_item(a, body_member(named, "item"), err));
    }
    return CUSTODY_OK;
}

const struct act ACT_REQUEST_OPEN_2 = {
    .name = "request.open/2",
    .fields = OPEN_2,
    .signers_max = 1,
    .rules = "A5 A6 A8",
    .signed_by = "requester",
    .apply = open_2_apply,
    .keeps_people = true,
    .zh =
        "{by} 申请 {for}：{items}，给 {party}，事由 {purpose}，{window.start} 至 {window.end}",
    .en = "{by} asks for {for} of {items}, to {party} for {purpose}, {window.start} to "
          "{window.end}",
};

enum custody_status request_load(struct apply *a, const uint8_t *act_id,
                                 struct request_row *ret_row, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT requester, receiver, act, purpose, start, end, state = 'open'"
                    " FROM request WHERE act_id = ?1",
                    "b", act_id, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK) {
        *ret_row = (struct request_row){.is_found = query.has_row};
        if (query.has_row) {
            copy_text(ret_row->requester, sizeof ret_row->requester, store_text(&query, 0));
            copy_text(ret_row->receiver, sizeof ret_row->receiver, store_text(&query, 1));
            copy_text(ret_row->act, sizeof ret_row->act, store_text(&query, 2));
            copy_text(ret_row->purpose, sizeof ret_row->purpose, store_text(&query, 3));
            ret_row->start = store_int(&query, 4);
            ret_row->end = store_int(&query, 5);
            ret_row->is_open = store_int(&query, 6) != 0;
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status needs_of_request(struct apply *a, const uint8_t *request,
                                            const char *act, struct needs *needs,
                                            struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err, "SELECT item FROM request_item WHERE request = ?1",
                    "b", request, (size_t)HASH_LEN);
    while (rc == CUSTODY_OK && query.has_row) {
        char item[THING_SIZE];
        copy_text(item, sizeof item, store_text(&query, 0));
        rc = approval_needs_of_item(a, item, act, needs, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

enum custody_status request_judge_decider(struct apply *a, const uint8_t *request,
                                          const struct request_row *row, const char *decider,
                                          const char *check, struct decision *decision,
                                          struct custody_error *err)
{
    struct apart apart;
    struct needs needs = {.count = 0};
    json_t *general = NULL;
    apart.count = 0;
    apart_add(&apart, row->requester);
    apart_add(&apart, row->receiver);
    enum custody_status rc = CUSTODY_OK;
    if (!request_is_of_folders(row->act)) { /* no key's class decides who approves those */
        rc = needs_of_request(a, request, row->act, &needs, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (needs.count == 0) {
        general = approval_general_roles(row->act);
        if (general == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
        approval_needs_add(&needs, general);
    }
    for (size_t i = 0; i < needs.count; i++) {
        bool is_met = false;
        rc =
            approval_meet_set(a, decider, needs.roles[i], &apart, decision, &is_met, NULL, err);
        if (rc == CUSTODY_OK && !is_met) {
            rc =
                judge_violate(a->judge, err, check,
                              "Who decides a request holds the approving role of each of its "
                              "keys, of folders the centre manager's, and is neither requester "
                              "nor receiver.");
        }
        if (rc != CUSTODY_OK) {
            break;
        }
    }
    /* decision->role points into general when needs.count was 0: name it statically. */
    for (size_t i = 0; general != NULL && i < decision->count; i++) {
        for (const struct role_name *name = ROLE_NAMES; name->code != NULL; name++) {
            if (strcmp(name->code, decision->role[i]) == 0) {
                decision->role[i] = name->code;
            }
        }
    }
    json_decref(general);
    return rc;
}

const struct field APPROVAL_LIMITS[] = {
    {.name = "count", .type = FIELD_INT, .min = 1, .max = 1000},
    {.name = "until", .type = FIELD_TIME},
    {.name = NULL},
};
static const struct field APPROVE[] = {
    {.name = "limits", .type = FIELD_OBJECT, .of = APPROVAL_LIMITS},
    {.name = "request", .type = FIELD_ID},
    {.name = NULL},
};

enum custody_status request_decide(struct apply *a, const char *state, uint8_t *ret_request,
                                   struct request_row *ret_row, struct custody_error *err)
{
    NEED(body_hex(a, "request", ret_request, HASH_LEN), "structure", "The id is malformed.");
    TRY(request_load(a, ret_request, ret_row, err));
    NEED(ret_row->is_found, "object", "There is no request of this id.");
    RULE(ret_row->is_open, "request", "This request was decided before.");
    return store_run(a->store, err,
                     "UPDATE request SET state = ?2, decided_idx = ?3 WHERE act_id = ?1", "bti",
                     ret_request, (size_t)HASH_LEN, state, a->idx);
}

enum custody_status approval_add(struct apply *a, const uint8_t *request,
                                 const struct request_row *row, const char *approver,
                                 const struct decision *decision, struct custody_error *err)
{
    const json_t *limits = json_object_get(a->body, "limits");
    int64_t count = json_integer_value(json_object_get(limits, "count"));
    int64_t until = time_in(limits, "until");
    bool is_copy = strcmp(row->act, "key.copy") == 0;
    RULE(count >= 1 && count <= (is_copy ? COPIES_MAX : 1), "approval",
         "An approval of a loan serves one act, one of copies up to %d copies.", COPIES_MAX);
    RULE(until > a->t && until <= a->t + policy_int(a->policy, "approval_life"), "approval",
         "An approval ends in the future and within the policy's approval_life.");
    RULE(row->end > a->t, "approval", "The window of this request is over: ask anew.");
    TRY(store_run(a->store, err,
                  "INSERT INTO approval (act_id, idx, request, approver, t, until, uses_left)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  "bibtiii", a->act_id, (size_t)HASH_LEN, a->idx, request, (size_t)HASH_LEN,
                  approver, a->t, until, count));
    return approval_note_roles(a, decision, err);
}

static enum custody_status approve_apply(struct apply *a, struct custody_error *err)
{
    uint8_t request[HASH_LEN] = {0};
    struct request_row row = {.is_found = false};
    struct decision decision = {.count = 0};
    TRY(request_decide(a, "approved", request, &row, err));
    TRY(request_judge_decider(a, request, &row, a->by, "seats", &decision, err));
    return approval_add(a, request, &row, a->by, &decision, err);
}

const struct act ACT_REQUEST_APPROVE = {
    .name = "request.approve/1",
    .fields = APPROVE,
    .signers_max = 1,
    .rules = "K9 K10 K10a",
    .signed_by = "one holder of the approving role, neither requester nor receiver",
    .apply = approve_apply,
    .keeps_people = true,
    .zh = "{by} 批准申请 {request}，可用 {limits.count} 次，至 {limits.until}",
    .en = "{by} approves the request {request} for {limits.count} use until {limits.until}",
};

static const struct field DECISION[] = {
    {.name = "reason", .type = FIELD_CODE},
    {.name = "request", .type = FIELD_ID},
    {.name = NULL},
};

static enum custody_status reject_apply(struct apply *a, struct custody_error *err)
{
    uint8_t request[HASH_LEN] = {0};
    struct request_row row = {.is_found = false};
    struct decision decision = {.count = 0};
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(request_decide(a, "rejected", request, &row, err));
    return request_judge_decider(a, request, &row, a->by, "seats", &decision, err);
}

const struct act ACT_REQUEST_REJECT = {
    .name = "request.reject/1",
    .fields = DECISION,
    .signers_max = 1,
    .rules = "",
    .signed_by = "who could approve",
    .apply = reject_apply,
    .keeps_people = true,
    .zh = "{by} 不批准申请 {request}，原因 {reason}",
    .en = "{by} rejects the request {request}, reason {reason}",
};

static enum custody_status cancel_apply(struct apply *a, struct custody_error *err)
{
    uint8_t request[HASH_LEN] = {0};
    struct request_row row = {.is_found = false};
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(request_decide(a, "cancelled", request, &row, err));
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_PERSON, .person = row.requester}};
    return seats_require(a, seats, 1, "seats", "A request is cancelled by who opened it.",
                         &seating, err);
}

const struct act ACT_REQUEST_CANCEL = {
    .name = "request.cancel/1",
    .fields = DECISION,
    .signers_max = 1,
    .rules = "",
    .signed_by = "requester",
    .apply = cancel_apply,
    .keeps_people = true,
    .zh = "{by} 撤回申请 {request}，原因 {reason}",
    .en = "{by} cancels the request {request}, reason {reason}",
};
