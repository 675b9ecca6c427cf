/* incident.report, incident.update, incident.close: leaks and losses, followed to their end
 * (FORMATS.md §21; P3). */
#include "incident.h"

#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "rows.h"

enum custody_status incident_open(struct apply *a, const char *kind, const char *party,
                                  int64_t noticed_at, struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO incident (act_id, idx, kind, party, reporter,"
                     " noticed_at, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open')",
                     "bittti", a->act_id, (size_t)HASH_LEN, a->idx, kind, party, a->by,
                     noticed_at);
}

enum custody_status incident_add_item(struct apply *a, const char *item,
                                      struct custody_error *err)
{
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO incident_item (incident, item) VALUES (?1, ?2)",
                     "bt", a->act_id, (size_t)HASH_LEN, item);
}

/* ---- incident.report ---- */

static const struct field REPORT[] = {
    {.name = "items", .type = FIELD_THINGS, .min = 0},
    {.name = "kind", .type = FIELD_CODE},
    {.name = "noticed_at", .type = FIELD_TIME},
    {.name = "party", .type = FIELD_PARTY, .is_nullable = true},
    {.name = "text", .type = FIELD_SEALED, .is_nullable = true},
    {.name = NULL},
};

static enum custody_status anybody_signs(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ANY}};
    return seats_require(
        a, seats, 1, "seats",
        "An incident is reported and followed by an enrolled person who is not "
        "suspended and no auditor.",
        &seating, err);
}

static enum custody_status report_apply(struct apply *a, struct custody_error *err)
{
    const char *party = body_text(a, "party");
    TRY(folder_need_policy(a, err));
    TRY(anybody_signs(a, err));
    TRY(apply_code(a, "kind", "incident_kinds", err));
    RULE(body_time(a, "noticed_at") <= a->at, "P3",
         "An incident was noticed before it is reported.");
    if (party != NULL) {
        struct receiver found;
        TRY(receiver_load(a, party, &found, err));
    }
    TRY(incident_open(a, body_text(a, "kind"), party, body_time(a, "noticed_at"), err));
    size_t i = 0;
    const json_t *named = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, named)
    {
        struct thing thing;
        TRY(thing_need(a, named, &thing, err));
        TRY(incident_add_item(a, body_member(named, "item"), err));
    }
    return CUSTODY_OK;
}

const struct act ACT_INCIDENT_REPORT = {
    .name = "incident.report/1",
    .fields = REPORT,
    .signers_max = 1,
    .rules = "P3",
    .signed_by = "any person",
    .apply = report_apply,
    .keeps_people = true,
    .zh =
        "{by} 报告事件：{kind}，发现于 {noticed_at}，涉及 {items}，当事人 {party}，情况 {text}",
    .en = "{by} reports an incident: {kind}, noticed {noticed_at}, about {items}, of {party}, "
          "{text}",
};

/* ---- its course ---- */

struct incident {
    uint8_t id[HASH_LEN];
    char reporter[HANDLE_SIZE];
};

/* NEEDs the incident of the body ("object"); judges that it is open ("state"). */
static enum custody_status incident_need(struct apply *a, struct incident *ret_incident,
                                         struct custody_error *err)
{
    struct store_query query = {0};
    struct incident it = {.reporter = ""};
    bool is_found = false;
    bool is_open = false;
    NEED(body_hex(a, "incident", it.id, sizeof it.id), "structure", "The id is malformed.");
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT reporter, state = 'open' FROM incident WHERE act_id = ?1", "b",
                    it.id, sizeof it.id);
    if (rc == CUSTODY_OK && query.has_row) {
        is_found = true;
        (void)snprintf(it.reporter, sizeof it.reporter, "%s", store_text(&query, 0));
        is_open = store_int(&query, 1) != 0;
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "There is no incident of this id.");
    RULE(is_open, "state", "This incident is closed.");
    *ret_incident = it;
    return CUSTODY_OK;
}

static const char *const STEPS[] = {"contained", "informed", "investigated", NULL};
static const struct field UPDATE[] = {
    {.name = "incident", .type = FIELD_ID},
    {.name = "note", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "step", .type = FIELD_ENUM, .values = STEPS},
    {.name = NULL},
};

static enum custody_status update_apply(struct apply *a, struct custody_error *err)
{
    struct incident incident;
    TRY(folder_need_policy(a, err));
    TRY(anybody_signs(a, err));
    TRY(incident_need(a, &incident, err));
    return store_run(a->store, err,
                     "INSERT INTO incident_step (incident, idx, step) VALUES (?1, ?2, ?3)",
                     "bit", incident.id, sizeof incident.id, a->idx, body_text(a, "step"));
}

const struct act ACT_INCIDENT_UPDATE = {
    .name = "incident.update/1",
    .fields = UPDATE,
    .signers_max = 1,
    .rules = "P3",
    .signed_by = "any person",
    .apply = update_apply,
    .keeps_people = true,
    .zh = "{by} 登记事件 {incident} 的处理：{step}，说明 {note}",
    .en = "{by} enters of the incident {incident}: {step}, {note}",
};

static const char *const RESULTS[] = {"confirmed", "unfounded", NULL};
static const struct field CLOSE[] = {
    {.name = "incident", .type = FIELD_ID},
    {.name = "lesson", .type = FIELD_SEALED, .is_nullable = true},
    {.name = "result", .type = FIELD_ENUM, .values = RESULTS},
    {.name = NULL},
};

static enum custody_status close_apply(struct apply *a, struct custody_error *err)
{
    struct incident incident;
    struct seating seating;
    TRY(folder_need_policy(a, err));
    TRY(incident_need(a, &incident, err));
    struct seat seats[1] = {{.kind = SEAT_ROLE,
                             .roles = {"supervisor", "centre_manager"},
                             .except = {incident.reporter}}};
    TRY(seats_require(a, seats, 1, "P3",
                      "An incident is closed by a supervisor or the centre manager, another "
                      "than who reported it.",
                      &seating, err));
    return store_run(a->store, err,
                     "UPDATE incident SET state = 'closed', result = ?2, closed_idx = ?3"
                     " WHERE act_id = ?1",
                     "bti", incident.id, sizeof incident.id, body_text(a, "result"), a->idx);
}

const struct act ACT_INCIDENT_CLOSE = {
    .name = "incident.close/1",
    .fields = CLOSE,
    .signers_max = 1,
    .rules = "P3",
    .signed_by = "a supervisor or the centre manager who did not report it",
    .apply = close_apply,
    .keeps_people = true,
    .zh = "{by} 结案 {incident}：{result}，教训 {lesson}",
    .en = "{by} closes the incident {incident}: {result}, lesson {lesson}",
};
