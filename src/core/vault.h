/*
 * Personal data outside the ledger (FORMATS.md §7): vault.db and vault.key.
 * A field is committed as {"c","k"} in a payload; its text lives here, sealed, and can be
 * erased with its subject key.
 *
 * Outputs ret_* and buffers are unchanged on failure; ERR_NOMEM and, where files are touched,
 * ERR_IO and ERR_BUSY can come from every function that takes an err.
 */
#ifndef CUSTODY_CORE_VAULT_H
#define CUSTODY_CORE_VAULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "custody/error.h"
#include "hash.h"
#include "secret.h"
#include "store.h"

#define VAULT_PLAIN_MAX      (48U * 1024U) /* a PNG; a text has at most 2,000 characters */
#define VAULT_PADDED_MAX     (VAULT_PLAIN_MAX + 64U)
#define VAULT_FIELDS_MAX     256U /* personal fields in one payload */
#define VAULT_SUBJECT_ID_LEN 16U  /* raw bytes of "k" */

/* One field opened: who has (k_com, pt') can check its commitment, nothing else. */
struct opening {
    char *pointer; /* RFC 6901 from the payload root; malloc'ed */
    uint8_t k_com[HASH_LEN];
    struct buf padded; /* pt': text, 0x80, zeros to a multiple of 64 */
};
/* Wipe and free; the struct is then all zeros. A zeroed one is fine. */
void opening_clear(struct opening *opening);
/* The same for a malloc'ed array, and the array. */
void openings_free(struct opening *openings, size_t count);

/* ---- pure: no vault needed ---- */

/*
 * Append pt' of a text (UTF-8 of the signed character list, at most 2,000 characters) or of a
 * PNG (told by its signature, at most VAULT_PLAIN_MAX bytes).
 *
 * CUSTODY_ERR_INVALID   a character that cannot be signed; out unchanged
 * CUSTODY_ERR_LIMIT     too long, or out's ceiling; out unchanged
 */
