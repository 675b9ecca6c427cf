/* Text in boxes, upright columns, fonts: looked at dot by dot. */
#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bits_fixture.h"
#include "fixture.h"
#include "lsan.h"
#include "typeset.h"

#define DPI    600.0
#define DOT_MM (25.4 / DPI)
/* U+2A6E5 is allowed in signed strings and assigned to no character. */
#define NO_GLYPH "3\xF0\xAA\x9B\xA5栋"

/* What is black of page 0, in dots. */
struct ink {
    size_t left, top, right, bottom; /* right and bottom: the first without */
};

static struct ink ink_of(const struct bits *bits)
{
    struct ink ink = {.left = SIZE_MAX, .top = SIZE_MAX};
    for (size_t y = 0; y < bits->height[0]; y++) {
        for (size_t x = 0; x < bits->width[0]; x++) {
            if (bits_at(bits, 0, x, y)) {
                ink.left = x < ink.left ? x : ink.left;
                ink.right = x >= ink.right ? x + 1 : ink.right;
                ink.top = y < ink.top ? y : ink.top;
                ink.bottom = y + 1;
            }
        }
    }
    return ink;
}

/* One text in a page of 60 by 60 mm, font NULL: the usual one. */
static enum custody_status set_text(struct bits *bits, const char *font,
                                    const struct print_style *style, const char *text,
                                    const struct print_box *box, struct custody_error *err)
{
    struct print_doc *doc = bits_open(bits, 60.0, 60.0, DPI);
    if (font != NULL) {
        assert_int_equal(print_font_set(doc, font, NULL), CUSTODY_OK);
    }
    enum custody_status rc = print_text_box(doc, style, text, box, "row 12", err);
    bits_finish(doc);
    return rc;
}

static bool is_same_ink(const struct bits *a, const struct bits *b)
{
    struct ink x = ink_of(a);
    struct ink y = ink_of(b);
    if (x.right - x.left != y.right - y.left || x.bottom - x.top != y.bottom - y.top) {
        return false;
    }
    for (size_t i = 0; i < x.bottom - x.top; i++) {
        for (size_t j = 0; j < x.right - x.left; j++) {
            if (bits_at(a, 0, x.left + j, x.top + i) != bits_at(b, 0, y.left + j, y.top + i)) {
                return false;
            }
        }
    }
    return true;
}

/* Height of the em that a line of ink of full-width characters of one line was set in. */
static double size_of_line(const struct bits *bits, size_t chars)
{
    struct ink ink = ink_of(bits);
    return (double)(ink.right - ink.left) * DOT_MM / 25.4 * 72.0 / (double)chars;
}

