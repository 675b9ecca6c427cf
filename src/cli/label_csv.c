/* Labels that a CSV names, or whose words it has. */
#include <string.h>

#include "custody/csv.h"
#include "label_archive.h"
#include "label_pick.h"
#include "label_select.h"

#define COLUMNS_MAX 32

/* Headings of the column that names keys, the best first; English ones in small letters. */
static const char *const name_headings[] = {
    "item", "tag",  "code", "编号",    "标签码", "钥匙编号", "label",
    "名称", "钥匙", "key",  "address", "地址",   "房屋",     "folder",
    "档案", "档号", "box",  "档案盒",  "shelf",  "档案架",
};
static const char *const copy_headings[] = {"copy", "第几把", "序号"};

/* Headings of words, and the field of a stock that they fill. */
static const struct {
    const char *heading, *field;
} word_headings[] = {
    {"address", "address"}, {"地址", "address"},  {"building", "building"},
    {"楼栋", "building"},   {"栋", "building"},   {"room", "room"},
    {"房号", "room"},       {"楼层房号", "room"}, {"what", "what"},
    {"名称", "what"},       {"内容", "what"},     {"class", "class"},
    {"类别", "class"},      {"copy", "copy"},     {"第几把", "copy"},
    {"note", "note"},       {"备注", "note"},     {"number", "number"},
    {"号", "number"},       {"序号", "number"},   {"盒号", "number"},
    {"year", "year"},       {"年度", "year"},     {"fonds", "fonds"},
    {"全宗号", "fonds"},    {"term", "term"},     {"保管期限", "term"},
    {"from", "from"},       {"起", "from"},       {"to", "to"},
    {"止", "to"},
};

struct csv_heads {
    size_t name;
    size_t copy;
    const char *fields[COLUMNS_MAX];
    size_t count;
};
#define NO_COLUMN ((size_t)-1)

static bool is_heading(const char *cell, const char *heading)
{
    size_t i = 0;
    for (; cell[i] != '\0'; i++) {
        const char c = cell[i] >= 'A' && cell[i] <= 'Z' ? (char)(cell[i] + 32) : cell[i];
        if (c != heading[i]) {
            return false;
        }
    }
    return heading[i] == '\0';
}

static size_t find_column(const struct custody_csv_row *row, const char *const *headings,
                          size_t count)
{
    for (size_t h = 0; h < count; h++) {
        for (size_t i = 0; i < row->count; i++) {
            if (is_heading(row->cells[i], headings[h])) {
                return i;
            }
        }
    }
    return NO_COLUMN;
}

static enum custody_status read_word_heads(const struct custody_csv_row *row, const char *path,
                                           struct csv_heads *heads, struct custody_error *err)
{
    for (size_t i = 0; i < row->count; i++) {
        for (size_t h = 0; h < sizeof word_headings / sizeof word_headings[0]; h++) {
            if (i < COLUMNS_MAX && is_heading(row->cells[i], word_headings[h].heading)) {
                heads->fields[i] = word_headings[h].field;
            }
        }
        if (i >= COLUMNS_MAX || (heads->fields[i] == NULL && row->cells[i][0] != '\0')) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "line %zu of %.120s: no label has a field \"%.40s\"; use the "
                                "fields that custody label stocks lists",
                                row->line, path, row->cells[i]);
        }
    }
    heads->count = row->count;
    return CUSTODY_OK;
}

static enum custody_status read_heads(const struct custody_csv_row *row, const char *path,
                                      bool plain, struct csv_heads *heads,
                                      struct custody_error *err)
{
    /* What a plain label says may be headed "name" or "address" too: only codes are codes. */
    const size_t names = plain ? 6 : sizeof name_headings / sizeof name_headings[0];
    if (row == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%.120s is empty; its first line names the columns", path);
    }
    heads->name = find_column(row, name_headings, names);
    heads->copy =
        find_column(row, copy_headings, sizeof copy_headings / sizeof copy_headings[0]);
    if (heads->name != NO_COLUMN) {
        return CUSTODY_OK;
    }
    if (plain) {
        return read_word_heads(row, path, heads, err);
    }
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "line %zu of %.120s names no column of keys; head one item (编号), tag "
                        "(标签码), label (名称) or address (地址)",
                        row->line, path);
}

/* Put the line before what is wrong with it; status and rule stay. */
static enum custody_status name_line(enum custody_status status, const char *path, size_t line,
                                     struct custody_error *err)
{
    if (err != NULL) {
        const struct custody_error why = *err;
        (void)custody_fail(err, status, "line %zu of %.120s: %.260s", line, path, why.text);
        err->os_error = why.os_error;
        memcpy(err->rule, why.rule, sizeof err->rule);
    }
    return status;
}

/* A key of a name that several have: the one of this copy number. */
static enum custody_status add_copy(struct session *session, struct label_picks *picks,
                                    const char *item, int64_t copy, struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(session, "key.show", json_pack("{s:s}", "item", item), &rows, err);
    const json_t *row = json_array_get(rows, 0);
    if (rc == CUSTODY_OK && json_integer_value(json_object_get(row, "copy")) == copy) {
        rc = label_picks_add(picks, row, err);
    }
    json_decref(rows);
    return rc;
}

