/*
 * Which place of the register a text means. Labels of the register are read like what people
 * write, so that both sides are compared part by part.
 */
#include "address_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define FIRST_CAP     256U
#define ANCESTORS_MAX 16

struct place {
    char *code; /* owned, as the next four; one block */
    const char *label;
    const char *kind;
    const char *parent; /* "" for none */
    const char *squashed;
    struct address *address; /* owned; NULL: its label is none */
};

/* A place by one of its texts. */
struct entry {
    const char *first;
    const char *second;
    size_t place;
};

struct index {
    struct entry *entries;
    size_t count;
};

struct address_book {
    struct place *places;
    size_t count;
    size_t cap;
    struct index by_code;
    struct index by_label;
    struct index by_squashed;
    struct index by_room; /* room, building */
};

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory; close other programs and try again");
}

enum custody_status address_book_new(struct address_book **ret_book, struct custody_error *err)
{
    struct address_book *book = calloc(1, sizeof *book);

    if (book == NULL) {
        return no_memory(err);
    }
    *ret_book = book;
    return CUSTODY_OK;
}

void address_book_free(struct address_book *book)
{
    if (book == NULL) {
        return;
    }
    for (size_t i = 0; i < book->count; i++) {
        free(book->places[i].code);
        free(book->places[i].address);
    }
    free(book->places);
    free(book->by_code.entries);
    free(book->by_label.entries);
    free(book->by_squashed.entries);
    free(book->by_room.entries);
    free(book);
}

/* Copy text to *at, which moves behind it. */
static const char *put_part(char **at, const char *text)
{
    char *start = *at;
    size_t size = strlen(text) + 1;

    memcpy(start, text, size);
    *at += size;
    return start;
}

enum custody_status address_book_add(struct address_book *book, const char *code,
                                     const char *label, const char *kind, const char *parent,
                                     struct custody_error *err)
{
    char squashed[ADDRESS_TEXT_SIZE] = "";
    struct address address;

    if (book->count == book->cap) {
        size_t cap = book->cap == 0 ? FIRST_CAP : book->cap * 2;
        struct place *grown = realloc(book->places, cap * sizeof *grown);
        if (grown == NULL) {
            return no_memory(err);
        }
        book->places = grown;
        book->cap = cap;
    }
    parent = parent == NULL ? "" : parent;
    (void)address_squash(label, squashed);
    char *at = malloc(strlen(code) + strlen(label) + strlen(kind) + strlen(parent) +
                      strlen(squashed) + 5);
    if (at == NULL) {
        return no_memory(err);
    }
    struct place *place = &book->places[book->count++];
    *place = (struct place){.code = at};
    (void)put_part(&at, code);
    place->label = put_part(&at, label);
    place->kind = put_part(&at, kind);
    place->parent = put_part(&at, parent);
    place->squashed = put_part(&at, squashed);
    if (address_parse(label, &address)) {
        place->address = malloc(sizeof *place->address);
        if (place->address == NULL) {
            return no_memory(err);
        }
        *place->address = address;
    }
    return CUSTODY_OK;
}

/* ---- indices ---- */

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = strcmp(x->first, y->first);

    return order != 0 ? order : strcmp(x->second, y->second);
}

static enum custody_status make_index(struct address_book *book, struct index *index,
                                      void (*texts)(const struct place *, struct entry *),
                                      struct custody_error *err)
{
    index->entries = malloc((book->count + 1) * sizeof *index->entries);
    if (index->entries == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < book->count; i++) {
        struct entry *entry = &index->entries[index->count];
        *entry = (struct entry){.first = NULL, .second = "", .place = i};
        texts(&book->places[i], entry);
        index->count += entry->first != NULL && *entry->first != 0 ? 1 : 0;
    }
    qsort(index->entries, index->count, sizeof *index->entries, compare_entries);
    return CUSTODY_OK;
}

static void code_of(const struct place *place, struct entry *entry)
{
    entry->first = place->code;
}

static void label_of(const struct place *place, struct entry *entry)
{
    entry->first = place->label;
}

static void squashed_of(const struct place *place, struct entry *entry)
{
    entry->first = place->squashed;
}

static void room_of(const struct place *place, struct entry *entry)
{
    if (place->address != NULL) {
        entry->first = place->address->room;
        entry->second = place->address->building;
    }
}

enum custody_status address_book_finish(struct address_book *book, struct custody_error *err)
{
    enum custody_status rc = make_index(book, &book->by_code, code_of, err);

    if (rc == CUSTODY_OK) {
        rc = make_index(book, &book->by_label, label_of, err);
    }
    if (rc == CUSTODY_OK) {
        rc = make_index(book, &book->by_squashed, squashed_of, err);
    }
    if (rc == CUSTODY_OK) {
        rc = make_index(book, &book->by_room, room_of, err);
    }
    return rc;
}

