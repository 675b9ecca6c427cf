/* Pages as files of every format: the same bytes for the same input, all of them or none. */
#include <cairo.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "doc.h"
#include "fixture.h"
#include "lsan.h"
#include "printer_double.h"
#include "qr.h"
#include "typeset.h"

static const enum print_format FILES[] = {PRINT_PDF, PRINT_SVG, PRINT_PNG};
#define FILE_FORMATS (sizeof FILES / sizeof FILES[0])

static struct print_setup setup_for(enum print_format format, const char *to)
{
    return (struct print_setup){.format = format,
                                .width_mm = 40.0,
                                .height_mm = 30.0,
                                .dpi = 203.0,
                                .title = "标签",
                                .to = to};
}

static enum custody_status draw_page(struct print_doc *doc, struct custody_error *err)
{
    const struct print_style style = {
        .size_pt = 9.0, .min_pt = 6.0, .colour = {.red = 0.8, .green = 0.0, .blue = 0.0}};
    const struct print_box band = {0.0, 0.0, 40.0, 2.0};
    const struct print_box line = {17.0, 5.0, 22.0, 4.0};
    const struct print_colour yellow = {1.0, 0.8, 0.0};
    struct print_qr qr;
    enum custody_status rc = print_qr_tag("C1K14F7Q2M9X7QZ0XK88", &qr, err);
    if (rc == CUSTODY_OK) {
        print_doc_fill(doc, &band, yellow);
        rc = print_text_line(doc, &style, "3栋-2单元", &line, "row 1", err);
    }
    if (rc == CUSTODY_OK) {
        print_qr_draw(doc, &qr, 2.0, 4.0, 3.0 * 25.4 / 203.0);
        print_qr_draw_mask(doc, &qr, 2.0, 16.0, 3.0 * 25.4 / 203.0, 3);
        print_doc_frame(doc, &line, 0.2);
    }
    return rc;
}

