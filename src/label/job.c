/* Print jobs: see custody/label.h. */
#include <stdint.h>
#include <string.h>

#include "custody/label.h"
#include "output.h"
#include "printer.h"
#include "sheet.h"
#include "stock.h"

#define COPIES_MAX 99
/* What label printers take in one go. */
#define RUN_MAX 9999

struct job {
    const struct custody_label_job *ask;
    struct stock stock;
    struct printer printer;
    enum custody_label_format format;
    struct sheet sheet;
    struct output output; /* copies: of the page being drawn, by the printer itself */
    size_t sheets;        /* pages begun, with such copies */
};

static bool is_dots(enum custody_label_format format)
{
    return format == CUSTODY_LABEL_PBM || format == CUSTODY_LABEL_TSPL ||
           format == CUSTODY_LABEL_ZPL;
}

static bool is_printer_language(enum custody_label_format format)
{
    return format == CUSTODY_LABEL_TSPL || format == CUSTODY_LABEL_ZPL;
}

static enum custody_status check_ask(const struct job *job, struct custody_error *err)
{
    const struct custody_label_job *ask = job->ask;
    const struct stock *stock = &job->stock;
    size_t cells = stock_cells(stock);
    if (ask->count == 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "there is nothing to print: name at least one item");
    }
    if (ask->copies < 1 || ask->copies > COPIES_MAX || ask->count > SIZE_MAX / COPIES_MAX / 2) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "copies are 1 to %d: choose a number",
                            COPIES_MAX);
    }
    if (ask->start_position < 1 || ask->start_position > cells) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a sheet of %s has positions 1 to %zu: choose one of them",
                            stock->name, cells);
    }
    if (is_printer_language(job->format) && !stock->is_roll) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "%s is a sheet and label printers take rolls: choose a roll stock or "
            "print a PDF",
            stock->name);
    }
    if (ask->to == NULL || ask->to[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the labels have nowhere to go: name a file or a printer");
    }
    return CUSTODY_OK;
}

/* The dots that codes stand on: of the printer named; else of the picture's, or of the stock's,
 * which is drawn for a printer. */
static void set_dots(struct job *job)
{
    job->printer = printer_default(job->stock.is_roll);
    if (job->stock.has_code &&
        (job->format == CUSTODY_LABEL_PDF || job->format == CUSTODY_LABEL_SVG)) {
        job->printer.dpi = job->stock.code.dpi;
    }
}

static enum custody_status prepare(struct job *job, struct custody_error *err)
{
    const struct custody_label_job *ask = job->ask;
    enum custody_status rc = stock_load(ask->stock, &job->stock, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    job->format = ask->has_format ? ask->format : CUSTODY_LABEL_PDF;
    if (ask->printer != NULL) {
        rc = printer_load(ask->printer, &job->printer, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        job->format = ask->has_format ? ask->format : job->printer.language;
    } else {
        set_dots(job);
    }
    rc = check_ask(job, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    job->sheet = (struct sheet){.stock = &job->stock,
                                .printer = &job->printer,
                                .use_mask = ask->use_mask && job->format == CUSTODY_LABEL_PDF,
                                .has_band = !is_dots(job->format)};
    rc = sheet_check(&job->sheet, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < ask->count; i++) {
        rc = sheet_check_label(&job->sheet, &ask->labels[i], err);
    }
    return rc;
}

static bool is_same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Do they print alike? (Only what stands on them: the record is for errors.) */
static bool is_same(const struct custody_label *a, const struct custody_label *b)
{
    if (strcmp(a->code, b->code) != 0 || a->field_count != b->field_count) {
        return false;
    }
    for (size_t i = 0; i < a->field_count; i++) {
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0 ||
            !is_same_text(a->fields[i].text, b->fields[i].text)) {
            return false;
        }
    }
    return true;
}

/* How many labels from the i-th on are alike; 1 unless the printer makes copies by itself. */
static size_t count_run(const struct job *job, size_t i)
{
    const struct custody_label_job *ask = job->ask;
    size_t run = 1;
    if (job->stock.is_roll && is_dots(job->format)) {
        while (i + run < ask->count && run < RUN_MAX / COPIES_MAX &&
               is_same(&ask->labels[i], &ask->labels[i + run])) {
            run++;
        }
    }
    return run;
}

/* Where a job is: this copy of that label goes into that cell of the page. */
struct cursor {
    size_t label;
    size_t copy;
    size_t cell;
};

/* One page: all its bands, all codes, all texts, which a PDF says in fewer bytes than all three
 * by turns. copies_here, run: of each label, and labels that the printer itself repeats. */
static enum custody_status draw_page(struct job *job, size_t copies_here, size_t run,
                                     struct cursor *cursor, struct custody_error *err)
{
    static const enum sheet_part parts[] = {SHEET_BANDS, SHEET_CODES, SHEET_TEXTS};
    const struct custody_label_job *ask = job->ask;
    const size_t cells = stock_cells(&job->stock);
    struct cursor at = *cursor;

    sheet_begin_page(&job->sheet, job->output.doc);
    for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
        at = *cursor;
        while (at.label < ask->count && at.cell < cells) {
            enum custody_status rc = sheet_draw(&job->sheet, job->output.doc, parts[part],
                                                &ask->labels[at.label], at.cell, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
            at.cell++;
            if (++at.copy == copies_here) {
                at.copy = 0;
                at.label += run;
            }
        }
    }
    *cursor = (struct cursor){.label = at.label, .copy = at.copy};
    return CUSTODY_OK;
}

static enum custody_status draw_all(struct job *job, struct custody_error *err)
{
    const struct custody_label_job *ask = job->ask;
    const bool copies_by_printer = job->stock.is_roll && is_dots(job->format);
    struct cursor at = {.cell = ask->start_position - 1};

    while (at.label < ask->count) {
        const size_t run = count_run(job, at.label);
        enum custody_status rc =
            job->sheets > 0 ? print_doc_break(job->output.doc, err) : CUSTODY_OK;
        job->output.copies = copies_by_printer ? run * ask->copies : 1;
        job->sheets += job->output.copies;
        if (rc == CUSTODY_OK) {
            rc = draw_page(job, copies_by_printer ? 1 : ask->copies, run, &at, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

enum custody_status custody_label_print(const struct custody_label_job *ask, size_t *ret_sheets,
                                        struct custody_error *err)
{
    struct job job = {.ask = ask};
    enum custody_status rc = prepare(&job, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    job.output = (struct output){.format = job.format,
                                 .printer = &job.printer,
                                 .width_mm = job.stock.page.x_mm,
                                 .height_mm = job.stock.page.y_mm,
                                 .title = job.stock.name,
                                 .to = ask->to,
                                 .copies = 1};
    rc = output_open(&job.output, err);
    if (rc == CUSTODY_OK) {
        rc = draw_all(&job, err);
    }
    if (rc == CUSTODY_OK) {
        rc = output_commit(&job.output, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_sheets = job.sheets;
    }
    output_close(&job.output);
    return rc;
}
