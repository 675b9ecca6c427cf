/* Reads behind the forms of folders: their lists, boxes, consultations and loans (A1–A9). They
 * come in their own order: no member is called label. */
#include <stddef.h>

#include "read_folder.h"
#include "read_form.h"

/* ---- A1, A9: what is in a folder ---- */

static const struct custody_column PAPERS[] = {
    {"folder", "text", "档案编号", "folder"},
    {"folder_label", "text", "档号", "folder label"},
    {"name", "private", "袋面姓名", "name"},
    {"folder_class", "text", "类别", "class"},
    {"box_label", "text", "档案盒", "box"},
    {"version", "int", "清单版次", "version"},
    {"number", "int", "件号", "n"},
    {"title", "text", "资料名称", "paper"},
    {"own_title", "private", "题名", "title"},
    {"secrecy", "text", "保密要求", "secrecy"},
    {"original", "text", "原件或复印件", "original or copy"},
    {"original_with", "text", "原件存于", "original with"},
    {"copies", "int", "份数", "copies"},
    {"pages", "int", "页数", "pages"},
    {"from_day", "text", "起", "from"},
    {"to_day", "text", "止", "to"},
    {"state", "text", "状态", "state"},
    {"filed", "time", "归档", "filed"},
};
#define PAPERS_SELECT                                                                          \
    "SELECT f.item, f.label, f.name_idx || ':' || f.name_pointer, f.class, s.label,"           \
    " f.version, p.n, p.label, p.title_idx || ':' || p.title_pointer, " SECRECY_OF(            \
        "p.kind") ", p.original, p.original_with, p.copies, p.pages, p.from_day, p.to_day,"    \
                  " p.state, l.at FROM folder f CROSS JOIN paper p ON p.folder = f.item"       \
                  " LEFT JOIN storage s ON s.item = f.box"                                     \
                  " LEFT JOIN act_log l ON l.idx = p.idx WHERE f.state <> 'destroyed' "
#define IN_SHELF_ORDER "ORDER BY " SHELF_KEY ", f.label, f.item"
const struct read_row READ_FORM_FOLDER_PAPERS = {
    .face = {"form.folder_papers", "folder? place? limit?", "档案资料清单",
             "papers of one folder, or of the folders of a place", READ_COLUMNS(PAPERS),
             .owners = "folder"},
    .params = {PARAM("folder"), PARAM("place"), ALL_ROWS},
    .variants = {{"folder", NULL,
                  "WITH " SECRECIES PAPERS_SELECT
                  "AND f.item = ?1 AND (?2 IS NULL OR f.place = ?2) ORDER BY p.n LIMIT ?3"},
                 {NULL, NULL,
                  "WITH RECURSIVE " SECRECIES "," PLACES_BELOW("?2") PAPERS_SELECT
                  "AND ?1 IS NULL AND (?2 IS NULL OR f.place IN (SELECT code FROM "
                  "below)) " IN_SHELF_ORDER ", p.n LIMIT ?3"}},
};

static const struct custody_column INVENTORY[] = {
    {"folder", "text", "档案编号", "folder"},
    {"folder_label", "text", "档号", "folder label"},
    {"version", "int", "清单版次", "version"},
    {"moved", "text", "情况", "what"},
    {"papers", "int", "件数", "papers"},
    {"titles", "list", "资料", "papers named"},
    {"at", "time", "时间", "at"},
    {"clerk", "text", "整理人", "by"},
    {"others", "list", "检查人", "others"},
    {"entry", "int", "账目号", "entry"},
};
/* The papers that the act of this version named. */
#define VERSION_TITLES                                                                         \
    "(SELECT group_concat(p.n || ' ' || p.label, char(10)) FROM paper p CROSS JOIN act_item t" \
    " ON t.item = p.item AND t.idx = v.idx WHERE p.folder = v.folder)"
#define INVENTORY_SELECT                                                                       \
    "SELECT f.item, f.label, v.version, v.kind, v.papers, " VERSION_TITLES                     \
    ", l.event_at, l.by_handle, " OTHERS ", v.idx FROM "
