/* desk: the acts of the counter - issue, take back, undo. */
#include "desk.h"

#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "session_act.h"

static void remember(struct desk *desk, const json_t *result)
{
    const char *id = json_string_value(json_object_get(result, "act_id"));
    const char *sentence = json_string_value(json_object_get(result, "sentence"));
    free(desk->last_text);
    desk->last_text = session_copy(sentence != NULL ? sentence : "");
    desk->last_id[0] = '\0';
    if (id != NULL && strlen(id) == SESSION_ID_SIZE - 1) {
        memcpy(desk->last_id, id, SESSION_ID_SIZE);
    }
}

/* Flags of a result behind the text, so that "from-ring" or "not-holder" is seen. */
static void add_flags(const json_t *result, char *text, size_t size)
{
    const json_t *flags = json_object_get(result, "flags");
    size_t len = strlen(text);
    for (size_t i = 0; i < json_array_size(flags) && len < size; i++) {
        const char *code = json_string_value(json_object_get(json_array_get(flags, i), "code"));
        const int n = snprintf(text + len, size - len, " [%s]", code != NULL ? code : "?");
        len += n > 0 ? (size_t)n : 0;
    }
}

static enum custody_status run_act(struct desk *desk, const char *act, json_t *body,
                                   struct session_plan *plan, json_t **ret_result,
                                   struct custody_error *err)
{
    enum custody_status rc = session_packed(body, err);
    plan->is_agreed = true; /* Enter, or laying the key down, was the agreement */
    if (rc == CUSTODY_OK) {
        rc = session_act_run(desk->session, plan, act, body, ret_result, err);
    }
    json_decref(body);
    return rc;
}

static json_t *sorted_items(const json_t *items)
{
    json_t *sorted = json_array();
    for (size_t i = 0; sorted != NULL && i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);
        const char *name = json_string_value(json_object_get(item, "item"));
        size_t at = 0;
        while (at < json_array_size(sorted) &&
               strcmp(json_string_value(json_object_get(json_array_get(sorted, at), "item")),
                      name) < 0) {
            at++;
        }
        if (json_array_insert(sorted, at, item) != 0) {
            json_decref(sorted);
            return NULL;
        }
    }
    return sorted;
}

