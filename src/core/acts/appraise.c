/* folder.appraise (鉴定): two people say whether a thing is still worth keeping (FORMATS.md
 * §19.5; A13). */
#include <string.h>

#include "folder.h"
#include "hash.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

static const char *const OPINIONS[] = {"keep", "keep_until", "without_value", NULL};
static const struct field LINE[] = {
    {.name = "item", .type = FIELD_THING},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "opinion", .type = FIELD_ENUM, .values = OPINIONS},
    {.name = "until", .type = FIELD_DATE, .is_nullable = true},
    {.name = "why", .type = FIELD_CODE},
    {.name = NULL},
};
static const struct field APPRAISE[] = {
    {.name = "lines", .type = FIELD_LIST, .min = 1, .of = LINE, .key = "item"},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status appraise_line(struct apply *a, const json_t *line,
                                         struct custody_error *err)
{
    const char *opinion = body_member(line, "opinion");
    const char *until = body_member(line, "until");
    struct thing thing;
    TRY(thing_need(a, line, &thing, err));
    RULE(strcmp(thing.folder.state, "destroyed") != 0, "state",
         "%s is destroyed: there is nothing left to appraise.", body_member(line, "item"));
    RULE((strcmp(opinion, "keep_until") == 0) == (until != NULL), "A13",
         "A day goes with the opinion keep_until, and with no other.");
    RULE(policy_lists(a->policy, "reasons", body_member(line, "why")), "policy",
         "%s is no reason of the policy's reasons: see custody site policy.",
         body_member(line, "why"));
    return store_run(a->store, err,
                     "INSERT INTO appraisal (item, idx, act_id, opinion, until, why)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "tibttt", body_member(line, "item"), a->idx, a->act_id, (size_t)HASH_LEN,
                     opinion, until, body_member(line, "why"));
}

static enum custody_status appraise_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *line = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_two_sign(a, "A13",
                        "An appraisal is signed by the archive custodian and a supervisor, two "
                        "persons.",
                        err));
    json_array_foreach(json_object_get(a->body, "lines"), i, line)
    {
        TRY(appraise_line(a, line, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_APPRAISE = {
    .name = "folder.appraise/1",
    .fields = APPRAISE,
    .signers_max = 2,
    .rules = "A13",
    .signed_by = "archive_custodian and supervisor",
    .apply = appraise_apply,
    .keeps_people = true,
    .zh = "鉴定 {#lines} 件：{lines}",
    .en = "appraise {#lines}: {lines}",
};
