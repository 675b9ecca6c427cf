/* The reads, by noun. Every list is paged by limit and after. */
#include "reads.h"

#include <stddef.h>

/* ---- people ---- */

static const struct custody_column PERSON[] = {
    {"handle", "text", "登录名", "handle"},
    {"staff_no", "text", "工号", "staff no."},
    {"name", "personal", "姓名", "name"},
    {"roles", "list", "职务", "roles"},
    {"credentials", "int", "有效签名", "credentials"},
    {"is_suspended", "bool", "停用", "suspended"},
};
#define PERSON_SQL                                                                             \
    "SELECT p.handle, p.staff_no, p.name_idx || ':' || p.name_pointer,"                        \
    " (SELECT group_concat(role, char(10)) FROM role r WHERE r.handle = p.handle),"            \
    " (SELECT count(*) FROM credential c WHERE c.handle = p.handle AND c.revoked_idx IS "      \
    "NULL),"                                                                                   \
    " p.is_suspended FROM person p "
static const struct read_row PERSON_LIST = {
    .face = {"person.list", "", "人员", "people", READ_COLUMNS(PERSON)},
    .variants = {{NULL, NULL, PERSON_SQL "ORDER BY p.handle"}},
};
static const struct read_row PERSON_SHOW = {
    .face = {"person.show", "handle", "一名人员", "one person", READ_COLUMNS(PERSON)},
    .params = {{.name = "handle", .type = 't', .is_required = true}},
    .variants = {{NULL, NULL, PERSON_SQL "WHERE p.handle = ?1"}},
    .missing = "Nobody of this handle is enrolled: see custody person list.",
};
static const struct custody_column CREDENTIAL[] = {
    {"handle", "text", "登录名", "handle"},
    {"keyid", "id", "签名号", "keyid"},
    {"enrolled_idx", "int", "登记于", "enrolled at"},
    {"revoked_idx", "int", "注销于", "revoked at"},
    {"reason", "text", "原因", "reason"},
    {"suspect_from", "time", "存疑起始", "suspect from"},
};
static const struct read_row CREDENTIAL_LIST = {
    .face = {"credential.list", "handle?", "电子签名", "credentials", READ_COLUMNS(CREDENTIAL)},
    .params = {{.name = "handle", .type = 't'}},
    .variants = {{"handle", NULL,
                  "SELECT handle, keyid, enrolled_idx, revoked_idx, reason, suspect_from"
                  " FROM credential WHERE handle = ?1 ORDER BY enrolled_idx"},
                 {NULL, NULL,
                  "SELECT handle, keyid, enrolled_idx, revoked_idx, reason, suspect_from"
                  " FROM credential ORDER BY handle, enrolled_idx"}},
};
static const struct custody_column DELEGATION[] = {
    {"giver", "text", "委托人", "from"}, {"taker", "text", "受托人", "to"},
    {"role", "text", "职务", "role"},    {"start", "time", "自", "start"},
    {"end", "time", "至", "end"},        {"idx", "int", "账目号", "entry"},
};
static const struct read_row DELEGATION_LIST = {
    .face = {"delegation.list", "", "委托", "delegations", READ_COLUMNS(DELEGATION)},
    .variants = {{NULL, NULL,
                  "SELECT giver, taker, role, start, end, idx FROM delegation"
                  " ORDER BY idx DESC, role"}},
};
static const struct custody_column PARTY[] = {
    {"party", "text", "编号", "party"},    {"relation", "text", "关系", "relation"},
    {"unit", "text", "房屋", "unit"},      {"name", "private", "姓名", "name"},
    {"phone", "private", "电话", "phone"}, {"idx", "int", "账目号", "entry"},
};
#define PARTY_SQL                                                                              \
    "SELECT party, relation, unit, idx || ':' || name_pointer, idx || ':' || phone_pointer,"   \
    " idx FROM party WHERE void_idx IS NULL "
static const struct read_row PARTY_LIST = {
    .face = {"party.list", "limit? after?", "相关人", "parties", READ_PRIVATE(PARTY, "party")},
    .params = {READ_LIMIT(100), {.name = "after", .type = 't'}},
    .variants = {{NULL, NULL, PARTY_SQL "AND party > ifnull(?2, '') ORDER BY party LIMIT ?1"}},
};
static const struct read_row PARTY_SHOW = {
    .face = {"party.show", "party", "一名相关人", "one party", READ_PRIVATE(PARTY, "party")},
    .params = {{.name = "party", .type = 't', .is_required = true}},
    .variants = {{NULL, NULL, PARTY_SQL "AND party = ?1"}},
    .missing = "There is no party of this id: see custody party list.",
};

