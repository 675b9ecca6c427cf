/*
 * Messy files: what is unambiguous is understood, and all else lies in the rejects with its
 * reason. tests/cli/messy.sh has a thousand rows of it; here each kind of dirt alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "import_read.h"

#define HEAD "房号,类别,第几把,状态,持有人,页码,封条号\n"

/* ---- a register: homes 101 and 102, two keys to the door of each, one to a plant room ---- */

static const struct import_key KEYS[] = {
    {"K00000001", "3栋-1单元-101 防盗铁门", "front", "3-1-101", 1, false},
    {"K00000002", "3栋-1单元-101 防盗铁门", "front", "3-1-101", 2, false},
    {"K00000003", "3栋-1单元-102 防盗铁门", "front", "3-1-102", 1, false},
    {"K00000004", "3栋-1单元-102 防盗铁门", "front", "3-1-102", 2, true},
    {"K00000005", "3栋-电梯机房", "eng", "3-DT", 1, false},
};
#define KEY_COUNT (sizeof KEYS / sizeof KEYS[0])

static bool fake_find_key(void *arg, const char *item, struct import_key *ret_key)
{
    (void)arg;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(KEYS[i].item, item) == 0) {
            *ret_key = KEYS[i];
            return true;
        }
    }
    return false;
}

static size_t fake_find_keys(void *arg, const char *place, const char *place_label,
                             const char *kind, const char *kind_label, struct import_key *keys,
                             size_t max)
{
    size_t count = 0;
    (void)arg;
    (void)place_label;
    (void)kind_label;
    for (size_t i = 0; i < KEY_COUNT && count < max; i++) {
        bool is_kind = strcmp(kind, i == 4 ? "lift" : "antitheft") == 0;
        if (is_kind && strcmp(KEYS[i].place, place) == 0) {
            keys[count++] = KEYS[i];
        }
    }
    return count;
}

static bool fake_has_seal(void *arg, const char *seal)
{
    (void)arg;
    return strcmp(seal, "OLD") == 0;
}

static bool fake_has_party(void *arg, const char *item)
{
    (void)arg;
    return strcmp(item, "P0000000A") == 0;
}

static bool fake_find_person(void *arg, const char *text, char *handle)
{
    (void)arg;
    if (strcmp(text, "sun") != 0 && strcmp(text, "1005") != 0) {
        return false;
    }
    memcpy(handle, "sun", 4);
    return true;
}

struct setting {
    json_t *policy;
    struct address_book *book;
    struct import_context context;
};

static int set_up(void **state)
{
    static const char *const PLACES[][4] = {
        {"0", "桂园", "area", NULL},
        {"3", "3栋", "building", "0"},
        {"3-1-101", "3栋-1单元-101", "home", "3"},
        {"3-1-102", "3栋-1单元-102", "home", "3"},
        {"3-DT", "3栋-电梯机房", "room", "3"},
    };
    struct setting *setting = calloc(1, sizeof *setting);
    assert_non_null(setting);
    assert_int_equal(crypt_start(NULL), CUSTODY_OK);
    setting->policy = json_load_file("schema/policy.default.json", 0, NULL);
    assert_non_null(setting->policy);
    assert_int_equal(address_book_new(&setting->book, NULL), CUSTODY_OK);
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        assert_int_equal(address_book_add(setting->book, PLACES[i][0], PLACES[i][1],
                                          PLACES[i][2], PLACES[i][3], NULL),
                         CUSTODY_OK);
    }
    assert_int_equal(address_book_finish(setting->book, NULL), CUSTODY_OK);
    setting->context = (struct import_context){
        .policy = setting->policy,
        .default_desk = "front",
        .only_default_desk = true,
        .is_messy = true,
        .places = setting->book,
        .find_key = fake_find_key,
        .find_keys = fake_find_keys,
        .has_seal = fake_has_seal,
        .has_party = fake_has_party,
        .find_person = fake_find_person,
    };
    *state = setting;
    return 0;
}

