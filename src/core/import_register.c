/* What a register holds, for the rows of an import: opening balances above all. */
#include <stdio.h>
#include <string.h>

#include "custody/tag.h"
#include "import_site_impl.h"

bool import_exists(struct import_lookup *lookup, const char *sql, const char *text)
{
    int64_t count = 0;
    if (lookup->rc == CUSTODY_OK) {
        lookup->rc =
            store_get_int(lookup->site->store, &lookup->err, &count, NULL, sql, "t", text);
    }
    return count > 0;
}

bool import_find_text(struct import_lookup *lookup, const char *sql, const char *text,
                      char *out, size_t size)
{
    struct store_query query = {0};
    bool is_found = false;
    if (lookup->rc == CUSTODY_OK) {
        lookup->rc = store_query(lookup->site->store, &query, &lookup->err, sql, "t", text);
    }
    if (lookup->rc == CUSTODY_OK && query.has_row) {
        (void)snprintf(out, size, "%s", store_text(&query, 0));
        is_found = true;
    }
    store_end(&query);
    return is_found;
}

/* ---- keys ---- */

#define KEY_COLUMNS                                                                            \
    " i.item, i.label, i.desk, i.copy,"                                                        \
    " (SELECT l.place FROM key_lock k JOIN lock l ON l.code = k.lock WHERE k.item = i.item"    \
    " ORDER BY k.n LIMIT 1),"                                                                  \
    " EXISTS (SELECT 1 FROM movement m WHERE m.item = i.item AND m.kind <> 'add'"              \
    " AND m.void_idx IS NULL)"
#define IS_KEY " i.item BETWEEN 'K' AND 'L' AND i.holder_kind <> 'void'"

static void put_text(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text != NULL ? text : "");
}

static void read_key(const struct store_query *query, struct import_key *key)
{
    put_text(key->item, sizeof key->item, store_text(query, 0));
    put_text(key->label, sizeof key->label, store_text(query, 1));
    put_text(key->desk, sizeof key->desk, store_text(query, 2));
    key->copy = (int)store_int(query, 3);
    put_text(key->place, sizeof key->place, store_text(query, 4));
    key->has_moved = store_int(query, 5) != 0;
}

static bool find_key(void *arg, const char *item, struct import_key *ret_key)
{
    struct import_lookup *lookup = arg;
    struct store_query query = {0};
    bool is_found = false;
    if (lookup->rc == CUSTODY_OK) {
        lookup->rc = store_query(
            lookup->site->store, &query, &lookup->err,
            "SELECT" KEY_COLUMNS " FROM item i WHERE i.item = ?1 AND" IS_KEY, "t", item);
    }
    if (lookup->rc == CUSTODY_OK && query.has_row) {
        read_key(&query, ret_key);
        is_found = true;
    }
    store_end(&query);
    return is_found;
}

static size_t read_keys(struct import_lookup *lookup, const char *sql,
                        const char *const texts[3], struct import_key *keys, size_t max)
{
    struct store_query query = {0};
    size_t count = 0;
    if (lookup->rc == CUSTODY_OK) {
        lookup->rc = store_query(lookup->site->store, &query, &lookup->err, sql, "ttt",
                                 texts[0], texts[1], texts[2]);
    }
    while (lookup->rc == CUSTODY_OK && query.has_row && count < max) {
        read_key(&query, &keys[count++]);
        lookup->rc = store_next(&query, &lookup->err);
    }
    store_end(&query);
    return count;
}

/*
 * Keys called by place and kind, as the registers of offices name them. Only where none is so
 * called: those to a lock of the kind at the place, or of the kind on the ring of the place
 * (the unit door's keys of a home).
 */
