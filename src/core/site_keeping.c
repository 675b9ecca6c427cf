/*
 * Questions that the acts of FORMATS.md §19.5–§21 are prepared from: obstacles of lines, the
 * subjects of an erasure, the personal texts of one owner.
 *
 * Must not decide: the acts judge again. Invariant: what is found here, they take.
 */
#include <stdio.h>
#include <string.h>

#include "acts/retention.h"
#include "custody/keeping.h"
#include "instant.h"
#include "policy.h"
#include "site_erase.h"
#include "text.h"

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
}

/* Local day of now, as the acts count days. */
static void local_today(const struct custody_site *site, char out[11])
{
    char text[INSTANT_TEXT_SIZE];
    instant_format(instant_now() + (int64_t)site->utc_offset_min * 60, text);
    (void)snprintf(out, 11, "%.10s", text);
}

static enum custody_status hex_id(const char *hex, uint8_t out[HASH_LEN],
                                  struct custody_error *err)
{
    return hex != NULL && text_unhex(hex, strlen(hex), out, HASH_LEN)
               ? CUSTODY_OK
               : custody_fail(err, CUSTODY_ERR_INVALID, "This id of an act is malformed.");
}

/* ---- obstacles ---- */

static enum custody_status load_label(struct store *store, const char *item, json_t **ret_label,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    json_t *label = NULL;
    enum custody_status rc = store_query(store, &query, err,
                                         "SELECT label FROM folder WHERE item = ?1"
                                         " UNION ALL SELECT label FROM paper WHERE item = ?1",
                                         "t", item);
    if (rc == CUSTODY_OK && !query.has_row) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "%.16s is no folder and no paper: see custody folder list.", item);
    } else if (rc == CUSTODY_OK) {
        rc = json_give(json_string(store_text(&query, 0)), &label, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_label = label;
    }
    return rc;
}

static json_t *obstacle_codes(unsigned obstacles)
{
    json_t *codes = json_array();
    for (unsigned i = 0; codes != NULL && i < OBSTACLE_COUNT; i++) {
        if ((obstacles & OBSTACLE_BIT(i)) != 0 &&
            json_array_append_new(codes, json_string(obstacle_code(i))) != 0) {
            json_decref(codes);
            return NULL;
        }
    }
    return codes;
}

static enum custody_status check_line(const struct retention *retention, const json_t *given,
                                      const uint8_t *batch, json_t **ret_line,
                                      struct custody_error *err)
{
    const char *item = json_string_value(json_object_get(given, "item"));
    const char *reason = json_string_value(json_object_get(given, "reason"));
    const bool has_numbers = json_is_integer(json_object_get(given, "papers"));
    struct line_numbers numbers = {
        .papers = json_integer_value(json_object_get(given, "papers")),
        .copies = json_integer_value(json_object_get(given, "copies")),
        .pages = json_integer_value(json_object_get(given, "pages"))};
    unsigned obstacles = 0;
    json_t *label = NULL;
    if (item == NULL || reason == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "A line has an item and a reason.");
    }
    TRY(load_label(retention->store, item, &label, err));
    const struct retention_line asked = {.item = item,
                                         .reason = reason,
                                         .numbers = has_numbers ? &numbers : NULL,
                                         .batch = batch};
    enum custody_status rc = retention_find_obstacles(retention, &asked, &obstacles, err);
    if (rc == CUSTODY_OK && !has_numbers) {
        rc = retention_count_line(retention, item, &numbers, err);
    }
    if (rc == CUSTODY_OK) {
        rc = json_give(json_pack("{s:I,s:s,s:O,s:o,s:I,s:I,s:s}", "copies",
                                 (json_int_t)numbers.copies, "item", item, "label", label,
                                 "obstacles", obstacle_codes(obstacles), "pages",
                                 (json_int_t)numbers.pages, "papers",
                                 (json_int_t)numbers.papers, "reason", reason),
                       ret_line, err);
    }
    json_decref(label);
    return rc;
}

