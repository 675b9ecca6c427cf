/* Reads behind the forms of the regulation: registers, loans, hand-overs, deposits. */
#include <stddef.h>

#include "read_form.h"

/* ---- K1, K18: the register ---- */

static const struct custody_column REGISTER[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"class", "text", "类别", "class"},
    {"kind", "text", "种类", "kind"},
    {"place", "text", "位置", "place"},
    {"copy", "int", "第几把", "copy"},
    {"ring", "text", "钥匙袋", "ring"},
    {"desk", "text", "保管台", "desk"},
    {"state", "text", "状态", "state"},
    {"holder", "text", "现持有", "holder"},
    {"since", "time", "自", "since"},
    {"due", "time", "应还", "due"},
    {"registered", "time", "建账", "registered"},
    {"is_damaged", "bool", "损坏", "damaged"},
};
#define REGISTER_SELECT                                                                        \
    "SELECT i.item, i.label, i.class, ol.kind, pl.label, i.copy, i.ring, i.desk, " WHERE_IT_IS \
    ", i.holder, i.event_at, i.due, l.event_at,"                                               \
    " EXISTS (SELECT 1 FROM damage d WHERE d.item = i.item)"                                   \
    " FROM item i JOIN act_log l ON l.idx = i.idx" FIRST_LOCK
#define REGISTER_WHERE                                                                         \
    "i.holder_kind <> 'void' AND (?1 IS NULL OR i.desk = ?1)"                                  \
    " AND (?2 IS NULL OR instr(' ' || ?2 || ' ', ' ' || i.class || ' ') > 0) "
#define REGISTER_PAGE " ORDER BY i.label, i.copy, i.item LIMIT ?5"
const struct read_row READ_FORM_REGISTER = {
    .face = {"form.register", "desk? class? rings? place? limit?", "钥匙台账",
             "register of keys; class: codes with blanks between", READ_COLUMNS(REGISTER)},
    .params = {PARAM("desk"), PARAM("class"), PARAM("rings"), PARAM("place"), ALL_ROWS},
    .variants = {{"place", NULL,
                  BELOW REGISTER_SELECT
                  "WHERE (i.class IS NOT NULL OR ?3 IS NOT NULL)"
                  " AND "
                  "i.item IN (SELECT item FROM there) AND " REGISTER_WHERE REGISTER_PAGE},
                 /* The list that a change of custodians signs (FORMATS.md §17.4). */
                 {"rings", NULL,
                  REGISTER_SELECT
                  "WHERE ?3 IS NOT NULL AND ?4 IS NULL AND i.holder_kind <> 'retired'"
                  " AND " REGISTER_WHERE REGISTER_PAGE},
                 {NULL, NULL,
                  REGISTER_SELECT "WHERE i.class IS NOT NULL AND ?3 IS NULL AND ?4 IS NULL"
                                  " AND " REGISTER_WHERE REGISTER_PAGE}},
};

/* ---- K2 ---- */

static const struct custody_column TAKEOVER[] = {
    {"idx", "int", "账目号", "entry"},      {"at", "time", "时间", "at"},
    {"desk", "text", "保管台", "desk"},     {"scope", "text", "范围", "scope"},
    {"letter", "text", "清单编号", "list"}, {"party", "text", "移交方", "from"},
    {"place", "text", "房屋", "place"},     {"kind", "text", "种类", "kind"},
    {"listed", "int", "清单数", "listed"},  {"counted", "int", "实点数", "counted"},
    {"differs", "int", "差数", "differs"},  {"clerk", "text", "接管人", "clerk"},
    {"others", "list", "会签人", "others"},
};
#define TAKEOVER_COLUMNS                                                                       \
    "SELECT t.idx, l.event_at, t.desk, sp.label, t.letter, t.party, p.label, c.kind,"          \
    " c.listed, c.counted, c.counted - c.listed, l.by_handle, " OTHERS
#define TAKEOVER_FROM                                                                          \
    " FROM takeover t CROSS JOIN act_log l ON l.idx = t.idx"                                   \
    " CROSS JOIN takeover_count c ON c.idx = t.idx LEFT JOIN place p ON p.code = c.place"      \
    " LEFT JOIN place sp ON sp.code = t.scope WHERE " IN_PERIOD("t.idx")
#define TAKEOVER_WHERE                                                                         \
    "AND (?3 IS NULL OR t.desk = ?3)"                                                          \
    " AND (?4 IS NULL OR c.place IN (SELECT code FROM below)) "
const struct read_row READ_FORM_TAKEOVERS = {
    .face = {"form.takeovers", "from? to? desk? place? limit?", "钥匙接管清单",
             "keys taken over, counted against the list", READ_COLUMNS(TAKEOVER)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  BELOW TAKEOVER_COLUMNS TAKEOVER_FROM TAKEOVER_WHERE
                  "ORDER BY t.idx, c.place, c.kind LIMIT ?5"}},
};

/* ---- K4, K10: loans ---- */

