/*
 * RFC 6962 / 9162 Merkle tree: hashing, compact frontier, proofs over stored perfect subtrees.
 * 64-bit sizes. Pure functions but for the callback that fetches a stored node.
 */
#ifndef CUSTODY_LEDGER_TREE_H
#define CUSTODY_LEDGER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "hash.h"

#define TREE_PROOF_MAX 64

extern const uint8_t TREE_EMPTY_ROOT[HASH_LEN]; /* SHA-256("") */

void tree_leaf(const void *data, size_t len, uint8_t out[HASH_LEN]);
void tree_node(const uint8_t left[HASH_LEN], const uint8_t right[HASH_LEN],
               uint8_t out[HASH_LEN]);

/* Roots of the perfect subtrees of a tree of `size` leaves, largest first. */
struct tree_frontier {
    uint64_t size;
    unsigned count;
    uint8_t hashes[64][HASH_LEN];
};
/*
 * Append a leaf. emit (may be NULL) is called for every perfect subtree that this leaf
 * completes, level 0 (the leaf) first: node (level, position) covers leaves
 * [position << level, (position + 1) << level).
 */
void tree_append(struct tree_frontier *frontier, const uint8_t leaf[HASH_LEN],
                 void (*emit)(void *arg, unsigned level, uint64_t position,
                              const uint8_t hash[HASH_LEN]),
                 void *arg);
void tree_root(const struct tree_frontier *frontier, uint8_t out[HASH_LEN]);

/* Fetch the stored hash of a perfect subtree. */
typedef enum custody_status (*tree_fetch)(void *arg, unsigned level, uint64_t position,
                                          uint8_t out[HASH_LEN], struct custody_error *err);
enum custody_status tree_root_at(tree_fetch fetch, void *arg, uint64_t size,
                                 uint8_t out[HASH_LEN],
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* The frontier of a tree of that size. */
enum custody_status tree_load(tree_fetch fetch, void *arg, uint64_t size,
                              struct tree_frontier *ret_frontier,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
struct tree_proof {
    size_t count;
    uint8_t hashes[TREE_PROOF_MAX][HASH_LEN];
};
/* index < size. */
enum custody_status tree_prove_inclusion(tree_fetch fetch, void *arg, uint64_t index,
                                         uint64_t size, struct tree_proof *ret_proof,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/* 0 <= old_size <= new_size; old_size 0 or equal sizes give an empty proof. */
enum custody_status tree_prove_consistency(tree_fetch fetch, void *arg, uint64_t old_size,
                                           uint64_t new_size, struct tree_proof *ret_proof,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
bool tree_verify_inclusion(const uint8_t leaf[HASH_LEN], uint64_t index, uint64_t size,
                           const uint8_t (*proof)[HASH_LEN], size_t proof_count,
                           const uint8_t root[HASH_LEN]);
/* old_size 0 is no claim and never accepted (FORMATS.md rulings); callers treat "nothing seen
 * yet" on their own. */
bool tree_verify_consistency(uint64_t old_size, const uint8_t old_root[HASH_LEN],
                             uint64_t new_size, const uint8_t new_root[HASH_LEN],
                             const uint8_t (*proof)[HASH_LEN], size_t proof_count);

#endif
