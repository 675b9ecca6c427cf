/* Reads behind the forms of the regulation: copies, chases, shifts, losses, seals, slips. */
#include <stddef.h>

#include "read_form.h"

/* ---- K8 ---- */

static const struct custody_column MOVE[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"class", "text", "类别", "class"},
    {"keys", "int", "把数", "keys"},
    {"desk", "text", "移出", "from"},
    {"to_desk", "text", "移入", "to"},
    {"is_rehomed", "bool", "改归", "rehomed"},
    {"clerk", "text", "经办", "clerk"},
    {"others", "list", "会签人", "others"},
    {"corrected_idx", "int", "更正于", "corrected at"},
};
#define MOVE_KEYS KEYS_MOVED("l.idx")
#define MOVE_COLUMNS                                                                           \
    "SELECT l.idx, l.event_at, m.item, i.label, " CLASS_OF ", " MOVE_KEYS                      \
    ", l.desk, m.holder,"                                                                      \
    " EXISTS (SELECT 1 FROM rehome h WHERE h.idx = l.idx), l.by_handle, " OTHERS               \
    ", m.void_idx"
#define MOVE_FROM                                                                              \
    " FROM act_log l CROSS JOIN act_item t ON t.idx = l.idx"                                   \
    " CROSS JOIN movement m ON m.item = t.item AND m.idx = l.idx AND m.kind = 'move'"          \
    " CROSS JOIN item i ON i.item = m.item WHERE " IN_PERIOD(                                  \
        "l.idx") "AND l.act LIKE 'key.move/%' AND (?3 IS NULL OR l.desk = ?3 OR m.holder = "   \
                 "?3) AND " OF_PLACE("m.item") "AND " NOT_WITH_ITS_RING("l.idx") "ORDER BY "   \
                                                                                 "l.idx, "     \
                                                                                 "m.item "     \
                                                                                 "LIMIT ?5"
const struct read_row READ_FORM_MOVES = {
    .face = {"form.moves", "from? to? desk? place? limit?", "钥匙移交记录",
             "keys that went from desk to desk", READ_COLUMNS(MOVE)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL, BELOW MOVE_COLUMNS MOVE_FROM}},
};

/* ---- K9 ---- */

static const struct custody_column COPY[] = {
    {"idx", "int", "账目号", "entry"},          {"at", "time", "申请时间", "asked"},
    {"request", "id", "申请号", "request"},     {"requester", "text", "申请人", "requester"},
    {"item", "text", "编号", "item"},           {"label", "text", "名称", "label"},
    {"class", "text", "类别", "class"},         {"purpose", "text", "用途", "purpose"},
    {"state", "text", "状态", "state"},         {"approver", "text", "批准人", "approver"},
    {"decided", "time", "批准时间", "decided"}, {"allowed", "int", "准配", "allowed"},
    {"until", "time", "有效至", "until"},       {"copies", "int", "已配", "cut"},
    {"items", "list", "新钥匙", "copies"},      {"cut_at", "time", "登记时间", "registered"},
    {"ended_idx", "int", "了结于", "ended at"},
};
#define COPIES_OF "FROM key_copy c WHERE c.approval = a.act_id AND c.of = r.item)"
#define COPY_COLUMNS                                                                           \
    "SELECT q.idx, l.event_at, q.act_id, q.requester, r.item, i.label, i.class, q.purpose,"    \
    " q.state, ifnull(a.approver, d.by_handle), d.event_at, iif(a.ended_idx IS NULL, "         \
    "a.uses_left + (SELECT count(*)"                                                           \
    " FROM key_copy c WHERE c.approval = a.act_id), NULL), a.until, (SELECT "                  \
    "count(*) " COPIES_OF ","                                                                  \
    " (SELECT group_concat(c.item, char(10)) " COPIES_OF ", (SELECT max(x.event_at)"           \
    " FROM key_copy c JOIN act_log x ON x.idx = c.idx WHERE c.approval = a.act_id"             \
    " AND c.of = r.item), a.ended_idx"
