/*
 * Every allocation of the public calls fails once: malloc of the library (wrapped at the link),
 * of jansson and of SQLite are counted together, and for n = 0, 1, 2 … the n-th gives nothing.
 *
 * usage: alloc OFFICE TRIES SEED CLAIM    (without arguments: lists the claims)
 *   OFFICE  directory made by office.py, with a file "work" of claims' inputs (run_alloc.py);
 *           OFFICE/base is the state that every try begins with
 *   TRIES   about so many of the claim's allocations are tried, spread evenly; 0: all of them
 *   SEED    where the spread begins
 *
 * After each try: either the call was done (it can live without that memory) or it gives a
 * status with a sentence, writes no output, has changed nothing, and the same call on the same
 * handle then works. Leaks are looked for by LeakSanitizer.
 */
#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "custody/site.h"
#include "failing.h"

#define PASSPHRASE "correct horse battery"
/* A thorough look (verification, leaks) every so many tries. */
#define LOOK_EVERY 64
/* Written to where nothing may be written on failure. */
#define UNTOUCHED ((void *)(uintptr_t)0x5AFE)

int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

/* ---- the allocators ---- */

static sqlite3_mem_methods plain; /* SQLite's own */

static void *sql_malloc(int size)
{
    return fails() ? NULL : plain.xMalloc(size);
}

static void *sql_realloc(void *old, int size)
{
    return fails() ? NULL : plain.xRealloc(old, size);
}

static void install_allocators(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
    sqlite3_mem_methods counted = plain;
    counted.xMalloc = sql_malloc;
    counted.xRealloc = sql_realloc;
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
    json_set_alloc_funcs(__wrap_malloc, free);
}

/* ---- the office ---- */

struct office {
    char base[PATH_MAX];
    char now[PATH_MAX];
    char site_dir[PATH_MAX + 8];
    char credentials[PATH_MAX + 16];
    struct custody_credential *li;
    struct custody_credential *zhao;
    struct custody_site *site;
    json_t *work;  /* what the claims want: item, places (a CSV), request */
    char *request; /* bytes of a request file */
    size_t request_len;
    bool is_touched; /* an output was written in spite of a failure */
};

static _Noreturn void give_up(const char *what, const struct custody_error *err)
{
    (void)printf("not ok alloc: %s: %s\n", what, err != NULL ? err->text : "");
    exit(1);
}

static char *read_file(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        give_up(path, NULL);
    }
    (void)fseek(file, 0, SEEK_END);
    const long len = ftell(file);
    rewind(file);
    char *data = malloc((size_t)len + 1);
    if (data == NULL || fread(data, 1, (size_t)len, file) != (size_t)len) {
        give_up(path, NULL);
    }
    data[len] = '\0';
    (void)fclose(file);
    *ret_len = (size_t)len;
    return data;
}

/* Files of one folder; what is there already goes. */
static void copy_folder(const char *from, const char *to, const char *name)
{
    char source[PATH_MAX + 300];
    char target[PATH_MAX + 300];
    (void)snprintf(target, sizeof target, "%.2000s/%.200s", to, name);
    (void)mkdir(target, 0700);
    DIR *old = opendir(target);
    for (struct dirent *e = old != NULL ? readdir(old) : NULL; e != NULL; e = readdir(old)) {
        (void)snprintf(target, sizeof target, "%.2000s/%.200s/%.255s", to, name, e->d_name);
        (void)unlink(target);
    }
    if (old != NULL) {
        (void)closedir(old);
    }
    (void)snprintf(source, sizeof source, "%.2000s/%.200s", from, name);
    DIR *dir = opendir(source);
    if (dir == NULL) {
        give_up(source, NULL);
    }
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (e->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(source, sizeof source, "%.2000s/%.200s/%.255s", from, name, e->d_name);
        (void)snprintf(target, sizeof target, "%.2000s/%.200s/%.255s", to, name, e->d_name);
        size_t len = 0;
        char *data = read_file(source, &len);
        FILE *file = fopen(target, "wb");
        if (file == NULL || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
            give_up(target, NULL);
        }
        free(data);
    }
    (void)closedir(dir);
}

static void begin_again(struct office *office)
{
    copy_folder(office->base, office->now, "site");
    copy_folder(office->base, office->now, "credentials");
}

