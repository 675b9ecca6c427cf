/* Tables: all rows, whole, each page with its heads and its number. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "bits_fixture.h"
#include "lsan.h"
#include "qr.h"
#include "table.h"

#define DPI       203.0
#define WIDTH_MM  100.0
#define HEIGHT_MM 80.0
#define MARGIN_MM 10.0
#define NO_GLYPH  "3\xF0\xAA\x9B\xA5栋"
#define LONG_TEXT "12楼水管漏水,需进户关阀并检查吊顶内管道"

/* What a table is made of: long_row wraps to five lines or so, bad_row has bad_text. */
struct rows {
    size_t calls;
    size_t long_row;
    size_t bad_row;
    const char *bad_text;
    size_t failing_row;
    char cells[3][400];
};

static enum custody_status give_row(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    struct rows *rows = closure;
    rows->calls++;
    if (i + 1 == rows->failing_row) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED, "row does not verify");
    }
    (void)snprintf(rows->cells[0], sizeof rows->cells[0], "%zu", i + 1);
    (void)snprintf(rows->cells[1], sizeof rows->cells[1], "%s",
                   i + 1 == rows->bad_row ? rows->bad_text : "K-4F7Q-2M9X");
    (void)snprintf(rows->cells[2], sizeof rows->cells[2], "%s",
                   i + 1 == rows->long_row ? LONG_TEXT LONG_TEXT : (i % 3 == 0 ? "" : "维修"));
    for (size_t j = 0; j < 3; j++) {
        ret_cells[j] = rows->cells[j];
    }
    return CUSTODY_OK;
}

static const struct print_column COLUMNS[] = {
    {"序号", 1.0, PRINT_RIGHT}, {"钥匙编号", 3.0, PRINT_LEFT}, {"用途", 3.0, PRINT_CENTER}};

static struct print_table table_of(struct rows *rows, size_t count)
{
    return (struct print_table){.title = "钥匙借用登记表",
                                .page_format = "第 %zu 页 共 %zu 页",
                                .margin_mm = MARGIN_MM,
                                .size_pt = 8.0,
                                .columns = COLUMNS,
                                .column_count = 3,
                                .row_count = count,
                                .row = give_row,
                                .closure = rows,
                                .record = "register"};
}

static enum custody_status set_table(struct bits *bits, const struct print_table *table,
                                     size_t *ret_pages, struct custody_error *err)
{
    struct print_doc *doc = bits_open(bits, WIDTH_MM, HEIGHT_MM, DPI);
    enum custody_status rc = print_table(doc, table, ret_pages, err);
    if (rc == CUSTODY_OK) {
        bits_finish(doc);
        assert_int_equal(bits->count, *ret_pages);
    } else {
        print_doc_close(doc);
    }
    return rc;
}

static size_t dots(double mm)
{
    return (size_t)lround(mm * DPI / 25.4);
}

/* Tops of the rules over the whole width, in dots; each is two dots high. */
static size_t find_rules(const struct bits *bits, size_t page, size_t tops[100])
{
    size_t left = dots(MARGIN_MM);
    size_t width = dots(WIDTH_MM - 2.0 * MARGIN_MM);
    size_t count = 0;
    bool was_rule = false;
    for (size_t y = 0; y < bits->height[page]; y++) {
        bool is_rule = bits_black(bits, page, left, y, width, 1) + 2 >= width;
        if (is_rule && !was_rule) {
            assert_true(count < 100);
            tops[count++] = y;
        }
        was_rule = is_rule;
    }
    return count;
}

/* All rows are there: one rule above the heads, one below, one below each row. */
static size_t count_rows(const struct bits *bits)
{
    size_t rows = 0;
    for (size_t page = 0; page < bits->count; page++) {
        size_t tops[100];
        size_t rules = find_rules(bits, page, tops);
        assert_true(rules >= 2);
        rows += rules - 2;
    }
    return rows;
}

