/* The words of a tag, out of the names of the register: see label_text.h. */
#include <string.h>

#include "label_select.h"
#include "label_text.h"
#include "name.h"

#define PLACES_MAX    1000000
#define DEPTH_MAX     8
#define NUMBER_DIGITS 3U /* of a box or shelf; more is a year or a room */
#define COPY_BULK     64 /* from here on all keys are read rather than each one's sisters */

struct copy_count {
    json_t *copies;
};

static enum custody_status count_copy(void *arg, const json_t *row, struct custody_error *err)
{
    const struct copy_count *count = arg;
    const char *label = label_member(row, "label");
    const json_int_t copy = json_integer_value(json_object_get(row, "copy"));
    if (copy > json_integer_value(json_object_get(count->copies, label)) &&
        json_object_set_new(count->copies, label, json_integer(copy)) != 0) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

/* How many keys of each label there are. */
static enum custody_status count_copies(struct session *session, const json_t *list,
                                        struct label_register *reg, struct custody_error *err)
{
    reg->copies = json_object();
    struct copy_count count = {.copies = reg->copies};
    enum custody_status rc = session_packed(reg->copies, err);
    if (rc == CUSTODY_OK && json_array_size(list) > COPY_BULK) {
        return label_each_row(session, "key.list", NULL, NULL, count_copy, &count, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        json_t *sisters = NULL;
        if (label_member(row, "item")[0] != 'K') {
            continue;
        }
        rc = session_read(session, "key.sisters",
                          json_pack("{s:s}", "item", label_member(row, "item")), &sisters, err);
        for (size_t k = 0; rc == CUSTODY_OK && k < json_array_size(sisters); k++) {
            rc = count_copy(&count, json_array_get(sisters, k), err);
        }
        json_decref(sisters);
    }
    return rc;
}

enum custody_status label_register_read(struct session *session, const json_t *list,
                                        bool with_copies, struct label_register *reg,
                                        struct custody_error *err)
{
    json_t *rows = NULL;
    reg->places = json_object();
    reg->labels = json_object();
    enum custody_status rc = session_packed(reg->places != NULL ? reg->labels : NULL, err);
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &reg->policy, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_site_text(session, "name", reg->estate, sizeof reg->estate, err);
    }
    if (rc == CUSTODY_OK) {
        rc =
            session_site_text(session, "site_code", reg->site_code, sizeof reg->site_code, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "place.list", json_pack("{s:i}", "limit", PLACES_MAX), &rows,
                          err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        const char *code = label_member(row, "code");
        if (json_object_set(reg->places, code, row) != 0 ||
            json_object_set(reg->labels, label_member(row, "label"), row) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(rows);
    if (rc == CUSTODY_OK && with_copies) {
        rc = count_copies(session, list, reg, err);
    }
    return rc;
}

void label_register_clear(struct label_register *reg)
{
    json_decref(reg->policy);
    json_decref(reg->places);
    json_decref(reg->labels);
    json_decref(reg->copies);
    *reg = (struct label_register){0};
}

/* ---- names of places ---- */

/* Text without a leading name and the hyphen or blank behind it; text itself when it does not
 * begin with it or is nothing else. */
static const char *cut_front(const char *text, const char *front)
{
    const size_t len = strlen(front);
    if (len == 0 || strncmp(text, front, len) != 0 || text[len] == '\0') {
        return text;
    }
    return text + len + strspn(text + len, "- ");
}

static const json_t *parent_of(const struct label_register *reg, const json_t *place)
{
    const char *code = json_string_value(json_object_get(place, "parent"));
    return code != NULL ? json_object_get(reg->places, code) : NULL;
}

static bool is_kind(const json_t *place, const char *kind)
{
    return strcmp(label_member(place, "kind"), kind) == 0;
}

static const json_t *ancestor(const struct label_register *reg, const json_t *place,
                              const char *kind)
{
    for (int i = 0; place != NULL && i < DEPTH_MAX; i++) {
        if (is_kind(place, kind)) {
            return place;
        }
        place = parent_of(reg, place);
    }
    return NULL;
}

/* A label without the estate's name and those of the areas that the place lies in. */
static const char *without_estate(const struct label_register *reg, const json_t *place,
                                  const char *label)
{
    const char *text = cut_front(label, reg->estate);
    for (int i = 0; place != NULL && i < DEPTH_MAX; i++) {
        if (is_kind(place, "area")) {
            text = cut_front(text, label_member(place, "label"));
        }
        place = parent_of(reg, place);
    }
    return text;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text);
    const size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static void drop_end(char *text, const char *end)
{
    if (ends_with(text, end)) {
        text[strlen(text) - strlen(end)] = '\0';
    }
}

/* "3栋-2单元", or "3栋" where there is no unit or one without a number. */
static void set_building(const struct label_register *reg, const json_t *place, char *out,
                         size_t room)
{
    const json_t *unit = ancestor(reg, place, "unit");
    const json_t *building = ancestor(reg, place, "building");
    const char *whole =
        building != NULL ? without_estate(reg, building, label_member(building, "label")) : "";
    const char *part =
        unit != NULL ? without_estate(reg, unit, label_member(unit, "label")) : "";
    if (part[0] == '\0' || strncmp(part, whole, strlen(whole)) == 0) {
        (void)snprintf(out, room, "%s", part[0] != '\0' ? part : whole);
    } else {
        (void)snprintf(out, room, "%s-%s", whole, part);
    }
    drop_end(out, "-单元");
}

/* ---- floors and rooms ---- */

/* The floor as it is said: "12楼", "负1层"; text like "12层", "B1", "-1层", "负1". */
static void say_floor(const char *text, char *out, size_t room)
{
    const char *digits = text;
    bool is_below = false;
    static const char *const below[] = {"负", "地下", "-", "B", "b"};
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        if (strncmp(text, below[i], strlen(below[i])) == 0) {
            digits = text + strlen(below[i]);
            is_below = true;
            break;
        }
    }
    const size_t len = strspn(digits, "0123456789");
    const char *rest = digits + len;
    const bool is_floor = rest[0] == '\0' || strcmp(rest, "层") == 0 ||
                          strcmp(rest, "楼") == 0 || strcmp(rest, "F") == 0;
    if (len == 0 || len > 3 || !is_floor) {
        (void)snprintf(out, room, "%s", text); /* as the register calls it */
    } else {
        (void)snprintf(out, room, "%s%.*s%s", is_below ? "负" : "", (int)len, digits,
                       is_below ? "层" : "楼");
    }
}

/* The floor of a home: of the place above it, else of its number (1201: 12). */
static void set_floor(const struct label_register *reg, const json_t *home,
                      const char *building, const char *number, char *out, size_t room)
{
    const json_t *floor = ancestor(reg, home, "floor");
    const size_t digits = strspn(number, "0123456789");
    out[0] = '\0';
    if (floor != NULL) {
        const char *label = without_estate(reg, floor, label_member(floor, "label"));
        say_floor(cut_front(label, building), out, room);
    } else if (digits == strlen(number) && (digits == 3 || digits == 4)) {
        (void)snprintf(out, room, "%.*s楼", (int)digits - 2, number);
    } else if ((number[0] == 'B' || number[0] == 'b') && strlen(number) == 4 &&
               strspn(number + 1, "0123456789") == 3) {
        (void)snprintf(out, room, "负%c层", number[1]);
    }
}

/* "12楼-1201房" */
static void set_room(const struct label_register *reg, const json_t *home, const char *building,
                     char *out, size_t room)
{
    const char *label = without_estate(reg, home, label_member(home, "label"));
    const char *last = cut_front(label, building);
    const char *hyphen = strrchr(last, '-');
    char number[330]; /* of a label of 80 characters */
    char floor[60];
    /* What the labels of the register have between building and room is the floor already. */
    (void)snprintf(number, sizeof number, "%s", hyphen != NULL ? hyphen + 1 : last);
    drop_end(number, "室");
    drop_end(number, "房");
    drop_end(number, "号");
    set_floor(reg, home, building, number, floor, sizeof floor);
    (void)snprintf(out, room, "%s%s%.329s%s", floor, floor[0] != '\0' ? "-" : "", number,
                   number[0] != '\0' ? "房" : "");
}

/* ---- a key ---- */

/* The place whose label is the longest beginning of text, up to a blank or hyphen; rest is what
 * follows it. */
static const json_t *find_place(const struct label_register *reg, const char *text,
                                const char **rest)
{
    char front[400];
    size_t len = strlen(text);
    if (len >= sizeof front) {
        return NULL;
    }
    memcpy(front, text, len + 1);
    while (len > 0) {
        front[len] = '\0';
        const json_t *place = json_object_get(reg->labels, front);
        if (place != NULL) {
            *rest = text + len + strspn(text + len, "- ");
            return place;
        }
        do {
            len--;
        } while (len > 0 && front[len] != ' ' && front[len] != '-');
    }
    return NULL;
}

/* The lock's own place and kind, where the label names no place. */
static enum custody_status find_lock(struct session *session, const struct label_register *reg,
                                     const char *code, const json_t **ret_place, char *kind,
                                     size_t room, struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(session, "lock.show", json_pack("{s:s}", "lock", code), &rows, err);
    if (rc == CUSTODY_OK) {
        const json_t *lock = json_array_get(rows, 0);
        const json_t *kinds = json_object_get(reg->policy, "lock_kinds");
        *ret_place = json_object_get(reg->places, label_member(lock, "place"));
        for (size_t i = 0; i < json_array_size(kinds); i++) {
            const json_t *entry = json_array_get(kinds, i);
            if (strcmp(label_member(entry, "code"), label_member(lock, "kind")) == 0) {
                (void)snprintf(kind, room, "%s", label_member(entry, "label"));
            }
        }
    }
    json_decref(rows);
    return rc;
}

/* "发电机房" of "翠湖花园-发电机房", "配电房" of "1栋-配电房". */
static void set_facility(const struct label_register *reg, const json_t *place,
                         const char *building, const char *rest, char *out, size_t room)
{
    const char *name =
        cut_front(without_estate(reg, place, label_member(place, "label")), building);
    const bool has_rest = rest[0] != '\0' && !ends_with(name, rest);
    (void)snprintf(out, room, "%s%s%s", name, has_rest ? " " : "", has_rest ? rest : "");
}

/* Beneath a building: "7至12层 公共门窗" is where, then what. */
static void set_public(const json_t *place, const struct label_register *reg, const char *rest,
                       struct label_words *words)
{
    const char *blank = strrchr(rest, ' ');
    if (is_kind(place, "floor")) {
        const char *label = without_estate(reg, place, label_member(place, "label"));
        say_floor(cut_front(label, words->building), words->room, sizeof words->room);
        (void)snprintf(words->what, sizeof words->what, "%s", rest);
    } else if (blank != NULL && blank > rest) {
        (void)snprintf(words->room, sizeof words->room, "%.*s", (int)(blank - rest), rest);
        (void)snprintf(words->what, sizeof words->what, "%s", blank + 1);
    } else {
        (void)snprintf(words->what, sizeof words->what, "%s", rest);
    }
}

enum custody_status label_words_make(struct session *session, const struct label_register *reg,
                                     const json_t *row, struct label_words *words,
                                     struct custody_error *err)
{
    const char *label = label_member(row, "label");
    const char *lock = json_string_value(json_array_get(json_object_get(row, "locks"), 0));
    const char *rest = "";
    char kind[400] = "";
    *words = (struct label_words){0};
    const json_t *place = find_place(reg, label, &rest);
    if (place == NULL && lock != NULL) {
        enum custody_status rc = find_lock(session, reg, lock, &place, kind, sizeof kind, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        /* The label says in its own words what the place does not. */
        rest = place != NULL && is_kind(place, "home") ? kind : cut_front(label, reg->estate);
    }
    (void)snprintf(words->address, sizeof words->address, "%s",
                   without_estate(reg, place, label));
    if (place == NULL) {
        (void)snprintf(words->what, sizeof words->what, "%s", words->address);
        return CUSTODY_OK;
    }
    set_building(reg, place, words->building, sizeof words->building);
    if (is_kind(place, "home")) {
        set_room(reg, place, words->building, words->room, sizeof words->room);
        (void)snprintf(words->what, sizeof words->what, "%s", rest);
    } else if (is_kind(place, "room")) {
        set_facility(reg, place, words->building, rest, words->what, sizeof words->what);
    } else {
        set_public(place, reg, rest, words);
    }
    return CUSTODY_OK;
}

/* ---- the archive ---- */

/* A folder: its home as a key's, then what its label says beyond. */
static void fold_words(const struct label_register *reg, const json_t *place, const char *label,
                       struct label_words *words)
{
    const char *name = label_member(place, "label");
    const char *rest = cut_front(label, name);
    if (place == NULL) {
        (void)snprintf(words->building, sizeof words->building, "%s",
                       without_estate(reg, NULL, label));
        return;
    }
    if (is_kind(place, "home")) {
        set_building(reg, place, words->building, sizeof words->building);
        set_room(reg, place, words->building, words->room, sizeof words->room);
    } else {
        (void)snprintf(words->building, sizeof words->building, "%s",
                       without_estate(reg, place, name));
    }
    (void)snprintf(words->what, sizeof words->what, "%s", strcmp(label, name) != 0 ? rest : "");
}

/* The figures at the end of a name, before a 盒, 架, 柜 or 号: "10" of "租户 10盒". */
static void set_number(const char *label, char *out, size_t room)
{
    static const char *const ends[] = {"盒", "架", "柜", "号"};
    char front[400];
    (void)snprintf(front, sizeof front, "%s", label);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        drop_end(front, ends[i]);
    }
    size_t at = strlen(front);
    while (at > 0 && strchr("0123456789", front[at - 1]) != NULL) {
        at--;
    }
    (void)snprintf(out, room, "%s", strlen(front + at) <= NUMBER_DIGITS ? front + at : "");
}

/* What the first or last folder of a box is called there: its home, or as it is labelled. */
static const char *range_name(const struct label_register *reg, const json_t *row,
                              const char *label, const char *home)
{
    const json_t *place = json_object_get(reg->places, label_member(row, home));
    return without_estate(
        reg, place, label_member(place != NULL ? place : row, place != NULL ? "label" : label));
}

/* Alike but for their figures? "1盒" and "12盒", "701" and "1204". */
static bool is_same_form(const char *a, const char *b)
{
    static const char figures[] = "0123456789";
    for (;;) {
        const size_t in_a = strspn(a, figures);
        const size_t in_b = strspn(b, figures);
        a += in_a;
        b += in_b;
        if ((in_a > 0) != (in_b > 0) || *a != *b) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
        a++;
        b++;
    }
}

/* "701至1204" of 3栋-2单元-701 and 3栋-2单元-1204 in a box of that name; with what they share
 * before the first where the box does not say it. */
static void set_range(const char *box, const char *first, const char *last, char *out,
                      size_t room)
{
    char front[400];
    size_t shared = 0;
    for (size_t i = 0; first[i] != '\0' && first[i] == last[i]; i++) {
        shared = first[i] == '-' || first[i] == ' ' ? i + 1 : shared;
    }
    if (!is_same_form(first + shared, last + shared)) {
        shared = 0;
    }
    (void)snprintf(front, sizeof front, "%.*s", shared > 0 ? (int)shared - 1 : 0, first);
    const bool is_said = shared > 0 && strstr(box, front) != NULL;
    if (strcmp(first, last) == 0) {
        (void)snprintf(out, room, "%s", is_said ? first + shared : first);
    } else {
        (void)snprintf(out, room, "%s至%s", is_said ? first + shared : first, last + shared);
    }
}

static void shelf_words(const struct label_register *reg, const json_t *row,
                        struct label_words *words)
{
    const bool is_box = label_member(row, "item")[0] == 'B';
    const json_t *place = json_object_get(reg->places, label_member(row, "home"));
    const char *label = without_estate(reg, place, label_member(row, "label"));
    const long long count = json_integer_value(json_object_get(row, "count"));
    (void)snprintf(words->building, sizeof words->building, "%s", label);
    set_number(label, words->number, sizeof words->number);
    if (is_box) {
        set_range(label, range_name(reg, row, "first", "first_home"),
                  range_name(reg, row, "last", "last_home"), words->what, sizeof words->what);
        (void)snprintf(words->note, sizeof words->note, "%lld 袋", count);
    } else {
        set_range("", label_member(row, "first"), label_member(row, "last"), words->what,
                  sizeof words->what);
        (void)snprintf(words->note, sizeof words->note, "%s %lld 盒",
                       without_estate(reg, place, label_member(place, "label")), count);
    }
    if (count == 0) {
        words->what[0] = '\0';
        words->note[0] = '\0';
    }
}

void label_archive_words(const struct label_register *reg, const json_t *row,
                         struct label_words *words)
{
    const char *label = label_member(row, "label");
    const json_t *place = json_object_get(reg->places, label_member(row, "home"));
    *words = (struct label_words){0};
    (void)snprintf(words->address, sizeof words->address, "%s",
                   without_estate(reg, place, label));
    if (label_member(row, "item")[0] == 'F') {
        fold_words(reg, place, label, words);
        (void)snprintf(words->number, sizeof words->number, "%s", label_member(row, "number"));
    } else {
        shelf_words(reg, row, words);
    }
}
