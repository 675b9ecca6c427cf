/*
 * What somebody with an export can do, and with the entries: flipped bits, missing files,
 * entries moved about, acts that should never have been. Of the bits a sample,
 * from a seeded offset; all of them are tests/fault/flips.c's.
 */
#include "tamper_fixture.h"

#include <fcntl.h>
#include <fts.h>
#include <unistd.h>

#include "file.h"

/* ---- an export ---- */

struct export
{
    char dir[96];
    char trust[96];
};

static void make_export(struct world *world, struct export *export)
{
    struct custody_error err = {0};
    char *text = NULL;
    (void)snprintf(export->dir, sizeof export->dir, "%s/export", world->dir);
    (void)snprintf(export->trust, sizeof export->trust, "%s/trust", world->dir);
    assert_int_equal(custody_export(world->site, export->dir, &err), CUSTODY_OK);
    assert_int_equal(custody_trust(world->site, &text, &err), CUSTODY_OK);
    assert_int_equal(file_write_durable(export->trust, text, strlen(text), 0600, &err),
                     CUSTODY_OK);
    free(text);
}

static void flip(int fd, off_t offset, unsigned bit)
{
    uint8_t byte = 0;
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte = (uint8_t)(byte ^ (1u << bit));
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
}

static int64_t flip_file(struct world *world, const struct export *export, const char *path,
                         int64_t step, int64_t start)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    int64_t bits = (int64_t)lseek(fd, 0, SEEK_END) * 8;
    int64_t flips = 0;
    for (int64_t i = start % step; i < bits; i += step) {
        enum custody_status verdict = CUSTODY_OK;
        flip(fd, (off_t)(i / 8), (unsigned)(i % 8));
        json_decref(world_verify(world, export->dir, export->trust, &verdict));
        if (verdict != CUSTODY_ERR_TAMPERED && verdict != CUSTODY_ERR_UNCHECKED) {
            print_message("bit %lld of byte %lld of %s is not found\n", (long long)(i % 8),
                          (long long)(i / 8), path);
        }
        assert_true(verdict == CUSTODY_ERR_TAMPERED || verdict == CUSTODY_ERR_UNCHECKED);
        flip(fd, (off_t)(i / 8), (unsigned)(i % 8));
        flips++;
    }
    (void)close(fd);
    return flips;
}

