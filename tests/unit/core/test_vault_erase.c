/* Erasure in the vault, stopped and finished; its escrow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "custody/site.h"
#include "file.h"
#include "seal.h"
#include "text.h"
#include "vault_impl.h"

#define NOW       INT64_C(1763800000)
#define FILE_MAX  ((size_t)64 << 20)
#define KEEPER_1  "first keeper's words"
#define KEEPER_2  "second keeper's words"
#define NAME_AT   "/body/name"
#define INTENT_AT 77

static const char NONCE_HEX[] = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
static const uint8_t OWNER[HASH_LEN] = {7, 7, 7};

/* ---- a vault in a directory ---- */

struct fixture {
    char *dir;
    struct vault *vault;
};

static char *make_dir(void)
{
    const char *base = getenv("TMPDIR");
    char *dir = file_join(base != NULL ? base : P_tmpdir, "custody-erase-XXXXXX");

    assert_non_null(dir);
    assert_non_null(mkdtemp(dir));
    return dir;
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);

    for (const struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        char *name = file_join(path, entry->d_name);
        (void)unlink(name);
        free(name);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(path);
}

static void copy_into(const char *from_dir, const char *to_dir, const char *name)
{
    struct buf bytes = BUF_INIT(FILE_MAX);
    char *from = file_join(from_dir, name);
    char *to = file_join(to_dir, name);

    assert_int_equal(file_read(from, FILE_MAX, &bytes, NULL), CUSTODY_OK);
    assert_int_equal(file_write_durable(to, bytes.data, bytes.len, 0600, NULL), CUSTODY_OK);
    buf_clear(&bytes);
    free(from);
    free(to);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    fixture->dir = make_dir();
    assert_int_equal(vault_create(fixture->dir, NULL), CUSTODY_OK);
    assert_int_equal(vault_open(fixture->dir, false, &fixture->vault, NULL), CUSTODY_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    vault_close(fixture->vault);
    remove_tree(fixture->dir);
    free(fixture->dir);
    free(fixture);
    return 0;
}

static void close_vault(struct fixture *fixture)
{
    vault_close(fixture->vault);
    fixture->vault = NULL;
}

static enum custody_status open_vault(struct fixture *fixture)
{
    return vault_open(fixture->dir, false, &fixture->vault, NULL);
}

static void run_sql(const struct fixture *fixture, const char *sql)
{
    struct store *store = NULL;
    char *path = file_join(fixture->dir, "vault.db");

    assert_int_equal(
        store_open(path, STORE_WRITE, STORE_DELETE, VAULT_APPLICATION_ID, &store, NULL),
        CUSTODY_OK);
    assert_int_equal(store_script(store, sql, NULL), CUSTODY_OK);
    store_close(store);
    free(path);
}

/* Is needle anywhere in any file of the directory? */
static bool dir_has(const char *path, const void *needle, size_t len)
{
    bool is_found = false;
    DIR *dir = opendir(path);

    assert_non_null(dir);
    for (const struct dirent *entry = NULL; (entry = readdir(dir)) != NULL;) {
        struct buf bytes = BUF_INIT(FILE_MAX);
        char *name = file_join(path, entry->d_name);
        if (entry->d_name[0] != '.') {
            assert_int_equal(file_read(name, FILE_MAX, &bytes, NULL), CUSTODY_OK);
            is_found = is_found ||
                       (bytes.len > 0 && memmem(bytes.data, bytes.len, needle, len) != NULL);
        }
        buf_clear(&bytes);
        free(name);
    }
    (void)closedir(dir);
    return is_found;
}

/* Keys in vault.key. */
static size_t key_count(const struct fixture *fixture)
{
    struct vault_keys keys = {.count = 0};

    assert_int_equal(vault_keys_read(fixture->dir, &keys, NULL), CUSTODY_OK);
    size_t count = keys.count;
    vault_keys_clear(&keys);
    return count;
}

/* ---- acts with personal fields ---- */

/* One text of a subject of its own, and what of it must go. */
struct planted {
    uint8_t act[HASH_LEN];
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    char text[1000];
    uint8_t wrapped[72];
    uint8_t boxed[1100];
    size_t boxed_len;
};

static void act_of(unsigned n, uint8_t out[HASH_LEN])
{
    memset(out, 0x5A, HASH_LEN);
    memcpy(out, &n, sizeof n);
}

static void k_of(const json_t *field, uint8_t out[VAULT_SUBJECT_ID_LEN])
{
    const char *hex = json_string_value(json_object_get(field, "k"));

    assert_true(text_unhex(hex, strlen(hex), out, VAULT_SUBJECT_ID_LEN));
}

/* An act with names of `count` new subjects at /body/name, /body/name1 … */
static void plant_act(struct vault *vault, unsigned n, size_t count, struct planted *ret)
{
    uint8_t nonce[16];
    struct opening openings[4] = {{0}};
    json_t *root = json_pack("{s:{},s:s}", "body", "nonce", NONCE_HEX);

    assert_true(text_unhex(NONCE_HEX, 32, nonce, sizeof nonce));
    for (size_t i = 0; i < count; i++) {
        char member[32] = "name";
        char pointer[48];
        json_t *field = NULL;
        if (i > 0) {
            (void)snprintf(member, sizeof member, "name%zu", i);
        }
        (void)snprintf(pointer, sizeof pointer, "/body/%s", member);
        act_of(n, ret[i].act);
        (void)snprintf(ret[i].text, sizeof ret[i].text, "Resident %u.%zu of this test%*s", n, i,
                       (int)(n % 3) * 450, "");
        assert_int_equal(vault_commit_field(vault, NULL, nonce, pointer, ret[i].text, &field,
                                            &openings[i], NULL),
                         CUSTODY_OK);
        k_of(field, ret[i].k);
        assert_int_equal(json_object_set_new(json_object_get(root, "body"), member, field), 0);
    }
    assert_int_equal(vault_store_pending(vault, ret[0].act, root, openings, count, NOW, NULL),
                     CUSTODY_OK);
    assert_int_equal(vault_make_live(vault, ret[0].act, (int64_t)n, NULL), CUSTODY_OK);
    for (size_t i = 0; i < count; i++) {
        opening_clear(&openings[i]);
    }
    json_decref(root);
}

static void plant(struct vault *vault, unsigned n, struct planted *ret)
{
    plant_act(vault, n, 1, ret);
}

/* The bytes of its rows, to be looked for later. */
static void look_at(struct vault *vault, struct planted *planted)
{
    struct store_query query = {0};
    size_t len = 0;

    assert_int_equal(store_query(vault->store, &query, NULL,
                                 "SELECT wrapped, boxed FROM subject_key JOIN field USING (k)"
                                 " WHERE k = ?",
                                 "b", planted->k, sizeof planted->k),
                     CUSTODY_OK);
    assert_true(query.has_row);
    const void *wrapped = store_blob(&query, 0, &len);
    assert_int_equal(len, sizeof planted->wrapped);
    memcpy(planted->wrapped, wrapped, len);
    const void *boxed = store_blob(&query, 1, &len);
    assert_in_range(len, 80, sizeof planted->boxed);
    memcpy(planted->boxed, boxed, len);
    planted->boxed_len = len;
    store_end(&query);
}

static struct vault_fence fence_of(const struct planted *planted)
{
    struct vault_fence fence = {.idx = INTENT_AT};

    memcpy(fence.k, planted->k, sizeof fence.k);
    return fence;
}

static enum custody_status erase_one(struct vault *vault, const struct planted *planted,
                                     struct custody_error *err)
{
    struct vault_fence fence = fence_of(planted);

    return vault_erase(vault, &fence, 1, err);
}

static bool reads_at(struct vault *vault, const struct planted *planted, const char *pointer)
{
    struct buf out = BUF_INIT(VAULT_PLAIN_MAX);
    enum custody_status rc = vault_read(vault, planted->act, pointer, &out, NULL);
    bool does = rc == CUSTODY_OK && strcmp((char *)out.data, planted->text) == 0;

    buf_clear(&out);
    return does;
}

static bool reads(struct vault *vault, const struct planted *planted)
{
    return reads_at(vault, planted, NAME_AT);
}

/* ---- what is gone ---- */

static void erased_subjects_leave_no_byte_in_any_file(void **state)
{
    enum { ROUNDS = 15, EACH = 60, NEW = 20, START = 900, ALL = START + ROUNDS * NEW };
    struct fixture *fixture = *state;
    struct planted *all = calloc(ALL, sizeof *all);
    struct vault_fence fences[EACH];
    size_t left = 0;
    char kek_hex[2 * VAULT_KEK_LEN + 1];
    uint8_t kek[VAULT_KEK_LEN];

    assert_non_null(all);
    /* what is on the disk after a power cut is run_erase.py's; here it would only take time */
    assert_int_equal(store_script(fixture->vault->store, "PRAGMA synchronous = OFF", NULL),
                     CUSTODY_OK);
    for (unsigned n = 0; n < START; n++) {
        plant(fixture->vault, n, &all[n]);
    }
    left = START;
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(kek, fixture->vault->kek.data, sizeof kek);
        text_hex(kek, sizeof kek, kek_hex);
        assert_true(dir_has(fixture->dir, kek_hex, strlen(kek_hex)));
        for (size_t i = 0; i < EACH; i++) { /* from all over the tables, not from one end */
            uint32_t at = 0;
            crypt_random(&at, sizeof at);
            at %= (uint32_t)left;
            struct planted chosen = all[at];
            all[at] = all[left - 1];
            all[--left] = chosen;
            look_at(fixture->vault, &all[left]);
            fences[i] = fence_of(&all[left]);
        }
        assert_int_equal(vault_erase(fixture->vault, fences, EACH, NULL), CUSTODY_OK);
        for (size_t i = left; i < left + EACH; i++) {
            assert_false(dir_has(fixture->dir, all[i].wrapped, sizeof all[i].wrapped));
            /* parts of it too: a page is not cut where a row is */
            assert_false(dir_has(fixture->dir, all[i].boxed, 40));
            assert_false(dir_has(fixture->dir, all[i].boxed + all[i].boxed_len - 60, 60));
            assert_false(dir_has(fixture->dir, all[i].text, strlen(all[i].text)));
            assert_false(reads(fixture->vault, &all[i]));
        }
        assert_false(dir_has(fixture->dir, kek_hex, strlen(kek_hex)));
        assert_false(dir_has(fixture->dir, kek, sizeof kek));
        assert_int_equal(key_count(fixture), 1);
        for (unsigned n = 0; n < NEW; n++) {
            plant(fixture->vault, START + (unsigned)round * NEW + n, &all[left++]);
        }
    }
    for (size_t i = 0; i < left; i++) {
        assert_true(reads(fixture->vault, &all[i]));
    }
    free(all);
}

