/* Public keys and possession proofs as the command line takes and gives them. */
#ifndef CUSTODY_CLI_CREDENTIAL_H
#define CUSTODY_CLI_CREDENTIAL_H

#include "session.h"

#define CREDENTIAL_PUBLIC_LEN  64
#define CREDENTIAL_PROOF_LEN   88
#define CREDENTIAL_ORIGIN_SIZE 256

struct credential_proof {
    bool is_none;
    char public_key[CREDENTIAL_PUBLIC_LEN + 1];
    char proof[CREDENTIAL_PROOF_LEN + 1];
};

/* "HEX:PROOF" -> parts. ERR_USAGE. */
enum custody_status credential_proof_parse(const char *text, struct credential_proof *ret_proof,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* The proof of a local credential for an origin (NULL: the open site's); unlocks it. */
enum custody_status credential_proof_local(struct session *session, const char *handle,
                                           const char *origin,
                                           struct credential_proof *ret_proof,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* What --credential says: "local", "none" or "HEX:PROOF"; fallback when it is not given. */
enum custody_status credential_proof_option(struct session *session, const char *handle,
                                            const char *origin, const char *fallback,
                                            struct credential_proof *ret_proof,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
