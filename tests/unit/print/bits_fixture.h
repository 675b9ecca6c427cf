/* Pages in one bit a dot, kept for a test to look at. */
#ifndef CUSTODY_TEST_PRINT_BITS_FIXTURE_H
#define CUSTODY_TEST_PRINT_BITS_FIXTURE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"

#define BITS_PAGES_MAX 64

/* Zero at first; bits_free(). fail_at: on_page fails at that page, from 1. */
struct bits {
    size_t count;
    size_t fail_at;
    size_t width[BITS_PAGES_MAX];
    size_t height[BITS_PAGES_MAX];
    size_t row_bytes[BITS_PAGES_MAX];
    uint8_t *rows[BITS_PAGES_MAX];
};

static inline enum custody_status bits_keep(void *closure, const struct print_bits *page,
                                            struct custody_error *err)
{
    struct bits *bits = closure;
    size_t len = page->row_bytes * page->height_dots;
    if (bits->count + 1 == bits->fail_at) {
        return custody_fail(err, CUSTODY_ERR_REFUSED, "the tray is empty: fill it");
    }
    if (bits->count == BITS_PAGES_MAX) {
        abort();
    }
    uint8_t *rows = malloc(len);
    if (rows == NULL) {
        abort();
    }
    memcpy(rows, page->rows, len);
    bits->width[bits->count] = page->width_dots;
    bits->height[bits->count] = page->height_dots;
    bits->row_bytes[bits->count] = page->row_bytes;
    bits->rows[bits->count++] = rows;
    return CUSTODY_OK;
}

static inline struct print_doc *bits_open(struct bits *bits, double width_mm, double height_mm,
                                          double dpi)
{
    const struct print_setup setup = {.format = PRINT_BITS,
                                      .width_mm = width_mm,
                                      .height_mm = height_mm,
                                      .dpi = dpi,
                                      .on_page = bits_keep,
                                      .closure = bits};
    struct print_doc *doc = NULL;
    if (print_doc_begin(&setup, &doc, NULL) != CUSTODY_OK) {
        abort();
    }
    return doc;
}

static inline void bits_finish(struct print_doc *doc)
{
    if (print_doc_commit(doc, NULL) != CUSTODY_OK) {
        abort();
    }
    print_doc_close(doc);
}

/* Is the dot black? What is outside is white. */
static inline bool bits_at(const struct bits *bits, size_t page, size_t x, size_t y)
{
    return x < bits->width[page] && y < bits->height[page] &&
           (bits->rows[page][y * bits->row_bytes[page] + x / 8] >> (7 - x % 8) & 1) != 0;
}

static inline size_t bits_black(const struct bits *bits, size_t page, size_t x, size_t y,
                                size_t w, size_t h)
{
    size_t count = 0;
    for (size_t i = 0; i < h; i++) {
        for (size_t j = 0; j < w; j++) {
            count += bits_at(bits, page, x + j, y + i);
        }
    }
    return count;
}

static inline void bits_free(struct bits *bits)
{
    for (size_t i = 0; i < bits->count; i++) {
        free(bits->rows[i]);
    }
    *bits = (struct bits){.count = 0};
}

#endif
