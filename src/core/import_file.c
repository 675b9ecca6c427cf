/*
 * First pass of an import: the file, its headings, its cells.
 *
 * Keeps every row as it is, since a row may refer to a later one. Must not know what a cell
 * means, but that codes are folded.
 */
#include "import_impl.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define FIRST_CAP 64U

/* ---- columns ---- */

static const struct {
    const char *english;
    const char *chinese[2];
    const char *title; /* for people */
    bool is_folded;    /* a code: full-width twins count as ASCII */
} COLUMNS[COLUMN_COUNT] = {
    [COLUMN_CODE] = {"code", {"编码", NULL}, "编码 (code)", true},
    [COLUMN_LABEL] = {"label", {"名称", NULL}, "名称 (label)", false},
    [COLUMN_KIND] = {"kind", {"类型", NULL}, "类型 (kind)", false},
    [COLUMN_PARENT] = {"parent", {"上级", NULL}, "上级 (parent)", true},
    [COLUMN_PLACE] = {"place", {"位置", NULL}, "位置 (place)", true},
    [COLUMN_COPY] = {"copy", {"序号", "第几把"}, "序号 (copy)", true},
    [COLUMN_LOCKS] = {"locks", {"锁", NULL}, "锁 (locks)", true},
    [COLUMN_RING] = {"ring", {"钥匙袋", NULL}, "钥匙袋 (ring)", false},
    [COLUMN_DESK] = {"desk", {"保管台", NULL}, "保管台 (desk)", false},
    [COLUMN_TAG] = {"tag", {"标签码", NULL}, "标签码 (tag)", false},
    [COLUMN_HANDLE] = {"handle", {"登录名", NULL}, "登录名 (handle)", true},
    [COLUMN_STAFF_NO] = {"staff_no", {"工号", NULL}, "工号 (staff_no)", true},
    [COLUMN_ROLES] = {"roles", {"职务", NULL}, "职务 (roles)", false},
    [COLUMN_NAME] = {"name", {"姓名", NULL}, "姓名 (name)", false},
};

#define BIT(column) (1U << (column))

/* The columns of a register, and those without which no row says anything. */
static const struct file_spec {
    unsigned known;
    unsigned needed;
} SPECS[] = {
    [IMPORT_PLACES] = {BIT(COLUMN_CODE) | BIT(COLUMN_LABEL) | BIT(COLUMN_KIND) |
                           BIT(COLUMN_PARENT),
                       BIT(COLUMN_CODE) | BIT(COLUMN_LABEL) | BIT(COLUMN_KIND)},
    [IMPORT_LOCKS] = {BIT(COLUMN_CODE) | BIT(COLUMN_LABEL) | BIT(COLUMN_KIND) |
                          BIT(COLUMN_PLACE),
                      BIT(COLUMN_CODE) | BIT(COLUMN_LABEL) | BIT(COLUMN_KIND) |
                          BIT(COLUMN_PLACE)},
    [IMPORT_KEYS] = {BIT(COLUMN_LABEL) | BIT(COLUMN_COPY) | BIT(COLUMN_LOCKS) |
                         BIT(COLUMN_RING) | BIT(COLUMN_DESK) | BIT(COLUMN_TAG),
                     BIT(COLUMN_LABEL) | BIT(COLUMN_COPY) | BIT(COLUMN_LOCKS)},
    [IMPORT_PEOPLE] = {BIT(COLUMN_HANDLE) | BIT(COLUMN_STAFF_NO) | BIT(COLUMN_ROLES) |
                           BIT(COLUMN_NAME),
                       BIT(COLUMN_HANDLE) | BIT(COLUMN_STAFF_NO) | BIT(COLUMN_ROLES)},
};

const char *import_column_title(enum import_column column)
{
    return COLUMNS[column].title;
}

void import_fold(char *text)
{
    char *to = text;
    size_t len = strlen(text);
    size_t pos = 0;

    while (pos < len) {
        size_t start = pos;
        int32_t code_point = text_next(text, len, &pos);
        if (code_point >= 0xFF01 && code_point <= 0xFF5E) {
            *to++ = (char)(code_point - 0xFF01 + '!');
        } else {
            pos = code_point < 0 ? start + 1 : pos;
            memmove(to, text + start, pos - start);
            to += pos - start;
        }
    }
    *to = 0;
}

static bool is_same_ignoring_case(const char *heading, const char *lower)
{
    while (*heading != 0 && *lower != 0) {
        int shift = *heading >= 'A' && *heading <= 'Z' ? 'a' - 'A' : 0;
        if (*heading + shift != *lower) {
            return false;
        }
        heading++;
        lower++;
    }
    return *heading == *lower;
}

/* ---- headings ---- */

/* The column of each field, COLUMN_COUNT for a note or none. A field without a heading may only
 * be empty. */
struct heading {
    enum import_column map[CSV_COLUMN_MAX];
    bool is_named[CSV_COLUMN_MAX];
};

static bool is_note(const char *heading)
{
    return is_same_ignoring_case(heading, "note") || strcmp(heading, "备注") == 0;
}

static enum import_column find_column(const struct file_spec *spec, const char *heading)
{
    size_t column = 0;

    for (column = 0; column < COLUMN_COUNT; column++) {
        const char *const *chinese = COLUMNS[column].chinese;
        if ((spec->known & BIT(column)) != 0 &&
            (is_same_ignoring_case(heading, COLUMNS[column].english) ||
             strcmp(heading, chinese[0]) == 0 ||
             (chinese[1] != NULL && strcmp(heading, chinese[1]) == 0))) {
            break;
        }
    }
    return (enum import_column)column;
}

