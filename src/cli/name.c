/* Names people give to things. */
#include "name.h"

#include <stdlib.h>
#include <string.h>

#define LOG_PAGE      1000
#define LIST_MAX      1000000
#define SHORT_ACT_MIN 8

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* Several things of one name: say which. A party's or person's label is personal, so those are
 * named by id alone. */
static enum custody_status fail_ambiguous(const char *text, const json_t *matches,
                                          struct custody_error *err)
{
    char list[260] = "";
    size_t len = 0;
    for (size_t i = 0; i < json_array_size(matches); i++) {
        const json_t *match = json_array_get(matches, i);
        const char *kind = member(match, "kind");
        const bool is_personal = strcmp(kind, "P") == 0 || strcmp(kind, "H") == 0;
        const char *label = is_personal ? "" : member(match, "label");
        const int n = snprintf(list + len, sizeof list - len, "%s%s%s%s", i == 0 ? "" : ", ",
                               member(match, "id"), label[0] == '\0' ? "" : " ", label);
        if (n < 0 || (size_t)n >= sizeof list - len) {
            list[len] = '\0'; /* no half name, no half character */
            break;
        }
        len += (size_t)n;
    }
    return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                        "\"%.80s\" names more than one thing; give one of: %s", text, list);
}

/* Leave the matches of that kind alone which stands first in kinds. */
static void keep_first_kind(json_t *matches, const char *kinds)
{
    for (; *kinds != '\0'; kinds++) {
        size_t count = 0;
        for (size_t i = 0; i < json_array_size(matches); i++) {
            count += member(json_array_get(matches, i), "kind")[0] == *kinds ? 1 : 0;
        }
        for (size_t i = json_array_size(matches); count > 0 && i > 0; i--) {
            if (member(json_array_get(matches, i - 1), "kind")[0] != *kinds) {
                (void)json_array_remove(matches, i - 1);
            }
        }
        if (count > 0) {
            return;
        }
    }
}

static enum custody_status resolve(struct session *session, const char *text, const char *kinds,
                                   bool is_ordered, struct name_match *ret_match,
                                   struct custody_error *err)
{
    json_t *matches = NULL;
    enum custody_status rc = custody_resolve(session->site, text, kinds, &matches, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (is_ordered) {
        keep_first_kind(matches, kinds);
    }
    const json_t *first = json_array_get(matches, 0);
    for (size_t i = 1; i < json_array_size(matches); i++) {
        const json_t *other = json_array_get(matches, i);
        if (strcmp(member(other, "id"), member(first, "id")) != 0 ||
            strcmp(member(other, "kind"), member(first, "kind")) != 0) {
            rc = fail_ambiguous(text, matches, err);
            goto out;
        }
    }
    if (first == NULL || strlen(member(first, "id")) >= sizeof ret_match->id ||
        strlen(member(first, "label")) >= sizeof ret_match->label) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "nothing here is called \"%.80s\"; check the spelling or scan again",
                          text);
        goto out;
    }
    ret_match->kind = member(first, "kind")[0];
    ret_match->superseded_by = json_is_true(json_object_get(first, "superseded"))
                                   ? member(first, "generation")[0]
                                   : '\0';
    memcpy(ret_match->id, member(first, "id"), strlen(member(first, "id")) + 1);
    memcpy(ret_match->label, member(first, "label"), strlen(member(first, "label")) + 1);
out:
    json_decref(matches);
    return rc;
}

enum custody_status name_check_newest(const struct name_match *match, struct custody_error *err)
{
    if (match->superseded_by == '\0') {
        return CUSTODY_OK;
    }
    return custody_refuse(
        err, "superseded",
        "that tag of %s is superseded by generation %c: take the old tag off, "
        "then scan the new one or type its code",
        match->id, match->superseded_by);
}

/* Is an older tag good enough for the command that runs? */
static enum custody_status judge_tag(const struct session *session,
                                     const struct name_match *match, struct custody_error *err)
{
    if (!session->takes_old_tags) {
        return name_check_newest(match, err);
    }
    if (match->superseded_by != '\0') {
        session_note(session, text_of(session->lang, TEXT_SUPERSEDED), match->id);
    }
    return CUSTODY_OK;
}

enum custody_status name_resolve(struct session *session, const char *text, const char *kinds,
                                 struct name_match *ret_match, struct custody_error *err)
{
    const enum custody_status rc = resolve(session, text, kinds, false, ret_match, err);
    return rc == CUSTODY_OK ? judge_tag(session, ret_match, err) : rc;
}

