/* Credential files: made once, private, opened by their passphrase only; proofs. */
#include "credential_fixture.h"

static struct buf read_file(const char *path)
{
    struct buf text = BUF_INIT(64u << 10);

    assert_int_equal(file_read(path, text.max, &text, NULL), CUSTODY_OK);
    return text;
}

static void credential_create_writes_a_private_file(void **state)
{
    struct people *people = *state;
    char *dir = file_join(people->dir, "new/below");
    struct credential_info info = {0};
    struct custody_error err = {0};
    struct stat status;
    char keyid[2 * HASH_LEN + 1];
    char name[128];

    assert_int_equal(
        credential_create(dir, "zhao", &people->passphrase, SEAL_COST_INTERACTIVE, &info, NULL),
        CUSTODY_OK);
    text_hex(info.keyid, HASH_LEN, keyid);
    (void)snprintf(name, sizeof name, "zhao-%.8s.credential", keyid);
    char *path = file_join(dir, name);
    assert_string_equal(info.path, path);
    assert_string_equal(info.handle, "zhao");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(dir, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);

    struct buf text = read_file(path);
    assert_null(memmem(text.data, text.len, people->passphrase.data, people->passphrase.len));
    struct credential *credential = NULL;
    assert_int_equal(credential_unlock(path, &people->passphrase, &credential, &err),
                     CUSTODY_OK);
    assert_memory_equal(credential_info(credential)->public_key, info.public_key,
                        SIGN_PUBLIC_LEN);
    assert_string_equal(credential_info(credential)->path, path);
    credential_close(credential);

    buf_clear(&text);
    remove_tree(dir);
    free(path);
    free(dir);
    credential_info_clear(&info);
}

static void credential_create_refuses_weak_input(void **state)
{
    struct people *people = *state;
    static const struct {
        const char *label, *handle, *passphrase;
        struct seal_cost cost;
    } ROWS[] = {
        {"short passphrase", "zhao", "seven77", {2, 64u << 20}},
        {"empty handle", "", "long enough", {2, 64u << 20}},
        {"path in a handle", "../zhao", "long enough", {2, 64u << 20}},
        {"too few passes", "zhao", "long enough", {1, 64u << 20}},
        {"too little memory", "zhao", "long enough", {2, 32u << 20}},
        {"too much memory", "zhao", "long enough", {2, UINT64_C(2) << 30}},
    };
    char *dir = file_join(people->dir, "weak");

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct credential_info info = {.handle = "sentinel"};
        struct custody_error err = {0};
        struct secret passphrase = {0};
        assert_int_equal(
            secret_copy(ROWS[i].passphrase, strlen(ROWS[i].passphrase), &passphrase, NULL),
            CUSTODY_OK);
        if (credential_create(dir, ROWS[i].handle, &passphrase, ROWS[i].cost, &info, &err) !=
            CUSTODY_ERR_INVALID) {
            fail_msg("accepted: %s", ROWS[i].label);
        }
        assert_string_equal(info.handle, "sentinel");
        assert_false(file_exists(dir));
        secret_clear(&passphrase);
    }
    free(dir);
}

static void credential_unlock_refuses_a_wrong_passphrase(void **state)
{
    struct people *people = *state;
    struct credential *credential = (struct credential *)people; /* sentinel */
    struct secret wrong = {0};
    struct custody_error err = {0};

    assert_int_equal(secret_copy("correct horsf", 13, &wrong, NULL), CUSTODY_OK);
    assert_int_equal(credential_unlock(people->li_path, &wrong, &credential, &err),
                     CUSTODY_ERR_CRYPTO);
    assert_ptr_equal(credential, people);
    assert_null(strstr(err.text, "horse"));
    assert_int_equal(credential_unlock("no/such/file.credential", &wrong, &credential, &err),
                     CUSTODY_ERR_NOT_FOUND);
    secret_clear(&wrong);
}

static void credential_unlock_refuses_every_truncation(void **state)
{
    struct people *people = *state;
    struct buf text = read_file(people->li_path);
    char *path = file_join(people->dir, "torn.credential");
    struct custody_error err = {0};

    for (size_t len = 0; len < text.len; len += 3) {
        struct credential *credential = NULL;
        assert_int_equal(file_write_durable(path, text.data, len, 0600, NULL), CUSTODY_OK);
        assert_int_equal(credential_unlock(path, &people->passphrase, &credential, &err),
                         CUSTODY_ERR_INVALID);
        assert_null(credential);
    }
    assert_int_equal(unlink(path), 0);
    free(path);
    buf_clear(&text);
}

/* Replace the first `from` in the file by `to`, of the same length or not. */
static void write_changed(const struct buf *text, const char *from, const char *to,
                          const char *path)
{
    struct buf changed = BUF_INIT(64u << 10);
    const uint8_t *at = memmem(text->data, text->len, from, strlen(from));

    assert_non_null(at);
    size_t before = (size_t)(at - text->data);
    assert_int_equal(buf_put(&changed, text->data, before, NULL), CUSTODY_OK);
    assert_int_equal(buf_put_text(&changed, to, NULL), CUSTODY_OK);
    assert_int_equal(
        buf_put(&changed, at + strlen(from), text->len - before - strlen(from), NULL),
        CUSTODY_OK);
    assert_int_equal(file_write_durable(path, changed.data, changed.len, 0600, NULL),
                     CUSTODY_OK);
    buf_clear(&changed);
}

