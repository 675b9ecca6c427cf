/* Reads behind the forms of the regulation: stock-takes, seals, emergencies, custodians, slips,
 * what was before the program. */
#include <stddef.h>

#include "read_form.h"

/* ---- K14 ---- */

static const struct custody_column STOCKTAKE[] = {
    {"idx", "int", "账目号", "entry"},        {"at", "time", "盘点时间", "begun"},
    {"desk", "text", "保管台", "desk"},       {"count", "text", "盘点种类", "stock-take"},
    {"item", "text", "编号", "item"},         {"label", "text", "名称", "label"},
    {"expected", "text", "应在", "expected"}, {"outcome", "text", "结果", "outcome"},
    {"seen_desk", "text", "见于", "seen at"}, {"seen", "time", "清点时间", "seen"},
    {"finished", "time", "结束", "finished"}, {"signers", "list", "签名", "signers"},
};
#define COUNT_ENDS                                                                             \
    " f.event_at, (SELECT group_concat(g.handle, char(10)) FROM act_signer g"                  \
    " WHERE g.idx = s.finished_idx) FROM stocktake s CROSS JOIN act_log l ON l.idx = s.idx "
#define COUNT_LINES                                                                            \
    "SELECT s.idx, l.event_at, s.desk, s.kind, n.item, i.label, n.expected,"                   \
    " ifnull(n.outcome, CASE n.expected WHEN 'desk' THEN iif(s.state = 'open', 'open',"        \
    " 'missing') ELSE n.expected END), n.seen_at, v.event_at," COUNT_ENDS                      \
    "CROSS JOIN stocktake_line n ON n.stocktake = s.act_id"                                    \
    " LEFT JOIN item i ON i.item = n.item LEFT JOIN act_log v ON v.idx = n.seen_idx"           \
    " LEFT JOIN act_log f ON f.idx = s.finished_idx "
#define COUNT_EXTRAS                                                                           \
    "SELECT s.idx, l.event_at, s.desk, s.kind, n.what, i.label, NULL, n.outcome, n.seen_at,"   \
    " v.event_at," COUNT_ENDS "CROSS JOIN stocktake_extra n ON n.stocktake = s.act_id"         \
    " LEFT JOIN item i ON i.item = n.what LEFT JOIN act_log v ON v.idx = n.seen_idx"           \
    " LEFT JOIN act_log f ON f.idx = s.finished_idx "
#define COUNT_WHERE                                                                            \
    "WHERE l.event_at >= ?1 AND l.event_at < ?2 AND (?3 IS NULL OR s.desk = ?3) "
const struct read_row READ_FORM_STOCKTAKES = {
    .face = {"form.stocktakes", "from? to? desk? limit?", "钥匙盘点",
             "lines of the stock-takes begun in this time", READ_COLUMNS(STOCKTAKE)},
    .params = {PERIOD, PARAM("desk"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  COUNT_LINES COUNT_WHERE "UNION ALL " COUNT_EXTRAS COUNT_WHERE
                                          "ORDER BY 1, 6, 5 LIMIT ?4"}},
};

/* ---- K15 ---- */

static const struct custody_column SEAL[] = {
    {"seal", "text", "封条号", "seal"},       {"desk", "text", "保管台", "desk"},
    {"at", "time", "封存时间", "sealed"},     {"clerk", "text", "封存人", "sealed by"},
    {"keys", "int", "把数", "keys"},          {"items", "list", "编号", "items"},
    {"labels", "list", "名称", "labels"},     {"opened", "time", "启封时间", "opened"},
    {"how", "text", "启封方式", "opened by"}, {"openers", "list", "启封人", "openers"},
    {"idx", "int", "账目号", "entry"},        {"opened_idx", "int", "启封账目号", "opened at"},
};
/* What the act that sealed put under this seal. */
#define UNDER_SEAL                                                                             \
    "FROM act_item t JOIN movement m ON m.item = t.item AND m.idx = t.idx"                     \
    " AND m.holder_kind = 'seal' AND m.holder = s.seal JOIN item i ON i.item = t.item"         \
    " AND i.class IS NOT NULL WHERE t.idx = s.idx"
#define SEALED_LABELS LABELS_OF(UNDER_SEAL)
#define SEAL_COLUMNS                                                                           \
    "SELECT s.seal, s.desk, l.event_at, l.by_handle, (SELECT count(*) " UNDER_SEAL "),"        \
    " (SELECT group_concat(i.item, char(10)) " UNDER_SEAL "), " SEALED_LABELS                  \
    ", o.event_at, s.opened_by,"                                                               \
    " (SELECT group_concat(g.handle, char(10)) FROM act_signer g WHERE g.idx "                 \
    "= o.idx),"                                                                                \
    " s.idx, s.opened_idx FROM seal s JOIN act_log l ON l.idx = s.idx"                         \
    " LEFT JOIN act_log o ON o.idx = s.opened_idx "
