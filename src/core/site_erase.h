/* Erasure at the level of a site: the ledger says what, the vault does it. */
#ifndef CUSTODY_CORE_SITE_ERASE_H
#define CUSTODY_CORE_SITE_ERASE_H

#include "site_impl.h"

/* Erase in the vault what the ledger says is erased and the vault still has: an erasure that
 * was stopped, or a vault older than the ledger. Opens the vault only when something was ever
 * erased. ERR_BUSY as vault_erase. */
enum custody_status site_erase_settle(struct custody_site *site,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is there nothing for it to do? */
enum custody_status site_erase_is_settled(struct custody_site *site, bool *ret_is,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Was this subject erased by an entry of the ledger, and by which? store: of a site, or one
 * that a replay has filled. */
enum custody_status site_erased_at(struct store *store, const uint8_t k[VAULT_SUBJECT_ID_LEN],
                                   int64_t *ret_idx, bool *ret_is_erased,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The text of a personal field for somebody to read, appended: the one way from an entry to a
 * text. ERR_NOT_FOUND: no such field, erased (also when the vault still has it), or missing;
 * ERR_TAMPERED: not the text that was committed; ERR_REFUSED "signer-state": a restored site
 * whose head nobody has confirmed might lack the very entry that erased it.
 */
enum custody_status site_read_field(struct custody_site *site, const struct envelope *envelope,
                                    const char *pointer, struct buf *out,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* dir/vault.recovery: the vault's KEK sealed to the policy's recovery key. *ret_has (may be
 * NULL) false: the policy has none, nothing was written. */
enum custody_status site_write_recovery(struct custody_site *site, struct vault *vault,
                                        const char *dir, bool *ret_has,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
