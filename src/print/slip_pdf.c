/*
 * A slip as one A5 page: see custody/slip.h.
 *
 * From the top: title, site, rows, what was signed. From the bottom: the lines to sign on, the
 * act, the checkpoint. Both are measured before either is drawn; the words shrink until they
 * fit, the proof never does.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "doc.h"
#include "qr.h"
#include "slip_words.h"
#include "typeset.h"

#define MARGIN_MM        12.0
#define WIDTH_MM         (PRINT_A5_WIDTH_MM - 2.0 * MARGIN_MM)
#define BOTTOM_MM        (PRINT_A5_HEIGHT_MM - MARGIN_MM)
#define LABEL_WIDTH_MM   30.0
#define GAP_MM           2.0
#define QR_BOX_MM        45.0
#define QR_DPI           300.0
#define PROOF_X_MM       (MARGIN_MM + QR_BOX_MM + 4.0)
#define PROOF_WIDTH_MM   (WIDTH_MM - QR_BOX_MM - 4.0)
#define SIGNATURE_MM     13.0
#define SIGNATURES_A_ROW 2
#define RULE_MM          0.25

/* Everything that a step of the page needs. */
struct slip_page {
    const struct custody_slip *slip;
    const struct slip_words *words;
    struct print_doc *doc;
    double scale; /* of the words */
    bool draw;    /* or only measure */
};

/* A wrapped text at (x, *y); moves *y below it. */
static enum custody_status put_block(const struct slip_page *page, double size_pt, bool bold,
                                     const char *text, double x_mm, double width_mm,
                                     double *y_mm, struct custody_error *err)
{
    struct print_style style = {.size_pt = size_pt, .bold = bold, .align = PRINT_LEFT};
    double height = 0.0;
    enum custody_status rc = page->draw
                                 ? print_text_block(page->doc, &style, text, x_mm, *y_mm,
                                                    width_mm, page->slip->record, &height, err)
                                 : print_text_measure(page->doc, &style, text, width_mm,
                                                      page->slip->record, &height, err);
    if (rc == CUSTODY_OK) {
        *y_mm += height;
    }
    return rc;
}

static void put_rule(const struct slip_page *page, double *y_mm)
{
    if (page->draw) {
        print_doc_rule(page->doc, MARGIN_MM, *y_mm + GAP_MM / 2.0, MARGIN_MM + WIDTH_MM,
                       *y_mm + GAP_MM / 2.0, RULE_MM);
    }
    *y_mm += GAP_MM;
}

static enum custody_status put_line(const struct slip_page *page, double size_pt, bool bold,
                                    enum print_align align, const char *text,
                                    struct print_box box, struct custody_error *err)
{
    struct print_style style = {
        .size_pt = size_pt, .min_pt = PRINT_SIZE_FLOOR_PT, .bold = bold, .align = align};
    return print_text_line(page->doc, &style, text, &box, page->slip->record, err);
}

/* Title and site; drawn once, their height is fixed. */
static enum custody_status put_title(const struct slip_page *page, double *y_mm,
                                     struct custody_error *err)
{
    const struct custody_slip *slip = page->slip;
    enum custody_status rc = CUSTODY_OK;
    if (page->draw) {
        struct print_box box = {MARGIN_MM, *y_mm, WIDTH_MM, 7.0};
        rc = put_line(page, 15.0, true, PRINT_CENTER, slip->title, box, err);
        if (rc == CUSTODY_OK && slip_has(slip->site)) {
            box = (struct print_box){MARGIN_MM, *y_mm + 7.5, WIDTH_MM, 4.5};
            rc = put_line(page, 9.0, false, PRINT_CENTER, slip->site, box, err);
        }
    }
    *y_mm += slip_has(slip->site) ? 12.5 : 8.0;
    put_rule(page, y_mm);
    return rc;
}

