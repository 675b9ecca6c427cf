/*
 * One print job of every kind through the public calls, to be broken by run_print.py.
 *
 * usage: print_job KIND TO         exit code and sentence as the program's
 *        print_job KIND DIR alloc  built with -DPRINT_JOB_ALLOC: every allocation of the
 * library fails once, in turn (those of cairo and pango are not ours)
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../label/decode_labels.h"
#include "custody/form.h"
#include "custody/label.h"
#include "custody/slip.h"

#define TRIES_MAX 100000

#ifdef PRINT_JOB_ALLOC
#define FEW 3 /* labels: each allocation is a run */
#else
#define FEW 60
#endif

static const struct kind {
    const char *name;
    const char *stock; /* NULL: no label */
    enum custody_label_format label;
    enum custody_form_format form;
    bool use_mask;
    bool is_slip;
} KINDS[] = {
    {"pdf", "fob-22x32", CUSTODY_LABEL_PDF, 0, false, false},
    {"mask", "fob-22x32", CUSTODY_LABEL_PDF, 0, true, false},
    {"svg", "fob-22x32", CUSTODY_LABEL_SVG, 0, false, false},
    {"png", "fob-13x40", CUSTODY_LABEL_PNG, 0, false, false},
    {"pbm", "thermal-40x30", CUSTODY_LABEL_PBM, 0, false, false},
    {"tspl", "thermal-40x30", CUSTODY_LABEL_TSPL, 0, false, false},
    {"zpl", "thermal-40x30", CUSTODY_LABEL_ZPL, 0, false, false},
    {"slip", NULL, 0, 0, false, true},
    {"form-pdf", NULL, 0, CUSTODY_FORM_PDF, false, false},
    {"form-xlsx", NULL, 0, CUSTODY_FORM_XLSX, false, false},
    {"form-csv", NULL, 0, CUSTODY_FORM_CSV, false, false},
};

static struct decode_labels set;

static enum custody_status print_labels(const struct kind *kind, const char *to,
                                        struct custody_error *err)
{
    size_t sheets = 0;
    const struct custody_label_job job = {.stock = kind->stock,
                                          .format = kind->label,
                                          .has_format = true,
                                          .use_mask = kind->use_mask,
                                          .labels = set.labels,
                                          .count = FEW,
                                          .copies = 1,
                                          .start_position = 1,
                                          .to = to};
    return custody_label_print(&job, &sheets, err);
}

static enum custody_status print_slip(const char *to, struct custody_error *err)
{
    static const struct custody_slip_row rows[] = {{"钥匙", "3栋-2单元-1201 防盗铁门"},
                                                   {"用途", "维修"}};
    static const char *const signs[] = {"领用人", "钥匙管理员"};
    const struct custody_slip slip = {.lang = "zh_CN",
                                      .title = "钥匙借出单",
                                      .rows = rows,
                                      .row_count = 2,
                                      .signatures = signs,
                                      .signature_count = 2,
                                      .record = "slip 1"};
    return custody_slip_pdf(&slip, to, err);
}

static enum custody_status give_row(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    const struct custody_form *form = closure;
    (void)err;
    for (size_t k = 0; k < form->column_count; k++) {
        ret_cells[k] = form->columns[k].is_number ? (i % 2 == 0 ? "1" : "2") : "单元门";
    }
    return CUSTODY_OK;
}

static enum custody_status print_form(const struct kind *kind, const char *to,
                                      struct custody_error *err)
{
    struct custody_form form;
    enum custody_status rc = custody_form_read(custody_label_dir(), "loans", &form, err);
    const struct custody_form_job job = {.form = &form,
                                         .format = kind->form,
                                         .row_count = FEW * 10,
                                         .row = give_row,
                                         .closure = &form,
                                         .to = to};
    return rc == CUSTODY_OK ? custody_form_write(&job, err) : rc;
}

static enum custody_status run(const struct kind *kind, const char *to,
                               struct custody_error *err)
{
    if (kind->stock != NULL) {
        return print_labels(kind, to, err);
    }
    return kind->is_slip ? print_slip(to, err) : print_form(kind, to, err);
}

#ifdef PRINT_JOB_ALLOC
#include <dirent.h>

#include "../unit/print/lsan.h"
#include "failing.h"

static int count_files(const char *dir)
{
    int count = 0;
    DIR *files = opendir(dir);
    for (struct dirent *e = NULL; files != NULL && (e = readdir(files)) != NULL;) {
        count += e->d_name[0] != '.';
    }
    if (files != NULL) {
        (void)closedir(files);
    }
    return count;
}

/* Every allocation once: "out of memory" with a sentence and nothing left, or it was done. */
static int starve(const struct kind *kind, const char *dir)
{
    char path[4200];
    (void)snprintf(path, sizeof path, "%s/out", dir);
    for (long n = 0; n < TRIES_MAX; n++) {
        struct custody_error err = {0};
        atomic_store(&has_fired, false);
        atomic_store(&countdown, n);
        enum custody_status rc = run(kind, path, &err);
        atomic_store(&countdown, -1);
        bool is_bad = rc != CUSTODY_OK && (rc != CUSTODY_ERR_NOMEM || err.text[0] == '\0' ||
                                           count_files(dir) != 0 || !atomic_load(&has_fired));
        if (is_bad) {
            (void)printf("not ok %s: allocation %ld: status %d: %s\n", kind->name, n, (int)rc,
                         err.text);
            return 1;
        }
        (void)unlink(path);
        if (!atomic_load(&has_fired)) {
            (void)printf("ok printing_%s_outlives_every_failed_allocation (%ld)\n", kind->name,
                         n);
            return 0;
        }
    }
    (void)printf("not ok %s: never done\n", kind->name);
    return 1;
}
#endif

int main(int argc, char **argv)
{
    struct custody_error err = {0};
    const struct kind *kind = NULL;
    for (size_t i = 0; argc > 2 && i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(argv[1], KINDS[i].name) == 0) {
            kind = &KINDS[i];
        }
    }
    if (kind == NULL || !decode_labels_make(FEW, 1, 0, &set)) {
        (void)fprintf(stderr, "print_job: see its head for the arguments\n");
        return 2;
    }
    int code = 0;
#ifdef PRINT_JOB_ALLOC
    if (argc == 4) {
        code = starve(kind, argv[2]);
        decode_labels_free(&set);
        return code;
    }
#endif
    enum custody_status rc = run(kind, argv[2], &err);
    if (rc != CUSTODY_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        code = custody_status_exit_code(rc);
    }
    decode_labels_free(&set);
    return code;
}