static void open_site(struct office *office, bool is_write)
{
    struct custody_error err = {0};
    if (custody_site_open(office->site_dir, is_write, &office->site, &err) != CUSTODY_OK) {
        give_up("the site does not open", &err);
    }
}

static void close_site(struct office *office)
{
    custody_site_close(office->site);
    office->site = NULL;
}

static int64_t size_of(struct custody_site *site)
{
    struct custody_error err = {0};
    json_t *info = NULL;
    if (custody_site_info(site, &info, &err) != CUSTODY_OK) {
        give_up("the site does not tell its size", &err);
    }
    const int64_t size = json_integer_value(json_object_get(info, "size"));
    json_decref(info);
    return size;
}

static bool is_verified(const struct office *office)
{
    const struct custody_verify_options options = {.threads = 1};
    struct custody_error err = {0};
    enum custody_status verdict = CUSTODY_ERR_UNCHECKED;
    json_t *report = NULL;
    if (custody_verify(office->site_dir, &options, &report, &verdict, &err) != CUSTODY_OK) {
        return false;
    }
    json_decref(report);
    return verdict == CUSTODY_OK;
}

/* ---- what is tried ---- */

typedef enum custody_status (*attempt)(struct office *office, struct custody_error *err);

/* A JSON result: dropped, or untouched after a failure. */
static enum custody_status drop(struct office *office, enum custody_status rc, json_t *result)
{
    if (rc == CUSTODY_OK) {
        json_decref(result);
    } else if (result != UNTOUCHED) {
        office->is_touched = true;
    }
    return rc;
}

static enum custody_status drop_text(struct office *office, enum custody_status rc, char *text)
{
    if (rc == CUSTODY_OK) {
        free(text);
    } else if (text != UNTOUCHED) {
        office->is_touched = true;
    }
    return rc;
}

static enum custody_status try_open(struct office *office, bool is_write,
                                    struct custody_error *err)
{
    struct custody_site *site = UNTOUCHED;
    const enum custody_status rc = custody_site_open(office->site_dir, is_write, &site, err);
    if (rc == CUSTODY_OK) {
        custody_site_close(site);
    } else if (site != UNTOUCHED) {
        office->is_touched = true;
    }
    return rc;
}

static enum custody_status try_open_read(struct office *office, struct custody_error *err)
{
    return try_open(office, false, err);
}

static enum custody_status try_open_write(struct office *office, struct custody_error *err)
{
    return try_open(office, true, err);
}

static bool say_yes(void *arg, const json_t *description)
{
    (void)arg;
    return json_object_get(description, "sentence") != NULL;
}

/* Prepare, sign with everybody, submit. */
static enum custody_status act(struct office *office, const char *name, const json_t *body,
                               bool is_two, struct custody_error *err)
{
    const char *const signers[] = {"li", "zhao"};
    const struct custody_draft draft = {.act = name,
                                        .body = body,
                                        .by = "li",
                                        .signers = signers,
                                        .signer_count = is_two ? 2 : 1};
    struct custody_request *request = UNTOUCHED;
    json_t *result = UNTOUCHED;
    enum custody_status rc = custody_prepare(office->site, &draft, &request, err);
    if (rc != CUSTODY_OK) {
        office->is_touched = office->is_touched || request != UNTOUCHED;
        return rc;
    }
    rc = custody_sign(office->site, request, office->li, CUSTODY_ZH, say_yes, NULL, err);
    if (rc == CUSTODY_OK && is_two) {
        rc = custody_sign(office->site, request, office->zhao, CUSTODY_EN, say_yes, NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_submit(office->site, request, CUSTODY_ZH, &result, err);
        rc = drop(office, rc, result);
    }
    custody_request_free(request);
    return rc;
}

static enum custody_status try_lend(struct office *office, struct custody_error *err)
{
    return act(office, "key.lend/1", json_object_get(office->work, "lend"), true, err);
}

static enum custody_status try_party(struct office *office, struct custody_error *err)
{
    return act(office, "party.add/1", json_object_get(office->work, "party"), false, err);
}

static enum custody_status try_reads(struct office *office, struct custody_error *err)
{
    static const char *const names[] = {"key.list",   "loan.list",   "party.list",
                                        "ledger.log", "person.list", "place.list"};
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof names / sizeof names[0]; i++) {
        json_t *rows = UNTOUCHED;
        rc = custody_read(office->site, names[i], NULL, &rows, err);
        rc = drop(office, rc, rows);
    }
    return rc;
}

