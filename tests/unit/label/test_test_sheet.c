/* Test sheets: marks where the profile puts them, codes of the size they name. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zbar.h>

#include "custody/printer.h"
#include "custody/tag.h"
#include "file.h"
#include "lsan.h"

#define DOT_203_MM (25.4 / 203.0)

struct place {
    char dir[32];
    char out[64];
    char profile[64];
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (place == NULL || setenv("CUSTODY_LABELS", "labels", 1) != 0) {
        return -1;
    }
    (void)snprintf(place->dir, sizeof place->dir, "/tmp/testsheetXXXXXX");
    if (mkdtemp(place->dir) == NULL) {
        return -1;
    }
    (void)snprintf(place->out, sizeof place->out, "%s/out", place->dir);
    (void)snprintf(place->profile, sizeof place->profile, "%s/mine.printer", place->dir);
    *state = place;
    return 0;
}

/* Nothing of a failure is left: the directory goes only when it is empty. */
static int tear_down(void **state)
{
    struct place *place = *state;
    (void)unlink(place->out);
    (void)unlink(place->profile);
    int rc = rmdir(place->dir);
    free(place);
    return rc;
}

static enum custody_status draw(const struct place *place, const char *stock,
                                const char *printer, enum custody_label_format format,
                                struct custody_error *err)
{
    const struct custody_label_job job = {.stock = stock,
                                          .printer = printer,
                                          .format = format,
                                          .has_format = true,
                                          .to = place->out};
    return custody_label_test_sheet(&job, err);
}

/* One page of dots of a stream of bitmaps. */
struct page {
    size_t w;
    size_t h;
    const uint8_t *rows;
    const uint8_t *next;
};

static struct page read_page(const uint8_t *from, const uint8_t *end)
{
    struct page page = {0};
    int head = 0;
    assert_true(end - from > 8);
    assert_int_equal(sscanf((const char *)from, "P4\n%zu %zu%n", &page.w, &page.h, &head), 2);
    page.rows = from + head + 1;
    page.next = page.rows + (page.w + 7) / 8 * page.h;
    assert_true(page.next <= end);
    return page;
}

static bool is_black(const struct page *page, size_t x, size_t y)
{
    return (page->rows[y * ((page->w + 7) / 8) + x / 8] & (0x80U >> x % 8)) != 0;
}

static void write_profile(const struct place *place, const char *lines)
{
    char text[512];
    struct custody_error err = {0};
    (void)snprintf(text, sizeof text, "name = mine\ntitle = x\n%s", lines);
    assert_int_equal(file_write_durable(place->profile, text, strlen(text), 0600, &err),
                     CUSTODY_OK);
}

static struct buf read_out(const struct place *place)
{
    struct buf bytes = BUF_INIT((size_t)64 * 1024 * 1024);
    struct custody_error err = {0};
    assert_int_equal(file_read(place->out, bytes.max, &bytes, &err), CUSTODY_OK);
    assert_int_equal(unlink(place->out), 0);
    return bytes;
}

static void test_sheet_of_every_stock_comes_out_in_every_format(void **state)
{
    const struct place *place = *state;
    struct custody_label_stock *stocks = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err), CUSTODY_OK);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        bool is_roll = stocks[i].is_roll;
        const enum custody_label_format formats[] = {CUSTODY_LABEL_PDF, CUSTODY_LABEL_PBM,
                                                     CUSTODY_LABEL_TSPL, CUSTODY_LABEL_ZPL};
        for (size_t k = 0; k < 4; k++) {
            enum custody_status wanted = is_roll || k < 2 ? CUSTODY_OK : CUSTODY_ERR_INVALID;
            enum custody_status rc = draw(place, stocks[i].name, NULL, formats[k], &err);
            if (rc != wanted) {
                fail_msg("%s as %s: %s", stocks[i].name, custody_label_format_name(formats[k]),
                         err.text);
            }
            assert_int_equal(access(place->out, F_OK) == 0, wanted == CUSTODY_OK);
            (void)unlink(place->out);
        }
    }
    free(stocks);
}

static void test_sheet_ruler_has_a_tick_at_every_millimetre(void **state)
{
    const struct place *place = *state;
    struct custody_error err = {0};
    assert_int_equal(draw(place, "thermal-40x30", "tspl-203", CUSTODY_LABEL_PBM, &err),
                     CUSTODY_OK);
    struct buf bytes = read_out(place);
    struct page page = read_page(bytes.data, bytes.data + bytes.len);
    assert_int_equal(page.w, 320);
    assert_int_equal(page.h, 240);
    for (size_t mm = 1; mm < 39; mm++) {
        size_t at = (size_t)lround((double)mm / DOT_203_MM);
        /* Below the line at the edge; between two ticks there is nothing. */
        assert_true(is_black(&page, at, 5) || is_black(&page, at - 1, 5));
        assert_false(is_black(&page, at + 4, 5));
        if (mm < 29) {
            assert_true(is_black(&page, 5, at) || is_black(&page, 5, at - 1));
            assert_false(is_black(&page, 5, at + 4));
        }
    }
    buf_clear(&bytes);
}

