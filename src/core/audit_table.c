/*
 * What an auditor asks beside the verdict: who acted together, how receipts were given, what
 * came late, what is open. Run over the read model that the verification itself replayed, so
 * that an export alone answers.
 */
#include <stddef.h>

#include "reads.h"

/* Acts whose second signature is a receipt: no sign of two people watching each other. */
#define RECEIPT_ACTS                                                                           \
    "('key.lend/1', 'key.lend/2', 'key.escort/1', 'key.return/1', 'tray.issue/1',"             \
    " 'tray.settle/1', 'key.lost/1')"

static const struct custody_column FRESHNESS[] = {
    {"what", "text", "项目", "what"},
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"days_before", "int", "距账尾(天)", "days before the end"},
};
static const struct read_row AUDIT_FRESHNESS = {
    .face = {"freshness", "", "最近一次", "how fresh", READ_COLUMNS(FRESHNESS)},
    .variants = {{NULL, NULL,
                  "SELECT x.what, x.idx, l.t, ((SELECT max(t) FROM act_log) - l.t) / 86400"
                  " FROM (SELECT 'act' AS what, max(idx) AS idx FROM act_log UNION ALL"
                  " SELECT 'shift.' || kind || ' ' || desk, max(idx) FROM shift GROUP BY kind,"
                  " desk UNION ALL SELECT 'stocktake ' || desk || ' ' || kind,"
                  " max(finished_idx) FROM stocktake WHERE state = 'finished' GROUP BY desk,"
                  " kind UNION ALL SELECT 'policy', max(idx) FROM policy) x"
                  " JOIN act_log l ON l.idx = x.idx ORDER BY x.what"}},
};

static const struct custody_column PEOPLE[] = {
    {"idx", "int", "账目号", "entry"},        {"at", "time", "时间", "at"},
    {"act", "text", "登记事项", "act"},       {"by", "text", "经办", "by"},
    {"signers", "list", "签名人", "signers"},
};
static const struct read_row AUDIT_PEOPLE = {
    .face = {"people", "", "人员与职务的变动", "people and roles over time",
             READ_COLUMNS(PEOPLE)},
    .variants = {{NULL, NULL,
                  "SELECT l.idx, l.at, l.act, l.by_handle, (SELECT group_concat(handle,"
                  " char(10)) FROM act_signer s WHERE s.idx = l.idx) FROM act_log l"
                  " WHERE l.act IN ('site.found/1', 'ledger.succeed/1', 'person.enrol/1',"
                  " 'person.suspend/1', 'person.reinstate/1', 'role.grant/1', 'role.revoke/1',"
                  " 'role.delegate/1', 'credential.add/1', 'credential.revoke/1',"
                  " 'policy.set/1', 'log.rotate/1') ORDER BY l.idx DESC LIMIT 200"}},
};

static const struct custody_column HOLDERS[] = {
    {"role", "text", "职务", "role"},
    {"handles", "list", "现任", "held by"},
};
static const struct read_row AUDIT_ROLES = {
    .face = {"roles", "", "现任职务", "roles now", READ_COLUMNS(HOLDERS)},
    .variants = {{NULL, NULL,
                  "SELECT r.role, group_concat(r.handle || CASE p.is_suspended WHEN 1 THEN"
                  " ' (suspended)' ELSE '' END, char(10)) FROM role r JOIN person p"
                  " ON p.handle = r.handle GROUP BY r.role ORDER BY r.role"}},
};

static const struct custody_column TERMINALS[] = {
    {"act", "text", "登记事项", "act"},
    {"together", "int", "两人以上签名", "signed by two or more"},
    {"one_terminal", "int", "同一终端", "on one terminal"},
};
static const struct read_row AUDIT_TERMINALS = {
    .face = {"terminals", "", "两人事项在同一终端签名", "two-person acts on one terminal",
             READ_COLUMNS(TERMINALS)},
    .variants = {{NULL, NULL,
                  "SELECT act, count(*), sum(terminals = 1) FROM act_log WHERE signers > 1"
                  " AND act NOT IN " RECEIPT_ACTS " GROUP BY act ORDER BY 3 DESC, act"}},
};

