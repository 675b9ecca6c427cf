/*
 * An allocator that gives nothing once: malloc, calloc and realloc of what is linked with
 * --wrap for each. For one program of one file.
 */
#ifndef CUSTODY_FAULT_FAILING_H
#define CUSTODY_FAULT_FAILING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static atomic_long countdown = -1; /* allocations until the one that fails; below 0: none */
static atomic_bool has_fired;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
    if (atomic_load(&countdown) < 0 || atomic_fetch_sub(&countdown, 1) != 0) {
        return false;
    }
    atomic_store(&has_fired, true);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

#endif
