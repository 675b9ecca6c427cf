/* The reader of settings files: what a line is, and the values that several kinds share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "settings.h"

static struct settings_span span(const char *text)
{
    return (struct settings_span){text, strlen(text)};
}

static void settings_lines_are_told_apart_and_counted(void **state)
{
    static const char text[] = "# a remark\n\n[one]\r\n name = a = b \n=\n[two\n]\nnothing";
    static const struct {
        enum settings_kind kind;
        size_t number;
        const char *name, *value;
    } wanted[] = {{SETTINGS_SECTION, 3, "one", ""}, {SETTINGS_VALUE, 4, "name", "a = b"},
                  {SETTINGS_VALUE, 5, "", ""},      {SETTINGS_BRACKET, 6, "", ""},
                  {SETTINGS_NEITHER, 7, "", ""},    {SETTINGS_NEITHER, 8, "", ""}};
    struct settings settings = {.text = text, .len = sizeof text - 1};
    struct settings_line line = {0};
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_true(settings_next(&settings, &line));
        assert_int_equal(line.kind, wanted[i].kind);
        assert_int_equal(line.number, wanted[i].number);
        if (line.kind == SETTINGS_SECTION || line.kind == SETTINGS_VALUE) {
            assert_true(settings_is_word(line.name, wanted[i].name));
            assert_true(line.value.text == NULL ||
                        settings_is_word(line.value, wanted[i].value));
        }
    }
    assert_false(settings_next(&settings, &line));
    assert_int_equal(line.number, 8);
}

static void settings_numbers_are_read_within_their_range(void **state)
{
    static const struct {
        const char *text;
        unsigned decimals;
        double min, max;
        bool fits;
        double value;
    } cases[] = {
        {"12.125", 3, 0.0, 20.0, true, 12.125}, {"12.1250", 3, 0.0, 20.0, false, 0.0},
        {"-1.5", 3, -2.0, 2.0, true, -1.5},     {"-1.5", 3, 0.0, 2.0, false, 0.0},
        {"-0", 3, -2.0, 2.0, true, 0.0},        {"", 3, 0.0, 2.0, false, 0.0},
        {"-", 3, -2.0, 2.0, false, 0.0},        {"1.", 3, 0.0, 2.0, false, 0.0},
        {".5", 3, 0.0, 2.0, false, 0.0},        {"1,5", 3, 0.0, 2.0, false, 0.0},
        {"1e1", 3, 0.0, 20.0, false, 0.0},      {"0000000001", 3, 0.0, 2.0, false, 0.0},
        {"2.0001", 4, 0.0, 2.0, false, 0.0},    {" 1", 3, 0.0, 2.0, false, 0.0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 77.0;
        bool fits = settings_read_number(span(cases[i].text), cases[i].decimals, cases[i].min,
                                         cases[i].max, &value);
        assert_int_equal(fits, cases[i].fits);
        assert_true(value == (cases[i].fits ? cases[i].value : 77.0));
    }
    double x = 7.0;
    double y = 7.0;
    assert_true(settings_read_pair(span("1.5,2"), 3, 0.0, 3.0, &x, &y));
    assert_true(x == 1.5 && y == 2.0);
    assert_false(settings_read_pair(span("1.5"), 3, 0.0, 3.0, &x, &y));
    assert_false(settings_read_pair(span("4,2"), 3, 0.0, 3.0, &x, &y));
    assert_true(x == 1.5);
}

static void settings_copies_fit_or_leave_the_target_alone(void **state)
{
    char out[4] = "old";
    struct settings_span rest = span("a , b , c");
    struct settings_span part = {0};
    bool flag = false;
    (void)state;
    assert_false(settings_copy_name(span("abcd"), "abcd", out, sizeof out));
    assert_false(settings_copy_name(span(""), "abcd", out, sizeof out));
    assert_false(settings_copy_name(span("x"), "abcd", out, sizeof out));
    assert_false(settings_copy_words(span("a\tb"), out, sizeof out));
    assert_string_equal(out, "old");
    assert_true(settings_copy_words(span("中"), out, sizeof out));
    assert_string_equal(out, "中");
    assert_true(settings_next_part(&rest, &part));
    assert_true(settings_is_word(part, "a"));
    assert_true(settings_is_word(rest, "b , c"));
    assert_true(settings_read_flag(span("yes"), &flag) && flag);
    assert_false(settings_read_flag(span("y"), &flag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_lines_are_told_apart_and_counted),
        cmocka_unit_test(settings_numbers_are_read_within_their_range),
        cmocka_unit_test(settings_copies_fit_or_leave_the_target_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
