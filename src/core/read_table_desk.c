/* The reads of the key desk (FORMATS.md §17). */
#include <stddef.h>

#include "reads.h"

#define TEXT_PARAM(text)                                                                       \
    {                                                                                          \
        .name = (text), .type = 't'                                                            \
    }
#define NEEDED(text)                                                                           \
    {                                                                                          \
        .name = (text), .type = 't', .is_required = true                                       \
    }
#define FROM_TO                                                                                \
    {.name = "from", .type = 'T', .fallback = 0, .has_fallback = true},                        \
    {                                                                                          \
        .name = "to", .type = 'T', .fallback = READ_TIME_MAX, .has_fallback = true             \
    }

/* ---- loans ---- */

static const struct custody_column DEPARTMENT[] = {
    {"on_behalf", "text", "部门或工单", "department"},
    {"keys", "int", "在借", "on loan"},
    {"overdue", "int", "逾期", "overdue"},
    {"oldest_due", "time", "最早应还", "earliest due"},
};
const struct read_row READ_LOAN_DEPARTMENTS = {
    .face = {"loan.departments", "", "各部门在借与逾期", "loans and overdue by department",
             READ_COLUMNS(DEPARTMENT)},
    .variants = {{NULL, NULL,
                  "SELECT n.on_behalf, count(*), sum(i.due < " READ_NOW "), min(i.due)"
                  " FROM item i JOIN loan n ON n.idx = i.since_idx"
                  " WHERE i.due IS NOT NULL GROUP BY n.on_behalf"
                  " ORDER BY 3 DESC, 2 DESC, 1"}},
};

static const struct custody_column MOVEMENT[] = {
    {"idx", "int", "账目号", "entry"},
    {"event_at", "time", "发生时间", "event"},
    {"known_at", "time", "登记时间", "entered"},
    {"act", "text", "登记事项", "act"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"holder_kind", "text", "去向", "to"},
    {"holder", "text", "持有", "holder"},
    {"due", "time", "应还", "due"},
    {"by", "text", "经办", "by"},
    {"void_idx", "int", "更正于", "corrected at"},
};
const struct read_row READ_MOVEMENT_LIST = {
    .face = {"movement.list", "from? to? limit?", "进出流水", "movements",
             READ_COLUMNS(MOVEMENT)},
    .params = {FROM_TO, READ_LIMIT(1000)},
    /* By act: entries are in order of their time, and indexed by it. */
    .variants = {{NULL, NULL,
                  "SELECT l.idx, m.event_at, m.known_at, l.act, m.item, i.label, m.holder_kind,"
                  " m.holder, m.due, l.by_handle, m.void_idx FROM act_log l"
                  " JOIN act_item t ON t.idx = l.idx"
                  " JOIN movement m ON m.item = t.item AND m.idx = l.idx"
                  " JOIN item i ON i.item = m.item WHERE l.at >= ?1 AND l.at < ?2"
                  " ORDER BY l.at DESC, l.idx DESC, m.item LIMIT ?3"}},
};

static const struct custody_column HOLDING[] = {
    {"holder", "text", "持有人", "holder"},
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"holder_kind", "text", "方式", "how"},
    {"since", "time", "自", "since"},
    {"due", "time", "应还", "due"},
    {"suspended", "bool", "停用", "suspended"},
    {"credentials", "int", "有效签名", "credentials"},
};
#define HOLDING_OF(columns)                                                                    \
    "SELECT p.handle, " columns ", p.is_suspended, (SELECT count(*) FROM credential c"         \
    " WHERE c.handle = p.handle AND c.revoked_idx IS NULL) FROM person p "
#define HOLDING_KEYS                                                                           \
    HOLDING_OF("i.item, i.label, i.holder_kind, i.event_at, i.due")                            \
    "CROSS JOIN item i ON i.holder = p.handle AND i.holder_kind IN ('person', 'tray') "
/* Papers of folders that are lent to him. */
#define HOLDING_PAPERS                                                                         \
    HOLDING_OF("d.item, f.label || ' · ' || d.label, d.holder_kind, d.event_at, d.due")        \
    "CROSS JOIN paper d ON d.holder = p.handle AND d.holder_kind = 'person'"                   \
    " AND d.state = 'lent' CROSS JOIN folder f ON f.item = d.folder "
