/*
 * Speed of what people wait for, each beside a baseline that the same process measures in
 * between, so that a slow machine slows both. Nothing here passes or fails.
 *
 * usage: bench grow DIR SIZE KEYS POLICY | append DIR KEYS POLICY | verify DIR
 *        bench reads DIR | csv DIR KEYS | spawn TIMES PROGRAM SITE ITEM
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../src/ledger/internal.h"
#include "estate.h"
#include "file.h"
#include "instant.h"
#include "site_impl.h"

static double now_s(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Processor time of all threads so far: what other programs take does not count. */
static double processor_s(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

/* Quantile of values, which are sorted on the way. */
static double quantile(double *values, size_t count, double share)
{
    qsort(values, count, sizeof values[0], compare_doubles);
    return values[(size_t)(share * (double)(count - 1) + 0.5)];
}

static void check(enum custody_status rc, const struct custody_error *err, const char *what)
{
    if (rc != CUSTODY_OK) {
        die("%s: %s %s", what, err->rule, err->text);
    }
}

static size_t number(const char *text)
{
    char *end = NULL;
    unsigned long long value = strtoull(text, &end, 10);

    if (*text == '\0' || *end != '\0') {
        die("not a number: %s", text);
    }
    return (size_t)value;
}

/* ---- grow ---- */

static void grow(const char *dir, int64_t size, size_t keys, const char *policy)
{
    struct custody_error err = {0};
    struct estate estate;
    double start = now_s();

    estate_open(&estate, dir, policy, keys);
    check(store_run(estate.site->store, &err, "PRAGMA synchronous=OFF", ""), &err, "pragma");
    check(store_run(estate.site->store, &err, "PRAGMA wal_autocheckpoint=20000", ""), &err,
          "pragma");
    estate_grow(&estate, size);
    check(store_run(estate.site->store, &err, "PRAGMA wal_checkpoint(TRUNCATE)", ""), &err,
          "pragma");
    (void)printf(
        "ledger of %" PRId64 " entries: made %" PRId64 ", %.2f signatures an act, %.0f s\n",
        estate_size(&estate), estate.act_count,
        estate.act_count > 0 ? (double)estate.signature_count / (double)estate.act_count : 0.0,
        now_s() - start);
    estate_close(&estate);
}

/* ---- a: durable append ---- */

#define APPEND_ROUNDS 9
#define APPEND_BATCH  60

struct ready_act {
    struct buf payload;
    size_t signers[2];
    size_t signer_count;
};

/* The bare loop: the same bytes signed, verified and inserted, nothing asked of them. */
static double bare_append(struct estate *estate, sqlite3_stmt *insert,
                          const struct ready_act *acts)
{
    double start = now_s();

    for (size_t i = 0; i < APPEND_BATCH; i++) {
        struct custody_error err = {0};
        struct signature signatures[2];
        struct buf pae = BUF_INIT(PAYLOAD_MAX + 128);
        check(envelope_pae(acts[i].payload.data, acts[i].payload.len, &pae, &err), &err, "pae");
        for (size_t s = 0; s < acts[i].signer_count; s++) {
            const struct estate_person *person = &estate->people[acts[i].signers[s]];
            (void)crypto_sign_detached(signatures[s].bytes, NULL, pae.data, pae.len,
                                       person->key.secret.data);
            if (crypto_sign_verify_detached(signatures[s].bytes, pae.data, pae.len,
                                            person->key.public_key) != 0) {
                die("a signature does not verify");
            }
        }
        (void)sqlite3_bind_blob(insert, 1, pae.data, (int)pae.len, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK) {
            die("the bare insert failed");
        }
        buf_clear(&pae);
    }
    return now_s() - start;
}

static double real_append(struct estate *estate, const struct ready_act *acts)
{
    double start = now_s();

    for (size_t i = 0; i < APPEND_BATCH; i++) {
        struct custody_error err = {0};
        struct signature signatures[2];
        struct buf envelope = BUF_INIT(ENVELOPE_MAX);
        struct ledger_appended appended;
        struct judge judge;
        estate_sign(estate, &acts[i].payload, acts[i].signers, acts[i].signer_count,
                    signatures);
        check(envelope_write(acts[i].payload.data, acts[i].payload.len, signatures,
                             acts[i].signer_count, &envelope, &err),
              &err, "envelope");
        judge_init(&judge, false, 16);
        check(ledger_append(estate->site->ledger, envelope.data, envelope.len, estate->at,
                            &judge, &appended, &err),
              &err, "append");
        judge_clear(&judge);
        buf_clear(&envelope);
    }
    estate->people[acts[0].signers[0]].seq += APPEND_BATCH;
    return now_s() - start;
}

static void measure_append(const char *dir, size_t keys, const char *policy, bool is_cosigned)
{
    static struct ready_act acts[APPEND_BATCH];
    double bare[APPEND_ROUNDS];
    double real[APPEND_ROUNDS];
    double ratio[APPEND_ROUNDS];
    struct estate estate;
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    char *path = file_join(dir, "bare.db");

    estate_open(&estate, dir, policy, keys);
    if (path == NULL) {
        die("out of memory");
    }
    (void)unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE entry (idx INTEGER PRIMARY KEY, envelope BLOB)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO entry (envelope) VALUES (?)", -1, &insert, NULL) !=
            SQLITE_OK) {
        die("the bare database: %s", sqlite3_errmsg(db));
    }
    for (size_t round = 0; round < APPEND_ROUNDS; round++) {
        for (size_t i = 0; i < APPEND_BATCH; i++) {
            acts[i].payload = (struct buf)BUF_INIT(PAYLOAD_MAX);
            estate_build_loan(&estate, (int64_t)i, is_cosigned, &acts[i].payload,
                              acts[i].signers, &acts[i].signer_count);
        }
        bare[round] = bare_append(&estate, insert, acts) / APPEND_BATCH;
        real[round] = real_append(&estate, acts) / APPEND_BATCH;
        ratio[round] = bare[round] / real[round];
        for (size_t i = 0; i < APPEND_BATCH; i++) {
            buf_clear(&acts[i].payload);
        }
    }
    (void)printf("a  durable append, %d signature%s   %5.2f x the bare loop   (%.0f us an act, "
                 "bare %.0f us; goal 0.6 x)\n",
                 is_cosigned ? 2 : 1, is_cosigned ? "s" : " ",
                 quantile(ratio, APPEND_ROUNDS, 0.5), quantile(real, APPEND_ROUNDS, 0.5) * 1e6,
                 quantile(bare, APPEND_ROUNDS, 0.5) * 1e6);
    (void)sqlite3_finalize(insert);
    (void)sqlite3_close(db);
    (void)unlink(path);
    free(path);
    estate_close(&estate);
}

