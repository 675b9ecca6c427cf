/* Intake: what is taken in, what is refused with which check, and that refusal leaves nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "file.h"
#include "text.h"
#include "toy_domain.h"

static void start(struct toy_site *site, int notes)
{
    toy_open(site, 1);
    toy_found(site);
    toy_notes(site, notes);
}

static int64_t size_of(struct toy_site *site)
{
    int64_t size = -1;

    assert_int_equal(ledger_size(site->ledger, &size, NULL), CUSTODY_OK);
    return size;
}

static int64_t count_rows(struct toy_site *site, const char *sql)
{
    int64_t count = -1;

    assert_int_equal(store_get_int(site->toy.store, NULL, &count, NULL, sql, ""), CUSTODY_OK);
    return count;
}

static void append_counts_on_and_keeps_the_bytes(void **state)
{
    (void)state;
    struct toy_site site;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct buf entry = BUF_INIT(ENVELOPE_MAX);
    struct judge judge;
    struct ledger_appended appended;
    uint8_t leaf[HASH_LEN];
    uint8_t id[HASH_LEN];
    uint8_t keyid[HASH_LEN];
    int64_t value = 0;

    toy_open(&site, 1);
    assert_int_equal(ledger_id(site.ledger, id, NULL), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(ledger_time(site.ledger, &value, NULL), CUSTODY_OK);
    assert_int_equal(value, 0);
    toy_found(&site);
    site.now += 10;
    judge_init(&judge, false, 4);
    toy_make(&site, (struct toy_act){.by = 1}, &envelope);
    assert_int_equal(ledger_append(site.ledger, envelope.data, envelope.len, site.now, &judge,
                                   &appended, NULL),
                     CUSTODY_OK);
    assert_int_equal(appended.idx, 1);
    assert_false(appended.is_repeat);
    assert_int_equal(ledger_entry(site.ledger, 1, &entry, NULL), CUSTODY_OK);
    assert_int_equal(entry.len, envelope.len);
    assert_memory_equal(entry.data, envelope.data, entry.len);
    assert_int_equal(ledger_find(site.ledger, appended.act_id, &value, NULL), CUSTODY_OK);
    assert_int_equal(value, 1);
    assert_int_equal(ledger_at(site.ledger, 1, &value, NULL), CUSTODY_OK);
    assert_int_equal(value, site.now);
    assert_int_equal(ledger_next_seq(site.ledger, "bob", &value, NULL), CUSTODY_OK);
    assert_int_equal(value, 2);
    assert_int_equal(ledger_next_seq(site.ledger, "nobody", &value, NULL), CUSTODY_OK);
    assert_int_equal(value, 1);
    sign_keyid(site.people[1].public_key, keyid);
    assert_int_equal(ledger_last_seen(site.ledger, keyid, &value, NULL), CUSTODY_OK);
    assert_int_equal(value, 1);
    assert_int_equal(ledger_id(site.ledger, id, NULL), CUSTODY_OK);
    buf_clear(&entry);
    assert_int_equal(ledger_entry(site.ledger, 0, &entry, NULL), CUSTODY_OK);
    tree_leaf(entry.data, entry.len, leaf);
    assert_memory_equal(id, leaf, HASH_LEN);
    assert_int_equal(ledger_entry(site.ledger, 2, &entry, NULL), CUSTODY_ERR_NOT_FOUND);

    /* A client that lost our answer asks again. */
    assert_int_equal(ledger_append(site.ledger, envelope.data, envelope.len, site.now + 5000,
                                   &judge, &appended, NULL),
                     CUSTODY_OK);
    assert_int_equal(appended.idx, 1);
    assert_true(appended.is_repeat);
    assert_int_equal(size_of(&site), 2);
    judge_clear(&judge);
    buf_clear(&envelope);
    buf_clear(&entry);
    toy_close(&site);
}

