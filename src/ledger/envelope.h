/*
 * The signed act: strict DSSE envelope and the payload's own members (FORMATS.md §1).
 * Knows signatures and persons' handles; knows no keys, no folders, no rules.
 */
#ifndef CUSTODY_LEDGER_ENVELOPE_H
#define CUSTODY_LEDGER_ENVELOPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "custody/error.h"
#include "hash.h"
#include "sign.h"

#define ENVELOPE_TYPE "application/vnd.custody.act.v1+json"
#define PAYLOAD_MAX   47000U
#define ENVELOPE_MAX  65533U
#define SIGNERS_MAX   16U
#define HANDLE_SIZE   33 /* with the closing 0 */
#define ACT_NAME_SIZE 64

struct signature {
    uint8_t keyid[HASH_LEN];
    uint8_t bytes[SIGN_LEN];
};

/* A parsed payload. Strings and body point into root; payload_clear() frees all. */
struct payload {
    json_t *root;
    const char *act; /* "key.lend/1" */
    int64_t actor_seq;
    int64_t at;
    json_t *body; /* an object */
    const char *by;
    bool has_ledger; /* false only in entry 0 of a first ledger or a successor */
    uint8_t ledger[HASH_LEN];
    uint8_t nonce[16];
    uint8_t seen_root[HASH_LEN];
    int64_t seen_size;
    const char *signers[SIGNERS_MAX];
    size_t signer_count;
};

/* A parsed envelope; owns its bytes. envelope_clear() it. */
struct envelope {
    struct buf payload_bytes;
    struct buf pae; /* DSSE PAE of the payload bytes: what is signed */
    uint8_t act_id[HASH_LEN];
    struct signature signatures[SIGNERS_MAX];
    size_t signature_count;
    struct payload payload; /* filled by envelope_parse */
};

/* DSSE PAE of payload bytes with ENVELOPE_TYPE, appended. */
enum custody_status envelope_pae(const void *payload, size_t len, struct buf *out,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Act id = SHA-256(PAE). */
enum custody_status envelope_act_id(const void *payload, size_t len, uint8_t out[HASH_LEN],
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* Exact envelope bytes; signatures are sorted by keyid first. ERR_INVALID: none, > 16, or one
 * keyid twice; ERR_LIMIT. */
enum custody_status envelope_write(const void *payload, size_t len,
                                   const struct signature *signatures, size_t count,
                                   struct buf *out,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Parse strictly: the exact bytes of §1, nothing before or after; then the payload's canonical
 * form and every member but the inside of body. ERR_INVALID with err->rule one of "envelope",
 * "canonical", "structure" (schema/FORMATS.md, checks). ret_envelope untouched on failure.
 */
enum custody_status envelope_parse(const void *data, size_t len, struct envelope *ret_envelope,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* The envelope without looking into the payload: bytes, PAE, act id, signatures; payload stays
 * zero. ERR_INVALID rule "envelope". For the verifier, which names even an act that it cannot
 * read. */
enum custody_status envelope_parse_outer(const void *data, size_t len,
                                         struct envelope *ret_envelope,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
void envelope_clear(struct envelope *envelope); /* a zeroed struct is fine */
/* The payload alone (act request files). ERR_INVALID as above. */
enum custody_status payload_parse(const void *data, size_t len, struct payload *ret_payload,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
void payload_clear(struct payload *payload);

#endif
