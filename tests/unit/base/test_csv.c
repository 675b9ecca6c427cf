/* CSV: encodings, delimiters, quotes, limits. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "csv.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* All rows as "line:field|field\n", errors as "!text\n". The result is free()d. */
static char *dump(const void *data, size_t len)
{
    struct csv *csv = NULL;
    struct buf out = BUF_INIT(1000000);
    struct custody_error err;

    assert_int_equal(csv_open_memory(data, len, &csv, NULL), CUSTODY_OK);
    assert_int_equal(buf_put_text(&out, "", NULL), CUSTODY_OK);
    for (;;) {
        const char *const *fields = NULL;
        size_t count = 77;
        size_t line = 77;
        if (csv_next(csv, &fields, &count, &line, &err) != CUSTODY_OK) {
            assert_int_equal(err.status, CUSTODY_ERR_INVALID);
            assert_null(fields);
            assert_int_equal(count, 77);
            assert_int_equal(line, 77);
            assert_int_equal(buf_printf(&out, NULL, "!%.8s\n", err.text), CUSTODY_OK);
            continue;
        }
        if (count == 0) {
            break;
        }
        assert_int_equal(buf_printf(&out, NULL, "%zu:", line), CUSTODY_OK);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(buf_printf(&out, NULL, "%s%s", i > 0 ? "|" : "", fields[i]),
                             CUSTODY_OK);
        }
        assert_int_equal(buf_put_byte(&out, '\n', NULL), CUSTODY_OK);
    }
    csv_close(csv);
    return (char *)buf_detach(&out, NULL);
}

static void check_rows(const char *input, const char *want)
{
    char *got = dump(input, strlen(input));

    assert_string_equal(got, want);
    free(got);
}

static void csv_reads_rows_of_every_line_end(void **state)
{
    (void)state;
    check_rows("a,b\nc,d\n", "1:a|b\n2:c|d\n");
    check_rows("a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n");
    check_rows("a,b\rc,d", "1:a|b\n2:c|d\n");
    check_rows("a,b\nc,d", "1:a|b\n2:c|d\n");
    check_rows("a,\n,b\n", "1:a|\n2:|b\n");
    check_rows("a,", "1:a|\n");
    check_rows("", "");
    check_rows("\n\n\n", "");
}

static void csv_skips_empty_rows_and_counts_their_lines(void **state)
{
    (void)state;
    check_rows("\n a , b \n,,\n \t\n\"\"\nc,d\n", "2:a|b\n6:c|d\n");
}

static void csv_trims_white_space_the_ideographic_too(void **state)
{
    (void)state;
    check_rows("\xE3\x80\x80\xE9\x92\xA5\xE3\x80\x80 ,\xC2\xA0x\xE3\x80\x80y \t,\" q \"\n",
               "1:\xE9\x92\xA5|x\xE3\x80\x80y|q\n");
}

static void csv_reads_quoted_fields(void **state)
{
    (void)state;
    check_rows("\"a,1\",\"say \"\"hi\"\"\",\"\"\"\"\nb,\"\",c\n",
               "1:a,1|say \"hi\"|\"\n2:b||c\n");
    check_rows("\"two\r\nlines\",x\r\nnext,y\r\n", "1:two\nlines|x\n3:next|y\n");
    check_rows("5\" pipe,b\"c\n", "1:5\" pipe|b\"c\n");
    check_rows("\"a\" ,b\n", "1:a|b\n");
    check_rows("\"a\"", "1:a\n");
}

static void csv_finds_the_delimiter_in_the_header(void **state)
{
    (void)state;
    check_rows("a;b\n1,5;2\n", "1:a|b\n2:1,5|2\n");
    check_rows("a\tb\n1,5\t2;3\n", "1:a|b\n2:1,5|2;3\n");
    check_rows("\"x,y,z\";b\nc;d\n", "1:x,y,z|b\n2:c|d\n");
    check_rows("\n\n;a;b\n1;2;3\n", "3:|a|b\n4:1|2|3\n");
    check_rows("one\n1;2\n", "1:one\n2:1;2\n");
    check_rows("a;b;c,d\n", "1:a|b|c,d\n");
}