/* By as many dots as the profile says, so that a correction does what was measured. */
static void test_sheet_moves_by_the_offset_of_the_profile(void **state)
{
    const struct place *place = *state;
    struct custody_error err = {0};
    enum { RIGHT = 16, DOWN = 8 };
    write_profile(place, "language = tspl\ndpi = 203\n");
    assert_int_equal(draw(place, "thermal-40x30", place->profile, CUSTODY_LABEL_PBM, &err),
                     CUSTODY_OK);
    struct buf plain = read_out(place);
    write_profile(place, "language = tspl\ndpi = 203\noffset = 2.002,1.001\n");
    assert_int_equal(draw(place, "thermal-40x30", place->profile, CUSTODY_LABEL_PBM, &err),
                     CUSTODY_OK);
    struct buf moved = read_out(place);
    struct page a = read_page(plain.data, plain.data + plain.len);
    struct page b = read_page(moved.data, moved.data + moved.len);
    size_t black = 0;
    for (size_t y = 0; y + DOWN < a.h; y++) {
        for (size_t x = 0; x + RIGHT < a.w; x++) {
            assert_int_equal(is_black(&a, x, y), is_black(&b, x + RIGHT, y + DOWN));
            black += is_black(&a, x, y);
        }
    }
    assert_true(black > 1000);
    buf_clear(&plain);
    buf_clear(&moved);
}

/* The ruler of a sheet, stretched by the pitch: where 200 mm stands. */
static void test_sheet_stretches_by_the_pitch_of_the_profile(void **state)
{
    const struct place *place = *state;
    static const struct {
        const char *profile;
        double at_200_mm;
    } cases[] = {{"language = pbm\ndpi = 203\n", 200.0},
                 {"language = pbm\ndpi = 203\npitch = 1.01,1\n", 202.0},
                 {"language = pbm\ndpi = 203\npitch = 0.99,1\noffset = 1,0\n", 199.0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        write_profile(place, cases[i].profile);
        assert_int_equal(draw(place, "fob-22x32", place->profile, CUSTODY_LABEL_PBM, &err),
                         CUSTODY_OK);
        struct buf bytes = read_out(place);
        struct page page = read_page(bytes.data, bytes.data + bytes.len);
        size_t at = (size_t)lround(cases[i].at_200_mm / DOT_203_MM);
        /* The long ticks reach from 4 to 6.6 mm; the others end before 6. */
        size_t y = (size_t)(6.3 / DOT_203_MM);
        size_t found = 0;
        for (size_t x = at - 4; x < at + 4; x++) {
            if (is_black(&page, x, y)) {
                assert_true(x + 1 >= at && x <= at);
                found++;
            }
        }
        assert_true(found > 0);
        buf_clear(&bytes);
    }
}

/* All codes of a page into found, by their last digit. */
static void scan_page(const struct page *page, bool found[100])
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    uint8_t *grey = malloc(page->w * page->h * 4);
    assert_non_null(grey);
    for (size_t y = 0; y < page->h * 2; y++) {
        for (size_t x = 0; x < page->w * 2; x++) {
            grey[y * page->w * 2 + x] = is_black(page, x / 2, y / 2) ? 0 : 255;
        }
    }
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)page->w * 2, (unsigned)page->h * 2);
    zbar_image_set_data(image, grey, page->w * page->h * 4, NULL);
    assert_true(zbar_scan_image(scanner, image) >= 0);
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol != NULL;
         symbol = zbar_symbol_next(symbol)) {
        const char *text = zbar_symbol_get_data(symbol);
        struct custody_tag tag;
        assert_int_equal(strlen(text), 20);
        assert_memory_equal(text, "CUSTODYTESTSHEET00", 18);
        assert_int_not_equal(custody_tag_parse(text, &tag, NULL), CUSTODY_OK);
        found[strtol(text + 18, NULL, 10)] = true;
    }
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(grey);
}

static void test_sheet_codes_read_as_their_dots_and_never_as_a_tag(void **state)
{
    const struct place *place = *state;
    struct custody_error err = {0};
    bool found[100] = {false};
    assert_int_equal(draw(place, "thermal-40x30", "zpl-203", CUSTODY_LABEL_PBM, &err),
                     CUSTODY_OK);
    struct buf bytes = read_out(place);
    const uint8_t *end = bytes.data + bytes.len;
    for (const uint8_t *at = bytes.data; at < end;) {
        struct page page = read_page(at, end);
        scan_page(&page, found);
        at = page.next;
    }
    for (size_t dots = 0; dots < 100; dots++) {
        assert_int_equal(found[dots], dots >= 2 && dots <= 5);
    }
    buf_clear(&bytes);
}

static void test_sheet_that_cannot_be_leaves_nothing(void **state)
{
    const struct place *place = *state;
    char beyond[64];
    struct custody_error err = {0};
    assert_int_equal(draw(place, "none", NULL, CUSTODY_LABEL_PDF, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(draw(place, "fob-22x32", "none", CUSTODY_LABEL_PDF, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(draw(place, "fob-22x32", "tspl-203", CUSTODY_LABEL_TSPL, &err),
                     CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "roll stock"));
    write_profile(place, "language = epl\ndpi = 203\n");
    assert_int_equal(draw(place, "thermal-40x30", place->profile, CUSTODY_LABEL_PDF, &err),
                     CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "line 3"));
    (void)snprintf(beyond, sizeof beyond, "%s/none/out", place->dir);
    const struct custody_label_job lost = {.stock = "fob-22x32", .to = beyond};
    assert_int_equal(custody_label_test_sheet(&lost, &err), CUSTODY_ERR_IO);
    const struct custody_label_job nowhere = {.stock = "fob-22x32"};
    assert_int_equal(custody_label_test_sheet(&nowhere, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(access(place->out, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sheet_of_every_stock_comes_out_in_every_format,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sheet_ruler_has_a_tick_at_every_millimetre, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_sheet_moves_by_the_offset_of_the_profile, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_sheet_stretches_by_the_pitch_of_the_profile,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sheet_codes_read_as_their_dots_and_never_as_a_tag,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sheet_that_cannot_be_leaves_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("test_sheet", tests, NULL, NULL);
}
