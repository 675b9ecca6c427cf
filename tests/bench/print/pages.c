/*
 * Speed of printing, as ratios to a bare loop of the same run: as many QR codes of the same
 * size and two lines of text each, drawn straight with libqrencode, cairo and pango, on pages
 * of as many. Nothing here passes or fails.
 *
 * usage: pages all LABELS DIR        every row, LABELS tags (10000)
 *        pages outline|mask|one LABELS DIR    one job, for its memory and its cold start
 */
#include <cairo-pdf.h>
#include <fcntl.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../label/decode_labels.h"
#include "custody/form.h"
#include "custody/label.h"

extern char **environ;

#define PER_PAGE 72
#define PT       (72.0 / 25.4)
#define ROUNDS   3
#define COLD     20
#define ROWS     5000

struct clocks {
    double wall_s;
    double processor_s;
};

static struct clocks now(void)
{
    struct timespec wall;
    struct timespec processor;
    (void)clock_gettime(CLOCK_MONOTONIC, &wall);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &processor);
    return (struct clocks){(double)wall.tv_sec + (double)wall.tv_nsec / 1e9,
                           (double)processor.tv_sec + (double)processor.tv_nsec / 1e9};
}

static void add_since(struct clocks *sum, struct clocks start)
{
    struct clocks end = now();
    sum->wall_s += end.wall_s - start.wall_s;
    sum->processor_s += end.processor_s - start.processor_s;
}

static _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "pages: %s\n", what);
    exit(1);
}

/* ---- the bare loop ---- */

static bool is_dark(const QRcode *qr, int x, int y)
{
    return x >= 0 && y >= 0 && x < qr->width && y < qr->width &&
           (qr->data[y * qr->width + x] & 1) != 0;
}

/* Round each island and each hole once, the dark on the right hand. */
static void trace(cairo_t *cr, const QRcode *qr)
{
    static const int dx[] = {1, 0, -1, 0};
    static const int dy[] = {0, 1, 0, -1};
    static bool is_done[64][64];
    memset(is_done, 0, sizeof is_done);
    for (int y0 = 0; y0 <= qr->width; y0++) {
        for (int x0 = 0; x0 < qr->width; x0++) {
            /* An edge that runs to the right has dark below it. */
            if (is_done[y0][x0] || !is_dark(qr, x0, y0) || is_dark(qr, x0, y0 - 1)) {
                continue;
            }
            int x = x0;
            int y = y0;
            int way = 0;
            cairo_move_to(cr, x, y);
            do {
                if (way == 0) {
                    is_done[y][x] = true;
                }
                x += dx[way];
                y += dy[way];
                /* The modules ahead, right and left of the way. */
                int rx = x + (dx[way] - dy[way] - 1) / 2;
                int ry = y + (dy[way] + dx[way] - 1) / 2;
                int lx = x + (dx[way] + dy[way] - 1) / 2;
                int ly = y + (dy[way] - dx[way] - 1) / 2;
                int turn = !is_dark(qr, rx, ry) ? 1 : is_dark(qr, lx, ly) ? 3 : 0;
                if (turn != 0) {
                    cairo_line_to(cr, x, y);
                }
                way = (way + turn) % 4;
            } while (x != x0 || y != y0 || way != 0);
            cairo_close_path(cr);
        }
    }
}

static void stencil(cairo_t *cr, const QRcode *qr)
{
    cairo_surface_t *bits = cairo_image_surface_create(CAIRO_FORMAT_A1, qr->width, qr->width);
    unsigned char *data = cairo_image_surface_get_data(bits);
    int stride = cairo_image_surface_get_stride(bits);
    for (int i = 0; i < qr->width * qr->width; i++) {
        int x = i % qr->width;
        if ((qr->data[i] & 1) != 0) {
            data[i / qr->width * stride + x / 8] |= (unsigned char)(1U << (x % 8));
        }
    }
    cairo_surface_mark_dirty(bits);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(bits);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    cairo_mask(cr, pattern);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(bits);
}

