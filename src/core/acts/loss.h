/* Losses that are open, and how they close (FORMATS.md §17.3). */
#ifndef CUSTODY_CORE_LOSS_H
#define CUSTODY_CORE_LOSS_H

#include "../apply.h"

/* A loss of one key opens at this act. reporter: handle, party id or NULL. */
enum custody_status loss_open(struct apply *a, const char *item, const char *reason,
                              const char *reporter,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* All open losses of the item close as `state`: found, accepted. */
enum custody_status loss_close(struct apply *a, const char *item, const char *state,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same for everything that this act has moved so far. */
enum custody_status losses_open_moved(struct apply *a, const char *reason, const char *reporter,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status losses_close_moved(struct apply *a, const char *state,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
