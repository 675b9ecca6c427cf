/*
 * Which acts could nobody complete with the people who are enrolled (regulation.md §2)? The
 * seats of each act as a pattern, matched against persons with a live credential, folded. Left
 * out are the acts of any colleague, and those whose seats depend on what they are about: who
 * approves a request, who signs an imported act, whom a ratification waits for.
 */
#include "seats_report.h"

#include <stdio.h>
#include <string.h>

#include "act.h"
#include "instant.h"
#include "policy.h"
#include "site_impl.h"

#define OFFICER "administrator|centre_manager"
const struct seats_pattern SEATS_PATTERNS[] = {
    {"person.enrol", false, {OFFICER, OFFICER}},
    {"person.reinstate", false, {OFFICER, OFFICER}},
    {"role.grant", false, {OFFICER, OFFICER}},
    {"person.suspend", false, {OFFICER}},
    {"role.revoke", false, {OFFICER}},
    {"person.tag", false, {OFFICER "|A"}},
    {"tag.blank", false, {OFFICER "|A"}},
    {"tag.print", false, {OFFICER "|A"}},
    {"credential.add", false, {OFFICER, "*"}},
    {"policy.set", false, {"centre_manager", OFFICER}},
    {"log.rotate", false, {OFFICER, OFFICER}},
    {"ledger.succeed", false, {OFFICER, OFFICER}},
    {"place.add", false, {"A", "supervisor"}},
    {"lock.add", false, {"A", "supervisor"}},
    {"key.add", true, {"C", "supervisor"}},
    {"key.takeover", true, {"C", "supervisor"}},
    {"opening.balance", true, {"C", "supervisor"}},
    {"key.retire", true, {"C", "supervisor"}},
    {"slip.close", true, {"C", "supervisor"}},
    {"act.correct", true, {"C", "supervisor"}},
    {"act.correct place.add", false, {OFFICER, OFFICER}},
    {"key.lend", true, {"C"}},
    {"key.escort", true, {"C"}},
    {"key.extend", true, {"C"}},
    {"key.copy", true, {"C"}},
    {"key.damage", true, {"C"}},
    {"key.deposit", true, {"C"}},
    {"key.withdraw", true, {"C"}},
    {"key.seal", true, {"C"}},
    {"ring.make", true, {"C"}},
    {"ring.break", true, {"C"}},
    {"board.set", true, {"C"}},
    {"key.return", true, {"C|duty"}},
    {"key.found", true, {"C|duty"}},
    {"key.lost", true, {"C|duty"}},
    {"key.refuse", false, {"A|duty"}},
    {"key.chase", false, {"A|duty"}},
    {"copy.close", false, {"A"}},
    {"key.move", false, {"A", "*"}},
    {"tray.issue", true, {"C", "=service_staff"}},
    {"tray.settle", true, {"C", "*"}},
    {"key.handover", false, {"A|service_staff"}},
    {"party.add", false, {"A|service_staff"}},
    {"party.end", false, {"A|service_staff|supervisor"}},
    {"party.authorise", false, {"A|service_staff", "supervisor"}},
    {"party.consent", false, {"A|service_staff", "supervisor"}},
    {"standing.grant", false, {"S"}},
    {"standing.end", false, {"S"}},
    {"request.oral", false, {"A|duty", "*"}},
    {"key.unseal", true, {"C|duty", "*"}},
    {"key.emergency", true, {"C|duty", "*"}},
    {"act.ratify key.emergency", true, {"C|duty", "*", "supervisor|centre_manager"}},
    {"lock.rekey", false, {"A", "supervisor|engineering_manager|engineering_supervisor"}},
    {"risk.accept", false, {"supervisor"}},
    {"shift.handover", true, {"C|duty", "*"}},
    {"shift.close", true, {"C", "*"}},
    {"shift.check", false, {"supervisor"}},
    {"roster.set", false, {"supervisor"}},
    {"custodian.change", true, {"=C", "*", "supervisor"}},
    {"stocktake.open", true, {"C|supervisor"}},
    {"stocktake.finish", true, {"C", "*"}},
    {"slip.issue", true, {"C|supervisor"}},
    {"unit.transfer", false, {"archive_custodian|key_custodian", "*"}},
    {"storage.add", false, {"archive_custodian"}},
    {"storage.move", false, {"archive_custodian"}},
    {"folder.open", false, {"archive_custodian"}},
    {"folder.file", false, {"archive_custodian"}},
    {"folder.amend", false, {"archive_custodian"}},
    {"folder.remove", false, {"archive_custodian", "supervisor"}},
    {"folder.move", false, {"archive_custodian"}},
    {"folder.walk", false, {"archive_custodian"}},
    {"folder.close", false, {"archive_custodian"}},
    {"storeroom.check", false, {"archive_custodian|supervisor"}},
    {"tag.print folder.open", false, {OFFICER "|archive_custodian"}},
    {"folder.hold", false, {"archive_custodian|supervisor|centre_manager"}},
    {"folder.release",
     false,
     {"supervisor|centre_manager", "archive_custodian|supervisor|centre_manager"}},
    {"folder.appraise", false, {"archive_custodian", "supervisor"}},
    {"destruction.propose", false, {"archive_custodian"}},
    {"destruction.review", false, {"archive_custodian", "supervisor|witness"}},
    {"destruction.approve",
     false,
     {"archive_custodian", "supervisor|witness", "centre_manager"}},
    {"destruction.execute", false, {"witness|D", "witness|D"}},
    {"destruction.execute", false, {"supervisor"}}, /* who re-checks */
    {"destruction.cancel", false, {"archive_custodian|supervisor|centre_manager"}},
    {"erase.request", false, {"archive_custodian|service_staff"}},
    {"erase.refuse", false, {"centre_manager"}},
    {"erase.intent", false, {"centre_manager", "supervisor|archive_custodian|administrator"}},
    {"erase.done",
     false,
     {"centre_manager|supervisor|archive_custodian|administrator",
      "centre_manager|supervisor|archive_custodian|administrator"}},
    {"folder.consult", false, {"archive_custodian"}},
    {"folder.lend", false, {"archive_custodian"}},
    {"folder.return", false, {"archive_custodian|service_staff"}},
    {"folder.refuse", false, {"archive_custodian|service_staff"}},
    {"folder.produce", false, {"archive_custodian", "centre_manager"}},
    {"folder.extend", false, {"archive_custodian"}},
    {"folder.recall", false, {"archive_custodian|service_staff"}},
    {"folder.missing", false, {"archive_custodian"}},
    {"folder.writeoff", false, {"archive_custodian", "supervisor"}},
    {"act.correct folder.lend", false, {"archive_custodian", "supervisor"}},
    {"incident.close", false, {"supervisor|centre_manager"}},
    {"privacy.read",
     false,
     {OFFICER "|supervisor|archive_custodian|key_custodian|service_staff|duty"
              "|engineering_custodian|engineering_manager|engineering_supervisor"}},
    {NULL, false, {NULL}},
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
                                          bool is_unfolded, struct seat_candidates *seat,
                                          struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(
        store, &query, err,
        "WITH live AS (SELECT p.handle FROM person p WHERE p.is_suspended = 0 AND EXISTS"
        " (SELECT 1 FROM credential c WHERE c.handle = p.handle AND c.revoked_idx IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM role u WHERE u.handle = p.handle AND u.role = "
        "'auditor')"
        " AND p.handle <> (SELECT json_extract(body, '$.recovery_officer') FROM policy"
        "  ORDER BY idx DESC LIMIT 1))"
        " SELECT handle, '' FROM live WHERE ?1 = '*' OR EXISTS"
        " (SELECT 1 FROM role r WHERE r.handle = live.handle AND r.role = ?1)"
        " UNION SELECT d.taker, CASE ?3 WHEN 1 THEN '' ELSE d.giver END FROM delegation d"
        " JOIN live ON live.handle = d.taker JOIN role r ON r.handle = d.giver"
        "  AND r.role = d.role JOIN person g ON g.handle = d.giver AND g.is_suspended = 0"
        "  WHERE d.role = ?1 AND d.start <= ?2 AND ?2 < d.end"
        " ORDER BY 2, 1",
        "tii", role, t, (int64_t)is_unfolded);
    while (rc == CUSTODY_OK && query.has_row && seat->count < CANDIDATES_MAX) {
        struct candidate *one = &seat->list[seat->count++];
        (void)snprintf(one->handle, sizeof one->handle, "%s", store_text(&query, 0));
        (void)snprintf(one->giver, sizeof one->giver, "%s", store_text(&query, 1));
        rc = store_next(&query, err);
    }
    store_end(&query);
    return rc;
}

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* What the letters of a pattern stand for. */
struct office {
    struct store *store;
    const json_t *policy;
    const json_t *desk; /* NULL: of none */
    int64_t t;
};