static int tear_down(void **state)
{
    struct setting *setting = *state;
    json_decref(setting->policy);
    address_book_free(setting->book);
    free(setting);
    return 0;
}

static struct import_rows read_text(void *state, enum import_kind kind, const char *text)
{
    const struct setting *setting = state;
    struct import_rows rows;
    struct custody_error err = {.status = CUSTODY_OK};
    memset(&rows, 0x5A, sizeof rows);
    if (import_read_memory(kind, text, strlen(text), &setting->context, &rows, &err) !=
        CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
    return rows;
}

/* The rows as "item state holder place;" in order. */
static void expect_rows(const struct import_rows *rows, const char *wanted)
{
    char text[1024] = "";
    size_t len = 0;
    for (size_t i = 0; i < rows->row_count; i++) {
        const char *holder = json_string_value(json_object_get(rows->rows[i].value, "holder"));
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "%s %s %s %s;",
                             json_string_value(json_object_get(rows->rows[i].value, "item")),
                             json_string_value(json_object_get(rows->rows[i].value, "state")),
                             holder == NULL ? "-" : holder, rows->rows[i].place);
    }
    assert_string_equal(text, wanted);
}

static void expect_opening(void *state, const char *text, const char *wanted, size_t rejected,
                           size_t skipped)
{
    struct import_rows rows = read_text(state, IMPORT_OPENING, text);
    expect_rows(&rows, wanted);
    assert_int_equal(rows.rejected_count, rejected);
    assert_int_equal(rows.skipped_count, skipped);
    assert_int_equal(rows.understood_count + rows.as_written_count, rows.row_count);
    assert_int_equal(rows.file_problem_total, 0);
    assert_int_equal(rows.rejects != NULL, rejected + skipped > 0);
    import_rows_clear(&rows);
}

/* One row under HEAD is rejected for this reason. */
static void expect_reject(void *state, const char *row, const char *reason)
{
    char text[512];
    (void)snprintf(text, sizeof text, HEAD "%s\n", row);
    struct import_rows rows = read_text(state, IMPORT_OPENING, text);
    assert_int_equal(rows.row_count, 0);
    assert_int_equal(rows.rejected_count, 1);
    if (rows.rejects == NULL || strstr(rows.rejects, reason) == NULL) {
        fail_msg("%s: not \"%s\" but %s", row, reason, rows.rejects);
    }
    import_rows_clear(&rows);
}

/* ---- opening balances ---- */

static void opening_says_where_each_key_is(void **state)
{
    expect_opening(
        *state,
        HEAD "3#-1-101,防盗铁门,1,在借,1005,12,\n三栋1单元101室,antitheft,第二把,在业主处,,,\n"
             "3-1-102,防盗铁门,1,封存,,,F-1\n",
        "K00000001 lent sun 3;K00000003 sealed - 3;K00000002 owner - 3-1-101;", 0, 0);
    expect_opening(*state, "编号,状态,持有人\nK00000003,遗失,\nk-0000-0001,在柜,客服前台\n",
                   "K00000003 lost - 3;", 1, 0); /* a mistyped tag */
    expect_opening(*state, HEAD "3-1-101,防盗铁门,1,业主处,P0000000A,,\n",
                   "K00000001 owner P0000000A 3;", 0, 0);
}

static void opening_rejects_what_names_no_single_key(void **state)
{
    expect_reject(*state, "3-1-103,防盗铁门,1,在柜,,,", "no place of the register");
    expect_reject(*state, "门卫,防盗铁门,1,在柜,,,", "no address");
    expect_reject(*state, "2003-1-10,防盗铁门,1,在柜,,,", "is a date");
    expect_reject(*state, ",防盗铁门,1,在柜,,,", "is empty");
    expect_reject(*state, "3-1-101,大门,1,在柜,,,", "no lock kind");
    expect_reject(*state, "3-1-101,电梯机房,1,在柜,,,", "has no key of the kind");
    expect_reject(*state, "3-1-101,防盗铁门,3,在柜,,,", "0 keys of that number");
    expect_reject(*state, "3-1-101,防盗铁门,2把,在柜,,,", "no number from 1");
    expect_reject(*state, "3-1-102,防盗铁门,2,在柜,,,", "has moved");
}

