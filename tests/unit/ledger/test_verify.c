/* Verification of databases and exports: what is sound verifies, what was changed is found. */
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

#include "file.h"
#include "text.h"
#include "toy_domain.h"

#define ALL_FILES 64

/* ---- helpers ---- */

struct site {
    struct toy_site toy;
    char export[96];
};

static void start(struct site *site, int notes)
{
    toy_open(&site->toy, 1);
    toy_found(&site->toy);
    toy_notes(&site->toy, notes);
    (void)snprintf(site->export, sizeof site->export, "%s/export", site->toy.dir);
}

static void expect_verified(struct site *site, const char *dir,
                            const struct ledger_verify_options *options)
{
    struct toy_verdict verdict;

    assert_int_equal(toy_verify(&site->toy, dir, options, &verdict), CUSTODY_OK);
    for (size_t i = 0; i < verdict.judge.finding_count; i++) {
        print_message("unexpected: %s %s\n", verdict.judge.findings[i].check,
                      verdict.judge.findings[i].text);
    }
    assert_int_equal(verdict.judge.violation_count, 0);
    assert_int_equal(verdict.judge.incomplete_count, 0);
    toy_verdict_clear(&verdict);
}

/* Verify and say whether `check` stands at idx; the counts of violations and incompletes. */
struct outcome {
    bool has;
    int64_t violations;
    int64_t incompletes;
    int64_t counted;
    char first[16];
};

static struct outcome look(struct site *site, const char *dir,
                           const struct ledger_verify_options *options, const char *check,
                           int64_t idx)
{
    struct toy_verdict verdict;
    struct outcome outcome = {0};

    assert_int_equal(toy_verify(&site->toy, dir, options, &verdict), CUSTODY_OK);
    outcome.has = toy_has(&verdict, check, idx);
    outcome.violations = verdict.judge.violation_count;
    outcome.incompletes = verdict.judge.incomplete_count;
    if (verdict.judge.finding_count > 0) {
        outcome.counted = verdict.judge.findings[0].counted;
        memcpy(outcome.first, verdict.judge.findings[0].check, sizeof outcome.first);
    }
    if (!outcome.has) {
        for (size_t i = 0; i < verdict.judge.finding_count; i++) {
            print_message("found: %s at %lld: %s\n", verdict.judge.findings[i].check,
                          (long long)verdict.judge.findings[i].idx,
                          verdict.judge.findings[i].text);
        }
    }
    toy_verdict_clear(&verdict);
    return outcome;
}

/* ---- sound ledgers ---- */

static void verify_accepts_what_was_appended(void **state)
{
    static const int SIZES[] = {1, 2, 7, 255, 256, 257, 300};
    (void)state;

    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        struct site site;
        struct toy_verdict verdict;
        start(&site, SIZES[i] - 1);
        toy_export(&site.toy, site.export);
        for (unsigned threads = 0; threads < 3; threads++) {
            const struct ledger_verify_options options = {.now = site.toy.now,
                                                          .threads = threads};
            expect_verified(&site, NULL, &options);
            expect_verified(&site, site.export, &options);
        }
        assert_int_equal(toy_verify(&site.toy, site.export, NULL, &verdict), CUSTODY_OK);
        assert_int_equal(verdict.result.size, SIZES[i]);
        assert_string_equal(verdict.result.origin, TOY_ORIGIN);
        assert_int_equal(verdict.result.anchor_size, -1);
        assert_false(verdict.result.is_pinned);
        assert_int_equal(verdict.result.last_t, site.toy.now);
        assert_true(verdict.result.signature_count >= SIZES[i]);
        toy_verdict_clear(&verdict);
        toy_close(&site.toy);
    }
}

