/*
 * Forms: the registers and records of the regulation, filled from rows of text, as PDF, XLSX or
 * CSV. A form is a file (labels/forms/NAME.form): its title, its columns, the read that fills
 * it; an office may load its own order and titles.
 *
 *     [form]
 *     title = 钥匙借用登记表
 *     rule = K4
 *     read = form.loans
 *     page = landscape                       or portrait
 *     sign = 钥匙管理员                      a line to sign on; none to six
 *     [where]                                parameters of the read that are always given
 *     class = public facility
 *     [cover]                                over the table of a PDF, what all rows share
 *     number = 清册编号                      MEMBER = CAPTION
 *     - = 永久保存                           words that always stand there
 *     [columns]                              in the order of the page
 *     n = 3, number, 序号                    MEMBER = WIDTH, text or number, TITLE
 *     label = 14, text, 钥匙名称
 *     - = 8, text, 借用人签字                an empty column to write in
 */
#ifndef CUSTODY_FORM_H
#define CUSTODY_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"

#define CUSTODY_FORM_COLUMNS_MAX 32
#define CUSTODY_FORM_PARAMS_MAX  4
#define CUSTODY_FORM_COVERS_MAX  32
#define CUSTODY_FORM_SIGNS_MAX   6
#define CUSTODY_FORM_NAME_LEN    31
#define CUSTODY_FORM_TEXT_SIZE   128

struct custody_form_column {
    char member[CUSTODY_FORM_NAME_LEN + 1]; /* of the read's rows; "n": the running number; ""
                                             * an empty column to write in */
    char title[CUSTODY_FORM_TEXT_SIZE];
    double share;   /* of the width; in XLSX characters */
    bool is_number; /* XLSX: a number; aligned right */
    size_t line;    /* of the file, for errors about the member */
};

struct custody_form_param {
    char name[CUSTODY_FORM_NAME_LEN + 1];
    char value[CUSTODY_FORM_TEXT_SIZE];
    size_t line;
};

struct custody_form_cover {
    char member[CUSTODY_FORM_NAME_LEN + 1]; /* "": the caption alone */
    char caption[CUSTODY_FORM_TEXT_SIZE];
    size_t line;
};

/*
 * name      as the file's, without ".form"
 * rule      the rule of the regulation, "K4"
 * title     "钥匙借用登记表"
 * read      name of the read that fills it; it stands on read_line
 * landscape A4 across
 * covers    members over the table, where all rows have the same
 * signs     captions of the lines to sign on, below the table
 */
struct custody_form {
    char name[CUSTODY_FORM_NAME_LEN + 1];
    char rule[16];
    char title[CUSTODY_FORM_TEXT_SIZE];
    char read[64];
    size_t read_line;
    bool is_landscape;
    struct custody_form_param params[CUSTODY_FORM_PARAMS_MAX];
    size_t param_count;
    struct custody_form_cover covers[CUSTODY_FORM_COVERS_MAX];
    size_t cover_count;
    struct custody_form_column columns[CUSTODY_FORM_COLUMNS_MAX];
    size_t column_count;
    char signs[CUSTODY_FORM_SIGNS_MAX][CUSTODY_FORM_TEXT_SIZE];
    size_t sign_count;
};

/*
 * Read a form.
 *
 * form      a path (it has a "/" or ends in ".form"), or the name of one in dir
 * dir       the labels directory (custody_label_dir): the form is dir/forms/NAME.form; NULL:
 *           only paths
 *
 * CUSTODY_ERR_NOT_FOUND, CUSTODY_ERR_IO
 * CUSTODY_ERR_INVALID   malformed: the sentence names the line
 */
enum custody_status custody_form_read(const char *dir, const char *form,
                                      struct custody_form *ret_form,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * All forms of dir/forms by rule and name.
 *
 * ret_forms   free() it
 *
 * CUSTODY_ERR_NOT_FOUND   no such directory, or dir is NULL
 * CUSTODY_ERR_INVALID     a form in it is malformed
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 */
enum custody_status custody_form_list(const char *dir, struct custody_form **ret_forms,
                                      size_t *ret_count,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

enum custody_form_format { CUSTODY_FORM_PDF, CUSTODY_FORM_XLSX, CUSTODY_FORM_CSV };

/*
 * A form to be written.
 *
 * above      lines over the table (period, desk, site), NULL-terminated; NULL: none
 * foot       small print (who, when, checkpoint code); NULL: none
 * note       the signed checkpoint note as a QR code at the title (PDF); NULL: none
 * lang       of the fixed words ("第 1 页 共 3 页"): "en", else Chinese
 * row        cells of row i in the order of form's columns, NULL is ""; borrowed until the
 *            next call; a PDF asks for each row more than once
 * to         a path, "-" or tcp (print_sink_open)
 *
 * XLSX and CSV are the head of the columns and the rows, no more, so that programs can read
 * them: in XLSX title, above and foot are the head and foot of the printed page.
 */
struct custody_form_job {
    const struct custody_form *form;
    enum custody_form_format format;
    const char *const *above;
    const char *foot;
    const char *note;
    size_t note_len;
    const char *lang;
    size_t row_count;
    enum custody_status (*row)(void *closure, size_t i, const char **ret_cells,
                               struct custody_error *err);
    void *closure;
    const char *to;
};

/*
 * Write a form. CSV is UTF-8 with a byte order mark, CRLF, quotes where needed, and a cell that
 * a spreadsheet would take for a formula stands behind an apostrophe; XLSX has the same texts.
 *
 * CUSTODY_ERR_INVALID   a cell has a character without a glyph, or is higher than a page (PDF);
 *                       is no text of FORMATS.md §1 or longer than a spreadsheet takes
 * CUSTODY_ERR_LIMIT     more rows than a spreadsheet has (1,048,575)
 * CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM, what row() gave
 *
 * On every failure the file is as it was.
 */
enum custody_status custody_form_write(const struct custody_form_job *job,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
