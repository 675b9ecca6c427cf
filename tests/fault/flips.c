/*
 * Every bit of a twelve-act export, and of every column of the ledger_entry of its database,
 * flipped one by one; other bits of the database by chance. Each time the whole of
 * custody_verify runs, with the real acts. A flip is in order when the verdict is failed or
 * incomplete and no finding lies before the entry that was changed; a flip elsewhere in the
 * database also when not one value has changed. What is outside of that is named.
 *
 * usage: flips WORKERS STEP OTHER SEED    STEP 1: all bits, n: one in n; OTHER: how many bits
 *                                         elsewhere. From the root of the tree.
 *
 * So that all bits take minutes and not hours:
 *
 *   - The verification of an Ed25519 signature, a function of its arguments alone, is
 * remembered when it succeeded in the run without a flip: the same key, signature and message
 * byte for byte give the same answer, all else is computed.
 *   - Of the flips within envelopes, one in 31 goes through the whole of custody_verify, the
 *     others through the library's replay alone, with the judge that stops at the first
 *     violation. They count only when that is "leaf" at the very entry, which an audit finds in
 *     the same place and never takes back; whatever else comes of it goes through the whole.
 */
#include "tamper_fixture.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "instant.h"
#include "known_good.h"
#include "schema.h"
#include "site_impl.h"
#include "verify.h"
#include "world_impl.h"

#define WORKERS_MAX 64
#define WHOLE_EVERY 31
#define BUNDLE      "tile/entries/000.p/12"

/* ---- the campaign ---- */

enum part { CHECKPOINT, TILE, ENTRIES, ACT_ID, LEAF_HASH, ENVELOPE, IDX, OTHER, PARTS };

static const char *const part_names[PARTS] = {"the_checkpoint_of_an_export",
                                              "the_tile_of_an_export",
                                              "the_bundle_of_an_export",
                                              "ledger_entry_act_id",
                                              "ledger_entry_leaf_hash",
                                              "ledger_entry_envelope",
                                              "ledger_entry_idx",
                                              "the_rest_of_the_database"};

struct tally {
    int64_t flips, brief, failed, incomplete, unread, same, outside;
};

struct campaign {
    struct world *world;
    struct tally *tallies; /* [worker][part], shared */
    unsigned workers, worker;
    int64_t step, other;
    uint32_t seed;
    int64_t turn;          /* of all flips, to share them out */
    struct store *scratch; /* for brief looks; empty between them */
    struct trust trust_parsed;
    char export[160], trust[160], site[160], database[180];
};

static void need(bool is_so, const char *what)
{
    if (!is_so) {
        (void)fprintf(stderr, "flips: %s\n", what);
        abort();
    }
}

static struct tally *tally_of(const struct campaign *campaign, enum part part)
{
    return &campaign->tallies[campaign->worker * PARTS + (unsigned)part];
}

/* Every worker counts every chosen flip and does its own share. */
static bool is_mine(struct campaign *campaign)
{
    return campaign->turn++ % campaign->workers == campaign->worker;
}

/* A finding before the entry that was changed; of a bundle it is at its first entry. */
static bool is_early(const json_t *report, int64_t idx)
{
    size_t i = 0;
    const json_t *finding = NULL;
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        const json_t *at = json_object_get(finding, "index");
        const char *check = json_string_value(json_object_get(finding, "check"));
        if (json_is_integer(at) && json_integer_value(at) < idx &&
            (check == NULL || strcmp(check, "bundle") != 0)) {
            return true;
        }
    }
    return false;
}