static void the_other_subject_of_an_act_stays_readable(void **state)
{
    struct fixture *fixture = *state;
    struct planted both[2];

    plant_act(fixture->vault, 1, 2, both);
    assert_int_equal(erase_one(fixture->vault, &both[0], NULL), CUSTODY_OK);
    assert_false(reads_at(fixture->vault, &both[0], NAME_AT));
    assert_true(reads_at(fixture->vault, &both[1], "/body/name1"));
    close_vault(fixture);
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_false(reads_at(fixture->vault, &both[0], NAME_AT));
    assert_true(reads_at(fixture->vault, &both[1], "/body/name1"));
}

static void erasing_again_writes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct planted two;
    uint8_t kek[VAULT_KEK_LEN];

    plant(fixture->vault, 1, &one);
    plant(fixture->vault, 2, &two);
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    memcpy(kek, fixture->vault->kek.data, sizeof kek);
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    assert_memory_equal(fixture->vault->kek.data, kek, sizeof kek);
    assert_true(reads(fixture->vault, &two));
}

/* ---- who else has the vault open ---- */

static void an_open_reader_makes_erasure_busy_and_not_done(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct custody_error err = {0};
    struct vault *reader = NULL;
    struct store_query query = {0};

    plant(fixture->vault, 1, &one);
    assert_int_equal(vault_open(fixture->dir, true, &reader, NULL), CUSTODY_OK);
    assert_int_equal(store_query(reader->store, &query, NULL, "SELECT k FROM subject_key", ""),
                     CUSTODY_OK);
    assert_int_equal(store_script(fixture->vault->store, "PRAGMA busy_timeout = 200", NULL),
                     CUSTODY_OK);
    assert_int_equal(erase_one(fixture->vault, &one, &err), CUSTODY_ERR_BUSY);
    assert_true(reads(fixture->vault, &one));
    store_end(&query);
    vault_close(reader);
    close_vault(fixture); /* stopped here: vault.key still has two */
    assert_int_equal(key_count(fixture), 2);
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_int_equal(key_count(fixture), 1);
    assert_true(reads(fixture->vault, &one));
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    assert_false(reads(fixture->vault, &one));
}

