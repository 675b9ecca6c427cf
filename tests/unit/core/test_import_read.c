/*
 * Import of registers from CSV: what is read from each way of writing a file, what is named in
 * a bad one, and that the demo data and the default policy are good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "hash.h"
#include "import_read.h"
#include "item.h"
#include "policy.h"

#define DIRTY  "tests/data/dirty/"
#define ESTATE "tests/data/estate/"

/* ---- a small register ---- */

/* What the register holds: texts of the files under dirty/ and what a test adds. */
struct fake {
    const json_t *places; /* array of rows of an earlier import, or NULL */
    const json_t *locks;  /* object code -> kind, or NULL */
    int items_refused;    /* so many fresh items are said to exist already */
};

static bool is_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && strcmp(*list, text) != 0) {
        list++;
    }
    return *list != NULL;
}

static bool fake_has_place(void *arg, const char *code)
{
    const struct fake *fake = arg;
    return strcmp(code, "OLD") == 0 || json_object_get(fake->places, code) != NULL;
}

static bool fake_has_place_label(void *arg, const char *label)
{
    (void)arg;
    return strcmp(label, "老门岗") == 0;
}

static const char *lock_kind(const struct fake *fake, const char *code)
{
    static const struct {
        const char *code;
        const char *kind;
    } LOCKS[] = {{"L-OWNER", "antitheft"}, {"L-PUBLIC", "publicdoor"}, {"L-ROOM", "power"}};
    for (size_t i = 0; i < sizeof LOCKS / sizeof LOCKS[0]; i++) {
        if (strcmp(LOCKS[i].code, code) == 0) {
            return LOCKS[i].kind;
        }
    }
    return json_string_value(json_object_get(fake->locks, code));
}

static bool fake_has_lock(void *arg, const char *code)
{
    return lock_kind(arg, code) != NULL;
}

static bool fake_find_lock_kind(void *arg, const char *code, char *kind)
{
    const char *found = lock_kind(arg, code);
    if (found == NULL) {
        return false;
    }
    assert_true(strlen(found) < 33);
    memcpy(kind, found, strlen(found) + 1);
    return true;
}

static bool fake_has_item(void *arg, const char *item)
{
    struct fake *fake = arg;
    if (strcmp(item, "K00000001") == 0) {
        return true;
    }
    return fake->items_refused > 0 && fake->items_refused-- > 0;
}

static bool fake_has_handle(void *arg, const char *handle)
{
    (void)arg;
    return strcmp(handle, "old") == 0;
}

static bool fake_has_staff_no(void *arg, const char *staff_no)
{
    (void)arg;
    return strcmp(staff_no, "OLD-1") == 0;
}

static bool fake_find_ring(void *arg, const char *label, char *item)
{
    (void)arg;
    if (strcmp(label, "旧袋") != 0) {
        return false;
    }
    memcpy(item, "R00000002", 10);
    return true;
}

static bool fake_has_key(void *arg, const char *label, int copy)
{
    (void)arg;
    return strcmp(label, "旧门") == 0 && copy == 1;
}

struct setting {
    json_t *policy;
    struct fake fake;
    struct import_context context;
};

static json_t *load(const char *path)
{
    json_error_t why;
    json_t *value = json_load_file(path, 0, &why);
    assert_non_null(value);
    return value;
}

static int set_up(void **state)
{
    struct setting *setting = calloc(1, sizeof *setting);
    assert_non_null(setting);
    assert_int_equal(crypt_start(NULL), CUSTODY_OK);
    setting->policy = load("schema/policy.default.json");
    setting->context = (struct import_context){
        .arg = &setting->fake,
        .has_place = fake_has_place,
        .has_place_label = fake_has_place_label,
        .has_lock = fake_has_lock,
        .has_item = fake_has_item,
        .has_handle = fake_has_handle,
        .has_staff_no = fake_has_staff_no,
        .find_ring = fake_find_ring,
        .policy = setting->policy,
        .default_desk = "front",
        .find_lock_kind = fake_find_lock_kind,
        .has_key = fake_has_key,
    };
    *state = setting;
    return 0;
}

static int tear_down(void **state)
{
    struct setting *setting = *state;
    json_decref(setting->policy);
    free(setting);
    return 0;
}

/* ---- helpers ---- */