static void opening_rejects_what_says_too_much_or_too_little(void **state)
{
    expect_reject(*state, "3-1-101,防盗铁门,1,,,,", "状态 (state)");
    expect_reject(*state, "3-1-101,防盗铁门,1,在借,,,", "no handle");
    expect_reject(*state, "3-1-101,防盗铁门,1,在借,老王,,", "no handle");
    expect_reject(*state, "3-1-101,防盗铁门,1,在业主处,sun,,", "is a party");
    expect_reject(*state, "3-1-101,防盗铁门,1,遗失,sun,,", "the state is lost");
    expect_reject(*state, "3-1-101,防盗铁门,1,封存,,,", "is empty");
    expect_reject(*state, "3-1-101,防盗铁门,1,封存,,,OLD", "used before");
    expect_reject(*state, "3-1-101,防盗铁门,1,在柜,,,F-1", "is given");
}

static void opening_takes_the_next_key_that_no_other_row_names(void **state)
{
    /* copy 1 is named further down; the row without copy gets 2 */
    expect_opening(*state, HEAD "3-1-101,防盗铁门,,遗失,,,\n3-1-101,防盗铁门,1,在柜,,,\n",
                   "K00000001 at_desk - 3;K00000002 lost - 3;", 0, 0);
    /* a key that has moved is none to take; a row too many is rejected */
    expect_opening(*state, HEAD "3-1-102,防盗铁门,,在柜,,1,\n3-1-102,防盗铁门,,在柜,,2,\n",
                   "K00000003 at_desk - 3;", 1, 0);
    /* a row keeps its key though the one before it is rejected */
    expect_opening(*state, HEAD "3-1-101,防盗铁门,,在借,老王,,\n3-1-101,防盗铁门,,遗失,,,\n",
                   "K00000002 lost - 3;", 1, 0);
}

static void opening_rejects_every_row_of_a_contradiction(void **state)
{
    expect_opening(*state, HEAD "3-1-101,防盗铁门,1,在柜,,,\n3栋1单元101,防盗铁门,1,遗失,,,\n",
                   "", 2, 0);
    expect_opening(*state, "item,房号,类别,状态\nK00000001,3-1-102,防盗铁门,在柜\n", "", 1, 0);
}

static void a_repeat_counts_once_and_an_unclear_one_is_rejected(void **state)
{
    expect_opening(*state, HEAD "3-1-101,防盗铁门,1,在柜,,,\n3-1-101,防盗铁门,1,在柜,,,\n",
                   "K00000001 at_desk - 3;", 0, 1);
    expect_opening(*state, HEAD "3-1-101,防盗铁门,,在柜,,,\n3-1-101,防盗铁门,,在柜,,,\n",
                   "K00000001 at_desk - 3;", 1, 0);
}

static void keys_of_another_desk_are_left_to_it(void **state)
{
    expect_opening(*state, HEAD "3栋电梯机房,电梯机房,1,在柜,,,\n", "", 0, 1);
}

/* ---- the sheet ---- */

static void a_merged_cell_reaches_down_until_something_stands_between(void **state)
{
    expect_opening(*state, HEAD "3-1-101,防盗铁门,1,在柜,,,\n,防盗铁门,2,在柜,,,\n",
                   "K00000001 at_desk - 3;K00000002 at_desk - 3;", 0, 0);
    expect_opening(*state,
                   HEAD "3-1-101,防盗铁门,1,在柜,,,\n小计,,,1,,,\n,防盗铁门,2,在柜,,,\n",
                   "K00000001 at_desk - 3;", 1, 1);
    /* the torn line may have been of another home */
    expect_opening(
        *state,
        HEAD "3-1-101,防盗铁门,1,在柜,,,\n3-1-102,\"防盗铁门,1,在柜,,,\n,防盗铁门,2,在柜,,,\n",
        "K00000001 at_desk - 3;", 2, 0);
    expect_opening(*state,
                   "栋,单元,房号,类别,第几把,状态\n3,1,101,防盗铁门,1,在柜\n,,,防盗铁门,2,"
                   "在柜\n,,102,防盗铁门,1,在柜\n"
                   "5,,,防盗铁门,2,在柜\n",
                   "K00000001 at_desk - 3;K00000002 at_desk - 3;K00000003 at_desk - 3;", 1, 0);
}

