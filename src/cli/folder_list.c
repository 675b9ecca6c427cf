/* What the commands on folders share: looks at the register, sorted lists, times. */
#include <stdlib.h>
#include <string.h>

#include "folder_pick.h"

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* ---- the register ---- */

static enum custody_status first_row(json_t *rows, const char *item, json_t **ret_row,
                                     struct custody_error *err)
{
    json_t *row = json_array_get(rows, 0);
    if (row == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND, "%s is no folder of the register",
                            item);
    }
    *ret_row = json_incref(row);
    return CUSTODY_OK;
}

enum custody_status folder_read(struct session *session, const char *item, json_t **ret_folder,
                                struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(session, "folder.show", json_pack("{s:s}", "item", item), &rows, err);
    if (rc == CUSTODY_OK) {
        rc = first_row(rows, item, ret_folder, err);
    }
    json_decref(rows);
    return rc;
}

enum custody_status folder_read_papers(struct session *session, const char *item,
                                       json_t **ret_papers, struct custody_error *err)
{
    return session_read(session, "folder.papers", json_pack("{s:s}", "item", item), ret_papers,
                        err);
}

/* ---- lists ---- */

static int compare_members(const json_t *a, const json_t *b, const char *member)
{
    const json_t *x = json_object_get(a, member);
    const json_t *y = json_object_get(b, member);
    if (json_is_integer(x) && json_is_integer(y)) {
        const json_int_t m = json_integer_value(x);
        const json_int_t n = json_integer_value(y);
        return m < n ? -1 : m > n;
    }
    return strcmp(text_member(a, member), text_member(b, member));
}

enum custody_status folder_put_sorted(json_t *list, const char *member, json_t *element,
                                      bool *ret_new, struct custody_error *err)
{
    size_t low = 0;
    size_t high = json_array_size(list);
    enum custody_status rc = session_packed(element, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_members(json_array_get(list, middle), element, member);
        if (order == 0) {
            json_decref(element);
            *ret_new = false;
            return CUSTODY_OK;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_new = true;
    return json_array_insert_new(list, low, element) == 0 ? CUSTODY_OK
                                                          : session_packed(NULL, err);
}

json_t *folder_find(const json_t *list, const char *member, const json_t *value)
{
    size_t i = 0;
    json_t *element = NULL;
    json_array_foreach(list, i, element)
    {
        if (json_equal(json_object_get(element, member), value) != 0) {
            return element;
        }
    }
    return NULL;
}

const char *folder_policy_code(const json_t *policy, const char *list, const char *text)
{
    size_t i = 0;
    size_t j = 0;
    const json_t *row = NULL;
    const json_t *alias = NULL;
    json_array_foreach(json_object_get(policy, list), i, row)
    {
        bool is_it = strcmp(text_member(row, "code"), text) == 0 ||
                     strcmp(text_member(row, "label"), text) == 0;
        json_array_foreach(json_object_get(row, "aliases"), j, alias)
        {
            is_it = is_it || strcmp(text_member(alias, "label"), text) == 0;
        }
        if (is_it) {
            return text_member(row, "code");
        }
    }
    return NULL;
}

enum custody_status folder_time(const struct session *session, const char *option,
                                char out[SESSION_TIME_SIZE], struct custody_error *err)
{
    char text[SESSION_TIME_SIZE];
    const char *given = option_get(session->args, option);
    if (given == NULL || strlen(given) != strlen("2026-12-01") || given[4] != '-') {
        return session_time(session, option, NULL, out, err);
    }
    (void)snprintf(text, sizeof text, "%sT23:59", given);
    struct custody_error inner = {0};
    const enum custody_status rc =
        custody_time_parse(text, session_offset(session), out, &inner);
    return rc == CUSTODY_OK
               ? CUSTODY_OK
               : custody_fail(err, CUSTODY_ERR_USAGE, "--%s: %s", option, inner.text);
}
