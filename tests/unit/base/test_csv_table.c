/* CSV files whole: custody/csv.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "custody/csv.h"

static char path[64];

static int make_file(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/csv-XXXXXX");
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void rows_outlive_the_reading_and_know_their_lines(void **state)
{
    (void)state;
    struct custody_csv *csv = NULL;
    struct custody_error err = {0};
    write_file("item,copy\r\n\r\n K1 ,\"2,5\"\r\n,\r\nK2\r\n");
    assert_int_equal(custody_csv_read(path, &csv, &err), CUSTODY_OK);
    const struct custody_csv_row *head = custody_csv_row(csv, 0);
    const struct custody_csv_row *row = custody_csv_row(csv, 1);
    assert_non_null(head);
    assert_non_null(row);
    assert_int_equal(head->count, 2);
    assert_string_equal(head->cells[0], "item");
    assert_int_equal(row->line, 3);
    assert_string_equal(row->cells[0], "K1");
    assert_string_equal(row->cells[1], "2,5");
    row = custody_csv_row(csv, 2);
    assert_non_null(row);
    assert_int_equal(row->line, 5);
    assert_int_equal(row->count, 1);
    assert_null(custody_csv_row(csv, 3));
    custody_csv_free(csv);
}

static void a_torn_quote_is_named_by_its_line_and_gives_nothing(void **state)
{
    (void)state;
    struct custody_csv *csv = NULL;
    struct custody_error err = {0};
    write_file("item\nK1\n\"K2\n");
    assert_int_equal(custody_csv_read(path, &csv, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "3"));
    assert_null(csv);
}

static void a_file_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    struct custody_csv *csv = NULL;
    struct custody_error err = {0};
    assert_int_equal(custody_csv_read("/nowhere/keys.csv", &csv, &err), CUSTODY_ERR_NOT_FOUND);
    assert_null(csv);
}

static void an_empty_file_has_no_rows(void **state)
{
    (void)state;
    struct custody_csv *csv = NULL;
    struct custody_error err = {0};
    write_file("");
    assert_int_equal(custody_csv_read(path, &csv, &err), CUSTODY_OK);
    assert_null(custody_csv_row(csv, 0));
    custody_csv_free(csv);
    custody_csv_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_outlive_the_reading_and_know_their_lines),
        cmocka_unit_test(a_torn_quote_is_named_by_its_line_and_gives_nothing),
        cmocka_unit_test(a_file_that_is_not_there_is_not_found),
        cmocka_unit_test(an_empty_file_has_no_rows),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