static void titles_totals_notes_and_headings_again_are_no_rows(void **state)
{
    expect_opening(
        *state,
        "桂园钥匙结转表\n2026年11月;;;\n\n 房 号（栋-单元-室）;类别：;第几把(把);状 态*\n"
        "3-1-101;防盗铁门;1;在柜\n"
        " 房 号（栋-单元-室）;类别：;第几把(把);状 态*\n共1把;;;\n合 计;;1;\n注：已清点;;;\n",
        "K00000001 at_desk - 3;", 0, 6);
}

static void a_torn_quotation_mark_costs_its_line_alone(void **state)
{
    expect_opening(*state,
                   HEAD "\"3-1-101,防盗铁门,1,在柜,,,\n3-1-101,防盗铁门,2,在柜,,,\n3-1-102,"
                        "\"防盗铁门\"x,1,在柜,,,\n"
                        "3-1-102,\"防盗铁门\",1,在柜,,,\n",
                   "K00000002 at_desk - 3;K00000003 at_desk - 3;", 2, 0);
}

static void what_programs_leave_in_cells_is_taken_off(void **state)
{
    expect_opening(*state,
                   HEAD
                   "\xE2\x80\x8B'3-1-101\xC2\xA0,\t防盗铁门钥匙,1.0,在柜\xEF\xBB\xBF,,'12,\n"
                   "３－１－１０１,防盗铁门,２,在借,１００５,12.0,\n",
                   "K00000001 at_desk - 3;K00000002 lent sun 3;", 0, 0);
}

static void a_column_that_is_not_known_stops_the_file(void **state)
{
    static const char *const FILES[] = {
        "房号,类别,状态,颜色\n3-1-101,防盗铁门,在柜,红\n",
        "序号,房号,类别,状态\n1,3-1-101,防盗铁门,在柜\n", /* of rows or of keys? */
        "房号,状态\n3-1-101,在柜\n",
        "类别,状态\n防盗铁门,在柜\n",
        "房号,类别\n3-1-101,防盗铁门\n",
        "房号,类别,状态,状态(旧)\n3-1-101,防盗铁门,在柜,遗失\n",
    };
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        struct import_rows rows = read_text(*state, IMPORT_OPENING, FILES[i]);
        if (rows.file_problem_total == 0) {
            fail_msg("%s", FILES[i]);
        }
        import_rows_clear(&rows);
    }
    expect_opening(*state, "序号,房号,类别,第几把,状态,备注\n7,3-1-101,防盗铁门,2,在柜,旧\n",
                   "K00000002 at_desk - 3;", 0, 0);
}

static void rejects_hold_line_reason_and_cells_and_can_be_read_again(void **state)
{
    struct import_rows rows = read_text(
        *state, IMPORT_OPENING,
        HEAD
        "3-1-101,防盗铁门,1,在柜,,,\n,防盗铁门,2,\"说 \"\"丢\"\"了\",,,\n,防盗铁门,,在柜,,,\n");
    assert_int_equal(rows.rejected_count, 2); /* the third has no key left */
    assert_non_null(rows.rejects);
    assert_memory_equal(rows.rejects, "\xEF\xBB\xBF行号 (line),原因 (reason),房号,类别,", 47);
    /* the merged cell is written out: the row above is gone */
    assert_non_null(strstr(rows.rejects, "\r\n3,\"状态 (state) "));
    assert_non_null(strstr(rows.rejects, ",3-1-101,防盗铁门,2,\"说 \"\"丢\"\"了\",,,\r\n"));
    struct import_rows again = read_text(*state, IMPORT_OPENING, rows.rejects);
    assert_int_equal(again.rejected_count, 1);
    assert_int_equal(again.file_problem_total, 0);
    import_rows_clear(&again);
    import_rows_clear(&rows);
    /* lines of a file of rejects hand nothing down */
    expect_opening(*state,
                   "行号 (line),原因 (reason)," HEAD
                   "9,x,3-1-101,防盗铁门,1,在柜,,,\n12,x,,防盗铁门,2,在柜,,,\n",
                   "K00000001 at_desk - 3;", 1, 0);
}

