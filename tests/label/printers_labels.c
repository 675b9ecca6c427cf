/*
 * Labels of different content in every language of label printers, for tests/cli/printers.sh.
 *
 * usage: printers_labels write DIR          streams DIR/GROUP.pbm, .tspl, .zpl of each group
 *        printers_labels send TO [MS]       300 labels as TSPL to a sink; MS: its patience
 *        printers_labels rate tspl|zpl N    one label N times to standard output, labels a
 *                                           second to standard error
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "doc.h"
#include "printer.h"
#include "qr.h"
#include "sink_impl.h"
#include "typeset.h"

struct group {
    const char *name;
    double width_mm;
    double height_mm;
    double dpi;
    int direction;
    bool invert;
    size_t count;
};

/* The widths are 40, 30, 57.5, 591 / 8, 165.3 / 8 bytes. */
static const struct group GROUPS[] = {
    {"40x30-203", 40.0, 30.0, 203.0, 0, false, 24},
    {"30x20-203", 30.0, 20.0, 203.0, 0, false, 8},
    {"57x32-203", 57.5, 32.0, 203.0, 0, false, 8},
    {"50x30-300", 50.0, 30.0, 300.0, 0, false, 8},
    {"14x40-300", 14.0, 40.0, 300.0, 0, false, 8},
    {"turned", 40.0, 30.0, 203.0, 1, false, 4},
    {"clone", 40.0, 30.0, 203.0, 0, true, 4},
};

enum { PBM, TSPL, ZPL, OUTPUTS };
static const char *const SUFFIXES[OUTPUTS] = {"pbm", "tspl", "zpl"};

struct job {
    const struct group *group;
    struct printer printer;
    struct print_sink *sinks[OUTPUTS];
    size_t copies;
};

static void must(enum custody_status rc, const struct custody_error *err)
{
    if (rc != CUSTODY_OK) {
        (void)fprintf(stderr, "printers_labels: %s\n", err->text);
        exit(custody_status_exit_code(rc));
    }
}

static enum custody_status send_page(void *closure, const struct print_bits *page,
                                     struct custody_error *err)
{
    struct job *job = closure;
    double w = job->group->width_mm;
    double h = job->group->height_mm;
    enum custody_status rc = CUSTODY_OK;
    if (job->sinks[PBM] != NULL) {
        rc = printer_write_pbm(job->sinks[PBM], page, err);
    }
    if (rc == CUSTODY_OK && job->sinks[TSPL] != NULL) {
        rc = printer_write_tspl(job->sinks[TSPL], &job->printer, page, w, h, job->copies, err);
    }
    if (rc == CUSTODY_OK && job->sinks[ZPL] != NULL) {
        rc = printer_write_zpl(job->sinks[ZPL], &job->printer, page, w, h, job->copies, err);
    }
    return rc;
}

static unsigned draw_lot(unsigned *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8U;
}

/* A tag as it is used: code and three lines. */
static void draw_tag(struct print_doc *doc, const struct group *group, size_t i)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct custody_error err = {0};
    struct print_qr qr;
    char code[21] = {0};
    char line[64];
    unsigned seed = (unsigned)i;
    double side = group->width_mm < group->height_mm ? group->width_mm : group->height_mm;
    for (size_t k = 0; k < 20; k++) {
        code[k] = alphabet[draw_lot(&seed) % 32];
    }
    must(print_qr_tag(code, &qr, &err), &err);
    double module =
        print_qr_module_mm(qr.width, PRINT_QR_QUIET, side < 18.0 ? side : 18.0, group->dpi);
    double box = module * (qr.width + 2 * PRINT_QR_QUIET);
    print_qr_draw(doc, &qr, module * PRINT_QR_QUIET, module * PRINT_QR_QUIET, module);
    const struct print_style style = {.size_pt = 8.0, .min_pt = 5.0, .bold = true};
    (void)snprintf(line, sizeof line, "%zu栋-%zu单元 %zu楼", i % 30 + 1, i % 4 + 1, i % 33 + 1);
    const struct print_box below = {0.5, box, group->width_mm - 1.0, group->height_mm - box};
    must(print_text_line(doc, &style, line, &below, "label", &err), &err);
    if (group->width_mm - box > 8.0) {
        const struct print_box beside = {box, 1.0, group->width_mm - box - 0.5, 3.0};
        const struct print_box kind = {box, 5.0, group->width_mm - box - 0.5, 3.0};
        must(print_text_line(doc, &style, i % 2 == 0 ? "信报箱" : "防盗门", &beside, "label",
                             &err),
             &err);
        must(print_text_line(doc, &style, "业主", &kind, "label", &err), &err);
    }
}

/* Runs of every kind: noise, bars, all black, nothing, a frame at the very edge. */
static void draw_pattern(struct print_doc *doc, const struct group *group, size_t i)
{
    const struct print_colour black = {0.0, 0.0, 0.0};
    double dot = print_doc_dot_mm(doc);
    unsigned seed = (unsigned)i * 7919U + 1U;
    const struct print_box all = {0.0, 0.0, group->width_mm, group->height_mm};
    switch (i % 5) {
    case 0:
        print_doc_fill(doc, &all, black);
        return;
    case 1:
        return;
    case 2:
        print_doc_frame(doc, &all, 2.0 * dot);
        return;
    case 3:
        for (size_t k = 0; k < 3000; k++) {
            const struct print_box box = {dot * (draw_lot(&seed) % 700),
                                          dot * (draw_lot(&seed) % 500), dot, dot};
            print_doc_fill(doc, &box, black);
        }
        return;
    default:
        for (size_t k = 0; k < 40; k++) {
            const struct print_box box = {
                dot * (draw_lot(&seed) % 700), dot * (draw_lot(&seed) % 500),
                dot * (draw_lot(&seed) % 450), dot * (1.0 + draw_lot(&seed) % 20)};
            print_doc_fill(doc, &box, black);
        }
        return;
    }
}