#define HOLDING_LEFT                                                                           \
    "WHERE p.is_suspended = 1 OR (EXISTS (SELECT 1 FROM credential c"                          \
    " WHERE c.handle = p.handle) AND NOT EXISTS (SELECT 1 FROM credential c"                   \
    " WHERE c.handle = p.handle AND c.revoked_idx IS NULL)) "
const struct read_row READ_HOLDING_LIST = {
    .face = {"holding.list", "handle? limit?", "离岗、停用人员尚持有",
             "what leaving people hold, keys and papers", READ_COLUMNS(HOLDING)},
    .params = {TEXT_PARAM("handle"), READ_LIMIT(1000)},
    .variants = {{"handle", NULL,
                  HOLDING_KEYS "WHERE p.handle = ?1 UNION ALL " HOLDING_PAPERS
                               "WHERE p.handle = ?1 ORDER BY 3, 2 LIMIT ?2"},
                 {NULL, NULL,
                  HOLDING_KEYS HOLDING_LEFT "UNION ALL " HOLDING_PAPERS HOLDING_LEFT
                                            "ORDER BY 1, 3, 2 LIMIT ?2"}},
};

static const struct custody_column CHASE[] = {
    {"idx", "int", "账目号", "entry"},    {"at", "time", "时间", "at"},
    {"item", "text", "编号", "item"},     {"label", "text", "名称", "label"},
    {"clerk", "text", "经办", "clerk"},   {"channel", "text", "方式", "channel"},
    {"result", "text", "结果", "result"}, {"promised", "time", "答应归还", "promised"},
};
const struct read_row READ_CHASE_LIST = {
    .face = {"chase.list", "item? limit?", "催还记录", "chases", READ_COLUMNS(CHASE)},
    .params = {TEXT_PARAM("item"), READ_LIMIT(1000)},
    .variants =
        {{NULL, NULL,
          "SELECT c.idx, l.at, c.item, i.label, c.clerk, c.channel, c.result, c.promised"
          " FROM chase c JOIN act_log l ON l.idx = c.idx JOIN item i ON i.item = c.item"
          " WHERE ?1 IS NULL OR c.item = ?1 ORDER BY c.idx DESC, c.item LIMIT ?2"}},
};

static const struct custody_column SISTER[] = {
    {"item", "text", "编号", "item"},       {"label", "text", "名称", "label"},
    {"copy", "int", "第几把", "copy"},      {"holder_kind", "text", "在", "at"},
    {"holder", "text", "现持有", "holder"},
};
const struct read_row READ_KEY_SISTERS = {
    .face = {"key.sisters", "item", "同锁的钥匙", "keys of the same lock",
             READ_COLUMNS(SISTER)},
    .params = {NEEDED("item")},
    .variants =
        {{NULL, NULL,
          "SELECT i.item, i.label, i.copy, i.holder_kind, i.holder FROM key_lock k"
          " JOIN key_lock s ON s.lock = k.lock AND s.n = 0 JOIN item i"
          " ON i.item = s.item WHERE k.item = ?1 AND k.n = 0 AND i.holder_kind <> 'void'"
          " ORDER BY i.copy, i.item"}},
};

/* ---- authority ---- */

static const struct custody_column AUTHORITY[] = {
    {"act_id", "id", "登记号", "act id"},
    {"idx", "int", "账目号", "entry"},
    {"kind", "text", "种类", "kind"},
    {"grantor", "text", "签批人", "grantor"},
    {"party", "text", "业主", "party"},
    {"place", "text", "房屋", "place"},
    {"receiver", "text", "领用人", "receiver"},
    {"letter", "text", "委托书", "letter"},
    {"scope", "list", "范围", "scope"},
    {"start", "time", "自", "start"},
    {"end", "time", "至", "end"},
    {"uses_left", "int", "可用", "uses left"},
    {"used_by", "list", "用于", "used by"},
    {"ended_idx", "int", "终止于", "ended at"},
};
#define AUTHORITY_SELECT                                                                       \
    "SELECT a.act_id, a.idx, a.kind, a.grantor, a.party, a.place, a.receiver, a.letter,"       \
    " (SELECT group_concat(s.kind || ':' || s.value, char(10)) FROM authority_scope s"         \
    "  WHERE s.authority = a.act_id), a.start, a.end, a.uses_left,"                            \
    " (SELECT group_concat(u.idx, char(10)) FROM approval_use u WHERE u.approval = a.act_id)," \
    " a.ended_idx FROM authority a "
