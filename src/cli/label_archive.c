/* Which tags of the archive are printed: see label_archive.h. */
#include "label_archive.h"

#include <string.h>

#include "label_select.h"
#include "name.h"

#define LIST_MAX  1000000
#define DEPTH_MAX 64

bool label_is_archive(const json_t *row)
{
    const char class = label_member(row, "item")[0];
    return class != '\0' && strchr("BFS", class) != NULL;
}

const char *label_class_of(const json_t *row)
{
    return label_member(row, label_is_archive(row) ? "folder_class" : "class");
}

const char *label_archive_bulk(const struct session *session)
{
    static const char *const classes[] = {"", "F", "B", "BF", "S", "FS", "BS", "BFS"};
    return classes[(option_has(session->args, "folders") ? 1 : 0) +
                   (option_has(session->args, "boxes") ? 2 : 0) +
                   (option_has(session->args, "shelves") ? 4 : 0)];
}

/* ---- rows as labels are made of them ---- */

static enum custody_status put_pick(struct label_picks *picks, json_t *pick,
                                    struct custody_error *err)
{
    enum custody_status rc = session_packed(pick, err);
    if (rc == CUSTODY_OK) {
        rc = label_picks_add(picks, pick, err);
    }
    json_decref(pick);
    return rc;
}

/* A row of folder.list, folder.shelf, folder.show. box: the name of its box, "": in none. */
static enum custody_status put_folder(struct label_picks *picks, const json_t *row,
                                      const char *box, struct custody_error *err)
{
    return put_pick(picks,
                    json_pack("{s:s,s:s,s:s,s:s,s:s}", "item", label_member(row, "item"),
                              "label", label_member(row, "label"), "folder_class",
                              label_member(row, "folder_class"), "home",
                              label_member(row, "place"), "number", box),
                    err);
}

/* A box says what is in it: its first and last folder, and their class when it is one. */
static enum custody_status put_box(struct session *session, struct label_picks *picks,
                                   const json_t *row, struct custody_error *err)
{
    const char *item = label_member(row, "item");
    json_t *folders = NULL;
    enum custody_status rc =
        session_read(session, "folder.shelf", json_pack("{s:s}", "box", item), &folders, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const size_t count = json_array_size(folders);
    const json_t *first = json_array_get(folders, 0);
    const json_t *last = json_array_get(folders, count - 1);
    const char *class = label_member(first, "folder_class");
    for (size_t i = 0; i < count; i++) {
        const char *other = label_member(json_array_get(folders, i), "folder_class");
        class = strcmp(class, other) == 0 ? class : "";
    }
    rc = put_pick(picks,
                  json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "item", item, "label",
                            label_member(row, "label"), "folder_class", class, "first",
                            label_member(first, "label"), "first_home",
                            label_member(first, "place"), "last", label_member(last, "label"),
                            "last_home", label_member(last, "place"), "count",
                            (json_int_t)count),
                  err);
    json_decref(folders);
    return rc;
}

/* A shelf: where it stands, its first and last box in the order of their labels. */
static enum custody_status put_shelf(struct session *session, struct label_picks *picks,
                                     const json_t *row, struct custody_error *err)
{
    const char *item = label_member(row, "item");
    const char *first = "";
    const char *last = "";
    json_t *boxes = NULL;
    enum custody_status rc =
        session_read(session, "storage.list",
                     json_pack("{s:s,s:i}", "within", item, "limit", LIST_MAX), &boxes, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(boxes); i++) {
        const char *label = label_member(json_array_get(boxes, i), "label");
        first = first[0] == '\0' || label_compare_natural(label, first) < 0 ? label : first;
        last = label_compare_natural(label, last) > 0 ? label : last;
    }
    if (rc == CUSTODY_OK) {
        rc = put_pick(picks,
                      json_pack("{s:s,s:s,s:s,s:s,s:s,s:I}", "item", item, "label",
                                label_member(row, "label"), "home", label_member(row, "place"),
                                "first", first, "last", last, "count",
                                (json_int_t)json_array_size(boxes)),
                      err);
    }
    json_decref(boxes);
    return rc;
}

static enum custody_status put_storage(struct session *session, struct label_picks *picks,
                                       const json_t *row, struct custody_error *err)
{
    return label_member(row, "item")[0] == 'B' ? put_box(session, picks, row, err)
                                               : put_shelf(session, picks, row, err);
}

enum custody_status label_archive_add_item(struct session *session, struct label_picks *picks,
                                           const char *item, struct custody_error *err)
{
    json_t *rows = NULL;
    const bool is_folder = item[0] == 'F';
    enum custody_status rc = session_read(session, is_folder ? "folder.show" : "storage.show",
                                          json_pack("{s:s}", "item", item), &rows, err);
    const json_t *row = json_array_get(rows, 0);
    if (rc == CUSTODY_OK && strcmp(label_member(row, "state"), "destroyed") == 0) {
        rc = custody_refuse(err, "state", "%.20s is destroyed: no tag is printed for it", item);
    } else if (rc == CUSTODY_OK) {
        rc = is_folder ? put_folder(picks, row, label_member(row, "box_label"), err)
                       : put_storage(session, picks, row, err);
    }
    json_decref(rows);
    return rc;
}