/* Verify path and count; false when neither failed nor incomplete. where: of the flip. */
static bool is_found(const struct campaign *campaign, enum part part, const char *path,
                     int64_t idx, int64_t bit)
{
    struct tally *tally = tally_of(campaign, part);
    struct custody_error err = {0};
    struct custody_verify_options options = {.trust_path = campaign->trust, .threads = 1};
    enum custody_status verdict = CUSTODY_OK;
    json_t *report = NULL;
    const enum custody_status rc = custody_verify(path, &options, &report, &verdict, &err);
    const bool is_right = rc == CUSTODY_OK && !is_early(report, idx) &&
                          (verdict == CUSTODY_ERR_TAMPERED || verdict == CUSTODY_ERR_UNCHECKED);
    json_decref(report);
    tally->flips++;
    tally->failed += is_right && verdict == CUSTODY_ERR_TAMPERED;
    tally->incomplete += is_right && verdict == CUSTODY_ERR_UNCHECKED;
    if (part == OTHER) { /* a damaged file may also be refused, never by want of something */
        const bool is_refused = rc == CUSTODY_ERR_TAMPERED || rc == CUSTODY_ERR_INVALID;
        tally->unread += is_refused;
        return is_right || is_refused;
    }
    if (!is_right) {
        tally->outside++;
        (void)printf(
            "# outside: %s, entry %lld, byte %lld, bit %lld: status %d, verdict %d%s\n",
            part_names[part], (long long)idx, (long long)(bit / 8), (long long)(bit % 8),
            (int)rc, (int)verdict, err.text);
    }
    return is_right;
}

/* ---- a brief look: the replay up to the first violation ---- */

static void open_scratch(struct campaign *campaign)
{
    struct custody_error err = {0};
    struct buf text = BUF_INIT(FILE_MAX);
    store_close(campaign->scratch);
    campaign->scratch = NULL;
    world_need(store_open(NULL, STORE_SCRATCH, STORE_WAL, SITE_APPLICATION_ID,
                          &campaign->scratch, &err),
               &err, "scratch");
    world_need(site_make_schema(campaign->scratch, &err), &err, "schema");
    world_need(file_read(campaign->trust, FILE_MAX, &text, &err), &err, "trust");
    world_need(trust_parse(text.data, text.len, &campaign->trust_parsed, &err), &err, "trust");
    buf_clear(&text);
}

/* OK: nothing wrong, and the scratch store is used up. What the replay writes before a
 * violation is rolled back. */
static enum custody_status replay_briefly(struct campaign *campaign,
                                          struct ledger_source *source, struct judge *judge,
                                          struct custody_error *err)
{
    struct state state = {.store = campaign->scratch};
    struct ledger_domain domain = act_domain(&state);
    struct ledger_verify_result result;
    struct ledger_verify_options options = {
        .trust = &campaign->trust_parsed, .now = instant_now(), .threads = 0};
    judge_init(judge, false, 16);
    const enum custody_status rc =
        ledger_verify(source, campaign->scratch, &domain, &options, judge, &result, err);
    judge_clear(judge);
    state_clear(&state);
    return rc;
}

/* Is the first violation "leaf", at that entry? store NULL: of the export. */
static bool is_leaf_found(struct campaign *campaign, struct store *store, int64_t idx)
{
    struct ledger_source *source = NULL;
    struct custody_error err = {0};
    struct judge judge;
    world_need(store != NULL ? ledger_source_open_store(store, &source, &err)
                             : ledger_source_open_export(campaign->export, &source, &err),
               &err, "source");
    const enum custody_status rc = replay_briefly(campaign, source, &judge, &err);
    ledger_source_close(source);
    if (rc == CUSTODY_OK) {
        open_scratch(campaign);
    }
    return rc == CUSTODY_ERR_REFUSED && strcmp(err.rule, "leaf") == 0 && judge.idx == idx;
}

/* A bit of an envelope. */
static void look_at(struct campaign *campaign, enum part part, struct store *store, int64_t idx,
                    int64_t bit)
{
    struct tally *tally = tally_of(campaign, part);
    if (campaign->turn / campaign->workers % WHOLE_EVERY != 0 &&
        is_leaf_found(campaign, store, idx)) {
        tally->flips++;
        tally->brief++;
        tally->failed++;
        return;
    }
    (void)is_found(campaign, part, store != NULL ? campaign->site : campaign->export, idx, bit);
}

