/*
 * The narrow fob as a printer of 203 dpi gives it (modules of 3 dots, a code of 13 mm with its
 * quiet zone), damaged and photographed (damage.h), read by zbar and by ZXing. A scanner's
 * program tries both, so what either reads counts.
 *
 * CUSTODY_LONG=1   60 seeds of every kind of damage, else 10
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../unit/print/lsan.h"
#include "custody/label.h"
#include "damage.h"
#include "decode_labels.h"
#include "qr.h"
#include "read_code.h"
#include "stock.h"

#define STOCK      "fob-13x40"
#define DPI        203.0
#define SEEDS_LONG 60
#define SEEDS      10

/* A hand, a cheap camera, indoor light. */
#define HANDHELD                                                                               \
    .turn_deg = 25.0, .blur_um = 125.0, .contrast = 0.5, .noise = 6.0, .camera_px_mm = 12.0

static const struct row {
    const char *name;
    struct damage damage;
    bool is_handheld; /* counts in the mean that is claimed */
} ROWS[] = {
    {"nothing", {.contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"turned 45", {.turn_deg = 45.0, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"blur 100 um", {.blur_um = 100.0, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"blur 150 um", {.blur_um = 150.0, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"contrast 30 %", {.contrast = 0.3, .camera_px_mm = 20.0}, false},
    {"scratch", {.scratch_mm = 0.4, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"blot 5 %", {.blot_share = 0.05, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"blot 10 %", {.blot_share = 0.10, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"blot 15 %", {.blot_share = 0.15, .contrast = 1.0, .camera_px_mm = 20.0}, false},
    {"handheld", {HANDHELD}, true},
    {"handheld worn", {HANDHELD, .scratch_mm = 0.4}, true},
    {"handheld blot 10 %", {HANDHELD, .blot_share = 0.10}, true},
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

struct tally {
    size_t by_zbar;
    size_t by_zxing;
    size_t by_either;
    size_t wrong;
    size_t count;
};

static size_t seed_count(void)
{
    return getenv("CUSTODY_LONG") != NULL ? SEEDS_LONG : SEEDS;
}

/* Read a damaged tag; what is read and is not its code is wrong, whoever read it. */
static void look(const struct grey *box, const char *code, const struct row *row, uint64_t seed,
                 struct tally *tally)
{
    char texts[2][256];
    struct grey photo = damage_photograph(box, &row->damage, seed);
    assert_non_null(photo.dots);
    read_code_zbar(&photo, 1, texts[0], sizeof texts[0]);
    read_code_zxing(&photo, texts[1], sizeof texts[1]);
    free(photo.dots);
    bool is_by_zbar = strcmp(texts[0], code) == 0;
    bool is_by_zxing = strcmp(texts[1], code) == 0;
    tally->by_zbar += is_by_zbar;
    tally->by_zxing += is_by_zxing;
    tally->by_either += is_by_zbar || is_by_zxing;
    tally->wrong += !is_by_zbar && texts[0][0] != '\0' ? 1 : 0;
    tally->wrong += !is_by_zxing && texts[1][0] != '\0' ? 1 : 0;
    tally->count++;
}

/* A sheet of fobs as the printer gets it. */
static struct grey print_sheet(const struct custody_label *labels, size_t count)
{
    struct custody_error err = {0};
    char dir[64];
    char profile[96];
    char out[96];
    size_t sheets = 0;
    (void)snprintf(dir, sizeof dir, "%s/damageXXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(profile, sizeof profile, "%s/damage.printer", dir);
    (void)snprintf(out, sizeof out, "%s/out.pbm", dir);
    FILE *file = fopen(profile, "w");
    assert_non_null(file);
    (void)fprintf(file, "name = damage\ntitle = damage\nlanguage = pbm\ndpi = %.0f\n", DPI);
    assert_int_equal(fclose(file), 0);
    const struct custody_label_job job = {.stock = STOCK,
                                          .printer = profile,
                                          .labels = labels,
                                          .count = count,
                                          .copies = 1,
                                          .start_position = 1,
                                          .to = out};
    if (custody_label_print(&job, &sheets, &err) != CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
    file = fopen(out, "rb");
    assert_non_null(file);
    struct grey page = grey_read_pnm(file);
    (void)fclose(file);
    (void)unlink(profile);
    (void)unlink(out);
    (void)rmdir(dir);
    assert_non_null(page.dots);
    return page;
}

static void print_row(const char *name, const struct tally *tally)
{
    print_message("# %-20s %3zu of %3zu: zbar %3.0f %%, ZXing %3.0f %%, either %3.0f %%, wrong "
                  "%zu\n",
                  name, tally->by_either, tally->count,
                  100.0 * (double)tally->by_zbar / (double)tally->count,
                  100.0 * (double)tally->by_zxing / (double)tally->count,
                  100.0 * (double)tally->by_either / (double)tally->count, tally->wrong);
}

static void damaged_tags_are_read_by_hand_and_never_as_another(void **state)
{
    struct custody_error err = {0};
    struct stock stock;
    struct decode_labels set = {0};
    struct tally tallies[ROW_COUNT] = {{0}};
    struct tally handheld = {0};
    size_t wrong = 0;
    (void)state;
    assert_int_equal(stock_load(STOCK, &stock, &err), CUSTODY_OK);
    assert_true(fabs(stock.code.box_mm - DAMAGE_BOX_MM) < 0.001);
    assert_true(seed_count() <= stock_cells(&stock));
    assert_true(decode_labels_make(seed_count(), 4242, false, &set));
    struct grey page = print_sheet(set.labels, set.count);
    for (size_t i = 0; i < set.count; i++) {
        struct stock_point cell = stock_cell(&stock, i);
        int side = (int)lround(DAMAGE_BOX_MM / 25.4 * DPI);
        struct grey box =
            grey_cut(&page, (int)lround((cell.x_mm + stock.code.at.x_mm) / 25.4 * DPI),
                     (int)lround((cell.y_mm + stock.code.at.y_mm) / 25.4 * DPI), side, side);
        assert_non_null(box.dots);
        for (size_t r = 0; r < ROW_COUNT; r++) {
            look(&box, set.labels[i].code, &ROWS[r], i * ROW_COUNT + r, &tallies[r]);
        }
        free(box.dots);
    }
    for (size_t r = 0; r < ROW_COUNT; r++) {
        print_row(ROWS[r].name, &tallies[r]);
        wrong += tallies[r].wrong;
        handheld.by_zbar += ROWS[r].is_handheld ? tallies[r].by_zbar : 0;
        handheld.by_zxing += ROWS[r].is_handheld ? tallies[r].by_zxing : 0;
        handheld.by_either += ROWS[r].is_handheld ? tallies[r].by_either : 0;
        handheld.count += ROWS[r].is_handheld ? tallies[r].count : 0;
    }
    print_row("handheld, mean of 3", &handheld);
    assert_int_equal(wrong, 0);
    assert_int_equal(tallies[0].by_zbar, set.count);
    assert_int_equal(tallies[0].by_zxing, set.count);
    assert_true(handheld.by_either * 4 >= handheld.count * 3);
    free(page.dots);
    decode_labels_free(&set);
}

/* The corpus would notice: modules of two dots, which no stock may have, are not read. */
static void the_damage_is_too_much_for_modules_of_two_dots(void **state)
{
    enum { SIDE = 104, DOTS = 2 };
    struct tally handheld = {0};
    (void)state;
    for (size_t i = 0; i < seed_count(); i++) {
        struct custody_error err = {0};
        char code[CUSTODY_TAG_LEN + 1];
        static uint8_t dots[SIDE * SIDE];
        const struct grey box = {dots, SIDE, SIDE};
        struct print_qr qr;
        make_code(777 + i, code);
        assert_int_equal(print_qr_tag(code, &qr, &err), CUSTODY_OK);
        const int corner = (SIDE - qr.width * DOTS) / 2;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                bool is_in = x >= corner && y >= corner;
                dots[y * SIDE + x] =
                    is_in && print_qr_is_dark(&qr, (x - corner) / DOTS, (y - corner) / DOTS)
                        ? 0
                        : 255;
            }
        }
        for (size_t r = 0; r < ROW_COUNT; r++) {
            if (ROWS[r].is_handheld) {
                look(&box, code, &ROWS[r], i * ROW_COUNT + r, &handheld);
            }
        }
    }
    print_row("2 dots, handheld", &handheld);
    assert_int_equal(handheld.wrong, 0);
    assert_true(handheld.by_either * 4 <= handheld.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_tags_are_read_by_hand_and_never_as_another),
        cmocka_unit_test(the_damage_is_too_much_for_modules_of_two_dots),
    };
    (void)setenv("CUSTODY_LABELS", "labels", 0);
    return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
