/* Tags: check symbols, printing, reading what people type and scanners send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "custody/tag.h"
#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define CLASSES  "KRHFBSPV"

/* A small generator with a fixed start, so that a failure can be repeated. */
static unsigned next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33);
}

static void random_item(uint64_t *seed, char out[CUSTODY_ITEM_LEN + 1])
{
    out[0] = CLASSES[next_random(seed) % 8];
    for (size_t i = 1; i < CUSTODY_ITEM_LEN; i++) {
        out[i] = TEXT_ALPHABET[next_random(seed) % 32];
    }
    out[CUSTODY_ITEM_LEN] = 0;
}

static void check_refused(const char *text, const char *word)
{
    struct custody_tag tag;
    struct custody_tag before;
    struct custody_error err = {.status = CUSTODY_OK};

    memset(&tag, 0x5A, sizeof tag);
    memset(&before, 0x5A, sizeof before);
    if (custody_tag_parse(text, &tag, &err) != CUSTODY_ERR_INVALID) {
        fail_msg("accepted: %s", text);
    }
    assert_memory_equal(&tag, &before, sizeof tag);
    assert_non_null(strstr(err.text, word));
}

static void tag_check_gives_the_vectors_of_formats_6(void **state)
{
    char check[3];
    char printed[15];

    (void)state;
    custody_item_check("K4F7Q2M9X", check);
    assert_string_equal(check, "88");
    custody_item_check("F00000001", check);
    assert_string_equal(check, "5A");
    custody_item_print("K4F7Q2M9X", printed);
    assert_string_equal(printed, "K-4F7Q-2M9X-88");
}

static void tag_item_is_a_class_and_eight_symbols(void **state)
{
    static const char *const BAD[] = {"",          "K",         "K4F7Q2M9",  "K4F7Q2M9XX",
                                      "C4F7Q2M9X", "k4F7Q2M9X", "K4F7Q2M9U", "K4F7Q2M9I",
                                      "K4F7Q2M9L", "K4F7Q2M9O", "K4F7Q2M9x", "K4F7 2M9X",
                                      "14F7Q2M9X"};

    (void)state;
    assert_false(custody_item_is_valid(NULL));
    for (size_t i = 0; i < COUNT(BAD); i++) {
        assert_false(custody_item_is_valid(BAD[i]));
    }
    for (size_t i = 0; i < strlen(CLASSES); i++) {
        char item[] = "?00000000";
        item[0] = CLASSES[i];
        assert_true(custody_item_is_valid(item));
    }
}

static void tag_site_code_is_the_first_30_bits(void **state)
{
    uint8_t id[32];
    char code[CUSTODY_SITE_LEN + 1];

    (void)state;
    memset(id, 0xFF, sizeof id);
    custody_site_code(id, code);
    assert_string_equal(code, "ZZZZZZ");
    memset(id, 0, sizeof id);
    id[0] = 0x08;
    id[3] = 0x04;
    custody_site_code(id, code);
    assert_string_equal(code, "100001");
    id[3] = 0x03; /* bits 31 and 32 do not count */
    custody_site_code(id, code);
    assert_string_equal(code, "100000");
}

static void tag_print_and_parse_round_trip(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (size_t round = 0; round < 2000; round++) {
        char item[CUSTODY_ITEM_LEN + 1];
        char printed[15];
        char text[CUSTODY_TAG_LEN + 1];
        struct custody_tag tag;
        char generation = TEXT_ALPHABET[1 + next_random(&seed) % 31];
        random_item(&seed, item);
        custody_tag_print(item, generation, "0ABCDZ", text);
        assert_int_equal(strlen(text), CUSTODY_TAG_LEN);
        assert_int_equal(custody_tag_parse(text, &tag, NULL), CUSTODY_OK);
        assert_string_equal(tag.item, item);
        assert_int_equal(tag.generation, generation);
        assert_string_equal(tag.site, "0ABCDZ");
        custody_item_print(item, printed);
        assert_int_equal(custody_tag_parse(printed, &tag, NULL), CUSTODY_OK);
        assert_string_equal(tag.item, item);
        assert_int_equal(tag.generation, 0);
        assert_string_equal(tag.site, "");
    }
}