static enum custody_status put_row(const struct slip_page *page,
                                   const struct custody_slip_row *row, double *y_mm,
                                   struct custody_error *err)
{
    double label_y = *y_mm;
    double value_y = *y_mm;
    double size = 9.5 * page->scale;
    enum custody_status rc = put_block(page, size, false, row->label, MARGIN_MM,
                                       LABEL_WIDTH_MM - GAP_MM, &label_y, err);
    if (rc == CUSTODY_OK) {
        rc = put_block(page, size, true, row->value, MARGIN_MM + LABEL_WIDTH_MM,
                       WIDTH_MM - LABEL_WIDTH_MM, &value_y, err);
    }
    *y_mm = fmax(label_y, value_y) + 0.6 * page->scale;
    return rc;
}

/* Title, rows and statement from *y on. */
static enum custody_status put_words(const struct slip_page *page, double *y_mm,
                                     struct custody_error *err)
{
    const struct custody_slip *slip = page->slip;
    enum custody_status rc = put_title(page, y_mm, err);
    for (size_t i = 0; i < slip->row_count && rc == CUSTODY_OK; i++) {
        rc = put_row(page, &slip->rows[i], y_mm, err);
    }
    if (rc == CUSTODY_OK && slip_has(slip->statement)) {
        put_rule(page, y_mm);
        rc = put_block(page, 8.5 * page->scale, false, page->words->statement, MARGIN_MM,
                       WIDTH_MM, y_mm, err);
        if (rc == CUSTODY_OK) {
            rc = put_block(page, 9.5 * page->scale, false, slip->statement, MARGIN_MM, WIDTH_MM,
                           y_mm, err);
        }
    }
    return rc;
}

/* Height of what stands at the foot of the page. */
static double signatures_height(const struct custody_slip *slip)
{
    size_t rows = (slip->signature_count + SIGNATURES_A_ROW - 1) / SIGNATURES_A_ROW;
    return (double)rows * SIGNATURE_MM;
}

static double proof_height(const struct custody_slip *slip)
{
    if (slip->note != NULL) {
        return QR_BOX_MM + GAP_MM;
    }
    return slip_has(slip->act_id) ? 12.0 : 0.0;
}

static enum custody_status draw_signatures(const struct slip_page *page, double y_mm,
                                           struct custody_error *err)
{
    const struct custody_slip *slip = page->slip;
    double column = (WIDTH_MM - 6.0) / SIGNATURES_A_ROW;
    for (size_t i = 0; i < slip->signature_count; i++) {
        double x = MARGIN_MM + (double)(i % SIGNATURES_A_ROW) * (column + 6.0);
        double line_y = y_mm + (double)(i / SIGNATURES_A_ROW) * SIGNATURE_MM + 10.0;
        struct print_box box = {x, line_y - 4.6, column * 0.4, 4.0};
        const char *caption = slip->signatures[i] != NULL ? slip->signatures[i] : "";
        enum custody_status rc = put_line(page, 9.0, false, PRINT_LEFT, caption, box, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        print_doc_rule(page->doc, x + column * 0.42, line_y, x + column, line_y, RULE_MM);
    }
    return CUSTODY_OK;
}

/* The id in two lines of 32, each in groups of eight: eyes lose their place in 64 digits. */
static enum custody_status draw_act(const struct slip_page *page, double x_mm, double width_mm,
                                    double *y_mm, struct custody_error *err)
{
    if (!slip_has(page->slip->act_id)) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        put_block(page, 8.0, false, page->words->act, x_mm, width_mm, y_mm, err);
    for (size_t half = 0; half < 2 && rc == CUSTODY_OK; half++) {
        const char *id = page->slip->act_id + half * 32;
        char line[40];
        (void)snprintf(line, sizeof line, "%.8s %.8s %.8s %.8s", id, id + 8, id + 16, id + 24);
        struct print_box box = {x_mm, *y_mm, width_mm, 3.4};
        rc = put_line(page, 8.0, false, PRINT_LEFT, line, box, err);
        *y_mm += 3.4;
    }
    return rc;
}

/* Two lines, 16 and 10 symbols: large enough to read over a telephone. */
static enum custody_status draw_code(const struct slip_page *page, double *y_mm,
                                     struct custody_error *err)
{
    const char *code = page->slip->paper_code;
    char line[SLIP_CODE_LEN + 1];
    enum custody_status rc =
        put_block(page, 8.0, false, page->words->code, PROOF_X_MM, PROOF_WIDTH_MM, y_mm, err);
    for (size_t half = 0; half < 2 && rc == CUSTODY_OK; half++) {
        (void)snprintf(line, sizeof line, "%.19s", code + half * 20);
        struct print_box box = {PROOF_X_MM, *y_mm, PROOF_WIDTH_MM, 5.4};
        rc = put_line(page, 13.0, true, PRINT_LEFT, line, box, err);
        *y_mm += 5.4;
    }
    return rc;
}

static enum custody_status draw_qr(const struct slip_page *page, double y_mm,
                                   struct custody_error *err)
{
    const struct custody_slip *slip = page->slip;
    struct print_qr qr;
    enum custody_status rc = print_qr_bytes(slip->note, slip->note_len, &qr, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    double module = print_qr_module_mm(qr.width, PRINT_QR_QUIET, QR_BOX_MM, QR_DPI);
    if (module < PRINT_QR_MODULE_MIN_MM) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: the checkpoint is too long for a QR code: print it without "
                            "cosignatures",
                            slip->record);
    }
    /* The quiet zone reaches into the margin and the gap, where nothing is printed. */
    double dot = 25.4 / QR_DPI;
    double inset = (QR_BOX_MM - qr.width * module) / 2.0;
    print_qr_draw(page->doc, &qr, round((MARGIN_MM + inset) / dot) * dot,
                  round((y_mm + inset) / dot) * dot, module);
    return CUSTODY_OK;
}

