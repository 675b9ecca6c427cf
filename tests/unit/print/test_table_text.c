/* Texts of cells: kept and shown together they stand as they would by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bits_fixture.h"
#include "fit.h"
#include "lsan.h"
#include "table_text.h"

#define SIDE_MM 60.0
#define DPI     300.0
#define PITCH   1.25
#define CELLS   7

/* Of several fonts. */
static const char *const TEXTS[CELLS] = {
    "K-4F7Q-2M9X-88",     "3栋-2单元-1201室 𠮷", "2026-11-22 16:03",     "ffi — office é",
    "“引号”（括号）① ㎡", "工单 GD-014 维修",    "handover_preparation",
};
static const double ROOMS_MM[] = {0.0, 18.0, 7.0};

static struct print_box box_of(size_t i)
{
    return (struct print_box){2.3, 1.7 + 8.0 * (double)i, 50.0, 7.0};
}

static struct print_style style_of(size_t i)
{
    const enum print_align aligns[] = {PRINT_LEFT, PRINT_CENTER, PRINT_RIGHT};
    return (struct print_style){
        .size_pt = 7.0, .min_pt = 7.0, .bold = i % 2 == 1, .align = aligns[i % 3]};
}

static void draw_alone(struct bits *bits, double room_mm)
{
    struct print_doc *doc = bits_open(bits, SIDE_MM, SIDE_MM, DPI);
    for (size_t i = 0; i < CELLS; i++) {
        const struct print_style style = style_of(i);
        const struct print_box box = box_of(i);
        struct print_fit fit = {.layout = NULL};
        assert_int_equal(print_fit_at(doc, &style, room_mm, TEXTS[i], "cell", &fit, NULL),
                         CUSTODY_OK);
        print_fit_show(doc, &style, &fit, &box, PITCH);
    }
    bits_finish(doc);
}

/* is_odd: as if every second text were more than its glyphs, which no text of today's fonts and
 * FORMATS.md §1 is. */
static void draw_together(struct bits *bits, double room_mm, size_t bytes_max, bool is_odd)
{
    struct table_texts texts = {.bytes_max = bytes_max};
    struct print_doc *doc = bits_open(bits, SIDE_MM, SIDE_MM, DPI);
    for (size_t i = 0; i < 2 * CELLS; i++) {
        const struct print_style style = style_of(i % CELLS);
        const struct print_box box = box_of(i % CELLS);
        const struct table_text *text = NULL;
        struct print_fit fit = {.layout = NULL};
        assert_int_equal(
            print_fit_at(doc, &style, room_mm, TEXTS[i % CELLS], "cell", &fit, NULL),
            CUSTODY_OK);
        assert_int_equal(
            table_text_get(&texts, doc, &style, room_mm, TEXTS[i % CELLS], "cell", &text, NULL),
            CUSTODY_OK);
        assert_int_equal(text->line_count, fit.lines);
        assert_true(text->width_mm == fit.width_mm);
        /* Measured the first time, drawn the second. */
        if (i >= CELLS) {
            assert_true(text->is_plain);
            if (is_odd && i % 2 == 0) {
                ((struct table_text *)(uintptr_t)text)->is_plain = false;
            }
            assert_int_equal(
                table_text_put(&texts, doc, &style, text, &box, PITCH, "cell", NULL),
                CUSTODY_OK);
        }
    }
    assert_true(texts.bytes <= bytes_max);
    assert_true((texts.bytes > 0) == (bytes_max > 0));
    table_text_show(&texts, doc);
    /* What was shown is not shown again. */
    table_text_show(&texts, doc);
    table_text_free(&texts);
    bits_finish(doc);
}

static void table_text_stands_as_it_would_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROOMS_MM / sizeof ROOMS_MM[0]; i++) {
        const size_t limits[] = {TABLE_TEXT_BYTES, 1200, 0};
        struct bits alone = {.count = 0};
        draw_alone(&alone, ROOMS_MM[i]);
        assert_true(bits_black(&alone, 0, 0, 0, 9999, 9999) > 1000);
        for (size_t j = 0; j < sizeof limits / sizeof limits[0]; j++) {
            struct bits together = {.count = 0};
            draw_together(&together, ROOMS_MM[i], limits[j], j == 1);
            assert_memory_equal(alone.rows[0], together.rows[0],
                                alone.height[0] * alone.row_bytes[0]);
            bits_free(&together);
        }
        bits_free(&alone);
    }
}

static void table_text_is_kept_once(void **state)
{
    struct bits bits = {.count = 0};
    struct table_texts texts = {.bytes_max = TABLE_TEXT_BYTES};
    struct print_doc *doc = bits_open(&bits, SIDE_MM, SIDE_MM, DPI);
    const struct print_style regular = {.size_pt = 7.0};
    const struct print_style bold = {.size_pt = 7.0, .bold = true};
    const struct table_text *got[5] = {NULL};
    (void)state;
    assert_int_equal(table_text_get(&texts, doc, &regular, 0.0, "维修", "cell", &got[0], NULL),
                     CUSTODY_OK);
    assert_int_equal(table_text_get(&texts, doc, &bold, 0.0, "维修", "cell", &got[1], NULL),
                     CUSTODY_OK);
    assert_int_equal(table_text_get(&texts, doc, &regular, 3.0, "维修", "cell", &got[2], NULL),
                     CUSTODY_OK);
    size_t bytes = texts.bytes;
    assert_int_equal(table_text_get(&texts, doc, &regular, 0.0, "维修", "cell", &got[3], NULL),
                     CUSTODY_OK);
    assert_int_equal(table_text_get(&texts, doc, &regular, 3.0, "维修", "cell", &got[4], NULL),
                     CUSTODY_OK);
    assert_ptr_equal(got[0], got[3]);
    assert_ptr_equal(got[2], got[4]);
    assert_ptr_not_equal(got[0], got[1]);
    assert_ptr_not_equal(got[0], got[2]);
    assert_int_equal(got[0]->line_count, 1);
    assert_int_equal(got[2]->line_count, 2);
    assert_int_equal(texts.bytes, bytes);
    table_text_free(&texts);
    print_doc_close(doc);
    bits_free(&bits);
}

static void table_text_refuses_what_has_no_glyph_and_keeps_nothing(void **state)
{
    struct bits bits = {.count = 0};
    struct table_texts texts = {.bytes_max = TABLE_TEXT_BYTES};
    struct print_doc *doc = bits_open(&bits, SIDE_MM, SIDE_MM, DPI);
    const struct print_style style = {.size_pt = 7.0};
    const struct table_text *got = NULL;
    struct custody_error err = {0};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(table_text_get(&texts, doc, &style, 0.0, "3\xF0\xAA\x9B\xA5栋",
                                        "row 17", &got, &err),
                         CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, "row 17"));
        assert_null(got);
        assert_int_equal(texts.bytes, 0);
    }
    table_text_free(&texts);
    print_doc_close(doc);
    bits_free(&bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_text_stands_as_it_would_alone),
        cmocka_unit_test(table_text_is_kept_once),
        cmocka_unit_test(table_text_refuses_what_has_no_glyph_and_keeps_nothing),
    };
    return cmocka_run_group_tests_name("print table text", tests, NULL, NULL);
}