static void verify_pins_genesis_and_log_key_by_the_trust_file(void **state)
{
    (void)state;
    struct site site;
    struct buf text = BUF_INIT(4096);
    struct trust trust;
    uint8_t id[HASH_LEN];
    struct toy_verdict verdict;

    start(&site, 5);
    toy_export(&site.toy, site.export);
    assert_int_equal(ledger_id(site.toy.ledger, id, NULL), CUSTODY_OK);
    assert_int_equal(trust_write(id, &site.toy.log_key, &text, NULL), CUSTODY_OK);
    assert_int_equal(trust_parse(text.data, text.len, &trust, NULL), CUSTODY_OK);
    struct ledger_verify_options options = {.now = site.toy.now, .trust = &trust};
    expect_verified(&site, site.export, &options);
    assert_int_equal(toy_verify(&site.toy, NULL, &options, &verdict), CUSTODY_OK);
    assert_true(verdict.result.is_pinned);
    toy_verdict_clear(&verdict);

    trust.genesis[31] ^= 1;
    assert_true(look(&site, site.export, &options, "genesis", JUDGE_NO_INDEX).has);
    trust.genesis[31] ^= 1;
    assert_int_equal(note_key_make(TOY_ORIGIN, NOTE_ED25519, site.toy.people[0].public_key,
                                   &trust.log, NULL),
                     CUSTODY_OK);
    assert_true(look(&site, NULL, &options, "checkpoint", JUDGE_NO_INDEX).has);
    buf_clear(&text);
    toy_close(&site.toy);
}

static void verify_fails_a_ledger_whose_time_is_ahead_of_the_clock(void **state)
{
    (void)state;
    struct site site;

    start(&site, 2);
    struct ledger_verify_options options = {.now = site.toy.now - 3600};
    expect_verified(&site, NULL, &options);
    options.now--;
    assert_true(look(&site, NULL, &options, "time-ahead", 2).has);
    toy_close(&site.toy);
}