static void write_line(cairo_t *cr, PangoLayout *layout, const char *text, double x, double y)
{
    pango_layout_set_text(layout, text, -1);
    cairo_move_to(cr, x, y);
    pango_cairo_show_layout(cr, layout);
}

static PangoLayout *make_layout(cairo_t *cr, double size_pt)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK SC Bold");
    pango_font_description_set_absolute_size(font, size_pt * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    return layout;
}

static void draw_bare(const struct decode_labels *set, size_t first, size_t count,
                      bool use_mask, const char *path)
{
    cairo_surface_t *surface = cairo_pdf_surface_create(path, 210 * PT, 297 * PT);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = make_layout(cr, 6.5);
    for (size_t i = 0; i < count; i++) {
        char human[15];
        double x = (6.0 + (double)(i % PER_PAGE % 9) * 22.0) * PT;
        double y = (8.5 + (double)(i % PER_PAGE / 9) * 35.0) * PT;
        QRcode *qr =
            QRcode_encodeString(set->labels[first + i].code, 2, QR_ECLEVEL_H, QR_MODE_8, 1);
        if (qr == NULL) {
            die("libqrencode gave nothing");
        }
        cairo_save(cr);
        cairo_translate(cr, x + 2.5 * PT, y + 2.0 * PT);
        cairo_scale(cr, 0.508 * PT, 0.508 * PT);
        if (use_mask) {
            stencil(cr, qr);
        } else {
            trace(cr, qr);
            cairo_fill(cr);
        }
        cairo_restore(cr);
        QRcode_free(qr);
        (void)snprintf(human, sizeof human, "%.14s", set->labels[first + i].code);
        write_line(cr, layout, human, x, y + 17.3 * PT);
        write_line(cr, layout, set->texts[first + i][0], x, y + 20.1 * PT);
        if (i % PER_PAGE == PER_PAGE - 1) {
            cairo_show_page(cr);
        }
    }
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        die("the bare page was not written");
    }
    cairo_surface_destroy(surface);
}

/* ---- ours ---- */

static size_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static void print_job(const struct decode_labels *set, size_t first, size_t count,
                      const char *stock, enum custody_label_format format, bool use_mask,
                      const char *path)
{
    struct custody_error err = {0};
    size_t sheets = 0;
    const struct custody_label_job job = {.stock = stock,
                                          .format = format,
                                          .has_format = true,
                                          .use_mask = use_mask,
                                          .labels = set->labels + first,
                                          .count = count,
                                          .copies = 1,
                                          .start_position = 1,
                                          .to = path};
    if (custody_label_print(&job, &sheets, &err) != CUSTODY_OK) {
        die(err.text);
    }
}

static void measure_sheets(const struct decode_labels *set, bool use_mask, const char *path)
{
    struct clocks bare = {0};
    struct clocks ours = {0};
    size_t part = set->count / ROUNDS;
    double n = (double)part * ROUNDS;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct clocks start = now();
        draw_bare(set, round * part, part, use_mask, path);
        add_since(&bare, start);
        start = now();
        print_job(set, round * part, part, "fob-22x32", CUSTODY_LABEL_PDF, use_mask, path);
        add_since(&ours, start);
    }
    (void)printf("p  %-8s %5.2f x the bare cairo loop   (%5.0f labels/s, %5.0f of processor "
                 "time, goal %s; bare %5.0f, %5.0f)\n",
                 use_mask ? "mask" : "outline", bare.processor_s / ours.processor_s,
                 n / ours.wall_s, n / ours.processor_s, use_mask ? "2500" : "800",
                 n / bare.wall_s, n / bare.processor_s);
}

