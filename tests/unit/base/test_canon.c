/* Canonical JSON: exactly one spelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "canon.h"

#define PAYLOAD                                                                                \
    "{\"act\":\"key.lend/1\",\"actor_seq\":17,\"at\":\"2026-11-22T08:03:11Z\","                \
    "\"body\":{\"items\":[{\"item\":\"K4F7Q2M9X\",\"label\":\"3-2-12-1201 \xE9\x92\xA5\"}],"   \
    "\"late\":null,\"no\":-5,\"yes\":true},\"by\":\"li\"}"

static json_t *sentinel(void)
{
    static json_t value;

    return &value;
}

static void check_refused(const char *bytes, size_t len, enum canon_mode mode)
{
    json_t *value = sentinel();
    struct custody_error err = {.status = CUSTODY_OK};
    enum custody_status rc = canon_parse(bytes, len, mode, &value, &err);

    if (rc != CUSTODY_ERR_INVALID) {
        fail_msg("status %d for %.*s", (int)rc, (int)len, bytes);
    }
    assert_ptr_equal(value, sentinel());
    assert_int_equal(err.status, CUSTODY_ERR_INVALID);
    assert_true(strlen(err.text) > 10);
}

static void check_accepted(const char *bytes, size_t len, enum canon_mode mode)
{
    json_t *value = NULL;
    struct buf out = BUF_INIT(1000000);

    if (canon_parse(bytes, len, mode, &value, NULL) != CUSTODY_OK) {
        fail_msg("refused: %.*s", (int)(len < 200 ? len : 200), bytes);
    }
    assert_int_equal(canon_write(&out, value, mode, NULL), CUSTODY_OK);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.data, bytes, len);
    buf_clear(&out);
    json_decref(value);
}

static const char *const GOOD[] = {
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
    PAYLOAD,
    "{}",
    "[]",
    "[[],{}]",
    "{\"a\":1}",
    "{\"0\":1,\"_\":2,\"a\":3,\"a0\":4,\"a_\":5,\"aa\":6,\"b\":7}",
    "[9007199254740991,-9007199254740991,0,-1]",
    "[\"\",\"'/<>&\",\"\\\"\\\\\"]",
    "[\"\xC3\xA9\xE9\x92\xA5\xF0\xA0\x80\x80\"]",
    "[true,false,null]",
    "7",
    "\"x\"",
    "null",
};

static void canon_parse_accepts_canonical_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        check_accepted(GOOD[i], strlen(GOOD[i]), CANON_SIGNED);
        check_accepted(GOOD[i], strlen(GOOD[i]), CANON_FILE);
    }
}

static void canon_parse_refuses_other_spellings(void **state)
{
    static const char *const BAD[] = {
        "",
        " ",
        "{\"a\":1} ",
        " {\"a\":1}",
        "{\"a\":1}\n",
        "{\"a\": 1}",
        "{\"a\":1,}",
        "{\"a\":1}{}",
        "{\"a\":1}x",
        "{\"b\":1,\"a\":2}",
        "{\"aa\":1,\"a\":2}",
        "{\"a\":01}",
        "{\"a\":-0}",
        "{\"a\":+1}",
        "{\"a\":1.0}",
        "{\"a\":1e2}",
        "{\"a\":1E400}",
        "{\"a\":9007199254740992}",
        "{\"a\":-9007199254740992}",
        "{\"a\":99999999999999999999}",
        "{\"a\":NaN}",
        "{\"a\":True}",
        "{a:1}",
        "{'a':1}",
        "{\"A\":1}",
        "{\"\":1}",
        "{\"a-b\":1}",
        "{\"a b\":1}",
        "{\"\xC3\xA9\":1}",
        "{\"\\u0061\":1}",
        "[\"\\u0061\"]",
        "[\"\\/\"]",
        "[\"\\n\"]",
        "[\"\\t\"]",
        "[\"\\u0000\"]",
        "[\"\\u00e9\"]",
        "[\"\n\"]",
        "[\"\x7F\"]",
        "[\"\xC2\xA0\"]",
        "[\"\xC2\xAD\"]",
        "[\"\xE3\x80\x80\"]",
        "[\"e\xCC\x81\"]",
        /* NOLINTNEXTLINE(misc-misleading-bidirectional) */
        "[\"\xE2\x80\xAE\"]",
        "[\"\xF0\x9F\x98\x80\"]",
        "[\"\xED\xA0\x80\"]",
        "[\"\xC0\x80\"]",
        "[\"\xFF\"]",
        "[\"\\ud83d\\ude00\"]",
        "[\"abc]",
        "[1,2",
        "\xEF\xBB\xBF{}",
        "/**/{}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        check_refused(BAD[i], strlen(BAD[i]), CANON_SIGNED);
        check_refused(BAD[i], strlen(BAD[i]), CANON_FILE);
    }
    check_refused("{}\0", 3, CANON_SIGNED);
    check_refused("[\"a\0b\"]", 7, CANON_SIGNED);
    check_refused("{\"a\0b\":1}", 9, CANON_SIGNED);
}