/* ---- places, locks ---- */

static const struct custody_column PLACE[] = {
    {"code", "text", "编码", "code"}, {"label", "text", "名称", "label"},
    {"kind", "text", "类型", "kind"}, {"parent", "text", "上级", "parent"},
    {"locks", "int", "锁", "locks"},
};
#define PLACE_SQL                                                                              \
    "SELECT code, label, kind, parent, (SELECT count(*) FROM lock l WHERE l.place = p.code"    \
    " AND l.void_idx IS NULL) FROM place p WHERE void_idx IS NULL "
static const struct read_row PLACE_LIST = {
    .face = {"place.list", "parent? limit? after?", "位置", "places", READ_COLUMNS(PLACE)},
    .params = {{.name = "parent", .type = 't'},
               READ_LIMIT(100),
               {.name = "after", .type = 't'}},
    .variants = {{"parent", NULL,
                  PLACE_SQL "AND parent = ?1 AND code > ifnull(?3, '') ORDER BY code LIMIT ?2"},
                 {NULL, NULL, PLACE_SQL "AND code > ifnull(?3, '') ORDER BY code LIMIT ?2"}},
};
static const struct read_row PLACE_SHOW = {
    .face = {"place.show", "place", "一个位置", "one place", READ_COLUMNS(PLACE)},
    .params = {{.name = "place", .type = 't', .is_required = true}},
    .variants = {{NULL, NULL, PLACE_SQL "AND code = ?1"}},
    .missing = "There is no place of this code: see custody place list.",
};
static const struct custody_column LOCK[] = {
    {"code", "text", "编码", "code"},  {"label", "text", "名称", "label"},
    {"kind", "text", "类型", "kind"},  {"place", "text", "位置", "place"},
    {"keys", "int", "钥匙数", "keys"},
};
#define LOCK_SQL                                                                               \
    "SELECT code, label, kind, place, (SELECT count(*) FROM key_lock k WHERE k.lock = l.code)" \
    " FROM lock l WHERE void_idx IS NULL "
static const struct read_row LOCK_LIST = {
    .face = {"lock.list", "place? limit? after?", "锁", "locks", READ_COLUMNS(LOCK)},
    .params = {{.name = "place", .type = 't'}, READ_LIMIT(100), {.name = "after", .type = 't'}},
    .variants = {{"place", NULL,
                  LOCK_SQL "AND place = ?1 AND code > ifnull(?3, '') ORDER BY code LIMIT ?2"},
                 {NULL, NULL, LOCK_SQL "AND code > ifnull(?3, '') ORDER BY code LIMIT ?2"}},
};
static const struct read_row LOCK_SHOW = {
    .face = {"lock.show", "lock", "一把锁", "one lock", READ_COLUMNS(LOCK)},
    .params = {{.name = "lock", .type = 't', .is_required = true}},
    .variants = {{NULL, NULL, LOCK_SQL "AND code = ?1"}},
    .missing = "There is no lock of this code: see custody lock list.",
};

/* ---- keys, rings ---- */

static const struct custody_column KEY[] = {
    {"item", "text", "编号", "item"},   {"label", "text", "名称", "label"},
    {"copy", "int", "第几把", "copy"},  {"class", "text", "类别", "class"},
    {"desk", "text", "保管台", "desk"}, {"ring", "text", "钥匙袋", "ring"},
    {"state", "text", "状态", "state"}, {"holder", "text", "现持有", "holder"},
    {"since", "time", "自", "since"},   {"due", "time", "应还", "due"},
    {"locks", "list", "锁", "locks"},
};
/* Where an item is, in a word: with its owner is not "out". */
#define ITEM_STATE                                                                             \
    "CASE i.holder_kind WHEN 'desk' THEN 'in' WHEN 'seal' THEN 'sealed' WHEN 'home' THEN"      \
    " 'owner' WHEN 'party' THEN iif(i.due IS NULL, 'owner', 'out') WHEN 'person' THEN 'out'"   \
    " ELSE i.holder_kind END"