static void verify_asks_for_the_quorum_of_witnesses(void **state)
{
    (void)state;
    struct site site;
    struct buf note = BUF_INIT(NOTE_MAX);
    struct buf line = BUF_INIT(NOTE_MAX);
    struct trust trust = {0};
    struct sign_key witness;
    struct note_key key;
    struct toy_verdict verdict;
    struct checkpoint checkpoint;
    char path[128];

    start(&site, 3);
    toy_export(&site.toy, site.export);
    toy_checkpoint(&site.toy, &note);
    uint8_t seed[SIGN_SEED_LEN] = {99};
    assert_int_equal(sign_key_from_seed(seed, &witness, NULL), CUSTODY_OK);
    assert_int_equal(
        note_key_make("witness.example/w", NOTE_COSIGNATURE_V1, witness.public_key, &key, NULL),
        CUSTODY_OK);
    assert_int_equal(ledger_id(site.toy.ledger, trust.genesis, NULL), CUSTODY_OK);
    trust.log = site.toy.log_key;
    trust.witnesses[0] = key;
    trust.witness_count = 1;
    trust.has_quorum = true;
    const struct ledger_verify_options options = {.now = site.toy.now, .trust = &trust};
    assert_true(look(&site, site.export, &options, "quorum", JUDGE_NO_INDEX).has);
    assert_true(look(&site, NULL, &options, "quorum", JUDGE_NO_INDEX).has);

    assert_int_equal(note_cosign(&key, &witness, 1763800000, note.data, note.len, &line, NULL),
                     CUSTODY_OK);
    assert_int_equal(checkpoint_parse(note.data, note.len, &checkpoint, NULL), CUSTODY_OK);
    assert_int_equal(ledger_add_cosignature(site.toy.ledger, (int64_t)checkpoint.size,
                                            line.data, line.len, NULL),
                     CUSTODY_OK);
    assert_int_equal(buf_put(&note, line.data, line.len, NULL), CUSTODY_OK);
    (void)snprintf(path, sizeof path, "%s/checkpoint", site.export);
    assert_int_equal(file_write_durable(path, note.data, note.len, 0644, NULL), CUSTODY_OK);
    expect_verified(&site, site.export, &options);
    assert_int_equal(toy_verify(&site.toy, NULL, &options, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.judge.violation_count, 0);
    assert_int_equal(verdict.result.anchor_size, 4);
    assert_int_equal(verdict.result.anchor_time, 1763800000);
    toy_verdict_clear(&verdict);
    sign_key_clear(&witness);
    buf_clear(&line);
    buf_clear(&note);
    toy_close(&site.toy);
}

/* ---- changed exports ---- */

struct files {
    size_t count;
    char paths[ALL_FILES][400];
};

static void list_files(const char *dir, struct files *files)
{
    DIR *stream = opendir(dir);

    assert_non_null(stream);
    for (struct dirent *item = readdir(stream); item != NULL; item = readdir(stream)) {
        struct stat info;
        char path[400];
        if (item->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", dir, item->d_name);
        assert_int_equal(stat(path, &info), 0);
        if (S_ISDIR(info.st_mode)) {
            list_files(path, files);
        } else {
            assert_true(files->count < ALL_FILES);
            memcpy(files->paths[files->count++], path, sizeof path);
        }
    }
    (void)closedir(stream);
}

static void put(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* Change one byte in place: cutting the file first would cost a flush each time. */
static void put_byte(const char *path, size_t at, uint8_t byte)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fclose(file), 0);
}

static void verify_finds_any_flipped_bit_of_an_export(void **state)
{
    (void)state;
    struct site site;
    struct files files = {0};

    toy_open(&site.toy, 1);
    toy_found_with(&site.toy, 1);
    (void)snprintf(site.export, sizeof site.export, "%s/export", site.toy.dir);
    toy_export(&site.toy, site.export);
    assert_int_equal(toy_act(&site.toy, (struct toy_act){0}, NULL), CUSTODY_OK);
    toy_export(&site.toy, site.export); /* a partial tile and bundle of 1 remain beside 2 */
    expect_verified(&site, site.export, NULL);
    list_files(site.export, &files);
    assert_int_equal(files.count, 5);
    for (size_t f = 0; f < files.count; f++) {
        struct buf data = BUF_INIT(1 << 20);
        assert_int_equal(file_read(files.paths[f], 1 << 20, &data, NULL), CUSTODY_OK);
        /* Nine steps on is the next bit of the next byte: every byte is hit. */
        size_t step = getenv("CUSTODY_LONG") != NULL ? 1 : 9;
        for (size_t bit = 0; bit < data.len * 8; bit += step) {
            struct toy_verdict verdict;
            put_byte(files.paths[f], bit / 8, (uint8_t)(data.data[bit / 8] ^ (1u << bit % 8)));
            assert_int_equal(toy_verify(&site.toy, site.export, NULL, &verdict), CUSTODY_OK);
            if (verdict.judge.violation_count == 0) {
                fail_msg("bit %zu of %s was missed (%zu incomplete)", bit, files.paths[f],
                         (size_t)verdict.judge.incomplete_count);
            }
            toy_verdict_clear(&verdict);
            put_byte(files.paths[f], bit / 8, data.data[bit / 8]);
        }
        buf_clear(&data);
    }
    expect_verified(&site, site.export, NULL);
    toy_close(&site.toy);
}

static void verify_finds_any_truncated_or_longer_file(void **state)
{
    (void)state;
    struct site site;
    struct files files = {0};

    start(&site, 2);
    toy_export(&site.toy, site.export);
    list_files(site.export, &files);
    for (size_t f = 0; f < files.count; f++) {
        struct buf data = BUF_INIT(1 << 20);
        assert_int_equal(file_read(files.paths[f], 1 << 20, &data, NULL), CUSTODY_OK);
        for (size_t len = 0; len <= data.len + 1; len += len + 16 < data.len ? 7 : 1) {
            struct toy_verdict verdict;
            if (len == data.len) {
                continue;
            }
            if (len > data.len) {
                assert_int_equal(buf_put_byte(&data, '\n', NULL), CUSTODY_OK);
            }
            put(files.paths[f], data.data, len);
            assert_int_equal(toy_verify(&site.toy, site.export, NULL, &verdict), CUSTODY_OK);
            if (verdict.judge.violation_count == 0) {
                fail_msg("%s of %zu bytes was missed", files.paths[f], len);
            }
            toy_verdict_clear(&verdict);
            if (len > data.len - 1) {
                data.len--;
                break;
            }
        }
        put(files.paths[f], data.data, data.len);
        buf_clear(&data);
    }
    expect_verified(&site, site.export, NULL);
    toy_close(&site.toy);
}

static void verify_finds_a_changed_tile_of_any_level(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *check;
        int64_t idx;
    } CASES[] = {
        {"tile/0/000", "leaf", 1},
        {"tile/0/001.p/2", "leaf", 257},
        {"tile/1/000.p/1", "tile", JUDGE_NO_INDEX},
    };
    struct site site;

    start(&site, 257);
    toy_export(&site.toy, site.export);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct buf data = BUF_INIT(1 << 20);
        char path[160];
        (void)snprintf(path, sizeof path, "%s/%s", site.export, CASES[i].path);
        assert_int_equal(file_read(path, 1 << 20, &data, NULL), CUSTODY_OK);
        /* the second hash, or the only one */
        put_byte(path, data.len > 40 ? 40 : 8, data.data[data.len > 40 ? 40 : 8] ^ 1);
        struct outcome outcome = look(&site, site.export, NULL, CASES[i].check, CASES[i].idx);
        if (!outcome.has || outcome.violations != 1) {
            fail_msg("%s: %lld violations", CASES[i].path, (long long)outcome.violations);
        }
        put(path, data.data, data.len);
        buf_clear(&data);
    }
    expect_verified(&site, site.export, NULL);
    toy_close(&site.toy);
}

