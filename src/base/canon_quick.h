/*
 * The quick way through canonical bytes, for canon.c alone.
 *
 * Takes only what is canonical beyond doubt and plain (no escape in a string). Whatever else
 * it meets it leaves to canon_parse, which decides and says why; so nothing is accepted here
 * that canon_parse would refuse, and a fuzzer holds the two against each other.
 */
#ifndef CUSTODY_BASE_CANON_QUICK_H
#define CUSTODY_BASE_CANON_QUICK_H

#include "canon.h"

/* The value, the caller's reference; NULL: not canonical, not plain, or out of memory. */
json_t *canon_quick_parse(const void *data, size_t len, enum canon_mode mode);

#endif
