/* After a disaster: append again, or succeed; rebuild. */
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

static void expect(struct toy_site *site, const char *dir, int64_t violations,
                   int64_t incompletes, const struct ledger_verify_options *options)
{
    struct toy_verdict verdict;

    assert_int_equal(toy_verify(site, dir, options, &verdict), CUSTODY_OK);
    if (verdict.judge.violation_count != violations ||
        verdict.judge.incomplete_count != incompletes) {
        for (size_t i = 0; i < verdict.judge.finding_count; i++) {
            print_message("found: %s at %lld: %s\n", verdict.judge.findings[i].check,
                          (long long)verdict.judge.findings[i].idx,
                          verdict.judge.findings[i].text);
        }
        fail_msg("%lld violations, %lld incomplete", (long long)verdict.judge.violation_count,
                 (long long)verdict.judge.incomplete_count);
    }
    toy_verdict_clear(&verdict);
}

/* ---- append again ---- */

static void reappend_brings_a_restored_backup_up_to_date(void **state)
{
    (void)state;
    struct toy_site whole;
    struct toy_site restored;
    struct ledger_source *source = NULL;
    struct judge judge;
    char dir[96];
    uint8_t a[HASH_LEN];
    uint8_t b[HASH_LEN];
    int64_t count = 77;

    start(&whole, 300);
    (void)snprintf(dir, sizeof dir, "%s/export", whole.dir);
    toy_export(&whole, dir);
    start(&restored, 9); /* same seed: the same first entries */
    assert_int_equal(ledger_source_open_export(dir, &source, NULL), CUSTODY_OK);
    judge_init(&judge, false, 8);
    /* Long after: no clock is asked. */
    restored.now += 90 * 86400;
    assert_int_equal(ledger_reappend(restored.ledger, source, &judge, &count, NULL),
                     CUSTODY_OK);
    assert_int_equal(count, 291);
    assert_int_equal(size_of(&restored), 301);
    assert_int_equal(ledger_root(whole.ledger, 301, a, NULL), CUSTODY_OK);
    assert_int_equal(ledger_root(restored.ledger, 301, b, NULL), CUSTODY_OK);
    assert_memory_equal(a, b, HASH_LEN);
    assert_int_equal(ledger_reappend(restored.ledger, source, &judge, &count, NULL),
                     CUSTODY_OK);
    assert_int_equal(count, 0);
    expect(&restored, NULL, 0, 0, NULL);
    ledger_source_close(source);
    judge_clear(&judge);
    toy_close(&restored);
    toy_close(&whole);
}

