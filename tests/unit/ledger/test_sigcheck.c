/* The queue beside the replay decides every signature as sign_verify() does, and says which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "sigcheck.h"
#include "text.h"

static void add(struct sigcheck *sigcheck, int64_t idx, const uint8_t *message, size_t len,
                const uint8_t *key, const uint8_t *signature)
{
    static const uint8_t ID[HASH_LEN] = {9};
    const uint8_t *keys[1] = {key};
    const uint8_t *signatures[1] = {signature};

    sigcheck_add(sigcheck, idx, ID, message, len, keys, signatures, 1);
}

static bool found_at(const struct judge *judge, int64_t idx)
{
    for (size_t i = 0; i < judge->finding_count; i++) {
        if (judge->findings[i].idx == idx) {
            return true;
        }
    }
    return false;
}

static void just_the_bad_ones_are_found_by_any_number_of_threads(void **state)
{
    (void)state;
    struct sign_key key;
    uint8_t seed[SIGN_SEED_LEN] = {1};

    assert_int_equal(sign_key_from_seed(seed, &key, NULL), CUSTODY_OK);
    for (unsigned threads = 0; threads <= 4; threads++) {
        struct sigcheck *sigcheck = NULL;
        struct judge judge;
        static uint8_t message[60000];
        judge_init(&judge, true, 100);
        assert_int_equal(sigcheck_start(threads, &sigcheck, NULL), CUSTODY_OK);
        for (int64_t i = 0; i < 300; i++) {
            uint8_t signature[SIGN_LEN];
            /* now and then one that fills half a batch */
            size_t len = i % 50 == 49 ? sizeof message : 100;
            memcpy(message, &i, sizeof i);
            sign_detached(&key, message, len, signature);
            signature[5] ^= (uint8_t)(i % 37 == 36 ? 1 : 0);
            add(sigcheck, i, message, len, key.public_key, signature);
        }
        assert_int_equal(sigcheck_finish(sigcheck, &judge, NULL), CUSTODY_OK);
        assert_int_equal(sigcheck_count(sigcheck), 300);
        assert_int_equal(judge.violation_count, 8);
        for (int64_t i = 0; i < 300; i++) {
            assert_int_equal(found_at(&judge, i), i % 37 == 36);
        }
        assert_int_equal(judge.findings[0].act_id[0], 9);
        sigcheck_stop(sigcheck);
        judge_clear(&judge);
    }
    sign_key_clear(&key);
}

static void a_judge_that_refuses_hears_of_a_bad_one(void **state)
{
    (void)state;
    struct sigcheck *sigcheck = NULL;
    struct judge judge;
    struct custody_error err = {0};
    uint8_t zeros[SIGN_LEN] = {0};

    judge_init(&judge, false, 4);
    assert_int_equal(sigcheck_start(1, &sigcheck, NULL), CUSTODY_OK);
    add(sigcheck, 3, zeros, 4, zeros, zeros);
    assert_int_equal(sigcheck_finish(sigcheck, &judge, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "signature");
    sigcheck_stop(sigcheck);
    judge_clear(&judge);
}

static bool decode(const json_t *vector, const char *name, uint8_t *out, size_t len)
{
    const char *hex = json_string_value(json_object_get(vector, name));

    return hex != NULL && strlen(hex) == 2 * len && text_unhex(hex, 2 * len, out, len);
}

/* Among these are keys of mixed order, under which libsodium alone accepts signatures. */
static void edge_cases_are_decided_as_the_acceptance_rule_says(void **state)
{
    (void)state;
    const char *vectors = getenv("CUSTODY_VECTORS");
    char path[512];
    struct sigcheck *sigcheck = NULL;
    struct judge judge;
    int64_t expected = 0;
    int64_t stricter = 0;
    size_t checked = 0;

    (void)snprintf(path, sizeof path, "%s/cctv_ed25519vectors.json",
                   vectors != NULL ? vectors : "../shared/vectors");
    if (!file_exists(path)) {
        print_message("skipped: no vectors\n");
        skip();
    }
    json_t *list = json_load_file(path, 0, NULL);
    assert_non_null(list);
    judge_init(&judge, true, 2000);
    assert_int_equal(sigcheck_start(1, &sigcheck, NULL), CUSTODY_OK);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *vector = json_array_get(list, i);
        const char *message = json_string_value(json_object_get(vector, "msg"));
        uint8_t key[SIGN_PUBLIC_LEN];
        uint8_t signature[SIGN_LEN];
        if (message == NULL || !decode(vector, "key", key, sizeof key) ||
            !decode(vector, "sig", signature, sizeof signature)) {
            continue;
        }
        bool is_good = sign_verify(key, message, strlen(message), signature);
        expected += is_good ? 0 : 1;
        stricter += !is_good && sign_verify_known(key, message, strlen(message), signature);
        add(sigcheck, (int64_t)i, (const uint8_t *)message, strlen(message), key, signature);
        checked++;
    }
    assert_int_equal(sigcheck_finish(sigcheck, &judge, NULL), CUSTODY_OK);
    assert_int_equal(checked, 914);
    assert_true(stricter > 0);
    assert_int_equal(judge.violation_count, expected);
    sigcheck_stop(sigcheck);
    judge_clear(&judge);
    json_decref(list);
}

static int setup(void **state)
{
    (void)state;
    return crypt_start(NULL) == CUSTODY_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(just_the_bad_ones_are_found_by_any_number_of_threads),
        cmocka_unit_test(a_judge_that_refuses_hears_of_a_bad_one),
        cmocka_unit_test(edge_cases_are_decided_as_the_acceptance_rule_says),
    };

    return cmocka_run_group_tests_name("ledger/sigcheck", tests, setup, NULL);
}