static void verify_calls_missing_files_incomplete_and_others_flags(void **state)
{
    (void)state;
    struct site site;
    char path[160];
    char aside[160];
    static const char *const GONE[] = {"checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"};

    start(&site, 2);
    toy_export(&site.toy, site.export);
    for (size_t i = 0; i < sizeof GONE / sizeof GONE[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", site.export, GONE[i]);
        (void)snprintf(aside, sizeof aside, "%s/aside", site.toy.dir);
        assert_int_equal(rename(path, aside), 0);
        struct outcome outcome = look(&site, site.export, NULL, "", 0);
        assert_int_equal(outcome.violations, 0);
        assert_true(outcome.incompletes > 0);
        assert_int_equal(rename(aside, path), 0);
    }
    (void)snprintf(path, sizeof path, "%s/tile/notes.txt", site.export);
    put(path, "x", 1);
    struct toy_verdict verdict;
    assert_int_equal(toy_verify(&site.toy, site.export, NULL, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.judge.violation_count + verdict.judge.incomplete_count, 0);
    assert_int_equal(verdict.judge.flag_count, 1);
    assert_int_equal(verdict.result.other_file_count, 1);
    toy_verdict_clear(&verdict);
    toy_close(&site.toy);
}

/* ---- changed databases ---- */

#define DROP_TRIGGERS                                                                          \
    "DROP TRIGGER ledger_entry_insert; DROP TRIGGER ledger_entry_update;"                      \
    "DROP TRIGGER ledger_entry_delete; DROP TRIGGER ledger_checkpoint_update;"                 \
    "DROP TRIGGER ledger_checkpoint_delete;"

static void one_changed_leaf_is_one_finding_that_counts_what_follows(void **state)
{
    (void)state;
    struct site site;

    start(&site, 20);
    toy_sql(&site.toy, DROP_TRIGGERS
            "UPDATE ledger_entry SET envelope = CAST(replace(CAST(envelope AS TEXT),"
            " '\"sig\":\"', '\"sig\":\"A') AS BLOB) WHERE idx = 5;");
    struct outcome outcome = look(&site, NULL, NULL, "leaf", 5);
    assert_true(outcome.has);
    assert_string_equal(outcome.first, "leaf");
    assert_true(outcome.counted >= 14);
    toy_close(&site.toy);
}

static void verify_finds_every_changed_column(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        const char *sql;
        const char *check;
        int64_t idx;
    } CASES[] = {
        {"leaf hash", "UPDATE ledger_entry SET leaf_hash = zeroblob(32) WHERE idx = 3", "leaf",
         3},
        {"short leaf hash", "UPDATE ledger_entry SET leaf_hash = x'00' WHERE idx = 3", "leaf",
         3},
        {"act id", "UPDATE ledger_entry SET act_id = zeroblob(32) WHERE idx = 3", "leaf", 3},
        {"empty envelope", "UPDATE ledger_entry SET envelope = x'' WHERE idx = 3", "leaf", 3},
        {"entry removed", "DELETE FROM ledger_entry WHERE idx = 3", "gap", 3},
        {"first removed", "DELETE FROM ledger_entry WHERE idx = 0", "gap", 0},
        {"index below zero", "UPDATE ledger_entry SET idx = -1 WHERE idx = 6", "gap",
         JUDGE_NO_INDEX},
        {"index far away", "UPDATE ledger_entry SET idx = 9000000000000000000 WHERE idx = 6",
         "gap", 6},
        {"tail cut", "DELETE FROM ledger_entry WHERE idx > 4", "checkpoint", 5},
        {"checkpoint", "UPDATE ledger_checkpoint SET size = 2", "checkpoint", 1},
        {"note", "UPDATE ledger_checkpoint SET note = x'00'", "checkpoint", 6},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct site site;
        struct buf note = BUF_INIT(NOTE_MAX);
        char sql[512];
        start(&site, 6);
        toy_checkpoint(&site.toy, &note);
        expect_verified(&site, NULL, NULL);
        (void)snprintf(sql, sizeof sql, DROP_TRIGGERS "%s;", CASES[i].sql);
        toy_sql(&site.toy, sql);
        struct outcome outcome = look(&site, NULL, NULL, CASES[i].check, CASES[i].idx);
        if (!outcome.has) {
            fail_msg("%s was not found as %s", CASES[i].label, CASES[i].check);
        }
        buf_clear(&note);
        toy_close(&site.toy);
    }
}

/* Swap or repeat with hashes made to fit, as one who holds the database would. */
static void verify_finds_swapped_and_repeated_entries(void **state)
{
    (void)state;
    struct site site;

    start(&site, 8);
    toy_sql(&site.toy, DROP_TRIGGERS "UPDATE ledger_entry SET idx = 100 WHERE idx = 3;"
                                     "UPDATE ledger_entry SET idx = 3 WHERE idx = 4;"
                                     "UPDATE ledger_entry SET idx = 4 WHERE idx = 100;");
    struct outcome outcome = look(&site, NULL, NULL, "seen", 3);
    assert_true(outcome.has); /* it has seen itself */
    toy_close(&site.toy);

    start(&site, 8);
    struct buf copy = BUF_INIT(ENVELOPE_MAX);
    assert_int_equal(ledger_entry(site.toy.ledger, 4, &copy, NULL), CUSTODY_OK);
    toy_sql(&site.toy,
            DROP_TRIGGERS "INSERT INTO ledger_entry SELECT 9, zeroblob(32), leaf_hash, envelope"
                          " FROM ledger_entry WHERE idx = 4;");
    assert_true(look(&site, NULL, NULL, "duplicate", 9).has);
    buf_clear(&copy);
    toy_close(&site.toy);
}

static void verify_refuses_a_database_whose_tables_are_views(void **state)
{
    (void)state;
    struct site site;
    struct toy_verdict verdict;

    start(&site, 1);
    ledger_close(site.toy.ledger);
    site.toy.ledger = NULL;
    toy_sql(&site.toy, DROP_TRIGGERS "ALTER TABLE ledger_entry RENAME TO hidden;"
                                     "CREATE VIEW ledger_entry AS SELECT * FROM hidden;");
    assert_int_equal(toy_verify(&site.toy, NULL, NULL, &verdict), CUSTODY_ERR_TAMPERED);
    toy_verdict_clear(&verdict);
    toy_close(&site.toy);
}

/* ---- pushed past the checks ---- */

static void push(struct site *site, struct toy_act act)
{
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);

    toy_make(&site->toy, act, &envelope);
    assert_int_equal(ledger_push_unchecked(site->toy.ledger, envelope.data, envelope.len, NULL),
                     CUSTODY_OK);
    buf_clear(&envelope);
}