/* The picture that a printer of labels needs, drawn barely and packed as TSPL packs it. */
static double bare_bits(const struct decode_labels *set)
{
    struct clocks bare = {0};
    struct clocks start = now();
    cairo_surface_t *page = cairo_image_surface_create(CAIRO_FORMAT_A1, 320, 240);
    cairo_t *cr = cairo_create(page);
    PangoLayout *layout = make_layout(cr, 22.0);
    for (size_t i = 0; i < set->count; i++) {
        char human[15];
        memset(cairo_image_surface_get_data(page), 0,
               (size_t)cairo_image_surface_get_stride(page) * 240);
        cairo_surface_mark_dirty(page);
        QRcode *qr = QRcode_encodeString(set->labels[i].code, 2, QR_ECLEVEL_H, QR_MODE_8, 1);
        if (qr == NULL) {
            die("libqrencode gave nothing");
        }
        cairo_save(cr);
        cairo_translate(cr, 20.0, 20.0);
        cairo_scale(cr, 5.0, 5.0);
        trace(cr, qr);
        cairo_fill(cr);
        cairo_restore(cr);
        QRcode_free(qr);
        (void)snprintf(human, sizeof human, "%.14s", set->labels[i].code);
        write_line(cr, layout, human, 6.0, 170.0);
        write_line(cr, layout, set->texts[i][0], 175.0, 10.0);
        cairo_surface_flush(page);
    }
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_destroy(page);
    add_since(&bare, start);
    return bare.processor_s;
}

static void measure_roll(const struct decode_labels *all, enum custody_label_format format,
                         const char *name, const char *path)
{
    struct decode_labels set = *all;
    struct clocks ours = {0};
    set.count = all->count < 3000 ? all->count : 3000;
    double bare_s = bare_bits(&set);
    struct clocks start = now();
    print_job(&set, 0, set.count, "thermal-40x30", format, false, path);
    add_since(&ours, start);
    bare_s = (bare_s + bare_bits(&set)) / 2.0;
    (void)printf("p  %-8s %5.2f x the bare cairo loop   (%5.0f labels/s, %5.0f of processor "
                 "time, goal 1000; %5.0f bytes a label of 40x30%s)\n",
                 name, bare_s / ours.processor_s, (double)set.count / ours.wall_s,
                 (double)set.count / ours.processor_s,
                 (double)size_of(path) / (double)set.count,
                 format == CUSTODY_LABEL_ZPL ? ", goal 4096" : "");
}

/* ---- a process of its own: memory and cold start ---- */

static double spawn_self(const char *program, const char *what, const char *labels,
                         const char *dir, long *ret_peak_kb)
{
    char *arguments[] = {strdup(program), strdup(what), strdup(labels), strdup(dir), NULL};
    struct rusage usage;
    pid_t child = 0;
    int status = 0;
    struct clocks took = {0};
    struct clocks start = now();
    if (posix_spawn(&child, program, NULL, NULL, arguments, environ) != 0 ||
        wait4(child, &status, 0, &usage) != child || status != 0) {
        die("a process of its own failed");
    }
    add_since(&took, start);
    for (size_t i = 0; i < 4; i++) {
        free(arguments[i]);
    }
    *ret_peak_kb = usage.ru_maxrss;
    return took.wall_s;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure_alone(const char *program, const char *labels, const char *dir,
                          const char *path)
{
    static const char *const kinds[] = {"outline", "mask"};
    static const char *const goals[] = {"1000", "500"};
    double cold[COLD];
    long peak_kb = 0;
    for (size_t i = 0; i < 2; i++) {
        (void)spawn_self(program, kinds[i], labels, dir, &peak_kb);
        (void)printf(
            "p  %-8s %5.0f bytes a label in a job of %s (goal %s), peak memory %.0f MB "
            "(goal 100)\n",
            kinds[i], (double)size_of(path) / strtod(labels, NULL), labels, goals[i],
            (double)peak_kb / 1024.0);
    }
    for (size_t i = 0; i < COLD; i++) {
        cold[i] = spawn_self(program, "one", "1", dir, &peak_kb);
    }
    qsort(cold, COLD, sizeof cold[0], compare_doubles);
    (void)printf("p  the first label, cold process: p50 %.0f ms, best %.0f ms (goal 100 ms)\n",
                 cold[COLD / 2] * 1e3, cold[0] * 1e3);
}

/* ---- forms ---- */

static enum custody_status give_row(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    static char number[24];
    static char when[32];
    const struct custody_form *form = closure;
    (void)err;
    (void)snprintf(number, sizeof number, "%zu", i + 1);
    (void)snprintf(when, sizeof when, "2026-11-%02zu 09:%02zu", i % 28 + 1, i % 60);
    for (size_t k = 0; k < form->column_count; k++) {
        ret_cells[k] = form->columns[k].is_number        ? number
                       : form->columns[k].member[0] == 0 ? ""
                       : k % 3 == 1                      ? "3栋-2单元-1201 防盗铁门"
                       : k % 3 == 2                      ? when
                                                         : "维修";
    }
    return CUSTODY_OK;
}

/* As many cells, each a line of text, and nothing else. */
static double bare_cells(size_t columns, const char *path)
{
    struct clocks took = {0};
    struct clocks start = now();
    cairo_surface_t *surface = cairo_pdf_surface_create(path, 297 * PT, 210 * PT);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = make_layout(cr, 8.0);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < columns; k++) {
            char when[32];
            (void)snprintf(when, sizeof when, "2026-11-%02zu 09:%02zu", i % 28 + 1, i % 60);
            write_line(cr, layout, k % 3 == 1 ? "3栋-2单元-1201 防盗铁门" : when,
                       20.0 + (double)k * 60.0, 20.0 + (double)(i % 25) * 20.0);
        }
        if (i % 25 == 24) {
            cairo_show_page(cr);
        }
    }
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    add_since(&took, start);
    return took.processor_s;
}

