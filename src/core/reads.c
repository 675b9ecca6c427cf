/* Running a read: parameters bound by the table, columns turned into JSON by their type. */
#include "reads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "custody/tag.h"
#include "instant.h"
#include "site_erase.h"
#include "text.h"

const struct custody_read *custody_read_at(size_t index)
{
    size_t i = 0;
    while (READ_TABLE[i] != NULL) {
        if (i == index) {
            return &READ_TABLE[i]->face;
        }
        i++;
    }
    return NULL;
}

static const struct read_row *find_read(const char *name)
{
    for (const struct read_row *const *row = READ_TABLE; *row != NULL; row++) {
        if (strcmp((*row)->face.name, name) == 0) {
            return *row;
        }
    }
    return NULL;
}

static enum custody_status take_param(const struct read_param *param, const json_t *params,
                                      struct store_value *value, uint8_t id[HASH_LEN],
                                      struct custody_error *err)
{
    const json_t *given = json_object_get(params, param->name);
    *value = (struct store_value){.is_null = true};
    if (given == NULL || json_is_null(given)) {
        if (param->is_required) {
            return custody_fail(err, CUSTODY_ERR_INVALID, "This read wants the parameter %s.",
                                param->name);
        }
        value->is_null = !param->has_fallback;
        value->number = param->fallback;
        return CUSTODY_OK;
    }
    value->is_null = false;
    value->text = json_string_value(given);
    value->number = json_integer_value(given);
    bool fits = false;
    if (param->type == 't') {
        fits = value->text != NULL;
    } else if (param->type == 'i') {
        fits = json_is_integer(given);
    } else if (param->type == 'T') {
        fits = value->text != NULL &&
               instant_parse(value->text, strlen(value->text), &value->number);
        value->text = NULL;
    } else {
        fits =
            value->text != NULL && text_unhex(value->text, strlen(value->text), id, HASH_LEN);
        value->data = id;
        value->len = HASH_LEN;
    }
    return fits ? CUSTODY_OK
                : custody_fail(err, CUSTODY_ERR_INVALID, "The parameter %s is malformed.",
                               param->name);
}

static enum custody_status check_names(const struct read_row *row, const json_t *params,
                                       struct custody_error *err)
{
    size_t known = 0;
    for (size_t i = 0; i < READ_PARAMS_MAX && row->params[i].name != NULL; i++) {
        known += json_object_get(params, row->params[i].name) != NULL ? 1 : 0;
    }
    if (known != json_object_size(params)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s has the parameters: %s; another was given.", row->face.name,
                            row->face.params);
    }
    return CUSTODY_OK;
}

static const char *choose_sql(const struct read_row *row, const json_t *params)
{
    for (size_t i = 0; i < READ_VARIANTS_MAX && row->variants[i].sql != NULL; i++) {
        const struct read_variant *variant = &row->variants[i];
        const json_t *given =
            variant->needs != NULL ? json_object_get(params, variant->needs) : NULL;
        const char *text = json_string_value(given);
        if (variant->needs == NULL ||
            (given != NULL && !json_is_null(given) &&
             (variant->value == NULL || (text != NULL && strcmp(text, variant->value) == 0)))) {
            return variant->sql;
        }
    }
    return NULL;
}

/* "idx:pointer" of a personal text -> the text, or null where it cannot be read: erased, or of
 * a restored site whose head nobody has confirmed. */
static json_t *personal(struct custody_site *site, const char *where)
{
    char *end = NULL;
    struct envelope envelope = {0};
    struct buf text = BUF_INIT(VAULT_PLAIN_MAX);
    json_t *value = NULL;
    long long idx = strtoll(where, &end, 10);
    if (*end == ':' && idx >= 0 && site_entry(site, idx, &envelope, NULL) == CUSTODY_OK) {
        if (site_read_field(site, &envelope, end + 1, &text, NULL) == CUSTODY_OK) {
            value = json_stringn((const char *)text.data, text.len);
        }
        envelope_clear(&envelope);
    }
    buf_clear(&text);
    return value != NULL ? value : json_null();
}

