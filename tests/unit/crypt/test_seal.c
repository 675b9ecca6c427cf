/* Sealing under a passphrase, a key, to a recipient. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "seal.h"
#include "text.h"

#define PLAIN                                                                                  \
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "     \
    "future, sunscreen would be it."

static int start(void **state)
{
    (void)state;
    return crypt_start(NULL) == CUSTODY_OK ? 0 : -1;
}

/* draft-irtf-cfrg-xchacha-03, A.3.1: nonce, ciphertext, tag */
static void seal_open_opens_the_published_xchacha_vector(void **state)
{
    static const char BOXED[] =
        "404142434445464748494a4b4c4d4e4f5051525354555657"
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49";
    static const uint8_t AD[] = {0x50, 0x51, 0x52, 0x53, 0xC0, 0xC1,
                                 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7};
    uint8_t boxed[(sizeof BOXED - 1) / 2];
    uint8_t key[SEAL_KEY_LEN];
    struct buf out = BUF_INIT(1000);

    (void)state;
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(0x80 + i);
    }
    assert_true(text_unhex(BOXED, sizeof BOXED - 1, boxed, sizeof boxed));
    assert_int_equal(seal_open(key, AD, sizeof AD, boxed, sizeof boxed, &out, NULL),
                     CUSTODY_OK);
    assert_string_equal((char *)out.data, PLAIN);
    buf_clear(&out);
}

static void check_closed(const uint8_t key[SEAL_KEY_LEN], const char *ad, const uint8_t *boxed,
                         size_t len)
{
    struct buf out = BUF_INIT(1000);
    struct custody_error err;

    assert_int_equal(buf_put_text(&out, "kept", NULL), CUSTODY_OK);
    assert_int_equal(seal_open(key, ad, strlen(ad), boxed, len, &out, &err),
                     CUSTODY_ERR_CRYPTO);
    assert_string_equal((char *)out.data, "kept");
    assert_null(strstr(err.text, "secret"));
    buf_clear(&out);
}

static void seal_open_refuses_any_change(void **state)
{
    uint8_t key[SEAL_KEY_LEN];
    struct buf boxed = BUF_INIT(1000);
    struct buf again = BUF_INIT(1000);
    struct buf out = BUF_INIT(1000);

    (void)state;
    crypt_random(key, sizeof key);
    assert_int_equal(seal_box(key, "ad", 2, "secret", 6, &boxed, NULL), CUSTODY_OK);
    assert_int_equal(seal_box(key, "ad", 2, "secret", 6, &again, NULL), CUSTODY_OK);
    assert_int_equal(boxed.len, SEAL_NONCE_LEN + 6 + SEAL_TAG_LEN);
    assert_memory_not_equal(boxed.data, again.data, boxed.len); /* fresh nonce */
    assert_int_equal(seal_open(key, "ad", 2, boxed.data, boxed.len, &out, NULL), CUSTODY_OK);
    assert_string_equal((char *)out.data, "secret");
    for (size_t bit = 0; bit < 8 * boxed.len; bit++) {
        boxed.data[bit / 8] = (uint8_t)(boxed.data[bit / 8] ^ (1U << bit % 8));
        check_closed(key, "ad", boxed.data, boxed.len);
        boxed.data[bit / 8] = (uint8_t)(boxed.data[bit / 8] ^ (1U << bit % 8));
    }
    for (size_t len = 0; len < boxed.len; len++) {
        check_closed(key, "ad", boxed.data, len);
    }
    check_closed(key, "a", boxed.data, boxed.len);
    check_closed(key, "", boxed.data, boxed.len);
    key[0] ^= 1;
    check_closed(key, "ad", boxed.data, boxed.len);
    buf_clear(&boxed);
    buf_clear(&again);
    buf_clear(&out);
}

static void seal_box_takes_nothing_and_respects_the_ceiling(void **state)
{
    uint8_t key[SEAL_KEY_LEN] = {1};
    struct buf boxed = BUF_INIT(SEAL_NONCE_LEN + SEAL_TAG_LEN);
    struct buf out = BUF_INIT(3);

    (void)state;
    assert_int_equal(seal_box(key, NULL, 0, "1234", 4, &boxed, NULL), CUSTODY_ERR_LIMIT);
    assert_int_equal(boxed.len, 0);
    assert_int_equal(seal_box(key, NULL, 0, NULL, 0, &boxed, NULL), CUSTODY_OK);
    assert_int_equal(seal_open(key, NULL, 0, boxed.data, boxed.len, &out, NULL), CUSTODY_OK);
    assert_int_equal(out.len, 0);
    buf_clear(&boxed);
    boxed.max = 100;
    assert_int_equal(seal_box(key, NULL, 0, "1234", 4, &boxed, NULL), CUSTODY_OK);
    assert_int_equal(seal_open(key, NULL, 0, boxed.data, boxed.len, &out, NULL),
                     CUSTODY_ERR_LIMIT);
    assert_int_equal(out.len, 0);
    buf_clear(&boxed);
    buf_clear(&out);
}

