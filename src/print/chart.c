/* Charts: see chart.h. */
#include "chart.h"

#include <math.h>
#include <stdio.h>

#include "doc_impl.h"
#include "fit.h"

#define TICKS_MAX   5
#define NUMBER_SIZE 32
#define GAP_MM      1.0
#define RULE_MM     0.25
#define GRID_MM     0.1
#define LINE_MM     0.5
#define POINT_MM    1.2
#define BARS_SHARE  0.7 /* of a place; the rest keeps places apart */
#define TITLE_SCALE 1.4
#define PLOT_MIN_MM 5.0

/* Where values stand: plot is the area between the axes. */
struct chart_frame {
    struct print_doc *doc;
    const struct print_chart *chart;
    struct print_box plot;
    double step;
    double top; /* value at the upper end */
    int decimals;
    double line_mm; /* height of a line of words */
};

static double highest(const struct print_chart *chart, bool *ret_are_whole)
{
    double top = 0.0;
    *ret_are_whole = true;
    for (size_t i = 0; i < chart->series_count; i++) {
        for (size_t j = 0; j < chart->place_count; j++) {
            double value = chart->series[i].values[j];
            top = fmax(top, value);
            *ret_are_whole = *ret_are_whole && value <= floor(value);
        }
    }
    return top;
}

static enum custody_status check_chart(const struct print_chart *chart,
                                       struct custody_error *err)
{
    if (chart->series_count == 0 || chart->series_count > PRINT_SERIES_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: a chart shows from 1 to %d series: choose among them",
                            chart->record, PRINT_SERIES_MAX);
    }
    bool is_good = chart->place_count > 0;
    for (size_t i = 0; i < chart->series_count; i++) {
        for (size_t j = 0; j < chart->place_count; j++) {
            double value = chart->series[i].values[j];
            is_good = is_good && isfinite(value) && value >= 0.0;
        }
    }
    if (!is_good) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: a chart shows values of 0 or more, one at least: correct them",
                            chart->record);
    }
    return CUSTODY_OK;
}

/* 1, 2 or 5 times a power of ten, so that at most TICKS_MAX of them reach the highest; whole
 * numbers are counts, and nothing is counted in halves. */
static void choose_scale(struct chart_frame *frame)
{
    bool are_whole = false;
    double high = highest(frame->chart, &are_whole);
    double rough = high > 0.0 ? high / TICKS_MAX : 1.0;
    double power = pow(10.0, floor(log10(rough)));
    double times = rough / power;
    double factor = times <= 1.0 + 1e-9 ? 1.0 : 10.0;
    if (factor > 1.0 && times <= 5.0 + 1e-9) {
        factor = times <= 2.0 + 1e-9 ? 2.0 : 5.0;
    }
    frame->step = fmax(factor * power, are_whole ? 1.0 : 0.0);
    frame->top = fmax(ceil(high / frame->step - 1e-9), 1.0) * frame->step;
    frame->decimals = frame->step < 1.0 ? (int)ceil(-log10(frame->step) - 1e-9) : 0;
}

static enum custody_status put_words(const struct chart_frame *frame, const char *text,
                                     const struct print_box *box, enum print_align align,
                                     struct custody_error *err)
{
    double size = frame->chart->size_pt;
    const struct print_style style = {.size_pt = size, .min_pt = size / 2.0, .align = align};
    return print_text_line(frame->doc, &style, text, box, frame->chart->record, err);
}

static enum custody_status words_width(const struct chart_frame *frame, const char *text,
                                       double *width_mm, struct custody_error *err)
{
    const struct print_style style = {.size_pt = frame->chart->size_pt};
    struct print_fit fit = {.layout = NULL};
    enum custody_status rc =
        print_fit_at(frame->doc, &style, 0.0, text, frame->chart->record, &fit, err);
    if (rc == CUSTODY_OK) {
        *width_mm = fmax(*width_mm, fit.width_mm);
    }
    return rc;
}

static double height_of(const struct chart_frame *frame, double value)
{
    return frame->plot.h_mm * value / frame->top;
}