static void measure_forms(const char *path)
{
    static const struct {
        enum custody_form_format format;
        const char *name;
    } formats[] = {
        {CUSTODY_FORM_PDF, "PDF"}, {CUSTODY_FORM_XLSX, "XLSX"}, {CUSTODY_FORM_CSV, "CSV"}};
    struct custody_error err = {0};
    struct custody_form form;
    if (custody_form_read(custody_label_dir(), "loans", &form, &err) != CUSTODY_OK) {
        die(err.text);
    }
    double bare_s = bare_cells(form.column_count, path);
    for (size_t i = 0; i < 3; i++) {
        const struct custody_form_job job = {.form = &form,
                                             .format = formats[i].format,
                                             .row_count = ROWS,
                                             .row = give_row,
                                             .closure = &form,
                                             .to = path};
        struct clocks took = {0};
        struct clocks start = now();
        if (custody_form_write(&job, &err) != CUSTODY_OK) {
            die(err.text);
        }
        add_since(&took, start);
        (void)printf("p  form of %d rows, %zu columns, %-4s: %5.2f x the bare cairo loop   "
                     "(%.2f s, %.2f s of processor time, goal 2 s)\n",
                     ROWS, form.column_count, formats[i].name, bare_s / took.processor_s,
                     took.wall_s, took.processor_s);
    }
}

int main(int argc, char **argv)
{
    struct decode_labels set = {0};
    char path[4200];
    if (argc != 4) {
        die("see the head of pages.c for its arguments");
    }
    size_t count = strtoul(argv[2], NULL, 10);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)snprintf(path, sizeof path, "%s/pages.out", argv[3]);
    if (count == 0 || !decode_labels_make(count, 1, 0, &set)) {
        die("no labels, or no memory for them");
    }
    if (strcmp(argv[1], "all") == 0) {
        measure_sheets(&set, false, path);
        measure_sheets(&set, true, path);
        measure_roll(&set, CUSTODY_LABEL_TSPL, "TSPL", path);
        measure_roll(&set, CUSTODY_LABEL_ZPL, "ZPL", path);
        measure_alone(argv[0], argv[2], argv[3], path);
        measure_forms(path);
        (void)unlink(path);
    } else {
        print_job(&set, 0, count, "fob-22x32", CUSTODY_LABEL_PDF, strcmp(argv[1], "mask") == 0,
                  path);
    }
    decode_labels_free(&set);
    return 0;
}