const struct read_row READ_AUTHORITY_LIST = {
    .face = {"authority.list", "kind? place? limit?", "委托、同意与长期授权",
             "authorisations, consents and standing ones", READ_COLUMNS(AUTHORITY)},
    .params = {TEXT_PARAM("kind"), TEXT_PARAM("place"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  AUTHORITY_SELECT "WHERE (?1 IS NULL OR a.kind = ?1)"
                                   " AND (?2 IS NULL OR a.place = ?2)"
                                   " ORDER BY a.idx DESC LIMIT ?3"}},
};

static const struct custody_column PROOF[] = {
    {"idx", "int", "账目号", "entry"},
    {"act_id", "id", "登记号", "act id"},
    {"at", "time", "时间", "at"},
    {"act", "text", "登记事项", "act"},
    {"kind", "text", "凭据", "proof"},
    {"slip", "text", "单号", "slip"},
    {"party", "text", "对方", "other side"},
    {"by", "text", "经办", "by"},
};
const struct read_row READ_PROOF_LIST = {
    .face = {"proof.list", "from? to? limit?", "纸质与口头凭据", "paper and oral proofs",
             READ_COLUMNS(PROOF)},
    .params = {FROM_TO, READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT l.idx, l.act_id, l.at, l.act, x.kind, x.slip, x.party, l.by_handle"
                  " FROM (SELECT idx, receipt AS kind, slip, receiver AS party FROM loan"
                  "  WHERE receipt IN ('paper', 'thumb') UNION ALL"
                  "  SELECT idx, receipt, slip, party FROM handover"
                  "  WHERE receipt IN ('paper', 'thumb') UNION ALL"
                  "  SELECT idx, 'oral', NULL, approver FROM oral UNION ALL"
                  "  SELECT idx, 'letter', letter, party FROM authority"
                  "  WHERE letter IS NOT NULL) x JOIN act_log l ON l.idx = x.idx"
                  " WHERE l.at >= ?1 AND l.at < ?2 ORDER BY l.idx DESC LIMIT ?3"}},
};

/* ---- what is open ---- */

static const struct custody_column UNRATIFIED[] = {
    {"idx", "int", "账目号", "entry"},
    {"act_id", "id", "登记号", "act id"},
    {"at", "time", "时间", "at"},
    {"act", "text", "登记事项", "act"},
    {"by", "text", "经办", "by"},
    {"awaits", "text", "待谁", "awaits"},
    {"deadline", "time", "期限", "deadline"},
    {"is_late", "bool", "超期", "late"},
};
const struct read_row READ_UNRATIFIED_LIST = {
    .face = {"unratified.list", "", "待补签", "what awaits ratification",
             READ_COLUMNS(UNRATIFIED)},
    .variants = {{NULL, NULL,
                  "SELECT r.target, l.act_id, l.at, l.act, l.by_handle, nullif(r.subject, ''),"
                  " e.deadline, e.deadline < " READ_NOW " FROM ratification r JOIN act_log l"
                  " ON l.idx = r.target LEFT JOIN emergency e ON e.idx = r.target"
                  " WHERE r.idx IS NULL ORDER BY r.target"}},
};