static json_t *split_list(const char *text)
{
    json_t *array = json_array();
    while (array != NULL && text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\n");
        if (json_array_append_new(array, json_stringn(text, len)) != 0) {
            json_decref(array);
            return NULL;
        }
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return array;
}

static json_t *column_json(struct custody_site *site, const struct store_query *query, int n,
                           const char *type)
{
    char time[INSTANT_TEXT_SIZE];
    if (store_is_null(query, n)) {
        return strcmp(type, "list") == 0 ? json_array() : json_null();
    }
    if (strcmp(type, "time") == 0) {
        int64_t seconds = store_int(query, n);
        if (seconds < INSTANT_MIN || seconds > INSTANT_MAX) {
            return json_null();
        }
        instant_format(seconds, time);
        return json_string(time);
    }
    if (strcmp(type, "int") == 0) {
        return json_integer((json_int_t)store_int(query, n));
    }
    if (strcmp(type, "bool") == 0) {
        return json_boolean(store_int(query, n) != 0);
    }
    if (strcmp(type, "id") == 0) {
        char hex[65] = "";
        size_t len = 0;
        const void *blob = store_blob(query, n, &len);
        if (len == HASH_LEN) {
            text_hex(blob, len, hex);
        }
        return json_string(hex);
    }
    if (strcmp(type, "private") == 0) {
        return json_null();
    }
    if (strcmp(type, "personal") == 0) {
        return personal(site, store_text(query, n));
    }
    if (strcmp(type, "list") == 0) {
        return split_list(store_text(query, n));
    }
    return json_string(store_text(query, n));
}

/* ---- private columns ---- */

static int add_owner(json_t *owners, const json_t *value)
{
    char owner[CUSTODY_ITEM_LEN + 1];
    const char *text = json_string_value(value);
    if (text == NULL || (text[0] != 'P' && text[0] != 'F') || strlen(text) < CUSTODY_ITEM_LEN) {
        return 0;
    }
    /* "F4F7Q2M9X.3" is a paper of F4F7Q2M9X, whose texts are its folder's. */
    memcpy(owner, text, CUSTODY_ITEM_LEN);
    owner[CUSTODY_ITEM_LEN] = '\0';
    return json_object_set_new(owners, owner, json_true());
}

enum custody_status custody_read_owners(const struct custody_read *read, const json_t *row,
                                        json_t *owners, struct custody_error *err)
{
    char member[32];
    int bad = 0;
    const char *at = read->owners != NULL ? read->owners : "";
    while (bad == 0 && *at != '\0') {
        size_t i = 0;
        const json_t *element = NULL;
        const size_t len = strcspn(at, " ");
        (void)snprintf(member, sizeof member, "%.*s", (int)len, at);
        const json_t *value = json_object_get(row, member);
        bad = add_owner(owners, value);
        json_array_foreach(value, i, element)
        {
            bad = bad == 0 ? add_owner(owners, element) : bad;
        }
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    return bad == 0 ? CUSTODY_OK : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
}

/* Did this person read the texts of this owner, for the record, since? */
static enum custody_status is_recorded(struct custody_site *site, const char *owner,
                                       const struct custody_reveal *reveal, bool *ret_recorded,
                                       struct custody_error *err)
{
    struct store_query query = {0};
    TRY(store_query(site->store, &query, err,
                    "SELECT 1 FROM privacy_read WHERE item = ?1 AND idx >= ?2 AND reader = ?3",
                    "tit", owner, reveal->since, reveal->reader));
    *ret_recorded = query.has_row;
    store_end(&query);
    return CUSTODY_OK;
}

/* Those of anybody? */
static enum custody_status is_any_recorded(struct custody_site *site,
                                           const struct custody_reveal *reveal,
                                           bool *ret_recorded, struct custody_error *err)
{
    struct store_query query = {0};
    TRY(store_query(site->store, &query, err,
                    "SELECT 1 FROM privacy_read WHERE idx >= ?1 AND reader = ?2 LIMIT 1", "it",
                    reveal->since, reveal->reader));
    *ret_recorded = query.has_row;
    store_end(&query);
    return CUSTODY_OK;
}

/* Of a row that is nobody's no act can say whose was read: it is shown to who read others'. */
static enum custody_status is_revealed(struct custody_site *site, const struct read_row *row,
                                       const json_t *object,
                                       const struct custody_reveal *reveal, bool *ret_revealed,
                                       struct custody_error *err)
{
    const char *owner = NULL;
    json_t *recorded = NULL;
    json_t *owners = NULL;
    if (reveal == NULL || site == NULL || reveal->is_on_paper) {
        *ret_revealed = reveal != NULL && site != NULL;
        return CUSTODY_OK;
    }
    TRY(json_give(json_object(), &owners, err));
    enum custody_status rc = custody_read_owners(&row->face, object, owners, err);
    bool is_all = true;
    json_object_foreach(owners, owner, recorded)
    {
        if (rc == CUSTODY_OK && is_all) {
            rc = is_recorded(site, owner, reveal, &is_all, err);
        }
    }
    if (rc == CUSTODY_OK && json_object_size(owners) == 0) {
        rc = is_any_recorded(site, reveal, &is_all, err);
    }
    json_decref(owners);
    if (rc == CUSTODY_OK) {
        *ret_revealed = is_all;
    }
    return rc;
}

/* The texts of private columns, once the rest of the row says whose they are. */
static enum custody_status fill_private(struct custody_site *site, const struct read_row *row,
                                        const struct store_query *query,
                                        const struct custody_reveal *reveal, json_t *object,
                                        struct custody_error *err)
{
    bool is_shown = false;
    for (size_t i = 0; i < row->face.column_count; i++) {
        const struct custody_column *column = &row->face.columns[i];
        if (strcmp(column->type, "private") != 0 || store_is_null(query, (int)i)) {
            continue;
        }
        if (!is_shown) {
            TRY(is_revealed(site, row, object, reveal, &is_shown, err));
            if (!is_shown) {
                return CUSTODY_OK;
            }
        }
        if (json_object_set_new(object, column->name,
                                personal(site, store_text(query, (int)i))) != 0) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
    }
    return CUSTODY_OK;
}

static enum custody_status append_row(struct custody_site *site, const struct read_row *row,
                                      const struct store_query *query,
                                      const struct custody_reveal *reveal, json_t *rows,
                                      struct custody_error *err)
{
    json_t *object = json_object();
    int bad = object == NULL;
    for (size_t i = 0; bad == 0 && i < row->face.column_count; i++) {
        const struct custody_column *column = &row->face.columns[i];
        bad = json_object_set_new(object, column->name,
                                  column_json(site, query, (int)i, column->type));
    }
    enum custody_status rc = bad == 0 ? fill_private(site, row, query, reveal, object, err)
                                      : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    if (rc != CUSTODY_OK) {
        json_decref(object);
        return rc;
    }
    if (json_array_append_new(rows, object) != 0) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    return CUSTODY_OK;
}

enum custody_status read_rows(struct store *store, struct custody_site *site,
                              const struct read_row *row, const json_t *params,
                              const struct custody_reveal *reveal, json_t **ret_rows,
                              struct custody_error *err)
{
    struct store_value values[READ_PARAMS_MAX + 1] = {
        [READ_PARAMS_MAX] = {.number = instant_now()}}; /* READ_NOW: one clock for all */
    uint8_t id[HASH_LEN];
    struct store_query query = {0};
    json_t *rows = NULL;
    TRY(check_names(row, params, err));
    for (size_t i = 0; i < READ_PARAMS_MAX && row->params[i].name != NULL; i++) {
        TRY(take_param(&row->params[i], params, &values[i], id, err));
    }
    const char *sql = choose_sql(row, params);
    if (sql == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "%s cannot be asked like this.",
                            row->face.name);
    }
    TRY(json_give(json_array(), &rows, err));
    enum custody_status rc =
        store_query_values(store, &query, err, sql, values, READ_PARAMS_MAX + 1);
    while (rc == CUSTODY_OK && query.has_row) {
        rc = append_row(site, row, &query, reveal, rows, err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    if (rc == CUSTODY_OK && row->missing != NULL && json_array_size(rows) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND, "%s", row->missing);
    }
    if (rc == CUSTODY_OK) {
        *ret_rows = rows;
    } else {
        json_decref(rows);
    }
    return rc;
}

enum custody_status custody_read_private(struct custody_site *site, const char *name,
                                         const json_t *params,
                                         const struct custody_reveal *reveal, json_t **ret_rows,
                                         struct custody_error *err)
{
    const struct read_row *row = find_read(name);
    if (row == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "There is no read of the name %.40s.",
                            name);
    }
    return read_rows(site->store, site, row, params, reveal, ret_rows, err);
}

enum custody_status custody_read(struct custody_site *site, const char *name,
                                 const json_t *params, json_t **ret_rows,
                                 struct custody_error *err)
{
    return custody_read_private(site, name, params, NULL, ret_rows, err);
}

enum custody_status audit_tables(struct store *store, json_t **ret_tables,
                                 struct custody_error *err)
{
    json_t *tables = json_array();
    enum custody_status rc =
        tables == NULL ? custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.") : CUSTODY_OK;
    for (const struct read_row *const *row = AUDIT_TABLE; rc == CUSTODY_OK && *row != NULL;
         row++) {
        json_t *rows = NULL;
        json_t *columns = json_array();
        rc = read_rows(store, NULL, *row, NULL, NULL, &rows, err);
        for (size_t i = 0; rc == CUSTODY_OK && i < (*row)->face.column_count; i++) {
            const struct custody_column *column = &(*row)->face.columns[i];
            (void)json_array_append_new(
                columns, json_pack("{s:s,s:s,s:s,s:s}", "en", column->en, "name", column->name,
                                   "type", column->type, "zh", column->zh));
        }
        if (rc == CUSTODY_OK &&
            (json_array_size(columns) != (*row)->face.column_count ||
             json_array_append_new(tables,
                                   json_pack("{s:O,s:s,s:s,s:O,s:s}", "columns", columns, "en",
                                             (*row)->face.en, "name", (*row)->face.name, "rows",
                                             rows, "zh", (*row)->face.zh)) != 0)) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        }
        json_decref(rows);
        json_decref(columns);
    }
    if (rc != CUSTODY_OK) {
        json_decref(tables);
        return rc;
    }
    *ret_tables = tables;
    return CUSTODY_OK;
}

