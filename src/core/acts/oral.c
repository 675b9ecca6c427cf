/* request.oral (口头批准): the approver is away, two people heard him (FORMATS.md §17.2; K17).
 */
#include <string.h>

#include "../people.h"
#include "approval.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

#define DAY_S 86400

static const struct field ORAL[] = {
    {.name = "approver", .type = FIELD_HANDLE},
    {.name = "channel", .type = FIELD_CODE},
    {.name = "heard_at", .type = FIELD_TIME},
    {.name = "limits", .type = FIELD_OBJECT, .of = APPROVAL_LIMITS},
    {.name = "request", .type = FIELD_ID},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Who heard it is neither the one it serves nor the one who is said to have said it. */
static enum custody_status judge_seats(struct apply *a, const struct request_row *row,
                                       const char *approver, struct seating *ret_seating,
                                       struct custody_error *err)
{
    struct seat seats[2] = {
        {.kind = SEAT_ROLE, .person = a->by, .except = {approver, row->receiver}},
        {.kind = SEAT_ANY, .except = {approver, row->receiver}}};
    size_t count = 0;
    seat_any_custodian(a, &seats[0]);
    while (count < SEAT_ROLES_MAX - 1 && seats[0].roles[count] != NULL) {
        count++;
    }
    seats[0].roles[count] = "duty";
    return seats_require(
        a, seats, 2, "seats",
        "An oral approval is entered by a custodian or the officer on duty with "
        "a colleague who heard it; neither is the approver or the receiver.",
        ret_seating, err);
}

static enum custody_status oral_apply(struct apply *a, struct custody_error *err)
{
    uint8_t request[HASH_LEN] = {0};
    const char *approver = body_text(a, "approver");
    int64_t heard_at = body_time(a, "heard_at");
    struct request_row row = {.is_found = false};
    struct decision decision = {.count = 0};
    struct person person;
    struct seating seating;
    TRY(people_need(a, approver, &person, err));
    TRY(request_decide(a, "approved", request, &row, err));
    TRY(judge_seats(a, &row, approver, &seating, err));
    TRY(apply_code(a, "channel", "channels", err));
    RULE(heard_at <= a->at && heard_at >= a->at - DAY_S, "K17",
         "An oral approval is entered within a day of when it was heard.");
    TRY(request_judge_decider(a, request, &row, approver, "K17", &decision, err));
    TRY(approval_add(a, request, &row, approver, &decision, err));
    TRY(store_run(a->store, err,
                  "INSERT INTO oral (idx, approver, channel, heard_at, witness)"
                  " VALUES (?1, ?2, ?3, ?4, ?5)",
                  "ittit", a->idx, approver, body_text(a, "channel"), heard_at,
                  seating.is_filled ? seating.handle[1] : ""));
    return people_want_ratification(a, approver, err);
}

const struct act ACT_REQUEST_ORAL = {
    .name = "request.oral/1",
    .fields = ORAL,
    .signers_max = 2,
    .rules = "K9 K10 K10a K17",
    .signed_by = "a custodian or duty who enters it, and a colleague who heard it",
    .apply = oral_apply,
    .keeps_people = true,
    .zh = "{by} 登记口头批准：{approver} 于 {heard_at} 经 {channel} 批准申请 {request}，可用 "
          "{limits.count} 次，至 {limits.until}，待本人补签",
    .en = "{by} enters that {approver} approved orally ({channel}, {heard_at}) the request "
          "{request} for {limits.count} use until {limits.until}, to be ratified",
};
