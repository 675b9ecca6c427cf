/* Time as text, local time, the clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "instant.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Every day of the century against the C library, at an odd second of the day. */
static void instant_agrees_with_the_c_library_on_every_day(void **state)
{
    (void)state;
    for (int64_t s = INSTANT_MIN + 45296; s <= INSTANT_MAX; s += 86400) {
        char text[INSTANT_TEXT_SIZE];
        char want[32];
        struct tm parts;
        time_t t = (time_t)s;
        int64_t back = 0;
        instant_format(s, text);
        assert_non_null(gmtime_r(&t, &parts));
        assert_int_equal(strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%SZ", &parts), 20);
        assert_string_equal(text, want);
        assert_true(instant_parse(text, 20, &back));
        assert_true(back == s);
    }
}

static void instant_parse_knows_both_ends(void **state)
{
    int64_t s = 0;

    (void)state;
    assert_true(instant_parse("2000-01-01T00:00:00Z", 20, &s));
    assert_true(s == INSTANT_MIN);
    assert_true(instant_parse("2099-12-31T23:59:59Z", 20, &s));
    assert_true(s == INSTANT_MAX);
    assert_true(instant_parse("2000-02-29T00:00:00Z", 20, &s));
    assert_true(instant_parse("2024-02-29T00:00:00Z", 20, &s));
}

static void instant_parse_refuses_what_is_no_such_time(void **state)
{
    static const char *const BAD[] = {
        "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z",  "2026-02-29T00:00:00Z",
        "2026-00-10T00:00:00Z", "2026-13-10T00:00:00Z",  "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-32T00:00:00Z",  "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",  "2026-01-01t00:00:00Z",
        "2026-01-01T00:00:00z", "2026-01-01 00:00:00Z",  "2026/01/01T00:00:00Z",
        "2026-01-01T00:00:00+", "2026-01-01T00.00.00Z",  "+026-01-01T00:00:00Z",
        "2026-1--01T00:00:00Z", "2026-01-01T-1:00:00Z",  "2026-01-01T 1:00:00Z",
        "2026-01-01T00:00:00",  "2026-01-01T00:00:00ZZ", "",
    };
    int64_t s = 77;

    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        if (instant_parse(BAD[i], strlen(BAD[i]), &s)) {
            fail_msg("accepted: %s", BAD[i]);
        }
        assert_int_equal(s, 77);
    }
}

static void instant_parse_local_reads_what_people_type(void **state)
{
    static const struct {
        const char *text;
        int offset_min;
        const char *want;
    } CASES[] = {
        {"2026-11-22", 480, "2026-11-21T16:00:00Z"},
        {"2026-11-22T16:03", 480, "2026-11-22T08:03:00Z"},
        {"2026-11-22 16:03", 480, "2026-11-22T08:03:00Z"},
        {"2026-11-22 16:03:11", 480, "2026-11-22T08:03:11Z"},
        {"2026-11-22T16:03:11", -210, "2026-11-22T19:33:11Z"},
        {"2026-11-22T16:03Z", 480, "2026-11-22T16:03:00Z"},
        {"2026-11-22T16:03:11Z", 480, "2026-11-22T16:03:11Z"},
        {"2026-03-01 00:30", 60, "2026-02-28T23:30:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        int64_t s = 0;
        char text[INSTANT_TEXT_SIZE];
        assert_true(instant_parse_local(CASES[i].text, CASES[i].offset_min, &s));
        instant_format(s, text);
        assert_string_equal(text, CASES[i].want);
    }
}

static void instant_parse_local_refuses_the_rest(void **state)
{
    static const char *const BAD[] = {
        "",
        "2026",
        "2026-11",
        "2026-1-2",
        "22.11.2026",
        "2026-11-22Z",
        "2026-11-22T",
        "2026-11-22T16",
        "2026-11-22T16:3",
        "2026-11-22 16:03:1",
        "2026-11-22 16:03 ",
        "2026-11-22 24:00",
        "2026-11-22 16-03",
        "2026-11-22 16:03-11",
        "2026-11-22 16:03:11+08",
        "2026-11-31",
        "2026-11-22x16:03",
        " 2026-11-22",
        "2000-01-01", /* 1999 in UTC at +480 */
    };
    int64_t s = 77;

    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        if (instant_parse_local(BAD[i], 480, &s)) {
            fail_msg("accepted: %s", BAD[i]);
        }
    }
    assert_false(instant_parse_local(NULL, 480, &s));
    assert_false(instant_parse_local("2026-11-22", 1441, &s));
    assert_int_equal(s, 77);
}

