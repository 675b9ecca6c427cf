/*
 * What one row of keys may say (FORMATS.md §10, §15; K1, K5, K6, K8): its tag, its locks, the
 * desk that keeps it and the ring on which it hangs. Must not know about files.
 */
#include "import_impl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "text.h"

#define KEY_LOCKS_MAX 1024U
#define KEY_COPY_MAX  999U

/*
 * The tag of a row, "" in it for none. False with the reason when it cannot be used for a key
 * that is new.
 */
static bool read_tag(const struct import_job *job, const struct import_source *source,
                     struct custody_tag *ret_tag, struct custody_error *why)
{
    const char *cell = source->cells[COLUMN_TAG];
    const char *site = job->context->site;

    memset(ret_tag, 0, sizeof *ret_tag);
    if (*cell == 0) {
        return true;
    }
    if (custody_tag_parse(cell, ret_tag, why) != CUSTODY_OK) {
        return false;
    }
    if (ret_tag->item[0] != 'K' || (ret_tag->generation != 0 && ret_tag->generation != '1')) {
        (void)custody_fail(why, CUSTODY_ERR_INVALID,
                           "this is no first print of a key tag (K); take a new tag");
        return false;
    }
    if (site != NULL && ret_tag->site[0] != 0 && strcmp(ret_tag->site, site) != 0) {
        (void)custody_fail(why, CUSTODY_ERR_INVALID,
                           "this tag was printed for another site; take one of this site");
        return false;
    }
    return true;
}

/* Messy files: which row has which tag, since both of two rows with one are rejected. */
static void note_tags(struct import_job *job)
{
    struct import_index *index = &job->by_item;

    if (!job->is_messy || job->status != CUSTODY_OK || job->source_count == 0) {
        return;
    }
    index->entries = malloc(job->source_count * sizeof *index->entries);
    if (index->entries == NULL) {
        import_no_memory(job);
        return;
    }
    for (size_t row = 0; row < job->source_count; row++) {
        if (job->sources[row].found.item[0] != 0) {
            index->entries[index->entry_count++] = (struct import_index_entry){
                .first = job->sources[row].found.item, .second = "", .row = row};
        }
    }
    import_index_sort(index);
}

void import_read_tags(struct import_job *job)
{
    for (size_t row = 0; row < job->source_count && job->status == CUSTODY_OK; row++) {
        struct import_source *source = &job->sources[row];
        struct custody_tag tag;
        if (read_tag(job, source, &tag, NULL) && tag.item[0] != 0) {
            bool is_added = false;
            job->status = item_set_add(&job->items, tag.item, &is_added, job->err);
            source->is_tag_repeated = !is_added;
            memcpy(source->found.item, tag.item, sizeof source->found.item);
        }
    }
    note_tags(job);
}

/* Is the row of another desk than the one that is imported? It is read and checked all the
 * same, but the register may have it already: its desk may have been first. */
static bool is_other_desk(const struct import_job *job, size_t row)
{
    const char *wanted = job->context->default_desk;
    const char *cell = import_cell(job, row, COLUMN_DESK);
    const json_t *desk =
        wanted == NULL || *cell == 0 ? NULL : import_policy_named(job, "desks", cell);
    return desk != NULL && desk != import_policy_named(job, "desks", wanted);
}

/* Sets source->item when the row has a tag of its own. */
static bool check_tag(struct import_job *job, size_t row)
{
    struct import_source *source = &job->sources[row];
    const struct import_context *context = job->context;
    const struct import_quote quote = import_quote(source->cells[COLUMN_TAG]);
    struct custody_tag tag;
    struct custody_error why = {.status = CUSTODY_OK};

    if (!read_tag(job, source, &tag, &why)) {
        import_complain(job, source->line, "标签码 (tag) %s: %s", quote.text, why.text);
        return false;
    }
    if (source->is_tag_repeated ||
        (tag.item[0] != 0 &&
         import_index_conflict(job, &job->by_item, tag.item, "", row) != SIZE_MAX)) {
        import_complain(job, source->line,
                        "标签码 (tag) %s stands in %s row %s; every key has its own",
                        quote.text, source->is_tag_repeated ? "an earlier" : "another",
                        source->is_tag_repeated ? "already" : "too");
        return false;
    }
    if (tag.item[0] != 0 && context->has_item != NULL && !is_other_desk(job, row) &&
        context->has_item(context->arg, tag.item)) {
        import_complain(
            job, source->line,
            "标签码 (tag) %s is in the register already; delete the row or take a new "
            "tag",
            quote.text);
        return false;
    }
    memcpy(source->item, tag.item, sizeof source->item);
    return true;
}