/* ---- the other registers ---- */

static void messy_people_have_titles_of_every_spelling(void **state)
{
    struct import_rows rows = read_text(
        *state, IMPORT_PEOPLE,
        "人员表,,\n账 号,工 号,职位\na,1,钥匙 管理员、客服人员\nb,2,值班员／安全员兼员工\n"
        "c,'3,ｄｕｔｙ， 员工\nc,'3,ｄｕｔｙ， 员工\nd,4,主任\ne,5,员工\ne,6,员工\n合计,6,\n");
    char *roles = NULL;
    assert_int_equal(rows.row_count, 3);
    roles = json_dumps(json_object_get(rows.rows[0].value, "roles"), JSON_COMPACT);
    assert_string_equal(roles, "[\"key_custodian\",\"service_staff\"]");
    free(roles);
    roles = json_dumps(json_object_get(rows.rows[1].value, "roles"), JSON_COMPACT);
    assert_string_equal(roles, "[\"duty\",\"staff\"]");
    free(roles);
    assert_string_equal(json_string_value(json_object_get(rows.rows[2].value, "staff_no")),
                        "3");
    assert_int_equal(rows.rejected_count, 3); /* 主任, and both that are called e */
    assert_int_equal(rows.skipped_count, 3);
    import_rows_clear(&rows);
}

static void messy_places_do_not_come_without_their_parents(void **state)
{
    struct import_rows rows =
        read_text(*state, IMPORT_PLACES,
                  "编码,名称,类型,上级\n9,9栋,castle,\n9-1,9栋-1单元,单元,9\n9-1-1,9栋-1单元-"
                  "1层,楼层,9-1\n"
                  "8,8栋,栋,\n8-1,8栋-１单元,单元,8\n7,7栋,栋,\n7,七栋,栋,\n");
    assert_int_equal(rows.row_count, 2);
    assert_int_equal(rows.understood_count, 1);
    assert_int_equal(rows.as_written_count, 1);
    assert_string_equal(json_string_value(json_object_get(rows.rows[1].value, "label")),
                        "8栋-1单元");
    assert_int_equal(rows.rejected_count, 5);
    import_rows_clear(&rows);
}

static void a_clean_reading_still_knows_nothing_of_mending(void **state)
{
    struct setting *setting = *state;
    setting->context.is_messy = false;
    struct import_rows rows =
        read_text(setting, IMPORT_PLACES, "编码,名称,类型\n8,8栋,栋\n合计,,\n8,8栋,栋\n");
    assert_int_equal(rows.row_count, 1);
    assert_true(rows.problem_total >= 2);
    assert_null(rows.rejects);
    import_rows_clear(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opening_says_where_each_key_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(opening_rejects_what_names_no_single_key, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(opening_rejects_what_says_too_much_or_too_little,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(opening_takes_the_next_key_that_no_other_row_names,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(opening_rejects_every_row_of_a_contradiction, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_repeat_counts_once_and_an_unclear_one_is_rejected,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_of_another_desk_are_left_to_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_merged_cell_reaches_down_until_something_stands_between, set_up, tear_down),
        cmocka_unit_test_setup_teardown(titles_totals_notes_and_headings_again_are_no_rows,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_torn_quotation_mark_costs_its_line_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_programs_leave_in_cells_is_taken_off, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_column_that_is_not_known_stops_the_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            rejects_hold_line_reason_and_cells_and_can_be_read_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(messy_people_have_titles_of_every_spelling, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(messy_places_do_not_come_without_their_parents, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_clean_reading_still_knows_nothing_of_mending, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
