/* standing.grant, standing.end: a dated authorisation of a post for rooms (FORMATS.md §17.2;
 * K10). */
#include <string.h>

#include "../people.h"
#include "approval.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

#define YEAR_S (INT64_C(366) * 86400)

static const struct field NAMED[] = {
    {.name = "holder", .type = FIELD_HANDLE},
    {.name = NULL},
};
static const struct field GRANT[] = {
    {.name = "end", .type = FIELD_TIME},
    {.name = "named", .type = FIELD_LIST, .min = 1, .of = NAMED, .key = "holder"},
    {.name = "places", .type = FIELD_PLACES, .min = 1},
    {.name = "post", .type = FIELD_LABEL},
    {.name = "purposes", .type = FIELD_CODES, .min = 1},
    {.name = "start", .type = FIELD_TIME},
    {.name = NULL},
};

/* One signer by a role of standing_approval, who folded is none of those it serves. */
static enum custody_status judge_grantor(struct apply *a, const struct apart *apart,
                                         const char *check, struct decision *decision,
                                         struct custody_error *err)
{
    bool is_met = false;
    bool holds = false;
    TRY(approval_meet_set(a, a->by, json_object_get(a->policy, "standing_approval"), apart,
                          decision, &is_met, &holds, err));
    RULE(holds, check,
         "Standing authorisations are given and ended by a role of the policy's "
         "standing_approval.");
    RULE(!holds || is_met, "seats",
         "Nobody authorises himself, or the one he acts for: another one signs.");
    return CUSTODY_OK;
}

static enum custody_status grant_scope(struct apply *a, const char *member, const char *kind,
                                       struct custody_error *err)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(json_object_get(a->body, member), i, element)
    {
        const char *value = json_is_string(element) ? json_string_value(element)
                                                    : body_member(element, "holder");
        struct person person;
        if (strcmp(kind, "holder") == 0) {
            TRY(people_need(a, value, &person, err));
        } else if (strcmp(kind, "place") == 0) {
            TRY(place_need(a, value, err));
        } else {
            TRY(judge_purpose(a, value, err));
        }
        TRY(authority_add_scope(a, kind, value, err));
    }
    return CUSTODY_OK;
}

static enum custody_status grant_apply(struct apply *a, struct custody_error *err)
{
    struct apart apart;
    struct decision decision = {.count = 0};
    int64_t start = body_time(a, "start");
    int64_t end = body_time(a, "end");
    size_t i = 0;
    const json_t *named = NULL;
    apart.count = 0;
    json_array_foreach(json_object_get(a->body, "named"), i, named)
    {
        apart_add(&apart, body_member(named, "holder"));
    }
    TRY(judge_grantor(a, &apart, "K10", &decision, err));
    RULE(start < end && end > a->t && end <= start + YEAR_S, "K10",
         "A standing authorisation ends after it starts, in the future, and within a year.");
    const struct authority_draft draft = {.kind = "standing",
                                          .grantor = a->by,
                                          .letter = body_text(a, "post"),
                                          .start = start,
                                          .end = end,
                                          .uses_left = -1};
    TRY(authority_add(a, &draft, err));
    TRY(approval_note_roles(a, &decision, err));
    TRY(grant_scope(a, "named", "holder", err));
    TRY(grant_scope(a, "places", "place", err));
    return grant_scope(a, "purposes", "purpose", err);
}

const struct act ACT_STANDING_GRANT = {
    .name = "standing.grant/1",
    .fields = GRANT,
    .signers_max = 1,
    .rules = "K3 K10",
    .signed_by = "one holder of a role of standing_approval, none of those named",
    .apply = grant_apply,
    .keeps_people = true,
    .zh = "{by} 给岗位 {post}（{named}）长期授权：{places}，用途 {purposes}，{start} 至 {end}",
    .en =
        "{by} authorises the post {post} ({named}) for {places}, purposes {purposes}, {start} "
        "to {end}",
};

static const struct field END[] = {
    {.name = "reason", .type = FIELD_CODE},
    {.name = "standing", .type = FIELD_ID},
    {.name = NULL},
};

static enum custody_status end_apply(struct apply *a, struct custody_error *err)
{
    const struct apart nobody = {.count = 0};
    struct decision decision = {.count = 0};
    TRY(judge_grantor(a, &nobody, "seats", &decision, err));
    TRY(apply_code(a, "reason", "reasons", err));
    return authority_end_named(a, "standing", "standing", err);
}

const struct act ACT_STANDING_END = {
    .name = "standing.end/1",
    .fields = END,
    .signers_max = 1,
    .rules = "K10",
    .signed_by = "one holder of a role of standing_approval",
    .apply = end_apply,
    .keeps_people = true,
    .zh = "{by} 终止长期授权 {standing}，原因 {reason}",
    .en = "{by} ends the standing authorisation {standing}, reason {reason}",
};
