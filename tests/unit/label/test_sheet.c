/* Sheets: how many pages, from which cell on, and nothing left of a sheet that failed. */
#include <dirent.h>
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

#include "../print/lsan.h"
#include "custody/label.h"

#define STOCK    "labels/fob-22x32.label"
#define LABELS   145
#define NO_GLYPH "3\xF0\xAA\x9B\xA5栋" /* U+2A6E5: allowed, but no character */

struct fixture {
    char dir[64];
    char pdf[128];
    struct custody_label labels[LABELS];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    (void)snprintf(f->dir, sizeof f->dir, "%s/sheetXXXXXX", P_tmpdir);
    if (mkdtemp(f->dir) == NULL) {
        free(f);
        return -1;
    }
    (void)snprintf(f->pdf, sizeof f->pdf, "%s/out.pdf", f->dir);
    for (size_t i = 0; i < LABELS; i++) {
        custody_tag_print("K4F7Q2M9X", '1', "7QZ0XK", f->labels[i].code);
        f->labels[i].lines[0] = "3栋-2单元";
        f->labels[i].lines[1] = "12楼-1201房";
        f->labels[i].lines[2] = "防盗铁门";
        f->labels[i].human = "K-4F7Q-2M9X-88";
        f->labels[i].record = "row 9";
    }
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

/* The number behind "/Count" of the page tree. */
static int count_pages(const char *path)
{
    struct stat st;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &st), 0);
    size_t len = (size_t)st.st_size;
    char *data = calloc(1, len + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, len, file), len);
    (void)fclose(file);
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
        size_t start;
        int pages;
    } cases[] = {{1, 1, 1},  {72, 1, 1}, {73, 1, 2},  {144, 1, 2}, {145, 1, 3},
                 {1, 72, 1}, {2, 72, 2}, {60, 13, 1}, {61, 13, 2}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        assert_int_equal(
            custody_label_print(STOCK, f->labels, cases[i].count, cases[i].start, f->pdf, &err),
            CUSTODY_OK);
        assert_int_equal(count_pages(f->pdf), cases[i].pages);
    }
}

static void label_print_refuses_positions_outside_the_sheet(void **state)
{
    static const size_t starts[] = {0, 73, SIZE_MAX};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct custody_error err = {0};
        assert_int_equal(custody_label_print(STOCK, f->labels, 1, starts[i], f->pdf, &err),
                         CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, "1 to 72"));
        assert_int_equal(access(f->pdf, F_OK), -1);
    }
    assert_int_equal(custody_label_print(STOCK, f->labels, 0, 1, f->pdf, NULL),
                     CUSTODY_ERR_INVALID);
    assert_int_equal(custody_label_print("labels/none.label", f->labels, 1, 1, f->pdf, NULL),
                     CUSTODY_ERR_NOT_FOUND);
}

static void label_print_names_the_record_that_cannot_be_printed(void **state)
{
    static const struct {
        const char *label;
        const char *code;
        const char *line; /* the second; NULL keeps it */
        const char *line_4;
        const char *human;
    } cases[] = {
        {"no glyph", NULL, NO_GLYPH, NULL, NULL},
        {"not UTF-8", NULL, "\xFF", NULL, NULL},
        {"too long", NULL, "设施设备房消防水泵房设施设备房消防水泵房", NULL, NULL},
        {"no place for a fourth line", NULL, NULL, "x", NULL},
        {"wrong check symbols", "C1K14F7Q2M9X7QZ0XK89", NULL, NULL, NULL},
        {"short form", "K4F7Q2M9X88", NULL, NULL, NULL},
        {"small letters", "c1k14f7q2m9x7qz0xk88", NULL, NULL, NULL},
        {"letter O for nought", "C1K14F7Q2M9X7QZOXK88", NULL, NULL, NULL},
        {"empty code", "", NULL, NULL, NULL},
        {"code of another item", NULL, NULL, NULL, "F-0000-0001-5A"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_error err = {0};
        struct custody_label labels[80];
        memcpy(labels, f->labels, sizeof labels);
        /* On the second sheet: the first is drawn already when some of these are found. */
        struct custody_label *bad = &labels[75];
        bad->record = "row 76";
        if (cases[i].code != NULL) {
            memset(bad->code, 0, sizeof bad->code);
            memcpy(bad->code, cases[i].code, strlen(cases[i].code));
        }
        bad->lines[1] = cases[i].line != NULL ? cases[i].line : bad->lines[1];
        bad->lines[3] = cases[i].line_4;
        bad->human = cases[i].human;
        assert_int_equal(custody_label_print(STOCK, labels, 80, 1, f->pdf, &err),
                         CUSTODY_ERR_INVALID);
        if (strncmp(err.text, "row 76: ", 8) != 0) {
            fail_msg("%s: %s", cases[i].label, err.text);
        }
        /* An empty directory can be removed: neither the PDF nor a part of it is left. */
        assert_int_equal(rmdir(f->dir), 0);
        assert_int_equal(mkdir(f->dir, 0700), 0);
    }
}

static void label_print_refuses_a_code_without_its_end(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    f->labels[0].code[CUSTODY_TAG_LEN] = 'X';
    assert_int_equal(custody_label_print(STOCK, f->labels, 1, 1, f->pdf, &err),
                     CUSTODY_ERR_INVALID);
}

static void label_print_makes_the_code_for_people(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    f->labels[0].human = NULL;
    f->labels[0].lines[1] = NULL;
    f->labels[0].lines[2] = "";
    assert_int_equal(custody_label_print(STOCK, f->labels, 1, 1, f->pdf, &err), CUSTODY_OK);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(label_print_fills_sheets_from_the_start_position),
        CASE(label_print_refuses_positions_outside_the_sheet),
        CASE(label_print_names_the_record_that_cannot_be_printed),
        CASE(label_print_refuses_a_code_without_its_end),
        CASE(label_print_makes_the_code_for_people),
    };
    return cmocka_run_group_tests_name("label sheet", tests, NULL, NULL);
}
