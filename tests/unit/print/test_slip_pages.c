/*
 * Slips on every paper: every code on them is read and is the checkpoint, every line is there,
 * copies are equal, long ones go on; emergency slips have their numbers and no code; the card
 * has its own.
 */
#include <cairo.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zbar.h>

#include <cmocka.h>

#include "custody/slip.h"
#include "fixture.h"
#include "lsan.h"

#define NOTE_HEAD                                                                              \
    "cuihu.example/custody\n1048576\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"         \
    "\xE2\x80\x94 cuihu.example/custody "
#define NOTE                                                                                   \
    NOTE_HEAD "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"   \
              "zyWE+xeMcTOAYQ8=\n"
#define PUBLIC     "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define CODE       "4F7Q 2M9X 88AB CDEF GHJK MNPQ RS"
#define ITEMS      60
#define OUTPUT_MAX 65536

static const char *const PAPER_NAMES[] = {"a5", "a4x2", "roll58", "roll80"};
#define PAPERS (sizeof PAPER_NAMES / sizeof PAPER_NAMES[0])

static const struct custody_slip_row ROWS[] = {
    {"时间", "2026-11-22 16:03:11"}, {"经办人", "李敏(li)"},    {"领用人", "王师傅(PD6G7MW4K)"},
    {"保管台", "客服前台"},          {"部门或工单", "WO-1017"}, {"应还", "2026-11-22 21:00"},
};
static const char *const SIGNATURES[] = {"经办人", "领用人"};

struct items {
    char texts[ITEMS][64];
    const char *list[ITEMS];
};

static void name_items(struct items *items)
{
    for (unsigned i = 0; i < ITEMS; i++) {
        (void)snprintf(items->texts[i], sizeof items->texts[i], "%u栋-%u单元-%u01防盗铁门",
                       i / 20 + 1, i % 3 + 1, i % 18 + 1);
        items->list[i] = items->texts[i];
    }
}

static struct custody_slip slip_of(const struct items *items, size_t count)
{
    return (struct custody_slip){.lang = "zh_CN",
                                 .title = "钥匙借出单",
                                 .site = "翠湖花园",
                                 .rows = ROWS,
                                 .row_count = sizeof ROWS / sizeof ROWS[0],
                                 .list = items->list,
                                 .list_count = count,
                                 .list_title = "钥匙",
                                 .statement =
                                     "李敏将钥匙借给王师傅,归还期限 2026-11-22 21:00。",
                                 .act_id = PUBLIC,
                                 .note = NOTE,
                                 .note_len = sizeof NOTE - 1,
                                 .paper_code = CODE,
                                 .signatures = SIGNATURES,
                                 .signature_count = 2,
                                 .record = "slip 5"};
}

/* ---- reading what was made ---- */

struct codes {
    size_t count;
    char text[4][1024];
    size_t len[4];
};

/* Every code on the whole of a picture, which is removed. */
static struct codes read_codes(const char *png)
{
    struct codes codes = {0};
    cairo_surface_t *surface = cairo_image_surface_create_from_png(png);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    const unsigned width = (unsigned)cairo_image_surface_get_width(surface);
    const unsigned height = (unsigned)cairo_image_surface_get_height(surface);
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    unsigned char *grey = calloc(width, height);
    assert_non_null(grey);
    const size_t pixel = stride / width >= 4 ? 4 : 1;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            grey[y * width + x] = data[y * stride + x * pixel];
        }
    }
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    (void)zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    (void)zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    (void)zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    zbar_image_t *image = zbar_image_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, width, height);
    zbar_image_set_data(image, grey, (unsigned long)width * height, NULL);
    assert_true(zbar_scan_image(scanner, image) >= 0);
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol != NULL;
         symbol = zbar_symbol_next(symbol)) {
        assert_true(codes.count < 4);
        codes.len[codes.count] = zbar_symbol_get_data_length(symbol);
        assert_true(codes.len[codes.count] < sizeof codes.text[0]);
        memcpy(codes.text[codes.count], zbar_symbol_get_data(symbol), codes.len[codes.count]);
        codes.count++;
    }
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(grey);
    cairo_surface_destroy(surface);
    assert_int_equal(unlink(png), 0);
    return codes;
}

