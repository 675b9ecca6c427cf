/* Sheets of labels as a PDF: see custody/label.h. */
#include <math.h>
#include <string.h>

#include "custody/label.h"
#include "doc.h"
#include "qr.h"
#include "stock.h"
#include "typeset.h"

#define HUMAN_SIZE 15 /* "K-4F7Q-2M9X-88" and the 0 */

static const char *record_of(const struct custody_label *label)
{
    return label->record != NULL ? label->record : "a label without a name";
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* The code for people, made from the scanned code; what the caller holds for it must agree. */
static enum custody_status human_code(const struct custody_label *label, char out[HUMAN_SIZE],
                                      struct custody_error *err)
{
    struct custody_tag tag;
    if (memchr(label->code, '\0', sizeof label->code) == NULL ||
        strlen(label->code) != CUSTODY_TAG_LEN ||
        custody_tag_parse(label->code, &tag, NULL) != CUSTODY_OK) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the code is no tag: take it from the register",
                            record_of(label));
    }
    /* The parser forgives what people type; a printed code has exactly the one form. */
    char exact[CUSTODY_TAG_LEN + 1];
    custody_tag_print(tag.item, tag.generation, tag.site, exact);
    if (memcmp(exact, label->code, sizeof exact) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the code is not written as printed: take it from the register",
                            record_of(label));
    }
    custody_item_print(tag.item, out);
    if (label->human != NULL && strcmp(label->human, out) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the code to scan and the code for people name two things: "
                            "take both from the register",
                            record_of(label));
    }
    return CUSTODY_OK;
}

/* A line that the stock has no place for must not vanish silently. */
static enum custody_status check_places(const struct stock *stock,
                                        const struct custody_label *label,
                                        struct custody_error *err)
{
    for (size_t line = 0; line < CUSTODY_LABEL_LINES; line++) {
        bool has_place = !has_text(label->lines[line]);
        for (size_t i = 0; i < stock->text_count; i++) {
            has_place = has_place || (size_t)stock->texts[i].value == line;
        }
        if (!has_place) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: stock %s has no place for line %zu: choose another stock",
                                record_of(label), stock->name, line + 1);
        }
    }
    return CUSTODY_OK;
}

/* All that can be known before a file is begun. */
static enum custody_status check_labels(const struct stock *stock,
                                        const struct custody_label *labels, size_t count,
                                        struct custody_error *err)
{
    for (size_t i = 0; i < count; i++) {
        char human[HUMAN_SIZE];
        enum custody_status rc = human_code(&labels[i], human, err);
        if (rc == CUSTODY_OK) {
            rc = check_places(stock, &labels[i], err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

/* The code, its modules whole dots and on the dots of the stock's printer. */
static enum custody_status draw_code(struct print_doc *doc, const struct stock *stock,
                                     const char *code, double x_mm, double y_mm,
                                     struct custody_error *err)
{
    struct print_qr qr;
    enum custody_status rc = print_qr_tag(code, &qr, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    double module = stock_module_mm(stock);
    double dot = 25.4 / stock->qr_dpi;
    double inset = (stock->qr_box_mm - qr.width * module) / 2.0;
    double x = round((x_mm + stock->qr_at.x_mm + inset) / dot) * dot;
    double y = round((y_mm + stock->qr_at.y_mm + inset) / dot) * dot;
    print_qr_draw_mask(doc, &qr, x, y, module, (int)lround(module / dot));
    return CUSTODY_OK;
}

static enum custody_status draw_label(struct print_doc *doc, const struct stock *stock,
                                      const struct custody_label *label, double x_mm,
                                      double y_mm, struct custody_error *err)
{
    char human[HUMAN_SIZE];
    enum custody_status rc = human_code(label, human, err);
    if (rc == CUSTODY_OK) {
        rc = draw_code(doc, stock, label->code, x_mm, y_mm, err);
    }
    for (size_t i = 0; i < stock->text_count && rc == CUSTODY_OK; i++) {
        const struct stock_text *place = &stock->texts[i];
        const char *text =
            place->value == STOCK_HUMAN ? human : label->lines[(size_t)place->value];
        if (!has_text(text)) {
            continue;
        }
        struct print_style style = {.size_pt = place->size_pt,
                                    .min_pt = place->min_pt,
                                    .bold = place->bold,
                                    .align = PRINT_CENTER};
        struct print_box box = {x_mm + place->at.x_mm, y_mm + place->at.y_mm, place->w_mm,
                                place->h_mm};
        rc = print_text_line(doc, &style, text, &box, record_of(label), err);
    }
    return rc;
}

/* Sheets from cell `start` (0: the first) on. */
static enum custody_status draw_sheets(struct print_doc *doc, const struct stock *stock,
                                       const struct custody_label *labels, size_t count,
                                       size_t start, struct custody_error *err)
{
    size_t per_page = stock->nx * stock->ny;
    for (size_t i = 0; i < count; i++) {
        size_t cell = (start + i) % per_page;
        if (i > 0 && cell == 0) {
            enum custody_status rc = print_doc_break(doc, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
        }
        double x = stock->x0_mm + (double)(cell % stock->nx) * stock->dx_mm;
        double y = stock->y0_mm + (double)(cell / stock->nx) * stock->dy_mm;
        enum custody_status rc = draw_label(doc, stock, &labels[i], x, y, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

enum custody_status custody_label_print(const char *stock_path,
                                        const struct custody_label *labels, size_t count,
                                        size_t start_position, const char *pdf_path,
                                        struct custody_error *err)
{
    struct stock stock;
    struct print_doc *doc = NULL;
    enum custody_status rc = stock_load(stock_path, &stock, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (count == 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "there is nothing to print: name at least one item");
    }
    if (start_position < 1 || start_position > stock.nx * stock.ny) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a sheet of %s has positions 1 to %zu: choose one of them",
                            stock.name, stock.nx * stock.ny);
    }
    rc = check_labels(&stock, labels, count, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = print_doc_open(pdf_path, stock.page.x_mm, stock.page.y_mm, stock.name, &doc, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = draw_sheets(doc, &stock, labels, count, start_position - 1, err);
    if (rc == CUSTODY_OK) {
        rc = print_doc_commit(doc, err);
    }
    print_doc_close(doc);
    return rc;
}
