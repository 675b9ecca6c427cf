/*
 * A domain with persons and notes and nothing else: the ledger layer is proven to know no keys
 * and no folders by running on it. Also a small site to append to.
 */
#ifndef CUSTODY_TESTS_TOY_DOMAIN_H
#define CUSTODY_TESTS_TOY_DOMAIN_H

#include "canon.h"
#include "ledger.h"
#include "verify.h"

#define TOY_PEOPLE      3
#define TOY_ORIGIN      "toy.example/ledger"
#define TOY_EPOCH       INT64_C(1763798591) /* 2025-11-22T08:03:11Z */
#define TOY_APPLICATION 0x746f79

struct toy {
    struct store *store;
    struct ledger_limits limits;
    bool refuses_notes;  /* apply of toy.note refuses: rule "K4" */
    const char *officer; /* handle, NULL: nobody is one */
};

extern const char TOY_SCHEMA[];
struct ledger_domain toy_domain(struct toy *toy);

/* Acts: site.found/1 {founders[{credential,handle}],log,name} · toy.note/1 {text} ·
 * toy.rotate/1 {log} · toy.revoke/1 {keyid} · ledger.succeed/1 {log,old{…},origin,reason}. */
struct toy_site {
    char dir[64];
    struct toy toy;
    struct ledger *ledger;
    struct sign_key people[TOY_PEOPLE]; /* ann, bob, cho */
    struct sign_key log;
    struct note_key log_key;
    char state_path[96];
    struct store *scratch; /* of toy_verify, kept for the next one */
    int64_t now;
    unsigned nonce;
};

extern const char *const TOY_HANDLES[TOY_PEOPLE];

/* A fresh directory with an empty ledger; site->now is TOY_EPOCH. Aborts on failure. */
void toy_open(struct toy_site *site, unsigned seed);
void toy_close(struct toy_site *site); /* removes the directory */
/* Reopen the ledger object, as another process would. */
void toy_reopen(struct toy_site *site);

struct toy_act {
    const char *act;   /* default toy.note/1 */
    json_t *body;      /* stolen; default {"text":"hello"} */
    int by;            /* person */
    unsigned signers;  /* bits of persons; 0: by alone */
    unsigned keys;     /* bits of persons whose keys sign; 0: the signers */
    int64_t at;        /* 0: site->now */
    int64_t seq;       /* 0: the next one */
    int64_t seen_size; /* 0: all */
    bool no_ledger;
    const uint8_t *ledger_id; /* NULL: this one */
    const uint8_t *seen_root; /* NULL: the right one */
};
/* Envelope bytes of an act; buf_clear() them. */
void toy_make(struct toy_site *site, struct toy_act act, struct buf *out);
/* The payload alone. */
void toy_payload(struct toy_site *site, const struct toy_act *act, struct buf *out);
/* Entry 0 with all persons, or with the first few. */
void toy_found(struct toy_site *site);
void toy_found_with(struct toy_site *site, int people);
/* count notes by ann and bob in turn, a second apart. */
void toy_notes(struct toy_site *site, int count);
enum custody_status toy_append(struct toy_site *site, const struct buf *envelope,
                               struct custody_error *err);
/* toy_make and ledger_append. */
enum custody_status toy_act(struct toy_site *site, struct toy_act act,
                            struct custody_error *err);
/* Signed checkpoint; buf_clear() it. Writes signer-state first when there is none. */
void toy_checkpoint(struct toy_site *site, struct buf *out);
/* Export to dir/export. */
void toy_export(struct toy_site *site, const char *dir);

struct toy_verdict {
    struct judge judge;
    struct ledger_verify_result result;
};
/* Verify a directory (dir) or the site's own database (dir NULL). toy_verdict_clear() it. */
enum custody_status toy_verify(struct toy_site *site, const char *dir,
                               const struct ledger_verify_options *options,
                               struct toy_verdict *ret);
void toy_verdict_clear(struct toy_verdict *verdict);
bool toy_has(const struct toy_verdict *verdict, const char *check, int64_t idx);

/* Raw second connection to the site's database, past every guard. */
void toy_sql(struct toy_site *site, const char *sql);
/* The same, saying whether SQLite took it. */
bool toy_sql_works(struct toy_site *site, const char *sql);
/* Remove a directory tree. */
void toy_remove(const char *dir);

#endif
