/* folder.open: a folder (档案袋) for a home's owner or tenant (FORMATS.md §19.3; A1–A3). */
#include <stdio.h>
#include <string.h>

#include "authority.h"
#include "folder.h"
#include "move.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

const struct field BOX_FIELDS[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field FOLDER[] = {
    {.name = "box", .type = FIELD_OBJECT, .is_nullable = true, .of = BOX_FIELDS},
    {.name = "class", .type = FIELD_CODE},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "name", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "party", .type = FIELD_PARTY, .is_nullable = true},
    {.name = "place", .type = FIELD_PLACE},
    {.name = NULL},
};
static const struct field FOLDER_OPEN[] = {
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = FOLDER, .key = "item"},
    {.name = NULL},
};

static enum custody_status judge_folder(struct apply *a, const json_t *folder,
                                        struct custody_error *err)
{
    const char *item = body_member(folder, "item");
    const char *party = body_member(folder, "party");
    const json_t *box = json_object_get(folder, "box");
    int64_t one = 0;
    bool is_taken = false;
    struct party_row party_row;
    TRY(register_need_fresh_id(a, item, err));
    TRY(store_get_int(a->store, err, &one, &is_taken,
                      "SELECT 1 FROM folder WHERE label = ?1 AND state <> 'destroyed' LIMIT 1",
                      "t", body_member(folder, "label")));
    RULE(!is_taken, "exists", "Another folder bears the label of %s: give it its own.", item);
    RULE(policy_lists(a->policy, "folder_classes", body_member(folder, "class")), "policy",
         "The class of %s must be a code of the policy's folder_classes: see custody site "
         "policy.",
         item);
    TRY(register_need_place(a, body_member(folder, "place"), err));
    if (party != NULL) {
        TRY(party_need(a, party, &party_row, err));
    }
    return json_is_object(box) ? box_need(a, box, err) : CUSTODY_OK;
}

static enum custody_status open_folder(struct apply *a, const json_t *folder, size_t at,
                                       struct custody_error *err)
{
    const char *item = body_member(folder, "item");
    const json_t *name = json_object_get(folder, "name");
    char suffix[40];
    char pointer[60];
    int64_t name_idx = 0;
    TRY(judge_folder(a, folder, err));
    (void)snprintf(suffix, sizeof suffix, "/folders/%zu/name", at);
    body_pointer(a, suffix, pointer, sizeof pointer, &name_idx);
    TRY(store_run(
        a->store, err,
        "INSERT INTO folder (item, id, label, class, place, party, box, at, version, last_n,"
        " state, idx, event_at, since_idx, name_idx, name_pointer)"
        " VALUES (?1, substr(?1, 2), ?2, ?3, ?4, ?5, ?6, NULL, 0, 0, 'open', ?7, ?8, ?7,"
        " iif(?10 IS NULL, NULL, ?9), ?10)",
        "ttttttiiit", item, body_member(folder, "label"), body_member(folder, "class"),
        body_member(folder, "place"), body_member(folder, "party"),
        body_member(json_object_get(folder, "box"), "item"), a->idx, a->at, name_idx,
        json_is_object(name) ? pointer : NULL));
    TRY(subject_note(a, name, item, err));
    return thing_touch(a, item, err);
}

static enum custody_status open_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    size_t i = 0;
    const json_t *folder = NULL;
    const json_t *folders = json_object_get(a->body, "folders");
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, folders, err));
    TRY(folder_signs_alone(a, roles, "seats", "Folders are opened by the archive custodian.",
                           err));
    json_array_foreach(folders, i, folder)
    {
        TRY(open_folder(a, folder, i, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_OPEN = {
    .name = "folder.open/1",
    .fields = FOLDER_OPEN,
    .signers_max = 1,
    .rules = "A1 A2 A3",
    .signed_by = "the archive custodian",
    .apply = open_apply,
    .is_line = true,
    .keeps_people = true,
    .zh = "{by} 建立档案 {#folders} 卷：{folders}",
    .en = "{by} opens {#folders} folders: {folders}",
};
