/* folder.remove, folder.move, folder.close: papers leave a folder, a folder goes to another
 * place, a folder is closed (FORMATS.md §19.3; A9, A11, A12). */
#include <stdio.h>
#include <string.h>

#include "authority.h"
#include "folder.h"
#include "move.h"
#include "register.h"
#include "rows.h"

/* ---- folder.remove ---- */

#define PAPER_N_MAX 9999

static const struct field REMOVED[] = {
    {.name = "label", .type = FIELD_LABEL},
    {.name = "n", .type = FIELD_INT, .min = 1, .max = PAPER_N_MAX},
    {.name = NULL},
};
static const struct field TARGET[] = {
    {.name = "first", .type = FIELD_INT, .min = 1, .max = PAPER_N_MAX},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "version", .type = FIELD_INT, .min = 1, .max = FOLDER_VERSION_MAX},
    {.name = NULL},
};
static const struct field FOLDER_REMOVE[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "papers", .type = FIELD_LIST, .min = 1, .of = REMOVED, .key = "n"},
    {.name = "party", .type = FIELD_PARTY, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "slip", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "target", .type = FIELD_OBJECT, .is_nullable = true, .of = TARGET},
    {.name = "version", .type = FIELD_INT, .min = 1, .max = FOLDER_VERSION_MAX},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Where the papers go: to a party for a slip, or into another folder that is open. */
struct removal {
    struct folder_state from, to;
    bool has_target;
    int64_t next_n; /* of the target */
};

static enum custody_status judge_receiver(struct apply *a, struct removal *removal,
                                          int64_t count, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    const char *slip = body_text(a, "slip");
    const json_t *target = json_object_get(a->body, "target");
    struct party_row party_row;
    removal->has_target = json_is_object(target);
    if (party != NULL) {
        TRY(party_need(a, party, &party_row, err));
    }
    if (!removal->has_target) {
        RULE(party != NULL && slip != NULL, "A9",
             "Papers that leave for good are given to a party for a slip, or go into another "
             "folder.");
        return CUSTODY_OK;
    }
    RULE(party == NULL && slip == NULL, "A9",
         "Papers go either to a party for a slip or into another folder, not both.");
    NEED(body_member(target, "item")[0] == 'F', "structure", "%s is no folder.",
         body_member(target, "item"));
    NEED(strcmp(body_member(target, "item"), removal->from.item) != 0, "A9",
         "Papers that change their folder go into another one.");
    TRY(folder_need(a, target, &removal->to, err));
    RULE(strcmp(removal->to.state, "open") == 0, "A9",
         "%s is not open: papers go into an open folder.", removal->to.item);
    removal->next_n = json_integer_value(json_object_get(target, "first"));
    TRY(folder_take_numbers(a, &removal->to, removal->next_n, removal->next_n + count - 1,
                            err));
    return folder_next_version(a, &removal->to, target, "receive", count, err);
}

/* The paper as it was filed, under a number of the other folder. Its sealed title stays under
 * the folder it was filed in, and goes with that one's erasure. */
static enum custody_status put_copy(struct apply *a, const struct paper_state *paper,
                                    struct removal *removal, struct custody_error *err)
{
    char item[THING_SIZE];
    paper_name(removal->to.item, removal->next_n, item);
    return store_run(
        a->store, err,
        "INSERT INTO paper (item, folder, n, kind, label, original, original_with, copies,"
        " pages, from_day, to_day, state, event_at, since_idx, idx, title_idx, title_pointer)"
        " SELECT ?2, ?3, ?4, kind, label, original, original_with, copies, pages, from_day,"
        " to_day, 'filed', ?5, ?6, ?6, title_idx, title_pointer FROM paper WHERE item = ?1",
        "tttiii", paper->item, item, removal->to.item, removal->next_n++, a->at, a->idx);
}

static enum custody_status remove_paper(struct apply *a, const json_t *named,
                                        struct removal *removal, struct custody_error *err)
{
    const struct paper_move gone = {.kind = "remove", .state = "removed", .event_at = a->at};
    struct paper_state paper;
    bool is_held = false;
    TRY(paper_need(a, &removal->from, named, &paper, err));
    RULE(strcmp(paper.state, "filed") == 0, "state",
         "%s is not in its folder: only papers that are there can leave it.", paper.item);
    TRY(thing_is_held(a, paper.item, &is_held, err));
    RULE(!is_held, "A13", "%s is held: release the hold first.", paper.item);
    if (removal->has_target) {
        TRY(put_copy(a, &paper, removal, err));
    }
    return paper_move(a, &paper, &gone, err);
}

