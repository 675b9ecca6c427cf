/* Codes: what is encoded, and that the outline covers exactly the dark modules. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "qr.h"
#include "qr_path.h"

#define TAG  "C1K14F7Q2M9X7QZ0XK88"
#define STEP 3 /* pixels a module */

/* cmocka's own comparison is of float, which our warnings refuse. */
static bool is_near(double a, double b, double slack)
{
    return fabs(a - b) <= slack;
}

static void qr_tag_is_version_2(void **state)
{
    struct print_qr qr;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(print_qr_tag(TAG, &qr, &err), CUSTODY_OK);
    assert_int_equal(qr.width, PRINT_QR_TAG_WIDTH);
    /* The first two format bits, below the upper left finder: level H is 10, which
     * the standard's mask makes 00. */
    assert_int_equal(qr.modules[8 * qr.width], 0);
    assert_int_equal(qr.modules[8 * qr.width + 1], 0);
}

static void qr_tag_refuses_what_is_no_tag(void **state)
{
    static const char *const cases[] = {"",
                                        "C1K14F7Q2M9X7QZ0XK8",
                                        "C1K14F7Q2M9X7QZ0XK888",
                                        "c1k14f7q2m9x7qz0xk88",
                                        "C1K14F7Q2M9X7QZ0XK8~",
                                        "C1K14F7Q2M9X7QZ0XK栋"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct print_qr qr = {.width = 77};
        struct custody_error err = {0};
        assert_int_equal(print_qr_tag(cases[i], &qr, &err), CUSTODY_ERR_INVALID);
        assert_int_equal(qr.width, 77);
        assert_true(err.text[0] != '\0');
    }
}

static void qr_bytes_refuses_none_and_too_many(void **state)
{
    static uint8_t data[8000];
    static const size_t lens[] = {0, 667, 2953, 2954, sizeof data};
    (void)state;
    memset(data, 0xA5, sizeof data);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        struct print_qr qr = {.width = 77};
        struct custody_error err = {0};
        assert_int_equal(print_qr_bytes(data, lens[i], &qr, &err), CUSTODY_ERR_LIMIT);
        assert_int_equal(qr.width, 77);
    }
    struct print_qr qr;
    assert_int_equal(print_qr_bytes(data, 666, &qr, NULL), CUSTODY_OK);
    assert_int_equal(qr.width, PRINT_QR_WIDTH_MAX);
    assert_int_equal(print_qr_bytes(data, 213, &qr, NULL), CUSTODY_OK);
    assert_int_equal(qr.width, 57); /* version 10, as the standard's table says for M */
}

/* Draw the outline on a picture of whole pixels and compare every pixel with its module. */
static void check_outline(const struct print_qr *qr)
{
    int side = (qr->width + 2) * STEP;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, side, side);
    cairo_t *cairo = cairo_create(surface);
    print_qr_fill(cairo, qr, STEP, STEP, STEP);
    assert_int_equal(cairo_get_fill_rule(cairo), CAIRO_FILL_RULE_WINDING);
    cairo_surface_flush(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            bool is_dark =
                x >= STEP && y >= STEP && print_qr_is_dark(qr, x / STEP - 1, y / STEP - 1);
            assert_int_equal(data[y * stride + x], is_dark ? 255 : 0);
        }
    }
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
}

static void qr_fill_covers_exactly_the_dark_modules(void **state)
{
    struct print_qr qr;
    char data[200];
    (void)state;
    assert_int_equal(print_qr_tag(TAG, &qr, NULL), CUSTODY_OK);
    check_outline(&qr);
    for (size_t len = 1; len < sizeof data; len += 11) {
        for (size_t i = 0; i < len; i++) {
            data[i] = (char)('A' + (i * 7 + len) % 50);
        }
        assert_int_equal(print_qr_bytes(data, len, &qr, NULL), CUSTODY_OK);
        check_outline(&qr);
    }
}

/* Every pattern of 3 x 3 modules: holes, corners that touch, islands in holes' place. */
static void qr_fill_covers_every_small_pattern(void **state)
{
    (void)state;
    for (unsigned pattern = 0; pattern < 512; pattern++) {
        struct print_qr qr = {.width = 3};
        for (unsigned bit = 0; bit < 9; bit++) {
            qr.modules[bit] = (uint8_t)(pattern >> bit & 1u);
        }
        check_outline(&qr);
    }
}

static void qr_module_is_whole_dots(void **state)
{
    (void)state;
    /* 13 mm at 203 dpi: three dots; 33 modules of six dots at 300 dpi fit exactly so. */
    assert_true(is_near(print_qr_module_mm(25, 4, 13.0, 203.0), 3.0 * 25.4 / 203.0, 1e-6));
    assert_true(is_near(print_qr_module_mm(25, 4, 33 * 6 * 25.4 / 300.0, 300.0), 0.508, 1e-6));
    assert_true(is_near(print_qr_module_mm(25, 4, 2.0, 203.0), 0.0, 1e-6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qr_tag_is_version_2),
        cmocka_unit_test(qr_tag_refuses_what_is_no_tag),
        cmocka_unit_test(qr_bytes_refuses_none_and_too_many),
        cmocka_unit_test(qr_fill_covers_exactly_the_dark_modules),
        cmocka_unit_test(qr_fill_covers_every_small_pattern),
        cmocka_unit_test(qr_module_is_whole_dots),
    };
    return cmocka_run_group_tests_name("print qr", tests, NULL, NULL);
}