/* Is there a credential of this handle on this terminal? */
static enum custody_status has_credential_here(const struct desk *desk, const char *handle,
                                               bool *ret_has, struct custody_error *err)
{
    json_t *infos = NULL;
    enum custody_status rc =
        custody_credential_list(session_credential_dir(desk->session), &infos, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_has = false;
    for (size_t i = 0; i < json_array_size(infos); i++) {
        const char *known =
            json_string_value(json_object_get(json_array_get(infos, i), "handle"));
        *ret_has = *ret_has || (known != NULL && strcmp(known, handle) == 0);
    }
    json_decref(infos);
    return CUSTODY_OK;
}

/* Who signs a loan beside the clerk, and the receipt that says so. */
static enum custody_status plan_receipt(struct desk *desk, struct session_plan *plan,
                                        json_t **ret_receipt, struct custody_error *err)
{
    const struct arguments *args = desk->session->args;
    const char *reason = option_get(args, "unsigned-reason");
    const char *colleague = option_get(args, "colleague");
    const char *kind = "screen";
    json_t *rows = NULL;
    bool is_signer = false;
    bool is_here = false;
    enum custody_status rc = CUSTODY_OK;
    if (desk->receiver.kind == 'H') {
        rc = session_read(desk->session, "person.show",
                          json_pack("{s:s}", "handle", desk->receiver.id), &rows, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        is_signer =
            json_integer_value(json_object_get(json_array_get(rows, 0), "credentials")) > 0;
        json_decref(rows);
        rc = has_credential_here(desk, desk->receiver.id, &is_here, err);
    }
    if (rc == CUSTODY_OK && is_signer && is_here) {
        kind = "credential";
        reason = NULL;
        rc = session_plan_add(plan, desk->receiver.id, true, err);
    } else if (rc == CUSTODY_OK && is_signer && (reason == NULL || colleague == NULL)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "%s has an electronic signature but not on this terminal; start the "
                          "desk with --unsigned-reason CODE and --colleague HANDLE",
                          desk->receiver.id);
    } else if (rc == CUSTODY_OK && is_signer) {
        rc = session_plan_add(plan, colleague, true, err);
    } else {
        reason = NULL;
    }
    if (rc == CUSTODY_OK) {
        *ret_receipt = json_pack("{s:n,s:s,s:n,s:s?}", "image", "kind", kind, "slip",
                                 "unsigned_reason", reason);
        rc = session_packed(*ret_receipt, err);
    }
    return rc;
}

static bool covers(const json_t *request, const json_t *items)
{
    const json_t *asked = json_object_get(request, "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *item = json_string_value(json_object_get(json_array_get(items, i), "item"));
        bool is_asked = false;
        for (size_t j = 0; j < json_array_size(asked); j++) {
            const char *other = json_string_value(json_array_get(asked, j));
            is_asked = is_asked || (other != NULL && item != NULL && strcmp(other, item) == 0);
        }
        if (!is_asked) {
            return false;
        }
    }
    return true;
}

/* An approval that waits for just this loan; its purpose then counts. "" when there is none. */
static enum custody_status find_approval(struct desk *desk, char ret_id[SESSION_ID_SIZE],
                                         char purpose[64], struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(desk->session, "request.ready",
                     json_pack("{s:s}", "receiver", desk->receiver.id), &rows, err);
    ret_id[0] = '\0';
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < json_array_size(rows) && ret_id[0] == '\0'; i++) {
        const json_t *row = json_array_get(rows, i);
        const char *act = json_string_value(json_object_get(row, "act"));
        const char *id = json_string_value(json_object_get(row, "approval"));
        const char *why = json_string_value(json_object_get(row, "purpose"));
        if (act != NULL && strcmp(act, "key.lend") == 0 && id != NULL &&
            strlen(id) == SESSION_ID_SIZE - 1 && why != NULL && covers(row, desk->items)) {
            memcpy(ret_id, id, SESSION_ID_SIZE);
            (void)snprintf(purpose, 64, "%s", why);
        }
    }
    json_decref(rows);
    return CUSTODY_OK;
}

