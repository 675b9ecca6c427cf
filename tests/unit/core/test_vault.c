/* Personal data outside the ledger: the vault's two files and what is kept in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "canon.h"
#include "file.h"
#include "text.h"
#include "vault.h"

#define APPLICATION_ID  0x43555654
#define NOW             INT64_C(1763800000)
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const uint8_t NONCE[16] = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
                                  0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf};
static const char NONCE_HEX[] = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
static const uint8_t ACT[HASH_LEN] = {1, 2, 3};
static const uint8_t OTHER_ACT[HASH_LEN] = {0xA0};
static const char NAME_POINTER[] = "/body/name";
static const char NAME[] = "王小明";

/* ---- a directory with a vault ---- */

struct fixture {
    char *dir;
    struct vault *vault;
};

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

static char *make_dir(void)
{
    const char *base = getenv("TMPDIR");
    char *dir = file_join(base != NULL ? base : P_tmpdir, "custody-vault-XXXXXX");

    assert_non_null(dir);
    assert_non_null(mkdtemp(dir));
    return dir;
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

static void reopen(struct fixture *fixture, bool is_read_only)
{
    vault_close(fixture->vault);
    fixture->vault = NULL;
    assert_int_equal(vault_open(fixture->dir, is_read_only, &fixture->vault, NULL), CUSTODY_OK);
}

/* The vault's database behind its back; the vault must be closed or idle. */
static struct store *open_store(const struct fixture *fixture)
{
    struct store *store = NULL;
    char *path = file_join(fixture->dir, "vault.db");

    assert_int_equal(store_open(path, STORE_WRITE, STORE_DELETE, APPLICATION_ID, &store, NULL),
                     CUSTODY_OK);
    free(path);
    return store;
}

static int64_t count_rows(const struct fixture *fixture, bool of_fields)
{
    struct store *store = open_store(fixture);
    int64_t count = -1;
    enum custody_status rc =
        of_fields
            ? store_get_int(store, NULL, &count, NULL, "SELECT count(*) FROM field", "")
            : store_get_int(store, NULL, &count, NULL, "SELECT count(*) FROM subject_key", "");

    assert_int_equal(rc, CUSTODY_OK);
    store_close(store);
    return count;
}

/* ---- a payload with personal fields ---- */

struct act {
    json_t *root;
    struct opening openings[4];
    size_t count;
};

static void act_add(struct vault *vault, struct act *act, const char *subject_k,
                    const char *member, const char *text)
{
    char pointer[64];
    json_t *field = NULL;

    (void)snprintf(pointer, sizeof pointer, "/body/%s", member);
    assert_int_equal(vault_commit_field(vault, subject_k, NONCE, pointer, text, &field,
                                        &act->openings[act->count], NULL),
                     CUSTODY_OK);
    act->count++;
    assert_int_equal(json_object_set_new(json_object_get(act->root, "body"), member, field), 0);
}

static struct act act_make(void)
{
    struct act act = {.root = json_pack("{s:{}, s:s}", "body", "nonce", NONCE_HEX)};

    assert_non_null(act.root);
    return act;
}

/* name and phone of one new subject */
static struct act act_two_fields(struct vault *vault)
{
    struct act act = act_make();

    act_add(vault, &act, NULL, "name", NAME);
    const char *k = json_string_value(
        json_object_get(json_object_get(json_object_get(act.root, "body"), "name"), "k"));
    act_add(vault, &act, k, "phone", "13800138000");
    return act;
}

static void act_clear(struct act *act)
{
    for (size_t i = 0; i < act->count; i++) {
        opening_clear(&act->openings[i]);
    }
    json_decref(act->root);
}

static enum custody_status store_act(struct fixture *fixture, const uint8_t id[HASH_LEN],
                                     const struct act *act, int64_t now,
                                     struct custody_error *err)
{
    return vault_store_pending(fixture->vault, id, act->root, act->openings, act->count, now,
                               err);
}

static void assert_reads(struct fixture *fixture, const uint8_t id[HASH_LEN],
                         const char *pointer, const char *text)
{
    struct buf out = BUF_INIT(VAULT_PLAIN_MAX);

    assert_int_equal(vault_read(fixture->vault, id, pointer, &out, NULL), CUSTODY_OK);
    assert_string_equal((char *)out.data, text);
    buf_clear(&out);
}

static void assert_no_read(struct fixture *fixture, const uint8_t id[HASH_LEN],
                           const char *pointer, enum custody_status wanted)
{
    struct buf out = BUF_INIT(VAULT_PLAIN_MAX);
    struct custody_error err = {0};

    assert_int_equal(buf_put_text(&out, "before", NULL), CUSTODY_OK);
    assert_int_equal(vault_read(fixture->vault, id, pointer, &out, &err), wanted);
    assert_int_equal(err.status, wanted);
    assert_string_equal((char *)out.data, "before");
    buf_clear(&out);
}

/* ---- the two files ---- */

static void vault_create_makes_private_files_once(void **state)
{
    struct fixture *fixture = *state;
    struct custody_error err = {0};
    static const char *const NAMES[] = {"vault.db", "vault.key"};
    struct buf before = BUF_INIT(4096);
    struct buf after = BUF_INIT(4096);
    char *key = file_join(fixture->dir, "vault.key");

    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        struct stat status;
        char *path = file_join(fixture->dir, NAMES[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        free(path);
    }
    assert_int_equal(file_read(key, 4096, &before, NULL), CUSTODY_OK);
    assert_int_equal(vault_create(fixture->dir, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "exists");
    assert_int_equal(file_read(key, 4096, &after, NULL), CUSTODY_OK);
    assert_string_equal((char *)before.data, (char *)after.data);

    /* the key alone is enough to refuse, and no database appears */
    char *db = file_join(fixture->dir, "vault.db");
    assert_int_equal(unlink(db), 0);
    assert_int_equal(vault_create(fixture->dir, &err), CUSTODY_ERR_REFUSED);
    assert_false(file_exists(db));
    assert_true(file_exists(key));
    /* and so is the database: no key appears beside one that has another */
    assert_int_equal(rename(key, db), 0);
    assert_int_equal(vault_create(fixture->dir, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "exists");
    assert_true(file_exists(db));
    assert_false(file_exists(key));
    free(db);
    free(key);
    buf_clear(&before);
    buf_clear(&after);
}

static void vault_open_refuses_a_key_that_does_not_fit(void **state)
{
    struct fixture *fixture = *state;
    struct custody_error err = {0};
    struct buf good = BUF_INIT(4096);
    char *path = file_join(fixture->dir, "vault.key");

    vault_close(fixture->vault);
    fixture->vault = NULL;
    assert_int_equal(file_read(path, 4096, &good, NULL), CUSTODY_OK);
    assert_memory_equal(good.data, "{\"kek\":[\"", 9);
    for (size_t i = 0; i <= good.len; i++) {        /* each byte changed, then each length */
        struct vault *vault = (struct vault *)&err; /* never followed, only compared */
        uint8_t byte = i < good.len ? good.data[i] : 0;
        if (i < good.len) {
            good.data[i] = byte == '0' ? '1' : '0';
        }
        size_t len = i < good.len ? good.len : good.len - 1;
        assert_int_equal(file_write_durable(path, good.data, len, 0600, NULL), CUSTODY_OK);
        assert_int_equal(vault_open(fixture->dir, true, &vault, &err), CUSTODY_ERR_CRYPTO);
        assert_ptr_equal(vault, &err);
        if (i < good.len) {
            good.data[i] = byte;
        }
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(vault_open(fixture->dir, true, &fixture->vault, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_null(fixture->vault);
    assert_int_equal(file_write_durable(path, good.data, good.len, 0600, NULL), CUSTODY_OK);
    assert_int_equal(vault_open(fixture->dir, true, &fixture->vault, &err), CUSTODY_OK);
    free(path);
    buf_clear(&good);
}

static void vault_open_for_reading_refuses_to_write(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct custody_error err = {0};

    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    reopen(fixture, true);
    assert_reads(fixture, ACT, NAME_POINTER, NAME);
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_REFUSED);
    assert_int_equal(vault_make_live(fixture->vault, ACT, 3, &err), CUSTODY_ERR_REFUSED);
    assert_int_equal(vault_keep_subjects(fixture->vault, NOW, &err), CUSTODY_ERR_REFUSED);
    act_clear(&act);
}

/* ---- fields ---- */

static void vault_keeps_what_was_committed(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct opening opening = {0};
    struct custody_error err = {0};

    assert_int_equal(count_rows(fixture, false), 0); /* committing writes nothing */
    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    assert_int_equal(count_rows(fixture, false), 1); /* one subject, two fields */
    assert_int_equal(count_rows(fixture, true), 2);
    assert_int_equal(vault_make_live(fixture->vault, ACT, 7, NULL), CUSTODY_OK);
    assert_int_equal(vault_make_live(fixture->vault, ACT, 7, NULL), CUSTODY_OK);
    reopen(fixture, false);
    assert_reads(fixture, ACT, NAME_POINTER, NAME);
    assert_reads(fixture, ACT, "/body/phone", "13800138000");

    assert_int_equal(
        vault_read_opening(fixture->vault, ACT, NONCE, NAME_POINTER, &opening, NULL),
        CUSTODY_OK);
    const json_t *name = json_object_get(json_object_get(act.root, "body"), "name");
    assert_true(vault_opening_fits(&opening, json_string_value(json_object_get(name, "c"))));
    assert_memory_equal(opening.k_com, act.openings[0].k_com, HASH_LEN);
    opening_clear(&opening);

    const uint8_t other_nonce[16] = {0};
    assert_int_equal(
        vault_read_opening(fixture->vault, ACT, other_nonce, NAME_POINTER, &opening, &err),
        CUSTODY_ERR_TAMPERED);
    assert_null(opening.pointer);
    assert_no_read(fixture, ACT, "/body/none", CUSTODY_ERR_NOT_FOUND);
    assert_no_read(fixture, OTHER_ACT, NAME_POINTER, CUSTODY_ERR_NOT_FOUND);
    act_clear(&act);
}

static void vault_commit_field_reuses_a_stored_subject(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct act later = act_make();
    const uint8_t later_id[HASH_LEN] = {9};
    const char *k = json_string_value(
        json_object_get(json_object_get(json_object_get(act.root, "body"), "name"), "k"));

    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    reopen(fixture, false);
    act_add(fixture->vault, &later, k, "note", "第二次");
    assert_int_equal(store_act(fixture, later_id, &later, NOW, NULL), CUSTODY_OK);
    assert_int_equal(count_rows(fixture, false), 1);
    assert_reads(fixture, later_id, "/body/note", "第二次");
    act_clear(&later);
    act_clear(&act);
}

static void vault_commit_field_refuses_unknown_subjects_and_bad_texts(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *label, *k, *text;
        enum custody_status wanted;
    } ROWS[] = {
        {"unknown", "00112233445566778899aabbccddeeff", "x", CUSTODY_ERR_NOT_FOUND},
        {"short", "0011", "x", CUSTODY_ERR_INVALID},
        {"upper case", "00112233445566778899AABBCCDDEEFF", "x", CUSTODY_ERR_INVALID},
        {"control character", NULL, "a\tb", CUSTODY_ERR_INVALID},
    };

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        json_t *field = (json_t *)fixture; /* sentinel, never followed */
        struct opening opening = {.pointer = NULL, .k_com = {7}};
        struct custody_error err = {0};
        enum custody_status rc =
            vault_commit_field(fixture->vault, ROWS[i].k, NONCE, NAME_POINTER, ROWS[i].text,
                               &field, &opening, &err);
        if (rc != ROWS[i].wanted) {
            fail_msg("%s: %d", ROWS[i].label, (int)rc);
        }
        assert_ptr_equal(field, fixture);
        assert_int_equal(opening.k_com[0], 7);
        assert_null(strstr(err.text, "00112233"));
    }
}

static void vault_store_pending_wants_the_process_that_prepared(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct custody_error err = {0};

    reopen(fixture, false); /* the fresh key is gone with the process */
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "prepare"));
    assert_int_equal(count_rows(fixture, true), 0);
    act_clear(&act);

    act = act_two_fields(fixture->vault);
    assert_int_equal(vault_keep_subjects(fixture->vault, NOW, NULL), CUSTODY_OK);
    reopen(fixture, false);
    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    assert_reads(fixture, ACT, NAME_POINTER, NAME);
    act_clear(&act);
}

static void vault_store_pending_refuses_texts_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct custody_error err = {0};

    /* any changed byte of text or key */
    for (size_t i = 0; i < act.openings[1].padded.len + HASH_LEN; i++) {
        uint8_t *byte = i < act.openings[1].padded.len
                            ? &act.openings[1].padded.data[i]
                            : &act.openings[1].k_com[i - act.openings[1].padded.len];
        *byte ^= 1;
        assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_TAMPERED);
        assert_string_equal(err.rule, "openings");
        assert_null(strstr(err.text, "1380013"));
        *byte ^= 1;
    }
    act.count = 1; /* one text too few */
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_INVALID);
    act.count = 2;
    char *pointer = act.openings[1].pointer; /* one field twice, the other not at all */
    act.openings[1].pointer = act.openings[0].pointer;
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_INVALID);
    act.openings[1].pointer = pointer;
    /* one text too many */
    struct opening *opening = &act.openings[2];
    opening->padded.max = VAULT_PADDED_MAX;
    opening->pointer = text_dup("/body/zero");
    assert_int_equal(vault_pad("x", 1, &opening->padded, NULL), CUSTODY_OK);
    act.count = 3;
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_INVALID);
    act.count = 2;
    opening_clear(opening);
    assert_int_equal(count_rows(fixture, true), 0);
    assert_int_equal(count_rows(fixture, false), 0);
    /* and after all that the keys in memory still serve */
    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    act_clear(&act);
}

