/*
 * A slip on sheets or a roll: see custody/slip.h.
 *
 * From the top: title, site, rows, what is handed over, what was signed. Then, kept together
 * on the last page and at the foot of a sheet: the lines to sign on, the checkpoint, the act.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "slip_flow.h"

#define LIST_TWO_COLUMNS 12 /* a longer list goes into two columns where there is room */
#define LIST_GAP_MM      4.0
#define PROOF_GAP_MM     4.0

/* What every page is made from. The QR is made once, and is only there when it can be read. */
struct slip_content {
    const struct custody_slip *slip;
    struct print_qr qr;
    bool has_qr;
};

static enum custody_status put_row(struct slip_flow *flow, const struct custody_slip_row *row,
                                   struct custody_error *err)
{
    const double size = flow->paper->size_pt * flow->scale;
    const double label_mm = flow->paper->label_mm;
    double label = 0.0;
    double value = 0.0;
    /* Twice: the height has to be known before it is drawn. */
    for (int pass = 0; pass < 2; pass++) {
        struct slip_flow measure = *flow;
        struct slip_flow *at = flow;
        if (pass == 0) {
            measure.shown = 0;
            at = &measure;
        }
        enum custody_status rc = slip_flow_block(at, size, false, row->label, 0.0, at->y_mm,
                                                 label_mm - SLIP_GAP_MM, &label, err);
        if (rc == CUSTODY_OK) {
            rc = slip_flow_block(at, size, true, row->value, label_mm, at->y_mm,
                                 flow->width_mm - label_mm, &value, err);
        }
        if (rc == CUSTODY_OK && pass == 0) {
            rc = slip_flow_need(flow, fmax(label, value), err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    flow->y_mm += fmax(label, value) + 0.6 * flow->scale;
    return CUSTODY_OK;
}

/* Where the numbers and texts of a list stand. */
struct list_shape {
    size_t columns;
    double column_mm;
    double number_mm;
    double size_pt;
};

static struct list_shape shape_list(const struct slip_flow *flow,
                                    const struct custody_slip *slip)
{
    struct list_shape shape = {.columns = 1, .size_pt = flow->paper->size_pt * flow->scale};
    if (flow->paper->across > 1 && slip->list_count > LIST_TWO_COLUMNS) {
        shape.columns = 2;
    }
    shape.column_mm =
        (flow->width_mm - LIST_GAP_MM * (double)(shape.columns - 1)) / (double)shape.columns;
    const double digits = slip->list_count > 999 ? 4.0 : (slip->list_count > 99 ? 3.0 : 2.0);
    shape.number_mm = (digits * 0.6 + 0.9) * shape.size_pt * 25.4 / 72.0;
    return shape;
}

/* Numbers first .. of one line of the list; ret_height of the highest. */
static enum custody_status put_list_line(const struct slip_flow *flow,
                                         const struct custody_slip *slip,
                                         const struct list_shape *shape, size_t first,
                                         double *ret_height, struct custody_error *err)
{
    double highest = 0.0;
    for (size_t c = 0; c < shape->columns && first + c < slip->list_count; c++) {
        const double x = (double)c * (shape->column_mm + LIST_GAP_MM);
        double height = 0.0;
        char number[32];
        (void)snprintf(number, sizeof number, "%zu.", first + c + 1);
        enum custody_status rc = slip_flow_block(flow, shape->size_pt, false, number, x,
                                                 flow->y_mm, shape->number_mm, &height, err);
        if (rc == CUSTODY_OK) {
            rc = slip_flow_block(flow, shape->size_pt, true, slip->list[first + c],
                                 x + shape->number_mm, flow->y_mm,
                                 shape->column_mm - shape->number_mm, &height, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
        highest = fmax(highest, height);
    }
    *ret_height = highest;
    return CUSTODY_OK;
}

static enum custody_status put_list(struct slip_flow *flow, const struct custody_slip *slip,
                                    struct custody_error *err)
{
    if (slip->list_count == 0) {
        return CUSTODY_OK;
    }
    const struct list_shape shape = shape_list(flow, slip);
    char title[SLIP_TEXT_BYTES_MAX + 32];
    (void)snprintf(title, sizeof title, "%s (%zu)", slip->list_title, slip->list_count);
    enum custody_status rc = slip_flow_need(flow, 10.0, err);
    if (rc == CUSTODY_OK) {
        rc = slip_flow_text(flow, shape.size_pt, false, title, err);
    }
    for (size_t i = 0; i < slip->list_count && rc == CUSTODY_OK; i += shape.columns) {
        struct slip_flow measure = *flow;
        double height = 0.0;
        measure.shown = 0;
        rc = put_list_line(&measure, slip, &shape, i, &height, err);
        if (rc == CUSTODY_OK) {
            rc = slip_flow_need(flow, height, err);
        }
        if (rc == CUSTODY_OK) {
            rc = put_list_line(flow, slip, &shape, i, &height, err);
        }
        flow->y_mm += height + 0.4 * flow->scale;
    }
    return rc;
}

static enum custody_status put_statement(struct slip_flow *flow,
                                         const struct custody_slip *slip,
                                         struct custody_error *err)
{
    if (!slip_has(slip->statement)) {
        return CUSTODY_OK;
    }
    const double size = flow->paper->size_pt * flow->scale;
    enum custody_status rc = slip_flow_need(flow, 14.0, err);
    if (rc == CUSTODY_OK) {
        slip_flow_rule(flow);
        rc = slip_flow_text(flow, size - 1.0, false, flow->words->statement, err);
    }
    return rc == CUSTODY_OK ? slip_flow_text(flow, size, false, slip->statement, err) : rc;
}

/* ---- the proof ---- */

/* A text in a column of the proof; moves *y_mm below it. */
static enum custody_status put_part(const struct slip_flow *flow, double size_pt, bool is_bold,
                                    const char *text, double x_mm, double *y_mm,
                                    struct custody_error *err)
{
    double height = 0.0;
    const enum custody_status rc = slip_flow_block(flow, size_pt, is_bold, text, x_mm, *y_mm,
                                                   flow->width_mm - x_mm, &height, err);
    *y_mm += height;
    return rc;
}

/* The id in lines of 32 digits or 16, each in groups of eight: eyes lose their place in 64. */
static enum custody_status put_act(const struct slip_flow *flow, const char *act_id,
                                   double x_mm, double *y_mm, struct custody_error *err)
{
    if (!slip_has(act_id)) {
        return CUSTODY_OK;
    }
    const double width = flow->width_mm - x_mm;
    const int groups = width < 50.0 ? 2 : 4;
    enum custody_status rc = put_part(flow, 8.0, false, flow->words->act, x_mm, y_mm, err);
    for (int i = 0; i < 8 && rc == CUSTODY_OK; i += groups) {
        char line[40];
        size_t len = 0;
        for (int g = i; g < i + groups; g++) {
            len += (size_t)snprintf(line + len, sizeof line - len, "%s%.8s", g > i ? " " : "",
                                    act_id + (size_t)g * 8);
        }
        const struct print_box box = {x_mm, *y_mm, width, 3.4};
        rc = slip_flow_line(flow, 8.0, false, PRINT_LEFT, line, box, err);
        *y_mm += 3.4;
    }
    return rc;
}

/* Two lines, 16 and 10 symbols: large enough to read over a telephone. */
static enum custody_status put_code(const struct slip_flow *flow, const char *code, double x_mm,
                                    double *y_mm, struct custody_error *err)
{
    char line[SLIP_CODE_LEN + 1];
    enum custody_status rc = put_part(flow, 8.0, false, flow->words->code, x_mm, y_mm, err);
    for (size_t half = 0; half < 2 && rc == CUSTODY_OK; half++) {
        (void)snprintf(line, sizeof line, "%.19s", code + half * 20);
        const struct print_box box = {x_mm, *y_mm, flow->width_mm - x_mm, 5.4};
        rc = slip_flow_line(flow, 13.0, true, PRINT_LEFT, line, box, err);
        *y_mm += 5.4;
    }
    return rc;
}

/* Checkpoint and act from the cursor on: the QR at the left of a sheet, on top on a roll. */
static enum custody_status put_proof(struct slip_flow *flow, const struct slip_content *content,
                                     struct custody_error *err)
{
    const struct custody_slip *slip = content->slip;
    const bool is_beside = flow->paper->height_mm > 0.0;
    const double box = flow->paper->qr_mm;
    slip_flow_rule(flow);
    double y = flow->y_mm;
    double end = y;
    double x = 0.0;
    if (content->has_qr) {
        (void)slip_flow_qr(flow, &content->qr, is_beside ? 0.0 : (flow->width_mm - box) / 2.0,
                           y, box);
        end = y + box;
        x = is_beside ? box + PROOF_GAP_MM : 0.0;
        y = is_beside ? y + SLIP_GAP_MM : end;
    }
    enum custody_status rc = CUSTODY_OK;
    if (slip->note != NULL) {
        rc = put_part(flow, 10.0, true, flow->words->checkpoint, x, &y, err);
        if (rc == CUSTODY_OK && !content->has_qr) {
            rc = put_part(flow, 8.0, false, flow->words->no_qr, x, &y, err);
        }
        if (rc == CUSTODY_OK) {
            rc = put_code(flow, slip->paper_code, x, &y, err);
        }
        y += 1.0;
    }
    if (rc == CUSTODY_OK) {
        rc = put_act(flow, slip->act_id, x, &y, err);
    }
    if (rc == CUSTODY_OK && slip->note != NULL) {
        y += 1.0;
        rc = put_part(flow, 7.5, false, flow->words->keep, x, &y, err);
    }
    flow->y_mm = fmax(y, end);
    return rc;
}

/* Lines to sign on and the proof: together, at the foot of a sheet. */
static enum custody_status put_tail(struct slip_flow *flow, const struct slip_content *content,
                                    struct custody_error *err)
{
    const struct custody_slip *slip = content->slip;
    const bool has_proof = slip->note != NULL || slip_has(slip->act_id);
    struct slip_flow measure = *flow;
    measure.shown = 0;
    enum custody_status rc = has_proof ? put_proof(&measure, content, err) : CUSTODY_OK;
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const double height = measure.y_mm - flow->y_mm +
                          slip_flow_signatures_mm(flow, slip->signature_count) + SLIP_GAP_MM;
    rc = slip_flow_need(flow, height, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    flow->y_mm = flow->paper->height_mm > 0.0 ? slip_flow_bottom_mm(flow) - height + SLIP_GAP_MM
                                              : flow->y_mm + SLIP_GAP_MM;
    rc = slip_flow_signatures(flow, slip->signatures, slip->signature_count, err);
    return rc == CUSTODY_OK && has_proof ? put_proof(flow, content, err) : rc;
}

static enum custody_status put_slip(void *closure, struct slip_flow *flow,
                                    struct custody_error *err)
{
    struct slip_content *content = closure;
    const struct custody_slip *slip = content->slip;
    if (content->has_qr) {
        struct slip_flow measure = *flow;
        measure.shown = 0;
        content->has_qr = slip_flow_qr(&measure, &content->qr, 0.0, 0.0, flow->paper->qr_mm);
    }
    enum custody_status rc = slip_flow_title(flow, slip->title, slip->site, err);
    for (size_t i = 0; i < slip->row_count && rc == CUSTODY_OK; i++) {
        rc = put_row(flow, &slip->rows[i], err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_list(flow, slip, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_statement(flow, slip, err);
    }
    return rc == CUSTODY_OK ? put_tail(flow, content, err) : rc;
}

enum custody_status custody_slip_print(const struct custody_slip *slip,
                                       const struct custody_slip_output *output,
                                       struct custody_error *err)
{
    struct slip_content content = {.slip = slip};
    enum custody_status rc = slip_check(slip, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (slip->note != NULL && slip->note_len <= SLIP_NOTE_QR_MAX) {
        rc = print_qr_bytes(slip->note, slip->note_len, &content.qr, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        content.has_qr = true;
    }
    const struct slip_job job = {.lang = slip->lang,
                                 .title = slip->title,
                                 .record = slip->record,
                                 .is_shrunk = true,
                                 .content = put_slip,
                                 .closure = &content};
    return slip_flow_print(&job, output, err);
}

enum custody_status custody_slip_pdf(const struct custody_slip *slip, const char *path,
                                     struct custody_error *err)
{
    const struct custody_slip_output output = {
        .paper = CUSTODY_SLIP_A5, .format = CUSTODY_SLIP_PDF, .to = path};
    return custody_slip_print(slip, &output, err);
}
