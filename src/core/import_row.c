/*
 * What one row of places and locks may say (FORMATS.md §10, §15), and the checks of cells that
 * all share.
 *
 * Every check complains for itself and the row goes on to the next one, so that a person who
 * mends the file sees all that is wrong with a row at once. Must not know about files.
 */
#include "import_impl.h"

#include <stdint.h>
#include <string.h>

#include "field.h"
#include "policy.h"
#include "text.h"

#define LABEL_CHARS_MAX 80

const char *import_cell(const struct import_job *job, size_t row, enum import_column column)
{
    return job->sources[row].cells[column];
}

size_t import_line(const struct import_job *job, size_t row)
{
    return job->sources[row].line;
}

/* The value, or a failure of the machine when the JSON library could not make it. */
json_t *import_made(struct import_job *job, json_t *value)
{
    if (value == NULL) {
        import_no_memory(job);
    }
    return value;
}

/* ---- single cells ---- */

bool import_check_filled(struct import_job *job, size_t row, enum import_column column)
{
    if (*import_cell(job, row, column) != 0) {
        return true;
    }
    import_complain(job, import_line(job, row), "%s is empty; fill it in or delete the row",
                    import_column_title(column));
    return false;
}

/* is_personal: the cell is about a person and must not be quoted. */
bool import_check_text(struct import_job *job, size_t row, enum import_column column,
                       bool is_personal)
{
    const char *cell = import_cell(job, row, column);

    if (text_allowed(cell, strlen(cell), LABEL_CHARS_MAX)) {
        return true;
    }
    import_complain(job, import_line(job, row),
                    "%s%s%s has more than %d characters or one that cannot be signed (emoji, "
                    "line break, rare symbol); type it anew",
                    import_column_title(column), is_personal ? "" : " ",
                    is_personal ? "" : import_quote(cell).text, LABEL_CHARS_MAX);
    return false;
}

bool import_check_label(struct import_job *job, size_t row)
{
    return import_check_filled(job, row, COLUMN_LABEL) &&
           import_check_text(job, row, COLUMN_LABEL, false);
}

/* Is the cell of this form, and is this the first row of the file that says so? */
bool import_check_code(struct import_job *job, size_t row, enum import_column column,
                       const struct import_index *index, bool (*is_form)(const char *),
                       const char *form)
{
    const char *cell = import_cell(job, row, column);
    const char *title = import_column_title(column);

    if (!import_check_filled(job, row, column)) {
        return false;
    }
    if (!is_form(cell)) {
        import_complain(job, import_line(job, row), "%s %s is malformed; use %s", title,
                        import_quote(cell).text, form);
        return false;
    }
    size_t first = import_index_conflict(job, index, cell, "", row);
    if (first != SIZE_MAX) {
        import_complain(job, import_line(job, row), "%s %s stands in line %zu %s; keep one row",
                        title, import_quote(cell).text, import_line(job, first),
                        first < row ? "already" : "too");
        return false;
    }
    return true;
}

bool import_check_new(struct import_job *job, size_t row, enum import_column column,
                      bool (*has)(void *arg, const char *text))
{
    const char *cell = import_cell(job, row, column);

    if (has == NULL || !has(job->context->arg, cell)) {
        return true;
    }
    import_complain(job, import_line(job, row),
                    "%s %s is in the register already; delete the row or choose another",
                    import_column_title(column), import_quote(cell).text);
    return false;
}

const char IMPORT_PLACE_FORM[] =
    "capitals, digits, hyphen and dot, at most 32, like 3-2-12-1201";

static bool check_place_code(struct import_job *job, size_t row)
{
    return import_check_code(job, row, COLUMN_CODE, &job->by_code, text_is_place_code,
                             IMPORT_PLACE_FORM);
}

/* ---- lists in a cell ---- */

/* Length of a separator (; or ；) or of white space at text, 0: neither. */
static size_t gap_len(const char *text)
{
    if (*text != 0 && strchr("; \t\r\n", *text) != NULL) {
        return 1;
    }
    return strncmp(text, "；", 3) == 0 || strncmp(text, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
}

/* Next part of a cell between separators; false at its end. White space separates as well,
 * since neither codes nor titles hold any. */
bool import_next_part(const char **cursor, const char **ret_part, size_t *ret_len)
{
    const char *at = *cursor;

    while (gap_len(at) > 0) {
        at += gap_len(at);
    }
    *ret_part = at;
    while (*at != 0 && gap_len(at) == 0) {
        at++;
    }
    *ret_len = (size_t)(at - *ret_part);
    *cursor = at;
    return *ret_len > 0;
}

/* Does part say code (full width allowed) or exactly the label (may be NULL)? */
bool import_says(const char *part, size_t len, const char *code, const char *label)
{
    char folded[3 * IMPORT_CODE_SIZE];

    if (label != NULL && strlen(label) == len && memcmp(label, part, len) == 0) {
        return true;
    }
    if (code == NULL || len >= sizeof folded) {
        return false;
    }
    memcpy(folded, part, len);
    folded[len] = 0;
    import_fold(folded);
    return strcmp(folded, code) == 0;
}

/* Element of a list of the policy whose code or label the cell is; NULL: none. */
const json_t *import_policy_named(const struct import_job *job, const char *list,
                                  const char *cell)
{
    const json_t *element = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(job->context->policy, list), i, element)
    {
        if (import_says(cell, strlen(cell), json_string_value(json_object_get(element, "code")),
                        json_string_value(json_object_get(element, "label")))) {
            return element;
        }
    }
    return NULL;
}

