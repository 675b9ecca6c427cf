/* Reads of folders: what there is, where, what is missing in it (FORMATS.md §19.2, 19.3). */
#include <stddef.h>

#include "read_folder.h"

/* ---- folders ---- */

static const struct custody_column FOLDER[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"folder_class", "text", "类别", "class"},
    {"place", "text", "房屋", "place"},
    {"party", "text", "当事人", "party"},
    {"box", "text", "档案盒", "box"},
    {"at", "text", "暂放", "for now at"},
    {"state", "text", "状态", "state"},
    {"version", "int", "清单版次", "version"},
    {"papers", "int", "在袋件数", "papers"},
    {"lent", "int", "借出件数", "lent"},
    {"trigger_date", "text", "起算日", "counted from"},
};
#define FOLDER_SELECT                                                                          \
    "SELECT f.item, f.label, f.class, f.place, f.party, f.box, f.at, f.state, f.version,"      \
    " " COUNT_FILED ", " COUNT_STATE("lent") ", f.trigger_date FROM folder f "
#define FOLDER_WHERE                                                                           \
    "(?2 IS NULL OR f.class = ?2) AND (?3 IS NULL OR f.state = ?3)"                            \
    " AND f.item > ifnull(?6, '') "
const struct read_row READ_FOLDER_LIST = {
    .face = {"folder.list", "place? class? state? box? limit? after?", "档案", "folders",
             READ_COLUMNS(FOLDER)},
    .params = {TEXT_PARAM("place"), TEXT_PARAM("class"), TEXT_PARAM("state"), TEXT_PARAM("box"),
               READ_LIMIT(100), TEXT_PARAM("after")},
    .variants = {{"box", NULL,
                  FOLDER_SELECT "WHERE f.box = ?4 AND (?1 IS NULL OR f.place = ?1)"
                                " AND " FOLDER_WHERE "ORDER BY f.item LIMIT ?5"},
                 {"place", NULL,
                  "WITH RECURSIVE " PLACES_BELOW("?1") FOLDER_SELECT
                  "WHERE +f.place IN (SELECT code FROM below) AND ?4 IS NULL"
                  " AND " FOLDER_WHERE "ORDER BY f.item LIMIT ?5"},
                 {NULL, NULL,
                  FOLDER_SELECT "WHERE ?1 IS NULL AND ?4 IS NULL AND " FOLDER_WHERE
                                "ORDER BY f.item LIMIT ?5"}},
};

static const struct custody_column FOLDER_HEAD[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"name", "private", "袋面姓名", "name"},
    {"folder_class", "text", "类别", "class"},
    {"place", "text", "房屋", "place"},
    {"place_label", "text", "房屋名称", "place label"},
    {"party", "text", "当事人", "party"},
    {"box", "text", "档案盒", "box"},
    {"box_label", "text", "盒名", "box label"},
    {"at", "text", "暂放", "for now at"},
    {"state", "text", "状态", "state"},
    {"version", "int", "清单版次", "version"},
    {"last_n", "int", "末件号", "last number"},
    {"papers", "int", "在袋件数", "papers"},
    {"copies", "int", "份数", "copies"},
    {"pages", "int", "页数", "pages"},
    {"lent", "int", "借出件数", "lent"},
    {"missing", "int", "缺失件数", "missing"},
    {"opened", "time", "建档", "opened"},
    {"trigger", "text", "起算事由", "trigger"},
    {"trigger_date", "text", "起算日", "counted from"},
    {"mandate", "text", "保管期限依据", "mandate"},
    {"months", "int", "应保管月数", "months"},
    {"due_day", "text", "期满日", "due day"},
    {"served", "int", "已保管月数", "months served"},
    {"is_expired", "bool", "已期满", "expired"},
    {"opinion", "text", "最近鉴定意见", "newest appraisal"},
    {"holds", "list", "冻结", "holds"},
    {"obstacles", "list", "期满销毁的障碍", "obstacles to destroy, expired"},
    {"obstacles_worthless", "list", "无价值销毁的障碍", "obstacles to destroy, without value"},
    {"destroyed_idx", "int", "销毁账目号", "destroyed at"},
};
#define WHEN(condition, code) "iif(" condition ", '" code "' || char(10), '')"
/* Those of a folder in the order of 19.5; `early` is what the reason asks. */
#define OBSTACLES(early)                                                                                                              \
    WHEN("f.state = 'destroyed'", "destroyed")                                                                                        \
    " || " WHEN("ifnull(f.is_kept, 0) = 0", "no_retention") " || " WHEN("f.state = 'open'", "open") " || " WHEN(                      \
        "f.lent > 0",                                                                                                                 \
        "lent") " || " WHEN("f.missing > 0",                                                                                          \
                            "missing") " || " WHEN("f.holds IS NOT NULL",                                                             \
                                                   "held") " || " WHEN(early,                                                         \
                                                                       "early") " || " WHEN("f.at IS NOT NULL",                       \
                                                                                            "not_in_place") " || " WHEN("f.in_batch", \
                                                                                                                        "in_batch")
