/* Hex, base64, UTF-8, the character list and the small grammars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

static void text_hex_is_lowercase_and_strict(void **state)
{
    static const uint8_t BYTES[] = {0x00, 0x9F, 0xAB, 0xFF};
    static const char *const BAD[] = {"009fabfF", "009FABFF", "009fabf",  "009fabff0",
                                      "009fab g", "0x9fabff", "009fabf-", ""};
    char text[9];
    uint8_t back[4] = {7, 7, 7, 7};

    (void)state;
    text_hex(BYTES, sizeof BYTES, text);
    assert_string_equal(text, "009fabff");
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        assert_false(text_unhex(BAD[i], strlen(BAD[i]), back, sizeof back));
        assert_memory_equal(back, "\7\7\7\7", 4);
    }
    assert_true(text_unhex(text, 8, back, sizeof back));
    assert_memory_equal(back, BYTES, sizeof BYTES);
}

static void text_base64_gives_the_vectors_of_rfc_4648(void **state)
{
    static const char *const PAIRS[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
        struct buf out = BUF_INIT(100);
        const char *plain = PAIRS[i][0];
        assert_int_equal(buf_put_text(&out, ">", NULL), CUSTODY_OK);
        assert_int_equal(text_put_base64(&out, (const uint8_t *)plain, strlen(plain), NULL),
                         CUSTODY_OK);
        assert_string_equal((char *)out.data + 1, PAIRS[i][1]);
        buf_clear(&out);
        assert_int_equal(buf_put_text(&out, ">", NULL), CUSTODY_OK);
        assert_int_equal(text_put_unbase64(&out, PAIRS[i][1], strlen(PAIRS[i][1]), NULL),
                         CUSTODY_OK);
        assert_string_equal((char *)out.data + 1, plain);
        buf_clear(&out);
    }
}

static void text_base64_round_trips_all_lengths(void **state)
{
    uint8_t bytes[2000];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 167 + i / 256);
    }
    for (size_t len = 0; len <= sizeof bytes; len += len < 10 ? 1 : 13) {
        struct buf text = BUF_INIT(4000);
        struct buf back = BUF_INIT(4000);
        assert_int_equal(text_put_base64(&text, bytes, len, NULL), CUSTODY_OK);
        assert_int_equal(text.len, (len + 2) / 3 * 4);
        assert_int_equal(text_put_unbase64(&back, (char *)text.data, text.len, NULL),
                         CUSTODY_OK);
        assert_int_equal(back.len, len);
        assert_true(len == 0 || memcmp(back.data, bytes, len) == 0);
        buf_clear(&text);
        buf_clear(&back);
    }
}

static void text_unbase64_takes_one_spelling_only(void **state)
{
    static const char *const BAD[] = {
        "Zg",       "Zg=",      "Zg===",  "Zh==",      "Zm9=",       "Zm8",          "Z===",
        "====",     "Zg==Zg==", "Zm9v\n", "Zm9v\nZg=", "Zm-v",       "Zm_v",         " Zm9",
        "Zm9v====", "=m9v",     "Z=9v",   "Zm=v",      "Zm\xC3\xA9", "Zg==\n\n\n\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct buf out = BUF_INIT(100);
        struct custody_error err = {.status = CUSTODY_OK};
        assert_int_equal(buf_put_text(&out, "kept", NULL), CUSTODY_OK);
        if (text_put_unbase64(&out, BAD[i], strlen(BAD[i]), &err) != CUSTODY_ERR_INVALID) {
            fail_msg("accepted: %s", BAD[i]);
        }
        assert_string_equal((char *)out.data, "kept");
        assert_int_equal(out.len, 4);
        assert_string_not_equal(err.text, "");
        buf_clear(&out);
    }
}

static void text_base64_leaves_a_full_buffer_unchanged(void **state)
{
    struct buf out = BUF_INIT(1500);
    uint8_t bytes[2000] = {0};
    char text[2400];

    (void)state;
    memset(text, 'A', sizeof text);
    assert_int_equal(buf_put_text(&out, "kept", NULL), CUSTODY_OK);
    assert_int_equal(text_put_base64(&out, bytes, sizeof bytes, NULL), CUSTODY_ERR_LIMIT);
    assert_string_equal((char *)out.data, "kept");
    assert_int_equal(text_put_unbase64(&out, text, sizeof text, NULL), CUSTODY_ERR_LIMIT);
    assert_string_equal((char *)out.data, "kept");
    assert_int_equal(out.len, 4);
    buf_clear(&out);
}

static size_t encode(int32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 63));
    out[2] = (char)(0x80 | (c >> 6 & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

static void text_next_reads_every_code_point_but_surrogates(void **state)
{
    (void)state;
    for (int32_t c = 0; c <= 0x10FFFF; c++) {
        char text[4];
        size_t len = encode(c, text);
        size_t pos = 0;
        int32_t got = text_next(text, len, &pos);
        if (c >= 0xD800 && c <= 0xDFFF) {
            assert_int_equal(got, -1);
            assert_int_equal(pos, 0);
            continue;
        }
        if (got != c || pos != len) {
            fail_msg("U+%04X read as %d", (unsigned)c, (int)got);
        }
        pos = 0;
        assert_int_equal(text_next(text, len - 1, &pos), -1);
        assert_int_equal(pos, 0);
    }
}

static void text_next_refuses_what_is_not_utf8(void **state)
{
    static const char *const BAD[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC2",
        "\xC2\x41",
        "\xC2\xC2",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xE9\x92",
        "\xE9\x92\x41",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xF8\x88\x80\x80\x80",
        "\xFE",
        "\xFF",
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        size_t pos = 0;
        assert_int_equal(text_next(BAD[i], strlen(BAD[i]), &pos), -1);
        assert_int_equal(pos, 0);
        assert_false(text_allowed(BAD[i], strlen(BAD[i]), 100));
    }
}

static void text_char_list_has_exactly_the_edges_of_formats_1(void **state)
{
    static const struct {
        int32_t code_point;
        bool is_allowed;
    } EDGES[] = {
        {-1, false},     {0, false},      {0x0A, false},    {0x1F, false},
        {0x20, true},    {0x22, true},    {0x27, true},     {0x5C, true},
        {0x7E, true},    {0x7F, false},   {0x80, false},    {0xA0, false},
        {0xA1, true},    {0xAC, true},    {0xAD, false},    {0xAE, true},
        {0x17F, true},   {0x180, false},  {0x300, false},   {0x200B, false},
        {0x2012, false}, {0x2013, true},  {0x2014, true},   {0x2015, false},
        {0x2017, false}, {0x2018, true},  {0x2019, true},   {0x201A, false},
        {0x201B, false}, {0x201C, true},  {0x201D, true},   {0x201E, false},
        {0x2025, false}, {0x2026, true},  {0x2027, false},  {0x202E, false},
        {0x2102, false}, {0x2103, true},  {0x2104, false},  {0x2115, false},
        {0x2116, true},  {0x2117, false}, {0x215F, false},  {0x2160, true},
        {0x216B, true},  {0x216C, false}, {0x245F, false},  {0x2460, true},
        {0x2473, true},  {0x2474, false}, {0x3000, false},  {0x3001, true},
        {0x3003, true},  {0x3004, false}, {0x3006, false},  {0x3007, true},
        {0x3011, true},  {0x3012, false}, {0x3013, false},  {0x3014, true},
        {0x3015, true},  {0x3016, false}, {0x33A0, false},  {0x33A1, true},
        {0x33A2, false}, {0x33FF, false}, {0x3400, true},   {0x4DBF, true},
        {0x4DC0, false}, {0x4DFF, false}, {0x4E00, true},   {0x9FFF, true},
        {0xA000, false}, {0xE000, false}, {0xFEFF, false},  {0xFF00, false},
        {0xFF01, true},  {0xFF5E, true},  {0xFF5F, false},  {0xFFE4, false},
        {0xFFE5, true},  {0xFFE6, false}, {0xFFFD, false},  {0x1FFFF, false},
        {0x20000, true}, {0x2F7FF, true}, {0x2F800, false}, {0x2FFFF, false},
        {0x30000, true}, {0x3134F, true}, {0x31350, false}, {0x10FFFF, false},
    };
    size_t total = 0;

    (void)state;
    for (size_t i = 0; i < sizeof EDGES / sizeof EDGES[0]; i++) {
        if (text_char_allowed(EDGES[i].code_point) != EDGES[i].is_allowed) {
            fail_msg("wrong about U+%04X", (unsigned)EDGES[i].code_point);
        }
    }
    for (int32_t c = 0; c <= 0x10FFFF; c++) {
        total += text_char_allowed(c) ? 1 : 0;
    }
    assert_int_equal(total, 96486); /* added up from the list by hand */
}

