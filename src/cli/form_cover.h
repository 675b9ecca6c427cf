/* The lines over a form: what all its rows share, "清册编号：XH-1      填表人：…". */
#ifndef CUSTODY_CLI_FORM_COVER_H
#define CUSTODY_CLI_FORM_COVER_H

#include "form_cells.h"

#define FORM_COVER_LINES 16
#define FORM_COVER_SIZE  1000

struct form_cover {
    char lines[FORM_COVER_LINES][FORM_COVER_SIZE];
    size_t count;
};

/* The cover of the cells' form; members whose rows differ or that are empty stay away. */
enum custody_status form_cover_make(struct form_cells *cells, struct form_cover *ret_cover,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