static void instant_format_local_crosses_days_and_years(void **state)
{
    static const struct {
        int64_t s;
        int offset_min;
        const char *want;
    } CASES[] = {
        {INT64_C(1795334591), 480, "2026-11-22 16:03:11"},
        {INSTANT_MIN, -60, "1999-12-31 23:00:00"},
        {INSTANT_MAX, 480, "2100-01-01 07:59:59"},
        {INSTANT_MIN, 1000000, "2000-01-01 00:00:00"}, /* a forged offset counts as none */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char text[INSTANT_TEXT_SIZE];
        instant_format_local(CASES[i].s, CASES[i].offset_min, text);
        assert_string_equal(text, CASES[i].want);
    }
}

static void set_clock(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int is_real_now(int64_t s)
{
    int64_t now = (int64_t)time(NULL);

    return s >= now - 5 && s <= now + 5;
}

static void instant_now_reads_the_clock_file_anew_or_the_real_clock(void **state)
{
    char path[256];
    const char *dir = getenv("TMPDIR");

    (void)state;
    assert_int_equal(unsetenv("CUSTODY_CLOCK"), 0);
    assert_true(is_real_now(instant_now()));
    assert_true(snprintf(path, sizeof path, "%s/clock-XXXXXX", dir != NULL ? dir : P_tmpdir) <
                (int)sizeof path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(setenv("CUSTODY_CLOCK", path, 1), 0);
    assert_true(is_real_now(instant_now())); /* empty file */
    set_clock(path, "2026-11-22T08:03:11Z\n");
    assert_true(instant_now() == INT64_C(1795334591));
    set_clock(path, "2026-11-22T08:03:12Z");
    assert_true(instant_now() == INT64_C(1795334592));
    set_clock(path, "2026-11-22T08:03:13Z\r\nsecond line\n");
    assert_true(instant_now() == INT64_C(1795334593));
    set_clock(path, "2026-11-22 08:03:13\n");
    assert_true(is_real_now(instant_now()));
    assert_int_equal(unlink(path), 0);
    assert_true(is_real_now(instant_now()));
    assert_int_equal(unsetenv("CUSTODY_CLOCK"), 0);
}

static void instant_is_day_knows_the_days_of_old_papers(void **state)
{
    static const struct {
        const char *text;
        bool is_day;
    } cases[] = {
        {"1900-01-01", true},  {"1900-02-29", false}, {"1904-02-29", true},
        {"1996-02-29", true},  {"1997-02-29", false}, {"1999-12-31", true},
        {"2000-02-29", true},  {"2099-12-31", true},  {"2100-01-01", false},
        {"1899-12-31", false}, {"1998-13-01", false}, {"1998-1-1", false},
        {"", false},           {"19980101xx", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(instant_is_day(cases[i].text, strlen(cases[i].text)), cases[i].is_day);
    }
    assert_false(instant_is_date("1999-12-31", 10));
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(instant_is_day_knows_the_days_of_old_papers),
        cmocka_unit_test(instant_agrees_with_the_c_library_on_every_day),
        cmocka_unit_test(instant_parse_knows_both_ends),
        cmocka_unit_test(instant_parse_refuses_what_is_no_such_time),
        cmocka_unit_test(instant_parse_local_reads_what_people_type),
        cmocka_unit_test(instant_parse_local_refuses_the_rest),
        cmocka_unit_test(instant_format_local_crosses_days_and_years),
        cmocka_unit_test(instant_now_reads_the_clock_file_anew_or_the_real_clock),
    };

    return cmocka_run_group_tests_name("instant", TESTS, NULL, NULL);
}