/* What a command prints, without spaces and line ends; free() it. */
static char *run(const char *format, const char *path)
{
    char command[512];
    char *text = calloc(1, OUTPUT_MAX);
    size_t len = 0;
    assert_non_null(text);
    (void)snprintf(command, sizeof command, "%s %s - | tr -d ' \\n\\f'", format, path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    len = fread(text, 1, OUTPUT_MAX - 1, pipe);
    text[len] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void need_poppler(void)
{
    if (system("command -v pdftotext >/dev/null") != 0) {
        print_message("skipped: poppler-utils is not installed\n");
        skip();
    }
}

static size_t pages_of(const char *path)
{
    size_t len = 0;
    char *data = fixture_read(path, &len);
    const char *count = memmem(data, len, "/Count ", 7);
    assert_non_null(count);
    const size_t pages = strtoul(count + 7, NULL, 10);
    free(data);
    return pages;
}

static void print_to(const struct custody_slip *slip, size_t paper,
                     enum custody_slip_format format, const char *path)
{
    struct custody_error err = {0};
    const struct custody_slip_output output = {
        .paper = (enum custody_slip_paper)paper, .format = format, .to = path};
    if (custody_slip_print(slip, &output, &err) != CUSTODY_OK) {
        fail_msg("%s: %s", PAPER_NAMES[paper], err.text);
    }
}

/* ---- slips ---- */

static void every_code_on_every_paper_is_the_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct items items;
    char png[160];
    name_items(&items);
    (void)snprintf(png, sizeof png, "%s/slip.png", f->dir);
    for (size_t paper = 0; paper < PAPERS; paper++) {
        const struct custody_slip slip = slip_of(&items, 3);
        print_to(&slip, paper, CUSTODY_SLIP_PNG, png);
        const struct codes codes = read_codes(png);
        assert_int_equal(codes.count, paper == CUSTODY_SLIP_A4X2 ? 2 : 1);
        for (size_t i = 0; i < codes.count; i++) {
            assert_int_equal(codes.len[i], sizeof NOTE - 1);
            assert_memory_equal(codes.text[i], NOTE, sizeof NOTE - 1);
        }
    }
}

/* 666 bytes is version 20: 105 modules with the quiet zone, three dots each on 58 mm. */
static void the_longest_note_is_read_on_every_paper_and_a_longer_one_is_said(void **state)
{
    struct fixture *f = *state;
    struct items items;
    char note[700];
    char png[160];
    name_items(&items);
    (void)snprintf(png, sizeof png, "%s/slip.png", f->dir);
    memset(note, 'x', sizeof note);
    memcpy(note, NOTE, sizeof NOTE - 2);
    struct custody_slip slip = slip_of(&items, 1);
    slip.note = note;
    for (size_t paper = 0; paper < PAPERS; paper++) {
        note[665] = '\n';
        slip.note_len = 666;
        print_to(&slip, paper, CUSTODY_SLIP_PNG, png);
        struct codes codes = read_codes(png);
        assert_int_equal(codes.count, paper == CUSTODY_SLIP_A4X2 ? 2 : 1);
        assert_int_equal(codes.len[0], 666);
        assert_memory_equal(codes.text[0], note, 666);
        note[665] = 'x';
        note[666] = '\n';
        slip.note_len = 667;
        print_to(&slip, paper, CUSTODY_SLIP_PNG, png);
        codes = read_codes(png);
        assert_int_equal(codes.count, 0);
    }
    need_poppler();
    print_to(&slip, CUSTODY_SLIP_ROLL58, CUSTODY_SLIP_PDF, f->pdf);
    char *text = run("pdftotext -raw", f->pdf);
    assert_non_null(strstr(text, "不印二维码"));
    assert_non_null(strstr(text, "4F7Q2M9X88ABCDEF"));
    free(text);
}

static void every_line_of_sixty_keys_is_there_on_every_paper(void **state)
{
    struct fixture *f = *state;
    struct items items;
    need_poppler();
    name_items(&items);
    for (size_t paper = 0; paper < PAPERS; paper++) {
        const bool is_roll = paper >= CUSTODY_SLIP_ROLL58;
        for (size_t count = 1; count <= ITEMS; count += ITEMS - 1) {
            const struct custody_slip slip = slip_of(&items, count);
            print_to(&slip, paper, CUSTODY_SLIP_PDF, f->pdf);
            const size_t pages = is_roll || count == 1 ? 1 : 2;
            assert_int_equal(pages_of(f->pdf), pages);
            char *text = run("pdftotext -raw", f->pdf);
            for (size_t i = 0; i < count; i++) {
                char line[80];
                (void)snprintf(line, sizeof line, "%zu.%s", i + 1, items.list[i]);
                if (strstr(text, line) == NULL) {
                    fail_msg("%s lacks %s", PAPER_NAMES[paper], line);
                }
            }
            for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
                assert_non_null(strstr(text, ROWS[i].label));
            }
            assert_non_null(strstr(text, "WO-1017"));
            assert_non_null(strstr(text, "GHJKMNPQRS"));
            assert_non_null(strstr(text, "9f86d081884c7d65"));
            assert_int_equal(strstr(text, "第2页共2页") != NULL, pages == 2);
            free(text);
        }
    }
}