#define INVENTORY_PERIOD "l.event_at >= ?1 AND l.event_at < ?2 "
const struct read_row READ_FORM_INVENTORIES = {
    .face = {"form.inventories", "from? to? folder? place? limit?", "备考表",
             "changes of the inventories of folders", READ_COLUMNS(INVENTORY)},
    .params = {PERIOD, PARAM("folder"), PARAM("place"), ALL_ROWS},
    .variants = {{"folder", NULL,
                  INVENTORY_SELECT
                  "inventory v CROSS JOIN folder f ON f.item = v.folder CROSS JOIN act_log l"
                  " ON l.idx = v.idx WHERE v.folder = ?3 AND " INVENTORY_PERIOD
                  "AND (?4 IS NULL OR f.place = ?4) ORDER BY v.version LIMIT ?5"},
                 {NULL, NULL,
                  "WITH RECURSIVE " PLACES_BELOW("?4") INVENTORY_SELECT
                  "act_log l CROSS JOIN inventory v ON v.idx = l.idx CROSS JOIN folder f"
                  " ON f.item = v.folder WHERE " IN_PERIOD(
                      "l.idx") "AND ?3 IS NULL AND (?4 IS NULL"
                               " OR f.place IN (SELECT code FROM below)) " IN_SHELF_ORDER
                               ", v.version LIMIT ?5"}},
};

/* ---- A3, A4 ---- */

static const struct custody_column BOX[] = {
    {"box", "text", "档案盒编号", "box"},      {"box_label", "text", "档案盒", "box label"},
    {"shelf", "text", "所在", "where it is"},  {"number", "int", "顺序", "n"},
    {"folder", "text", "档案编号", "folder"},  {"folder_label", "text", "档号", "folder label"},
    {"folder_class", "text", "类别", "class"}, {"papers", "int", "件数", "papers"},
    {"pages", "int", "页数", "pages"},         {"version", "int", "清单版次", "version"},
    {"lent", "int", "借出件数", "lent"},       {"state", "text", "状态", "state"},
    {"place", "text", "暂放", "for now at"},
};
#define BOX_SELECT                                                                             \
    "SELECT box, box_label, shelf, row_number() OVER (PARTITION BY box ORDER BY key, label),"  \
    " item, label, class, papers, pages, version, lent, state, away FROM (SELECT f.*,"         \
    " s.label AS box_label, ifnull(h.label, o.label) AS shelf, " SHELF_KEY                     \
    " AS key, " COUNT_FILED " AS papers, " SUM_FILED(                                          \
        "p.copies * p.pages") " AS pages,"                                                     \
                              " " COUNT_STATE(                                                 \
                                  "lent") " AS lent, w.label AS away FROM storage s CROSS "    \
                                          "JOIN folder f"                                      \
                                          " ON f.box = s.item AND f.state <> 'destroyed'"      \
                                          " LEFT JOIN storage h ON h.item = s.within"          \
                                          " LEFT JOIN place o ON o.code = s.place"             \
                                          " LEFT JOIN place w ON w.code = f.at WHERE "
const struct read_row READ_FORM_BOXES = {
    .face = {"form.boxes", "box? place? limit?", "盒内目录",
             "the folders of one box, or of all boxes, in their order", READ_COLUMNS(BOX)},
    .params = {PARAM("box"), PARAM("place"), ALL_ROWS},
    .variants = {{"box", NULL,
                  BOX_SELECT "s.item = ?1 AND (?2 IS NULL OR f.place = ?2))"
                             " ORDER BY key, label LIMIT ?3"},
                 {NULL, NULL,
                  "WITH RECURSIVE " PLACES_BELOW("?2") BOX_SELECT
                  "?1 IS NULL AND (?2 IS NULL OR f.place IN (SELECT code FROM below)))"
                  " ORDER BY box_label, box, key, label LIMIT ?3"}},
};

/* ---- A5, A6 ---- */

static const struct custody_column CONSULT[] = {
    {"entry", "int", "账目号", "entry"},
    {"at", "time", "查阅时间", "consulted"},
    {"asked", "text", "方式", "how"},
    {"reader", "text", "查阅人", "reader"},
    {"on_behalf", "text", "部门", "on behalf of"},
    {"purpose", "text", "事由", "purpose"},
    {"for_work", "bool", "工作需要", "for work"},
    {"document", "text", "文号", "document"},
    {"things", "list", "内容", "things"},
    {"approver", "text", "批准人", "approver"},
    {"clerk", "text", "经办", "clerk"},
    {"others", "list", "会签人", "others"},
    {"receipt", "text", "签收", "receipt"},
    {"slip", "text", "单号", "slip"},
};
/* Purposes that are private, by the policy. */
#define PRIVATE                                                                                \
    "private(code) AS MATERIALIZED (SELECT json_extract(u.value, '$.code') FROM "              \
    "json_each(" POLICY_NOW ", '$.purposes') u WHERE json_extract(u.value, '$.private')) "
