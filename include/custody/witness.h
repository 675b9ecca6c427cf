/*
 * Witnesses: somebody outside the office, an auditor say, puts his signature under the ledger's
 * head and remembers it, so that no later ledger can take anything back that he saw. Requests
 * and answers are files with the bytes of C2SP tlog-witness (FORMATS.md §4).
 */
#ifndef CUSTODY_WITNESS_H
#define CUSTODY_WITNESS_H

#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "custody/site.h"

/*
 * Ask a witness: an add-checkpoint request for the newest checkpoint, which is made for it.
 *
 * old_size   of the head that the witness cosigned last; 0: none
 * ret_text   free() it
 *
 * CUSTODY_ERR_NOT_FOUND   the ledger is smaller than that
 * CUSTODY_ERR_REFUSED, CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM as custody_checkpoint()
 */
enum custody_status custody_witness_request(struct custody_site *site, int64_t old_size,
                                            char **ret_text,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Cosign, as the witness and on his machine: the request's note must be signed by the log of
 * his own trust file and continue what his credential saw of this ledger. The new head is
 * remembered durably before the signature is given out.
 *
 * trust_path   the witness's own trust file, never one that came with the request
 * name         of the witness's key, like "auditor.example/custody"
 * ret_answer   the signature line; free() it
 * ret_vkey     his verifier key, for trust files; free() it
 *
 * CUSTODY_ERR_TAMPERED   the log's signature is bad or missing: nothing is signed
 * CUSTODY_ERR_REFUSED    rule "seen": another history than the one seen
 * CUSTODY_ERR_NOT_FOUND  rule "from": the request starts at another size than the one seen; the
 *                        sentence names the size to ask for
 * CUSTODY_ERR_INVALID    malformed request, trust file or name
 * CUSTODY_ERR_IO, CUSTODY_ERR_BUSY, CUSTODY_ERR_NOMEM
 */
enum custody_status custody_witness_cosign(const char *trust_path, const void *request,
                                           size_t len, struct custody_credential *credential,
                                           const char *name, char **ret_answer, char **ret_vkey,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Keep an answer: the cosignature goes out with every later export of that checkpoint.
 *
 * vkey       of the witness, from his hand
 * ret_size   of the checkpoint that it cosigns
 *
 * CUSTODY_ERR_TAMPERED   it cosigns no checkpoint of this ledger; nothing is kept
 * CUSTODY_ERR_INVALID    vkey or answer is malformed
 */
enum custody_status custody_witness_add(struct custody_site *site, const char *vkey,
                                        const void *answer, size_t len, int64_t *ret_size,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * A trust file that wants witnesses: `needed` of those whose verifier keys are given.
 *
 * needed   1..count
 *
 * CUSTODY_ERR_INVALID   a malformed key, the same one twice, more than 32, or needed out of
 * range
 */
enum custody_status custody_trust_witnessed(struct custody_site *site, const char *const *vkeys,
                                            size_t count, size_t needed, char **ret_text,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