void import_fresh_item(struct import_job *job, char item_class, char out[CUSTODY_ITEM_LEN + 1])
{
    const struct import_context *context = job->context;
    bool is_added = false;

    while (!is_added && job->status == CUSTODY_OK) {
        custody_item_random(item_class, out);
        if (context->has_item == NULL || !context->has_item(context->arg, out)) {
            job->status = item_set_add(&job->items, out, &is_added, job->err);
        }
    }
}

/* ---- places ---- */

static const struct {
    const char *code;
    const char *titles[3];
} PLACE_KINDS[] = {
    {"area", {"区域"}},  {"building", {"栋"}}, {"unit", {"单元"}},
    {"floor", {"楼层"}}, {"home", {"户"}},     {"room", {"房间", "机房"}},
};

static const char *place_kind(const char *cell)
{
    for (size_t i = 0; i < sizeof PLACE_KINDS / sizeof PLACE_KINDS[0]; i++) {
        const char *const *title = PLACE_KINDS[i].titles;
        for (; *title != NULL; title++) {
            if (import_says(cell, strlen(cell), PLACE_KINDS[i].code, *title)) {
                return PLACE_KINDS[i].code;
            }
        }
    }
    return NULL;
}

static bool check_parent(struct import_job *job, size_t row)
{
    const char *parent = import_cell(job, row, COLUMN_PARENT);
    const struct import_context *context = job->context;

    if (*parent == 0 ||
        (context->has_place != NULL && context->has_place(context->arg, parent))) {
        return true;
    }
    if (import_index_first(&job->by_code, parent, "") == SIZE_MAX) {
        import_complain(job, import_line(job, row),
                        "上级 (parent) %s is neither in the register nor in this file; add its "
                        "row or correct the code",
                        import_quote(parent).text);
        return false;
    }
    /* a body lists places by code, and a parent must be there before its child */
    if (strcmp(parent, import_cell(job, row, COLUMN_CODE)) >= 0) {
        import_complain(job, import_line(job, row),
                        "上级 (parent) %s sorts after its place; give the place a longer code "
                        "that begins with its parent's, or import the parent first",
                        import_quote(parent).text);
        return false;
    }
    return true;
}

/* A label of the file that names two places would make the slip ambiguous. */
static bool check_place_label(struct import_job *job, size_t row)
{
    if (!import_check_label(job, row)) {
        return false;
    }
    const char *label = import_cell(job, row, COLUMN_LABEL);
    size_t first = import_index_conflict(job, &job->by_label, label, "", row);
    if (first != SIZE_MAX) {
        import_complain(job, import_line(job, row),
                        "名称 (label) %s stands in line %zu %s; labels of places are unique",
                        import_quote(label).text, import_line(job, first),
                        first < row ? "already" : "too");
        return false;
    }
    return import_check_new(job, row, COLUMN_LABEL, job->context->has_place_label);
}

json_t *import_row_place(struct import_job *job, size_t row)
{
    const char *kind = place_kind(import_cell(job, row, COLUMN_KIND));
    const char *parent = import_cell(job, row, COLUMN_PARENT);
    bool is_good = check_place_code(job, row) &&
                   import_check_new(job, row, COLUMN_CODE, job->context->has_place);

    is_good = check_place_label(job, row) && is_good;
    is_good = check_parent(job, row) && is_good;
    if (kind == NULL) {
        import_complain(
            job, import_line(job, row),
            "类型 (kind) %s is none of 区域 area, 栋 building, 单元 unit, 楼层 floor, "
            "户 home, 房间 or 机房 room; write one of them",
            import_quote(import_cell(job, row, COLUMN_KIND)).text);
        is_good = false;
    }
    if (!is_good) {
        return NULL;
    }
    return import_made(job, json_pack("{s:s,s:s,s:s,s:s?}", "code",
                                      import_cell(job, row, COLUMN_CODE), "kind", kind, "label",
                                      import_cell(job, row, COLUMN_LABEL), "parent",
                                      *parent == 0 ? NULL : parent));
}

/* ---- locks ---- */

json_t *import_row_lock(struct import_job *job, size_t row)
{
    const struct import_context *context = job->context;
    const char *place = import_cell(job, row, COLUMN_PLACE);
    bool is_good = check_place_code(job, row) &&
                   import_check_new(job, row, COLUMN_CODE, context->has_lock);

    is_good = import_check_label(job, row) && is_good;
    if (!import_check_filled(job, row, COLUMN_PLACE)) {
        is_good = false;
    } else if (context->has_place == NULL || !context->has_place(context->arg, place)) {
        import_complain(job, import_line(job, row),
                        "位置 (place) %s is not in the register; import the places first or "
                        "correct the code",
                        import_quote(place).text);
        is_good = false;
    }
    const json_t *kind =
        import_policy_named(job, "lock_kinds", import_cell(job, row, COLUMN_KIND));
    if (kind == NULL) {
        import_complain(
            job, import_line(job, row),
            "类型 (kind) %s is no lock kind of the policy; write one of its codes or "
            "labels, or propose a policy that has it",
            import_quote(import_cell(job, row, COLUMN_KIND)).text);
        is_good = false;
    }
    if (!is_good) {
        return NULL;
    }
    return import_made(job, json_pack("{s:s,s:s,s:s,s:s}", "code",
                                      import_cell(job, row, COLUMN_CODE), "kind",
                                      json_string_value(json_object_get(kind, "code")), "label",
                                      import_cell(job, row, COLUMN_LABEL), "place", place));
}
