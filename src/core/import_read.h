/*
 * Registers from CSV (places, locks, keys, people) as rows of an act's body. Reads, checks the
 * file within itself, names every bad row; knows nothing of signing or appending.
 *
 * Headings, in any order, English or Chinese (upper and lower case alike); * must be there:
 *   places  code 编码 *, label 名称 *, kind 类型 *, parent 上级
 *   locks   code 编码 *, label 名称 *, kind 类型 *, place 位置 *
 *   keys    label 名称 *, copy 序号 or 第几把 *, locks 锁 *, ring 钥匙袋, desk 保管台, tag
 * 标签码 people  handle 登录名 *, staff_no 工号 *, roles 职务 *, name 姓名 A column note or
 * 备注 is skipped; any other heading is a problem. Several locks or roles in one cell stand
 * apart by ; or ；. Kinds, desks and roles may be given as code or by their Chinese title. In
 * codes, full-width letters, digits and signs count as their ASCII twins; labels and names are
 * taken as they are written.
 *   opening 编号 item, or 房号 place (with 栋 building and 单元 unit apart, if so) and 类别
 * kind, 第几把 copy; 状态 state *, 持有人 holder, 页码 page, 封条号 seal; more spellings in
 * import_tidy.c
 *   folders 档号 label, 类别 class *, 房号 place (building, unit apart, if so) *, 盒 box,
 * 资料名称 paper *, 原件/复印件 original *, 原件存放 with, 份数 copies, 页数 pages *, 起 from,
 * 止 to, 备注 remark, 姓名 name: one paper a row; more in import_folder.c
 */
#ifndef CUSTODY_CORE_IMPORT_READ_H
#define CUSTODY_CORE_IMPORT_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "address.h"
#include "custody/error.h"

#define IMPORT_ROW_MAX     200000U
#define IMPORT_PROBLEM_MAX 1000U

enum import_kind {
    IMPORT_PLACES,
    IMPORT_LOCKS,
    IMPORT_KEYS,
    IMPORT_PEOPLE,
    IMPORT_OPENING, /* of the keys of default_desk; always messy */
    IMPORT_FOLDERS  /* and their papers; always messy */
};

/* A key of the register, as an opening balance may mean it. */
struct import_key {
    char item[10];
    char label[321];
    char desk[33];
    char place[33]; /* of its first lock */
    int copy;
    bool has_moved; /* since its registration */
};

/* What the register already holds; every callback may be NULL (then: nothing). */
struct import_context {
    void *arg;
    bool (*has_place)(void *arg, const char *code);
    bool (*has_place_label)(void *arg, const char *label);
    bool (*has_lock)(void *arg, const char *code);
    /* an item of any class with these eight id symbols */
    bool (*has_item)(void *arg, const char *item);
    bool (*has_handle)(void *arg, const char *handle);
    bool (*has_staff_no)(void *arg, const char *staff_no);
    /* ring of this label at the desk: fills item[10] */
    bool (*find_ring)(void *arg, const char *label, char *item);
    const json_t *policy;     /* desks, key_classes, lock_kinds (FORMATS.md §13) */
    const char *default_desk; /* for keys without a desk column; may be NULL */
    /* keys: rows of another desk than default_desk are passed over, not problems */
    bool only_default_desk;
    /* kind of a lock of the register: fills kind[33]; without it K8 is left to the act */
    bool (*find_lock_kind)(void *arg, const char *code, char *kind);
    /* a key of this label and copy number: the same file imported twice */
    bool (*has_key)(void *arg, const char *label, int copy);
    /* site code of our tags; NULL: a pre-printed tag of another site is not noticed */
    const char *site;
    /*
     * The file is messy (see import_messy.c): titles above the headings, totals, repeats,
     * blanks under merged cells, numbers as programs write them. What is unambiguous makes
     * rows; import_rows.rejects has the rest.
     */
    bool is_messy;
    /* ---- folders ---- */
    bool (*has_folder_label)(void *arg, const char *label);
    /* box by label or item: fills item[10] and label[321] */
    bool (*find_box)(void *arg, const char *text, char *item, char *label);
    /* ---- opening balances and folders ---- */
    const struct address_book *places;
    /* the key of an item; false: none */
    bool (*find_key)(void *arg, const char *item, struct import_key *ret_key);
    /* the keys of a place to its locks of a kind, by label and copy: at most max, gives their
     * number */
    size_t (*find_keys)(void *arg, const char *place, const char *place_label, const char *kind,
                        const char *kind_label, struct import_key *keys, size_t max);
    bool (*has_seal)(void *arg, const char *seal);  /* a seal of this number was used */
    bool (*has_party)(void *arg, const char *item); /* a party with this id */
    /* handle of a person by handle or staff number: fills handle[33] */
    bool (*find_person)(void *arg, const char *text, char *handle);
};

struct import_problem {
    size_t line;      /* 1-based, 0: the file as a whole */
    char reason[240]; /* what is wrong and what to do; may quote the cell, never a name */
};

/* One row ready for a body, sorted as the body wants it. */
struct import_row {
    size_t line;
    json_t *value;  /* element of places[], locks[], keys[] (FORMATS.md §10, §15); for people
                       {handle, name (text or null), roles, staff_no} with name in clear; for
                       folders {item, open, paper (null: none)}, texts as {"text":…} */
    char desk[33];  /* keys and opening balances: else "" */
    char place[33]; /* opening balances: of the body */
    size_t source;  /* the import's own */
};

struct import_rows {
    struct import_row *rows; /* the good ones: places and locks by code, keys by item, people
                                by handle */
    size_t row_count;
    struct import_problem *problems; /* by line, except those of the file itself */
    size_t problem_count;
    size_t problem_total; /* all, also those not kept (limit IMPORT_PROBLEM_MAX) */
    /* ---- messy files alone ---- */
    size_t file_problem_total; /* of them, those of the file itself: nothing can be taken */
    size_t understood_count;   /* rows understood otherwise than written ... */
    size_t as_written_count;   /* ... and the other rows */
    size_t rejected_count;     /* lines with a problem */
    size_t skipped_count;      /* titles, totals, repeats */
    char *rejects; /* rejected and skipped lines as CSV with BOM: line, reason, the cells as
                      they stand; NULL when there are none */
};

/*
 * Read a file and check it against itself, the policy and the register.
 *
 * path      file, "-" for standard input
 * context   borrowed for the call
 * ret_rows  import_rows_clear() it; untouched unless the status is OK
 *
 * A status other than OK: the file could not be read at all (those of csv_open, ERR_LIMIT for
 * more than IMPORT_ROW_MAX rows, ERR_NOMEM). Bad rows are problems, not a status; the caller
 * imports only when problem_total is 0 (all or nothing). Items of keys without a tag are fresh
 * at every call, so a dry run shows other numbers than the import after it.
 *
 * Source: FORMATS.md §10, §13, §15; rules K1, K5, K6, K8.
 */
enum custody_status import_read(enum import_kind kind, const char *path,
                                const struct import_context *context,
                                struct import_rows *ret_rows,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same from bytes (borrowed for the call). */
enum custody_status import_read_memory(enum import_kind kind, const void *data, size_t len,
                                       const struct import_context *context,
                                       struct import_rows *ret_rows,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
void import_rows_clear(struct import_rows *rows); /* zeroed is fine */

#endif
