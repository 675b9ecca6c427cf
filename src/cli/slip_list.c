/* What a slip lists: see slip_list.h. */
#include "slip_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custody/words.h"

#define ENTRY_SIZE    1200
#define WITHHELD_SIZE 4000

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to print a slip");
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static const char *word(const struct slip_rows *rows, const char *column, const char *code)
{
    return custody_word(rows->policy, rows->session->lang, column, code);
}

static enum custody_status add_entry(struct slip_rows *rows, const char *text,
                                     struct custody_error *err)
{
    if (rows->list_count == rows->list_size) {
        const size_t size = rows->list_size == 0 ? 64 : rows->list_size * 2;
        char **list = realloc(rows->list, size * sizeof *list);
        if (list == NULL) {
            return no_memory(err);
        }
        rows->list = list;
        rows->list_size = size;
    }
    char *copy = session_copy(text);
    if (copy == NULL) {
        return no_memory(err);
    }
    rows->list[rows->list_count++] = copy;
    return CUSTODY_OK;
}

/* Things by label, with what becomes of them where the act says so. Never a tag: a slip in a
 * pocket must not pass for a key. */
static enum custody_status add_item(struct slip_rows *rows, const json_t *item,
                                    struct custody_error *err)
{
    char text[ENTRY_SIZE];
    const char *outcome = member(item, "outcome");
    const char *label = member(item, "label");
    if (label[0] == '\0') {
        return CUSTODY_OK;
    }
    (void)snprintf(text, sizeof text, outcome[0] != '\0' ? "%.400s(%.100s)" : "%.400s", label,
                   word(rows, "outcome", outcome));
    return add_entry(rows, text, err);
}

/* "3栋-2单元-1201 业主档案 · 3 装修管理协议(6页,完好)" */
static enum custody_status add_paper(struct slip_rows *rows, const json_t *folder,
                                     const json_t *paper, struct custody_error *err)
{
    char text[ENTRY_SIZE];
    const enum custody_lang lang = rows->session->lang;
    const char *condition = member(paper, "condition");
    (void)snprintf(
        text, sizeof text, "%.400s · %lld %.400s(%lld%s%s%.100s)", member(folder, "label"),
        (long long)json_integer_value(json_object_get(paper, "n")), member(paper, "label"),
        (long long)json_integer_value(json_object_get(paper, "pages")),
        text_of(lang, TEXT_SLIP_PAGES),
        condition[0] == '\0' ? ""
        : lang == CUSTODY_ZH ? ","
                             : ", ",
        condition[0] == '\0' ? "" : word(rows, "condition", condition));
    return add_entry(rows, text, err);
}

/* "租-013(5件,19页)"; struck out: "租-009(划去:其他)" */
static enum custody_status add_line(struct slip_rows *rows, const json_t *line, bool is_struck,
                                    struct custody_error *err)
{
    char text[ENTRY_SIZE];
    const enum custody_lang lang = rows->session->lang;
    if (is_struck) {
        (void)snprintf(text, sizeof text, "%.400s(%s: %.100s)", member(line, "label"),
                       text_of(lang, TEXT_SLIP_STRUCK),
                       word(rows, "reason", member(line, "reason")));
    } else {
        (void)snprintf(text, sizeof text, "%.400s(%lld%s%s%lld%s)", member(line, "label"),
                       (long long)json_integer_value(json_object_get(line, "papers")),
                       text_of(lang, TEXT_SLIP_PAPERS), lang == CUSTODY_ZH ? "," : ", ",
                       (long long)json_integer_value(json_object_get(line, "pages")),
                       text_of(lang, TEXT_SLIP_PAGES));
    }
    return add_entry(rows, text, err);
}

/* What stays in the bag; what is too much for a row ends in "…". */
static enum custody_status add_withheld(struct slip_rows *rows, const json_t *folders,
                                        struct custody_error *err)
{
    char text[WITHHELD_SIZE] = "";
    size_t len = 0;
    size_t f = 0;
    const json_t *folder = NULL;
    const char *comma = rows->session->lang == CUSTODY_ZH ? "、" : ", ";
    json_array_foreach(folders, f, folder)
    {
        size_t i = 0;
        const json_t *paper = NULL;
        json_array_foreach(json_object_get(folder, "withheld"), i, paper)
        {
            const size_t more = strlen(member(paper, "label")) + 32;
            if (len + more + sizeof "…" > sizeof text) {
                (void)snprintf(text + len, sizeof text - len, "…");
                break;
            }
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%lld %s",
                                    len > 0 ? comma : "",
                                    (long long)json_integer_value(json_object_get(paper, "n")),
                                    member(paper, "label"));
        }
    }
    if (len == 0 || rows->count == CUSTODY_SLIP_ROWS_MAX) {
        return CUSTODY_OK;
    }
    char *value = session_copy(text);
    if (value == NULL) {
        return no_memory(err);
    }
    rows->rows[rows->count] =
        (struct custody_slip_row){text_of(rows->session->lang, TEXT_SLIP_WITHHELD), value};
    rows->values[rows->count++] = value;
    return CUSTODY_OK;
}

/* In the order of the house: 2栋 before 10栋. */
static int compare_texts(const void *left, const void *right)
{
    return strverscmp(*(char *const *)left, *(char *const *)right);
}

enum custody_status slip_list_fill(struct slip_rows *rows, const json_t *body,
                                   struct custody_error *err)
{
    const json_t *items = json_object_get(body, "items");
    const json_t *folders = json_object_get(body, "folders");
    const json_t *struck = json_object_get(body, "struck");
    const json_t *lines = struck != NULL ? json_object_get(body, "lines") : NULL;
    const char first = member(json_array_get(items, 0), "item")[0];
    enum custody_status rc = CUSTODY_OK;
    size_t i = 0;
    const json_t *element = NULL;
    /* Keys and rings; else folders, papers, boxes. */
    const bool is_keys = first == 'K' || first == 'R';
    rows->list_title = text_of(rows->session->lang, is_keys ? TEXT_SLIP_KEY : TEXT_SLIP_PAPER);
    json_array_foreach(items, i, element)
    {
        rc = rc == CUSTODY_OK ? add_item(rows, element, err) : rc;
    }
    json_array_foreach(folders, i, element)
    {
        size_t p = 0;
        const json_t *paper = NULL;
        const json_t *lent = json_object_get(element, "lent");
        json_array_foreach(lent != NULL ? lent : json_object_get(element, "papers"), p, paper)
        {
            rc = rc == CUSTODY_OK ? add_paper(rows, element, paper, err) : rc;
        }
    }
    json_array_foreach(lines, i, element)
    {
        rc = rc == CUSTODY_OK ? add_line(rows, element, false, err) : rc;
    }
    json_array_foreach(struck, i, element)
    {
        rc = rc == CUSTODY_OK ? add_line(rows, element, true, err) : rc;
    }
    if (rc == CUSTODY_OK) {
        rc = add_withheld(rows, folders, err);
    }
    if (rows->list_count > 1) {
        qsort(rows->list, rows->list_count, sizeof *rows->list, compare_texts);
    }
    return rc;
}
