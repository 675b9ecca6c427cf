/*
 * Reading printed codes back, with two decoders that share no code: zbar and ZXing. And the
 * pages that they are read from: what poppler's two back ends make of a PDF.
 */
#ifndef CUSTODY_TEST_READ_CODE_H
#define CUSTODY_TEST_READ_CODE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 8 bit grey, row by row without padding; free() the dots. */
struct grey {
    uint8_t *dots;
    int width;
    int height;
};

/*
 * What a decoder finds: "" nothing, the text of the one code, the texts joined by " | " of
 * more.
 *
 * step   zbar: dots between its scan lines, at most a module
 */
void read_code_zbar(const struct grey *picture, int step, char *out, size_t size);
void read_code_zxing(const struct grey *picture, char *out, size_t size);

#ifdef __cplusplus
}
#else

/* A part of a picture, a copy; what lies outside is white. dots NULL: no memory. */
struct grey grey_cut(const struct grey *picture, int left, int top, int width, int height);

/* The next picture of a stream of P5 (pdftoppm) or P4; dots NULL: none. */
struct grey grey_read_pnm(FILE *stream);
/* The same of one PNG. */
struct grey grey_read_png(FILE *stream);

/* A page of a PDF as tool ("pdftoppm", "pdftocairo") draws it; dots NULL: it did not. */
struct grey grey_of_page(const char *tool, const char *pdf, int dpi, int page);

#endif
#endif
