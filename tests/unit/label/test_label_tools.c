/* Delivery, previews and reading back: custody/label_tools.h. */
#include "label_fixture.h"

#include "../print/lsan.h"
#include "custody/label_tools.h"

#define SHEET "labels/fob-22x32.label"
#define ROLL  "labels/thermal-40x30.label"

/* ---- delivery ---- */

static void write_waiting(const struct custody_label_delivery *delivery, const char *text)
{
    fixture_write(custody_label_delivery_path(delivery), text, strlen(text));
}

static void delivery_shows_nothing_until_it_is_sent(void **state)
{
    struct fixture *f = *state;
    struct custody_label_delivery *delivery = NULL;
    struct custody_error err = {0};
    size_t len = 0;
    fixture_write(f->out, "before", 6);
    assert_int_equal(custody_label_delivery_open(f->out, &delivery, &err), CUSTODY_OK);
    write_waiting(delivery, "after");
    assert_int_equal(custody_label_delivery_connect(delivery, &err), CUSTODY_OK);
    char *data = fixture_read(f->out, &len);
    assert_string_equal(data, "before");
    free(data);
    assert_int_equal(custody_label_delivery_send(delivery, &err), CUSTODY_OK);
    custody_label_delivery_close(delivery);
    data = fixture_read(f->out, &len);
    assert_string_equal(data, "after");
    free(data);
    assert_int_equal(fixture_left(f), 1);
}

static void delivery_that_is_closed_leaves_what_was(void **state)
{
    struct fixture *f = *state;
    struct custody_label_delivery *delivery = NULL;
    struct custody_error err = {0};
    size_t len = 0;
    fixture_write(f->out, "before", 6);
    assert_int_equal(custody_label_delivery_open(f->out, &delivery, &err), CUSTODY_OK);
    write_waiting(delivery, "after");
    custody_label_delivery_close(delivery);
    char *data = fixture_read(f->out, &len);
    assert_string_equal(data, "before");
    free(data);
    assert_int_equal(fixture_left(f), 1);
    custody_label_delivery_close(NULL);
}

/* Several pictures of one job wait together and arrive together. */
static void delivery_moves_every_file_of_a_job(void **state)
{
    struct fixture *f = *state;
    struct custody_label_delivery *delivery = NULL;
    struct custody_error err = {0};
    char path[256];
    assert_int_equal(custody_label_delivery_open(f->out, &delivery, &err), CUSTODY_OK);
    for (int i = 1; i <= 2; i++) {
        (void)snprintf(path, sizeof path, "%s-%d", custody_label_delivery_path(delivery), i);
        fixture_write(path, "page", 4);
    }
    assert_int_equal(custody_label_delivery_send(delivery, &err), CUSTODY_OK);
    custody_label_delivery_close(delivery);
    assert_int_equal(fixture_left(f), 2);
    for (int i = 1; i <= 2; i++) {
        (void)snprintf(path, sizeof path, "%s-%d", f->out, i);
        assert_int_equal(unlink(path), 0);
    }
}

static void delivery_refuses_what_is_no_file(void **state)
{
    struct fixture *f = *state;
    struct custody_label_delivery *delivery = NULL;
    const char *const targets[] = {"/dev/null", f->dir, "", "/tmp/"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        struct custody_error err = {0};
        assert_int_equal(custody_label_delivery_open(targets[i], &delivery, &err),
                         CUSTODY_ERR_INVALID);
        assert_true(err.text[0] != '\0');
        assert_null(delivery);
    }
}

static void delivery_into_no_directory_fails(void **state)
{
    struct custody_label_delivery *delivery = NULL;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(custody_label_delivery_open("/nowhere/tags.pdf", &delivery, &err),
                     CUSTODY_ERR_IO);
    assert_null(delivery);
}

static void delivery_connects_to_nobody_before_anything_is_sent(void **state)
{
    struct custody_label_delivery *delivery = NULL;
    struct custody_error err = {0};
    (void)state;
    /* Port 1 of this machine: nobody listens there. */
    assert_int_equal(custody_label_delivery_open("tcp://127.0.0.1:1", &delivery, &err),
                     CUSTODY_OK);
    assert_int_equal(custody_label_delivery_connect(delivery, &err), CUSTODY_ERR_IO);
    custody_label_delivery_close(delivery);
}

/* ---- reading back ---- */

static bool can_decode(void)
{
    struct custody_label_cell *cells = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    return custody_label_decode("/nowhere.png", SHEET, &cells, &count, &err) !=
           CUSTODY_ERR_UNCHECKED;
}

static void print(const struct custody_label_job *job)
{
    struct custody_error err = {0};
    size_t sheets = 0;
    assert_int_equal(custody_label_print(job, &sheets, &err), CUSTODY_OK);
}

