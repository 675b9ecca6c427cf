/* custodian.change: the whole list passes from one keeper to the next (FORMATS.md §17.4; K18).
 */
#include <string.h>

#include "../desk_list.h"
#include "../people.h"
#include "move.h"
#include "rows.h"

static const struct field COUNTED[] = {
    {.name = "count", .type = FIELD_INT, .min = 0, .max = 1000000},
    {.name = "digest", .type = FIELD_ID},
    {.name = NULL},
};
static const struct field CHANGE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "gone", .type = FIELD_BOOL},
    {.name = "incoming", .type = FIELD_HANDLE},
    {.name = "list", .type = FIELD_OBJECT, .of = COUNTED},
    {.name = "outgoing", .type = FIELD_HANDLE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Who is not there any more signs nothing: then a supervisor and a second person count. */
static enum custody_status change_seats(struct apply *a, const char *outgoing,
                                        const char *incoming, bool is_gone,
                                        struct custody_error *err)
{
    struct seating seating;
    struct seat present[3] = {{.kind = SEAT_PERSON, .person = outgoing},
                              {.kind = SEAT_PERSON, .person = incoming},
                              {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    struct seat gone[2] = {{.kind = SEAT_ROLE, .roles = {"supervisor"}, .except = {outgoing}},
                           {.kind = SEAT_ANY, .except = {outgoing}}};
    if (is_gone) {
        return seats_require(a, gone, 2, "seats",
                             "Where the outgoing custodian is gone a supervisor and a second "
                             "person count and sign.",
                             &seating, err);
    }
    return seats_require(a, present, 3, "seats",
                         "A change of custodian is signed by the outgoing, the incoming and a "
                         "supervisor, three persons.",
                         &seating, err);
}

static enum custody_status check_list(struct apply *a, const char *desk,
                                      struct custody_error *err)
{
    struct apply inner = *a; /* for its body alone */
    uint8_t digest[HASH_LEN];
    uint8_t claimed[HASH_LEN] = {0};
    int64_t count = 0;
    inner.body = json_object_get(a->body, "list");
    TRY(desk_list_digest(a->store, desk, &count, digest, err));
    RULE(body_int(&inner, "count") == count && body_hex(&inner, "digest", claimed, HASH_LEN) &&
             memcmp(claimed, digest, HASH_LEN) == 0,
         "count", "The list that was counted is not the register's of this desk (%lld items).",
         (long long)count);
    return store_run(a->store, err,
                     "INSERT INTO custodian_change (idx, desk, outgoing, incoming, gone, count,"
                     " digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                     "itttiib", a->idx, desk, body_text(a, "outgoing"),
                     body_text(a, "incoming"),
                     (int64_t)json_is_true(json_object_get(a->body, "gone")),
                     body_int(&inner, "count"), claimed, (size_t)HASH_LEN);
}

static enum custody_status change_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const char *outgoing = body_text(a, "outgoing");
    const char *incoming = body_text(a, "incoming");
    bool is_gone = json_is_true(json_object_get(a->body, "gone"));
    bool holds = false;
    const json_t *desk = NULL;
    const char *role = NULL;
    struct person person;
    char giver[HANDLE_SIZE];
    TRY(apply_desk(a, desk_code, &desk, err));
    role = body_member(desk, "custodian_role");
    TRY(people_need(a, outgoing, &person, err));
    TRY(people_need(a, incoming, &person, err));
    RULE(strcmp(outgoing, incoming) != 0, "K18", "Keys pass to another person.");
    TRY(state_holds_role(a->state, incoming, role, a->t, 0, &holds, giver, err));
    RULE(holds, "K18", "%s does not hold the custodian's role of this desk yet.", incoming);
    if (!is_gone) {
        TRY(state_holds_role(a->state, outgoing, role, a->t, 0, &holds, giver, err));
        RULE(holds, "K18", "%s does not hold the custodian's role of this desk.", outgoing);
    }
    TRY(change_seats(a, outgoing, incoming, is_gone, err));
    return check_list(a, desk_code, err);
}

const struct act ACT_CUSTODIAN_CHANGE = {
    .name = "custodian.change/1",
    .fields = CHANGE,
    .signers_max = 3,
    .rules = "K18",
    .signed_by = "outgoing, incoming and a supervisor; outgoing gone: a supervisor and another",
    .apply = change_apply,
    .keeps_people = true,
    .zh = "{desk} 钥匙保管移交：{outgoing} 交 {incoming}，共 {list.count} 件，清单校验 "
          "{list.digest}",
    .en = "the keys of {desk} pass from {outgoing} to {incoming}: {list.count} items, list "
          "{list.digest}",
};
