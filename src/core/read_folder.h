/*
 * What the reads of folders share (FORMATS.md §19, §20): the policy in force, today, the day a
 * folder is due, its numbers. In all of them the folder is f and its class in the policy r.
 */
#ifndef CUSTODY_CORE_READ_FOLDER_H
#define CUSTODY_CORE_READ_FOLDER_H

#include "reads.h"

#define TEXT_PARAM(text)                                                                       \
    {                                                                                          \
        .name = (text), .type = 't'                                                            \
    }
#define NEEDED(text)                                                                           \
    {                                                                                          \
        .name = (text), .type = 't', .is_required = true                                       \
    }
#define ID_PARAM(text)                                                                         \
    {                                                                                          \
        .name = (text), .type = 'x'                                                            \
    }
#define FROM_TO                                                                                \
    {.name = "from", .type = 'T', .fallback = 0, .has_fallback = true},                        \
    {                                                                                          \
        .name = "to", .type = 'T', .fallback = READ_TIME_MAX, .has_fallback = true             \
    }
/* act_log l of entries in [?1, ?2): entries are in order of their time. */
#define ENTERED "l.at >= ?1 AND l.at < ?2 "

#define POLICY_NOW                                                                             \
    "(SELECT y.body FROM policy y WHERE y.start <= " READ_NOW " ORDER BY y.idx DESC LIMIT 1)"
/* Tables of a WITH: the classes of the policy in force and the day it is here. */
#define RULES                                                                                  \
    "now(day) AS MATERIALIZED (SELECT date(" READ_NOW " + s.utc_offset_min * 60, 'unixepoch')" \
    " FROM site s),"                                                                           \
    " rule(code, label, is_kept, months, mandate, triggers) AS MATERIALIZED (SELECT"           \
    " json_extract(c.value, '$.code'), json_extract(c.value, '$.label'),"                      \
    " json_type(c.value, '$.retention') = 'object',"                                           \
    " json_extract(c.value, '$.retention.months'),"                                            \
    " json_extract(c.value, '$.retention.mandate'),"                                           \
    " json_extract(c.value, '$.retention.triggers')"                                           \
    " FROM json_each(" POLICY_NOW ", '$.folder_classes') c) "
/* How secret its kinds of paper are; one that is no longer there is personal (19.2). */
#define SECRECIES                                                                              \
    "secrecy(kind, level) AS MATERIALIZED (SELECT json_extract(k.value, '$.code'),"            \
    " json_extract(k.value, '$.secrecy') FROM json_each(" POLICY_NOW ", '$.paper_kinds') k) "
#define SECRECY_OF(kind)                                                                       \
    "ifnull((SELECT z.level FROM secrecy z WHERE z.kind = " kind "), 'personal')"

/* The same day so many months later, or the last of that month. */
#define DAY_AFTER(day, months)                                                                 \
    "min(date(" day ", 'start of month', " months " || ' months',"                             \
    " (substr(" day ", 9, 2) - 1) || ' days'), date(" day ", 'start of month', (" months       \
    " + 1) || ' months', '-1 day'))"
#define NEWEST_APPRAISAL(column, thing)                                                        \
    "(SELECT w." column " FROM appraisal w WHERE w.item = " thing " ORDER BY w.idx DESC "      \
    "LIMIT 1)"
/* Due day of folder f with rule r, null without (19.5); only keep_until has an until (A13). A
 * destroyed one keeps what it had. */
#define DUE_DAY                                                                                \
    "iif(f.trigger_date IS NOT NULL AND f.state <> 'open' AND r.months IS NOT NULL"            \
    " AND instr(r.triggers, '\"' || f.trigger_code || '\"') > 0,"                              \
    " max(" DAY_AFTER("f.trigger_date", "r.months") ", ifnull(" NEWEST_APPRAISAL(              \
        "until", "f.item") ", '')), NULL)"
/* Whole months from one day to another. */
#define MONTHS_BETWEEN(from, to)                                                               \
    "((substr(" to ", 1, 4) - substr(" from ", 1, 4)) * 12 + substr(" to                       \
    ", 6, 2) - substr(" from ", 6, 2) - (substr(" to ", 9, 2) < substr(" from ", 9, 2)))"

/* Papers lie by item, and a folder's are the items from "F…….": '/' follows '.'. */
#define OF_FOLDER(p) p ".item > f.item || '.' AND " p ".item < f.item || '/'"
/* Of the papers of f that are filed. */
#define COUNT_FILED                                                                            \
    "(SELECT count(*) FROM paper p WHERE " OF_FOLDER("p") " AND p.state = 'filed')"
#define COUNT_STATE(state)                                                                     \
    "(SELECT count(*) FROM paper p WHERE " OF_FOLDER("p") " AND p.state = '" state "')"
#define SUM_FILED(what)                                                                        \
    "(SELECT ifnull(sum(" what "), 0) FROM paper p WHERE " OF_FOLDER("p") " AND p.state = "    \
                                                                          "'filed')"
/* A live hold on f or on a paper of it: '/' follows '.'. */
#define HOLDS_OF_FOLDER                                                                        \
    "FROM hold h WHERE h.released_idx IS NULL AND h.item >= f.item AND h.item < f.item || '/'"

/*
 * Where a folder stands in its box (19.3): by the parts of its place's code, digits as numbers
 * and before others, who has no more parts first; then by label. A text that sorts so by byte.
 */
#define SHELF_KEY                                                                              \
    "(SELECT group_concat(iif(length(b.value) BETWEEN 1 AND 18 AND b.value NOT GLOB"           \
    " '*[^0-9]*', '1' || substr('000000000000000000' || b.value, -18), '2' || b.value),"       \
    " char(1)) FROM json_each('[\"' || replace(f.place, '-', '\",\"') || '\"]') b)"

/* ?1 and what is beneath it. */
#define PLACES_BELOW(param)                                                                    \
    "below(code) AS (SELECT " param " WHERE " param " IS NOT NULL UNION SELECT p.code"         \
    " FROM below b CROSS JOIN place p ON p.parent = b.code) "

/* "3栋-2单元-1201" of a folder, "3栋-2单元-1201 · 3 租赁合同" of a paper: f, p as joined. */
#define THING_LABEL "f.label || ifnull(' · ' || p.n || ' ' || p.label, '')"
#define JOIN_THING(item)                                                                       \
    " LEFT JOIN paper p ON p.item = " item " AND length(" item ") > 9"                         \
    " LEFT JOIN folder f ON f.item = substr(" item ", 1, 9) "
#define WHO_ELSE                                                                               \
    "(SELECT group_concat(s.handle, char(10)) FROM act_signer s WHERE s.idx = l.idx"           \
    " AND s.handle <> l.by_handle)"
/* Who approved: by the id of the approval. */
#define APPROVER_OF(id) "(SELECT a.approver FROM approval a WHERE a.act_id = " id ")"
/* The event that ended the one of paper `item` at entry `idx`; null while it lasts. */
#define NEXT_EVENT(item, idx)                                                                  \
    "(SELECT min(e.idx) FROM paper_event e WHERE e.item = " item " AND e.idx > " idx           \
    " AND e.void_idx IS NULL)"

#endif
