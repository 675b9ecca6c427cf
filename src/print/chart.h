/* Simple charts: bars side by side, or lines with points, over named places of an axis. */
#ifndef CUSTODY_PRINT_CHART_H
#define CUSTODY_PRINT_CHART_H

#include <stddef.h>

#include "custody/error.h"
#include "doc.h"

#define PRINT_SERIES_MAX 6

enum print_chart_kind { PRINT_CHART_BARS, PRINT_CHART_LINES };

/* values: one for each place of the axis, 0 or more. name: for the legend; alone: NULL. */
struct print_series {
    const char *name;
    const double *values;
    struct print_colour colour;
};

/*
 * title           above; NULL: none
 * unit            above the upright axis, like "次"; NULL: none
 * places          names along the axis ("1月"); where they do not all fit every second, third
 *                 ... is written
 * size_pt         of all words but the title
 * record          how an error names the chart
 */
struct print_chart {
    enum print_chart_kind kind;
    const char *title;
    const char *unit;
    const char *const *places;
    size_t place_count;
    const struct print_series *series;
    size_t series_count;
    double size_pt;
    const char *record;
};

/*
 * Draw into box. The upright axis begins at 0 and ends at a round number.
 *
 * CUSTODY_ERR_INVALID   no place, a value below 0 or not a number, words that cannot be
 *                       printed, or a box too small for them
 * CUSTODY_ERR_LIMIT     no series, or more than PRINT_SERIES_MAX
 */
enum custody_status print_chart(struct print_doc *doc, const struct print_chart *chart,
                                const struct print_box *box,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