static enum custody_status remove_apply(struct apply *a, struct custody_error *err)
{
    const json_t *papers = json_object_get(a->body, "papers");
    const int64_t count = (int64_t)json_array_size(papers);
    struct removal removal = {0};
    size_t i = 0;
    const json_t *paper = NULL;
    TRY(folder_need_policy(a, err));
    NEED(body_text(a, "item")[0] == 'F', "structure", "%s is no folder.", body_text(a, "item"));
    TRY(folder_two_sign(a, "seats",
                        "Papers leave a folder by the archive custodian and a supervisor, two "
                        "persons.",
                        err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(folder_need(a, a->body, &removal.from, err));
    TRY(folder_need_whole(a, &removal.from, err));
    TRY(judge_receiver(a, &removal, count, err));
    const int64_t first_n = removal.next_n;
    TRY(folder_next_version(a, &removal.from, a->body, "remove", count, err));
    json_array_foreach(papers, i, paper)
    {
        TRY(remove_paper(a, paper, &removal, err));
    }
    if (removal.has_target) {
        TRY(folder_touch_new_papers(a, removal.to.item, first_n, err));
    }
    return store_run(a->store, err,
                     "INSERT INTO folder_removal (idx, folder, party, slip, target, reason)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "ittttt", a->idx, removal.from.item, body_text(a, "party"),
                     body_text(a, "slip"), removal.has_target ? removal.to.item : NULL,
                     body_text(a, "reason"));
}

const struct act ACT_FOLDER_REMOVE = {
    .name = "folder.remove/1",
    .fields = FOLDER_REMOVE,
    .signers_max = 2,
    .rules = "A9 A13",
    .signed_by = "the archive custodian and a supervisor",
    .apply = remove_apply,
    .keeps_people = true,
    .zh = "从档案 {label}（{item}）移出 {papers}，交 {party}（单号 {slip}）或并入档案 "
          "{target.label}，原因 {reason}",
    .en = "{papers} leave the folder {label} ({item}) to {party} (slip {slip}) or into the "
          "folder {target.label}, reason {reason}",
};

/* ---- folder.move ---- */

static const struct field MOVED[] = {
    {.name = "at", .type = FIELD_PLACE, .is_nullable = true},
    {.name = "box", .type = FIELD_OBJECT, .is_nullable = true, .of = BOX_FIELDS},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field FOLDER_MOVE[] = {
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = MOVED, .key = "item"},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status move_folder(struct apply *a, const json_t *named, int64_t event_at,
                                       struct custody_error *err)
{
    const json_t *box = json_object_get(named, "box");
    const char *place = body_member(named, "at");
    const char *box_item = body_member(box, "item");
    struct folder_state folder;
    TRY(folder_need(a, named, &folder, err));
    TRY(folder_need_whole(a, &folder, err));
    RULE(event_at >= folder.event_at, "late", "%s has moved since that event time.",
         folder.item);
    if (box_item != NULL) {
        TRY(box_need(a, box, err));
    }
    if (place != NULL) {
        TRY(register_need_place(a, place, err));
    }
    TRY(store_run(a->store, err,
                  "INSERT INTO folder_event (item, idx, event_at, box, at, was_box, was_at,"
                  " was_event_at, was_idx)"
                  " SELECT item, ?2, ?3, ?4, ?5, box, at, event_at, since_idx FROM folder"
                  " WHERE item = ?1",
                  "tiitt", folder.item, a->idx, event_at, box_item, place));
    return store_run(a->store, err,
                     "UPDATE folder SET box = ?2, at = ?3, event_at = ?4, since_idx = ?5"
                     " WHERE item = ?1",
                     "tttii", folder.item, box_item, place, event_at, a->idx);
}

static enum custody_status move_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    int64_t event_at = 0;
    size_t i = 0;
    const json_t *folder = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(folder_signs_alone(a, roles, "seats", "Folders are moved by the archive custodian.",
                           err));
    TRY(apply_code(a, "reason", "reasons", err));
    TRY(apply_event_time(a, &event_at, err));
    json_array_foreach(json_object_get(a->body, "folders"), i, folder)
    {
        TRY(move_folder(a, folder, event_at, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_MOVE = {
    .name = "folder.move/1",
    .fields = FOLDER_MOVE,
    .signers_max = 1,
    .rules = "A4 A11",
    .signed_by = "the archive custodian",
    .apply = move_apply,
    .undo = undo_papers,
    .keeps_people = true,
    .zh = "{by} 变更档案存放位置：{folders}，原因 {reason}",
    .en = "{by} moves the folders {folders}, reason {reason}",
};

/* ---- folder.close ---- */

const char *const FOLDER_TRIGGERS[] = {"lease_ended", "moved_out", "other", "sold", NULL};
static const struct field CLOSED[] = {
    {.name = "date", .type = FIELD_DATE},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "trigger", .type = FIELD_ENUM, .values = FOLDER_TRIGGERS},
    {.name = NULL},
};
static const struct field FOLDER_CLOSE[] = {
    {.name = "folders", .type = FIELD_LIST, .min = 1, .of = CLOSED, .key = "item"},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

enum custody_status folder_shut(struct apply *a, const char *item, const char *trigger,
                                const char *date, struct custody_error *err)
{
    char today[11];
    TRY(apply_local_day(a, a->at, today, err));
    RULE(strcmp(date, today) <= 0, "A12",
         "%s is closed by what has happened: its day is not after today.", item);
    return store_run(a->store, err,
                     "UPDATE folder SET state = 'closed', trigger_code = ?2, trigger_date = ?3,"
                     " closed_idx = ?4 WHERE item = ?1",
                     "ttti", item, trigger, date, a->idx);
}

static enum custody_status close_apply(struct apply *a, struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    size_t i = 0;
    const json_t *named = NULL;
    TRY(folder_need_policy(a, err));
    TRY(folder_need_class(a, json_object_get(a->body, "folders"), err));
    TRY(folder_signs_alone(a, roles, "seats", "Folders are closed by the archive custodian.",
                           err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "folders"), i, named)
    {
        struct folder_state folder;
        TRY(folder_need(a, named, &folder, err));
        TRY(folder_need_whole(a, &folder, err));
        TRY(folder_shut(a, folder.item, body_member(named, "trigger"),
                        body_member(named, "date"), err));
    }
    return CUSTODY_OK;
}

const struct act ACT_FOLDER_CLOSE = {
    .name = "folder.close/1",
    .fields = FOLDER_CLOSE,
    .signers_max = 1,
    .rules = "A12",
    .signed_by = "the archive custodian",
    .apply = close_apply,
    .keeps_people = true,
    .zh = "{by} 办结档案 {#folders} 卷：{folders}，原因 {reason}",
    .en = "{by} closes {#folders} folders: {folders}, reason {reason}",
};
