/* Approvals: what an item needs, when they end, and their use (FORMATS.md §9, §15). */
#include "approval.h"

#include <string.h>

#include "instant.h"
#include "policy.h"

#define PLACE_DEPTH_MAX 65536

/* ---- which roles may approve ---- */

void approval_needs_add(struct needs *needs, const json_t *roles, const char *rule)
{
    if (roles == NULL || json_array_size(roles) == 0) {
        return;
    }
    for (size_t i = 0; i < needs->count; i++) {
        if (json_equal(needs->roles[i], roles)) {
            return;
        }
    }
    if (needs->count == 0) {
        copy_text(needs->rule, sizeof needs->rule, rule);
    }
    if (needs->count < NEEDS_MAX) {
        needs->roles[needs->count++] = roles;
    }
}

/* Is the place, or one above it, listed as high-risk? A parent is older than its children, so
 * the way up ends; the bound is for a damaged read model. */
static enum custody_status is_high_risk(struct apply *a, const char *place, bool *ret_risk,
                                        struct custody_error *err)
{
    const json_t *list = json_object_get(a->policy, "high_risk");
    char code[40];
    copy_text(code, sizeof code, place);
    *ret_risk = false;
    if (json_array_size(list) == 0) {
        return CUSTODY_OK;
    }
    for (int depth = 0; depth < PLACE_DEPTH_MAX && code[0] != '\0'; depth++) {
        if (strings_have(list, code)) {
            *ret_risk = true;
            return CUSTODY_OK;
        }
        struct store_query query = {0};
        enum custody_status rc = store_query(
            a->store, &query, err, "SELECT parent FROM place WHERE code = ?1", "t", code);
        if (rc == CUSTODY_OK) {
            copy_text(code, sizeof code,
                      query.has_row && !store_is_null(&query, 0) ? store_text(&query, 0) : "");
        }
        store_end(&query);
        TRY(rc);
    }
    return CUSTODY_OK;
}