#define EARLY_EXPIRED                                                                          \
    "f.due_day IS NULL OR f.due_day >= f.today OR ifnull(f.opinion, '') = 'keep'"
#define EARLY_WORTHLESS "ifnull(f.opinion, '') <> 'without_value'"
const struct read_row READ_FOLDER_SHOW = {
    .face = {"folder.show", "item", "一份档案", "one folder",
             READ_PRIVATE(FOLDER_HEAD, "item")},
    .params = {NEEDED("item")},
    .variants =
        {{NULL, NULL,
          "WITH " RULES
          "SELECT f.item, f.label, f.name, f.class, f.place, f.place_label, f.party, f.box,"
          " f.box_label, f.at, f.state, f.version, f.last_n, f.papers, f.copies, f.pages,"
          " f.lent, f.missing, f.opened, f.trigger_code, f.trigger_date, f.mandate, f.months,"
          " f.due_day, f.served, f.due_day < f.today, f.opinion, f.holds,"
          " " OBSTACLES(EARLY_EXPIRED) ", " OBSTACLES(
              EARLY_WORTHLESS) ", f.destroyed_idx FROM"
                               " (SELECT f.*, f.name_idx || ':' || f.name_pointer AS name,"
                               " o.label AS place_label, s.label AS box_label,"
                               " " COUNT_FILED " AS papers, " SUM_FILED(
                                   "p.copies") " AS copies,"
                                               " " SUM_FILED(
                                                   "p.copies * p.pages") " AS pages,"
                                                                         " " COUNT_STATE(
                                                                             "lent") " AS lent,"
                                                                                     " " COUNT_STATE(
                                                                                         "missi"
                                                                                         "ng") " AS missing,"
                                                                                               " l.at AS opened, r.mandate, r.months, r.is_kept,"
                                                                                               " " DUE_DAY
                                                                                               " AS due_day, n.day AS today,"
                                                                                               " " MONTHS_BETWEEN(
                                                                                                   "f.trigger_date",
                                                                                                   "n.day") " AS served,"
                                                                                                            " " NEWEST_APPRAISAL(
                                                                                                                "opinion",
                                                                                                                "f.item") " AS opinion,"
                                                                                                                          " (SELECT group_concat(h.number, char(10)) " HOLDS_OF_FOLDER
                                                                                                                          ") AS holds,"
                                                                                                                          " EXISTS (SELECT 1 FROM batch_line j JOIN batch t"
                                                                                                                          "  ON t.act_id = j.batch WHERE j.item = f.item"
                                                                                                                          "  AND t.state NOT IN ('executed', 'cancelled')) AS in_batch"
                                                                                                                          " FROM now n CROSS JOIN folder f"
                                                                                                                          " LEFT JOIN rule r ON r.code = f.class"
                                                                                                                          " LEFT JOIN place o ON o.code = f.place"
                                                                                                                          " LEFT JOIN storage s ON s.item = f.box"
                                                                                                                          " LEFT JOIN act_log l ON l.idx = f.idx WHERE f.item = ?1) f"}},
    .missing = "There is no folder of this id: see custody folder list.",
};