static const struct custody_column UNSETTLED[] = {
    {"what", "text", "事项", "what"},   {"id", "text", "编号", "id"},
    {"label", "text", "名称", "label"}, {"idx", "int", "账目号", "entry"},
    {"since", "time", "自", "since"},
};
const struct read_row READ_UNSETTLED_LIST = {
    .face = {"unsettled.list", "limit?", "未结事项", "what is not settled",
             READ_COLUMNS(UNSETTLED)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT x.what, x.id, x.label, x.idx, l.at FROM ("
                  "SELECT 'loss' AS what, s.item AS id, i.label AS label, s.idx AS idx"
                  " FROM loss s JOIN item i ON i.item = s.item WHERE s.state = 'open'"
                  " UNION ALL SELECT 'tray', i.item, i.label, i.since_idx FROM item i"
                  " WHERE i.holder_kind = 'tray' AND (i.ring IS NULL OR NOT EXISTS"
                  "  (SELECT 1 FROM item r WHERE r.item = i.ring AND r.holder_kind = 'tray'))"
                  " UNION ALL SELECT 'stocktake', t.desk, t.kind, t.idx FROM stocktake t"
                  " WHERE t.state = 'open'"
                  " UNION ALL SELECT 'copies', substr(lower(hex(a.act_id)), 1, 16),"
                  "  a.uses_left || ' left', a.idx FROM approval a JOIN request q"
                  "  ON q.act_id = a.request WHERE q.act = 'key.copy' AND a.uses_left > 0"
                  "  AND a.ended_idx IS NULL"
                  " UNION ALL SELECT 'seal', s.seal, s.desk, s.opened_idx FROM seal s"
                  "  WHERE s.opened_by = 'emergency' AND NOT EXISTS (SELECT 1 FROM stocktake t"
                  "  WHERE t.desk = s.desk AND t.idx > s.opened_idx AND t.state = 'finished')"
                  " UNION ALL SELECT 'damage', d.item, i.label, d.idx FROM damage d"
                  "  JOIN item i ON i.item = d.item WHERE i.holder_kind <> 'retired'"
                  ") x JOIN act_log l ON l.idx = x.idx ORDER BY x.idx, x.id LIMIT ?1"}},
};

static const struct custody_column CORRECTED[] = {
    {"target", "int", "原账目号", "entry"},
    {"act", "text", "原登记事项", "act"},
    {"by", "text", "原经办", "by"},
    {"at", "time", "原时间", "at"},
    {"idx", "int", "更正账目号", "corrected at"},
    {"corrector", "text", "更正人", "corrected by"},
    {"corrected_at", "time", "更正时间", "when"},
};
const struct read_row READ_CORRECTION_LIST = {
    .face = {"correction.list", "limit?", "更正记录", "corrections", READ_COLUMNS(CORRECTED)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT c.target, o.act, o.by_handle, o.at, c.idx, n.by_handle, n.at"
                  " FROM correction c JOIN act_log o ON o.idx = c.target"
                  " JOIN act_log n ON n.idx = c.idx ORDER BY c.idx DESC LIMIT ?1"}},
};

static const struct custody_column LATE[] = {
    {"idx", "int", "账目号", "entry"},
    {"act_id", "id", "登记号", "act id"},
    {"act", "text", "登记事项", "act"},
    {"by", "text", "经办", "by"},
    {"event_at", "time", "发生时间", "event"},
    {"at", "time", "登记时间", "entered"},
    {"late_min", "int", "迟(分)", "late by (min)"},
};
const struct read_row READ_LATE_LIST = {
    .face = {"late.list", "limit?", "补登", "late entries", READ_COLUMNS(LATE)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT l.idx, l.act_id, l.act, l.by_handle, l.event_at, l.at,"
                  " (l.at - l.event_at) / 60 FROM flag f JOIN act_log l ON l.idx = f.idx"
                  " WHERE f.code = 'late' ORDER BY f.idx DESC LIMIT ?1"}},
};

/* ---- loss, seals, emergencies ---- */