static void tag_layout_is_that_of_formats_6(void **state)
{
    char text[CUSTODY_TAG_LEN + 1];

    (void)state;
    custody_tag_print("K4F7Q2M9X", '3', "ABCDEF", text);
    assert_string_equal(text, "C1K34F7Q2M9XABCDEF88");
}

static void tag_parse_ignores_case_space_hyphen_and_full_width(void **state)
{
    static const char *const GOOD[] = {
        "K4F7Q2M9X88", "K-4F7Q-2M9X-88", "k-4f7q-2m9x-88", "  k 4F7Q 2M9X 88 ", "K--4F7Q2M9X88",
        /* full width: K, hyphen, 4, small f */
        "\xEF\xBC\xAB\xEF\xBC\x8D\xEF\xBC\x94\xEF\xBD\x86"
        "7Q2M9X88",
        "K\xE3\x80\x80"
        "4F7Q2M9X88", /* ideographic space */
    };
    static const char *const LONG_FORMS[] = {
        "C1K34F7Q2M9XABCDEF88", "c1k34f7q2m9xabcdef88",      "CLK34F7Q2M9XABCDEF88",
        "ciK34F7Q2M9XABCDEF88", "C1-K3-4F7Q-2M9X-ABCDEF-88",
    };
    struct custody_tag tag;

    (void)state;
    for (size_t i = 0; i < COUNT(GOOD); i++) {
        assert_int_equal(custody_tag_parse(GOOD[i], &tag, NULL), CUSTODY_OK);
        assert_string_equal(tag.item, "K4F7Q2M9X");
        assert_int_equal(tag.generation, 0);
    }
    for (size_t i = 0; i < COUNT(LONG_FORMS); i++) {
        assert_int_equal(custody_tag_parse(LONG_FORMS[i], &tag, NULL), CUSTODY_OK);
        assert_string_equal(tag.item, "K4F7Q2M9X");
        assert_int_equal(tag.generation, '3');
        assert_string_equal(tag.site, "ABCDEF");
    }
    assert_int_equal(custody_tag_parse("Fooooooo15A", &tag, NULL), CUSTODY_OK);
    assert_string_equal(tag.item, "F00000001");
    assert_int_equal(custody_tag_parse("f0000000l5a", &tag, NULL), CUSTODY_OK);
    assert_string_equal(tag.item, "F00000001");
    assert_int_equal(custody_tag_parse("f0000000I5a", &tag, NULL), CUSTODY_OK);
}

static void tag_parse_refuses_what_is_no_tag(void **state)
{
    static const char *const BAD[] = {
        "", " - ", "K", "K4F7Q2M9X8", "K4F7Q2M9X888", "K4F7Q2M9U88", /* U */
        "K4F7Q2M9x_88",                                              /* underscore */
        "K4F7Q2M9X88\n", /* a line feed is not a space */
        "K4F7Q2M9X88\t",
        /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
        "K4F7Q2M9\xC3\xA9"
        "88",
        "K4F7Q2M9\xFF"
        "88",                                           /* not UTF-8 */
        "C4F7Q2M9X88",                                  /* no such class */
        "C1C34F7Q2M9XABCDEF88", "C2K34F7Q2M9XABCDEF88", /* other version */
        "D1K34F7Q2M9XABCDEF88", "C1K04F7Q2M9XABCDEF88", /* generation 0 */
        "C1K34F7Q2M9XABCDE88", "C1K34F7Q2M9XABCDEFG88",
        "C1K34F7Q2M9XABCDEF8888888888888888888888888", "https://example.org/K4F7Q2M9X88",
        "\xE2\x80\x90K4F7Q2M9X88", /* U+2010 is another hyphen */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        check_refused(BAD[i], "not a tag");
    }
    check_refused(NULL, "not a tag");
    check_refused("K4F7Q2M9X89", "mistyped");
    check_refused("C1K34F7Q2M9XABCDEF89", "mistyped");
}

/*
 * Any two wrong symbols among class, id and check: all 55 pairs of places, all 961 changes of
 * each. The code is linear, so that what is noticed on one item is noticed on all (distance 3);
 * several are tried because of what stands around the code. The other symbols of a tag -
 * format, generation, site - the check does not cover: those are compared with the register's
 * (unit/core/test_acts_tags.c).
 */