static const struct custody_column LOAN[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "借出", "lent"},
    {"entered", "time", "登记", "entered"},
    {"is_late", "bool", "补登", "late"},
    {"how", "text", "方式", "how"},
    {"desk", "text", "保管台", "desk"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"class", "text", "类别", "class"},
    {"keys", "int", "把数", "keys"},
    {"receiver", "text", "借用人", "receiver"},
    {"purpose", "text", "用途", "purpose"},
    {"on_behalf", "text", "部门或工单", "on behalf of"},
    {"due", "time", "应还", "due"},
    {"extended", "time", "续借至", "extended to"},
    {"chased", "int", "催还次数", "chased"},
    {"clerk", "text", "经办", "clerk"},
    {"receipt", "text", "签收", "receipt"},
    {"slip", "text", "单号", "slip"},
    {"approver", "text", "批准人", "approver"},
    {"returned", "time", "归还", "returned"},
    {"ended_by", "text", "了结方式", "ended by"},
    {"returned_by", "text", "归还人", "returned by"},
    {"taken_by", "text", "收回经办", "taken by"},
    {"is_damaged", "bool", "损坏", "damaged"},
    {"was_overdue", "bool", "逾期", "overdue"},
    {"corrected_idx", "int", "更正于", "corrected at"},
};
/* Between this movement and the next one, x: that is missing while it is out. */
#define WHILE_OUT(t)                                                                           \
    "WHERE " t ".item = m.item AND " t ".idx > m.idx AND (x.idx IS NULL OR " t ".idx < x.idx)"
#define LOAN_COLUMNS                                                                           \
    "SELECT n.idx, l.event_at, l.at,"                                                          \
    " EXISTS (SELECT 1 FROM flag f WHERE f.idx = n.idx AND f.code = 'late'),"                  \
    " m.kind, n.desk, m.item, i.label, " CLASS_OF ", " KEYS_MOVED("n.idx")
#define LOAN_WHY                                                                               \
    ", n.receiver, n.purpose, ifnull((SELECT p.label FROM place p"                             \
    " WHERE p.code = n.on_behalf), n.on_behalf), m.due,"                                       \
    " (SELECT max(e.due) FROM extension e " WHILE_OUT(                                         \
        "e") "),"                                                                              \
             " (SELECT count(*) FROM chase c " WHILE_OUT(                                      \
                 "c") "), n.clerk, n.receipt, n.slip,"                                         \
                      " ifnull((SELECT a.approver FROM approval a WHERE a.act_id = "           \
                      "n.approval),"                                                           \
                      "  (SELECT g.grantor FROM authority g WHERE g.act_id = n.approval)),"
#define LOAN_END                                                                               \
    " r.event_at, x.kind, h.by_whom, r.by_handle,"                                             \
    " EXISTS (SELECT 1 FROM flag f WHERE f.idx = x.idx AND f.code = 'damaged'),"               \
    " ifnull((SELECT max(e.due) FROM extension e " WHILE_OUT(                                  \
        "e") "), m.due)"                                                                       \
             " < ifnull(r.event_at, " READ_NOW ") AND m.void_idx IS NULL, m.void_idx"
#define LOAN_FROM                                                                              \
    " FROM loan n CROSS JOIN act_log l ON l.idx = n.idx"                                       \
    " CROSS JOIN act_item t ON t.idx = n.idx"                                                  \
    " CROSS JOIN movement m ON m.item = t.item AND m.idx = n.idx"                              \
    " AND m.holder_kind IN ('person', 'party') CROSS JOIN item i ON i.item = m.item"           \
    " LEFT JOIN movement x ON x.item = m.item AND x.idx = " NEXT_MOVEMENT                      \
    " LEFT JOIN act_log r ON r.idx = x.idx LEFT JOIN handback h ON h.idx = x.idx "
#define LOAN_OF_CLASS "(?6 IS NULL OR instr(' ' || ?6 || ' ', ' ' || " CLASS_OF " || ' ') > 0)"
#define LOAN_WHERE                                                                             \
    "WHERE " IN_PERIOD("n.idx") "AND (?3 IS NULL OR n.desk = ?3) AND " OF_PLACE(               \
        "m.item") "AND " LOAN_OF_CLASS " AND " NOT_WITH_ITS_RING("n.idx")
const struct read_row READ_FORM_LOANS = {
    .face = {"form.loans", "from? to? desk? place? limit? class?", "钥匙借用登记",
             "loans and their end; class: codes with blanks between", READ_COLUMNS(LOAN)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS, PARAM("class")},
    .variants = {{NULL, NULL,
                  BELOW LOAN_COLUMNS LOAN_WHY LOAN_END LOAN_FROM LOAN_WHERE
                  "ORDER BY n.idx, m.item LIMIT ?5"}},
};

/* ---- K7, K10a: with the owner and in custody for him ---- */