static void seal_key_depends_on_passphrase_and_salt(void **state)
{
    struct secret passphrase;
    struct secret other;
    struct secret keys[4];
    uint8_t salt[SEAL_SALT_LEN] = {1, 2, 3};

    (void)state;
    assert_int_equal(secret_copy("correct horse", 13, &passphrase, NULL), CUSTODY_OK);
    assert_int_equal(secret_copy("correct horsf", 13, &other, NULL), CUSTODY_OK);
    for (size_t i = 0; i < 4; i++) {
        salt[15] = i == 2 ? 1 : 0;
        assert_int_equal(seal_key_from_passphrase(i == 3 ? &other : &passphrase, salt,
                                                  SEAL_COST_INTERACTIVE, &keys[i], NULL),
                         CUSTODY_OK);
        assert_int_equal(keys[i].len, SEAL_KEY_LEN);
    }
    assert_memory_equal(keys[0].data, keys[1].data, SEAL_KEY_LEN);
    assert_memory_not_equal(keys[0].data, keys[2].data, SEAL_KEY_LEN);
    assert_memory_not_equal(keys[0].data, keys[3].data, SEAL_KEY_LEN);
    for (size_t i = 0; i < 4; i++) {
        secret_clear(&keys[i]);
    }
    secret_clear(&passphrase);
    secret_clear(&other);
}

static void seal_key_refuses_costs_outside_floor_and_ceiling(void **state)
{
    static const struct seal_cost BAD[] = {
        {1, UINT64_C(67108864)},          {17, UINT64_C(67108864)},  {0, 0},
        {2, UINT64_C(67108863)},          {2, UINT64_C(1073741825)}, {2, UINT64_MAX},
        {UINT64_MAX, UINT64_C(67108864)},
    };
    struct secret passphrase;
    struct secret key = {.data = NULL, .len = 77};
    struct custody_error err;
    uint8_t salt[SEAL_SALT_LEN] = {0};

    (void)state;
    assert_int_equal(secret_copy("x", 1, &passphrase, NULL), CUSTODY_OK);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        assert_int_equal(seal_key_from_passphrase(&passphrase, salt, BAD[i], &key, &err),
                         CUSTODY_ERR_INVALID);
        assert_int_equal(key.len, 77);
    }
    secret_clear(&passphrase);
}

static void seal_to_recipient_opens_for_that_recipient_only(void **state)
{
    uint8_t public_a[32];
    uint8_t public_b[32];
    uint8_t no_point[32] = {0};
    struct secret secret_a;
    struct secret secret_b;
    struct buf boxed = BUF_INIT(1000);
    struct buf out = BUF_INIT(1000);

    (void)state;
    assert_int_equal(seal_recipient_make(public_a, &secret_a, NULL), CUSTODY_OK);
    assert_int_equal(seal_recipient_make(public_b, &secret_b, NULL), CUSTODY_OK);
    assert_memory_not_equal(public_a, public_b, 32);
    assert_int_equal(seal_to_recipient(public_a, "vault key", 9, &boxed, NULL), CUSTODY_OK);
    assert_int_equal(boxed.len, 9 + 48);
    assert_int_equal(
        seal_open_recipient(public_b, &secret_b, boxed.data, boxed.len, &out, NULL),
        CUSTODY_ERR_CRYPTO);
    assert_int_equal(
        seal_open_recipient(public_a, &secret_b, boxed.data, boxed.len, &out, NULL),
        CUSTODY_ERR_CRYPTO);
    for (size_t len = 0; len < boxed.len; len++) {
        assert_int_equal(seal_open_recipient(public_a, &secret_a, boxed.data, len, &out, NULL),
                         CUSTODY_ERR_CRYPTO);
    }
    for (size_t at = 0; at < boxed.len; at++) {
        boxed.data[at] ^= 1;
        assert_int_equal(
            seal_open_recipient(public_a, &secret_a, boxed.data, boxed.len, &out, NULL),
            CUSTODY_ERR_CRYPTO);
        boxed.data[at] ^= 1;
    }
    assert_null(out.data);
    assert_int_equal(
        seal_open_recipient(public_a, &secret_a, boxed.data, boxed.len, &out, NULL),
        CUSTODY_OK);
    assert_string_equal((char *)out.data, "vault key");
    assert_int_equal(seal_to_recipient(no_point, "x", 1, &out, NULL), CUSTODY_ERR_INVALID);
    assert_string_equal((char *)out.data, "vault key");
    secret_clear(&secret_a);
    secret_clear(&secret_b);
    buf_clear(&boxed);
    buf_clear(&out);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(seal_open_opens_the_published_xchacha_vector),
        cmocka_unit_test(seal_open_refuses_any_change),
        cmocka_unit_test(seal_box_takes_nothing_and_respects_the_ceiling),
        cmocka_unit_test(seal_key_depends_on_passphrase_and_salt),
        cmocka_unit_test(seal_key_refuses_costs_outside_floor_and_ceiling),
        cmocka_unit_test(seal_to_recipient_opens_for_that_recipient_only),
    };

    return cmocka_run_group_tests_name("seal", TESTS, start, NULL);
}