static void text_box_shrinks_before_it_wraps_and_wraps_before_it_fails(void **state)
{
    static const char text[] = "设施设备房消防水泵房"; /* ten ems */
    static const struct {
        double w_mm, h_mm, min_pt;
        double size_pt; /* 0: fails; of what stands there */
        int lines;
    } cases[] = {
        {50.0, 6.0, 5.0, 12.0, 1},   {25.0, 6.0, 5.0, 7.0, 1},  {18.0, 6.0, 5.0, 5.0, 1},
        {18.0, 6.0, 6.0, 7.75, 2},   {17.0, 6.0, 5.0, 7.75, 2}, {17.0, 12.0, 12.0, 0.0, 0},
        {17.0, 20.0, 12.0, 12.0, 3}, {17.0, 2.5, 5.0, 0.0, 0},  {1.0, 50.0, 5.0, 0.0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bits bits = {.count = 0};
        struct custody_error err = {0};
        const struct print_style style = {.size_pt = 12.0, .min_pt = cases[i].min_pt};
        const struct print_box box = {4.0, 5.0, cases[i].w_mm, cases[i].h_mm};
        enum custody_status rc = set_text(&bits, NULL, &style, text, &box, &err);
        struct ink ink = ink_of(&bits);
        if (cases[i].lines == 0) {
            assert_int_equal(rc, CUSTODY_ERR_INVALID);
            assert_non_null(strstr(err.text, "row 12"));
            assert_null(strstr(err.text, "设施"));
            assert_int_equal(ink.right, 0);
            bits_free(&bits);
            continue;
        }
        assert_int_equal(rc, CUSTODY_OK);
        assert_true((double)ink.left * DOT_MM >= box.x_mm &&
                    (double)ink.right * DOT_MM <= box.x_mm + box.w_mm);
        assert_true((double)ink.top * DOT_MM >= box.y_mm &&
                    (double)ink.bottom * DOT_MM <= box.y_mm + box.h_mm);
        if (cases[i].lines == 1) {
            if (fabs(size_of_line(&bits, 10) - cases[i].size_pt) > 0.15) {
                fail_msg("case %zu: %.2f pt", i, size_of_line(&bits, 10));
            }
        } else {
            double high = (double)(ink.bottom - ink.top) * DOT_MM;
            double wanted =
                ((cases[i].lines - 1) * 1.15 + 0.93) * cases[i].size_pt * 25.4 / 72.0;
            if (fabs(high - wanted) > 0.3) {
                fail_msg("case %zu: %.2f mm high, not %.2f", i, high, wanted);
            }
        }
        bits_free(&bits);
    }
}

static void text_box_refuses_what_cannot_be_printed(void **state)
{
    const struct print_style style = {.size_pt = 8.0, .min_pt = 5.0};
    const struct print_style upright = {.size_pt = 8.0, .min_pt = 5.0, .vertical = true};
    const struct print_box box = {5.0, 5.0, 40.0, 20.0};
    static const char *const texts[] = {NO_GLYPH, "3\xB6\xB0", "3栋\n2单元"};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct bits bits = {.count = 0};
        struct custody_error err = {0};
        assert_int_equal(
            set_text(&bits, NULL, i < 3 ? &style : &upright, texts[i % 3], &box, &err),
            CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, "row 12"));
        assert_int_equal(ink_of(&bits).right, 0);
        bits_free(&bits);
    }
}

static void text_is_aligned_as_told(void **state)
{
    const struct print_box box = {10.0, 10.0, 40.0, 10.0};
    double middle[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        static const enum print_align aligns[] = {PRINT_LEFT, PRINT_CENTER, PRINT_RIGHT};
        const struct print_style style = {.size_pt = 10.0, .align = aligns[i]};
        struct bits bits = {.count = 0};
        assert_int_equal(set_text(&bits, NULL, &style, "楼栋", &box, NULL), CUSTODY_OK);
        struct ink ink = ink_of(&bits);
        middle[i] = (double)(ink.left + ink.right) / 2.0 * DOT_MM;
        /* The em stands in the middle of the height. */
        assert_true(fabs((double)(ink.top + ink.bottom) / 2.0 * DOT_MM - 15.0) < 0.3);
        bits_free(&bits);
    }
    double em = 10.0 / 72.0 * 25.4;
    assert_true(fabs(middle[0] - (10.0 + em)) < 0.2);
    assert_true(fabs(middle[1] - 30.0) < 0.2);
    assert_true(fabs(middle[2] - (50.0 - em)) < 0.2);
}

static void text_of_han_stands_upright_in_a_column(void **state)
{
    struct print_style style = {.size_pt = 12.0};
    const struct print_box box = {10.0, 10.0, 10.0, 40.0};
    struct bits level = {.count = 0};
    struct bits upright = {.count = 0};
    (void)state;
    assert_int_equal(set_text(&level, NULL, &style, "栋", &box, NULL), CUSTODY_OK);
    style.vertical = true;
    assert_int_equal(set_text(&upright, NULL, &style, "栋", &box, NULL), CUSTODY_OK);
    /* The same picture, but for the dot that it is moved by. */
    assert_true(is_same_ink(&level, &upright));
    bits_free(&upright);
    bits_free(&level);
}

