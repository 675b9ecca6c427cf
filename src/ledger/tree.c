/*
 * RFC 6962 §2 / RFC 9162 §2.1. Every walk is a loop over the bits of a size, so that neither a
 * hostile size nor a hostile proof can make it deep.
 */
#include "tree.h"

#include <assert.h>
#include <string.h>

const uint8_t TREE_EMPTY_ROOT[HASH_LEN] = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
    0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
    0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};

void tree_leaf(const void *data, size_t len, uint8_t out[HASH_LEN])
{
    static const uint8_t PREFIX = 0x00;
    const struct hash_span spans[] = {{&PREFIX, 1}, {data, len}};

    hash_sha256_spans(spans, 2, out);
}

void tree_node(const uint8_t left[HASH_LEN], const uint8_t right[HASH_LEN],
               uint8_t out[HASH_LEN])
{
    uint8_t joined[1 + 2 * HASH_LEN];

    joined[0] = 0x01;
    memcpy(joined + 1, left, HASH_LEN);
    memcpy(joined + 1 + HASH_LEN, right, HASH_LEN);
    hash_sha256(joined, sizeof joined, out);
}

/* ---- frontier ---- */

void tree_append(struct tree_frontier *frontier, const uint8_t leaf[HASH_LEN],
                 void (*emit)(void *arg, unsigned level, uint64_t position,
                              const uint8_t hash[HASH_LEN]),
                 void *arg)
{
    uint64_t position = frontier->size;
    unsigned level = 0;
    uint8_t hash[HASH_LEN];

    memcpy(hash, leaf, HASH_LEN);
    if (emit != NULL) {
        emit(arg, level, position, hash);
    }
    /* Each low one bit of the old size is a perfect subtree that the new one completes. */
    while ((position & 1) != 0) {
        assert(frontier->count > 0);
        frontier->count--;
        tree_node(frontier->hashes[frontier->count], hash, hash);
        level++;
        position >>= 1;
        if (emit != NULL) {
            emit(arg, level, position, hash);
        }
    }
    assert(frontier->count < 64);
    memcpy(frontier->hashes[frontier->count], hash, HASH_LEN);
    frontier->count++;
    frontier->size++;
}

void tree_root(const struct tree_frontier *frontier, uint8_t out[HASH_LEN])
{
    uint8_t hash[HASH_LEN];

    if (frontier->count == 0) {
        memcpy(out, TREE_EMPTY_ROOT, HASH_LEN);
        return;
    }
    memcpy(hash, frontier->hashes[frontier->count - 1], HASH_LEN);
    for (unsigned i = frontier->count - 1; i > 0; i--) {
        tree_node(frontier->hashes[i - 1], hash, hash);
    }
    memcpy(out, hash, HASH_LEN);
}

/* Frontier of the `count` leaves from `start`, which is a multiple of every power of two that
 * is needed: true for both halves of every split. */
static enum custody_status load_range(tree_fetch fetch, void *arg, uint64_t start,
                                      uint64_t count, struct tree_frontier *ret_frontier,
                                      struct custody_error *err)
{
    struct tree_frontier frontier = {.size = count};

    for (unsigned level = 64; level-- > 0;) {
        if ((count >> level & 1) == 0) {
            continue;
        }
        enum custody_status rc =
            fetch(arg, level, start >> level, frontier.hashes[frontier.count], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        frontier.count++;
        start += UINT64_C(1) << level;
    }
    *ret_frontier = frontier;
    return CUSTODY_OK;
}

enum custody_status tree_load(tree_fetch fetch, void *arg, uint64_t size,
                              struct tree_frontier *ret_frontier, struct custody_error *err)
{
    return load_range(fetch, arg, 0, size, ret_frontier, err);
}

static enum custody_status range_root(tree_fetch fetch, void *arg, uint64_t start,
                                      uint64_t count, uint8_t out[HASH_LEN],
                                      struct custody_error *err)
{
    struct tree_frontier frontier;
    enum custody_status rc = load_range(fetch, arg, start, count, &frontier, err);

    if (rc == CUSTODY_OK) {
        tree_root(&frontier, out);
    }
    return rc;
}

enum custody_status tree_root_at(tree_fetch fetch, void *arg, uint64_t size,
                                 uint8_t out[HASH_LEN], struct custody_error *err)
{
    return range_root(fetch, arg, 0, size, out, err);
}

/* ---- making proofs ---- */

/* Largest power of two strictly less than n, n >= 2. */
static uint64_t split(uint64_t n)
{
    uint64_t k = UINT64_C(1) << (63 - __builtin_clzll(n));

    return k == n ? k >> 1 : k;
}

static enum custody_status put_range(struct tree_proof *proof, tree_fetch fetch, void *arg,
                                     uint64_t start, uint64_t count, struct custody_error *err)
{
    if (proof->count == TREE_PROOF_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT, "the tree is too large for a proof");
    }
    enum custody_status rc =
        range_root(fetch, arg, start, count, proof->hashes[proof->count], err);
    if (rc == CUSTODY_OK) {
        proof->count++;
    }
    return rc;
}

