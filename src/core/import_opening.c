/*
 * What one row of an opening balance may say (FORMATS.md §17.4, K19): which key it means, and
 * where that key was. A row that names no single key is rejected.
 *
 * Keys are found twice. First those that a row names by tag or copy; then, from top to bottom,
 * a row without copy takes the next key of its lock that no other row names. So a row keeps its
 * key whatever is wrong with other rows.
 */
#include "import_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy.h"
#include "text.h"

#define KEYS_MAX       1024U /* of one place and kind of lock */
#define COPY_MAX       999U
#define TEXT_CHARS_MAX 200

/* ---- the place ---- */

/* 2026-03-02, 3月2日, 2-Mar: what a spreadsheet makes of 3-2. */
static bool is_date(const char *text)
{
    static const char *const MONTHS[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    size_t digits = strspn(text, "0123456789");

    if (strstr(text, "月") != NULL) {
        return true;
    }
    if (digits == 4 && (text[4] == '-' || text[4] == '/') &&
        (strncmp(text, "19", 2) == 0 || strncmp(text, "20", 2) == 0)) {
        return true;
    }
    for (size_t i = 0; i < sizeof MONTHS / sizeof MONTHS[0]; i++) {
        if (digits > 0 && digits <= 2 && text[digits] == '-' &&
            strncasecmp(text + digits + 1, MONTHS[i], 3) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_place(struct import_job *job, size_t row, struct address_match *ret_match)
{
    const char *place = import_cell(job, row, COLUMN_PLACE);
    const char *building = import_cell(job, row, COLUMN_BUILDING);
    const char *unit = import_cell(job, row, COLUMN_UNIT);
    struct import_quote quote = import_quote(place);

    if (*place == 0) {
        import_complain(job, import_line(job, row),
                        "房号 (place) is empty, and no merged cell reaches down to it; fill it "
                        "in");
        return false;
    }
    if (is_date(place)) {
        import_complain(job, import_line(job, row),
                        "房号 (place) %s is a date, which a spreadsheet makes of an address; "
                        "type it as text",
                        quote.text);
        return false;
    }
    switch (address_find_parts(job->context->places, building, unit, place, ret_match)) {
    case ADDRESS_FOUND:
        return true;
    case ADDRESS_AMBIGUOUS:
        import_complain(job, import_line(job, row),
                        "房号 (place) %s is ambiguous: %s or %s; write it out", quote.text,
                        ret_match->label, ret_match->other);
        return false;
    case ADDRESS_NONE:
        import_complain(job, import_line(job, row),
                        "房号 (place) %s is no place of the register; correct it or import the "
                        "place first",
                        quote.text);
        return false;
    case ADDRESS_UNREADABLE:
        break;
    }
    import_complain(job, import_line(job, row),
                    "房号 (place) %s is no address; write it like 3栋-2单元-1201", quote.text);
    return false;
}

/* ---- the kind and the copy ---- */

/* A lock kind of the policy; 防盗铁门钥匙 is the key to 防盗铁门. */
static const json_t *read_kind(struct import_job *job, size_t row)
{
    static const char *const TAILS[] = {"钥匙", "锁"};
    const char *cell = import_cell(job, row, COLUMN_KIND);
    const json_t *kind = import_policy_named(job, "lock_kinds", cell);

    for (size_t i = 0; kind == NULL && i < sizeof TAILS / sizeof TAILS[0]; i++) {
        char shorter[256];
        size_t tail = strlen(TAILS[i]);
        size_t len = strlen(cell);
        if (len > tail && len < sizeof shorter && strcmp(cell + len - tail, TAILS[i]) == 0) {
            memcpy(shorter, cell, len - tail);
            shorter[len - tail] = 0;
            kind = import_policy_named(job, "lock_kinds", shorter);
        }
    }
    if (kind == NULL) {
        import_complain(job, import_line(job, row),
                        "类别 (kind) %s is no lock kind of the policy; write one of its codes "
                        "or labels",
                        import_quote(cell).text);
    }
    return kind;
}

/* 0: none is given. */
static bool read_copy(struct import_job *job, size_t row, int *ret_copy)
{
    const char *cell = import_cell(job, row, COLUMN_COPY);
    uint64_t copy = 0;

    if (*cell != 0 && (!text_parse_u64(cell, strlen(cell), COPY_MAX, &copy) || copy == 0)) {
        import_complain(
            job, import_line(job, row),
            "第几把 (copy) %s is no number from 1 to %u; a quantity needs a row for "
            "each key",
            import_quote(cell).text, COPY_MAX);
        return false;
    }
    *ret_copy = (int)copy;
    return true;
}

static bool check_quantity(struct import_job *job, size_t row)
{
    const char *cell = import_cell(job, row, COLUMN_QUANTITY);

    if (*cell == 0 || strcmp(cell, "1") == 0) {
        return true;
    }
    import_complain(job, import_line(job, row),
                    "数量 (quantity) %s is not 1; write a row for each key",
                    import_quote(cell).text);
    return false;
}

/* ---- the key ---- */

/* What names the key of a row. */
struct wanted {
    struct custody_tag tag; /* item "" for none */
    struct address_match place;
    bool has_place;
    const json_t *kind; /* NULL: none is given */
    int copy;
};

static bool read_tag(struct import_job *job, size_t row, struct custody_tag *ret_tag)
{
    const char *cell = import_cell(job, row, COLUMN_TAG);
    const char *site = job->context->site;
    struct custody_error why = {.status = CUSTODY_OK};

    memset(ret_tag, 0, sizeof *ret_tag);
    if (*cell == 0) {
        return true;
    }
    if (custody_item_is_valid(cell)) {
        memcpy(ret_tag->item, cell, sizeof ret_tag->item);
    } else if (custody_tag_parse(cell, ret_tag, &why) != CUSTODY_OK) {
        import_complain(job, import_line(job, row), "编号 (item) %s: %s",
                        import_quote(cell).text, why.text);
        return false;
    }
    if (ret_tag->site[0] != 0 && site != NULL && strcmp(ret_tag->site, site) != 0) {
        import_complain(job, import_line(job, row),
                        "编号 (item) %s is a tag of another site; look for the key's own",
                        import_quote(cell).text);
        return false;
    }
    return true;
}

static bool read_wanted(struct import_job *job, size_t row, struct wanted *ret_wanted)
{
    const struct import_source *source = &job->sources[row];
    bool is_good = check_quantity(job, row);

    memset(ret_wanted, 0, sizeof *ret_wanted);
    is_good = read_tag(job, row, &ret_wanted->tag) && is_good;
    is_good = read_copy(job, row, &ret_wanted->copy) && is_good;
    bool is_tagged = *source->cells[COLUMN_TAG] != 0;
    /* a tag is enough; what stands beside it must agree */
    if (!is_tagged || *source->cells[COLUMN_PLACE] != 0) {
        ret_wanted->has_place = read_place(job, row, &ret_wanted->place);
        is_good = ret_wanted->has_place && is_good;
    }
    if (!is_tagged || *source->cells[COLUMN_KIND] != 0) {
        ret_wanted->kind = read_kind(job, row);
        is_good = ret_wanted->kind != NULL && is_good;
    }
    return is_good;
}

/* The keys of the place to its locks of the kind, in order of label and copy. */
static size_t find_keys(const struct import_job *job, const struct wanted *wanted,
                        struct import_key *keys)
{
    const struct import_context *context = job->context;

    return context->find_keys == NULL
               ? 0
               : context->find_keys(context->arg, wanted->place.code, wanted->place.label,
                                    json_string_value(json_object_get(wanted->kind, "code")),
                                    json_string_value(json_object_get(wanted->kind, "label")),
                                    keys, KEYS_MAX);
}

/* Pass a row over after all: it is another desk's to bring in. */
static void leave_to_desk(struct import_job *job, size_t row, const char *desk)
{
    struct import_source *source = &job->sources[row];
    char reason[160];

    (void)snprintf(reason, sizeof reason,
                   "a key of the desk %s; import the file with --desk %s as well", desk, desk);
    source->is_skipped = true;
    free(source->bytes);
    source->bytes = text_dup(reason);
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        source->cells[column] = "";
    }
    if (source->bytes == NULL) {
        import_no_memory(job);
    }
}

static bool is_of_desk(const struct import_job *job, const struct import_key *key)
{
    const char *desk = job->context->default_desk;

    return desk == NULL || strcmp(key->desk, desk) == 0;
}

/* The key of a tag, and that the rest of the row does not speak of another one. */
static bool find_tagged(struct import_job *job, size_t row, const struct wanted *wanted,
                        struct import_key *keys, struct import_key *ret_key)
{
    const struct import_context *context = job->context;
    bool is_same = true;

    if (context->find_key == NULL ||
        !context->find_key(context->arg, wanted->tag.item, ret_key)) {
        import_complain(job, import_line(job, row),
                        "编号 (item) %s is no key of the register; import the keys first or "
                        "correct it",
                        wanted->tag.item);
        return false;
    }
    if (wanted->has_place && wanted->kind != NULL) {
        size_t count = find_keys(job, wanted, keys);
        is_same = false;
        for (size_t i = 0; i < count; i++) {
            is_same = is_same || strcmp(keys[i].item, ret_key->item) == 0;
        }
    } else if (wanted->has_place) {
        is_same =
            strncmp(ret_key->label, wanted->place.label, strlen(wanted->place.label)) == 0;
    }
    if (!is_same || (wanted->copy != 0 && wanted->copy != ret_key->copy)) {
        import_complain(job, import_line(job, row),
                        "编号 (item) %s is %s no. %d, and the row says otherwise; correct one",
                        wanted->tag.item, ret_key->label, ret_key->copy);
        return false;
    }
    return true;
}

/* Is the key spoken for by a row that names it, or taken by an earlier one? Takes it if not. */
static bool take_key(struct import_job *job, const struct import_key *key)
{
    bool is_added = false;

    if (!key->has_moved && is_of_desk(job, key)) {
        job->status = item_set_add(&job->items, key->item, &is_added, job->err);
    }
    return is_added && job->status == CUSTODY_OK;
}

/* The key of a place, a kind and perhaps a copy. is_open: there is no copy, take the next. */
static bool find_placed(struct import_job *job, size_t row, const struct wanted *wanted,
                        struct import_key *keys, struct import_key *ret_key)
{
    size_t count = find_keys(job, wanted, keys);
    size_t fit_count = 0;
    const char *kind = json_string_value(json_object_get(wanted->kind, "label"));

    if (count == 0) {
        import_complain(job, import_line(job, row),
                        "%s has no key of the kind %s in the register; import the keys first",
                        wanted->place.label, kind);
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        if (strcmp(keys[i].label, keys[0].label) != 0) {
            import_complain(job, import_line(job, row), "%s, %s: %s or %s? give the tag",
                            wanted->place.label, kind, keys[0].label, keys[i].label);
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (wanted->copy == 0 ? take_key(job, &keys[i]) : keys[i].copy == wanted->copy) {
            *ret_key = keys[i];
            fit_count++;
        }
        if (wanted->copy == 0 && fit_count > 0) {
            return true;
        }
    }
    if (fit_count == 1) {
        return true;
    }
    if (wanted->copy == 0 && !is_of_desk(job, &keys[0])) {
        *ret_key = keys[0];
        return true;
    }
    import_complain(job, import_line(job, row),
                    wanted->copy == 0
                        ? "%s has no more keys whose past is open: all %zu are named in other "
                          "rows or have moved since"
                        : "%s has %zu keys of that number; give the tag",
                    keys[0].label, wanted->copy == 0 ? count : fit_count);
    return false;
}

/* The key that the row means. False after a complaint. */
static bool find_key(struct import_job *job, size_t row, struct wanted *ret_wanted,
                     struct import_key *ret_key)
{
    if (!read_wanted(job, row, ret_wanted)) {
        return false;
    }
    bool is_found = ret_wanted->tag.item[0] != 0
                        ? find_tagged(job, row, ret_wanted, job->keys, ret_key)
                        : find_placed(job, row, ret_wanted, job->keys, ret_key);
    return is_found && job->status == CUSTODY_OK;
}

/* Complaints of this pass are not kept: the row is checked again in its turn. */
static void note_named(struct import_job *job, size_t row)
{
    const struct import_rows before = job->rows;
    struct import_source *source = &job->sources[row];
    struct import_source unnoted = *source;
    struct wanted wanted;
    struct import_key key;

    unnoted.reasons = NULL;
    job->current = &unnoted;
    if (find_key(job, row, &wanted, &key)) {
        memcpy(source->found.item, key.item, sizeof source->found.item);
    }
    job->current = NULL;
    free(unnoted.reasons);
    job->rows.problem_count = before.problem_count;
    job->rows.problem_total = before.problem_total;
}

void import_find_keys(struct import_job *job)
{
    struct import_index *index = &job->by_item;

    if (job->status != CUSTODY_OK || job->source_count == 0) {
        return;
    }
    job->keys = calloc(KEYS_MAX, sizeof *job->keys);
    index->entries = malloc(job->source_count * sizeof *index->entries);
    if (index->entries == NULL || job->keys == NULL) {
        import_no_memory(job);
        return;
    }
    for (size_t row = 0; row < job->source_count && job->status == CUSTODY_OK; row++) {
        struct import_source *source = &job->sources[row];
        if (source->is_skipped || source->is_broken ||
            (*source->cells[COLUMN_TAG] == 0 && *source->cells[COLUMN_COPY] == 0)) {
            continue;
        }
        note_named(job, row);
        if (source->found.item[0] != 0 && job->status == CUSTODY_OK) {
            bool is_added = false;
            job->status = item_set_add(&job->items, source->found.item, &is_added, job->err);
            index->entries[index->entry_count++] = (struct import_index_entry){
                .first = source->found.item, .second = "", .row = row};
        }
    }
    import_index_sort(index);
}

/* ---- where it was ---- */

static const struct {
    const char *code;
    const char *titles[6];
} STATES[] = {
    {"at_desk", {"在柜", "在库", "在柜内", "柜内", "在位"}},
    {"owner", {"在业主处", "业主处", "业主持有", "已交业主", "业主"}},
    {"lent", {"在借", "借出", "已借出", "外借", "借用中"}},
    {"sealed", {"封存", "已封存", "封条"}},
    {"lost", {"遗失", "已遗失", "丢失", "已丢失"}},
};

static const char *read_state(struct import_job *job, size_t row)
{
    const char *cell = import_cell(job, row, COLUMN_STATE);

    for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++) {
        if (strcmp(cell, STATES[i].code) == 0) {
            return STATES[i].code;
        }
        for (size_t j = 0; j < 6 && STATES[i].titles[j] != NULL; j++) {
            if (strcmp(cell, STATES[i].titles[j]) == 0) {
                return STATES[i].code;
            }
        }
    }
    import_complain(job, import_line(job, row),
                    "状态 (state) %s is none of 在柜 at_desk, 在业主处 owner, 在借 lent, 封存 "
                    "sealed, 遗失 lost; write one of them",
                    import_quote(cell).text);
    return NULL;
}

/* A handle, a party, or "" for nobody in out[33]. Cells about persons are not quoted. */
static bool read_holder(struct import_job *job, size_t row, const char *state, char *out)
{
    const struct import_context *context = job->context;
    const char *cell = import_cell(job, row, COLUMN_HOLDER);
    bool is_owner = strcmp(state, "owner") == 0;
    bool is_lent = strcmp(state, "lent") == 0;
    struct custody_tag tag;

    *out = 0;
    if (*cell == 0 && !is_lent) {
        return true;
    }
    if (strcmp(state, "at_desk") == 0 && context->default_desk != NULL &&
        import_policy_named(job, "desks", cell) ==
            import_policy_named(job, "desks", context->default_desk)) {
        return true; /* the desk itself */
    }
    if (!is_owner && !is_lent) {
        import_complain(job, import_line(job, row),
                        "持有人 (holder) is given, but the state is %s; leave it empty, or say "
                        "在借 (lent)",
                        state);
        return false;
    }
    if (custody_item_is_valid(cell) && *cell == 'P') {
        memcpy(tag.item, cell, sizeof tag.item);
    } else if (custody_tag_parse(cell, &tag, NULL) != CUSTODY_OK) {
        tag.item[0] = 0;
    }
    if (tag.item[0] == 'P' && context->has_party != NULL &&
        context->has_party(context->arg, tag.item)) {
        memcpy(out, tag.item, sizeof tag.item);
        return true;
    }
    if (is_lent && *cell != 0 && context->find_person != NULL &&
        context->find_person(context->arg, cell, out)) {
        return true;
    }
    import_complain(
        job, import_line(job, row),
        is_lent
            ? "持有人 (holder) is no handle, staff number or party of the register; register "
              "the person or correct the cell"
            : "持有人 (holder) of what an owner has is a party of the register or empty; "
              "register the party (custody party add) or empty the cell");
    return false;
}

static bool read_seal(struct import_job *job, size_t row, const char *state)
{
    const char *cell = import_cell(job, row, COLUMN_SEAL);
    bool is_sealed = strcmp(state, "sealed") == 0;
    const struct import_context *context = job->context;

    if (is_sealed != (*cell != 0)) {
        import_complain(job, import_line(job, row),
                        "封条号 (seal) is %s, but the state is %s; correct one",
                        is_sealed ? "empty" : "given", state);
        return false;
    }
    if (is_sealed && context->has_seal != NULL && context->has_seal(context->arg, cell)) {
        import_complain(job, import_line(job, row),
                        "封条号 (seal) %s was used before; look at the seal again",
                        import_quote(cell).text);
        return false;
    }
    return true;
}

static bool check_text(struct import_job *job, size_t row, enum import_column column)
{
    const char *cell = import_cell(job, row, column);

    if (text_allowed(cell, strlen(cell), TEXT_CHARS_MAX)) {
        return true;
    }
    import_complain(job, import_line(job, row),
                    "%s %s has more than %d characters or one that cannot be signed; type it "
                    "anew",
                    import_column_title(column), import_quote(cell).text, TEXT_CHARS_MAX);
    return false;
}

/* The place of the body. What an owner has without a name is held by the home itself
 * (FORMATS.md §17.4), all else goes by building. */
static bool find_body_place(struct import_job *job, size_t row, const struct wanted *wanted,
                            const struct import_key *key, bool is_home_wanted)
{
    const struct address_book *book = job->context->places;
    const char *place = wanted->has_place ? wanted->place.code : key->place;
    const char *found = NULL;

    if (is_home_wanted) {
        found = address_ancestor(book, place, "home");
        found = found != NULL ? found : address_ancestor(book, place, "room");
    } else {
        found = address_ancestor(book, place, "building");
        found = found != NULL ? found : address_ancestor(book, place, "area");
        found = found != NULL ? found : place;
    }
    if (found == NULL || strlen(found) >= IMPORT_CODE_SIZE || *found == 0) {
        import_complain(job, import_line(job, row),
                        "an owner has it, but of which home? fill in 房号 (place) with a home, "
                        "or 持有人 (holder) with a party");
        return false;
    }
    (void)snprintf(job->sources[row].found.place, IMPORT_CODE_SIZE, "%s", found);
    return true;
}

/* ---- the row ---- */

static bool check_key(struct import_job *job, size_t row, const struct import_key *key)
{
    if (key->has_moved) {
        import_complain(job, import_line(job, row),
                        "%s no. %d has moved in the register since: its past is closed (K19)",
                        key->label, key->copy);
        return false;
    }
    size_t other = import_index_conflict(job, &job->by_item, key->item, "", row);
    if (other != SIZE_MAX) {
        import_complain(job, import_line(job, row),
                        "%s no. %d is named in line %zu too; keep the row that is right",
                        key->label, key->copy, import_line(job, other));
        return false;
    }
    return true;
}

static json_t *opening_value(struct import_job *job, size_t row, const struct import_key *key,
                             const char *state, const char *holder)
{
    const char *page = import_cell(job, row, COLUMN_PAGE);
    const char *seal = import_cell(job, row, COLUMN_SEAL);

    return import_made(job, json_pack("{s:s?,s:s,s:s,s:s?,s:s?,s:s}", "holder",
                                      *holder == 0 ? NULL : holder, "item", key->item, "label",
                                      key->label, "page", *page == 0 ? NULL : page, "seal",
                                      *seal == 0 ? NULL : seal, "state", state));
}

json_t *import_row_opening(struct import_job *job, size_t row)
{
    struct wanted wanted;
    struct import_key key = {.copy = 0};
    char holder[IMPORT_CODE_SIZE] = "";
    bool is_good = find_key(job, row, &wanted, &key);

    if (is_good && !is_of_desk(job, &key)) {
        leave_to_desk(job, row, key.desk);
        return NULL;
    }
    is_good = is_good && check_key(job, row, &key);
    const char *state = read_state(job, row);
    is_good = check_text(job, row, COLUMN_PAGE) && is_good;
    is_good = check_text(job, row, COLUMN_SEAL) && is_good;
    if (state == NULL) {
        return NULL;
    }
    is_good = read_holder(job, row, state, holder) && is_good;
    is_good = read_seal(job, row, state) && is_good;
    bool is_home_wanted = strcmp(state, "owner") == 0 && *holder == 0;
    if (!is_good || !find_body_place(job, row, &wanted, &key, is_home_wanted)) {
        return NULL;
    }
    struct import_source *source = &job->sources[row];
    source->is_mended = source->is_mended || (wanted.has_place && !wanted.place.is_as_written);
    (void)snprintf(source->desk, sizeof source->desk, "%s", key.desk);
    return opening_value(job, row, &key, state, holder);
}
