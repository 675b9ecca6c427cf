/* folder.missing (缺失), folder.writeoff (核销): FORMATS.md §19.4; A9. */
#include <string.h>

#include "folder_use.h"
#include "rows.h"

/* ---- folder.missing ---- */

static const struct field MISSING[] = {
    {.name = "found", .type = FIELD_BOOL},
    {.name = "items", .type = FIELD_THINGS, .min = 1},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status missing_apply(struct apply *a, struct custody_error *err)
{
    bool is_found = json_is_true(json_object_get(a->body, "found"));
    const struct paper_move move = {.kind = is_found ? "found" : "missing",
                                    .state = is_found ? "filed" : "missing",
                                    .event_at = a->at};
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(use_signs_custodian(a, "seats",
                            "Papers are missed, and found, by the archive custodian.", err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct thing thing;
        TRY(thing_need(a, named, &thing, err));
        NEED(thing.is_paper, "structure", "%s is a folder: name the papers that are missing.",
             body_member(named, "item"));
        RULE(strcmp(thing.paper.state, is_found ? "missing" : "filed") == 0, "state",
             is_found ? "%s is not missing." : "%s is not in its folder by the register.",
             thing.paper.item);
        TRY(paper_move(a, &thing.paper, &move, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_MISSING = {
    .name = "folder.missing/1",
    .fields = MISSING,
    .signers_max = 1,
    .rules = "A9",
    .signed_by = "the archive custodian",
    .apply = missing_apply,
    .keeps_people = true,
    .zh = "{by} 登记缺失：{items}，已找回 {found}，原因 {reason}",
    .en = "{by} enters as missing: {items}, found again {found}, reason {reason}",
};

/* ---- folder.writeoff ---- */

static const struct field GIVEN_UP[] = {
    {.name = "label", .type = FIELD_LABEL},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = 9999},
    {.name = NULL},
};
static const struct field GIVEN_UP_OF[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "papers", .type = FIELD_LIST, .min = 1, .of = GIVEN_UP, .key = "n"},
    {.name = "version", .type = FIELD_INT, .min = 1, .max = FOLDER_VERSION_MAX},
    {.name = NULL},
};
static const struct field WRITEOFF[] = {
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = GIVEN_UP_OF, .key = "item"},
    {.name = "reason", .type = FIELD_CODE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status writeoff_folder(struct apply *a, const json_t *named,
                                           struct custody_error *err)
{
    const json_t *papers = json_object_get(named, "papers");
    const struct paper_move move = {
        .kind = "writeoff", .state = "written_off", .event_at = a->at};
    struct folder_state folder;
    size_t i = 0;
    const json_t *line = NULL;
    TRY(use_need_folder(a, named, &folder, err));
    json_array_foreach(papers, i, line)
    {
        struct paper_state paper;
        TRY(paper_need(a, &folder, line, &paper, err));
        RULE(strcmp(paper.state, "missing") == 0, "state",
             "%s is not missing: only what is missing is written off.", paper.item);
        TRY(paper_move(a, &paper, &move, err));
    }
    return folder_next_version(a, &folder, named, "writeoff", (int64_t)json_array_size(papers),
                               err);
}

static enum custody_status writeoff_apply(struct apply *a, struct custody_error *err)
{
    const json_t *folders = json_object_get(a->body, "folders");
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, folders, err));
    TRY(folder_two_sign(a, "A9",
                        "Papers are written off by the archive custodian and a supervisor, two "
                        "persons.",
                        err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(folders, i, named)
    {
        TRY(writeoff_folder(a, named, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_WRITEOFF = {
    .name = "folder.writeoff/1",
    .fields = WRITEOFF,
    .signers_max = 2,
    .rules = "A9",
    .signed_by = "the archive custodian and a supervisor",
    .apply = writeoff_apply,
    .keeps_people = true,
    .zh = "{by} 核销 {folders} 中缺失的资料，原因 {reason}",
    .en = "{by} writes off missing papers of {folders}, reason {reason}",
};