static struct import_rows read_file(const struct setting *setting, enum import_kind kind,
                                    const char *path)
{
    struct import_rows rows;
    struct custody_error err = {.status = CUSTODY_OK};
    memset(&rows, 0x5A, sizeof rows);
    if (import_read(kind, path, &setting->context, &rows, &err) != CUSTODY_OK) {
        fail_msg("%s: %s", path, err.text);
    }
    return rows;
}

static struct import_rows read_text(const struct setting *setting, enum import_kind kind,
                                    const char *text)
{
    struct import_rows rows;
    struct custody_error err = {.status = CUSTODY_OK};
    memset(&rows, 0x5A, sizeof rows);
    if (import_read_memory(kind, text, strlen(text), &setting->context, &rows, &err) !=
        CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
    return rows;
}

struct expected {
    size_t line;
    const char *part; /* of the reason */
};

/* Exactly these problems in this order. */
static void assert_problems(const struct import_rows *rows, const struct expected *expected,
                            const char *label)
{
    size_t i = 0;
    for (i = 0; i < rows->problem_count && expected[i].part != NULL; i++) {
        const struct import_problem *problem = &rows->problems[i];
        if (problem->line != expected[i].line ||
            strstr(problem->reason, expected[i].part) == NULL) {
            fail_msg("%s: line %zu \"%s\" instead of line %zu \"…%s…\"", label, problem->line,
                     problem->reason, expected[i].line, expected[i].part);
        }
    }
    if (i < rows->problem_count) {
        fail_msg("%s: unexpected line %zu: %s", label, rows->problems[i].line,
                 rows->problems[i].reason);
    }
    if (expected[i].part != NULL) {
        fail_msg("%s: line %zu \"%s\" was not said", label, expected[i].line, expected[i].part);
    }
    assert_int_equal(rows->problem_total, rows->problem_count);
}

static void assert_json(const json_t *value, const char *wanted)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static const char *member(const struct import_rows *rows, size_t row, const char *name)
{
    return json_string_value(json_object_get(rows->rows[row].value, name));
}

/* ---- files as programs write them ---- */

static void import_reads_every_encoding_and_delimiter(void **state)
{
    static const struct {
        const char *file;
        size_t rows;
    } CASES[] = {
        {"gb18030.csv", 3},   {"utf8_bom_crlf.csv", 2}, {"utf8_lf.csv", 2},
        {"semicolon.csv", 2}, {"tab_gb18030.csv", 2},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, DIRTY "%s", CASES[i].file);
        struct import_rows rows = read_file(*state, IMPORT_PLACES, path);
        static const struct expected NONE[] = {{0, NULL}};
        assert_problems(&rows, NONE, CASES[i].file);
        assert_int_equal(rows.row_count, CASES[i].rows);
        assert_json(rows.rows[0].value,
                    "{\"code\":\"9\",\"kind\":\"building\",\"label\":\"9栋\",\"parent\":null}");
        assert_json(rows.rows[1].value, "{\"code\":\"9-1\",\"kind\":\"unit\","
                                        "\"label\":\"9栋-1单元\",\"parent\":\"9\"}");
        assert_int_equal(rows.rows[1].line, 3);
        if (rows.row_count > 2) { /* four-byte GB18030, inside and outside the BMP */
            assert_string_equal(member(&rows, 2, "label"), "\xF0\xA0\xAE\xB7㐀层");
        }
        import_rows_clear(&rows);
    }
}

static void import_takes_headings_in_any_order_and_skips_notes(void **state)
{
    struct import_rows rows = read_file(*state, IMPORT_PLACES, DIRTY "quotes.csv");
    assert_int_equal(rows.problem_total, 0);
    assert_int_equal(rows.row_count, 1);
    assert_json(rows.rows[0].value,
                "{\"code\":\"9\",\"kind\":\"building\",\"label\":\"9栋\",\"parent\":null}");
    import_rows_clear(&rows);
}

