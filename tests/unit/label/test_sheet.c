/* Sheets: how many pages, from which cell on, and nothing left of a sheet that failed. */
#include "label_fixture.h"

#include "../print/lsan.h"

#define STOCK    "labels/fob-22x32.label"
#define NO_GLYPH "3\xF0\xAA\x9B\xA5栋" /* U+2A6E5: allowed, but no character */

/* The number behind "/Count" of the page tree. */
static int count_pages(const char *path)
{
    size_t len = 0;
    char *data = fixture_read(path, &len);
    const char *found = memmem(data, len, "/Count ", 7);
    assert_non_null(found);
    int pages = (int)strtol(found + 7, NULL, 10);
    free(data);
    return pages;
}

static void label_print_fills_sheets_from_the_start_position(void **state)
{
    static const struct {
        size_t count;
        size_t copies;
        size_t start;
        int pages;
    } cases[] = {{1, 1, 1, 1},   {72, 1, 1, 1}, {73, 1, 1, 2}, {144, 1, 1, 2},
                 {145, 1, 1, 3}, {1, 1, 72, 1}, {2, 1, 72, 2}, {60, 1, 13, 1},
                 {61, 1, 13, 2}, {36, 2, 1, 1}, {36, 2, 2, 2}, {2, 99, 1, 3}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        size_t sheets = 0;
        struct custody_label_job job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, cases[i].count);
        job.copies = cases[i].copies;
        job.start_position = cases[i].start;
        assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
        assert_int_equal(count_pages(f->out), cases[i].pages);
        assert_int_equal(sheets, cases[i].pages);
    }
}

static void label_print_refuses_a_job_that_is_none(void **state)
{
    static const struct {
        const char *label;
        size_t count, copies, start;
        const char *wanted;
    } cases[] = {
        {"position 0", 1, 1, 0, "1 to 72"},
        {"position behind the last", 1, 1, 73, "1 to 72"},
        {"position far behind", 1, 1, SIZE_MAX, "1 to 72"},
        {"no copies", 1, 0, 1, "1 to 99"},
        {"too many copies", 1, 100, 1, "1 to 99"},
        {"no labels", 0, 1, 1, "nothing to print"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        size_t sheets = 77;
        struct custody_label_job job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, cases[i].count);
        job.copies = cases[i].copies;
        job.start_position = cases[i].start;
        assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_ERR_INVALID);
        if (strstr(err.text, cases[i].wanted) == NULL) {
            fail_msg("%s: %s", cases[i].label, err.text);
        }
        assert_int_equal(sheets, 77);
        assert_int_equal(fixture_left(f), 0);
    }
    struct custody_label_job job = fixture_job(f, "none-such", CUSTODY_LABEL_PDF, 1);
    assert_int_equal(custody_label_print(&job, NULL, NULL), CUSTODY_ERR_NOT_FOUND);
    job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, 1);
    job.printer = "none-such";
    assert_int_equal(custody_label_print(&job, NULL, NULL), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(fixture_left(f), 0);
}

static void label_print_names_the_record_that_cannot_be_printed(void **state)
{
    static const struct {
        const char *label;
        const char *code;
        const char *room;
        const char *human;
        const char *colour;
    } cases[] = {
        {"no glyph", NULL, NO_GLYPH, NULL, NULL},
        {"not UTF-8", NULL, "\xFF", NULL, NULL},
        {"too long", NULL, "设施设备房消防水泵房设施设备房消防水泵房", NULL, NULL},
        {"wrong check symbols", "C1K14F7Q2M9X7QZ0XK89", NULL, NULL, NULL},
        {"short form", "K4F7Q2M9X88", NULL, NULL, NULL},
        {"small letters", "c1k14f7q2m9x7qz0xk88", NULL, NULL, NULL},
        {"letter O for nought", "C1K14F7Q2M9X7QZOXK88", NULL, NULL, NULL},
        {"no code", "", NULL, NULL, NULL},
        {"code of another item", NULL, NULL, "F-0000-0001-5A", NULL},
        {"colour without #", NULL, NULL, NULL, "c8102e0"},
        {"short colour", NULL, NULL, NULL, "#c8102"},
        {"colour of other letters", NULL, NULL, NULL, "#c8102g"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        /* On the second sheet: the first is drawn already when some of these are found. */
        struct custody_label kept = f->labels[75];
        struct custody_label *bad = &f->labels[75];
        bad->record = "row 76";
        if (cases[i].code != NULL) {
            memset(bad->code, 0, sizeof bad->code);
            memcpy(bad->code, cases[i].code, strlen(cases[i].code));
        }
        if (cases[i].room != NULL) {
            bad->fields[1].text = cases[i].room;
        }
        bad->fields[bad->field_count++] = (struct custody_label_field){"human", cases[i].human};
        bad->colour = cases[i].colour;
        struct custody_label_job job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, 80);
        assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
        if (strncmp(err.text, "row 76: ", 8) != 0) {
            fail_msg("%s: %s", cases[i].label, err.text);
        }
        assert_int_equal(fixture_left(f), 0);
        f->labels[75] = kept;
    }
}

static void label_print_refuses_a_code_without_its_end(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    struct custody_label_job job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, 1);
    f->labels[0].code[CUSTODY_TAG_LEN] = 'X';
    assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(fixture_left(f), 0);
}

static void label_print_takes_what_is_optional(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    size_t sheets = 0;
    struct custody_label_job job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, 2);
    f->labels[0].fields[0].text = NULL;
    f->labels[0].fields[1].text = "";
    f->labels[0].colour = "#C8102e";
    f->labels[1].field_count = 0;
    assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
    /* A bag may have no tag, and what no text names is left out, even if it has no glyph. */
    job.stock = "bag";
    f->labels[0].code[0] = '\0';
    f->labels[0].fields[f->labels[0].field_count++] =
        (struct custody_label_field){"unheard", NO_GLYPH};
    assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
    assert_int_equal(sheets, 1);
}

static void label_print_refuses_more_fields_than_there_are(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    struct custody_label_job job = fixture_job(f, STOCK, CUSTODY_LABEL_PDF, 1);
    f->labels[0].field_count = CUSTODY_LABEL_FIELDS_MAX + 1;
    assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
    f->labels[0].field_count = 1;
    f->labels[0].fields[0].name = NULL;
    assert_int_equal(custody_label_print(&job, NULL, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "row 9: "));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(label_print_fills_sheets_from_the_start_position),
        CASE(label_print_refuses_a_job_that_is_none),
        CASE(label_print_names_the_record_that_cannot_be_printed),
        CASE(label_print_refuses_a_code_without_its_end),
        CASE(label_print_takes_what_is_optional),
        CASE(label_print_refuses_more_fields_than_there_are),
    };
    return cmocka_run_group_tests_name("label sheet", tests, NULL, NULL);
}
