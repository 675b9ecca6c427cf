/* Ed25519 and the acceptance rule of FORMATS.md §1. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "sign.h"
#include "text.h"

#define SEED_1   "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC_1 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define SIGNATURE_1                                                                            \
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970" \
    "1cf9b46bd25bf5f0595bbe24655141438e7a100b"

static int start(void **state)
{
    (void)state;
    return crypt_start(NULL) == CUSTODY_OK ? 0 : -1;
}

static void unhex(const char *text, uint8_t *out, size_t len)
{
    assert_true(text_unhex(text, strlen(text), out, len));
}

static void sign_gives_the_first_vector_of_rfc_8032(void **state)
{
    struct sign_key key;
    uint8_t seed[SIGN_SEED_LEN];
    uint8_t back[SIGN_SEED_LEN];
    uint8_t want[SIGN_LEN];
    uint8_t got[SIGN_LEN];

    (void)state;
    unhex(SEED_1, seed, sizeof seed);
    assert_int_equal(sign_key_from_seed(seed, &key, NULL), CUSTODY_OK);
    unhex(PUBLIC_1, want, SIGN_PUBLIC_LEN);
    assert_memory_equal(key.public_key, want, SIGN_PUBLIC_LEN);
    sign_key_seed(&key, back);
    assert_memory_equal(back, seed, sizeof seed);
    sign_detached(&key, "", 0, got);
    unhex(SIGNATURE_1, want, SIGN_LEN);
    assert_memory_equal(got, want, SIGN_LEN);
    assert_true(sign_verify(key.public_key, "", 0, got));
    sign_key_clear(&key);
    assert_null(key.secret.data);
}

static void sign_verify_refuses_every_flipped_bit(void **state)
{
    struct sign_key key;
    uint8_t data[20] = "twenty bytes to sign";
    uint8_t signature[SIGN_LEN];

    (void)state;
    assert_int_equal(sign_key_make(&key, NULL), CUSTODY_OK);
    assert_true(sign_public_is_valid(key.public_key));
    sign_detached(&key, data, sizeof data, signature);
    assert_true(sign_verify(key.public_key, data, sizeof data, signature));
    assert_false(sign_verify(key.public_key, data, sizeof data - 1, signature));
    for (size_t bit = 0; bit / 8 < SIGN_LEN; bit++) {
        signature[bit / 8] = (uint8_t)(signature[bit / 8] ^ (1U << bit % 8));
        assert_false(sign_verify(key.public_key, data, sizeof data, signature));
        signature[bit / 8] = (uint8_t)(signature[bit / 8] ^ (1U << bit % 8));
    }
    for (size_t bit = 0; bit < 8 * sizeof data; bit++) {
        data[bit / 8] = (uint8_t)(data[bit / 8] ^ (1U << bit % 8));
        assert_false(sign_verify(key.public_key, data, sizeof data, signature));
        data[bit / 8] = (uint8_t)(data[bit / 8] ^ (1U << bit % 8));
    }
    for (size_t bit = 0; bit / 8 < SIGN_PUBLIC_LEN; bit++) {
        uint8_t other[SIGN_PUBLIC_LEN];
        memcpy(other, key.public_key, sizeof other);
        other[bit / 8] = (uint8_t)(other[bit / 8] ^ (1U << bit % 8));
        assert_false(sign_verify(other, data, sizeof data, signature));
    }
    sign_key_clear(&key);
}

static void sign_keys_are_fresh_and_have_ids(void **state)
{
    struct sign_key a;
    struct sign_key b;
    uint8_t id[HASH_LEN];
    uint8_t want[HASH_LEN];

    (void)state;
    assert_int_equal(sign_key_make(&a, NULL), CUSTODY_OK);
    assert_int_equal(sign_key_make(&b, NULL), CUSTODY_OK);
    assert_memory_not_equal(a.public_key, b.public_key, SIGN_PUBLIC_LEN);
    sign_keyid(a.public_key, id);
    hash_sha256(a.public_key, SIGN_PUBLIC_LEN, want);
    assert_memory_equal(id, want, HASH_LEN);
    sign_key_clear(&a);
    sign_key_clear(&b);
}

/* With the identity as key, R = identity and S = 0 fit every message in the plain equation. */
static void sign_verify_refuses_the_identity_point_forgery(void **state)
{
    uint8_t identity[SIGN_PUBLIC_LEN] = {1};
    uint8_t zero[SIGN_PUBLIC_LEN] = {0};
    uint8_t signature[SIGN_LEN] = {1};

    (void)state;
    assert_false(sign_public_is_valid(identity));
    assert_false(sign_public_is_valid(zero));
    assert_false(sign_verify(identity, "any", 3, signature));
    assert_false(sign_verify_known(identity, "any", 3, signature));
}