static bool check_copy(struct import_job *job, size_t row, int *ret_copy)
{
    const char *cell = import_cell(job, row, COLUMN_COPY);
    uint64_t copy = 0;

    if (!text_parse_u64(cell, strlen(cell), KEY_COPY_MAX, &copy) || copy == 0) {
        import_complain(job, import_line(job, row),
                        "序号 (copy) %s is no number from 1 to %u; number the keys of a label "
                        "1, 2, 3",
                        import_quote(cell).text, KEY_COPY_MAX);
        return false;
    }
    *ret_copy = (int)copy;
    const char *label = import_cell(job, row, COLUMN_LABEL);
    size_t first = import_index_conflict(job, &job->by_label, label, cell, row);
    if (*label != 0 && first != SIZE_MAX) {
        import_complain(job, import_line(job, row),
                        "key %s no. %d stands in line %zu %s; number the copies apart",
                        import_quote(label).text, *ret_copy, import_line(job, first),
                        first < row ? "already" : "too");
        return false;
    }
    if (*label != 0 && job->context->has_key != NULL && !is_other_desk(job, row) &&
        job->context->has_key(job->context->arg, label, *ret_copy)) {
        import_complain(job, import_line(job, row),
                        "key %s no. %d is in the register already; delete the row or number it "
                        "on",
                        import_quote(label).text, *ret_copy);
        return false;
    }
    return true;
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The locks of a cell in byte order, as the body wants them. */
struct lock_list {
    char codes[KEY_LOCKS_MAX][IMPORT_CODE_SIZE];
    size_t count;
};

static bool add_lock(struct import_job *job, size_t row, const char *part, size_t len,
                     struct lock_list *locks)
{
    const struct import_context *context = job->context;
    char code[IMPORT_CODE_SIZE];

    (void)snprintf(code, sizeof code, "%.*s",
                   (int)(len < IMPORT_CODE_SIZE ? len : IMPORT_CODE_SIZE - 1), part);
    if (len >= IMPORT_CODE_SIZE || !text_is_place_code(code)) {
        import_complain(job, import_line(job, row), "锁 (locks) %s is malformed; use %s",
                        import_quote_part(part, len).text, IMPORT_PLACE_FORM);
        return false;
    }
    if (context->has_lock == NULL || !context->has_lock(context->arg, code)) {
        import_complain(
            job, import_line(job, row),
            "锁 (locks) %s is not in the register; import the locks first or correct "
            "the code",
            code);
        return false;
    }
    if (locks->count == KEY_LOCKS_MAX) {
        import_complain(job, import_line(job, row),
                        "锁 (locks) has more than %u codes; give fewer", KEY_LOCKS_MAX);
        return false;
    }
    memcpy(locks->codes[locks->count++], code, sizeof code);
    return true;
}

static bool read_locks(struct import_job *job, size_t row, struct lock_list *locks)
{
    const char *cursor = import_cell(job, row, COLUMN_LOCKS);
    const char *part = NULL;
    size_t len = 0;
    bool is_good = import_check_filled(job, row, COLUMN_LOCKS);

    locks->count = 0;
    while (import_next_part(&cursor, &part, &len)) {
        is_good = add_lock(job, row, part, len, locks) && is_good;
    }
    qsort(locks->codes, locks->count, sizeof locks->codes[0], compare_codes);
    for (size_t i = 1; i < locks->count; i++) {
        if (strcmp(locks->codes[i - 1], locks->codes[i]) == 0) {
            import_complain(job, import_line(job, row),
                            "锁 (locks) names %s twice; delete one or correct it",
                            locks->codes[i]);
            return false;
        }
    }
    if (is_good && locks->count == 0) {
        import_complain(job, import_line(job, row),
                        "锁 (locks) names no lock; a key opens one");
        return false;
    }
    return is_good;
}

/* The desk of the row, or of the caller where the row names none; NULL after a complaint. */
static const json_t *find_desk(struct import_job *job, size_t row)
{
    const char *cell = import_cell(job, row, COLUMN_DESK);

    if (*cell == 0 && job->context->default_desk != NULL) {
        cell = job->context->default_desk;
    }
    const json_t *desk = *cell == 0 ? NULL : import_policy_named(job, "desks", cell);
    const char *code = json_string_value(json_object_get(desk, "code"));
    if (code == NULL || strlen(code) >= IMPORT_CODE_SIZE) {
        import_complain(
            job, import_line(job, row),
            "保管台 (desk) %s is no desk of the policy; write its code or its label",
            import_quote(cell).text);
        return NULL;
    }
    (void)snprintf(job->sources[row].desk, IMPORT_CODE_SIZE, "%s", code);
    return desk;
}

bool import_row_is_elsewhere(struct import_job *job, size_t row)
{
    const char *only = job->context->default_desk;
    const char *cell = import_cell(job, row, COLUMN_DESK);
    const char *code =
        json_string_value(json_object_get(import_policy_named(job, "desks", cell), "code"));

    return job->context->only_default_desk && only != NULL && *cell != 0 && code != NULL &&
           strcmp(code, only) != 0;
}

/* K8: a desk keeps its own classes only. The class of a key is that of its first lock. */
static bool check_desk_class(struct import_job *job, size_t row, const json_t *desk,
                             const char *lock)
{
    const struct import_context *context = job->context;
    char kind[IMPORT_CODE_SIZE] = "";

    if (context->find_lock_kind == NULL || !context->find_lock_kind(context->arg, lock, kind)) {
        return true;
    }
    const char *class_code = json_string_value(
        json_object_get(policy_find(context->policy, "lock_kinds", kind), "class"));
    if (class_code == NULL || strings_have(json_object_get(desk, "classes"), class_code)) {
        return true;
    }
    const json_t *other = NULL;
    const char *keeper = "none";
    size_t i = 0;
    json_array_foreach(json_object_get(context->policy, "desks"), i, other)
    {
        if (strings_have(json_object_get(other, "classes"), class_code)) {
            keeper = json_string_value(json_object_get(other, "code"));
        }
    }
    import_complain(
        job, import_line(job, row),
        "desk %s keeps no keys of class %s, to which lock %s belongs (K8); the desk "
        "for them: %s",
        job->sources[row].desk, class_code, lock, keeper);
    return false;
}

/* The first row that names a ring decides where it hangs. */
static bool check_ring(struct import_job *job, size_t row,
                       const struct import_source **ret_first)
{
    if (*import_cell(job, row, COLUMN_RING) == 0) {
        *ret_first = NULL;
        return true;
    }
    if (!import_check_text(job, row, COLUMN_RING, false)) {
        return false;
    }
    size_t at = import_index_first(&job->by_ring, import_cell(job, row, COLUMN_RING), "");
    const struct import_source *first = &job->sources[at];
    if (first->desk[0] != 0 && job->sources[row].desk[0] != 0 &&
        strcmp(first->desk, job->sources[row].desk) != 0) {
        import_complain(
            job, import_line(job, row),
            "钥匙袋 (ring) %s hangs at desk %s by line %zu; a ring hangs at one desk, "
            "name another ring",
            import_quote(import_cell(job, row, COLUMN_RING)).text, first->desk, first->line);
        return false;
    }
    *ret_first = first;
    return true;
}

/* {item,label} or null. first: the row that named the ring first, NULL for none. */
static json_t *ring_of(struct import_job *job, const struct import_source *first)
{
    if (first == NULL) {
        return json_null();
    }
    struct import_source *owner = &job->sources[first - job->sources];
    const struct import_context *context = job->context;
    const char *label = owner->cells[COLUMN_RING];
    if (owner->ring[0] == 0 &&
        (context->find_ring == NULL || !context->find_ring(context->arg, label, owner->ring))) {
        import_fresh_item(job, 'R', owner->ring);
    }
    return import_made(job, json_pack("{s:s,s:s}", "item", owner->ring, "label", label));
}

static json_t *key_value(struct import_job *job, size_t row, int copy,
                         const struct lock_list *locks, const struct import_source *ring)
{
    struct import_source *source = &job->sources[row];
    json_t *codes = json_array();
    int failed = codes == NULL ? -1 : 0;

    if (source->item[0] == 0) {
        import_fresh_item(job, 'K', source->item);
    }
    for (size_t i = 0; i < locks->count && failed == 0; i++) {
        failed = json_array_append_new(codes, json_string(locks->codes[i]));
    }
    json_t *key = json_pack("{s:i,s:s,s:s}", "copy", copy, "item", source->item, "label",
                            source->cells[COLUMN_LABEL]);
    /* json_object_set_new takes its value over, also when it fails */
    failed |= json_object_set_new(key, "locks", codes);
    failed |= json_object_set_new(key, "ring", ring_of(job, ring));
    if (failed != 0 || key == NULL || job->status != CUSTODY_OK) {
        json_decref(key);
        return import_made(job, NULL);
    }
    return key;
}

json_t *import_row_key(struct import_job *job, size_t row)
{
    struct lock_list locks;
    const struct import_source *ring = NULL;
    int copy = 0;
    bool is_good = import_check_label(job, row);

    is_good = check_copy(job, row, &copy) && is_good;
    is_good = check_tag(job, row) && is_good;
    const json_t *desk = find_desk(job, row);
    is_good = desk != NULL && is_good;
    if (!read_locks(job, row, &locks)) {
        is_good = false;
    } else if (desk != NULL) {
        is_good = check_desk_class(job, row, desk, locks.codes[0]) && is_good;
    }
    is_good = check_ring(job, row, &ring) && is_good;
    return is_good ? key_value(job, row, copy, &locks, ring) : NULL;
}
