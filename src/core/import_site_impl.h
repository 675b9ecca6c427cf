/* Between import_site.c, import_register.c and import_folder_pack.c: looks at the register of a
 * site, lines of acts. */
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

/* The same for folders: places, labels of folders, boxes. */
enum custody_status import_use_folders(struct import_lookup *lookup,
                                       struct import_context *context,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Rows of folders -> bodies of import.line: first all that open folders, then all that file. */
enum custody_status import_pack_folders(const struct import_rows *rows, json_t *bodies,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