static void every_flipped_bit_of_an_export_is_found(void **state)
{
    struct world *world = *state;
    struct export export;
    enum custody_status verdict = CUSTODY_ERR_IO;
    uint32_t random = first_random();
    make_export(world, &export);
    json_decref(world_verify(world, export.dir, export.trust, &verdict));
    assert_int_equal(verdict, CUSTODY_OK);
    char *roots[] = {export.dir, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    assert_non_null(tree);
    int files = 0;
    for (FTSENT *entry = fts_read(tree); entry != NULL; entry = fts_read(tree)) {
        if (entry->fts_info != FTS_F) {
            continue;
        }
        bool is_bundle = strstr(entry->fts_path, "/entries/") != NULL;
        int64_t step = is_bundle ? 997 : 47;
        int64_t flips =
            flip_file(world, &export, entry->fts_path, step, (int64_t)next_random(&random));
        print_message("%s: %lld bits\n", strstr(entry->fts_path, "/export/") + 8,
                      (long long)flips);
        files++;
    }
    (void)fts_close(tree);
    assert_int_equal(files, 3); /* checkpoint, one tile, one bundle */
    json_decref(world_verify(world, export.dir, export.trust, &verdict));
    assert_int_equal(verdict, CUSTODY_OK);
}

static void a_missing_file_is_incomplete_and_a_cut_one_is_found(void **state)
{
    struct world *world = *state;
    struct export export;
    make_export(world, &export);
    static const char *const names[] = {"checkpoint", "tile/0/000.p/12",
                                        "tile/entries/000.p/12"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct buf bytes = BUF_INIT(FILE_MAX);
        struct custody_error err = {0};
        enum custody_status verdict = CUSTODY_OK;
        char *path = file_join(export.dir, names[i]);
        assert_int_equal(file_read(path, FILE_MAX, &bytes, &err), CUSTODY_OK);
        assert_int_equal(unlink(path), 0);
        json_decref(world_verify(world, export.dir, export.trust, &verdict));
        assert_int_equal(verdict, CUSTODY_ERR_UNCHECKED);
        for (size_t cut = 0; cut < bytes.len; cut += 1 + bytes.len / 16) {
            assert_int_equal(file_write_durable(path, bytes.data, cut, 0600, &err), CUSTODY_OK);
            json_decref(world_verify(world, export.dir, export.trust, &verdict));
            assert_true(verdict == CUSTODY_ERR_TAMPERED || verdict == CUSTODY_ERR_UNCHECKED);
        }
        assert_int_equal(file_write_durable(path, bytes.data, bytes.len, 0600, &err),
                         CUSTODY_OK);
        json_decref(world_verify(world, export.dir, export.trust, &verdict));
        assert_int_equal(verdict, CUSTODY_OK);
        buf_clear(&bytes);
        free(path);
    }
}

/* ---- entries ---- */

static void entries_moved_about_are_found_where_they_were(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *label, *sql;
        int64_t idx;
        const char *check;
    } cases[] = {
        {"two swapped",
         "UPDATE ledger_entry SET idx = 100 WHERE idx = 4; UPDATE ledger_entry SET idx = 4"
         " WHERE idx = 5; UPDATE ledger_entry SET idx = 5 WHERE idx = 100",
         4, "row"},
        {"one removed",
         "DELETE FROM ledger_entry WHERE idx = 4;"
         "UPDATE ledger_entry SET idx = idx - 1 WHERE idx > 4",
         4, NULL},
        {"a hole", "DELETE FROM ledger_entry WHERE idx = 4", 4, "gap"},
        {"the tail cut", "DELETE FROM ledger_entry WHERE idx > 9", -1, "row"},
        {"one repeated",
         "INSERT INTO ledger_entry SELECT 12, x'00', leaf_hash, envelope FROM ledger_entry"
         " WHERE idx = 9",
         12, "duplicate"},
    };
    (void)state;
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        sqlite3 *db = open_raw(world);
        enum custody_status verdict = CUSTODY_OK;
        char text[600];
        char *message = NULL;
        if (sqlite3_exec(db, cases[i].sql, NULL, NULL, &message) != SQLITE_OK) {
            print_message("%s: %s\n", cases[i].label, message);
            fail();
        }
        (void)sqlite3_close(db);
        json_t *report = world_verify(world, NULL, NULL, &verdict);
        (void)world_findings(report, text, sizeof text);
        if (verdict != CUSTODY_ERR_TAMPERED) {
            print_message("%s: %s\n", cases[i].label, text);
        }
        assert_int_equal(verdict, CUSTODY_ERR_TAMPERED);
        if (cases[i].idx >= 0) {
            char at[24];
            (void)snprintf(at, sizeof at, "@%lld", (long long)cases[i].idx);
            if (strstr(text, at) == NULL) {
                print_message("%s: %s\n", cases[i].label, text);
            }
            assert_non_null(strstr(text, at));
        }
        if (cases[i].check != NULL && strstr(text, cases[i].check) == NULL) {
            print_message("%s: %s, wanted %s\n", cases[i].label, text, cases[i].check);
            assert_non_null(strstr(text, cases[i].check));
        }
        json_decref(report);
        world_restore(world);
    }
}

/* Envelope bytes that are almost right: pushed past the checks and found at their index. */
static void expect_bytes_found(struct world *world, const char *label, const struct buf *bytes,
                               const char *check, enum custody_status wanted)
{
    enum custody_status verdict = CUSTODY_OK;
    char text[400];
    int64_t idx = world_size(world);
    enum custody_status rc = world_append(world, bytes);
    if (rc == CUSTODY_OK || strcmp(world->err.rule, check) != 0) {
        print_message("%s: intake %s\n", label, rc == CUSTODY_OK ? "taken" : world->err.rule);
    }
    assert_int_not_equal(rc, CUSTODY_OK);
    assert_string_equal(world->err.rule, check);
    assert_int_equal(world_size(world), idx);
    world_push(world, bytes);
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    (void)world_findings(report, text, sizeof text);
    bool is_found = world_finds(report, idx, check);
    if (verdict != wanted || !is_found) {
        print_message("%s: %s\n", label, text);
    }
    assert_int_equal(verdict, wanted);
    assert_true(is_found);
    json_decref(report);
    world_restore(world);
}

/* Replace the first `from` in a buffer. */
static void replace_in(struct buf *bytes, const char *from, const char *to)
{
    struct buf made = BUF_INIT(ENVELOPE_MAX);
    const char *at = strstr((const char *)bytes->data, from);
    assert_non_null(at);
    size_t before = (size_t)(at - (const char *)bytes->data);
    size_t after = before + strlen(from);
    assert_int_equal(buf_put(&made, bytes->data, before, NULL), CUSTODY_OK);
    assert_int_equal(buf_put_text(&made, to, NULL), CUSTODY_OK);
    assert_int_equal(buf_put(&made, bytes->data + after, bytes->len - after, NULL), CUSTODY_OK);
    buf_clear(bytes);
    *bytes = made;
}

