/* Reads of keeping, destruction and erasure (FORMATS.md §19.5, §20, §21). */
#include <stddef.h>

#include "read_folder.h"

/* ---- keeping ---- */

static const struct custody_column HOLD[] = {
    {"hold", "id", "冻结号", "hold"},     {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},         {"number", "text", "文号", "number"},
    {"item", "text", "编号", "item"},     {"label", "text", "名称", "label"},
    {"reason", "text", "原因", "reason"}, {"until", "text", "提醒日", "reminds on"},
    {"by", "text", "经办", "by"},         {"released_idx", "int", "解除于", "released at"},
};
#define HOLD_SELECT                                                                            \
    "SELECT h.act_id, h.idx, l.at, h.number, h.item, " THING_LABEL                             \
    ", h.reason, h.until, l.by_handle, h.released_idx FROM hold h" JOIN_THING(                 \
        "h.item") "LEFT JOIN act_log l ON l.idx = h.idx "
const struct read_row READ_FOLDER_HOLDS = {
    .face = {"folder.holds", "item? state? limit?", "冻结销毁",
             "holds; of an item, its papers too; state live or all", READ_COLUMNS(HOLD)},
    .params = {TEXT_PARAM("item"), TEXT_PARAM("state"), READ_LIMIT(1000)},
    .variants = {{"state", "all",
                  HOLD_SELECT "WHERE (?1 IS NULL OR (h.item >= ?1 AND h.item < ?1 || '/'))"
                              " AND ?2 IS NOT NULL ORDER BY h.idx DESC, h.item LIMIT ?3"},
                 {"item", NULL,
                  HOLD_SELECT "WHERE h.released_idx IS NULL AND h.item >= ?1"
                              " AND h.item < ?1 || '/' AND (?2 IS NULL OR ?2 = 'live')"
                              " ORDER BY h.idx DESC, h.item LIMIT ?3"},
                 {NULL, NULL,
                  HOLD_SELECT "WHERE h.released_idx IS NULL AND ?1 IS NULL"
                              " AND (?2 IS NULL OR ?2 = 'live')"
                              " ORDER BY h.idx DESC, h.item LIMIT ?3"}},
};

static const struct custody_column DUE[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"folder_class", "text", "类别", "class"},
    {"trigger", "text", "起算事由", "trigger"},
    {"trigger_date", "text", "起算日", "counted from"},
    {"months", "int", "应保管月数", "months"},
    {"served", "int", "已保管月数", "months served"},
    {"due_day", "text", "期满日", "due day"},
    {"is_expired", "bool", "已期满", "expired"},
    {"mandate", "text", "依据", "mandate"},
    {"papers", "int", "在袋件数", "papers"},
    {"is_held", "bool", "冻结", "held"},
    {"is_in_batch", "bool", "在销毁清册", "in a batch"},
};
/*
 * By the index of closed folders: who is due by ?1 was closed so many months before; a month's
 * end moves a due day by three days at most, and an appraisal only delays it. Numbers and holds
 * are asked of the rows of the page alone.
 */
const struct read_row READ_FOLDER_DUE = {
    .face = {"folder.due", "until? limit?", "期满清单",
             "folders whose retention is over by a day (default: yesterday)",
             READ_COLUMNS(DUE)},
    .params = {TEXT_PARAM("until"), READ_LIMIT(100)},
    .variants =
        {{NULL, NULL,
          "WITH " RULES ", closed AS MATERIALIZED (SELECT f.item, f.label, f.class,"
          " f.trigger_code, f.trigger_date, r.months, r.mandate, n.day AS today,"
          " ifnull(?1, date(n.day, '-1 day')) AS last, " DUE_DAY " AS due_day FROM now n"
          " CROSS JOIN rule r CROSS JOIN folder f INDEXED BY folder_closed"
          " ON f.trigger_date <= date(ifnull(?1, n.day), '-' || r.months || ' months',"
          " '+3 days') AND f.state = 'closed' AND f.class = r.code WHERE r.months IS NOT NULL),"
          " page AS MATERIALIZED (SELECT * FROM closed WHERE due_day <= last"
          " ORDER BY due_day, item LIMIT ?2)"
          " SELECT f.item, f.label, f.class, f.trigger_code, f.trigger_date, f.months,"
          " " MONTHS_BETWEEN(
              "f.trigger_date",
              "f.today") ", f.due_day, f.due_day < f.today,"
                         " f.mandate, " COUNT_FILED ", EXISTS (SELECT 1 " HOLDS_OF_FOLDER "),"
                         " EXISTS (SELECT 1 FROM batch_line j JOIN batch t ON t.act_id = "
                         "j.batch"
                         "  WHERE j.item = f.item AND t.state NOT IN ('executed', 'cancelled'))"
                         " FROM page f ORDER BY f.due_day, f.item"}},
};

