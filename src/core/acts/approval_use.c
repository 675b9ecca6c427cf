/* The use of approvals: what a loan may name in body.approval, and what that is good for
 * (FORMATS.md §15, "Use of an approval"; §17.1, "Owner's say", "body.approval"). */
#include <string.h>

#include "approval.h"
#include "authority.h"
#include "policy.h"

/* ---- rows ---- */

enum custody_status approval_load(struct apply *a, const uint8_t *act_id,
                                  struct approval_row *ret_row, struct custody_error *err)
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

enum custody_status request_lists(struct apply *a, const uint8_t *request, const char *item,
                                  bool *ret_lists, struct custody_error *err)
{
    int64_t one = 0;
    return store_get_int(a->store, err, &one, ret_lists,
                         "SELECT 1 FROM request_item WHERE request = ?1 AND item = ?2", "bt",
                         request, (size_t)HASH_LEN, item);
}

enum custody_status approval_window_end(struct apply *a, const uint8_t *act_id,
                                        int64_t *ret_end, struct custody_error *err)
{
    bool is_found = false;
    int64_t end = 0;
    TRY(store_get_int(a->store, err, &end, &is_found,
                      "SELECT q.end FROM approval p JOIN request q ON q.act_id = p.request"
                      " WHERE p.act_id = ?1"
                      " UNION ALL SELECT end FROM authority WHERE act_id = ?1",
                      "b", act_id, (size_t)HASH_LEN));
    *ret_end = is_found ? end : 0;
    return CUSTODY_OK;
}

/* ---- what every use asks ---- */

enum custody_status approval_is_apart(struct apply *a, const uint8_t *act_id,
                                      const char *approver, const char *clerk_giver,
                                      bool *ret_good, struct custody_error *err)
{
    struct store_query query = {0};
    bool is_good = strcmp(approver, a->by) != 0 && strcmp(approver, clerk_giver) != 0;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT giver FROM approval_role WHERE approval = ?1 AND giver IS NOT NULL",
                    "b", act_id, (size_t)HASH_LEN);
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

enum custody_status approval_apart(struct apply *a, struct apart *apart,
                                   struct custody_error *err)
{
    uint8_t id[HASH_LEN];
    struct store_query query = {0};
    if (!body_hex(a, "approval", id, sizeof id)) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT approver FROM approval WHERE act_id = ?1"
                    " UNION SELECT grantor FROM authority WHERE act_id = ?1"
                    " UNION SELECT giver FROM approval_role WHERE approval = ?1"
                    "  AND giver IS NOT NULL",
                    "b", id, (size_t)HASH_LEN);
    while (rc == CUSTODY_OK && query.has_row) {
        apart_add(apart, store_text(&query, 0));
        rc = store_next(&query, err);
    }
    store_end(&query);
    return rc;
}

enum custody_status approval_judge(struct apply *a, const struct approval_row *approval,
                                   const struct request_row *request, const char *act,
                                   int64_t uses, struct custody_error *err)
{
    RULE(strcmp(request->act, act) == 0, "approval",
         "What was approved is %s, not this: open a request for it.", request->act);
    RULE(!approval->is_ended, "approval",
         "This approval ended when its approver was suspended, lost the role or the "
         "credential.");
    RULE(approval->uses_left >= uses, "approval",
         "This approval was used before, or not enough of it is left.");
    RULE(a->t < approval->until && a->t < approval->t + policy_int(a->policy, "approval_life"),
         "approval", "This approval is over: ask anew.");
    RULE(request->start <= a->t && a->t < request->end, "approval",
         "This moment lies outside the window that was approved.");
    return CUSTODY_OK;
}

