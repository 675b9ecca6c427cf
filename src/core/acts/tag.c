/* person.tag: a tag that a person wears, scanned instead of typing a handle (FORMATS.md §17.4).
 */
#include "../people.h"
#include "register.h"
#include "rows.h"

static const struct field PERSON_TAG[] = {
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "tag", .type = FIELD_ITEM},
    {.name = NULL},
};

static enum custody_status tag_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    const char *tag = body_text(a, "tag");
    struct person person;
    struct seating seating;
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    struct seat officer[1] = {{.kind = SEAT_OFFICER}};
    NEED(tag[0] == 'P', "structure", "The tag of a person begins with P.");
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, officer, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, custodian, 1, "seats",
                          "A person's tag is given by a custodian or an officer.", &seating,
                          err));
    }
    TRY(people_need(a, handle, &person, err));
    TRY(register_need_fresh_id(a, tag, err));
    return store_run(a->store, err,
                     "INSERT INTO person_tag (tag, id, handle, idx)"
                     " VALUES (?1, substr(?1, 2), ?2, ?3)",
                     "tti", tag, handle, a->idx);
}

const struct act ACT_PERSON_TAG = {
    .name = "person.tag/1",
    .fields = PERSON_TAG,
    .signers_max = 1,
    .rules = "",
    .signed_by = "any custodian, or an officer",
    .apply = tag_apply,
    .keeps_people = true,
    .zh = "{by} 将标签 {tag} 发给 {handle}，扫描即指本人",
    .en = "{by} gives the tag {tag} to {handle}; scanned it names that person",
};
