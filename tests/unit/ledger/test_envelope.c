/* The strict envelope and the payload's members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "envelope.h"
#include "text.h"

#define HEX32 "0123456789abcdef0123456789abcdef"
#define HEX64 HEX32 HEX32
#define GOOD                                                                                   \
    "{\"act\":\"key.lend/1\",\"actor_seq\":17,\"at\":\"2026-11-22T08:03:11Z\",\"body\":{},"    \
    "\"by\":\"li\",\"ledger\":\"" HEX64 "\",\"nonce\":\"" HEX32                                \
    "\",\"seen\":{\"root\":\"" HEX64 "\",\"size\":1234},\"signers\":[\"li\",\"wang\"]}"

static void pae_is_the_published_one(void **state)
{
    (void)state;
    struct buf pae = BUF_INIT(1024);

    assert_int_equal(envelope_pae("hello world", 11, &pae, NULL), CUSTODY_OK);
    assert_string_equal((const char *)pae.data,
                        "DSSEv1 35 application/vnd.custody.act.v1+json 11 hello world");
    uint8_t id[HASH_LEN];
    uint8_t hash[HASH_LEN];
    assert_int_equal(envelope_act_id("hello world", 11, id, NULL), CUSTODY_OK);
    hash_sha256(pae.data, pae.len, hash);
    assert_memory_equal(id, hash, HASH_LEN);
    buf_clear(&pae);
}

/* An envelope around payload with `count` made-up signatures. */
static void wrap(const char *payload, size_t count, struct buf *out)
{
    struct signature signatures[SIGNERS_MAX] = {0};

    for (size_t i = 0; i < count; i++) {
        signatures[i].keyid[0] = (uint8_t)(200 - i);
        memset(signatures[i].bytes, (int)i, SIGN_LEN);
    }
    assert_int_equal(envelope_write(payload, strlen(payload), signatures, count, out, NULL),
                     CUSTODY_OK);
}

static void write_and_parse_are_inverse_and_sorted(void **state)
{
    (void)state;

    for (size_t count = 1; count <= SIGNERS_MAX; count++) {
        struct buf bytes = BUF_INIT(ENVELOPE_MAX);
        struct buf again = BUF_INIT(ENVELOPE_MAX);
        struct envelope envelope;
        wrap(GOOD, count, &bytes);
        assert_int_equal(bytes.len, 4 * ((strlen(GOOD) + 2) / 3) + 81 + 174 * count);
        assert_int_equal(envelope_parse(bytes.data, bytes.len, &envelope, NULL), CUSTODY_OK);
        assert_int_equal(envelope.signature_count, count);
        assert_int_equal(envelope.signatures[0].keyid[0], 201 - count);
        assert_int_equal(envelope.payload_bytes.len, strlen(GOOD));
        assert_string_equal(envelope.payload.act, "key.lend/1");
        assert_int_equal(envelope.payload.actor_seq, 17);
        assert_int_equal(envelope.payload.at, 1795334591);
        assert_string_equal(envelope.payload.by, "li");
        assert_true(envelope.payload.has_ledger);
        assert_int_equal(envelope.payload.seen_size, 1234);
        assert_int_equal(envelope.payload.signer_count, 2);
        assert_string_equal(envelope.payload.signers[1], "wang");
        assert_int_equal(envelope_write(envelope.payload_bytes.data, envelope.payload_bytes.len,
                                        envelope.signatures, envelope.signature_count, &again,
                                        NULL),
                         CUSTODY_OK);
        assert_int_equal(again.len, bytes.len);
        assert_memory_equal(again.data, bytes.data, bytes.len);
        envelope_clear(&envelope);
        buf_clear(&bytes);
        buf_clear(&again);
    }
}