static const struct custody_column LOSS[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "申报", "declared"},
    {"reason", "text", "原因", "reason"},
    {"reporter", "text", "申报人", "reporter"},
    {"state", "text", "状态", "state"},
    {"doors", "list", "涉及的锁", "doors"},
    {"sisters", "list", "同锁钥匙", "sister copies"},
    {"closed_idx", "int", "了结于", "closed at"},
};
const struct read_row READ_LOSS_LIST = {
    .face = {"loss.list", "state? limit?", "遗失", "losses", READ_COLUMNS(LOSS)},
    .params = {TEXT_PARAM("state"), READ_LIMIT(1000)},
    .variants =
        {{NULL, NULL,
          "SELECT s.item, i.label, s.idx, l.at, s.reason, s.reporter, s.state,"
          " (SELECT group_concat(k.lock, char(10)) FROM key_lock k"
          "  WHERE k.item = s.item), (SELECT group_concat(DISTINCT o.item) FROM key_lock"
          "  k JOIN key_lock o ON o.lock = k.lock AND o.item <> k.item"
          "  JOIN item x ON x.item = o.item AND x.holder_kind NOT IN ('void', 'retired')"
          "  WHERE k.item = s.item), s.closed_idx FROM loss s JOIN item i"
          " ON i.item = s.item JOIN act_log l ON l.idx = s.idx"
          " WHERE ?1 IS NULL OR s.state = ?1 ORDER BY s.idx DESC, s.item LIMIT ?2"}},
};

static const struct custody_column STALE[] = {
    {"item", "text", "编号", "item"},    {"label", "text", "名称", "label"},
    {"lock", "text", "锁", "lock"},      {"rekeyed_at", "time", "换锁", "rekeyed"},
    {"holder_kind", "text", "在", "at"}, {"holder", "text", "现持有", "holder"},
};
const struct read_row READ_STALE_LIST = {
    .face = {"stale.list", "limit?", "换锁前的旧钥匙", "keys from before a rekey",
             READ_COLUMNS(STALE)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT i.item, i.label, k.lock, max(r.event_at), i.holder_kind, i.holder"
                  " FROM rekey r JOIN key_lock k ON k.lock = r.lock JOIN item i"
                  " ON i.item = k.item WHERE i.idx < r.idx AND i.holder_kind NOT IN"
                  " ('void', 'retired') GROUP BY i.item, k.lock ORDER BY k.lock, i.item"
                  " LIMIT ?1"}},
};

static const struct custody_column SEAL[] = {
    {"seal", "text", "封条", "seal"},           {"desk", "text", "保管台", "desk"},
    {"idx", "int", "封存", "sealed at"},        {"keys", "int", "钥匙数", "keys"},
    {"opened_idx", "int", "启封", "opened at"}, {"opened_by", "text", "启封方式", "opened by"},
};
const struct read_row READ_SEAL_LIST = {
    .face = {"seal.list", "desk? limit?", "封存", "seals", READ_COLUMNS(SEAL)},
    .params = {TEXT_PARAM("desk"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT s.seal, s.desk, s.idx, (SELECT count(*) FROM item i"
                  " WHERE i.holder_kind = 'seal' AND i.holder = s.seal), s.opened_idx,"
                  " s.opened_by FROM seal s WHERE ?1 IS NULL OR s.desk = ?1"
                  " ORDER BY s.opened_idx IS NOT NULL, s.seal LIMIT ?2"}},
};

static const struct custody_column EMERGENCY[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"cause", "text", "险情", "cause"},
    {"place", "text", "位置", "place"},
    {"receiver", "text", "进入人", "who went in"},
    {"called", "text", "联系业主", "owner called"},
    {"called_at", "time", "联系时间", "when"},
    {"seal", "text", "封条", "seal"},
    {"deadline", "time", "补签期限", "ratify by"},
    {"ratified", "time", "补签", "ratified"},
};
const struct read_row READ_EMERGENCY_LIST = {
    .face = {"emergency.list", "limit?", "紧急入户", "emergencies", READ_COLUMNS(EMERGENCY)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT e.idx, l.event_at, e.cause, e.place, e.receiver, e.called,"
                  " e.called_at, e.seal, e.deadline, e.ratified_t FROM emergency e"
                  " JOIN act_log l ON l.idx = e.idx ORDER BY e.idx DESC LIMIT ?1"}},
};

/* ---- the register ---- */

static const struct custody_column BOARD[] = {
    {"desk", "text", "保管台", "desk"},     {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},     {"holder_kind", "text", "在", "at"},
    {"holder", "text", "现持有", "holder"}, {"due", "time", "应还", "due"},
};
const struct read_row READ_BOARD_LIST = {
    .face = {"board.list", "desk?", "日常钥匙板", "daily board", READ_COLUMNS(BOARD)},
    .params = {TEXT_PARAM("desk")},
    .variants = {{NULL, NULL,
                  "SELECT b.desk, b.item, i.label, i.holder_kind, i.holder, i.due FROM board b"
                  " JOIN item i ON i.item = b.item WHERE ?1 IS NULL OR b.desk = ?1"
                  " ORDER BY b.desk, i.label, b.item"}},
};

