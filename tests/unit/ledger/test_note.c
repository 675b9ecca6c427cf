/* Notes, checkpoints, cosignatures, trust files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "note.h"
#include "text.h"
#include "trust.h"

/* From the signed-note specification. */
#define SPEC_VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SPEC_NOTE                                                                              \
    "This is an example message.\n"                                                            \
    "\n"                                                                                       \
    "\xE2\x80\x94 example.com/foo "                                                            \
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Iney" \
    "aQM=\n"

struct keys {
    struct sign_key log;
    struct sign_key witness;
    struct note_key log_key;
    struct note_key witness_key;
};

static int setup(void **state)
{
    struct keys *keys = calloc(1, sizeof *keys);
    uint8_t seed[SIGN_SEED_LEN] = {3};

    if (keys == NULL || crypt_start(NULL) != CUSTODY_OK ||
        sign_key_from_seed(seed, &keys->log, NULL) != CUSTODY_OK) {
        return -1;
    }
    seed[0] = 4;
    if (sign_key_from_seed(seed, &keys->witness, NULL) != CUSTODY_OK ||
        note_key_make("log.example/a", NOTE_ED25519, keys->log.public_key, &keys->log_key,
                      NULL) != CUSTODY_OK ||
        note_key_make("w.example/1", NOTE_COSIGNATURE_V1, keys->witness.public_key,
                      &keys->witness_key, NULL) != CUSTODY_OK) {
        return -1;
    }
    *state = keys;
    return 0;
}

static int teardown(void **state)
{
    struct keys *keys = *state;

    sign_key_clear(&keys->log);
    sign_key_clear(&keys->witness);
    free(keys);
    return 0;
}

static void spec_key_and_note_verify(void **state)
{
    (void)state;
    struct note_key key;
    struct buf vkey = BUF_INIT(512);
    uint64_t good = 0;

    assert_int_equal(note_key_parse(SPEC_VKEY, &key, NULL), CUSTODY_OK);
    assert_string_equal(key.name, "example.com/foo");
    assert_int_equal(key.id, 0x530d903a);
    assert_int_equal(note_key_write(&key, &vkey, NULL), CUSTODY_OK);
    assert_string_equal((const char *)vkey.data, SPEC_VKEY);
    assert_int_equal(note_verify(SPEC_NOTE, strlen(SPEC_NOTE), &key, 1, &good, NULL, NULL),
                     CUSTODY_OK);
    assert_int_equal(good, 1);
    buf_clear(&vkey);
}

static void vkeys_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const CASES[] = {
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "a\xE3\x80\x80+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        /* a good id over a key that is no point of the group (all zero: small order) */
        "a+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct note_key key = {.id = 77};
        if (note_key_parse(CASES[i], &key, NULL) != CUSTODY_ERR_INVALID || key.id != 77) {
            fail_msg("taken: %s", CASES[i]);
        }
    }
    assert_false(note_name_is_valid(""));
    assert_false(note_name_is_valid("a+b"));
    assert_false(note_name_is_valid("a\nb"));
    assert_true(note_name_is_valid("cuihu.example/custody"));
}

static void checkpoint_signs_and_parses_back(void **state)
{
    struct keys *keys = *state;
    struct buf note = BUF_INIT(NOTE_MAX);
    struct checkpoint checkpoint;
    uint8_t root[HASH_LEN];
    uint64_t good = 0;

    memset(root, 0xAB, sizeof root);
    assert_int_equal(
        checkpoint_sign(&keys->log_key, &keys->log, UINT64_C(5000000000), root, &note, NULL),
        CUSTODY_OK);
    assert_int_equal(checkpoint_parse(note.data, note.len, &checkpoint, NULL), CUSTODY_OK);
    assert_string_equal(checkpoint.origin, "log.example/a");
    assert_true(checkpoint.size == UINT64_C(5000000000));
    assert_memory_equal(checkpoint.root, root, HASH_LEN);
    assert_int_equal(note.data[checkpoint.text_len - 1], '\n');
    assert_int_equal(note.data[checkpoint.text_len], '\n');
    assert_int_equal(note_verify(note.data, note.len, &keys->log_key, 1, &good, NULL, NULL),
                     CUSTODY_OK);
    assert_int_equal(good, 1);
    /* The witness's key is not the log's. */
    assert_int_equal(checkpoint_sign(&keys->log_key, &keys->witness, 1, root, &note, NULL),
                     CUSTODY_ERR_INVALID);
    buf_clear(&note);
}