/* ---- destruction ---- */

static const struct custody_column BATCH[] = {
    {"batch", "id", "批次", "batch"},
    {"idx", "int", "账目号", "entry"},
    {"number", "text", "清册编号", "number"},
    {"state", "text", "状态", "state"},
    {"folders", "int", "档案数", "folders"},
    {"papers", "int", "件数", "papers"},
    {"pages", "int", "页数", "pages"},
    {"method", "text", "方式", "method"},
    {"place", "text", "地点", "place"},
    {"proposer", "text", "填表人", "proposed by"},
    {"proposed", "time", "填表", "proposed"},
    {"reviewer", "text", "审核人", "reviewed by"},
    {"reviewed", "time", "审核", "reviewed"},
    {"approver", "text", "批准人", "approved by"},
    {"approved", "time", "批准", "approved"},
    {"executed", "time", "销毁", "destroyed"},
    {"destroyer", "text", "销毁人", "destroyer"},
    {"firm", "text", "销毁单位", "firm"},
    {"receipt", "text", "回执", "receipt"},
    {"witnesses", "list", "监销人", "witnesses"},
    {"recheck", "text", "复核人", "re-checked by"},
    {"destroyed", "int", "已销毁行", "lines destroyed"},
    {"struck", "int", "划除行", "lines struck out"},
    {"executed_idx", "int", "销毁账目号", "destroyed at"},
    {"cancelled_idx", "int", "撤销账目号", "cancelled at"},
};
/* What is asked of the lines of batch t, each a select of its own. */
#define OF_LINES  " FROM batch_line j WHERE j.batch = t.act_id"
#define FOLDERS   "(SELECT count(*)" OF_LINES " AND length(j.item) = 9)"
#define PAPERS    "(SELECT sum(j.papers)" OF_LINES ")"
#define PAGES     "(SELECT sum(j.pages)" OF_LINES ")"
#define DESTROYED "(SELECT count(*)" OF_LINES " AND j.outcome = 'destroyed')"
#define STRUCK    "(SELECT count(*)" OF_LINES " AND j.outcome = 'struck')"
#define WITNESSES                                                                              \
    "(SELECT group_concat(w.handle, char(10)) FROM batch_witness w WHERE w.batch = t.act_id)"
#define BATCH_SELECT                                                                           \
    "SELECT t.act_id, t.idx, t.number, t.state, " FOLDERS ", " PAPERS ", " PAGES               \
    ", t.method, t.place, t.proposer, a.at, t.reviewer, v.at, t.approver, p.at, x.at,"         \
    " t.destroyer, t.firm, t.receipt, " WITNESSES ", t.recheck, " DESTROYED ", " STRUCK        \
    ", t.executed_idx, t.cancelled_idx FROM batch t"                                           \
    " LEFT JOIN act_log a ON a.idx = t.idx LEFT JOIN act_log v ON v.idx = t.reviewed_idx"      \
    " LEFT JOIN act_log p ON p.idx = t.approved_idx"                                           \
    " LEFT JOIN act_log x ON x.idx = t.executed_idx "
const struct read_row READ_DESTRUCTION_LIST = {
    .face = {"destruction.list", "state? limit?", "销毁清册", "batches of destruction",
             READ_COLUMNS(BATCH)},
    .params = {TEXT_PARAM("state"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  BATCH_SELECT
                  "WHERE ?1 IS NULL OR t.state = ?1 ORDER BY t.idx DESC LIMIT ?2"}},
};
const struct read_row READ_DESTRUCTION_SHOW = {
    .face = {"destruction.show", "batch? number?", "一份销毁清册", "one batch",
             READ_COLUMNS(BATCH)},
    .params = {ID_PARAM("batch"), TEXT_PARAM("number")},
    .variants = {{"batch", NULL,
                  BATCH_SELECT "WHERE t.act_id = ?1 AND (?2 IS NULL OR t.number = ?2)"},
                 {"number", NULL, BATCH_SELECT "WHERE t.number = ?2 AND ?1 IS NULL"}},
    .missing = "There is no such batch: see custody destruction list.",
};

