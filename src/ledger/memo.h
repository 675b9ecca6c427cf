/*
 * What a replay remembers of the tables that every act asks: the last act number of each
 * person, what each credential has seen, the times of the last entries. Only for a store that
 * nobody else writes to. Internal to src/ledger.
 */
#ifndef CUSTODY_LEDGER_MEMO_H
#define CUSTODY_LEDGER_MEMO_H

#include "envelope.h"
#include "store.h"

struct chain_memo;

enum custody_status chain_memo_make(struct store *store, struct chain_memo **ret_memo,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
void chain_memo_free(struct chain_memo *memo); /* NULL is fine */
/* Forget all of it: the tables were emptied. */
void chain_memo_forget(struct chain_memo *memo);
/* Write to ledger_actor and ledger_sight what they do not have yet. */
enum custody_status chain_memo_flush(struct chain_memo *memo,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* Highest act number of a person, 0: none. */
enum custody_status chain_memo_seq(struct chain_memo *memo, const char *handle,
                                   int64_t *ret_seq,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status chain_memo_keep_seq(struct chain_memo *memo, const char *handle,
                                        int64_t seq,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Largest seen.size that a credential signed as `by`; -1: it signed nothing. */
enum custody_status chain_memo_sight(struct chain_memo *memo, const uint8_t keyid[HASH_LEN],
                                     int64_t *ret_by_size,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status chain_memo_keep_sight(struct chain_memo *memo,
                                          const uint8_t keyid[HASH_LEN], int64_t by_size,
                                          int64_t any_size,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* at of an entry; false: too long ago. */
bool chain_memo_at(const struct chain_memo *memo, int64_t idx, int64_t *ret_at);
void chain_memo_keep_at(struct chain_memo *memo, int64_t idx, int64_t at);

#endif
