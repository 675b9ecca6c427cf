/* The auditor's trust file: genesis and a C2SP tlog-policy (FORMATS.md §4). */
#ifndef CUSTODY_LEDGER_TRUST_H
#define CUSTODY_LEDGER_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "note.h"

#define TRUST_WITNESSES_MAX 32
#define TRUST_GROUPS_MAX    32

struct trust_group {
    char name[64];
    unsigned needed;          /* of members */
    uint64_t witness_members; /* bits into witnesses */
    uint64_t group_members;   /* bits into groups, earlier ones only */
};

struct trust {
    uint8_t genesis[32];
    struct note_key log;
    struct note_key witnesses[TRUST_WITNESSES_MAX];
    char witness_names[TRUST_WITNESSES_MAX][64];
    size_t witness_count;
    struct trust_group groups[TRUST_GROUPS_MAX];
    size_t group_count;
    bool has_quorum; /* false: quorum none */
    bool quorum_is_group;
    size_t quorum_index; /* into groups or witnesses */
};

/* ERR_INVALID names the line. */
enum custody_status trust_parse(const void *data, size_t len, struct trust *ret_trust,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* First form: log and quorum none. */
enum custody_status trust_write(const uint8_t genesis[32], const struct note_key *log,
                                struct buf *out, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Is the quorum met by these witnesses (bits)? */
bool trust_quorum_met(const struct trust *trust, uint64_t good_witnesses);

#endif
