/*
 * A vault to be erased from, or recovered, while run_erase.py lets the disk fail or kills it;
 * and the same while memory runs out.
 *
 * usage: erase make DIR       DIR/vault with subjects, DIR/planted (what must go), DIR/escrow
 *        erase erase DIR      erase the victims; "erased" on standard output when it says so
 *        erase recover DIR    vault.key lost: open it by DIR/escrow; "recovered"
 *        erase check DIR HOW  HOW erased: it was acknowledged; tried: perhaps. Then all of it
 *                             is tried again and must be done. recovered, lost: the same for
 *                             vault.key
 *        erase alloc DIR      every allocation of an erasure fails once
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "custody/site.h"
#include "file.h"
#include "seal.h"
#include "text.h"
#include "vault_impl.h"

#define SUBJECTS 40U /* the first of which are victims */
#define VICTIMS  5U
#define NOW      INT64_C(1763800000)
#define FILE_MAX ((size_t)16 << 20)

/* ---- memory that runs out ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long countdown = -1;
static bool has_fired;

static bool fails(void)
{
    if (countdown < 0 || countdown-- > 0) {
        return false;
    }
    has_fired = true;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

/* ---- the vault ---- */

static const char NONCE_HEX[] = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
static const uint8_t OWNER[HASH_LEN] = {7};

struct subject {
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    uint8_t wrapped[72], boxed[104];
    char text[32];
};

struct planted {
    struct subject subjects[SUBJECTS];
    char kek_hex[2 * VAULT_KEK_LEN + 1];
};

static _Noreturn void die(const char *what, const struct custody_error *err)
{
    (void)fprintf(stderr, "%s: %s\n", what, err != NULL ? err->text : "");
    exit(1);
}

static void must(enum custody_status rc, const char *what, const struct custody_error *err)
{
    if (rc != CUSTODY_OK) {
        die(what, err);
    }
}

static void act_of(unsigned n, uint8_t out[HASH_LEN])
{
    memset(out, 0x5A, HASH_LEN);
    memcpy(out, &n, sizeof n);
}

static void plant(struct vault *vault, unsigned n, struct subject *ret)
{
    uint8_t nonce[16];
    uint8_t act[HASH_LEN];
    struct opening opening = {0};
    struct store_query query = {0};
    struct custody_error err = {0};
    json_t *field = NULL;
    size_t len = 0;

    act_of(n, act);
    (void)text_unhex(NONCE_HEX, 32, nonce, sizeof nonce);
    (void)snprintf(ret->text, sizeof ret->text, "planted text %u", n);
    must(
        vault_commit_field(vault, NULL, nonce, "/body/name", ret->text, &field, &opening, &err),
        "commit", &err);
    const char *k = json_string_value(json_object_get(field, "k"));
    (void)text_unhex(k, strlen(k), ret->k, sizeof ret->k);
    json_t *root = json_pack("{s:{s:o},s:s}", "body", "name", field, "nonce", NONCE_HEX);
    must(vault_store_pending(vault, act, root, &opening, 1, NOW, &err), "store", &err);
    must(vault_make_live(vault, act, (int64_t)n, &err), "live", &err);
    must(store_query(vault->store, &query, &err,
                     "SELECT wrapped, boxed FROM subject_key JOIN field USING (k) WHERE k = ?",
                     "b", ret->k, sizeof ret->k),
         "look", &err);
    const void *wrapped = store_blob(&query, 0, &len);
    memcpy(ret->wrapped, wrapped, len < sizeof ret->wrapped ? len : sizeof ret->wrapped);
    const void *boxed = store_blob(&query, 1, &len);
    memcpy(ret->boxed, boxed, len < sizeof ret->boxed ? len : sizeof ret->boxed);
    store_end(&query);
    opening_clear(&opening);
    json_decref(root);
}

/* DIR/name; the few of a run are never freed */
static char *in(const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    if (path == NULL) {
        die("memory", NULL);
    }
    return path;
}

static void put(const char *dir, const char *name, const void *data, size_t len)
{
    struct custody_error err = {0};
    must(file_write_durable(in(dir, name), data, len, 0600, &err), name, &err);
}

static void get(const char *dir, const char *name, void *data, size_t len)
{
    struct buf bytes = BUF_INIT(FILE_MAX);
    struct custody_error err = {0};
    must(file_read(in(dir, name), FILE_MAX, &bytes, &err), name, &err);
    if (bytes.len != len) {
        die("length", NULL);
    }
    memcpy(data, bytes.data, len);
    buf_clear(&bytes);
}