/* One below the other, each as it stands in a line. */
static void text_of_figures_stands_upright_in_a_column(void **state)
{
    struct print_style style = {.size_pt = 20.0};
    const struct print_box box = {10.0, 10.0, 10.0, 40.0};
    struct bits level = {.count = 0};
    struct bits upright = {.count = 0};
    struct bits two = {.count = 0};
    (void)state;
    assert_int_equal(set_text(&level, NULL, &style, "7", &box, NULL), CUSTODY_OK);
    style.vertical = true;
    assert_int_equal(set_text(&upright, NULL, &style, "7", &box, NULL), CUSTODY_OK);
    assert_true(is_same_ink(&level, &upright));
    assert_int_equal(set_text(&two, NULL, &style, "77", &box, NULL), CUSTODY_OK);
    struct ink one = ink_of(&upright);
    struct ink both = ink_of(&two);
    assert_true(both.right - both.left <= one.right - one.left + 1);
    assert_true(both.bottom - both.top > (one.bottom - one.top) * 2);
    bits_free(&two);
    bits_free(&upright);
    bits_free(&level);
}

static void text_of_letters_is_turned_in_a_column(void **state)
{
    struct print_style style = {.size_pt = 20.0};
    const struct print_box box = {10.0, 10.0, 20.0, 20.0};
    struct bits level = {.count = 0};
    struct bits turned = {.count = 0};
    (void)state;
    assert_int_equal(set_text(&level, NULL, &style, "L", &box, NULL), CUSTODY_OK);
    style.vertical = true;
    assert_int_equal(set_text(&turned, NULL, &style, "L", &box, NULL), CUSTODY_OK);
    struct ink a = ink_of(&level);
    struct ink b = ink_of(&turned);
    double ratio = (double)(b.right - b.left) / (double)(a.bottom - a.top);
    assert_true(fabs(ratio - 1.0) < 0.05);
    /* An L turned to the right has its foot at the left, pointing down. */
    size_t w = b.right - b.left;
    size_t h = b.bottom - b.top;
    size_t left = bits_black(&turned, 0, b.left, b.top, w / 4, h);
    size_t right = bits_black(&turned, 0, b.right - w / 4, b.top, w / 4, h);
    assert_true(left > right * 2);
    bits_free(&turned);
    bits_free(&level);
}

/* 一一一 over two columns: the first two at the right, the third at the top left. */
static void text_columns_go_from_right_to_left(void **state)
{
    const struct print_style style = {.size_pt = 20.0, .min_pt = 20.0, .vertical = true};
    const double em = 20.0 / 72.0 * 25.4;
    const struct print_box box = {10.0, 10.0, 2.4 * em, 2.1 * em};
    struct bits bits = {.count = 0};
    size_t half = (size_t)((10.0 + 1.2 * em) / DOT_MM);
    size_t below = (size_t)((10.0 + em) / DOT_MM);
    (void)state;
    assert_int_equal(set_text(&bits, NULL, &style, "栋栋一", &box, NULL), CUSTODY_OK);
    size_t right_above = bits_black(&bits, 0, half, 0, 9999, below);
    size_t right_below = bits_black(&bits, 0, half, below, 9999, 9999);
    size_t left_above = bits_black(&bits, 0, 0, 0, half, below);
    size_t left_below = bits_black(&bits, 0, 0, below, half, 9999);
    assert_true(fabs((double)right_above / (double)right_below - 1.0) < 0.1);
    assert_true(left_above > 0 && left_above * 3 < right_above);
    assert_int_equal(left_below, 0);
    bits_free(&bits);
}

