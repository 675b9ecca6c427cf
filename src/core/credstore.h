/*
 * A person's credential store: <dir>/<handle>-<first 8 hex of keyid>.credential (sealed seed,
 * Argon2id) and, beside it, <keyid>.<first 16 hex of ledger>.seen (last head seen, highest own
 * actor_seq). The store is the person's witness: it signs only what is consistent with what it
 * saw before (FORMATS.md §1, `seen`).
 *
 * Credential file, canonical JSON, 0600: {"box":base64 of the sealed seed,"handle","memory":
 * bytes,"ops","public":64 hex,"salt":base64,"version":1}. The box is bound to
 * "custody/credential/v1" 00 handle 00 raw public key. Seen file: {"act_id":64 hex or null,
 * "actor_seq","ledger":64 hex,"payload":base64 of the last act signed as `by`, "" when none,
 * "root":64 hex,"size"}, and where the last act was signed with others "earlier":[{"act_id",
 * "payload"}] of those whose numbers are right before its own; <same name>.lock guards it while
 * it is changed.
 *
 * Outputs ret_* are unchanged on failure; ERR_NOMEM and ERR_IO can come from every function
 * that takes an err.
 */
#ifndef CUSTODY_CORE_CREDSTORE_H
#define CUSTODY_CORE_CREDSTORE_H

#include "note.h"
#include "request.h"
#include "seal.h"
#include "sign.h"

#define CREDENTIAL_PASSPHRASE_MIN 8U /* bytes */

struct credential_info {
    char handle[HANDLE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_LEN];
    uint8_t keyid[HASH_LEN];
    char *path; /* malloc'ed */
};
void credential_info_clear(struct credential_info *info); /* zeroed is fine */
/* The same for a malloc'ed array, and the array. */
void credential_infos_free(struct credential_info *infos, size_t count);

struct credential; /* unlocked */

/* Default directory: $XDG_CONFIG_HOME/custody or ~/.config/custody, malloc'ed. ERR_NOT_FOUND:
 * neither variable is an absolute path. */
