/* QR codes: see qr.h. */
#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "doc_impl.h"
#include "qr.h"
#include "qr_path.h"
#include "strip.h"

#define TAG_CHARS   20
#define TAG_VERSION 2
#define VERSION_MAX 20

/* Takes input over. limit: what an ERANGE means here. */
static enum custody_status encode(QRinput *input, enum custody_status limit,
                                  struct print_qr *ret_qr, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    QRcode *code = QRcode_encodeInput(input);
    int os_error = errno;
    QRinput_free(input);
    if (code == NULL) {
        if (os_error == ENOMEM) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory while making a QR code");
        }
        return custody_fail(err, limit, "this does not fit into a QR code: shorten it");
    }
    if (code->width > PRINT_QR_WIDTH_MAX || code->version > VERSION_MAX) {
        rc = custody_fail(err, limit, "this does not fit into a QR code: shorten it");
        goto out;
    }
    ret_qr->width = code->width;
    for (int i = 0; i < code->width * code->width; i++) {
        ret_qr->modules[i] = code->data[i] & 1U;
    }
out:
    QRcode_free(code);
    return rc;
}

static bool is_tag_code(const char *code)
{
    size_t len = strlen(code);
    return len == TAG_CHARS && strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len;
}

enum custody_status print_qr_tag(const char *code, struct print_qr *ret_qr,
                                 struct custody_error *err)
{
    if (!is_tag_code(code)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a tag has 20 capital letters and digits: correct the code");
    }
    QRinput *input = QRinput_new2(TAG_VERSION, QR_ECLEVEL_H);
    if (input == NULL ||
        QRinput_append(input, QR_MODE_AN, TAG_CHARS, (const unsigned char *)code) != 0) {
        QRinput_free(input);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory while making a QR code");
    }
    return encode(input, CUSTODY_ERR_INVALID, ret_qr, err);
}

enum custody_status print_qr_bytes(const void *data, size_t len, struct print_qr *ret_qr,
                                   struct custody_error *err)
{
    /* More than the largest version of all holds is refused before libqrencode sees it. */
    if (len == 0 || len > 2953) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "this does not fit into a QR code: shorten it");
    }
    QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
    if (input == NULL || QRinput_append(input, QR_MODE_8, (int)len, data) != 0) {
        QRinput_free(input);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "out of memory while making a QR code");
    }
    return encode(input, CUSTODY_ERR_LIMIT, ret_qr, err);
}

bool print_qr_is_dark(const struct print_qr *qr, int x, int y)
{
    return x >= 0 && y >= 0 && x < qr->width && y < qr->width &&
           qr->modules[y * qr->width + x] != 0;
}

double print_qr_module_mm(int width, int quiet, double box_mm, double dpi)
{
    double dot_mm = 25.4 / dpi;
    /* The hair's breadth forgives a box that was written as just so many dots. */
    double dots = floor(box_mm / (width + 2 * quiet) / dot_mm + 1e-6);
    return dots * dot_mm;
}

/* Does the edge that leaves corner (x, y) in this direction part dark from light? */
static bool is_edge(const struct print_qr *qr, int x, int y, int dx, int dy)
{
    if (dx != 0) {
        x = dx > 0 ? x : x - 1;
        return print_qr_is_dark(qr, x, y - 1) != print_qr_is_dark(qr, x, y);
    }
    y = dy > 0 ? y : y - 1;
    return print_qr_is_dark(qr, x - 1, y) != print_qr_is_dark(qr, x, y);
}

/*
 * Walk along edges from corner (x0, y0) eastwards until back there, straight on wherever an
 * edge goes on: where two dark modules touch at a corner, two outlines cross. A turn costs
 * bytes in the page, a crossing none: a third of them. Every outline has an edge that begins at
 * a corner where none comes from the west; marking the edges finds each outline once.
 *
 * The path begins at the first turn, with an edge downwards, and is left open, as filling
 * closes it: x repeats, then y, which deflates to 4 % less than the other way round.
 */
static void trace(cairo_t *cairo, const struct print_qr *qr, int x0, int y0, double origin_x,
                  double origin_y, double module, uint8_t *seen)
{
    int x = x0;
    int y = y0;
    int dx = 1;
    int dy = 0;
    bool has_begun = false;
    do {
        if (dx != 0) {
            seen[y * qr->width + (dx > 0 ? x : x - 1)] = 1;
        }
        x += dx;
        y += dy;
        if ((x == x0 && y == y0) || !is_edge(qr, x, y, dx, dy)) {
            const int turn_x = dy != 0 ? 1 : 0;
            const int turn_y = dx != 0 ? 1 : 0;
            const int sign = is_edge(qr, x, y, turn_x, turn_y) ? 1 : -1;
            dx = turn_x * sign;
            dy = turn_y * sign;
            (has_begun ? cairo_line_to : cairo_move_to)(cairo, origin_x + x * module,
                                                        origin_y + y * module);
            has_begun = true;
        }
    } while (x != x0 || y != y0);
}