/* ---- an export ---- */

/* Entry that a byte of the bundle belongs to: two bytes of length, then the envelope. */
static int64_t entry_at(const struct buf *bundle, size_t at)
{
    int64_t idx = 0;
    for (size_t start = 0; start + 2 <= bundle->len; idx++) {
        start += 2 + ((size_t)bundle->data[start] << 8 | bundle->data[start + 1]);
        if (at < start) {
            return idx;
        }
    }
    return idx;
}

static void put_byte(FILE *file, size_t at, uint8_t byte)
{
    need(pwrite(fileno(file), &byte, 1, (off_t)at) == 1, "writing a byte");
}

static void flip_file(struct campaign *campaign, enum part part, const char *name)
{
    struct buf bytes = BUF_INIT(FILE_MAX);
    struct custody_error err = {0};
    char *path = file_join(campaign->export, name);
    need(path != NULL, "a path");
    world_need(file_read(path, FILE_MAX, &bytes, &err), &err, name);
    FILE *file = fopen(path, "r+e");
    need(file != NULL, path);
    const int64_t bits = (int64_t)bytes.len * 8;
    for (int64_t i = (int64_t)campaign->seed % campaign->step; i < bits; i += campaign->step) {
        const size_t at = (size_t)i / 8;
        if (!is_mine(campaign)) {
            continue;
        }
        const int64_t idx = part == ENTRIES ? entry_at(&bytes, at)
                            : part == TILE  ? (int64_t)at / HASH_LEN
                                            : 0;
        put_byte(file, at, (uint8_t)(bytes.data[at] ^ (1u << (i % 8))));
        if (part == ENTRIES) {
            look_at(campaign, part, NULL, idx, i);
        } else {
            (void)is_found(campaign, part, campaign->export, idx, i);
        }
        put_byte(file, at, bytes.data[at]);
    }
    need(fclose(file) == 0, "closing");
    free(path);
    buf_clear(&bytes);
}

/* ---- the database ---- */

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "flips: %s: %s\n", sqlite3_errmsg(db), sql);
        abort();
    }
}

/* By UPDATE, so that the index on act_id agrees and only the ledger can tell. */
static void set_column(sqlite3 *db, const char *column, int64_t idx, const struct buf *bytes)
{
    char sql[96];
    sqlite3_stmt *stmt = NULL;
    (void)snprintf(sql, sizeof sql, "UPDATE ledger_entry SET %s = ?1 WHERE idx = ?2", column);
    need(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, sql);
    need(sqlite3_bind_blob(stmt, 1, bytes->data, (int)bytes->len, SQLITE_STATIC) == SQLITE_OK,
         sql);
    need(sqlite3_bind_int64(stmt, 2, idx) == SQLITE_OK, sql);
    need(sqlite3_step(stmt) == SQLITE_DONE && sqlite3_changes(db) == 1, sql);
    (void)sqlite3_finalize(stmt);
}

static void get_column(sqlite3 *db, const char *column, int64_t idx, struct buf *out)
{
    char sql[96];
    sqlite3_stmt *stmt = NULL;
    (void)snprintf(sql, sizeof sql, "SELECT %s FROM ledger_entry WHERE idx = ?1", column);
    need(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, sql);
    need(sqlite3_bind_int64(stmt, 1, idx) == SQLITE_OK, sql);
    need(sqlite3_step(stmt) == SQLITE_ROW, sql);
    world_need(
        buf_put(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0), NULL),
        NULL, "a column");
    (void)sqlite3_finalize(stmt);
}

