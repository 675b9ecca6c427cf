/*
 * What the reads behind the forms share (read_table_form.c, read_table_form_more.c): one row
 * for each line that the regulation's paper has. A period is that of the event, not of the
 * entry.
 */
#ifndef CUSTODY_CORE_READ_FORM_H
#define CUSTODY_CORE_READ_FORM_H

#include "reads.h"

#define PARAM(text)                                                                            \
    {                                                                                          \
        .name = (text), .type = 't'                                                            \
    }
#define ALL_ROWS                                                                               \
    {                                                                                          \
        .name = "limit", .type = 'i', .fallback = 1048575, .has_fallback = true                \
    }
#define PERIOD                                                                                 \
    {.name = "from", .type = 'T', .fallback = 0, .has_fallback = true},                        \
    {                                                                                          \
        .name = "to", .type = 'T', .fallback = INT64_C(9000000000000), .has_fallback = true    \
    }

/* The first entry whose ledger time is not before `time`: T never decreases along the ledger.
 */
#define FIRST_SINCE(time)                                                                      \
    "(WITH RECURSIVE seek(lo, hi) AS (SELECT (SELECT min(idx) FROM act_log),"                  \
    " (SELECT max(idx) + 1 FROM act_log) UNION ALL SELECT"                                     \
    " iif(" FORM_T_MID " < " time ", lo + (hi - lo) / 2 + 1, lo),"                             \
    " iif(" FORM_T_MID " < " time ", hi, lo + (hi - lo) / 2) FROM seek WHERE lo < hi)"         \
    " SELECT max(lo) FROM seek)"
#define FORM_T_MID                                                                             \
    "(SELECT a.t FROM act_log a WHERE a.idx >= lo + (hi - lo) / 2 ORDER BY a.idx LIMIT 1)"
/*
 * Is the event of entry `idx` (its row of act_log is l) in [?1, ?2)? An act is entered at most
 * 60 days after its event (late_max_days) and an hour behind the ledger's time (submit_window),
 * FORMATS.md §9: outside of that the entries are not even looked at.
 */
#define IN_PERIOD(idx)                                                                         \
    idx " >= " FIRST_SINCE("?1") " AND " idx " < " FIRST_SINCE(                                \
        "?2 + 5187600") " AND l.event_at >= ?1 AND l.event_at < ?2 "

/* ?4 and what is beneath it, and the keys and rings of locks there; nothing when ?4 is null.
 * Begins the statement. */
#define BELOW                                                                                  \
    "WITH RECURSIVE below(code) AS (SELECT ?4 WHERE ?4 IS NOT NULL UNION SELECT p.code"        \
    " FROM below b CROSS JOIN place p ON p.parent = b.code), there(item) AS MATERIALIZED"      \
    " (SELECT k.item FROM below b CROSS JOIN lock o ON o.place = b.code"                       \
    " CROSS JOIN key_lock k ON k.lock = o.code UNION SELECT i.ring FROM below b"               \
    " CROSS JOIN lock o ON o.place = b.code CROSS JOIN key_lock k ON k.lock = o.code"          \
    " CROSS JOIN item i ON i.item = k.item WHERE i.ring IS NOT NULL) "
#define OF_PLACE(item) "(?4 IS NULL OR " item " IN (SELECT item FROM there)) "

/* Who signed beside the one who acts. */
#define OTHERS                                                                                 \
    "(SELECT group_concat(s.handle, char(10)) FROM act_signer s WHERE s.idx = l.idx"           \
    " AND s.handle <> l.by_handle)"
/* The movement after, or before, movement m that still counts. */
#define NEXT_MOVEMENT                                                                          \
    "(SELECT min(y.idx) FROM movement y WHERE y.item = m.item AND y.idx > m.idx"               \
    " AND y.void_idx IS NULL AND m.void_idx IS NULL)"
#define LAST_BEFORE(column, item, idx)                                                         \
    "(SELECT y." column " FROM movement y WHERE y.item = " item " AND y.idx < " idx            \
    " AND y.void_idx IS NULL ORDER BY y.idx DESC LIMIT 1)"
/* Of what moved in entry idx: i hangs on no ring that moved with it. */
#define NOT_WITH_ITS_RING(idx)                                                                 \
    "NOT EXISTS (SELECT 1 FROM act_item w WHERE w.item = i.ring AND w.idx = " idx ") "
/* A key is one; a ring is as many as moved with it. */
#define KEYS_MOVED(idx)                                                                        \
    "iif(i.class IS NOT NULL, 1, (SELECT count(*) FROM act_item w JOIN item g"                 \
    " ON g.item = w.item WHERE w.idx = " idx " AND g.ring = i.item))"

/* A ring is of the class of its keys. */
#define CLASS_OF "ifnull(i.class, (SELECT g.class FROM item g WHERE g.ring = i.item LIMIT 1))"
/* Labels of keys i, "天台门×2": from finds them. */
#define LABELS_OF(from)                                                                        \
    "(SELECT group_concat(label || iif(n > 1, '×' || n, ''), char(10))"                       \
    " FROM (SELECT i.label, count(*) AS n " from " GROUP BY i.label))"

/* The kind and the place of a key's first lock, as ol and pl. */
#define FIRST_LOCK                                                                             \
    " LEFT JOIN key_lock kl ON kl.item = i.item AND kl.n = 0"                                  \
    " LEFT JOIN lock ol ON ol.code = kl.lock LEFT JOIN place pl ON pl.code = ol.place "
/* Where an item is, in a word: as in key.list. */
#define WHERE_IT_IS                                                                            \
    "CASE i.holder_kind WHEN 'desk' THEN 'in' WHEN 'seal' THEN 'sealed' WHEN 'home' THEN"      \
    " 'owner' WHEN 'party' THEN iif(i.due IS NULL, 'owner', 'out') WHEN 'person' THEN 'out'"   \
    " ELSE i.holder_kind END"

#endif
