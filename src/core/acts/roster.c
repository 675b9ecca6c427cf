/* roster.set: who is on which shift of a day (FORMATS.md §17.4; K11). */
#include "../people.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

static const struct field SHIFT[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "handles", .type = FIELD_HANDLES, .min = 0},
    {.name = NULL},
};
static const struct field ROSTER_SET[] = {
    {.name = "day", .type = FIELD_DATE},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "shifts", .type = FIELD_LIST, .min = 1, .of = SHIFT, .key = "code"},
    {.name = NULL},
};

static enum custody_status put_shift(struct apply *a, const json_t *shift,
                                     struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *code = body_member(shift, "code");
    const json_t *known = policy_find(a->policy, "shifts", code);
    RULE(known != NULL && strings_have(json_object_get(known, "desks"), desk), "policy",
         "The policy has no shift %s of this desk: see custody site policy.", code);
    size_t i = 0;
    const json_t *handle = NULL;
    json_array_foreach(json_object_get(shift, "handles"), i, handle)
    {
        struct person person;
        TRY(people_need(a, json_string_value(handle), &person, err));
        TRY(store_run(a->store, err,
                      "INSERT INTO roster (day, desk, shift, handle, idx)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      "tttti", body_text(a, "day"), desk, code, json_string_value(handle),
                      a->idx));
    }
    return CUSTODY_OK;
}

static enum custody_status set_apply(struct apply *a, struct custody_error *err)
{
    const char *day = body_text(a, "day");
    const char *desk = body_text(a, "desk");
    const json_t *row = NULL;
    struct seating seating;
    struct seat seat = {.kind = SEAT_ROLE, .roles = {"supervisor"}};
    TRY(seats_require(a, &seat, 1, "K11", "The roster is set by a supervisor.", &seating, err));
    TRY(apply_desk(a, desk, &row, err));
    TRY(store_run(a->store, err, "DELETE FROM roster WHERE day = ?1 AND desk = ?2", "tt", day,
                  desk));
    size_t i = 0;
    const json_t *shift = NULL;
    json_array_foreach(json_object_get(a->body, "shifts"), i, shift)
    {
        TRY(put_shift(a, shift, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_ROSTER_SET = {
    .name = "roster.set/1",
    .fields = ROSTER_SET,
    .signers_max = 1,
    .rules = "K11",
    .signed_by = "a supervisor",
    .apply = set_apply,
    .keeps_people = true,
    .zh = "{by} 排定 {desk} 在 {day} 的班次：{shifts}",
    .en = "{by} sets the roster of {desk} on {day}: {shifts}",
};