enum custody_status approval_spend(struct apply *a, const uint8_t *act_id, int64_t uses,
                                   struct custody_error *err)
{
    TRY(store_run(a->store, err,
                  "UPDATE approval SET uses_left = max(0, uses_left - ?2) WHERE act_id = ?1",
                  "bi", act_id, (size_t)HASH_LEN, uses));
    TRY(store_run(a->store, err,
                  "UPDATE authority SET uses_left = max(0, uses_left - ?2)"
                  " WHERE act_id = ?1 AND uses_left IS NOT NULL",
                  "bi", act_id, (size_t)HASH_LEN, uses));
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO approval_use (approval, idx) VALUES (?1, ?2)", "bi",
                     act_id, (size_t)HASH_LEN, a->idx);
}

/* ---- what the items want ---- */

struct demand {
    enum approval_want want;
    bool is_high_risk;
    char lend_rule[8];    /* class without consent that wants an approval, "" none */
    char consent_rule[8]; /* class with consent, "" none */
    /* of the class with consent, while it is asked: who is to be covered */
    const char *receiver;
    bool is_authorised; /* every key of it, by some party.authorise */
};

static enum custody_status demand_of_key(struct apply *a, const char *key,
                                         const char *key_class, void *ctx,
                                         struct custody_error *err)
{
    struct demand *demand = ctx;
    const json_t *row = policy_find(a->policy, "key_classes", key_class);
    const char *rule = json_string_value(json_object_get(row, "rule"));
    bool is_risky = false;
    TRY(key_is_high_risk(a, key, &is_risky, err));
    demand->is_high_risk = demand->is_high_risk || is_risky;
    if (demand->want == APPROVAL_FOR_ESCORT || row == NULL) {
        return CUSTODY_OK;
    }
    if (json_is_true(json_object_get(row, "consent"))) {
        if (demand->consent_rule[0] == '\0') {
            copy_text(demand->consent_rule, sizeof demand->consent_rule, rule);
        }
        if (demand->is_authorised) {
            TRY(key_is_authorised(a, key, "lend", demand->receiver, &demand->is_authorised,
                                  err));
        }
    } else if (json_array_size(json_object_get(row, "lend_approval")) > 0 &&
               demand->lend_rule[0] == '\0') {
        copy_text(demand->lend_rule, sizeof demand->lend_rule, rule);
    }
    return CUSTODY_OK;
}

/* What body.approval is good for. */
struct served {
    bool high_risk, lend, consent;
};

struct use {
    const json_t *items;
    const char *receiver, *purpose, *clerk_giver;
    int64_t due;
};

static const char *item_of(const json_t *named)
{
    return json_string_value(json_object_get(named, "item"));
}

