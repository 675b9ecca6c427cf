/*
 * Labels: QR tags and plain labels, laid out by a stock file (labels/), as a PDF, SVG or PNG,
 * or in the language of a label printer.
 */
#ifndef CUSTODY_LABEL_H
#define CUSTODY_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "custody/error.h"
#include "custody/tag.h"

#define CUSTODY_LABEL_NAME_LEN   63
#define CUSTODY_LABEL_TITLE_LEN  127
#define CUSTODY_LABEL_FIELDS_MAX 12

/*
 * What a label says, by name: a stock's texts are made of "{name}" and words.
 *
 * address   the whole of it, "3栋-2单元-1201 信报箱" or "水泵房"
 * building  "3栋-2单元", or "3栋" (no empty "-单元")
 * room      "12楼-1201房"; "" for a facility
 * what      kind of key, or the facility's name
 * class     the word of the class: 业主, 公共, 设备
 * copy      "2/3"
 * note      anything; blind labels: the telephone for finders
 * number    of a box, a shelf, a hook, a slip; of a person: the staff number
 *
 * On a person's card `what` is the name or the handle and `class` the role.
 */
struct custody_label_field {
    const char *name; /* ASCII letters */
    const char *text; /* UTF-8 of the characters of FORMATS.md §1; "" or NULL: nothing */
};

/*
 * One label. Strings are borrowed for the call.
 *
 * code      the 20 characters of the QR code (custody_tag_print); "" for none, where the stock
 *           has none or says that it may be absent. The code for people is made from it: the
 *           field "human" is filled by the library, and refused when it says anything else
 * fields    what the texts are filled from; a name that no text uses is left out, a text none
 *           of whose names has words is left empty
 * colour    of the class band, "#rrggbb"; NULL: none. Printers of labels know black only and
 *           print no band
 * record    how an error names this label, like "row 12"; required, no personal data
 */
struct custody_label {
    char code[CUSTODY_TAG_LEN + 1];
    struct custody_label_field fields[CUSTODY_LABEL_FIELDS_MAX];
    size_t field_count;
    const char *colour;
    const char *record;
};

/* What a stock is, for lists and for choosing a start position. */
struct custody_label_stock {
    char name[CUSTODY_LABEL_NAME_LEN + 1];
    char title[CUSTODY_LABEL_TITLE_LEN + 1]; /* in Chinese; "" where the file has none */
    double page_width_mm;                    /* of a roll: as a label */
    double page_height_mm;
    double width_mm; /* of a label */
    double height_mm;
    size_t per_page;
    bool is_roll;
    bool has_code;
    bool needs_code; /* a label without one is refused */
    bool has_band;
    char fields[256]; /* names its texts use, separated by blanks, each once */
};

/*
 * Read and check a stock.
 *
 * stock     a path, or the name of a stock in the labels directory (custody_label_dir), or
 *           "glabels:BRAND PART": geometry of the installed gLabels database, texts and code
 *           laid out by rule
 *
 * CUSTODY_ERR_NOT_FOUND, CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 * CUSTODY_ERR_INVALID   not a stock file, or one that cannot be printed: a cell outside the
 *                       page, the code's quiet zone outside the label or below four modules,
 *                       text or band over the code, fewer than three dots per module at the
 *                       named dpi, type below 14 dots; the sentence names the line or the rule
 */
enum custody_status custody_label_stock_read(const char *stock,
                                             struct custody_label_stock *ret_stock,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Stocks of the labels directory by name, then (glabels) those of the gLabels database, as an
 * array of json-free rows.
 *
 * ret_stocks  free() it
 *
 * CUSTODY_ERR_NOT_FOUND   no labels directory
 * CUSTODY_ERR_INVALID     a stock in it is malformed: the sentence names it
 */
enum custody_status custody_label_stock_list(bool glabels,
                                             struct custody_label_stock **ret_stocks,
                                             size_t *ret_count,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

/* Where stocks, printers and forms are kept: $CUSTODY_LABELS, else labels/ beside the program's
 * tree or under its prefix. NULL: none. Static. */
const char *custody_label_dir(void);

enum custody_label_format {
    CUSTODY_LABEL_PDF,
    CUSTODY_LABEL_SVG,
    CUSTODY_LABEL_PNG,
    CUSTODY_LABEL_PBM,  /* one image after another */
    CUSTODY_LABEL_TSPL, /* whole label as a bitmap: roll stocks */
    CUSTODY_LABEL_ZPL   /* the same */
};

/*
 * One print job.
 *
 * stock           as custody_label_stock_read()
 * printer         name of a printer profile in the labels directory, or a path: dpi, language,
 *                 polarity, density, speed, gap, offset, pitch scale, direction; NULL: none
 * format          what to write; with a printer profile and has_format false, its language
 * use_mask        PDF: codes as one-bit pictures rather than outlines (bulk: half the size,
 *                 three times as fast)
 * labels, count   at least 1
 * copies          of each label, in a row, 1..99
 * start_position  first free cell of the first sheet, 1..per_page; the cells before it stay
 *                 empty (a sheet used before)
 * to              as print: a path, "-" for standard output, "tcp://HOST[:PORT]"
 */
struct custody_label_job {
    const char *stock;
    const char *printer;
    enum custody_label_format format;
    bool has_format;
    bool use_mask;
    const struct custody_label *labels;
    size_t count;
    size_t copies;
    size_t start_position;
    const char *to;
};

/*
 * Print labels, row by row, as many pages as it takes.
 *
 * ret_sheets  pages, or labels of a roll
 *
 * CUSTODY_ERR_INVALID   as custody_label_stock_read(); or a label's code or text is wrong, a
 *                       character has no glyph, a text is too long, a format that this stock
 *                       does not have: the sentence names the record
 * CUSTODY_ERR_NOT_FOUND the stock or the printer profile
 * CUSTODY_ERR_IO        full disk, a printer that does not answer or stops half-way
 * CUSTODY_ERR_NOMEM
 *
 * On every failure a file is as it was and nothing is left beside it; a network printer may
 * have printed a part, and the sentence says so.
 *
 * Source: FORMATS.md §6.
 */
enum custody_status custody_label_print(const struct custody_label_job *job, size_t *ret_sheets,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * A sheet to calibrate a printer with: rulers and crosses at the cells of the stock, patches of
 * density and of both polarities, modules of 2, 3, 4 and 5 dots. Errors as
 * custody_label_print().
 */
enum custody_status custody_label_test_sheet(const struct custody_label_job *job,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