static enum custody_status draw_proof(const struct slip_page *page, double y_mm,
                                      struct custody_error *err)
{
    const struct custody_slip *slip = page->slip;
    double y = y_mm;
    put_rule(page, &y);
    if (slip->note == NULL) {
        return draw_act(page, MARGIN_MM, WIDTH_MM, &y, err);
    }
    enum custody_status rc = draw_qr(page, y, err);
    y += GAP_MM;
    if (rc == CUSTODY_OK) {
        rc = put_block(page, 10.0, true, page->words->checkpoint, PROOF_X_MM, PROOF_WIDTH_MM,
                       &y, err);
    }
    if (rc == CUSTODY_OK) {
        rc = draw_code(page, &y, err);
    }
    y += 1.0;
    if (rc == CUSTODY_OK) {
        rc = draw_act(page, PROOF_X_MM, PROOF_WIDTH_MM, &y, err);
    }
    y += 1.0;
    if (rc == CUSTODY_OK) {
        rc =
            put_block(page, 7.5, false, page->words->keep, PROOF_X_MM, PROOF_WIDTH_MM, &y, err);
    }
    return rc;
}

/* The largest scale at which the words end above room_mm. */
static enum custody_status choose_scale(struct slip_page *page, double room_mm,
                                        struct custody_error *err)
{
    static const double scales[] = {1.0, 0.9, 0.8, 0.7, 0.6};
    page->draw = false;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        double y = MARGIN_MM;
        page->scale = scales[i];
        enum custody_status rc = put_words(page, &y, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (y <= room_mm) {
            page->draw = true;
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_LIMIT,
                        "%s: this does not fit on one slip: split the act or print a list",
                        page->slip->record);
}

enum custody_status custody_slip_pdf(const struct custody_slip *slip, const char *path,
                                     struct custody_error *err)
{
    enum custody_status rc = slip_check(slip, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct slip_page page = {.slip = slip, .words = slip_words(slip->lang)};
    rc = print_doc_open(path, PRINT_A5_WIDTH_MM, PRINT_A5_HEIGHT_MM, slip->title, &page.doc,
                        err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    double y = MARGIN_MM;
    double proof_y = BOTTOM_MM - proof_height(slip);
    double signatures_y = proof_y - signatures_height(slip);
    rc = choose_scale(&page, signatures_y, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = put_words(&page, &y, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = draw_signatures(&page, signatures_y, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (proof_y < BOTTOM_MM) {
        rc = draw_proof(&page, proof_y, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
    }
    rc = print_doc_commit(page.doc, err);
out:
    print_doc_close(page.doc);
    return rc;
}