#define KEY_SELECT                                                                             \
    "SELECT i.item, i.label, i.copy, i.class, i.desk, i.ring, " ITEM_STATE ", i.holder,"       \
    " i.event_at, i.due,"                                                                      \
    " (SELECT group_concat(k.lock, char(10)) FROM key_lock k WHERE k.item = i.item)"           \
    " FROM item i "
#define KEY_ANYWHERE                                                                           \
    "WHERE i.class IS NOT NULL AND i.holder_kind <> 'void' AND (?1 IS NULL)"                   \
    " AND (?2 IS NULL OR i.desk = ?2) AND (?3 IS NULL OR i.class = ?3)"                        \
    " AND (?4 IS NULL OR " ITEM_STATE " = ?4) "
#define KEY_PAGE "AND i.item > ifnull(?6, '') ORDER BY i.item LIMIT ?5"
static const struct read_row KEY_LIST = {
    .face = {"key.list", "place? desk? class? state? limit? after?", "钥匙", "keys",
             READ_COLUMNS(KEY)},
    .params = {{.name = "place", .type = 't'},
               {.name = "desk", .type = 't'},
               {.name = "class", .type = 't'},
               {.name = "state", .type = 't'},
               READ_LIMIT(100),
               {.name = "after", .type = 't'}},
    .variants =
        {{"place", NULL,
          KEY_SELECT "WHERE i.item IN (SELECT k.item FROM key_lock k JOIN lock l"
                     " ON l.code = k.lock WHERE l.place = ?1 UNION"
                     " SELECT m.item FROM item m JOIN item r ON m.ring = r.item"
                     " JOIN place p ON p.label = r.label WHERE p.code = ?1)"
                     " AND i.holder_kind <> 'void' AND (?2 IS NULL OR i.desk = ?2)"
                     " AND (?3 IS NULL OR i.class = ?3) AND (?4 IS NULL OR"
                     " " ITEM_STATE " = ?4) " KEY_PAGE},
         {"state", "out",
          /* What is out is little beside what there is, and has an index of its own. */
          KEY_SELECT "WHERE i.item IN (SELECT o.item FROM item o INDEXED BY item_out"
                     " WHERE o.holder_kind IN ('person', 'party') AND o.class IS NOT NULL"
                     " AND (o.holder_kind = 'person' OR o.due IS NOT NULL)"
                     " AND (?2 IS NULL OR o.desk = ?2) AND (?3 IS NULL OR o.class = ?3)"
                     " AND (?1 IS NULL) AND (?4 IS NOT NULL) AND o.item > ifnull(?6, '')"
                     " ORDER BY o.item LIMIT ?5) ORDER BY i.item"},
         {"state", "in", KEY_SELECT KEY_ANYWHERE KEY_PAGE},
         {"state", "owner", KEY_SELECT KEY_ANYWHERE KEY_PAGE},
         /* sealed, tray, lost, retired: few, by what holds them */
         {"state", NULL,
          KEY_SELECT
          "WHERE i.item IN (SELECT o.item FROM item o INDEXED BY item_holder"
          " WHERE o.holder_kind = iif(?4 = 'sealed', 'seal', ?4)) AND i.class IS NOT NULL"
          " AND (?1 IS NULL) AND (?2 IS NULL OR i.desk = ?2)"
          " AND (?3 IS NULL OR i.class = ?3) AND " ITEM_STATE " = ?4 " KEY_PAGE},
         {NULL, NULL, KEY_SELECT KEY_ANYWHERE KEY_PAGE}},
};
static const struct read_row KEY_SHOW = {
    .face = {"key.show", "item", "一把钥匙或一袋", "one key or ring", READ_COLUMNS(KEY)},
    .params = {{.name = "item", .type = 't', .is_required = true}},
    .variants = {{NULL, NULL, KEY_SELECT "WHERE i.item = ?1"}},
    .missing = "There is no key of this id in the register.",
};
static const struct custody_column HISTORY[] = {
    {"idx", "int", "账目号", "entry"},
    {"act_id", "id", "登记号", "act id"},
    {"act", "text", "登记事项", "act"},
    {"by", "text", "经办", "by"},
    {"event_at", "time", "发生时间", "event"},
    {"at", "time", "登记时间", "entered"},
    {"holder_kind", "text", "去向", "to"},
    {"holder", "text", "持有", "holder"},
    {"due", "time", "应还", "due"},
    {"void_idx", "int", "更正于", "corrected at"},
};
static const struct read_row KEY_HISTORY = {
    .face = {"key.history", "item limit?", "一把钥匙的经过", "history of one key",
             READ_COLUMNS(HISTORY)},
    .params = {{.name = "item", .type = 't', .is_required = true}, READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT t.idx, l.act_id, l.act, l.by_handle, l.event_at, l.at, m.holder_kind,"
                  " m.holder, m.due, m.void_idx FROM act_item t JOIN act_log l ON l.idx = t.idx"
                  " LEFT JOIN movement m ON m.item = t.item AND m.idx = t.idx"
                  " WHERE t.item = ?1 ORDER BY t.idx LIMIT ?2"}},
};
static const struct custody_column RING[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"desk", "text", "保管台", "desk"},
    {"keys", "int", "钥匙数", "keys"},
    {"keys_with", "int", "在袋", "keys with it"},
    {"state", "text", "状态", "state"},
    {"holder", "text", "现持有", "holder"},
    {"due", "time", "应还", "due"},
};
#define RING_SELECT                                                                            \
    "SELECT i.item, i.label, i.desk, (SELECT count(*) FROM item m WHERE m.ring = i.item"       \
    " AND m.holder_kind NOT IN ('void', 'retired')), (SELECT count(*) FROM item m INDEXED BY " \
    "item_ring"                                                                                \
    " WHERE m.ring = i.item AND m.holder_kind = i.holder_kind AND m.holder = i.holder),"       \
    " " ITEM_STATE ", i.holder, i.due FROM item i "