static void import_fails_on_what_is_no_csv_and_touches_nothing(void **state)
{
    static const struct {
        const char *file;
        enum custody_status status;
    } CASES[] = {
        {DIRTY "utf16.csv", CUSTODY_ERR_INVALID},
        {DIRTY "latin1.csv", CUSTODY_ERR_INVALID},
        {DIRTY "no-such-file.csv", CUSTODY_ERR_NOT_FOUND},
    };
    const struct setting *setting = *state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct import_rows rows;
        struct import_rows before;
        struct custody_error err = {.status = CUSTODY_OK};
        memset(&rows, 0x5A, sizeof rows);
        memcpy(&before, &rows, sizeof rows);
        assert_int_equal(
            import_read(IMPORT_PLACES, CASES[i].file, &setting->context, &rows, &err),
            CASES[i].status);
        assert_int_equal(err.status, CASES[i].status);
        assert_memory_equal(&rows, &before, sizeof rows);
    }
}

static void import_names_what_is_wrong_with_headings(void **state)
{
    static const struct {
        const char *file;
        struct expected expected[3];
        size_t row_count;
    } CASES[] = {
        {"empty.csv", {{0, "no rows"}}, 0},
        {"heading_only.csv", {{0, "no rows"}}, 0},
        {"heading_unknown.csv", {{1, "column \"colour\" is not known"}}, 1},
        {"heading_missing.csv", {{1, "no column 名称 (label)"}}, 0},
        {"heading_twice.csv", {{1, "two columns for 编码 (code)"}}, 0},
        {"heading_junk.csv", {{1, "closing quotation mark"}}, 0},
        {"torn_quote.csv", {{3, "never closed"}}, 1},
        {"junk_quote.csv", {{2, "closing quotation mark"}}, 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, DIRTY "%s", CASES[i].file);
        struct import_rows rows = read_file(*state, IMPORT_PLACES, path);
        assert_problems(&rows, CASES[i].expected, CASES[i].file);
        assert_int_equal(rows.row_count, CASES[i].row_count);
        import_rows_clear(&rows);
    }
}

static void import_refuses_columns_of_another_register(void **state)
{
    static const struct expected WANTED[] = {{1, "column \"place\""}, {0, NULL}};
    struct import_rows rows =
        read_text(*state, IMPORT_PLACES, "code,label,kind,place\n9,x,room,OLD\n");
    assert_problems(&rows, WANTED, "place in places");
    import_rows_clear(&rows);
}

/* ---- bad rows ---- */

