/* Sheets and rolls that slips go down: see slip_flow.h. */
#include "slip_flow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROLL_MAX_MM   2000.0
#define DPI_MIN       203.0
#define SIGNATURE_MM  13.0
#define SIGNATURE_GAP 6.0
#define DASH_MM       2.0
#define NO_END_MM     1e9

/* A roll's margins are those that its printers cannot reach. */
static const struct slip_paper papers[] = {
    [CUSTODY_SLIP_A5] = {PRINT_A5_WIDTH_MM, PRINT_A5_HEIGHT_MM, 12.0, 1, 300.0, 9.5, 30.0, 2,
                         45.0},
    [CUSTODY_SLIP_A4X2] = {PRINT_A4_HEIGHT_MM / 2.0, PRINT_A4_WIDTH_MM, 12.0, 2, 300.0, 9.5,
                           30.0, 2, 45.0},
    [CUSTODY_SLIP_ROLL58] = {58.0, 0.0, 5.0, 1, 203.0, 8.0, 17.0, 1, 42.0},
    [CUSTODY_SLIP_ROLL80] = {80.0, 0.0, 4.0, 1, 203.0, 9.0, 21.0, 1, 42.0},
};

bool slip_flow_draws(const struct slip_flow *flow)
{
    return flow->page == flow->shown;
}

double slip_flow_bottom_mm(const struct slip_flow *flow)
{
    const struct slip_paper *paper = flow->paper;
    return paper->height_mm > 0.0 ? paper->height_mm - paper->margin_mm : NO_END_MM;
}

enum custody_status slip_flow_block(const struct slip_flow *flow, double size_pt, bool is_bold,
                                    const char *text, double x_mm, double y_mm, double width_mm,
                                    double *ret_height_mm, struct custody_error *err)
{
    const struct print_style style = {.size_pt = size_pt, .bold = is_bold, .align = PRINT_LEFT};
    return slip_flow_draws(flow)
               ? print_text_block(flow->doc, &style, text, flow->left_mm + x_mm, y_mm, width_mm,
                                  flow->record, ret_height_mm, err)
               : print_text_measure(flow->doc, &style, text, width_mm, flow->record,
                                    ret_height_mm, err);
}

enum custody_status slip_flow_line(const struct slip_flow *flow, double size_pt, bool is_bold,
                                   enum print_align align, const char *text,
                                   struct print_box box, struct custody_error *err)
{
    const struct print_style style = {
        .size_pt = size_pt, .min_pt = PRINT_SIZE_FLOOR_PT, .bold = is_bold, .align = align};
    if (!slip_flow_draws(flow)) {
        return CUSTODY_OK;
    }
    box.x_mm += flow->left_mm;
    return print_text_line(flow->doc, &style, text, &box, flow->record, err);
}

enum custody_status slip_flow_box(const struct slip_flow *flow, double size_pt, bool is_bold,
                                  enum print_align align, const char *text,
                                  struct print_box box, struct custody_error *err)
{
    const struct print_style style = {
        .size_pt = size_pt, .min_pt = 6.0, .bold = is_bold, .align = align};
    if (!slip_flow_draws(flow) || text[0] == '\0') {
        return CUSTODY_OK;
    }
    box.x_mm += flow->left_mm;
    return print_text_box(flow->doc, &style, text, &box, flow->record, err);
}

void slip_flow_stroke(const struct slip_flow *flow, double x1_mm, double x2_mm, double y_mm)
{
    if (slip_flow_draws(flow)) {
        print_doc_rule(flow->doc, flow->left_mm + x1_mm, y_mm, flow->left_mm + x2_mm, y_mm,
                       SLIP_RULE_MM);
    }
}

void slip_flow_frame(const struct slip_flow *flow, struct print_box box)
{
    if (slip_flow_draws(flow)) {
        box.x_mm += flow->left_mm;
        print_doc_frame(flow->doc, &box, SLIP_RULE_MM);
    }
}