static const struct custody_column PAPER[] = {
    {"n", "int", "件号", "n"},
    {"item", "text", "编号", "item"},
    {"kind", "text", "种类", "kind"},
    {"label", "text", "名称", "label"},
    {"title", "private", "题名", "title"},
    {"secrecy", "text", "保密要求", "secrecy"},
    {"original", "text", "原件或复印件", "original or copy"},
    {"original_with", "text", "原件存于", "original with"},
    {"copies", "int", "份数", "copies"},
    {"pages", "int", "页数", "pages"},
    {"from_day", "text", "起", "from"},
    {"to_day", "text", "止", "to"},
    {"state", "text", "状态", "state"},
    {"holder_kind", "text", "去向", "to whom"},
    {"holder", "text", "现持有", "holder"},
    {"due", "time", "应还", "due"},
    {"filed_idx", "int", "归档账目号", "filed at"},
};
const struct read_row READ_FOLDER_PAPERS = {
    .face = {"folder.papers", "item state? limit?", "档案资料清单", "papers of a folder",
             READ_PRIVATE(PAPER, "item")},
    .params = {NEEDED("item"), TEXT_PARAM("state"), READ_LIMIT(10000)},
    .variants = {{NULL, NULL,
                  "WITH " SECRECIES
                  "SELECT p.n, p.item, p.kind, p.label, p.title_idx || ':' || p.title_pointer,"
                  " " SECRECY_OF("p.kind") ", p.original, p.original_with, p.copies, p.pages,"
                                           " p.from_day, p.to_day, p.state, p.holder_kind,"
                                           " p.holder, p.due, p.idx FROM paper p"
                                           " WHERE p.folder = ?1 AND (?2 IS NULL OR p.state = "
                                           "?2) ORDER BY p.n LIMIT ?3"}},
};

static const struct custody_column VERSION[] = {
    {"version", "int", "清单版次", "version"},
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"moved", "text", "情况", "what"},
    {"papers", "int", "件数", "papers"},
    {"by", "text", "经办", "by"},
    {"others", "list", "会签人", "others"},
};
const struct read_row READ_FOLDER_INVENTORY = {
    .face = {"folder.inventory", "item limit?", "备考表", "versions of a folder's inventory",
             READ_COLUMNS(VERSION)},
    .params = {NEEDED("item"), READ_LIMIT(1000)},
    .variants =
        {{NULL, NULL,
          "SELECT v.version, v.idx, l.event_at, v.kind, v.papers, l.by_handle, " WHO_ELSE
          " FROM inventory v LEFT JOIN act_log l ON l.idx = v.idx WHERE v.folder = ?1"
          " ORDER BY v.version LIMIT ?2"}},
};

/* ---- what a folder should have ---- */