static void write_refuses_no_too_many_and_repeated_signatures(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(ENVELOPE_MAX);
    struct signature signatures[SIGNERS_MAX + 1] = {0};
    static char large[PAYLOAD_MAX + 2];

    assert_int_equal(envelope_write("{}", 2, signatures, 0, &out, NULL), CUSTODY_ERR_INVALID);
    assert_int_equal(envelope_write("{}", 2, signatures, SIGNERS_MAX + 1, &out, NULL),
                     CUSTODY_ERR_INVALID);
    assert_int_equal(envelope_write("{}", 2, signatures, 2, &out, NULL), CUSTODY_ERR_INVALID);
    memset(large, '1', PAYLOAD_MAX + 1);
    assert_int_equal(envelope_write(large, PAYLOAD_MAX + 1, signatures, 1, &out, NULL),
                     CUSTODY_ERR_LIMIT);
    assert_int_equal(out.len, 0);
    /* The largest payload with the most signatures fits. */
    for (size_t i = 0; i < SIGNERS_MAX; i++) {
        signatures[i].keyid[0] = (uint8_t)i;
    }
    assert_int_equal(envelope_write(large, PAYLOAD_MAX, signatures, SIGNERS_MAX, &out, NULL),
                     CUSTODY_OK);
    assert_true(out.len <= ENVELOPE_MAX);
    buf_clear(&out);
}

static void expect_refused(const uint8_t *data, size_t len, const char *label)
{
    struct envelope envelope;
    struct custody_error err = {0};

    memset(&envelope, 0x5A, sizeof envelope);
    if (envelope_parse(data, len, &envelope, &err) != CUSTODY_ERR_INVALID || err.rule[0] == 0) {
        fail_msg("taken: %s", label);
    }
    assert_int_equal(((const uint8_t *)&envelope)[sizeof envelope - 1], 0x5A);
    assert_int_equal(((const uint8_t *)&envelope)[0], 0x5A);
}

static void parse_refuses_every_other_spelling(void **state)
{
    (void)state;
    struct buf good = BUF_INIT(ENVELOPE_MAX);
    char label[80];

    wrap(GOOD, 2, &good);
    for (size_t i = 0; i < good.len; i++) {
        struct buf other = BUF_INIT(2 * ENVELOPE_MAX);
        /* cut off at i; a space, a line feed or a zero put in at i */
        (void)snprintf(label, sizeof label, "cut at %zu", i);
        expect_refused(good.data, i, label);
        for (const char *extra = " \n="; *extra != 0; extra++) {
            buf_clear(&other);
            assert_int_equal(buf_put(&other, good.data, i, NULL), CUSTODY_OK);
            assert_int_equal(buf_put_byte(&other, (uint8_t)*extra, NULL), CUSTODY_OK);
            assert_int_equal(buf_put(&other, good.data + i, good.len - i, NULL), CUSTODY_OK);
            (void)snprintf(label, sizeof label, "'%c' at %zu", *extra, i);
            expect_refused(other.data, other.len, label);
        }
        buf_clear(&other);
    }
    assert_int_equal(buf_put_byte(&good, '\n', NULL), CUSTODY_OK);
    expect_refused(good.data, good.len, "line feed at the end");
    buf_clear(&good);
}

static void parse_refuses_upper_case_key_ids_and_unsorted_signatures(void **state)
{
    (void)state;
    struct buf good = BUF_INIT(ENVELOPE_MAX);
    char *first = NULL;
    char *second = NULL;

    wrap(GOOD, 2, &good);
    first = strstr((char *)good.data, "{\"keyid\"");
    second = strstr(first + 1, "{\"keyid\"");
    char keep[173];
    memcpy(keep, first, sizeof keep);
    memcpy(first, second, sizeof keep);
    memcpy(second, keep, sizeof keep);
    expect_refused(good.data, good.len, "unsorted");
    memcpy(first, keep, sizeof keep);
    expect_refused(good.data, good.len, "one signature twice");
    buf_clear(&good);
    wrap(GOOD, 1, &good);
    first = strstr((char *)good.data, "\"keyid\":\"c8");
    assert_non_null(first);
    first[9] = 'C';
    expect_refused(good.data, good.len, "upper case");
    buf_clear(&good);
}