static enum custody_status try_who(struct office *office, struct custody_error *err)
{
    json_t *rows = UNTOUCHED;
    const enum custody_status rc =
        custody_read(office->site, "who", json_object_get(office->work, "who"), &rows, err);
    return drop(office, rc, rows);
}

static enum custody_status try_resolve(struct office *office, struct custody_error *err)
{
    json_t *matches = UNTOUCHED;
    const enum custody_status rc =
        custody_resolve(office->site, json_string_value(json_object_get(office->work, "label")),
                        "KRPHLDU", &matches, err);
    return drop(office, rc, matches);
}

static enum custody_status try_info(struct office *office, struct custody_error *err)
{
    json_t *result = UNTOUCHED;
    enum custody_status rc = custody_site_info(office->site, &result, err);
    rc = drop(office, rc, result);
    if (rc == CUSTODY_OK) {
        result = UNTOUCHED;
        rc = custody_site_policy(office->site, &result, err);
        rc = drop(office, rc, result);
    }
    if (rc == CUSTODY_OK) {
        result = UNTOUCHED;
        rc = custody_entry(office->site, 3, CUSTODY_ZH, &result, err);
        rc = drop(office, rc, result);
    }
    return rc;
}

static enum custody_status try_checkpoint(struct office *office, struct custody_error *err)
{
    char *note = UNTOUCHED;
    char code[33];
    const enum custody_status rc = custody_checkpoint(office->site, &note, code, err);
    return drop_text(office, rc, note);
}

static enum custody_status try_papers(struct office *office, struct custody_error *err)
{
    char *text = UNTOUCHED;
    enum custody_status rc = custody_trust(office->site, &text, err);
    rc = drop_text(office, rc, text);
    if (rc == CUSTODY_OK) {
        text = UNTOUCHED;
        rc = custody_receipt(office->site, 2, &text, err);
        rc = drop_text(office, rc, text);
    }
    if (rc == CUSTODY_OK) {
        text = UNTOUCHED;
        rc = custody_openings(office->site, &text, err);
        rc = drop_text(office, rc, text);
    }
    return rc;
}

static enum custody_status try_export(struct office *office, struct custody_error *err)
{
    char dir[PATH_MAX + 16];
    (void)snprintf(dir, sizeof dir, "%.4000s/export", office->now);
    return custody_export(office->site, dir, err);
}

static enum custody_status try_rebuild(struct office *office, struct custody_error *err)
{
    return custody_site_rebuild(office->site, err);
}

static enum custody_status try_verify(struct office *office, struct custody_error *err)
{
    const struct custody_verify_options options = {.threads = 1};
    enum custody_status verdict = CUSTODY_OK;
    json_t *report = UNTOUCHED;
    enum custody_status rc = custody_verify(office->site_dir, &options, &report, &verdict, err);
    if (rc == CUSTODY_OK && verdict == CUSTODY_ERR_TAMPERED) {
        json_t *findings = json_object_get(report, "findings");
        (void)printf("# found: %s\n",
                     json_string_value(json_object_get(json_array_get(findings, 0), "text")));
    }
    rc = drop(office, rc, report);
    if (rc == CUSTODY_OK && verdict == CUSTODY_ERR_TAMPERED) {
        office->is_touched = true; /* want of memory must never read as tampering */
    }
    return rc;
}

static enum custody_status try_import(struct office *office, struct custody_error *err)
{
    json_t *import = UNTOUCHED;
    enum custody_status rc = custody_import_read(
        office->site, "places", json_string_value(json_object_get(office->work, "places")),
        NULL, &import, err);
    if (rc == CUSTODY_OK && json_integer_value(json_object_get(import, "problem_total")) != 0) {
        office->is_touched = true; /* a good file has no bad row for want of memory */
    }
    return drop(office, rc, import);
}

static enum custody_status try_request(struct office *office, struct custody_error *err)
{
    struct custody_request *request = UNTOUCHED;
    json_t *description = UNTOUCHED;
    char *data = UNTOUCHED;
    size_t len = 0;
    enum custody_status rc =
        custody_request_read(office->request, office->request_len, &request, err);
    if (rc != CUSTODY_OK) {
        office->is_touched = office->is_touched || request != UNTOUCHED;
        return rc;
    }
    rc = custody_request_describe(request, CUSTODY_ZH, 480, &description, err);
    rc = drop(office, rc, description);
    if (rc == CUSTODY_OK) {
        rc = custody_request_write(request, &data, &len, err);
        rc = drop_text(office, rc, data);
    }
    custody_request_free(request);
    return rc;
}

