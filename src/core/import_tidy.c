/*
 * Messy files, one cell at a time: headings in other words, what programs leave in a cell, and
 * rows that are none. Only what has one meaning is changed; the rest stays and is rejected by
 * the check of its column. Must not know the register.
 */
#include "import_impl.h"

#include <stdio.h>
#include <string.h>

#include "address.h"
#include "text.h"

/* ---- headings ---- */

#define ON(kind) (1U << (kind))
#define ALL                                                                                    \
    (ON(IMPORT_PLACES) | ON(IMPORT_LOCKS) | ON(IMPORT_KEYS) | ON(IMPORT_PEOPLE) |              \
     ON(IMPORT_OPENING) | ON(IMPORT_FOLDERS))
#define HOMES (ON(IMPORT_OPENING) | ON(IMPORT_FOLDERS)) /* rows that name homes */

/* Beside those of import_file.c. Spelt as import_tidy_heading() leaves them. */
static const struct {
    const char *text;
    enum import_column column;
    unsigned kinds;
} ALIASES[] = {
    {"编号", COLUMN_TAG, ON(IMPORT_OPENING)},
    {"item", COLUMN_TAG, ON(IMPORT_OPENING)},
    {"钥匙编号", COLUMN_TAG, ON(IMPORT_OPENING)},
    {"标签", COLUMN_TAG, ON(IMPORT_OPENING) | ON(IMPORT_KEYS)},
    {"标签号", COLUMN_TAG, ON(IMPORT_OPENING) | ON(IMPORT_KEYS)},
    {"房号", COLUMN_PLACE, HOMES},
    {"房间号", COLUMN_PLACE, HOMES},
    {"房间", COLUMN_PLACE, HOMES},
    {"室号", COLUMN_PLACE, HOMES},
    {"房屋", COLUMN_PLACE, HOMES},
    {"地址", COLUMN_PLACE, HOMES},
    {"address", COLUMN_PLACE, HOMES},
    {"home", COLUMN_PLACE, HOMES},
    {"栋", COLUMN_BUILDING, HOMES},
    {"楼栋", COLUMN_BUILDING, HOMES},
    {"栋号", COLUMN_BUILDING, HOMES},
    {"楼号", COLUMN_BUILDING, HOMES},
    {"单元号", COLUMN_UNIT, HOMES},
    {"类别", COLUMN_KIND, ON(IMPORT_OPENING) | ON(IMPORT_PLACES) | ON(IMPORT_LOCKS)},
    {"钥匙类别", COLUMN_KIND, ON(IMPORT_OPENING)},
    {"钥匙类型", COLUMN_KIND, ON(IMPORT_OPENING)},
    {"种类", COLUMN_KIND, ON(IMPORT_OPENING)},
    {"当前状态", COLUMN_STATE, ON(IMPORT_OPENING)},
    {"钥匙状态", COLUMN_STATE, ON(IMPORT_OPENING)},
    {"status", COLUMN_STATE, ON(IMPORT_OPENING)},
    {"持有者", COLUMN_HOLDER, ON(IMPORT_OPENING)},
    {"借用人", COLUMN_HOLDER, ON(IMPORT_OPENING)},
    {"领用人", COLUMN_HOLDER, ON(IMPORT_OPENING)},
    {"登记页", COLUMN_PAGE, ON(IMPORT_OPENING)},
    {"登记页码", COLUMN_PAGE, ON(IMPORT_OPENING)},
    {"封条", COLUMN_SEAL, ON(IMPORT_OPENING)},
    {"封号", COLUMN_SEAL, ON(IMPORT_OPENING)},
    {"把数", COLUMN_QUANTITY, ON(IMPORT_OPENING)},
    {"count", COLUMN_QUANTITY, ON(IMPORT_OPENING)},
    {"代码", COLUMN_CODE, ON(IMPORT_PLACES) | ON(IMPORT_LOCKS)},
    {"所在位置", COLUMN_PLACE, ON(IMPORT_LOCKS)},
    {"钥匙名称", COLUMN_LABEL, ON(IMPORT_KEYS)},
    {"账号", COLUMN_HANDLE, ON(IMPORT_PEOPLE)},
    {"用户名", COLUMN_HANDLE, ON(IMPORT_PEOPLE)},
    {"员工号", COLUMN_STAFF_NO, ON(IMPORT_PEOPLE)},
    {"员工编号", COLUMN_STAFF_NO, ON(IMPORT_PEOPLE)},
    {"staffno", COLUMN_STAFF_NO, ON(IMPORT_PEOPLE)},
    {"职位", COLUMN_ROLES, ON(IMPORT_PEOPLE)},
    {"岗位", COLUMN_ROLES, ON(IMPORT_PEOPLE)},
    {"角色", COLUMN_ROLES, ON(IMPORT_PEOPLE)},
    {"名字", COLUMN_NAME, ON(IMPORT_PEOPLE)},
    {"档号", COLUMN_LABEL, ON(IMPORT_FOLDERS)},
    {"标签", COLUMN_LABEL, ON(IMPORT_FOLDERS)},
    {"档案号", COLUMN_LABEL, ON(IMPORT_FOLDERS)},
    {"档案名称", COLUMN_LABEL, ON(IMPORT_FOLDERS)},
    {"档号/标签", COLUMN_LABEL, ON(IMPORT_FOLDERS)},
    {"folder", COLUMN_LABEL, ON(IMPORT_FOLDERS)},
    {"档案类别", COLUMN_CLASS, ON(IMPORT_FOLDERS)},
    {"栋-单元-房号", COLUMN_PLACE, ON(IMPORT_FOLDERS)},
    {"档案盒", COLUMN_BOX, ON(IMPORT_FOLDERS)},
    {"盒号", COLUMN_BOX, ON(IMPORT_FOLDERS)},
    {"资料", COLUMN_PAPER, ON(IMPORT_FOLDERS)},
    {"文件名称", COLUMN_PAPER, ON(IMPORT_FOLDERS)},
    {"题名", COLUMN_PAPER, ON(IMPORT_FOLDERS)},
    {"kind", COLUMN_PAPER, ON(IMPORT_FOLDERS)},
    {"原件复印件", COLUMN_ORIGINAL, ON(IMPORT_FOLDERS)},
    {"原件或复印件", COLUMN_ORIGINAL, ON(IMPORT_FOLDERS)},
    {"original/copy", COLUMN_ORIGINAL, ON(IMPORT_FOLDERS)},
    {"原件存放处", COLUMN_WITH, ON(IMPORT_FOLDERS)},
    {"original_with", COLUMN_WITH, ON(IMPORT_FOLDERS)},
    {"起始日期", COLUMN_FROM, ON(IMPORT_FOLDERS)},
    {"截止日期", COLUMN_TO, ON(IMPORT_FOLDERS)},
    {"终止日期", COLUMN_TO, ON(IMPORT_FOLDERS)},
    {"note", COLUMN_REMARK, ON(IMPORT_FOLDERS)},
    {"业主", COLUMN_NAME, ON(IMPORT_FOLDERS)},
    {"业主姓名", COLUMN_NAME, ON(IMPORT_FOLDERS)},
};