/* Nothing stands in the margins, nor between the table's end and the foot's line. */
static void assert_margins(const struct bits *bits)
{
    size_t margin = dots(MARGIN_MM) - 2;
    for (size_t page = 0; page < bits->count; page++) {
        size_t w = bits->width[page];
        size_t h = bits->height[page];
        assert_int_equal(bits_black(bits, page, 0, 0, w, margin), 0);
        assert_int_equal(bits_black(bits, page, 0, h - margin, w, margin), 0);
        assert_int_equal(bits_black(bits, page, 0, 0, margin, h), 0);
        assert_int_equal(bits_black(bits, page, w - margin, 0, margin, h), 0);
    }
}

static void table_sets_every_row_once_whatever_their_number(void **state)
{
    static const size_t counts[] = {0, 1, 2, 7, 8, 9, 40, 200};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct bits bits = {.count = 0};
        struct rows rows = {.long_row = counts[i] / 2};
        struct print_table table = table_of(&rows, counts[i]);
        size_t pages = 0;
        assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
        assert_int_equal(count_rows(&bits), counts[i]);
        assert_int_equal(rows.calls, counts[i] * 2);
        assert_true(pages <= 1 + (counts[i] + 2) / 8);
        assert_margins(&bits);
        bits_free(&bits);
    }
}

static void table_repeats_its_heads_on_every_page(void **state)
{
    struct bits bits = {.count = 0};
    struct rows rows = {.calls = 0};
    struct print_table table = table_of(&rows, 60);
    size_t pages = 0;
    size_t first[100];
    (void)state;
    assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
    assert_true(pages >= 4);
    assert_true(find_rules(&bits, 0, first) > 2);
    size_t high = first[1] - first[0];
    /* There is something to repeat. */
    assert_true(bits_black(&bits, 0, 0, first[0] + 2, bits.width[0], high - 2) > 300);
    for (size_t page = 1; page < pages; page++) {
        size_t tops[100];
        assert_true(find_rules(&bits, page, tops) > 2);
        assert_int_equal(tops[1] - tops[0], high);
        for (size_t y = 0; y < high; y++) {
            for (size_t x = 0; x < bits.width[0]; x++) {
                assert_int_equal(bits_at(&bits, page, x, tops[0] + y),
                                 bits_at(&bits, 0, x, first[0] + y));
            }
        }
    }
    bits_free(&bits);
}

/* A row of many lines, put at every place of a page: it goes over when it does not fit, and its
 * height is the same on whatever page. */
static void table_splits_no_row(void **state)
{
    size_t high = 0;
    (void)state;
    for (size_t place = 1; place <= 20; place++) {
        struct bits bits = {.count = 0};
        struct rows rows = {.long_row = place};
        struct print_table table = table_of(&rows, 20);
        size_t pages = 0;
        size_t found = 0;
        assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
        assert_int_equal(count_rows(&bits), 20);
        assert_margins(&bits);
        for (size_t page = 0; page < pages; page++) {
            size_t tops[100];
            size_t rules = find_rules(&bits, page, tops);
            /* The foot has its line of its own. */
            assert_true(tops[rules - 1] <= dots(HEIGHT_MM - MARGIN_MM - 7.0) + 1);
            for (size_t i = 2; i < rules; i++) {
                size_t row_high = tops[i] - tops[i - 1];
                if (row_high > dots(10.0)) {
                    assert_true(high == 0 || (row_high + 1 >= high && row_high <= high + 1));
                    high = row_high;
                    found++;
                }
            }
        }
        assert_int_equal(found, 1);
        bits_free(&bits);
    }
}

