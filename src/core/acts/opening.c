/* opening.balance: where the keys were before the program came (FORMATS.md §17.4; K19). */
#include <string.h>

#include "loss.h"
#include "move.h"
#include "rows.h"
#include "seal.h"

static const char *const STATES[] = {"at_desk", "lent", "lost", "owner", "sealed", NULL};
static const struct field KEY[] = {
    {.name = "holder", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "page", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "seal", .type = FIELD_TEXT, .is_nullable = true},
    {.name = "state", .type = FIELD_ENUM, .values = STATES},
    {.name = NULL},
};
static const struct field OPENING[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "keys", .type = FIELD_LIST, .min = 1, .of = KEY, .key = "item"},
    {.name = "place", .type = FIELD_PLACE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Where a key goes, and that its line says neither more nor less. */
static enum custody_status find_holder(struct apply *a, const json_t *key, const char *desk,
                                       const char **ret_kind, const char **ret_holder,
                                       struct custody_error *err)
{
    const char *item = body_member(key, "item");
    const char *state = body_member(key, "state");
    const char *holder = body_member(key, "holder");
    const char *seal = body_member(key, "seal");
    bool is_lent = strcmp(state, "lent") == 0;
    bool is_owner = strcmp(state, "owner") == 0;
    bool is_sealed = strcmp(state, "sealed") == 0;
    bool is_party = holder != NULL && is_party_id(holder);
    RULE(is_lent ? holder != NULL : holder == NULL || (is_owner && is_party), "K19",
         "%s: a holder is given for what is lent, and a party or nobody for what an owner has.",
         item);
    RULE((seal != NULL) == is_sealed, "K19", "%s: a seal is given for what is sealed alone.",
         item);
    if (holder != NULL) {
        struct receiver known;
        TRY(receiver_load(a, holder, &known, err));
    }
    /* A line that broke the above goes where its state says, as far as it says it. */
    *ret_kind = "desk";
    *ret_holder = desk;
    if ((is_lent || is_owner) && holder != NULL) {
        *ret_kind = is_party ? "party" : "person";
        *ret_holder = holder;
    } else if (is_owner) {
        *ret_kind = "home";
        *ret_holder = body_text(a, "place");
    } else if (is_sealed && seal != NULL) {
        TRY(seal_make(a, seal, desk, true, err));
        *ret_kind = "seal";
        *ret_holder = seal;
    } else if (strcmp(state, "lost") == 0) {
        *ret_kind = "lost";
    }
    return CUSTODY_OK;
}

static enum custody_status open_key(struct apply *a, const json_t *key, const char *desk,
                                    struct custody_error *err)
{
    struct item_state item;
    int64_t moved = 0;
    const char *kind = NULL;
    const char *holder = NULL;
    TRY(item_need(a, key, &item, err));
    RULE(item.item[0] == 'K' && strcmp(item.desk, desk) == 0, "K19",
         "%s is no key of this desk.", item.item);
    TRY(store_get_int(a->store, err, &moved, NULL,
                      "SELECT count(*) FROM movement WHERE item = ?1 AND kind <> 'add'"
                      " AND void_idx IS NULL",
                      "t", item.item));
    RULE(moved == 0, "K19", "%s has moved in this register: its past is no longer open.",
         item.item);
    RULE(a->at >= item.event_at, "late", "%s was registered after the time of this act.",
         item.item);
    TRY(find_holder(a, key, desk, &kind, &holder, err));
    TRY(item_move(a, item.item, "opening", kind, holder, a->at, 0, err));
    if (strcmp(kind, "lost") == 0) {
        TRY(loss_open(a, item.item, "opening", NULL, err));
    }
    return store_run(a->store, err,
                     "INSERT INTO opening (item, idx, place, state, page)"
                     " VALUES (?1, ?2, ?3, ?4, ?5)"
                     " ON CONFLICT (item) DO UPDATE SET idx = ?2, place = ?3, state = ?4,"
                     " page = ?5",
                     "titt"
                     "t",
                     item.item, a->idx, body_text(a, "place"), body_member(key, "state"),
                     body_member(key, "page"));
}

static enum custody_status opening_apply(struct apply *a, struct custody_error *err)
{
    const char *desk_code = body_text(a, "desk");
    const json_t *desk = NULL;
    int64_t one = 0;
    bool is_place = false;
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_ROLE}, {.kind = SEAT_ROLE, .roles = {"supervisor"}}};
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    TRY(seats_require(a, seats, 2, "seats",
                      "An opening balance is signed by the desk's custodian and a supervisor, "
                      "two persons.",
                      &seating, err));
    TRY(store_get_int(a->store, err, &one, &is_place,
                      "SELECT 1 FROM place WHERE code = ?1 AND void_idx IS NULL", "t",
                      body_text(a, "place")));
    NEED(is_place, "object", "There is no place of the code %s.", body_text(a, "place"));
    size_t i = 0;
    const json_t *key = NULL;
    json_array_foreach(json_object_get(a->body, "keys"), i, key)
    {
        TRY(open_key(a, key, desk_code, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_OPENING_BALANCE = {
    .name = "opening.balance/1",
    .fields = OPENING,
    .signers_max = 2,
    .rules = "K19",
    .signed_by = "the desk's custodian and a supervisor",
    .apply = opening_apply,
    .is_line = true,
    .keeps_people = true,
    .zh = "{desk} 结转 {place} 的钥匙，共 {#keys} 把：{keys}",
    .en = "bring forward at {desk} the {#keys} keys of {place}: {keys}",
};