static const struct custody_column NUMBERS[] = {
    {"board", "int", "日常板上", "board"},
    {"open", "int", "未还", "open"},
    {"overdue", "int", "逾期", "overdue"},
    {"sealed", "int", "封条", "sealed"},
};
#define DESK_OUT                                                                               \
    "FROM item i WHERE i.desk = ?1 AND (i.holder_kind = 'tray' OR (i.holder_kind IN"           \
    " ('person', 'party') AND i.due IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM item r"        \
    " WHERE r.item = i.ring AND r.holder_kind = i.holder_kind AND r.holder = i.holder)"
const struct read_row READ_DESK_NUMBERS = {
    .face = {"desk.numbers", "desk", "一个保管台的数目", "numbers of a desk",
             READ_COLUMNS(NUMBERS)},
    .params = {NEEDED("desk")},
    .variants = {{NULL, NULL,
                  "SELECT (SELECT count(*) FROM board b JOIN item i ON i.item = b.item"
                  " WHERE b.desk = ?1 AND i.holder_kind = 'desk' AND i.holder = ?1),"
                  " (SELECT count(*) " DESK_OUT "), (SELECT count(*) " DESK_OUT
                  " AND i.due < " READ_NOW "), (SELECT count(*) FROM seal s WHERE s.desk = ?1"
                  " AND s.opened_idx IS NULL)"}},
};

static const struct custody_column ROSTER[] = {
    {"day", "text", "日期", "day"},
    {"desk", "text", "保管台", "desk"},
    {"shift", "text", "班次", "shift"},
    {"handle", "text", "人员", "handle"},
};
const struct read_row READ_ROSTER_LIST = {
    .face = {"roster.list", "day? desk? limit?", "排班", "roster", READ_COLUMNS(ROSTER)},
    .params = {TEXT_PARAM("day"), TEXT_PARAM("desk"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT day, desk, shift, handle FROM roster WHERE (?1 IS NULL OR day = ?1)"
                  " AND (?2 IS NULL OR desk = ?2) ORDER BY day DESC, desk, shift, handle"
                  " LIMIT ?3"}},
};

static const struct custody_column TAKEOVER[] = {
    {"idx", "int", "账目号", "entry"},     {"at", "time", "时间", "at"},
    {"scope", "text", "范围", "scope"},    {"place", "text", "房屋", "place"},
    {"kind", "text", "类别", "kind"},      {"listed", "int", "清单", "listed"},
    {"counted", "int", "实点", "counted"}, {"letter", "text", "清单编号", "list no."},
};
const struct read_row READ_TAKEOVER_LIST = {
    .face = {"takeover.list", "differing? limit?", "接管清单", "takeovers",
             READ_COLUMNS(TAKEOVER)},
    .params = {TEXT_PARAM("differing"), READ_LIMIT(100000)},
    .variants = {{NULL, NULL,
                  "SELECT t.idx, l.event_at, t.scope, c.place, c.kind, c.listed, c.counted,"
                  " t.letter FROM takeover t JOIN takeover_count c ON c.idx = t.idx"
                  " JOIN act_log l ON l.idx = t.idx WHERE ?1 IS NULL OR c.listed <> c.counted"
                  " ORDER BY t.idx DESC, c.place, c.kind LIMIT ?2"}},
};