/* A commitment that is sound in itself, but not made with the subject's key, could not be
 * erased with it. */
static void vault_store_pending_refuses_keys_of_other_making(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct custody_error err = {0};
    uint8_t c[HASH_LEN];
    char c_hex[2 * HASH_LEN + 1];

    memset(act.openings[0].k_com, 0x5A, HASH_LEN);
    vault_commitment(&act.openings[0], c);
    text_hex(c, HASH_LEN, c_hex);
    json_t *name = json_object_get(json_object_get(act.root, "body"), "name");
    assert_int_equal(json_object_set_new(name, "c", json_string(c_hex)), 0);
    assert_true(vault_opening_fits(&act.openings[0], c_hex));
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_TAMPERED);
    assert_int_equal(count_rows(fixture, true), 0);
    act_clear(&act);
}

/* A wrapped key serves the subject that it was made for, and no other. */
static void vault_commit_field_refuses_a_key_moved_between_subjects(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct act other = act_two_fields(fixture->vault);
    struct custody_error err = {0};
    json_t *field = NULL;
    struct opening opening = {0};
    const char *k_hex = json_string_value(
        json_object_get(json_object_get(json_object_get(act.root, "body"), "name"), "k"));

    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    assert_int_equal(store_act(fixture, OTHER_ACT, &other, NOW, NULL), CUSTODY_OK);
    vault_close(fixture->vault);
    fixture->vault = NULL;
    struct store *store = open_store(fixture);
    assert_int_equal(store_run(store, NULL,
                               "UPDATE subject_key SET wrapped = (SELECT s.wrapped FROM"
                               " subject_key s WHERE s.k <> subject_key.k)",
                               ""),
                     CUSTODY_OK);
    store_close(store);
    reopen(fixture, false);
    assert_int_equal(vault_commit_field(fixture->vault, k_hex, NONCE, "/body/x", "y", &field,
                                        &opening, &err),
                     CUSTODY_ERR_TAMPERED);
    assert_null(field);
    act_clear(&act);
    act_clear(&other);
}

