/* Seals: numbered envelopes of spare keys (FORMATS.md §17.3; K15). */
#ifndef CUSTODY_CORE_SEAL_H
#define CUSTODY_CORE_SEAL_H

#include "../apply.h"

/* Is it a seal of this desk that nobody has broken? */
enum custody_status seal_is_whole(struct apply *a, const char *seal, const char *desk,
                                  bool *ret_whole,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Make the seal, or use the one that this very act has made; any other is "exists". In an
 * import.close the act is the close, so the lines of one import share their seals.
 */
enum custody_status seal_make(struct apply *a, const char *seal, const char *desk,
                              bool may_be_mine, struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * It is broken from this act on, if it was not: *ret_broken says whether this act did it. how:
 * the kind of movement, "unseal", "emergency", "lost" or "return".
 */
enum custody_status seal_break(struct apply *a, const char *seal, const char *how,
                               bool *ret_broken, struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same for an item that leaves a seal which nobody opened: flag "seal-broken". */
enum custody_status seal_break_flagged(struct apply *a, const struct item_state *item,
                                       const char *how, bool *ret_broken,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