static void text_allowed_counts_characters_not_bytes(void **state)
{
    const char *text = "\xE9\x92\xA5\xE5\x8C\x99 12"; /* two ideographs, space, two digits */

    (void)state;
    assert_true(text_allowed(text, strlen(text), 5));
    assert_false(text_allowed(text, strlen(text), 4));
    assert_true(text_allowed("", 0, 0));
    assert_false(text_allowed("a\0b", 3, 9));
    assert_false(text_allowed("a\nb", 3, 9));
}

struct grammar_case {
    const char *text;
    bool is_match;
};

static void check_grammar(bool (*matches)(const char *), const struct grammar_case *cases,
                          size_t count)
{
    assert_false(matches(NULL));
    assert_false(matches(""));
    for (size_t i = 0; i < count; i++) {
        if (matches(cases[i].text) != cases[i].is_match) {
            fail_msg("wrong about \"%s\"", cases[i].text);
        }
    }
}

#define COUNT(a)   (sizeof(a) / sizeof(a)[0])
#define LETTERS_31 "abcdefghijklmnopqrstuvwxyzabcde"

static void text_grammars_match_whole_texts_only(void **state)
{
    static const struct grammar_case HANDLES[] = {
        {"li", true},
        {"a", true},
        {"a-1", true},
        {"1a", false},
        {"-a", false},
        {"Li", false},
        {"li ", false},
        {"li\n", false},
        {"li_x", false},
        {LETTERS_31 "f", true},
        {LETTERS_31 "fg", false},
    };
    static const struct grammar_case STAFF[] = {
        {"0", true},
        {"A-17", true},
        {"-", true},
        {"a", false},
        {"1 2", false},
        {"1234567890ABCDEF", true},
        {"1234567890ABCDEFG", false},
    };
    static const struct grammar_case CODES[] = {
        {"late_shift", true},     {"a9", true}, {"_a", false},
        {"a-b", false},           {"A", false}, {LETTERS_31 "_", true},
        {LETTERS_31 "_1", false},
    };
    static const struct grammar_case PLACES[] = {
        {"3-2-12-1201", true},
        {"B1.2", true},
        {".1", false},
        {"-1", false},
        {"b1", false},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", true},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", false},
    };
    static const struct grammar_case ACTS[] = {
        {"key.lend/1", true},    {"key.lend/9999", true}, {"key.lend/10000", false},
        {"key.lend/0", false},   {"key.lend/01", false},  {"key.lend", false},
        {"key.lend/", false},    {".lend/1", false},      {"key./1", false},
        {"Key.lend/1", false},   {"key.lend/1 ", false},  {"key.lend.x/1", false},
        {"key_x.lend/1", false}, {"key.lend/1a", false},
    };

    (void)state;
    check_grammar(text_is_handle, HANDLES, COUNT(HANDLES));
    check_grammar(text_is_staff_no, STAFF, COUNT(STAFF));
    check_grammar(text_is_code, CODES, COUNT(CODES));
    check_grammar(text_is_place_code, PLACES, COUNT(PLACES));
    check_grammar(text_is_act_name, ACTS, COUNT(ACTS));
}

