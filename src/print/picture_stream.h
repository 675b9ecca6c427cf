/* What cairo leaves to be wished for in the bytes of a picture, mended as they pass. */
#ifndef CUSTODY_PRINT_PICTURE_STREAM_H
#define CUSTODY_PRINT_PICTURE_STREAM_H

#include <cairo.h>
#include <stddef.h>

/*
 * next, closure   where the bytes go
 * dot_mm          PNG: side of a dot
 * seen            PNG: bytes so far
 * matched         SVG: how much of what is looked for has been seen
 */
struct picture_stream {
    cairo_write_func_t next;
    void *closure;
    double dot_mm;
    size_t seen;
    size_t matched;
};

/* cairo_write_func_t, closure a struct picture_stream. PNG: put in the size of the dots,
 * without which programs print at 96 dpi. SVG: take out the number of the surface, which counts
 * up while a process lives, so that equal pages are equal bytes. */
cairo_status_t picture_write_png(void *closure, const unsigned char *data, unsigned int len);
cairo_status_t picture_write_svg(void *closure, const unsigned char *data, unsigned int len);

#endif