static enum custody_status load_role(const struct office *office, const char *role,
                                     bool is_unfolded, struct seat_candidates *seat,
                                     char *wanted, size_t size, struct custody_error *err)
{
    const size_t len = strlen(wanted);
    (void)snprintf(wanted + len, size - len, "%s%s", len > 0 ? "|" : "", role);
    return add_candidates(office->store, role, office->t, is_unfolded, seat, err);
}

/* Two desks may have one custodian role. */
static bool is_earlier_role(const json_t *policy, size_t desk)
{
    const json_t *desks = json_object_get(policy, "desks");
    const char *role = text_member(json_array_get(desks, desk), "custodian_role");
    for (size_t i = 0; i < desk; i++) {
        if (strcmp(text_member(json_array_get(desks, i), "custodian_role"), role) == 0) {
            return true;
        }
    }
    return false;
}

/* One seat; wanted: its roles by their names. */
static enum custody_status load_seat(const struct office *office, const char *roles,
                                     struct seat_candidates *seat, char *wanted, size_t size,
                                     struct custody_error *err)
{
    const bool is_unfolded = roles[0] == '=';
    seat->count = 0;
    wanted[0] = '\0';
    roles += is_unfolded ? 1 : 0;
    while (*roles != '\0') {
        char role[40];
        size_t i = 0;
        const json_t *one = NULL;
        const size_t len = strcspn(roles, "|");
        (void)snprintf(role, sizeof role, "%.*s", (int)len, roles);
        if (strcmp(role, "C") == 0) {
            TRY(load_role(office, text_member(office->desk, "custodian_role"), is_unfolded,
                          seat, wanted, size, err));
        } else if (strcmp(role, "A") == 0) {
            json_array_foreach(json_object_get(office->policy, "desks"), i, one)
            {
                if (!is_earlier_role(office->policy, i)) {
                    TRY(load_role(office, text_member(one, "custodian_role"), is_unfolded, seat,
                                  wanted, size, err));
                }
            }
        } else if (strcmp(role, "S") == 0 || strcmp(role, "D") == 0) {
            json_array_foreach(
                json_object_get(office->policy, *role == 'S' ? "standing_approval"
                                                             : "destruction_witness_roles"),
                i, one)
            {
                TRY(load_role(office, json_string_value(one), is_unfolded, seat, wanted, size,
                              err));
            }
        } else {
            TRY(load_role(office, role, is_unfolded, seat, wanted, size, err));
        }
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

static enum custody_status check_pattern(const struct office *office,
                                         const struct seats_pattern *pattern, json_t *rows,
                                         struct custody_error *err)
{
    static _Thread_local struct seat_candidates seats[SEATS_PER_ACT];
    char wanted[800] = "";
    size_t count = 0;
    for (; count < SEATS_PER_ACT && pattern->seats[count] != NULL; count++) {
        char one[240];
        const size_t len = strlen(wanted);
        TRY(load_seat(office, pattern->seats[count], &seats[count], one, sizeof one, err));
        (void)snprintf(wanted + len, sizeof wanted - len, "%s%s", count > 0 ? " + " : "", one);
    }
    if (can_fill(seats, count)) {
        return CUSTODY_OK;
    }
    const char *code = json_string_value(json_object_get(office->desk, "code"));
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
    struct office office = {.store = site->store, .policy = policy, .t = instant_now()};
    for (const struct seats_pattern *one = SEATS_PATTERNS; one->act != NULL; one++) {
        const size_t times = one->is_per_desk ? json_array_size(desks) : 1;
        for (size_t i = 0; rc == CUSTODY_OK && i < times; i++) {
            office.desk = one->is_per_desk ? json_array_get(desks, i) : NULL;
            rc = check_pattern(&office, one, rows, err);
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
