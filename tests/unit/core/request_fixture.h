/* Act requests for tests: payloads, fields with openings, and a tree to prove heads with. */
#ifndef CUSTODY_TEST_REQUEST_FIXTURE_H
#define CUSTODY_TEST_REQUEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "note.h"
#include "request.h"
#include "text.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* ---- a small tree that keeps all its nodes ---- */

#define LEAVES 16u

struct test_tree {
    struct tree_frontier frontier;
    uint8_t nodes[5][LEAVES][HASH_LEN];
    uint8_t roots[LEAVES + 1][HASH_LEN];
};

static inline void test_tree_emit(void *arg, unsigned level, uint64_t position,
                                  const uint8_t hash[HASH_LEN])
{
    struct test_tree *tree = arg;

    memcpy(tree->nodes[level][position], hash, HASH_LEN);
}

static inline enum custody_status test_tree_fetch(void *arg, unsigned level, uint64_t position,
                                                  uint8_t out[HASH_LEN],
                                                  struct custody_error *err)
{
    const struct test_tree *tree = arg;

    (void)err;
    memcpy(out, tree->nodes[level][position], HASH_LEN);
    return CUSTODY_OK;
}

/* Leaves "leaf 0".."leaf 15"; from fork_at on they are others. */
static inline void test_tree_fill(struct test_tree *tree, unsigned fork_at)
{
    memset(tree, 0, sizeof *tree);
    tree_root(&tree->frontier, tree->roots[0]);
    for (unsigned i = 0; i < LEAVES; i++) {
        char text[32];
        uint8_t leaf[HASH_LEN];
        (void)snprintf(text, sizeof text, "%s %u", i < fork_at ? "leaf" : "fork", i);
        tree_leaf(text, strlen(text), leaf);
        tree_append(&tree->frontier, leaf, test_tree_emit, tree);
        tree_root(&tree->frontier, tree->roots[i + 1]);
    }
}

static inline void test_tree_prove(struct test_tree *tree, int64_t a, int64_t b,
                                   struct tree_proof *proof)
{
    int64_t from = a < b ? a : b;
    int64_t to = a < b ? b : a;

    assert_int_equal(tree_prove_consistency(test_tree_fetch, tree, (uint64_t)from, (uint64_t)to,
                                            proof, NULL),
                     CUSTODY_OK);
}

/* ---- payloads ---- */

struct test_act {
    const char *act;
    const char *by;
    const char *other; /* second signer or NULL */
    json_t *body;      /* taken over */
    int64_t actor_seq;
    int64_t seen_size;
    const uint8_t *seen_root;
    const uint8_t *ledger; /* NULL: none */
};

static inline void test_payload(const struct test_act *act, struct buf *out)
{
    char root_hex[2 * HASH_LEN + 1];
    char ledger_hex[2 * HASH_LEN + 1];
    json_t *signers = json_array();
    bool is_by_first = act->other == NULL || strcmp(act->by, act->other) < 0;

    text_hex(act->seen_root, HASH_LEN, root_hex);
    assert_int_equal(
        json_array_append_new(signers, json_string(is_by_first ? act->by : act->other)), 0);
    if (act->other != NULL) {
        assert_int_equal(
            json_array_append_new(signers, json_string(is_by_first ? act->other : act->by)), 0);
    }
    json_t *root =
        json_pack("{s:s, s:I, s:s, s:o, s:s, s:s, s:{s:s, s:I}, s:o}", "act", act->act,
                  "actor_seq", (json_int_t)act->actor_seq, "at", "2026-11-22T08:03:11Z", "body",
                  act->body, "by", act->by, "nonce", "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", "seen",
                  "root", root_hex, "size", (json_int_t)act->seen_size, "signers", signers);
    assert_non_null(root);
    if (act->ledger != NULL) {
        text_hex(act->ledger, HASH_LEN, ledger_hex);
        assert_int_equal(json_object_set_new(root, "ledger", json_string(ledger_hex)), 0);
    }
    assert_int_equal(canon_write(out, root, CANON_SIGNED, NULL), CUSTODY_OK);
    json_decref(root);
}

/* A {c,k} for text and its opening; the key is any. */
static inline json_t *test_field(const char *pointer, const char *text, uint8_t key_byte,
                                 struct opening *opening)
{
    uint8_t c[HASH_LEN];
    char c_hex[2 * HASH_LEN + 1];

    memset(opening, 0, sizeof *opening);
    opening->padded.max = VAULT_PADDED_MAX;
    opening->pointer = text_dup(pointer);
    memset(opening->k_com, key_byte, HASH_LEN);
    assert_int_equal(vault_pad(text, strlen(text), &opening->padded, NULL), CUSTODY_OK);
    vault_commitment(opening, c);
    text_hex(c, HASH_LEN, c_hex);
    return json_pack("{s:s, s:s}", "c", c_hex, "k", "00112233445566778899aabbccddeeff");
}

#endif