static void credential_unlock_binds_every_member(void **state)
{
    struct people *people = *state;
    static const struct {
        const char *label, *from, *to;
        enum custody_status wanted;
    } ROWS[] = {
        {"handle", "\"handle\":\"li\"", "\"handle\":\"lu\"", CUSTODY_ERR_CRYPTO},
        {"memory", ":67108864,", ":67109888,", CUSTODY_ERR_CRYPTO},
        {"passes", "\"ops\":2", "\"ops\":3", CUSTODY_ERR_CRYPTO},
        /* a hostile file neither weakens the key nor hangs the machine */
        {"memory below the floor", ":67108864,", ":1024,", CUSTODY_ERR_INVALID},
        {"memory above the ceiling", ":67108864,", ":1099511627776,", CUSTODY_ERR_INVALID},
        {"memory negative", ":67108864,", ":-67108864,", CUSTODY_ERR_INVALID},
        {"passes above the ceiling", "\"ops\":2", "\"ops\":1000000", CUSTODY_ERR_INVALID},
        {"version", "\"version\":1", "\"version\":2", CUSTODY_ERR_INVALID},
        {"handle malformed", "\"handle\":\"li\"", "\"handle\":\"Li\"", CUSTODY_ERR_INVALID},
        {"a member more", "\"version\":1", "\"version\":1,\"z\":1", CUSTODY_ERR_INVALID},
    };
    struct buf text = read_file(people->li_path);
    char *path = file_join(people->dir, "changed.credential");

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct credential *credential = NULL;
        write_changed(&text, ROWS[i].from, ROWS[i].to, path);
        enum custody_status rc =
            credential_unlock(path, &people->passphrase, &credential, NULL);
        if (rc != ROWS[i].wanted) {
            fail_msg("%s: %d", ROWS[i].label, (int)rc);
        }
        assert_null(credential);
    }
    /* one byte of box, public key and salt each */
    static const char *const MEMBERS[] = {"\"box\":\"", "\"public\":\"", "\"salt\":\""};
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++) {
        struct credential *credential = NULL;
        uint8_t *at = memmem(text.data, text.len, MEMBERS[i], strlen(MEMBERS[i]));
        assert_non_null(at);
        at += strlen(MEMBERS[i]) + 5;
        uint8_t byte = *at;
        *at = byte == 'a' ? 'b' : 'a';
        assert_int_equal(file_write_durable(path, text.data, text.len, 0600, NULL), CUSTODY_OK);
        *at = byte;
        assert_int_equal(credential_unlock(path, &people->passphrase, &credential, NULL),
                         CUSTODY_ERR_CRYPTO);
    }
    /* not a small file at all */
    struct credential *credential = NULL;
    struct buf big = BUF_INIT(64u << 10);
    for (size_t i = 0; i < 17u << 10; i++) {
        assert_int_equal(buf_put_byte(&big, ' ', NULL), CUSTODY_OK);
    }
    assert_int_equal(file_write_durable(path, big.data, big.len, 0600, NULL), CUSTODY_OK);
    assert_int_equal(credential_unlock(path, &people->passphrase, &credential, NULL),
                     CUSTODY_ERR_INVALID);
    buf_clear(&big);
    assert_int_equal(unlink(path), 0);
    free(path);
    buf_clear(&text);
}

