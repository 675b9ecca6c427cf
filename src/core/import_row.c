/*
 * What one row of places, locks and people may say (FORMATS.md §10, §15), and the checks of
 * cells that keys share.
 *
 * Every check complains for itself and the row goes on to the next one, so that a person who
 * mends the file sees all that is wrong with a row at once. Must not know about files.
 */
#include "import_impl.h"

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
static bool check_code(struct import_job *job, size_t row, enum import_column column,
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
    size_t first = import_index_first(index, cell, "");
    if (first < row) {
        import_complain(job, import_line(job, row),
                        "%s %s stands in line %zu already; keep one row", title,
                        import_quote(cell).text, import_line(job, first));
        return false;
    }
    return true;
}

static bool check_new(struct import_job *job, size_t row, enum import_column column,
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
    return check_code(job, row, COLUMN_CODE, &job->by_code, text_is_place_code,
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
static bool says(const char *part, size_t len, const char *code, const char *label)
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
        if (says(cell, strlen(cell), json_string_value(json_object_get(element, "code")),
                 json_string_value(json_object_get(element, "label")))) {
            return element;
        }
    }
    return NULL;
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
            if (says(cell, strlen(cell), PLACE_KINDS[i].code, *title)) {
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
    size_t first = import_index_first(&job->by_label, label, "");
    if (first < row) {
        import_complain(
            job, import_line(job, row),
            "名称 (label) %s stands in line %zu already; labels of places are unique",
            import_quote(label).text, import_line(job, first));
        return false;
    }
    return check_new(job, row, COLUMN_LABEL, job->context->has_place_label);
}

json_t *import_row_place(struct import_job *job, size_t row)
{
    const char *kind = place_kind(import_cell(job, row, COLUMN_KIND));
    const char *parent = import_cell(job, row, COLUMN_PARENT);
    bool is_good =
        check_place_code(job, row) && check_new(job, row, COLUMN_CODE, job->context->has_place);

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
    bool is_good =
        check_place_code(job, row) && check_new(job, row, COLUMN_CODE, context->has_lock);

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

/* ---- people ---- */

/* Titles of the regulation (Roles) beside the shown ones of ROLE_NAMES. 主任 alone is left
 * out: it may mean 客服主任 or 服务中心主任, and one of them is an officer. */
static const struct {
    const char *title;
    const char *code;
} ROLE_TITLES[] = {
    {"专职钥匙管理员", "key_custodian"},
    {"安全员", "duty"},
    {"客服主任", "archive_custodian"},
    {"服务中心主任", "centre_manager"},
    {"复核人", "witness"},
};

static const char *find_role(const char *part, size_t len)
{
    for (const struct role_name *role = ROLE_NAMES; role->code != NULL; role++) {
        if (says(part, len, role->code, role->zh)) {
            return role->code;
        }
    }
    for (size_t i = 0; i < sizeof ROLE_TITLES / sizeof ROLE_TITLES[0]; i++) {
        if (says(part, len, NULL, ROLE_TITLES[i].title)) {
            return ROLE_TITLES[i].code;
        }
    }
    return NULL;
}

#define ROLES_MAX 16U

struct role_list {
    const char *codes[ROLES_MAX]; /* sorted, each once */
    size_t count;
};

/* Two titles of one role (值班员;安全员) are that role once. */
static void add_role(struct role_list *roles, const char *code)
{
    size_t at = 0;

    while (at < roles->count && strcmp(roles->codes[at], code) < 0) {
        at++;
    }
    if ((at < roles->count && strcmp(roles->codes[at], code) == 0) ||
        roles->count == ROLES_MAX) {
        return;
    }
    memmove(&roles->codes[at + 1], &roles->codes[at],
            (roles->count - at) * sizeof roles->codes[0]);
    roles->codes[at] = code;
    roles->count++;
}

static bool read_roles(struct import_job *job, size_t row, struct role_list *roles)
{
    const char *cursor = import_cell(job, row, COLUMN_ROLES);
    const char *part = NULL;
    size_t len = 0;
    bool is_good = import_check_filled(job, row, COLUMN_ROLES);
    bool is_auditor = false;

    roles->count = 0;
    while (import_next_part(&cursor, &part, &len)) {
        const char *code = find_role(part, len);
        if (code == NULL) {
            import_complain(
                job, import_line(job, row),
                "职务 (roles) %s is no role; write codes or titles like 钥匙管理员, "
                "separated by ;",
                import_quote_part(part, len).text);
            is_good = false;
        } else {
            is_auditor = is_auditor || strcmp(code, "auditor") == 0;
            add_role(roles, code);
        }
    }
    if (is_auditor && roles->count > 1) {
        import_complain(job, import_line(job, row),
                        "职务 (roles): an auditor has no other role; keep one or the other");
        return false;
    }
    if (is_good && roles->count == 0) {
        import_complain(job, import_line(job, row),
                        "职务 (roles) names no role; at least 员工");
        return false;
    }
    return is_good;
}

json_t *import_row_person(struct import_job *job, size_t row)
{
    const struct import_context *context = job->context;
    const char *name = import_cell(job, row, COLUMN_NAME);
    struct role_list roles;
    bool is_good =
        check_code(job, row, COLUMN_HANDLE, &job->by_code, text_is_handle,
                   "a small letter, then small letters, digits, hyphen, at most 32") &&
        check_new(job, row, COLUMN_HANDLE, context->has_handle);

    is_good = check_code(job, row, COLUMN_STAFF_NO, &job->by_staff_no, text_is_staff_no,
                         "digits, capitals and hyphen, at most 16") &&
              check_new(job, row, COLUMN_STAFF_NO, context->has_staff_no) && is_good;
    is_good = import_check_text(job, row, COLUMN_NAME, true) && is_good;
    is_good = read_roles(job, row, &roles) && is_good;
    if (!is_good) {
        return NULL;
    }
    json_t *codes = json_array();
    int failed = codes == NULL ? -1 : 0;
    for (size_t i = 0; i < roles.count && failed == 0; i++) {
        failed = json_array_append_new(codes, json_string(roles.codes[i]));
    }
    json_t *person =
        json_pack("{s:s,s:s?,s:s}", "handle", import_cell(job, row, COLUMN_HANDLE), "name",
                  *name == 0 ? NULL : name, "staff_no", import_cell(job, row, COLUMN_STAFF_NO));
    failed |= json_object_set_new(person, "roles", codes);
    if (failed != 0 || person == NULL) {
        json_decref(person);
        person = NULL;
    }
    return import_made(job, person);
}
