/*
 * Act request files: what travels to a signer on another machine (FORMATS.md §8).
 *
 * ERR_NOMEM can come from every function that takes an err; outputs are unchanged on failure.
 */
#ifndef CUSTODY_CORE_REQUEST_H
#define CUSTODY_CORE_REQUEST_H

#include "buf.h"
#include "custody/error.h"
#include "envelope.h"
#include "tree.h"
#include "vault.h"

#define REQUEST_MAX      (256U * 1024U)
#define REQUEST_REFS_MAX 64U

/* Who builds one sets the ceilings (max) of the buffers he fills. */
struct request {
    struct buf checkpoint;    /* note bytes; len 0: null (same machine) */
    int64_t from;             /* awaited signer's last size as the sender knows it, 0: none */
    struct opening *openings; /* malloc'ed */
    size_t opening_count;
    struct buf payload;
    struct tree_proof proof;           /* consistency between from and payload.seen.size */
    struct buf refs[REQUEST_REFS_MAX]; /* payloads of acts named by id */
    size_t ref_count;
    struct signature signatures[SIGNERS_MAX];
    size_t signature_count;
};

/* Wipe openings, free all; the struct is then all zeros. A zeroed one is fine. */
void request_clear(struct request *request);
/* Append the exact canonical bytes; openings are written in order of pointer, refs and
 * signatures as they stand. ERR_LIMIT over REQUEST_MAX or out's ceiling; ERR_INVALID: two
 * openings at one pointer, or counts over the limits. */
enum custody_status request_write(const struct request *request, struct buf *out,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Strict: what it accepts, request_write gives back byte for byte. ERR_INVALID names what is
 * wrong, ERR_LIMIT: longer than REQUEST_MAX. Form only: openings fit, refs' ids and the proof
 * are checked by request_check and credential_sign. request_clear() it. */
enum custody_status request_parse(const void *data, size_t len, struct request *ret_request,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * What a signer must be able to rely on: payload parses; one opening per commitment and each
 * fits; every act id that the body names in a member approval, request or act has its payload
 * among refs (and no other refs); checkpoint, when given, has size and root of payload.seen;
 * signatures already present are by distinct keyids, at most one a signer.
 * (Signatures themselves are checked at intake, the checkpoint's where the log key is known.)
 *
 * ERR_INVALID: not such a payload, checkpoint or set of signatures; ERR_TAMPERED: rule
 * "openings", "checkpoint" or "object" (refs). payload_clear() ret_payload.
 */
enum custody_status request_check(const struct request *request, struct payload *ret_payload,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
