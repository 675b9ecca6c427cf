/*
 * Which acts could nobody complete with the people who are enrolled (regulation.md §2)? The
 * seats of each act as a pattern, matched against persons with a live credential, folded.
 */
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "instant.h"
#include "policy.h"
#include "site_impl.h"

#define SEATS_PER_ACT 3

/* A seat's roles; "C" stands for the desk's custodian role, "*" for any colleague. */
struct pattern {
    const char *act;
    bool per_desk;
    const char *seats[SEATS_PER_ACT]; /* "duty|C", NULL-terminated when fewer */
};

#define OFFICER   "administrator|centre_manager"
#define CUSTODIAN "key_custodian|engineering_custodian|duty"
static const struct pattern PATTERNS[] = {
    {"person.enrol", false, {OFFICER, OFFICER}},
    {"role.grant", false, {OFFICER, OFFICER}},
    {"person.reinstate", false, {OFFICER, OFFICER}},
    {"credential.add", false, {OFFICER, "*"}},
    {"policy.set", false, {"centre_manager", OFFICER}},
    {"log.rotate", false, {OFFICER, OFFICER}},
    {"place.add", false, {CUSTODIAN, "supervisor"}},
    {"key.add", true, {"C", "supervisor"}},
    {"key.takeover", true, {"C", "supervisor"}},
    {"opening.balance", true, {"C", "supervisor"}},
    {"key.retire", true, {"C", "supervisor"}},
    {"act.correct", true, {"C", "supervisor"}},
    {"slip.close", true, {"C", "supervisor"}},
    {"key.lend", true, {"C"}},
    {"key.return", true, {"C|duty"}},
    {"key.move", true, {"C", "*"}},
    {"tray.issue", true, {"C", "service_staff"}},
    {"key.handover", false, {"service_staff|" CUSTODIAN}},
    {"party.authorise", false, {"service_staff|" CUSTODIAN, "supervisor"}},
    {"party.consent", false, {"service_staff|" CUSTODIAN, "supervisor"}},
    {"key.unseal", true, {"C|duty", "*"}},
    {"key.emergency", true, {"C|duty", "*"}},
    {"act.ratify key.emergency", true, {"C|duty", "*", "supervisor|centre_manager"}},
    {"lock.rekey", false, {CUSTODIAN, "supervisor|engineering_manager|engineering_supervisor"}},
    {"risk.accept", false, {"supervisor"}},
    {"shift.handover", true, {"C|duty", "*"}},
    {"shift.close", true, {"C", "*"}},
    {"shift.check", false, {"supervisor"}},
    {"stocktake.finish", true, {"C", "*"}},
    {"custodian.change", true, {"C", "*", "supervisor"}},
    {"unit.transfer", false, {"archive_custodian|key_custodian", "*"}},
    {"request.oral", false, {CUSTODIAN, "*"}},
};

/* ---- who may sit ---- */

struct candidate {
    char handle[HANDLE_SIZE], giver[HANDLE_SIZE]; /* giver "" for an own role */
};
#define CANDIDATES_MAX 400
struct seat_candidates {
    size_t count;
    struct candidate list[CANDIDATES_MAX];
};

static enum custody_status add_candidates(struct store *store, const char *role, int64_t t,
                                          struct seat_candidates *seat,
                                          struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        store, &query, err,
        "SELECT p.handle, '' FROM person p WHERE p.is_suspended = 0 AND EXISTS"
        " (SELECT 1 FROM credential c WHERE c.handle = p.handle AND c.revoked_idx IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM role u WHERE u.handle = p.handle AND u.role = "
        "'auditor')"
        " AND p.handle <> (SELECT json_extract(body, '$.recovery_officer') FROM policy"
        "  ORDER BY idx DESC LIMIT 1)"
        " AND (?1 = '*' OR EXISTS (SELECT 1 FROM role r WHERE r.handle = p.handle"
        "  AND r.role = ?1))"
        " UNION SELECT d.taker, d.giver FROM delegation d JOIN role r ON r.handle = d.giver"
        "  AND r.role = d.role WHERE d.role = ?1 AND d.start <= ?2 AND ?2 < d.end"
        " ORDER BY 2, 1",
        "ti", role, t);
    while (rc == CUSTODY_OK && query.has_row && seat->count < CANDIDATES_MAX) {
        struct candidate *one = &seat->list[seat->count++];
        (void)snprintf(one->handle, sizeof one->handle, "%s", store_text(&query, 0));
        (void)snprintf(one->giver, sizeof one->giver, "%s", store_text(&query, 1));
        rc = store_next(&query, err);
    }
    store_end(&query);
    return rc;
}