static const struct custody_column PAIRS[] = {
    {"first", "text", "甲", "one"},
    {"second", "text", "乙", "other"},
    {"together", "int", "同签", "together"},
    {"first_all", "int", "甲的两人事项", "of one's"},
    {"second_all", "int", "乙的两人事项", "of the other's"},
};
static const struct read_row AUDIT_PAIRS = {
    .face = {"pairs", "", "总是同签的两人", "pairs that always co-sign", READ_COLUMNS(PAIRS)},
    .variants = {{NULL, NULL,
                  "WITH two AS MATERIALIZED (SELECT s.handle, s.idx FROM act_log l"
                  " JOIN act_signer s ON s.idx = l.idx WHERE l.signers > 1"
                  " AND l.act NOT IN " RECEIPT_ACTS "),"
                  " total AS MATERIALIZED (SELECT handle, count(*) AS n FROM two GROUP BY 1),"
                  " pair AS MATERIALIZED (SELECT a.handle AS x, b.handle AS y, count(*) AS n"
                  "  FROM two a JOIN two b ON b.idx = a.idx AND b.handle > a.handle"
                  "  GROUP BY 1, 2)"
                  " SELECT p.x, p.y, p.n, u.n, v.n FROM pair p JOIN total u ON u.handle = p.x"
                  " JOIN total v ON v.handle = p.y WHERE p.n >= 5 AND (p.n * 10 >= u.n * 9 OR"
                  " p.n * 10 >= v.n * 9) ORDER BY p.n DESC, p.x, p.y LIMIT 50"}},
};

static const struct custody_column RECEIPTS[] = {
    {"kind", "text", "签收方式", "receipt"},
    {"reason", "text", "未签原因", "why not signed"},
    {"loans", "int", "次数", "loans"},
    {"percent", "int", "占比%", "per cent"},
};
static const struct read_row AUDIT_RECEIPTS = {
    .face = {"receipts", "", "签收方式", "receipts by kind", READ_COLUMNS(RECEIPTS)},
    .variants = {{NULL, NULL,
                  "SELECT n.receipt, f.text, count(*), count(*) * 100 / (SELECT count(*)"
                  " FROM loan) FROM loan n LEFT JOIN flag f ON f.idx = n.idx"
                  " AND f.code = 'unsigned-receipt' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"}},
};

static const struct custody_column FLAGS[] = {
    {"code", "text", "标记", "flag"},
    {"count", "int", "次数", "how often"},
    {"last_idx", "int", "最近账目号", "last at"},
};
static const struct read_row AUDIT_FLAGS = {
    .face = {"flags", "", "标记事项", "flags", READ_COLUMNS(FLAGS)},
    .variants =
        {{NULL, NULL,
          "SELECT code, count(*), max(idx) FROM flag GROUP BY code ORDER BY 2 DESC, 1"}},
};

static const struct custody_column LATE[] = {
    {"by", "text", "经办", "by"},
    {"late", "int", "补登", "late entries"},
    {"longest_min", "int", "最迟(分)", "latest by (min)"},
    {"corrected", "int", "被更正", "corrected"},
};
static const struct read_row AUDIT_LATE = {
    .face = {"late", "", "补登与更正", "late and corrected acts", READ_COLUMNS(LATE)},
    .variants = {{NULL, NULL,
                  "SELECT l.by_handle, sum(EXISTS (SELECT 1 FROM flag f WHERE f.idx = l.idx"
                  " AND f.code = 'late')), max((l.at - l.event_at) / 60),"
                  " sum(EXISTS (SELECT 1 FROM correction c WHERE c.target = l.idx))"
                  " FROM act_log l WHERE l.idx IN (SELECT idx FROM flag WHERE code = 'late'"
                  " UNION SELECT target FROM correction) GROUP BY l.by_handle"
                  " ORDER BY 2 DESC, 1"}},
};