static enum custody_status draw_upright_axis(const struct chart_frame *frame, double numbers_mm,
                                             struct custody_error *err)
{
    const struct print_box *plot = &frame->plot;
    const struct print_colour grey = {0.7, 0.7, 0.7};
    int ticks = (int)lround(frame->top / frame->step);
    for (int i = 0; i <= ticks; i++) {
        char number[NUMBER_SIZE];
        double y = plot->y_mm + plot->h_mm - height_of(frame, i * frame->step);
        const struct print_box place = {plot->x_mm - GAP_MM - numbers_mm,
                                        y - frame->line_mm / 2.0, numbers_mm, frame->line_mm};
        const struct print_box grid = {plot->x_mm, y - GRID_MM / 2.0, plot->w_mm, GRID_MM};
        (void)snprintf(number, sizeof number, "%.*f", frame->decimals, i * frame->step);
        enum custody_status rc = put_words(frame, number, &place, PRINT_RIGHT, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (i > 0) {
            print_doc_fill(frame->doc, &grid, grey);
        }
    }
    return CUSTODY_OK;
}

static enum custody_status draw_places(const struct chart_frame *frame,
                                       struct custody_error *err)
{
    const struct print_chart *chart = frame->chart;
    double pitch = frame->plot.w_mm / (double)chart->place_count;
    double widest = 0.0;
    for (size_t i = 0; i < chart->place_count; i++) {
        enum custody_status rc = words_width(frame, chart->places[i], &widest, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    size_t every = (size_t)fmax(1.0, ceil((widest + GAP_MM) / pitch));
    for (size_t i = 0; i < chart->place_count; i += every) {
        double middle = frame->plot.x_mm + ((double)i + 0.5) * pitch;
        const struct print_box place = {middle - widest / 2.0 - 0.1,
                                        frame->plot.y_mm + frame->plot.h_mm + GAP_MM / 2.0,
                                        widest + 0.2, frame->line_mm};
        enum custody_status rc = put_words(frame, chart->places[i], &place, PRINT_CENTER, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

static void draw_bars(const struct chart_frame *frame)
{
    const struct print_chart *chart = frame->chart;
    double pitch = frame->plot.w_mm / (double)chart->place_count;
    double width = pitch * BARS_SHARE / (double)chart->series_count;
    for (size_t i = 0; i < chart->place_count; i++) {
        double left = frame->plot.x_mm + ((double)i + (1.0 - BARS_SHARE) / 2.0) * pitch;
        for (size_t j = 0; j < chart->series_count; j++) {
            double height = height_of(frame, chart->series[j].values[i]);
            const struct print_box bar = {left + (double)j * width,
                                          frame->plot.y_mm + frame->plot.h_mm - height, width,
                                          height};
            if (height > 0.0) {
                print_doc_fill(frame->doc, &bar, chart->series[j].colour);
            }
        }
    }
}

static void draw_line(const struct chart_frame *frame, const struct print_series *series)
{
    cairo_t *cairo = frame->doc->cairo;
    double pitch = frame->plot.w_mm / (double)frame->chart->place_count;
    double bottom = frame->plot.y_mm + frame->plot.h_mm;
    print_doc_ink(frame->doc, series->colour);
    cairo_new_path(cairo);
    cairo_set_line_width(cairo, LINE_MM * PRINT_PT_PER_MM);
    for (size_t i = 0; i < frame->chart->place_count; i++) {
        cairo_line_to(cairo, (frame->plot.x_mm + ((double)i + 0.5) * pitch) * PRINT_PT_PER_MM,
                      (bottom - height_of(frame, series->values[i])) * PRINT_PT_PER_MM);
    }
    cairo_stroke(cairo);
    for (size_t i = 0; i < frame->chart->place_count; i++) {
        double x = frame->plot.x_mm + ((double)i + 0.5) * pitch;
        double y = bottom - height_of(frame, series->values[i]);
        const struct print_box point = {x - POINT_MM / 2.0, y - POINT_MM / 2.0, POINT_MM,
                                        POINT_MM};
        print_doc_fill(frame->doc, &point, series->colour);
    }
}

/* Squares of colour and names, from left to right. */
static enum custody_status draw_legend(const struct chart_frame *frame,
                                       const struct print_box *row, struct custody_error *err)
{
    double x = row->x_mm;
    for (size_t i = 0; i < frame->chart->series_count; i++) {
        const struct print_series *series = &frame->chart->series[i];
        double side = frame->line_mm * 0.6;
        double width = 0.0;
        if (series->name == NULL) {
            continue;
        }
        enum custody_status rc = words_width(frame, series->name, &width, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        const struct print_box square = {x, row->y_mm + (row->h_mm - side) / 2.0, side, side};
        const struct print_box name = {x + side + GAP_MM, row->y_mm, width + 0.1, row->h_mm};
        if (name.x_mm + width > row->x_mm + row->w_mm) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: the names of the series are wider than the chart: shorten "
                                "them",
                                frame->chart->record);
        }
        print_doc_fill(frame->doc, &square, series->colour);
        rc = put_words(frame, series->name, &name, PRINT_LEFT, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        x = name.x_mm + width + 4.0 * GAP_MM;
    }
    return CUSTODY_OK;
}

/* Title and legend above, numbers at the left, names of places below; the rest is the plot. */
static enum custody_status draw_around(struct chart_frame *frame, const struct print_box *box,
                                       struct custody_error *err)
{
    const struct print_chart *chart = frame->chart;
    char number[NUMBER_SIZE];
    double numbers = 0.0;
    double y = box->y_mm;
    (void)snprintf(number, sizeof number, "%.*f", frame->decimals, frame->top);
    enum custody_status rc = words_width(frame, number, &numbers, err);
    if (rc == CUSTODY_OK && chart->title != NULL) {
        const struct print_style style = {.size_pt = chart->size_pt * TITLE_SCALE,
                                          .min_pt = chart->size_pt,
                                          .bold = true,
                                          .align = PRINT_CENTER};
        const struct print_box place = {box->x_mm, y, box->w_mm, frame->line_mm * TITLE_SCALE};
        rc = print_text_line(frame->doc, &style, chart->title, &place, chart->record, err);
        y += place.h_mm + GAP_MM;
    }
    const struct print_box words = {box->x_mm, y, box->w_mm, frame->line_mm};
    const struct print_box legend = {box->x_mm + box->w_mm / 4.0, y, box->w_mm * 0.75,
                                     frame->line_mm};
    if (rc == CUSTODY_OK && chart->unit != NULL) {
        rc = put_words(frame, chart->unit, &words, PRINT_LEFT, err);
    }
    if (rc == CUSTODY_OK) {
        rc = draw_legend(frame, &legend, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    y += frame->line_mm + GAP_MM;
    numbers += 0.1;
    frame->plot =
        (struct print_box){box->x_mm + numbers + GAP_MM, y, box->w_mm - numbers - GAP_MM,
                           box->y_mm + box->h_mm - y - frame->line_mm - GAP_MM};
    if (frame->plot.w_mm < PLOT_MIN_MM || frame->plot.h_mm < PLOT_MIN_MM) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the place of the chart is too small: enlarge it",
                            chart->record);
    }
    rc = draw_upright_axis(frame, numbers, err);
    return rc == CUSTODY_OK ? draw_places(frame, err) : rc;
}

enum custody_status print_chart(struct print_doc *doc, const struct print_chart *chart,
                                const struct print_box *box, struct custody_error *err)
{
    struct chart_frame frame = {
        .doc = doc, .chart = chart, .line_mm = 1.3 * print_fit_em_mm(chart->size_pt)};
    enum custody_status rc = check_chart(chart, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    choose_scale(&frame);
    rc = draw_around(&frame, box, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (chart->kind == PRINT_CHART_BARS) {
        draw_bars(&frame);
    } else {
        for (size_t i = 0; i < chart->series_count; i++) {
            draw_line(&frame, &chart->series[i]);
        }
    }
    double bottom = frame.plot.y_mm + frame.plot.h_mm;
    double right = frame.plot.x_mm + frame.plot.w_mm;
    print_doc_rule(doc, frame.plot.x_mm, bottom, right, bottom, RULE_MM);
    print_doc_rule(doc, frame.plot.x_mm, frame.plot.y_mm, frame.plot.x_mm, bottom, RULE_MM);
    return CUSTODY_OK;
}