static void import_names_every_bad_row_by_line_and_reason(void **state)
{
    static const struct expected PLACES[] = {
        {3, "编码 (code) is empty"},
        {4, "\"9-a\" is malformed"},
        {5, "名称 (label) is empty"},
        {6, "more than 80 characters"},
        {7, "cannot be signed"},
        {8, "类型 (kind) \"castle\""},
        {9, "\"8\" is neither in the register nor in this file"},
        {10, "\"9-9\" sorts after"},
        {12, "\"9\" stands in line 2 already"},
        {13, "\"9栋\" stands in line 2 already"},
        {14, "\"OLD\" is in the register already"},
        {15, "\"老门岗\" is in the register already"},
        {16, "field 5 has a value but no heading"},
        {17, "\"a b\" is malformed"},
        {17, "名称 (label) is empty"},
        {17, "\"y\" is neither"},
        {17, "类型 (kind) \"x\""},
        {0, NULL},
    };
    static const struct expected LOCKS[] = {
        {3, "stands in line 2 already"},
        {4, "位置 (place) \"NEW\" is not in the register"},
        {5, "\"castle\" is no lock kind"},
        {6, "位置 (place) is empty"},
        {7, "\"L-OWNER\" is in the register already"},
        {0, NULL},
    };
    static const struct expected KEYS[] = {
        {3, "\"甲门\" no. 1 stands in line 2 already"},
        {4, "\"0\" is no number from 1 to 999"},
        {5, "\"1000\" is no number"},
        {6, "\"第二把\" is no number"},
        {7, "L-NONE is not in the register"},
        {8, "\"l_bad!\" is malformed"},
        {9, "锁 (locks) is empty"},
        {10, "names L-OWNER twice"},
        {11, "\"cellar\" is no desk"},
        {12, "K8"},
        {13, "hangs at desk front by line 2"},
        {14, "标签码 (tag) \"K-4F7Q-2M9X-89\": "},
        {16, "stands in an earlier row already"},
        {17, "no first print of a key tag"},
        {18, "\"旧门\" no. 1 is in the register already"},
        {19, "名称 (label) is empty"},
        {20, "class owner, to which lock L-OWNER"},
        {21, "names no lock"},
        {22, "钥匙袋 (ring) "},
        {0, NULL},
    };
    static const struct expected PEOPLE[] = {
        {3, "\"li\" stands in line 2 already"},
        {4, "\"Li\" is malformed"},
        {5, "\"1\" stands in line 2 already"},
        {6, "\"a1\" is malformed"},
        {7, "an auditor has no other role"},
        {8, "\"主任\" is no role"},
        {9, "职务 (roles) is empty"},
        {10, "\"old\" is in the register already"},
        {11, "\"OLD-1\" is in the register already"},
        {12, "姓名 (name) has more than"},
        {13, "登录名 (handle) is empty"},
        {13, "工号 (staff_no) is empty"},
        {13, "职务 (roles) is empty"},
        {0, NULL},
    };
    static const struct {
        enum import_kind kind;
        const char *file;
        const struct expected *expected;
        size_t good_rows;
    } CASES[] = {
        {IMPORT_PLACES, DIRTY "places_bad.csv", PLACES, 2},
        {IMPORT_LOCKS, DIRTY "locks_bad.csv", LOCKS, 1},
        {IMPORT_KEYS, DIRTY "keys_bad.csv", KEYS, 2},
        {IMPORT_PEOPLE, DIRTY "people_bad.csv", PEOPLE, 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct import_rows rows = read_file(*state, CASES[i].kind, CASES[i].file);
        assert_problems(&rows, CASES[i].expected, CASES[i].file);
        assert_int_equal(rows.row_count, CASES[i].good_rows);
        import_rows_clear(&rows);
    }
}

static void import_quotes_no_personal_name(void **state)
{
    struct import_rows rows = read_file(*state, IMPORT_PEOPLE, DIRTY "people_bad.csv");
    static const char *const NAMES[] = {"甲", "乙", "丙", "丁", "戊",     "己",
                                        "庚", "辛", "壬", "癸", "名\xF0", "子"};
    for (size_t i = 0; i < rows.problem_count; i++) {
        for (size_t j = 0; j < sizeof NAMES / sizeof NAMES[0]; j++) {
            assert_null(strstr(rows.problems[i].reason, NAMES[j]));
        }
    }
    import_rows_clear(&rows);
}

static void import_reasons_are_whole_utf8_of_any_cell(void **state)
{
    char text[1024] = "code,label,kind\n";
    size_t len = strlen(text);
    for (size_t i = 0; i < 200; i++) {
        memcpy(text + len + 3 * i, "栋", 3);
    }
    (void)snprintf(text + len + 600, sizeof text - len - 600, ",x,building\n");
    struct import_rows rows = read_text(*state, IMPORT_PLACES, text);
    assert_int_equal(rows.problem_total, 1);
    json_t *whole = json_string(rows.problems[0].reason); /* NULL for what is not UTF-8 */
    assert_non_null(whole);
    assert_non_null(strstr(rows.problems[0].reason, "…\" is malformed"));
    json_decref(whole);
    import_rows_clear(&rows);

    /* 32 bytes, where a lock code ends, are no whole number of three-byte characters */
    rows = read_text(*state, IMPORT_KEYS,
                     "label,copy,locks\nx,1,一二三四五六七八九十一二三四五\n");
    assert_int_equal(rows.problem_total, 1);
    whole = json_string(rows.problems[0].reason);
    assert_non_null(whole);
    json_decref(whole);
    import_rows_clear(&rows);
}

static void import_keeps_a_thousand_problems_and_counts_all(void **state)
{
    enum { ROWS = 1500 };
    static const char ROW[] = "a,x,area\n";
    char *text = malloc(64 + ROWS * sizeof ROW);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, 64, "code,label,kind\n");
    for (size_t i = 0; i < ROWS; i++) {
        memcpy(text + len, ROW, sizeof ROW);
        len += sizeof ROW - 1;
    }
    struct import_rows rows = read_text(*state, IMPORT_PLACES, text);
    assert_int_equal(rows.problem_count, IMPORT_PROBLEM_MAX);
    assert_int_equal(rows.problem_total, 2 * ROWS - 1); /* malformed; all but one repeat */
    assert_int_equal(rows.problems[0].line, 2);
    assert_int_equal(rows.row_count, 0);
    import_rows_clear(&rows);
    free(text);
}

/* ---- good rows ---- */