static const struct read_row RING_LIST = {
    .face = {"ring.list", "place? limit? after?", "钥匙袋", "rings", READ_COLUMNS(RING)},
    .params = {{.name = "place", .type = 't'}, READ_LIMIT(100), {.name = "after", .type = 't'}},
    .variants = {{"place", NULL,
                  RING_SELECT "JOIN place p ON p.label = i.label WHERE p.code = ?1"
                              " AND i.item BETWEEN 'R' AND 'S' AND i.item > ifnull(?3, '')"
                              " ORDER BY i.item LIMIT ?2"},
                 {NULL, NULL,
                  RING_SELECT "WHERE i.item BETWEEN 'R' AND 'S' AND i.item > ifnull(?3, '')"
                              " AND ?1 IS NULL ORDER BY i.item LIMIT ?2"}},
};
static const struct read_row RING_SHOW = {
    .face = {"ring.show", "item", "一袋钥匙", "one ring", READ_COLUMNS(KEY)},
    .params = {{.name = "item", .type = 't', .is_required = true}},
    .variants = {{NULL, NULL, KEY_SELECT "WHERE i.ring = ?1 ORDER BY i.label, i.copy"}},
    .missing = "There is no ring of this id, or no key hangs on it.",
};

/* ---- loans, refusals, requests ---- */

static const struct custody_column LOAN[] = {
    {"item", "text", "编号", "item"},          {"label", "text", "名称", "label"},
    {"holder_kind", "text", "类别", "kind"},   {"holder", "text", "借用人", "holder"},
    {"since", "time", "借出", "since"},        {"due", "time", "应还", "due"},
    {"is_overdue", "bool", "逾期", "overdue"}, {"desk", "text", "保管台", "desk"},
    {"purpose", "text", "用途", "purpose"},    {"on_behalf", "text", "代表", "on behalf of"},
    {"idx", "int", "账目号", "entry"},
};
#define LOAN_SELECT                                                                            \
    "SELECT i.item, i.label, i.holder_kind, i.holder, i.event_at, i.due,"                      \
    " i.due < " READ_NOW ", n.desk, n.purpose, n.on_behalf,"                                   \
    " i.since_idx FROM item i LEFT JOIN loan n ON n.idx = i.since_idx"                         \
    " WHERE i.due IS NOT NULL AND i.due < ifnull(?1, 9000000000000) "