static void csv_reports_bad_rows_by_line_and_goes_on(void **state)
{
    struct buf big = BUF_INIT(100000);

    (void)state;
    check_rows("h,i\nb,\"x\"y\nc,d\n", "1:h|i\n!line 2: \n3:c|d\n");
    check_rows("h,i\n\nb,\"open\nc,d\n", "1:h|i\n!line 3: \n");
    assert_int_equal(buf_put_text(&big, "a,b\n", NULL), CUSTODY_OK);
    for (size_t i = 0; i <= CSV_FIELD_MAX; i++) {
        assert_int_equal(buf_put_byte(&big, 'x', NULL), CUSTODY_OK);
    }
    assert_int_equal(buf_put_text(&big, ",\"multi\nline\"\nc,d\n", NULL), CUSTODY_OK);
    check_rows((char *)big.data, "1:a|b\n!line 2: \n4:c|d\n");
    buf_clear(&big);
    assert_int_equal(buf_put_text(&big, "a,b\n", NULL), CUSTODY_OK);
    for (size_t i = 0; i < CSV_COLUMN_MAX; i++) {
        assert_int_equal(buf_put_text(&big, "1,", NULL), CUSTODY_OK);
    }
    assert_int_equal(buf_put_text(&big, "1\nc,d", NULL), CUSTODY_OK);
    check_rows((char *)big.data, "1:a|b\n!line 2: \n3:c|d\n");
    buf_clear(&big);
}

static void csv_takes_fields_and_columns_up_to_the_limit(void **state)
{
    char row[CSV_FIELD_MAX + CSV_COLUMN_MAX];
    struct csv *csv = NULL;
    const char *const *fields = NULL;
    size_t count = 0;
    size_t line = 0;

    (void)state;
    memset(row, 'x', CSV_FIELD_MAX);
    memset(row + CSV_FIELD_MAX, ',', CSV_COLUMN_MAX - 1);
    assert_int_equal(csv_open_memory(row, CSV_FIELD_MAX + CSV_COLUMN_MAX - 1, &csv, NULL),
                     CUSTODY_OK);
    assert_int_equal(csv_next(csv, &fields, &count, &line, NULL), CUSTODY_OK);
    assert_int_equal(count, CSV_COLUMN_MAX);
    assert_int_equal(strlen(fields[0]), CSV_FIELD_MAX);
    csv_close(csv);
}

static void csv_reads_utf8_with_mark_and_gb18030(void **state)
{
    char long_gb[9001];

    (void)state;
    check_rows("\xEF\xBB\xBF\xE9\x92\xA5,b\n", "1:\xE9\x92\xA5|b\n");
    /* "key" and "cabinet" as WPS saves them */
    check_rows("\xD4\xBF\xB3\xD7,\xB9\xF1\r\n1,2\r\n",
               "1:\xE9\x92\xA5\xE5\x8C\x99|\xE6\x9F\x9C\n2:1|2\n");
    /* four byte form: U+20000 */
    check_rows("\x95\x32\x82\x36,a\n", "1:\xF0\xA0\x80\x80|a\n");
    /* second bytes that look like ASCII must not be taken for it: 0x81 0x7C is one character */
    check_rows("\x81\x7C;b\n", "1:\xE4\xBA\x85|b\n");
    /* good UTF-8 by accident, but U+053F stands in no register; Latin letters may */
    check_rows("\xD4\xBF,1\n", "1:\xE9\x92\xA5|1\n");
    check_rows("M\xC3\xBCller,\xE3\x80\x80\n", "1:M\xC3\xBCller|\n");
    /* an emoji is no reason to read UTF-8 as something else */
    check_rows("\xF0\x9F\x94\x91,\xE9\x92\xA5\n", "1:\xF0\x9F\x94\x91|\xE9\x92\xA5\n");
    /* longer than the converter's piece, an odd offset first */
    long_gb[0] = 'a';
    for (size_t i = 1; i < 9001; i += 2) {
        long_gb[i] = '\xD4';
        long_gb[i + 1] = '\xBF';
    }
    long_gb[4001] = ',';
    long_gb[4002] = ',';
    char *got = dump(long_gb, sizeof long_gb);
    assert_int_equal(strlen(got), strlen("1:") + 1 + (size_t)3 * 4499 + strlen("||\n"));
    free(got);
}

