/* board.set: the board of every day, which each shift counts (FORMATS.md §17.4; K12). */
#include <string.h>

#include "register.h"
#include "rows.h"

static const struct field BOARD_SET[] = {
    {.name = "add", .type = FIELD_ITEMS, .min = 0},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "remove", .type = FIELD_ITEMS, .min = 0},
    {.name = NULL},
};

/* An item is on one board at most; "the board" of an act is that of its desk. */
static enum custody_status load_boarded(struct apply *a, const json_t *named, const char *desk,
                                        struct item_state *ret_item, bool *ret_on_board,
                                        struct custody_error *err)
{
    int64_t one = 0;
    TRY(item_need(a, named, ret_item, err));
    RULE(strcmp(ret_item->desk, desk) == 0, "K12", "%s belongs to the desk %s, not to this.",
         ret_item->item, ret_item->desk);
    TRY(item_touch(a, ret_item->item, err));
    return store_get_int(a->store, err, &one, ret_on_board,
                         "SELECT 1 FROM board WHERE item = ?1 AND desk = ?2", "tt",
                         ret_item->item, desk);
}

static enum custody_status set_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const json_t *add = json_object_get(a->body, "add");
    const json_t *remove = json_object_get(a->body, "remove");
    TRY(desk_signs_alone(a, desk, NULL, "seats", err));
    RULE(json_array_size(add) + json_array_size(remove) > 0, "structure",
         "Name what goes onto the board or off it.");
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(add, i, named)
    {
        struct item_state item;
        bool is_on_board = false;
        TRY(load_boarded(a, named, desk, &item, &is_on_board, err));
        RULE(!is_on_board, "state", "%s is on the board already.", item.item);
        RULE(!items_name(remove, item.item), "state", "%s goes onto the board and off it.",
             item.item);
        /* What came from another desk's board leaves it. */
        TRY(store_run(a->store, err,
                      "INSERT OR REPLACE INTO board (item, desk, idx) VALUES (?1, ?2, ?3)",
                      "tti", item.item, desk, a->idx));
    }
    json_array_foreach(remove, i, named)
    {
        struct item_state item;
        bool is_on_board = false;
        TRY(load_boarded(a, named, desk, &item, &is_on_board, err));
        RULE(is_on_board, "state", "%s is not on the board.", item.item);
        TRY(store_run(a->store, err, "DELETE FROM board WHERE item = ?1 AND desk = ?2", "tt",
                      item.item, desk));
    }
    return CUSTODY_OK;
}

const struct act ACT_BOARD_SET = {
    .name = "board.set/1",
    .fields = BOARD_SET,
    .signers_max = 1,
    .rules = "K12",
    .signed_by = "the desk's custodian",
    .apply = set_apply,
    .keeps_people = true,
    .zh = "{by} 调整 {desk} 的日常钥匙板：加入 {#add} 项 {add}，撤下 {#remove} 项 {remove}",
    .en = "{by} changes the daily board of {desk}: on {#add} {add}, off {#remove} {remove}",
};
