/* Templates: what stands of words and names when some names have no words. */
#include "label_fixture.h"

#include "stock.h"

static void template_fill_leaves_out_what_has_no_words(void **state)
{
    static const struct custody_label_field fields[] = {
        {"a", "甲"}, {"b", "乙"}, {"none", NULL}, {"empty", ""}, {"a", "second"}};
    static const struct {
        const char *text;
        const char *wanted;
    } cases[] = {
        {"{a}", "甲"},
        {"{a}{b}", "甲乙"},
        {"{a}-{b}", "甲-乙"},
        {"{a}-{empty}", "甲"},
        {"{empty}-{b}", "乙"},
        {"{a}-{none}-{b}", "甲-乙"},
        {"{empty}-{none}", ""},
        {"{unknown}", ""},
        {"{a} {b}", "甲 乙"},
        {"{a} {empty} {b}", "甲 乙"},
        {"{empty} {b}", "乙"},
        {"{a} {empty}", "甲"},
        {"第{a}盒", "第甲盒"},
        {"第{empty}盒", ""},
        {"盒号 {a}", "盒号 甲"},
        {"盒号 {empty}", ""},
        {"盒号 {empty} {b}", "盒号 乙"},
        {"{a}-{empty}/{b}室", "甲/乙室"},
        {"固定", "固定"},
        {"固 定", "固 定"},
        {"{human}", "K-1"},
        {"{a}/{human}", "甲/K-1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[STOCK_TEXT_SIZE];
        assert_true(stock_template_is_valid(cases[i].text));
        assert_true(stock_template_fill(cases[i].text, fields, 5, "K-1", out));
        assert_string_equal(out, cases[i].wanted);
    }
}

static void template_fill_says_when_it_does_not_fit(void **state)
{
    char words[STOCK_TEXT_SIZE];
    char out[STOCK_TEXT_SIZE];
    const struct custody_label_field field = {"a", words};
    (void)state;
    memset(words, 'x', sizeof words);
    words[sizeof words - 1] = '\0';
    assert_true(stock_template_fill("{a}", &field, 1, "", out));
    assert_int_equal(strlen(out), sizeof words - 1);
    assert_false(stock_template_fill("{a}y", &field, 1, "", out));
    assert_false(stock_template_fill("{a} {a}", &field, 1, "", out));
}

static void template_list_names_each_once(void **state)
{
    char list[23] = "";
    (void)state;
    assert_true(stock_template_list("{room}-{human}", list, sizeof list));
    assert_true(stock_template_list("{roo} {room}x{class}", list, sizeof list));
    assert_string_equal(list, "room roo class");
    assert_true(stock_template_has("{room}-{class}", "class"));
    assert_false(stock_template_has("{room}-{class}", "clas"));
    assert_false(stock_template_list("{building}", list, sizeof list));
}

static void template_refuses_what_is_none(void **state)
{
    static const char *const bad[] = {"",     "{",   "}",     "{}",
                                      "{a",   "a}",  "{a}}",  "{{a}}",
                                      "{a1}", "{A}", "{a b}", "{abcdefghijklmnop}"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (stock_template_is_valid(bad[i])) {
            fail_msg("%s", bad[i]);
        }
    }
    assert_true(stock_template_is_valid("{abcdefghijklmno}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(template_fill_leaves_out_what_has_no_words),
        cmocka_unit_test(template_fill_says_when_it_does_not_fit),
        cmocka_unit_test(template_list_names_each_once),
        cmocka_unit_test(template_refuses_what_is_none),
    };
    return cmocka_run_group_tests_name("label stock template", tests, NULL, NULL);
}
