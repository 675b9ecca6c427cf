/* The pages of a document, as files and as bits: see doc.h. */
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc_impl.h"
#include "file.h"
#include "text.h"

#define PAGES_MAX 100000

static enum custody_status fail_nomem(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM,
                        "out of memory while printing: print fewer at a time");
}

static bool is_page_a_file(const struct print_doc *doc)
{
    return doc->format == PRINT_SVG || doc->format == PRINT_PNG;
}

/* cairo hands over its bytes. */
static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int len)
{
    struct print_doc *doc = closure;
    if (doc->is_closing || doc->failure.status != CUSTODY_OK) {
        return CAIRO_STATUS_WRITE_ERROR;
    }
    struct custody_error err = {0};
    if (print_sink_write(doc->sink, data, len, &err) != CUSTODY_OK) {
        doc->failure = err;
        return CAIRO_STATUS_WRITE_ERROR;
    }
    return CAIRO_STATUS_SUCCESS;
}

static int picture_side(const struct print_doc *doc, double side_mm)
{
    int dots = print_doc_dots(doc, side_mm);
    return dots > 0 ? dots : 1;
}

static cairo_surface_t *make_picture(struct print_doc *doc)
{
    return cairo_image_surface_create(
        doc->format == PRINT_PNG ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_A1,
        picture_side(doc, doc->width_mm), picture_side(doc, doc->height_mm));
}

/* The page as it comes out of the box: white. */
static void clear_picture(struct print_doc *doc)
{
    cairo_surface_flush(doc->surface);
    unsigned char *data = cairo_image_surface_get_data(doc->surface);
    if (data != NULL) {
        memset(data, doc->format == PRINT_PNG ? 0xFF : 0,
               (size_t)cairo_image_surface_get_stride(doc->surface) *
                   (size_t)cairo_image_surface_get_height(doc->surface));
        cairo_surface_mark_dirty(doc->surface);
    }
}

static enum custody_status open_surface(struct print_doc *doc, struct custody_error *err)
{
    doc->picture =
        (struct picture_stream){.next = write_bytes, .closure = doc, .dot_mm = doc->dot_mm};
    double width = doc->width_mm * PRINT_PT_PER_MM;
    double height = doc->height_mm * PRINT_PT_PER_MM;
    switch (doc->format) {
    case PRINT_PDF:
        doc->surface = cairo_pdf_surface_create_for_stream(write_bytes, doc, width, height);
        break;
    case PRINT_SVG:
        doc->surface = cairo_svg_surface_create_for_stream(picture_write_svg, &doc->picture,
                                                           width, height);
        break;
    case PRINT_PNG:
    case PRINT_BITS:
        doc->surface = make_picture(doc);
        clear_picture(doc);
        break;
    }
    doc->cairo = cairo_create(doc->surface);
    if (print_doc_has_dots(doc)) {
        /* Co-ordinates stay points; what is drawn is scaled to dots. */
        double scale = 1.0 / (doc->dot_mm * PRINT_PT_PER_MM);
        cairo_scale(doc->cairo, scale, scale);
        cairo_set_antialias(doc->cairo, CAIRO_ANTIALIAS_NONE);
    }
    return print_doc_check(doc, err);
}

/* The bits of one page, kept from page to page. */
static enum custody_status take_bits(struct print_doc *doc, struct custody_error *err)
{
    size_t row_bytes = ((size_t)cairo_image_surface_get_width(doc->surface) + 7) / 8;
    doc->bits = malloc(row_bytes * (size_t)cairo_image_surface_get_height(doc->surface));
    return doc->bits != NULL ? CUSTODY_OK : fail_nomem(err);
}

enum custody_status print_page_open(struct print_doc *doc, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    if (doc->format != PRINT_BITS) {
        rc = print_sink_open(doc->to, &doc->sink, err);
    }
    if (rc == CUSTODY_OK) {
        rc = open_surface(doc, err);
    }
    if (rc == CUSTODY_OK && doc->format == PRINT_BITS) {
        rc = take_bits(doc, err);
    }
    return rc;
}

static void close_surface(struct print_doc *doc)
{
    if (doc->cairo != NULL) {
        cairo_destroy(doc->cairo);
        doc->cairo = NULL;
    }
    if (doc->surface != NULL) {
        cairo_surface_finish(doc->surface);
        cairo_surface_destroy(doc->surface);
        doc->surface = NULL;
    }
}

static enum custody_status give_bits(struct print_doc *doc, struct custody_error *err)
{
    print_raster_pack(doc->surface, doc->bits);
    size_t width = (size_t)cairo_image_surface_get_width(doc->surface);
    const struct print_bits page = {
        .width_dots = width,
        .height_dots = (size_t)cairo_image_surface_get_height(doc->surface),
        .row_bytes = (width + 7) / 8,
        .rows = doc->bits,
    };
    return doc->on_page(doc->closure, &page, err);
}