static void set_time(const char *path, time_t seconds)
{
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void credential_list_is_newest_first_and_of_one_handle(void **state)
{
    struct people *people = *state;
    char *dir = file_join(people->dir, "list");
    struct buf text = read_file(people->li_path);
    struct credential_info *infos = (struct credential_info *)people; /* sentinel */
    size_t count = 77;
    struct custody_error err = {0};
    static const struct {
        const char *file, *handle;
    } ROWS[] = {
        {"li-00000001.credential", "\"handle\":\"li\""},
        {"li-00000002.credential", "\"handle\":\"li\""},
        {"li-ming-00000003.credential", "\"handle\":\"li-ming\""}, /* another person */
        {"wu-00000004.credential", "\"handle\":\"wu\""},
    };

    assert_int_equal(credential_list(dir, NULL, &infos, &count, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(file_make_dir(dir, 0700, NULL), CUSTODY_OK);
    assert_int_equal(credential_list(dir, NULL, &infos, &count, &err), CUSTODY_ERR_NOT_FOUND);
    char *torn = file_join(dir, "li-00000000.credential");
    assert_int_equal(file_write_durable(torn, "{", 1, 0600, NULL), CUSTODY_OK);
    assert_int_equal(credential_list(dir, "li", &infos, &count, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "li-00000000.credential"));
    assert_ptr_equal(infos, people);
    assert_int_equal(count, 77);

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        char *path = file_join(dir, ROWS[i].file);
        write_changed(&text, "\"handle\":\"li\"", ROWS[i].handle, path);
        set_time(path, 1700000000 + (time_t)i);
        free(path);
    }
    char *other = file_join(dir, "li-00000009.credential.tmp");
    assert_int_equal(file_write_durable(other, text.data, text.len, 0600, NULL), CUSTODY_OK);

    assert_int_equal(credential_list(dir, "li", &infos, &count, NULL), CUSTODY_OK);
    assert_int_equal(count, 2);
    assert_non_null(strstr(infos[0].path, "00000002"));
    assert_non_null(strstr(infos[1].path, "00000001"));
    credential_infos_free(infos, count);
    assert_int_equal(credential_list(dir, NULL, &infos, &count, NULL), CUSTODY_OK);
    assert_int_equal(count, 4);
    assert_string_equal(infos[0].handle, "wu");
    assert_memory_equal(infos[3].keyid, credential_info(people->li)->keyid, HASH_LEN);
    credential_infos_free(infos, count);

    remove_tree(dir);
    free(other);
    free(torn);
    free(dir);
    buf_clear(&text);
}

static void credential_default_dir_follows_the_environment(void **state)
{
    char *dir = NULL;
    struct custody_error err = {0};

    (void)state;
    assert_int_equal(setenv("XDG_CONFIG_HOME", "/xdg", 1), 0);
    assert_int_equal(setenv("HOME", "/home/li", 1), 0);
    assert_int_equal(credential_default_dir(&dir, NULL), CUSTODY_OK);
    assert_string_equal(dir, "/xdg/custody");
    free(dir);
    assert_int_equal(setenv("XDG_CONFIG_HOME", "relative", 1), 0);
    assert_int_equal(credential_default_dir(&dir, NULL), CUSTODY_OK);
    assert_string_equal(dir, "/home/li/.config/custody");
    free(dir);
    dir = NULL;
    assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
    assert_int_equal(unsetenv("HOME"), 0);
    assert_int_equal(credential_default_dir(&dir, &err), CUSTODY_ERR_NOT_FOUND);
    assert_null(dir);
}

static void credential_prove_signs_exactly_the_text_of_the_format(void **state)
{
    struct people *people = *state;
    const struct credential_info *info = credential_info(people->li);
    static const char TEXT[] = "custody/possession/v1\0cuihu.example/custody\0li";
    uint8_t message[sizeof TEXT + SIGN_PUBLIC_LEN];
    uint8_t proof[SIGN_LEN];

    memcpy(message, TEXT, sizeof TEXT);
    memcpy(message + sizeof TEXT, info->public_key, SIGN_PUBLIC_LEN);
    credential_prove(people->li, "cuihu.example/custody", "li", proof);
    assert_true(sign_verify(info->public_key, message, sizeof message, proof));
    assert_true(credential_proof_fits(info->public_key, "cuihu.example/custody", "li", proof));
    assert_false(credential_proof_fits(info->public_key, "cuihu.example/custody", "l", proof));
    assert_false(credential_proof_fits(info->public_key, "cuihu.example/custod", "yli", proof));
    assert_false(credential_proof_fits(info->public_key, "", "li", proof));
    assert_false(credential_proof_fits(credential_info(people->wang)->public_key,
                                       "cuihu.example/custody", "li", proof));
    proof[0] ^= 1;
    assert_false(credential_proof_fits(info->public_key, "cuihu.example/custody", "li", proof));

    char longest[CREDENTIAL_ORIGIN_MAX + 2];
    memset(longest, 'o', sizeof longest);
    longest[CREDENTIAL_ORIGIN_MAX + 1] = 0;
    assert_false(credential_proof_fits(info->public_key, longest, "li", proof));
    longest[CREDENTIAL_ORIGIN_MAX] = 0;
    credential_prove(people->li, longest, "a-handle-that-has-32-characters-", proof);
    assert_true(credential_proof_fits(info->public_key, longest,
                                      "a-handle-that-has-32-characters-", proof));

    struct sign_key log_key = {0};
    assert_int_equal(sign_key_make(&log_key, NULL), CUSTODY_OK);
    credential_prove_key(&log_key, "cuihu.example/custody", "", proof);
    assert_true(credential_proof_fits(log_key.public_key, "cuihu.example/custody", "", proof));
    sign_key_clear(&log_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credential_create_writes_a_private_file),
        cmocka_unit_test(credential_create_refuses_weak_input),
        cmocka_unit_test(credential_unlock_refuses_a_wrong_passphrase),
        cmocka_unit_test(credential_unlock_refuses_every_truncation),
        cmocka_unit_test(credential_unlock_binds_every_member),
        cmocka_unit_test(credential_list_is_newest_first_and_of_one_handle),
        cmocka_unit_test(credential_default_dir_follows_the_environment),
        cmocka_unit_test(credential_prove_signs_exactly_the_text_of_the_format),
    };

    return cmocka_run_group_tests_name("credstore", tests, people_setup, people_teardown);
}
