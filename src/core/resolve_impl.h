/* Between resolve.c and resolve_folder.c. For these alone. */
#ifndef CUSTODY_CORE_RESOLVE_IMPL_H
#define CUSTODY_CORE_RESOLVE_IMPL_H

#include "site_impl.h"

/* Rows of (kind, id, label) for one text. */
enum custody_status resolve_add_rows(struct custody_site *site, json_t *matches,
                                     const char *sql, const char *text, const char *kinds,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* Shelves and boxes by label; folders by label, else those of the home so called. */
enum custody_status resolve_add_folders(struct custody_site *site, json_t *matches,
                                        const char *text, const char *kinds,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* A paper: what names its folder, # and its number, kind or label; or F4F7Q2M9X.3. */
enum custody_status resolve_add_paper(struct custody_site *site, json_t *matches,
                                      const char *text,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