static void import_places_may_name_a_parent_of_a_later_line(void **state)
{
    struct import_rows rows = read_text(*state, IMPORT_PLACES,
                                        "code,label,kind,parent\n"
                                        "9-1,a,unit,9\n9,b,building,OLD\n9.A,c,floor,\n");
    assert_int_equal(rows.problem_total, 0);
    assert_int_equal(rows.row_count, 3);
    assert_string_equal(member(&rows, 0, "code"), "9");
    assert_string_equal(member(&rows, 1, "code"), "9-1");
    assert_string_equal(member(&rows, 2, "code"), "9.A");
    assert_int_equal(rows.rows[0].line, 3);
    import_rows_clear(&rows);
}

static void import_keys_share_the_ring_of_their_label(void **state)
{
    struct import_rows rows = read_file(*state, IMPORT_KEYS, DIRTY "keys_good.csv");
    assert_int_equal(rows.problem_total, 0);
    assert_int_equal(rows.row_count, 4);
    const json_t *by_line[6] = {NULL};
    for (size_t i = 0; i < 4; i++) {
        by_line[rows.rows[i].line] = rows.rows[i].value;
        assert_true(custody_item_is_valid(member(&rows, i, "item")));
        assert_int_equal(member(&rows, i, "item")[0], 'K');
        assert_true(i == 0 ||
                    strcmp(member(&rows, i - 1, "item"), member(&rows, i, "item")) < 0);
        assert_string_equal(rows.rows[i].desk, rows.rows[i].line == 5 ? "eng" : "front");
    }
    const json_t *ring = json_object_get(by_line[2], "ring");
    assert_true(json_equal(ring, json_object_get(by_line[3], "ring")));
    assert_true(custody_item_is_valid(json_string_value(json_object_get(ring, "item"))));
    assert_int_equal(json_string_value(json_object_get(ring, "item"))[0], 'R');
    assert_string_equal(json_string_value(json_object_get(ring, "label")), "甲袋");
    assert_string_equal(json_string_value(json_object_get(by_line[2], "item")), "K4F7Q2M9X");
    assert_int_equal(json_integer_value(json_object_get(by_line[3], "copy")), 2);
    /* a bag of the register keeps its item; locks come in byte order */
    assert_json(json_object_get(by_line[4], "ring"),
                "{\"item\":\"R00000002\",\"label\":\"旧袋\"}");
    assert_json(json_object_get(by_line[4], "locks"), "[\"L-OWNER\",\"L-PUBLIC\"]");
    assert_true(json_is_null(json_object_get(by_line[5], "ring")));
    assert_int_equal(json_object_size(by_line[5]), 5);
    import_rows_clear(&rows);
}

static void import_refuses_tags_of_the_register_and_of_another_site(void **state)
{
    struct setting *setting = *state;
    char item_check[3];
    char text[256];
    char tag[CUSTODY_TAG_LEN + 1];
    custody_item_check("K00000001", item_check);
    custody_tag_print("K00000003", '1', "AAAAAA", tag);
    (void)snprintf(text, sizeof text,
                   "label,copy,locks,tag\nx,1,L-OWNER,K00000001%s\nx,2,L-OWNER,%s\n",
                   item_check, tag);
    static const struct expected WANTED[] = {
        {2, "is in the register already"}, {3, "another site"}, {0, NULL}};
    setting->context.site = "BBBBBB";
    struct import_rows rows = read_text(setting, IMPORT_KEYS, text);
    assert_problems(&rows, WANTED, "other site");
    import_rows_clear(&rows);

    setting->context.site = "AAAAAA";
    rows = read_text(setting, IMPORT_KEYS, text);
    assert_int_equal(rows.problem_total, 1);
    assert_string_equal(member(&rows, 0, "item"), "K00000003");
    import_rows_clear(&rows);

    /* a second print means that the tag is on a key already */
    custody_tag_print("K00000003", '2', "AAAAAA", tag);
    (void)snprintf(text, sizeof text, "label,copy,locks,tag\nx,2,L-OWNER,%s\n", tag);
    rows = read_text(setting, IMPORT_KEYS, text);
    assert_int_equal(rows.problem_total, 1);
    assert_non_null(strstr(rows.problems[0].reason, "no first print"));
    import_rows_clear(&rows);
}