static const struct custody_column UNIT_ITEM[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"outcome", "text", "处理", "outcome"},
};
const struct read_row READ_UNIT_ITEMS = {
    .face = {"unit.items", "place party?", "易主时要结清的钥匙", "keys a transfer must settle",
             READ_COLUMNS(UNIT_ITEM)},
    .params = {NEEDED("place"), TEXT_PARAM("party")},
    /* Classes with consent are judged by the act; this offers every key of the home. */
    .variants = {{NULL, NULL,
                  "WITH RECURSIVE below(code) AS (SELECT ?1 UNION SELECT p.code FROM place p"
                  " JOIN below b ON p.parent = b.code)"
                  " SELECT i.item, i.label, CASE WHEN i.holder_kind = 'party' AND i.holder = ?2"
                  " AND i.due IS NULL THEN 'passes' WHEN i.holder_kind IN ('person', 'party')"
                  " THEN 'recalled' ELSE 'stays' END FROM item i WHERE i.class IS NOT NULL"
                  " AND i.item IN (SELECT k.item FROM below b JOIN lock l ON l.place = b.code"
                  "  JOIN key_lock k ON k.lock = l.code)"
                  " AND (i.holder_kind IN ('desk', 'seal', 'tray')"
                  "  OR (i.holder_kind IN ('person', 'party') AND i.due IS NOT NULL)"
                  "  OR (i.holder_kind = 'party' AND i.holder = ?2)) ORDER BY i.item"}},
};

/* ---- shifts, stock-takes, slips ---- */

static const struct custody_column SHIFT[] = {
    {"idx", "int", "账目号", "entry"},        {"at", "time", "时间", "at"},
    {"kind", "text", "种类", "kind"},         {"desk", "text", "保管台", "desk"},
    {"outgoing", "text", "交班", "outgoing"}, {"incoming", "text", "接班", "incoming"},
    {"board", "int", "日常板", "board"},      {"open", "int", "未还", "open"},
    {"overdue", "int", "逾期", "overdue"},    {"sealed", "int", "封条", "sealed"},
    {"result", "text", "结果", "result"},     {"differs", "bool", "不符", "differs"},
};
const struct read_row READ_SHIFT_LIST = {
    .face = {"shift.list", "desk? limit?", "交接班", "shifts", READ_COLUMNS(SHIFT)},
    .params = {TEXT_PARAM("desk"), READ_LIMIT(200)},
    .variants = {{NULL, NULL,
                  "SELECT s.idx, l.event_at, s.kind, s.desk, s.outgoing, s.incoming, s.board,"
                  " s.open, s.overdue, s.sealed, s.result, s.is_differing FROM shift s"
                  " JOIN act_log l ON l.idx = s.idx WHERE ?1 IS NULL OR s.desk = ?1"
                  " ORDER BY s.idx DESC LIMIT ?2"}},
};