/* Draw count labels of a group; from: the first one's number. */
static void draw_group(struct job *job, size_t count, size_t tags)
{
    struct custody_error err = {0};
    struct print_doc *doc = NULL;
    const struct group *group = job->group;
    job->printer = printer_default(true);
    job->printer.dpi = group->dpi;
    job->printer.direction = group->direction;
    job->printer.invert = group->invert;
    const struct print_setup setup = {.format = PRINT_BITS,
                                      .width_mm = group->width_mm,
                                      .height_mm = group->height_mm,
                                      .dpi = group->dpi,
                                      .on_page = send_page,
                                      .closure = job};
    must(print_doc_begin(&setup, &doc, &err), &err);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            must(print_doc_break(doc, &err), &err);
        }
        if (i < tags) {
            draw_tag(doc, group, i);
        } else {
            draw_pattern(doc, group, i - tags);
        }
    }
    must(print_doc_commit(doc, &err), &err);
    print_doc_close(doc);
}

static void write_all(const char *dir)
{
    struct custody_error err = {0};
    for (size_t g = 0; g < sizeof GROUPS / sizeof GROUPS[0]; g++) {
        struct job job = {.group = &GROUPS[g], .copies = 1};
        for (size_t i = 0; i < OUTPUTS; i++) {
            char path[4096];
            (void)snprintf(path, sizeof path, "%s/%s.%s", dir, GROUPS[g].name, SUFFIXES[i]);
            must(print_sink_open(path, &job.sinks[i], &err), &err);
        }
        draw_group(&job, GROUPS[g].count, GROUPS[g].count / 2);
        for (size_t i = 0; i < OUTPUTS; i++) {
            must(print_sink_commit(job.sinks[i], &err), &err);
            print_sink_close(job.sinks[i]);
        }
        (void)printf("%s %g %g %g %zu\n", GROUPS[g].name, GROUPS[g].width_mm,
                     GROUPS[g].height_mm, GROUPS[g].dpi, GROUPS[g].count);
    }
}

static void send_all(const char *to, const char *patience_ms)
{
    struct custody_error err = {0};
    struct job job = {.group = &GROUPS[0], .copies = 1};
    must(print_sink_open(to, &job.sinks[TSPL], &err), &err);
    if (patience_ms != NULL) {
        job.sinks[TSPL]->timeout_ms = (int)strtol(patience_ms, NULL, 10);
    }
    draw_group(&job, 300, 300);
    must(print_sink_commit(job.sinks[TSPL], &err), &err);
    print_sink_close(job.sinks[TSPL]);
}

struct kept {
    struct print_bits bits;
    uint8_t *rows;
};

static enum custody_status keep_page(void *closure, const struct print_bits *page,
                                     struct custody_error *err)
{
    struct kept *kept = closure;
    (void)err;
    kept->rows = malloc(page->row_bytes * page->height_dots);
    if (kept->rows == NULL) {
        abort();
    }
    memcpy(kept->rows, page->rows, page->row_bytes * page->height_dots);
    kept->bits = *page;
    kept->bits.rows = kept->rows;
    return CUSTODY_OK;
}

static double now_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The language alone: the drawing is outside of the time. */
static void measure(const char *language, size_t count)
{
    struct custody_error err = {0};
    struct print_doc *doc = NULL;
    struct print_sink *sink = NULL;
    struct kept kept = {.rows = NULL};
    const struct group *group = &GROUPS[0];
    struct printer printer = printer_default(true);
    const struct print_setup setup = {.format = PRINT_BITS,
                                      .width_mm = group->width_mm,
                                      .height_mm = group->height_mm,
                                      .dpi = group->dpi,
                                      .on_page = keep_page,
                                      .closure = &kept};
    must(print_doc_begin(&setup, &doc, &err), &err);
    draw_tag(doc, group, 1);
    must(print_doc_commit(doc, &err), &err);
    print_doc_close(doc);
    must(print_sink_open("-", &sink, &err), &err);
    double start = now_s();
    for (size_t i = 0; i < count; i++) {
        must(strcmp(language, "tspl") == 0
                 ? printer_write_tspl(sink, &printer, &kept.bits, 40.0, 30.0, 1, &err)
                 : printer_write_zpl(sink, &printer, &kept.bits, 40.0, 30.0, 1, &err),
             &err);
    }
    must(print_sink_commit(sink, &err), &err);
    (void)fprintf(stderr, "%.0f labels/s\n", (double)count / (now_s() - start));
    print_sink_close(sink);
    free(kept.rows);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "write") == 0) {
        write_all(argv[2]);
    } else if (argc >= 3 && strcmp(argv[1], "send") == 0) {
        send_all(argv[2], argc > 3 ? argv[3] : NULL);
    } else if (argc == 4 && strcmp(argv[1], "rate") == 0) {
        measure(argv[2], (size_t)strtoul(argv[3], NULL, 10));
    } else {
        return 2;
    }
    return 0;
}
