/* C2SP signed-note, tlog-checkpoint, tlog-cosignature (FORMATS.md §3, §4). */
#ifndef CUSTODY_LEDGER_NOTE_H
#define CUSTODY_LEDGER_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "custody/error.h"
#include "sign.h"

#define NOTE_NAME_SIZE      128
#define NOTE_MAX            16384U /* bytes of a note we read */
#define NOTE_SIGNATURES_MAX 100U

enum note_algorithm { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE_V1 = 0x04 };

/* A parsed vkey: name+8hex+base64(type ‖ key). */
struct note_key {
    char name[NOTE_NAME_SIZE];
    uint8_t algorithm; /* enum note_algorithm */
    uint8_t public_key[SIGN_PUBLIC_LEN];
    uint32_t id;
};

/* Non-empty, no Unicode space, no '+', shorter than NOTE_NAME_SIZE. */
bool note_name_is_valid(const char *name);
enum custody_status note_key_make(const char *name, enum note_algorithm algorithm,
                                  const uint8_t public_key[SIGN_PUBLIC_LEN],
                                  struct note_key *ret_key,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* ERR_INVALID: not a vkey, wrong id, unknown algorithm, or a key sign_public_is_valid refuses.
 */
enum custody_status note_key_parse(const char *vkey, struct note_key *ret_key,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append the vkey text. */
enum custody_status note_key_write(const struct note_key *key, struct buf *out,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

struct checkpoint {
    char origin[NOTE_NAME_SIZE];
    uint64_t size;
    uint8_t root[32];
    size_t text_len; /* bytes of the note's text, through the LF before the empty line */
};

/* Append the checkpoint text (three lines). */
enum custody_status checkpoint_write_text(const char *origin, uint64_t size,
                                          const uint8_t root[32], struct buf *out,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append a whole note: text, empty line, the log's signature line (type 0x01). */
enum custody_status checkpoint_sign(const struct note_key *key, const struct sign_key *secret,
                                    uint64_t size, const uint8_t root[32], struct buf *out,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Parse a note as a checkpoint without extension lines; checks form only, no signature.
 * ERR_INVALID rule "checkpoint".
 */
enum custody_status checkpoint_parse(const void *note, size_t len,
                                     struct checkpoint *ret_checkpoint,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Verify a note against known keys: unknown (name, id) lines are ignored, a bad signature of a
 * known key refuses the whole note. *ret_good gets a bit per key (keys_count <= 64) that
 * signed well; timestamps[k] (may be NULL) the time of a cosignature.
 * ERR_TAMPERED rule "checkpoint": malformed, or a known key's signature is bad.
 */
enum custody_status note_verify(const void *note, size_t len, const struct note_key *keys,
                                size_t key_count, uint64_t *ret_good, uint64_t *timestamps,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append a cosignature/v1 line for the note's text, made by a witness key at time_s. */
enum custody_status note_cosign(const struct note_key *key, const struct sign_key *secret,
                                uint64_t time_s, const void *note, size_t len, struct buf *out,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