const struct read_row READ_FORM_SEALS = {
    .face = {"form.seals", "from? to? desk? limit?", "钥匙封存启封",
             "seals made or opened in this time", READ_COLUMNS(SEAL)},
    .params = {PERIOD, PARAM("desk"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  SEAL_COLUMNS "WHERE (?3 IS NULL OR s.desk = ?3)"
                               " AND ((l.event_at >= ?1 AND l.event_at < ?2)"
                               " OR (o.event_at >= ?1 AND o.event_at < ?2))"
                               " ORDER BY s.idx, s.seal LIMIT ?4"}},
};

/* ---- K16 ---- */

static const struct custody_column EMERGENCY[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"cause", "text", "险情", "cause"},
    {"place", "text", "位置", "place"},
    {"receiver", "text", "进入人", "who went in"},
    {"clerk", "text", "经办", "clerk"},
    {"others", "list", "会同人", "others"},
    {"called", "text", "联系业主", "owner called"},
    {"called_at", "time", "联系时间", "called at"},
    {"party", "text", "业主", "owner"},
    {"seal", "text", "封条", "seal"},
    {"keys", "int", "把数", "keys"},
    {"labels", "list", "钥匙", "labels"},
    {"returned", "time", "归还", "returned"},
    {"deadline", "time", "补批期限", "ratify by"},
    {"ratified", "time", "补批时间", "ratified"},
    {"ratified_by", "text", "补批人", "ratified by"},
    {"is_overdue", "bool", "超期", "too late"},
};
#define TAKEN_ALONG                                                                            \
    "FROM act_item t JOIN movement m ON m.item = t.item AND m.idx = t.idx"                     \
    " AND m.kind = 'emergency' JOIN item i ON i.item = t.item AND i.class IS NOT NULL"         \
    " WHERE t.idx = e.idx"
#define TAKEN_LABELS LABELS_OF(TAKEN_ALONG)
#define EMERGENCY_COLUMNS                                                                      \
    "SELECT e.idx, l.event_at, e.cause, p.label, e.receiver, l.by_handle, " OTHERS ","         \
    " e.called, e.called_at, e.party, e.seal, (SELECT count(*) " TAKEN_ALONG                   \
    "), " TAKEN_LABELS ","                                                                     \
    " (SELECT max(m.ended_at) " TAKEN_ALONG "), e.deadline, e.ratified_t, r.by_handle,"        \
    " ifnull(e.ratified_t, " READ_NOW ") > e.deadline"
#define EMERGENCY_FROM                                                                         \
    " FROM emergency e CROSS JOIN act_log l ON l.idx = e.idx"                                  \
    " LEFT JOIN place p ON p.code = e.place LEFT JOIN ratification n ON n.target = e.idx"      \
    " LEFT JOIN act_log r ON r.idx = n.idx WHERE " IN_PERIOD(                                  \
        "e.idx") "AND (?3 IS NULL OR l.desk = ?3) AND (?4 IS NULL OR e.place IN (SELECT code " \
                 "FROM below))"                                                                \
                 " ORDER BY e.idx LIMIT ?5"
const struct read_row READ_FORM_EMERGENCIES = {
    .face = {"form.emergencies", "from? to? desk? place? limit?", "紧急入户记录",
             "emergencies with who ratified them", READ_COLUMNS(EMERGENCY)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL, BELOW EMERGENCY_COLUMNS EMERGENCY_FROM}},
};

/* ---- K18 ---- */

static const struct custody_column CUSTODIAN[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"desk", "text", "保管台", "desk"},
    {"outgoing", "text", "移交人", "outgoing"},
    {"incoming", "text", "接收人", "incoming"},
    {"is_gone", "bool", "移交人缺席", "outgoing absent"},
    {"keys", "int", "清单把数", "on the list"},
    {"digest", "id", "清单校验码", "digest of the list"},
    {"signers", "list", "签名", "signers"},
};
#define CUSTODIAN_COLUMNS                                                                      \
    "SELECT c.idx, l.event_at, c.desk, c.outgoing, c.incoming, c.gone, c.count, c.digest,"     \
    " (SELECT group_concat(g.handle, char(10)) FROM act_signer g WHERE g.idx = c.idx)"
#define CUSTODIAN_FROM                                                                         \
    " FROM custodian_change c CROSS JOIN act_log l ON l.idx = c.idx WHERE " IN_PERIOD(         \
        "c.idx") "AND (?3 IS NULL OR c.desk = ?3) ORDER BY c.idx LIMIT ?4"