/* False: without these columns no row says anything. */
static bool read_heading(struct import_job *job, const struct file_spec *spec,
                         const char *const *fields, size_t field_count, size_t line,
                         struct heading *ret_heading)
{
    unsigned seen = 0;
    bool is_good = true;

    for (size_t i = 0; i < CSV_COLUMN_MAX; i++) {
        ret_heading->map[i] = COLUMN_COUNT;
        ret_heading->is_named[i] = i < field_count && *fields[i] != 0;
    }
    for (size_t i = 0; i < field_count; i++) {
        if (*fields[i] == 0 || is_note(fields[i])) {
            continue;
        }
        enum import_column column = find_column(spec, fields[i]);
        if (column == COLUMN_COUNT) {
            import_complain(job, line,
                            "column %s is not known here; delete it, or head it 备注 (note)",
                            import_quote(fields[i]).text);
        } else if ((seen & BIT(column)) != 0) {
            import_complain(job, line, "two columns for %s; delete one",
                            import_column_title(column));
            is_good = false;
        } else {
            seen |= BIT(column);
            ret_heading->map[i] = column;
        }
    }
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        if ((spec->needed & ~seen & BIT(column)) != 0) {
            import_complain(job, line, "no column %s; add it to the first row",
                            COLUMNS[column].title);
            is_good = false;
        }
    }
    return is_good;
}

/* ---- rows ---- */

/* Room for one more row, zeroed; NULL with job->status set. */
static struct import_source *new_source(struct import_job *job, size_t line)
{
    if (job->source_count == IMPORT_ROW_MAX) {
        job->status = custody_fail(job->err, CUSTODY_ERR_LIMIT,
                                   "more than %u rows; split the file and import the parts",
                                   IMPORT_ROW_MAX);
        return NULL;
    }
    if (job->source_count == job->source_cap) {
        size_t cap = job->source_cap == 0 ? FIRST_CAP : job->source_cap * 2;
        struct import_source *grown = realloc(job->sources, cap * sizeof *grown);
        if (grown == NULL) {
            import_no_memory(job);
            return NULL;
        }
        job->sources = grown;
        job->source_cap = cap;
    }
    struct import_source *source = &job->sources[job->source_count];
    memset(source, 0, sizeof *source);
    source->line = line;
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        source->cells[column] = "";
    }
    return source;
}

/* Keep a row that the CSV reader could not cut up. Its sentence begins with "line n: ". */
static void keep_broken(struct import_job *job, const struct custody_error *why)
{
    static const char PREFIX[] = "line ";
    const char *reason = why->text;
    uint64_t line = 0;
    const char *colon = strstr(reason, ": ");

    if (strncmp(reason, PREFIX, sizeof PREFIX - 1) == 0 && colon != NULL) {
        const char *number = reason + sizeof PREFIX - 1;
        if (text_parse_u64(number, (size_t)(colon - number), SIZE_MAX, &line)) {
            reason = colon + 2;
        }
    }
    struct import_source *source = new_source(job, (size_t)line);
    if (source == NULL) {
        return;
    }
    source->bytes = text_dup(reason);
    source->is_broken = true;
    if (source->bytes == NULL) {
        import_no_memory(job);
        return;
    }
    job->source_count++;
}

/* Where the first value stands that has no heading, from 1; 0: nowhere. It is more likely a
 * slipped cell than a remark. */
static size_t find_stray(const char *const *fields, size_t field_count,
                         const struct heading *heading)
{
    for (size_t i = 0; i < field_count; i++) {
        if (!heading->is_named[i] && *fields[i] != 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Copy the cells of a row. */
static void keep_row(struct import_job *job, const char *const *fields, size_t field_count,
                     size_t line, const struct heading *heading)
{
    const enum import_column *map = heading->map;
    size_t size = 0;

    for (size_t i = 0; i < field_count; i++) {
        size += map[i] == COLUMN_COUNT ? 0 : strlen(fields[i]) + 1;
    }
    struct import_source *source = new_source(job, line);
    if (source == NULL) {
        return;
    }
    source->bytes = malloc(size + 1);
    if (source->bytes == NULL) {
        import_no_memory(job);
        return;
    }
    job->source_count++;
    source->stray_column = find_stray(fields, field_count, heading);
    char *at = source->bytes;
    for (size_t i = 0; i < field_count; i++) {
        if (map[i] == COLUMN_COUNT) {
            continue;
        }
        size_t len = strlen(fields[i]);
        memcpy(at, fields[i], len + 1);
        if (COLUMNS[map[i]].is_folded) {
            import_fold(at);
        }
        source->cells[map[i]] = at;
        at += len + 1;
    }
}

void import_read_file(struct import_job *job, enum import_kind kind, struct csv *csv)
{
    struct heading heading;
    bool has_heading = false;
    bool is_done = false;

    while (job->status == CUSTODY_OK && !is_done) {
        struct custody_error why = {.status = CUSTODY_OK};
        const char *const *fields = NULL;
        size_t field_count = 0;
        size_t line = 0;
        enum custody_status rc = csv_next(csv, &fields, &field_count, &line, &why);
        if (rc != CUSTODY_OK && rc != CUSTODY_ERR_INVALID) {
            job->status = custody_fail(job->err, rc, "%s", why.text);
        } else if (rc != CUSTODY_OK) {
            keep_broken(job, &why);
            is_done = !has_heading;
        } else if (field_count == 0) {
            is_done = true;
        } else if (has_heading) {
            keep_row(job, fields, field_count, line, &heading);
        } else {
            has_heading = true;
            is_done = !read_heading(job, &SPECS[kind], fields, field_count, line, &heading);
        }
    }
}
