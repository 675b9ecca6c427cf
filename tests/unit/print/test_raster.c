/* Pages in one bit a dot: every edge on a whole dot, and the same code whatever is around it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bits_fixture.h"
#include "lsan.h"
#include "qr.h"
#include "typeset.h"

#define TAG "C1K14F7Q2M9X7QZ0XK88"
/* Ten dots a millimetre, so that places are easily said. */
#define DPI_TENTHS 254.0

static const struct print_colour BLACK = {0.0, 0.0, 0.0};

static void bits_are_packed_from_the_highest_with_nothing_behind(void **state)
{
    struct bits bits = {.count = 0};
    struct print_doc *doc = bits_open(&bits, 10.1, 5.0, DPI_TENTHS);
    const struct print_box all = {0.0, 0.0, 10.1, 5.0};
    const struct print_box three = {0.9, 0.2, 0.3, 0.1};
    (void)state;
    print_doc_fill(doc, &all, BLACK);
    assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
    print_doc_fill(doc, &three, BLACK);
    bits_finish(doc);
    assert_int_equal(bits.count, 2);
    assert_int_equal(bits.width[0], 101);
    assert_int_equal(bits.height[0], 50);
    assert_int_equal(bits.row_bytes[0], 13);
    for (size_t i = 0; i < 50 * 13; i++) {
        assert_int_equal(bits.rows[0][i], i % 13 == 12 ? 0xF8 : 0xFF);
        /* Three dots from the second of byte 1 in row 2; the page before is wiped. */
        assert_int_equal(bits.rows[1][i], i == 2 * 13 + 1 ? 0x70 : 0x00);
    }
    bits_free(&bits);
}

static void bits_of_a_label_are_as_many_as_the_printer_has(void **state)
{
    static const struct {
        double width_mm, height_mm, dpi;
        size_t width, height;
    } cases[] = {{40.0, 30.0, 203.0, 320, 240},
                 {50.0, 30.0, 203.0, 400, 240},
                 {40.0, 30.0, 300.0, 472, 354},
                 {22.0, 32.0, 600.0, 520, 756}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bits bits = {.count = 0};
        bits_finish(bits_open(&bits, cases[i].width_mm, cases[i].height_mm, cases[i].dpi));
        assert_int_equal(bits.width[0], cases[i].width);
        assert_int_equal(bits.height[0], cases[i].height);
        assert_int_equal(bits_black(&bits, 0, 0, 0, bits.width[0], bits.height[0]), 0);
        bits_free(&bits);
    }
}

static void bits_of_what_is_darker_than_half_are_black(void **state)
{
    static const struct {
        struct print_colour colour;
        bool is_black;
    } cases[] = {
        {{0.0, 0.0, 0.0}, true},  {{0.49, 0.49, 0.49}, true}, {{0.51, 0.51, 0.51}, false},
        {{0.8, 0.0, 0.0}, true},  {{0.0, 0.0, 1.0}, true},    {{1.0, 0.8, 0.0}, false},
        {{1.0, 1.0, 1.0}, false},
    };
    const struct print_box box = {1.0, 1.0, 3.0, 2.0};
    const struct print_box under = {0.0, 0.0, 10.0, 10.0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bits bits = {.count = 0};
        struct print_doc *doc = bits_open(&bits, 10.0, 10.0, DPI_TENTHS);
        print_doc_fill(doc, &box, cases[i].colour);
        assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
        /* Light on dark takes the dark away. */
        print_doc_fill(doc, &under, BLACK);
        print_doc_fill(doc, &box, cases[i].colour);
        bits_finish(doc);
        assert_int_equal(bits_black(&bits, 0, 0, 0, 100, 100), cases[i].is_black ? 600 : 0);
        assert_int_equal(bits_black(&bits, 1, 0, 0, 100, 100),
                         cases[i].is_black ? 10000 : 9400);
        bits_free(&bits);
    }
}

