/* Printer profiles, and the bytes that label printers get. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "printer.h"

#define HEAD(language) "name = x\ntitle = 热敏机\nlanguage = " language "\ndpi = 203\n"

static enum custody_status parse(const char *text, struct printer *ret_printer,
                                 struct custody_error *err)
{
    return printer_parse("p.printer", text, strlen(text), ret_printer, err);
}

/* ---- profiles ---- */

static void printer_profiles_of_ours_load_by_the_names_that_the_list_gives(void **state)
{
    struct custody_printer *printers = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    bool has_tspl = false;
    bool has_pdf = false;
    (void)state;
    assert_int_equal(setenv("CUSTODY_LABELS", "labels", 1), 0);
    assert_int_equal(custody_printer_list(&printers, &count, &err), CUSTODY_OK);
    assert_true(count >= 5);
    for (size_t i = 0; i < count; i++) {
        struct printer printer;
        assert_int_equal(printer_load(printers[i].name, &printer, &err), CUSTODY_OK);
        assert_string_equal(printer.name, printers[i].name);
        assert_string_equal(printer.title, printers[i].title);
        assert_int_equal(printer.language, printers[i].language);
        assert_true(printer.dpi == printers[i].dpi);
        assert_true(i == 0 || strcmp(printers[i - 1].name, printers[i].name) < 0);
        has_tspl = has_tspl || strcmp(printers[i].name, "tspl-203") == 0;
        has_pdf = has_pdf || strcmp(printers[i].name, "office-a4") == 0;
    }
    assert_true(has_tspl && has_pdf);
    free(printers);
}

static void printer_profile_of_four_lines_has_the_stated_defaults(void **state)
{
    struct printer printer;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(parse(HEAD("tspl"), &printer, &err), CUSTODY_OK);
    assert_string_equal(printer.name, "x");
    assert_string_equal(printer.title, "热敏机");
    assert_int_equal(printer.language, CUSTODY_LABEL_TSPL);
    assert_true(printer.dpi == 203.0 && printer.gap_mm == 2.0);
    assert_false(printer.invert);
    assert_int_equal(printer.density, -1);
    assert_int_equal(printer.speed, 0);
    assert_int_equal(printer.direction, 0);
    assert_true(printer.dx_mm == 0.0 && printer.dy_mm == 0.0);
    assert_true(printer.pitch_x == 1.0 && printer.pitch_y == 1.0);
}

static void printer_profile_says_all_that_it_may(void **state)
{
    struct printer printer;
    struct custody_error err = {0};
    (void)state;
    /* Where a comma is the decimal point, the profile reads the same. */
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    assert_int_equal(parse("# a comment\r\n\r\n" HEAD("tspl") "invert=yes\r\ndensity = 15\n"
                                                              "speed = 14\ngap = 3.5\n"
                                                              "offset = -1.25,0.5\n"
                                                              "pitch = 1.0005,0.95\n"
                                                              "\tdirection = 1",
                           &printer, &err),
                     CUSTODY_OK);
    (void)setlocale(LC_ALL, "C");
    assert_true(printer.invert);
    assert_int_equal(printer.density, 15);
    assert_int_equal(printer.speed, 14);
    assert_int_equal(printer.direction, 1);
    assert_true(printer.gap_mm == 3.5);
    assert_true(printer.dx_mm == -1.25 && printer.dy_mm == 0.5);
    assert_true(printer.pitch_x == 1.0005 && printer.pitch_y == 0.95);
}

