/* The PDF document: see doc.h. The file is old or new, never half. */
#include <assert.h>
#include <cairo-pdf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doc_impl.h"
#include "file.h"
#include "instant.h"
#include "text.h"

#define TEMP_SUFFIX ".XXXXXX"

/* cairo hands over its bytes; the first errno is kept, for cairo's own status says only that
 * writing failed. */
static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int len)
{
    struct print_doc *doc = closure;
    size_t done = 0;
    while (done < len) {
        ssize_t n = write(doc->fd, data + done, len - done);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (doc->os_error == 0) {
                doc->os_error = errno;
            }
            return CAIRO_STATUS_WRITE_ERROR;
        }
        done += (size_t)n;
    }
    return CAIRO_STATUS_SUCCESS;
}

static enum custody_status check_cairo(const struct print_doc *doc, cairo_status_t status,
                                       struct custody_error *err)
{
    if (status == CAIRO_STATUS_SUCCESS) {
        return CUSTODY_OK;
    }
    if (status == CAIRO_STATUS_NO_MEMORY) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "drawing %s ran out of memory: print fewer at a time", doc->path);
    }
    if (doc->os_error != 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, doc->os_error,
                               "writing %s failed: make room or choose another place",
                               doc->path);
    }
    return custody_fail(err, CUSTODY_ERR_IO, "drawing %s failed (%s): report this", doc->path,
                        cairo_status_to_string(status));
}

/* A device or directory must not be renamed away by accident. */
static enum custody_status check_target(const char *path, struct custody_error *err)
{
    struct stat st;
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s is not a regular file: name a file to write", path);
    }
    return CUSTODY_OK;
}

static enum custody_status open_temp(struct print_doc *doc, const char *path,
                                     struct custody_error *err)
{
    size_t size = strlen(path) + sizeof TEMP_SUFFIX;
    doc->path = text_dup(path);
    doc->temp_path = malloc(size);
    if (doc->path == NULL || doc->temp_path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory before printing: close other programs");
    }
    (void)snprintf(doc->temp_path, size, "%s%s", path, TEMP_SUFFIX);
    doc->fd = mkostemp(doc->temp_path, O_CLOEXEC);
    if (doc->fd < 0) {
        return custody_fail_os(err, CUSTODY_ERR_IO, errno,
                               "%s cannot be written: choose another place", path);
    }
    doc->has_temp = true;
    return CUSTODY_OK;
}

static int64_t creation_time(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t value = 0;
    if (text != NULL && text_parse_u64(text, strlen(text), (uint64_t)INSTANT_MAX, &value) &&
        value >= (uint64_t)INSTANT_MIN) {
        return (int64_t)value;
    }
    int64_t now = instant_now();
    if (now < INSTANT_MIN) {
        return INSTANT_MIN;
    }
    return now > INSTANT_MAX ? INSTANT_MAX : now;
}

static void set_metadata(struct print_doc *doc, const char *title)
{
    char date[INSTANT_TEXT_SIZE];
    instant_format(creation_time(), date);
    cairo_pdf_surface_set_metadata(doc->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    if (title != NULL) {
        cairo_pdf_surface_set_metadata(doc->surface, CAIRO_PDF_METADATA_TITLE, title);
    }
}

/* Type is laid out in ideal metrics: hinted advances would depend on a screen's dpi. */
static void set_up_text(struct print_doc *doc)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    doc->fonts = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(doc->fonts), 72.0);
    doc->text = pango_font_map_create_context(doc->fonts);
    pango_cairo_context_set_font_options(doc->text, options);
    pango_context_set_round_glyph_positions(doc->text, FALSE);
    /* Han glyphs have Japanese and Chinese forms; the language chooses. */
    pango_context_set_language(doc->text, pango_language_from_string("zh-CN"));
    cairo_font_options_destroy(options);
}