/* What one match of a name stands for: a home with what belongs to it. */
static enum custody_status add_match(struct session *session, struct label_picks *found,
                                     const json_t *match, int64_t copy,
                                     struct custody_error *err)
{
    const char *id = label_member(match, "id");
    const char kind = label_member(match, "kind")[0];
    if (strchr("BFS", kind) != NULL) {
        return label_archive_add_item(session, found, id, err);
    }
    if (copy != 0) {
        return kind == 'K' ? add_copy(session, found, id, copy, err) : CUSTODY_OK;
    }
    return kind == 'L' ? label_picks_add_place(session, found, id, err)
                       : label_picks_add_item(session, found, id, err);
}

/* All that a name means here: every copy of a key of that name unless one is asked for; of the
 * archive with --folders and the like, or when nothing else is called so. Another row may have
 * named it before. */
static enum custody_status add_name(struct session *session, struct label_picks *picks,
                                    const char *text, int64_t copy, struct custody_error *err)
{
    struct label_picks found = {.list = json_array(), .seen = json_object()};
    const char *bulk = label_archive_bulk(session);
    const char *const kinds[] = {bulk[0] != '\0' ? bulk : "LKR", bulk[0] != '\0' ? "" : "BFS"};
    json_t *matches = NULL;
    enum custody_status rc = session_packed(found.list != NULL ? found.seen : NULL, err);
    for (size_t i = 0;
         rc == CUSTODY_OK && i < 2 && kinds[i][0] != '\0' && json_array_size(found.list) == 0;
         i++) {
        rc = custody_resolve(session->site, text, kinds[i], &matches, err);
        for (size_t k = 0; rc == CUSTODY_OK && k < json_array_size(matches); k++) {
            rc = add_match(session, &found, json_array_get(matches, k), copy, err);
        }
        json_decref(matches);
        matches = NULL;
        rc = rc == CUSTODY_ERR_NOT_FOUND ? CUSTODY_OK : rc;
    }
    if (rc == CUSTODY_OK && json_array_size(found.list) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          bulk[0] != '\0'
                              ? "\"%.80s\" names nothing of that kind in the archive; "
                                "check it"
                              : "\"%.80s\" names no key here; check it",
                          text);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(found.list); i++) {
        rc = label_picks_add(picks, json_array_get(found.list, i), err);
    }
    json_decref(found.list);
    json_decref(found.seen);
    return rc;
}

static enum custody_status add_words(struct label_picks *picks,
                                     const struct custody_csv_row *row,
                                     const struct csv_heads *heads, struct custody_error *err)
{
    json_t *fields = json_object();
    json_t *pick = json_pack("{s:I,s:o}", "line", (json_int_t)row->line, "fields", fields);
    enum custody_status rc = session_packed(pick, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < row->count && i < heads->count; i++) {
        if (heads->fields[i] != NULL && row->cells[i][0] != '\0' &&
            json_object_set_new(fields, heads->fields[i], json_string(row->cells[i])) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK && json_array_append(picks->list, pick) != 0) {
        rc = session_packed(NULL, err);
    }
    json_decref(pick);
    return rc;
}

static enum custody_status add_row(struct session *session, struct label_picks *picks,
                                   const struct custody_csv_row *row,
                                   const struct csv_heads *heads, struct custody_error *err)
{
    int64_t copy = 0;
    if (heads->name == NO_COLUMN) {
        return add_words(picks, row, heads, err);
    }
    const char *text = heads->name < row->count ? row->cells[heads->name] : "";
    const char *number = heads->copy < row->count ? row->cells[heads->copy] : "";
    if (text[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the column that names the key is empty; fill it in");
    }
    enum custody_status rc = CUSTODY_OK;
    if (number[0] != '\0') {
        rc = option_int_of(number, "the copy number", 1, 9999, &copy, err);
    }
    return rc == CUSTODY_OK ? add_name(session, picks, text, copy, err) : rc;
}

enum custody_status label_csv_add(struct session *session, struct label_picks *picks,
                                  const char *path, bool plain, struct custody_error *err)
{
    struct custody_csv *csv = NULL;
    struct csv_heads heads = {.name = NO_COLUMN, .copy = NO_COLUMN};
    const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
    enum custody_status rc = custody_csv_read(path, &csv, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = read_heads(custody_csv_row(csv, 0), shown, plain, &heads, err);
    const struct custody_csv_row *row = NULL;
    for (size_t i = 1; rc == CUSTODY_OK && (row = custody_csv_row(csv, i)) != NULL; i++) {
        struct custody_error why = {0};
        rc = add_row(session, picks, row, &heads, &why);
        if (rc != CUSTODY_OK) {
            rc = name_line(rc, shown, row->line, &why);
            if (err != NULL) {
                *err = why;
            }
        }
    }
    custody_csv_free(csv);
    return rc;
}