/* Columns that say nothing here. */
static const struct {
    const char *text;
    unsigned kinds;
} IDLE[] = {
    {"备注", ALL & ~ON(IMPORT_FOLDERS)}, /* there it is kept */
    {"note", ALL & ~ON(IMPORT_FOLDERS)},
    {"notes", ALL},
    {"说明", ALL},
    {"行号", ALL}, /* of a file of rejects, as the next */
    {"line", ALL},
    {"原因", ALL},
    {"reason", ALL},
    {"日期", ALL},
    {"登记日期", ALL},
    {"经办人", ALL},
    {"登记人", ALL},
    {"电话", ALL},
    {"联系电话", ALL},
    {"手机", ALL},
    {"业主", ON(IMPORT_OPENING)},
    {"业主姓名", ON(IMPORT_OPENING)},
    {"面积", ON(IMPORT_OPENING) | ON(IMPORT_PLACES)},
    {"序号", ALL & ~ON(IMPORT_KEYS)}, /* there it is the copy */
    {"no", ALL & ~ON(IMPORT_KEYS)},
};

enum import_column import_alias(enum import_kind kind, const char *heading)
{
    for (size_t i = 0; i < sizeof ALIASES / sizeof ALIASES[0]; i++) {
        if ((ALIASES[i].kinds & ON(kind)) != 0 && strcmp(ALIASES[i].text, heading) == 0) {
            return ALIASES[i].column;
        }
    }
    return COLUMN_COUNT;
}