#define ASK                                                                                    \
    "{'for':'key.lend','items':[!K00000001],'purpose':'repair',"                               \
    "'window':{'end':@+3600,'start':@-60}}"

static void perfectly_signed_bytes_that_are_wrong_are_found(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *label, *from, *to, *check;
        enum custody_status verdict;
    } payloads[] = {
        {"duplicate key", "\"by\":\"chen\"", "\"by\":\"chen\",\"by\":\"chen\"", "canonical",
         CUSTODY_ERR_TAMPERED},
        {"duplicate key in the body", "\"purpose\":\"repair\"",
         "\"purpose\":\"private\",\"purpose\":\"repair\"", "canonical", CUSTODY_ERR_TAMPERED},
        {"a space", "\"by\":", "\"by\": ", "canonical", CUSTODY_ERR_TAMPERED},
        {"unknown member", "\"by\":", "\"bx\":1,\"by\":", "structure", CUSTODY_ERR_TAMPERED},
        {"unknown member of the body", "\"for\":", "\"before\":1,\"for\":", "structure",
         CUSTODY_ERR_TAMPERED},
        {"unknown act", "request.open/1", "request.shut/1", "unknown-act",
         CUSTODY_ERR_TAMPERED},
        {"version 0", "request.open/1", "request.open/0", "structure", CUSTODY_ERR_TAMPERED},
        {"a date that is none", "2025-10-31T08:02:00Z", "2025-10-32T08:02:00Z", "structure",
         CUSTODY_ERR_TAMPERED},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(payloads); i++) {
        struct buf payload = BUF_INIT(PAYLOAD_MAX);
        struct buf envelope = BUF_INIT(ENVELOPE_MAX);
        struct world_draft draft = {.act = "request.open/1", .signers = "chen", .body = ASK};
        world_payload(world, &draft, &payload);
        replace_in(&payload, payloads[i].from, payloads[i].to);
        world_sign(world, &payload, "chen", &envelope);
        expect_bytes_found(world, payloads[i].label, &envelope, payloads[i].check,
                           payloads[i].verdict);
        buf_clear(&payload);
        buf_clear(&envelope);
    }
}

static void the_right_act_in_the_wrong_place_or_name_is_found(void **state)
{
    struct world *world = *state;
    static const char other[] =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    static const struct {
        const char *label;
        struct world_draft draft;
        const char *keys; /* who really signs; NULL: the signers */
        const char *check;
    } acts[] = {
        {"of another ledger", {.ledger = other}, NULL, "cross-ledger"},
        {"a number skipped", {.seq = 7}, NULL, "sequence"},
        {"a number again", {.seq = 1}, NULL, "sequence"},
        {"before what was seen", {.at = WORLD_EPOCH - 1}, NULL, "time"},
        {"less seen than before", {.seen_size = 4}, NULL, "seen"},
        {"less seen than his enrolment", {.seen_size = 3}, NULL, "seen"},
        {"signed by another", {.act = NULL}, "li", "person"},
        {"signed by a stranger", {.act = NULL}, "stranger", "credential"},
        {"signed by one more", {.act = NULL}, "chen li", "person"},
    };
    world_save(world);
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct buf payload = BUF_INIT(PAYLOAD_MAX);
        struct buf envelope = BUF_INIT(ENVELOPE_MAX);
        struct world_draft draft = acts[i].draft;
        draft.act = "request.open/1";
        draft.signers = "chen";
        draft.body = ASK;
        world_payload(world, &draft, &payload);
        world_sign(world, &payload, acts[i].keys != NULL ? acts[i].keys : "chen", &envelope);
        expect_bytes_found(world, acts[i].label, &envelope, acts[i].check,
                           CUSTODY_ERR_TAMPERED);
        buf_clear(&payload);
        buf_clear(&envelope);
    }
}