static const struct custody_column RATIFY[] = {
    {"idx", "int", "账目号", "entry"},    {"at", "time", "时间", "at"},
    {"act", "text", "登记事项", "act"},   {"by", "text", "经办", "by"},
    {"awaits", "text", "待谁", "awaits"},
};
static const struct read_row AUDIT_RATIFY = {
    .face = {"unratified", "", "待补签", "open ratifications", READ_COLUMNS(RATIFY)},
    .variants = {{NULL, NULL,
                  "SELECT r.target, l.at, l.act, l.by_handle, nullif(r.subject, '')"
                  " FROM ratification r JOIN act_log l ON l.idx = r.target"
                  " WHERE r.idx IS NULL ORDER BY r.target"}},
};

static const struct custody_column STOCKTAKES[] = {
    {"idx", "int", "账目号", "entry"},         {"at", "time", "时间", "at"},
    {"desk", "text", "保管台", "desk"},        {"kind", "text", "种类", "kind"},
    {"lines", "int", "应点", "expected"},      {"missing", "int", "缺少", "missing"},
    {"misplaced", "int", "错位", "misplaced"}, {"unknown", "int", "不明", "unknown"},
};
static const struct read_row AUDIT_STOCKTAKES = {
    .face = {"stocktakes", "", "盘点差异", "stock-take differences", READ_COLUMNS(STOCKTAKES)},
    .variants = {{NULL, NULL,
                  "SELECT s.idx, l.at, s.desk, s.kind, (SELECT count(*) FROM stocktake_line n"
                  " WHERE n.stocktake = s.act_id), (SELECT count(*) FROM stocktake_line n"
                  " WHERE n.stocktake = s.act_id AND n.expected = 'desk'"
                  " AND n.seen_idx IS NULL), (SELECT count(*) FROM stocktake_line n"
                  " WHERE n.stocktake = s.act_id AND n.outcome = 'misplaced')"
                  " + (SELECT count(*) FROM stocktake_extra x WHERE x.stocktake = s.act_id"
                  " AND x.outcome = 'misplaced'), (SELECT count(*) FROM stocktake_extra x"
                  " WHERE x.stocktake = s.act_id AND x.outcome = 'unknown')"
                  " FROM stocktake s JOIN act_log l ON l.idx = s.idx"
                  " WHERE s.state = 'finished' ORDER BY s.idx DESC LIMIT 100"}},
};

static const struct custody_column NO_HANDOVER[] = {
    {"desk", "text", "保管台", "desk"},
    {"days", "int", "天数", "days"},
    {"first", "text", "首日", "first"},
    {"last", "text", "末日", "last"},
};
static const struct read_row AUDIT_NO_HANDOVER = {
    .face = {"no_handover", "", "有业务而无交接班的日子", "days without a hand-over",
             READ_COLUMNS(NO_HANDOVER)},
    .variants = {{NULL, NULL,
                  "WITH local AS (SELECT utc_offset_min * 60 AS s FROM site)"
                  " SELECT desk, count(*), min(day), max(day) FROM ("
                  " SELECT l.desk, date(l.t + local.s, 'unixepoch') AS day"
                  "  FROM act_log l, local WHERE l.desk IS NOT NULL GROUP BY 1, 2 EXCEPT"
                  " SELECT h.desk, date(l.t + local.s, 'unixepoch') FROM shift h"
                  "  JOIN act_log l ON l.idx = h.idx, local WHERE h.kind IN"
                  "  ('handover', 'close')) GROUP BY desk ORDER BY desk"}},
};

const struct read_row *const AUDIT_TABLE[] = {
    &AUDIT_FRESHNESS, &AUDIT_ROLES,      &AUDIT_PEOPLE,      &AUDIT_TERMINALS,
    &AUDIT_PAIRS,     &AUDIT_RECEIPTS,   &AUDIT_FLAGS,       &AUDIT_LATE,
    &AUDIT_RATIFY,    &AUDIT_STOCKTAKES, &AUDIT_NO_HANDOVER, NULL,
};