enum custody_status custody_destruction_check(struct custody_site *site, const json_t *lines,
                                              const char *batch, json_t **ret_lines,
                                              struct custody_error *err)
{
    struct retention retention = {.store = site->store};
    uint8_t id[HASH_LEN] = {0};
    json_t *policy = NULL;
    size_t i = 0;
    const json_t *line = NULL;
    if (batch != NULL) {
        TRY(hex_id(batch, id, err));
    }
    TRY(custody_site_policy(site, &policy, err));
    json_t *checked = json_array();
    enum custody_status rc = checked != NULL ? CUSTODY_OK : no_memory(err);
    if (rc == CUSTODY_OK && policy_int(policy, "version") < 2) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "The policy of this site has no folders: set one of version 2.");
    }
    retention.policy = policy;
    local_today(site, retention.today);
    json_array_foreach(lines, i, line)
    {
        json_t *one = NULL;
        if (rc == CUSTODY_OK) {
            rc = check_line(&retention, line, batch != NULL ? id : NULL, &one, err);
        }
        if (rc == CUSTODY_OK && json_array_append_new(checked, one) != 0) {
            rc = no_memory(err);
        }
    }
    if (rc == CUSTODY_OK) {
        *ret_lines = json_incref(checked);
    }
    json_decref(checked);
    json_decref(policy);
    return rc;
}

/* ---- what an erasure covers ---- */

/*
 * mine: subjects and such owners of them as the ground covers. Of several owners each must be
 * one (FORMATS.md §21). Of what is still there one row a text and owner.
 */
#define TEXTS_OF(mine)                                                                         \
    "WITH mine AS MATERIALIZED (" mine "), whole AS MATERIALIZED (SELECT n.k FROM mine n"      \
    " GROUP BY n.k HAVING count(*) = (SELECT count(*) FROM subject o WHERE o.k = n.k))"        \
    " SELECT m.k, m.owner, c.idx, c.pointer FROM whole w CROSS JOIN subject m ON m.k = w.k"    \
    " CROSS JOIN commitment c ON c.k = m.k"                                                    \
    " WHERE NOT EXISTS (SELECT 1 FROM erased e WHERE e.k = m.k)"                               \
    " ORDER BY m.k, c.idx, c.pointer, m.owner"
/* As the acts judge it (acts/erase_ground.c). */
#define HAS_NOTHING(party)                                                                     \
    "NOT EXISTS (SELECT 1 FROM folder f WHERE f.party = " party " AND f.state <> 'destroyed')" \
    " AND NOT EXISTS (SELECT 1 FROM item i WHERE i.holder_kind = 'party'"                      \
    "  AND i.holder = " party ")"                                                              \
    " AND NOT EXISTS (SELECT 1 FROM paper q WHERE q.holder = " party                           \
    "  AND q.holder_kind = 'party' AND q.state = 'lent')"
#define LAST_DAY(party)                                                                        \
    "date(max((SELECT l.t FROM act_log l WHERE l.idx = p.idx),"                                \
    " coalesce((SELECT max(max(v.known_at, coalesce(v.ended_t, 0))) FROM movement v"           \
    "  WHERE v.holder = " party " AND v.holder_kind = 'party' AND v.void_idx IS NULL), 0),"    \
    " coalesce((SELECT max(l.t) FROM folder f CROSS JOIN act_log l ON l.idx = f.destroyed_idx" \
    "  WHERE f.party = " party "), 0)) + ?1 * 60, 'unixepoch')"
/* Months after it: the same day, or the month's last where it has no such day. */
#define DUE(day)                                                                               \
    "min(date(" day ", '+' || ?2 || ' months'),"                                               \
    " date(" day ", 'start of month', '+' || (?2 + 1) || ' months', '-1 day'))"

static const char DESTRUCTION_SQL[] =
    TEXTS_OF("SELECT s.k, s.owner FROM act_log l CROSS JOIN batch b ON b.executed_idx = l.idx"
             " CROSS JOIN batch_line j ON j.batch = b.act_id AND j.outcome = 'destroyed'"
             " CROSS JOIN subject s ON s.owner = j.item WHERE l.act_id = ?1");