static const struct custody_column LINE[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"folder_class", "text", "类别", "class"},
    {"papers", "int", "件数", "papers"},
    {"copies", "int", "份数", "copies"},
    {"pages", "int", "页数", "pages"},
    {"reason", "text", "理由", "reason"},
    {"opinion", "text", "鉴定意见", "appraisal"},
    {"review", "text", "审核意见", "review"},
    {"review_reason", "text", "审核说明", "reason of the review"},
    {"approval", "text", "批准意见", "approval"},
    {"approval_reason", "text", "批准说明", "reason of the approval"},
    {"outcome", "text", "结果", "outcome"},
    {"struck_reason", "text", "划除原因", "why struck out"},
};
#define LINE_SELECT                                                                            \
    "SELECT j.item, " THING_LABEL ", f.class, j.papers, j.copies, j.pages, j.reason,"          \
    " " NEWEST_APPRAISAL(                                                                      \
        "opinion",                                                                             \
        "j.item") ", j.review, j.review_reason, j.approval,"                                   \
                  " j.approval_reason, j.outcome, j.struck_reason FROM batch t"                \
                  " CROSS JOIN batch_line j ON j.batch = t.act_id" JOIN_THING("j.item")
const struct read_row READ_DESTRUCTION_LINES = {
    .face = {"destruction.lines", "batch? number?", "销毁清册各行", "lines of a batch",
             READ_COLUMNS(LINE)},
    .params = {ID_PARAM("batch"), TEXT_PARAM("number")},
    .variants = {{"batch", NULL,
                  LINE_SELECT "WHERE t.act_id = ?1 AND (?2 IS NULL OR t.number = ?2)"
                              " ORDER BY j.item"},
                 {"number", NULL,
                  LINE_SELECT "WHERE t.number = ?2 AND ?1 IS NULL ORDER BY j.item"}},
};

/* ---- erasure ---- */

static const struct custody_column ERASE[] = {
    {"what", "text", "事项", "what"},      {"id", "id", "登记号", "act id"},
    {"idx", "int", "账目号", "entry"},     {"at", "time", "时间", "at"},
    {"by", "text", "经办", "by"},          {"kind", "text", "依据", "ground"},
    {"party", "text", "当事人", "party"},  {"state", "text", "状态", "state"},
    {"fields", "int", "字段数", "fields"}, {"subjects", "int", "密钥数", "subject keys"},
    {"done", "time", "完成", "done"},      {"done_idx", "int", "完成账目号", "done at"},
};
const struct read_row READ_ERASE_LIST = {
    .face = {"erase.list", "state? limit?", "个人信息删除", "erasures and what asks for one",
             READ_COLUMNS(ERASE)},
    .params = {TEXT_PARAM("state"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT x.what, x.act_id, x.idx, l.at, l.by_handle, x.kind, x.party, x.state,"
                  " x.count, x.subjects, d.at, x.done_idx FROM ("
                  "SELECT 'intent' AS what, e.act_id AS act_id, e.idx AS idx, e.kind AS kind,"
                  " (SELECT r.party FROM erase_request r WHERE r.act_id = e.act) AS party,"
                  " iif(e.done_idx IS NULL, 'open', 'done') AS state, e.count AS count,"
                  " e.subjects AS subjects, e.done_idx AS done_idx FROM erasure e"
                  " UNION ALL SELECT 'request', q.act_id, q.idx, q.ground, q.party, q.state,"
                  " NULL, NULL, q.closed_idx FROM erase_request q) x"
                  " LEFT JOIN act_log l ON l.idx = x.idx"
                  " LEFT JOIN act_log d ON d.idx = x.done_idx"
                  " WHERE ?1 IS NULL OR x.state = ?1 ORDER BY x.idx DESC LIMIT ?2"}},
};