/* ---- request.approve, request.oral ---- */

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
        TRY(approval_needs_of_item(a, item_of(named), "key.lend", &needs, err));
    }
    for (i = 0; i < needs.count && is_good; i++) {
        TRY(holds_one_of(a, approver, needs.roles[i], &is_good, err));
    }
    if (needs.count == 0) {
        json_t *general = approval_general_roles("key.lend");
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

static enum custody_status use_request(struct apply *a, const uint8_t *id,
                                       const struct approval_row *approval,
                                       const struct use *use, const struct demand *demand,
                                       struct served *served, struct custody_error *err)
{
    struct request_row request;
    bool is_apart = false;
    bool still_holds = false;
    size_t i = 0;
    const json_t *named = NULL;
    TRY(request_load(a, approval->request, &request, err));
    TRY(approval_judge(a, approval, &request, "key.lend", 1, err));
    RULE(use->due <= request.end, "approval",
         "The loan lies outside the window that was approved.");
    RULE(strcmp(request.receiver, use->receiver) == 0, "approval",
         "The approval is for another receiver.");
    RULE(strcmp(request.purpose, use->purpose) == 0, "approval",
         "The approval is for another purpose.");
    TRY(approval_is_apart(a, id, approval->approver, use->clerk_giver, &is_apart, err));
    RULE(is_apart, "approval", "The approver is the issuing clerk, or one acts for the other.");
    TRY(approver_still_holds(a, use->items, approval->approver, &still_holds, err));
    RULE(still_holds, "approval", "The approver no longer holds the role.");
    json_array_foreach(use->items, i, named)
    {
        bool is_listed = false;
        TRY(request_lists(a, approval->request, item_of(named), &is_listed, err));
        RULE(is_listed, "approval", "%s was not part of what was approved.", item_of(named));
    }
    *served =
        (struct served){.high_risk = true, .lend = true, .consent = demand->is_authorised};
    return CUSTODY_OK;
}

/* ---- party.authorise ---- */

struct coverage {
    const char *place;
    bool is_covered;
};

static enum custody_status cover_key(struct apply *a, const char *key, const char *key_class,
                                     void *ctx, struct custody_error *err)
{
    struct coverage *coverage = ctx;
    const json_t *row = policy_find(a->policy, "key_classes", key_class);
    if (coverage->is_covered && json_is_true(json_object_get(row, "consent"))) {
        TRY(item_belongs_to(a, key, coverage->place, &coverage->is_covered, err));
    }
    return CUSTODY_OK;
}

static enum custody_status use_authorise(struct apply *a, const uint8_t *id,
                                         const struct authority_row *row, const struct use *use,
                                         struct served *served, struct custody_error *err)
{
    bool lends = false;
    bool is_receiver = false;
    struct coverage coverage = {.place = row->place, .is_covered = true};
    size_t i = 0;
    const json_t *named = NULL;
    TRY(authority_has(a, id, "act", "lend", &lends, err));
    RULE(lends, "approval", "This authorisation is not for lending.");
    RULE(use->due <= row->end, "approval",
         "The loan is due after the owner's authorisation ends.");
    TRY(authority_covers_receiver(a, id, use->receiver, &is_receiver, err));
    RULE(is_receiver, "approval", "The owner's authorisation does not name this receiver.");
    json_array_foreach(use->items, i, named)
    {
        TRY(item_each_key(a, item_of(named), cover_key, &coverage, err));
        RULE(coverage.is_covered, "approval", "%s belongs to no lock of that owner's home.",
             item_of(named));
    }
    *served = (struct served){.consent = true};
    return CUSTODY_OK;
}

/* ---- party.consent ---- */

static enum custody_status use_consent(struct apply *a, const uint8_t *id,
                                       const struct authority_row *row, const struct use *use,
                                       struct served *served, struct custody_error *err)
{
    bool lends = false;
    size_t i = 0;
    const json_t *named = NULL;
    TRY(authority_has(a, id, "act", "lend", &lends, err));
    RULE(lends, "approval", "This consent is not for lending.");
    RULE(use->due <= row->end, "approval", "The loan is due after the owner's consent ends.");
    RULE(strcmp(row->receiver, use->receiver) == 0, "approval",
         "The owner's consent is for another receiver.");
    RULE(strcmp(row->purpose, use->purpose) == 0, "approval",
         "The owner's consent is for another purpose.");
    json_array_foreach(use->items, i, named)
    {
        bool is_listed = false;
        TRY(authority_has(a, id, "item", item_of(named), &is_listed, err));
        RULE(is_listed, "approval", "%s was not part of what the owner consented to.",
             item_of(named));
    }
    *served = (struct served){.consent = true};
    return CUSTODY_OK;
}

/* ---- standing.grant ---- */

struct reach {
    const uint8_t *grant;
    bool is_reached;
};

static enum custody_status reach_key(struct apply *a, const char *key, const char *key_class,
                                     void *ctx, struct custody_error *err)
{
    struct reach *reach = ctx;
    (void)key_class;
    return reach->is_reached ? key_lies_within(a, key, reach->grant, &reach->is_reached, err)
                             : CUSTODY_OK;
}

static enum custody_status use_standing(struct apply *a, const uint8_t *id,
                                        const struct authority_row *row, const struct use *use,
                                        struct served *served, struct custody_error *err)
{
    bool is_named = false;
    bool is_purpose = false;
    bool still_holds = false;
    struct reach reach = {.grant = id, .is_reached = true};
    size_t i = 0;
    const json_t *named = NULL;
    TRY(authority_has(a, id, "holder", use->receiver, &is_named, err));
    RULE(is_named, "approval", "The standing authorisation does not name this receiver.");
    TRY(authority_has(a, id, "purpose", use->purpose, &is_purpose, err));
    RULE(is_purpose, "approval", "The standing authorisation is for other purposes.");
    RULE(use->due <= row->end, "approval",
         "The loan is due after the standing authorisation ends.");
    TRY(holds_one_of(a, row->grantor, json_object_get(a->policy, "standing_approval"),
                     &still_holds, err));
    RULE(still_holds, "approval", "Who gave the standing authorisation no longer may.");
    json_array_foreach(use->items, i, named)
    {
        TRY(item_each_key(a, item_of(named), reach_key, &reach, err));
        RULE(reach.is_reached, "approval",
             "%s opens more than the places of the standing "
             "authorisation.",
             item_of(named));
    }
    *served = (struct served){.lend = true};
    return CUSTODY_OK;
}

static enum custody_status use_authority(struct apply *a, const uint8_t *id,
                                         const struct authority_row *row, const struct use *use,
                                         struct served *served, struct custody_error *err)
{
    bool is_apart = false;
    RULE(authority_is_in_force(a, row), "approval",
         "This authorisation is over, not begun, ended or used up.");
    TRY(approval_is_apart(a, id, row->grantor, use->clerk_giver, &is_apart, err));
    RULE(is_apart, "approval",
         "Who authorised it is the issuing clerk, or one acts for the "
         "other.");
    if (strcmp(row->kind, "standing") == 0) {
        return use_standing(a, id, row, use, served, err);
    }
    return strcmp(row->kind, "consent") == 0 ? use_consent(a, id, row, use, served, err)
                                             : use_authorise(a, id, row, use, served, err);
}

/* ---- the use ---- */

enum custody_status approval_use(struct apply *a, const json_t *items, const char *receiver,
                                 const char *purpose, int64_t due, const char *clerk_giver,
                                 enum approval_want want, struct custody_error *err)
{
    const struct use use = {.items = items,
                            .receiver = receiver,
                            .purpose = purpose,
                            .clerk_giver = clerk_giver,
                            .due = due};
    struct served served = {0};
    struct demand demand = {.want = want, .receiver = receiver, .is_authorised = true};
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(items, i, named)
    {
        TRY(item_each_key(a, item_of(named), demand_of_key, &demand, err));
    }
    if (body_text(a, "approval") != NULL) {
        uint8_t id[HASH_LEN] = {0};
        struct approval_row approval;
        struct authority_row authority = {.is_found = false};
        NEED(body_hex(a, "approval", id, sizeof id), "structure", "The id is malformed.");
        TRY(approval_load(a, id, &approval, err));
        if (!approval.is_found) {
            TRY(authority_load(a, id, &authority, err));
        }
        NEED(approval.is_found || authority.is_found, "approval",
             "There is no approval of this id.");
        TRY(approval.is_found ? use_request(a, id, &approval, &use, &demand, &served, err)
                              : use_authority(a, id, &authority, &use, &served, err));
        TRY(approval_spend(a, id, 1, err));
    }
    RULE(served.high_risk || !demand.is_high_risk, "K10",
         "A key of a high-risk room goes out with an approval of its request only.");
    RULE(served.lend || demand.lend_rule[0] == '\0', demand.lend_rule,
         "This key is lent with an approval only: open a request and have it approved.");
    RULE(served.consent || demand.consent_rule[0] == '\0', demand.consent_rule,
         "A home's key is lent by the owner's authorisation or consent only: register it first "
         "(custody party authorise).");
    return CUSTODY_OK;
}
