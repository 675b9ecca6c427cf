/* Status codes and the error struct. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "custody/error.h"

static void error_maps_each_status_to_its_exit_code(void **state)
{
    static const struct {
        enum custody_status status;
        int code;
    } CASES[] = {
        {CUSTODY_OK, 0},
        {CUSTODY_ERR_NOMEM, 1},
        {CUSTODY_ERR_IO, 1},
        {CUSTODY_ERR_INVALID, 1},
        {CUSTODY_ERR_LIMIT, 1},
        {CUSTODY_ERR_CRYPTO, 1},
        {CUSTODY_ERR_USAGE, 2},
        {CUSTODY_ERR_TAMPERED, 3},
        {CUSTODY_ERR_REFUSED, 4},
        {CUSTODY_ERR_NOT_FOUND, 5},
        {CUSTODY_ERR_UNCHECKED, 6},
        {CUSTODY_ERR_BUSY, 75},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(custody_status_exit_code(CASES[i].status), CASES[i].code);
        assert_string_not_equal(custody_status_text(CASES[i].status), "unknown status");
    }
    assert_string_equal(custody_status_text(CUSTODY_ERR_REFUSED), "refused by a rule");
    assert_int_equal(custody_status_exit_code((enum custody_status)99), 1);
    assert_string_equal(custody_status_text((enum custody_status)99), "unknown status");
}

static void error_fail_fills_text_and_clears_the_rest(void **state)
{
    struct custody_error err;

    (void)state;
    memset(&err, 0x55, sizeof err);
    assert_int_equal(custody_fail(&err, CUSTODY_ERR_IO, "item %s, %d", "K", 7), CUSTODY_ERR_IO);
    assert_int_equal(err.status, CUSTODY_ERR_IO);
    assert_string_equal(err.text, "item K, 7");
    assert_string_equal(err.rule, "");
    assert_int_equal(err.sql_code, 0);
    assert_int_equal(err.os_error, 0);
}

static void error_fail_takes_no_struct(void **state)
{
    (void)state;
    assert_int_equal(custody_fail(NULL, CUSTODY_ERR_BUSY, "%d", 1), CUSTODY_ERR_BUSY);
    assert_int_equal(custody_fail_os(NULL, CUSTODY_ERR_IO, ENOENT, "%d", 1), CUSTODY_ERR_IO);
    assert_int_equal(custody_refuse(NULL, "K3", "%d", 1), CUSTODY_ERR_REFUSED);
}

static void error_fail_may_wrap_its_own_text(void **state)
{
    struct custody_error err;

    (void)state;
    (void)custody_refuse(&err, "K3", "inner");
    assert_int_equal(custody_refuse(&err, err.rule, "outer: %s", err.text),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.text, "outer: inner");
    assert_string_equal(err.rule, "K3");
    (void)custody_fail(&err, CUSTODY_ERR_IO, "more: %s", err.text);
    assert_string_equal(err.text, "more: outer: inner");
}

static void error_fail_os_appends_what_errno_says(void **state)
{
    struct custody_error err;

    (void)state;
    (void)custody_fail_os(&err, CUSTODY_ERR_IO, ENOSPC, "cannot write");
    assert_int_equal(err.os_error, ENOSPC);
    assert_non_null(strstr(err.text, "cannot write: "));
    assert_non_null(strstr(err.text, "space"));
}

/* A text of every length around the limit, in one to four byte characters. */
static void error_text_is_cut_between_characters(void **state)
{
    static const char *const CHARS[] = {"a", "\xC3\xA9", "\xE9\x92\xA5", "\xF0\xA0\x80\x80"};

    (void)state;
    for (size_t c = 0; c < 4; c++) {
        size_t size = strlen(CHARS[c]);
        for (size_t lead = 380; lead < 400; lead++) {
            struct custody_error err;
            char text[600];
            size_t len = lead;
            memset(text, 'x', lead);
            while (len + size < 500) {
                memcpy(text + len, CHARS[c], size);
                len += size;
            }
            text[len] = 0;
            (void)custody_fail(&err, CUSTODY_ERR_IO, "%s", text);
            size_t room = sizeof err.text - 1;
            assert_int_equal(strlen(err.text), lead + (room - lead) / size * size);
            assert_memory_equal(err.text, text, strlen(err.text));
        }
    }
}

static void error_os_text_is_cut_safely(void **state)
{
    struct custody_error err;
    char text[600];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    (void)custody_fail_os(&err, CUSTODY_ERR_IO, EIO, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_int_equal(err.os_error, EIO);
}

static void error_refuse_copies_and_cuts_the_rule(void **state)
{
    struct custody_error err;

    (void)state;
    (void)custody_refuse(&err, "seats-of-one-act-must-differ", "no");
    assert_string_equal(err.rule, "seats-of-one-act-must-d");
    (void)custody_refuse(&err, NULL, "no");
    assert_string_equal(err.rule, "");
    assert_int_equal(err.status, CUSTODY_ERR_REFUSED);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(error_maps_each_status_to_its_exit_code),
        cmocka_unit_test(error_fail_fills_text_and_clears_the_rest),
        cmocka_unit_test(error_fail_takes_no_struct),
        cmocka_unit_test(error_fail_may_wrap_its_own_text),
        cmocka_unit_test(error_fail_os_appends_what_errno_says),
        cmocka_unit_test(error_text_is_cut_between_characters),
        cmocka_unit_test(error_os_text_is_cut_safely),
        cmocka_unit_test(error_refuse_copies_and_cuts_the_rule),
    };

    return cmocka_run_group_tests_name("error", TESTS, NULL, NULL);
}
