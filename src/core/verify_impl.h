/* Between verify_site.c and verify_openings.c. For these alone. */
#ifndef CUSTODY_CORE_VERIFY_IMPL_H
#define CUSTODY_CORE_VERIFY_IMPL_H

#include "judge.h"
#include "source.h"

enum verdict { VERDICT_NOT_IN_SCOPE, VERDICT_VERIFIED, VERDICT_INCOMPLETE, VERDICT_FAILED };

/*
 * Every commitment of the source's acts against the openings file at path, or, with path NULL,
 * against the vault of the site at site_dir. *ret_verdict is left as it is where there is
 * neither. What neither opens nor was erased with authority is told to the judge. replayed: the
 * store that the replay of the same source has filled; it knows what was erased, and by which
 * entry.
 */
enum custody_status verify_openings(struct ledger_source *source, struct store *replayed,
                                    const char *site_dir, const char *path, struct judge *judge,
                                    enum verdict *ret_verdict,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