static void vault_store_pending_again_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct act none = act_make();

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
        assert_int_equal(count_rows(fixture, true), 2);
    }
    assert_int_equal(vault_make_live(fixture->vault, ACT, 7, NULL), CUSTODY_OK);
    assert_int_equal(store_act(fixture, ACT, &act, NOW + 9, NULL), CUSTODY_OK);
    struct store *store = open_store(fixture);
    int64_t count = 0;
    assert_int_equal(store_get_int(store, NULL, &count, NULL,
                                   "SELECT count(*) FROM field WHERE state = 'live'"
                                   " AND idx = 7 AND stored_at = ?",
                                   "i", NOW),
                     CUSTODY_OK);
    assert_int_equal(count, 2);
    store_close(store);
    assert_int_equal(store_act(fixture, OTHER_ACT, &none, NOW, NULL), CUSTODY_OK);
    act_clear(&none);
    act_clear(&act);
}

static void vault_never_takes_a_fenced_subject_again(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct custody_error err = {0};
    json_t *field = NULL;
    struct opening opening = {0};
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    const char *k_hex = json_string_value(
        json_object_get(json_object_get(json_object_get(act.root, "body"), "name"), "k"));
    struct store *store = open_store(fixture);

    assert_true(text_unhex(k_hex, strlen(k_hex), k, sizeof k));
    assert_int_equal(
        store_run(store, NULL, "INSERT INTO fence (k, idx) VALUES (?, 41)", "b", k, sizeof k),
        CUSTODY_OK);
    store_close(store);
    assert_int_equal(store_act(fixture, ACT, &act, NOW, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "openings");
    assert_int_equal(count_rows(fixture, true), 0);
    assert_int_equal(count_rows(fixture, false), 0);
    assert_int_equal(vault_commit_field(fixture->vault, k_hex, NONCE, "/body/x", "y", &field,
                                        &opening, &err),
                     CUSTODY_ERR_REFUSED);
    assert_null(field);
    act_clear(&act);
}

static void vault_read_refuses_rows_that_were_moved_or_changed(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);

    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    vault_close(fixture->vault);
    fixture->vault = NULL;
    struct store *store = open_store(fixture);
    /* the phone's box in the name's row: the same subject, another pointer */
    assert_int_equal(store_run(store, NULL,
                               "UPDATE field SET boxed = (SELECT boxed FROM field WHERE"
                               " pointer = '/body/phone') WHERE pointer = '/body/name'",
                               ""),
                     CUSTODY_OK);
    store_close(store);
    reopen(fixture, false);
    assert_no_read(fixture, ACT, NAME_POINTER, CUSTODY_ERR_TAMPERED);
    assert_reads(fixture, ACT, "/body/phone", "13800138000");

    vault_close(fixture->vault);
    fixture->vault = NULL;
    store = open_store(fixture);
    assert_int_equal(store_run(store, NULL,
                               "UPDATE subject_key SET wrapped = zeroblob(length(wrapped))",
                               ""),
                     CUSTODY_OK);
    store_close(store);
    reopen(fixture, false);
    assert_no_read(fixture, ACT, "/body/phone", CUSTODY_ERR_TAMPERED);
    act_clear(&act);
}

