/* Reads behind the forms of keeping and destroying folders, and of incidents (A12–A15, P3). */
#include <stddef.h>

#include "read_folder.h"
#include "read_form.h"

/* ---- A13–A15: a batch; what is the batch's stands in every line ---- */

static const struct custody_column DISPOSAL[] = {
    {"item", "text", "编号", "item"},
    {"title", "text", "题名", "title"},
    {"archive_no", "text", "档号", "archive no."},
    {"from_day", "text", "起", "from"},
    {"to_day", "text", "止", "to"},
    {"papers", "int", "件数", "papers"},
    {"copies", "int", "份数", "copies"},
    {"pages", "int", "页数", "pages"},
    {"secrecy", "text", "保密要求", "secrecy"},
    {"months", "int", "应保管月数", "months"},
    {"served", "int", "已保管月数", "months served"},
    {"reason", "text", "销毁原因", "reason"},
    {"opinion", "text", "鉴定意见", "appraisal"},
    {"review", "text", "审核意见", "review"},
    {"approval", "text", "批准意见", "approval"},
    {"outcome", "text", "结果", "outcome"},
    {"remark", "text", "说明", "remark"},
    /* the batch's */
    {"number", "text", "清册编号", "number"},
    {"state", "text", "状态", "state"},
    {"all_folders", "int", "卷", "folders"},
    {"all_papers", "int", "件", "papers in all"},
    {"all_copies", "int", "份", "copies in all"},
    {"all_pages", "int", "页", "pages in all"},
    {"reasons", "list", "销毁原因", "reasons"},
    {"appraisals", "list", "鉴定账目号", "appraisals"},
    {"proposer", "text", "填表人", "proposed by"},
    {"proposed", "time", "填表日期", "proposed"},
    {"reviewer", "text", "审核人", "reviewed by"},
    {"reviewed", "time", "审核日期", "reviewed"},
    {"approver", "text", "批准人", "approved by"},
    {"approved", "time", "批准日期", "approved"},
    {"place", "text", "销毁地点", "place"},
    {"method", "text", "销毁方式", "method"},
    {"destroyer", "text", "销毁人", "destroyer"},
    {"firm", "text", "销毁单位", "firm"},
    {"receipt_no", "text", "回执编号", "receipt"},
    {"witnesses", "list", "监销人", "witnesses"},
    {"recheck", "text", "复核人", "re-checked by"},
    {"destroyed", "time", "已销毁", "destroyed"},
    {"destroyed_lines", "int", "已销毁行数", "lines destroyed"},
    {"struck_lines", "int", "划除行数", "lines struck out"},
    {"entry", "int", "账目号", "entry"},
};
/*
 * The batch t; of each of its lines the dates and the secrecy of its papers, as they were
 * destroyed or are. Retention served is until the execution, or now.
 */
#define CHOSEN                                                                                 \
    "chosen AS MATERIALIZED (SELECT * FROM batch WHERE number = ifnull(?1,"                    \
    " (SELECT number FROM batch ORDER BY idx DESC LIMIT 1))),"                                 \
    " line(item, from_day, to_day, level) AS MATERIALIZED (SELECT j.item, min(k.from_day),"    \
    " max(ifnull(k.to_day, k.from_day)), max(CASE " SECRECY_OF(                                \
        "k.kind") " WHEN 'personal'"                                                           \
                  " THEN 2 WHEN 'internal' THEN 1 ELSE 0 END) FROM chosen t CROSS JOIN "       \
                  "batch_line j"                                                               \
                  " ON j.batch = t.act_id CROSS JOIN paper k ON k.folder = substr(j.item, 1, " \
                  "9)"                                                                         \
                  " AND (length(j.item) = 9 OR k.item = j.item)"                               \
                  " AND k.state IN ('filed', 'lent', 'missing', 'destroyed') GROUP BY "        \
                  "j.item) "
#define LAST_DAY                                                                               \
    "ifnull((SELECT date(x.t + y.utc_offset_min * 60, 'unixepoch') FROM act_log x, site y"     \
    " WHERE x.idx = t.executed_idx), n.day)"
#define SUMS                                                                                   \
    "sums AS MATERIALIZED (SELECT sum(length(z.item) = 9) AS folders, sum(z.papers) AS "       \
    "papers,"                                                                                  \
    " sum(z.copies) AS copies, sum(z.pages) AS pages, group_concat(DISTINCT z.reason) AS why," \
    " sum(z.outcome IS 'destroyed') AS destroyed, sum(z.outcome IS 'struck') AS struck"        \
    " FROM chosen t CROSS JOIN batch_line z ON z.batch = t.act_id),"                           \
    " opinions(entries) AS MATERIALIZED (SELECT group_concat(DISTINCT w.idx) FROM chosen t"    \
    " CROSS JOIN batch_line z ON z.batch = t.act_id CROSS JOIN appraisal w"                    \
    " ON w.item = z.item) "
