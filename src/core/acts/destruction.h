/* What the acts on a batch of destruction share (FORMATS.md §20). */
#ifndef CUSTODY_CORE_DESTRUCTION_H
#define CUSTODY_CORE_DESTRUCTION_H

#include "folder.h"
#include "hash.h"

/* A row of `batch`; "" where the register has null. Givers: whose role it was, if delegated. */
struct batch_state {
    uint8_t id[HASH_LEN];
    char state[12]; /* proposed reviewed approved executed cancelled */
    char proposer[HANDLE_SIZE], proposer_giver[HANDLE_SIZE];
    char reviewer[HANDLE_SIZE], reviewer_giver[HANDLE_SIZE];
    char approver[HANDLE_SIZE], approver_giver[HANDLE_SIZE];
    int64_t approved_t;
};
/* NEEDs the batch that the body names ("object"). */
enum custody_status batch_need(struct apply *a, struct batch_state *ret_batch,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* A row of `batch_line`. */
struct batch_line {
    bool is_found;
    char reason[16];               /* expired, without_value */
    char review[12], approval[12]; /* destroy defer keep, "" not yet */
    int64_t papers, copies, pages;
};
enum custody_status batch_line_load(struct apply *a, const uint8_t *batch, const char *item,
                                    struct batch_line *ret_line,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* Add somebody and, unless "", for whom he acted. */
void apart_add_fold(struct apart *apart, const char *handle, const char *giver);

/* Who may be where when a batch is executed: the signers, the witnesses, who re-checks, the
 * destroyer (A15). */
enum custody_status destruction_judge_signers(struct apply *a, const struct batch_state *batch,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;

/* Member of a line that both kinds of list have: a reason of the policy's reasons. */
enum custody_status line_judge_reason(struct apply *a, const char *reason,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* Fields of {copies, item, label, pages, papers} lists: numbers of a line. */
#define LINE_NUMBER_MAX 1000000
#define LINE_NUMBER(member)                                                                    \
    {                                                                                          \
        .name = (member), .type = FIELD_INT, .min = 0, .max = LINE_NUMBER_MAX                  \
    }

#endif
