/* shift.handover, shift.close, shift.check: who counts what before leaving (FORMATS.md §17.5;
 * K12). */
#include <string.h>

#include "../people.h"
#include "instant.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

#define COUNT_MAX 1000000

static const struct field COUNTED[] = {
    {.name = "board", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "open", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "overdue", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = "sealed", .type = FIELD_INT, .min = 0, .max = COUNT_MAX},
    {.name = NULL},
};
static const struct field HANDOVER[] = {
    {.name = "counted", .type = FIELD_OBJECT, .of = COUNTED},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "incoming", .type = FIELD_HANDLE},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "outgoing", .type = FIELD_HANDLE},
    {.name = "reason", .type = FIELD_CODE, .is_nullable = true},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};
static const struct field CLOSE[] = {
    {.name = "counted", .type = FIELD_OBJECT, .of = COUNTED},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "doors_locked", .type = FIELD_BOOL},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "guard", .type = FIELD_HANDLE},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "power_off", .type = FIELD_BOOL},
    {.name = "reason", .type = FIELD_CODE, .is_nullable = true},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* ---- seats ---- */

/* Nobody but `except` could fill this seat by one of its roles. */
static enum custody_status is_seat_open(struct apply *a, const struct seat *seat,
                                        const char *except, bool *ret_open,
                                        struct custody_error *err)
{
    int64_t others = 0;
    for (size_t i = 0; i < SEAT_ROLES_MAX && seat->roles[i] != NULL && others == 0; i++) {
        TRY(count_other_holders(a, seat->roles[i], except, &others, err));
    }
    *ret_open = others == 0;
    return CUSTODY_OK;
}

/*
 * Two named persons in two seats; a colleague may stand in (代签) for one whose role nobody
 * else holds: for seat 1, and when is_either for seat 0. Whoever stands in is the person named
 * and signs himself; both stay two persons in all their folds.
 */
static enum custody_status pair_signs(struct apply *a, const struct seat seats[2],
                                      bool is_either, const char *sentence,
                                      struct custody_error *err)
{
    struct seating seating;
    TRY(seats_try(a, seats, 2, &seating, err));
    for (size_t i = 2; i-- > (is_either ? 0 : 1) && !seating.is_filled;) {
        struct seat tried[2] = {seats[0], seats[1]};
        bool is_open = false;
        TRY(is_seat_open(a, &seats[i], seats[1 - i].person, &is_open, err));
        if (!is_open) {
            continue;
        }
        tried[i] = (struct seat){.kind = SEAT_ANY, .person = seats[i].person};
        TRY(seats_try(a, tried, 2, &seating, err));
        if (seating.is_filled) {
            return apply_flag(a, err, "stand-in",
                              "a colleague signed where nobody has the role");
        }
    }
    RULE(seating.is_filled, "seats", "%s", sentence);
    return CUSTODY_OK;
}

/* ---- numbers ---- */

static int64_t counted(const struct apply *a, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(a->body, "counted"), name));
}

/* What was counted against the register: a difference is flagged and wants its reason. */
static enum custody_status judge_counted(struct apply *a, bool *ret_differing,
                                         struct custody_error *err)
{
    struct desk_numbers is;
    const char *reason = body_text(a, "reason");
    TRY(desk_count(a, body_text(a, "desk"), &is, err));
    *ret_differing = counted(a, "board") != is.board || counted(a, "open") != is.open ||
                     counted(a, "overdue") != is.overdue || counted(a, "sealed") != is.sealed;
    if (!*ret_differing) {
        RULE(reason == NULL, "K12", "All numbers are the register's: no reason is due.");
        return CUSTODY_OK;
    }
    TRY(apply_flag(a, err, "count-differs",
                   "counted/register: board %lld/%lld, out %lld/%lld, overdue %lld/%lld, "
                   "sealed %lld/%lld",
                   (long long)counted(a, "board"), (long long)is.board,
                   (long long)counted(a, "open"), (long long)is.open,
                   (long long)counted(a, "overdue"), (long long)is.overdue,
                   (long long)counted(a, "sealed"), (long long)is.sealed));
    RULE(reason != NULL && policy_lists(a->policy, "reasons", reason), "K12",
         "What was counted is not what the register has (board %lld, out %lld, overdue %lld, "
         "sealed %lld): count again, or give a reason of the policy's reasons.",
         (long long)is.board, (long long)is.open, (long long)is.overdue, (long long)is.sealed);
    return CUSTODY_OK;
}

static enum custody_status need_person(struct apply *a, const char *member,
                                       struct custody_error *err)
{
    struct person person;
    return people_need(a, body_text(a, member), &person, err);
}

/* ---- shift.handover ---- */

static enum custody_status handover_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *outgoing = body_text(a, "outgoing");
    const char *incoming = body_text(a, "incoming");
    struct seat seats[2];
    int64_t event_at = 0;
    bool is_differing = false;
    TRY(seat_desk_custodian(a, desk, "duty", &seats[0], err));
    TRY(need_person(a, "outgoing", err));
    TRY(need_person(a, "incoming", err));
    RULE(strcmp(outgoing, incoming) != 0, "K12",
         "Who goes and who comes are two persons: nobody relieves himself.");
    seats[1] = seats[0];
    seats[0].person = outgoing;
    seats[1].person = incoming;
    TRY(pair_signs(
        a, seats, true,
        "A shift is handed over by who goes and who comes, each the desk's custodian "
        "or on duty; both sign, nobody else.",
        err));
    TRY(apply_event_time(a, &event_at, err));
    TRY(judge_counted(a, &is_differing, err));
    return store_run(a->store, err,
                     "INSERT INTO shift (idx, kind, desk, outgoing, incoming, reason, board,"
                     " open, overdue, sealed, is_differing)"
                     " VALUES (?1, 'handover', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                     "ittttiiiii", a->idx, desk, outgoing, incoming, body_text(a, "reason"),
                     counted(a, "board"), counted(a, "open"), counted(a, "overdue"),
                     counted(a, "sealed"), (int64_t)is_differing);
}