static void a_handle_from_before_an_erasure_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct planted two;
    struct planted three;
    struct vault *other = NULL;

    plant(fixture->vault, 1, &one);
    plant(fixture->vault, 2, &two);
    assert_int_equal(vault_open(fixture->dir, false, &other, NULL), CUSTODY_OK);
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    plant(other, 3, &three); /* under the new KEK, though this handle knew the old one */
    assert_true(reads(other, &two));
    vault_close(other);
    close_vault(fixture);
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_true(reads(fixture->vault, &two));
    assert_true(reads(fixture->vault, &three));
}

/* ---- stopped half-way ---- */

static void two_keks_open_whichever_is_in_force(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct secret other = {0};
    struct vault *reader = NULL;
    const char *dir = fixture->dir;

    plant(fixture->vault, 1, &one);
    assert_int_equal(secret_make(VAULT_KEK_LEN, &other, NULL), CUSTODY_OK);
    crypt_random(other.data, other.len);
    for (int order = 0; order < 2; order++) {
        struct secret now = {0};
        assert_int_equal(secret_copy(fixture->vault->kek.data, VAULT_KEK_LEN, &now, NULL),
                         CUSTODY_OK);
        close_vault(fixture);
        assert_int_equal(vault_keys_replace(dir, order == 0 ? &now : &other,
                                            order == 0 ? &other : &now, NULL),
                         CUSTODY_OK);
        assert_int_equal(vault_open(dir, true, &reader, NULL), CUSTODY_OK);
        assert_true(reads(reader, &one));
        vault_close(reader);
        assert_int_equal(key_count(fixture), 2); /* who only reads leaves it */
        assert_int_equal(open_vault(fixture), CUSTODY_OK);
        assert_int_equal(key_count(fixture), 1);
        assert_true(reads(fixture->vault, &one));
        secret_clear(&now);
    }
    secret_clear(&other);
}