static const struct custody_column HANDOVER[] = {
    {"idx", "int", "账目号", "entry"},      {"at", "time", "时间", "at"},
    {"desk", "text", "保管台", "desk"},     {"place", "text", "房屋", "place"},
    {"party", "text", "领用人", "party"},   {"relation", "text", "关系", "relation"},
    {"kind", "text", "种类", "kind"},       {"keys", "int", "把数", "keys"},
    {"items", "list", "编号", "items"},     {"documents", "list", "核验证件", "documents seen"},
    {"letter", "text", "委托书", "letter"}, {"receipt", "text", "签收", "receipt"},
    {"slip", "text", "单号", "slip"},       {"clerk", "text", "经办", "clerk"},
    {"others", "list", "会签人", "others"}, {"corrected_idx", "int", "更正于", "corrected at"},
};
/* The keys of a hand-over by kind, as many as there are: m, one of each. */
#define HANDED                                                                                 \
    " FROM handover h CROSS JOIN act_log l ON l.idx = h.idx"                                   \
    " CROSS JOIN act_item t ON t.idx = h.idx CROSS JOIN item i ON i.item = t.item"             \
    " AND i.class IS NOT NULL CROSS JOIN movement m ON m.item = t.item AND m.idx = "           \
    "h.idx" FIRST_LOCK "LEFT JOIN party q ON q.party = h.party "
#define HANDOVER_COLUMNS                                                                       \
    "SELECT h.idx, l.event_at, l.desk, hp.label, h.party, q.relation, ol.kind, count(*),"      \
    " group_concat(t.item, char(10)), replace(h.documents, ',', char(10)), h.letter,"          \
    " h.receipt, h.slip, l.by_handle, " OTHERS ", max(m.void_idx)"
#define HANDOVER_WHERE                                                                         \
    "LEFT JOIN place hp ON hp.code = h.place WHERE h.kind = 'handover' AND " IN_PERIOD(        \
        "h.idx") "AND (?3 IS NULL OR l.desk = ?3)"                                             \
                 " AND (?4 IS NULL OR h.place IN (SELECT code FROM below)) "
#define BY_KIND "GROUP BY h.idx, ol.kind ORDER BY h.idx, ol.kind LIMIT ?5"
const struct read_row READ_FORM_HANDOVERS = {
    .face = {"form.handovers", "from? to? desk? place? limit?", "业主钥匙签收登记",
             "keys signed for by owners, by kind", READ_COLUMNS(HANDOVER)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL, BELOW HANDOVER_COLUMNS HANDED HANDOVER_WHERE BY_KIND}},
};

static const struct custody_column DEPOSIT[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "收存", "deposited"},
    {"desk", "text", "保管台", "desk"},
    {"place", "text", "房屋", "place"},
    {"party", "text", "业主", "party"},
    {"kind", "text", "种类", "kind"},
    {"keys", "int", "把数", "keys"},
    {"items", "list", "编号", "items"},
    {"letter", "text", "委托书", "letter"},
    {"scope", "list", "范围", "scope"},
    {"named", "list", "指定人", "named"},
    {"start", "time", "托管自", "from"},
    {"end", "time", "托管至", "until"},
    {"grantor", "text", "批准人", "approved by"},
    {"slip", "text", "单号", "slip"},
    {"clerk", "text", "经办", "clerk"},
    {"withdrawn", "int", "已取回", "withdrawn"},
    {"withdrawn_at", "time", "取回时间", "withdrawn at"},
    {"corrected_idx", "int", "更正于", "corrected at"},
};
/* The authorisation of the party that held when the keys came. */
#define ITS_AUTHORISATION                                                                      \
    "LEFT JOIN authority a ON a.act_id = (SELECT u.act_id FROM authority u"                    \
    " WHERE u.place = q.unit AND u.party = h.party AND u.kind = 'authorise'"                   \
    " AND u.start <= l.t AND u.end > l.t ORDER BY u.idx DESC LIMIT 1) "
#define ITS_WITHDRAWAL                                                                         \
    "LEFT JOIN movement x ON x.item = m.item AND x.idx = " NEXT_MOVEMENT                       \
    " AND x.kind = 'withdraw' "
#define SCOPE(what)                                                                            \
    "(SELECT group_concat(c.value, char(10)) FROM authority_scope c"                           \
    " WHERE c.authority = a.act_id AND c.kind = '" what "')"
#define DEPOSIT_COLUMNS                                                                        \
    "SELECT h.idx, l.event_at, l.desk, up.label, h.party, ol.kind, count(*),"                  \
    " group_concat(t.item, char(10)), a.letter, " SCOPE("act") ", " SCOPE(                     \
        "holder") ", a.start, a.end, a.grantor,"                                               \
                  " h.slip, l.by_handle, count(x.idx), max(x.event_at), max(m.void_idx)"
#define DEPOSIT_WHERE                                                                          \
    "LEFT JOIN place up ON up.code = q.unit WHERE h.kind = 'deposit' AND " IN_PERIOD(          \
        "h.idx") "AND (?3 IS NULL OR l.desk = ?3)"                                             \
                 " AND (?4 IS NULL OR q.unit IN (SELECT code FROM below)) "
const struct read_row READ_FORM_DEPOSITS = {
    .face = {"form.deposits", "from? to? desk? place? limit?", "业主托管钥匙登记",
             "keys in custody for owners, by kind", READ_COLUMNS(DEPOSIT)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  BELOW DEPOSIT_COLUMNS HANDED ITS_AUTHORISATION ITS_WITHDRAWAL DEPOSIT_WHERE
                      BY_KIND}},
};
