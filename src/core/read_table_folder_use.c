/* Reads of how folders are used: loans, consultations, refusals, reads of personal data
 * (FORMATS.md §19.4, §21). */
#include <stddef.h>

#include "read_folder.h"

/* ---- on loan ---- */

static const struct custody_column LOAN[] = {
    {"item", "text", "资料编号", "paper"},
    {"folder", "text", "档案编号", "folder"},
    {"folder_label", "text", "档案", "folder label"},
    {"label", "text", "名称", "label"},
    {"kind", "text", "方式", "how"},
    {"holder_kind", "text", "类别", "holder kind"},
    {"holder", "text", "借阅人", "holder"},
    {"since", "time", "借出", "since"},
    {"due", "time", "应还", "due"},
    {"is_overdue", "bool", "逾期", "overdue"},
    {"purpose", "text", "用途", "purpose"},
    {"on_behalf", "text", "部门", "on behalf of"},
    {"clerk", "text", "经办", "clerk"},
    {"approver", "text", "批准人", "approver"},
    {"extended", "int", "续借次数", "extended"},
    {"recalled", "int", "催还次数", "recalled"},
    {"idx", "int", "账目号", "entry"},
};
/* Of this loan of paper p. */
#define SINCE_LENT(table)                                                                      \
    "(SELECT count(*) FROM " table " x WHERE x.item = p.item AND x.idx > p.since_idx)"
#define LOAN_SELECT                                                                            \
    "SELECT p.item, p.folder, f.label, p.label, n.kind, p.holder_kind, p.holder, p.event_at,"  \
    " p.due, p.due < " READ_NOW                                                                \
    ", n.purpose, n.on_behalf, n.clerk, " APPROVER_OF("n.approval") ", " SINCE_LENT(           \
        "folder_extension") ", " SINCE_LENT("folder_"                                          \
                                            "recall") ","                                      \
                                                      " p.since_idx FROM paper p"
#define LOAN_MORE                                                                              \
    " CROSS JOIN folder f ON f.item = p.folder LEFT JOIN folder_loan n ON n.idx = p.since_idx" \
    " WHERE p.state = 'lent' AND p.due < ifnull(?2, 9000000000000) "
const struct read_row READ_FOLDER_LOANS = {
    .face = {"folder.loans", "holder? overdue? item? limit?", "在借的档案资料",
             "papers on loan", READ_COLUMNS(LOAN)},
    .params = {TEXT_PARAM("holder"),
               {.name = "overdue", .type = 'T'},
               TEXT_PARAM("item"),
               READ_LIMIT(1000)},
    .variants = {{"holder", NULL,
                  LOAN_SELECT " INDEXED BY paper_holder" LOAN_MORE
                              "AND p.holder = ?1 AND (?3 IS NULL OR p.folder = ?3)"
                              " ORDER BY p.due, p.item LIMIT ?4"},
                 {"item", NULL,
                  LOAN_SELECT LOAN_MORE "AND ?1 IS NULL AND p.folder = ?3"
                                        " ORDER BY p.due, p.item LIMIT ?4"},
                 {NULL, NULL,
                  LOAN_SELECT " INDEXED BY paper_due" LOAN_MORE
                              "AND ?1 IS NULL AND ?3 IS NULL AND p.due IS NOT NULL"
                              " ORDER BY p.due, p.item LIMIT ?4"}},
};

static const struct custody_column OVERDUE[] = {
    {"on_behalf", "text", "部门", "department"},
    {"holder", "text", "借阅人", "holder"},
    {"papers", "int", "在借", "on loan"},
    {"overdue", "int", "逾期", "overdue"},
    {"oldest_due", "time", "最早应还", "earliest due"},
};
const struct read_row READ_FOLDER_OVERDUE = {
    .face = {"folder.overdue", "limit?", "各部门、借阅人在借与逾期",
             "papers on loan and overdue by department and holder", READ_COLUMNS(OVERDUE)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT n.on_behalf, p.holder, count(*), sum(p.due < " READ_NOW
                  "), min(p.due) FROM paper p INDEXED BY paper_due"
                  " LEFT JOIN folder_loan n ON n.idx = p.since_idx WHERE p.due IS NOT NULL"
                  " AND p.state = 'lent' GROUP BY n.on_behalf, p.holder"
                  " ORDER BY 4 DESC, 5, 1, 2 LIMIT ?1"}},
};