static const struct read_row LOAN_LIST = {
    .face = {"loan.list", "overdue? holder? limit?", "在借", "on loan", READ_COLUMNS(LOAN)},
    .params = {{.name = "overdue", .type = 'T'},
               {.name = "holder", .type = 't'},
               READ_LIMIT(1000)},
    .variants = {{"holder", NULL,
                  LOAN_SELECT "AND i.holder_kind IN ('person', 'party')"
                              " AND i.holder = ?2 ORDER BY i.due, i.item LIMIT ?3"},
                 {NULL, NULL, LOAN_SELECT "AND ?2 IS NULL ORDER BY i.due, i.item LIMIT ?3"}},
};
static const struct custody_column REFUSAL[] = {
    {"idx", "int", "账目号", "entry"},        {"clerk", "text", "经办", "clerk"},
    {"rule", "text", "条款", "rule"},         {"purpose", "text", "用途", "purpose"},
    {"receiver", "text", "对象", "receiver"}, {"at", "time", "时间", "at"},
};
static const struct read_row REFUSAL_LIST = {
    .face = {"refusal.list", "limit?", "拒借记录", "refusals", READ_COLUMNS(REFUSAL)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT r.idx, r.clerk, r.rule, r.purpose, r.receiver, l.at FROM refusal r"
                  " JOIN act_log l ON l.idx = r.idx ORDER BY r.idx DESC LIMIT ?1"}},
};
static const struct custody_column REQUEST[] = {
    {"request", "id", "申请号", "request"},
    {"idx", "int", "账目号", "entry"},
    {"requester", "text", "申请人", "requester"},
    {"receiver", "text", "借用人", "receiver"},
    {"act", "text", "事项", "for"},
    {"purpose", "text", "用途", "purpose"},
    {"start", "time", "自", "start"},
    {"end", "time", "至", "end"},
    {"state", "text", "状态", "state"},
    {"items", "list", "钥匙", "items"},
    {"approval", "id", "批准号", "approval"},
    {"approver", "text", "批准人", "approver"},
    {"uses_left", "int", "可用", "uses left"},
    {"used_by", "list", "用于", "used by"},
    {"ended_idx", "int", "失效于", "ended at"},
};
#define REQUEST_SELECT                                                                         \
    "SELECT q.act_id, q.idx, q.requester, q.receiver, q.act, q.purpose, q.start, q.end,"       \
    " q.state, (SELECT group_concat(ri.item, char(10)) FROM request_item ri"                   \
    " WHERE ri.request = q.act_id), a.act_id, a.approver, a.uses_left,"                        \
    " (SELECT group_concat(u.idx, char(10)) FROM approval_use u"                               \
    " WHERE u.approval = a.act_id), a.ended_idx FROM request q"                                \
    " LEFT JOIN approval a ON a.idx = q.decided_idx "
static const struct read_row REQUEST_LIST = {
    .face = {"request.list", "state? limit?", "申请", "requests", READ_COLUMNS(REQUEST)},
    .params = {{.name = "state", .type = 't'}, READ_LIMIT(1000)},
    .variants = {{"state", NULL,
                  REQUEST_SELECT "WHERE q.state = ?1 ORDER BY q.idx DESC LIMIT ?2"},
                 {NULL, NULL, REQUEST_SELECT "WHERE ?1 IS NULL ORDER BY q.idx DESC LIMIT ?2"}},
};
/* What waits to be used: by approvals that live, which are few whatever the age of the site. */
static const struct read_row REQUEST_READY = {
    .face = {"request.ready", "receiver limit?", "可用的批准", "approvals ready for use",
             READ_COLUMNS(REQUEST)},
    .params = {{.name = "receiver", .type = 't', .is_required = true}, READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  REQUEST_SELECT "WHERE q.receiver = ?1 AND q.idx IN (SELECT r.idx"
                                 " FROM approval v INDEXED BY approval_live JOIN request r"
                                 " ON r.act_id = v.request WHERE v.until > " READ_NOW
                                 " AND v.uses_left > 0 AND v.ended_idx IS NULL)"
                                 " ORDER BY q.idx DESC LIMIT ?2"}},
};
static const struct read_row REQUEST_SHOW = {
    .face = {"request.show", "request", "一份申请", "one request", READ_COLUMNS(REQUEST)},
    .params = {{.name = "request", .type = 'x', .is_required = true}},
    .variants = {{NULL, NULL, REQUEST_SELECT "WHERE q.act_id = ?1"}},
    .missing = "There is no request of this id: see custody request list.",
};

/* ---- flags, log ---- */

