/*
 * Homes as offices write them: every spelling of one meaning finds its place, and nothing finds
 * a place that it does not mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "address.h"

static void add(struct address_book *book, const char *code, const char *label,
                const char *kind, const char *parent)
{
    assert_int_equal(address_book_add(book, code, label, kind, parent, NULL), CUSTODY_OK);
}

/* 3栋 and 12栋 with two units, B2 without; a plant room; two phases with a building 1 each. */
static int set_up(void **state)
{
    struct address_book *book = NULL;

    assert_int_equal(address_book_new(&book, NULL), CUSTODY_OK);
    add(book, "0", "桂园", "area", NULL);
    add(book, "00", "梅园", "area", NULL);
    add(book, "3-2-12", "3栋-2单元-12层", "floor", "3-2");
    add(book, "3-2-12-1201", "3栋-2单元-1201", "home", "3-2-12");
    add(book, "3-2-1-101", "3栋-2单元-101", "home", "3-2");
    add(book, "3-1-1-101", "3栋-1单元-101", "home", "3-1");
    add(book, "3-1-2-201", "3栋-1单元-201", "home", "3-1");
    add(book, "12-1-1-101", "12栋-1单元-101", "home", "12");
    add(book, "2-31-201", "2栋-31单元-201", "home", "3");
    add(book, "3-DT", "3栋-电梯机房", "room", "3");
    add(book, "3-1", "3栋-1单元", "unit", "3");
    add(book, "3-2", "3栋-2单元", "unit", "3");
    add(book, "3", "3栋", "building", "0");
    add(book, "12", "12栋", "building", "0");
    add(book, "B2", "B2", "building", "0");
    add(book, "B2-1201", "B2-1201", "home", "B2");
    add(book, "P1-101", "一期1栋-1单元-101", "home", "0");
    add(book, "P2-101", "二期1栋-1单元-101", "home", "0");
    add(book, "J-101", "甲座-101", "home", "0");
    assert_int_equal(address_book_finish(book, NULL), CUSTODY_OK);
    *state = book;
    return 0;
}

static int tear_down(void **state)
{
    address_book_free(*state);
    return 0;
}

static void expect(void *book, const char *text, enum address_result wanted, const char *code)
{
    struct address_match match = {.code = "untouched"};
    enum address_result got = address_find(book, text, &match);

    if (got != wanted || (code != NULL && strcmp(match.code, code) != 0)) {
        fail_msg("\"%s\": result %d, %s", text, (int)got, match.code);
    }
    if (got != ADDRESS_FOUND && got != ADDRESS_AMBIGUOUS) {
        assert_string_equal(match.code, "untouched");
    }
}

static void every_spelling_of_a_home_finds_it(void **state)
{
    static const char *const SPELLINGS[] = {
        "3栋-2单元-1201",
        "3-2-12-1201",
        "3#-2-1201",
        "3-2-1201",
        "3栋2单元1201室",
        "3号楼2单元1201号",
        "三栋二单元1201",
        "3幢2单元1201",
        "3座-2-1201",
        "３－２－１２０１",
        "3栋　2单元 1201",
        "03栋02单元1201",
        "3#楼2单元1201房",
        "3-2-12-1201室",
        "3栋2单元12层1201",
        "第3栋第2单元1201",
        "桂园3栋2单元1201",
        "桂园-3-2-1201",
        "3栋2单元一二〇一",
        "3棟2單元1201號",
        "3—2—1201",
        "3/2/1201",
        "3栋\u00a02单元\u200b1201",
        "3栋2门1201",
        "三号楼2单元1201户",
        "3号2单元1201",
    };
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++) {
        expect(*state, SPELLINGS[i], ADDRESS_FOUND, "3-2-12-1201");
    }
    expect(*state, "十二栋1单元101", ADDRESS_FOUND, "12-1-1-101");
    expect(*state, "十二幢一单元101室", ADDRESS_FOUND, "12-1-1-101");
    expect(*state, "B2-1201", ADDRESS_FOUND, "B2-1201");
    expect(*state, "ｂ２栋1201", ADDRESS_FOUND, "B2-1201");
    expect(*state, "甲座101", ADDRESS_FOUND, "J-101");
    expect(*state, "三号楼电梯机房", ADDRESS_FOUND, "3-DT");
    expect(*state, "3栋 电梯机房", ADDRESS_FOUND, "3-DT");
}