#define TIME_OF(idx) "(SELECT x.event_at FROM act_log x WHERE x.idx = " idx ")"
#define DISPOSAL_LINE                                                                          \
    "SELECT j.item, ifnull(p.label, ifnull(r.label, f.class)),"                                \
    " f.label || ifnull('-' || p.n, ''), d.from_day, d.to_day, j.papers, j.copies, j.pages,"   \
    " CASE d.level WHEN 2 THEN 'personal' WHEN 1 THEN 'internal' WHEN 0 THEN 'general' END,"   \
    " r.months, " MONTHS_BETWEEN(                                                              \
        "f.trigger_date",                                                                      \
        LAST_DAY) ", j.reason,"                                                                \
                  " " NEWEST_APPRAISAL(                                                        \
                      "opinion", "j.item") ", j.review, j.approval, j.outcome,"                \
                                           " ifnull(j.struck_reason, "                         \
                                           "ifnull(j.approval_reason, j.review_reason)),"
#define DISPOSAL_BATCH                                                                         \
    " t.number, t.state, e.folders, e.papers, e.copies, e.pages,"                              \
    " replace(e.why, ',', char(10)), replace(q.entries, ',', char(10)), t.proposer,"           \
    " " TIME_OF("t.idx") ", t.reviewer, " TIME_OF(                                             \
        "t.reviewed_idx") ", t.approver,"                                                      \
                          " " TIME_OF(                                                         \
                              "t.approved_idx") ", o.label, t.method, t.destroyer, t.firm, "   \
                                                "t.receipt,"                                   \
                                                " (SELECT group_concat(w.handle, char(10)) "   \
                                                "FROM batch_witness w WHERE w.batch ="         \
                                                " t.act_id), t.recheck, " TIME_OF(             \
                                                    "t.executed_idx") ", e.destroyed, "        \
                                                                      "e.struck, t.idx"        \
                                                                      " FROM now n CROSS "     \
                                                                      "JOIN chosen t CROSS "   \
                                                                      "JOIN sums e CROSS "     \
                                                                      "JOIN opinions q"        \
                                                                      " CROSS JOIN "           \
                                                                      "batch_line j ON "       \
                                                                      "j.batch = "             \
                                                                      "t.act_id" JOIN_THING(   \
                                                                          "j.item") "LEFT "    \
                                                                                    "JOIN "    \
                                                                                    "line d "  \
                                                                                    "ON "      \
                                                                                    "d.item "  \
                                                                                    "= "       \
                                                                                    "j.item "  \
                                                                                    "LEFT "    \
                                                                                    "JOIN "    \
                                                                                    "rule r "  \
                                                                                    "ON "      \
                                                                                    "r.code "  \
                                                                                    "= "       \
                                                                                    "f.class"  \
                                                                                    " LEFT "   \
                                                                                    "JOIN "    \
                                                                                    "place o " \
                                                                                    "ON "      \
                                                                                    "o.code "  \
                                                                                    "= "       \
                                                                                    "t.place "
#define DISPOSAL_ORDER "ORDER BY " SHELF_KEY ", f.label, p.n, j.item LIMIT ?2"
const struct read_row READ_FORM_DISPOSALS = {
    .face = {"form.disposals", "number? limit?", "过期文件处理登记、档案销毁清册",
             "lines of a batch with what is the batch's (default: of the newest)",
             READ_COLUMNS(DISPOSAL)},
    .params = {PARAM("number"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  "WITH " RULES "," SECRECIES "," CHOSEN
                  "," SUMS DISPOSAL_LINE DISPOSAL_BATCH DISPOSAL_ORDER}},
};

/* ---- A12 ---- */

