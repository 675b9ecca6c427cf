/*
 * Codes read back from pictures of labels, cell by cell: a decoder that looks at a whole sheet
 * finds next to nothing. See custody/label_tools.h.
 */
#include <stdlib.h>
#include <string.h>
#ifdef CUSTODY_HAVE_ZBAR
#include <zbar.h>
#endif

#include "custody/label_tools.h"
#include "picture.h"
#include "printer.h"
#include "stock.h"

#ifndef CUSTODY_HAVE_ZBAR

static enum custody_status no_decoder(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_UNCHECKED,
                        "the labels could not be checked: this program was built without zbar; "
                        "install libzbar-dev and build it again");
}

enum custody_status custody_label_decode(const char *picture, const char *stock,
                                         struct custody_label_cell **ret_cells,
                                         size_t *ret_count, struct custody_error *err)
{
    (void)picture;
    (void)stock;
    (void)ret_cells;
    (void)ret_count;
    return no_decoder(err);
}

enum custody_status custody_label_verify(const struct custody_label_job *job,
                                         struct custody_error *err)
{
    (void)job;
    return no_decoder(err);
}

#else

#define SHAPE_SLACK   0.03 /* a scan may be cut a little askew */
#define BORDER        12U  /* dots of white round a cut, for the decoder */
#define MARGIN_MM     1.0  /* looked at beyond the label, for a scan that is shifted */

/* printer: how far from its place what it prints lies */
struct reader {
    struct stock stock;
    struct printer printer;
    zbar_image_scanner_t *scanner;
};

static enum custody_status reader_open(const char *stock, const char *printer,
                                       struct reader *reader, struct custody_error *err)
{
    enum custody_status rc = stock_load(stock, &reader->stock, err);
    if (rc == CUSTODY_OK && printer != NULL) {
        rc = printer_load(printer, &reader->printer, err);
    } else if (rc == CUSTODY_OK) {
        reader->printer = printer_default(reader->stock.is_roll);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (!reader->stock.has_code) {
        return custody_fail(err, CUSTODY_ERR_UNCHECKED,
                            "the labels could not be checked: stock %.63s has no code",
                            reader->stock.name);
    }
    reader->scanner = zbar_image_scanner_create();
    if (reader->scanner == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read codes");
    }
    zbar_image_scanner_set_config(reader->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(reader->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    return CUSTODY_OK;
}

static void reader_close(struct reader *reader)
{
    if (reader->scanner != NULL) {
        zbar_image_scanner_destroy(reader->scanner);
    }
}

/* How many dots there are to the millimetre of the stock's page. */
static enum custody_status find_scale(const struct stock *stock, const struct picture *picture,
                                      double *ret_scale, struct custody_error *err)
{
    const double across = (double)picture->width / stock->page.x_mm;
    const double down = (double)picture->height / stock->page.y_mm;
    if (across > down * (1.0 + SHAPE_SLACK) || down > across * (1.0 + SHAPE_SLACK)) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "the picture has not the shape of %.63s; cut it to the edges of the "
            "page, or name the right stock",
            stock->name);
    }
    *ret_scale = (across + down) / 2.0;
    return CUSTODY_OK;
}

static size_t clamp_dots(double value, size_t max)
{
    if (value <= 0.0) {
        return 0;
    }
    return value >= (double)max ? max : (size_t)value;
}

/* Is there no ink, specks aside? */
static bool is_white(const uint8_t *dots, size_t count)
{
    size_t dark = 0;
    for (size_t i = 0; i < count; i++) {
        dark += dots[i] < 128 ? 1 : 0;
    }
    return dark < count / 100;
}

/* Decode one rectangle; "" when not exactly one code is in it. */
static enum custody_status read_cut(const struct reader *reader, const struct picture *picture,
                                    const struct print_box *cell, double scale,
                                    struct custody_label_cell *out, struct custody_error *err)
{
    const size_t left = clamp_dots((cell->x_mm - MARGIN_MM) * scale, picture->width);
    const size_t top = clamp_dots((cell->y_mm - MARGIN_MM) * scale, picture->height);
    const size_t right =
        clamp_dots((cell->x_mm + cell->w_mm + MARGIN_MM) * scale, picture->width);
    const size_t bottom =
        clamp_dots((cell->y_mm + cell->h_mm + MARGIN_MM) * scale, picture->height);
    const size_t width = right - left + 2 * BORDER;
    const size_t height = bottom - top + 2 * BORDER;
    uint8_t *cut = malloc(width * height);
    zbar_image_t *image = zbar_image_create();
    if (cut == NULL || image == NULL) {
        free(cut);
        zbar_image_destroy(image);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read codes");
    }
    memset(cut, 255, width * height);
    for (size_t y = top; y < bottom; y++) {
        memcpy(cut + (y - top + BORDER) * width + BORDER,
               picture->dots + y * picture->width + left, right - left);
    }
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)width, (unsigned)height);
    zbar_image_set_data(image, cut, (unsigned long)(width * height), NULL);
    out->text[0] = '\0';
    out->is_empty = is_white(cut, width * height);
    /* Scan lines a third of a module apart miss none; every one is slow at 600 dpi. */
    const int density = scale > 20.0 ? 3 : 1;
    zbar_image_scanner_set_config(reader->scanner, ZBAR_QRCODE, ZBAR_CFG_X_DENSITY, density);
    zbar_image_scanner_set_config(reader->scanner, ZBAR_QRCODE, ZBAR_CFG_Y_DENSITY, density);
    if (zbar_scan_image(reader->scanner, image) == 1) {
        const char *text = zbar_symbol_get_data(zbar_image_first_symbol(image));
        const size_t len = strlen(text);
        if (len < sizeof out->text) {
            memcpy(out->text, text, len + 1);
        }
    }
    zbar_image_destroy(image);
    free(cut);
    return CUSTODY_OK;
}

