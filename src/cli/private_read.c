/* Reading customers' texts, recorded first: see private_read.h. */
#include "private_read.h"

#include <string.h>

#include "folder_pick.h"
#include "session_act.h"

#define ITEMS_MAX 1024 /* of a list of an act */

bool private_read_has_columns(const struct custody_read *read)
{
    bool has = false;
    for (size_t i = 0; i < read->column_count; i++) {
        has = has || strcmp(read->columns[i].type, "private") == 0;
    }
    return has;
}

enum custody_status private_read_owners(const struct custody_read *read, const json_t *rows,
                                        json_t *owners, struct custody_error *err)
{
    size_t i = 0;
    const json_t *row = NULL;
    enum custody_status rc = CUSTODY_OK;
    json_array_foreach(rows, i, row)
    {
        if (rc == CUSTODY_OK) {
            rc = custody_read_owners(read, row, owners, err);
        }
    }
    return rc;
}

/* A party is named by its id, never by a name; a folder by what stands on its bag. */
static enum custody_status owner_json(struct session *session, const char *owner,
                                      json_t **ret_item, struct custody_error *err)
{
    json_t *folder = NULL;
    json_t *item = NULL;
    enum custody_status rc =
        owner[0] == 'F' ? folder_read(session, owner, &folder, err) : CUSTODY_OK;
    if (rc == CUSTODY_OK) {
        item = folder != NULL ? json_pack("{s:s,s:O}", "item", owner, "label",
                                          json_object_get(folder, "label"))
                              : json_pack("{s:s,s:s}", "item", owner, "label", owner);
        rc = session_packed(item, err);
    }
    json_decref(folder);
    if (rc == CUSTODY_OK) {
        *ret_item = item;
    }
    return rc;
}

static enum custody_status list_owners(struct session *session, json_t *owners,
                                       json_t **ret_items, struct custody_error *err)
{
    const char *owner = NULL;
    json_t *value = NULL;
    json_t *items = json_array();
    enum custody_status rc = session_packed(items, err);
    json_object_foreach(owners, owner, value)
    {
        json_t *item = NULL;
        bool is_new = false;
        if (rc == CUSTODY_OK) {
            rc = owner_json(session, owner, &item, err);
        }
        if (rc == CUSTODY_OK) {
            rc = folder_put_sorted(items, "item", item, &is_new, err);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(items);
        return rc;
    }
    *ret_items = items;
    return CUSTODY_OK;
}

/* Items from `start` on, as many as one act takes. */
static enum custody_status record_some(struct session *session, const struct session_plan *plan,
                                       const json_t *items, size_t start, json_int_t *ret_idx,
                                       struct custody_error *err)
{
    json_t *result = NULL;
    json_t *some = json_array();
    char entry[48];
    for (size_t i = start; i < json_array_size(items) && i - start < ITEMS_MAX; i++) {
        (void)json_array_append(some, json_array_get(items, i));
    }
    json_t *body =
        json_pack("{s:o,s:s}", "items", some, "purpose", option_get(session->args, "purpose"));
    enum custody_status rc = session_packed(body, err);
    if (rc == CUSTODY_OK) {
        rc = session_act_run(session, plan, "privacy.read/1", body, &result, err);
    }
    const json_t *idx = json_object_get(result, "idx");
    if (rc == CUSTODY_OK && !json_is_integer(idx)) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "the reading was not recorded, so nothing is shown; try again");
    }
    if (rc == CUSTODY_OK) {
        const char *sentence = json_string_value(json_object_get(result, "sentence"));
        *ret_idx = json_integer_value(idx);
        (void)snprintf(entry, sizeof entry, "%s %lld", text_of(session->lang, TEXT_ENTRY),
                       (long long)*ret_idx);
        session_note(session, sentence != NULL ? sentence : "privacy.read/1", entry);
    }
    json_decref(body);
    json_decref(result);
    return rc;
}

enum custody_status private_read_record(struct session *session, json_t *owners,
                                        struct custody_reveal *ret_reveal,
                                        struct custody_error *err)
{
    struct session_plan plan = {.by = NULL};
    json_t *items = NULL;
    json_int_t since = INT64_MAX;
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc == CUSTODY_OK && (plan.prepare_path != NULL || plan.is_dry_run)) {
        rc =
            custody_fail(err, CUSTODY_ERR_USAGE,
                         "what is read is recorded at once; leave out --prepare and --dry-run, "
                         "or sign a reading elsewhere with custody privacy read");
    }
    if (rc == CUSTODY_OK) {
        rc = session_open(session, true, err);
    }
    if (rc == CUSTODY_OK) {
        rc = list_owners(session, owners, &items, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(items); i += ITEMS_MAX) {
        json_int_t idx = 0;
        rc = record_some(session, &plan, items, i, &idx, err);
        since = i == 0 ? idx : since;
    }
    if (rc == CUSTODY_OK) {
        *ret_reveal = (struct custody_reveal){.reader = plan.by, .since = since};
    }
    json_decref(items);
    return rc;
}

/* Is the row of owners alone? One that names nobody goes with any. */
static enum custody_status is_covered(const struct custody_read *read, const json_t *row,
                                      const json_t *owners, bool *ret_covered,
                                      struct custody_error *err)
{
    const char *owner = NULL;
    json_t *value = NULL;
    json_t *mine = json_object();
    enum custody_status rc = session_packed(mine, err);
    if (rc == CUSTODY_OK) {
        rc = custody_read_owners(read, row, mine, err);
    }
    bool is_all = json_object_size(owners) > 0;
    json_object_foreach(mine, owner, value)
    {
        is_all = is_all && json_object_get(owners, owner) != NULL;
    }
    json_decref(mine);
    if (rc == CUSTODY_OK) {
        *ret_covered = is_all;
    }
    return rc;
}

enum custody_status private_read_mark(const struct session *session,
                                      const struct custody_read *read, const json_t *owners,
                                      json_t *rows, struct custody_error *err)
{
    const char *mark = session->lang == CUSTODY_ZH ? "（未查阅）" : "(not read)";
    enum custody_status rc = CUSTODY_OK;
    size_t i = 0;
    json_t *row = NULL;
    if (!private_read_has_columns(read)) {
        return CUSTODY_OK;
    }
    json_array_foreach(rows, i, row)
    {
        bool is_read = false;
        if (rc == CUSTODY_OK) {
            rc = is_covered(read, row, owners, &is_read, err);
        }
        for (size_t c = 0; rc == CUSTODY_OK && !is_read && c < read->column_count; c++) {
            const struct custody_column *column = &read->columns[c];
            if (strcmp(column->type, "private") == 0 &&
                json_is_null(json_object_get(row, column->name)) &&
                json_object_set_new(row, column->name, json_string(mark)) != 0) {
                rc = session_packed(NULL, err);
            }
        }
    }
    return rc;
}