/* ---- b: verify ---- */

/* One core's verification of a message like an act's, in seconds by the wall and by processor.
 */
struct bare_verify {
    double wall_s;
    double processor_s;
};

static struct bare_verify measure_bare_verify(void)
{
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
    unsigned char signature[crypto_sign_BYTES];
    unsigned char message[760];
    const size_t count = 8000;

    randombytes_buf(message, sizeof message);
    (void)crypto_sign_keypair(public_key, secret_key);
    (void)crypto_sign_detached(signature, NULL, message, sizeof message, secret_key);
    double wall = now_s();
    double processor = processor_s();
    for (size_t i = 0; i < count; i++) {
        if (crypto_sign_verify_detached(signature, message, sizeof message, public_key) != 0) {
            die("a signature does not verify");
        }
    }
    return (struct bare_verify){.wall_s = (now_s() - wall) / (double)count,
                                .processor_s = (processor_s() - processor) / (double)count};
}

struct passed {
    double wall_end;
    double processor_end;
};

static void note_progress(void *arg, int64_t done, int64_t all)
{
    struct passed *passed = arg;

    (void)done;
    (void)all;
    passed->wall_end = now_s();
    passed->processor_end = processor_s();
}

/* Prints one line for people and, on standard error, the numbers for run.sh to take apart. */
static void measure_verify(const char *dir)
{
    struct custody_error err = {0};
    enum custody_status verdict = CUSTODY_OK;
    struct passed passed = {0};
    struct custody_verify_options options = {.progress = note_progress,
                                             .progress_arg = &passed};
    struct rusage usage;
    json_t *report = NULL;
    struct bare_verify before = measure_bare_verify();
    double wall = now_s();
    double processor = processor_s();

    check(custody_verify(dir, &options, &report, &verdict, &err), &err, "verify");
    double all = now_s() - wall;
    if (passed.wall_end == 0) {
        note_progress(&passed, 0, 0); /* too small for one step of progress */
    }
    wall = passed.wall_end - wall;
    processor = passed.processor_end - processor;
    struct bare_verify after = measure_bare_verify();
    double bare = (before.wall_s + after.wall_s) / 2;
    double bare_processor = (before.processor_s + after.processor_s) / 2;
    double size = (double)json_integer_value(json_object_get(report, "size"));
    double signatures = (double)json_integer_value(json_object_get(report, "signatures"));
    (void)getrusage(RUSAGE_SELF, &usage);
    if (verdict != CUSTODY_OK) {
        char *text = json_dumps(report, JSON_INDENT(1));
        die("the ledger does not verify: %.4000s", text != NULL ? text : "");
    }
    (void)printf("b  verify %7.0f acts, %.2f signatures an act  %5.2f x one core's bare rate  "
                 "(%.1f s, %.0f us an act; %.0f signatures/s, bare %.0f/s; peak %.0f MB; with "
                 "read model and openings %.1f s)\n",
                 size, signatures / size, signatures / wall * bare, wall, wall / size * 1e6,
                 signatures / wall, 1 / bare, (double)usage.ru_maxrss / 1024.0, all);
    (void)printf(
        "   processor time            %5.2f x on two idle cores         (%.0f us an act, "
        "of which %.0f us its signatures)\n",
        signatures * bare_processor / (processor / 2), processor / size * 1e6,
        signatures / size * bare_processor * 1e6);
    (void)fprintf(stderr, "%.0f %.0f %.6f %.6f %.9f %.9f\n", size, signatures, wall, processor,
                  bare, bare_processor);
    json_decref(report);
}