void slip_flow_rule(struct slip_flow *flow)
{
    slip_flow_stroke(flow, 0.0, flow->width_mm, flow->y_mm + SLIP_GAP_MM / 2.0);
    flow->y_mm += SLIP_GAP_MM;
}

void slip_flow_next(struct slip_flow *flow)
{
    flow->page++;
    flow->y_mm = flow->paper->margin_mm;
}

/* The title again, smaller: which slip this page belongs to when the sheets are mixed up. */
static enum custody_status begin_page(struct slip_flow *flow, struct custody_error *err)
{
    slip_flow_next(flow);
    const struct print_box box = {0.0, flow->y_mm, flow->width_mm, 5.0};
    const enum custody_status rc =
        slip_flow_line(flow, 10.0, true, PRINT_LEFT, flow->title, box, err);
    flow->y_mm += 5.0;
    slip_flow_rule(flow);
    return rc;
}

enum custody_status slip_flow_need(struct slip_flow *flow, double height_mm,
                                   struct custody_error *err)
{
    return flow->y_mm + height_mm > slip_flow_bottom_mm(flow) ? begin_page(flow, err)
                                                              : CUSTODY_OK;
}

/* The first `bytes` of text, or a little less where that is in the middle of a character or of
 * a word. */
static size_t cut_at(const char *text, size_t bytes)
{
    size_t cut = bytes;
    while (cut > 0 && ((unsigned char)text[cut] & 0xC0U) == 0x80U) {
        cut--;
    }
    for (size_t back = cut; back > 0 && cut - back < 40; back--) {
        const unsigned char before = (unsigned char)text[back - 1];
        if (before == ' ' || before >= 0x80U) {
            return back;
        }
    }
    return cut;
}