static void bits_of_a_rule_are_as_many_wherever_it_stands(void **state)
{
    struct bits bits = {.count = 0};
    struct print_doc *doc = bits_open(&bits, 40.0, 40.0, 203.0);
    (void)state;
    for (int i = 0; i < 12; i++) {
        double at = 2.0 + i * 3.01;
        print_doc_rule(doc, 1.0, at, 39.0, at, 0.25);
    }
    assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
    for (int i = 0; i < 12; i++) {
        double at = 2.0 + i * 3.01;
        print_doc_rule(doc, at, 39.0, at, 1.0, 0.01);
    }
    bits_finish(doc);
    /* 0.25 mm are two dots; a hair is one dot and not none. */
    assert_int_equal(bits_black(&bits, 0, 160, 0, 1, 320), 24);
    assert_int_equal(bits_black(&bits, 1, 0, 160, 320, 1), 12);
    bits_free(&bits);
}

static void bits_of_a_frame_are_inside_its_box(void **state)
{
    struct bits bits = {.count = 0};
    struct print_doc *doc = bits_open(&bits, 40.0, 30.0, DPI_TENTHS);
    const struct print_box box = {5.0, 4.0, 20.0, 10.0};
    (void)state;
    print_doc_frame(doc, &box, 0.3);
    bits_finish(doc);
    assert_int_equal(bits_black(&bits, 0, 0, 0, 400, 300), 200 * 100 - 194 * 94);
    assert_int_equal(bits_black(&bits, 0, 50, 40, 200, 100), 200 * 100 - 194 * 94);
    bits_free(&bits);
}

/* Every dot of the code against its module, in a page with nothing else. */
static void assert_code(const struct bits *bits, size_t page, const struct print_qr *qr,
                        size_t left, size_t top, size_t dots)
{
    size_t side = (size_t)qr->width * dots;
    for (size_t y = 0; y < side; y++) {
        for (size_t x = 0; x < side; x++) {
            if (bits_at(bits, page, left + x, top + y) !=
                print_qr_is_dark(qr, (int)(x / dots), (int)(y / dots))) {
                fail_msg("dot %zu, %zu of the code is wrong", x, y);
            }
        }
    }
}

static void bits_of_a_code_are_whole_modules(void **state)
{
    /* Where it is put, in dots and parts of them; how large a module. */
    static const struct {
        double at, module;
        size_t left, dots;
    } cases[] = {
        {20.0, 3.0, 20, 3},
        {20.4, 3.0, 20, 3},
        {19.6, 3.0, 20, 3},
        {20.0, 1.0, 20, 1},
        /* Cut to whole dots: 25 times half a dot is left, in equal parts on both sides. */
        {20.0, 3.5, 26, 3},
        {20.0, 2.9999999, 20, 3},
    };
    struct print_qr qr;
    const double dot = 25.4 / 203.0;
    (void)state;
    assert_int_equal(print_qr_tag(TAG, &qr, NULL), CUSTODY_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bits bits = {.count = 0};
        struct print_doc *doc = bits_open(&bits, 40.0, 30.0, 203.0);
        assert_true(fabs(print_doc_dot_mm(doc) - dot) < 1e-9);
        print_qr_draw(doc, &qr, cases[i].at * dot, cases[i].at * dot, cases[i].module * dot);
        assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
        print_qr_draw_mask(doc, &qr, cases[i].at * dot, cases[i].at * dot,
                           cases[i].module * dot, 4);
        bits_finish(doc);
        for (size_t page = 0; page < 2; page++) {
            assert_code(&bits, page, &qr, cases[i].left, cases[i].left, cases[i].dots);
            /* The quiet zone is quiet. */
            size_t side = 25 * cases[i].dots;
            assert_int_equal(bits_black(&bits, page, 0, 0, 320, 240),
                             bits_black(&bits, page, cases[i].left, cases[i].left, side, side));
        }
        bits_free(&bits);
    }
}

