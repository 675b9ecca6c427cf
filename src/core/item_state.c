/* Items: loading, moving, undoing a movement. Every change of holder is a movement row. */
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

enum custody_status item_move(struct apply *a, const char *item, const char *kind,
                              const char *holder_kind, const char *holder, int64_t event_at,
                              int64_t due, struct custody_error *err)
{
    struct custody_error inner = {0};
    enum custody_status rc =
        due != 0
            ? store_run(a->store, &inner,
                        "INSERT INTO movement (item, idx, event_at, known_at, kind,"
                        " holder_kind, holder, due)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        "tiiittti", item, a->idx, event_at, a->t, kind, holder_kind, holder,
                        due)
            : store_run(a->store, &inner,
                        "INSERT INTO movement (item, idx, event_at, known_at, kind,"
                        " holder_kind, holder) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        "tiiittt", item, a->idx, event_at, a->t, kind, holder_kind, holder);
    if (rc == CUSTODY_ERR_REFUSED) {
        /* The same item twice in one act. */
        NEED(false, "K4", "%s is named twice in this act.", item);
    }
    if (rc != CUSTODY_OK) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    TRY(store_run(a->store, err,
                  "UPDATE item SET holder_kind = ?2, holder = ?3, since_idx = ?4,"
                  " event_at = ?5, due = nullif(?6, 0) WHERE item = ?1",
                  "tttiii", item, holder_kind, holder, a->idx, event_at, due));
    return item_touch(a, item, err);
}