static void import_asks_again_when_the_register_has_a_fresh_item(void **state)
{
    struct setting *setting = *state;
    setting->fake.items_refused = 3;
    struct import_rows rows =
        read_text(setting, IMPORT_KEYS, "label,copy,locks,ring\nx,1,L-OWNER,bag\n");
    assert_int_equal(rows.problem_total, 0);
    assert_int_equal(rows.row_count, 1);
    assert_int_equal(setting->fake.items_refused, 0);
    import_rows_clear(&rows);
}

static void import_keys_need_a_desk_of_their_own_or_of_the_caller(void **state)
{
    struct setting *setting = *state;
    setting->context.default_desk = NULL;
    struct import_rows rows =
        read_text(setting, IMPORT_KEYS, "label,copy,locks\nx,1,L-OWNER\n");
    assert_int_equal(rows.problem_total, 1);
    assert_non_null(strstr(rows.problems[0].reason, "保管台 (desk)"));
    import_rows_clear(&rows);
}

static void import_people_take_codes_and_titles(void **state)
{
    struct import_rows rows = read_file(*state, IMPORT_PEOPLE, DIRTY "people_good.csv");
    assert_int_equal(rows.problem_total, 0);
    assert_int_equal(rows.row_count, 2);
    assert_json(rows.rows[0].value,
                "{\"handle\":\"a1\",\"name\":null,\"roles\":[\"supervisor\"],"
                "\"staff_no\":\"B-01\"}");
    assert_json(rows.rows[1].value,
                "{\"handle\":\"zhao\",\"name\":\"赵一\",\"roles\":[\"key_custodian\","
                "\"service_staff\"],\"staff_no\":\"B-02\"}");
    import_rows_clear(&rows);
}

static void import_counts_two_titles_of_a_role_once(void **state)
{
    struct import_rows rows =
        read_text(*state, IMPORT_PEOPLE, "handle,staff_no,roles\nx,1,值班员;安全员；duty\n");
    assert_int_equal(rows.problem_total, 0);
    assert_json(json_object_get(rows.rows[0].value, "roles"), "[\"duty\"]");
    import_rows_clear(&rows);
}

/* ---- the demo data ---- */

/* Object code -> member of rows. */
static json_t *table_of(const struct import_rows *rows, const char *name)
{
    json_t *table = json_object();
    for (size_t i = 0; i < rows->row_count; i++) {
        assert_int_equal(json_object_set(table, member(rows, i, "code"),
                                         json_object_get(rows->rows[i].value, name)),
                         0);
    }
    return table;
}

static void read_site(struct setting *setting, const char *folder, size_t counts[4])
{
    static const char *const NAMES[] = {"places", "locks", "keys", "people"};
    json_t *tables[2] = {NULL, NULL};
    json_t *items = json_object();
    char path[128];
    (void)snprintf(path, sizeof path, "tests/data/%s/policy.json", folder);
    json_decref(setting->policy); /* its desks and lock kinds are the folder's own */
    setting->policy = load(path);
    setting->context.policy = setting->policy;
    for (int kind = IMPORT_PLACES; kind <= IMPORT_PEOPLE; kind++) {
        (void)snprintf(path, sizeof path, "tests/data/%s/%s.csv", folder, NAMES[kind]);
        struct import_rows rows = read_file(setting, (enum import_kind)kind, path);
        if (rows.problem_total > 0) {
            fail_msg("%s line %zu: %s", path, rows.problems[0].line, rows.problems[0].reason);
        }
        counts[kind] = rows.row_count;
        if (kind == IMPORT_PLACES) {
            tables[0] = table_of(&rows, "kind");
            setting->fake.places = tables[0];
        } else if (kind == IMPORT_LOCKS) {
            tables[1] = table_of(&rows, "kind");
            setting->fake.locks = tables[1];
        } else if (kind == IMPORT_KEYS) {
            for (size_t i = 0; i < rows.row_count; i++) {
                assert_int_equal(
                    json_object_set_new(items, member(&rows, i, "item"), json_true()), 0);
            }
            assert_int_equal(json_object_size(items), rows.row_count);
        }
        import_rows_clear(&rows);
    }
    setting->fake.places = NULL;
    setting->fake.locks = NULL;
    json_decref(tables[0]);
    json_decref(tables[1]);
    json_decref(items);
}