static enum custody_status write_doc(const struct print_setup *setup, int pages,
                                     struct custody_error *err)
{
    struct print_doc *doc = NULL;
    enum custody_status rc = print_doc_begin(setup, &doc, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (int i = 0; i < pages && rc == CUSTODY_OK; i++) {
        rc = i > 0 ? print_doc_break(doc, err) : CUSTODY_OK;
        if (rc == CUSTODY_OK) {
            rc = draw_page(doc, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = print_doc_commit(doc, err);
    }
    print_doc_close(doc);
    return rc;
}

static void path_in(const struct fixture *f, const char *name, char out[160])
{
    (void)snprintf(out, 160, "%s/%s", f->dir, name);
}

static void assert_file(const struct fixture *f, const char *name)
{
    char path[160];
    path_in(f, name, path);
    if (unlink(path) != 0) {
        fail_msg("%s was not written", name);
    }
}

static void write_text(const struct fixture *f, const char *name, const char *text)
{
    char path[160];
    path_in(f, name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void page_bytes_are_the_same_under_source_date_epoch(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1795334591", 1), 0);
    for (size_t i = 0; i < FILE_FORMATS; i++) {
        size_t len[2] = {0, 0};
        char *data[2] = {NULL, NULL};
        struct print_setup setup = setup_for(FILES[i], f->pdf);
        for (size_t j = 0; j < 2; j++) {
            assert_int_equal(write_doc(&setup, 1, NULL), CUSTODY_OK);
            data[j] = fixture_read(f->pdf, &len[j]);
        }
        assert_true(len[0] > 500);
        assert_int_equal(len[0], len[1]);
        assert_memory_equal(data[0], data[1], len[0]);
        free(data[0]);
        free(data[1]);
    }
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
}

static void page_file_is_of_its_format(void **state)
{
    static const struct {
        enum print_format format;
        const char *magic;
        size_t len;
    } cases[] = {{PRINT_PDF, "%PDF-1.", 7},
                 {PRINT_SVG, "<?xml", 5},
                 {PRINT_PNG, "\x89PNG\r\n\x1a\n", 8}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct print_setup setup = setup_for(cases[i].format, f->pdf);
        size_t len = 0;
        assert_int_equal(write_doc(&setup, 1, NULL), CUSTODY_OK);
        char *data = fixture_read(f->pdf, &len);
        assert_memory_equal(data, cases[i].magic, cases[i].len);
        free(data);
    }
}

/* 203 dpi is 7,992 dots a metre: a program that prints it keeps the size of the modules. */
static void page_png_says_its_size(void **state)
{
    static const unsigned char chunk[] = {0, 0,    0,    9, 'p', 'H',  'Y',  's', 0,
                                          0, 0x1F, 0x38, 0, 0,   0x1F, 0x38, 1};
    struct fixture *f = *state;
    struct print_setup setup = setup_for(PRINT_PNG, f->pdf);
    size_t len = 0;
    assert_int_equal(write_doc(&setup, 1, NULL), CUSTODY_OK);
    char *data = fixture_read(f->pdf, &len);
    assert_memory_equal(data + 33, chunk, sizeof chunk);
    /* 320 dots by 240. */
    assert_memory_equal(data + 16, "\0\0\1\x40\0\0\0\xF0", 8);
    free(data);
}

static void page_pictures_are_numbered_when_there_are_several(void **state)
{
    struct fixture *f = *state;
    char path[160];
    path_in(f, "tags.png", path);
    struct print_setup setup = setup_for(PRINT_PNG, path);
    assert_int_equal(write_doc(&setup, 1, NULL), CUSTODY_OK);
    assert_int_equal(fixture_files(f), 1);
    assert_file(f, "tags.png");
    assert_int_equal(write_doc(&setup, 2, NULL), CUSTODY_OK);
    assert_int_equal(fixture_files(f), 2);
    assert_file(f, "tags-1.png");
    assert_file(f, "tags-2.png");
    path_in(f, "a.b.svg", path);
    setup.format = PRINT_SVG;
    assert_int_equal(write_doc(&setup, 11, NULL), CUSTODY_OK);
    assert_int_equal(fixture_files(f), 11);
    for (int i = 1; i <= 11; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "a.b-%02d.svg", i);
        assert_file(f, name);
    }
    path_in(f, "plain", path);
    assert_int_equal(write_doc(&setup, 2, NULL), CUSTODY_OK);
    assert_file(f, "plain-1");
    assert_file(f, "plain-2");
}

static void page_that_is_not_committed_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < FILE_FORMATS; i++) {
        struct print_setup setup = setup_for(FILES[i], f->pdf);
        struct print_doc *doc = NULL;
        assert_int_equal(print_doc_begin(&setup, &doc, NULL), CUSTODY_OK);
        assert_int_equal(draw_page(doc, NULL), CUSTODY_OK);
        assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
        assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
        print_doc_close(doc);
        /* Hidden ones too: the temporary name begins like the file's. */
        assert_int_equal(fixture_files(f), 0);
    }
    print_doc_close(NULL);
}

/* None of three pictures is named when the second cannot be. */
static void page_pictures_are_all_named_or_none(void **state)
{
    struct fixture *f = *state;
    char path[160];
    char taken[160];
    size_t len = 0;
    struct custody_error err = {0};
    path_in(f, "tags.svg", path);
    path_in(f, "tags-2.svg", taken);
    write_text(f, "tags-1.svg", "old");
    assert_int_equal(mkdir(taken, 0700), 0);
    struct print_setup setup = setup_for(PRINT_SVG, path);
    assert_int_equal(write_doc(&setup, 3, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "tags-2.svg"));
    assert_int_equal(fixture_files(f), 2);
    assert_int_equal(rmdir(taken), 0);
    path_in(f, "tags-1.svg", taken);
    char *data = fixture_read(taken, &len);
    assert_string_equal(data, "old");
    free(data);
    assert_file(f, "tags-1.svg");
}

/* A limit on the size of files stands for a full disk. */
static void page_on_a_full_disk_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct rlimit old;
    const rlim_t sizes[] = {0, 100, 1000};
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    for (size_t i = 0; i < FILE_FORMATS * 3; i++) {
        struct custody_error err = {0};
        struct rlimit small = {.rlim_cur = sizes[i % 3], .rlim_max = old.rlim_max};
        struct print_setup setup = setup_for(FILES[i / 3], f->pdf);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        enum custody_status rc = write_doc(&setup, 3, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(rc, CUSTODY_ERR_IO);
        assert_int_equal(err.os_error, EFBIG);
        assert_int_equal(fixture_files(f), 0);
    }
}

/* With descriptor 1 going to path; nothing else may write there meanwhile. */
static enum custody_status write_stdout(enum print_format format, const char *path, int pages,
                                        struct custody_error *err)
{
    struct print_setup setup = setup_for(format, "-");
    (void)fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (saved < 0 || fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        abort();
    }
    enum custody_status rc = write_doc(&setup, pages, err);
    if (dup2(saved, STDOUT_FILENO) < 0) {
        abort();
    }
    (void)close(saved);
    (void)close(fd);
    return rc;
}

static void page_to_standard_output_is_what_a_file_gets(void **state)
{
    struct fixture *f = *state;
    char path[160];
    path_in(f, "stdout", path);
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1795334591", 1), 0);
    for (size_t i = 0; i < FILE_FORMATS; i++) {
        size_t len[2] = {0, 0};
        struct custody_error err = {0};
        struct print_setup setup = setup_for(FILES[i], f->pdf);
        assert_int_equal(write_doc(&setup, 1, NULL), CUSTODY_OK);
        assert_int_equal(write_stdout(FILES[i], path, 1, NULL), CUSTODY_OK);
        char *file = fixture_read(f->pdf, &len[0]);
        char *piped = fixture_read(path, &len[1]);
        assert_int_equal(len[0], len[1]);
        assert_memory_equal(file, piped, len[0]);
        free(file);
        free(piped);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(write_stdout(FILES[i], "/dev/full", 1, &err), CUSTODY_ERR_IO);
        assert_int_equal(err.os_error, ENOSPC);
    }
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
}

static void page_pictures_go_to_a_stream_one_at_most(void **state)
{
    struct fixture *f = *state;
    char path[160];
    struct custody_error err = {0};
    path_in(f, "stdout", path);
    assert_int_equal(write_stdout(PRINT_PNG, path, 2, &err), CUSTODY_ERR_INVALID);
    assert_true(err.text[0] != '\0');
    assert_int_equal(write_stdout(PRINT_SVG, path, 2, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(write_stdout(PRINT_PDF, path, 2, &err), CUSTODY_OK);
    assert_int_equal(unlink(path), 0);
}

static void page_to_a_printer_that_closes_half_way_is_an_io_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILE_FORMATS; i++) {
        struct printer_double printer;
        struct custody_error err = {0};
        printer_start(&printer, PRINTER_CLOSES_EARLY, 400);
        struct print_setup setup = setup_for(FILES[i], printer.address);
        assert_int_equal(write_doc(&setup, 1, &err), CUSTODY_ERR_IO);
        assert_int_not_equal(err.os_error, 0);
        printer_stop(&printer);
        printer_free(&printer);
    }
}

/* What was drawn and given up does not come out of the printer when the document is closed. */
static void page_that_is_not_committed_sends_a_printer_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILE_FORMATS; i++) {
        struct printer_double printer;
        struct print_doc *doc = NULL;
        printer_start(&printer, PRINTER_TAKES_ALL, 0);
        struct print_setup setup = setup_for(FILES[i], printer.address);
        assert_int_equal(print_doc_begin(&setup, &doc, NULL), CUSTODY_OK);
        assert_int_equal(draw_page(doc, NULL), CUSTODY_OK);
        print_doc_close(doc);
        printer_stop(&printer);
        assert_int_equal(printer.taken, 0);
        printer_free(&printer);
    }
}

