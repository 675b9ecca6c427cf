/* key.takeover: a building's keys counted against the list they came with (FORMATS.md §17.4;
 * K2). The keys themselves are registered by key.add. */
#include "authority.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

static const struct field KIND[] = {
    {.name = "counted", .type = FIELD_INT, .min = 0, .max = 10000},
    {.name = "kind", .type = FIELD_CODE},
    {.name = "listed", .type = FIELD_INT, .min = 0, .max = 10000},
    {.name = NULL},
};
static const struct field COUNT[] = {
    {.name = "kinds", .type = FIELD_LIST, .min = 1, .of = KIND, .key = "kind"},
    {.name = "place", .type = FIELD_PLACE},
    {.name = NULL},
};
static const struct field TAKEOVER[] = {
    {.name = "counts", .type = FIELD_LIST, .min = 1, .of = COUNT, .key = "place"},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "letter", .type = FIELD_TEXT},
    {.name = "party", .type = FIELD_PARTY, .is_nullable = true},
    {.name = "scope", .type = FIELD_PLACE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status put_count(struct apply *a, const json_t *count, int64_t *differing,
                                     struct custody_error *err)
{
    const char *place = body_member(count, "place");
    bool is_beneath = false;
    TRY(register_need_place(a, place, err));
    TRY(place_is_beneath(a, place, body_text(a, "scope"), &is_beneath, err));
    RULE(is_beneath, "K2", "The place %s lies outside what is taken over.", place);
    size_t i = 0;
    const json_t *kind = NULL;
    json_array_foreach(json_object_get(count, "kinds"), i, kind)
    {
        const char *code = body_member(kind, "kind");
        int64_t listed = json_integer_value(json_object_get(kind, "listed"));
        int64_t counted = json_integer_value(json_object_get(kind, "counted"));
        RULE(policy_lists(a->policy, "lock_kinds", code), "policy",
             "The kind %s is none of the policy's lock_kinds.", code);
        *differing += listed != counted ? 1 : 0;
        TRY(store_run(a->store, err,
                      "INSERT INTO takeover_count (idx, place, kind, listed, counted)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      "ittii", a->idx, place, code, listed, counted));
    }
    return CUSTODY_OK;
}

static enum custody_status takeover_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *scope = body_text(a, "scope");
    const char *party = body_text(a, "party");
    const struct seat supervisor = {.kind = SEAT_ROLE, .roles = {"supervisor"}};
    int64_t event_at = 0;
    int64_t differing = 0;
    TRY(desk_signs_with(a, desk, supervisor,
                        "A building is taken over by the desk's custodian and a supervisor, "
                        "two persons.",
                        err));
    TRY(apply_event_time(a, &event_at, err));
    TRY(register_need_place(a, scope, err));
    if (party != NULL) {
        struct receiver other_side;
        TRY(receiver_load(a, party, &other_side, err));
    }
    size_t i = 0;
    const json_t *count = NULL;
    json_array_foreach(json_object_get(a->body, "counts"), i, count)
    {
        TRY(put_count(a, count, &differing, err));
    }
    if (differing > 0) {
        TRY(apply_flag(a, err, "takeover-differs", "%lld counts differ from the list",
                       (long long)differing));
    }
    return store_run(a->store, err,
                     "INSERT INTO takeover (idx, desk, scope, party, letter, differing)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "itttti", a->idx, desk, scope, party, body_text(a, "letter"), differing);
}

const struct act ACT_KEY_TAKEOVER = {
    .name = "key.takeover/1",
    .fields = TAKEOVER,
    .signers_max = 2,
    .rules = "K2",
    .signed_by = "the desk's custodian and a supervisor",
    .apply = takeover_apply,
    .keeps_people = true,
    .zh = "{desk} 接管 {scope} 的钥匙：清点 {#counts} 处，移交方 {party}，清单 {letter}",
    .en = "{desk} takes over the keys of {scope}: {#counts} places counted, from {party}, list "
          "{letter}",
};
