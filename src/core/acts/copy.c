/* key.copy, copy.close: keys cut anew, and the rest of such an approval given up (FORMATS.md
 * §17.2; K9). */
#include <string.h>

#include "approval.h"
#include "authority.h"
#include "key_add.h"
#include "move.h"
#include "policy.h"
#include "rows.h"

/* ---- key.copy ---- */

static const struct field COPY[] = {
    {.name = "copy", .type = FIELD_INT, .min = 1, .max = 999},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "ring", .type = FIELD_OBJECT, .is_nullable = true, .of = KEY_RING_FIELDS},
    {.name = NULL},
};
static const struct field KEY_COPY[] = {
    {.name = "approval", .type = FIELD_ID},
    {.name = "copies", .type = FIELD_LIST, .min = 1, .of = COPY, .key = "item"},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "of", .type = FIELD_OBJECT, .of = KEY_RING_FIELDS},
    {.name = NULL},
};

/* An approved request: of the manager or supervisor whom the class names. */
static enum custody_status judge_request(struct apply *a, const uint8_t *id,
                                         const struct approval_row *approval,
                                         const struct item_state *of, int64_t count,
                                         const char *clerk_giver, bool wants_consent,
                                         struct custody_error *err)
{
    struct request_row request;
    bool is_listed = false;
    bool is_apart = false;
    bool still_holds = false;
    bool is_authorised = true;
    const json_t *key_class = policy_find(a->policy, "key_classes", of->key_class);
    TRY(request_load(a, approval->request, &request, err));
    TRY(approval_judge(a, approval, &request, "key.copy", count, err));
    TRY(request_lists(a, approval->request, of->item, &is_listed, err));
    RULE(is_listed, "approval", "%s was not part of what was approved.", of->item);
    TRY(approval_is_apart(a, id, approval->approver, clerk_giver, &is_apart, err));
    RULE(is_apart, "approval",
         "The approver is the one who registers the copies, or one acts for the other.");
    TRY(holds_one_of(a, approval->approver, json_object_get(key_class, "copy_approval"),
                     &still_holds, err));
    RULE(still_holds, "approval", "The approver no longer holds the role.");
    if (wants_consent) {
        TRY(key_is_authorised(a, of->item, "copy", NULL, &is_authorised, err));
    }
    RULE(is_authorised, "K9",
         "A home's key is copied by the owner's authorisation or consent only.");
    return CUSTODY_OK;
}

/* The owner's word for this one: of a home's key, one copy. */
static enum custody_status judge_consent(struct apply *a, const uint8_t *id,
                                         const struct authority_row *row,
                                         const struct item_state *of, int64_t count,
                                         const char *clerk_giver, bool wants_consent,
                                         struct custody_error *err)
{
    bool copies = false;
    bool is_listed = false;
    bool is_apart = false;
    RULE(strcmp(row->kind, "consent") == 0, "approval",
         "Copies are cut by an approved request or an owner's consent.");
    TRY(authority_has(a, id, "act", "copy", &copies, err));
    TRY(authority_has(a, id, "item", of->item, &is_listed, err));
    RULE(copies && is_listed, "approval", "The owner's consent is not for copying %s.",
         of->item);
    RULE(authority_is_in_force(a, row) && count == 1, "approval",
         "An owner's consent serves one copy within its window.");
    TRY(approval_is_apart(a, id, row->grantor, clerk_giver, &is_apart, err));
    RULE(is_apart, "approval",
         "Who registered the consent as supervisor registers the copy too, or acts for the "
         "other.");
    RULE(wants_consent, "K9",
         "No owner's consent stands in for the approval of a public or facility key's copy.");
    return CUSTODY_OK;
}

static enum custody_status judge_approval(struct apply *a, const struct item_state *of,
                                          int64_t count, const char *clerk_giver,
                                          uint8_t *ret_id, struct custody_error *err)
{
    struct approval_row approval;
    struct authority_row authority = {.is_found = false};
    bool all = false;
    bool wants_consent = false;
    NEED(body_hex(a, "approval", ret_id, HASH_LEN), "structure", "The id is malformed.");
    TRY(item_wants_consent(a, of->item, &all, &wants_consent, err));
    TRY(approval_load(a, ret_id, &approval, err));
    if (approval.is_found) {
        return judge_request(a, ret_id, &approval, of, count, clerk_giver, wants_consent, err);
    }
    TRY(authority_load(a, ret_id, &authority, err));
    NEED(authority.is_found, "approval", "There is no approval of this id.");
    return judge_consent(a, ret_id, &authority, of, count, clerk_giver, wants_consent, err);
}