bool import_is_idle_heading(enum import_kind kind, const char *heading)
{
    for (size_t i = 0; i < sizeof IDLE / sizeof IDLE[0]; i++) {
        if ((IDLE[i].kinds & ON(kind)) != 0 && strcmp(IDLE[i].text, heading) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_invisible(int32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 ||
           c == 0xFEFF || c == 0xAD;
}

static bool is_blank(int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x202F;
}

/* Visible characters with one space for every white space between; is_joined: with none. */
static void tidy_spaces(char *text, bool is_joined)
{
    size_t len = strlen(text);
    size_t pos = 0;
    size_t to = 0;
    bool is_gap = false;

    while (pos < len) {
        size_t start = pos;
        int32_t c = text_next(text, len, &pos);
        pos = c < 0 ? start + 1 : pos;
        if (is_blank(c)) {
            is_gap = true;
        } else if (!is_invisible(c)) {
            if (is_gap && to > 0 && !is_joined) {
                text[to++] = ' ';
            }
            is_gap = false;
            memmove(text + to, text + start, pos - start);
            to += pos - start;
        }
    }
    text[to] = 0;
}

void import_tidy_heading(const char *heading, char *out, size_t size)
{
    size_t len = strlen(heading);

    *out = 0;
    if (len + 1 > size) {
        return;
    }
    memcpy(out, heading, len + 1);
    tidy_spaces(out, true);
    import_fold(out);
    size_t end = strcspn(out, "([:*");
    char *bracket = strstr(out, "【");
    if (bracket != NULL && (size_t)(bracket - out) < end) {
        end = (size_t)(bracket - out);
    }
    out[end] = 0;
    for (char *at = out; *at != 0; at++) {
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    }
}

/* ---- cells ---- */

/* Full-width letters and digits alone: a label may mean its brackets. */
static void fold_names(char *text)
{
    size_t len = strlen(text);
    size_t pos = 0;
    size_t to = 0;

    while (pos < len) {
        size_t start = pos;
        int32_t c = text_next(text, len, &pos);
        int32_t twin = c - 0xFF01 + '!';
        pos = c < 0 ? start + 1 : pos;
        if (c >= 0xFF01 && c <= 0xFF5E &&
            ((twin >= '0' && twin <= '9') || (twin >= 'A' && twin <= 'Z') ||
             (twin >= 'a' && twin <= 'z'))) {
            text[to++] = (char)twin;
        } else {
            memmove(text + to, text + start, pos - start);
            to += pos - start;
        }
    }
    text[to] = 0;
}

/* '1201 and ’1201: how a sheet is told that a number is a text. */
static void cut_apostrophe(char *text)
{
    static const char *const MARKS[] = {"'", "`", "\xE2\x80\x98", "\xE2\x80\x99"};

    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        size_t len = strlen(MARKS[i]);
        if (strncmp(text, MARKS[i], len) == 0 && text[len] != 0) {
            memmove(text, text + len, strlen(text + len) + 1);
            return;
        }
    }
}

/* 1201.0: a number that was none. */
static void cut_fraction(char *text)
{
    size_t digits = strspn(text, "0123456789");

    if (digits > 0 && text[digits] == '.' && text[digits + 1] == '0' &&
        strspn(text + digits + 1, "0") == strlen(text + digits + 1)) {
        text[digits] = 0;
    }
}

/* 第2把, 第二把 as 2. Without 第 it might be a quantity. */
static void tidy_copy(char *text)
{
    static const char FIRST[] = "第";
    static const char UNIT[] = "把";
    size_t len = strlen(text);
    unsigned number = 0;

    if (strncmp(text, FIRST, sizeof FIRST - 1) != 0) {
        return;
    }
    char *start = text + sizeof FIRST - 1;
    len -= sizeof FIRST - 1;
    if (len >= sizeof UNIT - 1 && strcmp(start + len - (sizeof UNIT - 1), UNIT) == 0) {
        len -= sizeof UNIT - 1;
    }
    while (len > 0 && start[len - 1] == ' ') {
        len--;
    }
    while (len > 0 && *start == ' ') {
        start++;
        len--;
    }
    if (len > 0 && strspn(start, "0123456789") >= len) {
        memmove(text, start, len);
        text[len] = 0;
    } else if (address_numeral(start, len, &number) && number <= IMPORT_NUMERALS_MAX) {
        (void)snprintf(text, len + sizeof FIRST, "%u", number);
    }
}

void import_tidy_cell(enum import_kind kind, enum import_column column, char *cell)
{
    tidy_spaces(cell, false);
    switch (column) {
    case COLUMN_LABEL:
    case COLUMN_RING:
    case COLUMN_KIND:
    case COLUMN_DESK:
    case COLUMN_CLASS:
    case COLUMN_BOX:
    case COLUMN_PAPER:
    case COLUMN_WITH:
        fold_names(cell);
        break;
    case COLUMN_NAME:
    case COLUMN_REMARK:
        break;
    default:
        import_fold(cell);
        cut_apostrophe(cell);
        break;
    }
    if (column == COLUMN_COPY || column == COLUMN_UNIT || column == COLUMN_BUILDING ||
        column == COLUMN_PAGE || column == COLUMN_SEAL || column == COLUMN_QUANTITY ||
        column == COLUMN_STAFF_NO || column == COLUMN_COPIES || column == COLUMN_PAGES ||
        (column == COLUMN_PLACE && (ON(kind) & HOMES) != 0)) {
        cut_fraction(cell);
    }
    if (column == COLUMN_COPY) {
        tidy_copy(cell);
    }
}

/* ---- rows ---- */

static bool begins_with(const char *text, const char *const *beginnings)
{
    for (; *beginnings != NULL; beginnings++) {
        if (strncmp(text, *beginnings, strlen(*beginnings)) == 0) {
            return true;
        }
    }
    return false;
}

/* 共35把 */
static bool is_sum(const char *text)
{
    static const char TOGETHER[] = "共";
    unsigned number = 0;

    if (strncmp(text, TOGETHER, sizeof TOGETHER - 1) != 0) {
        return false;
    }
    text += sizeof TOGETHER - 1;
    return strspn(text, "0123456789") > 0 ||
           (strlen(text) >= 3 && address_numeral(text, 3, &number));
}

const char *import_idle_row(const char *const *fields, size_t field_count)
{
    static const char *const SUMS[] = {"合计", "总计", "小计", "共计",
                                       "总数", "总共", "累计", NULL};
    static const char *const NOTES[] = {"注:",   "备注:",  "说明:", "制表",  "审核",
                                        "填表",  "以上",   "打印",  "复核:", "经手",
                                        "单位:", "负责人", "盖章",  NULL};
    char first[256] = "";
    size_t filled = 0;

    for (size_t i = 0; i < field_count; i++) {
        char text[256];
        if (strlen(fields[i]) >= sizeof text) {
            filled += 1;
            continue;
        }
        memcpy(text, fields[i], strlen(fields[i]) + 1);
        tidy_spaces(text, true);
        import_fold(text);
        if (*text == 0) {
            continue;
        }
        if (filled++ == 0) {
            memcpy(first, text, sizeof first);
        }
        if (filled <= 3 && (begins_with(text, SUMS) && strlen(text) <= strlen("合计:"))) {
            return "a total, no row";
        }
    }
    if (begins_with(first, SUMS) || is_sum(first) || strncmp(first, "Total", 5) == 0 ||
        strncmp(first, "TOTAL", 5) == 0) {
        return "a total, no row";
    }
    if (filled <= 2 && begins_with(first, NOTES)) {
        return "a note beneath the rows, no row";
    }
    return filled == 0 ? "an empty row" : NULL;
}