static void only_the_label_and_the_code_are_as_written(void **state)
{
    static const struct {
        const char *text;
        bool is_as_written;
    } CASES[] = {{"3栋-2单元-1201", true}, {"3-2-12-1201", true}, {"3-2-1201", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct address_match match;
        assert_int_equal(address_find(*state, CASES[i].text, &match), ADDRESS_FOUND);
        assert_int_equal(match.is_as_written, CASES[i].is_as_written);
    }
}

static void a_building_without_unit_finds_its_only_home(void **state)
{
    struct address_match match;

    expect(*state, "3栋1201", ADDRESS_FOUND, "3-2-12-1201");
    expect(*state, "3-201", ADDRESS_FOUND, "3-1-2-201");
    expect(*state, "12栋101", ADDRESS_FOUND, "12-1-1-101");
    assert_int_equal(address_find(*state, "3栋101", &match), ADDRESS_AMBIGUOUS);
    assert_string_not_equal(match.label, match.other);
    assert_non_null(strstr(match.label, "101"));
    assert_non_null(strstr(match.other, "101"));
}

static void a_phase_that_is_not_said_leaves_two_homes(void **state)
{
    expect(*state, "1栋1单元101", ADDRESS_AMBIGUOUS, NULL);
    expect(*state, "一期1栋1单元101", ADDRESS_FOUND, "P1-101");
    expect(*state, "二期-1-1-101", ADDRESS_FOUND, "P2-101");
    expect(*state, "三期1栋1单元101", ADDRESS_NONE, NULL);
    /* the estate around it counts, another one does not */
    expect(*state, "梅园3栋2单元1201", ADDRESS_NONE, NULL);
}

static void what_is_no_place_of_the_register_finds_none(void **state)
{
    static const char *const NONE[] = {"3-2-1202",     "3-3-1201",  "4栋1201",  "13-2-1201",
                                       "3栋3单元101",  "B2-2-1201", "3-21-201", "B-21201",
                                       "3栋2单元1203", "2-3-1201"};
    static const char *const UNREADABLE[] = {"",
                                             "1201",
                                             "32单元1201",
                                             "3栋2单元13层1201",
                                             "二三单元101",
                                             "三二栋101",
                                             "3楼1201",
                                             "门卫室",
                                             "3-2-1201、1202",
                                             "3-2-1201 1202",
                                             "3-2-1201单元门",
                                             "321201号门",
                                             "1.2E+03",
                                             "--",
                                             "3栋2单元1201室旁",
                                             "3-2-1-2-1201"};
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        expect(*state, NONE[i], ADDRESS_NONE, NULL);
    }
    for (size_t i = 0; i < sizeof UNREADABLE / sizeof UNREADABLE[0]; i++) {
        struct address_match match;
        enum address_result got = address_find(*state, UNREADABLE[i], &match);
        if (got != ADDRESS_UNREADABLE && got != ADDRESS_NONE) {
            fail_msg("\"%s\" was understood as %s", UNREADABLE[i], match.label);
        }
    }
}

static void hyphens_between_numbers_are_never_dropped(void **state)
{
    expect(*state, "2-31-201", ADDRESS_FOUND, "2-31-201");
    expect(*state, "23-1-201", ADDRESS_NONE, NULL);
    expect(*state, "B21201", ADDRESS_UNREADABLE, NULL);
}

static void columns_of_building_and_unit_are_put_together(void **state)
{
    static const struct {
        const char *building, *unit, *room;
        enum address_result wanted;
        const char *code;
    } CASES[] = {
        {"3", "2", "1201", ADDRESS_FOUND, "3-2-12-1201"},
        {"三栋", "二单元", "1201室", ADDRESS_FOUND, "3-2-12-1201"},
        {"3号楼", "", "2-1201", ADDRESS_FOUND, "3-2-12-1201"},
        {"3", "", "1201", ADDRESS_FOUND, "3-2-12-1201"},
        {"3", "", "101", ADDRESS_AMBIGUOUS, NULL},
        {"3栋", "2", "3-2-1201", ADDRESS_FOUND, "3-2-12-1201"},
        {"12栋", "", "3-2-1201", ADDRESS_UNREADABLE, NULL},
        {"3栋", "1", "3-2-1201", ADDRESS_UNREADABLE, NULL},
        {"", "2", "1201", ADDRESS_UNREADABLE, NULL},
        {"3", "2", "", ADDRESS_UNREADABLE, NULL},
        {"", "", "3-2-1201", ADDRESS_FOUND, "3-2-12-1201"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct address_match match = {.code = ""};
        enum address_result got =
            address_find_parts(*state, CASES[i].building, CASES[i].unit, CASES[i].room, &match);
        bool is_none = got == ADDRESS_NONE || got == ADDRESS_UNREADABLE;
        if ((CASES[i].wanted == ADDRESS_UNREADABLE ? !is_none : got != CASES[i].wanted) ||
            (CASES[i].code != NULL && strcmp(match.code, CASES[i].code) != 0)) {
            fail_msg("%s | %s | %s: %d %s", CASES[i].building, CASES[i].unit, CASES[i].room,
                     (int)got, match.code);
        }
    }
}

static void numerals_are_read_from_one_to_ninety_nine(void **state)
{
    static const char *const DIGITS[] = {"",   "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const char *const NOT[] = {"",       "零",   "十十", "百", "二三",
                                      "一十百", "十零", "a",    "3"};
    (void)state;
    for (unsigned number = 1; number <= 99; number++) {
        char text[32];
        unsigned value = 0;
        (void)snprintf(text, sizeof text, "%s%s%s", number >= 20 ? DIGITS[number / 10] : "",
                       number >= 10 ? "十" : "", DIGITS[number % 10]);
        assert_true(address_numeral(text, strlen(text), &value));
        assert_int_equal(value, number);
    }
    for (size_t i = 0; i < sizeof NOT / sizeof NOT[0]; i++) {
        unsigned value = 7;
        assert_false(address_numeral(NOT[i], strlen(NOT[i]), &value));
        assert_int_equal(value, 7);
    }
}

static void ancestors_are_found_by_kind(void **state)
{
    assert_string_equal(address_ancestor(*state, "3-2-12-1201", "building"), "3");
    assert_string_equal(address_ancestor(*state, "3-2-12-1201", "home"), "3-2-12-1201");
    assert_string_equal(address_ancestor(*state, "3-DT", "area"), "0");
    assert_null(address_ancestor(*state, "3-DT", "home"));
    assert_null(address_ancestor(*state, "none", "home"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_home_finds_it),
        cmocka_unit_test(only_the_label_and_the_code_are_as_written),
        cmocka_unit_test(a_building_without_unit_finds_its_only_home),
        cmocka_unit_test(a_phase_that_is_not_said_leaves_two_homes),
        cmocka_unit_test(what_is_no_place_of_the_register_finds_none),
        cmocka_unit_test(hyphens_between_numbers_are_never_dropped),
        cmocka_unit_test(columns_of_building_and_unit_are_put_together),
        cmocka_unit_test(numerals_are_read_from_one_to_ninety_nine),
        cmocka_unit_test(ancestors_are_found_by_kind),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
