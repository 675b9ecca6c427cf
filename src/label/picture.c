/* Pictures of pages as grey dots: see picture.h. */
#include "picture.h"

#include <cairo.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Each side, so that a side times a side cannot overflow: A4 at 1,200 dpi has 14,032. */
#define SIDE_MAX 20000U
#define DOTS_MAX ((size_t)120 * 1000 * 1000)

struct picture_file {
    FILE *file;
    const char *path; /* the caller's */
    bool is_png;
    bool is_over;
};

static enum custody_status invalid(const char *path, const char *why, struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%.200s %s; scan the sheet again as PNG",
                        path, why);
}

static enum custody_status check_size(const char *path, size_t width, size_t height,
                                      struct custody_error *err)
{
    if (width == 0 || height == 0 || width > SIDE_MAX || height > SIDE_MAX ||
        width * height > DOTS_MAX) {
        return invalid(path, "is no picture of a page, or a larger one than 120 million dots",
                       err);
    }
    return CUSTODY_OK;
}

enum custody_status picture_open(const char *path, struct picture_file **ret_file,
                                 struct custody_error *err)
{
    static const unsigned char png[] = {0x89, 'P', 'N', 'G'};
    unsigned char head[4] = {0};
    struct picture_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read a picture");
    }
    file->path = path;
    file->file = fopen(path, "rbe");
    if (file->file == NULL) {
        const int os_error = errno;
        free(file);
        return custody_fail_os(err, os_error == ENOENT ? CUSTODY_ERR_NOT_FOUND : CUSTODY_ERR_IO,
                               os_error, "%.200s cannot be opened", path);
    }
    const size_t len = fread(head, 1, sizeof head, file->file);
    file->is_png = len == sizeof head && memcmp(head, png, sizeof png) == 0;
    if (!file->is_png && (len < 2 || head[0] != 'P' || head[1] != '4')) {
        picture_close(file);
        return invalid(path, "is neither PNG nor PBM", err);
    }
    rewind(file->file);
    *ret_file = file;
    return CUSTODY_OK;
}

static size_t read_u32(const unsigned char *at)
{
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static cairo_status_t read_stream(void *closure, unsigned char *data, unsigned len)
{
    return fread(data, 1, len, closure) == len ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_READ_ERROR;
}

/* The surface on white paper, whatever its own format, as a grey byte a dot; NULL: no memory.
 */
static uint8_t *grey_dots(cairo_surface_t *surface, size_t width, size_t height)
{
    cairo_surface_t *grey =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    cairo_t *cr = cairo_create(grey);
    cairo_set_source_rgb(cr, 1.0, 1.0, 1.0);
    cairo_paint(cr);
    cairo_set_source_surface(cr, surface, 0.0, 0.0);
    cairo_paint(cr);
    uint8_t *dots = cairo_status(cr) == CAIRO_STATUS_SUCCESS ? malloc(width * height) : NULL;
    cairo_destroy(cr);
    cairo_surface_flush(grey);
    const unsigned char *data = cairo_image_surface_get_data(grey);
    const size_t stride = (size_t)cairo_image_surface_get_stride(grey);
    for (size_t y = 0; dots != NULL && y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            uint32_t rgb = 0; /* RGB24 has 4 bytes a dot */
            memcpy(&rgb, data + y * stride + x * 4, sizeof rgb);
            dots[y * width + x] =
                (uint8_t)(((rgb >> 16 & 0xffU) * 3 + (rgb >> 8 & 0xffU) * 6 + (rgb & 0xffU)) /
                          10);
        }
    }
    cairo_surface_destroy(grey);
    return dots;
}

static enum custody_status read_png(struct picture_file *file, struct picture *ret_picture,
                                    struct custody_error *err)
{
    unsigned char head[24] = {0};
    /* Before anything is decoded: how large does it say it is? */
    if (fread(head, 1, sizeof head, file->file) != sizeof head) {
        return invalid(file->path, "ends too early", err);
    }
    const size_t width = read_u32(head + 16);
    const size_t height = read_u32(head + 20);
    enum custody_status rc = check_size(file->path, width, height, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rewind(file->file);
    cairo_surface_t *surface =
        cairo_image_surface_create_from_png_stream(read_stream, file->file);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        rc = invalid(file->path, "cannot be read as a PNG", err);
    } else {
        uint8_t *dots = grey_dots(surface, width, height);
        if (dots == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read a picture");
        } else {
            *ret_picture = (struct picture){width, height, dots};
            file->is_over = true;
        }
    }
    cairo_surface_destroy(surface);
    return rc;
}

/* A number of a PBM's head and the one white space behind it; 0: none. */
static size_t read_number(FILE *file)
{
    size_t value = 0;
    int c = fgetc(file);
    while (c != EOF && isspace(c)) {
        c = fgetc(file);
    }
    while (c == '#') { /* a comment */
        while (c != EOF && c != '\n') {
            c = fgetc(file);
        }
        c = fgetc(file);
    }
    while (c >= '0' && c <= '9' && value <= SIDE_MAX) {
        value = value * 10 + (size_t)(c - '0');
        c = fgetc(file);
    }
    return c != EOF && isspace(c) ? value : 0;
}

static enum custody_status read_pbm(struct picture_file *file, struct picture *ret_picture,
                                    struct custody_error *err)
{
    const int p = fgetc(file->file);
    if (p == EOF) {
        file->is_over = true;
        return CUSTODY_OK;
    }
    if (p != 'P' || fgetc(file->file) != '4') {
        return invalid(file->path, "has something behind its pages that is none", err);
    }
    const size_t width = read_number(file->file);
    const size_t height = read_number(file->file);
    enum custody_status rc = check_size(file->path, width, height, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const size_t row_bytes = (width + 7) / 8;
    uint8_t *row = malloc(row_bytes);
    uint8_t *dots = malloc(width * height);
    if (row == NULL || dots == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read a picture");
    }
    for (size_t y = 0; rc == CUSTODY_OK && y < height; y++) {
        if (fread(row, 1, row_bytes, file->file) != row_bytes) {
            rc = invalid(file->path, "ends too early", err);
            break;
        }
        for (size_t x = 0; x < width; x++) {
            dots[y * width + x] = (row[x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 255;
        }
    }
    free(row);
    if (rc != CUSTODY_OK) {
        free(dots);
        return rc;
    }
    *ret_picture = (struct picture){width, height, dots};
    return CUSTODY_OK;
}

enum custody_status picture_next(struct picture_file *file, struct picture *ret_picture,
                                 struct custody_error *err)
{
    struct picture picture = {0};
    enum custody_status rc = CUSTODY_OK;
    if (!file->is_over) {
        rc = file->is_png ? read_png(file, &picture, err) : read_pbm(file, &picture, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_picture = picture;
    }
    return rc;
}

void picture_close(struct picture_file *file)
{
    if (file != NULL) {
        (void)fclose(file->file);
        free(file);
    }
}