static enum custody_status read_cell(const struct reader *reader, const struct picture *picture,
                                     double scale, size_t index,
                                     struct custody_label_cell *cell, struct custody_error *err)
{
    const struct stock *stock = &reader->stock;
    const struct stock_point at = stock_cell(stock, index);
    const struct printer *printer = &reader->printer;
    const struct print_box box = {
        (at.x_mm + stock->code.at.x_mm) * printer->pitch_x + printer->dx_mm,
        (at.y_mm + stock->code.at.y_mm) * printer->pitch_y + printer->dy_mm, stock->code.box_mm,
        stock->code.box_mm};
    return read_cut(reader, picture, &box, scale, cell, err);
}

/* Row and column of a cell, of several grids one after another. */
static void place_cell(const struct stock *stock, size_t index, struct custody_label_cell *cell)
{
    size_t rows = 0;
    for (size_t g = 0; g < stock->grid_count; g++) {
        const struct stock_grid *grid = &stock->grids[g];
        if (index < grid->nx * grid->ny) {
            cell->row = rows + index / grid->nx + 1;
            cell->column = index % grid->nx + 1;
            return;
        }
        index -= grid->nx * grid->ny;
        rows += grid->ny;
    }
}

enum custody_status custody_label_decode(const char *picture, const char *stock,
                                         struct custody_label_cell **ret_cells,
                                         size_t *ret_count, struct custody_error *err)
{
    struct reader reader = {.scanner = NULL};
    struct picture_file *file = NULL;
    struct custody_label_cell *cells = NULL;
    size_t count = 0;
    enum custody_status rc = reader_open(stock, NULL, &reader, err);
    if (rc == CUSTODY_OK) {
        rc = picture_open(picture, &file, err);
    }
    for (size_t page = 1; rc == CUSTODY_OK; page++) {
        struct picture dots = {0};
        double scale = 0.0;
        const size_t per_page = stock_cells(&reader.stock);
        rc = picture_next(file, &dots, err);
        if (rc != CUSTODY_OK || dots.dots == NULL) {
            break;
        }
        rc = find_scale(&reader.stock, &dots, &scale, err);
        struct custody_label_cell *more =
            rc == CUSTODY_OK ? realloc(cells, (count + per_page) * sizeof *cells) : NULL;
        if (rc == CUSTODY_OK && more == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read codes");
        }
        for (size_t i = 0; rc == CUSTODY_OK && i < per_page; i++) {
            more[count] = (struct custody_label_cell){.page = page};
            place_cell(&reader.stock, i, &more[count]);
            rc = read_cell(&reader, &dots, scale, i, &more[count++], err);
        }
        cells = more != NULL ? more : cells;
        free(dots.dots);
    }
    picture_close(file);
    reader_close(&reader);
    if (rc != CUSTODY_OK) {
        free(cells);
        return rc;
    }
    *ret_cells = cells;
    *ret_count = count;
    return CUSTODY_OK;
}

