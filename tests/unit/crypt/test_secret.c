/* Secrets in guarded memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "secret.h"

static int start(void **state)
{
    (void)state;
    return crypt_start(NULL) == CUSTODY_OK ? 0 : -1;
}

static void secret_make_gives_zero_bytes(void **state)
{
    struct secret secret;

    (void)state;
    assert_int_equal(secret_make(65536, &secret, NULL), CUSTODY_OK);
    assert_int_equal(secret.len, 65536);
    for (size_t i = 0; i < secret.len; i++) {
        assert_int_equal(secret.data[i], 0);
    }
    secret_clear(&secret);
    assert_null(secret.data);
    assert_int_equal(secret.len, 0);
    secret_clear(&secret); /* once more is fine */
}

static void secret_copy_copies(void **state)
{
    struct secret secret = {.data = NULL, .len = 0};
    char text[] = "passphrase";

    (void)state;
    secret_clear(&secret);
    assert_int_equal(secret_copy(text, strlen(text), &secret, NULL), CUSTODY_OK);
    text[0] = 'X';
    assert_int_equal(secret.len, 10);
    assert_memory_equal(secret.data, "passphrase", 10);
    secret_clear(&secret);
}

static void secret_make_refuses_lengths_outside_1_to_65536(void **state)
{
    struct secret secret = {.data = NULL, .len = 77};
    struct custody_error err;

    (void)state;
    assert_int_equal(secret_make(0, &secret, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(secret_make(65537, &secret, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(secret_copy("", 0, &secret, &err), CUSTODY_ERR_INVALID);
    assert_null(secret.data);
    assert_int_equal(secret.len, 77);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(secret_make_gives_zero_bytes),
        cmocka_unit_test(secret_copy_copies),
        cmocka_unit_test(secret_make_refuses_lengths_outside_1_to_65536),
    };

    return cmocka_run_group_tests_name("secret", TESTS, start, NULL);
}
