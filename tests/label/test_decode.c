/*
 * What is printed is read again: sheets and rolls of tags, rasterised by both back ends of
 * poppler at three resolutions, each label cut out by its cell and decoded by zbar and by
 * ZXing. Both must find its code and nothing else.
 *
 * A decoder pointed at a whole sheet finds next to nothing, hence the cutting.
 *
 * CUSTODY_LONG=1   10,000 labels, each of them in all six ways; else 2,000, all of them at
 *                  300 dpi by Splash and at least 288 in each other way
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../unit/print/lsan.h"
#include "custody/label.h"
#include "custody/slip.h"
#include "decode_labels.h"
#include "read_code.h"
#include "stock.h"

#define LONG_TIMES 5
#define SPREAD_MIN 288

struct way {
    const char *tool;
    int dpi;
};

static const struct way WAYS[] = {
    {"pdftoppm", 300},   {"pdftoppm", 203},   {"pdftoppm", 600},
    {"pdftocairo", 300}, {"pdftocairo", 203}, {"pdftocairo", 600},
};
#define WAY_COUNT (sizeof WAYS / sizeof WAYS[0])

/* One job. Its first page is looked at in the ways of is_spread, all of it at 300 dpi. */
struct batch {
    const char *stock;
    size_t count;
    bool use_mask;
    bool is_blind;
    bool is_spread[WAY_COUNT];
};

static const struct batch BATCHES[] = {
    {"fob-22x32", 432, false, false, {true, true, true, true, true, true}},
    {"fob-22x32", 432, true, true, {true, true, true, true, true, true}},
    {"fob-13x40", 315, false, false, {true, true, false, false, true, true}},
    {"fob-13x40", 315, true, true, {true, false, true, true, false, true}},
    {"a4-38x21", 195, false, true, {true, false, true, true, false, false}},
    {"a4-38x21", 131, true, false, {true, true, false, false, true, false}},
    {"thermal-40x30", 100, false, false, {true, true, true, true, true, true}},
    {"thermal-40x30", 80, true, true, {true, true, true, true, true, true}},
};
#define ROLL_SPREAD 12 /* labels of a roll, a page each */

struct fixture {
    char dir[64];
    char out[128];
};

static bool is_long(void)
{
    return getenv("CUSTODY_LONG") != NULL;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    (void)setenv("CUSTODY_LABELS", "labels", 0);
    (void)snprintf(f->dir, sizeof f->dir, "%s/decodeXXXXXX", P_tmpdir);
    if (mkdtemp(f->dir) == NULL) {
        free(f);
        return -1;
    }
    (void)snprintf(f->out, sizeof f->out, "%s/out", f->dir);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[96];
    (void)snprintf(command, sizeof command, "rm -rf %s", f->dir);
    int rc = system(command);
    free(f);
    return rc;
}

static void need_tools(void)
{
    if (system("command -v pdftoppm pdftocairo >/dev/null") != 0) {
        print_message("skipped: poppler-utils is not installed\n");
        skip();
    }
}

static void print_labels(const struct fixture *f, const char *stock,
                         enum custody_label_format format, bool use_mask,
                         const struct custody_label *labels, size_t count)
{
    struct custody_error err = {0};
    size_t sheets = 0;
    const struct custody_label_job job = {.stock = stock,
                                          .format = format,
                                          .has_format = true,
                                          .use_mask = use_mask,
                                          .labels = labels,
                                          .count = count,
                                          .copies = 1,
                                          .start_position = 1,
                                          .to = f->out};
    if (custody_label_print(&job, &sheets, &err) != CUSTODY_OK) {
        fail_msg("%s: %s", stock, err.text);
    }
}

/* Cut a label out of its page and read it with both; how many of the two did not. */
static int read_label(const struct grey *page, const struct stock *stock, size_t cell,
                      double dpi, const char *code)
{
    char by_zbar[256];
    char by_zxing[256];
    struct stock_point at = stock_cell(stock, cell);
    struct grey cut =
        grey_cut(page, (int)lround(at.x_mm / 25.4 * dpi), (int)lround(at.y_mm / 25.4 * dpi),
                 (int)lround(stock->w_mm / 25.4 * dpi), (int)lround(stock->h_mm / 25.4 * dpi));
    assert_non_null(cut.dots);
    /* A module is at least 3 dots of 203 an inch: two scan lines in each. */
    read_code_zbar(&cut, (int)dpi / 150, by_zbar, sizeof by_zbar);
    read_code_zxing(&cut, by_zxing, sizeof by_zxing);
    free(cut.dots);
    if ((by_zbar[0] != '\0' && strcmp(by_zbar, code) != 0) ||
        (by_zxing[0] != '\0' && strcmp(by_zxing, code) != 0)) {
        fail_msg("%s cell %zu at %.0f dpi: wrong: \"%s\" and \"%s\" instead of %s", stock->name,
                 cell + 1, dpi, by_zbar, by_zxing, code);
    }
    return (by_zbar[0] == '\0') + (by_zxing[0] == '\0');
}