/* The page of an SVG or PNG is written; all but its name is decided. */
static enum custody_status end_page_file(struct print_doc *doc, struct custody_error *err)
{
    if (doc->format == PRINT_SVG) {
        cairo_surface_finish(doc->surface);
    } else {
        cairo_status_t status =
            cairo_surface_write_to_png_stream(doc->surface, picture_write_png, &doc->picture);
        if (status == CAIRO_STATUS_NO_MEMORY) {
            return fail_nomem(err);
        }
    }
    enum custody_status rc = print_doc_check(doc, err);
    if (rc != CUSTODY_OK || doc->sink->kind != PRINT_SINK_FILE) {
        return rc;
    }
    if (doc->page_count >= doc->pages_cap) {
        size_t cap = doc->pages_cap > 0 ? doc->pages_cap * 2 : 16;
        struct print_sink **pages = realloc(doc->pages, cap * sizeof(struct print_sink *));
        if (pages == NULL) {
            return fail_nomem(err);
        }
        doc->pages = pages;
        doc->pages_cap = cap;
    }
    rc = print_sink_finish(doc->sink, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    doc->pages[doc->page_count++] = doc->sink;
    doc->sink = NULL;
    return CUSTODY_OK;
}

/* A file holds one picture: the next one begins. */
static enum custody_status begin_page_file(struct print_doc *doc, struct custody_error *err)
{
    enum custody_status rc = print_sink_open(doc->to, &doc->sink, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (doc->format == PRINT_PNG) {
        doc->picture.seen = 0;
        clear_picture(doc);
        return CUSTODY_OK;
    }
    close_surface(doc);
    return open_surface(doc, err);
}

static enum custody_status check_room(const struct print_doc *doc, bool is_last,
                                      struct custody_error *err)
{
    if (!is_page_a_file(doc) || is_last) {
        return CUSTODY_OK;
    }
    if (doc->sink->kind != PRINT_SINK_FILE) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "a picture is one page and this is more: name a file, or choose PDF");
    }
    if (doc->page_count + 1 >= PAGES_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "these are more than %d pictures: print fewer at a time",
                            PAGES_MAX);
    }
    return CUSTODY_OK;
}

static enum custody_status end_page(struct print_doc *doc, bool is_last,
                                    struct custody_error *err)
{
    enum custody_status rc = check_room(doc, is_last, err);
    print_strip_flush(doc);
    if (rc == CUSTODY_OK) {
        rc = print_doc_check(doc, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    switch (doc->format) {
    case PRINT_PDF:
        cairo_show_page(doc->cairo);
        return print_doc_check(doc, err);
    case PRINT_SVG:
    case PRINT_PNG:
        rc = end_page_file(doc, err);
        return rc == CUSTODY_OK && !is_last ? begin_page_file(doc, err) : rc;
    case PRINT_BITS:
        rc = give_bits(doc, err);
        clear_picture(doc);
        return rc;
    }
    return CUSTODY_OK;
}

enum custody_status print_page_end(struct print_doc *doc, bool is_last,
                                   struct custody_error *err)
{
    struct custody_error why = {0};
    enum custody_status rc = end_page(doc, is_last, &why);
    if (rc == CUSTODY_OK) {
        return CUSTODY_OK;
    }
    /* The document is lost, whatever is drawn on it from now on. */
    doc->failure = why;
    if (err != NULL) {
        *err = why;
    }
    return rc;
}

/* "tags.png", page 3 of 12: "tags-03.png"; malloc'ed, NULL when out of memory. */
static char *page_path(const struct print_doc *doc, size_t number)
{
    if (doc->page_count == 1) {
        return text_dup(doc->to);
    }
    const char *slash = strrchr(doc->to, '/');
    const char *name = slash != NULL ? slash + 1 : doc->to;
    const char *dot = strrchr(name, '.');
    size_t stem = dot != NULL && dot != name ? (size_t)(dot - doc->to) : strlen(doc->to);
    int digits = snprintf(NULL, 0, "%zu", doc->page_count);
    size_t size = strlen(doc->to) + (size_t)digits + sizeof "-";
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%.*s-%0*zu%s", (int)stem, doc->to, digits, number,
                       doc->to + stem);
    }
    return path;
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; names != NULL && i < count; i++) {
        free(names[i]);
    }
    free(names);
}

/* Every name is made and looked at before the first one is taken. */
static enum custody_status make_names(const struct print_doc *doc, char ***ret_names,
                                      struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    char **names = calloc(doc->page_count, sizeof *names);
    for (size_t i = 0; names != NULL && i < doc->page_count && rc == CUSTODY_OK; i++) {
        names[i] = page_path(doc, i + 1);
        rc = names[i] != NULL ? print_sink_check_target(names[i], err) : fail_nomem(err);
    }
    if (names == NULL) {
        return fail_nomem(err);
    }
    if (rc != CUSTODY_OK) {
        free_names(names, doc->page_count);
        return rc;
    }
    *ret_names = names;
    return CUSTODY_OK;
}

static enum custody_status commit_pictures(struct print_doc *doc, struct custody_error *err)
{
    char **names = NULL;
    char *parent = NULL;
    enum custody_status rc = make_names(doc, &names, err);
    if (rc != CUSTODY_OK || names == NULL) {
        return rc;
    }
    rc = print_sink_parent(doc->to, &parent, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < doc->page_count; i++) {
        rc = print_sink_rename(doc->pages[i], names[i], err);
    }
    if (rc == CUSTODY_OK) {
        rc = file_sync_dir(parent, err);
    }
    free_names(names, doc->page_count);
    free(parent);
    return rc;
}

enum custody_status print_page_commit(struct print_doc *doc, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    if (doc->format == PRINT_BITS) {
        return CUSTODY_OK;
    }
    if (doc->sink == NULL) {
        return commit_pictures(doc, err);
    }
    if (doc->format == PRINT_PDF) {
        /* What a full disk refuses shows only now: the cross reference comes at the end. */
        cairo_surface_finish(doc->surface);
        rc = print_doc_check(doc, err);
    }
    return rc == CUSTODY_OK ? print_sink_commit(doc->sink, err) : rc;
}

void print_page_close(struct print_doc *doc)
{
    /* cairo writes what it has when a surface goes: a printer must not get it. */
    doc->is_closing = true;
    print_strip_free(doc);
    close_surface(doc);
    for (size_t i = 0; is_page_a_file(doc) && doc->pages != NULL && i < doc->page_count; i++) {
        print_sink_close(doc->pages[i]);
    }
    free(doc->pages);
    print_sink_close(doc->sink);
    free(doc->bits);
}