static void two_copies_on_a_sheet_are_equal(void **state)
{
    struct fixture *f = *state;
    struct items items;
    need_poppler();
    name_items(&items);
    const struct custody_slip slip = slip_of(&items, ITEMS);
    print_to(&slip, CUSTODY_SLIP_A4X2, CUSTODY_SLIP_PDF, f->pdf);
    char *left = run("pdftotext -x 0 -y 0 -W 420 -H 596", f->pdf);
    char *right = run("pdftotext -x 421 -y 0 -W 420 -H 596", f->pdf);
    assert_string_equal(left, right);
    assert_non_null(strstr(left, items.list[ITEMS - 1]));
    free(left);
    free(right);
}

static void equal_slips_are_equal_bytes(void **state)
{
    struct fixture *f = *state;
    struct items items;
    char other[160];
    name_items(&items);
    (void)snprintf(other, sizeof other, "%s/other", f->dir);
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1763863200", 1), 0);
    for (size_t paper = 0; paper < PAPERS; paper++) {
        const struct custody_slip slip = slip_of(&items, 30);
        for (int format = CUSTODY_SLIP_PDF; format <= CUSTODY_SLIP_PNG; format++) {
            /* a PNG of several pages has several names */
            if (format == CUSTODY_SLIP_PNG && paper < CUSTODY_SLIP_ROLL58) {
                continue;
            }
            size_t len[2] = {0, 0};
            print_to(&slip, paper, (enum custody_slip_format)format, f->pdf);
            print_to(&slip, paper, (enum custody_slip_format)format, other);
            char *one = fixture_read(f->pdf, &len[0]);
            char *two = fixture_read(other, &len[1]);
            assert_int_equal(len[0], len[1]);
            assert_memory_equal(one, two, len[0]);
            free(one);
            free(two);
            assert_int_equal(unlink(other), 0);
        }
    }
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
}

static void a_statement_longer_than_a_page_goes_on(void **state)
{
    static const char part[] = "甲方将钥匙交乙方 and so on, ";
    struct fixture *f = *state;
    struct items items;
    char text[1 + (sizeof part - 1) * 80 + 16];
    size_t len = 0;
    need_poppler();
    name_items(&items);
    for (size_t i = 0; i < 80; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s", part);
    }
    (void)snprintf(text + len, sizeof text - len, "到此为止");
    for (size_t paper = 0; paper < PAPERS; paper++) {
        struct custody_slip slip = slip_of(&items, 24);
        slip.statement = text;
        print_to(&slip, paper, CUSTODY_SLIP_PDF, f->pdf);
        char *got = run("pdftotext -raw -y 0 -x 0 -W 420 -H 6000", f->pdf);
        size_t found = 0;
        for (const char *at = got; (at = strstr(at, "甲方将钥")) != NULL; at++) {
            found++;
        }
        /* a page may end within the words that are counted */
        assert_in_range(found, 77, 80);
        assert_non_null(strstr(got, "到此为止"));
        free(got);
    }
}