struct escrow {
    uint8_t public_key[32], secret[32];
    size_t sealed_len;
    uint8_t sealed[4096];
};

static void make_escrow(struct vault *vault, const char *dir)
{
    struct escrow escrow = {.sealed_len = 0};
    struct secret secret = {0};
    struct buf sealed = BUF_INIT(sizeof escrow.sealed);
    struct custody_error err = {0};

    must(seal_recipient_make(escrow.public_key, &secret, &err), "recipient", &err);
    must(vault_seal_recovery(vault, escrow.public_key, OWNER, &sealed, &err), "seal", &err);
    memcpy(escrow.secret, secret.data, sizeof escrow.secret);
    memcpy(escrow.sealed, sealed.data, sealed.len);
    escrow.sealed_len = sealed.len;
    put(dir, "escrow", &escrow, sizeof escrow);
    buf_clear(&sealed);
    secret_clear(&secret);
}

static int make(const char *dir)
{
    static struct planted planted;
    struct vault *vault = NULL;
    struct custody_error err = {0};
    const char *inside = in(dir, "vault");

    must(file_make_dir(inside, 0700, &err), "dir", &err);
    must(vault_create(inside, &err), "create", &err);
    must(vault_open(inside, false, &vault, &err), "open", &err);
    for (unsigned n = 0; n < SUBJECTS; n++) {
        plant(vault, n, &planted.subjects[n]);
    }
    text_hex(vault->kek.data, VAULT_KEK_LEN, planted.kek_hex);
    put(dir, "planted", &planted, sizeof planted);
    make_escrow(vault, dir);
    vault_close(vault);
    return 0;
}

static enum custody_status erase(const char *dir, const struct planted *planted,
                                 struct custody_error *err)
{
    struct vault_fence fences[VICTIMS];
    struct vault *vault = NULL;
    enum custody_status rc = vault_open(in(dir, "vault"), false, &vault, err);

    for (unsigned n = 0; n < VICTIMS; n++) {
        memcpy(fences[n].k, planted->subjects[n].k, sizeof fences[n].k);
        fences[n].idx = 1000;
    }
    if (rc == CUSTODY_OK) {
        rc = vault_erase(vault, fences, VICTIMS, err);
    }
    vault_close(vault);
    return rc;
}

static enum custody_status recover(const char *dir, struct custody_error *err)
{
    static struct escrow escrow;
    struct secret secret = {0};

    get(dir, "escrow", &escrow, sizeof escrow);
    must(secret_copy(escrow.secret, sizeof escrow.secret, &secret, err), "secret", err);
    enum custody_status rc = vault_recover(in(dir, "vault"), escrow.sealed, escrow.sealed_len,
                                           escrow.public_key, &secret, OWNER, err);
    secret_clear(&secret);
    return rc;
}

/* ---- afterwards ---- */

static bool reads(struct vault *vault, const struct subject *subject, unsigned n)
{
    uint8_t act[HASH_LEN];
    struct buf out = BUF_INIT(VAULT_PLAIN_MAX);

    act_of(n, act);
    bool does = vault_read(vault, act, "/body/name", &out, NULL) == CUSTODY_OK &&
                strcmp((char *)out.data, subject->text) == 0;
    buf_clear(&out);
    return does;
}

