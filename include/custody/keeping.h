/*
 * What destruction, erasure and privacy ask of the register beside the reads (FORMATS.md
 * §19.5–§21): what stands in the way of a line, what an erasure would make unreadable, and the
 * personal texts of one folder or party.
 */
#ifndef CUSTODY_KEEPING_H
#define CUSTODY_KEEPING_H

#include "custody/site.h"

/* Lines of one act of §20, and subjects of one erase.intent: more take several. */
#define CUSTODY_BATCH_LINES_MAX    600
#define CUSTODY_ERASE_SUBJECTS_MAX 1000

/*
 * What stands today in the way of destroying things. lines: [{"item","reason"}], with
 * "copies","pages","papers" where they are written down already; batch: hex id of the one they
 * are in, NULL for none. Gives [{"copies","item","label","obstacles","pages","papers",
 * "reason"}] in the same order; numbers are those given, else the register's. ERR_INVALID: the
 * policy has no folders; ERR_NOT_FOUND: no such thing.
 */
enum custody_status custody_destruction_check(struct custody_site *site, const json_t *lines,
                                              const char *batch, json_t **ret_lines,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * What an erase.intent of this kind (destruction, expiry, request) may cover now; act: hex id
 * of the destruction.execute or of the request, NULL for expiry. Gives
 * {"count","more","owners", "subjects","texts":{"name":3,…}}: owners are folders and parties,
 * texts counts by member, more says that another intent is needed for the rest. Nothing left:
 * subjects is empty.
 */
enum custody_status custody_erase_find(struct custody_site *site, const char *kind,
                                       const char *act, json_t **ret_found,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Every personal text of a folder or party: [{"act","at","erased" (index or null),"idx",
 * "member","text" (null: not readable)}]. Whoever shows them records privacy.read first (P1).
 */
enum custody_status custody_personal_texts(struct custody_site *site, const char *owner,
                                           json_t **ret_rows,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