#define THINGS_OF(lines, idx)                                                                  \
    "(SELECT group_concat(" THING_LABEL ", char(10)) FROM " lines                              \
    " i" JOIN_THING("i.item") "WHERE i.idx = " idx ")"
#define IS_OF_FOLDER(lines, idx)                                                               \
    "(?3 IS NULL OR EXISTS (SELECT 1 FROM " lines " i WHERE i.idx = " idx " AND (i.item = ?3"  \
    " OR (i.item > ?3 || '.' AND i.item < ?3 || '/')))) "
#define CONSULTS                                                                               \
    "SELECT c.idx, c.event_at, 'consult', c.reader, c.on_behalf, c.purpose,"                   \
    " c.purpose NOT IN (SELECT code FROM private), NULL,"                                      \
    " " THINGS_OF("folder_consult_line", "c.idx") ", " APPROVER_OF(                            \
        "c.approval") ", c.clerk,"                                                             \
                      " " OTHERS                                                               \
                      ", c.receipt, c.slip FROM folder_consult c CROSS JOIN act_log l"         \
                      " ON l.idx = c.idx WHERE " IN_PERIOD("c.idx") "AND " IS_OF_FOLDER(       \
                          "folder_consult_line", "c.idx")
/* Produced as law demands and not taken away (A7). */
#define PRODUCED                                                                               \
    "SELECT n.idx, n.event_at, n.how, n.receiver, NULL, NULL, NULL, n.document,"               \
    " " THINGS_OF("folder_loan_line",                                                          \
                  "n.idx") ", NULL, n.clerk, " OTHERS ", n.receipt, n.slip"                    \
                           " FROM folder_loan n CROSS JOIN act_log l ON l.idx = n.idx WHERE "  \
                           "n.kind = 'produce'"                                                \
                           " AND n.due IS NULL AND " IN_PERIOD("n.idx") "AND " IS_OF_FOLDER(   \
                               "folder_loan_line", "n.idx")
const struct read_row READ_FORM_CONSULTS = {
    .face = {"form.consults", "from? to? folder? limit?", "档案查阅登记",
             "consultations of folders, and what was shown or copied as law demands",
             READ_COLUMNS(CONSULT)},
    .params = {PERIOD, PARAM("folder"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  "WITH " PRIVATE CONSULTS "UNION ALL " PRODUCED "ORDER BY 2, 1 LIMIT ?4"}},
};

/* ---- A7, A8: one line for each folder of a loan ---- */

static const struct custody_column LENDING[] = {
    {"entry", "int", "账目号", "entry"},
    {"applied", "time", "申请日期", "applied"},
    {"receiver", "text", "借阅人", "receiver"},
    {"on_behalf", "text", "部门", "on behalf of"},
    {"letter", "text", "证件或文号", "document"},
    {"purpose", "text", "事由", "purpose"},
    {"for_work", "bool", "工作需要", "for work"},
    {"folder_label", "text", "档号", "folder label"},
    {"lent", "list", "借出资料", "papers lent"},
    {"pages", "int", "页数", "pages"},
    {"withheld", "list", "不外借件", "withheld"},
    {"approver", "text", "批准人", "approver"},
    {"due", "time", "应还", "due"},
    {"at", "time", "借出", "lent at"},
    {"clerk", "text", "经办", "clerk"},
    {"receipt", "text", "签收", "receipt"},
    {"slip", "text", "单号", "slip"},
    {"extended", "time", "续借至", "extended to"},
    {"recalled", "int", "催还次数", "recalled"},
    {"returned", "time", "归还", "returned"},
    {"open", "int", "未还件数", "not back"},
    {"returned_condition", "list", "归还时状况", "condition back"},
    {"pages_back", "int", "归还页数", "pages back"},
    {"taken_by", "list", "接收人", "taken by"},
    {"corrected", "int", "更正于", "corrected at"},
};
/*
 * Lines of the loan with what ended each, b, as columns that the groups sum up. A withheld line
 * has no end; a loan that was corrected had none either.
 */