static void what_cannot_be_printed_leaves_no_file(void **state)
{
    struct fixture *f = *state;
    struct items items;
    const char *const bad_list[] = {
        "\xF3\xB0\x80\x80"}; /* private use: no glyph, not allowed */
    name_items(&items);
    for (size_t paper = 0; paper < PAPERS; paper++) {
        const struct custody_slip_output output = {.paper = (enum custody_slip_paper)paper,
                                                   .to = f->pdf};
        struct custody_error err = {0};
        struct custody_slip slip = slip_of(&items, 1);
        slip.list = bad_list;
        assert_int_equal(custody_slip_print(&slip, &output, &err), CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, "slip 5"));
        slip = slip_of(&items, 1);
        slip.list_title = NULL;
        assert_int_equal(custody_slip_print(&slip, &output, &err), CUSTODY_ERR_INVALID);
        slip = slip_of(&items, 1);
        slip.list_count = CUSTODY_SLIP_LIST_MAX + 1;
        assert_int_equal(custody_slip_print(&slip, &output, &err), CUSTODY_ERR_LIMIT);
        slip = slip_of(&items, 1);
        slip.title =
            "很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很"
            "长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长";
        assert_int_equal(custody_slip_print(&slip, &output, &err), CUSTODY_ERR_INVALID);
        assert_int_equal(fixture_files(f), 0);
    }
    const struct custody_slip slip = slip_of(&items, 1);
    struct custody_error err = {0};
    const struct custody_slip_output cases[] = {
        {.paper = (enum custody_slip_paper)PAPERS, .to = f->pdf},
        {.paper = CUSTODY_SLIP_A5, .to = NULL},
        {.paper = CUSTODY_SLIP_A5, .format = CUSTODY_SLIP_PNG, .dpi = 150.0, .to = f->pdf},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(custody_slip_print(&slip, &cases[i], &err), CUSTODY_ERR_INVALID);
        assert_int_equal(fixture_files(f), 0);
    }
}

static void a_roll_longer_than_two_metres_is_refused(void **state)
{
    struct fixture *f = *state;
    struct items items;
    const char *list[CUSTODY_SLIP_LIST_MAX];
    struct custody_error err = {0};
    name_items(&items);
    for (size_t i = 0; i < CUSTODY_SLIP_LIST_MAX; i++) {
        list[i] = items.list[i % ITEMS];
    }
    struct custody_slip slip = slip_of(&items, CUSTODY_SLIP_LIST_MAX);
    slip.list = list;
    const struct custody_slip_output output = {.paper = CUSTODY_SLIP_ROLL58, .to = f->pdf};
    assert_int_equal(custody_slip_print(&slip, &output, &err), CUSTODY_ERR_LIMIT);
    assert_non_null(strstr(err.text, "on sheets"));
    assert_int_equal(fixture_files(f), 0);
}

/* ---- emergency slips ---- */

static const char *const PURPOSES[] = {"维修", "巡检", "装修验收", NULL};
static const char *const CAUSES[] = {"漏水", "火警", NULL};

static struct custody_slip_blanks blanks_of(size_t first, size_t count)
{
    return (struct custody_slip_blanks){.lang = "zh_CN",
                                        .site = "翠湖花园",
                                        .desk = "客服前台",
                                        .series = "ly",
                                        .first = first,
                                        .count = count,
                                        .purposes = PURPOSES,
                                        .causes = CAUSES,
                                        .record = "slips of ly"};
}

static void blanks_have_each_number_once_and_no_code(void **state)
{
    struct fixture *f = *state;
    const struct custody_slip_blanks blanks = blanks_of(9, 3);
    struct custody_slip_output output = {.paper = CUSTODY_SLIP_A4X2, .to = f->pdf};
    struct custody_error err = {0};
    char png[160];
    char one[170];
    assert_int_equal(custody_slip_blanks_print(&blanks, &output, &err), CUSTODY_OK);
    assert_int_equal(pages_of(f->pdf), 2);
    (void)snprintf(png, sizeof png, "%s/slip.png", f->dir);
    output.format = CUSTODY_SLIP_PNG;
    output.to = png;
    assert_int_equal(custody_slip_blanks_print(&blanks, &output, &err), CUSTODY_OK);
    for (int page = 1; page <= 2; page++) {
        (void)snprintf(one, sizeof one, "%s/slip-%d.png", f->dir, page);
        assert_int_equal(read_codes(one).count, 0);
    }
    need_poppler();
    char *text = run("pdftotext -raw", f->pdf);
    for (unsigned number = 8; number <= 12; number++) {
        char wanted[16];
        (void)snprintf(wanted, sizeof wanted, "ly-%04u", number);
        const char *first = strstr(text, wanted);
        assert_int_equal(first != NULL, number >= 9 && number <= 11);
        assert_true(first == NULL || strstr(first + 1, wanted) == NULL);
    }
    assert_non_null(strstr(text, "装修验收"));
    assert_non_null(strstr(text, "火警"));
    assert_non_null(strstr(text, "在场第二人签字"));
    free(text);
}

