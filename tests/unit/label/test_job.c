/* Jobs: every format, copies on rolls, what a printer's profile does to positions. */
#include "label_fixture.h"

#include "../print/lsan.h"

#define ROLL "labels/thermal-40x30.label"

static void label_print_writes_every_format(void **state)
{
    static const struct {
        enum custody_label_format format;
        const char *begins;
    } cases[] = {
        {CUSTODY_LABEL_PDF, "%PDF-1."},        {CUSTODY_LABEL_SVG, "<?xml"},
        {CUSTODY_LABEL_PNG, "\x89PNG"},        {CUSTODY_LABEL_PBM, "P4\n"},
        {CUSTODY_LABEL_TSPL, "SIZE 40 mm,30"}, {CUSTODY_LABEL_ZPL, "^XA"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        size_t sheets = 0;
        size_t len = 0;
        struct custody_label_job job = fixture_job(f, ROLL, cases[i].format, 1);
        assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
        assert_int_equal(sheets, 1);
        char *data = fixture_read(f->out, &len);
        assert_true(len > 500);
        if (strncmp(data, cases[i].begins, strlen(cases[i].begins)) != 0) {
            fail_msg("%s: %.12s", cases[i].begins, data);
        }
        free(data);
        assert_int_equal(fixture_left(f), 1);
    }
}

static size_t count_text(const char *data, size_t len, const char *text)
{
    size_t count = 0;
    size_t text_len = strlen(text);
    for (const char *at = data; (at = memmem(at, len - (size_t)(at - data), text, text_len));
         at += text_len) {
        count++;
    }
    return count;
}

/* Equal neighbours are sent once: the printer makes the copies. */
static void label_print_leaves_copies_to_the_printer(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    size_t sheets = 0;
    size_t len = 0;
    struct custody_label_job job = fixture_job(f, ROLL, CUSTODY_LABEL_TSPL, 4);
    f->labels[1] = f->labels[0];
    f->labels[1].record = "another row";
    f->labels[3] = f->labels[2];
    f->labels[3].fields[2].text = "室内门";
    job.copies = 3;
    assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
    assert_int_equal(sheets, 12);
    char *data = fixture_read(f->out, &len);
    assert_int_equal(count_text(data, len, "BITMAP"), 3);
    assert_int_equal(count_text(data, len, "PRINT 1,6\r\n"), 1);
    assert_int_equal(count_text(data, len, "PRINT 1,3\r\n"), 2);
    free(data);
    /* Files of pictures have every copy. */
    job.format = CUSTODY_LABEL_PBM;
    assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
    data = fixture_read(f->out, &len);
    assert_int_equal(sheets, 12);
    assert_int_equal(len, 12 * (sizeof "P4\n320 240\n" - 1 + 40 * 240));
    free(data);
}

static void label_print_refuses_sheets_on_a_label_printer(void **state)
{
    static const enum custody_label_format formats[] = {CUSTODY_LABEL_TSPL, CUSTODY_LABEL_ZPL};
    struct fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        struct custody_error err = {0};
        struct custody_label_job job = fixture_job(f, "fob-22x32", formats[i], 1);
        assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, "roll"));
        assert_int_equal(fixture_left(f), 0);
    }
}

struct dots {
    size_t width, height;
    size_t left, top; /* of the first black dot from each side */
};

/* Where the ink of the first page of a PBM begins. */
static struct dots read_dots(const char *path)
{
    size_t len = 0;
    char *data = fixture_read(path, &len);
    char *end = NULL;
    struct dots dots = {.left = SIZE_MAX, .top = SIZE_MAX};
    dots.width = strtoul(data + 3, &end, 10);
    dots.height = strtoul(end, &end, 10);
    const unsigned char *rows = (const unsigned char *)end + 1;
    size_t row_bytes = (dots.width + 7) / 8;
    for (size_t y = 0; y < dots.height; y++) {
        for (size_t x = 0; x < dots.width; x++) {
            if ((rows[y * row_bytes + x / 8] >> (7 - x % 8) & 1) != 0) {
                dots.left = x < dots.left ? x : dots.left;
                dots.top = y < dots.top ? y : dots.top;
            }
        }
    }
    free(data);
    return dots;
}

/* Ten dots to the millimetre, so that every position is a whole number of dots. */
#define PROFILE "name = file\ntitle = x\nlanguage = pbm\ndpi = 254\n"