static void verify_finds_acts_pushed_past_the_checks(void **state)
{
    (void)state;
    static const uint8_t OTHER[HASH_LEN] = {1};
    static const struct {
        const char *label;
        struct toy_act act;
        const char *check;
        bool is_incomplete;
    } CASES[] = {
        {"unknown act", {.act = "toy.other/1"}, "unknown-act", false},
        {"newer act", {.act = "toy.note/2"}, "newer-act", true},
        {"other ledger", {.ledger_id = OTHER}, "cross-ledger", false},
        {"no ledger", {.no_ledger = true}, "structure", false},
        {"number skipped", {.seq = 9}, "sequence", false},
        {"number repeated", {.seq = 1}, "sequence", false},
        {"seen too much", {.seen_size = 9, .seen_root = OTHER}, "seen", false},
        {"seen another root", {.seen_root = OTHER}, "seen", false},
        {"seen backwards", {.seen_size = 1}, "seen", false},
        {"before what was seen", {.at = TOY_EPOCH + 2}, "time", false},
        {"long before", {.at = TOY_EPOCH - 3600, .seen_size = 4}, "time", false},
        {"signed by another", {.signers = 1, .keys = 2}, "person", false},
        {"one signature missing", {.signers = 3, .keys = 1}, "person", false},
        {"one signature too many", {.signers = 1, .keys = 3}, "person", false},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct site site;
        start(&site, 4);
        push(&site, CASES[i].act);
        toy_notes(&site.toy, 0);
        struct outcome outcome = look(&site, NULL, NULL, CASES[i].check, 5);
        if (!outcome.has || (outcome.violations == 0) != CASES[i].is_incomplete) {
            fail_msg("%s was not found as %s", CASES[i].label, CASES[i].check);
        }
        toy_close(&site.toy);
    }
}