void print_qr_fill(cairo_t *cairo, const struct print_qr *qr, double x, double y, double module)
{
    uint8_t seen[(PRINT_QR_WIDTH_MAX + 1) * PRINT_QR_WIDTH_MAX] = {0};
    for (int row = 0; row <= qr->width; row++) {
        for (int column = 0; column < qr->width; column++) {
            if (is_edge(qr, column, row, 1, 0) && !is_edge(qr, column, row, -1, 0) &&
                seen[row * qr->width + column] == 0) {
                trace(cairo, qr, column, row, x, y, module, seen);
            }
        }
    }
    const cairo_fill_rule_t rule = cairo_get_fill_rule(cairo);
    cairo_set_fill_rule(cairo, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_fill(cairo);
    cairo_set_fill_rule(cairo, rule);
}

/* Dark modules of row y from *x on; *x moves behind them. */
static int next_run(const struct print_qr *qr, int *x, int y)
{
    while (*x < qr->width && !print_qr_is_dark(qr, *x, y)) {
        (*x)++;
    }
    int from = *x;
    while (print_qr_is_dark(qr, *x, y)) {
        (*x)++;
    }
    return *x - from;
}

void print_qr_blacken(cairo_surface_t *surface, const struct print_qr *qr, int left, int top,
                      int dots)
{
    cairo_surface_flush(surface);
    for (int y = 0; y < qr->width; y++) {
        for (int x = 0; x < qr->width;) {
            int run = next_run(qr, &x, y);
            print_raster_blacken(surface, left + (x - run) * dots, top + y * dots, run * dots,
                                 dots);
        }
    }
    cairo_surface_mark_dirty(surface);
}

/* The code on whole dots. One bit a dot is set without cairo, which takes ten times as long. */
static void draw_dots(struct print_doc *doc, const struct print_qr *qr, double x_mm,
                      double y_mm, double module_mm)
{
    int dots = (int)floor(module_mm / doc->dot_mm + 1e-3);
    if (dots < 1) {
        dots = 1;
    }
    /* Modules that were cut to whole dots stand in the middle of their place. */
    double spare_mm = (module_mm - dots * doc->dot_mm) * qr->width / 2.0;
    int left = print_doc_dots(doc, x_mm + spare_mm);
    int top = print_doc_dots(doc, y_mm + spare_mm);
    double dot = doc->dot_mm * PRINT_PT_PER_MM;
    if (doc->format == PRINT_BITS) {
        print_qr_blacken(doc->surface, qr, left, top, dots);
        return;
    }
    for (int y = 0; y < qr->width; y++) {
        for (int x = 0; x < qr->width;) {
            int run = next_run(qr, &x, y);
            if (run > 0) {
                cairo_rectangle(doc->cairo, (left + (x - run) * dots) * dot,
                                (top + y * dots) * dot, run * dots * dot, dots * dot);
            }
        }
    }
    cairo_fill(doc->cairo);
}

void print_qr_draw(struct print_doc *doc, const struct print_qr *qr, double x_mm, double y_mm,
                   double module_mm)
{
    const struct print_colour black = {0.0, 0.0, 0.0};
    /* Colour and path are set anew: what a neighbour drew must not reach into a code. */
    cairo_new_path(doc->cairo);
    print_doc_ink(doc, black);
    if (print_doc_has_dots(doc)) {
        draw_dots(doc, qr, x_mm, y_mm, module_mm);
        return;
    }
    print_qr_fill(doc->cairo, qr, x_mm * PRINT_PT_PER_MM, y_mm * PRINT_PT_PER_MM,
                  module_mm * PRINT_PT_PER_MM);
}

void print_qr_draw_mask(struct print_doc *doc, const struct print_qr *qr, double x_mm,
                        double y_mm, double module_mm, int dots)
{
    if (doc->format == PRINT_PDF) {
        print_strip_put(doc, qr, x_mm, y_mm, module_mm, dots);
    } else {
        /* Dots are whole already; an SVG is smoothed by whoever shows it. */
        print_qr_draw(doc, qr, x_mm, y_mm, module_mm);
    }
}