static void malformed_checkpoints_are_refused(void **state)
{
    (void)state;
#define ROOT "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="
#define LINE "\xE2\x80\x94 log.example/a AAAAAAA=\n"
    static const char *const CASES[] = {
        "log.example/a\n5\n" ROOT "\n",
        "log.example/a\n5\n" ROOT "\n\n",
        "log.example/a\n5\n" ROOT "\n" LINE,
        "log.example/a\n05\n" ROOT "\n\n" LINE,
        "log.example/a\n-5\n" ROOT "\n\n" LINE,
        "log.example/a\n+5\n" ROOT "\n\n" LINE,
        "log.example/a\n99999999999999999999\n" ROOT "\n\n" LINE,
        "log.example/a\n5\nq6urq6ur\n\n" LINE,
        "log.example/a\n5\n" ROOT "\nextension\n\n" LINE,
        "log.example/a\n5\n" ROOT "\n\nmore\n\n" LINE,
        "\n5\n" ROOT "\n\n" LINE,
        "log example\n5\n" ROOT "\n\n" LINE,
        "log.example/a\r\n5\n" ROOT "\n\n" LINE,
        "log.example/a\n5\n" ROOT "\n\n- log.example/a AAAAAAA=\n",
        "log.example/a\n5\n" ROOT "\n\n\xE2\x80\x94 log.example/a AAAA\n",
        "log.example/a\n5\n" ROOT "\n\n\xE2\x80\x94 log.example/aAAAAAAA=\n",
        "log.example/a\n5\n" ROOT "\n\n\xE2\x80\x94 log.example/a AAAAAAA=",
        "log.example/a\n5\n" ROOT "\n\n" LINE "x\n",
        "log.ex\xFFmple/a\n5\n" ROOT "\n\n" LINE,
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct checkpoint checkpoint = {.size = 77};
        struct custody_error err = {0};
        if (checkpoint_parse(CASES[i], strlen(CASES[i]), &checkpoint, &err) !=
                CUSTODY_ERR_INVALID ||
            strcmp(err.rule, "checkpoint") != 0 || checkpoint.size != 77) {
            fail_msg("taken: %zu %s", i, CASES[i]);
        }
    }
    struct checkpoint checkpoint;
    static const char GOOD[] = "log.example/a\n5\n" ROOT "\n\n" LINE;
    assert_int_equal(checkpoint_parse(GOOD, strlen(GOOD), &checkpoint, NULL), CUSTODY_OK);
}

