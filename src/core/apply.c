/* Body access, flags, policy in force, persons and roles. */
#include "apply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "canon.h"
#include "custody/tag.h"
#include "instant.h"
#include "people_kept.h"
#include "policy.h"
#include "text.h"

void state_clear(struct state *state)
{
    json_decref(state->policy);
    state->policy = NULL;
    people_keep_begin(state, false);
}

const char *body_text(const struct apply *a, const char *member)
{
    return json_string_value(json_object_get(a->body, member));
}

int64_t body_int(const struct apply *a, const char *member)
{
    return json_integer_value(json_object_get(a->body, member));
}

int64_t body_time(const struct apply *a, const char *member)
{
    const char *text = body_text(a, member);
    int64_t seconds = 0;
    if (text == NULL || !instant_parse(text, strlen(text), &seconds)) {
        return 0;
    }
    return seconds;
}

bool body_hex(const struct apply *a, const char *member, uint8_t *out, size_t len)
{
    const char *text = body_text(a, member);
    return text != NULL && text_unhex(text, strlen(text), out, len);
}

enum custody_status apply_flag(struct apply *a, struct custody_error *err, const char *code,
                               const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    TRY(store_run(a->store, err,
                  "INSERT INTO flag (idx, n, code, text) VALUES (?1, ?2, ?3, ?4)", "iitt",
                  a->idx, a->flag_count, code, text));
    a->flag_count++;
    return judge_flag(a->judge, err, code, "%s", text);
}

enum custody_status state_policy(struct state *state, int64_t idx, int64_t t,
                                 const json_t **ret_policy, struct custody_error *err)
{
    struct store_query query = {0};
    if (state->is_replay && state->policy != NULL && t < state->policy_until) {
        *ret_policy = state->policy; /* T never goes back */
        return CUSTODY_OK;
    }
    enum custody_status rc =
        store_query(state->store, &query, err,
                    "SELECT idx, body FROM policy WHERE idx < ?1 AND start <= ?2"
                    " ORDER BY idx DESC LIMIT 1",
                    "ii", idx, t);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (!query.has_row) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "This site has no policy yet: found it first (custody site init).");
        goto out;
    }
    if (state->policy == NULL || state->policy_idx != store_int(&query, 0)) {
        json_t *policy = NULL;
        const char *text = store_text(&query, 1);
        rc = canon_parse(text, strlen(text), CANON_SIGNED, &policy, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
        json_decref(state->policy);
        state->policy = policy;
        state->policy_idx = store_int(&query, 0);
    }
    if (state->is_replay) {
        rc = store_get_int(state->store, err, &state->policy_until, NULL,
                           "SELECT ifnull(min(start), 9000000000000) FROM policy"
                           " WHERE start > ?1",
                           "i", t);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    *ret_policy = state->policy;
out:
    store_end(&query);
    return rc;
}

enum custody_status state_load_person(struct state *state, const char *handle,
                                      struct person *ret_person, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        state->store, &query, err,
        "SELECT is_suspended,"
        " EXISTS (SELECT 1 FROM role WHERE role.handle = person.handle AND role = 'auditor'),"
        " EXISTS (SELECT 1 FROM credential WHERE credential.handle = person.handle"
        "         AND revoked_idx IS NULL)"
        " FROM person WHERE handle = ?1",
        "t", handle);
    if (rc == CUSTODY_OK) {
        *ret_person = (struct person){0};
        if (query.has_row) {
            ret_person->is_known = true;
            ret_person->is_suspended = store_int(&query, 0) != 0;
            ret_person->is_auditor = store_int(&query, 1) != 0;
            ret_person->has_live_credential = store_int(&query, 2) != 0;
        }
    }
    store_end(&query);
    return rc;
}

enum custody_status state_person(struct state *state, const char *handle,
                                 struct person *ret_person, struct custody_error *err)
{
    const struct kept_person *kept = NULL;
    TRY(people_kept_get(state, handle, &kept, err));
    if (kept == NULL) {
        return state_load_person(state, handle, ret_person, err);
    }
    *ret_person = kept->person;
    return CUSTODY_OK;
}

enum custody_status state_has_own_role(struct state *state, const char *handle,
                                       const char *role, bool *ret_has,
                                       struct custody_error *err)
{
    int64_t one = 0;
    uint32_t bit = people_kept_role(role);
    const struct kept_person *kept = NULL;
    TRY(people_kept_get(state, handle, &kept, err));
    if (kept != NULL && bit != 0) {
        *ret_has = (kept->own_roles & bit) != 0;
        return CUSTODY_OK;
    }
    return store_get_int(state->store, err, &one, ret_has,
                         "SELECT 1 FROM role WHERE handle = ?1 AND role = ?2", "tt", handle,
                         role);
}

