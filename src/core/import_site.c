/* CSV -> bodies of import.line/1, checked against the register of this site. */
#include <stdio.h>
#include <string.h>

#include "custody/tag.h"
#include "import_site_impl.h"
#include "instant.h"
#include "policy.h"

/* Bytes of rows in one line act: base64 of the payload and its other members fit beside. */
#define LINE_ROWS_MAX 40000U

static bool has_place(void *arg, const char *code)
{
    return import_exists(arg, "SELECT count(*) FROM place WHERE code = ?1", code);
}

static bool has_place_label(void *arg, const char *label)
{
    return import_exists(arg, "SELECT count(*) FROM place WHERE label = ?1", label);
}

static bool has_lock(void *arg, const char *code)
{
    return import_exists(arg, "SELECT count(*) FROM lock WHERE code = ?1", code);
}

static bool has_item(void *arg, const char *item)
{
    return import_exists(arg,
                         "SELECT (SELECT count(*) FROM item WHERE id = substr(?1, 2))"
                         " + (SELECT count(*) FROM party WHERE party = 'P' || substr(?1, 2))"
                         " + (SELECT count(*) FROM folder WHERE id = substr(?1, 2))"
                         " + (SELECT count(*) FROM storage WHERE id = substr(?1, 2))",
                         item);
}

static bool has_handle(void *arg, const char *handle)
{
    return import_exists(arg, "SELECT count(*) FROM person WHERE handle = ?1", handle);
}

static bool has_staff_no(void *arg, const char *staff_no)
{
    return import_exists(arg, "SELECT count(*) FROM person WHERE staff_no = ?1", staff_no);
}

static bool find_ring(void *arg, const char *label, char *item)
{
    return import_find_text(
        arg,
        "SELECT item FROM item WHERE label = ?1 AND item BETWEEN 'R' AND 'S'"
        " AND holder_kind <> 'void' LIMIT 1",
        label, item, 10);
}

static bool find_lock_kind(void *arg, const char *code, char *kind)
{
    return import_find_text(arg, "SELECT kind FROM lock WHERE code = ?1 AND void_idx IS NULL",
                            code, kind, 33);
}

static bool has_key(void *arg, const char *label, int copy)
{
    struct import_lookup *lookup = arg;
    int64_t count = 0;
    if (lookup->rc == CUSTODY_OK) {
        lookup->rc = store_get_int(lookup->site->store, &lookup->err, &count, NULL,
                                   "SELECT count(*) FROM item WHERE label = ?1 AND copy = ?2 "
                                   "AND holder_kind <> 'void'",
                                   "ti", label, (int64_t)copy);
    }
    return count > 0;
}

static bool kind_of(const char *name, enum import_kind *ret_kind, const char **ret_act,
                    const char **ret_list)
{
    static const struct {
        const char *name, *act, *list;
        enum import_kind kind;
    } kinds[] = {
        {"places", "place.add/1", "places", IMPORT_PLACES},
        {"locks", "lock.add/1", "locks", IMPORT_LOCKS},
        {"keys", "key.add/1", "keys", IMPORT_KEYS},
        {"people", "person.enrol/1", NULL, IMPORT_PEOPLE},
        {"opening", "opening.balance/1", "keys", IMPORT_OPENING},
        {"folders", "folder.file/1", "folders", IMPORT_FOLDERS},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *ret_kind = kinds[i].kind;
            *ret_act = kinds[i].act;
            *ret_list = kinds[i].list;
            return true;
        }
    }
    return false;
}

static int put_line(json_t *bodies, const char *act, json_t *body)
{
    return json_array_append_new(bodies, json_pack("{s:s,s:o}", "act", act, "body", body));
}

static int put_person(json_t *bodies, const char *act, json_t *row)
{
    json_t *name = json_object_get(row, "name");
    json_t *sealed = json_is_string(name) ? json_pack("{s:O}", "text", name) : json_null();
    return put_line(bodies, act,
                    json_pack("{s:n,s:O,s:o,s:n,s:O,s:O}", "credential", "handle",
                              json_object_get(row, "handle"), "name", sealed, "proof", "roles",
                              json_object_get(row, "roles"), "staff_no",
                              json_object_get(row, "staff_no")));
}

