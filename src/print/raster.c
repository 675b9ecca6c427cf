/* Pages in one bit a dot: what cairo keeps in words of the machine's order, as rows of bytes.
 */
#include <string.h>

#include "doc_impl.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_BIT_LOW 1
#else
#define FIRST_BIT_LOW 0
#endif

static uint8_t reverse_bits(uint8_t value)
{
    unsigned v = value;
    v = (v >> 4 & 0x0FU) | (v << 4 & 0xF0U);
    v = (v >> 2 & 0x33U) | (v << 2 & 0xCCU);
    v = (v >> 1 & 0x55U) | (v << 1 & 0xAAU);
    return (uint8_t)v;
}

void print_raster_pack(cairo_surface_t *surface, uint8_t *bits)
{
    cairo_surface_flush(surface);
    size_t width = (size_t)cairo_image_surface_get_width(surface);
    size_t height = (size_t)cairo_image_surface_get_height(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    size_t row_bytes = (width + 7) / 8;
    const unsigned char *data = cairo_image_surface_get_data(surface);
    uint8_t behind = (uint8_t)(0xFF00U >> ((width - 1) % 8 + 1));
    for (size_t y = 0; y < height; y++) {
        uint8_t *row = bits + y * row_bytes;
        memcpy(row, data + y * stride, row_bytes);
        if (FIRST_BIT_LOW) {
            for (size_t i = 0; i < row_bytes; i++) {
                /* Most of a label is white. */
                row[i] = row[i] == 0 ? 0 : reverse_bits(row[i]);
            }
        }
        row[row_bytes - 1] &= behind;
    }
}

/* Row by row in bytes: the ends by bits, what is between them whole. */
static void blacken_row(unsigned char *row, int from, int to)
{
    for (int x = from; x < to;) {
        if (x % 8 == 0 && to - x >= 8) {
            row[x / 8] = 0xFF;
            x += 8;
            continue;
        }
        row[x / 8] |= (unsigned char)(FIRST_BIT_LOW ? 1U << x % 8 : 0x80U >> x % 8);
        x++;
    }
}

void print_raster_blacken(cairo_surface_t *surface, int x, int y, int w, int h)
{
    int right = x + w;
    int bottom = y + h;
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    unsigned char *data = cairo_image_surface_get_data(surface);
    x = x < 0 ? 0 : x;
    right = right > width ? width : right;
    bottom = bottom > height ? height : bottom;
    for (int at = y < 0 ? 0 : y; at < bottom; at++) {
        blacken_row(data + (size_t)at * stride, x, right);
    }
}
