/* Incidents, as other acts open them (FORMATS.md §21; P3). */
#ifndef CUSTODY_CORE_INCIDENT_H
#define CUSTODY_CORE_INCIDENT_H

#include "move.h"

/* Open the incident whose id is this act's, unless this act has opened it. */
enum custody_status incident_open(struct apply *a, const char *kind, const char *party,
                                  int64_t noticed_at,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* What it is about. */
enum custody_status incident_add_item(struct apply *a, const char *item,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
