/*
 * Which key a row of an opening balance means (FORMATS.md §17.4, K19). A row that names no
 * single key is rejected.
 *
 * Keys are found twice. First those that a row names by tag or copy; then, from top to bottom,
 * a row without copy takes the next key of its lock that no other row names. So a row keeps its
 * key whatever is wrong with other rows.
 */
#include "import_opening.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

#define KEYS_MAX 1024U /* of one place and kind of lock */
#define COPY_MAX 999U

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

static bool read_wanted(struct import_job *job, size_t row, struct import_wanted *ret_wanted)
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

/*
 * The keys of the place to its locks of the kind, in order of label and copy, into job->keys.
 * The rows of a home stand together and ask the same: the register does not change meanwhile,
 * so the last answer serves again.
 */
static size_t find_keys(struct import_job *job, const struct import_wanted *wanted)
{
    const struct import_context *context = job->context;
    const char *kind = json_string_value(json_object_get(wanted->kind, "code"));
    struct import_asked *asked = &job->asked;

    if (context->find_keys == NULL) {
        return 0;
    }
    if (asked->place != wanted->place.code || asked->kind != kind) {
        *asked = (struct import_asked){.place = wanted->place.code, .kind = kind};
        asked->count = context->find_keys(
            context->arg, wanted->place.code, wanted->place.label, kind,
            json_string_value(json_object_get(wanted->kind, "label")), job->keys, KEYS_MAX);
    }
    return asked->count;
}

bool import_key_is_of_desk(const struct import_job *job, const struct import_key *key)
{
    const char *desk = job->context->default_desk;

    return desk == NULL || strcmp(key->desk, desk) == 0;
}

/* The key of a tag, and that the rest of the row does not speak of another one. */
static bool find_tagged(struct import_job *job, size_t row, const struct import_wanted *wanted,
                        struct import_key *ret_key)
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
        size_t count = find_keys(job, wanted);
        is_same = false;
        for (size_t i = 0; i < count; i++) {
            is_same = is_same || strcmp(job->keys[i].item, ret_key->item) == 0;
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

    if (!key->has_moved && import_key_is_of_desk(job, key)) {
        job->status = item_set_add(&job->items, key->item, &is_added, job->err);
    }
    return is_added && job->status == CUSTODY_OK;
}

/* The key of a place, a kind and perhaps a copy. is_open: there is no copy, take the next. */
static bool find_placed(struct import_job *job, size_t row, const struct import_wanted *wanted,
                        struct import_key *ret_key)
{
    const size_t count = find_keys(job, wanted);
    const struct import_key *keys = job->keys;
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
    if (wanted->copy == 0 && !import_key_is_of_desk(job, &keys[0])) {
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

bool import_find_key(struct import_job *job, size_t row, struct import_wanted *ret_wanted,
                     struct import_key *ret_key)
{
    if (!read_wanted(job, row, ret_wanted)) {
        return false;
    }
    bool is_found = ret_wanted->tag.item[0] != 0 ? find_tagged(job, row, ret_wanted, ret_key)
                                                 : find_placed(job, row, ret_wanted, ret_key);
    return is_found && job->status == CUSTODY_OK;
}

/* Complaints of this pass are not kept: the row is checked again in its turn. */
static void note_named(struct import_job *job, size_t row)
{
    const struct import_rows before = job->rows;
    struct import_source *source = &job->sources[row];
    struct import_source unnoted = *source;
    struct import_wanted wanted;
    struct import_key key;

    unnoted.reasons = NULL;
    job->current = &unnoted;
    if (import_find_key(job, row, &wanted, &key)) {
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
