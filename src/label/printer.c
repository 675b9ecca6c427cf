/*
 * Reading printer profiles: see printer.h. The fields are one table, so that a misspelt line or
 * one that the language has no use for is refused and never ignored.
 */
#include "printer.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "file.h"
#include "settings.h"
#include "text.h"

#define PROFILE_BYTES_MAX ((size_t)16 * 1024)
#define SUFFIX            ".printer"

#define OFFSET_MAX_MM 50.0
#define GAP_MAX_MM    50.0
#define DECIMALS      4
#define NAME_CHARS    "abcdefghijklmnopqrstuvwxyz0123456789-"
#define GAP_MM        2.0 /* what most rolls have */

enum field_kind {
    FIELD_NAME,
    FIELD_TITLE,
    FIELD_LANGUAGE,
    FIELD_DPI,
    FIELD_FLAG,
    FIELD_DENSITY,
    FIELD_SPEED,
    FIELD_GAP,
    FIELD_OFFSET,
    FIELD_PITCH,
    FIELD_DIRECTION
};

#define FOR(format) (1U << CUSTODY_LABEL_##format)
#define FOR_ALL     0x3fU

struct field {
    const char *name;
    enum field_kind kind;
    unsigned languages; /* that have a use for it */
    bool is_required;
};

static const struct field FIELDS[] = {
    {"name", FIELD_NAME, FOR_ALL, true},
    {"title", FIELD_TITLE, FOR_ALL, true},
    {"language", FIELD_LANGUAGE, FOR_ALL, true},
    {"dpi", FIELD_DPI, FOR_ALL, true},
    {"invert", FIELD_FLAG, FOR(TSPL), false},
    {"density", FIELD_DENSITY, FOR(TSPL) | FOR(ZPL), false},
    {"speed", FIELD_SPEED, FOR(TSPL) | FOR(ZPL), false},
    {"gap", FIELD_GAP, FOR(TSPL), false},
    {"offset", FIELD_OFFSET, FOR_ALL, false},
    {"pitch", FIELD_PITCH, FOR_ALL, false},
    {"direction", FIELD_DIRECTION, FOR(TSPL) | FOR(ZPL), false},
};

#define FIELD_TOTAL (sizeof FIELDS / sizeof FIELDS[0])

static const char *const FORMATS[] = {
    [CUSTODY_LABEL_PDF] = "pdf", [CUSTODY_LABEL_SVG] = "svg",   [CUSTODY_LABEL_PNG] = "png",
    [CUSTODY_LABEL_PBM] = "pbm", [CUSTODY_LABEL_TSPL] = "tspl", [CUSTODY_LABEL_ZPL] = "zpl",
};

const char *custody_label_format_name(enum custody_label_format format)
{
    return FORMATS[format];
}

struct printer printer_default(bool is_roll)
{
    return (struct printer){.name = "default",
                            .dpi = is_roll ? 203.0 : 300.0,
                            .language = CUSTODY_LABEL_PDF,
                            .density = -1,
                            .gap_mm = GAP_MM,
                            .pitch_x = 1.0,
                            .pitch_y = 1.0};
}

struct reader {
    const char *path;
    struct printer *printer;
    size_t seen[FIELD_TOTAL]; /* the line, 0: not yet */
};

static enum custody_status refuse(const struct reader *reader, size_t line, const char *what,
                                  struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%s, line %zu: %s: correct the profile",
                        reader->path, line, what);
}

static bool read_int(struct settings_span span, uint64_t min, uint64_t max, int *ret_value)
{
    uint64_t value = 0;
    if (!text_parse_u64(span.text, span.len, max, &value) || value < min) {
        return false;
    }
    *ret_value = (int)value;
    return true;
}

static bool read_language(struct settings_span span, enum custody_label_format *ret_language)
{
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        if (settings_is_word(span, FORMATS[i])) {
            *ret_language = (enum custody_label_format)i;
            return true;
        }
    }
    return false;
}

static bool read_field(enum field_kind kind, struct settings_span span, struct printer *printer)
{
    switch (kind) {
    case FIELD_NAME:
        return settings_copy_name(span, NAME_CHARS, printer->name, sizeof printer->name);
    case FIELD_TITLE:
        return settings_copy_words(span, printer->title, sizeof printer->title);
    case FIELD_LANGUAGE:
        return read_language(span, &printer->language);
    case FIELD_DPI:
        return settings_read_number(span, DECIMALS, 100.0, 1200.0, &printer->dpi);
    case FIELD_FLAG:
        return settings_read_flag(span, &printer->invert);
    case FIELD_DENSITY:
        return read_int(span, 0, 30, &printer->density);
    case FIELD_SPEED:
        return read_int(span, 1, 14, &printer->speed);
    case FIELD_GAP:
        return settings_read_number(span, DECIMALS, 0.0, GAP_MAX_MM, &printer->gap_mm);
    case FIELD_OFFSET:
        return settings_read_pair(span, DECIMALS, -OFFSET_MAX_MM, OFFSET_MAX_MM,
                                  &printer->dx_mm, &printer->dy_mm);
    case FIELD_PITCH:
        return settings_read_pair(span, DECIMALS, 0.95, 1.05, &printer->pitch_x,
                                  &printer->pitch_y);
    case FIELD_DIRECTION:
        return read_int(span, 0, 1, &printer->direction);
    }
    return false;
}