static void reappend_refuses_another_history(void **state)
{
    (void)state;
    struct toy_site whole;
    struct toy_site other;
    struct ledger_source *source = NULL;
    struct judge judge;
    struct custody_error err = {0};
    char dir[96];
    int64_t count = 77;

    start(&whole, 8);
    (void)snprintf(dir, sizeof dir, "%s/export", whole.dir);
    toy_export(&whole, dir);
    start(&other, 3);
    other.now++;
    assert_int_equal(toy_act(&other, (struct toy_act){.by = 2}, NULL), CUSTODY_OK);
    assert_int_equal(ledger_source_open_export(dir, &source, NULL), CUSTODY_OK);
    judge_init(&judge, false, 8);
    assert_int_equal(ledger_reappend(other.ledger, source, &judge, &count, &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "root");
    assert_int_equal(count, 0);
    assert_int_equal(size_of(&other), 5);
    ledger_source_close(source);
    judge_clear(&judge);
    toy_close(&other);
    toy_close(&whole);
}

/* ---- successor ---- */

static json_t *succeed_body(struct toy_site *site, bool is_wrong)
{
    uint8_t id[HASH_LEN];
    uint8_t root[HASH_LEN];
    char id_hex[2 * HASH_LEN + 1];
    char root_hex[2 * HASH_LEN + 1];
    int64_t size = 0;
    struct buf vkey = BUF_INIT(512);

    assert_int_equal(ledger_head_left(site->ledger, id, &size, root, NULL), CUSTODY_OK);
    if (is_wrong) {
        root[0] ^= 1;
    }
    text_hex(id, HASH_LEN, id_hex);
    text_hex(root, HASH_LEN, root_hex);
    assert_int_equal(note_key_write(&site->log_key, &vkey, NULL), CUSTODY_OK);
    json_t *body =
        json_pack("{s:s, s:{s:{s:s, s:I}, s:{s:s, s:I}, s:s}, s:s, s:s}", "log",
                  (const char *)vkey.data, "old", "head_known", "root", root_hex, "size",
                  (json_int_t)size, "head_left", "root", root_hex, "size", (json_int_t)size,
                  "ledger", id_hex, "origin", site->log_key.name, "reason", "fork");
    buf_clear(&vkey);
    return body;
}

static struct toy_act succeed_act(struct toy_site *site, bool is_wrong)
{
    return (struct toy_act){.act = "ledger.succeed/1",
                            .body = succeed_body(site, is_wrong),
                            .signers = 3,
                            .no_ledger = true,
                            .seen_root = TREE_EMPTY_ROOT};
}

/* A site that succeeds the first `size` entries of the export at dir. */
static void succeed(struct toy_site *site, const char *dir, int64_t size, const char *origin)
{
    struct ledger_source *source = NULL;
    struct custody_error err = {0};
    int64_t t = 0;

    toy_open(site, 1);
    assert_int_equal(
        note_key_make(origin, NOTE_ED25519, site->log.public_key, &site->log_key, NULL),
        CUSTODY_OK);
    assert_int_equal(ledger_source_open_export(dir, &source, NULL), CUSTODY_OK);
    if (ledger_adopt(site->ledger, source, size, &err) != CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
    ledger_source_close(source);
    assert_int_equal(ledger_time(site->ledger, &t, NULL), CUSTODY_OK);
    assert_true(t > TOY_EPOCH);
    site->now = t + 60;
    assert_int_equal(toy_act(site, succeed_act(site, true), &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "root");
    assert_int_equal(size_of(site), 0);
    if (toy_act(site, succeed_act(site, false), &err) != CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
}

static void a_successor_carries_people_and_time_and_verifies_with_its_past(void **state)
{
    (void)state;
    struct toy_site old;
    struct toy_site fresh;
    struct toy_site third;
    struct buf lost = BUF_INIT(NOTE_MAX);
    struct buf kept = BUF_INIT(NOTE_MAX);
    struct toy_verdict verdict;
    char old_dir[96];
    char dir[96];
    char third_dir[96];
    int64_t seq = 0;

    start(&old, 260);
    (void)snprintf(old_dir, sizeof old_dir, "%s/export", old.dir);
    toy_checkpoint(&old, &kept);
    toy_notes(&old, 5);
    toy_checkpoint(&old, &lost);
    toy_export(&old, old_dir);

    succeed(&fresh, old_dir, 261, "toy.example/second");
    assert_int_equal(ledger_next_seq(fresh.ledger, "ann", &seq, NULL), CUSTODY_OK);
    assert_int_equal(seq, 2);
    toy_notes(&fresh, 8);
    assert_int_equal(size_of(&fresh), 9);
    (void)snprintf(dir, sizeof dir, "%s/export", fresh.dir);
    toy_export(&fresh, dir);
    expect(&fresh, NULL, 0, 0, NULL);
    expect(&fresh, dir, 0, 0, NULL);
    assert_int_equal(toy_verify(&fresh, dir, NULL, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.result.predecessor_count, 1);
    assert_int_equal(verdict.result.size, 9);
    assert_string_equal(verdict.result.origin, "toy.example/second");
    toy_verdict_clear(&verdict);

    /* A head of the old ledger before the fork fits; one beyond it was lost. */
    struct ledger_known known = {.label = "old slip", .data = kept.data, .len = kept.len};
    struct ledger_verify_options options = {
        .now = fresh.now, .known = &known, .known_count = 1};
    expect(&fresh, dir, 0, 0, &options);
    known.data = lost.data;
    known.len = lost.len;
    assert_int_equal(toy_verify(&fresh, dir, &options, &verdict), CUSTODY_OK);
    assert_true(toy_has(&verdict, "lost", JUDGE_NO_INDEX));
    assert_non_null(strstr(verdict.judge.findings[0].text, "261..265"));
    toy_verdict_clear(&verdict);

    /* And once more: generations are kept in order. */
    succeed(&third, dir, 9, "toy.example/third");
    toy_notes(&third, 2);
    (void)snprintf(third_dir, sizeof third_dir, "%s/export", third.dir);
    toy_export(&third, third_dir);
    expect(&third, NULL, 0, 0, NULL);
    expect(&third, third_dir, 0, 0, NULL);

    /* Without what came before nobody is known: not verified, and not called broken. */
    char gone[128];
    (void)snprintf(gone, sizeof gone, "%s/predecessor", dir);
    toy_remove(gone);
    assert_int_equal(toy_verify(&fresh, dir, NULL, &verdict), CUSTODY_OK);
    assert_int_equal(verdict.judge.violation_count, 0);
    assert_true(verdict.judge.incomplete_count > 0);
    toy_verdict_clear(&verdict);
    buf_clear(&kept);
    buf_clear(&lost);
    toy_close(&third);
    toy_close(&fresh);
    toy_close(&old);
}

static void verify_finds_a_changed_predecessor(void **state)
{
    (void)state;
    struct toy_site old;
    struct toy_site fresh;
    struct toy_verdict verdict;
    char old_dir[96];

    start(&old, 10);
    (void)snprintf(old_dir, sizeof old_dir, "%s/export", old.dir);
    toy_export(&old, old_dir);
    succeed(&fresh, old_dir, 11, "toy.example/second");
    toy_sql(&fresh, "DROP TRIGGER ledger_old_entry_delete;"
                    "DELETE FROM ledger_old_entry WHERE idx = 10;");
    assert_int_equal(toy_verify(&fresh, NULL, NULL, &verdict), CUSTODY_OK);
    assert_true(verdict.judge.violation_count + verdict.judge.incomplete_count > 0);
    toy_verdict_clear(&verdict);
    toy_sql(&fresh, "DELETE FROM ledger_old_entry;");
    assert_int_equal(toy_verify(&fresh, NULL, NULL, &verdict), CUSTODY_OK);
    assert_true(toy_has(&verdict, "gap", 0));
    toy_verdict_clear(&verdict);
    toy_close(&fresh);
    toy_close(&old);
}

static void adopt_refuses_what_does_not_verify_and_leaves_nothing(void **state)
{
    (void)state;
    struct toy_site old;
    struct toy_site fresh;
    struct ledger_source *source = NULL;
    struct custody_error err = {0};
    struct buf bundle = BUF_INIT(1 << 20);
    char old_dir[96];
    char path[160];
    char tile[160];
    int64_t count = -1;

    start(&old, 10);
    (void)snprintf(old_dir, sizeof old_dir, "%s/export", old.dir);
    toy_export(&old, old_dir);
    (void)snprintf(path, sizeof path, "%s/tile/entries/000.p/11", old_dir);
    assert_int_equal(file_read(path, 1 << 20, &bundle, NULL), CUSTODY_OK);
    bundle.data[bundle.len - 20] ^= 1; /* within the last signature */
    assert_int_equal(file_write_durable(path, bundle.data, bundle.len, 0644, NULL), CUSTODY_OK);
    toy_open(&fresh, 1);
    assert_int_equal(ledger_source_open_export(old_dir, &source, NULL), CUSTODY_OK);
    assert_int_equal(ledger_adopt(fresh.ledger, source, 11, &err), CUSTODY_ERR_REFUSED);
    assert_int_equal(ledger_adopt(fresh.ledger, source, 12, &err), CUSTODY_ERR_REFUSED);
    /* Without the tile only the signature shows it. */
    (void)snprintf(tile, sizeof tile, "%s/tile/0/000.p/11", old_dir);
    assert_int_equal(remove(tile), 0);
    assert_int_equal(ledger_adopt(fresh.ledger, source, 11, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "signature");
    assert_int_equal(store_get_int(fresh.toy.store, NULL, &count, NULL,
                                   "SELECT count(*) FROM ledger_old_entry", ""),
                     CUSTODY_OK);
    assert_int_equal(count, 0);
    /* The first ten are sound. */
    assert_int_equal(ledger_adopt(fresh.ledger, source, 10, &err), CUSTODY_OK);
    assert_int_equal(ledger_adopt(fresh.ledger, source, 10, &err), CUSTODY_ERR_REFUSED);
    assert_int_equal(toy_act(&fresh,
                             (struct toy_act){.no_ledger = true, .seen_root = TREE_EMPTY_ROOT},
                             &err),
                     CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "genesis");
    ledger_source_close(source);
    buf_clear(&bundle);
    toy_close(&fresh);
    toy_close(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reappend_brings_a_restored_backup_up_to_date),
        cmocka_unit_test(reappend_refuses_another_history),
        cmocka_unit_test(a_successor_carries_people_and_time_and_verifies_with_its_past),
        cmocka_unit_test(verify_finds_a_changed_predecessor),
        cmocka_unit_test(adopt_refuses_what_does_not_verify_and_leaves_nothing),
    };

    return cmocka_run_group_tests_name("ledger/succeed", tests, NULL, NULL);
}