#define COPY_FROM                                                                              \
    " FROM request q CROSS JOIN act_log l ON l.idx = q.idx"                                    \
    " CROSS JOIN request_item r ON r.request = q.act_id CROSS JOIN item i ON i.item = r.item"  \
    " LEFT JOIN approval a ON a.idx = q.decided_idx"                                           \
    " LEFT JOIN act_log d ON d.idx = q.decided_idx WHERE q.act = 'key.copy' AND " IN_PERIOD(   \
        "q.idx") "AND (?3 IS NULL OR i.desk = ?3) AND " OF_PLACE("r.item") "ORDER BY q.idx, "  \
                                                                           "r.item LIMIT ?5"
const struct read_row READ_FORM_COPIES = {
    .face = {"form.copies", "from? to? desk? place? limit?", "钥匙增配申请",
             "copies asked for, allowed and cut", READ_COLUMNS(COPY)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL, BELOW COPY_COLUMNS COPY_FROM}},
};

/* ---- K11 ---- */

static const struct custody_column CHASE[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "催还时间", "at"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"holder", "text", "持有人", "holder"},
    {"since", "time", "借出", "since"},
    {"due", "time", "应还", "due"},
    {"clerk", "text", "催还人", "clerk"},
    {"channel", "text", "方式", "channel"},
    {"result", "text", "结果", "result"},
    {"promised", "time", "答应归还", "promised"},
    {"returned", "time", "归还", "returned"},
};
#define CHASED(column) LAST_BEFORE(column, "c.item", "c.idx")
#define CHASE_COLUMNS                                                                          \
    "SELECT c.idx, l.event_at, c.item, i.label, " CHASED("holder") ", " CHASED(                \
        "event_at") ","                                                                        \
                    " ifnull((SELECT e.due FROM extension e WHERE e.item = c.item AND e.idx "  \
                    "< c.idx"                                                                  \
                    " AND e.idx > " CHASED("idx") " ORDER BY e.idx DESC LIMIT 1), " CHASED(    \
                        "due") "),"                                                            \
                               " c.clerk, c.channel, c.result, c.promised, (SELECT "           \
                               "y.event_at FROM movement y"                                    \
                               " WHERE y.item = c.item AND y.idx > c.idx AND y.void_idx IS "   \
                               "NULL ORDER BY y.idx LIMIT 1)"
const struct read_row READ_FORM_CHASES = {
    .face = {"form.chases", "from? to? desk? limit?", "催还记录", "who was chased, and the end",
             READ_COLUMNS(CHASE)},
    .params = {PERIOD, PARAM("desk"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  CHASE_COLUMNS " FROM chase c JOIN act_log l ON l.idx = c.idx"
                                " JOIN item i ON i.item = c.item WHERE l.event_at >= ?1"
                                " AND l.event_at < ?2 AND (?3 IS NULL OR i.desk = ?3)"
                                " ORDER BY c.idx, c.item LIMIT ?4"}},
};

/* ---- K12 ---- */

static const struct custody_column SHIFT[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"desk", "text", "保管台", "desk"},
    {"turn", "text", "种类", "kind"},
    {"day", "text", "日期", "day"},
    {"outgoing", "text", "交班人", "outgoing"},
    {"incoming", "text", "接班人", "incoming"},
    {"others", "list", "会签人", "others"},
    {"board", "int", "日常板", "board"},
    {"open", "int", "未还", "open"},
    {"overdue", "int", "逾期", "overdue"},
    {"sealed", "int", "封条", "sealed"},
    {"differs", "bool", "不符", "differs"},
    {"reason", "text", "原因", "reason"},
    {"result", "text", "检查结果", "result"},
    {"doors_locked", "bool", "门窗锁闭", "doors locked"},
    {"power_off", "bool", "电源关闭", "power off"},
};
#define SHIFT_COLUMNS                                                                          \
    "SELECT s.idx, l.event_at, s.desk, s.kind, s.day, s.outgoing, s.incoming, " OTHERS         \
    ", s.board, s.open, s.overdue, s.sealed, s.is_differing, s.reason, s.result,"              \
    " s.doors_locked, s.power_off"
