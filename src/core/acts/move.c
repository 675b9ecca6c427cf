/* Moving keys and rings: the shared part of the acts of custody. */
#include "move.h"

#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "policy.h"
#include "rows.h"

static const char *const RECEIPT_KINDS[] = {"credential", "paper", "screen", "thumb", NULL};
const struct field RECEIPT_FIELDS[] = {
    {.name = "image", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "kind", .type = FIELD_ENUM, .values = RECEIPT_KINDS},
    {.name = "slip", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "unsigned_reason", .type = FIELD_CODE, .is_nullable = true},
    {.name = NULL},
};
enum custody_status receiver_load(struct apply *a, const char *id,
                                  struct receiver *ret_receiver, struct custody_error *err)
{
    *ret_receiver = (struct receiver){.id = id, .is_party = is_party_id(id)};
    if (!ret_receiver->is_party) {
        return people_need(a, id, &ret_receiver->person, err);
    }
    int64_t one = 0;
    bool is_found = false;
    TRY(store_get_int(a->store, err, &one, &is_found,
                      "SELECT 1 FROM party WHERE party = ?1 AND void_idx IS NULL", "t", id));
    NEED(is_found, "object", "The party %s is not in the register.", id);
    return CUSTODY_OK;
}

enum custody_status count_other_holders(struct apply *a, const char *role, const char *except,
                                        int64_t *ret_count, struct custody_error *err)
{
    return store_get_int(
        a->store, err, ret_count, NULL,
        "SELECT count(*) FROM person p WHERE p.handle <> ?2 AND p.is_suspended = 0"
        " AND EXISTS (SELECT 1 FROM credential c WHERE c.handle = p.handle"
        "             AND c.revoked_idx IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM role u WHERE u.handle = p.handle"
        "                 AND u.role = 'auditor')"
        " AND (EXISTS (SELECT 1 FROM role r WHERE r.handle = p.handle AND r.role = ?1)"
        "  OR EXISTS (SELECT 1 FROM delegation d"
        "   JOIN role r ON r.handle = d.giver AND r.role = d.role"
        "   JOIN person g ON g.handle = d.giver AND g.is_suspended = 0"
        "   WHERE d.taker = p.handle AND d.role = ?1 AND d.start <= ?3 AND ?3 < d.end))",
        "tti", role, except, a->t);
}

bool items_name(const json_t *items, const char *item)
{
    size_t low = 0;
    size_t high = json_array_size(items);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(body_member(json_array_get(items, mid), "item"), item);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? mid + 1 : low;
        high = order < 0 ? high : mid;
    }
    return false;
}

enum custody_status move_members(struct apply *a, const struct item_state *ring,
                                 const struct move *move, int64_t *ret_missing,
                                 struct custody_error *err)
{
    struct store_query query = {0};
    int64_t missing = 0;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT item, holder_kind, holder, event_at FROM item WHERE ring = ?1"
                    " AND holder_kind <> 'void' ORDER BY item",
                    "t", ring->item);
    while (rc == CUSTODY_OK && query.has_row) {
        char item[10];
        (void)snprintf(item, sizeof item, "%s", store_text(&query, 0));
        bool is_with = strcmp(store_text(&query, 1), ring->holder_kind) == 0 &&
                       strcmp(store_text(&query, 2), ring->holder) == 0;
        bool is_early = store_int(&query, 3) > move->event_at;
        bool is_named = items_name(json_object_get(a->body, "items"), item);
        bool is_return = strcmp(move->kind, "return") == 0;
        bool is_there = is_return && strcmp(store_text(&query, 1), move->holder_kind) == 0 &&
                        strcmp(store_text(&query, 2), move->holder) == 0;
        if (is_named && is_return) {
            rc = CUSTODY_OK; /* comes back by its own name; a return is never refused */
        } else if (is_named) {
            rc = judge_violate(a->judge, err, "K4", "%s is named beside the ring it hangs on.",
                               item);
        } else if (items_name(move->stays, item)) {
            missing++;
        } else if (is_with && is_early) {
            rc = judge_violate(a->judge, err, "late", "%s has moved since that event time.",
                               item);
        } else if (is_with) {
            rc = item_move(a, item, move->kind, move->holder_kind, move->holder, move->event_at,
                           move->due, err);
        } else if (!is_there) {
            missing++;
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_missing = missing;
    }
    return rc;
}

enum custody_status move_check_stands(struct apply *a, const struct item_state *item,
                                      const void *arg, struct custody_error *err)
{
    const struct stands *stands = arg;
    RULE(strcmp(item->holder_kind, stands->holder_kind) == 0 &&
             (stands->holder == NULL || strcmp(item->holder, stands->holder) == 0),
         stands->rule, "%s does not stand where this act takes it from: see custody key show.",
         item->item);
    return CUSTODY_OK;
}

static enum custody_status move_item(struct apply *a, const json_t *items, const json_t *named,
                                     const struct move *move, move_check check, const void *arg,
                                     struct custody_error *err)
{
    struct item_state item;
    int64_t missing = 0;
    TRY(item_need(a, named, &item, err));
    RULE(item.item[0] == 'K' || item.item[0] == 'R', "structure",
         "Only keys and rings move by this act.");
    if (check != NULL) {
        TRY(check(a, &item, arg, err));
    }
    RULE(move->event_at >= item.event_at, "late", "%s has moved since that event time.",
         item.item);
    if (item.item[0] == 'R') {
        TRY(move_members(a, &item, move, &missing, err));
        if (missing > 0) {
            TRY(apply_flag(a, err, "ring-short", "%s moves with %lld keys missing", item.item,
                           (long long)missing));
        }
    } else if (item.ring[0] != '\0' && strcmp(item.holder_kind, "desk") == 0 &&
               !items_name(items, item.ring)) {
        TRY(apply_flag(a, err, "from-ring", "%s moves without its ring %s", item.item,
                       item.ring));
    }
    return item_move(a, item.item, move->kind, move->holder_kind, move->holder, move->event_at,
                     move->due, err);
}

enum custody_status move_items(struct apply *a, const json_t *items, const struct move *move,
                               move_check check, const void *arg, struct custody_error *err)
{
    size_t i = 0;
    const json_t *named = NULL;
    for (int pass = 0; pass < 2; pass++) {
        json_array_foreach(items, i, named)
        {
            /* Rings first: a key named beside its ring must be found where it was. */
            if ((body_member(named, "item")[0] == 'R') == (pass == 0)) {
                TRY(move_item(a, items, named, move, check, arg, err));
            }
        }
    }
    return CUSTODY_OK;
}

enum custody_status move_check_classes(struct apply *a, const json_t *desk,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT i.item, i.class FROM act_item t"
                    " JOIN movement m ON m.item = t.item AND m.idx = t.idx"
                    " JOIN item i ON i.item = t.item"
                    " WHERE t.idx = ?1 AND i.class IS NOT NULL ORDER BY i.item",
                    "i", a->idx);
    while (rc == CUSTODY_OK && query.has_row) {
        if (!strings_have(json_object_get(desk, "classes"), store_text(&query, 1))) {
            rc = judge_violate(a->judge, err, "K8",
                               "%s is of a class that this desk does not keep.",
                               store_text(&query, 0));
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}
