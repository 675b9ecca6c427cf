/* Charts: heights in proportion, words that all stand inside, refusals by name. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bits_fixture.h"
#include "chart.h"
#include "lsan.h"

static const char *const MONTHS[] = {"1月", "2月", "3月", "4月",  "5月",  "6月",
                                     "7月", "8月", "9月", "10月", "11月", "12月"};
static const struct print_box BOX = {5.0, 5.0, 90.0, 60.0};

static struct print_chart chart_of(const struct print_series *series, size_t series_count,
                                   size_t place_count)
{
    return (struct print_chart){.kind = PRINT_CHART_BARS,
                                .places = MONTHS,
                                .place_count = place_count,
                                .series = series,
                                .series_count = series_count,
                                .size_pt = 8.0,
                                .record = "chart 3"};
}

static enum custody_status set_chart(struct bits *bits, const struct print_chart *chart,
                                     const struct print_box *box, struct custody_error *err)
{
    struct print_doc *doc = bits_open(bits, 100.0, 70.0, 254.0);
    enum custody_status rc = print_chart(doc, chart, box, err);
    bits_finish(doc);
    return rc;
}

static void chart_bars_are_as_high_as_their_values(void **state)
{
    static const double values[] = {100.0, 50.0, 0.0, 25.0};
    const struct print_series series = {NULL, values, {0.0, 0.0, 0.0}};
    struct print_chart chart = chart_of(&series, 1, 4);
    struct bits bits = {.count = 0};
    size_t high[4] = {0};
    (void)state;
    assert_int_equal(set_chart(&bits, &chart, &BOX, NULL), CUSTODY_OK);
    /* The upright axis is the first long column from the left. */
    size_t axis = 0;
    while (axis < 999 && bits_black(&bits, 0, axis, 0, 1, 700) < 400) {
        axis++;
    }
    assert_true(axis > 50);
    double pitch = (950.0 - (double)axis) / 4.0;
    for (size_t i = 0; i < 4; i++) {
        size_t middle = axis + (size_t)(((double)i + 0.5) * pitch);
        /* Beside the middle, where the words below do not reach with a full column. */
        for (size_t y = 700; y-- > 0;) {
            size_t run = 0;
            while (bits_at(&bits, 0, middle, y - run) && run < y) {
                run++;
            }
            high[i] = run > high[i] ? run : high[i];
            y -= run < y ? run : y;
        }
    }
    assert_true(fabs((double)high[1] / (double)high[0] - 0.5) < 0.02);
    assert_true(fabs((double)high[3] / (double)high[0] - 0.25) < 0.02);
    assert_true(high[2] < 30);
    bits_free(&bits);
}

static void chart_stays_within_its_box(void **state)
{
    static const double values[] = {3.0, 141.0, 59.0, 26.0, 53.0, 58.0,
                                    9.0, 7.0,   93.0, 23.0, 84.0, 62.0};
    static const struct print_box boxes[] = {
        {5.0, 5.0, 90.0, 60.0}, {20.0, 10.0, 30.0, 25.0}, {40.0, 30.0, 50.0, 30.0}};
    const struct print_series series[] = {{"借出", values, {0.0, 0.0, 0.0}},
                                          {"逾期", values, {0.4, 0.0, 0.0}}};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct bits bits = {.count = 0};
        struct print_chart chart = chart_of(series, 2, 12);
        const struct print_box *box = &boxes[i / 2];
        chart.kind = i % 2 == 0 ? PRINT_CHART_BARS : PRINT_CHART_LINES;
        chart.title = "钥匙借出";
        chart.unit = "次";
        assert_int_equal(set_chart(&bits, &chart, box, NULL), CUSTODY_OK);
        size_t all = bits_black(&bits, 0, 0, 0, 1000, 700);
        assert_true(all > 1000);
        assert_int_equal(all, bits_black(&bits, 0, (size_t)(box->x_mm * 10.0),
                                         (size_t)(box->y_mm * 10.0), (size_t)(box->w_mm * 10.0),
                                         (size_t)(box->h_mm * 10.0)));
        bits_free(&bits);
    }
}

static void chart_of_nothing_and_of_one_value_are_drawn(void **state)
{
    static const double none[] = {0.0, 0.0, 0.0};
    static const double one[] = {1e-7};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const struct print_series series = {NULL, i < 2 ? none : one, {0.0, 0.0, 0.0}};
        struct print_chart chart = chart_of(&series, 1, i < 2 ? 3 : 1);
        struct bits bits = {.count = 0};
        chart.kind = i % 2 == 0 ? PRINT_CHART_BARS : PRINT_CHART_LINES;
        assert_int_equal(set_chart(&bits, &chart, &BOX, NULL), CUSTODY_OK);
        bits_free(&bits);
    }
}

static void chart_refuses_what_cannot_be_shown(void **state)
{
    static const double good[] = {1.0, 2.0};
    static const double below[] = {1.0, -0.1};
    const double no_number[] = {1.0, (double)NAN};
    const double endless[] = {1.0, (double)INFINITY};
    static const char *const bad_places[] = {"1月", "\xF0\xAA\x9B\xA5"};
    const struct print_box small = {5.0, 5.0, 8.0, 8.0};
    const struct {
        const double *values;
        size_t series_count, place_count;
        const char *const *places;
        const struct print_box *box;
        enum custody_status status;
    } cases[] = {
        {good, 0, 2, MONTHS, &BOX, CUSTODY_ERR_LIMIT},
        {good, PRINT_SERIES_MAX + 1, 2, MONTHS, &BOX, CUSTODY_ERR_LIMIT},
        {good, 1, 0, MONTHS, &BOX, CUSTODY_ERR_INVALID},
        {below, 1, 2, MONTHS, &BOX, CUSTODY_ERR_INVALID},
        {no_number, 1, 2, MONTHS, &BOX, CUSTODY_ERR_INVALID},
        {endless, 1, 2, MONTHS, &BOX, CUSTODY_ERR_INVALID},
        {good, 1, 2, bad_places, &BOX, CUSTODY_ERR_INVALID},
        {good, 1, 2, MONTHS, &small, CUSTODY_ERR_INVALID},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct print_series series = {NULL, cases[i].values, {0.0, 0.0, 0.0}};
        struct print_chart chart =
            chart_of(&series, cases[i].series_count, cases[i].place_count);
        struct bits bits = {.count = 0};
        struct custody_error err = {0};
        chart.places = cases[i].places;
        if (set_chart(&bits, &chart, cases[i].box, &err) != cases[i].status) {
            fail_msg("case %zu: %s", i, err.text);
        }
        assert_non_null(strstr(err.text, "chart 3"));
        bits_free(&bits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chart_bars_are_as_high_as_their_values),
        cmocka_unit_test(chart_stays_within_its_box),
        cmocka_unit_test(chart_of_nothing_and_of_one_value_are_drawn),
        cmocka_unit_test(chart_refuses_what_cannot_be_shown),
    };
    return cmocka_run_group_tests_name("print chart", tests, NULL, NULL);
}