/* A page of a job: its labels from `first` on. */
static enum custody_status verify_page(const struct reader *reader,
                                       const struct picture *picture,
                                       const struct custody_label_job *job, size_t *first,
                                       size_t cell, struct custody_error *err)
{
    double scale = 0.0;
    enum custody_status rc = find_scale(&reader->stock, picture, &scale, err);
    for (; rc == CUSTODY_OK && cell < stock_cells(&reader->stock) && *first < job->count;
         cell++) {
        const struct custody_label *label = &job->labels[(*first)++];
        struct custody_label_cell read = {0};
        rc = read_cell(reader, picture, scale, cell, &read, err);
        if (rc == CUSTODY_OK && strcmp(read.text, label->code) != 0) {
            rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                              "the code of %.80s %s as rendered; nothing was printed, choose a "
                              "larger stock or a finer printer",
                              label->record,
                              read.text[0] == '\0' ? "cannot be read" : "reads wrong");
        }
    }
    return rc;
}

/* At most this many pages are rendered at a time: a page of A4 at 600 dpi has 4 MB. */
#define PAGES_AT_ONCE 8

enum custody_status custody_label_verify(const struct custody_label_job *job,
                                         struct custody_error *err)
{
    struct reader reader = {.scanner = NULL};
    struct custody_label_delivery *delivery = NULL;
    size_t start = job->start_position;
    enum custody_status rc = reader_open(job->stock, job->printer, &reader, err);
    if (rc == CUSTODY_OK) {
        rc = custody_label_delivery_open("-", &delivery, err);
    }
    for (size_t done = 0; rc == CUSTODY_OK && done < job->count;) {
        struct custody_label_job part = *job;
        struct picture_file *file = NULL;
        size_t sheets = 0;
        size_t read = 0;
        const size_t room = stock_cells(&reader.stock) * PAGES_AT_ONCE - (start - 1);
        part.labels = job->labels + done;
        part.count = job->count - done < room ? job->count - done : room;
        part.copies = 1;
        part.start_position = start;
        part.format = CUSTODY_LABEL_PBM;
        part.has_format = true;
        part.to = custody_label_delivery_path(delivery);
        rc = custody_label_print(&part, &sheets, err);
        if (rc == CUSTODY_OK) {
            rc = picture_open(part.to, &file, err);
        }
        for (size_t cell = start - 1; rc == CUSTODY_OK && read < part.count; cell = 0) {
            struct picture dots = {0};
            rc = picture_next(file, &dots, err);
            if (rc == CUSTODY_OK && dots.dots == NULL) {
                rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                                  "fewer pages were rendered than the labels fill; nothing was "
                                  "printed, this is a fault of the program");
            }
            if (rc == CUSTODY_OK) {
                rc = verify_page(&reader, &dots, &part, &read, cell, err);
            }
            free(dots.dots);
        }
        picture_close(file);
        done += read;
        start = 1;
    }
    custody_label_delivery_close(delivery);
    reader_close(&reader);
    return rc;
}

#endif