/* Entries of these texts: from the one given back to before *ret_end. */
static size_t find_entries(const struct index *index, const char *first, const char *second,
                           size_t *ret_end)
{
    const struct entry wanted = {.first = first, .second = second, .place = 0};
    size_t low = 0;
    size_t high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_entries(&index->entries[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_end = low;
    while (*ret_end < index->count &&
           compare_entries(&index->entries[*ret_end], &wanted) == 0) {
        (*ret_end)++;
    }
    return low;
}

static const struct place *find_code(const struct address_book *book, const char *code)
{
    size_t end = 0;
    size_t at = find_entries(&book->by_code, code, "", &end);

    return at < end ? &book->places[book->by_code.entries[at].place] : NULL;
}

const char *address_ancestor(const struct address_book *book, const char *code,
                             const char *kind)
{
    const struct place *place = find_code(book, code);

    for (int i = 0; place != NULL && i < ANCESTORS_MAX; i++) {
        if (strcmp(place->kind, kind) == 0) {
            return place->code;
        }
        place = find_code(book, place->parent);
    }
    return NULL;
}

/* ---- searching ---- */

/* The places that fit: one is enough, and a second one spoils it. */
struct fits {
    const struct place *one;
    const struct place *other;
};

static void add_fit(struct fits *fits, const struct place *place)
{
    if (fits->one == NULL) {
        fits->one = place;
    } else if (fits->one != place && fits->other == NULL) {
        fits->other = place;
    }
}

static void add_entries(const struct address_book *book, const struct index *index,
                        const char *text, struct fits *fits)
{
    size_t end = 0;

    for (size_t at = find_entries(index, text, "", &end); at < end; at++) {
        add_fit(fits, &book->places[index->entries[at].place]);
    }
}

/* Does the name before the building fit: none, that of the label, or of an area around it? */
static bool is_prefix_of(const struct address_book *book, const char *prefix,
                         const struct place *place)
{
    if (*prefix == 0 || strcmp(prefix, place->address->prefix) == 0) {
        return true;
    }
    if (*place->address->prefix != 0) {
        return false;
    }
    const struct place *above = find_code(book, place->parent);
    for (int i = 0; above != NULL && i < ANCESTORS_MAX; i++) {
        if (strcmp(above->kind, "area") == 0 && strcmp(above->squashed, prefix) == 0) {
            return true;
        }
        above = find_code(book, above->parent);
    }
    return false;
}

static void add_addresses(const struct address_book *book, const struct address *address,
                          struct fits *fits)
{
    size_t end = 0;

    for (size_t at = find_entries(&book->by_room, address->room, address->building, &end);
         at < end; at++) {
        const struct place *place = &book->places[book->by_room.entries[at].place];
        if ((*address->unit == 0 || strcmp(address->unit, place->address->unit) == 0) &&
            is_prefix_of(book, address->prefix, place)) {
            add_fit(fits, place);
        }
    }
}

static void set_match(const struct fits *fits, const char *text,
                      struct address_match *ret_match)
{
    *ret_match = (struct address_match){
        .code = fits->one->code,
        .label = fits->one->label,
        .kind = fits->one->kind,
        .other = fits->other != NULL ? fits->other->label : NULL,
        .is_as_written =
            strcmp(text, fits->one->label) == 0 || strcmp(text, fits->one->code) == 0,
    };
}

enum address_result address_find(const struct address_book *book, const char *text,
                                 struct address_match *ret_match)
{
    struct fits fits = {.one = NULL};
    char squashed[ADDRESS_TEXT_SIZE];
    struct address address;

    add_entries(book, &book->by_label, text, &fits);
    if (fits.one != NULL && fits.other == NULL) {
        set_match(&fits, text, ret_match);
        return ADDRESS_FOUND;
    }
    add_entries(book, &book->by_code, text, &fits);
    if (address_squash(text, squashed) && *squashed != 0) {
        add_entries(book, &book->by_squashed, squashed, &fits);
        add_entries(book, &book->by_code, squashed, &fits);
    }
    const bool is_read = address_parse(text, &address);
    if (is_read) {
        add_addresses(book, &address, &fits);
    }
    if (fits.one == NULL) {
        return is_read ? ADDRESS_NONE : ADDRESS_UNREADABLE;
    }
    set_match(&fits, text, ret_match);
    return fits.other == NULL ? ADDRESS_FOUND : ADDRESS_AMBIGUOUS;
}

/* room is a whole address: does it say the building and the unit of the other columns? */
static bool agrees(const char *room, const char *building, const char *unit)
{
    struct address address;
    char name[32];

    return address_parse(room, &address) && address_parse_name(building, name) &&
           strcmp(name, address.building) == 0 &&
           (*unit == 0 || (address_parse_name(unit, name) && strcmp(name, address.unit) == 0));
}

enum address_result address_find_parts(const struct address_book *book, const char *building,
                                       const char *unit, const char *room,
                                       struct address_match *ret_match)
{
    char text[3 * ADDRESS_TEXT_SIZE];
    char name[32];
    struct address_match match;

    if (*building == 0 && *unit == 0) {
        return address_find(book, room, ret_match);
    }
    if (*room == 0 || *building == 0 || !address_parse_name(building, name) ||
        strlen(room) >= ADDRESS_TEXT_SIZE) {
        return ADDRESS_UNREADABLE;
    }
    int len = snprintf(text, sizeof text, "%s栋-", name);
    if (*unit != 0) {
        if (!address_parse_name(unit, name)) {
            return ADDRESS_UNREADABLE;
        }
        len += snprintf(text + len, sizeof text - (size_t)len, "%s单元-", name);
    }
    (void)snprintf(text + len, sizeof text - (size_t)len, "%s", room);
    enum address_result result = address_find(book, text, &match);
    if ((result == ADDRESS_NONE || result == ADDRESS_UNREADABLE) &&
        agrees(room, building, unit)) {
        result = address_find(book, room, &match);
    }
    if (result == ADDRESS_FOUND || result == ADDRESS_AMBIGUOUS) {
        match.is_as_written = false;
        *ret_match = match;
    }
    return result;
}