/* store: of the same file, for brief looks. */
static void flip_column(struct campaign *campaign, sqlite3 *db, struct store *store,
                        enum part part, const char *column, int64_t idx)
{
    struct buf bytes = BUF_INIT(ENVELOPE_MAX);
    get_column(db, column, idx, &bytes);
    const int64_t bits = (int64_t)bytes.len * 8;
    for (int64_t i = (int64_t)campaign->seed % campaign->step; i < bits; i += campaign->step) {
        if (!is_mine(campaign)) {
            continue;
        }
        bytes.data[i / 8] ^= (uint8_t)(1u << (i % 8));
        set_column(db, column, idx, &bytes);
        if (part == ENVELOPE) {
            look_at(campaign, part, store, idx, i);
        } else {
            (void)is_found(campaign, part, campaign->site, idx, i);
        }
        bytes.data[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
    set_column(db, column, idx, &bytes);
    buf_clear(&bytes);
}

/* A row leaves its place, or two change places when the other one is taken. */
static void flip_idx(struct campaign *campaign, sqlite3 *db, int64_t idx)
{
    for (int64_t bit = 0; bit < 64; bit++) {
        char sql[400];
        const int64_t other = (int64_t)((uint64_t)idx ^ (UINT64_C(1) << bit));
        static const char swap[] =
            "BEGIN; UPDATE ledger_entry SET idx = 1000000000001 WHERE idx = %lld;"
            "UPDATE ledger_entry SET idx = %lld WHERE idx = %lld;"
            "UPDATE ledger_entry SET idx = %lld WHERE idx = 1000000000001; COMMIT";
        if (bit % campaign->step != 0 || !is_mine(campaign)) {
            continue;
        }
        (void)snprintf(sql, sizeof sql, swap, (long long)idx, (long long)idx, (long long)other,
                       (long long)other);
        run_sql(db, sql);
        (void)is_found(campaign, IDX, campaign->site, other < idx ? other : idx, bit);
        run_sql(db, sql);
    }
}

static void flip_database(struct campaign *campaign)
{
    sqlite3 *db = NULL;
    struct store *store = NULL;
    struct custody_error err = {0};
    world_need(store_open(campaign->database, STORE_READ, STORE_WAL, SITE_APPLICATION_ID,
                          &store, &err),
               &err, "ledger.db");
    need(sqlite3_open(campaign->database, &db) == SQLITE_OK, campaign->database);
    need(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL) == SQLITE_OK,
         "triggers");
    run_sql(db, "PRAGMA synchronous = OFF");
    for (int64_t idx = 0; idx < 12; idx++) {
        flip_column(campaign, db, store, ACT_ID, "act_id", idx);
        flip_column(campaign, db, store, LEAF_HASH, "leaf_hash", idx);
        flip_column(campaign, db, store, ENVELOPE, "envelope", idx);
        flip_idx(campaign, db, idx);
    }
    store_close(store);
    (void)sqlite3_close(db);
}

/* Bits anywhere in the file, a quarter of them in the heads of its pages. */
static void flip_others(struct campaign *campaign)
{
    struct buf bytes = BUF_INIT(FILE_MAX);
    struct custody_error err = {0};
    uint8_t before[HASH_LEN];
    uint8_t after[HASH_LEN];
    uint32_t random = campaign->seed;
    world_need(file_read(campaign->database, FILE_MAX, &bytes, &err), &err, "ledger.db");
    need(database_digest(campaign->database, before), "reading the database");
    for (int64_t i = 0; i < campaign->other; i++) {
        size_t at = next_random(&random) % bytes.len;
        const unsigned bit = next_random(&random) % 8;
        struct tally *tally = tally_of(campaign, OTHER);
        if (i % 4 == 0) {
            at = at / 4096 * 4096 + at % 64;
        }
        if (!is_mine(campaign)) {
            continue;
        }
        bytes.data[at] ^= (uint8_t)(1u << bit);
        FILE *file = fopen(campaign->database, "we");
        need(file != NULL && fwrite(bytes.data, 1, bytes.len, file) == bytes.len &&
                 fclose(file) == 0,
             "writing the database");
        if (!is_found(campaign, OTHER, campaign->site, 0, (int64_t)at * 8 + bit)) {
            const bool is_same = database_digest(campaign->database, after) &&
                                 memcmp(before, after, HASH_LEN) == 0;
            tally->same += is_same;
            if (!is_same) {
                tally->outside++;
                (void)printf("# outside: byte %zu, bit %u of the database: neither found nor "
                             "the same\n",
                             at, bit);
            }
        }
        bytes.data[at] ^= (uint8_t)(1u << bit);
    }
    buf_clear(&bytes);
}

/* ---- all of it ---- */

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = BUF_INIT(FILE_MAX);
    struct custody_error err = {0};
    world_need(file_read(from, FILE_MAX, &bytes, &err), &err, from);
    FILE *file = fopen(to, "we");
    need(file != NULL && fwrite(bytes.data, 1, bytes.len, file) == bytes.len &&
             fclose(file) == 0,
         to);
    buf_clear(&bytes);
}