static void a_bad_signature_of_a_known_key_refuses_the_note(void **state)
{
    struct keys *keys = *state;
    struct buf note = BUF_INIT(NOTE_MAX);
    struct buf line = BUF_INIT(NOTE_MAX);
    struct note_key both[2] = {keys->log_key, keys->witness_key};
    uint64_t times[2] = {0};
    uint64_t good = 77;
    uint8_t root[HASH_LEN] = {0};

    assert_int_equal(checkpoint_sign(&keys->log_key, &keys->log, 9, root, &note, NULL),
                     CUSTODY_OK);
    assert_int_equal(note_cosign(&keys->witness_key, &keys->witness, 1795334591, note.data,
                                 note.len, &line, NULL),
                     CUSTODY_OK);
    assert_int_equal(buf_put(&note, line.data, line.len, NULL), CUSTODY_OK);
    assert_int_equal(note_verify(note.data, note.len, both, 2, &good, times, NULL), CUSTODY_OK);
    assert_int_equal(good, 3);
    assert_int_equal(times[1], 1795334591);
    /* Whoever does not know the witness ignores its line. */
    assert_int_equal(note_verify(note.data, note.len, both, 1, &good, NULL, NULL), CUSTODY_OK);
    assert_int_equal(good, 1);
    /* Each flipped bit of the note: refused, or a signature fewer - never good as it was. */
    for (size_t bit = 0; bit < note.len * 8; bit++) {
        uint64_t now = 0;
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum custody_status rc = note_verify(note.data, note.len, both, 2, &now, NULL, NULL);
        if (rc == CUSTODY_OK && now == 3) {
            fail_msg("bit %zu", bit);
        }
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    /* A log key may not stand in for a witness: the id differs by the type byte. */
    struct note_key crossed;
    assert_int_equal(note_key_make(keys->witness_key.name, NOTE_ED25519,
                                   keys->witness.public_key, &crossed, NULL),
                     CUSTODY_OK);
    assert_int_equal(note_verify(note.data, note.len, &crossed, 1, &good, NULL, NULL),
                     CUSTODY_OK);
    assert_int_equal(good, 0);
    buf_clear(&note);
    buf_clear(&line);
}

/* ---- trust ---- */

static void put_vkey(char *out, size_t size, const char *name, enum note_algorithm algorithm,
                     uint8_t number)
{
    struct sign_key secret;
    struct note_key key;
    struct buf text = BUF_INIT(512);
    uint8_t seed[SIGN_SEED_LEN] = {number, 9};

    assert_int_equal(sign_key_from_seed(seed, &secret, NULL), CUSTODY_OK);
    assert_int_equal(note_key_make(name, algorithm, secret.public_key, &key, NULL), CUSTODY_OK);
    assert_int_equal(note_key_write(&key, &text, NULL), CUSTODY_OK);
    (void)snprintf(out, size, "%s", (const char *)text.data);
    sign_key_clear(&secret);
    buf_clear(&text);
}

static void trust_counts_groups_and_refuses_what_could_count_twice(void **state)
{
    (void)state;
    char log[200];
    char w[4][200];
    char text[4096];
    struct trust trust;
#define HEAD_LINES                                                                             \
    "custody-trust/v1\n"                                                                       \
    "genesis 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"

    put_vkey(log, sizeof log, "log.example/a", NOTE_ED25519, 1);
    for (uint8_t i = 0; i < 4; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "w%d.example", i);
        put_vkey(w[i], sizeof w[i], name, NOTE_COSIGNATURE_V1, (uint8_t)(10 + i));
    }
    (void)snprintf(text, sizeof text,
                   HEAD_LINES "# ours\n\nlog %s https://log.example\n"
                              "witness a %s\nwitness b %s\nwitness c %s\nwitness d %s x\n"
                              "group ab any a b\ngroup all 2 ab c\nquorum all\n",
                   log, w[0], w[1], w[2], w[3]);
    struct custody_error err = {0};
    assert_int_equal(trust_parse(text, strlen(text), &trust, &err), CUSTODY_OK);
    assert_int_equal(trust.witness_count, 4);
    assert_string_equal(trust.log.name, "log.example/a");
    assert_int_equal(trust.genesis[0], 1);
    assert_false(trust_quorum_met(&trust, 0));
    assert_false(trust_quorum_met(&trust, 3));
    assert_false(trust_quorum_met(&trust, 4));
    assert_true(trust_quorum_met(&trust, 5));
    assert_true(trust_quorum_met(&trust, 6));
    assert_false(trust_quorum_met(&trust, 8 + 1));

    static const char *const BAD[] = {
        "log %1$s\n",                                           /* no quorum */
        "quorum none\n",                                        /* no log */
        "log %1$s\nlog %1$s\nquorum none\n",                    /* two logs */
        "log %2$s\nquorum none\n",                              /* a witness's key */
        "log %1$s\nwitness a %1$s\nquorum none\n",              /* a log's key */
        "log %1$s\nwitness a %2$s\nwitness b %2$s\nquorum a\n", /* one key twice */
        "log %1$s\nwitness a %2$s\nwitness a %3$s\nquorum a\n", /* one name twice */
        "log %1$s\nwitness none %2$s\nquorum none\n",
        "log %1$s\nwitness a %2$s\ngroup g 2 a\nquorum g\n",
        "log %1$s\nwitness a %2$s\ngroup g 0 a\nquorum g\n",
        "log %1$s\nwitness a %2$s\ngroup g any a a\nquorum g\n",
        "log %1$s\nwitness a %2$s\ngroup g any a\ngroup h any a\nquorum g\n",
        "log %1$s\nwitness a %2$s\ngroup g any b\nquorum g\n",
        "log %1$s\ngroup g any g\nquorum g\n",
        "log %1$s\nquorum b\n",
        "log %1$s\nquorum none\nquorum none\n",
        "log %1$s\nquorum none\nsurprise\n",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char body[2048] = "";
        size_t used = 0;
        for (const char *c = BAD[i]; *c != 0; c++) {
            if (*c == '%') {
                const char *with = c[1] == '1' ? log : c[1] == '2' ? w[0] : w[1];
                used += (size_t)snprintf(body + used, sizeof body - used, "%s", with);
                c += 3;
            } else {
                body[used++] = *c;
                body[used] = 0;
            }
        }
        (void)snprintf(text, sizeof text, HEAD_LINES "%s", body);
        trust.group_count = 77;
        if (trust_parse(text, strlen(text), &trust, NULL) != CUSTODY_ERR_INVALID ||
            trust.group_count != 77) {
            fail_msg("taken: %s", BAD[i]);
        }
    }
    (void)snprintf(text, sizeof text, "custody-trust/v2\n%s", strchr(HEAD_LINES, '\n') + 1);
    assert_int_equal(trust_parse(text, strlen(text), &trust, NULL), CUSTODY_ERR_INVALID);
}

static void trust_writes_what_it_reads(void **state)
{
    struct keys *keys = *state;
    struct buf text = BUF_INIT(4096);
    struct trust trust;
    uint8_t genesis[HASH_LEN];

    memset(genesis, 0x3C, sizeof genesis);
    assert_int_equal(trust_write(genesis, &keys->log_key, &text, NULL), CUSTODY_OK);
    assert_int_equal(trust_parse(text.data, text.len, &trust, NULL), CUSTODY_OK);
    assert_memory_equal(trust.genesis, genesis, HASH_LEN);
    assert_memory_equal(trust.log.public_key, keys->log.public_key, SIGN_PUBLIC_LEN);
    assert_false(trust.has_quorum);
    assert_true(trust_quorum_met(&trust, 0));
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spec_key_and_note_verify),
        cmocka_unit_test(vkeys_that_are_none_are_refused),
        cmocka_unit_test(checkpoint_signs_and_parses_back),
        cmocka_unit_test(malformed_checkpoints_are_refused),
        cmocka_unit_test(a_bad_signature_of_a_known_key_refuses_the_note),
        cmocka_unit_test(trust_counts_groups_and_refuses_what_could_count_twice),
        cmocka_unit_test(trust_writes_what_it_reads),
    };

    return cmocka_run_group_tests_name("ledger/note", tests, setup, teardown);
}
