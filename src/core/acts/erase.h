/* On what ground, and by whose signatures, personal data are erased (FORMATS.md §21). */
#ifndef CUSTODY_CORE_ERASE_H
#define CUSTODY_CORE_ERASE_H

#include "../act.h"

/*
 * Grounds of erase.intent; its subjects are rows of `erased` with this act's index by then, and
 * what they belong to is in `subject`. destruction: the act id of a destruction.execute, A15.
 */
enum custody_status erase_judge_destruction(struct apply *a, const uint8_t *execute,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* An open erase.request, which ends; P2. */
enum custody_status erase_judge_request(struct apply *a, const uint8_t *request,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Of parties long gone, or of folders destroyed; P2. */
enum custody_status erase_judge_expiry(struct apply *a,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Who says that it is done. */
enum custody_status erase_judge_done(struct apply *a, const uint8_t *intent,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
