/*
 * A tag as it looks to a camera after months on a key ring: a model, no photographs. Everything
 * is drawn from a seed, so that a failure comes again.
 */
#ifndef CUSTODY_TEST_DAMAGE_H
#define CUSTODY_TEST_DAMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "read_code.h"

/*
 * blot_share     of a square of 8.6 mm in the middle: one square blot there, black or white
 * scratch_mm     width of one white scratch from edge to edge, nearly upright; 0: none
 * turn_deg       turned by at most so much, either way
 * blur_um        standard deviation of the lens's blur
 * contrast       1: black is 0 and white 255
 * noise          standard deviation, grey levels
 * camera_px_mm   dots of the picture in a millimetre
 */
struct damage {
    double blot_share;
    double scratch_mm;
    double turn_deg;
    double blur_um;
    double contrast;
    double noise;
    double camera_px_mm;
};

#define DAMAGE_BOX_MM    13.0 /* the code with its quiet zone */
#define DAMAGE_BORDER_MM 1.3  /* white round it */

/*
 * box    the code with its quiet zone as printed, a square of DAMAGE_BOX_MM
 *
 * dots NULL: no memory.
 */
struct grey damage_photograph(const struct grey *box, const struct damage *damage,
                              uint64_t seed);

#endif
