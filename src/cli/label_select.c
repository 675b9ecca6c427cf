/* What gets a label. */
#include "label_select.h"

#include <stdlib.h>
#include <string.h>

#include "custody/tag.h"
#include "label_archive.h"
#include "label_pick.h"
#include "name.h"

#define PAGE       10000 /* each page costs a walk over the whole list */
#define PLACES_MAX 1000000

const char *label_member(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));
    return text != NULL ? text : "";
}

/* A copy of what labels are made of: the rest of a row of a read is not kept. */
enum custody_status label_picks_add(struct label_picks *picks, const json_t *row,
                                    struct custody_error *err)
{
    static const char *const kept[] = {
        "item",  "label",      "class", "copy",      "ring",         "locks",
        "role",  "person",     "home",  "number",    "folder_class", "role_column",
        "first", "first_home", "last",  "last_home", "count"};
    const char *item = label_member(row, "item");
    if (item[0] == '\0' || json_object_get(picks->seen, item) != NULL) {
        return CUSTODY_OK;
    }
    json_t *pick = json_object();
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        json_t *value = json_object_get(row, kept[i]);
        if (value != NULL && json_object_set(pick, kept[i], value) != 0) {
            json_decref(pick);
            return session_packed(NULL, err);
        }
    }
    if (json_object_set_new(picks->seen, item, json_true()) != 0 ||
        json_array_append_new(picks->list, pick) != 0) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

/* Of what is named by the dozen, what is out of use for good gets no tag. */
static enum custody_status add_row(void *arg, const json_t *row, struct custody_error *err)
{
    const char *state = label_member(row, "state");
    if (strcmp(state, "retired") == 0 || strcmp(state, "void") == 0) {
        return CUSTODY_OK;
    }
    return label_picks_add(arg, row, err);
}

enum custody_status label_each_row(struct session *session, const char *read,
                                   const char *member, const char *value,
                                   enum custody_status (*call)(void *arg, const json_t *row,
                                                               struct custody_error *err),
                                   void *arg, struct custody_error *err)
{
    char after[CUSTODY_ITEM_LEN + 1] = "";
    for (;;) {
        json_t *rows = NULL;
        json_t *params =
            json_pack("{s:i,s:s*}", "limit", PAGE, "after", after[0] == '\0' ? NULL : after);
        if (member != NULL && value != NULL) {
            (void)json_object_set_new(params, member, json_string(value));
        }
        enum custody_status rc = session_read(session, read, params, &rows, err);
        const size_t count = json_array_size(rows);
        for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
            rc = call(arg, json_array_get(rows, i), err);
        }
        const char *last = label_member(json_array_get(rows, count - 1), "item");
        const bool is_done = rc != CUSTODY_OK || count < PAGE ||
                             strlen(last) != CUSTODY_ITEM_LEN || strcmp(last, after) <= 0;
        if (!is_done) {
            memcpy(after, last, sizeof after);
        }
        json_decref(rows);
        if (is_done) {
            return rc;
        }
    }
}

