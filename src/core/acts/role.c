/* role.grant, role.revoke, role.delegate. */
#include "../people.h"

#include <string.h>

#include "policy.h"
#include "rows.h"

static const struct field GRANT[] = {
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "roles", .type = FIELD_ROLES, .min = 1},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status count_own_officers(struct apply *a, int64_t *ret_count,
                                              struct custody_error *err)
{
    return store_get_int(a->store, err, ret_count, NULL,
                         "SELECT count(DISTINCT r.handle) FROM role r"
                         " JOIN person p ON p.handle = r.handle AND p.is_suspended = 0"
                         " WHERE r.role IN ('administrator', 'centre_manager')"
                         " AND r.handle <> ?1",
                         "t", policy_text(a->policy, "recovery_officer"));
}

static enum custody_status grant_seats(struct apply *a, const char *handle, const json_t *roles,
                                       struct custody_error *err)
{
    struct seating seating;
    struct seat two[2] = {{.kind = SEAT_OFFICER, .except = {handle}},
                          {.kind = SEAT_OFFICER, .except = {handle}}};
    struct seat self[2] = {{.kind = SEAT_OFFICER}, {.kind = SEAT_OFFICER}};
    int64_t officers = 0;
    TRY(seats_try(a, two, 2, &seating, err));
    if (seating.is_filled) {
        return CUSTODY_OK;
    }
    TRY(count_own_officers(a, &officers, err));
    TRY(seats_try(a, self, 2, &seating, err));
    bool has_grantee = seating.is_filled && (strcmp(seating.handle[0], handle) == 0 ||
                                             strcmp(seating.handle[1], handle) == 0);
    RULE(has_grantee && officers <= 2 && !roles_have_officer(roles), "seats",
         "Roles are granted by two officers other than the grantee; with only two officers in "
         "all the grantee may be one of them, for roles that are not an officer's.");
    TRY(apply_flag(a, err, "self-grant", "the grantee is one of the two officers who signed"));
    return people_want_ratification(a, handle, err);
}

static enum custody_status grant_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    const json_t *roles = json_object_get(a->body, "roles");
    struct person person;
    TRY(people_need(a, handle, &person, err));
    TRY(grant_seats(a, handle, roles, err));
    size_t i = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        bool has = false;
        TRY(state_has_own_role(a->state, handle, json_string_value(role), &has, err));
        RULE(!has, "state", "%s holds the role %s already.", handle, json_string_value(role));
        TRY(store_run(a->store, err,
                      "INSERT OR IGNORE INTO role (handle, role) VALUES (?1, ?2)", "tt", handle,
                      json_string_value(role)));
    }
    int64_t auditor = 0;
    TRY(store_get_int(a->store, err, &auditor, NULL,
                      "SELECT count(*) > 1 AND max(role = 'auditor') FROM role"
                      " WHERE handle = ?1",
                      "t", handle));
    RULE(auditor == 0, "role", "An auditor holds no other role.");
    return CUSTODY_OK;
}

const struct act ACT_ROLE_GRANT = {
    .name = "role.grant/1",
    .fields = GRANT,
    .signers_max = 2,
    .rules = "",
    .signed_by = "two officers, not the grantee",
    .apply = grant_apply,
    .zh = "授予 {handle} 职务：{roles}",
    .en = "grant {handle} the roles {roles}",
};

static const struct field REVOKE[] = {
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "roles", .type = FIELD_ROLES, .min = 1},
    {.name = NULL},
};

static enum custody_status revoke_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    const json_t *roles = json_object_get(a->body, "roles");
    struct person person;
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_OFFICER}};
    int64_t before = 0;
    TRY(people_need(a, handle, &person, err));
    TRY(seats_require(a, seats, 1, "seats", "Roles are revoked by an officer.", &seating, err));
    TRY(state_count_live_officers(a, NULL, &before, err));
    size_t i = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        bool has = false;
        TRY(state_has_own_role(a->state, handle, json_string_value(role), &has, err));
        RULE(has, "state", "%s does not hold the role %s.", handle, json_string_value(role));
        TRY(store_run(a->store, err, "DELETE FROM role WHERE handle = ?1 AND role = ?2", "tt",
                      handle, json_string_value(role)));
    }
    TRY(people_check_officers(a, before, err));
    return approvals_end(a, handle, roles, true, err);
}