static const struct custody_column STOCKTAKE[] = {
    {"stocktake", "id", "盘点号", "stock-take"},
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "开始", "begun"},
    {"desk", "text", "保管台", "desk"},
    {"kind", "text", "种类", "kind"},
    {"state", "text", "状态", "state"},
    {"lines", "int", "应点", "expected"},
    {"finished_idx", "int", "结束于", "finished at"},
};
const struct read_row READ_STOCKTAKE_LIST = {
    .face = {"stocktake.list", "desk? state? limit?", "盘点", "stock-takes",
             READ_COLUMNS(STOCKTAKE)},
    .params = {TEXT_PARAM("desk"), TEXT_PARAM("state"), READ_LIMIT(200)},
    .variants = {{NULL, NULL,
                  "SELECT s.act_id, s.idx, l.at, s.desk, s.kind, s.state, (SELECT count(*)"
                  " FROM stocktake_line n WHERE n.stocktake = s.act_id), s.finished_idx"
                  " FROM stocktake s JOIN act_log l ON l.idx = s.idx"
                  " WHERE (?1 IS NULL OR s.desk = ?1) AND (?2 IS NULL OR s.state = ?2)"
                  " ORDER BY s.idx DESC LIMIT ?3"}},
};
static const struct custody_column COUNTS[] = {
    {"found", "int", "在位", "found"},       {"misplaced", "int", "错位", "misplaced"},
    {"missing", "int", "缺少", "missing"},   {"out", "int", "在借", "out"},
    {"repeated", "int", "重复", "repeated"}, {"sealed", "int", "封存", "sealed"},
    {"unknown", "int", "不明", "unknown"},
};
#define LINES  "(SELECT count(*) FROM stocktake_line n WHERE n.stocktake = ?1 AND "
#define EXTRAS "(SELECT count(*) FROM stocktake_extra x WHERE x.stocktake = ?1 AND x.outcome = "
const struct read_row READ_STOCKTAKE_COUNTS = {
    .face = {"stocktake.counts", "stocktake", "盘点数目", "counts of a stock-take",
             READ_COLUMNS(COUNTS)},
    .params = {{.name = "stocktake", .type = 'x', .is_required = true}},
    .variants = {{NULL, NULL,
                  "SELECT " LINES "n.outcome = 'found'), " LINES
                  "n.outcome = 'misplaced') + " EXTRAS "'misplaced'), " LINES
                  "n.expected = 'desk' AND n.seen_idx IS NULL), " LINES
                  "n.expected = 'out' AND n.seen_idx IS NULL), (SELECT count(*)"
                  " FROM stocktake_repeat r WHERE r.stocktake = ?1), " LINES
                  "n.expected = 'seal' AND n.seen_idx IS NULL), " EXTRAS "'unknown')"}},
};
static const struct custody_column MISSING[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
};
const struct read_row READ_STOCKTAKE_MISSING = {
    .face = {"stocktake.missing", "stocktake", "盘点缺少", "missing in a stock-take",
             READ_COLUMNS(MISSING)},
    .params = {{.name = "stocktake", .type = 'x', .is_required = true}},
    .variants = {{NULL, NULL,
                  "SELECT n.item, i.label FROM stocktake_line n JOIN item i ON i.item = n.item"
                  " WHERE n.stocktake = ?1 AND n.expected = 'desk' AND n.seen_idx IS NULL"
                  " ORDER BY n.item"}},
};
static const struct custody_column COUNT_LINE[] = {
    {"item", "text", "编号", "item"},         {"label", "text", "名称", "label"},
    {"expected", "text", "应在", "expected"}, {"outcome", "text", "结果", "outcome"},
    {"seen_at", "text", "见于", "seen at"},   {"seen_idx", "int", "账目号", "entry"},
};
const struct read_row READ_STOCKTAKE_LINES = {
    .face = {"stocktake.lines", "stocktake limit?", "盘点明细", "lines of a stock-take",
             READ_COLUMNS(COUNT_LINE)},
    .params = {{.name = "stocktake", .type = 'x', .is_required = true}, READ_LIMIT(100000)},
    .variants = {{NULL, NULL,
                  "SELECT n.item, i.label, n.expected, ifnull(n.outcome, CASE n.expected"
                  " WHEN 'desk' THEN 'missing' ELSE n.expected END), n.seen_at, n.seen_idx"
                  " FROM stocktake_line n JOIN item i ON i.item = n.item WHERE n.stocktake = ?1"
                  " UNION ALL SELECT x.what, i.label, '', x.outcome, x.seen_at, x.seen_idx"
                  " FROM stocktake_extra x LEFT JOIN item i ON i.item = x.what"
                  " WHERE x.stocktake = ?1 ORDER BY 4, 1 LIMIT ?2"}},
};

static const struct custody_column SLIP[] = {
    {"series", "text", "本号", "series"}, {"number", "int", "编号", "number"},
    {"desk", "text", "保管台", "desk"},   {"issued_idx", "int", "领用", "issued at"},
    {"use", "text", "用途", "use"},       {"closed_idx", "int", "销号", "closed at"},
    {"acts", "list", "登记事项", "acts"},
};
const struct read_row READ_SLIP_LIST = {
    .face = {"slip.list", "series? open? limit?", "应急单", "emergency slips",
             READ_COLUMNS(SLIP)},
    .params = {TEXT_PARAM("series"), TEXT_PARAM("open"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT s.series, s.number, s.desk, s.idx, s.use, s.closed_idx,"
                  " (SELECT group_concat(l.idx, char(10)) FROM slip_act a JOIN act_log l"
                  "  ON l.act_id = a.act_id WHERE a.series = s.series AND a.number = s.number)"
                  " FROM slip s WHERE (?1 IS NULL OR s.series = ?1)"
                  " AND (?2 IS NULL OR s.closed_idx IS NULL)"
                  " ORDER BY s.series, s.number LIMIT ?3"}},
};
