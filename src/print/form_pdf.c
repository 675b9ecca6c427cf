/* Forms as pages to print and sign. */
#include <stdio.h>
#include <string.h>

#include "doc.h"
#include "form_impl.h"
#include "qr.h"
#include "table.h"

#define MARGIN_MM    12.0
#define SIZE_PT      8.5
#define SIGNS_A_LINE 3U
#define SIGN_SIZE    (SIGNS_A_LINE * (CUSTODY_FORM_TEXT_SIZE + 64))
#define SIGN_LINES   (CUSTODY_FORM_SIGNS_MAX / SIGNS_A_LINE)

/* Captions with lines to sign and date on, three beside each other. */
static void set_signs(const struct custody_form *form, bool is_english,
                      char lines[SIGN_LINES][SIGN_SIZE], const char **below)
{
    const char *colon = is_english ? ": " : "：";
    size_t used = 0;
    for (size_t i = 0; i < form->sign_count; i++) {
        char *line = lines[i / SIGNS_A_LINE];
        const size_t len = i % SIGNS_A_LINE == 0 ? 0 : used;
        const int put = snprintf(line + len, SIGN_SIZE - len, "%s%s%s__________________",
                                 len > 0 ? "     " : "", form->signs[i], colon);
        used = len + (put > 0 ? (size_t)put : 0);
        below[i / SIGNS_A_LINE] = line;
        below[i / SIGNS_A_LINE + 1] = NULL;
    }
}

/* A table wants a text in every cell. */
static enum custody_status give_row(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    const struct custody_form_job *job = closure;
    for (size_t c = 0; c < job->form->column_count; c++) {
        ret_cells[c] = NULL;
    }
    const enum custody_status rc = job->row(job->closure, i, ret_cells, err);
    for (size_t c = 0; rc == CUSTODY_OK && c < job->form->column_count; c++) {
        ret_cells[c] = ret_cells[c] != NULL ? ret_cells[c] : "";
    }
    return rc;
}

enum custody_status form_write_pdf(const struct custody_form_job *job,
                                   struct custody_error *err)
{
    const struct custody_form *form = job->form;
    const bool is_english = job->lang != NULL && strncmp(job->lang, "en", 2) == 0;
    struct print_column columns[PRINT_COLUMNS_MAX];
    char sign_lines[SIGN_LINES][SIGN_SIZE];
    const char *below[SIGN_LINES + 1] = {NULL};
    struct custody_form_job borrowed = *job;
    struct print_qr code;
    struct print_doc *doc = NULL;
    size_t pages = 0;
    const struct print_setup setup = {
        .format = PRINT_PDF,
        .width_mm = form->is_landscape ? PRINT_A4_HEIGHT_MM : PRINT_A4_WIDTH_MM,
        .height_mm = form->is_landscape ? PRINT_A4_WIDTH_MM : PRINT_A4_HEIGHT_MM,
        .title = form->title,
        .to = job->to};
    struct print_table table = {.title = form->title,
                                .above = job->above,
                                .below = below,
                                .page_format =
                                    is_english ? "page %zu of %zu" : "第 %zu 页 共 %zu 页",
                                .foot = job->foot,
                                .margin_mm = MARGIN_MM,
                                .size_pt = SIZE_PT,
                                .columns = columns,
                                .column_count = form->column_count,
                                .row_count = job->row_count,
                                .row = give_row,
                                .closure = &borrowed,
                                .record = form->title};
    for (size_t i = 0; i < form->column_count; i++) {
        columns[i] = (struct print_column){.title = form->columns[i].title,
                                           .share = form->columns[i].share,
                                           .align = form->columns[i].is_number ? PRINT_RIGHT
                                                                               : PRINT_LEFT};
    }
    set_signs(form, is_english, sign_lines, below);
    if (job->note != NULL) {
        const enum custody_status coded = print_qr_bytes(job->note, job->note_len, &code, err);
        if (coded != CUSTODY_OK) {
            return coded;
        }
        table.code = &code;
    }
    enum custody_status rc = print_doc_begin(&setup, &doc, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = print_table(doc, &table, &pages, err);
    if (rc == CUSTODY_OK) {
        rc = print_doc_commit(doc, err);
    }
    print_doc_close(doc);
    return rc;
}
