/* Act request files: exact bytes, strict reading, and what a signer may rely on. */
#include "request_fixture.h"

static const uint8_t LEDGER[HASH_LEN] = {0x4C};

/* A request that uses every member: two fields, one act named, a checkpoint, a proof, one of
 * two signatures. */
static void make_request(struct request *request)
{
    struct test_tree tree;
    struct buf ref = BUF_INIT(PAYLOAD_MAX);
    uint8_t ref_id[HASH_LEN];
    char ref_hex[2 * HASH_LEN + 1];

    memset(request, 0, sizeof *request);
    test_tree_fill(&tree, LEAVES);
    const struct test_act approval = {.act = "request.approve/1",
                                      .by = "chen",
                                      .actor_seq = 3,
                                      .body = json_pack("{s:s}", "note", "x"),
                                      .seen_size = 5,
                                      .seen_root = tree.roots[5],
                                      .ledger = LEDGER};
    test_payload(&approval, &ref);
    assert_int_equal(envelope_act_id(ref.data, ref.len, ref_id, NULL), CUSTODY_OK);
    text_hex(ref_id, HASH_LEN, ref_hex);

    request->openings = calloc(2, sizeof *request->openings);
    assert_non_null(request->openings);
    request->opening_count = 2;
    json_t *phone = test_field("/body/phone", "13800138000", 1, &request->openings[0]);
    json_t *name = test_field("/body/name", "王小明", 2, &request->openings[1]);
    const struct test_act act = {.act = "key.lend/1",
                                 .by = "li",
                                 .other = "wang",
                                 .actor_seq = 17,
                                 .body = json_pack("{s:s, s:o, s:o, s:n}", "approval", ref_hex,
                                                   "name", name, "phone", phone, "request"),
                                 .seen_size = 12,
                                 .seen_root = tree.roots[12],
                                 .ledger = LEDGER};
    request->payload.max = PAYLOAD_MAX;
    test_payload(&act, &request->payload);
    request->refs[0] = ref;
    request->ref_count = 1;
    request->from = 7;
    test_tree_prove(&tree, 7, 12, &request->proof);
    request->checkpoint.max = NOTE_MAX;
    assert_int_equal(checkpoint_write_text("cuihu.example/custody", 12, tree.roots[12],
                                           &request->checkpoint, NULL),
                     CUSTODY_OK);
    assert_int_equal(buf_put_text(&request->checkpoint,
                                  "\n\xE2\x80\x94 cuihu.example/custody AAAAAAAAAAAAAAAA"
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                  "AAAAAAAAAAAAAAAAAA=\n",
                                  NULL),
                     CUSTODY_OK);
    memset(request->signatures[0].keyid, 0x11, HASH_LEN);
    memset(request->signatures[0].bytes, 0x22, SIGN_LEN);
    request->signature_count = 1;
}

static void write_request(const struct request *request, struct buf *out)
{
    out->max = REQUEST_MAX;
    assert_int_equal(request_write(request, out, NULL), CUSTODY_OK);
}

/* ---- form ---- */

static void request_parse_gives_back_what_was_written(void **state)
{
    struct request request;
    struct request again = {0};
    struct buf bytes = {0};
    struct buf bytes_again = {0};

    (void)state;
    make_request(&request);
    write_request(&request, &bytes);
    assert_int_equal(request_parse(bytes.data, bytes.len, &again, NULL), CUSTODY_OK);
    assert_int_equal(again.from, 7);
    assert_int_equal(again.opening_count, 2);
    assert_string_equal(again.openings[0].pointer, "/body/name"); /* sorted now */
    assert_memory_equal(again.openings[0].padded.data, "王小明\x80", 10);
    assert_int_equal(again.payload.len, request.payload.len);
    assert_memory_equal(again.payload.data, request.payload.data, again.payload.len);
    assert_int_equal(again.checkpoint.len, request.checkpoint.len);
    assert_int_equal(again.proof.count, request.proof.count);
    assert_memory_equal(again.proof.hashes, request.proof.hashes, again.proof.count * HASH_LEN);
    assert_int_equal(again.ref_count, 1);
    assert_int_equal(again.signature_count, 1);
    assert_memory_equal(&again.signatures[0], &request.signatures[0],
                        sizeof again.signatures[0]);
    write_request(&again, &bytes_again);
    assert_int_equal(bytes_again.len, bytes.len);
    assert_memory_equal(bytes_again.data, bytes.data, bytes.len);
    request_clear(&request);
    request_clear(&again);
    buf_clear(&bytes);
    buf_clear(&bytes_again);
}