static const struct custody_column FLAG[] = {
    {"idx", "int", "账目号", "entry"},
    {"act", "text", "登记事项", "act"},
    {"code", "text", "提示", "flag"},
    {"text", "text", "说明", "text"},
};
static const struct read_row FLAG_LIST = {
    .face = {"flag.list", "code? limit?", "提示", "flags", READ_COLUMNS(FLAG)},
    .params = {{.name = "code", .type = 't'}, READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT f.idx, l.act, f.code, f.text FROM flag f JOIN act_log l"
                  " ON l.idx = f.idx WHERE ?1 IS NULL OR f.code = ?1"
                  " ORDER BY f.idx DESC, f.n LIMIT ?2"}},
};
static const struct custody_column LOG[] = {
    {"idx", "int", "账目号", "entry"},      {"act_id", "id", "登记号", "act id"},
    {"act", "text", "登记事项", "act"},     {"by", "text", "经办", "by"},
    {"signers", "list", "签名", "signers"}, {"at", "time", "登记时间", "at"},
    {"t", "time", "账目时间", "T"},         {"event_at", "time", "发生时间", "event"},
    {"flags", "list", "提示", "flags"},
};
#define LOG_SELECT                                                                             \
    "SELECT l.idx, l.act_id, l.act, l.by_handle, (SELECT group_concat(s.handle, char(10))"     \
    " FROM act_signer s WHERE s.idx = l.idx), l.at, l.t, l.event_at,"                          \
    " (SELECT group_concat(f.code, char(10)) FROM flag f WHERE f.idx = l.idx) FROM act_log l "
static const struct read_row LEDGER_LOG = {
    .face = {"ledger.log", "from? limit? item? handle?", "流水账", "the ledger's acts",
             READ_COLUMNS(LOG)},
    .params = {{.name = "from", .type = 'i', .fallback = 0, .has_fallback = true},
               READ_LIMIT(100),
               {.name = "item", .type = 't'},
               {.name = "handle", .type = 't'}},
    .variants = {{"item", NULL,
                  LOG_SELECT "JOIN act_item t ON t.idx = l.idx WHERE t.item = ?3"
                             " AND t.idx >= ?1 ORDER BY t.idx LIMIT ?2"},
                 {"handle", NULL,
                  LOG_SELECT "JOIN act_signer g ON g.idx = l.idx WHERE g.handle = ?4"
                             " AND g.idx >= ?1 AND ?3 IS NULL ORDER BY g.idx LIMIT ?2"},
                 {NULL, NULL, LOG_SELECT "WHERE l.idx >= ?1 ORDER BY l.idx LIMIT ?2"}},
};

/* ---- who: holders at a moment ---- */

static const struct custody_column WHO[] = {
    {"item", "text", "编号", "item"},        {"label", "text", "名称", "label"},
    {"copy", "int", "第几把", "copy"},       {"holder_kind", "text", "类别", "kind"},
    {"holder", "text", "持有", "holder"},    {"since", "time", "自", "since"},
    {"known_at", "time", "入账", "entered"}, {"due", "time", "应还", "due"},
    {"idx", "int", "账目号", "entry"},       {"act_id", "id", "登记号", "act id"},
};
/*
 * ?2: event time asked for; ?3: as known at. The last movement of an item not after ?2 among
 * those entered by ?3 and not corrected by ?3. Per item movements are in order of event time as
 * they are in order of index (rule late), so the primary key serves.
 */
#define LAST_MOVEMENT                                                                          \
    "(SELECT m.idx FROM movement m WHERE m.item = i.item AND m.event_at <= ?2"                 \
    " AND m.known_at <= ?3 AND (m.void_t IS NULL OR m.void_t > ?3)"                            \
    " ORDER BY m.idx DESC LIMIT 1)"
#define WHO_SELECT                                                                             \
    "SELECT w.item, w.label, w.copy, m.holder_kind, m.holder, m.event_at, m.known_at, m.due,"  \
    " m.idx, l.act_id FROM w JOIN movement m ON m.item = w.item AND m.idx = w.mv"              \
    " LEFT JOIN act_log l ON l.idx = m.idx ORDER BY w.label, w.copy, w.item LIMIT ?5"
/*
 * What a holder had: first the items that may be meant, then the same question of each. Now
 * open is what the item's own row says. Of what has ended, as now known, only the movements at
 * the nodes above ?2 can cover it (item_state.c); as known at ?3, also those that were ended
 * later than that or are void now.
 */