static enum custody_status needs_of_key(struct apply *a, const char *item,
                                        const char *key_class, struct needs *needs,
                                        struct custody_error *err)
{
    const json_t *row = policy_find(a->policy, "key_classes", key_class);
    if (row != NULL) {
        approval_needs_add(needs, json_object_get(row, "lend_approval"),
                           json_string_value(json_object_get(row, "rule")));
    }
    if (json_array_size(json_object_get(a->policy, "high_risk")) == 0) {
        return CUSTODY_OK;
    }
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT l.place FROM key_lock k JOIN lock l ON l.code = k.lock"
                    " WHERE k.item = ?1",
                    "t", item);
    bool risk = false;
    while (rc == CUSTODY_OK && query.has_row && !risk) {
        rc = is_high_risk(a, store_text(&query, 0), &risk, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    TRY(rc);
    if (risk) {
        approval_needs_add(needs, json_object_get(a->policy, "high_risk_approval"), "K10");
    }
    return CUSTODY_OK;
}

enum custody_status approval_needs_of_item(struct apply *a, const char *item,
                                           struct needs *needs, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(a->store, &query, err,
                                         "SELECT item, class FROM item"
                                         " WHERE item = ?1 AND class IS NOT NULL"
                                         " UNION ALL"
                                         " SELECT item, class FROM item"
                                         " WHERE ring = ?1 AND class IS NOT NULL"
                                         " AND holder_kind <> 'void'",
                                         "t", item);
    while (rc == CUSTODY_OK && query.has_row) {
        char key[10];
        char key_class[40];
        copy_text(key, sizeof key, store_text(&query, 0));
        copy_text(key_class, sizeof key_class, store_text(&query, 1));
        rc = needs_of_key(a, key, key_class, needs, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

enum custody_status approval_needed(struct apply *a, const char *item, char ret_rule[8],
                                    struct custody_error *err)
{
    struct needs needs = {.count = 0};
    TRY(approval_needs_of_item(a, item, &needs, err));
    copy_text(ret_rule, 8, needs.count > 0 ? needs.rule : "");
    return CUSTODY_OK;
}

/* Roles that decide on requests none of whose items needs an approval. */
json_t *approval_general_roles(void)
{
    return json_pack("[s,s,s,s]", "centre_manager", "engineering_manager",
                     "engineering_supervisor", "supervisor");
}

/* ---- end and use of approvals ---- */

enum custody_status approvals_end(struct apply *a, const char *handle, const json_t *roles,
                                  bool with_giver, struct custody_error *err)
{
    if (roles == NULL) {
        return store_run(
            a->store, err,
            "UPDATE approval SET ended_idx = ?2 WHERE ended_idx IS NULL AND uses_left > 0"
            " AND (approver = ?1 OR (?3 AND act_id IN"
            "      (SELECT approval FROM approval_role WHERE giver = ?1)))",
            "tii", handle, a->idx, (int64_t)with_giver);
    }
    size_t i = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        TRY(store_run(
            a->store, err,
            "UPDATE approval SET ended_idx = ?2 WHERE ended_idx IS NULL AND uses_left > 0"
            " AND act_id IN (SELECT ar.approval FROM approval_role ar"
            "   JOIN approval ap ON ap.act_id = ar.approval WHERE ar.role = ?3"
            "   AND (ar.giver = ?1 OR (ar.giver IS NULL AND ap.approver = ?1)))",
            "tit", handle, a->idx, json_string_value(role)));
    }
    return CUSTODY_OK;
}

struct approval_row {
    bool is_found, is_ended;
    char approver[40];
    int64_t t, until, uses_left;
    uint8_t request[HASH_LEN];
};

static enum custody_status load_approval(struct apply *a, const uint8_t *act_id,
                                         struct approval_row *ret_row,
                                         struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT approver, t, until, uses_left, ended_idx IS NOT NULL, request FROM approval"
        " WHERE act_id = ?1",
        "b", act_id, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK) {
        *ret_row = (struct approval_row){.is_found = query.has_row};
        if (query.has_row) {
            size_t len = 0;
            const void *request = store_blob(&query, 5, &len);
            copy_text(ret_row->approver, sizeof ret_row->approver, store_text(&query, 0));
            ret_row->t = store_int(&query, 1);
            ret_row->until = store_int(&query, 2);
            ret_row->uses_left = store_int(&query, 3);
            ret_row->is_ended = store_int(&query, 4) != 0;
            memcpy(ret_row->request, request, len == HASH_LEN ? HASH_LEN : 0);
        }
    }
    store_end(&query);
    return rc;
}

/* Is the approver, folded as he was when he approved, apart from the clerk? */
static enum custody_status approver_is_apart(struct apply *a, const uint8_t *approval,
                                             const char *approver, const char *clerk_giver,
                                             bool *ret_good, struct custody_error *err)
{
    struct store_query query = {0};
    bool is_good = strcmp(approver, a->by) != 0 && strcmp(approver, clerk_giver) != 0;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT giver FROM approval_role WHERE approval = ?1 AND giver IS NOT NULL",
                    "b", approval, (size_t)HASH_LEN);
    while (rc == CUSTODY_OK && query.has_row) {
        const char *giver = store_text(&query, 0);
        is_good = is_good && strcmp(giver, a->by) != 0 && strcmp(giver, clerk_giver) != 0;
        rc = store_next(&query, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_good = is_good;
    }
    return rc;
}

static enum custody_status holds_one_of(struct apply *a, const char *handle,
                                        const json_t *roles, bool *ret_holds,
                                        struct custody_error *err)
{
    size_t i = 0;
    const json_t *role = NULL;
    *ret_holds = false;
    json_array_foreach(roles, i, role)
    {
        char giver[HANDLE_SIZE];
        bool holds = false;
        TRY(state_holds_role(a->state, handle, json_string_value(role), a->t, 0, &holds, giver,
                             err));
        *ret_holds = *ret_holds || holds;
    }
    return CUSTODY_OK;
}

/* Does he still hold an approving role of every item? By whichever role, from whomever. */
static enum custody_status approver_still_holds(struct apply *a, const json_t *items,
                                                const char *approver, bool *ret_good,
                                                struct custody_error *err)
{
    struct needs needs = {.count = 0};
    bool is_good = true;
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(items, i, named)
    {
        TRY(approval_needs_of_item(a, json_string_value(json_object_get(named, "item")), &needs,
                                   err));
    }
    for (i = 0; i < needs.count && is_good; i++) {
        TRY(holds_one_of(a, approver, needs.roles[i], &is_good, err));
    }
    if (needs.count == 0) {
        json_t *general = approval_general_roles();
        if (general == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
        enum custody_status rc = holds_one_of(a, approver, general, &is_good, err);
        json_decref(general);
        TRY(rc);
    }
    *ret_good = is_good;
    return CUSTODY_OK;
}

enum custody_status approval_use(struct apply *a, const json_t *items, const char *receiver,
                                 const char *purpose, int64_t due, const char *clerk_giver,
                                 const char *needs_rule, struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct approval_row approval;
    struct request_row request;
    bool is_apart = false;
    bool still_holds = false;
    if (body_text(a, "approval") == NULL) {
        RULE(needs_rule == NULL, needs_rule,
             "This key is lent with an approval only: open a request and have it approved.");
        return CUSTODY_OK;
    }
    NEED(body_hex(a, "approval", id, sizeof id), "structure", "The id is malformed.");
    TRY(load_approval(a, id, &approval, err));
    NEED(approval.is_found, "approval", "There is no approval of this id.");
    TRY(request_load(a, approval.request, &request, err));
    RULE(!approval.is_ended, "approval",
         "This approval ended when its approver was suspended, lost the role or the "
         "credential.");
    RULE(approval.uses_left > 0, "approval", "This approval was used before.");
    RULE(a->t < approval.until && a->t < approval.t + policy_int(a->policy, "approval_life"),
         "approval", "This approval is over: ask anew.");
    RULE(request.start <= a->t && a->t < request.end && due <= request.end, "approval",
         "The loan lies outside the window that was approved.");
    RULE(strcmp(request.receiver, receiver) == 0, "approval",
         "The approval is for another receiver.");
    RULE(strcmp(request.purpose, purpose) == 0, "approval",
         "The approval is for another purpose.");
    TRY(approver_is_apart(a, id, approval.approver, clerk_giver, &is_apart, err));
    RULE(is_apart, "approval", "The approver is the issuing clerk, or one acts for the other.");
    TRY(approver_still_holds(a, items, approval.approver, &still_holds, err));
    RULE(still_holds, "approval", "The approver no longer holds the role.");
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(items, i, named)
    {
        int64_t one = 0;
        bool is_listed = false;
        const char *item = json_string_value(json_object_get(named, "item"));
        TRY(store_get_int(a->store, err, &one, &is_listed,
                          "SELECT 1 FROM request_item WHERE request = ?1 AND item = ?2", "bt",
                          approval.request, (size_t)HASH_LEN, item));
        RULE(is_listed, "approval", "%s was not part of what was approved.", item);
    }
    TRY(store_run(a->store, err,
                  "UPDATE approval SET uses_left = max(0, uses_left - 1) WHERE act_id = ?1",
                  "b", id, (size_t)HASH_LEN));
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO approval_use (approval, idx) VALUES (?1, ?2)", "bi",
                     id, (size_t)HASH_LEN, a->idx);
}