/* ---- schema/reads.json ---- */

static json_t *describe_read(const struct read_row *row)
{
    json_t *params = json_object();
    json_t *columns = json_object();
    int bad = params == NULL || columns == NULL;
    for (size_t i = 0; bad == 0 && i < READ_PARAMS_MAX && row->params[i].name != NULL; i++) {
        const struct read_param *param = &row->params[i];
        const char *type = param->type == 't'   ? "text"
                           : param->type == 'i' ? "int"
                           : param->type == 'T' ? "time"
                                                : "id";
        bad = json_object_set_new(params, param->name,
                                  json_sprintf("%s%s", type, param->is_required ? "" : "?"));
    }
    for (size_t i = 0; bad == 0 && i < row->face.column_count; i++) {
        const struct custody_column *column = &row->face.columns[i];
        bad = json_object_set_new(columns, column->name,
                                  json_pack("{s:s,s:s,s:s}", "type", column->type, "zh",
                                            column->zh, "en", column->en));
    }
    if (bad != 0) {
        json_decref(params);
        json_decref(columns);
        return NULL;
    }
    json_t *owners = json_array();
    for (const char *at = row->face.owners; owners != NULL && at != NULL && *at != '\0';) {
        const size_t len = strcspn(at, " ");
        if (json_array_append_new(owners, json_stringn(at, len)) != 0) {
            json_decref(owners);
            owners = NULL;
            break;
        }
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    return json_pack("{s:s,s:o,s:o,s:o,s:s}", "en", row->face.en, "owners", owners, "params",
                     params, "row", columns, "zh", row->face.zh);
}

static enum custody_status dump(json_t *object, char **ret_text, struct custody_error *err)
{
    char *text = object != NULL ? json_dumps(object, JSON_INDENT(1) | JSON_SORT_KEYS) : NULL;
    json_decref(object);
    if (text == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_text = text;
    return CUSTODY_OK;
}

enum custody_status custody_reads_json(char **ret_text, struct custody_error *err)
{
    json_t *all = json_object();
    for (const struct read_row *const *row = READ_TABLE; all != NULL && *row != NULL; row++) {
        if (json_object_set_new(all, (*row)->face.name, describe_read(*row)) != 0) {
            json_decref(all);
            all = NULL;
        }
    }
    return dump(all, ret_text, err);
}

enum custody_status custody_acts_json(char **ret_text, struct custody_error *err)
{
    json_t *all = json_object();
    for (const struct act *const *act = ACT_TABLE; all != NULL && *act != NULL; act++) {
        json_t *row = json_pack("{s:s,s:o,s:b,s:b,s:s,s:s,s:i,s:s}", "en", (*act)->en, "fields",
                                field_describe((*act)->fields), "is_correctable",
                                (int)((*act)->undo != NULL), "is_line", (int)(*act)->is_line,
                                "rules", (*act)->rules, "signed_by", (*act)->signed_by,
                                "signers_max", (int)(*act)->signers_max, "zh", (*act)->zh);
        if (json_object_set_new(all, (*act)->name, row) != 0) {
            json_decref(all);
            all = NULL;
        }
    }
    return dump(all, ret_text, err);
}
