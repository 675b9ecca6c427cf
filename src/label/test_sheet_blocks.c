/*
 * How things come out: which way black and white are, how dark, how fine a code may be. Blocks
 * that flow over a page, or over as many labels as they take.
 */
#include <math.h>
#include <stdio.h>

#include "qr.h"
#include "test_sheet.h"

#define PAGE_MARGIN_MM  15.0
#define LABEL_MARGIN_MM 1.0
#define PAGE_SPACE_MM   1.5
#define LABEL_SPACE_MM  0.4
#define CAPTION_PT      6.5
#define CAPTION_MM      2.8
#define CODE_W_MIN_MM   15.0

static const struct print_colour BLACK = {0.0, 0.0, 0.0};

static double space(const struct marks *marks)
{
    return marks->is_small ? LABEL_SPACE_MM : PAGE_SPACE_MM;
}

static double page_width(const struct marks *marks)
{
    return marks->sheet->stock->page.x_mm - 2.0 * marks->margin_mm;
}

static double page_height(const struct marks *marks)
{
    return marks->sheet->stock->page.y_mm - 2.0 * marks->margin_mm;
}

static void end_row(struct marks *marks)
{
    if (marks->x_mm > 0.0) {
        marks->y_mm += marks->row_mm + space(marks);
    }
    marks->x_mm = 0.0;
    marks->row_mm = 0.0;
}

/* Room for a block, on the next row or page if need be. *ret_box is of the unshifted page; its
 * width is 0 when no page has such room. */