static void a_key_file_half_written_is_swept(void **state)
{
    struct fixture *fixture = *state;
    static const char LEFT[] = "{\"kek\":[\"0123456789abcdef";
    char *path = file_join(fixture->dir, "vault.key.tmp-0123456789abcdef");

    close_vault(fixture);
    assert_int_equal(file_write_durable(path, LEFT, strlen(LEFT), 0600, NULL), CUSTODY_OK);
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_false(file_exists(path));
    free(path);
}

static void a_damaged_vault_key_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char *const texts[] = {
        "",
        "{\"kek\":[\"00\"],\"version\":1}",
        "{\"kek\":[\"0000000000000000000000000000000000000000000000000000000000000000\","
        "\"000000000000000000000000000000000000000000000000000000000000000g\"],\"version\":1}",
        "{\"kek\":[\"0000000000000000000000000000000000000000000000000000000000000000\" "
        "\"0000000000000000000000000000000000000000000000000000000000000000\"],\"version\":1}",
    };
    char *path = file_join(fixture->dir, "vault.key");

    close_vault(fixture);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(file_write_durable(path, texts[i], strlen(texts[i]), 0600, NULL),
                         CUSTODY_OK);
        assert_int_equal(open_vault(fixture), CUSTODY_ERR_CRYPTO);
    }
    free(path);
}

/* ---- never again ---- */