const struct act ACT_ROLE_REVOKE = {
    .name = "role.revoke/1",
    .fields = REVOKE,
    .signers_max = 1,
    .rules = "",
    .signed_by = "one officer",
    .apply = revoke_apply,
    .zh = "撤销 {handle} 的职务：{roles}",
    .en = "revoke from {handle} the roles {roles}",
};

static const struct field DELEGATE[] = {
    {.name = "end", .type = FIELD_TIME},
    {.name = "from", .type = FIELD_HANDLE},
    {.name = "reason", .type = FIELD_CODE},
    {.name = "roles", .type = FIELD_ROLES, .min = 1},
    ACT_SIGNED_TOGETHER,
    {.name = "start", .type = FIELD_TIME},
    {.name = "to", .type = FIELD_HANDLE},
    {.name = NULL},
};

static enum custody_status delegate_seats(struct apply *a, const char *from, const char *to,
                                          struct custody_error *err)
{
    struct seating seating;
    struct seat both[2] = {{.kind = SEAT_PERSON, .person = from},
                           {.kind = SEAT_PERSON, .person = to}};
    struct seat absent[2] = {{.kind = SEAT_PERSON, .person = to},
                             {.kind = SEAT_OFFICER, .except = {from, to}}};
    TRY(seats_try(a, both, 2, &seating, err));
    if (seating.is_filled) {
        return CUSTODY_OK;
    }
    TRY(seats_require(a, absent, 2, "seats",
                      "A delegation is signed by giver and taker; with the giver out of reach, "
                      "by the taker and another officer.",
                      &seating, err));
    TRY(apply_flag(a, err, "giver-absent", "the giver did not sign this delegation"));
    return people_want_ratification(a, from, err);
}

static enum custody_status end_delegations(struct apply *a, const char *from, const char *to,
                                           const json_t *roles, struct custody_error *err)
{
    size_t i = 0;
    int64_t ended = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        TRY(store_run(a->store, err,
                      "UPDATE delegation SET end = max(start, min(end, ?4))"
                      " WHERE giver = ?1 AND taker = ?2 AND role = ?3 AND end > ?4",
                      "ttti", from, to, json_string_value(role), a->t));
        ended += store_changes(a->store);
    }
    RULE(ended > 0, "state", "No delegation of these roles from %s to %s is open.", from, to);
    return CUSTODY_OK;
}

static enum custody_status delegate_apply(struct apply *a, struct custody_error *err)
{
    const char *from = body_text(a, "from");
    const char *to = body_text(a, "to");
    const json_t *roles = json_object_get(a->body, "roles");
    int64_t start = body_time(a, "start");
    int64_t end = body_time(a, "end");
    struct person giver;
    struct person taker;
    TRY(people_need(a, from, &giver, err));
    TRY(people_need(a, to, &taker, err));
    RULE(strcmp(from, to) != 0, "seats", "Nobody delegates to himself.");
    TRY(delegate_seats(a, from, to, err));
    TRY(apply_code(a, "reason", "reasons", err));
    if (start == end) {
        return end_delegations(a, from, to, roles, err);
    }
    RULE(!giver.is_suspended && !taker.is_suspended, "suspended",
         "A suspended person neither gives nor takes a role.");
    RULE(!giver.is_auditor && !taker.is_auditor, "role",
         "An auditor neither gives nor takes a role.");
    RULE(start < end && end > a->t &&
             end - start <= policy_int(a->policy, "delegation_days") * 86400,
         "state", "A delegation ends in the future and within the policy's delegation_days.");
    size_t i = 0;
    const json_t *role = NULL;
    json_array_foreach(roles, i, role)
    {
        bool has = false;
        TRY(state_has_own_role(a->state, from, json_string_value(role), &has, err));
        RULE(has, "role", "%s does not hold the role %s himself.", from,
             json_string_value(role));
        TRY(store_run(a->store, err,
                      "INSERT INTO delegation (idx, role, giver, taker, start, end)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      "itttii", a->idx, json_string_value(role), from, to, start, end));
    }
    return CUSTODY_OK;
}

const struct act ACT_ROLE_DELEGATE = {
    .name = "role.delegate/1",
    .fields = DELEGATE,
    .signers_max = 2,
    .rules = "",
    .signed_by = "from and to; from unreachable: to and one other officer",
    .apply = delegate_apply,
    .zh = "{from} 将职务 {roles} 委托给 {to}，{start} 至 {end}，原因 {reason}",
    .en = "{from} delegates {roles} to {to}, {start} to {end}, reason {reason}",
};