static void vault_db_holds_no_plain_text(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct buf bytes = BUF_INIT(1u << 20);
    char *path = file_join(fixture->dir, "vault.db");

    assert_int_equal(store_act(fixture, ACT, &act, NOW, NULL), CUSTODY_OK);
    assert_int_equal(file_read(path, bytes.max, &bytes, NULL), CUSTODY_OK);
    assert_non_null(memmem(bytes.data, bytes.len, "/body/name", 10));
    assert_null(memmem(bytes.data, bytes.len, NAME, strlen(NAME)));
    assert_null(memmem(bytes.data, bytes.len, "13800138", 8));
    free(path);
    buf_clear(&bytes);
    act_clear(&act);
}

/* ---- sweeping ---- */

struct known {
    const uint8_t *act_id; /* in the ledger at idx 5 */
    enum custody_status status;
    size_t calls;
};

static enum custody_status find_known(void *arg, const uint8_t act_id[HASH_LEN],
                                      int64_t *ret_idx, bool *ret_found,
                                      struct custody_error *err)
{
    struct known *known = arg;

    known->calls++;
    if (known->status != CUSTODY_OK) {
        return custody_fail(err, known->status, "the ledger cannot be read");
    }
    *ret_found = memcmp(act_id, known->act_id, HASH_LEN) == 0;
    *ret_idx = 5;
    return CUSTODY_OK;
}