#define WHO_HELD_NOW                                                                           \
    "SELECT o.item FROM kinds CROSS JOIN item o INDEXED BY item_holder"                        \
    " WHERE o.holder_kind = k AND o.holder = ?1 UNION "
#define WHO_HOLDER(candidates)                                                                 \
    "WITH RECURSIVE height(h) AS (VALUES (0) UNION ALL SELECT h + 1 FROM height WHERE h < "    \
    "32),"                                                                                     \
    " kinds(k) AS (SELECT min(holder_kind) FROM item UNION ALL SELECT (SELECT"                 \
    "  min(holder_kind) FROM item WHERE holder_kind > k) FROM kinds WHERE k IS NOT NULL),"     \
    " w AS MATERIALIZED (SELECT i.item, i.label, i.copy, " LAST_MOVEMENT " AS mv"              \
    " FROM item i WHERE i.item IN (" WHO_HELD_NOW candidates ")) "                             \
    "SELECT w.item, w.label, w.copy, m.holder_kind, m.holder, m.event_at,"                     \
    " m.known_at, m.due, m.idx, l.act_id FROM w JOIN movement m"                               \
    " ON m.item = w.item AND m.idx = w.mv LEFT JOIN act_log l"                                 \
    " ON l.idx = m.idx WHERE m.holder = ?1"                                                    \
    " ORDER BY w.label, w.copy, w.item LIMIT ?5"
static const struct read_row WHO_READ = {
    .face = {"who", "target at? known_at? kind limit?", "某时由谁持有",
             "who held what at a moment", READ_COLUMNS(WHO)},
    .params =
        {{.name = "target", .type = 't', .is_required = true},
         {.name = "at", .type = 'T', .fallback = READ_TIME_MAX, .has_fallback = true},
         {.name = "known_at", .type = 'T', .fallback = READ_TIME_MAX, .has_fallback = true},
         {.name = "kind", .type = 't', .is_required = true},
         READ_LIMIT(10000)},
    .variants = {{"kind", "K",
                  "WITH w AS MATERIALIZED (SELECT i.item, i.label, i.copy, " LAST_MOVEMENT
                  " AS mv FROM item i WHERE i.item = ?1) " WHO_SELECT},
                 {"kind", "R",
                  "WITH w AS MATERIALIZED (SELECT i.item, i.label, i.copy, " LAST_MOVEMENT
                  " AS mv FROM item i WHERE i.item = ?1 OR i.ring = ?1) " WHO_SELECT},
                 /* the whole board of a desk: all that is at home there */
                 {"kind", "B",
                  "WITH w AS MATERIALIZED (SELECT i.item, i.label, i.copy, " LAST_MOVEMENT
                  " AS mv FROM item i WHERE i.desk = ?1) " WHO_SELECT},
                 {"kind", "U",
                  "WITH w AS MATERIALIZED (SELECT i.item, i.label, i.copy, " LAST_MOVEMENT
                  " AS mv FROM item i WHERE i.item IN (SELECT item FROM key_lock WHERE lock = "
                  "?1)) " WHO_SELECT},
                 {"kind", "L",
                  "WITH RECURSIVE below(code) AS (SELECT ?1 UNION SELECT p.code FROM place p"
                  " JOIN below b ON p.parent = b.code),"
                  " w AS MATERIALIZED (SELECT i.item, i.label, i.copy, " LAST_MOVEMENT
                  " AS mv FROM item i WHERE i.class IS NOT NULL AND i.item IN"
                  " (SELECT k.item FROM below b JOIN lock l ON l.place = b.code"
                  " JOIN key_lock k ON k.lock = l.code UNION SELECT n.item FROM place p"
                  " JOIN item r ON r.label = p.label JOIN item n ON n.ring = r.item"
                  " WHERE p.code = ?1)) " WHO_SELECT},
                 /* H, P, D: what a person, party or desk held */
                 {"known_at", NULL,
                  WHO_HOLDER("SELECT e.item FROM movement e INDEXED BY movement_holder"
                             " WHERE e.holder = ?1 AND e.node IS NOT NULL AND e.event_at <= ?2"
                             " AND (e.node < 0 OR e.ended_at > ?2 OR e.ended_t > ?3)")},
                 {NULL, NULL,
                  WHO_HOLDER("SELECT e.item FROM height CROSS JOIN movement e"
                             " INDEXED BY movement_holder WHERE e.holder = ?1"
                             " AND e.node = ((?2 >> h) | 1) << h"
                             " AND e.event_at <= ?2 AND e.ended_at > ?2")}},
};

