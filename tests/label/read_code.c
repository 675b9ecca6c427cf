/* Pictures and zbar: see read_code.h. */
#include "read_code.h"

#include <cairo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

void read_code_zbar(const struct grey *picture, int step, char *out, size_t size)
{
    size_t fill = 0;
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_X_DENSITY, step);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_Y_DENSITY, step);
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)picture->width, (unsigned)picture->height);
    zbar_image_set_data(image, picture->dots,
                        (unsigned long)picture->width * (unsigned long)picture->height, NULL);
    out[0] = '\0';
    (void)zbar_scan_image(scanner, image);
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
         symbol != NULL && fill < size; symbol = zbar_symbol_next(symbol)) {
        fill += (size_t)snprintf(out + fill, size - fill, "%s%s", fill > 0 ? " | " : "",
                                 zbar_symbol_get_data(symbol));
    }
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
}

static struct grey grey_new(int width, int height)
{
    struct grey picture = {NULL, width, height};
    if (width > 0 && height > 0) {
        picture.dots = malloc((size_t)width * (size_t)height);
    }
    return picture;
}

struct grey grey_cut(const struct grey *picture, int left, int top, int width, int height)
{
    struct grey cut = grey_new(width, height);
    if (cut.dots == NULL) {
        return cut;
    }
    memset(cut.dots, 0xFF, (size_t)width * (size_t)height);
    for (int y = 0; y < height; y++) {
        int from = left < 0 ? 0 : left;
        int to = left + width < picture->width ? left + width : picture->width;
        if (top + y >= 0 && top + y < picture->height && from < to) {
            memcpy(cut.dots + (size_t)y * (size_t)width + (from - left),
                   picture->dots + (size_t)(top + y) * (size_t)picture->width + from,
                   (size_t)(to - from));
        }
    }
    return cut;
}

/* Numbers of a head are separated by one white character. */
static int read_number(FILE *stream)
{
    int value = 0;
    for (int c = fgetc(stream); c >= '0' && c <= '9'; c = fgetc(stream)) {
        value = value * 10 + (c - '0');
    }
    return value;
}

static bool read_bits(FILE *stream, struct grey *picture)
{
    for (int y = 0; y < picture->height; y++) {
        int byte = 0;
        for (int x = 0; x < picture->width; x++) {
            if (x % 8 == 0) {
                byte = fgetc(stream);
            }
            picture->dots[(size_t)y * (size_t)picture->width + (size_t)x] =
                (byte >> (7 - x % 8) & 1) != 0 ? 0 : 0xFF;
        }
    }
    return !feof(stream);
}

struct grey grey_read_pnm(FILE *stream)
{
    const struct grey none = {0};
    if (fgetc(stream) != 'P') {
        return none;
    }
    int kind = fgetc(stream);
    if ((kind != '4' && kind != '5') || fgetc(stream) == EOF) {
        return none;
    }
    int width = read_number(stream);
    int height = read_number(stream);
    if (kind == '5' && read_number(stream) != 255) {
        return none;
    }
    struct grey picture = grey_new(width, height);
    size_t size = (size_t)width * (size_t)height;
    if (picture.dots == NULL) {
        return none;
    }
    if (kind == '4' ? !read_bits(stream, &picture)
                    : fread(picture.dots, 1, size, stream) != size) {
        free(picture.dots);
        return none;
    }
    return picture;
}

static cairo_status_t read_bytes(void *closure, unsigned char *data, unsigned int len)
{
    return fread(data, 1, len, closure) == len ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_READ_ERROR;
}

struct grey grey_read_png(FILE *stream)
{
    struct grey picture = {0};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, stream);
    if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
        int stride = cairo_image_surface_get_stride(surface);
        const unsigned char *data = cairo_image_surface_get_data(surface);
        picture = grey_new(cairo_image_surface_get_width(surface),
                           cairo_image_surface_get_height(surface));
        for (int y = 0; picture.dots != NULL && y < picture.height; y++) {
            for (int x = 0; x < picture.width; x++) {
                /* Green is most of what the eye, and a decoder, makes of a colour. */
                picture.dots[(size_t)y * (size_t)picture.width + (size_t)x] =
                    data[(size_t)y * (size_t)stride + (size_t)x * 4 + 1];
            }
        }
    }
    cairo_surface_destroy(surface);
    return picture;
}

struct grey grey_of_page(const char *tool, const char *pdf, int dpi, int page)
{
    char command[512];
    bool is_splash = strcmp(tool, "pdftoppm") == 0;
    /* pdftocairo knows no PGM, and packing PNG takes long. */
    (void)snprintf(command, sizeof command, "%s %s -gray -r %d -f %d -l %d '%s' %s", tool,
                   is_splash ? "" : "-png -singlefile", dpi, page, page, pdf,
                   is_splash ? "" : "-");
    FILE *pipe = popen(command, "r");
    struct grey picture = {0};
    if (pipe == NULL) {
        return picture;
    }
    picture = is_splash ? grey_read_pnm(pipe) : grey_read_png(pipe);
    while (fgetc(pipe) != EOF) {
    }
    if (pclose(pipe) != 0) {
        free(picture.dots);
        picture.dots = NULL;
    }
    return picture;
}
