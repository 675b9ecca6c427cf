/* key.add, and the undoing of whatever moved items (FORMATS.md §10, §15; K5, K6, K8). */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "key_add.h"
#include "policy.h"
#include "register.h"
#include "rows.h"

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ---- key.add ---- */

const struct field KEY_RING_FIELDS[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field KEY[] = {
    {.name = "copy", .type = FIELD_INT, .min = 1, .max = 999},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "locks", .type = FIELD_PLACES, .min = 1},
    {.name = "ring", .type = FIELD_OBJECT, .is_nullable = true, .of = KEY_RING_FIELDS},
    {.name = NULL},
};
static const struct field KEY_ADD[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "keys", .type = FIELD_LIST, .min = 1, .of = KEY, .key = "item"},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Class of a key: that of the kind of its first lock (FORMATS.md §15). */
enum custody_status key_class_of_lock(struct apply *a, const char *lock, char *out, size_t size,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT kind FROM lock WHERE code = ?1 AND void_idx IS NULL", "t", lock);
    bool is_found = rc == CUSTODY_OK && query.has_row;
    out[0] = '\0';
    if (is_found) {
        const json_t *kind = policy_find(a->policy, "lock_kinds", store_text(&query, 0));
        (void)snprintf(out, size, "%s", kind != NULL ? member(kind, "class") : "");
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "There is no lock of the code %s: add it first.", lock);
    return CUSTODY_OK;
}

static enum custody_status put_item(struct apply *a, const char *item, const char *label,
                                    const char *desk, const char *key_class, int64_t copy,
                                    const char *ring, int64_t event_at,
                                    struct custody_error *err)
{
    return item_put(a,
                    &(struct new_item){.item = item,
                                       .label = label,
                                       .desk = desk,
                                       .key_class = key_class,
                                       .ring = ring,
                                       .copy = copy,
                                       .event_at = event_at},
                    err);
}

static enum custody_status put_ring(struct apply *a, const json_t *ring, const char *desk,
                                    int64_t event_at, struct custody_error *err)
{
    struct item_state state;
    bool is_found = false;
    const char *item = member(ring, "item");
    const char *label = member(ring, "label");
    RULE(item[0] == 'R', "structure", "The item of a ring begins with R.");
    TRY(item_load(a, item, &state, &is_found, err));
    if (is_found && strcmp(state.holder_kind, "void") != 0) {
        RULE(strcmp(state.label, label) == 0, "label",
             "%s bears another label in the register than in this act.", item);
        RULE(strcmp(state.desk, desk) == 0, "state", "The ring %s belongs to another desk.",
             item);
        return CUSTODY_OK;
    }
    TRY(register_claim_id(a, item, err));
    return put_item(a, item, label, desk, NULL, 0, NULL, event_at, err);
}

enum custody_status key_register(struct apply *a, const struct new_key *key,
                                 struct custody_error *err)
{
    RULE(key->item[0] == 'K', "structure", "The item of a key begins with K.");
    TRY(register_claim_id(a, key->item, err));
    if (json_is_object(key->ring)) {
        TRY(put_ring(a, key->ring, key->desk, key->event_at, err));
    }
    return put_item(a, key->item, key->label, key->desk, key->key_class, key->copy,
                    member(key->ring, "item"), key->event_at, err);
}

static enum custody_status add_key(struct apply *a, const json_t *key, const char *desk_code,
                                   const json_t *desk, struct custody_error *err)
{
    const char *item = member(key, "item");
    const json_t *locks = json_object_get(key, "locks");
    char key_class[40] = "";
    size_t i = 0;
    const json_t *lock = NULL;
    json_array_foreach(locks, i, lock)
    {
        char this_class[40];
        TRY(key_class_of_lock(a, json_string_value(lock), this_class, sizeof this_class, err));
        if (i == 0) {
            (void)snprintf(key_class, sizeof key_class, "%s", this_class);
        }
    }
    RULE(strings_have(json_object_get(desk, "classes"), key_class), "K8",
         "%s is of a class that this desk does not keep.", item);
    const struct new_key fresh = {.item = item,
                                  .label = member(key, "label"),
                                  .desk = desk_code,
                                  .key_class = key_class,
                                  .copy = json_integer_value(json_object_get(key, "copy")),
                                  .event_at = a->at,
                                  .ring = json_object_get(key, "ring")};
    TRY(key_register(a, &fresh, err));
    json_array_foreach(locks, i, lock)
    {
        TRY(store_run(a->store, err, "INSERT INTO key_lock (item, n, lock) VALUES (?1, ?2, ?3)",
                      "tit", item, (int64_t)i, json_string_value(lock)));
    }
    return CUSTODY_OK;
}

static enum custody_status add_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const json_t *desk = NULL;
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE}, {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = member(desk, "custodian_role");
    TRY(seats_require(a, seats, 2, "seats",
                      "Keys are registered by the desk's custodian and a supervisor.", &seating,
                      err));
    size_t i = 0;
    const json_t *key = NULL;
    json_array_foreach(json_object_get(a->body, "keys"), i, key)
    {
        TRY(add_key(a, key, desk_code, desk, err));
    }
    return CUSTODY_OK;
}