#define LENDING_LINES                                                                          \
    "lines AS (SELECT n.idx, p.folder, p.n, p.label, i.is_withheld, i.pages, m.void_idx,"      \
    " b.event_at AS back_at, b.idx AS back, k.condition, k.pages AS back_pages,"               \
    " r.by_handle AS taker, (SELECT max(x.due) FROM folder_extension x WHERE x.item = i.item"  \
    "  AND x.idx > n.idx AND (b.idx IS NULL OR x.idx < b.idx)) AS extended,"                   \
    " (SELECT count(*) FROM folder_recall x WHERE x.item = i.item AND x.idx > n.idx"           \
    "  AND (b.idx IS NULL OR x.idx < b.idx)) AS recalled FROM folder_loan n"                   \
    " CROSS JOIN act_log l ON l.idx = n.idx CROSS JOIN folder_loan_line i ON i.idx = n.idx"    \
    " CROSS JOIN paper p ON p.item = i.item LEFT JOIN paper_event m ON m.item = i.item"        \
    " AND m.idx = n.idx LEFT JOIN paper_event b ON b.item = i.item AND i.is_withheld = 0"      \
    " AND m.void_idx IS NULL AND b.idx = " NEXT_EVENT(                                         \
        "i.item",                                                                              \
        "n.idx") " LEFT JOIN folder_return_line k ON k.idx = b.idx AND k.item = i.item"        \
                 " LEFT JOIN act_log r ON r.idx = b.idx WHERE (?3 IS NULL OR p.folder = ?3)"   \
                 " AND n.due IS NOT NULL AND " IN_PERIOD("n.idx") ") "
#define LENT(text) "iif(v.is_withheld, NULL, " text ")"
const struct read_row READ_FORM_LENDINGS = {
    .face = {"form.lendings", "from? to? folder? limit?", "文件借阅登记",
             "loans of papers and their end, by folder", READ_COLUMNS(LENDING)},
    .params = {PERIOD, PARAM("folder"), ALL_ROWS},
    .variants =
        {{NULL, NULL,
          "WITH " PRIVATE "," LENDING_LINES
          "SELECT n.idx, (SELECT q.at FROM approval a JOIN request t ON t.act_id = a.request"
          " JOIN act_log q ON q.idx = t.idx WHERE a.act_id = n.approval), n.receiver,"
          " n.on_behalf, n.document, n.purpose, n.purpose NOT IN (SELECT code FROM private),"
          " f.label, group_concat(" LENT(
              "v.n || ' ' || v.label") ", char(10)),"
                                       " sum(" LENT(
                                           "v.pages") "), group_concat(iif(v.is_withheld, v.n "
                                                      "|| ' ' || v.label,"
                                                      " NULL), char(10)), " APPROVER_OF(
                                                          "n.approval") ", n.due, n.event_at, "
                                                                        "n.clerk,"
                                                                        " n.receipt, n.slip, "
                                                                        "max(v.extended), "
                                                                        "max(v.recalled),"
                                                                        " iif(sum(v.is_"
                                                                        "withheld = 0 AND "
                                                                        "v.back IS NULL) = 0, "
                                                                        "max(v.back_at), NULL),"
                                                                        " sum(v.is_withheld = "
                                                                        "0 AND v.back IS NULL "
                                                                        "AND v.void_idx IS "
                                                                        "NULL),"
                                                                        " replace(group_concat("
                                                                        "DISTINCT "
                                                                        "v.condition), ',', "
                                                                        "char(10)), "
                                                                        "sum(v.back_pages),"
                                                                        " replace(group_concat("
                                                                        "DISTINCT v.taker), "
                                                                        "',', char(10)), "
                                                                        "max(v.void_idx)"
                                                                        " FROM lines v CROSS "
                                                                        "JOIN folder_loan n ON "
                                                                        "n.idx = v.idx"
                                                                        " CROSS JOIN folder f "
                                                                        "ON f.item = v.folder "
                                                                        "GROUP BY n.idx, f.item"
                                                                        " ORDER BY n.event_at, "
                                                                        "n.idx, f.item LIMIT "
                                                                        "?4"}},
};