enum custody_status print_doc_open(const char *path, double width_mm, double height_mm,
                                   const char *title, struct print_doc **ret_doc,
                                   struct custody_error *err)
{
    enum custody_status rc = check_target(path, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct print_doc *doc = calloc(1, sizeof *doc);
    if (doc == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory before printing: close other programs");
    }
    doc->fd = -1;
    rc = open_temp(doc, path, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    doc->surface = cairo_pdf_surface_create_for_stream(
        write_bytes, doc, width_mm * PRINT_PT_PER_MM, height_mm * PRINT_PT_PER_MM);
    doc->cairo = cairo_create(doc->surface);
    rc = check_cairo(doc, cairo_status(doc->cairo), err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    set_metadata(doc, title);
    set_up_text(doc);
    *ret_doc = doc;
    doc = NULL;
out:
    print_doc_close(doc);
    return rc;
}

enum custody_status print_doc_break(struct print_doc *doc, struct custody_error *err)
{
    cairo_show_page(doc->cairo);
    return check_cairo(doc, cairo_status(doc->cairo), err);
}

void print_doc_rule(struct print_doc *doc, double x1_mm, double y1_mm, double x2_mm,
                    double y2_mm, double width_mm)
{
    cairo_set_source_rgb(doc->cairo, 0.0, 0.0, 0.0);
    cairo_set_line_width(doc->cairo, width_mm * PRINT_PT_PER_MM);
    cairo_move_to(doc->cairo, x1_mm * PRINT_PT_PER_MM, y1_mm * PRINT_PT_PER_MM);
    cairo_line_to(doc->cairo, x2_mm * PRINT_PT_PER_MM, y2_mm * PRINT_PT_PER_MM);
    cairo_stroke(doc->cairo);
}

/* The directory part of path, malloc'ed: the rename has to be made durable there. */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return text_dup(".");
    }
    if (slash == path) {
        return text_dup("/");
    }
    return text_dup_n(path, (size_t)(slash - path));
}

enum custody_status print_doc_commit(struct print_doc *doc, struct custody_error *err)
{
    assert(doc->has_temp);
    enum custody_status rc = CUSTODY_OK;
    char *parent = parent_of(doc->path);
    if (parent == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM,
                            "out of memory while printing: close other programs");
    }
    cairo_show_page(doc->cairo);
    rc = check_cairo(doc, cairo_status(doc->cairo), err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* What a full disk refuses shows only now: the cross reference is written at the end. */
    cairo_surface_finish(doc->surface);
    rc = check_cairo(doc, cairo_surface_status(doc->surface), err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (doc->os_error != 0 || fsync(doc->fd) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, doc->os_error != 0 ? doc->os_error : errno,
                             "writing %s failed: make room or choose another place", doc->path);
        goto out;
    }
    if (rename(doc->temp_path, doc->path) != 0) {
        rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                             "%s cannot be replaced: choose another place", doc->path);
        goto out;
    }
    doc->has_temp = false;
    rc = file_sync_dir(parent, err);
out:
    free(parent);
    return rc;
}

void print_doc_close(struct print_doc *doc)
{
    if (doc == NULL) {
        return;
    }
    for (size_t i = 0; i < doc->layout_count; i++) {
        g_object_unref(doc->layouts[i].layout);
    }
    if (doc->text != NULL) {
        g_object_unref(doc->text);
    }
    if (doc->fonts != NULL) {
        g_object_unref(doc->fonts);
    }
    if (doc->cairo != NULL) {
        cairo_destroy(doc->cairo);
    }
    if (doc->surface != NULL) {
        /* Writes what is left: before the descriptor goes. */
        cairo_surface_finish(doc->surface);
        cairo_surface_destroy(doc->surface);
    }
    if (doc->fd >= 0) {
        (void)close(doc->fd);
    }
    if (doc->has_temp) {
        (void)unlink(doc->temp_path);
    }
    free(doc->temp_path);
    free(doc->path);
    free(doc);
}