static enum custody_status try_acts(struct office *office, struct custody_error *err)
{
    char *text = UNTOUCHED;
    enum custody_status rc = custody_acts_json(&text, err);
    rc = drop_text(office, rc, text);
    if (rc == CUSTODY_OK) {
        text = UNTOUCHED;
        rc = custody_reads_json(&text, err);
        rc = drop_text(office, rc, text);
    }
    return rc;
}

static enum custody_status try_credentials(struct office *office, struct custody_error *err)
{
    json_t *list = UNTOUCHED;
    const enum custody_status rc = custody_credential_list(office->credentials, &list, err);
    return drop(office, rc, list);
}

enum site_use { NO_SITE, SITE_READ, SITE_WRITE };

static const struct claim {
    const char *name;
    attempt run;
    enum site_use use;
    int64_t acts; /* entries it adds */
} claims[] = {
    {"open_for_reading", try_open_read, NO_SITE, 0},
    {"open_for_writing", try_open_write, NO_SITE, 0},
    {"key_lend", try_lend, SITE_WRITE, 1},
    {"party_add", try_party, SITE_WRITE, 1},
    {"reads", try_reads, SITE_READ, 0},
    {"who", try_who, SITE_READ, 0},
    {"resolve", try_resolve, SITE_READ, 0},
    {"info_policy_entry", try_info, SITE_READ, 0},
    {"checkpoint", try_checkpoint, SITE_WRITE, 0},
    {"trust_receipt_openings", try_papers, SITE_WRITE, 0},
    {"export", try_export, SITE_WRITE, 0},
    {"rebuild", try_rebuild, SITE_WRITE, 0},
    {"verify", try_verify, NO_SITE, 0},
    {"import_read", try_import, SITE_READ, 0},
    {"request_read_describe_write", try_request, NO_SITE, 0},
    {"acts_and_reads_json", try_acts, NO_SITE, 0},
    {"credential_list", try_credentials, NO_SITE, 0},
};

/* ---- one try ---- */

/* What is wrong after a try, "" when nothing is. */
static void judge(struct office *office, const struct claim *claim, enum custody_status rc,
                  const struct custody_error *err, int64_t before, char *out, size_t size)
{
    struct custody_error again = {0};
    out[0] = '\0';
    if (office->is_touched) {
        (void)snprintf(out, size, "an output was written, or is wrong, for want of memory");
    } else if (rc != CUSTODY_OK && (err->status != rc || err->text[0] == '\0')) {
        (void)snprintf(out, size, "status %d without a sentence", (int)rc);
    } else if (rc != CUSTODY_OK && rc != CUSTODY_ERR_NOMEM) {
        (void)snprintf(out, size, "status %d (%s) instead of out of memory: %s", (int)rc,
                       custody_status_text(rc), err->text);
    } else if (office->site != NULL &&
               size_of(office->site) != before + (rc == CUSTODY_OK ? claim->acts : 0)) {
        (void)snprintf(out, size, "%lld entries after status %d (%s), before: %lld",
                       (long long)size_of(office->site), (int)rc, err->text, (long long)before);
    } else if (rc != CUSTODY_OK && claim->run(office, &again) != CUSTODY_OK) {
        (void)snprintf(out, size, "the same call fails afterwards: %s", again.text);
    }
}

/* How many allocations the claim makes when all goes well. */
static long count_allocations(struct office *office, const struct claim *claim)
{
    struct custody_error err = {0};
    begin_again(office);
    if (claim->use != NO_SITE) {
        open_site(office, claim->use == SITE_WRITE);
    }
    atomic_store(&countdown, LONG_MAX);
    const enum custody_status rc = claim->run(office, &err);
    const long left = atomic_exchange(&countdown, -1);
    close_site(office);
    if (rc != CUSTODY_OK) {
        give_up(claim->name, &err);
    }
    return LONG_MAX - left;
}