const struct read_row READ_FORM_CUSTODIANS = {
    .face = {"form.custodians", "from? to? desk? limit?", "保管人变更记录",
             "changes of custodians", READ_COLUMNS(CUSTODIAN)},
    .params = {PERIOD, PARAM("desk"), ALL_ROWS},
    .variants = {{NULL, NULL, CUSTODIAN_COLUMNS CUSTODIAN_FROM}},
};

/* ---- K19 ---- */

static const struct custody_column OPENING[] = {
    {"idx", "int", "账目号", "entry"},      {"at", "time", "结转时间", "at"},
    {"desk", "text", "保管台", "desk"},     {"place", "text", "房屋", "place"},
    {"item", "text", "编号", "item"},       {"label", "text", "名称", "label"},
    {"kind", "text", "种类", "kind"},       {"copy", "int", "第几把", "copy"},
    {"carried", "text", "状态", "state"},   {"holder", "text", "持有", "holder"},
    {"page", "text", "原台账页", "page"},   {"clerk", "text", "经办", "clerk"},
    {"others", "list", "会签人", "others"},
};
#define OPENING_COLUMNS                                                                        \
    "SELECT b.idx, l.event_at, i.desk, p.label, b.item, i.label, ol.kind, i.copy, b.state,"    \
    " m.holder, b.page, l.by_handle, " OTHERS
#define OPENING_FROM                                                                           \
    " FROM opening b JOIN act_log l ON l.idx = b.idx JOIN item i ON i.item = b.item"           \
    " LEFT JOIN movement m ON m.item = b.item AND m.idx = b.idx" FIRST_LOCK                    \
    "LEFT JOIN place p ON p.code = b.place WHERE l.event_at >= ?1 AND l.event_at < ?2"         \
    " AND (?3 IS NULL OR i.desk = ?3) AND (?4 IS NULL OR b.place IN (SELECT code FROM below))" \
    " ORDER BY b.idx, i.label, i.copy, b.item LIMIT ?5"
const struct read_row READ_FORM_OPENINGS = {
    .face = {"form.openings", "from? to? desk? place? limit?", "结转清单",
             "what was before the program", READ_COLUMNS(OPENING)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL, BELOW OPENING_COLUMNS OPENING_FROM}},
};

/* ---- K20 ---- */

static const struct custody_column SLIP[] = {
    {"series", "text", "本号", "series"},
    {"number", "int", "编号", "number"},
    {"desk", "text", "保管台", "desk"},
    {"issued", "time", "领用时间", "issued"},
    {"clerk", "text", "发放人", "issued by"},
    {"use", "text", "用途", "use"},
    {"acts", "list", "账目号", "entries"},
    {"event_at", "time", "发生时间", "event"},
    {"entered", "time", "补登时间", "entered"},
    {"closed", "time", "销号时间", "closed"},
    {"closers", "list", "销号签名", "closed by"},
    {"closed_idx", "int", "销号账目号", "closed at"},
};
#define SLIP_ACTS(what)                                                                        \
    "(SELECT " what " FROM (SELECT v.* FROM slip_act a JOIN act_log v"                         \
    " ON v.act_id = a.act_id WHERE a.series = s.series AND a.number = s.number"                \
    " ORDER BY v.idx) x)"
#define SLIP_COLUMNS                                                                                                                                                               \
    "SELECT s.series, s.number, s.desk, l.event_at, l.by_handle, s.use, " SLIP_ACTS(                                                                                               \
        "group_concat(x.idx, char(10))") ", " SLIP_ACTS("min(x.event_at)") ", " SLIP_ACTS("ma"                                                                                     \
                                                                                          "x("                                                                                     \
                                                                                          "x."                                                                                     \
                                                                                          "at"                                                                                     \
                                                                                          ")") ", c.event_at,"                                                                     \
                                                                                               " (SELECT group_concat(g.handle, char(10)) FROM act_signer g WHERE g.idx = c.idx)," \
                                                                                               " s.closed_idx FROM slip s JOIN act_log l ON l.idx = s.idx"                         \
                                                                                               " LEFT JOIN act_log c ON c.idx = s.closed_idx "
const struct read_row READ_FORM_SLIPS = {
    .face = {"form.slips", "from? to? desk? limit?", "应急登记单销号",
             "emergency slips issued or accounted for in this time", READ_COLUMNS(SLIP)},
    .params = {PERIOD, PARAM("desk"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  SLIP_COLUMNS "WHERE (?3 IS NULL OR s.desk = ?3)"
                               " AND ((l.event_at >= ?1 AND l.event_at < ?2)"
                               " OR (c.event_at >= ?1 AND c.event_at < ?2))"
                               " ORDER BY s.series, s.number LIMIT ?4"}},
};