static void canon_parse_refuses_duplicate_keys(void **state)
{
    static const char *const BAD[] = {
        "{\"act\":\"borrow\",\"act\":\"destroy\"}",
        "{\"a\":1,\"a\":1}",
        "{\"x\":{\"a\":1,\"b\":2,\"a\":1}}",
        "{\"a\":1,\"\\u0061\":2}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        json_t *value = sentinel();
        struct custody_error err;
        assert_int_equal(canon_parse(BAD[i], strlen(BAD[i]), CANON_SIGNED, &value, &err),
                         CUSTODY_ERR_INVALID);
        assert_ptr_equal(value, sentinel());
        assert_non_null(strstr(err.text, "the same member name twice"));
    }
}

static void canon_parse_refuses_every_truncation(void **state)
{
    (void)state;
    for (size_t len = 0; len < strlen(PAYLOAD); len++) {
        check_refused(PAYLOAD, len, CANON_SIGNED);
    }
}

/* What a flipped bit leaves acceptable must be its own canonical form, never a second
 * spelling of something. */
static void canon_parse_of_any_flipped_bit_is_refused_or_exact(void **state)
{
    char bytes[] = PAYLOAD;
    size_t len = strlen(PAYLOAD);
    size_t refused = 0;

    (void)state;
    for (size_t bit = 0; bit < 8 * len; bit++) {
        json_t *value = NULL;
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        if (canon_parse(bytes, len, CANON_SIGNED, &value, NULL) == CUSTODY_OK) {
            json_decref(value);
            check_accepted(bytes, len, CANON_SIGNED);
        } else {
            assert_null(value);
            refused++;
        }
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    assert_true(refused > 4 * len);
}

static void canon_parse_limits_nesting_to_8(void **state)
{
    char bytes[2 * 3000];

    (void)state;
    check_accepted("[[[[[[[[]]]]]]]]", 16, CANON_SIGNED);
    check_refused("[[[[[[[[[]]]]]]]]]", 18, CANON_SIGNED);
    check_accepted("[[[[[[[{\"a\":1}]]]]]]]", 21, CANON_SIGNED);
    check_refused("[[[[[[[{\"a\":{}}]]]]]]]", 22, CANON_SIGNED);
    memset(bytes, '[', sizeof bytes / 2);
    memset(bytes + sizeof bytes / 2, ']', sizeof bytes / 2);
    check_refused(bytes, sizeof bytes, CANON_SIGNED);
    check_refused(bytes, sizeof bytes / 2, CANON_FILE);
}

static size_t long_string(char *out, size_t chars)
{
    size_t len = 0;

    out[len++] = '"';
    for (size_t i = 0; i < chars; i++) {
        /* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        memcpy(out + len, "\xE9\x92\xA5", 3);
        len += 3;
    }
    out[len++] = '"';
    return len;
}

static void canon_string_limit_counts_2000_characters(void **state)
{
    char bytes[6100];

    (void)state;
    check_accepted(bytes, long_string(bytes, 2000), CANON_SIGNED);
    check_refused(bytes, long_string(bytes, 2001), CANON_SIGNED);
    check_accepted(bytes, long_string(bytes, 2001), CANON_FILE);
}

static void canon_write_sorts_members_by_byte(void **state)
{
    json_t *value = json_pack("{s:i,s:i,s:{s:[i,s],s:n},s:b,s:i}", "b", 1, "a_", 2, "aa", "z",
                              3, "\"\\", "a", "a", 1, "a0", 4);
    struct buf out = BUF_INIT(1000);

    (void)state;
    assert_non_null(value);
    assert_int_equal(buf_put_text(&out, ">", NULL), CUSTODY_OK);
    assert_int_equal(canon_write(&out, value, CANON_SIGNED, NULL), CUSTODY_OK);
    assert_string_equal((char *)out.data,
                        ">{\"a\":true,\"a0\":4,\"a_\":2,\"aa\":{\"a\":null,\"z\":[3,"
                        "\"\\\"\\\\\"]},\"b\":1}");
    buf_clear(&out);
    json_decref(value);
}

static void check_unwritable(json_t *value, enum custody_status want, size_t max)
{
    struct buf out = BUF_INIT(max);
    struct custody_error err = {.status = CUSTODY_OK};

    assert_non_null(value);
    assert_int_equal(buf_put_text(&out, "kept", NULL), CUSTODY_OK);
    assert_int_equal(canon_write(&out, value, CANON_SIGNED, &err), want);
    assert_string_equal((char *)out.data, "kept");
    assert_int_equal(out.len, 4);
    assert_int_equal(err.status, want);
    buf_clear(&out);
    json_decref(value);
}

static void canon_write_refuses_what_canonical_json_cannot_say(void **state)
{
    json_t *deep = json_array();

    (void)state;
    for (int i = 0; i < 8; i++) {
        json_t *outer = json_array();
        assert_int_equal(json_array_append_new(outer, deep), 0);
        deep = outer;
    }
    check_unwritable(deep, CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("[i,f]", 1, 1.5), CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("{s:i,s:{s:i,s:f}}", "z", 1, "b", "d", 1, "c", 2.0),
                     CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("{s:i}", "Key", 1), CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("{s:i}", "", 1), CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("[s]", "\n"), CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("[I]", (json_int_t)9007199254740992), CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("[s%]", "a\0b", (size_t)3), CUSTODY_ERR_INVALID, 1000);
    check_unwritable(json_pack("{s:i,s:i}", "b", 1, "a", 1), CUSTODY_ERR_LIMIT, 12);
}

static void canon_errors_never_quote_the_input(void **state)
{
    static const char *const BAD[] = {"{\"name\":\"secret\"", "{\"name\":\"secret\",\"a\":1}",
                                      "[\"secret\x01\"]", "[\"secret\xC2\xA0\"]", "secret"};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        json_t *value = sentinel();
        struct custody_error err;
        assert_int_equal(canon_parse(BAD[i], strlen(BAD[i]), CANON_SIGNED, &value, &err),
                         CUSTODY_ERR_INVALID);
        assert_null(strstr(err.text, "secret"));
    }
}

static long allocations_left = -1;

static void *scarce(size_t size)
{
    return allocations_left >= 0 && allocations_left-- == 0 ? NULL : malloc(size);
}

/* jansson says "invalid token" where it had no memory; a good text is not to be called bad. */
static void canon_parse_calls_no_good_text_bad_for_want_of_memory(void **state)
{
    (void)state;
    json_set_alloc_funcs(scarce, free);
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        bool is_done = false;
        for (long tries = 0; !is_done; tries++) {
            json_t *value = NULL;
            struct custody_error err;
            allocations_left = tries;
            const enum custody_status rc =
                canon_parse(GOOD[i], strlen(GOOD[i]), CANON_SIGNED, &value, &err);
            is_done = allocations_left >= 0;
            allocations_left = -1;
            assert_true(rc == CUSTODY_OK || (rc == CUSTODY_ERR_NOMEM && !is_done));
            json_decref(value);
        }
    }
    json_set_alloc_funcs(malloc, free);
}

static void canon_copy_members_is_whole_or_none(void **state)
{
    (void)state;
    json_set_alloc_funcs(scarce, free);
    json_t *value = json_pack("{s:s,s:[{s:i},{s:n}],s:b}", "a", "b", "c", "d", 1, "e", "f", 1);
    assert_non_null(value);
    bool is_done = false;
    long tries = 0;
    for (; !is_done; tries++) {
        allocations_left = tries;
        json_t *copy = canon_copy_members(value);
        is_done = allocations_left >= 0;
        allocations_left = -1;
        assert_true(copy == NULL || json_equal(copy, value) == 1);
        assert_true(!is_done || copy != NULL);
        json_decref(copy);
    }
    assert_true(tries > 3);
    json_decref(value);
    json_set_alloc_funcs(malloc, free);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(canon_parse_accepts_canonical_bytes),
        cmocka_unit_test(canon_parse_refuses_other_spellings),
        cmocka_unit_test(canon_parse_refuses_duplicate_keys),
        cmocka_unit_test(canon_parse_refuses_every_truncation),
        cmocka_unit_test(canon_parse_of_any_flipped_bit_is_refused_or_exact),
        cmocka_unit_test(canon_parse_limits_nesting_to_8),
        cmocka_unit_test(canon_string_limit_counts_2000_characters),
        cmocka_unit_test(canon_write_sorts_members_by_byte),
        cmocka_unit_test(canon_write_refuses_what_canonical_json_cannot_say),
        cmocka_unit_test(canon_errors_never_quote_the_input),
        cmocka_unit_test(canon_parse_calls_no_good_text_bad_for_want_of_memory),
        cmocka_unit_test(canon_copy_members_is_whole_or_none),
    };

    return cmocka_run_group_tests_name("canon", TESTS, NULL, NULL);
}