static void verify_finds_a_bad_signature_and_a_revoked_or_unknown_credential(void **state)
{
    (void)state;
    struct site site;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    char hex[2 * HASH_LEN + 1];
    uint8_t keyid[HASH_LEN];

    for (unsigned threads = 0; threads < 2; threads++) {
        struct ledger_verify_options options = {.threads = threads};
        start(&site, 4);
        options.now = site.toy.now;
        toy_make(&site.toy, (struct toy_act){.by = 1}, &envelope);
        char *sig = strstr((char *)envelope.data, "\"sig\":\"") + 7;
        sig[0] = sig[0] == 'A' ? 'B' : 'A';
        assert_int_equal(
            ledger_push_unchecked(site.toy.ledger, envelope.data, envelope.len, NULL),
            CUSTODY_OK);
        toy_notes(&site.toy, 2);
        struct outcome outcome = look(&site, NULL, &options, "signature", 5);
        assert_true(outcome.has);
        assert_int_equal(outcome.violations, 1);
        buf_clear(&envelope);
        toy_close(&site.toy);
    }

    start(&site, 4);
    sign_keyid(site.toy.people[1].public_key, keyid);
    text_hex(keyid, HASH_LEN, hex);
    assert_int_equal(toy_act(&site.toy,
                             (struct toy_act){.act = "toy.revoke/1",
                                              .body = json_pack("{ss}", "keyid", hex)},
                             NULL),
                     CUSTODY_OK);
    push(&site, (struct toy_act){.by = 1});
    assert_true(look(&site, NULL, NULL, "credential", 6).has);
    toy_close(&site.toy);

    start(&site, 4);
    uint8_t seed[SIGN_SEED_LEN] = {42};
    sign_key_clear(&site.toy.people[1]);
    assert_int_equal(sign_key_from_seed(seed, &site.toy.people[1], NULL), CUSTODY_OK);
    push(&site, (struct toy_act){.by = 1});
    assert_true(look(&site, NULL, NULL, "credential", 5).has);
    toy_close(&site.toy);
}

static void verify_goes_on_after_what_cannot_be_read_or_applied(void **state)
{
    (void)state;
    struct site site;

    start(&site, 4);
    assert_int_equal(ledger_push_unchecked(site.toy.ledger, "rubbish", 7, NULL), CUSTODY_OK);
    toy_notes(&site.toy, 3);
    struct outcome outcome = look(&site, NULL, NULL, "envelope", 5);
    assert_true(outcome.has);
    assert_int_equal(outcome.violations, 1);
    toy_close(&site.toy);

    start(&site, 4);
    push(&site, (struct toy_act){.body = json_pack("{si}", "text", 3)});
    toy_notes(&site.toy, 3);
    outcome = look(&site, NULL, NULL, "structure", 5);
    assert_true(outcome.has);
    assert_int_equal(outcome.violations, 1);
    toy_close(&site.toy);
}

