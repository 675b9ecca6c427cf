/* Labels for the tests that read them again: what they say differs from one to the next. */
#ifndef CUSTODY_TEST_DECODE_LABELS_H
#define CUSTODY_TEST_DECODE_LABELS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "custody/label.h"

/* No chance: a failure comes again. */
static inline uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A tag whose symbols all vary. */
static inline void make_code(uint64_t seed, char out[CUSTODY_TAG_LEN + 1])
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char item[CUSTODY_ITEM_LEN + 1] = "K";
    char site[CUSTODY_SITE_LEN + 1] = "";
    uint64_t state = seed;
    for (size_t i = 1; i < CUSTODY_ITEM_LEN; i++) {
        item[i] = alphabet[mix(&state) >> 59];
    }
    for (size_t i = 0; i < CUSTODY_SITE_LEN; i++) {
        site[i] = alphabet[mix(&state) >> 59];
    }
    custody_tag_print(item, alphabet[1 + mix(&state) % 31], site, out);
}

#define DECODE_FIELDS 5

struct decode_labels {
    struct custody_label *labels;
    char (*texts)[DECODE_FIELDS][40];
    char (*records)[16];
    size_t count;
};

static inline void decode_labels_free(struct decode_labels *set)
{
    free(set->labels);
    free(set->texts);
    free(set->records);
}

/* blind: no address, the telephone for finders instead. False: no memory. */
static inline int decode_labels_make(size_t count, uint64_t seed, int is_blind,
                                     struct decode_labels *set)
{
    static const char *const names[DECODE_FIELDS] = {"building", "room", "what", "class",
                                                     "copy"};
    static const char *const kinds[] = {"防盗铁门",   "单元门", "室内门",
                                        "电子对讲门", "信报箱", "水泵房"};
    static const char *const classes[] = {"业主", "公共", "设备"};
    set->count = count;
    set->labels = calloc(count, sizeof *set->labels);
    set->texts = calloc(count, sizeof *set->texts);
    set->records = calloc(count, sizeof *set->records);
    if (set->labels == NULL || set->texts == NULL || set->records == NULL) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct custody_label *label = &set->labels[i];
        char(*texts)[40] = set->texts[i];
        unsigned n = (unsigned)i;
        make_code(seed + i, label->code);
        (void)snprintf(texts[0], 40, "%u栋-%u单元", n / 36 % 60 + 1, n / 12 % 3 + 1);
        (void)snprintf(texts[1], 40, "%u楼-%u%02u房", n % 33 + 1, n % 33 + 1, n % 4 + 1);
        (void)snprintf(texts[2], 40, "%s", kinds[n % 6]);
        (void)snprintf(texts[3], 40, "%s", classes[n % 3]);
        (void)snprintf(texts[4], 40, "%u/3", n % 3 + 1);
        for (size_t k = 0; k < DECODE_FIELDS; k++) {
            label->fields[k] = (struct custody_label_field){names[k], texts[k]};
        }
        if (is_blind) {
            label->fields[0] = (struct custody_label_field){"note", "拾到请拨 0571-1234567"};
            texts[1][0] = '\0';
        }
        label->field_count = DECODE_FIELDS;
        label->colour = n % 2 == 0 ? "#c8102e" : "#ffd100";
        (void)snprintf(set->records[i], sizeof set->records[i], "row %u", n + 1);
        label->record = set->records[i];
    }
    return 1;
}

#endif