const struct read_row *const READ_TABLE[] = {
    &CREDENTIAL_LIST,
    &DELEGATION_LIST,
    &FLAG_LIST,
    &KEY_HISTORY,
    &KEY_LIST,
    &KEY_SHOW,
    &LEDGER_LOG,
    &LOAN_LIST,
    &LOCK_LIST,
    &LOCK_SHOW,
    &PARTY_LIST,
    &PARTY_SHOW,
    &PERSON_LIST,
    &PERSON_SHOW,
    &PLACE_LIST,
    &PLACE_SHOW,
    &REFUSAL_LIST,
    &REQUEST_LIST,
    &REQUEST_READY,
    &REQUEST_SHOW,
    &RING_LIST,
    &RING_SHOW,
    &WHO_READ,
    &READ_AUTHORITY_LIST,
    &READ_BOARD_LIST,
    &READ_CHASE_LIST,
    &READ_CORRECTION_LIST,
    &READ_DESK_NUMBERS,
    &READ_EMERGENCY_LIST,
    &READ_FORM_CHASES,
    &READ_FORM_COPIES,
    &READ_FORM_CUSTODIANS,
    &READ_FORM_DEPOSITS,
    &READ_FORM_EMERGENCIES,
    &READ_FORM_HANDOVERS,
    &READ_FORM_LOANS,
    &READ_FORM_LOSSES,
    &READ_FORM_MOVES,
    &READ_FORM_OPENINGS,
    &READ_FORM_REGISTER,
    &READ_FORM_SEALS,
    &READ_FORM_SHIFTS,
    &READ_FORM_SLIPS,
    &READ_FORM_STOCKTAKES,
    &READ_FORM_TAKEOVERS,
    &READ_HOLDING_LIST,
    &READ_KEY_SISTERS,
    &READ_LATE_LIST,
    &READ_LOAN_DEPARTMENTS,
    &READ_LOSS_LIST,
    &READ_MOVEMENT_LIST,
    &READ_PROOF_LIST,
    &READ_ROSTER_LIST,
    &READ_SEAL_LIST,
    &READ_SHIFT_LIST,
    &READ_SLIP_LIST,
    &READ_STALE_LIST,
    &READ_STOCKTAKE_COUNTS,
    &READ_STOCKTAKE_LINES,
    &READ_STOCKTAKE_LIST,
    &READ_STOCKTAKE_MISSING,
    &READ_TAG_LIST,
    &READ_TAG_PRINTS,
    &READ_BLANK_LIST,
    &READ_TAKEOVER_LIST,
    &READ_UNIT_ITEMS,
    &READ_UNRATIFIED_LIST,
    &READ_UNSETTLED_LIST,
    &READ_DESTRUCTION_LINES,
    &READ_DESTRUCTION_LIST,
    &READ_DESTRUCTION_SHOW,
    &READ_ERASE_LIST,
    &READ_FOLDER_CONSULTS,
    &READ_FOLDER_DUE,
    &READ_FOLDER_GAPS,
    &READ_FOLDER_HISTORY,
    &READ_FOLDER_HOLDS,
    &READ_FOLDER_INVENTORY,
    &READ_FOLDER_LENDINGS,
    &READ_FOLDER_LIST,
    &READ_FOLDER_LOANS,
    &READ_FOLDER_MISSING,
    &READ_FOLDER_OVERDUE,
    &READ_FOLDER_PAPERS,
    &READ_FOLDER_REFUSALS,
    &READ_FOLDER_SHELF,
    &READ_FOLDER_SHOW,
    &READ_FOLDER_WAITING,
    &READ_FORM_BOXES,
    &READ_FORM_CONSULTS,
    &READ_FORM_DISPOSALS,
    &READ_FORM_FOLDER_PAPERS,
    &READ_FORM_INCIDENTS,
    &READ_FORM_INVENTORIES,
    &READ_FORM_LENDINGS,
    &READ_FORM_RETENTION,
    &READ_INCIDENT_LIST,
    &READ_INCIDENT_SHOW,
    &READ_PRIVACY_LIST,
    &READ_STORAGE_LIST,
    &READ_STORAGE_SHOW,
    &READ_STOREROOM_LIST,
    &READ_WALK_SHOW,
    NULL,
};
