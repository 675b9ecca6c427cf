/* Bytes of pictures mended on their way: see picture_stream.h. */
#include "picture_stream.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* Signature and the chunk IHDR: what must come before. */
#define HEAD_BYTES  33
#define CHUNK_BYTES 21
#define CRC_FROM    4
#define CRC_POLY    UINT32_C(0xEDB88320)

static const char SVG_ID[] = "<g id=\"surface";

static void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (unsigned char)(value >> (24 - 8 * i));
    }
}

static uint32_t crc(const unsigned char *data, size_t len)
{
    uint32_t value = UINT32_MAX;
    for (size_t i = 0; i < len; i++) {
        value ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            value = value >> 1 ^ (value & 1 ? CRC_POLY : 0);
        }
    }
    return ~value;
}

/* The chunk "pHYs". */
static cairo_status_t write_size(const struct picture_stream *stream)
{
    unsigned char chunk[CHUNK_BYTES] = {0, 0, 0, 9, 'p', 'H', 'Y', 's'};
    uint32_t dots_a_metre = (uint32_t)lround(1000.0 / stream->dot_mm);
    put_u32(chunk + 8, dots_a_metre);
    put_u32(chunk + 12, dots_a_metre);
    chunk[16] = 1; /* the unit is the metre */
    put_u32(chunk + 17, crc(chunk + CRC_FROM, 17 - CRC_FROM));
    return stream->next(stream->closure, chunk, CHUNK_BYTES);
}

cairo_status_t picture_write_png(void *closure, const unsigned char *data, unsigned int len)
{
    struct picture_stream *stream = closure;
    cairo_status_t status = CAIRO_STATUS_SUCCESS;
    if (stream->seen < HEAD_BYTES && stream->seen + len >= HEAD_BYTES) {
        unsigned int head = (unsigned int)(HEAD_BYTES - stream->seen);
        status = stream->next(stream->closure, data, head);
        if (status == CAIRO_STATUS_SUCCESS) {
            status = write_size(stream);
        }
        stream->seen += head;
        data += head;
        len -= head;
    }
    if (status != CAIRO_STATUS_SUCCESS || len == 0) {
        return status;
    }
    stream->seen += len;
    return stream->next(stream->closure, data, len);
}

cairo_status_t picture_write_svg(void *closure, const unsigned char *data, unsigned int len)
{
    struct picture_stream *stream = closure;
    cairo_status_t status = CAIRO_STATUS_SUCCESS;
    unsigned int from = 0;
    for (unsigned int i = 0; i < len && status == CAIRO_STATUS_SUCCESS; i++) {
        if (stream->matched < sizeof SVG_ID - 1) {
            bool is_next = data[i] == (unsigned char)SVG_ID[stream->matched];
            stream->matched = is_next ? stream->matched + 1 : (data[i] == '<' ? 1U : 0U);
        } else if (data[i] >= '0' && data[i] <= '9') {
            status = i > from ? stream->next(stream->closure, data + from, i - from) : status;
            from = i + 1;
        } else {
            stream->matched = 0;
        }
    }
    if (status == CAIRO_STATUS_SUCCESS && len > from) {
        status = stream->next(stream->closure, data + from, len - from);
    }
    return status;
}