/* The same text by pango itself, in a language's forms; dots as above. */
static void draw_reference(struct bits *bits, const char *family, const char *lang,
                           const char *text, double size_pt)
{
    int side = (int)lround(60.0 / DOT_MM);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, side, side);
    cairo_t *cairo = cairo_create(surface);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_NONE);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    PangoFontMap *map = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72.0);
    PangoContext *context = pango_font_map_create_context(map);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_language(context, pango_language_from_string(lang));
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, family);
    pango_font_description_set_size(font, (int)(size_pt * PANGO_SCALE));
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    cairo_scale(cairo, DPI / 72.0, DPI / 72.0);
    cairo_move_to(cairo, 20.0, 20.0);
    pango_cairo_show_layout(cairo, layout);
    cairo_surface_flush(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    *bits = (struct bits){.count = 1};
    bits->width[0] = bits->height[0] = (size_t)side;
    bits->row_bytes[0] = ((size_t)side + 7) / 8;
    bits->rows[0] = calloc((size_t)side, bits->row_bytes[0]);
    assert_non_null(bits->rows[0]);
    for (size_t i = 0; i < (size_t)side * (size_t)side; i++) {
        size_t x = i % (size_t)side;
        size_t y = i / (size_t)side;
        if (data[y * stride + x] >= 128) {
            bits->rows[0][y * bits->row_bytes[0] + x / 8] |= (uint8_t)(0x80U >> x % 8);
        }
    }
    pango_font_description_free(font);
    g_object_unref(layout);
    g_object_unref(context);
    g_object_unref(map);
    cairo_font_options_destroy(options);
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
}

/* These differ between Chinese and Japanese; the usual font, and a Japanese one told nothing.
 */
static void text_has_the_forms_of_mainland_china(void **state)
{
    static const char *const texts[] = {"直", "骨", "角"};
    const struct print_style style = {.size_pt = 24.0};
    const struct print_box box = {10.0, 10.0, 40.0, 40.0};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct bits ours = {.count = 0};
        struct bits of_font = {.count = 0};
        struct bits chinese;
        struct bits japanese;
        assert_int_equal(set_text(&ours, NULL, &style, texts[i], &box, NULL), CUSTODY_OK);
        assert_int_equal(set_text(&of_font, "Noto Sans CJK JP", &style, texts[i], &box, NULL),
                         CUSTODY_OK);
        draw_reference(&chinese, "Noto Sans CJK SC", "zh-CN", texts[i], 24.0);
        draw_reference(&japanese, "Noto Sans CJK JP", "ja", texts[i], 24.0);
        assert_false(is_same_ink(&chinese, &japanese));
        assert_true(is_same_ink(&ours, &chinese));
        assert_true(is_same_ink(&of_font, &chinese));
        bits_free(&ours);
        bits_free(&of_font);
        bits_free(&chinese);
        bits_free(&japanese);
    }
}

/* Characters of names, three of them outside the first plane: each its own picture, with ink
 * in all corners, where an empty box would have the same one for all. */
static void text_of_rare_names_has_pictures_of_its_own(void **state)
{
    static const char *const texts[] = {"𠮷", "䶮", "𬬻", "𬭚", "𡋾", "吉", "龚"};
    enum { COUNT = sizeof texts / sizeof texts[0] };
    const struct print_style style = {.size_pt = 24.0};
    const struct print_box box = {10.0, 10.0, 40.0, 40.0};
    struct bits bits[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        bits[i] = (struct bits){.count = 0};
        assert_int_equal(set_text(&bits[i], NULL, &style, texts[i], &box, NULL), CUSTODY_OK);
        struct ink ink = ink_of(&bits[i]);
        /* Full width, 24 pt are 200 dots. */
        assert_true(ink.right - ink.left > 160 && ink.right - ink.left <= 200);
        for (size_t j = 0; j < i; j++) {
            assert_false(is_same_ink(&bits[i], &bits[j]));
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        bits_free(&bits[i]);
    }
}

static void text_font_that_is_not_installed_changes_nothing(void **state)
{
    const struct print_style style = {.size_pt = 24.0};
    const struct print_box box = {10.0, 10.0, 40.0, 40.0};
    struct bits before = {.count = 0};
    struct bits after = {.count = 0};
    struct custody_error err = {0};
    char family[] = "Noto Serif CJK SC";
    (void)state;
    struct print_doc *doc = bits_open(&before, 60.0, 60.0, DPI);
    assert_int_equal(print_text_box(doc, &style, "栋", &box, "row", NULL), CUSTODY_OK);
    bits_finish(doc);
    doc = bits_open(&after, 60.0, 60.0, DPI);
    assert_int_equal(print_font_set(doc, "No Such Family", &err), CUSTODY_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "No Such Family"));
    assert_int_equal(print_text_box(doc, &style, "栋", &box, "row", NULL), CUSTODY_OK);
    bits_finish(doc);
    assert_true(is_same_ink(&before, &after));
    bits_free(&after);
    /* Another font is another picture, also of a text that was set before; the name is copied.
     */
    doc = bits_open(&after, 60.0, 60.0, DPI);
    const struct print_box elsewhere = {70.0, 10.0, 40.0, 40.0};
    assert_int_equal(print_text_box(doc, &style, "栋", &elsewhere, "row", NULL), CUSTODY_OK);
    assert_int_equal(print_font_set(doc, family, NULL), CUSTODY_OK);
    memset(family, 'x', sizeof family - 1);
    assert_int_equal(print_text_box(doc, &style, "栋", &box, "row", NULL), CUSTODY_OK);
    bits_finish(doc);
    assert_false(is_same_ink(&before, &after));
    bits_free(&before);
    bits_free(&after);
}