static void two_keys_of_one_person_are_one_person(void **state)
{
    struct world *world = *state;
    world_must(world, "credential.add/1", "adm mgr",
               "{'credential':^adm2,'handle':'adm','proof':~adm2:adm,'reason':'add'}");
    world_save(world);
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = "person.enrol/1",
                                .signers = "adm mgr",
                                .body = "{'handle':'new','roles':['staff'],'staff_no':'N1'}"};
    world_payload(world, &draft, &payload);
    world_sign(world, &payload, "adm adm2", &envelope);
    expect_bytes_found(world, "adm twice", &envelope, "person", CUSTODY_ERR_TAMPERED);
    buf_clear(&envelope);
    world_sign(world, &payload, "adm adm2 mgr", &envelope);
    expect_bytes_found(world, "adm twice and mgr", &envelope, "person", CUSTODY_ERR_TAMPERED);
    buf_clear(&payload);
    buf_clear(&envelope);
}

static void a_replay_from_another_site_of_the_same_people_is_found(void **state)
{
    struct world *world = *state;
    struct world *other = calloc(1, sizeof *other);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    assert_non_null(other);
    world_open(other);
    struct world_draft draft = {.act = "person.enrol/1",
                                .signers = "adm mgr",
                                .body = "{'handle':'new','roles':['staff'],'staff_no':'N1'}"};
    world_envelope(other, &draft, &envelope);
    assert_int_equal(world_append(other, &envelope), CUSTODY_OK); /* good where it belongs */
    world_close(other);
    free(other);
    world_tick(world, 0);
    char clock[96];
    (void)snprintf(clock, sizeof clock, "%s/clock", world->dir);
    assert_int_equal(setenv("CUSTODY_CLOCK", clock, 1), 0);
    world_save(world);
    expect_bytes_found(world, "replay", &envelope, "cross-ledger", CUSTODY_ERR_TAMPERED);
    buf_clear(&envelope);
}

static void a_rewrapped_or_repeated_envelope_is_one_act(void **state)
{
    struct world *world = *state;
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = "request.open/1", .signers = "chen", .body = ASK};
    world_envelope(world, &draft, &envelope);
    assert_int_equal(world_append(world, &envelope), CUSTODY_OK);
    int64_t idx = world->idx;
    int64_t size = world_size(world);
    assert_int_equal(world_append(world, &envelope), CUSTODY_OK); /* a retry after a crash */
    assert_int_equal(world->idx, idx);
    assert_int_equal(world_size(world), size);
    world_save(world);
    static const char *const wraps[][2] = {
        {"{\"payload\":", "{ \"payload\":"},
        {"\"signatures\":[{", "\"signatures\":[ {"},
        {"\"}]}", "\",\"x\":1}]}"},
        {"\"}]}", "\"}]}\n"},
    };
    for (size_t i = 0; i < COUNT_OF(wraps); i++) {
        struct buf wrapped = BUF_INIT(ENVELOPE_MAX);
        assert_int_equal(buf_put(&wrapped, envelope.data, envelope.len, NULL), CUSTODY_OK);
        replace_in(&wrapped, wraps[i][0], wraps[i][1]);
        expect_bytes_found(world, wraps[i][1], &wrapped, "envelope", CUSTODY_ERR_TAMPERED);
        buf_clear(&wrapped);
    }
    buf_clear(&envelope);
}

static void a_newer_version_of_an_act_is_incomplete_never_verified(void **state)
{
    struct world *world = *state;
    enum custody_status verdict = CUSTODY_OK;
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = "request.open/1", .signers = "chen", .body = ASK};
    world_payload(world, &draft, &payload);
    replace_in(&payload, "request.open/1", "request.open/9");
    world_sign(world, &payload, "chen", &envelope);
    assert_int_equal(world_append(world, &envelope), CUSTODY_ERR_REFUSED);
    world_push(world, &envelope);
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    assert_int_equal(verdict, CUSTODY_ERR_UNCHECKED);
    assert_true(world_finds(report, world->idx, "newer-act"));
    json_decref(report);
    buf_clear(&payload);
    buf_clear(&envelope);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup_twelve, world_teardown)
    const struct CMUnitTest tests[] = {
        T(every_flipped_bit_of_an_export_is_found),
        T(a_missing_file_is_incomplete_and_a_cut_one_is_found),
        T(entries_moved_about_are_found_where_they_were),
        T(perfectly_signed_bytes_that_are_wrong_are_found),
        T(the_right_act_in_the_wrong_place_or_name_is_found),
        T(two_keys_of_one_person_are_one_person),
        T(a_replay_from_another_site_of_the_same_people_is_found),
        T(a_rewrapped_or_repeated_envelope_is_one_act),
        T(a_newer_version_of_an_act_is_incomplete_never_verified),
    };
    return cmocka_run_group_tests_name("tampering", tests, NULL, NULL);
}