static void import_reads_the_demo_estate_without_a_problem(void **state)
{
    size_t counts[4] = {0};
    read_site(*state, "estate", counts);
    assert_in_range(counts[IMPORT_KEYS], 25700, 26300);
    assert_true(counts[IMPORT_PLACES] > 1728);
    assert_true(counts[IMPORT_LOCKS] > 3 * 1728);
    assert_int_equal(counts[IMPORT_PEOPLE], 17);
}

static void import_reads_the_small_office_without_a_problem(void **state)
{
    size_t counts[4] = {0};
    read_site(*state, "office", counts);
    assert_in_range(counts[IMPORT_KEYS], 50, 70);
    assert_int_equal(counts[IMPORT_PEOPLE], 3);
}

static void policies_of_the_tree_are_canonical_and_pass_the_floors(void **state)
{
    static const char *const FILES[] = {"schema/policy.default.json", ESTATE "policy.json",
                                        "tests/data/office/policy.json"};
    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        struct custody_error err = {.status = CUSTODY_OK};
        struct buf bytes = BUF_INIT(65536);
        json_t *policy = load(FILES[i]);
        if (canon_write(&bytes, policy, CANON_SIGNED, &err) != CUSTODY_OK ||
            policy_check(policy, &err) != CUSTODY_OK) {
            fail_msg("%s: %s", FILES[i], err.text);
        }
        buf_clear(&bytes);
        json_decref(policy);
    }
}

static void default_policy_has_the_five_owner_kinds(void **state)
{
    static const char *const LABELS[] = {"防盗铁门",   "单元门", "室内门",
                                         "电子对讲门", "信报箱", NULL};
    const struct setting *setting = *state;
    const json_t *kind = NULL;
    size_t i = 0;
    size_t owner_count = 0;
    json_array_foreach(json_object_get(setting->policy, "lock_kinds"), i, kind)
    {
        if (strcmp(json_string_value(json_object_get(kind, "class")), "owner") == 0) {
            assert_true(is_one_of(json_string_value(json_object_get(kind, "label")), LABELS));
            owner_count++;
        }
    }
    assert_int_equal(owner_count, 5);
}

static void high_risk_of_the_estate_names_its_places(void **state)
{
    struct import_rows rows = read_file(*state, IMPORT_PLACES, ESTATE "places.csv");
    json_t *kinds = table_of(&rows, "kind");
    json_t *policy = load(ESTATE "policy.json");
    const json_t *place = NULL;
    size_t i = 0;
    assert_int_equal(json_array_size(json_object_get(policy, "high_risk")), 14);
    json_array_foreach(json_object_get(policy, "high_risk"), i, place)
    {
        assert_string_equal(json_string_value(json_object_get(kinds, json_string_value(place))),
                            "room");
    }
    json_decref(policy);
    json_decref(kinds);
    import_rows_clear(&rows);
}

/* ---- items ---- */

static void item_random_is_valid_and_uses_every_symbol(void **state)
{
    (void)state;
    bool seen[128] = {false};
    for (int i = 0; i < 1000; i++) {
        char item[CUSTODY_ITEM_LEN + 1];
        custody_item_random('R', item);
        assert_true(custody_item_is_valid(item));
        assert_int_equal(item[0], 'R');
        for (size_t j = 1; j < CUSTODY_ITEM_LEN; j++) {
            seen[(unsigned char)item[j]] = true;
        }
    }
    int symbols = 0;
    for (size_t i = 0; i < sizeof seen; i++) {
        symbols += seen[i] ? 1 : 0;
    }
    assert_int_equal(symbols, 32);
}

static void item_set_knows_ids_across_classes_and_growth(void **state)
{
    (void)state;
    struct item_set set = {NULL, 0, 0};
    bool is_added = false;
    assert_int_equal(item_set_add(&set, "K00000000", &is_added, NULL), CUSTODY_OK);
    assert_true(is_added);
    assert_int_equal(item_set_add(&set, "R00000000", &is_added, NULL), CUSTODY_OK);
    assert_false(is_added);
    for (int i = 1; i < 1000; i++) {
        char item[CUSTODY_ITEM_LEN + 1];
        (void)snprintf(item, sizeof item, "K%08u", (unsigned)i % 1000u);
        assert_int_equal(item_set_add(&set, item, &is_added, NULL), CUSTODY_OK);
        assert_true(is_added);
        assert_int_equal(item_set_add(&set, item, &is_added, NULL), CUSTODY_OK);
        assert_false(is_added);
    }
    assert_int_equal(set.count, 1000);
    item_set_clear(&set);
    assert_int_equal(set.count, 0);
}