static void vault_sweep_settles_what_was_left_pending(void **state)
{
    struct fixture *fixture = *state;
    const uint8_t stood[HASH_LEN] = {0}; /* all zeros: the smallest id counts too */
    const uint8_t young[HASH_LEN] = {2};
    const uint8_t stale[HASH_LEN] = {0xFF};
    struct known known = {.act_id = stood, .status = CUSTODY_ERR_IO};
    struct custody_error err = {0};
    struct act acts[3];

    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        acts[i] = act_two_fields(fixture->vault);
    }
    assert_int_equal(store_act(fixture, stood, &acts[0], NOW - 901, NULL), CUSTODY_OK);
    assert_int_equal(store_act(fixture, young, &acts[1], NOW - 900, NULL), CUSTODY_OK);
    assert_int_equal(store_act(fixture, stale, &acts[2], NOW - 901, NULL), CUSTODY_OK);

    assert_int_equal(vault_sweep(fixture->vault, NOW, 900, find_known, &known, &err),
                     CUSTODY_ERR_IO);
    assert_int_equal(count_rows(fixture, true), 6);

    known.status = CUSTODY_OK;
    known.calls = 0;
    assert_int_equal(vault_sweep(fixture->vault, NOW, 900, find_known, &known, NULL),
                     CUSTODY_OK);
    assert_int_equal(known.calls, 3);
    assert_int_equal(count_rows(fixture, true), 4);
    assert_int_equal(count_rows(fixture, false), 2); /* the stale act's subject went along */
    assert_reads(fixture, stood, NAME_POINTER, NAME);
    assert_reads(fixture, young, NAME_POINTER, NAME);
    assert_no_read(fixture, stale, NAME_POINTER, CUSTODY_ERR_NOT_FOUND);

    /* what stood is live now: never asked about nor swept again */
    known.calls = 0;
    known.act_id = stale;
    assert_int_equal(vault_sweep(fixture->vault, NOW + 100000, 900, find_known, &known, NULL),
                     CUSTODY_OK);
    assert_int_equal(known.calls, 1);
    assert_reads(fixture, stood, NAME_POINTER, NAME);
    assert_int_equal(count_rows(fixture, true), 2);
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        act_clear(&acts[i]);
    }
}