static enum custody_status read_line(struct reader *reader, const struct settings_line *line,
                                     struct custody_error *err)
{
    if (line->kind != SETTINGS_VALUE) {
        return refuse(reader, line->number, "this is not \"name = value\"", err);
    }
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (!settings_is_word(line->name, FIELDS[i].name)) {
            continue;
        }
        if (reader->seen[i] != 0) {
            return refuse(reader, line->number, "this name stands twice", err);
        }
        reader->seen[i] = line->number;
        return read_field(FIELDS[i].kind, line->value, reader->printer)
                   ? CUSTODY_OK
                   : refuse(reader, line->number, "this value is not one that it takes", err);
    }
    return refuse(reader, line->number, "this name is not known", err);
}

/* What can be judged only when all lines are read. */
static enum custody_status check_all(const struct reader *reader, struct custody_error *err)
{
    const struct printer *printer = reader->printer;
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (FIELDS[i].is_required && reader->seen[i] == 0) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: \"%s\" is missing: add its line to the profile",
                                reader->path, FIELDS[i].name);
        }
    }
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if (reader->seen[i] == 0) {
            continue;
        }
        if ((FIELDS[i].languages >> printer->language & 1U) == 0) {
            return refuse(reader, reader->seen[i], "this language has no use for the line",
                          err);
        }
        if (FIELDS[i].kind == FIELD_DENSITY && printer->language == CUSTODY_LABEL_TSPL &&
            printer->density > 15) {
            return refuse(reader, reader->seen[i], "a TSPL printer has densities 0 to 15", err);
        }
    }
    return CUSTODY_OK;
}

enum custody_status printer_parse(const char *path, const char *text, size_t len,
                                  struct printer *ret_printer, struct custody_error *err)
{
    struct printer printer = printer_default(true);
    struct reader reader = {.path = path, .printer = &printer};
    struct settings settings = {.text = text, .len = len};
    struct settings_line line;
    while (settings_next(&settings, &line)) {
        enum custody_status rc = read_line(&reader, &line, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    enum custody_status rc = check_all(&reader, err);
    if (rc == CUSTODY_OK) {
        *ret_printer = printer;
    }
    return rc;
}

static bool is_path(const char *name)
{
    size_t len = strlen(name);
    size_t suffix = strlen(SUFFIX);
    return strchr(name, '/') != NULL ||
           (len >= suffix && strcmp(name + len - suffix, SUFFIX) == 0);
}

/* The path of a profile in the labels directory into out. */
static enum custody_status find(const char *name, struct buf *out, struct custody_error *err)
{
    char exact[CUSTODY_PRINTER_NAME_LEN + 1];
    const char *dir = custody_label_dir();
    if (dir == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no labels directory to take a printer from: set "
                            "CUSTODY_LABELS to it");
    }
    if (!settings_copy_name((struct settings_span){name, strlen(name)}, NAME_CHARS, exact,
                            sizeof exact)) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "no printer can have this name: choose one that \"label printers\" "
                            "lists, or a path");
    }
    enum custody_status rc = buf_printf(out, err, "%s/printers/%s" SUFFIX, dir, exact);
    if (rc == CUSTODY_OK && !file_exists((const char *)out->data)) {
        rc =
            custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                         "there is no printer %s: choose one that \"label printers\" lists, or "
                         "a path",
                         exact);
    }
    return rc;
}

enum custody_status printer_load(const char *name, struct printer *ret_printer,
                                 struct custody_error *err)
{
    struct buf found = BUF_INIT(PROFILE_BYTES_MAX);
    struct buf bytes = BUF_INIT(PROFILE_BYTES_MAX);
    const char *path = name;
    enum custody_status rc = CUSTODY_OK;
    if (!is_path(name)) {
        rc = find(name, &found, err);
        if (rc != CUSTODY_OK) {
            goto out;
        }
        path = (const char *)found.data;
    }
    rc = file_read(path, PROFILE_BYTES_MAX, &bytes, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    /* An empty file has no bytes to point at. */
    rc = printer_parse(path, bytes.data != NULL ? (const char *)bytes.data : "", bytes.len,
                       ret_printer, err);
out:
    buf_clear(&bytes);
    buf_clear(&found);
    return rc;
}

enum custody_status printer_put_mm(struct buf *out, double mm, struct custody_error *err)
{
    long hundredths = lround(mm * 100.0);
    if (hundredths % 100 == 0) {
        return buf_printf(out, err, "%ld", hundredths / 100);
    }
    return buf_printf(out, err, "%ld.%02ld", hundredths / 100, hundredths % 100);
}

enum custody_status printer_check_label(const struct printer *printer,
                                        const struct print_bits *bits, double width_mm,
                                        double height_mm, size_t copies,
                                        struct custody_error *err)
{
    /* Whoever rounded a length to dots may have rounded up. */
    double width_dots = width_mm / 25.4 * printer->dpi + 1.0;
    double height_dots = height_mm / 25.4 * printer->dpi + 1.0;
    if ((double)bits->width_dots > width_dots || (double)bits->height_dots > height_dots ||
        bits->width_dots == 0 || bits->height_dots == 0) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "a picture of %zu by %zu dots is not one of this label at %.0f dpi: "
            "print it with the profile that it was drawn for",
            bits->width_dots, bits->height_dots, printer->dpi);
    }
    if (copies < 1 || copies > 99999) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "a label printer makes 1 to 99999 copies: choose such a number");
    }
    return CUSTODY_OK;
}