/* seed below 0: that allocation (and the wanted ones after it) and no other. */
static bool run_claim(struct office *office, const struct claim *claim, long wanted, long seed)
{
    const long all = count_allocations(office, claim);
    const long stride = wanted > 0 && seed >= 0 ? all / wanted + 1 : 1;
    long tries = 0;
    long refused = 0;
    long bad = 0;
    for (long n = seed < 0 ? -seed : seed % stride;; n += stride) {
        struct custody_error err = {0};
        char trouble[700];
        int64_t before = 0;
        if (claim->use == SITE_WRITE || tries == 0) {
            begin_again(office);
        }
        if (claim->use != NO_SITE) {
            open_site(office, claim->use == SITE_WRITE);
            before = size_of(office->site);
        }
        office->is_touched = false;
        atomic_store(&has_fired, false);
        atomic_store(&countdown, n);
        const enum custody_status rc = claim->run(office, &err);
        atomic_store(&countdown, -1);
        const bool is_last = !atomic_load(&has_fired);
        judge(office, claim, rc, &err, before, trouble, sizeof trouble);
        close_site(office);
        tries++;
        refused += rc != CUSTODY_OK ? 1 : 0;
        if (trouble[0] == '\0' && (tries % LOOK_EVERY == 0 || is_last)) {
            if (!is_verified(office)) {
                (void)snprintf(trouble, sizeof trouble, "the site does not verify afterwards");
            } else if (__lsan_do_recoverable_leak_check != NULL &&
                       __lsan_do_recoverable_leak_check() != 0) {
                (void)snprintf(trouble, sizeof trouble, "memory leaked in the last %d tries",
                               LOOK_EVERY);
            }
        }
        if (is_last && rc != CUSTODY_OK) {
            (void)snprintf(trouble, sizeof trouble, "fails with all the memory: %s", err.text);
        }
        if (trouble[0] != '\0') {
            bad++;
            if (bad <= 5) {
                (void)printf("# %s, allocation %ld: %s\n", claim->name, n, trouble);
            }
        }
        if (is_last || bad > 20 || (seed < 0 && tries > wanted)) {
            break;
        }
    }
    (void)printf("%s %s_survives_every_failed_allocation (%ld of %ld tried, %ld refused)",
                 bad == 0 ? "ok" : "not ok", claim->name, tries, all, refused);
    if (bad != 0) {
        (void)printf(": %ld bad", bad);
    }
    (void)printf("\n");
    (void)fflush(stdout);
    return bad == 0;
}

static void join(char *out, size_t size, const char *dir, const char *name)
{
    if (snprintf(out, size, "%s/%s", dir, name) >= (int)size) {
        give_up("the path is too long", NULL);
    }
}

static void load(struct office *office, const char *path)
{
    struct custody_error err = {0};
    char name[PATH_MAX];
    size_t len = 0;
    join(office->base, sizeof office->base, path, "base");
    join(office->now, sizeof office->now, path, "now");
    join(office->site_dir, sizeof office->site_dir, office->now, "site");
    join(office->credentials, sizeof office->credentials, office->now, "credentials");
    (void)mkdir(office->now, 0700);
    begin_again(office);
    join(name, sizeof name, path, "work");
    char *text = read_file(name, &len);
    office->work = json_loadb(text, len, 0, NULL);
    free(text);
    join(name, sizeof name, path, "request");
    office->request = read_file(name, &office->request_len);
    if (office->work == NULL ||
        custody_credential_unlock(office->credentials, "li", PASSPHRASE, strlen(PASSPHRASE),
                                  &office->li, &err) != CUSTODY_OK ||
        custody_credential_unlock(office->credentials, "zhao", PASSPHRASE, strlen(PASSPHRASE),
                                  &office->zhao, &err) != CUSTODY_OK) {
        give_up("the office is not ready", &err);
    }
}

int main(int argc, char **argv)
{
    struct office office = {.site = NULL};
    struct custody_error err = {0};
    bool is_good = true;
    if (argc < 5) {
        for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
            (void)printf("%s\n", claims[i].name);
        }
        return 0;
    }
    install_allocators();
    if (custody_start(&err) != CUSTODY_OK) {
        give_up("start", &err);
    }
    load(&office, argv[1]);
    const long wanted = strtol(argv[2], NULL, 10);
    const long seed = strtol(argv[3], NULL, 10);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        if (strcmp(argv[4], claims[i].name) == 0) {
            is_good = run_claim(&office, &claims[i], wanted, seed) && is_good;
        }
    }
    custody_credential_close(office.li);
    custody_credential_close(office.zhao);
    json_decref(office.work);
    free(office.request);
    return is_good ? 0 : 1;
}
