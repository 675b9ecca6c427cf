/* What of the selection is left out (--class, --kind), and of which class rings are. */
#include <string.h>

#include "label_archive.h"
#include "label_pick.h"
#include "label_select.h"

#define LOCKS_MAX 1000000

enum custody_status label_set_ring_classes(struct session *session, struct label_picks *picks,
                                           struct custody_error *err)
{
    json_t *classes = json_object();
    enum custody_status rc = session_packed(classes, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(picks->list); i++) {
        const json_t *row = json_array_get(picks->list, i);
        const char *ring = label_member(row, "ring");
        if (ring[0] != '\0' &&
            json_object_set(classes, ring, json_object_get(row, "class")) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(picks->list); i++) {
        json_t *row = json_array_get(picks->list, i);
        const char *item = label_member(row, "item");
        if (item[0] != 'R' || label_member(row, "class")[0] != '\0') {
            continue;
        }
        json_t *class = json_incref(json_object_get(classes, item));
        json_t *keys = NULL;
        /* An empty ring is of no class: ring.show finds no key. */
        if (class == NULL &&
            session_read(session, "ring.show", json_pack("{s:s}", "item", item), &keys, NULL) ==
                CUSTODY_OK) {
            class = json_incref(json_object_get(json_array_get(keys, 0), "class"));
        }
        if (class != NULL && json_object_set_new(row, "class", class) != 0) {
            rc = session_packed(NULL, err);
        }
        json_decref(keys);
    }
    json_decref(classes);
    return rc;
}

/* Put the codes of a table of the policy that text names, by code or by label. */
static bool put_codes(const json_t *entries, const char *text, json_t *codes)
{
    bool is_found = false;
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        if (strcmp(label_member(entry, "code"), text) == 0 ||
            strcmp(label_member(entry, "label"), text) == 0) {
            is_found = true;
            (void)json_object_set_new(codes, label_member(entry, "code"), json_true());
        }
    }
    return is_found;
}

/* Codes of the policy's `table` that the values of an option name; other: a table of folders
 * that they may name instead, with codes of its own, NULL: none. */
static enum custody_status wanted_codes(struct session *session, const char *option,
                                        const char *table, json_t **ret_codes, json_t *other,
                                        struct custody_error *err)
{
    json_t *policy = NULL;
    json_t *codes = json_object();
    enum custody_status rc = session_packed(codes, err);
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, option); i++) {
        const char *text = option_at(session->args, option, i);
        const bool is_found = put_codes(json_object_get(policy, table), text, codes);
        const bool is_other =
            other != NULL && put_codes(json_object_get(policy, "folder_classes"), text, other);
        if (!is_found && !is_other) {
            rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                              "the policy has no --%s \"%.60s\"; see custody site policy show",
                              option, text);
        }
    }
    json_decref(policy);
    if (rc != CUSTODY_OK) {
        json_decref(codes);
        return rc;
    }
    *ret_codes = codes;
    return CUSTODY_OK;
}

struct label_filter {
    json_t *classes;        /* of keys; NULL: all */
    json_t *folder_classes; /* wanted beside them */
    json_t *kinds;          /* of locks; NULL: all */
    json_t *locks;          /* codes of their locks */
};

/* Locks are paged by code, not by item: one read has them all. */
static enum custody_status wanted_locks(struct session *session, struct label_filter *filter,
                                        struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(session, "lock.list", json_pack("{s:i}", "limit", LOCKS_MAX), &rows, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (json_object_get(filter->kinds, label_member(row, "kind")) != NULL &&
            json_object_set_new(filter->locks, label_member(row, "code"), json_true()) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(rows);
    return rc;
}

static bool fits(const json_t *row, const struct label_filter *filter)
{
    const json_t *locks = json_object_get(row, "locks");
    bool is_fit = true;
    if (filter->classes != NULL) {
        const json_t *wanted = label_is_archive(row) ? filter->folder_classes : filter->classes;
        is_fit = json_object_get(wanted, label_class_of(row)) != NULL;
    }
    if (is_fit && filter->kinds != NULL) {
        is_fit = false;
        for (size_t i = 0; i < json_array_size(locks); i++) {
            const char *lock = json_string_value(json_array_get(locks, i));
            is_fit = is_fit || (lock != NULL && json_object_get(filter->locks, lock) != NULL);
        }
    }
    return is_fit;
}

enum custody_status label_filter_picks(struct session *session, struct label_picks *picks,
                                       struct custody_error *err)
{
    json_t *kept = json_array();
    struct label_filter filter = {.locks = json_object(), .folder_classes = json_object()};
    enum custody_status rc = session_packed(
        kept != NULL && filter.locks != NULL ? filter.folder_classes : NULL, err);
    if (rc == CUSTODY_OK && option_has(session->args, "class")) {
        rc = wanted_codes(session, "class", "key_classes", &filter.classes,
                          filter.folder_classes, err);
    }
    if (rc == CUSTODY_OK && option_has(session->args, "kind")) {
        rc = wanted_codes(session, "kind", "lock_kinds", &filter.kinds, NULL, err);
        if (rc == CUSTODY_OK) {
            rc = wanted_locks(session, &filter, err);
        }
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(picks->list); i++) {
        json_t *row = json_array_get(picks->list, i);
        if (fits(row, &filter) && json_array_append(kept, row) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK) {
        json_t *all = picks->list;
        picks->list = kept;
        kept = all;
    }
    json_decref(kept);
    json_decref(filter.classes);
    json_decref(filter.folder_classes);
    json_decref(filter.kinds);
    json_decref(filter.locks);
    return rc;
}