static const struct custody_column RETENTION[] = {
    {"folder_class", "text", "档案类别", "class"},
    {"is_set", "bool", "已定期限", "set"},
    {"months", "int", "保管月数", "months"},
    {"is_permanent", "bool", "永久", "permanent"},
    {"triggers", "list", "起算事由", "triggers"},
    {"mandate", "text", "依据", "mandate"},
    {"always", "list", "必备资料", "papers always there"},
    {"folders", "int", "在管档案", "folders"},
    {"closed", "int", "已停用", "closed"},
    {"expired", "int", "已期满", "expired"},
};
const struct read_row READ_FORM_RETENTION = {
    .face = {"form.retention", "limit?", "档案保存期限",
             "how long folders are kept, by class, by the policy in force",
             READ_COLUMNS(RETENTION)},
    .params = {ALL_ROWS},
    .variants =
        {{NULL, NULL,
          "WITH " RULES ", whole AS MATERIALIZED (SELECT " POLICY_NOW " AS body),"
          " paper_kind(code, label) AS MATERIALIZED (SELECT json_extract(k.value, '$.code'),"
          " json_extract(k.value, '$.label') FROM whole, json_each(body, '$.paper_kinds') k),"
          " counts AS MATERIALIZED (SELECT f.class, count(*) AS folders,"
          " sum(f.state = 'closed') AS closed, sum(f.state = 'closed' AND"
          " ifnull(" DUE_DAY " < n.day, 0)) AS expired FROM now n CROSS JOIN folder f"
          " LEFT JOIN rule r ON r.code = f.class WHERE f.state <> 'destroyed' GROUP BY f.class)"
          " SELECT r.code, r.is_kept, r.months, r.is_kept AND r.months IS NULL,"
          " (SELECT group_concat(g.value, char(10)) FROM json_each(r.triggers) g), r.mandate,"
          " (SELECT group_concat(k.label, char(10)) FROM whole,"
          " json_each(body, '$.folder_classes') c, json_each(c.value, '$.checklist') i"
          " JOIN paper_kind k ON k.code = json_extract(i.value, '$.kind')"
          " WHERE json_extract(c.value, '$.code') = r.code"
          " AND json_extract(i.value, '$.need') = 'always'),"
          " ifnull(c.folders, 0), ifnull(c.closed, 0), ifnull(c.expired, 0) FROM rule r"
          " LEFT JOIN counts c ON c.class = r.code ORDER BY r.code LIMIT ?1"}},
};

/* ---- P3 ---- */

static const struct custody_column INCIDENT[] = {
    {"entry", "int", "账目号", "entry"},          {"incident_kind", "text", "事件种类", "kind"},
    {"noticed", "time", "发现时间", "noticed"},   {"reported", "time", "报告时间", "reported"},
    {"reporter", "text", "报告人", "reporter"},   {"party", "text", "涉及当事人", "party"},
    {"things", "list", "涉及档案资料", "things"}, {"text", "private", "情况", "what happened"},
    {"steps", "list", "处理经过", "steps"},       {"state", "text", "状态", "state"},
    {"result", "text", "调查结论", "result"},     {"closed", "time", "结案时间", "closed"},
    {"closed_by", "text", "结案人", "closed by"}, {"lesson", "private", "整改措施", "lesson"},
    {"items", "list", "涉及编号", "items"},
};
#define INCIDENT_THINGS                                                                        \
    "(SELECT group_concat(" THING_LABEL                                                        \
    ", char(10)) FROM incident_item i" JOIN_THING("i.item") "WHERE i.incident = t.act_id)"
#define INCIDENT_SELECT                                                                        \
    "SELECT t.idx, t.kind, t.noticed_at, l.at, t.reporter, t.party, " INCIDENT_THINGS          \
    ", t.idx || ':/body/text', (SELECT group_concat(s.step, char(10)) FROM incident_step s"    \
    " WHERE s.incident = t.act_id), t.state, t.result, c.at, c.by_handle,"                     \
    " t.closed_idx || ':/body/lesson', (SELECT group_concat(i.item, char(10)) FROM"            \
    " incident_item i WHERE i.incident = t.act_id) FROM incident t CROSS JOIN act_log l ON "   \
    "l.idx = t.idx"                                                                            \
    " LEFT JOIN act_log c ON c.idx = t.closed_idx WHERE l.at >= ?1 AND l.at < ?2 "
const struct read_row READ_FORM_INCIDENTS = {
    .face = {"form.incidents", "from? to? incident? limit?", "客户信息事件报告",
             "incidents, one or those of a time", READ_COLUMNS(INCIDENT),
             .owners = "party items"},
    .params = {PERIOD, {.name = "incident", .type = 'x'}, ALL_ROWS},
    .variants = {{"incident", NULL,
                  INCIDENT_SELECT "AND t.act_id = ?3 ORDER BY t.idx LIMIT ?4"},
                 {NULL, NULL, INCIDENT_SELECT "AND ?3 IS NULL ORDER BY t.idx LIMIT ?4"}},
};