/* The walks go from the root down; a proof runs from the leaf up. */
static void reverse(struct tree_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        uint8_t swap[HASH_LEN];
        memcpy(swap, proof->hashes[i], HASH_LEN);
        memcpy(proof->hashes[i], proof->hashes[proof->count - 1 - i], HASH_LEN);
        memcpy(proof->hashes[proof->count - 1 - i], swap, HASH_LEN);
    }
}

enum custody_status tree_prove_inclusion(tree_fetch fetch, void *arg, uint64_t index,
                                         uint64_t size, struct tree_proof *ret_proof,
                                         struct custody_error *err)
{
    struct tree_proof proof = {0};
    uint64_t start = 0;
    uint64_t n = size;

    if (index >= size) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "the entry is not within the checkpoint; take a newer checkpoint");
    }
    while (n > 1) {
        uint64_t k = split(n);
        bool is_left = index - start < k;
        enum custody_status rc = is_left ? put_range(&proof, fetch, arg, start + k, n - k, err)
                                         : put_range(&proof, fetch, arg, start, k, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (is_left) {
            n = k;
        } else {
            start += k;
            n -= k;
        }
    }
    reverse(&proof);
    *ret_proof = proof;
    return CUSTODY_OK;
}

enum custody_status tree_prove_consistency(tree_fetch fetch, void *arg, uint64_t old_size,
                                           uint64_t new_size, struct tree_proof *ret_proof,
                                           struct custody_error *err)
{
    struct tree_proof proof = {0};
    uint64_t start = 0;
    uint64_t m = old_size;
    uint64_t n = new_size;
    enum custody_status rc = CUSTODY_OK;

    if (old_size > new_size) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "the ledger is smaller than the head to prove from");
    }
    if (old_size == 0) {
        *ret_proof = proof;
        return CUSTODY_OK;
    }
    while (m != n && rc == CUSTODY_OK) {
        uint64_t k = split(n);
        if (m <= k) {
            rc = put_range(&proof, fetch, arg, start + k, n - k, err);
            n = k;
        } else {
            rc = put_range(&proof, fetch, arg, start, k, err);
            start += k;
            m -= k;
            n -= k;
        }
    }
    /* The verifier has the old root already when the old tree is one perfect left subtree. */
    if (rc == CUSTODY_OK && start != 0) {
        rc = put_range(&proof, fetch, arg, start, n, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    reverse(&proof);
    *ret_proof = proof;
    return CUSTODY_OK;
}

/* ---- checking proofs ---- */

bool tree_verify_inclusion(const uint8_t leaf[HASH_LEN], uint64_t index, uint64_t size,
                           const uint8_t (*proof)[HASH_LEN], size_t proof_count,
                           const uint8_t root[HASH_LEN])
{
    uint64_t fn = index;
    uint64_t sn = size - 1;
    uint8_t hash[HASH_LEN];

    if (index >= size) {
        return false;
    }
    memcpy(hash, leaf, HASH_LEN);
    for (size_t i = 0; i < proof_count; i++) {
        if (sn == 0) {
            return false; /* more hashes than levels */
        }
        if ((fn & 1) != 0 || fn == sn) {
            tree_node(proof[i], hash, hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            tree_node(hash, proof[i], hash);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && crypt_equal(hash, root, HASH_LEN);
}

bool tree_verify_consistency(uint64_t old_size, const uint8_t old_root[HASH_LEN],
                             uint64_t new_size, const uint8_t new_root[HASH_LEN],
                             const uint8_t (*proof)[HASH_LEN], size_t proof_count)
{
    uint8_t old_hash[HASH_LEN];
    uint8_t new_hash[HASH_LEN];
    size_t next = 0;

    if (old_size == 0 || old_size > new_size) {
        return false;
    }
    if (old_size == new_size) {
        return proof_count == 0 && crypt_equal(old_root, new_root, HASH_LEN);
    }
    if (proof_count == 0) {
        return false;
    }
    if ((old_size & (old_size - 1)) == 0) {
        memcpy(old_hash, old_root, HASH_LEN);
    } else {
        memcpy(old_hash, proof[0], HASH_LEN);
        next = 1;
    }
    memcpy(new_hash, old_hash, HASH_LEN);
    uint64_t fn = old_size - 1;
    uint64_t sn = new_size - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    for (; next < proof_count; next++) {
        if (sn == 0) {
            return false;
        }
        if ((fn & 1) != 0 || fn == sn) {
            tree_node(proof[next], old_hash, old_hash);
            tree_node(proof[next], new_hash, new_hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            tree_node(new_hash, proof[next], new_hash);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && crypt_equal(old_hash, old_root, HASH_LEN) &&
           crypt_equal(new_hash, new_root, HASH_LEN);
}