static void tag_parse_notices_any_two_wrong_symbols(void **state)
{
    static const char *const items[] = {"K00000000", "K4F7Q2M9X", "PZZZZZZZZ"};
    size_t tried = 0;

    (void)state;
    for (size_t n = 0; n < COUNT(items); n++) {
        char text[12];
        memcpy(text, items[n], CUSTODY_ITEM_LEN);
        custody_item_check(items[n], text + CUSTODY_ITEM_LEN);
        for (size_t first = 0; first < 11; first++) {
            for (size_t second = first + 1; second < 11; second++) {
                const char right[2] = {text[first], text[second]};
                for (size_t change = 0; change < 32 * 32; change++) {
                    text[first] = TEXT_ALPHABET[change / 32];
                    text[second] = TEXT_ALPHABET[change % 32];
                    if (text[first] != right[0] && text[second] != right[1]) {
                        assert_int_equal(
                            custody_tag_parse(text, &(struct custody_tag){0}, NULL),
                            CUSTODY_ERR_INVALID);
                        tried++;
                    }
                }
                text[first] = right[0];
                text[second] = right[1];
            }
        }
        assert_int_equal(custody_tag_parse(text, &(struct custody_tag){0}, NULL), CUSTODY_OK);
    }
    assert_int_equal(tried, COUNT(items) * 55 * 31 * 31);
}

/* Every single wrong symbol and every swap of neighbours, in both forms. */
static void tag_parse_notices_every_substitution_and_swap(void **state)
{
    static const size_t LONG_AT[] = {2, 4, 5, 6, 7, 8, 9, 10, 11, 18, 19};
    uint64_t seed = 7;

    (void)state;
    for (size_t round = 0; round < 300; round++) {
        char item[CUSTODY_ITEM_LEN + 1];
        char shorter[12];
        char longer[CUSTODY_TAG_LEN + 1];
        random_item(&seed, item);
        memcpy(shorter, item, CUSTODY_ITEM_LEN);
        custody_item_check(item, shorter + CUSTODY_ITEM_LEN);
        custody_tag_print(item, '1', "ABCDEF", longer);
        for (size_t at = 0; at < 11; at++) {
            char right = shorter[at];
            for (size_t symbol = 0; symbol < 32; symbol++) {
                if (TEXT_ALPHABET[symbol] == right) {
                    continue;
                }
                const char *word = at == 0 && strchr(CLASSES, TEXT_ALPHABET[symbol]) == NULL
                                       ? "not a tag"
                                       : "mistyped";
                shorter[at] = TEXT_ALPHABET[symbol];
                longer[LONG_AT[at]] = TEXT_ALPHABET[symbol];
                check_refused(shorter, word);
                check_refused(longer, word);
            }
            shorter[at] = right;
            longer[LONG_AT[at]] = right;
        }
        for (size_t at = 0; at + 1 < 11; at++) {
            char left = shorter[at];
            if (left == shorter[at + 1]) {
                continue;
            }
            shorter[at] = shorter[at + 1];
            shorter[at + 1] = left;
            check_refused(shorter, strchr(CLASSES, shorter[0]) == NULL ? "not a" : "mistyped");
            shorter[at + 1] = shorter[at];
            shorter[at] = left;
        }
    }
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(tag_check_gives_the_vectors_of_formats_6),
        cmocka_unit_test(tag_item_is_a_class_and_eight_symbols),
        cmocka_unit_test(tag_site_code_is_the_first_30_bits),
        cmocka_unit_test(tag_print_and_parse_round_trip),
        cmocka_unit_test(tag_layout_is_that_of_formats_6),
        cmocka_unit_test(tag_parse_ignores_case_space_hyphen_and_full_width),
        cmocka_unit_test(tag_parse_refuses_what_is_no_tag),
        cmocka_unit_test(tag_parse_notices_every_substitution_and_swap),
        cmocka_unit_test(tag_parse_notices_any_two_wrong_symbols),
    };

    return cmocka_run_group_tests_name("tag", TESTS, NULL, NULL);
}