static void printer_profile_refuses_by_line_and_leaves_no_half(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } cases[] = {
        {"", "\"name\" is missing"},
        {"title = x\nlanguage = zpl\ndpi = 203\n", "\"name\" is missing"},
        {"name = x\nlanguage = zpl\ndpi = 203\n", "\"title\" is missing"},
        {"name = x\ntitle = x\ndpi = 203\n", "\"language\" is missing"},
        {"name = x\ntitle = x\nlanguage = zpl\n", "\"dpi\" is missing"},
        {HEAD("zpl") "dpi = 203\n", "line 5: this name stands twice"},
        {HEAD("zpl") "Dpi = 203\n", "line 5: this name is not known"},
        {HEAD("zpl") "density\n", "line 5: this is not \"name = value\""},
        {HEAD("zpl") "density =\n", "line 5: this value"},
        {HEAD("zpl") "density = 31\n", "line 5: this value"},
        {HEAD("zpl") "density = -1\n", "line 5: this value"},
        {HEAD("zpl") "speed = 0\n", "line 5: this value"},
        {HEAD("zpl") "speed = 15\n", "line 5: this value"},
        {HEAD("zpl") "direction = 2\n", "line 5: this value"},
        {HEAD("zpl") "\ninvert = no\n", "line 6: this language has no use"},
        {HEAD("zpl") "gap = 2\n", "line 5: this language has no use"},
        {HEAD("pdf") "density = 8\n", "line 5: this language has no use"},
        {HEAD("png") "direction = 0\n", "line 5: this language has no use"},
        {"density = 16\n" HEAD("tspl"), "line 1: a TSPL printer has densities 0 to 15"},
        {HEAD("tspl") "invert = ja\n", "line 5: this value"},
        {HEAD("tspl") "gap = -1\n", "line 5: this value"},
        {HEAD("tspl") "gap = 50.1\n", "line 5: this value"},
        {HEAD("tspl") "offset = 1\n", "line 5: this value"},
        {HEAD("tspl") "offset = 1,\n", "line 5: this value"},
        {HEAD("tspl") "offset = -50.1,0\n", "line 5: this value"},
        {HEAD("tspl") "offset = 0,--1\n", "line 5: this value"},
        {HEAD("tspl") "offset = 1e1,0\n", "line 5: this value"},
        {HEAD("tspl") "offset = 0.00001,0\n", "line 5: this value"},
        {HEAD("tspl") "offset = 1.,0\n", "line 5: this value"},
        {HEAD("tspl") "offset = .5,0\n", "line 5: this value"},
        {HEAD("tspl") "pitch = 1.06,1\n", "line 5: this value"},
        {HEAD("tspl") "pitch = 1,0.9\n", "line 5: this value"},
        {"name = x\ntitle = x\nlanguage = epl\ndpi = 203\n", "line 3: this value"},
        {"name = x\ntitle = x\nlanguage = tspl\ndpi = 99\n", "line 4: this value"},
        {"name = x\ntitle = x\nlanguage = tspl\ndpi = 1201\n", "line 4: this value"},
        {"name = X\n", "line 1: this value"},
        {"name = a/b\n", "line 1: this value"},
        {"name = abcdefghijklmnopqrstuvwxyz012345\n", "line 1: this value"},
        {"title = \x01\n", "line 1: this value"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct printer printer = {.speed = 77};
        struct custody_error err = {0};
        assert_int_equal(parse(cases[i].text, &printer, &err), CUSTODY_ERR_INVALID);
        if (strstr(err.text, cases[i].wanted) == NULL ||
            strncmp(err.text, "p.printer", 9) != 0) {
            fail_msg("case %zu: \"%s\", not \"%s\"", i, err.text, cases[i].wanted);
        }
        assert_int_equal(printer.speed, 77);
    }
}

