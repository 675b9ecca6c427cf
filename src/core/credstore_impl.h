/*
 * Inside of a credential store, shared by credstore.c (credential files),
 * credstore_list.c (which there are), credstore_seen.c (what was seen) and credstore_sign.c.
 * Nobody else includes this.
 */
#ifndef CUSTODY_CORE_CREDSTORE_IMPL_H
#define CUSTODY_CORE_CREDSTORE_IMPL_H

#include "credstore.h"

struct credential {
    struct credential_info info;
    struct sign_key key;
    char *dir; /* where the .seen files stand */
};

#define CREDENTIAL_SUFFIX ".credential"

enum custody_status credstore_no_memory(struct custody_error *err);
/* Handle, key and keyid of a credential file; path NULL. Errors as credential_unlock. */
enum custody_status credstore_read_info(const char *path, struct credential_info *ret_info,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- what was seen: <keyid>.<ledger>.seen ---- */

struct credstore_record {
    struct credential_seen seen;
    struct buf payload; /* of the act seen.act_id; empty when there is none */
    /* Of the acts signed together with it, those with the numbers right before its own. */
    struct buf *earlier; /* owned */
    size_t earlier_count;
};
void credstore_record_clear(struct credstore_record *record);
/* A missing file is an empty record: nothing was seen yet. ERR_INVALID rule "seen": damaged. */
enum custody_status credstore_read_record(const struct credential *credential,
                                          const uint8_t ledger[HASH_LEN],
                                          struct credstore_record *ret_record,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Replace the record durably and under its lock, if it still is the one that `before` was read
 * from; else ERR_BUSY: another process of the same person signed while the question was open.
 */
enum custody_status credstore_replace_record(const struct credential *credential,
                                             const uint8_t ledger[HASH_LEN],
                                             const struct credential_seen *before,
                                             const struct credstore_record *after,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is the head offered on the branch this credential saw, in whichever direction? ERR_REFUSED
 * rule "seen"; ERR_NOT_FOUND rule "from". proof may be NULL. */
enum custody_status credstore_check_head(const struct credential_seen *seen, int64_t size,
                                         const uint8_t root[HASH_LEN], int64_t from,
                                         const struct tree_proof *proof,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
void credstore_keep_larger_head(struct credential_seen *seen, int64_t size,
                                const uint8_t root[HASH_LEN]);

#endif
