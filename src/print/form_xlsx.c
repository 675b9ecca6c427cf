/*
 * Forms as a workbook. libxlsxwriter writes to a path; it gets one without a name (a memory
 * file), so that no half workbook and no names of residents are left on a disk, and the
 * finished bytes go through the sink like every other format.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "form_impl.h"
#include "sink.h"
#include "text.h"

#define FONT          "宋体" /* on every Chinese Windows; elsewhere replaced */
#define FONT_PT       10
#define PAPER_A4      9
#define BIG_ROWS      10000U /* from here on rows are not kept in memory */
#define COPY_BYTES    ((size_t)64 * 1024)
#define EPOCH_MIN     946684800U  /* 2000 */
#define EPOCH_MAX     4102444799U /* 2099 */
#define HEADER_CHARS  250U        /* a header has 255 */
#define HEADER_BYTES  1024U
#define MARGIN_INCHES 0.4

struct book {
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *head;
    lxw_format *text;
    lxw_format *number;
};

static enum custody_status fail(lxw_error error, struct custody_error *err)
{
    if (error == LXW_ERROR_MEMORY_MALLOC_FAILED) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "not enough memory for the workbook: choose a shorter time or CSV");
    }
    return custody_fail(err, CUSTODY_ERR_IO,
                        "the workbook could not be made (%s): make room for temporary files or "
                        "choose CSV",
                        lxw_strerror(error));
}

/* $SOURCE_DATE_EPOCH, else the clock. */
static time_t created_at(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds = 0;
    if (text != NULL && text_parse_u64(text, strlen(text), EPOCH_MAX, &seconds) &&
        seconds >= EPOCH_MIN) {
        return (time_t)seconds;
    }
    return time(NULL);
}

/* Words in a page's head or foot: "&" begins a code there. False: no room, nothing put. */
static bool put_words(char *out, size_t *len, const char *words)
{
    size_t at = *len;
    for (; *words != '\0'; words++) {
        if (at + 3 > HEADER_BYTES) {
            out[*len] = '\0';
            return false;
        }
        out[at++] = *words;
        if (*words == '&') {
            out[at++] = '&';
        }
    }
    out[at] = '\0';
    *len = at;
    return true;
}

static size_t char_count(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0U) != 0x80U;
    }
    return count;
}

/*
 * Title and lines above at the head of each printed page, foot and page number at its foot.
 * What a workbook has no room for stays away: the PDF is the form that is signed.
 */
static void set_margins(const struct custody_form_job *job, lxw_worksheet *sheet)
{
    char head[HEADER_BYTES] = "";
    char foot[HEADER_BYTES] = "";
    size_t len = 0;
    const bool is_english = job->lang != NULL && strncmp(job->lang, "en", 2) == 0;
    bool fits = put_words(head, &len, "") && job->above != NULL;
    memcpy(head, "&L&8", 5);
    len = 4;
    for (size_t i = 0; fits && job->above[i] != NULL; i++) {
        fits = put_words(head, &len, i > 0 ? " \xC2\xB7 " : "") &&
               put_words(head, &len, job->above[i]);
    }
    static const char title_code[] = "&C&\"" FONT ",Bold\"&16";
    if (char_count(head) + char_count(job->form->title) * 2 + sizeof title_code >
        HEADER_CHARS) {
        len = 0;
    }
    memcpy(head + len, title_code, sizeof title_code);
    len += sizeof title_code - 1;
    (void)put_words(head, &len, job->form->title);
    len = 4;
    memcpy(foot, "&L&8", 5);
    fits = job->foot != NULL && put_words(foot, &len, job->foot);
    if (!fits || char_count(foot) + 30 > HEADER_CHARS) {
        len = 0;
    }
    (void)snprintf(foot + len, sizeof foot - len, "%s",
                   is_english ? "&R&8page &P of &N" : "&R&8第 &P 页 共 &N 页");
    (void)worksheet_set_header(sheet, head);
    (void)worksheet_set_footer(sheet, foot);
}

static lxw_format *make_format(lxw_workbook *workbook, const char *number_format)
{
    lxw_format *format = workbook_add_format(workbook);
    if (format != NULL) {
        format_set_font_name(format, FONT);
        format_set_font_size(format, FONT_PT);
        format_set_border(format, LXW_BORDER_THIN);
        format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
        format_set_text_wrap(format);
        format_set_num_format(format, number_format);
    }
    return format;
}