static const char REQUEST_SQL[] =
    TEXTS_OF("SELECT s.k, s.owner FROM erase_request r CROSS JOIN subject s"
             " ON s.owner = r.party OR s.owner IN (SELECT f.item FROM folder f"
             "  WHERE f.party = r.party AND f.state = 'destroyed')"
             " WHERE r.act_id = ?1 AND r.state = 'open'");
static const char EXPIRY_SQL[] =
    TEXTS_OF("SELECT s.k, s.owner FROM folder d CROSS JOIN subject s ON s.owner = d.item"
             " WHERE d.state = 'destroyed' UNION ALL"
             " SELECT s.k, s.owner FROM party p CROSS JOIN subject s ON s.owner = p.party"
             " WHERE " HAS_NOTHING("p.party") " AND " DUE(LAST_DAY("p.party")) " <= ?3");

struct found {
    json_t *subjects, *owners, *texts;
    int64_t count;
    char last[33 + 300]; /* subject, entry and pointer of the row before */
    bool is_more;
};

static enum custody_status count_text(struct found *found, const char *pointer,
                                      struct custody_error *err)
{
    const char *slash = strrchr(pointer, '/');
    const char *member = slash != NULL ? slash + 1 : pointer;
    const json_int_t before = json_integer_value(json_object_get(found->texts, member));
    found->count++;
    return json_object_set_new(found->texts, member, json_integer(before + 1)) == 0
               ? CUSTODY_OK
               : no_memory(err);
}

static enum custody_status take_row(struct found *found, const struct store_query *query,
                                    struct custody_error *err)
{
    size_t len = 0;
    char k[2 * VAULT_SUBJECT_ID_LEN + 1] = "";
    char here[sizeof found->last];
    const void *blob = store_blob(query, 0, &len);
    if (blob == NULL || len != VAULT_SUBJECT_ID_LEN) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "A row of the read model was changed: run custody site rebuild.");
    }
    text_hex(blob, len, k);
    const bool is_new = strncmp(found->last, k, sizeof k - 1) != 0;
    if (is_new && json_array_size(found->subjects) == CUSTODY_ERASE_SUBJECTS_MAX) {
        found->is_more = true;
        return CUSTODY_OK;
    }
    if ((is_new && json_array_append_new(found->subjects, json_string(k)) != 0) ||
        json_object_set_new(found->owners, store_text(query, 1), json_true()) != 0) {
        return no_memory(err);
    }
    (void)snprintf(here, sizeof here, "%s:%lld:%s", k, (long long)store_int(query, 2),
                   store_text(query, 3));
    if (strcmp(here, found->last) == 0) {
        return CUSTODY_OK; /* the same text, of another owner too */
    }
    (void)snprintf(found->last, sizeof found->last, "%s", here);
    return count_text(found, store_text(query, 3), err);
}

static enum custody_status run_find(struct custody_site *site, const char *kind,
                                    const uint8_t *id, struct store_query *query,
                                    struct custody_error *err)
{
    char today[11];
    json_t *policy = NULL;
    if (strcmp(kind, "expiry") != 0) {
        return store_query(site->store, query, err,
                           strcmp(kind, "destruction") == 0 ? DESTRUCTION_SQL : REQUEST_SQL,
                           "b", id, (size_t)HASH_LEN);
    }
    TRY(custody_site_policy(site, &policy, err));
    local_today(site, today);
    const enum custody_status rc =
        json_is_integer(json_object_get(policy, "party_retention_months"))
            ? store_query(site->store, query, err, EXPIRY_SQL, "iit",
                          (int64_t)site->utc_offset_min,
                          policy_int(policy, "party_retention_months"), today)
            : custody_fail(err, CUSTODY_ERR_INVALID,
                           "The policy of this site has no folders: set one of version 2.");
    json_decref(policy);
    return rc;
}

static enum custody_status found_json(const struct found *found, json_t **ret_found,
                                      struct custody_error *err)
{
    const char *owner = NULL;
    const json_t *value = NULL;
    json_t *owners = json_array();
    int bad = owners == NULL;
    json_object_foreach((json_t *)found->owners, owner, value)
    {
        bad |= json_array_append_new(owners, json_string(owner));
    }
    if (bad != 0) {
        json_decref(owners);
        return no_memory(err);
    }
    return json_give(json_pack("{s:I,s:b,s:o,s:O,s:O}", "count", (json_int_t)found->count,
                               "more", (int)found->is_more, "owners", owners, "subjects",
                               found->subjects, "texts", found->texts),
                     ret_found, err);
}

