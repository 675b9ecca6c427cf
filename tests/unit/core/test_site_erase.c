/* Erasure of a site: what the ledger orders is done in the vault, never read, and judged. The
 * acts have tests of their own; here their rows stand in the read model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "file.h"
#include "folder_fixture.h"
#include "seal.h"
#include "site_erase.h"
#include "text.h"
#include "verify_impl.h"
#include "world.h"

#define NAME_AT   "/body/name"
#define TEXT_SIZE 128

struct resident {
    int64_t idx;
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    char k_hex[2 * VAULT_SUBJECT_ID_LEN + 1];
    char text[32];
};

struct place {
    struct world world;
    struct resident one, two;
    uint8_t public_key[32];
    struct secret secret;
};

static void add_resident(struct world *world, const char *party, const char *text,
                         struct resident *ret)
{
    char body[256];
    struct envelope envelope = {0};
    struct sealed_fields fields = {0};

    (void)snprintf(body, sizeof body,
                   "{'name':{'text':'%s'},'party':'%s','relation':'contractor'}", text, party);
    world_must(world, "party.add/1", "zhang", body);
    (void)snprintf(ret->text, sizeof ret->text, "%s", text);
    ret->idx = world->idx;
    assert_int_equal(site_entry(world->site, ret->idx, &envelope, NULL), CUSTODY_OK);
    assert_int_equal(vault_find_fields(envelope.payload.root, &fields, NULL), CUSTODY_OK);
    assert_int_equal(fields.count, 1);
    (void)snprintf(ret->k_hex, sizeof ret->k_hex, "%s", fields.items[0].k);
    assert_true(text_unhex(ret->k_hex, strlen(ret->k_hex), ret->k, sizeof ret->k));
    sealed_fields_clear(&fields);
    envelope_clear(&envelope);
}

static int make_place(void **state, bool has_escrow)
{
    struct place *place = calloc(1, sizeof *place);
    char hex[65];

    assert_non_null(place);
    world_open_bare(&place->world);
    json_t *body = world_found_body(&place->world);
    assert_int_equal(seal_recipient_make(place->public_key, &place->secret, NULL), CUSTODY_OK);
    text_hex(place->public_key, 32, hex);
    if (has_escrow) {
        assert_int_equal(json_object_set_new(json_object_get(body, "policy"), "vault_recovery",
                                             json_string(hex)),
                         0);
    }
    assert_int_equal(world_act_json(&place->world, "site.found/1", "adm hq mgr", body),
                     CUSTODY_OK);
    world_must(&place->world, "person.enrol/1", "adm mgr",
               "{'credential':^zhang,'handle':'zhang','proof':~zhang:zhang,"
               "'roles':['service_staff'],'staff_no':'Z1'}");
    add_resident(&place->world, "P0000000B", "Unique Resident One", &place->one);
    add_resident(&place->world, "P0000000C", "Unique Resident Two", &place->two);
    *state = place;
    return 0;
}

static int setup(void **state)
{
    return make_place(state, true);
}

static int setup_without_escrow(void **state)
{
    return make_place(state, false);
}

static int teardown(void **state)
{
    struct place *place = *state;

    secret_clear(&place->secret);
    world_close(&place->world);
    free(place);
    return 0;
}

/* The row that erase.intent at idx leaves. */
static void order(struct place *place, const struct resident *resident, int64_t idx)
{
    char sql[256];

    (void)snprintf(sql, sizeof sql, "INSERT INTO erased (k, idx) VALUES (x'%s', %lld)",
                   resident->k_hex, (long long)idx);
    assert_true(world_sql(&place->world, sql));
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO erasure (act_id, idx, kind, act, count, subjects, done_idx)"
                   " VALUES (zeroblob(32), %lld, 'expiry', NULL, 1, 1, NULL)",
                   (long long)idx);
    assert_true(world_sql(&place->world, sql));
}

static enum custody_status read_text(struct custody_site *site, const struct resident *resident,
                                     char out[TEXT_SIZE])
{
    struct envelope envelope = {0};
    struct buf text = BUF_INIT(VAULT_PLAIN_MAX);

    out[0] = '\0';
    assert_int_equal(site_entry(site, resident->idx, &envelope, NULL), CUSTODY_OK);
    enum custody_status rc = site_read_field(site, &envelope, NAME_AT, &text, NULL);
    if (rc == CUSTODY_OK) {
        (void)snprintf(out, TEXT_SIZE, "%s", (char *)text.data);
    }
    buf_clear(&text);
    envelope_clear(&envelope);
    return rc;
}

