/*
 * Items: loading, moving, undoing a movement. Every change of holder is a movement row.
 *
 * Who held what at a moment is asked of a person with years of ended loans, of which one or
 * two cover that moment. So a movement that has ended gets the number of a node of the binary
 * tree over all seconds: the one where its time [event_at, ended_at) forks, that is the common
 * beginning of its first and last second, then 1, then zeros. Whatever covers a second stands
 * at one of the 32 nodes above it (WHO_READ), and at one node stands no more than was held at
 * the one moment that the node is. The last movement of an item has no node: it is the item's
 * own row.
 */
#include <stdio.h>
#include <string.h>

#include "apply.h"

enum custody_status item_load(struct apply *a, const char *item, struct item_state *ret_item,
                              bool *ret_found, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT label, desk, class, ring, holder_kind, holder, event_at, since_idx"
                    " FROM item WHERE item = ?1",
                    "t", item);
    if (rc == CUSTODY_OK && query.has_row) {
        *ret_item = (struct item_state){0};
        (void)snprintf(ret_item->item, sizeof ret_item->item, "%s", item);
        (void)snprintf(ret_item->label, sizeof ret_item->label, "%s", store_text(&query, 0));
        (void)snprintf(ret_item->desk, sizeof ret_item->desk, "%s", store_text(&query, 1));
        (void)snprintf(ret_item->key_class, sizeof ret_item->key_class, "%s",
                       store_is_null(&query, 2) ? "" : store_text(&query, 2));
        (void)snprintf(ret_item->ring, sizeof ret_item->ring, "%s",
                       store_is_null(&query, 3) ? "" : store_text(&query, 3));
        (void)snprintf(ret_item->holder_kind, sizeof ret_item->holder_kind, "%s",
                       store_text(&query, 4));
        (void)snprintf(ret_item->holder, sizeof ret_item->holder, "%s", store_text(&query, 5));
        ret_item->event_at = store_int(&query, 6);
        ret_item->since_idx = store_int(&query, 7);
    }
    if (rc == CUSTODY_OK) {
        *ret_found = query.has_row;
    }
    store_end(&query);
    return rc;
}

enum custody_status item_need(struct apply *a, const json_t *named, struct item_state *ret_item,
                              struct custody_error *err)
{
    bool is_found = false;
    const char *item = json_string_value(json_object_get(named, "item"));
    const char *label = json_string_value(json_object_get(named, "label"));
    TRY(item_load(a, item, ret_item, &is_found, err));
    NEED(is_found && strcmp(ret_item->holder_kind, "void") != 0, "object",
         "%s is not in the register.", item);
    RULE(strcmp(ret_item->label, label) == 0, "label",
         "%s bears another label in the register than in this act.", item);
    return CUSTODY_OK;
}

enum custody_status item_touch(struct apply *a, const char *item, struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO act_item (item, idx) VALUES (?1, ?2)", "ti", item,
                     a->idx);
}

/* Refused when the item has moved by this act already. */
static enum custody_status put_movement(struct apply *a, const char *item, const char *kind,
                                        const char *holder_kind, const char *holder,
                                        int64_t event_at, int64_t due,
                                        struct custody_error *err)
{
    struct custody_error inner = {0};
    enum custody_status rc =
        store_run(a->store, &inner,
                  "INSERT INTO movement (item, idx, event_at, known_at, kind, holder_kind,"
                  " holder, due, was_due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, 0),"
                  " (SELECT due FROM item WHERE item = ?1))",
                  "tiiittti", item, a->idx, event_at, a->t, kind, holder_kind, holder, due);
    if (rc == CUSTODY_ERR_REFUSED) {
        /* The same item twice in one act. */
        NEED(false, "K4", "%s is named twice in this act.", item);
    }
    if (rc != CUSTODY_OK && err != NULL) {
        *err = inner;
    }
    return rc;
}

/* Node of what lasted from `from` until `to`. */
static int64_t node_of(int64_t from, int64_t to)
{
    if (to <= from) {
        return ITEM_NODE_NEVER;
    }
    uint64_t last = (uint64_t)(to - 1);
    uint64_t differing = (uint64_t)from ^ last;
    unsigned height = differing == 0 ? 0 : 63U - (unsigned)__builtin_clzll(differing);
    return (int64_t)((last >> height | 1U) << height);
}

/* The movement that brought the item where it is ends now. */
static enum custody_status end_last_movement(struct apply *a, const char *item,
                                             int64_t ended_at, struct custody_error *err)
{
    struct store_query query = {0};
    int64_t since_idx = 0;
    int64_t event_at = 0;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT since_idx, event_at FROM item WHERE item = ?1", "t", item);
    bool is_found = rc == CUSTODY_OK && query.has_row;
    if (is_found) {
        since_idx = store_int(&query, 0);
        event_at = store_int(&query, 1);
    }
    store_end(&query);
    if (!is_found) {
        return rc;
    }
    return store_run(a->store, err,
                     "UPDATE movement SET ended_at = ?3, ended_t = ?4, node = ?5"
                     " WHERE item = ?1 AND idx = ?2",
                     "tiiii", item, since_idx, ended_at, a->t, node_of(event_at, ended_at));
}

enum custody_status item_move(struct apply *a, const char *item, const char *kind,
                              const char *holder_kind, const char *holder, int64_t event_at,
                              int64_t due, struct custody_error *err)
{
    TRY(put_movement(a, item, kind, holder_kind, holder, event_at, due, err));
    TRY(end_last_movement(a, item, event_at, err));
    TRY(store_run(a->store, err,
                  "UPDATE item SET holder_kind = ?2, holder = ?3, since_idx = ?4,"
                  " event_at = ?5, due = nullif(?6, 0) WHERE item = ?1",
                  "tttiii", item, holder_kind, holder, a->idx, event_at, due));
    return item_touch(a, item, err);
}

enum custody_status item_put(struct apply *a, const struct new_item *item,
                             struct custody_error *err)
{
    TRY(store_run(
        a->store, err,
        "INSERT INTO item (item, id, label, desk, class, copy, ring, idx, holder_kind,"
        " holder, since_idx, event_at)"
        " VALUES (?1, ?9, ?2, ?3, ?4, nullif(?5, 0), ?6, ?7, 'desk', ?3, ?7, ?8)",
        "ttttitiit", item->item, item->label, item->desk, item->key_class, item->copy,
        item->ring, a->idx, item->event_at, item->item + 1));
    TRY(put_movement(a, item->item, "add", "desk", item->desk, item->event_at, 0, err));
    return item_touch(a, item->item, err);
}