/* Black and white only, whole modules, though colour was drawn before it. */
static void page_png_has_its_code_on_whole_dots(void **state)
{
    struct fixture *f = *state;
    struct print_setup setup = setup_for(PRINT_PNG, f->pdf);
    struct print_qr qr;
    assert_int_equal(print_qr_tag("C1K14F7Q2M9X7QZ0XK88", &qr, NULL), CUSTODY_OK);
    assert_int_equal(write_doc(&setup, 1, NULL), CUSTODY_OK);
    cairo_surface_t *picture = cairo_image_surface_create_from_png(f->pdf);
    assert_int_equal(cairo_surface_status(picture), CAIRO_STATUS_SUCCESS);
    size_t stride = (size_t)cairo_image_surface_get_stride(picture);
    const unsigned char *data = cairo_image_surface_get_data(picture);
    /* 2 and 4 mm are 16 and 32 dots. */
    for (int y = 0; y < 75; y++) {
        for (int x = 0; x < 75; x++) {
            uint32_t dot = 0;
            memcpy(&dot, data + (size_t)(y + 32) * stride + (size_t)(x + 16) * 4, 4);
            assert_int_equal(dot & 0xFFFFFF,
                             print_qr_is_dark(&qr, x / 3, y / 3) ? 0 : 0xFFFFFF);
        }
    }
    cairo_surface_destroy(picture);
}

static size_t count_words(const char *data, size_t len, const char *word)
{
    size_t count = 0;
    size_t word_len = strlen(word);
    for (size_t i = 0; i + word_len <= len; i++) {
        count += memcmp(data + i, word, word_len) == 0;
    }
    return count;
}

