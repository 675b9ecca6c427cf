/*
 * What one row of people may say (FORMATS.md §9). Titles of roles are read as offices write
 * them, several in a cell. Names are personal: no complaint quotes one.
 */
#include "import_impl.h"

#include <string.h>

#include "field.h"
#include "text.h"

/* ---- roles ---- */

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
        if (import_says(part, len, role->code, role->zh)) {
            return role->code;
        }
    }
    for (size_t i = 0; i < sizeof ROLE_TITLES / sizeof ROLE_TITLES[0]; i++) {
        if (import_says(part, len, NULL, ROLE_TITLES[i].title)) {
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

/* Length of what stands between two roles, white space left out: titles may hold a space. */
static size_t role_gap_len(const char *text)
{
    static const char *const GAPS[] = {";",  "；", "、", "/", "／", ",",
                                       "，", "+",  "＋", "|", "｜", "兼"};
    for (size_t i = 0; i < sizeof GAPS / sizeof GAPS[0]; i++) {
        if (strncmp(text, GAPS[i], strlen(GAPS[i])) == 0) {
            return strlen(GAPS[i]);
        }
    }
    return 0;
}

/* One role, whatever its width and the spaces in it. */
static const char *find_spaced_role(const char *part, size_t len)
{
    char text[128];

    if (len >= sizeof text) {
        return NULL;
    }
    memcpy(text, part, len);
    text[len] = 0;
    import_fold(text);
    const char *cursor = text;
    char joined[128];
    const char *word = NULL;
    size_t word_len = 0;
    size_t to = 0;
    while (import_next_part(&cursor, &word, &word_len)) {
        memcpy(joined + to, word, word_len);
        to += word_len;
    }
    return find_role(joined, to);
}

static bool take_role(struct import_job *job, size_t row, struct role_list *roles,
                      const char *part, size_t len)
{
    const char *code = find_spaced_role(part, len);

    if (code == NULL) {
        import_complain(job, import_line(job, row),
                        "职务 (roles) %s is no role; write codes or titles like 钥匙管理员, "
                        "separated by ;",
                        import_quote_part(part, len).text);
        return false;
    }
    add_role(roles, code);
    return true;
}

/* What stands between two gaps: a role, or several apart by white space. */
static bool take_roles(struct import_job *job, size_t row, struct role_list *roles,
                       const char *part, size_t len)
{
    char text[256];
    const char *cursor = text;
    const char *word = NULL;
    size_t word_len = 0;
    bool is_good = true;

    if (len >= sizeof text || find_spaced_role(part, len) != NULL) {
        return take_role(job, row, roles, part, len);
    }
    memcpy(text, part, len);
    text[len] = 0;
    while (import_next_part(&cursor, &word, &word_len)) {
        is_good = take_role(job, row, roles, word, word_len) && is_good;
    }
    return is_good;
}

static bool read_roles(struct import_job *job, size_t row, struct role_list *roles)
{
    const char *at = import_cell(job, row, COLUMN_ROLES);
    bool is_good = import_check_filled(job, row, COLUMN_ROLES);
    bool is_auditor = false;

    roles->count = 0;
    while (*at != 0) {
        const char *start = at;
        while (*at != 0 && role_gap_len(at) == 0) {
            at++;
        }
        is_good = take_roles(job, row, roles, start, (size_t)(at - start)) && is_good;
        at += role_gap_len(at);
    }
    for (size_t i = 0; i < roles->count; i++) {
        is_auditor = is_auditor || strcmp(roles->codes[i], "auditor") == 0;
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
        import_check_code(job, row, COLUMN_HANDLE, &job->by_code, text_is_handle,
                          "a small letter, then small letters, digits, hyphen, at most 32") &&
        import_check_new(job, row, COLUMN_HANDLE, context->has_handle);

    is_good = import_check_code(job, row, COLUMN_STAFF_NO, &job->by_staff_no, text_is_staff_no,
                                "digits, capitals and hyphen, at most 16") &&
              import_check_new(job, row, COLUMN_STAFF_NO, context->has_staff_no) && is_good;
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
