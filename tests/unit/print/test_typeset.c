/* Text: it fits, it shrinks, or it fails by name; never an empty box on paper. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doc.h"
#include "fixture.h"
#include "lsan.h"
#include "typeset.h"

/* U+2A6E5 is allowed in signed strings and assigned to no character. */
#define NO_GLYPH "3\xF0\xAA\x9B\xA5栋"

/* cmocka's own comparison is of float, which our warnings refuse. */
static bool is_near(double a, double b, double slack)
{
    return fabs(a - b) <= slack;
}

static struct print_doc *open_doc(const struct fixture *f)
{
    struct print_doc *doc = NULL;
    assert_int_equal(print_doc_open(f->pdf, 148.0, 210.0, NULL, &doc, NULL), CUSTODY_OK);
    return doc;
}

static void text_line_fits_shrinks_or_fails(void **state)
{
    /* Ten characters of 8 pt are 80 pt wide: 28.2 mm; at 5 pt 17.6 mm. */
    static const struct {
        double width_mm;
        double min_pt;
        enum custody_status status;
    } cases[] = {
        {28.3, 8.0, CUSTODY_OK},          {28.1, 8.0, CUSTODY_ERR_INVALID},
        {28.1, 7.5, CUSTODY_OK},          {17.7, 5.0, CUSTODY_OK},
        {17.5, 5.0, CUSTODY_ERR_INVALID}, {0.5, 5.0, CUSTODY_ERR_INVALID},
    };
    struct print_doc *doc = open_doc(*state);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        struct print_style style = {.size_pt = 8.0, .min_pt = cases[i].min_pt};
        struct print_box box = {10.0, 10.0, cases[i].width_mm, 4.0};
        assert_int_equal(
            print_text_line(doc, &style, "设施设备房消防水泵房", &box, "row 12", &err),
            cases[i].status);
        if (cases[i].status != CUSTODY_OK) {
            assert_non_null(strstr(err.text, "row 12"));
            /* What stands on a tag is nobody's business in a log. */
            assert_null(strstr(err.text, "设施"));
        }
    }
    print_doc_close(doc);
}

static void text_refuses_what_cannot_be_printed(void **state)
{
    static const struct {
        const char *label;
        const char *text;
    } cases[] = {
        {"no glyph", NO_GLYPH},
        {"not UTF-8", "3\xB6\xB0"},
        {"half a character", "\xE6\xA0"},
        {"line feed", "3栋\n2单元"},
        {"right to left override", "3栋\xE2\x80\xAE"},
    };
    struct print_doc *doc = open_doc(*state);
    struct print_style style = {.size_pt = 8.0, .min_pt = 5.0};
    struct print_box box = {10.0, 10.0, 60.0, 4.0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        double height = 77.0;
        if (print_text_line(doc, &style, cases[i].text, &box, "row 7", &err) !=
            CUSTODY_ERR_INVALID) {
            fail_msg("%s was printed", cases[i].label);
        }
        assert_non_null(strstr(err.text, "row 7"));
        assert_int_equal(
            print_text_measure(doc, &style, cases[i].text, 60.0, "row 7", &height, &err),
            CUSTODY_ERR_INVALID);
        assert_int_equal(print_text_block(doc, &style, cases[i].text, 1.0, 1.0, 60.0, "row 7",
                                          &height, &err),
                         CUSTODY_ERR_INVALID);
        assert_true(is_near(height, 77.0, 1e-9));
    }
    print_doc_close(doc);
}

static void text_of_rare_characters_has_glyphs(void **state)
{
    static const char *const texts[] = {"垚淼犇堃赟喆晳昇", "㙟㛃䶮", "〇Ⅱ①㎡№•·—",
                                        "\xF0\xA0\xAE\xB7"};
    struct print_doc *doc = open_doc(*state);
    struct print_style style = {.size_pt = 8.0, .min_pt = 5.0};
    struct print_box box = {10.0, 10.0, 60.0, 4.0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct custody_error err = {0};
        if (strstr(texts[i], "•") != NULL) {
            /* Outside the list of FORMATS.md, whatever the font has. */
            assert_int_equal(print_text_line(doc, &style, texts[i], &box, "row", &err),
                             CUSTODY_ERR_INVALID);
            continue;
        }
        assert_int_equal(print_text_line(doc, &style, texts[i], &box, "row", &err), CUSTODY_OK);
    }
    print_doc_close(doc);
}

static void text_block_is_as_high_as_measured_and_wraps(void **state)
{
    struct print_doc *doc = open_doc(*state);
    struct print_style style = {.size_pt = 8.0};
    double one = 0.0;
    double three = 0.0;
    double drawn = 0.0;
    const char *text = "设施设备房消防水泵房";
    assert_int_equal(print_text_measure(doc, &style, text, 29.0, "row", &one, NULL),
                     CUSTODY_OK);
    assert_int_equal(print_text_measure(doc, &style, text, 12.0, "row", &three, NULL),
                     CUSTODY_OK);
    assert_int_equal(print_text_block(doc, &style, text, 5.0, 5.0, 12.0, "row", &drawn, NULL),
                     CUSTODY_OK);
    assert_true(is_near(three, 3.0 * one, 0.01));
    assert_true(is_near(three, drawn, 1e-9));
    print_doc_close(doc);
}

/* More styles than the cache holds: the oldest give way and come back. */
static void text_in_more_styles_than_are_kept(void **state)
{
    struct print_doc *doc = open_doc(*state);
    struct print_box box = {10.0, 10.0, 130.0, 20.0};
    for (int i = 0; i < 200; i++) {
        struct print_style style = {.size_pt = 5.0 + (i % 45) * 0.5, .bold = i % 2 == 0};
        assert_int_equal(print_text_line(doc, &style, "3栋-2单元", &box, "row", NULL),
                         CUSTODY_OK);
    }
    print_doc_close(doc);
}

static double height_of(struct print_doc *doc, const char *text, double width_mm)
{
    const struct print_style style = {.size_pt = 8.0, .min_pt = 8.0};
    double height = 0.0;
    assert_int_equal(print_text_measure(doc, &style, text, width_mm, "row 1", &height, NULL),
                     CUSTODY_OK);
    return height;
}

/* A slip's number that is broken must not read as another: no room is wanted for a hyphen. */
static void text_adds_no_hyphen_where_it_breaks_a_word(void **state)
{
    struct print_doc *doc = open_doc(*state);
    double width = 3.0;
    while (height_of(doc, "WWWW", width) > height_of(doc, "W", width)) {
        width += 0.1;
    }
    assert_true(
        is_near(height_of(doc, "WWWWWWWW", width), height_of(doc, "WWWW WWWW", width), 0.001));
    assert_true(
        is_near(height_of(doc, "WWWWWWWW", width), 2.0 * height_of(doc, "W", width), 0.1));
    print_doc_close(doc);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(text_line_fits_shrinks_or_fails),
        CASE(text_refuses_what_cannot_be_printed),
        CASE(text_of_rare_characters_has_glyphs),
        CASE(text_block_is_as_high_as_measured_and_wraps),
        CASE(text_in_more_styles_than_are_kept),
        CASE(text_adds_no_hyphen_where_it_breaks_a_word),
    };
    return cmocka_run_group_tests_name("print typeset", tests, NULL, NULL);
}