/* Colours of a PNG's dots: the text's where it is, and black only in the code behind it. */
static void text_colour_is_the_styles(void **state)
{
    struct fixture *f = *state;
    const struct print_setup setup = {
        .format = PRINT_PNG, .width_mm = 20.0, .height_mm = 20.0, .dpi = 300.0, .to = f->pdf};
    const struct print_style red = {.size_pt = 20.0, .colour = {1.0, 0.0, 0.0}};
    const struct print_style plain = {.size_pt = 20.0};
    const struct print_box above = {1.0, 1.0, 18.0, 8.0};
    const struct print_box below = {1.0, 11.0, 18.0, 8.0};
    struct print_doc *doc = NULL;
    size_t reds = 0;
    assert_int_equal(print_doc_begin(&setup, &doc, NULL), CUSTODY_OK);
    assert_int_equal(print_text_line(doc, &red, "楼栋", &above, "row", NULL), CUSTODY_OK);
    assert_int_equal(print_text_line(doc, &plain, "楼栋", &below, "row", NULL), CUSTODY_OK);
    assert_int_equal(print_doc_commit(doc, NULL), CUSTODY_OK);
    print_doc_close(doc);
    cairo_surface_t *picture = cairo_image_surface_create_from_png(f->pdf);
    assert_int_equal(cairo_surface_status(picture), CAIRO_STATUS_SUCCESS);
    size_t stride = (size_t)cairo_image_surface_get_stride(picture);
    const unsigned char *data = cairo_image_surface_get_data(picture);
    for (size_t y = 0; y < 236; y++) {
        for (size_t x = 0; x < 236; x++) {
            uint32_t dot = 0;
            memcpy(&dot, data + y * stride + x * 4, 4);
            bool is_grey =
                (dot & 0xFF) == (dot >> 8 & 0xFF) && (dot & 0xFF) == (dot >> 16 & 0xFF);
            if (y < 118) {
                assert_int_equal(dot >> 16 & 0xFF, 0xFF);
                reds += (dot & 0xFFFF) == 0;
            } else {
                assert_true(is_grey);
            }
        }
    }
    assert_true(reds > 200);
    cairo_surface_destroy(picture);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_box_shrinks_before_it_wraps_and_wraps_before_it_fails),
        cmocka_unit_test(text_box_refuses_what_cannot_be_printed),
        cmocka_unit_test(text_is_aligned_as_told),
        cmocka_unit_test(text_of_han_stands_upright_in_a_column),
        cmocka_unit_test(text_of_figures_stands_upright_in_a_column),
        cmocka_unit_test(text_of_letters_is_turned_in_a_column),
        cmocka_unit_test(text_columns_go_from_right_to_left),
        cmocka_unit_test(text_has_the_forms_of_mainland_china),
        cmocka_unit_test(text_of_rare_names_has_pictures_of_its_own),
        cmocka_unit_test(text_font_that_is_not_installed_changes_nothing),
        CASE(text_colour_is_the_styles),
    };
    return cmocka_run_group_tests_name("print text box", tests, NULL, NULL);
}