/* ---- c: reads ---- */

#define READ_TIMES   400
#define READ_SECONDS 3.0

struct subject {
    json_t *items; /* of keys */
    json_t *rings;
    json_t *places;
    json_t *locks;
    json_t *requests;
    json_t *people;
    int64_t size, first_at, last_at;
    uint64_t random;
};

static json_t *column_of(struct custody_site *site, const char *read, json_t *params,
                         const char *member)
{
    struct custody_error err = {0};
    json_t *rows = NULL;
    json_t *values = json_array();

    check(custody_read(site, read, params, &rows, &err), &err, read);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        (void)json_array_append(values, json_object_get(json_array_get(rows, i), member));
    }
    json_decref(rows);
    json_decref(params);
    return values;
}

static size_t dice(struct subject *subject, size_t count)
{
    subject->random = subject->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return count == 0 ? 0 : (size_t)(subject->random >> 33) % count;
}

static json_t *any_of(struct subject *subject, const json_t *values)
{
    return json_incref(json_array_get(values, dice(subject, json_array_size(values))));
}

static json_t *any_time(struct subject *subject)
{
    char text[INSTANT_TEXT_SIZE];
    int64_t span = subject->last_at - subject->first_at;

    instant_format(subject->first_at + (int64_t)dice(subject, (size_t)(span > 0 ? span : 1)),
                   text);
    return json_string(text);
}

/* Parameters of one read, filled anew each time. What: letters for what is drawn. */
struct question {
    const char *label;
    const char *read;
    const char *what; /* i item, r ring, p place, l lock, q request, h person, f from, a after
                         item, A after place, B after lock, t at, K R L U H D kind, o out,
                         d desk, n page of 50 */
};

static const struct question QUESTIONS[] = {
    {"who KEY --at", "who", "gKt"},
    {"who RING --at", "who", "jRt"},
    {"who HOME --at", "who", "xLt"},
    {"who LOCK --at", "who", "yUt"},
    {"who PERSON --at", "who", "zHt"},
    {"key show", "key.show", "i"},
    {"key history", "key.history", "i"},
    {"key list", "key.list", "na"},
    {"key list, desk", "key.list", "nad"},
    {"key list, place", "key.list", "np"},
    {"key list, out", "key.list", "nao"},
    {"key loans", "loan.list", "n"},
    {"key loans of a person", "loan.list", "nb"},
    {"key refusals", "refusal.list", "n"},
    {"ring list", "ring.list", "nc"},
    {"ring show", "ring.show", "r"},
    {"place list", "place.list", "nA"},
    {"lock list", "lock.list", "nB"},
    {"lock list, place", "lock.list", "np"},
    {"person list", "person.list", ""},
    {"request list", "request.list", "n"},
    {"request list, open", "request.list", "ns"},
    {"request show", "request.show", "q"},
    {"flags", "flag.list", "n"},
    {"ledger log", "ledger.log", "nf"},
    {"ledger log, key", "ledger.log", "ni"},
    {"ledger log, person", "ledger.log", "nfh"},
};

static void set(json_t *params, const char *name, json_t *value)
{
    if (value == NULL || json_object_set_new(params, name, value) != 0) {
        die("out of memory");
    }
}

