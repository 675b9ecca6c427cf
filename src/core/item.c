/*
 * Item numbers.
 *
 * The set is an open-addressed table of 40-bit ids, at most half full. Ids are random or were
 * printed by us, so nobody gains by making them collide, and the worst they get is slowness.
 */
#include "item.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "text.h"

#define ID_LEN      (CUSTODY_ITEM_LEN - 1)
#define FIRST_SLOTS 64U

void custody_item_random(char item_class, char out[CUSTODY_ITEM_LEN + 1])
{
    uint8_t bytes[ID_LEN];

    crypt_random(bytes, sizeof bytes);
    out[0] = item_class;
    for (size_t i = 0; i < ID_LEN; i++) {
        out[1 + i] = TEXT_ALPHABET[bytes[i] & 31]; /* 256 is a multiple of 32: no bias */
    }
    out[CUSTODY_ITEM_LEN] = 0;
}

/* The eight symbols as a number, plus one because 0 marks a free slot. */
static uint64_t slot_value(const char *item)
{
    uint64_t value = 0;

    for (size_t i = 1; i < CUSTODY_ITEM_LEN; i++) {
        const char *symbol = strchr(TEXT_ALPHABET, item[i]);
        assert(symbol != NULL);
        value = value << 5 | (uint64_t)(symbol - TEXT_ALPHABET);
    }
    return value + 1;
}

/* Where value is, or the free slot where it belongs. */
static size_t find_slot(const uint64_t *slots, size_t slot_count, uint64_t value)
{
    size_t at = (size_t)(value * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (slot_count - 1);

    while (slots[at] != 0 && slots[at] != value) {
        at = (at + 1) & (slot_count - 1);
    }
    return at;
}

static enum custody_status grow(struct item_set *set, struct custody_error *err)
{
    size_t slot_count = set->slot_count == 0 ? FIRST_SLOTS : set->slot_count * 2;
    uint64_t *slots = calloc(slot_count, sizeof *slots);

    if (slots == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory; close other programs and try again");
    }
    for (size_t i = 0; i < set->slot_count; i++) {
        if (set->slots[i] != 0) {
            slots[find_slot(slots, slot_count, set->slots[i])] = set->slots[i];
        }
    }
    free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return CUSTODY_OK;
}

enum custody_status item_set_add(struct item_set *set, const char *item, bool *ret_added,
                                 struct custody_error *err)
{
    assert(custody_item_is_valid(item));
    if (set->count >= set->slot_count / 2) {
        enum custody_status rc = grow(set, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    uint64_t value = slot_value(item);
    size_t at = find_slot(set->slots, set->slot_count, value);
    *ret_added = set->slots[at] == 0;
    if (*ret_added) {
        set->slots[at] = value;
        set->count++;
    }
    return CUSTODY_OK;
}

void item_set_clear(struct item_set *set)
{
    free(set->slots);
    memset(set, 0, sizeof *set);
}
