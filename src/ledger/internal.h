/* What the files on a live ledger share. Internal to src/ledger. */
#ifndef CUSTODY_LEDGER_INTERNAL_H
#define CUSTODY_LEDGER_INTERNAL_H

#include "chain.h"
#include "ledger.h"
#include "replay.h"

#define LEDGER_KNOWN_KEYS 64U /* a power of two */

struct ledger {
    struct ledger_domain domain;
    struct chain chain;
    bool is_loaded; /* chain holds the state at chain.size */
    /* Public keys found to be valid points, which takes half a verification each time. Of a key
     * it is true for ever; the slot is its first byte's. */
    struct {
        bool is_there;
        uint8_t key[SIGN_PUBLIC_LEN];
    } known_keys[LEDGER_KNOWN_KEYS];
};

/* tree_fetch over the stored hashes; arg is the struct store. */
enum custody_status ledger_fetch_node(void *arg, unsigned level, uint64_t position,
                                      uint8_t out[HASH_LEN], struct custody_error *err);
/* Bring the chain up to the stored size. */
enum custody_status ledger_refresh(struct ledger *ledger,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* ledger_append with intake NULL for entries that were taken in before: no clock is asked. */
enum custody_status ledger_append_entry(struct ledger *ledger, const void *envelope, size_t len,
                                        const struct chain_intake *intake, struct judge *judge,
                                        struct ledger_appended *ret_appended,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Id, size and root of the newest predecessor; is_there false: none. */
enum custody_status ledger_read_past(struct store *store, struct replay_past *ret_past,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