static void roots_and_proofs_fit_whoever_appended(void **state)
{
    (void)state;
    struct toy_site site;
    uint8_t roots[41][HASH_LEN];

    toy_open(&site, 1);
    toy_found(&site);
    for (int64_t size = 1; size <= 40; size++) {
        assert_int_equal(ledger_root(site.ledger, size, roots[size], NULL), CUSTODY_OK);
        for (int64_t old = 1; old <= size; old++) {
            struct tree_proof proof;
            assert_int_equal(ledger_prove_consistency(site.ledger, old, size, &proof, NULL),
                             CUSTODY_OK);
            assert_true(
                tree_verify_consistency((uint64_t)old, roots[old], (uint64_t)size, roots[size],
                                        (const uint8_t(*)[HASH_LEN])proof.hashes, proof.count));
        }
        if (size % 3 == 0) {
            toy_reopen(&site); /* as another process would go on */
        }
        if (size < 40) {
            toy_notes(&site, 1);
        }
    }
    uint8_t root[HASH_LEN];
    assert_int_equal(ledger_root(site.ledger, 41, root, NULL), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(ledger_root(site.ledger, -1, root, NULL), CUSTODY_ERR_NOT_FOUND);
    toy_close(&site);
}

static enum custody_status append_group(struct toy_site *site, const struct buf *envelopes,
                                        size_t count, struct ledger_appended *ret_appended,
                                        struct custody_error *err)
{
    struct judge judge;

    judge_init(&judge, false, 4);
    enum custody_status rc = ledger_append_group(site->ledger, envelopes, count, site->now,
                                                 &judge, ret_appended, err);
    judge_clear(&judge);
    return rc;
}

static void a_group_is_appended_whole_or_not_at_all(void **state)
{
    (void)state;
    struct toy_site site;
    struct buf envelopes[4];
    struct ledger_appended appended[4] = {{.idx = -1}};
    struct custody_error err = {0};
    struct toy_verdict verdict;
    int64_t seq = 0;

    start(&site, 4);
    site.now++;
    assert_int_equal(ledger_next_seq(site.ledger, "bob", &seq, NULL), CUSTODY_OK);
    for (int64_t i = 0; i < 4; i++) {
        envelopes[i] = (struct buf)BUF_INIT(ENVELOPE_MAX);
        /* the last leaves out a number */
        toy_make(&site, (struct toy_act){.by = 1, .seq = seq + i + (i == 3)}, &envelopes[i]);
    }
    assert_int_equal(append_group(&site, envelopes, 4, appended, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "sequence");
    assert_int_equal(appended[0].idx, -1);
    assert_int_equal(size_of(&site), 5);
    assert_int_equal(count_rows(&site, "SELECT count(*) FROM toy_note"), 4);
    assert_int_equal(count_rows(&site, "SELECT count(*) FROM ledger_time"), 5);

    assert_int_equal(append_group(&site, envelopes, 3, appended, &err), CUSTODY_OK);
    for (int64_t i = 0; i < 3; i++) {
        assert_int_equal(appended[i].idx, 5 + i);
        assert_false(appended[i].is_repeat);
    }
    assert_int_equal(size_of(&site), 8);
    assert_int_equal(count_rows(&site, "SELECT count(*) FROM toy_note"), 7);

    /* a client that lost our answer, with one act more */
    buf_clear(&envelopes[3]);
    toy_make(&site, (struct toy_act){.by = 1, .seq = seq + 3, .seen_size = 5}, &envelopes[3]);
    assert_int_equal(append_group(&site, envelopes, 4, appended, &err), CUSTODY_OK);
    for (int64_t i = 0; i < 4; i++) {
        assert_int_equal(appended[i].idx, 5 + i);
        assert_int_equal(appended[i].is_repeat, i < 3);
    }
    assert_int_equal(size_of(&site), 9);
    toy_notes(&site, 2);
    assert_int_equal(toy_verify(&site, NULL, NULL, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.judge.finding_count, 0);
    toy_verdict_clear(&verdict);
    for (size_t i = 0; i < 4; i++) {
        buf_clear(&envelopes[i]);
    }
    toy_close(&site);
}

/* ---- refusals ---- */

static void append_refuses_with_the_check_and_leaves_nothing(void **state)
{
    (void)state;
    static const uint8_t OTHER[HASH_LEN] = {1};
    static const struct {
        const char *label;
        struct toy_act act;
        enum custody_status status;
        const char *check;
    } CASES[] = {
        {"unknown act", {.act = "toy.other/1"}, CUSTODY_ERR_REFUSED, "unknown-act"},
        {"newer act", {.act = "toy.note/2"}, CUSTODY_ERR_REFUSED, "newer-act"},
        {"other ledger", {.ledger_id = OTHER}, CUSTODY_ERR_REFUSED, "cross-ledger"},
        {"no ledger", {.no_ledger = true}, CUSTODY_ERR_REFUSED, "structure"},
        {"number skipped", {.seq = 9}, CUSTODY_ERR_REFUSED, "sequence"},
        {"number taken", {.seq = 1}, CUSTODY_ERR_BUSY, "sequence"},
        {"seen too much", {.seen_size = 9, .seen_root = OTHER}, CUSTODY_ERR_REFUSED, "seen"},
        {"seen another root", {.seen_root = OTHER}, CUSTODY_ERR_REFUSED, "seen"},
        {"seen backwards", {.seen_size = 1}, CUSTODY_ERR_REFUSED, "seen"},
        {"before what was seen", {.at = TOY_EPOCH + 2}, CUSTODY_ERR_REFUSED, "time"},
        {"ahead of the clock", {.at = TOY_EPOCH + 5 + 301}, CUSTODY_ERR_REFUSED, "time"},
        {"signed by another", {.signers = 1, .keys = 2}, CUSTODY_ERR_REFUSED, "person"},
        {"one signature missing", {.signers = 3, .keys = 1}, CUSTODY_ERR_REFUSED, "person"},
        {"one signature too many", {.signers = 1, .keys = 3}, CUSTODY_ERR_REFUSED, "person"},
    };
    struct toy_site site;

    start(&site, 4);
    site.now++;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct custody_error err = {0};
        enum custody_status rc = toy_act(&site, CASES[i].act, &err);
        if (rc != CASES[i].status || strcmp(err.rule, CASES[i].check) != 0) {
            fail_msg("%s: status %d rule %s: %s", CASES[i].label, (int)rc, err.rule, err.text);
        }
        assert_int_not_equal(err.text[0], 0);
        assert_int_equal(size_of(&site), 5);
        assert_int_equal(count_rows(&site, "SELECT count(*) FROM toy_note"), 4);
        assert_int_equal(count_rows(&site, "SELECT count(*) FROM ledger_time"), 5);
    }
    assert_int_equal(toy_act(&site, (struct toy_act){0}, NULL), CUSTODY_OK);
    toy_close(&site);
}

static void append_refuses_a_bad_signature_and_malformed_bytes(void **state)
{
    (void)state;
    struct toy_site site;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct custody_error err = {0};

    start(&site, 2);
    toy_make(&site, (struct toy_act){0}, &envelope);
    char *sig = strstr((char *)envelope.data, "\"sig\":\"") + 7;
    char was = sig[3];
    sig[3] = was == 'A' ? 'B' : 'A';
    assert_int_equal(toy_append(&site, &envelope, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "signature");
    sig[3] = was;
    envelope.len--;
    assert_int_equal(toy_append(&site, &envelope, &err), CUSTODY_ERR_INVALID);
    assert_string_equal(err.rule, "envelope");
    envelope.len++;
    assert_int_equal(size_of(&site), 3);
    assert_int_equal(toy_append(&site, &envelope, &err), CUSTODY_OK);
    buf_clear(&envelope);
    toy_close(&site);
}

static void entry_0_is_signed_by_all_its_founders(void **state)
{
    (void)state;
    struct toy_site site;
    struct toy_site donor;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct custody_error err = {0};

    toy_open(&site, 1);
    start(&donor, 0);
    assert_int_equal(ledger_entry(donor.ledger, 0, &envelope, NULL), CUSTODY_OK);
    /* Each of the three signatures counts. */
    for (char *sig = strstr((char *)envelope.data, "\"sig\":\""); sig != NULL;
         sig = strstr(sig + 1, "\"sig\":\"")) {
        char was = sig[10];
        sig[10] = was == 'A' ? 'B' : 'A';
        assert_int_equal(toy_append(&site, &envelope, &err), CUSTODY_ERR_REFUSED);
        assert_string_equal(err.rule, "signature");
        assert_int_equal(size_of(&site), 0);
        assert_int_equal(count_rows(&site, "SELECT count(*) FROM toy_credential"), 0);
        sig[10] = was;
    }
    assert_int_equal(toy_append(&site, &envelope, &err), CUSTODY_OK);
    buf_clear(&envelope);
    toy_close(&donor);
    toy_close(&site);
}

static void append_refuses_an_unenrolled_or_revoked_credential(void **state)
{
    (void)state;
    struct toy_site site;
    struct custody_error err = {0};
    char hex[2 * HASH_LEN + 1];
    uint8_t keyid[HASH_LEN];

    start(&site, 2);
    sign_keyid(site.people[2].public_key, keyid);
    text_hex(keyid, HASH_LEN, hex);
    /* One may revoke with the very credential. */
    assert_int_equal(toy_act(&site,
                             (struct toy_act){.act = "toy.revoke/1",
                                              .by = 2,
                                              .body = json_pack("{ss}", "keyid", hex)},
                             &err),
                     CUSTODY_OK);
    assert_int_equal(toy_act(&site, (struct toy_act){.by = 2}, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "credential");
    sign_key_clear(&site.people[1]);
    assert_int_equal(sign_key_make(&site.people[1], NULL), CUSTODY_OK);
    assert_int_equal(toy_act(&site, (struct toy_act){.by = 1}, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "credential");
    assert_int_equal(size_of(&site), 4);
    toy_close(&site);
}

static void a_refusing_apply_undoes_itself_and_names_its_rule(void **state)
{
    (void)state;
    struct toy_site site;
    struct custody_error err = {0};
    uint8_t before[HASH_LEN];
    uint8_t after[HASH_LEN];

    start(&site, 2);
    assert_int_equal(ledger_root(site.ledger, 3, before, NULL), CUSTODY_OK);
    site.toy.refuses_notes = true;
    assert_int_equal(toy_act(&site, (struct toy_act){0}, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "K4");
    assert_int_equal(size_of(&site), 3);
    site.toy.refuses_notes = false;
    toy_notes(&site, 2);
    assert_int_equal(ledger_root(site.ledger, 3, after, NULL), CUSTODY_OK);
    assert_memory_equal(before, after, HASH_LEN);
    toy_close(&site);
}

static void time_rules_of_intake(void **state)
{
    (void)state;
    struct toy_site site;
    struct custody_error err = {0};

    start(&site, 2);
    /* Together means within the window; alone one may be late while nothing else happened. */
    site.now += 901;
    assert_int_equal(toy_act(&site, (struct toy_act){.signers = 3, .at = site.now - 901}, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "time");
    assert_int_equal(toy_act(&site, (struct toy_act){.signers = 3, .at = site.now - 900}, &err),
                     CUSTODY_OK);
    assert_int_equal(
        toy_act(&site, (struct toy_act){.at = site.now - 900, .seen_size = 3}, &err),
        CUSTODY_OK);
    /* A dead clock that jumps wants an officer. */
    site.now += 46 * 86400;
    assert_int_equal(toy_act(&site, (struct toy_act){0}, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "time");
    site.toy.officer = "bob";
    assert_int_equal(toy_act(&site, (struct toy_act){.by = 1}, &err), CUSTODY_OK);
    /* Now T is there; a clock that falls back may go on at T. */
    int64_t t = site.now;
    site.now -= 40 * 86400;
    assert_int_equal(toy_act(&site, (struct toy_act){.by = 1, .at = t}, &err), CUSTODY_OK);
    assert_int_equal(toy_act(&site, (struct toy_act){.by = 1, .at = t - 901}, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "time");
    toy_close(&site);
}

static void seen_may_be_old_up_to_the_policy(void **state)
{
    (void)state;
    struct toy_site site;
    struct custody_error err = {0};

    toy_open(&site, 1);
    toy_found(&site);
    site.toy.limits.seen_max_entries = 64;
    for (int i = 0; i < 70; i++) {
        assert_int_equal(toy_act(&site, (struct toy_act){.by = 1}, &err), CUSTODY_OK);
    }
    /* 71 entries: 7 is 64 back. */
    assert_int_equal(toy_act(&site, (struct toy_act){.seen_size = 6}, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "seen");
    assert_int_equal(toy_act(&site, (struct toy_act){.seen_size = 7}, &err), CUSTODY_OK);
    /* But not less than before. */
    assert_int_equal(toy_act(&site, (struct toy_act){.by = 1, .seen_size = 20}, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "seen");
    toy_close(&site);
}

/* ---- dry run ---- */

static void try_judges_without_leaving_anything(void **state)
{
    (void)state;
    struct toy_site site;
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct custody_error err = {0};
    struct judge judge;
    const struct toy_act note = {0};
    const struct toy_act skipped = {.seq = 5};

    start(&site, 2);
    judge_init(&judge, false, 4);
    toy_payload(&site, &note, &payload);
    assert_int_equal(ledger_try(site.ledger, payload.data, payload.len, site.now, &judge, &err),
                     CUSTODY_OK);
    assert_int_equal(count_rows(&site, "SELECT count(*) FROM toy_note"), 2);
    site.toy.refuses_notes = true;
    assert_int_equal(ledger_try(site.ledger, payload.data, payload.len, site.now, &judge, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "K4");
    site.toy.refuses_notes = false;
    buf_clear(&payload);
    toy_payload(&site, &skipped, &payload);
    assert_int_equal(ledger_try(site.ledger, payload.data, payload.len, site.now, &judge, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "sequence");
    assert_int_equal(size_of(&site), 3);
    toy_notes(&site, 1);
    judge_clear(&judge);
    buf_clear(&payload);
    toy_close(&site);
}

/* ---- the tables ---- */

static void triggers_refuse_whatever_is_no_append(void **state)
{
    (void)state;
    static const char *const STATEMENTS[] = {
        "UPDATE ledger_entry SET envelope = x'00' WHERE idx = 1",
        "DELETE FROM ledger_entry WHERE idx = 2",
        "DELETE FROM ledger_entry",
        "INSERT INTO ledger_entry VALUES (7, x'01', x'01', x'01')",
        "INSERT INTO ledger_entry VALUES (-1, x'01', x'01', x'01')",
        "INSERT INTO ledger_entry VALUES (NULL, x'01', x'01', x'01')",
        "REPLACE INTO ledger_entry SELECT 1, act_id, leaf_hash, x'00' FROM ledger_entry"
        " WHERE idx = 1",
        "REPLACE INTO ledger_entry SELECT 3, act_id, leaf_hash, x'00' FROM ledger_entry"
        " WHERE idx = 1",
        "PRAGMA recursive_triggers = OFF;"
        "REPLACE INTO ledger_entry SELECT 3, act_id, leaf_hash, x'00' FROM ledger_entry"
        " WHERE idx = 1",
        "INSERT OR REPLACE INTO ledger_entry SELECT 2, x'77', leaf_hash, x'00'"
        " FROM ledger_entry WHERE idx = 2",
        "UPDATE OR REPLACE ledger_entry SET idx = 1 WHERE idx = 2",
        "UPDATE ledger_checkpoint SET size = 1",
        "DELETE FROM ledger_checkpoint",
        "REPLACE INTO ledger_checkpoint SELECT size, note, 0 FROM ledger_checkpoint",
        "INSERT INTO ledger_old_entry VALUES (0, 1, x'01', x'01', x'01')",
    };
    struct toy_site site;
    struct buf note = BUF_INIT(NOTE_MAX);

    start(&site, 2);
    toy_checkpoint(&site, &note);
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        if (toy_sql_works(&site, STATEMENTS[i])) {
            fail_msg("taken: %s", STATEMENTS[i]);
        }
    }
    assert_int_equal(size_of(&site), 3);
    toy_notes(&site, 1);
    buf_clear(&note);
    toy_close(&site);
}

static void open_refuses_a_ledger_whose_hashes_do_not_fit(void **state)
{
    (void)state;
    static const char *const STATEMENTS[] = {
        "DELETE FROM ledger_node",
        "DELETE FROM ledger_time",
        "DROP TRIGGER ledger_entry_update;"
        "UPDATE ledger_entry SET envelope = x'00' WHERE idx = 3",
    };

    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        struct toy_site site;
        struct ledger *ledger = NULL;
        struct custody_error err = {0};
        start(&site, 3);
        toy_sql(&site, STATEMENTS[i]);
        struct ledger_domain domain = toy_domain(&site.toy);
        assert_int_equal(ledger_open(site.toy.store, &domain, &ledger, &err),
                         CUSTODY_ERR_TAMPERED);
        assert_null(ledger);
        toy_close(&site);
    }
}

static void two_processes_append_in_turn(void **state)
{
    (void)state;
    struct toy_site site;
    struct toy other;
    struct ledger *second = NULL;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct judge judge;
    struct ledger_appended appended;
    char path[96];

    start(&site, 3);
    other = site.toy;
    (void)snprintf(path, sizeof path, "%s/ledger.db", site.dir);
    assert_int_equal(
        store_open(path, STORE_WRITE, STORE_WAL, TOY_APPLICATION, &other.store, NULL),
        CUSTODY_OK);
    struct ledger_domain domain = toy_domain(&other);
    assert_int_equal(ledger_open(other.store, &domain, &second, NULL), CUSTODY_OK);
    judge_init(&judge, false, 4);
    for (int i = 0; i < 6; i++) {
        buf_clear(&envelope);
        toy_make(&site, (struct toy_act){.by = i % 2}, &envelope);
        assert_int_equal(ledger_append(i % 2 == 0 ? second : site.ledger, envelope.data,
                                       envelope.len, site.now, &judge, &appended, NULL),
                         CUSTODY_OK);
        assert_int_equal(appended.idx, 4 + i);
    }
    struct toy_verdict verdict;
    assert_int_equal(toy_verify(&site, NULL, NULL, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.judge.violation_count, 0);
    assert_int_equal(verdict.result.size, 10);
    toy_verdict_clear(&verdict);
    judge_clear(&judge);
    buf_clear(&envelope);
    ledger_close(second);
    store_close(other.store);
    toy_close(&site);
}

/* ---- checkpoints and signer state ---- */

static void checkpoint_signs_each_size_once_and_keeps_the_note(void **state)
{
    (void)state;
    struct toy_site site;
    struct buf first = BUF_INIT(NOTE_MAX);
    struct buf again = BUF_INIT(NOTE_MAX);
    struct checkpoint checkpoint;
    struct custody_error err = {0};
    uint8_t root[HASH_LEN];
    uint64_t good = 0;

    start(&site, 3);
    assert_int_equal(ledger_checkpoint(site.ledger, site.state_path, &site.log_key, &site.log,
                                       site.now, &first, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "signer-state");
    assert_int_equal(first.len, 0);
    assert_int_equal(ledger_check_signer_state(site.ledger, site.state_path, &err),
                     CUSTODY_ERR_REFUSED);
    toy_checkpoint(&site, &first);
    toy_checkpoint(&site, &again);
    assert_int_equal(first.len, again.len);
    assert_memory_equal(first.data, again.data, first.len);
    assert_int_equal(count_rows(&site, "SELECT count(*) FROM ledger_checkpoint"), 1);
    assert_int_equal(checkpoint_parse(first.data, first.len, &checkpoint, NULL), CUSTODY_OK);
    assert_int_equal(checkpoint.size, 4);
    assert_int_equal(ledger_root(site.ledger, 4, root, NULL), CUSTODY_OK);
    assert_memory_equal(checkpoint.root, root, HASH_LEN);
    assert_int_equal(note_verify(first.data, first.len, &site.log_key, 1, &good, NULL, NULL),
                     CUSTODY_OK);
    assert_int_equal(good, 1);
    assert_int_equal(ledger_check_signer_state(site.ledger, site.state_path, &err), CUSTODY_OK);
    toy_notes(&site, 1);
    assert_int_equal(ledger_check_signer_state(site.ledger, site.state_path, &err), CUSTODY_OK);
    toy_checkpoint(&site, &again);
    assert_int_equal(count_rows(&site, "SELECT count(*) FROM ledger_checkpoint"), 2);
    buf_clear(&first);
    buf_clear(&again);
    toy_close(&site);
}

static void a_ledger_behind_its_signer_state_is_not_signed(void **state)
{
    (void)state;
    struct toy_site site;
    struct toy_site fork;
    struct buf note = BUF_INIT(NOTE_MAX);
    struct buf state_bytes = BUF_INIT(4096);
    struct buf kept = BUF_INIT(4096);
    struct custody_error err = {0};

    start(&site, 5);
    toy_checkpoint(&site, &note);
    start(&fork, 3); /* the same site, restored from yesterday */
    assert_int_equal(file_read(site.state_path, 4096, &state_bytes, NULL), CUSTODY_OK);
    assert_int_equal(
        file_write_durable(fork.state_path, state_bytes.data, state_bytes.len, 0600, NULL),
        CUSTODY_OK);
    buf_clear(&note);
    assert_int_equal(ledger_checkpoint(fork.ledger, fork.state_path, &fork.log_key, &fork.log,
                                       fork.now, &note, &err),
                     CUSTODY_ERR_TAMPERED);
    assert_string_equal(err.rule, "signer-state");
    assert_int_equal(note.len, 0);
    assert_int_equal(ledger_write_signer_state(fork.ledger, fork.state_path, &err),
                     CUSTODY_ERR_TAMPERED);
    /* Grown beyond it on another way: beside it. */
    fork.now++;
    assert_int_equal(toy_act(&fork, (struct toy_act){.by = 2}, NULL), CUSTODY_OK);
    toy_notes(&fork, 4);
    assert_int_equal(ledger_check_signer_state(fork.ledger, fork.state_path, &err),
                     CUSTODY_ERR_TAMPERED);
    assert_int_equal(file_read(fork.state_path, 4096, &kept, NULL), CUSTODY_OK);
    assert_int_equal(kept.len, state_bytes.len);
    assert_memory_equal(kept.data, state_bytes.data, kept.len);
    /* A damaged file is no missing one. */
    assert_int_equal(file_write_durable(fork.state_path, "{}", 2, 0600, NULL), CUSTODY_OK);
    assert_int_equal(ledger_check_signer_state(fork.ledger, fork.state_path, &err),
                     CUSTODY_ERR_TAMPERED);
    buf_clear(&kept);
    buf_clear(&state_bytes);
    buf_clear(&note);
    toy_close(&fork);
    toy_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append_counts_on_and_keeps_the_bytes),
        cmocka_unit_test(roots_and_proofs_fit_whoever_appended),
        cmocka_unit_test(a_group_is_appended_whole_or_not_at_all),
        cmocka_unit_test(append_refuses_with_the_check_and_leaves_nothing),
        cmocka_unit_test(append_refuses_a_bad_signature_and_malformed_bytes),
        cmocka_unit_test(entry_0_is_signed_by_all_its_founders),
        cmocka_unit_test(append_refuses_an_unenrolled_or_revoked_credential),
        cmocka_unit_test(a_refusing_apply_undoes_itself_and_names_its_rule),
        cmocka_unit_test(time_rules_of_intake),
        cmocka_unit_test(seen_may_be_old_up_to_the_policy),
        cmocka_unit_test(try_judges_without_leaving_anything),
        cmocka_unit_test(triggers_refuse_whatever_is_no_append),
        cmocka_unit_test(open_refuses_a_ledger_whose_hashes_do_not_fit),
        cmocka_unit_test(two_processes_append_in_turn),
        cmocka_unit_test(checkpoint_signs_each_size_once_and_keeps_the_note),
        cmocka_unit_test(a_ledger_behind_its_signer_state_is_not_signed),
    };

    return cmocka_run_group_tests_name("ledger/ledger", tests, NULL, NULL);
}