static const struct custody_column GAP[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"place", "text", "房屋", "place"},
    {"folder_class", "text", "类别", "class"},
    {"kind", "text", "种类", "kind"},
    {"gap", "text", "缺项", "gap"},
    {"original_with", "text", "原件存于", "original with"},
    {"paper", "text", "资料编号", "paper"},
};
/* One pass over the papers of each folder, however long the checklist of its class is. */
#define GAPS(of)                                                                               \
    " need(class, kind) AS MATERIALIZED (SELECT json_extract(c.value, '$.code'),"              \
    " json_extract(k.value, '$.kind') FROM json_each(" POLICY_NOW ", '$.folder_classes') c,"   \
    " json_each(c.value, '$.checklist') k WHERE json_extract(k.value, '$.need') = 'always'),"  \
    " have AS MATERIALIZED (SELECT f.item, f.label, f.place, f.class,"                         \
    " ' ' || (SELECT group_concat(p.kind, ' ') FROM paper p WHERE p.folder = f.item"           \
    "  AND p.state IN ('filed', 'lent')) || ' ' AS kinds,"                                     \
    " ' ' || (SELECT group_concat(p.kind, ' ') FROM paper p WHERE p.folder = f.item"           \
    "  AND p.state = 'missing') || ' ' AS lost FROM folder f WHERE f.state <> 'destroyed'"     \
    " AND " of ") SELECT v.item, v.label, v.place, v.class, d.kind,"                           \
    " iif(instr(ifnull(v.lost, ''), ' ' || d.kind || ' ') > 0, 'missing', 'absent'),"          \
    " NULL, NULL FROM have v JOIN need d ON d.class = v.class"                                 \
    " WHERE instr(ifnull(v.kinds, ''), ' ' || d.kind || ' ') = 0"                              \
    " UNION ALL SELECT v.item, v.label, v.place, v.class, p.kind, 'copy', p.original_with,"    \
    " p.item FROM have v CROSS JOIN paper p ON p.folder = v.item"                              \
    " AND p.original_with IS NOT NULL AND p.state IN ('filed', 'lent')"                        \
    " ORDER BY 1, 6, 5, 8 LIMIT ?3"
const struct read_row READ_FOLDER_GAPS = {
    .face = {"folder.gaps", "item? place? limit?", "档案缺项", "what folders lack",
             READ_COLUMNS(GAP)},
    .params = {TEXT_PARAM("item"), TEXT_PARAM("place"), READ_LIMIT(1000)},
    .variants = {{"item", NULL, "WITH" GAPS("f.item = ?1 AND (?2 IS NULL OR f.place = ?2)")},
                 {"place", NULL,
                  "WITH RECURSIVE " PLACES_BELOW("?2") "," GAPS(
                      "f.place IN (SELECT code FROM below) AND ?1 IS NULL")},
                 {NULL, NULL, "WITH" GAPS("?1 IS NULL AND ?2 IS NULL")}},
};
static const struct custody_column LOST[] = {
    {"item", "text", "资料编号", "paper"},     {"folder", "text", "档案编号", "folder"},
    {"folder_label", "text", "档案", "label"}, {"label", "text", "名称", "paper label"},
    {"kind", "text", "种类", "kind"},          {"pages", "int", "页数", "pages"},
    {"since", "time", "自", "since"},          {"by", "text", "登记人", "by"},
    {"idx", "int", "账目号", "entry"},
};
const struct read_row READ_FOLDER_MISSING = {
    .face = {"folder.missing", "limit?", "缺失的资料", "papers that are missing",
             READ_COLUMNS(LOST)},
    .params = {READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT p.item, p.folder, f.label, p.label, p.kind, p.pages, p.event_at,"
                  " l.by_handle, p.since_idx FROM paper p INDEXED BY paper_missing"
                  " CROSS JOIN folder f ON f.item = p.folder LEFT JOIN act_log l"
                  " ON l.idx = p.since_idx WHERE p.state = 'missing'"
                  " ORDER BY p.since_idx DESC, p.item LIMIT ?1"}},
};

/* ---- where ---- */

static const struct custody_column SHELF[] = {
    {"n", "int", "顺序", "n"},           {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},  {"folder_class", "text", "类别", "class"},
    {"place", "text", "房屋", "place"},  {"at", "text", "暂放", "for now at"},
    {"state", "text", "状态", "state"},  {"papers", "int", "在袋件数", "papers"},
    {"lent", "int", "借出件数", "lent"},
};
const struct read_row READ_FOLDER_SHELF = {
    .face = {"folder.shelf", "box", "盒内顺序", "the folders of a box in their order",
             READ_COLUMNS(SHELF)},
    .params = {NEEDED("box")},
    .variants = {{NULL, NULL,
                  "SELECT row_number() OVER (ORDER BY key, label), item, label, class, place,"
                  " at, state, papers, lent FROM (SELECT f.*, " SHELF_KEY
                  " AS key, " COUNT_FILED " AS papers, " COUNT_STATE(
                      "lent") " AS lent FROM folder f"
                              " WHERE f.box = ?1 AND f.state <> 'destroyed')"
                              " ORDER BY key, label"}},
};

