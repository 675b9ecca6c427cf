/*
 * Every allocation of the pages fails once: malloc of the library, wrapped at the link as in
 * alloc.c, gives nothing the n-th time, for n = 0, 1, 2 … (Those of cairo and pango are not
 * ours: glib ends the program when there is no memory.)
 *
 * usage: alloc_print DIR      DIR is empty and stays so
 *
 * After each try: either the document was done, or it gave "out of memory" with a sentence and
 * left no file. Leaks are looked for by LeakSanitizer.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/print/lsan.h"
#include "chart.h"
#include "doc.h"
#include "failing.h"
#include "qr.h"
#include "table.h"
#include "typeset.h"

#define TRIES_MAX 100000

static enum custody_status keep_nothing(void *closure, const struct print_bits *page,
                                        struct custody_error *err)
{
    (void)closure;
    (void)page;
    (void)err;
    return CUSTODY_OK;
}

static enum custody_status give_row(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    (void)closure;
    (void)err;
    ret_cells[0] = i % 2 == 0 ? "3栋-2单元" : "";
    ret_cells[1] = "12楼水管漏水,需进户关阀并检查吊顶内管道,同时核对信报箱与单元门钥匙";
    return CUSTODY_OK;
}

static enum custody_status draw_label(struct print_doc *doc, struct custody_error *err)
{
    const struct print_style style = {.size_pt = 9.0, .min_pt = 5.0};
    const struct print_style upright = {.size_pt = 9.0, .min_pt = 5.0, .vertical = true};
    const struct print_box box = {20.0, 5.0, 40.0, 10.0};
    const struct print_box high = {70.0, 5.0, 8.0, 40.0};
    double height = 0.0;
    struct print_qr qr;
    enum custody_status rc = print_qr_tag("C1K14F7Q2M9X7QZ0XK88", &qr, err);
    if (rc == CUSTODY_OK) {
        print_qr_draw(doc, &qr, 2.0, 4.0, 0.5);
        print_qr_draw_mask(doc, &qr, 2.0, 30.0, 0.5, 4);
        rc = print_text_line(doc, &style, "3栋-2单元", &box, "row 1", err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_text_box(doc, &upright, "设施设备房", &high, "row 1", err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_font_set(doc, "Noto Sans CJK SC", err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_text_block(doc, &style, "3栋-2单元", 2.0, 60.0, 40.0, "row 1", &height, err);
    }
    return rc;
}

static enum custody_status draw_table(struct print_doc *doc, struct custody_error *err)
{
    static const double values[] = {3.0, 1.0};
    static const char *const places[] = {"1月", "2月"};
    static const char *const lines[] = {"移交人:____", NULL};
    static const struct print_column columns[] = {{"位置", 1.0, PRINT_LEFT},
                                                  {"用途", 2.0, PRINT_LEFT}};
    const struct print_series series = {"借出", values, {0.0, 0.0, 0.0}};
    const struct print_chart chart = {PRINT_CHART_BARS, "钥匙", "次", places, 2,
                                      &series,          1,      8.0,  "chart"};
    const struct print_box box = {5.0, 5.0, 80.0, 50.0};
    const struct print_table table = {.title = "钥匙借用登记表",
                                      .above = lines,
                                      .below = lines,
                                      .page_format = "第 %zu 页 共 %zu 页",
                                      .foot = "检查点",
                                      .margin_mm = 5.0,
                                      .size_pt = 8.0,
                                      .columns = columns,
                                      .column_count = 2,
                                      .row_count = 12,
                                      .row = give_row,
                                      .record = "table"};
    size_t pages = 0;
    enum custody_status rc = print_chart(doc, &chart, &box, err);
    if (rc == CUSTODY_OK) {
        rc = print_doc_break(doc, err);
    }
    return rc == CUSTODY_OK ? print_table(doc, &table, &pages, err) : rc;
}

static enum custody_status make(enum print_format format, const char *to, bool is_table,
                                struct custody_error *err)
{
    const struct print_setup setup = {.format = format,
                                      .width_mm = 90.0,
                                      .height_mm = 80.0,
                                      .dpi = 203.0,
                                      .title = "标签",
                                      .to = to,
                                      .on_page = keep_nothing};
    struct print_doc *doc = NULL;
    enum custody_status rc = print_doc_begin(&setup, &doc, err);
    if (rc == CUSTODY_OK) {
        rc = is_table ? draw_table(doc, err) : draw_label(doc, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_doc_commit(doc, err);
    }
    print_doc_close(doc);
    return rc;
}

/* Files in dir, removed when they should be there. */
static int count_files(const char *dir, bool is_to_go)
{
    int count = 0;
    DIR *files = opendir(dir);
    for (struct dirent *e = NULL; files != NULL && (e = readdir(files)) != NULL;) {
        char path[4600];
        if (e->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        count++;
        if (is_to_go) {
            (void)unlink(path);
        }
    }
    if (files != NULL) {
        (void)closedir(files);
    }
    return count;
}

static bool run(const char *dir, const char *name, enum print_format format, bool is_table)
{
    char path[4200];
    (void)snprintf(path, sizeof path, "%s/out.file", dir);
    for (long n = 0; n < TRIES_MAX; n++) {
        struct custody_error err = {0};
        atomic_store(&has_fired, false);
        atomic_store(&countdown, n);
        enum custody_status rc = make(format, path, is_table, &err);
        atomic_store(&countdown, -1);
        bool is_bad = rc != CUSTODY_OK && (rc != CUSTODY_ERR_NOMEM || err.text[0] == '\0' ||
                                           count_files(dir, false) != 0);
        if (is_bad || (rc != CUSTODY_OK && !atomic_load(&has_fired))) {
            (void)printf("not ok print_%s: allocation %ld: status %d: %s\n", name, n, (int)rc,
                         err.text);
            return false;
        }
        (void)count_files(dir, true);
        if (!atomic_load(&has_fired)) {
            (void)printf("ok print_%s_outlives_every_failed_allocation (%ld)\n", name, n);
            return true;
        }
    }
    (void)printf("not ok print_%s: never done\n", name);
    return false;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum print_format format;
        bool is_table;
    } claims[] = {
        {"label_pdf", PRINT_PDF, false},  {"label_svg", PRINT_SVG, false},
        {"label_png", PRINT_PNG, false},  {"label_bits", PRINT_BITS, false},
        {"table_pdf", PRINT_PDF, true},   {"table_svg", PRINT_SVG, true},
        {"table_bits", PRINT_BITS, true},
    };
    bool is_good = argc == 2;
    for (size_t i = 0; argc == 2 && i < sizeof claims / sizeof claims[0]; i++) {
        is_good = run(argv[1], claims[i].name, claims[i].format, claims[i].is_table) && is_good;
    }
    return is_good ? 0 : 1;
}