static json_t *ask(struct subject *subject, const char *what)
{
    json_t *params = json_object();

    for (; *what != '\0'; what++) {
        char kind[2] = {*what, '\0'};
        switch (*what) {
        case 'g':
            set(params, "target", any_of(subject, subject->items));
            break;
        case 'j':
            set(params, "target", any_of(subject, subject->rings));
            break;
        case 'x':
            set(params, "target", any_of(subject, subject->places));
            break;
        case 'y':
            set(params, "target", any_of(subject, subject->locks));
            break;
        case 'z':
            set(params, "target", any_of(subject, subject->people));
            break;
        case 'i':
            set(params, "item", any_of(subject, subject->items));
            break;
        case 'r':
            set(params, "item", any_of(subject, subject->rings));
            break;
        case 'p':
            set(params, "place", any_of(subject, subject->places));
            break;
        case 'q':
            set(params, "request", any_of(subject, subject->requests));
            break;
        case 'h':
            set(params, "handle", any_of(subject, subject->people));
            break;
        case 'b':
            set(params, "holder", any_of(subject, subject->people));
            break;
        case 'a':
            set(params, "after", any_of(subject, subject->items));
            break;
        case 'c':
            set(params, "after", any_of(subject, subject->rings));
            break;
        case 'A':
            set(params, "after", any_of(subject, subject->places));
            break;
        case 'B':
            set(params, "after", any_of(subject, subject->locks));
            break;
        case 't':
            set(params, "at", any_time(subject));
            break;
        case 'o':
            set(params, "state", json_string("out"));
            break;
        case 's':
            set(params, "state", json_string("open"));
            break;
        case 'd':
            set(params, "desk", json_string("front"));
            break;
        case 'n':
            set(params, "limit", json_integer(50));
            break;
        case 'f':
            set(params, "from", json_integer((json_int_t)dice(subject, (size_t)subject->size)));
            break;
        default:
            set(params, "kind", json_string(kind));
            break;
        }
    }
    return params;
}

static double measure_bare_query(sqlite3 *db, struct subject *subject)
{
    static double times[READ_TIMES];
    sqlite3_stmt *query = NULL;

    if (sqlite3_prepare_v2(db, "SELECT label, holder, due FROM item WHERE item = ?", -1, &query,
                           NULL) != SQLITE_OK) {
        die("the bare query: %s", sqlite3_errmsg(db));
    }
    for (size_t i = 0; i < READ_TIMES; i++) {
        json_t *item = any_of(subject, subject->items);
        double start = now_s();
        (void)sqlite3_bind_text(query, 1, json_string_value(item), -1, SQLITE_STATIC);
        if (sqlite3_step(query) != SQLITE_ROW) {
            die("the bare query found nothing");
        }
        (void)sqlite3_reset(query);
        times[i] = now_s() - start;
        json_decref(item);
    }
    (void)sqlite3_finalize(query);
    return quantile(times, READ_TIMES, 0.5);
}

static void draw_subjects(struct custody_site *site, struct subject *subject)
{
    struct custody_error err = {0};
    json_int_t many = 10000000;

    subject->random = 42;
    subject->items = column_of(site, "key.list", json_pack("{s:I}", "limit", many), "item");
    subject->rings = column_of(site, "ring.list", json_pack("{s:I}", "limit", many), "item");
    subject->places = column_of(site, "place.list", json_pack("{s:I}", "limit", many), "code");
    subject->locks = column_of(site, "lock.list", json_pack("{s:I}", "limit", many), "code");
    subject->people = column_of(site, "person.list", json_object(), "handle");
    subject->requests =
        column_of(site, "request.list", json_pack("{s:i}", "limit", 1000), "request");
    check(ledger_size(site->ledger, &subject->size, &err), &err, "size");
    check(ledger_at(site->ledger, 0, &subject->first_at, &err), &err, "time");
    check(ledger_time(site->ledger, &subject->last_at, &err), &err, "time");
}

