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
    [COLUMN_BUILDING] = {"building", {"楼栋", NULL}, "楼栋 (building)", true},
    [COLUMN_UNIT] = {"unit", {"单元", NULL}, "单元 (unit)", true},
    [COLUMN_STATE] = {"state", {"状态", NULL}, "状态 (state)", true},
    [COLUMN_HOLDER] = {"holder", {"持有人", NULL}, "持有人 (holder)", true},
    [COLUMN_PAGE] = {"page", {"页码", NULL}, "页码 (page)", true},
    [COLUMN_SEAL] = {"seal", {"封条号", NULL}, "封条号 (seal)", true},
    [COLUMN_QUANTITY] = {"quantity", {"数量", NULL}, "数量 (quantity)", true},
    [COLUMN_CLASS] = {"class", {"类别", NULL}, "类别 (class)", false},
    [COLUMN_BOX] = {"box", {"盒", NULL}, "盒 (box)", false},
    [COLUMN_PAPER] = {"paper", {"资料名称", NULL}, "资料名称 (paper)", false},
    [COLUMN_ORIGINAL] = {"original", {"原件/复印件", NULL}, "原件/复印件 (original)", true},
    [COLUMN_WITH] = {"with", {"原件存放", NULL}, "原件存放 (with)", false},
    [COLUMN_COPIES] = {"copies", {"份数", NULL}, "份数 (copies)", true},
    [COLUMN_PAGES] = {"pages", {"页数", NULL}, "页数 (pages)", true},
    [COLUMN_FROM] = {"from", {"起", NULL}, "起 (from)", true},
    [COLUMN_TO] = {"to", {"止", NULL}, "止 (to)", true},
    [COLUMN_REMARK] = {"remark", {"备注", NULL}, "备注 (remark)", false},
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
    [IMPORT_OPENING] = {BIT(COLUMN_TAG) | BIT(COLUMN_PLACE) | BIT(COLUMN_BUILDING) |
                            BIT(COLUMN_UNIT) | BIT(COLUMN_KIND) | BIT(COLUMN_COPY) |
                            BIT(COLUMN_STATE) | BIT(COLUMN_HOLDER) | BIT(COLUMN_PAGE) |
                            BIT(COLUMN_SEAL) | BIT(COLUMN_QUANTITY),
                        BIT(COLUMN_STATE)},
    [IMPORT_FOLDERS] = {BIT(COLUMN_LABEL) | BIT(COLUMN_CLASS) | BIT(COLUMN_PLACE) |
                            BIT(COLUMN_BUILDING) | BIT(COLUMN_UNIT) | BIT(COLUMN_BOX) |
                            BIT(COLUMN_PAPER) | BIT(COLUMN_ORIGINAL) | BIT(COLUMN_WITH) |
                            BIT(COLUMN_COPIES) | BIT(COLUMN_PAGES) | BIT(COLUMN_FROM) |
                            BIT(COLUMN_TO) | BIT(COLUMN_REMARK) | BIT(COLUMN_NAME),
                        BIT(COLUMN_CLASS) | BIT(COLUMN_PLACE) | BIT(COLUMN_PAPER) |
                            BIT(COLUMN_ORIGINAL) | BIT(COLUMN_PAGES)},
};

bool import_column_is_folded(enum import_column column)
{
    return COLUMNS[column].is_folded;
}

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

/* The column of a heading as it stands, or in a messy file as it is meant. */
static enum import_column heading_column(const struct import_job *job, enum import_kind kind,
                                         const char *heading, bool *ret_idle)
{
    char tidy[128];

    if (!job->is_messy) {
        enum import_column column = find_column(&SPECS[kind], heading);
        *ret_idle = column == COLUMN_COUNT && is_note(heading);
        return column;
    }
    import_tidy_heading(heading, tidy, sizeof tidy);
    *ret_idle = import_is_idle_heading(kind, tidy); /* first: 序号 is elsewhere the copy */
    enum import_column column = *ret_idle ? COLUMN_COUNT : import_alias(kind, tidy);
    if (column == COLUMN_COUNT && !*ret_idle) {
        column = find_column(&SPECS[kind], tidy);
    }
    return column;
}