static void text_paper_code_shows_128_bits_and_two_zeros(void **state)
{
    uint8_t hash[32] = {0};
    char code[33];

    (void)state;
    text_paper_code(hash, code);
    assert_string_equal(code, "0000 0000 0000 0000 0000 0000 00");
    memset(hash, 0xFF, 16);
    memset(hash + 16, 0x55, 16);
    text_paper_code(hash, code);
    /* 128 one bits are 25 symbols of five and 11100 */
    assert_string_equal(code, "ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ ZW");
    memset(hash, 0, sizeof hash);
    hash[0] = 0x08; /* 00001 000.. */
    hash[15] = 0x01;
    text_paper_code(hash, code);
    assert_string_equal(code, "1000 0000 0000 0000 0000 0000 04");
}

static void text_parse_u64_takes_one_spelling_up_to_max(void **state)
{
    static const char *const BAD[] = {"",
                                      "00",
                                      "01",
                                      "+1",
                                      "-1",
                                      " 1",
                                      "1 ",
                                      "1a",
                                      "0x1",
                                      "18446744073709551616",
                                      "99999999999999999999999"};
    uint64_t value = 77;

    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        assert_false(text_parse_u64(BAD[i], strlen(BAD[i]), UINT64_MAX, &value));
        assert_int_equal(value, 77);
    }
    assert_false(text_parse_u64("101", 3, 100, &value));
    assert_int_equal(value, 77);
    assert_true(text_parse_u64("100", 3, 100, &value));
    assert_int_equal(value, 100);
    assert_true(text_parse_u64("0", 1, 0, &value));
    assert_int_equal(value, 0);
    assert_true(text_parse_u64("18446744073709551615", 20, UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
}

static void text_dup_copies(void **state)
{
    char *copy = text_dup("key");
    char *part = text_dup_n("hook 7", 4);

    (void)state;
    assert_string_equal(copy, "key");
    assert_string_equal(part, "hook");
    free(copy);
    free(part);
}

static void text_quoted_from_a_damaged_file_becomes_utf8(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"", ""},
        {"plain 中文 𠮷", "plain 中文 𠮷"},
        {"K00\xb0"
         "0001",
         "K00?0001"},
        {"\xff\xc0\xaf", "???"},
        {"\xed\xa0\x80.", "???."},
        {"cut 中\xe6\x96", "cut 中"},
        {"cut \xf0\xa0", "cut "},
        {"torn \xe6.", "torn ?."},
        {"\x80", "?"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        assert_true(strlen(cases[i].from) < sizeof text);
        memcpy(text, cases[i].from, strlen(cases[i].from) + 1);
        text_make_utf8(text);
        assert_string_equal(text, cases[i].to);
    }
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(text_quoted_from_a_damaged_file_becomes_utf8),
        cmocka_unit_test(text_hex_is_lowercase_and_strict),
        cmocka_unit_test(text_base64_gives_the_vectors_of_rfc_4648),
        cmocka_unit_test(text_base64_round_trips_all_lengths),
        cmocka_unit_test(text_unbase64_takes_one_spelling_only),
        cmocka_unit_test(text_base64_leaves_a_full_buffer_unchanged),
        cmocka_unit_test(text_next_reads_every_code_point_but_surrogates),
        cmocka_unit_test(text_next_refuses_what_is_not_utf8),
        cmocka_unit_test(text_char_list_has_exactly_the_edges_of_formats_1),
        cmocka_unit_test(text_allowed_counts_characters_not_bytes),
        cmocka_unit_test(text_grammars_match_whole_texts_only),
        cmocka_unit_test(text_paper_code_shows_128_bits_and_two_zeros),
        cmocka_unit_test(text_parse_u64_takes_one_spelling_up_to_max),
        cmocka_unit_test(text_dup_copies),
    };

    return cmocka_run_group_tests_name("text", TESTS, NULL, NULL);
}