#define SHIFT_FROM                                                                             \
    " FROM shift s CROSS JOIN act_log l ON l.idx = s.idx WHERE " IN_PERIOD(                    \
        "s.idx") "AND (?3 IS NULL OR s.desk = ?3) ORDER BY s.idx LIMIT ?4"
const struct read_row READ_FORM_SHIFTS = {
    .face = {"form.shifts", "from? to? desk? limit?", "交接班记录",
             "hand-overs, closings, daily checks", READ_COLUMNS(SHIFT)},
    .params = {PERIOD, PARAM("desk"), ALL_ROWS},
    .variants = {{NULL, NULL, SHIFT_COLUMNS SHIFT_FROM}},
};

/* ---- K13 ---- */

static const struct custody_column LOSS[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "申报时间", "declared"},
    {"what", "text", "事项", "what"},
    {"desk", "text", "保管台", "desk"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"class", "text", "类别", "class"},
    {"reason", "text", "原因", "reason"},
    {"reporter", "text", "申报人", "reporter"},
    {"last_holder", "text", "最后持有", "last held by"},
    {"doors", "list", "涉及的锁", "doors"},
    {"sisters", "list", "同锁钥匙", "sister copies"},
    {"clerk", "text", "经办", "clerk"},
    {"others", "list", "会签人", "others"},
    {"state", "text", "处理", "state"},
    {"closed_at", "time", "了结时间", "closed"},
    {"closed_by", "text", "了结经办", "closed by"},
};
#define LOSS_DOORS                                                                             \
    "(SELECT group_concat(o.label, char(10)) FROM key_lock k JOIN lock o ON o.code = k.lock"   \
    " WHERE k.item = i.item), (SELECT group_concat(z.item, char(10)) FROM (SELECT DISTINCT"    \
    " v.item FROM key_lock k JOIN key_lock v ON v.lock = k.lock AND v.item <> k.item"          \
    " JOIN item g ON g.item = v.item AND g.holder_kind NOT IN ('void', 'retired')"             \
    " WHERE k.item = i.item ORDER BY v.item) z), l.by_handle, " OTHERS
#define LOST                                                                                   \
    "SELECT s.idx, l.event_at, 'lost', i.desk, s.item, i.label, i.class, s.reason,"            \
    " s.reporter, " LAST_BEFORE(                                                               \
        "holder", "s.item",                                                                    \
        "s.idx") ", " LOSS_DOORS ", s.state,"                                                  \
                 " c.event_at, c.by_handle FROM loss s JOIN act_log l ON l.idx = s.idx"        \
                 " JOIN item i ON i.item = s.item LEFT JOIN act_log c ON c.idx = "             \
                 "s.closed_idx "
#define DAMAGED                                                                                \
    "SELECT s.idx, l.event_at, 'damaged', i.desk, s.item, i.label, i.class, s.reason, "        \
    "NULL, " LAST_BEFORE(                                                                      \
        "holder", "s.item",                                                                    \
        "s.idx") ", " LOSS_DOORS ","                                                           \
                 " iif(i.holder_kind = 'retired', 'retired', 'open'), NULL, NULL FROM damage " \
                 "s"                                                                           \
                 " JOIN act_log l ON l.idx = s.idx JOIN item i ON i.item = s.item "
#define LOSS_WHERE                                                                             \
    "WHERE l.event_at >= ?1 AND l.event_at < ?2 AND (?3 IS NULL OR i.desk = ?3) "              \
    "AND " OF_PLACE("s.item")
const struct read_row READ_FORM_LOSSES = {
    .face = {"form.losses", "from? to? desk? place? limit?", "钥匙遗失(损坏)申报",
             "losses and damages with their doors", READ_COLUMNS(LOSS)},
    .params = {PERIOD, PARAM("desk"), PARAM("place"), ALL_ROWS},
    .variants = {{NULL, NULL,
                  BELOW LOST LOSS_WHERE "UNION ALL " DAMAGED LOSS_WHERE
                                        "ORDER BY 1, 5 LIMIT ?5"}},
};