/* Pages first to last of a printed batch; ret_looked grows by the labels looked at. */
static void read_pages(const struct fixture *f, const struct stock *stock,
                       const struct decode_labels *set, const struct way *way, size_t first,
                       size_t last, size_t *ret_looked)
{
    const size_t cells = stock_cells(stock);
    int unread = 0;
    for (size_t page = first; page <= last; page++) {
        struct grey picture = grey_of_page(way->tool, f->out, way->dpi, (int)page + 1);
        assert_non_null(picture.dots);
        for (size_t i = page * cells; i < (page + 1) * cells && i < set->count; i++) {
            unread += read_label(&picture, stock, i % cells, way->dpi, set->labels[i].code);
            (*ret_looked)++;
        }
        free(picture.dots);
    }
    if (unread != 0) {
        fail_msg("%s, %s at %d dpi: %d times nothing was read", stock->name, way->tool,
                 way->dpi, unread);
    }
}

static void read_batch(const struct fixture *f, const struct batch *batch, uint64_t seed,
                       size_t looked[WAY_COUNT])
{
    struct custody_error err = {0};
    struct decode_labels set = {0};
    struct stock stock;
    assert_int_equal(stock_load(batch->stock, &stock, &err), CUSTODY_OK);
    assert_true(decode_labels_make(batch->count * (is_long() ? LONG_TIMES : 1), seed,
                                   batch->is_blind, &set));
    print_labels(f, batch->stock, CUSTODY_LABEL_PDF, batch->use_mask, set.labels, set.count);
    const size_t pages = (set.count + stock_cells(&stock) - 1) / stock_cells(&stock);
    for (size_t w = 0; w < WAY_COUNT; w++) {
        size_t last = pages - 1;
        if (!is_long() && w != 0) {
            last = stock.is_roll ? ROLL_SPREAD - 1 : 0;
        }
        if (is_long() || batch->is_spread[w]) {
            read_pages(f, &stock, &set, &WAYS[w], 0, last, &looked[w]);
        }
    }
    decode_labels_free(&set);
}

static void every_label_is_read_by_both_decoders_at_every_resolution(void **state)
{
    const struct fixture *f = *state;
    size_t looked[WAY_COUNT] = {0};
    need_tools();
    for (size_t i = 0; i < sizeof BATCHES / sizeof BATCHES[0]; i++) {
        read_batch(f, &BATCHES[i], (i + 1) * 1000003, looked);
    }
    for (size_t w = 0; w < WAY_COUNT; w++) {
        print_message("# %s at %d dpi: %zu labels, each read by zbar and by ZXing\n",
                      WAYS[w].tool, WAYS[w].dpi, looked[w]);
        assert_true(looked[w] >= (is_long() ? 2000 * LONG_TIMES : w == 0 ? 2000 : SPREAD_MIN));
    }
}

static void a_thermal_picture_is_read_as_its_printer_gets_it(void **state)
{
    const struct fixture *f = *state;
    struct custody_error err = {0};
    struct decode_labels set = {0};
    struct stock stock;
    assert_int_equal(stock_load("thermal-40x30", &stock, &err), CUSTODY_OK);
    assert_true(decode_labels_make(120, 77, false, &set));
    for (size_t i = 0; i < 20; i++) {
        print_labels(f, stock.name, CUSTODY_LABEL_PNG, false, &set.labels[i], 1);
        FILE *file = fopen(f->out, "rb");
        assert_non_null(file);
        struct grey picture = grey_read_png(file);
        (void)fclose(file);
        assert_non_null(picture.dots);
        assert_int_equal(read_label(&picture, &stock, 0, 203.0, set.labels[i].code), 0);
        free(picture.dots);
    }
    print_labels(f, stock.name, CUSTODY_LABEL_PBM, false, set.labels, set.count);
    FILE *file = fopen(f->out, "rb");
    assert_non_null(file);
    for (size_t i = 0; i < set.count; i++) {
        struct grey picture = grey_read_pnm(file);
        assert_non_null(picture.dots);
        assert_int_equal(read_label(&picture, &stock, 0, 203.0, set.labels[i].code), 0);
        free(picture.dots);
    }
    assert_int_equal(fgetc(file), EOF);
    (void)fclose(file);
    decode_labels_free(&set);
}

