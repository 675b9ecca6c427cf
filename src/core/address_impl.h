/* Between address_text.c (spellings) and address.c (the register). For these two alone. */
#ifndef CUSTODY_CORE_ADDRESS_IMPL_H
#define CUSTODY_CORE_ADDRESS_IMPL_H

#include "address.h"

#define ADDRESS_CHARS_MAX 96U /* of a text that may be an address */
#define ADDRESS_TEXT_SIZE (4 * ADDRESS_CHARS_MAX + 1)

/* "" for what the text does not say. */
struct address {
    char prefix[ADDRESS_TEXT_SIZE]; /* name of an estate or a phase before the building */
    char building[32];
    char unit[32];
    char room[ADDRESS_TEXT_SIZE]; /* number, or the name of a plant room */
};

/* Split text into its parts; false: no known spelling. */
bool address_parse(const char *text, struct address *ret_address);
/*
 * A text in the spelling by which two are compared: full width and case folded, without spaces
 * and without the hyphens that stand beside no number on both sides. False: longer than an
 * address, or no UTF-8.
 */
bool address_squash(const char *text, char out[ADDRESS_TEXT_SIZE]);
/* The number or letter of one part ("三栋", "03", "2单元") as address_parse gives it. */
bool address_parse_name(const char *text, char out[32]);

#endif