static void vault_sweep_leaves_kept_subjects_their_time(void **state)
{
    struct fixture *fixture = *state;
    struct act act = act_two_fields(fixture->vault);
    struct known known = {.act_id = ACT, .status = CUSTODY_OK};

    assert_int_equal(vault_keep_subjects(fixture->vault, NOW, NULL), CUSTODY_OK);
    assert_int_equal(vault_sweep(fixture->vault, NOW + 900, 900, find_known, &known, NULL),
                     CUSTODY_OK);
    assert_int_equal(count_rows(fixture, false), 1);
    assert_int_equal(vault_sweep(fixture->vault, NOW + 901, 900, find_known, &known, NULL),
                     CUSTODY_OK);
    assert_int_equal(count_rows(fixture, false), 0);
    act_clear(&act);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ON_VAULT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
        ON_VAULT(vault_create_makes_private_files_once),
        ON_VAULT(vault_open_refuses_a_key_that_does_not_fit),
        ON_VAULT(vault_open_for_reading_refuses_to_write),
        ON_VAULT(vault_keeps_what_was_committed),
        ON_VAULT(vault_commit_field_reuses_a_stored_subject),
        ON_VAULT(vault_commit_field_refuses_unknown_subjects_and_bad_texts),
        ON_VAULT(vault_store_pending_wants_the_process_that_prepared),
        ON_VAULT(vault_store_pending_refuses_texts_that_do_not_fit),
        ON_VAULT(vault_store_pending_refuses_keys_of_other_making),
        ON_VAULT(vault_commit_field_refuses_a_key_moved_between_subjects),
        ON_VAULT(vault_store_pending_again_changes_nothing),
        ON_VAULT(vault_never_takes_a_fenced_subject_again),
        ON_VAULT(vault_read_refuses_rows_that_were_moved_or_changed),
        ON_VAULT(vault_db_holds_no_plain_text),
        ON_VAULT(vault_sweep_settles_what_was_left_pending),
        ON_VAULT(vault_sweep_leaves_kept_subjects_their_time),
#undef ON_VAULT
    };

    if (crypt_start(NULL) != CUSTODY_OK) {
        return 1;
    }
    return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
