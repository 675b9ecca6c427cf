/* Growing buffer with a ceiling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"

static void buf_put_keeps_a_closing_zero(void **state)
{
    struct buf buf = BUF_INIT(10000);

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(buf_put_byte(&buf, (uint8_t)('a' + i % 26), NULL), CUSTODY_OK);
        assert_int_equal(buf.len, i + 1);
        assert_int_equal(buf.data[buf.len], 0);
    }
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(buf.data[i], 'a' + i % 26);
    }
    buf_clear(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.max, 10000);
    assert_int_equal(buf_put_text(&buf, "again", NULL), CUSTODY_OK);
    assert_string_equal((char *)buf.data, "again");
    buf_clear(&buf);
}

static void buf_put_stops_at_the_ceiling_unchanged(void **state)
{
    struct buf buf = BUF_INIT(8);
    struct custody_error err = {.status = CUSTODY_OK};

    (void)state;
    assert_int_equal(buf_put(&buf, "1234567", 7, NULL), CUSTODY_OK);
    assert_int_equal(buf_put(&buf, "89", 2, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(err.status, CUSTODY_ERR_LIMIT);
    assert_int_equal(buf.len, 7);
    assert_string_equal((char *)buf.data, "1234567");
    assert_int_equal(buf_printf(&buf, &err, "%d", 89), CUSTODY_ERR_LIMIT);
    assert_int_equal(buf_put_u64be(&buf, 1, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(buf_put_u16be(&buf, 1, &err), CUSTODY_ERR_LIMIT);
    assert_string_equal((char *)buf.data, "1234567");
    assert_int_equal(buf_put(&buf, "8", 1, NULL), CUSTODY_OK);
    assert_int_equal(buf_put(&buf, "", 0, NULL), CUSTODY_OK);
    assert_string_equal((char *)buf.data, "12345678");
    buf_clear(&buf);
}

static void buf_put_refuses_lengths_that_would_wrap(void **state)
{
    struct buf buf = BUF_INIT(SIZE_MAX);

    (void)state;
    assert_int_equal(buf_put(&buf, "abc", 3, NULL), CUSTODY_OK);
    assert_int_equal(buf_put(&buf, "x", SIZE_MAX - 3, NULL), CUSTODY_ERR_LIMIT);
    assert_int_equal(buf_put(&buf, "x", SIZE_MAX, NULL), CUSTODY_ERR_LIMIT);
    assert_string_equal((char *)buf.data, "abc");
    buf_clear(&buf);
}

static void buf_integers_are_big_endian(void **state)
{
    static const uint8_t WANT[] = {0x01, 0x02, 1, 2, 3, 4, 5, 6, 7, 0xFF};
    struct buf buf = BUF_INIT(100);

    (void)state;
    assert_int_equal(buf_put_u16be(&buf, 0x0102, NULL), CUSTODY_OK);
    assert_int_equal(buf_put_u64be(&buf, UINT64_C(0x01020304050607FF), NULL), CUSTODY_OK);
    assert_int_equal(buf.len, sizeof WANT);
    assert_memory_equal(buf.data, WANT, sizeof WANT);
    buf_clear(&buf);
}

static void buf_printf_appends_texts_of_any_length(void **state)
{
    struct buf buf = BUF_INIT(100000);

    (void)state;
    assert_int_equal(buf_put_text(&buf, ">", NULL), CUSTODY_OK);
    assert_int_equal(buf_printf(&buf, NULL, "%05d|%s", 42, "x"), CUSTODY_OK);
    assert_string_equal((char *)buf.data, ">00042|x");
    assert_int_equal(buf_printf(&buf, NULL, "%*s", 5000, "end"), CUSTODY_OK);
    assert_int_equal(buf.len, 5008);
    assert_string_equal((char *)buf.data + 5005, "end");
    buf_clear(&buf);
}

static void buf_detach_gives_the_bytes_away(void **state)
{
    struct buf buf = BUF_INIT(100);
    size_t len = 77;

    (void)state;
    assert_null(buf_detach(&buf, &len));
    assert_int_equal(len, 0);
    assert_int_equal(buf_put_text(&buf, "mine", NULL), CUSTODY_OK);
    char *text = (char *)buf_detach(&buf, &len);
    assert_int_equal(len, 4);
    assert_string_equal(text, "mine");
    assert_null(buf.data);
    assert_int_equal(buf.len, 0);
    free(text);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(buf_put_keeps_a_closing_zero),
        cmocka_unit_test(buf_put_stops_at_the_ceiling_unchanged),
        cmocka_unit_test(buf_put_refuses_lengths_that_would_wrap),
        cmocka_unit_test(buf_integers_are_big_endian),
        cmocka_unit_test(buf_printf_appends_texts_of_any_length),
        cmocka_unit_test(buf_detach_gives_the_bytes_away),
    };

    return cmocka_run_group_tests_name("buf", TESTS, NULL, NULL);
}
