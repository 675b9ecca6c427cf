/* import.line, import.close: many rows under one act that everybody signs (FORMATS.md §15). */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "canon.h"
#include "rows.h"
#include "text.h"

static const struct field LINE[] = {
    {.name = "act", .type = FIELD_ACT},
    {.name = "body", .type = FIELD_LINE},
    {.name = NULL},
};

/*
 * A line's body is that of its act without sheet and terminals. It is checked and applied with
 * both put in, where the act has them, so that one table of fields and one apply serve.
 */
static enum custody_status complete_body(const struct act *row, json_t *line, json_t **ret_body,
                                         struct custody_error *err)
{
    json_t *body = canon_copy_members(line); /* the thousand keys in it are shared */
    if (body == NULL || (row->signers_max > 1 &&
                         (json_object_set_new(body, "sheet", json_null()) != 0 ||
                          json_object_set_new(body, "terminals", json_integer(1)) != 0))) {
        json_decref(body);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    *ret_body = body;
    return CUSTODY_OK;
}

static enum custody_status line_apply(struct apply *a, struct custody_error *err)
{
    json_t *line = json_object_get(a->body, "body");
    const struct act *row = act_find(body_text(a, "act"));
    struct custody_error inner = {0};
    struct seating seating;
    struct seat seats[1] = {{.kind = SEAT_ANY}};
    NEED(row != NULL && row->is_line, "lines", "Acts of this kind are not imported by lines.");
    TRY(seats_require(a, seats, 1, "seats",
                      "A line is entered by an enrolled person who is not "
                      "suspended and no auditor.",
                      &seating, err));
    NEED(json_object_get(line, "sheet") == NULL && json_object_get(line, "terminals") == NULL,
         "structure", "A line has neither sheet nor terminals.");
    json_t *body = NULL;
    struct buf text = BUF_INIT(ENVELOPE_MAX);
    enum custody_status rc = complete_body(row, line, &body, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = field_check(row->fields, body, &inner);
    json_decref(body);
    if (rc == CUSTODY_ERR_REFUSED) {
        NEED(false, inner.rule, "%s", inner.text);
    }
    if (rc == CUSTODY_OK) {
        rc = canon_write(&text, line, CANON_SIGNED, err);
    }
    if (rc == CUSTODY_OK) {
        rc = store_run(a->store, err,
                       "INSERT INTO line (act_id, idx, by_handle, act, body)"
                       " VALUES (?1, ?2, ?3, ?4, ?5)",
                       "bittt", a->act_id, (size_t)HASH_LEN, a->idx, a->by, row->name,
                       (const char *)text.data);
    }
    buf_clear(&text);
    return rc;
}

const struct act ACT_IMPORT_LINE = {
    .name = "import.line/1",
    .fields = LINE,
    .signers_max = 1,
    .rules = "",
    .signed_by = "any person, without effect until the closing act",
    .apply = line_apply,
    .keeps_people = true,
    .zh = "{by} 录入一批待确认的 {act} 明细",
    .en = "{by} enters lines of {act}, to be closed",
};

static const struct field CLOSE[] = {
    {.name = "act", .type = FIELD_ACT},
    {.name = "lines", .type = FIELD_IDS, .min = 1, .max = 600},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

static enum custody_status load_line(struct apply *a, const char *id_hex, const struct act *row,
                                     json_t **ret_body, int64_t *ret_idx,
                                     struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct store_query query = {0};
    json_t *line = NULL;
    bool is_good = false;
    bool is_signer = false;
    (void)text_unhex(id_hex, strlen(id_hex), id, sizeof id);
    enum custody_status rc = store_query(
        a->store, &query, err,
        "SELECT act, by_handle, body, idx FROM line WHERE act_id = ?1 AND closed_idx IS NULL",
        "b", id, (size_t)HASH_LEN);
    if (rc == CUSTODY_OK && query.has_row) {
        is_good = strcmp(store_text(&query, 0), row->name) == 0;
        for (size_t i = 0; i < a->signer_count; i++) {
            is_signer = is_signer || strcmp(a->signers[i], store_text(&query, 1)) == 0;
        }
        *ret_idx = store_int(&query, 3);
        const char *text = store_text(&query, 2);
        rc = canon_parse(text, strlen(text), CANON_SIGNED, &line, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK && line != NULL) {
        rc = complete_body(row, line, ret_body, err);
    }
    json_decref(line);
    TRY(rc);
    NEED(line != NULL && is_good, "lines",
         "A line of this import does not exist, is of another act, or was closed before.");
    RULE(is_signer, "lines", "Who entered a line signs the closing act too.");
    return store_run(a->store, err,
                     "UPDATE line SET closed_idx = ?2, body = NULL WHERE act_id = ?1", "bi", id,
                     (size_t)HASH_LEN, a->idx);
}

static enum custody_status close_apply(struct apply *a, struct custody_error *err)
{
    const struct act *row = act_find(body_text(a, "act"));
    NEED(row != NULL && row->is_line, "lines", "Acts of this kind are not imported by lines.");
    size_t i = 0;
    const json_t *id = NULL;
    json_array_foreach(json_object_get(a->body, "lines"), i, id)
    {
        json_t *body = NULL;
        int64_t line_idx = 0;
        enum custody_status rc =
            load_line(a, json_string_value(id), row, &body, &line_idx, err);
        if (rc == CUSTODY_OK) {
            rc = act_apply_line(a, row, body, line_idx, err);
        }
        json_decref(body);
        TRY(rc);
    }
    return CUSTODY_OK;
}

const struct act ACT_IMPORT_CLOSE = {
    .name = "import.close/1",
    .fields = CLOSE,
    .signers_max = 2,
    .rules = "",
    .signed_by = "who signs the imported act, and who entered the lines",
    .apply = close_apply,
    .zh = "确认导入 {act}，共 {#lines} 批",
    .en = "close the import of {act}, {#lines} lines",
};