/* Opening balances: a key is named by its tag, or by a place and the kind of its lock. */
static bool check_key_columns(struct import_job *job, unsigned seen, size_t line, bool is_tried)
{
    if ((seen & BIT(COLUMN_TAG)) != 0 ||
        ((seen & BIT(COLUMN_PLACE)) != 0 && (seen & BIT(COLUMN_KIND)) != 0)) {
        return true;
    }
    if (!is_tried) {
        import_complain(job, line,
                        "no column names the keys; add 编号 (item), or 房号 (place) and 类别 "
                        "(kind)");
    }
    return false;
}

bool import_read_heading(struct import_job *job, enum import_kind kind,
                         const char *const *fields, size_t field_count, size_t line,
                         bool is_tried, struct import_heading *ret_heading)
{
    const struct file_spec *spec = &SPECS[kind];
    unsigned seen = 0;
    bool is_good = true;

    for (size_t i = 0; i < CSV_COLUMN_MAX; i++) {
        ret_heading->map[i] = COLUMN_COUNT;
        ret_heading->is_named[i] = i < field_count && *fields[i] != 0;
    }
    for (size_t i = 0; i < field_count; i++) {
        bool is_idle = *fields[i] == 0;
        enum import_column column =
            is_idle ? COLUMN_COUNT : heading_column(job, kind, fields[i], &is_idle);
        if (is_idle) {
            continue;
        }
        if (column == COLUMN_COUNT) {
            if (!is_tried) {
                import_complain(
                    job, line, "column %s is not known here; delete it, or head it 备注 (note)",
                    import_quote(fields[i]).text);
            }
        } else if ((seen & BIT(column)) != 0) {
            if (!is_tried) {
                import_complain(job, line, "two columns for %s; delete one",
                                import_column_title(column));
            }
            is_good = false;
        } else {
            seen |= BIT(column);
            ret_heading->map[i] = column;
        }
    }
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        if ((spec->needed & ~seen & BIT(column)) != 0) {
            if (!is_tried) {
                import_complain(job, line, "no column %s; add it to the first row",
                                COLUMNS[column].title);
            }
            is_good = false;
        }
    }
    return (kind != IMPORT_OPENING || check_key_columns(job, seen, line, is_tried)) && is_good;
}

/* ---- rows ---- */

/* Room for one more row, zeroed; NULL with job->status set. */
struct import_source *import_new_source(struct import_job *job, size_t line)
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

/* Its sentence begins with "line n: ". */
void import_keep_broken(struct import_job *job, const struct custody_error *why, size_t line)
{
    static const char PREFIX[] = "line ";
    const char *reason = why->text;
    uint64_t number = line;
    const char *colon = strstr(reason, ": ");

    if (strncmp(reason, PREFIX, sizeof PREFIX - 1) == 0 && colon != NULL) {
        const char *digits = reason + sizeof PREFIX - 1;
        if (text_parse_u64(digits, (size_t)(colon - digits), SIZE_MAX, &number)) {
            reason = colon + 2;
        }
    }
    struct import_source *source = import_new_source(job, (size_t)number);
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

/* It is more likely a slipped cell than a remark. */
size_t import_find_stray(const char *const *fields, size_t field_count,
                         const struct import_heading *heading)
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
                     size_t line, const struct import_heading *heading)
{
    const enum import_column *map = heading->map;
    size_t size = 0;

    for (size_t i = 0; i < field_count; i++) {
        size += map[i] == COLUMN_COUNT ? 0 : strlen(fields[i]) + 1;
    }
    struct import_source *source = import_new_source(job, line);
    if (source == NULL) {
        return;
    }
    source->bytes = malloc(size + 1);
    if (source->bytes == NULL) {
        import_no_memory(job);
        return;
    }
    job->source_count++;
    source->stray_column = import_find_stray(fields, field_count, heading);
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
    struct import_heading heading;
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
            import_keep_broken(job, &why, 0);
            is_done = !has_heading;
        } else if (field_count == 0) {
            is_done = true;
        } else if (has_heading) {
            keep_row(job, fields, field_count, line, &heading);
        } else {
            has_heading = true;
            is_done =
                !import_read_heading(job, kind, fields, field_count, line, false, &heading);
        }
    }
}
