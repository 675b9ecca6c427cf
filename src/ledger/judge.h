/*
 * Who decides what a broken rule means. Live, the first violation refuses the act; at audit it
 * is recorded as a finding and the replay goes on (FORMATS.md §5). Every check of the ledger
 * and every `apply` of core reports through this one struct, so intake and audit run the very
 * same code.
 */
#ifndef CUSTODY_LEDGER_JUDGE_H
#define CUSTODY_LEDGER_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"
#include "hash.h"

#define JUDGE_NO_INDEX INT64_C(-1)

struct finding {
    int64_t idx; /* entry, or JUDGE_NO_INDEX */
    bool has_act_id;
    uint8_t act_id[HASH_LEN];
    char check[24];     /* rule id or check id (schema/FORMATS.md, "Checks") */
    char text[256];     /* one sentence */
    int64_t after;      /* index of the first violation before this one, or JUDGE_NO_INDEX */
    int64_t counted;    /* later differences that only follow from this one */
    bool is_flag;       /* listed, never changes the verdict */
    bool is_incomplete; /* could not be checked */
};

struct judge {
    bool is_audit;
    size_t limit; /* findings kept; all are counted */
    struct finding *findings;
    size_t finding_count, finding_cap;
    int64_t violation_count, flag_count, incomplete_count;
    int64_t first_violation; /* index, or JUDGE_NO_INDEX */
    /* the entry being judged, set by the ledger before each check */
    int64_t idx;
    bool has_act_id;
    uint8_t act_id[HASH_LEN];
    /* Used by the ledger: while folding, a violation only counts under that of fold_idx. */
    bool is_folding;
    int64_t fold_idx;
    bool is_full; /* findings holds `limit` violations */
};

void judge_init(struct judge *judge, bool is_audit, size_t limit);
void judge_clear(struct judge *judge);

/*
 * A rule is broken. Live: fills err (status REFUSED, rule = check, the sentence) and returns
 * CUSTODY_ERR_REFUSED. Audit: records a finding at the current entry and returns CUSTODY_OK, so
 * that the caller goes on; ERR_NOMEM.
 */
enum custody_status judge_violate(struct judge *judge, struct custody_error *err,
                                  const char *check, const char *format, ...)
    CUSTODY_PRINTF(4, 5) CUSTODY_MUST_CHECK;
/* Something to list that breaks nothing (late, stand-in, unratified …). Live: recorded too, so
 * that the front end can show it. */
enum custody_status judge_flag(struct judge *judge, struct custody_error *err,
                               const char *check, const char *format, ...)
    CUSTODY_PRINTF(4, 5) CUSTODY_MUST_CHECK;
/* Audit only: asked for, could not be checked. */
enum custody_status judge_incomplete(struct judge *judge, struct custody_error *err,
                                     const char *check, const char *format, ...)
    CUSTODY_PRINTF(4, 5) CUSTODY_MUST_CHECK;
/* Count a difference that only follows from the first violation recorded at idx. */
void judge_count(struct judge *judge, int64_t idx);
/* Is there a violation with that check at idx? */
bool judge_has(const struct judge *judge, int64_t idx, const char *check);
/* Worst first: violations by index, then incomplete, then flags. */
void judge_sort(struct judge *judge);

#endif