static void decode_reads_every_cell_and_knows_the_empty_ones(void **state)
{
    static const enum custody_label_format formats[] = {CUSTODY_LABEL_PNG, CUSTODY_LABEL_PBM};
    struct fixture *f = *state;
    if (!can_decode()) {
        print_message("skipped: built without zbar\n");
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        struct custody_label_cell *cells = NULL;
        struct custody_error err = {0};
        size_t count = 0;
        struct custody_label_job job = fixture_job(f, SHEET, formats[i], 20);
        job.start_position = 4;
        print(&job);
        assert_int_equal(custody_label_decode(f->out, SHEET, &cells, &count, &err), CUSTODY_OK);
        assert_int_equal(count, 72);
        assert_int_equal(cells[9].row, 2);
        assert_int_equal(cells[9].column, 1);
        for (size_t k = 0; k < count; k++) {
            const bool is_used = k >= 3 && k < 23;
            assert_int_equal(cells[k].page, 1);
            assert_int_equal(cells[k].is_empty, !is_used);
            assert_string_equal(cells[k].text, is_used ? f->labels[k - 3].code : "");
        }
        free(cells);
    }
}

static void decode_reads_every_page_of_a_roll(void **state)
{
    struct fixture *f = *state;
    struct custody_label_cell *cells = NULL;
    struct custody_error err = {0};
    size_t count = 0;
    if (!can_decode()) {
        skip();
    }
    const struct custody_label_job job = fixture_job(f, ROLL, CUSTODY_LABEL_PBM, 5);
    print(&job);
    assert_int_equal(custody_label_decode(f->out, ROLL, &cells, &count, &err), CUSTODY_OK);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(cells[i].page, i + 1);
        assert_string_equal(cells[i].text, f->labels[i].code);
    }
    free(cells);
}

/* Torn, too large by its own word, of another shape, no picture at all. */
static void decode_refuses_bad_pictures(void **state)
{
    static const struct {
        const char *data;
        size_t len;
    } bad[] = {{"P4 240 320\n", 11},
               {"P4 99999 99999\n", 15},
               {"P4\n", 3},
               {"P4 8 8\n12345678P5", 17},
               {"item\n", 5},
               {"\x89PNG\r\n\x1a\n", 8},
               {"P4 800 8\n", 9},
               {"P4 0 0\n", 7},
               {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\0\0\0\x7f\0\0\0", 24}};
    struct fixture *f = *state;
    if (!can_decode()) {
        skip();
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct custody_label_cell *cells = NULL;
        struct custody_error err = {0};
        size_t count = 0;
        fixture_write(f->out, bad[i].data, bad[i].len);
        assert_int_equal(custody_label_decode(f->out, SHEET, &cells, &count, &err),
                         CUSTODY_ERR_INVALID);
        assert_null(cells);
    }
}

static void verify_reads_a_job_back_and_writes_nothing(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    if (!can_decode()) {
        skip();
    }
    struct custody_label_job job = fixture_job(f, SHEET, CUSTODY_LABEL_PDF, 100);
    job.start_position = 70;
    assert_int_equal(custody_label_verify(&job, &err), CUSTODY_OK);
    assert_int_equal(fixture_left(f), 0);
    job = fixture_job(f, ROLL, CUSTODY_LABEL_ZPL, 10);
    job.printer = "labels/printers/zpl-203.printer";
    assert_int_equal(custody_label_verify(&job, &err), CUSTODY_OK);
}

/* A job that cannot be rendered fails here as it would when printed, its record named. */
static void verify_fails_as_the_job_would(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    if (!can_decode()) {
        skip();
    }
    const struct custody_label_job job = fixture_job(f, ROLL, CUSTODY_LABEL_ZPL, 3);
    f->labels[1].fields[0].text = "\xf0\xb0\x80\x80\xe6\xa0\x8b"; /* U+30000: no font has it */
    assert_int_equal(custody_label_verify(&job, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "row 9"));
}

static void preview_is_the_first_label_alone(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    const struct custody_label_job job = fixture_job(f, SHEET, CUSTODY_LABEL_PDF, 100);
    assert_int_equal(custody_label_preview(&job, &err), CUSTODY_OK);
    size_t len = 0;
    char *data = fixture_read(f->out, &len);
    /* 22 x 32 mm at 300 dpi: 260 x 378 dots, as the picture's head has them */
    assert_memory_equal(data + 16, "\0\0\1\x04\0\0\1\x7a", 8);
    free(data);
    assert_int_equal(fixture_left(f), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(delivery_shows_nothing_until_it_is_sent),
        TEST(delivery_that_is_closed_leaves_what_was),
        TEST(delivery_moves_every_file_of_a_job),
        TEST(delivery_refuses_what_is_no_file),
        TEST(delivery_into_no_directory_fails),
        TEST(delivery_connects_to_nobody_before_anything_is_sent),
        TEST(decode_reads_every_cell_and_knows_the_empty_ones),
        TEST(decode_reads_every_page_of_a_roll),
        TEST(decode_refuses_bad_pictures),
        TEST(verify_reads_a_job_back_and_writes_nothing),
        TEST(verify_fails_as_the_job_would),
        TEST(preview_is_the_first_label_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