static const struct custody_column WAITING[] = {
    {"request", "id", "申请号", "request"},
    {"idx", "int", "账目号", "entry"},
    {"requester", "text", "申请人", "requester"},
    {"receiver", "text", "借阅人", "receiver"},
    {"start", "time", "自", "start"},
    {"end", "time", "至", "end"},
    {"state", "text", "状态", "state"},
    {"item", "text", "资料编号", "paper"},
    {"folder_label", "text", "档案", "folder label"},
    {"label", "text", "名称", "label"},
    {"holder", "text", "现持有", "holder"},
    {"due", "time", "应还", "due"},
};
/* A request for a folder waits for those of its papers that are out. */
#define WAITING_SELECT(how)                                                                    \
    "SELECT q.act_id, q.idx AS idx, q.requester, q.receiver, q.start, q.end, q.state,"         \
    " p.item AS paper, f.label, p.label, p.holder, p.due FROM (SELECT idx FROM request"        \
    " WHERE state = 'open' UNION SELECT v.idx FROM approval w INDEXED BY approval_live"        \
    " JOIN request v ON v.act_id = w.request WHERE w.until > " READ_NOW                        \
    " AND w.uses_left > 0 AND w.ended_idx IS NULL) o CROSS JOIN request q ON q.idx = o.idx"    \
    " CROSS JOIN request_item i ON i.request = q.act_id CROSS JOIN paper p ON " how            \
    " CROSS JOIN folder f ON f.item = p.folder WHERE q.act = 'folder.lend' AND p.state = "     \
    "'lent' "
const struct read_row READ_FOLDER_WAITING = {
    .face = {"folder.waiting", "limit?", "预约待借", "requests that wait for what is out",
             READ_COLUMNS(WAITING)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  WAITING_SELECT("p.item = i.item") "UNION ALL " WAITING_SELECT(
                      "p.folder = i.item") "ORDER BY idx, paper LIMIT ?1"}},
};

/* ---- registers ---- */

static const struct custody_column CONSULT[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "查阅时间", "consulted"},
    {"reader", "text", "查阅人", "reader"},
    {"purpose", "text", "用途", "purpose"},
    {"on_behalf", "text", "部门", "on behalf of"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"clerk", "text", "经办", "clerk"},
    {"approver", "text", "批准人", "approver"},
    {"receipt", "text", "签收", "receipt"},
    {"slip", "text", "单号", "slip"},
};
#define CONSULT_SELECT                                                                         \
    "SELECT c.idx, c.event_at, c.reader, c.purpose, c.on_behalf, i.item, " THING_LABEL         \
    ", c.clerk, " APPROVER_OF("c.approval") ", c.receipt, c.slip "
#define CONSULT_WHERE "WHERE " ENTERED "AND (?4 IS NULL OR c.reader = ?4) "
#define CONSULT_PAGE  "ORDER BY c.idx DESC, i.item LIMIT ?5"
const struct read_row READ_FOLDER_CONSULTS = {
    .face = {"folder.consults", "from? to? item? reader? limit?", "档案查阅记录",
             "consultations of folders", READ_COLUMNS(CONSULT)},
    .params = {FROM_TO, TEXT_PARAM("item"), TEXT_PARAM("reader"), READ_LIMIT(1000)},
    .variants =
        {{"item", NULL,
          CONSULT_SELECT "FROM act_item t CROSS JOIN folder_consult c ON c.idx = t.idx"
                         " CROSS JOIN act_log l ON l.idx = c.idx"
                         " CROSS JOIN folder_consult_line i ON i.idx = c.idx" JOIN_THING(
                             "i.item") CONSULT_WHERE
          "AND t.item = ?3 AND (i.item = ?3 OR substr(i.item, 1, 9) = ?3) " CONSULT_PAGE},
         {NULL, NULL,
          CONSULT_SELECT "FROM folder_consult c CROSS JOIN act_log l ON l.idx = c.idx"
                         " CROSS JOIN folder_consult_line i ON i.idx = c.idx" JOIN_THING(
                             "i.item") CONSULT_WHERE "AND ?3 IS NULL " CONSULT_PAGE}},
};

