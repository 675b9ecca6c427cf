/*
 * What is printed is read again: sheets of labels and a slip, rasterised by both back ends of
 * poppler at three resolutions, every code cut out by its cell and decoded with zbar.
 *
 * A scanner pointed at a whole sheet finds next to nothing, hence the cutting.
 */
#include <cairo.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zbar.h>

#include <cmocka.h>

#include "../unit/print/lsan.h"
#include "custody/label.h"
#include "custody/slip.h"
#include "stock.h"

#define STOCK    "labels/fob-22x32.label"
#define PAGES    2
#define PER_PAGE 72
#define LABELS   (PAGES * PER_PAGE)

struct fixture {
    char dir[64];
    char pdf[128];
    struct custody_label labels[LABELS];
    char lines[LABELS][3][48];
    char records[LABELS][16];
};

static const char *const KINDS[] = {"防盗铁门", "单元门", "室内门", "电子对讲门", "信报箱"};

/* Items that differ in every symbol over the run; no chance, so that a failure comes again. */
static void make_item(unsigned seed, char out[CUSTODY_ITEM_LEN + 1])
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint64_t state = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
    out[0] = 'K';
    for (size_t i = 1; i < CUSTODY_ITEM_LEN; i++) {
        state ^= state >> 29;
        state *= UINT64_C(0xBF58476D1CE4E5B9);
        out[i] = alphabet[state >> 59];
    }
    out[CUSTODY_ITEM_LEN] = '\0';
}

static void fill(struct fixture *f)
{
    for (unsigned i = 0; i < LABELS; i++) {
        char item[CUSTODY_ITEM_LEN + 1];
        make_item(i, item);
        custody_tag_print(item, '1', "7QZ0XK", f->labels[i].code);
        (void)snprintf(f->lines[i][0], sizeof f->lines[i][0], "%u栋-%u单元", i / 36 + 1,
                       i / 12 % 3 + 1);
        (void)snprintf(f->lines[i][1], sizeof f->lines[i][1], "%u楼-%u%02u房", i % 33 + 1,
                       i % 33 + 1, i % 4 + 1);
        (void)snprintf(f->lines[i][2], sizeof f->lines[i][2], "%s", KINDS[i % 5]);
        (void)snprintf(f->records[i], sizeof f->records[i], "row %u", i + 1);
        for (size_t line = 0; line < 3; line++) {
            f->labels[i].lines[line] = f->lines[i][line];
        }
        f->labels[i].record = f->records[i];
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    (void)snprintf(f->dir, sizeof f->dir, "%s/labelsXXXXXX", P_tmpdir);
    if (mkdtemp(f->dir) == NULL) {
        free(f);
        return -1;
    }
    fill(f);
    (void)snprintf(f->pdf, sizeof f->pdf, "%s/out.pdf", f->dir);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    (void)unlink(f->pdf);
    int rc = rmdir(f->dir);
    free(f);
    return rc;
}

__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
    char command[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(command, sizeof command, format, args);
    va_end(args);
    if (system(command) != 0) {
        fail_msg("failed: %s", command);
    }
}

static void need_tools(void)
{
    if (system("command -v pdftoppm pdftocairo pdftotext pdffonts >/dev/null") != 0) {
        print_message("skipped: poppler-utils is not installed\n");
        skip();
    }
}

/* The next number of a PGM's head. */
static int read_head_number(FILE *file)
{
    char word[16] = "";
    assert_int_equal(fscanf(file, "%15s", word), 1);
    return (int)strtol(word, NULL, 10);
}

static uint8_t *read_pgm(const char *path, int *ret_width, int *ret_height)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fgetc(file), 'P');
    assert_int_equal(fgetc(file), '5');
    int width = read_head_number(file);
    int height = read_head_number(file);
    assert_int_equal(read_head_number(file), 255);
    assert_int_not_equal(fgetc(file), EOF);
    size_t size = (size_t)width * (size_t)height;
    uint8_t *grey = malloc(size);
    assert_non_null(grey);
    assert_int_equal(fread(grey, 1, size, file), size);
    (void)fclose(file);
    *ret_width = width;
    *ret_height = height;
    return grey;
}

static uint8_t *read_png(const char *path, int *ret_width, int *ret_height)
{
    cairo_surface_t *surface = cairo_image_surface_create_from_png(path);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    uint8_t *grey = malloc((size_t)width * (size_t)height);
    assert_non_null(grey);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            /* The page is grey: any of the three colours will do. */
            grey[y * width + x] = data[y * stride + x * 4 + 1];
        }
    }
    cairo_surface_destroy(surface);
    *ret_width = width;
    *ret_height = height;
    return grey;
}

/* One page as 8 bit grey, free() it. pdftocairo knows no PGM, and packing PNG takes long. */
static uint8_t *rasterise(const struct fixture *f, const char *tool, int dpi, int page,
                          int *ret_width, int *ret_height)
{
    char path[160];
    bool has_pgm = strcmp(tool, "pdftoppm") == 0;
    (void)snprintf(path, sizeof path, "%s/page.%s", f->dir, has_pgm ? "pgm" : "png");
    run("%s %s -gray -singlefile -r %d -f %d -l %d %s %s/page", tool, has_pgm ? "" : "-png",
        dpi, page, page, f->pdf, f->dir);
    uint8_t *grey =
        has_pgm ? read_pgm(path, ret_width, ret_height) : read_png(path, ret_width, ret_height);
    (void)unlink(path);
    return grey;
}