static void an_erased_subject_takes_no_new_text(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct custody_error err = {0};
    struct opening opening = {0};
    json_t *field = NULL;
    char k_hex[2 * VAULT_SUBJECT_ID_LEN + 1];
    uint8_t nonce[16] = {1};

    plant(fixture->vault, 1, &one);
    text_hex(one.k, sizeof one.k, k_hex);
    /* committed before the erasure, stored after it */
    assert_int_equal(vault_commit_field(fixture->vault, k_hex, nonce, NAME_AT, "late", &field,
                                        &opening, NULL),
                     CUSTODY_OK);
    json_t *root = json_pack("{s:{s:o},s:s}", "body", "name", field, "nonce",
                             "01000000000000000000000000000000");
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    assert_int_equal(vault_store_pending(fixture->vault, OWNER, root, &opening, 1, NOW, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "openings");
    opening_clear(&opening);
    field = NULL;
    assert_int_equal(vault_commit_field(fixture->vault, k_hex, nonce, NAME_AT, "later", &field,
                                        &opening, &err),
                     CUSTODY_ERR_REFUSED);
    assert_null(field);
    json_decref(root);
}

static void a_key_in_memory_is_not_stored_behind_its_fence(void **state)
{
    struct fixture *fixture = *state;
    struct fresh_subject *fresh = NULL;
    struct vault_fence fence = {.idx = INTENT_AT};
    struct vault *other = NULL;

    assert_int_equal(vault_make_fresh(fixture->vault, &fresh, NULL), CUSTODY_OK);
    memcpy(fence.k, fresh->k, sizeof fence.k);
    assert_int_equal(vault_open(fixture->dir, false, &other, NULL), CUSTODY_OK);
    assert_int_equal(vault_erase(other, &fence, 1, NULL), CUSTODY_OK);
    vault_close(other);
    assert_int_equal(vault_keep_subjects(fixture->vault, NOW, NULL), CUSTODY_ERR_REFUSED);
    /* its own handle forgets it */
    assert_int_equal(vault_erase(fixture->vault, &fence, 1, NULL), CUSTODY_OK);
    assert_null(vault_find_fresh(fixture->vault, fence.k));
}

/* A vault.db of before the erasure put back: everything is there again, and goes again. */
static void an_old_vault_put_back_is_erased_anew(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct planted two;
    struct vault_fence fence;
    bool is = true;
    char *kept = make_dir();

    plant(fixture->vault, 1, &one);
    plant(fixture->vault, 2, &two);
    assert_int_equal(vault_backup(fixture->vault, kept, true, NULL), CUSTODY_OK);
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    close_vault(fixture);
    copy_into(kept, fixture->dir, "vault.db");
    assert_int_equal(open_vault(fixture),
                     CUSTODY_ERR_CRYPTO); /* the new KEK does not open it */
    copy_into(kept, fixture->dir, "vault.key");
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_true(reads(fixture->vault, &one));
    fence = fence_of(&one);
    assert_int_equal(vault_is_erased(fixture->vault, &fence, 1, &is, NULL), CUSTODY_OK);
    assert_false(is);
    assert_int_equal(vault_erase(fixture->vault, &fence, 1, NULL), CUSTODY_OK);
    assert_false(reads(fixture->vault, &one));
    assert_true(reads(fixture->vault, &two));
    assert_int_equal(vault_is_erased(fixture->vault, &fence, 1, &is, NULL), CUSTODY_OK);
    assert_true(is);
    remove_tree(kept);
    free(kept);
}

static void a_fenced_key_put_back_by_hand_is_found_and_goes(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct vault_fence fence;
    bool is = true;

    plant(fixture->vault, 1, &one);
    fence = fence_of(&one);
    assert_int_equal(vault_erase(fixture->vault, &fence, 1, NULL), CUSTODY_OK);
    close_vault(fixture);
    run_sql(fixture, "INSERT INTO subject_key SELECT k, zeroblob(72), 1 FROM fence");
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_int_equal(vault_is_erased(fixture->vault, &fence, 1, &is, NULL), CUSTODY_OK);
    assert_false(is);
    assert_int_equal(vault_erase(fixture->vault, &fence, 1, NULL), CUSTODY_OK);
    assert_int_equal(vault_has_remains(fixture->vault, fence.k, &is, NULL), CUSTODY_OK);
    assert_false(is);
}

static void a_text_moved_to_another_act_does_not_open(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct planted two;

    plant(fixture->vault, 1, &one);
    plant(fixture->vault, 2, &two);
    close_vault(fixture);
    run_sql(fixture, "UPDATE field SET boxed = (SELECT boxed FROM field WHERE idx = 2),"
                     " k = (SELECT k FROM field WHERE idx = 2), pointer = '/body/x'"
                     " WHERE idx = 1");
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_false(reads_at(fixture->vault, &two, "/body/x"));
    memcpy(two.act, one.act, sizeof two.act);
    assert_false(reads_at(fixture->vault, &two, "/body/x"));
}

static void a_damaged_survivor_stops_no_erasure_and_stays_damaged(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct planted two;
    struct planted three;
    struct buf out = BUF_INIT(VAULT_PLAIN_MAX);

    plant(fixture->vault, 1, &one);
    plant(fixture->vault, 2, &two);
    plant(fixture->vault, 3, &three);
    close_vault(fixture);
    run_sql(fixture, "UPDATE subject_key SET wrapped = zeroblob(72)"
                     " WHERE k = (SELECT k FROM field WHERE idx = 2)");
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_int_equal(erase_one(fixture->vault, &one, NULL), CUSTODY_OK);
    assert_false(reads(fixture->vault, &one));
    assert_true(reads(fixture->vault, &three));
    assert_int_equal(vault_read(fixture->vault, two.act, NAME_AT, &out, NULL),
                     CUSTODY_ERR_TAMPERED);
    buf_clear(&out);
}

/* ---- escrow ---- */

struct escrow {
    uint8_t public_key[32];
    struct secret secret;
    struct buf sealed;
};

static void escrow_make(struct vault *vault, struct escrow *ret)
{
    ret->secret = (struct secret){0};
    ret->sealed = (struct buf)BUF_INIT(8192);
    assert_int_equal(seal_recipient_make(ret->public_key, &ret->secret, NULL), CUSTODY_OK);
    assert_int_equal(vault_seal_recovery(vault, ret->public_key, OWNER, &ret->sealed, NULL),
                     CUSTODY_OK);
}

static void escrow_clear(struct escrow *escrow)
{
    secret_clear(&escrow->secret);
    buf_clear(&escrow->sealed);
}

static enum custody_status recover(const struct fixture *fixture, const struct escrow *escrow,
                                   const uint8_t owner[HASH_LEN], struct custody_error *err)
{
    return vault_recover(fixture->dir, escrow->sealed.data, escrow->sealed.len,
                         escrow->public_key, &escrow->secret, owner, err);
}

static void lose_key(struct fixture *fixture)
{
    char *path = file_join(fixture->dir, "vault.key");

    close_vault(fixture);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static bool has_key(const struct fixture *fixture)
{
    char *path = file_join(fixture->dir, "vault.key");
    bool has = file_exists(path);

    free(path);
    return has;
}

static void escrow_opens_a_vault_whose_key_is_lost_under_a_new_kek(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct escrow escrow;
    uint8_t kek[VAULT_KEK_LEN];

    plant(fixture->vault, 1, &one);
    escrow_make(fixture->vault, &escrow);
    memcpy(kek, fixture->vault->kek.data, sizeof kek);
    assert_int_equal(recover(fixture, &escrow, OWNER, NULL), CUSTODY_ERR_REFUSED);
    lose_key(fixture);
    assert_int_equal(open_vault(fixture), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(recover(fixture, &escrow, OWNER, NULL), CUSTODY_OK);
    assert_int_equal(open_vault(fixture), CUSTODY_OK);
    assert_true(reads(fixture->vault, &one));
    assert_int_equal(key_count(fixture), 1);
    assert_memory_not_equal(fixture->vault->kek.data, kek, sizeof kek);
    lose_key(fixture); /* and the file serves once: its KEK is no longer in force */
    assert_int_equal(recover(fixture, &escrow, OWNER, NULL), CUSTODY_ERR_CRYPTO);
    assert_false(has_key(fixture));
    escrow_clear(&escrow);
}

static void escrow_of_another_key_owner_or_time_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct planted one;
    struct escrow escrow;
    struct escrow other;
    struct custody_error err = {0};
    static const uint8_t ELSEWHERE[HASH_LEN] = {9};

    plant(fixture->vault, 1, &one);
    escrow_make(fixture->vault, &escrow);
    escrow_make(fixture->vault, &other);
    lose_key(fixture);
    assert_int_equal(recover(fixture, &escrow, ELSEWHERE, &err), CUSTODY_ERR_CRYPTO);
    assert_non_null(strstr(err.text, "another site"));
    struct escrow mixed = {.secret = other.secret, .sealed = escrow.sealed};
    memcpy(mixed.public_key, other.public_key, sizeof mixed.public_key);
    assert_int_equal(recover(fixture, &mixed, OWNER, &err), CUSTODY_ERR_CRYPTO);
    assert_non_null(strstr(err.text, "another recovery key"));
    assert_false(has_key(fixture));
    escrow_clear(&escrow);
    escrow_clear(&other);
}

static void every_changed_byte_of_an_escrow_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct escrow escrow;

    escrow_make(fixture->vault, &escrow);
    lose_key(fixture);
    for (size_t i = 0; i < escrow.sealed.len; i++) {
        escrow.sealed.data[i] ^= 1;
        assert_int_not_equal(recover(fixture, &escrow, OWNER, NULL), CUSTODY_OK);
        assert_false(has_key(fixture));
        escrow.sealed.data[i] ^= 1;
    }
    for (size_t len = 0; len < escrow.sealed.len; len += 16) {
        assert_int_not_equal(vault_recover(fixture->dir, escrow.sealed.data, len,
                                           escrow.public_key, &escrow.secret, OWNER, NULL),
                             CUSTODY_OK);
    }
    assert_false(has_key(fixture));
    assert_int_equal(recover(fixture, &escrow, OWNER, NULL), CUSTODY_OK);
    escrow_clear(&escrow);
}

static void the_recovery_secret_wants_both_keepers(void **state)
{
    struct fixture *fixture = *state;
    char public_hex[65];
    uint8_t public_key[32] = {0};
    char shown[65];
    struct custody_error err = {0};
    struct secret secret = {0};
    struct secret first = {0};
    struct secret second = {0};
    char *path = file_join(fixture->dir, "recovery.secret");

    assert_int_equal(custody_recovery_create(path, KEEPER_1, strlen(KEEPER_1), KEEPER_2,
                                             strlen(KEEPER_2), public_hex, NULL),
                     CUSTODY_OK);
    assert_int_equal(secret_copy(KEEPER_1, strlen(KEEPER_1), &first, NULL), CUSTODY_OK);
    assert_int_equal(secret_copy(KEEPER_2, strlen(KEEPER_2), &second, NULL), CUSTODY_OK);
    assert_int_equal(recovery_open(path, &first, &first, public_key, &secret, &err),
                     CUSTODY_ERR_CRYPTO);
    assert_non_null(strstr(err.text, "second passphrase"));
    assert_int_equal(recovery_open(path, &second, &second, public_key, &secret, &err),
                     CUSTODY_ERR_CRYPTO);
    assert_non_null(strstr(err.text, "first passphrase"));
    assert_int_equal(recovery_open(path, &second, &first, public_key, &secret, &err),
                     CUSTODY_ERR_CRYPTO);
    assert_null(secret.data);
    assert_int_equal(recovery_open(path, &first, &second, public_key, &secret, NULL),
                     CUSTODY_OK);
    text_hex(public_key, sizeof public_key, shown);
    assert_string_equal(shown, public_hex);
    secret_clear(&secret);
    assert_int_equal(recovery_open("/dev/null", &first, &second, public_key, &secret, NULL),
                     CUSTODY_ERR_INVALID);
    secret_clear(&first);
    secret_clear(&second);
    free(path);
}

#define ON_VAULT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_VAULT(erased_subjects_leave_no_byte_in_any_file),
        ON_VAULT(the_other_subject_of_an_act_stays_readable),
        ON_VAULT(erasing_again_writes_nothing),
        ON_VAULT(an_open_reader_makes_erasure_busy_and_not_done),
        ON_VAULT(a_handle_from_before_an_erasure_goes_on),
        ON_VAULT(two_keks_open_whichever_is_in_force),
        ON_VAULT(a_key_file_half_written_is_swept),
        ON_VAULT(a_damaged_vault_key_is_refused),
        ON_VAULT(an_erased_subject_takes_no_new_text),
        ON_VAULT(a_key_in_memory_is_not_stored_behind_its_fence),
        ON_VAULT(an_old_vault_put_back_is_erased_anew),
        ON_VAULT(a_fenced_key_put_back_by_hand_is_found_and_goes),
        ON_VAULT(a_text_moved_to_another_act_does_not_open),
        ON_VAULT(a_damaged_survivor_stops_no_erasure_and_stays_damaged),
        ON_VAULT(escrow_opens_a_vault_whose_key_is_lost_under_a_new_kek),
        ON_VAULT(escrow_of_another_key_owner_or_time_changes_nothing),
        ON_VAULT(every_changed_byte_of_an_escrow_is_refused),
        ON_VAULT(the_recovery_secret_wants_both_keepers),
    };

    if (custody_start(NULL) != CUSTODY_OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