static void blanks_out_of_range_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct {
        size_t first;
        size_t count;
        enum custody_slip_paper paper;
        enum custody_status wanted;
    } cases[] = {
        {0, 1, CUSTODY_SLIP_A5, CUSTODY_ERR_LIMIT},
        {1, 0, CUSTODY_SLIP_A5, CUSTODY_ERR_LIMIT},
        {1, CUSTODY_SLIP_BLANKS_MAX + 1, CUSTODY_SLIP_A5, CUSTODY_ERR_LIMIT},
        {CUSTODY_SLIP_NUMBER_MAX, 2, CUSTODY_SLIP_A5, CUSTODY_ERR_LIMIT},
        {CUSTODY_SLIP_NUMBER_MAX, 1, CUSTODY_SLIP_A5, CUSTODY_OK},
        {1, 1, CUSTODY_SLIP_ROLL58, CUSTODY_ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct custody_slip_blanks blanks = blanks_of(cases[i].first, cases[i].count);
        const struct custody_slip_output output = {.paper = cases[i].paper, .to = f->pdf};
        struct custody_error err = {0};
        assert_int_equal(custody_slip_blanks_print(&blanks, &output, &err), cases[i].wanted);
        assert_int_equal(fixture_files(f), cases[i].wanted == CUSTODY_OK ? 1 : 0);
        (void)unlink(f->pdf);
    }
}

/* ---- the card ---- */

static void the_card_has_its_own_code(void **state)
{
    struct fixture *f = *state;
    struct custody_slip_card card = {.lang = "zh_CN",
                                     .name = "李敏",
                                     .handle = "li",
                                     .public_hex = PUBLIC,
                                     .fingerprint = CODE,
                                     .record = "li"};
    struct custody_error err = {0};
    char png[160];
    (void)snprintf(png, sizeof png, "%s/card.png", f->dir);
    for (size_t paper = 0; paper < PAPERS; paper++) {
        const struct custody_slip_output output = {
            .paper = (enum custody_slip_paper)paper, .format = CUSTODY_SLIP_PNG, .to = png};
        assert_int_equal(custody_slip_card_print(&card, &output, &err), CUSTODY_OK);
        const struct codes codes = read_codes(png);
        assert_int_equal(codes.count, paper == CUSTODY_SLIP_A4X2 ? 2 : 1);
        assert_string_equal(codes.text[0], "custody-credential\nli\n" PUBLIC "\n");
    }
    const struct custody_slip_output output = {.to = f->pdf};
    card.public_hex = "9f86";
    assert_int_equal(custody_slip_card_print(&card, &output, &err), CUSTODY_ERR_INVALID);
    card.public_hex = PUBLIC;
    card.fingerprint = "4F7Q";
    assert_int_equal(custody_slip_card_print(&card, &output, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(fixture_files(f), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(every_code_on_every_paper_is_the_checkpoint),
        CASE(the_longest_note_is_read_on_every_paper_and_a_longer_one_is_said),
        CASE(every_line_of_sixty_keys_is_there_on_every_paper),
        CASE(two_copies_on_a_sheet_are_equal),
        CASE(equal_slips_are_equal_bytes),
        CASE(a_statement_longer_than_a_page_goes_on),
        CASE(what_cannot_be_printed_leaves_no_file),
        CASE(a_roll_longer_than_two_metres_is_refused),
        CASE(blanks_have_each_number_once_and_no_code),
        CASE(blanks_out_of_range_are_refused),
        CASE(the_card_has_its_own_code),
    };
    return cmocka_run_group_tests_name("slip pages", tests, NULL, NULL);
}
