/*
 * Text on a page. One line that shrinks to a floor and then fails, or a block that wraps.
 * Nothing is ever printed as an empty box or cut off: a text that cannot stand fails and the
 * error names its record.
 */
#ifndef CUSTODY_PRINT_TYPESET_H
#define CUSTODY_PRINT_TYPESET_H

#include <stdbool.h>

#include "custody/error.h"
#include "doc.h"

/* 14 dots of a 203 dpi printer: below that Chinese characters fill up. */
#define PRINT_SIZE_FLOOR_PT 4.96

enum print_align { PRINT_LEFT, PRINT_CENTER, PRINT_RIGHT };

struct print_style {
    double size_pt;
    double min_pt; /* how far a line may shrink; size_pt or more: not at all */
    bool bold;
    enum print_align align;
    bool vertical; /* print_text_box() only: columns from right to left, Han and figures
                    * upright, letters and signs turned */
    struct print_colour colour; /* zero: black */
    double grid_pt;             /* lines begin on this grid; 0: wherever they fall */
};

/*
 * Set one line, its em box centred in the height of box, within its width.
 *
 * text      UTF-8, characters of FORMATS.md §1; "" sets nothing
 * record    how the error names what is being printed, like "row 12"; no personal data
 *
 * CUSTODY_ERR_INVALID   not such text, a character without a glyph, or too long at min_pt;
 *                       nothing was set
 */
enum custody_status print_text_line(struct print_doc *doc, const struct print_style *style,
                                    const char *text, const struct print_box *box,
                                    const char *record,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Height of a text wrapped to width_mm at style's size. Errors as print_text_line, save that
 * nothing is too long.
 */
enum custody_status print_text_measure(struct print_doc *doc, const struct print_style *style,
                                       const char *text, double width_mm, const char *record,
                                       double *ret_height_mm,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* Set a wrapped text with its top left corner at (x_mm, y_mm); the same errors. */
enum custody_status print_text_block(struct print_doc *doc, const struct print_style *style,
                                     const char *text, double x_mm, double y_mm,
                                     double width_mm, const char *record, double *ret_height_mm,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Set a text into a box: at size_pt on one line; else smaller, down to min_pt; else on several
 * lines at the largest size from size_pt down to min_pt at which they stand within the box;
 * else fail. Centred in the box's height; aligned by style.
 *
 * CUSTODY_ERR_INVALID   as print_text_line; nothing was set
 */
enum custody_status print_text_box(struct print_doc *doc, const struct print_style *style,
                                   const char *text, const struct print_box *box,
                                   const char *record,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * The font family that all text is set in: "Noto Sans CJK SC" unless changed. fontconfig takes
 * over for characters that it lacks. family is copied.
 *
 * CUSTODY_ERR_NOT_FOUND   no such family is installed; the one before stays
 */
enum custody_status print_font_set(struct print_doc *doc, const char *family,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