enum custody_status slip_flow_text(struct slip_flow *flow, double size_pt, bool is_bold,
                                   const char *text, struct custody_error *err)
{
    const struct print_style style = {.size_pt = size_pt, .bold = is_bold, .align = PRINT_LEFT};
    char part[SLIP_TEXT_BYTES_MAX + 1];
    while (text[0] != '\0') {
        const double room = slip_flow_bottom_mm(flow) - flow->y_mm;
        size_t low = 0;                 /* so much is known to fit */
        size_t high = strlen(text) + 1; /* so much not; halved between them */
        double height = 0.0;
        size_t cut = high - 1;
        while (high - low > 1 && cut > low) {
            if (cut > SLIP_TEXT_BYTES_MAX) {
                return custody_fail(err, CUSTODY_ERR_INVALID,
                                    "%s: a text is too long: correct it", flow->record);
            }
            memcpy(part, text, cut);
            part[cut] = '\0';
            const enum custody_status rc = print_text_measure(
                flow->doc, &style, part, flow->width_mm, flow->record, &height, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
            *(height <= room ? &low : &high) = cut;
            cut = cut_at(text, (low + high) / 2);
        }
        if (low == 0) {
            const enum custody_status rc = begin_page(flow, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
            continue;
        }
        memcpy(part, text, low);
        part[low] = '\0';
        const enum custody_status rc = slip_flow_block(
            flow, size_pt, is_bold, part, 0.0, flow->y_mm, flow->width_mm, &height, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        flow->y_mm += height;
        text += low;
    }
    return CUSTODY_OK;
}

enum custody_status slip_flow_title(struct slip_flow *flow, const char *title, const char *site,
                                    struct custody_error *err)
{
    const bool is_roll = flow->paper->height_mm <= 0.0;
    const double height = is_roll ? 6.0 : 7.0;
    struct print_box box = {0.0, flow->y_mm, flow->width_mm, height};
    enum custody_status rc =
        slip_flow_line(flow, is_roll ? 12.0 : 15.0, true, PRINT_CENTER, title, box, err);
    flow->y_mm += height + 0.5;
    if (rc == CUSTODY_OK && slip_has(site)) {
        box = (struct print_box){0.0, flow->y_mm, flow->width_mm, 4.5};
        rc = slip_flow_line(flow, 9.0, false, PRINT_CENTER, site, box, err);
        flow->y_mm += 5.0;
    }
    slip_flow_rule(flow);
    return rc;
}

bool slip_flow_qr(const struct slip_flow *flow, const struct print_qr *qr, double x_mm,
                  double y_mm, double box_mm)
{
    const double module = print_qr_module_mm(qr->width, PRINT_QR_QUIET, box_mm, flow->dpi);
    if (module < PRINT_QR_MODULE_MIN_MM - 1e-9) {
        return false;
    }
    if (slip_flow_draws(flow)) {
        const double dot = 25.4 / flow->dpi;
        const double inset = (box_mm - qr->width * module) / 2.0;
        print_qr_draw(flow->doc, qr, round((flow->left_mm + x_mm + inset) / dot) * dot,
                      round((y_mm + inset) / dot) * dot, module);
    }
    return true;
}

double slip_flow_signatures_mm(const struct slip_flow *flow, size_t count)
{
    const size_t across = flow->paper->across;
    return (double)((count + across - 1) / across) * SIGNATURE_MM;
}

enum custody_status slip_flow_signatures(struct slip_flow *flow, const char *const *captions,
                                         size_t count, struct custody_error *err)
{
    const size_t across = flow->paper->across;
    const double column =
        (flow->width_mm - SIGNATURE_GAP * (double)(across - 1)) / (double)across;
    for (size_t i = 0; i < count; i++) {
        const double x = (double)(i % across) * (column + SIGNATURE_GAP);
        const double y = flow->y_mm + (double)(i / across) * SIGNATURE_MM + 10.0;
        const struct print_box box = {x, y - 4.6, column * 0.42, 4.6};
        const enum custody_status rc = slip_flow_line(
            flow, 9.0, false, PRINT_LEFT, captions[i] != NULL ? captions[i] : "", box, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        slip_flow_stroke(flow, x + column * 0.44, x + column, y);
    }
    flow->y_mm += slip_flow_signatures_mm(flow, count);
    return CUSTODY_OK;
}

/* ---- the job ---- */

/* Everything once; shown 0 measures. Leaves the cursor at the end. */
static enum custody_status run_content(const struct slip_job *job, struct slip_flow *flow,
                                       size_t copy, size_t shown, struct custody_error *err)
{
    const struct slip_paper *paper = flow->paper;
    flow->copy = copy;
    flow->shown = shown;
    flow->page = 1;
    flow->left_mm = paper->width_mm * (double)copy + paper->margin_mm;
    flow->width_mm = paper->width_mm - 2.0 * paper->margin_mm;
    flow->y_mm = paper->margin_mm;
    return job->content(job->closure, flow, err);
}

/* The largest scale at which one page does; else as many pages as it takes at full size. */
static enum custody_status choose_scale(const struct slip_job *job, struct slip_flow *flow,
                                        size_t *ret_pages, struct custody_error *err)
{
    static const double scales[] = {1.0, 0.92, 0.84};
    size_t pages = 0;
    for (size_t i = 0; i < (job->is_shrunk ? sizeof scales / sizeof scales[0] : 1); i++) {
        flow->scale = scales[i];
        const enum custody_status rc = run_content(job, flow, 0, 0, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        pages = i == 0 ? flow->page : pages;
        if (flow->page == 1) {
            *ret_pages = 1;
            return CUSTODY_OK;
        }
    }
    flow->scale = 1.0;
    *ret_pages = pages;
    return CUSTODY_OK;
}

static enum custody_status put_foot(struct slip_flow *flow, size_t page, size_t pages,
                                    struct custody_error *err)
{
    char text[64];
    flow->page = page;
    (void)snprintf(text, sizeof text, "%s%zu%s%zu%s", flow->words->page[0], page,
                   flow->words->page[1], pages, flow->words->page[2]);
    const struct print_box box = {0.0, flow->paper->height_mm - 9.0, flow->width_mm, 4.0};
    return slip_flow_line(flow, 7.5, false, PRINT_CENTER, text, box, err);
}

/* Grey would be dithered away by a fax or a thermal copy: short black dashes. */
static void cut_line(const struct slip_flow *flow)
{
    const struct slip_paper *paper = flow->paper;
    for (size_t copy = 1; copy < paper->copies; copy++) {
        const double x = paper->width_mm * (double)copy;
        for (double y = DASH_MM; y < paper->height_mm - DASH_MM; y += 2.0 * DASH_MM) {
            print_doc_rule(flow->doc, x, y, x, y + DASH_MM, SLIP_RULE_MM / 2.0);
        }
    }
}

static enum custody_status draw_page(const struct slip_job *job, struct slip_flow *flow,
                                     size_t page, size_t pages, struct custody_error *err)
{
    cut_line(flow);
    for (size_t copy = 0; copy < flow->paper->copies; copy++) {
        enum custody_status rc = run_content(job, flow, copy, page, err);
        if (rc == CUSTODY_OK && pages > 1 && !job->has_own_numbers) {
            rc = put_foot(flow, page, pages, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

static enum custody_status ignore_page(void *closure, const struct print_bits *page,
                                       struct custody_error *err)
{
    (void)closure;
    (void)page;
    (void)err;
    return CUSTODY_OK;
}

/* How long a roll has to be, found on a page that goes nowhere. */
static enum custody_status measure_roll(const struct slip_job *job, struct slip_flow *flow,
                                        double *ret_height_mm, struct custody_error *err)
{
    const struct print_setup setup = {.format = PRINT_BITS,
                                      .width_mm = flow->paper->width_mm,
                                      .height_mm = 10.0,
                                      .dpi = DPI_MIN,
                                      .on_page = ignore_page};
    enum custody_status rc = print_doc_begin(&setup, &flow->doc, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = run_content(job, flow, 0, 0, err);
    print_doc_close(flow->doc);
    flow->doc = NULL;
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const double height = ceil(flow->y_mm + flow->paper->margin_mm);
    if (height > ROLL_MAX_MM) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: this would take more than 2 m of a roll: print it on sheets",
                            job->record);
    }
    *ret_height_mm = height;
    return CUSTODY_OK;
}

static enum custody_status check_output(const struct slip_job *job,
                                        const struct custody_slip_output *output,
                                        struct custody_error *err)
{
    if ((size_t)output->paper >= sizeof papers / sizeof papers[0] || output->to == NULL) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "%s: name a paper and where it goes",
                            job->record);
    }
    if (output->dpi < 0.0 || (output->dpi > 0.0 && output->dpi < DPI_MIN)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: a slip is drawn at 203 dpi or more, or its code is not read",
                            job->record);
    }
    return CUSTODY_OK;
}

enum custody_status slip_flow_print(const struct slip_job *job,
                                    const struct custody_slip_output *output,
                                    struct custody_error *err)
{
    enum custody_status rc = check_output(job, output, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct slip_paper *paper = &papers[output->paper];
    struct slip_flow flow = {.words = slip_words(job->lang),
                             .paper = paper,
                             .record = job->record,
                             .title = job->title,
                             .dpi = output->dpi > 0.0 ? output->dpi : paper->dpi,
                             .scale = 1.0};
    double height = paper->height_mm;
    size_t pages = 1;
    if (height <= 0.0) {
        rc = measure_roll(job, &flow, &height, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    const struct print_setup setup = {.format = output->format == CUSTODY_SLIP_PNG ? PRINT_PNG
                                                                                   : PRINT_PDF,
                                      .width_mm = paper->width_mm * (double)paper->copies,
                                      .height_mm = height,
                                      .dpi = flow.dpi,
                                      .title = job->title,
                                      .to = output->to};
    rc = print_doc_begin(&setup, &flow.doc, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (paper->height_mm > 0.0) {
        rc = choose_scale(job, &flow, &pages, err);
    }
    for (size_t page = 1; rc == CUSTODY_OK && page <= pages; page++) {
        rc = page > 1 ? print_doc_break(flow.doc, err) : CUSTODY_OK;
        if (rc == CUSTODY_OK) {
            rc = draw_page(job, &flow, page, pages, err);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = print_doc_commit(flow.doc, err);
    }
    print_doc_close(flow.doc);
    return rc;
}