enum custody_status credential_default_dir(char **ret_dir,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Make a key pair, seal it, write the file durably (0600, dir 0700, made when missing).
 *
 * CUSTODY_ERR_INVALID   handle malformed, passphrase shorter than CREDENTIAL_PASSPHRASE_MIN,
 *                       cost outside the limits of seal.h; nothing written
 * CUSTODY_ERR_REFUSED   a file of that name exists; it stands
 */
enum custody_status credential_create(const char *dir, const char *handle,
                                      const struct secret *passphrase, struct seal_cost cost,
                                      struct credential_info *ret_info,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Credentials of a handle (NULL: all), newest file first. Files that are no credential are
 * passed over, unless nothing else is left: then ERR_INVALID names one. ERR_NOT_FOUND: none.
 * ERR_LIMIT: more than 4,096. credential_infos_free() them.
 */
enum custody_status credential_list(const char *dir, const char *handle,
                                    struct credential_info **ret_infos, size_t *ret_count,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* ERR_NOT_FOUND; ERR_CRYPTO: wrong passphrase or damaged file; ERR_INVALID: not a credential
 * file (this or that is found before the passphrase is tried). credential_close() it. */
enum custody_status credential_unlock(const char *path, const struct secret *passphrase,
                                      struct credential **ret_credential,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
void credential_close(struct credential *credential); /* NULL is fine; wipes the key */
/* Borrowed until credential_close. */
const struct credential_info *credential_info(const struct credential *credential);

/* ---- possession proofs (FORMATS.md §9) ---- */

#define CREDENTIAL_ORIGIN_MAX 400U /* bytes; longer ones are asserted against, never proved */

/* Possession proof by the credential: 64 bytes. */
void credential_prove(const struct credential *credential, const char *origin,
                      const char *handle, uint8_t out[SIGN_LEN]);
/* The same by any key: log.rotate proves the new log key with handle "". */
void credential_prove_key(const struct sign_key *key, const char *origin, const char *handle,
                          uint8_t out[SIGN_LEN]);
/* Cosignature line of a note by the credential, as key `name` of a witness (C2SP
 * tlog-cosignature); appended to out. The caller remembers the head first. ret_key: its vkey.
 * ERR_INVALID: name. */
enum custody_status credential_cosign(const struct credential *credential, const char *name,
                                      int64_t time_s, const void *note, size_t len,
                                      struct buf *out, struct note_key *ret_key,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Pure check of such a proof. */
bool credential_proof_fits(const uint8_t public_key[SIGN_PUBLIC_LEN], const char *origin,
                           const char *handle, const uint8_t proof[SIGN_LEN]);

/* ---- seeing and signing ---- */

/* What the store holds about a ledger: 0 and zeros when nothing. */
struct credential_seen {
    int64_t size;
    uint8_t root[HASH_LEN];
    int64_t actor_seq;        /* highest signed as `by` */
    uint8_t act_id[HASH_LEN]; /* of that act */
};
/* ERR_INVALID rule "seen": the record is damaged (never taken for "nothing seen"). */
enum custody_status credential_seen(const struct credential *credential,
                                    const uint8_t ledger[HASH_LEN],
                                    struct credential_seen *ret_seen,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* What the person must be shown before signing. Valid during the call of ask. */
struct credential_question {
    const struct payload *payload;
    const struct request *request;
    bool is_first_head;             /* the store has seen nothing of this ledger yet */
    int64_t skipped_acts;           /* "n acts signed elsewhere" */
    const struct payload *replaced; /* the earlier unsubmitted act of that number, or NULL */
};
/*
 * Sign a request: request_check, the person is among the signers and has not signed yet,
 * consistency of payload.seen with the last head seen (request->proof runs between
 * request->from and seen.size, either direction; sizes equal: roots equal, no proof), actor_seq
 * rules of §1, ask(arg, question) says yes; the new state is durable before the signature is
 * released; it is then added to request->signatures. An act without ledger (entry 0) is signed
 * without state. ask is not called for bytes that this store signed before as its last own act:
 * the answer was given. It runs without a lock, so it may wait for a person.
 *
 * ERR_REFUSED rule "seen" (not consistent: show both heads), "sequence", "declined" (ask said
 * no), "person"; ERR_NOT_FOUND rule "from": a proof is needed and request->from differs from
 * the last size seen (the sentence names the size to prepare from); ERR_BUSY: another process
 * changed the store meanwhile, try again; those of request_check and credential_seen. request
 * unchanged on failure.
 */
enum custody_status credential_sign(struct credential *credential, struct request *request,
                                    bool (*ask)(void *arg,
                                                const struct credential_question *question),
                                    void *arg, struct custody_error *err) CUSTODY_MUST_CHECK;
#define CREDENTIAL_GROUP_MAX       64U            /* acts */
#define CREDENTIAL_GROUP_BYTES_MAX (256U * 1024U) /* of their payloads together */
/*
 * Sign several acts of this person at one go, with one durable step for them all: each is `by`
 * the credential's person, who signs it first; all name one ledger and one head, the first
 * request's proof serves; their numbers follow each other. Each is asked about. Until the
 * ledger has them, each of their numbers is signed again only by showing the act replaced, as
 * the last one's is: a crash before they are submitted leaves nobody stuck.
 *
 * Errors as credential_sign; ERR_BUSY also: they were prepared at different heads,
 * prepare them again; ERR_INVALID: no such group; ERR_LIMIT: more than one may be.
 * Nothing is signed on failure.
 */
enum custody_status credential_sign_group(
    struct credential *credential, struct request *const *requests, size_t count,
    bool (*ask)(void *arg, const struct credential_question *question), void *arg,
    struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Remember a head that was checked without signing (slip, export): same consistency rule, same
 * errors; proof between from and size, may be NULL when nothing was seen or sizes are equal.
 * The larger head is kept.
 */
enum custody_status credential_remember(struct credential *credential,
                                        const uint8_t ledger[HASH_LEN], int64_t size,
                                        const uint8_t root[HASH_LEN], int64_t from,
                                        const struct tree_proof *proof,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
