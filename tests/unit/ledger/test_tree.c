/* RFC 6962 hashing and proofs against a recursive-free reference and public vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "file.h"
#include "text.h"
#include "tree.h"

#define LEAVES 130
#define LEVELS 8
/* C17 converts no array to one of const elements by itself. */
#define AS_CONST(hashes) ((const uint8_t(*)[HASH_LEN])(hashes))

/* Perfect subtrees as they are emitted. */
struct nodes {
    uint8_t hashes[LEVELS][LEAVES][HASH_LEN];
    bool is_there[LEVELS][LEAVES];
};

static void emit(void *arg, unsigned level, uint64_t position, const uint8_t hash[HASH_LEN])
{
    struct nodes *nodes = arg;

    assert_true(level < LEVELS && position < LEAVES);
    assert_false(nodes->is_there[level][position]);
    memcpy(nodes->hashes[level][position], hash, HASH_LEN);
    nodes->is_there[level][position] = true;
}

static enum custody_status fetch(void *arg, unsigned level, uint64_t position,
                                 uint8_t out[HASH_LEN], struct custody_error *err)
{
    struct nodes *nodes = arg;

    if (level >= LEVELS || position >= LEAVES || !nodes->is_there[level][position]) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED, "no such node");
    }
    memcpy(out, nodes->hashes[level][position], HASH_LEN);
    return CUSTODY_OK;
}

/* Root by pairing level after level: an odd last hash moves up as it is, which is RFC 6962's
 * tree without its recursion. */
static void plain_root(size_t count, uint8_t out[HASH_LEN])
{
    uint8_t row[LEAVES][HASH_LEN];

    for (size_t i = 0; i < count; i++) {
        uint8_t data = (uint8_t)i;
        tree_leaf(&data, 1, row[i]);
    }
    while (count > 1) {
        size_t next = 0;
        for (size_t i = 0; i < count; i += 2, next++) {
            if (i + 1 < count) {
                uint8_t node[HASH_LEN];
                tree_node(row[i], row[i + 1], node);
                memcpy(row[next], node, HASH_LEN);
            } else {
                memmove(row[next], row[i], HASH_LEN);
            }
        }
        count = next;
    }
    memcpy(out, row[0], HASH_LEN);
}

static struct nodes *grow(size_t count, uint8_t roots[][HASH_LEN])
{
    struct nodes *nodes = calloc(1, sizeof *nodes);
    struct tree_frontier frontier = {0};

    assert_non_null(nodes);
    for (size_t i = 0; i < count; i++) {
        uint8_t data = (uint8_t)i;
        uint8_t leaf[HASH_LEN];
        tree_leaf(&data, 1, leaf);
        tree_append(&frontier, leaf, emit, nodes);
        tree_root(&frontier, roots[i + 1]);
    }
    return nodes;
}

static void frontier_gives_the_root_of_every_size(void **state)
{
    (void)state;
    static uint8_t roots[LEAVES + 1][HASH_LEN];
    struct nodes *nodes = grow(LEAVES, roots);
    struct tree_frontier empty = {0};
    uint8_t root[HASH_LEN];

    tree_root(&empty, root);
    assert_memory_equal(root, TREE_EMPTY_ROOT, HASH_LEN);
    hash_sha256("", 0, root);
    assert_memory_equal(root, TREE_EMPTY_ROOT, HASH_LEN);
    for (size_t size = 1; size <= LEAVES; size++) {
        struct tree_frontier loaded;
        plain_root(size, root);
        assert_memory_equal(root, roots[size], HASH_LEN);
        assert_int_equal(tree_root_at(fetch, nodes, size, root, NULL), CUSTODY_OK);
        assert_memory_equal(root, roots[size], HASH_LEN);
        assert_int_equal(tree_load(fetch, nodes, size, &loaded, NULL), CUSTODY_OK);
        tree_root(&loaded, root);
        assert_memory_equal(root, roots[size], HASH_LEN);
    }
    free(nodes);
}