/* Has the vault anything of it? */
static bool vault_has(struct place *place, const struct resident *resident)
{
    struct vault *vault = NULL;
    bool has = false;

    assert_int_equal(vault_open(place->world.path, true, &vault, NULL), CUSTODY_OK);
    assert_int_equal(vault_has_remains(vault, resident->k, &has, NULL), CUSTODY_OK);
    vault_close(vault);
    return has;
}

static char *path_in(const struct place *place, const char *name)
{
    char *path = file_join(place->world.path, name);

    assert_non_null(path);
    return path;
}

static bool has_file(const struct place *place, const char *name)
{
    char *path = path_in(place, name);
    bool has = file_exists(path);

    free(path);
    return has;
}

/* ---- carried out ---- */

static void an_erasure_that_was_ordered_is_done_at_the_next_opening(void **state)
{
    struct place *place = *state;
    char text[TEXT_SIZE];

    assert_int_equal(read_text(place->world.site, &place->one, text), CUSTODY_OK);
    assert_string_equal(text, place->one.text);
    order(place, &place->one, 90);
    assert_true(vault_has(place, &place->one));
    world_reopen(&place->world);
    assert_false(vault_has(place, &place->one));
    assert_int_equal(read_text(place->world.site, &place->one, text), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(read_text(place->world.site, &place->two, text), CUSTODY_OK);
    assert_string_equal(text, place->two.text);
}

static void what_is_erased_is_not_read_while_the_vault_still_has_it(void **state)
{
    struct place *place = *state;
    struct custody_site *site = NULL;
    char text[TEXT_SIZE];

    order(place, &place->one, 90);
    assert_int_equal(custody_site_open(place->world.path, false, &site, NULL), CUSTODY_OK);
    assert_true(vault_has(place, &place->one));
    assert_int_equal(read_text(site, &place->one, text), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(read_text(site, &place->two, text), CUSTODY_OK);
    assert_int_equal(custody_site_backup(site, "never-made", NULL), CUSTODY_ERR_REFUSED);
    assert_false(file_exists("never-made"));
    custody_site_close(site);
}

static void a_restored_site_shows_no_text_before_its_head_is_confirmed(void **state)
{
    struct place *place = *state;
    struct custody_site *site = NULL;
    char text[TEXT_SIZE];
    char *path = path_in(place, "signer-state");

    assert_int_equal(unlink(path), 0);
    assert_int_equal(custody_site_open(place->world.path, false, &site, NULL), CUSTODY_OK);
    assert_int_equal(read_text(site, &place->one, text), CUSTODY_ERR_REFUSED);
    custody_site_close(site);
    free(path);
}

/* ---- the steps after it ---- */

static void put_file(const struct place *place, const char *name, int age_s)
{
    char *path = path_in(place, name);
    struct utimbuf times;

    assert_int_equal(file_write_durable(path, "x", 1, 0600, NULL), CUSTODY_OK);
    times.actime = times.modtime = (time_t)(custody_now() - age_s);
    assert_int_equal(utime(path, &times), 0);
    free(path);
}

static void finishing_purges_and_makes_a_fresh_sealed_backup(void **state)
{
    struct place *place = *state;
    json_t *bodies = NULL;
    struct buf before = BUF_INIT(65536);
    struct buf after = BUF_INIT(65536);
    uint8_t id[HASH_LEN];
    char *dir = path_in(place, "vault-backup");
    char *sealed = path_in(place, "vault-backup/vault.recovery");

    assert_int_equal(custody_site_erase_finish(place->world.site, &bodies, NULL), CUSTODY_OK);
    assert_int_equal(json_array_size(bodies), 0);
    json_decref(bodies);
    assert_false(file_exists(dir)); /* nothing ordered, nothing made */
    order(place, &place->one, 90);
    assert_int_equal(custody_site_erase_finish(place->world.site, &bodies, NULL), CUSTODY_OK);
    json_decref(bodies);
    assert_int_equal(file_read(sealed, 65536, &before, NULL), CUSTODY_OK);
    put_file(place, "site.conf.tmp-0123456789abcdef", 9000);
    put_file(place, "log.key.tmp-0123456789abcdef", 10); /* somebody may be writing it */
    put_file(place, "notes.txt", 9000);
    /* the first is declared done, a second one ordered */
    assert_true(world_sql(&place->world, "DELETE FROM erasure WHERE idx = 90"));
    order(place, &place->two, 91);
    assert_int_equal(custody_site_erase_finish(place->world.site, &bodies, NULL), CUSTODY_OK);
    custody_site_close(place->world.site);
    place->world.site = NULL;

    assert_false(vault_has(place, &place->one));
    assert_false(vault_has(place, &place->two));
    assert_false(has_file(place, "site.conf.tmp-0123456789abcdef"));
    assert_true(has_file(place, "log.key.tmp-0123456789abcdef"));
    assert_true(has_file(place, "notes.txt"));
    assert_false(has_file(place, "vault-backup/vault.key"));
    assert_false(has_file(place, "vault-backup.next"));
    assert_int_equal(file_read(sealed, 65536, &after, NULL), CUSTODY_OK);
    assert_true(after.len != before.len || memcmp(after.data, before.data, after.len) != 0);
    /* the one of before was sealed under another KEK, this one opens */
    assert_int_equal(custody_site_open(place->world.path, false, &place->world.site, NULL),
                     CUSTODY_OK);
    assert_int_equal(ledger_id(place->world.site->ledger, id, NULL), CUSTODY_OK);
    assert_int_equal(vault_recover(dir, before.data, before.len, place->public_key,
                                   &place->secret, id, NULL),
                     CUSTODY_ERR_CRYPTO);
    assert_int_equal(
        vault_recover(dir, after.data, after.len, place->public_key, &place->secret, id, NULL),
        CUSTODY_OK);
    json_decref(bodies);
    buf_clear(&before);
    buf_clear(&after);
    free(dir);
    free(sealed);
}

static void the_body_of_done_says_what_was_done(void **state)
{
    struct place *place = *state;
    json_t *bodies = NULL;

    order(place, &place->one, 90);
    assert_int_equal(custody_site_erase_finish(place->world.site, &bodies, NULL), CUSTODY_OK);
    char *text = json_dumps(bodies, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(text, "[{\"counts\":{\"fields\":1,\"subjects\":1},\"intent\":"
                              "\"00000000000000000000000000000000000000000000000000000000000000"
                              "00\",\"media\":[\"temp\",\"vault\"]}]");
    assert_false(has_file(place, "vault-backup")); /* no recovery key, no sealed backup */
    free(text);
    json_decref(bodies);
}

/* ---- judged ---- */

static enum verdict judge_openings(struct place *place, const char *wanted)
{
    struct judge judge;
    struct ledger_source *source = NULL;
    enum verdict verdict = VERDICT_NOT_IN_SCOPE;

    judge_init(&judge, true, 10);
    assert_int_equal(ledger_source_open_store(place->world.site->store, &source, NULL),
                     CUSTODY_OK);
    assert_int_equal(verify_openings(source, place->world.site->store, place->world.path, NULL,
                                     &judge, &verdict, NULL),
                     CUSTODY_OK);
    if (wanted != NULL) {
        assert_true(judge.finding_count > 0);
        assert_non_null(strstr(judge.findings[0].text, wanted));
    }
    ledger_source_close(source);
    judge_clear(&judge);
    return verdict;
}

static void vault_sql(struct place *place, const char *sql)
{
    struct store *store = NULL;
    char *path = path_in(place, "vault.db");

    assert_int_equal(store_open(path, STORE_WRITE, STORE_DELETE, 0x43555654, &store, NULL),
                     CUSTODY_OK);
    assert_int_equal(store_script(store, sql, NULL), CUSTODY_OK);
    store_close(store);
    free(path);
}

static void erased_with_authority_verifies(void **state)
{
    struct place *place = *state;

    assert_int_equal(judge_openings(place, NULL), VERDICT_VERIFIED);
    order(place, &place->one, 90);
    assert_int_equal(judge_openings(place, NULL), VERDICT_VERIFIED); /* ordered, not yet done */
    world_reopen(&place->world);
    assert_int_equal(judge_openings(place, NULL), VERDICT_VERIFIED);
}

static void removed_by_hand_is_missing_and_not_erased(void **state)
{
    struct place *place = *state;

    vault_sql(place, "DELETE FROM field WHERE idx = (SELECT min(idx) FROM field)");
    assert_int_equal(judge_openings(place, "missing and no erasure was authorised"),
                     VERDICT_FAILED);
    order(place, &place->two, 90); /* another's erasure is no authority for this one */
    assert_int_equal(judge_openings(place, "missing and no erasure was authorised"),
                     VERDICT_FAILED);
}

static void a_fence_of_the_vault_alone_is_no_authority(void **state)
{
    struct place *place = *state;
    struct vault *vault = NULL;
    struct vault_fence fence = {.idx = 90};

    memcpy(fence.k, place->one.k, sizeof fence.k);
    assert_int_equal(vault_open(place->world.path, false, &vault, NULL), CUSTODY_OK);
    assert_int_equal(vault_erase(vault, &fence, 1, NULL), CUSTODY_OK);
    vault_close(vault);
    assert_int_equal(judge_openings(place, "missing and no erasure was authorised"),
                     VERDICT_FAILED);
}

static void a_text_of_another_act_is_a_mismatch(void **state)
{
    struct place *place = *state;

    vault_sql(place, "UPDATE field SET boxed = (SELECT boxed FROM field ORDER BY idx DESC),"
                     " k = (SELECT k FROM field ORDER BY idx DESC)");
    assert_int_equal(judge_openings(place, "does not match its commitment"), VERDICT_FAILED);
}

static void a_commitment_later_than_the_erasure_fails(void **state)
{
    struct place *place = *state;

    order(place, &place->two, place->two.idx - 1);
    assert_int_equal(judge_openings(place, "had erased"), VERDICT_FAILED);
}

static void a_text_kept_after_it_was_declared_done_fails(void **state)
{
    struct place *place = *state;

    order(place, &place->one, 90);
    assert_true(world_sql(&place->world, "UPDATE erasure SET done_idx = 91"));
    assert_int_equal(judge_openings(place, "still holds the text"), VERDICT_FAILED);
    world_reopen(&place->world);
    assert_int_equal(judge_openings(place, NULL), VERDICT_VERIFIED);
}

/* The acts themselves, from the wish to the declaration; and a vault of before put back. */
static void a_resident_who_asks_is_erased_and_every_size_keeps_its_root(void **state)
{
    struct world *world = *state;
    struct place place;
    struct resident one;
    json_t *bodies = NULL;
    char body[400];
    uint8_t before[HASH_LEN];
    uint8_t after[HASH_LEN];
    char *kept = NULL;

    add_resident(world, "P0000000Z", "Unique Resident One", &one);
    place.world = *world; /* for its path alone */
    assert_int_equal(ledger_root(world->site->ledger, one.idx + 1, before, NULL), CUSTODY_OK);
    kept = file_join(world->dir, "kept");
    assert_int_equal(custody_site_backup(world->site, kept, NULL), CUSTODY_OK);
    world_must(world, "erase.request/1", "zhang",
               "{'channel':'in_person','party':'P0000000Z','reason':'other'}");
    world_keep(world, "asked");
    (void)snprintf(body, sizeof body,
                   "{'count':1,'ground':{'act':$asked,'kind':'request'},'subjects':['%s']}",
                   one.k_hex);
    world_must(world, "erase.intent/1", "mgr sup", body);
    assert_true(vault_has(&place, &one));
    assert_true(world_is_verified(world));
    assert_int_equal(custody_site_erase_finish(world->site, &bodies, NULL), CUSTODY_OK);
    assert_int_equal(json_array_size(bodies), 1);
    assert_false(vault_has(&place, &one));
    world_tick(world, 60);
    assert_int_equal(world_act_json(world, "erase.done/1", "mgr sup",
                                    json_incref(json_array_get(bodies, 0))),
                     CUSTODY_OK);
    json_decref(bodies);
    assert_true(world_is_verified(world));
    assert_int_equal(ledger_root(world->site->ledger, one.idx + 1, after, NULL), CUSTODY_OK);
    assert_memory_equal(before, after, HASH_LEN);

    custody_site_close(world->site);
    world->site = NULL;
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "vault.db" : "vault.key";
        char *from = file_join(kept, name);
        char *to = file_join(world->path, name);
        assert_int_equal(rename(from, to), 0);
        free(from);
        free(to);
    }
    assert_true(vault_has(&place, &one));
    assert_false(world_is_verified(world));
    world_reopen(world);
    assert_false(vault_has(&place, &one));
    assert_true(world_is_verified(world));
    free(kept);
}

#define ON_SITE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(an_erasure_that_was_ordered_is_done_at_the_next_opening),
        ON_SITE(what_is_erased_is_not_read_while_the_vault_still_has_it),
        ON_SITE(a_restored_site_shows_no_text_before_its_head_is_confirmed),
        ON_SITE(finishing_purges_and_makes_a_fresh_sealed_backup),
        cmocka_unit_test_setup_teardown(the_body_of_done_says_what_was_done,
                                        setup_without_escrow, teardown),
        ON_SITE(erased_with_authority_verifies),
        ON_SITE(removed_by_hand_is_missing_and_not_erased),
        ON_SITE(a_fence_of_the_vault_alone_is_no_authority),
        ON_SITE(a_text_of_another_act_is_a_mismatch),
        ON_SITE(a_commitment_later_than_the_erasure_fails),
        ON_SITE(a_text_kept_after_it_was_declared_done_fails),
        cmocka_unit_test_setup_teardown(
            a_resident_who_asks_is_erased_and_every_size_keeps_its_root, folder_setup,
            world_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