/* A ring: its own tag, then those of its keys. */
static enum custody_status add_ring(struct session *session, struct label_picks *picks,
                                    const char *text, struct custody_error *err)
{
    struct name_match ring;
    json_t *rows = NULL;
    enum custody_status rc = name_resolve(session, text, "R", &ring, err);
    if (rc == CUSTODY_OK) {
        rc = label_picks_add_item(session, picks, ring.id, err);
    }
    if (rc == CUSTODY_OK) {
        rc =
            session_read(session, "ring.show", json_pack("{s:s}", "item", ring.id), &rows, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        rc = add_row(picks, json_array_get(rows, i), err);
    }
    json_decref(rows);
    return rc;
}

enum custody_status label_picks_add_item(struct session *session, struct label_picks *picks,
                                         const char *item, struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(session, "key.show", json_pack("{s:s}", "item", item), &rows, err);
    if (rc == CUSTODY_OK) {
        rc = label_picks_add(picks, json_array_get(rows, 0), err);
    }
    json_decref(rows);
    return rc;
}

/* Rings whose label begins with that of one of the places, like "3栋-1单元 公共区域", what is
 * on them or not. */
struct ring_search {
    struct label_picks *picks;
    json_t *labels; /* of the places */
};

static enum custody_status add_ring_beneath(void *arg, const json_t *row,
                                            struct custody_error *err)
{
    const struct ring_search *search = arg;
    char front[NAME_LABEL_SIZE];
    const char *label = label_member(row, "label");
    size_t len = strlen(label);
    if (len >= sizeof front) {
        return CUSTODY_OK;
    }
    memcpy(front, label, len + 1);
    while (len > 0) {
        front[len] = '\0';
        if (json_object_get(search->labels, front) != NULL) {
            return add_row(search->picks, row, err);
        }
        do {
            len--;
        } while (len > 0 && front[len] != ' ' && front[len] != '-');
    }
    return CUSTODY_OK;
}

/* Rings that are called otherwise than any place: those on which keys from row `first` on
 * hang. */
static enum custody_status add_their_rings(struct session *session, struct label_picks *picks,
                                           size_t first, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const size_t count = json_array_size(picks->list);
    for (size_t i = first; rc == CUSTODY_OK && i < count; i++) {
        const char *ring = label_member(json_array_get(picks->list, i), "ring");
        if (ring[0] != '\0' && json_object_get(picks->seen, ring) == NULL) {
            rc = label_picks_add_item(session, picks, ring, err);
        }
    }
    return rc;
}

/* A place and all beneath it, floor by floor: a queue of codes, no recursion. */
enum custody_status label_picks_add_place(struct session *session, struct label_picks *picks,
                                          const char *code, struct custody_error *err)
{
    json_t *queue = json_pack("[s]", code);
    struct ring_search search = {.picks = picks, .labels = json_object()};
    const size_t first = json_array_size(picks->list);
    enum custody_status rc = session_packed(search.labels != NULL ? queue : NULL, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(queue); i++) {
        const char *next = json_string_value(json_array_get(queue, i));
        json_t *rows = NULL;
        rc = i == 0 ? label_each_row(session, "ring.list", "place", next, add_row, picks, err)
                    : CUSTODY_OK;
        if (rc == CUSTODY_OK) {
            rc = label_each_row(session, "key.list", "place", next, add_row, picks, err);
        }
        if (rc == CUSTODY_OK) {
            rc = session_read(session, "place.list",
                              json_pack("{s:i,s:s}", "limit", PLACES_MAX, "parent", next),
                              &rows, err);
        }
        for (size_t k = 0; rc == CUSTODY_OK && k < json_array_size(rows); k++) {
            const json_t *below = json_array_get(rows, k);
            if (json_array_append(queue, json_object_get(below, "code")) != 0 ||
                json_object_set_new(search.labels, label_member(below, "label"), json_true()) !=
                    0) {
                rc = session_packed(NULL, err);
            }
        }
        json_decref(rows);
    }
    /* One walk over all rings costs less than asking for each place's; a home has just its own.
     */
    if (rc == CUSTODY_OK && json_object_size(search.labels) > 0) {
        rc = label_each_row(session, "ring.list", NULL, NULL, add_ring_beneath, &search, err);
    }
    json_decref(queue);
    json_decref(search.labels);
    return rc == CUSTODY_OK ? add_their_rings(session, picks, first, err) : rc;
}

/* A person's card carries the newest tag he was given (person.tag). */
static enum custody_status add_person(struct session *session, struct label_picks *picks,
                                      const char *text, struct custody_error *err)
{
    struct name_match match;
    json_t *tags = NULL;
    json_t *people = NULL;
    json_t *row = NULL;
    enum custody_status rc = name_resolve(session, text, "H", &match, err);
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "tag.list", json_pack("{s:s}", "handle", match.id), &tags,
                          err);
    }
    if (rc == CUSTODY_OK && json_array_size(tags) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "%.40s has no tag yet; give one first: custody person tag %.40s",
                          match.id, match.id);
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "person.show", json_pack("{s:s}", "handle", match.id),
                          &people, err);
    }
    if (rc == CUSTODY_OK) {
        const json_t *person = json_array_get(people, 0);
        const char *name = label_member(person, "name");
        const char *role =
            json_string_value(json_array_get(json_object_get(person, "roles"), 0));
        row = json_pack("{s:O,s:s,s:s,s:s,s:s,s:s}", "item",
                        json_object_get(json_array_get(tags, json_array_size(tags) - 1), "tag"),
                        "label", match.id, "person", name[0] != '\0' ? name : match.id,
                        "number", label_member(person, "staff_no"), "role",
                        role != NULL ? role : "", "role_column", "roles");
        rc = session_packed(row, err);
    }
    if (rc == CUSTODY_OK) {
        rc = label_picks_add(picks, row, err);
    }
    json_decref(tags);
    json_decref(people);
    json_decref(row);
    return rc;
}