static enum custody_status take_room(struct marks *marks, double w_mm, double h_mm,
                                     struct print_box *ret_box, struct custody_error *err)
{
    struct print_box box = {0.0, 0.0, 0.0, 0.0};
    if (w_mm > page_width(marks) || h_mm > page_height(marks)) {
        *ret_box = box;
        return CUSTODY_OK;
    }
    if (marks->x_mm + w_mm > page_width(marks)) {
        end_row(marks);
    }
    if (marks->y_mm + h_mm > page_height(marks)) {
        enum custody_status rc = print_doc_break(marks->doc, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        marks->x_mm = 0.0;
        marks->y_mm = 0.0;
        marks->row_mm = 0.0;
    }
    box = (struct print_box){marks->margin_mm + marks->x_mm, marks->margin_mm + marks->y_mm,
                             w_mm, h_mm};
    marks->x_mm += w_mm + space(marks);
    marks->row_mm = fmax(marks->row_mm, h_mm);
    *ret_box = box;
    return CUSTODY_OK;
}

/* A heading, where there is room for such. */
static enum custody_status put_heading(struct marks *marks, const char *text,
                                       struct custody_error *err)
{
    struct print_box box;
    end_row(marks);
    if (marks->is_small) {
        return CUSTODY_OK;
    }
    marks->y_mm += marks->y_mm > 0.0 ? 3.0 : 0.0;
    enum custody_status rc = take_room(marks, page_width(marks), 6.0, &box, err);
    if (rc == CUSTODY_OK) {
        rc = marks_text(marks, text, &box, 11.0, PRINT_LEFT, false, err);
    }
    end_row(marks);
    return rc;
}

static enum custody_status put_caption(const struct marks *marks, const struct print_box *block,
                                       const char *text, struct custody_error *err)
{
    const struct print_box box = {block->x_mm, block->y_mm + block->h_mm - CAPTION_MM,
                                  block->w_mm, CAPTION_MM};
    return marks_text(marks, text, &box, CAPTION_PT, PRINT_CENTER, false, err);
}

/* Dots at a place that is on a dot. */
static void fill_dots(const struct marks *marks, double x_mm, double y_mm, size_t x_dots,
                      size_t y_dots, size_t w_dots, size_t h_dots)
{
    const struct print_box box = {
        x_mm + (double)x_dots * marks->dot_mm, y_mm + (double)y_dots * marks->dot_mm,
        (double)w_dots * marks->dot_mm, (double)h_dots * marks->dot_mm};
    print_doc_fill(marks->doc, &box, BLACK);
}

static enum custody_status draw_polarity(struct marks *marks, struct custody_error *err)
{
    struct print_box box;
    enum custody_status rc = put_heading(marks, "黑白", err);
    for (int is_white = 1; is_white >= 0 && rc == CUSTODY_OK; is_white--) {
        rc = take_room(marks, marks->is_small ? 18.6 : 30.0, 6.0, &box, err);
        if (rc != CUSTODY_OK || box.w_mm <= 0.0) {
            continue;
        }
        const struct print_box there = {marks_x(marks, box.x_mm), marks_y(marks, box.y_mm),
                                        box.w_mm, box.h_mm - 0.6};
        if (is_white == 1) {
            print_doc_fill(marks->doc, &there, BLACK);
        } else {
            print_doc_frame(marks->doc, &there, 2.0 * marks->dot_mm);
        }
        const struct print_box inner = {box.x_mm + 0.6, box.y_mm, box.w_mm - 1.2, there.h_mm};
        rc = marks_text(marks, is_white == 1 ? "应为黑底白字" : "应为白底黑字", &inner, 10.0,
                        PRINT_CENTER, is_white == 1, err);
    }
    return rc;
}

/* What a patch is filled with: a checkerboard, bars across, bars down. */
enum pattern { CHECKERS, BARS_ACROSS, BARS_DOWN };

static double patch_mm(const struct marks *marks)
{
    return marks->is_small ? 4.5 : 6.0;
}

static void fill_pattern(const struct marks *marks, const struct print_box *box,
                         enum pattern pattern, size_t step)
{
    double x = marks_x(marks, box->x_mm);
    double y = marks_y(marks, box->y_mm);
    size_t cells = (size_t)(patch_mm(marks) / marks->dot_mm) / step;
    size_t side = cells * step;
    for (size_t i = 0; i < cells; i++) {
        if (pattern == BARS_ACROSS && i % 2 == 0) {
            fill_dots(marks, x, y, 0, i * step, side, step);
        } else if (pattern == BARS_DOWN && i % 2 == 0) {
            fill_dots(marks, x, y, i * step, 0, step, side);
        }
        for (size_t k = i % 2; pattern == CHECKERS && k < cells; k += 2) {
            fill_dots(marks, x, y, k * step, i * step, step, step);
        }
    }
}

/* Too dark and the white of the finest closes, too light and its black goes. */
static enum custody_status draw_patterns(struct marks *marks, struct custody_error *err)
{
    static const struct {
        enum pattern pattern;
        size_t steps; /* 0: all black */
    } patches[] = {
        {CHECKERS, 0},    {CHECKERS, 1},    {CHECKERS, 2},  {CHECKERS, 3},  {BARS_ACROSS, 1},
        {BARS_ACROSS, 2}, {BARS_ACROSS, 3}, {BARS_DOWN, 1}, {BARS_DOWN, 2}, {BARS_DOWN, 3},
    };
    double side = patch_mm(marks);
    enum custody_status rc =
        put_heading(marks, "浓度：格与条应黑白分明；糊成一片则调低，断线则调高", err);
    for (size_t i = 0; i < sizeof patches / sizeof patches[0] && rc == CUSTODY_OK; i++) {
        struct print_box box;
        char caption[32] = "全黑";
        size_t step = patches[i].steps * marks->step_dots;
        rc = take_room(marks, side + 1.5, side + 0.6 + CAPTION_MM, &box, err);
        if (rc != CUSTODY_OK || box.w_mm <= 0.0) {
            continue;
        }
        struct print_box patch = {box.x_mm + 0.75, box.y_mm, side, side};
        if (step == 0) {
            patch.x_mm = marks_x(marks, patch.x_mm);
            patch.y_mm = marks_y(marks, patch.y_mm);
            print_doc_fill(marks->doc, &patch, BLACK);
        } else {
            fill_pattern(marks, &patch, patches[i].pattern, step);
            (void)snprintf(caption, sizeof caption, "%zu 点", step);
        }
        rc = put_caption(marks, &box, caption, err);
    }
    return rc;
}

/* Codes that a scanner reads as their size, the easiest first. None can be a tag: tags have no
 * U. */
static enum custody_status draw_codes(struct marks *marks, struct custody_error *err)
{
    enum custody_status rc =
        put_heading(marks, "码：用扫码枪逐个试，读出的末两位是每格的点数", err);
    for (size_t steps = 5; steps >= 2 && rc == CUSTODY_OK; steps--) {
        struct print_box box;
        struct print_qr qr;
        char code[32];
        char caption[64];
        char number[16];
        size_t dots = steps * marks->step_dots;
        double module = (double)dots * marks->dot_mm;
        (void)snprintf(code, sizeof code, "CUSTODYTESTSHEET00%02zu", dots % 100);
        rc = print_qr_tag(code, &qr, err);
        if (rc != CUSTODY_OK) {
            continue;
        }
        double side = module * (qr.width + 2 * PRINT_QR_QUIET);
        rc = take_room(marks, fmax(side, CODE_W_MIN_MM), side + CAPTION_MM, &box, err);
        if (rc != CUSTODY_OK || box.w_mm <= 0.0) {
            continue;
        }
        double inset = (box.w_mm - module * qr.width) / 2.0;
        print_qr_draw(marks->doc, &qr, marks_x(marks, box.x_mm + inset),
                      marks_y(marks, box.y_mm + module * PRINT_QR_QUIET), module);
        (void)snprintf(caption, sizeof caption, "%zu 点，%s mm", dots,
                       marks_number(number, module));
        rc = put_caption(marks, &box, caption, err);
    }
    return rc;
}

static enum custody_status draw_type(struct marks *marks, struct custody_error *err)
{
    static const double sizes_pt[] = {5.0, 6.0, 7.0, 8.0, 10.0};
    const size_t count = marks->is_small ? 3 : sizeof sizes_pt / sizeof sizes_pt[0];
    enum custody_status rc = put_heading(marks, "字号：选看得清的最小一号", err);
    for (size_t i = 0; i < count && rc == CUSTODY_OK; i++) {
        struct print_box box;
        char text[MARKS_TEXT_SIZE];
        char number[16];
        double h = sizes_pt[i] * 25.4 / 72.0 + 0.8;
        rc = take_room(marks, fmin(58.0, page_width(marks)), h, &box, err);
        if (rc != CUSTODY_OK || box.w_mm <= 0.0) {
            continue;
        }
        (void)snprintf(text, sizeof text, "%s 磅 3栋-2单元 1201 防盗铁门",
                       marks_number(number, sizes_pt[i]));
        /* Shrunk, a line would not be of the size that it names. */
        const struct print_style style = {
            .size_pt = sizes_pt[i], .min_pt = sizes_pt[i], .bold = true};
        const struct print_box there = {marks_x(marks, box.x_mm), marks_y(marks, box.y_mm),
                                        box.w_mm, box.h_mm};
        if (print_text_line(marks->doc, &style, text, &there, "the test sheet", err) !=
            CUSTODY_OK) {
            (void)snprintf(text, sizeof text, "%s 磅 1201 铁门",
                           marks_number(number, sizes_pt[i]));
            rc = marks_text(marks, text, &box, sizes_pt[i], PRINT_LEFT, false, err);
        }
    }
    return rc;
}

static enum custody_status draw_profile(struct marks *marks, struct custody_error *err)
{
    char text[MARKS_TEXT_SIZE];
    enum custody_status rc = put_heading(marks, "配置", err);
    for (size_t i = 0; rc == CUSTODY_OK; i++) {
        struct print_box box;
        const char *line = marks_profile_line(marks, i, text);
        if (line == NULL) {
            break;
        }
        rc = take_room(marks, fmin(58.0, page_width(marks)), 2.7, &box, err);
        if (rc == CUSTODY_OK && box.w_mm > 0.0) {
            rc = marks_text(marks, line, &box, 7.5, PRINT_LEFT, false, err);
        }
    }
    return rc;
}

enum custody_status marks_draw_blocks(struct marks *marks, struct custody_error *err)
{
    marks->margin_mm = marks->is_small ? LABEL_MARGIN_MM : PAGE_MARGIN_MM;
    enum custody_status rc = draw_polarity(marks, err);
    if (rc == CUSTODY_OK) {
        rc = draw_patterns(marks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = draw_codes(marks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = draw_type(marks, err);
    }
    return rc == CUSTODY_OK ? draw_profile(marks, err) : rc;
}