/* Body of one line from the rows gathered; takes list. */
static json_t *rows_body(const char *list_name, json_t *list, const char *desk,
                         const char *place)
{
    if (place[0] != '\0') {
        return json_pack("{s:s,s:o,s:s}", "desk", desk, list_name, list, "place", place);
    }
    return desk[0] != '\0' ? json_pack("{s:s,s:o}", "desk", desk, list_name, list)
                           : json_pack("{s:o}", list_name, list);
}

/* Rows into lines of at most LINE_ROWS_MAX bytes, one desk a line. */
static enum custody_status pack_rows(const struct import_rows *rows, const char *act,
                                     const char *list_name, json_t *bodies,
                                     struct custody_error *err)
{
    json_t *list = NULL;
    size_t bytes = 0;
    int bad = 0;
    const char *desk = "";
    const char *place = "";
    for (size_t pass = 0; bad == 0 && pass <= rows->row_count; pass++) {
        const struct import_row *row = pass < rows->row_count ? &rows->rows[pass] : NULL;
        size_t size =
            row != NULL ? json_dumpb(row->value, NULL, 0, JSON_COMPACT) + 1 : LINE_ROWS_MAX;
        bool is_full =
            list != NULL && (bytes + size > LINE_ROWS_MAX || row == NULL ||
                             strcmp(row->desk, desk) != 0 || json_array_size(list) == 1000);
        if (is_full) {
            bad = put_line(bodies, act, rows_body(list_name, list, desk, place));
            list = NULL;
        }
        if (row == NULL || bad != 0) {
            break;
        }
        if (list == NULL) {
            list = json_array();
            bytes = 0;
            desk = row->desk;
            place = row->place;
        }
        bad = json_array_append(list, row->value);
        bytes += size;
    }
    json_decref(list);
    return bad == 0 ? CUSTODY_OK : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
}

/*
 * Keys come sorted by item over all desks: one desk after the other. only: the desk wanted, or
 * NULL for all.
 */
