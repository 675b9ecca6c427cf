/* Reads of tags (FORMATS.md §17.4 person.tag, §18). */
#include <stddef.h>

#include "reads.h"

#define LIMIT(n)                                                                               \
    {                                                                                          \
        .name = "limit", .type = 'i', .fallback = (n), .has_fallback = true                    \
    }
#define TEXT_PARAM(text)                                                                       \
    {                                                                                          \
        .name = (text), .type = 't'                                                            \
    }

static const struct custody_column TAG[] = {
    {"tag", "text", "人员码", "tag"},
    {"handle", "text", "登录名", "handle"},
    {"idx", "int", "账目号", "entry"},
};
const struct read_row READ_TAG_LIST = {
    .face = {"tag.list", "handle?", "人员码", "tags of people", READ_COLUMNS(TAG)},
    .params = {TEXT_PARAM("handle")},
    .variants = {{NULL, NULL,
                  "SELECT tag, handle, idx FROM person_tag WHERE ?1 IS NULL OR handle = ?1"
                  " ORDER BY handle, idx"}},
};

static const struct custody_column PRINT[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"generation", "text", "代次", "generation"},
    {"profile", "text", "内容", "profile"},
    {"stock", "text", "标签纸", "stock"},
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"by", "text", "经办", "by"},
};
const struct read_row READ_TAG_PRINTS = {
    .face = {"tag.prints", "item? limit? after?", "最近印出的标签", "the newest tags printed",
             READ_COLUMNS(PRINT)},
    .params = {TEXT_PARAM("item"), LIMIT(1000), TEXT_PARAM("after")},
    /* A predecessor's entries have their acts in act_log too. */
    .variants = {{NULL, NULL,
                  "SELECT t.item, coalesce(i.label, g.handle, f.label, s.label, t.item),"
                  " t.generation, t.profile,"
                  " t.stock, t.idx, l.at, l.by_handle FROM tag_print t"
                  " JOIN act_log l ON l.idx = t.idx LEFT JOIN item i ON i.item = t.item"
                  " LEFT JOIN person_tag g ON g.tag = t.item"
                  " LEFT JOIN folder f ON f.item = t.item"
                  " LEFT JOIN storage s ON s.item = t.item"
                  " WHERE (?1 IS NULL OR t.item = ?1) AND t.item > ifnull(?3, '')"
                  " ORDER BY t.item LIMIT ?2"}},
};
static const struct custody_column BLANK[] = {
    {"tag", "text", "空白标签", "blank tag"},
    {"stock", "text", "标签纸", "stock"},
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"by", "text", "经办", "by"},
};
const struct read_row READ_BLANK_LIST = {
    .face = {"blank.list", "limit? after?", "未用的空白标签", "blank tags not claimed yet",
             READ_COLUMNS(BLANK)},
    .params = {LIMIT(1000), TEXT_PARAM("after")},
    .variants = {{NULL, NULL,
                  "SELECT b.tag, b.stock, b.idx, l.at, l.by_handle FROM tag_blank b"
                  " JOIN act_log l ON l.idx = b.idx WHERE b.claimed_idx IS NULL"
                  " AND b.tag > ifnull(?2, '') ORDER BY b.tag LIMIT ?1"}},
};
