/*
 * An estate for measuring: a founded site with a register of keys, and as many legal, signed
 * acts as wanted. Everything is derived from numbers, so a site on disk can be grown further
 * by another run. Acts go through the ledger's own intake; only fsync is off while growing.
 */
#ifndef CUSTODY_BENCH_ESTATE_H
#define CUSTODY_BENCH_ESTATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "envelope.h"
#include "sign.h"

#define ESTATE_KEYS_PER_HOME 10
#define ESTATE_ITEM_SIZE     10
#define ESTATE_LABEL_SIZE    80
#define ESTATE_OUT_MAX       2048u

struct custody_site;

struct estate_person {
    char handle[HANDLE_SIZE];
    const char *role;
    struct sign_key key;
    uint8_t keyid[HASH_LEN];
    bool has_credential;
    int64_t seq; /* of the last own act */
};

struct estate_loan {
    char item[ESTATE_ITEM_SIZE];
    char label[ESTATE_LABEL_SIZE];
    size_t receiver;
};

struct estate {
    struct custody_site *site;
    struct estate_person *people;
    size_t people_count;
    size_t homes;
    int64_t at; /* of the act made last */
    uint64_t random;
    bool *is_out; /* by key number; a ring counts as its home's first key */
    struct estate_loan out[ESTATE_OUT_MAX]; /* oldest first, from out_from */
    size_t out_from;
    size_t out_count;
    int64_t act_count;       /* made by this run */
    int64_t signature_count; /* likewise */
};

/* Print what went wrong and exit: a measurement that half worked is none. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Open the site in dir, or found it with a register of `keys` keys. */
void estate_open(struct estate *estate, const char *dir, const char *policy_path, size_t keys);
void estate_close(struct estate *estate);
/* Acts in the ledger now, the register's included. */
int64_t estate_size(struct estate *estate);
/* Append acts until the ledger has `size` entries. */
void estate_grow(struct estate *estate, int64_t size);

uint64_t estate_random(struct estate *estate);
/* A signed act ready for ledger_append: a loan of a key that is at the desk. extra: how many
 * acts of this kind were built since the last one was appended (numbers run on). */
void estate_build_loan(struct estate *estate, int64_t extra, bool is_cosigned,
                       struct buf *payload, size_t signers[2], size_t *ret_count);
void estate_sign(const struct estate *estate, const struct buf *payload, const size_t *signers,
                 size_t count, struct signature *signatures);
/* Number and label of a home's key. */
void estate_item(char item_class, uint64_t number, char out[ESTATE_ITEM_SIZE]);
void estate_key_label(size_t key, char out[ESTATE_LABEL_SIZE]);
/* Write places.csv, locks.csv and keys.csv of such a register. */
void estate_write_csv(const char *dir, size_t keys);

#endif