/* Export and site of the world for one worker alone. */
static void take_copy(struct campaign *campaign)
{
    static const char *const files[] = {
        "export/checkpoint", "export/tile/0/000.p/12", "export/" BUNDLE, "trust",
        "site/ledger.db",    "site/vault.db",          "site/vault.key", "site/site.conf"};
    static const char *const dirs[] = {"export/tile/0/000.p", "export/tile/entries/000.p",
                                       "site"};
    char base[100];
    char from[160];
    char to[160];
    struct custody_error err = {0};
    (void)snprintf(base, sizeof base, "%s/worker%u", campaign->world->dir, campaign->worker);
    for (size_t i = 0; i < COUNT_OF(dirs); i++) {
        (void)snprintf(to, sizeof to, "%s/%s", base, dirs[i]);
        world_need(file_make_dir(to, 0700, &err), &err, to);
    }
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        (void)snprintf(from, sizeof from, "%s/%s", campaign->world->dir, files[i]);
        (void)snprintf(to, sizeof to, "%s/%s", base, files[i]);
        copy_file(from, to);
    }
    (void)snprintf(campaign->export, sizeof campaign->export, "%s/export", base);
    (void)snprintf(campaign->trust, sizeof campaign->trust, "%s/trust", base);
    (void)snprintf(campaign->site, sizeof campaign->site, "%s/site", base);
    (void)snprintf(campaign->database, sizeof campaign->database, "%s/site/ledger.db", base);
}

static void expect_verified(const struct campaign *campaign, const char *path)
{
    struct custody_error err = {0};
    struct custody_verify_options options = {.trust_path = campaign->trust, .threads = 1};
    enum custody_status verdict = CUSTODY_ERR_IO;
    json_t *report = NULL;
    world_need(custody_verify(path, &options, &report, &verdict, &err), &err, "verify");
    need(verdict == CUSTODY_OK, "what was not flipped does not verify");
    need(json_integer_value(json_object_get(report, "size")) == 12, "not twelve acts");
    json_decref(report);
}

static void work(struct campaign *campaign)
{
    /* What a verification takes is given back and taken again thousands of times. */
    (void)mallopt(M_MMAP_THRESHOLD, 64 << 10);
    take_copy(campaign);
    open_scratch(campaign);
    need(!is_leaf_found(campaign, NULL, 0), "a brief look finds what is not there");
    flip_file(campaign, CHECKPOINT, "checkpoint");
    flip_file(campaign, TILE, "tile/0/000.p/12");
    flip_file(campaign, ENTRIES, BUNDLE);
    expect_verified(campaign, campaign->export);
    flip_database(campaign);
    expect_verified(campaign, campaign->site);
    take_copy(campaign);
    flip_others(campaign);
    store_close(campaign->scratch);
}