enum custody_status state_holds_role(struct state *state, const char *handle, const char *role,
                                     int64_t t, int n, bool *ret_holds,
                                     char ret_giver[HANDLE_SIZE], struct custody_error *err)
{
    struct person person = {0};
    bool is_own = false;
    TRY(state_person(state, handle, &person, err));
    TRY(state_has_own_role(state, handle, role, &is_own, err));
    /* An auditor acts by no role, not even one that was lent to him before. */
    bool is_able = person.is_known && !person.is_suspended && !person.is_auditor;
    if (!is_able || is_own) {
        *ret_holds = is_able && n == 0;
        ret_giver[0] = '\0';
        return CUSTODY_OK;
    }
    const struct kept_person *kept = NULL;
    TRY(people_kept_get(state, handle, &kept, err));
    if (kept != NULL && !kept->is_taker) {
        *ret_holds = false;
        return CUSTODY_OK;
    }
    struct store_query query = {0};
    enum custody_status rc =
        store_query(state->store, &query, err,
                    "SELECT DISTINCT d.giver FROM delegation d"
                    " JOIN role r ON r.handle = d.giver AND r.role = d.role"
                    " JOIN person p ON p.handle = d.giver AND p.is_suspended = 0"
                    " WHERE d.taker = ?1 AND d.role = ?2 AND d.start <= ?3 AND ?3 < d.end"
                    " ORDER BY d.giver LIMIT 1 OFFSET ?4",
                    "ttii", handle, role, t, (int64_t)n);
    if (rc == CUSTODY_OK) {
        *ret_holds = query.has_row;
        if (query.has_row) {
            (void)snprintf(ret_giver, HANDLE_SIZE, "%s", store_text(&query, 0));
        }
    }
    store_end(&query);
    return rc;
}

bool is_officer_role(const char *role)
{
    return strcmp(role, "administrator") == 0 || strcmp(role, "centre_manager") == 0;
}

bool is_party_id(const char *holder)
{
    return holder[0] == 'P' && custody_item_is_valid(holder);
}

bool roles_have_officer(const json_t *roles)
{
    return strings_have(roles, "administrator") || strings_have(roles, "centre_manager");
}

enum custody_status state_count_live_officers(struct apply *a, const char *except,
                                              int64_t *ret_count, struct custody_error *err)
{
    return store_get_int(
        a->store, err, ret_count, NULL,
        "SELECT count(DISTINCT p.handle) FROM person p JOIN role r ON r.handle = p.handle"
        " WHERE r.role IN ('administrator', 'centre_manager') AND p.is_suspended = 0"
        " AND p.handle <> ?1 AND p.handle <> ?2"
        " AND EXISTS (SELECT 1 FROM credential c WHERE c.handle = p.handle"
        "             AND c.revoked_idx IS NULL)",
        "tt", policy_text(a->policy, "recovery_officer"), except != NULL ? except : "");
}

enum custody_status apply_event_time(struct apply *a, int64_t *ret_event_at,
                                     struct custody_error *err)
{
    const char *late = body_text(a, "late");
    int64_t event_at = body_time(a, "event_at");
    if (event_at == 0) {
        RULE(late == NULL, "late", "A reason for lateness goes with an event time: give both.");
        *ret_event_at = a->at;
        return CUSTODY_OK;
    }
    RULE(late != NULL && policy_lists(a->policy, "late_reasons", late), "late",
         "A late entry needs a reason of the policy's late_reasons.");
    RULE(event_at <= a->at, "late", "The event time lies after the time of signing.");
    RULE(event_at >= a->at - policy_int(a->policy, "late_max_days") * 86400, "late",
         "The event lies further back than the policy's late_max_days allows.");
    TRY(apply_flag(a, err, "late", "entered %lld minutes after the event",
                   (long long)((a->at - event_at) / 60)));
    *ret_event_at = event_at;
    return CUSTODY_OK;
}

enum custody_status apply_desk(struct apply *a, const char *code, const json_t **ret_desk,
                               struct custody_error *err)
{
    const json_t *desk = policy_find(a->policy, "desks", code);
    NEED(desk != NULL, "policy",
         "The policy has no desk of this code: see custody site policy.");
    *ret_desk = desk;
    return CUSTODY_OK;
}

enum custody_status apply_code(struct apply *a, const char *member, const char *list,
                               struct custody_error *err)
{
    const char *code = body_text(a, member);
    RULE(code != NULL && policy_lists(a->policy, list, code), "policy",
         "The member %s must be a code of the policy's %s: see custody site policy.", member,
         list);
    return CUSTODY_OK;
}
