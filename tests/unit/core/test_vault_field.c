/* Personal fields without a vault: padding, commitments, and where they stand in a payload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "vault.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const uint8_t NONCE[16] = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
                                  0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf};
static const char NONCE_HEX[] = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
static const char NAME_POINTER[] = "/body/name";
static const char NAME[] = "王小明";

/* Values computed apart, with Python's hmac. */
static void vault_commitment_matches_an_independent_computation(void **state)
{
    uint8_t key[32];
    uint8_t k_enc[HASH_LEN];
    char hex[2 * HASH_LEN + 1];
    struct opening opening = {.padded = {.max = 1024}};

    (void)state;
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)i;
    }
    vault_field_keys(key, NONCE, NAME_POINTER, k_enc, opening.k_com);
    text_hex(k_enc, HASH_LEN, hex);
    assert_string_equal(hex,
                        "f4ffc05c702a719c2e6f2e7e21d6cf19c22c09f92c48b581b1776cc4b4085343");
    text_hex(opening.k_com, HASH_LEN, hex);
    assert_string_equal(hex,
                        "b0c45503a32ecf1678d2b8e3ee84e1c6a88dd0b9d09256d613fa0c60104d29df");
    assert_int_equal(vault_pad(NAME, strlen(NAME), &opening.padded, NULL), CUSTODY_OK);
    assert_int_equal(opening.padded.len, 64);
    assert_true(vault_opening_fits(
        &opening, "7ec256a9b37c9bfb6010f3bcc3b6030178e5eac174740e91bd292d7359ae1a67"));
    assert_false(vault_opening_fits(
        &opening, "7ec256a9b37c9bfb6010f3bcc3b6030178e5eac174740e91bd292d7359ae1a68"));
    assert_false(vault_opening_fits(
        &opening, "7EC256A9B37C9BFB6010F3BCC3B6030178E5EAC174740E91BD292D7359AE1A67"));
    assert_false(vault_opening_fits(&opening, ""));
    opening_clear(&opening);
}

static void vault_pad_and_unpad_are_inverse(void **state)
{
    char text[200];

    (void)state;
    for (size_t len = 0; len < sizeof text; len++) {
        struct buf padded = BUF_INIT(1024);
        size_t plain_len = 777;
        memset(text, 'x', sizeof text);
        assert_int_equal(vault_pad(text, len, &padded, NULL), CUSTODY_OK);
        assert_int_equal(padded.len, (len / 64 + 1) * 64);
        assert_int_equal(vault_unpad(padded.data, padded.len, &plain_len, NULL), CUSTODY_OK);
        assert_int_equal(plain_len, len);
        buf_clear(&padded);
    }
}

static void vault_unpad_refuses_any_other_padding(void **state)
{
    static const struct {
        const char *label;
        size_t len;
        size_t mark_at; /* where 0x80 stands; len: nowhere */
        size_t junk_at; /* where a 0x01 stands; len: nowhere */
    } ROWS[] = {
        {"empty", 0, 0, 0},
        {"no mark", 64, 64, 64},
        {"63 bytes", 63, 3, 63},
        {"65 bytes", 65, 3, 65},
        {"a block too many", 128, 63, 128},
        {"junk after the mark", 64, 3, 4},
        {"junk at the end", 64, 3, 63},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        uint8_t bytes[128] = {0};
        size_t plain_len = 777;
        struct custody_error err = {0};
        if (ROWS[i].mark_at < ROWS[i].len) {
            bytes[ROWS[i].mark_at] = 0x80;
        }
        if (ROWS[i].junk_at < ROWS[i].len) {
            bytes[ROWS[i].junk_at] = 1;
        }
        if (vault_unpad(bytes, ROWS[i].len, &plain_len, &err) != CUSTODY_ERR_INVALID) {
            fail_msg("%s was accepted", ROWS[i].label);
        }
        assert_int_equal(plain_len, 777);
        assert_string_not_equal(err.text, "");
    }
}