static int report(const struct campaign *campaign)
{
    int failed = 0;
    for (unsigned part = 0; part < PARTS; part++) {
        struct tally sum = {0};
        for (unsigned worker = 0; worker < campaign->workers; worker++) {
            const struct tally *tally = &campaign->tallies[worker * PARTS + part];
            sum.flips += tally->flips;
            sum.brief += tally->brief;
            sum.failed += tally->failed;
            sum.incomplete += tally->incomplete;
            sum.unread += tally->unread;
            sum.same += tally->same;
            sum.outside += tally->outside;
        }
        const bool is_good = sum.outside == 0 && sum.flips > 0;
        failed += is_good ? 0 : 1;
        (void)printf("%sok %s_bit_of_%s_is_found%s (%lld flipped: %lld failed, %lld incomplete",
                     is_good ? "" : "not ",
                     campaign->step == 1 && part != OTHER ? "every" : "a", part_names[part],
                     part == OTHER ? "_or_changes_nothing" : "", (long long)sum.flips,
                     (long long)sum.failed, (long long)sum.incomplete);
        if (part == OTHER) {
            (void)printf(", %lld refused, %lld logically the same", (long long)sum.unread,
                         (long long)sum.same);
        }
        (void)printf(", %lld outside; %lld at the first look)\n", (long long)sum.outside,
                     (long long)sum.brief);
    }
    return failed == 0 ? 0 : 1;
}

static void prepare(struct campaign *campaign)
{
    struct world *world = campaign->world;
    struct custody_error err = {0};
    char *text = NULL;
    (void)snprintf(campaign->export, sizeof campaign->export, "%s/export", world->dir);
    (void)snprintf(campaign->trust, sizeof campaign->trust, "%s/trust", world->dir);
    world_need(custody_export(world->site, campaign->export, &err), &err, "export");
    world_need(custody_trust(world->site, &text, &err), &err, "trust");
    world_need(file_write_durable(campaign->trust, text, strlen(text), 0600, &err), &err,
               "trust");
    free(text);
    custody_site_close(world->site); /* folds the log into the file */
    world->site = NULL;
    known.is_learning = true;
    expect_verified(campaign, campaign->export);
    expect_verified(campaign, world->path);
    known.is_learning = false;
}

int main(int argc, char **argv)
{
    struct campaign campaign = {.step = 1};
    void *state = NULL;
    bool is_whole = true;
    if (argc != 5) {
        (void)fprintf(stderr, "usage: flips WORKERS STEP OTHER SEED\n");
        return 2;
    }
    campaign.workers = (unsigned)strtoul(argv[1], NULL, 10);
    campaign.step = strtoll(argv[2], NULL, 10);
    campaign.other = strtoll(argv[3], NULL, 10);
    campaign.seed = (uint32_t)strtoul(argv[4], NULL, 10);
    campaign.seed += campaign.seed == 0;
    need(campaign.workers > 0 && campaign.workers <= WORKERS_MAX && campaign.step > 0, "usage");
    need(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1024, 1000) == SQLITE_OK, "lookaside");
    need(setup_twelve(&state) == 0, "twelve acts");
    campaign.world = state;
    campaign.tallies = mmap(NULL, sizeof *campaign.tallies * PARTS * campaign.workers,
                            PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    need(campaign.tallies != MAP_FAILED, "memory");
    prepare(&campaign);
    (void)printf("# seed %u\n", (unsigned)campaign.seed);
    for (unsigned i = 0; i < campaign.workers; i++) {
        (void)fflush(stdout);
        const pid_t pid = fork();
        need(pid >= 0, "fork");
        if (pid == 0) {
            campaign.worker = i;
            work(&campaign);
            (void)fflush(stdout);
            _exit(0);
        }
    }
    for (unsigned i = 0; i < campaign.workers; i++) {
        int status = 0;
        is_whole = wait(&status) > 0 && status == 0 && is_whole;
    }
    const int rc = report(&campaign);
    if (!is_whole) {
        (void)printf("not ok the_workers_end_well\n");
    }
    (void)munmap(campaign.tallies, sizeof *campaign.tallies * PARTS * campaign.workers);
    (void)world_teardown(&state);
    return is_whole ? rc : 1;
}