static const struct custody_column STORAGE[] = {
    {"item", "text", "编号", "item"},
    {"label", "text", "名称", "label"},
    {"what", "text", "类型", "what"},
    {"place", "text", "位置", "place"},
    {"within", "text", "在架", "on"},
    {"boxes", "int", "盒数", "boxes"},
    {"folders", "int", "档案数", "folders"},
    {"away", "int", "暂放他处", "elsewhere for now"},
    {"walked", "time", "最近清点", "last walk"},
    {"differs", "bool", "不符", "differs"},
};
#define STORAGE_SELECT                                                                         \
    "SELECT s.item, s.label, iif(s.item < 'C', 'box', 'shelf'), s.place, s.within,"            \
    " (SELECT count(*) FROM storage i WHERE i.within = s.item),"                               \
    " (SELECT count(*) FROM folder f WHERE f.box = s.item AND f.state <> 'destroyed'),"        \
    " (SELECT count(*) FROM folder f WHERE f.box = s.item AND f.state <> 'destroyed'"          \
    "  AND f.at IS NOT NULL), l.at, w.misfiled + w.missing + w.out_of_order + w.unknown > 0"   \
    " FROM storage s LEFT JOIN walk w ON w.idx = (SELECT max(v.idx) FROM walk v"               \
    " WHERE v.box = s.item) LEFT JOIN act_log l ON l.idx = w.idx "
const struct read_row READ_STORAGE_LIST = {
    .face = {"storage.list", "place? within? limit? after?", "档案架与档案盒",
             "shelves and boxes", READ_COLUMNS(STORAGE)},
    .params = {TEXT_PARAM("place"), TEXT_PARAM("within"), READ_LIMIT(100), TEXT_PARAM("after")},
    .variants = {{"within", NULL,
                  STORAGE_SELECT "WHERE s.within = ?2 AND (?1 IS NULL OR s.place = ?1)"
                                 " AND s.item > ifnull(?4, '') ORDER BY s.item LIMIT ?3"},
                 {NULL, NULL,
                  STORAGE_SELECT "WHERE (?1 IS NULL OR s.place = ?1) AND ?2 IS NULL"
                                 " AND s.item > ifnull(?4, '') ORDER BY s.item LIMIT ?3"}},
};
const struct read_row READ_STORAGE_SHOW = {
    .face = {"storage.show", "item", "一个档案架或盒", "one shelf or box",
             READ_COLUMNS(STORAGE)},
    .params = {NEEDED("item")},
    .variants = {{NULL, NULL, STORAGE_SELECT "WHERE s.item = ?1"}},
    .missing = "There is no shelf and no box of this id: see custody storage list.",
};

static const struct custody_column WALK[] = {
    {"box", "text", "档案盒", "box"},       {"box_label", "text", "盒名", "box label"},
    {"idx", "int", "账目号", "entry"},      {"at", "time", "清点时间", "at"},
    {"by", "text", "清点人", "by"},         {"misfiled", "int", "错放", "misfiled"},
    {"missing", "int", "未见", "missing"},  {"out_of_order", "int", "乱序", "out of order"},
    {"unknown", "int", "不明", "unknown"},  {"n", "int", "位次", "n"},
    {"item", "text", "编号", "item"},       {"label", "text", "名称", "label"},
    {"outcome", "text", "结果", "outcome"},
};
#define WALK_SELECT                                                                            \
    "SELECT s.item, s.label, w.idx, l.at, l.by_handle, w.misfiled, w.missing, w.out_of_order," \
    " w.unknown, j.n, j.item, f.label, j.outcome FROM storage s CROSS JOIN walk w"             \
    " ON w.idx = (SELECT max(v.idx) FROM walk v WHERE v.box = s.item)"                         \
    " LEFT JOIN act_log l ON l.idx = w.idx LEFT JOIN walk_line j ON j.idx = w.idx"             \
    " LEFT JOIN folder f ON f.item = j.item "