/* A browser's own way from the drawing to paper, at the scale that the drawing names. */
static bool print_by_chromium(const struct fixture *f, const char *pdf)
{
    char command[768];
    char path[160];
    (void)snprintf(path, sizeof path, "%s/sheet.html", f->dir);
    FILE *html = fopen(path, "w");
    assert_non_null(html);
    (void)fprintf(html, "<!doctype html><style>@page{size:210mm 297mm;margin:0}"
                        "body{margin:0}img{display:block}</style><img src=\"out.svg\">");
    assert_int_equal(fclose(html), 0);
    (void)snprintf(command, sizeof command,
                   "timeout 120 chromium --headless --no-sandbox --disable-gpu "
                   "--disable-dev-shm-usage --user-data-dir=%s/chromium --no-pdf-header-footer "
                   "--print-to-pdf=%s file://%s >%s/chromium.log 2>&1",
                   f->dir, pdf, path, f->dir);
    return system(command) == 0 && access(pdf, R_OK) == 0;
}

static void an_svg_that_chromium_prints_is_read(void **state)
{
    static const char *const stocks[] = {"fob-22x32", "fob-13x40"};
    struct fixture *f = *state;
    need_tools();
    if (system("command -v chromium >/dev/null") != 0) {
        print_message("skipped: chromium is not installed\n");
        skip();
    }
    (void)snprintf(f->out, sizeof f->out, "%s/out.svg", f->dir);
    for (size_t s = 0; s < 2; s++) {
        struct custody_error err = {0};
        struct decode_labels set = {0};
        struct fixture printed = *f;
        struct stock stock;
        size_t looked = 0;
        assert_int_equal(stock_load(stocks[s], &stock, &err), CUSTODY_OK);
        assert_true(decode_labels_make(stock_cells(&stock), 990 + s, false, &set));
        print_labels(f, stocks[s], CUSTODY_LABEL_SVG, false, set.labels, set.count);
        (void)snprintf(printed.out, sizeof printed.out, "%s/printed.pdf", f->dir);
        assert_true(print_by_chromium(f, printed.out));
        for (size_t w = 0; w < WAY_COUNT; w++) {
            if (is_long() || WAYS[w].dpi != 600) {
                read_pages(&printed, &stock, &set, &WAYS[w], 0, 0, &looked);
            }
        }
        assert_true(looked >= 4 * stock_cells(&stock));
        decode_labels_free(&set);
    }
}

static void the_checkpoint_of_a_slip_is_read_by_both_decoders(void **state)
{
    static const char note[] =
        "cuihu.example/custody\n1048576\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\xE2\x80\x94 cuihu.example/custody "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
        "zyWE+xeMcTOAYQ8=\n";
    struct fixture *f = *state;
    struct custody_error err = {0};
    const struct custody_slip slip = {.lang = "zh_CN",
                                      .title = "交接班记录",
                                      .note = note,
                                      .note_len = sizeof note - 1,
                                      .paper_code = "4F7Q 2M9X 88AB CDEF GHJK MNPQ RS",
                                      .record = "slip 1"};
    need_tools();
    assert_int_equal(custody_slip_pdf(&slip, f->out, &err), CUSTODY_OK);
    for (size_t w = 0; w < WAY_COUNT; w++) {
        char by_zbar[512];
        char by_zxing[512];
        struct grey page = grey_of_page(WAYS[w].tool, f->out, WAYS[w].dpi, 1);
        assert_non_null(page.dots);
        read_code_zbar(&page, WAYS[w].dpi / 200, by_zbar, sizeof by_zbar);
        read_code_zxing(&page, by_zxing, sizeof by_zxing);
        free(page.dots);
        assert_string_equal(by_zbar, note);
        assert_string_equal(by_zxing, note);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            every_label_is_read_by_both_decoders_at_every_resolution, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thermal_picture_is_read_as_its_printer_gets_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_svg_that_chromium_prints_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_checkpoint_of_a_slip_is_read_by_both_decoders,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