static enum custody_status pack_keys(const struct import_rows *rows, const json_t *policy,
                                     const char *only, const char *act, json_t *bodies,
                                     struct custody_error *err)
{
    size_t i = 0;
    const json_t *desk = NULL;
    json_array_foreach(json_object_get(policy, "desks"), i, desk)
    {
        const char *code = json_string_value(json_object_get(desk, "code"));
        struct import_rows part = {.row_count = 0};
        if (only != NULL && strcmp(only, code) != 0) {
            continue;
        }
        part.rows = malloc((rows->row_count + 1) * sizeof *part.rows);
        if (part.rows == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
        for (size_t r = 0; r < rows->row_count; r++) {
            if (strcmp(rows->rows[r].desk, code) == 0) {
                part.rows[part.row_count++] = rows->rows[r];
            }
        }
        enum custody_status rc = pack_rows(&part, act, "keys", bodies, err);
        free(part.rows);
        TRY(rc);
    }
    return CUSTODY_OK;
}

/*
 * Opening balances, one place a body. Sealed keys first: the same seal in several bodies must
 * be closed by one act, which takes the first some hundred bodies.
 */
static enum custody_status pack_opening(const struct import_rows *rows, const char *act,
                                        json_t *bodies, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct import_rows part = {.row_count = 0};

    part.rows = malloc((rows->row_count + 1) * sizeof *part.rows);
    if (part.rows == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    for (int pass = 0; rc == CUSTODY_OK && pass < 2; pass++) {
        part.row_count = 0;
        for (size_t r = 0; r < rows->row_count && rc == CUSTODY_OK; r++) {
            const struct import_row *row = &rows->rows[r];
            bool is_sealed = !json_is_null(json_object_get(row->value, "seal"));
            if (is_sealed != (pass == 0)) {
                continue;
            }
            if (part.row_count > 0 && strcmp(part.rows[0].place, row->place) != 0) {
                rc = pack_rows(&part, act, "keys", bodies, err);
                part.row_count = 0;
            }
            part.rows[part.row_count++] = *row;
        }
        if (rc == CUSTODY_OK && part.row_count > 0) {
            rc = pack_rows(&part, act, "keys", bodies, err);
        }
    }
    free(part.rows);
    return rc;
}

static enum custody_status pack_people(const struct import_rows *rows, const char *act,
                                       json_t *bodies, struct custody_error *err)
{
    for (size_t i = 0; i < rows->row_count; i++) {
        if (put_person(bodies, act, rows->rows[i].value) != 0) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
    }
    return CUSTODY_OK;
}

/* Desks that the rows belong to, each once, in order of first appearance. */
static json_t *desks_json(const struct import_rows *rows)
{
    json_t *desks = json_array();
    for (size_t i = 0; desks != NULL && i < rows->row_count; i++) {
        if (rows->rows[i].desk[0] != '\0' && !strings_have(desks, rows->rows[i].desk) &&
            json_array_append_new(desks, json_string(rows->rows[i].desk)) != 0) {
            json_decref(desks);
            return NULL;
        }
    }
    return desks;
}

static json_t *problems_json(const struct import_rows *rows, bool is_mixed)
{
    json_t *array = json_array();
    if (array != NULL && is_mixed &&
        json_array_append_new(array, json_pack("{s:i,s:s}", "line", 0, "reason",
                                               "the file has keys of several desks; import "
                                               "each with --desk and its own custodian")) !=
            0) {
        json_decref(array);
        return NULL;
    }
    for (size_t i = 0; array != NULL && i < rows->problem_count; i++) {
        if (json_array_append_new(array, json_pack("{s:I,s:s}", "line",
                                                   (json_int_t)rows->problems[i].line, "reason",
                                                   rows->problems[i].reason)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static enum custody_status pack(enum import_kind which, const struct import_rows *rows,
                                const json_t *policy, const char *act, const char *list,
                                json_t *bodies, struct custody_error *err)
{
    switch (which) {
    case IMPORT_PEOPLE:
        return pack_people(rows, act, bodies, err);
    case IMPORT_KEYS:
        return pack_keys(rows, policy, NULL, act, bodies, err);
    case IMPORT_OPENING:
        return pack_opening(rows, act, bodies, err);
    case IMPORT_FOLDERS:
        return import_pack_folders(rows, bodies, err);
    case IMPORT_PLACES:
    case IMPORT_LOCKS:
        break;
    }
    return pack_rows(rows, act, list, bodies, err);
}

/* What the command shows. */
static enum custody_status import_json(const struct import_rows *rows, const char *act,
                                       json_t *bodies, bool is_mixed, json_t **ret_import,
                                       struct custody_error *err)
{
    return json_give(json_pack("{s:s,s:I,s:O,s:o,s:I,s:o,s:I,s:I,s:s?,s:I,s:I,s:I}", "act", act,
                               "as_written", (json_int_t)rows->as_written_count, "bodies",
                               bodies, "desks", desks_json(rows), "file_problem_total",
                               (json_int_t)(rows->file_problem_total + (is_mixed ? 1 : 0)),
                               "problems", problems_json(rows, is_mixed), "problem_total",
                               (json_int_t)(rows->problem_total + (is_mixed ? 1 : 0)),
                               "rejected", (json_int_t)rows->rejected_count, "rejects",
                               rows->rejects, "rows", (json_int_t)rows->row_count, "skipped",
                               (json_int_t)rows->skipped_count, "understood",
                               (json_int_t)rows->understood_count),
                     ret_import, err);
}

/* In one read transaction: some hundred thousand looks. */
static enum custody_status read_rows(enum import_kind which, const char *path,
                                     struct import_lookup *lookup,
                                     struct import_context *context,
                                     struct import_rows *ret_rows, struct custody_error *err)
{
    struct store *store = lookup->site->store;
    enum custody_status rc = store_begin_read(store, err);

    if (rc == CUSTODY_OK && which == IMPORT_OPENING) {
        rc = import_use_opening(lookup, context, err);
    }
    if (rc == CUSTODY_OK && which == IMPORT_FOLDERS) {
        rc = import_use_folders(lookup, context, err);
    }
    if (rc == CUSTODY_OK) {
        rc = import_read(which, path, context, ret_rows, err);
    }
    store_rollback(store);
    if (rc == CUSTODY_OK && lookup->rc != CUSTODY_OK) {
        rc = lookup->rc;
        if (err != NULL) {
            *err = lookup->err;
        }
    }
    return rc;
}

static enum custody_status read_import(struct custody_site *site, const char *kind,
                                       const char *path, const char *default_desk,
                                       bool is_messy, json_t **ret_import,
                                       struct custody_error *err)
{
    enum import_kind which = IMPORT_PLACES;
    const char *act = NULL;
    const char *list = NULL;
    json_t *policy = NULL;
    json_t *bodies = NULL;
    json_t *info = NULL;
    struct import_lookup lookup = {.site = site, .rc = CUSTODY_OK};
    struct import_rows rows = {0};
    if (!kind_of(kind, &which, &act, &list)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "What to import: places, locks, keys, people, opening or folders?");
    }
    if (which == IMPORT_OPENING && default_desk == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "Whose keys are they? Name the desk (--desk).");
    }
    enum custody_status rc = custody_site_policy(site, &policy, err);
    if (rc == CUSTODY_OK && which == IMPORT_FOLDERS && !policy_has_folders(policy)) {
        rc = custody_refuse(err, "policy",
                            "The policy in force has no folders: set one of version 2 first "
                            "(custody site policy).");
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_info(site, &info, err);
    }
    if (rc == CUSTODY_OK) {
        rc = json_give(json_array(), &bodies, err);
    }
    struct import_context context = {
        .arg = &lookup,
        .has_place = has_place,
        .has_place_label = has_place_label,
        .has_lock = has_lock,
        .has_item = has_item,
        .has_handle = has_handle,
        .has_staff_no = has_staff_no,
        .find_ring = find_ring,
        .policy = policy,
        .default_desk = default_desk,
        .only_default_desk = true,
        .find_lock_kind = find_lock_kind,
        .has_key = has_key,
        .site = json_string_value(json_object_get(info, "site_code")),
        .is_messy = is_messy,
    };
    if (rc == CUSTODY_OK) {
        rc = read_rows(which, path, &lookup, &context, &rows, err);
    }
    bool is_mixed = false;
    if (rc == CUSTODY_OK && which == IMPORT_KEYS && default_desk == NULL) {
        for (size_t i = 1; i < rows.row_count; i++) {
            is_mixed = is_mixed || strcmp(rows.rows[i].desk, rows.rows[0].desk) != 0;
        }
    }
    const size_t bad_total = is_messy ? rows.file_problem_total : rows.problem_total;
    if (rc == CUSTODY_OK && bad_total == 0 && !is_mixed) {
        rc = pack(which, &rows, policy, act, list, bodies, err);
    }
    if (rc == CUSTODY_OK) {
        rc = import_json(&rows, act, bodies, is_mixed, ret_import, err);
    }
    import_rows_clear(&rows);
    address_book_free(lookup.places);
    json_decref(bodies);
    json_decref(info);
    json_decref(policy);
    return rc;
}

enum custody_status custody_import_read(struct custody_site *site, const char *kind,
                                        const char *path, const char *default_desk,
                                        json_t **ret_import, struct custody_error *err)
{
    return read_import(site, kind, path, default_desk, false, ret_import, err);
}

enum custody_status custody_import_read_messy(struct custody_site *site, const char *kind,
                                              const char *path, const char *default_desk,
                                              json_t **ret_import, struct custody_error *err)
{
    return read_import(site, kind, path, default_desk, true, ret_import, err);
}