/* A sheet of one code in the upper left corner of cell 2,1: where does its ink begin? */
static struct dots print_profile(struct fixture *f, const char *profile, size_t start)
{
    static const char stock[] =
        "[stock]\nname = x\npage = 100,80\n"
        "[layout]\nw=30\nh=30\nx0=5\ny0=7\ndx=40\ndy=35\nnx=2\nny=2\n"
        "[qr]\nat=2,2\nbox=16.5\nquiet=4\ndpi=254\n"
        "[text.1]\nvalue={human}\nat=2,19\nw=26\nh=4\nsize=8\nmin=5\nbold=no\n";
    char stock_path[160];
    char printer_path[160];
    struct custody_error err = {0};
    size_t sheets = 0;
    (void)snprintf(stock_path, sizeof stock_path, "%s/x.label", f->dir);
    (void)snprintf(printer_path, sizeof printer_path, "%s/file.printer", f->dir);
    fixture_write(stock_path, stock, sizeof stock - 1);
    fixture_write(printer_path, profile, strlen(profile));
    struct custody_label_job job = fixture_job(f, stock_path, CUSTODY_LABEL_PBM, 1);
    job.printer = printer_path;
    job.start_position = start;
    enum custody_status rc = custody_label_print(&job, &sheets, &err);
    (void)unlink(stock_path);
    (void)unlink(printer_path);
    if (rc != CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
    return read_dots(f->out);
}

static void label_print_puts_codes_where_the_profile_says(void **state)
{
    /* Modules of 5 dots in a box of 165: the code begins 4 modules from the box's corner. */
    static const struct {
        const char *profile;
        size_t start;
        size_t left, top;
    } cases[] = {
        {PROFILE, 1, 50 + 20 + 20, 70 + 20 + 20},
        {PROFILE, 2, 450 + 20 + 20, 70 + 20 + 20},
        {PROFILE, 4, 450 + 20 + 20, 420 + 20 + 20},
        {PROFILE "offset = 1.5,-2\n", 1, 50 + 20 + 20 + 15, 70 + 20 + 20 - 20},
        {PROFILE "offset = -0.3,0.4\n", 4, 450 + 20 + 20 - 3, 420 + 20 + 20 + 4},
        {PROFILE "pitch = 1.02,0.98\n", 4, 459 + 20 + 20, 412 + 20 + 20},
        /* 411.6 dots: to the next whole one. */
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dots dots = print_profile(f, cases[i].profile, cases[i].start);
        assert_int_equal(dots.width, 1000);
        assert_int_equal(dots.height, 800);
        if (dots.left != cases[i].left || dots.top != cases[i].top) {
            fail_msg("%s at %zu: ink begins at %zu,%zu", cases[i].profile, cases[i].start,
                     dots.left, dots.top);
        }
    }
}

static void label_print_refuses_an_offset_that_leaves_the_page(void **state)
{
    static const char profile[] =
        "name = file\ntitle = x\nlanguage = pdf\ndpi = 300\noffset = -7,0\n";
    struct fixture *f = *state;
    struct custody_error err = {0};
    char path[160];
    (void)snprintf(path, sizeof path, "%s/file.printer", f->dir);
    fixture_write(path, profile, sizeof profile - 1);
    struct custody_label_job job = fixture_job(f, "fob-22x32", CUSTODY_LABEL_PDF, 1);
    job.printer = path;
    assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "off its page"));
    (void)unlink(path);
    assert_int_equal(fixture_left(f), 0);
}

/* Without a format of its own a job speaks the printer's language. */
static void label_print_speaks_the_language_of_the_profile(void **state)
{
    static const char profile[] = "name = file\ntitle = x\nlanguage = tspl\ndpi = 203\n";
    struct fixture *f = *state;
    struct custody_error err = {0};
    size_t sheets = 0;
    size_t len = 0;
    char path[160];
    (void)snprintf(path, sizeof path, "%s/file.printer", f->dir);
    fixture_write(path, profile, sizeof profile - 1);
    struct custody_label_job job = fixture_job(f, ROLL, CUSTODY_LABEL_PDF, 1);
    job.printer = path;
    job.has_format = false;
    assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
    (void)unlink(path);
    char *data = fixture_read(f->out, &len);
    assert_memory_equal(data, "SIZE", 4);
    free(data);
}

/* Found on the last of many labels: no half job is left, in any format. */
static void label_print_leaves_nothing_of_a_job_that_failed(void **state)
{
    struct fixture *f = *state;
    f->labels[LABELS - 1].fields[1].text = "\xF0\xAA\x9B\xA5";
    for (int format = CUSTODY_LABEL_PDF; format <= CUSTODY_LABEL_ZPL; format++) {
        struct custody_error err = {0};
        struct custody_label_job job =
            fixture_job(f, ROLL, (enum custody_label_format)format, 3);
        job.labels = &f->labels[LABELS - 3];
        assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, "row 9: "));
        assert_int_equal(fixture_left(f), 0);
        /* What stood at the path stands. */
        fixture_write(f->out, "old", 3);
        assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
        size_t len = 0;
        char *data = fixture_read(f->out, &len);
        assert_string_equal(data, "old");
        free(data);
        assert_int_equal(unlink(f->out), 0);
    }
}

static void label_print_gives_equal_bytes_for_equal_jobs(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1790000000", 1), 0);
    for (int format = CUSTODY_LABEL_PDF; format <= CUSTODY_LABEL_ZPL; format++) {
        char *data[2] = {NULL, NULL};
        size_t len[2] = {0, 0};
        for (int i = 0; i < 2; i++) {
            struct custody_error err = {0};
            size_t sheets = 0;
            struct custody_label_job job =
                fixture_job(f, ROLL, (enum custody_label_format)format, 1);
            assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
            data[i] = fixture_read(f->out, &len[i]);
        }
        assert_int_equal(len[0], len[1]);
        assert_memory_equal(data[0], data[1], len[0]);
        free(data[0]);
        free(data[1]);
    }
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(label_print_writes_every_format),
        CASE(label_print_leaves_copies_to_the_printer),
        CASE(label_print_refuses_sheets_on_a_label_printer),
        CASE(label_print_puts_codes_where_the_profile_says),
        CASE(label_print_refuses_an_offset_that_leaves_the_page),
        CASE(label_print_speaks_the_language_of_the_profile),
        CASE(label_print_leaves_nothing_of_a_job_that_failed),
        CASE(label_print_gives_equal_bytes_for_equal_jobs),
    };
    return cmocka_run_group_tests_name("label job", tests, NULL, NULL);
}