static void payload_refuses_each_member_that_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        const char *check;
    } CASES[] = {
        {"\"act\":\"key.lend/1\"", "\"act\":\"key.lend\"", "structure"},
        {"\"act\":\"key.lend/1\"", "\"act\":\"key.lend/0\"", "structure"},
        {"\"act\":\"key.lend/1\"", "\"act\":\"Key.lend/1\"", "structure"},
        {"\"actor_seq\":17", "\"actor_seq\":0", "structure"},
        {"\"actor_seq\":17", "\"actor_seq\":-1", "structure"},
        {"\"actor_seq\":17", "\"actor_seq\":\"17\"", "structure"},
        {"\"actor_seq\":17", "\"actor_seq\":17.0", "canonical"},
        {"\"actor_seq\":17", "\"actor_seq\":017", "canonical"},
        {"\"actor_seq\":17", "\"actor_seq\":9007199254740992", "canonical"},
        {"2026-11-22T08:03:11Z", "2026-11-31T08:03:11Z", "structure"},
        {"2026-11-22T08:03:11Z", "2026-11-22 08:03:11Z", "structure"},
        {"2026-11-22T08:03:11Z", "2026-11-22T08:03:60Z", "structure"},
        {"\"body\":{}", "\"body\":[]", "structure"},
        {"\"body\":{}", "\"body\":null", "structure"},
        {"\"by\":\"li\"", "\"by\":\"Li\"", "structure"},
        {"\"by\":\"li\"", "\"by\":\"chen\"", "structure"},
        {"\"by\":\"li\",", "", "structure"},
        {"\"by\":\"li\",", "\"by\":\"li\",\"by\":\"li\",", "canonical"},
        {"\"by\":\"li\",", "\"by\":\"li\",\"extra\":1,", "structure"},
        {"\"nonce\":\"0", "\"nonce\":\"", "structure"},
        {"\"nonce\":\"0", "\"nonce\":\"A", "structure"},
        {"\"size\":1234", "\"size\":-1", "structure"},
        {"\"size\":1234", "\"size\":1234,\"x\":1", "structure"},
        {"\"size\":1234", "\"size\":null", "structure"},
        {"[\"li\",\"wang\"]", "[\"wang\",\"li\"]", "structure"},
        {"[\"li\",\"wang\"]", "[\"li\",\"li\"]", "structure"},
        {"[\"li\",\"wang\"]", "[]", "structure"},
        {"[\"li\",\"wang\"]", "[\"li\",1]", "structure"},
        {"[\"li\",\"wang\"]", "\"li\"", "structure"},
        {"{\"act\"", " {\"act\"", "canonical"},
        {"\"signers\"", "\"\\u0073igners\"", "canonical"},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[2048];
        const char *at = strstr(GOOD, CASES[i].from);
        struct payload payload = {.actor_seq = 77};
        struct custody_error err = {0};
        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD, CASES[i].to,
                       at + strlen(CASES[i].from));
        if (payload_parse(text, strlen(text), &payload, &err) != CUSTODY_ERR_INVALID ||
            strcmp(err.rule, CASES[i].check) != 0) {
            fail_msg("%s -> %s: rule '%s' %s", CASES[i].from, CASES[i].to, err.rule, err.text);
        }
        assert_int_equal(payload.actor_seq, 77);
    }
    struct payload payload;
    assert_int_equal(payload_parse(GOOD, strlen(GOOD), &payload, NULL), CUSTODY_OK);
    payload_clear(&payload);
    assert_int_equal(payload_parse("[]", 2, &payload, NULL), CUSTODY_ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pae_is_the_published_one),
        cmocka_unit_test(write_and_parse_are_inverse_and_sorted),
        cmocka_unit_test(write_refuses_no_too_many_and_repeated_signatures),
        cmocka_unit_test(parse_refuses_every_other_spelling),
        cmocka_unit_test(parse_refuses_upper_case_key_ids_and_unsorted_signatures),
        cmocka_unit_test(payload_refuses_each_member_that_is_wrong),
    };

    return cmocka_run_group_tests_name("ledger/envelope", tests, NULL, NULL);
}
