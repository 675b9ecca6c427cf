/* Approvals: what an item needs, who meets it, and when approvals end (FORMATS.md §9, §15). */
#include "approval.h"

#include <string.h>

#include "policy.h"

#define PLACE_DEPTH_MAX 65536
#define GIVERS_MAX      64

/* ---- which roles may approve ---- */

void approval_needs_add(struct needs *needs, const json_t *roles)
{
    if (roles == NULL || json_array_size(roles) == 0) {
        return;
    }
    for (size_t i = 0; i < needs->count; i++) {
        if (json_equal(needs->roles[i], roles)) {
            return;
        }
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

enum custody_status key_is_high_risk(struct apply *a, const char *key, bool *ret_risk,
                                     struct custody_error *err)
{
    bool risk = false;
    if (json_array_size(json_object_get(a->policy, "high_risk")) == 0) {
        *ret_risk = false;
        return CUSTODY_OK;
    }
    struct store_query query = {0};
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT l.place FROM key_lock k JOIN lock l ON l.code = k.lock"
                    " WHERE k.item = ?1",
                    "t", key);
    while (rc == CUSTODY_OK && query.has_row && !risk) {
        rc = is_high_risk(a, store_text(&query, 0), &risk, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_risk = risk;
    }
    return rc;
}

enum custody_status item_each_key(struct apply *a, const char *item, key_visit visit, void *ctx,
                                  struct custody_error *err)
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
        rc = visit(a, key, key_class, ctx, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status add_needs_to_lend(struct apply *a, const char *key,
                                             const char *key_class, void *ctx,
                                             struct custody_error *err)
{
    bool is_risky = false;
    approval_needs_add(ctx, json_object_get(policy_find(a->policy, "key_classes", key_class),
                                            "lend_approval"));
    TRY(key_is_high_risk(a, key, &is_risky, err));
    if (is_risky) {
        approval_needs_add(ctx, json_object_get(a->policy, "high_risk_approval"));
    }
    return CUSTODY_OK;
}

static enum custody_status add_needs_to_copy(struct apply *a, const char *key,
                                             const char *key_class, void *ctx,
                                             struct custody_error *err)
{
    (void)key;
    (void)err;
    approval_needs_add(ctx, json_object_get(policy_find(a->policy, "key_classes", key_class),
                                            "copy_approval"));
    return CUSTODY_OK;
}

enum custody_status approval_needs_of_item(struct apply *a, const char *item, const char *act,
                                           struct needs *needs, struct custody_error *err)
{
    bool is_copy = strcmp(act, "key.copy") == 0;
    return item_each_key(a, item, is_copy ? add_needs_to_copy : add_needs_to_lend, needs, err);
}

/* Roles that decide on requests none of whose items needs an approval. */
json_t *approval_general_roles(const char *act)
{
    if (request_is_of_folders(act)) {
        return json_pack("[s]", "centre_manager");
    }
    return json_pack("[s,s,s,s]", "centre_manager", "engineering_manager",
                     "engineering_supervisor", "supervisor");
}

static bool stands_apart(const char *handle, const char *giver, const struct apart *apart)
{
    return !apart_has(apart, handle) && (giver[0] == '\0' || !apart_has(apart, giver));
}

/* By an own role where there is one, else by a delegated one; by_own picks the pass. */
static enum custody_status meet_set_by(struct apply *a, const char *handle, const json_t *roles,
                                       bool by_own, const struct apart *apart,
                                       struct decision *decision, bool *ret_met,
                                       bool *ret_holds, struct custody_error *err)
{
    size_t i = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        for (int n = 0; n < GIVERS_MAX; n++) {
            char giver[HANDLE_SIZE];
            bool holds = false;
            TRY(state_holds_role(a->state, handle, json_string_value(role), a->t, n, &holds,
                                 giver, err));
            if (!holds) {
                break;
            }
            *ret_holds = true;
            if (by_own == (giver[0] == '\0') && stands_apart(handle, giver, apart) &&
                decision->count < NEEDS_MAX) {
                decision->role[decision->count] = json_string_value(role);
                copy_text(decision->giver[decision->count], HANDLE_SIZE, giver);
                decision->count++;
                *ret_met = true;
                return CUSTODY_OK;
            }
            if (giver[0] == '\0') {
                break;
            }
        }
    }
    return CUSTODY_OK;
}

enum custody_status approval_meet_set(struct apply *a, const char *handle, const json_t *roles,
                                      const struct apart *apart, struct decision *decision,
                                      bool *ret_met, bool *ret_holds, struct custody_error *err)
{
    bool is_met = false;
    bool holds = false;
    TRY(meet_set_by(a, handle, roles, true, apart, decision, &is_met, &holds, err));
    if (!is_met) {
        TRY(meet_set_by(a, handle, roles, false, apart, decision, &is_met, &holds, err));
    }
    *ret_met = is_met;
    if (ret_holds != NULL) {
        *ret_holds = holds;
    }
    return CUSTODY_OK;
}

enum custody_status approval_note_roles(struct apply *a, const struct decision *decision,
                                        struct custody_error *err)
{
    for (size_t i = 0; i < decision->count; i++) {
        TRY(store_run(a->store, err,
                      "INSERT OR IGNORE INTO approval_role (approval, role, giver)"
                      " VALUES (?1, ?2, nullif(?3, ''))",
                      "btt", a->act_id, (size_t)HASH_LEN, decision->role[i],
                      decision->giver[i]));
    }
    return CUSTODY_OK;
}

enum custody_status holds_one_of(struct apply *a, const char *handle, const json_t *roles,
                                 bool *ret_holds, struct custody_error *err)
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

/* ---- the end of approvals and authorities ---- */

/*
 * Both tables at once: whoever's say it was (as himself, or as the giver of whom he acted for),
 * what is left of it ends here for good.
 */
static enum custody_status end_in(struct apply *a, bool is_authority, const char *handle,
                                  const char *role, bool with_giver, struct custody_error *err)
{
    if (role == NULL) {
        return store_run(
            a->store, err,
            is_authority
                ? "UPDATE authority SET ended_idx = ?2 WHERE ended_idx IS NULL"
                  " AND coalesce(uses_left, 1) > 0 AND (grantor = ?1 OR (?3 AND act_id IN"
                  "      (SELECT approval FROM approval_role WHERE giver = ?1)))"
                : "UPDATE approval SET ended_idx = ?2 WHERE ended_idx IS NULL"
                  " AND uses_left > 0 AND (approver = ?1 OR (?3 AND act_id IN"
                  "      (SELECT approval FROM approval_role WHERE giver = ?1)))",
            "tii", handle, a->idx, (int64_t)with_giver);
    }
    return store_run(a->store, err,
                     is_authority
                         ? "UPDATE authority SET ended_idx = ?2 WHERE ended_idx IS NULL"
                           " AND coalesce(uses_left, 1) > 0"
                           " AND act_id IN (SELECT ar.approval FROM approval_role ar"
                           "   JOIN authority ay ON ay.act_id = ar.approval WHERE ar.role = ?3"
                           "   AND (ar.giver = ?1 OR (ar.giver IS NULL AND ay.grantor = ?1)))"
                         : "UPDATE approval SET ended_idx = ?2 WHERE ended_idx IS NULL"
                           " AND uses_left > 0"
                           " AND act_id IN (SELECT ar.approval FROM approval_role ar"
                           "   JOIN approval ap ON ap.act_id = ar.approval WHERE ar.role = ?3"
                           "   AND (ar.giver = ?1 OR (ar.giver IS NULL AND ap.approver = ?1)))",
                     "tit", handle, a->idx, role);
}

enum custody_status approvals_end(struct apply *a, const char *handle, const json_t *roles,
                                  bool with_giver, struct custody_error *err)
{
    size_t i = 0;
    const json_t *role = NULL;
    if (roles == NULL) {
        TRY(end_in(a, false, handle, NULL, with_giver, err));
        return end_in(a, true, handle, NULL, with_giver, err);
    }
    json_array_foreach(roles, i, role)
    {
        TRY(end_in(a, false, handle, json_string_value(role), with_giver, err));
        TRY(end_in(a, true, handle, json_string_value(role), with_giver, err));
    }
    return CUSTODY_OK;
}