/* ---- out of memory ---- */

static size_t allocations_left;

static void *failing_malloc(size_t size)
{
    if (allocations_left == 0) {
        return NULL;
    }
    allocations_left--;
    return malloc(size);
}

/* The JSON library takes its memory from elsewhere than the library's own allocations. */
static void import_reports_json_out_of_memory_and_touches_nothing(void **state)
{
    static const char *const TEXTS[] = {
        [IMPORT_PLACES] = "code,label,kind,parent\n9,a,building,\n9-1,b,unit,9\n",
        [IMPORT_LOCKS] = "code,label,kind,place\nA,a,window,OLD\n",
        [IMPORT_KEYS] = "label,copy,locks,ring\nx,1,L-OWNER;L-PUBLIC,bag\nx,2,L-OWNER,\n",
        [IMPORT_PEOPLE] = "handle,staff_no,roles,name\nx,1,duty;staff,n\n",
    };
    const struct setting *setting = *state;
    for (int kind = IMPORT_PLACES; kind <= IMPORT_PEOPLE; kind++) {
        enum custody_status rc = CUSTODY_ERR_NOMEM;
        for (size_t n = 0; rc == CUSTODY_ERR_NOMEM && n < 200; n++) {
            struct custody_error err = {.status = CUSTODY_OK};
            struct import_rows rows;
            struct import_rows before;
            memset(&rows, 0x5A, sizeof rows);
            memcpy(&before, &rows, sizeof rows);
            json_set_alloc_funcs(failing_malloc, free);
            allocations_left = n;
            rc = import_read_memory((enum import_kind)kind, TEXTS[kind], strlen(TEXTS[kind]),
                                    &setting->context, &rows, &err);
            json_set_alloc_funcs(malloc, free);
            if (rc == CUSTODY_OK) {
                assert_true(n > 3);
                import_rows_clear(&rows);
            } else {
                assert_true(err.text[0] != 0);
                assert_memory_equal(&rows, &before, sizeof rows);
            }
        }
        assert_int_equal(rc, CUSTODY_OK);
    }
}

#define IMPORT_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORT_TEST(import_reads_every_encoding_and_delimiter),
        IMPORT_TEST(import_takes_headings_in_any_order_and_skips_notes),
        IMPORT_TEST(import_fails_on_what_is_no_csv_and_touches_nothing),
        IMPORT_TEST(import_names_what_is_wrong_with_headings),
        IMPORT_TEST(import_refuses_columns_of_another_register),
        IMPORT_TEST(import_names_every_bad_row_by_line_and_reason),
        IMPORT_TEST(import_quotes_no_personal_name),
        IMPORT_TEST(import_reasons_are_whole_utf8_of_any_cell),
        IMPORT_TEST(import_keeps_a_thousand_problems_and_counts_all),
        IMPORT_TEST(import_places_may_name_a_parent_of_a_later_line),
        IMPORT_TEST(import_keys_share_the_ring_of_their_label),
        IMPORT_TEST(import_refuses_tags_of_the_register_and_of_another_site),
        IMPORT_TEST(import_asks_again_when_the_register_has_a_fresh_item),
        IMPORT_TEST(import_keys_need_a_desk_of_their_own_or_of_the_caller),
        IMPORT_TEST(import_people_take_codes_and_titles),
        IMPORT_TEST(import_counts_two_titles_of_a_role_once),
        IMPORT_TEST(import_reads_the_demo_estate_without_a_problem),
        IMPORT_TEST(import_reads_the_small_office_without_a_problem),
        IMPORT_TEST(policies_of_the_tree_are_canonical_and_pass_the_floors),
        IMPORT_TEST(default_policy_has_the_five_owner_kinds),
        IMPORT_TEST(high_risk_of_the_estate_names_its_places),
        IMPORT_TEST(item_random_is_valid_and_uses_every_symbol),
        IMPORT_TEST(item_set_knows_ids_across_classes_and_growth),
        IMPORT_TEST(import_reports_json_out_of_memory_and_touches_nothing),
    };
    return cmocka_run_group_tests_name("import_read", tests, NULL, NULL);
}