static enum custody_status load_seat(struct store *store, const char *roles,
                                     const char *custodian_role, int64_t t,
                                     struct seat_candidates *seat, struct custody_error *err)
{
    seat->count = 0;
    while (*roles != '\0') {
        char role[40];
        const size_t len = strcspn(roles, "|");
        (void)snprintf(role, sizeof role, "%.*s", (int)len, roles);
        TRY(add_candidates(store, strcmp(role, "C") == 0 ? custodian_role : role, t, seat,
                           err));
        roles += len + (roles[len] == '|' ? 1 : 0);
    }
    return CUSTODY_OK;
}

static bool apart(const struct candidate *a, const struct candidate *b)
{
    return strcmp(a->handle, b->handle) != 0 && strcmp(a->handle, b->giver) != 0 &&
           strcmp(a->giver, b->handle) != 0 &&
           (a->giver[0] == '\0' || strcmp(a->giver, b->giver) != 0);
}

/* Three seats at most: every choice is tried. */
static bool can_fill(const struct seat_candidates *seats, size_t count)
{
    for (size_t i = 0; i < seats[0].count; i++) {
        if (count == 1) {
            return true;
        }
        for (size_t j = 0; j < seats[1].count; j++) {
            if (!apart(&seats[0].list[i], &seats[1].list[j])) {
                continue;
            }
            if (count == 2) {
                return true;
            }
            for (size_t k = 0; k < seats[2].count; k++) {
                if (apart(&seats[0].list[i], &seats[2].list[k]) &&
                    apart(&seats[1].list[j], &seats[2].list[k])) {
                    return true;
                }
            }
        }
    }
    return false;
}

static enum custody_status check_pattern(struct custody_site *site,
                                         const struct pattern *pattern, const json_t *desk,
                                         json_t *rows, struct custody_error *err)
{
    static _Thread_local struct seat_candidates seats[SEATS_PER_ACT];
    const char *role = json_string_value(json_object_get(desk, "custodian_role"));
    char wanted[200] = "";
    size_t count = 0;
    size_t len = 0;
    for (; count < SEATS_PER_ACT && pattern->seats[count] != NULL; count++) {
        TRY(load_seat(site->store, pattern->seats[count], role != NULL ? role : "",
                      instant_now(), &seats[count], err));
        len += (size_t)snprintf(wanted + len, sizeof wanted - len, "%s%s",
                                count > 0 ? " + " : "", pattern->seats[count]);
        if (len >= sizeof wanted) {
            len = sizeof wanted - 1;
        }
    }
    if (can_fill(seats, count)) {
        return CUSTODY_OK;
    }
    const char *code = json_string_value(json_object_get(desk, "code"));
    return json_array_append_new(rows, json_pack("{s:s,s:s?,s:s}", "act", pattern->act, "desk",
                                                 code, "seats", wanted)) == 0
               ? CUSTODY_OK
               : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
}

enum custody_status custody_site_seats(struct custody_site *site, json_t **ret_rows,
                                       struct custody_error *err)
{
    json_t *policy = NULL;
    json_t *rows = json_array();
    enum custody_status rc = custody_site_policy(site, &policy, err);
    if (rc == CUSTODY_OK && rows == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    const json_t *desks = json_object_get(policy, "desks");
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof PATTERNS / sizeof PATTERNS[0]; i++) {
        const size_t times = PATTERNS[i].per_desk ? json_array_size(desks) : 1;
        for (size_t j = 0; rc == CUSTODY_OK && j < times; j++) {
            rc = check_pattern(site, &PATTERNS[i],
                               PATTERNS[i].per_desk ? json_array_get(desks, j) : NULL, rows,
                               err);
        }
    }
    json_decref(policy);
    if (rc != CUSTODY_OK) {
        json_decref(rows);
        return rc;
    }
    *ret_rows = rows;
    return CUSTODY_OK;
}