static void measure_reads(const char *dir)
{
    static double times[READ_TIMES];
    static double processor_times[READ_TIMES];
    struct custody_error err = {0};
    struct custody_site *site = NULL;
    struct subject subject = {0};
    sqlite3 *db = NULL;
    char *path = file_join(dir, "ledger.db");

    check(custody_site_open(dir, false, &site, &err), &err, "opening");
    if (path == NULL || sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        die("opening the database");
    }
    draw_subjects(site, &subject);
    double bare = measure_bare_query(db, &subject);
    (void)printf("c  reads at %" PRId64 " acts, %zu keys; bare indexed query p50 %.1f us; goal "
                 "p99 <= 2 ms\n",
                 subject.size, json_array_size(subject.items), bare * 1e6);
    for (size_t q = 0; q < sizeof QUESTIONS / sizeof QUESTIONS[0]; q++) {
        size_t row_count = 0;
        size_t count = 0;
        double begun = now_s();
        /* A slow one says so after a few seconds too. */
        for (size_t i = 0; i < READ_TIMES && now_s() - begun < READ_SECONDS; i++) {
            json_t *params = ask(&subject, QUESTIONS[q].what);
            json_t *rows = NULL;
            double start = now_s();
            double processor = processor_s();
            check(custody_read(site, QUESTIONS[q].read, params, &rows, &err), &err,
                  QUESTIONS[q].label);
            times[i] = now_s() - start;
            processor_times[i] = processor_s() - processor;
            count++;
            row_count += json_array_size(rows);
            json_decref(rows);
            json_decref(params);
        }
        double p99 = quantile(times, count, 0.99);
        double p50 = quantile(times, count, 0.5);
        double processor = quantile(processor_times, count, 0.99);
        (void)printf("   %-22s p50 %8.3f ms   p99 %8.3f ms (%8.3f ms by processor time)   "
                     "%7.1f x bare   %5.1f rows%s\n",
                     QUESTIONS[q].label, p50 * 1e3, p99 * 1e3, processor * 1e3, p50 / bare,
                     (double)row_count / (double)count,
                     processor > 0.002 ? "   over 2 ms" : "");
    }
    json_decref(subject.items);
    json_decref(subject.rings);
    json_decref(subject.places);
    json_decref(subject.locks);
    json_decref(subject.people);
    json_decref(subject.requests);
    (void)sqlite3_close(db);
    free(path);
    custody_site_close(site);
}

/* ---- d: cold start ---- */

static double spawn_once(char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = 0;
    double start = now_s();

    if (posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) !=
            0 ||
        posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child) {
        die("cannot run %s: %s", arguments[0], strerror(errno));
    }
    double took = now_s() - start;
    (void)posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        die("%s %s failed", arguments[0], arguments[1]);
    }
    return took;
}

static void measure_spawn(size_t times, char *program, char *site, char *item)
{
    char version[] = "version";
    char key[] = "key";
    char show[] = "show";
    char option[] = "--site";
    char *bare_arguments[] = {program, version, NULL};
    char *real_arguments[] = {program, key, show, item, option, site, NULL};
    double *bare = calloc(times, sizeof *bare);
    double *real = calloc(times, sizeof *real);

    if (bare == NULL || real == NULL) {
        die("out of memory");
    }
    for (size_t i = 0; i < times; i++) {
        bare[i] = spawn_once(bare_arguments);
        real[i] = spawn_once(real_arguments);
    }
    (void)printf("p50 %.1f ms, p99 %.1f ms; custody version p50 %.1f ms; %.2f x\n",
                 quantile(real, times, 0.5) * 1e3, quantile(real, times, 0.99) * 1e3,
                 quantile(bare, times, 0.5) * 1e3,
                 quantile(real, times, 0.5) / quantile(bare, times, 0.5));
    free(bare);
    free(real);
}

int main(int argc, char **argv)
{
    struct custody_error err = {0};
    const char *what = argc > 1 ? argv[1] : "";

    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    check(custody_start(&err), &err, "starting");
    if (strcmp(what, "grow") == 0 && argc == 6) {
        grow(argv[2], (int64_t)number(argv[3]), number(argv[4]), argv[5]);
    } else if (strcmp(what, "append") == 0 && argc == 5) {
        measure_append(argv[2], number(argv[3]), argv[4], false);
        measure_append(argv[2], number(argv[3]), argv[4], true);
    } else if (strcmp(what, "verify") == 0 && argc == 3) {
        measure_verify(argv[2]);
    } else if (strcmp(what, "reads") == 0 && argc == 3) {
        measure_reads(argv[2]);
    } else if (strcmp(what, "csv") == 0 && argc == 4) {
        estate_write_csv(argv[2], number(argv[3]));
    } else if (strcmp(what, "item") == 0 && argc == 3) {
        char item[ESTATE_ITEM_SIZE];
        estate_item('K', number(argv[2]), item);
        (void)printf("%s\n", item);
    } else if (strcmp(what, "spawn") == 0 && argc == 6) {
        measure_spawn(number(argv[2]), argv[3], argv[4], argv[5]);
    } else {
        die("see the head of bench.c for its arguments");
    }
    return 0;
}