static enum custody_status set_book(const struct custody_form_job *job, struct book *book,
                                    struct custody_error *err)
{
    const struct custody_form *form = job->form;
    lxw_doc_properties properties = {.created = created_at()};
    const bool is_name_fit =
        workbook_validate_sheet_name(book->workbook, form->title) == LXW_NO_ERROR;
    book->sheet = workbook_add_worksheet(book->workbook, is_name_fit ? form->title : "form");
    book->head = make_format(book->workbook, "@");
    book->text = make_format(book->workbook, "@");
    book->number = make_format(book->workbook, "0");
    char *title = text_dup(form->title);
    if (book->sheet == NULL || book->head == NULL || book->text == NULL ||
        book->number == NULL || title == NULL) {
        free(title);
        return fail(LXW_ERROR_MEMORY_MALLOC_FAILED, err);
    }
    properties.title = title; /* copied by the call */
    const lxw_error set = workbook_set_properties(book->workbook, &properties);
    free(title);
    if (set != LXW_NO_ERROR) {
        return fail(set, err);
    }
    format_set_bold(book->head);
    format_set_align(book->head, LXW_ALIGN_CENTER);
    format_set_bg_color(book->head, 0xE8E8E8);
    const lxw_col_t last = (lxw_col_t)(form->column_count - 1);
    for (lxw_col_t c = 0; c <= last; c++) {
        /* Two more than the form says: the cell's own margins. */
        (void)worksheet_set_column(book->sheet, c, c, form->columns[c].share + 2.0, NULL);
    }
    if (form->is_landscape) {
        worksheet_set_landscape(book->sheet);
    }
    worksheet_set_paper(book->sheet, PAPER_A4);
    worksheet_set_margins(book->sheet, MARGIN_INCHES, MARGIN_INCHES, 2 * MARGIN_INCHES,
                          2 * MARGIN_INCHES);
    worksheet_fit_to_pages(book->sheet, 1, 0);
    worksheet_freeze_panes(book->sheet, 1, 0);
    (void)worksheet_repeat_rows(book->sheet, 0, 0);
    (void)worksheet_autofilter(book->sheet, 0, 0, (lxw_row_t)job->row_count, last);
    set_margins(job, book->sheet);
    return CUSTODY_OK;
}

/* The same text that CSV has: behind an apostrophe. */
static lxw_error write_guarded(const struct book *book, lxw_row_t row, lxw_col_t col,
                               const char *cell)
{
    struct buf text = BUF_INIT((size_t)FORM_CELL_MAX * 4 + 1);
    lxw_error error = LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (buf_put_byte(&text, '\'', NULL) == CUSTODY_OK &&
        buf_put_text(&text, cell, NULL) == CUSTODY_OK) {
        error =
            worksheet_write_string(book->sheet, row, col, (const char *)text.data, book->text);
    }
    buf_clear(&text);
    return error;
}

static lxw_error write_cell(const struct book *book, const struct custody_form_column *column,
                            lxw_row_t row, lxw_col_t col, const char *cell)
{
    if (form_is_number(column, cell)) {
        return worksheet_write_number(book->sheet, row, col, (double)strtoll(cell, NULL, 10),
                                      book->number);
    }
    if (cell[0] == '\0') {
        return worksheet_write_blank(book->sheet, row, col, book->text);
    }
    return form_is_formula(cell)
               ? write_guarded(book, row, col, cell)
               : worksheet_write_string(book->sheet, row, col, cell, book->text);
}

static enum custody_status write_rows(const struct custody_form_job *job,
                                      const struct book *book, struct custody_error *err)
{
    const struct custody_form *form = job->form;
    const char *cells[CUSTODY_FORM_COLUMNS_MAX];
    lxw_error error = LXW_NO_ERROR;
    for (lxw_col_t c = 0; c < form->column_count && error == LXW_NO_ERROR; c++) {
        error = worksheet_write_string(book->sheet, 0, c, form->columns[c].title, book->head);
    }
    for (size_t i = 0; i < job->row_count && error == LXW_NO_ERROR; i++) {
        enum custody_status rc = form_sheet_row(job, i, cells, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        for (lxw_col_t c = 0; c < form->column_count && error == LXW_NO_ERROR; c++) {
            error = write_cell(book, &form->columns[c], (lxw_row_t)(i + 1), c, cells[c]);
        }
    }
    return error == LXW_NO_ERROR ? CUSTODY_OK : fail(error, err);
}

static enum custody_status copy_out(int fd, const char *to, struct custody_error *err)
{
    struct print_sink *sink = NULL;
    uint8_t *chunk = malloc(COPY_BYTES);
    if (chunk == NULL) {
        return fail(LXW_ERROR_MEMORY_MALLOC_FAILED, err);
    }
    enum custody_status rc = print_sink_open(to, &sink, err);
    off_t at = 0;
    while (rc == CUSTODY_OK) {
        const ssize_t got = pread(fd, chunk, COPY_BYTES, at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            rc =
                custody_fail_os(err, CUSTODY_ERR_IO, errno, "the workbook cannot be read back");
        }
        if (got <= 0) {
            break;
        }
        rc = print_sink_write(sink, chunk, (size_t)got, err);
        at += got;
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_commit(sink, err);
    }
    print_sink_close(sink);
    free(chunk);
    return rc;
}

enum custody_status form_write_xlsx(const struct custody_form_job *job,
                                    struct custody_error *err)
{
    char path[32];
    struct book book = {0};
    lxw_workbook_options options = {.constant_memory = job->row_count > BIG_ROWS};
    const int fd = memfd_create("form.xlsx", MFD_CLOEXEC);
    if (fd < 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "there is no memory file for the workbook");
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum custody_status rc = CUSTODY_OK;
    lxw_error closed = LXW_NO_ERROR;
    book.workbook = workbook_new_opt(path, &options);
    if (book.workbook == NULL) {
        rc = fail(LXW_ERROR_MEMORY_MALLOC_FAILED, err);
        goto out;
    }
    rc = set_book(job, &book, err);
    if (rc == CUSTODY_OK) {
        rc = write_rows(job, &book, err);
    }
    if (rc != CUSTODY_OK) {
        lxw_workbook_free(book.workbook);
        goto out;
    }
    closed = workbook_close(book.workbook); /* frees it, too */
    rc = closed == LXW_NO_ERROR ? copy_out(fd, job->to, err) : fail(closed, err);
out:
    (void)close(fd);
    return rc;
}
