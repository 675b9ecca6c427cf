/* The paper of a row of folders: kind, original or copy, numbers, dates (FORMATS.md §19.3). */
#include <stdio.h>
#include <string.h>

#include "import_impl.h"
#include "instant.h"
#include "text.h"

#define COPIES_MAX 999U
#define PAGES_MAX  9999U

/* ---- codes ---- */

static bool says_label(const char *cell, const char *label)
{
    char a[400];
    char b[400];

    if (label == NULL || strlen(cell) >= sizeof a || strlen(label) >= sizeof b) {
        return false;
    }
    memcpy(a, cell, strlen(cell) + 1);
    memcpy(b, label, strlen(label) + 1);
    import_fold(a); /* brackets of either width */
    import_fold(b);
    return strcmp(a, b) == 0;
}

const char *import_policy_code(const struct import_job *job, const char *list, const char *cell)
{
    const json_t *element = NULL;
    const json_t *alias = NULL;
    size_t i = 0;
    size_t j = 0;

    json_array_foreach(json_object_get(job->context->policy, list), i, element)
    {
        const char *code = json_string_value(json_object_get(element, "code"));
        bool is_it = says_label(cell, code) ||
                     says_label(cell, json_string_value(json_object_get(element, "label")));
        json_array_foreach(json_object_get(element, "aliases"), j, alias)
        {
            is_it =
                is_it || says_label(cell, json_string_value(json_object_get(alias, "label")));
        }
        if (is_it) {
            return code;
        }
    }
    return NULL;
}

static const char *find_kind(struct import_job *job, size_t row)
{
    const char *cell = import_cell(job, row, COLUMN_PAPER);
    const char *code = import_policy_code(job, "paper_kinds", cell);

    if (!import_check_filled(job, row, COLUMN_PAPER)) {
        return NULL;
    }
    if (code == NULL) {
        import_complain(
            job, import_line(job, row),
            "资料名称 (paper) %s is no kind of paper of the policy; write one of its "
            "codes, labels or aliases, or propose a policy that has it",
            import_quote(cell).text);
    }
    return code;
}

/* original or copy */
static const char *find_original(struct import_job *job, size_t row)
{
    static const struct {
        const char *text;
        const char *code;
    } words[] = {
        {"original", "original"}, {"原件", "original"}, {"正本", "original"},
        {"copy", "copy"},         {"复印件", "copy"},   {"复印", "copy"},
        {"副本", "copy"},         {"扫描件", "copy"},
    };
    const char *cell = import_cell(job, row, COLUMN_ORIGINAL);

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(cell, words[i].text) == 0) {
            return words[i].code;
        }
    }
    import_complain(job, import_line(job, row),
                    "原件/复印件 (original) %s is neither 原件 original nor 复印件 copy; write "
                    "one of them",
                    import_quote(cell).text);
    return NULL;
}

/* 业主 for 业主本人: the one keeper whose label begins so; NULL: none, or several. */
static const char *begun_keeper(const struct import_job *job, const char *cell)
{
    const json_t *keeper = NULL;
    const char *found = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(job->context->policy, "original_keepers"), i, keeper)
    {
        const char *label = json_string_value(json_object_get(keeper, "label"));
        if (label != NULL && strncmp(label, cell, strlen(cell)) == 0) {
            if (found != NULL) {
                return NULL;
            }
            found = json_string_value(json_object_get(keeper, "code"));
        }
    }
    return found;
}

/* Code, or "" for nobody; NULL after a complaint. */
static const char *find_keeper(struct import_job *job, size_t row, const char *original)
{
    const char *cell = import_cell(job, row, COLUMN_WITH);
    const char *code = import_policy_code(job, "original_keepers", cell);

    if (*cell == 0) {
        return "";
    }
    if (original != NULL && strcmp(original, "copy") != 0) {
        import_complain(job, import_line(job, row),
                        "原件存放 (with) is given, but the paper is an original; empty it, or "
                        "write 复印件 (copy)");
        return NULL;
    }
    code = code == NULL ? begun_keeper(job, cell) : code;
    if (code == NULL) {
        import_complain(job, import_line(job, row),
                        "原件存放 (with) %s is no keeper of the policy; write one of its codes "
                        "or labels",
                        import_quote(cell).text);
    }
    return code;
}

/* ---- numbers and dates ---- */