/* ---- one by one ---- */

static enum custody_status add_of(struct session *session, struct label_picks *picks,
                                  const char *text, const char *classes,
                                  struct custody_error *err)
{
    struct name_match match;
    const enum custody_status rc = name_resolve(session, text, classes, &match, err);
    return rc == CUSTODY_OK ? label_archive_add_item(session, picks, match.id, err) : rc;
}

/* Is anything of the archive called so, one thing or several? */
static bool is_named_there(struct session *session, const char *text)
{
    json_t *matches = NULL;
    const bool is_found =
        custody_resolve(session->site, text, "BFS", &matches, NULL) == CUSTODY_OK &&
        json_array_size(matches) > 0;
    json_decref(matches);
    return is_found;
}

enum custody_status label_add_named(struct session *session, struct label_picks *picks,
                                    const char *text, struct custody_error *err)
{
    const char *bulk = label_archive_bulk(session);
    struct name_match match;
    if (bulk[0] != '\0') {
        return add_of(session, picks, text, bulk, err);
    }
    const enum custody_status rc = name_resolve(session, text, "KR", &match, err);
    if (rc == CUSTODY_ERR_NOT_FOUND && is_named_there(session, text)) {
        return add_of(session, picks, text, "BFS", err);
    }
    return rc == CUSTODY_OK ? label_picks_add_item(session, picks, match.id, err) : rc;
}

enum custody_status label_archive_add_folder(struct session *session, struct label_picks *picks,
                                             const char *text, struct custody_error *err)
{
    return add_of(session, picks, text, "F", err);
}

/* The folders whose place is a box. */
static enum custody_status add_folders_of(struct session *session, struct label_picks *picks,
                                          const char *item, const char *label,
                                          struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(session, "folder.shelf", json_pack("{s:s}", "box", item), &rows, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        rc = put_folder(picks, json_array_get(rows, i), label, err);
    }
    json_decref(rows);
    return rc;
}

/* What of a box is wanted: itself, its folders. */
static enum custody_status add_box_of(struct session *session, struct label_picks *picks,
                                      const struct name_match *box, const char *classes,
                                      struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    if (strchr(classes, 'B') != NULL) {
        rc = label_archive_add_item(session, picks, box->id, err);
    }
    return rc == CUSTODY_OK && strchr(classes, 'F') != NULL
               ? add_folders_of(session, picks, box->id, box->label, err)
               : rc;
}