static json_t *load_vectors(const char *name)
{
    char path[512];
    const char *dir = getenv("CUSTODY_VECTORS");
    int len =
        snprintf(path, sizeof path, "%s/%s", dir != NULL ? dir : "../shared/vectors", name);

    assert_true(len > 0 && (size_t)len < sizeof path);
    json_t *root = json_load_file(path, 0, NULL);
    if (root == NULL) {
        print_message("skipped: no vectors\n");
        skip();
    }
    return root;
}

struct tally {
    size_t total;
    size_t plain_equation; /* accepted by the second half of the rule alone */
    size_t accepted;
    size_t valid_keys;
};

/*
 * 914 edge cases. libsodium alone accepts 43, 42 of them under keys that have a component
 * outside the prime-order group and on which other verifiers may say otherwise.
 */
static void sign_verify_agrees_with_all_verifiers_on_the_cctv_edge_cases(void **state)
{
    json_t *root = load_vectors("cctv_ed25519vectors.json");
    struct tally tally = {.total = 0};
    size_t index = 0;
    json_t *test = NULL;

    (void)state;
    json_array_foreach(root, index, test)
    {
        uint8_t key[SIGN_PUBLIC_LEN];
        uint8_t signature[SIGN_LEN];
        const char *message = json_string_value(json_object_get(test, "msg"));
        unhex(json_string_value(json_object_get(test, "key")), key, sizeof key);
        unhex(json_string_value(json_object_get(test, "sig")), signature, sizeof signature);
        bool is_accepted = sign_verify(key, message, strlen(message), signature);
        assert_true(!is_accepted || sign_public_is_valid(key));
        tally.total++;
        tally.accepted += is_accepted ? 1 : 0;
        tally.valid_keys += sign_public_is_valid(key) ? 1 : 0;
        tally.plain_equation +=
            sign_verify_known(key, message, strlen(message), signature) ? 1 : 0;
        size_t flag_index = 0;
        json_t *flag = NULL;
        json_array_foreach(json_object_get(test, "flags"), flag_index, flag)
        {
            /* a key with any odd component is never accepted */
            assert_true(!is_accepted || strstr(json_string_value(flag), "_A") == NULL);
        }
    }
    json_decref(root);
    assert_int_equal(tally.total, 914);
    assert_int_equal(tally.plain_equation, 43);
    assert_int_equal(tally.accepted, 1);
    print_message("accepted %zu of %zu, valid keys %zu, plain equation %zu\n", tally.accepted,
                  tally.total, tally.valid_keys, tally.plain_equation);
}

static void check_wycheproof(const json_t *group, struct tally *tally)
{
    uint8_t key[SIGN_PUBLIC_LEN];
    size_t index = 0;
    json_t *test = NULL;

    unhex(json_string_value(json_object_get(json_object_get(group, "publicKey"), "pk")), key,
          sizeof key);
    assert_true(sign_public_is_valid(key));
    json_array_foreach(json_object_get(group, "tests"), index, test)
    {
        uint8_t message[4096];
        uint8_t signature[SIGN_LEN];
        const char *message_hex = json_string_value(json_object_get(test, "msg"));
        const char *signature_hex = json_string_value(json_object_get(test, "sig"));
        const char *result = json_string_value(json_object_get(test, "result"));
        size_t len = strlen(message_hex) / 2;
        assert_true(len <= sizeof message);
        unhex(message_hex, message, len);
        /* a signature of another length never reaches us: callers parse exactly 64 bytes */
        bool is_accepted =
            text_unhex(signature_hex, strlen(signature_hex), signature, sizeof signature) &&
            sign_verify(key, message, len, signature);
        if (is_accepted != (strcmp(result, "valid") == 0)) {
            fail_msg("case %d is %s", (int)json_integer_value(json_object_get(test, "tcId")),
                     result);
        }
        tally->total++;
        tally->accepted += is_accepted ? 1 : 0;
    }
}

static void sign_verify_accepts_exactly_the_valid_wycheproof_cases(void **state)
{
    json_t *root = load_vectors("wycheproof_ed25519_test.json");
    struct tally tally = {.total = 0};
    size_t index = 0;
    json_t *group = NULL;

    (void)state;
    json_array_foreach(json_object_get(root, "testGroups"), index, group)
    {
        check_wycheproof(group, &tally);
    }
    json_decref(root);
    assert_int_equal(tally.total, 151);
    assert_int_equal(tally.accepted, 88);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(sign_gives_the_first_vector_of_rfc_8032),
        cmocka_unit_test(sign_verify_refuses_every_flipped_bit),
        cmocka_unit_test(sign_keys_are_fresh_and_have_ids),
        cmocka_unit_test(sign_verify_refuses_the_identity_point_forgery),
        cmocka_unit_test(sign_verify_agrees_with_all_verifiers_on_the_cctv_edge_cases),
        cmocka_unit_test(sign_verify_accepts_exactly_the_valid_wycheproof_cases),
    };

    return cmocka_run_group_tests_name("sign", TESTS, start, NULL);
}
