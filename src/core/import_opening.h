/* Between import_opening.c and import_opening_key.c. For these alone. */
#ifndef CUSTODY_CORE_IMPORT_OPENING_H
#define CUSTODY_CORE_IMPORT_OPENING_H

#include "import_impl.h"

/* What names the key of a row. */
struct import_wanted {
    struct custody_tag tag; /* item "" for none */
    struct address_match place;
    bool has_place;
    const json_t *kind; /* NULL: none is given */
    int copy;
};

/* The key that the row means. False after a complaint. */
bool import_find_key(struct import_job *job, size_t row, struct import_wanted *ret_wanted,
                     struct import_key *ret_key);
/* Is it a key of the desk that is imported? */
bool import_key_is_of_desk(const struct import_job *job, const struct import_key *key);

#endif