const struct act ACT_SHIFT_HANDOVER = {
    .name = "shift.handover/1",
    .fields = HANDOVER,
    .signers_max = 2,
    .rules = "K12",
    .signed_by = "outgoing and incoming, each the desk's custodian or duty",
    .apply = handover_apply,
    .keeps_people = true,
    .zh = "{desk} 交接班：{outgoing} 交，{incoming} 接；日常钥匙板 {counted.board}，未还 "
          "{counted.open}，逾期 {counted.overdue}，封存 {counted.sealed}，差异原因 {reason}",
    .en = "{outgoing} hands the shift of {desk} over to {incoming}: board {counted.board}, out "
          "{counted.open}, overdue {counted.overdue}, sealed {counted.sealed}, difference "
          "{reason}",
};

/* ---- shift.close ---- */

static enum custody_status close_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *guard = body_text(a, "guard");
    struct seat seats[2];
    int64_t event_at = 0;
    bool is_differing = false;
    TRY(seat_desk_custodian(a, desk, NULL, &seats[0], err));
    TRY(need_person(a, "guard", err));
    RULE(strcmp(a->by, guard) != 0, "K12",
         "The custodian who closes and the guard are two persons.");
    seats[0].person = a->by;
    seats[1] = (struct seat){.kind = SEAT_ROLE, .roles = {"duty"}, .person = guard};
    TRY(pair_signs(a, seats, false,
                   "A desk is closed by its custodian and the guard on duty; both sign, nobody "
                   "else.",
                   err));
    TRY(apply_event_time(a, &event_at, err));
    TRY(judge_counted(a, &is_differing, err));
    return store_run(
        a->store, err,
        "INSERT INTO shift (idx, kind, desk, outgoing, incoming, reason, board, open,"
        " overdue, sealed, is_differing, doors_locked, power_off)"
        " VALUES (?1, 'close', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        "ittttiiiiiii", a->idx, desk, a->by, guard, body_text(a, "reason"), counted(a, "board"),
        counted(a, "open"), counted(a, "overdue"), counted(a, "sealed"), (int64_t)is_differing,
        (int64_t)json_is_true(json_object_get(a->body, "doors_locked")),
        (int64_t)json_is_true(json_object_get(a->body, "power_off")));
}

const struct act ACT_SHIFT_CLOSE = {
    .name = "shift.close/1",
    .fields = CLOSE,
    .signers_max = 2,
    .rules = "K12",
    .signed_by = "the desk's custodian, and the guard on duty",
    .apply = close_apply,
    .keeps_people = true,
    .zh =
        "{by} 与 {guard} 关闭 {desk}：门窗锁闭 {doors_locked}，电源关闭 "
        "{power_off}；日常钥匙板 "
        "{counted.board}，未还 {counted.open}，逾期 {counted.overdue}，封存 {counted.sealed}，"
        "差异原因 {reason}",
    .en = "{by} and {guard} close {desk}: doors locked {doors_locked}, power off {power_off}; "
          "board {counted.board}, out {counted.open}, overdue {counted.overdue}, sealed "
          "{counted.sealed}, difference {reason}",
};

/* ---- shift.check ---- */

static const char *const RESULTS[] = {"ok", "remarks", NULL};
static const struct field CHECK[] = {
    {.name = "day", .type = FIELD_DATE},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "reason", .type = FIELD_CODE, .is_nullable = true},
    {.name = "result", .type = FIELD_ENUM, .values = RESULTS},
    {.name = NULL},
};

static enum custody_status check_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *day = body_text(a, "day");
    const char *reason = body_text(a, "reason");
    const char *result = body_text(a, "result");
    bool has_remarks = strcmp(result, "remarks") == 0;
    const json_t *row = NULL;
    struct seating seating;
    struct seat seat = {.kind = SEAT_ROLE, .roles = {"supervisor"}};
    int64_t offset_min = 0;
    char today[INSTANT_TEXT_SIZE];
    TRY(seats_require(a, &seat, 1, "K12", "The daily check is a supervisor's.", &seating, err));
    TRY(apply_desk(a, desk, &row, err));
    TRY(store_get_int(a->store, err, &offset_min, NULL,
                      "SELECT utc_offset_min FROM site WHERE id = 1", ""));
    instant_format_local(a->at, (int)offset_min, today);
    RULE(strncmp(day, today, sizeof "2026-11-22" - 1) <= 0, "K12",
         "A day that has not come yet is checked when it has.");
    RULE(has_remarks == (reason != NULL), "K12",
         "Remarks have a reason, and a day without remarks has none.");
    if (reason != NULL) {
        TRY(apply_code(a, "reason", "reasons", err));
    }
    return store_run(a->store, err,
                     "INSERT INTO shift (idx, kind, desk, outgoing, day, result, reason,"
                     " is_differing) VALUES (?1, 'check', ?2, ?3, ?4, ?5, ?6, 0)",
                     "ittttt", a->idx, desk, a->by, day, result, reason);
}

const struct act ACT_SHIFT_CHECK = {
    .name = "shift.check/1",
    .fields = CHECK,
    .signers_max = 1,
    .rules = "K12",
    .signed_by = "a supervisor",
    .apply = check_apply,
    .keeps_people = true,
    .zh = "{by} 检查 {desk} {day} 的交接班记录：{result}，原因 {reason}",
    .en = "{by} checks the shift book of {desk} for {day}: {result}, reason {reason}",
};