static const struct custody_column LENDING[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "借出", "lent"},
    {"kind", "text", "方式", "how"},
    {"receiver", "text", "借阅人", "receiver"},
    {"purpose", "text", "用途", "purpose"},
    {"on_behalf", "text", "部门", "on behalf of"},
    {"item", "text", "资料编号", "paper"},
    {"folder_label", "text", "档案", "folder label"},
    {"label", "text", "名称", "label"},
    {"is_withheld", "bool", "不外借", "withheld"},
    {"condition", "text", "借出时", "condition"},
    {"pages", "int", "页数", "pages"},
    {"due", "time", "应还", "due"},
    {"extended", "time", "续借至", "extended to"},
    {"recalled", "int", "催还次数", "recalled"},
    {"clerk", "text", "经办", "clerk"},
    {"approver", "text", "批准人", "approver"},
    {"receipt", "text", "签收", "receipt"},
    {"slip", "text", "单号", "slip"},
    {"document", "text", "文号", "document"},
    {"returned", "time", "归还", "returned"},
    {"returned_condition", "text", "归还时", "condition back"},
    {"returned_pages", "int", "归还页数", "pages back"},
    {"taken_by", "text", "收回经办", "taken by"},
    {"void_idx", "int", "更正于", "corrected at"},
};
/* Between this loan and its end, b: that is missing while it lasts. */
#define IN_LOAN(t)                                                                             \
    "WHERE " t ".item = i.item AND " t ".idx > n.idx AND (b.idx IS NULL OR " t ".idx < b.idx)"
#define LENDING_SELECT                                                                         \
    "SELECT n.idx, n.event_at, n.kind, n.receiver, n.purpose, n.on_behalf, i.item, f.label,"   \
    " p.label, i.is_withheld, i.condition, i.pages, n.due,"                                    \
    " (SELECT max(x.due) FROM folder_extension x " IN_LOAN(                                    \
        "x") "),"                                                                              \
             " (SELECT count(*) FROM folder_recall x " IN_LOAN(                                \
                 "x") "), n.clerk,"                                                            \
                      " " APPROVER_OF(                                                         \
                          "n.approval") ", n.receipt, n.slip, n.document, b.event_at,"         \
                                        " k.condition, k.pages, r.by_handle, m.void_idx "
#define LENDING_FROM                                                                           \
    " CROSS JOIN act_log l ON l.idx = n.idx CROSS JOIN folder_loan_line i ON i.idx = n.idx"    \
    " LEFT JOIN paper p ON p.item = i.item LEFT JOIN folder f ON f.item = p.folder"            \
    " LEFT JOIN paper_event m ON m.item = i.item AND m.idx = n.idx"                            \
    " LEFT JOIN paper_event b ON b.item = i.item AND i.is_withheld = 0"                        \
    " AND m.void_idx IS NULL AND b.idx = " NEXT_EVENT(                                         \
        "i.item",                                                                              \
        "n.idx") " LEFT JOIN folder_return_line k ON k.idx = b.idx AND k.item = i.item"        \
                 " LEFT JOIN act_log r ON r.idx = b.idx "
#define LENDING_WHERE "WHERE " ENTERED "AND (?4 IS NULL OR n.receiver = ?4) "
#define LENDING_PAGE  "ORDER BY n.idx DESC, i.item LIMIT ?5"
const struct read_row READ_FOLDER_LENDINGS = {
    .face = {"folder.lendings", "from? to? item? receiver? limit?", "文件借阅登记",
             "loans of papers and their end", READ_COLUMNS(LENDING)},
    .params = {FROM_TO, TEXT_PARAM("item"), TEXT_PARAM("receiver"), READ_LIMIT(1000)},
    .variants =
        {{"item", NULL,
          LENDING_SELECT
          "FROM act_item t CROSS JOIN folder_loan n ON n.idx = t.idx" LENDING_FROM LENDING_WHERE
          "AND t.item = ?3 AND (i.item = ?3 OR p.folder = ?3) " LENDING_PAGE},
         {NULL, NULL,
          LENDING_SELECT "FROM folder_loan n" LENDING_FROM LENDING_WHERE
                         "AND ?3 IS NULL " LENDING_PAGE}},
};

static const struct custody_column REFUSAL[] = {
    {"idx", "int", "账目号", "entry"},      {"at", "time", "时间", "at"},
    {"asked", "text", "要求", "asked"},     {"rule", "text", "条款", "rule"},
    {"purpose", "text", "用途", "purpose"}, {"receiver", "text", "对象", "receiver"},
    {"items", "list", "编号", "items"},     {"clerk", "text", "经办", "clerk"},
};
const struct read_row READ_FOLDER_REFUSALS = {
    .face = {"folder.refusals", "limit?", "拒绝借阅、复印、查阅的记录",
             "refusals of folders and papers", READ_COLUMNS(REFUSAL)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT r.idx, l.at, r.kind, r.rule, r.purpose, r.receiver,"
                  " (SELECT group_concat(i.item, char(10)) FROM folder_refusal_line i"
                  " WHERE i.idx = r.idx), r.clerk FROM folder_refusal r"
                  " JOIN act_log l ON l.idx = r.idx ORDER BY r.idx DESC LIMIT ?1"}},
};