static void table_keeps_what_is_below_together_on_the_last_page(void **state)
{
    static const char *const below[] = {"移交人:____", "接收人:____", "监交人:____", NULL};
    (void)state;
    for (size_t count = 0; count <= 24; count++) {
        struct bits bits = {.count = 0};
        struct rows rows = {.calls = 0};
        struct print_table table = table_of(&rows, count);
        size_t pages = 0;
        size_t tops[100];
        table.below = below;
        assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
        assert_int_equal(count_rows(&bits), count);
        assert_margins(&bits);
        /* Behind the last rule three lines of ink, none behind that of other pages. */
        for (size_t page = 0; page < pages; page++) {
            size_t rules = find_rules(&bits, page, tops);
            size_t from = tops[rules - 1] + 2;
            size_t to = dots(HEIGHT_MM - MARGIN_MM - 7.0);
            size_t lines = 0;
            bool was_ink = false;
            for (size_t y = from; y < to; y++) {
                /* The names only: what they sign on hangs lower. */
                bool is_ink = bits_black(&bits, page, dots(MARGIN_MM), y, dots(7.0), 1) > 0;
                lines += is_ink && !was_ink;
                was_ink = is_ink;
            }
            if (page + 1 < pages) {
                assert_int_equal(lines, 0);
            } else {
                assert_true(lines >= 3);
                /* Not alone, when there are rows. */
                assert_true(count < 2 || rules > 2);
            }
        }
        bits_free(&bits);
    }
}

/* The words of page 2 of 3, against the same words set by themselves. */
static void table_numbers_its_pages(void **state)
{
    struct bits bits = {.count = 0};
    struct bits alone = {.count = 0};
    struct rows rows = {.calls = 0};
    struct print_table table = table_of(&rows, 20);
    size_t pages = 0;
    char words[64];
    const struct print_box line = {MARGIN_MM, HEIGHT_MM - MARGIN_MM - 6.0,
                                   WIDTH_MM - 2.0 * MARGIN_MM, 6.0};
    const struct print_style style = {.size_pt = 7.0, .min_pt = 7.0, .align = PRINT_CENTER};
    (void)state;
    assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
    assert_true(pages > 1 && pages < 10);
    struct print_doc *doc = bits_open(&alone, WIDTH_MM, HEIGHT_MM, DPI);
    for (size_t page = 0; page < pages; page++) {
        (void)snprintf(words, sizeof words, "第 %zu 页 共 %zu 页", page + 1, pages);
        assert_int_equal(page > 0 ? print_doc_break(doc, NULL) : CUSTODY_OK, CUSTODY_OK);
        assert_int_equal(print_text_line(doc, &style, words, &line, "page", NULL), CUSTODY_OK);
    }
    bits_finish(doc);
    size_t from = dots(line.y_mm);
    for (size_t page = 0; page < pages; page++) {
        assert_true(bits_black(&alone, page, 0, 0, 9999, 9999) > 100);
        for (size_t y = from; y < bits.height[0]; y++) {
            for (size_t x = 0; x < bits.width[0]; x++) {
                assert_int_equal(bits_at(&bits, page, x, y), bits_at(&alone, page, x, y));
            }
        }
    }
    bits_free(&alone);
    bits_free(&bits);
}

/* Around the width of a column, letter by letter: what is set on one line does fit there, and
 * what fits with room to spare is not broken. */