/* "12" or "12页"; unit is what may stand behind. 0 after a complaint. */
static int read_number(struct import_job *job, size_t row, enum import_column column,
                       const char *unit, unsigned max)
{
    const char *cell = import_cell(job, row, column);
    size_t digits = strspn(cell, "0123456789");
    const char *rest = cell + digits;
    uint64_t number = 0;

    rest += *rest == ' ' ? 1 : 0;
    if ((*rest != 0 && strcmp(rest, unit) != 0) ||
        !text_parse_u64(cell, digits, max, &number) || number == 0) {
        import_complain(job, import_line(job, row), "%s %s is no number from 1 to %u",
                        import_column_title(column), import_quote(cell).text, max);
        return 0;
    }
    return (int)number;
}

/* A number of at most len digits, and what stands behind it; false: none. */
static bool next_number(const char **at, size_t len, unsigned *ret_number)
{
    size_t digits = strspn(*at, "0123456789");

    *ret_number = 0;
    for (size_t i = 0; i < digits && digits <= len; i++) { /* 03 is 3 */
        *ret_number = *ret_number * 10 + (unsigned)((*at)[i] - '0');
    }
    *at += digits;
    return digits > 0 && digits <= len;
}

/* Step over one of several marks. */
static bool next_mark(const char **at, const char *const *marks)
{
    for (; *marks != NULL; marks++) {
        if (strncmp(*at, *marks, strlen(*marks)) == 0) {
            *at += strlen(*marks);
            return true;
        }
    }
    return false;
}

/* 2020-01-31, 2020/1/31, 2020.1.31, 2020年1月31日, 20200131. out "" for an empty cell. False
 * after a complaint. */
static bool read_day(struct import_job *job, size_t row, enum import_column column,
                     char out[11])
{
    static const char *const year_marks[] = {"-", "/", ".", "年", NULL};
    static const char *const month_marks[] = {"-", "/", ".", "月", NULL};
    const char *cell = import_cell(job, row, column);
    const char *at = cell;
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    uint64_t whole = 0;
    bool is_read = false;

    out[0] = 0;
    if (*cell == 0) {
        return true;
    }
    if (strlen(cell) == 8 && text_parse_u64(cell, 8, 99999999, &whole)) {
        year = (unsigned)(whole / 10000);
        month = (unsigned)(whole / 100 % 100);
        day = (unsigned)(whole % 100);
        is_read = true;
    } else {
        is_read = next_number(&at, 4, &year) && next_mark(&at, year_marks) &&
                  next_number(&at, 2, &month) && next_mark(&at, month_marks) &&
                  next_number(&at, 2, &day) && (*at == 0 || strcmp(at, "日") == 0);
    }
    (void)snprintf(out, 11, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
    if (!is_read || !instant_is_day(out, strlen(out))) {
        import_complain(job, import_line(job, row),
                        "%s %s is no date from 1900 on; write it like 2026-01-31",
                        import_column_title(column), import_quote(cell).text);
        return false;
    }
    job->sources[row].is_mended = job->sources[row].is_mended || strcmp(out, cell) != 0;
    return true;
}

/* ---- the paper ---- */

bool import_has_paper(const struct import_job *job, size_t row)
{
    static const enum import_column columns[] = {COLUMN_PAPER,  COLUMN_ORIGINAL, COLUMN_WITH,
                                                 COLUMN_COPIES, COLUMN_PAGES,    COLUMN_FROM,
                                                 COLUMN_TO,     COLUMN_REMARK};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (*import_cell(job, row, columns[i]) != 0) {
            return true;
        }
    }
    return false;
}

json_t *import_folder_paper(struct import_job *job, size_t row)
{
    char from[11];
    char to[11];
    const char *kind = find_kind(job, row);
    const char *original = find_original(job, row);
    const char *with = find_keeper(job, row, original);
    int copies = *import_cell(job, row, COLUMN_COPIES) == 0
                     ? 1
                     : read_number(job, row, COLUMN_COPIES, "份", COPIES_MAX);
    int pages = read_number(job, row, COLUMN_PAGES, "页", PAGES_MAX);
    bool is_good = read_day(job, row, COLUMN_FROM, from);

    is_good = read_day(job, row, COLUMN_TO, to) && is_good;
    if (is_good && from[0] != 0 && to[0] != 0 && strcmp(from, to) > 0) {
        import_complain(job, import_line(job, row),
                        "起 (from) is after 止 (to); correct the dates");
        is_good = false;
    }
    if (!is_good || kind == NULL || original == NULL || with == NULL || copies == 0 ||
        pages == 0) {
        return NULL;
    }
    return import_made(job,
                       json_pack("{s:i,s:s?,s:s,s:s,s:s?,s:i,s:n,s:n,s:s?}", "copies", copies,
                                 "from", from[0] != 0 ? from : NULL, "kind", kind, "original",
                                 original, "original_with", *with != 0 ? with : NULL, "pages",
                                 pages, "remark", "title", "to", to[0] != 0 ? to : NULL));
}