static void request_without_extras_is_exactly_this(void **state)
{
    struct request request = {.payload = {.max = 16}};
    struct buf bytes = {0};

    (void)state;
    assert_int_equal(buf_put_text(&request.payload, "{}", NULL), CUSTODY_OK);
    write_request(&request, &bytes);
    assert_string_equal((char *)bytes.data,
                        "{\"checkpoint\":null,\"from\":0,\"openings\":[],\"payload\":\"e30=\","
                        "\"proof\":[],\"refs\":[],\"signatures\":[]}");
    request_clear(&request);
    buf_clear(&bytes);
}

#define HEAD   "{\"checkpoint\":null,\"from\":0,\"openings\":"
#define MIDDLE ",\"payload\":\"e30=\",\"proof\":"
#define TAIL   ",\"refs\":[],\"signatures\":[]}"
#define K64    "0000000000000000000000000000000000000000000000000000000000000000"

static void request_parse_refuses_any_other_form(void **state)
{
    static const struct {
        const char *label, *text;
    } ROWS[] = {
        {"empty", ""},
        {"not an object", "[]"},
        {"line feed at the end", HEAD "[]" MIDDLE "[]" TAIL "\n"},
        {"space", HEAD " []" MIDDLE "[]" TAIL},
        {"a member missing", "{\"checkpoint\":null,\"from\":0,\"openings\":[],"
                             "\"payload\":\"e30=\",\"proof\":[],\"refs\":[]}"},
        {"a member more", HEAD "[]" MIDDLE "[],\"refs\":[],\"signatures\":[],\"z\":1}"},
        {"another member", "{\"checkpoint\":null,\"from\":0,\"openings\":[],\"payload\":"
                           "\"e30=\",\"proof\":[],\"refs\":[],\"signaturez\":[]}"},
        {"negative from", "{\"checkpoint\":null,\"from\":-1,\"openings\":[]" MIDDLE "[]" TAIL},
        {"from a string",
         "{\"checkpoint\":null,\"from\":\"1\",\"openings\":[]" MIDDLE "[]" TAIL},
        {"empty checkpoint",
         "{\"checkpoint\":\"\",\"from\":0,\"openings\":[]" MIDDLE "[]" TAIL},
        {"checkpoint a number",
         "{\"checkpoint\":1,\"from\":0,\"openings\":[]" MIDDLE "[]" TAIL},
        {"openings null", HEAD "null" MIDDLE "[]" TAIL},
        {"opening without pt",
         HEAD "[{\"k_com\":\"" K64 "\",\"pointer\":\"/a\"}]" MIDDLE "[]" TAIL},
        {"k_com short",
         HEAD "[{\"k_com\":\"00\",\"pointer\":\"/a\",\"pt\":\"AAAA\"}]" MIDDLE "[]" TAIL},
        {"pointer relative",
         HEAD "[{\"k_com\":\"" K64 "\",\"pointer\":\"a\",\"pt\":\"AAAA\"}]" MIDDLE "[]" TAIL},
        {"pt empty",
         HEAD "[{\"k_com\":\"" K64 "\",\"pointer\":\"/a\",\"pt\":\"\"}]" MIDDLE "[]" TAIL},
        {"openings unsorted",
         HEAD "[{\"k_com\":\"" K64 "\",\"pointer\":\"/b\",\"pt\":\"AAAA\"},"
              "{\"k_com\":\"" K64 "\",\"pointer\":\"/a\",\"pt\":\"AAAA\"}]" MIDDLE "[]" TAIL},
        {"opening twice",
         HEAD "[{\"k_com\":\"" K64 "\",\"pointer\":\"/a\",\"pt\":\"AAAA\"},"
              "{\"k_com\":\"" K64 "\",\"pointer\":\"/a\",\"pt\":\"AAAA\"}]" MIDDLE "[]" TAIL},
        {"payload empty", HEAD "[],\"payload\":\"\",\"proof\":[]" TAIL},
        {"payload with stray bits", HEAD "[],\"payload\":\"e31=\",\"proof\":[]" TAIL},
        {"payload without padding", HEAD "[],\"payload\":\"e30\",\"proof\":[]" TAIL},
        {"proof hash short", HEAD "[]" MIDDLE "[\"AAAA\"]" TAIL},
        {"proof hash a number", HEAD "[]" MIDDLE "[1]" TAIL},
        {"ref empty", HEAD "[]" MIDDLE "[],\"refs\":[\"\"],\"signatures\":[]}"},
        {"signature short", HEAD "[]" MIDDLE "[],\"refs\":[],\"signatures\":[{\"keyid\":\"" K64
                                 "\",\"sig\":\"AAAA\"}]}"},
        {"signature with more",
         HEAD "[]" MIDDLE "[],\"refs\":[],\"signatures\":[{\"a\":1,\"keyid\":\"" K64
              "\",\"sig\":\"AAAA\"}]}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct request request = {.from = 77};
        struct custody_error err = {0};
        if (request_parse(ROWS[i].text, strlen(ROWS[i].text), &request, &err) !=
            CUSTODY_ERR_INVALID) {
            fail_msg("accepted: %s", ROWS[i].label);
        }
        assert_int_equal(request.from, 77);
        assert_int_equal(request.opening_count, 0);
        assert_string_not_equal(err.text, "");
    }
    struct request request = {0};
    const char *good = HEAD "[]" MIDDLE "[]" TAIL;
    assert_int_equal(request_parse(good, strlen(good), &request, NULL), CUSTODY_OK);
    request_clear(&request);
}

static void request_is_256_kib_at_most(void **state)
{
    struct request request = {.payload = {.max = PAYLOAD_MAX}};
    struct buf out = BUF_INIT(2 * REQUEST_MAX);
    struct custody_error err = {0};
    uint8_t *bytes = calloc(1, REQUEST_MAX + 1);

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(buf_put(&request.payload, bytes, PAYLOAD_MAX, NULL), CUSTODY_OK);
    for (size_t i = 0; i < 4; i++) { /* 235,000 bytes, more in base64 */
        request.refs[i].max = PAYLOAD_MAX;
        assert_int_equal(buf_put(&request.refs[i], bytes, PAYLOAD_MAX, NULL), CUSTODY_OK);
    }
    request.ref_count = 4;
    assert_int_equal(request_write(&request, &out, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(out.len, 0);
    buf_clear(&request.refs[3]);
    request.ref_count = 3;
    assert_int_equal(request_write(&request, &out, &err), CUSTODY_OK);
    request_clear(&request);
    request.from = 77;
    assert_int_equal(request_parse(bytes, REQUEST_MAX + 1, &request, &err), CUSTODY_ERR_LIMIT);
    assert_int_equal(request.from, 77);
    free(bytes);
    buf_clear(&out);
}

static void request_write_refuses_two_openings_of_one_field(void **state)
{
    struct request request;
    struct buf out = BUF_INIT(REQUEST_MAX);
    struct custody_error err = {0};

    (void)state;
    make_request(&request);
    free(request.openings[1].pointer);
    request.openings[1].pointer = text_dup(request.openings[0].pointer);
    assert_int_equal(request_write(&request, &out, &err), CUSTODY_ERR_INVALID);
    assert_int_equal(out.len, 0);
    request_clear(&request);
}

/* ---- damage ---- */

static void request_parse_refuses_every_truncation(void **state)
{
    struct request request;
    struct buf bytes = {0};

    (void)state;
    make_request(&request);
    write_request(&request, &bytes);
    request_clear(&request);
    for (size_t len = 0; len < bytes.len; len++) {
        request.from = 77;
        assert_int_equal(request_parse(bytes.data, len, &request, NULL), CUSTODY_ERR_INVALID);
        assert_int_equal(request.from, 77);
    }
    buf_clear(&bytes);
}

/* Does it still show and sign what the good one does? */
static bool is_same_act(const struct request *a, const struct request *b)
{
    bool is_same = a->payload.len == b->payload.len &&
                   memcmp(a->payload.data, b->payload.data, a->payload.len) == 0 &&
                   a->opening_count == b->opening_count && a->ref_count == b->ref_count &&
                   a->refs[0].len == b->refs[0].len &&
                   memcmp(a->refs[0].data, b->refs[0].data, a->refs[0].len) == 0;

    for (size_t i = 0; i < a->opening_count && is_same; i++) {
        is_same = strcmp(a->openings[i].pointer, b->openings[i].pointer) == 0 &&
                  a->openings[i].padded.len == b->openings[i].padded.len &&
                  memcmp(a->openings[i].padded.data, b->openings[i].padded.data,
                         a->openings[i].padded.len) == 0;
    }
    return is_same;
}

/* Any flipped bit is refused, or makes another act id, or changes nothing that is shown or
 * signed (from, proof and the note's signature are judged elsewhere). */
static void request_check_catches_every_flip_that_matters(void **state)
{
    struct request good = {0};
    struct request request;
    struct buf bytes = {0};
    uint8_t good_id[HASH_LEN];
    size_t refused = 0;

    (void)state;
    make_request(&request);
    write_request(&request, &bytes);
    request_clear(&request);
    assert_int_equal(request_parse(bytes.data, bytes.len, &good, NULL), CUSTODY_OK);
    assert_int_equal(envelope_act_id(good.payload.data, good.payload.len, good_id, NULL),
                     CUSTODY_OK);
    for (size_t i = 0; i < bytes.len * 8; i++) {
        struct payload payload;
        uint8_t id[HASH_LEN];
        bytes.data[i / 8] ^= (uint8_t)(1u << i % 8);
        if (request_parse(bytes.data, bytes.len, &request, NULL) != CUSTODY_OK) {
            refused++;
        } else {
            if (request_check(&request, &payload, NULL) != CUSTODY_OK) {
                refused++;
            } else {
                assert_int_equal(
                    envelope_act_id(request.payload.data, request.payload.len, id, NULL),
                    CUSTODY_OK);
                if (!is_same_act(&good, &request) && memcmp(id, good_id, HASH_LEN) == 0) {
                    fail_msg("bit %zu changes what is shown, not what is signed", i);
                }
                payload_clear(&payload);
            }
            request_clear(&request);
        }
        bytes.data[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    assert_true(refused > bytes.len * 4);
    request_clear(&good);
    buf_clear(&bytes);
}

/* ---- what a signer may rely on ---- */

static void change_text(struct request *request)
{
    request->openings[0].padded.data[0] ^= 1;
}

static void change_k_com(struct request *request)
{
    request->openings[1].k_com[31] ^= 0x80;
}

static void change_padding(struct request *request)
{
    static const uint8_t ZEROS[64] = {0};
    struct buf *padded = &request->openings[0].padded;

    assert_int_equal(buf_put(padded, ZEROS, sizeof ZEROS, NULL), CUSTODY_OK);
}

static void swap_texts(struct request *request)
{
    char *pointer = request->openings[0].pointer;

    request->openings[0].pointer = request->openings[1].pointer;
    request->openings[1].pointer = pointer;
}

static void drop_opening(struct request *request)
{
    opening_clear(&request->openings[1]);
    request->opening_count = 1;
}

static void spare_opening(struct request *request)
{
    struct opening *all = realloc(request->openings, 3 * sizeof *all);

    assert_non_null(all);
    request->openings = all;
    json_decref(test_field("/body/spare", "not committed", 3, &all[2]));
    request->opening_count = 3;
}

static void double_opening(struct request *request)
{
    free(request->openings[1].pointer);
    request->openings[1].pointer = text_dup(request->openings[0].pointer);
}

static void drop_ref(struct request *request)
{
    buf_clear(&request->refs[0]);
    request->ref_count = 0;
}

static void double_ref(struct request *request)
{
    request->refs[1].max = PAYLOAD_MAX;
    assert_int_equal(
        buf_put(&request->refs[1], request->refs[0].data, request->refs[0].len, NULL),
        CUSTODY_OK);
    request->ref_count = 2;
}

static void other_ref(struct request *request)
{
    buf_clear(&request->refs[0]);
    assert_int_equal(
        buf_put(&request->refs[0], request->payload.data, request->payload.len, NULL),
        CUSTODY_OK);
}

static void broken_ref(struct request *request)
{
    request->refs[0].len--;
}

static void put_checkpoint(struct request *request, uint64_t size, uint8_t flip)
{
    struct test_tree tree;

    test_tree_fill(&tree, LEAVES);
    tree.roots[12][0] ^= flip;
    buf_clear(&request->checkpoint);
    assert_int_equal(checkpoint_write_text("cuihu.example/custody", size, tree.roots[12],
                                           &request->checkpoint, NULL),
                     CUSTODY_OK);
    assert_int_equal(buf_put_text(&request->checkpoint,
                                  "\n\xE2\x80\x94 cuihu.example/custody AAAAAAAAAAAAAAAA"
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                  "AAAAAAAAAAAAAAAAAA=\n",
                                  NULL),
                     CUSTODY_OK);
}

static void other_size(struct request *request)
{
    put_checkpoint(request, 13, 0);
}

static void other_root(struct request *request)
{
    put_checkpoint(request, 12, 1);
}

static void broken_checkpoint(struct request *request)
{
    request->checkpoint.len = 5;
}

static void double_signature(struct request *request)
{
    request->signatures[1] = request->signatures[0];
    request->signature_count = 2;
}

static void third_signature(struct request *request)
{
    memset(&request->signatures[1], 1, sizeof request->signatures[1]);
    memset(&request->signatures[2], 2, sizeof request->signatures[2]);
    request->signature_count = 3;
}

static void broken_payload(struct request *request)
{
    request->payload.len--;
}

static void no_change(struct request *request)
{
    (void)request;
}

static void no_checkpoint(struct request *request)
{
    buf_clear(&request->checkpoint);
}

static void second_signature(struct request *request)
{
    memset(&request->signatures[1], 1, sizeof request->signatures[1]);
    request->signature_count = 2;
}

static void request_check_refuses_what_would_deceive_a_signer(void **state)
{
    static const struct {
        const char *label;
        void (*change)(struct request *request);
        enum custody_status status;
        const char *rule;
    } ROWS[] = {
        {"as it is", no_change, CUSTODY_OK, ""},
        {"no checkpoint", no_checkpoint, CUSTODY_OK, ""},
        {"both signatures", second_signature, CUSTODY_OK, ""},
        {"text", change_text, CUSTODY_ERR_TAMPERED, "openings"},
        {"k_com", change_k_com, CUSTODY_ERR_TAMPERED, "openings"},
        {"padding", change_padding, CUSTODY_ERR_TAMPERED, "openings"},
        {"texts swapped", swap_texts, CUSTODY_ERR_TAMPERED, "openings"},
        {"opening missing", drop_opening, CUSTODY_ERR_TAMPERED, "openings"},
        {"opening of no field", spare_opening, CUSTODY_ERR_TAMPERED, "openings"},
        {"opening twice", double_opening, CUSTODY_ERR_TAMPERED, "openings"},
        {"ref missing", drop_ref, CUSTODY_ERR_TAMPERED, "object"},
        {"ref twice", double_ref, CUSTODY_ERR_TAMPERED, "object"},
        {"other ref", other_ref, CUSTODY_ERR_TAMPERED, "object"},
        {"broken ref", broken_ref, CUSTODY_ERR_INVALID, "canonical"},
        {"other size", other_size, CUSTODY_ERR_TAMPERED, "checkpoint"},
        {"other root", other_root, CUSTODY_ERR_TAMPERED, "checkpoint"},
        {"broken checkpoint", broken_checkpoint, CUSTODY_ERR_INVALID, "checkpoint"},
        {"signature twice", double_signature, CUSTODY_ERR_INVALID, ""},
        {"too many signatures", third_signature, CUSTODY_ERR_INVALID, ""},
        {"broken payload", broken_payload, CUSTODY_ERR_INVALID, "canonical"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct request request;
        struct payload payload = {.actor_seq = 77};
        struct custody_error err = {0};
        make_request(&request);
        ROWS[i].change(&request);
        enum custody_status rc = request_check(&request, &payload, &err);
        if (rc != ROWS[i].status || strcmp(err.rule, ROWS[i].rule) != 0) {
            fail_msg("%s: %d %s", ROWS[i].label, (int)rc, err.rule);
        }
        if (rc == CUSTODY_OK) {
            assert_int_equal(payload.actor_seq, 17);
            payload_clear(&payload);
        } else {
            assert_int_equal(payload.actor_seq, 77);
            assert_string_not_equal(err.text, "");
        }
        request_clear(&request);
    }
}

static void request_check_wants_the_act_of_each_member_that_names_one(void **state)
{
    static const char *const MEMBERS[] = {"act",     "approval", "authorisation",
                                          "request", "standing", "stocktake"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++) {
        for (int has_ref = 0; has_ref < 2; has_ref++) {
            struct request request;
            struct payload payload = {0};
            uint8_t id[HASH_LEN];
            char hex[2 * HASH_LEN + 1];
            make_request(&request);
            assert_int_equal(
                envelope_act_id(request.refs[0].data, request.refs[0].len, id, NULL),
                CUSTODY_OK);
            text_hex(id, HASH_LEN, hex);
            struct test_tree tree;
            test_tree_fill(&tree, LEAVES);
            const struct test_act act = {.act = "party.end/1",
                                         .by = "li",
                                         .other = "wang",
                                         .actor_seq = 17,
                                         .body = json_pack("{s:s}", MEMBERS[i], hex),
                                         .seen_size = 12,
                                         .seen_root = tree.roots[12],
                                         .ledger = LEDGER};
            buf_clear(&request.payload);
            test_payload(&act, &request.payload);
            opening_clear(&request.openings[0]);
            opening_clear(&request.openings[1]);
            request.opening_count = 0;
            if (has_ref == 0) {
                drop_ref(&request);
            }
            enum custody_status rc = request_check(&request, &payload, NULL);
            if (rc != (has_ref ? CUSTODY_OK : CUSTODY_ERR_TAMPERED)) {
                fail_msg("%s: %d", MEMBERS[i], (int)rc);
            }
            if (rc == CUSTODY_OK) {
                payload_clear(&payload);
            }
            request_clear(&request);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_parse_gives_back_what_was_written),
        cmocka_unit_test(request_without_extras_is_exactly_this),
        cmocka_unit_test(request_parse_refuses_any_other_form),
        cmocka_unit_test(request_is_256_kib_at_most),
        cmocka_unit_test(request_write_refuses_two_openings_of_one_field),
        cmocka_unit_test(request_parse_refuses_every_truncation),
        cmocka_unit_test(request_check_catches_every_flip_that_matters),
        cmocka_unit_test(request_check_refuses_what_would_deceive_a_signer),
        cmocka_unit_test(request_check_wants_the_act_of_each_member_that_names_one),
    };

    if (crypt_start(NULL) != CUSTODY_OK) {
        return 1;
    }
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