/* Whatever colour the neighbour had, and wherever its pen stood. */
static void bits_of_a_code_do_not_depend_on_what_was_drawn_before(void **state)
{
    static const struct print_colour colours[] = {
        {1.0, 1.0, 1.0}, {1.0, 0.8, 0.0}, {0.8, 0.0, 0.0}, {0.0, 0.0, 0.0}};
    const struct print_box band = {0.0, 26.0, 40.0, 3.0};
    struct print_qr qr;
    struct bits bits = {.count = 0};
    struct print_doc *doc = bits_open(&bits, 40.0, 30.0, 203.0);
    (void)state;
    assert_int_equal(print_qr_tag(TAG, &qr, NULL), CUSTODY_OK);
    for (size_t i = 0; i < 4; i++) {
        const struct print_style style = {
            .size_pt = 8.0, .min_pt = 8.0, .vertical = i % 2 == 1, .colour = colours[i]};
        assert_int_equal(i > 0 ? print_doc_break(doc, NULL) : CUSTODY_OK, CUSTODY_OK);
        print_doc_fill(doc, &band, colours[i]);
        assert_int_equal(print_text_box(doc, &style, "业主", &band, "row 1", NULL), CUSTODY_OK);
        print_qr_draw(doc, &qr, 2.0, 2.0, 4.0 * 25.4 / 203.0);
    }
    bits_finish(doc);
    for (size_t i = 0; i < 4; i++) {
        assert_code(&bits, i, &qr, 16, 16, 4);
    }
    bits_free(&bits);
}

static void bits_pages_are_given_one_by_one_and_a_failure_ends_the_document(void **state)
{
    struct bits bits = {.fail_at = 2};
    struct custody_error err = {0};
    struct print_doc *doc = bits_open(&bits, 40.0, 30.0, 203.0);
    (void)state;
    assert_int_equal(print_doc_break(doc, &err), CUSTODY_OK);
    assert_int_equal(bits.count, 1);
    assert_int_equal(print_doc_break(doc, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.text, "the tray is empty: fill it");
    bits.fail_at = 0;
    err = (struct custody_error){0};
    assert_int_equal(print_doc_commit(doc, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.text, "the tray is empty: fill it");
    assert_int_equal(bits.count, 1);
    print_doc_close(doc);
    bits_free(&bits);
}

/* Chinese of 14 dots, the floor: strokes stay apart, and no stroke is lost. */
static void bits_of_small_chinese_neither_fill_up_nor_vanish(void **state)
{
    static const char text[] = "栋楼单元防盗铁门钥匙设施备房";
    const struct print_style style = {
        .size_pt = PRINT_SIZE_FLOOR_PT, .min_pt = PRINT_SIZE_FLOOR_PT, .bold = true};
    const struct print_box line = {0.0, 1.0, 39.0, 2.0};
    struct bits bits = {.count = 0};
    struct print_doc *doc = bits_open(&bits, 40.0, 5.0, 203.0);
    (void)state;
    assert_int_equal(print_text_line(doc, &style, text, &line, "row 1", NULL), CUSTODY_OK);
    bits_finish(doc);
    for (size_t i = 0; i < (sizeof text - 1) / 3; i++) {
        size_t black = bits_black(&bits, 0, i * 14, 6, 14, 20);
        if (black < 14 * 14 / 5 || black > 14 * 14 * 2 / 3) {
            fail_msg("character %zu has %zu black dots of 196", i, black);
        }
    }
    bits_free(&bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_are_packed_from_the_highest_with_nothing_behind),
        cmocka_unit_test(bits_of_a_label_are_as_many_as_the_printer_has),
        cmocka_unit_test(bits_of_what_is_darker_than_half_are_black),
        cmocka_unit_test(bits_of_a_rule_are_as_many_wherever_it_stands),
        cmocka_unit_test(bits_of_a_frame_are_inside_its_box),
        cmocka_unit_test(bits_of_a_code_are_whole_modules),
        cmocka_unit_test(bits_of_a_code_do_not_depend_on_what_was_drawn_before),
        cmocka_unit_test(bits_pages_are_given_one_by_one_and_a_failure_ends_the_document),
        cmocka_unit_test(bits_of_small_chinese_neither_fill_up_nor_vanish),
    };
    return cmocka_run_group_tests_name("print raster", tests, NULL, NULL);
}