/* ---- undo of what moved items ---- */

static enum custody_status undo_item(struct apply *a, const char *item, int64_t target,
                                     struct custody_error *err)
{
    int64_t later = 0;
    TRY(store_get_int(a->store, err, &later, NULL,
                      "SELECT count(*) FROM movement WHERE item = ?1 AND idx > ?2"
                      " AND void_idx IS NULL",
                      "ti", item, target));
    NEED(later == 0, "state", "%s has moved since; correct the later act first.", item);
    TRY(store_run(a->store, err,
                  "UPDATE movement SET void_idx = ?3, void_t = ?4, node = ?5"
                  " WHERE item = ?1 AND idx = ?2",
                  "tiiii", item, target, a->idx, a->t, (int64_t)ITEM_NODE_VOID));
    TRY(store_run(a->store, err,
                  "UPDATE movement SET ended_at = NULL, ended_t = NULL, node = NULL"
                  " WHERE item = ?1 AND idx = (SELECT max(idx) FROM movement"
                  "  WHERE item = ?1 AND void_idx IS NULL)",
                  "t", item));
    TRY(store_run(a->store, err,
                  "UPDATE item SET (holder_kind, holder, since_idx, event_at) ="
                  " (SELECT holder_kind, holder, idx, event_at FROM movement"
                  "  WHERE movement.item = item.item AND void_idx IS NULL"
                  "  ORDER BY idx DESC LIMIT 1)"
                  " WHERE item = ?1 AND EXISTS (SELECT 1 FROM movement"
                  "  WHERE movement.item = item.item AND void_idx IS NULL)",
                  "t", item));
    /* With the due it had before, which an extension may have moved since it was lent. */
    TRY(store_run(a->store, err,
                  "UPDATE item SET due = (SELECT was_due FROM movement"
                  "  WHERE movement.item = item.item AND idx = ?2) WHERE item = ?1",
                  "ti", item, target));
    TRY(store_run(
        a->store, err,
        "UPDATE item SET holder_kind = 'void', holder = '', due = NULL, since_idx = ?2"
        " WHERE item = ?1 AND NOT EXISTS (SELECT 1 FROM movement"
        "  WHERE movement.item = item.item AND void_idx IS NULL)",
        "ti", item, a->idx));
    return item_touch(a, item, err);
}

/* Every movement that the corrected act made. */
enum custody_status undo_movements(struct apply *a, int64_t target, const json_t *body,
                                   struct custody_error *err)
{
    (void)body;
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT m.item FROM act_item t JOIN movement m ON m.item = t.item AND m.idx = t.idx"
        " WHERE t.idx = ?1 ORDER BY m.item DESC",
        "i", target);
    while (rc == CUSTODY_OK && query.has_row) {
        char item[10];
        (void)snprintf(item, sizeof item, "%s", store_text(&query, 0));
        rc = undo_item(a, item, target, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

/* What is unregistered hangs on no ring that stays, and nobody asked for it. That a tag was
 * printed keeps nothing: the mistake is often seen on the tag. */
static enum custody_status undo_add(struct apply *a, int64_t target, const json_t *body,
                                    struct custody_error *err)
{
    int64_t used = 0;
    TRY(store_get_int(a->store, err, &used, NULL,
                      "SELECT (SELECT count(*) FROM item k JOIN item r ON k.ring = r.item"
                      "        WHERE r.idx = ?1 AND k.idx <> ?1 AND k.holder_kind <> 'void')"
                      " + (SELECT count(*) FROM request_item q JOIN item i ON i.item = q.item"
                      "    WHERE i.idx = ?1)"
                      " + (SELECT count(*) FROM act_item t JOIN item i ON i.item = t.item"
                      "    JOIN refusal f ON f.idx = t.idx WHERE i.idx = ?1)"
                      " + (SELECT count(*) FROM authority_scope s JOIN item i"
                      "    ON i.item = s.value WHERE s.kind = 'item' AND i.idx = ?1)"
                      " + (SELECT count(*) FROM key_copy c JOIN item i ON i.item = c.of"
                      "    WHERE i.idx = ?1)"
                      " + (SELECT count(*) FROM item i JOIN act_item t ON t.item = i.item"
                      "    WHERE i.idx = ?1 AND t.idx <> ?1 AND NOT EXISTS (SELECT 1"
                      "     FROM correction c WHERE t.idx IN (c.target, c.idx))"
                      "    AND NOT EXISTS (SELECT 1 FROM act_log l WHERE l.idx = t.idx"
                      "     AND l.act = 'tag.print/1'))",
                      "i", target));
    NEED(used == 0, "state", "A ring or a later act names a key of this act; it stays.");
    return undo_movements(a, target, body, err);
}

const struct act ACT_KEY_ADD = {
    .name = "key.add/1",
    .fields = KEY_ADD,
    .signers_max = 2,
    .rules = "K5 K6 K8",
    .signed_by = "the desk's custodian and a supervisor",
    .apply = add_apply,
    .undo = undo_add,
    .is_line = true,
    .keeps_people = true,
    .zh = "{desk} 登记钥匙：{keys}",
    .en = "register at {desk} the keys {keys}",
};
