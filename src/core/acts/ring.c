/* ring.make, ring.break: keys tied together (FORMATS.md §17.4; K5). */
#include <string.h>

#include "register.h"
#include "rows.h"

static const struct field RING[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field RING_ACT[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "ring", .type = FIELD_OBJECT, .of = RING},
    {.name = NULL},
};

/* A ring hangs on no ring: the letters decide, before anything is looked up. */
static enum custody_status need_letters(struct apply *a, struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    NEED(body_member(json_object_get(a->body, "ring"), "item")[0] == 'R', "structure",
         "The item of a ring begins with R.");
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        NEED(body_member(named, "item")[0] == 'K', "structure", "Only keys hang on a ring.");
    }
    return CUSTODY_OK;
}

/* The ring of this act: one that stands at its desk, or a new one. */
static enum custody_status find_or_put_ring(struct apply *a, const char *desk,
                                            struct custody_error *err)
{
    struct item_state state;
    bool is_found = false;
    const json_t *ring = json_object_get(a->body, "ring");
    const char *item = body_member(ring, "item");
    const char *label = body_member(ring, "label");
    TRY(item_load(a, item, &state, &is_found, err));
    if (is_found && strcmp(state.holder_kind, "void") != 0) {
        RULE(strcmp(state.label, label) == 0, "label",
             "%s bears another label in the register than in this act.", item);
        RULE(strcmp(state.desk, desk) == 0 && item_stands_at(&state, desk), "K5",
             "The ring %s is not this desk's, or not there now.", item);
        return item_touch(a, item, err);
    }
    TRY(register_claim_id(a, item, err));
    TRY(store_run(a->store, err,
                  "INSERT INTO item (item, id, label, desk, idx, holder_kind, holder,"
                  " since_idx, event_at)"
                  " VALUES (?1, substr(?1, 2), ?2, ?3, ?4, 'desk', ?3, ?4, ?5)",
                  "tttii", item, label, desk, a->idx, a->at));
    return item_move(a, item, "add", "desk", desk, a->at, 0, err);
}

static enum custody_status make_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *ring = body_member(json_object_get(a->body, "ring"), "item");
    TRY(need_letters(a, err));
    TRY(desk_signs_alone(a, desk, NULL, "K2", err));
    TRY(find_or_put_ring(a, desk, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct item_state item;
        TRY(item_need(a, named, &item, err));
        RULE(item_stands_at(&item, desk) && strcmp(item.desk, desk) == 0, "K5",
             "%s is not this desk's, or not there now: only what lies there is tied together.",
             item.item);
        RULE(item.ring[0] == '\0', "K5", "%s hangs on the ring %s: take it off first.",
             item.item, item.ring);
        TRY(store_run(a->store, err, "UPDATE item SET ring = ?2 WHERE item = ?1", "tt",
                      item.item, ring));
        TRY(item_touch(a, item.item, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_RING_MAKE = {
    .name = "ring.make/1",
    .fields = RING_ACT,
    .signers_max = 1,
    .rules = "K2 K5",
    .signed_by = "the desk's custodian",
    .apply = make_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 将 {items} 穿入钥匙串 {ring.label} ({ring.item})",
    .en = "{by} hangs at {desk} {items} on the ring {ring.label} ({ring.item})",
};

static enum custody_status break_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    struct item_state ring;
    TRY(need_letters(a, err));
    TRY(desk_signs_alone(a, desk, NULL, "seats", err));
    TRY(item_need(a, json_object_get(a->body, "ring"), &ring, err));
    RULE(item_stands_at(&ring, desk), "K5", "The ring %s is not at this desk.", ring.item);
    TRY(item_touch(a, ring.item, err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct item_state item;
        TRY(item_need(a, named, &item, err));
        RULE(strcmp(item.ring, ring.item) == 0, "K5", "%s does not hang on this ring.",
             item.item);
        RULE(item_stands_at(&item, desk), "K5", "%s is not at this desk.", item.item);
        TRY(store_run(a->store, err,
                      "UPDATE item SET ring = NULL WHERE item = ?1 AND ring = ?2", "tt",
                      item.item, ring.item));
        TRY(item_touch(a, item.item, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_RING_BREAK = {
    .name = "ring.break/1",
    .fields = RING_ACT,
    .signers_max = 1,
    .rules = "K5",
    .signed_by = "the desk's custodian",
    .apply = break_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 从钥匙串 {ring.label} ({ring.item}) 取下 {items}",
    .en = "{by} takes at {desk} {items} off the ring {ring.label} ({ring.item})",
};