/* ---- personal data (21) ---- */

static const struct custody_column PRIVACY[] = {
    {"idx", "int", "账目号", "entry"},      {"at", "time", "时间", "at"},
    {"reader", "text", "查看人", "reader"}, {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},     {"party", "text", "当事人", "party"},
    {"purpose", "text", "用途", "purpose"},
};
#define PRIVACY_SELECT                                                                         \
    "SELECT d.idx, l.at, d.reader, d.item, f.label, iif(f.item IS NULL, d.item, f.party),"     \
    " d.purpose FROM privacy_read d CROSS JOIN act_log l ON l.idx = d.idx"                     \
    " LEFT JOIN folder f ON f.item = substr(d.item, 1, 9) WHERE " ENTERED
#define PRIVACY_PAGE "AND (?4 IS NULL OR d.reader = ?4) ORDER BY d.idx DESC, d.item LIMIT ?5"
const struct read_row READ_PRIVACY_LIST = {
    .face = {"privacy.list", "from? to? item? reader? limit?", "个人信息查看记录",
             "who read whose personal data, and why", READ_COLUMNS(PRIVACY)},
    .params = {FROM_TO, TEXT_PARAM("item"), TEXT_PARAM("reader"), READ_LIMIT(1000)},
    .variants = {{"item", NULL, PRIVACY_SELECT "AND d.item = ?3 " PRIVACY_PAGE},
                 {NULL, NULL, PRIVACY_SELECT "AND ?3 IS NULL " PRIVACY_PAGE}},
};

static const struct custody_column INCIDENT[] = {
    {"incident", "id", "报告号", "incident"},     {"idx", "int", "账目号", "entry"},
    {"incident_kind", "text", "种类", "kind"},    {"noticed", "time", "发现时间", "noticed"},
    {"reported", "time", "报告时间", "reported"}, {"reporter", "text", "报告人", "reporter"},
    {"party", "text", "当事人", "party"},         {"items", "list", "涉及", "items"},
    {"text", "private", "情况", "what happened"}, {"steps", "list", "处理", "steps"},
    {"state", "text", "状态", "state"},           {"result", "text", "结论", "result"},
    {"closed", "time", "结案", "closed"},         {"closed_by", "text", "结案人", "closed by"},
    {"lesson", "private", "整改", "lesson"},
};
/* An incident opened by a return has no text of its own; what is not there reads as null. */
#define INCIDENT_SELECT                                                                        \
    "SELECT n.act_id, n.idx, n.kind, n.noticed_at, l.at, n.reporter, n.party,"                 \
    " (SELECT group_concat(i.item, char(10)) FROM incident_item i WHERE i.incident ="          \
    " n.act_id), n.idx || ':/body/text', (SELECT group_concat(s.step, char(10))"               \
    " FROM incident_step s WHERE s.incident = n.act_id), n.state, n.result, c.at,"             \
    " c.by_handle, n.closed_idx || ':/body/lesson' FROM incident n"                            \
    " LEFT JOIN act_log l ON l.idx = n.idx LEFT JOIN act_log c ON c.idx = n.closed_idx "
const struct read_row READ_INCIDENT_LIST = {
    .face = {"incident.list", "state? limit?", "信息安全事件", "incidents",
             READ_PRIVATE(INCIDENT, "party items")},
    .params = {TEXT_PARAM("state"), READ_LIMIT(1000)},
    .variants = {{"state", "open",
                  INCIDENT_SELECT "WHERE n.state = 'open' AND ?1 IS NOT NULL"
                                  " ORDER BY n.idx DESC LIMIT ?2"},
                 {NULL, NULL,
                  INCIDENT_SELECT "WHERE ?1 IS NULL OR n.state = ?1"
                                  " ORDER BY n.idx DESC LIMIT ?2"}},
};
const struct read_row READ_INCIDENT_SHOW = {
    .face = {"incident.show", "incident", "一件信息安全事件", "one incident",
             READ_PRIVATE(INCIDENT, "party items")},
    .params = {{.name = "incident", .type = 'x', .is_required = true}},
    .variants = {{NULL, NULL, INCIDENT_SELECT "WHERE n.act_id = ?1"}},
    .missing = "There is no incident of this id: see custody incident list.",
};