static size_t find_keys(void *arg, const char *place, const char *place_label, const char *kind,
                        const char *kind_label, struct import_key *keys, size_t max)
{
    const char *const named[3] = {place_label, kind_label, kind};
    const char *const placed[3] = {place, place_label, kind};
    size_t count = read_keys(arg,
                             "SELECT" KEY_COLUMNS " FROM item i WHERE i.label = ?1 || ' ' || ?2"
                             " AND" IS_KEY " AND EXISTS (SELECT 1 FROM key_lock k"
                             " JOIN lock l ON l.code = k.lock WHERE k.item = i.item"
                             " AND l.kind = ?3) ORDER BY i.copy, i.item",
                             named, keys, max);
    if (count > 0) {
        return count;
    }
    return read_keys(arg,
                     "SELECT" KEY_COLUMNS " FROM item i WHERE" IS_KEY " AND i.item IN"
                     " (SELECT k.item FROM lock l JOIN key_lock k ON k.lock = l.code"
                     " WHERE l.place = ?1 AND l.kind = ?3 AND l.void_idx IS NULL"
                     " UNION SELECT m.item FROM item r JOIN item m ON m.ring = r.item"
                     " JOIN key_lock k ON k.item = m.item JOIN lock l ON l.code = k.lock"
                     " WHERE r.label = ?2 AND r.item BETWEEN 'R' AND 'S'"
                     " AND r.holder_kind <> 'void' AND l.kind = ?3)"
                     " ORDER BY i.label, i.copy, i.item",
                     placed, keys, max);
}

/* ---- seals and people ---- */

static bool has_seal(void *arg, const char *seal)
{
    return import_exists(arg, "SELECT count(*) FROM seal WHERE seal = ?1", seal);
}

static bool has_party(void *arg, const char *item)
{
    return import_exists(
        arg, "SELECT count(*) FROM party WHERE party = ?1 AND void_idx IS NULL", item);
}

static bool find_person(void *arg, const char *text, char *handle)
{
    return import_find_text(arg, "SELECT handle FROM person WHERE handle = ?1", text, handle,
                            33) ||
           import_find_text(arg, "SELECT handle FROM person WHERE staff_no = ?1", text, handle,
                            33);
}

/* ---- places ---- */

static enum custody_status load_places(struct import_lookup *lookup, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = address_book_new(&lookup->places, err);
    if (rc == CUSTODY_OK) {
        rc = store_query(lookup->site->store, &query, err,
                         "SELECT code, label, kind, parent FROM place WHERE void_idx IS NULL",
                         "");
    }
    while (rc == CUSTODY_OK && query.has_row) {
        rc = address_book_add(lookup->places, store_text(&query, 0), store_text(&query, 1),
                              store_text(&query, 2), store_text(&query, 3), err);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc == CUSTODY_OK ? address_book_finish(lookup->places, err) : rc;
}

enum custody_status import_use_opening(struct import_lookup *lookup,
                                       struct import_context *context,
                                       struct custody_error *err)
{
    TRY(load_places(lookup, err));
    context->places = lookup->places;
    context->find_key = find_key;
    context->find_keys = find_keys;
    context->has_seal = has_seal;
    context->has_party = has_party;
    context->find_person = find_person;
    return CUSTODY_OK;
}

/* ---- folders ---- */

static bool has_folder_label(void *arg, const char *label)
{
    return import_exists(
        arg, "SELECT count(*) FROM folder WHERE label = ?1 AND state <> 'destroyed'", label);
}

static bool find_box(void *arg, const char *text, char *item, char *label)
{
    struct custody_tag tag;
    if (custody_tag_parse(text, &tag, NULL) == CUSTODY_OK) {
        text = tag.item; /* scanned into the sheet */
    }
    return import_find_text(arg,
                            "SELECT item FROM storage WHERE (item = ?1 OR label = ?1)"
                            " AND item BETWEEN 'B' AND 'C'",
                            text, item, 10) &&
           import_find_text(arg, "SELECT label FROM storage WHERE item = ?1", item, label, 321);
}

enum custody_status import_use_folders(struct import_lookup *lookup,
                                       struct import_context *context,
                                       struct custody_error *err)
{
    TRY(load_places(lookup, err));
    context->places = lookup->places;
    context->has_folder_label = has_folder_label;
    context->find_box = find_box;
    return CUSTODY_OK;
}
