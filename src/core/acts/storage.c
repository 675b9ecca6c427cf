/* storage.add, storage.move: shelves and boxes, where folders stand (FORMATS.md §19.3; A4). */
#include <string.h>

#include "folder.h"
#include "move.h"
#include "register.h"
#include "rows.h"

static const struct field NODE[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "place", .type = FIELD_PLACE, .is_nullable = true},
    {.name = "within", .type = FIELD_ITEM, .is_nullable = true},
    {.name = NULL},
};
static const struct field STORAGE_ADD[] = {
    {.name = "nodes", .type = FIELD_LIST, .min = 1, .of = NODE, .key = "item"},
    {.name = NULL},
};
static const struct field STORAGE_MOVE[] = {
    {.name = "nodes", .type = FIELD_LIST, .min = 1, .of = NODE, .key = "item"},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

/* The label of a shelf or box of the register. */
static enum custody_status storage_load(struct apply *a, const char *item, const char *label,
                                        bool *ret_found, bool *ret_same_label,
                                        struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err, "SELECT label FROM storage WHERE item = ?1", "t", item);
    if (rc == CUSTODY_OK) {
        *ret_found = query.has_row;
        *ret_same_label = query.has_row && strcmp(store_text(&query, 0), label) == 0;
    }
    store_end(&query);
    return rc;
}

enum custody_status storage_need(struct apply *a, const json_t *named,
                                 struct custody_error *err)
{
    const char *item = body_member(named, "item");
    bool is_found = false;
    bool is_same = false;
    TRY(storage_load(a, item, body_member(named, "label"), &is_found, &is_same, err));
    NEED(is_found, "object", "%s is no shelf or box of the register: add it first.", item);
    RULE(is_same, "label", "%s bears another label in the register than in this act.", item);
    return thing_touch(a, item, err);
}

enum custody_status box_need(struct apply *a, const json_t *named, struct custody_error *err)
{
    NEED(body_member(named, "item")[0] == 'B', "object",
         "%s is no box: folders stand in boxes, whose codes begin with B.",
         body_member(named, "item"));
    return storage_need(a, named, err);
}

/* A shelf stands in a place; a box does, or on a shelf. */
static enum custody_status judge_node(struct apply *a, const json_t *node,
                                      struct custody_error *err)
{
    const char *item = body_member(node, "item");
    const char *place = body_member(node, "place");
    const char *within = body_member(node, "within");
    NEED(item[0] == 'B' || item[0] == 'S', "structure",
         "%s is neither a shelf (S) nor a box (B).", item);
    NEED((place != NULL) != (within != NULL), "structure",
         "%s stands either in a place or on a shelf: give the one of them.", item);
    NEED(item[0] == 'B' || place != NULL, "structure", "The shelf %s stands in a place.", item);
    return CUSTODY_OK;
}

/* What the node stands in exists. */
static enum custody_status need_support(struct apply *a, const json_t *node,
                                        struct custody_error *err)
{
    const char *place = body_member(node, "place");
    const char *within = body_member(node, "within");
    int64_t one = 0;
    bool is_found = false;
    if (place != NULL) {
        return register_need_place(a, place, err);
    }
    TRY(store_get_int(a->store, err, &one, &is_found,
                      "SELECT 1 FROM storage WHERE item = ?1 AND item >= 'S' AND item < 'T'",
                      "t", within));
    NEED(is_found, "object", "%s is no shelf of the register: add it first.", within);
    return CUSTODY_OK;
}

static enum custody_status judge_nodes(struct apply *a, const char *sentence,
                                       struct custody_error *err)
{
    static const char *const roles[] = {"archive_custodian", NULL};
    size_t i = 0;
    const json_t *node = NULL;
    TRY(folder_need_policy(a, err));
    json_array_foreach(json_object_get(a->body, "nodes"), i, node)
    {
        TRY(judge_node(a, node, err));
    }
    return folder_signs_alone(a, roles, "seats", sentence, err);
}

/* ---- storage.add ---- */

static enum custody_status add_node(struct apply *a, const json_t *node,
                                    struct custody_error *err)
{
    const char *item = body_member(node, "item");
    const char *label = body_member(node, "label");
    int64_t one = 0;
    bool is_taken = false;
    TRY(register_need_fresh_id(a, item, err));
    TRY(store_get_int(a->store, err, &one, &is_taken, "SELECT 1 FROM storage WHERE label = ?1",
                      "t", label));
    NEED(!is_taken, "exists", "Another shelf or box bears the label of %s: give it its own.",
         item);
    TRY(need_support(a, node, err));
    TRY(store_run(a->store, err,
                  "INSERT INTO storage (item, id, label, place, within, idx)"
                  " VALUES (?1, substr(?1, 2), ?2, ?3, ?4, ?5)",
                  "tttti", item, label, body_member(node, "place"), body_member(node, "within"),
                  a->idx));
    return thing_touch(a, item, err);
}

/* Boxes sort before the shelves that they may stand on: shelves are put in first. */
static enum custody_status add_apply(struct apply *a, struct custody_error *err)
{
    TRY(judge_nodes(a, "Shelves and boxes are registered by the archive custodian.", err));
    for (int is_box = 0; is_box <= 1; is_box++) {
        size_t i = 0;
        const json_t *node = NULL;
        json_array_foreach(json_object_get(a->body, "nodes"), i, node)
        {
            if ((body_member(node, "item")[0] == 'B') == (is_box == 1)) {
                TRY(add_node(a, node, err));
            }
        }
    }
    return CUSTODY_OK;
}

const struct act ACT_STORAGE_ADD = {
    .name = "storage.add/1",
    .fields = STORAGE_ADD,
    .signers_max = 1,
    .rules = "A4 A11",
    .signed_by = "the archive custodian",
    .apply = add_apply,
    .is_line = true,
    .keeps_people = true,
    .zh = "{by} 登记档案柜架与档案盒：{nodes}",
    .en = "{by} registers the shelves and boxes {nodes}",
};

/* ---- storage.move ---- */

static enum custody_status move_apply(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *node = NULL;
    TRY(judge_nodes(a, "Shelves and boxes are moved by the archive custodian.", err));
    TRY(apply_code(a, "reason", "reasons", err));
    json_array_foreach(json_object_get(a->body, "nodes"), i, node)
    {
        TRY(storage_need(a, node, err));
        TRY(need_support(a, node, err));
        TRY(store_run(a->store, err,
                      "UPDATE storage SET place = ?2, within = ?3 WHERE item = ?1", "ttt",
                      body_member(node, "item"), body_member(node, "place"),
                      body_member(node, "within")));
    }
    return CUSTODY_OK;
}

const struct act ACT_STORAGE_MOVE = {
    .name = "storage.move/1",
    .fields = STORAGE_MOVE,
    .signers_max = 1,
    .rules = "A4 A11",
    .signed_by = "the archive custodian",
    .apply = move_apply,
    .keeps_people = true,
    .zh = "{by} 移动档案柜架或档案盒：{nodes}，原因 {reason}",
    .en = "{by} moves the shelves or boxes {nodes}, reason {reason}",
};
