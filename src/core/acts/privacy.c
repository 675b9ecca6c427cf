/* privacy.read: who read whose personal data, and why (FORMATS.md §21; P1). */
#include <string.h>

#include "approval.h"
#include "folder.h"
#include "move.h"
#include "rows.h"

static const struct field READ_OF[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field READ[] = {
    {.name = "items", .type = FIELD_LIST, .min = 1, .of = READ_OF, .key = "item"},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = NULL},
};

/* Every role has reasons to read but `staff` and `witness`; an auditor fills no seat. */
static enum custody_status read_seat(struct apply *a, struct custody_error *err)
{
    static const struct seat either[2] = {
        {.kind = SEAT_ROLE,
         .roles = {"administrator", "archive_custodian", "centre_manager", "duty",
                   "service_staff", "supervisor"}},
        {.kind = SEAT_ROLE,
         .roles = {"engineering_custodian", "engineering_manager", "engineering_supervisor",
                   "key_custodian"}}};
    struct seating seating;
    TRY(seats_try(a, &either[0], 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, &either[1], 1, "P1",
                          "Personal data is read by who has a role to need it, not by staff or "
                          "witnesses as such.",
                          &seating, err));
    }
    return CUSTODY_OK;
}

static enum custody_status read_item(struct apply *a, const json_t *named,
                                     struct custody_error *err)
{
    const char *item = body_member(named, "item");
    bool is_party = item[0] == 'P';
    NEED(is_party || item[0] == 'F', "structure", "%s is neither a folder nor a party.", item);
    if (is_party) {
        struct receiver party;
        TRY(receiver_load(a, item, &party, err));
        RULE(strcmp(body_member(named, "label"), item) == 0, "label",
             "A party is named by its id %s, never by a name.", item);
    } else {
        struct folder_state folder;
        TRY(folder_need(a, named, &folder, err));
    }
    return store_run(a->store, err,
                     "INSERT INTO privacy_read (idx, item, reader, purpose)"
                     " VALUES (?1, ?2, ?3, ?4)",
                     "ittt", a->idx, item, a->by, body_text(a, "purpose"));
}

static enum custody_status read_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(read_seat(a, err));
    TRY(apply_code(a, "purpose", "purposes", err));
    RULE(!purpose_is_private(a, body_text(a, "purpose")), "P1",
         "Personal data is not read for a private purpose.");
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        TRY(read_item(a, named, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_PRIVACY_READ = {
    .name = "privacy.read/1",
    .fields = READ,
    .signers_max = 1,
    .rules = "P1",
    .signed_by = "holder of a role other than staff and witness",
    .apply = read_apply,
    .keeps_people = true,
    .zh = "{by} 查看 {items} 的个人信息，用途 {purpose}",
    .en = "{by} reads personal data of {items}, purpose {purpose}",
};