static void every_inclusion_proof_holds_for_its_place_only(void **state)
{
    (void)state;
    static uint8_t roots[LEAVES + 1][HASH_LEN];
    struct nodes *nodes = grow(LEAVES, roots);

    for (size_t size = 1; size <= LEAVES; size++) {
        for (size_t i = 0; i < size; i++) {
            struct tree_proof proof;
            uint8_t data = (uint8_t)i;
            uint8_t leaf[HASH_LEN];
            tree_leaf(&data, 1, leaf);
            assert_int_equal(tree_prove_inclusion(fetch, nodes, i, size, &proof, NULL),
                             CUSTODY_OK);
            assert_true(tree_verify_inclusion(leaf, i, size, AS_CONST(proof.hashes),
                                              proof.count, roots[size]));
            assert_false(tree_verify_inclusion(leaf, i + 1, size, AS_CONST(proof.hashes),
                                               proof.count, roots[size]));
            assert_false(tree_verify_inclusion(leaf, i, size, AS_CONST(proof.hashes),
                                               proof.count + 1, roots[size]));
            if (proof.count > 0) {
                assert_false(tree_verify_inclusion(leaf, i, size, AS_CONST(proof.hashes),
                                                   proof.count - 1, roots[size]));
                proof.hashes[proof.count - 1][0] ^= 1;
                assert_false(tree_verify_inclusion(leaf, i, size, AS_CONST(proof.hashes),
                                                   proof.count, roots[size]));
            }
        }
    }
    struct tree_proof untouched = {.count = 77};
    assert_int_equal(tree_prove_inclusion(fetch, nodes, 5, 5, &untouched, NULL),
                     CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(untouched.count, 77);
    free(nodes);
}

static void every_consistency_proof_holds_for_its_sizes_only(void **state)
{
    (void)state;
    static uint8_t roots[LEAVES + 1][HASH_LEN];
    struct nodes *nodes = grow(LEAVES, roots);

    for (size_t new_size = 1; new_size <= LEAVES; new_size++) {
        for (size_t old_size = 1; old_size <= new_size; old_size++) {
            struct tree_proof proof;
            assert_int_equal(
                tree_prove_consistency(fetch, nodes, old_size, new_size, &proof, NULL),
                CUSTODY_OK);
            const uint8_t(*hashes)[HASH_LEN] = AS_CONST(proof.hashes);
            assert_true(tree_verify_consistency(old_size, roots[old_size], new_size,
                                                roots[new_size], hashes, proof.count));
            assert_false(tree_verify_consistency(old_size, roots[old_size], new_size,
                                                 roots[new_size], hashes, proof.count + 1));
            if (old_size < new_size) {
                assert_false(tree_verify_consistency(old_size, roots[old_size - 1], new_size,
                                                     roots[new_size], hashes, proof.count));
                assert_false(tree_verify_consistency(old_size, roots[old_size], new_size,
                                                     roots[old_size], hashes, proof.count));
                assert_false(tree_verify_consistency(old_size, roots[old_size], new_size,
                                                     roots[new_size], hashes, proof.count - 1));
            }
        }
    }
    struct tree_proof proof;
    assert_int_equal(tree_prove_consistency(fetch, nodes, 0, 5, &proof, NULL), CUSTODY_OK);
    assert_int_equal(proof.count, 0);
    assert_false(tree_verify_consistency(0, TREE_EMPTY_ROOT, 5, roots[5], NULL, 0));
    assert_false(tree_verify_consistency(0, TREE_EMPTY_ROOT, 0, TREE_EMPTY_ROOT, NULL, 0));
    assert_int_equal(tree_prove_consistency(fetch, nodes, 6, 5, &proof, NULL),
                     CUSTODY_ERR_NOT_FOUND);
    free(nodes);
}

static void sizes_beyond_32_bits_do_not_wrap(void **state)
{
    (void)state;
    uint8_t root[HASH_LEN] = {0};
    uint8_t leaf[HASH_LEN] = {0};
    static uint8_t proof[TREE_PROOF_MAX][HASH_LEN];

    /* Only the shape counts here: a path of 41 hashes is what 2^40 + 1 leaves give the last. */
    assert_false(tree_verify_inclusion(leaf, UINT64_C(1) << 40, UINT64_C(1) << 40,
                                       AS_CONST(proof), 40, root));
    assert_false(
        tree_verify_inclusion(leaf, UINT64_MAX, UINT64_MAX, AS_CONST(proof), 64, root));
    uint8_t expected[HASH_LEN];
    memcpy(expected, leaf, HASH_LEN);
    tree_node(proof[0], expected, expected);
    assert_true(tree_verify_inclusion(leaf, UINT64_C(1) << 40, (UINT64_C(1) << 40) + 1,
                                      AS_CONST(proof), 1, expected));
}

/* ---- transparency-dev's vectors ---- */

static size_t decode(const json_t *value, uint8_t out[HASH_LEN])
{
    struct buf bytes = BUF_INIT(64);
    const char *text = json_string_value(value);
    size_t len = 0;

    if (text != NULL && text_put_unbase64(&bytes, text, strlen(text), NULL) == CUSTODY_OK) {
        len = bytes.len;
        memcpy(out, bytes.data != NULL ? bytes.data : (const uint8_t *)"",
               len < HASH_LEN ? len : HASH_LEN);
    }
    buf_clear(&bytes);
    return len;
}

static uint64_t number(const json_t *vector, const char *key)
{
    double value = json_real_value(json_object_get(vector, key));

    /* Two vectors say 2^64 - 1, which jansson reads only as a real; the others are small. */
    return value >= 1e19 ? UINT64_MAX : (uint64_t)value;
}

static bool accepts(const json_t *vector)
{
    uint8_t root[HASH_LEN];
    uint8_t other[HASH_LEN];
    uint8_t proof[TREE_PROOF_MAX][HASH_LEN];
    const json_t *path = json_object_get(vector, "proof");
    size_t count = json_array_size(path);
    bool is_inclusion = json_object_get(vector, "leafIdx") != NULL;

    assert_true(count <= TREE_PROOF_MAX);
    for (size_t i = 0; i < count; i++) {
        if (decode(json_array_get(path, i), proof[i]) != HASH_LEN) {
            return false;
        }
    }
    /* Some roots are short texts ("don't care"): filled up with zeros they stay as different.
     */
    memset(root, 0, sizeof root);
    memset(other, 0, sizeof other);
    if (decode(json_object_get(vector, is_inclusion ? "root" : "root1"), root) == 0 ||
        decode(json_object_get(vector, is_inclusion ? "leafHash" : "root2"), other) == 0) {
        return false; /* no hash at all: our types cannot even say it */
    }
    if (is_inclusion) {
        return tree_verify_inclusion(other, number(vector, "leafIdx"),
                                     number(vector, "treeSize"), AS_CONST(proof), count, root);
    }
    return tree_verify_consistency(number(vector, "size1"), root, number(vector, "size2"),
                                   other, AS_CONST(proof), count);
}

static int check_directory(const char *dir)
{
    int checked = 0;
    DIR *stream = opendir(dir);

    assert_non_null(stream);
    for (struct dirent *item = readdir(stream); item != NULL; item = readdir(stream)) {
        char path[1024];
        struct stat info;
        if (item->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(path, sizeof path, "%.700s/%s", dir, item->d_name);
        assert_int_equal(stat(path, &info), 0);
        if (S_ISDIR(info.st_mode)) {
            checked += check_directory(path);
            continue;
        }
        json_t *vector = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
        assert_non_null(vector);
        if (accepts(vector) != !json_is_true(json_object_get(vector, "wantErr"))) {
            fail_msg("%s", path);
        }
        json_decref(vector);
        checked++;
    }
    (void)closedir(stream);
    return checked;
}

static void public_vectors_are_decided_as_published(void **state)
{
    (void)state;
    const char *vectors = getenv("CUSTODY_VECTORS");
    char dir[512];

    (void)snprintf(dir, sizeof dir, "%s/rfc6962",
                   vectors != NULL ? vectors : "../shared/vectors");
    if (!file_exists(dir)) {
        print_message("skipped: no vectors\n");
        skip();
    }
    assert_int_equal(check_directory(dir), 196);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frontier_gives_the_root_of_every_size),
        cmocka_unit_test(every_inclusion_proof_holds_for_its_place_only),
        cmocka_unit_test(every_consistency_proof_holds_for_its_sizes_only),
        cmocka_unit_test(sizes_beyond_32_bits_do_not_wrap),
        cmocka_unit_test(public_vectors_are_decided_as_published),
    };

    return cmocka_run_group_tests_name("ledger/tree", tests, NULL, NULL);
}