static void findings_after_the_first_are_marked_so(void **state)
{
    (void)state;
    struct site site;
    struct toy_verdict verdict;

    start(&site, 4);
    push(&site, (struct toy_act){.seq = 50});
    push(&site, (struct toy_act){.act = "toy.other/1"});
    assert_int_equal(toy_verify(&site.toy, NULL, NULL, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.judge.finding_count, 2);
    assert_int_equal(verdict.judge.findings[0].idx, 5);
    assert_int_equal(verdict.judge.findings[0].after, JUDGE_NO_INDEX);
    assert_int_equal(verdict.judge.findings[1].idx, 6);
    assert_int_equal(verdict.judge.findings[1].after, 5);
    toy_verdict_clear(&verdict);
    toy_close(&site.toy);
}

/* ---- anchors ---- */

static void known_heads_show_a_cut_tail_and_a_fork(void **state)
{
    (void)state;
    struct site site;
    struct site fork;
    struct buf early = BUF_INIT(NOTE_MAX);
    struct buf late = BUF_INIT(NOTE_MAX);
    struct buf forked = BUF_INIT(NOTE_MAX);
    struct toy_verdict verdict;

    start(&site, 4);
    toy_checkpoint(&site.toy, &early);
    toy_export(&site.toy, site.export); /* what the cheat shows */
    toy_notes(&site.toy, 3);
    toy_checkpoint(&site.toy, &late);
    start(&fork, 5);
    toy_checkpoint(&fork.toy, &forked);

    struct ledger_known known = {.label = "slip", .data = early.data, .len = early.len};
    struct ledger_verify_options options = {
        .now = site.toy.now, .known = &known, .known_count = 1};
    expect_verified(&site, site.export, &options);
    assert_int_equal(toy_verify(&site.toy, NULL, &options, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.result.anchor_size, 5);
    assert_int_equal(verdict.result.anchor_time, TOY_EPOCH + 4);
    toy_verdict_clear(&verdict);

    known.data = late.data;
    known.len = late.len;
    expect_verified(&site, NULL, &options);
    assert_true(look(&site, site.export, &options, "known", JUDGE_NO_INDEX).violations == 1);

    known.data = forked.data;
    known.len = forked.len;
    struct outcome outcome = look(&site, NULL, &options, "known", JUDGE_NO_INDEX);
    assert_true(outcome.has);
    assert_int_equal(outcome.violations, 1);

    known.data = "nothing";
    known.len = 7;
    outcome = look(&site, NULL, &options, "known", JUDGE_NO_INDEX);
    assert_true(outcome.has);
    assert_int_equal(outcome.violations, 0);
    assert_int_equal(outcome.incompletes, 1);

    /* A signature that does not fit makes it no anchor, and no proof against us either. */
    late.data[late.len - 10] ^= 1;
    known.data = late.data;
    known.len = late.len;
    outcome = look(&site, NULL, &options, "known", JUDGE_NO_INDEX);
    assert_int_equal(outcome.violations, 0);
    assert_int_equal(outcome.incompletes, 1);
    buf_clear(&early);
    buf_clear(&late);
    buf_clear(&forked);
    toy_close(&fork.toy);
    toy_close(&site.toy);
}

static void a_rotated_log_key_signs_only_from_its_entry_on(void **state)
{
    (void)state;
    struct site site;
    struct buf vkey = BUF_INIT(512);
    struct buf note = BUF_INIT(NOTE_MAX);
    struct sign_key old;
    struct sign_key fresh;
    struct note_key old_key;
    uint8_t seed[SIGN_SEED_LEN] = {77};

    start(&site, 3);
    toy_checkpoint(&site.toy, &note);
    assert_int_equal(sign_key_from_seed(seed, &fresh, NULL), CUSTODY_OK);
    old = site.toy.log;
    old_key = site.toy.log_key;
    assert_int_equal(
        note_key_make(TOY_ORIGIN, NOTE_ED25519, fresh.public_key, &site.toy.log_key, NULL),
        CUSTODY_OK);
    assert_int_equal(note_key_write(&site.toy.log_key, &vkey, NULL), CUSTODY_OK);
    assert_int_equal(
        toy_act(&site.toy,
                (struct toy_act){.act = "toy.rotate/1",
                                 .body = json_pack("{ss}", "log", (const char *)vkey.data)},
                NULL),
        CUSTODY_OK);
    /* The old key signs no more. */
    struct custody_error err = {0};
    struct buf refused = BUF_INIT(NOTE_MAX);
    assert_int_equal(ledger_checkpoint(site.toy.ledger, site.toy.state_path, &old_key, &old,
                                       site.toy.now, &refused, &err),
                     CUSTODY_ERR_REFUSED);
    assert_int_equal(refused.len, 0);
    site.toy.log = fresh;
    toy_export(&site.toy, site.export);
    expect_verified(&site, site.export, NULL);
    expect_verified(&site, NULL, NULL);

    /* Trust in the first key is trust in what it handed over to. */
    struct trust trust = {.log = old_key};
    assert_int_equal(ledger_id(site.toy.ledger, trust.genesis, NULL), CUSTODY_OK);
    const struct ledger_verify_options options = {.now = site.toy.now, .trust = &trust};
    expect_verified(&site, site.export, &options);

    /* A checkpoint by the old key of the new size is none. */
    uint8_t root[HASH_LEN];
    char path[128];
    buf_clear(&note);
    assert_int_equal(ledger_root(site.toy.ledger, 5, root, NULL), CUSTODY_OK);
    assert_int_equal(checkpoint_sign(&old_key, &old, 5, root, &note, NULL), CUSTODY_OK);
    (void)snprintf(path, sizeof path, "%s/checkpoint", site.export);
    assert_int_equal(file_write_durable(path, note.data, note.len, 0644, NULL), CUSTODY_OK);
    assert_true(look(&site, site.export, NULL, "checkpoint", JUDGE_NO_INDEX).has);
    sign_key_clear(&old);
    buf_clear(&vkey);
    buf_clear(&note);
    toy_close(&site.toy);
}

/* ---- receipts ---- */

static void a_receipt_proves_its_act_and_nothing_else(void **state)
{
    (void)state;
    struct site site;
    struct buf note = BUF_INIT(NOTE_MAX);
    struct buf receipt = BUF_INIT(1 << 20);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct buf entry = BUF_INIT(ENVELOPE_MAX);
    int64_t idx = 77;

    start(&site, 20);
    toy_checkpoint(&site.toy, &note);
    for (int64_t i = 0; i < 21; i++) {
        buf_clear(&receipt);
        buf_clear(&envelope);
        buf_clear(&entry);
        assert_int_equal(
            ledger_receipt_write(site.toy.ledger, i, note.data, note.len, &receipt, NULL),
            CUSTODY_OK);
        assert_int_equal(ledger_receipt_check(receipt.data, receipt.len, &site.toy.log_key,
                                              &idx, &envelope, NULL),
                         CUSTODY_OK);
        assert_int_equal(idx, i);
        assert_int_equal(ledger_entry(site.toy.ledger, i, &entry, NULL), CUSTODY_OK);
        assert_int_equal(entry.len, envelope.len);
        assert_memory_equal(entry.data, envelope.data, entry.len);
    }
    struct ledger_known known = {.label = "receipt", .data = receipt.data, .len = receipt.len};
    struct ledger_verify_options options = {
        .now = site.toy.now, .known = &known, .known_count = 1};
    expect_verified(&site, NULL, &options);

    idx = 77;
    for (size_t bit = 0; bit < receipt.len * 8; bit++) {
        receipt.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        buf_clear(&envelope);
        enum custody_status rc = ledger_receipt_check(receipt.data, receipt.len,
                                                      &site.toy.log_key, &idx, &envelope, NULL);
        if (rc == CUSTODY_OK || idx != 77 || envelope.len != 0) {
            fail_msg("bit %zu of a receipt was missed", bit);
        }
        receipt.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(
        ledger_receipt_write(site.toy.ledger, 21, note.data, note.len, &receipt, NULL),
        CUSTODY_ERR_NOT_FOUND);
    buf_clear(&note);
    buf_clear(&receipt);
    buf_clear(&envelope);
    buf_clear(&entry);
    toy_close(&site.toy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_accepts_what_was_appended),
        cmocka_unit_test(verify_pins_genesis_and_log_key_by_the_trust_file),
        cmocka_unit_test(verify_fails_a_ledger_whose_time_is_ahead_of_the_clock),
        cmocka_unit_test(verify_asks_for_the_quorum_of_witnesses),
        cmocka_unit_test(verify_finds_any_flipped_bit_of_an_export),
        cmocka_unit_test(verify_finds_any_truncated_or_longer_file),
        cmocka_unit_test(verify_finds_a_changed_tile_of_any_level),
        cmocka_unit_test(verify_calls_missing_files_incomplete_and_others_flags),
        cmocka_unit_test(one_changed_leaf_is_one_finding_that_counts_what_follows),
        cmocka_unit_test(verify_finds_every_changed_column),
        cmocka_unit_test(verify_finds_swapped_and_repeated_entries),
        cmocka_unit_test(verify_refuses_a_database_whose_tables_are_views),
        cmocka_unit_test(verify_finds_acts_pushed_past_the_checks),
        cmocka_unit_test(verify_finds_a_bad_signature_and_a_revoked_or_unknown_credential),
        cmocka_unit_test(verify_goes_on_after_what_cannot_be_read_or_applied),
        cmocka_unit_test(findings_after_the_first_are_marked_so),
        cmocka_unit_test(known_heads_show_a_cut_tail_and_a_fork),
        cmocka_unit_test(a_rotated_log_key_signs_only_from_its_entry_on),
        cmocka_unit_test(a_receipt_proves_its_act_and_nothing_else),
    };

    return cmocka_run_group_tests_name("ledger/verify", tests, NULL, NULL);
}