enum custody_status name_resolve_first(struct session *session, const char *text,
                                       const char *kinds, struct name_match *ret_match,
                                       struct custody_error *err)
{
    const enum custody_status rc = resolve(session, text, kinds, true, ret_match, err);
    return rc == CUSTODY_OK ? judge_tag(session, ret_match, err) : rc;
}

enum custody_status name_resolve_scan(struct session *session, const char *text,
                                      const char *kinds, struct name_match *ret_match,
                                      struct custody_error *err)
{
    return resolve(session, text, kinds, true, ret_match, err);
}

enum custody_status name_new_item(struct session *session, const char *text, char item_class,
                                  char out[10], struct custody_error *err)
{
    struct name_match match;
    if (text == NULL) {
        return custody_item_new(session->site, item_class, out, err);
    }
    const enum custody_status rc = resolve(session, text, "NKRP", true, &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (match.kind != 'N') {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "%s is no blank tag: it is registered; scan one that label "
                            "unclaimed lists, or leave the option out",
                            match.id);
    }
    if (match.id[0] != item_class) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "the blank tag %s is of class %c; one of class %c is wanted here",
                            match.id, match.id[0], item_class);
    }
    memcpy(out, match.id, strlen(match.id) + 1);
    return CUSTODY_OK;
}

static int compare_items(const void *left, const void *right)
{
    const json_t *const *a = left;
    const json_t *const *b = right;
    return strcmp(member(*a, "item"), member(*b, "item"));
}

enum custody_status name_items(struct session *session, const char *const *words, size_t count,
                               const char *kinds, json_t **ret_items, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    json_t *items = json_array();
    json_t **list = calloc(count + 1, sizeof *list); /* +1: calloc(0) may be NULL */
    if (items == NULL || list == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the list of things");
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        struct name_match match;
        rc = name_resolve(session, words[i], kinds, &match, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
        list[i] = json_pack("{s:s,s:s}", "item", match.id, "label", match.label);
        rc = session_packed(list[i], err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    qsort(list, count, sizeof list[0], compare_items);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_items(&list[i - 1], &list[i]) == 0) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE, "%s is named twice; name it once",
                              member(list[i], "item"));
            goto out;
        }
        if (json_array_append(items, list[i]) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the list of things");
            goto out;
        }
    }
    *ret_items = items;
    items = NULL;
out:
    for (size_t i = 0; list != NULL && i < count; i++) {
        json_decref(list[i]);
    }
    free(list);
    json_decref(items);
    return rc;
}

/* Look through rows for act ids that begin with text; found counts distinct ones. */
static void match_acts(const json_t *rows, const char *text, char out[SESSION_ID_SIZE],
                       size_t *found)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *id = member(row, "act_id");
        if (id[0] == '\0') {
            id = member(row, "request");
        }
        if (strncmp(id, text, strlen(text)) == 0 && strlen(id) == SESSION_ID_SIZE - 1 &&
            (*found == 0 || strcmp(id, out) != 0)) {
            memcpy(out, id, SESSION_ID_SIZE);
            (*found)++;
        }
    }
}

enum custody_status name_act(struct session *session, const char *text, const char *read,
                             char out[SESSION_ID_SIZE], struct custody_error *err)
{
    const size_t len = strlen(text);
    char found_id[SESSION_ID_SIZE] = "";
    size_t found = 0;
    enum custody_status rc = CUSTODY_OK;
    if (text[0] == '@') {
        const char *recorded = member(session->recorded, text + 1);
        if (strlen(recorded) != SESSION_ID_SIZE - 1) {
            return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                                "no act %.40s was recorded in this batch yet; give an act id",
                                text + 1);
        }
        memcpy(out, recorded, SESSION_ID_SIZE);
        return CUSTODY_OK;
    }
    if (strspn(text, "0123456789abcdef") != len || len < SHORT_ACT_MIN ||
        len >= SESSION_ID_SIZE) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "\"%.70s\" is no act id; give its first 8 or more characters, "
                            "digits and a to f",
                            text);
    }
    if (len == SESSION_ID_SIZE - 1) {
        memcpy(out, text, SESSION_ID_SIZE);
        return CUSTODY_OK;
    }
    const bool is_log = strcmp(read, "ledger.log") == 0;
    for (json_int_t from = 0;; from += LOG_PAGE) {
        json_t *rows = NULL;
        json_t *params = is_log ? json_pack("{s:I,s:i}", "from", from, "limit", LOG_PAGE)
                                : json_pack("{s:i}", "limit", LIST_MAX);
        rc = session_read(session, read, params, &rows, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        match_acts(rows, text, found_id, &found);
        const size_t count = json_array_size(rows);
        json_decref(rows);
        if (!is_log || count < LOG_PAGE) {
            break;
        }
    }
    if (found != 1) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            found == 0 ? "no act begins with %.70s; look it up with ledger log"
                                       : "several acts begin with %.70s; give more characters",
                            text);
    }
    memcpy(out, found_id, SESSION_ID_SIZE);
    return CUSTODY_OK;
}

