/* SHA-256 and HMAC-SHA-256 against published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "text.h"

#define ABC_HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void check_hex(const uint8_t hash[HASH_LEN], const char *want)
{
    char text[2 * HASH_LEN + 1];

    text_hex(hash, HASH_LEN, text);
    assert_string_equal(text, want);
}

static int start(void **state)
{
    (void)state;
    enum custody_status rc = crypt_start(NULL);

    /* repeatable */
    return rc == CUSTODY_OK && crypt_start(NULL) == CUSTODY_OK ? 0 : -1;
}

static void hash_sha256_gives_the_vectors_of_fips_180(void **state)
{
    uint8_t hash[HASH_LEN];

    (void)state;
    hash_sha256("abc", 3, hash);
    check_hex(hash, ABC_HASH);
    hash_sha256("", 0, hash);
    check_hex(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256(NULL, 0, hash);
    check_hex(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hash);
    check_hex(hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hash_spans_hash_the_concatenation(void **state)
{
    static const struct hash_span SPANS[] = {{"a", 1}, {NULL, 0}, {"b", 1}, {"c", 1}};
    uint8_t hash[HASH_LEN];

    (void)state;
    hash_sha256_spans(SPANS, 4, hash);
    check_hex(hash, ABC_HASH);
    hash_sha256_spans(NULL, 0, hash);
    check_hex(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* HMAC pads short keys with zeros, so the vectors' short keys fit our 32 bytes. */
/* What comes in pieces is hashed as if it came at once, however it is cut. */
static void hash_streams_hash_the_concatenation(void **state)
{
    uint8_t data[1000];
    uint8_t whole[HASH_LEN];
    uint8_t pieces[HASH_LEN];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 7);
    }
    hash_sha256(data, sizeof data, whole);
    for (size_t cut = 1; cut < 200; cut++) {
        struct hash_stream stream;
        hash_stream_init(&stream);
        for (size_t at = 0; at < sizeof data; at += cut) {
            size_t left = sizeof data - at;
            hash_stream_put(&stream, data + at, cut < left ? cut : left);
        }
        hash_stream_end(&stream, pieces);
        assert_memory_equal(pieces, whole, HASH_LEN);
    }
}

static void hash_hmac_gives_the_vectors_of_rfc_4231(void **state)
{
    static const struct hash_span CASE_1[] = {{"Hi ", 3}, {"There", 5}};
    static const struct hash_span CASE_2[] = {{"what do ya want for nothing?", 28}};
    uint8_t key[32] = {0};
    uint8_t mac[HASH_LEN];

    (void)state;
    memset(key, 0x0B, 20);
    hash_hmac(key, CASE_1, 2, mac);
    check_hex(mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key, 0, sizeof key);
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(key, "Jefe", 4);
    hash_hmac(key, CASE_2, 1, mac);
    check_hex(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void crypt_random_equal_and_wipe_do_what_they_say(void **state)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    static const uint8_t ZERO[32] = {0};

    (void)state;
    crypt_random(a, sizeof a);
    crypt_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_false(crypt_equal(a, b, sizeof a));
    memcpy(b, a, sizeof a);
    assert_true(crypt_equal(a, b, sizeof a));
    b[31] ^= 0x80;
    assert_false(crypt_equal(a, b, sizeof a));
    assert_true(crypt_equal(a, b, 31));
    crypt_wipe(a, sizeof a);
    assert_memory_equal(a, ZERO, sizeof a);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(hash_sha256_gives_the_vectors_of_fips_180),
        cmocka_unit_test(hash_spans_hash_the_concatenation),
        cmocka_unit_test(hash_streams_hash_the_concatenation),
        cmocka_unit_test(hash_hmac_gives_the_vectors_of_rfc_4231),
        cmocka_unit_test(crypt_random_equal_and_wipe_do_what_they_say),
    };

    return cmocka_run_group_tests_name("hash", TESTS, start, NULL);
}