/* A party's id is its tag. No name: what is lost in a lift should not tell who lives here. */
static enum custody_status add_party(struct session *session, struct label_picks *picks,
                                     const char *text, struct custody_error *err)
{
    struct name_match match;
    json_t *rows = NULL;
    json_t *row = NULL;
    enum custody_status rc = name_resolve(session, text, "P", &match, err);
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "party.show", json_pack("{s:s}", "party", match.id), &rows,
                          err);
    }
    if (rc == CUSTODY_OK) {
        row = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "item", match.id, "label", match.id,
                        "person", match.id, "number", "", "role",
                        label_member(json_array_get(rows, 0), "relation"), "role_column",
                        "relation");
        rc = session_packed(row, err);
    }
    if (rc == CUSTODY_OK) {
        rc = label_picks_add(picks, row, err);
    }
    json_decref(rows);
    json_decref(row);
    return rc;
}

static enum custody_status add_place(struct session *session, struct label_picks *picks,
                                     const char *text, struct custody_error *err)
{
    struct name_match place;
    enum custody_status rc = name_resolve(session, text, "L", &place, err);
    return rc == CUSTODY_OK ? label_picks_add_place(session, picks, place.id, err) : rc;
}

static enum custody_status add_each(
    struct session *session, struct label_picks *picks, const char *option,
    enum custody_status (*add)(struct session *session, struct label_picks *picks,
                               const char *text, struct custody_error *err),
    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, option); i++) {
        rc = add(session, picks, option_at(session->args, option, i), err);
    }
    return rc;
}

static enum custody_status add_all(struct session *session, struct label_picks *picks,
                                   struct custody_error *err)
{
    enum custody_status rc =
        label_each_row(session, "ring.list", NULL, NULL, add_row, picks, err);
    return rc == CUSTODY_OK
               ? label_each_row(session, "key.list", NULL, NULL, add_row, picks, err)
               : rc;
}

static bool has_any(const struct session *session)
{
    static const char *const options[] = {"place", "ring",   "key", "csv",  "person",
                                          "party", "folder", "box", "shelf"};
    bool found = session->args->word_count > 0;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        found = found || option_has(session->args, options[i]);
    }
    return found;
}

/* Options that name one thing each, and what of it is picked. */
static enum custody_status collect_options(struct session *session, struct label_picks *picks,
                                           struct custody_error *err)
{
    static const struct {
        const char *option;
        enum custody_status (*add)(struct session *session, struct label_picks *picks,
                                   const char *text, struct custody_error *err);
        bool is_limit; /* with --folders, --boxes, --shelves it says of what */
    } options[] = {
        {"place", add_place, true},           {"ring", add_ring, false},
        {"key", label_add_named, false},      {"shelf", label_archive_add_shelf, true},
        {"box", label_archive_add_box, true}, {"folder", label_archive_add_folder, false},
    };
    const bool is_bulk = label_archive_bulk(session)[0] != '\0';
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof options / sizeof options[0]; i++) {
        if (!is_bulk || !options[i].is_limit) {
            rc = add_each(session, picks, options[i].option, options[i].add, err);
        }
    }
    return rc;
}

static enum custody_status collect(struct session *session, bool plain,
                                   struct label_picks *picks, struct custody_error *err)
{
    const struct arguments *args = session->args;
    enum custody_status rc = CUSTODY_OK;
    const bool is_filter = option_has(args, "class") || option_has(args, "kind");
    if (label_archive_bulk(session)[0] != '\0') {
        rc = label_archive_add_bulk(session, picks, has_any(session), err);
    } else if (option_has(args, "all") || (is_filter && !has_any(session))) {
        rc = add_all(session, picks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = collect_options(session, picks, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = label_add_named(session, picks, args->words[i], err);
    }
    if (rc == CUSTODY_OK && option_has(args, "csv")) {
        rc = label_csv_add(session, picks, option_get(args, "csv"), plain, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_each(session, picks, "person", add_person, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_each(session, picks, "party", add_party, err);
    }
    return rc;
}

enum custody_status label_select(struct session *session, bool plain, json_t **ret_list,
                                 struct custody_error *err)
{
    struct label_picks picks = {.list = json_array(), .seen = json_object()};
    enum custody_status rc = session_packed(picks.list != NULL ? picks.seen : NULL, err);
    if (rc == CUSTODY_OK) {
        rc = collect(session, plain, &picks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = label_set_ring_classes(session, &picks, err);
    }
    if (rc == CUSTODY_OK &&
        (option_has(session->args, "class") || option_has(session->args, "kind"))) {
        rc = label_filter_picks(session, &picks, err);
    }
    if (rc == CUSTODY_OK && json_array_size(picks.list) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "there is nothing to label; name keys, --ring, --place, --csv, "
                          "--all, or what is in the archive: --folders, --boxes, --shelves");
    }
    if (rc == CUSTODY_OK) {
        rc = label_order(session, &picks.list, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_list = json_incref(picks.list);
    }
    json_decref(picks.list);
    json_decref(picks.seen);
    return rc;
}
