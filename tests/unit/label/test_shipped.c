/* The stocks that we ship: each loads, is called as its file, and prints, also blind. */
#include "label_fixture.h"

#include "../print/lsan.h"
#include "stock.h"

static void every_shipped_stock_is_listed_by_name(void **state)
{
    struct custody_label_stock *stocks = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    (void)state;
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err), CUSTODY_OK);
    assert_true(count >= 14);
    for (size_t i = 0; i < count; i++) {
        struct custody_label_stock again;
        assert_int_equal(custody_label_stock_read(stocks[i].name, &again, &err), CUSTODY_OK);
        assert_string_equal(again.name, stocks[i].name);
        assert_true(strlen(stocks[i].title) > 0);
        assert_true(i == 0 || strcmp(stocks[i - 1].name, stocks[i].name) < 0);
    }
    free(stocks);
}

static void print(struct fixture *f, const struct custody_label_stock *stock,
                  enum custody_label_format format)
{
    struct custody_error err = {0};
    size_t sheets = 0;
    struct custody_label_job job = fixture_job(f, stock->name, format, 2);
    if (custody_label_print(&job, &sheets, &err) != CUSTODY_OK) {
        fail_msg("%s: %s", stock->name, err.text);
    }
    assert_int_equal(sheets, stock->is_roll ? 2 : 1);
}

static void every_shipped_stock_prints_in_both_profiles(void **state)
{
    static const struct custody_label_field blind[] = {{"class", "业主"},
                                                       {"note", "拾到请电 0371-12345678"}};
    struct fixture *f = *state;
    struct custody_label_stock *stocks = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err), CUSTODY_OK);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            print(f, &stocks[i], CUSTODY_LABEL_PDF);
            if (stocks[i].is_roll) {
                print(f, &stocks[i], CUSTODY_LABEL_TSPL);
            }
        }
        for (size_t i = 0; i < LABELS; i++) {
            memcpy(f->labels[i].fields, blind, sizeof blind);
            f->labels[i].field_count = 2;
        }
    }
    free(stocks);
}

/* The longest words of an estate still stand on the smallest tags. */
static void every_tag_of_ours_has_room_for_long_addresses(void **state)
{
    static const struct custody_label_field fields[] = {
        {"building", "108栋-12单元"},
        {"room", "-2楼-B2-1208房"},
        {"what", "电子对讲门"},
        {"class", "业主"},
        {"copy", "12/12"},
        {"number", "12345"},
        {"address", "108栋-12单元-B2-1208 电子对讲门"}};
    struct fixture *f = *state;
    struct custody_label_stock *stocks = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    for (size_t i = 0; i < LABELS; i++) {
        memcpy(f->labels[i].fields, fields, sizeof fields);
        f->labels[i].field_count = sizeof fields / sizeof fields[0];
    }
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err), CUSTODY_OK);
    for (size_t i = 0; i < count; i++) {
        print(f, &stocks[i], CUSTODY_LABEL_PDF);
    }
    free(stocks);
}

/* Four dots a module at the stock's own dpi, save where only three fit. */
static void every_shipped_code_has_four_dots_but_the_narrow_fob(void **state)
{
    struct custody_label_stock *stocks = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    (void)state;
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err), CUSTODY_OK);
    for (size_t i = 0; i < count; i++) {
        struct stock stock;
        assert_int_equal(stock_load(stocks[i].name, &stock, &err), CUSTODY_OK);
        if (!stock.has_code) {
            continue;
        }
        int dots = (int)(stock_module_mm(&stock, 203.0) / (25.4 / 203.0) + 0.5);
        assert_true(dots >= (strcmp(stock.name, "fob-13x40") == 0 ? 3 : 4));
    }
    free(stocks);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_stock_is_listed_by_name),
        CASE(every_shipped_stock_prints_in_both_profiles),
        CASE(every_tag_of_ours_has_room_for_long_addresses),
        cmocka_unit_test(every_shipped_code_has_four_dots_but_the_narrow_fob),
    };
    return cmocka_run_group_tests_name("label shipped", tests, NULL, NULL);
}
