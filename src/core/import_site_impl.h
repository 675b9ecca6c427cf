/* Between import_site.c and import_register.c: looks at the register of a site. */
#ifndef CUSTODY_CORE_IMPORT_SITE_IMPL_H
#define CUSTODY_CORE_IMPORT_SITE_IMPL_H

#include "import_read.h"
#include "site_impl.h"

struct import_lookup {
    struct custody_site *site;
    struct address_book *places; /* opening balances; the owner frees it */
    enum custody_status rc;      /* first failure of a lookup */
    struct custody_error err;
};

/* Is the count that sql asks for above 0? */
bool import_exists(struct import_lookup *lookup, const char *sql, const char *text);
/* The first column of the first row, in out; false: no row. */
bool import_find_text(struct import_lookup *lookup, const char *sql, const char *text,
                      char *out, size_t size);
/* Places, keys, seals and people for opening balances. context->arg is the lookup. */
enum custody_status import_use_opening(struct import_lookup *lookup,
                                       struct import_context *context,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