const struct read_row READ_WALK_SHOW = {
    .face = {"walk.show", "box? limit?", "最近一次盒内清点", "the last walk along each box",
             READ_COLUMNS(WALK)},
    .params = {TEXT_PARAM("box"), READ_LIMIT(1000)},
    .variants = {{"box", NULL,
                  WALK_SELECT "WHERE s.item = ?1 ORDER BY j.n IS NULL, j.n, j.item LIMIT ?2"},
                 {NULL, NULL,
                  WALK_SELECT "WHERE ?1 IS NULL ORDER BY s.label, j.n IS NULL, j.n, j.item"
                              " LIMIT ?2"}},
};

static const struct custody_column CLIMATE[] = {
    {"idx", "int", "账目号", "entry"},
    {"at", "time", "时间", "at"},
    {"place", "text", "库房", "place"},
    {"result", "text", "结果", "result"},
    {"reason", "text", "说明", "reason"},
    {"temperature_c", "int", "温度℃", "temperature"},
    {"humidity_pct", "int", "湿度%", "humidity"},
    {"by", "text", "检查人", "by"},
};
const struct read_row READ_STOREROOM_LIST = {
    .face = {"storeroom.list", "place? limit?", "档案库房检查", "checks of the storerooms",
             READ_COLUMNS(CLIMATE)},
    .params = {TEXT_PARAM("place"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT c.idx, l.at, c.place, c.result, c.reason, c.temperature_c,"
                  " c.humidity_pct, l.by_handle FROM storeroom_check c"
                  " LEFT JOIN act_log l ON l.idx = c.idx WHERE ?1 IS NULL OR c.place = ?1"
                  " ORDER BY c.idx DESC LIMIT ?2"}},
};

/* ---- what was done ---- */

static const struct custody_column HISTORY[] = {
    {"idx", "int", "账目号", "entry"},       {"act_id", "id", "登记号", "act id"},
    {"act", "text", "登记事项", "act"},      {"by", "text", "经办", "by"},
    {"others", "list", "会签人", "others"},  {"event_at", "time", "发生时间", "event"},
    {"at", "time", "登记时间", "entered"},   {"state", "text", "状态", "state"},
    {"holder_kind", "text", "去向", "to"},   {"holder", "text", "持有", "holder"},
    {"due", "time", "应还", "due"},          {"box", "text", "档案盒", "box"},
    {"place", "text", "暂放", "for now at"}, {"void_idx", "int", "更正于", "corrected at"},
};
const struct read_row READ_FOLDER_HISTORY = {
    .face = {"folder.history", "item limit?", "一份档案或一件资料的经过",
             "history of a folder or a paper", READ_COLUMNS(HISTORY)},
    .params = {NEEDED("item"), READ_LIMIT(1000)},
    .variants = {{NULL, NULL,
                  "SELECT t.idx, l.act_id, l.act, l.by_handle, " WHO_ELSE
                  ", l.event_at, l.at, e.state, e.holder_kind, e.holder, e.due, v.box, v.at,"
                  " ifnull(e.void_idx, v.void_idx) FROM act_item t"
                  " JOIN act_log l ON l.idx = t.idx"
                  " LEFT JOIN paper_event e ON e.item = t.item AND e.idx = t.idx"
                  " LEFT JOIN folder_event v ON v.item = t.item AND v.idx = t.idx"
                  " WHERE t.item = ?1 ORDER BY t.idx LIMIT ?2"}},
};