/* Cut out a part and decode it; "" when nothing or more than one code is found. */
static void decode(const uint8_t *grey, int width, int height, double x_mm, double y_mm,
                   double w_mm, double h_mm, int dpi, char *out, size_t out_size)
{
    int left = (int)lround(x_mm / 25.4 * dpi);
    int top = (int)lround(y_mm / 25.4 * dpi);
    int w = (int)lround(w_mm / 25.4 * dpi);
    int h = (int)lround(h_mm / 25.4 * dpi);
    assert_true(left + w <= width && top + h <= height);
    uint8_t *cut = malloc((size_t)w * (size_t)h);
    assert_non_null(cut);
    for (int y = 0; y < h; y++) {
        memcpy(cut + (size_t)y * (size_t)w, grey + (size_t)(top + y) * (size_t)width + left,
               (size_t)w);
    }
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    /* Scan lines 1/200 inch apart: a module is at least three. */
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_X_DENSITY, dpi / 200);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_Y_DENSITY, dpi / 200);
    zbar_image_t *image = zbar_image_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)w, (unsigned)h);
    zbar_image_set_data(image, cut, (unsigned long)w * (unsigned long)h, NULL);
    out[0] = '\0';
    if (zbar_scan_image(scanner, image) == 1) {
        const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
        (void)snprintf(out, out_size, "%s", zbar_symbol_get_data(symbol));
    }
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(cut);
}

static void read_sheet(const struct fixture *f, const struct stock *stock, const char *tool,
                       int dpi, int page)
{
    int width = 0;
    int height = 0;
    int wrong = 0;
    uint8_t *grey = rasterise(f, tool, dpi, page, &width, &height);
    for (size_t cell = 0; cell < PER_PAGE; cell++) {
        char text[64];
        decode(grey, width, height, stock->x0_mm + (double)(cell % stock->nx) * stock->dx_mm,
               stock->y0_mm + (double)(cell / stock->nx) * stock->dy_mm, stock->w_mm,
               stock->qr_at.y_mm + stock->qr_box_mm, dpi, text, sizeof text);
        wrong += strcmp(text, f->labels[(size_t)(page - 1) * PER_PAGE + cell].code) != 0;
    }
    free(grey);
    if (wrong != 0) {
        fail_msg("%s at %d dpi, page %d: %d of %d labels not read", tool, dpi, page, wrong,
                 PER_PAGE);
    }
}

static void label_print_every_code_is_read_at_every_resolution(void **state)
{
    static const int dpis[] = {203, 300, 600};
    struct fixture *f = *state;
    struct custody_error err = {0};
    struct stock stock;
    need_tools();
    assert_int_equal(stock_load(STOCK, &stock, &err), CUSTODY_OK);
    assert_int_equal(custody_label_print(STOCK, f->labels, LABELS, 1, f->pdf, &err),
                     CUSTODY_OK);
    for (size_t i = 0; i < sizeof dpis / sizeof dpis[0]; i++) {
        for (int page = 1; page <= PAGES; page++) {
            read_sheet(f, &stock, "pdftoppm", dpis[i], page);
            read_sheet(f, &stock, "pdftocairo", dpis[i], page);
        }
    }
}

/* What a command says of the PDF; before and after stand around its path. free() it. */
static char *read_pipe(const char *before, const char *path, const char *after)
{
    char command[256];
    (void)snprintf(command, sizeof command, "%s %s %s", before, path, after);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    size_t len = fread(text, 1, (1 << 16) - 1, pipe);
    text[len] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void label_print_text_can_be_searched_and_fonts_are_inside(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    need_tools();
    assert_int_equal(custody_label_print(STOCK, f->labels, LABELS, 1, f->pdf, &err),
                     CUSTODY_OK);
    char *text = read_pipe("pdftotext -layout", f->pdf, "-");
    static const char *const wanted[] = {"1栋-1单元", "4栋-3单元", "12楼-1204房", "防盗铁门",
                                         "信报箱"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_non_null(strstr(text, wanted[i]));
    }
    char item[CUSTODY_ITEM_LEN + 1];
    char human[15];
    make_item(143, item);
    custody_item_print(item, human);
    assert_non_null(strstr(text, human));
    free(text);
    /* Columns emb, sub, uni of every font. */
    text = read_pipe("pdffonts", f->pdf, "| tail -n +3 | grep -c -v 'yes yes yes' || true");
    assert_string_equal(text, "0\n");
    free(text);
    text = read_pipe("pdffonts", f->pdf, "");
    assert_non_null(strstr(text, "NotoSansCJKsc"));
    free(text);
}

static void slip_pdf_checkpoint_is_read_again(void **state)
{
    static const char note[] =
        "cuihu.example/custody\n1048576\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\xE2\x80\x94 cuihu.example/custody "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
        "zyWE+xeMcTOAYQ8=\n";
    static const int dpis[] = {203, 300, 600};
    static const char *const tools[] = {"pdftoppm", "pdftocairo"};
    struct fixture *f = *state;
    struct custody_error err = {0};
    const struct custody_slip slip = {.lang = "zh_CN",
                                      .title = "交接班记录",
                                      .note = note,
                                      .note_len = sizeof note - 1,
                                      .paper_code = "4F7Q 2M9X 88AB CDEF GHJK MNPQ RS",
                                      .record = "slip 1"};
    need_tools();
    assert_int_equal(custody_slip_pdf(&slip, f->pdf, &err), CUSTODY_OK);
    for (size_t i = 0; i < 6; i++) {
        int width = 0;
        int height = 0;
        char text[512];
        int dpi = dpis[i / 2];
        uint8_t *grey = rasterise(f, tools[i % 2], dpi, 1, &width, &height);
        decode(grey, width, height, 0.0, 105.0, 100.0, 104.0, dpi, text, sizeof text);
        free(grey);
        assert_string_equal(text, note);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(label_print_every_code_is_read_at_every_resolution,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(label_print_text_can_be_searched_and_fonts_are_inside,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(slip_pdf_checkpoint_is_read_again, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