static json_t *accepted_of(const struct desk *desk)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < desk->accepted_count; i++) {
        const char *text = desk->accepted[i];
        const char *equals = strchr(text, '=');
        size_t at = 0;
        json_t *row = json_pack("{s:s,s:s%}", "reason", equals + 1, "warning", text,
                                (size_t)(equals - text));
        const char *name = json_string_value(json_object_get(row, "warning"));
        while (name != NULL && at < json_array_size(list) &&
               strcmp(json_string_value(json_object_get(json_array_get(list, at), "warning")),
                      name) < 0) {
            at++;
        }
        if (json_array_insert_new(list, at, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

enum custody_status desk_issue(struct desk *desk, struct custody_error *err)
{
    char due[SESSION_TIME_SIZE] = "";
    char approval[SESSION_ID_SIZE];
    char purpose[64];
    struct session_plan plan = {.by = desk->clerk};
    json_t *receipt = NULL;
    json_t *result = NULL;
    (void)snprintf(purpose, sizeof purpose, "%s", desk->purpose);
    enum custody_status rc =
        desk->due[0] != '\0'
            ? custody_time_parse(desk->due, session_offset(desk->session), due, err)
            : body_due(desk->session, desk->desk, due, err);
    if (rc == CUSTODY_OK && due[0] == '\0') {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "the policy has no shift of this desk; say when: d 18:00");
    }
    if (rc == CUSTODY_OK) {
        rc = session_plan_add(&plan, desk->clerk, true, err);
    }
    if (rc == CUSTODY_OK) {
        rc = plan_receipt(desk, &plan, &receipt, err);
    }
    if (rc == CUSTODY_OK) {
        rc = find_approval(desk, approval, purpose, err);
    }
    if (rc == CUSTODY_OK) {
        rc = run_act(desk, "key.lend/2",
                     json_pack("{s:o,s:s?,s:s,s:s,s:o,s:s,s:s,s:O,s:s}", "accepted",
                               accepted_of(desk), "approval",
                               approval[0] == '\0' ? NULL : approval, "desk", desk->desk, "due",
                               due, "items", sorted_items(desk->items), "on_behalf",
                               desk->on_behalf, "purpose", purpose, "receipt", receipt,
                               "receiver", desk->receiver.id),
                     &plan, &result, err);
    }
    json_decref(receipt);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    char local[SESSION_TIME_SIZE];
    char head[DESK_NOTE_SIZE];
    char text[DESK_NOTE_SIZE];
    custody_time_local(due, session_offset(desk->session), local);
    (void)snprintf(head, sizeof head, "%s %zu → %s  %s %.16s",
                   desk_words(desk, "已借出", "ISSUED"), json_array_size(desk->items),
                   desk->receiver.id, desk_words(desk, "应还", "due"), local);
    desk_list_items(desk->items, text, sizeof text);
    add_flags(result, text, sizeof text);
    remember(desk, result);
    json_decref(result);
    desk_answer(desk, "issued", head, text);
    desk_forget_basket(desk);
    return CUSTODY_OK;
}

enum custody_status desk_take_back(struct desk *desk, const struct name_match *key,
                                   struct custody_error *err)
{
    struct session_plan plan = {.by = desk->clerk};
    json_t *result = NULL;
    enum custody_status rc = session_plan_add(&plan, desk->clerk, true, err);
    if (rc == CUSTODY_OK) {
        rc = run_act(desk, "key.return/1",
                     json_pack("{s:n,s:s,s:s,s:[{s:s,s:s}],s:n}", "by_whom", "condition", "ok",
                               "desk", desk->desk, "items", "item", key->id, "label",
                               key->label, "receipt"),
                     &plan, &result, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    char text[DESK_NOTE_SIZE];
    (void)snprintf(text, sizeof text, "%s %s%s%s%s", key->label, key->id,
                   key->superseded_by != '\0' ? " (" : "",
                   key->superseded_by != '\0' ? text_of(desk->session->lang, TEXT_SUPERSEDED)
                                              : "",
                   key->superseded_by != '\0' ? ")" : "");
    add_flags(result, text, sizeof text);
    remember(desk, result);
    json_decref(result);
    desk_answer(desk, "returned", desk_words(desk, "已归还", "RETURNED"), text);
    return CUSTODY_OK;
}

enum custody_status desk_undo(struct desk *desk, struct custody_error *err)
{
    const struct arguments *args = desk->session->args;
    const char *supervisor = option_get(args, "supervisor");
    const char *reason = option_get(args, "undo-reason");
    struct session_plan plan = {.by = desk->clerk};
    json_t *result = NULL;
    if (desk->last_id[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_USAGE, "nothing was done here yet to undo");
    }
    if (supervisor == NULL) {
        return custody_fail(
            err, CUSTODY_ERR_USAGE,
            "a correction wants the supervisor's signature; start the desk with "
            "--supervisor HANDLE, or run custody correct %.16s",
            desk->last_id);
    }
    enum custody_status rc = session_plan_add(&plan, desk->clerk, true, err);
    if (rc == CUSTODY_OK) {
        rc = session_plan_add(&plan, supervisor, true, err);
    }
    if (rc == CUSTODY_OK) {
        rc = run_act(desk, "act.correct/1",
                     json_pack("{s:s,s:n,s:s}", "act", desk->last_id, "note", "reason",
                               reason != NULL ? reason : "entry_error"),
                     &plan, &result, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    desk_answer(desk, "undone", desk_words(desk, "已更正,撤销", "UNDONE"),
                desk->last_text != NULL ? desk->last_text : "");
    remember(desk, result);
    desk->last_id[0] = '\0';
    json_decref(result);
    return CUSTODY_OK;
}
