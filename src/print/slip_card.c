/* Fingerprint cards: see custody/slip.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "slip_flow.h"

#define BESIDE_MM 4.0

struct card {
    const struct custody_slip_card *of;
    struct print_qr qr;
};

/* "label   value", the value large. */
static enum custody_status put_pair(struct slip_flow *flow, const char *label,
                                    const char *value, double size_pt,
                                    struct custody_error *err)
{
    const double label_mm = flow->paper->label_mm;
    const double step = size_pt * 0.55;
    enum custody_status rc =
        slip_flow_line(flow, flow->paper->size_pt, false, PRINT_LEFT, label,
                       (struct print_box){0.0, flow->y_mm, label_mm - SLIP_GAP_MM, step}, err);
    if (rc == CUSTODY_OK) {
        rc = slip_flow_line(
            flow, size_pt, true, PRINT_LEFT, value,
            (struct print_box){label_mm, flow->y_mm, flow->width_mm - label_mm, step}, err);
    }
    flow->y_mm += step;
    return rc;
}

/* Two lines of groups: whoever compares keeps his place. On a roll below their label. */
static enum custody_status put_fingerprint(struct slip_flow *flow, const char *fingerprint,
                                           struct custody_error *err)
{
    const bool is_roll = flow->paper->height_mm <= 0.0;
    const double x = is_roll ? 0.0 : flow->paper->label_mm;
    const double size = is_roll ? 13.0 : 17.0;
    enum custody_status rc =
        slip_flow_line(flow, flow->paper->size_pt, false, PRINT_LEFT, flow->words->fingerprint,
                       (struct print_box){0.0, flow->y_mm, flow->paper->label_mm, 5.0}, err);
    flow->y_mm += is_roll ? 5.0 : 0.0;
    for (size_t half = 0; rc == CUSTODY_OK && half < 2; half++) {
        char line[SLIP_CODE_LEN + 1];
        (void)snprintf(line, sizeof line, "%.19s", fingerprint + half * 20);
        rc = slip_flow_line(flow, size, true, PRINT_LEFT, line,
                            (struct print_box){x, flow->y_mm, flow->width_mm - x, size * 0.5},
                            err);
        flow->y_mm += size * 0.5;
    }
    return rc;
}

/* The code, and the public key in groups of eight beside it, on a roll below it. */
static enum custody_status put_key(struct slip_flow *flow, const struct card *card,
                                   struct custody_error *err)
{
    const bool is_beside = flow->paper->height_mm > 0.0;
    const double box = flow->paper->qr_mm;
    const double x = is_beside ? box + BESIDE_MM : 0.0;
    if (!slip_flow_qr(flow, &card->qr, is_beside ? 0.0 : (flow->width_mm - box) / 2.0,
                      flow->y_mm, box)) {
        return custody_fail(err, CUSTODY_ERR_LIMIT, "%s: the code of the card does not fit",
                            flow->record);
    }
    double y = is_beside ? flow->y_mm + 6.0 : flow->y_mm + box;
    enum custody_status rc =
        slip_flow_line(flow, 9.0, false, PRINT_LEFT, flow->words->public_key,
                       (struct print_box){x, y, flow->width_mm - x, 4.5}, err);
    y += 5.0;
    for (size_t i = 0; rc == CUSTODY_OK && i < 64; i += 16) {
        const char *digits = card->of->public_hex + i;
        char line[20];
        (void)snprintf(line, sizeof line, "%.8s %.8s", digits, digits + 8);
        rc = slip_flow_line(flow, 11.0, false, PRINT_LEFT, line,
                            (struct print_box){x, y, flow->width_mm - x, 5.0}, err);
        y += 5.0;
    }
    flow->y_mm = fmax(y, flow->y_mm + box);
    return rc;
}

static enum custody_status put_card(void *closure, struct slip_flow *flow,
                                    struct custody_error *err)
{
    const struct card *card = closure;
    const struct custody_slip_card *of = card->of;
    const struct slip_words *words = flow->words;
    enum custody_status rc = slip_flow_title(flow, words->card_title, of->site, err);
    flow->y_mm += SLIP_GAP_MM;
    if (rc == CUSTODY_OK) {
        rc = put_pair(flow, words->handle, of->handle, 13.0, err);
    }
    if (rc == CUSTODY_OK && slip_has(of->name)) {
        rc = put_pair(flow, words->name, of->name, 13.0, err);
    }
    flow->y_mm += SLIP_GAP_MM;
    if (rc == CUSTODY_OK) {
        rc = put_fingerprint(flow, of->fingerprint, err);
    }
    flow->y_mm += SLIP_GAP_MM;
    if (rc == CUSTODY_OK) {
        rc = put_key(flow, card, err);
    }
    if (rc == CUSTODY_OK) {
        slip_flow_rule(flow);
        rc = slip_flow_text(flow, flow->paper->size_pt, false, words->card_statement, err);
    }
    return rc == CUSTODY_OK ? slip_flow_signatures(flow, words->card_signs, 4, err) : rc;
}

static enum custody_status check_card(const struct custody_slip_card *of,
                                      struct custody_error *err)
{
    if (!slip_has(of->record) || !slip_has(of->handle) || !slip_is_hex(of->public_hex) ||
        !slip_is_paper_code(of->fingerprint)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a fingerprint card needs a handle, a public key of 64 hex digits "
                            "and its fingerprint");
    }
    enum custody_status rc = slip_check_text(of->record, of->handle, err);
    if (rc == CUSTODY_OK) {
        rc = slip_check_text(of->record, of->name, err);
    }
    return rc == CUSTODY_OK ? slip_check_text(of->record, of->site, err) : rc;
}

enum custody_status custody_slip_card_print(const struct custody_slip_card *card,
                                            const struct custody_slip_output *output,
                                            struct custody_error *err)
{
    struct card closure = {.of = card};
    char code[256];
    enum custody_status rc = check_card(card, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const int len = snprintf(code, sizeof code, "custody-credential\n%.64s\n%s\n", card->handle,
                             card->public_hex);
    rc = print_qr_bytes(code, len > 0 ? (size_t)len : 0, &closure.qr, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct slip_job job = {.lang = card->lang,
                                 .title = slip_words(card->lang)->card_title,
                                 .record = card->record,
                                 .content = put_card,
                                 .closure = &closure};
    return slip_flow_print(&job, output, err);
}