enum custody_status vault_pad(const void *plain, size_t len, struct buf *out,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Length of the plain part; ERR_INVALID when not padded just so (length a multiple of 64, the
 * last block holds the 0x80 with nothing but zeros after it). */
enum custody_status vault_unpad(const void *padded, size_t len, size_t *ret_plain_len,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* k_com and k_enc of a field (kf derivation of §7). The caller wipes them. */
void vault_field_keys(const uint8_t subject_key[32], const uint8_t nonce[16],
                      const char *pointer, uint8_t ret_k_enc[32], uint8_t ret_k_com[32]);
/* c = HMAC(k_com, pt') of an opening, whatever its padding. */
void vault_commitment(const struct opening *opening, uint8_t out[HASH_LEN]);
/* Is c (64 hex) the commitment of this opening? pt' padding checked too. */
bool vault_opening_fits(const struct opening *opening, const char *c_hex);

/* Pointers of every {c,k} object in a payload, in byte order, with c and k (borrowed from
 * root). An object counts when it has exactly these two members with 64 and 32 hex digits;
 * whether a field may stand there is the act table's business. ERR_LIMIT: more than
 * VAULT_FIELDS_MAX. sealed_fields_clear() it. */
struct sealed_field {
    char *pointer; /* malloc'ed */
    const char *c, *k;
};
struct sealed_fields {
    struct sealed_field *items;
    size_t count;
};
enum custody_status vault_find_fields(const json_t *payload_root, struct sealed_fields *ret,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
void sealed_fields_clear(struct sealed_fields *fields); /* zeroed is fine */

/* ---- the vault of a site ---- */

struct vault;
/*
 * Make vault.db and vault.key in dir (0600).
 * CUSTODY_ERR_REFUSED   either exists; both untouched. On any other failure neither is left.
 */
enum custody_status vault_create(const char *dir, struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * ERR_NOT_FOUND: a file is missing; ERR_CRYPTO: vault.key is damaged or does not fit vault.db;
 * ERR_INVALID: vault.db is no vault. vault_close() it. is_read_only: what writes is refused.
 * With two KEKs in vault.key (an erasure was stopped) the one in force is used; opened for
 * writing, the other is destroyed.
 */
enum custody_status vault_open(const char *dir, bool is_read_only, struct vault **ret_vault,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Online copy of vault.db into dir (must not have one), and of the vault.key that opens this
 * copy, if it is asked for. An erasure waits for it, or is told ERR_BUSY. */
enum custody_status vault_backup(struct vault *vault, const char *dir, bool with_key,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
void vault_close(struct vault *vault); /* NULL is fine; subject keys not yet stored are lost */

/*
 * Commit one field for a payload that is being built: makes (or reuses) the subject key k,
 * computes c, and returns {"c","k"} to be put at pointer plus the opening. Nothing is written.
 *
 * subject_k   32 hex of an existing subject or of one made earlier by this vault handle (a
 *             second field of the same person), or NULL: a fresh one whose key is kept in
 *             memory until vault_store_pending or vault_keep_subjects
 * ret_field   the caller's reference
 * ret_opening opening_clear() it
 *
 * ERR_INVALID, ERR_LIMIT as vault_pad, or subject_k malformed; ERR_NOT_FOUND: no such subject;
 * ERR_REFUSED "openings": subject was erased; ERR_TAMPERED: its key does not open.
 */
enum custody_status vault_commit_field(struct vault *vault, const char *subject_k,
                                       const uint8_t nonce[16], const char *pointer,
                                       const char *text, json_t **ret_field,
                                       struct opening *ret_opening,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Store all fresh subject keys now, so that another process may submit what this one prepared
 * (`--prepare FILE`, then `custody submit FILE`). Keys whose act never comes are removed by
 * vault_sweep. now: seconds. On failure they are in memory as before.
 */
enum custody_status vault_keep_subjects(struct vault *vault, int64_t now,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Write the fields of a payload as `pending` in one durable transaction (before the append,
 * FORMATS.md §2). A subject key made by vault_commit_field of this handle is stored with them.
 * Openings in any order, one per field. A payload without fields and openings writes nothing.
 * Again with the same act id: pending rows start to age anew, live ones stay.
 *
 * ERR_INVALID: openings missing or too many, or the vault never made a subject's key (k_enc
 * cannot be known: prepare on the site's machine); ERR_TAMPERED "openings": a text does not fit
 * its commitment; ERR_REFUSED "openings": a subject was erased. Nothing is written then.
 */
enum custody_status vault_store_pending(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                        const json_t *payload_root,
                                        const struct opening *openings, size_t count,
                                        int64_t now,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* The act stands at idx: its rows are live. Idempotent. */
enum custody_status vault_make_live(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                    int64_t idx, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is the act in the ledger, and where? */
typedef enum custody_status (*vault_find_act)(void *arg, const uint8_t act_id[HASH_LEN],
                                              int64_t *ret_idx, bool *ret_found,
                                              struct custody_error *err);
/*
 * Settle pending rows, in one transaction: acts that find knows become live, others whose rows
 * are older than max_age_s are deleted, and so are subject keys older than that which no field
 * uses. Call at start-up. A failure of find is passed on, nothing is changed.
 */
enum custody_status vault_sweep(struct vault *vault, int64_t now, int64_t max_age_s,
                                vault_find_act find, void *arg,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Text of a live or pending field by act id and pointer, appended. ERR_NOT_FOUND;
 * ERR_TAMPERED "openings": the stored text does not open. Whether it is the text that was
 * committed needs the payload: vault_read_opening and vault_opening_fits. */
enum custody_status vault_read(struct vault *vault, const uint8_t act_id[HASH_LEN],
                               const char *pointer, struct buf *out,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* The opening of a field under the payload's nonce. Same errors. opening_clear() it. */
enum custody_status vault_read_opening(struct vault *vault, const uint8_t act_id[HASH_LEN],
                                       const uint8_t nonce[16], const char *pointer,
                                       struct opening *ret_opening,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- erasure (vault_erase.c) ---- */

/* A subject whose data was erased by the entry idx of the ledger. */
struct vault_fence {
    uint8_t k[VAULT_SUBJECT_ID_LEN];
    int64_t idx;
};
/* Stands anything of this subject in the vault, be it only its key? */
enum custody_status vault_has_remains(struct vault *vault,
                                      const uint8_t k[VAULT_SUBJECT_ID_LEN], bool *ret_has,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is each of these fenced, with nothing left behind the fence? */
enum custody_status vault_is_erased(struct vault *vault, const struct vault_fence *fences,
                                    size_t count, bool *ret_is,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Erase these subjects for good, in the order of FORMATS.md §7: vault.key = {old, new},
 * durable; one transaction that fences them, leaves out their keys and texts and wraps all
 * other keys under the new KEK, every page written anew; vault.key = {new}. Stopped at whatever
 * point, the next vault_open for writing settles vault.key, and calling this again does the
 * rest. Subjects that are erased already, or were never here, are fine; with nothing to do
 * nothing is written.
 *
 * ERR_BUSY: somebody reads the vault; it is as it was, nothing is erased. After ERR_IO the
 * vault is as before or erased: call again. A surviving key that did not open before stays as
 * it is and does not open afterwards.
 */
enum custody_status vault_erase(struct vault *vault, const struct vault_fence *fences,
                                size_t count, struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- escrow (vault_recovery.c) ---- */

#define VAULT_RECOVERY_FILE "vault.recovery"
/*
 * The KEK in force, sealed to an X25519 public key and bound to its owner (the ledger's id):
 * the bytes of vault.recovery, appended.
 */
enum custody_status vault_seal_recovery(struct vault *vault, const uint8_t public_key[32],
                                        const uint8_t owner[HASH_LEN], struct buf *out,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * A vault.db in dir whose vault.key is lost: open the sealed KEK, give the vault a new one,
 * write vault.key. secret: of that public key.
 *
 * ERR_REFUSED "exists": there is a vault.key; ERR_INVALID: sealed is no such file; ERR_CRYPTO:
 * it is damaged, of another key, of another owner or of another time of this vault. Nothing is
 * changed then.
 */
enum custody_status vault_recover(const char *dir, const void *sealed, size_t sealed_len,
                                  const uint8_t public_key[32], const struct secret *secret,
                                  const uint8_t owner[HASH_LEN],
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* The secret of a file that custody_recovery_create made, by its two passphrases. ERR_INVALID:
 * no such file; ERR_CRYPTO: which passphrase is wrong is said. secret_clear() it. */
enum custody_status recovery_open(const char *path, const struct secret *first,
                                  const struct secret *second, uint8_t ret_public[32],
                                  struct secret *ret_secret,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