static void want_absent(const char *path, const void *needle, size_t len, const char *what)
{
    DIR *dir = opendir(path);

    for (const struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct buf bytes = BUF_INIT(FILE_MAX);
        if (entry->d_name[0] != '.' &&
            file_read(in(path, entry->d_name), FILE_MAX, &bytes, NULL) == CUSTODY_OK &&
            bytes.len > 0 && memmem(bytes.data, bytes.len, needle, len) != NULL) {
            (void)fprintf(stderr, "%s still stands in %s\n", what, entry->d_name);
            exit(1);
        }
        buf_clear(&bytes);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

/* The survivors read; the victims do when is_there, and are nowhere else. */
static void look(const char *dir, const struct planted *planted, int is_there)
{
    struct vault *vault = NULL;
    struct vault_keys keys = {.count = 0};
    struct custody_error err = {0};
    const char *inside = in(dir, "vault");

    must(vault_open(inside, false, &vault, &err), "the vault does not open", &err);
    for (unsigned n = 0; n < SUBJECTS; n++) {
        bool does = reads(vault, &planted->subjects[n], n);
        if (n >= VICTIMS ? !does : (is_there >= 0 && does != (is_there == 1))) {
            (void)fprintf(stderr, "subject %u %s\n", n, does ? "reads" : "does not read");
            exit(1);
        }
    }
    vault_close(vault);
    must(vault_keys_read(inside, &keys, &err), "vault.key", &err);
    if (keys.count != 1) {
        die("vault.key has two KEKs after opening", NULL);
    }
    vault_keys_clear(&keys);
    if (is_there == 0) {
        want_absent(inside, planted->kek_hex, strlen(planted->kek_hex), "the old KEK");
        for (unsigned n = 0; n < VICTIMS; n++) {
            const struct subject *subject = &planted->subjects[n];
            want_absent(inside, subject->wrapped, sizeof subject->wrapped, "a wrapped key");
            want_absent(inside, subject->boxed, sizeof subject->boxed, "a ciphertext");
            want_absent(inside, subject->text, strlen(subject->text), "a text");
        }
    }
}

static int check(const char *dir, const char *how)
{
    static struct planted planted;
    struct custody_error err = {0};

    get(dir, "planted", &planted, sizeof planted);
    if (strcmp(how, "recovered") == 0) {
        look(dir, &planted, 1);
        return 0;
    }
    if (strcmp(how, "lost") == 0) {
        /* with vault.key there it goes as far as it went; without, once more */
        if (!file_exists(in(dir, "vault/vault.key"))) {
            must(recover(dir, &err), "recovering again", &err);
        }
        look(dir, &planted, 1);
        return 0;
    }
    look(dir, &planted, strcmp(how, "erased") == 0 ? 0 : -1);
    must(erase(dir, &planted, &err), "erasing again", &err);
    look(dir, &planted, 0);
    return 0;
}

/* Each time a new victim, one allocation further. */
static int alloc(const char *dir)
{
    static struct planted planted;
    struct custody_error err = {0};
    const char *inside = in(dir, "vault");
    long n = 0;

    get(dir, "planted", &planted, sizeof planted);
    for (has_fired = true; has_fired; n++) {
        struct vault *vault = NULL;
        struct subject victim;
        struct vault_fence fence = {.idx = n};
        unsigned act = 1000U + (unsigned)n;
        must(vault_open(inside, false, &vault, &err), "open", &err);
        plant(vault, act, &victim);
        memcpy(fence.k, victim.k, sizeof fence.k);
        vault_close(vault);
        vault = NULL;
        has_fired = false;
        countdown = n;
        enum custody_status rc = vault_open(inside, false, &vault, &err);
        if (rc == CUSTODY_OK) {
            rc = vault_erase(vault, &fence, 1, &err);
        }
        countdown = -1;
        vault_close(vault);
        vault = NULL;
        if ((rc == CUSTODY_OK) == has_fired && rc != CUSTODY_OK) {
            (void)fprintf(stderr, "allocation %ld: status %d: %s\n", n, (int)rc, err.text);
            if (rc != CUSTODY_ERR_NOMEM) {
                return 1;
            }
        }
        must(vault_open(inside, false, &vault, &err), "open afterwards", &err);
        if (rc == CUSTODY_OK && reads(vault, &victim, act)) {
            die("it says erased and is not", NULL);
        }
        must(vault_erase(vault, &fence, 1, &err), "erase afterwards", &err);
        if (reads(vault, &victim, act) || !reads(vault, &planted.subjects[9], 9)) {
            die("afterwards", NULL);
        }
        vault_close(vault);
    }
    (void)printf("%ld allocations\n", n - 1);
    return n > 100 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct custody_error err = {0};
    static struct planted planted;

    if (argc < 3 || custody_start(&err) != CUSTODY_OK) {
        return 2;
    }
    const char *dir = argv[2];
    if (strcmp(argv[1], "make") == 0) {
        return make(dir);
    }
    if (strcmp(argv[1], "check") == 0 && argc > 3) {
        return check(dir, argv[3]);
    }
    if (strcmp(argv[1], "alloc") == 0) {
        return alloc(dir);
    }
    bool is_erase = strcmp(argv[1], "erase") == 0;
    get(dir, "planted", &planted, sizeof planted);
    must(is_erase ? erase(dir, &planted, &err) : recover(dir, &err), argv[1], &err);
    (void)puts(is_erase ? "erased" : "recovered");
    return 0;
}