static void table_wraps_just_what_is_wider_than_its_column(void **state)
{
    static const struct print_column two[] = {
        {"编号", 1.0, PRINT_LEFT}, {"钥匙", 4.0, PRINT_LEFT}, {"", 5.0, PRINT_LEFT}};
    static const char *const letters[] = {"W", "i", "栋", "1", "V-", "栋2"};
    const double cell_mm = (WIDTH_MM - 2.0 * MARGIN_MM) * 0.4 - 2.0 * 0.8;
    const struct print_style style = {.size_pt = 8.0, .min_pt = 8.0};
    const struct print_box cell = {0.0, 0.0, cell_mm, 5.0};
    const struct print_box less = {0.0, 0.0, cell_mm * 0.93, 5.0};
    size_t checked[2] = {0, 0};
    (void)state;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        size_t len = strlen(letters[i]);
        for (size_t count = 4; count * len < 60; count += count < 8 ? 1 : 3) {
            char text[128] = "";
            struct bits bits = {.count = 0};
            struct bits scratch = {.count = 0};
            struct rows rows = {.bad_row = 1, .bad_text = text};
            struct print_table table = table_of(&rows, 1);
            size_t pages = 0;
            size_t tops[100];
            for (size_t j = 0; j < count; j++) {
                memcpy(text + j * len, letters[i], len);
            }
            table.columns = two;
            assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
            assert_int_equal(find_rules(&bits, 0, tops), 3);
            bool is_one = tops[2] - tops[1] < dots(6.0);
            struct print_doc *doc = bits_open(&scratch, WIDTH_MM, HEIGHT_MM, DPI);
            bool fits = print_text_line(doc, &style, text, &cell, "row", NULL) == CUSTODY_OK;
            bool fits_well =
                print_text_line(doc, &style, text, &less, "row", NULL) == CUSTODY_OK;
            print_doc_close(doc);
            assert_true(fits || !is_one);
            assert_true(is_one || !fits_well);
            checked[is_one ? 1 : 0]++;
            bits_free(&bits);
        }
    }
    assert_true(checked[0] > 20 && checked[1] > 15);
}

static void table_refuses_what_cannot_be_printed_and_says_where(void **state)
{
    char much[400] = "";
    struct rows rows = {.calls = 0};
    struct print_column narrow[] = {
        {"序号", 1.0, PRINT_LEFT}, {"编", 0.001, PRINT_LEFT}, {"用途", 3.0, PRINT_LEFT}};
    struct print_column bad_head[] = {
        {"序号", 1.0, PRINT_LEFT}, {"编号", 3.0, PRINT_LEFT}, {NO_GLYPH, 3.0, PRINT_LEFT}};
    struct print_column no_share[] = {
        {"序号", 1.0, PRINT_LEFT}, {"编号", 0.0, PRINT_LEFT}, {"用途", 3.0, PRINT_LEFT}};
    static const char *const many[] = {
        LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT,
        LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT,
        LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT, NULL};
    const struct {
        const char *bad_text;
        const struct print_column *columns;
        size_t column_count;
        const char *const *above;
        enum custody_status status;
        const char *said[2];
    } cases[] = {
        {NO_GLYPH, COLUMNS, 3, NULL, CUSTODY_ERR_INVALID, {"row 17,", "column 2"}},
        {"a\nb", COLUMNS, 3, NULL, CUSTODY_ERR_INVALID, {"row 17,", "column 2"}},
        {"\xFF", COLUMNS, 3, NULL, CUSTODY_ERR_INVALID, {"row 17,", "column 2"}},
        {much, COLUMNS, 3, NULL, CUSTODY_ERR_INVALID, {"row 17,", "column 2"}},
        {"好", narrow, 3, NULL, CUSTODY_ERR_INVALID, {"column 2", "column 2"}},
        {"好", bad_head, 3, NULL, CUSTODY_ERR_INVALID, {"head", "column 3"}},
        {"好", no_share, 3, NULL, CUSTODY_ERR_INVALID, {"share", "share"}},
        {"好", COLUMNS, 0, NULL, CUSTODY_ERR_INVALID, {"column", "column"}},
        {"好", COLUMNS, PRINT_COLUMNS_MAX + 1, NULL, CUSTODY_ERR_LIMIT, {"32", "column"}},
        {"好", COLUMNS, 3, many, CUSTODY_ERR_INVALID, {"register", "above"}},
    };
    (void)state;
    for (size_t i = 0; i + 4 < sizeof much; i += 3) {
        memcpy(much + i, "楼", 3);
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bits bits = {.count = 0};
        struct custody_error err = {0};
        size_t pages = 77;
        rows = (struct rows){.bad_row = 17, .bad_text = cases[i].bad_text};
        struct print_table table = table_of(&rows, 20);
        table.columns = cases[i].columns;
        table.column_count = cases[i].column_count;
        table.above = cases[i].above;
        table.size_pt = cases[i].bad_text == much ? 24.0 : 8.0;
        if (set_table(&bits, &table, &pages, &err) != cases[i].status) {
            fail_msg("case %zu: %s", i, err.text);
        }
        assert_non_null(strstr(err.text, cases[i].said[0]));
        assert_non_null(strstr(err.text, cases[i].said[1]));
        assert_int_equal(pages, 77);
        bits_free(&bits);
    }
}