static void printer_load_tells_a_name_from_a_path_and_what_is_not_there(void **state)
{
    struct printer printer = {.speed = 77};
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(setenv("CUSTODY_LABELS", "labels", 1), 0);
    assert_int_equal(printer_load("labels/printers/zpl-300.printer", &printer, &err),
                     CUSTODY_OK);
    assert_int_equal(printer.language, CUSTODY_LABEL_ZPL);
    printer.speed = 77;
    assert_int_equal(printer_load("zpl-301", &printer, &err), CUSTODY_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "zpl-301"));
    assert_int_equal(printer_load("none.printer", &printer, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(printer_load("labels/none", &printer, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(printer_load("Zpl", &printer, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(printer_load("", &printer, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(printer_load("/", &printer, &err), CUSTODY_ERR_IO);
    assert_int_equal(printer.speed, 77);
}

static void printer_list_names_the_profile_that_is_wrong(void **state)
{
    char dir[] = "/tmp/printersXXXXXX";
    char path[64];
    struct custody_printer *printers = NULL;
    size_t count = 77;
    struct custody_error err = {0};
    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(setenv("CUSTODY_LABELS", dir, 1), 0);
    assert_int_equal(custody_printer_list(&printers, &count, &err), CUSTODY_ERR_NOT_FOUND);

    (void)snprintf(path, sizeof path, "%s/printers", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(custody_printer_list(&printers, &count, &err), CUSTODY_OK);
    assert_int_equal(count, 0);
    free(printers);
    printers = NULL;
    count = 77;

    (void)snprintf(path, sizeof path, "%s/printers/mine.printer", dir);
    assert_int_equal(file_write_durable(path, HEAD("zpl"), strlen(HEAD("zpl")), 0600, &err),
                     CUSTODY_OK);
    assert_int_equal(custody_printer_list(&printers, &count, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "mine.printer"));
    assert_int_equal(file_write_durable(path, "name = mine\n", 12, 0600, &err), CUSTODY_OK);
    assert_int_equal(custody_printer_list(&printers, &count, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "mine.printer"));
    assert_null(printers);
    assert_int_equal(count, 77);

    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/printers", dir);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(setenv("CUSTODY_LABELS", "labels", 1), 0);
}

/* ---- what goes to the printer ---- */

struct sent {
    enum custody_status rc;
    struct buf bytes;
    struct custody_error err;
};

static struct sent send_label(enum custody_label_format language, const struct printer *printer,
                              const struct print_bits *bits, double width_mm, double height_mm,
                              size_t copies)
{
    char path[] = "/tmp/labelXXXXXX";
    struct sent sent = {.bytes = BUF_INIT((size_t)16 * 1024 * 1024)};
    struct print_sink *sink = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0 && close(fd) == 0);
    assert_int_equal(print_sink_open(path, &sink, &sent.err), CUSTODY_OK);
    if (language == CUSTODY_LABEL_TSPL) {
        sent.rc =
            printer_write_tspl(sink, printer, bits, width_mm, height_mm, copies, &sent.err);
    } else if (language == CUSTODY_LABEL_ZPL) {
        sent.rc =
            printer_write_zpl(sink, printer, bits, width_mm, height_mm, copies, &sent.err);
    } else {
        sent.rc = printer_write_pbm(sink, bits, &sent.err);
    }
    assert_int_equal(print_sink_commit(sink, &sent.err), CUSTODY_OK);
    print_sink_close(sink);
    struct custody_error err = {0};
    assert_int_equal(file_read(path, sent.bytes.max, &sent.bytes, &err), CUSTODY_OK);
    assert_int_equal(unlink(path), 0);
    return sent;
}

static void expect_bytes(struct sent *sent, const char *wanted, size_t len)
{
    assert_int_equal(sent->rc, CUSTODY_OK);
    assert_int_equal(sent->bytes.len, len);
    assert_memory_equal(sent->bytes.data, wanted, len);
    buf_clear(&sent->bytes);
}

/* Twelve by three dots in rows of four bytes, more than they need. */
static const uint8_t ROWS[] = {0xff, 0xf0, 0xaa, 0xaa, 0x0f, 0x00,
                               0xaa, 0xaa, 0x80, 0x10, 0xaa, 0xaa};
static const struct print_bits BITS = {
    .width_dots = 12, .height_dots = 3, .row_bytes = 4, .rows = ROWS};
#define BITS_WIDTH_MM  1.5
#define BITS_HEIGHT_MM 0.37

static void tspl_of_a_label_is_these_bytes(void **state)
{
    static const char wanted[] = "SIZE 1.50 mm,0.37 mm\r\nGAP 2 mm,0 mm\r\nDENSITY 8\r\n"
                                 "SPEED 3\r\nDIRECTION 1\r\nREFERENCE 0,0\r\nCLS\r\n"
                                 "BITMAP 0,0,2,3,0,\x00\x0f\xf0\xff\x7f\xef\r\nPRINT 1,4\r\n";
    struct printer printer = printer_default(true);
    (void)state;
    printer.language = CUSTODY_LABEL_TSPL;
    printer.density = 8;
    printer.speed = 3;
    printer.direction = 1;
    struct sent sent =
        send_label(CUSTODY_LABEL_TSPL, &printer, &BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 4);
    expect_bytes(&sent, wanted, sizeof wanted - 1);
}

static void tspl_leaves_to_the_printer_what_the_profile_does_not_say(void **state)
{
    /* Black as 1 for clones; a roll without gaps. */
    static const char wanted[] = "SIZE 1.50 mm,0.37 mm\r\nGAP 0 mm,0 mm\r\nDIRECTION 0\r\n"
                                 "REFERENCE 0,0\r\nCLS\r\n"
                                 "BITMAP 0,0,2,3,0,\xff\xf0\x0f\x00\x80\x10\r\nPRINT 1,1\r\n";
    struct printer printer = printer_default(true);
    (void)state;
    printer.invert = true;
    printer.gap_mm = 0.0;
    struct sent sent =
        send_label(CUSTODY_LABEL_TSPL, &printer, &BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 1);
    expect_bytes(&sent, wanted, sizeof wanted - 1);
}

static void zpl_of_a_label_is_these_bytes(void **state)
{
    static const char wanted[] = "~SD07\n^XA^PW12^LL3^LH0,0^POI\n^PR5\n"
                                 "^FO0,0^GFA,6,6,2,IF00F,8010^FS\n^PQ4^XZ\n";
    static const char own[] = "^XA^PW12^LL3^LH0,0^PON\n^FO0,0^GFA,6,6,2,IF00F,8010^FS\n"
                              "^PQ1^XZ\n";
    struct printer printer = printer_default(true);
    (void)state;
    struct sent sent =
        send_label(CUSTODY_LABEL_ZPL, &printer, &BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 1);
    expect_bytes(&sent, own, sizeof own - 1);
    printer.density = 7; /* not yet on the scale of ZPL */
    sent = send_label(CUSTODY_LABEL_ZPL, &printer, &BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 1);
    expect_bytes(&sent, own, sizeof own - 1);
    printer.language = CUSTODY_LABEL_ZPL;
    printer.speed = 5;
    printer.direction = 1;
    sent = send_label(CUSTODY_LABEL_ZPL, &printer, &BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 4);
    expect_bytes(&sent, wanted, sizeof wanted - 1);
}

static void pbm_of_a_label_is_these_bytes(void **state)
{
    static const char wanted[] = "P4\n12 3\n\xff\xf0\x0f\x00\x80\x10";
    struct printer printer = printer_default(true);
    (void)state;
    struct sent sent =
        send_label(CUSTODY_LABEL_PBM, &printer, &BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 1);
    expect_bytes(&sent, wanted, sizeof wanted - 1);
}

static void printers_refuse_what_is_not_the_label_and_send_nothing(void **state)
{
    struct printer printer = printer_default(true);
    struct print_bits empty = BITS;
    (void)state;
    empty.height_dots = 0;
    const struct {
        const struct print_bits *bits;
        double width_mm;
        double height_mm;
        size_t copies;
    } cases[] = {
        {&BITS, 1.3, BITS_HEIGHT_MM, 1},
        {&BITS, BITS_WIDTH_MM, 0.2, 1},
        {&BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 0},
        {&BITS, BITS_WIDTH_MM, BITS_HEIGHT_MM, 100000},
        {&empty, BITS_WIDTH_MM, BITS_HEIGHT_MM, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int language = CUSTODY_LABEL_TSPL; language <= CUSTODY_LABEL_ZPL; language++) {
            struct sent sent =
                send_label((enum custody_label_format)language, &printer, cases[i].bits,
                           cases[i].width_mm, cases[i].height_mm, cases[i].copies);
            assert_int_equal(sent.rc, CUSTODY_ERR_INVALID);
            assert_int_equal(sent.err.status, CUSTODY_ERR_INVALID);
            assert_int_equal(sent.bytes.len, 0);
        }
    }
}

/* ---- ZPL read back, by the description of ^GF ---- */

/* The digits and run codes of one field as rows of bits. */
static void unpack_field(const char *text, size_t row_bytes, size_t height, uint8_t *rows)
{
    size_t digits = row_bytes * 2;
    size_t x = 0;
    size_t y = 0;
    size_t repeat = 0;
    for (; *text != '^'; text++) {
        char c = *text;
        size_t count = 0;
        unsigned value = 0;
        assert_true(y < height);
        if (c >= 'g' && c <= 'z') {
            repeat += (size_t)(c - 'g' + 1) * 20;
            continue;
        }
        if (c >= 'G' && c <= 'Y') {
            repeat += (size_t)(c - 'G' + 1);
            continue;
        }
        if (c == ':') {
            assert_true(x == 0 && y > 0);
            memcpy(rows + y * row_bytes, rows + (y - 1) * row_bytes, row_bytes);
            y++;
            continue;
        }
        assert_true(c != '!'); /* not everywhere taken for the same */
        if (c == ',') {
            count = digits - x;
        } else {
            static const char hex[] = "0123456789ABCDEF";
            const char *digit = strchr(hex, c);
            assert_non_null(digit);
            value = (unsigned)(digit - hex);
            count = repeat > 0 ? repeat : 1;
        }
        repeat = 0;
        assert_true(x + count <= digits);
        for (; count > 0; count--, x++) {
            rows[y * row_bytes + x / 2] |= (uint8_t)(x % 2 == 0 ? value << 4U : value);
        }
        if (x == digits) {
            x = 0;
            y++;
        }
    }
    assert_int_equal(y, height);
    assert_int_equal(x, 0);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8U;
}

/* Rows of runs of all lengths, of noise, of nothing and of the row above. */
static void draw_at_random(uint8_t *rows, const struct print_bits *bits, uint32_t *seed)
{
    for (size_t y = 0; y < bits->height_dots; y++) {
        uint8_t *row = rows + y * bits->row_bytes;
        uint32_t kind = next_random(seed) % 6;
        memset(row, kind == 1 ? 0xff : 0, bits->row_bytes);
        if (kind == 0 && y > 0) {
            memcpy(row, row - bits->row_bytes, bits->row_bytes);
        }
        for (size_t x = 0; kind >= 2 && x < bits->width_dots;) {
            size_t run = kind == 2 ? 1 : 1 + next_random(seed) % (kind == 3 ? 40 : 2500);
            bool black = next_random(seed) % 2 == 0;
            for (; run > 0 && x < bits->width_dots; run--, x++) {
                row[x / 8] |= (uint8_t)(black ? 0x80U >> x % 8 : 0);
            }
        }
        /* What the page promises: no bit behind the last dot. */
        for (size_t x = bits->width_dots; x < bits->row_bytes * 8; x++) {
            row[x / 8] &= (uint8_t) ~(0x80U >> x % 8);
        }
    }
}

static void zpl_reads_back_as_the_same_dots_for_runs_of_every_length(void **state)
{
    enum { HEIGHT = 60, ROW_BYTES = 700 };
    static uint8_t rows[HEIGHT * ROW_BYTES];
    static uint8_t back[HEIGHT * ROW_BYTES];
    struct printer printer = printer_default(true);
    uint32_t seed = 4;
    (void)state;
    for (size_t round = 0; round < 120; round++) {
        struct print_bits bits = {.width_dots = 1 + next_random(&seed) % (ROW_BYTES * 8),
                                  .height_dots = HEIGHT,
                                  .rows = rows};
        size_t row_bytes = (bits.width_dots + 7) / 8;
        /* Some pages have rows longer than their dots. */
        bits.row_bytes = round % 2 == 0 ? row_bytes : ROW_BYTES;
        draw_at_random(rows, &bits, &seed);
        struct sent sent = send_label(CUSTODY_LABEL_ZPL, &printer, &bits, 1000.0, 1000.0, 1);
        assert_int_equal(sent.rc, CUSTODY_OK);
        char *field = strstr((char *)sent.bytes.data, "^GFA,");
        assert_non_null(field);
        size_t total = 0;
        size_t all = 0;
        size_t per_row = 0;
        int start = 0;
        assert_int_equal(sscanf(field, "^GFA,%zu,%zu,%zu,%n", &total, &all, &per_row, &start),
                         3);
        assert_int_equal(total, row_bytes * HEIGHT);
        assert_int_equal(all, total);
        assert_int_equal(per_row, row_bytes);
        memset(back, 0, sizeof back);
        unpack_field(field + start, row_bytes, HEIGHT, back);
        for (size_t y = 0; y < HEIGHT; y++) {
            assert_memory_equal(back + y * row_bytes, rows + y * bits.row_bytes, row_bytes);
        }
        buf_clear(&sent.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printer_profiles_of_ours_load_by_the_names_that_the_list_gives),
        cmocka_unit_test(printer_profile_of_four_lines_has_the_stated_defaults),
        cmocka_unit_test(printer_profile_says_all_that_it_may),
        cmocka_unit_test(printer_profile_refuses_by_line_and_leaves_no_half),
        cmocka_unit_test(printer_load_tells_a_name_from_a_path_and_what_is_not_there),
        cmocka_unit_test(printer_list_names_the_profile_that_is_wrong),
        cmocka_unit_test(tspl_of_a_label_is_these_bytes),
        cmocka_unit_test(tspl_leaves_to_the_printer_what_the_profile_does_not_say),
        cmocka_unit_test(zpl_of_a_label_is_these_bytes),
        cmocka_unit_test(pbm_of_a_label_is_these_bytes),
        cmocka_unit_test(printers_refuse_what_is_not_the_label_and_send_nothing),
        cmocka_unit_test(zpl_reads_back_as_the_same_dots_for_runs_of_every_length),
    };
    return cmocka_run_group_tests_name("printer", tests, NULL, NULL);
}
