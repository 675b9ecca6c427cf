/*
 * Pictures of pages as grey dots, to read codes from: PNG, and PBM (P4), one page after
 * another.
 */
#ifndef CUSTODY_LABEL_PICTURE_H
#define CUSTODY_LABEL_PICTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "custody/error.h"

/* dots: one byte each, row by row, 0 black. free() it. */
struct picture {
    size_t width;
    size_t height;
    uint8_t *dots;
};

struct picture_file;

/* ERR_NOT_FOUND, ERR_IO, ERR_NOMEM; ERR_INVALID: neither PNG nor PBM. */
enum custody_status picture_open(const char *path, struct picture_file **ret_file,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* The next page; dots NULL after the last. ERR_INVALID: torn, or too large. */
enum custody_status picture_next(struct picture_file *file, struct picture *ret_picture,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
void picture_close(struct picture_file *file); /* NULL is fine */

#endif