static void table_passes_on_what_a_row_says(void **state)
{
    struct bits bits = {.count = 0};
    struct rows rows = {.failing_row = 12};
    struct print_table table = table_of(&rows, 20);
    struct custody_error err = {0};
    size_t pages = 77;
    (void)state;
    assert_int_equal(set_table(&bits, &table, &pages, &err), CUSTODY_ERR_TAMPERED);
    assert_string_equal(err.text, "row does not verify");
    assert_int_equal(pages, 77);
    /* Measured first: no page went out before. */
    assert_int_equal(bits.count, 0);
    bits_free(&bits);
}

static void table_shrinks_no_cell_below_the_floor(void **state)
{
    struct bits small = {.count = 0};
    struct bits floor = {.count = 0};
    struct rows rows = {.long_row = 3};
    struct print_table table = table_of(&rows, 5);
    size_t pages = 0;
    (void)state;
    table.size_pt = 1.0;
    assert_int_equal(set_table(&small, &table, &pages, NULL), CUSTODY_OK);
    table.size_pt = PRINT_SIZE_FLOOR_PT;
    assert_int_equal(set_table(&floor, &table, &pages, NULL), CUSTODY_OK);
    assert_memory_equal(small.rows[0], floor.rows[0], small.height[0] * small.row_bytes[0]);
    bits_free(&floor);
    bits_free(&small);
}

/* At the title's right, modules of three dots and more, the rules nowhere near. */
static void table_code_stands_by_the_title(void **state)
{
    static const char *const above[] = {"前台", "2026-11", NULL};
    struct bits bits = {.count = 0};
    struct rows rows = {.calls = 0};
    struct print_table table = table_of(&rows, 3);
    struct print_qr qr;
    size_t pages = 0;
    size_t tops[100];
    (void)state;
    assert_int_equal(print_qr_bytes("checkpoint", 10, &qr, NULL), CUSTODY_OK);
    table.code = &qr;
    table.above = above;
    assert_int_equal(set_table(&bits, &table, &pages, NULL), CUSTODY_OK);
    assert_int_equal(count_rows(&bits), 3);
    assert_true(find_rules(&bits, 0, tops) == 5);
    size_t side = 0;
    size_t right = dots(WIDTH_MM - MARGIN_MM) - 1;
    size_t top = dots(MARGIN_MM) + 1;
    /* The upper edge of its right finder pattern is seven modules of black. */
    while (bits_at(&bits, 0, right - 1 - side, top)) {
        side++;
    }
    assert_true(side >= 21);
    assert_true(tops[0] >= dots(MARGIN_MM) + (size_t)qr.width * (side / 7) + 4 * (side / 7));
    bits_free(&bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_sets_every_row_once_whatever_their_number),
        cmocka_unit_test(table_repeats_its_heads_on_every_page),
        cmocka_unit_test(table_splits_no_row),
        cmocka_unit_test(table_keeps_what_is_below_together_on_the_last_page),
        cmocka_unit_test(table_numbers_its_pages),
        cmocka_unit_test(table_wraps_just_what_is_wider_than_its_column),
        cmocka_unit_test(table_refuses_what_cannot_be_printed_and_says_where),
        cmocka_unit_test(table_passes_on_what_a_row_says),
        cmocka_unit_test(table_shrinks_no_cell_below_the_floor),
        cmocka_unit_test(table_code_stands_by_the_title),
    };
    return cmocka_run_group_tests_name("print table", tests, NULL, NULL);
}