/* Places of codes of four dots a module, in dots; how many pictures they become. */
static void page_stencils_of_a_row_are_one_picture(void **state)
{
    static const struct {
        double at[3][2];
        size_t pictures;
    } cases[] = {
        {{{10.0, 10.0}, {160.0, 10.0}, {300.0, 10.0}}, 1},
        {{{300.0, 10.0}, {10.0, 10.0}, {160.0, 10.0}}, 1},
        {{{10.0, 10.0}, {160.0, 10.0}, {10.0, 120.0}}, 2},
        /* Not on the dots of the first: it stands where it was said, by itself. */
        {{{10.0, 10.0}, {160.5, 10.0}, {300.0, 10.0}}, 3},
        {{{10.0, 10.0}, {160.0, 10.5}, {300.0, 10.0}}, 3},
    };
    struct fixture *f = *state;
    const double dot = 25.4 / 203.0;
    struct print_qr qr;
    assert_int_equal(print_qr_tag("C1K14F7Q2M9X7QZ0XK88", &qr, NULL), CUSTODY_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct print_doc *doc = NULL;
        size_t len = 0;
        assert_int_equal(print_doc_open(f->pdf, 60.0, 60.0, NULL, &doc, NULL), CUSTODY_OK);
        /* The same on a second page: nothing goes over to it. */
        for (size_t page = 0; page < 2; page++) {
            assert_int_equal(page > 0 ? print_doc_break(doc, NULL) : CUSTODY_OK, CUSTODY_OK);
            for (size_t j = 0; j < 3; j++) {
                print_qr_draw_mask(doc, &qr, cases[i].at[j][0] * dot, cases[i].at[j][1] * dot,
                                   4.0 * dot, 4);
            }
        }
        assert_int_equal(print_doc_commit(doc, NULL), CUSTODY_OK);
        print_doc_close(doc);
        char *data = fixture_read(f->pdf, &len);
        /* Equal pictures are not shared. */
        assert_int_equal(count_words(data, len, "/ImageMask true"), 2 * cases[i].pictures);
        free(data);
    }
    /* Begun and not committed: nothing is left, in memory either. */
    struct print_doc *doc = NULL;
    assert_int_equal(unlink(f->pdf), 0);
    assert_int_equal(print_doc_open(f->pdf, 60.0, 60.0, NULL, &doc, NULL), CUSTODY_OK);
    print_qr_draw_mask(doc, &qr, 1.0, 1.0, 0.5, 4);
    print_doc_close(doc);
    assert_int_equal(fixture_files(f), 0);
}

static enum custody_status keep_nothing(void *closure, const struct print_bits *page,
                                        struct custody_error *err)
{
    (void)closure;
    (void)page;
    (void)err;
    return CUSTODY_OK;
}

static void page_setup_refuses_what_cannot_be_printed(void **state)
{
    struct fixture *f = *state;
    const struct {
        enum print_format format;
        double width_mm;
        double height_mm;
        double dpi;
        bool has_place;
    } cases[] = {
        {PRINT_PDF, 4.9, 30.0, 0.0, true},         {PRINT_PDF, 40.0, 2000.1, 0.0, true},
        {PRINT_SVG, (double)NAN, 30.0, 0.0, true}, {PRINT_PNG, 40.0, 30.0, 71.9, true},
        {PRINT_PNG, 40.0, 30.0, 1201, true},       {PRINT_PNG, 40.0, 30.0, (double)NAN, true},
        {PRINT_PDF, 40.0, 30.0, 0.0, false},       {PRINT_SVG, 40.0, 30.0, 0.0, false},
        {PRINT_BITS, 40.0, 30.0, 0.0, true},       {PRINT_BITS, 40.0, 30.0, 203.0, false},
        {PRINT_BITS, -40.0, 30.0, 203.0, true},    {PRINT_BITS, 40.0, 700.0, 1200.0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct print_setup setup = {.format = cases[i].format,
                                    .width_mm = cases[i].width_mm,
                                    .height_mm = cases[i].height_mm,
                                    .dpi = cases[i].dpi};
        char sentinel = 0;
        struct print_doc *doc = (struct print_doc *)(void *)&sentinel;
        struct custody_error err = {0};
        setup.to = cases[i].has_place ? f->pdf : NULL;
        setup.on_page = cases[i].has_place ? keep_nothing : NULL;
        if (print_doc_begin(&setup, &doc, &err) != CUSTODY_ERR_INVALID) {
            fail_msg("case %zu was taken", i);
        }
        assert_ptr_equal(doc, &sentinel);
        assert_true(err.text[0] != '\0');
        assert_int_equal(fixture_files(f), 0);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(page_bytes_are_the_same_under_source_date_epoch),
        CASE(page_file_is_of_its_format),
        CASE(page_png_says_its_size),
        CASE(page_pictures_are_numbered_when_there_are_several),
        CASE(page_that_is_not_committed_leaves_nothing),
        CASE(page_pictures_are_all_named_or_none),
        CASE(page_on_a_full_disk_leaves_nothing),
        CASE(page_to_standard_output_is_what_a_file_gets),
        CASE(page_pictures_go_to_a_stream_one_at_most),
        cmocka_unit_test(page_to_a_printer_that_closes_half_way_is_an_io_error),
        cmocka_unit_test(page_that_is_not_committed_sends_a_printer_nothing),
        CASE(page_png_has_its_code_on_whole_dots),
        CASE(page_stencils_of_a_row_are_one_picture),
        CASE(page_setup_refuses_what_cannot_be_printed),
    };
    return cmocka_run_group_tests_name("print page", tests, NULL, NULL);
}
