/*
 * Signature checks beside the replay: jobs go in batches through a bounded queue to worker
 * threads; when the queue is full the caller works too. Internal to src/ledger.
 */
#ifndef CUSTODY_LEDGER_SIGCHECK_H
#define CUSTODY_LEDGER_SIGCHECK_H

#include "hash.h"
#include "judge.h"
#include "sign.h"

struct sigcheck;

/* threads 0: every check runs in sigcheck_add. ERR_NOMEM. */
enum custody_status sigcheck_start(unsigned threads, struct sigcheck **ret_sigcheck,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* Check count signatures (keys[i] NULL: skip) over one message. All is copied. */
void sigcheck_add(struct sigcheck *sigcheck, int64_t idx, const uint8_t act_id[HASH_LEN],
                  const void *message, size_t len, const uint8_t *const *keys,
                  const uint8_t *const *signatures, size_t count);
/* Wait for everything, then report bad signatures to judge, check "signature". */
enum custody_status sigcheck_finish(struct sigcheck *sigcheck, struct judge *judge,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* Signatures checked so far; after sigcheck_finish. */
int64_t sigcheck_count(const struct sigcheck *sigcheck);
void sigcheck_stop(struct sigcheck *sigcheck); /* NULL is fine */

#endif