static void vault_pad_takes_signable_texts_and_pictures_only(void **state)
{
    struct buf out = BUF_INIT(VAULT_PADDED_MAX + 6);
    struct custody_error err = {0};
    size_t len = 0;
    uint8_t *picture = calloc(1, VAULT_PLAIN_MAX + 1);

    (void)state;
    assert_non_null(picture);
    assert_int_equal(buf_put_text(&out, "before", NULL), CUSTODY_OK);
    assert_int_equal(vault_pad("a\nb", 3, &out, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(vault_pad("a\0b", 3, &out, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(vault_pad("\xC0\x80", 2, &out, &err), CUSTODY_ERR_INVALID);
    memset(picture, 'a', 2001);
    assert_int_equal(vault_pad(picture, 2001, &out, &err), CUSTODY_ERR_LIMIT);
    assert_string_equal((char *)out.data, "before");
    assert_int_equal(vault_pad(picture, 2000, &out, &err), CUSTODY_OK);
    out.len = 6;
    memcpy(picture, "\x89PNG\r\n\x1A\n", 8);
    assert_int_equal(vault_pad(picture, VAULT_PLAIN_MAX + 1, &out, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(out.len, 6);
    assert_int_equal(vault_pad(picture, VAULT_PLAIN_MAX, &out, &err), CUSTODY_OK);
    assert_int_equal(vault_unpad(out.data + 6, out.len - 6, &len, &err), CUSTODY_OK);
    assert_int_equal(len, VAULT_PLAIN_MAX);
    /* a ceiling hit between text and padding leaves nothing of either */
    out.len = 6;
    out.data[6] = 0;
    out.max = 6 + VAULT_PLAIN_MAX + 10;
    assert_int_equal(vault_pad(picture, VAULT_PLAIN_MAX, &out, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(out.len, 6);
    assert_string_equal((char *)out.data, "before");
    buf_clear(&out);
    free(picture);
}

static json_t *sealed_value(void)
{
    return json_pack("{s:s, s:s}", "c",
                     "7ec256a9b37c9bfb6010f3bcc3b6030178e5eac174740e91bd292d7359ae1a67", "k",
                     "00112233445566778899aabbccddeeff");
}

static void vault_find_fields_lists_every_field_in_byte_order(void **state)
{
    json_t *list = json_array();
    json_t *root = NULL;
    struct sealed_fields fields = {0};
    static const char *const WANTED[] = {"/body/list/0/p", "/body/list/1/p", "/body/list/10/p",
                                         "/body/list/11/p", "/body/list/2/p"};

    (void)state;
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(json_array_append_new(list, json_pack("{s:o}", "p", sealed_value())),
                         0);
    }
    root = json_pack("{s:{s:o, s:{s:s, s:s}, s:{s:s}, s:o}, s:s}", "body", "list", list,
                     "nohex", "c", "zz", "k", "zz", "half", "c", "00", "name", sealed_value(),
                     "nonce", NONCE_HEX);
    assert_non_null(root);
    assert_int_equal(vault_find_fields(root, &fields, NULL), CUSTODY_OK);
    assert_int_equal(fields.count, 13);
    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        assert_string_equal(fields.items[i].pointer, WANTED[i]);
    }
    assert_string_equal(fields.items[12].pointer, NAME_POINTER);
    assert_string_equal(fields.items[12].k, "00112233445566778899aabbccddeeff");
    sealed_fields_clear(&fields);
    json_decref(root);
}

static void vault_find_fields_stops_at_its_limits(void **state)
{
    json_t *root = json_array();
    struct sealed_fields fields = {.items = NULL, .count = 77};
    struct custody_error err = {0};

    (void)state;
    for (size_t i = 0; i < VAULT_FIELDS_MAX; i++) {
        assert_int_equal(json_array_append_new(root, sealed_value()), 0);
    }
    struct sealed_fields found = {0};
    assert_int_equal(vault_find_fields(root, &found, &err), CUSTODY_OK);
    assert_int_equal(found.count, VAULT_FIELDS_MAX);
    sealed_fields_clear(&found);
    assert_int_equal(json_array_append_new(root, sealed_value()), 0);
    assert_int_equal(vault_find_fields(root, &fields, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(fields.count, 77);
    json_decref(root);

    json_t *deep = json_array();
    for (size_t i = 0; i < 1000; i++) {
        deep = json_pack("[o]", deep);
    }
    assert_int_equal(vault_find_fields(deep, &fields, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(fields.count, 77);
    json_decref(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vault_commitment_matches_an_independent_computation),
        cmocka_unit_test(vault_pad_and_unpad_are_inverse),
        cmocka_unit_test(vault_unpad_refuses_any_other_padding),
        cmocka_unit_test(vault_pad_takes_signable_texts_and_pictures_only),
        cmocka_unit_test(vault_find_fields_lists_every_field_in_byte_order),
        cmocka_unit_test(vault_find_fields_stops_at_its_limits),
    };

    if (crypt_start(NULL) != CUSTODY_OK) {
        return 1;
    }
    return cmocka_run_group_tests_name("vault_field", tests, NULL, NULL);
}
