/*
 * A founded site in a temporary directory, for tests of acts and rules with the real core.
 * Persons sign with keys made from their names, so nothing waits for a passphrase; the clock is
 * a file of the world.
 *
 * Bodies are written short: ' stands for ", members that may be null can be left out, and
 *   @+3600 @-60   a time, seconds from now        $name   the id of an act kept under a name
 *   !K00000001    {item,label} of a test item     ^key    a public key       %key   its keyid
 *   *key          its vkey under the world's origin
 *   ~key:handle   possession proof of that key for a handle
 */
#ifndef CUSTODY_TESTS_WORLD_H
#define CUSTODY_TESTS_WORLD_H

#include <jansson.h>

#include "buf.h"
#include "custody/site.h"
#include "envelope.h"
#include "sign.h"

#define WORLD_ORIGIN    "world.example/custody"
#define WORLD_EPOCH     INT64_C(1761897600) /* 2025-10-31T08:00:00Z */
#define WORLD_NAMES_MAX 512

struct world_name {
    char name[24];
    char id[65];
};

struct world {
    char dir[64];  /* all of it; site in dir/site, the clock in dir/clock */
    char path[80]; /* dir/site */
    struct custody_site *site;
    int64_t now;
    unsigned nonce;
    struct custody_error err; /* of the last act */
    char id[65];              /* of the last act that was taken */
    int64_t idx;
    char flags[256]; /* its flags, "late from-ring" */
    struct world_name names[WORLD_NAMES_MAX];
    size_t name_count;
    struct buf saved; /* ledger.db of world_save */
    unsigned saved_nonce;
    int64_t saved_now;
};

/*
 * Founded: adm administrator, mgr centre_manager, hq recovery officer. Aborts on failure.
 */
void world_open(struct world *world);
/* The same site before its founding act, and the body of that act (json_decref() it). */
void world_open_bare(struct world *world);
json_t *world_found_body(struct world *world);
/* And the office: sup supervisor, li and wang key_custodian, eng engineering_custodian, fm
 * engineering_manager, duty duty, zhang service_staff, chen staff, aud auditor (all with
 * credentials), bao staff without one; places 1 > 1-0-01, 1-PD (high risk), locks, keys:
 *   front  K00000001 (owner, approval by supervisor), K00000002 K00000003 (public),
 *          ring R00000009 with K00000004 K00000005 (public)
 *   eng    K00000006 (facility, high risk: approval by engineering_manager), K00000007
 *          (facility, plain)
 * party P0000000A, the owner of 1-0-01, who authorises lending and copying for a year: kept as
 * $authorised. */
void world_furnish(struct world *world);
void world_close(struct world *world); /* removes the directory */
/* Both of it in one as cmocka's fixtures; *state is the world. */
int world_setup(void **state);
int world_teardown(void **state);
void world_reopen(struct world *world);
/* The clock and T go on. */
void world_tick(struct world *world, int64_t seconds);

/* Body text -> JSON; aborts when it is malformed. */
json_t *world_body(struct world *world, const char *text);
/* Give the last act a name for $name; an earlier one of that name is forgotten. */
void world_keep(struct world *world, const char *name);

/*
 * Prepare, sign, submit. signers: "li wang", the first acts; "li=li2" signs with another key.
 * The error is in world->err. world_must: aborts unless it is taken.
 */
enum custody_status world_act(struct world *world, const char *act, const char *signers,
                              const char *body);
void world_must(struct world *world, const char *act, const char *signers, const char *body);
/* The same with a body that is JSON already (stolen). */
enum custody_status world_act_json(struct world *world, const char *act, const char *signers,
                                   json_t *body);

/* A payload in detail: 0 and NULL stand for what is right. */
struct world_draft {
    const char *act, *signers, *body;
    json_t *json; /* instead of body; borrowed */
    int64_t at, seq, seen_size;
    const char *ledger; /* 64 hex */
};
/* Exact bytes, signed by everybody; buf_clear() them. */
void world_payload(struct world *world, const struct world_draft *draft, struct buf *out);
void world_sign(struct world *world, const struct buf *payload, const char *signers,
                struct buf *envelope);
void world_envelope(struct world *world, const struct world_draft *draft, struct buf *envelope);
/* To intake as they are. */
enum custody_status world_append(struct world *world, const struct buf *envelope);
/* Past the checks; aborts when the database does not take it. world->idx is set. */
void world_push(struct world *world, const struct buf *envelope);

int64_t world_size(struct world *world);
/* One value of the site's database as text, "" when there is no row. */
const char *world_value(struct world *world, const char *sql, char *out, size_t out_size);
/* Run SQL past every guard over a second connection; true when SQLite took it. */
bool world_sql(struct world *world, const char *sql);

/* Keep the ledger as it is now; go back to it as often as wanted. */
void world_save(struct world *world);
void world_restore(struct world *world);

/* Report of a verification of the site (path NULL) or an export. json_decref() it. */
json_t *world_verify(struct world *world, const char *path, const char *trust,
                     enum custody_status *ret_verdict);
bool world_is_verified(struct world *world);
/* Is check among the violations at idx, and is nothing at a lower index? */
bool world_finds(const json_t *report, int64_t idx, const char *check);
/* Checks found, "seats@12 row@-1", for messages. */
const char *world_findings(const json_t *report, char *out, size_t out_size);

/*
 * A forbidden act: prepare refuses it by that rule, intake refuses its perfectly signed bytes
 * by that rule, the ledger is as before, and pushed past the checks it is found with its index
 * and that check. Then the world is as saved (world_save first). False: what is otherwise is on
 * standard error. With $CUSTODY_CASES set the ledger that has the act is also exported to
 * a directory under it, for another verifier to judge (tests/oracle/agree.py).
 */
bool world_refuses(struct world *world, const char *label, const char *act, const char *signers,
                   const char *body, const char *check);

struct world_case {
    const char *label, *act, *signers, *body, *check; /* check NULL: permitted */
};
/* Run a table: permitted ones are taken and undone, others refused as above. Returns how many
 * did not go as said. */
int world_run_cases(struct world *world, const struct world_case *cases, size_t count);

#endif