enum custody_status custody_erase_find(struct custody_site *site, const char *kind,
                                       const char *act, json_t **ret_found,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    struct found found = {
        .subjects = json_array(), .owners = json_object(), .texts = json_object()};
    uint8_t id[HASH_LEN] = {0};
    enum custody_status rc =
        found.subjects != NULL && found.owners != NULL && found.texts != NULL ? CUSTODY_OK
                                                                              : no_memory(err);
    if (rc == CUSTODY_OK && strcmp(kind, "expiry") != 0) {
        rc = hex_id(act, id, err);
    }
    if (rc == CUSTODY_OK) {
        rc = run_find(site, kind, id, &query, err);
    }
    while (rc == CUSTODY_OK && query.has_row && !found.is_more) {
        rc = take_row(&found, &query, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        rc = found_json(&found, ret_found, err);
    }
    json_decref(found.subjects);
    json_decref(found.owners);
    json_decref(found.texts);
    return rc;
}

/* ---- the texts of one owner ---- */

/* JSON null where it cannot be read: erased, missing, a picture. */
static enum custody_status text_at(struct custody_site *site, int64_t idx, const char *pointer,
                                   json_t **ret_text, struct custody_error *err)
{
    struct envelope envelope = {0};
    struct buf text = BUF_INIT((size_t)VAULT_PLAIN_MAX);
    TRY(site_entry(site, idx, &envelope, err));
    enum custody_status rc = site_read_field(site, &envelope, pointer, &text, err);
    envelope_clear(&envelope);
    if (rc == CUSTODY_OK || rc == CUSTODY_ERR_NOT_FOUND) {
        json_t *value = rc == CUSTODY_OK && text.len > 0
                            ? json_stringn((const char *)text.data, text.len)
                            : NULL;
        *ret_text = value != NULL ? value : json_null();
        rc = CUSTODY_OK;
    }
    buf_clear(&text);
    return rc;
}

static enum custody_status add_text(struct custody_site *site, const struct store_query *query,
                                    json_t *rows, struct custody_error *err)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *text = NULL;
    json_t *row = NULL;
    const char *pointer = store_text(query, 1);
    const char *slash = strrchr(pointer, '/');
    instant_format(store_int(query, 3), at);
    TRY(text_at(site, store_int(query, 0), pointer, &text, err));
    json_t *erased =
        store_is_null(query, 4) ? json_null() : json_integer((json_int_t)store_int(query, 4));
    enum custody_status rc =
        json_give(json_pack("{s:s,s:s,s:o,s:I,s:s,s:o}", "act", store_text(query, 2), "at", at,
                            "erased", erased, "idx", (json_int_t)store_int(query, 0), "member",
                            slash != NULL ? slash + 1 : pointer, "text", text),
                  &row, err);
    if (rc == CUSTODY_OK && json_array_append_new(rows, row) != 0) {
        rc = no_memory(err);
    }
    return rc;
}

enum custody_status custody_personal_texts(struct custody_site *site, const char *owner,
                                           json_t **ret_rows, struct custody_error *err)
{
    struct store_query query = {0};
    json_t *rows = json_array();
    enum custody_status rc = rows != NULL ? CUSTODY_OK : no_memory(err);
    if (rc == CUSTODY_OK) {
        rc = store_query(site->store, &query, err,
                         "SELECT c.idx, c.pointer, l.act, l.at, e.idx FROM subject s"
                         " CROSS JOIN commitment c ON c.k = s.k"
                         " CROSS JOIN act_log l ON l.idx = c.idx"
                         " LEFT JOIN erased e ON e.k = s.k WHERE s.owner = ?1"
                         " ORDER BY c.idx, c.pointer",
                         "t", owner);
    }
    while (rc == CUSTODY_OK && query.has_row) {
        rc = add_text(site, &query, rows, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_rows = json_incref(rows);
    }
    json_decref(rows);
    return rc;
}
