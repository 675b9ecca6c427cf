/*
 * Tags: the 20 characters in a QR code and what people type (FORMATS.md §6).
 */
#ifndef CUSTODY_TAG_H
#define CUSTODY_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

#define CUSTODY_ITEM_LEN 9  /* class ‖ id */
#define CUSTODY_TAG_LEN  20 /* what the QR carries */
#define CUSTODY_SITE_LEN 6  /* site code within a tag */

/* What was typed or scanned. generation is 0 and site "" when the short form was given. */
struct custody_tag {
    char item[CUSTODY_ITEM_LEN + 1];
    char generation;                 /* '1'..'Z', 0 for the short form */
    char site[CUSTODY_SITE_LEN + 1]; /* "" for the short form */
};

/* Is text a class symbol (K R H F B S P V) and eight alphabet symbols? */
bool custody_item_is_valid(const char *text);
/* Check symbols of an item, two characters and 0: Reed-Solomon over GF(32). item is asserted
 * valid. Vectors: K4F7Q2M9X -> 88, F00000001 -> 5A. */
void custody_item_check(const char *item, char out[3]);
/* Printed for people: "K-4F7Q-2M9X-88", 15 bytes with the 0. */
void custody_item_print(const char *item, char out[15]);
/* First 30 bits of the first ledger's id as six symbols. */
void custody_site_code(const uint8_t ledger_id[32], char out[CUSTODY_SITE_LEN + 1]);
/* The 20 characters; generation '1'..'9','A'..'Z' of the alphabet. */
void custody_tag_print(const char *item, char generation, const char *site,
                       char out[CUSTODY_TAG_LEN + 1]);
/*
 * Read a scan or typing: 20 or 11 characters after ignoring case, space, hyphen and full
 * width; I L -> 1, O -> 0. ERR_INVALID with what to do when it is no tag, ERR_INVALID with
 * "mistyped" when the check symbols do not fit. ret_tag untouched on failure.
 */
enum custody_status custody_tag_parse(const char *text, struct custody_tag *ret_tag,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* A fresh random item of a class ("K"); uniqueness is the register's business. */
void custody_item_random(char item_class, char out[CUSTODY_ITEM_LEN + 1]);

#endif