static void csv_refuses_what_is_no_csv_text(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *word;
    } CASES[] = {
        {"a\0,\0b\0", 6, ".xlsx or UTF-16, save as CSV UTF-8"},
        {"\xFF\xFE"
         "a\0",
         4, ".xlsx or UTF-16, save as CSV UTF-8"},
        {"\xFE\xFF\x94\xA5", 4, ".xlsx or UTF-16, save as CSV UTF-8"},
        {"PK\x03\x04zip", 7, ".xlsx or UTF-16, save as CSV UTF-8"},
        {"\xEF\xBB\xBF"
         "a,\xB3\xD7\n",
         8, "neither UTF-8 nor GB18030"},
        {"a,\xFF\n", 4, "neither UTF-8 nor GB18030"},
        {"a,\xD4", 3, "neither UTF-8 nor GB18030"},
        {"a,\xD4\n", 4, "neither UTF-8 nor GB18030"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct csv *csv = NULL;
        struct custody_error err;
        assert_int_equal(csv_open_memory(CASES[i].bytes, CASES[i].len, &csv, &err),
                         CUSTODY_ERR_INVALID);
        assert_null(csv);
        assert_non_null(strstr(err.text, CASES[i].word));
    }
}

static void csv_open_refuses_a_huge_file_without_reading_it(void **state)
{
    char path[256];
    const char *dir = getenv("TMPDIR");
    struct csv *csv = NULL;
    struct custody_error err;

    (void)state;
    assert_true(snprintf(path, sizeof path, "%s/custody-csv-XXXXXX",
                         dir != NULL ? dir : P_tmpdir) < (int)sizeof path);
    assert_int_equal(csv_open(path, &csv, &err), CUSTODY_ERR_NOT_FOUND);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a,b\n", 4), 4);
    assert_int_equal(csv_open(path, &csv, &err), CUSTODY_OK);
    csv_close(csv);
    csv = NULL;
    if (ftruncate(fd, (off_t)2 * 1024 * 1024 * 1024) == 0) { /* a hole, takes no room */
        assert_int_equal(csv_open(path, &csv, &err), CUSTODY_ERR_LIMIT);
        assert_null(csv);
        assert_int_equal(lseek(fd, 0, SEEK_CUR), 4);
    }
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(path), 0);
}

/* A two gigabyte line on standard input: the reader stops by itself and the writer is cut off.
 */
static void csv_open_stops_reading_an_endless_line_from_standard_input(void **state)
{
    struct csv *csv = NULL;
    int saved = dup(STDIN_FILENO);
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_true(zero >= 0);
    assert_true(dup2(zero, STDIN_FILENO) == STDIN_FILENO);
    assert_int_equal(csv_open("-", &csv, NULL), CUSTODY_ERR_LIMIT);
    assert_null(csv);
    if (saved >= 0) {
        assert_true(dup2(saved, STDIN_FILENO) == STDIN_FILENO);
        assert_int_equal(close(saved), 0);
    }
    assert_int_equal(close(zero), 0);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(csv_reads_rows_of_every_line_end),
        cmocka_unit_test(csv_skips_empty_rows_and_counts_their_lines),
        cmocka_unit_test(csv_trims_white_space_the_ideographic_too),
        cmocka_unit_test(csv_reads_quoted_fields),
        cmocka_unit_test(csv_finds_the_delimiter_in_the_header),
        cmocka_unit_test(csv_reports_bad_rows_by_line_and_goes_on),
        cmocka_unit_test(csv_takes_fields_and_columns_up_to_the_limit),
        cmocka_unit_test(csv_reads_utf8_with_mark_and_gb18030),
        cmocka_unit_test(csv_refuses_what_is_no_csv_text),
        cmocka_unit_test(csv_open_refuses_a_huge_file_without_reading_it),
        cmocka_unit_test(csv_open_stops_reading_an_endless_line_from_standard_input),
    };

    return cmocka_run_group_tests_name("csv", TESTS, NULL, NULL);
}