static enum custody_status cut(struct apply *a, const json_t *copy, const struct item_state *of,
                               const char *desk, const char *key_class, int64_t event_at,
                               const uint8_t *approval, struct custody_error *err)
{
    const struct new_key fresh = {.item = body_member(copy, "item"),
                                  .label = body_member(copy, "label"),
                                  .desk = desk,
                                  .key_class = key_class,
                                  .copy = json_integer_value(json_object_get(copy, "copy")),
                                  .event_at = event_at,
                                  .ring = json_object_get(copy, "ring")};
    TRY(key_register(a, &fresh, err));
    TRY(store_run(a->store, err,
                  "INSERT INTO key_lock (item, n, lock)"
                  " SELECT ?2, n, lock FROM key_lock WHERE item = ?1",
                  "tt", of->item, fresh.item));
    return store_run(a->store, err,
                     "INSERT INTO key_copy (item, of, approval, idx) VALUES (?1, ?2, ?3, ?4)",
                     "ttbi", fresh.item, of->item, approval, (size_t)HASH_LEN, a->idx);
}

/* Class of the kind of its first lock, as the policy now has it. */
static enum custody_status class_of_copy(struct apply *a, const char *of, char *out,
                                         size_t size, struct custody_error *err)
{
    char lock[40] = "";
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT lock FROM key_lock WHERE item = ?1 ORDER BY n LIMIT 1", "t", of);
    if (rc == CUSTODY_OK && query.has_row) {
        copy_text(lock, sizeof lock, store_text(&query, 0));
    }
    store_end(&query);
    TRY(rc);
    return key_class_of_lock(a, lock, out, size, err);
}

static enum custody_status copy_apply(struct apply *a, struct custody_error *err)
{
    const json_t *copies = json_object_get(a->body, "copies");
    const char *desk_code = body_text(a, "desk");
    int64_t count = (int64_t)json_array_size(copies);
    int64_t event_at = 0;
    const json_t *desk = NULL;
    struct item_state of;
    struct seating seating;
    struct apart apart;
    struct seat seats[1] = {{.kind = SEAT_ROLE, .apart = &apart}};
    uint8_t approval[HASH_LEN] = {0};
    char key_class[40];
    size_t i = 0;
    const json_t *copy = NULL;
    TRY(apply_desk(a, desk_code, &desk, err));
    seats[0].roles[0] = body_member(desk, "custodian_role");
    apart.count = 0;
    TRY(approval_apart(a, &apart, err));
    TRY(seats_require(a, seats, 1, "K2", "Copies are registered by the desk's custodian alone.",
                      &seating, err));
    TRY(item_need(a, json_object_get(a->body, "of"), &of, err));
    NEED(of.item[0] == 'K', "structure", "Only keys are copied, no rings.");
    RULE(strcmp(of.desk, desk_code) == 0, "K2", "%s is of another desk.", of.item);
    RULE(strcmp(of.holder_kind, "retired") != 0, "state",
         "%s is retired: nothing is cut from it any more.", of.item);
    TRY(apply_event_time(a, &event_at, err));
    TRY(judge_approval(a, &of, count, seating.is_filled ? seating.giver[0] : "", approval,
                       err));
    TRY(class_of_copy(a, of.item, key_class, sizeof key_class, err));
    json_array_foreach(copies, i, copy)
    {
        TRY(cut(a, copy, &of, desk_code, key_class, event_at, approval, err));
    }
    TRY(approval_spend(a, approval, count, err));
    return item_touch(a, of.item, err);
}

const struct act ACT_KEY_COPY = {
    .name = "key.copy/1",
    .fields = KEY_COPY,
    .signers_max = 1,
    .rules = "K2 K5 K9",
    .signed_by = "the desk's custodian",
    .apply = copy_apply,
    .keeps_people = true,
    .zh = "{by} 在 {desk} 登记由 {of.label}（{of.item}）增配的钥匙：{copies}，批准 {approval}",
    .en = "{by} registers at {desk} the copies {copies} of {of.label} ({of.item}), approval "
          "{approval}",
};

/* ---- copy.close ---- */

static const struct field CLOSE[] = {
    {.name = "approval", .type = FIELD_ID},
    {.name = "reason", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status close_apply(struct apply *a, struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct approval_row approval;
    struct request_row request;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ROLE}};
    seat_any_custodian(a, &seats[0]);
    TRY(seats_require(a, seats, 1, "seats",
                      "What is left of an approval of copies is closed by a custodian.",
                      &seating, err));
    TRY(apply_code(a, "reason", "reasons", err));
    NEED(body_hex(a, "approval", id, sizeof id), "structure", "The id is malformed.");
    TRY(approval_load(a, id, &approval, err));
    NEED(approval.is_found, "object", "There is no approval of this id.");
    TRY(request_load(a, approval.request, &request, err));
    NEED(strcmp(request.act, "key.copy") == 0, "state",
         "This is no approval of copies: it is left as it is.");
    RULE(approval.uses_left > 0 && !approval.is_ended, "state",
         "Nothing is left of this approval.");
    return store_run(a->store, err, "UPDATE approval SET uses_left = 0 WHERE act_id = ?1", "b",
                     id, (size_t)HASH_LEN);
}

const struct act ACT_COPY_CLOSE = {
    .name = "copy.close/1",
    .fields = CLOSE,
    .signers_max = 1,
    .rules = "K9",
    .signed_by = "a custodian",
    .apply = close_apply,
    .keeps_people = true,
    .zh = "{by} 注销批准 {approval} 未用的配制份数，原因 {reason}",
    .en = "{by} closes what is left of the approval {approval} of copies, reason {reason}",
};