/* What of a shelf is wanted: itself, its boxes, their folders. */
static enum custody_status add_shelf_of(struct session *session, struct label_picks *picks,
                                        const struct name_match *shelf, const char *classes,
                                        struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (strchr(classes, 'S') != NULL) {
        rc = label_archive_add_item(session, picks, shelf->id, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "storage.list",
                          json_pack("{s:s,s:i}", "within", shelf->id, "limit", LIST_MAX), &rows,
                          err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (strchr(classes, 'B') != NULL) {
            rc = put_box(session, picks, row, err);
        }
        if (rc == CUSTODY_OK && strchr(classes, 'F') != NULL) {
            rc = add_folders_of(session, picks, label_member(row, "item"),
                                label_member(row, "label"), err);
        }
    }
    json_decref(rows);
    return rc;
}

enum custody_status label_archive_add_box(struct session *session, struct label_picks *picks,
                                          const char *text, struct custody_error *err)
{
    const char *bulk = label_archive_bulk(session);
    struct name_match box;
    const enum custody_status rc = name_resolve(session, text, "B", &box, err);
    return rc == CUSTODY_OK
               ? add_box_of(session, picks, &box, bulk[0] != '\0' ? bulk : "BF", err)
               : rc;
}

enum custody_status label_archive_add_shelf(struct session *session, struct label_picks *picks,
                                            const char *text, struct custody_error *err)
{
    const char *bulk = label_archive_bulk(session);
    struct name_match shelf;
    const enum custody_status rc = name_resolve(session, text, "S", &shelf, err);
    return rc == CUSTODY_OK
               ? add_shelf_of(session, picks, &shelf, bulk[0] != '\0' ? bulk : "BS", err)
               : rc;
}

/* ---- all of them ---- */

struct bulk {
    struct label_picks *picks;
    const char *classes;
    json_t *storages; /* rows by item */
    json_t *parents;  /* codes of the places above, by code */
};

static enum custody_status add_listed_folder(void *arg, const json_t *row,
                                             struct custody_error *err)
{
    const struct bulk *bulk = arg;
    const json_t *box = json_object_get(bulk->storages, label_member(row, "box"));
    return strcmp(label_member(row, "state"), "destroyed") == 0
               ? CUSTODY_OK
               : put_folder(bulk->picks, row, label_member(box, "label"), err);
}

static enum custody_status read_bulk(struct session *session, struct bulk *bulk,
                                     struct custody_error *err)
{
    json_t *rows = NULL;
    json_t *places = NULL;
    enum custody_status rc = session_packed(bulk->storages != NULL ? bulk->parents : NULL, err);
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "storage.list", json_pack("{s:i}", "limit", LIST_MAX), &rows,
                          err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        if (json_object_set(bulk->storages, label_member(row, "item"), row) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK && option_has(session->args, "place")) {
        rc = session_read(session, "place.list", json_pack("{s:i}", "limit", LIST_MAX), &places,
                          err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(places); i++) {
        const json_t *row = json_array_get(places, i);
        json_t *parent = json_object_get(row, "parent");
        if (parent != NULL &&
            json_object_set(bulk->parents, label_member(row, "code"), parent) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(rows);
    json_decref(places);
    return rc;
}

/* Does a shelf or box stand in the place or beneath it? place NULL: anywhere. */
static bool stands_in(const struct bulk *bulk, const json_t *row, const char *place)
{
    const char *within = label_member(row, "within");
    const json_t *standing = within[0] != '\0' ? json_object_get(bulk->storages, within) : row;
    const char *at = label_member(standing, "place");
    for (int i = 0; place != NULL && i < DEPTH_MAX && strcmp(at, place) != 0; i++) {
        at = label_member(bulk->parents, at);
    }
    return place == NULL || strcmp(at, place) == 0;
}

/* place NULL: everywhere. */
static enum custody_status add_of_place(struct session *session, struct bulk *bulk,
                                        const char *place, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const char *item = NULL;
    json_t *row = NULL;
    if (strchr(bulk->classes, 'F') != NULL) {
        rc = label_each_row(session, "folder.list", "place", place, add_listed_folder, bulk,
                            err);
    }
    json_object_foreach(bulk->storages, item, row)
    {
        if (rc == CUSTODY_OK && strchr(bulk->classes, item[0]) != NULL &&
            stands_in(bulk, row, place)) {
            rc = put_storage(session, bulk->picks, row, err);
        }
    }
    return rc;
}

enum custody_status label_archive_add_bulk(struct session *session, struct label_picks *picks,
                                           bool is_limited, struct custody_error *err)
{
    const struct arguments *args = session->args;
    struct bulk bulk = {.picks = picks,
                        .classes = label_archive_bulk(session),
                        .storages = json_object(),
                        .parents = json_object()};
    enum custody_status rc = read_bulk(session, &bulk, err);
    if (rc == CUSTODY_OK && (!is_limited || option_has(args, "all"))) {
        rc = add_of_place(session, &bulk, NULL, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "place"); i++) {
        struct name_match place;
        rc = name_resolve(session, option_at(args, "place", i), "L", &place, err);
        if (rc == CUSTODY_OK) {
            rc = add_of_place(session, &bulk, place.id, err);
        }
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "shelf"); i++) {
        rc = label_archive_add_shelf(session, picks, option_at(args, "shelf", i), err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "box"); i++) {
        rc = label_archive_add_box(session, picks, option_at(args, "box", i), err);
    }
    json_decref(bulk.storages);
    json_decref(bulk.parents);
    return rc;
}

/* ---- what becomes of them ---- */

enum custody_status label_act_name(const json_t *list, const char **ret_act,
                                   struct custody_error *err)
{
    size_t archive = 0;
    size_t others = 0;
    size_t i = 0;
    const json_t *row = NULL;
    json_array_foreach(list, i, row)
    {
        archive += label_is_archive(row) ? 1 : 0;
        others += label_member(row, "item")[0] != '\0' && !label_is_archive(row) ? 1 : 0;
    }
    if (archive > 0 && others > 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "tags of folders, boxes and shelves are recorded apart from those "
                            "of keys; print them in two jobs");
    }
    *ret_act = archive > 0 ? "tag.print/2" : "tag.print/1";
    return CUSTODY_OK;
}

enum custody_status label_default_stock(const json_t *list, const char **ret_stock,
                                        struct custody_error *err)
{
    static const struct {
        char class;
        const char *stock;
    } stocks[] = {{'F', "bag"}, {'B', "spine-30"}, {'S', "shelf"}};
    const char class = label_member(json_array_get(list, 0), "item")[0];
    const char *stock = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    for (size_t k = 0; k < sizeof stocks / sizeof stocks[0]; k++) {
        stock = stocks[k].class == class ? stocks[k].stock : stock;
    }
    json_array_foreach(list, i, row)
    {
        stock = label_member(row, "item")[0] == class ? stock : NULL;
    }
    if (stock == NULL) {
        return custody_fail(
            err, CUSTODY_ERR_USAGE,
            "say what to print on with --stock (custody label stocks); only "
            "folders, boxes or shelves by themselves have a stock of their own");
    }
    *ret_stock = stock;
    return CUSTODY_OK;
}