enum custody_status name_entry(struct session *session, const char *text, int64_t *ret_idx,
                               struct custody_error *err)
{
    const char *digits = text[0] == '#' ? text + 1 : text;
    const size_t len = strlen(digits);
    if (len > 0 && strspn(digits, "0123456789") == len &&
        (text[0] == '#' || len < SHORT_ACT_MIN)) {
        return option_int_of(digits, "the number of an entry", 0, INT64_C(1) << 53, ret_idx,
                             err);
    }
    char id[SESSION_ID_SIZE];
    enum custody_status rc = name_act(session, text, "ledger.log", id, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (json_int_t from = 0;; from += LOG_PAGE) {
        json_t *rows = NULL;
        rc = session_read(session, "ledger.log",
                          json_pack("{s:I,s:i}", "from", from, "limit", LOG_PAGE), &rows, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        const size_t count = json_array_size(rows);
        for (size_t i = 0; i < count; i++) {
            const json_t *row = json_array_get(rows, i);
            if (strcmp(member(row, "act_id"), id) == 0) {
                *ret_idx = json_integer_value(json_object_get(row, "idx"));
                json_decref(rows);
                return CUSTODY_OK;
            }
        }
        json_decref(rows);
        if (count < LOG_PAGE) {
            return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                                "no entry has the act id %.16s; look it up with ledger log",
                                id);
        }
    }
}

enum custody_status name_option(struct session *session, const char *option, const char *kinds,
                                json_t **ret_id, struct custody_error *err)
{
    const char *text = option_get(session->args, option);
    if (text == NULL) {
        *ret_id = json_null();
        return CUSTODY_OK;
    }
    struct name_match match;
    enum custody_status rc = name_resolve(session, text, kinds, &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *id = json_string(match.id);
    rc = session_packed(id, err);
    if (rc == CUSTODY_OK) {
        *ret_id = id;
    }
    return rc;
}

static int compare_texts(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

enum custody_status name_set(const char *const *texts, size_t count, json_t **ret_set,
                             struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    json_t *set = json_array();
    const char **sorted = calloc(count + 1, sizeof *sorted);
    if (set == NULL || sorted == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for a list");
        goto out;
    }
    memcpy(sorted, texts, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_texts);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(sorted[i - 1], sorted[i]) == 0) {
            continue;
        }
        if (json_array_append_new(set, json_string(sorted[i])) != 0) {
            rc = session_packed(NULL, err);
            goto out;
        }
    }
    *ret_set = set;
    set = NULL;
out:
    free(sorted);
    json_decref(set);
    return rc;
}

/* Cut a copy of text at "+" and "," and add the parts. False: out of memory or no UTF-8. */
static bool add_parts(json_t *parts, const char *text)
{
    while (*text != '\0') {
        const size_t len = strcspn(text, "+,");
        if (len > 0 && json_array_append_new(parts, json_stringn(text, len)) != 0) {
            return false;
        }
        text += len + (text[len] != '\0' ? 1 : 0);
    }
    return true;
}

static enum custody_status sort_parts(json_t *parts, json_t **ret_set,
                                      struct custody_error *err)
{
    const size_t count = json_array_size(parts);
    const char **texts = calloc(count + 1, sizeof *texts);
    if (texts == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for a list");
    }
    for (size_t i = 0; i < count; i++) {
        texts[i] = json_string_value(json_array_get(parts, i));
    }
    const enum custody_status rc = name_set(texts, count, ret_set, err);
    free(texts);
    return rc;
}

enum custody_status name_set_option(const struct session *session, const char *option,
                                    json_t **ret_set, struct custody_error *err)
{
    json_t *parts = json_array();
    enum custody_status rc = session_packed(parts, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, option); i++) {
        if (!add_parts(parts, option_at(session->args, option, i))) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = sort_parts(parts, ret_set, err);
    }
    json_decref(parts);
    return rc;
}

enum custody_status name_set_text(const char *text, json_t **ret_set, struct custody_error *err)
{
    json_t *parts = json_array();
    enum custody_status rc = session_packed(parts, err);
    if (rc == CUSTODY_OK && !add_parts(parts, text)) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = sort_parts(parts, ret_set, err);
    }
    json_decref(parts);
    return rc;
}
